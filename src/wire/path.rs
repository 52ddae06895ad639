//! Where in a request a field stands: `records[3].report.facts.struck[0].object`.
//!
//! A path is built while decoding walks down, on the stack, and becomes text only where somebody must be told of it:
//! a record without faults costs no text at all.

use std::fmt;

use crate::domain::batch::{FieldPath, Step};

/// A field's place, seen from the request's root.
#[derive(Debug, Clone, Copy)]
pub struct Path<'p> {
    above: Option<&'p Path<'p>>,
    step: Step,
}

impl<'p> Path<'p> {
    /// A field of the request itself.
    pub fn root(field: &'static str) -> Path<'static> {
        Path { above: None, step: Step::Field(field) }
    }

    /// A field of the message that stands here.
    pub fn field(&'p self, field: &'static str) -> Path<'p> {
        Path { above: Some(self), step: Step::Field(field) }
    }

    /// One entry of the list that stands here.
    pub fn index(&'p self, index: usize) -> Path<'p> {
        Path { above: Some(self), step: Step::Index(index) }
    }

    /// The same, to be kept after decoding has walked on.
    pub fn kept(&self) -> FieldPath {
        let up = || std::iter::successors(Some(self), |path| path.above);
        let mut steps = vec![self.step; up().count()].into_boxed_slice();
        for (slot, path) in steps.iter_mut().rev().zip(up()) {
            *slot = path.step;
        }
        FieldPath(steps)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            above.fmt(f)?;
        }
        match self.step {
            Step::Field(field) if self.above.is_none() => f.write_str(field),
            Step::Field(field) => write!(f, ".{field}"),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_the_contract_writes_it() {
        let records = Path::root("records");
        let record = records.index(3);
        let facts = record.field("report");
        let facts = facts.field("facts");
        let struck = facts.field("struck");
        let object = struck.index(0);
        assert_eq!(object.field("object").to_string(), "records[3].report.facts.struck[0].object");
        assert_eq!(object.field("object").kept().to_string(), "records[3].report.facts.struck[0].object");
        assert_eq!(records.to_string(), "records");
        assert_eq!(records.kept().to_string(), "records");
    }
}
