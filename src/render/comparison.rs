//! Where readings of one term part, and over what.

use comfy_table::Cell;

use crate::wire::pb;
use pb::{ComparisonOutcome, Verdict};

use super::labels::{Labels, id, reading, relative};
use super::{Style, dim, head, table, text_of, words};

/// One row for each incident, term and basis: which readings say what, and over which elements they part.
pub fn comparisons<'a>(
    comparisons: impl IntoIterator<Item = &'a pb::Comparison>,
    labels: &Labels,
    style: Style,
) -> String {
    let mut table = table(style);
    table.set_header(["Incident", "", "Outcome", "Breach", "No breach", "Undetermined", "They part over"].map(head));
    for comparison in comparisons {
        table.add_row([
            head(id(&comparison.incident)),
            Cell::new(labels.known(&comparison.incident).unwrap_or_default()),
            outcome(comparison.outcome()),
            words::paint(saying(comparison, Verdict::Breach), Verdict::Breach),
            words::paint(saying(comparison, Verdict::NoBreach), Verdict::NoBreach),
            words::paint(saying(comparison, Verdict::Undetermined), Verdict::Undetermined),
            Cell::new(parted_over(comparison)),
        ]);
    }
    text_of(table)
}

/// Every pair of readings whose verdicts differ, for one comparison.
pub fn partings(comparison: &pb::Comparison, style: Style) -> String {
    let mut table = table(style);
    table.set_header(["Reading", "says", "Reading", "says", "They part over"].map(head));
    for parting in &comparison.partings {
        let elements: Vec<String> = parting.elements().map(words::element).collect();
        table.add_row([
            head(reading(&parting.reading_a)),
            words::paint(words::verdict(parting.verdict_a()), parting.verdict_a()),
            head(reading(&parting.reading_b)),
            words::paint(words::verdict(parting.verdict_b()), parting.verdict_b()),
            Cell::new(elements.join(", ")),
        ]);
    }
    let title = format!("{}, {}", relative(&comparison.incident), words::basis(comparison.basis()));
    format!("{}{}", super::heading(&title, style), text_of(table))
}

/// How often each pair of readings agrees and parts.
pub fn pairs(pairs: &[pb::PairTable], style: Style) -> String {
    let mut table = table(style);
    table.set_header(["Readings", "Basis", "Same verdict", "Breach ≠ no breach", "One undetermined"].map(head));
    for pair in pairs {
        let same = pair.breach_breach + pair.no_breach_no_breach + pair.undetermined_undetermined;
        let openly = pair.breach_no_breach + pair.no_breach_breach;
        let unsettled = pair.breach_undetermined
            + pair.no_breach_undetermined
            + pair.undetermined_breach
            + pair.undetermined_no_breach;
        table.add_row([
            head(format!("{} – {}", reading(&pair.reading_a), reading(&pair.reading_b))),
            Cell::new(words::basis(pair.basis())),
            Cell::new(same),
            Cell::new(openly),
            Cell::new(unsettled),
        ]);
    }
    for column in table.column_iter_mut().skip(2) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    text_of(table)
}

fn saying(comparison: &pb::Comparison, verdict: Verdict) -> String {
    let saying = comparison.verdicts.iter().filter(|of| of.verdict() == verdict);
    saying.map(|of| reading(&of.reading)).collect::<Vec<_>>().join(" ")
}

/// The elements over which some pair parts: those that contradict each other openly if some do, else all.
fn parted_over(comparison: &pb::Comparison) -> String {
    let is_open = |parting: &&pb::Parting| {
        let verdicts = [parting.verdict_a(), parting.verdict_b()];
        verdicts.contains(&Verdict::Breach) && verdicts.contains(&Verdict::NoBreach)
    };
    let contested: Vec<&pb::Parting> = comparison.partings.iter().filter(is_open).collect();
    let shown = if contested.is_empty() { comparison.partings.iter().collect() } else { contested };
    let mut elements: Vec<pb::Element> = shown.iter().flat_map(|parting| parting.elements()).collect();
    elements.sort();
    elements.dedup();
    elements.into_iter().map(words::element).collect::<Vec<_>>().join(", ")
}

fn outcome(outcome: ComparisonOutcome) -> Cell {
    let text = words::outcome(outcome);
    match outcome {
        ComparisonOutcome::Contested => head(text),
        ComparisonOutcome::AgreedBreach => words::paint(text, Verdict::Breach),
        ComparisonOutcome::AgreedNoBreach => words::paint(text, Verdict::NoBreach),
        ComparisonOutcome::Open => words::paint(text, Verdict::Undetermined),
        ComparisonOutcome::NotAssessed | ComparisonOutcome::Unspecified => dim(text),
    }
}
