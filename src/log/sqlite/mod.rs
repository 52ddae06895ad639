//! The log in a directory, with SQLite: one writer that commits in groups, readers that never wait for it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;

use super::faults::Faults;
use super::{Answered, Append, Appended, Corrupt, DossierKey, Entry, Error, Log, Pending, RequestId, Stats};

use check::Refusal;
use directory::Directory;
use index::Index;
use prepared::Prepared;
use queue::Queue;
use writer::{Writer, WriterStopped, lock};

mod schema;

mod directory;

mod check;

mod prepared;

mod queue;

mod writer;

mod index;

mod reader;

/// Reads that can go on at the same time; more wait for one of them.
const READERS: usize = 4;

/// A log in a directory that no other process, and no other `SqliteLog`, writes in at the same time.
///
/// ```text
///  append ──► Prepared ──► Queue ──► Writer ── one transaction ──► log.sqlite
///  (hashes)   (bounded: Busy)       (one thread)   then ──► Index ◄── head, dossiers
///                                        answers ◄──┘         ▲
///  read, answered ── one of 4 read-only connections ──────────┘ where to look
/// ```
///
/// Dropping it writes what is queued, answers it, and gives the directory back.
#[derive(Debug)]
pub struct SqliteLog {
    readers: Vec<Mutex<Connection>>,
    reader_next: AtomicUsize,
    /// What is committed; changed by the writer alone.
    index: Arc<Mutex<Index>>,
    queue: Arc<Queue>,
    stats: Arc<Stats>,
    writer: Option<JoinHandle<()>>,
    /// Last, so that it is given back when nothing is open any more.
    _directory: Directory,
}

/// How a log is opened. The default is right for all but tests and small disks.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// What to break on purpose.
    pub faults: Faults,
    /// The most that the store may take on disk, beside its write-ahead log; then it behaves as if the disk were full.
    pub size_bytes_max: Option<u64>,
    /// Where it counts what it does.
    pub stats: Arc<Stats>,
}

impl SqliteLog {
    /// Opens the log in a directory, or makes one there, after reading all of it.
    pub fn open(directory: &Path) -> Result<SqliteLog, OpenError> {
        SqliteLog::open_with(directory, Options::default())
    }

    /// Opens the log in a directory, or makes one there, after reading all of it.
    pub fn open_with(directory: &Path, options: Options) -> Result<SqliteLog, OpenError> {
        let Options { faults, size_bytes_max, stats } = options;
        let mut directory = Directory::take(directory)?;
        let store = directory.store();
        let is_marked = directory.is_marked()?;

        let (connection, readers, index) = open_checked(&store, size_bytes_max)?;
        if !is_marked {
            directory.mark()?;
        }
        let readers = readers.into_iter().map(Mutex::new).collect();

        let index = Arc::new(Mutex::new(index));
        let queue = Arc::new(Queue::default());
        let writer = Writer { connection, index: index.clone(), queue: queue.clone(), stats: stats.clone(), faults };
        let writer = thread::Builder::new()
            .name("log-writer".into())
            .spawn(move || writer.run())
            .map_err(|source| OpenError::Io { doing: "start the writer", path: store, source })?;
        Ok(SqliteLog {
            readers,
            reader_next: AtomicUsize::new(0),
            index,
            queue,
            stats,
            writer: Some(writer),
            _directory: directory,
        })
    }

    /// The transactions committed since it was opened: appends divided by it says how well they share a flush.
    pub fn commits(&self) -> u64 {
        self.stats.commits.get()
    }

    /// A connection that nobody reads with, or else the one whose turn it is.
    fn reader(&self) -> MutexGuard<'_, Connection> {
        let turn = self.reader_next.fetch_add(1, Ordering::Relaxed);
        let from_turn = (0..READERS).map(|offset| &self.readers[turn.wrapping_add(offset) % READERS]);
        let idle = from_turn.clone().find_map(|reader| reader.try_lock().ok());
        idle.unwrap_or_else(|| self.readers[turn % READERS].lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn number_and_head(&self, dossier: &DossierKey) -> Option<(i64, u64)> {
        lock(&self.index).get(dossier).map(|known| (known.number, known.head))
    }
}

impl Log for SqliteLog {
    fn dossiers(&self) -> Result<Vec<DossierKey>, Error> {
        Ok(lock(&self.index).keys())
    }

    fn head(&self, dossier: &DossierKey) -> Result<Option<u64>, Error> {
        Ok(self.number_and_head(dossier).map(|(_, head)| head))
    }

    fn append(&self, append: Append) -> Pending<Appended> {
        let queued = Prepared::new(append).and_then(|prepared| self.queue.push(prepared));
        Box::pin(async move {
            match queued?.await {
                Ok(answer) => answer,
                // The writer was in the middle of it.
                Err(_) => Err(Error::Storage { doing: "commit", cause: Arc::new(WriterStopped) }),
            }
        })
    }

