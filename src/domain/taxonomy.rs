//! The built-in taxonomies: what a dossier starts from. Their classes are data, in `taxonomy/*.toml`.

use std::sync::{Arc, LazyLock};

use super::hierarchy::Hierarchy;
use super::things::Taxonomy;

include!(concat!(env!("OUT_DIR"), "/taxonomy.rs"));

/// The version of each built-in taxonomy; a version never changes.
pub const VERSION: &str = "objects v1, acts v1, weapons v1";

/// The built-in classes of a taxonomy as (identifier, label, parents), parents first.
pub fn classes(taxonomy: Taxonomy) -> &'static [(&'static str, &'static str, &'static [&'static str])] {
    match taxonomy {
        Taxonomy::Objects => OBJECTS,
        Taxonomy::Acts => ACTS,
        Taxonomy::Weapons => WEAPONS,
    }
}

/// The built-in hierarchy of a taxonomy.
pub fn built_in(taxonomy: Taxonomy) -> &'static Hierarchy {
    static BUILT: LazyLock<[Hierarchy; 3]> = LazyLock::new(|| Taxonomy::ALL.map(build));
    match taxonomy {
        Taxonomy::Objects => &BUILT[0],
        Taxonomy::Acts => &BUILT[1],
        Taxonomy::Weapons => &BUILT[2],
    }
}

fn build(taxonomy: Taxonomy) -> Hierarchy {
    let mut hierarchy = Hierarchy::default();
    for (id, _, _) in classes(taxonomy) {
        hierarchy.node(&Arc::from(*id));
    }
    for (id, _, parents) in classes(taxonomy) {
        let child = hierarchy.node(&Arc::from(*id));
        for parent in *parents {
            let parent = hierarchy.node(&Arc::from(*parent));
            assert!(hierarchy.edge(child, parent), "the build refuses a cycle in {}", taxonomy.word());
        }
    }
    hierarchy
}

/// The root of a taxonomy: nothing is known.
pub fn root(taxonomy: Taxonomy) -> &'static str {
    match taxonomy {
        Taxonomy::Objects => "object",
        Taxonomy::Acts => "act",
        Taxonomy::Weapons => "weapon",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_version_is_the_one_of_the_data() {
        let versions: Vec<String> = VERSIONS.iter().map(|(word, version)| format!("{word} v{version}")).collect();
        assert_eq!(versions.join(", "), VERSION);
    }

    #[test]
    fn a_traction_substation_is_both_energy_and_rail() {
        let objects = built_in(Taxonomy::Objects);
        let node = |id| objects.find(id).expect("a class");
        assert!(objects.at_or_below(node("elec.sub.traction"), node("energy")));
        assert!(objects.at_or_below(node("elec.sub.traction"), node("rail")));
        assert_eq!(objects.tops(node("elec.sub.traction")), [node(root(Taxonomy::Objects))]);
    }
}
