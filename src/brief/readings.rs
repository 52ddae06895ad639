//! Readings in force: what each holder takes a term to mean, and what is new.

use jiff::Timestamp;

use crate::domain::name::{ActorName, Id, ReadingName, RecordName};
use crate::domain::reading::{Clause, Reading};
use crate::domain::record::{Body, Revision};
use crate::domain::selection::{Listed, Selection};
use crate::domain::things::Taxonomy;
use crate::domain::truth::Truth;
use crate::domain::window::Side;
use crate::view::choice::{Chosen, Key};

use super::desk::Desk;
use super::language::{More, ReadingTold, Word};
use super::{Section, SectionKind, SentenceKind};

/// How many readings are told.
const LISTED_MAX: usize = 30;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Readings);
    for chosen in desk.docket.readings.iter().take(LISTED_MAX) {
        let revision = revision_of(desk, chosen);
        let told = told(desk, chosen, revision.as_deref());
        let is_new = told.is_new;
        let mut records: Vec<RecordName> = revision.iter().map(|revision| revision.name.clone()).collect();
        records.push(chosen.term.record());
        records.extend(chosen.instrument.iter().map(|(name, _)| name.record()));
        let text = desk.words.reading(&told);
        draft.sentences.push(match is_new {
            true => desk.sentence_of(SentenceKind::New, text, records),
            false => desk.sentence(text, records),
        });
    }
    let more = desk.docket.readings.len().saturating_sub(LISTED_MAX);
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Readings, more)));
    }
    if !draft.sentences.is_empty() {
        draft.sentences.push(desk.note(desk.words.word(Word::ReadingsNote)));
    }
    draft.done(desk, Word::NothingReadings)
}

/// The record of a reading; a drafted one has none.
pub(super) fn revision_of(desk: &Desk<'_>, chosen: &Chosen<'_>) -> Option<std::sync::Arc<Revision>> {
    match &chosen.key {
        Key::Named(name) => desk.snapshot.find(&name.record()),
        Key::Hypothetical(_) => None,
    }
}

/// Who holds a reading.
pub(super) fn holder(desk: &Desk<'_>, chosen: &Chosen<'_>) -> String {
    match (&chosen.held_by, &chosen.key) {
        (Some(holder), _) => desk.actor(holder),
        (None, Key::Hypothetical(index)) => format!("hypothetical/{index}"),
        (None, Key::Named(name)) => name.id().as_str().to_owned(),
    }
}

/// The head of a column: whose reading, by a text of when.
pub(super) fn head(desk: &Desk<'_>, chosen: &Chosen<'_>) -> String {
    let text = chosen.instrument.as_ref().and_then(|(name, _)| desk.snapshot.find(&name.record()));
    let when = text.as_deref().and_then(|revision| match &revision.body {
        Body::Instrument(text) => Some(desk.days_bare(&text.stated)),
        _ => None,
    });
    desk.words.reading_head(&holder(desk, chosen), when.as_deref())
}

fn told(desk: &Desk<'_>, chosen: &Chosen<'_>, revision: Option<&Revision>) -> ReadingTold {
    let clause = chosen.applied.clause();
    let [covers, unclear, spared] = objects(desk, clause);
    let (binds, may_bind) = actors(desk, clause);
    let window = chosen.applied.window();
    let reading = revision.and_then(|revision| match &revision.body {
        Body::Reading(reading) => Some(&**reading),
        _ => None,
    });
    let replaces = reading.and_then(|reading| replaced(desk, reading));
    ReadingTold {
        holder: holder(desk, chosen),
        term: desk.term(&chosen.term),
        wording: chosen.wording.trim().to_owned(),
        text: chosen.instrument.as_ref().map(|(name, _)| desk.name_of(&name.record())),
        is_rule: match clause.operative {
            Truth::Yes => Some(true),
            Truth::No => Some(false),
            Truth::Unknown => None,
        },
        covers,
        unclear,
        spared,
        binds,
        may_bind,
        from: sides(window.start).map(|(from, to)| desk.instants(from, to)),
        until: sides(window.end).map(|(from, to)| desk.ends(from, to)),
        is_new: revision.is_some_and(|r| desk.came_in(r) || desk.previous.is_some() && desk.is_news(r)),
        replaces,
    }
}

/// The earlier reading that a reading replaces, by its words.
fn replaced(desk: &Desk<'_>, reading: &Reading) -> Option<String> {
    let earlier: &ReadingName = reading.supersedes.as_ref()?;
    match &desk.snapshot.find(&earlier.record())?.body {
        Body::Reading(then) if !then.wording.trim().is_empty() => Some(desk.words.quoted(then.wording.trim())),
        Body::Reading(then) => Some(desk.name_of(&then.instrument.record())),
        _ => None,
    }
}

/// Both ends of a window's side; `None` where the text states none.
fn sides(side: Side) -> Option<(Timestamp, Timestamp)> {
    side.earliest.zip(side.latest)
}

fn objects(desk: &Desk<'_>, clause: &Clause) -> [Vec<String>; 3] {
    let Some(selection) = &clause.objects else { return Default::default() };
    let classes = |list: &[Listed], all: Word| -> Vec<String> {
        let one = |listed: &Listed| match listed {
            Listed::All => desk.words.word(all).to_owned(),
            Listed::Node(id) => desk.class(Taxonomy::Objects, id),
        };
        list.iter().map(one).collect()
    };
    // What is expressly left out beside what is named is whatever else there is.
    let others = if selection.include.is_empty() { Word::AllObjects } else { Word::AllOthers };
    let (covers, unclear) =
        (classes(&selection.include, Word::AllObjects), classes(&selection.unclear, Word::AllObjects));
    [covers, unclear, classes(&selection.exclude, others)]
}

fn actors(desk: &Desk<'_>, clause: &Clause) -> (Vec<String>, Vec<String>) {
    let Some(selection): Option<&Selection> = clause.actors.as_ref() else { return (Vec::new(), Vec::new()) };
    let names = |list: &[Listed]| {
        let one = |listed: &Listed| match listed {
            Listed::All => Some(desk.words.word(Word::Everyone).to_owned()),
            Listed::Node(id) => Id::parse(id).ok().map(|id| desk.actor_within(&ActorName::new(id))),
        };
        list.iter().filter_map(one).collect()
    };
    (names(&selection.include), names(&selection.unclear))
}
