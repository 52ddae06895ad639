//! A batch of drafts on its way into the record: what was decoded, what it refers to, and what is wrong with it so far.
//!
//! Decoding never stops at the first fault, and neither does the check against the dossier: the references of a record
//! that did not decode are still looked up, so that one answer names every fault.

use super::fault::Violation;
use super::name::RecordName;
use super::record::Draft;
use super::things::Taxonomy;

/// A decoded batch.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// One item a record, in order.
    pub items: Vec<Item>,
    /// Every fault found while decoding.
    pub violations: Vec<Violation>,
}

/// One record of a batch.
#[derive(Debug, Clone, Default)]
pub struct Item {
    /// Its name, if that could be read or assigned.
    pub name: Option<RecordName>,
    /// The record, if all of it could be read.
    pub draft: Option<Draft>,
    /// The records it names, each with the field that does.
    pub references: Vec<Reference>,
    /// The classes it names, each with the field that does.
    pub classes: Vec<ClassReference>,
}

/// A field that names another record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The full path, such as `records[3].report.claimant`.
    pub field: String,
    /// What it names.
    pub target: RecordName,
}

/// A field that names a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassReference {
    /// The full path, such as `records[6].report.facts.struck[0].object`.
    pub field: String,
    /// In which taxonomy.
    pub taxonomy: Taxonomy,
    /// What it names.
    pub id: String,
}
