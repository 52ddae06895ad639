//! Small pieces that pages share: verdicts, names with links, spans of time, citations.

use maud::{Markup, html};

use super::links::Links;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::shorten;
use crate::render::labels::{Labels, id, reading, relative};
use crate::render::words;
use crate::wire::pb;
use pb::Verdict;

/// The four bases, in the order of the API.
pub(super) const BASES: [pb::Basis; 4] =
    [pb::Basis::Alleged, pb::Basis::Undisputed, pb::Basis::Corroborated, pb::Basis::Verified];

/// The basis of this name; `None` if there is none of it.
pub(super) fn basis_named(word: &str) -> Option<pb::Basis> {
    BASES.into_iter().find(|basis| words::basis(*basis) == word)
}

/// The basis that an address asks for under `basis`: undisputed facts where it asks for none.
pub(super) fn basis_asked(word: &str) -> Result<pb::Basis, Violation> {
    if word.is_empty() {
        return Ok(pb::Basis::Undisputed);
    }
    basis_named(word).ok_or_else(|| {
        let what = format!("“{}” is none of alleged, undisputed, corroborated, verified", shorten(word));
        Violation::new("basis", Reason::EnumUnknown, what)
    })
}

/// The class by which a verdict is coloured. Its letter and word say it too.
fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Breach => "v b",
        Verdict::NoBreach => "v n",
        Verdict::Undetermined => "v u",
        Verdict::NotAssessed | Verdict::Unspecified => "v o",
    }
}

/// A verdict as a cell of a table: its letter, and its word for those who hear it and where there is room.
pub(super) fn verdict_cell(verdict: Verdict) -> Markup {
    html! {
        td class=(verdict_class(verdict)) {
            b aria-hidden="true" { (words::letter(verdict)) } i { (words::verdict(verdict)) }
        }
    }
}

/// A verdict in running text.
pub(super) fn verdict(verdict: Verdict) -> Markup {
    html! { span class=(verdict_class(verdict)) { b aria-hidden="true" { (words::letter(verdict)) } " " (words::verdict(verdict)) } }
}

/// A truth as a cell.
pub(super) fn truth_cell(truth: pb::Truth) -> Markup {
    let class = match truth {
        // Neither answer is good or bad by itself; only what is open stands out.
        pb::Truth::Unknown => "v u",
        pb::Truth::Yes | pb::Truth::No | pb::Truth::Unspecified => "t",
    };
    html! { td class=(class) { (words::truth(truth)) } }
}

/// What the letters mean.
pub(super) fn legend() -> Markup {
    html! {
        ul .legend aria-label="What the letters mean" {
            @for shown in [Verdict::Breach, Verdict::NoBreach, Verdict::Undetermined, Verdict::NotAssessed] {
                li { (verdict(shown)) }
            }
        }
    }
}

/// A record by what it is called, linked.
pub(super) fn named(name: &str, labels: &Labels, links: &Links) -> Markup {
    html! { a href=(links.record(name)) { (labels.display(name)) } }
}

/// Several records, linked; a dash where there are none.
pub(super) fn all_named(names: &[String], labels: &Labels, links: &Links) -> Markup {
    html! {
        @for (index, name) in names.iter().enumerate() {
            @if index > 0 { ", " }
            (named(name, labels, links))
        }
        @if names.is_empty() { "–" }
    }
}

/// A record by its id, linked: where what it is called stands beside it, or it is called nothing.
pub(super) fn by_id(name: &str, links: &Links) -> Markup {
    html! { a href=(links.record(name)) { (id(name)) } }
}

/// A reading by its id, linked where it is recorded.
pub(super) fn reading_link(name: &str, links: &Links) -> Markup {
    html! {
        @if name.starts_with("hypothetical/") { "the draft" }
        @else { a href=(links.record(name)) { (reading(name)) } }
    }
}

/// The head of a reading's column: its id, and whose it is.
pub(super) fn reading_head(applied: &pb::AppliedReading, labels: &Labels, links: &Links) -> Markup {
    html! {
        (reading_link(&applied.reading, links))
        @if !applied.held_by.is_empty() { " " span .holder { (labels.display(&applied.held_by)) } }
    }
}

/// A span as it was written, or its two instants.
pub(super) fn span(span: &pb::TimeSpan) -> String {
    let zone = if span.time_zone.is_empty() { String::new() } else { format!(" ({})", span.time_zone) };
    if !span.local.is_empty() {
        return format!("{}{zone}", span.local.replace('/', " to "));
    }
    let bound = pb::Bound { earliest: span.earliest, latest: span.latest, local: String::new() };
    words::bound(Some(&bound), "not said")
}

