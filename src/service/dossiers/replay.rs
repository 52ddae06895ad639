//! Brings records up to what the log holds: entries are read and decoded in chunks by several threads, and folded in by one, in order.
//!
//! ```text
//!  log  [ 0 ][ 1 ][ 2 ][ 3 ][ 4 ] …        thread 0 ─► 0, 2, 4 … ─┐
//!                                          thread 1 ─► 1, 3, 5 … ─┴► fold 0, 1, 2, 3 …
//! ```
//!
//! Each thread is at most a few chunks ahead of the fold, so what waits is bounded.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::domain::dossier::Dossier;
use crate::domain::record::{Position, Revision};
use crate::log::{Entry, Log};
use crate::view::records::Records;
use crate::wire::entry;

use super::{Error, key, storage};

/// How many entries are read from the log at a time.
const CHUNK: usize = 4096;

/// How many chunks of a thread may wait to be folded in.
const AHEAD_MAX: usize = 2;

/// More threads than this would wait for the one that folds.
const THREADS_MAX: usize = 8;

/// The revisions of a chunk, each with its entry; fewer than [`CHUNK`] where the log ends.
type Chunk = Result<Vec<(Arc<Revision>, Entry)>, Error>;

/// Folds in what the log holds past the head of the records.
pub(super) fn catch_up(log: &dyn Log, dossier: &Dossier, records: &mut Records) -> Result<(), Error> {
    let head = log.head(&key(&dossier.id)).map_err(storage)?.unwrap_or_default();
    let first = records.head() + 1;
    let chunks = (head + 1).saturating_sub(first).div_ceil(CHUNK as u64);
    let processors = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let threads = processors.min(usize::try_from(chunks).unwrap_or(THREADS_MAX));
    if threads > 1 {
        thread::scope(|scope| {
            let chunks: Vec<Receiver<Chunk>> = (0..threads)
                .map(|turn| {
                    let (done, chunks) = sync_channel(AHEAD_MAX);
                    scope.spawn(move || decode(log, dossier, first + (turn * CHUNK) as u64, threads, &done));
                    chunks
                })
                .collect();
            for chunk in chunks.iter().cycle().map_while(|chunks| chunks.recv().ok()) {
                let chunk = chunk?;
                let is_last = chunk.len() < CHUNK;
                chunk.into_iter().for_each(|(revision, entry)| records.fold(revision, &entry.payload));
                // What came to the log after this was read may be in a later chunk, and is for the loop below.
                if is_last {
                    break;
                }
            }
            Ok(())
        })?;
    }
    let mut revisions = entry::Revisions::new(dossier);
    loop {
        let chunk = read(log, dossier, records.head() + 1, &mut revisions)?;
        let is_last = chunk.len() < CHUNK;
        chunk.into_iter().for_each(|(revision, entry)| records.fold(revision, &entry.payload));
        if is_last {
            return Ok(());
        }
    }
}

/// Reads every so manieth chunk until the log ends, or nobody folds any more.
fn decode(log: &dyn Log, dossier: &Dossier, first: Position, threads: usize, done: &SyncSender<Chunk>) {
    let mut revisions = entry::Revisions::new(dossier);
    let starts = (first..).step_by(threads * CHUNK);
    for start in starts {
        let chunk = read(log, dossier, start, &mut revisions);
        let is_last = chunk.as_ref().map_or(true, |chunk| chunk.len() < CHUNK);
        if done.send(chunk).is_err() || is_last {
            return;
        }
    }
}

fn read(log: &dyn Log, dossier: &Dossier, first: Position, revisions: &mut entry::Revisions<'_>) -> Chunk {
    let unreadable = |cause| Error::Unreadable { dossier: dossier.id.clone(), cause: Arc::new(cause) };
    let entries = log.read(&key(&dossier.id), first, CHUNK).map_err(storage)?;
    let decoded = entries.into_iter().map(|entry| {
        let revision = revisions.decode(entry.position, &entry.payload)?;
        Ok((Arc::new(revision), entry))
    });
    decoded.collect::<Result<_, _>>().map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::admission::RecordSoFar;
    use crate::domain::name::{Collection, Id, RecordName};
    use crate::domain::record::{Body, Classification, Known};
    use crate::domain::report::Incident;
    use crate::log::Append;
    use crate::log::memory::MemoryLog;
    use crate::wire::decode::new_dossier;

    fn dossier() -> Dossier {
        new_dossier("d", None, Timestamp::UNIX_EPOCH).expect("a dossier")
    }

    fn incident(position: Position) -> Revision {
        let id = Id::parse(&format!("i{position}")).expect("an id");
        Revision {
            name: RecordName { collection: Collection::Incidents, id },
            position,
            record_time: Timestamp::UNIX_EPOCH,
            known: Known::Always,
            recorded_by: String::new(),
            reason: String::new(),
            retracted: false,
            classification: Classification::Public,
            citations: Vec::new(),
            references: Vec::new(),
            body: Body::Incident(Incident { display_name: "i".to_owned(), about: None, place: None }),
        }
    }

    fn none() -> Records {
        Records::new(entry::Decoder::new(dossier()))
    }

    /// A log with so many incidents; those at `broken` are no entries.
    async fn filled(incidents: usize, broken: &[Position]) -> MemoryLog {
        let (log, dossier) = (MemoryLog::default(), dossier());
        let entry = |position| match broken.contains(&position) {
            true => vec![0xff],
            false => entry::encode_revision(&incident(position), &dossier),
        };
        let first = entry::encode_dossier(&dossier, &[7; 16]);
        let payloads = std::iter::once(first).chain((1..=incidents as Position).map(entry)).map(Into::into).collect();
        let append = Append { dossier: key(&dossier.id), expected_head: None, payloads, request: None };
        log.append(append).await.expect("it is appended");
        log
    }

    #[tokio::test]
    async fn records_are_folded_in_order_however_many_chunks_there_are() {
        for incidents in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7] {
            let log = filled(incidents, &[]).await;
            let mut records = none();
            catch_up(&log, &dossier(), &mut records).expect("it can be read");
            assert_eq!(records.head(), incidents as Position);
            for position in 1..=records.head() {
                let name = incident(position).name;
                let found = records.first(&name).map(|revision| (revision.name.clone(), revision.position));
                assert_eq!(found, Some((name, position)), "of {incidents}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_there_already_is_not_read_again() {
        let log = filled(3 * CHUNK, &[1, 2]).await;
        let mut records = none();
        for position in [1, 2] {
            let incident = incident(position);
            let entry = entry::encode_revision(&incident, &dossier());
            records.fold(Arc::new(incident), &entry);
        }
        catch_up(&log, &dossier(), &mut records).expect("it can be read");
        assert_eq!(records.head(), 3 * CHUNK as Position);
    }

    #[tokio::test]
    async fn the_first_entry_that_cannot_be_read_is_named() {
        let (second, third) = (CHUNK as Position + 5, 2 * CHUNK as Position + 5);
        let log = filled(4 * CHUNK, &[third, second]).await;
        let found = catch_up(&log, &dossier(), &mut none()).expect_err("it cannot be read");
        let Error::Unreadable { cause, .. } = found else { unreachable!("the log itself is whole") };
        assert!(matches!(*cause, entry::EntryError::Malformed { position, .. } if position == second), "{cause}");
    }
}
