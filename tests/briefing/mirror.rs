//! A small dossier with one of everything, told in Ukrainian throughout, in which two sides do and say the same of each other.

use crate::support::room::Room;

/// What each side records; `@ONE` and `@OTHER` are the sides, with their names.
const EACH: &str = r#"[
  {"name": "statements/@ONE-said", "citations": [{"document": "documents/doc", "quote": "ми чекаємо"}], "statement":
    {"speaker": "actors/@ONE-office", "on_behalf_of": "actors/@ONE", "audience": ["actors/@OTHER"],
     "said": {"local": "2025-03-19"}, "summary": "Слово.", "claims":
       [{"count": {"least": "3"}, "unit": "ударів", "window": {"local": "2025-03-18/2025-03-19"},
         "attributed_to": "actors/@OTHER", "term": "terms/halt", "places": ["places/town"]},
        {"unit": "порушень", "attributed_to": "actors/@OTHER", "term": "terms/halt"}]}},
  {"name": "instruments/@ONE-text", "citations": [{"document": "documents/doc"}], "instrument":
    {"display_name": "Текст", "type": "INSTRUMENT_TYPE_READOUT", "author": "actors/@ONE",
     "stated": {"local": "2025-03-19"}, "contact": "contacts/call", "treatments":
       [{"term": "terms/halt", "type": "TREATMENT_TYPE_STATES", "wording": "слово @ONE_NAME"},
        {"term": "terms/deal", "type": "TREATMENT_TYPE_SILENT"}]}},
  {"name": "readings/@ONE-reading", "citations": [{"document": "documents/doc"}], "reading":
    {"term": "terms/halt", "held_by": "actors/@ONE", "instrument": "instruments/@ONE-text", "wording": "слово",
     "operative": "TRISTATE_YES", "objects": {"include": ["energy"], "unclear": ["rail"]},
     "actors": {"include": ["actors/@OTHER"], "unclear": ["actors/@ONE"]},
     "window": {"start": {"local": "2025-03-18"}, "length": {"days": 30}}}},
  {"name": "readings/@ONE-deal", "citations": [{"document": "documents/doc"}], "reading":
    {"term": "terms/deal", "held_by": "actors/@ONE", "instrument": "instruments/@ONE-text",
     "window": {"start": {"local": "2025-03-18"}, "end": {"local": "2025-03-19"}},
     "duties": [{"contact": {"participants": ["actors/@ONE", "actors/@OTHER"]}}]}},
  {"name": "stances/@ONE-stance", "citations": [{"document": "documents/doc"}], "stance":
    {"actor": "actors/@ONE", "subject": "terms/halt", "position": "STANCE_POSITION_RESERVES_RELEASE",
     "stated": {"local": "2025-03-19"}, "conditions":
       [{"description": "Взаємність", "upon": ["actors/@OTHER"], "timing": "CONDITION_TIMING_RECIPROCAL"}]}},
  {"name": "incidents/@ONE-struck", "incident": {"display_name": "Підстанція", "place": "places/town"}},
  {"name": "reports/@ONE-struck", "report":
    {"incident": "incidents/@ONE-struck", "claimant": "actors/@ONE", "statement": "statements/@ONE-said",
     "alleges_breach_of": ["terms/halt"], "facts":
      {"occurred": {"local": "2025-03-19T01:20"}, "place": "places/country", "act": "strike.drone",
       "attributed_to": "actors/@OTHER", "casualties": {"killed": {"least": "0", "most": "0"}},
       "struck": [{"object": "elec.sub", "effect": "EFFECT_HIT", "weapon": "uav", "people_cut_off": {"least": "100"}},
                  {"object": "rail.other", "effect": "EFFECT_INTERCEPTED"}]}}},
  {"name": "reports/@ONE-denied", "citations": [{"document": "documents/doc"}], "report":
    {"incident": "incidents/@ONE-struck", "claimant": "actors/@OTHER",
     "denies": ["PROPOSITION_OCCURRED", "PROPOSITION_AUTHOR", "PROPOSITION_OBJECT", "PROPOSITION_BREACH"]}},
  {"name": "pledges/@ONE-pledge", "citations": [{"document": "documents/doc"}], "pledge":
    {"by": "actors/@ONE", "to": ["actors/@OTHER"], "type": "PLEDGE_TYPE_AID", "move": "PLEDGE_MOVE_UNDERTAKES",
     "firmness": "FIRMNESS_DECLARED", "description": "Допомога", "stated": {"local": "2025-03-19"},
     "due": {"local": "2025-04"}}},
  {"name": "forecasts/@ONE-forecast", "citations": [{"document": "documents/doc"}], "forecast":
    {"speaker": "actors/@ONE", "prediction": "Невдовзі кінець.", "likelihood": "LIKELIHOOD_LIKELY",
     "stated": {"local": "2025-03-19"}, "deadline": {"local": "2025-03-20"}}}
]"#;

