//! Where it was, as a drawing: points and outlines on a plain projection with a grid, a scale and north.

use geojson::{Geometry, GeometryValue, Position};
use maud::{Markup, html};

use crate::render::labels;
use crate::wire::pb;

use super::phrases::Phrases;
use super::text;
use super::timeline::n;

const WIDTH: f64 = 680.0;
const HEIGHT_MIN: f64 = 300.0;
const HEIGHT_MAX: f64 = 560.0;
const MARGIN: f64 = 46.0;
const METRES_A_DEGREE: f64 = 111_320.0;
/// The least that is shown: a single point needs surroundings.
const SPAN_DEGREES_MIN: f64 = 0.8;
/// What is wider than this is drawn as far as it is in view; the view is not made for it.
const OUTLINE_DEGREES_MAX: f64 = 12.0;
const LETTER: f64 = 6.2;
const LABEL_LETTERS_MAX: usize = 26;
/// Positions of an outline that are drawn at most, of all that lie apart.
const POSITIONS_MAX: usize = 4_000;

/// Where something is.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Spot {
    latitude: f64,
    longitude: f64,
}

impl Spot {
    /// `None` where it is not on Earth.
    fn of(latitude: f64, longitude: f64) -> Option<Spot> {
        let is_one = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        is_one.then_some(Spot { latitude, longitude })
    }
}

/// A feature as far as it can be drawn.
struct Drawn<'a> {
    number: usize,
    feature: &'a pb::BriefingFeature,
    point: Option<Spot>,
    lines: Vec<Line>,
}

/// Positions that are joined; closed where it is a ring.
struct Line {
    positions: Vec<Spot>,
    is_closed: bool,
}

/// What is in view.
struct View {
    west: f64,
    north: f64,
    /// Pixels a degree of latitude.
    scale: f64,
    /// How much shorter a degree of longitude is.
    squeeze: f64,
    height: f64,
}

impl View {
    fn x(&self, longitude: f64) -> f64 {
        (longitude - self.west) * self.squeeze * self.scale
    }

    fn y(&self, latitude: f64) -> f64 {
        (self.north - latitude) * self.scale
    }
}

/// What the list beside the map says of a feature: where, how exactly, and by whom it is said to have been done.
pub(super) fn told(feature: &pb::BriefingFeature, phrases: &Phrases) -> String {
    let mut told = Vec::new();
    let is_outline = !lines(&feature.geojson).is_empty();
    match spot(feature) {
        Some(Spot { latitude, longitude }) => {
            let side = |degrees: f64, positive: &'static str, negative: &'static str| {
                if degrees < 0.0 { negative } else { positive }
            };
            told.push(format!(
                "{:.3}° {}, {:.3}° {}",
                latitude.abs(),
                side(latitude, "N", "S"),
                longitude.abs(),
                side(longitude, "E", "W")
            ));
            if feature.radius_m > 0.0 {
                told.push(format!("{} {}", phrases.around, distance(feature.radius_m, phrases)));
            }
        }
        None if is_outline => told.push(phrases.outline.to_owned()),
        None => told.push(phrases.no_geometry.to_owned()),
    }
    if !is_place(feature) {
        let names: Vec<String> = feature.attributed_to.iter().map(|name| who(name)).collect();
        told.push(match names.is_empty() {
            true => phrases.nobody_named.to_owned(),
            false => format!("{} {}", phrases.attributed_to, names.join(", ")),
        });
    }
    told.join("; ")
}

