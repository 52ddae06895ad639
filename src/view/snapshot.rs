//! The record as it stands by one clock: current revisions, hierarchies, and incidents joined by their links.
//!
//! Incidents are numbered in the order in which they were first recorded, whatever the clock. A group is an incident, or several that
//! are linked as the same event; its number is that of its first.
//!
//! ```text
//!  incident   0   1   2   3   4   5
//!                 └─same──┘   retracted
//!  groups     0   1   2           5        3 is in group 1, and 4 in none
//! ```

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::evidence::{Evidence, RecordRef, Testimony};
use crate::domain::hierarchy::Hierarchy;
use crate::domain::name::{Collection, IncidentName, RecordName};
use crate::domain::obligation::{Account, Event};
use crate::domain::record::{Body, Position, Revision};
use crate::domain::report::FindingStatus;
use crate::domain::taxonomy;
use crate::domain::things::{ActorType, PlaceType, Taxonomy};
use crate::domain::time::Range;
use crate::domain::world::World;

use super::Stats;
use super::columns::{Bits, Change, Frame, says_the_same};
use super::parts::Parts;
use super::records::{Accounts, Clock, Records};

mod joined;
mod news;

use joined::Joined;
pub use news::Told;

/// One incident, or several that are linked as the same event.
#[derive(Debug, Clone)]
pub struct Group {
    /// The name recorded first, under which the answer stands.
    pub incident: IncidentName,
    /// The other names.
    pub same_event: Vec<IncidentName>,
    /// The number of the first.
    number: u32,
}

/// The record by one clock.
#[derive(Debug)]
pub struct Snapshot {
    /// The clock.
    pub clock: Clock,
    /// The hierarchies.
    pub world: Arc<World>,
    records: Records,
    /// The incidents that are there and not retracted, joined or not.
    live: Bits,
    /// Those that stand for a group.
    groups: Bits,
    joined: Arc<Joined>,
    /// The columns, made when they are first asked for.
    frame: Arc<Frame>,
}

impl Snapshot {
    /// Reads the record by a clock.
    pub fn new(records: &Records, clock: Clock) -> Snapshot {
        let incidents = records.count(Collection::Incidents, clock.at);
        let mut is_live = records.all(Collection::Incidents, clock.at).map(|record| is_live(records, record, clock));
        let live = Bits::of(incidents, |_| is_live.next().unwrap_or(false));
        let joined = Arc::new(Joined::by(records, clock, &live));
        let groups = joined.groups(&live);
        let world = Arc::new(world(records, clock));
        Snapshot { clock, world, records: records.clone(), live, groups, joined, frame: Arc::default() }
    }

    /// Reads the record by a clock, from what it says by another: of most incidents the same, as a rule.
    pub fn beside(other: &Snapshot, records: &Records, clock: Clock) -> Snapshot {
        match other.clock.known_by == clock.known_by {
            true => Snapshot::by_another_position(other, records, clock),
            false => Snapshot::by_another_day(other, records, clock),
        }
    }

    /// What was recorded between two positions tells in what they differ, whichever comes first.
    fn by_another_position(other: &Snapshot, records: &Records, clock: Clock) -> Snapshot {
        let (first, last) = (other.clock.at.min(clock.at), other.clock.at.max(clock.at).min(records.head()));
        let incidents = records.count(Collection::Incidents, clock.at);
        let mut live = other.live.resized(incidents);
        let mut touched = Bits::none(incidents);
        (other.live.length()..incidents).for_each(|new| touched.insert(new));
        let (mut places_moved, mut joins_moved, mut rows_moved) = (false, false, incidents != other.live.length());
        let number = |position: Position| u32::try_from(position).expect("a position of this record");
        for position in number(first) + 1..=number(last) {
            let (record, collection) = records.record_at(position);
            let incident = match collection {
                Collection::Actors | Collection::Places | Collection::Classes => {
                    places_moved = true;
                    continue;
                }
                Collection::Links => {
                    joins_moved = true;
                    continue;
                }
                Collection::Incidents => {
                    joins_moved |= records.first_of(record) != Position::from(position);
                    record
                }
                Collection::Reports | Collection::Findings => {
                    let Some(incident) = records.incident_of(record) else { continue };
                    // What is said of an incident can make it known.
                    joins_moved |= clock.known_by.is_some();
                    incident
                }
                _ => continue,
            };
            rows_moved = true;
            let incident_number = records.ordinal(incident) as usize;
            if incident_number < incidents {
                touched.insert(incident_number);
                let may_be_live = collection == Collection::Incidents || clock.known_by.is_some();
                if may_be_live {
                    live.set(incident_number, is_live(records, incident, clock));
                }
            }
        }
        let world = if places_moved { same_or(world(records, clock), &other.world) } else { other.world.clone() };
        let joined = if joins_moved { Arc::new(Joined::by(records, clock, &live)) } else { other.joined.clone() };
        let groups = joined.groups(&live);
        let frame = if places_moved || joins_moved || rows_moved {
            beside(other, &world, &joined, &groups, touched)
        } else {
            other.frame.clone()
        };
        Snapshot { clock, world, records: records.clone(), live, groups, joined, frame }
    }

