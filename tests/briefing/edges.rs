//! Edges: what a desk would stumble over, in records of the worked case and in records that mean to make it stumble.

use armistice::wire::pb;
use pb::{BriefingSectionKind as Kind, BriefingSentenceKind as SentenceKind, KeyPointRule as Rule};

use crate::desk::{case_room, composed, day, point, section};
use crate::support::room::Room;

/// A dossier of sides that hide behind one name, with words that end as they like and times that leave much open.
const HOSTILE: &str = r#"[
  {"name": "actors/one", "actor": {"display_name": "The \"Same\"\nName", "type": "ACTOR_TYPE_STATE"}},
  {"name": "actors/two", "actor": {"display_name": "The \"Same\"\nName", "type": "ACTOR_TYPE_STATE"}},
  {"name": "places/country", "place": {"display_name": "Country", "type": "PLACE_TYPE_COUNTRY"}},
  {"name": "places/mill", "place": {"display_name": "Old oil depot", "type": "PLACE_TYPE_FACILITY"}},
  {"name": "documents/doc", "document": {"title": "Paper", "publisher": "Agency", "published": {"local": "2025-03-30"}}},
  {"name": "terms/halt", "term": {"display_name": "Halt", "type": "TERM_TYPE_PROHIBITION"}},
  {"name": "statements/quoted", "citations": [{"document": "documents/doc"}], "statement":
    {"speaker": "actors/one", "said": {"local": "2025-03-30"}, "summary": "He said: \"It is over.\""}},
  {"name": "statements/asked", "citations": [{"document": "documents/doc"}], "statement":
    {"said": {"local": "2025-03-30"}, "summary": "Who knows?"}},
  {"name": "instruments/vague", "citations": [{"document": "documents/doc"}], "instrument":
    {"display_name": "Vague", "type": "INSTRUMENT_TYPE_LIST", "author": "actors/one",
     "stated": {"local": "2025-03-20/2025-04-10"}, "treatments": [{"term": "terms/halt", "type": "TREATMENT_TYPE_STATES"}]}},
  {"name": "exchanges/total", "citations": [{"document": "documents/doc"}], "exchange":
    {"display_name": "Exchange", "held": {"local": "2025-03-30"}, "transfers":
      [{"stage": "TRANSFER_STAGE_ANNOUNCED", "stated_by": "actors/one", "count": 12}]}},
  {"name": "exchanges/partly", "citations": [{"document": "documents/doc"}], "exchange":
    {"display_name": "Told in part", "held": {"local": "2025-03-30"}, "transfers":
      [{"stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/one", "count": 30},
       {"from": "actors/one", "to": "actors/two", "category": "PERSON_CATEGORY_CIVILIAN",
        "stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/one", "count": 7},
       {"stage": "TRANSFER_STAGE_CONFIRMED", "stated_by": "actors/two", "count": 30}]}},
  {"name": "coverage/hours", "coverage":
    {"places": ["places/mill"], "observed": {"local": "2025-03-30T06:00/2025-03-30T20:59"},
     "status": "COVERAGE_STATUS_FULL", "means": ["COVERAGE_MEANS_PATROL"]}},
  {"name": "readings/all-but", "citations": [{"document": "documents/doc"}], "reading":
    {"term": "terms/halt", "held_by": "actors/one", "instrument": "instruments/vague", "operative": "TRISTATE_YES",
     "objects": {"include": ["*"], "exclude": ["military"]}, "actors": {"include": ["*"]},
     "window": {"start": {"local": "2025-03-18"}}}},
  {"name": "contacts/today", "citations": [{"document": "documents/doc"}], "contact":
    {"display_name": "Talks of the day", "type": "CONTACT_TYPE_TALKS", "status": "CONTACT_STATUS_PLANNED",
     "participants": [{"actor": "actors/one"}, {"actor": "actors/two"}], "planned": {"local": "2025-03-30"}}},
  {"name": "forecasts/midnight", "citations": [{"document": "documents/doc"}], "forecast":
    {"speaker": "actors/one", "prediction": "It ends", "stated": {"local": "2025-03-01"},
     "deadline": {"earliest": "2025-03-30T21:00:00Z", "latest": "2025-03-30T21:00:00Z"}}},
  {"name": "incidents/night", "incident": {"display_name": "Strike", "place": "places/country"}},
  {"name": "reports/night", "citations": [{"document": "documents/doc"}], "report":
    {"incident": "incidents/night", "claimant": "actors/one", "facts":
      {"occurred": {"earliest": "2025-03-29T22:30:00Z", "latest": "2025-03-30T20:30:00Z"}, "place": "places/country",
       "attributed_to": "actors/two", "struck":
         [{"object": "oil.refinery", "effect": "EFFECT_MISSED"}, {"object": "housing", "effect": "EFFECT_HIT"}]}}}
]"#;

