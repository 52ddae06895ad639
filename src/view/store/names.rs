//! The names of a dossier's records, each once, and the number that each was given in order of first recording.

use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use crate::domain::name::{Collection, Id, RecordName};

use super::{Heap, Pages, number};

/// Among how many small tables the names are spread, so that a new name copies little of what readers share.
const SHARDS: usize = 1024;

/// The names, by number and by what they say.
#[derive(Debug, Clone)]
pub(in crate::view) struct Names {
    /// Drawn for each dossier, so that nobody can choose names that meet in one place.
    seed: u64,
    /// Open addressing: the upper half of the hash, and the number of the name and one; 0 is free.
    shards: Arc<Vec<Arc<Shard>>>,
    /// The collection, the length and the identifier of each name.
    texts: Heap,
    places: Pages<u64>,
}

#[derive(Debug, Clone, Default)]
struct Shard {
    slots: Vec<u64>,
    taken: usize,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            seed: RandomState::new().hash_one(0),
            shards: Arc::new(vec![Arc::default(); SHARDS]),
            texts: Heap::default(),
            places: Pages::default(),
        }
    }
}

impl Names {
    /// The number of a name.
    pub(in crate::view) fn find(&self, collection: Collection, id: &str) -> Option<usize> {
        let hash = hash(self.seed, collection, id);
        let slots = &self.shards[shard_of(hash)].slots;
        if slots.is_empty() {
            return None;
        }
        let mut at = slot_of(hash, slots.len());
        while slots[at] != 0 {
            let found = numbered(slots[at]);
            if slots[at] >> 32 == hash >> 32 && self.parts(found) == (collection, id) {
                return Some(found);
            }
            at = (at + 1) & (slots.len() - 1);
        }
        None
    }

    /// Adds a name that is not there yet; returns its number.
    pub(in crate::view) fn add(&mut self, name: &RecordName) -> usize {
        let id = name.id.as_str();
        let length = u8::try_from(id.len()).expect("an identifier is short");
        let place = self.texts.push(&[name.collection as u8, length], id.as_bytes());
        let added = self.places.push(place);
        let hash = hash(self.seed, name.collection, id);
        let shard = Arc::make_mut(&mut Arc::make_mut(&mut self.shards)[shard_of(hash)]);
        if (shard.taken + 1) * 4 > shard.slots.len() * 3 {
            let mut wider = vec![0; (shard.slots.len() * 2).max(4)];
            for slot in shard.slots.iter().copied().filter(|slot| *slot != 0) {
                let (collection, id) = parts(&self.texts, *self.places.at(numbered(slot)));
                insert(&mut wider, self::hash(self.seed, collection, id), numbered(slot));
            }
            shard.slots = wider;
        }
        insert(&mut shard.slots, hash, added);
        shard.taken += 1;
        added
    }

    /// The name of a number.
    pub(in crate::view) fn name(&self, of: usize) -> RecordName {
        let (collection, id) = self.parts(of);
        RecordName { collection, id: Id::parse(id).expect("it was an identifier when it was added") }
    }

    /// The name of a number, in parts and not copied.
    pub(in crate::view) fn parts(&self, of: usize) -> (Collection, &str) {
        parts(&self.texts, *self.places.at(of))
    }
}

fn parts(texts: &Heap, place: u64) -> (Collection, &str) {
    let text = texts.at(place);
    let id = std::str::from_utf8(&text[2..2 + usize::from(text[1])]).expect("it was text when it was added");
    (Collection::ALL[usize::from(text[0])], id)
}

fn insert(slots: &mut [u64], hash: u64, of: usize) {
    let mut at = slot_of(hash, slots.len());
    while slots[at] != 0 {
        at = (at + 1) & (slots.len() - 1);
    }
    slots[at] = hash >> 32 << 32 | u64::from(number(of + 1));
}

fn numbered(slot: u64) -> usize {
    usize::try_from(slot & u64::from(u32::MAX)).expect("a number of a record") - 1
}

fn shard_of(hash: u64) -> usize {
    usize::try_from(hash % SHARDS as u64).expect("few shards")
}

fn slot_of(hash: u64, slots: usize) -> usize {
    // There are always a power of two.
    usize::try_from((hash / SHARDS as u64) & (slots as u64 - 1)).expect("a slot")
}

/// Eight bytes at a time, each folded in by the two halves of a product.
fn hash(seed: u64, collection: Collection, id: &str) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let fold = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).expect("no more than 64 bits");
        half(product) ^ half(product >> 64)
    };
    let start = fold(seed ^ ODD, ODD ^ (id.len() as u64) << 8 ^ collection as u64);
    let mixed = id.as_bytes().chunks(8).fold(start, |so_far, chunk| {
        let word = chunk.iter().rev().fold(0u64, |all, byte| all << 8 | u64::from(*byte));
        fold(so_far ^ word, seed | 1)
    });
    fold(mixed ^ ODD, ODD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_under_its_number_and_no_other() {
        let mut names = Names::default();
        let name = |collection, i: usize| RecordName { collection, id: Id::parse(&format!("n{i}")).expect("an id") };
        let old = names.clone();
        for i in 0..20_000 {
            let collection = Collection::ALL[i % 3];
            assert_eq!(names.find(collection, &format!("n{i}")), None);
            assert_eq!(names.add(&name(collection, i)), i);
        }
        for i in 0..20_000 {
            assert_eq!(names.find(Collection::ALL[i % 3], &format!("n{i}")), Some(i));
            assert_eq!(names.find(Collection::ALL[i % 3 + 1], &format!("n{i}")), None);
            assert_eq!(names.name(i), name(Collection::ALL[i % 3], i));
        }
        assert_eq!(old.find(Collection::ALL[0], "n0"), None, "a copy does not see what came after it");
    }
}
