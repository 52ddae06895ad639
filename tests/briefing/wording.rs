//! Wording: what a careful reader stumbled over once, each with the rule that mended it.

use armistice::wire::pb;
use pb::{BriefingSectionKind as Kind, KeyPointRule as Rule};

use crate::desk::{case_room, composed, day, point, section};
use crate::support::room::Room;

/// Two states and a paper of 19 March.
const TWO: &str = r#"[
  {"name": "actors/one", "actor": {"display_name": "Onia", "type": "ACTOR_TYPE_STATE"}},
  {"name": "actors/two", "actor": {"display_name": "Twonia", "type": "ACTOR_TYPE_STATE"}},
  {"name": "terms/halt", "term": {"display_name": "Halt", "type": "TERM_TYPE_PROHIBITION"}},
  {"name": "documents/doc", "document": {"title": "Paper", "publisher": "Agency", "published": {"local": "2025-03-19"}}}
]"#;

fn append(room: &mut Room, list: &serde_json::Value) {
    let records = list.as_array().expect("a list").iter();
    let records = records.map(|record| crate::support::from_json("Record", record).expect("a record")).collect();
    room.take(records).unwrap_or_else(|faults| panic!("{faults:?}"));
}

fn two_and(more: &serde_json::Value) -> Room {
    let mut room = Room::new("d", "Europe/Kyiv");
    append(&mut room, &serde_json::from_str(TWO).expect("JSON"));
    append(&mut room, more);
    room
}

fn of(room: &Room, question: pb::ComposeBriefingRequest, language: &str) -> pb::Briefing {
    let parent = format!("dossiers/{}", room.dossier.id.as_str());
    composed(room, &pb::ComposeBriefingRequest { parent, language: language.to_owned(), ..question })
}

fn told(briefing: &pb::Briefing, kind: Kind) -> Vec<String> {
    section(briefing, kind).sentences.iter().map(|sentence| sentence.text.clone()).collect()
}

/// The case of a day, as it could be told on the morning after.
fn morning_after(room: &Room, date: &str, language: &str) -> pb::Briefing {
    let next = date.parse::<jiff::civil::Date>().expect("a day").tomorrow().expect("there is a next");
    of(room, day(date, &format!("{next}T06:00:00Z")), language)
}

fn struck(number: usize, effect: Option<&str>, act: Option<&str>) -> [serde_json::Value; 2] {
    let mut facts = serde_json::json!({"occurred": {"local": "2025-03-19T12:00"}, "attributed_to": "actors/two",
        "struck": [{"object": "elec.sub"}]});
    if let Some(effect) = effect {
        facts["struck"][0]["effect"] = effect.into();
    }
    if let Some(act) = act {
        facts["act"] = act.into();
    }
    [
        serde_json::json!({"name": format!("incidents/i{number}"), "incident": {"display_name": format!("Substation {number}")}}),
        serde_json::json!({"name": format!("reports/r{number}"), "citations": [{"document": "documents/doc"}], "report":
            {"incident": format!("incidents/i{number}"), "claimant": "actors/one", "facts": facts,
             "alleges_breach_of": ["terms/halt"]}}),
    ]
}

#[test]
fn attacks_are_strikes_only_where_every_report_says_that_something_was_hit() {
    let asked = || day("2025-03-19", "2025-03-20T06:00:00Z");
    let hit = Some("EFFECT_HIT");
    let cases = [
        (hit, None, Some(("Onia reported strikes on energy infrastructure", "про удари (енергетична"))),
        (None, None, Some(("Onia reported attacks on energy infrastructure", "про напади (енергетична"))),
        (Some("EFFECT_AFFECTED"), None, Some(("Onia reported attacks on", "про напади"))),
        (hit, Some("strike.drone"), Some(("Onia reported strikes on", "про удари"))),
        (hit, Some("sabotage"), Some(("Onia reported attacks on", "про напади"))),
        (hit, Some("obstruction"), None),
    ];
    for (effect, act, expected) in cases {
        let records = [struck(1, hit, act), struck(2, effect, act)].concat();
        let room = two_and(&serde_json::Value::Array(records));
        let points = ["en", "uk"].map(|language| {
            let briefing = of(&room, asked(), language);
            briefing.key_points.iter().find(|p| p.rule() == Rule::Incidents).map(|point| point.text.clone())
        });
        match (expected, &points) {
            (None, [None, None]) => {}
            (Some((en, uk)), [Some(english), Some(ukrainian)]) => {
                assert!(english.starts_with(en), "{effect:?} {act:?}: {english}");
                assert!(ukrainian.contains(uk), "{effect:?} {act:?}: {ukrainian}");
            }
            _ => panic!("{effect:?} {act:?}: {points:?}"),
        }
    }
}

