//! Corrections, retractions and revivals, and what becomes of what referred to what is gone; how records are written back.

use armistice::wire::pb;
use armistice::wire::pb::record::Kind;

use crate::ground;
use crate::json::message;
use crate::refusal::{check, shown};
use crate::server::Server;

fn retract(name: &str) -> String {
    format!(r#"[{{"name": "{name}", "reason": "R.", "retracted": true}}]"#)
}

#[tokio::test]
async fn a_correction_is_a_new_revision_of_the_same_name() {
    let server = ground::server().await;
    let before = server.get("statements/said").await.expect("the statement");
    let correction = r#"[{"name": "statements/said", "reason": "Misheard.", "citations": [{"document": "documents/other"}],
        "statement": {"speaker": "actors/b", "summary": "B says so."}}]"#;
    let stored = server.append(correction).await.records.remove(0);
    assert_eq!(server.get("statements/said").await.expect("the statement"), stored);
    assert_eq!((stored.position, stored.reason.as_str()), (ground::COUNT + 1, "Misheard."));
    assert_eq!(stored.etag, stored.position.to_string());
    assert_eq!(stored.citations.len(), 1, "a correction says all that it rests on");
    let request = pb::ListRevisionsRequest { name: stored.name.clone(), ..Default::default() };
    let revisions = server.records().list_revisions(request).await.expect("a page").into_inner().revisions;
    assert_eq!(revisions, [before, stored]);
}

#[tokio::test]
async fn a_retraction_carries_the_body_and_a_revision_may_revive_it() {
    let server = ground::server().await;
    let before = server.get("reports/depot-b").await.expect("the report");
    let retracted = server.append(&retract("reports/depot-b")).await.records.remove(0);
    assert!(retracted.retracted);
    assert_eq!((&retracted.kind, &retracted.citations), (&before.kind, &before.citations));
    assert_eq!(server.get("reports/depot-b").await.expect("still there"), retracted);

    // It may be retracted once more, with other words, and revived with the body that it had.
    server.append(&retract("reports/depot-b")).await;
    let mut revived = before.clone();
    revived.reason = "It was right.".to_owned();
    revived.etag = String::new();
    let answer = server.append_batch(vec![revived]).await.unwrap_or_else(|status| panic!("{}", shown(&status)));
    let revived = &answer.records[0];
    assert!(!revived.retracted);
    assert_eq!((&revived.kind, &revived.citations), (&before.kind, &before.citations));
    assert_eq!(revived.position, ground::COUNT + 3);
}

#[tokio::test]
async fn an_answer_can_be_sent_back_as_a_correction() {
    let server = ground::server().await;
    for record in server.state().await.records {
        let sent = pb::Record { reason: "The same again.".to_owned(), ..record.clone() };
        let answer = server.append_batch(vec![sent]).await;
        let answer = answer.unwrap_or_else(|status| panic!("{}: {}", record.name, shown(&status)));
        let stored = &answer.records[0];
        assert_eq!((&stored.kind, &stored.citations), (&record.kind, &record.citations));
        assert_eq!(stored.known_time, record.known_time, "{}", record.name);
    }
}

