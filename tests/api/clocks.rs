//! Both clocks on every read: as of a position, an instant, an earlier answer; and known by a day in the world.

use armistice::wire::pb;
use armistice::wire::pb::{at, consistency};
use prost_types::Timestamp;

use crate::ground;
use crate::json::message;
use crate::server::Server;

fn instant(text: &str) -> Timestamp {
    let instant: jiff::Timestamp = text.parse().expect("an instant");
    Timestamp { seconds: instant.as_second(), nanos: instant.subsec_nanosecond() }
}

fn as_of(at: at::At) -> Option<pb::Consistency> {
    Some(pb::Consistency { when: Some(consistency::When::At(pb::At { at: Some(at) })), known_by: None })
}

fn known_by(text: &str) -> Option<pb::Consistency> {
    Some(pb::Consistency { when: None, known_by: Some(instant(text)) })
}

fn actor(name: &str, label: &str, reason: &str) -> String {
    format!(
        r#"[{{"name": "actors/{name}", "reason": "{reason}", "actor":
            {{"display_name": "{label}", "type": "ACTOR_TYPE_STATE"}}}}]"#
    )
}

/// What an actor is called at a point, or the code of the refusal.
async fn label(server: &Server, name: &str, consistency: Option<pb::Consistency>) -> String {
    match server.get_at(&format!("actors/{name}"), consistency).await {
        Err(status) => format!("{:?}", status.code()),
        Ok(pb::Record { kind: Some(pb::record::Kind::Actor(actor)), .. }) => actor.display_name,
        Ok(other) => panic!("{other:?} is no actor"),
    }
}

#[tokio::test]
async fn what_was_written_is_read_by_the_next_read_on_any_connection() {
    let server = ground::server().await;
    let mut other = pb::record_service_client::RecordServiceClient::new(server.connect().await);
    for i in 0..20 {
        let stored = server.append(&actor(&format!("n{i}"), "N", "")).await.records.remove(0);
        let request = pb::GetRecordRequest { name: stored.name.clone(), consistency: None };
        let read = other.get_record(request).await.expect("the record").into_inner();
        assert_eq!(read.record, Some(stored));
    }
}

#[tokio::test]
async fn a_position_an_instant_and_a_token_read_the_state_that_was() {
    let server = ground::server().await;
    server.clock.set("2025-06-02T00:00:00Z");
    let first = server.append(&actor("n", "first", "")).await;
    server.clock.set("2025-06-03T00:00:00Z");
    let second = server.append(&actor("n", "second", "R.")).await;
    server.clock.set("2025-06-04T00:00:00Z");

    let position = first.records[0].position;
    assert_eq!(position, ground::COUNT + 1);
    for (at, expected) in [
        (at::At::Position(0), "NotFound"),
        (at::At::Position(position - 1), "NotFound"),
        (at::At::Position(position), "first"),
        (at::At::Position(position + 1), "second"),
        (at::At::Time(instant("2025-06-01T23:59:59.999999999Z")), "NotFound"),
        (at::At::Time(instant("2025-06-02T00:00:00Z")), "first"),
        (at::At::Time(instant("2025-06-02T23:59:59.999999999Z")), "first"),
        (at::At::Time(instant("2025-06-03T00:00:00Z")), "second"),
        (at::At::Time(instant("2025-06-04T00:00:00Z")), "second"),
        (at::At::ReadAt(first.read_at.clone()), "first"),
        (at::At::ReadAt(second.read_at.clone()), "second"),
    ] {
        assert_eq!(label(&server, "n", as_of(at.clone())).await, expected, "{at:?}");
    }
    for token in [first.read_at, second.read_at] {
        let fresh = pb::Consistency { when: Some(consistency::When::AtLeastAsFresh(token)), known_by: None };
        assert_eq!(label(&server, "n", Some(fresh)).await, "second", "at least as fresh means the latest");
    }
}

#[tokio::test]
async fn every_answer_says_where_it_was_computed_and_can_be_had_again() {
    let server = ground::server().await;
    let list = pb::ListRecordsRequest { parent: "dossiers/d".to_owned(), page_size: 1000, ..Default::default() };
    let mut answers = vec![server.records().list_records(list.clone()).await.expect("a page").into_inner()];
    for i in 0..5 {
        server.append(&actor("n", &format!("label {i}"), if i == 0 { "" } else { "R." })).await;
        answers.push(server.records().list_records(list.clone()).await.expect("a page").into_inner());
    }
    for answer in answers {
        let consistency = as_of(at::At::ReadAt(answer.read_at.clone()));
        let again = pb::ListRecordsRequest { consistency, ..list.clone() };
        assert_eq!(server.records().list_records(again).await.expect("a page").into_inner(), answer);
    }
}

