//! When each incident happened, in pages that a state shares with the one it follows.

use crate::domain::time::Range;
use crate::view::snapshot::Snapshot;
use crate::view::store::{Pages, Spans};

use super::bits::Bits;
use super::dictionary::number;

/// The times of incidents, by the numbers of their groups.
#[derive(Debug, Clone, Default)]
pub struct Times {
    pairs: Pages<(i64, i64)>,
    spans: Spans,
    groups: usize,
}

impl Times {
    /// Of every group of a snapshot.
    pub(super) fn afresh(snapshot: &Snapshot) -> Times {
        Times::default().after(snapshot.groups(), snapshot)
    }

    /// The same, with those in a set looked at anew.
    pub(super) fn after(&self, touched: &Bits, snapshot: &Snapshot) -> Times {
        let (mut times, groups) = (self.clone(), snapshot.groups());
        times.groups = groups.length();
        let mut said = Vec::new();
        let mut time_of = |group: usize, spans: &mut Spans| match groups.has(group) {
            true => spans.keep(Some(snapshot.time_at(number(group), &mut said))),
            false => Spans::ANY,
        };
        let known = times.pairs.len();
        for group in touched.iter().take_while(|group| *group < known.min(groups.length())) {
            *times.pairs.at_mut(group) = time_of(group, &mut times.spans);
        }
        for group in known..groups.length() {
            let pair = time_of(group, &mut times.spans);
            times.pairs.push(pair);
        }
        times
    }

    /// How many incidents there are.
    pub fn count(&self) -> usize {
        self.groups
    }

    /// When an incident happened; any time where no group has that number.
    pub fn of(&self, group: usize) -> Range {
        self.spans.of(*self.pairs.at(group)).unwrap_or(Range::ANY)
    }
}
