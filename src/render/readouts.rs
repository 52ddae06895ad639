//! Texts side by side: how each treats each term. Silence is said; a point that nobody checked is a dot.

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, Width};

use crate::wire::pb;
use pb::TreatmentType;

use super::labels::Labels;
use super::{Style, dim, head, table, text_of, words};

/// Columns that the names of terms take, and that a text takes at least.
const TERM_WIDTH: usize = 24;
const TEXT_WIDTH_MIN: usize = 17;

/// Tables of terms × texts, as many texts side by side as fit.
pub fn readouts(instruments: &[&pb::Record], labels: &Labels, style: Style) -> String {
    let beside = (style.width.saturating_sub(TERM_WIDTH) / (TEXT_WIDTH_MIN + 1)).max(1);
    // Even tables rather than a full one and a rest.
    let tables = instruments.len().div_ceil(beside).max(1);
    let beside = instruments.len().div_ceil(tables).max(1);
    let parts: Vec<String> =
        instruments.chunks(beside).map(|chunk| side_by_side(chunk, beside, labels, style)).collect();
    parts.join("\n")
}

fn side_by_side(instruments: &[&pb::Record], beside: usize, labels: &Labels, style: Style) -> String {
    let bodies: Vec<&pb::Instrument> = instruments.iter().filter_map(|record| body(record)).collect();
    let mut terms: Vec<&str> = Vec::new();
    for treatment in bodies.iter().flat_map(|body| &body.treatments) {
        if !terms.contains(&treatment.term.as_str()) {
            terms.push(&treatment.term);
        }
    }
    let mut table = table(style);
    let heads =
        bodies.iter().map(|body| head(format!("{}\n({})", body.display_name, words::instrument(body.r#type()))));
    table.set_header([head("")].into_iter().chain(heads).collect::<Vec<_>>());
    for term in terms {
        let mut row = vec![head(labels.display(term))];
        row.extend(bodies.iter().map(|body| cell(body.treatments.iter().find(|treatment| treatment.term == term))));
        table.add_row(row);
    }
    let width = style.width.saturating_sub(TERM_WIDTH + 1) / beside;
    for (index, column) in table.column_iter_mut().enumerate() {
        let width = if index == 0 { TERM_WIDTH } else { width.saturating_sub(1) };
        column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(u16::try_from(width).unwrap_or(u16::MAX))));
    }
    text_of(table)
}

/// An instrument's body, if the record is one.
pub fn body(record: &pb::Record) -> Option<&pb::Instrument> {
    match &record.kind {
        Some(pb::record::Kind::Instrument(instrument)) => Some(instrument),
        _ => None,
    }
}

fn cell(treatment: Option<&pb::Treatment>) -> Cell {
    let Some(treatment) = treatment else {
        return dim("·");
    };
    let word = words::treatment(treatment.r#type()).to_uppercase();
    let text = match treatment.wording.as_str() {
        "" => word,
        wording => format!("{word} “{wording}”"),
    };
    let cell = Cell::new(text);
    match treatment.r#type() {
        TreatmentType::States => cell.add_attribute(Attribute::Bold),
        TreatmentType::Rejects => cell.fg(Color::Red),
        TreatmentType::Mentions | TreatmentType::Defers => cell,
        TreatmentType::Silent | TreatmentType::Unspecified => cell.add_attribute(Attribute::Dim),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn silence_is_said_and_what_nobody_looked_for_is_a_dot() {
        let records = samples::records();
        let texts: Vec<&pb::Record> = records.iter().filter(|record| body(record).is_some()).collect();
        insta::assert_snapshot!(readouts(&texts, &Labels::of(&records), Style::PLAIN));
    }

    #[test]
    fn texts_that_do_not_fit_beside_each_other_go_into_further_tables() {
        let records = samples::records();
        let text = records.iter().find(|record| body(record).is_some()).expect("the sample has texts");
        let tables = readouts(&[text; 5], &Labels::of(&records), Style::PLAIN);
        assert_eq!(tables.matches("STATES").count(), 5);
        assert_eq!(tables.matches("Halt on strikes").count(), 2);
    }
}
