//! What can be put on a map: the incidents of the edition, where a report gives a point or a place has a geometry.

use crate::domain::name::{Id, PlaceName};
use crate::domain::record::Body;
use crate::domain::things::{Place, PlaceType};

use super::Feature;
use super::desk::Desk;
use super::incident::{Told, affirmed};
use super::scope::RECENT_MAX;

/// The features.
pub(super) fn features(desk: &Desk<'_>) -> Vec<Feature> {
    desk.scope.recent(RECENT_MAX).iter().filter_map(|group| feature(desk, &Told::of(desk, *group))).collect()
}

fn feature(desk: &Desk<'_>, told: &Told) -> Option<Feature> {
    let mut attributed_to: Vec<String> = Vec::new();
    let (mut point, mut place) = (None, None);
    for (revision, report) in told.reports() {
        let Some(facts) = affirmed(desk, revision, report) else { continue };
        if let Some(author) = &facts.attributed_to {
            let author = desk.actor(author);
            if !attributed_to.contains(&author) {
                attributed_to.push(author);
            }
        }
        point = point.or(facts.point.map(|point| (point, facts.radius_m.unwrap_or_default())));
        place = place.or_else(|| facts.place.clone());
    }
    let of_incident = || match &desk.snapshot.find(&told.group.incident.record())?.body {
        Body::Incident(incident) => incident.place.clone(),
        _ => None,
    };
    let place = place.or_else(of_incident);
    let feature = Feature {
        record: told.group.incident.record(),
        label: told.name.clone(),
        point: None,
        radius_m: 0.0,
        geojson: String::new(),
        place: None,
        attributed_to,
    };
    if let Some((point, radius_m)) = point {
        return Some(Feature { point: Some(point), radius_m, ..feature });
    }
    let (name, place) = with_geometry(desk, &place?)?;
    Some(Feature {
        point: place.point,
        radius_m: place.radius_m.unwrap_or_default(),
        geojson: if place.point.is_some() { String::new() } else { place.geojson.clone() },
        place: Some(name),
        ..feature
    })
}

/// The nearest place at or above one that has a geometry; a country is no place to put a pin in.
fn with_geometry(desk: &Desk<'_>, name: &PlaceName) -> Option<(PlaceName, Place)> {
    let places = &desk.snapshot.world.places;
    let node = places.find(name.id().as_str())?;
    places.at_or_above_all(node).into_iter().find_map(|node| {
        let name = PlaceName::new(Id::parse(places.key(node)).ok()?);
        let revision = desk.snapshot.find(&name.record())?;
        match &revision.body {
            Body::Place(place)
                if place.place_type != PlaceType::Country && (place.point.is_some() || !place.geojson.is_empty()) =>
            {
                Some((name, place.clone()))
            }
            _ => None,
        }
    })
}
