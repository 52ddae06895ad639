//! Where what an actor says does not fit together.

use comfy_table::Cell;

use crate::wire::pb;
use pb::{InconsistencyType, Verdict};

use super::labels::{Labels, id, reading};
use super::{Style, head, table, text_of, words};

/// One row for each inconsistency.
pub fn inconsistencies(found: &[pb::Inconsistency], labels: &Labels, style: Style) -> String {
    let mut table = table(style);
    table.set_header(["Who", "Incident", "", "Own reading", "and why"].map(head));
    for inconsistency in found {
        table.add_row([
            head(labels.display(&inconsistency.actor)),
            head(id(&inconsistency.incident)),
            Cell::new(labels.known(&inconsistency.incident).unwrap_or_default()),
            own_reading(inconsistency),
            Cell::new(why(inconsistency)),
        ]);
    }
    text_of(table)
}

fn own_reading(inconsistency: &pb::Inconsistency) -> Cell {
    let own = reading(&inconsistency.reading);
    match inconsistency.r#type() {
        InconsistencyType::OutsideOwnReading => words::paint(format!("{own}: no breach"), Verdict::NoBreach),
        InconsistencyType::NotSettledByOwnReading => words::paint(format!("{own}: not settled"), Verdict::Undetermined),
        InconsistencyType::SelfContradiction | InconsistencyType::Unspecified => Cell::new("–"),
    }
}

fn why(inconsistency: &pb::Inconsistency) -> String {
    let report =
        |of: &Option<pb::RecordRef>| of.as_ref().map_or_else(String::new, |report| id(&report.name).to_owned());
    match inconsistency.r#type() {
        InconsistencyType::SelfContradiction => {
            let about = words::propositions(inconsistency.propositions());
            let (one, other) = (report(&inconsistency.report), report(&inconsistency.other_report));
            format!("{one} and {other} contradict each other about {about}")
        }
        InconsistencyType::NotSettledByOwnReading => {
            let mut elements: Vec<pb::Element> = inconsistency.missing.iter().map(pb::Missing::element).collect();
            elements.sort();
            elements.dedup();
            let elements: Vec<String> = elements.into_iter().map(words::element).collect();
            format!("unknown: {}", elements.join(", "))
        }
        InconsistencyType::OutsideOwnReading | InconsistencyType::Unspecified => {
            format!("alleged in {}", report(&inconsistency.report))
        }
    }
}
