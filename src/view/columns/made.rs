//! The tables of one state of the record, made afresh or from those of another state that differs in a few incidents.
//!
//! ```text
//!  what a basis has rows of         its layers                                          kept, for each basis
//!    ALLEGED       reported           its own
//!    UNDISPUTED    reported           ALLEGED's where uncontested, else its own         the layers of contested ones
//!    CORROBORATED  repeated           its own
//!    VERIFIED      verified           its own
//!    filters       said at all        ALLEGED's where no finding affirms, else its own  the layers of found ones
//! ```

use std::sync::OnceLock;

use crate::domain::evidence::Basis;
use crate::view::snapshot::Snapshot;

use super::bits::Bits;
use super::build::{self, Survey};
use super::part::Layer;
use super::table::Table;

/// In what another state differs from one, as far as rows are concerned.
#[derive(Debug, Clone)]
pub(in crate::view) struct Change {
    /// The incidents of which something else is said, or which were not there.
    pub(in crate::view) touched: Bits,
    /// Whether the hierarchies are others. What rows at their word say does not hang on that.
    pub(in crate::view) world_moved: bool,
}

/// The tables of one state.
#[derive(Debug)]
pub(super) struct Made {
    survey: Survey,
    alleged: Table,
    undisputed: OnceLock<Kept>,
    corroborated: OnceLock<Kept>,
    verified: OnceLock<Kept>,
    said: OnceLock<Kept>,
}

/// A table, and those of its layers that are its own.
#[derive(Debug)]
struct Kept {
    own: Vec<Layer>,
    table: Table,
}

/// What a table is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    Basis(Basis),
    Said,
}

/// Of so many incidents it is always worth while to change layers rather than to make all anew; where defects are looked for, small
/// dossiers try both ways.
const FEW: usize = if cfg!(debug_assertions) { 5 } else { 1 << 10 };

/// One in so many incidents may have changed before all is made anew.
const SHARE: usize = 4;

impl Change {
    /// Both changes, one after the other.
    pub(super) fn then(&self, next: &Change) -> Change {
        let mut touched = self.touched.resized(next.touched.length());
        touched.or(&next.touched);
        Change { touched, world_moved: self.world_moved || next.world_moved }
    }
}

impl Made {
    /// The rows of a state, read off the columns of what was said.
    pub(super) fn afresh(snapshot: &Snapshot) -> Made {
        let groups = snapshot.groups();
        let mut survey = Survey::none(groups.length());
        let layers = build::survey(snapshot, groups, true, &mut survey);
        Made::of(survey, layers)
    }

    /// The rows of a state that differs from this one in a few incidents; `None` if they are not few.
    pub(super) fn after(&self, change: &Change, snapshot: &Snapshot) -> Option<Made> {
        let groups = snapshot.groups();
        let mut anew = change.touched.clone();
        anew.and(groups);
        let room = (groups.length() / SHARE).max(FEW);
        let added = self.alleged.layers().iter().filter(|layer| layer.added).map(|layer| layer.shown.count());
        if anew.count() + added.sum::<usize>() > room {
            return None;
        }
        let mut survey = self.survey.without(&change.touched, groups);
        let mut looked_at = build::survey(snapshot, &anew, false, &mut survey);
        // What is now shown by layers that are made anew for another reason was looked at before.
        let build = |of: &Bits| {
            if *of == anew { std::mem::take(&mut looked_at) } else { build::build(snapshot, Basis::Alleged, of) }
        };
        let layers = follow(self.alleged.layers(), change, &survey.reported, &anew, build);
        let made = Made::of(survey, layers);
        for of in [Of::Basis(Basis::Undisputed), Of::Basis(Basis::Corroborated), Of::Basis(Basis::Verified), Of::Said] {
            if let Some(kept) = self.cell(of).and_then(OnceLock::get) {
                let wanted = made.wanted(of);
                let mut anew = anew.clone();
                anew.and(wanted);
                let own = follow(&kept.own, change, wanted, &anew, |anew| made.build(snapshot, of, anew));
                let table = made.compose(of, &own);
                // Nobody else has this state yet.
                let _ = made.cell(of).map(|cell| cell.set(Kept { own, table }));
            }
        }
        Some(made)
    }

