//! Makes records of what a row says: an incident, and a report of it that cites the row.

use super::convert::Taken;
use super::held::Origin;
use super::mapping::Mapping;
use super::names::{Named, Thing, Things, hex};
use super::rows::Row;
use crate::wire::pb;
use pb::record::Kind;

/// What the records of a row are told beside the row: names, and where they come from.
#[derive(Debug, Clone)]
pub(super) struct Naming {
    /// The file's document.
    pub(super) document: String,
    /// The publisher.
    pub(super) publisher: String,
    /// The mapping and its fingerprint.
    pub(super) mapping: String,
    /// The place.
    pub(super) place: String,
    /// Who says so.
    pub(super) claimant: String,
    /// Who did it.
    pub(super) attributed_to: String,
    /// Which side was struck.
    pub(super) against: String,
}

impl Naming {
    /// Names that nobody has, to try a row with.
    pub(super) fn sample() -> Naming {
        let actor = || "actors/x".to_owned();
        Naming {
            document: "documents/x".into(),
            publisher: actor(),
            mapping: "x".into(),
            place: "places/x".into(),
            claimant: actor(),
            attributed_to: actor(),
            against: actor(),
        }
    }

    /// The names for a row.
    pub(super) fn of(taken: &Taken, common: &Naming, places: &Things, actors: &Things) -> Naming {
        let name = |things: &Things, thing: &Option<Thing>| thing.as_ref().map(|thing| things.name(thing));
        Naming {
            place: name(places, &taken.place).unwrap_or_default(),
            claimant: name(actors, &taken.claimant).unwrap_or_else(|| common.publisher.clone()),
            attributed_to: name(actors, &taken.attributed_to).unwrap_or_default(),
            against: name(actors, &taken.against).unwrap_or_default(),
            ..common.clone()
        }
    }
}

/// Which row it is, by which mapping.
pub(super) fn origin(taken: &Taken, row: &Row, naming: &Naming) -> Origin {
    Origin::of(row, naming.mapping.clone(), taken.revision)
}

/// The incident of a row.
pub(super) fn incident(taken: &Taken, naming: &Naming) -> pb::Record {
    let place = if taken.place.is_some() { naming.place.clone() } else { String::new() };
    let incident = pb::Incident { display_name: taken.name.clone(), about: taken.facts.occurred.clone(), place };
    named(format!("incidents/{}", taken.id), Kind::Incident(incident))
}

/// The report of a row: the publisher, or whom the row names, says so.
pub(super) fn report(taken: &Taken, row: &Row, naming: &Naming) -> pb::Record {
    let given = |thing: &Option<Thing>, name: &str| if thing.is_some() { name.to_owned() } else { String::new() };
    let facts = pb::Facts {
        place: given(&taken.place, &naming.place),
        attributed_to: given(&taken.attributed_to, &naming.attributed_to),
        against: given(&taken.against, &naming.against),
        ..taken.facts.clone()
    };
    let report = pb::Report {
        incident: format!("incidents/{}", taken.id),
        claimant: naming.claimant.clone(),
        facts: Some(facts),
        ..pb::Report::default()
    };
    let citation = pb::Citation {
        document: naming.document.clone(),
        locator: origin(taken, row, naming).locator(row, &taken.row_id),
        quote: taken.quote.clone(),
        ..pb::Citation::default()
    };
    pb::Record { citations: vec![citation], ..named(format!("reports/{}", taken.id), Kind::Report(report)) }
}

/// A place or an actor that rows name.
pub(super) fn thing(thing: &Named, things: &Things) -> pb::Record {
    let name = things.name(&Thing::Named(thing.clone()));
    let display_name = thing.name().to_owned();
    let r#type = thing.type_number();
    if name.starts_with("actors/") {
        return named(name, Kind::Actor(pb::Actor { display_name, r#type, ..pb::Actor::default() }));
    }
    let within = thing.parent().map(|parent| things.name(&Thing::Named(parent)));
    let place = pb::Place { display_name, r#type, within: within.into_iter().collect(), ..pb::Place::default() };
    named(name, Kind::Place(place))
}

/// The publisher.
pub(super) fn publisher(mapping: &Mapping, name: &str) -> pb::Record {
    let r#type = super::mapping::actor_type(&mapping.source.actor_type).unwrap_or_default().into();
    let actor = pb::Actor { display_name: mapping.source.name.clone(), r#type, ..pb::Actor::default() };
    named(name.to_owned(), Kind::Actor(actor))
}

/// The document that stands for the file.
pub(super) fn document(
    mapping: &Mapping,
    name: &str,
    file_name: &str,
    sha256: &[u8; 32],
    published: &str,
    retrieved: prost_types::Timestamp,
) -> pb::Record {
    let licence = &mapping.source.licence;
    let licence = if licence.is_empty() { String::new() } else { format!(" ({licence})") };
    let published = (!published.is_empty()).then(|| pb::TimeSpan { local: published.into(), ..Default::default() });
    let document = pb::Document {
        title: format!("{}: {file_name}{licence}", mapping.title),
        publisher: mapping.source.name.clone(),
        author: String::new(),
        uri: mapping.source.uri.clone(),
        language: mapping.source.language.clone(),
        published,
        retrieve_time: Some(retrieved),
        sha256: hex(sha256),
    };
    named(name.to_owned(), Kind::Document(document))
}

fn named(name: String, kind: Kind) -> pb::Record {
    pb::Record { name, kind: Some(kind), ..pb::Record::default() }
}
