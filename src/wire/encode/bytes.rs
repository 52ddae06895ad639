//! Writes a record straight as the bytes that it has on the wire. Incidents, reports and findings are so many that the messages between
//! would cost more than all else that is done to write them; every other kind is written by way of its message.

use jiff::Timestamp;

use super::kind;
use super::writer::{Context, Form, Writer};
use crate::domain::name::{Collection, DossierId, Id, Kind, NameOf};
use crate::domain::record::{Body, Citation, Grade, Known, Revision};
use crate::domain::report::{Casualties, Facts, Finding, Incident, Proposition, Report, Struck};
use crate::domain::time::Span;
use crate::domain::values::{Point, Quantity, Words};
use crate::wire::instant;
use crate::wire::mirrored::{Mirrored, number_of};

/// Puts a revision as it is stored behind what was written before: as a field of a message that is itself a field.
pub(in crate::wire) fn stored(out: &mut Vec<u8>, [outer, inner]: [u32; 2], revision: &Revision, context: &Context<'_>) {
    let mut pen = Pen { out, context, form: Form::Stored };
    pen.long_message(outer, |pen| pen.long_message(inner, |pen| record(pen, revision, revision.known, false)));
}

/// Puts a revision as an answer shows it behind those before, as a field of the answer. What depends on what else the record holds is
/// handed in: since when it is known, and whether it is unsourced.
pub(in crate::wire) fn answered(
    out: &mut Vec<u8>,
    field: u32,
    revision: &Revision,
    (known, unsourced): (Known, bool),
    context: &Context<'_>,
) {
    let mut pen = Pen { out, context, form: Form::Answer };
    pen.long_message(field, |pen| record(pen, revision, known, unsourced));
}

fn record(pen: &mut Pen<'_>, revision: &Revision, known: Known, unsourced: bool) {
    let Revision {
        name,
        position,
        record_time,
        known: _,
        recorded_by,
        reason,
        retracted,
        classification,
        citations,
        references: _,
        body,
    } = revision;
    pen.name_in(1, name.collection, &name.id);
    if pen.form == Form::Answer {
        pen.number(2, *position);
    }
    pen.instant(3, *record_time);
    match known {
        Known::Always => {}
        Known::From(from) => pen.instant(4, from),
        Known::Never => pen.flag(5, true),
    }
    pen.flag(6, unsourced);
    pen.text(7, recorded_by);
    if pen.form == Form::Answer {
        pen.etag(8, *position);
    }
    pen.text(9, reason);
    pen.flag(10, *retracted);
    pen.choice(11, classification.number());
    for cited in citations {
        pen.message(12, |pen| citation(pen, cited));
    }
    match body {
        Body::Incident(says) => pen.message(30, |pen| incident(pen, says)),
        Body::Report(says) => pen.long_message(31, |pen| report(pen, says)),
        Body::Finding(says) => pen.long_message(32, |pen| finding(pen, says)),
        Body::Actor(_)
        | Body::Place(_)
        | Body::Class(_)
        | Body::Document(_)
        | Body::Statement(_)
        | Body::Contact(_)
        | Body::Instrument(_)
        | Body::Term(_)
        | Body::Reading(_)
        | Body::Stance(_)
        | Body::Exchange(_)
        | Body::Pledge(_)
        | Body::Forecast(_)
        | Body::Coverage(_)
        | Body::Link(_) => kind(&Writer::new(pen.context, pen.form), body).encode(pen.out),
    }
}

fn citation(pen: &mut Pen<'_>, citation: &Citation) {
    let Citation { document, locator, quote, supports, grade: graded } = citation;
    pen.name(1, document);
    pen.text(2, locator);
    pen.text(3, quote);
    for field in supports {
        pen.text_of_list(4, field);
    }
    if let Some(graded) = graded {
        pen.message(5, |pen| grade(pen, graded));
    }
}

fn grade(pen: &mut Pen<'_>, grade: &Grade) {
    let Grade { reliability, credibility, graded_by, grade_time } = grade;
    pen.choice(1, number_of(*reliability));
    pen.choice(2, number_of(*credibility));
    pen.words(3, graded_by);
    if let Some(time) = grade_time {
        pen.instant(4, *time);
    }
}

