//! Every revision of a dossier's records, folded in from the log, and which of them is current by either clock.
//!
//! ```text
//!  name ─► record 12 ─► its revisions' positions ─► position 345 ─► entry ─(decode)─► revision
//!                                                        └─► retracted, known time, what a report says: columns
//! ```
//!
//! What is many (incidents, reports, findings) stays as the bytes of its entry until somebody asks for it; what every answer needs of
//! it stands in columns. A copy shares all but what is changed next, so a reader keeps the state that it began with.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::admission::RecordSoFar;
use crate::domain::hierarchy::Hierarchy;
use crate::domain::name::{Collection, Id, RecordName};
use crate::domain::record::{Body, Known, Position, Revision};
use crate::domain::taxonomy;
use crate::domain::things::{Class, Taxonomy};

use super::Stats;
use super::store::{Heap, Names, Pages, number};

mod accounts;
mod ahead;

pub(super) use accounts::{Account, Accounts, Kept, Struck, node};
pub use ahead::{Ahead, Pending};

/// At which state of the record, and by which day in the world, a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clock {
    /// Up to and including this position.
    pub at: Position,
    /// Only what could be known by this instant; `None`: whatever is recorded.
    pub known_by: Option<Timestamp>,
}

/// Reads an entry again that was read, or written, when its revision was folded in.
pub trait Decode: Send + Sync + std::fmt::Debug {
    /// The revision of an entry.
    fn decode(&self, position: Position, entry: &[u8]) -> Revision;
}

/// All revisions, with the indexes that answer by name.
#[derive(Debug, Clone)]
pub struct Records {
    decoder: Arc<dyn Decode>,
    stats: Arc<Stats>,
    names: Names,
    /// By record, in the order in which they were first recorded.
    records: Pages<Record>,
    /// The positions of each record that has several revisions, ascending.
    several: Pages<Arc<Vec<u32>>, 128>,
    /// The records of each collection, likewise in order.
    collections: [Pages<u32>; COLLECTIONS],
    /// In the order of the log: what is kept of the revision at position p stands at p - 1.
    revisions: Pages<Kind>,
    /// The first position of each record time: the revisions of a batch share one.
    times: Pages<(u32, Timestamp)>,
    /// Known times that are instants.
    instants: Pages<Timestamp>,
    /// Revisions that are kept as they are.
    whole: Pages<Option<Arc<Revision>>, 128>,
    /// The others, each with its length before it.
    entries: Heap,
    accounts: Accounts,
    /// For each record, the readings of which some revision names it.
    readings_naming: Arc<HashMap<RecordName, Vec<RecordName>>>,
    /// The class records of each taxonomy, by what references use.
    classes: Arc<[HashMap<Arc<str>, AddedClass>; 3]>,
}

const COLLECTIONS: usize = Collection::ALL.len();

/// What is kept of each record.
#[derive(Debug, Clone, Copy, Default)]
struct Record {
    /// The position of its first revision.
    first: u32,
    /// Where the positions of several stand, and one; 0: it has but one.
    several: u32,
    /// Its number in its collection; of a report or finding, among what is said.
    ordinal: u32,
    collection: u8,
}

/// What is kept of each revision.
#[derive(Debug, Clone, Copy, Default)]
struct Kind {
    record: u32,
    /// 0: always; 1: never; else the number of an instant, and two.
    known: u32,
    /// Where its entry stands, or the whole revision.
    place: u64,
    /// The account of a report or finding; the time of an incident.
    detail: u32,
    is_whole: bool,
    retracted: bool,
}

/// A class that the dossier adds.
#[derive(Debug, Clone)]
struct AddedClass {
    record: RecordName,
    /// Its number in the taxonomy's hierarchy.
    node: u32,
}

/// A revision of an incident, or of what is said of one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// The incident, by its number among the incidents.
    pub(super) incident: u32,
    /// Where the revision stands.
    pub(super) position: u32,
    /// When it could be known.
    pub(super) known: Known,
}

