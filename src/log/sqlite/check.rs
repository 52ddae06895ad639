//! Reads a store from end to end before it is used: every payload is hashed again, and nothing may be missing or left over.

use std::sync::Arc;
use std::thread;

use rusqlite::{Connection, OptionalExtension};

use crate::log::{Appended, Corrupt, Damage, DossierKey, RequestId, Sha256};

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
/// and in which there is nothing else. It holds the hashes of one dossier at a time, and one payload for each connection.
///
/// The helpers are further connections to the same store, each of which reads a part of a large dossier in a thread of its own. If
/// anything is wrong, all of it is read again by the first alone, so that what is said is the first thing that is wrong.
pub(super) fn whole_store(connection: &Connection, helpers: &mut [Connection]) -> Result<Index, Refusal> {
    // One transaction, so that everything is seen at one moment; the helpers see the same, for only the owner of the directory writes.
    let transaction = connection.unchecked_transaction()?;
    let mut index = Index::default();
    let mut owned = Vec::new();
    for (number, key, head) in dossiers(&transaction)? {
        let Some((first_slot, last_slot)) = schema::slots(number) else {
            return Err(corrupt(&key, head, Damage::Stray).into());
        };
        let dossier = Dossier { key: &key, number, head };
        let read = match dossier.read_in_parts(&transaction, helpers) {
            Some(read) => read,
            None => dossier.read(&transaction)?,
        };
        for Tile { range, request } in read {
            index.note(&key, number, range.last, request.map(|id| (id, range.first)));
        }
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

/// So many entries are worth a thread of their own. Few where it is tested, so that small stores are read in parts there too.
const PART_MIN: u64 = if cfg!(debug_assertions) { 2 } else { 16 * 1024 };

/// A dossier that is to be read.
#[derive(Debug, Clone, Copy)]
struct Dossier<'k> {
    key: &'k DossierKey,
    number: i64,
    head: u64,
}

/// An append that was found whole.
struct Tile {
    range: Appended,
    request: Option<RequestId>,
}

impl Dossier<'_> {
    /// Its appends, if all that it has is there and unaltered.
    fn read(self, connection: &Connection) -> Result<Vec<Tile>, Refusal> {
        let mut hashes = Vec::new();
        self.entries(connection, 0, None, &mut hashes)?;
        let tiles = self.appends(connection, 0, None, &hashes)?;
        self.whole(&tiles)?;
        Ok(tiles)
    }

    /// The same, read in as many parts as there are connections; `None` if it is small, or something is wrong.
    fn read_in_parts(self, connection: &Connection, helpers: &mut [Connection]) -> Option<Vec<Tile>> {
        let count = self.head.checked_add(1)?;
        let parts = (count / PART_MIN).min(helpers.len() as u64 + 1);
        if parts < 2 {
            return None;
        }
        let starts: Vec<u64> = (0..parts).map(|part| count / parts * part).collect();
        let ends = starts.iter().skip(1).map(|end| Some(*end)).chain([None]);
        let ranges: Vec<(u64, Option<u64>)> = starts.iter().copied().zip(ends).collect();
        let hashes: Vec<Vec<Sha256>> = side_by_side(connection, helpers, &ranges, |connection, start, end| {
            let mut hashes = Vec::new();
            self.entries(connection, start, end, &mut hashes).map(|()| hashes)
        })?;
        let hashes = hashes.concat();
        let tiles: Vec<Vec<Tile>> = side_by_side(connection, helpers, &ranges, |connection, start, end| {
            self.appends(connection, start, end, &hashes)
        })?;
        let tiles: Vec<Tile> = tiles.into_iter().flatten().collect();
        self.whole(&tiles).is_ok().then_some(tiles)
    }

    /// Adds the payload hashes of the entries from `start` up to `end`, or to the head, if all are there and unaltered.
    fn entries(
        self,
        connection: &Connection,
        start: u64,
        end: Option<u64>,
        hashes: &mut Vec<Sha256>,
    ) -> Result<(), Refusal> {
        let Dossier { key, head, .. } = self;
        let mut next = start;
        let mut statement = connection.prepare_cached(ENTRIES)?;
        let mut rows = statement.query(self.slots(start, end))?;
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
        let is_whole = end.map_or(next > head, |end| next == end);
        if is_whole { Ok(()) } else { Err(corrupt(key, next, Damage::Missing).into()) }
    }

    /// The appends that begin from `start` up to `end`, or to the last, if each follows on the one before and is as it was sealed.
    /// `hashes` are those of all entries.
    fn appends(
        self,
        connection: &Connection,
        start: u64,
        end: Option<u64>,
        hashes: &[Sha256],
    ) -> Result<Vec<Tile>, Refusal> {
        let Dossier { key, number, .. } = self;
        // In a part that is not the first, an append of the part before may reach beyond its end.
        let mut next = (start == 0).then_some(0);
        let mut tiles = Vec::new();
        let mut statement = connection.prepare_cached(APPENDS)?;
        let mut rows = statement.query(self.slots(start, end))?;
        while let Some(row) = rows.next().map_err(unreadable(key, next.unwrap_or(start)))? {
            let StoredAppend { slot, last, request, seal_sha256 } =
                StoredAppend::of(row).map_err(unreadable(key, next.unwrap_or(start)))?;
            let (owner, position) = schema::unslot(slot);
            let first = next.unwrap_or(position);
            let unsealed = || corrupt(key, first, Damage::Unsealed);
            if (owner, position) != (number, first) {
                return Err(unsealed().into());
            }
            let range = Appended { first, last };
            let own = of_range(hashes, range).ok_or_else(unsealed)?;
            if seal(key, range, request.as_ref(), own) != seal_sha256 {
                return Err(unsealed().into());
            }
            tiles.push(Tile { range, request: request.map(|request| request.id) });
            next = Some(last + 1);
        }
        Ok(tiles)
    }

    /// Whether appends begin at 0, follow on each other, and end at the head.
    fn whole(self, tiles: &[Tile]) -> Result<(), Refusal> {
        let mut next = 0;
        for Tile { range, .. } in tiles {
            if range.first != next {
                return Err(corrupt(self.key, next, Damage::Unsealed).into());
            }
            next = range.last + 1;
        }
        if next > self.head { Ok(()) } else { Err(corrupt(self.key, next, Damage::Unsealed).into()) }
    }

    /// The first and the last slot of the positions from `start` up to `end`, or to where the next dossier's begin.
    fn slots(self, start: u64, end: Option<u64>) -> [Option<i64>; 2] {
        let last = match end {
            Some(end) => schema::slot(self.number, end.saturating_sub(1)),
            None => schema::slots(self.number).map(|(_, last)| last),
        };
        [schema::slot(self.number, start), last]
    }
}

fn of_range(hashes: &[Sha256], range: Appended) -> Option<&[Sha256]> {
    let (first, last) = (usize::try_from(range.first).ok()?, usize::try_from(range.last).ok()?);
    hashes.get(first..=last).filter(|own| !own.is_empty())
}

/// Reads each range with a connection of its own, at the same time; `None` if one is not as it should be.
fn side_by_side<T: Send>(
    connection: &Connection,
    helpers: &mut [Connection],
    ranges: &[(u64, Option<u64>)],
    read: impl Fn(&Connection, u64, Option<u64>) -> Result<T, Refusal> + Sync,
) -> Option<Vec<T>> {
    let (&(start, end), others) = ranges.split_first()?;
    let read = &read;
    thread::scope(|scope| {
        let others: Vec<_> = helpers
            .iter_mut()
            .zip(others)
            .map(|(helper, &(start, end))| scope.spawn(move || read(helper, start, end).ok()))
            .collect();
        let first = read(connection, start, end).ok();
        let others = others.into_iter().map(|other| other.join().ok().flatten());
        std::iter::once(first).chain(others).collect()
    })
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
