//! A request with an id is answered once: the same again gets the same bytes, after a restart too.

use std::sync::Arc;

use armistice::log::faults::{Fault, Faults};
use armistice::log::memory::MemoryLog;
use armistice::wire::pb;
use prost::Message;

use crate::bytes::send;
use crate::refusal::shown;
use crate::server::{PATIENCE, Server, store};
use crate::{ground, json};

const ID: &str = "8f7a1c1e-6b0e-4a39-9f0b-3c1d2e4f5a6b";
const APPEND: &str = "RecordService/AppendRecords";
const CREATE: &str = "DossierService/CreateDossier";

fn batch(records: &str, request_id: &str) -> pb::AppendRecordsRequest {
    pb::AppendRecordsRequest {
        parent: "dossiers/d".to_owned(),
        records: json::records(records),
        request_id: request_id.to_owned(),
        validate_only: false,
    }
}

/// Two records of which one is given its name by the server, and a warning.
const RECORDS: &str = r#"[
    {"name": "actors/-", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}},
    {"name": "exchanges/n", "citations": [{"document": "documents/doc"}], "exchange":
        {"display_name": "N", "held": {"local": "2025-03-19"}, "transfers": [
          {"stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/a", "count": 350},
          {"from": "actors/a", "stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/a", "count": 175}]}}]"#;

async fn append(server: &Server, request: &pb::AppendRecordsRequest) -> Result<Vec<u8>, tonic::Status> {
    send(&server.channel, APPEND, request.encode_to_vec()).await
}

#[tokio::test]
async fn the_same_request_gets_the_same_bytes_and_stores_nothing_more() {
    let server = ground::server().await;
    let request = batch(RECORDS, ID);
    let first = append(&server, &request).await.expect("taken");
    let answer = pb::AppendRecordsResponse::decode(first.as_slice()).expect("an answer");
    assert_eq!(answer.records.len(), 2);
    assert_eq!(answer.warnings.len(), 1, "{answer:?}");
    assert_eq!(answer.warnings[0].field, "records[1].exchange.transfers[0].count");
    let assigned = &answer.records[0].name;
    assert!(assigned.starts_with("dossiers/d/actors/") && assigned.len() > 30, "{assigned}");
    let state = server.state().await;
    assert_eq!(append(&server, &request).await.expect("again"), first);
    assert_eq!(server.state().await, state);

    // Whatever happened since: what is answered is what was, not what is.
    server.clock.set("2025-07-01T00:00:00Z");
    server.append(r#"[{"name": "documents/doc", "reason": "R.", "retracted": true}]"#).await;
    server
        .append(
            r#"[{"name": "exchanges/n", "reason": "R.", "citations": [{"document": "documents/other"}], "exchange":
                {"display_name": "M", "transfers": [{"stage": 2, "stated_by": "actors/a", "count": 1}]}}]"#,
        )
        .await;
    assert_eq!(append(&server, &request).await.expect("again"), first);
    let spelled = pb::AppendRecordsRequest { request_id: ID.to_uppercase(), ..request.clone() };
    assert_eq!(append(&server, &spelled).await.expect("again"), first, "the same UUID, spelled otherwise");
}

