//! Ids from the texts of a file, the same each time: of rows, and of the places and actors that rows speak of.
//!
//! ```text
//! "Donetsk oblast"                  places/donetsk-oblast
//! "Mykhailivka village", twice      places/mykhailivka-village, and the other one places/mykhailivka-village-3f9a1c
//! ```
//!
//! Two things are one only if their names and what they lie in are the same. One that the dossier has is used as it is.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::domain::name::Id;
use crate::wire::pb;

/// The most places or actors that one file may name: they are all held in memory.
pub(super) const THINGS_MAX: usize = 1_000_000;

/// The most of a text that goes into an id.
const SLUG_BYTES_MAX: usize = 60;

/// A place or an actor as a row names it, or a record of the dossier.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Thing {
    /// A record of the dossier: `places/donetsk`.
    Record(String),
    /// What a row names.
    Named(Named),
}

/// What a row names: itself last, what it lies in before it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Named {
    /// Names with their types, the widest first. An actor is alone.
    pub(super) path: Vec<(String, i32)>,
}

impl Named {
    /// What it lies in.
    pub(super) fn parent(&self) -> Option<Named> {
        let (_, above) = self.path.split_last()?;
        (!above.is_empty()).then(|| Named { path: above.to_vec() })
    }

    /// Its own name.
    pub(super) fn name(&self) -> &str {
        self.path.last().map_or("", |(name, _)| name)
    }

    /// Its own type.
    pub(super) fn type_number(&self) -> i32 {
        self.path.last().map_or(0, |(_, number)| *number)
    }

    fn key(&self) -> String {
        self.path.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join("\u{1f}")
    }
}

/// What the dossier holds under a name.
#[derive(Debug, Clone)]
pub(super) struct Held {
    /// Its name for people.
    pub(super) display_name: String,
    /// What it lies in.
    pub(super) within: Vec<String>,
    /// Whether it is a country.
    pub(super) is_country: bool,
    /// Whether it is retracted.
    pub(super) is_retracted: bool,
}

/// All places, or all actors, that a file names, in the order of their first row.
#[derive(Debug)]
pub(super) struct Things {
    collection: &'static str,
    order: Vec<Named>,
    seen: HashSet<String>,
    /// By key, the name of the record and whether the dossier has it already.
    resolved: HashMap<String, (String, bool)>,
}

impl Things {
    /// None yet, in this collection.
    pub(super) fn new(collection: &'static str) -> Things {
        Things { collection, order: Vec::new(), seen: HashSet::new(), resolved: HashMap::new() }
    }

    /// Adds what a row names and all that it lies in; whether there is room.
    pub(super) fn add(&mut self, named: &Named) -> bool {
        if self.seen.contains(&named.key()) {
            return true;
        }
        if let Some(parent) = named.parent()
            && !self.add(&parent)
        {
            return false;
        }
        self.seen.insert(named.key());
        self.order.push(named.clone());
        self.order.len() <= THINGS_MAX
    }

    /// Gives each a name: that of the record that a mapping says it is, else that of the dossier's own of the same name and
    /// parent, else a new one. `reserved` is nobody's.
    pub(super) fn resolve(
        &mut self,
        suffix: &str,
        reserved: &str,
        known: impl Fn(&str) -> Option<String>,
        held: &HashMap<String, Held>,
    ) {
        let mut taken = HashSet::from([reserved.to_owned()]);
        let mut by_name: HashMap<String, Vec<&String>> = HashMap::new();
        for (name, there) in held.iter().filter(|(name, _)| name.starts_with(self.collection)) {
            by_name.entry(there.display_name.to_lowercase()).or_default().push(name);
        }
        for named in &self.order {
            let key = named.key();
            if let Some(record) = known(named.name()) {
                self.resolved.insert(key, (record, true));
                continue;
            }
            let parent = named.parent().and_then(|parent| self.resolved.get(&parent.key())).map(|(name, _)| name);
            let alike = by_name.get(&named.name().to_lowercase()).into_iter().flatten().copied();
            let same = alike.filter(|name| !taken.contains(*name) && is_same(&held[*name], named, parent));
            // Written exactly so before written so but for case; of several the same one each time.
            let same = same.min_by_key(|name| (held[*name].display_name != named.name(), *name)).cloned();
            let is_held = same.is_some();
            let name = same.unwrap_or_else(|| {
                let digest = hex(&Sha256::digest(format!("{suffix}\u{1f}{key}")));
                let slug = slug(named.name());
                let ids = [slug.clone(), format!("{slug}-{}", &digest[..6]), format!("{slug}-{}", &digest[..16])];
                let names = ids.map(|id| format!("{}/{id}", self.collection));
                // The last is as good as free: nobody has it by chance.
                let [_, _, last] = &names;
                let is_free = |name: &&String| !held.contains_key(*name) && !taken.contains(*name);
                names.iter().find(is_free).unwrap_or(last).clone()
            });
            taken.insert(name.clone());
            self.resolved.insert(key, (name, is_held));
        }
    }

    /// The record's name of a thing, once resolved.
    pub(super) fn name(&self, thing: &Thing) -> String {
        match thing {
            Thing::Record(name) => name.clone(),
            Thing::Named(named) => self.resolved.get(&named.key()).map(|(name, _)| name.clone()).unwrap_or_default(),
        }
    }

    /// Whether the dossier has it already, once resolved.
    pub(super) fn is_held(&self, named: &Named) -> bool {
        self.resolved.get(&named.key()).is_some_and(|(_, is_held)| *is_held)
    }
}

/// Whether what the dossier holds is what a row names.
fn is_same(held: &Held, named: &Named, parent: Option<&String>) -> bool {
    let Held { display_name, within, is_country, is_retracted } = held;
    let lies_alike = match parent {
        Some(parent) => within.contains(parent),
        None => *is_country || within.is_empty(),
    };
    !is_retracted && lies_alike && display_name.to_lowercase() == named.name().to_lowercase()
}