fn hostile() -> Room {
    let mut room = Room::new("d", "Europe/Kyiv");
    let list: serde_json::Value = serde_json::from_str(HOSTILE).expect("JSON");
    let records = list.as_array().expect("a list").iter();
    let records = records.map(|record| crate::support::from_json("Record", record).expect("a record")).collect();
    room.take(records).unwrap_or_else(|faults| panic!("{faults:?}"));
    room
}

fn of_hostile(date: &str, known_by: &str) -> pb::Briefing {
    composed(&hostile(), &pb::ComposeBriefingRequest { parent: "dossiers/d".to_owned(), ..day(date, known_by) })
}

fn told(briefing: &pb::Briefing, kind: Kind) -> Vec<&str> {
    section(briefing, kind).sentences.iter().map(|sentence| sentence.text.as_str()).collect()
}

#[test]
fn sentences_end_once_however_a_record_ends() {
    let briefing = of_hostile("2025-03-30", "2025-04-01T06:00:00Z");
    let said = told(&briefing, Kind::Statements);
    assert!(said.iter().any(|text| text.ends_with("He said: \"It is over.\"")), "{said:#?}");
    assert!(said.iter().any(|text| text.ends_with("by whom is not recorded: Who knows?")), "{said:#?}");
    let exchanges = told(&briefing, Kind::Exchanges);
    assert!(exchanges[0].ends_with("on 30 March: 12 persons."), "a total alone is told: {exchanges:#?}");
}

#[test]
fn a_day_of_23_hours_is_a_day_and_what_was_not_hit_is_not_told_as_hit() {
    let briefing = of_hostile("2025-03-30", "2025-04-01T06:00:00Z");
    let incidents = told(&briefing, Kind::Incidents);
    let strike = incidents.iter().find(|text| text.starts_with("Strike: ")).unwrap_or_else(|| panic!("{incidents:#?}"));
    assert!(strike.contains("on 30 March"), "most of the hours of a day are that day: {strike}");
    let strikes = &point(&briefing, Rule::Incidents).text;
    assert!(strikes.contains("an attack on an oil refinery that missed and a hit on a residential"), "{strikes}");
}

#[test]
fn hours_that_mean_throughout_are_not_told_as_the_day() {
    let briefing = of_hostile("2025-03-30", "2025-04-01T06:00:00Z");
    let coverage = told(&briefing, Kind::Coverage);
    assert!(coverage[0].contains("was possible between 06:00 and 21:00 on 30 March"), "{coverage:#?}");
}

#[test]
fn counts_of_one_account_are_the_same_wherever_they_are_told() {
    let briefing = of_hostile("2025-03-30", "2025-04-01T06:00:00Z");
    let exchanges = told(&briefing, Kind::Exchanges).join("\n");
    assert!(exchanges.contains("30 persons were exchanged on 30 March"), "{exchanges}");
    assert!(exchanges.contains("add up to 7; the total that it states is 30."), "{exchanges}");
    assert!(exchanges.contains("agree: 30 in all."), "{exchanges}");
}

