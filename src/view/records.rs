//! Every revision of a dossier's records, folded in from the log, and which of them is current by either clock.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::admission::RecordSoFar;
use crate::domain::hierarchy::Hierarchy;
use crate::domain::name::{Collection, Id, RecordName};
use crate::domain::record::{Body, Known, Position, Revision};
use crate::domain::taxonomy;
use crate::domain::things::Taxonomy;

/// At which state of the record, and by which day in the world, a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Clock {
    /// Up to and including this position.
    pub at: Position,
    /// Only what could be known by this instant; `None`: whatever is recorded.
    pub known_by: Option<Timestamp>,
}

/// All revisions, with the indexes that answer by name.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// In the order of the log: the revision at position p stands at p - 1.
    revisions: Vec<Arc<Revision>>,
    /// The positions of each record's revisions, ascending.
    by_name: HashMap<RecordName, Vec<Position>>,
    /// Records in the order in which they were first recorded.
    in_order: Vec<RecordName>,
    /// For each record, the readings of which some revision names it.
    readings_naming: HashMap<RecordName, Vec<RecordName>>,
    /// For each incident, the revisions of reports and findings about it.
    about: HashMap<RecordName, Vec<Position>>,
    /// The class records, by what references use.
    classes: HashMap<(Taxonomy, Arc<str>), RecordName>,
}

impl Records {
    /// Adds the next revision. The log has no gaps, so neither has the fold.
    pub fn fold(&mut self, revision: Arc<Revision>) {
        assert_eq!(revision.position, self.head() + 1, "the fold follows the log without gaps");
        let name = &revision.name;
        let positions = self.by_name.entry(name.clone()).or_default();
        if positions.is_empty() {
            self.in_order.push(name.clone());
        }
        positions.push(revision.position);
        match &revision.body {
            Body::Report(report) => self.about.entry(report.incident.record()).or_default().push(revision.position),
            Body::Finding(finding) => self.about.entry(finding.incident.record()).or_default().push(revision.position),
            Body::Class(class) => {
                self.classes.insert((class.taxonomy, class.id.0.clone()), name.clone());
            }
            Body::Reading(_) => {
                for target in &revision.references {
                    let readings = self.readings_naming.entry(target.clone()).or_default();
                    if !readings.contains(name) {
                        readings.push(name.clone());
                    }
                }
            }
            Body::Actor(_)
            | Body::Place(_)
            | Body::Document(_)
            | Body::Statement(_)
            | Body::Contact(_)
            | Body::Instrument(_)
            | Body::Term(_)
            | Body::Stance(_)
            | Body::Incident(_)
            | Body::Exchange(_)
            | Body::Pledge(_)
            | Body::Forecast(_)
            | Body::Coverage(_)
            | Body::Link(_) => {}
        }
        self.revisions.push(revision);
    }

    /// The last position; 0 where only the dossier itself is recorded.
    pub fn head(&self) -> Position {
        self.revisions.len() as Position
    }

    /// The revision at a position.
    pub fn at(&self, position: Position) -> Option<&Arc<Revision>> {
        usize::try_from(position).ok()?.checked_sub(1).and_then(|i| self.revisions.get(i))
    }

    /// The last position whose record time is not later than `instant`.
    pub fn position_at(&self, instant: Timestamp) -> Position {
        self.revisions.partition_point(|r| r.record_time <= instant) as Position
    }

    /// Records in the order in which they were first recorded, with the position of their first revision, up to `at`.
    pub fn names(&self, at: Position) -> impl Iterator<Item = (&RecordName, Position)> {
        self.in_order.iter().map(|name| (name, self.by_name[name][0])).take_while(move |(_, first)| *first <= at)
    }

