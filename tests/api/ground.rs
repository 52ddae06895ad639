//! A small dossier with one of everything, to hold what is sent against.

use std::sync::Arc;

use armistice::log::Log;
use armistice::log::memory::MemoryLog;

use crate::server::Server;

/// Two states, `a` and `b`; a force of `a`'s; a halt that both read, a deal, and a topic.
pub(crate) const RECORDS: &str = r#"[
  {"name": "actors/a", "actor": {"display_name": "A", "type": "ACTOR_TYPE_STATE"}},
  {"name": "actors/b", "actor": {"display_name": "B", "type": "ACTOR_TYPE_STATE"}},
  {"name": "actors/force", "actor":
    {"display_name": "A's force", "type": "ACTOR_TYPE_ARMED_GROUP", "affiliations": ["actors/a"]}},
  {"name": "places/country", "place": {"display_name": "Country", "type": "PLACE_TYPE_COUNTRY"}},
  {"name": "places/town", "place":
    {"display_name": "Town", "type": "PLACE_TYPE_SETTLEMENT", "within": ["places/country"]}},
  {"name": "classes/camp", "class":
    {"taxonomy": "TAXONOMY_OBJECTS", "id": "camp", "display_name": "Camp", "parents": ["housing"]}},
  {"name": "documents/doc", "document": {"title": "Doc", "published": {"local": "2025-03-20"}}},
  {"name": "documents/other", "document": {"title": "Other", "published": {"local": "2025-03-25"}}},
  {"name": "terms/halt", "term": {"display_name": "Halt", "type": "TERM_TYPE_PROHIBITION"}},
  {"name": "terms/deal", "term": {"display_name": "Deal", "type": "TERM_TYPE_OBLIGATION"}},
  {"name": "terms/topic", "term": {"display_name": "Topic", "type": "TERM_TYPE_TOPIC"}},
  {"name": "statements/said", "citations": [{"document": "documents/doc", "quote": "we did not"}],
    "statement": {"speaker": "actors/a", "summary": "A says so."}},
  {"name": "contacts/call", "citations": [{"document": "documents/doc"}], "contact":
    {"display_name": "Call", "type": "CONTACT_TYPE_CALL", "status": "CONTACT_STATUS_HELD"}},
  {"name": "instruments/text", "citations": [{"document": "documents/doc"}], "instrument":
    {"display_name": "Text", "type": "INSTRUMENT_TYPE_AGREED_TEXT", "stated": {"local": "2025-03-18"}}},
  {"name": "readings/a1", "citations": [{"document": "documents/doc"}], "reading":
    {"term": "terms/halt", "held_by": "actors/a", "instrument": "instruments/text", "objects": {"include": ["energy"]},
     "window": {"start": {"local": "2025-03-18"}, "length": {"days": 30}}}},
  {"name": "readings/b1", "citations": [{"document": "documents/doc"}], "reading":
    {"term": "terms/halt", "held_by": "actors/b", "instrument": "instruments/text", "objects": {"include": ["infra"]},
     "window": {"start_immediately": true}}},
  {"name": "readings/deal", "citations": [{"document": "documents/doc"}], "reading":
    {"term": "terms/deal", "held_by": "actors/a", "instrument": "instruments/text",
     "duties": [{"contact": {"participants": ["actors/b"]}}]}},
  {"name": "stances/stance", "citations": [{"document": "documents/doc"}], "stance":
    {"actor": "actors/a", "subject": "terms/halt", "position": "STANCE_POSITION_ACCEPTS"}},
  {"name": "incidents/depot", "incident": {"display_name": "The depot", "about": {"local": "2025-03-19"}}},
  {"name": "incidents/bridge", "incident": {"display_name": "The bridge"}},
  {"name": "reports/depot-b", "citations": [{"document": "documents/doc"}], "report":
    {"incident": "incidents/depot", "claimant": "actors/b", "alleges_breach_of": ["terms/halt"], "facts":
      {"occurred": {"local": "2025-03-19T01:20"}, "place": "places/town", "act": "strike",
       "attributed_to": "actors/force", "against": "actors/b",
       "struck": [{"object": "oil.depot", "effect": "EFFECT_HIT"}]}}},
  {"name": "reports/bridge-a", "report":
    {"incident": "incidents/bridge", "claimant": "actors/a", "statement": "statements/said", "facts":
      {"occurred": {"local": "2025-03-20"}, "act": "strike", "attributed_to": "actors/b",
       "struck": [{"object": "housing", "effect": "EFFECT_HIT"}]}}},
  {"name": "findings/depot", "citations": [{"document": "documents/other"}], "finding":
    {"incident": "incidents/depot", "status": "FINDING_STATUS_VERIFIED", "rationale": "Seen.", "facts":
      {"occurred": {"local": "2025-03-19"}, "act": "strike", "attributed_to": "actors/a",
       "struck": [{"object": "oil.depot", "effect": "EFFECT_HIT"}]}}},
  {"name": "exchanges/exchange", "citations": [{"document": "documents/doc"}], "exchange":
    {"display_name": "Exchange", "transfers":
      [{"from": "actors/a", "stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/a", "count": 175}]}},
  {"name": "pledges/aid", "citations": [{"document": "documents/doc"}], "pledge":
    {"by": "actors/b", "type": "PLEDGE_TYPE_AID", "move": "PLEDGE_MOVE_UNDERTAKES", "description": "Aid",
     "due": {"local": "2025-04"}}},
  {"name": "forecasts/soon", "citations": [{"document": "documents/doc"}], "forecast":
    {"speaker": "actors/a", "prediction": "It ends soon.", "deadline": {"local": "2025-05"}}},
  {"name": "coverage/town", "coverage":
    {"places": ["places/town"], "observed": {"local": "2025-03-18/2025-03-25"}, "status": "COVERAGE_STATUS_PARTIAL"}},
  {"name": "links/site", "link":
    {"type": "LINK_TYPE_SAME_SITE", "subject": "incidents/depot", "object": "incidents/bridge"}}
]"#;

/// How many records there are.
pub(crate) const COUNT: i64 = 28;

/// A server whose dossier `d` holds them.
pub(crate) async fn server() -> Server {
    over(Arc::new(MemoryLog::default())).await
}

/// The same over a log of the caller's.
pub(crate) async fn over(log: Arc<dyn Log>) -> Server {
    let server = Server::over(log).await;
    server.create("d").await;
    let answer = server.append(RECORDS).await;
    assert_eq!(answer.records.len() as i64, COUNT);
    server
}
