//! What the tests of the log share: short ways to say an append, and to wait for its answer.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod backends;

use armistice::log::sqlite::{OpenError, SqliteLog};
use armistice::log::{Answered, Append, Appended, DossierKey, Entry, Error, Log, Pending, Request, RequestId};
use tempfile::TempDir;

pub(crate) fn key(dossier: &str) -> DossierKey {
    DossierKey::from(dossier)
}

/// An append without a request id.
pub(crate) fn append(dossier: &str, expected_head: Option<u64>, payloads: &[&str]) -> Append {
    let payloads = payloads.iter().map(|payload| payload.as_bytes().to_vec().into()).collect();
    Append { dossier: key(dossier), expected_head, payloads, request: None }
}

/// The same with a request id; hash and answer are made from the payloads.
pub(crate) fn request(id: u8, append: Append) -> Append {
    let first = append.payloads.first().cloned().unwrap_or_default();
    let request = Request {
        id: [id; 16],
        body_sha256: [u8::try_from(first.len()).unwrap_or(u8::MAX); 32],
        answer: [b"answer to ", &first[..]].concat(),
    };
    Append { request: Some(request), ..append }
}

/// Waits for an answer. It does not matter in which executor, so each has its own.
pub(crate) fn wait<T>(pending: Pending<T>) -> Result<T, Error> {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime without drivers").block_on(pending)
}

/// Appends and waits.
pub(crate) fn put(log: &dyn Log, append: Append) -> Result<Appended, Error> {
    wait(log.append(append))
}

/// Every payload of a dossier, after seeing that positions are 0, 1, 2 … head.
pub(crate) fn payloads(log: &dyn Log, dossier: &str) -> Vec<String> {
    let entries = log.read(&key(dossier), 0, usize::MAX).expect("readable");
    let positions: Vec<u64> = entries.iter().map(|entry| entry.position).collect();
    assert_eq!(positions, (0..entries.len() as u64).collect::<Vec<_>>(), "positions of {dossier}");
    assert_eq!(log.head(&key(dossier)).expect("a head"), positions.last().copied(), "head of {dossier}");
    entries.iter().map(text).collect()
}

pub(crate) fn text(entry: &Entry) -> String {
    String::from_utf8(entry.payload.to_vec()).expect("the tests write text")
}

pub(crate) fn answered(log: &dyn Log, dossier: &str, id: u8) -> Option<Answered> {
    log.answered(&key(dossier), &request_id(id)).expect("readable")
}

pub(crate) fn request_id(id: u8) -> RequestId {
    [id; 16]
}

pub(crate) fn range(first: u64, last: u64) -> Appended {
    Appended { first, last }
}

/// An answer without what differs from backend to backend.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done(Appended),
    LostRace(Option<u64>, Option<u64>),
    Known(Answered),
    Storage,
    Closed,
    Other(String),
}

pub(crate) fn outcome(answer: Result<Appended, Error>) -> Outcome {
    match answer {
        Ok(range) => Outcome::Done(range),
        Err(Error::LostRace { dossier: _, expected, actual }) => Outcome::LostRace(expected, actual),
        Err(Error::Known(answered)) => Outcome::Known(answered),
        Err(Error::Storage { .. }) => Outcome::Storage,
        Err(Error::Closed { .. }) => Outcome::Closed,
        Err(other) => Outcome::Other(other.to_string()),
    }
}

/// An empty directory.
pub(crate) fn directory() -> TempDir {
    tempfile::tempdir().expect("a directory")
}

/// The log in a directory that is in order.
pub(crate) fn open(directory: &TempDir) -> SqliteLog {
    SqliteLog::open(directory.path()).expect("it opens")
}

/// Why the log in a directory is refused.
pub(crate) fn refusal(directory: &TempDir) -> OpenError {
    SqliteLog::open(directory.path()).map(drop).expect_err("it must be refused")
}
