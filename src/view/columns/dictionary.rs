//! What rows can say of a hierarchy, as numbers: what was not given, each node, and each set of facts that disputes or
//! corroboration make.

use std::collections::HashMap;

use crate::domain::evidence::Weighed;
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::selection::{Fact, Found, Membership};
use crate::domain::truth::Truth;

/// The number of a fact that was not given.
pub(super) const NOT_GIVEN: u32 = 0;

/// The truth bits of a dictionary entry.
pub(super) const YES: u8 = 1;
pub(super) const NOT_NO: u8 = 2;

/// What rows can say about one hierarchy, each as a number.
#[derive(Debug, Default)]
pub(in crate::view) struct Dictionary {
    nodes: Vec<Node>,
    sets: Vec<Vec<Fact>>,
    numbers: HashMap<Vec<Fact>, u32>,
}

impl Dictionary {
    pub(super) fn new(hierarchy: &Hierarchy) -> Dictionary {
        Dictionary { nodes: hierarchy.nodes().collect(), ..Dictionary::default() }
    }

    /// The number of a node.
    pub(super) fn node(node: Option<Node>) -> u32 {
        node.map_or(NOT_GIVEN, |n| number(n.index() + 1))
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
                let next = number(1 + self.nodes.len() + self.sets.len());
                *self.numbers.entry(facts).or_insert_with_key(|facts| {
                    self.sets.push(facts.clone());
                    next
                })
            }
        }
    }

    /// The row's own fact that a number stands for, beside whatever disputes it.
    pub(in crate::view) fn own(&self, number: usize) -> Fact {
        match number.checked_sub(1) {
            None => Fact::Anything,
            Some(node) if node < self.nodes.len() => Fact::Node(self.nodes[node]),
            Some(set) => self.sets[set - self.nodes.len()].first().cloned().unwrap_or(Fact::Anything),
        }
    }

    /// How many numbers there are.
    pub(in crate::view) fn len(&self) -> usize {
        1 + self.nodes.len() + self.sets.len()
    }

    /// The truth bits of every number under a selection.
    pub(super) fn truths(&self, membership: &Membership<'_>, hierarchy: &Hierarchy) -> Vec<u8> {
        let alone = |fact: Fact| membership.found(&fact);
        let nodes = hierarchy.nodes().map(|n| alone(Fact::Node(n)));
        let sets = self
            .sets
            .iter()
            .map(|facts| facts.iter().map(|f| membership.found(f)).fold(Found::default(), Found::union));
        std::iter::once(alone(Fact::Anything)).chain(nodes).chain(sets).map(|found| bits_of(found.truth())).collect()
    }
}

/// The dictionaries of the columns.
#[derive(Debug)]
pub(in crate::view) struct Dictionaries {
    pub(in crate::view) actors: Dictionary,
    pub(in crate::view) places: Dictionary,
    pub(in crate::view) objects: Dictionary,
    pub(in crate::view) acts: Dictionary,
    pub(in crate::view) weapons: Dictionary,
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
