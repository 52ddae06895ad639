//! `ImportRecords`: batches are acknowledged in their order, what is refused ends the stream, and nothing after it is stored.

use std::time::Duration;

use armistice::log::faults::{Fault, Faults};
use armistice::log::sqlite::{Options, SqliteLog};
use armistice::wire::pb;
use armistice::wire::pb::record_service_client::RecordServiceClient;
use prost::Message;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_stream::Stream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::Channel;
use tonic::{Status, Streaming};
use tonic_types::StatusExt;

use crate::refusal::{named, shown};
use crate::server::{PATIENCE, Server};
use crate::{ground, json};

/// A stream that is open.
pub(crate) struct Import {
    pub(crate) messages: mpsc::Sender<pb::ImportRecordsRequest>,
    pub(crate) answers: Streaming<pb::ImportRecordsResponse>,
}

impl Import {
    pub(crate) async fn open(channel: &Channel) -> Import {
        let (messages, outgoing) = mpsc::channel(1);
        let answers = open(channel, ReceiverStream::new(outgoing)).await;
        Import { messages, answers }
    }

    pub(crate) async fn send(&self, message: pb::ImportRecordsRequest) {
        let sent = timeout(PATIENCE, self.messages.send(message)).await.expect("there is room");
        sent.expect("the stream is open");
    }

    /// The next answer; `None` at a good end.
    pub(crate) async fn next(&mut self) -> Result<Option<pb::ImportRecordsResponse>, Status> {
        timeout(PATIENCE, self.answers.message()).await.expect("an answer in time")
    }
}

pub(crate) async fn open(
    channel: &Channel,
    messages: impl Stream<Item = pb::ImportRecordsRequest> + Send + 'static,
) -> Streaming<pb::ImportRecordsResponse> {
    let mut client = RecordServiceClient::new(channel.clone());
    timeout(PATIENCE, client.import_records(messages)).await.expect("in time").expect("a stream").into_inner()
}

/// Sends messages without waiting, and gives back the answers and the end.
pub(crate) async fn import(
    server: &Server,
    messages: Vec<pb::ImportRecordsRequest>,
) -> (Vec<pb::ImportRecordsResponse>, Result<(), Status>) {
    let mut stream = open(&server.channel, tokio_stream::iter(messages)).await;
    let mut answers = Vec::new();
    loop {
        match timeout(PATIENCE, stream.message()).await.expect("an answer in time") {
            Ok(Some(answer)) => answers.push(answer),
            Ok(None) => return (answers, Ok(())),
            Err(status) => return (answers, Err(status)),
        }
    }
}

/// A message whose request id follows from a number.
pub(crate) fn batch(number: usize, records: &str) -> pb::ImportRecordsRequest {
    let parent = "dossiers/d".to_owned();
    pb::ImportRecordsRequest { parent, records: json::records(records), request_id: request_id(number) }
}

pub(crate) fn request_id(number: usize) -> String {
    format!("8f7a1c1e-6b0e-4a39-9f0b-{number:012x}")
}

/// An actor `n{number}` that acts for the one before it, so that no batch can be stored without those before.
pub(crate) fn next_actor(number: usize) -> pb::ImportRecordsRequest {
    let before = if number == 0 { "actors/a".to_owned() } else { format!("actors/n{}", number - 1) };
    let records = format!(
        r#"[{{"name": "actors/n{number}", "actor":
            {{"display_name": "N", "type": "ACTOR_TYPE_ORGANIZATION", "affiliations": ["{before}"]}}}}]"#
    );
    batch(number, &records)
}

/// How many of those actors are stored. They are stored in order, and once, for no actor is there without the one before it.
pub(crate) async fn stored(server: &Server) -> usize {
    let state = server.state().await;
    let is_one = |name: &str| name.strip_prefix("dossiers/d/actors/n").is_some_and(|n| n.parse::<usize>().is_ok());
    let names: Vec<&str> = state.records.iter().map(|r| r.name.as_str()).filter(|name| is_one(name)).collect();
    for (number, name) in names.iter().enumerate() {
        assert_eq!(*name, format!("dossiers/d/actors/n{number}"));
    }
    names.len()
}

/// How many records the ground holds.
fn of_ground() -> usize {
    usize::try_from(ground::COUNT).expect("a small dossier")
}

/// Lets the server come to whatever it might do of its own accord.
pub(crate) async fn time_enough(server: &Server) {
    let mut dossiers = server.dossiers();
    for _ in 0..50 {
        dossiers.list_dossiers(pb::ListDossiersRequest::default()).await.expect("an answer");
    }
}

