//! Incidents as features of a map, in GeoJSON after RFC 7946: where their accounts say, and nowhere else.

use geojson::{Geometry, GeometryValue, Position};
use serde_json::{Map, Value, json};

use crate::wire::pb;
use pb::PlaceType;

use super::book::Book;
use super::labels::relative;
use super::words;

/// Longitude and latitude are one point, and how far around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
    /// Metres around it, if that was said.
    pub radius_m: Option<f64>,
}

/// What one account says of where and when, and nothing else that it says: an export holds one for each account.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Full name of the report or finding.
    account: String,
    /// Full name of the place; empty where none is given.
    place: String,
    /// The point that it gives by itself.
    spot: Option<Spot>,
    from: Option<prost_types::Timestamp>,
    until: Option<prost_types::Timestamp>,
}

impl Site {
    /// Where and when a report or finding says that its incident was; `None` if it says neither, or denies that it was at all.
    pub fn of(record: &pb::Record) -> Option<(String, Site)> {
        use pb::record::Kind;
        let (incident, facts, mut denies) = match record.kind.as_ref()? {
            Kind::Report(report) => (&report.incident, report.facts.as_ref()?, report.denies()),
            Kind::Finding(finding) => (&finding.incident, finding.facts.as_ref()?, finding.denies()),
            _ => return None,
        };
        let is_silent = facts.place.is_empty() && facts.point.is_none() && facts.occurred.is_none();
        if is_silent || denies.any(|denied| denied == pb::Proposition::Occurred) {
            return None;
        }
        let site = Site {
            account: record.name.clone(),
            place: facts.place.clone(),
            spot: own_spot(facts),
            from: facts.occurred.as_ref().and_then(|span| span.earliest),
            until: facts.occurred.as_ref().and_then(|span| span.latest),
        };
        Some((incident.clone(), site))
    }

    /// Full name of the place; empty where none is given.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The one point: its own, else that of its place.
    fn spot(&self, book: &Book) -> Option<Spot> {
        self.spot.or_else(|| spot_of(book.place(&self.place)?))
    }

    /// The shape: its own point, else the shape of the place, else the point of the place.
    fn shape(&self, book: &Book) -> Option<GeometryValue> {
        let of_place = || book.place(&self.place)?.geojson.parse::<Geometry>().ok();
        if self.spot.is_none()
            && let Some(geometry) = of_place()
        {
            // A bounding box or a member that is none of ours would say something of the feature that we do not know.
            return Some(wound(geometry.value));
        }
        let spot = self.spot(book)?;
        Some(GeometryValue::Point { coordinates: Position::from([spot.longitude, spot.latitude]) })
    }
}

/// The one point that facts give, by themselves or by their place.
pub fn spot(facts: &pb::Facts, book: &Book) -> Option<Spot> {
    own_spot(facts).or_else(|| spot_of(book.place(&facts.place)?))
}

fn own_spot(facts: &pb::Facts) -> Option<Spot> {
    point(facts.point.as_ref(), facts.radius_m)
}

