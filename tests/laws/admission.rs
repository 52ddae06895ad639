//! How a batch is held against the record: only what it names is looked up, and once taken it can be put back and taken again.

use std::cell::Cell;
use std::sync::Arc;

use armistice::domain::admission::{Admitted, RecordSoFar, Recording, admit};
use armistice::domain::batch::Batch;
use armistice::domain::hierarchy::Hierarchy;
use armistice::domain::name::{Collection, Id, RecordName};
use armistice::domain::record::{Position, Revision};
use armistice::domain::things::Taxonomy;
use armistice::wire::{decode, pb};
use pb::record::Kind;
use proptest::prelude::*;

use super::small::small;
use super::support::room::Room;
use super::{batches, try_law};

/// A record that counts how often it is asked for another, and refuses to be asked for all of them.
struct Watched<'r> {
    room: &'r Room,
    asked: Cell<usize>,
}

impl Watched<'_> {
    fn count(&self) {
        self.asked.set(self.asked.get() + 1);
    }
}

impl RecordSoFar for Watched<'_> {
    fn last(&self, name: &RecordName) -> Option<Arc<Revision>> {
        self.count();
        self.room.records.last(name)
    }

    fn is_retracted(&self, name: &RecordName) -> Option<bool> {
        self.count();
        self.room.records.is_retracted(name)
    }

    fn last_by(&self, name: &RecordName, position: Position) -> Option<Arc<Revision>> {
        self.count();
        self.room.records.last_by(name, position)
    }

    fn first(&self, name: &RecordName) -> Option<Arc<Revision>> {
        self.count();
        self.room.records.first(name)
    }

    fn class_record(&self, taxonomy: Taxonomy, id: &str) -> Option<RecordName> {
        self.count();
        self.room.records.class_record(taxonomy, id)
    }

    fn ids(&self, _collection: Collection) -> Vec<Id> {
        panic!("a batch without faults needs no advice")
    }

    fn class_ids(&self, _taxonomy: Taxonomy) -> Vec<Arc<str>> {
        panic!("a batch without faults needs no advice")
    }

    fn readings_naming(&self, name: &RecordName) -> Vec<RecordName> {
        self.count();
        self.room.records.readings_naming(name)
    }

    fn built_in(&self, taxonomy: Taxonomy) -> &Hierarchy {
        self.room.records.built_in(taxonomy)
    }
}

fn decoded(room: &Room, records: Vec<pb::Record>) -> Batch {
    let mut new_id = || "assigned".to_owned();
    let mut context = decode::Context { dossier: &room.dossier.id, zone: &room.dossier.zone, new_id: &mut new_id };
    decode::batch(records, &mut context)
}

fn admitted(room: &Room, batch: &mut Batch, ground: &impl RecordSoFar) -> Admitted {
    let time = "2027-01-01T00:00:00Z".parse().expect("an instant");
    let recording = Recording { position: room.records.head() + 1, time, by: "actors/tester".to_owned() };
    admit(batch, ground, &recording).expect("it has no fault")
}

fn named(name: &str, kind: Kind) -> pb::Record {
    pb::Record { name: name.to_owned(), kind: Some(kind), ..Default::default() }
}

fn incident(number: usize) -> pb::Record {
    let display_name = format!("Incident {number}");
    named(&format!("incidents/i{number}"), Kind::Incident(pb::Incident { display_name, ..Default::default() }))
}

/// A dossier with so many incidents.
fn with_incidents(count: usize) -> Room {
    let mut room = Room::new("small", "Europe/Kyiv");
    let actor =
        pb::Actor { display_name: "State".to_owned(), r#type: pb::ActorType::State.into(), ..Default::default() };
    let stage = vec![
        named("actors/state", Kind::Actor(actor)),
        named("documents/d", Kind::Document(pb::Document { title: "Document".to_owned(), ..Default::default() })),
    ];
    let records = stage.into_iter().chain((0..count).map(incident)).collect();
    room.take(records).expect("it has no fault");
    room
}

/// Reports of the first incident.
fn reports(count: usize) -> Vec<pb::Record> {
    let report = |number: usize| {
        let facts = pb::Facts { act: "strike.drone".to_owned(), ..Default::default() };
        let report = pb::Report {
            incident: "incidents/i0".to_owned(),
            claimant: "actors/state".to_owned(),
            facts: Some(facts),
            ..Default::default()
        };
        let citations = vec![pb::Citation { document: "documents/d".to_owned(), ..Default::default() }];
        pb::Record { citations, ..named(&format!("reports/r{number}"), Kind::Report(report)) }
    };
    (0..count).map(report).collect()
}

#[test]
fn a_batch_asks_for_each_record_that_it_names_once_however_many_there_are() {
    for incidents in [1, 10, 1000] {
        let room = with_incidents(incidents);
        let ground = Watched { room: &room, asked: Cell::new(0) };
        let admitted = admitted(&room, &mut decoded(&room, reports(50)), &ground);
        assert_eq!(admitted.revisions.len(), 50);
        // The reports themselves; whether incident, claimant and document are retracted; and when the document was published.
        assert_eq!(ground.asked.get(), 50 + 3 + 1, "{incidents} incidents");
    }
}

#[test]
fn a_batch_that_is_refused_is_left_as_it_was() {
    try_law("refused and left whole", (small(), any::<usize>()), |(small, pick)| {
        let mut room = Room::new("small", "Europe/Kyiv");
        for records in batches(&small) {
            // One twice, one that names nobody there, and one without what it needs, at any place among the others.
            let report = pb::Report { incident: "incidents/none".to_owned(), ..Default::default() };
            let faulty = [
                records[pick % records.len()].clone(),
                named("reports/faulty", Kind::Report(report)),
                pb::Record { name: "incidents/bare".to_owned(), ..Default::default() },
            ];
            let mut mixed = records.clone();
            for (nth, record) in faulty.into_iter().enumerate() {
                mixed.insert((pick >> (8 * nth)) % (mixed.len() + 1), record);
            }
            let mut batch = decoded(&room, mixed);
            let before = format!("{batch:?}");
            let time = "2027-01-01T00:00:00Z".parse().expect("an instant");
            let recording = Recording { position: room.records.head() + 1, time, by: "actors/tester".to_owned() };
            let refused = admit(&mut batch, &room.records, &recording);
            prop_assert!(refused.is_err());
            prop_assert_eq!(format!("{batch:?}"), before);
            room.take(records).expect("it has no fault");
        }
        Ok(())
    });
}

#[test]
fn a_batch_that_is_put_back_is_admitted_as_it_was() {
    try_law("put back and admitted anew", small(), |small| {
        let mut room = Room::new("small", "Europe/Kyiv");
        for records in batches(&small) {
            let mut batch = decoded(&room, records.clone());
            let first = admitted(&room, &mut batch, &room.records);
            batch.restore(&first.revisions);
            let again = admitted(&room, &mut batch, &room.records);
            prop_assert_eq!(&again.revisions, &first.revisions);
            prop_assert_eq!(&again.warnings, &first.warnings);
            room.take(records).expect("it has no fault");
        }
        Ok(())
    });
}
