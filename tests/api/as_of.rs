//! As of a position, a server answers as one that was stopped there; over the worked case, and by every method.

use std::collections::BTreeSet;

use armistice::wire::pb;
use prost::Message;
use prost_reflect::{DynamicMessage, ReflectMessage};
use tonic::Status;

use crate::bytes::{METHODS, send};
use crate::json::descriptor;
use crate::refusal::shown;
use crate::server::Server;
use crate::support;

/// Questions that between them read every kind of answer; `CLOCK` stands for the consistency asked for.
const QUESTIONS: [(&str, &str); 18] = [
    ("DossierService/GetDossier", r#"{"name": "dossiers/d", CLOCK}"#),
    ("RecordService/ListRecords", r#"{"parent": "dossiers/d", "show_retracted": true, "page_size": 1000, CLOCK}"#),
    ("RecordService/ListRecords", r#"{"parent": "dossiers/d", "refers_to": "actors/ukraine", "page_size": 50, CLOCK}"#),
    ("RecordService/ListRecords", r#"{"parent": "dossiers/d", "text": "halt", CLOCK}"#),
    ("RecordService/ListRecords", r#"{"parent": "dossiers/d", "due_by": "2026-01-01T00:00:00Z", CLOCK}"#),
    (
        "RecordService/ListRecords",
        r#"{"parent": "dossiers/d", "after_position": "200", "collections": ["reports"], CLOCK}"#,
    ),
    ("RecordService/GetRecord", r#"{"name": "dossiers/d/readings/r7", CLOCK}"#),
    ("RecordService/GetRecord", r#"{"name": "dossiers/d/incidents/v03", CLOCK}"#),
    ("RecordService/BatchGetRecords", r#"{"parent": "dossiers/d", "names": ["actors/russia", "readings/r1"], CLOCK}"#),
    ("RecordService/ListRevisions", r#"{"name": "dossiers/d/readings/r7", CLOCK}"#),
    ("RecordService/ListClasses", r#"{"parent": "dossiers/d", "page_size": 10, CLOCK}"#),
    (
        "AssessmentService/Assess",
        r#"{"parent": "dossiers/d", "explain": true, "page_size": 200, "bases": ["BASIS_UNDISPUTED", "BASIS_CORROBORATED"],
            "filter": {"text": "v0"}, CLOCK}"#,
    ),
    (
        "AssessmentService/Tally",
        r#"{"parent": "dossiers/d", "group_by": ["GROUP_BY_WEEK", "GROUP_BY_OBJECT"], "bases": ["BASIS_ALLEGED"],
            "readings": {"set": "READING_SET_IN_FORCE_AT_INCIDENT"}, CLOCK}"#,
    ),
    ("AssessmentService/Compare", r#"{"parent": "dossiers/d", "page_size": 1000, CLOCK}"#),
    ("AssessmentService/ListInconsistencies", r#"{"parent": "dossiers/d", "page_size": 1000, CLOCK}"#),
    ("AssessmentService/AssessObligations", r#"{"parent": "dossiers/d", CLOCK}"#),
    (
        "BriefingService/ComposeBriefing",
        r#"{"parent": "dossiers/d", "period": {"local": "2025-03-18/2025-04-18"}, CLOCK}"#,
    ),
    (
        "AssessmentService/AssessObligations",
        r#"{"parent": "dossiers/d", "as_of_time": "2025-03-24T12:00:00Z", "readings": {"set": "READING_SET_ALL"}, CLOCK}"#,
    ),
];

/// What a question is answered, without the tokens, which differ from log to log.
async fn answer(server: &Server, method: &str, question: &str, clock: &str) -> Result<DynamicMessage, Status> {
    let (_, request, answer) = METHODS.into_iter().find(|(m, _, _)| *m == method).expect("one of our methods");
    let json = question.replace("CLOCK", &format!(r#""consistency": {{{clock}}}"#));
    let request = DynamicMessage::deserialize(descriptor(request), &mut serde_json::Deserializer::from_str(&json));
    let request = request.unwrap_or_else(|fault| panic!("{fault} in {json}"));
    let bytes = send(&server.channel, method, request.encode_to_vec()).await?;
    let mut answer = DynamicMessage::decode(descriptor(answer), bytes.as_slice()).expect("an answer");
    for token in ["read_at", "next_page_token"] {
        if let Some(field) = answer.descriptor().get_field_by_name(token) {
            answer.clear_field(&field);
        }
    }
    Ok(answer)
}

async fn take(server: &Server, batch: &[pb::Record]) {
    let answer = server.append_batch(batch.to_vec()).await;
    answer.unwrap_or_else(|status| panic!("{}", shown(&status)));
}

#[tokio::test]
async fn as_of_a_position_the_answers_are_those_of_a_server_stopped_there() {
    let case = support::case::read();
    let batches: Vec<&[pb::Record]> = case.batches.iter().flat_map(|batch| batch.chunks(40)).collect();
    let (whole, stopped) = (Server::start().await, Server::start().await);
    whole.create("d").await;
    stopped.create("d").await;
    for batch in &batches {
        take(&whole, batch).await;
    }
    let mut position = 0;
    let mut refused = 0;
    let mut told = BTreeSet::new();
    for (index, batch) in batches.iter().enumerate() {
        take(&stopped, batch).await;
        position += batch.len();
        // The first batches grow the record, the later ones correct it: look at some of either, and at the last.
        if index % 2 != 0 && index + 1 != batches.len() {
            continue;
        }
        for (method, question) in QUESTIONS {
            for known_by in ["", r#", "knownBy": "2025-03-20T06:00:00Z""#] {
                let at = format!(r#""at": {{"position": "{position}"}}{known_by}"#);
                let then = answer(&whole, method, question, &at).await;
                let now = answer(&stopped, method, question, known_by.trim_start_matches(", ")).await;
                match (then, now) {
                    (Ok(then), Ok(now)) => {
                        let (then, now) = (then.encode_to_vec(), now.encode_to_vec());
                        assert!(then == now, "{method} at {position}{known_by}: {question}");
                        if now.len() > 30 {
                            told.insert((method, question));
                        }
                    }
                    (Err(then), Err(now)) => {
                        assert_eq!(shown(&then), shown(&now), "{method} at {position}{known_by}: {question}");
                        refused += 1;
                    }
                    (then, now) => panic!("{method} at {position}{known_by}: {then:?}, but {now:?}"),
                }
            }
        }
    }
    assert!(refused > 0, "some questions come before what they ask about");
    assert_eq!(told.len(), QUESTIONS.len(), "every question had something to tell: {told:?}");
}
