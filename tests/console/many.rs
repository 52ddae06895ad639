//! A dossier with more readings than can stand side by side.

use std::sync::Arc;

use armistice::log::memory::MemoryLog;
use armistice::wire::pb;
use serde_json::{Value, json};

use crate::browser::get;
use crate::support::ask::Answers;
use crate::support::from_json;
use crate::support::served::Served;

const READINGS: usize = 300;

/// Opens a dossier; what readings and reports in it refer to.
fn opened(served: &mut Served, id: &str, stated: &str) -> Vec<Value> {
    let dossier = pb::Dossier { display_name: "Much".into(), time_zone: "UTC".into(), ..Default::default() };
    let create = pb::CreateDossierRequest { dossier_id: id.into(), dossier: Some(dossier), request_id: String::new() };
    served.create(create).expect("a dossier");
    vec![
        json!({"name": "actors/a", "actor": {"display_name": "A", "type": "ACTOR_TYPE_STATE"}}),
        json!({"name": "documents/d", "document": {"title": "D", "published": {"local": "2025-03-19"}}}),
        json!({"name": "terms/t", "term": {"display_name": "T", "type": "TERM_TYPE_PROHIBITION"}}),
        json!({"name": "instruments/i", "citations": [{"document": "documents/d"}], "instrument": {"display_name": "I",
            "type": "INSTRUMENT_TYPE_READOUT", "stated": {"local": stated}}}),
    ]
}

#[test]
fn of_very_many_readings_the_overview_shows_some_and_says_how_many_there_are() {
    let mut served = Served::start(Arc::new(MemoryLog::default()));
    let cited = json!([{"document": "documents/d"}]);
    let mut records = opened(&mut served, "many", "2025-03-18");
    records.extend([
        json!({"name": "incidents/v", "incident": {"display_name": "V"}}),
        json!({"name": "reports/v-a", "citations": cited, "report": {"incident": "incidents/v", "claimant": "actors/a",
            "facts": {"struck": [{"object": "elec"}]}}}),
    ]);
    records.extend((0..READINGS).map(|i| -> Value {
        json!({"name": format!("readings/r{i:03}"), "citations": cited, "reading": {"term": "terms/t",
            "held_by": "actors/a", "instrument": "instruments/i", "objects": {"include": ["elec"]}}})
    }));
    let records = records.iter().map(|record| from_json("Record", record).expect("a record")).collect();
    served.append("dossiers/many", records).expect("as many readings as anybody likes");

    let page = get(&served, "/dossiers/many");
    assert_eq!(page.status, 200);
    page.says(&["Of 300 readings the first 40 are shown", "300 readings are too many to stand side by side", "r039"]);
    page.says(&[
        "href=\"/dossiers/many?readings=latest\"",
        "href=\"/dossiers/many/compare\"",
        "href=\"/dossiers/many/records?collection=readings\"",
    ]);
    assert!(!page.body.contains("r040"), "no more than the first");
    assert!(page.body.len() < 100_000, "{} bytes", page.body.len());
}

#[test]
fn of_very_many_days_the_latest_are_offered_and_their_number_is_told() {
    let mut served = Served::start(Arc::new(MemoryLog::default()));
    let cited = json!([{"document": "documents/d"}]);
    let mut records = opened(&mut served, "days", "2025-01-01");
    records
        .push(json!({"name": "readings/r", "citations": cited, "reading": {"term": "terms/t", "held_by": "actors/a",
        "instrument": "instruments/i", "objects": {"include": ["elec"]}}}));
    let mut day: jiff::civil::Date = "2025-01-01".parse().expect("a day");
    for number in 0..130 {
        records.push(json!({"name": format!("incidents/v{number}"), "incident": {"display_name": "V"}}));
        records.push(json!({"name": format!("reports/v{number}"), "citations": cited, "report":
            {"incident": format!("incidents/v{number}"), "claimant": "actors/a", "facts":
            {"occurred": {"local": day.to_string()}, "struck": [{"object": "elec"}]}}}));
        day = day.tomorrow().expect("there is a next");
    }
    let records = records.iter().map(|record| from_json("Record", record).expect("a record")).collect();
    served.append("dossiers/days", records).expect("as many days as anybody likes");

    let page = get(&served, "/dossiers/days/briefing");
    page.says(&["The latest 120 of 130 such days are listed", "type=\"date\"", "2025-05-10", "2025-01-11"]);
    assert!(!page.body.contains("2025-01-10"), "the earliest are not");
}
