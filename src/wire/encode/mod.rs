//! From the domain onto the wire: names in full, local times filled in. The stored form of a record differs from an
//! answer in that it leaves out what the entry's place and the clock's rules already say.

pub mod assessment;
pub mod briefing;
pub(in crate::wire) mod bytes;

mod reading;
mod reports;
mod texts;
mod things;
mod undertakings;
mod writer;

pub use writer::Context;

use crate::domain::admission::Warning;
use crate::domain::dossier::Dossier;
use crate::domain::name::{DossierId, RecordName};
use crate::domain::record::{Body, Citation, Grade, Known, Revision, etag};
use crate::domain::things::{Class, Taxonomy};
use crate::wire::mirrored::{Mirrored, number_of};
use crate::wire::pb::record::Kind;
use crate::wire::{instant, pb};

use writer::{Form, Writer};

/// Writes a revision as an answer shows it; whether it is unsourced depends on what else the record holds.
pub fn record(revision: &Revision, unsourced: bool, context: &Context<'_>) -> pb::Record {
    let writer = Writer::new(context, Form::Answer);
    let record = envelope(&writer, revision);
    pb::Record { position: writer::number(revision.position), unsourced, etag: etag(revision.position), ..record }
}

/// Writes a revision that was only checked: nothing was given to it that recording gives.
pub fn checked(revision: &Revision, unsourced: bool, context: &Context<'_>) -> pb::Record {
    let writer = Writer::new(context, Form::Answer);
    let record = envelope(&writer, revision);
    pb::Record { unsourced, record_time: None, known_time: None, never_known: false, ..record }
}

/// Writes a revision as it is stored, as a message: what its bytes must be.
#[cfg(test)]
pub(in crate::wire) fn stored(revision: &Revision, context: &Context<'_>) -> pb::Record {
    envelope(&Writer::new(context, Form::Stored), revision)
}

/// Writes what is odd about a record that was stored all the same.
pub fn warning(warning: &Warning) -> pb::Warning {
    let Warning { field, reason, description } = warning;
    pb::Warning { field: field.clone(), reason: (*reason).to_owned(), description: description.clone() }
}

/// Writes a class that is built in: its identifier, label and parents.
pub fn built_in_class(taxonomy: Taxonomy, class: &(&str, &str, &[&str])) -> pb::ClassNode {
    let (id, label, parents) = *class;
    pb::ClassNode {
        taxonomy: taxonomy.number(),
        id: id.to_owned(),
        display_name: label.to_owned(),
        parents: parents.iter().map(|p| (*p).to_owned()).collect(),
        built_in: true,
        record: String::new(),
    }
}

/// Writes a class that a dossier adds.
pub fn added_class(class: &Class, name: &RecordName, dossier: &DossierId) -> pb::ClassNode {
    let Class { taxonomy, id, display_name, parents } = class;
    pb::ClassNode {
        taxonomy: taxonomy.number(),
        id: id.as_str().to_owned(),
        display_name: display_name.clone(),
        parents: parents.iter().map(|p| p.as_str().to_owned()).collect(),
        built_in: false,
        record: name.full(dossier),
    }
}

/// Writes a dossier.
pub fn dossier(dossier: &Dossier) -> pb::Dossier {
    let Dossier { id, display_name, description, zone, create_time } = dossier;
    pb::Dossier {
        name: id.full(),
        display_name: display_name.clone(),
        description: description.clone(),
        time_zone: zone.name().to_owned(),
        create_time: Some(instant::write(*create_time)),
    }
}

fn envelope(writer: &Writer<'_>, revision: &Revision) -> pb::Record {
    let Revision {
        name,
        position: _,
        record_time,
        known,
        recorded_by,
        reason,
        retracted,
        classification,
        citations,
        references: _,
        body,
    } = revision;
    let (known_time, never_known) = match known {
        Known::Always => (None, false),
        Known::From(from) => (Some(instant::write(*from)), false),
        Known::Never => (None, true),
    };
    pb::Record {
        name: writer.record(name),
        position: 0,
        record_time: Some(instant::write(*record_time)),
        known_time,
        never_known,
        unsourced: false,
        recorded_by: recorded_by.clone(),
        etag: String::new(),
        reason: reason.clone(),
        retracted: *retracted,
        classification: classification.number(),
        citations: citations.iter().map(|c| citation(writer, c)).collect(),
        kind: Some(kind(writer, body)),
    }
}

fn citation(writer: &Writer<'_>, citation: &Citation) -> pb::Citation {
    let Citation { document, locator, quote, supports, grade: graded } = citation;
    pb::Citation {
        document: writer.name(document),
        locator: locator.clone(),
        quote: quote.clone(),
        supports: supports.clone(),
        grade: graded.as_ref().map(|graded| grade(writer, graded)),
    }
}

fn grade(writer: &Writer<'_>, grade: &Grade) -> pb::Grade {
    let Grade { reliability, credibility, graded_by, grade_time } = grade;
    pb::Grade {
        reliability: number_of(*reliability),
        credibility: number_of(*credibility),
        graded_by: writer.words(graded_by),
        grade_time: grade_time.map(instant::write),
    }
}

fn kind(writer: &Writer<'_>, body: &Body) -> Kind {
    match body {
        Body::Actor(says) => Kind::Actor(things::actor(writer, says)),
        Body::Place(says) => Kind::Place(things::place(writer, says)),
        Body::Class(says) => Kind::Class(things::class(says)),
        Body::Document(says) => Kind::Document(texts::document(writer, says)),
        Body::Statement(says) => Kind::Statement(texts::statement(writer, says)),
        Body::Contact(says) => Kind::Contact(texts::contact(writer, says)),
        Body::Instrument(says) => Kind::Instrument(texts::instrument(writer, says)),
        Body::Term(says) => Kind::Term(texts::term(says)),
        Body::Reading(says) => Kind::Reading(reading::reading(writer, says)),
        Body::Stance(says) => Kind::Stance(undertakings::stance(writer, says)),
        Body::Incident(says) => Kind::Incident(reports::incident(writer, says)),
        Body::Report(says) => Kind::Report(reports::report(writer, says)),
        Body::Finding(says) => Kind::Finding(reports::finding(writer, says)),
        Body::Exchange(says) => Kind::Exchange(undertakings::exchange(writer, says)),
        Body::Pledge(says) => Kind::Pledge(undertakings::pledge(writer, says)),
        Body::Forecast(says) => Kind::Forecast(undertakings::forecast(writer, says)),
        Body::Coverage(says) => Kind::Coverage(things::coverage(writer, says)),
        Body::Link(says) => Kind::Link(things::link(writer, says)),
    }
}
