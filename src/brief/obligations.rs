//! Obligations: what is to be done by whom and when, and how that stands at the end of the period.

use jiff::{SignedDuration, Timestamp};

use crate::domain::name::RecordName;
use crate::domain::obligation::{Assessment, State};
use crate::view::choice::{Choice, Chosen};
use crate::view::obligations::Obligations;

use super::desk::Desk;
use super::language::{More, Standing, Word};
use super::readings::{holder, revision_of};
use super::{Section, SectionKind};

/// What falls due within so many days after the period is told.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How many obligations are told.
const LISTED_MAX: usize = 30;

/// An obligation in words.
pub(super) struct Told {
    pub(super) text: String,
    /// The same within a sentence of several.
    short: String,
    pub(super) records: Vec<RecordName>,
    /// Whether its deadline, or a bound of it, lies in the period.
    pub(super) is_due: bool,
    /// Whether it was not known yet when the period began.
    is_new: bool,
    /// Whether it falls due in the days after the period.
    is_soon: bool,
    has_deadline: bool,
    state: State,
    /// How it stood when the period began.
    before: State,
    /// The records that answer to it.
    answered: Vec<RecordName>,
}

impl Told {
    /// How it stands if it is no news; `None`: there is nothing to wait for, or its day is yet to come.
    fn standing(&self) -> Option<Standing> {
        match self.state {
            State::Overdue => Some(Standing::Overdue),
            State::Undetermined => Some(Standing::NotSettled),
            State::Pending if !self.has_deadline => Some(Standing::NoDeadline),
            State::Pending | State::Fulfilled => None,
        }
    }
}

fn is_new(desk: &Desk<'_>, name: &RecordName) -> bool {
    desk.snapshot.find(name).is_some_and(|revision| !desk.was_known(&revision))
}

/// The section: what is news, the overdue first, then what is not settled, pending and fulfilled. What stands as it did before is
/// named, in one sentence for each way of standing; what was done with before, or is due much later, is counted.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Obligations);
    let is_told = |told: &Told| {
        told.is_due
            || told.is_soon
            || told.is_new
            || told.state != told.before
            || told.answered.iter().any(|r| is_new(desk, r))
    };
    let (mut told, others): (Vec<Told>, Vec<Told>) = told(desk).into_iter().partition(is_told);
    told.sort_by_key(|told| rank(told.state));
    let more = told.len().saturating_sub(LISTED_MAX);
    for told in told.into_iter().take(LISTED_MAX) {
        draft.sentences.push(desk.sentence(told.text, told.records));
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Obligations, more)));
    }
    let (standing, others): (Vec<Told>, Vec<Told>) = others.into_iter().partition(|told| told.standing().is_some());
    for how in [Standing::Overdue, Standing::NotSettled, Standing::NoDeadline] {
        let alike: Vec<&Told> = standing.iter().filter(|told| told.standing() == Some(how)).collect();
        if alike.is_empty() {
            continue;
        }
        let what: Vec<String> = alike.iter().take(LISTED_MAX).map(|told| told.short.clone()).collect();
        let records = alike.iter().take(LISTED_MAX).flat_map(|told| told.records.clone()).collect();
        draft.sentences.push(desk.sentence(desk.words.standing(how, &what), records));
        if alike.len() > what.len() {
            draft.sentences.push(desk.note(desk.words.more(More::Obligations, alike.len() - what.len())));
        }
    }
    if !others.is_empty() {
        if draft.sentences.is_empty() {
            draft.sentences.push(desk.note(desk.words.word(Word::NothingObligations)));
        }
        let done = others.iter().filter(|told| told.state == State::Fulfilled).count();
        draft.sentences.push(desk.note(desk.words.other_obligations(done, others.len() - done)));
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

/// The latest obligations of each holder, as they stand at the end of the period or at what had been published, if that is earlier.
fn told(desk: &Desk<'_>) -> Vec<Told> {
    let created = desk.dossier.create_time;
    let at = |instant: Timestamp| Obligations::new(&Choice::default(), Some(instant), created, desk.snapshot);
    let (Ok(then), Ok(now)) = (at(desk.question.period.earliest), at(desk.as_of())) else { return Vec::new() };
    let one = |(index, reading): (usize, &Chosen<'_>)| one(desk, reading, &now.assess(index), then.assess(index).state);
    now.readings.iter().enumerate().map(one).collect()
}

fn one(desk: &Desk<'_>, reading: &Chosen<'_>, found: &Assessment, before: State) -> Told {
    let period = &desk.question.period;
    let deadline = found.deadline.earliest.zip(found.deadline.latest);
    let is_due = deadline.is_some_and(|(from, to)| desk.turns(from, to));
    let horizon = period.latest.checked_add(AHEAD).unwrap_or(period.latest);
    let is_soon = deadline.is_some_and(|(from, _)| from >= period.latest && from <= horizon);
    let has_deadline = deadline.is_some();
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
    let short = desk.words.obligation_in_short(&holder(desk, reading), &desk.term(&reading.term), deadline.as_deref());
    let is_new = revision_of(desk, reading).is_some_and(|revision| !desk.was_known(&revision));
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
    Told { text, short, records, is_due, is_new, is_soon, has_deadline, state: found.state, before, answered }
}
