//! The rows of one basis as columns: what each row says of each element, as a number in a dictionary.
//!
//! ```text
//!  slot      0   1   2  …  G-1 │ G  G+1 …          the first row of each incident stands at the incident's own number,
//!  incident  0   1   2  …  G-1 │ 7   7  …          further rows stand behind, by incident
//!  object   12   0  31  …   12 │ 12  88 …          0: not given; a node; or a set of facts that disputes or corroboration make
//! ```
//!
//! They are gathered by `rows` and kept as `packed` has them; what a reading makes of the numbers is `judge`'s.

use std::collections::BTreeMap;

use crate::domain::reading::Clause;
use crate::domain::report::Effect;
use crate::domain::selection::Membership;
use crate::domain::time::Range;
use crate::domain::truth::Truth;
use crate::domain::values::Ground;
use crate::domain::verdict::Applied;
use crate::domain::world::World;

use super::bits::Bits;
use super::dictionary::{Dictionaries, bits_of, number};
use super::judge::{Judge, LANES};
use super::packed::Packed;

/// Which grounds weigh for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Grounds {
    /// Named by the accused side: a bit for each ground.
    pub(super) asserted: u8,
    /// Upheld by a finding.
    pub(super) upheld: u8,
}

/// What a row says of the effect: a bit for each value, own and disputing, or one of two for "not given".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Effects(pub(super) u8);

pub(super) const EFFECT_NOT_GIVEN: u8 = 1 << 4;
const EFFECT_OF_AN_ACT_THAT_STRIKES_NOTHING: u8 = 1 << 5;
const EFFECTS: usize = 1 << 6;

/// The rows of one basis.
#[derive(Debug)]
pub(in crate::view) struct Table {
    pub(super) groups: usize,
    /// The incident of each row behind the first ones.
    pub(super) further: Vec<u32>,
    /// The incidents that have a row.
    pub(super) present: Bits,
    pub(super) from: Vec<i64>,
    pub(super) to: Vec<i64>,
    /// Rows of which the times are several, open on one side, or too far away for a number of nanoseconds.
    pub(super) odd_times: BTreeMap<usize, Vec<Range>>,
    pub(super) ground_sets: Vec<Grounds>,
    pub(in crate::view) words: Dictionaries,
    pub(super) packed: Packed,
}

/// What a row says something of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) enum Dimension {
    Occurred,
    Effect,
    Grounds,
    Act,
    Weapon,
    Author,
    Against,
    Object,
    Place,
    Claimant,
}

impl Dimension {
    /// All, those with little to say first.
    pub(super) const ALL: [Dimension; 10] = [
        Dimension::Occurred,
        Dimension::Effect,
        Dimension::Grounds,
        Dimension::Act,
        Dimension::Weapon,
        Dimension::Author,
        Dimension::Against,
        Dimension::Object,
        Dimension::Place,
        Dimension::Claimant,
    ];

    /// Which of them it is.
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// What is computed for every incident under a reading.
#[derive(Debug, Clone)]
pub(super) struct Truths {
    /// Some row is yes.
    pub(super) yes: Bits,
    /// Some row is not no.
    pub(super) not_no: Bits,
}

/// What rows are asked for by a filter: a selection for each column that is restricted.
#[derive(Debug, Default)]
pub(in crate::view) struct Wanted<'w> {
    pub(in crate::view) author: Option<&'w Membership<'w>>,
    pub(in crate::view) act: Option<&'w Membership<'w>>,
    pub(in crate::view) against: Option<&'w Membership<'w>>,
    pub(in crate::view) object: Option<&'w Membership<'w>>,
    pub(in crate::view) place: Option<&'w Membership<'w>>,
    pub(in crate::view) weapon: Option<&'w Membership<'w>>,
    pub(in crate::view) claimant: Option<&'w Membership<'w>>,
    pub(in crate::view) occurred: Option<Range>,
}

impl Table {
    /// How many slots there are.
    pub(super) fn slots(&self) -> usize {
        self.groups + self.further.len()
    }

