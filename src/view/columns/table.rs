//! The rows of one basis as columns: what each row says of each element, as a number in a dictionary.
//!
//! ```text
//!  slot      0   1   2  …  G-1 │ G  G+1 …          the first row of each incident stands at the incident's own number,
//!  incident  0   1   2  …  G-1 │ 7   7  …          further rows stand behind, by incident
//!  object   12   0  31  …   12 │ 12  88 …          0: not given; a node; or a set of facts that disputes or corroboration make
//! ```
//!
//! A reading is then a table from dictionary numbers to truths, and a verdict the *and* of a few columns.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::domain::evidence::{GroundClaim, Row};
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::reading::Clause;
use crate::domain::report::Effect;
use crate::domain::selection::{Fact, Membership};
use crate::domain::time::Range;
use crate::domain::truth::Truth;
use crate::domain::values::Ground;
use crate::domain::verdict::{Applied, is_accused};
use crate::domain::world::World;

use super::bits::Bits;
use super::dictionary::{Dictionaries, Dictionary, NOT_GIVEN, bits_of, number};
use super::judge::{Judge, LANES, nanoseconds};
use super::packed::Packed;

/// Which grounds weigh for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
struct Grounds {
    /// Named by the accused side: a bit for each ground.
    asserted: u8,
    /// Upheld by a finding.
    upheld: u8,
}

/// What a row says of the effect: a bit for each value, own and disputing, or one of two for "not given".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Effects(u8);

const EFFECT_NOT_GIVEN: u8 = 1 << 4;
const EFFECT_OF_AN_ACT_THAT_STRIKES_NOTHING: u8 = 1 << 5;
const EFFECTS: usize = 1 << 6;

/// The rows of one basis.
#[derive(Debug)]
pub(in crate::view) struct Table {
    groups: usize,
    /// The incident of each row behind the first ones.
    further: Vec<u32>,
    /// The incidents that have a row.
    pub(super) present: Bits,
    pub(in crate::view) author: Vec<u32>,
    pub(in crate::view) act: Vec<u32>,
    pub(in crate::view) against: Vec<u32>,
    pub(in crate::view) object: Vec<u32>,
    pub(in crate::view) place: Vec<u32>,
    pub(in crate::view) weapon: Vec<u32>,
    pub(in crate::view) claimant: Vec<u32>,
    from: Vec<i64>,
    to: Vec<i64>,
    effect: Vec<Effects>,
    grounds: Vec<u16>,
    occurred: Vec<u8>,
    /// Rows of which the times are several, open on one side, or too far away for a number of nanoseconds.
    odd_times: Vec<(usize, Vec<Range>)>,
    ground_sets: Vec<Grounds>,
    pub(in crate::view) words: Dictionaries,
    packed: OnceLock<Packed>,
}

/// What a row says something of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dimension {
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

