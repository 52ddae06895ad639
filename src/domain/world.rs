//! The five hierarchies as they stand at one position and known time.

use super::hierarchy::Hierarchy;
use super::things::Taxonomy;

/// Actors, places and the three taxonomies, each as one hierarchy keyed by identifier.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Who acts for whom.
    pub actors: Hierarchy,
    /// What lies in what.
    pub places: Hierarchy,
    /// What is struck.
    pub objects: Hierarchy,
    /// What is done.
    pub acts: Hierarchy,
    /// With what.
    pub weapons: Hierarchy,
}

impl World {
    /// Whether nothing lies elsewhere in another.
    pub fn is_same(&self, other: &World) -> bool {
        let World { actors, places, objects, acts, weapons } = self;
        actors.is_same(&other.actors)
            && places.is_same(&other.places)
            && objects.is_same(&other.objects)
            && acts.is_same(&other.acts)
            && weapons.is_same(&other.weapons)
    }

    /// The hierarchy of a taxonomy.
    pub fn classes(&self, taxonomy: Taxonomy) -> &Hierarchy {
        match taxonomy {
            Taxonomy::Objects => &self.objects,
            Taxonomy::Acts => &self.acts,
            Taxonomy::Weapons => &self.weapons,
        }
    }

    /// The hierarchy of a taxonomy, to be added to.
    pub fn classes_mut(&mut self, taxonomy: Taxonomy) -> &mut Hierarchy {
        match taxonomy {
            Taxonomy::Objects => &mut self.objects,
            Taxonomy::Acts => &mut self.acts,
            Taxonomy::Weapons => &mut self.weapons,
        }
    }
}
