//! Spans as people say them: a day, several days, a minute, some hours, a month.

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use crate::domain::time::{Span, Zone};

/// From so many hours on, a sentence names the day instead.
const MOST_OF_A_DAY: SignedDuration = SignedDuration::from_hours(12);

/// A span as people say it. Days are those of the zone in which the source spoke; hours are told in the reader's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// A whole month.
    Month(Date),
    /// A whole day.
    Day(Date),
    /// Whole days, the last included.
    Days(Date, Date),
    /// A minute, or less.
    Minute(DateTime),
    /// Some time between.
    Between(DateTime, DateTime),
}

impl When {
    /// Says a span to a reader in a zone.
    pub(super) fn of(span: &Span, zone: &Zone) -> When {
        if let Some(text) = span.local() {
            let (first, last) = text.split_once('/').unwrap_or((&text, &text));
            // An hour is told in the reader's zone, so only texts that are days are taken as they are.
            let day = |text: &str| if text.len() == 10 { text.parse::<Date>().ok() } else { None };
            match (day(first), day(last)) {
                (Some(first), Some(last)) if first == last => return When::Day(first),
                (Some(first), Some(last)) => return When::Days(first, last),
                _ if text.len() == 7 => {
                    if let Ok(first) = format!("{text}-01").parse() {
                        return When::Month(first);
                    }
                }
                _ => {}
            }
        }
        let (from, to) = (zone.local(span.earliest), zone.local(span.latest));
        let midnight = |at: DateTime| at.time() == jiff::civil::Time::midnight();
        if span.latest.duration_since(span.earliest) <= SignedDuration::from_mins(1) {
            return When::Minute(from);
        }
        match (midnight(from), midnight(to), to.date().yesterday()) {
            (true, true, Ok(last)) if last == from.date() => When::Day(last),
            (true, true, Ok(last)) => When::Days(from.date(), last),
            _ => When::Between(from, to),
        }
    }

    /// As a sentence says it: what may have been at most hours of one day was on that day.
    pub(super) fn as_said(self) -> When {
        match self {
            When::Between(from, to) if to.duration_since(from) >= MOST_OF_A_DAY => match self.in_days() {
                day @ When::Day(_) => day,
                _ => self,
            },
            other => other,
        }
    }

    /// The same by days alone.
    pub(super) fn in_days(self) -> When {
        match self {
            When::Minute(at) => When::Day(at.date()),
            When::Between(from, to) => {
                let is_end_of_day = to.time() == jiff::civil::Time::midnight();
                let last = if is_end_of_day { to.date().yesterday().unwrap_or(to.date()) } else { to.date() };
                if from.date() >= last { When::Day(from.date()) } else { When::Days(from.date(), last) }
            }
            other => other,
        }
    }

    /// An instant.
    pub(super) fn at(instant: Timestamp, zone: &Zone) -> When {
        When::Minute(zone.local(instant))
    }
}
