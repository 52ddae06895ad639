//! The tables, how they are made, and what marks a file as ours.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::OpenError;

/// "ARMI": says in the file's header whose it is.
const APPLICATION_ID: i32 = 0x4152_4D49;

/// The version of the tables below; a store with a higher one is refused.
pub(super) const VERSION: i32 = 1;

/// Pages of 4 KiB that the write-ahead log gathers before they are copied into the store.
const CHECKPOINT_PAGES: i32 = 4000;

/// What the write-ahead log is cut back to when one large transaction has blown it up.
const JOURNAL_SIZE_BYTES: i64 = 32 * 1024 * 1024;

/// How long a writer waits when somebody looks at the store with another tool.
const BUSY_TIMEOUT_MS: i32 = 5000;

/// One row per append beside one per entry, so that a batch and its answer are provably whole: appends tile the entries.
///
/// A slot is the dossier's number in the upper bits and the position in the lower 40. One integer key keeps a dossier
/// together in one tree, in order, and costs a fifth less per row than a key of two columns. Request ids have no index:
/// they are random, so every append would dirty a page of its own (measured: a third of the throughput). They are indexed in
/// memory when the store is checked at opening, which reads every row anyway.
const TABLES: &str = "
CREATE TABLE dossiers (
    number INTEGER PRIMARY KEY,
    key    TEXT    NOT NULL UNIQUE,
    head   INTEGER NOT NULL             -- position of the last entry
) STRICT;

CREATE TABLE entries (
    slot           INTEGER PRIMARY KEY, -- dossier number << 40 | position
    payload_sha256 BLOB NOT NULL,
    payload        BLOB NOT NULL
) STRICT;

CREATE TABLE appends (
    slot        INTEGER PRIMARY KEY,    -- of the first entry
    last        INTEGER NOT NULL,       -- position of the last entry
    request     BLOB,                   -- these three together or not at all
    body_sha256 BLOB,
    answer      BLOB,
    seal_sha256 BLOB NOT NULL           -- over this row, the dossier's key and the hashes of the entries
) STRICT;

CREATE VIEW entries_by_dossier AS
    SELECT key AS dossier, slot & 0xFFFFFFFFFF AS position, payload_sha256, payload
    FROM entries JOIN dossiers ON number = slot >> 40
    ORDER BY slot;
";

const POSITION_BITS: u32 = 40;
const POSITION_MAX: u64 = (1 << POSITION_BITS) - 1;
const NUMBER_MAX: i64 = (1 << (63 - POSITION_BITS)) - 1;

/// The slot of a position, if it has one.
pub(super) fn slot(number: i64, position: u64) -> Option<i64> {
    let has_room = (1..=NUMBER_MAX).contains(&number) && position <= POSITION_MAX;
    has_room.then_some((number << POSITION_BITS) | position as i64)
}

/// The first and the last slot that belong to a dossier.
pub(super) fn slots(number: i64) -> Option<(i64, i64)> {
    Some((slot(number, 0)?, slot(number, POSITION_MAX)?))
}

/// The dossier's number and the position that a slot stands for.
pub(super) fn unslot(slot: i64) -> (i64, u64) {
    (slot >> POSITION_BITS, slot.unsigned_abs() & POSITION_MAX)
}

/// Opens the store to be written, making its tables if there is none yet.
pub(super) fn open_to_write(path: &Path, size_bytes_max: Option<u64>) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(OpenError::at(path))?;
    connection.pragma_update(None, "busy_timeout", BUSY_TIMEOUT_MS).map_err(OpenError::at(path))?;

    let is_new = !is_ours(&connection, path)?;
    let journal = prepare(&connection, size_bytes_max).map_err(OpenError::at(path))?;
    if journal != "wal" {
        return Err(OpenError::NoWriteAheadLog { path: path.into() });
    }
    if is_new {
        create(&mut connection).map_err(OpenError::at(path))?;
    }
    Ok(connection)
}

/// Opens the store to be read.
pub(super) fn open_to_read(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(OpenError::at(path))?;
    connection.pragma_update(None, "busy_timeout", BUSY_TIMEOUT_MS).map_err(OpenError::at(path))?;
    Ok(connection)
}

/// Opens what is left of a damaged store, to find out where the damage begins.
pub(super) fn open_to_diagnose(path: &Path) -> Result<Connection, OpenError> {
    let connection = open_to_read(path)?;
    // Without this, SQLite refuses a file with fewer pages than its header says before it reads anything.
    connection.pragma_update(None, "writable_schema", true).map_err(OpenError::at(path))?;
    Ok(connection)
}

/// Whether the file is a store of a version that we know; an empty file is nobody's.
fn is_ours(connection: &Connection, path: &Path) -> Result<bool, OpenError> {
    let number =
        |pragma: &str| -> rusqlite::Result<i32> { connection.pragma_query_value(None, pragma, |row| row.get(0)) };
    let application_id = number("application_id").map_err(OpenError::at(path))?;
    let version = number("user_version").map_err(OpenError::at(path))?;
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(OpenError::at(path))?;
    match (application_id, version, tables) {
        (0, 0, 0) => Ok(false),
        (APPLICATION_ID, VERSION, _) => Ok(true),
        (APPLICATION_ID, found, _) => Err(OpenError::Version { path: path.into(), found, known: VERSION }),
        _ => Err(OpenError::NotALog { path: path.into() }),
    }
}

/// Sets how the store is written, and returns the kind of journal that it will have.
fn prepare(connection: &Connection, size_bytes_max: Option<u64>) -> rusqlite::Result<String> {
    let journal = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    // An answer is given after the commit, and the commit returns after the disk has the write-ahead log.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Only macOS tells a flush that reaches the disk from one that does not; elsewhere this changes nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update_and_check(None, "journal_size_limit", JOURNAL_SIZE_BYTES, |_| Ok(()))?;
    connection.pragma_update(None, "cell_size_check", true)?;
    if let Some(size_bytes_max) = size_bytes_max {
        let page_bytes: i64 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = size_bytes_max / page_bytes.unsigned_abs().max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages as i64, |_| Ok(()))?;
    }
    // No mmap_size: with it an I/O error is a signal that kills the process instead of an error that can be answered.
    Ok(journal)
}

fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(TABLES)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()
}
