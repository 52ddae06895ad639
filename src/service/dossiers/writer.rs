//! The writer of one dossier: admits appends in order, hands them to the log, folds in what became durable, answers.
//!
//! ```text
//!  queue ─► admit against records + ahead ─► log ─► fold ─► answer       admission of the next group
//!                 group n+1 ───────────────► group n                     while one is on its way to the disk
//! ```
//!
//! Each append names the head that the one before it will leave. If one fails, those after it lose their race: then the writer
//! waits until nothing is under way, folds in what the log holds, and admits anew what may still be stored. What is refused for
//! something that is under way is told so once that is durable, and admitted anew if it never will be.

use std::collections::{HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, Weak};
use std::time::Duration;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use prost::Message;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::domain::admission::{Recording, admit};
use crate::domain::dossier::Dossier;
use crate::domain::fault::{Reason, Violation};
use crate::domain::record::Revision;
use crate::log::{self, Append, Appended, Error as LogError, Log, Request, RequestId};
use crate::view::records::{Ahead, Pending, Records};
use crate::wire::{encode, entry, pb};

use super::chain::Asker;
use super::{ANSWER_SIZE_BYTES_MAX, Error, FRAME_BYTES, Job, Open, Stored, Submission, catch_up, key, storage};

/// How many groups are under way: one that is being synced, and one that is ready for when it is.
const GROUPS_MAX: usize = 2;

/// How many appends are admitted together, at most.
const GROUP_MAX: usize = 256;

/// How many appends make it worth while to admit a group beside one that is under way: fewer wait for it to be done, so that a flush
/// serves many.
const GROUP_MIN: usize = 24;

/// How many records are admitted or folded in where calls are served; more than these keep a processor too long.
const RECORDS_IN_PLACE_MAX: usize = 512;

/// By how much a record grows at most between its entry and the answer: local times are filled in, and come to less than
/// three times the instants that they say; position, etag and what frames the record are added.
const GROWTH_MAX: usize = 4;
const ADDED_BYTES_MAX: usize = 96;

/// After how long it is tried again to read a log that could not be read, if no append does it before.
const FOLLOW_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// How often an append is admitted anew after another came first.
const ATTEMPTS_MAX: u32 = 3;

/// What only the writer knows.
struct Writer {
    open: Weak<Open>,
    log: Arc<dyn Log>,
    queue: mpsc::Receiver<Job>,
    /// What is admitted and not folded in yet.
    ahead: Ahead,
    /// The groups on their way to the disk, oldest first.
    under_way: VecDeque<Group>,
    /// What goes into the next group.
    waiting: Vec<Job>,
    /// What must be admitted once nothing is under way.
    again: Vec<Job>,
    /// Whether an append failed, so that those after it will.
    broken: bool,
}

/// Appends that were handed to the log together.
struct Group {
    /// The record time of the first; `None` if there is none, for all were refused.
    first_time: Option<Timestamp>,
    waiting: VecDeque<UnderWay>,
    outcomes: Vec<Outcome>,
    /// Those that were refused when held against what is under way, and why. It is true once that is durable.
    refused: Vec<(Job, Error)>,
}

/// An append that is on its way to stable storage.
struct UnderWay {
    job: Job,
    stored: Stored,
    /// The entries of what is stored, as they went to the log.
    entries: Vec<Bytes>,
    pending: log::Pending<Appended>,
}

/// What became of an append.
struct Outcome {
    job: Job,
    stored: Stored,
    entries: Vec<Bytes>,
    appended: Result<Appended, LogError>,
}

/// An answer, and who waits for it.
type Answer = (Asker, Result<Stored, Error>);

/// Writes until the dossier is dropped and nothing waits.
pub(super) async fn write(open: Weak<Open>, log: Arc<dyn Log>, queue: mpsc::Receiver<Job>) {
    let mut writer = Writer {
        open,
        log,
        queue,
        ahead: Ahead::default(),
        under_way: VecDeque::new(),
        waiting: Vec::new(),
        again: Vec::new(),
        broken: false,
    };
    while writer.step().await {}
}

