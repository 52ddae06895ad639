//! What cannot be asked of the assessment: incidents, filters and readings that are not there, and readings of obligations.

use armistice::wire::pb;

use crate::ground;
use crate::refusal::{named, refusal, refused, shown};

const ASSESS: &str = "AssessmentService/Assess";
const TALLY: &str = "AssessmentService/Tally";

/// The methods that take readings and a filter.
const QUESTIONS: [&str; 4] = [ASSESS, TALLY, "AssessmentService/Compare", "AssessmentService/ListInconsistencies"];

fn ask(says: &str) -> String {
    format!(r#"{{"parent": "dossiers/d", {says}}}"#)
}

#[tokio::test]
async fn an_incident_that_is_not_there_is_refused_with_the_nearest_match() {
    let server = ground::server().await;
    server.append(r#"[{"name": "incidents/gone", "incident": {"display_name": "N"}}]"#).await;
    server.append(r#"[{"name": "incidents/gone", "reason": "R.", "retracted": true}]"#).await;
    let json = ask(r#""incidents": ["incidents/depot", "incidents/depto", "places/town", "incidents/gone"]"#);
    for method in [ASSESS, "AssessmentService/Compare", "AssessmentService/ListInconsistencies"] {
        let line = refused(&server, method, &json).await;
        assert_eq!(line, "InvalidArgument NAME_INVALID: incidents[2] NAME_INVALID", "{method}");
        let json = json.replace(r#" "places/town","#, "");
        let status = refusal(&server, method, &json).await;
        let expected = "InvalidArgument REFERENCE_UNKNOWN: incidents[1] REFERENCE_UNKNOWN; \
                        incidents[2] REFERENCE_RETRACTED";
        assert_eq!(shown(&status), expected, "{method}");
        assert!(named(&status)[0].2.ends_with(r#"; nearest: "incidents/depot""#), "{status:?}");
    }
    // What nobody could know of yet is not there either.
    let json = ask(r#""incidents": ["incidents/depot"], "consistency": {"knownBy": "2025-03-19T00:00:00Z"}"#);
    let expected = "InvalidArgument REFERENCE_UNKNOWN: incidents[0] REFERENCE_UNKNOWN";
    assert_eq!(refused(&server, ASSESS, &json).await, expected);
}

#[tokio::test]
async fn a_reading_that_is_not_there_is_refused_with_the_nearest_match() {
    let server = ground::server().await;
    for method in QUESTIONS {
        let json = ask(r#""readings": {"names": ["readings/a1", "readings/aa1"]}"#);
        let status = refusal(&server, method, &json).await;
        assert_eq!(
            shown(&status),
            "InvalidArgument REFERENCE_UNKNOWN: readings.names[1] REFERENCE_UNKNOWN",
            "{method}"
        );
        assert!(named(&status)[0].2.ends_with(r#"; nearest: "readings/a1""#), "{status:?}");
        let json = ask(r#""readings": {"set": "READING_SET_ALL", "terms": ["terms/x"], "held_by": ["actors/x"]}"#);
        let expected = "InvalidArgument REFERENCE_UNKNOWN: readings.terms[0] REFERENCE_UNKNOWN; \
                        readings.held_by[0] REFERENCE_UNKNOWN";
        assert_eq!(refused(&server, method, &json).await, expected, "{method}");
    }
    server
        .append(
            r#"[{"name": "readings/gone", "citations": [{"document": "documents/doc"}], "reading":
                {"term": "terms/halt", "held_by": "actors/b", "instrument": "instruments/text"}}]"#,
        )
        .await;
    server.append(r#"[{"name": "readings/gone", "reason": "R.", "retracted": true}]"#).await;
    let json = ask(r#""readings": {"names": ["readings/gone"]}"#);
    let expected = "InvalidArgument REFERENCE_RETRACTED: readings.names[0] REFERENCE_RETRACTED";
    assert_eq!(refused(&server, ASSESS, &json).await, expected);
}

#[tokio::test]
async fn an_obligation_is_not_assessed_when_named_and_is_in_no_set() {
    let server = ground::server().await;
    for method in QUESTIONS {
        let json = ask(r#""readings": {"names": ["readings/deal"]}"#);
        let expected = "InvalidArgument OBLIGATION_NOT_ASSESSED: readings.names[0] OBLIGATION_NOT_ASSESSED";
        assert_eq!(refused(&server, method, &json).await, expected, "{method}");
        let json = ask(r#""readings": {"hypothetical": [{"term": "terms/deal"}]}"#);
        let expected = "InvalidArgument OBLIGATION_NOT_ASSESSED: readings.hypothetical[0].term OBLIGATION_NOT_ASSESSED";
        assert_eq!(refused(&server, method, &json).await, expected, "{method}");
    }
    let request: pb::AssessRequest =
        crate::json::message("AssessRequest", &ask(r#""readings": {"set": "READING_SET_ALL"}"#));
    let answer = server.assessments().assess(request).await.expect("verdicts").into_inner();
    let applied: Vec<&str> = answer.readings.iter().map(|r| r.reading.as_str()).collect();
    assert_eq!(applied, ["dossiers/d/readings/a1", "dossiers/d/readings/b1"]);
}

#[tokio::test]
async fn a_drafted_reading_is_held_to_what_a_recorded_one_is() {
    let server = ground::server().await;
    let draft = |says: &str| ask(&format!(r#""readings": {{"hypothetical": [{{"term": "terms/halt"}}, {{{says}}}]}}"#));
    let at = |field: &str, reason: &str| format!("InvalidArgument {reason}: readings.hypothetical[1].{field} {reason}");
    for method in QUESTIONS {
        let refused = |says: &str| {
            let json = draft(says);
            let server = &server;
            async move { refused(server, method, &json).await }
        };
        assert_eq!(refused("").await, at("term", "FIELD_REQUIRED"), "{method}");
        assert_eq!(refused(r#""term": "terms/x""#).await, at("term", "REFERENCE_UNKNOWN"), "{method}");
        assert_eq!(refused(r#""term": "terms/topic""#).await, at("term", "RULE_BROKEN"), "{method}");
        let duties = refused(r#""term": "terms/halt", "duties": [{"contact": {}}]"#).await;
        assert_eq!(duties, at("duties", "RULE_BROKEN"), "{method}");
        let many = refused(
            r#""term": "terms/halt", "held_by": "actors/x", "instrument": "instruments/x",
               "objects": {"include": ["oil_depot"]}, "places": {"exclude": ["places/x"]}"#,
        );
        let expected = "InvalidArgument REFERENCE_UNKNOWN: readings.hypothetical[1].held_by REFERENCE_UNKNOWN; \
                        readings.hypothetical[1].instrument REFERENCE_UNKNOWN; \
                        readings.hypothetical[1].places.exclude[0] REFERENCE_UNKNOWN; \
                        readings.hypothetical[1].objects.include[0] CLASS_UNKNOWN";
        assert_eq!(many.await, expected, "{method}");
        let window =
            r#""term": "terms/halt", "window": {"start": {"local": "2025-03-30T03:30"}, "length": {"days": 0}}"#;
        let expected = "InvalidArgument TIME_INVALID: readings.hypothetical[1].window.start.local TIME_INVALID; \
                        readings.hypothetical[1].window.length.days TIME_INVALID";
        assert_eq!(refused(window).await, expected, "{method}");
    }
}

#[tokio::test]
async fn no_more_drafts_are_taken_than_can_be_answered() {
    let server = ground::server().await;
    let drafts = |count: usize| {
        let drafts = vec![pb::Reading { term: "terms/halt".to_owned(), ..Default::default() }; count];
        let readings = pb::ReadingChoice { hypothetical: drafts, ..Default::default() };
        pb::AssessRequest { parent: "dossiers/d".to_owned(), readings: Some(readings), ..Default::default() }
    };
    let answer = server.assessments().assess(drafts(100)).await.expect("a hundred are taken").into_inner();
    assert_eq!(answer.readings.len(), 100);
    for count in [101, 200_000] {
        let status = server.assessments().assess(drafts(count)).await.expect_err("too many");
        assert_eq!(shown(&status), "ResourceExhausted BATCH_TOO_LARGE: readings.hypothetical BATCH_TOO_LARGE");
    }
}

#[tokio::test]
async fn no_more_readings_of_a_term_are_compared_than_can_be_answered() {
    let server = ground::server().await;
    let drafts = vec![pb::Reading { term: "terms/halt".to_owned(), ..Default::default() }; 98];
    let compare = |names: &[&str]| {
        let names = names.iter().map(|name| format!("readings/{name}")).collect();
        let readings = pb::ReadingChoice { names, hypothetical: drafts.clone(), set: 3, ..Default::default() };
        pb::CompareRequest { parent: "dossiers/d".to_owned(), readings: Some(readings), ..Default::default() }
    };
    let answer = server.assessments().compare(compare(&["a1"])).await.expect("a hundred").into_inner();
    assert_eq!(answer.pairs.len(), 100 * 99 / 2);
    server
        .append(
            r#"[{"name": "readings/b2", "citations": [{"document": "documents/doc"}], "reading":
                {"term": "terms/halt", "held_by": "actors/b", "instrument": "instruments/text"}}]"#,
        )
        .await;
    let status = server.assessments().compare(compare(&[])).await.expect_err("one too many");
    assert_eq!(shown(&status), "ResourceExhausted BATCH_TOO_LARGE: readings BATCH_TOO_LARGE");
}

#[tokio::test]
async fn a_filter_names_what_there_is() {
    let server = ground::server().await;
    let filter = r#""filter": {"occurred": {"local": "2025-03-20/2025-03-19"}, "places": ["places/x"],
        "attributed_to": ["actors/x"], "against": ["actors/a", "actors/y"], "objects": ["oil_depot"],
        "acts": ["uav"], "weapons": ["strike"], "claimants": ["actors/z"]}"#;
    let in_time = filter.replace("2025-03-20/2025-03-19", "2025-03-19");
    for method in QUESTIONS {
        let line = refused(&server, method, &ask(filter)).await;
        assert_eq!(line, "InvalidArgument TIME_INVALID: filter.occurred.local TIME_INVALID", "{method}");
        let expected = "InvalidArgument REFERENCE_UNKNOWN: filter.attributed_to[0] REFERENCE_UNKNOWN; \
                        filter.against[1] REFERENCE_UNKNOWN; filter.claimants[0] REFERENCE_UNKNOWN; \
                        filter.places[0] REFERENCE_UNKNOWN; filter.objects[0] CLASS_UNKNOWN; \
                        filter.acts[0] CLASS_UNKNOWN; filter.weapons[0] CLASS_UNKNOWN";
        let status = refusal(&server, method, &ask(&in_time)).await;
        assert_eq!(shown(&status), expected, "{method}");
        assert!(named(&status)[4].2.ends_with(r#"; nearest: "oil.depot""#), "{status:?}");
        let invalid = ask(r#""filter": {"places": ["actors/a"], "objects": [""], "claimants": ["a"]}"#);
        let expected = "InvalidArgument NAME_INVALID: filter.places[0] NAME_INVALID; filter.objects[0] CLASS_UNKNOWN; \
                        filter.claimants[0] NAME_INVALID";
        assert_eq!(refused(&server, method, &invalid).await, expected, "{method}");
    }
}

#[tokio::test]
async fn bases_sets_and_groups_are_of_the_lists() {
    let server = ground::server().await;
    for method in &QUESTIONS[..3] {
        let expected = "InvalidArgument ENUM_UNKNOWN: readings.set ENUM_UNKNOWN; bases[1] ENUM_UNKNOWN; \
                        bases[2] ENUM_UNKNOWN";
        let json = ask(r#""bases": [1, 0, 999], "readings": {"set": 999}"#);
        assert_eq!(refused(&server, method, &json).await, expected, "{method}");
    }
    let json = ask(r#""group_by": [1, 2, 3]"#);
    assert_eq!(refused(&server, TALLY, &json).await, "InvalidArgument VALUE_OUT_OF_RANGE: group_by VALUE_OUT_OF_RANGE");
    let json = ask(r#""group_by": [0, 99], "time_zone": "Mars/Olympus", "bases": [9], "page_size": -1"#);
    let expected = "InvalidArgument ENUM_UNKNOWN: group_by[0] ENUM_UNKNOWN; group_by[1] ENUM_UNKNOWN; \
                    time_zone ZONE_UNKNOWN; bases[0] ENUM_UNKNOWN; page_size VALUE_OUT_OF_RANGE";
    assert_eq!(refused(&server, TALLY, &json).await, expected);
}

#[tokio::test]
async fn a_refusal_quotes_only_the_beginning_of_a_long_word() {
    let server = ground::server().await;
    let long = "oil.depot".repeat(100_000);
    let in_filter = ask(&format!(r#""filter": {{"objects": ["{long}"]}}"#));
    let in_draft = ask(&format!(
        r#""readings": {{"hypothetical": [{{"term": "terms/halt", "objects": {{"include": ["{long}"]}}}}]}}"#
    ));
    for (json, at) in [(in_filter, "filter.objects[0]"), (in_draft, "readings.hypothetical[0].objects.include[0]")] {
        let status = refusal(&server, ASSESS, &json).await;
        assert_eq!(shown(&status), format!("InvalidArgument CLASS_UNKNOWN: {at} CLASS_UNKNOWN"));
        assert!(status.message().contains("oil.depotoil.depot") && status.message().len() < 300, "{status:?}");
    }
}
