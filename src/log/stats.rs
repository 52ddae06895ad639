//! What a log does, counted: read whenever somebody asks, and never waited for.

use crate::meter::{Counter, Histogram};

/// Counts of a log that writes in groups. Whoever opens the log hands them in, and keeps a handle to read them.
#[derive(Debug)]
pub struct Stats {
    /// Appends that became durable.
    pub appends: Counter,
    /// Their entries.
    pub entries: Counter,
    /// The bytes of their payloads and answers.
    pub bytes: Counter,
    /// Transactions that became durable: each is one flush.
    pub commits: Counter,
    /// Transactions that failed, or of which nobody knows whether they became durable.
    pub failures: Counter,
    /// How long each transaction took that became durable, from its beginning until it was.
    pub commit_duration: Histogram,
    /// How many appends shared one.
    pub commit_appends: Histogram,
}

impl Default for Stats {
    fn default() -> Stats {
        Stats {
            appends: Counter::default(),
            entries: Counter::default(),
            bytes: Counter::default(),
            commits: Counter::default(),
            failures: Counter::default(),
            commit_duration: Histogram::of_durations(),
            commit_appends: Histogram::of_sizes(),
        }
    }
}
