//! A dossier in process: decode, admit, encode, fold and answer, without a log or a transport.

use std::collections::BTreeMap;
use std::sync::Arc;

use armistice::domain::admission::{Recording, admit};
use armistice::domain::dossier::Dossier;
use armistice::domain::fault::Violation;
use armistice::domain::name::RecordName;
use armistice::domain::record::Revision;
use armistice::view::assess::{Docket, Question, coverage};
use armistice::view::compare::{comparisons, pair_tables};
use armistice::view::inconsistency::inconsistencies;
use armistice::view::list::{ListQuery, list};
use armistice::view::obligations::Obligations;
use armistice::view::records::{Clock, Records};
use armistice::view::snapshot::Snapshot;
use armistice::view::tally::tally;
use armistice::wire::decode::assessment::{Asked, groups, obligations as read_obligations, question};
use armistice::wire::decode::consistency::{When, consistency};
use armistice::wire::encode::assessment as write;
use armistice::wire::{decode, encode, entry, instant, pb};
use jiff::{SignedDuration, Timestamp};

use super::ask::Answers;

/// One dossier, its record folded and its entries as they would be stored.
pub(crate) struct Room {
    pub(crate) dossier: Dossier,
    pub(crate) records: Records,
    /// The stored form of every revision: that of position p stands at p - 1.
    pub(crate) entries: Vec<Vec<u8>>,
    /// The stored form of the dossier itself, at position 0.
    pub(crate) first: Vec<u8>,
    now: Timestamp,
}

const UID: entry::Uid = [7; 16];

fn told(violations: Vec<Violation>) -> String {
    let told = |v: &Violation| format!("{} {}: {}", v.reason.word(), v.field, v.description);
    violations.iter().map(told).collect::<Vec<_>>().join("\n")
}

impl Room {
    /// An empty dossier.
    pub(crate) fn new(id: &str, time_zone: &str) -> Room {
        Room::open(id, pb::Dossier { time_zone: time_zone.to_owned(), ..pb::Dossier::default() })
    }

    /// An empty dossier that says this of itself.
    pub(crate) fn open(id: &str, says: pb::Dossier) -> Room {
        let now: Timestamp = "2026-01-01T00:00:00Z".parse().expect("an instant");
        let dossier = decode::new_dossier(id, Some(says), now).map_err(told).expect("a dossier");
        let first = entry::encode_dossier(&dossier, &UID);
        let records = Records::new(entry::Decoder::new(dossier.clone()));
        Room { dossier, records, entries: Vec::new(), first, now }
    }

    /// The same dossier, read again from the bytes of its entries up to a position.
    pub(crate) fn stopped_at(&self, position: usize) -> Room {
        let (dossier, uid) = entry::decode_dossier(&self.first, &self.dossier.id).expect("the first entry is read");
        assert_eq!(uid, UID);
        let mut records = Records::new(entry::Decoder::new(dossier.clone()));
        for (index, bytes) in self.entries.iter().enumerate().take(position) {
            let revision = entry::decode_revision(index as u64 + 1, bytes, &dossier).expect("an entry is read");
            assert_eq!(entry::encode_revision(&revision, &dossier), *bytes, "entry {} is the same again", index + 1);
            records.fold(Arc::new(revision), bytes);
        }
        let entries = self.entries[..position].to_vec();
        Room { dossier, records, entries, first: self.first.clone(), now: self.now }
    }

    /// The same dossier, read again from the bytes of all its entries.
    pub(crate) fn replayed(&self) -> Room {
        self.stopped_at(self.entries.len())
    }

