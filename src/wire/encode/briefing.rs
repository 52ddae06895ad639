//! Writes a composed briefing.

use jiff::Timestamp;

use crate::brief::{Briefing, Cell, Chart, Feature, KeyPoint, Moment, Question, Row, Section, Sentence, Series, Table};
use crate::domain::taxonomy;
use crate::view::records::Clock;
use crate::wire::mirrored::{Mirrored, number_of};
use crate::wire::{instant, pb};

use super::assessment::{RULES_VERSION, applied_reading};
use super::writer::{Context, Form, Writer, number, optional_point};

/// The clocks of an edition.
#[derive(Debug, Clone, Copy)]
pub struct Clocks {
    /// Its own.
    pub now: Clock,
    /// Record time of its position.
    pub record_time: Timestamp,
    /// Those of the edition before.
    pub previous: Option<Clock>,
}

/// Writes a briefing.
pub fn briefing(briefing: &Briefing<'_>, question: &Question, clocks: &Clocks, context: &Context<'_>) -> pb::Briefing {
    let writer = Writer::new(context, Form::Answer);
    let Briefing { title, notes, readings, bases, key_points, sections, charts, features } = briefing;
    let Question { period, zone, language, readings: _, bases: _, number: edition } = question;
    let previous = clocks
        .previous
        .map(|clock| pb::BriefingEdition { position: number(clock.at), known_by: clock.known_by.map(instant::write) });
    let header = pb::BriefingHeader {
        dossier: context.dossier.full(),
        title: title.clone(),
        number: *edition,
        period: Some(writer.span(period)),
        known_by: clocks.now.known_by.map(instant::write),
        position: number(clocks.now.at),
        record_time: Some(instant::write(clocks.record_time)),
        time_zone: zone.name().to_owned(),
        language: language.tag().to_owned(),
        rules_version: RULES_VERSION.to_owned(),
        taxonomy_version: taxonomy::VERSION.to_owned(),
        readings: readings.iter().map(|reading| applied_reading(reading, context)).collect(),
        bases: bases.iter().map(|basis| basis.number()).collect(),
        previous,
        notes: notes.clone(),
    };
    pb::Briefing {
        header: Some(header),
        key_points: key_points.iter().map(|point| key_point(&writer, point)).collect(),
        sections: sections.iter().map(|part| section(&writer, part)).collect(),
        charts: charts.iter().map(|part| chart(&writer, part)).collect(),
        features: features.iter().map(|part| feature(&writer, part)).collect(),
    }
}

fn key_point(writer: &Writer<'_>, point: &KeyPoint) -> pb::KeyPoint {
    let KeyPoint { text, records, rule, known_later } = point;
    pb::KeyPoint {
        text: text.clone(),
        records: writer.records(records),
        rule: rule.number(),
        known_later: *known_later,
    }
}

fn section(writer: &Writer<'_>, section: &Section) -> pb::BriefingSection {
    let Section { kind, heading, sentences, tables } = section;
    pb::BriefingSection {
        kind: kind.number(),
        heading: heading.clone(),
        sentences: sentences.iter().map(|part| sentence(writer, part)).collect(),
        tables: tables.iter().map(|part| table(writer, part)).collect(),
    }
}

fn sentence(writer: &Writer<'_>, sentence: &Sentence) -> pb::BriefingSentence {
    let Sentence { text, records, known_later, kind } = sentence;
    pb::BriefingSentence {
        text: text.clone(),
        records: writer.records(records),
        known_later: *known_later,
        kind: number_of(*kind),
    }
}

fn table(writer: &Writer<'_>, table: &Table) -> pb::BriefingTable {
    let Table { caption, columns, rows, note } = table;
    let row = |row: &Row| {
        let Row { cells, records } = row;
        let cell = |cell: &Cell| {
            let Cell { text, verdict } = cell;
            pb::BriefingCell { text: text.clone(), verdict: number_of(*verdict) }
        };
        pb::BriefingRow { cells: cells.iter().map(cell).collect(), records: writer.records(records) }
    };
    pb::BriefingTable {
        caption: caption.clone(),
        columns: columns.clone(),
        rows: rows.iter().map(row).collect(),
        note: note.clone(),
    }
}

fn chart(writer: &Writer<'_>, chart: &Chart) -> pb::BriefingChart {
    let Chart { kind, title, unit, categories, series, moments, note } = chart;
    let line = |series: &Series| {
        let Series { name, values, verdict } = series;
        pb::BriefingSeries { name: name.clone(), values: values.clone(), verdict: number_of(*verdict) }
    };
    let moment = |moment: &Moment| {
        let Moment { span, label, lane, record } = moment;
        pb::BriefingMoment {
            span: Some(writer.span(span)),
            label: label.clone(),
            lane: lane.clone(),
            record: writer.record(record),
        }
    };
    pb::BriefingChart {
        kind: kind.number(),
        title: title.clone(),
        unit: unit.clone(),
        categories: categories.clone(),
        series: series.iter().map(line).collect(),
        moments: moments.iter().map(moment).collect(),
        note: note.clone(),
    }
}

fn feature(writer: &Writer<'_>, feature: &Feature) -> pb::BriefingFeature {
    let Feature { record, label, point, radius_m, geojson, place, attributed_to } = feature;
    pb::BriefingFeature {
        record: writer.record(record),
        label: label.clone(),
        point: optional_point(point),
        radius_m: *radius_m,
        geojson: geojson.clone(),
        place: writer.optional_name(place),
        attributed_to: attributed_to.clone(),
    }
}
