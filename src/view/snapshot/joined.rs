//! What links join: incidents of one event, statements that are the same, parts and wholes. Nearly all records have no link, and
//! none of these is kept for them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::name::{Collection, RecordName};
use crate::domain::record::{Body, Revision};
use crate::domain::things::LinkType;
use crate::view::columns::Bits;
use crate::view::parts::Parts;
use crate::view::records::{Clock, Records};

/// The joined records by one clock.
#[derive(Debug, Default)]
pub(super) struct Joined {
    /// For each incident that is joined with others and live: the first of the live ones.
    leaders: HashMap<u32, u32>,
    /// For each leader of several: all of them, itself first.
    members: HashMap<u32, Vec<u32>>,
    /// For each statement that is linked as the same: the one that stands for all.
    statements: HashMap<u32, u32>,
    parts: Parts,
}

impl Joined {
    /// What the links that a clock admits join.
    pub(super) fn by(records: &Records, clock: Clock, live: &Bits) -> Joined {
        let (mut same_event, mut same_statement, mut part_of) = (Vec::new(), Vec::new(), Vec::new());
        // A link to an incident that is retracted, or not known yet, stays, so that what it joins stays joined; the incident
        // itself is in no answer.
        let incident = |name: &RecordName| match name.collection {
            Collection::Incidents => records.find(name).map(|record| records.ordinal(record)),
            _ => None,
        };
        let statement = |name: &RecordName| match name.collection {
            Collection::Statements => records.find(name),
            _ => None,
        };
        for revision in records.all_current(Collection::Links, clock).filter(|revision| !revision.retracted) {
            let Body::Link(link) = &revision.body else { continue };
            let (subject, object) = (&link.subject, &link.object);
            match link.link_type {
                LinkType::SameEvent => same_event.extend(incident(subject).zip(incident(object))),
                LinkType::SameStatement => same_statement.extend(statement(subject).zip(statement(object))),
                LinkType::PartOf => part_of.extend(incident(subject).zip(incident(object))),
                LinkType::SameSite | LinkType::SecondStrike => {}
            }
        }

        let tops = Sets::joined(&same_event).tops();
        let is_live = |incident: &u32| (*incident as usize) < live.length() && live.has(*incident as usize);
        let mut of_top: HashMap<u32, Vec<u32>> = HashMap::new();
        for (&incident, &top) in tops.iter().filter(|(incident, _)| is_live(incident)) {
            of_top.entry(top).or_default().push(incident);
        }
        let (mut leaders, mut members) = (HashMap::new(), HashMap::new());
        for incidents in of_top.values_mut() {
            incidents.sort_unstable();
            leaders.extend(incidents.iter().map(|incident| (*incident, incidents[0])));
            if incidents.len() > 1 {
                members.insert(incidents[0], incidents.clone());
            }
        }

        // Of parts and wholes only those that are linked are numbered.
        let top = |incident: u32| tops.get(&incident).copied().unwrap_or(incident);
        let mut linked: Vec<u32> = part_of.iter().flat_map(|&(part, whole)| [top(part), top(whole)]).collect();
        linked.sort_unstable();
        linked.dedup();
        let place = |incident: u32| linked.binary_search(&top(incident)).ok();
        let edges: Vec<(usize, usize)> =
            part_of.iter().filter_map(|&(part, whole)| place(part).zip(place(whole))).collect();
        let parts = Parts::new(linked.len(), &edges, |node| {
            let group = match of_top.get(&linked[node]) {
                Some(incidents) => incidents.first().copied(),
                None => Some(linked[node]).filter(|incident| is_live(incident)),
            };
            group.map(|group| group as usize)
        });
        Joined { leaders, members, statements: Sets::joined(&same_statement).tops(), parts }
    }

    /// Of live incidents, those that stand for a group.
    pub(super) fn groups(&self, live: &Bits) -> Bits {
        let mut groups = live.clone();
        for (incident, leader) in &self.leaders {
            if incident != leader {
                groups.remove(*incident as usize);
            }
        }
        groups
    }

    /// Puts the groups in which two states differ into a set, and those of the incidents in it; false if statements are joined otherwise,
    /// for that can touch any.
    pub(super) fn touches(&self, other: &Joined, touched: &mut Bits) -> bool {
        for (&incident, &leader) in self.leaders.iter().chain(&other.leaders) {
            let (here, there) = (self.leader(incident), other.leader(incident));
            let is_touched = (incident as usize) < touched.length() && touched.has(incident as usize);
            if is_touched || here != there || self.members(here) != other.members(there) {
                for incident in [incident, leader, here, there].map(|incident| incident as usize) {
                    if incident < touched.length() {
                        touched.insert(incident);
                    }
                }
            }
        }
        self.statements == other.statements
    }

    /// The incident that stands for the group of a live one.
    pub(super) fn leader(&self, incident: u32) -> u32 {
        self.leaders.get(&incident).copied().unwrap_or(incident)
    }

    /// The incidents of a group that has several, itself first; none of one that stands alone.
    pub(super) fn members(&self, group: u32) -> &[u32] {
        self.members.get(&group).map_or(&[], Vec::as_slice)
    }

    /// The statement that stands for all that are linked as the same.
    pub(super) fn statement(&self, statement: u32) -> u32 {
        self.statements.get(&statement).copied().unwrap_or(statement)
    }

    /// Which incidents are parts of which.
    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }
}

/// Of a collection's records that are linked as the same event: the one that stands for all.
pub(super) fn same_events(records: &Records, clock: Clock, collection: Collection) -> HashMap<u32, u32> {
    let of_link = |revision: Arc<Revision>| match &revision.body {
        Body::Link(link) if link.link_type == LinkType::SameEvent && link.subject.collection == collection => {
            records.find(&link.subject).zip(records.find(&link.object))
        }
        _ => None,
    };
    let links = records.all_current(Collection::Links, clock).filter(|revision| !revision.retracted);
    let pairs: Vec<(u32, u32)> = links.filter_map(of_link).collect();
    Sets::joined(&pairs).tops()
}

/// Disjoint sets of records, joined by links.
struct Sets {
    above: HashMap<u32, u32>,
}

impl Sets {
    fn joined(pairs: &[(u32, u32)]) -> Sets {
        let mut sets = Sets { above: HashMap::new() };
        for &(a, b) in pairs {
            sets.above.entry(a).or_insert(a);
            sets.above.entry(b).or_insert(b);
            let (a, b) = (sets.top(a), sets.top(b));
            // The smaller number, recorded first, stands for both.
            sets.above.insert(a.max(b), a.min(b));
        }
        sets
    }

    fn top(&mut self, mut at: u32) -> u32 {
        while self.above[&at] != at {
            // Each step on the way halves it for whoever comes next.
            let further = self.above[&self.above[&at]];
            self.above.insert(at, further);
            at = further;
        }
        at
    }

    fn tops(mut self) -> HashMap<u32, u32> {
        let records: Vec<u32> = self.above.keys().copied().collect();
        records.into_iter().map(|record| (record, self.top(record))).collect()
    }
}
