//! What one record may not say: each fault with its code, its reason and its path, and nothing stored.

use armistice::wire::pb;

use crate::refusal::{check, check_batch, said};
use crate::{ground, json};

#[tokio::test]
async fn a_reference_to_nothing_is_refused_with_the_nearest_match() {
    let server = ground::server().await;
    let report = r#"[{"name": "reports/r", "citations": [{"document": "documents/dco"}], "report":
        {"incident": "incidents/depto", "claimant": "actors/nobody-like-this", "denies": ["PROPOSITION_AUTHOR"]}}]"#;
    let expected = "InvalidArgument REFERENCE_UNKNOWN: records[0].citations[0].document REFERENCE_UNKNOWN; \
                    records[0].report.incident REFERENCE_UNKNOWN; records[0].report.claimant REFERENCE_UNKNOWN";
    check(&server, report, expected).await;
    let near = r#"[{"name": "actors/n", "actor":
        {"display_name": "N", "type": "ACTOR_TYPE_PERSON", "affiliations": ["actors/forec"]}}]"#;
    assert_eq!(said(&server, near).await, r#""actors/forec" is not in this dossier; nearest: "actors/force""#);
    let none = near.replace("forec", "zzzzzzzz");
    assert_eq!(said(&server, &none).await, r#""actors/zzzzzzzz" is not in this dossier"#);
}

#[tokio::test]
async fn free_words_are_taken_but_a_name_among_them_must_exist() {
    let server = ground::server().await;
    let finding = |made_by: &str, facility: &str| {
        format!(
            r#"[{{"name": "findings/f", "citations": [{{"document": "documents/doc", "grade": {{"graded_by": "{made_by}"}}}}],
                "finding": {{"incident": "incidents/depot", "status": "FINDING_STATUS_OPEN", "rationale": "R.",
                "made_by": "{made_by}", "facts": {{"struck": [{{"facility": "{facility}"}}]}}}}}}]"#
        )
    };
    let expected = "InvalidArgument REFERENCE_UNKNOWN: records[0].citations[0].grade.graded_by REFERENCE_UNKNOWN; \
                    records[0].finding.facts.struck[0].facility REFERENCE_UNKNOWN; \
                    records[0].finding.made_by REFERENCE_UNKNOWN";
    check(&server, &finding("actors/x", "places/x"), expected).await;
    check(&server, &finding("dossiers/d/actors/x", "dossiers/d/places/x"), expected).await;
    server.append(&finding("the team, actors all", "the depot / places")).await;
}

#[tokio::test]
async fn a_name_must_be_well_formed_and_lie_in_this_dossier_and_collection() {
    let server = ground::server().await;
    server.create("e").await;
    let named =
        |name: &str| format!(r#"[{{"name": "{name}", "actor": {{"display_name": "N", "type": "ACTOR_TYPE_STATE"}}}}]"#);
    let invalid = "InvalidArgument NAME_INVALID: records[0].name NAME_INVALID";
    for name in
        ["actors", "actors/", "actor/n", "actors/a b", "actors/-n", "actors/n/m", "dossiers/d", "dossiers//actors/n"]
    {
        check(&server, &named(name), invalid).await;
    }
    check(&server, &named(&format!("actors/{}", "n".repeat(129))), invalid).await;
    check(&server, &named("dossiers/e/actors/n"), invalid).await;
    assert_eq!(said(&server, &named("actor/n")).await, r#""actor" is no collection; nearest: "actors""#);
    let another = said(&server, &named("dossiers/e/actors/n")).await;
    assert!(another.contains("nothing refers across dossiers"), "{another}");
    let kind = "InvalidArgument KIND_MISMATCH: records[0].name KIND_MISMATCH";
    check(&server, &named("places/n"), kind).await;
    check(&server, &named("places/-"), kind).await;

    let refers = |name: &str| {
        format!(
            r#"[{{"name": "actors/n", "actor":
                {{"display_name": "N", "type": "ACTOR_TYPE_STATE", "affiliations": ["{name}"]}}}}]"#
        )
    };
    let invalid = "InvalidArgument NAME_INVALID: records[0].actor.affiliations[0] NAME_INVALID";
    for name in ["places/town", "dossiers/e/actors/a", "a", "", "*"] {
        check(&server, &refers(name), invalid).await;
    }
    assert_eq!(said(&server, &refers("a")).await, r#""a" names no record: write actors/a"#);
}

