//! The stored form: what the domain knows of an entry, as bytes and back. The log sees only the bytes; they are stored
//! and hashed as they are, and every entry ever written must still be read.

use prost::Message;

use crate::domain::dossier::Dossier;
use crate::domain::fault::Violation;
use crate::domain::name::DossierId;
use crate::domain::record::{Position, Revision};
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
    let context = encode::Context { dossier: &dossier.id, zone: &dossier.zone };
    let stored = internal::StoredRevision { record: Some(encode::stored(revision, &context)) };
    entry(internal::entry::Kind::Revision(stored))
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
    let internal::entry::Kind::Revision(stored) = kind(position, bytes)? else {
        return Err(EntryError::OutOfPlace { position });
    };
    if position == 0 {
        return Err(EntryError::OutOfPlace { position });
    }
    let internal::StoredRevision { record } = stored;
    let record = record.ok_or(EntryError::Empty { position })?;
    decode::stored_record(record, position, &dossier.id, &dossier.zone)
        .map_err(|faults| EntryError::Unreadable { position, faults })
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