    /// The slots of an incident's rows.
    pub(in crate::view) fn slots_of(&self, group: usize) -> impl Iterator<Item = usize> + '_ {
        let wanted = number(group);
        let start = self.further.partition_point(|g| *g < wanted);
        let more = self.further[start..].iter().take_while(move |g| **g == wanted).count();
        let first = self.present.has(group).then_some(group);
        first.into_iter().chain((start..start + more).map(|i| self.groups + i))
    }

    /// The row's own time; `None` where none is given.
    pub(in crate::view) fn time_of(&self, slot: usize) -> Option<Range> {
        if let Some(times) = self.odd_times.get(&slot) {
            return times.first().copied();
        }
        let instant = |nanoseconds: i64| jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).ok();
        let given = self.from[slot] != i64::MIN && self.to[slot] != i64::MAX;
        given.then(|| Range { from: instant(self.from[slot]), to: instant(self.to[slot]) })
    }

    /// What a row says in a dimension, as a number of its dictionary.
    pub(in crate::view) fn number(&self, dimension: Dimension, slot: usize) -> usize {
        self.packed.number(dimension, slot) as usize
    }

    /// The truth of every incident under a reading.
    pub(super) fn truths(&self, applied: &Applied<'_>, world: &World) -> Truths {
        let (yes, not_no) = self.packed.set(&Judge::of_readings(self, &[applied], world), self);
        Truths { yes, not_no }
    }

    /// The truth of every incident under each of many readings.
    pub(super) fn truths_of_many(&self, readings: &[&Applied<'_>], world: &World) -> Vec<Truths> {
        let batches = readings.chunks(LANES);
        let sets = batches.flat_map(|some| self.packed.sets(&Judge::of_readings(self, some, world), self, some.len()));
        sets.map(|(yes, not_no)| Truths { yes, not_no }).collect()
    }

    /// Of the incidents in `base`, how many are yes, and how many not no, under each of many readings.
    pub(super) fn counts(&self, readings: &[&Applied<'_>], world: &World, base: &Bits) -> Vec<(u64, u64)> {
        let batches = readings.chunks(LANES);
        let counts = batches.flat_map(|some| {
            let counts = self.packed.count(&Judge::of_readings(self, some, world), self, base);
            (0..some.len()).map(move |lane| (counts[lane], counts[LANES + lane]))
        });
        counts.collect()
    }

    /// Whether each incident fits a filter: yes if some row certainly does, not no if some row may.
    pub(super) fn fits(&self, wanted: &Wanted<'_>, finding: u32, world: &World) -> Truths {
        let (yes, not_no) = self.packed.set(&Judge::of_filter(self, wanted, finding, world), self);
        Truths { yes, not_no }
    }

    /// How many incidents there are.
    pub(super) fn groups(&self) -> usize {
        self.groups
    }

    /// The incident of each row behind the first ones, ascending.
    pub(super) fn further(&self) -> &[u32] {
        &self.further
    }

    /// The beginning and the end of each row's own time, in nanoseconds; an open one is the least or the greatest number.
    pub(super) fn instants(&self) -> (&[i64], &[i64]) {
        (&self.from, &self.to)
    }

    /// Rows of which the times are several, or not two numbers of nanoseconds: in order, with the row's own time first.
    pub(super) fn odd_times(&self) -> &BTreeMap<usize, Vec<Range>> {
        &self.odd_times
    }

    /// The truth bits of everything that rows can say in a dimension that is a hierarchy.
    pub(super) fn truths_of(&self, dimension: Dimension, membership: &Membership<'_>, world: &World) -> Vec<u8> {
        let words = &self.words;
        match dimension {
            Dimension::Act => words.acts.truths(membership, &world.acts),
            Dimension::Weapon => words.weapons.truths(membership, &world.weapons),
            Dimension::Object => words.objects.truths(membership, &world.objects),
            Dimension::Place => words.places.truths(membership, &world.places),
            Dimension::Author | Dimension::Against | Dimension::Claimant => {
                words.actors.truths(membership, &world.actors)
            }
            Dimension::Occurred | Dimension::Effect | Dimension::Grounds => Vec::new(),
        }
    }

    /// The truth bits of everything that rows can say in a dimension that a clause decides without a selection.
    pub(super) fn truths_of_clause(&self, dimension: Dimension, applied: &Applied<'_>) -> Option<Vec<u8>> {
        let clause = applied.clause();
        match dimension {
            Dimension::Occurred => Some((0..4).map(|truth| truth & bits_of(clause.operative)).collect()),
            Dimension::Effect => Some(effect_truths(applied).to_vec()),
            Dimension::Grounds => {
                Some(self.ground_sets.iter().map(|set| bits_of(ground_truth(*set, clause))).collect())
            }
            _ => None,
        }
    }
}

pub(super) fn effects(given: impl Iterator<Item = Effect>, strikes_nothing: bool) -> Effects {
    let bit = |effect| match effect {
        Effect::Hit => 1,
        Effect::Intercepted => 2,
        Effect::Missed => 4,
        Effect::Affected => 8,
    };
    match given.map(bit).fold(0, |all, one| all | one) {
        0 if strikes_nothing => Effects(EFFECT_OF_AN_ACT_THAT_STRIKES_NOTHING),
        0 => Effects(EFFECT_NOT_GIVEN),
        given => Effects(given),
    }
}

fn effect_truths(applied: &Applied<'_>) -> [u8; EFFECTS] {
    let mut truths = [0; EFFECTS];
    for (set, truth) in truths.iter_mut().enumerate() {
        let given = [Effect::Hit, Effect::Intercepted, Effect::Missed, Effect::Affected];
        let of_given =
            given.into_iter().enumerate().filter(|(i, _)| set >> i & 1 == 1).map(|(_, e)| applied.effect_truth(e));
        *truth = bits_of(if set & usize::from(EFFECT_NOT_GIVEN) != 0 {
            applied.effect_not_given(false)
        } else if set & usize::from(EFFECT_OF_AN_ACT_THAT_STRIKES_NOTHING) != 0 {
            applied.effect_not_given(true)
        } else {
            Truth::weigh_all(of_given)
        });
    }
    truths
}

pub(super) fn ground_bit(ground: Ground) -> u8 {
    match ground {
        Ground::SelfDefence => 1,
        Ground::Response => 2,
        Ground::Release => 4,
        Ground::Necessity => 8,
        Ground::Consent => 16,
        Ground::Error => 32,
        Ground::Other => 64,
    }
}

fn ground_truth(grounds: Grounds, clause: &Clause) -> Truth {
    let allowed = clause.exceptions.iter().fold(0, |all, g| all | ground_bit(*g));
    if grounds.upheld & allowed != 0 {
        Truth::No
    } else if grounds.asserted & allowed != 0 {
        Truth::Unknown
    } else {
        Truth::Yes
    }
}