fn incident(pen: &mut Pen<'_>, incident: &Incident) {
    let Incident { display_name, about, place } = incident;
    pen.text(1, display_name);
    pen.optional_span(2, about);
    pen.optional_name(3, place);
}

fn report(pen: &mut Pen<'_>, report: &Report) {
    let Report { incident, claimant, statement, facts: given, denies, alleges_breach_of } = report;
    pen.name(1, incident);
    pen.name(2, claimant);
    pen.optional_name(3, statement);
    if let Some(given) = given {
        pen.message(4, |pen| facts(pen, given));
    }
    pen.propositions(5, denies);
    for term in alleges_breach_of {
        pen.name(6, term);
    }
}

fn finding(pen: &mut Pen<'_>, finding: &Finding) {
    let Finding { incident, status, facts: found, denies, rationale, made_by } = finding;
    pen.name(1, incident);
    pen.choice(2, status.number());
    if let Some(found) = found {
        pen.message(3, |pen| facts(pen, found));
    }
    pen.propositions(4, denies);
    pen.text(5, rationale);
    pen.words(6, made_by);
}

fn facts(pen: &mut Pen<'_>, facts: &Facts) {
    let Facts {
        occurred,
        place,
        point,
        radius_m,
        act,
        attributed_to,
        against,
        struck: things_struck,
        casualties,
        ground,
    } = facts;
    pen.optional_span(1, occurred);
    pen.optional_name(2, place);
    if let Some(Point { latitude, longitude }) = point {
        pen.message(3, |pen| {
            pen.real(1, *latitude);
            pen.real(2, *longitude);
        });
    }
    if let Some(radius_m) = radius_m.filter(|radius_m| *radius_m != 0.0) {
        pen.real(4, radius_m);
    }
    pen.text(5, act.as_ref().map_or("", |act| act.as_str()));
    pen.optional_name(6, attributed_to);
    pen.optional_name(7, against);
    for one in things_struck {
        pen.message(8, |pen| struck(pen, one));
    }
    if let Some(Casualties { killed, injured }) = casualties {
        pen.message(9, |pen| {
            pen.quantity(1, killed);
            pen.quantity(2, injured);
        });
    }
    pen.text(10, ground.map_or("", |ground| ground.word()));
}

fn struck(pen: &mut Pen<'_>, struck: &Struck) {
    let Struck { object, facility, effect, weapon, people_cut_off } = struck;
    pen.text(1, object.as_ref().map_or("", |object| object.as_str()));
    pen.words(2, facility);
    pen.choice(3, number_of(*effect));
    pen.text(4, weapon.as_ref().map_or("", |weapon| weapon.as_str()));
    pen.quantity(5, people_cut_off);
}

/// Writes fields, each under its number. As in every message of version 3, what has the value that it has by default is left out.
struct Pen<'p> {
    out: &'p mut Vec<u8>,
    context: &'p Context<'p>,
    form: Form,
}

const NUMBER: u32 = 0;
const EIGHT_BYTES: u32 = 1;
const LENGTH: u32 = 2;