impl Writer {
    /// Does what is next; false when there is nothing more to do.
    async fn step(&mut self) -> bool {
        let must_drain = self.broken || !self.again.is_empty() || self.under_way.len() == GROUPS_MAX;
        match self.under_way.front_mut() {
            Some(group) if must_drain => {
                group.finish().await;
                return self.settle().await;
            }
            Some(group) => tokio::select! {
                biased;
                () = group.finish() => return self.settle().await,
                Some(job) = self.queue.recv() => {
                    self.waiting.push(job);
                    self.take_waiting();
                    if self.waiting.len() < GROUP_MIN {
                        return true;
                    }
                }
            },
            None if !self.again.is_empty() => {
                let mut jobs = std::mem::take(&mut self.again);
                jobs.sort_by_key(|job| job.answer.place());
                return self.admit(jobs).await;
            }
            None => {
                if self.waiting.is_empty() {
                    let received = match self.is_behind() {
                        false => self.queue.recv().await,
                        true => match timeout(FOLLOW_AGAIN_AFTER, self.queue.recv()).await {
                            Ok(received) => received,
                            Err(_) => return self.follow_again().await,
                        },
                    };
                    let Some(job) = received else { return false };
                    self.waiting.push(job);
                    // Whoever can be heard just now shares the commit: one turn for the connections that are ready.
                    tokio::task::yield_now().await;
                }
                self.take_waiting();
            }
        }
        let jobs = std::mem::take(&mut self.waiting);
        self.admit(jobs).await
    }

    /// Takes from the queue what goes into the next group.
    fn take_waiting(&mut self) {
        while self.waiting.len() < GROUP_MAX
            && let Ok(job) = self.queue.try_recv()
        {
            self.waiting.push(job);
        }
    }

    /// Admits a group and hands it to the log.
    async fn admit(&mut self, jobs: Vec<Job>) -> bool {
        let Some(open) = self.open.upgrade() else { return false };
        let requests: HashSet<RequestId> = self.under_way.iter().flat_map(Group::request_ids).collect();
        let ahead = std::mem::take(&mut self.ahead);
        let records = jobs.iter().map(|job| job.submission.batch.items.len()).sum();
        let (admitting, of_log) = (open.clone(), self.log.clone());
        let admitted = work(records, move || {
            let mut admission = Admission {
                open: &admitting,
                log: &*of_log,
                ahead,
                requests,
                under_way: vec![],
                refused: vec![],
                again: vec![],
            };
            admission.admit_all(jobs);
            let Admission { ahead, under_way, refused, again, .. } = admission;
            (ahead, under_way, refused, again)
        });
        match admitted.await {
            Ok((ahead, under_way, refused, again)) => {
                self.ahead = ahead;
                self.again.extend(again);
                let first = under_way.first().and_then(|u| u.stored.revisions.first());
                let first_time = first.map(|revision| revision.record_time);
                if !under_way.is_empty() || !refused.is_empty() {
                    let waiting = under_way.into();
                    self.under_way.push_back(Group { first_time, waiting, outcomes: Vec::new(), refused });
                }
            }
            Err(defect) => {
                // Some of the group may be on its way to the disk: what the log holds will tell.
                tracing::error!(dossier = open.dossier.id.as_str(), %defect, "a group was not admitted to its end");
                self.broken = true;
            }
        }
        self.publish(&open);
        self.recover(&open).await;
        true
    }

    /// Folds in what became of the oldest group, and answers.
    async fn settle(&mut self) -> bool {
        let Some(Group { outcomes, refused, .. }) = self.under_way.pop_front() else { return true };
        let Some(open) = self.open.upgrade() else { return false };
        self.broken |= outcomes.iter().any(|outcome| outcome.appended.is_err());
        let records = outcomes.iter().map(|outcome| outcome.stored.revisions.len()).sum();
        let (folding, of_log) = (open.clone(), self.log.clone());
        let finished = work(records, move || finish(&folding, &*of_log, outcomes)).await;
        let (answers, again) = finished.unwrap_or_else(|defect| {
            tracing::error!(dossier = open.dossier.id.as_str(), %defect, "a group was not answered to its end");
            self.broken = true;
            (Vec::new(), Vec::new())
        });
        self.again.extend(again);
        self.ahead.forget_to(open.head());
        self.publish(&open);
        for (asker, answer) in answers {
            asker.send(answer);
        }
        for (job, error) in refused {
            if self.broken {
                // It may have been refused for something that never came to be.
                self.again.push(job);
            } else {
                job.answer.send(Err(error));
            }
        }
        self.recover(&open).await;
        true
    }

