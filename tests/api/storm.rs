//! Many clients at once over a log that is slow and fails at random: what they were told and what is stored are the same.
//!
//! The seed of the dice is printed, and `ARMISTICE_STORM_SEED` sets it; the order of threads is not in their hands.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use armistice::domain::admission::RecordSoFar;
use armistice::domain::name::{Collection, DossierId, RecordName};
use armistice::domain::record::Revision;
use armistice::domain::things::Taxonomy;
use armistice::log::faults::Fault;
use armistice::log::memory::MemoryLog;
use armistice::log::{DossierKey, Log};
use armistice::view::records::{Ahead, Pending, Records};
use armistice::wire::{entry, pb};
use jiff::{SignedDuration, Timestamp};
use prost::Message;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tonic::transport::Channel;
use tonic::{Code, Status};

use crate::bytes::send;
use crate::gated::Gated;
use crate::import::{import, next_actor};
use crate::refusal::{named, shown};
use crate::server::{PATIENCE, Server};
use crate::{ground, json};

const APPEND: &str = "RecordService/AppendRecords";

/// Enough clients that two groups are under way at once.
const CLIENTS: usize = 60;
const STEPS: usize = 12;

/// How many batches an import beside them has.
const IMPORTED: usize = 40;

/// How often a client asks again before the test says that it asks in vain.
const TRIES: usize = 1000;

/// The instant at which the servers' clocks begin.
const BEGINNING: &str = "2025-06-01T00:00:00Z";

#[derive(Debug, Clone)]
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn one_in(&mut self, most: usize) -> bool {
        self.below(most) == 0
    }

    fn request_id(&mut self) -> String {
        let halves = [(); 4].map(|()| self.below(1 << 31) as u64);
        uuid::Uuid::from_u64_pair(halves[0] << 33 | halves[1], halves[2] << 33 | halves[3]).to_string()
    }
}

/// A batch that was taken: what was asked and what was answered.
struct Taken {
    request: pb::AppendRecordsRequest,
    answer: pb::AppendRecordsResponse,
}

/// What all clients came to know.
#[derive(Default)]
struct Known {
    taken: Vec<Taken>,
    /// What reads as of an instant were answered: the instant, and the head then.
    as_of: Vec<(Timestamp, String)>,
    refused: usize,
    /// How often a client had to ask again.
    repeated: usize,
}

/// One record of few names, so that clients meet; some are refused.
fn record(dice: &mut Dice) -> String {
    let number = dice.below(12);
    // Mostly a correction of what may be there, and sometimes a first revision of it.
    let mut head = |name: String| {
        let reason = if dice.one_in(4) { "" } else { r#""reason": "R.", "# };
        let retracted = if !reason.is_empty() && dice.one_in(16) { r#""retracted": true, "# } else { "" };
        format!(r#""name": "{name}", {reason}{retracted}"#)
    };
    match number % 6 {
        0 => {
            let head = head(format!("actors/s{number}"));
            let of = dice.below(12) / 6 * 6;
            format!(
                r#"{{{head}"actor": {{"display_name": "N", "type": 1, "affiliations": ["actors/{}"]}}}}"#,
                if of == number { "a".to_owned() } else { format!("s{of}") }
            )
        }
        1 => {
            let head = head(format!("documents/s{number}"));
            format!(
                r#"{{{head}"document": {{"title": "D", "published": {{"local": "2025-03-{:02}"}}}}}}"#,
                dice.below(28) + 1
            )
        }
        2 => {
            let head = head(format!("statements/s{number}"));
            let document = if dice.one_in(2) { "documents/s1" } else { "documents/s7" };
            format!(
                r#"{{{head}"citations": [{{"document": "{document}", "locator": "{}"}}],
                    "statement": {{"speaker": "actors/a", "summary": "S."}}}}"#,
                dice.below(3)
            )
        }
        3 => {
            let head = head(format!("classes/s{number}"));
            let parent = if dice.one_in(2) { "housing" } else { "energy" };
            format!(
                r#"{{{head}"class": {{"taxonomy": "TAXONOMY_OBJECTS", "id": "s{number}", "display_name": "C", "parents": ["{parent}"]}}}}"#
            )
        }
        4 => {
            let head = head(format!("reports/s{number}"));
            format!(
                r#"{{{head}"report": {{"incident": "incidents/depot", "claimant": "actors/b", "statement": "statements/s{}",
                    "facts": {{"struck": [{{"object": "s{}", "effect": "EFFECT_HIT"}}]}}}}}}"#,
                2 + 6 * dice.below(2),
                3 + 6 * dice.below(2)
            )
        }
        _ => {
            let head = head(format!("incidents/s{number}"));
            format!(r#"{{{head}"incident": {{"display_name": "I"}}}}"#)
        }
    }
}

