//! Reads what was said and written: documents, statements, contacts, terms and instruments.

use super::reader::Reader;
use crate::domain::fault::Reason;
use crate::domain::name::shorten;
use crate::domain::texts::{
    AggregateClaim, Contact, Document, Instrument, Participant, Signature, StatedDuration, Statement, Term, Treatment,
};
use crate::domain::things::Taxonomy;
use crate::wire::path::Path;
use crate::wire::pb;

pub(super) fn document(reader: &mut Reader<'_>, document: pb::Document, at: &Path<'_>) -> Option<Document> {
    let pb::Document { title, publisher, author, uri, language, published, retrieve_time, sha256 } = document;
    let title = reader.required_text(title, &at.field("title"));
    let published = reader.span(published, &at.field("published"));
    let retrieve_time = reader.instant(retrieve_time, &at.field("retrieve_time"));
    let sha256 = digest(reader, sha256, &at.field("sha256"));
    Some(Document {
        title: title?,
        publisher,
        author,
        uri,
        language,
        published: published?,
        retrieve_time: retrieve_time?,
        sha256: sha256?,
    })
}

fn digest(reader: &mut Reader<'_>, text: String, at: &Path<'_>) -> Option<String> {
    if text.is_empty() || text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Some(text);
    }
    let description = format!("\"{}\" is no SHA-256: 64 hexadecimal digits", shorten(&text));
    reader.fault(at, Reason::ValueOutOfRange, description);
    None
}

pub(super) fn statement(reader: &mut Reader<'_>, statement: pb::Statement, at: &Path<'_>) -> Option<Statement> {
    let pb::Statement { speaker, on_behalf_of, audience, said, summary, contact, terms, claims } = statement;
    let speaker = reader.name(&speaker, &at.field("speaker"));
    let on_behalf_of = reader.name(&on_behalf_of, &at.field("on_behalf_of"));
    let audience = reader.names(audience, &at.field("audience"));
    let said = reader.span(said, &at.field("said"));
    let summary = reader.required_text(summary, &at.field("summary"));
    let contact = reader.name(&contact, &at.field("contact"));
    let terms = reader.names(terms, &at.field("terms"));
    let claims = reader.each(claims, &at.field("claims"), claim);
    Some(Statement {
        speaker: speaker?,
        on_behalf_of: on_behalf_of?,
        audience: audience?,
        said: said?,
        summary: summary?,
        contact: contact?,
        terms: terms?,
        claims: claims?,
    })
}

fn claim(reader: &mut Reader<'_>, claim: pb::AggregateClaim, at: &Path<'_>) -> Option<AggregateClaim> {
    let pb::AggregateClaim { count, unit, window, attributed_to, term, places, objects } = claim;
    let count = reader.quantity(count, &at.field("count"));
    let unit = reader.required_text(unit, &at.field("unit"));
    let window = reader.span(window, &at.field("window"));
    let attributed_to = reader.name(&attributed_to, &at.field("attributed_to"));
    let term = reader.name(&term, &at.field("term"));
    let places = reader.names(places, &at.field("places"));
    let objects = reader.class_list(objects, Taxonomy::Objects, &at.field("objects"));
    Some(AggregateClaim {
        count: count?,
        unit: unit?,
        window: window?,
        attributed_to: attributed_to?,
        term: term?,
        places: places?,
        objects: objects?,
    })
}

pub(super) fn contact(reader: &mut Reader<'_>, contact: pb::Contact, at: &Path<'_>) -> Option<Contact> {
    let pb::Contact {
        display_name,
        r#type,
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
    let display_name = reader.required_text(display_name, &at.field("display_name"));
    let contact_type = reader.required_choice(r#type, &at.field("type"));
    let status = reader.required_choice(status, &at.field("status"));
    let participants = reader.each(participants, &at.field("participants"), participant);
    let planned = reader.span(planned, &at.field("planned"));
    let began = reader.span(began, &at.field("began"));
    let ended = reader.span(ended, &at.field("ended"));
    let place = reader.name(&place, &at.field("place"));
    let durations = reader.each(durations, &at.field("durations"), stated_duration);
    let part_of = reader.name(&part_of, &at.field("part_of"));
    let about = reader.records(about, &at.field("about"));
    Some(Contact {
        display_name: display_name?,
        contact_type: contact_type?,
        status: status?,
        participants: participants?,
        planned: planned?,
        began: began?,
        ended: ended?,
        place: place?,
        durations: durations?,
        purpose,
        part_of: part_of?,
        about: about?,
    })
}

fn participant(reader: &mut Reader<'_>, participant: pb::Participant, at: &Path<'_>) -> Option<Participant> {
    let pb::Participant { actor, role } = participant;
    let actor = reader.required_name(&actor, &at.field("actor"));
    let role = reader.choice(role, &at.field("role"));
    Some(Participant { actor: actor?, role: role? })
}

fn stated_duration(reader: &mut Reader<'_>, duration: pb::StatedDuration, at: &Path<'_>) -> Option<StatedDuration> {
    let pb::StatedDuration { least, most, stated_by } = duration;
    let least = reader.duration(least, &at.field("least"));
    let most = reader.duration(most, &at.field("most"));
    let stated_by = reader.name(&stated_by, &at.field("stated_by"));
    let (least, most) = (least?, most?);
    reader.in_order(least, most, &at.field("most"))?;
    Some(StatedDuration { least, most, stated_by: stated_by? })
}

pub(super) fn term(reader: &mut Reader<'_>, term: pb::Term, at: &Path<'_>) -> Option<Term> {
    let pb::Term { display_name, r#type, description } = term;
    let display_name = reader.required_text(display_name, &at.field("display_name"));
    let term_type = reader.required_choice(r#type, &at.field("type"));
    Some(Term { display_name: display_name?, term_type: term_type?, description })
}

pub(super) fn instrument(reader: &mut Reader<'_>, instrument: pb::Instrument, at: &Path<'_>) -> Option<Instrument> {
    let pb::Instrument { display_name, r#type, author, stated, contact, about, signatures, treatments } = instrument;
    let display_name = reader.required_text(display_name, &at.field("display_name"));
    let instrument_type = reader.required_choice(r#type, &at.field("type"));
    let author = reader.name(&author, &at.field("author"));
    let stated = reader.required_span(stated, &at.field("stated"));
    let contact = reader.name(&contact, &at.field("contact"));
    let about = reader.record(&about, &at.field("about"));
    let signatures = reader.each(signatures, &at.field("signatures"), signature);
    let treatments = reader.each(treatments, &at.field("treatments"), treatment);
    Some(Instrument {
        display_name: display_name?,
        instrument_type: instrument_type?,
        author: author?,
        stated: stated?,
        contact: contact?,
        about: about?,
        signatures: signatures?,
        treatments: treatments?,
    })
}

fn signature(reader: &mut Reader<'_>, signature: pb::Signature, at: &Path<'_>) -> Option<Signature> {
    let pb::Signature { actor, role, signed } = signature;
    let actor = reader.required_name(&actor, &at.field("actor"));
    let role = reader.required_choice(role, &at.field("role"));
    let signed = reader.span(signed, &at.field("signed"));
    Some(Signature { actor: actor?, role: role?, signed: signed? })
}

fn treatment(reader: &mut Reader<'_>, treatment: pb::Treatment, at: &Path<'_>) -> Option<Treatment> {
    let pb::Treatment { term, r#type, wording } = treatment;
    let term = reader.required_name(&term, &at.field("term"));
    let treatment_type = reader.required_choice(r#type, &at.field("type"));
    Some(Treatment { term: term?, treatment_type: treatment_type?, wording })
}
