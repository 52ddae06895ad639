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

/// One row for each way in which readings come apart, with the incidents that go that way.
pub fn patterns<'a>(comparisons: impl IntoIterator<Item = &'a pb::Comparison>, style: Style) -> String {
    let mut patterns: Vec<([String; 4], Vec<&str>)> = Vec::new();
    for comparison in comparisons {
        let pattern = [
            saying(comparison, Verdict::Breach),
            saying(comparison, Verdict::NoBreach),
            saying(comparison, Verdict::Undetermined),
            parted_over(comparison),
        ];
        match patterns.iter_mut().find(|(known, _)| *known == pattern) {
            Some((_, incidents)) => incidents.push(id(&comparison.incident)),
            None => patterns.push((pattern, vec![id(&comparison.incident)])),
        }
    }
    let mut table = table(style);
    table.set_header(["Breach", "No breach", "Undetermined", "Breach and no breach part over", "Incidents"].map(head));
    for ([breach, no_breach, undetermined, elements], incidents) in patterns {
        table.add_row([
            words::paint(breach, Verdict::Breach),
            words::paint(no_breach, Verdict::NoBreach),
            words::paint(undetermined, Verdict::Undetermined),
            Cell::new(elements),
            head(incidents.join(" ")),
        ]);
    }
    text_of(table)
}

/// For pairs of readings: how often they agree, and over which elements they part how often.
pub fn parted<'a>(
    pairs: impl IntoIterator<Item = &'a pb::PairTable>,
    comparisons: &[pb::Comparison],
    style: Style,
) -> String {
    let mut table = table(style);
    table.set_header(
        ["From", "to", "Same verdict", "Another", "Breach against no breach", "They part over (times)"].map(head),
    );
    for pair in pairs {
        let Split { same, openly, unsettled } = split(pair);
        let mut over: Vec<(pb::Element, usize)> = Vec::new();
        let partings =
            comparisons.iter().filter(|comparison| comparison.basis() == pair.basis()).flat_map(|c| &c.partings);
        for parting in partings.filter(|of| of.reading_a == pair.reading_a && of.reading_b == pair.reading_b) {
            for element in parting.elements() {
                match over.iter_mut().find(|(known, _)| *known == element) {
                    Some((_, count)) => *count += 1,
                    None => over.push((element, 1)),
                }
            }
        }
        over.sort();
        let over: Vec<String> =
            over.iter().map(|(element, count)| format!("{} {count}", words::element(*element))).collect();
        table.add_row([
            head(reading(&pair.reading_a)),
            head(reading(&pair.reading_b)),
            Cell::new(same),
            Cell::new(openly + unsettled),
            Cell::new(openly),
            Cell::new(over.join(", ")),
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
        let Split { same, openly, unsettled } = split(pair);
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

/// Nine counts as three.
struct Split {
    same: i64,
    /// One says breach, the other no breach.
    openly: i64,
    /// One is undetermined, the other not.
    unsettled: i64,
}

fn split(pair: &pb::PairTable) -> Split {
    Split {
        same: pair.breach_breach + pair.no_breach_no_breach + pair.undetermined_undetermined,
        openly: pair.breach_no_breach + pair.no_breach_breach,
        unsettled: pair.breach_undetermined
            + pair.no_breach_undetermined
            + pair.undetermined_breach
            + pair.undetermined_no_breach,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn incidents_say_how_readings_agree_and_over_what_they_part() {
        let (compared, records) = (samples::compared(), samples::records());
        insta::assert_snapshot!(comparisons(&compared.comparisons, &Labels::of(&records), Style::PLAIN));
    }

    #[test]
    fn incidents_that_go_the_same_way_are_one_pattern() {
        insta::assert_snapshot!(patterns(&samples::compared().comparisons, Style::PLAIN));
    }

    #[test]
    fn pairs_say_how_often_they_part_and_over_what() {
        let compared = samples::compared();
        let parts = [
            pairs(&compared.pairs, Style::PLAIN),
            parted(&compared.pairs, &compared.comparisons, Style::PLAIN),
            partings(&compared.comparisons[0], Style::PLAIN),
        ];
        insta::assert_snapshot!(parts.join("\n"));
    }
}