fn batch(dice: &mut Dice) -> pb::AppendRecordsRequest {
    let records: Vec<String> = (0..=dice.below(2)).map(|_| record(dice)).collect();
    pb::AppendRecordsRequest {
        parent: "dossiers/d".to_owned(),
        records: json::records(&format!("[{}]", records.join(","))),
        request_id: dice.request_id(),
        validate_only: false,
    }
}

/// Asks until the answer is one; counts how often it was not.
async fn answered(channel: &Channel, method: &str, body: &[u8], repeated: &mut usize) -> Result<Vec<u8>, Status> {
    for _ in 0..TRIES {
        match timeout(PATIENCE, send(channel, method, body.to_vec())).await.expect("an answer in time") {
            Err(status) if status.code() == Code::Unavailable => *repeated += 1,
            answer => return answer,
        }
    }
    panic!("{method} is never answered");
}

fn at(when: pb::consistency::When) -> Option<pb::Consistency> {
    Some(pb::Consistency { when: Some(when), known_by: None })
}

/// What one client does.
async fn client(channel: Channel, mut dice: Dice, clock: Arc<AtomicI64>) -> Known {
    let mut known = Known::default();
    let mut repeated = 0;
    for _ in 0..STEPS {
        let mut request = batch(&mut dice);
        if dice.one_in(3) {
            // As who corrects what was read.
            for record in request.records.iter_mut().filter(|record| !record.reason.is_empty()) {
                let read = get(&channel, &format!("dossiers/d/{}", record.name), None).await;
                record.etag = read.map(|read| read.etag).unwrap_or_default();
            }
        }
        let body = request.encode_to_vec();
        let answer = if dice.one_in(4) {
            let (mut once, mut twice) = (0, 0);
            let both = tokio::join!(
                answered(&channel, APPEND, &body, &mut once),
                answered(&channel, APPEND, &body, &mut twice)
            );
            repeated += once + twice;
            match both {
                (Ok(one), Ok(other)) => {
                    assert_eq!(one, other, "one request, one answer");
                    Ok(one)
                }
                // What the record refuses now it may take a moment later.
                (Ok(one), Err(_)) | (Err(_), Ok(one)) => Ok(one),
                (Err(one), Err(_)) => Err(one),
            }
        } else {
            answered(&channel, APPEND, &body, &mut repeated).await
        };
        match answer {
            Ok(bytes) => {
                let answer = pb::AppendRecordsResponse::decode(bytes.as_slice()).expect("an answer");
                // What was answered can be read, also by who says nothing of freshness.
                for record in &answer.records {
                    let now = get(&channel, &record.name, None).await.expect("what was stored");
                    assert!(now.position >= record.position, "{record:?} is not there yet: {now:?}");
                    let then =
                        at(pb::consistency::When::At(pb::At { at: Some(pb::at::At::ReadAt(answer.read_at.clone())) }));
                    assert_eq!(get(&channel, &record.name, then).await.as_ref(), Ok(record));
                }
                known.taken.push(Taken { request, answer });
            }
            Err(status) => {
                known.refused += 1;
                check_refusal(&channel, &request, &status).await;
            }
        }
        if dice.one_in(2) {
            let begin: Timestamp = BEGINNING.parse().expect("an instant");
            let now = clock.load(Ordering::Relaxed) - dice.below(30) as i64;
            let instant = begin + SignedDuration::from_nanos(now.max(0));
            if let Some(head) = head_at(&channel, instant).await {
                known.as_of.push((instant, head));
            }
        }
    }
    known.repeated = repeated;
    known
}

