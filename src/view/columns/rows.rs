//! Rows on their way into a table: gathered incident by incident, as they are said or as a basis weighs them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::domain::evidence::{GroundClaim, Row};
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::report::Effect;
use crate::domain::selection::Fact;
use crate::domain::time::Range;
use crate::domain::truth::Truth;
use crate::domain::verdict::is_accused;
use crate::domain::world::World;

use super::bits::Bits;
use super::dictionary::{Dictionaries, Dictionary, NOT_GIVEN, bits_of, number};
use super::judge::nanoseconds;
use super::packed::Packed;
use super::table::{Dimension, EFFECT_NOT_GIVEN, Effects, Grounds, Table, effects, ground_bit};

/// The rows of one basis, gathered.
#[derive(Debug)]
pub(super) struct Rows {
    groups: usize,
    /// The incident of each row behind the first ones.
    further: Vec<u32>,
    /// The incidents that have a row.
    present: Bits,
    author: Vec<u32>,
    act: Vec<u32>,
    against: Vec<u32>,
    object: Vec<u32>,
    place: Vec<u32>,
    weapon: Vec<u32>,
    claimant: Vec<u32>,
    from: Vec<i64>,
    to: Vec<i64>,
    effect: Vec<Effects>,
    grounds: Vec<u16>,
    occurred: Vec<u8>,
    odd_times: BTreeMap<usize, Vec<Range>>,
    ground_sets: Vec<Grounds>,
    words: Dictionaries,
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

impl Rows {
    /// No rows yet of so many incidents.
    pub(super) fn new(groups: usize, world: &World) -> Rows {
        Rows {
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
            odd_times: BTreeMap::new(),
            ground_sets: vec![Grounds::default()],
            words: Dictionaries {
                actors: Dictionary::new(&world.actors),
                places: Dictionary::new(&world.places),
                objects: Dictionary::new(&world.objects),
                acts: Dictionary::new(&world.acts),
                weapons: Dictionary::new(&world.weapons),
            },
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

    /// The table of these rows.
    pub(super) fn done(self) -> Table {
        let packed = Packed::of(&self);
        let Rows { groups, further, present, from, to, odd_times, ground_sets, words, .. } = self;
        Table { groups, further, present, from, to, odd_times, ground_sets, words, packed }
    }

    /// How many slots there are.
    pub(super) fn slots(&self) -> usize {
        self.groups + self.further.len()
    }

    /// The beginning and the end of each row's own time, in nanoseconds; an open one is the least or the greatest number.
    pub(super) fn instants(&self) -> (&[i64], &[i64]) {
        (&self.from, &self.to)
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
            self.odd_times.insert(slot, times);
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

fn clamp(instant: Option<jiff::Timestamp>, open: i64) -> i64 {
    instant.map_or(open, |instant| nanoseconds(instant).unwrap_or_else(|far| far))
}