    /// What by one of two days was said otherwise, or not yet, tells in what they differ.
    fn by_another_day(other: &Snapshot, records: &Records, clock: Clock) -> Snapshot {
        let Snapshot { world, live, groups, joined, .. } = Snapshot::new(records, clock);
        let world = same_or(Arc::unwrap_or_clone(world), &other.world);
        let mut touched = Bits::none(live.length());
        for said in records.accounts().all_said() {
            if (said.incident as usize) < touched.length() && records.parts(said.record, clock, other.clock) {
                touched.insert(said.incident as usize);
            }
        }
        // Of an incident that was corrected, one day may know another revision; of any other, whether it is there says all.
        for incident in records.all(Collection::Incidents, clock.at).filter(|incident| records.is_corrected(*incident))
        {
            if records.parts(incident, clock, other.clock) {
                touched.insert(records.ordinal(incident) as usize);
            }
        }
        let frame = beside(other, &world, &joined, &groups, touched);
        Snapshot { clock, world, records: records.clone(), live, groups, joined, frame }
    }

    /// Where is counted what is done with it.
    pub(super) fn stats(&self) -> &Stats {
        self.records.stats()
    }

    /// The columns.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The current revision of a record, retracted or not.
    pub fn find(&self, name: &RecordName) -> Option<Arc<Revision>> {
        self.records.current(name, self.clock)
    }

    /// Whether a record is there, retracted or not.
    pub fn is_there(&self, name: &RecordName) -> bool {
        self.records.is_there(name, self.clock)
    }

    /// Every current record that is not retracted, first recorded first.
    pub fn all_live(&self, collection: Collection) -> impl Iterator<Item = Arc<Revision>> {
        self.records.all_current(collection, self.clock).filter(|revision| !revision.retracted)
    }

    /// The names of those.
    pub fn names_live(&self, collection: Collection) -> impl Iterator<Item = RecordName> {
        let records = self.records.all(collection, self.clock.at);
        records.filter(|r| is_live(&self.records, *r, self.clock)).map(|record| self.records.name(record))
    }

    /// When the position was recorded at which the record is read; `None` where only the dossier itself is.
    pub fn record_time(&self) -> Option<Timestamp> {
        self.records.time_at(self.clock.at)
    }

    /// The current contacts, exchanges or pledges that are not retracted, those linked as the same event together; first recorded first,
    /// both the events and the records of one.
    pub fn events(&self, collection: Collection) -> Vec<Event> {
        let live: Vec<Arc<Revision>> = self.all_live(collection).collect();
        let record = |revision: &Revision| self.records.find(&revision.name);
        // One record alone is no other's event, and nothing is looked up for it.
        let tops = match live.len() {
            0 | 1 => HashMap::new(),
            _ => joined::same_events(&self.records, self.clock, collection),
        };
        let mut events: Vec<Event> = Vec::new();
        let mut of_top: HashMap<u32, usize> = HashMap::new();
        for revision in live {
            let Some(record) = record(&revision) else { continue };
            let source = RecordRef { name: revision.name.clone(), position: revision.position };
            let account = Account { source, unsourced: self.unsourced(&revision), revision };
            let top = tops.get(&record).copied().unwrap_or(record);
            match of_top.get(&top) {
                Some(at) => events[*at].accounts.push(account),
                None => {
                    of_top.insert(top, events.len());
                    events.push(Event { accounts: vec![account] });
                }
            }
        }
        events
    }

    /// The groups, by their numbers.
    pub fn groups(&self) -> &Bits {
        &self.groups
    }

    /// The group that an incident belongs to.
    pub fn group(&self, incident: &IncidentName) -> Option<usize> {
        let number = self.records.ordinal(self.records.find(&incident.record())?);
        let is_live = (number as usize) < self.live.length() && self.live.has(number as usize);
        is_live.then(|| self.joined.leader(number) as usize)
    }

    /// The group with a number, with its names.
    pub fn group_at(&self, number: usize) -> Group {
        let number = super::store::number(number);
        let name = |incident: u32| {
            let id = self.records.name(self.records.nth(Collection::Incidents, incident)).id;
            IncidentName::new(id)
        };
        let same_event = self.joined.members(number).iter().filter(|member| **member != number).copied().map(name);
        Group { incident: name(number), same_event: same_event.collect(), number }
    }

    /// Which incidents are parts of which.
    pub fn parts(&self) -> &Parts {
        self.joined.parts()
    }