async fn get(channel: &Channel, name: &str, consistency: Option<pb::Consistency>) -> Result<pb::Record, String> {
    let request = pb::GetRecordRequest { name: name.to_owned(), consistency };
    let bytes = send(channel, "RecordService/GetRecord", request.encode_to_vec()).await;
    let bytes = bytes.map_err(|status| shown(&status))?;
    let answer = pb::GetRecordResponse::decode(bytes.as_slice()).expect("an answer");
    Ok(answer.record.expect("an answer holds a record"))
}

/// The token of the position recorded by an instant; `None` if it is to come.
async fn head_at(channel: &Channel, instant: Timestamp) -> Option<String> {
    let time = prost_types::Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() };
    let consistency = at(pb::consistency::When::At(pb::At { at: Some(pb::at::At::Time(time)) }));
    let request = pb::GetDossierRequest { name: "dossiers/d".to_owned(), consistency };
    let asked = send(channel, "DossierService/GetDossier", request.encode_to_vec());
    match timeout(PATIENCE, asked).await.expect("an answer in time") {
        Ok(bytes) => Some(pb::GetDossierResponse::decode(bytes.as_slice()).expect("an answer").read_at),
        Err(status) => {
            assert!(shown(&status).contains("PAST_HEAD"), "{}", shown(&status));
            None
        }
    }
}

/// A refusal may only tell of what can be read.
async fn check_refusal(channel: &Channel, request: &pb::AppendRecordsRequest, status: &Status) {
    for (field, reason, _) in named(status) {
        let index = field.strip_prefix("records[").and_then(|rest| rest.split(']').next()?.parse::<usize>().ok());
        let record = &request.records[index.unwrap_or_else(|| panic!("{field} is no record's"))];
        let name = format!("dossiers/d/{}", record.name);
        match reason.as_str() {
            "RECORD_EXISTS" => {
                get(channel, &name, None).await.expect("what stands in the way");
            }
            "ETAG_STALE" => {
                let now = get(channel, &name, None).await.expect("what has moved on");
                assert_ne!(now.etag, record.etag, "{name}");
            }
            "RECORD_UNKNOWN"
            | "REFERENCE_UNKNOWN"
            | "REFERENCE_RETRACTED"
            | "REFERENCE_LATER"
            | "CLASS_UNKNOWN"
            | "NAME_REPEATED"
            | "HIERARCHY_CYCLE"
            | "FIELD_NOT_ALLOWED" => {}
            other => panic!("{field} {other}: {}", shown(status)),
        }
    }
}

/// Lets appends through, now one and now many, some of them broken, while the clock goes on.
async fn weather(log: Gated, server: Arc<Server>, mut dice: Dice, clock: Arc<AtomicI64>, is_over: Arc<AtomicBool>) {
    let begin: Timestamp = BEGINNING.parse().expect("an instant");
    while !is_over.load(Ordering::Relaxed) {
        for _ in 0..dice.below(40) {
            tokio::task::yield_now().await;
        }
        let now = clock.fetch_add(dice.below(40) as i64, Ordering::Relaxed);
        server.clock.set(&(begin + SignedDuration::from_nanos(now)).to_string());
        let most = if dice.one_in(4) { 40 } else { 6 };
        for _ in 0..dice.below(most) {
            let fault = match dice.below(60) {
                0 => Some(Fault::BeforeCommit),
                1 => Some(Fault::AfterCommit),
                _ => None,
            };
            if !log.let_one(fault) {
                break;
            }
        }
    }
    log.open();
}

/// Sends an import again until all of it is acknowledged.
async fn importer(server: Arc<Server>) {
    for _ in 0..TRIES {
        let (answers, end) = import(&server, (0..IMPORTED).map(next_actor).collect()).await;
        match end {
            Ok(()) => {
                assert_eq!(answers.len(), IMPORTED);
                return;
            }
            Err(status) => assert_eq!(shown(&status), "Unavailable UNAVAILABLE"),
        }
    }
    panic!("the import never ends well");
}

/// Every revision of the dossier, by position; without what depends on when it is read.
async fn revisions(server: &Server) -> BTreeMap<i64, pb::Record> {
    let mut found = BTreeMap::new();
    for record in server.state().await.records {
        let request = pb::ListRevisionsRequest { name: record.name, page_size: 1000, ..Default::default() };
        let answer = server.records().list_revisions(request).await.expect("revisions").into_inner();
        assert_eq!(answer.next_page_token, "");
        found.extend(answer.revisions.into_iter().map(|revision| (revision.position, timeless(revision))));
    }
    found
}

