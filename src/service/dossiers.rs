//! The dossiers of this server: loaded from the log on first use, and appended to by one writer each.
//!
//! ```text
//!  append ─► queue ─► writer ─► log ─► records ─► answer
//!                                        │
//!  read  ◄───────────────────────────────┘
//! ```
//!
//! The writer is the only one that changes a dossier's records, so what it admitted against them still holds when it is durable.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use jiff::Timestamp;
use tokio::sync::{OnceCell, mpsc, watch};

use crate::access::{Action, Grant, Principal};
use crate::domain::batch::Batch;
use crate::domain::dossier::Dossier;
use crate::domain::fault::Violation;
use crate::domain::name::DossierId;
use crate::domain::record::{Position, Revision};
use crate::log::{Append, DossierKey, Error as LogError, Log, Request, RequestId, Sha256};
use crate::view::records::{Clock, Records};
use crate::view::snapshot::Snapshot;
use crate::wire::entry::{self, Uid};
use crate::wire::pb;
use crate::wire::token::LogId;

use super::observed::Observed;

mod chain;
mod replay;
mod writer;

pub use chain::{Chain, Receipt};

use chain::Asker;
use replay::catch_up;

/// How many appends may wait for a dossier's writer before a caller waits to hand one over.
const QUEUE_MAX: usize = 1024;

/// How many snapshots a dossier keeps.
const SNAPSHOTS_MAX: usize = 8;

/// The most bytes of the records of one answer: what a client with default settings can still receive, less what
/// stands around them.
pub(super) const ANSWER_SIZE_BYTES_MAX: usize = 4 * 1024 * 1024 - 1024;

/// What a record of an answer is framed by.
pub(super) const FRAME_BYTES: usize = 8;

/// Tells the time; handed in, so that a test can replay a day.
pub type Clockwork = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Why a dossier could not be read or written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// There is no such dossier.
    #[error("there is no dossier \"{}\"", dossier.as_str())]
    Unknown {
        /// What was asked for.
        dossier: DossierId,
    },
    /// There is one of that name already.
    #[error("there is a dossier \"{}\" already", dossier.as_str())]
    Exists {
        /// What was to be created.
        dossier: DossierId,
    },
    /// The request is faulty; nothing was stored.
    #[error("the request has {} faults", .0.len())]
    Refused(Vec<Violation>),
    /// The request id was used with another body; nothing was stored.
    #[error("the request id was used with another body")]
    RequestIdReused,
    /// The storage did not do it, or nobody knows whether it did: try again, with the same request id.
    #[error("the storage did not answer as it should")]
    Storage(#[source] Arc<LogError>),
    /// What is stored cannot be read.
    #[error("dossier \"{}\" cannot be read", dossier.as_str())]
    Unreadable {
        /// Which dossier.
        dossier: DossierId,
        /// Why.
        #[source]
        cause: Arc<entry::EntryError>,
    },
    /// What became of the request cannot be told now: try again, with the same request id.
    #[error("the answer was lost")]
    Lost,
    /// More may be durable than could be read since something failed, so that what was recorded by an instant cannot be told yet.
    #[error("the log of dossier \"{}\" cannot be followed", dossier.as_str())]
    Behind {
        /// Which dossier.
        dossier: DossierId,
    },
    /// The server is shutting down.
    #[error("the server is shutting down")]
    Closing,
}

/// Every dossier that this server has been asked for.
pub struct Dossiers {
    log: Arc<dyn Log>,
    now: Clockwork,
    observed: Arc<Observed>,
    open: Mutex<HashMap<DossierId, Arc<OnceCell<Arc<Open>>>>>,
}

/// A dossier in memory.
pub struct Open {
    /// What it says of itself.
    pub dossier: Dossier,
    /// Tells its log from every other.
    pub log_id: LogId,
    /// Replaced by its only writer, which makes the next state beside it; whoever reads takes a copy of the pointer.
    records: RwLock<Arc<Records>>,
    /// The last position that is folded in.
    head: AtomicU64,
    writer: mpsc::Sender<Job>,
    /// The record times that matter between a read as of an instant and an append. Locked after `records`, never before.
    times: Mutex<Times>,
    /// Tells those who wait that what was admitted is folded in, or came to nothing.
    settled: watch::Sender<()>,
    snapshots: Mutex<Vec<Arc<Snapshot>>>,
    now: Clockwork,
    observed: Arc<Observed>,
}

