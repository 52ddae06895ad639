//! Languages: what is not a record's own word is said in the language that was asked for.

use armistice::wire::pb;

use crate::desk::{case_room, composed, day, point, text};
use crate::mirror::{SIDES_OF_IT, room};

/// What is written in Latin letters in any language: the zone's name and the letters of a scale.
const LATIN: [&str; 3] = ["Europe/Kyiv", "A–F", "F та"];

#[test]
fn a_ukrainian_briefing_of_ukrainian_records_has_no_word_of_another_language() {
    let question = pb::ComposeBriefingRequest {
        parent: "dossiers/d".to_owned(),
        language: "uk".to_owned(),
        bases: pb_bases(),
        ..day("2025-03-19", "2025-03-20T06:00:00Z")
    };
    let briefing = composed(&room(SIDES_OF_IT), &question);
    // The dossier has no name of its own, so its identifier stands in the title; a map's points are shown as they are held.
    let told = text(&briefing).replace("# d:", "#");
    let told: Vec<&str> = told.lines().filter(|line| !line.starts_with("  @ ")).collect();
    let mut plain = told.join("\n").replace(" [known later]", "");
    for latin in LATIN {
        plain = plain.replace(latin, "");
    }
    let foreign: Vec<&str> = plain.lines().filter(|line| line.chars().any(|c| c.is_ascii_alphabetic())).collect();
    assert!(foreign.is_empty(), "{foreign:#?}");
    assert!(plain.contains("перевірено й підтверджено (місія)"), "a finding is told");
}

fn pb_bases() -> Vec<i32> {
    let all = [pb::Basis::Alleged, pb::Basis::Undisputed, pb::Basis::Corroborated, pb::Basis::Verified];
    all.into_iter().map(i32::from).collect()
}

#[test]
fn names_are_told_in_the_language_where_they_are_recorded_in_it() {
    let question =
        pb::ComposeBriefingRequest { language: "uk".to_owned(), ..day("2025-03-19", "2025-03-20T06:00:00Z") };
    let briefing = composed(&case_room(), &question);
    let call = &point(&briefing, pb::KeyPointRule::Contact).text;
    assert!(call.contains("Володимир Зеленський і Дональд Трамп"), "{call}");
    let talks = &point(&briefing, pb::KeyPointRule::Upcoming).text;
    assert!(talks.contains("у понеділок 24 березня"), "{talks}");
    let exchange = &point(&briefing, pb::KeyPointRule::Exchange).text;
    assert!(exchange.contains("372 полонених"), "{exchange}");
}

#[test]
fn both_languages_say_as_much_and_rest_on_the_same_records() {
    let room = case_room();
    for date in ["2025-03-19", "2025-03-28", "2025-04-18"] {
        let english = day(date, "2025-04-30T00:00:00Z");
        let ukrainian = pb::ComposeBriefingRequest { language: "uk".to_owned(), ..english.clone() };
        let (english, ukrainian) = (composed(&room, &english), composed(&room, &ukrainian));
        for (a, b) in english.sections.iter().zip(&ukrainian.sections) {
            let shape = |section: &pb::BriefingSection| {
                let sentences = section.sentences.iter().map(|s| (s.records.clone(), s.kind, s.known_later));
                let tables = section.tables.iter().map(|table| (table.columns.len(), table.rows.len()));
                (sentences.collect::<Vec<_>>(), tables.collect::<Vec<_>>())
            };
            assert_eq!(shape(a), shape(b), "{date}: {}", a.heading);
        }
        let points = |briefing: &pb::Briefing| -> Vec<Vec<String>> {
            briefing.key_points.iter().map(|point| point.records.clone()).collect()
        };
        assert_eq!(points(&english), points(&ukrainian), "{date}");
    }
}