/// Which message a refusal is about.
fn index(status: &Status) -> Option<String> {
    status.get_details_error_info()?.metadata.get("message_index").cloned()
}

#[tokio::test]
async fn batches_are_acknowledged_in_their_order_with_their_positions() {
    let server = ground::server().await;
    let actor = |name: String| {
        format!(r#"{{"name": "actors/{name}", "actor": {{"display_name": "N", "type": "ACTOR_TYPE_STATE"}}}}"#)
    };
    let messages: Vec<pb::ImportRecordsRequest> = (0..40)
        .map(|number| {
            let records: Vec<String> = (0..=number % 3).map(|i| actor(format!("m{number}-{i}"))).collect();
            batch(number, &format!("[{}]", records.join(",")))
        })
        .collect();
    let (answers, end) = import(&server, messages.clone()).await;
    end.expect("a good end");
    let mut position = ground::COUNT;
    for (message, answer) in messages.iter().zip(&answers) {
        let count = message.records.len() as i64;
        assert_eq!(answer.request_id, message.request_id);
        assert_eq!((answer.first_position, answer.last_position), (position + 1, position + count));
        assert_eq!(i64::from(answer.record_count), count);
        position += count;
    }
    assert_eq!(answers.len(), 40);
    // Each can be read by its token, and says how far its batch went.
    let at = pb::consistency::When::At(pb::At { at: Some(pb::at::At::ReadAt(answers[6].read_at.clone())) });
    let then = Some(pb::Consistency { when: Some(at), known_by: None });
    assert_eq!(
        server.get_at("actors/m6-0", then.clone()).await.expect("it is there").position,
        answers[6].last_position
    );
    server.get_at("actors/m7-0", then).await.expect_err("it came later");
}

#[tokio::test]
async fn an_answer_comes_before_the_next_batch_is_sent() {
    let server = ground::server().await;
    let mut stream = Import::open(&server.channel).await;
    for number in 0..3 {
        stream.send(next_actor(number)).await;
        let answer = stream.next().await.expect("an answer").expect("not the end");
        assert_eq!(answer.request_id, request_id(number));
    }
    drop(stream.messages);
    assert!(stream.answers.message().await.expect("a good end").is_none());
}

#[tokio::test]
async fn a_batch_may_refer_to_an_earlier_one_that_is_still_under_way() {
    let server = ground::server().await;
    let (answers, end) = import(&server, (0..100).map(next_actor).collect()).await;
    end.expect("a good end");
    assert_eq!((answers.len(), stored(&server).await), (100, 100));
    assert_eq!(server.get("actors/n99").await.expect("the last").position, ground::COUNT + 100);
}

#[tokio::test]
async fn a_stream_may_hold_nothing() {
    let server = ground::server().await;
    let (answers, end) = import(&server, Vec::new()).await;
    end.expect("a good end");
    assert_eq!(answers, []);
}

#[tokio::test]
async fn warnings_are_told_by_their_place_in_the_batch() {
    let server = ground::server().await;
    let exchange = r#"[{"name": "exchanges/n", "citations": [{"document": "documents/doc"}], "exchange":
        {"display_name": "N", "held": {"local": "2025-03-19"}, "transfers": [
          {"stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/a", "count": 350},
          {"from": "actors/a", "stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/a", "count": 175}]}}]"#;
    let (answers, end) = import(&server, vec![next_actor(0), batch(1, exchange)]).await;
    end.expect("a good end");
    assert_eq!(answers[0].warnings, []);
    assert_eq!(answers[1].warnings[0].field, "records[0].exchange.transfers[0].count");
}