#[tokio::test]
async fn what_is_retracted_cannot_be_newly_referred_to_but_keeps_its_referrers() {
    let server = ground::server().await;
    server.append(&retract("actors/force")).await;
    server.append(&retract("classes/camp")).await;
    let refers = r#"[{"name": "actors/n", "actor":
        {"display_name": "N", "type": "ACTOR_TYPE_PERSON", "affiliations": ["actors/force"]}}]"#;
    let expected = "InvalidArgument REFERENCE_RETRACTED: records[0].actor.affiliations[0] REFERENCE_RETRACTED";
    check(&server, refers, expected).await;
    let class = r#"[{"name": "classes/tent", "class":
        {"taxonomy": "TAXONOMY_OBJECTS", "id": "tent", "display_name": "Tent", "parents": ["camp"]}}]"#;
    let expected = "InvalidArgument REFERENCE_RETRACTED: records[0].class.parents[0] REFERENCE_RETRACTED";
    check(&server, class, expected).await;

    // The report that names the force stays, and may be corrected without letting go of it.
    let before = server.get("reports/depot-b").await.expect("the report");
    let corrected = pb::Record { reason: "R.".to_owned(), ..before };
    server.append_batch(vec![corrected]).await.unwrap_or_else(|status| panic!("{}", shown(&status)));
    let mut elsewhere = server.get("reports/bridge-a").await.expect("the other report");
    elsewhere.reason = "R.".to_owned();
    let Some(Kind::Report(pb::Report { facts: Some(facts), .. })) = &mut elsewhere.kind else { panic!("facts") };
    facts.attributed_to = "actors/force".to_owned();
    let status = server.append_batch(vec![elsewhere]).await.expect_err("newly referred to");
    let expected = "InvalidArgument REFERENCE_RETRACTED: records[0].report.facts.attributed_to REFERENCE_RETRACTED";
    assert_eq!(shown(&status), expected);

    // Within one batch what was revived before can be referred to again.
    let revived = format!(
        r#"[{{"name": "actors/force", "reason": "R.", "actor":
            {{"display_name": "A's force", "type": "ACTOR_TYPE_ARMED_GROUP", "affiliations": ["actors/a"]}}}}, {}"#,
        &refers[1..]
    );
    server.append(&revived).await;
    let batch = format!(
        r#"[{}, {{"name": "links/n", "link":
            {{"type": "LINK_TYPE_SAME_EVENT", "subject": "incidents/depot", "object": "incidents/bridge"}}}}]"#,
        retract("incidents/bridge").trim_start_matches('[').trim_end_matches(']')
    );
    let expected = "InvalidArgument REFERENCE_RETRACTED: records[1].link.object REFERENCE_RETRACTED";
    check(&server, &batch, expected).await;
}

#[tokio::test]
async fn an_assertion_whose_only_document_is_retracted_is_unsourced() {
    let server = ground::server().await;
    let unsourced = |name: &'static str| {
        let read = server.get(name);
        async move { read.await.expect("the record").unsourced }
    };
    assert!(!unsourced("reports/depot-b").await);
    server.append(&retract("documents/doc")).await;
    assert!(unsourced("reports/depot-b").await);
    assert!(unsourced("reports/bridge-a").await, "it rests on a statement that rests on it");
    assert!(!unsourced("findings/depot").await, "it cites another");
    assert!(!unsourced("actors/a").await, "nobody asked it for a source");
    let back = pb::Consistency {
        when: Some(pb::consistency::When::At(pb::At { at: Some(pb::at::At::Position(ground::COUNT)) })),
        known_by: None,
    };
    let then = server.get_at("reports/depot-b", Some(back)).await.expect("the report");
    assert!(!then.unsourced, "it was not, then");

    let request: pb::AssessRequest = message(
        "AssessRequest",
        r#"{"parent": "dossiers/d", "incidents": ["incidents/depot"], "bases": ["BASIS_ALLEGED"],
            "readings": {"names": ["readings/a1"]}}"#,
    );
    let answer = server.assessments().assess(request).await.expect("a verdict").into_inner();
    assert_eq!(answer.assessments[0].verdict(), pb::Verdict::Breach, "it still counts");
    let used: Vec<&pb::UsedFact> = answer.assessments[0].elements.iter().flat_map(|e| &e.facts).collect();
    assert!(!used.is_empty() && used.iter().all(|fact| fact.unsourced), "{used:?}");

    let revived = r#"[{"name": "documents/doc", "reason": "R.", "document": {"title": "Doc",
        "published": {"local": "2025-03-20"}}}]"#;
    server.append(revived).await;
    assert!(!unsourced("reports/depot-b").await);
}

async fn applied(server: &Server) -> Vec<String> {
    let request = pb::AssessRequest { parent: "dossiers/d".to_owned(), ..Default::default() };
    let answer = server.assessments().assess(request).await.expect("verdicts").into_inner();
    answer.readings.iter().map(|r| r.reading.trim_start_matches("dossiers/d/readings/").to_owned()).collect()
}

