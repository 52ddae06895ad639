//! Obligations: what became of each that is asked for, at an instant.

use jiff::Timestamp;

use crate::domain::fault::Violation;
use crate::domain::name::Collection;
use crate::domain::obligation::{Assessment, Event, assess};
use crate::domain::reading::Duty;

use super::choice::{Choice, Chosen, choose_obligations};
use super::snapshot::Snapshot;

/// The obligations asked for, ready to be judged one by one.
#[derive(Debug)]
pub struct Obligations<'s> {
    /// The readings: as requested, then by position.
    pub readings: Vec<Chosen<'s>>,
    /// The instant at which they are judged.
    pub as_of_time: Timestamp,
    snapshot: &'s Snapshot,
    /// Contacts, exchanges and pledges, as far as some duty asks for them.
    events: Vec<Event>,
}

impl<'s> Obligations<'s> {
    /// Finds the readings of obligations that are asked for, and what is recorded that may answer to them. Without `as_of_time` they are
    /// judged at the record time of the position that is read, which of the dossier itself is `created`.
    pub fn new(
        choice: &Choice,
        as_of_time: Option<Timestamp>,
        created: Timestamp,
        snapshot: &'s Snapshot,
    ) -> Result<Obligations<'s>, Vec<Violation>> {
        let readings = choose_obligations(choice, snapshot, "readings")?;
        let asked: Vec<Collection> =
            readings.iter().flat_map(|r| &r.applied.clause().duties).map(collection_of).collect();
        let of_kind = [Collection::Contacts, Collection::Exchanges, Collection::Pledges];
        let events = of_kind.into_iter().filter(|c| asked.contains(c)).flat_map(|c| snapshot.events(c)).collect();
        let as_of_time = as_of_time.or_else(|| snapshot.record_time()).unwrap_or(created);
        Ok(Obligations { readings, as_of_time, snapshot, events })
    }

    /// Judges the obligation of one reading, by its index.
    pub fn assess(&self, reading: usize) -> Assessment {
        assess(&self.readings[reading].applied, &self.snapshot.world, &self.events, self.as_of_time)
    }
}

/// Where the records stand that may answer to a duty.
fn collection_of(duty: &Duty) -> Collection {
    match duty {
        Duty::Contact { .. } => Collection::Contacts,
        Duty::Exchange { .. } => Collection::Exchanges,
        Duty::Pledge { .. } => Collection::Pledges,
    }
}
