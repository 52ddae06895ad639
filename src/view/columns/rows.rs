//! Rows on their way into a part: gathered incident by incident, as they are said or as a basis weighs them.

use crate::domain::evidence::{GroundClaim, Row};
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::report::Effect;
use crate::domain::selection::Fact;
use crate::domain::time::Range;
use crate::domain::truth::Truth;
use crate::domain::verdict::is_accused;

use super::bits::Bits;
use super::dictionary::{Dictionaries, Dictionary, NOT_GIVEN, bits_of, number};
use super::judge::nanoseconds;
use super::packed::{Columns, Ends};
use super::part::{Groups, Layer, Part};
use super::said::{Dimension, EFFECT_NOT_GIVEN, Effects, Grounds, effects, ground_bit};
use super::times::{Instants, OddTimes};

/// The rows of a part, gathered. Incidents come in order, the rows of one together.
#[derive(Debug)]
pub(super) struct Rows {
    place: Place,
    author: Vec<u32>,
    act: Vec<u32>,
    against: Vec<u32>,
    object: Vec<u32>,
    place_of: Vec<u32>,
    weapon: Vec<u32>,
    claimant: Vec<u32>,
    from: Vec<i64>,
    to: Vec<i64>,
    effect: Vec<Effects>,
    grounds: Vec<u16>,
    occurred: Vec<u8>,
    odd_times: OddTimes,
    ground_sets: Vec<Grounds>,
    words: Dictionaries,
}

/// Where an incident's rows stand.
#[derive(Debug)]
enum Place {
    /// At the incident's own number: one row each, and blanks where there is none.
    Own(Bits),
    /// Behind those of the incident before.
    Behind { groups: Vec<u32>, starts: Vec<u32> },
}