fn timeless(mut record: pb::Record) -> pb::Record {
    record.unsourced = false;
    if record.name.contains("/incidents/") {
        (record.known_time, record.never_known) = (None, false);
    }
    record
}

async fn storm(seed: u64) {
    eprintln!("seed {seed}");
    let mut dice = Dice(seed);
    let log = Gated::new();
    let server = Arc::new(ground::over(Arc::new(log.clone())).await);
    log.shut();
    let clock = Arc::new(AtomicI64::new(0));
    let is_over = Arc::new(AtomicBool::new(false));
    let mut next = || Dice(dice.below(1 << 31) as u64);
    let weather = tokio::spawn(weather(log.clone(), server.clone(), next(), clock.clone(), is_over.clone()));
    let mut clients = JoinSet::new();
    let mut channels = Vec::new();
    for _ in 0..4 {
        channels.push(server.connect().await);
    }
    for number in 0..CLIENTS {
        clients.spawn(client(channels[number % channels.len()].clone(), next(), clock.clone()));
    }
    let importing = tokio::spawn(importer(server.clone()));
    let mut known = Known::default();
    while let Some(one) = clients.join_next().await {
        let one = one.expect("a client that found no fault");
        known.taken.extend(one.taken);
        known.as_of.extend(one.as_of);
        known.refused += one.refused;
        known.repeated += one.repeated;
    }
    importing.await.expect("an import that found no fault");
    is_over.store(true, Ordering::Relaxed);
    weather.await.expect("no panic");
    let Known { mut taken, as_of, refused, repeated } = known;
    eprintln!("{} taken, {refused} refused, {repeated} asked again, {} as of", taken.len(), as_of.len());
    assert!(taken.len() > CLIENTS && refused > CLIENTS && repeated > 0 && as_of.len() > CLIENTS);

    // Stored is what was acknowledged, each once, and nothing else.
    assert_eq!(crate::import::stored(&server).await, IMPORTED);
    let stored = revisions(&server).await;
    assert!(stored.keys().copied().eq(1..=stored.len() as i64), "no gap");
    taken.sort_by_key(|one| one.answer.records[0].position);
    let told: BTreeMap<i64, pb::Record> =
        taken.iter().flat_map(|one| one.answer.records.iter().cloned()).map(|r| (r.position, timeless(r))).collect();
    let by_clients = stored
        .iter()
        .filter(|(position, record)| **position > ground::COUNT && !record.name.starts_with("dossiers/d/actors/n"));
    assert!(by_clients.eq(told.iter()), "told and stored differ");
    for one in &taken {
        let again = send(&server.channel, APPEND, one.request.encode_to_vec()).await.expect("again");
        assert_eq!(again, one.answer.encode_to_vec(), "the same request, the same answer");
    }
    // As of an instant the answer is what it was.
    for (instant, head) in as_of {
        assert_eq!(head_at(&server.channel, instant).await, Some(head), "as of {instant}");
    }
    // A server that begins anew reads the same.
    let anew = Server::over(Arc::new(log.clone())).await;
    assert_eq!(anew.state().await, server.state().await);
    // One after the other, each with the other waiting until it is durable, they are taken just so.
    let serial = ground::over(Arc::new(MemoryLog::new())).await;
    let mut by_position: BTreeMap<i64, pb::AppendRecordsRequest> = BTreeMap::new();
    for one in &taken {
        by_position.insert(one.answer.records[0].position, one.request.clone());
    }
    for (position, record) in stored.iter().filter(|(_, record)| record.name.starts_with("dossiers/d/actors/n")) {
        let number = record.name.rsplit('n').next().and_then(|number| number.parse().ok()).expect("a number");
        let pb::ImportRecordsRequest { parent, records, request_id } = next_actor(number);
        by_position.insert(*position, pb::AppendRecordsRequest { parent, records, request_id, validate_only: false });
    }
    let told: BTreeMap<i64, &pb::AppendRecordsResponse> =
        taken.iter().map(|one| (one.answer.records[0].position, &one.answer)).collect();
    for (position, request) in by_position {
        let time = stored[&position].record_time.expect("a record time");
        let time = Timestamp::new(time.seconds, time.nanos).expect("an instant");
        serial.clock.set(&time.to_string());
        let answer = serial.records().append_records(request).await;
        let answer = answer.unwrap_or_else(|status| panic!("{position}: {}", shown(&status))).into_inner();
        assert_eq!(answer.records[0].position, position);
        if let Some(told) = told.get(&position) {
            assert_eq!((&answer.records, &answer.warnings), (&told.records, &told.warnings));
        }
    }
    assert_eq!(serial.state().await.records, server.state().await.records);
    check_overlay(&log, dice);
}

