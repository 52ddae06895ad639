//! Which ids stand for classes of objects, acts and weapons: what a reader must know who drafts a reading.

use maud::{Markup, html};

use super::fault::Fault;
use super::room::Room;
use crate::domain::taxonomy;
use crate::domain::things::Taxonomy;
use crate::wire::pb;

/// The most classes of a dossier's own that are listed.
const ADDED_MAX: i32 = 200;

/// What the taxonomies are called here, as the form calls their lists.
const TAXONOMIES: [(Taxonomy, pb::Taxonomy, &str); 3] = [
    (Taxonomy::Objects, pb::Taxonomy::Objects, "Objects"),
    (Taxonomy::Acts, pb::Taxonomy::Acts, "Acts"),
    (Taxonomy::Weapons, pb::Taxonomy::Weapons, "Weapons"),
];

/// Every id with what it stands for, the dossier's own after the built-in ones; to be opened where it is needed.
pub(super) async fn listed(room: &Room) -> Result<Markup, Fault> {
    let (records, is_all) = room.first(&["classes"], ADDED_MAX).await?;
    let added = records.iter().filter_map(|record| match &record.kind {
        Some(pb::record::Kind::Class(class)) => Some(class),
        _ => None,
    });
    let added: Vec<&pb::Class> = added.collect();
    let entry = |id: &str, label: &str| html! { li { code { (id) } " " (label) } };
    Ok(html! {
        details .ids {
            summary { "Which ids there are" }
            @for (of, wire, name) in TAXONOMIES {
                h3 { (name) }
                ul {
                    @for (id, label, _) in taxonomy::classes(of) { (entry(id, label)) }
                    @for class in added.iter().filter(|class| class.taxonomy() == wire) {
                        (entry(&class.id, &class.display_name))
                    }
                }
            }
            @if !is_all {
                p { "Of the classes that the dossier adds the first " (ADDED_MAX) " are listed; "
                    a href=(room.links.to("/records", &[("collection", "classes")])) { "all of them" } "." }
            }
            h3 { "Who and where" }
            p {
                "Sides are the ids of " a href=(room.links.to("/records", &[("collection", "actors")])) { "actors" }
                ", places those of " a href=(room.links.to("/records", &[("collection", "places")])) { "places" } "."
            }
        }
    })
}