    /// The current revisions of a group's incidents, first recorded first.
    pub fn members(&self, group: &Group) -> impl Iterator<Item = Arc<Revision>> {
        let positions = self.incident_positions(group.number);
        positions.filter_map(|position| self.records.at(Position::from(position)))
    }

    /// A group's reports, first recorded first.
    pub fn reports(&self, group: &Group) -> impl Iterator<Item = Arc<Revision>> {
        self.said(group.number, false)
    }

    /// A group's findings of any status, first recorded first.
    pub fn findings(&self, group: &Group) -> impl Iterator<Item = Arc<Revision>> {
        self.said(group.number, true)
    }

    /// What is known about a group.
    pub fn evidence(&self, group: &Group) -> Evidence {
        self.evidence_of(group.number)
    }

    /// A group's findings of any status as evidence; only verified ones decide, but all can be filtered by.
    pub fn all_findings(&self, group: &Group) -> Evidence {
        Evidence {
            reports: Vec::new(),
            findings: self.findings(group).map(|revision| self.testimony(revision)).collect(),
        }
    }

    /// When an incident happened: the hull of what its reports give, else its own `about`, else any time.
    pub fn time_of(&self, group: &Group, evidence: &Evidence) -> Range {
        let about = |revision: Arc<Revision>| match &revision.body {
            Body::Incident(incident) => incident.about.as_ref().map(|s| s.range()),
            _ => None,
        };
        let abouts = || self.members(group).filter_map(about).reduce(|a, b| a.hull(&b));
        evidence.hull().or_else(abouts).unwrap_or(Range::ANY)
    }

    /// The same from the columns.
    pub(super) fn time_at(&self, group: u32, said: &mut Vec<u32>) -> Range {
        let accounts = self.records.accounts();
        self.said_about(group, said);
        let given = said.iter().map(|position| accounts.account(self.records.detail_at(*position)));
        let given = given.filter(|account| account.affirms() && !account.is_finding());
        let given = given.filter_map(|account| accounts.time(account.occurred()));
        let about = |position| accounts.incident_time(self.records.detail_at(position));
        let abouts = || self.incident_positions(group).filter_map(about).reduce(|a, b| a.hull(&b));
        given.reduce(|a, b| a.hull(&b)).or_else(abouts).unwrap_or(Range::ANY)
    }

    /// What is known about the group with a number.
    pub(super) fn evidence_of(&self, group: u32) -> Evidence {
        let is_verified =
            |r: &Arc<Revision>| matches!(&r.body, Body::Finding(finding) if finding.status == FindingStatus::Verified);
        let findings = self.said(group, true).filter(is_verified);
        Evidence {
            reports: self.said(group, false).map(|revision| self.testimony(revision)).collect(),
            findings: findings.map(|revision| self.testimony(revision)).collect(),
        }
    }

    /// Where the current revisions of a group's reports and findings stand, first recorded first.
    pub(super) fn said_about(&self, group: u32, positions: &mut Vec<u32>) {
        positions.clear();
        let of_incident = |incident| {
            let said = self.accounts().about(incident);
            said.take_while(|(_, said)| self.records.first_of(said.record) <= self.clock.at)
                .filter_map(|(number, said)| Some((number, self.records.position(said.record, self.clock)?)))
                .filter(|(_, position)| !self.records.retracts(*position))
        };
        let members = self.joined.members(group);
        if members.is_empty() {
            positions.extend(of_incident(group).map(|(_, position)| position));
            return;
        }
        let mut of_all: Vec<(u32, u32)> = members.iter().flat_map(|incident| of_incident(*incident)).collect();
        of_all.sort_unstable();
        positions.extend(of_all.into_iter().map(|(_, position)| position));
    }

    /// The account of a report's or finding's revision.
    pub(super) fn account(&self, position: u32) -> u32 {
        self.records.detail_at(position)
    }

    /// The statement that stands for all that are linked as the same.
    pub(super) fn statement(&self, statement: u32) -> u32 {
        self.joined.statement(statement)
    }

    /// What reports and findings say.
    pub(super) fn accounts(&self) -> &Accounts {
        self.records.accounts()
    }

    fn said(&self, group: u32, findings: bool) -> impl Iterator<Item = Arc<Revision>> {
        let mut positions = Vec::new();
        self.said_about(group, &mut positions);
        let is_wanted =
            move |position: &u32| self.accounts().account(self.records.detail_at(*position)).is_finding() == findings;
        positions.into_iter().filter(is_wanted).filter_map(|position| self.records.at(Position::from(position)))
    }

    fn incident_positions(&self, group: u32) -> impl Iterator<Item = u32> {
        let members = self.joined.members(group);
        let alone = members.is_empty().then_some(group);
        let incidents = alone.into_iter().chain(members.iter().copied());
        incidents.filter_map(|i| self.records.position(self.records.nth(Collection::Incidents, i), self.clock))
    }

