//! What the view does, counted.

use crate::meter::Histogram;

/// Counts of the work that a view does beside folding.
#[derive(Debug)]
pub struct Stats {
    /// How long it took to make each table of a snapshot's columns.
    pub table_duration: Histogram,
}

impl Default for Stats {
    fn default() -> Stats {
        Stats { table_duration: Histogram::of_durations() }
    }
}
