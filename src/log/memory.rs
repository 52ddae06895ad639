//! The log in memory: the reference that the other backends are held to, small enough to believe.

use std::collections::{BTreeMap, HashMap};
use std::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::faults::{BrokenOnPurpose, Fault, Faults};
use super::{Answered, Append, Appended, Cause, DossierKey, Entry, Error, Log, Pending, Request, RequestId};

/// Entries kept for as long as a handle lives. A clone is another handle on the same log.
#[derive(Debug, Clone, Default)]
pub struct MemoryLog {
    state: Arc<Mutex<State>>,
    faults: Faults,
}

#[derive(Debug, Default)]
struct State {
    dossiers: BTreeMap<DossierKey, Dossier>,
    broken_by: Option<Cause>,
}

#[derive(Debug, Default)]
struct Dossier {
    entries: Vec<Bytes>,
    requests: HashMap<RequestId, Answered>,
}

impl Dossier {
    fn head(&self) -> Option<u64> {
        (self.entries.len() as u64).checked_sub(1)
    }
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> MemoryLog {
        MemoryLog::default()
    }

    /// An empty log whose appends can be broken.
    pub fn with_faults(faults: Faults) -> MemoryLog {
        MemoryLog { faults, ..MemoryLog::default() }
    }

    /// Another handle on the same entries, as if the log had been closed and opened.
    #[must_use]
    pub fn reopen(&self) -> MemoryLog {
        self.state().broken_by = None;
        self.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is made only when nothing can fail any more, so a panic elsewhere leaves nothing half done.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append_now(&self, append: Append) -> Result<Appended, Error> {
        append.validate()?;
        let mut state = self.state();
        if let Some(cause) = &state.broken_by {
            return Err(Error::Closed { cause: Some(cause.clone()) });
        }

        let dossier = state.dossiers.get(&append.dossier);
        let seen = append.request.as_ref().and_then(|request| dossier?.requests.get(&request.id));
        if let Some(answered) = seen {
            return Err(Error::Known(answered.clone()));
        }
        let head = dossier.and_then(Dossier::head);
        if append.expected_head != head {
            return Err(Error::LostRace { dossier: append.dossier, expected: append.expected_head, actual: head });
        }

        let fault = self.faults.next();
        match fault {
            Some(Fault::BeforeCommit) => return Err(storage_error(Fault::BeforeCommit)),
            Some(Fault::Breakdown) => {
                state.broken_by = Some(Arc::new(BrokenOnPurpose(Fault::Breakdown)));
                return Err(storage_error(Fault::Breakdown));
            }
            Some(Fault::AfterCommit) | None => {}
        }
        let range = append.range_after(head);
        let dossier = state.dossiers.entry(append.dossier).or_default();
        dossier.entries.extend(append.payloads);
        if let Some(Request { id, body_sha256, answer }) = append.request {
            dossier.requests.insert(id, Answered { range, body_sha256, answer });
        }
        match fault {
            Some(fault) => Err(storage_error(fault)),
            None => Ok(range),
        }
    }
}

fn storage_error(fault: Fault) -> Error {
    Error::Storage { doing: "commit", cause: Arc::new(BrokenOnPurpose(fault)) }
}

impl Log for MemoryLog {
    fn dossiers(&self) -> Result<Vec<DossierKey>, Error> {
        Ok(self.state().dossiers.keys().cloned().collect())
    }

    fn head(&self, dossier: &DossierKey) -> Result<Option<u64>, Error> {
        Ok(self.state().dossiers.get(dossier).and_then(Dossier::head))
    }

    fn append(&self, append: Append) -> Pending<Appended> {
        Box::pin(ready(self.append_now(append)))
    }

    fn read(&self, dossier: &DossierKey, from: u64, limit: usize) -> Result<Vec<Entry>, Error> {
        let state = self.state();
        let Some(dossier) = state.dossiers.get(dossier) else {
            return Ok(Vec::new());
        };
        let skipped = usize::try_from(from).unwrap_or(usize::MAX);
        let payloads = dossier.entries.iter().skip(skipped).take(limit);
        Ok(payloads.zip(from..).map(|(payload, position)| Entry { position, payload: payload.clone() }).collect())
    }

    fn answered(&self, dossier: &DossierKey, request: &RequestId) -> Result<Option<Answered>, Error> {
        let state = self.state();
        Ok(state.dossiers.get(dossier).and_then(|dossier| dossier.requests.get(request)).cloned())
    }
}
