//! Reads actors, places, classes, coverage and links.

use super::reader::{Reader, either};
use crate::domain::fault::Reason;
use crate::domain::name::InActors;
use crate::domain::name::{Collection, Id, RecordName};
use crate::domain::things::{Actor, Class, Coverage, Link, LinkType, Place};
use crate::domain::values::ClassId;
use crate::domain::values::LocalName;
use crate::wire::path::Path;
use crate::wire::pb;

pub(super) fn actor(reader: &mut Reader<'_>, actor: pb::Actor, at: &Path<'_>) -> Option<Actor> {
    let pb::Actor { display_name, r#type, affiliations, memberships, names, aliases } = actor;
    let display_name = reader.required_text(display_name, &at.field("display_name"));
    let actor_type = reader.required_choice(r#type, &at.field("type"));
    let affiliations = reader.names(affiliations, &at.field("affiliations"));
    let memberships = reader.names(memberships, &at.field("memberships"));
    let names = reader.each(names, &at.field("names"), local_name);
    Some(Actor {
        display_name: display_name?,
        actor_type: actor_type?,
        affiliations: affiliations?,
        memberships: memberships?,
        names: names?,
        aliases,
    })
}

fn local_name(reader: &mut Reader<'_>, name: pb::LocalName, at: &Path<'_>) -> Option<LocalName> {
    let pb::LocalName { language, name } = name;
    let language = reader.required_text(language, &at.field("language"));
    let name = reader.required_text(name, &at.field("name"));
    Some(LocalName { language: language?, name: name? })
}

pub(super) fn place(reader: &mut Reader<'_>, place: pb::Place, at: &Path<'_>) -> Option<Place> {
    let pb::Place { display_name, r#type, within, point, radius_m, geojson, names, controlled_by } = place;
    let display_name = reader.required_text(display_name, &at.field("display_name"));
    let place_type = reader.required_choice(r#type, &at.field("type"));
    let within = reader.names(within, &at.field("within"));
    let point = reader.point(point, &at.field("point"));
    let radius_m = reader.radius(radius_m, &at.field("radius_m"));
    let geojson = reader.geojson(geojson, &at.field("geojson"));
    let names = reader.each(names, &at.field("names"), local_name);
    let controlled_by = reader.words::<InActors>(controlled_by, &at.field("controlled_by"));
    Some(Place {
        display_name: display_name?,
        place_type: place_type?,
        within: within?,
        point: point?,
        radius_m: radius_m?,
        geojson: geojson?,
        names: names?,
        controlled_by: controlled_by?,
    })
}

pub(super) fn class(reader: &mut Reader<'_>, class: pb::Class, at: &Path<'_>) -> Option<Class> {
    let pb::Class { taxonomy, id, display_name, parents } = class;
    let taxonomy = reader.required_choice(taxonomy, &at.field("taxonomy"));
    let id = class_id(reader, id, &at.field("id"));
    let display_name = reader.required_text(display_name, &at.field("display_name"));
    let parents_at = at.field("parents");
    let count = parents.len();
    // In which taxonomy the parents should be looked up is not known when the taxonomy could not be read.
    let listed = taxonomy.and_then(|taxonomy| reader.class_list(parents, taxonomy, &parents_at));
    let parents = reader.required_list(count, listed, &parents_at);
    Some(Class { taxonomy: taxonomy?, id: id?, display_name: display_name?, parents: parents? })
}

fn class_id(reader: &mut Reader<'_>, id: String, at: &Path<'_>) -> Option<ClassId> {
    let id = reader.required_text(id, at)?;
    match Id::parse(&id) {
        Ok(id) => Some(ClassId(id.shared())),
        Err(error) => {
            reader.fault(at, Reason::NameInvalid, error.to_string());
            None
        }
    }
}

pub(super) fn coverage(reader: &mut Reader<'_>, coverage: pb::Coverage, at: &Path<'_>) -> Option<Coverage> {
    let pb::Coverage { places, observed, status, means, observer, refused_by, grounds } = coverage;
    let places_at = at.field("places");
    let count = places.len();
    let listed = reader.names(places, &places_at);
    let places = reader.required_list(count, listed, &places_at);
    let observed = reader.required_span(observed, &at.field("observed"));
    let status = reader.required_choice(status, &at.field("status"));
    let means = reader.choices(means, &at.field("means"));
    let observer = reader.name(&observer, &at.field("observer"));
    let refused_by = reader.name(&refused_by, &at.field("refused_by"));
    Some(Coverage {
        places: places?,
        observed: observed?,
        status: status?,
        means: means?,
        observer: observer?,
        refused_by: refused_by?,
        grounds,
    })
}

pub(super) fn link(reader: &mut Reader<'_>, link: pb::Link, at: &Path<'_>) -> Option<Link> {
    let pb::Link { r#type, subject, object, made_by, rationale } = link;
    let link_type = reader.required_choice(r#type, &at.field("type"));
    let subject = reader.required_record(&subject, &at.field("subject"));
    let object = reader.required_record(&object, &at.field("object"));
    let made_by = reader.words::<InActors>(made_by, &at.field("made_by"));
    let (link_type, subject, object) = (link_type?, subject?, object?);
    joinable(reader, link_type, &subject, &object, at)?;
    Some(Link { link_type, subject, object, made_by: made_by?, rationale })
}

/// Whether records of these kinds can be linked so.
fn joinable(
    reader: &mut Reader<'_>,
    link_type: LinkType,
    subject: &RecordName,
    object: &RecordName,
    at: &Path<'_>,
) -> Option<()> {
    let collections: &[Collection] = match link_type {
        LinkType::SameStatement => &[Collection::Statements],
        LinkType::SameSite => &[Collection::Incidents, Collection::Places],
        LinkType::SameEvent | LinkType::SecondStrike | LinkType::PartOf => {
            &[Collection::Incidents, Collection::Contacts, Collection::Exchanges]
        }
    };
    if !collections.contains(&subject.collection) {
        let wanted = either(collections);
        let description = format!("\"{subject}\" cannot be linked so: a name in {wanted} belongs here");
        reader.fault(&at.field("subject"), Reason::RuleBroken, description);
        return None;
    }
    let flaw = if subject.collection != object.collection {
        format!("\"{object}\" is not of the same kind as \"{subject}\"")
    } else if subject == object {
        "a record is not linked to itself".to_owned()
    } else {
        return Some(());
    };
    reader.fault(&at.field("object"), Reason::RuleBroken, flaw);
    None
}
