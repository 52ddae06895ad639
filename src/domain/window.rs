//! The time in which a clause binds: when it starts, when it ends, and how "30 days" are counted.
//!
//! ```text
//!        earliest   latest          earliest    latest
//!  no    |..unknown..|       yes       |..unknown..|     no
//!  ──────┴── start ──┴─────────────────┴─── end ───┴──────► time
//!
//! "30 days from 18 March" (local days of the clause's zone; the first day is the day on which the start falls)
//!   INCLUSIVE_DAYS   the first day counts           → midnight after the 30th day
//!   ELAPSED          30 × 24 hours                  → the start's own hour
//!   CALENDAR_MONTH   to the same day, included      → midnight after 18 April
//!   UNSPECIFIED      nobody said                    → from the earliest to the latest of these
//! ```

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::time::{Bound, Range, Span, Zone};
use super::truth::Truth;

/// A clause's window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// When it starts.
    pub start: Start,
    /// When it ends.
    pub end: End,
    /// The clause's own zone, in which its days are counted.
    pub zone: Zone,
}

/// When a window starts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// The text does not say: any time from the instrument's own earliest onward is unknown.
    Missing,
    /// At once: some time in the instrument's own span.
    Immediately,
    /// As the text says.
    At(Bound),
}

/// When a window ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The text does not say: it goes on.
    Open,
    /// As the text says.
    At(Bound),
    /// So long after the start.
    After(TermLength),
}

/// A duration in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermLength {
    days: i32,
    rule: CountingRule,
}

/// How days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CountingRule {
    /// Nobody said: every rule that fits is possible.
    Unspecified,
    /// The first day counts.
    InclusiveDays,
    /// So many times 24 hours.
    Elapsed,
    /// To the same day of a later month, 30 days to a month.
    CalendarMonth,
}

/// What is wrong with a length.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LengthError {
    /// Fewer than one day.
    #[error("{days} is no number of days: at least 1")]
    NoDays {
        /// What was given.
        days: i32,
    },
    /// Calendar months from days that are no whole months.
    #[error("{days} days are no whole months of 30: CALENDAR_MONTH needs a multiple of 30")]
    NotMonths {
        /// What was given.
        days: i32,
    },
}

impl TermLength {
    /// A length of at least one day; for calendar months a multiple of 30.
    pub fn new(days: i32, rule: CountingRule) -> Result<TermLength, LengthError> {
        if days < 1 {
            return Err(LengthError::NoDays { days });
        }
        if rule == CountingRule::CalendarMonth && days % 30 != 0 {
            return Err(LengthError::NotMonths { days });
        }
        Ok(TermLength { days, rule })
    }

    /// How many days.
    pub fn days(&self) -> i32 {
        self.days
    }

    /// How they are counted.
    pub fn rule(&self) -> CountingRule {
        self.rule
    }

    /// The rules by which this length can be counted at all.
    fn fitting_rules(&self) -> Vec<CountingRule> {
        let mut rules = vec![CountingRule::InclusiveDays, CountingRule::Elapsed];
        if self.days % 30 == 0 {
            rules.push(CountingRule::CalendarMonth);
        }
        rules
    }

    /// The rules that this length may mean.
    fn rules(&self) -> Vec<CountingRule> {
        match self.rule {
            CountingRule::Unspecified => self.fitting_rules(),
            rule => vec![rule],
        }
    }
}

/// A side of a window worked out; `None` is without limit on that side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// The earliest it can be.
    pub earliest: Option<Timestamp>,
    /// The latest it can be.
    pub latest: Option<Timestamp>,
}

impl Side {
    fn of(bound: Bound) -> Side {
        Side { earliest: Some(bound.earliest), latest: Some(bound.latest) }
    }
}

/// The end that one counting rule gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountedEnd {
    /// The rule.
    pub rule: CountingRule,
    /// The end by that rule.
    pub end: Bound,
}

/// A window worked out against its instrument's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved {
    /// The start; an open `earliest` is the beginning of time, an open `latest` means it may never have started.
    pub start: Side,
    /// The end; an open side means that it goes on.
    pub end: Side,
    /// For a length: what each rule that fits gives, the text's own or not, so that a reader sees what hangs on it.
    pub ends: Vec<CountedEnd>,
    /// How the end was counted; `None` where it was not.
    pub counting: Option<CountingRule>,
    /// The clause's own zone.
    pub zone: Zone,
}

/// Which bound decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether it was the end.
    pub at_end: bool,
    /// The bound.
    pub side: Side,
}

impl Window {
    /// Works the window out; `stated` is the instrument's own span, absent for a reading drafted without one.
    pub fn resolve(&self, stated: Option<&Span>) -> Resolved {
        let start = match &self.start {
            Start::At(bound) => Side::of(*bound),
            Start::Immediately => Side { earliest: stated.map(|s| s.earliest), latest: stated.map(|s| s.latest) },
            Start::Missing => Side { earliest: stated.map(|s| s.earliest), latest: None },
        };
        match &self.end {
            End::Open => self.resolved(start, Side { earliest: None, latest: None }),
            End::At(bound) => self.resolved(start, Side::of(*bound)),
            End::After(length) => self.counted(start, length),
        }
    }