/// What keeps an answer as of an instant true for ever: nothing is recorded at or before an instant that was answered for.
#[derive(Debug)]
struct Times {
    /// The latest instant that a read was answered as of; what is admitted later has a later record time.
    answered_as_of: Timestamp,
    /// The earliest record time that is admitted and not yet folded in; a read as of it, or later, waits.
    admitted: Option<Timestamp>,
    /// Whether the log may hold more than is folded in and not under way: something failed, and then the log could not be read.
    is_behind: bool,
}

/// An append, as it is handed to the writer.
pub struct Submission {
    /// The decoded batch, with its faults so far.
    pub batch: Batch,
    /// What makes a repetition harmless.
    pub request: Option<(RequestId, Sha256)>,
    /// Who records it.
    pub by: String,
    /// Whether it is only to be checked.
    pub validate_only: bool,
    /// What it is part of, if it is to be stored only where all that came before it were.
    pub chain: Option<Chain>,
}

/// What an append did.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The revisions, in order.
    pub revisions: Vec<Arc<Revision>>,
    /// What is odd about them, as clients see it.
    pub warnings: Vec<pb::Warning>,
    /// The position of the last one; of a check, the head it was held against.
    pub position: Position,
}

struct Job {
    submission: Submission,
    attempts: u32,
    answer: Asker,
}

impl Job {
    fn request_id(&self) -> Option<RequestId> {
        self.submission.request.map(|(id, _)| id)
    }
}

impl Dossiers {
    /// The dossiers of a log.
    pub fn new(log: Arc<dyn Log>, now: Clockwork, observed: Arc<Observed>) -> Dossiers {
        Dossiers { log, now, observed, open: Mutex::new(HashMap::new()) }
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Leave to read each dossier that a principal may read, in the order of their names.
    pub fn list(&self, principal: &Principal) -> Result<Vec<Grant>, Error> {
        let keys = self.log.dossiers().map_err(storage)?;
        let ids = keys.iter().filter_map(|key| DossierId::parse(key.as_str()).ok());
        Ok(ids.filter_map(|id| Grant::ask(principal, Action::Read, &id)).collect())
    }

    /// Creates a dossier, for whoever may create any; the same request gets the first answer again.
    pub async fn create(&self, dossier: Dossier, request: Option<(RequestId, Sha256)>) -> Result<Arc<Open>, Error> {
        let key = key(&dossier.id);
        let uid: Uid = *uuid::Uuid::new_v4().as_bytes();
        let payload = entry::encode_dossier(&dossier, &uid);
        let request = request.map(|(id, body_sha256)| Request { id, body_sha256, answer: Vec::new() });
        let asked = request.as_ref().map(|r| r.body_sha256);
        let append = Append { dossier: key, expected_head: None, payloads: vec![payload.into()], request };
        let appended = self.log.append(append).await;
        self.observed.append_ended(&appended);
        match appended {
            Ok(_) => self.find(&dossier.id).await,
            Err(LogError::Known(answered)) if Some(answered.body_sha256) == asked && answered.range.first == 0 => {
                self.find(&dossier.id).await
            }
            Err(LogError::Known(_)) => Err(Error::RequestIdReused),
            Err(LogError::LostRace { .. }) => Err(Error::Exists { dossier: dossier.id }),
            Err(error) => Err(storage(error)),
        }
    }

    /// What a dossier says of itself, without loading its records.
    pub fn describe(&self, grant: &Grant) -> Result<Dossier, Error> {
        let id = grant.dossier();
        let first = self.log.read(&key(id), 0, 1).map_err(storage)?;
        let first = first.first().ok_or_else(|| Error::Unknown { dossier: id.clone() })?;
        let unreadable = |cause| Error::Unreadable { dossier: id.clone(), cause: Arc::new(cause) };
        entry::decode_dossier(&first.payload, id).map(|(dossier, _)| dossier).map_err(unreadable)
    }

    /// A dossier, loaded if it is not yet.
    pub async fn get(&self, grant: &Grant) -> Result<Arc<Open>, Error> {
        self.find(grant.dossier()).await
    }

    async fn find(&self, id: &DossierId) -> Result<Arc<Open>, Error> {
        let cell = {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.get(id).cloned()
        };
        if let Some(opened) = cell.as_ref().and_then(|cell| cell.get()) {
            return Ok(opened.clone());
        }
        // A name that is no dossier must not leave anything behind.
        if self.log.head(&key(id)).map_err(storage)?.is_none() {
            return Err(Error::Unknown { dossier: id.clone() });
        }
        let cell = {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.entry(id.clone()).or_default().clone()
        };
        let opened = cell.get_or_try_init(|| self.load(id.clone())).await?;
        Ok(opened.clone())
    }

    async fn load(&self, id: DossierId) -> Result<Arc<Open>, Error> {
        let (log, observed) = (self.log.clone(), self.observed.clone());
        // Counted where it is done: whoever asked may be gone before it has ended.
        let reading = tokio::task::spawn_blocking(move || {
            observed.loading.rise();
            let read = observed.load_duration.time(|| read_all(&*log, &id, &observed));
            observed.loading.fall();
            if read.is_err() {
                observed.load_failures.count();
            }
            read
        });
        let (dossier, log_id, records) = reading.await.map_err(|_| Error::Closing)??;
        let (writer, queue) = mpsc::channel(QUEUE_MAX);
        let open = Arc::new(Open {
            dossier,
            log_id,
            head: AtomicU64::new(records.head()),
            records: RwLock::new(Arc::new(records)),
            writer,
            times: Mutex::new(Times { answered_as_of: Timestamp::MIN, admitted: None, is_behind: false }),
            settled: watch::Sender::new(()),
            snapshots: Mutex::new(Vec::new()),
            now: self.now.clone(),
            observed: self.observed.clone(),
        });
        // The writer ends when the last handle to the dossier is dropped, and with it the queue's sender.
        tokio::spawn(writer::write(Arc::downgrade(&open), self.log.clone(), queue));
        Ok(open)
    }
}

/// What there is, counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Census {
    /// Dossiers in the log.
    pub(super) stored: u64,
    /// Dossiers in memory.
    pub(super) open: u64,
    /// Entries in the log.
    pub(super) positions: u64,
    /// Records of the dossiers in memory.
    pub(super) records: u64,
    /// Their revisions.
    pub(super) revisions: u64,
    /// Their entries in the log that are not folded in.
    pub(super) lag: u64,
    /// Snapshots that are kept.
    pub(super) snapshots: u64,
    /// Appends that wait for their writers.
    pub(super) waiting: u64,
}

