//! Some rows as columns, and the layers in which parts are put over one another.
//!
//! ```text
//!                    row       0   1   2  …                   a part says of some incidents all that is said of them
//!  most incidents    incident  0   1   2  …                   one row each, at the incident's own number
//!  some incidents    incident  7   7   9  …                   their rows behind one another
//!
//!  layers of a table                                          each incident is shown by one layer at most
//!    most      0 1 2 3   5 6 7 8
//!    some              4                                      several things struck
//!    added           3           9                            what came, or changed, since the others were made
//! ```

use std::sync::Arc;

use crate::domain::time::Range;

use super::bits::Bits;
use super::dictionary::Dictionaries;
use super::packed::{Columns, Ends, Reader};
use super::said::{Dimension, Grounds};
use super::times::{Instants, OddTime, OddTimes, instant};

/// Some rows: what each says of each element, as a number in a dictionary.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) groups: Groups,
    /// Where the rows of each incident begin, and where the last ends; `None`: each has one.
    pub(super) starts: Option<Vec<u32>>,
    pub(super) columns: Columns,
    pub(super) ends: Ends,
    pub(super) from: Instants,
    pub(super) to: Instants,
    pub(super) odd_times: OddTimes,
    pub(super) ground_sets: Vec<Grounds>,
    pub(super) words: Dictionaries,
    /// Whether its rows hang on the hierarchies by which they were made.
    pub(super) bound: bool,
}

/// Of which incidents a part has rows.
#[derive(Debug)]
pub(super) enum Groups {
    /// Of most, each at its own number; some are blanks.
    Most,
    /// Of these, ascending.
    These(Vec<u32>),
}

/// A part, and which of its incidents it speaks for.
#[derive(Debug, Clone)]
pub(in crate::view) struct Layer {
    pub(super) part: Arc<Part>,
    /// By their number within the part.
    pub(super) shown: Bits,
    /// Whether it was put over layers that were there before.
    pub(super) added: bool,
}

impl Part {
    /// The rows of an incident, by its number within the part.
    pub(super) fn rows_of(&self, local: usize) -> std::ops::Range<usize> {
        match &self.starts {
            None => local..local + 1,
            Some(starts) => starts[local] as usize..starts[local + 1] as usize,
        }
    }
}

impl Layer {
    pub(super) fn new(part: Part, shown: Bits) -> Layer {
        Layer { part: Arc::new(part), shown, added: false }
    }

    /// Whether it has most incidents, each at its own number.
    pub(super) fn is_of_most(&self) -> bool {
        matches!(self.part.groups, Groups::Most)
    }

    /// The incident with a number within the part.
    fn group(&self, local: usize) -> usize {
        match &self.part.groups {
            Groups::Most => local,
            Groups::These(groups) => groups[local] as usize,
        }
    }

    /// Of the incidents that it speaks for, those in a set, by their numbers within the part.
    pub(super) fn local(&self, wanted: &Bits) -> Bits {
        match &self.part.groups {
            Groups::Most => {
                let mut shown = self.shown.resized(self.shown.length().min(wanted.length()));
                shown.and(wanted);
                shown
            }
            Groups::These(groups) => {
                let has = |local: usize| {
                    let group = groups[local] as usize;
                    self.shown.has(local) && group < wanted.length() && wanted.has(group)
                };
                Bits::of(self.shown.length(), has)
            }
        }
    }

    /// Adds incidents, given by their numbers within the part, to a set.
    pub(super) fn spread(&self, local: &Bits, onto: &mut Bits) {
        match &self.part.groups {
            Groups::Most => onto.or(local),
            Groups::These(groups) => local.iter().for_each(|local| onto.insert(groups[local] as usize)),
        }
    }

    /// The same part, speaking for those in a set alone; `None`: for none of them.
    pub(super) fn for_those_in(&self, wanted: &Bits) -> Option<Layer> {
        let shown = self.local(wanted);
        (!shown.is_empty()).then(|| Layer { part: self.part.clone(), shown, added: self.added })
    }

    /// Of the incidents in a set, those that it speaks for, each with its rows.
    pub(in crate::view) fn rows<'l>(
        &'l self,
        wanted: &Bits,
    ) -> impl Iterator<Item = (usize, std::ops::Range<usize>)> + use<'l> {
        let locals: Vec<usize> = self.local(wanted).iter().collect();
        locals.into_iter().map(|local| (self.group(local), self.part.rows_of(local)))
    }

    /// The row's own time; `None` where none is given.
    pub(in crate::view) fn time_of(&self, row: usize) -> Option<Range> {
        let Part { from, to, odd_times, .. } = &*self.part;
        if let Some(times) = odd_times.of(row) {
            return times.first().map(OddTime::range);
        }
        let (from, to) = (from.at(row), to.at(row));
        let given = from != i64::MIN && to != i64::MAX;
        given.then(|| Range { from: instant(from), to: instant(to) })
    }

    /// What each row says in a dimension, as numbers of its dictionary.
    pub(in crate::view) fn reader(&self, dimension: Dimension) -> Reader<'_> {
        self.part.columns.reader(dimension)
    }

    /// The sets that rows say.
    pub(in crate::view) fn words(&self) -> &Dictionaries {
        &self.part.words
    }
}
