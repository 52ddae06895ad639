//! What came in between two clocks: the incidents of which something became known, and what an earlier edition had that is no more.

use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::name::{Collection, IncidentName, RecordName};
use crate::domain::record::{Known, Revision};
use crate::view::columns::Bits;

use super::Snapshot;

/// Of which incidents something became known, as sets of groups.
#[derive(Debug, Clone)]
pub struct Told {
    /// Something was known before already.
    pub before: Bits,
    /// Something became known within.
    pub within: Bits,
}

impl Snapshot {
    /// When a revision could be known: of an incident without citations, once a report or finding about it could.
    pub fn known(&self, revision: &Revision) -> Known {
        self.records.known(revision, self.clock.at)
    }

    /// Every revision of a record that the clock admits, first to last.
    pub fn revisions_of(&self, name: &RecordName) -> impl DoubleEndedIterator<Item = Arc<Revision>> {
        self.records.revisions_of(name, self.clock)
    }

    /// Every current record, retracted or not, first recorded first.
    pub fn all_current(&self, collection: Collection) -> impl Iterator<Item = Arc<Revision>> {
        self.records.all_current(collection, self.clock)
    }

    /// Of which incidents something became known after one instant and by another. One pass over what is kept of each revision;
    /// nothing is decoded.
    pub fn told_within(&self, after: Timestamp, until: Timestamp) -> Told {
        let length = self.groups.length();
        let mut told = Told { before: Bits::none(length), within: Bits::none(length) };
        self.records.each_told(self.clock.at, |revision| {
            // An incident is identity only: it is what is said of it that becomes known.
            let Known::From(known) = revision.known else { return };
            if let Some(group) = self.live_group(revision.incident) {
                if known <= after {
                    told.before.insert(group);
                } else if known <= until {
                    told.within.insert(group);
                }
            }
        });
        told
    }

    /// The incidents of which this snapshot admits a revision that an earlier edition does not. Likewise one pass.
    pub fn touched_since(&self, earlier: &Snapshot) -> Bits {
        let mut touched = Bits::none(self.groups.length());
        let by = |known: Known, clock: Option<Timestamp>| clock.is_none_or(|instant| known.by(instant));
        self.records.each_told(self.clock.at, |revision| {
            let then = u64::from(revision.position) <= earlier.clock.at && by(revision.known, earlier.clock.known_by);
            if !then
                && by(revision.known, self.clock.known_by)
                && let Some(group) = self.live_group(revision.incident)
            {
                touched.insert(group);
            }
        });
        touched
    }

    /// The incidents that an earlier edition had and that are retracted now.
    pub fn withdrawn_since(&self, earlier: &Snapshot) -> Vec<IncidentName> {
        let mut gone = earlier.live.clone();
        gone.and_not(&self.live);
        let names = gone.iter().map(|incident| {
            let number = super::super::store::number(incident);
            self.records.name(self.records.nth(Collection::Incidents, number))
        });
        names.filter(|name| self.is_there(name)).map(|name| IncidentName::new(name.id)).collect()
    }

    /// Whether an incident of this snapshot's group was there in an earlier edition.
    pub fn was_there(&self, group: usize, earlier: &Snapshot) -> bool {
        let was_live = |incident: usize| incident < earlier.live.length() && earlier.live.has(incident);
        let number = super::super::store::number(group);
        let members = self.joined.members(number);
        if members.is_empty() { was_live(group) } else { members.iter().any(|member| was_live(*member as usize)) }
    }

    /// The group of a live incident.
    fn live_group(&self, incident: u32) -> Option<usize> {
        let is_live = (incident as usize) < self.live.length() && self.live.has(incident as usize);
        is_live.then(|| self.joined.leader(incident) as usize)
    }
}
