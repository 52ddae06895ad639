//! Takes entries and first answers out of the store, and believes neither before it has hashed them.

use std::sync::Arc;

use bytes::Bytes;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row};

use crate::log::{Answered, Appended, Corrupt, Damage, DossierKey, Entry, Error, Request, Sha256};

use super::prepared::{seal, sha256};
use super::{schema, storage_error};

/// The entries at the positions `first ..= last`, all of which are known to have been written.
pub(super) fn entries(
    connection: &Connection,
    dossier: &DossierKey,
    number: i64,
    range: Appended,
) -> Result<Vec<Entry>, Error> {
    let mut entries = Vec::new();
    let mut next = range.first;
    let mut statement = connection.prepare_cached(ENTRIES).map_err(storage_error("read entries"))?;
    let mut rows = statement.query(slots(number, range)).map_err(storage_error("read entries"))?;
    while let Some(row) = rows.next().map_err(unreadable(dossier, next))? {
        let StoredEntry { slot, payload_sha256, payload } = StoredEntry::of(row).map_err(unreadable(dossier, next))?;
        if Some(slot) != schema::slot(number, next) {
            return Err(corrupt(dossier, next, Damage::Missing).into());
        }
        if sha256(payload) != payload_sha256 {
            return Err(corrupt(dossier, next, Damage::Altered).into());
        }
        entries.push(Entry { position: next, payload: Bytes::copy_from_slice(payload) });
        next += 1;
    }
    if next != range.last + 1 {
        return Err(corrupt(dossier, next, Damage::Missing).into());
    }
    Ok(entries)
}

/// What the append that begins at `first`, and is known to have come with a request, was answered.
pub(super) fn answered(
    connection: &Connection,
    dossier: &DossierKey,
    number: i64,
    first: u64,
) -> Result<Answered, Error> {
    let at = || schema::slot(number, first);
    let stored = connection
        .prepare_cached(APPEND)
        .and_then(|mut statement| statement.query_row([at()], StoredAppend::of).optional())
        .map_err(unreadable(dossier, first))?;
    let Some(StoredAppend { last, request: Some(request), seal_sha256, .. }) = stored else {
        return Err(corrupt(dossier, first, Damage::Unsealed).into());
    };
    let range = Appended { first, last };
    let hashes = connection
        .prepare_cached(HASHES)
        .and_then(|mut statement| statement.query_map(slots(number, range), |row| row.get(0))?.collect())
        .map_err(unreadable(dossier, first))?;
    let hashes: Vec<Sha256> = hashes;
    if seal(dossier, range, Some(&request), &hashes) != seal_sha256 {
        return Err(corrupt(dossier, first, Damage::Unsealed).into());
    }
    let Request { id: _, body_sha256, answer } = request;
    Ok(Answered { range, body_sha256, answer })
}

pub(super) const ENTRIES: &str =
    "SELECT slot, payload_sha256, payload FROM entries WHERE slot BETWEEN ?1 AND ?2 ORDER BY slot";

const HASHES: &str = "SELECT payload_sha256 FROM entries WHERE slot BETWEEN ?1 AND ?2 ORDER BY slot";

const APPEND: &str = "SELECT slot, last, request, body_sha256, answer, seal_sha256 FROM appends WHERE slot = ?1";

pub(super) const APPENDS: &str = "SELECT slot, last, request, body_sha256, answer, seal_sha256 FROM appends WHERE slot BETWEEN ?1 AND ?2 ORDER BY slot";

/// A row of `entries`; the payload stays where it is.
pub(super) struct StoredEntry<'a> {
    pub(super) slot: i64,
    pub(super) payload_sha256: Sha256,
    pub(super) payload: &'a [u8],
}

impl<'a> StoredEntry<'a> {
    pub(super) fn of(row: &'a Row<'_>) -> rusqlite::Result<StoredEntry<'a>> {
        let payload = row.get_ref(2)?.as_blob()?;
        Ok(StoredEntry { slot: row.get(0)?, payload_sha256: row.get(1)?, payload })
    }
}

/// A row of `appends`.
pub(super) struct StoredAppend {
    pub(super) slot: i64,
    pub(super) last: u64,
    pub(super) request: Option<Request>,
    pub(super) seal_sha256: Sha256,
}

impl StoredAppend {
    pub(super) fn of(row: &Row<'_>) -> rusqlite::Result<StoredAppend> {
        let last: i64 = row.get(1)?;
        let request = match row.get(2)? {
            Some(id) => Some(Request { id, body_sha256: row.get(3)?, answer: row.get(4)? }),
            None => None,
        };
        // A negative number can only be damage; made positive it is past every head, and breaks the seal.
        Ok(StoredAppend { slot: row.get(0)?, last: last as u64, request, seal_sha256: row.get(5)? })
    }
}

pub(super) fn corrupt(dossier: &DossierKey, position: u64, damage: Damage) -> Corrupt {
    Corrupt { dossier: dossier.clone(), position, damage }
}

fn unreadable(dossier: &DossierKey, position: u64) -> impl FnOnce(rusqlite::Error) -> Error {
    move |error| match is_damage(&error) {
        true => corrupt(dossier, position, Damage::Unreadable(Arc::new(error))).into(),
        false => storage_error("read")(error),
    }
}

/// Whether the stored bytes are at fault, rather than the moment: a locked file, too little memory.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    match error.sqlite_error_code() {
        Some(code) => {
            matches!(code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::SystemIoFailure)
        }
        None => true, // not from SQLite: a column is not what the table says
    }
}

fn slots(number: i64, range: Appended) -> [Option<i64>; 2] {
    [schema::slot(number, range.first), schema::slot(number, range.last)]
}