    /// Appends a batch.
    pub(crate) fn take(&mut self, records: Vec<pb::Record>) -> Result<Vec<Arc<Revision>>, Vec<Violation>> {
        let mut new_id = || String::from("assigned");
        let mut context = decode::Context { dossier: &self.dossier.id, zone: &self.dossier.zone, new_id: &mut new_id };
        let mut batch = decode::batch(records, &mut context);
        self.now = self.now.checked_add(SignedDuration::from_secs(1)).expect("the year is far from its end");
        let recording = Recording { position: self.records.head() + 1, time: self.now, by: "actors/tester".to_owned() };
        let admitted = admit(&mut batch, &self.records, &recording)?;
        for revision in &admitted.revisions {
            let bytes = entry::encode_revision(revision, &self.dossier);
            self.records.fold(revision.clone(), &bytes);
            self.entries.push(bytes);
        }
        Ok(admitted.revisions)
    }

    /// The record by a clock.
    pub(crate) fn snapshot(&self, asked: Option<pb::Consistency>) -> Result<Snapshot, Vec<Violation>> {
        Ok(Snapshot::new(&self.records, self.clock(asked)?))
    }

    fn clock(&self, asked: Option<pb::Consistency>) -> Result<Clock, Vec<Violation>> {
        let asked = consistency(asked, &self.dossier.id, &self.dossier.zone)?;
        let at = match asked.when {
            When::Latest => self.records.head(),
            When::Position(position) => u64::try_from(position).expect("a position"),
            When::Time(instant) => self.records.position_at(instant),
            When::AtLeast(_) | When::ReadAt(_) => panic!("tokens belong to a log, and there is none here"),
        };
        Ok(Clock { at, known_by: asked.known_by })
    }

    fn question(&self, asked: Asked) -> Result<Question, Vec<Violation>> {
        question(asked, &self.dossier.id, &self.dossier.zone)
    }