/// Stands where a report has no incident, which no log that this server wrote brings about.
const NONE: u32 = u32::MAX;

impl Records {
    /// No records yet.
    pub fn new(decoder: Arc<dyn Decode>) -> Records {
        Records::counted(decoder, Arc::default())
    }

    /// No records yet, and where to count what is done with them.
    pub fn counted(decoder: Arc<dyn Decode>, stats: Arc<Stats>) -> Records {
        Records {
            decoder,
            stats,
            names: Names::default(),
            records: Pages::default(),
            several: Pages::default(),
            collections: std::array::from_fn(|_| Pages::default()),
            revisions: Pages::default(),
            times: Pages::default(),
            instants: Pages::default(),
            whole: Pages::default(),
            entries: Heap::default(),
            accounts: Accounts::default(),
            readings_naming: Arc::default(),
            classes: Arc::default(),
        }
    }

    /// Adds the next revision, with its entry. The log has no gaps, so neither has the fold.
    pub fn fold(&mut self, revision: Arc<Revision>, entry: &[u8]) {
        assert_eq!(revision.position, self.head() + 1, "the fold follows the log without gaps");
        let position = number(self.revisions.len() + 1);
        let record = self.record_of(&revision, position);
        let detail = self.detail(&revision, record);
        if self.times.last().is_none_or(|(_, time)| *time != revision.record_time) {
            self.times.push((position, revision.record_time));
        }
        let known = match revision.known {
            Known::Always => 0,
            Known::Never => 1,
            Known::From(instant) => self.instant(instant) + 2,
        };
        let is_whole = !is_many(revision.name.collection);
        let retracted = revision.retracted;
        let place = if is_whole {
            self.note(&revision);
            self.whole.push(Some(revision)) as u64
        } else {
            let length = u32::try_from(entry.len()).expect("an entry is no larger than an answer");
            self.entries.push(&length.to_le_bytes(), entry)
        };
        self.revisions.push(Kind { record: number(record), known, place, detail, is_whole, retracted });
    }

    /// The record of a revision, with its position noted.
    fn record_of(&mut self, revision: &Revision, position: u32) -> usize {
        let name = &revision.name;
        if let Some(found) = self.names.find(name.collection, name.id.as_str()) {
            let Record { first, several, .. } = *self.records.at(found);
            if several == 0 {
                let at = self.several.push(Arc::new(vec![first, position]));
                self.records.at_mut(found).several = number(at + 1);
            } else {
                Arc::make_mut(self.several.at_mut(several as usize - 1)).push(position);
            }
            return found;
        }
        let added = self.names.add(name);
        let of_collection = &mut self.collections[name.collection as usize];
        let mut ordinal = number(of_collection.push(number(added)));
        let incident = match &revision.body {
            Body::Incident(_) => {
                self.accounts.add_incident();
                None
            }
            Body::Report(report) => Some(report.incident.id()),
            Body::Finding(finding) => Some(finding.incident.id()),
            _ => None,
        };
        if let Some(incident) = incident {
            let incident = self.names.find(Collection::Incidents, incident.as_str());
            let incident = incident.map(|incident| self.records.at(incident).ordinal);
            ordinal = incident.map_or(NONE, |incident| self.accounts.add_said(number(added), incident));
        }
        let collection = name.collection as u8;
        self.records.push(Record { first: position, several: 0, ordinal, collection })
    }

    /// Puts what a report, finding or incident says into the columns.
    fn detail(&mut self, revision: &Revision, record: usize) -> u32 {
        let Record { ordinal, .. } = *self.records.at(record);
        match &revision.body {
            Body::Incident(_) => self.accounts.add_about(&revision.body),
            Body::Report(_) | Body::Finding(_) if ordinal != NONE => {
                let found = Nodes { names: &self.names, records: &self.records, classes: &self.classes };
                self.accounts.add(revision, &found)
            }
            _ => 0,
        }
    }

