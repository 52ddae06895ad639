//! Names, kinds, citations, and what is passed over.

use super::{check, decoded, faults, record, said};
use crate::domain::batch::Reference;
use crate::domain::record::Body;

const TERM: &str = r#""term": {"displayName": "t", "type": "TERM_TYPE_TOPIC"}"#;

fn with_name(name: &str) -> String {
    format!(r#"{{"name": "{name}", {TERM}}}"#)
}

#[test]
fn a_name_may_be_relative_full_or_left_to_the_server() {
    let named = |name: &str| {
        let batch = decoded(vec![record(&with_name(name))]);
        assert_eq!(faults(&batch), Vec::<String>::new(), "{name}");
        let draft = batch.items[0].draft.clone().expect("no fault");
        assert_eq!(Some(&draft.name), batch.items[0].name.as_ref());
        draft.name.to_string()
    };
    assert_eq!(named("terms/halt"), "terms/halt");
    assert_eq!(named("dossiers/d/terms/halt"), "terms/halt");
    assert_eq!(named(""), "terms/new-1");
    assert_eq!(named("terms/-"), "terms/new-1");
    assert_eq!(named("dossiers/d/terms/-"), "terms/new-1");
}

#[test]
fn a_name_that_is_none_or_of_another_dossier_is_refused() {
    for name in [
        "halt",
        "-",
        "term/halt",
        "terms/",
        "terms/a b",
        "terms/-x",
        "dossiers/e/terms/halt",
        "dossiers/e/terms/-",
        "dossiers/d/-",
        "dossiers/d",
    ] {
        check(&with_name(name), &["records[0].name NAME_INVALID"]);
    }
    assert_eq!(said(&with_name("halt")), "\"halt\" names no record: write terms/halt");
    assert_eq!(said(&with_name("term/halt")), "\"term\" is no collection; nearest: \"terms\"");
    assert_eq!(
        said(&with_name("dossiers/e/terms/halt")),
        "\"dossiers/e/terms/halt\" lies in dossier \"e\": nothing refers across dossiers"
    );
}

#[test]
fn the_kind_must_be_that_of_the_collection() {
    check(&with_name("actors/a"), &["records[0].name KIND_MISMATCH"]);
    check(&with_name("actors/-"), &["records[0].name KIND_MISMATCH"]);
    let batch = decoded(vec![record(&with_name("actors/a"))]);
    let name = batch.items[0].name.clone().expect("the name itself is fine");
    assert_eq!(name.to_string(), "actors/a", "others in the batch may refer to it");
}

#[test]
fn only_a_retraction_may_leave_out_what_it_says() {
    check(r#"{"name": "terms/t"}"#, &["records[0].kind FIELD_REQUIRED"]);
    check(r#"{}"#, &["records[0].kind FIELD_REQUIRED"]);
    check(r#"{"retracted": true}"#, &["records[0].name FIELD_REQUIRED"]);
    check(r#"{"name": "terms/t", "retracted": true, "reason": "wrong"}"#, &[]);
    check(&format!(r#"{{"name": "terms/t", "retracted": true, {TERM}}}"#), &[]);
    check(&format!(r#"{{"name": "actors/t", "retracted": true, {TERM}}}"#), &["records[0].name KIND_MISMATCH"]);
}

#[test]
fn what_only_the_server_says_is_passed_over() {
    let json = format!(
        r#"{{"name": "terms/t", "position": "-7", "recordTime": "2025-03-19T00:00:00Z", "knownTime":
            "2025-03-19T00:00:00Z", "neverKnown": true, "unsourced": true, "recordedBy": "me", "etag": "12",
            "reason": "typo", "classification": "CLASSIFICATION_RESTRICTED", {TERM}}}"#
    );
    check(&json, &[]);
    let batch = decoded(vec![record(&json)]);
    let draft = batch.items[0].draft.clone().expect("no fault");
    assert_eq!((draft.etag.as_deref(), draft.reason.as_str()), (Some("12"), "typo"));
    assert!(draft.classification.is_some());
    let plain = decoded(vec![record(&with_name("terms/t"))]);
    let plain = plain.items[0].draft.clone().expect("no fault");
    assert_eq!((plain.etag, plain.classification), (None, None));
}

#[test]
fn citations_are_read_and_count_among_the_references() {
    let json = r#"{"name": "incidents/i", "incident": {"displayName": "i", "place": "places/p"}, "citations": [
        {"document": "documents/a", "supports": ["incident.place"], "grade": {"reliability": "RELIABILITY_F",
         "credibility": "CREDIBILITY_SIX", "gradedBy": "dossiers/d/actors/osce"}},
        {"document": "dossiers/d/documents/a"}]}"#;
    check(json, &[]);
    let batch = decoded(vec![record(json)]);
    let found: Vec<String> =
        batch.items[0].references.iter().map(|Reference { field, target }| format!("{field} {target}")).collect();
    assert_eq!(
        found,
        [
            "records[0].citations[0].document documents/a",
            "records[0].citations[0].grade.graded_by actors/osce",
            "records[0].citations[1].document documents/a",
            "records[0].incident.place places/p",
        ]
    );
    let draft = batch.items[0].draft.clone().expect("no fault");
    let targets: Vec<String> = draft.references.iter().map(ToString::to_string).collect();
    assert_eq!(targets, ["documents/a", "actors/osce", "places/p"], "each once");
}

#[test]
fn a_bad_citation_is_named() {
    check(
        r#"{"incident": {"displayName": "i"}, "citations": [{"locator": "p. 1"}, {"document": "actors/a"},
            {"document": "documents/a", "grade": {"reliability": 999, "gradeTime": "2025-03-19T00:00:00Z"}}]}"#,
        &[
            "records[0].citations[0].document FIELD_REQUIRED",
            "records[0].citations[1].document NAME_INVALID",
            "records[0].citations[2].grade.reliability ENUM_UNKNOWN",
        ],
    );
}

#[test]
fn one_answer_names_every_fault_of_every_record_and_what_they_refer_to() {
    let batch = decoded(vec![
        record(
            r#"{"name": "reports/r", "report": {"incident": "incidents/i", "claimant": "russia", "facts":
            {"occurred": {"local": "2025-03-32"}, "radiusM": -1, "struck": [{"object": "oil_depot", "effect": 999}]}}}"#,
        ),
        record(&with_name("terms/fine")),
        record(r#"{"name": "incidents/i", "classification": 7, "incident": {}}"#),
    ]);
    assert_eq!(
        faults(&batch),
        [
            "records[0].report.claimant NAME_INVALID",
            "records[0].report.facts.occurred.local TIME_INVALID",
            "records[0].report.facts.radius_m VALUE_OUT_OF_RANGE",
            "records[0].report.facts.struck[0].effect ENUM_UNKNOWN",
            "records[2].classification ENUM_UNKNOWN",
            "records[2].incident.display_name FIELD_REQUIRED",
        ]
    );
    let drafts: Vec<bool> = batch.items.iter().map(|item| item.draft.is_some()).collect();
    assert_eq!(drafts, [false, true, false]);
    assert_eq!(batch.items[0].references.len(), 1, "the incident is still looked up");
    let class = &batch.items[0].classes[0];
    assert_eq!(
        (class.field.to_string().as_str(), class.id.as_str()),
        ("records[0].report.facts.struck[0].object", "oil_depot")
    );
    assert!(matches!(batch.items[1].draft.as_ref().and_then(|d| d.body.as_ref()), Some(Body::Term(_))));
}

#[test]
fn a_hopeless_request_costs_no_more_than_it_weighs() {
    let mut report = record(r#"{"report": {"incident": "incidents/i", "claimant": "actors/a"}}"#);
    if let Some(crate::wire::pb::record::Kind::Report(report)) = &mut report.kind {
        report.denies = vec![0; 1_000_000];
    }
    let batch = decoded(vec![report]);
    assert_eq!(batch.violations.len(), 10_000);
    assert!(batch.items[0].draft.is_none());
}