impl Dossiers {
    /// What there is. Of a log that cannot say what it has, nothing is counted.
    pub(super) fn census(&self) -> Census {
        let keys = self.log.dossiers().unwrap_or_default();
        let head = |key: &DossierKey| self.log.head(key).ok().flatten();
        let opened: Vec<Arc<Open>> = {
            let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            open.values().filter_map(|cell| cell.get().cloned()).collect()
        };
        let positions = keys.iter().filter_map(head).map(|head| head + 1).sum();
        let mut census = Census { stored: keys.len() as u64, positions, ..Census::default() };
        for open in opened {
            let folded = open.head();
            let (records, revisions) = open.read(|records| (records.count_all() as u64, records.head()));
            census.open += 1;
            census.records += records;
            census.revisions += revisions;
            census.lag += head(&key(&open.dossier.id)).unwrap_or_default().saturating_sub(folded);
            census.snapshots += open.snapshots.lock().unwrap_or_else(PoisonError::into_inner).len() as u64;
            census.waiting += (open.writer.max_capacity() - open.writer.capacity()) as u64;
        }
        census
    }

    /// Whether the log gives back an entry that it has.
    pub(super) fn can_be_read(&self) -> bool {
        let first = self.log.dossiers().map(|keys| keys.into_iter().next());
        match first {
            Ok(Some(first)) => self.log.read(&first, 0, 1).is_ok_and(|entries| entries.len() == 1),
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// Whether the log takes appends: it is handed one that cannot win its race, which has no effect.
    pub(super) async fn takes_appends(&self) -> bool {
        let Some(dossier) = self.log.dossiers().unwrap_or_default().into_iter().next() else { return true };
        let append =
            Append { dossier, expected_head: Some(Position::MAX), payloads: vec![vec![0].into()], request: None };
        matches!(self.log.append(append).await, Err(LogError::LostRace { .. }))
    }
}

fn read_all(log: &dyn Log, id: &DossierId, observed: &Observed) -> Result<(Dossier, LogId, Records), Error> {
    let unreadable = |cause| Error::Unreadable { dossier: id.clone(), cause: Arc::new(cause) };
    let key = key(id);
    let first = log.read(&key, 0, 1).map_err(storage)?;
    let first = first.first().ok_or_else(|| Error::Unknown { dossier: id.clone() })?;
    let (dossier, _) = entry::decode_dossier(&first.payload, id).map_err(unreadable)?;
    let log_id = LogId::of(&first.payload);
    let mut records = Records::counted(entry::Decoder::new(dossier.clone()), observed.view().clone());
    catch_up(log, &dossier, &mut records)?;
    Ok((dossier, log_id, records))
}

impl Open {
    /// The last durable position.
    pub fn head(&self) -> Position {
        self.head.load(Ordering::Acquire)
    }

    /// Reads the records as they now stand, however long it takes: what is folded in meanwhile goes into another state.
    pub fn read<T>(&self, read: impl FnOnce(&Records) -> T) -> T {
        read(&self.records())
    }

    fn records(&self) -> Arc<Records> {
        self.records.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The time, as this dossier's record has it: never before what is already recorded.
    pub fn now(&self) -> Timestamp {
        let last = self.read(Records::last_time);
        (self.now)().max(last.unwrap_or(self.dossier.create_time))
    }

    /// The last position recorded by an instant, which must not be to come; whatever is recorded from now on is later.
    /// Waits for what is admitted with an earlier time and on its way to the disk; fails while the log cannot be followed, for what it
    /// holds unread may have been recorded by then.
    pub async fn position_at(&self, instant: Timestamp) -> Result<Position, Error> {
        let mut settled = self.settled.subscribe();
        loop {
            let position = {
                // While these are held nothing is folded in, so what is admitted is still told.
                let records = self.records.read().unwrap_or_else(PoisonError::into_inner);
                let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
                if times.is_behind {
                    return Err(Error::Behind { dossier: self.dossier.id.clone() });
                }
                if times.admitted.is_some_and(|time| time <= instant) {
                    None
                } else {
                    times.answered_as_of = times.answered_as_of.max(instant);
                    Some(records.position_at(instant))
                }
            };
            if let Some(position) = position {
                return Ok(position);
            }
            // The sender is this dossier's own, so it is not gone.
            let _ = settled.changed().await;
        }
    }

    /// The snapshot by a clock. The last few are kept.
    pub fn snapshot(&self, clock: Clock) -> Arc<Snapshot> {
        let kept = |snapshots: &Vec<Arc<Snapshot>>| snapshots.iter().find(|s| s.clock == clock).cloned();
        let near = {
            let snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(snapshot) = kept(&snapshots) {
                return snapshot;
            }
            nearest(&snapshots, clock).cloned()
        };
        let records = self.records();
        let snapshot = Arc::new(match near {
            Some(near) => Snapshot::beside(&near, &records, clock),
            None => Snapshot::new(&records, clock),
        });
        let mut snapshots = self.snapshots.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have made it meanwhile: one is kept, with the columns that it will have.
        if let Some(snapshot) = kept(&snapshots) {
            return snapshot;
        }
        if snapshots.len() == SNAPSHOTS_MAX {
            // The latest state is what others are made from, so it outlives those that were asked for once.
            let latest = snapshots.iter().filter(|s| s.clock.known_by.is_none()).map(|s| s.clock.at).max();
            let is_latest = |s: &Arc<Snapshot>| s.clock.known_by.is_none() && Some(s.clock.at) == latest;
            let oldest = usize::from(snapshots.first().is_some_and(is_latest));
            snapshots.remove(oldest);
        }
        snapshots.push(snapshot.clone());
        snapshot
    }

    /// Hands an append to the writer and waits until it is durable.
    pub async fn append(&self, submission: Submission) -> Result<Stored, Error> {
        self.hand_over(submission).await?.outcome().await
    }

    /// Hands an append to the writer, waiting only while its queue is full.
    pub async fn hand_over(&self, submission: Submission) -> Result<Receipt, Error> {
        let (answer, receipt) = Asker::new(submission.chain.clone());
        let job = Job { submission, attempts: 0, answer };
        self.writer.send(job).await.map_err(|_| Error::Closing)?;
        Ok(receipt)
    }
}

/// The snapshot that one by a clock is best made from: by the same day if there is one, and by no earlier position, for what came since
/// is easily left out, but must be made when it is new.
fn nearest(snapshots: &[Arc<Snapshot>], clock: Clock) -> Option<&Arc<Snapshot>> {
    let same_day = |s: &Arc<Snapshot>| s.clock.known_by == clock.known_by;
    let distance = |s: &Arc<Snapshot>| (s.clock.at < clock.at, s.clock.at.abs_diff(clock.at));
    snapshots.iter().filter(|s| same_day(s) || s.clock.known_by.is_none()).min_by_key(|s| (!same_day(s), distance(s)))
}

fn key(id: &DossierId) -> DossierKey {
    DossierKey::from(id.as_str())
}

fn storage(error: LogError) -> Error {
    Error::Storage(Arc::new(error))
}
