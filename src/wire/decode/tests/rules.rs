//! Rules of single records: what a report must say, what can be linked, what a stance is about.

use super::{check, decoded, record, said};
use crate::domain::things::Taxonomy;

#[test]
fn a_report_says_something() {
    let report =
        |fields: &str| format!(r#"{{"report": {{"incident": "incidents/i", "claimant": "actors/a" {fields}}}}}"#);
    check(&report(""), &["records[0].report RULE_BROKEN"]);
    check(&report(r#", "statement": "statements/s""#), &["records[0].report RULE_BROKEN"]);
    check(&report(r#", "facts": {}"#), &[]);
    check(&report(r#", "denies": ["PROPOSITION_BREACH"]"#), &[]);
    check(&report(r#", "allegesBreachOf": ["terms/t"]"#), &[]);
    check(
        r#"{"report": {}}"#,
        &[
            "records[0].report RULE_BROKEN",
            "records[0].report.incident FIELD_REQUIRED",
            "records[0].report.claimant FIELD_REQUIRED",
        ],
    );
}

#[test]
fn a_reference_is_in_the_collection_that_its_field_means() {
    check(
        r#"{"report": {"incident": "reports/r", "claimant": "places/p", "facts": {"place": "actors/a", "attributedTo":
            "incidents/i", "struck": [{"facility": "Sudzha"}, {"facility": "dossiers/d/actors/a"}]}, "allegesBreachOf": ["terms/t", "readings/r", ""]}}"#,
        &[
            "records[0].report.incident NAME_INVALID",
            "records[0].report.claimant NAME_INVALID",
            "records[0].report.facts.place NAME_INVALID",
            "records[0].report.facts.attributed_to NAME_INVALID",
            "records[0].report.facts.struck[1].facility NAME_INVALID",
            "records[0].report.alleges_breach_of[1] NAME_INVALID",
            "records[0].report.alleges_breach_of[2] NAME_INVALID",
        ],
    );
    assert_eq!(
        said(r#"{"incident": {"displayName": "i", "place": "actors/a"}}"#),
        "\"actors/a\" is in actors; a name in places belongs here"
    );
}

#[test]
fn a_stance_is_on_a_term_an_instrument_or_a_contact() {
    let stance = |subject: &str| {
        format!(
            r#"{{"stance": {{"actor": "actors/a", "subject": "{subject}", "position": "STANCE_POSITION_REJECTS"}}}}"#
        )
    };
    for subject in ["terms/t", "instruments/i", "contacts/c"] {
        check(&stance(subject), &[]);
    }
    check(&stance("readings/r"), &["records[0].stance.subject NAME_INVALID"]);
    check(&stance(""), &["records[0].stance.subject FIELD_REQUIRED"]);
    assert_eq!(
        said(&stance("readings/r")),
        "\"readings/r\" is in readings; a name in terms, instruments or contacts belongs here"
    );
}

#[test]
fn only_records_of_fitting_kinds_are_linked_and_none_to_itself() {
    let link = |kind: &str, subject: &str, object: &str| {
        format!(r#"{{"link": {{"type": "LINK_TYPE_{kind}", "subject": "{subject}", "object": "{object}"}}}}"#)
    };
    for (kind, collection) in [
        ("SAME_STATEMENT", "statements"),
        ("SAME_SITE", "incidents"),
        ("SAME_SITE", "places"),
        ("SAME_EVENT", "incidents"),
        ("SAME_EVENT", "contacts"),
        ("SECOND_STRIKE", "incidents"),
        ("PART_OF", "exchanges"),
    ] {
        check(&link(kind, &format!("{collection}/a"), &format!("{collection}/b")), &[]);
    }
    for (kind, subject, object, fault) in [
        ("SAME_STATEMENT", "reports/a", "reports/b", "subject"),
        ("SAME_STATEMENT", "statements/a", "reports/b", "object"),
        ("SAME_EVENT", "places/a", "places/b", "subject"),
        ("SAME_EVENT", "incidents/a", "contacts/b", "object"),
        ("SAME_SITE", "contacts/a", "contacts/b", "subject"),
        ("PART_OF", "incidents/a", "dossiers/d/incidents/a", "object"),
    ] {
        check(&link(kind, subject, object), &[&format!("records[0].link.{fault} RULE_BROKEN")]);
    }
    let batch = decoded(vec![record(&link("SAME_EVENT", "places/a", "places/b"))]);
    assert_eq!(batch.items[0].references.len(), 2, "both are looked up all the same");
}

#[test]
fn a_forecast_without_a_deadline_never_fails() {
    let forecast = |deadline: &str, outcome: &str| {
        format!(
            r#"{{"forecast": {{"speaker": "actors/a", "prediction": "p" {deadline}, "outcome": {{"type": "{outcome}"}}}}}}"#
        )
    };
    check(&forecast("", "OUTCOME_TYPE_CAME_TRUE"), &[]);
    check(&forecast("", "OUTCOME_TYPE_FAILED"), &["records[0].forecast.outcome.type RULE_BROKEN"]);
    check(&forecast(r#", "deadline": {"local": "2025-04-20"}"#, "OUTCOME_TYPE_FAILED"), &[]);
}

#[test]
fn a_class_names_its_parents_in_its_own_taxonomy() {
    let class = |taxonomy: &str, id: &str, parents: &str| {
        format!(r#"{{"class": {{"taxonomy": "{taxonomy}", "id": "{id}", "displayName": "c", "parents": {parents}}}}}"#)
    };
    check(&class("TAXONOMY_OBJECTS", "oil.depot.mobile", r#"["oil.depot"]"#), &[]);
    check(&class("TAXONOMY_OBJECTS", "oil depot", r#"["oil.depot"]"#), &["records[0].class.id NAME_INVALID"]);
    check(&class("TAXONOMY_OBJECTS", "*", r#"["oil.depot"]"#), &["records[0].class.id NAME_INVALID"]);
    check(&class("TAXONOMY_OBJECTS", "a", "[]"), &["records[0].class.parents FIELD_REQUIRED"]);
    check(&class("TAXONOMY_OBJECTS", "a", r#"[""]"#), &["records[0].class.parents[0] CLASS_UNKNOWN"]);
    check(
        &class("TAXONOMY_UNSPECIFIED", "", "[]"),
        &[
            "records[0].class.taxonomy FIELD_REQUIRED",
            "records[0].class.id FIELD_REQUIRED",
            "records[0].class.parents FIELD_REQUIRED",
        ],
    );
    let batch = decoded(vec![record(&class("TAXONOMY_ACTS", "a", r#"["strike"]"#))]);
    assert_eq!(batch.items[0].classes[0].taxonomy, Taxonomy::Acts);
}

#[test]
fn each_class_is_looked_up_in_the_taxonomy_that_its_field_means() {
    let batch = decoded(vec![
        record(
            r#"{"report": {"incident": "incidents/i", "claimant": "actors/a", "facts": {"act": "strike.drone", "struck":
                [{"object": "elec", "weapon": "uav"}]}}}"#,
        ),
        record(r#"{"statement": {"summary": "s", "claims": [{"unit": "u", "objects": ["oil"]}]}}"#),
    ]);
    let found: Vec<String> = batch
        .items
        .iter()
        .flat_map(|item| &item.classes)
        .map(|class| format!("{} {} {}", class.field, class.taxonomy.word(), class.id.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            "records[0].report.facts.act acts strike.drone",
            "records[0].report.facts.struck[0].object objects elec",
            "records[0].report.facts.struck[0].weapon weapons uav",
            "records[1].statement.claims[0].objects[0] objects oil",
        ]
    );
}