#[tokio::test]
async fn what_is_refused_ends_the_stream_and_nothing_after_it_is_stored() {
    // Each in turn is refused among others that are sent at once, and that could be stored without it.
    let whole = |number: usize| {
        let name = format!("free{number}");
        batch(
            number,
            &format!(r#"[{{"name": "actors/{name}", "actor": {{"display_name": "N", "type": "ACTOR_TYPE_STATE"}}}}]"#),
        )
    };
    let faulty = r#"[{"name": "actors/x", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}},
        {"name": "reports/x", "report": {"incident": "incidents/x", "facts": {"act": "hammer"}}}]"#;
    let many = pb::ImportRecordsRequest { records: vec![pb::Record::default(); 1001], ..batch(0, "[]") };
    let cases = [
        (
            batch(0, faulty),
            "InvalidArgument FIELD_REQUIRED: records[1].report.claimant FIELD_REQUIRED; \
             records[1].report.incident REFERENCE_UNKNOWN; records[1].report.facts.act CLASS_UNKNOWN",
        ),
        (batch(0, "[]"), "InvalidArgument FIELD_REQUIRED: records FIELD_REQUIRED"),
        (many, "ResourceExhausted BATCH_TOO_LARGE: records BATCH_TOO_LARGE"),
        (
            pb::ImportRecordsRequest { request_id: "x".to_owned(), ..whole(20) },
            "InvalidArgument VALUE_OUT_OF_RANGE: request_id VALUE_OUT_OF_RANGE",
        ),
        (
            pb::ImportRecordsRequest { parent: "dossiers/e".to_owned(), ..whole(20) },
            "InvalidArgument FIELD_NOT_ALLOWED: parent FIELD_NOT_ALLOWED",
        ),
    ];
    for (refused, expected) in cases {
        for place in [1, 2, 5] {
            let server = ground::server().await;
            server.create("e").await;
            let mut messages: Vec<pb::ImportRecordsRequest> = (0..12).map(whole).collect();
            messages[place] = refused.clone();
            if messages[place].request_id.starts_with("8f7a") {
                messages[place].request_id = request_id(place);
            }
            let (answers, end) = import(&server, messages.clone()).await;
            let status = end.expect_err("a refusal");
            assert_eq!(shown(&status), expected);
            assert_eq!(index(&status), Some(place.to_string()), "{expected}");
            let info = status.get_details_error_info().expect("an ErrorInfo");
            assert_eq!(info.metadata.get("request_id"), Some(&messages[place].request_id));
            assert!(status.message().starts_with(&format!("message {place} of the stream")), "{}", status.message());
            assert_eq!(answers.len(), place, "{expected}");
            time_enough(&server).await;
            let names = server.state().await.records.into_iter().skip(of_ground()).map(|r| r.name);
            let prefix: Vec<String> = (0..place).map(|n| format!("dossiers/d/actors/free{n}")).collect();
            assert_eq!(names.collect::<Vec<String>>(), prefix, "{expected}");
        }
    }
}

