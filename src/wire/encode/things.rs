//! Writes actors, places, classes, coverage and links.

use super::writer::{Writer, classes, optional_point};
use crate::domain::things::{Actor, Class, Coverage, Link, Place};
use crate::domain::values::LocalName;
use crate::wire::mirrored::Mirrored;
use crate::wire::pb;

pub(super) fn actor(writer: &Writer<'_>, actor: &Actor) -> pb::Actor {
    let Actor { display_name, actor_type, affiliations, memberships, names, aliases } = actor;
    pb::Actor {
        display_name: display_name.clone(),
        r#type: actor_type.number(),
        affiliations: writer.names(affiliations),
        memberships: writer.names(memberships),
        names: names.iter().map(local_name).collect(),
        aliases: aliases.clone(),
    }
}

fn local_name(name: &LocalName) -> pb::LocalName {
    let LocalName { language, name } = name;
    pb::LocalName { language: language.clone(), name: name.clone() }
}

pub(super) fn place(writer: &Writer<'_>, place: &Place) -> pb::Place {
    let Place { display_name, place_type, within, point, radius_m, geojson, names, controlled_by } = place;
    pb::Place {
        display_name: display_name.clone(),
        r#type: place_type.number(),
        within: writer.names(within),
        point: optional_point(point),
        radius_m: radius_m.unwrap_or_default(),
        geojson: geojson.clone(),
        names: names.iter().map(local_name).collect(),
        controlled_by: writer.words(controlled_by),
    }
}

pub(super) fn class(class: &Class) -> pb::Class {
    let Class { taxonomy, id, display_name, parents } = class;
    pb::Class {
        taxonomy: taxonomy.number(),
        id: id.as_str().to_owned(),
        display_name: display_name.clone(),
        parents: classes(parents),
    }
}

pub(super) fn coverage(writer: &Writer<'_>, coverage: &Coverage) -> pb::Coverage {
    let Coverage { places, observed, status, means, observer, refused_by, grounds } = coverage;
    pb::Coverage {
        places: writer.names(places),
        observed: Some(writer.span(observed)),
        status: status.number(),
        means: means.iter().map(|means| means.number()).collect(),
        observer: writer.optional_name(observer),
        refused_by: writer.optional_name(refused_by),
        grounds: grounds.clone(),
    }
}

pub(super) fn link(writer: &Writer<'_>, link: &Link) -> pb::Link {
    let Link { link_type, subject, object, made_by, rationale } = link;
    pb::Link {
        r#type: link_type.number(),
        subject: writer.record(subject),
        object: writer.record(object),
        made_by: writer.words(made_by),
        rationale: rationale.clone(),
    }
}
