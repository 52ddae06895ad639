//! Reads a reading: its selections, its window, its duties; and one that somebody only proposes.

use super::reader::{Origin, Reader, without_repeats};
use crate::domain::batch::{ClassReference, Reference};
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::{ActorName, Collection, DossierId, InstrumentName, TermName};
use crate::domain::reading::{Clause, Duty, Reading};
use crate::domain::selection::{Listed, Selection};
use crate::domain::things::Taxonomy;
use crate::domain::time::Zone;
use crate::domain::truth::Truth;
use crate::domain::values::Ground;
use crate::domain::window::{CountingRule, End, LengthError, Start, TermLength, Window};
use crate::wire::mirrored::Stated;
use crate::wire::path::Path;
use crate::wire::pb;

/// A reading that is proposed in a request and never recorded.
#[derive(Debug, Clone)]
pub struct Proposed {
    /// What it says, if all of it could be read.
    pub proposal: Option<Proposal>,
    /// The records it names, each with the field that does.
    pub references: Vec<Reference>,
    /// The classes it names, each with the field that does.
    pub classes: Vec<ClassReference>,
    /// What is wrong with it so far.
    pub violations: Vec<Violation>,
}

/// What a proposed reading says.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// The term.
    pub term: TermName,
    /// Whose reading it would be, if that is said.
    pub held_by: Option<ActorName>,
    /// The text it would rest on, if that is said.
    pub instrument: Option<InstrumentName>,
    /// The few words.
    pub wording: String,
    /// What it would say.
    pub clause: Clause,
}

/// Reads a proposed reading, of which holder and instrument may be left out. What it would supersede is passed over,
/// so that a recorded reading can be taken, changed and tried.
pub fn proposed(reading: pb::Reading, dossier: &DossierId, zone: &Zone, at: &Path<'_>) -> Proposed {
    let mut reader = Reader::new(dossier, zone, Origin::Client);
    let (head, wire) = take_apart(reading);
    let Head { term, held_by, instrument, wording, supersedes: _ } = head;
    let term = reader.required_name(&term, &at.field("term"));
    let held_by = reader.name(&held_by, &at.field("held_by"));
    let instrument = reader.name(&instrument, &at.field("instrument"));
    let clause = clause(&mut reader, wire, at);
    let assemble =
        || Some(Proposal { term: term?, held_by: held_by?, instrument: instrument?, wording, clause: clause? });
    Proposed { proposal: assemble(), references: reader.references, classes: reader.classes, violations: reader.faults }
}

pub(super) fn reading(reader: &mut Reader<'_>, reading: pb::Reading, at: &Path<'_>) -> Option<Reading> {
    let (head, wire) = take_apart(reading);
    let Head { term, held_by, instrument, wording, supersedes } = head;
    let term = reader.required_name(&term, &at.field("term"));
    let held_by = reader.required_name(&held_by, &at.field("held_by"));
    let instrument = reader.required_name(&instrument, &at.field("instrument"));
    let supersedes = reader.name(&supersedes, &at.field("supersedes"));
    let clause = clause(reader, wire, at);
    Some(Reading {
        term: term?,
        held_by: held_by?,
        instrument: instrument?,
        wording,
        supersedes: supersedes?,
        clause: clause?,
    })
}

/// Whose reading it is, and of what, as it stands on the wire.
struct Head {
    term: String,
    held_by: String,
    instrument: String,
    wording: String,
    supersedes: String,
}

/// What it says, as it stands on the wire.
struct WireClause {
    operative: i32,
    attempts: i32,
    exceptions: Vec<String>,
    actors: Option<pb::Selection>,
    against: Option<pb::Selection>,
    acts: Option<pb::Selection>,
    objects: Option<pb::Selection>,
    places: Option<pb::Selection>,
    weapons: Option<pb::Selection>,
    window: Option<pb::Window>,
    duties: Vec<pb::Duty>,
}

fn take_apart(reading: pb::Reading) -> (Head, WireClause) {
    let pb::Reading {
        term,
        held_by,
        instrument,
        wording,
        supersedes,
        operative,
        attempts,
        exceptions,
        actors,
        against,
        acts,
        objects,
        places,
        weapons,
        window,
        duties,
    } = reading;
    let head = Head { term, held_by, instrument, wording, supersedes };
    let clause =
        WireClause { operative, attempts, exceptions, actors, against, acts, objects, places, weapons, window, duties };
    (head, clause)
}

