//! What is known about every dossier without asking the store: its head, and which requests it has seen.

use std::collections::{BTreeMap, HashMap};

use crate::log::{DossierKey, RequestId};

/// The committed state, or what a group of appends would add to it.
#[derive(Debug, Default)]
pub(super) struct Index {
    dossiers: BTreeMap<DossierKey, Dossier>,
    number_max: i64,
}

/// A dossier as the index knows it.
#[derive(Debug)]
pub(super) struct Dossier {
    /// What the store calls it.
    pub(super) number: i64,
    /// The position of its last entry.
    pub(super) head: u64,
    /// For each request, the position of the first entry of its append.
    pub(super) requests: HashMap<RequestId, u64>,
}

impl Index {
    pub(super) fn keys(&self) -> Vec<DossierKey> {
        self.dossiers.keys().cloned().collect()
    }

    pub(super) fn get(&self, dossier: &DossierKey) -> Option<&Dossier> {
        self.dossiers.get(dossier)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Dossier> {
        self.dossiers.values()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.dossiers.is_empty()
    }

    /// The highest number that a dossier has.
    pub(super) fn number_max(&self) -> i64 {
        self.number_max
    }

    /// Notes that a dossier now ends at `head`, and, if an append came with a request, where that began.
    pub(super) fn note(&mut self, dossier: &DossierKey, number: i64, head: u64, request: Option<(RequestId, u64)>) {
        self.number_max = self.number_max.max(number);
        let known =
            self.dossiers.entry(dossier.clone()).or_insert_with(|| Dossier { number, head, requests: HashMap::new() });
        known.head = head;
        known.requests.extend(request);
    }

    /// Takes over what a group that is now committed has added.
    pub(super) fn merge(&mut self, committed: Index) {
        self.number_max = self.number_max.max(committed.number_max);
        for (key, Dossier { number, head, requests }) in committed.dossiers {
            match self.dossiers.get_mut(&key) {
                Some(known) => {
                    assert!(
                        head > known.head && number == known.number,
                        "an append moves the head of its own dossier forward"
                    );
                    known.head = head;
                    known.requests.extend(requests);
                }
                None => {
                    self.dossiers.insert(key, Dossier { number, head, requests });
                }
            }
        }
    }
}
