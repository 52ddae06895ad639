//! One verdict and why: each element with its fact and rule, what is missing, what was denied.

use comfy_table::Cell;

use crate::wire::pb;
use pb::{Truth, Verdict, element_result::Rule};

use super::labels::{Labels, id, reading, relative};
use super::{Style, dim, head, heading, table, text_of, words, wrap};

/// An assessment in full.
pub fn explain(assessment: &pb::Assessment, labels: &Labels, style: Style) -> String {
    let name = labels.known(&assessment.incident).map(|name| format!(" {name}")).unwrap_or_default();
    let title = format!(
        "{}{name}, under {}, {}: {}",
        id(&assessment.incident),
        reading(&assessment.reading),
        words::basis(assessment.basis()),
        words::verdict(assessment.verdict()).to_uppercase(),
    );
    let mut text = heading(&title, style);
    if !assessment.elements.is_empty() {
        text.push_str(&elements(&assessment.elements, truth, style));
    }
    for row in &assessment.rows {
        let source = row.source.as_ref().map_or("", |source| relative(&source.name));
        text.push_str(&format!("\n{source}, struck[{}]: {}\n", row.struck, words::truth(row.truth())));
        text.push_str(&elements(&row.elements, truth, style));
    }
    for missing in &assessment.missing {
        text.push_str(&wrap(&missing_line(missing), style.width));
    }
    for denial in &assessment.denials {
        let report = denial.report.as_ref().map_or("", |report| relative(&report.name));
        let denied = words::propositions(denial.propositions());
        // A finding has no claimant.
        let who = if denial.claimant.is_empty() { "the monitors" } else { labels.display(&denial.claimant) };
        text.push_str(&format!("Denied by {who}: {denied} ({report})\n"));
    }
    text
}

fn missing_line(missing: &pb::Missing) -> String {
    let source = missing.source.as_ref().map_or("", |source| relative(&source.name));
    let note = if missing.note.is_empty() { words::cause(missing.cause()) } else { &missing.note };
    let decisive = if missing.decisive { " Settling this alone would settle the verdict." } else { "" };
    format!("Missing: {}: {note} ({source}, struck[{}]).{decisive}", words::element(missing.element()), missing.struck)
}

/// A table of elements; what a truth means for the reader, and so its colour, the caller knows.
pub(super) fn elements(elements: &[pb::ElementResult], paint: fn(Truth) -> Cell, style: Style) -> String {
    let mut table = table(style);
    table.set_header(["Element", "Truth", "Facts", "Rule"].map(head));
    for element in elements {
        let facts: Vec<String> = element.facts.iter().map(fact).collect();
        table.add_row([
            head(words::element(element.element())),
            paint(element.truth()),
            Cell::new(facts.join("\n")),
            Cell::new(element.rule.as_ref().map(rule).unwrap_or_default()),
        ]);
    }
    text_of(table)
}

fn truth(truth: Truth) -> Cell {
    let word = words::truth(truth);
    match truth {
        Truth::Yes => words::paint(word, Verdict::Breach),
        Truth::No => words::paint(word, Verdict::NoBreach),
        Truth::Unknown => words::paint(word, Verdict::Undetermined),
        Truth::Unspecified => dim(word),
    }
}

fn fact(fact: &pb::UsedFact) -> String {
    let span = words::span(&fact.value);
    let value = span.as_deref().unwrap_or_else(|| relative(&fact.value));
    let record = fact.record.as_ref().map_or("", |record| id(&record.name));
    let unsourced = if fact.unsourced { ", unsourced" } else { "" };
    format!("{value} ({record}{unsourced})")
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Note(note) => note.clone(),
        Rule::Window(pb::WindowRule { at_end, bound, counting }) => {
            let side = if *at_end { "end" } else { "start" };
            let missing = if *at_end { "open" } else { "not said" };
            let counting = match pb::CountingRule::try_from(*counting).map(words::counting) {
                Ok("") | Err(_) => String::new(),
                Ok(counting) => format!(" (by {counting})"),
            };
            format!("{side} {}{counting}", words::bound(bound.as_ref(), missing))
        }
        Rule::Selection(selection) => selection.branches.iter().map(branch).collect::<Vec<_>>().join("\n"),
    }
}

