//! The column engine: the verdict of every incident under a reading at once, as sets of bits.
//!
//! It must say what the row-wise oracle says (`view::oracle`); a property test demands it. Explanations stay with the oracle.
//!
//! ```text
//! snapshot ─► rows by basis ─► one number per row and element ┐
//! reading ──► one truth per number ───────────────────────────┴─► yes / not no, and over elements, or over rows
//! ```
//!
//! Most incidents have one report and no denial: what one report says at its word is then what nobody disputes. The others are
//! weighed once, when the table is made, and become rows like any other: a disputed element is one more number.

mod bits;
mod build;
mod dictionary;
mod judge;
mod packed;
mod rows;
mod table;
mod weigh;

use std::sync::OnceLock;

use crate::domain::evidence::Basis;
use crate::domain::time::Range;
use crate::domain::verdict::{Applied, Verdict};

use super::choice::Chosen;
use super::snapshot::Snapshot;

pub use bits::Bits;
use build::{build, build_said, finding_number};
pub(super) use dictionary::Dictionary;
use table::Truths;
pub(super) use table::{Dimension, Table, Wanted as Asked};

/// The columns of one snapshot, each basis made when it is first asked for.
#[derive(Debug, Default)]
pub struct Frame {
    alleged: OnceLock<Table>,
    undisputed: OnceLock<Table>,
    corroborated: OnceLock<Table>,
    verified: OnceLock<Table>,
    said: OnceLock<Table>,
    times: OnceLock<Vec<Range>>,
}

/// The verdicts of every incident under one reading on one basis.
#[derive(Debug, Clone)]
pub struct Verdicts {
    /// Has a row.
    pub assessed: Bits,
    /// Breach.
    pub breach: Bits,
    /// No row is certainly other than no breach: together with `breach` this tells all.
    pub not_settled_as_none: Bits,
}

impl Verdicts {
    /// The verdict of one incident.
    pub fn of(&self, group: usize) -> Verdict {
        match (self.assessed.has(group), self.breach.has(group), self.not_settled_as_none.has(group)) {
            (false, _, _) => Verdict::NotAssessed,
            (true, true, _) => Verdict::Breach,
            (true, false, true) => Verdict::Undetermined,
            (true, false, false) => Verdict::NoBreach,
        }
    }
}

impl Frame {
    /// The verdicts of every incident of the snapshot, whether the reading applies to it or not.
    pub fn verdicts(&self, snapshot: &Snapshot, reading: &Chosen<'_>, basis: Basis) -> Verdicts {
        let table = self.table(snapshot, basis);
        let truths = table.truths(&reading.applied, &snapshot.world);
        Verdicts { assessed: table.present.clone(), breach: truths.yes, not_settled_as_none: truths.not_no }
    }

    /// The same under each of many readings, in one pass over the rows.
    pub fn verdicts_of_many(&self, snapshot: &Snapshot, readings: &[&Chosen<'_>], basis: Basis) -> Vec<Verdicts> {
        let table = self.table(snapshot, basis);
        let applied: Vec<&Applied<'_>> = readings.iter().map(|reading| &reading.applied).collect();
        let truths = table.truths_of_many(&applied, &snapshot.world).into_iter();
        let verdicts = |truths: Truths| Verdicts {
            assessed: table.present.clone(),
            breach: truths.yes,
            not_settled_as_none: truths.not_no,
        };
        truths.map(verdicts).collect()
    }

    /// Of the incidents in `base`, how many are a breach, and how many are not settled as none, under each of many readings.
    pub fn counts(&self, snapshot: &Snapshot, readings: &[&Chosen<'_>], basis: Basis, base: &Bits) -> Vec<(u64, u64)> {
        let applied: Vec<&Applied<'_>> = readings.iter().map(|reading| &reading.applied).collect();
        self.table(snapshot, basis).counts(&applied, &snapshot.world, base)
    }

    /// The incidents that have a row on a basis.
    pub fn assessed(&self, snapshot: &Snapshot, basis: Basis) -> &Bits {
        &self.table(snapshot, basis).present
    }

    /// When each incident happened: by the number of its group; any time where no group has that number.
    pub fn times(&self, snapshot: &Snapshot) -> &[Range] {
        self.times.get_or_init(|| {
            let mut times = vec![Range::ANY; snapshot.groups().length()];
            let mut said = Vec::new();
            for group in snapshot.groups().iter() {
                times[group] = snapshot.time_at(dictionary::number(group), &mut said);
            }
            times
        })
    }

    pub(super) fn table(&self, snapshot: &Snapshot, basis: Basis) -> &Table {
        let cell = match basis {
            Basis::Alleged => &self.alleged,
            Basis::Undisputed => &self.undisputed,
            Basis::Corroborated => &self.corroborated,
            Basis::Verified => &self.verified,
        };
        cell.get_or_init(|| snapshot.stats().table_duration.time(|| build(snapshot, basis)))
    }

    /// What is said of each incident, for filters: every affirming report and finding, each thing struck a row.
    pub(super) fn said(&self, snapshot: &Snapshot) -> (&Table, u32) {
        let table = self.said.get_or_init(|| snapshot.stats().table_duration.time(|| build_said(snapshot)));
        (table, finding_number(snapshot))
    }
}

/// The incidents that certainly fit what is asked, and those that only may.
pub(super) fn fitting(snapshot: &Snapshot, asked: &Asked<'_>) -> (Bits, Bits) {
    let (said, finding) = snapshot.frame().said(snapshot);
    let truths = said.fits(asked, finding, &snapshot.world);
    let mut may = truths.not_no;
    may.and_not(&truths.yes);
    (truths.yes, may)
}
