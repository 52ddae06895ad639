//! One verdict and why: each element with its fact and rule, what is missing, what was denied.

use comfy_table::Cell;

use crate::wire::pb;
use pb::{Truth, Verdict, element_result::Rule};

use super::labels::{Labels, id, reading, relative};
use super::{Style, dim, head, heading, table, text_of, words};

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
        text.push_str(&elements(&assessment.elements, style));
    }
    for row in &assessment.rows {
        let source = row.source.as_ref().map_or("", |source| relative(&source.name));
        text.push_str(&format!("\n{source}, struck[{}]: {}\n", row.struck, words::truth(row.truth())));
        text.push_str(&elements(&row.elements, style));
    }
    for missing in &assessment.missing {
        text.push_str(&missing_line(missing));
    }
    for denial in &assessment.denials {
        let report = denial.report.as_ref().map_or("", |report| relative(&report.name));
        let denied = words::propositions(denial.propositions());
        text.push_str(&format!("Denied by {}: {denied} ({report})\n", labels.display(&denial.claimant)));
    }
    text
}

fn missing_line(missing: &pb::Missing) -> String {
    let source = missing.source.as_ref().map_or("", |source| relative(&source.name));
    let note = if missing.note.is_empty() { String::new() } else { format!(": {}", missing.note) };
    let decisive = if missing.decisive { "; settling this alone settles the verdict" } else { "" };
    let element = words::element(missing.element());
    format!(
        "Missing: {element}, {}{note} ({source}, struck[{}]){decisive}\n",
        words::cause(missing.cause()),
        missing.struck
    )
}

fn elements(elements: &[pb::ElementResult], style: Style) -> String {
    let mut table = table(style);
    table.set_header(["Element", "", "Facts", "Rule"].map(head));
    for element in elements {
        let facts: Vec<String> = element.facts.iter().map(fact).collect();
        table.add_row([
            head(words::element(element.element())),
            truth(element.truth()),
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
    let value = if fact.value.is_empty() { "not given" } else { relative(&fact.value) };
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