impl Pen<'_> {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.out.push(value.to_le_bytes()[0] | 0x80);
            value >>= 7;
        }
        self.out.push(value.to_le_bytes()[0]);
    }

    fn tag(&mut self, field: u32, wire_type: u32) {
        self.varint(u64::from(field << 3 | wire_type));
    }

    /// A message that has hardly 128 bytes.
    fn message(&mut self, field: u32, write: impl FnOnce(&mut Pen<'_>)) {
        self.message_after(1, field, write);
    }

    /// A message that has 128 bytes or more, nearly always.
    fn long_message(&mut self, field: u32, write: impl FnOnce(&mut Pen<'_>)) {
        self.message_after(2, field, write);
    }

    /// A message with its length before it, for which so many bytes are left free until it is known.
    fn message_after(&mut self, free: usize, field: u32, write: impl FnOnce(&mut Pen<'_>)) {
        self.tag(field, LENGTH);
        let start = self.out.len();
        self.out.resize(start + free, 0);
        write(&mut Pen { out: self.out, context: self.context, form: self.form });
        let end = self.out.len();
        let length = end - start - free;
        let needed = prost::length_delimiter_len(length);
        if needed > free {
            self.out.resize(end + needed - free, 0);
        }
        if needed != free {
            self.out.copy_within(start + free..end, start + needed);
            self.out.truncate(start + needed + length);
        }
        let mut place = &mut self.out[start..start + needed];
        prost::encode_length_delimiter(length, &mut place).expect("there is room for just this");
    }

    fn text(&mut self, field: u32, text: &str) {
        if !text.is_empty() {
            self.text_of_list(field, text);
        }
    }

    fn text_of_list(&mut self, field: u32, text: &str) {
        self.tag(field, LENGTH);
        self.varint(text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn name_in(&mut self, field: u32, collection: Collection, id: &Id) {
        let dossier: &DossierId = self.context.dossier;
        let parts = ["dossiers/", dossier.as_str(), "/", collection.word(), "/", id.as_str()];
        self.tag(field, LENGTH);
        self.varint(parts.iter().map(|part| part.len() as u64).sum());
        parts.iter().for_each(|part| self.out.extend_from_slice(part.as_bytes()));
    }

    fn name<K: Kind>(&mut self, field: u32, name: &NameOf<K>) {
        self.name_in(field, K::COLLECTION, name.id());
    }

    fn optional_name<K: Kind>(&mut self, field: u32, name: &Option<NameOf<K>>) {
        if let Some(name) = name {
            self.name(field, name);
        }
    }

    fn words(&mut self, field: u32, words: &Words) {
        match words {
            Words::Record(name) => self.name_in(field, name.collection, &name.id),
            Words::Free(text) => self.text(field, text),
        }
    }

    fn number(&mut self, field: u32, number: u64) {
        if number != 0 {
            self.tag(field, NUMBER);
            self.varint(number);
        }
    }

    fn flag(&mut self, field: u32, is_set: bool) {
        self.number(field, u64::from(is_set));
    }

    /// The number of a value of a closed list: none is negative.
    fn choice(&mut self, field: u32, number: i32) {
        self.number(field, u64::from(number.unsigned_abs()));
    }

    fn propositions(&mut self, field: u32, propositions: &[Proposition]) {
        if !propositions.is_empty() {
            let numbers = propositions.iter().map(|proposition| u64::from(proposition.number().unsigned_abs()));
            self.message(field, |pen| numbers.for_each(|number| pen.varint(number)));
        }
    }

    fn real(&mut self, field: u32, number: f64) {
        self.tag(field, EIGHT_BYTES);
        self.out.extend_from_slice(&number.to_le_bytes());
    }

    fn quantity(&mut self, field: u32, quantity: &Option<Quantity>) {
        let Some(Quantity { least, most }) = quantity else { return };
        self.message(field, |pen| {
            for (field, limit) in [(1, least), (2, most)] {
                if let Some(limit) = limit {
                    pen.tag(field, NUMBER);
                    pen.varint(limit.cast_unsigned());
                }
            }
        });
    }

    fn instant(&mut self, field: u32, instant: Timestamp) {
        let prost_types::Timestamp { seconds, nanos } = instant::write(instant);
        self.message(field, |pen| {
            pen.number(1, seconds.cast_unsigned());
            pen.number(2, i64::from(nanos).cast_unsigned());
        });
    }

    fn optional_span(&mut self, field: u32, span: &Option<Span>) {
        let Some(span) = span else { return };
        let Span { earliest, latest, zone } = span;
        self.message(field, |pen| {
            pen.instant(1, *earliest);
            pen.instant(2, *latest);
            pen.text(3, zone.name());
            if pen.form == Form::Answer {
                pen.text(4, &span.local().unwrap_or_default());
            }
        });
    }

    fn etag(&mut self, field: u32, position: u64) {
        self.text(field, &crate::domain::record::etag(position));
    }
}