/// How many, as far as that is known.
pub(super) fn quantity(quantity: &pb::Quantity) -> String {
    match (quantity.least, quantity.most) {
        (Some(least), Some(most)) if least == most => least.to_string(),
        (Some(least), Some(most)) => format!("{least} to {most}"),
        (Some(least), None) => format!("at least {least}"),
        (None, Some(most)) => format!("at most {most}"),
        (None, None) => "not said".to_owned(),
    }
}

/// An address out of a record: a link only if a browser may be sent there, else just text.
pub(super) fn outward(address: &str, text: &str) -> Markup {
    let lower = address.trim_start().to_ascii_lowercase();
    html! {
        @if lower.starts_with("https://") || lower.starts_with("http://") {
            a href=(address.trim()) rel="noreferrer noopener external" { (text) }
        } @else { (text) }
    }
}

/// A reference to a revision, as a link to its record.
pub(super) fn reference(reference: Option<&pb::RecordRef>, links: &Links) -> Markup {
    html! { @if let Some(reference) = reference { (by_id(&reference.name, links)) } }
}

/// A value as an answer gives it: a name is linked, a span of instants put as people read it.
pub(super) fn value(text: &str, labels: &Labels, links: &Links) -> Markup {
    html! {
        @if super::room::is_full(text) { (named(text, labels, links)) }
        @else if let Some(span) = words::span(text) { (span) }
        @else { (relative(text)) }
    }
}

/// The grade of a citation, such as `B2`; empty where nobody graded it.
pub(super) fn grade(grade: &pb::Grade) -> String {
    let reliability = grade.reliability().as_str_name().trim_start_matches("RELIABILITY_");
    let reliability = if reliability == "UNSPECIFIED" { "" } else { reliability };
    let credibility = match grade.credibility() {
        pb::Credibility::Unspecified => "",
        pb::Credibility::One => "1",
        pb::Credibility::Two => "2",
        pb::Credibility::Three => "3",
        pb::Credibility::Four => "4",
        pb::Credibility::Five => "5",
        pb::Credibility::Six => "6",
    };
    format!("{reliability}{credibility}")
}

/// The documents behind a record: title, place in it, quoted words, grade.
pub(super) fn citations(citations: &[pb::Citation], labels: &Labels, links: &Links) -> Markup {
    html! {
        @if !citations.is_empty() {
            ul .plain {
                @for citation in citations {
                    li {
                        (named(&citation.document, labels, links))
                        @if !citation.locator.is_empty() { ", " (citation.locator) }
                        @if let Some(of) = &citation.grade { @let grade = grade(of); @if !grade.is_empty() { " [" (grade) "]" } }
                        @if !citation.quote.is_empty() { ": " q { (citation.quote) } }
                        @if !citation.supports.is_empty() { " " span .hint { "for " (citation.supports.join(", ")) } }
                    }
                }
            }
        }
    }
}

/// A table that may be wider than the screen: it scrolls by itself, by keyboard too.
pub(super) fn wide(name: &str, table: Markup) -> Markup {
    html! { div .scroll tabindex="0" role="region" aria-label=(name) { (table) } }
}

/// Links between choices, of which one is taken.
pub(super) fn choices(label: &str, options: &[(String, String, bool)]) -> Markup {
    html! {
        nav .choices aria-label=(label) {
            span aria-hidden="true" { (label) ": " }
            ul {
                @for (address, word, is_taken) in options {
                    li {
                        @if *is_taken { a href=(address) aria-current="true" { (word) } }
                        @else { a href=(address) { (word) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_become_links() {
        let text = |address: &str| outward(address, address).into_string();
        assert!(text("https://example.org/a?b=<c>").starts_with("<a href=\"https://example.org/a?b=&lt;c&gt;\""));
        for hostile in ["javascript:alert(1)", " JavaScript:alert(1)", "data:text/html,x", "//example.org", "/records"]
        {
            assert_eq!(text(hostile), hostile);
        }
    }

    #[test]
    fn a_verdict_is_said_by_letter_and_word() {
        assert_eq!(
            verdict_cell(Verdict::Undetermined).into_string(),
            "<td class=\"v u\"><b aria-hidden=\"true\">U</b><i>undetermined</i></td>"
        );
    }

    #[test]
    fn spans_quantities_and_grades_read_as_people_write_them() {
        let of = pb::TimeSpan { local: "2025-03-19".into(), time_zone: "Europe/Kyiv".into(), ..Default::default() };
        assert_eq!(span(&of), "2025-03-19 (Europe/Kyiv)");
        assert_eq!(quantity(&pb::Quantity { least: Some(3), most: None }), "at least 3");
        let of = pb::Grade {
            reliability: pb::Reliability::B.into(),
            credibility: pb::Credibility::Two.into(),
            ..Default::default()
        };
        assert_eq!(grade(&of), "B2");
        assert_eq!(basis_named("verified"), Some(pb::Basis::Verified));
        assert_eq!(basis_named("true"), None);
    }
}