#[tokio::test]
async fn the_same_request_with_another_body_is_refused_and_stores_nothing() {
    let server = ground::server().await;
    let request = batch(RECORDS, ID);
    append(&server, &request).await.expect("taken");
    let before = server.state().await;
    let reused = "AlreadyExists REQUEST_ID_REUSED: request_id REQUEST_ID_REUSED";
    let other = batch(r#"[{"name": "actors/m", "actor": {"display_name": "M", "type": "ACTOR_TYPE_STATE"}}]"#, ID);
    assert_eq!(shown(&append(&server, &other).await.expect_err("a refusal")), reused);
    let mut close = request.clone();
    close.records[1].reason = "R.".to_owned();
    assert_eq!(shown(&append(&server, &close).await.expect_err("a refusal")), reused);
    assert_eq!(server.state().await, before);
    // In another dossier it is another request.
    server.create("e").await;
    let elsewhere = pb::AppendRecordsRequest { parent: "dossiers/e".to_owned(), ..other };
    append(&server, &elsewhere).await.expect("taken");
}

#[tokio::test]
async fn a_request_that_was_refused_may_be_mended_and_sent_again() {
    let server = ground::server().await;
    let refused = batch(r#"[{"name": "actors/m", "actor": {"type": "ACTOR_TYPE_STATE"}}]"#, ID);
    append(&server, &refused).await.expect_err("a refusal");
    append(&server, &refused).await.expect_err("the same refusal");
    append(&server, &batch(RECORDS, ID)).await.expect("taken under the same id");
}

#[tokio::test]
async fn what_is_no_uuid_is_refused_with_all_other_faults() {
    let server = ground::server().await;
    for id in ["1", "8f7a1c1e-6b0e-4a39-9f0b", "not-a-uuid-at-all", "8f7a1c1e-6b0e-4a39-9f0b-3c1d2e4f5a6g"] {
        let mut request = batch(r#"[{"name": "actors/m", "actor": {"type": "ACTOR_TYPE_STATE"}}]"#, id);
        let expected = "InvalidArgument FIELD_REQUIRED: records[0].actor.display_name FIELD_REQUIRED; \
                        request_id VALUE_OUT_OF_RANGE";
        assert_eq!(shown(&append(&server, &request).await.expect_err("a refusal")), expected, "{id}");
        request.validate_only = true;
        assert_eq!(shown(&append(&server, &request).await.expect_err("a refusal")), expected, "{id}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_one_is_stored_and_all_get_its_answer() {
    let server = ground::server().await;
    let before = server.state().await.records.len();
    let mut channels = Vec::new();
    for _ in 0..4 {
        channels.push(server.connect().await);
    }
    let request = batch(RECORDS, ID).encode_to_vec();
    let other = batch(r#"[{"name": "actors/m", "actor": {"display_name": "M", "type": "ACTOR_TYPE_STATE"}}]"#, "");
    let mut calls = tokio::task::JoinSet::new();
    for i in 0..64 {
        let (channel, request) = (channels[i % channels.len()].clone(), request.clone());
        calls.spawn(async move { send(&channel, APPEND, request).await.expect("an answer") });
    }
    // Others in between, so that the same request meets itself in one group and in several.
    append(&server, &other).await.expect("taken");
    let answers = tokio::time::timeout(PATIENCE, calls.join_all()).await.expect("answers in time");
    assert_eq!(answers.len(), 64);
    for answer in &answers {
        assert_eq!(answer, &answers[0]);
    }
    assert_eq!(server.state().await.records.len(), before + 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_different_ones_with_one_id_one_wins_and_the_rest_are_told_so() {
    let server = ground::server().await;
    let mut calls = tokio::task::JoinSet::new();
    for i in 0..32 {
        let records =
            format!(r#"[{{"name": "actors/n{i}", "actor": {{"display_name": "N", "type": "ACTOR_TYPE_STATE"}}}}]"#);
        let (channel, request) = (server.channel.clone(), batch(&records, ID).encode_to_vec());
        calls.spawn(async move { send(&channel, APPEND, request).await.map_err(|status| shown(&status)) });
    }
    let answers = tokio::time::timeout(PATIENCE, calls.join_all()).await.expect("answers in time");
    let taken = answers.iter().filter(|answer| answer.is_ok()).count();
    assert_eq!(taken, 1);
    for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
        assert_eq!(refused, "AlreadyExists REQUEST_ID_REUSED: request_id REQUEST_ID_REUSED");
    }
}

#[tokio::test]
async fn a_check_stores_nothing_can_be_repeated_and_uses_no_id_up() {
    let server = ground::server().await;
    let before = server.state().await;
    let check = pb::AppendRecordsRequest { validate_only: true, ..batch(RECORDS, ID) };
    let mut answers = Vec::new();
    for _ in 0..3 {
        let bytes = append(&server, &check).await.expect("nothing to refuse");
        answers.push(pb::AppendRecordsResponse::decode(bytes.as_slice()).expect("an answer"));
    }
    assert_eq!(server.state().await, before);
    let first = &answers[0];
    assert_eq!(first.warnings.len(), 1);
    for record in answers.iter().flat_map(|answer| &answer.records) {
        assert_eq!((record.position, record.record_time, record.etag.as_str()), (0, None, ""));
        assert!(record.kind.is_some() && record.name.starts_with("dossiers/d/"));
    }
    assert_eq!(first.records[1], answers[2].records[1]);
    let Some(pb::record::Kind::Exchange(exchange)) = &first.records[1].kind else { panic!("an exchange") };
    assert!(exchange.held.as_ref().is_some_and(|held| held.earliest.is_some()), "local times are resolved");
    let stored = append(&server, &batch(RECORDS, ID)).await.expect("the id is still free");
    // Now the request would be answered as it was, and one without the id refused.
    let stored = pb::AppendRecordsResponse::decode(stored.as_slice()).expect("an answer");
    let checked = append(&server, &check).await.expect("what it would be answered");
    let checked = pb::AppendRecordsResponse::decode(checked.as_slice()).expect("an answer");
    let names = |answer: &pb::AppendRecordsResponse| answer.records.iter().map(|r| r.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&checked), names(&stored), "the names that were assigned");
    let anew = pb::AppendRecordsRequest { request_id: String::new(), ..check };
    let expected = "AlreadyExists RECORD_EXISTS: records[1].reason RECORD_EXISTS";
    assert_eq!(shown(&append(&server, &anew).await.expect_err("a refusal")), expected);
}

#[tokio::test]
async fn a_dossier_is_created_once_by_the_same_request() {
    let server = Server::start().await;
    let dossier =
        pb::Dossier { display_name: "D".to_owned(), time_zone: "Europe/Kyiv".to_owned(), ..Default::default() };
    let request =
        pb::CreateDossierRequest { dossier_id: "d".to_owned(), dossier: Some(dossier), request_id: ID.to_owned() };
    let first = send(&server.channel, CREATE, request.encode_to_vec()).await.expect("created");
    server.clock.set("2025-07-01T00:00:00Z");
    server.append(r#"[{"name": "actors/n", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#).await;
    assert_eq!(send(&server.channel, CREATE, request.encode_to_vec()).await.expect("again"), first);
    let create = |request: pb::CreateDossierRequest| {
        let channel = server.channel.clone();
        async move { shown(&send(&channel, CREATE, request.encode_to_vec()).await.expect_err("a refusal")) }
    };
    let reused = "AlreadyExists REQUEST_ID_REUSED: request_id REQUEST_ID_REUSED";
    assert_eq!(create(pb::CreateDossierRequest { dossier: None, ..request.clone() }).await, reused);
    let exists = "AlreadyExists DOSSIER_EXISTS: dossier_id DOSSIER_EXISTS";
    assert_eq!(create(pb::CreateDossierRequest { request_id: String::new(), ..request.clone() }).await, exists);
    let another = "00000000-0000-4000-8000-000000000000".to_owned();
    assert_eq!(create(pb::CreateDossierRequest { request_id: another, ..request.clone() }).await, exists);
    // Nor is the id free for an append.
    let one = batch(r#"[{"name": "actors/m", "actor": {"display_name": "M", "type": "ACTOR_TYPE_STATE"}}]"#, ID);
    let status = send(&server.channel, APPEND, one.encode_to_vec()).await.expect_err("a refusal");
    assert_eq!(shown(&status), reused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_answers_outlive_the_server() {
    let directory = tempfile::tempdir().expect("a directory");
    let create = pb::CreateDossierRequest { dossier_id: "e".to_owned(), dossier: None, request_id: ID.to_owned() };
    let request = batch(RECORDS, ID);
    let server = ground::over(store(directory.path()).await).await;
    let created = send(&server.channel, CREATE, create.encode_to_vec()).await.expect("created");
    let first = append(&server, &request).await.expect("taken");
    let state = server.state().await;
    server.stop().await;

    let server = Server::over(store(directory.path()).await).await;
    server.clock.set("2025-07-01T00:00:00Z");
    assert_eq!(send(&server.channel, CREATE, create.encode_to_vec()).await.expect("again"), created);
    assert_eq!(append(&server, &request).await.expect("again"), first);
    assert_eq!(server.state().await, state, "and so does everything else");
    let other = batch(r#"[{"name": "actors/m", "actor": {"display_name": "M", "type": "ACTOR_TYPE_STATE"}}]"#, ID);
    let reused = "AlreadyExists REQUEST_ID_REUSED: request_id REQUEST_ID_REUSED";
    assert_eq!(shown(&append(&server, &other).await.expect_err("a refusal")), reused);
    // Tokens of the first life are good in the second.
    let read: pb::AppendRecordsResponse = Message::decode(first.as_slice()).expect("an answer");
    let at = pb::consistency::When::At(pb::At { at: Some(pb::at::At::ReadAt(read.read_at)) });
    let then = pb::Consistency { when: Some(at), known_by: None };
    server.append(r#"[{"name": "actors/a", "reason": "R.", "retracted": true}]"#).await;
    assert!(!server.get_at("actors/a", Some(then)).await.expect("the actor").retracted);
    server.stop().await;
}

#[tokio::test]
async fn an_append_whose_answer_was_lost_is_there_once_when_it_is_sent_again() {
    for fault in [Fault::BeforeCommit, Fault::AfterCommit] {
        let faults = Faults::planned();
        let server = ground::over(Arc::new(MemoryLog::with_faults(faults.clone()))).await;
        let before = server.state().await.records.len();
        faults.break_next(fault);
        let request = batch(RECORDS, ID);
        let lost = append(&server, &request).await.expect_err("the answer is lost");
        assert_eq!(shown(&lost), "Unavailable UNAVAILABLE", "{fault:?}");
        let answer = append(&server, &request).await.expect("an answer");
        assert_eq!(append(&server, &request).await.expect("again"), answer, "{fault:?}");
        assert_eq!(server.state().await.records.len(), before + 2, "{fault:?}");
        // What was told as lost can be read, and goes on.
        server.append(r#"[{"name": "actors/m", "actor": {"display_name": "M", "type": "ACTOR_TYPE_STATE"}}]"#).await;
    }
}
