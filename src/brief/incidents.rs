//! Incidents: new, updated, withdrawn; each as it is reported, with whoever reports it.

use crate::domain::record::Body;

use super::desk::Desk;
use super::incident::Told;
use super::language::Word;
use super::{Section, SectionKind, SentenceKind};

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Incidents);
    let scope = &desk.scope;
    let (all, touched, new) = (scope.all.count(), scope.touched.count(), scope.new.count());
    if all > 0 {
        let new = desk.previous.map(|_| new);
        let updated = touched - new.unwrap_or(touched);
        draft.sentences.push(desk.note(desk.words.incident_counts(all, new, updated, all - touched)));
    }
    if touched > scope.listed.len() {
        draft.sentences.push(desk.note(desk.words.more_incidents(scope.listed.len(), touched)));
    }
    for number in &scope.listed {
        let told = Told::of(desk, *number);
        let kind = if scope.new.has(*number) { SentenceKind::New } else { SentenceKind::Updated };
        let text = desk.words.incident(&told.name, &told.parts(desk));
        draft.sentences.push(desk.sentence_of(kind, text, told.records()));
    }
    for name in desk.previous.map(|previous| desk.snapshot.withdrawn_since(previous)).unwrap_or_default() {
        let Some(revision) = desk.snapshot.find(&name.record()) else { continue };
        let Body::Incident(_) = &revision.body else { continue };
        let text = desk.words.withdrawn(&desk.name_of_revision(&revision), revision.reason.trim());
        draft.sentences.push(desk.sentence_of(SentenceKind::Withdrawn, text, vec![name.record()]));
    }
    draft.done(desk, Word::NothingIncidents)
}
