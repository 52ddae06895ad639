//! The stored form: what the domain knows of an entry, as bytes and back. The log sees only the bytes; they are stored
//! and hashed as they are, and every entry ever written must still be read.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message;

use crate::domain::dossier::Dossier;
use crate::domain::fault::Violation;
use crate::domain::name::DossierId;
use crate::domain::record::{Position, Revision};
use crate::view::records::Decode;
use crate::wire::pb::{self, internal};
use crate::wire::{decode, encode};

/// Tells a log from every other, a namesake included: chosen at random when its dossier is created.
pub type Uid = [u8; 16];

/// Why an entry cannot be read. The store was altered or damaged, or a newer version wrote it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EntryError {
    /// The bytes are no entry.
    #[error("entry {position} is no entry")]
    Malformed {
        /// Where it stands.
        position: Position,
        /// What the decoder says.
        #[source]
        fault: prost::DecodeError,
    },
    /// It holds nothing that this version knows.
    #[error("entry {position} holds nothing that this version knows")]
    Empty {
        /// Where it stands.
        position: Position,
    },
    /// Position 0 and only position 0 is the dossier.
    #[error("entry {position} is of the wrong kind: 0 is the dossier, all others are records")]
    OutOfPlace {
        /// Where it stands.
        position: Position,
    },
    /// The log's own mark has not its length.
    #[error("the mark of the log has {bytes} bytes")]
    BadUid {
        /// How many it has.
        bytes: usize,
    },
    /// It says something that cannot be.
    #[error("entry {position} cannot be read: {}", list(.faults))]
    Unreadable {
        /// Where it stands.
        position: Position,
        /// What is wrong with it.
        faults: Vec<Violation>,
    },
}

fn list(faults: &[Violation]) -> String {
    let texts = faults.iter().map(|f| format!("{}: {}", f.field, f.description));
    texts.collect::<Vec<_>>().join("; ")
}

/// Writes the first entry of a log.
pub fn encode_dossier(dossier: &Dossier, uid: &Uid) -> Vec<u8> {
    let created = internal::DossierCreated { dossier: Some(encode::dossier(dossier)), uid: uid.to_vec() };
    entry(internal::entry::Kind::Dossier(created))
}

/// Writes the entry of a revision. Its position is the entry's place and not written.
pub fn encode_revision(revision: &Revision, dossier: &Dossier) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_revision(&mut bytes, revision, dossier);
    bytes
}

/// Writes the entries of a batch, one behind the other in the same memory.
pub fn encode_revisions(revisions: &[Arc<Revision>], dossier: &Dossier) -> Vec<Bytes> {
    let mut bytes = Vec::with_capacity(revisions.len() * ENTRY_BYTES);
    let ends: Vec<usize> = revisions
        .iter()
        .map(|revision| {
            put_revision(&mut bytes, revision, dossier);
            bytes.len()
        })
        .collect();
    let mut bytes = Bytes::from(bytes);
    let lengths = ends.iter().scan(0, |start, end| Some(end - std::mem::replace(start, *end)));
    lengths.map(|length| bytes.split_to(length)).collect()
}

/// How many bytes an entry has, about.
const ENTRY_BYTES: usize = 400;

/// The numbers of `Entry.revision` and `StoredRevision.record`.
const REVISION: u32 = 2;
const RECORD: u32 = 1;

fn put_revision(bytes: &mut Vec<u8>, revision: &Revision, dossier: &Dossier) {
    let context = encode::Context { dossier: &dossier.id, zone: &dossier.zone };
    encode::bytes::stored(bytes, [REVISION, RECORD], revision, &context);
}

fn entry(kind: internal::entry::Kind) -> Vec<u8> {
    internal::Entry { kind: Some(kind) }.encode_to_vec()
}

/// Reads the first entry of the log of a dossier.
pub fn decode_dossier(bytes: &[u8], id: &DossierId) -> Result<(Dossier, Uid), EntryError> {
    let internal::entry::Kind::Dossier(created) = kind(0, bytes)? else {
        return Err(EntryError::OutOfPlace { position: 0 });
    };
    let internal::DossierCreated { dossier, uid } = created;
    let uid = Uid::try_from(uid.as_slice()).map_err(|_| EntryError::BadUid { bytes: uid.len() })?;
    let dossier = dossier.ok_or(EntryError::Empty { position: 0 })?;
    match decode::stored_dossier(dossier, id) {
        Ok(dossier) => Ok((dossier, uid)),
        Err(faults) => Err(EntryError::Unreadable { position: 0, faults }),
    }
}

/// Reads any other entry of the log of a dossier.
pub fn decode_revision(position: Position, bytes: &[u8], dossier: &Dossier) -> Result<Revision, EntryError> {
    Revisions::new(dossier).decode(position, bytes)
}