    /// The number of an instant; what one batch brings is often known from one instant on.
    fn instant(&mut self, instant: Timestamp) -> u32 {
        if self.instants.last() == Some(&instant) {
            return number(self.instants.len() - 1);
        }
        number(self.instants.push(instant))
    }

    /// Takes a class or reading into the indexes.
    fn note(&mut self, revision: &Revision) {
        let name = &revision.name;
        match &revision.body {
            Body::Class(class) => {
                let Class { taxonomy, id, .. } = class;
                let added = &mut Arc::make_mut(&mut self.classes)[*taxonomy as usize];
                let node = number(taxonomy::built_in(*taxonomy).len() + added.len());
                added.entry(id.0.clone()).or_insert_with(|| AddedClass { record: name.clone(), node });
            }
            Body::Reading(_) => {
                let naming = Arc::make_mut(&mut self.readings_naming);
                for target in &revision.references {
                    let readings = naming.entry(target.clone()).or_default();
                    if !readings.contains(name) {
                        readings.push(name.clone());
                    }
                }
            }
            _ => {}
        }
    }

    /// How many records there are, of all collections.
    pub fn count_all(&self) -> usize {
        self.records.len()
    }

    /// Where is counted what is done with them.
    pub(super) fn stats(&self) -> &Stats {
        &self.stats
    }

    /// The last position; 0 where only the dossier itself is recorded.
    pub fn head(&self) -> Position {
        self.revisions.len() as Position
    }

    /// The record time of the last revision.
    pub fn last_time(&self) -> Option<Timestamp> {
        self.times.last().map(|(_, time)| *time)
    }

    /// When a position was recorded; `None` of the dossier itself.
    pub fn time_at(&self, position: Position) -> Option<Timestamp> {
        let index = self.times.partition_point(|(first, _)| Position::from(*first) <= position).checked_sub(1)?;
        self.times.get(index).map(|(_, time)| *time)
    }

    /// Whether the revision at a position may name something of this id: `false` only where it certainly does not, which is told
    /// without decoding it. Whatever an entry names stands in it letter for letter.
    pub(super) fn may_name(&self, position: u32, id: &Id) -> bool {
        let Kind { place, is_whole, .. } = *self.revisions.at(position as usize - 1);
        let Some((first, rest)) = id.as_str().as_bytes().split_first().filter(|_| !is_whole) else { return true };
        let mut bytes = self.entry(place);
        while let Some(at) = bytes.iter().position(|byte| byte == first) {
            bytes = &bytes[at + 1..];
            if bytes.starts_with(rest) {
                return true;
            }
        }
        false
    }

    fn entry(&self, place: u64) -> &[u8] {
        let (length, rest) = self.entries.at(place).split_first_chunk().expect("its length stands before it");
        &rest[..usize::try_from(u32::from_le_bytes(*length)).expect("it fitted into memory")]
    }

    /// The revision at a position.
    pub fn at(&self, position: Position) -> Option<Arc<Revision>> {
        let index = usize::try_from(position).ok()?.checked_sub(1)?;
        let Kind { place, is_whole, .. } = *self.revisions.get(index)?;
        if is_whole {
            return self.whole.at(usize::try_from(place).ok()?).clone();
        }
        Some(Arc::new(self.decoder.decode(position, self.entry(place))))
    }

    /// The last position whose record time is not later than `instant`.
    pub fn position_at(&self, instant: Timestamp) -> Position {
        let later = self.times.get(self.times.partition_point(|(_, time)| *time <= instant));
        later.map_or(self.head(), |(first, _)| Position::from(*first) - 1)
    }

    /// Every current revision of a collection's records, first recorded first.
    pub fn all_current(&self, collection: Collection, clock: Clock) -> impl Iterator<Item = Arc<Revision>> {
        self.all(collection, clock.at).filter_map(move |record| self.at(Position::from(self.position(record, clock)?)))
    }