/// A country or region without a radius is no point: its middle would look like a place where nobody said that it was.
fn spot_of(place: &pb::Place) -> Option<Spot> {
    let spot = point(place.point.as_ref(), place.radius_m)?;
    let is_small = matches!(place.r#type(), PlaceType::Settlement | PlaceType::Facility);
    Some(spot).filter(|spot| is_small || spot.radius_m.is_some())
}

fn point(point: Option<&pb::LatLng>, radius_m: f64) -> Option<Spot> {
    let point = point?;
    Some(Spot {
        latitude: point.latitude?,
        longitude: point.longitude?,
        radius_m: Some(radius_m).filter(|metres| *metres > 0.0),
    })
}

/// The beginning of a collection; features follow, with commas between them, and then `END`. What `about` says stands
/// beside the features.
pub fn start(about: &Map<String, Value>) -> String {
    let mut text = "{\"type\":\"FeatureCollection\"".to_owned();
    for (key, value) in about {
        text.push_str(&format!(",{}:{value}", Value::from(key.as_str())));
    }
    text.push_str(",\"features\":[\n");
    text
}

/// The end of a collection.
pub const END: &str = "\n]}\n";

/// One incident as a feature; `more` are properties that follow its own. Where accounts differ, every place is in the geometry.
pub fn feature(incident: &str, display: &str, sites: &[Site], book: &Book, more: Map<String, Value>) -> String {
    let mut shapes: Vec<GeometryValue> = Vec::new();
    for shape in sites.iter().filter_map(|site| site.shape(book)) {
        if !shapes.contains(&shape) {
            shapes.push(shape);
        }
    }
    let order = |instant: &&prost_types::Timestamp| (instant.seconds, instant.nanos);
    let told = |instant: Option<&prost_types::Timestamp>| instant.map_or(Value::Null, |one| words::iso(one).into());
    let from = told(sites.iter().filter_map(|site| site.from.as_ref()).min_by_key(order));
    let until = told(sites.iter().filter_map(|site| site.until.as_ref()).max_by_key(order));
    let mut properties = Map::new();
    properties.insert("incident".into(), relative(incident).into());
    properties.insert("name".into(), display.into());
    properties.insert("from".into(), from);
    properties.insert("until".into(), until);
    properties.insert("radius_m".into(), radius(sites, book));
    properties.insert("accounts".into(), sites.iter().map(|site| account(site, book)).collect());
    properties.extend(more);
    let feature = json!({
        "type": "Feature",
        "id": relative(incident),
        "geometry": one_of(shapes).map(Geometry::new),
        "properties": properties,
    });
    feature.to_string()
}

/// One shape of several: the only one, all points, or a collection.
fn one_of(mut shapes: Vec<GeometryValue>) -> Option<GeometryValue> {
    if shapes.len() < 2 {
        return shapes.pop();
    }
    let point = |shape: &GeometryValue| match shape {
        GeometryValue::Point { coordinates } => Some(coordinates.clone()),
        _ => None,
    };
    if let Some(coordinates) = shapes.iter().map(point).collect() {
        return Some(GeometryValue::MultiPoint { coordinates });
    }
    // A collection inside a collection is best avoided, says the RFC.
    let flat = shapes.into_iter().flat_map(|shape| match shape {
        GeometryValue::GeometryCollection { geometries } => geometries,
        shape => vec![Geometry::new(shape)],
    });
    Some(GeometryValue::GeometryCollection { geometries: flat.collect() })
}

/// The radius, where all accounts that give a point give the same one.
fn radius(sites: &[Site], book: &Book) -> Value {
    let mut radii: Vec<Option<f64>> =
        sites.iter().filter_map(|site| site.spot(book)).map(|spot| spot.radius_m).collect();
    radii.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
    radii.dedup();
    match radii[..] {
        [Some(metres)] => metres.into(),
        _ => Value::Null,
    }
}

fn account(site: &Site, book: &Book) -> Value {
    let place = book.place(&site.place);
    let text = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    let kind = place.map(|place| place.r#type().as_str_name().trim_start_matches("PLACE_TYPE_"));
    json!({
        "account": relative(&site.account),
        "place": text(relative(&site.place)),
        "place_name": text(book.display(&site.place)),
        "place_type": kind,
        "radius_m": site.spot(book).and_then(|spot| spot.radius_m),
    })
}

/// The same shape with its rings as RFC 7946 winds them: the outer one against the clock, holes with it.
fn wound(shape: GeometryValue) -> GeometryValue {
    match shape {
        GeometryValue::Polygon { coordinates } => GeometryValue::Polygon { coordinates: wind(coordinates) },
        GeometryValue::MultiPolygon { coordinates } => {
            GeometryValue::MultiPolygon { coordinates: coordinates.into_iter().map(wind).collect() }
        }
        GeometryValue::GeometryCollection { geometries } => {
            let geometries = geometries.into_iter().map(|geometry| Geometry::new(wound(geometry.value)));
            GeometryValue::GeometryCollection { geometries: geometries.collect() }
        }
        shape => shape,
    }
}

fn wind(mut rings: Vec<Vec<Position>>) -> Vec<Vec<Position>> {
    for (index, ring) in rings.iter_mut().enumerate() {
        // Twice the area, by the shoelace: positive against the clock.
        let at = |position: &Position| match position.as_slice() {
            [longitude, latitude, ..] => (*longitude, *latitude),
            _ => (0.0, 0.0),
        };
        let area: f64 = ring
            .windows(2)
            .map(|pair| {
                let ((x, y), (next_x, next_y)) = (at(&pair[0]), at(&pair[1]));
                x * next_y - next_x * y
            })
            .sum();
        let is_outer = index == 0;
        if (is_outer && area < 0.0) || (!is_outer && area > 0.0) {
            ring.reverse();
        }
    }
    rings
}

#[cfg(test)]
mod tests {
    use geojson::{Feature, FeatureCollection};

    use super::*;
    use pb::record::Kind;

    fn name(relative: &str) -> String {
        format!("dossiers/d/{relative}")
    }

    fn place(kind: PlaceType, point: Option<(f64, f64)>, radius_m: f64, geojson: &str) -> pb::Place {
        pb::Place {
            display_name: "Somewhere".into(),
            r#type: kind.into(),
            point: point
                .map(|(latitude, longitude)| pb::LatLng { latitude: Some(latitude), longitude: Some(longitude) }),
            radius_m,
            geojson: geojson.into(),
            ..Default::default()
        }
    }

    fn book(places: &[(&str, pb::Place)]) -> Book {
        let mut book = Book::default();
        for (id, place) in places {
            let kind = Some(Kind::Place(place.clone()));
            book.add(pb::Record { name: name(&format!("places/{id}")), kind, ..Default::default() });
        }
        book
    }

    fn site(place: &str, point: Option<(f64, f64)>) -> Site {
        let place = if place.is_empty() { String::new() } else { name(&format!("places/{place}")) };
        let point =
            point.map(|(latitude, longitude)| pb::LatLng { latitude: Some(latitude), longitude: Some(longitude) });
        let facts = Some(pb::Facts { place, point, ..Default::default() });
        let report = pb::Report { incident: name("incidents/v1"), facts, ..Default::default() };
        let kind = Some(Kind::Report(report));
        let record = pb::Record { name: name("reports/r"), kind, ..Default::default() };
        let silent = Site { account: record.name.clone(), place: String::new(), spot: None, from: None, until: None };
        Site::of(&record).map_or(silent, |(_, site)| site)
    }

    fn read(sites: &[Site], book: &Book) -> Feature {
        let text = feature(&name("incidents/v1"), "One", sites, book, Map::new());
        text.parse().unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn geometry(sites: &[Site], book: &Book) -> Option<String> {
        read(sites, book).geometry.map(|geometry| geometry.to_string())
    }

    #[test]
    fn a_place_that_is_not_known_is_no_geometry_and_a_region_is_no_point() {
        let book = book(&[
            ("nowhere", place(PlaceType::Settlement, None, 0.0, "")),
            ("region", place(PlaceType::Region, Some((50.0, 30.0)), 0.0, "")),
            ("wide", place(PlaceType::Region, Some((50.0, 30.0)), 90_000.0, "")),
            ("town", place(PlaceType::Settlement, Some((48.5, 37.25)), 0.0, "")),
        ]);
        assert_eq!(geometry(&[], &book), None);
        for unknown in ["", "nowhere", "region", "unheard-of"] {
            assert_eq!(geometry(&[site(unknown, None)], &book), None, "{unknown}");
        }
        let wide = read(&[site("wide", None)], &book);
        assert_eq!(
            wide.geometry.map(|g| g.to_string()).as_deref(),
            Some(r#"{"type":"Point","coordinates":[30.0,50.0]}"#)
        );
        assert_eq!(wide.properties.expect("they are there")["radius_m"], 90_000.0);
        let town = geometry(&[site("town", None)], &book);
        assert_eq!(town.as_deref(), Some(r#"{"type":"Point","coordinates":[37.25,48.5]}"#));
        let own = geometry(&[site("region", Some((1.0, 2.0)))], &book);
        assert_eq!(own.as_deref(), Some(r#"{"type":"Point","coordinates":[2.0,1.0]}"#), "the account's own point");
    }

    #[test]
    fn where_accounts_differ_every_place_is_there_once() {
        let line = r#"{"type": "LineString", "coordinates": [[1, 2], [3, 4]], "bbox": [1, 2, 3, 4], "of": "ours"}"#;
        let book = book(&[
            ("a", place(PlaceType::Settlement, Some((1.0, 2.0)), 0.0, "")),
            ("b", place(PlaceType::Facility, Some((3.0, 4.0)), 50.0, "")),
            ("line", place(PlaceType::Line, None, 0.0, line)),
        ]);
        let both = [site("a", None), site("b", None), site("a", None)];
        assert_eq!(
            geometry(&both, &book).as_deref(),
            Some(r#"{"type":"MultiPoint","coordinates":[[2.0,1.0],[4.0,3.0]]}"#)
        );
        let feature = read(&both, &book);
        let properties = feature.properties.expect("they are there");
        assert_eq!(properties["radius_m"], Value::Null, "they do not agree");
        assert_eq!(properties["accounts"].as_array().map(Vec::len), Some(3));
        assert_eq!(properties["accounts"][1]["radius_m"], 50.0);
        let mixed = geometry(&[site("a", None), site("line", None)], &book).expect("there is one");
        let geometries =
            r#"[{"type":"Point","coordinates":[2.0,1.0]},{"type":"LineString","coordinates":[[1.0,2.0],[3.0,4.0]]}]"#;
        assert_eq!(mixed, format!(r#"{{"type":"GeometryCollection","geometries":{geometries}}}"#));
    }

    #[test]
    fn rings_are_wound_as_the_rfc_wants_them() {
        let wrong =
            r#"{"type": "Polygon", "coordinates": [[[0,0],[0,9],[9,9],[9,0],[0,0]], [[1,1],[2,1],[2,2],[1,2],[1,1]]]}"#;
        let right = r#"{"type":"Polygon","coordinates":[[[0.0,0.0],[9.0,0.0],[9.0,9.0],[0.0,9.0],[0.0,0.0]],[[1.0,1.0],[1.0,2.0],[2.0,2.0],[2.0,1.0],[1.0,1.0]]]}"#;
        for given in [wrong, right] {
            let book = book(&[("area", place(PlaceType::Area, None, 0.0, given))]);
            assert_eq!(geometry(&[site("area", None)], &book).as_deref(), Some(right));
        }
    }

    #[test]
    fn a_collection_of_features_is_valid_with_none_and_with_several() {
        let about: Map<String, Value> = [("rules_version".to_owned(), Value::from("1"))].into_iter().collect();
        let empty = format!("{}{END}", start(&about));
        let read: FeatureCollection = empty.parse().expect("it is one");
        assert_eq!(read.features.len(), 0);
        let one = feature(&name("incidents/v1"), "One", &[site("", Some((1.0, 2.0)))], &Book::default(), Map::new());
        let read: FeatureCollection = format!("{}{one},\n{one}{END}", start(&about)).parse().expect("it is one");
        assert_eq!(read.features.len(), 2);
        assert_eq!(read.foreign_members.expect("they are there")["rules_version"], "1");
    }

    #[test]
    fn an_account_that_denies_it_all_puts_it_nowhere() {
        let facts = Some(pb::Facts { place: name("places/a"), ..Default::default() });
        let report = |denies: Vec<i32>, facts| pb::Record {
            name: name("reports/r"),
            kind: Some(Kind::Report(pb::Report {
                incident: name("incidents/v1"),
                denies,
                facts,
                ..Default::default()
            })),
            ..Default::default()
        };
        assert!(Site::of(&report(vec![], facts.clone())).is_some_and(|(incident, _)| incident == name("incidents/v1")));
        assert!(Site::of(&report(vec![pb::Proposition::Author.into()], facts.clone())).is_some());
        assert_eq!(Site::of(&report(vec![pb::Proposition::Occurred.into()], facts)), None);
        assert_eq!(Site::of(&report(vec![], None)), None);
        assert_eq!(Site::of(&report(vec![], Some(pb::Facts::default()))), None);
    }
}