fn clause(reader: &mut Reader<'_>, clause: WireClause, at: &Path<'_>) -> Option<Clause> {
    let WireClause {
        operative,
        attempts,
        exceptions,
        actors,
        against,
        acts,
        objects,
        places,
        weapons,
        window: in_force,
        duties,
    } = clause;
    let operative = stated(reader, operative, Truth::Yes, &at.field("operative"));
    let attempts = stated(reader, attempts, Truth::Unknown, &at.field("attempts"));
    let exceptions = grounds(reader, exceptions, &at.field("exceptions"));
    let actors = selection(reader, actors, Nodes::ACTORS, &at.field("actors"));
    let against = selection(reader, against, Nodes::ACTORS, &at.field("against"));
    let acts = selection(reader, acts, Nodes::Classes(Taxonomy::Acts), &at.field("acts"));
    let objects = selection(reader, objects, Nodes::Classes(Taxonomy::Objects), &at.field("objects"));
    let places = selection(reader, places, Nodes::PLACES, &at.field("places"));
    let weapons = selection(reader, weapons, Nodes::Classes(Taxonomy::Weapons), &at.field("weapons"));
    let window = window(reader, in_force, &at.field("window"));
    let duties = reader.each(duties, &at.field("duties"), duty);
    Some(Clause {
        operative: operative?,
        attempts: attempts?,
        exceptions: exceptions?,
        actors: actors?,
        against: against?,
        acts: acts?,
        objects: objects?,
        places: places?,
        weapons: weapons?,
        window: window?,
        duties: duties?,
    })
}

fn stated(reader: &mut Reader<'_>, number: i32, unspecified: Truth, at: &Path<'_>) -> Option<Truth> {
    let value: Option<Stated> = reader.choice(number, at)?;
    Some(value.map_or(unspecified, |Stated(truth)| truth))
}

fn grounds(reader: &mut Reader<'_>, words: Vec<String>, at: &Path<'_>) -> Option<Vec<Ground>> {
    let grounds = reader.each(words, at, |reader, word, at| reader.ground(&word, at));
    grounds.map(without_repeats)
}

/// What the lists of a selection name.
#[derive(Debug, Clone, Copy)]
enum Nodes {
    Records(Collection),
    Classes(Taxonomy),
}

impl Nodes {
    const ACTORS: Nodes = Nodes::Records(Collection::Actors);
    const PLACES: Nodes = Nodes::Records(Collection::Places);
}

/// `Some(None)` where nothing is listed: silence.
fn selection(
    reader: &mut Reader<'_>,
    selection: Option<pb::Selection>,
    nodes: Nodes,
    at: &Path<'_>,
) -> Option<Option<Selection>> {
    let Some(pb::Selection { include, exclude, unclear }) = selection else {
        return Some(None);
    };
    let mut list = |entries: Vec<String>, at: &Path<'_>| {
        let listed = reader.each(entries, at, |reader, text, at| listed(reader, &text, nodes, at));
        listed.map(without_repeats)
    };
    let include = list(include, &at.field("include"));
    let exclude = list(exclude, &at.field("exclude"));
    let unclear = list(unclear, &at.field("unclear"));
    let selection = Selection { include: include?, exclude: exclude?, unclear: unclear? };
    Some((!selection.is_empty()).then_some(selection))
}

/// The key of an actor or place is its id, that of a class the class's.
fn listed(reader: &mut Reader<'_>, text: &str, nodes: Nodes, at: &Path<'_>) -> Option<Listed> {
    if text == "*" {
        return Some(Listed::All);
    }
    match nodes {
        Nodes::Records(collection) => {
            let name = reader.parse_name(text, &[collection], at)?;
            let key = name.id.shared();
            reader.refer(name, at);
            Some(Listed::Node(key))
        }
        Nodes::Classes(taxonomy) => {
            let class = reader.some_class(text, taxonomy, at)?;
            Some(Listed::Node(class.0))
        }
    }
}