#[tokio::test]
async fn a_kind_is_said_and_stays_the_same() {
    let server = ground::server().await;
    check(&server, r#"[{"name": "actors/n"}]"#, "InvalidArgument FIELD_REQUIRED: records[0].kind FIELD_REQUIRED").await;
    check(&server, "[{}]", "InvalidArgument FIELD_REQUIRED: records[0].kind FIELD_REQUIRED").await;
    let other =
        r#"[{"name": "actors/a", "reason": "R.", "place": {"display_name": "A", "type": "PLACE_TYPE_COUNTRY"}}]"#;
    check(&server, other, "InvalidArgument KIND_MISMATCH: records[0].name KIND_MISMATCH").await;
}

#[tokio::test]
async fn a_class_must_be_in_its_taxonomy() {
    let server = ground::server().await;
    let struck = |object: &str, weapon: &str, act: &str| {
        format!(
            r#"[{{"name": "reports/r", "citations": [{{"document": "documents/doc"}}], "report":
                {{"incident": "incidents/depot", "claimant": "actors/a", "facts":
                {{"act": "{act}", "struck": [{{"object": "housing"}}, {{"object": "{object}", "weapon": "{weapon}"}}]}}}}}}]"#
        )
    };
    let expected = "InvalidArgument CLASS_UNKNOWN: records[0].report.facts.act CLASS_UNKNOWN; \
                    records[0].report.facts.struck[1].object CLASS_UNKNOWN; \
                    records[0].report.facts.struck[1].weapon CLASS_UNKNOWN";
    check(&server, &struck("oil_depot", "oil.depot", "oil.depot"), expected).await;
    let object = struck("oil_depot", "uav", "strike");
    assert_eq!(said(&server, &object).await, r#""oil_depot" is no node of objects v1; nearest: "oil.depot""#);
    assert_eq!(
        said(&server, &struck("camps", "uav", "strike")).await,
        r#""camps" is no node of objects v1; nearest: "camp""#,
        "what the dossier added is offered too"
    );
    server.append(&struck("camp", "uav", "strike")).await;
    let reading = r#"[{"name": "readings/n", "citations": [{"document": "documents/doc"}], "reading":
        {"term": "terms/halt", "held_by": "actors/a", "instrument": "instruments/text",
         "objects": {"include": ["energie"]}, "acts": {"exclude": ["uav"]}, "weapons": {"unclear": ["strike", "*"]}}}]"#;
    let expected = "InvalidArgument CLASS_UNKNOWN: records[0].reading.acts.exclude[0] CLASS_UNKNOWN; \
                    records[0].reading.objects.include[0] CLASS_UNKNOWN; \
                    records[0].reading.weapons.unclear[0] CLASS_UNKNOWN";
    check(&server, reading, expected).await;
}

