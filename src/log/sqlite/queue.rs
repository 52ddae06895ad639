//! The appends that wait for the writer, bounded by the bytes they hold.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::log::{APPEND_SIZE_BYTES_MAX, Appended, Cause, Error};

use super::prepared::Prepared;

/// What may wait. When it is reached, `append` answers `Busy`, and nothing is lost because nothing was promised.
const WAITING_BYTES_MAX: usize = 128 * 1024 * 1024;

/// What goes into one transaction, unless the first append alone is larger: enough that one flush serves many, and
/// little enough that the first in the group does not wait long for the last.
const GROUP_BYTES_MAX: usize = 8 * 1024 * 1024;

// An append that is allowed at all must find room in an empty queue.
const _: () = assert!(APPEND_SIZE_BYTES_MAX < WAITING_BYTES_MAX);

/// An append and where its answer goes.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) append: Prepared,
    pub(super) answer: oneshot::Sender<Result<Appended, Error>>,
}

/// Filled by every caller of `append`, emptied by the one writer.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    waiting: VecDeque<Waiting>,
    waiting_bytes: usize,
    closed: Option<Closed>,
}

/// Why nothing more is taken in.
#[derive(Debug)]
enum Closed {
    /// The log is being dropped: what waits is still written.
    ByOwner,
    /// The storage cannot be trusted: what waits is refused.
    ByFailure(Cause),
}

impl Queue {
    /// Puts an append at the end, or says why not. The caller must not block, so it never waits for room.
    pub(super) fn push(&self, append: Prepared) -> Result<oneshot::Receiver<Result<Appended, Error>>, Error> {
        let mut state = self.state();
        match &state.closed {
            None => {}
            Some(Closed::ByOwner) => return Err(Error::Closed { cause: None }),
            Some(Closed::ByFailure(cause)) => {
                return Err(Error::Closed { cause: Some(cause.clone()) });
            }
        }
        let waiting_bytes = state.waiting_bytes + append.size_bytes;
        if waiting_bytes > WAITING_BYTES_MAX {
            return Err(Error::Busy { waiting_bytes: state.waiting_bytes, waiting_bytes_max: WAITING_BYTES_MAX });
        }
        let (answer, answered) = oneshot::channel();
        state.waiting_bytes = waiting_bytes;
        let is_first = state.waiting.is_empty();
        state.waiting.push_back(Waiting { append, answer });
        drop(state);
        // The writer sleeps only while nothing waits, and to wake it costs a call of the system.
        if is_first {
            self.changed.notify_one();
        }
        Ok(answered)
    }

    /// Waits until there is something to write; false when there is not and never will be.
    pub(super) fn wait(&self) -> bool {
        let mut state = self.state();
        while state.waiting.is_empty() && state.closed.is_none() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        !state.waiting.is_empty()
    }

    /// Takes what goes into the next transaction, in the order in which it came.
    pub(super) fn take(&self) -> Vec<Waiting> {
        let mut state = self.state();
        let mut group = Vec::new();
        let mut group_bytes = 0;
        while let Some(next) = state.waiting.front() {
            group_bytes += next.append.size_bytes;
            if group_bytes > GROUP_BYTES_MAX && !group.is_empty() {
                break;
            }
            group.extend(state.waiting.pop_front());
        }
        let taken_bytes: usize = group.iter().map(|waiting| waiting.append.size_bytes).sum();
        state.waiting_bytes -= taken_bytes;
        group
    }

    /// Takes nothing more in; the writer ends when it has written what waits.
    pub(super) fn close(&self) {
        self.state().closed.get_or_insert(Closed::ByOwner);
        self.changed.notify_one();
    }

    /// Takes nothing more in, and refuses what waits.
    pub(super) fn fail(&self, cause: Cause) {
        let refused = {
            let mut state = self.state();
            state.closed = Some(Closed::ByFailure(cause.clone()));
            state.waiting_bytes = 0;
            std::mem::take(&mut state.waiting)
        };
        for waiting in refused {
            // Whoever no longer listens does not need to hear it.
            let _ = waiting.answer.send(Err(Error::Closed { cause: Some(cause.clone()) }));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::log::{Append, DossierKey};

    /// An append that says it is so large, and is not.
    fn sized(size_bytes: usize) -> Prepared {
        let append =
            Append { dossier: DossierKey::from("a"), expected_head: None, payloads: vec![Bytes::new()], request: None };
        Prepared { size_bytes, ..Prepared::new(append).expect("it has an entry") }
    }

    fn sizes(group: &[Waiting]) -> Vec<usize> {
        group.iter().map(|waiting| waiting.append.size_bytes).collect()
    }

    #[test]
    fn a_full_queue_says_so_and_takes_in_again_what_there_is_room_for() {
        let queue = Queue::default();
        let third = WAITING_BYTES_MAX / 3;
        for _ in 0..3 {
            queue.push(sized(third)).expect("room");
        }
        let refused = queue.push(sized(third)).expect_err("no room");
        assert!(matches!(refused, Error::Busy { waiting_bytes, .. } if waiting_bytes == third * 3));
        assert_eq!(sizes(&queue.take()), [third]);
        queue.push(sized(third)).expect("room again");
    }

    #[test]
    fn a_group_is_taken_in_order_and_bounded() {
        let queue = Queue::default();
        let half = GROUP_BYTES_MAX / 2;
        let pushed = [half, half, 1, GROUP_BYTES_MAX * 2, 1, half, half];
        for size_bytes in pushed {
            queue.push(sized(size_bytes)).expect("room");
        }
        let groups: [Vec<usize>; 4] = std::array::from_fn(|_| sizes(&queue.take()));
        assert_eq!(groups, [vec![half, half], vec![1], vec![GROUP_BYTES_MAX * 2], vec![1, half]]);
    }

    #[test]
    fn a_closed_queue_gives_out_what_waits_and_takes_nothing_in() {
        let queue = Queue::default();
        queue.push(sized(1)).expect("room");
        queue.close();
        assert!(matches!(queue.push(sized(1)), Err(Error::Closed { cause: None })));
        assert!(queue.wait());
        assert_eq!(sizes(&queue.take()), [1]);
        assert!(!queue.wait());
    }
}
