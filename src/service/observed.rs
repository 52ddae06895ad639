//! What a running server is seen to do: whether it is ready, and where everything about it is counted.
//!
//! It is there before the store is opened and until the process ends, so that whoever asks in between is told the truth.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};
use std::time::Duration;

use tokio::sync::{Semaphore, watch};
use tokio::time::timeout;

use crate::log::{self, Appended, Error as LogError};
use crate::meter::{Counter, Histogram, Level};
use crate::view;

use super::calls::Counts;
use super::dossiers::Dossiers;
use super::pages;

/// How long the log may take to show that it can be read or written.
const PROBE_TIMEOUT: Duration = Duration::from_secs(1);

/// A server as it is seen from outside.
#[derive(Debug)]
pub struct Observed {
    condition: watch::Sender<Condition>,
    /// Whether the last append that ended left it open whether the log takes more.
    in_doubt: AtomicBool,
    /// One probe at a time: of a disk that does not answer, no second need be asked.
    probes: Arc<Semaphore>,
    dossiers: OnceLock<Weak<Dossiers>>,
    /// Dossiers that are being read from the log.
    pub(super) loading: Level,
    /// How long each took that was.
    pub(super) load_duration: Histogram,
    /// Dossiers that could not be.
    pub(super) load_failures: Counter,
    pub(super) calls: Counts,
    pub(super) pages: pages::Counts,
    pub(super) connections: Arc<Connections>,
    log: Arc<log::Stats>,
    view: Arc<view::Stats>,
}

/// Counts of the connections of one listener.
#[derive(Debug, Default)]
pub(super) struct Connections {
    pub(super) accepted: Counter,
    pub(super) open: Level,
    pub(super) received_bytes: Counter,
    pub(super) sent_bytes: Counter,
}

/// Where a server is between its start and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Its store is being opened, which means that all of it is read and checked.
    Opening,
    /// It answers.
    Serving,
    /// It is to stop: calls under way may finish.
    Stopping,
}

/// All that readiness hangs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Condition {
    phase: Phase,
    takes_appends: bool,
    can_be_read: bool,
}

/// Whether it is ready, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// It answers. Calls about a dossier that is being loaded wait for that; all others do not.
    Ready {
        /// How many dossiers are being loaded.
        loading: i64,
    },
    /// Its store is being opened.
    Opening,
    /// It is to stop.
    Stopping,
    /// The log takes no more appends.
    NotWritable,
    /// The log cannot be read.
    NotReadable,
}

impl Readiness {
    /// Whether calls should be sent to it.
    pub fn is_ready(self) -> bool {
        matches!(self, Readiness::Ready { .. })
    }
}

impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Readiness::Ready { loading: 0 } => f.write_str("ready"),
            Readiness::Ready { loading } => {
                let dossiers = if *loading == 1 { "dossier is" } else { "dossiers are" };
                write!(f, "ready; {loading} {dossiers} being loaded, and calls about them wait")
            }
            Readiness::Opening => f.write_str("not ready: the store is being opened and checked"),
            Readiness::Stopping => f.write_str("not ready: the server is shutting down"),
            Readiness::NotWritable => f.write_str(
                "not ready: the log takes no more appends; it has to be opened again, and says why in its lines",
            ),
            Readiness::NotReadable => f.write_str("not ready: the log cannot be read"),
        }
    }
}

impl Default for Observed {
    fn default() -> Observed {
        Observed {
            condition: watch::Sender::new(Condition { phase: Phase::Opening, takes_appends: true, can_be_read: true }),
            in_doubt: AtomicBool::new(false),
            probes: Arc::new(Semaphore::new(1)),
            dossiers: OnceLock::new(),
            loading: Level::default(),
            load_duration: Histogram::of_durations(),
            load_failures: Counter::default(),
            calls: Counts::of_what_is_served(),
            pages: pages::Counts::default(),
            connections: Arc::default(),
            log: Arc::default(),
            view: Arc::default(),
        }
    }
}

impl Observed {
    /// Where the log counts what it does: whoever opens it hands this in.
    pub fn log(&self) -> &Arc<log::Stats> {
        &self.log
    }

    /// Where the view counts what it does.
    pub(super) fn view(&self) -> &Arc<view::Stats> {
        &self.view
    }

    /// Whether it is ready, as far as is known without asking.
    pub fn readiness(&self) -> Readiness {
        let condition = *self.condition.borrow();
        match condition.phase {
            Phase::Opening => Readiness::Opening,
            Phase::Stopping => Readiness::Stopping,
            Phase::Serving if !condition.takes_appends => Readiness::NotWritable,
            Phase::Serving if !condition.can_be_read => Readiness::NotReadable,
            Phase::Serving => Readiness::Ready { loading: self.loading.get() },
        }
    }

