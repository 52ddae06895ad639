//! What the log means, by either clock: the records, a snapshot of them, and every answer computed from a snapshot.
//!
//! ```text
//! revision ─fold─► Records ─(at, known_by)─► Snapshot ─► oracle ─► assess · tally · compare · inconsistencies
//!                                                 └────────────► obligations
//! ```

mod store;

pub mod parts;
pub mod records;
pub mod snapshot;

pub mod columns;

pub mod choice;
pub mod filter;
mod grouping;
pub mod oracle;

pub mod assess;
pub mod compare;
pub mod inconsistency;
pub mod obligations;
pub mod tally;

pub mod list;

mod stats;

pub use stats::Stats;
