//! A store that is not what was written is refused when it is opened, and the place is named.

mod log_support;

use std::fs;
use std::path::PathBuf;

use armistice::log::sqlite::OpenError;
use armistice::log::{Corrupt, Damage, Error, Log};
use log_support::{append, directory, key, open, payloads, put, refusal, request};
use rusqlite::Connection;
use tempfile::TempDir;

fn store(directory: &TempDir) -> PathBuf {
    directory.path().join("log.sqlite")
}

/// A closed store: dossier a with the appends [0] [1 2 3] [4], the middle one with a request; b with [0] [1].
fn filled() -> TempDir {
    let directory = directory();
    let log = open(&directory);
    put(&log, append("a", None, &["a0"])).expect("written");
    put(&log, append("b", None, &["b0"])).expect("written");
    put(&log, request(1, append("a", Some(0), &["a1", "a2", "a3"]))).expect("written");
    put(&log, append("a", Some(3), &["a4"])).expect("written");
    put(&log, request(2, append("b", Some(0), &["b1"]))).expect("written");
    drop(log);
    directory
}

fn change(directory: &TempDir, sql: &str) {
    Connection::open(store(directory)).and_then(|store| store.execute_batch(sql)).expect("changed");
}

/// Opening a store that was changed like this names the dossier, the position and the damage.
fn check_damage(sql: &str, dossier: &str, position: u64, is_it: fn(&Damage) -> bool) {
    let directory = filled();
    change(&directory, sql);
    let refused = refusal(&directory);
    let OpenError::Corrupt { corrupt, path: _ } = &refused else {
        assert!(matches!(refused, OpenError::Corrupt { .. }), "{sql}: {refused:?}");
        return;
    };
    assert_eq!((corrupt.dossier.as_str(), corrupt.position), (dossier, position), "{sql}: {corrupt}");
    assert!(is_it(&corrupt.damage), "{sql}: {corrupt}");
}

#[test]
fn whatever_is_changed_is_found_and_named() {
    let altered = |damage: &Damage| matches!(damage, Damage::Altered);
    let missing = |damage: &Damage| matches!(damage, Damage::Missing);
    let unsealed = |damage: &Damage| matches!(damage, Damage::Unsealed);
    let stray = |damage: &Damage| matches!(damage, Damage::Stray);
    let unreadable = |damage: &Damage| matches!(damage, Damage::Unreadable(_));

    // Dossier a has number 1, b has number 2; a slot is number << 40 | position.
    check_damage("UPDATE entries SET payload = x'6133' WHERE slot = 1 << 40 | 2", "a", 2, altered);
    check_damage("UPDATE entries SET payload_sha256 = zeroblob(32) WHERE slot = 2 << 40", "b", 0, altered);
    check_damage("UPDATE entries SET payload_sha256 = x'00' WHERE slot = 2 << 40 | 1", "b", 1, unreadable);
    check_damage(
        "UPDATE entries SET (payload, payload_sha256) = (SELECT payload, payload_sha256 FROM entries WHERE slot = 2 << 40)
         WHERE slot = 1 << 40 | 4",
        "a", 4, unsealed,
    );
    check_damage(
        "UPDATE entries SET slot = -1 WHERE slot = 1 << 40 | 2; UPDATE entries SET slot = 1 << 40 | 2 WHERE slot = 1 << 40 | 3;
         UPDATE entries SET slot = 1 << 40 | 3 WHERE slot = -1",
        "a", 1, unsealed,
    );

    check_damage("DELETE FROM entries WHERE slot = 1 << 40", "a", 0, missing);
    check_damage("DELETE FROM entries WHERE slot = 1 << 40 | 3", "a", 3, missing);
    check_damage("DELETE FROM entries WHERE slot = 1 << 40 | 4", "a", 4, missing);
    check_damage("DELETE FROM entries", "a", 0, missing);
    check_damage("UPDATE dossiers SET head = 9 WHERE key = 'b'", "b", 2, missing);
    check_damage("INSERT INTO dossiers VALUES (3, 'c', 0)", "c", 0, missing);

    check_damage("UPDATE dossiers SET head = 3 WHERE key = 'a'", "a", 4, stray);
    check_damage("INSERT INTO entries VALUES (2 << 40 | 7, zeroblob(32), x'')", "b", 7, stray);
    check_damage("INSERT INTO entries VALUES (9 << 40 | 7, zeroblob(32), x'')", "number 9", 7, stray);
    check_damage("INSERT INTO appends VALUES (-1, 0, NULL, NULL, NULL, zeroblob(32))", "number -1", 1, stray);
    check_damage("DELETE FROM dossiers WHERE key = 'a'", "number 1", 0, stray);
    check_damage("UPDATE dossiers SET number = 7 WHERE key = 'b'", "b", 0, missing);

    check_damage("DELETE FROM appends WHERE slot = 1 << 40 | 1", "a", 1, unsealed);
    check_damage("DELETE FROM appends WHERE slot = 2 << 40 | 1", "b", 1, unsealed);
    check_damage("INSERT INTO appends VALUES (2 << 40 | 2, 2, NULL, NULL, NULL, zeroblob(32))", "b", 2, unsealed);
    check_damage("UPDATE appends SET last = 2 WHERE slot = 1 << 40 | 1", "a", 1, unsealed);
    check_damage("UPDATE appends SET last = -1 WHERE slot = 1 << 40 | 1", "a", 1, unsealed);
    check_damage("UPDATE appends SET answer = x'' WHERE request IS NOT NULL", "a", 1, unsealed);
    check_damage("UPDATE appends SET request = zeroblob(16) WHERE slot = 2 << 40 | 1", "b", 1, unsealed);
    check_damage("UPDATE appends SET request = NULL WHERE slot = 2 << 40 | 1", "b", 1, unsealed);
    check_damage("UPDATE appends SET body_sha256 = zeroblob(32) WHERE request IS NOT NULL", "a", 1, unsealed);
    check_damage("UPDATE dossiers SET key = 'c' WHERE key = 'b'", "c", 0, unsealed);
    check_damage("UPDATE dossiers SET key = CASE key WHEN 'a' THEN 'x' ELSE 'a' END", "x", 0, unsealed);
}

