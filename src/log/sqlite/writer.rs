//! The one thread that writes: everything that waits becomes one transaction, and is answered after its commit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior, params};

use crate::log::faults::{BrokenOnPurpose, Fault, Faults};
use crate::log::{Appended, Cause, Error, Stats};

use super::index::Index;
use super::prepared::Prepared;
use super::queue::{Queue, Waiting};
use super::{reader, schema};

/// Owned by the writing thread.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) connection: Connection,
    /// What is committed. Only this thread changes it, and only after a commit.
    pub(super) index: Arc<Mutex<Index>>,
    pub(super) queue: Arc<Queue>,
    pub(super) stats: Arc<Stats>,
    pub(super) faults: Faults,
}

/// Why a whole group failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error(transparent)]
    Planned(BrokenOnPurpose),
}

/// A slot that the store has no room for: 2^23 dossiers or 2^40 entries are the end of it.
#[derive(Debug, thiserror::Error)]
#[error("the store has no slot for position {position} of dossier number {number}")]
struct NoSlot {
    number: i64,
    position: u64,
}

/// What a group was answered, or will be once it is committed.
type Answers = Vec<Result<Appended, Error>>;

impl Writer {
    /// Writes until the queue is closed and empty, or the storage fails in a way after which nothing can be trusted.
    pub(super) fn run(mut self) {
        let _last_words = LastWords(self.queue.clone());
        while self.queue.wait() {
            self.faults.wait_while_held();
            let (appends, askers): (Vec<_>, Vec<_>) =
                self.queue.take().into_iter().map(|Waiting { append, answer }| (append, answer)).unzip();
            let answers = match self.write(&appends) {
                Ok(answers) => answers,
                Err(failure) => self.refuse_all(appends.len(), failure),
            };
            assert_eq!(answers.len(), askers.len(), "every append of a group is answered");
            for (asker, answer) in askers.into_iter().zip(answers) {
                // Whoever no longer listens does not need to hear it.
                let _ = asker.send(answer);
            }
        }
    }

    /// Writes a group in one transaction. Each append is accepted or refused for itself; a failure is everybody's.
    fn write(&mut self, appends: &[Prepared]) -> Result<Answers, Failure> {
        let started = Instant::now();
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut staged = Index::default();
        let mut answers = Vec::with_capacity(appends.len());
        for append in appends {
            let accepted = place(&transaction, &lock(&self.index), &staged, append);
            match accepted {
                Ok(number) => {
                    insert(&transaction, number, append)?;
                    let request = append.request.as_ref().map(|request| (request.id, append.range.first));
                    staged.note(&append.dossier, number, append.range.last, request);
                    answers.push(Ok(append.range));
                }
                Err(refusal) => answers.push(Err(refusal)),
            }
        }
        if staged.is_empty() {
            transaction.rollback()?;
            return Ok(answers);
        }
        set_heads(&transaction, &staged)?;

        let fault = self.faults.next();
        if let Some(fault @ (Fault::BeforeCommit | Fault::Breakdown)) = fault {
            return Err(Failure::Planned(BrokenOnPurpose(fault)));
        }
        transaction.commit()?;
        self.stats.commits.count();
        self.stats.commit_duration.took(started.elapsed());
        let durable = appends.iter().zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(append, _)| append);
        for append in durable.clone() {
            self.stats.entries.add(append.entries.len() as u64);
            self.stats.bytes.add(append.size_bytes as u64);
        }
        let durable = durable.count();
        self.stats.appends.add(durable as u64);
        self.stats.commit_appends.had(durable);
        lock(&self.index).merge(staged);
        match fault {
            None => Ok(answers),
            Some(fault) => Err(Failure::Planned(BrokenOnPurpose(fault))),
        }
    }

    /// Answers a group that failed, and closes the queue if the next one could not be trusted either.
    ///
    /// Refusals are not told apart: they may rest on an append of the same group that is now not there.
    fn refuse_all(&self, count: usize, failure: Failure) -> Answers {
        self.stats.failures.count();
        let rolled_back = self.connection.is_autocommit();
        let can_go_on = rolled_back && failure.can_go_on();
        let cause: Cause = Arc::new(failure);
        if !can_go_on {
            self.queue.fail(cause.clone());
        }
        (0..count).map(|_| Err(Error::Storage { doing: "commit", cause: cause.clone() })).collect()
    }
}