#[test]
fn a_report_that_lists_nothing_makes_no_strikes_of_what_it_reports() {
    let key_point = |second: serde_json::Value| {
        let [incident, mut report] = struck(2, None, None);
        report["report"]["claimant"] = "actors/two".into();
        report["report"]["facts"]["attributed_to"] = "actors/one".into();
        report["report"]["facts"]["struck"] = second;
        let records = [struck(1, Some("EFFECT_HIT"), None).to_vec(), vec![incident, report]].concat();
        let room = two_and(&serde_json::Value::Array(records));
        let briefing = of(&room, day("2025-03-19", "2025-03-20T06:00:00Z"), "en");
        point(&briefing, Rule::Incidents).text.clone()
    };
    let told = key_point(serde_json::json!([{"object": "elec.sub", "effect": "EFFECT_HIT"}]));
    assert!(told.contains("reported strikes on"), "{told}");
    let told = key_point(serde_json::json!([]));
    assert!(!told.contains("strikes") && told.contains("reported attacks on"), "{told}");
}

#[test]
fn one_report_is_told_in_its_own_words_and_not_as_several() {
    let briefing = morning_after(&case_room(), "2025-04-05", "en");
    let [only] = &briefing.key_points[..] else { panic!("{:#?}", briefing.key_points) };
    assert_eq!(
        only.text,
        "Industrial site in Saransk: Russia (Head of Mordovia) reported a hit on an industrial, commercial or agricultural site of another kind on 5 April, naming Ukraine as the author."
    );
}

#[test]
fn what_a_key_point_tells_of_is_not_told_without_what_is_denied_of_it() {
    let room = case_room();
    let english = morning_after(&room, "2025-03-26", "en");
    let strikes = point(&english, Rule::Incidents);
    let denied =
        "In each of these incidents Ukraine (General Staff of the Armed Forces of Ukraine) denied that it took place.";
    assert!(strikes.text.ends_with(denied), "{strikes:?}");
    assert!(strikes.records.iter().any(|record| record.contains("reports/v09-ukraine")), "{strikes:?}");
    let next = morning_after(&room, "2025-03-27", "en");
    let strikes = &point(&next, Rule::Incidents).text;
    assert!(strikes.contains("In one of these 2 incidents the Ministry of Foreign Affairs of Ukraine"), "{strikes}");
    let ukrainian = morning_after(&room, "2025-03-26", "uk");
    let strikes = &point(&ukrainian, Rule::Incidents).text;
    assert!(strikes.contains("заперечує щодо кожного з цих інцидентів саму подію"), "{strikes}");
}

#[test]
fn what_is_not_listed_is_named_by_what_it_is() {
    let reading = |n: usize| {
        serde_json::json!({"name": format!("readings/r{n:02}"), "citations": [{"document": "documents/doc"}], "reading":
            {"term": "terms/halt", "held_by": "actors/one", "instrument": "instruments/text", "operative": "TRISTATE_YES",
             "objects": {"include": ["elec"]}, "window": {"start": {"local": "2025-03-18"}}}})
    };
    let text = serde_json::json!({"name": "instruments/text", "citations": [{"document": "documents/doc"}], "instrument":
        {"display_name": "Text", "type": "INSTRUMENT_TYPE_LIST", "author": "actors/one", "stated": {"local": "2025-03-18"}}});
    let mut records = vec![text];
    records.extend(struck(1, Some("EFFECT_HIT"), None));
    records.extend((0..14).map(reading));
    let room = two_and(&serde_json::Value::Array(records));
    let asked = || pb::ComposeBriefingRequest {
        readings: Some(pb::ReadingChoice { set: pb::ReadingSet::All.into(), ..Default::default() }),
        ..day("2025-03-19", "2025-03-20T06:00:00Z")
    };
    let notes = ["en", "uk"].map(|language| told(&of(&room, asked(), language), Kind::Verdicts));
    assert_eq!(notes[0], ["And 2 more readings, which are not listed here."]);
    assert_eq!(notes[1], ["Тут не наведено ще 2 тлумачення."]);
}

#[test]
fn allegations_are_counted_of_the_incidents_that_were_looked_at() {
    let records = (0..50).flat_map(|n| struck(n, Some("EFFECT_HIT"), None)).collect();
    let room = two_and(&serde_json::Value::Array(records));
    let asked = || day("2025-03-19", "2025-03-20T06:00:00Z");
    let english = told(&of(&room, asked(), "en"), Kind::Allegations);
    assert_eq!(english[0], "Onia alleged breaches of “Halt” by Twonia in 40 of the latest 40 incidents.");
    assert!(english.iter().any(|text| text.starts_with("Listed are the latest 40 of 50 incidents")), "{english:#?}");
    let ukrainian = told(&of(&room, asked(), "uk"), Kind::Allegations);
    assert!(ukrainian[0].ends_with("40 інцидентів з останніх 40."), "{ukrainian:#?}");
}

