//! Which readings a question is asked under: named ones, drafted ones, or a set.

use std::sync::Arc;

use crate::domain::batch::{ClassReference, Reference};
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::{ActorName, Collection, InstrumentName, ReadingName, TermName, shorten};
use crate::domain::nearest::{ADVICE_MAX, nearest};
use crate::domain::reading::{Clause, Reading};
use crate::domain::record::{Body, Position, Revision};
use crate::domain::texts::{Instrument, InstrumentType, TermType};
use crate::domain::time::Range;
use crate::domain::verdict::Applied;

use super::snapshot::Snapshot;

/// What a request asks for.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// Readings by name, as requested.
    pub names: Vec<ReadingName>,
    /// Readings that are recorded nowhere: drafts run against what happened.
    pub hypothetical: Vec<Hypothetical>,
    /// A set; `None`: the latest, if a set is narrowed or nothing at all is asked for, else none.
    pub set: Option<ReadingSet>,
    /// Narrows the set to readings of these terms; empty: any.
    pub terms: Vec<TermName>,
    /// Narrows the set to readings held by just these; empty: anyone.
    pub held_by: Vec<ActorName>,
}

impl Choice {
    /// The set that applies beside what is named and drafted; to narrow a set is to ask for one.
    pub fn asked_set(&self) -> Option<ReadingSet> {
        let narrowed = !self.terms.is_empty() || !self.held_by.is_empty();
        let nothing_named = self.names.is_empty() && self.hypothetical.is_empty();
        self.set.or((narrowed || nothing_named).then_some(ReadingSet::Latest))
    }
}

/// A set of readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadingSet {
    /// Those that none supersedes, by both clocks.
    Latest,
    /// Those in force when the incident happened.
    InForceAtIncident,
    /// Every one.
    All,
}

/// A reading that is recorded nowhere.
#[derive(Debug, Clone)]
pub struct Hypothetical {
    /// The term.
    pub term: TermName,
    /// Whose it would be.
    pub held_by: Option<ActorName>,
    /// The text it would rest on.
    pub instrument: Option<InstrumentName>,
    /// The few words.
    pub wording: String,
    /// What it would say.
    pub clause: Clause,
    /// The records it names, each with its field.
    pub references: Vec<Reference>,
    /// The classes it names, each with its field.
    pub classes: Vec<ClassReference>,
    /// The path of the reading itself, such as `readings.hypothetical[0]`.
    pub field: String,
}

/// Which reading was applied.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// One of the record.
    Named(ReadingName),
    /// The request's own, by its index.
    Hypothetical(usize),
}

/// A reading, worked out and ready to judge.
#[derive(Debug, Clone)]
pub struct Chosen<'s> {
    /// Which.
    pub key: Key,
    /// Where its revision stands; 0 for a drafted one.
    pub position: Position,
    /// The term.
    pub term: TermName,
    /// Whose it is.
    pub held_by: Option<ActorName>,
    /// The text it rests on.
    pub instrument: Option<(InstrumentName, InstrumentType)>,
    /// The few words.
    pub wording: String,
    /// The clause over the hierarchies.
    pub applied: Applied<'s>,
    /// If it was chosen for being in force: when.
    force: Option<Force>,
}

/// When a reading is in force: from its own statement until a successor is certainly stated.
#[derive(Debug, Clone)]
struct Force {
    stated: Range,
    successors: Vec<Range>,
}

impl Chosen<'_> {
    /// Whether it is applied to every incident, whenever that happened.
    pub fn applies_always(&self) -> bool {
        self.force.is_none()
    }

    /// Whether it is applied to an incident that happened some time in `time`.
    pub fn applies_at(&self, time: &Range) -> bool {
        let Some(force) = &self.force else { return true };
        let stated_before_the_end = match (force.stated.from, time.to) {
            (Some(stated), Some(end)) => stated < end,
            _ => true,
        };
        let stated_by_the_start =
            |successor: &Range| matches!((successor.to, time.from), (Some(stated), Some(start)) if stated <= start);
        stated_before_the_end && !force.successors.iter().any(stated_by_the_start)
    }
}

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Verdicts: readings of prohibitions.
    Prohibitions,
    /// States: readings of obligations.
    Obligations,
}

