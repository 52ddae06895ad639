//! Every incident under every reading, one letter each, with a legend.

use std::collections::HashMap;

use comfy_table::{Cell, CellAlignment, ColumnConstraint, Row, Width};

use crate::wire::pb;
use pb::Verdict;

use super::labels::{Labels, id, reading};
use super::{Style, head, table, text_of, words};

/// Columns that a letter and what stands over it get, at least and at most.
const COLUMN_MIN: usize = 4;
const COLUMN_MAX: usize = 9;

/// A matrix of the assessments on one basis. Where `taken_at_their_word` is given, a verdict that is another on the basis
/// `ALLEGED` stands in brackets beside.
pub fn matrix(
    response: &pb::AssessResponse,
    basis: pb::Basis,
    taken_at_their_word: Option<&pb::AssessResponse>,
    labels: &Labels,
    style: Style,
) -> String {
    let mut verdicts: HashMap<(&str, &str), Verdict> = HashMap::new();
    let mut incidents: Vec<&pb::Assessment> = Vec::new();
    for assessment in response.assessments.iter().filter(|assessment| assessment.basis() == basis) {
        if incidents.last().is_none_or(|last| last.incident != assessment.incident) {
            incidents.push(assessment);
        }
        verdicts.insert((&assessment.incident, &assessment.reading), assessment.verdict());
    }
    let alleged: HashMap<(&str, &str), Verdict> = taken_at_their_word
        .iter()
        .flat_map(|response| &response.assessments)
        .filter(|assessment| assessment.basis() == pb::Basis::Alleged)
        .map(|assessment| ((assessment.incident.as_str(), assessment.reading.as_str()), assessment.verdict()))
        .collect();

    let mut table = table(style);
    table.set_header(header(&response.readings, labels));
    for assessment in incidents {
        let mut row: Vec<Cell> = vec![head(id(&assessment.incident)), Cell::new(name(assessment, labels))];
        for applied in &response.readings {
            let key = (assessment.incident.as_str(), applied.reading.as_str());
            let verdict = verdicts.get(&key).copied().unwrap_or(Verdict::Unspecified);
            let other = alleged.get(&key).copied().filter(|other| *other != verdict);
            let text = match other {
                Some(other) => format!("{} [{}]", words::letter(verdict), words::letter(other)),
                None => words::letter(verdict).to_owned(),
            };
            row.push(words::paint(text, verdict));
        }
        let mut row = Row::from(row);
        row.max_height(1);
        table.add_row(row);
    }
    size(&mut table, response, style);
    text_of(table)
}

/// What the letters mean.
pub fn legend(style: Style) -> String {
    let shown = [Verdict::Breach, Verdict::NoBreach, Verdict::Undetermined, Verdict::NotAssessed];
    let mut table = table(style);
    let cells = shown
        .iter()
        .map(|verdict| words::paint(format!("{} {}", words::letter(*verdict), words::verdict(*verdict)), *verdict));
    table.add_row(cells.collect::<Vec<_>>());
    for column in table.column_iter_mut() {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(14)));
    }
    text_of(table)
}

/// What stands in the line of an incident: what it is called, and what else is the same event.
fn name(assessment: &pb::Assessment, labels: &Labels) -> String {
    let mut name = labels.known(&assessment.incident).unwrap_or_default().to_owned();
    if !assessment.same_event.is_empty() {
        let same: Vec<&str> = assessment.same_event.iter().map(|name| id(name)).collect();
        name.push_str(&format!(" (same event: {})", same.join(", ")));
    }
    name
}

/// For each reading its id, whose it is, and of which day.
fn header(readings: &[pb::AppliedReading], labels: &Labels) -> Vec<Cell> {
    let columns = readings.iter().map(|applied| {
        let holder = labels.display(&applied.held_by);
        let short: String = shortened(holder);
        head(format!("{}\n{short}\n{}", reading(&applied.reading), labels.stated(&applied.instrument)).trim_end())
    });
    [head("Incident"), head("")].into_iter().chain(columns).collect()
}

/// A holder's name as a column can carry it: initials where it has several words.
fn shortened(holder: &str) -> String {
    if holder.chars().count() < COLUMN_MAX {
        return holder.to_owned();
    }
    let initials: String =
        holder.split_whitespace().filter_map(|word| word.chars().next()).filter(|c| c.is_uppercase()).collect();
    if initials.chars().count() > 1 { initials } else { holder.chars().take(COLUMN_MAX - 2).chain(['.']).collect() }
}

fn size(table: &mut comfy_table::Table, response: &pb::AssessResponse, style: Style) {
    let ids = response.assessments.iter().map(|assessment| id(&assessment.incident).chars().count()).max().unwrap_or(0);
    let ids = ids.clamp("Incident".len(), style.width / 4);
    let count = response.readings.len().max(1);
    // The names get at least a third; the columns share the rest.
    let column = ((style.width * 2 / 3).saturating_sub(ids) / count).clamp(COLUMN_MIN, COLUMN_MAX);
    let names = style.width.saturating_sub(ids + 2 + count * (column + 1) + 2).max(style.width / 5);
    for (index, column_of) in table.column_iter_mut().enumerate() {
        let (constraint, alignment) = match index {
            0 => (fixed(ids + 1), CellAlignment::Left),
            1 => (
                ColumnConstraint::UpperBoundary(Width::Fixed(u16::try_from(names).unwrap_or(u16::MAX))),
                CellAlignment::Left,
            ),
            _ => (fixed(column), CellAlignment::Left),
        };
        column_of.set_constraint(constraint);
        column_of.set_cell_alignment(alignment);
    }
}

fn fixed(width: usize) -> ColumnConstraint {
    ColumnConstraint::Absolute(Width::Fixed(u16::try_from(width).unwrap_or(u16::MAX)))
}