#[test]
fn an_unsettled_obligation_is_news_once_and_then_named_among_what_stands() {
    let room = case_room();
    let of_day = |date: &str, language: &str| told(&morning_after(&room, date, language), Kind::Obligations);
    let in_full = |texts: &[String]| {
        texts
            .iter()
            .any(|text| text.starts_with("By the reading of Russia") && text.contains("“Handing over of wounded"))
    };
    assert!(in_full(&of_day("2025-03-18", "en")) && in_full(&of_day("2025-03-19", "en")));
    for date in ["2025-03-20", "2025-03-23", "2025-04-18"] {
        let texts = of_day(date, "en");
        let standing: Vec<&String> = texts.iter().filter(|text| text.contains("“Handing over of wounded")).collect();
        let [one] = standing[..] else { panic!("{date}: {texts:#?}") };
        assert!(one.starts_with("Still not settled either way: ") && !in_full(&texts), "{date}: {one}");
    }
    // What became known only after the period is news in its edition, and nothing that stands still.
    let texts = of_day("2025-03-18", "en").join("\n");
    assert!(texts.contains("“Technical talks to begin” is pending, with no deadline stated."), "{texts}");
    // What is open without a deadline likewise, until talks are held.
    let texts = of_day("2025-03-23", "en").join("\n");
    assert!(texts.contains("Still pending, with no deadline stated: “Technical talks to begin”"), "{texts}");
    let ukrainian = of_day("2025-03-23", "uk").join("\n");
    assert!(ukrainian.contains("Чи виконано, досі не з’ясовано: «Handing over of wounded"), "{ukrainian}");
}

#[test]
fn a_forecast_that_may_come_true_on_any_of_many_days_is_told_on_the_first_and_the_last() {
    let room = case_room();
    let of_day = |date: &str| told(&morning_after(&room, date, "en"), Kind::Forecasts);
    let open = "Open until some time between 2 April and the end of 18 April.";
    for date in ["2025-03-19", "2025-04-02"] {
        let texts = of_day(date);
        assert!(texts.iter().any(|text| text.ends_with(open)), "days are the speaker's own: {texts:#?}");
    }
    let between = of_day("2025-04-05");
    assert_eq!(between[1..], ["1 forecast made before is still open."]);
    let last = of_day("2025-04-19");
    assert!(last.iter().any(|text| text.contains("A ceasefire agreement within a couple of weeks.")), "{last:#?}");
}

#[test]
fn no_two_key_points_begin_alike() {
    let room = case_room();
    let mut date: jiff::civil::Date = "2025-03-18".parse().expect("a day");
    while date.to_string().as_str() <= "2025-04-21" {
        for language in ["en", "uk"] {
            let briefing = morning_after(&room, &date.to_string(), language);
            let begins = |point: &pb::KeyPoint| point.text.split(' ').take(3).collect::<Vec<_>>().join(" ");
            let mut seen: Vec<String> = Vec::new();
            for point in briefing.key_points.iter().filter(|point| point.rule() == Rule::Texts) {
                let begins = begins(point);
                assert!(!seen.contains(&begins), "{date} {language}: {begins}");
                seen.push(begins);
            }
        }
        date = date.tomorrow().expect("there is a next");
    }
}

#[test]
fn where_texts_part_a_key_point_shows_in_what() {
    let briefing = morning_after(&case_room(), "2025-03-18", "en");
    let points: Vec<&str> = briefing.key_points.iter().map(|point| point.text.as_str()).collect();
    let second =
        points.iter().find(|text| text.starts_with("Over “Civil infrastructure beyond energy” they part too: "));
    let second = second.unwrap_or_else(|| panic!("{points:#?}"));
    assert!(second.contains("the Kremlin was silent") && second.contains("the White House wrote"), "{second}");
}

#[test]
fn of_what_is_said_of_a_halt_and_over_what_texts_part_each_is_told_in_turn() {
    let briefing = morning_after(&case_room(), "2025-03-25", "en");
    let texts: Vec<&str> =
        briefing.key_points.iter().filter(|p| p.rule() == Rule::Texts).map(|p| p.text.as_str()).collect();
    let [said, parts] = texts[..] else { panic!("{texts:#?}") };
    assert!(said.starts_with("Russia reserved the right to be released from"), "{said}");
    assert!(parts.starts_with("The texts part over “Halt on strikes against energy infrastructure”"), "{parts}");
    assert!(said.contains(". Condition: The other side breaks it"), "one is not several: {said}");
}