impl Failure {
    /// Whether the store is as it was before, and the next group may well succeed. After a failed flush, for one, nobody
    /// can say what is on the disk: then the store has to be opened, and read from end to end, again.
    fn can_go_on(&self) -> bool {
        match self {
            Failure::Sql(error) => error.sqlite_error_code().is_some_and(|code| {
                matches!(
                    code,
                    ErrorCode::DiskFull | ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::OutOfMemory
                )
            }),
            Failure::Planned(BrokenOnPurpose(fault)) => *fault != Fault::Breakdown,
        }
    }
}

/// Decides whether an append may be written after what is committed and what its group has staged, and returns its dossier's number.
fn place(transaction: &Transaction<'_>, committed: &Index, staged: &Index, append: &Prepared) -> Result<i64, Error> {
    let known = [staged, committed].map(|index| index.get(&append.dossier));
    let newest = known.into_iter().flatten().next();

    if let Some(request) = &append.request {
        let first =
            known.into_iter().flatten().find_map(|dossier| Some((dossier.number, *dossier.requests.get(&request.id)?)));
        if let Some((number, first)) = first {
            return Err(match reader::answered(transaction, &append.dossier, number, first) {
                Ok(answered) => Error::Known(answered),
                Err(error) => error,
            });
        }
    }
    let head = newest.map(|dossier| dossier.head);
    if append.expected_head != head {
        return Err(Error::LostRace { dossier: append.dossier.clone(), expected: append.expected_head, actual: head });
    }
    let next_number = || committed.number_max().max(staged.number_max()) + 1;
    let number = newest.map_or_else(next_number, |dossier| dossier.number);
    match schema::slot(number, append.range.last) {
        Some(_) => Ok(number),
        None => {
            Err(Error::Storage { doing: "find room", cause: Arc::new(NoSlot { number, position: append.range.last }) })
        }
    }
}

fn insert(transaction: &Transaction<'_>, number: i64, append: &Prepared) -> rusqlite::Result<()> {
    if append.expected_head.is_none() {
        transaction
            .prepare_cached("INSERT INTO dossiers (number, key, head) VALUES (?1, ?2, ?3)")?
            .execute(params![number, append.dossier.as_str(), append.range.last as i64])?;
    }
    let mut insert_entry =
        transaction.prepare_cached("INSERT INTO entries (slot, payload_sha256, payload) VALUES (?1, ?2, ?3)")?;
    for (position, (payload, hash)) in (append.range.first..).zip(&append.entries) {
        insert_entry.execute(params![schema::slot(number, position), hash, &payload[..]])?;
    }
    let request = append.request.as_ref();
    transaction
        .prepare_cached(
            "INSERT INTO appends (slot, last, request, body_sha256, answer, seal_sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            schema::slot(number, append.range.first),
            append.range.last as i64,
            request.map(|request| request.id),
            request.map(|request| request.body_sha256),
            request.map(|request| &request.answer),
            append.seal,
        ])?;
    Ok(())
}

/// Stores the new heads: once for each dossier of a group, however many appends it got.
fn set_heads(transaction: &Transaction<'_>, staged: &Index) -> rusqlite::Result<()> {
    let mut update = transaction.prepare_cached("UPDATE dossiers SET head = ?2 WHERE number = ?1")?;
    for dossier in staged.iter() {
        let changed = update.execute(params![dossier.number, dossier.head as i64])?;
        assert_eq!(changed, 1, "a dossier that is appended to is stored");
    }
    Ok(())
}

/// Takes the lock of the index. It is changed in one step that cannot fail half way, so a panic elsewhere does it no harm.
pub(super) fn lock(index: &Mutex<Index>) -> MutexGuard<'_, Index> {
    index.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Makes sure that nobody waits for a thread that has panicked.
#[derive(Debug)]
struct LastWords(Arc<Queue>);

/// The writer came upon something that only a bug can bring about.
#[derive(Debug, thiserror::Error)]
#[error("the writer stopped because of a bug; its message is in the server's log")]
pub(super) struct WriterStopped;

impl Drop for LastWords {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.fail(Arc::new(WriterStopped));
        }
    }
}