/// Reads the entries of the log of a dossier one after the other: what names and classes they have in common is kept once.
pub struct Revisions<'d>(decode::StoredRecords<'d>);

impl<'d> Revisions<'d> {
    /// For the log of a dossier.
    pub fn new(dossier: &'d Dossier) -> Revisions<'d> {
        Revisions(decode::StoredRecords::new(&dossier.id, &dossier.zone))
    }

    /// Reads an entry other than the first.
    pub fn decode(&mut self, position: Position, bytes: &[u8]) -> Result<Revision, EntryError> {
        let internal::entry::Kind::Revision(stored) = kind(position, bytes)? else {
            return Err(EntryError::OutOfPlace { position });
        };
        if position == 0 {
            return Err(EntryError::OutOfPlace { position });
        }
        let internal::StoredRevision { record } = stored;
        let record = record.ok_or(EntryError::Empty { position })?;
        self.0.read(record, position).map_err(|faults| EntryError::Unreadable { position, faults })
    }
}

/// Reads the entries of one dossier again, for whoever keeps them as bytes.
#[derive(Debug)]
pub struct Decoder {
    dossier: Dossier,
}

impl Decoder {
    /// Reads entries of this dossier.
    pub fn new(dossier: Dossier) -> Arc<Decoder> {
        Arc::new(Decoder { dossier })
    }
}

impl Decode for Decoder {
    fn decode(&self, position: Position, entry: &[u8]) -> Revision {
        // It was written by this process, or read by it when the log was.
        decode_revision(position, entry, &self.dossier).expect("what was read once is read again")
    }
}

/// Writes what a request's first answer said beside its records.
pub fn encode_answer(warnings: &[pb::Warning]) -> Vec<u8> {
    internal::StoredAnswer { warnings: warnings.to_vec() }.encode_to_vec()
}

/// Reads it back. What cannot be read is left out: it is advice, not record.
pub fn decode_answer(bytes: &[u8]) -> Vec<pb::Warning> {
    internal::StoredAnswer::decode(bytes).map(|answer| answer.warnings).unwrap_or_default()
}

fn kind(position: Position, bytes: &[u8]) -> Result<internal::entry::Kind, EntryError> {
    let internal::Entry { kind } =
        internal::Entry::decode(bytes).map_err(|fault| EntryError::Malformed { position, fault })?;
    kind.ok_or(EntryError::Empty { position })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Reason;
    use crate::wire::pb;

    const UID: Uid = [7; 16];

    fn dossier() -> Dossier {
        let created = "2025-03-01T00:00:00Z".parse().expect("an instant");
        let says = pb::Dossier { time_zone: "Europe/Kyiv".to_owned(), ..pb::Dossier::default() };
        decode::new_dossier("d", Some(says), created).expect("a dossier")
    }

    fn stored() -> pb::Record {
        let span = |local: &str| pb::TimeSpan {
            earliest: Some(prost_types::Timestamp { seconds: 1_742_335_200, nanos: 0 }),
            latest: Some(prost_types::Timestamp { seconds: 1_742_421_600, nanos: 0 }),
            time_zone: "Europe/Kyiv".to_owned(),
            local: local.to_owned(),
        };
        let incident = pb::Incident {
            display_name: "i".to_owned(),
            about: Some(span("a text that no version of the zones' rules reads so")),
            place: String::new(),
        };
        pb::Record {
            name: "dossiers/d/incidents/i".to_owned(),
            record_time: Some(prost_types::Timestamp::default()),
            classification: 1,
            kind: Some(pb::record::Kind::Incident(incident)),
            ..pb::Record::default()
        }
    }

    fn bytes(record: Option<pb::Record>) -> Vec<u8> {
        entry(internal::entry::Kind::Revision(internal::StoredRevision { record }))
    }

    #[test]
    fn an_entry_is_what_the_encoder_of_messages_makes_of_it_however_long() {
        let revision = decode_revision(3, &bytes(Some(stored())), &dossier()).expect("readable");
        let context = encode::Context { dossier: &dossier().id, zone: &dossier().zone };
        // Around each length at which the length itself takes one more byte.
        let lengths = (0..260).chain(16_000..16_400).chain(2_097_000..2_097_160).step_by(3);
        let revisions: Vec<Arc<Revision>> =
            lengths.map(|length| Arc::new(Revision { reason: "r".repeat(length), ..revision.clone() })).collect();
        let entries = encode_revisions(&revisions, &dossier());
        assert_eq!(entries.len(), revisions.len());
        for (revision, entry) in revisions.iter().zip(entries) {
            let expected = bytes(Some(encode::stored(revision, &context)));
            assert!(entry == expected, "{} bytes", expected.len());
            assert!(encode_revision(revision, &dossier()) == expected, "{} bytes", expected.len());
        }
    }

    #[test]
    fn a_stored_record_leaves_out_what_its_place_and_the_zones_rules_say() {
        let revision = decode_revision(3, &bytes(Some(stored())), &dossier()).expect("readable");
        assert_eq!(revision.position, 3);
        let again = internal::Entry::decode(encode_revision(&revision, &dossier()).as_slice());
        let Ok(internal::Entry { kind: Some(internal::entry::Kind::Revision(again)) }) = again else {
            unreachable!("it was a revision")
        };
        let record = again.record.expect("a record");
        assert_eq!((record.position, record.etag.as_str(), record.unsourced), (0, "", false));
        let Some(pb::record::Kind::Incident(incident)) = record.kind else { unreachable!("it was an incident") };
        let about = incident.about.expect("a span");
        assert_eq!((about.local.as_str(), about.time_zone.as_str()), ("", "Europe/Kyiv"));

        let context = encode::Context { dossier: &dossier().id, zone: &dossier().zone };
        let answer = encode::record(&revision, true, &context);
        assert_eq!((answer.position, answer.etag.as_str(), answer.unsourced), (3, "3", true));
        let Some(pb::record::Kind::Incident(incident)) = answer.kind else { unreachable!("it was an incident") };
        assert_eq!(incident.about.expect("a span").local, "2025-03-19", "an answer says it as people do");
        let checked = encode::checked(&revision, false, &context);
        assert_eq!((checked.position, checked.record_time, checked.etag.as_str()), (0, None, ""));
    }

    #[test]
    fn each_way_in_which_an_entry_can_be_wrong_has_its_error() {
        let dossier = dossier();
        let read = |position, bytes: &[u8]| decode_revision(position, bytes, &dossier).map(|_| ());
        let first = encode_dossier(&dossier, &UID);
        let record = bytes(Some(stored()));
        assert!(matches!(read(1, &[0xff]), Err(EntryError::Malformed { position: 1, .. })));
        assert_eq!(read(1, &[]), Err(EntryError::Empty { position: 1 }));
        assert_eq!(read(1, &bytes(None)), Err(EntryError::Empty { position: 1 }));
        assert_eq!(read(1, &first), Err(EntryError::OutOfPlace { position: 1 }));
        assert_eq!(read(0, &record), Err(EntryError::OutOfPlace { position: 0 }));
        let open = |bytes: &[u8], id: &str| decode_dossier(bytes, &DossierId::parse(id).expect("an id")).map(|_| ());
        assert_eq!(open(&first, "d"), Ok(()));
        assert_eq!(open(&record, "d"), Err(EntryError::OutOfPlace { position: 0 }));
        assert!(matches!(open(&first, "e"), Err(EntryError::Unreadable { position: 0, .. })));
        let marked = |uid: &[u8]| {
            let dossier = Some(encode::dossier(&dossier));
            entry(internal::entry::Kind::Dossier(internal::DossierCreated { dossier, uid: uid.to_vec() }))
        };
        assert_eq!(open(&marked(&[7; 15]), "d"), Err(EntryError::BadUid { bytes: 15 }));
    }

    #[test]
    fn an_entry_that_says_what_cannot_be_is_refused_with_all_that_is_wrong() {
        let both = pb::Record {
            name: "dossiers/e/incidents/i".to_owned(),
            classification: 0,
            known_time: Some(prost_types::Timestamp::default()),
            never_known: true,
            record_time: None,
            ..stored()
        };
        let error = decode_revision(9, &bytes(Some(both)), &dossier()).expect_err("unreadable");
        let text = error.to_string();
        assert!(text.starts_with("entry 9 cannot be read: record.name: "), "{text}");
        let EntryError::Unreadable { faults, .. } = error else { unreachable!("it was read as far as it goes") };
        let faults: Vec<(&str, Reason)> = faults.iter().map(|f| (f.field.as_str(), f.reason)).collect();
        assert_eq!(
            faults,
            [
                ("record.name", Reason::NameInvalid),
                ("record.record_time", Reason::FieldRequired),
                ("record.known_time", Reason::FieldNotAllowed),
                ("record.classification", Reason::FieldRequired),
            ]
        );
        let unkind = pb::Record { kind: None, ..stored() };
        assert!(decode_revision(9, &bytes(Some(unkind)), &dossier()).is_err());
        let moved = pb::Record { name: "dossiers/d/reports/i".to_owned(), ..stored() };
        assert!(decode_revision(9, &bytes(Some(moved)), &dossier()).is_err(), "kind and collection differ");
    }
}
