//! The rules of the record and of the verdict: pure, without transport, storage or clock.
//!
//! In reading order: names, time, truth; hierarchies and what a text selects from them; the window of a clause;
//! the eighteen kinds of record; what is refused; how a verdict comes about, and what
//! became of an obligation.

pub mod name;
pub mod nearest;
pub mod time;
pub mod truth;

pub mod hierarchy;
pub mod selection;
pub mod taxonomy;
pub mod window;

pub mod values;

pub mod dossier;
pub mod reading;
pub mod record;
pub mod report;
pub mod texts;
pub mod things;
pub mod undertakings;

pub mod batch;
pub mod fault;

pub mod admission;

pub mod evidence;
pub mod missing;
pub mod verdict;

pub mod obligation;
pub mod world;
