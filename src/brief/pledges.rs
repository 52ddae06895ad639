//! Pledges: what third parties undertake, keep up, refuse, withdraw or deliver, and what falls due.

use crate::domain::name::{Collection, RecordName};
use crate::domain::record::{Body, Revision};
use crate::domain::undertakings::{Pledge, PledgeMove};

use super::desk::Desk;
use super::language::{More, Word};
use super::positions::conditions;
use super::{Section, SectionKind, SentenceKind};

/// How many pledges are told.
const LISTED_MAX: usize = 30;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Pledges);
    let mut more = 0;
    for revision in desk.snapshot.all_live(Collection::Pledges) {
        let Body::Pledge(pledge) = &revision.body else { continue };
        if !desk.is_of_period(&revision, pledge.stated.as_ref()) && !is_due(desk, pledge) {
            continue;
        }
        if draft.sentences.len() == LISTED_MAX {
            more += 1;
            continue;
        }
        let (text, records) = (text(desk, &revision, pledge), records(&revision, pledge));
        draft.sentences.push(match desk.previous {
            Some(_) if !desk.is_news(&revision) => desk.sentence(text, records),
            _ => desk.sentence_of(SentenceKind::New, text, records),
        });
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Pledges, more)));
    }
    draft.done(desk, Word::NothingPledges)
}

/// Whether a pledge falls due in the period.
pub(super) fn is_due(desk: &Desk<'_>, pledge: &Pledge) -> bool {
    let is_open = matches!(pledge.pledge_move, PledgeMove::Undertakes | PledgeMove::Continues);
    is_open && pledge.due.as_ref().is_some_and(|due| desk.falls_due(due.earliest, due.latest))
}

/// The records behind a pledge.
pub(super) fn records(revision: &Revision, pledge: &Pledge) -> Vec<RecordName> {
    let statement = pledge.statement.as_ref().map(|statement| statement.record());
    std::iter::once(revision.name.clone()).chain(statement).collect()
}

/// A pledge in words.
pub(super) fn text(desk: &Desk<'_>, revision: &Revision, pledge: &Pledge) -> String {
    let to = desk.actors_within(&pledge.to);
    let when = pledge.stated.as_ref().map(|stated| desk.when(stated));
    let mut text = desk.words.pledge(
        &desk.actor(&pledge.by),
        pledge.pledge_move,
        pledge.pledge_type,
        pledge.firmness,
        pledge.description.trim(),
        &to,
        when.as_deref(),
        &desk.sources(revision, None),
    );
    if let Some(due) = &pledge.due {
        text = format!("{text} {}", desk.words.due_by(&desk.by(due, pledge.stated.as_ref())));
    }
    let conditions = conditions(desk, revision, &pledge.conditions, "pledge.conditions");
    if conditions.is_empty() { text } else { format!("{text} ({})", conditions.join("; ")) }
}