    /// Waits until readiness may have changed; `seen` is what was told last.
    pub(super) async fn changed(&self, seen: bool) -> Readiness {
        let mut condition = self.condition.subscribe();
        loop {
            condition.mark_unchanged();
            let now = self.readiness();
            if now.is_ready() != seen || now == Readiness::Stopping {
                return now;
            }
            // The sender is its own, so it is not gone.
            let _ = condition.changed().await;
        }
    }

    /// It answers from now on.
    pub(super) fn serves(&self, dossiers: &Arc<Dossiers>) {
        // Whoever observes two servers with one of these is told of the first.
        let _ = self.dossiers.set(Arc::downgrade(dossiers));
        self.set(|condition| condition.phase = Phase::Serving);
    }

    /// It is to stop.
    pub(super) fn stops(&self) {
        self.set(|condition| condition.phase = Phase::Stopping);
    }

    /// The dossiers that are served.
    pub(super) fn dossiers(&self) -> Option<Arc<Dossiers>> {
        self.dossiers.get().and_then(Weak::upgrade)
    }

    /// Takes note of how an append ended.
    pub(super) fn append_ended(&self, appended: &Result<Appended, LogError>) {
        match appended {
            Ok(_) => {
                if self.in_doubt.load(Ordering::Relaxed) {
                    self.takes_appends(true);
                }
            }
            Err(LogError::Closed { .. }) => self.takes_appends(false),
            Err(LogError::Storage { .. } | LogError::Corrupt(_)) => self.in_doubt.store(true, Ordering::Relaxed),
            Err(
                LogError::LostRace { .. }
                | LogError::Known(_)
                | LogError::Empty { .. }
                | LogError::TooLarge { .. }
                | LogError::Busy { .. },
            ) => {}
        }
    }

    /// Has the log show that it can be read, and written if that is in doubt.
    pub(super) async fn probe(&self) {
        let Some(dossiers) = self.dossiers() else { return };
        let Ok(place) = self.probes.clone().try_acquire_owned() else { return };
        let reading = dossiers.clone();
        let read = tokio::task::spawn_blocking(move || {
            let _place = place;
            reading.can_be_read()
        });
        let can_be_read = matches!(timeout(PROBE_TIMEOUT, read).await, Ok(Ok(true)));
        self.set(|condition| condition.can_be_read = can_be_read);
        if self.in_doubt.load(Ordering::Relaxed) {
            let takes = timeout(PROBE_TIMEOUT, dossiers.takes_appends()).await;
            self.takes_appends(takes == Ok(true));
        }
    }

    fn takes_appends(&self, takes: bool) {
        self.in_doubt.store(!takes, Ordering::Relaxed);
        self.set(|condition| condition.takes_appends = takes);
    }

    fn set(&self, change: impl FnOnce(&mut Condition)) {
        self.condition.send_if_modified(|condition| {
            let before = *condition;
            change(condition);
            *condition != before
        });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::log::DossierKey;

    fn storage() -> Result<Appended, LogError> {
        Err(LogError::Storage { doing: "commit", cause: Arc::new(std::io::Error::other("broken")) })
    }

    #[tokio::test]
    async fn it_is_ready_only_while_it_serves_and_its_log_takes_appends() {
        let observed = Observed::default();
        assert_eq!(observed.readiness(), Readiness::Opening);
        let log = Arc::new(crate::log::memory::MemoryLog::new());
        let dossiers = Arc::new(Dossiers::new(log, Arc::new(jiff::Timestamp::now), Arc::default()));
        observed.serves(&dossiers);
        assert_eq!(observed.readiness(), Readiness::Ready { loading: 0 });
        observed.loading.rise();
        assert_eq!(observed.readiness().to_string(), "ready; 1 dossier is being loaded, and calls about them wait");
        observed.append_ended(&Err(LogError::Closed { cause: None }));
        assert_eq!(observed.readiness(), Readiness::NotWritable);
        observed.append_ended(&Ok(Appended { first: 1, last: 1 }));
        assert!(observed.readiness().is_ready());
        observed.stops();
        assert_eq!(observed.readiness(), Readiness::Stopping);
    }

    #[tokio::test]
    async fn what_happens_to_one_append_alone_says_nothing_of_the_log() {
        let observed = Observed::default();
        let log = Arc::new(crate::log::memory::MemoryLog::new());
        let dossiers = Arc::new(Dossiers::new(log, Arc::new(jiff::Timestamp::now), Arc::default()));
        observed.serves(&dossiers);
        let dossier = DossierKey::from("a");
        observed.append_ended(&Err(LogError::LostRace { dossier, expected: None, actual: Some(1) }));
        observed.append_ended(&Err(LogError::Busy { waiting_bytes: 1, waiting_bytes_max: 1 }));
        assert!(observed.readiness().is_ready());
        // One that failed leaves it in doubt until the log has been asked.
        observed.append_ended(&storage());
        assert!(observed.readiness().is_ready());
        observed.probe().await;
        assert!(observed.readiness().is_ready());
    }
}