/// Everything that admission asks of the record so far, about every name.
fn told_by(ground: &impl RecordSoFar, names: &BTreeSet<RecordName>, head: u64) -> Vec<String> {
    let positions = |name| (0..=head).map(move |at| ground.last_by(name, at).map(|revision| revision.position));
    let readings = |name| ground.readings_naming(name).into_iter().collect::<BTreeSet<_>>();
    let of_names = names.iter().map(|name| {
        let ends = [ground.first(name), ground.last(name)].map(|revision| revision.map(|r| r.position));
        let retracted = ground.is_retracted(name);
        format!("{name} {ends:?} {retracted:?} {:?} {:?}", positions(name).collect::<Vec<_>>(), readings(name))
    });
    let ids = Collection::ALL.iter().map(|collection| ground.ids(*collection).into_iter().collect::<BTreeSet<_>>());
    let ids: Vec<_> = ids.collect();
    let classes = Taxonomy::ALL.map(|taxonomy| {
        let ids = ground.class_ids(taxonomy).into_iter().collect::<BTreeSet<_>>();
        ids.into_iter().map(|id| (ground.class_record(taxonomy, &id), id)).collect::<Vec<_>>()
    });
    of_names.chain([format!("{ids:?}"), format!("{classes:?}")]).collect()
}

/// The record with what is ahead of it says what it says once all of that is folded in.
fn check_overlay(log: &Gated, mut dice: Dice) {
    let entries = log.read(&DossierKey::from("d"), 0, usize::MAX).expect("the entries");
    let id = DossierId::parse("d").expect("an id");
    let (dossier, _) = entry::decode_dossier(&entries[0].payload, &id).expect("the dossier");
    let revision = |e: &armistice::log::Entry| {
        Arc::new(entry::decode_revision(e.position, &e.payload, &dossier).expect("a revision"))
    };
    let revisions: Vec<Arc<Revision>> = entries[1..].iter().map(revision).collect();
    let none = || Records::new(entry::Decoder::new(dossier.clone()));
    let fold = |records: &mut Records, range: Range<usize>| {
        for (revision, entry) in revisions[range.clone()].iter().zip(&entries[1..][range]) {
            records.fold(revision.clone(), &entry.payload);
        }
    };
    let names: BTreeSet<RecordName> = revisions.iter().map(|revision| revision.name.clone()).collect();
    for _ in 0..20 {
        let mut cuts = [(); 4].map(|()| dice.below(revisions.len() + 1));
        cuts.sort_unstable();
        let [begun, folded, one, other] = cuts;
        let mut records = none();
        fold(&mut records, 0..begun);
        let mut ahead = Ahead::default();
        ahead.add(&revisions[begun..one]);
        fold(&mut records, begun..folded);
        ahead.forget_to(records.head());
        ahead.add(&revisions[one..other]);
        let pending = Pending::new(&records, &ahead);
        let mut whole = none();
        fold(&mut whole, 0..other);
        assert_eq!(pending.next_position(), whole.head() + 1, "{cuts:?}");
        assert_eq!(pending.last_time(), whole.at(whole.head()).map(|revision| revision.record_time), "{cuts:?}");
        let (now, then) = (told_by(&pending, &names, whole.head()), told_by(&whole, &names, whole.head()));
        assert_eq!(now, then, "{cuts:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_clients_were_told_in_a_storm_is_what_is_stored() {
    let seed = std::env::var("ARMISTICE_STORM_SEED").ok().and_then(|seed| seed.parse().ok());
    storm(seed.unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0)).await;
}
