//! What the protos call required is refused when it is left out, and what they call a reference when it names nothing:
//! for every field of every request, found by walking the descriptors, so that a field added later is walked too.

use std::collections::BTreeSet;

use prost::Message;
use prost_reflect::{DynamicMessage, FieldDescriptor, MessageDescriptor, Value};
use tonic::Code;

use crate::bytes::{METHODS, send};
use crate::ground;
use crate::json::descriptor;
use crate::refusal::{named, shown};
use crate::server::Server;
use crate::shape::{Spot, full, is_ours, is_required, refers_to, spots, with};

const KINDS: [&str; 18] = [
    "actor",
    "place",
    "class",
    "document",
    "statement",
    "contact",
    "instrument",
    "term",
    "reading",
    "stance",
    "incident",
    "report",
    "finding",
    "exchange",
    "pledge",
    "forecast",
    "coverage",
    "link",
];

/// Whole requests that are taken: one for each method, and for an append one for each kind of record.
fn requests() -> Vec<(&'static str, DynamicMessage)> {
    let mut requests = Vec::new();
    for (method, request, _) in METHODS {
        match method {
            "RecordService/AppendRecords" => {
                requests.extend(KINDS.map(|kind| (method, full(request, kind))));
                requests.extend(["contact", "exchange", "pledge"].map(|duty| (method, obligation(request, duty))));
            }
            _ => requests.push((method, full(request, ""))),
        }
    }
    requests
}

/// A batch with a reading that has a duty.
fn obligation(request: &str, duty: &str) -> DynamicMessage {
    let mut batch = full(request, "reading");
    let duty = full("Duty", duty);
    let records = batch.get_field_by_name_mut("records").and_then(Value::as_list_mut).expect("records");
    let reading = records[0].as_message_mut().and_then(|r| r.get_field_by_name_mut("reading")).expect("a reading");
    let reading = reading.as_message_mut().expect("a reading");
    reading.set_field_by_name("term", Value::String("terms/deal".to_owned()));
    reading.set_field_by_name("supersedes", Value::String("readings/deal".to_owned()));
    reading.set_field_by_name("duties", Value::List(vec![Value::Message(duty)]));
    batch
}

/// Sends a request, which must not leave anything behind.
async fn ask(server: &Server, method: &str, request: &DynamicMessage) -> Result<(), tonic::Status> {
    send(&server.channel, method, request.encode_to_vec()).await.map(|_| ())
}

/// Every field of ours that a request can reach.
fn reachable() -> Vec<FieldDescriptor> {
    let mut waiting: Vec<MessageDescriptor> = METHODS.iter().map(|(_, request, _)| descriptor(request)).collect();
    let mut seen = BTreeSet::new();
    let mut fields = Vec::new();
    while let Some(message) = waiting.pop() {
        if !is_ours(&message) || !seen.insert(message.full_name().to_owned()) {
            continue;
        }
        for field in message.fields() {
            if let prost_reflect::Kind::Message(inner) = field.kind() {
                waiting.push(inner);
            }
            fields.push(field);
        }
    }
    fields
}

#[tokio::test]
async fn whole_requests_are_taken() {
    let server = ground::server().await;
    for (method, request) in requests() {
        if let Err(status) = ask(&server, method, &request).await {
            panic!("{method}: {}: {request}", shown(&status));
        }
    }
}

/// What may be left out of a reading that is only drafted.
fn may_be_left_out_of_a_draft(spot: &Spot) -> bool {
    let is_draft = spot.path.starts_with("readings.hypothetical[");
    is_draft && (spot.path.ends_with("].held_by") || spot.path.ends_with("].instrument"))
}

#[tokio::test]
async fn what_is_required_is_refused_when_it_is_left_out() {
    let server = ground::server().await;
    let before = server.state().await;
    let mut walked = BTreeSet::new();
    for (method, request) in requests() {
        for spot in spots(&request).into_iter().filter(|spot| spot.index.is_none() && is_required(&spot.field)) {
            let answer = ask(&server, method, &with(&request, &spot, None)).await;
            if may_be_left_out_of_a_draft(&spot) {
                answer.unwrap_or_else(|status| panic!("{method} without {}: {}", spot.path, shown(&status)));
                continue;
            }
            let Err(status) = answer else { panic!("{method} is taken without {}", spot.path) };
            let line = shown(&status);
            assert_eq!(status.code(), Code::InvalidArgument, "{method}: {line}");
            // A term of no days is as wrong as one that says none, and as one whose oneof is empty.
            let reason = if spot.field.name() == "days" { "TIME_INVALID" } else { "FIELD_REQUIRED" };
            let found = named(&status).iter().any(|(field, given, _)| *field == spot.path && given == reason);
            assert!(found, "{method} without {}: {line}", spot.path);
            walked.insert(spot.field.full_name().to_owned());
        }
    }
    let expected: BTreeSet<String> =
        reachable().iter().filter(|f| is_required(f)).map(|f| f.full_name().to_owned()).collect();
    assert!(expected.len() > 60, "only {}", expected.len());
    assert_eq!(walked, expected, "every required field was left out once");
    assert_eq!(server.state().await, before, "nothing was stored");
}