#[tokio::test]
async fn what_was_answered_as_of_an_instant_stays_true() {
    let server = ground::server().await;
    server.clock.set("2025-06-02T00:00:00Z");
    let now = at::At::Time(instant("2025-06-02T00:00:00Z"));
    assert_eq!(label(&server, "n", as_of(now.clone())).await, "NotFound");
    // Recorded at the same instant by the clock, and so a little later by the record.
    let stored = server.append(&actor("n", "N", "")).await.records.remove(0);
    assert_eq!(label(&server, "n", as_of(now)).await, "NotFound");
    let record_time = stored.record_time.expect("a record time");
    assert_eq!(record_time, instant("2025-06-02T00:00:00.000000001Z"));
    assert_eq!(label(&server, "n", as_of(at::At::Time(record_time))).await, "N");
}

#[tokio::test]
async fn record_times_never_decrease_though_the_clock_does() {
    let server = ground::server().await;
    server.clock.set("2025-06-02T00:00:00Z");
    let before = server.append(&actor("n", "N", "")).await.records.remove(0).record_time.expect("a record time");
    server.clock.set("2025-01-01T00:00:00Z");
    let after = server.append(&actor("m", "M", "")).await.records.remove(0).record_time.expect("a record time");
    assert!((before.seconds, before.nanos) < (after.seconds, after.nanos), "{before:?} {after:?}");
    assert_eq!(label(&server, "m", as_of(at::At::Time(before))).await, "NotFound");
    assert_eq!(label(&server, "m", as_of(at::At::Time(after))).await, "M", "what is recorded is not to come");
    let one_batch =
        server.append(r#"[{"incident": {"display_name": "I"}}, {"incident": {"display_name": "J"}}]"#).await;
    assert_eq!(one_batch.records[0].record_time, one_batch.records[1].record_time);
}

#[tokio::test]
async fn at_position_0_there_is_the_dossier_and_nothing_else() {
    let server = ground::server().await;
    let at_0 = as_of(at::At::Position(0));
    let request = pb::GetDossierRequest { name: "dossiers/d".to_owned(), consistency: at_0.clone() };
    let dossier = server.dossiers().get_dossier(request).await.expect("the dossier").into_inner().dossier;
    assert_eq!(dossier.expect("a dossier").create_time, Some(instant("2025-06-01T00:00:00Z")));
    let list =
        pb::ListRecordsRequest { parent: "dossiers/d".to_owned(), consistency: at_0.clone(), ..Default::default() };
    assert_eq!(server.records().list_records(list).await.expect("a page").into_inner().records, []);
    let assess = pb::AssessRequest { parent: "dossiers/d".to_owned(), consistency: at_0, ..Default::default() };
    let answer = server.assessments().assess(assess).await.expect("an answer").into_inner();
    assert_eq!((answer.assessments.len(), answer.readings.len()), (0, 0));
}

/// The names that a list gives, without the dossier's.
async fn names(server: &Server, json: &str) -> Vec<String> {
    let request: pb::ListRecordsRequest = message("ListRecordsRequest", json);
    let page = server.records().list_records(request).await.expect("a page").into_inner();
    page.records.iter().map(|r| r.name.trim_start_matches("dossiers/d/").to_owned()).collect()
}

#[tokio::test]
async fn known_by_shows_what_had_been_published_by_then() {
    let server = ground::server().await;
    let by = |day: &str, collections: &str| {
        let json = format!(
            r#"{{"parent": "dossiers/d", "collections": [{collections}], "consistency": {{"knownBy": "{day}"}}}}"#
        );
        let server = &server;
        async move { names(server, &json).await }
    };
    // 20 March ends in Kyiv at 22:00 in UTC; until then a document of that day is not surely published.
    let sourced = r#""documents", "statements", "readings", "reports", "findings", "incidents""#;
    assert_eq!(by("2025-03-20T21:59:59Z", sourced).await, Vec::<String>::new());
    let then = [
        "documents/doc",
        "statements/said",
        "readings/a1",
        "readings/b1",
        "readings/deal",
        "incidents/depot",
        "incidents/bridge",
        "reports/depot-b",
        "reports/bridge-a",
    ];
    assert_eq!(by("2025-03-20T22:00:00Z", sourced).await, then);
    let all = by("2025-03-25T22:00:00Z", sourced).await;
    assert_eq!(all.len(), then.len() + 2, "the other document and its finding too: {all:?}");
    let always = r#""actors", "places", "classes", "terms", "coverage", "links""#;
    assert_eq!(by("1900-01-01T00:00:00Z", always).await.len(), 11, "what needs no source was always known");

    let get = |name: &'static str, day: &'static str| server.get_at(name, known_by(day));
    assert!(get("reports/depot-b", "2025-03-20T21:59:59Z").await.is_err());
    let report = get("reports/depot-b", "2025-03-20T22:00:00Z").await.expect("the report");
    assert_eq!(report.known_time, Some(instant("2025-03-20T22:00:00Z")));
    assert_eq!(get("actors/a", "1900-01-01T00:00:00Z").await.expect("the actor").known_time, None);
}

#[tokio::test]
async fn what_cites_no_published_document_is_never_known() {
    let server = ground::server().await;
    let records = r#"[
        {"name": "documents/undated", "document": {"title": "Undated"}},
        {"name": "documents/fetched", "document": {"title": "Fetched", "retrieve_time": "2025-03-21T08:00:00Z"}},
        {"name": "statements/undated", "citations": [{"document": "documents/undated"}], "statement": {"summary": "S."}},
        {"name": "statements/fetched", "statement": {"summary": "S."},
            "citations": [{"document": "documents/undated"}, {"document": "documents/fetched"}]},
        {"name": "incidents/silent", "incident": {"display_name": "Nobody reports it"}}]"#;
    let stored = server.append(records).await.records;
    let known: Vec<_> = stored.iter().map(|r| (r.never_known, r.known_time)).collect();
    let fetched = Some(instant("2025-03-21T08:00:00Z"));
    assert_eq!(known, [(true, None), (false, fetched), (true, None), (false, fetched), (true, None)]);
    let far = known_by("9000-01-01T00:00:00Z");
    assert!(server.get_at("statements/undated", far.clone()).await.is_err());
    assert!(server.get_at("incidents/silent", far).await.is_err());
    assert!(server.get_at("statements/undated", None).await.is_ok());
}

