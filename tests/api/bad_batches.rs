//! What a batch may not do as a whole: order, repetition, cycles, corrections, size; and that every fault is named.

use armistice::wire::pb;
use tonic_types::StatusExt;

use crate::ground;
use crate::json;
use crate::refusal::{check, check_batch, named, said, shown};
use crate::server::Server;

/// One actor that acts for others.
fn actor(name: &str, affiliations: &str, reason: &str) -> String {
    format!(
        r#"{{"name": "actors/{name}", "reason": "{reason}", "actor":
            {{"display_name": "N", "type": "ACTOR_TYPE_ORGANIZATION", "affiliations": [{affiliations}]}}}}"#
    )
}

#[tokio::test]
async fn what_comes_later_in_the_batch_cannot_be_referred_to() {
    let server = ground::server().await;
    let batch = format!("[{}, {}]", actor("x", r#""actors/y""#, ""), actor("y", "", ""));
    let expected = "InvalidArgument REFERENCE_LATER: records[0].actor.affiliations[0] REFERENCE_LATER";
    check(&server, &batch, expected).await;
    assert_eq!(said(&server, &batch).await, "records[0] refers to actors/y, which comes later in the batch");
    let citation = r#"[
        {"name": "statements/n", "citations": [{"document": "documents/n"}], "statement": {"summary": "S."}},
        {"name": "documents/n", "document": {"title": "N"}}]"#;
    check(&server, citation, "InvalidArgument REFERENCE_LATER: records[0].citations[0].document REFERENCE_LATER").await;
    // The other way round it is taken.
    server.append(&format!("[{}, {}]", actor("y", "", ""), actor("x", r#""actors/y""#, ""))).await;
}

#[tokio::test]
async fn a_class_that_comes_later_in_the_batch_is_not_there_yet() {
    let server = ground::server().await;
    let class = |id: &str, parent: &str| {
        format!(
            r#"{{"name": "classes/{id}", "class":
                {{"taxonomy": "TAXONOMY_OBJECTS", "id": "{id}", "display_name": "N", "parents": ["{parent}"]}}}}"#
        )
    };
    let later = format!("[{}, {}]", class("tent", "shelter"), class("shelter", "housing"));
    check(&server, &later, "InvalidArgument CLASS_UNKNOWN: records[0].class.parents[0] CLASS_UNKNOWN").await;
    server.append(&format!("[{}, {}]", class("shelter", "housing"), class("tent", "shelter"))).await;
}

#[tokio::test]
async fn a_name_stands_once_in_a_batch() {
    let server = ground::server().await;
    let twice = format!("[{}, {}, {}]", actor("x", "", ""), actor("y", "", ""), actor("x", "", ""));
    check(&server, &twice, "InvalidArgument NAME_REPEATED: records[2].name NAME_REPEATED").await;
    let spelled = twice.replacen("actors/x", "dossiers/d/actors/x", 1);
    check(&server, &spelled, "InvalidArgument NAME_REPEATED: records[2].name NAME_REPEATED").await;
    let revised = format!("[{}, {}]", actor("x", "", ""), actor("x", "", "R."));
    check(&server, &revised, "InvalidArgument NAME_REPEATED: records[1].name NAME_REPEATED").await;
}

#[tokio::test]
async fn a_known_name_wants_a_reason_and_an_unknown_one_none() {
    let server = ground::server().await;
    let known = format!("[{}]", actor("a", "", ""));
    check(&server, &known, "AlreadyExists RECORD_EXISTS: records[0].reason RECORD_EXISTS").await;
    let unknown = format!("[{}]", actor("x", "", "R."));
    check(&server, &unknown, "NotFound RECORD_UNKNOWN: records[0].reason RECORD_UNKNOWN").await;
    // Assigned names are new by nature.
    let assigned = format!("[{}]", actor("-", "", "R."));
    check(&server, &assigned, "NotFound RECORD_UNKNOWN: records[0].reason RECORD_UNKNOWN").await;
    let retracts = r#"[{"name": "actors/x", "reason": "R.", "retracted": true}]"#;
    check(&server, retracts, "NotFound RECORD_UNKNOWN: records[0].reason RECORD_UNKNOWN").await;
    let first =
        r#"[{"name": "actors/x", "retracted": true, "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#;
    check(&server, first, "InvalidArgument FIELD_NOT_ALLOWED: records[0].retracted FIELD_NOT_ALLOWED").await;
    let bare = r#"[{"name": "actors/a", "retracted": true}]"#;
    check(&server, bare, "AlreadyExists RECORD_EXISTS: records[0].reason RECORD_EXISTS").await;
    let nameless = r#"[{"reason": "R.", "retracted": true}]"#;
    check(&server, nameless, "InvalidArgument FIELD_REQUIRED: records[0].name FIELD_REQUIRED").await;
}

#[tokio::test]
async fn an_etag_that_is_not_the_current_one_is_stale() {
    let server = ground::server().await;
    let with = |etag: &str| actor("a", "", "R.").replacen('{', &format!(r#"{{"etag": "{etag}", "#), 1);
    let read = server.get("actors/a").await.expect("the actor");
    assert_eq!(read.etag, read.position.to_string());
    let stale = "Aborted ETAG_STALE: records[0].etag ETAG_STALE";
    for etag in ["0", "2", "01", "x"] {
        check(&server, &format!("[{}]", with(etag)), stale).await;
    }
    let answer = server.append(&format!("[{}]", with(&read.etag))).await;
    assert_eq!(answer.records[0].position, ground::COUNT + 1);
    check(&server, &format!("[{}]", with(&read.etag)), stale).await;
    let new = with("1").replace("actors/a", "actors/x").replace("R.", "");
    check(&server, &format!("[{new}]"), "InvalidArgument FIELD_NOT_ALLOWED: records[0].etag FIELD_NOT_ALLOWED").await;
    let details = server.try_append(&format!("[{}]", with("7"))).await.expect_err("a refusal").get_error_details();
    let failure = details.precondition_failure().expect("a precondition");
    assert_eq!(failure.violations[0].subject, "records[0].etag");
}

#[tokio::test]
async fn affiliations_never_lead_back_to_where_they_start() {
    let server = ground::server().await;
    let cycle = |at: &str| format!("InvalidArgument HIERARCHY_CYCLE: {at} HIERARCHY_CYCLE");
    let own = format!("[{}]", actor("x", r#""actors/x""#, ""));
    check(&server, &own, &cycle("records[0].actor.affiliations[0]")).await;
    server.append(&format!("[{}, {}]", actor("x", r#""actors/force""#, ""), actor("y", r#""actors/x""#, ""))).await;
    let back = format!("[{}]", actor("a", r#""actors/b", "actors/y""#, "R."));
    check(&server, &back, &cycle("records[0].actor.affiliations[1]")).await;
    // Each alone would do; in one batch the second closes it.
    let both = format!("[{}, {}]", actor("a", r#""actors/b""#, "R."), actor("b", r#""actors/a""#, "R."));
    check(&server, &both, &cycle("records[1].actor.affiliations[0]")).await;
    // A batch that opens one edge and closes another is judged record by record.
    let swapped = format!("[{}, {}]", actor("x", "", "R."), actor("a", r#""actors/y""#, "R."));
    server.append(&swapped).await;
    assert!(server.try_append(&format!("[{}]", actor("x", r#""actors/force""#, "R."))).await.is_err());
}

#[tokio::test]
async fn the_edges_of_a_retracted_record_still_count_for_cycles() {
    let server = ground::server().await;
    server.append(r#"[{"name": "actors/force", "reason": "R.", "retracted": true}]"#).await;
    let back = format!("[{}]", actor("a", r#""actors/force""#, "R."));
    let expected = "InvalidArgument REFERENCE_RETRACTED: records[0].actor.affiliations[0] REFERENCE_RETRACTED; \
                    records[0].actor.affiliations[0] HIERARCHY_CYCLE";
    check(&server, &back, expected).await;
}

#[tokio::test]
async fn memberships_may_go_round_in_circles() {
    let server = ground::server().await;
    let member = |of: &str| {
        format!(
            r#"[{{"name": "actors/{}", "reason": "R.", "actor": {{"display_name": "N", "type": "ACTOR_TYPE_STATE",
                "memberships": ["actors/{}"]}}}}]"#,
            if of == "a" { "b" } else { "a" },
            of
        )
    };
    server.append(&member("a")).await;
    server.append(&member("b")).await;
}

#[tokio::test]
async fn places_classes_readings_and_contacts_have_no_cycles_either() {
    let server = ground::server().await;
    let cycle = |at: &str| format!("InvalidArgument HIERARCHY_CYCLE: {at} HIERARCHY_CYCLE");
    let place = r#"[{"name": "places/country", "reason": "R.", "place":
        {"display_name": "N", "type": "PLACE_TYPE_COUNTRY", "within": ["places/town"]}}]"#;
    check(&server, place, &cycle("records[0].place.within[0]")).await;

    let class = |name: &str, parent: &str, reason: &str| {
        format!(
            r#"{{"name": "classes/{name}", "reason": "{reason}", "class":
                {{"taxonomy": "TAXONOMY_OBJECTS", "id": "{name}", "display_name": "N", "parents": ["{parent}"]}}}}"#
        )
    };
    server.append(&format!("[{}, {}]", class("tent", "camp", ""), class("flap", "tent", ""))).await;
    let back = format!("[{}]", class("camp", "flap", "R."));
    check(&server, &back, &cycle("records[0].class.parents[0]")).await;
    let own = format!("[{}]", class("camp", "camp", "R."));
    check(&server, &own, &cycle("records[0].class.parents[0]")).await;

    let reading = |name: &str, supersedes: &str, reason: &str| {
        format!(
            r#"{{"name": "readings/{name}", "reason": "{reason}", "citations": [{{"document": "documents/doc"}}], "reading":
                {{"term": "terms/halt", "held_by": "actors/a", "instrument": "instruments/text",
                 "supersedes": "readings/{supersedes}"}}}}"#
        )
    };
    server.append(&format!("[{}, {}]", reading("a2", "a1", ""), reading("a3", "a2", ""))).await;
    let back = format!("[{}]", reading("a1", "a3", "R."));
    check(&server, &back, &cycle("records[0].reading.supersedes")).await;

    let contact = |name: &str, part_of: &str, reason: &str| {
        format!(
            r#"{{"name": "contacts/{name}", "reason": "{reason}", "citations": [{{"document": "documents/doc"}}], "contact":
                {{"display_name": "N", "type": "CONTACT_TYPE_TALKS", "status": "CONTACT_STATUS_HELD",
                 "part_of": "contacts/{part_of}"}}}}"#
        )
    };
    server.append(&format!("[{}]", contact("session", "call", ""))).await;
    let back = format!("[{}]", contact("call", "session", "R."));
    check(&server, &back, &cycle("records[0].contact.part_of")).await;
}

#[tokio::test]
async fn what_cannot_be_protected_yet_is_refused() {
    let server = ground::server().await;
    for classification in ["RESTRICTED", "CONFIDENTIAL"] {
        let record =
            actor("x", "", "").replacen('{', &format!(r#"{{"classification": "CLASSIFICATION_{classification}", "#), 1);
        let expected = "FailedPrecondition NOT_YET_PROTECTED: records[0].classification NOT_YET_PROTECTED";
        check(&server, &format!("[{record}]"), expected).await;
    }
}

#[tokio::test]
async fn every_fault_of_every_record_is_named() {
    let server = ground::server().await;
    let batch = r#"[
        {"name": "actors/x", "actor": {"type": "ACTOR_TYPE_STATE", "affiliations": ["actors/nobody", "actors/"]}},
        {"name": "actors/a", "etag": "99", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}},
        {"name": "reports/n", "report": {"incident": "incidents/x", "facts":
            {"occurred": {"local": "2025-03-30T03:30"}, "struck": [{"object": "oil_depot"}, {"weapon": "hammer"}]}}},
        {"name": "actors/x", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}},
        {"name": "actors/y", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE", "affiliations": ["actors/z"]}},
        {"name": "actors/z", "reason": "R.", "classification": "CLASSIFICATION_RESTRICTED",
            "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#;
    let expected = "InvalidArgument FIELD_REQUIRED: \
        records[0].actor.display_name FIELD_REQUIRED; \
        records[0].actor.affiliations[1] NAME_INVALID; \
        records[2].report.claimant FIELD_REQUIRED; \
        records[2].report.facts.occurred.local TIME_INVALID; \
        records[3].name NAME_REPEATED; \
        records[0].actor.affiliations[0] REFERENCE_UNKNOWN; \
        records[1].reason RECORD_EXISTS; \
        records[1].etag ETAG_STALE; \
        records[2].report.incident REFERENCE_UNKNOWN; \
        records[2].report.facts.struck[0].object CLASS_UNKNOWN; \
        records[2].report.facts.struck[1].weapon CLASS_UNKNOWN; \
        records[4].actor.affiliations[0] REFERENCE_LATER; \
        records[5].reason RECORD_UNKNOWN; \
        records[5].classification NOT_YET_PROTECTED";
    check(&server, batch, expected).await;
}

#[tokio::test]
async fn a_record_that_refers_to_a_faulty_one_is_not_blamed_for_it() {
    let server = ground::server().await;
    let batch = r#"[
        {"name": "actors/x", "actor": {"type": "ACTOR_TYPE_STATE"}},
        {"name": "actors/y", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE", "affiliations": ["actors/x"]}}]"#;
    check(&server, batch, "InvalidArgument FIELD_REQUIRED: records[0].actor.display_name FIELD_REQUIRED").await;
}

#[tokio::test]
async fn a_batch_has_at_least_one_record_and_at_most_a_thousand() {
    let server = ground::server().await;
    check(&server, "[]", "InvalidArgument FIELD_REQUIRED: records FIELD_REQUIRED").await;
    let actors = |count: usize| -> Vec<pb::Record> {
        let one = json::records(&format!("[{}]", actor("n", "", ""))).remove(0);
        (0..count).map(|i| pb::Record { name: format!("actors/n{i}"), ..one.clone() }).collect()
    };
    check_batch(&server, actors(1001), "ResourceExhausted BATCH_TOO_LARGE: records BATCH_TOO_LARGE").await;
    let answer = server.append_batch(actors(1000)).await.expect("a thousand are taken");
    assert_eq!(answer.records.len(), 1000);
}

/// A statement whose answer is `bytes` long, or a little less.
fn long(name: &str, bytes: usize) -> pb::Record {
    let mut record =
        json::records(r#"[{"citations": [{"document": "documents/doc"}], "statement": {"summary": "S."}}]"#).remove(0);
    record.name = format!("statements/{name}");
    if let Some(pb::record::Kind::Statement(statement)) = &mut record.kind {
        statement.summary = "x".repeat(bytes - 300);
    }
    record
}

#[tokio::test]
async fn what_was_appended_can_be_read_back_by_a_client_with_default_settings() {
    const MIB: usize = 1024 * 1024;
    let server = ground::server().await;
    // The largest that a message can carry goes in and comes back.
    server.append_batch(vec![long("largest", 4 * MIB - 2000)]).await.expect("a large record is taken");
    server.get("statements/largest").await.expect("and read");
    let request = pb::ListRecordsRequest {
        parent: "dossiers/d".to_owned(),
        collections: vec!["statements".to_owned()],
        ..Default::default()
    };
    let page = server.records().list_records(request).await.expect("a page").into_inner();
    assert_eq!(page.records.len(), 1, "a page ends before it is too large");
    assert!(!page.next_page_token.is_empty());

    // A message just small enough whose answer would not be: names grow to their full form, local times are filled in.
    let claims = (0..80_000)
        .map(|i| format!(r#"{{"unit": "u", "window": {{"local": "2025-03-19T{:02}:{:02}"}}}}"#, i / 60 % 24, i % 60));
    let claims: Vec<String> = claims.collect();
    let grows = format!(
        r#"[{{"name": "statements/grows", "citations": [{{"document": "documents/doc"}}],
            "statement": {{"summary": "S.", "claims": [{}]}}}}]"#,
        claims.join(",")
    );
    let before = server.state().await;
    let status = server.append_batch(json::records(&grows)).await.expect_err("a refusal");
    assert_eq!(shown(&status), "ResourceExhausted BATCH_TOO_LARGE: records BATCH_TOO_LARGE");
    assert_eq!(server.state().await, before);
}

#[tokio::test]
async fn several_large_records_are_not_read_in_one_answer() {
    let server = ground::server().await;
    for i in 0..3 {
        server.append_batch(vec![long(&format!("long{i}"), 1_500_000)]).await.expect("taken");
    }
    let names = |count: usize| pb::BatchGetRecordsRequest {
        parent: "dossiers/d".to_owned(),
        names: (0..count).map(|i| format!("statements/long{}", i % 3)).collect(),
        consistency: None,
    };
    let two = server.records().batch_get_records(names(2)).await.expect("two fit").into_inner();
    assert_eq!(two.records.len(), 2);
    for count in [3, 1000] {
        let status = server.records().batch_get_records(names(count)).await.expect_err("a refusal");
        assert_eq!(shown(&status), "ResourceExhausted BATCH_TOO_LARGE: names BATCH_TOO_LARGE");
    }
}

#[tokio::test]
async fn a_batch_of_nothing_but_faults_is_answered_before_long_and_says_how_many_there_are() {
    let server = ground::server().await;
    let actors: Vec<String> = (0..1000).map(|i| actor(&format!("some-actor-{i}"), "", "")).collect();
    server.append(&format!("[{}]", actors.join(","))).await;
    let unknown: Vec<String> = (0..20_000).map(|i| format!(r#""actors/same-actor-{i}""#)).collect();
    let batch = format!("[{}]", actor("x", &unknown.join(","), ""));
    let refused = tokio::time::timeout(crate::server::PATIENCE, server.try_append(&batch));
    let status = refused.await.expect("an answer in time").expect_err("a refusal");
    let info = status.get_details_error_info().expect("an ErrorInfo");
    assert_eq!(info.metadata.get("violations").map(String::as_str), Some("20000"));
    let named = named(&status);
    assert!(named.len() < 100, "{} are named", named.len());
    assert_eq!(named[0].0, "records[0].actor.affiliations[0]");
    assert!(named[0].2.contains("nearest: \"actors/some-actor-0\""), "{}", named[0].2);
}

#[tokio::test]
async fn a_long_chain_of_affiliations_is_admitted_before_long() {
    let server = ground::server().await;
    chain(&server, 0..1000).await;
    chain(&server, 1000..2000).await;
    let back = format!("[{}]", actor("c0", r#""actors/c1999""#, "R."));
    check(&server, &back, "InvalidArgument HIERARCHY_CYCLE: records[0].actor.affiliations[0] HIERARCHY_CYCLE").await;
}

async fn chain(server: &Server, links: std::ops::Range<usize>) {
    let links = links.map(|i| match i {
        0 => actor("c0", "", ""),
        _ => actor(&format!("c{i}"), &format!(r#""actors/c{}""#, i - 1), ""),
    });
    let links: Vec<String> = links.collect();
    let batch = format!("[{}]", links.join(","));
    let taken = tokio::time::timeout(crate::server::PATIENCE, server.try_append(&batch)).await;
    taken.expect("an answer in time").expect("a chain is no cycle");
}