#[test]
fn what_a_reading_leaves_out_is_told() {
    let briefing = of_hostile("2025-03-30", "2025-04-01T06:00:00Z");
    let readings = told(&briefing, Kind::Readings);
    for words in ["protected: all objects; not protected: military object", "bound: everyone"] {
        assert!(readings[0].contains(words), "{words} is not in {readings:#?}");
    }
}

#[test]
fn of_many_accounts_of_one_incident_some_are_told_and_all_are_counted() {
    let mut room = hostile();
    let report = |number: usize| {
        serde_json::json!({"name": format!("reports/more{number}"),
        "citations": [{"document": "documents/doc"}], "report": {"incident": "incidents/night", "claimant": "actors/two",
        "denies": ["PROPOSITION_AUTHOR"]}})
    };
    let records = (0..60).map(|n| crate::support::from_json("Record", &report(n)).expect("a record")).collect();
    room.take(records).unwrap_or_else(|faults| panic!("{faults:?}"));
    let question =
        pb::ComposeBriefingRequest { parent: "dossiers/d".to_owned(), ..day("2025-03-30", "2025-04-01T06:00:00Z") };
    let briefing = composed(&room, &question);
    let incidents = told(&briefing, Kind::Incidents);
    let strike = incidents.iter().find(|text| text.starts_with("Strike: ")).unwrap_or_else(|| panic!("{incidents:#?}"));
    assert_eq!(strike.matches("denied").count(), 19, "{strike}");
    assert!(strike.ends_with("; 41 further accounts not told here."), "{strike}");
}

#[test]
fn a_text_that_may_be_of_another_day_is_no_key_point_unless_it_came_in() {
    let earlier = of_hostile("2025-03-29", "2025-04-01T06:00:00Z");
    let rules: Vec<Rule> = earlier.key_points.iter().map(|point| point.rule()).collect();
    assert!(!rules.contains(&Rule::Texts), "{:#?}", earlier.key_points);
    let same = of_hostile("2025-03-30", "2025-04-01T06:00:00Z");
    assert!(point(&same, Rule::Texts).text.contains("issued a list between 20 March and 10 April"));
}

#[test]
fn the_midnight_that_ends_a_day_belongs_to_that_day() {
    let has = |date: &str| {
        let briefing = of_hostile(date, "2025-04-10T06:00:00Z");
        told(&briefing, Kind::Forecasts).iter().any(|text| text.contains("It ends"))
    };
    assert!(has("2025-03-30") && !has("2025-03-31"));
}

#[test]
fn a_contact_of_the_day_of_which_nothing_more_is_known_is_told_as_planned() {
    let briefing = of_hostile("2025-03-30", "2025-04-01T06:00:00Z");
    let talks = &point(&briefing, Rule::Upcoming).text;
    assert!(talks.starts_with("Talks of the day: to be held on Sunday 30 March"), "{talks}");
}

#[test]
fn nothing_is_over_that_was_not_over_by_what_had_been_published() {
    let room = case_room();
    let noon = composed(&room, &day("2025-03-23", "2025-03-23T12:00:00Z"));
    let forecasts = told(&noon, Kind::Forecasts).join("\n");
    assert!(forecasts.contains("Open until 23 March 23:00.") && !forecasts.contains("was over"), "{forecasts}");
    let next = composed(&room, &day("2025-03-23", "2025-03-24T06:00:00Z"));
    let forecasts = told(&next, Kind::Forecasts).join("\n");
    assert!(forecasts.contains("Its time was over by 23 March 23:00"), "{forecasts}");
}

#[test]
fn obligations_done_with_before_are_counted_and_open_ones_told() {
    let room = case_room();
    let briefing = composed(&room, &day("2025-03-28", "2025-03-29T06:00:00Z"));
    let obligations = &section(&briefing, Kind::Obligations).sentences;
    let [open, others] = &obligations[..] else { panic!("{obligations:#?}") };
    assert_eq!(
        open.text,
        "Still not settled either way: “Handing over of wounded prisoners on 19 March” (by the reading of Russia, due by 19 March 23:00)."
    );
    assert_eq!(
        (others.text.as_str(), others.kind()),
        ("3 others were fulfilled before this period.", SentenceKind::Note)
    );
}