/// One row on its way into a table.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    pub(super) author: Option<Node>,
    pub(super) act: Option<Node>,
    pub(super) against: Option<Node>,
    pub(super) object: Option<Node>,
    pub(super) place: Option<Node>,
    pub(super) weapon: Option<Node>,
    pub(super) occurred: Option<Range>,
    pub(super) effect: Option<Effect>,
    pub(super) strikes_nothing: bool,
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
    pub(super) fn new(groups: usize, world: &World) -> Table {
        Table {
            groups,
            further: Vec::new(),
            present: Bits::none(groups),
            author: vec![NOT_GIVEN; groups],
            act: vec![NOT_GIVEN; groups],
            against: vec![NOT_GIVEN; groups],
            object: vec![NOT_GIVEN; groups],
            place: vec![NOT_GIVEN; groups],
            weapon: vec![NOT_GIVEN; groups],
            claimant: vec![NOT_GIVEN; groups],
            from: vec![i64::MIN; groups],
            to: vec![i64::MAX; groups],
            effect: vec![Effects(EFFECT_NOT_GIVEN); groups],
            grounds: vec![0; groups],
            // Where no row stands, nothing is true.
            occurred: vec![0; groups],
            odd_times: Vec::new(),
            ground_sets: vec![Grounds::default()],
            words: Dictionaries {
                actors: Dictionary::new(&world.actors),
                places: Dictionary::new(&world.places),
                objects: Dictionary::new(&world.objects),
                acts: Dictionary::new(&world.acts),
                weapons: Dictionary::new(&world.weapons),
            },
            packed: OnceLock::new(),
        }
    }

    /// Adds a row that nobody disputes. Groups come in order.
    pub(super) fn push_plain(
        &mut self,
        group: usize,
        row: &Plain,
        claimant: u32,
        grounds: &[GroundClaim],
        actors: &Hierarchy,
    ) {
        let slot = self.slot(group);
        self.author[slot] = Dictionary::node(row.author);
        self.act[slot] = Dictionary::node(row.act);
        self.against[slot] = Dictionary::node(row.against);
        self.object[slot] = Dictionary::node(row.object);
        self.place[slot] = Dictionary::node(row.place);
        self.weapon[slot] = Dictionary::node(row.weapon);
        self.claimant[slot] = claimant;
        self.occurred[slot] = bits_of(Truth::Yes);
        self.effect[slot] = effects(row.effect.into_iter(), row.strikes_nothing);
        self.times(slot, row.occurred.unwrap_or(Range::ANY), &[]);
        if !grounds.is_empty() {
            let author = row.author.map_or(Fact::Anything, Fact::Node);
            self.grounds[slot] = self.ground_set(&author, grounds, actors);
        }
    }

    /// Adds a row as a basis weighs it. Groups come in order.
    pub(super) fn push_weighed(
        &mut self,
        group: usize,
        row: &Row,
        claimant: u32,
        grounds: &[GroundClaim],
        strikes_nothing: bool,
        actors: &Hierarchy,
    ) {
        let slot = self.slot(group);
        self.author[slot] = self.words.actors.weighed(&row.author);
        self.against[slot] = self.words.actors.weighed(&row.against);
        self.act[slot] = self.words.acts.weighed(&row.act);
        self.object[slot] = self.words.objects.weighed(&row.object);
        self.place[slot] = self.words.places.weighed(&row.place);
        self.weapon[slot] = self.words.weapons.weighed(&row.weapon);
        self.claimant[slot] = claimant;
        self.occurred[slot] = bits_of(row.occurrence);
        let given = row.effect.own.iter().chain(&row.effect.others).map(|v| v.value);
        // What is not given cannot be disputed.
        self.effect[slot] =
            if row.effect.own.is_some() { effects(given, false) } else { effects(std::iter::empty(), strikes_nothing) };
        let own = row.occurred.own.as_ref().map_or(Range::ANY, |v| v.value);
        let others: Vec<Range> = row.occurred.others.iter().map(|v| v.value).collect();
        self.times(slot, own, &others);
        if !grounds.is_empty() {
            let author = row.author.own.as_ref().map_or(Fact::Anything, |v| v.value.clone());
            self.grounds[slot] = self.ground_set(&author, grounds, actors);
        }
    }

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
        if let Ok(at) = self.odd_times.binary_search_by_key(&slot, |(s, _)| *s) {
            return self.odd_times[at].1.first().copied();
        }
        let instant = |nanoseconds: i64| jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).ok();
        let given = self.from[slot] != i64::MIN && self.to[slot] != i64::MAX;
        given.then(|| Range { from: instant(self.from[slot]), to: instant(self.to[slot]) })
    }

    /// The rows as they are judged, made when they are first asked for.
    fn packed(&self) -> &Packed {
        self.packed.get_or_init(|| Packed::of(self))
    }

    /// The truth of every incident under a reading.
    pub(super) fn truths(&self, applied: &Applied<'_>, world: &World) -> Truths {
        let (yes, not_no) = self.packed().set(&Judge::of_readings(self, &[applied], world), self);
        Truths { yes, not_no }
    }

    /// The truth of every incident under each of many readings.
    pub(super) fn truths_of_many(&self, readings: &[&Applied<'_>], world: &World) -> Vec<Truths> {
        let batches = readings.chunks(LANES);
        let sets =
            batches.flat_map(|some| self.packed().sets(&Judge::of_readings(self, some, world), self, some.len()));
        sets.map(|(yes, not_no)| Truths { yes, not_no }).collect()
    }

    /// Of the incidents in `base`, how many are yes, and how many not no, under each of many readings.
    pub(super) fn counts(&self, readings: &[&Applied<'_>], world: &World, base: &Bits) -> Vec<(u64, u64)> {
        let batches = readings.chunks(LANES);
        let counts = batches.flat_map(|some| {
            let counts = self.packed().count(&Judge::of_readings(self, some, world), self, base);
            (0..some.len()).map(move |lane| (counts[lane], counts[LANES + lane]))
        });
        counts.collect()
    }

    /// Whether each incident fits a filter: yes if some row certainly does, not no if some row may.
    pub(super) fn fits(&self, wanted: &Wanted<'_>, finding: u32, world: &World) -> Truths {
        let (yes, not_no) = self.packed().set(&Judge::of_filter(self, wanted, finding, world), self);
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
    pub(super) fn odd_times(&self) -> &[(usize, Vec<Range>)] {
        &self.odd_times
    }

    /// What each row says in a dimension.
    pub(super) fn numbers_of(&self, dimension: Dimension) -> Cow<'_, [u32]> {
        match dimension {
            Dimension::Occurred => self.occurred.iter().map(|truth| u32::from(*truth)).collect(),
            Dimension::Effect => self.effect.iter().map(|effects| u32::from(effects.0)).collect(),
            Dimension::Grounds => self.grounds.iter().map(|set| u32::from(*set)).collect(),
            Dimension::Act => Cow::Borrowed(&self.act),
            Dimension::Weapon => Cow::Borrowed(&self.weapon),
            Dimension::Author => Cow::Borrowed(&self.author),
            Dimension::Against => Cow::Borrowed(&self.against),
            Dimension::Object => Cow::Borrowed(&self.object),
            Dimension::Place => Cow::Borrowed(&self.place),
            Dimension::Claimant => Cow::Borrowed(&self.claimant),
        }
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

    /// The slot of an incident's next row.
    fn slot(&mut self, group: usize) -> usize {
        if !self.present.has(group) {
            self.present.insert(group);
            return group;
        }
        debug_assert!(self.further.last().is_none_or(|last| *last <= number(group)), "groups come in order");
        self.further.push(number(group));
        for column in [
            &mut self.author,
            &mut self.act,
            &mut self.against,
            &mut self.object,
            &mut self.place,
            &mut self.weapon,
            &mut self.claimant,
        ] {
            column.push(NOT_GIVEN);
        }
        self.from.push(i64::MIN);
        self.to.push(i64::MAX);
        self.effect.push(Effects(EFFECT_NOT_GIVEN));
        self.grounds.push(0);
        self.occurred.push(0);
        self.slots() - 1
    }

    fn times(&mut self, slot: usize, own: Range, others: &[Range]) {
        self.from[slot] = clamp(own.from, i64::MIN);
        self.to[slot] = clamp(own.to, i64::MAX);
        let far = own.from.is_some() && self.from[slot] == i64::MIN || own.to.is_some() && self.to[slot] == i64::MAX;
        let half_open = own.from.is_some() != own.to.is_some();
        if far || half_open || !others.is_empty() {
            let times = std::iter::once(own).chain(others.iter().copied()).collect();
            let at = self.odd_times.partition_point(|(s, _)| *s < slot);
            self.odd_times.insert(at, (slot, times));
        }
    }

    fn ground_set(&mut self, author: &Fact, claims: &[GroundClaim], actors: &Hierarchy) -> u16 {
        let mut grounds = Grounds::default();
        for claim in claims {
            match claim.claimant {
                None => grounds.upheld |= ground_bit(claim.ground),
                Some(who) if is_accused(author, who, actors) => grounds.asserted |= ground_bit(claim.ground),
                Some(_) => {}
            }
        }
        let known = self.ground_sets.iter().position(|g| *g == grounds);
        let at = known.unwrap_or_else(|| {
            self.ground_sets.push(grounds);
            self.ground_sets.len() - 1
        });
        // Two times seven grounds make fewer sets than a u16 holds.
        u16::try_from(at).expect("few sets of grounds")
    }
}

fn effects(given: impl Iterator<Item = Effect>, strikes_nothing: bool) -> Effects {
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

fn ground_bit(ground: Ground) -> u8 {
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

fn clamp(instant: Option<jiff::Timestamp>, open: i64) -> i64 {
    instant.map_or(open, |instant| nanoseconds(instant).unwrap_or_else(|far| far))
}
