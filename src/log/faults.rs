//! Breaks appends on purpose, so that tests can see what is left.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How an append is to be broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It fails before anything is durable: nothing is there, and the log goes on.
    BeforeCommit,
    /// It becomes durable, but the answer is lost.
    AfterCommit,
    /// It fails before anything is durable, and in a way after which the log must not trust its storage: it closes.
    Breakdown,
}

/// What a backend is told to break. The default breaks nothing, and costs one look at a `None` for each commit.
///
/// Clones share their plan, so a test keeps one and gives another to the backend.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    plan: Option<Arc<Plan>>,
}

#[derive(Debug, Default)]
struct Plan {
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Debug, Default)]
struct State {
    next: VecDeque<Fault>,
    held: usize,
}

impl Plan {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Faults {
    /// Faults that a test can plan.
    pub fn planned() -> Faults {
        Faults { plan: Some(Arc::default()) }
    }

    /// Breaks the next commit that is not yet to be broken. Appends that are refused do not use a fault up.
    ///
    /// Without a plan there is nobody to tell, and nothing happens.
    pub fn break_next(&self, fault: Fault) {
        if let Some(plan) = &self.plan {
            plan.state().next.push_back(fault);
        }
    }

    /// Keeps a backend with a queue from taking anything out of it until the answer is dropped.
    pub fn hold(&self) -> Held {
        if let Some(plan) = &self.plan {
            plan.state().held += 1;
        }
        Held { plan: self.plan.clone() }
    }

    /// The fault for the commit that is about to be made.
    pub(super) fn next(&self) -> Option<Fault> {
        self.plan.as_ref()?.state().next.pop_front()
    }

    /// Waits until nobody holds.
    pub(super) fn wait_while_held(&self) {
        let Some(plan) = &self.plan else { return };
        let mut state = plan.state();
        while state.held > 0 {
            state = plan.released.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Dropping it lets the backend go on.
#[derive(Debug)]
#[must_use = "dropping it lets the backend go on"]
pub struct Held {
    plan: Option<Arc<Plan>>,
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(plan) = &self.plan {
            plan.state().held -= 1;
            plan.released.notify_all();
        }
    }
}

/// What a broken append is answered with.
#[derive(Debug, thiserror::Error)]
#[error("broken on purpose: {0:?}")]
pub(super) struct BrokenOnPurpose(pub(super) Fault);
