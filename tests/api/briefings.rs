//! What cannot be asked of a briefing, and what an empty one says, over gRPC.

use armistice::wire::pb;
use pb::briefing_service_client::BriefingServiceClient;

use crate::ground;
use crate::json::message;
use crate::refusal::{named, refusal, refused};
use crate::server::Server;

const METHOD: &str = "BriefingService/ComposeBriefing";

/// A day of the ground, and what else is asked.
fn ask(says: &str) -> String {
    format!(r#"{{"parent": "dossiers/d", "period": {{"local": "2025-03-20"}}{says}}}"#)
}

async fn composed(server: &Server, json: &str) -> pb::ComposeBriefingResponse {
    let request: pb::ComposeBriefingRequest = message("ComposeBriefingRequest", json);
    let mut client = BriefingServiceClient::new(server.channel.clone());
    client.compose_briefing(request).await.expect("composed").into_inner()
}

#[tokio::test]
async fn whatever_is_wrong_with_a_question_is_told_by_the_path_of_its_field() {
    let server = ground::server().await;
    for (json, expected) in [
        (r#"{"parent": "dossiers/d"}"#.to_owned(), "InvalidArgument FIELD_REQUIRED: period FIELD_REQUIRED"),
        (
            r#"{"parent": "dossiers/d", "period": {"local": "2025-03-20/2025-03-18"}}"#.to_owned(),
            "InvalidArgument TIME_INVALID: period.local TIME_INVALID",
        ),
        (
            r#"{"parent": "dossiers/d", "period":
                {"earliest": "2025-03-20T00:00:00Z", "latest": "2025-03-20T00:00:00Z"}}"#
                .to_owned(),
            "InvalidArgument TIME_INVALID: period TIME_INVALID",
        ),
        (
            r#"{"parent": "dossiers/d", "period": {"local": "2024-01/2025-03"}}"#.to_owned(),
            "InvalidArgument VALUE_OUT_OF_RANGE: period VALUE_OUT_OF_RANGE",
        ),
        (ask(r#", "time_zone": "Europe/Nowhere""#), "InvalidArgument ZONE_UNKNOWN: time_zone ZONE_UNKNOWN"),
        (
            r#"{"parent": "dossiers/d", "period": {"local": "2025-03-20", "time_zone": "Mars/Base"}}"#.to_owned(),
            "InvalidArgument ZONE_UNKNOWN: period.time_zone ZONE_UNKNOWN",
        ),
        (ask(r#", "language": "tlh""#), "InvalidArgument VALUE_OUT_OF_RANGE: language VALUE_OUT_OF_RANGE"),
        (ask(r#", "number": -1"#), "InvalidArgument VALUE_OUT_OF_RANGE: number VALUE_OUT_OF_RANGE"),
        (
            ask(r#", "previous_known_by": "2025-03-19T00:00:00Z""#),
            "InvalidArgument FIELD_NOT_ALLOWED: previous_known_by FIELD_NOT_ALLOWED",
        ),
        (ask(r#", "previous": {}"#), "InvalidArgument FIELD_REQUIRED: previous FIELD_REQUIRED"),
        (ask(r#", "previous": {"position": "9999"}"#), "OutOfRange PAST_HEAD: previous.position PAST_HEAD"),
        (
            ask(r#", "previous": {"position": "20"}, "consistency": {"at": {"position": "10"}}"#),
            "InvalidArgument VALUE_OUT_OF_RANGE: previous VALUE_OUT_OF_RANGE",
        ),
        (
            ask(r#", "previous": {"position": "20"}, "previous_known_by": "2025-03-22T00:00:00Z",
                    "consistency": {"known_by": "2025-03-21T00:00:00Z"}"#),
            "InvalidArgument VALUE_OUT_OF_RANGE: previous_known_by VALUE_OUT_OF_RANGE",
        ),
        (ask(r#", "bases": [0]"#), "InvalidArgument ENUM_UNKNOWN: bases[0] ENUM_UNKNOWN"),
        (
            ask(r#", "readings": {"names": ["readings/a9"]}"#),
            "InvalidArgument REFERENCE_UNKNOWN: readings.names[0] REFERENCE_UNKNOWN",
        ),
        (
            ask(r#", "readings": {"names": ["readings/deal"]}"#),
            "InvalidArgument OBLIGATION_NOT_ASSESSED: readings.names[0] OBLIGATION_NOT_ASSESSED",
        ),
    ] {
        assert_eq!(refused(&server, METHOD, &json).await, expected, "{json}");
    }
    let unknown = r#"{"parent": "dossiers/nowhere", "period": {"local": "2025-03-20"}}"#;
    assert_eq!(refused(&server, METHOD, unknown).await, "NotFound DOSSIER_UNKNOWN: parent DOSSIER_UNKNOWN");
}

#[tokio::test]
async fn all_faults_of_a_question_are_told_at_once() {
    let server = ground::server().await;
    let json = r#"{"parent": "dossiers/d", "time_zone": "Europe/Nowhere", "language": "xx", "number": -3,
        "previous_known_by": "2025-03-19T00:00:00Z", "bases": [99], "readings": {"names": ["actors/a"]},
        "consistency": {"at": {"position": "9999"}}}"#;
    let status = refusal(&server, METHOD, json).await;
    let fields: Vec<String> = named(&status).into_iter().map(|(field, _, _)| field).collect();
    let expected = [
        "time_zone",
        "period",
        "language",
        "readings.names[0]",
        "bases[0]",
        "previous_known_by",
        "number",
        "consistency.at.position",
    ];
    assert_eq!(fields, expected);
}

#[tokio::test]
async fn a_briefing_says_by_which_clocks_it_was_written_and_can_be_had_again() {
    let server = ground::server().await;
    let says = r#", "number": 7, "time_zone": "Europe/Moscow", "consistency": {"known_by": "2025-03-21T06:00:00Z"}"#;
    let first = composed(&server, &ask(says)).await;
    let briefing = first.briefing.clone().expect("a briefing");
    let header = briefing.header.clone().expect("a header");
    assert_eq!((header.number, header.position, header.time_zone.as_str()), (7, ground::COUNT, "Europe/Moscow"));
    assert_eq!((header.language.as_str(), header.rules_version.as_str()), ("en", "1"));
    assert_eq!(header.period.map(|period| period.local), Some("2025-03-20".to_owned()));
    assert_eq!(header.bases, [i32::from(pb::Basis::Alleged), i32::from(pb::Basis::Undisputed)]);
    assert!(header.previous.is_none() && header.known_by.is_some() && !header.readings.is_empty());
    server.append(r#"[{"name": "incidents/later", "incident": {"display_name": "Later"}}]"#).await;
    let clocks = format!(
        r#", "number": 7, "time_zone": "Europe/Moscow", "consistency":
            {{"known_by": "2025-03-21T06:00:00Z", "at": {{"position": "{}"}}}}"#,
        ground::COUNT
    );
    let again = composed(&server, &ask(&clocks)).await;
    assert_eq!(again.briefing, first.briefing, "the same clocks, the same briefing");
    assert_eq!(again.read_at, first.read_at);
}

#[tokio::test]
async fn a_finding_by_verifiers_is_told_as_verified_and_only_it() {
    let server = ground::server().await;
    let answer = composed(&server, &ask(r#", "consistency": {"known_by": "2025-03-26T06:00:00Z"}"#)).await;
    let told = |answer: &pb::ComposeBriefingResponse| -> Vec<String> {
        let briefing = answer.briefing.clone().expect("a briefing");
        let sentences = briefing.sections.into_iter().flat_map(|section| section.sentences);
        sentences.map(|sentence| sentence.text).filter(|text| text.contains("verified")).collect()
    };
    let with = told(&answer);
    assert!(with.len() == 1 && with[0].starts_with("The depot: ") && with[0].contains("; verified"), "{with:?}");
    let before = composed(&server, &ask(r#", "consistency": {"known_by": "2025-03-22T06:00:00Z"}"#)).await;
    assert_eq!(told(&before), Vec::<String>::new(), "its document was not published yet");
}
