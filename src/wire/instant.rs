//! Instants and durations as the wire writes them: whole seconds, and nanoseconds that always count forward.

use jiff::{SignedDuration, Timestamp};

/// The first second of the year 1, the earliest that the wire's timestamps can say.
const FIRST_SECOND: i64 = -62_135_596_800;
/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;
/// Ten thousand years, the longest that the wire's durations can say.
const LONGEST_SECONDS: i64 = 315_576_000_000;
const NANOS_PER_SECOND: i32 = 1_000_000_000;

/// Whether an instant can be said on the wire.
pub fn is_sayable(instant: Timestamp) -> bool {
    instant.as_second() > FIRST_SECOND || (instant.as_second() == FIRST_SECOND && instant.subsec_nanosecond() >= 0)
}

/// Reads an instant; `None` outside the years 1 to 9999, or with nanoseconds outside a second.
pub fn read(instant: prost_types::Timestamp) -> Option<Timestamp> {
    let prost_types::Timestamp { seconds, nanos } = instant;
    if !(FIRST_SECOND..=LAST_SECOND).contains(&seconds) || !(0..NANOS_PER_SECOND).contains(&nanos) {
        return None;
    }
    Timestamp::new(seconds, nanos).ok()
}

/// Writes an instant.
pub fn write(instant: Timestamp) -> prost_types::Timestamp {
    let (seconds, nanos) = (instant.as_second(), instant.subsec_nanosecond());
    if nanos < 0 {
        // Before 1970 the two count backward together; on the wire nanoseconds count forward.
        prost_types::Timestamp { seconds: seconds - 1, nanos: nanos + NANOS_PER_SECOND }
    } else {
        prost_types::Timestamp { seconds, nanos }
    }
}

/// Reads a duration; `None` if it is negative, longer than ten thousand years, or its nanoseconds are no part of a second.
pub fn read_duration(duration: prost_types::Duration) -> Option<SignedDuration> {
    let prost_types::Duration { seconds, nanos } = duration;
    if !(0..=LONGEST_SECONDS).contains(&seconds) || !(0..NANOS_PER_SECOND).contains(&nanos) {
        return None;
    }
    Some(SignedDuration::new(seconds, nanos))
}

/// Writes a duration.
pub fn write_duration(duration: SignedDuration) -> prost_types::Duration {
    prost_types::Duration { seconds: duration.as_secs(), nanos: duration.subsec_nanos() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_comes_back_to_the_nanosecond_before_1970_too() {
        for text in [
            "2025-03-19T01:20:00.000000001Z",
            "1969-12-31T23:59:59.999999999Z",
            "0001-01-01T00:00:00Z",
            "1914-07-28T10:10:00.5Z",
        ] {
            let instant: Timestamp = text.parse().expect("an instant");
            let written = write(instant);
            assert!((0..NANOS_PER_SECOND).contains(&written.nanos));
            assert!(is_sayable(instant));
            assert_eq!(read(written), Some(instant), "{text}");
        }
    }

    #[test]
    fn what_the_wire_cannot_say_is_not_read() {
        let instant = |seconds, nanos| read(prost_types::Timestamp { seconds, nanos });
        assert_eq!(instant(FIRST_SECOND - 1, 0), None);
        assert_eq!(instant(LAST_SECOND + 1, 0), None);
        assert_eq!(instant(LAST_SECOND, 0), None, "the last day belongs to no calendar with zones");
        assert_eq!(instant(0, -1), None);
        assert_eq!(instant(0, NANOS_PER_SECOND), None);
        assert_eq!(instant(i64::MIN, 0), None);
        let year_zero: Timestamp = "0000-12-31T23:59:59.9Z".parse().expect("an instant");
        assert!(!is_sayable(year_zero));

        let duration = |seconds, nanos| read_duration(prost_types::Duration { seconds, nanos });
        assert_eq!(duration(-1, 0), None);
        assert_eq!(duration(0, -1), None);
        assert_eq!(duration(i64::MAX, 0), None);
        assert_eq!(duration(90, 5), Some(SignedDuration::new(90, 5)));
    }
}