/// Finds and works out the readings of prohibitions asked for. Refused: what is not there, and obligations, which have no verdict.
pub fn choose<'s>(choice: &Choice, snapshot: &'s Snapshot, field: &str) -> Result<Vec<Chosen<'s>>, Vec<Violation>> {
    choose_of(Subject::Prohibitions, choice, snapshot, field)
}

/// The same of obligations. Refused: what is not there, prohibitions, which have no state, and the set in force at an incident, for
/// there is none.
pub fn choose_obligations<'s>(
    choice: &Choice,
    snapshot: &'s Snapshot,
    field: &str,
) -> Result<Vec<Chosen<'s>>, Vec<Violation>> {
    choose_of(Subject::Obligations, choice, snapshot, field)
}

fn choose_of<'s>(
    subject: Subject,
    choice: &Choice,
    snapshot: &'s Snapshot,
    field: &str,
) -> Result<Vec<Chosen<'s>>, Vec<Violation>> {
    let mut violations = Vec::new();
    let mut chosen: Vec<Chosen<'s>> = Vec::new();
    if subject == Subject::Obligations && choice.set == Some(ReadingSet::InForceAtIncident) {
        let what =
            "an obligation is judged at an instant, not at an incident: ask for LATEST or ALL, with as_of_time or at";
        violations.push(Violation::new(format!("{field}.set"), Reason::ValueOutOfRange, what));
    }
    for (i, name) in choice.names.iter().enumerate() {
        let path = format!("{field}.names[{i}]");
        match named(subject, name, snapshot, violations.len() < ADVICE_MAX) {
            Ok(reading) if chosen.iter().all(|c| c.key != reading.key) => chosen.push(reading),
            Ok(_) => {}
            Err((reason, what)) => violations.push(Violation::new(path, reason, what)),
        }
    }
    for (i, draft) in choice.hypothetical.iter().enumerate() {
        check_draft(subject, draft, snapshot, &mut violations);
        let instrument = draft.instrument.as_ref().and_then(|name| Some((name.clone(), instrument(name, snapshot)?)));
        chosen.push(Chosen {
            key: Key::Hypothetical(i),
            position: 0,
            term: draft.term.clone(),
            held_by: draft.held_by.clone(),
            instrument: instrument.as_ref().map(|(name, text)| (name.clone(), text.instrument_type)),
            wording: draft.wording.clone(),
            applied: Applied::new(&draft.clause, instrument.as_ref().map(|(_, text)| text), &snapshot.world),
            force: None,
        });
    }
    for (list, path) in [
        (choice.terms.iter().map(TermName::record).collect::<Vec<_>>(), "terms"),
        (choice.held_by.iter().map(ActorName::record).collect(), "held_by"),
    ] {
        for (i, name) in list.iter().enumerate().filter(|(_, name)| !snapshot.is_there(name)) {
            let what = format!("\"{name}\" is not in this dossier at the position and known time asked for");
            violations.push(Violation::new(format!("{field}.{path}[{i}]"), Reason::ReferenceUnknown, what));
        }
    }
    if !violations.is_empty() {
        return Err(violations);
    }

    if let Some(set) = choice.asked_set() {
        let mut of_set: Vec<Chosen<'s>> = in_set_of(subject, set, snapshot)
            .into_iter()
            .filter(|c| choice.terms.is_empty() || choice.terms.contains(&c.term))
            .filter(|c| choice.held_by.is_empty() || c.held_by.as_ref().is_some_and(|h| choice.held_by.contains(h)))
            .filter(|c| chosen.iter().all(|named| named.key != c.key))
            .collect();
        of_set.sort_by_key(|c| c.position);
        chosen.extend(of_set);
    }
    Ok(chosen)
}

