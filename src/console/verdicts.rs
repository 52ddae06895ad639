//! Tables of verdicts: incidents by reading, readings by basis, counts, and how often two readings agree.

use std::collections::HashMap;

use maud::{Markup, html};

use super::links::Links;
use super::parts::{BASES, by_id, reading_head, reading_link, verdict, verdict_cell, wide};
use crate::render::labels::{Labels, id, reading};
use crate::render::words;
use crate::wire::pb;
use pb::Verdict;

/// Every incident of an answer under every reading, on one basis.
pub(super) fn matrix(response: &pb::AssessResponse, basis: pb::Basis, labels: &Labels, links: &Links) -> Markup {
    let on_basis = || response.assessments.iter().filter(|assessment| assessment.basis() == basis);
    let verdicts: HashMap<(&str, &str), Verdict> =
        on_basis().map(|of| ((of.incident.as_str(), of.reading.as_str()), of.verdict())).collect();
    let mut incidents: Vec<&pb::Assessment> = Vec::new();
    for assessment in on_basis() {
        if incidents.last().is_none_or(|last| last.incident != assessment.incident) {
            incidents.push(assessment);
        }
    }
    let word = words::basis(basis);
    let table = html! {
        table .matrix {
            caption { "Each incident under each reading, on the basis " em { (word) } ": " (words::basis_meaning(basis)) "." }
            thead {
                tr {
                    th scope="col" { "Incident" }
                    @for applied in &response.readings { th scope="col" { (reading_head(applied, labels, links)) } }
                }
            }
            tbody {
                @for of in incidents {
                    tr {
                        th scope="row" {
                            @let called = labels.known(&of.incident);
                            a href=(links.record(&of.incident)) { (called.unwrap_or(id(&of.incident))) }
                            @if called.is_some() { " " span .hint { (id(&of.incident)) } }
                            @if !of.same_event.is_empty() {
                                span .hint { " same event: " (of.same_event.iter().map(|name| id(name)).collect::<Vec<_>>().join(", ")) }
                            }
                        }
                        @for applied in &response.readings {
                            @match verdicts.get(&(of.incident.as_str(), applied.reading.as_str())) {
                                Some(verdict) => (verdict_cell(*verdict)),
                                None => td .v .o { span .vh { "this reading was not applied" } },
                            }
                        }
                    }
                }
            }
        }
    };
    wide("Incidents under readings", table)
}

/// One incident: each reading on each basis.
pub(super) fn grid(
    response: &pb::AssessResponse,
    labels: &Labels,
    links: &Links,
    why: impl Fn(&str, pb::Basis) -> String,
) -> Markup {
    let found = |reading: &str, basis: pb::Basis| {
        response.assessments.iter().find(|of| of.reading == reading && of.basis() == basis).map(pb::Assessment::verdict)
    };
    let table = html! {
        table {
            caption { "The verdict of each reading on each basis. Each leads to why." }
            thead {
                tr {
                    th scope="col" { "Reading" }
                    @for basis in BASES { th scope="col" { (words::basis(basis)) } }
                }
            }
            tbody {
                @for applied in &response.readings {
                    tr {
                        th scope="row" { (reading_head(applied, labels, links)) }
                        @for basis in BASES {
                            @match found(&applied.reading, basis) {
                                Some(found) => td { a href=(why(&applied.reading, basis)) { (verdict(found)) } },
                                None => td { span .vh { "not applied" } },
                            }
                        }
                    }
                }
            }
        }
    };
    wide("Verdicts of this incident", table)
}

/// How many incidents came out how, for each reading on each basis. Never one total.
pub(super) fn counts(response: &pb::TallyResponse, labels: &Labels, links: &Links) -> Markup {
    let row = |applied: &pb::AppliedReading, basis: pb::Basis| {
        response.rows.iter().find(|row| row.reading == applied.reading && row.basis() == basis)
    };
    let table = html! {
        table .numbers {
            caption { "How many incidents come out how, for each reading on each basis" }
            thead {
                tr {
                    th scope="col" rowspan="2" { "Reading" }
                    @for basis in BASES { th scope="colgroup" colspan="4" { (words::basis(basis)) } }
                }
                tr {
                    @for _ in BASES {
                        @for verdict in [Verdict::Breach, Verdict::NoBreach, Verdict::Undetermined, Verdict::NotAssessed] {
                            th scope="col" { b aria-hidden="true" { (words::letter(verdict)) } i .vh { (words::verdict(verdict)) } }
                        }
                    }
                }
            }
            tbody {
                @for applied in &response.readings {
                    tr {
                        th scope="row" { (reading_head(applied, labels, links)) }
                        @for basis in BASES {
                            @match row(applied, basis) {
                                Some(row) => {
                                    td .v .b { (row.breach) } td .v .n { (row.no_breach) }
                                    td .v .u { (row.undetermined) } td .v .o { (row.not_assessed) }
                                },
                                None => { td {} td {} td {} td {} },
                            }
                        }
                    }
                }
            }
        }
    };
    wide("Counts for each reading and basis", table)
}

