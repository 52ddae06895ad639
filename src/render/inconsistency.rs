//! Where what an actor says does not fit together.

use comfy_table::Cell;

use crate::wire::pb;
use pb::InconsistencyType;

use super::labels::{Labels, id, reading};
use super::{Style, head, heading, table, text_of, words};

/// All of it, by what does not fit.
pub fn inconsistencies(found: &[pb::Inconsistency], labels: &Labels, style: Style) -> String {
    let of = |kind: InconsistencyType| found.iter().filter(move |one| one.r#type() == kind).collect::<Vec<_>>();
    let parts = [
        outside(&of(InconsistencyType::OutsideOwnReading), labels, style),
        contradictions(&of(InconsistencyType::SelfContradiction), labels, style),
        not_settled(&of(InconsistencyType::NotSettledByOwnReading), labels, style),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// One row for each.
fn outside(found: &[&pb::Inconsistency], labels: &Labels, style: Style) -> String {
    let mut table = table(style);
    table.set_header(["Who", "Incident", "", "Own reading", "Alleged in"].map(head));
    for one in found {
        table.add_row([
            head(labels.display(&one.actor)),
            head(id(&one.incident)),
            Cell::new(labels.known(&one.incident).unwrap_or_default()),
            head(reading(&one.reading)),
            Cell::new(report(&one.report)),
        ]);
    }
    titled("Alleged a breach; its own reading, on its own report, says no breach", found, table, style)
}

/// One row for each.
fn contradictions(found: &[&pb::Inconsistency], labels: &Labels, style: Style) -> String {
    let mut table = table(style);
    table.set_header(["Who", "Incident", "", "About", "One says", "another"].map(head));
    for one in found {
        table.add_row([
            head(labels.display(&one.actor)),
            head(id(&one.incident)),
            Cell::new(labels.known(&one.incident).unwrap_or_default()),
            Cell::new(words::propositions(one.propositions())),
            Cell::new(report(&one.report)),
            Cell::new(report(&one.other_report)),
        ]);
    }
    titled("Contradicts itself: reports of one actor, or of its organs, disagree", found, table, style)
}

/// One row for each actor, reading and reason, with the incidents.
fn not_settled(found: &[&pb::Inconsistency], labels: &Labels, style: Style) -> String {
    let mut rows: Vec<([String; 3], Vec<&str>)> = Vec::new();
    for one in found {
        let mut elements: Vec<pb::Element> = one.missing.iter().map(pb::Missing::element).collect();
        elements.sort();
        elements.dedup();
        let elements: Vec<String> = elements.into_iter().map(words::element).collect();
        let key = [labels.display(&one.actor).to_owned(), reading(&one.reading), elements.join(", ")];
        match rows.iter_mut().find(|(known, _)| *known == key) {
            Some((_, incidents)) => incidents.push(id(&one.incident)),
            None => rows.push((key, vec![id(&one.incident)])),
        }
    }
    rows.sort();
    let mut table = table(style);
    table.set_header(["Who", "Own reading", "leaves unknown", "Incidents"].map(head));
    for ([who, reading, elements], incidents) in rows {
        table.add_row([head(who), head(reading), Cell::new(elements), head(incidents.join(" "))]);
    }
    titled("Alleged a breach; its own reading, on its own report, does not settle it", found, table, style)
}

fn titled(title: &str, found: &[&pb::Inconsistency], table: comfy_table::Table, style: Style) -> String {
    if found.is_empty() { String::new() } else { format!("{}{}", heading(title, style), text_of(table)) }
}

fn report(report: &Option<pb::RecordRef>) -> &str {
    report.as_ref().map_or("", |report| id(&report.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{records, reference};

    #[test]
    fn each_kind_has_its_table_and_what_is_not_settled_is_gathered() {
        let one = |kind: InconsistencyType, incident: &str| pb::Inconsistency {
            r#type: kind.into(),
            actor: "dossiers/d/actors/north".into(),
            incident: format!("dossiers/d/incidents/{incident}"),
            report: reference("reports/v1-north"),
            reading: "dossiers/d/readings/r1".into(),
            ..Default::default()
        };
        let unsettled = |incident: &str| {
            let missing = [pb::Element::Window, pb::Element::Object, pb::Element::Window];
            let missing = missing.map(|element| pb::Missing { element: element.into(), ..Default::default() });
            pb::Inconsistency { missing: missing.to_vec(), ..one(InconsistencyType::NotSettledByOwnReading, incident) }
        };
        let contradiction = pb::Inconsistency {
            other_report: reference("reports/v2-north-army"),
            propositions: vec![pb::Proposition::Occurred.into()],
            ..one(InconsistencyType::SelfContradiction, "v2")
        };
        let found = [unsettled("v1"), contradiction, unsettled("v3"), one(InconsistencyType::OutsideOwnReading, "v2")];
        insta::assert_snapshot!(inconsistencies(&found, &Labels::of(&records()), Style::PLAIN));
        assert_eq!(inconsistencies(&[], &Labels::default(), Style::PLAIN), "");
    }
}