/// A name that nothing has, of the kind that belongs there.
fn nothing(refers: &str, whole: bool) -> String {
    let collection = refers.split('|').next().unwrap_or(refers);
    match collection {
        "objects" | "acts" | "weapons" => "no.such.class".to_owned(),
        "dossiers" => "dossiers/nowhere".to_owned(),
        "*" if whole => "dossiers/d/actors/nobody".to_owned(),
        "*" => "incidents/nothing".to_owned(),
        _ => format!("{collection}/nothing"),
    }
}

#[tokio::test]
async fn a_reference_to_nothing_is_refused_wherever_it_stands() {
    let server = ground::server().await;
    let before = server.state().await;
    let mut walked = BTreeSet::new();
    for (method, request) in requests() {
        let spots = spots(&request);
        for spot in &spots {
            // A selection's lists name what the field that holds the selection says.
            let in_selection = spot.field.parent_message().name() == "Selection";
            let holder = spot.path.rsplit_once('.').map(|(above, _)| above.to_owned());
            let refers = if in_selection {
                let holder = spots.iter().find(|s| Some(&s.path) == holder.as_ref()).expect("the selection's field");
                walked.insert(holder.field.full_name().to_owned());
                refers_to(&holder.field)
            } else {
                refers_to(&spot.field)
            };
            let is_text = matches!(spot.field.kind(), prost_reflect::Kind::String);
            let Some(refers) = refers.filter(|_| is_text && (spot.index.is_some() || !spot.field.is_list())) else {
                continue;
            };
            // What a drafted reading would supersede is passed over, so that a recorded one can be tried as it is.
            let is_passed_over = spot.path.starts_with("readings.hypothetical[") && spot.path.ends_with(".supersedes");
            let whole = spot.field.full_name().ends_with("Request.name");
            let text = nothing(&refers, whole);
            let answer = ask(&server, method, &with(&request, spot, Some(Value::String(text.clone())))).await;
            if is_passed_over {
                answer.unwrap_or_else(|status| panic!("{method}: {}", shown(&status)));
                continue;
            }
            let Err(status) = answer else { panic!("{method} is taken with {text} at {}", spot.path) };
            let line = shown(&status);
            let expected = match (refers.as_str(), whole) {
                ("dossiers", _) => (Code::NotFound, "DOSSIER_UNKNOWN"),
                (_, true) => (Code::NotFound, "RECORD_UNKNOWN"),
                ("*", _) if method.ends_with("BatchGetRecords") => (Code::NotFound, "RECORD_UNKNOWN"),
                ("objects" | "acts" | "weapons" | "objects|acts|weapons", _) => {
                    (Code::InvalidArgument, "CLASS_UNKNOWN")
                }
                _ => (Code::InvalidArgument, "REFERENCE_UNKNOWN"),
            };
            assert_eq!(status.code(), expected.0, "{method}: {line}");
            let found = named(&status).iter().any(|(field, reason, _)| *field == spot.path && reason == expected.1);
            assert!(found, "{method} with {text} at {}: {line}", spot.path);
            walked.insert(spot.field.full_name().to_owned());
        }
    }
    walked.retain(|name| !name.starts_with("armistice.v1.Selection."));
    let expected: BTreeSet<String> =
        reachable().iter().filter(|f| refers_to(f).is_some()).map(|f| f.full_name().to_owned()).collect();
    assert!(expected.len() > 60, "only {}", expected.len());
    assert_eq!(walked, expected, "every reference was to nothing once");
    assert_eq!(server.state().await, before, "nothing was stored");
}

#[tokio::test]
async fn what_only_the_server_says_is_passed_over() {
    let server = ground::server().await;
    let mut record = full("Record", "incident");
    for (field, value) in [
        ("position", Value::I64(-7)),
        ("never_known", Value::Bool(true)),
        ("unsourced", Value::Bool(true)),
        ("recorded_by", Value::String("somebody".to_owned())),
    ] {
        record.set_field_by_name(field, value);
    }
    let record: armistice::wire::pb::Record = record.transcode_to().expect("the same record");
    let stored = server.append_batch(vec![record]).await.expect("taken").records.remove(0);
    assert_eq!((stored.position, stored.never_known, stored.unsourced), (ground::COUNT + 1, false, false));
    assert_ne!(stored.recorded_by, "somebody");
}
