//! Numbers, points, shapes, digests, lists of the field's own words.

use super::{check, decoded, record, said};
use crate::domain::record::Body;
use crate::domain::values::Words;

fn place(fields: &str) -> String {
    format!(r#"{{"place": {{"displayName": "p", "type": "PLACE_TYPE_AREA", {fields}}}}}"#)
}

fn report(fields: &str) -> String {
    format!(r#"{{"report": {{"incident": "incidents/i", "claimant": "actors/a", {fields}}}}}"#)
}

#[test]
fn a_point_lies_on_the_globe() {
    check(&place(r#""point": {"latitude": -90, "longitude": 180}"#), &[]);
    check(&place(r#""point": {"latitude": 0, "longitude": 0}, "radiusM": 0"#), &[]);
    check(
        &place(r#""point": {"latitude": 91, "longitude": -180.5}"#),
        &["records[0].place.point.latitude VALUE_OUT_OF_RANGE", "records[0].place.point.longitude VALUE_OUT_OF_RANGE"],
    );
    check(
        &place(r#""point": {"latitude": "NaN", "longitude": "Infinity"}"#),
        &["records[0].place.point.latitude VALUE_OUT_OF_RANGE", "records[0].place.point.longitude VALUE_OUT_OF_RANGE"],
    );
    check(&place(r#""point": {"longitude": 1}"#), &["records[0].place.point.latitude FIELD_REQUIRED"]);
}

#[test]
fn a_radius_is_a_number_of_metres_and_needs_no_point() {
    check(&place(r#""radiusM": 250.5"#), &[]);
    for radius in ["-1", "\"NaN\"", "\"Infinity\"", "\"-Infinity\""] {
        let json = place(&format!(r#""radiusM": {radius}"#));
        check(&json, &["records[0].place.radius_m VALUE_OUT_OF_RANGE"]);
    }
    check(&report(r#""facts": {"radiusM": -0.1}"#), &["records[0].report.facts.radius_m VALUE_OUT_OF_RANGE"]);
}

#[test]
fn a_shape_is_a_geojson_geometry_on_the_globe() {
    let shape = |geojson: &str| {
        let text = serde_json::to_string(geojson).expect("text");
        place(&format!(r#""geojson": {text}"#))
    };
    for fine in [
        r#"{"type":"Point","coordinates":[30.5,50.4]}"#,
        r#"{"type":"Point","coordinates":[30.5,50.4,120]}"#,
        r#"{"type":"LineString","coordinates":[[0,0],[1,1]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}"#,
        r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[0,0]}]}"#,
    ] {
        check(&shape(fine), &[]);
    }
    let kept = decoded(vec![record(&shape(r#"{ "type":"Point", "coordinates":[1,2] }"#))]);
    let Some(Body::Place(kept)) = kept.items[0].draft.clone().and_then(|d| d.body) else {
        unreachable!("it was a place")
    };
    assert_eq!(kept.geojson, r#"{ "type":"Point", "coordinates":[1,2] }"#, "as it was written");
    for malformed in [
        "here",
        "{}",
        "[]",
        r#"{"type":"Point"}"#,
        r#"{"type":"Point","coordinates":"1,2"}"#,
        r#"{"type":"LineString","coordinates":[[0,0]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#,
        r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}"#,
        r#"{"type":"Feature","geometry":{"type":"Point","coordinates":[0,0]},"properties":{}}"#,
    ] {
        check(&shape(malformed), &["records[0].place.geojson GEOJSON_MALFORMED"]);
    }
    for outside in [
        r#"{"type":"Point","coordinates":[181,0]}"#,
        r#"{"type":"MultiPoint","coordinates":[[0,0],[0,-91]]}"#,
        r#"{"type":"GeometryCollection","geometries":[{"type":"MultiLineString","coordinates":[[[0,0],[200,0]]]}]}"#,
        r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1e300],[0,0]]]]}"#,
    ] {
        check(&shape(outside), &["records[0].place.geojson VALUE_OUT_OF_RANGE"]);
    }
    let nested = r#"{"type":"GeometryCollection","geometries":["#.repeat(10_000);
    check(&shape(&nested), &["records[0].place.geojson GEOJSON_MALFORMED"]);
}

#[test]
fn a_count_is_not_negative_and_in_order() {
    let killed = |quantity: &str| report(&format!(r#""facts": {{"casualties": {{"killed": {quantity}}}}}"#));
    check(&killed("{}"), &[]);
    check(&killed(r#"{"least": "0", "most": "0"}"#), &[]);
    check(&killed(r#"{"least": "3"}"#), &[]);
    check(
        &killed(r#"{"least": "-1", "most": "-2"}"#),
        &[
            "records[0].report.facts.casualties.killed.least VALUE_OUT_OF_RANGE",
            "records[0].report.facts.casualties.killed.most VALUE_OUT_OF_RANGE",
        ],
    );
    check(
        &killed(r#"{"least": "3", "most": "2"}"#),
        &["records[0].report.facts.casualties.killed.most VALUE_OUT_OF_RANGE"],
    );
}

#[test]
fn a_transfer_counts_persons_and_nought_is_a_count() {
    let exchange = |count: &str| {
        format!(
            r#"{{"exchange": {{"displayName": "e", "transfers": [{{"stage": "TRANSFER_STAGE_CONFIRMED",
                "statedBy": "actors/a" {count}}}]}}}}"#
        )
    };
    check(&exchange(r#", "count": 0"#), &[]);
    check(&exchange(""), &["records[0].exchange.transfers[0].count FIELD_REQUIRED"]);
    check(&exchange(r#", "count": -1"#), &["records[0].exchange.transfers[0].count VALUE_OUT_OF_RANGE"]);
}

#[test]
fn a_digest_has_64_hexadecimal_digits() {
    let document = |sha256: &str| format!(r#"{{"document": {{"title": "t", "sha256": "{sha256}"}}}}"#);
    check(&document(""), &[]);
    check(&document(&"0123456789abcdefABCDEF0123456789".repeat(2)), &[]);
    check(&document("abc"), &["records[0].document.sha256 VALUE_OUT_OF_RANGE"]);
    check(&document(&"g".repeat(64)), &["records[0].document.sha256 VALUE_OUT_OF_RANGE"]);
}

#[test]
fn a_stranger_in_a_closed_list_is_named() {
    let actor = |kind: &str| format!(r#"{{"actor": {{"displayName": "a", "type": {kind}}}}}"#);
    check(&actor("999"), &["records[0].actor.type ENUM_UNKNOWN"]);
    check(&actor("-1"), &["records[0].actor.type ENUM_UNKNOWN"]);
    check(&actor("0"), &["records[0].actor.type FIELD_REQUIRED"]);
    assert_eq!(said(&actor("999")), "999 is no ActorType that is known here");
    check(
        &report(r#""denies": ["PROPOSITION_AUTHOR", 0, 999]"#),
        &["records[0].report.denies[1] ENUM_UNKNOWN", "records[0].report.denies[2] ENUM_UNKNOWN"],
    );
}

#[test]
fn what_is_said_twice_is_said_once() {
    let batch = decoded(vec![
        record(&report(
            r#""denies": ["PROPOSITION_AUTHOR", "PROPOSITION_OBJECT", "PROPOSITION_AUTHOR"],
               "allegesBreachOf": ["terms/t", "dossiers/d/terms/t"]"#,
        )),
        record(
            r#"{"actor": {"displayName": "a", "type": "ACTOR_TYPE_STATE",
                   "affiliations": ["actors/b", "actors/c", "actors/b"]}}"#,
        ),
    ]);
    let bodies: Vec<Body> = batch.items.into_iter().filter_map(|item| item.draft?.body).collect();
    let [Body::Report(report), Body::Actor(actor)] = bodies.as_slice() else { unreachable!("a report and an actor") };
    assert_eq!((report.denies.len(), report.alleges_breach_of.len(), actor.affiliations.len()), (2, 1, 2));
}

#[test]
fn free_words_are_an_actor_only_if_they_begin_like_one() {
    let finding = |made_by: &str| {
        format!(
            r#"{{"finding": {{"incident": "incidents/i", "status": "FINDING_STATUS_OPEN", "rationale": "r",
                "madeBy": "{made_by}"}}}}"#
        )
    };
    let made_by = |text: &str| {
        let batch = decoded(vec![record(&finding(text))]);
        let Some(Body::Finding(finding)) = batch.items[0].draft.clone().and_then(|d| d.body) else {
            unreachable!("it was a finding")
        };
        finding.made_by
    };
    assert_eq!(made_by("the patrol of 19 March"), Words::Free("the patrol of 19 March".to_owned()));
    assert_eq!(made_by(""), Words::Free(String::new()));
    assert!(matches!(made_by("actors/osce"), Words::Record(actor) if actor.to_string() == "actors/osce"));
    assert_eq!(made_by("places/p"), Words::Free("places/p".to_owned()), "no name that the field asks for");
    check(&finding("dossiers/d/places/p"), &["records[0].finding.made_by NAME_INVALID"]);
    check(&finding("actors/a b"), &["records[0].finding.made_by NAME_INVALID"]);
}

#[test]
fn a_ground_is_one_of_seven_words_and_the_nearest_is_offered() {
    let ground = |word: &str| report(&format!(r#""facts": {{"ground": "{word}"}}"#));
    check(&ground("self-defence"), &[]);
    check(&ground("selfdefence"), &["records[0].report.facts.ground ENUM_UNKNOWN"]);
    assert_eq!(said(&ground("selfdefence")), "\"selfdefence\" is no ground; nearest: \"self-defence\"");
    assert_eq!(
        said(&ground("weather")),
        "\"weather\" is no ground; there are self-defence, response, release, necessity, consent, error, other"
    );
}
