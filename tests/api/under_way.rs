//! Two groups of appends under way at once, and what each is answered when the one before it fails, or is not there yet.

use std::sync::Arc;

use armistice::log::faults::Fault;
use armistice::wire::pb;
use prost::Message;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tonic::Status;

use crate::gated::Gated;
use crate::import::{self, request_id, time_enough};
use crate::refusal::shown;
use crate::server::{PATIENCE, Server};
use crate::{ground, json};

/// As many appends as are admitted beside a group that is under way.
const GROUP: usize = 24;

/// An append that is waited for elsewhere.
struct Asked(JoinHandle<Result<pb::AppendRecordsResponse, Status>>);

impl Asked {
    async fn answer(self) -> Result<pb::AppendRecordsResponse, Status> {
        timeout(PATIENCE, self.0).await.expect("an answer in time").expect("no panic")
    }

    async fn taken(self) -> pb::AppendRecordsResponse {
        self.answer().await.unwrap_or_else(|status| panic!("{}", shown(&status)))
    }

    async fn refused(self) -> String {
        self.answer().await.map_or_else(|status| shown(&status), |answer| format!("taken: {answer:?}"))
    }
}

/// A server, its dossier, and the gate before its log: shut, with one append of a group of its own waiting at it.
struct Held {
    server: Server,
    log: Gated,
    /// How many appends came to the gate so far.
    arrived: usize,
    /// How many request ids were used up.
    used: usize,
}

impl Held {
    async fn behind(first: &str) -> (Held, Asked) {
        let log = Gated::new();
        let server = ground::over(Arc::new(log.clone())).await;
        log.shut();
        let mut held = Held { server, log, arrived: 0, used: 0 };
        let asked = held.ask(first);
        held.arrive(1).await;
        (held, asked)
    }

    /// Waits until so many more have come to the gate.
    async fn arrive(&mut self, count: usize) {
        self.arrived += count;
        self.log.have_arrived(self.arrived).await;
    }

    /// An append with a request id of its own.
    fn ask(&mut self, records: &str) -> Asked {
        self.used += 1;
        self.ask_as(self.used, records, false)
    }

    fn ask_as(&self, number: usize, records: &str, validate_only: bool) -> Asked {
        let request = pb::AppendRecordsRequest {
            parent: "dossiers/d".to_owned(),
            records: json::records(records),
            request_id: request_id(number),
            validate_only,
        };
        let mut client = self.server.records();
        Asked(tokio::spawn(async move { client.append_records(request).await.map(tonic::Response::into_inner) }))
    }

    /// Appends of new actors that nothing stands in the way of.
    fn fill(&mut self, count: usize) -> Vec<Asked> {
        (0..count).map(|_| self.ask(&actor(&format!("fill{}", self.used)))).collect()
    }

    /// Lets what was asked so far reach the writer's queue.
    async fn settle_in(&self) {
        time_enough(&self.server).await;
    }
}

