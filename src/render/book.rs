//! The records that others refer to, by full name, as an export looks them up.

use std::collections::HashMap;

use crate::wire::pb;
use pb::record::Kind;

/// Records by full name. What is not in it is not known, and stays without words.
#[derive(Debug, Clone, Default)]
pub struct Book {
    records: HashMap<String, pb::Record>,
}

impl Book {
    /// Adds a record.
    pub fn add(&mut self, record: pb::Record) {
        self.records.insert(record.name.clone(), record);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.records.clear();
    }

    /// How many records it holds.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// A record.
    pub fn get(&self, name: &str) -> Option<&pb::Record> {
        self.records.get(name)
    }

    /// What an actor, place, incident or document calls itself; empty where that is not known.
    pub fn display(&self, name: &str) -> &str {
        match self.records.get(name).and_then(|record| record.kind.as_ref()) {
            Some(Kind::Actor(actor)) => &actor.display_name,
            Some(Kind::Place(place)) => &place.display_name,
            Some(Kind::Incident(incident)) => &incident.display_name,
            Some(Kind::Document(document)) => &document.title,
            Some(_) | None => "",
        }
    }

    /// A place.
    pub fn place(&self, name: &str) -> Option<&pb::Place> {
        match self.records.get(name)?.kind.as_ref()? {
            Kind::Place(place) => Some(place),
            _ => None,
        }
    }

    /// Whether it is known to be retracted.
    pub fn is_retracted(&self, name: &str) -> bool {
        self.records.get(name).is_some_and(|record| record.retracted)
    }
}
