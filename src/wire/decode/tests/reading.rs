//! Readings: defaults, selections, windows, duties, and readings that are only proposed.

use super::{check, decoded, message, record, said};
use crate::domain::fault::Violation;
use crate::domain::name::DossierId;
use crate::domain::reading::{Duty, Reading};
use crate::domain::record::Body;
use crate::domain::selection::Listed;
use crate::domain::time::Zone;
use crate::domain::truth::Truth;
use crate::domain::values::Ground;
use crate::domain::window::{CountingRule, End, Start};
use crate::wire::decode::{Proposed, proposed};
use crate::wire::path::Path;

fn reading(fields: &str) -> String {
    format!(r#"{{"reading": {{"term": "terms/t", "heldBy": "actors/a", "instrument": "instruments/i" {fields}}}}}"#)
}

fn window(fields: &str) -> String {
    reading(&format!(r#", "window": {{{fields}}}"#))
}

#[track_caller]
fn read(json: &str) -> Reading {
    let batch = decoded(vec![record(json)]);
    assert_eq!(batch.violations, Vec::new(), "{json}");
    let Some(Body::Reading(reading)) = batch.items[0].draft.clone().and_then(|d| d.body) else {
        unreachable!("it was a reading")
    };
    *reading
}

#[test]
fn what_a_reading_leaves_out_has_its_documented_meaning() {
    let clause = read(&reading("")).clause;
    assert_eq!((clause.operative, clause.attempts), (Truth::Yes, Truth::Unknown));
    assert!(clause.actors.is_none() && clause.objects.is_none() && clause.weapons.is_none());
    assert_eq!((clause.window.start, clause.window.end), (Start::Missing, End::Open));
    assert_eq!(clause.window.zone.name(), "Europe/Kyiv");
    let clause = read(&reading(r#", "operative": "TRISTATE_NO", "attempts": "TRISTATE_YES", "actors": {}"#)).clause;
    assert_eq!((clause.operative, clause.attempts), (Truth::No, Truth::Yes));
    assert_eq!(clause.actors, None, "a selection that lists nothing is silence");
    check(&reading(r#", "operative": 4"#), &["records[0].reading.operative ENUM_UNKNOWN"]);
}

#[test]
fn a_selection_lists_names_or_classes_and_the_star_is_all() {
    let json = reading(
        r#", "actors": {"include": ["dossiers/d/actors/russia", "actors/ukraine", "actors/russia"]},
             "places": {"exclude": ["places/crimea"], "unclear": ["*"]},
             "objects": {"include": ["*"], "exclude": ["military"]}, "acts": {"include": ["strike"]}"#,
    );
    let clause = read(&json).clause;
    let keys = |entries: &[Listed]| -> Vec<String> {
        entries
            .iter()
            .map(|entry| match entry {
                Listed::All => "*".to_owned(),
                Listed::Node(key) => key.to_string(),
            })
            .collect()
    };
    let actors = clause.actors.expect("a selection");
    assert_eq!(keys(&actors.include), ["russia", "ukraine"]);
    let places = clause.places.expect("a selection");
    assert_eq!((keys(&places.exclude), keys(&places.unclear)), (vec!["crimea".to_owned()], vec!["*".to_owned()]));
    let objects = clause.objects.expect("a selection");
    assert_eq!(keys(&objects.include), ["*"]);

    let batch = decoded(vec![record(&json)]);
    let item = &batch.items[0];
    let references: Vec<String> = item.references.iter().map(|r| r.field.to_string()).collect();
    assert_eq!(
        references,
        [
            "records[0].reading.term",
            "records[0].reading.held_by",
            "records[0].reading.instrument",
            "records[0].reading.actors.include[0]",
            "records[0].reading.actors.include[1]",
            "records[0].reading.actors.include[2]",
            "records[0].reading.places.exclude[0]",
        ]
    );
    let classes: Vec<String> =
        item.classes.iter().map(|c| format!("{} {} {}", c.field, c.taxonomy.word(), c.id.as_str())).collect();
    assert_eq!(
        classes,
        ["records[0].reading.acts.include[0] acts strike", "records[0].reading.objects.exclude[0] objects military",]
    );
}

#[test]
fn a_bad_entry_of_a_selection_is_named() {
    check(
        &reading(
            r#", "actors": {"include": ["russia", "places/p"]}, "against": {"unclear": ["actors/*"]},
                 "weapons": {"exclude": [""]}"#,
        ),
        &[
            "records[0].reading.actors.include[0] NAME_INVALID",
            "records[0].reading.actors.include[1] NAME_INVALID",
            "records[0].reading.against.unclear[0] NAME_INVALID",
            "records[0].reading.weapons.exclude[0] CLASS_UNKNOWN",
        ],
    );
    assert_eq!(
        said(&reading(r#", "actors": {"include": ["russia"]}"#)),
        "\"russia\" names no record: write actors/russia"
    );
}

#[test]
fn exceptions_are_grounds() {
    let clause = read(&reading(r#", "exceptions": ["release", "self-defence", "release"]"#)).clause;
    assert_eq!(clause.exceptions, [Ground::Release, Ground::SelfDefence]);
    check(
        &reading(r#", "exceptions": ["", "necesity"]"#),
        &["records[0].reading.exceptions[0] ENUM_UNKNOWN", "records[0].reading.exceptions[1] ENUM_UNKNOWN"],
    );
    assert_eq!(said(&reading(r#", "exceptions": ["necesity"]"#)), "\"necesity\" is no ground; nearest: \"necessity\"");
}

#[test]
fn a_window_speaks_in_its_own_zone() {
    let json = window(r#""start": {"local": "2025-03-18"}, "length": {"days": 30}, "timeZone": "Europe/Moscow""#);
    let window = read(&json).clause.window;
    let Start::At(start) = window.start else { unreachable!("a start") };
    assert_eq!(start.earliest.to_string(), "2025-03-17T21:00:00Z");
    let End::After(length) = window.end else { unreachable!("a length") };
    assert_eq!((length.days(), length.rule()), (30, CountingRule::Unspecified));
    let immediate = read(&self::window(r#""startImmediately": true, "end": {"local": "2025-04"}"#)).clause.window;
    assert_eq!(immediate.start, Start::Immediately);
    assert!(matches!(immediate.end, End::At(_)));
}

#[test]
fn what_a_window_refuses() {
    let at = |fields: &str, expected: &[&str]| {
        let expected: Vec<String> = expected.iter().map(|e| format!("records[0].reading.window.{e}")).collect();
        check(&window(fields), &expected.iter().map(String::as_str).collect::<Vec<_>>());
    };
    at(r#""end": {"local": "2025-04"}, "length": {"days": 30}"#, &["end FIELD_NOT_ALLOWED"]);
    at(r#""start": {"local": "2025-04"}, "startImmediately": true"#, &["start FIELD_NOT_ALLOWED"]);
    at(r#""start": {}"#, &["start TIME_INVALID"]);
    at(r#""end": {"latest": "2025-04-01T00:00:00Z"}"#, &["end.earliest TIME_INVALID"]);
    at(r#""start": {"local": "2025-03-30T03:30"}"#, &["start.local TIME_INVALID"]);
    at(r#""start": {"local": "2025-03-30T03:30"}, "timeZone": "UTC""#, &[]);
    at(r#""start": {"local": "2025-03-30T03:30"}, "timeZone": "Nowhere""#, &["time_zone ZONE_UNKNOWN"]);
    at(r#""length": {}"#, &["length.days TIME_INVALID"]);
    at(r#""length": {"days": -1}"#, &["length.days TIME_INVALID"]);
    at(r#""length": {"days": 45, "rule": "COUNTING_RULE_CALENDAR_MONTH"}"#, &["length.days TIME_INVALID"]);
    at(r#""length": {"days": 60, "rule": "COUNTING_RULE_CALENDAR_MONTH"}"#, &[]);
    at(r#""length": {"days": 0, "rule": 4}"#, &["length.rule ENUM_UNKNOWN", "length.days TIME_INVALID"]);
}

#[test]
fn duties_ask_for_something() {
    let duties = |list: &str| reading(&format!(r#", "duties": [{list}]"#));
    let json = duties(
        r#"{"contact": {}}, {"exchange": {"from": "actors/a", "category": "PERSON_CATEGORY_CHILD", "atLeast": 0}},
           {"pledge": {"type": "PLEDGE_TYPE_AID", "to": ["actors/a", "actors/b"]}}"#,
    );
    let clause = read(&json).clause;
    assert!(matches!(&clause.duties[0], Duty::Contact { contact_type: None, participants } if participants.is_empty()));
    assert!(matches!(clause.duties[1], Duty::Exchange { at_least: Some(0), to: None, .. }));
    assert!(matches!(&clause.duties[2], Duty::Pledge { to, .. } if to.len() == 2));
    check(
        &duties(r#"{}, {"exchange": {"atLeast": -1}}, {"contact": {"participants": ["terms/t"]}}"#),
        &[
            "records[0].reading.duties[0] FIELD_REQUIRED",
            "records[0].reading.duties[1].exchange.at_least VALUE_OUT_OF_RANGE",
            "records[0].reading.duties[2].contact.participants[0] NAME_INVALID",
        ],
    );
}

fn propose(json: &str) -> Proposed {
    let dossier = DossierId::parse("d").expect("an id");
    let zone = Zone::parse("Europe/Kyiv").expect("a zone");
    let root = Path::root("readings");
    let list = root.field("hypothetical");
    proposed(message("armistice.v1.Reading", json), &dossier, &zone, &list.index(1))
}

#[test]
fn a_proposed_reading_needs_only_its_term() {
    let bare = propose(r#"{"term": "terms/t"}"#);
    let proposal = bare.proposal.expect("no fault");
    assert_eq!((proposal.held_by, proposal.instrument), (None, None));
    let whole = propose(
        r#"{"term": "terms/t", "heldBy": "actors/a", "instrument": "instruments/i", "supersedes": "nothing",
            "objects": {"include": ["oil"]}}"#,
    );
    assert!(whole.proposal.is_some_and(|p| p.held_by.is_some() && p.instrument.is_some()));
    assert_eq!(whole.references.len(), 3);
    assert_eq!(whole.classes[0].field.to_string(), "readings.hypothetical[1].objects.include[0]");
}

#[test]
fn the_faults_of_a_proposed_reading_are_named() {
    let bad = propose(r#"{"heldBy": "places/p", "window": {"length": {"days": 0}}}"#);
    assert!(bad.proposal.is_none());
    let faults: Vec<String> =
        bad.violations.iter().map(|Violation { field, reason, .. }| format!("{field} {}", reason.word())).collect();
    assert_eq!(
        faults,
        [
            "readings.hypothetical[1].term FIELD_REQUIRED",
            "readings.hypothetical[1].held_by NAME_INVALID",
            "readings.hypothetical[1].window.length.days TIME_INVALID",
        ]
    );
}