#[tokio::test]
async fn what_is_already_handed_over_behind_a_refused_batch_is_not_stored() {
    let directory = tempfile::tempdir().expect("a directory");
    let faults = Faults::planned();
    let options = Options { faults: faults.clone(), ..Options::default() };
    let log = SqliteLog::open_with(directory.path(), options).expect("an empty store");
    let server = ground::over(std::sync::Arc::new(log)).await;
    let other = |name: &str| format!(r#"[{{"name": "actors/{name}", "actor": {{"display_name": "N", "type": 1}}}}]"#);
    let held = faults.hold();
    let mut stream = Import::open(&server.channel).await;
    // The second gives a name that is there; the others could do without it.
    for (number, name) in ["p", "a", "q", "r"].into_iter().enumerate() {
        stream.send(batch(number, &other(name))).await;
    }
    // All four wait, the first for the disk.
    time_enough(&server).await;
    drop(held);
    assert_eq!(stream.next().await.expect("an answer").expect("not the end").request_id, request_id(0));
    let status = stream.next().await.expect_err("a refusal");
    assert_eq!(shown(&status), "AlreadyExists RECORD_EXISTS: records[0].reason RECORD_EXISTS");
    // Another call comes to the writer after them.
    server.append(&other("s")).await;
    let names = server.state().await.records.into_iter().skip(of_ground()).map(|r| r.name);
    assert_eq!(names.collect::<Vec<String>>(), ["dossiers/d/actors/p", "dossiers/d/actors/s"]);
}

#[tokio::test]
async fn a_stream_keeps_its_order_when_its_batches_must_be_admitted_anew() {
    let other = |name: &str| format!(r#"[{{"name": "actors/{name}", "actor": {{"display_name": "N", "type": 1}}}}]"#);
    for _ in 0..5 {
        let directory = tempfile::tempdir().expect("a directory");
        let faults = Faults::planned();
        let options = Options { faults: faults.clone(), ..Options::default() };
        let log = SqliteLog::open_with(directory.path(), options).expect("an empty store");
        let server = ground::over(std::sync::Arc::new(log)).await;
        let held = faults.hold();
        let mut failing = Vec::new();
        for name in ["w", "x"] {
            faults.break_next(Fault::BeforeCommit);
            let parent = "dossiers/d".to_owned();
            let records = json::records(&other(name));
            let request = pb::AppendRecordsRequest { parent, records, ..Default::default() };
            let mut client = server.records();
            failing.push(tokio::spawn(async move { client.append_records(request).await }));
            time_enough(&server).await;
        }
        // The first loses its race to what fails before it. The second has its id and another body, so it must wait for the first
        // and be refused; the third must wait for both.
        let mut stream = Import::open(&server.channel).await;
        for message in [batch(0, &other("p")), batch(0, &other("q")), batch(2, &other("r"))] {
            stream.send(message).await;
        }
        time_enough(&server).await;
        drop(held);
        for call in failing {
            let _ = call.await.expect("no panic");
        }
        let mut expected = Vec::new();
        let status = match stream.next().await {
            Ok(answer) => {
                assert_eq!(answer.expect("not the end").request_id, request_id(0));
                expected.push("dossiers/d/actors/p");
                stream.next().await.expect_err("a refusal")
            }
            // It went into the commit that was to fail.
            Err(status) => status,
        };
        let reason = if expected.is_empty() { "Unavailable" } else { "AlreadyExists REQUEST_ID_REUSED" };
        assert!(shown(&status).starts_with(reason), "{}", shown(&status));
        time_enough(&server).await;
        let names: Vec<String> = server.state().await.records.into_iter().skip(of_ground()).map(|r| r.name).collect();
        let of_stream: Vec<&str> =
            names.iter().map(String::as_str).filter(|n| !n.ends_with("/w") && !n.ends_with("/x")).collect();
        assert_eq!(of_stream, expected);
    }
}

#[tokio::test]
async fn the_first_message_names_the_dossier_and_the_others_need_not() {
    let server = ground::server().await;
    let nameless = |number| pb::ImportRecordsRequest { parent: String::new(), ..next_actor(number) };
    let (answers, end) = import(&server, vec![nameless(0), next_actor(1)]).await;
    let status = end.expect_err("a refusal");
    assert_eq!(shown(&status), "InvalidArgument FIELD_REQUIRED: parent FIELD_REQUIRED");
    assert_eq!((answers.len(), index(&status).as_deref(), stored(&server).await), (0, Some("0"), 0));

    let (answers, end) = import(&server, vec![next_actor(0), nameless(1), next_actor(2), nameless(3)]).await;
    end.expect("a good end");
    assert_eq!((answers.len(), stored(&server).await), (4, 4));
    // What is left out is part of the batch all the same: named or not, it is the same batch.
    let (again, end) = import(&server, vec![next_actor(0), next_actor(1), nameless(2)]).await;
    end.expect("a good end");
    assert_eq!(again[..], answers[..3]);

    let unknown = pb::ImportRecordsRequest { parent: "dossiers/x".to_owned(), ..next_actor(4) };
    let (_, end) = import(&server, vec![unknown]).await;
    assert_eq!(shown(&end.expect_err("a refusal")), "NotFound DOSSIER_UNKNOWN: parent DOSSIER_UNKNOWN");
}

#[tokio::test]
async fn a_batch_with_an_id_is_stored_once_whichever_call_brings_it() {
    let server = ground::server().await;
    let append = |number: usize| {
        let pb::ImportRecordsRequest { parent, records, request_id } = next_actor(number);
        pb::AppendRecordsRequest { parent, records, request_id, validate_only: false }
    };
    let appended = server.records().append_records(append(0)).await.expect("taken").into_inner();
    let twice = vec![next_actor(0), next_actor(1), next_actor(1), next_actor(0), next_actor(2)];
    let (answers, end) = import(&server, twice).await;
    end.expect("a good end");
    assert_eq!(answers[0].last_position, appended.records[0].position);
    assert_eq!(answers[0].read_at, appended.read_at);
    assert_eq!((&answers[2], &answers[3]), (&answers[1], &answers[0]));
    assert_eq!(stored(&server).await, 3);
    let again = server.records().append_records(append(2)).await.expect("taken").into_inner();
    assert_eq!(again.records[0].position, answers[4].last_position);
    assert_eq!(stored(&server).await, 3);
    // Without an id it is another batch each time.
    let nameless = r#"[{"actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#;
    let nameless = pb::ImportRecordsRequest { request_id: String::new(), ..batch(0, nameless) };
    let (answers, end) = import(&server, vec![nameless.clone(), nameless]).await;
    end.expect("a good end");
    assert_eq!(answers[1].first_position, answers[0].last_position + 1);
    assert_eq!(answers[1].request_id, "");
}

#[tokio::test]
async fn an_id_that_was_used_for_another_batch_ends_the_stream_there() {
    // Of the same stream, while the first is still under way too.
    let server = ground::server().await;
    let free = |number: usize, name: &str| {
        batch(number, &format!(r#"[{{"name": "actors/{name}", "actor": {{"display_name": "N", "type": 1}}}}]"#))
    };
    for round in 0..20 {
        let at = 10 * round;
        let name = |n: usize| format!("f{round}-{n}");
        let messages = vec![free(at, &name(0)), free(at, &name(1)), free(at + 2, &name(2)), free(at + 3, &name(3))];
        let (answers, end) = import(&server, messages).await;
        let status = end.expect_err("a refusal");
        assert_eq!(shown(&status), "AlreadyExists REQUEST_ID_REUSED: request_id REQUEST_ID_REUSED");
        assert_eq!((answers.len(), index(&status).as_deref()), (1, Some("1")));
        time_enough(&server).await;
        let last = server.state().await.records.pop().expect("some").name;
        assert_eq!(last, format!("dossiers/d/actors/f{round}-0"));
    }
}

#[tokio::test]
async fn a_message_that_is_none_ends_the_stream_after_what_was_before_it() {
    let server = ground::server().await;
    // All of it is text, for so the body is sent.
    let framed = |body: &[u8]| {
        let length = u32::try_from(body.len()).expect("a small message").to_be_bytes();
        String::from_utf8([&[0], &length[..], body].concat()).expect("nothing past 127")
    };
    let good = |number: usize| {
        let record = json::records(r#"[{"actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#).remove(0);
        let name = format!("actors/n{number}");
        // A field that nobody knows, whose one byte makes a letter of the two of the tag after it.
        let named =
            [&b"\x0a"[..], &[name.len().to_le_bytes()[0]], name.as_bytes(), b"\x7a\x01\xc2", &record.encode_to_vec()]
                .concat();
        framed(&[&b"\x0a\x0adossiers/d\x12"[..], &[named.len().to_le_bytes()[0]], &named].concat())
    };
    let cut = good(9);
    let endings = [
        (framed(b"\x0a\x7fx"), "InvalidArgument MALFORMED_MESSAGE"),
        (framed(&vec![0; 4 * 1024 * 1024 + 1]), "ResourceExhausted MESSAGE_TOO_LARGE"),
        ("\0\x7f\x7f\x7f\x7f".to_owned(), "ResourceExhausted MESSAGE_TOO_LARGE"),
        ("\x02\0\0\0\0".to_owned(), "InvalidArgument MALFORMED_MESSAGE"),
        (cut[..3].to_owned(), "InvalidArgument MALFORMED_MESSAGE"),
        (cut[..cut.len() - 7].to_owned(), "InvalidArgument MALFORMED_MESSAGE"),
    ];
    for (number, (ending, expected)) in endings.into_iter().enumerate() {
        let status = crate::bad_bytes::end_of(&server, "RecordService/ImportRecords", good(number) + &ending).await;
        assert_eq!((shown(&status).as_str(), index(&status).as_deref()), (expected, Some("1")));
        assert_eq!(stored(&server).await, number + 1);
    }
}

#[tokio::test]
async fn an_import_may_wait_as_long_as_it_likes() {
    let settings = armistice::service::Settings { idle_timeout: Duration::from_secs(600), ..Default::default() };
    let server = Server::with(std::sync::Arc::new(armistice::log::memory::MemoryLog::new()), settings).await;
    server.create("d").await;
    let mut stream = Import::open(&server.channel).await;
    server.append(r#"[{"name": "actors/a", "actor": {"display_name": "A", "type": "ACTOR_TYPE_STATE"}}]"#).await;
    stream.send(next_actor(0)).await;
    stream.next().await.expect("an answer").expect("not the end");
    // Others append meanwhile, and what they append can be referred to.
    let between = next_actor(1);
    server.append_batch(between.records).await.expect("taken");
    stream.send(next_actor(2)).await;
    let answer = stream.next().await.expect("an answer").expect("not the end");
    assert_eq!(answer.last_position, 4);
}

#[tokio::test]
async fn every_fault_of_a_batch_is_named_and_said_to_be_of_its_message() {
    let server = ground::server().await;
    let faulty = batch(1, r#"[{"name": "actors/x", "actor": {"affiliations": ["actors/nobody"]}}]"#);
    let (_, end) = import(&server, vec![next_actor(0), faulty]).await;
    let fields: Vec<String> = named(&end.expect_err("a refusal")).into_iter().map(|(field, ..)| field).collect();
    assert_eq!(fields, ["records[0].actor.display_name", "records[0].actor.type", "records[0].actor.affiliations[0]"]);
}
