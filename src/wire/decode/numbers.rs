//! Reads what is measured: counts, points, radii, shapes.

use geojson::{Geometry, GeometryValue, Position};

use super::reader::{Origin, Reader};
use crate::domain::fault::Reason;
use crate::domain::name::shorten;
use crate::domain::values::{Point, Quantity};
use crate::wire::path::Path;
use crate::wire::pb;

impl Reader<'_> {
    /// A count within limits; `Some(None)` if it is unset.
    pub(super) fn quantity(&mut self, quantity: Option<pb::Quantity>, at: &Path<'_>) -> Option<Option<Quantity>> {
        let Some(pb::Quantity { least, most }) = quantity else {
            return Some(None);
        };
        let least_read = self.not_negative(least, &at.field("least"));
        let most_read = self.not_negative(most, &at.field("most"));
        let (least, most) = (least_read?, most_read?);
        self.in_order(least, most, &at.field("most"))?;
        Some(Some(Quantity { least, most }))
    }

    /// A count of zero or more; `Some(None)` if it is unset.
    pub(super) fn not_negative<N: PartialOrd + Default + std::fmt::Display>(
        &mut self,
        number: Option<N>,
        at: &Path<'_>,
    ) -> Option<Option<N>> {
        match number {
            Some(number) if number < N::default() => {
                self.fault(at, Reason::ValueOutOfRange, format!("{number} is negative"));
                None
            }
            other => Some(other),
        }
    }

    /// Limits that leave something between them; the fault is the upper one's.
    pub(super) fn in_order<N: PartialOrd + std::fmt::Display>(
        &mut self,
        least: Option<N>,
        most: Option<N>,
        at: &Path<'_>,
    ) -> Option<()> {
        match (least, most) {
            (Some(least), Some(most)) if least > most => {
                let description = format!("at most {most} is less than at least {least}");
                self.fault(at, Reason::ValueOutOfRange, description);
                None
            }
            _ => Some(()),
        }
    }

    /// A point on the globe; `Some(None)` if it is unset.
    pub(super) fn point(&mut self, point: Option<pb::LatLng>, at: &Path<'_>) -> Option<Option<Point>> {
        let Some(pb::LatLng { latitude, longitude }) = point else {
            return Some(None);
        };
        let latitude = self.degrees(latitude, 90.0, &at.field("latitude"));
        let longitude = self.degrees(longitude, 180.0, &at.field("longitude"));
        Some(Some(Point { latitude: latitude?, longitude: longitude? }))
    }

    fn degrees(&mut self, degrees: Option<f64>, limit: f64, at: &Path<'_>) -> Option<f64> {
        let degrees = self.required(degrees, at)?;
        if !lies_within(degrees, limit) {
            let description = format!("{degrees} is not from -{limit} to {limit}");
            self.fault(at, Reason::ValueOutOfRange, description);
            return None;
        }
        Some(degrees)
    }

    /// A radius in metres; `Some(None)` if it is zero, for that is how the wire says nothing.
    pub(super) fn radius(&mut self, metres: f64, at: &Path<'_>) -> Option<Option<f64>> {
        if metres == 0.0 {
            return Some(None);
        }
        if !metres.is_finite() || metres < 0.0 {
            let description = format!("{metres} is no radius: a number of metres, 0 or more");
            self.fault(at, Reason::ValueOutOfRange, description);
            return None;
        }
        Some(Some(metres))
    }

    /// A shape as GeoJSON text, kept as it is written.
    pub(super) fn geojson(&mut self, text: String, at: &Path<'_>) -> Option<String> {
        if text.is_empty() || self.origin == Origin::Log {
            return Some(text);
        }
        let geometry = match text.parse::<Geometry>() {
            Ok(geometry) => geometry,
            Err(error) => {
                let description = format!("is no GeoJSON geometry: {}", shorten(&error.to_string()));
                self.fault(at, Reason::GeojsonMalformed, description);
                return None;
            }
        };
        match check_geometry(&geometry.value) {
            Ok(()) => Some(text),
            Err(flaw) => {
                self.fault(at, flaw.reason(), flaw.to_string());
                None
            }
        }
    }
}

fn lies_within(degrees: f64, limit: f64) -> bool {
    // Not a number lies nowhere.
    (-limit..=limit).contains(&degrees)
}

/// What is wrong with a shape that is well-formed JSON.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
enum Flaw {
    #[error(
        "the position {position} does not lie on the globe: longitude first, from -180 to 180, then latitude, from -90 to 90"
    )]
    OffTheGlobe { position: String },
    #[error("a line has at least two positions, this one {found}")]
    ShortLine { found: usize },
    #[error("a ring has at least four positions and ends where it starts")]
    OpenRing,
}

impl Flaw {
    fn reason(&self) -> Reason {
        match self {
            Flaw::OffTheGlobe { .. } => Reason::ValueOutOfRange,
            Flaw::ShortLine { .. } | Flaw::OpenRing => Reason::GeojsonMalformed,
        }
    }
}

// Nesting needs no limit of its own: the JSON reader has one.
fn check_geometry(geometry: &GeometryValue) -> Result<(), Flaw> {
    match geometry {
        GeometryValue::Point { coordinates } => check_position(coordinates),
        GeometryValue::MultiPoint { coordinates } => coordinates.iter().try_for_each(check_position),
        GeometryValue::LineString { coordinates } => check_line(coordinates),
        GeometryValue::MultiLineString { coordinates } => coordinates.iter().try_for_each(|line| check_line(line)),
        GeometryValue::Polygon { coordinates } => coordinates.iter().try_for_each(|ring| check_ring(ring)),
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter().flatten().try_for_each(|ring| check_ring(ring))
        }
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().try_for_each(|geometry| check_geometry(&geometry.value))
        }
    }
}

fn check_position(position: &Position) -> Result<(), Flaw> {
    match position.as_slice() {
        [longitude, latitude, ..] if lies_within(*longitude, 180.0) && lies_within(*latitude, 90.0) => Ok(()),
        other => {
            let position = shorten(&format!("{other:?}"));
            Err(Flaw::OffTheGlobe { position })
        }
    }
}

fn check_line(line: &[Position]) -> Result<(), Flaw> {
    if line.len() < 2 {
        return Err(Flaw::ShortLine { found: line.len() });
    }
    line.iter().try_for_each(check_position)
}

fn check_ring(ring: &[Position]) -> Result<(), Flaw> {
    if ring.len() < 4 || ring.first() != ring.last() {
        return Err(Flaw::OpenRing);
    }
    ring.iter().try_for_each(check_position)
}