fn window(reader: &mut Reader<'_>, window: Option<pb::Window>, at: &Path<'_>) -> Option<Window> {
    let Some(pb::Window { start, start_immediately, end, length, time_zone }) = window else {
        return Some(Window { start: Start::Missing, end: End::Open, zone: reader.zone.clone() });
    };
    let (start_at, end_at) = (at.field("start"), at.field("end"));
    let starts_twice = start.is_some() && start_immediately;
    if starts_twice {
        let description = "stands beside start_immediately: it starts at once, or then";
        reader.fault(&start_at, Reason::FieldNotAllowed, description);
    }
    let ends_twice = end.is_some() && length.is_some();
    if ends_twice {
        let description = "stands beside a length: it ends then, or so long after the start";
        reader.fault(&end_at, Reason::FieldNotAllowed, description);
    }
    let zone = reader.zone(&time_zone, &at.field("time_zone"));
    let start = reader.bound(start, zone.as_ref(), &start_at);
    let end = reader.bound(end, zone.as_ref(), &end_at);
    let length = term_length(reader, length, &at.field("length"));
    if starts_twice || ends_twice {
        return None;
    }
    let start = match start? {
        Some(bound) => Start::At(bound),
        None if start_immediately => Start::Immediately,
        None => Start::Missing,
    };
    let end = match (end?, length?) {
        (Some(bound), _) => End::At(bound),
        (None, Some(length)) => End::After(length),
        (None, None) => End::Open,
    };
    Some(Window { start, end, zone: zone? })
}

fn term_length(reader: &mut Reader<'_>, length: Option<pb::TermLength>, at: &Path<'_>) -> Option<Option<TermLength>> {
    let Some(pb::TermLength { days, rule }) = length else {
        return Some(None);
    };
    let rule: Option<Option<CountingRule>> = reader.choice(rule, &at.field("rule"));
    // Without a rule the days can still be checked.
    let known = rule.flatten().unwrap_or(CountingRule::Unspecified);
    match TermLength::new(days, known) {
        Ok(length) => rule.map(|_| Some(length)),
        Err(error @ (LengthError::NoDays { .. } | LengthError::NotMonths { .. })) => {
            reader.fault(&at.field("days"), Reason::TimeInvalid, error.to_string());
            None
        }
    }
}

fn duty(reader: &mut Reader<'_>, duty: pb::Duty, at: &Path<'_>) -> Option<Duty> {
    let pb::Duty { duty } = duty;
    match reader.required(duty, at)? {
        pb::duty::Duty::Contact(duty) => contact_duty(reader, duty, &at.field("contact")),
        pb::duty::Duty::Exchange(duty) => exchange_duty(reader, duty, &at.field("exchange")),
        pb::duty::Duty::Pledge(duty) => pledge_duty(reader, duty, &at.field("pledge")),
    }
}

fn contact_duty(reader: &mut Reader<'_>, duty: pb::ContactDuty, at: &Path<'_>) -> Option<Duty> {
    let pb::ContactDuty { r#type, participants } = duty;
    let contact_type = reader.choice(r#type, &at.field("type"));
    let participants = reader.names(participants, &at.field("participants"));
    Some(Duty::Contact { contact_type: contact_type?, participants: participants? })
}

fn exchange_duty(reader: &mut Reader<'_>, duty: pb::ExchangeDuty, at: &Path<'_>) -> Option<Duty> {
    let pb::ExchangeDuty { from, to, category, at_least } = duty;
    let from = reader.name(&from, &at.field("from"));
    let to = reader.name(&to, &at.field("to"));
    let category = reader.choice(category, &at.field("category"));
    let at_least = reader.not_negative(at_least, &at.field("at_least"));
    Some(Duty::Exchange { from: from?, to: to?, category: category?, at_least: at_least? })
}

fn pledge_duty(reader: &mut Reader<'_>, duty: pb::PledgeDuty, at: &Path<'_>) -> Option<Duty> {
    let pb::PledgeDuty { r#type, r#move, to } = duty;
    let pledge_type = reader.choice(r#type, &at.field("type"));
    let pledge_move = reader.choice(r#move, &at.field("move"));
    let to = reader.names(to, &at.field("to"));
    Some(Duty::Pledge { pledge_type: pledge_type?, pledge_move: pledge_move?, to: to? })
}
