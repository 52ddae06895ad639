//! Spans, bounds, windows' bounds, zones, instants and durations.

use super::{check, decoded, record, said};
use crate::domain::record::Body;

const EARLY: &str = "2025-03-18T22:00:00Z";
const LATE: &str = "2025-03-19T22:00:00Z";

fn incident(about: &str) -> String {
    format!(r#"{{"incident": {{"displayName": "i", "about": {about}}}}}"#)
}

fn pledge(due: &str) -> String {
    format!(
        r#"{{"pledge": {{"by": "actors/a", "type": "PLEDGE_TYPE_AID", "move": "PLEDGE_MOVE_UNDERTAKES",
            "description": "d", "due": {due}}}}}"#
    )
}

#[track_caller]
fn span(about: &str, expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|e| format!("records[0].incident.about{e}")).collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    check(&incident(about), &expected);
}

#[test]
fn a_span_is_two_instants_or_a_local_text_or_both_when_they_agree() {
    span(&format!(r#"{{"earliest": "{EARLY}", "latest": "{LATE}"}}"#), &[]);
    span(r#"{"local": "2025-03-19"}"#, &[]);
    span(r#"{"local": "2025-03-19T01:20/2025-03-19T04:00", "timeZone": "Europe/Moscow"}"#, &[]);
    span(&format!(r#"{{"earliest": "{EARLY}", "latest": "{LATE}", "local": "2025-03-19"}}"#), &[]);
    span(
        &format!(r#"{{"earliest": "{EARLY}", "latest": "{LATE}", "local": "2025-03-19", "timeZone": "UTC"}}"#),
        &[".local TIME_INVALID"],
    );
}

#[test]
fn the_dossiers_zone_is_meant_where_none_is_named() {
    let about = |json: &str| {
        let batch = decoded(vec![record(&incident(json))]);
        let draft = batch.items[0].draft.clone().expect("no fault");
        let Some(Body::Incident(incident)) = draft.body else { unreachable!("it was an incident") };
        let span = incident.about.expect("a span");
        format!("{} {}", span.range(), span.zone.name())
    };
    assert_eq!(about(r#"{"local": "2025-03-19"}"#), format!("{EARLY}/{LATE} Europe/Kyiv"));
    assert_eq!(
        about(r#"{"local": "2025-03-19", "timeZone": "europe/moscow"}"#),
        "2025-03-18T21:00:00Z/2025-03-19T21:00:00Z Europe/Moscow"
    );
}

#[test]
fn a_span_with_one_side_or_nothing_inside_is_refused() {
    span("{}", &[" TIME_INVALID"]);
    span(r#"{"timeZone": "UTC"}"#, &[" TIME_INVALID"]);
    span(&format!(r#"{{"earliest": "{EARLY}"}}"#), &[".latest TIME_INVALID"]);
    span(&format!(r#"{{"latest": "{EARLY}"}}"#), &[".earliest TIME_INVALID"]);
    span(&format!(r#"{{"latest": "{LATE}", "local": "2025-03-19"}}"#), &[".earliest TIME_INVALID"]);
    span(&format!(r#"{{"earliest": "{LATE}", "latest": "{EARLY}"}}"#), &[" TIME_INVALID"]);
    span(&format!(r#"{{"earliest": "{EARLY}", "latest": "{EARLY}"}}"#), &[" TIME_INVALID"]);
}

#[test]
fn a_local_time_that_is_none_or_does_not_exist_or_exists_twice_is_refused_once() {
    for local in ["2025-03-30T03:30", "2025-10-26T03:30", "2025-13", "yesterday", "2025-03-20/2025-03-18", "0000"] {
        let about = format!(r#"{{"local": "{local}"}}"#);
        check(&incident(&about), &["records[0].incident.about.local TIME_INVALID"]);
    }
    assert_eq!(
        said(&incident(r#"{"local": "2025-03-30T03:30"}"#)),
        "2025-03-30T03:30 does not exist in Europe/Kyiv: the clock skipped it"
    );
}

#[test]
fn an_unknown_zone_is_refused_and_the_rest_is_still_looked_at() {
    span(r#"{"local": "2025-03-30T03:30", "timeZone": "Europe/Nowhere"}"#, &[".time_zone ZONE_UNKNOWN"]);
    span(
        &format!(r#"{{"earliest": "{EARLY}", "latest": "{LATE}", "local": "2025-03-19", "timeZone": "Mars"}}"#),
        &[".time_zone ZONE_UNKNOWN"],
    );
    span(r#"{"local": "2025-13", "timeZone": "Europe/Nowhere"}"#, &[".time_zone ZONE_UNKNOWN", ".local TIME_INVALID"]);
}

#[test]
fn an_instant_outside_the_years_1_to_9999_is_out_of_range() {
    let mut wire = record(&incident(&format!(r#"{{"earliest": "{EARLY}", "latest": "{LATE}"}}"#)));
    let Some(crate::wire::pb::record::Kind::Incident(incident)) = &mut wire.kind else {
        unreachable!("it was an incident")
    };
    let about = incident.about.as_mut().expect("a span");
    about.earliest = Some(prost_types::Timestamp { seconds: i64::MIN, nanos: 0 });
    about.latest = Some(prost_types::Timestamp { seconds: 0, nanos: -1 });
    let batch = decoded(vec![wire]);
    assert_eq!(
        super::faults(&batch),
        [
            "records[0].incident.about.earliest VALUE_OUT_OF_RANGE",
            "records[0].incident.about.latest VALUE_OUT_OF_RANGE",
        ]
    );
}

#[test]
fn both_sides_of_a_bound_are_included_and_may_be_one_instant() {
    check(&pledge(&format!(r#"{{"earliest": "{EARLY}", "latest": "{EARLY}"}}"#)), &[]);
    check(&pledge(r#"{"local": "2025-03-19"}"#), &[]);
    check(&pledge(&format!(r#"{{"earliest": "{EARLY}", "latest": "{LATE}", "local": "2025-03-19"}}"#)), &[]);
    let faults = |due: &str, expected: &str| check(&pledge(due), &[&format!("records[0].pledge.due{expected}")]);
    faults("{}", " TIME_INVALID");
    faults(&format!(r#"{{"earliest": "{EARLY}"}}"#), ".latest TIME_INVALID");
    faults(&format!(r#"{{"earliest": "{LATE}", "latest": "{EARLY}"}}"#), " TIME_INVALID");
    faults(&format!(r#"{{"earliest": "{EARLY}", "latest": "{EARLY}", "local": "2025-03-19"}}"#), ".local TIME_INVALID");
    faults(r#"{"local": "2025-03-30T03:30"}"#, ".local TIME_INVALID");
}

#[test]
fn durations_are_not_negative_and_in_order() {
    let contact = |duration: &str| {
        format!(
            r#"{{"contact": {{"displayName": "c", "type": "CONTACT_TYPE_CALL", "status": "CONTACT_STATUS_HELD",
                "durations": [{duration}]}}}}"#
        )
    };
    check(&contact(r#"{"least": "7200s", "most": "9000s", "statedBy": "actors/a"}"#), &[]);
    check(&contact(r#"{"least": "7200s"}"#), &[]);
    check(
        &contact(r#"{"least": "-1s", "most": "-0.5s"}"#),
        &[
            "records[0].contact.durations[0].least VALUE_OUT_OF_RANGE",
            "records[0].contact.durations[0].most VALUE_OUT_OF_RANGE",
        ],
    );
    check(
        &contact(r#"{"least": "9000s", "most": "7200s"}"#),
        &["records[0].contact.durations[0].most VALUE_OUT_OF_RANGE"],
    );
}