    fn of(survey: Survey, layers: Vec<Layer>) -> Made {
        let alleged = Table::of(survey.reported.length(), layers);
        let undisputed = OnceLock::new();
        Made {
            survey,
            alleged,
            undisputed,
            corroborated: OnceLock::new(),
            verified: OnceLock::new(),
            said: OnceLock::new(),
        }
    }

    /// The rows of a basis.
    pub(super) fn table(&self, snapshot: &Snapshot, basis: Basis) -> &Table {
        self.table_of(snapshot, Of::Basis(basis))
    }

    /// What is said of each incident: every affirming report and finding, each thing struck a row.
    pub(super) fn said(&self, snapshot: &Snapshot) -> &Table {
        self.table_of(snapshot, Of::Said)
    }

    fn table_of(&self, snapshot: &Snapshot, of: Of) -> &Table {
        let Some(cell) = self.cell(of) else { return &self.alleged };
        let kept = cell.get_or_init(|| {
            snapshot.stats().table_duration.time(|| {
                let own = self.build(snapshot, of, self.wanted(of));
                let table = self.compose(of, &own);
                Kept { own, table }
            })
        });
        &kept.table
    }

    /// Where a table is kept; `None`: it is the one that is always there.
    fn cell(&self, of: Of) -> Option<&OnceLock<Kept>> {
        match of {
            Of::Basis(Basis::Alleged) => None,
            Of::Basis(Basis::Undisputed) => Some(&self.undisputed),
            Of::Basis(Basis::Corroborated) => Some(&self.corroborated),
            Of::Basis(Basis::Verified) => Some(&self.verified),
            Of::Said => Some(&self.said),
        }
    }

    /// The incidents of which a table has rows of its own.
    fn wanted(&self, of: Of) -> &Bits {
        match of {
            Of::Basis(basis) => self.survey.weighed(basis),
            Of::Said => &self.survey.found,
        }
    }

    fn build(&self, snapshot: &Snapshot, of: Of, anew: &Bits) -> Vec<Layer> {
        match of {
            Of::Basis(basis) => build::build(snapshot, basis, anew),
            Of::Said => build::build_said(snapshot, anew),
        }
    }

    /// A table of its own layers, over those that it shares.
    fn compose(&self, of: Of, own: &[Layer]) -> Table {
        let mut shared = Vec::new();
        if matches!(of, Of::Basis(Basis::Undisputed) | Of::Said) {
            let mut rest = self.survey.reported.clone();
            rest.and_not(self.wanted(of));
            shared.extend(self.alleged.layers().iter().filter_map(|layer| layer.for_those_in(&rest)));
        }
        shared.extend(own.iter().cloned());
        Table::of(self.survey.reported.length(), shared)
    }
}

/// The layers of a state after another's: with rows of what is to be made anew, and of the incidents in `wanted` alone. Small layers
/// are made one with those that come, so that there are never many.
fn follow(
    layers: &[Layer],
    change: &Change,
    wanted: &Bits,
    anew: &Bits,
    build: impl FnOnce(&Bits) -> Vec<Layer>,
) -> Vec<Layer> {
    let mut rest = wanted.clone();
    rest.and_not(&change.touched);
    let mut anew = anew.clone();
    let stands = |layer: &Layer| !(change.world_moved && layer.part.bound);
    let mut kept: Vec<Layer> =
        layers.iter().filter(|layer| stands(layer)).filter_map(|layer| layer.for_those_in(&rest)).collect();
    if change.world_moved {
        // What hangs on the hierarchies is made anew; and so is what had no row by the old ones, for it may have one by the new.
        let mut shown = Bits::none(rest.length());
        kept.iter().for_each(|layer| layer.spread(&layer.shown, &mut shown));
        rest.and_not(&shown);
        anew.or(&rest);
    }
    if anew.is_empty() {
        return kept;
    }
    while let Some(small) = kept.iter().position(|l| !l.is_of_most() && l.shown.count() <= 2 * anew.count()) {
        let layer = kept.swap_remove(small);
        layer.spread(&layer.shown, &mut anew);
    }
    kept.extend(build(&anew).into_iter().map(|layer| Layer { added: true, ..layer }));
    kept
}
