//! A dossier whose order of events matters: what was recorded in between decides what became known when, and what could be said.

use armistice::wire::pb;

use crate::support::from_json;
use crate::support::ways::Script;

/// Each list is a batch.
const BATCHES: &str = r#"[
[
  {"name": "actors/a", "actor": {"display_name": "A", "type": "ACTOR_TYPE_STATE"}},
  {"name": "actors/b", "actor": {"display_name": "B", "type": "ACTOR_TYPE_STATE"}},
  {"name": "actors/c", "actor": {"display_name": "C", "type": "ACTOR_TYPE_ORGANIZATION", "affiliations": ["actors/a"]}},
  {"name": "places/land", "place": {"display_name": "=Land", "type": "PLACE_TYPE_COUNTRY"}},
  {"name": "places/town", "place": {"display_name": "Town", "type": "PLACE_TYPE_SETTLEMENT", "within": ["places/land"],
    "point": {"latitude": 48.51932749017262, "longitude": 30.523333333333337}, "radius_m": 1234.5678901234567,
    "controlled_by": "actors/b",
    "geojson": "{\"type\": \"Point\", \"coordinates\": [30.5233333, 48.519]}"}},
  {"name": "classes/camp", "class":
    {"taxonomy": "TAXONOMY_OBJECTS", "id": "camp", "display_name": "Camp", "parents": ["housing"]}},
  {"name": "documents/early", "document": {"title": "Early", "published": {"local": "2025-03-20"}}},
  {"name": "documents/undated", "document": {"title": "Undated"}},
  {"name": "documents/other", "document": {"title": "Other", "retrieve_time": "2025-03-25T10:11:12.123456789Z"}},
  {"name": "terms/halt", "term": {"display_name": "Halt", "type": "TERM_TYPE_OBLIGATION"}}
],
[{"name": "terms/halt", "reason": "it forbids", "term": {"display_name": "Halt", "type": "TERM_TYPE_PROHIBITION"}}],
[
  {"name": "statements/said", "citations": [{"document": "documents/undated", "quote": "we did \"not\""}],
    "statement": {"speaker": "actors/a", "summary": "A says so.", "said": {"local": "2025-03-19T10:00", "time_zone": "Europe/Moscow"}}},
  {"name": "instruments/text", "citations": [{"document": "documents/early"}], "instrument":
    {"display_name": "Text", "type": "INSTRUMENT_TYPE_AGREED_TEXT", "stated": {"local": "2025-03-18"}}},
  {"name": "readings/a1", "citations": [{"document": "documents/early"}], "reading":
    {"term": "terms/halt", "held_by": "actors/a", "instrument": "instruments/text", "objects": {"include": ["energy"]},
     "window": {"start": {"local": "2025-03-18"}, "length": {"days": 30}, "time_zone": "Europe/Moscow"}}},
  {"name": "readings/b1", "citations": [{"document": "documents/early"}], "reading":
    {"term": "terms/halt", "held_by": "actors/b", "instrument": "instruments/text",
     "objects": {"include": ["infra", "camp"]}, "actors": {"include": ["actors/a"], "unclear": ["*"]},
     "window": {"start_immediately": true}}},
  {"name": "incidents/depot", "incident": {"display_name": "The depot", "about": {"local": "2025-03-19"}}},
  {"name": "reports/depot-b", "citations": [{"document": "documents/early"}], "report":
    {"incident": "incidents/depot", "claimant": "actors/b", "alleges_breach_of": ["terms/halt"], "facts":
      {"occurred": {"local": "2025-03-19T01:20"}, "place": "places/town", "act": "strike",
       "attributed_to": "actors/c", "against": "actors/b", "casualties": {"killed": {"least": 0, "most": 0}},
       "struck": [{"object": "oil.depot", "effect": "EFFECT_HIT", "facility": "places/town"},
                  {"object": "camp", "effect": "EFFECT_MISSED", "facility": "places, all of them"}]}}},
  {"name": "reports/depot-a", "report":
    {"incident": "incidents/depot", "claimant": "actors/a", "statement": "statements/said",
     "denies": ["PROPOSITION_AUTHOR"]}}
],
[{"name": "documents/undated", "reason": "it bears a date after all",
  "document": {"title": "Undated", "published": {"local": "2025-03-21"}}},
 {"name": "documents/early", "reason": "a day late", "document": {"title": "Early", "published": {"local": "2025-03-22"}}}],
