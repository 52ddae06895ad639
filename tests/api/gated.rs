//! A log that decides when an append happens, and how it fails, as a test tells it: with it several groups are under way at once.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use armistice::log::faults::{Fault, Faults};
use armistice::log::memory::MemoryLog;
use armistice::log::{Answered, Append, Appended, DossierKey, Entry, Error, Log, Pending, RequestId};
use tokio::sync::{oneshot, watch};
use tokio::time::timeout;

use crate::server::PATIENCE;

/// What an append is answered.
type Answer = Result<Appended, Error>;

/// A log in memory behind a gate. While the gate is shut, appends wait at it in their order.
#[derive(Debug, Clone)]
pub(crate) struct Gated {
    log: MemoryLog,
    faults: Faults,
    gate: Arc<Mutex<Gate>>,
    /// The dossier that cannot be read for now.
    held: Arc<(Mutex<Option<String>>, Condvar)>,
    /// Whether entries cannot be read just now.
    unreadable: Arc<AtomicBool>,
    /// How many appends ever came to the gate while it was shut.
    arrived: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Gate {
    is_shut: bool,
    waiting: VecDeque<(Append, oneshot::Sender<Answer>)>,
}

impl Gated {
    /// An empty log; the gate is open.
    pub(crate) fn new() -> Gated {
        let faults = Faults::planned();
        let log = MemoryLog::with_faults(faults.clone());
        Gated {
            log,
            faults,
            gate: Arc::default(),
            held: Arc::default(),
            unreadable: Arc::default(),
            arrived: watch::Sender::new(0),
        }
    }

    /// From now on entries can, or cannot, be read.
    pub(crate) fn be_readable(&self, readable: bool) {
        self.unreadable.store(!readable, Ordering::SeqCst);
    }

    pub(crate) fn shut(&self) {
        self.gate().is_shut = true;
    }

    /// Breaks the next append that comes through.
    pub(crate) fn break_next(&self, fault: Fault) {
        self.faults.break_next(fault);
    }

    /// Whoever reads this dossier waits from now on; of none, nobody waits any more.
    pub(crate) fn hold_reads_of(&self, dossier: Option<&str>) {
        let (held, changed) = &*self.held;
        *held.lock().unwrap_or_else(PoisonError::into_inner) = dossier.map(str::to_owned);
        changed.notify_all();
    }

    /// Lets everything through, now and from now on.
    pub(crate) fn open(&self) {
        let mut gate = self.gate();
        gate.is_shut = false;
        while self.pass(&mut gate, None) {}
    }

    /// Lets the oldest through; says whether there was one.
    pub(crate) fn let_one(&self, fault: Option<Fault>) -> bool {
        self.pass(&mut self.gate(), fault)
    }

    /// Lets the oldest through, so many of them.
    #[track_caller]
    pub(crate) fn let_through(&self, count: usize) {
        for number in 0..count {
            assert!(self.let_one(None), "only {number} of {count} wait");
        }
    }

    /// Waits until so many have come to the gate, in all.
    pub(crate) async fn have_arrived(&self, count: usize) {
        let mut arrived = self.arrived.subscribe();
        let waited = timeout(PATIENCE, arrived.wait_for(|arrived| *arrived >= count)).await;
        let now = *self.arrived.borrow();
        waited.unwrap_or_else(|_| panic!("{now} of {count} came")).expect("the log is there");
    }

    /// The request id of the append that waits at this place.
    pub(crate) fn request_at(&self, place: usize) -> Option<RequestId> {
        self.gate().waiting.get(place).and_then(|(append, _)| append.request.as_ref()).map(|request| request.id)
    }

    fn pass(&self, gate: &mut Gate, fault: Option<Fault>) -> bool {
        let Some((append, answer)) = gate.waiting.pop_front() else { return false };
        if let Some(fault) = fault {
            self.faults.break_next(fault);
        }
        // Whoever no longer listens does not need to hear it.
        let _ = answer.send(at_once(self.log.append(append)));
        true
    }

    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The log in memory answers without waiting.
fn at_once(answer: Pending<Appended>) -> Answer {
    match pin!(answer).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => panic!("the log in memory waits"),
    }
}

impl Log for Gated {
    fn dossiers(&self) -> Result<Vec<DossierKey>, Error> {
        self.log.dossiers()
    }

    fn head(&self, dossier: &DossierKey) -> Result<Option<u64>, Error> {
        self.log.head(dossier)
    }

    fn append(&self, append: Append) -> Pending<Appended> {
        let mut gate = self.gate();
        if !gate.is_shut {
            return self.log.append(append);
        }
        let (answer, answered) = oneshot::channel();
        gate.waiting.push_back((append, answer));
        drop(gate);
        self.arrived.send_modify(|arrived| *arrived += 1);
        Box::pin(async move { answered.await.expect("the gate is there") })
    }

    fn read(&self, dossier: &DossierKey, from: u64, limit: usize) -> Result<Vec<Entry>, Error> {
        let (held, changed) = &*self.held;
        let waiting = held.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = changed.wait_while(waiting, |held| held.as_deref() == Some(dossier.as_str()));
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        if self.unreadable.load(Ordering::SeqCst) {
            let cause = std::io::Error::other("unreadable on purpose");
            return Err(Error::Storage { doing: "read", cause: Arc::new(cause) });
        }
        self.log.read(dossier, from, limit)
    }

    fn answered(&self, dossier: &DossierKey, request: &RequestId) -> Result<Option<Answered>, Error> {
        self.log.answered(dossier, request)
    }
}
