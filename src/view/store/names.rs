//! The names of a dossier's records, each once, and the number that each was given in order of first recording.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use crate::domain::name::{Collection, Id, NameHashing, RecordName};

use super::{Heap, Pages, number};

/// Among how many tables the names are spread, so that one that must grow holds nobody up for long.
const SHARDS: usize = 64;

/// How large the first table of a shard is.
const SLOTS_FIRST: usize = 8;

/// The names, by number and by what they say. Copies share the tables too: each passes over what was added to another.
#[derive(Debug, Clone)]
pub(in crate::view) struct Names {
    /// Drawn for each dossier, so that nobody can choose names that meet in one place.
    hashing: NameHashing,
    shards: Arc<Vec<Arc<Shard>>>,
    /// The collection, the length and the identifier of each name.
    texts: Heap,
    places: Pages<u64>,
}

/// A table that only fills, with open addressing: the upper half of the hash, and the number of the name and one; 0 is free.
///
/// What a copy finds in it may have been added to another copy, which went on from where this one stands or from before. So a number counts
/// only if the copy has given it, and to that very name; and nothing has to be taken out again when a copy is dropped.
#[derive(Debug, Default)]
struct Shard {
    slots: Box<[AtomicU64]>,
    /// How many slots are taken, or about to be.
    taken: AtomicUsize,
}

impl Default for Names {
    fn default() -> Names {
        Names {
            hashing: NameHashing::default(),
            shards: Arc::new(vec![Arc::default(); SHARDS]),
            texts: Heap::default(),
            places: Pages::default(),
        }
    }
}

impl Names {
    /// The number of a name.
    pub(in crate::view) fn find(&self, collection: Collection, id: &str) -> Option<usize> {
        let hash = self.hashing.of(collection, id);
        let is_it = |found: &usize| *found < self.places.len() && self.parts(*found) == (collection, id);
        self.shards[shard_of(hash)].numbers(hash).find(is_it)
    }

    /// Adds a name that is not there yet; returns its number.
    pub(in crate::view) fn add(&mut self, name: &RecordName) -> usize {
        let id = name.id.as_str();
        let length = u8::try_from(id.len()).expect("an identifier is short");
        let place = self.texts.push(&[name.collection as u8, length], id.as_bytes());
        let added = self.places.push(place);
        let hash = self.hashing.of(name.collection, id);
        let slot = hash >> 32 << 32 | u64::from(number(added + 1));
        let shard = &self.shards[shard_of(hash)];
        if !shard.put(slot) {
            let wider = Arc::new(shard.wider(added));
            assert!(wider.put(slot), "a table twice as large has room");
            Arc::make_mut(&mut self.shards)[shard_of(hash)] = wider;
        }
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

impl Shard {
    /// The numbers that may be those of a name with this hash.
    fn numbers(&self, hash: u64) -> impl Iterator<Item = usize> {
        let taken = self.places(hash).map(|at| self.slots[at].load(Ordering::Acquire)).take_while(|slot| *slot != 0);
        taken.filter(move |slot| slot >> 32 == hash >> 32).map(numbered)
    }

    /// Puts a slot in; `false` if there is not enough room. Part always stays free, so that whoever looks for a name comes to an end.
    fn put(&self, slot: u64) -> bool {
        if (self.taken.fetch_add(1, Ordering::Relaxed) + 1) * 4 > self.slots.len() * 3 {
            return false;
        }
        let is_put = |at: usize| self.slots[at].compare_exchange(0, slot, Ordering::Release, Ordering::Relaxed).is_ok();
        self.places(slot).any(is_put)
    }

    /// A table twice as large with what stands in this one, as far as its numbers lie below `end`.
    fn wider(&self, end: usize) -> Shard {
        let slots = (self.slots.len() * 2).max(SLOTS_FIRST);
        let wider = Shard { slots: (0..slots).map(|_| AtomicU64::new(0)).collect(), taken: AtomicUsize::new(0) };
        let held = self.slots.iter().map(|slot| slot.load(Ordering::Acquire)).filter(|slot| *slot != 0);
        for slot in held.filter(|slot| numbered(*slot) < end) {
            assert!(wider.put(slot), "twice the room is enough");
        }
        wider
    }

    /// Where a slot with this hash in its upper half is looked for, one place after the other.
    fn places(&self, hash: u64) -> impl Iterator<Item = usize> {
        // There are always a power of two, or none.
        let slots = self.slots.len();
        let first = usize::try_from(hash >> 32).expect("half a hash");
        (0..slots).map(move |step| (first + step) & (slots - 1))
    }
}

fn numbered(slot: u64) -> usize {
    usize::try_from(slot & u64::from(u32::MAX)).expect("a number of a record") - 1
}

fn shard_of(hash: u64) -> usize {
    usize::try_from(hash % SHARDS as u64).expect("few shards")
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

    #[test]
    fn copies_that_part_see_each_its_own_names_though_they_share_the_tables() {
        let name = |id: &str| RecordName { collection: Collection::ALL[0], id: Id::parse(id).expect("an id") };
        let mut common = Names::default();
        (0..500).for_each(|i| assert_eq!(common.add(&name(&format!("c{i}"))), i));
        let mut one = common.clone();
        for round in 0..3 {
            // Dropped when the round is over, as a state that could not be finished is.
            let mut other = common.clone();
            let both = |i: usize| format!("both{round}-{i}");
            for i in 0..700 {
                assert_eq!(other.add(&name(&format!("other{round}-{i}"))), 500 + 2 * i);
                assert_eq!(other.add(&name(&both(699 - i))), 501 + 2 * i);
                assert_eq!(one.add(&name(&both(i))), 500 + round * 700 + i);
            }
            for i in 0..700 {
                let find = |names: &Names, id: &str| names.find(Collection::ALL[0], id);
                assert_eq!(find(&other, &format!("other{round}-{i}")), Some(500 + 2 * i));
                assert_eq!(find(&one, &format!("other{round}-{i}")), None);
                assert_eq!(find(&other, &both(i)), Some(501 + 2 * (699 - i)));
                assert_eq!(find(&one, &both(i)), Some(500 + round * 700 + i));
                assert_eq!((find(&common, &both(i)), find(&other, &format!("c{}", i % 500))), (None, Some(i % 500)));
            }
        }
    }
}
