//! From the wire into the domain. Every field is read before anything is put together, so that one answer names every
//! fault, each under its full path; whether what is named exists is for the domain to find out.

pub mod assessment;
pub mod briefing;
pub mod consistency;

mod record;

mod numbers;
mod reader;
mod times;

mod dossier;
mod reading;
mod reports;
mod texts;
mod things;
mod undertakings;

#[cfg(test)]
mod tests;

pub use dossier::new_dossier;
pub use reading::{Proposal, Proposed, proposed};

pub(in crate::wire) use dossier::stored as stored_dossier;
pub(in crate::wire) use record::Stored as StoredRecords;

use jiff::Timestamp;

use crate::domain::batch::Batch;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::{Collection, DossierId};
use crate::domain::things::Taxonomy;
use crate::domain::time::Zone;
use crate::wire::mirrored::Mirrored;
use crate::wire::path::Path;
use crate::wire::pb;

use reader::{Origin, Reader};

/// What must be known to read a batch.
pub struct Context<'c> {
    /// The dossier that the batch is for.
    pub dossier: &'c DossierId,
    /// The zone in which local times speak that name none.
    pub zone: &'c Zone,
    /// Makes an identifier for a record that brings none.
    pub new_id: &'c mut dyn FnMut() -> String,
}

/// Reads a batch of records; the paths of its faults start with `records[0]`.
pub fn batch(records: Vec<pb::Record>, context: &mut Context<'_>) -> Batch {
    let Context { dossier, zone, new_id } = context;
    let mut reader = Reader::new(dossier, zone, Origin::Client);
    let root = Path::root("records");
    let mut items = Vec::with_capacity(records.len());
    for (index, wire) in records.into_iter().enumerate() {
        items.push(record::draft(&mut reader, wire, *new_id, &root.index(index)));
    }
    Batch { items, violations: reader.faults }
}

/// The collections that a record says it belongs to, before it is read: that of its kind, and that of its name.
pub fn collections(record: &pb::Record) -> impl Iterator<Item = Collection> {
    record::collections(record).into_iter().flatten()
}

/// Reads a list of taxonomies.
pub fn taxonomies(numbers: Vec<i32>) -> Result<Vec<Taxonomy>, Vec<Violation>> {
    let mut faults = Vec::new();
    let mut wanted = Vec::new();
    for (index, number) in numbers.into_iter().enumerate() {
        match Taxonomy::of_number(number).flatten() {
            Some(taxonomy) => wanted.push(taxonomy),
            None => {
                let field = format!("taxonomies[{index}]");
                faults.push(Violation::new(field, Reason::EnumUnknown, format!("{number} is no taxonomy")));
            }
        }
    }
    if faults.is_empty() { Ok(wanted) } else { Err(faults) }
}

/// Reads an instant that stands alone in a request.
pub fn instant_at(
    field: &'static str,
    instant: Option<prost_types::Timestamp>,
) -> Result<Option<Timestamp>, Violation> {
    let out_of_range = || Violation::new(field, Reason::ValueOutOfRange, "an instant lies in the years 1 to 9999");
    instant.map(|instant| super::instant::read(instant).ok_or_else(out_of_range)).transpose()
}