    /// Every revision of a record that the clock admits, first to last.
    pub fn revisions_of(&self, name: &RecordName, clock: Clock) -> impl DoubleEndedIterator<Item = Arc<Revision>> {
        let record = self.find(name);
        let positions = record.map_or(&[][..], |record| self.positions(record, clock.at));
        let known =
            positions.iter().filter(move |position| record.is_some_and(|r| self.is_known(r, **position, clock)));
        known.filter_map(|position| self.at(Position::from(*position)))
    }

    /// The current revision of a record by the clock.
    pub fn current(&self, name: &RecordName, clock: Clock) -> Option<Arc<Revision>> {
        self.at(Position::from(self.position(self.find(name)?, clock)?))
    }

    /// Whether a record is there by the clock.
    pub fn is_there(&self, name: &RecordName, clock: Clock) -> bool {
        self.find(name).is_some_and(|record| self.position(record, clock).is_some())
    }

    /// Whether a record was ever recorded.
    pub fn is_recorded(&self, name: &RecordName) -> bool {
        self.find(name).is_some()
    }

    /// When a revision could be known, as asked at a position: of an incident without citations, once a report or finding about it could.
    pub fn known(&self, revision: &Revision, at: Position) -> Known {
        match self.find(&revision.name) {
            Some(record) if revision.known == Known::Always && revision.name.collection == Collection::Incidents => {
                self.known_by_what_is_said(record, at)
            }
            _ => revision.known,
        }
    }

    /// Whether an assertion's every document is retracted by the clock.
    pub fn unsourced(&self, revision: &Revision, clock: Clock) -> bool {
        if !revision.name.collection.needs_citation() {
            return false;
        }
        let statement = match &revision.body {
            Body::Report(report) => report.statement.as_ref(),
            _ => None,
        };
        let inherited = statement.and_then(|s| self.current(&s.record(), clock));
        if statement.is_some() && inherited.is_none() {
            // What it rests on is not known by the clock, so nor is what became of it.
            return false;
        }
        // A retracted statement counts nowhere, and what it cites no longer carries what rests on it.
        let inherited = inherited.filter(|s| !s.retracted);
        let retracted = |name: &RecordName| {
            let position = self.find(name).and_then(|record| self.position(record, clock));
            position.is_some_and(|position| self.retracts(position))
        };
        let citations = revision.citations.iter().chain(inherited.iter().flat_map(|s| &s.citations));
        citations.map(|c| c.document.record()).all(|name| retracted(&name))
    }

    /// The number of a record: they are counted in the order in which they were first recorded.
    pub(super) fn find(&self, name: &RecordName) -> Option<u32> {
        self.names.find(name.collection, name.id.as_str()).map(number)
    }

    /// The name of a record.
    pub(super) fn name(&self, record: u32) -> RecordName {
        self.names.name(record as usize)
    }

    /// The number of a record in its collection; of a report or finding, among what is said.
    pub(super) fn ordinal(&self, record: u32) -> u32 {
        self.records.at(record as usize).ordinal
    }

    /// The record with a number in a collection, as counted by [`Records::count`].
    pub(super) fn nth(&self, collection: Collection, ordinal: u32) -> u32 {
        *self.collections[collection as usize].at(ordinal as usize)
    }

    /// How many records of a collection were recorded up to a position.
    pub(super) fn count(&self, collection: Collection, at: Position) -> usize {
        let first = |record: &u32| Position::from(self.records.at(*record as usize).first);
        self.collections[collection as usize].partition_point(|record| first(record) <= at)
    }

    /// The records of a collection up to a position, first recorded first.
    pub(super) fn all(&self, collection: Collection, at: Position) -> impl Iterator<Item = u32> {
        self.collections[collection as usize].iter_to(self.count(collection, at)).copied()
    }