/// Draws the features; `None` if none has a place on it.
pub(super) fn draw(features: &[pb::BriefingFeature], id: &str, phrases: &Phrases) -> Option<Markup> {
    let drawn: Vec<Drawn<'_>> = features
        .iter()
        .enumerate()
        .map(|(index, feature)| Drawn {
            number: index + 1,
            feature,
            point: spot(feature),
            lines: lines(&feature.geojson),
        })
        .filter(|drawn| drawn.point.is_some() || !drawn.lines.is_empty())
        .collect();
    let view = view(&drawn)?;
    let sides = sides(&drawn);
    let mut labels = Labels { taken: Vec::new(), height: view.height };
    // The corner of scale and north is taken.
    labels.taken.push((0.0, view.height - 40.0, 190.0, view.height));
    let groups = groups(&drawn);
    for group in &groups {
        labels.taken.push(around(view.x(group.spot.longitude), view.y(group.spot.latitude), 7.0));
    }
    let title = format!("{id}-title");
    Some(html! {
        svg.plot.wide.map viewBox=(format!("0 0 {WIDTH} {:.0}", view.height)) role="img" aria-labelledby=(title) {
            title id=(title) { (phrases.map) }
            (graticule(&view))
            @for drawn in drawn.iter().filter(|drawn| drawn.point.is_none()) {
                @let class = if is_place(drawn.feature) { "outline place" } else { "outline" };
                path class=(class) d=(path(&drawn.lines, &view)) {
                    title { (drawn.number) " " (text::line(&drawn.feature.label)) }
                }
            }
            @for group in &groups {
                @let radius = group.radius_m() / METRES_A_DEGREE * view.scale;
                @if radius > 8.0 {
                    @let (x, y) = (view.x(group.spot.longitude), view.y(group.spot.latitude));
                    circle.radius cx=(n(x)) cy=(n(y)) r=(n(radius.min(4.0 * WIDTH))) {}
                }
            }
            @for group in &groups {
                @let (x, y) = (view.x(group.spot.longitude), view.y(group.spot.latitude));
                (marker(x, y, side_of(&group.of, &sides)))
            }
            @for group in &groups {
                @let (x, y) = (view.x(group.spot.longitude), view.y(group.spot.latitude));
                @if let Some((text, x, y)) = labels.place(x, y, &group.numbers(), &group.label()) {
                    text.label x=(n(x)) y=(n(y)) { (text) }
                }
            }
            @for drawn in drawn.iter().filter(|drawn| drawn.point.is_none()) {
                @if let Some((x, y)) = middle(&drawn.lines, &view) {
                    @if let Some((text, x, y)) = labels.place(x, y, &drawn.number.to_string(), &drawn.feature.label) {
                        text.label.place x=(n(x)) y=(n(y)) { (text) }
                    }
                }
            }
            (scale_and_north(&view, phrases))
        }
        (legend(&groups, &sides, phrases))
    })
}

/// Features at one point, which share a marker.
struct Group<'a> {
    spot: Spot,
    of: Vec<&'a Drawn<'a>>,
}

impl Group<'_> {
    /// Their numbers: a run where they follow one another, else the first few.
    fn numbers(&self) -> String {
        let numbers: Vec<usize> = self.of.iter().map(|one| one.number).collect();
        match numbers.as_slice() {
            [first, .., last] if numbers.len() > 2 && last - first + 1 == numbers.len() => format!("{first}–{last}"),
            few => {
                let told: Vec<String> = few.iter().take(4).map(usize::to_string).collect();
                let more = if few.len() > 4 { " …" } else { "" };
                format!("{}{more}", told.join(", "))
            }
        }
    }

    /// The widest circle within which one of them is.
    fn radius_m(&self) -> f64 {
        self.of.iter().map(|one| one.feature.radius_m).filter(|radius| radius.is_finite()).fold(0.0, f64::max)
    }

    /// What they are called, where that is one thing.
    fn label(&self) -> String {
        match self.of.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other.feature.label == first.feature.label) => {
                first.feature.label.clone()
            }
            _ => String::new(),
        }
    }
}

fn groups<'a>(drawn: &'a [Drawn<'a>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut known: std::collections::HashMap<(u64, u64), usize> = std::collections::HashMap::new();
    for one in drawn {
        let Some(spot) = one.point else { continue };
        let index = *known.entry((spot.latitude.to_bits(), spot.longitude.to_bits())).or_insert(groups.len());
        if index == groups.len() {
            groups.push(Group { spot, of: Vec::new() });
        }
        groups[index].of.push(one);
    }
    groups
}

fn is_place(feature: &pb::BriefingFeature) -> bool {
    labels::relative(&feature.record).starts_with("places/")
}

/// An actor's own name where that is what was given, else the last part of a record's.
fn who(name: &str) -> String {
    if name.starts_with("dossiers/") { labels::id(name).to_owned() } else { text::line(name) }
}

fn spot(feature: &pb::BriefingFeature) -> Option<Spot> {
    let point = feature.point.as_ref()?;
    Spot::of(point.latitude?, point.longitude?)
}