    fn resolved(&self, start: Side, end: Side) -> Resolved {
        Resolved { start, end, ends: Vec::new(), counting: None, zone: self.zone.clone() }
    }

    fn counted(&self, start: Side, length: &TermLength) -> Resolved {
        let rules = length.rules();
        let count =
            |rule: CountingRule, from: Timestamp, first: Date| count_end(rule, length.days, from, first, &self.zone);
        let first_of = |at: Option<Timestamp>| at.map(|at| (at, self.zone.day_of(at)));
        // The latest start of a span at local midnight belongs to the day before: the span does not reach into the next.
        let last_of = |at: Timestamp| {
            let day = self.zone.day_of(at);
            let opens_its_day = self.zone.start_of(day) == Some(at);
            let settled = start.earliest == start.latest;
            if opens_its_day && !settled { (at, day.yesterday().unwrap_or(day)) } else { (at, day) }
        };
        let earliest_start = first_of(start.earliest);
        let latest_start = start.latest.map(last_of);
        let earliest_by = |rule| earliest_start.and_then(|(at, day)| count(rule, at, day));
        let latest_by = |rule| latest_start.and_then(|(at, day)| count(rule, at, day));

        // A count that runs past the calendar's end has no end; among several rules the latest is then open too.
        let earliest = rules.iter().filter_map(|&r| earliest_by(r)).min();
        let latest =
            rules.iter().map(|&r| latest_by(r)).collect::<Option<Vec<_>>>().and_then(|all| all.into_iter().max());
        let ends = length
            .fitting_rules()
            .into_iter()
            .filter_map(|rule| {
                Some(CountedEnd { rule, end: Bound { earliest: earliest_by(rule)?, latest: latest_by(rule)? } })
            })
            .collect();
        Resolved { ends, counting: Some(length.rule), ..self.resolved(start, Side { earliest, latest }) }
    }
}

fn count_end(rule: CountingRule, days: i32, from: Timestamp, first: Date, zone: &Zone) -> Option<Timestamp> {
    match rule {
        CountingRule::Elapsed => from.checked_add(SignedDuration::from_hours(24 * i64::from(days))).ok(),
        CountingRule::InclusiveDays => zone.start_of(first.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?),
        CountingRule::CalendarMonth => {
            let last = first.checked_add(jiff::Span::new().try_months(days / 30).ok()?).ok()?;
            zone.start_of(last.tomorrow().ok()?)
        }
        CountingRule::Unspecified => None,
    }
}

impl Resolved {
    /// Whether a fact that happened some time in `fact` lies inside.
    pub fn truth(&self, fact: &Range) -> Truth {
        let at_or_after = |a: Option<Timestamp>, b: Option<Timestamp>| matches!((a, b), (Some(a), Some(b)) if a >= b);
        let ends_in_time = match (fact.to, self.end.earliest) {
            (_, None) => true,
            (Some(to), Some(end)) => to <= end,
            (None, Some(_)) => false,
        };
        if at_or_after(fact.from, self.start.latest) && ends_in_time {
            Truth::Yes
        } else if at_or_after(self.start.earliest, fact.to) || at_or_after(fact.from, self.end.latest) {
            Truth::No
        } else {
            Truth::Unknown
        }
    }