/// Every reading of a prohibition that is in the record and no gloss, with when it is in force.
pub fn in_set(set: ReadingSet, snapshot: &Snapshot) -> Vec<Chosen<'_>> {
    in_set_of(Subject::Prohibitions, set, snapshot)
}

fn in_set_of(subject: Subject, set: ReadingSet, snapshot: &Snapshot) -> Vec<Chosen<'_>> {
    let revisions: Vec<Arc<Revision>> = snapshot.all_live(Collection::Readings).collect();
    let readings: Vec<(&Revision, &Reading)> = revisions.iter().filter_map(|r| as_reading(r)).collect();
    let mut chosen = Vec::new();
    for (revision, reading) in &readings {
        let Some(text) = instrument(&reading.instrument, snapshot) else { continue };
        // A gloss is applied only when named; an obligation has no verdict, and a prohibition no state.
        if text.instrument_type == InstrumentType::Gloss
            || subject_of(&reading.term, &reading.clause, snapshot) != Some(subject)
        {
            continue;
        }
        let successors = successors(revision, &readings);
        if set == ReadingSet::Latest && !successors.is_empty() {
            continue;
        }
        let Ok(mut reading) = work_out(revision, reading, snapshot) else { continue };
        if set == ReadingSet::InForceAtIncident {
            let stated = |r: &&Reading| instrument(&r.instrument, snapshot).map(|i| i.stated.range());
            reading.force =
                Some(Force { stated: text.stated.range(), successors: successors.iter().filter_map(stated).collect() });
        }
        chosen.push(reading);
    }
    chosen
}

/// The readings that supersede this one and are not retracted.
fn successors<'r>(revision: &Revision, readings: &[(&'r Revision, &'r Reading)]) -> Vec<&'r Reading> {
    let supersedes = |reading: &Reading| reading.supersedes.as_ref().is_some_and(|s| s.record() == revision.name);
    readings.iter().map(|(_, reading)| *reading).filter(|reading| supersedes(reading)).collect()
}

fn named<'s>(
    subject: Subject,
    name: &ReadingName,
    snapshot: &'s Snapshot,
    advise: bool,
) -> Result<Chosen<'s>, (Reason, String)> {
    let record = name.record();
    let Some(revision) = snapshot.find(&record) else {
        let ids: Vec<_> = if advise { snapshot.names_live(Collection::Readings).collect() } else { Vec::new() };
        let near = nearest(name.id().as_str(), ids.iter().map(|name| name.id.as_str()));
        let hint = near.map(|near| format!("; nearest: \"readings/{near}\"")).unwrap_or_default();
        let what = format!("\"{name}\" is not in this dossier at the position and known time asked for{hint}");
        return Err((Reason::ReferenceUnknown, what));
    };
    if revision.retracted {
        return Err((Reason::ReferenceRetracted, format!("{name} is retracted")));
    }
    let Some((revision, reading)) = as_reading(&revision) else {
        return Err((Reason::ReferenceUnknown, format!("{name} is no reading")));
    };
    let is_of = subject_of(&reading.term, &reading.clause, snapshot);
    match subject {
        Subject::Prohibitions if is_of == Some(Subject::Obligations) => Err((
            Reason::ObligationNotAssessed,
            format!("{name} reads {}, an obligation: it has a state, no verdict", reading.term),
        )),
        Subject::Obligations if is_of != Some(Subject::Obligations) => Err((
            Reason::NoObligation,
            format!("{name} reads {}, which is no obligation and has no state", reading.term),
        )),
        Subject::Prohibitions | Subject::Obligations => work_out(revision, reading, snapshot),
    }
}

/// What a reading is of. A term need not be known yet for what was read into it to be: duties tell an obligation too.
fn subject_of(term: &TermName, clause: &Clause, snapshot: &Snapshot) -> Option<Subject> {
    match term_type(term, snapshot) {
        Some(TermType::Topic) => None,
        Some(TermType::Obligation) => Some(Subject::Obligations),
        Some(TermType::Prohibition) | None if !clause.duties.is_empty() => Some(Subject::Obligations),
        Some(TermType::Prohibition) | None => Some(Subject::Prohibitions),
    }
}