/// The lines of an outline; none where it is not GeoJSON or lies nowhere.
fn lines(geojson: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Ok(geometry) = geojson.parse::<Geometry>() {
        collect(&geometry.value, &mut lines);
    }
    lines
}

fn collect(value: &GeometryValue, lines: &mut Vec<Line>) {
    let mut add = |positions: &[Position], is_closed: bool| {
        let spot = |position: &Position| match position.as_slice() {
            [longitude, latitude, ..] => Spot::of(*latitude, *longitude),
            _ => None,
        };
        let positions: Vec<Spot> = positions.iter().filter_map(spot).collect();
        if !positions.is_empty() {
            lines.push(Line { positions, is_closed });
        }
    };
    match value {
        GeometryValue::Point { coordinates } => add(std::slice::from_ref(coordinates), false),
        GeometryValue::MultiPoint { coordinates } => {
            coordinates.iter().for_each(|one| add(std::slice::from_ref(one), false));
        }
        GeometryValue::LineString { coordinates } => add(coordinates, false),
        GeometryValue::MultiLineString { coordinates } => coordinates.iter().for_each(|line| add(line, false)),
        GeometryValue::Polygon { coordinates } => coordinates.iter().for_each(|ring| add(ring, true)),
        GeometryValue::MultiPolygon { coordinates } => {
            coordinates.iter().flatten().for_each(|ring| add(ring, true));
        }
        GeometryValue::GeometryCollection { geometries } => {
            geometries.iter().for_each(|geometry| collect(&geometry.value, lines));
        }
    }
}

/// West, south, east, north.
type Bounds = (f64, f64, f64, f64);

fn widen(bounds: Option<Bounds>, spot: Spot, by: f64) -> Option<Bounds> {
    let Spot { latitude, longitude } = spot;
    let (west, south, east, north) = bounds.unwrap_or((longitude, latitude, longitude, latitude));
    Some((west.min(longitude - by), south.min(latitude - by), east.max(longitude + by), north.max(latitude + by)))
}

fn bounds(lines: &[Line]) -> Option<Bounds> {
    lines.iter().flat_map(|line| &line.positions).fold(None, |bounds, spot| widen(bounds, *spot, 0.0))
}