#[tokio::test]
async fn a_correction_is_known_when_what_it_adds_was_published() {
    let server = ground::server().await;
    let correction = |summary: &str, citations: &str| {
        format!(
            r#"[{{"name": "statements/said", "reason": "R.", "citations": [{citations}],
                "statement": {{"speaker": "actors/a", "summary": "{summary}"}}}}]"#
        )
    };
    let old = r#"{"document": "documents/doc", "quote": "we did not"}"#;
    server.append(&correction("same sources", old)).await;
    server.append(&correction("later source", &format!(r#"{old}, {{"document": "documents/other"}}"#))).await;
    let summary = |day: &'static str| {
        let read = server.get_at("statements/said", known_by(day));
        async move {
            let Some(pb::record::Kind::Statement(statement)) = read.await.expect("known").kind else {
                panic!("no statement")
            };
            statement.summary
        }
    };
    assert_eq!(summary("2025-03-21T00:00:00Z").await, "same sources");
    assert_eq!(summary("2025-03-25T22:00:00Z").await, "later source");

    // Both clocks at once: before the first correction was recorded, and by what was then known of it.
    let both =
        pb::Consistency { known_by: Some(instant("2025-03-21T00:00:00Z")), ..as_of(at::At::Position(28)).expect("at") };
    let then = server.get_at("statements/said", Some(both)).await.expect("the statement");
    assert_eq!((then.position, then.reason.as_str()), (12, ""));
    let revisions: pb::ListRevisionsRequest = message(
        "ListRevisionsRequest",
        r#"{"name": "dossiers/d/statements/said", "consistency": {"knownBy": "2025-03-21T00:00:00Z"}}"#,
    );
    let listed = server.records().list_revisions(revisions).await.expect("a page").into_inner().revisions;
    assert_eq!(listed.iter().map(|r| r.position).collect::<Vec<_>>(), [12, 29]);
}

#[tokio::test]
async fn a_reading_is_not_known_before_its_instrument() {
    let server = ground::server().await;
    server
        .append(
            r#"[{"name": "instruments/late", "citations": [{"document": "documents/other"}], "instrument":
                {"display_name": "Late", "type": "INSTRUMENT_TYPE_READOUT", "stated": {"local": "2025-03-18"}}},
               {"name": "readings/late", "citations": [{"document": "documents/doc"}], "reading":
                {"term": "terms/halt", "held_by": "actors/b", "instrument": "instruments/late"}}]"#,
        )
        .await;
    assert!(server.get_at("readings/late", known_by("2025-03-21T00:00:00Z")).await.is_err());
    assert!(server.get_at("readings/late", known_by("2025-03-25T22:00:00Z")).await.is_ok());
}

#[tokio::test]
async fn verdicts_follow_both_clocks() {
    let server = ground::server().await;
    let verdicts = |consistency: &str| {
        let json = format!(
            r#"{{"parent": "dossiers/d", "bases": ["BASIS_ALLEGED", "BASIS_VERIFIED"], "incidents": ["incidents/depot"],
                "readings": {{"names": ["readings/a1"]}}, "consistency": {{{consistency}}}}}"#
        );
        let request: pb::AssessRequest = message("AssessRequest", &json);
        let mut client = server.assessments();
        async move {
            let answer = client.assess(request).await.expect("verdicts").into_inner();
            answer.assessments.iter().map(|a| a.verdict()).collect::<Vec<_>>()
        }
    };
    use pb::Verdict::{Breach, NotAssessed};
    assert_eq!(verdicts("").await, [Breach, Breach]);
    assert_eq!(verdicts(r#""knownBy": "2025-03-21T00:00:00Z""#).await, [Breach, NotAssessed], "no finding yet");
    assert_eq!(verdicts(r#""at": {"position": 20}"#).await, [NotAssessed, NotAssessed], "no report yet");
    assert_eq!(verdicts(r#""at": {"position": 22}"#).await, [Breach, NotAssessed]);
    server.append(r#"[{"name": "reports/depot-b", "reason": "R.", "retracted": true}]"#).await;
    assert_eq!(verdicts("").await, [NotAssessed, Breach]);
    assert_eq!(verdicts(r#""at": {"position": 28}"#).await, [Breach, Breach]);
}