fn work_out<'s>(
    revision: &Revision,
    reading: &Reading,
    snapshot: &'s Snapshot,
) -> Result<Chosen<'s>, (Reason, String)> {
    let Ok(name) = ReadingName::narrow(revision.name.clone()) else {
        return Err((Reason::ReferenceUnknown, format!("{} is no reading", revision.name)));
    };
    let text = instrument(&reading.instrument, snapshot);
    Ok(Chosen {
        key: Key::Named(name),
        position: revision.position,
        term: reading.term.clone(),
        held_by: Some(reading.held_by.clone()),
        instrument: text.as_ref().map(|text| (reading.instrument.clone(), text.instrument_type)),
        wording: reading.wording.clone(),
        applied: Applied::new(&reading.clause, text.as_ref(), &snapshot.world),
        force: None,
    })
}

fn check_draft(subject: Subject, draft: &Hypothetical, snapshot: &Snapshot, violations: &mut Vec<Violation>) {
    for reference in &draft.references {
        // Nothing is recorded, so a retracted record may still be named: what rests on it stays too.
        if !snapshot.is_there(&reference.target) {
            let what =
                format!("\"{}\" is not in this dossier at the position and known time asked for", reference.target);
            violations.push(Violation::new(reference.field.to_string(), Reason::ReferenceUnknown, what));
        }
    }
    for class in &draft.classes {
        let hierarchy = snapshot.world.classes(class.taxonomy);
        if hierarchy.find(class.id.as_str()).is_none() {
            let keys = hierarchy.nodes().map(|n| &**hierarchy.key(n));
            let near = if violations.len() < ADVICE_MAX { nearest(class.id.as_str(), keys) } else { None };
            let hint = near.map(|near| format!("; nearest: \"{near}\"")).unwrap_or_default();
            let what = format!("\"{}\" is no node of {} v1{hint}", shorten(class.id.as_str()), class.taxonomy.word());
            violations.push(Violation::new(class.field.to_string(), Reason::ClassUnknown, what));
        }
    }
    let path = format!("{}.term", draft.field);
    match term_type(&draft.term, snapshot) {
        Some(TermType::Obligation) if subject == Subject::Prohibitions => {
            let what = format!("{} is an obligation: it has a state, no verdict", draft.term);
            violations.push(Violation::new(path, Reason::ObligationNotAssessed, what));
        }
        Some(TermType::Prohibition) if subject == Subject::Obligations => {
            let what = format!("{} is a prohibition and has no state", draft.term);
            violations.push(Violation::new(path, Reason::NoObligation, what));
        }
        Some(TermType::Topic) => {
            violations.push(Violation::new(
                path,
                Reason::RuleBroken,
                format!("{} is a topic, which no reading takes", draft.term),
            ));
        }
        Some(TermType::Prohibition) if !draft.clause.duties.is_empty() => {
            let what = format!("{} is a prohibition: only an obligation has duties", draft.term);
            violations.push(Violation::new(format!("{}.duties", draft.field), Reason::RuleBroken, what));
        }
        Some(TermType::Prohibition | TermType::Obligation) | None => {}
    }
}

fn as_reading(revision: &Revision) -> Option<(&Revision, &Reading)> {
    match &revision.body {
        Body::Reading(reading) => Some((revision, reading)),
        _ => None,
    }
}

/// The text a reading rests on; a retracted one stays where it is referred to.
fn instrument(name: &InstrumentName, snapshot: &Snapshot) -> Option<Instrument> {
    match &snapshot.find(&name.record())?.body {
        Body::Instrument(instrument) => Some(instrument.clone()),
        _ => None,
    }
}

fn term_type(name: &TermName, snapshot: &Snapshot) -> Option<TermType> {
    match &snapshot.find(&name.record())?.body {
        Body::Term(term) => Some(term.term_type),
        _ => None,
    }
}
