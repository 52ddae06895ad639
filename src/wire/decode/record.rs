//! Reads the envelope of a record: its name, its citations, and which kind it is.

use super::reader::{Origin, Reader, without_repeats};
use super::{reading, reports, texts, things, undertakings};
use crate::domain::batch::Item;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::InActors;
use crate::domain::name::{Collection, DossierId, Id, NameError, RecordName, shorten};
use crate::domain::record::{Body, Citation, Draft, Grade, Known, Position, Revision};
use crate::domain::time::Zone;
use crate::wire::path::Path;
use crate::wire::pb;
use crate::wire::pb::record::Kind;

/// Reads a record that a client sends. What only the server says is passed over, so that an answer can be sent back.
pub(super) fn draft(
    reader: &mut Reader<'_>,
    record: pb::Record,
    new_id: &mut dyn FnMut() -> String,
    at: &Path<'_>,
) -> Item {
    let pb::Record {
        name,
        position: _,
        record_time: _,
        known_time: _,
        never_known: _,
        unsourced: _,
        recorded_by: _,
        etag,
        reason,
        retracted,
        classification,
        citations,
        kind,
    } = record;
    let collection = kind.as_ref().map(collection_of);
    if collection.is_none() && !retracted {
        let description = "is required: say what is recorded; only a retraction may leave it out";
        reader.fault(&at.field("kind"), Reason::FieldRequired, description);
    }
    let (name, fits) = draft_name(reader, &name, collection, retracted, new_id, &at.field("name"));
    let classification = reader.choice(classification, &at.field("classification"));
    let citations = reader.each(citations, &at.field("citations"), citation);
    let says = match kind {
        Some(kind) => body(reader, kind, at).map(Some),
        None => retracted.then_some(None),
    };
    let references = std::mem::take(&mut reader.references);
    let assemble = || {
        Some(Draft {
            name: name.clone().filter(|_| fits)?,
            etag: (!etag.is_empty()).then_some(etag),
            reason,
            retracted,
            classification: classification?,
            citations: citations?,
            references: without_repeats(references.iter().map(|r| r.target.clone()).collect()),
            body: says?,
        })
    };
    let draft = assemble();
    Item { name, draft, references, classes: std::mem::take(&mut reader.classes) }
}

/// The name, read or assigned, and whether it fits the kind.
fn draft_name(
    reader: &mut Reader<'_>,
    text: &str,
    kind: Option<Collection>,
    retracted: bool,
    new_id: &mut dyn FnMut() -> String,
    at: &Path<'_>,
) -> (Option<RecordName>, bool) {
    let mut assign = |collection| {
        let id = Id::parse(&new_id()).expect("an id of our own making is an id");
        RecordName { collection, id }
    };
    let name = if text.is_empty() {
        match kind {
            Some(collection) => return (Some(assign(collection)), true),
            None if retracted => {
                reader.required::<()>(None, at);
                return (None, false);
            }
            None => return (None, false),
        }
    } else if let Some(above) = text.strip_suffix("/-") {
        // Any id will do to see whether the rest of the name is right.
        match RecordName::parse(&format!("{above}/0"), reader.dossier) {
            Ok(RecordName { collection, .. }) => Some(assign(collection)),
            Err(NameError::NotARecord { .. }) => {
                let error = NameError::NotARecord { name: shorten(text) };
                reader.fault(at, Reason::NameInvalid, error.to_string());
                None
            }
            Err(error) => {
                reader.fault(at, Reason::NameInvalid, error.to_string());
                None
            }
        }
    } else {
        match RecordName::parse(text, reader.dossier) {
            Ok(name) => Some(name),
            Err(_) => reader.parse_name(text, kind.as_slice(), at),
        }
    };
    match (&name, kind) {
        (Some(name), Some(kind)) if name.collection != kind => {
            let description =
                format!("\"{name}\" is a name in {}, but what it says belongs in {kind}", name.collection);
            reader.fault(at, Reason::KindMismatch, description);
            (Some(name.clone()), false)
        }
        _ => (name, true),
    }
}

