//! Obligations: what is to be done by whom and when, and how that stands at the end of the period.

use crate::domain::name::RecordName;
use crate::domain::obligation::{Assessment, State};
use crate::view::choice::{Choice, Chosen};
use crate::view::obligations::Obligations;

use super::desk::Desk;
use super::language::Word;
use super::readings::{holder, revision_of};
use super::{Section, SectionKind};

/// How many obligations are told.
const LISTED_MAX: usize = 30;

/// An obligation in words.
pub(super) struct Told {
    pub(super) text: String,
    pub(super) records: Vec<RecordName>,
    /// Whether its deadline may lie in the period.
    pub(super) is_due: bool,
    state: State,
    /// The records that answer to it.
    answered: Vec<RecordName>,
}

fn came_in(desk: &Desk<'_>, name: &RecordName) -> bool {
    desk.snapshot.find(name).is_some_and(|revision| desk.came_in(&revision))
}

/// The section: what is overdue first, then what is not settled, pending and fulfilled.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Obligations);
    let is_told = |told: &Told| {
        told.is_due
            || matches!(told.state, State::Overdue | State::Pending)
            || told.answered.iter().any(|r| came_in(desk, r))
    };
    let mut told: Vec<Told> = told(desk).into_iter().filter(is_told).collect();
    told.sort_by_key(|told| rank(told.state));
    let more = told.len().saturating_sub(LISTED_MAX);
    for told in told.into_iter().take(LISTED_MAX) {
        draft.sentences.push(desk.sentence(told.text, told.records));
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(more)));
    }
    draft.done(desk, Word::NothingObligations)
}

/// What deserves attention first.
pub(super) fn rank(state: State) -> u8 {
    match state {
        State::Overdue => 0,
        State::Undetermined => 1,
        State::Pending => 2,
        State::Fulfilled => 3,
    }
}

/// Those that fall due in the period, the overdue first.
pub(super) fn due(desk: &Desk<'_>) -> Vec<Told> {
    let mut due: Vec<Told> = told(desk).into_iter().filter(|told| told.is_due).collect();
    due.sort_by_key(|told| rank(told.state));
    due
}

/// The latest obligations of each holder, as they stand at the end of the period.
fn told(desk: &Desk<'_>) -> Vec<Told> {
    let at = Some(desk.question.period.latest);
    let created = desk.dossier.create_time;
    let Ok(obligations) = Obligations::new(&Choice::default(), at, created, desk.snapshot) else { return Vec::new() };
    let one = |(index, reading): (usize, &Chosen<'_>)| one(desk, reading, &obligations.assess(index));
    obligations.readings.iter().enumerate().map(one).collect()
}

fn one(desk: &Desk<'_>, reading: &Chosen<'_>, found: &Assessment) -> Told {
    let period = &desk.question.period;
    let deadline = found.deadline.earliest.zip(found.deadline.latest);
    let is_due = deadline.is_some_and(|(from, to)| from < period.latest && to >= period.earliest);
    let deadline = deadline.map(|(from, to)| desk.ends(from, to));
    let names = |records: &[crate::domain::evidence::RecordRef]| -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for record in records {
            let name = desk.name_of(&record.name);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    };
    let text = reading.instrument.as_ref().map(|(name, _)| desk.name_of(&name.record()));
    let text = desk.words.obligation(
        &holder(desk, reading),
        &desk.term(&reading.term),
        text.as_deref(),
        found.state,
        deadline.as_deref(),
        &names(&found.fulfilled_by),
        &names(&found.late),
    );
    let mut records: Vec<RecordName> = revision_of(desk, reading).iter().map(|r| r.name.clone()).collect();
    let answered: Vec<RecordName> =
        found.fulfilled_by.iter().chain(&found.late).map(|record| record.name.clone()).collect();
    records.extend(answered.clone());
    Told { text, records, is_due, state: found.state, answered }
}