    fn context(&self) -> encode::Context<'_> {
        encode::Context { dossier: &self.dossier.id, zone: &self.dossier.zone }
    }

    fn do_assess(&self, request: pb::AssessRequest) -> Result<pb::AssessResponse, Vec<Violation>> {
        let pb::AssessRequest { incidents, filter, readings, bases, explain, consistency, .. } = request;
        let snapshot = self.snapshot(consistency)?;
        let question = self.question(Asked { incidents, filter, readings, bases })?;
        let docket = Docket::new(&question, &snapshot)?;
        let context = self.context();
        let assessments = docket.assessments(0).map(|(_, item)| write::assessment(&item, &snapshot, explain, &context));
        Ok(pb::AssessResponse {
            assessments: assessments.collect(),
            readings: docket.readings.iter().map(|r| write::applied_reading(r, &context)).collect(),
            counted: Some(write::counted(&docket, &context)),
            ..pb::AssessResponse::default()
        })
    }

    fn do_tally(&self, request: pb::TallyRequest) -> Result<pb::TallyResponse, Vec<Violation>> {
        let pb::TallyRequest { filter, readings, bases, group_by, time_zone, consistency, .. } = request;
        let snapshot = self.snapshot(consistency)?;
        let question = self.question(Asked { incidents: Vec::new(), filter, readings, bases })?;
        let (group_by, zone) = groups(group_by, &time_zone, &self.dossier.id, &self.dossier.zone)?;
        let docket = Docket::new(&question, &snapshot)?;
        let context = self.context();
        let rows = tally(&docket, &question.filter, &group_by, &zone);
        Ok(pb::TallyResponse {
            rows: rows.iter().map(|row| write::tally_row(row, &docket.readings, &context)).collect(),
            readings: docket.readings.iter().map(|r| write::applied_reading(r, &context)).collect(),
            counted: Some(write::counted(&docket, &context)),
            coverage: coverage(&question.filter, &snapshot).iter().map(|n| n.full(&self.dossier.id)).collect(),
            ..pb::TallyResponse::default()
        })
    }

    fn do_compare(&self, request: pb::CompareRequest) -> Result<pb::CompareResponse, Vec<Violation>> {
        let pb::CompareRequest { incidents, filter, readings, bases, consistency, .. } = request;
        let snapshot = self.snapshot(consistency)?;
        let question = self.question(Asked { incidents, filter, readings, bases })?;
        let docket = Docket::new(&question, &snapshot)?;
        let context = self.context();
        let items = comparisons(&docket, 0).map(|(_, item)| write::comparison(&item, &docket.readings, &context));
        Ok(pb::CompareResponse {
            comparisons: items.collect(),
            pairs: pair_tables(&docket).iter().map(|t| write::pair_table(t, &docket.readings, &context)).collect(),
            readings: docket.readings.iter().map(|r| write::applied_reading(r, &context)).collect(),
            counted: Some(write::counted(&docket, &context)),
            ..pb::CompareResponse::default()
        })
    }

    fn do_inconsistencies(
        &self,
        request: pb::ListInconsistenciesRequest,
    ) -> Result<Vec<pb::Inconsistency>, Vec<Violation>> {
        let pb::ListInconsistenciesRequest { incidents, filter, readings, consistency, .. } = request;
        let snapshot = self.snapshot(consistency)?;
        let question = self.question(Asked { incidents, filter, readings, bases: Vec::new() })?;
        let found = inconsistencies(&question, &snapshot)?;
        Ok(found.iter().map(|item| write::inconsistency(item, &snapshot, &self.context())).collect())
    }

    fn do_obligations(
        &self,
        request: pb::AssessObligationsRequest,
    ) -> Result<pb::AssessObligationsResponse, Vec<Violation>> {
        let pb::AssessObligationsRequest { readings, as_of_time, consistency, .. } = request;
        let snapshot = self.snapshot(consistency)?;
        let (choice, as_of_time) = read_obligations(readings, as_of_time, &self.dossier.id, &self.dossier.zone)?;
        let found = Obligations::new(&choice, as_of_time, self.dossier.create_time, &snapshot)?;
        let context = self.context();
        let judged = found.readings.iter().enumerate().map(|(i, r)| write::obligation(r, &found.assess(i), &context));
        Ok(pb::AssessObligationsResponse {
            obligations: judged.collect(),
            readings: found.readings.iter().map(|r| write::applied_reading(r, &context)).collect(),
            as_of_time: Some(instant::write(found.as_of_time)),
            ..pb::AssessObligationsResponse::default()
        })
    }

    fn write(&self, revision: &Revision, clock: Clock) -> pb::Record {
        let as_known = Revision { known: self.records.known(revision, clock.at), ..revision.clone() };
        encode::record(&as_known, self.records.unsourced(revision, clock), &self.context())
    }
}

impl Answers for Room {
    fn create(&mut self, request: pb::CreateDossierRequest) -> Result<(), String> {
        assert_eq!(request.dossier_id, self.dossier.id.as_str(), "a room is one dossier");
        let zone = request.dossier.map(|d| d.time_zone).unwrap_or_default();
        *self = Room::new(&request.dossier_id, &zone);
        Ok(())
    }

    fn append(&mut self, _parent: &str, records: Vec<pb::Record>) -> Result<i64, String> {
        self.take(records).map_err(told)?;
        Ok(i64::try_from(self.records.head()).expect("a small dossier"))
    }

    fn assess(&self, request: pb::AssessRequest) -> Result<pb::AssessResponse, String> {
        self.do_assess(request).map_err(told)
    }

    fn tally(&self, request: pb::TallyRequest) -> Result<pb::TallyResponse, String> {
        self.do_tally(request).map_err(told)
    }

    fn compare(&self, request: pb::CompareRequest) -> Result<pb::CompareResponse, String> {
        self.do_compare(request).map_err(told)
    }

    fn inconsistencies(&self, request: pb::ListInconsistenciesRequest) -> Result<Vec<pb::Inconsistency>, String> {
        self.do_inconsistencies(request).map_err(told)
    }

    fn obligations(&self, request: pb::AssessObligationsRequest) -> Result<pb::AssessObligationsResponse, String> {
        self.do_obligations(request).map_err(told)
    }