    fn read(&self, dossier: &DossierKey, from: u64, limit: usize) -> Result<Vec<Entry>, Error> {
        let Some((number, head)) = self.number_and_head(dossier) else {
            return Ok(Vec::new());
        };
        let Some(more) = limit.checked_sub(1) else {
            return Ok(Vec::new());
        };
        if from > head {
            return Ok(Vec::new());
        }
        let last = head.min(from.saturating_add(more as u64));
        reader::entries(&self.reader(), dossier, number, Appended { first: from, last })
    }

    fn answered(&self, dossier: &DossierKey, request: &RequestId) -> Result<Option<Answered>, Error> {
        let seen = lock(&self.index).get(dossier).and_then(|known| Some((known.number, *known.requests.get(request)?)));
        let Some((number, first)) = seen else {
            return Ok(None);
        };
        reader::answered(&self.reader(), dossier, number, first).map(Some)
    }
}

impl Drop for SqliteLog {
    fn drop(&mut self) {
        // The readers go first, so that the writer's connection is the last one and tidies the write-ahead log away.
        self.readers.clear();
        self.queue.close();
        if let Some(writer) = self.writer.take() {
            // If it panicked, whoever waited was told.
            let _ = writer.join();
        }
    }
}

/// Why a log could not be opened. No entry was written, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another server has it open.
    #[error("{} is in use by another server; one data directory belongs to one server", path.display())]
    InUse {
        /// The directory.
        path: PathBuf,
    },
    /// There was a store, and it is gone.
    #[error("{} is missing or empty, although there was a log in this directory", path.display())]
    Missing {
        /// Where it was.
        path: PathBuf,
    },
    /// The file is something else.
    #[error("{} is not an Armistice log", path.display())]
    NotALog {
        /// The file.
        path: PathBuf,
    },
    /// Another version of the program made it.
    #[error("{} has store version {found}, and this program knows version {known}", path.display())]
    Version {
        /// The store.
        path: PathBuf,
        /// Its version.
        found: i32,
        /// The version that can be opened.
        known: i32,
    },
    /// The file system cannot do what a write-ahead log needs; some network file systems cannot.
    #[error("{} is on a file system that cannot hold a write-ahead log", path.display())]
    NoWriteAheadLog {
        /// The store.
        path: PathBuf,
    },
    /// A dossier in it is not what was written.
    #[error("{} is refused", path.display())]
    Corrupt {
        /// The store.
        path: PathBuf,
        /// What is wrong, and where.
        #[source]
        corrupt: Corrupt,
    },
    /// The file is damaged, but every entry can still be read.
    #[error("{} is damaged", path.display())]
    Damaged {
        /// The store.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// SQLite could not do it.
    #[error("{} cannot be opened", path.display())]
    Sql {
        /// The store.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// The operating system could not do it.
    #[error("cannot {doing} at {}", path.display())]
    Io {
        /// What was being done.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: std::io::Error,
    },
}

impl OpenError {
    fn at(path: &Path) -> impl FnOnce(rusqlite::Error) -> OpenError {
        move |source| match reader::is_damage(&source) {
            true => OpenError::Damaged { path: path.into(), source },
            false => OpenError::Sql { path: path.into(), source },
        }
    }
}

/// Opens a store, to be written by one connection and read by several, and reads all of it. If it is damaged, looks for the first
/// position that is.
fn open_checked(store: &Path, size_bytes_max: Option<u64>) -> Result<(Connection, Vec<Connection>, Index), OpenError> {
    let opened = schema::open_to_write(store, size_bytes_max).and_then(|connection| {
        let readers = (0..READERS).map(|_| schema::open_to_read(store));
        let mut readers = readers.collect::<Result<Vec<_>, OpenError>>()?;
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let helpers = &mut readers[..READERS.min(processors.saturating_sub(1))];
        let index = checked(&connection, helpers, store)?;
        Ok((connection, readers, index))
    });
    match opened {
        Err(OpenError::Damaged { path, source }) => {
            let found = schema::open_to_diagnose(store).and_then(|connection| checked(&connection, &mut [], store));
            match found {
                Err(found @ OpenError::Corrupt { .. }) => Err(found),
                _ => Err(OpenError::Damaged { path, source }),
            }
        }
        opened => opened,
    }
}

fn checked(connection: &Connection, helpers: &mut [Connection], store: &Path) -> Result<Index, OpenError> {
    check::whole_store(connection, helpers).map_err(|refusal| match refusal {
        Refusal::Corrupt(corrupt) => OpenError::Corrupt { path: store.into(), corrupt },
        Refusal::Sql(error) => OpenError::at(store)(error),
    })
}

fn storage_error(doing: &'static str) -> impl Fn(rusqlite::Error) -> Error {
    move |error| Error::Storage { doing, cause: Arc::new(error) }
}
