//! Instants, spans and bounds, and how people write them in a time zone.
//!
//! ```text
//! Span   [earliest, latest)   some time within, the end not included
//! Bound  [earliest, latest]   an instant that is settled (both equal) or lies somewhere in between
//!
//! local text            in the zone it means            ("A/B" runs from A's start to B's end)
//! 2025                  that whole year
//! 2025-03               that whole month
//! 2025-03-19            that whole day (23, 24 or 25 hours)
//! 2025-03-19T01:20      that minute
//! 2025-03-19T01:20:05   that second
//! ```

use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Some time within `[earliest, latest)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The first instant that is possible.
    pub earliest: Timestamp,
    /// The first instant after the last possible one.
    pub latest: Timestamp,
    /// The zone in which the source spoke.
    pub zone: Zone,
}

impl Span {
    /// A span that has something inside.
    pub fn new(earliest: Timestamp, latest: Timestamp, zone: Zone) -> Result<Span, TimeError> {
        if earliest < latest {
            Ok(Span { earliest, latest, zone })
        } else {
            Err(TimeError::NothingInside { earliest, latest })
        }
    }

    /// Reads a local text in a zone.
    pub fn from_local(text: &str, zone: &Zone) -> Result<Span, TimeError> {
        let (earliest, latest) = local_range(text, &zone.zone)?;
        Span::new(earliest, latest, zone.clone())
    }

    /// Writes the span as people do, if that says exactly the same.
    pub fn local(&self) -> Option<String> {
        local_text(self.earliest, self.latest, &self.zone.zone)
    }

    /// The two instants without the zone.
    pub fn range(&self) -> Range {
        Range { from: Some(self.earliest), to: Some(self.latest) }
    }
}

/// An instant that is settled, or that lies somewhere from `earliest` to `latest`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    /// The earliest it can be.
    pub earliest: Timestamp,
    /// The latest it can be.
    pub latest: Timestamp,
}

impl Bound {
    /// A bound whose sides are in order.
    pub fn new(earliest: Timestamp, latest: Timestamp) -> Result<Bound, TimeError> {
        if earliest <= latest {
            Ok(Bound { earliest, latest })
        } else {
            Err(TimeError::NothingInside { earliest, latest })
        }
    }

    /// Reads a local text in a zone; it means what it means for a span.
    pub fn from_local(text: &str, zone: &Zone) -> Result<Bound, TimeError> {
        let (earliest, latest) = local_range(text, &zone.zone)?;
        Bound::new(earliest, latest)
    }

    /// Writes the bound as people do, if that says exactly the same. A settled instant has no such form: a minute is one minute long.
    pub fn local(&self, zone: &Zone) -> Option<String> {
        if self.earliest == self.latest { None } else { local_text(self.earliest, self.latest, &zone.zone) }
    }
}

/// A time range `[from, to)` whose sides may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first instant inside; `None`: open to the past.
    pub from: Option<Timestamp>,
    /// The first instant after it; `None`: open to the future.
    pub to: Option<Timestamp>,
}

impl Range {
    /// Any time at all.
    pub const ANY: Range = Range { from: None, to: None };

    /// Whether some instant lies in both.
    pub fn overlaps(&self, other: &Range) -> bool {
        let before = |end: Option<Timestamp>, start: Option<Timestamp>| matches!((end, start), (Some(end), Some(start)) if end <= start);
        !before(self.to, other.from) && !before(other.to, self.from)
    }

    /// The smallest range that holds both.
    pub fn hull(&self, other: &Range) -> Range {
        Range {
            from: self.from.zip(other.from).map(|(a, b)| a.min(b)),
            to: self.to.zip(other.to).map(|(a, b)| a.max(b)),
        }
    }

    /// What lies in both; the caller knows that they overlap.
    pub fn intersect(&self, other: &Range) -> Range {
        let later = |a: Option<Timestamp>, b: Option<Timestamp>| match (a, b) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
        let earlier = |a: Option<Timestamp>, b: Option<Timestamp>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Range { from: later(self.from, other.from), to: earlier(self.to, other.to) }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.from {
            Some(from) => write!(f, "{from}/")?,
            None => f.write_str("../")?,
        }
        match self.to {
            Some(to) => write!(f, "{to}"),
            None => f.write_str(".."),
        }
    }
}

/// An IANA time zone that exists in the bundled database.
#[derive(Clone)]
pub struct Zone {
    zone: TimeZone,
    name: std::sync::Arc<str>,
}

impl Zone {
    /// Looks a zone up by its IANA name.
    pub fn parse(name: &str) -> Result<Zone, TimeError> {
        let zone = TimeZone::get(name).map_err(|_| TimeError::UnknownZone { zone: super::name::shorten(name) })?;
        if zone.is_unknown() {
            return Err(TimeError::UnknownZone { zone: super::name::shorten(name) });
        }
        let canonical = zone.iana_name().unwrap_or(name);
        Ok(Zone { name: canonical.into(), zone })
    }

    /// Coordinated universal time.
    pub fn utc() -> Zone {
        Zone { zone: TimeZone::UTC, name: "UTC".into() }
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The local calendar day on which an instant falls.
    pub fn day_of(&self, instant: Timestamp) -> Date {
        self.zone.to_datetime(instant).date()
    }

    /// What a clock in the zone shows at an instant.
    pub fn local(&self, instant: Timestamp) -> DateTime {
        self.zone.to_datetime(instant)
    }

    /// The first instant of a local day; a day whose midnight the clock skips begins with its first instant. `None` past the calendar's end.
    pub fn start_of(&self, day: Date) -> Option<Timestamp> {
        self.zone.to_ambiguous_timestamp(day.to_datetime(jiff::civil::Time::midnight())).compatible().ok()
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}
impl Eq for Zone {}
impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// What is wrong with a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The end is not after the start.
    #[error("ends at {latest}, which is not after its start {earliest}")]
    NothingInside {
        /// The start.
        earliest: Timestamp,
        /// The end.
        latest: Timestamp,
    },
    /// No such zone in the database.
    #[error("\"{zone}\" is no IANA time zone, such as \"Europe/Kyiv\"")]
    UnknownZone {
        /// What was given.
        zone: String,
    },
    /// Not one of the local forms.
    #[error("\"{text}\" is no local time: write 2025-03, 2025-03-19, 2025-03-19T01:20 or A/B")]
    NotLocal {
        /// What was given.
        text: String,
    },
    /// The clock skipped it.
    #[error("{text} does not exist in {zone}: the clock skipped it")]
    Skipped {
        /// What was given.
        text: String,
        /// The zone.
        zone: String,
    },
    /// The clock showed it twice.
    #[error("{text} exists twice in {zone}: give the two instants in UTC instead")]
    Twice {
        /// What was given.
        text: String,
        /// The zone.
        zone: String,
    },
}

/// The range that a local text means.
fn local_range(text: &str, zone: &TimeZone) -> Result<(Timestamp, Timestamp), TimeError> {
    let (first, last) = match text.split_once('/') {
        Some((first, last)) => (local_part(first, zone)?, local_part(last, zone)?),
        None => {
            let part = local_part(text, zone)?;
            (part, part)
        }
    };
    if first.0 < last.1 {
        Ok((first.0, last.1))
    } else {
        Err(TimeError::NothingInside { earliest: first.0, latest: last.1 })
    }
}

/// One side of a local text: a year, month, day, minute or second.
fn local_part(text: &str, zone: &TimeZone) -> Result<(Timestamp, Timestamp), TimeError> {
    let not_local = || TimeError::NotLocal { text: super::name::shorten(text) };
    let digits = |from: usize, to: usize| -> Option<i16> {
        let part = text.get(from..to)?;
        if part.bytes().all(|b| b.is_ascii_digit()) { part.parse().ok() } else { None }
    };
    let mark = |at: usize, mark: u8| text.as_bytes().get(at) == Some(&mark);
    let small = |from, to| digits(from, to).and_then(|n| i8::try_from(n).ok());

    let year = digits(0, 4).ok_or_else(not_local)?;
    let days = |first: Date, after: Option<Date>| -> Result<(Timestamp, Timestamp), TimeError> {
        let after = after.ok_or_else(not_local)?;
        let start = |day: Date| {
            zone.to_ambiguous_timestamp(day.to_datetime(jiff::civil::Time::midnight()))
                .compatible()
                .map_err(|_| not_local())
        };
        let range = (start(first)?, start(after)?);
        // A day that a zone skipped whole (it crossed the date line) begins and ends at the same instant.
        if range.0 < range.1 {
            Ok(range)
        } else {
            Err(TimeError::Skipped { text: text.to_owned(), zone: zone_name(zone) })
        }
    };
    if text.len() == 4 {
        let first = Date::new(year, 1, 1).map_err(|_| not_local())?;
        return days(first, Date::new(year + 1, 1, 1).ok());
    }
    let month = small(5, 7).filter(|_| mark(4, b'-')).ok_or_else(not_local)?;
    if text.len() == 7 {
        let first = Date::new(year, month, 1).map_err(|_| not_local())?;
        return days(first, first.last_of_month().tomorrow().ok());
    }
    let day = small(8, 10).filter(|_| mark(7, b'-')).ok_or_else(not_local)?;
    let date = Date::new(year, month, day).map_err(|_| not_local())?;
    if text.len() == 10 {
        return days(date, date.tomorrow().ok());
    }
    let hour = small(11, 13).filter(|_| mark(10, b'T')).ok_or_else(not_local)?;
    let minute = small(14, 16).filter(|_| mark(13, b':')).ok_or_else(not_local)?;
    let (second, length) = match text.len() {
        16 => (0, SignedDuration::from_secs(60)),
        19 => (small(17, 19).filter(|_| mark(16, b':')).ok_or_else(not_local)?, SignedDuration::from_secs(1)),
        _ => return Err(not_local()),
    };
    let local = DateTime::new(year, month, day, hour, minute, second, 0).map_err(|_| not_local())?;
    let ambiguous = zone.to_ambiguous_timestamp(local);
    if ambiguous.is_ambiguous() {
        let (text, zone) = (text.to_owned(), zone_name(zone));
        return Err(match ambiguous.offset() {
            jiff::tz::AmbiguousOffset::Gap { .. } => TimeError::Skipped { text, zone },
            _ => TimeError::Twice { text, zone },
        });
    }
    let start = ambiguous.unambiguous().map_err(|_| not_local())?;
    let end = start.checked_add(length).map_err(|_| not_local())?;
    Ok((start, end))
}

fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("the zone").to_owned()
}

/// The forms of a local text, shortest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LocalForm {
    Month,
    Day,
    Minute,
    Second,
}

impl LocalForm {
    const ALL: [LocalForm; 4] = [LocalForm::Month, LocalForm::Day, LocalForm::Minute, LocalForm::Second];

    /// Whether one of this form may last so long. Days are short or long where clocks are changed.
    fn may_last(self, length: SignedDuration) -> bool {
        match self {
            LocalForm::Month => length >= SignedDuration::from_hours(24 * 26),
            LocalForm::Day => length >= SignedDuration::from_hours(1) && length <= SignedDuration::from_hours(24 * 3),
            LocalForm::Minute => length == SignedDuration::from_secs(60),
            LocalForm::Second => length == SignedDuration::from_secs(1),
        }
    }

    /// Whether one of this form may begin so.
    fn may_begin(self, at: DateTime) -> bool {
        match self {
            // The second where a zone skipped the first day whole.
            LocalForm::Month => at.day() <= 2,
            LocalForm::Day | LocalForm::Second => true,
            LocalForm::Minute => at.second() == 0,
        }
    }

    /// The one that holds this moment.
    fn holding(self, at: DateTime) -> String {
        let (year, month, day) = (at.year(), at.month(), at.day());
        let (hour, minute, second) = (at.hour(), at.minute(), at.second());
        match self {
            LocalForm::Month => format!("{year:04}-{month:02}"),
            LocalForm::Day => format!("{year:04}-{month:02}-{day:02}"),
            LocalForm::Minute => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}"),
            LocalForm::Second => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
        }
    }
}

/// The shortest local text that means exactly `[earliest, latest)`; `None` where there is none. What cannot fit is not tried.
fn local_text(earliest: Timestamp, latest: Timestamp, zone: &TimeZone) -> Option<String> {
    let first = zone.to_datetime(earliest);
    // The last whole month, day, minute or second inside.
    let last = zone.to_datetime(latest.checked_sub(SignedDuration::from_nanos(1)).ok()?);
    let exact = |text: &String| local_range(text, zone).is_ok_and(|range| range == (earliest, latest));
    let length = latest.duration_since(earliest);
    let forms = || LocalForm::ALL.into_iter().filter(|form| form.may_begin(first));
    let alone = forms().filter(|form| form.may_last(length)).map(|form| form.holding(first)).find(exact);
    alone.or_else(|| forms().map(|form| format!("{}/{}", form.holding(first), form.holding(last))).find(exact))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, text: &str, expected: &str) {
        let zone = Zone::parse(zone).expect("a zone");
        let found = match Span::from_local(text, &zone) {
            Ok(span) => format!("{}", span.range()),
            Err(error) => error.to_string(),
        };
        assert_eq!(found, expected, "{text} in {zone:?}");
    }

    #[test]
    fn local_texts_mean_what_people_mean() {
        check("Europe/Kyiv", "2025-03", "2025-02-28T22:00:00Z/2025-03-31T21:00:00Z");
        check("Europe/Kyiv", "2025-03-19", "2025-03-18T22:00:00Z/2025-03-19T22:00:00Z");
        check("Europe/Kyiv", "2025-03-30", "2025-03-29T22:00:00Z/2025-03-30T21:00:00Z");
        check("Europe/Kyiv", "2025-03-19T01:20", "2025-03-18T23:20:00Z/2025-03-18T23:21:00Z");
        check("Europe/Moscow", "2025-03-18T17:00/2025-03-18T23:59", "2025-03-18T14:00:00Z/2025-03-18T21:00:00Z");
        check("UTC", "2025", "2025-01-01T00:00:00Z/2026-01-01T00:00:00Z");
    }

    #[test]
    fn a_time_the_clock_skipped_or_showed_twice_is_refused() {
        check(
            "Europe/Kyiv",
            "2025-03-30T03:30",
            "2025-03-30T03:30 does not exist in Europe/Kyiv: the clock skipped it",
        );
        check(
            "Europe/Kyiv",
            "2025-10-26T03:30",
            "2025-10-26T03:30 exists twice in Europe/Kyiv: give the two instants in UTC instead",
        );
        check("Pacific/Apia", "2011-12-30", "2011-12-30 does not exist in Pacific/Apia: the clock skipped it");
        check("UTC", "2025-13", "\"2025-13\" is no local time: write 2025-03, 2025-03-19, 2025-03-19T01:20 or A/B");
        check(
            "UTC",
            "2025-03-19T25:00",
            "\"2025-03-19T25:00\" is no local time: write 2025-03, 2025-03-19, 2025-03-19T01:20 or A/B",
        );
        check(
            "UTC",
            "2025-03-20/2025-03-18",
            "ends at 2025-03-19T00:00:00Z, which is not after its start 2025-03-20T00:00:00Z",
        );
        assert!(matches!(Zone::parse("Europe/Nowhere"), Err(TimeError::UnknownZone { .. })));
    }

    #[test]
    fn what_is_written_back_reads_the_same() {
        let kyiv = Zone::parse("Europe/Kyiv").expect("a zone");
        for text in [
            "2025-03",
            "2025-03-19",
            "2025-03-19T01:20",
            "2025-03-19T01:20:07",
            "2025-03-01/2025-03-03",
            "2025-03-19T01:20/2025-03-20T00:00",
        ] {
            let span = Span::from_local(text, &kyiv).expect("valid");
            assert_eq!(span.local().as_deref(), Some(text));
        }
    }

    #[test]
    fn a_day_whose_midnight_is_skipped_begins_with_its_first_instant() {
        let beirut = Zone::parse("Asia/Beirut").expect("a zone");
        let day = Date::new(2022, 3, 27).expect("a date");
        assert_eq!(beirut.start_of(day).map(|t| t.to_string()).as_deref(), Some("2022-03-26T22:00:00Z"));
        assert_eq!(beirut.day_of("2022-03-26T22:00:00Z".parse().expect("an instant")), day);
    }
}