    fn record(&self, name: &str, consistency: Option<pb::Consistency>) -> Result<pb::Record, String> {
        let clock = self.clock(consistency).map_err(told)?;
        let name = RecordName::parse(name, &self.dossier.id).map_err(|fault| fault.to_string())?;
        let revision = self.records.current(&name, clock).ok_or_else(|| format!("{name} is not there"))?;
        Ok(self.write(&revision, clock))
    }

    fn records(&self, request: pb::ListRecordsRequest) -> Result<Vec<pb::Record>, String> {
        let pb::ListRecordsRequest { collections, consistency, show_retracted, every_revision, .. } = request;
        let clock = self.clock(consistency).map_err(told)?;
        let collections = collections.iter().filter_map(|word| armistice::domain::name::Collection::parse(word));
        let query =
            ListQuery { collections: collections.collect(), show_retracted, every_revision, ..ListQuery::default() };
        Ok(list(&self.records, clock, &query, 0).map(|revision| self.write(&revision, clock)).collect())
    }
}

/// Every verdict by incident, reading and basis: what a law compares.
pub(crate) fn verdicts(answer: &pb::AssessResponse) -> BTreeMap<(String, String, i32), i32> {
    let key = |a: &pb::Assessment| (a.incident.clone(), a.reading.clone(), a.basis);
    answer.assessments.iter().map(|a| (key(a), a.verdict)).collect()
}

/// Several dossiers in process.
#[derive(Default)]
pub(crate) struct Rooms {
    rooms: BTreeMap<String, Room>,
}

impl Rooms {
    /// The same dossiers, each read again from the bytes of its entries.
    pub(crate) fn replayed(&self) -> Rooms {
        Rooms { rooms: self.rooms.iter().map(|(name, room)| (name.clone(), room.replayed())).collect() }
    }

    fn room(&self, name: &str) -> &Room {
        let dossier = name.split('/').take(2).collect::<Vec<_>>().join("/");
        self.rooms.get(&dossier).unwrap_or_else(|| panic!("there is no {dossier}"))
    }
}

impl Answers for Rooms {
    fn create(&mut self, request: pb::CreateDossierRequest) -> Result<(), String> {
        let zone = request.dossier.map(|d| d.time_zone).unwrap_or_default();
        let room = Room::new(&request.dossier_id, &zone);
        self.rooms.insert(format!("dossiers/{}", request.dossier_id), room);
        Ok(())
    }

    fn append(&mut self, parent: &str, records: Vec<pb::Record>) -> Result<i64, String> {
        let room = self.rooms.get_mut(parent).ok_or_else(|| format!("there is no {parent}"))?;
        room.append(parent, records)
    }

    fn assess(&self, request: pb::AssessRequest) -> Result<pb::AssessResponse, String> {
        self.room(&request.parent).assess(request)
    }

    fn tally(&self, request: pb::TallyRequest) -> Result<pb::TallyResponse, String> {
        self.room(&request.parent).tally(request)
    }

    fn compare(&self, request: pb::CompareRequest) -> Result<pb::CompareResponse, String> {
        self.room(&request.parent).compare(request)
    }

    fn inconsistencies(&self, request: pb::ListInconsistenciesRequest) -> Result<Vec<pb::Inconsistency>, String> {
        self.room(&request.parent).inconsistencies(request)
    }

    fn obligations(&self, request: pb::AssessObligationsRequest) -> Result<pb::AssessObligationsResponse, String> {
        self.room(&request.parent).obligations(request)
    }

    fn record(&self, name: &str, consistency: Option<pb::Consistency>) -> Result<pb::Record, String> {
        self.room(name).record(name, consistency)
    }

    fn records(&self, request: pb::ListRecordsRequest) -> Result<Vec<pb::Record>, String> {
        self.room(&request.parent).records(request)
    }
}
