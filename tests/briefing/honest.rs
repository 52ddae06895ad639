//! Nothing is said that no record carries, and where there is nothing, that is said.

use std::collections::BTreeSet;

use armistice::domain::name::RecordName;
use armistice::wire::pb;
use pb::{BriefingSectionKind as Kind, BriefingSentenceKind as SentenceKind};
use prost::Message;

use crate::desk::{case_room, composed, day, section, text};
use crate::support::room::Room;

const DAYS: [(&str, &str); 5] = [
    ("2025-03-18", "2025-03-19T04:00:00Z"),
    ("2025-03-19", "2025-03-20T06:00:00Z"),
    ("2025-03-28", "2025-03-29T06:00:00Z"),
    ("2025-04-18", "2025-04-19T06:00:00Z"),
    ("2025-03-18/2025-04-18", "2025-05-01T00:00:00Z"),
];

/// Every list of records that a briefing rests on, with what it stands behind.
fn behind(briefing: &pb::Briefing) -> Vec<(String, Vec<String>)> {
    let points = briefing.key_points.iter().map(|point| (point.text.clone(), point.records.clone()));
    let sentences = briefing.sections.iter().flat_map(|section| &section.sentences);
    let sentences = sentences.map(|sentence| (sentence.text.clone(), sentence.records.clone()));
    let rows = briefing.sections.iter().flat_map(|section| &section.tables).flat_map(|table| &table.rows);
    let rows = rows.map(|row| (row.cells[0].text.clone(), row.records.clone()));
    let moments = briefing.charts.iter().flat_map(|chart| &chart.moments);
    let moments = moments.map(|moment| (moment.label.clone(), vec![moment.record.clone()]));
    let features = briefing.features.iter().map(|feature| (feature.label.clone(), vec![feature.record.clone()]));
    points.chain(sentences).chain(rows).chain(moments).chain(features).collect()
}

#[test]
fn every_sentence_rests_on_records_and_every_record_was_known() {
    let room = case_room();
    for (period, known_by) in DAYS {
        let request = day(period, known_by);
        let briefing = composed(&room, &request);
        let snapshot = room.snapshot(request.consistency.clone()).expect("a snapshot");
        for (text, records) in behind(&briefing) {
            for record in records {
                let name = RecordName::parse(&record, &room.dossier.id).expect("a full name");
                assert!(snapshot.is_there(&name), "{period}: {record} behind {text}");
            }
        }
        for point in &briefing.key_points {
            assert!(!point.records.is_empty(), "{period}: {point:?}");
        }
        for sentence in briefing.sections.iter().flat_map(|section| &section.sentences) {
            let is_note = sentence.kind() == SentenceKind::Note;
            assert_eq!(sentence.records.is_empty(), is_note, "{period}: {sentence:?}");
            assert!(!sentence.text.contains("  "), "{period}: {sentence:?}");
            let stops = sentence.text.ends_with(['.', '?', '!', '”', ')', ':']);
            assert!(stops && !sentence.text.ends_with(".."), "{period}: {sentence:?}");
        }
    }
}

#[test]
fn no_sentence_is_said_twice_in_a_section_and_rows_have_a_cell_for_every_column() {
    let room = case_room();
    for (period, known_by) in DAYS {
        let briefing = composed(&room, &day(period, known_by));
        for section in &briefing.sections {
            let mut seen = BTreeSet::new();
            for sentence in &section.sentences {
                assert!(seen.insert(&sentence.text), "{period}: twice in {}: {}", section.heading, sentence.text);
            }
            for table in &section.tables {
                for row in &table.rows {
                    assert_eq!(row.cells.len(), table.columns.len(), "{period}: {row:?} of {}", table.caption);
                    assert!(row.cells.iter().all(|cell| !cell.text.is_empty()), "{period}: {row:?}");
                }
                assert!(!table.rows.is_empty(), "{period}: {}", table.caption);
            }
        }
        for chart in &briefing.charts {
            for series in &chart.series {
                assert_eq!(series.values.len(), chart.categories.len(), "{period}: {}", chart.title);
            }
        }
    }
}

#[test]
fn the_word_verified_stands_in_no_briefing_of_a_case_without_findings() {
    let room = case_room();
    for (period, known_by) in DAYS {
        let told = text(&composed(&room, &day(period, known_by))).to_lowercase();
        assert!(!told.contains("verified"), "{period}");
    }
}