/// One row at its word.
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
    /// One row of each of most incidents, of so many.
    pub(super) fn of_most(groups: usize) -> Rows {
        Rows::at(Place::Own(Bits::none(groups)), groups)
    }

    /// Rows of some incidents.
    pub(super) fn of_some() -> Rows {
        Rows::at(Place::Behind { groups: Vec::new(), starts: Vec::new() }, 0)
    }

    fn at(place: Place, room: usize) -> Rows {
        Rows {
            place,
            author: Vec::with_capacity(room),
            act: Vec::with_capacity(room),
            against: Vec::with_capacity(room),
            object: Vec::with_capacity(room),
            place_of: Vec::with_capacity(room),
            weapon: Vec::with_capacity(room),
            claimant: Vec::with_capacity(room),
            from: Vec::with_capacity(room),
            to: Vec::with_capacity(room),
            effect: Vec::with_capacity(room),
            grounds: Vec::with_capacity(room),
            occurred: Vec::with_capacity(room),
            odd_times: OddTimes::default(),
            ground_sets: vec![Grounds::default()],
            words: Dictionaries::default(),
        }
    }

    /// Adds a row that nobody disputes.
    pub(super) fn push_plain(
        &mut self,
        group: usize,
        row: &Plain,
        claimant: u32,
        grounds: &[GroundClaim],
        actors: &Hierarchy,
    ) {
        self.begin(group);
        self.author.push(Dictionary::node(row.author));
        self.act.push(Dictionary::node(row.act));
        self.against.push(Dictionary::node(row.against));
        self.object.push(Dictionary::node(row.object));
        self.place_of.push(Dictionary::node(row.place));
        self.weapon.push(Dictionary::node(row.weapon));
        self.claimant.push(claimant);
        self.occurred.push(bits_of(Truth::Yes));
        self.effect.push(effects(row.effect.into_iter(), row.strikes_nothing));
        self.push_times(row.occurred.unwrap_or(Range::ANY), &[]);
        let author = || row.author.map_or(Fact::Anything, Fact::Node);
        self.push_grounds(author, grounds, actors);
    }

    /// Adds a row as a basis weighs it.
    pub(super) fn push_weighed(
        &mut self,
        group: usize,
        row: &Row,
        claimant: u32,
        grounds: &[GroundClaim],
        strikes_nothing: bool,
        actors: &Hierarchy,
    ) {
        self.begin(group);
        self.author.push(self.words.actors.weighed(&row.author));
        self.against.push(self.words.actors.weighed(&row.against));
        self.act.push(self.words.acts.weighed(&row.act));
        self.object.push(self.words.objects.weighed(&row.object));
        self.place_of.push(self.words.places.weighed(&row.place));
        self.weapon.push(self.words.weapons.weighed(&row.weapon));
        self.claimant.push(claimant);
        self.occurred.push(bits_of(row.occurrence));
        let given = row.effect.own.iter().chain(&row.effect.others).map(|v| v.value);
        // What is not given cannot be disputed.
        let is_given = row.effect.own.is_some();
        self.effect.push(if is_given { effects(given, false) } else { effects(std::iter::empty(), strikes_nothing) });
        let own = row.occurred.own.as_ref().map_or(Range::ANY, |v| v.value);
        let others: Vec<Range> = row.occurred.others.iter().map(|v| v.value).collect();
        self.push_times(own, &others);
        let author = || row.author.own.as_ref().map_or(Fact::Anything, |v| v.value.clone());
        self.push_grounds(author, grounds, actors);
    }

    /// The part of these rows; none if there are none. `bound`: they hang on the hierarchies.
    pub(super) fn done(mut self, bound: bool) -> Option<Layer> {
        if self.slots() == 0 {
            return None;
        }
        let columns = Columns::of(&mut self);
        let Rows { place, from, to, odd_times, ground_sets, words, .. } = self;
        let ends = Ends::of(&from, &to);
        let (from, to) = (Instants::of(from, i64::MIN), Instants::of(to, i64::MAX));
        let rows = columns.rows();
        let (groups, starts, shown) = match place {
            Place::Own(present) => (Groups::Most, None, present.resized(rows)),
            Place::Behind { groups, starts } => {
                let shown = Bits::all(groups.len());
                // One row each needs no starts.
                let starts = (groups.len() < rows).then(|| starts.into_iter().chain([number(rows)]).collect());
                (Groups::These(groups), starts, shown)
            }
        };
        let words = words.done();
        let part = Part { groups, starts, columns, ends, from, to, odd_times, ground_sets, words, bound };
        Some(Layer::new(part, shown))
    }

    /// How many incidents have rows.
    pub(super) fn count(&self) -> usize {
        match &self.place {
            Place::Own(present) => present.count(),
            Place::Behind { groups, .. } => groups.len(),
        }
    }

    /// How many rows there are, blanks included.
    pub(super) fn slots(&self) -> usize {
        self.occurred.len()
    }

    /// What each row says in a dimension; it is not kept any longer.
    pub(super) fn take(&mut self, dimension: Dimension) -> Vec<u32> {
        match dimension {
            Dimension::Occurred => self.occurred.iter().map(|truth| u32::from(*truth)).collect(),
            Dimension::Effect => self.effect.iter().map(|effects| u32::from(effects.0)).collect(),
            Dimension::Grounds => self.grounds.iter().map(|set| u32::from(*set)).collect(),
            Dimension::Act => std::mem::take(&mut self.act),
            Dimension::Weapon => std::mem::take(&mut self.weapon),
            Dimension::Author => std::mem::take(&mut self.author),
            Dimension::Against => std::mem::take(&mut self.against),
            Dimension::Object => std::mem::take(&mut self.object),
            Dimension::Place => std::mem::take(&mut self.place_of),
            Dimension::Claimant => std::mem::take(&mut self.claimant),
        }
    }

    /// Goes to where an incident's next row stands.
    fn begin(&mut self, group: usize) {
        let slots = self.slots();
        match &mut self.place {
            Place::Own(present) => {
                assert!(slots <= group, "incidents come in order, each with one row");
                present.insert(group);
                (slots..group).for_each(|_| self.push_blank());
            }
            Place::Behind { groups, starts } => {
                let group = number(group);
                debug_assert!(groups.last().is_none_or(|last| *last <= group), "incidents come in order");
                if groups.last() != Some(&group) {
                    groups.push(group);
                    starts.push(number(slots));
                }
            }
        }
    }

    /// Where no row stands, nothing is said.
    fn push_blank(&mut self) {
        for column in [
            &mut self.author,
            &mut self.act,
            &mut self.against,
            &mut self.object,
            &mut self.place_of,
            &mut self.weapon,
            &mut self.claimant,
        ] {
            column.push(NOT_GIVEN);
        }
        self.from.push(i64::MIN);
        self.to.push(i64::MAX);
        self.effect.push(Effects(EFFECT_NOT_GIVEN));
        self.grounds.push(0);
        self.occurred.push(bits_of(Truth::Yes));
    }

    fn push_times(&mut self, own: Range, others: &[Range]) {
        let row = self.from.len();
        let (from, to) = (clamp(own.from, i64::MIN), clamp(own.to, i64::MAX));
        let far = own.from.is_some() && from == i64::MIN || own.to.is_some() && to == i64::MAX;
        let half_open = own.from.is_some() != own.to.is_some();
        if far || half_open || !others.is_empty() {
            self.odd_times.push(row, std::iter::once(own).chain(others.iter().copied()));
        }
        self.from.push(from);
        self.to.push(to);
    }

    fn push_grounds(&mut self, author: impl FnOnce() -> Fact, claims: &[GroundClaim], actors: &Hierarchy) {
        let set = if claims.is_empty() { 0 } else { self.ground_set(&author(), claims, actors) };
        self.grounds.push(set);
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