    /// Every revision of a record that the clock admits, first to last.
    pub fn revisions_of<'r>(
        &'r self,
        name: &RecordName,
        clock: Clock,
    ) -> impl DoubleEndedIterator<Item = &'r Arc<Revision>> {
        let positions = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let revisions = positions.iter().take_while(move |p| **p <= clock.at).collect::<Vec<_>>();
        revisions.into_iter().filter_map(|p| self.at(*p)).filter(move |r| self.is_known(r, clock))
    }

    /// The current revision of a record by the clock.
    pub fn current(&self, name: &RecordName, clock: Clock) -> Option<&Arc<Revision>> {
        self.revisions_of(name, clock).next_back()
    }

    /// Every revision after a position that the clock admits, in the order of the log.
    pub fn after(&self, position: Position, clock: Clock) -> impl Iterator<Item = &Arc<Revision>> {
        let revisions = (position.saturating_add(1)..=clock.at).map_while(|p| self.at(p));
        revisions.filter(move |revision| self.is_known(revision, clock))
    }

    /// Whether no later revision of the same record is admitted by the clock.
    pub fn is_current(&self, revision: &Revision, clock: Clock) -> bool {
        let positions = self.by_name.get(&revision.name).map_or(&[][..], Vec::as_slice);
        let later = positions.iter().rev().take_while(|p| **p > revision.position).filter(|p| **p <= clock.at);
        later.filter_map(|p| self.at(*p)).all(|later| !self.is_known(later, clock))
    }

    /// The position of a record's first revision.
    pub fn first_position(&self, name: &RecordName) -> Option<Position> {
        self.by_name.get(name).and_then(|p| p.first()).copied()
    }

    /// When a revision could be known, as asked at a position: of an incident without citations, once a report or finding about it could.
    pub fn known(&self, revision: &Revision, at: Position) -> Known {
        if revision.known != Known::Always || revision.name.collection != Collection::Incidents {
            return revision.known;
        }
        let about = self.about.get(&revision.name).map_or(&[][..], Vec::as_slice);
        let about = about.iter().take_while(|p| **p <= at).filter_map(|p| self.at(*p));
        about.map(|r| r.known).reduce(Known::earlier).unwrap_or(Known::Never)
    }

    /// Whether an assertion's every document is retracted by the clock.
    pub fn unsourced(&self, revision: &Revision, clock: Clock) -> bool {
        unsourced(revision, |name| self.current(name, clock))
    }

    fn is_known(&self, revision: &Revision, clock: Clock) -> bool {
        clock.known_by.is_none_or(|instant| self.known(revision, clock.at).by(instant))
    }
}

/// Whether an assertion has no document that is not retracted, its statement's included; `find` gives the current revision of a record.
pub(super) fn unsourced<'r>(revision: &Revision, find: impl Fn(&RecordName) -> Option<&'r Arc<Revision>>) -> bool {
    if !revision.name.collection.needs_citation() {
        return false;
    }
    let statement = match &revision.body {
        Body::Report(report) => report.statement.as_ref(),
        _ => None,
    };
    let inherited = statement.and_then(|s| find(&s.record()));
    if statement.is_some() && inherited.is_none() {
        // What it rests on is not known by the clock, so nor is what became of it.
        return false;
    }
    // A retracted statement counts nowhere, and what it cites no longer carries what rests on it.
    let inherited = inherited.filter(|s| !s.retracted);
    let citations = revision.citations.iter().chain(inherited.iter().flat_map(|s| &s.citations));
    citations.map(|c| c.document.record()).all(|name| find(&name).is_some_and(|r| r.retracted))
}

impl RecordSoFar for Records {
    fn last(&self, name: &RecordName) -> Option<Arc<Revision>> {
        let last = self.by_name.get(name)?.last()?;
        self.at(*last).cloned()
    }

    fn last_by(&self, name: &RecordName, position: Position) -> Option<Arc<Revision>> {
        self.current(name, Clock { at: position, known_by: None }).cloned()
    }

    fn first(&self, name: &RecordName) -> Option<Arc<Revision>> {
        self.first_position(name).and_then(|p| self.at(p)).cloned()
    }

    fn class_record(&self, taxonomy: Taxonomy, id: &str) -> Option<RecordName> {
        self.classes.get(&(taxonomy, Arc::from(id))).cloned()
    }

    fn ids(&self, collection: Collection) -> Vec<Id> {
        self.in_order.iter().filter(|n| n.collection == collection).map(|n| n.id.clone()).collect()
    }

    fn class_ids(&self, taxonomy: Taxonomy) -> Vec<Arc<str>> {
        self.classes.keys().filter(|(t, _)| *t == taxonomy).map(|(_, id)| id.clone()).collect()
    }

    fn readings_naming(&self, name: &RecordName) -> Vec<RecordName> {
        self.readings_naming.get(name).cloned().unwrap_or_default()
    }

    fn built_in(&self, taxonomy: Taxonomy) -> &Hierarchy {
        taxonomy::built_in(taxonomy)
    }
}

/// Batches that are admitted but not yet folded in, so that the next can be held against them.
///
/// ```text
///  records  1 2 3 … head │ head+1 … ahead
///           durable      │ on their way to the disk
/// ```
#[derive(Debug, Default)]
pub struct Ahead {
    added: VecDeque<Arc<Revision>>,
    /// The positions of the first and the last pending revision of each record.
    names: HashMap<RecordName, (Position, Position)>,
    classes: HashMap<(Taxonomy, Arc<str>), RecordName>,
}

