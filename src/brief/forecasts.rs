//! Forecasts: made in the period, due in it, or settled since.

use crate::domain::name::{Collection, RecordName};
use crate::domain::record::{Body, Revision};
use crate::domain::undertakings::Forecast;

use super::desk::Desk;
use super::language::{More, Word};
use super::{Section, SectionKind, SentenceKind};

/// How many forecasts are told.
const LISTED_MAX: usize = 30;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Forecasts);
    let (mut more, mut open) = (0, 0);
    for revision in desk.snapshot.all_live(Collection::Forecasts) {
        let Body::Forecast(forecast) = &revision.body else { continue };
        let is_told = desk.is_of_period(&revision, forecast.stated.as_ref())
            || forecast.deadline.as_ref().is_some_and(|due| desk.turns(due.earliest, due.latest))
            || desk.previous.is_some() && desk.is_news(&revision);
        if !is_told {
            // What may come true on any day of weeks is told on the first and the last, and counted in between.
            let has_outcome = forecast.outcome.is_some() && desk.is_carried(&revision, "forecast.outcome");
            open += usize::from(!has_outcome && is_due(desk, forecast) && desk.was_known(&revision));
            continue;
        }
        if draft.sentences.len() == LISTED_MAX {
            more += 1;
            continue;
        }
        let (text, records) = (text(desk, &revision, forecast), records(&revision, forecast));
        draft.sentences.push(match desk.previous {
            Some(_) if !desk.is_news(&revision) => desk.sentence(text, records),
            Some(previous) if previous.is_there(&revision.name) => {
                desk.sentence_of(SentenceKind::Updated, text, records)
            }
            _ => desk.sentence_of(SentenceKind::New, text, records),
        });
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Forecasts, more)));
    }
    if open > 0 {
        if draft.sentences.is_empty() {
            draft.sentences.push(desk.note(desk.words.word(Word::NothingForecasts)));
        }
        draft.sentences.push(desk.note(desk.words.other_forecasts(open)));
    }
    draft.done(desk, Word::NothingForecasts)
}

/// Whether a forecast's time may be over in the period.
pub(super) fn is_due(desk: &Desk<'_>, forecast: &Forecast) -> bool {
    forecast.deadline.as_ref().is_some_and(|due| desk.falls_due(due.earliest, due.latest))
}

/// The records behind a forecast.
pub(super) fn records(revision: &Revision, forecast: &Forecast) -> Vec<RecordName> {
    let statement = forecast.statement.as_ref().map(|statement| statement.record());
    let shown_by = forecast.outcome.iter().flat_map(|outcome| outcome.records.iter().cloned());
    std::iter::once(revision.name.clone()).chain(statement).chain(shown_by).collect()
}

/// A forecast in words, with what became of it.
pub(super) fn text(desk: &Desk<'_>, revision: &Revision, forecast: &Forecast) -> String {
    let when = forecast.stated.as_ref().map(|stated| desk.when(stated));
    let who = desk.actor(&forecast.speaker);
    let text = desk.words.forecast(&who, &forecast.prediction, forecast.likelihood, when.as_deref());
    let outcome = forecast.outcome.as_ref().filter(|_| desk.is_carried(revision, "forecast.outcome"));
    let after = match outcome {
        Some(outcome) => {
            let by = desk.named(&outcome.decided_by);
            desk.words.outcome(outcome.outcome_type, &outcome.rationale, &by)
        }
        None => {
            let is_over = forecast.deadline.as_ref().is_some_and(|due| due.latest < desk.as_of());
            let deadline = forecast.deadline.as_ref();
            let stated = forecast.stated.as_ref();
            let deadline = deadline.map(|due| match is_over {
                true => desk.by_at_latest(due, stated),
                false => desk.by(due, stated),
            });
            desk.words.forecast_due(deadline.as_deref(), is_over)
        }
    };
    format!("{text} {after}")
}
