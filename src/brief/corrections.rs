//! Corrections to the edition before: what it had that was corrected or retracted since, and verdicts that are no longer what they were.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::name::{Collection, RecordName};
use crate::domain::record::Revision;
use crate::domain::verdict::Verdict;
use crate::view::choice::{Chosen, Key, choose};
use crate::view::columns::Bits;
use crate::view::snapshot::Snapshot;

use super::desk::Desk;
use super::incident::Told;
use super::language::{More, Word};
use super::readings::head;
use super::scope::latest;
use super::{Cell, Row, Section, SectionKind, SentenceKind, Table};

/// How many corrections are told, and how many incidents are looked through for them.
const LISTED_MAX: usize = 40;

/// The collections that are small enough to be looked through.
const SMALL: [Collection; 11] = [
    Collection::Statements,
    Collection::Contacts,
    Collection::Instruments,
    Collection::Terms,
    Collection::Readings,
    Collection::Stances,
    Collection::Exchanges,
    Collection::Pledges,
    Collection::Forecasts,
    Collection::Coverage,
    Collection::Links,
];

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Corrections);
    let Some(previous) = desk.previous else {
        draft.sentences.push(desk.note(desk.words.word(Word::NoPrevious)));
        return draft.done(desk, Word::NothingCorrections);
    };
    let mut changes: Vec<(Arc<Revision>, Arc<Revision>)> = Vec::new();
    for collection in SMALL {
        for now in desk.snapshot.all_current(collection) {
            let then = previous.find(&now.name).filter(|then| then.position != now.position && !then.retracted);
            changes.extend(then.map(|then| (then, now)));
        }
    }
    changes.extend(said_otherwise(desk, previous));
    changes.sort_by_key(|(_, now)| now.position);
    let more = changes.len().saturating_sub(LISTED_MAX);
    for (then, now) in changes.iter().take(LISTED_MAX) {
        draft.sentences.push(told(desk, then, now));
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Corrections, more)));
    }
    let (rows, more) = verdicts(desk, previous);
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::VerdictChanges, more)));
    }
    if !rows.is_empty() {
        draft.tables.push(Table {
            caption: desk.words.word(Word::VerdictChanges).to_owned(),
            columns: desk.columns(&[Word::Incident, Word::Reading, Word::Basis, Word::Then, Word::Now]),
            rows,
            note: String::new(),
        });
    }
    draft.done(desk, Word::NothingCorrections)
}

fn told(desk: &Desk<'_>, then: &Revision, now: &Revision) -> super::Sentence {
    let (before, after) = (desk.name_of_revision(then), desk.name_of_revision(now));
    let reason = now.reason.trim();
    let records = vec![now.name.clone()];
    if now.retracted {
        return desk.sentence_of(SentenceKind::Withdrawn, desk.words.retracted(&before, reason), records);
    }
    let mut text = desk.words.corrected(&after, reason);
    if before != after {
        text = format!("{text} {}", desk.words.said_before(&desk.words.quoted(&before)));
    }
    desk.sentence_of(SentenceKind::Updated, text, records)
}

/// Reports, findings and incidents that the edition before had otherwise: of the latest incidents of which anything is new.
fn said_otherwise(desk: &Desk<'_>, previous: &Snapshot) -> Vec<(Arc<Revision>, Arc<Revision>)> {
    let times = desk.snapshot.frame().times(desk.snapshot);
    let Some(mut touched) = desk.scope.late.clone() else { return Vec::new() };
    touched.and(desk.snapshot.groups());
    let touched = latest(&touched, times, LISTED_MAX);
    let mut names: Vec<RecordName> = touched.into_iter().flat_map(|group| Told::of(desk, group).records()).collect();
    // What was retracted is among what the edition before had.
    let then = desk.scope.listed.iter().filter_map(|group| previous.group(&desk.snapshot.group_at(*group).incident));
    for group in then {
        let group = previous.group_at(group);
        names.extend(previous.reports(&group).chain(previous.findings(&group)).map(|revision| revision.name.clone()));
    }
    names.sort();
    names.dedup();
    let changed = |name: RecordName| {
        let now = desk.snapshot.find(&name)?;
        let then = previous.find(&name).filter(|then| then.position != now.position && !then.retracted)?;
        Some((then, now))
    };
    names.into_iter().filter_map(changed).collect()
}

/// Verdicts that changed, under readings that both editions have, of incidents that both have; and how many more there are.
fn verdicts(desk: &Desk<'_>, previous: &Snapshot) -> (Vec<Row>, usize) {
    // A reading that the edition before did not have has no verdict to compare with.
    let Ok(then_readings) = choose(&desk.question.readings, previous, "readings") else {
        return (Vec::new(), 0);
    };
    let then_by_key: HashMap<&Key, &Chosen<'_>> = then_readings.iter().map(|reading| (&reading.key, reading)).collect();
    let pairs: Vec<(&Chosen<'_>, &Chosen<'_>)> = desk
        .docket
        .readings
        .iter()
        .filter_map(|now| Some((*then_by_key.get(&now.key)?, now)))
        .filter(|(then, now)| matches!(now.key, Key::Named(_)) && then.applies_always() && now.applies_always())
        .collect();
    let (then_readings, now_readings): (Vec<&Chosen<'_>>, Vec<&Chosen<'_>>) = pairs.into_iter().unzip();
    let times = desk.snapshot.frame().times(desk.snapshot);
    let length = previous.groups().length().min(desk.snapshot.groups().length());
    let (mut rows, mut all) = (Vec::new(), 0);
    for basis in &desk.docket.bases {
        let then = previous.frame().verdicts_of_many(previous, &then_readings, *basis);
        let now = desk.snapshot.frame().verdicts_of_many(desk.snapshot, &now_readings, *basis);
        for (reading, (then, now)) in now_readings.iter().zip(then.iter().zip(&now)) {
            let is_both = |group: usize| previous.groups().has(group) && desk.snapshot.groups().has(group);
            let changed = Bits::of(length, |group| is_both(group) && then.of(group) != now.of(group));
            all += changed.count();
            for group in latest(&changed, times, LISTED_MAX.saturating_sub(rows.len())) {
                let incident = desk.snapshot.group_at(group).incident.record();
                let verdict =
                    |verdict: Verdict| Cell { text: desk.words.verdict(verdict).to_owned(), verdict: Some(verdict) };
                let cells = vec![
                    Cell::from(desk.name_of(&incident)),
                    Cell::from(head(desk, reading)),
                    Cell::from(desk.words.basis(*basis)),
                    verdict(then.of(group)),
                    verdict(now.of(group)),
                ];
                rows.push(desk.row(cells, vec![incident]));
            }
        }
    }
    let more = all - rows.len();
    (rows, more)
}