#[test]
fn the_same_clocks_give_the_same_bytes_whatever_was_recorded_since() {
    let whole = case_room();
    let half = whole.entries.len() * 3 / 4;
    let stopped = whole.stopped_at(half);
    let position = i64::try_from(half).expect("a small dossier");
    for (period, known_by) in DAYS {
        let mut request = day(period, known_by);
        let first = composed(&whole, &request).encode_to_vec();
        assert!(first == composed(&whole.replayed(), &request).encode_to_vec(), "{period}: the same record read again");
        let clock = request.consistency.as_mut().expect("a clock");
        clock.when = Some(pb::consistency::When::At(pb::At { at: Some(pb::at::At::Position(position)) }));
        let then = composed(&whole, &request).encode_to_vec();
        assert!(then == composed(&stopped, &request).encode_to_vec(), "{period}: as of {position}");
    }
}

#[test]
fn before_the_first_document_every_section_says_that_there_is_nothing() {
    let room = case_room();
    for briefing in [
        composed(&room, &day("2025-03-01", "2025-03-02T00:00:00Z")),
        composed(&Room::new("ukraine-2025", "Europe/Kyiv"), &day("2025-03-19", "2025-03-20T06:00:00Z")),
    ] {
        assert_eq!(briefing.sections.len(), 16);
        assert!(briefing.key_points.is_empty(), "{:?}", briefing.key_points);
        for section in &briefing.sections {
            let [only] = &section.sentences[..] else { panic!("{section:?}") };
            assert!(only.kind() == SentenceKind::Note && only.records.is_empty(), "{only:?}");
            assert!(section.tables.is_empty(), "{section:?}");
        }
        let incidents = &section(&briefing, Kind::Incidents).sentences[0].text;
        assert_eq!(incidents, "No reports received for the period.");
        let coverage = &section(&briefing, Kind::Coverage).sentences[0].text;
        assert!(coverage.starts_with("Coverage: none."), "{coverage}");
    }
}

#[test]
fn what_only_later_sources_carry_is_marked() {
    let room = case_room();
    let briefing = composed(&room, &day("2025-03-19", "2025-03-20T06:00:00Z"));
    let call = &section(&briefing, Kind::Contacts).sentences;
    let call = call.iter().find(|sentence| sentence.records[0].ends_with("trump-zelensky-call")).expect("the call");
    assert!(call.known_later && call.text.contains("was held"), "{call:?}");
    // As it could be told at midnight, nobody had said yet that the call was over.
    let earlier = composed(&room, &day("2025-03-19", "2025-03-19T22:00:00Z"));
    let call = &section(&earlier, Kind::Contacts).sentences;
    let call = call.iter().find(|sentence| sentence.records[0].ends_with("trump-zelensky-call")).expect("the call");
    assert!(!call.known_later && call.text.contains("was under way"), "{call:?}");
    let later = |briefing: &pb::Briefing| {
        let sentences = briefing.sections.iter().flat_map(|section| &section.sentences);
        sentences.filter(|sentence| sentence.known_later).count()
    };
    assert_eq!(later(&earlier), 0);
    // The readings of 25 March, told by whoever takes all in that is recorded now. That their term needs no source changes nothing.
    let now =
        composed(&room, &pb::ComposeBriefingRequest { consistency: None, ..day("2025-03-19", "2025-03-20T06:00:00Z") });
    let readings = section(&now, Kind::Readings).sentences.iter().filter(|sentence| !sentence.records.is_empty());
    let marked: Vec<bool> = readings.map(|sentence| sentence.known_later).collect();
    assert_eq!(marked, [true; 3]);
}

#[test]
fn counts_in_a_briefing_agree_with_each_other() {
    let room = case_room();
    for (period, known_by) in DAYS {
        let briefing = composed(&room, &day(period, known_by));
        let verdicts = section(&briefing, Kind::Verdicts);
        let Some(counts) = verdicts.tables.first() else { continue };
        let incidents = verdicts.tables.last().map_or(0, |matrix| matrix.rows.len() as i64);
        for row in &counts.rows {
            let numbers = row.cells[2..].iter().map(|cell| cell.text.parse::<i64>().expect("a number"));
            let sum: i64 = numbers.sum();
            // Wholes of which a part is counted are left out, and no other incident is.
            assert!(sum <= incidents || incidents == 40, "{period}: {row:?} of {incidents}");
            assert!(sum > 0, "{period}: {row:?}");
        }
    }
}
