//! `/dossiers/{dossier}/compare`: two readings of one term, how often they agree, and over what they part.

use maud::{Markup, html};

use super::ask::Ask;
use super::fault::Fault;
use super::parts::{BASES, basis_asked, choices};
use super::room::Room;
use super::shell::{Page, Tab};
use super::verdicts::{counted, names_of, pair, partings};
use crate::render::labels::{Labels, id};
use crate::render::words;
use crate::wire::pb;
use pb::record::Kind;

/// The most readings that can be chosen from.
const READINGS_MAX: i32 = 500;

/// How many comparisons are looked through for a page.
const COMPARISONS_MAX: i32 = 1000;

/// A reading that can be chosen.
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) reading: pb::Reading,
    /// What people choose by: id, holder, words.
    said: String,
}

/// The readings that can be chosen, in the order in which they were recorded.
pub(super) async fn choices_of(room: &Room) -> Result<Vec<Choice>, Fault> {
    let (records, _) = room.first(&["readings"], READINGS_MAX).await?;
    let readings = || {
        records.iter().filter_map(|record| match &record.kind {
            Some(Kind::Reading(reading)) => Some((record, reading)),
            _ => None,
        })
    };
    let labels = room.labels(readings().map(|(_, reading)| reading.held_by.clone())).await;
    Ok(readings()
        .map(|(record, reading)| {
            let id = id(&record.name).to_owned();
            let words = if reading.wording.is_empty() { String::new() } else { format!(": {}", reading.wording) };
            let said = format!("{id}, {}{words}", labels.display(&reading.held_by));
            Choice { id, reading: reading.clone(), said }
        })
        .collect())
}

/// A field in which one of the readings is chosen.
pub(super) fn select(name: &str, label: &str, choices: &[Choice], chosen: &str) -> Markup {
    html! {
        label for=(name) { (label) }
        select id=(name) name=(name) {
            @if choices.iter().all(|choice| choice.id != chosen) { option value=(chosen) selected { (chosen) } }
            @for choice in choices {
                @if choice.id == chosen { option value=(choice.id) selected { (choice.said) } }
                @else { option value=(choice.id) { (choice.said) } }
            }
        }
    }
}

/// Compares two readings.
pub(super) async fn show(ask: Ask) -> Result<Page, Fault> {
    let room = Room::open(ask).await?;
    let choices = choices_of(&room).await?;
    let (a, b) = pair_of(&room, &choices);
    let form = html! {
        form .filter action=(room.ask.path()) method="get" {
            @for key in ["basis", "as_of", "known_by"] {
                @if !room.ask.said(key).is_empty() { input type="hidden" name=(key) value=(room.ask.said(key)); }
            }
            (select("a", "From", &choices, &a))
            (select("b", "To", &choices, &b))
            button { "Compare" }
        }
    };
    let body = html! {
        h1 { "Compare two readings" }
        @if choices.len() < 2 {
            p { "Two recorded readings are needed, and by these clocks there are " (choices.len()) "." }
        } @else {
            (form)
            @if a == b { p { "A reading cannot differ from itself: choose two." } }
            @else {
                (answer(&room, pb::ReadingChoice { names: vec![named(&a), named(&b)], ..Default::default() }, &[("a", &a), ("b", &b)]).await?)
            }
        }
    };
    Ok(Page::new("Compare readings".to_owned(), body).of(&room, Tab::Compare))
}

/// The two readings that the address names; else the first, and the last of the same term.
fn pair_of(room: &Room, choices: &[Choice]) -> (String, String) {
    let (a, b) = (room.ask.said("a"), room.ask.said("b"));
    let first = choices.iter().find(|choice| a.is_empty() || choice.id == a);
    let term = first.map(|choice| choice.reading.term.as_str()).unwrap_or_default();
    let is_other = |choice: &&Choice| choice.reading.term == term && first.is_some_and(|first| first.id != choice.id);
    let last = choices.iter().rev().find(is_other);
    let or = |said: &str, other: Option<&Choice>| {
        if said.is_empty() { other.map(|choice| choice.id.clone()).unwrap_or_default() } else { said.to_owned() }
    };
    (or(a, first), or(b, last))
}

/// What was typed or chosen, as the name of a reading.
pub(super) fn named(id: &str) -> String {
    if id.contains('/') { id.to_owned() } else { format!("readings/{id}") }
}

/// The three by three tables of two readings, and the incidents on which they differ. `kept` stays in the address.
pub(super) async fn answer(room: &Room, readings: pb::ReadingChoice, kept: &[(&str, &str)]) -> Result<Markup, Fault> {
    let ask = &room.ask;
    let basis = basis_asked(ask.said("basis"))?;
    let tables = pb::CompareRequest {
        readings: Some(readings.clone()),
        bases: BASES.map(i32::from).to_vec(),
        page_size: 1,
        ..Default::default()
    };
    let tables = room.compare(tables).await?;
    let listed = pb::CompareRequest {
        readings: Some(readings),
        bases: vec![basis.into()],
        page_size: COMPARISONS_MAX,
        page_token: ask.said("page").to_owned(),
        ..Default::default()
    };
    let listed = room.compare(listed).await?;
    let parted = listed.comparisons.iter().filter(|comparison| !comparison.partings.is_empty());
    let names = names_of(&listed.readings).chain(parted.map(|comparison| comparison.incident.clone()));
    let labels = room.labels(names).await;
    Ok(markup(room, basis, &tables, &listed, &labels, kept))
}

fn markup(
    room: &Room,
    basis: pb::Basis,
    tables: &pb::CompareResponse,
    listed: &pb::CompareResponse,
    labels: &Labels,
    kept: &[(&str, &str)],
) -> Markup {
    let links = &room.links;
    if let [a, b] = tables.readings.as_slice()
        && a.term != b.term
    {
        return html! {
            p { "These two are of different terms, " (labels.display(&a.term)) " and " (labels.display(&b.term))
                ". Only readings of one term are compared." }
        };
    }
    let page = room.ask.path().rsplit('/').next().unwrap_or_default();
    let address = |links: &super::links::Links, basis: &str, token: &str| {
        let more: Vec<(&str, &str)> = kept.iter().copied().chain([("basis", basis), ("page", token)]).collect();
        links.to(&format!("/{page}"), &more)
    };
    let bases: Vec<_> = BASES
        .iter()
        .map(|other| (address(links, &words::basis(*other), ""), words::basis(*other), *other == basis))
        .collect();
    html! {
        section {
            h2 #differ { "Where they part" }
            (choices("Basis", &bases))
            (partings(listed, labels, links))
            (counted(listed.counted.as_ref()))
            @if !listed.next_page_token.is_empty() {
                p {
                    "These are from the first " (listed.comparisons.len()) " comparisons of this page. "
                    a rel="next" href=(address(&links.pinned(&room.read_at), &words::basis(basis), &listed.next_page_token)) { "Look on" }
                }
            }
        }
        section {
            h2 #often { "How often they agree, on each basis" }
            @if tables.pairs.is_empty() { p { "There is nothing to compare." } }
            div .pairs { @for table in &tables.pairs { (pair(table, links)) } }
        }
    }
}
