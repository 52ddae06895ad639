//! A desk that asks for briefings of the worked case, in process and over gRPC.

use std::fmt::Write;

use armistice::brief::compose;
use armistice::view::records::Clock;
use armistice::view::snapshot::Snapshot;
use armistice::wire::decode::briefing::{Asked, briefing};
use armistice::wire::{encode, pb};
use pb::{BriefingSectionKind as Kind, KeyPointRule as Rule};

use crate::support::case;
use crate::support::room::Room;

/// The worked case in process.
pub(crate) fn case_room() -> Room {
    let case::Case { create, batches } = case::read();
    let mut room = Room::open(&create.dossier_id, create.dossier.clone().unwrap_or_default());
    for batch in batches {
        room.take(batch).expect("the case is sound");
    }
    room
}

/// A question about a day in Kyiv, as of a morning.
pub(crate) fn day(day: &str, known_by: &str) -> pb::ComposeBriefingRequest {
    let instant: jiff::Timestamp = known_by.parse().expect("an instant");
    pb::ComposeBriefingRequest {
        parent: "dossiers/ukraine-2025".to_owned(),
        period: Some(pb::TimeSpan { local: day.to_owned(), time_zone: "Europe/Kyiv".to_owned(), ..Default::default() }),
        time_zone: "Europe/Kyiv".to_owned(),
        consistency: Some(pb::Consistency { when: None, known_by: Some(armistice::wire::instant::write(instant)) }),
        ..Default::default()
    }
}

/// Composes in process.
pub(crate) fn composed(room: &Room, request: &pb::ComposeBriefingRequest) -> pb::Briefing {
    compared(room, request, None)
}

/// Composes in process, beside an edition before.
pub(crate) fn compared(room: &Room, request: &pb::ComposeBriefingRequest, before: Option<Clock>) -> pb::Briefing {
    let asked = briefing(request.clone(), &room.dossier.id, &room.dossier.zone).expect("a sound question");
    let Asked { question, previous: _ } = asked;
    let snapshot = room.snapshot(request.consistency.clone()).expect("a snapshot");
    let earlier = before.map(|clock| Snapshot::new(&room.records, clock));
    let composed = compose(&room.dossier, &snapshot, earlier.as_ref(), &question).expect("composed");
    let clocks = encode::briefing::Clocks {
        now: snapshot.clock,
        record_time: snapshot.record_time().unwrap_or(room.dossier.create_time),
        previous: before,
    };
    let context = encode::Context { dossier: &room.dossier.id, zone: &room.dossier.zone };
    encode::briefing::briefing(&composed, &question, &clocks, &context)
}

/// The section of a kind.
pub(crate) fn section(briefing: &pb::Briefing, kind: Kind) -> &pb::BriefingSection {
    let found: Vec<_> = briefing.sections.iter().filter(|section| section.kind() == kind).collect();
    assert_eq!(found.len(), 1, "one section of {kind:?}");
    found[0]
}

/// The text of the key point of a rule.
pub(crate) fn point(briefing: &pb::Briefing, rule: Rule) -> &pb::KeyPoint {
    let found = briefing.key_points.iter().find(|point| point.rule() == rule);
    found.unwrap_or_else(|| panic!("no key point by {rule:?} in {:#?}", briefing.key_points))
}

/// Everything that a reader reads.
pub(crate) fn text(briefing: &pb::Briefing) -> String {
    let mut text = String::new();
    let header = briefing.header.clone().unwrap_or_default();
    writeln!(text, "# {}\n", header.title).expect("a string takes it");
    for note in &header.notes {
        writeln!(text, "  {note}").expect("a string takes it");
    }
    for point in &briefing.key_points {
        let later = if point.known_later { " [known later]" } else { "" };
        writeln!(text, "* {}{later}", point.text).expect("a string takes it");
    }
    for section in &briefing.sections {
        writeln!(text, "\n## {}", section.heading).expect("a string takes it");
        for sentence in &section.sentences {
            let later = if sentence.known_later { " [known later]" } else { "" };
            writeln!(text, "- {}{later}", sentence.text).expect("a string takes it");
        }
        for table in &section.tables {
            writeln!(text, "\n  {}\n  | {} |", table.caption, table.columns.join(" | ")).expect("a string takes it");
            for row in &table.rows {
                let cells: Vec<&str> = row.cells.iter().map(|cell| cell.text.as_str()).collect();
                writeln!(text, "  | {} |", cells.join(" | ")).expect("a string takes it");
            }
            if !table.note.is_empty() {
                writeln!(text, "  {}", table.note).expect("a string takes it");
            }
        }
    }
    for chart in &briefing.charts {
        writeln!(text, "\n[{}] {} {}", chart.title, chart.unit, chart.note).expect("a string takes it");
        for series in &chart.series {
            let sum: i64 = series.values.iter().sum();
            writeln!(text, "  {}: {sum}", series.name).expect("a string takes it");
        }
        for moment in &chart.moments {
            writeln!(text, "  {} {}", moment.lane, moment.label).expect("a string takes it");
        }
    }
    for feature in &briefing.features {
        writeln!(text, "  @ {} {:?} {:?}", feature.label, feature.point, feature.attributed_to)
            .expect("a string takes it");
    }
    text
}

/// What a reader reads, with the record's own words left out: nothing of theirs is the briefing's.
pub(crate) fn prose(briefing: &pb::Briefing) -> Vec<String> {
    let points = briefing.key_points.iter().map(|point| point.text.clone());
    let sentences = briefing.sections.iter().flat_map(|s| &s.sentences).map(|sentence| sentence.text.clone());
    points.chain(sentences).collect()
}
