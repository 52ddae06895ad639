//! How the record is kept in memory: pages that only grow, shared with whoever reads an older state.
//!
//! ```text
//!  older state   sealed ─► [page][page]   tail ─► [ab····]
//!                            │     │                              a change copies the page that it is in, never more
//!  newer state   sealed ─► [page][page]   tail ─► [abc···]
//! ```

mod heap;
mod names;
mod pages;
mod shelves;
mod spans;

pub(super) use heap::Heap;
pub(super) use names::Names;
pub(super) use pages::Pages;
pub(super) use spans::Spans;

/// An index as it is kept.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than four thousand million of anything in a dossier")
}