/// What both rest on.
const SHARED_BEFORE: &str = r#"[
  {"name": "places/country", "place": {"display_name": "Країна", "type": "PLACE_TYPE_COUNTRY"}},
  {"name": "places/town", "place": {"display_name": "Місто", "type": "PLACE_TYPE_SETTLEMENT",
    "within": ["places/country"], "point": {"latitude": 50, "longitude": 30}, "radius_m": 1000}},
  {"name": "documents/doc", "document":
    {"title": "Документ", "publisher": "Газета", "published": {"local": "2025-03-19"}}},
  {"name": "terms/halt", "term": {"display_name": "Зупинення", "type": "TERM_TYPE_PROHIBITION"}},
  {"name": "terms/deal", "term": {"display_name": "Угода", "type": "TERM_TYPE_OBLIGATION"}},
  {"name": "contacts/call", "citations": [{"document": "documents/doc"}], "contact":
    {"display_name": "Розмова", "type": "CONTACT_TYPE_CALL", "status": "CONTACT_STATUS_HELD", "purpose": "Мета",
     "participants": [{"actor": "actors/@ONE", "role": "PARTICIPANT_ROLE_PRINCIPAL"},
                      {"actor": "actors/@OTHER", "role": "PARTICIPANT_ROLE_PRINCIPAL"}],
     "began": {"local": "2025-03-19"}, "durations": [{"least": "3600s", "stated_by": "actors/@ONE"}]}},
  {"name": "contacts/talks", "citations": [{"document": "documents/doc"}], "contact":
    {"display_name": "Переговори", "type": "CONTACT_TYPE_TALKS", "status": "CONTACT_STATUS_PLANNED",
     "participants": [{"actor": "actors/@ONE"}, {"actor": "actors/@OTHER"}], "planned": {"local": "2025-03-23"}}},
  {"name": "exchanges/exchange", "citations": [{"document": "documents/doc"}], "exchange":
    {"display_name": "Обмін", "held": {"local": "2025-03-19"}, "mediators": ["actors/third"], "transfers":
      [{"from": "actors/@ONE", "to": "actors/@OTHER", "category": "PERSON_CATEGORY_PRISONER_OF_WAR",
        "stage": "TRANSFER_STAGE_ANNOUNCED", "stated_by": "actors/@ONE", "count": 21},
       {"from": "actors/@ONE", "to": "actors/@OTHER", "category": "PERSON_CATEGORY_PRISONER_OF_WAR",
        "stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/@ONE", "count": 20},
       {"from": "actors/@OTHER", "to": "actors/@ONE", "category": "PERSON_CATEGORY_WOUNDED",
        "stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/@ONE", "count": 5},
       {"stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/@OTHER", "count": 26}]}}
]"#;

/// What is said of it all.
const SHARED_AFTER: &str = r#"[
  {"name": "findings/@ONE-struck", "citations": [{"document": "documents/doc"}], "finding":
    {"incident": "incidents/@ONE-struck", "status": "FINDING_STATUS_VERIFIED", "made_by": "місія", "rationale": "Бачено.", "facts":
      {"occurred": {"local": "2025-03-19"}, "struck": [{"object": "elec.sub", "effect": "EFFECT_HIT"}]}}},
  {"name": "coverage/town", "coverage":
    {"places": ["places/town"], "observed": {"local": "2025-03-18/2025-03-20"}, "status": "COVERAGE_STATUS_REFUSED",
     "means": ["COVERAGE_MEANS_PATROL"], "observer": "actors/third", "refused_by": "actors/@ONE", "grounds": "безпека"}}
]"#;

const SIDES: &str = r#"[
  {"name": "actors/third", "actor": {"display_name": "Третя", "type": "ACTOR_TYPE_STATE"}},
  {"name": "actors/@ONE", "actor": {"display_name": "@ONE_NAME", "type": "ACTOR_TYPE_STATE"}},
  {"name": "actors/@OTHER", "actor": {"display_name": "@OTHER_NAME", "type": "ACTOR_TYPE_STATE"}},
  {"name": "actors/@ONE-office", "actor": {"display_name": "Відомство @ONE_NAME", "type": "ACTOR_TYPE_ORGANIZATION",
    "affiliations": ["actors/@ONE"]}},
  {"name": "actors/@OTHER-office", "actor": {"display_name": "Відомство @OTHER_NAME", "type": "ACTOR_TYPE_ORGANIZATION",
    "affiliations": ["actors/@OTHER"]}}
]"#;

/// A side: its identifier and its name.
pub(crate) type Side = (&'static str, &'static str);

/// The two sides.
pub(crate) const SIDES_OF_IT: [Side; 2] = [("alpha", "Альфа"), ("beta", "Бета")];

/// The dossier with these sides, the first of which speaks first.
pub(crate) fn room([one, other]: [Side; 2]) -> Room {
    let told = |text: &str, one: Side, other: Side| {
        let text = text.replace("@ONE_NAME", one.1).replace("@OTHER_NAME", other.1);
        text.replace("@ONE", one.0).replace("@OTHER", other.0)
    };
    let mut room = Room::new("d", "Europe/Kyiv");
    let texts =
        [told(SIDES, one, other), told(SHARED_BEFORE, one, other), told(EACH, one, other), told(EACH, other, one)];
    for text in texts.into_iter().chain([told(SHARED_AFTER, one, other)]) {
        let list: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{fault} in {text}"));
        let records = list.as_array().expect("a list").iter();
        let records = records.map(|record| crate::support::from_json("Record", record).expect("a record")).collect();
        room.take(records).unwrap_or_else(|faults| panic!("{faults:?}"));
    }
    room
}