/// What was counted, by which rules, and what was watched.
pub(super) fn counted(counted: Option<&pb::Counted>) -> Markup {
    let Some(pb::Counted { unit, window, incidents, uncertain, rules_version, taxonomy_version }) = counted else {
        return html! {};
    };
    html! {
        p .hint {
            "Counted: " (incidents) " " (unit) ", "
            @match window { Some(window) => (super::parts::span(window)), None => "all time" }
            "; rules " (rules_version) ", taxonomy " (taxonomy_version) "."
            @if *uncertain > 0 { " " (uncertain) " more only may fit, and are in no count." }
        }
    }
}

/// How often two readings give which verdicts, on one basis: three by three.
pub(super) fn pair(table: &pb::PairTable, links: &Links) -> Markup {
    let shown = [Verdict::Breach, Verdict::NoBreach, Verdict::Undetermined];
    let rows = [
        [table.breach_breach, table.breach_no_breach, table.breach_undetermined],
        [table.no_breach_breach, table.no_breach_no_breach, table.no_breach_undetermined],
        [table.undetermined_breach, table.undetermined_no_breach, table.undetermined_undetermined],
    ];
    let (a, b) = (&table.reading_a, &table.reading_b);
    let basis = words::basis(table.basis());
    let table = html! {
        table .pair {
            caption { (basis) ": incidents by what " (reading_link(a, links)) " says (rows) and " (reading_link(b, links)) " says (columns)" }
            thead {
                tr {
                    td {}
                    @for column in shown { th scope="col" { (short(b)) ": " (words::verdict(column)) } }
                }
            }
            tbody {
                @for (row, counts) in shown.into_iter().zip(rows) {
                    tr {
                        th scope="row" { (short(a)) ": " (words::verdict(row)) }
                        @for (column, count) in shown.into_iter().zip(counts) {
                            td class=(if row == column { "same" } else if count > 0 { "differs" } else { "" }) { (count) }
                        }
                    }
                }
            }
        }
    };
    wide(&format!("How often the two agree: {basis}"), table)
}

/// A reading in a few letters.
fn short(name: &str) -> String {
    if name.starts_with("hypothetical/") { "draft".to_owned() } else { reading(name) }
}

/// The incidents on which two readings differ, and over which elements.
pub(super) fn partings(response: &pb::CompareResponse, labels: &Labels, links: &Links) -> Markup {
    let [from, to] = response.readings.as_slice() else {
        return html! { p { "There are not two readings to compare." } };
    };
    let rows: Vec<(&pb::Comparison, Turned)> = response
        .comparisons
        .iter()
        .flat_map(|comparison| {
            comparison.partings.iter().filter_map(move |of| Some((comparison, turned(of, from, to)?)))
        })
        .collect();
    if rows.is_empty() {
        return html! { p { "No incident changes verdict from one to the other." } };
    }
    let table = html! {
        table {
            caption { "Incidents on which the two differ, and over what" }
            thead {
                tr {
                    th scope="col" { "Incident" } th scope="col" { "Basis" }
                    th scope="col" { (short(&from.reading)) " says" } th scope="col" { (short(&to.reading)) " says" }
                    th scope="col" { "They part over" }
                }
            }
            tbody {
                @for (comparison, of) in rows {
                    tr {
                        th scope="row" {
                            @match labels.known(&comparison.incident) {
                                Some(called) => { a href=(links.record(&comparison.incident)) { (called) } " " span .hint { (id(&comparison.incident)) } },
                                None => (by_id(&comparison.incident, links)),
                            }
                        }
                        td { (words::basis(comparison.basis())) }
                        (verdict_cell(of.a))
                        (verdict_cell(of.b))
                        td { (of.elements.iter().map(|element| words::element(*element)).collect::<Vec<_>>().join(", ")) }
                    }
                }
            }
        }
    };
    wide("Incidents on which the two differ", table)
}

/// A parting in the order asked for.
struct Turned {
    a: Verdict,
    b: Verdict,
    elements: Vec<pb::Element>,
}

/// `None` if it is of other readings.
fn turned(parting: &pb::Parting, from: &pb::AppliedReading, to: &pb::AppliedReading) -> Option<Turned> {
    let elements = parting.elements().collect();
    let names = (parting.reading_a.as_str(), parting.reading_b.as_str());
    if names == (from.reading.as_str(), to.reading.as_str()) {
        Some(Turned { a: parting.verdict_a(), b: parting.verdict_b(), elements })
    } else if names == (to.reading.as_str(), from.reading.as_str()) {
        Some(Turned { a: parting.verdict_b(), b: parting.verdict_a(), elements })
    } else {
        None
    }
}

/// The names that readings bring with them.
pub(super) fn names_of(readings: &[pb::AppliedReading]) -> impl Iterator<Item = String> {
    readings.iter().flat_map(|applied| [applied.held_by.clone(), applied.instrument.clone(), applied.term.clone()])
}
