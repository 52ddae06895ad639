//! What up to thirty-two readings, or one filter, say of everything that rows can say: a word of truths for each.

use crate::domain::selection::{Fact, Membership};
use crate::domain::time::Range;
use crate::domain::verdict::{Applied, Element};
use crate::domain::window::Resolved;

use super::dictionary::{Dictionary, NOT_NO, SET, YES, bits_of, truths_of_nodes};
use super::part::Part;
use super::said::{Dimension, effect_truths, ground_truth};
use super::times::OddTime;

/// How many readings are judged at once: two bits of a word each.
pub(super) const LANES: usize = 32;

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

/// The words of everything that rows can say, but for what only the rows of one part say.
pub(super) struct Judge<'j> {
    readings: Vec<&'j Applied<'j>>,
    /// For each dimension, the word of each number of a node, or of each number where it is no hierarchy; none where it is not asked about.
    words: [Option<Vec<u64>>; Dimension::ALL.len()],
    /// The word of each instant as a beginning.
    pub(super) from: Steps,
    /// The word of each instant as an end.
    pub(super) to: Steps,
    times: Times<'j>,
}

/// The words of everything that the rows of a part say.
pub(super) struct OfPart<'j> {
    words: &'j [Option<Vec<u64>>; Dimension::ALL.len()],
    sets: [Vec<u64>; Dimension::ALL.len()],
    grounds: Option<Vec<u64>>,
}

/// What is asked of times.
enum Times<'j> {
    /// Nothing.
    Any,
    /// Whether they lie in the window of each reading.
    Windows(Vec<&'j Resolved>),
    /// Whether the row's own overlaps a range.
    Overlap(Range),
}