    /// The position of a record's first revision.
    pub(super) fn first_of(&self, record: u32) -> Position {
        Position::from(self.records.at(record as usize).first)
    }

    /// The record of the revision at a position, and its collection.
    pub(super) fn record_at(&self, position: u32) -> (u32, Collection) {
        let record = self.revisions.at(position as usize - 1).record;
        (record, Collection::ALL[usize::from(self.records.at(record as usize).collection)])
    }

    /// Whether the revision at a position retracts its record.
    pub(super) fn retracts(&self, position: u32) -> bool {
        self.revisions.at(position as usize - 1).retracted
    }

    /// The incident that a report or finding is about.
    pub(super) fn incident_of(&self, record: u32) -> Option<u32> {
        let ordinal = Some(self.ordinal(record)).filter(|ordinal| *ordinal != NONE)?;
        Some(self.nth(Collection::Incidents, self.accounts.said(ordinal).incident))
    }

    /// The account of a report's or finding's revision; the time of an incident's.
    pub(super) fn detail_at(&self, position: u32) -> u32 {
        self.revisions.at(position as usize - 1).detail
    }

    /// What reports and findings say.
    pub(super) fn accounts(&self) -> &Accounts {
        &self.accounts
    }

    /// Whether a record has several revisions.
    pub(super) fn is_corrected(&self, record: u32) -> bool {
        self.records.at(record as usize).several != 0
    }

    /// Whether a record has another current revision by one clock than by another.
    pub(super) fn parts(&self, record: u32, one: Clock, other: Clock) -> bool {
        self.position(record, one) != self.position(record, other)
    }

    /// Where the current revision of a record stands by the clock.
    pub(super) fn position(&self, record: u32, clock: Clock) -> Option<u32> {
        let positions = self.positions(record, clock.at);
        let Some(instant) = clock.known_by else { return positions.last().copied() };
        let by = |position: &u32| self.known_at(*position).by(instant);
        let collection = self.records.at(record as usize).collection;
        let found = if collection == Collection::Documents as u8 {
            // A document without its time and dated later was never unpublished.
            positions.iter().rfind(|position| by(position))
        } else {
            // Of all others known times never decrease.
            positions[..positions.partition_point(by)].last()
        };
        // Where the last that is known hangs on what is said of the incident, so does every one before it.
        found.copied().filter(|position| self.is_known(record, *position, clock))
    }

    /// The positions of a record's revisions up to one.
    fn positions(&self, record: u32, at: Position) -> &[u32] {
        let record = self.records.at(record as usize);
        let positions = match record.several.checked_sub(1) {
            None => std::slice::from_ref(&record.first),
            Some(several) => self.several.at(several as usize).as_slice(),
        };
        &positions[..positions.partition_point(|position| Position::from(*position) <= at)]
    }

    /// Each revision of an incident, report or finding up to a position, with its incident and when it could be known.
    pub(super) fn each_told(&self, at: Position, mut tell: impl FnMut(Told)) {
        let end = usize::try_from(at.min(self.head())).expect("a position of this record");
        for (index, kind) in self.revisions.iter_to(end).enumerate() {
            let Record { ordinal, collection, .. } = *self.records.at(kind.record as usize);
            let incident = match Collection::ALL[usize::from(collection)] {
                Collection::Incidents => ordinal,
                Collection::Reports | Collection::Findings if ordinal != NONE => self.accounts.said(ordinal).incident,
                _ => continue,
            };
            let known = match kind.known {
                0 => Known::Always,
                1 => Known::Never,
                instant => Known::From(*self.instants.at(instant as usize - 2)),
            };
            tell(Told { incident, position: number(index + 1), known });
        }
    }

    fn known_at(&self, position: u32) -> Known {
        match self.revisions.at(position as usize - 1).known {
            0 => Known::Always,
            1 => Known::Never,
            instant => Known::From(*self.instants.at(instant as usize - 2)),
        }
    }

