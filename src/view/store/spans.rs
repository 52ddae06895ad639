//! Times as pairs of numbers. Nearly all are near enough to be nanoseconds in 64 bits; the others stand beside, whole.

use jiff::Timestamp;

use crate::domain::time::Range;

use super::Pages;

/// A time as it is kept: nanoseconds, the ends of the numbers for an open side, or a mark and a place among the far ones.
pub(in crate::view) type Pair = (i64, i64);

/// Times that are not near.
#[derive(Debug, Clone, Default)]
pub(in crate::view) struct Spans {
    far: Pages<Option<Range>, 64>,
}

/// Stands where a near time would begin.
const FAR: i64 = i64::MAX;

impl Spans {
    /// Any time; also: none given.
    pub(in crate::view) const ANY: Pair = (i64::MIN, i64::MAX);

    /// How a time is kept.
    pub(in crate::view) fn keep(&mut self, range: Option<Range>) -> Pair {
        let Some(range) = range else { return Spans::ANY };
        let near = |instant: Timestamp| {
            i64::try_from(instant.as_nanosecond()).ok().filter(|n| *n != i64::MIN && *n != i64::MAX)
        };
        let from = range.from.map_or(Some(i64::MIN), near);
        let to = range.to.map_or(Some(i64::MAX), near);
        from.zip(to).unwrap_or_else(|| {
            let at = self.far.push(Some(range));
            (FAR, i64::try_from(at).expect("fewer times than numbers"))
        })
    }

    /// The time that was kept; `None`: none was given.
    pub(in crate::view) fn of(&self, pair: Pair) -> Option<Range> {
        let (from, to) = pair;
        if from == FAR {
            return usize::try_from(to).ok().and_then(|at| self.far.get(at).copied()).flatten();
        }
        let instant = |nanoseconds: i64| Timestamp::from_nanosecond(i128::from(nanoseconds)).ok();
        let range = Range {
            from: (from != i64::MIN).then(|| instant(from)).flatten(),
            to: (to != i64::MAX).then(|| instant(to)).flatten(),
        };
        (pair != Spans::ANY).then_some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_comes_back_as_it_was_however_far() {
        let at = |text: &str| Some(text.parse::<Timestamp>().expect("an instant"));
        let bounds =
            [None, at("0001-01-01T00:00:00Z"), at("2025-03-18T01:02:03.000000004Z"), at("9999-12-01T00:00:00Z")];
        let mut spans = Spans::default();
        for from in bounds {
            for to in bounds {
                let range = Range { from, to };
                let pair = spans.keep(Some(range));
                assert_eq!(spans.of(pair), (range != Range::ANY).then_some(range));
            }
        }
        assert_eq!(spans.keep(None), Spans::ANY);
    }
}