    /// After a failure, once nothing is under way: the record is what the log holds.
    async fn recover(&mut self, open: &Arc<Open>) {
        if !self.broken || !self.under_way.is_empty() {
            return;
        }
        let (folding, of_log) = (open.clone(), self.log.clone());
        // How much there is to read is not known, so it is done elsewhere.
        let folded = work(usize::MAX, move || fold(&folding, &*of_log, &[])).await;
        // If it could not be read now, it is tried again: by the next append, which folds in what it finds, or after a while.
        match folded {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(dossier = open.dossier.id.as_str(), %error, "the log cannot be followed");
            }
            Err(defect) => {
                tracing::error!(dossier = open.dossier.id.as_str(), %defect, "the log was not followed");
                open.times.lock().unwrap_or_else(PoisonError::into_inner).is_behind = true;
            }
        }
        self.ahead = Ahead::default();
        self.broken = false;
        self.publish(open);
    }

    /// Whether the log may hold more than is known here, because it could not be read.
    fn is_behind(&self) -> bool {
        let is_behind = |open: Arc<Open>| open.times.lock().unwrap_or_else(PoisonError::into_inner).is_behind;
        self.open.upgrade().is_some_and(is_behind)
    }

    /// Tries once more to read what the log holds.
    async fn follow_again(&mut self) -> bool {
        let Some(open) = self.open.upgrade() else { return false };
        self.broken = true;
        self.recover(&open).await;
        true
    }

    /// Tells reads as of an instant from which record time on something is still under way. After a failure more may be durable than
    /// is folded in, so they wait until that is mended.
    fn publish(&self, open: &Open) {
        if self.broken {
            return;
        }
        let first_time = self.under_way.iter().find_map(|group| group.first_time);
        open.times.lock().unwrap_or_else(PoisonError::into_inner).admitted = first_time;
        open.settled.send_replace(());
    }
}

impl Group {
    /// The request ids of which nobody was told yet what became of them, though some may be durable.
    fn request_ids(&self) -> impl Iterator<Item = RequestId> {
        let jobs = self.waiting.iter().map(|u| &u.job).chain(self.outcomes.iter().map(|outcome| &outcome.job));
        jobs.filter_map(Job::request_id)
    }

    /// Waits until all of it is durable or has failed. Can be dropped and called again.
    async fn finish(&mut self) {
        while let Some(next) = self.waiting.front_mut() {
            let appended = (&mut next.pending).await;
            if let Some(UnderWay { job, stored, entries, .. }) = self.waiting.pop_front() {
                self.outcomes.push(Outcome { job, stored, entries, appended });
            }
        }
    }
}

/// Does work that keeps a processor busy: here if it concerns few records, else away from the threads that serve calls. A defect in
/// it costs only this work its result.
async fn work<T: Send + 'static>(records: usize, work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    if records <= RECORDS_IN_PLACE_MAX {
        return catch_unwind(AssertUnwindSafe(work)).map_err(|_| "a panic; its message is above".to_owned());
    }
    tokio::task::spawn_blocking(work).await.map_err(|defect| defect.to_string())
}

/// The work on one group.
struct Admission<'w> {
    open: &'w Open,
    log: &'w dyn Log,
    ahead: Ahead,
    /// The request ids that are under way.
    requests: HashSet<RequestId>,
    under_way: Vec<UnderWay>,
    refused: Vec<(Job, Error)>,
    again: Vec<Job>,
}

