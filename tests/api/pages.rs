//! Pages of every list and assessment: together they are the one long page, also while the record goes on.

use armistice::wire::pb;
use prost::Message;
use prost_reflect::{DynamicMessage, Value};

use crate::bytes::{METHODS, send};
use crate::ground;
use crate::json::{descriptor, message};
use crate::server::Server;

/// Each method that gives pages, the field of its items, and the rest of a request that has several.
const PAGED: [(&str, &str, &str); 8] = [
    ("RecordService/ListRecords", "records", r#""parent": "dossiers/d""#),
    ("RecordService/ListRevisions", "revisions", r#""name": "dossiers/d/actors/a""#),
    ("RecordService/ListClasses", "classes", r#""parent": "dossiers/d", "taxonomies": ["TAXONOMY_WEAPONS"]"#),
    (
        "AssessmentService/Assess",
        "assessments",
        r#""parent": "dossiers/d", "explain": true, "bases": [2, 1, 4, 3], "readings": {"set": "READING_SET_ALL",
            "hypothetical": [{"term": "terms/halt", "objects": {"include": ["*"]}}]}"#,
    ),
    (
        "AssessmentService/Tally",
        "rows",
        r#""parent": "dossiers/d", "bases": [1, 2, 3, 4], "group_by": ["GROUP_BY_DAY", "GROUP_BY_ATTRIBUTED_TO"]"#,
    ),
    ("AssessmentService/Compare", "comparisons", r#""parent": "dossiers/d", "bases": [1, 2, 3, 4]"#),
    ("AssessmentService/ListInconsistencies", "inconsistencies", r#""parent": "dossiers/d""#),
    (
        "AssessmentService/AssessObligations",
        "obligations",
        r#""parent": "dossiers/d", "readings": {"set": "READING_SET_ALL", "hypothetical": [
            {"term": "terms/deal"}, {"term": "terms/deal", "duties": [{"contact": {}}]}, {"term": "terms/deal"},
            {"term": "terms/deal", "duties": [{"pledge": {}}]}, {"term": "terms/deal", "duties": [{"exchange": {}}]}]}"#,
    ),
];

/// A server with corrections, and allegations that their own reading does not bear out.
async fn server() -> Server {
    let server = ground::server().await;
    for i in 0..6 {
        let actor = format!(
            r#"[{{"name": "actors/a", "reason": "{i}", "actor": {{"display_name": "A", "type": "ACTOR_TYPE_STATE"}}}}]"#
        );
        server.append(&actor).await;
        let alleged = format!(
            r#"[{{"name": "incidents/i{i}", "incident": {{"display_name": "I"}}}},
                {{"name": "reports/i{i}", "citations": [{{"document": "documents/doc"}}], "report":
                {{"incident": "incidents/i{i}", "claimant": "actors/a", "alleges_breach_of": ["terms/halt"], "facts":
                {{"occurred": {{"local": "2025-03-2{i}"}}, "act": "strike", "attributed_to": "actors/b",
                 "struck": [{{"object": "housing", "effect": "EFFECT_HIT"}}]}}}}}}]"#
        );
        server.append(&alleged).await;
    }
    server
}

async fn page(server: &Server, method: &str, rest: &str, size: usize, token: &str) -> DynamicMessage {
    let (_, request, answer) = METHODS.into_iter().find(|(m, _, _)| *m == method).expect("one of our methods");
    let json = format!(r#"{{{rest}, "page_size": {size}, "page_token": "{token}"}}"#);
    let request = DynamicMessage::deserialize(descriptor(request), &mut serde_json::Deserializer::from_str(&json));
    let request = request.unwrap_or_else(|fault| panic!("{fault} in {json}"));
    let bytes = send(&server.channel, method, request.encode_to_vec()).await;
    let bytes = bytes.unwrap_or_else(|status| panic!("{method}: {status:?}"));
    DynamicMessage::decode(descriptor(answer), bytes.as_slice()).expect("an answer")
}

fn items(page: &DynamicMessage, field: &str) -> Vec<Value> {
    page.get_field_by_name(field).expect("the items").as_list().expect("a list").to_vec()
}

fn next(page: &DynamicMessage) -> String {
    page.get_field_by_name("next_page_token").expect("a token").as_str().expect("text").to_owned()
}

/// What must be the same on every page: all but the items and the token.
fn frame(page: &DynamicMessage, field: &str) -> DynamicMessage {
    let mut page = page.clone();
    page.clear_field_by_name(field);
    page.clear_field_by_name("next_page_token");
    page
}

#[tokio::test]
async fn pages_of_any_size_hold_what_one_page_holds() {
    let server = server().await;
    for (method, field, rest) in PAGED {
        let whole = page(&server, method, rest, 1000, "").await;
        assert_eq!(next(&whole), "", "{method}");
        let all = items(&whole, field);
        assert!(all.len() >= 6, "{method} has only {} items", all.len());
        for size in (1..=7).chain([all.len() - 1, all.len(), all.len() + 1]) {
            let mut found = Vec::new();
            let mut token = String::new();
            loop {
                let page = page(&server, method, rest, size, &token).await;
                let of_page = items(&page, field);
                token = next(&page);
                assert!(frame(&page, field) == frame(&whole, field), "{method}: what stands beside the items differs");
                assert!(of_page.len() == size || token.is_empty(), "{method}: a short page in the middle");
                assert!(!of_page.is_empty(), "{method}: an empty page");
                found.extend(of_page);
                if token.is_empty() {
                    break;
                }
            }
            assert!(found == all, "{method}: pages of {size} hold {} items, {} expected", found.len(), all.len());
        }
    }
}

#[tokio::test]
async fn pages_stay_as_they_were_while_the_record_goes_on() {
    for (method, field, rest) in PAGED {
        let server = server().await;
        let whole = page(&server, method, rest, 1000, "").await;
        assert_eq!(next(&whole), "", "{method}");
        let all = items(&whole, field);
        let mut found = Vec::new();
        let mut token = String::new();
        for round in 0.. {
            let page = page(&server, method, rest, all.len().div_ceil(5), &token).await;
            assert!(frame(&page, field) == frame(&whole, field), "{method}: what stands beside the items differs");
            found.extend(items(&page, field));
            token = next(&page);
            if token.is_empty() {
                break;
            }
            // Corrected, added, retracted: whatever would move an item.
            let moved = format!(
                r#"[{{"name": "actors/a", "reason": "R.", "actor": {{"display_name": "A", "type": "ACTOR_TYPE_STATE"}}}},
                    {{"name": "incidents/new{round}", "incident": {{"display_name": "New"}}}},
                    {{"name": "readings/new{round}", "citations": [{{"document": "documents/doc"}}], "reading":
                     {{"term": "terms/halt", "held_by": "actors/b", "instrument": "instruments/text"}}}},
                    {{"name": "readings/owed{round}", "citations": [{{"document": "documents/doc"}}], "reading":
                     {{"term": "terms/deal", "held_by": "actors/b", "instrument": "instruments/text"}}}},
                    {{"name": "incidents/i{round}", "reason": "R.", "retracted": true}},
                    {{"name": "reports/i{round}", "reason": "R.", "retracted": true}}]"#
            );
            server.append(&moved).await;
        }
        assert!(found == all, "{method}: {} items, {} expected", found.len(), all.len());
        let later = page(&server, method, rest, 1000, "").await;
        assert!(field == "classes" || items(&later, field) != all, "{method}: nothing moved");
    }
}

#[tokio::test]
async fn a_page_without_a_size_has_a_hundred_and_never_more_than_a_thousand() {
    let server = ground::server().await;
    for half in 0..2 {
        let incidents: Vec<String> = (0..600)
            .map(|i| format!(r#"{{"name": "incidents/i{half}-{i}", "incident": {{"display_name": "I"}}}}"#))
            .collect();
        server.append(&format!("[{}]", incidents.join(","))).await;
    }
    let list = |page_size| pb::ListRecordsRequest { parent: "dossiers/d".to_owned(), page_size, ..Default::default() };
    for (size, expected) in [(0, 100), (1000, 1000), (1001, 1000), (i32::MAX, 1000), (999, 999)] {
        let page = server.records().list_records(list(size)).await.expect("a page").into_inner();
        assert_eq!(page.records.len(), expected, "{size}");
        assert!(!page.next_page_token.is_empty());
    }
}

#[tokio::test]
async fn a_page_ends_before_a_mebibyte_and_loses_nothing() {
    let server = ground::server().await;
    let mut record: pb::Record =
        message("Record", r#"{"citations": [{"document": "documents/doc"}], "statement": {"summary": "S."}}"#);
    for i in 0..7 {
        record.name = format!("statements/n{i}");
        if let Some(pb::record::Kind::Statement(statement)) = &mut record.kind {
            statement.summary = "x".repeat(400_000);
        }
        server.append_batch(vec![record.clone()]).await.expect("taken");
    }
    let mut request: pb::ListRecordsRequest =
        message("ListRecordsRequest", r#"{"parent": "dossiers/d", "collections": ["statements"]}"#);
    let mut sizes = Vec::new();
    loop {
        let page = server.records().list_records(request.clone()).await.expect("a page").into_inner();
        assert!(page.encoded_len() < 1024 * 1024 + 1024);
        sizes.push(page.records.len());
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert_eq!(sizes, [3, 2, 2, 1]);
}
