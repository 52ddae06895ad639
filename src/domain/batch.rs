//! A batch of drafts on its way into the record: what was decoded, what it refers to, and what is wrong with it so far.
//!
//! Decoding never stops at the first fault, and neither does the check against the dossier: the references of a record
//! that did not decode are still looked up, so that one answer names every fault.

use std::fmt;
use std::sync::Arc;

use super::fault::Violation;
use super::name::RecordName;
use super::record::{Draft, Revision};
use super::things::Taxonomy;
use super::values::ClassId;

/// A decoded batch.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// One item a record, in order.
    pub items: Vec<Item>,
    /// Every fault found while decoding.
    pub violations: Vec<Violation>,
}

impl Batch {
    /// Puts back what became part of these revisions, in their order, so that the batch can be admitted anew.
    pub fn restore(&mut self, revisions: &[Arc<Revision>]) {
        let mut drafts = self.items.iter_mut().filter_map(|item| item.draft.as_mut());
        // Of a batch that was refused, there may be drafts between of which nothing came.
        let found = revisions.iter().filter_map(|r| Some((drafts.find(|draft| draft.name == r.name)?, r)));
        // A retraction was left whole: its revision may hold what the one before it said.
        for (draft, revision) in found.filter(|(draft, _)| !draft.retracted) {
            draft.reason.clone_from(&revision.reason);
            draft.citations.clone_from(&revision.citations);
            draft.references.clone_from(&revision.references);
            draft.body = Some(revision.body.clone());
        }
    }
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
    pub field: FieldPath,
    /// What it names.
    pub target: RecordName,
}

/// A field that names a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassReference {
    /// The full path, such as `records[6].report.facts.struck[0].object`.
    pub field: FieldPath,
    /// In which taxonomy.
    pub taxonomy: Taxonomy,
    /// What it names.
    pub id: ClassId,
}

/// Where a field stands, seen from the request's root. It becomes text only where somebody must be told of it: of a record whose
/// references are all there, nobody is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldPath(pub Box<[Step]>);

/// One step down a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Into a field of a message.
    Field(&'static str),
    /// Into an entry of a list.
    Index(usize),
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FieldPath(steps) = self;
        for (depth, step) in steps.iter().enumerate() {
            match step {
                Step::Field(field) if depth == 0 => f.write_str(field)?,
                Step::Field(field) => write!(f, ".{field}")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