#[tokio::test]
async fn a_class_that_is_taken_or_would_change_its_id_is_refused() {
    let server = ground::server().await;
    let class = |name: &str, id: &str, more: &str| {
        format!(
            r#"[{{"name": "classes/{name}", {more} "class": {{"taxonomy": "TAXONOMY_OBJECTS", "id": "{id}",
                "display_name": "C", "parents": ["infra"]}}}}]"#
        )
    };
    let broken = "InvalidArgument RULE_BROKEN: records[0].class.id RULE_BROKEN";
    check(&server, &class("n", "oil.depot", ""), broken).await;
    check(&server, &class("n", "camp", ""), broken).await;
    check(&server, &class("camp", "camping", r#""reason": "R.","#), broken).await;
    check(&server, &class("n", "a b", ""), "InvalidArgument NAME_INVALID: records[0].class.id NAME_INVALID").await;
}

#[tokio::test]
async fn a_time_must_have_something_inside_and_exist_once() {
    let server = ground::server().await;
    let incident =
        |about: &str| format!(r#"[{{"name": "incidents/n", "incident": {{"display_name": "N", "about": {about}}}}}]"#);
    let about = |what: &str| format!("InvalidArgument TIME_INVALID: records[0].incident.about{what} TIME_INVALID");
    let ends_first = r#"{"earliest": "2025-03-19T10:00:00Z", "latest": "2025-03-19T09:00:00Z"}"#;
    check(&server, &incident(ends_first), &about("")).await;
    let nothing_inside = r#"{"earliest": "2025-03-19T10:00:00Z", "latest": "2025-03-19T10:00:00Z"}"#;
    check(&server, &incident(nothing_inside), &about("")).await;
    check(&server, &incident(r#"{"local": "2025-03-20/2025-03-19"}"#), &about(".local")).await;
    check(&server, &incident("{}"), &about("")).await;
    check(&server, &incident(r#"{"earliest": "2025-03-19T10:00:00Z"}"#), &about(".latest")).await;
    check(&server, &incident(r#"{"latest": "2025-03-19T10:00:00Z"}"#), &about(".earliest")).await;
    let disagrees = r#"{"local": "2025-03-19", "earliest": "2025-03-19T10:00:00Z", "latest": "2025-03-19T11:00:00Z"}"#;
    check(&server, &incident(disagrees), &about(".local")).await;
    for nonsense in
        ["yesterday", "2025-13", "2025-02-29", "2025-03-19T24:00", "2025-03-19T01:20Z", "2025-03-19 01:20", "/"]
    {
        check(&server, &incident(&format!(r#"{{"local": "{nonsense}"}}"#)), &about(".local")).await;
    }

    // Kyiv's clock goes from 03:00 to 04:00 on 30 March 2025, and back from 04:00 to 03:00 on 26 October.
    let skipped = incident(r#"{"local": "2025-03-30T03:30"}"#);
    check(&server, &skipped, &about(".local")).await;
    assert!(said(&server, &skipped).await.contains("does not exist in Europe/Kyiv"));
    let twice = incident(r#"{"local": "2025-10-26T03:30"}"#);
    check(&server, &twice, &about(".local")).await;
    assert!(said(&server, &twice).await.contains("exists twice in Europe/Kyiv"));
    check(&server, &incident(r#"{"local": "2025-03-30T02:30/2025-03-30T03:30"}"#), &about(".local")).await;
    server.append(&incident(r#"{"local": "2025-03-30T03:30", "time_zone": "Asia/Tokyo"}"#)).await;

    let zone = incident(r#"{"local": "2025-03-19", "time_zone": "Europe/Kyjiw"}"#);
    check(&server, &zone, "InvalidArgument ZONE_UNKNOWN: records[0].incident.about.time_zone ZONE_UNKNOWN").await;
    let year_0 = incident(r#"{"local": "0000-03-19"}"#);
    check(&server, &year_0, &about(".local")).await;
}

#[tokio::test]
async fn an_instant_outside_the_years_1_to_9999_is_refused() {
    let server = ground::server().await;
    for (seconds, nanos) in [(i64::MIN, 0), (i64::MAX, 0), (-62_135_596_801, 0), (0, -1), (0, 1_000_000_000)] {
        let mut records = json::records(r#"[{"name": "documents/n", "document": {"title": "N"}}]"#);
        let Some(pb::record::Kind::Document(document)) = &mut records[0].kind else { unreachable!("a document") };
        document.retrieve_time = Some(prost_types::Timestamp { seconds, nanos });
        let expected = "InvalidArgument VALUE_OUT_OF_RANGE: records[0].document.retrieve_time VALUE_OUT_OF_RANGE";
        check_batch(&server, records, expected).await;
    }
}

#[tokio::test]
async fn a_number_outside_its_range_is_refused() {
    let server = ground::server().await;
    let place = |says: &str| {
        format!(r#"[{{"name": "places/n", "place": {{"display_name": "N", "type": "PLACE_TYPE_AREA", {says}}}}}]"#)
    };
    let out = |field: &str| format!("InvalidArgument VALUE_OUT_OF_RANGE: records[0].place.{field} VALUE_OUT_OF_RANGE");
    for latitude in ["91", "-90.001", "\"NaN\"", "\"Infinity\""] {
        let says = format!(r#""point": {{"latitude": {latitude}, "longitude": 30}}"#);
        check(&server, &place(&says), &out("point.latitude")).await;
    }
    for longitude in ["180.1", "\"NaN\"", "\"-Infinity\""] {
        let says = format!(r#""point": {{"latitude": 50, "longitude": {longitude}}}"#);
        check(&server, &place(&says), &out("point.longitude")).await;
    }
    for radius in ["-1", "\"NaN\"", "\"Infinity\""] {
        check(&server, &place(&format!(r#""radius_m": {radius}"#)), &out("radius_m")).await;
    }
    let missing = "InvalidArgument FIELD_REQUIRED: records[0].place.point.latitude FIELD_REQUIRED; \
                   records[0].place.point.longitude FIELD_REQUIRED";
    check(&server, &place(r#""point": {}"#), missing).await;
    server.append(&place(r#""point": {"latitude": 0, "longitude": 0}"#)).await;

    let claim = |count: &str| {
        format!(
            r#"[{{"name": "statements/n", "citations": [{{"document": "documents/doc"}}],
                "statement": {{"summary": "S.", "claims": [{{"unit": "violations", "count": {count}}}]}}}}]"#
        )
    };
    let out = |field: &str| {
        format!("InvalidArgument VALUE_OUT_OF_RANGE: records[0].statement.claims[0].count.{field} VALUE_OUT_OF_RANGE")
    };
    check(&server, &claim(r#"{"least": -1}"#), &out("least")).await;
    check(&server, &claim(r#"{"least": 3, "most": 2}"#), &out("most")).await;
    let hash = r#"[{"name": "documents/n", "document": {"title": "N", "sha256": "beef"}}]"#;
    check(&server, hash, "InvalidArgument VALUE_OUT_OF_RANGE: records[0].document.sha256 VALUE_OUT_OF_RANGE").await;
}

#[tokio::test]
async fn a_shape_must_be_geojson_on_the_globe() {
    let server = ground::server().await;
    let place = |geojson: &str| {
        let text = serde_json::Value::from(geojson);
        format!(
            r#"[{{"name": "places/n", "place": {{"display_name": "N", "type": "PLACE_TYPE_AREA", "geojson": {text}}}}}]"#
        )
    };
    let malformed = "InvalidArgument GEOJSON_MALFORMED: records[0].place.geojson GEOJSON_MALFORMED";
    let open_ring = r#"{"type": "Polygon", "coordinates": [[[30, 50], [31, 50], [31, 51], [30, 51]]]}"#;
    let feature = r#"{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [30, 50]}}"#;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for geojson in ["{", "[]", "50.4, 30.5", r#"{"type": "Pint", "coordinates": [30, 50]}"#, open_ring, feature, &deep]
    {
        check(&server, &place(geojson), malformed).await;
    }
    let off = "InvalidArgument VALUE_OUT_OF_RANGE: records[0].place.geojson VALUE_OUT_OF_RANGE";
    check(&server, &place(r#"{"type": "Point", "coordinates": [30, 91]}"#), off).await;
    server.append(&place(r#"{"type": "Point", "coordinates": [30.5, 50.4]}"#)).await;
}

#[tokio::test]
async fn an_enum_value_that_nobody_knows_is_refused() {
    let server = ground::server().await;
    let mut records = json::records(
        r#"[{"name": "actors/n", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}},
            {"name": "reports/n", "citations": [{"document": "documents/doc", "grade": {}}], "report":
             {"incident": "incidents/depot", "claimant": "actors/a", "denies": ["PROPOSITION_AUTHOR"]}}]"#,
    );
    records[0].classification = 999;
    if let Some(pb::record::Kind::Actor(actor)) = &mut records[0].kind {
        actor.r#type = 999;
    }
    if let Some(pb::record::Kind::Report(report)) = &mut records[1].kind {
        report.denies = vec![2, 999, 0, -1];
    }
    if let Some(grade) = &mut records[1].citations[0].grade {
        grade.reliability = 999;
    }
    let expected = "InvalidArgument ENUM_UNKNOWN: records[0].classification ENUM_UNKNOWN; \
                    records[0].actor.type ENUM_UNKNOWN; records[1].citations[0].grade.reliability ENUM_UNKNOWN; \
                    records[1].report.denies[1] ENUM_UNKNOWN; records[1].report.denies[2] ENUM_UNKNOWN; \
                    records[1].report.denies[3] ENUM_UNKNOWN";
    check_batch(&server, records, expected).await;
    let ground_word = r#"[{"name": "reports/n", "citations": [{"document": "documents/doc"}], "report":
        {"incident": "incidents/depot", "claimant": "actors/a", "facts": {"ground": "selfdefence"}}}]"#;
    check(&server, ground_word, "InvalidArgument ENUM_UNKNOWN: records[0].report.facts.ground ENUM_UNKNOWN").await;
    assert_eq!(said(&server, ground_word).await, r#""selfdefence" is no ground; nearest: "self-defence""#);
}

#[tokio::test]
async fn an_assertion_without_a_citation_is_refused_unless_it_rests_on_a_statement() {
    let server = ground::server().await;
    let required = "InvalidArgument CITATION_REQUIRED: records[0].citations CITATION_REQUIRED";
    for says in [
        r#""name": "statements/n", "statement": {"summary": "S."}"#,
        r#""name": "contacts/n", "contact":
            {"display_name": "N", "type": "CONTACT_TYPE_CALL", "status": "CONTACT_STATUS_MOOTED"}"#,
        r#""name": "instruments/n", "instrument":
            {"display_name": "N", "type": "INSTRUMENT_TYPE_LIST", "stated": {"local": "2025"}}"#,
        r#""name": "readings/n", "reading":
            {"term": "terms/halt", "held_by": "actors/a", "instrument": "instruments/text"}"#,
        r#""name": "stances/n", "stance":
            {"actor": "actors/a", "subject": "terms/halt", "position": "STANCE_POSITION_REJECTS"}"#,
        r#""name": "reports/n", "report":
            {"incident": "incidents/depot", "claimant": "actors/a", "denies": ["PROPOSITION_AUTHOR"]}"#,
        r#""name": "findings/n", "finding":
            {"incident": "incidents/depot", "status": "FINDING_STATUS_OPEN", "rationale": "R."}"#,
        r#""name": "exchanges/n", "exchange": {"display_name": "N", "transfers":
            [{"stage": "TRANSFER_STAGE_ANNOUNCED", "stated_by": "actors/a", "count": 0}]}"#,
        r#""name": "pledges/n", "pledge": {"by": "actors/a", "type": "PLEDGE_TYPE_FORCE",
            "move": "PLEDGE_MOVE_REFUSES", "description": "D."}"#,
        r#""name": "forecasts/n", "forecast": {"speaker": "actors/a", "prediction": "P."}"#,
    ] {
        check(&server, &format!("[{{{says}}}]"), required).await;
    }
    server
        .append(
            r#"[{"name": "reports/n", "report": {"incident": "incidents/depot", "claimant": "actors/a",
                "statement": "statements/said", "denies": ["PROPOSITION_AUTHOR"]}}]"#,
        )
        .await;
}

#[tokio::test]
async fn a_correction_may_not_drop_the_last_citation() {
    let server = ground::server().await;
    let without = r#"[{"name": "statements/said", "reason": "R.", "statement": {"summary": "S."}}]"#;
    check(&server, without, "InvalidArgument CITATION_REQUIRED: records[0].citations CITATION_REQUIRED").await;
}

#[tokio::test]
async fn a_reading_rests_on_an_instrument_and_reads_no_topic() {
    let server = ground::server().await;
    let reading = |says: &str| {
        format!(
            r#"[{{"name": "readings/n", "citations": [{{"document": "documents/doc"}}],
                "reading": {{"held_by": "actors/a", {says}}}}}]"#
        )
    };
    let required = "InvalidArgument FIELD_REQUIRED: records[0].reading.instrument FIELD_REQUIRED";
    check(&server, &reading(r#""term": "terms/halt""#), required).await;
    let topic = reading(r#""instrument": "instruments/text", "term": "terms/topic""#);
    check(&server, &topic, "InvalidArgument RULE_BROKEN: records[0].reading.term RULE_BROKEN").await;
    let duties = reading(
        r#""instrument": "instruments/text", "term": "terms/halt", "duties": [{"pledge": {"to": ["actors/b"]}}]"#,
    );
    check(&server, &duties, "InvalidArgument RULE_BROKEN: records[0].reading.duties RULE_BROKEN").await;
    let empty = reading(r#""instrument": "instruments/text", "term": "terms/deal", "duties": [{}]"#);
    check(&server, &empty, "InvalidArgument FIELD_REQUIRED: records[0].reading.duties[0] FIELD_REQUIRED").await;
}

#[tokio::test]
async fn a_reading_supersedes_one_of_its_own_term_and_holder() {
    let server = ground::server().await;
    let reading = |holder: &str, supersedes: &str| {
        format!(
            r#"[{{"name": "readings/n", "citations": [{{"document": "documents/doc"}}], "reading": {{"term": "terms/halt",
                "held_by": "actors/{holder}", "instrument": "instruments/text", "supersedes": "readings/{supersedes}"}}}}]"#
        )
    };
    let broken = "InvalidArgument RULE_BROKEN: records[0].reading.supersedes RULE_BROKEN";
    check(&server, &reading("b", "a1"), broken).await;
    check(&server, &reading("a", "deal"), broken).await;
    check(&server, &reading("force", "a1"), broken).await;
    server.append(&reading("a", "a1")).await;
    let moved = r#"[{"name": "readings/a1", "reason": "R.", "citations": [{"document": "documents/doc"}], "reading":
        {"term": "terms/halt", "held_by": "actors/b", "instrument": "instruments/text"}}]"#;
    check(&server, moved, "InvalidArgument RULE_BROKEN: records[0].reading.term RULE_BROKEN").await;
}

#[tokio::test]
async fn a_window_does_not_say_its_start_or_end_twice() {
    let server = ground::server().await;
    let reading = |window: &str| {
        format!(
            r#"[{{"name": "readings/n", "citations": [{{"document": "documents/doc"}}], "reading": {{"term": "terms/halt",
                "held_by": "actors/a", "instrument": "instruments/text", "window": {window}}}}}]"#
        )
    };
    let at = |what: &str, reason: &str| format!("InvalidArgument {reason}: records[0].reading.window.{what} {reason}");
    let starts = reading(r#"{"start": {"local": "2025-03-18"}, "start_immediately": true}"#);
    check(&server, &starts, &at("start", "FIELD_NOT_ALLOWED")).await;
    let ends = reading(r#"{"end": {"local": "2025-04-18"}, "length": {"days": 30}}"#);
    check(&server, &ends, &at("end", "FIELD_NOT_ALLOWED")).await;
    for days in ["0", "-30"] {
        let length = reading(&format!(r#"{{"length": {{"days": {days}}}}}"#));
        check(&server, &length, &at("length.days", "TIME_INVALID")).await;
    }
    let month = reading(r#"{"length": {"days": 31, "rule": "COUNTING_RULE_CALENDAR_MONTH"}}"#);
    check(&server, &month, &at("length.days", "TIME_INVALID")).await;
    let one_side = reading(r#"{"start": {"earliest": "2025-03-18T00:00:00Z"}}"#);
    check(&server, &one_side, &at("start.latest", "TIME_INVALID")).await;
    let zone = reading(r#"{"time_zone": "Mars/Olympus"}"#);
    check(&server, &zone, &at("time_zone", "ZONE_UNKNOWN")).await;
}

#[tokio::test]
async fn a_report_says_something_and_keeps_to_its_incident() {
    let server = ground::server().await;
    let silent = r#"[{"name": "reports/n", "citations": [{"document": "documents/doc"}], "report":
        {"incident": "incidents/depot", "claimant": "actors/a"}}]"#;
    check(&server, silent, "InvalidArgument RULE_BROKEN: records[0].report RULE_BROKEN").await;
    let moved = r#"[{"name": "reports/depot-b", "reason": "R.", "citations": [{"document": "documents/doc"}], "report":
        {"incident": "incidents/bridge", "claimant": "actors/b", "facts": {}}}]"#;
    check(&server, moved, "InvalidArgument RULE_BROKEN: records[0].report.incident RULE_BROKEN").await;
    let moved = r#"[{"name": "findings/depot", "reason": "R.", "citations": [{"document": "documents/doc"}], "finding":
        {"incident": "incidents/bridge", "status": "FINDING_STATUS_OPEN", "rationale": "R."}}]"#;
    check(&server, moved, "InvalidArgument RULE_BROKEN: records[0].finding.incident RULE_BROKEN").await;
}

#[tokio::test]
async fn a_forecast_without_a_deadline_never_fails() {
    let server = ground::server().await;
    let failed = r#"[{"name": "forecasts/n", "citations": [{"document": "documents/doc"}], "forecast":
        {"speaker": "actors/a", "prediction": "P.", "outcome": {"type": "OUTCOME_TYPE_FAILED"}}}]"#;
    check(&server, failed, "InvalidArgument RULE_BROKEN: records[0].forecast.outcome.type RULE_BROKEN").await;
}

#[tokio::test]
async fn a_link_joins_two_records_of_the_kinds_that_can_be_joined() {
    let server = ground::server().await;
    let link = |kind: &str, subject: &str, object: &str| {
        format!(
            r#"[{{"name": "links/n", "link":
                {{"type": "LINK_TYPE_{kind}", "subject": "{subject}", "object": "{object}"}}}}]"#
        )
    };
    let broken = |side: &str| format!("InvalidArgument RULE_BROKEN: records[0].link.{side} RULE_BROKEN");
    check(&server, &link("SAME_EVENT", "actors/a", "actors/b"), &broken("subject")).await;
    check(&server, &link("SAME_STATEMENT", "incidents/depot", "incidents/bridge"), &broken("subject")).await;
    check(&server, &link("PART_OF", "incidents/depot", "exchanges/exchange"), &broken("object")).await;
    check(&server, &link("SAME_EVENT", "incidents/depot", "incidents/depot"), &broken("object")).await;
}
