//! Raw SQLite: what the machine can do for somebody who commits the same bytes from one thread and checks nothing.

use std::path::Path;
use std::time::{Duration, Instant};

use prost::Message;
use rusqlite::Connection;

use super::records::report;

/// Commits reports, so many at a time; how many records a second.
pub(super) fn commits(directory: &Path, records_each: usize, duration: Duration) -> f64 {
    let path = directory.join(format!("raw-{records_each}.sqlite"));
    let mut connection = Connection::open(path).expect("a database");
    let journal: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0)).expect("a journal");
    assert_eq!(journal, "wal");
    connection.pragma_update(None, "synchronous", "full").expect("synchronous=FULL");
    connection
        .execute_batch("CREATE TABLE entries (position INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT")
        .expect("a table");
    let started = Instant::now();
    let mut records = 0;
    while started.elapsed() < duration {
        let transaction = connection.transaction().expect("a transaction");
        let mut insert = transaction.prepare_cached("INSERT INTO entries (payload) VALUES (?1)").expect("a statement");
        for _ in 0..records_each {
            insert.execute([report().encode_to_vec()]).expect("a row");
        }
        drop(insert);
        transaction.commit().expect("a commit");
        records += records_each;
    }
    records as f64 / started.elapsed().as_secs_f64()
}

/// The median over the rounds of what is taken within each.
pub(super) fn median<R>(rounds: &[R], of: impl Fn(&R) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    (low + high) / 2.0
}
