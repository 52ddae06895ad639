//! Reads a store from end to end before it is used: every payload is hashed again, and nothing may be missing or left over.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};

use crate::log::{Appended, Corrupt, Damage, DossierKey, Sha256};

use super::index::Index;
use super::prepared::{seal, sha256};
use super::reader::{APPENDS, ENTRIES, StoredAppend, StoredEntry, corrupt, is_damage};
use super::schema;

/// Why a store was not accepted.
#[derive(Debug)]
pub(super) enum Refusal {
    /// It could not be asked.
    Sql(rusqlite::Error),
    /// It is not what was written.
    Corrupt(Corrupt),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Refusal {
        Refusal::Sql(error)
    }
}

impl From<Corrupt> for Refusal {
    fn from(corrupt: Corrupt) -> Refusal {
        Refusal::Corrupt(corrupt)
    }
}

/// The index of a store in which, for every dossier,
///
/// ```text
/// entries     0   1   2   3   4 = head      each with the hash of its payload
/// appends   [ 0 ][ 1 ─── 3 ][ 4 ]           tile the entries, each sealed over their hashes and its answer
/// ```
///
/// and in which there is nothing else. It holds one payload and the hashes of one dossier at a time.
pub(super) fn whole_store(connection: &Connection) -> Result<Index, Refusal> {
    // One transaction, so that everything is seen at one moment.
    let transaction = connection.unchecked_transaction()?;
    let mut index = Index::default();
    let mut owned = Vec::new();
    for (number, key, head) in dossiers(&transaction)? {
        let Some((first_slot, last_slot)) = schema::slots(number) else {
            return Err(corrupt(&key, head, Damage::Stray).into());
        };
        let hashes = entries(&transaction, &key, number, head)?;
        appends(&transaction, &key, number, &hashes, &mut index)?;
        owned.push((first_slot, last_slot));
    }
    // Last, because in a damaged tree this search does not come by the first entry that is lost.
    let mut after = i64::MIN;
    for (first_slot, last_slot) in owned {
        nothing_between(&transaction, after, first_slot)?;
        after = last_slot;
    }
    nothing_between(&transaction, after, i64::MAX)?;
    Ok(index)
}

fn dossiers(connection: &Connection) -> rusqlite::Result<Vec<(i64, DossierKey, u64)>> {
    connection
        .prepare("SELECT number, key, head FROM dossiers ORDER BY number")?
        .query_map([], |row| {
            let head: i64 = row.get(2)?;
            // A negative head can only be damage; made positive it is past every entry.
            Ok((row.get(0)?, DossierKey::from(row.get::<_, String>(1)?), head as u64))
        })?
        .collect()
}

/// The payload hashes of a dossier whose entries are all there and unaltered.
fn entries(connection: &Connection, key: &DossierKey, number: i64, head: u64) -> Result<Vec<Sha256>, Refusal> {
    let mut hashes = Vec::new();
    let mut next = 0;
    let mut statement = connection.prepare_cached(ENTRIES)?;
    let mut rows = statement.query(schema::slots(number).map(<[i64; 2]>::from).unwrap_or_default())?;
    while let Some(row) = rows.next().map_err(unreadable(key, next))? {
        let StoredEntry { slot, payload_sha256, payload } = StoredEntry::of(row).map_err(unreadable(key, next))?;
        let (_, position) = schema::unslot(slot);
        if next > head {
            return Err(corrupt(key, position, Damage::Stray).into());
        }
        if position != next {
            return Err(corrupt(key, next, Damage::Missing).into());
        }
        if sha256(payload) != payload_sha256 {
            return Err(corrupt(key, next, Damage::Altered).into());
        }
        hashes.push(payload_sha256);
        next += 1;
    }
    if next <= head {
        return Err(corrupt(key, next, Damage::Missing).into());
    }
    Ok(hashes)
}

/// Checks that the appends of a dossier tile its entries, and notes its head and requests.
fn appends(
    connection: &Connection,
    key: &DossierKey,
    number: i64,
    hashes: &[Sha256],
    index: &mut Index,
) -> Result<(), Refusal> {
    let mut rest = hashes;
    let mut first = 0;
    let mut statement = connection.prepare_cached(APPENDS)?;
    let mut rows = statement.query(schema::slots(number).map(<[i64; 2]>::from).unwrap_or_default())?;
    while let Some(row) = rows.next().map_err(unreadable(key, first))? {
        let StoredAppend { slot, last, request, seal_sha256 } =
            StoredAppend::of(row).map_err(unreadable(key, first))?;
        let unsealed = || corrupt(key, first, Damage::Unsealed);
        if schema::unslot(slot) != (number, first) {
            return Err(unsealed().into());
        }
        let count = last.checked_sub(first).and_then(|more| usize::try_from(more).ok()?.checked_add(1));
        let (own, others) = count.and_then(|count| rest.split_at_checked(count)).ok_or_else(unsealed)?;
        if seal(key, Appended { first, last }, request.as_ref(), own) != seal_sha256 {
            return Err(unsealed().into());
        }
        index.note(key, number, last, request.map(|request| (request.id, first)));
        rest = others;
        first = last + 1;
    }
    match rest {
        [] => Ok(()),
        [..] => Err(corrupt(key, first, Damage::Unsealed).into()),
    }
}

/// Checks that no row is stored between two slots, where no dossier has any.
fn nothing_between(connection: &Connection, after: i64, before: i64) -> Result<(), Refusal> {
    let stray: Option<i64> = connection
        .prepare_cached(
            "SELECT slot FROM entries WHERE slot > ?1 AND slot < ?2
             UNION ALL SELECT slot FROM appends WHERE slot > ?1 AND slot < ?2
             LIMIT 1",
        )?
        .query_row([after, before], |row| row.get(0))
        .optional()?;
    match stray {
        None => Ok(()),
        Some(slot) => {
            let (number, position) = schema::unslot(slot);
            // Its key is gone, so its number has to stand for it.
            Err(corrupt(&DossierKey::from(format!("number {number}")), position, Damage::Stray).into())
        }
    }
}

fn unreadable(key: &DossierKey, position: u64) -> impl FnOnce(rusqlite::Error) -> Refusal {
    move |error| match is_damage(&error) {
        true => corrupt(key, position, Damage::Unreadable(Arc::new(error))).into(),
        false => error.into(),
    }
}
