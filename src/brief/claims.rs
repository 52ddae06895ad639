//! Counts that were claimed: quoted with unit, time and speaker, and never added.

use super::desk::Desk;
use super::language::{More, Word};
use super::{Cell, Section, SectionKind, Table};

/// How many claims are listed.
const LISTED_MAX: usize = 40;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Claims);
    let mut rows = Vec::new();
    let mut said: Vec<_> = desk.statements().filter(|(r, s)| desk.is_of_period(r, s.said.as_ref())).collect();
    said.sort_by_key(|(revision, statement)| (statement.said.as_ref().map(|span| span.earliest), revision.position));
    let mut more = 0;
    for (revision, statement) in said {
        for claim in &statement.claims {
            let Some(count) = claim.count.as_ref().and_then(|count| desk.quantity(count)) else { continue };
            if rows.len() == LISTED_MAX {
                more += 1;
                continue;
            }
            let none = || desk.words.word(Word::NotGiven).to_owned();
            let speaker = statement.speaker.as_ref().map_or_else(none, |speaker| desk.actor_in_full(speaker));
            let window = claim.window.as_ref().map_or_else(none, |window| desk.when_bare(window));
            let whom = claim.attributed_to.as_ref().map_or_else(none, |whom| desk.actor(whom));
            let places: Vec<String> = claim.places.iter().map(|place| desk.place(place)).collect();
            let place = if places.is_empty() { none() } else { places.join(", ") };
            let when = statement.said.as_ref().map_or_else(none, |said| desk.when_bare(said));
            let cells = [speaker, format!("{count} {}", claim.unit.trim()), window, whom, place, when];
            rows.push(desk.row(cells.into_iter().map(Cell::from).collect(), vec![revision.name.clone()]));
        }
    }
    if !rows.is_empty() {
        let columns = [Word::Speaker, Word::Claim, Word::Window, Word::AttributedTo, Word::Place, Word::Said];
        draft.tables.push(Table {
            caption: desk.words.word(Word::ClaimTable).to_owned(),
            columns: desk.columns(&columns),
            rows,
            note: desk.words.word(Word::ClaimsNote).to_owned(),
        });
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Claims, more)));
    }
    draft.done(desk, Word::NothingClaims)
}