fn actor(id: &str) -> String {
    format!(r#"[{{"name": "actors/{id}", "actor": {{"display_name": "N", "type": "ACTOR_TYPE_STATE"}}}}]"#)
}

fn corrected(id: &str) -> String {
    format!(
        r#"[{{"name": "actors/{id}", "reason": "R.", "actor": {{"display_name": "M", "type": "ACTOR_TYPE_STATE"}}}}]"#
    )
}

async fn all_taken(asked: Vec<Asked>) -> Vec<pb::Record> {
    let mut records = Vec::new();
    for one in asked {
        records.extend(one.taken().await.records);
    }
    records.sort_by_key(|record| record.position);
    records
}

/// Every revision of the actors but the ground's, in order of position.
async fn revisions(server: &Server) -> Vec<pb::Record> {
    let mut found = Vec::new();
    for record in server.state().await.records {
        let request = pb::ListRevisionsRequest { name: record.name, page_size: 1000, ..Default::default() };
        let answer = server.records().list_revisions(request).await.expect("revisions").into_inner();
        found.extend(answer.revisions.into_iter().filter(|revision| revision.position > ground::COUNT));
    }
    found.sort_by_key(|record| record.position);
    found
}

#[track_caller]
fn check_no_gap(records: &[pb::Record]) {
    let positions: Vec<i64> = records.iter().map(|record| record.position).collect();
    let expected: Vec<i64> = (ground::COUNT + 1..).take(positions.len()).collect();
    assert_eq!(positions, expected);
}

#[tokio::test]
async fn a_second_group_is_stored_whatever_becomes_of_the_first() {
    for fault in [None, Some(Fault::BeforeCommit), Some(Fault::AfterCommit)] {
        let (mut held, first) = Held::behind(&actor("first")).await;
        let second = held.fill(GROUP);
        held.arrive(GROUP).await;
        assert!(held.log.let_one(fault));
        held.log.open();
        match fault {
            None => assert_eq!(first.taken().await.records[0].position, ground::COUNT + 1),
            Some(_) => assert_eq!(first.refused().await, "Unavailable UNAVAILABLE"),
        }
        let taken = all_taken(second).await;
        let stored = revisions(&held.server).await;
        check_no_gap(&stored);
        let is_there = fault != Some(Fault::BeforeCommit);
        assert_eq!(stored.len(), GROUP + usize::from(is_there), "{fault:?}");
        assert_eq!(stored[usize::from(is_there)..], taken, "{fault:?}");
        // Asked again, the first is stored once.
        let again = held.ask_as(1, &actor("first"), false).taken().await;
        assert_eq!(again.records[0].position, if is_there { ground::COUNT + 1 } else { stored.len() as i64 + 29 });
        let stored = revisions(&held.server).await;
        check_no_gap(&stored);
        assert_eq!(stored.len(), GROUP + 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_record_is_corrected_while_its_first_revision_is_under_way() {
    for fault in [None, Some(Fault::BeforeCommit), Some(Fault::AfterCommit)] {
        let (mut held, first) = Held::behind(&actor("m")).await;
        let correction = held.ask(&corrected("m"));
        held.settle_in().await;
        let mut filled = held.fill(GROUP - 1);
        held.arrive(GROUP).await;
        // The first is durable, and a second correction meets a first one that is not.
        assert!(held.log.let_one(fault));
        let is_there = fault != Some(Fault::BeforeCommit);
        let first = first.answer().await;
        assert_eq!(first.is_ok(), fault.is_none(), "{fault:?}: {first:?}");
        let stale = match &first {
            Ok(answer) => {
                let etag = format!(r#""etag": "{}", "actor""#, answer.records[0].etag);
                Some(held.ask(&corrected("m").replace(r#""actor""#, &etag)))
            }
            Err(_) => None,
        };
        // It meets the correction that is under way, though the first revision is there by now.
        held.settle_in().await;
        let second = held.ask(&corrected("m"));
        held.settle_in().await;
        filled.extend(held.fill(GROUP - 1));
        if fault.is_none() {
            held.arrive(GROUP).await;
        }
        held.log.open();
        if let Some(stale) = stale {
            assert_eq!(stale.refused().await, "Aborted ETAG_STALE: records[0].etag ETAG_STALE");
        }
        let corrections = [correction, second];
        if is_there {
            let mut positions = Vec::new();
            for correction in corrections {
                positions.push(correction.taken().await.records[0].position);
            }
            assert!(ground::COUNT + 1 < positions[0] && positions[0] < positions[1], "{positions:?}");
        } else {
            for correction in corrections {
                let unknown = "NotFound RECORD_UNKNOWN: records[0].reason RECORD_UNKNOWN";
                assert_eq!(correction.refused().await, unknown);
            }
        }
        all_taken(filled).await;
        let stored = revisions(&held.server).await;
        check_no_gap(&stored);
        let of_m = stored.iter().filter(|record| record.name == "dossiers/d/actors/m").count();
        assert_eq!(of_m, if is_there { 3 } else { 0 }, "{fault:?}");
    }
}

#[tokio::test]
async fn a_repetition_waits_for_a_first_that_is_under_way_in_an_older_group() {
    for fault in [None, Some(Fault::BeforeCommit), Some(Fault::AfterCommit)] {
        let (mut held, first) = Held::behind(&actor("m")).await;
        let same = held.ask_as(1, &actor("m"), false);
        let other = held.ask_as(1, &actor("other"), false);
        held.settle_in().await;
        let filled = held.fill(GROUP - 2);
        // Those that repeat are not handed to the log.
        held.arrive(GROUP - 2).await;
        assert!(held.log.let_one(fault));
        held.log.open();
        let (first, same) = (first.answer().await, same.taken().await);
        match first {
            Ok(first) => assert_eq!(first, same),
            Err(status) => assert_eq!(shown(&status), "Unavailable UNAVAILABLE"),
        }
        assert_eq!(other.refused().await, "AlreadyExists REQUEST_ID_REUSED: request_id REQUEST_ID_REUSED", "{fault:?}");
        all_taken(filled).await;
        let stored = revisions(&held.server).await;
        check_no_gap(&stored);
        assert_eq!(stored.len(), GROUP - 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_repetition_is_answered_though_the_rest_of_the_group_of_the_first_is_not_durable_yet() {
    let (mut held, first) = Held::behind(&actor("first")).await;
    let mut asked = vec![first];
    let request = held.used + 1;
    let whole = held.ask(&actor("m"));
    held.settle_in().await;
    asked.extend(held.fill(GROUP - 1));
    held.arrive(GROUP).await;
    let id = uuid::Uuid::parse_str(&request_id(request)).expect("a UUID").into_bytes();
    assert_eq!(held.log.request_at(1), Some(id), "the first of its group");
    // The first group is durable, and of the second only this one.
    held.log.let_through(2);
    asked.remove(0).taken().await;
    let again = held.ask_as(request, &actor("m"), false);
    held.settle_in().await;
    asked.extend(held.fill(GROUP - 1));
    held.arrive(GROUP - 1).await;
    held.log.open();
    assert_eq!(again.taken().await.encode_to_vec(), whole.taken().await.encode_to_vec());
    all_taken(asked).await;
    check_no_gap(&revisions(&held.server).await);
}

#[tokio::test]
async fn nobody_is_refused_for_what_is_not_durable_yet() {
    for fault in [None, Some(Fault::BeforeCommit), Some(Fault::AfterCommit)] {
        let (mut held, first) = Held::behind(&actor("m")).await;
        let second = held.ask(&actor("m"));
        held.settle_in().await;
        let filled = held.fill(GROUP);
        held.arrive(GROUP).await;
        held.settle_in().await;
        assert!(!second.0.is_finished(), "the record it is held against is not there yet");
        assert!(held.log.let_one(fault));
        held.log.open();
        let first = first.answer().await;
        assert_eq!(first.is_ok(), fault.is_none(), "{fault:?}: {first:?}");
        if fault == Some(Fault::BeforeCommit) {
            second.taken().await;
        } else {
            let exists = "AlreadyExists RECORD_EXISTS: records[0].reason RECORD_EXISTS";
            assert_eq!(second.refused().await, exists, "{fault:?}");
        }
        held.server.get("actors/m").await.expect("what somebody was told of");
        all_taken(filled).await;
        check_no_gap(&revisions(&held.server).await);
    }
}

#[tokio::test]
async fn a_whole_group_that_is_refused_waits_and_the_queue_stays_bounded() {
    let (mut held, first) = Held::behind(&actor("m")).await;
    let refused: Vec<Asked> = (0..GROUP * 4).map(|_| held.ask(&actor("m"))).collect();
    held.settle_in().await;
    assert!(refused.iter().all(|asked| !asked.0.is_finished()));
    held.log.open();
    first.taken().await;
    for one in refused {
        assert_eq!(one.refused().await, "AlreadyExists RECORD_EXISTS: records[0].reason RECORD_EXISTS");
    }
    // And the writer goes on.
    all_taken(held.fill(GROUP)).await;
    check_no_gap(&revisions(&held.server).await);
}

#[tokio::test]
async fn a_check_is_held_against_what_is_durable() {
    let (held, first) = Held::behind(&actor("m")).await;
    let referring = r#"[{"name": "actors/of-m", "actor":
        {"display_name": "N", "type": "ACTOR_TYPE_ORGANIZATION", "affiliations": ["actors/m"]}}]"#;
    let checks: Vec<Asked> = (0..GROUP).map(|number| held.ask_as(100 + number, referring, true)).collect();
    for check in checks {
        let expected = "InvalidArgument REFERENCE_UNKNOWN: records[0].actor.affiliations[0] REFERENCE_UNKNOWN";
        assert_eq!(check.refused().await, expected);
    }
    held.log.open();
    first.taken().await;
    held.ask_as(100, referring, true).taken().await;
}

#[tokio::test]
async fn a_stream_ends_at_a_batch_that_is_refused_beside_what_is_under_way() {
    for fault in [None, Some(Fault::BeforeCommit)] {
        let (mut held, first) = Held::behind(&actor("n")).await;
        let (server, log) = (&held.server, held.log.clone());
        let batches =
            vec![import::batch(900, &actor("i0")), import::batch(901, &actor("n")), import::batch(902, &actor("i2"))];
        let mut stream = import::open(&server.channel, tokio_stream::iter(batches)).await;
        held.settle_in().await;
        let filled = held.fill(GROUP);
        held.settle_in().await;
        assert!(log.let_one(fault));
        log.open();
        let mut answers = 0;
        let end = loop {
            match timeout(PATIENCE, stream.message()).await.expect("in time") {
                Ok(Some(_)) => answers += 1,
                Ok(None) => break "a good end".to_owned(),
                Err(status) => break shown(&status),
            }
        };
        let _ = first.answer().await;
        all_taken(filled).await;
        let is_there = |id: &str| {
            let (server, name) = (&held.server, format!("actors/{id}"));
            async move { server.get(&name).await.is_ok() }
        };
        match fault {
            None => {
                let expected = "AlreadyExists RECORD_EXISTS: records[0].reason RECORD_EXISTS";
                assert_eq!((end.as_str(), answers), (expected, 1));
                assert!(is_there("i0").await && !is_there("i2").await);
            }
            // What it would have been refused for never came to be.
            Some(_) => {
                assert_eq!((end.as_str(), answers), ("a good end", 3));
                assert!(is_there("i0").await && is_there("n").await && is_there("i2").await);
            }
        }
        check_no_gap(&revisions(&held.server).await);
    }
}

#[tokio::test]
async fn as_of_an_instant_the_answer_stays_though_the_answer_of_an_append_was_lost() {
    let (mut held, first) = Held::behind(&actor("first")).await;
    let second = held.fill(GROUP);
    held.arrive(GROUP).await;
    held.log.let_through(1);
    first.taken().await;
    // All of the second group is durable; that the last of it is, nobody was told.
    held.log.let_through(GROUP - 1);
    let third = held.fill(GROUP);
    held.arrive(GROUP).await;
    assert!(held.log.let_one(Some(Fault::AfterCommit)));
    let (mut taken, mut lost) = (0, 0);
    for one in second {
        match one.answer().await {
            Ok(_) => taken += 1,
            Err(status) => {
                assert_eq!(shown(&status), "Unavailable UNAVAILABLE");
                lost += 1;
            }
        }
    }
    assert_eq!((taken, lost), (GROUP - 1, 1));
    // The clock stood still, so each append was recorded a nanosecond after the one before it.
    held.server.clock.set("2025-06-01T01:00:00Z");
    let recorded = |record: &pb::Record| record.record_time.expect("a record time");
    let known = revisions(&held.server).await;
    let mut instant = recorded(known.last().expect("the ones that were answered"));
    instant.nanos += 1;
    let ask = |server: &Server| {
        let at = pb::consistency::When::At(pb::At { at: Some(pb::at::At::Time(instant)) });
        let consistency = Some(pb::Consistency { when: Some(at), known_by: None });
        let request = pb::ListRecordsRequest {
            parent: "dossiers/d".to_owned(),
            page_size: 1000,
            consistency,
            ..Default::default()
        };
        let mut client = server.records();
        tokio::spawn(async move { client.list_records(request).await.map(tonic::Response::into_inner) })
    };
    let early = ask(&held.server);
    held.settle_in().await;
    held.log.open();
    all_taken(third).await;
    let early = timeout(PATIENCE, early).await.expect("in time").expect("no panic").expect("an answer");
    let late = timeout(PATIENCE, ask(&held.server)).await.expect("in time").expect("no panic").expect("an answer");
    assert_eq!(early.records.len(), late.records.len());
    assert_eq!(early, late);
    check_no_gap(&revisions(&held.server).await);
}

/// Asks for an actor as of an instant; says how that went.
async fn as_of(server: &Server, id: &str, instant: &str) -> String {
    let instant: jiff::Timestamp = instant.parse().expect("an instant");
    let time = prost_types::Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() };
    let at = pb::At { at: Some(pb::at::At::Time(time)) };
    let consistency = pb::Consistency { when: Some(pb::consistency::When::At(at)), known_by: None };
    let answer = server.get_at(&format!("actors/{id}"), Some(consistency)).await;
    answer.map_or_else(|status| shown(&status), |record| record.name)
}

#[tokio::test]
async fn what_is_durable_and_cannot_be_read_is_not_left_out_of_an_instant() {
    const NOW: &str = "2030-01-01T00:00:00Z";
    for by_an_append in [true, false] {
        let (mut held, first) = Held::behind(&actor("first")).await;
        held.log.be_readable(false);
        // It becomes durable, its answer is lost, and the log cannot be asked what became of it.
        assert!(held.log.let_one(Some(Fault::AfterCommit)));
        held.log.open();
        assert_eq!(first.refused().await, "Unavailable UNAVAILABLE");
        held.server.clock.set(NOW);
        assert_eq!(as_of(&held.server, "first", NOW).await, "Unavailable UNAVAILABLE");
        held.log.be_readable(true);
        if by_an_append {
            let second = held.ask(&actor("second")).taken().await;
            assert_eq!(second.records[0].position, ground::COUNT + 2);
        }
        // Without an append it is read again after a while.
        let mut found = as_of(&held.server, "first", NOW).await;
        let asked_again = async {
            while found == "Unavailable UNAVAILABLE" {
                found = as_of(&held.server, "first", NOW).await;
            }
        };
        timeout(PATIENCE, asked_again).await.expect("it is read in time");
        assert_eq!(found, "dossiers/d/actors/first");
    }
}