impl Admission<'_> {
    fn admit_all(&mut self, jobs: Vec<Job>) {
        let open = self.open;
        open.read(|records| {
            for job in jobs {
                self.admit_one(records, job);
            }
        });
    }

    /// Answers what can be answered at once; hands on the rest.
    fn admit_one(&mut self, records: &Records, mut job: Job) {
        let Admission { open, log, .. } = *self;
        if job.answer.is_passed_over() {
            return;
        }
        if job.answer.follows(self.again.iter().map(|job| &job.answer)) {
            self.again.push(job);
            return;
        }
        let request = job.submission.request;
        if let Some((id, body)) = request {
            if self.requests.contains(&id) {
                // The first of two that are the same must be durable before the second can be told so.
                self.again.push(job);
                return;
            }
            let answer = match log.answered(&key(&open.dossier.id), &id) {
                Ok(None) => None,
                Ok(Some(answered)) if body == answered.body_sha256 => Some(stored_answer(records, &answered)),
                Ok(Some(_)) => Some(Err(Error::RequestIdReused)),
                Err(error) => Some(Err(storage(error))),
            };
            if let Some(answer) = answer {
                job.answer.send(answer);
                return;
            }
        }
        let validate_only = job.submission.validate_only;
        let nothing = Ahead::default();
        // A check says what is so, and nothing is so before it is durable.
        let ahead = if validate_only { &nothing } else { &self.ahead };
        let pending = Pending::new(records, ahead);
        let expected_head = Some(pending.next_position() - 1);
        // A defect that one batch brings to light must not take along those that are already on their way to the disk.
        let admitted = catch_unwind(AssertUnwindSafe(|| admit_batch(open, &pending, &mut job.submission)))
            .unwrap_or(Err(Error::Lost));
        let (stored, payloads) = match admitted {
            Ok(admitted) => admitted,
            Err(error @ Error::Refused(_)) if !ahead.is_empty() => {
                // Those behind it in its chain need to know whether it is refused; what comes again is held against what is durable.
                if job.submission.chain.is_some() {
                    self.again.push(job);
                } else {
                    self.refused.push((job, error));
                }
                return;
            }
            Err(error) => {
                job.answer.send(Err(error));
                return;
            }
        };
        if validate_only {
            job.answer.send(Ok(Stored { position: records.head(), ..stored }));
            return;
        }
        let answer = entry::encode_answer(&stored.warnings);
        self.requests.extend(request.map(|(id, _)| id));
        let request = request.map(|(id, body_sha256)| Request { id, body_sha256, answer });
        self.ahead.add(&stored.revisions);
        let entries = payloads.clone();
        let append = Append { dossier: key(&open.dossier.id), expected_head, payloads, request };
        self.under_way.push(UnderWay { job, stored, entries, pending: log.append(append) });
    }
}

/// Admits a batch, and writes its entries.
fn admit_batch(open: &Open, pending: &Pending<'_>, submission: &mut Submission) -> Result<(Stored, Vec<Bytes>), Error> {
    let last = pending.last_time().unwrap_or(open.dossier.create_time);
    // Later than anything recorded and than any instant a read was answered as of, so that such an answer stays true.
    let time = {
        let mut times = open.times.lock().unwrap_or_else(PoisonError::into_inner);
        let time = (open.now)().max(next_instant(last.max(times.answered_as_of)));
        times.admitted = Some(times.admitted.map_or(time, |earliest| earliest.min(time)));
        time
    };
    let recording = Recording { position: pending.next_position(), time, by: submission.by.clone() };
    let admitted = admit(&mut submission.batch, pending, &recording).map_err(Error::Refused)?;
    let revisions = admitted.revisions;
    let warnings: Vec<pb::Warning> = admitted.warnings.iter().map(encode::warning).collect();
    let payloads = entry::encode_revisions(&revisions, &open.dossier);
    let size = answer_size(&revisions, &payloads, &warnings, &open.dossier);
    if size > ANSWER_SIZE_BYTES_MAX {
        let what = format!(
            "the batch comes to {size} bytes as stored and read; {ANSWER_SIZE_BYTES_MAX} are the most: split it"
        );
        // It may be admitted anew, as any other that is refused.
        submission.batch.restore(&revisions);
        return Err(Error::Refused(vec![Violation::new("records", Reason::BatchTooLarge, what)]));
    }
    let position = revisions.last().map_or(0, |r| r.position);
    Ok((Stored { revisions, warnings, position }, payloads))
}