fn branch(branch: &pb::Branch) -> String {
    let truth = words::truth(branch.truth());
    let path: Vec<&str> = branch.path.iter().map(|node| relative(node)).collect();
    let path = if path.len() > 1 { path.join(" › ") } else { relative(&branch.node).to_owned() };
    let listing = words::listing(branch.listing());
    format!("{truth}: {path} {listing}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{assessment, records, reference};

    #[test]
    fn a_verdict_says_its_elements_facts_rules_and_what_is_missing() {
        let fact = |field: &str, value: &str| pb::UsedFact {
            record: reference("reports/v1-north"),
            field: field.into(),
            value: value.into(),
            unsourced: field == "denies",
        };
        let branch = |node: &str, truth: Truth, listing: pb::Listing, path: &[&str]| pb::Branch {
            node: node.into(),
            truth: truth.into(),
            listed: path.last().copied().unwrap_or_default().into(),
            listing: listing.into(),
            path: path.iter().map(|node| (*node).to_owned()).collect(),
        };
        let element = |element: pb::Element, truth: Truth, facts: Vec<pb::UsedFact>, rule: Rule| pb::ElementResult {
            element: element.into(),
            truth: truth.into(),
            facts,
            rule: Some(rule),
        };
        let selection = pb::SelectionRule {
            fact: "rail.power".into(),
            branches: vec![
                branch("elec.sub.traction", Truth::Yes, pb::Listing::Included, &["elec.sub.traction", "elec.sub"]),
                branch("dossiers/d/actors/north", Truth::No, pb::Listing::Silent, &[]),
            ],
        };
        let window = pb::WindowRule { at_end: true, bound: None, counting: pb::CountingRule::Elapsed.into() };
        let span = "2025-03-18T23:20:00Z/2025-03-19T00:00:00Z";
        let elements = vec![
            element(
                pb::Element::Operative,
                Truth::Yes,
                vec![],
                Rule::Note("the reading takes the text to set a rule".into()),
            ),
            element(pb::Element::Object, Truth::Unknown, vec![fact("x", "rail.power")], Rule::Selection(selection)),
            element(
                pb::Element::Window,
                Truth::No,
                vec![fact("x", span), fact("denies", "OCCURRED")],
                Rule::Window(window),
            ),
        ];
        let row = pb::RowResult {
            source: reference("reports/v1-north"),
            struck: 1,
            truth: Truth::Unknown.into(),
            elements: vec![element(pb::Element::Act, Truth::Yes, vec![], Rule::Note("not restricted".into()))],
        };
        let missing = pb::Missing {
            element: pb::Element::Object.into(),
            source: reference("reports/v1-north"),
            struck: 0,
            cause: pb::MissingCause::Fact.into(),
            note: "what was struck is not given".into(),
            decisive: true,
        };
        let denial = |report: &str, claimant: &str, propositions: &[pb::Proposition]| pb::Denial {
            report: reference(report),
            claimant: claimant.into(),
            propositions: propositions.iter().map(|proposition| (*proposition).into()).collect(),
        };
        let denials = vec![
            denial(
                "reports/v1-south",
                "dossiers/d/actors/union",
                &[pb::Proposition::Occurred, pb::Proposition::Breach],
            ),
            denial("findings/f1", "", &[pb::Proposition::Author]),
        ];
        let assessed = pb::Assessment {
            elements,
            missing: vec![missing],
            denials,
            rows: vec![row],
            ..assessment("incidents/v2", "readings/r1", pb::Basis::Undisputed, Verdict::Undetermined)
        };
        insta::assert_snapshot!(explain(&assessed, &Labels::of(&records()), Style::PLAIN));
    }
}
