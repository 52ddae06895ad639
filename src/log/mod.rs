//! An append-only sequence of entries for each dossier: the trait, and exactly what it promises.

use std::borrow::Borrow;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;

pub mod memory;
pub mod sqlite;

pub mod faults;

mod stats;

pub use stats::Stats;

/// An append-only sequence of entries, totally ordered by position, one sequence per dossier.
///
/// ```text
///  dossier "energy"    0   1   2   3   4   5
///                      [ a ][    b    ][ c ]  ◄── append d, expected_head = 5
///                                        │
///                                 head ──┘     a, b, c are appends: all of one is there, or nothing of it
///
///  dossier "prisoners" (no entry: it does not exist)  ◄── append, expected_head = None, creates it
/// ```
///
/// **Promised**
///
/// - The positions of a dossier are 0, 1, 2 … head: no gap, none used twice, none ever changed or removed.
/// - An append that was answered `Ok` is on stable storage, whole, and is seen by every call that starts afterwards.
/// - An append whose `expected_head` is not the head takes no effect, so of two with the same one at most one succeeds.
/// - Appends to one dossier take effect in the order in which `append` was called. Several may be under way: each then
///   names the head that the one before it will leave, and if that one fails, those after it lose the race.
/// - A request id that the dossier has seen is answered with [`Error::Known`] and the first range and answer, whatever else
///   the append says, after a restart too and for ever. Whether it is the same request is for the caller to judge by `body_sha256`.
/// - Reads never wait for a commit.
///
/// **Not promised**
///
/// - What became of an append that failed with [`Error::Storage`]: all of it is there or nothing is. Whoever must know
///   repeats it with the same request id: it is then written, or answered `Known`.
/// - That dropping the future withdraws the append. It was submitted when `append` was called.
/// - That a read is quick: it runs where it is called, and may wait for the disk.
/// - Any order between dossiers, or an append to two of them.
/// - What the bytes mean. The log stores them as they are and has never heard of a record.
/// - Evidence against someone who rewrites the store *and* its hashes, or who cuts off its tail.
pub trait Log: Send + Sync + 'static {
    /// Every dossier that has an entry, in order of its key.
    fn dossiers(&self) -> Result<Vec<DossierKey>, Error>;

    /// The position of the dossier's last entry; `None` says that there is no such dossier.
    fn head(&self, dossier: &DossierKey) -> Result<Option<u64>, Error>;

    /// Submits an append at once, without waiting; the future resolves when it is durable or has failed.
    fn append(&self, append: Append) -> Pending<Appended>;

    /// The entries from `from` on, at most `limit`, in order. Past the head, and of an unknown dossier, there are none.
    fn read(&self, dossier: &DossierKey, from: u64, limit: usize) -> Result<Vec<Entry>, Error>;

    /// What the first append with this request id was answered; `None` if the dossier has not seen it.
    fn answered(&self, dossier: &DossierKey, request: &RequestId) -> Result<Option<Answered>, Error>;
}

/// An answer on its way. It needs no particular executor, and dropping it does not take the question back.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'static>>;

/// What a client names a request by, so that repeating it is harmless. It is scoped to its dossier.
pub type RequestId = [u8; 16];

/// A SHA-256 hash.
pub type Sha256 = [u8; 32];

/// Why something below the log failed; shared, because one failed commit is the answer of many appends.
pub type Cause = Arc<dyn std::error::Error + Send + Sync>;

/// The most that the payloads and the answer of one append may hold together.
///
/// Several times what a client may send in one message, so that only a bug meets it, and small enough to keep in memory.
pub const APPEND_SIZE_BYTES_MAX: usize = 64 * 1024 * 1024;

/// The name under which the log keeps a dossier. The log reads nothing into it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DossierKey(Arc<str>);

impl DossierKey {
    /// A key spelt like this.
    pub fn new(key: impl Into<Arc<str>>) -> DossierKey {
        DossierKey(key.into())
    }

    /// The spelling.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for DossierKey {
    fn from(key: &str) -> DossierKey {
        DossierKey::new(key)
    }
}

impl From<String> for DossierKey {
    fn from(key: String) -> DossierKey {
        DossierKey::new(key)
    }
}

impl Borrow<str> for DossierKey {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DossierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One entry, as it was appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Where it stands in its dossier.
    pub position: u64,
    /// The bytes, exactly as they came.
    pub payload: Bytes,
}

/// Entries to be added together, or not at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The dossier they go to.
    pub dossier: DossierKey,
    /// The head they were written against; `None` when they are to create the dossier.
    pub expected_head: Option<u64>,
    /// One payload per entry, in order; at least one.
    pub payloads: Vec<Bytes>,
    /// What makes a repetition harmless, if the caller wants that.
    pub request: Option<Request>,
}

impl Append {
    /// What counts against [`APPEND_SIZE_BYTES_MAX`].
    pub fn size_bytes(&self) -> usize {
        let payloads_bytes: usize = self.payloads.iter().map(Bytes::len).sum();
        let answer_bytes = self.request.as_ref().map_or(0, |request| request.answer.len());
        payloads_bytes + answer_bytes
    }