/// Reads a record back from its stored form: all that was fixed when it was recorded must be there.
pub(super) fn revision(
    reader: &mut Reader<'_>,
    record: pb::Record,
    position: Position,
    at: &Path<'_>,
) -> Option<Revision> {
    let pb::Record {
        name,
        position: _,
        record_time,
        known_time,
        never_known,
        unsourced: _,
        recorded_by,
        etag: _,
        reason,
        retracted,
        classification,
        citations,
        kind,
    } = record;
    let collection = kind.as_ref().map(collection_of);
    let name = reader.parse_name(&name, collection.as_slice(), &at.field("name"));
    let record_time_at = at.field("record_time");
    let record_time = reader.instant(record_time, &record_time_at);
    let record_time = record_time.and_then(|time| reader.required(time, &record_time_at));
    let known_time_at = at.field("known_time");
    let known = match (reader.instant(known_time, &known_time_at), never_known) {
        (Some(None), false) => Some(Known::Always),
        (Some(Some(from)), false) => Some(Known::From(from)),
        (Some(None), true) => Some(Known::Never),
        (Some(Some(_)), true) => {
            reader.fault(&known_time_at, Reason::FieldNotAllowed, "stands beside never_known");
            None
        }
        (None, _) => None,
    };
    let classification = reader.required_choice(classification, &at.field("classification"));
    let citations = reader.each(citations, &at.field("citations"), citation);
    let kind = reader.required(kind, &at.field("kind"));
    let body = kind.and_then(|kind| body(reader, kind, at));
    let references = std::mem::take(&mut reader.references);
    Some(Revision {
        name: name?,
        position,
        record_time: record_time?,
        known: known?,
        recorded_by,
        reason,
        retracted,
        classification: classification?,
        citations: citations?,
        references: without_repeats(references.into_iter().map(|r| r.target).collect()),
        body: body?,
    })
}

/// Reads the records of the log of a dossier, one after the other.
pub(in crate::wire) struct Stored<'d>(Reader<'d>);

impl<'d> Stored<'d> {
    /// For the log of a dossier.
    pub(in crate::wire) fn new(dossier: &'d DossierId, zone: &'d Zone) -> Stored<'d> {
        Stored(Reader::new(dossier, zone, Origin::Log))
    }

    /// Reads a record, or says what is wrong with it.
    pub(in crate::wire) fn read(&mut self, record: pb::Record, position: Position) -> Result<Revision, Vec<Violation>> {
        let Stored(reader) = self;
        let revision = revision(reader, record, position, &Path::root("record"));
        // Of one that could not be read, nothing stays behind for the next.
        reader.references.clear();
        reader.classes.clear();
        let faults = std::mem::take(&mut reader.faults);
        revision.filter(|_| faults.is_empty()).ok_or(faults)
    }
}

fn citation(reader: &mut Reader<'_>, citation: pb::Citation, at: &Path<'_>) -> Option<Citation> {
    let pb::Citation { document, locator, quote, supports, grade: graded } = citation;
    let document = reader.required_name(&document, &at.field("document"));
    let grade = match graded {
        None => Some(None),
        Some(graded) => grade(reader, graded, &at.field("grade")).map(Some),
    };
    Some(Citation { document: document?, locator, quote, supports, grade: grade? })
}

fn grade(reader: &mut Reader<'_>, grade: pb::Grade, at: &Path<'_>) -> Option<Grade> {
    let pb::Grade { reliability, credibility, graded_by, grade_time } = grade;
    let reliability = reader.choice(reliability, &at.field("reliability"));
    let credibility = reader.choice(credibility, &at.field("credibility"));
    let graded_by = reader.words::<InActors>(graded_by, &at.field("graded_by"));
    let grade_time = reader.instant(grade_time, &at.field("grade_time"));
    Some(Grade { reliability: reliability?, credibility: credibility?, graded_by: graded_by?, grade_time: grade_time? })
}