impl<'j> Judge<'j> {
    /// Of at most [`LANES`] readings.
    pub(super) fn of_readings(readings: &[&'j Applied<'j>]) -> Judge<'j> {
        let mut words: [Option<Vec<u64>>; Dimension::ALL.len()] = std::array::from_fn(|_| None);
        for dimension in Dimension::ALL {
            let of_dimension = &mut words[dimension.index()];
            for (lane, reading) in readings.iter().enumerate() {
                let Some(truths) = says(reading, dimension) else { continue };
                let of_dimension = of_dimension.get_or_insert_with(|| vec![!0; truths.len()]);
                of_dimension.iter_mut().zip(truths).for_each(|(word, truth)| restrict(word, truth, lane));
            }
        }
        let windows: Vec<&Resolved> = readings.iter().map(|applied| applied.window()).collect();
        let (from, to) = steps_of_windows(&windows);
        Judge { readings: readings.to_vec(), words, from, to, times: Times::Windows(windows) }
    }

    /// Of a filter, in the first lane.
    pub(super) fn of_filter(wanted: &Wanted<'_>) -> Judge<'j> {
        let asked = |membership: Option<&Membership<'_>>| {
            let truths = truths_of_nodes(membership?).into_iter();
            Some(truths.map(|truth| word_of(truth, 0)).collect::<Vec<u64>>())
        };
        let words = Dimension::ALL.map(|dimension| match dimension {
            Dimension::Author => asked(wanted.author),
            Dimension::Act => asked(wanted.act),
            Dimension::Against => asked(wanted.against),
            Dimension::Object => asked(wanted.object),
            Dimension::Place => asked(wanted.place),
            Dimension::Weapon => asked(wanted.weapon),
            Dimension::Claimant => asked(wanted.claimant),
            Dimension::Occurred | Dimension::Effect | Dimension::Grounds => None,
        });
        let all = both(0);
        let (from, to, times) = match wanted.occurred {
            None => (Steps::new(all, Vec::new()), Steps::new(all, Vec::new()), Times::Any),
            Some(range) => {
                // One that lies before all numbers takes back what follows the open end, and is not taken for it.
                let end = range.to.map_or(i64::MAX, |to| nanoseconds(to).unwrap_or_else(|far| far).max(i64::MIN + 1));
                let begin = range.from.map_or(i64::MIN, |from| nanoseconds(from).unwrap_or_else(|far| far));
                // A row without a time may fit: its open ends say "not no", and no more.
                let from = vec![(i64::MIN + 1, both(0), true), (end, both(0), false)];
                let to = vec![
                    (begin.saturating_add(1), both(0), true),
                    (i64::MAX, both(0), false),
                    (i64::MAX, word_of(NOT_NO, 0), true),
                ];
                (Steps::new(word_of(NOT_NO, 0), from), Steps::new(0, to), Times::Overlap(range))
            }
        };
        Judge { readings: Vec::new(), words, from, to, times }
    }

    /// Of words as they are given, for those who try what is made of them.
    #[cfg(test)]
    pub(super) fn of_words(words: [Option<Vec<u64>>; Dimension::ALL.len()], from: Steps, to: Steps) -> Judge<'j> {
        Judge { readings: Vec::new(), words, from, to, times: Times::Windows(Vec::new()) }
    }

    /// The words of what the rows of a part say.
    pub(super) fn of_part(&self, part: &Part) -> OfPart<'_> {
        let sets = Dimension::ALL.map(|dimension| match dimension.sets(part) {
            Some(sets) if sets.len() > 0 => self.words_of_sets(dimension, sets),
            _ => Vec::new(),
        });
        let of_clauses = |set: &super::said::Grounds| {
            let mut word = !0;
            for (lane, applied) in self.readings.iter().enumerate() {
                restrict(&mut word, bits_of(ground_truth(*set, applied.clause())), lane);
            }
            word
        };
        let grounds = (!self.readings.is_empty()).then(|| part.ground_sets.iter().map(of_clauses).collect());
        OfPart { words: &self.words, sets, grounds }
    }

    /// A set is yes where all its facts are, and not no where one is not: nearly all are nodes, whose words are there.
    fn words_of_sets(&self, dimension: Dimension, sets: &Dictionary) -> Vec<u64> {
        let Some(of_nodes) = &self.words[dimension.index()] else { return Vec::new() };
        let of_fact = |fact: &Fact| match fact {
            Fact::Anything => of_nodes[0],
            Fact::Node(node) => of_nodes[1 + node.index()],
            Fact::Within(_) => {
                let mut word = !0;
                for (lane, applied) in self.readings.iter().enumerate() {
                    if let Some(membership) = dimension.element().and_then(|element| applied.membership(element)) {
                        restrict(&mut word, bits_of(membership.truth(fact)), lane);
                    }
                }
                word
            }
        };
        sets.facts().map(|facts| of_all(facts.iter().map(of_fact))).collect()
    }

    /// The word of several times, the row's own first.
    pub(super) fn odd_time(&self, times: &[OddTime]) -> u64 {
        match &self.times {
            Times::Any => !0,
            Times::Overlap(range) => match times.first() {
                Some(own) if own.range().overlaps(range) => both(0),
                _ => 0,
            },
            Times::Windows(windows) => {
                let word = |time: &OddTime| match time {
                    OddTime::Near(from, to) => self.from.at(*from) & self.to.at(*to),
                    OddTime::Far(range) => far_time(range, windows),
                };
                of_all(times.iter().map(word))
            }
        }
    }
}

/// The word of several things of which any may be so.
fn of_all(words: impl Iterator<Item = u64>) -> u64 {
    let (yes, not_no) = words.fold((yes_lanes(), 0), |(yes, not_no), word| (yes & word, not_no | word));
    yes & yes_lanes() | not_no & !yes_lanes()
}

impl OfPart<'_> {
    /// Whether anything is asked about a dimension.
    pub(super) fn asks(&self, dimension: Dimension) -> bool {
        match dimension {
            Dimension::Grounds => self.grounds.is_some(),
            _ => self.words[dimension.index()].is_some(),
        }
    }

    /// The word of what a number says; of a node that is not in this world, none, for no row that is shown names it.
    pub(super) fn word(&self, dimension: Dimension, says: u32) -> u64 {
        let found = match (dimension, &self.words[dimension.index()]) {
            (Dimension::Grounds, _) => self.grounds.as_ref().and_then(|grounds| grounds.get(says as usize)),
            _ if says >= SET => self.sets[dimension.index()].get((says - SET) as usize),
            (_, words) => words.as_ref().and_then(|words| words.get(says as usize)),
        };
        found.copied().unwrap_or(0)
    }
}

