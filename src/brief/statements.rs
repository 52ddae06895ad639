//! What was said, otherwise than in a text or a report: retold with the speaker, and with the words that were quoted.

use std::collections::HashSet;

use crate::domain::name::RecordName;
use crate::domain::record::Revision;
use crate::domain::texts::Statement;

use super::desk::Desk;
use super::incident::Told;
use super::language::{More, Word};
use super::{Section, SectionKind, SentenceKind};

/// How many statements are told.
const LISTED_MAX: usize = 30;

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Statements);
    let retold = retold(desk);
    let is_told = |revision: &Revision, statement: &Statement| {
        // What a report was made of stands among the incidents, and a bare count among the claims; words that were quoted are news.
        let has_quotes = !desk.quotes(revision).is_empty();
        let is_retold = retold.contains(&revision.name) || !statement.claims.is_empty();
        has_quotes || !is_retold
    };
    let said = desk.statements().filter(|(r, s)| desk.is_of_period(r, s.said.as_ref()));
    let mut said: Vec<(&Revision, &Statement)> = said.filter(|(r, s)| is_told(r, s)).collect();
    said.sort_by_key(|(revision, statement)| {
        let time = statement.said.as_ref().map(|span| (span.earliest, span.latest));
        (time.is_none(), time, revision.position)
    });
    let more = said.len().saturating_sub(LISTED_MAX);
    for (revision, statement) in said.into_iter().take(LISTED_MAX) {
        let text = text(desk, revision, statement);
        let sentence = match desk.previous {
            Some(_) if !desk.is_news(revision) => desk.sentence(text, vec![revision.name.clone()]),
            _ => desk.sentence_of(SentenceKind::New, text, vec![revision.name.clone()]),
        };
        draft.sentences.push(sentence);
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::Statements, more)));
    }
    draft.done(desk, Word::NothingStatements)
}

fn text(desk: &Desk<'_>, revision: &Revision, statement: &Statement) -> String {
    let speaker = statement.speaker.as_ref().map(|speaker| desk.actor_in_full(speaker));
    let for_whom = statement.on_behalf_of.as_ref().filter(|whom| Some(*whom) != statement.speaker.as_ref());
    // A spokesman's own office already says for whom.
    let for_whom = for_whom
        .map(|whom| desk.actor(whom))
        .filter(|whom| speaker.as_ref().is_none_or(|speaker| !speaker.contains(whom.as_str())));
    let to = desk.actors_within(&statement.audience);
    let when = statement.said.as_ref().map(|said| desk.when(said));
    let said = desk.words.said(speaker.as_deref(), for_whom.as_deref(), &to, when.as_deref(), &statement.summary);
    let quotes = desk.quotes(revision);
    if quotes.is_empty() { said } else { format!("{said} {}", desk.words.in_words(&quotes)) }
}

/// The statements that the reports of listed incidents rest on.
fn retold(desk: &Desk<'_>) -> HashSet<RecordName> {
    let incidents = desk.scope.listed.iter().map(|number| Told::of(desk, *number));
    let mut statements = HashSet::new();
    for incident in incidents {
        statements.extend(incident.reports().filter_map(|(_, report)| report.statement.as_ref().map(|s| s.record())));
    }
    statements
}
