//! What up to thirty-two readings, or one filter, say of everything that rows can say: a word of truths for each.

use crate::domain::selection::Membership;
use crate::domain::time::Range;
use crate::domain::verdict::{Applied, Element};
use crate::domain::window::Resolved;
use crate::domain::world::World;

use super::dictionary::{NOT_NO, YES, bits_of};
use super::table::{Dimension, Table, Wanted};

/// How many readings are judged at once: two bits of a word each.
pub(super) const LANES: usize = 32;

/// The words of everything that rows can say.
pub(super) struct Judge<'j> {
    /// For each dimension, the word of each number of its dictionary; none where the dimension is not asked about.
    words: [Option<Vec<u64>>; Dimension::ALL.len()],
    /// The word of each instant as a beginning.
    pub(super) from: Steps,
    /// The word of each instant as an end.
    pub(super) to: Steps,
    times: Times<'j>,
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
    pub(super) fn of_readings(table: &Table, readings: &[&'j Applied<'j>], world: &World) -> Judge<'j> {
        let mut words: [Option<Vec<u64>>; Dimension::ALL.len()] = std::array::from_fn(|_| None);
        for dimension in Dimension::ALL {
            let says = |applied: &Applied<'_>| match dimension.element() {
                Some(element) => applied.membership(element).map(|m| table.truths_of(dimension, m, world)),
                None => table.truths_of_clause(dimension, applied),
            };
            let of_dimension = &mut words[dimension.index()];
            for (lane, reading) in readings.iter().enumerate() {
                if let Some(truths) = says(reading) {
                    let of_dimension = of_dimension.get_or_insert_with(|| vec![!0; truths.len()]);
                    for (word, truth) in of_dimension.iter_mut().zip(&truths) {
                        *word &= !(both(lane) ^ word_of(*truth, lane));
                    }
                }
            }
        }
        let windows: Vec<&Resolved> = readings.iter().map(|applied| applied.window()).collect();
        let (from, to) = steps_of_windows(&windows);
        Judge { words, from, to, times: Times::Windows(windows) }
    }

    /// Of a filter, in the first lane. A row of a finding has the number `finding` where others name their claimant.
    pub(super) fn of_filter(table: &Table, wanted: &Wanted<'_>, finding: u32, world: &World) -> Judge<'j> {
        let asked = |membership: Option<&Membership<'_>>, dimension: Dimension| {
            let mut truths = table.truths_of(dimension, membership?, world);
            if dimension == Dimension::Claimant {
                // A finding has no claimant, so it never fits a question about claimants.
                truths.resize(finding as usize + 1, 0);
            }
            Some(truths.into_iter().map(|truth| word_of(truth, 0)).collect::<Vec<u64>>())
        };
        let words = Dimension::ALL.map(|dimension| match dimension {
            Dimension::Author => asked(wanted.author, dimension),
            Dimension::Act => asked(wanted.act, dimension),
            Dimension::Against => asked(wanted.against, dimension),
            Dimension::Object => asked(wanted.object, dimension),
            Dimension::Place => asked(wanted.place, dimension),
            Dimension::Weapon => asked(wanted.weapon, dimension),
            Dimension::Claimant => asked(wanted.claimant, dimension),
            // Where no row stands, nothing is said.
            Dimension::Occurred => Some((0..4).map(|truth| word_of(truth, 0)).collect()),
            Dimension::Effect | Dimension::Grounds => None,
        });
        let all = both(0);
        let (from, to, times) = match wanted.occurred {
            None => (Steps::new(all, Vec::new()), Steps::new(all, Vec::new()), Times::Any),
            Some(range) => {
                let end = range.to.map_or(i64::MAX, |to| nanoseconds(to).unwrap_or_else(|far| far));
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
        Judge { words, from, to, times }
    }

    /// The words of a dimension's numbers; none where nothing is asked about it.
    pub(super) fn words(&self, dimension: Dimension) -> Option<&[u64]> {
        self.words[dimension.index()].as_deref()
    }

    /// The word of several times, the row's own first.
    pub(super) fn odd_time(&self, times: &[Range]) -> u64 {
        match &self.times {
            Times::Any => !0,
            Times::Overlap(range) => match times.first() {
                Some(own) if own.overlaps(range) => both(0),
                _ => 0,
            },
            Times::Windows(windows) => {
                let (mut yes, mut not_no) = (yes_lanes(), 0);
                for time in times {
                    let word = self.near_time(time).unwrap_or_else(|| far_time(time, windows));
                    (yes, not_no) = (yes & word, not_no | word);
                }
                yes & yes_lanes() | not_no & !yes_lanes()
            }
        }
    }

    /// The word of a time whose ends are numbers of nanoseconds.
    fn near_time(&self, time: &Range) -> Option<u64> {
        let from = time.from.map_or(Some(i64::MIN), |from| nanoseconds(from).ok())?;
        let to = time.to.map_or(Some(i64::MAX), |to| nanoseconds(to).ok())?;
        Some(self.from.at(from) & self.to.at(to))
    }
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

    /// What the words from one instant to another, both included, have among them.
    pub(super) fn any_within(&self, first: i64, last: i64) -> u64 {
        self.words[self.index(first)..=self.index(last)].iter().fold(0, |any, word| any | word)
    }
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

/// The element that a membership decides, for each dimension that one does.
impl Dimension {
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
                let judge = Judge { words: Default::default(), from, to, times: Times::Windows(vec![&window]) };
                for (from, to) in open().flat_map(|from| open().map(move |to| (from, to))) {
                    if from.zip(to).is_some_and(|(from, to)| from >= to) {
                        continue;
                    }
                    let time = Range { from, to };
                    let expected = word_of(bits_of(window.truth(&time)), 0);
                    assert_eq!(judge.odd_time(&[time]), expected, "{start:?} {end:?} {time:?}");
                }
            }
        }
    }
}