/// The truth bits of every number that all parts share; none where a reading asks nothing, or each part must tell.
fn says(reading: &Applied<'_>, dimension: Dimension) -> Option<Vec<u8>> {
    let of = |element| reading.membership(element).map(truths_of_nodes);
    match dimension {
        Dimension::Occurred => Some((0..4).map(|truth| truth & bits_of(reading.clause().operative)).collect()),
        Dimension::Effect => Some(effect_truths(reading).to_vec()),
        Dimension::Author => of(Element::Actor),
        Dimension::Act => of(Element::Act),
        Dimension::Against => of(Element::Against),
        Dimension::Object => of(Element::Object),
        Dimension::Place => of(Element::Place),
        Dimension::Weapon => of(Element::Weapon),
        Dimension::Grounds | Dimension::Claimant => None,
    }
}

/// Takes from a word what a truth does not leave to a reading.
fn restrict(word: &mut u64, truth: u8, lane: usize) {
    *word &= !(both(lane) ^ word_of(truth, lane));
}

fn far_time(time: &Range, windows: &[&Resolved]) -> u64 {
    let words = windows.iter().enumerate().map(|(lane, window)| word_of(bits_of(window.truth(time)), lane));
    words.fold(0, |all, word| all | word)
}

/// The bits of a reading.
fn both(lane: usize) -> u64 {
    1 << lane | 1 << (LANES + lane)
}

/// A truth as the bits of a reading.
fn word_of(truth: u8, lane: usize) -> u64 {
    u64::from(truth & YES) << lane | u64::from(truth & NOT_NO) >> 1 << (LANES + lane)
}

fn yes_lanes() -> u64 {
    u64::MAX >> LANES
}

/// When a time lies in each window, told by its beginning and by its end:
///
/// ```text
///   yes      from ≥ latest start     and   to ≤ earliest end
///   not no   from < latest end       and   to > earliest start
/// ```
fn steps_of_windows(windows: &[&Resolved]) -> (Steps, Steps) {
    let (mut from, mut to) = (Vec::new(), Vec::new());
    let (mut from_first, mut to_first) = (0, 0);
    for (lane, window) in windows.iter().enumerate() {
        let (yes, not_no) = (word_of(YES, lane), word_of(NOT_NO, lane));
        from_first |= not_no;
        from.push((bound(window.start.latest, i64::MAX), yes, true));
        from.push((bound(window.end.latest, i64::MAX), not_no, false));
        to_first |= yes;
        if let Some(past) = bound(window.end.earliest, i64::MAX).checked_add(1) {
            to.push((past, yes, false));
        }
        if let Some(past) = bound(window.start.earliest, i64::MIN).checked_add(1) {
            to.push((past, not_no, true));
        }
    }
    (Steps::new(from_first, from), Steps::new(to_first, to))
}

/// A word for each instant: constant but for some steps.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    /// The instants at which it changes, ascending.
    at: Vec<i64>,
    /// The words before the first, and from each on.
    words: Vec<u64>,
}

impl Steps {
    /// The word at the beginning of time, and which bits are set or cleared from which instants on.
    pub(super) fn new(first: u64, mut changes: Vec<(i64, u64, bool)>) -> Steps {
        changes.sort_by_key(|(instant, _, _)| *instant);
        let mut steps = Steps { at: Vec::new(), words: vec![first] };
        let mut word = first;
        for (instant, bits, set) in changes {
            word = if set { word | bits } else { word & !bits };
            if steps.at.last() == Some(&instant) {
                steps.words.pop();
            } else {
                steps.at.push(instant);
            }
            steps.words.push(word);
        }
        steps
    }

    /// How many steps there are up to an instant.
    pub(super) fn index(&self, instant: i64) -> usize {
        self.at.partition_point(|at| *at <= instant)
    }

    /// The word of an instant.
    pub(super) fn at(&self, instant: i64) -> u64 {
        self.words[self.index(instant)]
    }

    /// For each of so many even pieces of time, from `origin` on and two to the power of `shift` long, what is known of it.
    pub(super) fn of_pieces(&self, origin: i64, shift: u32, count: usize) -> impl Iterator<Item = PieceSteps> + '_ {
        let mut at_begin = self.index(origin);
        (1..=count as u64).map(move |piece| {
            let next = piece.checked_mul(1 << shift).and_then(|offset| origin.checked_add_unsigned(offset));
            let walk = |mut step: usize, until: i64| {
                while self.at.get(step).is_some_and(|at| *at <= until) {
                    step += 1;
                }
                step
            };
            let begin = at_begin;
            let end = walk(begin, next.map_or(i64::MAX, |next| next.saturating_sub(1)));
            at_begin = walk(end, next.unwrap_or(i64::MAX));
            let any = self.words[begin..=end].iter().fold(0, |any, word| any | word);
            PieceSteps { any, before: begin, is_mixed: begin != end }
        })
    }

    /// The word of an instant that so many steps are known to come before, and perhaps a few more.
    pub(super) fn at_after(&self, steps: usize, instant: i64) -> u64 {
        let more = self.at[steps..].iter().take_while(|at| **at <= instant).count();
        self.words[steps + more]
    }
}