/// Whether a chain of places hangs in the air: its widest one is no country, and nobody knows what it lies in.
pub(super) fn is_adrift(named: &Named, known: impl Fn(&str) -> Option<String>) -> bool {
    let Some((name, number)) = named.path.first() else { return true };
    *number != i32::from(pb::PlaceType::Country) && known(name).is_none()
}

/// An id from a text: small letters, digits and hyphens. Where letters are lost, a part of the text's hash stands for them.
pub(super) fn slug(text: &str) -> String {
    let mut slug = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') && letter != '\'' {
            slug.push('-');
        }
    }
    let is_whole = text.is_ascii() && slug.len() <= SLUG_BYTES_MAX;
    slug.truncate(SLUG_BYTES_MAX);
    let slug = slug.trim_matches('-');
    match (is_whole, slug) {
        (true, "") => format!("x-{}", short_hash(text)),
        (true, slug) => slug.to_owned(),
        (false, "") => format!("x-{}", short_hash(text)),
        (false, slug) => format!("{slug}-{}", short_hash(text)),
    }
}

/// The id of a row's records: the layout and the row's own id, which is kept as it is where that is possible.
pub(super) fn row_id(layout: &str, id: &str) -> String {
    let kept = format!("{layout}-{id}");
    if Id::parse(&kept).is_ok() { kept } else { format!("{layout}-{}-{}", slug(id), short_hash(id)) }
}

fn short_hash(text: &str) -> String {
    hex(&Sha256::digest(text))[..6].to_owned()
}

/// Bytes in hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).expect("half a byte is one digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xF)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(path: &[&str]) -> Named {
        let country = i32::from(pb::PlaceType::Country);
        let area = i32::from(pb::PlaceType::Area);
        let types = path.iter().enumerate().map(|(i, name)| ((*name).to_owned(), if i == 0 { country } else { area }));
        Named { path: types.collect() }
    }

    fn resolved(paths: &[&[&str]], held: &HashMap<String, Held>) -> Vec<String> {
        let mut things = Things::new("places");
        for path in paths {
            assert!(things.add(&named(path)));
        }
        things.resolve("ged", "places/none", |_| None, held);
        paths.iter().map(|path| things.name(&Thing::Named(named(path)))).collect()
    }

    #[test]
    fn two_places_of_one_name_keep_apart_and_do_so_each_time() {
        let paths: [&[&str]; 3] = [
            &["Ukraine", "Donetsk oblast", "Ivanivka"],
            &["Ukraine", "Luhansk oblast", "Ivanivka"],
            &["Ukraine", "Donetsk oblast", "Ivanivka"],
        ];
        let names = resolved(&paths, &HashMap::new());
        assert_eq!(names[0], "places/ivanivka");
        assert!(names[1].starts_with("places/ivanivka-"), "{names:?}");
        assert_eq!(names[2], names[0]);
        assert_eq!(names, resolved(&paths, &HashMap::new()));
        // Once they are in the dossier, their order in the file no longer matters.
        let held = |within: &str| Held {
            display_name: "Ivanivka".into(),
            within: vec![within.into()],
            is_country: false,
            is_retracted: false,
        };
        let dossier =
            [(names[0].clone(), held("places/donetsk-oblast")), (names[1].clone(), held("places/luhansk-oblast"))];
        let turned = resolved(&[paths[1], paths[0]], &dossier.into_iter().collect());
        assert_eq!(turned, [names[1].clone(), names[0].clone()]);
    }

    #[test]
    fn what_the_dossier_has_is_used_only_where_name_and_parent_are_the_same() {
        let held = |name: &str, within: &[&str]| Held {
            display_name: name.into(),
            within: within.iter().map(|name| (*name).to_owned()).collect(),
            is_country: within.is_empty(),
            is_retracted: false,
        };
        let dossier = [
            ("places/ukraine".to_owned(), held("UKRAINE", &[])),
            ("places/donetsk-oblast".to_owned(), held("Donetsk oblast", &["places/ukraine", "places/east"])),
            ("places/kyiv".to_owned(), held("Kyiv, the river port", &["places/ukraine"])),
            ("places/x1".to_owned(), held("Odesa", &["places/ukraine"])),
        ];
        let names = resolved(
            &[&["Ukraine", "Donetsk oblast"], &["Ukraine", "Kyiv"], &["Ukraine", "Odesa"]],
            &dossier.into_iter().collect(),
        );
        assert_eq!(names[0], "places/donetsk-oblast");
        assert!(names[1].starts_with("places/kyiv-"), "{names:?}");
        assert_eq!(names[2], "places/x1", "whatever its id");
    }

    #[test]
    fn bytes_are_two_small_digits_each() {
        assert_eq!(hex(&[0x00, 0x09, 0x0F, 0x10, 0xAB, 0xFF]), "00090f10abff");
    }

    #[test]
    fn an_id_is_made_of_any_text_and_says_where_letters_were_lost() {
        assert_eq!(slug("Donets'k  (city)"), "donetsk-city");
        assert!(slug("Київ").starts_with("x-"));
        assert_ne!(slug("Київ"), slug("Київ2"));
        assert_eq!(slug("a".repeat(80).as_str()).len(), 67);
        assert_eq!(row_id("ged", "147997"), "ged-147997");
        assert_eq!(row_id("acled", "UKR12"), "acled-UKR12");
        for odd in ["", "a b", "з", "x/y", &"9".repeat(300)] {
            assert!(Id::parse(&row_id("ged", odd)).is_ok(), "{odd}");
        }
    }
}
