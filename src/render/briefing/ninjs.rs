//! A briefing as ninjs 3.0, the JSON in which news agencies exchange items, by the names of its schema.

use geojson::Geometry;
use serde_json::{Map, Value, json};

use crate::render::labels::{self, relative};
use crate::render::words;
use crate::wire::pb;

use super::phrases::Phrases;
use super::{html, markdown, text};

/// The schema by which it can be checked.
const SCHEMA: &str = "http://www.iptc.org/std/ninjs/ninjs-schema_3.0.json#";

/// The one item.
pub fn ninjs(briefing: &pb::Briefing) -> String {
    let default = pb::BriefingHeader::default();
    let header = briefing.header.as_ref().unwrap_or(&default);
    let phrases = Phrases::of(&header.language);
    let mut item = Map::new();
    let mut put = |key: &str, value: Value| {
        let is_nothing = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(all) => all.is_empty(),
            _ => false,
        };
        if !is_nothing {
            item.insert(key.to_owned(), value);
        }
    };
    put("standard", json!({"name": "ninjs", "version": "3.0", "schema": SCHEMA}));
    put("uri", uri_of(header).into());
    put("type", "text".into());
    put("representationType", "full".into());
    put("profile", "armistice-briefing".into());
    put("version", version(header).into());
    // By the record's clock: whoever renders the same edition again gets the same item.
    put("versionCreated", header.record_time.as_ref().map_or(Value::Null, |time| words::iso(time).into()));
    put("pubStatus", "usable".into());
    put("language", phrases.tag.into());
    put("title", text::line(&header.title).into());
    put("by", phrases.composed_from.into());
    put("headlines", json!([{"role": "main", "contentType": "text/plain", "value": heading(header, phrases)}]));
    put("descriptions", descriptions(briefing, header));
    put(
        "bodies",
        json!([
            {"role": "main", "contentType": "text/html", "value": html::words(briefing).into_string()},
            {"role": "text", "contentType": "text/markdown", "value": markdown::markdown(briefing)},
        ]),
    );
    put(
        "subjects",
        json!([{"name": "conflict, war and peace", "uri": "http://cv.iptc.org/newscodes/mediatopic/16000000"}]),
    );
    put("places", places(&briefing.features));
    put("events", events(briefing));
    let mut text = serde_json::to_string_pretty(&Value::Object(item)).unwrap_or_default();
    text.push('\n');
    text
}

fn heading(header: &pb::BriefingHeader, phrases: &Phrases) -> String {
    let title = text::line(&header.title);
    if title.is_empty() { phrases.briefing.to_owned() } else { title }
}

/// Key points and notes: what a desk reads before it opens the item.
fn descriptions(briefing: &pb::Briefing, header: &pb::BriefingHeader) -> Value {
    let described =
        |role: &str, told: &str| json!({"role": role, "contentType": "text/plain", "value": text::line(told)});
    let points = briefing.key_points.iter().map(|point| described("keyPoint", &point.text));
    points.chain(header.notes.iter().map(|note| described("note", note))).collect()
}

/// Where features are, each place or incident once.
fn places(features: &[pb::BriefingFeature]) -> Value {
    let mut known = std::collections::HashSet::new();
    let mut places = Vec::new();
    for feature in features {
        let name = if feature.place.is_empty() { &feature.record } else { &feature.place };
        let geometry = geometry(feature);
        if !known.insert((name, geometry.as_ref().map(Value::to_string))) {
            continue;
        }
        // A briefing says what an incident is called, and of a place only its id.
        let called = if feature.place.is_empty() { feature.label.as_str() } else { labels::id(&feature.place) };
        let mut place = Map::new();
        place.insert("name".to_owned(), text::line(called).into());
        place.insert("rel".to_owned(), "located".into());
        place.insert("uri".to_owned(), uri(name).into());
        place.extend(geometry.map(|geometry| ("geoJSON".to_owned(), geometry)));
        places.push(Value::Object(place));
    }
    places.into()
}

fn geometry(feature: &pb::BriefingFeature) -> Option<Value> {
    let point = feature.point.as_ref().and_then(|point| Some((point.longitude?, point.latitude?)));
    match point {
        Some((longitude, latitude)) if longitude.is_finite() && latitude.is_finite() => {
            Some(json!({"type": "Point", "coordinates": [longitude, latitude]}))
        }
        _ => serde_json::to_value(feature.geojson.parse::<Geometry>().ok()?).ok(),
    }
}

/// What happened: the moments of the timeline, and incidents on the map.
fn events(briefing: &pb::Briefing) -> Value {
    let moments = briefing.charts.iter().flat_map(|chart| &chart.moments);
    let moments = moments.map(|moment| (moment.record.as_str(), moment.label.as_str()));
    let features = briefing.features.iter().map(|feature| (feature.record.as_str(), feature.label.as_str()));
    let mut known = std::collections::HashSet::new();
    let is_event = |record: &str| !record.is_empty() && !relative(record).starts_with("places/");
    let events = moments.chain(features).filter(|(record, _)| is_event(record) && known.insert(*record));
    events.map(|(record, label)| json!({"id": record, "name": text::line(label), "uri": uri(record)})).collect()
}

