//! Arbitrary actors, places, classes, coverage and links.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::fields::*;
use crate::domain::name::{Collection, InActors, RecordName};
use crate::domain::record::Body;
use crate::domain::things::{Actor, Class, Coverage, Link, LinkType, Place};

pub(super) fn actor() -> BoxedStrategy<Body> {
    (words(), choice(), names(), names(), vec(local_name(), 0..3), vec(text(), 0..3))
        .prop_map(|(display_name, actor_type, affiliations, memberships, names, aliases)| {
            Body::Actor(Actor { display_name, actor_type, affiliations, memberships, names, aliases })
        })
        .boxed()
}

pub(super) fn place() -> BoxedStrategy<Body> {
    let geojson = select(vec![
        "",
        r#"{"type":"Point","coordinates":[36.25,49.99]}"#,
        r#"{ "type": "Polygon", "coordinates": [[[0,0],[1,0],[1,1],[0,0]]] }"#,
    ]);
    let shape = (option::of(point()), radius(), geojson.prop_map(str::to_owned));
    (words(), choice(), names(), shape, vec(local_name(), 0..3), words_or::<InActors>())
        .prop_map(|(display_name, place_type, within, (point, radius_m, geojson), names, controlled_by)| {
            Body::Place(Place { display_name, place_type, within, point, radius_m, geojson, names, controlled_by })
        })
        .boxed()
}

pub(super) fn class_record() -> BoxedStrategy<Body> {
    (choice(), class(), words(), some(class()))
        .prop_map(|(taxonomy, id, display_name, parents)| Body::Class(Class { taxonomy, id, display_name, parents }))
        .boxed()
}

pub(super) fn coverage() -> BoxedStrategy<Body> {
    let refused = (option::of(name()), option::of(name()), text());
    (some(name()), span(), choice(), several(choice()), refused)
        .prop_map(|(places, observed, status, means, (observer, refused_by, grounds))| {
            Body::Coverage(Coverage { places, observed, status, means, observer, refused_by, grounds })
        })
        .boxed()
}

pub(super) fn link() -> BoxedStrategy<Body> {
    let joined = choice().prop_flat_map(|link_type| {
        let collections: &'static [Collection] = match link_type {
            LinkType::SameStatement => &[Collection::Statements],
            LinkType::SameSite => &[Collection::Incidents, Collection::Places],
            LinkType::SameEvent | LinkType::SecondStrike | LinkType::PartOf => {
                &[Collection::Incidents, Collection::Contacts, Collection::Exchanges]
            }
        };
        (Just(link_type), record_in(collections), id())
    });
    (joined, words_or::<InActors>(), text())
        .prop_filter_map("two records", |((link_type, subject, id), made_by, rationale)| {
            let object = RecordName { collection: subject.collection, id };
            (subject != object).then_some(Body::Link(Link { link_type, subject, object, made_by, rationale }))
        })
        .boxed()
}
