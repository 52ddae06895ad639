//! The two clocks of a page as people type them, and what they mean in the dossier's zone.

use jiff::{SignedDuration, Timestamp};

use crate::domain::fault::{Reason, Violation};
use crate::domain::time::{Span, Zone};
use crate::wire::{instant, pb};
use pb::at::At;

/// What was typed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typed<'t> {
    /// The record's clock: a position, a day, an instant, or the token of an earlier answer. Empty: the latest.
    pub(super) as_of: &'t str,
    /// The world's clock: a day or an instant. Empty: no limit.
    pub(super) known_by: &'t str,
}

/// What it means.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Clocks {
    /// Which state of the record; `None`: the latest.
    at: Option<At>,
    /// What of it was known; `None`: no limit.
    known_by: Option<prost_types::Timestamp>,
}

impl Clocks {
    /// Reads both, or names what is wrong with either. A day is taken to its end: `2025-03-20` is all that came until midnight.
    pub(super) fn read(typed: Typed<'_>, zone: &Zone, now: Timestamp) -> Result<Clocks, Vec<Violation>> {
        let mut faults = Vec::new();
        let at = as_of(typed.as_of, zone, now).map_err(|fault| faults.push(fault)).ok();
        let known_by = match typed.known_by {
            "" => None,
            text => published_by("known_by", text, zone).map_err(|fault| faults.push(fault)).ok(),
        };
        let known_by = known_by.map(instant::write);
        match at {
            Some(at) if faults.is_empty() => Ok(Clocks { at, known_by }),
            _ => Err(faults),
        }
    }

    /// As a request says it.
    pub(super) fn wire(&self) -> pb::Consistency {
        let at = self.at.clone().map(|at| pb::consistency::When::At(pb::At { at: Some(at) }));
        pb::Consistency { when: at, known_by: self.known_by }
    }

    /// The same, fixed where an answer was computed.
    pub(super) fn settled(&self, read_at: &str) -> pb::Consistency {
        Clocks { at: Some(At::ReadAt(read_at.to_owned())), ..self.clone() }.wire()
    }

    /// Whether the answer is from the latest record.
    pub(super) fn is_latest(&self) -> bool {
        self.at.is_none()
    }

    /// Whether all that is known now may be in the answer.
    pub(super) fn knows_all(&self) -> bool {
        self.known_by.is_none()
    }

    /// The record's clock in words.
    pub(super) fn recorded(&self, typed: &str, zone: &Zone) -> String {
        match &self.at {
            None => "the latest record".to_owned(),
            Some(At::Position(position)) => format!("the record at position {position}"),
            Some(At::ReadAt(_)) => "the record as an earlier page showed it".to_owned(),
            Some(At::Time(_)) => format!("the record as of {}", told(typed, zone)),
        }
    }

    /// The world's clock in words.
    pub(super) fn known(&self, typed: &str, zone: &Zone) -> String {
        match self.known_by {
            None => "everything known since".to_owned(),
            Some(_) => format!("only what had been published by {}", told(typed, zone)),
        }
    }
}

/// A day in words says that it is taken to its end, and in which zone.
fn told(typed: &str, zone: &Zone) -> String {
    if typed.parse::<Timestamp>().is_ok() { typed.to_owned() } else { format!("the end of {typed} ({})", zone.name()) }
}

/// A moment that was typed.
enum Moment {
    Instant(Timestamp),
    /// A day, month or the like: its first instant, and the first one after it.
    Day {
        from: Timestamp,
        end: Timestamp,
    },
}

impl Moment {
    /// The instant by which something may have happened. What is published some time on a day is known at its end.
    fn reached(&self) -> Timestamp {
        match self {
            Moment::Instant(instant) | Moment::Day { end: instant, .. } => *instant,
        }
    }
}

/// The instant by which something had been published, of a day or instant that was typed.
pub(super) fn published_by(field: &str, text: &str, zone: &Zone) -> Result<Timestamp, Violation> {
    day_or_instant(field, text, zone).map(|moment| moment.reached())
}