/// What an item is the briefing of: the same in each of its editions.
fn uri_of(header: &pb::BriefingHeader) -> String {
    let period = header.period.as_ref();
    let at = |instant: Option<&prost_types::Timestamp>| instant.map(words::iso).unwrap_or_default();
    let earliest = at(period.and_then(|period| period.earliest.as_ref()));
    let latest = at(period.and_then(|period| period.latest.as_ref()));
    uri(&format!("{}/briefings/{earliest}/{latest}/{}", header.dossier, Phrases::of(&header.language).tag))
}

/// Which edition it is: both clocks.
fn version(header: &pb::BriefingHeader) -> String {
    match &header.known_by {
        Some(known_by) => format!("{};{}", header.position, words::iso(known_by)),
        None => header.position.to_string(),
    }
}

/// A name as a URI: ours are not resolved by anybody, but nobody else has the same.
fn uri(name: &str) -> String {
    let mut uri = "armistice:".to_owned();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'.' | b'_' | b'~' | b':') {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    /// The properties of an item in the schema of ninjs 3.0, as far as we could ever need them. It allows no others.
    const PROPERTIES: [&str; 26] = [
        "standard",
        "uri",
        "type",
        "representationType",
        "profile",
        "version",
        "firstCreated",
        "versionCreated",
        "contentCreated",
        "pubStatus",
        "urgency",
        "language",
        "descriptions",
        "bodies",
        "headlines",
        "people",
        "organisations",
        "places",
        "subjects",
        "events",
        "infoSources",
        "title",
        "by",
        "slugline",
        "located",
        "altIds",
    ];

    fn item(briefing: &pb::Briefing) -> Map<String, Value> {
        match serde_json::from_str(&ninjs(briefing)).expect("it is JSON") {
            Value::Object(item) => item,
            other => panic!("{other} is no object"),
        }
    }

    fn keys(value: &Value) -> Vec<&str> {
        value.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    #[test]
    fn an_item_has_the_properties_of_the_schema_and_no_others() {
        for briefing in [
            samples::full("en"),
            samples::full("uk"),
            samples::empty("en"),
            samples::hostile(),
            pb::Briefing::default(),
        ] {
            let item = item(&briefing);
            for key in item.keys() {
                assert!(PROPERTIES.contains(&key.as_str()), "{key}");
            }
            let allowed: [(&str, &[&str]); 6] = [
                ("headlines", &["role", "contentType", "value"]),
                ("descriptions", &["role", "contentType", "value"]),
                ("bodies", &["role", "contentType", "charCount", "wordCount", "value"]),
                ("places", &["name", "rel", "uri", "literal", "contactInfo", "geoJSON"]),
                ("subjects", &["name", "rel", "uri", "literal", "creator", "relevance", "confidence"]),
                ("events", &["id", "name", "rel", "uri", "literal"]),
            ];
            for (list, allowed) in allowed {
                for entry in item.get(list).and_then(Value::as_array).into_iter().flatten() {
                    assert!(keys(entry).iter().all(|key| allowed.contains(key)), "{list}: {entry}");
                }
            }
            let uri = item["uri"].as_str().expect("it is the one that is required");
            assert!(
                uri.starts_with("armistice:")
                    && uri.chars().all(|c| c.is_ascii_graphic() && !"<>\"{}|\\^`".contains(c)),
                "{uri}"
            );
        }
    }

    #[test]
    fn an_item_is_named_by_what_it_is_of_and_versioned_by_both_clocks() {
        let item = item(&samples::full("en"));
        assert_eq!(item["uri"], "armistice:dossiers/d/briefings/2025-03-18T22:00:00Z/2025-03-19T22:00:00Z/en");
        assert_eq!(item["version"], "191;2025-03-20T06:00:00Z");
        assert_eq!(item["versionCreated"], "2025-11-23T12:13:20Z");
        assert_eq!(item["language"], "en");
        assert_eq!(item["headlines"][0]["value"], "Halt of strikes: 19 March 2025");
        assert_eq!(item["descriptions"].as_array().map(Vec::len), Some(3));
        assert_eq!(
            (item["places"][1]["name"].as_str(), item["events"][0]["name"].as_str()),
            (Some("somewhere"), Some("Call of Trump and Putin"))
        );
        assert_eq!(item["places"][1]["geoJSON"]["coordinates"], json!([40.68, 45.44]));
        assert_eq!(item["events"].as_array().map(Vec::len), Some(7));
        assert_eq!(item["bodies"][0]["contentType"], "text/html");
    }
}
