//! Obligations over gRPC: what is answered by default, what cannot be asked, and how the worked case goes.

use armistice::wire::pb;

use crate::ground;
use crate::json::message;
use crate::refusal::{named, refusal, refused, shown};
use crate::server::Server;
use crate::support;

const METHOD: &str = "AssessmentService/AssessObligations";

fn ask(says: &str) -> String {
    format!(r#"{{"parent": "dossiers/d", {says}}}"#)
}

async fn judged(server: &Server, says: &str) -> pb::AssessObligationsResponse {
    let request: pb::AssessObligationsRequest = message("AssessObligationsRequest", &ask(says));
    server.assessments().assess_obligations(request).await.unwrap_or_else(|s| panic!("{}", shown(&s))).into_inner()
}

/// Each obligation as `reading STATE`.
fn states(answer: &pb::AssessObligationsResponse) -> Vec<String> {
    let state =
        |of: &pb::ObligationAssessment| of.state().as_str_name().trim_start_matches("OBLIGATION_STATE_").to_owned();
    let id = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    answer.obligations.iter().map(|of| format!("{} {}", id(&of.reading), state(of))).collect()
}

#[tokio::test]
async fn without_an_instant_they_are_judged_when_the_position_was_recorded() {
    let server = ground::server().await;
    let record = pb::GetRecordRequest { name: "dossiers/d/links/site".to_owned(), consistency: None };
    let last = server.records().get_record(record).await.expect("a record").into_inner().record.expect("a record");
    let answer = judged(&server, r#""page_size": 0"#).await;
    assert_eq!(states(&answer), ["deal PENDING"]);
    assert_eq!((answer.as_of_time, answer.obligations[0].deadline.clone()), (last.record_time, None));
    let [reading] = answer.readings.as_slice() else { panic!("{:?}", answer.readings) };
    assert_eq!(
        (reading.reading.as_str(), reading.term.as_str()),
        ("dossiers/d/readings/deal", "dossiers/d/terms/deal")
    );

    let before = judged(&server, r#""consistency": {"at": {"position": "0"}}"#).await;
    let request = pb::GetDossierRequest { name: "dossiers/d".to_owned(), consistency: None };
    let dossier = server.dossiers().get_dossier(request).await.expect("the dossier").into_inner().dossier;
    assert_eq!(before.obligations, []);
    assert_eq!(before.as_of_time, dossier.expect("the dossier").create_time);

    let earlier = judged(&server, r#""as_of_time": "2025-03-18T12:00:00Z""#).await;
    assert_eq!(earlier.as_of_time, Some(support::instant("2025-03-18T12:00:00Z")));
    let later = judged(&server, r#""as_of_time": "9000-01-01T00:00:00Z""#).await;
    assert_eq!(states(&later), ["deal PENDING"], "the future may be asked about");
}

#[tokio::test]
async fn a_reading_of_a_prohibition_has_no_state_and_is_in_no_set() {
    let server = ground::server().await;
    let json =
        ask(r#""readings": {"names": ["readings/deal", "readings/a1"], "hypothetical": [{"term": "terms/halt"}]}"#);
    let status = refusal(&server, METHOD, &json).await;
    let expected = "InvalidArgument NO_OBLIGATION: readings.names[1] NO_OBLIGATION; \
                    readings.hypothetical[0].term NO_OBLIGATION";
    assert_eq!(shown(&status), expected);
    assert!(named(&status)[0].2.contains("terms/halt, which is no obligation"), "{status:?}");
    let topic = ask(r#""readings": {"hypothetical": [{"term": "terms/topic", "duties": [{"contact": {}}]}]}"#);
    let expected = "InvalidArgument RULE_BROKEN: readings.hypothetical[0].term RULE_BROKEN";
    assert_eq!(refused(&server, METHOD, &topic).await, expected);
    for set in ["READING_SET_ALL", "READING_SET_LATEST"] {
        let answer = judged(&server, &format!(r#""readings": {{"set": "{set}"}}"#)).await;
        assert_eq!(states(&answer), ["deal PENDING"], "{set}");
    }
    let none = judged(&server, r#""readings": {"terms": ["terms/halt"]}"#).await;
    assert_eq!((none.obligations.len(), none.readings.len()), (0, 0));
}

#[tokio::test]
async fn what_is_not_there_and_what_makes_no_sense_is_refused_by_its_path() {
    let server = ground::server().await;
    for (says, expected) in [
        (
            r#""readings": {"set": "READING_SET_IN_FORCE_AT_INCIDENT", "names": ["readings/dael", "readings/none"]}"#,
            "InvalidArgument VALUE_OUT_OF_RANGE: readings.set VALUE_OUT_OF_RANGE; \
             readings.names[0] REFERENCE_UNKNOWN; readings.names[1] REFERENCE_UNKNOWN",
        ),
        (
            r#""readings": {"names": ["terms/deal"], "set": 99}, "as_of_time": "0001-01-01T00:00:00Z", "page_size": -1"#,
            "InvalidArgument NAME_INVALID: readings.names[0] NAME_INVALID; readings.set ENUM_UNKNOWN; \
             page_size VALUE_OUT_OF_RANGE",
        ),
        (
            r#""readings": {"terms": ["terms/x"], "held_by": ["actors/x"]}"#,
            "InvalidArgument REFERENCE_UNKNOWN: readings.terms[0] REFERENCE_UNKNOWN; \
             readings.held_by[0] REFERENCE_UNKNOWN",
        ),
        (
            r#""readings": {"hypothetical": [{"term": "terms/deal", "duties": [{}, {"exchange": {"at_least": -1,
                "from": "places/town"}}]}]}"#,
            "InvalidArgument FIELD_REQUIRED: readings.hypothetical[0].duties[0] FIELD_REQUIRED; \
             readings.hypothetical[0].duties[1].exchange.from NAME_INVALID; \
             readings.hypothetical[0].duties[1].exchange.at_least VALUE_OUT_OF_RANGE",
        ),
        (
            r#""readings": {"hypothetical": [{"term": "terms/deal", "duties": [{"contact": {"participants":
                ["actors/x"]}}]}]}"#,
            "InvalidArgument REFERENCE_UNKNOWN: readings.hypothetical[0].duties[0].contact.participants[0] \
             REFERENCE_UNKNOWN",
        ),
    ] {
        assert_eq!(refused(&server, METHOD, &ask(says)).await, expected, "{says}");
    }
    let hint = refusal(&server, METHOD, &ask(r#""readings": {"names": ["readings/dael"]}"#)).await;
    assert!(named(&hint)[0].2.ends_with(r#"; nearest: "readings/deal""#), "{hint:?}");
    // The JSON mapping cannot say such instants.
    for (seconds, nanos) in [(i64::MAX, 0), (i64::MIN, 0), (0, -1), (0, 1_000_000_000)] {
        let as_of_time = Some(prost_types::Timestamp { seconds, nanos });
        let request =
            pb::AssessObligationsRequest { parent: "dossiers/d".to_owned(), as_of_time, ..Default::default() };
        let status = server.assessments().assess_obligations(request).await.expect_err("no instant");
        assert_eq!(shown(&status), "InvalidArgument VALUE_OUT_OF_RANGE: as_of_time VALUE_OUT_OF_RANGE");
    }
}

#[tokio::test]
async fn a_page_token_belongs_to_its_instant() {
    let server = ground::server().await;
    let drafts = r#""readings": {"hypothetical": [{"term": "terms/deal"}, {"term": "terms/deal"}]}, "page_size": 1"#;
    let first = judged(&server, drafts).await;
    assert_eq!((states(&first), first.readings.len()), (vec!["0 PENDING".to_owned()], 2));
    let token = &first.next_page_token;
    let second = judged(&server, &format!(r#"{drafts}, "page_token": "{token}""#)).await;
    assert_eq!((states(&second), second.next_page_token.as_str()), (vec!["1 PENDING".to_owned()], ""));
    let moved = format!(r#"{drafts}, "page_token": "{token}", "as_of_time": "2025-03-20T00:00:00Z""#);
    let expected = "InvalidArgument TOKEN_INVALID: page_token TOKEN_INVALID";
    assert_eq!(refused(&server, METHOD, &ask(&moved)).await, expected);
}

#[tokio::test]
async fn the_texts_of_the_case_commit_to_an_exchange_and_to_talks() {
    let server = Server::start().await;
    server.create("d").await;
    for batch in support::case::read().batches {
        server.append_batch(batch).await.unwrap_or_else(|status| panic!("{}", shown(&status)));
    }
    let at = |instant: &str| format!(r#""as_of_time": "{instant}""#);
    let by = |instant: &str| format!(r#"{}, "consistency": {{"known_by": "{instant}"}}"#, at(instant));
    let (owed, wounded) = ("exchange-of-19-march", "wounded-of-19-march");
    let (at_once, monday) = ("talks-immediately", "talks-monday");
    let expect = |states: [&str; 4]| -> Vec<String> {
        [owed, wounded, at_once, monday].iter().zip(states).map(|(id, state)| format!("{id} {state}")).collect()
    };
    let (done, pending, open) = ("FULFILLED", "PENDING", "UNDETERMINED");

    // On the evening of the call everything is still to come; Witkoff's second announcement is not known yet.
    let evening = judged(&server, &by("2025-03-19T00:00:00Z")).await;
    assert_eq!(states(&evening)[..2], expect([pending, pending, pending, pending])[..2]);
    // The next morning but one: the exchange is confirmed; 23 wounded were announced as a gesture, and 22 handed over.
    let morning = judged(&server, &by("2025-03-20T06:00:00Z")).await;
    assert_eq!(states(&morning), expect([done, open, pending, pending]));
    let exchange = &morning.obligations[0];
    assert_eq!(exchange.fulfilled_by[0].name, "dossiers/d/exchanges/march-19");
    let gesture = &morning.obligations[1];
    assert_eq!((gesture.duties[0].truth(), gesture.elements[0].truth()), (pb::Truth::No, pb::Truth::Unknown));
    let said = gesture.duties[0].elements[0].facts.iter().map(|fact| fact.value.trim_start_matches("dossiers/d/"));
    let said: Vec<&str> = said.collect();
    assert_eq!(said, ["actors/russia", "22", "actors/ukraine", "22"], "each side confirms 22");
    // At noon of the Monday the talks may still come; by its end they were held.
    let noon = judged(&server, &at("2025-03-24T12:00:00Z")).await;
    assert_eq!(states(&noon)[3], format!("{monday} {pending}"));
    let night = judged(&server, &at("2025-03-24T21:00:00Z")).await;
    assert_eq!(states(&night), expect([done, open, done, done]));
    assert_eq!(night.obligations[3].fulfilled_by[0].name, "dossiers/d/contacts/us-russia-technical-talks");
    // The day before, in Jeddah, as first announced: nothing is dated so, and what nobody dated is not ruled out.
    let asked = format!(r#"{}, "readings": {{"names": ["readings/talks-sunday"]}}"#, at("2025-03-26T00:00:00Z"));
    let sunday = judged(&server, &asked).await;
    assert_eq!(states(&sunday), ["talks-sunday UNDETERMINED"]);
    let possible: Vec<&str> = sunday.obligations[0].possible.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(possible, ["dossiers/d/contacts/us-russian-talks"]);
}
