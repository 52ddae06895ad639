//! What an append waits with, and what holds appends of one stream together: after one that was not stored, none is.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use tokio::sync::oneshot;

use super::{Error, Stored};

/// Holds appends together that are handed over one after the other without waiting for the first. The writer admits them in
/// that order, and passes over what comes after one that was refused or failed.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    is_broken: AtomicBool,
    /// How many appends were handed over.
    length: AtomicU64,
}

/// Who waits for what becomes of an append. Anything but its success breaks the chain that it is part of.
#[derive(Debug)]
pub(super) struct Asker {
    answer: Option<oneshot::Sender<Result<Stored, Error>>>,
    chain: Option<Chain>,
    /// Which of its chain it is.
    place: u64,
}

/// An append that was handed over.
#[derive(Debug)]
pub struct Receipt(oneshot::Receiver<Result<Stored, Error>>);

impl Asker {
    pub(super) fn new(chain: Option<Chain>) -> (Asker, Receipt) {
        let (answer, answered) = oneshot::channel();
        let place = chain.as_ref().map_or(0, |chain| chain.state.length.fetch_add(1, Ordering::Relaxed));
        (Asker { answer: Some(answer), chain, place }, Receipt(answered))
    }

    /// Answers. Who does not wait any more does not want to know.
    pub(super) fn send(mut self, outcome: Result<Stored, Error>) {
        if outcome.is_err() {
            self.break_chain();
        }
        if let Some(answer) = self.answer.take() {
            let _ = answer.send(outcome);
        }
    }

    /// Whether an append before it in its chain was not stored: then this one must not be either, and nobody waits for it, for who
    /// hears of the first asks no further.
    pub(super) fn is_passed_over(&self) -> bool {
        self.chain.as_ref().is_some_and(|chain| chain.state.is_broken.load(Ordering::Acquire))
    }

    /// Whether one of these is part of the same chain, so that what comes after it has to wait for it.
    pub(super) fn follows<'a>(&self, others: impl IntoIterator<Item = &'a Asker>) -> bool {
        let Some(chain) = &self.chain else { return false };
        others
            .into_iter()
            .any(|other| other.chain.as_ref().is_some_and(|other| Arc::ptr_eq(&other.state, &chain.state)))
    }

    /// Which of its chain it is: those that are admitted anew are admitted in this order.
    pub(super) fn place(&self) -> u64 {
        self.place
    }

    fn break_chain(&self) {
        if let Some(chain) = &self.chain {
            chain.state.is_broken.store(true, Ordering::Release);
        }
    }
}

impl Drop for Asker {
    fn drop(&mut self) {
        // Without an answer nobody knows whether it was stored.
        if self.answer.is_some() {
            self.break_chain();
        }
    }
}

impl Receipt {
    /// Waits until the append is durable, or was not stored. Can be dropped and called again until it has answered.
    pub async fn outcome(&mut self) -> Result<Stored, Error> {
        (&mut self.0).await.map_err(|_| Error::Lost)?
    }
}
