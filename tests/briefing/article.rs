//! The briefing of 19 March 2025 as it could have been written the next morning: the four key points of the article.

use crate::desk::{case_room, composed, day, point, prose, section, text};
use armistice::wire::pb::{BriefingSectionKind as Kind, KeyPointRule as Rule};

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "“{word}” is not in: {text}");
    }
}

#[test]
fn the_key_points_of_the_article_are_derived_from_records() {
    let room = case_room();
    let briefing = composed(&room, &day("2025-03-19", "2025-03-20T06:00:00Z"));
    assert!((3..=5).contains(&briefing.key_points.len()), "{:#?}", briefing.key_points);
    let call = point(&briefing, Rule::Contact);
    has(
        &call.text,
        &["Volodymyr Zelensky and Donald Trump", "on 19 March", "after Donald Trump’s call with Vladimir Putin"],
    );
    assert_eq!(call.records.len(), 2, "{call:?}");
    let strikes = point(&briefing, Rule::Incidents);
    has(&strikes.text, &["Both sides reported strikes on energy infrastructure overnight"]);
    has(
        &strikes.text,
        &["railway energy system", "oil depot", "naming Russia as the author", "naming Ukraine as the author"],
    );
    for name in ["reports/v03-ukraine", "reports/v04-russia"] {
        assert!(strikes.records.iter().any(|record| record.ends_with(name)), "{name} in {strikes:?}");
    }
    let talks = point(&briefing, Rule::Upcoming);
    has(
        &talks.text,
        &["Technical talks between the US and Russia", "Monday 24 March", "Saudi Arabia", "Steve Witkoff"],
    );
    has(&talks.text, &["An earlier announcement by Steve Witkoff put it in Jeddah, Saudi Arabia on Sunday 23 March"]);
    let exchange = point(&briefing, Rule::Exchange);
    has(&exchange.text, &["372 prisoners were exchanged on 19 March", "according to Russia"]);
    has(&exchange.text, &["175 prisoners of war from Ukraine to Russia", "22 wounded from Russia to Ukraine"]);
    let sums = section(&briefing, Kind::Exchanges);
    let told: Vec<&str> = sums.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    has(&told.join("\n"), &["add up to 372, which is the total that it states", "announced 23 and confirmed 22"]);
}

#[test]
fn no_verification_is_printed_and_goodwill_is_said_of_the_wounded_only() {
    let room = case_room();
    let briefing = composed(&room, &day("2025-03-19", "2025-03-20T06:00:00Z"));
    let all = text(&briefing).to_lowercase();
    assert!(!all.contains("verified"), "nothing was verified");
    let goodwill: Vec<String> = prose(&briefing).into_iter().filter(|text| text.contains("goodwill")).collect();
    assert!(!goodwill.is_empty(), "the ministry's words are told");
    for sentence in goodwill {
        assert!(sentence.contains("22") && !sentence.contains("372"), "{sentence}");
        assert!(sentence.contains("Ministry of Defence of Russia"), "whose words they are: {sentence}");
    }
    assert!(briefing.key_points.iter().all(|point| !point.text.contains("goodwill")));
    for absent in ["Kavkazskaya", "derailing", "deliberate"] {
        let points: Vec<&str> = briefing.key_points.iter().map(|point| point.text.as_str()).collect();
        assert!(absent == "Kavkazskaya" || !points.join(" ").contains(absent), "{absent} in {points:?}");
    }
}

#[test]
fn the_two_wordings_of_the_halt_stand_side_by_side_with_whoever_wrote_them() {
    let room = case_room();
    let briefing = composed(&room, &day("2025-03-19", "2025-03-20T06:00:00Z"));
    let readouts = section(&briefing, Kind::Readouts);
    let table =
        readouts.tables.iter().find(|table| table.columns.iter().any(|head| head.starts_with("Kremlin, readout")));
    let table = table.unwrap_or_else(|| panic!("{readouts:#?}"));
    let column = |start: &str| table.columns.iter().position(|head| head.starts_with(start)).expect(start);
    let row = |start: &str| table.rows.iter().find(|row| row.cells[0].text.starts_with(start)).expect(start);
    let (kremlin, house) = (column("Kremlin, readout"), column("White House, readout"));
    let halt = row("Halt on strikes");
    assert_eq!(halt.cells[kremlin].text, "“energy infrastructure”");
    assert_eq!(halt.cells[house].text, "“energy and infrastructure ceasefire”");
    let exchange = row("Prisoner exchange");
    assert_eq!(exchange.cells[house].text, "silent");
    assert_eq!(exchange.cells[kremlin].text, "“175 for 175”");
    assert!(table.rows.iter().all(|row| row.cells.len() == table.columns.len()));
}

#[test]
fn the_mediator_is_named_only_once_its_document_was_published() {
    let room = case_room();
    let names = |known_by: &str| text(&composed(&room, &day("2025-03-19", known_by))).contains("United Arab Emirates");
    assert!(names("2025-03-20T06:00:00Z"));
    assert!(!names("2025-03-19T18:00:00Z"), "the agency's report is of 18:25");
}
