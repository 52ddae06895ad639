//! Which incidents an edition is about, found without reading any.
//!
//! ```text
//!            period
//!          ├────────┤
//!     ██                    happened before, first known before          not of this edition
//!     ██ · · · · ▪          happened before, first known in the period   of it: reported now
//!        ███▪               overnight: overlaps the period               of it
//!             ██ · · · ·▪   happened in it, known later                  of it
//! ```

use crate::domain::time::{Range, Span};
use crate::view::columns::{Bits, Times};
use crate::view::snapshot::Snapshot;

/// How many incidents are told one by one; the rest is counted.
pub(super) const LISTED_MAX: usize = 40;

/// How many incidents are looked at one by one.
pub(super) const RECENT_MAX: usize = 200;

/// The incidents of an edition, as groups of its snapshot.
#[derive(Debug)]
pub(super) struct Scope {
    /// All: those of the period, and those first reported in it.
    pub(super) all: Bits,
    /// Of all: those of which something is told that the edition before had not. All of them where there is none.
    pub(super) touched: Bits,
    /// Of the touched: those that the edition before did not have.
    pub(super) new: Bits,
    /// The latest of those touched, in the order in which they happened.
    pub(super) listed: Vec<usize>,
    /// The latest of all, likewise.
    recent: Vec<usize>,
    /// Whatever the edition before had not, of this edition or not; `None`: there is no edition before.
    pub(super) late: Option<Bits>,
}

impl Scope {
    pub(super) fn of(snapshot: &Snapshot, previous: Option<&Snapshot>, period: &Span) -> Scope {
        let groups = snapshot.groups();
        let times = snapshot.frame().times(snapshot);
        let range = period.range();
        // Of an incident that may have happened at any time, nothing says that it was in the period.
        let is_within = |time: &Range| time.from.is_some() && time.to.is_some() && time.overlaps(&range);
        let mut all = Bits::of(groups.length(), |group| groups.has(group) && is_within(&times.of(group)));
        let mut told = snapshot.told_within(period.earliest, period.latest);
        told.within.and_not(&told.before);
        told.within.and(groups);
        told.within.iter().for_each(|group| all.insert(group));
        let (mut touched, mut new) = (all.clone(), all.clone());
        let late = previous.map(|previous| snapshot.touched_since(previous));
        if let Some((previous, late)) = previous.zip(late.as_ref()) {
            touched.and(late);
            new = Bits::of(groups.length(), |group| touched.has(group) && !snapshot.was_there(group, previous));
        }
        let listed = latest(&touched, times, LISTED_MAX);
        let recent = latest(&all, times, RECENT_MAX);
        Scope { all, touched, new, listed, recent, late }
    }

    /// The latest of all, in the order in which they happened; no more than [`RECENT_MAX`].
    pub(super) fn recent(&self, most: usize) -> &[usize] {
        &self.recent[self.recent.len().saturating_sub(most)..]
    }
}

/// The latest of some incidents, in the order in which they happened; those of no known time come last.
pub(super) fn latest(some: &Bits, times: &Times, most: usize) -> Vec<usize> {
    let key = |group: &usize| (times.of(*group).from.is_none(), times.of(*group).from, times.of(*group).to, *group);
    let mut listed: Vec<usize> = some.iter().collect();
    if listed.len() > most {
        let cut = listed.len() - most;
        listed.select_nth_unstable_by_key(cut, key);
        listed.drain(..cut);
    }
    listed.sort_unstable_by_key(key);
    listed
}
