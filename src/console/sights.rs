//! Where incidents are said to have been and what happened when, as drawings with the lists that say the same.

use maud::{Markup, html};

use super::fault::Fault;
use super::links::Links;
use super::room::Room;
use crate::render::book::Book;
use crate::render::briefing::drawings;
use crate::render::labels::{Labels, id};
use crate::render::map;
use crate::wire::pb;
use pb::record::Kind;

/// The most contacts, texts and exchanges of a timeline.
const MOMENTS_MAX: i32 = 100;

/// What can be drawn of a page of incidents.
pub(super) struct Sights {
    features: Vec<pb::BriefingFeature>,
    timeline: pb::BriefingChart,
}

/// Gathers it: the accounts that the API names as rows of the incidents, their places, and what else happened.
pub(super) async fn sights(room: &Room, incidents: &[String], reading: Option<&String>) -> Result<Sights, Fault> {
    let accounts = match reading {
        Some(reading) if !incidents.is_empty() => accounts(room, incidents, reading).await?,
        _ => Vec::new(),
    };
    let facts: Vec<(&str, &pb::Facts)> = accounts.iter().filter_map(facts).collect();
    let mentioned = facts.iter().flat_map(|(_, facts)| [facts.place.clone(), facts.attributed_to.clone()]);
    let mut records = room.named(mentioned.chain(incidents.iter().cloned())).await;
    let unplaced = records.iter().filter_map(|record| match &record.kind {
        Some(Kind::Incident(incident)) => Some(incident.place.clone()),
        _ => None,
    });
    let unplaced: Vec<String> = unplaced.filter(|name| records.iter().all(|known| known.name != *name)).collect();
    records.extend(room.named(unplaced).await);
    let labels = Labels::of(&records).closed();
    let mut book = Book::default();
    records.into_iter().for_each(|record| book.add(record));
    let features = incidents.iter().flat_map(|incident| features(incident, &facts, &book, &labels)).collect();
    let (others, _) = room.first(&["contacts", "instruments", "exchanges"], MOMENTS_MAX).await?;
    let mut moments: Vec<pb::BriefingMoment> = others.iter().filter_map(moment).collect();
    moments.extend(incidents.iter().filter_map(|incident| {
        let (_, facts) = facts.iter().find(|(of, facts)| of == incident && facts.occurred.is_some())?;
        Some(pb::BriefingMoment {
            span: facts.occurred.clone(),
            label: id(incident).to_owned(),
            lane: "Incidents".to_owned(),
            record: incident.clone(),
        })
    }));
    let timeline = pb::BriefingChart { title: "What happened when".to_owned(), moments, ..Default::default() };
    Ok(Sights { features, timeline })
}

/// The reports behind the rows of these incidents, each taken at its word.
async fn accounts(room: &Room, incidents: &[String], reading: &str) -> Result<Vec<pb::Record>, Fault> {
    let request = pb::AssessRequest {
        incidents: incidents.to_vec(),
        readings: Some(pb::ReadingChoice { names: vec![reading.to_owned()], ..Default::default() }),
        bases: vec![pb::Basis::Alleged.into()],
        explain: true,
        page_size: i32::try_from(incidents.len()).unwrap_or(i32::MAX),
        ..Default::default()
    };
    let explained = room.assess(request).await?;
    let rows = explained.assessments.iter().flat_map(|assessment| &assessment.rows);
    let sources = rows.filter_map(|row| row.source.as_ref()).map(|source| source.name.clone());
    let mut records = room.named(sources.collect::<Vec<_>>()).await;
    records.sort_by_key(|record| record.position);
    Ok(records)
}

fn facts(record: &pb::Record) -> Option<(&str, &pb::Facts)> {
    match record.kind.as_ref()? {
        Kind::Report(report) => Some((&report.incident, report.facts.as_ref()?)),
        Kind::Finding(finding) => Some((&finding.incident, finding.facts.as_ref()?)),
        _ => None,
    }
}

/// One feature for each place that accounts of an incident give, else for the place that the incident itself names.
fn features(incident: &str, facts: &[(&str, &pb::Facts)], book: &Book, labels: &Labels) -> Vec<pb::BriefingFeature> {
    let own: Vec<&pb::Facts> = facts.iter().filter(|(of, _)| *of == incident).map(|(_, facts)| *facts).collect();
    let mut attributed: Vec<String> = Vec::new();
    for name in own.iter().map(|facts| &facts.attributed_to).filter(|name| !name.is_empty()) {
        let name = labels.display(name).to_owned();
        if !attributed.contains(&name) {
            attributed.push(name);
        }
    }
    let of = |place: &str, facts: &pb::Facts| {
        let spot = map::spot(facts, book);
        let outline = book.place(place).map(|place| place.geojson.clone()).unwrap_or_default();
        let point = spot.map(|spot| pb::LatLng { latitude: Some(spot.latitude), longitude: Some(spot.longitude) });
        let geojson = if point.is_some() { String::new() } else { outline };
        pb::BriefingFeature {
            record: incident.to_owned(),
            label: labels.display(incident).to_owned(),
            point,
            radius_m: spot.and_then(|spot| spot.radius_m).unwrap_or_default(),
            geojson,
            place: place.to_owned(),
            attributed_to: attributed.clone(),
        }
    };
    let is_somewhere = |feature: &pb::BriefingFeature| feature.point.is_some() || !feature.geojson.is_empty();
    let mut found: Vec<pb::BriefingFeature> = Vec::new();
    for facts in &own {
        let feature = of(&facts.place, facts);
        if is_somewhere(&feature)
            && found.iter().all(|known| known.point != feature.point || known.geojson != feature.geojson)
        {
            found.push(feature);
        }
    }
    if found.is_empty() {
        let place = match book.get(incident).and_then(|record| record.kind.as_ref()) {
            Some(Kind::Incident(incident)) => incident.place.clone(),
            _ => String::new(),
        };
        found.push(of(&place, &pb::Facts { place: place.clone(), ..Default::default() }));
    }
    found
}