    /// Whether the clock admits the revision of a record at a position.
    pub(super) fn is_known(&self, record: u32, position: u32, clock: Clock) -> bool {
        let Some(instant) = clock.known_by else { return true };
        let known = self.known_at(position);
        let is_incident = self.records.at(record as usize).collection == Collection::Incidents as u8;
        let known =
            if known == Known::Always && is_incident { self.known_by_what_is_said(record, clock.at) } else { known };
        known.by(instant)
    }

    /// When an incident is known for what is said of it. Known times never decrease, so first revisions count.
    fn known_by_what_is_said(&self, incident: u32, at: Position) -> Known {
        let said =
            self.accounts.about(self.ordinal(incident)).map(|(_, said)| self.records.at(said.record as usize).first);
        let said = said.take_while(|first| Position::from(*first) <= at);
        said.map(|first| self.known_at(first)).reduce(Known::earlier).unwrap_or(Known::Never)
    }
}

/// Whether a collection has so many records that they are kept as bytes.
fn is_many(collection: Collection) -> bool {
    matches!(collection, Collection::Incidents | Collection::Reports | Collection::Findings)
}

/// Finds the nodes that a revision names. Actors and places are nodes in the order in which they were first recorded; so are classes,
/// behind those that are built in.
struct Nodes<'r> {
    names: &'r Names,
    records: &'r Pages<Record>,
    classes: &'r [HashMap<Arc<str>, AddedClass>; 3],
}

impl Nodes<'_> {
    fn of_collection(&self, collection: Collection, id: &str) -> Kept {
        self.names.find(collection, id).map_or(0, |record| self.records.at(record).ordinal + 1)
    }
}

impl accounts::Numbers for Nodes<'_> {
    fn actor(&self, id: &str) -> Kept {
        self.of_collection(Collection::Actors, id)
    }

    fn place(&self, id: &str) -> Kept {
        self.of_collection(Collection::Places, id)
    }

    fn class(&self, taxonomy: Taxonomy, id: &str) -> Kept {
        let built_in = taxonomy::built_in(taxonomy).find(id).map(|node| number(node.index() + 1));
        let added = || self.classes[taxonomy as usize].get(id).map(|class| class.node + 1);
        built_in.or_else(added).unwrap_or(0)
    }

    fn statement(&self, id: &str) -> u32 {
        self.names.find(Collection::Statements, id).map_or(0, |record| number(record + 1))
    }
}

impl RecordSoFar for Records {
    fn last(&self, name: &RecordName) -> Option<Arc<Revision>> {
        self.current(name, Clock { at: self.head(), known_by: None })
    }

    fn is_retracted(&self, name: &RecordName) -> Option<bool> {
        let position = self.position(self.find(name)?, Clock { at: self.head(), known_by: None })?;
        Some(self.retracts(position))
    }

    fn last_by(&self, name: &RecordName, position: Position) -> Option<Arc<Revision>> {
        self.current(name, Clock { at: position, known_by: None })
    }

    fn first(&self, name: &RecordName) -> Option<Arc<Revision>> {
        self.at(self.first_of(self.find(name)?))
    }

    fn class_record(&self, taxonomy: Taxonomy, id: &str) -> Option<RecordName> {
        self.classes[taxonomy as usize].get(id).map(|class| class.record.clone())
    }

    fn ids(&self, collection: Collection) -> Vec<Id> {
        self.all(collection, self.head()).map(|record| self.name(record).id).collect()
    }

    fn class_ids(&self, taxonomy: Taxonomy) -> Vec<Arc<str>> {
        self.classes[taxonomy as usize].keys().cloned().collect()
    }

    fn readings_naming(&self, name: &RecordName) -> Vec<RecordName> {
        self.readings_naming.get(name).cloned().unwrap_or_default()
    }

    fn built_in(&self, taxonomy: Taxonomy) -> &Hierarchy {
        taxonomy::built_in(taxonomy)
    }
}