#[test]
fn strikes_of_the_day_before_say_since_when_they_are_known() {
    let room = case_room();
    let briefing = composed(&room, &day("2025-04-18", "2025-04-19T06:00:00Z"));
    assert_eq!(
        point(&briefing, Rule::Incidents).text,
        "Energy sites in Ryazan, Tver and Tula Regions (known since 18 April): Russia (TASS) reported a hit on energy infrastructure on 17 April, naming Ukraine as the author."
    );
    let briefing = composed(&room, &day("2025-03-28", "2025-03-29T06:00:00Z"));
    let strikes = &point(&briefing, Rule::Incidents).text;
    for words in ["on energy infrastructure on 27 or 28 March", "an oil refinery (Saratov Region; attack stopped)"] {
        assert!(strikes.contains(words), "{words} is not in: {strikes}");
    }
    let contacts = told(&briefing, Kind::Contacts);
    assert!(contacts[0].starts_with("Told before as under way, with no end recorded: "), "{contacts:#?}");
}

#[test]
fn each_way_of_counting_a_window_has_its_day() {
    let room = case_room();
    let due = |date: &str| {
        let briefing = composed(&room, &day(date, "2025-04-30T00:00:00Z"));
        briefing
            .key_points
            .iter()
            .any(|point| point.text.contains("Halt on strikes against energy infrastructure” ends depends on"))
    };
    let days = ["2025-04-15", "2025-04-16", "2025-04-17", "2025-04-18", "2025-04-19"];
    assert_eq!(days.map(due), [false, true, true, true, false]);
}

#[test]
fn ukrainian_verbs_agree_with_names_in_the_plural() {
    let question =
        pb::ComposeBriefingRequest { language: "uk".to_owned(), ..day("2025-03-19", "2025-03-20T06:00:00Z") };
    let briefing = composed(&case_room(), &question);
    let all = crate::desk::prose(&briefing).join("\n");
    for words in [
        "Сполучені Штати розуміють",
        "Сполучені Штати прогнозують",
        "Сполучені Штати обіцяють",
        "Неназвані союзники застерігають",
        "Росія розуміє",
    ] {
        assert!(all.contains(words), "{words}");
    }
    for wrong in ["Штати розуміє", "Штати заявляє", "кінець дня"] {
        assert!(!all.contains(wrong), "{wrong}");
    }
    assert!(all.contains("нафтобаза «Кавказька» поблизу Кропоткіна"), "what it is is said once");
}

#[test]
fn of_many_incidents_the_latest_are_told_and_all_are_counted() {
    let mut room = Room::new("d", "Europe/Kyiv");
    let mut list = vec![
        serde_json::json!({"name": "actors/one", "actor": {"display_name": "One", "type": "ACTOR_TYPE_STATE"}}),
        serde_json::json!({"name": "actors/two", "actor": {"display_name": "Two", "type": "ACTOR_TYPE_STATE"}}),
        serde_json::json!({"name": "documents/doc", "document": {"title": "Paper", "published": {"local": "2025-03-19"}}}),
    ];
    for number in 0..250 {
        let incident = format!("incidents/i{number}");
        list.push(serde_json::json!({"name": incident, "incident": {"display_name": format!("Strike {number}")}}));
        list.push(serde_json::json!({"name": format!("reports/r{number}"), "citations": [{"document": "documents/doc"}], "report": {"incident": incident,
            "claimant": "actors/one", "facts": {"occurred": {"local": "2025-03-19T12:00"}, "attributed_to": "actors/two",
            "struck": [{"object": "elec.sub", "effect": "EFFECT_HIT"}]}}}));
    }
    let records = list.iter().map(|record| crate::support::from_json("Record", record).expect("a record")).collect();
    room.take(records).unwrap_or_else(|faults| panic!("{faults:?}"));
    let question =
        pb::ComposeBriefingRequest { parent: "dossiers/d".to_owned(), ..day("2025-03-19", "2025-03-20T06:00:00Z") };
    let briefing = composed(&room, &question);
    let incidents = told(&briefing, Kind::Incidents);
    assert_eq!(incidents.iter().filter(|text| text.starts_with("Strike ")).count(), 40);
    assert!(incidents[0].starts_with("250 incidents"), "{incidents:#?}");
    assert!(
        incidents.iter().any(|text| text.starts_with("Listed are the latest 40 of 250 incidents")),
        "{incidents:#?}"
    );
}

