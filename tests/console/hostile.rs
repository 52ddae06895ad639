//! A dossier whose every word was written by somebody who wants to run a script in the reader's browser.

use std::collections::BTreeSet;
use std::sync::Arc;

use armistice::log::memory::MemoryLog;
use armistice::wire::pb;
use serde_json::json;

use crate::browser::get;
use crate::support::ask::Answers;
use crate::support::from_json;
use crate::support::served::Served;

const EVIL: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>&amp;\u{202e}";

fn served() -> Served {
    let mut served = Served::start(Arc::new(MemoryLog::default()));
    let dossier = pb::Dossier { display_name: EVIL.into(), description: EVIL.into(), ..Default::default() };
    let create =
        pb::CreateDossierRequest { dossier_id: "evil".into(), dossier: Some(dossier), request_id: String::new() };
    served.create(create).expect("a dossier is called what it is called");
    let cited = json!([{"document": "documents/d", "locator": EVIL, "quote": EVIL}]);
    let records = json!([
        {"name": "actors/a", "actor": {"display_name": EVIL, "type": "ACTOR_TYPE_STATE", "aliases": [EVIL]}},
        {"name": "places/p", "place": {"display_name": EVIL, "type": "PLACE_TYPE_SETTLEMENT",
            "point": {"latitude": 50.0, "longitude": 30.0}}},
        {"name": "documents/d", "document": {"title": EVIL, "publisher": EVIL, "uri": "javascript:alert(3)",
            "published": {"local": "2025-03-19"}}},
        {"name": "documents/e", "document": {"title": EVIL, "uri": "https://example.org/?a=\"><script>",
            "published": {"local": "2025-03-19"}}},
        {"name": "terms/t", "term": {"display_name": EVIL, "type": "TERM_TYPE_PROHIBITION", "description": EVIL}},
        {"name": "instruments/i", "citations": cited, "instrument": {"display_name": EVIL,
            "type": "INSTRUMENT_TYPE_READOUT", "stated": {"local": "2025-03-18"},
            "treatments": [{"term": "terms/t", "type": "TREATMENT_TYPE_STATES", "wording": EVIL}]}},
        {"name": "readings/r", "citations": cited, "reading": {"term": "terms/t", "held_by": "actors/a",
            "instrument": "instruments/i", "wording": EVIL, "objects": {"include": ["elec"]},
            "window": {"start": {"local": "2025-03-18"}}}},
        {"name": "readings/s", "citations": cited, "reading": {"term": "terms/t", "held_by": "actors/a",
            "instrument": "instruments/i", "wording": EVIL, "objects": {"include": ["oil"]},
            "window": {"start": {"local": "2025-03-18"}}}},
        {"name": "statements/s", "citations": cited, "statement": {"speaker": "actors/a", "summary": EVIL}},
        {"name": "incidents/v", "incident": {"display_name": EVIL, "place": "places/p"}},
        {"name": "incidents/w", "incident": {"display_name": EVIL, "place": "places/p"}},
        {"name": "reports/v-a", "citations": cited, "report": {"incident": "incidents/v", "claimant": "actors/a",
            "statement": "statements/s", "alleges_breach_of": ["terms/t"], "facts": {"occurred": {"local": "2025-03-19"},
            "place": "places/p", "attributed_to": "actors/a",
            "struck": [{"object": "elec", "facility": EVIL, "effect": "EFFECT_HIT"}]}}},
        {"name": "findings/f", "citations": cited, "finding": {"incident": "incidents/w", "made_by": EVIL,
            "status": "FINDING_STATUS_VERIFIED", "rationale": EVIL, "facts": {"struck": [{"object": "elec"}]}}},
        {"name": "links/l", "link": {"type": "LINK_TYPE_PART_OF", "subject": "incidents/v", "object": "incidents/w",
            "rationale": EVIL, "made_by": EVIL}},
        {"name": "coverage/c", "citations": cited, "coverage": {"places": ["places/p"],
            "observed": {"local": "2025-03-19"}, "status": "COVERAGE_STATUS_REFUSED", "grounds": EVIL}},
    ]);
    let records = records.as_array().expect("a list").iter();
    let records = records.map(|record| from_json("Record", record).expect("a record")).collect();
    served.append("dossiers/evil", records).expect("names may be anything");
    let correction = json!({"name": "actors/a", "reason": EVIL, "actor":
        {"display_name": format!("{EVIL} again"), "type": "ACTOR_TYPE_STATE"}});
    served.append("dossiers/evil", vec![from_json("Record", &correction).expect("a record")]).expect("a correction");
    served
}

#[test]
fn no_word_of_a_record_or_of_an_address_becomes_part_of_a_page() {
    let served = served();
    let evil = "%22%3E%3Cscript%3Ealert(4)%3C/script%3E";
    let mut queue = vec![
        "/".to_owned(),
        format!("/dossiers/evil?text={evil}&basis={evil}"),
        format!("/dossiers/evil?as_of={evil}&known_by={evil}"),
        format!("/dossiers/evil?text={evil}&occurred=2025"),
        format!("/dossiers/evil/records?text={evil}"),
        format!("/dossiers/evil/draft?from={evil}"),
        format!("/dossiers/evil/draft?from=r&draft=1&objects.include={evil}&wording={evil}&operative={evil}"),
        format!("/dossiers/evil/compare?a={evil}&b=r"),
        format!("/dossiers/evil/compare?a=r&b=s&{evil}={evil}"),
        format!("/dossiers/{evil}"),
        format!("/{evil}"),
        "/dossiers/evil/records/actors/a".to_owned(),
        "/dossiers/evil/records/documents/e".to_owned(),
    ];
    let mut seen: BTreeSet<String> = BTreeSet::new();
    while let Some(path) = queue.pop() {
        if seen.len() >= 250 || !seen.insert(path.clone()) {
            continue;
        }
        let page = get(&served, &path.replace(' ', "%20"));
        for dangerous in ["<script", "<img", "onerror=alert(2)>&amp;\u{202e}\"", "javascript:alert(3)\""] {
            assert!(!page.body.contains(dangerous), "{path} holds {dangerous}:\n{}", page.body);
        }
        for run in page.body.split('<').filter_map(|piece| piece.split_once('>')) {
            let count = |marks: &[char]| run.1.matches(marks).count();
            assert_eq!(count(&['\u{202e}']), count(&['\u{202c}']), "{path} turns what is beside it: {}", run.1);
        }
        for address in page.attributes("href").iter().chain(&page.attributes("action")) {
            let is_ours = address.starts_with('/') || address.starts_with('#');
            assert!(is_ours || address.starts_with("https://"), "{path} leads to {address}");
        }
        queue.extend(page.links());
    }
    assert!(seen.len() > 40, "{}", seen.len());
}
