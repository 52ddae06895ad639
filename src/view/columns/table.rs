//! The rows of one basis as columns: what each row says of each element, as a number in a dictionary.
//!
//! ```text
//!  slot      0   1   2  …  G-1 │ G  G+1 …          the first row of each incident stands at the incident's own number,
//!  incident  0   1   2  …  G-1 │ 7   7  …          further rows stand behind, by incident
//!  object   12   0  31  …   12 │ 12  88 …          0: not given; a node; or a set of facts that disputes or corroboration make
//! ```
//!
//! A reading is then a table from dictionary numbers to truths, and a verdict the *and* of a few columns.

use std::collections::HashMap;

use crate::domain::evidence::{GroundClaim, Row, Weighed};
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::reading::Clause;
use crate::domain::report::Effect;
use crate::domain::selection::{Fact, Found, Membership};
use crate::domain::time::Range;
use crate::domain::truth::Truth;
use crate::domain::values::Ground;
use crate::domain::verdict::{Applied, Element, is_accused};
use crate::domain::window::Resolved;

use super::bits::Bits;

/// The number of a fact that was not given.
pub(super) const NOT_GIVEN: u32 = 0;

/// The truth bits of a dictionary entry.
const YES: u8 = 1;
const NOT_NO: u8 = 2;

/// Slots for which it pays to share the work among threads.
const SLOTS_PER_THREAD_MIN: usize = 1 << 17;

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
    fn weighed(&mut self, weighed: &Weighed<Fact>) -> u32 {
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
    fn truths(&self, membership: &Membership<'_>, hierarchy: &Hierarchy) -> Vec<u8> {
        let alone = |fact: Fact| membership.found(&fact);
        let nodes = hierarchy.nodes().map(|n| alone(Fact::Node(n)));
        let sets = self
            .sets
            .iter()
            .map(|facts| facts.iter().map(|f| membership.found(f)).fold(Found::default(), Found::union));
        std::iter::once(alone(Fact::Anything)).chain(nodes).chain(sets).map(|found| bits_of(found.truth())).collect()
    }
}

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
    /// Rows of which the times are several, or too far away for a number of nanoseconds.
    odd_times: Vec<(usize, Vec<Range>)>,
    ground_sets: Vec<Grounds>,
    pub(in crate::view) words: Dictionaries,
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
    pub(super) fn new(groups: usize, world: &crate::domain::world::World) -> Table {
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

    /// The truth of every incident under a reading.
    pub(super) fn truths(&self, applied: &Applied<'_>, world: &crate::domain::world::World) -> Truths {
        let clause = applied.clause();
        let columns: Vec<(&[u32], Vec<u8>)> = [
            (Element::Actor, &self.author, &self.words.actors, &world.actors),
            (Element::Act, &self.act, &self.words.acts, &world.acts),
            (Element::Against, &self.against, &self.words.actors, &world.actors),
            (Element::Object, &self.object, &self.words.objects, &world.objects),
            (Element::Place, &self.place, &self.words.places, &world.places),
            (Element::Weapon, &self.weapon, &self.words.weapons, &world.weapons),
        ]
        .into_iter()
        .filter_map(|(element, column, words, hierarchy)| {
            applied.membership(element).map(|m| (&column[..], words.truths(m, hierarchy)))
        })
        .collect();
        let effects = effect_truths(applied);
        let grounds: Vec<u8> = self.ground_sets.iter().map(|g| bits_of(ground_truth(*g, clause))).collect();
        let only_given = grounds.iter().all(|g| *g == YES | NOT_NO);
        let window = applied.window();
        let operative = bits_of(clause.operative);
        let (mut yes, mut not_no) = (vec![0u64; self.slots().div_ceil(64)], vec![0u64; self.slots().div_ceil(64)]);
        let bounds = Bounds::of(window);
        let work = |first: usize, yes: &mut [u64], not_no: &mut [u64]| {
            for (i, (y, n)) in yes.iter_mut().zip(not_no.iter_mut()).enumerate() {
                let start = (first + i) * 64;
                let end = (start + 64).min(self.slots());
                (*y, *n) = gather(&self.occurred[start..end], operative);
                for (column, truths) in &columns {
                    if *n == 0 {
                        break;
                    }
                    let (a, b) = look_up(&column[start..end], truths);
                    *y &= a;
                    *n &= b;
                }
                if *n != 0 {
                    let (a, b) = bounds.look(&self.from[start..end], &self.to[start..end]);
                    *y &= a;
                    *n &= b;
                }
                if *n != 0 {
                    let (a, b) = of_effects(&self.effect[start..end], &effects);
                    *y &= a;
                    *n &= b;
                }
                if *n != 0 && !only_given {
                    let (a, b) = of_grounds(&self.grounds[start..end], &grounds);
                    *y &= a;
                    *n &= b;
                }
            }
        };
        share(&mut yes, &mut not_no, self.slots(), &work);
        for (slot, times) in &self.odd_times {
            let truth = Truth::weigh_all(times.iter().map(|t| window.truth(t)));
            let rest = self.row_without_time(*slot, operative, &columns, &effects, &grounds) & bits_of(truth);
            set(&mut yes, *slot, rest & YES != 0);
            set(&mut not_no, *slot, rest & NOT_NO != 0);
        }
        self.by_incident(&yes, &not_no)
    }

    /// Whether each incident fits a filter: yes if some row certainly does, not no if some row may.
    pub(super) fn fits(&self, wanted: &Wanted<'_>, finding: u32, world: &crate::domain::world::World) -> Truths {
        let mut columns: Vec<(&[u32], Vec<u8>)> = [
            (wanted.author, &self.author, &self.words.actors, &world.actors),
            (wanted.act, &self.act, &self.words.acts, &world.acts),
            (wanted.against, &self.against, &self.words.actors, &world.actors),
            (wanted.object, &self.object, &self.words.objects, &world.objects),
            (wanted.place, &self.place, &self.words.places, &world.places),
            (wanted.weapon, &self.weapon, &self.words.weapons, &world.weapons),
        ]
        .into_iter()
        .filter_map(|(membership, column, words, hierarchy)| {
            membership.map(|m| (&column[..], words.truths(m, hierarchy)))
        })
        .collect();
        if let Some(membership) = wanted.claimant {
            let mut truths = self.words.actors.truths(membership, &world.actors);
            // A finding has no claimant, so it never fits a question about claimants.
            truths.resize(finding as usize + 1, 0);
            columns.push((&self.claimant, truths));
        }
        let (mut yes, mut not_no) = (vec![0u64; self.slots().div_ceil(64)], vec![0u64; self.slots().div_ceil(64)]);
        let asked = wanted.occurred.map(|range| (clamp(range.from, i64::MIN), clamp(range.to, i64::MAX)));
        let work = |first: usize, yes: &mut [u64], not_no: &mut [u64]| {
            for (i, (y, n)) in yes.iter_mut().zip(not_no.iter_mut()).enumerate() {
                let start = (first + i) * 64;
                let end = (start + 64).min(self.slots());
                (*y, *n) = gather(&self.occurred[start..end], YES | NOT_NO);
                if let Some((from, to)) = asked {
                    let (a, b) = overlap(&self.from[start..end], &self.to[start..end], from, to);
                    *y &= a;
                    *n &= b;
                }
                for (column, truths) in &columns {
                    if *n == 0 {
                        break;
                    }
                    let (a, b) = look_up(&column[start..end], truths);
                    *y &= a;
                    *n &= b;
                }
            }
        };
        share(&mut yes, &mut not_no, self.slots(), &work);
        if let Some(asked) = wanted.occurred {
            for (slot, times) in &self.odd_times {
                let overlaps = times.first().is_some_and(|t| t.overlaps(&asked));
                let rest =
                    columns.iter().fold(self.occurred[*slot], |t, (column, truths)| t & truths[column[*slot] as usize]);
                set(&mut yes, *slot, overlaps && rest & YES != 0);
                set(&mut not_no, *slot, overlaps && rest & NOT_NO != 0);
            }
        }
        self.by_incident(&yes, &not_no)
    }

    fn row_without_time(
        &self,
        slot: usize,
        operative: u8,
        columns: &[(&[u32], Vec<u8>)],
        effects: &[u8; EFFECTS],
        grounds: &[u8],
    ) -> u8 {
        let start = operative
            & self.occurred[slot]
            & effects[self.effect[slot].0 as usize]
            & grounds[self.grounds[slot] as usize];
        columns.iter().fold(start, |truth, (column, truths)| truth & truths[column[slot] as usize])
    }

    /// The *or* over each incident's rows.
    fn by_incident(&self, yes: &[u64], not_no: &[u64]) -> Truths {
        let has = |words: &[u64], slot: usize| words[slot / 64] >> (slot % 64) & 1 == 1;
        let mut truths = Truths { yes: Bits::prefix(yes, self.groups), not_no: Bits::prefix(not_no, self.groups) };
        for (i, group) in self.further.iter().enumerate() {
            let (slot, group) = (self.groups + i, *group as usize);
            if has(yes, slot) {
                truths.yes.insert(group);
            }
            if has(not_no, slot) {
                truths.not_no.insert(group);
            }
        }
        truths
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
        if far || !others.is_empty() {
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

/// The bounds of a window as numbers of nanoseconds.
struct Bounds {
    latest_start: i64,
    earliest_end: i64,
    earliest_start: i64,
    latest_end: i64,
}

impl Bounds {
    fn of(window: &Resolved) -> Bounds {
        Bounds {
            latest_start: clamp(window.start.latest, i64::MAX),
            earliest_end: clamp(window.end.earliest, i64::MAX),
            earliest_start: clamp(window.start.earliest, i64::MIN),
            latest_end: clamp(window.end.latest, i64::MAX),
        }
    }

    fn look(&self, from: &[i64], to: &[i64]) -> (u64, u64) {
        let (mut yes, mut not_no) = (0, 0);
        for (i, (&from, &to)) in from.iter().zip(to).enumerate() {
            yes |= u64::from(from >= self.latest_start && to <= self.earliest_end) << i;
            not_no |= u64::from(!(to <= self.earliest_start || from >= self.latest_end)) << i;
        }
        (yes, not_no)
    }
}

fn overlap(from: &[i64], to: &[i64], asked_from: i64, asked_to: i64) -> (u64, u64) {
    let (mut yes, mut not_no) = (0, 0);
    for (i, (&from, &to)) in from.iter().zip(to).enumerate() {
        let given = from != i64::MIN || to != i64::MAX;
        let overlaps = from < asked_to && asked_from < to;
        yes |= u64::from(given && overlaps) << i;
        not_no |= u64::from(overlaps || !given) << i;
    }
    (yes, not_no)
}

fn look_up(column: &[u32], truths: &[u8]) -> (u64, u64) {
    let (mut yes, mut not_no) = (0, 0);
    for (i, number) in column.iter().enumerate() {
        let bits = u64::from(truths[*number as usize]);
        yes |= (bits & 1) << i;
        not_no |= (bits >> 1) << i;
    }
    (yes, not_no)
}

fn gather(column: &[u8], with: u8) -> (u64, u64) {
    let (mut yes, mut not_no) = (0, 0);
    for (i, bits) in column.iter().enumerate() {
        let bits = u64::from(bits & with);
        yes |= (bits & 1) << i;
        not_no |= (bits >> 1) << i;
    }
    (yes, not_no)
}

fn of_effects(column: &[Effects], truths: &[u8; EFFECTS]) -> (u64, u64) {
    let (mut yes, mut not_no) = (0, 0);
    for (i, effects) in column.iter().enumerate() {
        let bits = u64::from(truths[effects.0 as usize]);
        yes |= (bits & 1) << i;
        not_no |= (bits >> 1) << i;
    }
    (yes, not_no)
}

fn of_grounds(column: &[u16], truths: &[u8]) -> (u64, u64) {
    let (mut yes, mut not_no) = (0, 0);
    for (i, set) in column.iter().enumerate() {
        let bits = u64::from(truths[*set as usize]);
        yes |= (bits & 1) << i;
        not_no |= (bits >> 1) << i;
    }
    (yes, not_no)
}

/// Shares the words among as many threads as there is work for.
fn share(yes: &mut [u64], not_no: &mut [u64], slots: usize, work: &(impl Fn(usize, &mut [u64], &mut [u64]) + Sync)) {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = (slots / SLOTS_PER_THREAD_MIN).clamp(1, processors);
    if threads == 1 {
        return work(0, yes, not_no);
    }
    let each = yes.len().div_ceil(threads);
    std::thread::scope(|scope| {
        for (i, (yes, not_no)) in yes.chunks_mut(each).zip(not_no.chunks_mut(each)).enumerate() {
            scope.spawn(move || work(i * each, yes, not_no));
        }
    });
}

fn set(words: &mut [u64], slot: usize, value: bool) {
    let (word, bit) = (&mut words[slot / 64], 1u64 << (slot % 64));
    if value {
        *word |= bit;
    } else {
        *word &= !bit;
    }
}

fn bits_of(truth: Truth) -> u8 {
    match truth {
        Truth::Yes => YES | NOT_NO,
        Truth::Unknown => NOT_NO,
        Truth::No => 0,
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
    let Some(instant) = instant else { return open };
    i64::try_from(instant.as_nanosecond()).unwrap_or(if instant.as_nanosecond() < 0 { i64::MIN } else { i64::MAX })
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than four thousand million of anything in a dossier")
}