/// A view that holds every point, and the outlines that are not larger than a country.
fn view(drawn: &[Drawn<'_>]) -> Option<View> {
    let mut all: Option<Bounds> = None;
    let mut large: Option<Bounds> = None;
    for one in drawn {
        if let Some(spot) = one.point {
            let radius = one.feature.radius_m / METRES_A_DEGREE;
            all = widen(all, spot, if radius.is_finite() { radius.clamp(0.0, 1.0) } else { 0.0 });
        } else if let Some((west, south, east, north)) = bounds(&one.lines) {
            let is_large = (east - west).max(north - south) > OUTLINE_DEGREES_MAX;
            let goal = if is_large { &mut large } else { &mut all };
            *goal = widen(*goal, Spot { latitude: south, longitude: west }, 0.0);
            *goal = widen(*goal, Spot { latitude: north, longitude: east }, 0.0);
        }
    }
    let (west, south, east, north) = all.or(large)?;
    let middle = f64::midpoint(south, north);
    let squeeze = middle.to_radians().cos().max(0.1);
    let wide = (east - west).max(SPAN_DEGREES_MIN / squeeze);
    let high = (north - south).max(SPAN_DEGREES_MIN);
    let room = WIDTH - 2.0 * MARGIN;
    let height = (room * high / (wide * squeeze) + 2.0 * MARGIN).clamp(HEIGHT_MIN, HEIGHT_MAX);
    let scale = (room / (wide * squeeze)).min((height - 2.0 * MARGIN) / high);
    Some(View {
        west: f64::midpoint(west, east) - WIDTH / 2.0 / (scale * squeeze),
        north: middle + height / 2.0 / scale,
        scale,
        squeeze,
        height,
    })
}

/// An outline as a path, without positions that cannot be told from the one before.
fn path(lines: &[Line], view: &View) -> String {
    let mut path = String::new();
    let mut positions = 0;
    for line in lines {
        let mut last: Option<(f64, f64)> = None;
        for spot in &line.positions {
            let (x, y) = (view.x(spot.longitude), view.y(spot.latitude));
            let is_apart = last.is_none_or(|(before_x, before_y)| (x - before_x).hypot(y - before_y) >= 0.8);
            if !is_apart || positions >= POSITIONS_MAX {
                continue;
            }
            positions += 1;
            path.push_str(if last.is_none() { "M" } else { "L" });
            path.push_str(&format!("{} {}", n(x), n(y)));
            last = Some((x, y));
        }
        if line.positions.len() == 1 {
            // A point: a line of no length with round ends.
            path.push_str("h0");
        } else if line.is_closed && last.is_some() {
            path.push('Z');
        }
    }
    path
}

/// The middle of what is in view of an outline.
fn middle(lines: &[Line], view: &View) -> Option<(f64, f64)> {
    let (west, south, east, north) = bounds(lines)?;
    let x = f64::midpoint(view.x(west).clamp(0.0, WIDTH), view.x(east).clamp(0.0, WIDTH));
    let y = f64::midpoint(view.y(north).clamp(0.0, view.height), view.y(south).clamp(0.0, view.height));
    Some((x, y))
}

/// Meridians and parallels, with their degrees.
fn graticule(view: &View) -> Markup {
    let degrees_wide = WIDTH / view.scale / view.squeeze;
    let steps = [0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0];
    let step = steps.into_iter().find(|step| degrees_wide / step <= 7.0).unwrap_or(90.0);
    let digits = usize::from(step < 1.0);
    let lines = |from: f64, to: f64| {
        let first = (from / step).ceil();
        (0..40).map(move |index| (first + f64::from(index)) * step).take_while(move |at| *at <= to)
    };
    let south = view.north - view.height / view.scale;
    let east = view.west + degrees_wide;
    let side = |degrees: f64, positive: &'static str, negative: &'static str| match degrees {
        degrees if degrees.abs() < 1e-9 => "",
        degrees if degrees < 0.0 => negative,
        _ => positive,
    };
    html! {
        g.graticule aria-hidden="true" {
            @for meridian in lines(view.west, east) {
                @let x = view.x(meridian);
                line.grid x1=(n(x)) y1="0" x2=(n(x)) y2=(n(view.height)) {}
                @if x > 20.0 && x < WIDTH - 60.0 {
                    text.tick x=(n(x + 3.0)) y="11" { (format!("{:.digits$}° {}", meridian.abs(), side(meridian, "E", "W"))) }
                }
            }
            @for parallel in lines(south.max(-90.0), view.north.min(90.0)) {
                @let y = view.y(parallel);
                line.grid x1="0" y1=(n(y)) x2=(n(WIDTH)) y2=(n(y)) {}
                @if y > 24.0 && y < view.height - 44.0 {
                    text.tick x="3" y=(n(y - 3.0)) { (format!("{:.digits$}° {}", parallel.abs(), side(parallel, "N", "S"))) }
                }
            }
            rect.frame x="0.5" y="0.5" width=(n(WIDTH - 1.0)) height=(n(view.height - 1.0)) {}
        }
    }
}

fn scale_and_north(view: &View, phrases: &Phrases) -> Markup {
    let metres_a_pixel = METRES_A_DEGREE / view.scale;
    let lengths = [1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6];
    let length = lengths.into_iter().rev().find(|metres| metres / metres_a_pixel <= 150.0).unwrap_or(1e3);
    let pixels = length / metres_a_pixel;
    let y = view.height - 12.0;
    html! {
        g.scale {
            path.rule d=(format!("M10 {}v4h{}v-4", n(y - 4.0), n(pixels))) {}
            text.tick x="10" y=(n(y - 8.0)) { (distance(length, phrases)) }
        }
        g.north {
            path d=(format!("M{} 34v-20l-5 8m5 -8l5 8", n(WIDTH - 22.0))) {}
            text.tick x=(n(WIDTH - 22.0)) y="46" text-anchor="middle" { (phrases.north) }
        }
    }
}

/// Who is named on the map, in the order in which they are met.
fn sides(drawn: &[Drawn<'_>]) -> Vec<String> {
    let mut sides: Vec<String> = Vec::new();
    for one in drawn.iter().filter(|one| one.point.is_some() && !is_place(one.feature)) {
        let side = attributed(one.feature);
        if !side.is_empty() && !sides.contains(&side) {
            sides.push(side);
        }
    }
    sides
}

fn attributed(feature: &pb::BriefingFeature) -> String {
    feature.attributed_to.iter().map(|name| who(name)).collect::<Vec<_>>().join(", ")
}

/// How a marker looks: by the side, where all at that point have one; hollow where nobody is named.
fn side_of(group: &[&Drawn<'_>], sides: &[String]) -> Marker {
    let mut of: Vec<String> = group.iter().map(|one| attributed(one.feature)).collect();
    of.dedup();
    match of.as_slice() {
        [only] if only.is_empty() && group.iter().all(|one| is_place(one.feature)) => Marker::Place,
        [only] if only.is_empty() => Marker::Nobody,
        [only] => Marker::Side(sides.iter().position(|side| side == only).unwrap_or(usize::MAX)),
        _ => Marker::Several,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Marker {
    Nobody,
    Place,
    Side(usize),
    Several,
}

/// Shapes differ, for whoever cannot tell the colours.
fn marker(x: f64, y: f64, marker: Marker) -> Markup {
    let d = |path: &str| format!("M{} {}{path}", n(x), n(y));
    match marker {
        Marker::Nobody => html! { circle.marker.nobody cx=(n(x)) cy=(n(y)) r="5" {} },
        Marker::Place => html! { circle.marker.place cx=(n(x)) cy=(n(y)) r="2.5" {} },
        Marker::Side(0) => html! { circle.marker.side-0 cx=(n(x)) cy=(n(y)) r="5.5" {} },
        Marker::Side(1) => html! { path.marker.side-1 d=(d("m-5 -5h10v10h-10z")) {} },
        Marker::Side(2) => html! { path.marker.side-2 d=(d("m0 -6.5l6.2 11h-12.4z")) {} },
        Marker::Side(_) => html! { path.marker.side-3 d=(d("m0 -7l7 7l-7 7l-7 -7z")) {} },
        Marker::Several => html! { path.marker.several d=(d("m-7 -2h5v-5h4v5h5v4h-5v5h-4v-5h-5z")) {} },
    }
}

/// The markers that are used, with what they stand for.
fn legend(groups: &[Group<'_>], sides: &[String], phrases: &Phrases) -> Markup {
    let used: Vec<Marker> = groups.iter().map(|group| side_of(&group.of, sides)).collect();
    let mut entries: Vec<(Marker, String)> = Vec::new();
    for (index, side) in sides.iter().enumerate().filter(|(index, _)| used.contains(&Marker::Side(*index))) {
        entries.push((Marker::Side(index), format!("{} {}", phrases.attributed_to, text::short(side, 60))));
    }
    if used.contains(&Marker::Several) {
        entries.push((Marker::Several, format!("{} …, …", phrases.attributed_to)));
    }
    if used.contains(&Marker::Nobody) {
        entries.push((Marker::Nobody, phrases.nobody_named.to_owned()));
    }
    html! {
        @if !entries.is_empty() {
            ul.legend {
                @for (shape, entry) in &entries {
                    li { svg.swatch viewBox="0 0 16 16" aria-hidden="true" { (marker(8.0, 8.0, *shape)) } " " (entry) }
                }
            }
        }
    }
}

/// Labels find a place where nothing stands yet.
struct Labels {
    /// Left, top, right, bottom.
    taken: Vec<(f64, f64, f64, f64)>,
    height: f64,
}

impl Labels {
    /// The number with the name beside a point, or the number alone, or nothing: the list beside the map has all.
    fn place(&mut self, x: f64, y: f64, number: &str, label: &str) -> Option<(String, f64, f64)> {
        if !(0.0..=WIDTH).contains(&x) || !(0.0..=self.height).contains(&y) {
            return None;
        }
        let named = format!("{number} {}", text::short(label, LABEL_LETTERS_MAX));
        [named.trim_end(), number].into_iter().find_map(|text| {
            let length = f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX)) * LETTER;
            let spots = [
                (x + 9.0, y + 4.0),
                (x - 9.0 - length, y + 4.0),
                (x - length / 2.0, y - 10.0),
                (x - length / 2.0, y + 18.0),
                (x + 7.0, y - 7.0),
                (x + 7.0, y + 15.0),
                (x - 7.0 - length, y - 7.0),
                (x - 7.0 - length, y + 15.0),
            ];
            let free = spots.into_iter().find(|(x, y)| {
                let (left, top, right, bottom) = (*x, y - 10.0, x + length, y + 3.0);
                left >= 2.0
                    && right <= WIDTH - 2.0
                    && top >= 14.0
                    && bottom <= self.height - 2.0
                    && self
                        .taken
                        .iter()
                        .all(|other| right <= other.0 || left >= other.2 || bottom <= other.1 || top >= other.3)
            });
            let (x, y) = free?;
            self.taken.push((x, y - 10.0, x + length, y + 3.0));
            Some((text.to_owned(), x, y))
        })
    }
}

fn around(x: f64, y: f64, by: f64) -> (f64, f64, f64, f64) {
    (x - by, y - by, x + by, y + by)
}

/// Such as `500 m` or `20 km`.
fn distance(metres: f64, phrases: &Phrases) -> String {
    if metres < 1_000.0 {
        format!("{metres:.0} {}", phrases.metres)
    } else if metres < 10_000.0 {
        let told = format!("{:.1}", metres / 1_000.0);
        format!("{} {}", told.trim_end_matches(".0"), phrases.kilometres)
    } else {
        format!("{:.0} {}", metres / 1_000.0, phrases.kilometres)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(label: &str, point: Option<(f64, f64)>, geojson: &str) -> pb::BriefingFeature {
        pb::BriefingFeature {
            record: format!("dossiers/d/incidents/{label}"),
            label: label.into(),
            point: point
                .map(|(latitude, longitude)| pb::LatLng { latitude: Some(latitude), longitude: Some(longitude) }),
            geojson: geojson.into(),
            ..Default::default()
        }
    }

    fn drawn(features: &[pb::BriefingFeature]) -> Option<String> {
        draw(features, "map", Phrases::of("en")).map(Markup::into_string)
    }

    #[test]
    fn what_is_nowhere_is_not_drawn_but_told() {
        let nowhere = [
            feature("a", None, ""),
            feature("b", Some((91.0, 0.0)), "not json"),
            feature("c", Some((f64::NAN, 0.0)), r#"{"type":"Polygon","coordinates":[[[500,0],[501,0],[500,1]]]}"#),
        ];
        assert_eq!(drawn(&nowhere), None);
        for feature in &nowhere {
            assert_eq!(told(feature, Phrases::of("en")), "not drawn; nobody named");
        }
    }

    #[test]
    fn a_point_is_told_with_its_radius_and_side() {
        let mut one = feature("a", Some((50.5, -35.25)), "");
        one.radius_m = 1_500.0;
        one.attributed_to = vec!["dossiers/d/actors/north".into(), "South".into()];
        let expected = "50.500° N, 35.250° W; within 1.5 km; attributed to north, South";
        assert_eq!(told(&one, Phrases::of("en")), expected);
        let map = drawn(&[one]).expect("it is somewhere");
        assert!(map.contains("side-0") && map.contains("1 a") && map.contains("attributed to north, South"), "{map}");
    }

    #[test]
    fn features_at_one_point_share_a_marker_and_labels_do_not_meet() {
        let at = |label: &str, by: f64| feature(label, Some((50.0 + by, 30.0)), "");
        let map = drawn(&[at("a", 0.0), at("b", 0.0), at("c", 0.0), at("far", 3.0), at("near", 3.001)]).expect("there");
        assert_eq!(map.matches("class=\"marker").count(), 3 + 1, "{map}");
        assert!(map.contains(">1–3<") && map.contains("4 far"), "{map}");
    }

    #[test]
    fn a_country_does_not_make_a_city_a_dot() {
        let huge = r#"{"type":"Polygon","coordinates":[[[20,40],[170,40],[170,75],[20,75],[20,40]]]}"#;
        let features = [
            feature("country", None, huge),
            feature("a", Some((50.0, 30.0)), ""),
            feature("b", Some((51.0, 31.0)), ""),
        ];
        let drawn: Vec<Drawn<'_>> = features
            .iter()
            .map(|feature| Drawn { number: 1, feature, point: spot(feature), lines: lines(&feature.geojson) })
            .collect();
        assert!(view(&drawn).expect("there").scale > 100.0);
        assert!(view(&drawn[..1]).expect("there").scale < 20.0);
    }
}
