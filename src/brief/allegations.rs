//! Allegations of a breach, each beside what is denied; bare accusations; and who alleges what the own text does not cover.

use crate::domain::name::{ActorName, Id, RecordName, TermName};
use crate::view::assess::Question;
use crate::view::choice::Key;
use crate::view::inconsistency::inconsistencies;

use super::desk::{Desk, Draft};
use super::incident::{Told, affirmed, claimant};
use super::language::{More, Word};
use super::scope::LISTED_MAX;
use super::{Cell, Section, SectionKind, Table};

/// How many times it is told that a side does not fit its own words.
const OWN_WORDS_MAX: usize = 10;

/// One allegation: a side says of another that it breached a term.
struct Alleged {
    side: ActorName,
    whom: Option<ActorName>,
    term: TermName,
    incidents: Vec<usize>,
    records: Vec<RecordName>,
}

/// The section.
pub(super) fn section(desk: &Desk<'_>) -> Section {
    let mut draft = desk.section(SectionKind::Allegations);
    let told: Vec<Told> = desk.scope.recent(LISTED_MAX).iter().map(|number| Told::of(desk, *number)).collect();
    let mut all: Vec<Alleged> = Vec::new();
    for incident in &told {
        for (revision, report) in incident.reports() {
            for term in &report.alleges_breach_of {
                let side = desk.side(&report.claimant);
                let whom =
                    affirmed(desk, revision, report).and_then(|facts| facts.attributed_to).map(|who| desk.side(&who));
                let found = all.iter_mut().find(|a| a.side == side && a.whom == whom && a.term == *term);
                match found {
                    Some(alleged) => {
                        if !alleged.incidents.contains(&incident.number) {
                            alleged.incidents.push(incident.number);
                        }
                        alleged.records.push(revision.name.clone());
                    }
                    None => all.push(Alleged {
                        side,
                        whom,
                        term: term.clone(),
                        incidents: vec![incident.number],
                        records: vec![revision.name.clone()],
                    }),
                }
            }
        }
    }
    // Only the latest are looked at one by one: then it is they that are counted.
    let latest = Some(told.len()).filter(|told| *told < desk.scope.all.count());
    for alleged in all {
        let whom = alleged.whom.as_ref().map(|whom| desk.actor(whom));
        let term = desk.term(&alleged.term);
        let (side, count) = (desk.actor(&alleged.side), alleged.incidents.len());
        let text = desk.words.alleged(&side, whom.as_deref(), &term, count, latest);
        draft.sentences.push(desk.sentence(text, alleged.records));
    }
    for (revision, statement) in desk.statements().filter(|(r, s)| desk.is_of_period(r, s.said.as_ref())) {
        for claim in statement.claims.iter().filter(|claim| claim.count.is_none()) {
            let Some(speaker) = &statement.speaker else { continue };
            let whom = claim.attributed_to.as_ref().map(|whom| desk.actor(whom));
            let when = statement.said.as_ref().map(|said| desk.when(said));
            let text = desk.words.accused(&desk.actor(speaker), whom.as_deref(), &claim.unit, when.as_deref());
            draft.sentences.push(desk.sentence(text, vec![revision.name.clone()]));
        }
    }
    own_words(desk, &told, &mut draft);
    if latest.is_some() {
        draft.sentences.push(desk.note(desk.words.more_incidents(told.len(), desk.scope.all.count())));
    }
    let rows: Vec<_> = told.iter().filter_map(|incident| row(desk, incident)).collect();
    if !rows.is_empty() {
        draft.tables.push(Table {
            caption: desk.words.word(Word::AllegationTable).to_owned(),
            columns: desk.columns(&[Word::Incident, Word::Alleged, Word::Against, Word::Denied]),
            rows,
            note: desk.words.word(Word::AllegationsNote).to_owned(),
        });
    }
    draft.done(desk, Word::NothingAllegations)
}

/// Where a side alleges what its own reading then in force does not cover, or says two things of one incident.
fn own_words(desk: &Desk<'_>, told: &[Told], draft: &mut Draft) {
    let incidents = told.iter().map(|incident| incident.group.incident.clone()).collect();
    let question = Question { incidents, ..Question::default() };
    // No incident is no restriction there.
    let found = match told.is_empty() {
        true => Vec::new(),
        false => inconsistencies(&question, desk.snapshot).unwrap_or_default(),
    };
    // Several readings of one side may say the same of one incident: that is told once, with all of them behind it.
    let mut sentences: Vec<(String, Vec<RecordName>)> = Vec::new();
    for found in found {
        let Ok(actor) = Id::parse(&found.actor).map(ActorName::new) else { continue };
        let incident = desk.snapshot.group_at(found.group).incident.record();
        let text = desk.words.own_words(&desk.actor(&actor), &desk.name_of(&incident), found.kind);
        let reports = std::iter::once(found.report).chain(found.other_report).map(|report| report.name);
        let reading = found.reading.and_then(|key| match key {
            Key::Named(name) => Some(name.record()),
            Key::Hypothetical(_) => None,
        });
        let records = reports.chain(reading);
        match sentences.iter_mut().find(|(known, _)| *known == text) {
            Some((_, behind)) => behind.extend(records),
            None => sentences.push((text, records.collect())),
        }
    }
    let more = sentences.len().saturating_sub(OWN_WORDS_MAX);
    for (text, records) in sentences.into_iter().take(OWN_WORDS_MAX) {
        draft.sentences.push(desk.sentence(text, records));
    }
    if more > 0 {
        draft.sentences.push(desk.note(desk.words.more(More::OwnWords, more)));
    }
}

/// An incident of which a breach is alleged or something denied.
fn row(desk: &Desk<'_>, incident: &Told) -> Option<super::Row> {
    let (mut by, mut against, mut denied) = (Vec::new(), Vec::new(), Vec::new());
    let mut records = vec![incident.group.incident.record()];
    for (revision, report) in incident.reports() {
        let who = claimant(desk, report);
        let alleges = !report.alleges_breach_of.is_empty();
        if alleges {
            let whom =
                affirmed(desk, revision, report).and_then(|facts| facts.attributed_to).map(|who| desk.actor(&who));
            add(&mut by, who.clone());
            add(&mut against, whom.unwrap_or_else(|| desk.words.word(Word::NotGiven).to_owned()));
        }
        if !report.denies.is_empty() {
            add(&mut denied, desk.words.denies(&who, &report.denies));
        }
        if alleges || !report.denies.is_empty() {
            records.push(revision.name.clone());
        }
    }
    if by.is_empty() && denied.is_empty() {
        return None;
    }
    if denied.is_empty() {
        denied.push(desk.words.word(Word::NoDenial).to_owned());
    }
    let cells = [vec![incident.name.clone()], by, against, denied];
    Some(desk.row(cells.map(|texts| Cell::from(texts.join("; "))).into_iter().collect(), records))
}

fn add(all: &mut Vec<String>, text: String) {
    if !all.contains(&text) {
        all.push(text);
    }
}