/// How many bytes the answer to an append has, so that what was stored can be told and read. Only of a batch that might
/// come near the limit is it counted; of any other its entries and what they may grow by are told.
fn answer_size(revisions: &[Arc<Revision>], payloads: &[Bytes], warnings: &[pb::Warning], dossier: &Dossier) -> usize {
    let warnings: usize = warnings.iter().map(|w| w.encoded_len() + FRAME_BYTES).sum();
    let at_most: usize = payloads.iter().map(|p| p.len() * GROWTH_MAX + ADDED_BYTES_MAX).sum();
    if at_most + warnings <= ANSWER_SIZE_BYTES_MAX {
        return at_most + warnings;
    }
    let context = encode::Context { dossier: &dossier.id, zone: &dossier.zone };
    // Whether it is unsourced can change, and counts two bytes.
    let records = revisions.iter().map(|r| encode::record(r, true, &context).encoded_len() + FRAME_BYTES);
    records.sum::<usize>() + warnings
}

fn next_instant(instant: Timestamp) -> Timestamp {
    instant.checked_add(SignedDuration::from_nanos(1)).unwrap_or(instant)
}

/// Brings the records up to what is durable; returns the answers, and those that must be admitted anew.
fn finish(open: &Open, log: &dyn Log, outcomes: Vec<Outcome>) -> (Vec<Answer>, Vec<Job>) {
    for outcome in &outcomes {
        open.observed.append_ended(&outcome.appended);
    }
    let durable = outcomes.iter().filter(|outcome| outcome.appended.is_ok());
    let durable = durable.flat_map(|outcome| outcome.stored.revisions.iter().zip(&outcome.entries));
    // Whatever the log did or did not do, the record is what the log holds.
    let caught_up = fold(open, log, &durable.collect::<Vec<_>>());
    let mut again = Vec::new();
    let mut answers = Vec::with_capacity(outcomes.len());
    for Outcome { mut job, stored, appended, entries: _ } in outcomes {
        let answer = match appended {
            Ok(_) => caught_up.clone().map(|()| stored),
            Err(LogError::Known(answered)) => {
                let same = job.submission.request.is_some_and(|(_, body)| body == answered.body_sha256);
                if same { open.read(|records| stored_answer(records, &answered)) } else { Err(Error::RequestIdReused) }
            }
            Err(LogError::LostRace { .. }) if caught_up.is_ok() && job.attempts + 1 < ATTEMPTS_MAX => {
                job.attempts += 1;
                job.submission.batch.restore(&stored.revisions);
                again.push(job);
                continue;
            }
            Err(error) => {
                tracing::error!(dossier = open.dossier.id.as_str(), error = %error, "an append failed");
                Err(storage(error))
            }
        };
        answers.push((job.answer, answer));
    }
    (answers, again)
}

/// Folds in what became durable, and whatever else the log holds past it: after a failure more may be there than was answered.
fn fold(open: &Open, log: &dyn Log, durable: &[(&Arc<Revision>, &Bytes)]) -> Result<(), Error> {
    // Made beside the state that is being read, which it shares all but a few pages with.
    let mut records = Records::clone(&open.records());
    for (revision, entry) in durable {
        if revision.position == records.head() + 1 {
            records.fold(Arc::clone(revision), entry);
        }
    }
    // What is there already need not be read, and what is still under way will be handed over.
    let is_whole = durable.last().is_some_and(|(last, _)| last.position <= records.head());
    let followed = if is_whole { Ok(()) } else { catch_up(log, &open.dossier, &mut records) };
    let head = records.head();
    let earlier = {
        let mut current = open.records.write().unwrap_or_else(PoisonError::into_inner);
        // Together with what is folded in, so that no read as of an instant sees one without the other.
        open.times.lock().unwrap_or_else(PoisonError::into_inner).is_behind = followed.is_err();
        std::mem::replace(&mut *current, Arc::new(records))
    };
    open.head.store(head, Ordering::Release);
    drop(earlier);
    followed
}

/// What a request was answered the first time.
fn stored_answer(records: &Records, answered: &log::Answered) -> Result<Stored, Error> {
    let range = answered.range.first..=answered.range.last;
    let revisions: Option<Vec<Arc<Revision>>> = range.map(|position| records.at(position)).collect();
    // What is not folded in yet cannot be told yet.
    let revisions = revisions.ok_or(Error::Lost)?;
    Ok(Stored { revisions, warnings: entry::decode_answer(&answered.answer), position: answered.range.last })
}