fn as_of(text: &str, zone: &Zone, now: Timestamp) -> Result<Option<At>, Violation> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(position) = text.parse() {
        return Ok(Some(At::Position(position)));
    }
    let is_token = text.len() > 24 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if is_token {
        return Ok(Some(At::ReadAt(text.to_owned())));
    }
    Ok(match day_or_instant("as_of", text, zone)? {
        Moment::Day { from, .. } if from > now => {
            return Err(Violation::new("as_of", Reason::PastHead, format!("{text} is still to come")));
        }
        // A day that is not over ends with what there is.
        Moment::Day { end, .. } if end > now => None,
        // What was recorded at the first instant of the next day is not of this one.
        Moment::Day { end, .. } => {
            Some(At::Time(instant::write(end.saturating_sub(SignedDuration::from_nanos(1)).unwrap_or(end))))
        }
        Moment::Instant(moment) => Some(At::Time(instant::write(moment))),
    })
}

fn day_or_instant(field: &str, text: &str, zone: &Zone) -> Result<Moment, Violation> {
    let moment = match text.parse::<Timestamp>() {
        Ok(instant) => Some(Moment::Instant(instant)),
        Err(_) => Span::from_local(text, zone).ok().map(|span| Moment::Day { from: span.earliest, end: span.latest }),
    };
    let sayable = moment.filter(|moment| instant::is_sayable(moment.reached()));
    sayable.ok_or_else(|| {
        let shown = crate::domain::name::shorten(text);
        let wanted = if field == "as_of" { "a position, a day" } else { "a day" };
        let what =
            format!("“{shown}” is neither {wanted} such as 2025-03-20, nor an instant such as 2025-03-20T06:00:00Z");
        Violation::new(field, Reason::TimeInvalid, what)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(as_of: &str, known_by: &str) -> Result<Clocks, String> {
        let zone = Zone::parse("Europe/Kyiv").expect("a zone");
        let now = "2025-03-21T10:00:00Z".parse().expect("an instant");
        let told = |faults: Vec<Violation>| faults.into_iter().map(|fault| fault.field).collect::<Vec<_>>().join(" ");
        Clocks::read(Typed { as_of, known_by }, &zone, now).map_err(told)
    }

    fn at(text: &str) -> prost_types::Timestamp {
        instant::write(text.parse().expect("an instant"))
    }

    #[test]
    fn a_day_is_taken_to_its_end_in_the_zone_of_the_dossier() {
        let clocks = read("2025-03-20", "2025-03-20").expect("two clocks");
        assert_eq!(clocks.at, Some(At::Time(at("2025-03-20T21:59:59.999999999Z"))));
        assert_eq!(clocks.known_by, Some(at("2025-03-20T22:00:00Z")));
        assert_eq!(read("2025-03-21", "").expect("a clock").at, None, "the day is not over yet");
    }

    #[test]
    fn a_day_that_has_not_begun_is_not_taken_for_the_latest() {
        for later in ["2025-03-22", "2025-04", "2999-01-01", "2025-03-22T00:00"] {
            assert_eq!(read(later, "").unwrap_err(), "as_of", "{later}");
        }
        assert_eq!(read("2025-03", "").expect("a month that is not over").at, None);
        assert!(read("", "2999-01-01").is_ok(), "whatever was published by then is all that was");
    }

    #[test]
    fn positions_instants_and_tokens_are_taken_as_they_are() {
        assert_eq!(read("120", "").expect("a clock").at, Some(At::Position(120)));
        assert_eq!(read("-1", "").expect("the API refuses it").at, Some(At::Position(-1)));
        assert_eq!(read("2025-03-20T06:00:00Z", "").expect("a clock").at, Some(At::Time(at("2025-03-20T06:00:00Z"))));
        let token = "CjIKEJ2fV3u6b4Vn0o5mQ0p3Zp8Q";
        assert_eq!(read(token, "").expect("a clock").at, Some(At::ReadAt(token.to_owned())));
        assert_eq!(read("", "").expect("none").wire(), pb::Consistency::default());
    }

    #[test]
    fn both_faults_are_named_at_once() {
        assert_eq!(read("yesterday", "2025-02-30").unwrap_err(), "as_of known_by");
        assert_eq!(read("", "<script>").unwrap_err(), "known_by");
    }
}
