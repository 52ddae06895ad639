//! What rows can say of a hierarchy, as numbers: what was not given, each node, and each set of facts that disputes or
//! corroboration make.
//!
//! ```text
//!  0                not given
//!  1 …              the nodes, in the order in which they were first recorded: the same in every world
//!  SET + 0 …        sets of facts, of the part that they stand in alone
//! ```

use std::collections::HashMap;

use crate::domain::evidence::Weighed;
use crate::domain::hierarchy::Node;
use crate::domain::selection::{Fact, Membership};
use crate::domain::truth::Truth;

/// The number of a fact that was not given.
pub(super) const NOT_GIVEN: u32 = 0;

/// The first number of a set.
pub(super) const SET: u32 = 1 << 31;

/// Stands where a row of a finding would name its claimant: it never fits a question about claimants.
pub(super) const FINDING: u32 = u32::MAX;

/// The truth bits of a dictionary entry.
pub(super) const YES: u8 = 1;
pub(super) const NOT_NO: u8 = 2;

/// The sets that the rows of one part say of one hierarchy.
#[derive(Debug, Default)]
pub(in crate::view) struct Dictionary {
    sets: Vec<Vec<Fact>>,
    numbers: HashMap<Vec<Fact>, u32>,
}

impl Dictionary {
    /// The number of a node.
    pub(super) fn node(node: Option<Node>) -> u32 {
        node.map_or(NOT_GIVEN, |n| number(n.index() + 1))
    }

    /// Which set a number stands for, if it stands for one.
    pub(in crate::view) fn set(number: u32) -> Option<usize> {
        number.checked_sub(SET).map(|set| set as usize)
    }

    /// The number of what is weighed for one element.
    pub(super) fn weighed(&mut self, weighed: &Weighed<Fact>) -> u32 {
        let own = weighed.own.as_ref().map_or(Fact::Anything, |v| v.value.clone());
        let mut facts = vec![own];
        let anything = (!weighed.anything.is_empty()).then_some(Fact::Anything);
        for fact in weighed.others.iter().map(|v| v.value.clone()).chain(anything) {
            if !facts.contains(&fact) {
                facts.push(fact);
            }
        }
        match facts.as_slice() {
            [Fact::Anything] => NOT_GIVEN,
            [Fact::Node(node)] => Dictionary::node(Some(*node)),
            _ => {
                let next = SET + number(self.sets.len());
                *self.numbers.entry(facts).or_insert_with_key(|facts| {
                    self.sets.push(facts.clone());
                    next
                })
            }
        }
    }

    /// Nothing more comes.
    pub(super) fn done(mut self) -> Dictionary {
        self.numbers = HashMap::new();
        self.sets.shrink_to_fit();
        self
    }

    /// The row's own fact of each set, beside whatever disputes it.
    pub(in crate::view) fn owns(&self) -> impl Iterator<Item = &Fact> {
        self.sets.iter().map(|facts| facts.first().unwrap_or(&Fact::Anything))
    }

    /// How many sets there are.
    pub(super) fn len(&self) -> usize {
        self.sets.len()
    }

    /// The facts of every set.
    pub(super) fn facts(&self) -> impl Iterator<Item = &[Fact]> {
        self.sets.iter().map(Vec::as_slice)
    }
}

/// The truth bits of what is not given, and of every node, under a selection.
pub(super) fn truths_of_nodes(membership: &Membership<'_>) -> Vec<u8> {
    let anything = membership.found(&Fact::Anything);
    std::iter::once(anything).chain(membership.found_of_nodes()).map(|found| bits_of(found.truth())).collect()
}

/// The dictionaries of the columns.
#[derive(Debug, Default)]
pub(in crate::view) struct Dictionaries {
    pub(in crate::view) actors: Dictionary,
    pub(in crate::view) places: Dictionary,
    pub(in crate::view) objects: Dictionary,
    pub(in crate::view) acts: Dictionary,
    pub(in crate::view) weapons: Dictionary,
}

impl Dictionaries {
    pub(super) fn done(self) -> Dictionaries {
        let Dictionaries { actors, places, objects, acts, weapons } = self;
        Dictionaries {
            actors: actors.done(),
            places: places.done(),
            objects: objects.done(),
            acts: acts.done(),
            weapons: weapons.done(),
        }
    }
}

/// A truth as bits.
pub(super) fn bits_of(truth: Truth) -> u8 {
    match truth {
        Truth::Yes => YES | NOT_NO,
        Truth::Unknown => NOT_NO,
        Truth::No => 0,
    }
}

/// An index as the columns keep it.
pub(super) fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than four thousand million of anything in a dossier")
}