    /// Whether an assertion's every document is retracted.
    pub fn unsourced(&self, revision: &Revision) -> bool {
        self.records.unsourced(revision, self.clock)
    }

    fn testimony(&self, revision: Arc<Revision>) -> Testimony {
        let (claimant, statement) = match &revision.body {
            Body::Report(report) => {
                let statement = report.statement.as_ref().and_then(|s| self.records.find(&s.record()));
                let statement = statement.map(|statement| self.joined.statement(statement) as usize);
                (self.world.actors.find(report.claimant.id().as_str()), statement)
            }
            _ => (None, None),
        };
        let first = self.records.find(&revision.name).map(|record| self.records.first_of(record));
        Testimony {
            source: RecordRef { name: revision.name.clone(), position: revision.position },
            first: first.unwrap_or(revision.position),
            unsourced: self.unsourced(&revision),
            claimant,
            statement,
            revision,
        }
    }
}

/// The hierarchies of another state, if these are the same: what hangs on them can then be kept.
fn same_or(world: World, other: &Arc<World>) -> Arc<World> {
    if world.is_same(other) { other.clone() } else { Arc::new(world) }
}

/// The columns of a state that differs from another in the incidents touched, and maybe in hierarchies and links.
fn beside(other: &Snapshot, world: &Arc<World>, joined: &Joined, groups: &Bits, mut touched: Bits) -> Arc<Frame> {
    // Who comes to stand for a group, or to stand again, was in no row.
    let mut appeared = groups.clone();
    appeared.and_not(&other.groups);
    touched.or(&appeared);
    let is_same_world = Arc::ptr_eq(&other.world, world);
    if !joined.touches(&other.joined, &mut touched) || !is_same_world && !says_the_same(&other.world, world) {
        return Arc::default();
    }
    Arc::new(Frame::beside(&other.frame, Change { touched, world_moved: !is_same_world }))
}

fn is_live(records: &Records, record: u32, clock: Clock) -> bool {
    records.position(record, clock).is_some_and(|position| !records.retracts(position))
}

/// The hierarchies by a clock. Every name recorded up to its position is a node, numbered in order of first recording, so that a node
/// has one number by every clock; edges come from the revisions that the clock admits.
fn world(records: &Records, clock: Clock) -> World {
    let mut world = World::default();
    for taxonomy in Taxonomy::ALL {
        *world.classes_mut(taxonomy) = taxonomy::built_in(taxonomy).clone();
    }
    for record in records.all(Collection::Actors, clock.at) {
        let node = world.actors.node(&records.name(record).id.shared());
        // Of an actor not yet known, nobody can say whose it is.
        world.actors.set_unplaced(node, true);
    }
    for record in records.all(Collection::Places, clock.at) {
        let node = world.places.node(&records.name(record).id.shared());
        world.places.set_unplaced(node, true);
    }
    for record in records.all(Collection::Classes, clock.at) {
        if let Some(Body::Class(class)) = records.at(records.first_of(record)).as_deref().map(|r| &r.body) {
            let hierarchy = world.classes_mut(class.taxonomy);
            let node = hierarchy.node(&class.id.0);
            // Nor of a class not yet known what it is one of.
            hierarchy.set_unplaced(node, true);
        }
    }
    for revision in records.all_current(Collection::Actors, clock) {
        if let Body::Actor(actor) = &revision.body {
            let stray =
                matches!(actor.actor_type, ActorType::Person | ActorType::ArmedGroup) && actor.affiliations.is_empty();
            let above = actor.affiliations.iter().map(|a| a.id().shared());
            place_node(&mut world.actors, &revision.name.id.shared(), stray, above);
        }
    }
    for revision in records.all_current(Collection::Places, clock) {
        if let Body::Place(place) = &revision.body {
            let stray = place.place_type != PlaceType::Country && place.within.is_empty();
            let above = place.within.iter().map(|p| p.id().shared());
            place_node(&mut world.places, &revision.name.id.shared(), stray, above);
        }
    }
    for revision in records.all_current(Collection::Classes, clock) {
        if let Body::Class(class) = &revision.body {
            let above = class.parents.iter().map(|p| p.0.clone());
            place_node(world.classes_mut(class.taxonomy), &class.id.0, false, above);
        }
    }
    world
}

fn place_node(hierarchy: &mut Hierarchy, key: &Arc<str>, unplaced: bool, parents: impl Iterator<Item = Arc<str>>) {
    let node = hierarchy.node(key);
    hierarchy.set_unplaced(node, unplaced);
    for parent in parents {
        let parent = hierarchy.node(&parent);
        // Revisions of different known times may disagree about who is above whom; the edge recorded first stays, so there is no cycle.
        hierarchy.edge(node, parent);
    }
}
