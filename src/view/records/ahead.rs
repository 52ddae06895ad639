//! What is admitted and not folded in yet, and the record with it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::admission::RecordSoFar;
use crate::domain::hierarchy::Hierarchy;
use crate::domain::name::{ByName, Collection, Id, RecordName};
use crate::domain::record::{Body, Position, Revision};
use crate::domain::taxonomy;
use crate::domain::things::Taxonomy;

use super::Records;

/// Batches that are admitted but not yet folded in, so that the next can be held against them.
///
/// ```text
///  records  1 2 3 … head │ head+1 … ahead
///           durable      │ on their way to the disk
/// ```
#[derive(Debug, Default)]
pub struct Ahead {
    added: VecDeque<Arc<Revision>>,
    /// The positions of the first and the last pending revision of each record.
    names: ByName<(Position, Position)>,
    classes: HashMap<(Taxonomy, Arc<str>), RecordName>,
}

impl Ahead {
    /// Adds an admitted batch.
    pub fn add(&mut self, revisions: &[Arc<Revision>]) {
        for revision in revisions {
            if let Body::Class(class) = &revision.body {
                self.classes.insert((class.taxonomy, class.id.0.clone()), revision.name.clone());
            }
            let position = revision.position;
            self.names
                .entry(revision.name.clone())
                .and_modify(|(_, last)| *last = position)
                .or_insert((position, position));
            self.added.push_back(revision.clone());
        }
    }

    /// Whether nothing is pending.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty()
    }

    /// Forgets what is folded in by now.
    pub fn forget_to(&mut self, head: Position) {
        while let Some(revision) = self.added.pop_front_if(|revision| revision.position <= head) {
            if let Body::Class(class) = &revision.body {
                self.classes.remove(&(class.taxonomy, class.id.0.clone()));
            }
            // A record with more of its revisions pending is still found by the last of them.
            if self.names.get(&revision.name).is_some_and(|(_, last)| *last <= head) {
                self.names.remove(&revision.name);
            }
        }
    }

    /// The revision at a position, if it is pending.
    fn at(&self, position: Position) -> Option<&Arc<Revision>> {
        let first = self.added.front()?.position;
        usize::try_from(position.checked_sub(first)?).ok().and_then(|i| self.added.get(i))
    }
}

/// The record with what is ahead of it.
#[derive(Debug, Clone, Copy)]
pub struct Pending<'r> {
    records: &'r Records,
    ahead: &'r Ahead,
}

impl<'r> Pending<'r> {
    /// The record, and what begins right after its head.
    pub fn new(records: &'r Records, ahead: &'r Ahead) -> Pending<'r> {
        Pending { records, ahead }
    }

    /// The position that the next record will take.
    pub fn next_position(&self) -> Position {
        self.records.head() + self.ahead.added.len() as Position + 1
    }

    /// The record time of the last revision, pending ones included.
    pub fn last_time(&self) -> Option<Timestamp> {
        self.ahead.added.back().map(|r| r.record_time).or_else(|| self.records.last_time())
    }
}

impl RecordSoFar for Pending<'_> {
    fn last(&self, name: &RecordName) -> Option<Arc<Revision>> {
        let pending = self.ahead.names.get(name).and_then(|(_, last)| self.ahead.at(*last)).cloned();
        pending.or_else(|| self.records.last(name))
    }

    fn is_retracted(&self, name: &RecordName) -> Option<bool> {
        let pending = self.ahead.names.get(name).and_then(|(_, last)| self.ahead.at(*last)).map(|r| r.retracted);
        pending.or_else(|| self.records.is_retracted(name))
    }

    fn last_by(&self, name: &RecordName, position: Position) -> Option<Arc<Revision>> {
        let is_pending = self.ahead.names.contains_key(name);
        let mut pending = self.ahead.added.iter().rev().filter(|_| is_pending);
        let pending = pending.find(|r| r.name == *name && r.position <= position).cloned();
        pending.or_else(|| self.records.last_by(name, position))
    }

    fn first(&self, name: &RecordName) -> Option<Arc<Revision>> {
        let pending = || self.ahead.names.get(name).and_then(|(first, _)| self.ahead.at(*first)).cloned();
        self.records.first(name).or_else(pending)
    }

    fn class_record(&self, taxonomy: Taxonomy, id: &str) -> Option<RecordName> {
        let pending = self.ahead.classes.get(&(taxonomy, Arc::from(id))).cloned();
        pending.or_else(|| self.records.class_record(taxonomy, id))
    }

    fn ids(&self, collection: Collection) -> Vec<Id> {
        let added = self.ahead.names.keys().filter(|n| n.collection == collection).map(|n| n.id.clone());
        self.records.ids(collection).into_iter().chain(added).collect()
    }

    fn class_ids(&self, taxonomy: Taxonomy) -> Vec<Arc<str>> {
        let added = self.ahead.classes.keys().filter(|(t, _)| *t == taxonomy).map(|(_, id)| id.clone());
        self.records.class_ids(taxonomy).into_iter().chain(added).collect()
    }

    fn readings_naming(&self, name: &RecordName) -> Vec<RecordName> {
        let readings = self.ahead.added.iter().filter(|r| r.name.collection == Collection::Readings);
        let added = readings.filter(|r| r.references.contains(name)).map(|r| r.name.clone());
        self.records.readings_naming(name).into_iter().chain(added).collect()
    }

    fn built_in(&self, taxonomy: Taxonomy) -> &Hierarchy {
        taxonomy::built_in(taxonomy)
    }
}
