//! Reads single fields: names, classes, words, lists of values. What is wrong with one is noted under its path, and
//! reading goes on; `None` always means that a fault was noted.

use std::collections::HashSet;

use crate::domain::batch::{ClassReference, FieldPath, Reference};
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::{Collection, DossierId, Id, Kind, NameError, NameOf, RecordName, shorten};
use crate::domain::nearest::nearest;
use crate::domain::things::Taxonomy;
use crate::domain::time::Zone;
use crate::domain::values::Ground;
use crate::domain::values::{ClassId, Words};
use crate::wire::mirrored::Mirrored;
use crate::wire::path::Path;

/// Faults noted in one request. A request that has more is hopeless, and must not cost more than it weighs.
const FAULTS_MAX: usize = 10_000;

/// Who wrote what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A client: everything is checked.
    Client,
    /// Our own log: local times were resolved and geometry was checked when it was recorded.
    Log,
}

/// Reads the fields of one record after the other, and keeps what it finds out by the way.
pub(super) struct Reader<'c> {
    pub(super) dossier: &'c DossierId,
    /// The dossier's zone.
    pub(super) zone: &'c Zone,
    pub(super) origin: Origin,
    pub(super) faults: Vec<Violation>,
    /// The records named so far in the record at hand.
    pub(super) references: Vec<Reference>,
    /// The classes named so far in the record at hand.
    pub(super) classes: Vec<ClassReference>,
    /// Names that were read lately.
    met: Met<RecordName>,
    /// Classes that were read lately.
    met_classes: Met<ClassId>,
}

/// What was read lately, by where its text is kept: the same few actors, places and documents are named in every record, and are then
/// neither checked nor stored again.
struct Met<T>(Vec<Option<T>>);

/// Few enough to stay near the processor.
const MET_MAX: usize = 256;

impl<T> Met<T> {
    /// Where a text is kept: it goes by its length and its end, which tell most names apart.
    fn place(&mut self, text: &str) -> &mut Option<T> {
        if self.0.is_empty() {
            self.0.resize_with(MET_MAX, || None);
        }
        let mut end = [0; 8];
        for (to, from) in end.iter_mut().zip(text.bytes().rev()) {
            *to = from;
        }
        let mixed = (u64::from_le_bytes(end) ^ text.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        &mut self.0[usize::from(mixed.to_be_bytes()[0])]
    }
}

impl<'c> Reader<'c> {
    pub(super) fn new(dossier: &'c DossierId, zone: &'c Zone, origin: Origin) -> Reader<'c> {
        Reader {
            dossier,
            zone,
            origin,
            faults: Vec::new(),
            references: Vec::new(),
            classes: Vec::new(),
            met: Met(Vec::new()),
            met_classes: Met(Vec::new()),
        }
    }

    /// Notes a fault.
    pub(super) fn fault(&mut self, at: &Path<'_>, reason: Reason, description: impl Into<String>) {
        if self.faults.len() < FAULTS_MAX {
            let fault = Violation::new(at.to_string(), reason, description);
            self.faults.push(fault);
        }
    }

    /// What must be there.
    pub(super) fn required<T>(&mut self, value: Option<T>, at: &Path<'_>) -> Option<T> {
        if value.is_none() {
            self.fault(at, Reason::FieldRequired, "is required");
        }
        value
    }

    /// A text that must not be empty.
    pub(super) fn required_text(&mut self, text: String, at: &Path<'_>) -> Option<String> {
        self.required((!text.is_empty()).then_some(text), at)
    }

    /// A list that must not be empty. The length is that on the wire: what is wrong with an entry is noted there.
    pub(super) fn required_list<T>(&mut self, length: usize, list: Option<Vec<T>>, at: &Path<'_>) -> Option<Vec<T>> {
        if length == 0 {
            return self.required(None, at);
        }
        list
    }

    /// A value of a closed list; `Some(None)` if it is unspecified.
    pub(super) fn choice<M: Mirrored>(&mut self, number: i32, at: &Path<'_>) -> Option<Option<M>> {
        let value = M::of_number(number);
        if value.is_none() {
            let description = format!("{number} is no {} that is known here", M::NAME);
            self.fault(at, Reason::EnumUnknown, description);
        }
        value
    }

    /// A value of a closed list that must not be unspecified.
    pub(super) fn required_choice<M: Mirrored>(&mut self, number: i32, at: &Path<'_>) -> Option<M> {
        let value = self.choice(number, at)?;
        self.required(value, at)
    }