#[test]
fn one_flipped_bit_in_the_file_is_found_and_named() {
    let directory = filled();
    let mut bytes = fs::read(store(&directory)).expect("a file");
    let found: Vec<usize> = (0..bytes.len() - 2).filter(|at| &bytes[*at..*at + 2] == b"a3").collect();
    let [at] = found[..] else {
        assert_eq!(found.len(), 1, "the payload is in the file once");
        return;
    };
    bytes[at + 1] ^= 1;
    fs::write(store(&directory), bytes).expect("written");
    let refused = refusal(&directory);
    assert!(
        matches!(&refused, OpenError::Corrupt { corrupt: Corrupt { dossier, position: 3, damage: Damage::Altered }, .. }
            if dossier == &key("a")),
        "{refused:?}"
    );
}

#[test]
fn a_truncated_file_is_refused_and_the_first_lost_position_named() {
    let directory = directory();
    let log = open(&directory);
    let filler = "x".repeat(3000);
    let mut expected_head = None;
    for n in 0..20 {
        let batch: Vec<String> = (0..10).map(|k| format!("{:04}{filler}", n * 10 + k)).collect();
        let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
        expected_head = Some(put(&log, append("a", expected_head, &batch)).expect("written").last);
    }
    drop(log);
    let whole = fs::read(store(&directory)).expect("a file");

    let mut positions = Vec::new();
    for eighths in 1..8 {
        // Not at the boundary of a page, as a disk would do it.
        fs::write(store(&directory), &whole[..whole.len() * eighths / 8 - 100]).expect("cut");
        let refused = refusal(&directory);
        let OpenError::Corrupt { corrupt, .. } = &refused else {
            assert!(matches!(refused, OpenError::Corrupt { .. }), "cut at {eighths}/8: {refused:?}");
            return;
        };
        assert_eq!(corrupt.dossier, key("a"));
        positions.push(corrupt.position);
    }
    assert!(positions.is_sorted(), "what is cut off later is lost later: {positions:?}");
    assert!(positions[0] > 0 && positions[6] > 150 && positions[6] < 200, "{positions:?}");

    fs::write(store(&directory), &whole[..whole.len() - 1]).expect("cut");
    assert!(matches!(refusal(&directory), OpenError::Corrupt { .. } | OpenError::Damaged { .. }));
    fs::write(store(&directory), whole).expect("made whole");
    assert_eq!(payloads(&open(&directory), "a").len(), 200);
}

#[test]
fn what_is_damaged_while_it_is_open_is_not_given_out() {
    let directory = filled();
    let log = open(&directory);
    change(&directory, "UPDATE entries SET payload = x'6133' WHERE slot = 1 << 40 | 2");
    change(&directory, "UPDATE appends SET answer = x'' WHERE slot = 2 << 40 | 1");
    let read = |from| log.read(&key("a"), from, 10).map(|entries| entries.len());
    assert!(matches!(read(0), Err(Error::Corrupt(Corrupt { position: 2, damage: Damage::Altered, .. }))));
    assert_eq!(read(3).expect("readable"), 2);
    assert!(matches!(
        log.answered(&key("b"), &[2; 16]),
        Err(Error::Corrupt(Corrupt { position: 1, damage: Damage::Unsealed, .. }))
    ));
    assert_eq!(
        put(&log, request(2, append("b", Some(1), &["b2"]))).expect_err("refused").to_string(),
        "dossier b is damaged at position 1: the append that wrote it is missing or was changed"
    );
    change(&directory, "DELETE FROM entries WHERE slot = 1 << 40 | 4");
    assert!(matches!(read(3), Err(Error::Corrupt(Corrupt { position: 4, damage: Damage::Missing, .. }))));
}

// Files that are not a store

#[test]
fn another_version_of_the_store_is_refused() {
    let directory = filled();
    change(&directory, "PRAGMA user_version = 2");
    let refused = refusal(&directory);
    assert!(matches!(refused, OpenError::Version { found: 2, known: 1, .. }), "{refused:?}");
    change(&directory, "PRAGMA user_version = 1");
    assert_eq!(payloads(&open(&directory), "a"), ["a0", "a1", "a2", "a3", "a4"]);
}

#[test]
fn a_file_that_is_something_else_is_refused_and_left_alone() {
    let elsewhere = directory();
    change(&elsewhere, "CREATE TABLE notes (note TEXT); INSERT INTO notes VALUES ('mine')");
    let before = fs::read(store(&elsewhere)).expect("a file");
    let refused = refusal(&elsewhere);
    assert!(matches!(refused, OpenError::NotALog { .. }), "{refused:?}");
    assert_eq!(fs::read(store(&elsewhere)).expect("a file"), before);

    let text = directory();
    fs::write(store(&text), "Dear diary,\n".repeat(1000)).expect("written");
    let refused = refusal(&text);
    assert!(matches!(refused, OpenError::Damaged { .. }), "{refused:?}");
}

#[test]
fn a_store_that_has_vanished_is_not_taken_for_a_new_one() {
    let directory = filled();
    fs::write(store(&directory), "").expect("emptied");
    assert!(matches!(refusal(&directory), OpenError::Missing { .. }));
    fs::remove_file(store(&directory)).expect("removed");
    assert!(matches!(refusal(&directory), OpenError::Missing { .. }));
}