/// A contact, text or exchange that says when it was.
fn moment(record: &pb::Record) -> Option<pb::BriefingMoment> {
    let (span, label, lane) = match record.kind.as_ref()? {
        Kind::Contact(contact) => {
            let began = contact.began.as_ref().or(contact.planned.as_ref()).or(contact.ended.as_ref());
            (began, &contact.display_name, "Contacts")
        }
        Kind::Instrument(instrument) => (instrument.stated.as_ref(), &instrument.display_name, "Texts"),
        Kind::Exchange(exchange) => (exchange.held.as_ref(), &exchange.display_name, "Exchanges"),
        _ => return None,
    };
    let (label, lane) = (label.clone(), lane.to_owned());
    Some(pb::BriefingMoment { span: Some(span?.clone()), label, lane, record: record.name.clone() })
}

impl Sights {
    /// The two drawings.
    pub(super) fn sections(&self, room: &Room) -> Markup {
        html! {
            (map_section(&self.features, &room.links))
            (timeline_section(&self.timeline, None, &room.dossier.time_zone, &room.links))
        }
    }
}

/// The map, and in words where each feature is.
pub(super) fn map_section(features: &[pb::BriefingFeature], links: &Links) -> Markup {
    let nowhere = features.iter().filter(|feature| feature.point.is_none() && feature.geojson.is_empty()).count();
    html! {
        @if let Some(drawing) = drawings::map(features, "en") {
            section {
                h2 #map { "Map" }
                p .hint { "Where the accounts say, as exactly as they say it: a circle is how far off it may be. The ground is left empty on purpose: a drawn border would take a side." }
                div .scroll tabindex="0" role="region" aria-label="Map" { (drawing) }
                @if nowhere > 0 { p .hint { (nowhere) " of " (features.len()) " name no place of which a point or an outline is recorded, and are not drawn." } }
                details {
                    summary { "The same in words" }
                    ol .listed {
                        @for feature in features {
                            li { a href=(links.record(&feature.record)) { (feature.label) } ": " (drawings::whereabouts(feature, "en")) }
                        }
                    }
                }
            }
        }
    }
}

/// The timeline, and in words what was when.
pub(super) fn timeline_section(
    chart: &pb::BriefingChart,
    period: Option<&pb::TimeSpan>,
    zone: &str,
    links: &Links,
) -> Markup {
    let left_out = drawings::left_out(chart, period);
    html! {
        @if let Some(drawing) = drawings::timeline(chart, period, zone, "en") {
            section {
                h2 #timeline { "Timeline" }
                p .hint { "A bar is the time within which it was, in " (zone) "." }
                div .scroll tabindex="0" role="region" aria-label="Timeline" { (drawing) }
                @if left_out > 0 { p .hint { (left_out) " more have no time, or one far from this, and stand in the list alone." } }
                details {
                    summary { "The same in words" }
                    ul .listed {
                        @for moment in &chart.moments {
                            li {
                                @if let Some(span) = &moment.span { (drawings::moment(span, zone)) " " }
                                a href=(links.record(&moment.record)) { (moment.label) }
                                @if !moment.lane.is_empty() { " (" (moment.lane.to_lowercase()) ")" }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_accounts_give_two_places_there_are_two_features_and_where_they_give_none_the_incidents_own() {
        let name = |relative: &str| format!("dossiers/d/{relative}");
        let mut book = Book::default();
        let place = |id: &str, latitude: f64| pb::Record {
            name: name(&format!("places/{id}")),
            kind: Some(Kind::Place(pb::Place {
                display_name: id.to_owned(),
                r#type: pb::PlaceType::Settlement.into(),
                point: Some(pb::LatLng { latitude: Some(latitude), longitude: Some(30.0) }),
                ..Default::default()
            })),
            ..Default::default()
        };
        book.add(place("here", 50.0));
        book.add(place("there", 51.0));
        let incident = pb::Incident { display_name: "Depot".into(), place: name("places/there"), ..Default::default() };
        let incident =
            pb::Record { name: name("incidents/v1"), kind: Some(Kind::Incident(incident)), ..Default::default() };
        let labels = Labels::of([&incident]);
        book.add(incident);
        let at = |id: &str| pb::Facts { place: name(&format!("places/{id}")), ..Default::default() };
        let (here, there, of) = (at("here"), at("there"), name("incidents/v1"));
        let points = |facts: &[(&str, &pb::Facts)]| {
            let features = features(&of, facts, &book, &labels);
            features.iter().filter_map(|feature| feature.point?.latitude).collect::<Vec<_>>()
        };
        assert_eq!(points(&[(&of, &here), (&of, &there), (&of, &here)]), [50.0, 51.0]);
        assert_eq!(points(&[(&of, &pb::Facts::default())]), [51.0]);
    }
}
