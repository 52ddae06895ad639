//! Why a verdict is as it is: each element with its facts and rule, and what is missing.

use maud::{Markup, html};

use super::links::Links;
use super::parts::{by_id, reference, truth_cell, value, verdict, wide};
use crate::render::labels::{Labels, reading, relative};
use crate::render::words;
use crate::wire::pb;
use pb::element_result::Rule;

/// One verdict in full.
pub(super) fn why(assessment: &pb::Assessment, labels: &Labels, links: &Links) -> Markup {
    let basis = words::basis(assessment.basis());
    html! {
        p {
            "Under " strong { (reading(&assessment.reading)) } ", on the basis " em { (basis) } ": "
            (verdict(assessment.verdict())) "."
        }
        @if assessment.elements.is_empty() {
            p { "Nothing was assessed: the basis admits no account of this incident. That is not the same as no breach." }
        } @else {
            (elements(&assessment.elements, "The elements of the account that decides", labels, links))
        }
        @if assessment.rows.len() > 1 {
            details {
                summary { "All " (assessment.rows.len()) " rows: one for each thing struck, in each account" }
                @for row in &assessment.rows {
                    @let source = row.source.as_ref().map_or("", |source| relative(&source.name));
                    (elements(&row.elements, &format!("{source}, struck {}: {}", row.struck, words::truth(row.truth())), labels, links))
                }
            }
        }
    }
}

fn elements(elements: &[pb::ElementResult], caption: &str, labels: &Labels, links: &Links) -> Markup {
    let table = html! {
        table {
            caption { (caption) }
            thead { tr { th scope="col" { "Element" } th scope="col" { "Truth" } th scope="col" { "Facts" } th scope="col" { "Rule" } } }
            tbody {
                @for element in elements {
                    tr {
                        th scope="row" { (words::element(element.element())) }
                        (truth_cell(element.truth()))
                        td {
                            @for (index, fact) in element.facts.iter().enumerate() {
                                @if index > 0 { br; }
                                (value(&fact.value, labels, links))
                                span .hint { " " (reference(fact.record.as_ref(), links)) @if fact.unsourced { ", unsourced" } }
                            }
                        }
                        td { @if let Some(rule) = &element.rule { (shown(rule, labels, links)) } }
                    }
                }
            }
        }
    };
    wide(caption, table)
}

fn shown(rule: &Rule, labels: &Labels, links: &Links) -> Markup {
    match rule {
        Rule::Note(note) => html! { (note) },
        Rule::Window(window) => {
            let pb::WindowRule { at_end, bound, .. } = window;
            let (side, missing) = if *at_end { ("end", "open") } else { ("start", "not said") };
            let counting = words::counting(window.counting());
            html! {
                (side) " " (words::bound(bound.as_ref(), missing))
                @if !counting.is_empty() { " (by " (counting) ")" }
            }
        }
        Rule::Selection(selection) => html! {
            @for (index, branch) in selection.branches.iter().enumerate() {
                @if index > 0 { br; }
                (words::truth(branch.truth())) ": " (path(branch, labels, links)) " " em { (words::listing(branch.listing())) }
            }
        },
    }
}

fn path(branch: &pb::Branch, labels: &Labels, links: &Links) -> Markup {
    let node = std::slice::from_ref(&branch.node);
    let path = if branch.path.len() > 1 { &branch.path[..] } else { node };
    html! {
        @for (index, node) in path.iter().enumerate() {
            @if index > 0 { " › " }
            (value(node, labels, links))
        }
    }
}

/// What is missing for settled verdicts, each thing once, with the readings that wait for it.
pub(super) fn missing(assessments: &[pb::Assessment], links: &Links) -> Markup {
    let mut found: Vec<(&pb::Missing, Vec<String>, Vec<String>)> = Vec::new();
    for assessment in assessments {
        for missing in &assessment.missing {
            let of = reading(&assessment.reading);
            let is_same = |known: &pb::Missing| {
                (known.element, &known.source, known.struck, known.cause, &known.note)
                    == (missing.element, &missing.source, missing.struck, missing.cause, &missing.note)
            };
            let index = found.iter().position(|(known, ..)| is_same(known)).unwrap_or_else(|| {
                found.push((missing, Vec::new(), Vec::new()));
                found.len() - 1
            });
            let (_, waiting, settled) = &mut found[index];
            let list = if missing.decisive { settled } else { waiting };
            if !list.contains(&of) {
                list.push(of);
            }
        }
    }
    if found.is_empty() {
        return html! { p { "Nothing: on this basis every reading is settled, or nothing was assessed." } };
    }
    let list = |readings: &[String]| if readings.is_empty() { "–".to_owned() } else { readings.join(", ") };
    let table = html! {
        table {
            caption { "What is missing on this basis, and whose verdict it would settle" }
            thead {
                tr {
                    th scope="col" { "Element" } th scope="col" { "What is missing" } th scope="col" { "Why it is open" }
                    th scope="col" { "In" }
                    th scope="col" { "Would settle alone" } th scope="col" { "Would not settle alone" }
                }
            }
            tbody {
                @for (missing, waiting, settled) in &found {
                    tr {
                        th scope="row" { (words::element(missing.element())) }
                        td { (missing.note) }
                        td { (words::cause(missing.cause())) }
                        td { @if let Some(source) = &missing.source { (by_id(&source.name, links)) ", struck " (missing.struck) } }
                        td { (list(settled)) }
                        td { (list(waiting)) }
                    }
                }
            }
        }
    };
    wide("What is missing", table)
}