    /// Values of a closed list, none unspecified; a repeated one is one.
    pub(super) fn choices<M: Mirrored>(&mut self, numbers: Vec<i32>, at: &Path<'_>) -> Option<Vec<M>> {
        let mut values = Some(Vec::new());
        for (index, number) in numbers.into_iter().enumerate() {
            let at = at.index(index);
            let value = match self.choice(number, &at) {
                Some(None) => {
                    let description = format!("0 is no {} that means anything in a list", M::NAME);
                    self.fault(&at, Reason::EnumUnknown, description);
                    None
                }
                other => other.flatten(),
            };
            values = both(values, value, |values, value| {
                if !values.contains(&value) {
                    values.push(value);
                }
            });
        }
        values
    }

    /// Reads each entry of a list; `None` if one could not be read, but all are looked at.
    pub(super) fn each<W, T>(
        &mut self,
        list: Vec<W>,
        at: &Path<'_>,
        mut read: impl FnMut(&mut Self, W, &Path<'_>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let mut values = Some(Vec::with_capacity(list.len()));
        for (index, entry) in list.into_iter().enumerate() {
            let value = read(self, entry, &at.index(index));
            values = both(values, value, Vec::push);
        }
        values
    }

    /// A record of any collection; `Some(None)` if none is named.
    pub(super) fn record(&mut self, text: &str, at: &Path<'_>) -> Option<Option<RecordName>> {
        if text.is_empty() {
            return Some(None);
        }
        let name = self.parse_name(text, &[], at)?;
        self.refer(name.clone(), at);
        Some(Some(name))
    }

    /// A record of any collection that must be named.
    pub(super) fn required_record(&mut self, text: &str, at: &Path<'_>) -> Option<RecordName> {
        let name = self.record(text, at)?;
        self.required(name, at)
    }

    /// A record of one of some collections that must be named.
    pub(super) fn required_record_in(
        &mut self,
        text: &str,
        collections: &[Collection],
        at: &Path<'_>,
    ) -> Option<RecordName> {
        if text.is_empty() {
            return self.required(None, at);
        }
        let name = self.parse_name(text, collections, at)?;
        self.refer(name.clone(), at);
        Some(name)
    }

    /// Records of any collection; a repeated one is one.
    pub(super) fn records(&mut self, list: Vec<String>, at: &Path<'_>) -> Option<Vec<RecordName>> {
        let names = self.each(list, at, |reader, text, at| {
            let name = reader.parse_name(&text, &[], at)?;
            reader.refer(name.clone(), at);
            Some(name)
        });
        names.map(without_repeats)
    }

    /// A record of one collection; `Some(None)` if none is named.
    pub(super) fn name<K: Kind>(&mut self, text: &str, at: &Path<'_>) -> Option<Option<NameOf<K>>> {
        if text.is_empty() {
            return Some(None);
        }
        self.some_name(text, at).map(Some)
    }

    /// A record of one collection that must be named.
    pub(super) fn required_name<K: Kind>(&mut self, text: &str, at: &Path<'_>) -> Option<NameOf<K>> {
        let name = self.name(text, at)?;
        self.required(name, at)
    }

    /// Records of one collection; a repeated one is one.
    pub(super) fn names<K: Kind>(&mut self, list: Vec<String>, at: &Path<'_>) -> Option<Vec<NameOf<K>>> {
        let names = self.each(list, at, |reader, text, at| reader.some_name(&text, at));
        names.map(without_repeats)
    }

    fn some_name<K: Kind>(&mut self, text: &str, at: &Path<'_>) -> Option<NameOf<K>> {
        let name = self.parse_name(text, &[K::COLLECTION], at)?;
        self.refer(name.clone(), at);
        Some(NameOf::new(name.id))
    }

    /// Reads a name, which must be in one of the collections if any are given. It is not yet a reference.
    pub(super) fn parse_name(&mut self, text: &str, collections: &[Collection], at: &Path<'_>) -> Option<RecordName> {
        match self.read_name(text) {
            Ok(name) if collections.is_empty() || collections.contains(&name.collection) => Some(name),
            Ok(name) => {
                let (found, wanted) = (name.collection, either(collections));
                let description = format!("\"{name}\" is in {found}; a name in {wanted} belongs here");
                self.fault(at, Reason::NameInvalid, description);
                None
            }
            Err(error) => {
                let description = describe(&error, text, collections);
                self.fault(at, Reason::NameInvalid, description);
                None
            }
        }
    }

    /// Reads a name of whatever collection.
    fn read_name(&mut self, text: &str) -> Result<RecordName, NameError> {
        let place = self.met.place(text);
        if let Some(name) = place.as_ref().filter(|name| name.is_said_by(text, self.dossier)) {
            return Ok(name.clone());
        }
        let name = RecordName::parse(text, self.dossier)?;
        *place = Some(name.clone());
        Ok(name)
    }

    /// Keeps a record that was named.
    pub(super) fn refer(&mut self, target: RecordName, at: &Path<'_>) {
        let field = self.field(at);
        self.references.push(Reference { field, target });
    }

    /// Nobody asks for the paths of what is already in the log.
    fn field(&self, at: &Path<'_>) -> FieldPath {
        match self.origin {
            Origin::Client => at.kept(),
            Origin::Log => FieldPath::default(),
        }
    }

    /// The name of a record in the collection of `K`, or free words.
    pub(super) fn words<K: Kind>(&mut self, text: String, at: &Path<'_>) -> Option<Words> {
        let in_collection = text.strip_prefix(K::COLLECTION.word()).is_some_and(|rest| rest.starts_with('/'));
        if in_collection || text.starts_with("dossiers/") {
            self.some_name::<K>(&text, at).map(|name| Words::Record(name.record()))
        } else {
            Some(Words::Free(text))
        }
    }

    /// A class; `Some(None)` if none is named. Whether there is such a class is not known here.
    pub(super) fn class(&mut self, id: &str, taxonomy: Taxonomy, at: &Path<'_>) -> Option<Option<ClassId>> {
        if id.is_empty() {
            return Some(None);
        }
        self.some_class(id, taxonomy, at).map(Some)
    }

    /// Classes; a repeated one is one.
    pub(super) fn class_list(&mut self, ids: Vec<String>, taxonomy: Taxonomy, at: &Path<'_>) -> Option<Vec<ClassId>> {
        let classes = self.each(ids, at, |reader, id, at| reader.some_class(&id, taxonomy, at));
        classes.map(without_repeats)
    }

    /// A class that is named.
    pub(super) fn some_class(&mut self, id: &str, taxonomy: Taxonomy, at: &Path<'_>) -> Option<ClassId> {
        if id.is_empty() {
            self.fault(at, Reason::ClassUnknown, "the class's id is empty");
            return None;
        }
        let field = self.field(at);
        let place = self.met_classes.place(id);
        let id = match place {
            Some(met) if met.as_str() == id => met.clone(),
            _ => place.insert(ClassId(id.into())).clone(),
        };
        self.classes.push(ClassReference { field, taxonomy, id: id.clone() });
        Some(id)
    }

    /// A ground on which an act may be excused.
    pub(super) fn ground(&mut self, word: &str, at: &Path<'_>) -> Option<Ground> {
        let ground = Ground::parse(word);
        if ground.is_none() {
            let words = Ground::ALL.map(Ground::word);
            let advice = match nearest(word, words) {
                Some(nearest) => format!("nearest: \"{nearest}\""),
                None => format!("there are {}", words.join(", ")),
            };
            let description = format!("\"{}\" is no ground; {advice}", shorten(word));
            self.fault(at, Reason::EnumUnknown, description);
        }
        ground
    }
}

/// Both, or a fault in either.
pub(super) fn both<T, U>(list: Option<T>, value: Option<U>, add: impl FnOnce(&mut T, U)) -> Option<T> {
    let (mut list, value) = (list?, value?);
    add(&mut list, value);
    Some(list)
}

/// So few entries are compared each with each sooner than they are hashed.
const FEW_MAX: usize = 16;

/// Keeps the first of each.
pub(super) fn without_repeats<T: Clone + Eq + std::hash::Hash>(mut list: Vec<T>) -> Vec<T> {
    if list.len() <= FEW_MAX {
        let mut kept = 0;
        for next in 0..list.len() {
            if !list[..kept].contains(&list[next]) {
                list.swap(kept, next);
                kept += 1;
            }
        }
        list.truncate(kept);
    } else {
        let mut seen = HashSet::with_capacity(list.len());
        list.retain(|entry| seen.insert(entry.clone()));
    }
    list
}

/// The collections' words, as a choice.
pub(super) fn either(collections: &[Collection]) -> String {
    let words: Vec<&str> = collections.iter().map(|c| c.word()).collect();
    match words.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => words.concat(),
    }
}

/// Says what is wrong with a name, and what was probably meant.
fn describe(error: &NameError, text: &str, collections: &[Collection]) -> String {
    match error {
        NameError::UnknownCollection { word } => {
            let words = Collection::ALL.iter().map(|c| c.word());
            match nearest(word, words) {
                Some(nearest) => format!("{error}; nearest: \"{nearest}\""),
                None => error.to_string(),
            }
        }
        NameError::NotARecord { .. } => match collections {
            [collection] if Id::parse(text).is_ok() => {
                format!("\"{}\" names no record: write {collection}/{text}", shorten(text))
            }
            _ => error.to_string(),
        },
        NameError::OtherDossier { .. } => format!("\"{}\" {error}", shorten(text)),
        NameError::EmptyId
        | NameError::BadId { .. }
        | NameError::NotADossier { .. }
        | NameError::NotFull { .. }
        | NameError::WrongCollection { .. } => error.to_string(),
    }
}
