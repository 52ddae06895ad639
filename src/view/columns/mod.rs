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
mod counter;
mod dictionary;
mod judge;
mod made;
mod packed;
mod part;
mod rows;
mod said;
mod sheet;
mod table;
mod times;
mod weigh;
mod when;

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::domain::evidence::Basis;
use crate::domain::verdict::{Applied, Verdict};

use super::choice::Chosen;
use super::snapshot::Snapshot;

pub use bits::Bits;
pub(super) use build::says_the_same;
pub(super) use dictionary::Dictionary;
pub(super) use judge::Wanted as Asked;
pub(super) use made::Change;
use made::Made;
pub(super) use packed::Reader;
pub(super) use part::Layer;
pub(super) use said::Dimension;
pub(super) use table::Table;
use table::Truths;
pub use when::Times;

/// The columns of one snapshot, each basis made when it is first asked for: from those of another snapshot, where that differs from it
/// in few incidents.
#[derive(Debug, Default)]
pub struct Frame {
    made: OnceLock<Made>,
    times: OnceLock<Times>,
    /// The columns of another state, and in what this one differs; gone once everything is made of it that can be.
    near: Mutex<Option<(Arc<Frame>, Change)>>,
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
        let truths = table.truths(&reading.applied);
        Verdicts { assessed: table.present().clone(), breach: truths.yes, not_settled_as_none: truths.not_no }
    }

    /// The same under each of many readings, in one pass over the rows.
    pub fn verdicts_of_many(&self, snapshot: &Snapshot, readings: &[&Chosen<'_>], basis: Basis) -> Vec<Verdicts> {
        let table = self.table(snapshot, basis);
        let applied: Vec<&Applied<'_>> = readings.iter().map(|reading| &reading.applied).collect();
        let truths = table.truths_of_many(&applied).into_iter();
        let verdicts = |truths: Truths| Verdicts {
            assessed: table.present().clone(),
            breach: truths.yes,
            not_settled_as_none: truths.not_no,
        };
        truths.map(verdicts).collect()
    }

    /// Of the incidents in `base`, how many are a breach, and how many are not settled as none, under each of many readings.
    pub fn counts(&self, snapshot: &Snapshot, readings: &[&Chosen<'_>], basis: Basis, base: &Bits) -> Vec<(u64, u64)> {
        let applied: Vec<&Applied<'_>> = readings.iter().map(|reading| &reading.applied).collect();
        self.table(snapshot, basis).counts(&applied, base)
    }

    /// The incidents that have a row on a basis.
    pub fn assessed(&self, snapshot: &Snapshot, basis: Basis) -> &Bits {
        self.table(snapshot, basis).present()
    }

    /// When each incident happened.
    pub fn times(&self, snapshot: &Snapshot) -> &Times {
        self.times.get_or_init(|| {
            let near = self.near.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let following = near.and_then(|(root, change)| Some(root.times.get()?.after(&change.touched, snapshot)));
            following.unwrap_or_else(|| Times::afresh(snapshot))
        })
    }

    /// The columns of a state that differs from another in little.
    pub(super) fn beside(other: &Arc<Frame>, change: Change) -> Frame {
        let near = if other.made.get().is_some() {
            Some((other.clone(), change))
        } else {
            let near = other.near.lock().unwrap_or_else(PoisonError::into_inner);
            near.as_ref().map(|(root, earlier)| (root.clone(), earlier.then(&change)))
        };
        Frame { near: Mutex::new(near), ..Frame::default() }
    }

    fn made(&self, snapshot: &Snapshot) -> &Made {
        if let Some(made) = self.made.get() {
            return made;
        }
        let near = || self.near.lock().unwrap_or_else(PoisonError::into_inner);
        let made = self.made.get_or_init(|| {
            let near = near().clone();
            let following = near.and_then(|(root, change)| {
                if let Some(times) = root.times.get() {
                    // Somebody else may have asked for them meanwhile.
                    let _ = self.times.set(times.after(&change.touched, snapshot));
                }
                root.made.get()?.after(&change, snapshot)
            });
            following.unwrap_or_else(|| snapshot.stats().table_duration.time(|| Made::afresh(snapshot)))
        });
        // What it was made of need not be kept for it.
        *near() = None;
        made
    }

    pub(super) fn table(&self, snapshot: &Snapshot, basis: Basis) -> &Table {
        self.made(snapshot).table(snapshot, basis)
    }
}

/// The incidents that certainly fit what is asked, and those that only may.
pub(super) fn fitting(snapshot: &Snapshot, asked: &Asked<'_>) -> (Bits, Bits) {
    let truths = snapshot.frame().made(snapshot).said(snapshot).fits(asked);
    let mut may = truths.not_no;
    may.and_not(&truths.yes);
    (truths.yes, may)
}