impl Ahead {
    /// Adds an admitted batch.
    pub fn add(&mut self, revisions: &[Arc<Revision>]) {
        for revision in revisions {
            if let Body::Class(class) = &revision.body {
                self.classes.insert((class.taxonomy, class.id.0.clone()), revision.name.clone());
            }
            let position = revision.position;
            self.names
                .entry(revision.name.clone())
                .and_modify(|(_, last)| *last = position)
                .or_insert((position, position));
            self.added.push_back(revision.clone());
        }
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
    }

    /// Forgets what is folded in by now.
    pub fn forget_to(&mut self, head: Position) {
        while let Some(revision) = self.added.pop_front_if(|revision| revision.position <= head) {
            if let Body::Class(class) = &revision.body {
                self.classes.remove(&(class.taxonomy, class.id.0.clone()));
            }
            // A record with more of its revisions pending is still found by the last of them.
            if self.names.get(&revision.name).is_some_and(|(_, last)| *last <= head) {
                self.names.remove(&revision.name);
            }
        }
    }

    /// The revision at a position, if it is pending.
    fn at(&self, position: Position) -> Option<&Arc<Revision>> {
        let first = self.added.front()?.position;
        usize::try_from(position.checked_sub(first)?).ok().and_then(|i| self.added.get(i))
    }
}

/// The record with what is ahead of it.
#[derive(Debug, Clone, Copy)]
pub struct Pending<'r> {
    records: &'r Records,
    ahead: &'r Ahead,
}

impl<'r> Pending<'r> {
    /// The record, and what begins right after its head.
    pub fn new(records: &'r Records, ahead: &'r Ahead) -> Pending<'r> {
        Pending { records, ahead }
    }

    /// The position that the next record will take.
    pub fn next_position(&self) -> Position {
        self.records.head() + self.ahead.added.len() as Position + 1
    }

    /// The record time of the last revision, pending ones included.
    pub fn last_time(&self) -> Option<Timestamp> {
        self.ahead.added.back().or_else(|| self.records.revisions.last()).map(|r| r.record_time)
    }
}

impl RecordSoFar for Pending<'_> {
    fn last(&self, name: &RecordName) -> Option<Arc<Revision>> {
        let pending = self.ahead.names.get(name).and_then(|(_, last)| self.ahead.at(*last)).cloned();
        pending.or_else(|| self.records.last(name))
    }

    fn last_by(&self, name: &RecordName, position: Position) -> Option<Arc<Revision>> {
        let is_pending = self.ahead.names.contains_key(name);
        let mut pending = self.ahead.added.iter().rev().filter(|_| is_pending);
        let pending = pending.find(|r| r.name == *name && r.position <= position).cloned();
        pending.or_else(|| self.records.last_by(name, position))
    }

    fn first(&self, name: &RecordName) -> Option<Arc<Revision>> {
        let pending = || self.ahead.names.get(name).and_then(|(first, _)| self.ahead.at(*first)).cloned();
        self.records.first(name).or_else(pending)
    }

    fn class_record(&self, taxonomy: Taxonomy, id: &str) -> Option<RecordName> {
        let pending = self.ahead.classes.get(&(taxonomy, Arc::from(id))).cloned();
        pending.or_else(|| self.records.class_record(taxonomy, id))
    }

    fn ids(&self, collection: Collection) -> Vec<Id> {
        let added = self.ahead.names.keys().filter(|n| n.collection == collection).map(|n| n.id.clone());
        self.records.ids(collection).into_iter().chain(added).collect()
    }

    fn class_ids(&self, taxonomy: Taxonomy) -> Vec<Arc<str>> {
        let added = self.ahead.classes.keys().filter(|(t, _)| *t == taxonomy).map(|(_, id)| id.clone());
        self.records.class_ids(taxonomy).into_iter().chain(added).collect()
    }

    fn readings_naming(&self, name: &RecordName) -> Vec<RecordName> {
        let readings = self.ahead.added.iter().filter(|r| r.name.collection == Collection::Readings);
        let added = readings.filter(|r| r.references.contains(name)).map(|r| r.name.clone());
        self.records.readings_naming(name).into_iter().chain(added).collect()
    }

    fn built_in(&self, taxonomy: Taxonomy) -> &Hierarchy {
        taxonomy::built_in(taxonomy)
    }
}
