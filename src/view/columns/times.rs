//! When rows happened, as their part keeps it: instants as short numbers, and beside them the rows whose times are several or strange.

use crate::domain::time::Range;

use super::dictionary::number;
use super::judge::nanoseconds;

/// One end of each row's own time, in nanoseconds.
#[derive(Debug)]
pub(super) enum Instants {
    /// As so many units past an origin; [`Instants::OPEN`]: open.
    Short { origin: i64, unit: i64, open: i64, numbers: Vec<u32> },
    /// As they are.
    Long(Vec<i64>),
}

impl Instants {
    const OPEN: u32 = u32::MAX;

    /// Keeps instants as narrow as they can be; `open` stands for no instant.
    pub(super) fn of(instants: Vec<i64>, open: i64) -> Instants {
        let given = || instants.iter().copied().filter(|instant| *instant != open);
        let origin = given().min().unwrap_or(0);
        let past = |instant: i64| instant.wrapping_sub(origin).cast_unsigned();
        // What all have in common is nearly always a minute, or a second.
        let unit = given().map(past).fold(0, greatest_divisor).max(1);
        let furthest = given().map(past).max().unwrap_or(0) / unit;
        let short = |instant: &i64| match *instant == open {
            true => Instants::OPEN,
            false => u32::try_from(past(*instant) / unit).unwrap_or(Instants::OPEN),
        };
        match i64::try_from(unit) {
            Ok(unit) if furthest < u64::from(Instants::OPEN) => {
                Instants::Short { origin, unit, open, numbers: instants.iter().map(short).collect() }
            }
            _ => Instants::Long(instants),
        }
    }

    /// The instant of a row; an open one is the number that stands for it.
    pub(super) fn at(&self, row: usize) -> i64 {
        match self {
            Instants::Short { origin, unit, open, numbers } => match numbers[row] {
                Instants::OPEN => *open,
                // Past the origin it may be further than i64 counts, so the sum goes round, as the difference did.
                past => origin.wrapping_add(i64::from(past).wrapping_mul(*unit)),
            },
            Instants::Long(instants) => instants[row],
        }
    }
}

/// The greatest number that divides both; most often the first does already.
fn greatest_divisor(unit: u64, past: u64) -> u64 {
    let (mut a, mut b) = (past, unit);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Rows whose times are several, open on one side, or too far away for a number of nanoseconds, with all their times.
#[derive(Debug, Default)]
pub(super) struct OddTimes {
    /// Ascending.
    rows: Vec<u32>,
    /// Where the times of each begin.
    starts: Vec<u32>,
    times: Vec<OddTime>,
}

/// One of several times.
#[derive(Debug, Clone)]
pub(super) enum OddTime {
    /// In nanoseconds; an open end is the least or the greatest number.
    Near(i64, i64),
    /// Whole.
    Far(Box<Range>),
}

impl OddTime {
    /// Keeps a time.
    pub(super) fn of(range: Range) -> OddTime {
        // The ends of the numbers stand for open ends.
        let is_near = |nanoseconds: &i64| *nanoseconds != i64::MIN && *nanoseconds != i64::MAX;
        let near = |instant: Option<jiff::Timestamp>, open| match instant {
            None => Some(open),
            Some(instant) => nanoseconds(instant).ok().filter(is_near),
        };
        match (near(range.from, i64::MIN), near(range.to, i64::MAX)) {
            (Some(from), Some(to)) => OddTime::Near(from, to),
            _ => OddTime::Far(Box::new(range)),
        }
    }

    /// The time itself.
    pub(super) fn range(&self) -> Range {
        match self {
            OddTime::Near(from, to) => Range {
                from: Some(*from).filter(|from| *from != i64::MIN).and_then(instant),
                to: Some(*to).filter(|to| *to != i64::MAX).and_then(instant),
            },
            OddTime::Far(range) => **range,
        }
    }
}

impl OddTimes {
    /// Adds the times of the next row that has such, its own first.
    pub(super) fn push(&mut self, row: usize, times: impl Iterator<Item = Range>) {
        self.rows.push(number(row));
        self.starts.push(number(self.times.len()));
        self.times.extend(times.map(OddTime::of));
    }

    /// The times of a row that has such, its own first.
    pub(super) fn of(&self, row: usize) -> Option<&[OddTime]> {
        let at = self.rows.binary_search(&number(row)).ok()?;
        Some(self.times_of(at))
    }

    /// Of the rows in a range, those that have such, with their times.
    pub(super) fn within(&self, rows: std::ops::Range<usize>) -> impl Iterator<Item = (usize, &[OddTime])> {
        let first = self.rows.partition_point(|row| (*row as usize) < rows.start);
        let those = self.rows[first..].iter().take_while(move |row| (**row as usize) < rows.end);
        those.enumerate().map(move |(i, row)| (*row as usize, self.times_of(first + i)))
    }

    fn times_of(&self, at: usize) -> &[OddTime] {
        let end = self.starts.get(at + 1).map_or(self.times.len(), |end| *end as usize);
        &self.times[self.starts[at] as usize..end]
    }
}

/// The instant of a number of nanoseconds.
pub(super) fn instant(nanoseconds: i64) -> Option<jiff::Timestamp> {
    jiff::Timestamp::from_nanosecond(i128::from(nanoseconds)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_come_back_as_they_were() {
        let minute = 60_000_000_000;
        for (open, instants) in [
            (i64::MIN, vec![5 * minute, i64::MIN, 7 * minute, 5 * minute, -3 * minute]),
            (i64::MAX, vec![i64::MAX, 1, 2, i64::from(u32::MAX)]),
            (i64::MAX, vec![i64::MAX, 0, i64::from(u32::MAX)]),
            (i64::MAX, vec![i64::MIN, i64::MAX - 1, 0]),
            (i64::MIN, vec![i64::MIN + 1, i64::MAX, i64::MIN]),
            (i64::MIN, vec![i64::MIN, i64::MIN]),
            (i64::MAX, vec![]),
        ] {
            let kept = Instants::of(instants.clone(), open);
            let back: Vec<i64> = (0..instants.len()).map(|row| kept.at(row)).collect();
            assert_eq!(back, instants, "{kept:?}");
        }
    }

    #[test]
    fn odd_times_are_found_by_their_rows() {
        let at = |text: &str| text.parse::<jiff::Timestamp>().expect("an instant");
        let open = Range { from: Some(at("2025-01-01T00:00:00Z")), to: None };
        let far = Range { from: Some(at("0001-01-01T00:00:00Z")), to: Some(at("9999-12-01T00:00:00Z")) };
        let mut odd = OddTimes::default();
        odd.push(3, [open].into_iter());
        odd.push(70, [far, Range::ANY, open].into_iter());
        let ranges = |times: &[OddTime]| times.iter().map(OddTime::range).collect::<Vec<_>>();
        assert_eq!(odd.of(3).map(ranges), Some(vec![open]));
        assert_eq!(odd.of(4).map(ranges), None);
        assert_eq!(odd.within(0..64).map(|(row, _)| row).collect::<Vec<_>>(), [3]);
        let second: Vec<_> = odd.within(64..128).map(|(row, times)| (row, ranges(times))).collect();
        assert_eq!(second, [(70, vec![far, Range::ANY, open])]);
    }
}