[
  {"name": "incidents/bridge", "incident": {"display_name": "The bridge"}},
  {"name": "reports/bridge-b", "citations": [{"document": "documents/early"}], "report":
    {"incident": "incidents/bridge", "claimant": "actors/b", "facts":
      {"occurred": {"local": "2025-03-20"}, "act": "strike", "attributed_to": "actors/a",
       "struck": [{"object": "camp", "effect": "EFFECT_HIT"}]}}},
  {"name": "statements/again", "citations": [{"document": "documents/undated"}],
    "statement": {"speaker": "actors/a", "summary": "A says it again."}}
],
[{"name": "statements/said", "reason": "read anew", "citations": [{"document": "documents/other"}],
  "statement": {"speaker": "actors/a", "summary": "A says so, and more."}}],
[{"name": "reports/depot-a", "reason": "it follows the statement",
  "report": {"incident": "incidents/depot", "claimant": "actors/a", "statement": "statements/said",
    "denies": ["PROPOSITION_OCCURRED"]}},
 {"name": "actors/c", "reason": "it went over", "actor":
    {"display_name": "C", "type": "ACTOR_TYPE_ORGANIZATION", "affiliations": ["actors/b"]}}],
[{"name": "classes/camp", "reason": "too coarse", "retracted": true}],
[{"name": "reports/depot-b", "reason": "withdrawn by its author", "retracted": true}],
[{"name": "reports/depot-b", "reason": "said again", "citations": [{"document": "documents/other", "locator": "p. 2",
    "grade": {"reliability": "RELIABILITY_B", "graded_by": "actors/b", "grade_time": "2025-03-26T00:00:00Z"}}],
  "report": {"incident": "incidents/depot", "claimant": "actors/b", "facts":
      {"occurred": {"local": "2025-03-19T01:20"}, "place": "places/town", "act": "strike",
       "attributed_to": "actors/a", "against": "actors/b",
       "struck": [{"object": "oil.depot", "effect": "EFFECT_HIT"}]}}},
 {"name": "documents/early", "reason": "never seen again", "retracted": true}],
[{"name": "incidents/depot-too", "incident": {"display_name": "The depot, told twice"}},
 {"name": "links/same", "link": {"type": "LINK_TYPE_SAME_EVENT", "subject": "incidents/depot-too",
   "object": "incidents/depot", "made_by": "actors/b"}},
 {"name": "reports/depot-too", "citations": [{"document": "documents/other"}], "report":
    {"incident": "incidents/depot-too", "claimant": "actors/c", "facts":
      {"occurred": {"local": "2025-03-19"}, "attributed_to": "actors/a",
       "struck": [{"object": "oil", "effect": "EFFECT_HIT"}]}}},
 {"name": "findings/depot", "citations": [{"document": "documents/other"}], "finding":
    {"incident": "incidents/depot", "status": "FINDING_STATUS_VERIFIED", "rationale": "dossiers/stormy/actors/a", "made_by": "the monitors",
     "facts": {"occurred": {"local": "2025-03-19"}, "act": "strike", "attributed_to": "actors/a",
       "struck": [{"object": "oil.depot", "effect": "EFFECT_HIT"}]}}}],
[{"name": "links/same", "reason": "two depots", "retracted": true},
 {"name": "readings/b1", "reason": "the camp class is gone", "citations": [{"document": "documents/early"}], "reading":
    {"term": "terms/halt", "held_by": "actors/b", "instrument": "instruments/text",
     "objects": {"include": ["infra"]}, "window": {"start_immediately": true}}}]
]"#;

/// The dossier.
pub(crate) fn script() -> Script {
    let batches: Vec<Vec<serde_json::Value>> = serde_json::from_str(BATCHES).expect("it is JSON");
    let record = |json: &serde_json::Value| from_json::<pb::Record>("Record", json).expect("it is a record");
    let dossier = pb::Dossier {
        display_name: "Stormy".to_owned(),
        description: "one, \"two\"".to_owned(),
        time_zone: "Europe/Kyiv".to_owned(),
        ..Default::default()
    };
    Script {
        create: pb::CreateDossierRequest {
            dossier_id: "stormy".to_owned(),
            dossier: Some(dossier),
            request_id: String::new(),
        },
        batches: batches.iter().map(|batch| batch.iter().map(record).collect()).collect(),
    }
}
