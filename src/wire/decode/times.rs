//! Reads times: instants, spans, bounds, zones and durations, said in UTC or as people say them in a zone.

use jiff::{SignedDuration, Timestamp};

use super::reader::{Origin, Reader};
use crate::domain::fault::Reason;
use crate::domain::time::{Bound, Span, TimeError, Zone};
use crate::wire::path::Path;
use crate::wire::{instant, pb};

/// What two instants make up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// The end is not included, so it must come after the start.
    Span,
    /// Both are included, so they may be the same.
    Bound,
}

/// Two instants or a local text that means them, as they stand on the wire.
struct Sides {
    earliest: Option<prost_types::Timestamp>,
    latest: Option<prost_types::Timestamp>,
    local: String,
}

impl Reader<'_> {
    /// An instant; `Some(None)` if it is unset.
    pub(super) fn instant(
        &mut self,
        instant: Option<prost_types::Timestamp>,
        at: &Path<'_>,
    ) -> Option<Option<Timestamp>> {
        let Some(instant) = instant else {
            return Some(None);
        };
        let read = instant::read(instant);
        if read.is_none() {
            let description = "an instant lies in the years 1 to 9999, with 0 to 999999999 nanoseconds";
            self.fault(at, Reason::ValueOutOfRange, description);
        }
        read.map(Some)
    }

    /// A duration that is not negative; `Some(None)` if it is unset.
    pub(super) fn duration(
        &mut self,
        duration: Option<prost_types::Duration>,
        at: &Path<'_>,
    ) -> Option<Option<SignedDuration>> {
        let Some(duration) = duration else {
            return Some(None);
        };
        let read = instant::read_duration(duration);
        if read.is_none() {
            let description = "a duration is 0 or more, up to ten thousand years";
            self.fault(at, Reason::ValueOutOfRange, description);
        }
        read.map(Some)
    }

    /// A zone; the dossier's if none is named.
    pub(super) fn zone(&mut self, name: &str, at: &Path<'_>) -> Option<Zone> {
        if name.is_empty() || name == self.zone.name() {
            return Some(self.zone.clone());
        }
        match Zone::parse(name) {
            Ok(zone) => Some(zone),
            Err(error) => {
                self.fault(at, Reason::ZoneUnknown, error.to_string());
                None
            }
        }
    }

    /// A span; `Some(None)` if it is unset.
    pub(super) fn span(&mut self, span: Option<pb::TimeSpan>, at: &Path<'_>) -> Option<Option<Span>> {
        let Some(pb::TimeSpan { earliest, latest, time_zone, local }) = span else {
            return Some(None);
        };
        let zone = self.zone(&time_zone, &at.field("time_zone"));
        let sides = Sides { earliest, latest, local };
        let (earliest, latest) = self.sides(sides, zone.as_ref(), Extent::Span, at)?;
        Some(Some(Span { earliest, latest, zone: zone? }))
    }

    /// A span that must be given.
    pub(super) fn required_span(&mut self, span: Option<pb::TimeSpan>, at: &Path<'_>) -> Option<Span> {
        let span = self.span(span, at)?;
        self.required(span, at)
    }

    /// A bound whose local text speaks in a zone; `Some(None)` if it is unset. A zone of `None` was a fault already.
    pub(super) fn bound(
        &mut self,
        bound: Option<pb::Bound>,
        zone: Option<&Zone>,
        at: &Path<'_>,
    ) -> Option<Option<Bound>> {
        let Some(pb::Bound { earliest, latest, local }) = bound else {
            return Some(None);
        };
        let sides = Sides { earliest, latest, local };
        let (earliest, latest) = self.sides(sides, zone, Extent::Bound, at)?;
        Some(Some(Bound { earliest, latest }))
    }

    fn sides(
        &mut self,
        sides: Sides,
        zone: Option<&Zone>,
        extent: Extent,
        at: &Path<'_>,
    ) -> Option<(Timestamp, Timestamp)> {
        let local_at = at.field("local");
        let (no_earliest, no_latest) = (sides.earliest.is_none(), sides.latest.is_none());
        let earliest = self.instant(sides.earliest, &at.field("earliest"));
        let latest = self.instant(sides.latest, &at.field("latest"));
        // A stored time was resolved when it was recorded. A newer zone database may see the local text otherwise.
        let local = match self.origin {
            Origin::Client => self.local(&sides.local, zone, &local_at),
            Origin::Log => Some(None),
        };
        if no_earliest != no_latest {
            let missing = if no_earliest { "earliest" } else { "latest" };
            let description = "is missing: one side alone says nothing; give both, or local";
            self.fault(&at.field(missing), Reason::TimeInvalid, description);
        }
        let (earliest, latest, local) = (earliest?, latest?, local?);
        match (earliest, latest) {
            (Some(earliest), Some(latest)) => {
                let in_order = match extent {
                    Extent::Span => earliest < latest,
                    Extent::Bound => earliest <= latest,
                };
                if !in_order {
                    let error = TimeError::NothingInside { earliest, latest };
                    self.fault(at, Reason::TimeInvalid, error.to_string());
                    return None;
                }
                match local {
                    Some((from, to)) if zone.is_some() && (from, to) != (earliest, latest) => {
                        let description = format!("means {from}/{to}, but the instants say {earliest}/{latest}");
                        self.fault(&local_at, Reason::TimeInvalid, description);
                        None
                    }
                    Some(_) | None => Some((earliest, latest)),
                }
            }
            (None, None) if sides.local.is_empty() || local.is_none() => {
                let description = "has nothing inside: give earliest and latest, or local";
                self.fault(at, Reason::TimeInvalid, description);
                None
            }
            (None, None) => local,
            (Some(_), None) | (None, Some(_)) => None,
        }
    }

    /// What a local text means; `Some(None)` if it is empty. In a zone that nobody knows only its form is checked.
    fn local(&mut self, text: &str, zone: Option<&Zone>, at: &Path<'_>) -> Option<Option<(Timestamp, Timestamp)>> {
        if text.is_empty() {
            return Some(None);
        }
        let utc = Zone::utc();
        match Bound::from_local(text, zone.unwrap_or(&utc)) {
            Ok(bound) if instant::is_sayable(bound.earliest) => Some(Some((bound.earliest, bound.latest))),
            Ok(_) => {
                let description = format!("\"{text}\" lies before the year 1");
                self.fault(at, Reason::TimeInvalid, description);
                None
            }
            Err(error) => {
                self.fault(at, Reason::TimeInvalid, error.to_string());
                None
            }
        }
    }
}
