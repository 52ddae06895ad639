//! Every incident under every reading, one letter each, with a legend.

use std::collections::HashMap;

use comfy_table::{Cell, ColumnConstraint, Width};

use crate::wire::pb;
use pb::Verdict;

use super::labels::{Labels, id, reading};
use super::{Style, dim, head, lines_of, shortened, table, text_of, words};

/// Room for `U [B]`, or for a holder in short.
const COLUMN: usize = 5;

/// Columns that the name of an incident gets in any case.
const NAME_MIN: usize = 12;

/// What a matrix shows.
pub struct Matrix<'a> {
    /// The verdicts.
    pub assessed: &'a pb::AssessResponse,
    /// The basis of which the verdicts are shown.
    pub basis: pb::Basis,
    /// Where given: a verdict that is another with every report taken at its word stands in brackets.
    pub at_their_word: Option<&'a pb::AssessResponse>,
    /// Where given: counts below the columns.
    pub tally: Option<&'a pb::TallyResponse>,
}

impl Matrix<'_> {
    /// As text.
    pub fn text(&self, labels: &Labels, style: Style) -> String {
        let readings = &self.assessed.readings;
        let verdicts = by_incident_and_reading(self.assessed, self.basis);
        let alleged = self.at_their_word.map(|response| by_incident_and_reading(response, pb::Basis::Alleged));
        let incidents = self.incidents();

        let ids = incidents.iter().map(|assessment| id(&assessment.incident).chars().count()).max().unwrap_or(0);
        let ids = ids.clamp("undetermined".len(), style.width / 4);
        let names = style.width.saturating_sub(ids + 2 + readings.len() * (COLUMN + 1)).max(NAME_MIN);

        let mut table = table(style);
        table.set_header(header(readings, labels));
        for assessment in incidents {
            let mut row = vec![
                head(shortened(id(&assessment.incident), ids)),
                Cell::new(shortened(&name(assessment, labels), names)),
            ];
            for applied in readings {
                let key = (assessment.incident.as_str(), applied.reading.as_str());
                let verdict = verdicts.get(&key).copied().unwrap_or(Verdict::Unspecified);
                let other = alleged.as_ref().and_then(|alleged| alleged.get(&key)).filter(|other| **other != verdict);
                row.push(match other {
                    Some(other) => {
                        words::paint(format!("{} [{}]", words::letter(verdict), words::letter(*other)), verdict)
                    }
                    None => words::paint(words::letter(verdict), verdict),
                });
            }
            table.add_row(row);
        }
        for row in self.tally.map(|tally| footer(tally, readings)).unwrap_or_default() {
            table.add_row(row);
        }
        for (index, column) in table.column_iter_mut().enumerate() {
            let width = match index {
                0 => ids + 1,
                1 => names,
                _ => COLUMN,
            };
            column.set_constraint(fixed(width));
            column.set_padding((0, 0));
        }
        lines_of(&table)
    }

    /// The first assessment of each incident on this basis, in the order of the answer.
    fn incidents(&self) -> Vec<&pb::Assessment> {
        let mut incidents: Vec<&pb::Assessment> = Vec::new();
        for assessment in self.assessed.assessments.iter().filter(|assessment| assessment.basis() == self.basis) {
            if incidents.last().is_none_or(|last| last.incident != assessment.incident) {
                incidents.push(assessment);
            }
        }
        incidents
    }
}

/// What the letters mean.
pub fn legend(style: Style) -> String {
    let shown = [Verdict::Breach, Verdict::NoBreach, Verdict::Undetermined, Verdict::NotAssessed];
    let mut table = table(style);
    let cell = |verdict| words::paint(format!("{} {}", words::letter(verdict), words::verdict(verdict)), verdict);
    table.add_row(shown.map(cell));
    text_of(table)
}

fn by_incident_and_reading(response: &pb::AssessResponse, basis: pb::Basis) -> HashMap<(&str, &str), Verdict> {
    let on_basis = response.assessments.iter().filter(|assessment| assessment.basis() == basis);
    on_basis.map(|of| ((of.incident.as_str(), of.reading.as_str()), of.verdict())).collect()
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

/// For each reading its id and, in short, whose it is.
fn header(readings: &[pb::AppliedReading], labels: &Labels) -> Vec<Cell> {
    let columns = readings.iter().map(|applied| {
        let holder = in_short(labels.display(&applied.held_by));
        head(format!("{}\n{holder}", shortened(&reading(&applied.reading), COLUMN)).trim_end())
    });
    [head("Incident"), head("")].into_iter().chain(columns).collect()
}

/// A holder as a column can carry it: initials where it has several words.
fn in_short(holder: &str) -> String {
    if holder.chars().count() <= COLUMN {
        return holder.to_owned();
    }
    let initials: String = holder
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .filter(|letter| letter.is_uppercase())
        .collect();
    if initials.chars().count() > 1 { initials } else { holder.chars().take(COLUMN - 2).chain(['.']).collect() }
}

/// For each verdict how many incidents came out so under each reading.
fn footer(tally: &pb::TallyResponse, readings: &[pb::AppliedReading]) -> Vec<Vec<Cell>> {
    type Count = fn(&pb::TallyRow) -> i64;
    let counts: [(Verdict, Count); 4] = [
        (Verdict::Breach, |row| row.breach),
        (Verdict::NoBreach, |row| row.no_breach),
        (Verdict::Undetermined, |row| row.undetermined),
        (Verdict::NotAssessed, |row| row.not_assessed),
    ];
    let mut rows = vec![vec![Cell::new("")]];
    for (verdict, count) in counts {
        let found = |applied: &pb::AppliedReading| {
            tally.rows.iter().find(|row| row.reading == applied.reading).map_or(0, count)
        };
        let columns = readings.iter().map(|applied| words::paint(found(applied), verdict));
        rows.push([words::paint(words::verdict(verdict), verdict), dim("")].into_iter().chain(columns).collect());
    }
    rows
}

fn fixed(width: usize) -> ColumnConstraint {
    ColumnConstraint::Absolute(Width::Fixed(u16::try_from(width).unwrap_or(u16::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    fn text(style: Style) -> String {
        let (assessed, tally, records) = (samples::assessed(), samples::tally(), samples::records());
        let matrix = Matrix {
            assessed: &assessed,
            basis: pb::Basis::Undisputed,
            at_their_word: Some(&assessed),
            tally: Some(&tally),
        };
        format!("{}{}", matrix.text(&Labels::of(&records), style), legend(style))
    }

    #[test]
    fn every_incident_has_a_letter_under_every_reading() {
        insta::assert_snapshot!(text(Style::PLAIN));
    }

    #[test]
    fn colours_say_nothing_that_the_letters_do_not() {
        let coloured = text(Style { colour: true, width: 100 });
        assert!(coloured.contains('\u{1b}'), "{coloured}");
        let mut stripped = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            stripped.push_str(before);
            rest = after.split_once('m').map_or("", |(_, after)| after);
        }
        stripped.push_str(rest);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&stripped), words(&text(Style::PLAIN)));
    }

    #[test]
    fn a_matrix_keeps_to_its_width() {
        for width in [80, 100, 120] {
            let text = text(Style { colour: false, width });
            assert!(text.lines().all(|line| line.chars().count() <= width), "{text}");
        }
    }

    #[test]
    fn a_holder_is_shortened_to_initials_or_its_first_letters() {
        assert_eq!(["United Provinces", "Northland", "UN", ""].map(in_short), ["UP", "Nor.", "UN", ""]);
    }
}