#[tokio::test]
async fn retracting_a_reading_brings_back_the_one_that_it_superseded() {
    let server = ground::server().await;
    assert_eq!(applied(&server).await, ["a1", "b1"]);
    server
        .append(
            r#"[{"name": "readings/a2", "citations": [{"document": "documents/doc"}], "reading": {"term": "terms/halt",
                "held_by": "actors/a", "instrument": "instruments/text", "supersedes": "readings/a1"}}]"#,
        )
        .await;
    assert_eq!(applied(&server).await, ["b1", "a2"]);
    server.append(&retract("readings/a2")).await;
    assert_eq!(applied(&server).await, ["a1", "b1"]);
}

#[tokio::test]
async fn retracting_an_incident_takes_it_out_of_every_answer() {
    let server = ground::server().await;
    server.append(&retract("incidents/depot")).await;
    let request = pb::AssessRequest { parent: "dossiers/d".to_owned(), ..Default::default() };
    let answer = server.assessments().assess(request).await.expect("verdicts").into_inner();
    assert!(answer.assessments.iter().all(|a| a.incident == "dossiers/d/incidents/bridge"));
    assert_eq!(answer.counted.expect("a count").incidents, 1);
    assert!(server.get("reports/depot-b").await.is_ok_and(|report| !report.retracted), "what refers to it stays");
}

#[tokio::test]
async fn names_are_answered_in_full_and_times_in_both_ways() {
    let server = ground::server().await;
    let stored = server
        .append(
            r#"[{"name": "reports/n", "citations": [{"document": "documents/doc"}], "report":
                {"incident": "incidents/depot", "claimant": "dossiers/d/actors/b", "facts": {"attributed_to": "actors/force",
                 "occurred": {"local": "2025-03-30"}, "struck": [{"facility": "places/town"}, {"facility": "the depot"}]}}},
               {"name": "incidents/-", "incident": {"display_name": "N", "about":
                {"earliest": "2025-03-18T22:00:00Z", "latest": "2025-03-19T22:00:00Z"}}},
               {"incident": {"display_name": "N", "about": {"local": "2025-03-19T01:20/2025-03-19T03:00", "time_zone": "UTC"}}}]"#,
        )
        .await
        .records;
    let Some(Kind::Report(report)) = &stored[0].kind else { panic!("a report") };
    assert_eq!(
        (report.incident.as_str(), report.claimant.as_str()),
        ("dossiers/d/incidents/depot", "dossiers/d/actors/b")
    );
    assert_eq!(stored[0].citations[0].document, "dossiers/d/documents/doc");
    let facts = report.facts.as_ref().expect("facts");
    assert_eq!(facts.attributed_to, "dossiers/d/actors/force");
    let facilities: Vec<&str> = facts.struck.iter().map(|s| s.facility.as_str()).collect();
    assert_eq!(facilities, ["dossiers/d/places/town", "the depot"]);
    let span = |span: &Option<pb::TimeSpan>| {
        let span = span.as_ref().expect("a span");
        let seconds = |t: &Option<prost_types::Timestamp>| t.as_ref().expect("an instant").seconds;
        let hours = (seconds(&span.latest) - seconds(&span.earliest)) as f64 / 3600.0;
        (span.local.clone(), span.time_zone.clone(), hours)
    };
    let kyiv = "Europe/Kyiv".to_owned();
    assert_eq!(span(&facts.occurred), ("2025-03-30".to_owned(), kyiv.clone(), 23.0), "the clock skips an hour");
    let about = |record: &pb::Record| {
        let Some(Kind::Incident(incident)) = &record.kind else { panic!("an incident") };
        span(&incident.about)
    };
    assert_eq!(about(&stored[1]), ("2025-03-19".to_owned(), kyiv, 24.0), "a day said in instants");
    let (_, zone, hours) = about(&stored[2]);
    assert_eq!((zone.as_str(), (hours * 60.0).round()), ("UTC", 101.0), "to the end of the last minute");
    assert!(stored[1].name.len() > "dossiers/d/incidents/-".len() && stored[1].name != stored[2].name);
}