#[test]
fn nobody_is_named_as_the_author_before_the_document_that_names_them_was_published() {
    const RECORDS: &str = r#"[
      {"name": "actors/one", "actor": {"display_name": "Onia", "type": "ACTOR_TYPE_STATE"}},
      {"name": "actors/two", "actor": {"display_name": "Twonia", "type": "ACTOR_TYPE_STATE"}},
      {"name": "documents/early", "document": {"title": "Early", "publisher": "A", "published": {"local": "2025-03-30"}}},
      {"name": "documents/late", "document": {"title": "Late", "publisher": "B", "published": {"local": "2025-04-05"}}},
      {"name": "terms/halt", "term": {"display_name": "Halt", "type": "TERM_TYPE_PROHIBITION"}},
      {"name": "incidents/i", "incident": {"display_name": "Strike"}},
      {"name": "reports/i", "citations": [{"document": "documents/early", "supports": ["report.facts.occurred", "report.facts.struck"]},
        {"document": "documents/late", "supports": ["report.facts.attributed_to"]}],
       "report": {"incident": "incidents/i", "claimant": "actors/one", "alleges_breach_of": ["terms/halt"], "facts":
        {"occurred": {"local": "2025-03-30"}, "attributed_to": "actors/two",
         "struck": [{"object": "oil.depot", "effect": "EFFECT_HIT"}]}}}
    ]"#;
    let mut room = Room::new("d", "Europe/Kyiv");
    let list: serde_json::Value = serde_json::from_str(RECORDS).expect("JSON");
    let records = list.as_array().expect("a list").iter();
    let records = records.map(|record| crate::support::from_json("Record", record).expect("a record")).collect();
    room.take(records).unwrap_or_else(|faults| panic!("{faults:?}"));
    let of = |known_by: &str| {
        let asked = pb::ComposeBriefingRequest { parent: "dossiers/d".to_owned(), ..day("2025-03-30", known_by) };
        composed(&room, &asked)
    };
    let early = crate::desk::text(&of("2025-03-31T06:00:00Z"));
    assert!(early.contains("Onia") && !early.contains("Twonia"), "{early}");
    let late = crate::desk::text(&of("2025-04-06T06:00:00Z"));
    assert!(late.contains("naming Twonia as the author"), "{late}");
}

#[test]
fn what_became_known_after_the_period_was_not_told_before_it() {
    let mut room = hostile();
    let lasting = serde_json::json!({"name": "contacts/lasting", "citations": [{"document": "documents/doc"}], "contact":
        {"display_name": "Long talks", "type": "CONTACT_TYPE_TALKS", "status": "CONTACT_STATUS_UNDER_WAY",
         "participants": [{"actor": "actors/one"}, {"actor": "actors/two"}]}});
    let record = crate::support::from_json("Record", &lasting).expect("a record");
    room.take(vec![record]).unwrap_or_else(|faults| panic!("{faults:?}"));
    let told_before = |date: &str| {
        let open_ended = pb::ComposeBriefingRequest { consistency: None, ..day(date, "2025-04-10T06:00:00Z") };
        let question = pb::ComposeBriefingRequest { parent: "dossiers/d".to_owned(), ..open_ended };
        told(&composed(&room, &question), Kind::Contacts).iter().any(|text| text.starts_with("Told before"))
    };
    assert!(!told_before("1999-01-01"), "the paper came out on 30 March 2025");
    assert!(told_before("2025-04-05"));
}
