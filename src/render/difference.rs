//! Which incidents change verdict from one reading to another, and over what.

use comfy_table::Cell;

use crate::wire::pb;

use super::labels::{Labels, id, reading};
use super::{Style, head, table, text_of, words};

/// One row for each incident and basis on which the two verdicts differ: what the first reading says, what the second.
pub fn changes(response: &pb::CompareResponse, labels: &Labels, style: Style) -> String {
    let [from, to] = response.readings.as_slice() else {
        return "There are not two readings to compare.\n".to_owned();
    };
    let partings = response.comparisons.iter().flat_map(|comparison| {
        comparison.partings.iter().filter_map(move |parting| Some((comparison, turned(parting, from, to)?)))
    });
    let mut table = table(style);
    let (under_a, under_b) = (reading(&from.reading), reading(&to.reading));
    table.set_header(["Incident", "", "Basis", &under_a, &under_b, "They part over"].map(head));
    for (comparison, (a, b, elements)) in partings {
        let elements: Vec<String> = elements.into_iter().map(words::element).collect();
        table.add_row([
            head(id(&comparison.incident)),
            Cell::new(labels.known(&comparison.incident).unwrap_or_default()),
            Cell::new(words::basis(comparison.basis())),
            words::paint(words::verdict(a), a),
            words::paint(words::verdict(b), b),
            Cell::new(elements.join(", ")),
        ]);
    }
    if table.is_empty() {
        format!("No incident changes verdict from {under_a} to {under_b}.\n")
    } else {
        text_of(table)
    }
}

/// The verdicts of a parting in the order asked for, and the elements; `None` if it is of other readings.
fn turned(
    parting: &pb::Parting,
    from: &pb::AppliedReading,
    to: &pb::AppliedReading,
) -> Option<(pb::Verdict, pb::Verdict, Vec<pb::Element>)> {
    let elements = parting.elements().collect();
    let names = (parting.reading_a.as_str(), parting.reading_b.as_str());
    if names == (from.reading.as_str(), to.reading.as_str()) {
        Some((parting.verdict_a(), parting.verdict_b(), elements))
    } else if names == (to.reading.as_str(), from.reading.as_str()) {
        Some((parting.verdict_b(), parting.verdict_a(), elements))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    fn applied(name: &str) -> pb::AppliedReading {
        pb::AppliedReading { reading: format!("dossiers/d/readings/{name}"), ..Default::default() }
    }

    #[test]
    fn a_change_is_told_in_the_order_asked_for() {
        let labels = Labels::of(&samples::records());
        let told = |from: &str, to: &str| {
            let response = pb::CompareResponse { readings: vec![applied(from), applied(to)], ..samples::compared() };
            changes(&response, &labels, Style::PLAIN)
        };
        insta::assert_snapshot!([told("r1", "r2"), told("r2", "r1"), told("r1", "r9")].join("\n"));
    }
}
