//! Writes what was said and written: documents, statements, contacts, terms and instruments.

use super::writer::{Writer, classes, optional_quantity};
use crate::domain::texts::{
    AggregateClaim, Contact, Document, Instrument, Participant, Signature, StatedDuration, Statement, Term, Treatment,
};
use crate::wire::mirrored::{Mirrored, number_of};
use crate::wire::{instant, pb};

pub(super) fn document(writer: &Writer<'_>, document: &Document) -> pb::Document {
    let Document { title, publisher, author, uri, language, published, retrieve_time, sha256 } = document;
    pb::Document {
        title: title.clone(),
        publisher: publisher.clone(),
        author: author.clone(),
        uri: uri.clone(),
        language: language.clone(),
        published: writer.optional_span(published),
        retrieve_time: retrieve_time.map(instant::write),
        sha256: sha256.clone(),
    }
}

pub(super) fn statement(writer: &Writer<'_>, statement: &Statement) -> pb::Statement {
    let Statement { speaker, on_behalf_of, audience, said, summary, contact, terms, claims } = statement;
    pb::Statement {
        speaker: writer.optional_name(speaker),
        on_behalf_of: writer.optional_name(on_behalf_of),
        audience: writer.names(audience),
        said: writer.optional_span(said),
        summary: summary.clone(),
        contact: writer.optional_name(contact),
        terms: writer.names(terms),
        claims: claims.iter().map(|made| claim(writer, made)).collect(),
    }
}

fn claim(writer: &Writer<'_>, claim: &AggregateClaim) -> pb::AggregateClaim {
    let AggregateClaim { count, unit, window, attributed_to, term, places, objects } = claim;
    pb::AggregateClaim {
        count: optional_quantity(count),
        unit: unit.clone(),
        window: writer.optional_span(window),
        attributed_to: writer.optional_name(attributed_to),
        term: writer.optional_name(term),
        places: writer.names(places),
        objects: classes(objects),
    }
}

pub(super) fn contact(writer: &Writer<'_>, contact: &Contact) -> pb::Contact {
    let Contact {
        display_name,
        contact_type,
        status,
        participants,
        planned,
        began,
        ended,
        place,
        durations,
        purpose,
        part_of,
        about,
    } = contact;
    let participant = |participant: &Participant| {
        let Participant { actor, role } = participant;
        pb::Participant { actor: writer.name(actor), role: number_of(*role) }
    };
    let duration = |duration: &StatedDuration| {
        let StatedDuration { least, most, stated_by } = duration;
        pb::StatedDuration {
            least: least.map(instant::write_duration),
            most: most.map(instant::write_duration),
            stated_by: writer.optional_name(stated_by),
        }
    };
    pb::Contact {
        display_name: display_name.clone(),
        r#type: contact_type.number(),
        status: status.number(),
        participants: participants.iter().map(participant).collect(),
        planned: writer.optional_span(planned),
        began: writer.optional_span(began),
        ended: writer.optional_span(ended),
        place: writer.optional_name(place),
        durations: durations.iter().map(duration).collect(),
        purpose: purpose.clone(),
        part_of: writer.optional_name(part_of),
        about: writer.records(about),
    }
}

pub(super) fn term(term: &Term) -> pb::Term {
    let Term { display_name, term_type, description } = term;
    pb::Term { display_name: display_name.clone(), r#type: term_type.number(), description: description.clone() }
}

pub(super) fn instrument(writer: &Writer<'_>, instrument: &Instrument) -> pb::Instrument {
    let Instrument { display_name, instrument_type, author, stated, contact, about, signatures, treatments } =
        instrument;
    let signature = |signature: &Signature| {
        let Signature { actor, role, signed } = signature;
        pb::Signature { actor: writer.name(actor), role: role.number(), signed: writer.optional_span(signed) }
    };
    let treatment = |treatment: &Treatment| {
        let Treatment { term, treatment_type, wording } = treatment;
        pb::Treatment { term: writer.name(term), r#type: treatment_type.number(), wording: wording.clone() }
    };
    pb::Instrument {
        display_name: display_name.clone(),
        r#type: instrument_type.number(),
        author: writer.optional_name(author),
        stated: Some(writer.span(stated)),
        contact: writer.optional_name(contact),
        about: writer.optional_record(about),
        signatures: signatures.iter().map(signature).collect(),
        treatments: treatments.iter().map(treatment).collect(),
    }
}