/// The steps of an even piece of time.
pub(super) struct PieceSteps {
    /// What the words inside it have among them.
    pub(super) any: u64,
    /// How many steps there are up to its beginning.
    pub(super) before: usize,
    /// Whether there is a step inside.
    pub(super) is_mixed: bool,
}

/// A bound as a number: one that is given but too far away for a number of nanoseconds is still no open one, nor reached by a
/// row without a time.
fn bound(instant: Option<jiff::Timestamp>, open: i64) -> i64 {
    instant.map_or(open, |instant| nanoseconds(instant).unwrap_or_else(|far| far).clamp(i64::MIN + 1, i64::MAX - 1))
}

/// An instant as a number of nanoseconds, or the end of the numbers that it lies beyond.
pub(super) fn nanoseconds(instant: jiff::Timestamp) -> Result<i64, i64> {
    i64::try_from(instant.as_nanosecond()).map_err(|_| if instant.as_nanosecond() < 0 { i64::MIN } else { i64::MAX })
}

impl Dimension {
    /// The element that a selection decides, where one does.
    fn element(self) -> Option<Element> {
        match self {
            Dimension::Author => Some(Element::Actor),
            Dimension::Act => Some(Element::Act),
            Dimension::Against => Some(Element::Against),
            Dimension::Object => Some(Element::Object),
            Dimension::Place => Some(Element::Place),
            Dimension::Weapon => Some(Element::Weapon),
            Dimension::Occurred | Dimension::Effect | Dimension::Grounds | Dimension::Claimant => None,
        }
    }

    /// The sets that the rows of a part say.
    fn sets(self, part: &Part) -> Option<&Dictionary> {
        match self {
            Dimension::Author | Dimension::Against => Some(&part.words.actors),
            Dimension::Act => Some(&part.words.acts),
            Dimension::Object => Some(&part.words.objects),
            Dimension::Place => Some(&part.words.places),
            Dimension::Weapon => Some(&part.words.weapons),
            Dimension::Occurred | Dimension::Effect | Dimension::Grounds | Dimension::Claimant => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::time::{Bound, Zone};
    use crate::domain::window::{End, Start, Window};

    use super::*;

    fn instant(text: &str) -> jiff::Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn times_at_the_ends_of_time_meet_bounds_as_the_oracle_has_it() {
        let instants = [
            "0001-01-01T00:00:00Z",
            "1600-01-01T00:00:00Z",
            "2025-03-18T00:00:00Z",
            "2025-03-18T00:00:00.000000001Z",
            "2300-01-01T00:00:00Z",
            "9999-12-01T00:00:00Z",
        ];
        let bounds = instants.map(|text| Bound::new(instant(text), instant(text)).expect("settled"));
        let starts = [Start::Missing, Start::Immediately].into_iter().chain(bounds.map(Start::At));
        let ends = || std::iter::once(End::Open).chain(bounds.map(End::At));
        let open = || std::iter::once(None).chain(instants.map(|text| Some(instant(text))));
        for start in starts {
            for end in ends() {
                let window = Window { start: start.clone(), end: end.clone(), zone: Zone::utc() }.resolve(None);
                let (from, to) = steps_of_windows(&[&window]);
                let (readings, words) = (Vec::new(), Default::default());
                let judge = Judge { readings, words, from, to, times: Times::Windows(vec![&window]) };
                for (from, to) in open().flat_map(|from| open().map(move |to| (from, to))) {
                    if from.zip(to).is_some_and(|(from, to)| from >= to) {
                        continue;
                    }
                    let time = Range { from, to };
                    let expected = word_of(bits_of(window.truth(&time)), 0);
                    assert_eq!(judge.odd_time(&[OddTime::of(time)]), expected, "{start:?} {end:?} {time:?}");
                }
            }
        }
    }
}