/// The collections that a record says it belongs to, by its name and by its kind, before it is read: what is stored of it is in one of
/// them. None where it says neither; it is then refused when it is read.
pub(super) fn collections(record: &pb::Record) -> [Option<Collection>; 2] {
    let relative = match record.name.strip_prefix("dossiers/") {
        None => record.name.as_str(),
        Some(rest) => rest.split_once('/').map_or("", |(_, relative)| relative),
    };
    let word = relative.split_once('/').map_or("", |(word, _)| word);
    [record.kind.as_ref().map(collection_of), Collection::parse(word)]
}

fn collection_of(kind: &Kind) -> Collection {
    match kind {
        Kind::Actor(_) => Collection::Actors,
        Kind::Place(_) => Collection::Places,
        Kind::Class(_) => Collection::Classes,
        Kind::Document(_) => Collection::Documents,
        Kind::Statement(_) => Collection::Statements,
        Kind::Contact(_) => Collection::Contacts,
        Kind::Instrument(_) => Collection::Instruments,
        Kind::Term(_) => Collection::Terms,
        Kind::Reading(_) => Collection::Readings,
        Kind::Stance(_) => Collection::Stances,
        Kind::Incident(_) => Collection::Incidents,
        Kind::Report(_) => Collection::Reports,
        Kind::Finding(_) => Collection::Findings,
        Kind::Exchange(_) => Collection::Exchanges,
        Kind::Pledge(_) => Collection::Pledges,
        Kind::Forecast(_) => Collection::Forecasts,
        Kind::Coverage(_) => Collection::Coverage,
        Kind::Link(_) => Collection::Links,
    }
}

fn body(reader: &mut Reader<'_>, kind: Kind, at: &Path<'_>) -> Option<Body> {
    let at = |field| at.field(field);
    match kind {
        Kind::Actor(says) => things::actor(reader, says, &at("actor")).map(Body::Actor),
        Kind::Place(says) => things::place(reader, says, &at("place")).map(Body::Place),
        Kind::Class(says) => things::class(reader, says, &at("class")).map(Body::Class),
        Kind::Document(says) => texts::document(reader, says, &at("document")).map(Body::Document),
        Kind::Statement(says) => texts::statement(reader, says, &at("statement")).map(Body::Statement),
        Kind::Contact(says) => texts::contact(reader, says, &at("contact")).map(Body::Contact),
        Kind::Instrument(says) => texts::instrument(reader, says, &at("instrument")).map(Body::Instrument),
        Kind::Term(says) => texts::term(reader, says, &at("term")).map(Body::Term),
        Kind::Reading(says) => {
            reading::reading(reader, says, &at("reading")).map(|reading| Body::Reading(Box::new(reading)))
        }
        Kind::Stance(says) => undertakings::stance(reader, says, &at("stance")).map(Body::Stance),
        Kind::Incident(says) => reports::incident(reader, says, &at("incident")).map(Body::Incident),
        Kind::Report(says) => reports::report(reader, says, &at("report")).map(Body::Report),
        Kind::Finding(says) => reports::finding(reader, says, &at("finding")).map(Body::Finding),
        Kind::Exchange(says) => undertakings::exchange(reader, says, &at("exchange")).map(Body::Exchange),
        Kind::Pledge(says) => undertakings::pledge(reader, says, &at("pledge")).map(Body::Pledge),
        Kind::Forecast(says) => undertakings::forecast(reader, says, &at("forecast")).map(Body::Forecast),
        Kind::Coverage(says) => things::coverage(reader, says, &at("coverage")).map(Body::Coverage),
        Kind::Link(says) => things::link(reader, says, &at("link")).map(Body::Link),
    }
}
