//! Writes a reading: its selections, its window, its duties.

use super::writer::Writer;
use crate::domain::name::{Collection, Id, RecordName};
use crate::domain::reading::{Clause, Duty, Reading};
use crate::domain::selection::{Listed, Selection};
use crate::domain::window::{End, Start, TermLength, Window};
use crate::wire::mirrored::{Mirrored, Stated, number_of};
use crate::wire::pb;

pub(super) fn reading(writer: &Writer<'_>, reading: &Reading) -> pb::Reading {
    let Reading { term, held_by, instrument, wording, supersedes, clause } = reading;
    let Clause {
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
    let records = |given: &Option<Selection>, collection| selection(given, |key| record_of(writer, collection, key));
    let classes = |given: &Option<Selection>| selection(given, str::to_owned);
    pb::Reading {
        term: writer.name(term),
        held_by: writer.name(held_by),
        instrument: writer.name(instrument),
        wording: wording.clone(),
        supersedes: writer.optional_name(supersedes),
        operative: Stated(*operative).number(),
        attempts: Stated(*attempts).number(),
        exceptions: exceptions.iter().map(|g| g.word().to_owned()).collect(),
        actors: records(actors, Collection::Actors),
        against: records(against, Collection::Actors),
        acts: classes(acts),
        objects: classes(objects),
        places: records(places, Collection::Places),
        weapons: classes(weapons),
        window: Some(window(writer, in_force)),
        duties: duties.iter().map(|asked| duty(writer, asked)).collect(),
    }
}

/// The record whose id is a selection's key.
fn record_of(writer: &Writer<'_>, collection: Collection, key: &str) -> String {
    let id = Id::parse(key).expect("a selection of records was read from their ids");
    writer.record(&RecordName { collection, id })
}

fn selection(selection: &Option<Selection>, text_of: impl Fn(&str) -> String) -> Option<pb::Selection> {
    let Selection { include, exclude, unclear } = selection.as_ref()?;
    let list = |entries: &[Listed]| {
        let text = |entry: &Listed| match entry {
            Listed::All => "*".to_owned(),
            Listed::Node(key) => text_of(key),
        };
        entries.iter().map(text).collect()
    };
    Some(pb::Selection { include: list(include), exclude: list(exclude), unclear: list(unclear) })
}

fn window(writer: &Writer<'_>, window: &Window) -> pb::Window {
    let Window { start, end, zone } = window;
    let (start, start_immediately) = match start {
        Start::Missing => (None, false),
        Start::Immediately => (None, true),
        Start::At(bound) => (Some(writer.bound(bound, zone)), false),
    };
    let (end, length) = match end {
        End::Open => (None, None),
        End::At(bound) => (Some(writer.bound(bound, zone)), None),
        End::After(length) => (None, Some(term_length(length))),
    };
    pb::Window { start, start_immediately, end, length, time_zone: zone.name().to_owned() }
}

fn term_length(length: &TermLength) -> pb::TermLength {
    pb::TermLength { days: length.days(), rule: length.rule().number() }
}

fn duty(writer: &Writer<'_>, duty: &Duty) -> pb::Duty {
    let duty = match duty {
        Duty::Contact { contact_type, participants } => pb::duty::Duty::Contact(pb::ContactDuty {
            r#type: number_of(*contact_type),
            participants: writer.names(participants),
        }),
        Duty::Exchange { from, to, category, at_least } => pb::duty::Duty::Exchange(pb::ExchangeDuty {
            from: writer.optional_name(from),
            to: writer.optional_name(to),
            category: number_of(*category),
            at_least: *at_least,
        }),
        Duty::Pledge { pledge_type, pledge_move, to } => pb::duty::Duty::Pledge(pb::PledgeDuty {
            r#type: number_of(*pledge_type),
            r#move: number_of(*pledge_move),
            to: writer.names(to),
        }),
    };
    pb::Duty { duty: Some(duty) }
}