    /// Refuses what no backend may store.
    fn validate(&self) -> Result<(), Error> {
        if self.payloads.is_empty() {
            return Err(Error::Empty { dossier: self.dossier.clone() });
        }
        let size_bytes = self.size_bytes();
        if size_bytes > APPEND_SIZE_BYTES_MAX {
            return Err(Error::TooLarge {
                dossier: self.dossier.clone(),
                size_bytes,
                size_bytes_max: APPEND_SIZE_BYTES_MAX,
            });
        }
        Ok(())
    }

    /// The positions that the entries take if the head is `head`.
    fn range_after(&self, head: Option<u64>) -> Appended {
        // An absurd `expected_head` must lose its race, not overflow.
        let first = head.map_or(0, |head| head.saturating_add(1));
        let more = self.payloads.len().saturating_sub(1) as u64;
        Appended { first, last: first.saturating_add(more) }
    }
}

/// The part of an append that lets it be repeated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Chosen by the client; scoped to the dossier.
    pub id: RequestId,
    /// The hash of what the client asked for, so that another request under the same id can be told apart.
    pub body_sha256: Sha256,
    /// What the caller wants to be told when the request comes again; stored with the entries, never looked into.
    pub answer: Vec<u8>,
}

/// The positions that an append took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The position of its first entry.
    pub first: u64,
    /// The position of its last entry, which was then the head.
    pub last: u64,
}

/// What the first append with a request id did and was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Where its entries are.
    pub range: Appended,
    /// The hash that came with it.
    pub body_sha256: Sha256,
    /// The answer that came with it.
    pub answer: Vec<u8>,
}

/// Why the log did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// Another append came first. Nothing was written: validate again against the new head, and submit again.
    #[error("dossier {dossier} has its head at {}, not at {}", Head(*.actual), Head(*.expected))]
    LostRace {
        /// The dossier.
        dossier: DossierKey,
        /// The head that the append was written against.
        expected: Option<u64>,
        /// The head that it met.
        actual: Option<u64>,
    },
    /// The request id was seen before. Nothing was written: compare the hashes, and give the first answer again.
    #[error("the request was answered before, at positions {} to {}", .0.range.first, .0.range.last)]
    Known(Answered),
    /// The append has no entries. Nothing was written.
    #[error("an append to dossier {dossier} has no entries")]
    Empty {
        /// The dossier.
        dossier: DossierKey,
    },
    /// The append is larger than any may be. Nothing was written: split it.
    #[error("an append to dossier {dossier} has {size_bytes} bytes, and may have {size_bytes_max}")]
    TooLarge {
        /// The dossier.
        dossier: DossierKey,
        /// What its payloads and answer hold.
        size_bytes: usize,
        /// What they may hold.
        size_bytes_max: usize,
    },
    /// Too much is waiting to be written. Nothing was written or queued: try again a little later.
    #[error("{waiting_bytes} bytes are waiting to be written, and {waiting_bytes_max} may wait")]
    Busy {
        /// What is waiting.
        waiting_bytes: usize,
        /// What may wait.
        waiting_bytes_max: usize,
    },
    /// The storage failed. All of an append is there or nothing is: repeat it with its request id to know.
    #[error("the storage failed while it was to {doing}")]
    Storage {
        /// What was being done.
        doing: &'static str,
        /// What the storage said.
        #[source]
        cause: Cause,
    },
    /// What is stored is not what was written.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// The log takes no more appends, and wrote nothing of this one; it can still be read. It has to be opened again.
    #[error("the log takes no more appends")]
    Closed {
        /// The failure after which it would not trust its storage; `None` if it is being shut down.
        #[source]
        cause: Option<Cause>,
    },
}

/// Where a store is not what was written to it.
#[derive(Debug, Clone, thiserror::Error)]
#[error("dossier {dossier} is damaged at position {position}: {damage}")]
pub struct Corrupt {
    /// The dossier.
    pub dossier: DossierKey,
    /// The first position at which this shows.
    pub position: u64,
    /// How it shows.
    pub damage: Damage,
}

/// How a damage shows.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Damage {
    /// The head is at or past the position, and there is no entry.
    #[error("the entry is missing")]
    Missing,
    /// The payload does not have the hash that was stored with it.
    #[error("the payload is not the one that was hashed")]
    Altered,
    /// The append that starts here is missing, or its range, request, answer or the order of its entries was changed.
    #[error("the append that wrote it is missing or was changed")]
    Unsealed,
    /// Something is stored past the head, or where no dossier is.
    #[error("there is something past the head, or of no dossier")]
    Stray,
    /// The storage cannot give it back.
    #[error("it cannot be read: {0}")]
    Unreadable(Cause),
}

/// Says a head in a sentence.
struct Head(Option<u64>);

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(position) => write!(f, "{position}"),
            None => f.write_str("nothing"),
        }
    }
}
