//! Editions one after the other: what is new, what changed, what was withdrawn; and other days, as a reader would read them.

use armistice::view::records::Clock;
use armistice::wire::pb;
use pb::{BriefingSectionKind as Kind, BriefingSentenceKind as SentenceKind, KeyPointRule as Rule};

use crate::desk::{case_room, compared, composed, day, point, section};
use crate::support::room::Room;

fn kinds(section: &pb::BriefingSection, kind: SentenceKind) -> Vec<&str> {
    section.sentences.iter().filter(|s| s.kind() == kind).map(|s| s.text.as_str()).collect()
}

fn append(room: &mut Room, json: &str) {
    let list: serde_json::Value = serde_json::from_str(json).expect("JSON");
    let records = list.as_array().expect("a list").iter();
    let records = records.map(|record| crate::support::from_json("Record", record).expect("a record")).collect();
    room.take(records).unwrap_or_else(|faults| panic!("{faults:?}"));
}

#[test]
fn other_days_have_their_own_key_points() {
    let room = case_room();
    let march = composed(&room, &day("2025-03-28", "2025-03-29T06:00:00Z"));
    assert!((3..=5).contains(&march.key_points.len()), "{:#?}", march.key_points);
    let strikes = &point(&march, Rule::Incidents).text;
    assert!(strikes.contains("Both sides reported attacks on energy infrastructure on 27 or 28 March"), "{strikes}");
    let release = &point(&march, Rule::Texts).text;
    assert!(release.starts_with("Dmitry Peskov reserved the right to be released from"), "{release}");
    let april = composed(&room, &day("2025-04-18", "2025-04-19T06:00:00Z"));
    assert!((3..=5).contains(&april.key_points.len()), "{:#?}", april.key_points);
    let over = &point(&april, Rule::Texts).text;
    assert!(over.contains("declared the end of “Halt on strikes against energy infrastructure”"), "{over}");
    let window = &point(&april, Rule::Due).text;
    for end in ["the end of 16 April if the first day counts", "the end of 18 April if calendar months are counted"] {
        assert!(window.contains(end), "{window}");
    }
}

#[test]
fn beside_an_edition_before_only_what_changed_is_told_as_news() {
    let room = case_room();
    let at = room.records.head();
    let before = Clock { at, known_by: Some("2025-03-27T06:00:00Z".parse().expect("an instant")) };
    let request = day("2025-03-27", "2025-03-28T06:00:00Z");
    let (alone, beside) = (composed(&room, &request), compared(&room, &request, Some(before)));
    let all = kinds(section(&alone, Kind::Incidents), SentenceKind::New).len();
    let new = kinds(section(&beside, Kind::Incidents), SentenceKind::New);
    assert!(!new.is_empty() && new.len() <= all, "{new:#?}");
    let same = compared(
        &room,
        &request,
        Some(Clock { at, known_by: Some("2025-03-28T06:00:00Z".parse().expect("an instant")) }),
    );
    for kind in [SentenceKind::New, SentenceKind::Updated, SentenceKind::Withdrawn] {
        assert_eq!(kinds(section(&same, Kind::Incidents), kind), Vec::<&str>::new(), "nothing came in between");
    }
    let corrections = &section(&same, Kind::Corrections).sentences;
    assert_eq!(corrections[0].text, "Nothing that the edition before said has changed.");
}

#[test]
fn what_was_corrected_or_withdrawn_since_is_told_with_its_reason_and_what_it_changed() {
    let mut room = case_room();
    let request = day("2025-03-19", "2025-03-20T06:00:00Z");
    let before = Clock { at: room.records.head(), known_by: Some("2025-03-20T06:00:00Z".parse().expect("an instant")) };
    append(
        &mut room,
        r#"[{"name": "incidents/v02", "reason": "It was another night.", "retracted": true},
            {"name": "statements/krasnodar-debris", "reason": "Misread.", "retracted": true},
            {"name": "reports/v03-ukraine", "reason": "The object was a warehouse.", "citations":
              [{"document": "documents/art"}], "report": {"incident": "incidents/v03", "claimant": "actors/ukraine",
               "statement": "statements/ukrzaliznytsia-2025-03-19", "facts":
                {"occurred": {"earliest": "2025-03-18T23:20:00Z", "latest": "2025-03-18T23:21:00Z"},
                 "attributed_to": "actors/russia", "struck": [{"object": "industry.other", "effect": "EFFECT_HIT"}]}}}]"#,
    );
    let briefing = compared(&room, &request, Some(before));
    let incidents = section(&briefing, Kind::Incidents);
    let withdrawn = kinds(incidents, SentenceKind::Withdrawn);
    assert_eq!(withdrawn, ["Power in Sloviansk: withdrawn from the record. Reason given: It was another night."]);
    let updated = kinds(incidents, SentenceKind::Updated);
    assert_eq!(updated.len(), 1, "{updated:#?}");
    assert!(updated[0].starts_with("Railway energy system in Dnipropetrovsk Region"), "{updated:#?}");
    assert!(updated[0].contains("an industrial, commercial or agricultural site of another kind"), "{updated:#?}");
    let corrections = section(&briefing, Kind::Corrections);
    let texts: Vec<&str> = corrections.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    assert!(
        texts.iter().any(|text| text.contains("retracted since the edition before. Reason given: Misread.")),
        "{texts:#?}"
    );
    assert!(texts.iter().any(|text| text.contains("Reason given: The object was a warehouse.")), "{texts:#?}");
    let changed = corrections.tables.first().expect("verdicts changed");
    let row = changed.rows.iter().find(|row| row.cells[1].text.starts_with("Russia")).expect("under Russia's reading");
    let cells: Vec<&str> = row.cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(cells[3..], ["breach", "no breach"], "{cells:?}");
    assert_eq!(row.cells[3].verdict(), pb::Verdict::Breach);
    let header = briefing.header.expect("a header");
    assert_eq!(header.previous.map(|previous| previous.position), i64::try_from(before.at).ok());
}
