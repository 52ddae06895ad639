//! Instants as a reader of a briefing reads them: in its zone, the same in every language.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::phrases::Phrases;
use crate::wire::pb;

/// The zone in which days and hours are told.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    zone: TimeZone,
}

impl Clock {
    /// By IANA name; UTC where there is no such zone.
    pub(super) fn of(zone: &str) -> Clock {
        Clock { zone: TimeZone::get(zone).unwrap_or(TimeZone::UTC) }
    }

    /// Such as `2025-03-19 01:20`, in the zone.
    pub(super) fn minute(&self, instant: &prost_types::Timestamp) -> String {
        match timestamp(instant) {
            Some(instant) => instant.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string(),
            None => format!("{} s", instant.seconds),
        }
    }

    /// The same with the offset from UTC, which an instant by itself needs: `2025-03-20 08:00 +02:00`.
    pub(super) fn instant(&self, instant: &prost_types::Timestamp) -> String {
        match timestamp(instant) {
            Some(instant) => instant.to_zoned_datetime(self.zone.clone()).strftime("%Y-%m-%d %H:%M %:z").to_string(),
            None => format!("{} s", instant.seconds),
        }
    }

    /// A span: the first instant and the last, the day once where it is one day; one instant where they are the same; days
    /// where they are whole.
    pub(super) fn span(&self, span: &pb::TimeSpan) -> String {
        if let Some(days) = self.days(span) {
            return days;
        }
        match (span.earliest.as_ref(), span.latest.as_ref()) {
            (Some(earliest), Some(latest)) if earliest == latest => self.minute(earliest),
            (Some(earliest), Some(latest)) => {
                let (from, to) = (self.minute(earliest), self.minute(latest));
                let to = match (from.split_once(' '), to.split_once(' ')) {
                    (Some((day, _)), Some((same, hour))) if day == same => hour,
                    _ => &to,
                };
                format!("{from} – {to}")
            }
            (Some(one), None) | (None, Some(one)) => self.minute(one),
            (None, None) => span.local.clone(),
        }
    }

    /// A span from midnight to midnight, as its first day and its last.
    fn days(&self, span: &pb::TimeSpan) -> Option<String> {
        let (earliest, latest) = (timestamp(span.earliest.as_ref()?)?, timestamp(span.latest.as_ref()?)?);
        let local = |instant: Timestamp| instant.to_zoned_datetime(self.zone.clone());
        let (earliest, latest) = (local(earliest), local(latest));
        let is_midnight = |at: &jiff::ZonedDateTime| at.time() == jiff::civil::Time::midnight();
        if latest <= earliest || !is_midnight(&earliest) || !is_midnight(&latest) {
            return None;
        }
        let (first, last) = (earliest.date(), latest.date().yesterday().ok()?);
        Some(if first == last { first.to_string() } else { format!("{first} – {last}") })
    }

    /// Local midnights within two instants, and every so many hours from each; no more days once there are so many.
    pub(super) fn ticks(
        &self,
        from: i64,
        to: i64,
        hours: usize,
        ticks_max: usize,
        phrases: &Phrases,
    ) -> Vec<(i64, String)> {
        let mut ticks = Vec::new();
        let Some(start) = Timestamp::from_second(from).ok() else { return ticks };
        let Ok(mut day) = start.to_zoned_datetime(self.zone.clone()).start_of_day() else { return ticks };
        while day.timestamp().as_second() < to && ticks.len() < ticks_max {
            for hour in (0i8..24).step_by(hours) {
                // An hour that the clock skips is told by the one after it.
                let Ok(hour_of_day) = day.with().hour(hour).build() else { continue };
                let at = hour_of_day.timestamp().as_second();
                if (from..=to).contains(&at) {
                    let label =
                        if hour == 0 { phrases.day_of(day.day(), day.month()) } else { format!("{hour:02}:00") };
                    ticks.push((at, label));
                }
            }
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
        ticks
    }
}

/// As jiff has it.
fn timestamp(instant: &prost_types::Timestamp) -> Option<Timestamp> {
    Timestamp::new(instant.seconds, instant.nanos).ok()
}

/// A period in words; as it was said where it was said, else by its instants.
pub(super) fn period(header: &pb::BriefingHeader, clock: &Clock) -> String {
    let Some(span) = &header.period else { return String::new() };
    if span.local.is_empty() { clock.span(span) } else { span.local.replace('/', " – ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> prost_types::Timestamp {
        prost_types::Timestamp { seconds, nanos: 0 }
    }

    #[test]
    fn hours_are_those_of_the_zone_and_an_instant_says_its_offset() {
        let kyiv = Clock::of("Europe/Kyiv");
        assert_eq!(kyiv.minute(&at(1_742_339_999)), "2025-03-19 01:19");
        assert_eq!(kyiv.instant(&at(1_742_450_400)), "2025-03-20 08:00 +02:00");
        assert_eq!(Clock::of("no/where").instant(&at(0)), "1970-01-01 00:00 +00:00");
        assert_eq!(kyiv.minute(&at(i64::MAX)), format!("{} s", i64::MAX), "past the calendar");
    }

    #[test]
    fn a_span_says_its_day_once() {
        let span = |earliest, latest| pb::TimeSpan { earliest, latest, ..Default::default() };
        let utc = Clock::of("UTC");
        assert_eq!(utc.span(&span(Some(at(0)), Some(at(3600)))), "1970-01-01 00:00 – 01:00");
        assert_eq!(utc.span(&span(Some(at(0)), Some(at(90_000)))), "1970-01-01 00:00 – 1970-01-02 01:00");
        assert_eq!(utc.span(&span(Some(at(0)), Some(at(0)))), "1970-01-01 00:00");
        assert_eq!(utc.span(&span(None, None)), "");
        assert_eq!(utc.span(&span(Some(at(0)), Some(at(86_400)))), "1970-01-01");
        assert_eq!(utc.span(&span(Some(at(0)), Some(at(2 * 86_400)))), "1970-01-01 – 1970-01-02");
        let kyiv = Clock::of("Europe/Kyiv"); // the 30th has 23 hours there
        assert_eq!(kyiv.span(&span(Some(at(1_743_285_600)), Some(at(1_743_368_400)))), "2025-03-30");
    }

    #[test]
    fn ticks_stand_on_local_days_also_where_the_clock_changes() {
        let kyiv = Clock::of("Europe/Kyiv");
        let from = 1_743_199_200; // 2025-03-29T00:00 there; the clock goes forward on the 30th
        let ticks = kyiv.ticks(from, from + 3 * 86_400, 24, 10, Phrases::of("en"));
        let labels: Vec<&str> = ticks.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(labels, ["29 Mar", "30 Mar", "31 Mar", "1 Apr"]);
        assert_eq!(ticks[2].0 - ticks[1].0, 23 * 3600);
        assert_eq!(kyiv.ticks(i64::MIN, i64::MAX, 24, 10, Phrases::of("en")).len(), 0);
    }
}