    /// Whether some sharper time inside `fact` would be settled; if not, only the text itself leaves it open.
    pub fn could_be_settled(&self, fact: &Range) -> bool {
        let before_start = match (fact.from, self.start.earliest) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(from), Some(start)) => from < start,
        };
        let after_end = match (fact.to, self.end.latest) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(to), Some(end)) => to > end,
        };
        let inside = match (self.start.latest, self.end.earliest) {
            (None, _) => false,
            (Some(start), None) => fact.overlaps(&Range { from: Some(start), to: None }),
            (Some(start), Some(end)) => start < end && fact.overlaps(&Range { from: Some(start), to: Some(end) }),
        };
        before_start || after_end || inside
    }

    /// The bound to show for the truth of `times`: the one that put the first of them that is not inside outside, or left it
    /// open; else the start.
    pub fn decision(&self, times: &[Range]) -> Decision {
        let start = Decision { at_end: false, side: self.start };
        let end = Decision { at_end: true, side: self.end };
        let Some(fact) = times.iter().find(|t| self.truth(t) != Truth::Yes) else { return start };
        let only_start = Resolved { end: Side { earliest: None, latest: None }, ..self.clone() };
        if self.truth(fact) == only_start.truth(fact) { start } else { end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn bound(earliest: &str, latest: &str) -> Bound {
        Bound::new(at(earliest), at(latest)).expect("in order")
    }

    fn ends(zone: &str, start: Bound, days: i32, rule: CountingRule) -> String {
        let length = TermLength::new(days, rule).expect("a length");
        let window =
            Window { start: Start::At(start), end: End::After(length), zone: Zone::parse(zone).expect("a zone") };
        let end = window.resolve(None).end;
        format!("{}/{}", end.earliest.expect("settled"), end.latest.expect("settled"))
    }

    #[test]
    fn thirty_days_from_18_march_end_on_four_different_instants() {
        let day = bound("2025-03-17T21:00:00Z", "2025-03-18T21:00:00Z");
        let moscow = |rule| ends("Europe/Moscow", day, 30, rule);
        assert_eq!(moscow(CountingRule::InclusiveDays), "2025-04-16T21:00:00Z/2025-04-16T21:00:00Z");
        assert_eq!(moscow(CountingRule::Elapsed), "2025-04-16T21:00:00Z/2025-04-17T21:00:00Z");
        assert_eq!(moscow(CountingRule::CalendarMonth), "2025-04-18T21:00:00Z/2025-04-18T21:00:00Z");
        assert_eq!(moscow(CountingRule::Unspecified), "2025-04-16T21:00:00Z/2025-04-18T21:00:00Z");
        let evening = bound("2025-03-18T14:00:00Z", "2025-03-18T21:00:00Z");
        assert_eq!(
            ends("Europe/Moscow", evening, 30, CountingRule::Unspecified),
            "2025-04-16T21:00:00Z/2025-04-18T21:00:00Z"
        );
    }

    #[test]
    fn days_are_counted_on_the_clauses_own_clock() {
        // Kyiv moves its clock on 30 March: the thirtieth midnight comes an hour early in UTC.
        let settled = bound("2025-03-17T22:00:00Z", "2025-03-17T22:00:00Z");
        assert_eq!(
            ends("Europe/Kyiv", settled, 30, CountingRule::InclusiveDays),
            "2025-04-16T21:00:00Z/2025-04-16T21:00:00Z"
        );
        assert_eq!(
            ends("Europe/Kyiv", settled, 30, CountingRule::Elapsed),
            "2025-04-16T22:00:00Z/2025-04-16T22:00:00Z"
        );
        // The last day where the month is shorter.
        let end_of_january = bound("2025-01-31T10:00:00Z", "2025-01-31T10:00:00Z");
        assert_eq!(
            ends("UTC", end_of_january, 30, CountingRule::CalendarMonth),
            "2025-03-01T00:00:00Z/2025-03-01T00:00:00Z"
        );
        assert_eq!(
            ends("UTC", end_of_january, 45, CountingRule::Unspecified),
            "2025-03-17T00:00:00Z/2025-03-17T10:00:00Z"
        );
    }

    #[test]
    fn a_missing_start_is_unknown_from_the_instruments_own_time_onward() {
        let stated = Span::new(at("2025-03-18T16:30:00Z"), at("2025-03-19T04:00:00Z"), Zone::utc()).expect("in order");
        let missing = Window { start: Start::Missing, end: End::Open, zone: Zone::utc() }.resolve(Some(&stated));
        let range = |from: &str, to: &str| Range { from: Some(at(from)), to: Some(at(to)) };
        assert_eq!(missing.truth(&range("2025-03-18T15:00:00Z", "2025-03-18T16:30:00Z")), Truth::No);
        assert_eq!(missing.truth(&range("2025-03-18T15:00:00Z", "2025-03-18T16:31:00Z")), Truth::Unknown);
        assert_eq!(missing.truth(&range("2030-03-18T15:00:00Z", "2030-03-18T16:31:00Z")), Truth::Unknown);
        assert!(!missing.could_be_settled(&range("2030-03-18T15:00:00Z", "2030-03-18T16:31:00Z")));
        let at_once = Window { start: Start::Immediately, end: End::Open, zone: Zone::utc() }.resolve(Some(&stated));
        assert_eq!(at_once.truth(&range("2025-03-19T04:00:00Z", "2025-03-19T04:01:00Z")), Truth::Yes);
        assert_eq!(at_once.truth(&Range::ANY), Truth::Unknown);
        assert!(at_once.could_be_settled(&Range::ANY));
    }

    #[test]
    fn the_bound_shown_is_the_one_that_decided_over_all_times() {
        let day = |d: &str| bound(&format!("{d}T00:00:00Z"), &format!("{d}T00:00:00Z"));
        let window = Window { start: Start::At(day("2025-03-18")), end: End::At(day("2025-04-17")), zone: Zone::utc() };
        let window = window.resolve(None);
        let on = |d: &str| Range { from: Some(at(&format!("{d}T00:00:00Z"))), to: Some(at(&format!("{d}T12:00:00Z"))) };
        let (before, inside, after) = (on("2025-03-01"), on("2025-03-20"), on("2025-05-01"));
        assert!(!window.decision(&[inside]).at_end);
        assert!(!window.decision(&[before]).at_end);
        assert!(window.decision(&[after]).at_end);
        assert!(window.decision(&[inside, after]).at_end, "the other account put it outside");
        assert!(!window.decision(&[before, after]).at_end, "its own time is already outside");
    }

    #[test]
    fn a_length_is_at_least_a_day_and_months_are_thirties() {
        assert_eq!(TermLength::new(0, CountingRule::Elapsed), Err(LengthError::NoDays { days: 0 }));
        assert_eq!(TermLength::new(45, CountingRule::CalendarMonth), Err(LengthError::NotMonths { days: 45 }));
    }
}
