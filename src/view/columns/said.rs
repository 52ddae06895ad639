//! What a row says of each element apart from hierarchies: its effect and grounds as small numbers, and what a clause makes of them.

use crate::domain::reading::Clause;
use crate::domain::report::Effect;
use crate::domain::truth::Truth;
use crate::domain::values::Ground;
use crate::domain::verdict::Applied;

use super::dictionary::bits_of;

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

/// The truth bits of every number of effects.
pub(super) fn effect_truths(applied: &Applied<'_>) -> [u8; EFFECTS] {
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

/// What a clause makes of grounds.
pub(super) fn ground_truth(grounds: Grounds, clause: &Clause) -> Truth {
    let allowed = clause.exceptions.iter().fold(0, |all, g| all | ground_bit(*g));
    if grounds.upheld & allowed != 0 {
        Truth::No
    } else if grounds.asserted & allowed != 0 {
        Truth::Unknown
    } else {
        Truth::Yes
    }
}
