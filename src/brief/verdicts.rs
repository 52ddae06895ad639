//! Verdicts: each incident under each reading on each basis, and how many of each; never one total.

use crate::domain::evidence::Basis;
use crate::domain::name::RecordName;
use crate::view::choice::Chosen;
use crate::view::filter::Filter;
use crate::view::tally::tally;

use super::desk::Desk;
use super::language::{More, Word};
use super::readings::head;
use super::scope::LISTED_MAX;
use super::{Cell, Section, SectionKind, Table};

/// How many readings stand side by side.
const READINGS_MAX: usize = 12;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Verdicts);
    let readings: Vec<&Chosen<'_>> = desk.docket.readings.iter().take(READINGS_MAX).collect();
    if readings.is_empty() || desk.scope.all.count() == 0 {
        return draft.done(desk, Word::NothingVerdicts);
    }
    draft.tables.push(counts(desk, readings.len()));
    let more = desk.docket.readings.len() - readings.len();
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Readings, more)));
    }
    let incidents = desk.scope.recent(LISTED_MAX);
    for basis in &desk.docket.bases {
        draft.tables.push(matrix(desk, &readings, *basis, incidents));
    }
    let all = desk.scope.all.count();
    if all > incidents.len() {
        draft.sentences.push(desk.note(desk.words.more_incidents(incidents.len(), all)));
    }
    draft.done(desk, Word::NothingVerdicts)
}

fn matrix(desk: &Desk<'_>, readings: &[&Chosen<'_>], basis: Basis, incidents: &[usize]) -> Table {
    let times = desk.snapshot.frame().times(desk.snapshot);
    let verdicts = desk.snapshot.frame().verdicts_of_many(desk.snapshot, readings, basis);
    let rows = incidents.iter().map(|&group| {
        let incident = desk.snapshot.group_at(group).incident.record();
        let judged = readings.iter().zip(&verdicts).map(|(reading, verdicts)| {
            if !reading.applies_at(&times.of(group)) {
                return Cell::from(desk.words.word(Word::NotLookedAt));
            }
            let verdict = verdicts.of(group);
            Cell { text: desk.words.verdict(verdict).to_owned(), verdict: Some(verdict) }
        });
        let cells = std::iter::once(Cell::from(desk.name_of(&incident))).chain(judged).collect();
        desk.row(cells, vec![incident])
    });
    let mut columns = vec![desk.words.word(Word::Incident).to_owned()];
    columns.extend(readings.iter().map(|reading| head(desk, reading)));
    Table {
        caption: desk.words.matrix_of(basis),
        columns,
        rows: rows.collect(),
        note: desk.words.word(Word::VerdictsNote).to_owned(),
    }
}

fn counts(desk: &Desk<'_>, readings: usize) -> Table {
    use crate::domain::verdict::Verdict;
    let rows = tally(&desk.docket, &Filter::default(), &[], &desk.question.zone);
    let rows = rows.iter().filter(|row| row.reading < readings).map(|row| {
        let reading = &desk.docket.readings[row.reading];
        let counts = [
            (row.counts.breach, Verdict::Breach),
            (row.counts.no_breach, Verdict::NoBreach),
            (row.counts.undetermined, Verdict::Undetermined),
            (row.counts.not_assessed, Verdict::NotAssessed),
        ];
        let mut cells = vec![Cell::from(head(desk, reading)), Cell::from(desk.words.basis(row.basis))];
        cells.extend(counts.iter().map(|(count, verdict)| Cell { text: count.to_string(), verdict: Some(*verdict) }));
        let records: Vec<RecordName> =
            super::readings::revision_of(desk, reading).iter().map(|revision| revision.name.clone()).collect();
        desk.row(cells, records)
    });
    let verdicts = [Verdict::Breach, Verdict::NoBreach, Verdict::Undetermined, Verdict::NotAssessed];
    let mut columns = desk.columns(&[Word::Reading, Word::Basis]);
    columns.extend(verdicts.map(|verdict| desk.words.verdict(verdict).to_owned()));
    Table {
        caption: desk.words.word(Word::VerdictCounts).to_owned(),
        columns,
        rows: rows.collect(),
        note: desk.words.word(Word::VerdictCountsNote).to_owned(),
    }
}