#[test]
fn delegates_are_no_parties_of_a_contact() {
    let room = case_room();
    let english = morning_after(&room, "2025-03-25", "en");
    assert!(point(&english, Rule::Contact).text.starts_with("The United States and Ukraine held talks in Riyadh"));
    let contacts = told(&english, Kind::Contacts).join("\n");
    assert!(
        contacts.contains(", with Rustem Umerov (defence minister of Ukraine) as a delegate, according to"),
        "{contacts}"
    );
    let ukrainian = told(&morning_after(&room, "2025-03-25", "uk"), Kind::Contacts).join("\n");
    assert!(ukrainian.contains(", делегат: Рустем Умєров"), "{ukrainian}");
}

#[test]
fn a_contact_is_told_to_its_end_and_on_each_of_its_days() {
    let room = case_room();
    let contacts = |date: &str, language: &str| told(&morning_after(&room, date, language), Kind::Contacts).join("\n");
    assert!(contacts("2025-03-18", "en").contains("was held from 16:00 to 18:30 on 18 March"));
    assert!(contacts("2025-03-18", "uk").contains("проведено з 16:00 до 18:30 18 березня"));
    for date in ["2025-03-25", "2025-03-26"] {
        let told = contacts(date, "en");
        assert!(told.contains("were held from 23 to 25 March in Riyadh"), "{date}: {told}");
    }
    assert!(!contacts("2025-03-27", "en").contains("were held from 23 to 25 March"));
}

#[test]
fn an_hour_that_is_read_by_itself_has_its_zone() {
    let room = case_room();
    for (language, words) in [
        ("en", "had been published by 20 March 2025 08:00 (Europe/Kyiv) is taken"),
        ("uk", "до 20 березня 2025 року 08:00 (Europe/Kyiv); стан запису"),
    ] {
        let header = morning_after(&room, "2025-03-19", language).header.expect("a header");
        assert!(header.notes[0].contains(words), "{:?}", header.notes);
        let briefing = morning_after(&room, "2025-03-19", language);
        let timeline = briefing.charts.last().expect("there is one");
        assert_eq!(timeline.kind(), pb::BriefingChartKind::Timeline);
        assert!(timeline.note.contains("Europe/Kyiv"), "{}", timeline.note);
    }
}

#[test]
fn a_grade_is_no_count_and_stands_with_the_words_of_its_column() {
    let page = armistice::render::briefing::html::page(&morning_after(&case_room(), "2025-03-28", "en"));
    assert!(page.contains("<td><bdi>B</bdi></td><td><bdi>6</bdi></td>"), "grades are two values, set alike");
    assert!(page.contains("<td class=\"number\">"), "counts are still set as numbers");
}

#[test]
fn ukrainian_sentences_have_their_objects_and_one_account_is_not_several() {
    let briefing = morning_after(&case_room(), "2025-03-25", "uk");
    let texts = &point(&briefing, Rule::Texts).text;
    let all = crate::desk::prose(&briefing).join("\n");
    assert!(all.contains("Володимир Зеленський визначає це") && texts.starts_with("Росія залишає"), "{all}");
    assert!(all.contains("Тривалість: 12 год (Institute for the Study of War).") && all.contains("з 23 до 25 березня"));
}

#[test]
fn what_changed_a_record_is_named_for_the_change_and_older_papers_are_not() {
    let mut room = two_and(&serde_json::json!([
      {"name": "documents/early", "document": {"title": "Early", "publisher": "Early Post", "published": {"local": "2025-03-18"}}},
      {"name": "documents/late", "document": {"title": "Late", "publisher": "Late Post", "published": {"local": "2025-04-05"}}},
      {"name": "contacts/talks", "citations": [{"document": "documents/early"}], "contact":
        {"display_name": "Talks", "type": "CONTACT_TYPE_TALKS", "status": "CONTACT_STATUS_PLANNED", "planned": {"local": "2025-03-19"},
         "participants": [{"actor": "actors/one"}, {"actor": "actors/two"}]}}
    ]));
    append(
        &mut room,
        &serde_json::json!([
          {"name": "contacts/talks", "reason": "Held.", "citations": [{"document": "documents/early", "supports": ["contact.participants"]},
            {"document": "documents/doc", "supports": ["contact.durations"]}, {"document": "documents/late"}], "contact":
            {"display_name": "Talks", "type": "CONTACT_TYPE_TALKS", "status": "CONTACT_STATUS_HELD", "began": {"local": "2025-03-19"},
             "durations": [{"least": "3600s", "stated_by": "actors/one"}],
             "participants": [{"actor": "actors/one"}, {"actor": "actors/two"}]}}
        ]),
    );
    let contacts = told(&of(&room, day("2025-03-19", "2025-03-20T06:00:00Z"), "en"), Kind::Contacts);
    assert!(contacts[0].contains("were held on 19 March, according to Agency."), "{contacts:#?}");
    assert!(!contacts[0].contains("Early Post"), "it only announced them: {contacts:#?}");
}
