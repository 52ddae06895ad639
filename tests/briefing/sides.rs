//! Neutrality: exchange the names of two sides in a dossier, and they are exchanged in its briefing, and nothing else is.

use armistice::wire::pb;

use crate::desk::{composed, day, text};
use crate::mirror::{SIDES_OF_IT, room};

fn exchanged(text: &str) -> String {
    let [one, other] = SIDES_OF_IT;
    let pairs = [(one.0, other.0), (one.1, other.1)];
    pairs.into_iter().fold(text.to_owned(), |text, (a, b)| text.replace(a, "\u{0}").replace(b, a).replace('\u{0}', b))
}

#[test]
fn exchanging_two_sides_exchanges_the_sentences_and_nothing_else() {
    let [one, other] = SIDES_OF_IT;
    let (plain, swapped) = (room([one, other]), room([other, one]));
    for language in ["en", "uk"] {
        let question = pb::ComposeBriefingRequest {
            parent: "dossiers/d".to_owned(),
            language: language.to_owned(),
            ..day("2025-03-19", "2025-03-20T06:00:00Z")
        };
        let (a, b) = (composed(&plain, &question), composed(&swapped, &question));
        let (told, told_of_swapped) = (exchanged(&text(&a)), text(&b));
        for (line, expected) in told_of_swapped.lines().zip(told.lines()) {
            assert_eq!(line, expected, "in {language}");
        }
        assert_eq!(told_of_swapped.lines().count(), told.lines().count());
        let records = |briefing: &pb::Briefing| -> Vec<String> {
            briefing.sections.iter().flat_map(|s| &s.sentences).flat_map(|s| s.records.clone()).collect()
        };
        let expected: Vec<String> = records(&a).iter().map(|name| exchanged(name)).collect();
        assert_eq!(records(&b), expected, "in {language}");
    }
}
