//! Positions on terms, texts and contacts, with their conditions. None of them changes a verdict.

use crate::domain::name::{Collection, RecordName};
use crate::domain::record::{Body, Revision};
use crate::domain::undertakings::{Condition, Stance, StancePosition};

use super::desk::Desk;
use super::language::{More, Word};
use super::{Section, SectionKind, SentenceKind};

/// How many positions are told.
const LISTED_MAX: usize = 30;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Positions);
    let mut told: Vec<_> = desk
        .snapshot
        .all_live(Collection::Stances)
        .filter(|revision| match &revision.body {
            Body::Stance(stance) => desk.is_of_period(revision, stance.stated.as_ref()),
            _ => false,
        })
        .collect();
    // What bears on whether the halt stands comes first; then by time.
    told.sort_by_key(|revision| match &revision.body {
        Body::Stance(stance) => {
            let time = stance.stated.as_ref().map(|span| (span.earliest, span.latest));
            (!bears_on_standing(stance.position), time.is_none(), time, revision.position)
        }
        _ => (true, true, None, revision.position),
    });
    let more = told.len().saturating_sub(LISTED_MAX);
    for revision in told.iter().take(LISTED_MAX) {
        let Body::Stance(stance) = &revision.body else { continue };
        let (text, records) = (text(desk, revision, stance), records(revision, stance));
        draft.sentences.push(match desk.previous {
            Some(_) if !desk.is_news(revision) => desk.sentence(text, records),
            _ => desk.sentence_of(SentenceKind::New, text, records),
        });
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Positions, more)));
    }
    draft.done(desk, Word::NothingPositions)
}

/// Whether a position says something of whether a term stands.
pub(super) fn bears_on_standing(position: StancePosition) -> bool {
    match position {
        StancePosition::DeclaresExpired
        | StancePosition::InvokesRelease
        | StancePosition::Suspends
        | StancePosition::ReservesRelease
        | StancePosition::OffersExtension => true,
        StancePosition::Accepts
        | StancePosition::AcceptsOnConditions
        | StancePosition::Rejects
        | StancePosition::Demands
        | StancePosition::Proposes
        | StancePosition::WarnsAgainst
        | StancePosition::DeclinesToSay => false,
    }
}

/// What bears most on whether a term stands comes first.
pub(super) fn rank_of_standing(position: StancePosition) -> u8 {
    match position {
        StancePosition::DeclaresExpired | StancePosition::InvokesRelease => 0,
        StancePosition::Suspends => 1,
        StancePosition::ReservesRelease => 2,
        _ => 3,
    }
}

/// The records behind a position.
pub(super) fn records(revision: &Revision, stance: &Stance) -> Vec<RecordName> {
    let statement = stance.statement.as_ref().map(|statement| statement.record());
    std::iter::once(revision.name.clone()).chain(statement).collect()
}

/// A position in words.
pub(super) fn text(desk: &Desk<'_>, revision: &Revision, stance: &Stance) -> String {
    let when = stance.stated.as_ref().map(|stated| desk.when(stated));
    let conditions = conditions(desk, revision, &stance.conditions, "stance.conditions");
    let sources = desk.sources(revision, None);
    let subject = desk.name_of(&stance.subject);
    let who = desk.actor(&stance.actor);
    desk.words.stance(&who, stance.position, &subject, when.as_deref(), &conditions, &sources)
}

/// Conditions, as far as they are carried.
pub(super) fn conditions(desk: &Desk<'_>, revision: &Revision, conditions: &[Condition], field: &str) -> Vec<String> {
    let carried =
        conditions.iter().enumerate().filter(|(index, _)| desk.is_carried(revision, &format!("{field}[{index}]")));
    let one = |condition: &Condition| {
        let upon = desk.actors_within(&condition.upon);
        desk.words.condition(condition.description.trim(), &upon, condition.timing)
    };
    carried.map(|(_, condition)| one(condition)).collect()
}
