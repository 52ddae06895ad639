//! Names: which collection a record is in, and what it is called there.
//!
//! ```text
//! dossiers/ukraine-2025/incidents/v03      as clients see it
//!          └─DossierId─┘└─collection─┘└id┘
//!                        └─ RecordName ──┘  as the domain keeps it: nothing refers across dossiers
//! ```

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::marker::PhantomData;
use std::sync::Arc;

/// The longest identifier, in bytes.
pub const ID_BYTES_MAX: usize = 128;

/// Declares the collections, their words in a name, and a typed name for each.
macro_rules! collections {
    ($($collection:ident, $word:literal, $kind:ident, $name:ident;)*) => {
        /// The eighteen kinds of record, as the collections that hold them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Collection {
            $(#[doc = concat!("`", $word, "`")] $collection,)*
        }

        impl Collection {
            /// Every collection, in the order of the contract.
            pub const ALL: &'static [Collection] = &[$(Collection::$collection,)*];

            /// The word that stands for the collection in a name.
            pub fn word(self) -> &'static str {
                match self { $(Collection::$collection => $word,)* }
            }

            /// The collection that `word` stands for.
            pub fn parse(word: &str) -> Option<Collection> {
                match word {
                    $($word => Some(Collection::$collection),)*
                    _ => None,
                }
            }
        }

        $(
            /// Marks a name of the collection.
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            pub enum $kind {}
            impl Kind for $kind { const COLLECTION: Collection = Collection::$collection; }
            #[doc = concat!("The name of a record in `", $word, "`.")]
            pub type $name = NameOf<$kind>;
        )*
    };
}

collections! {
    Actors, "actors", InActors, ActorName;
    Places, "places", InPlaces, PlaceName;
    Classes, "classes", InClasses, ClassName;
    Documents, "documents", InDocuments, DocumentName;
    Statements, "statements", InStatements, StatementName;
    Contacts, "contacts", InContacts, ContactName;
    Instruments, "instruments", InInstruments, InstrumentName;
    Terms, "terms", InTerms, TermName;
    Readings, "readings", InReadings, ReadingName;
    Stances, "stances", InStances, StanceName;
    Incidents, "incidents", InIncidents, IncidentName;
    Reports, "reports", InReports, ReportName;
    Findings, "findings", InFindings, FindingName;
    Exchanges, "exchanges", InExchanges, ExchangeName;
    Pledges, "pledges", InPledges, PledgeName;
    Forecasts, "forecasts", InForecasts, ForecastName;
    Coverage, "coverage", InCoverage, CoverageName;
    Links, "links", InLinks, LinkName;
}

impl fmt::Display for Collection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Ties a typed name to its collection.
pub trait Kind {
    /// The collection that such names belong to.
    const COLLECTION: Collection;
}

/// Which bytes an identifier may have after its first.
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        plain[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
        byte += 1;
    }
    plain
};

/// One identifier: a letter or digit, then letters, digits, `-`, `_`, `.` or `~`; at most [`ID_BYTES_MAX`] bytes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id(Arc<str>);

impl Id {
    /// Checks `text` against the alphabet and the length.
    pub fn parse(text: &str) -> Result<Id, NameError> {
        let mut bytes = text.bytes();
        let Some(first) = bytes.next() else {
            return Err(NameError::EmptyId);
        };
        if !first.is_ascii_alphanumeric() || !bytes.all(|b| PLAIN[usize::from(b)]) || text.len() > ID_BYTES_MAX {
            return Err(NameError::BadId { id: shorten(text) });
        }
        Ok(Id(Arc::from(text)))
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The identifier as a shared text, without copying it.
    pub fn shared(&self) -> Arc<str> {
        self.0.clone()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The identifier of a dossier.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DossierId(Id);

impl DossierId {
    /// Reads a bare identifier such as `ukraine-2025`.
    pub fn parse(text: &str) -> Result<DossierId, NameError> {
        Id::parse(text).map(DossierId)
    }

    /// Reads a full name such as `dossiers/ukraine-2025`.
    pub fn parse_name(text: &str) -> Result<DossierId, NameError> {
        match text.strip_prefix("dossiers/") {
            Some(id) if !id.contains('/') => DossierId::parse(id),
            _ => Err(NameError::NotADossier { name: shorten(text) }),
        }
    }

    /// The identifier as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The full name, `dossiers/{id}`.
    pub fn full(&self) -> String {
        format!("dossiers/{}", self.0)
    }
}

/// A record's name within its dossier.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordName {
    /// The collection.
    pub collection: Collection,
    /// The identifier within the collection.
    pub id: Id,
}

impl RecordName {
    /// Reads `collection/id`, or a full name that must lie in `dossier`.
    pub fn parse(text: &str, dossier: &DossierId) -> Result<RecordName, NameError> {
        let relative = match text.strip_prefix("dossiers/") {
            None => text,
            Some(rest) => match rest.split_once('/') {
                Some((other, relative)) if other == dossier.as_str() => relative,
                Some((other, _)) => return Err(NameError::OtherDossier { other: shorten(other) }),
                None => return Err(NameError::NotARecord { name: shorten(text) }),
            },
        };
        let Some((word, id)) = relative.split_once('/') else {
            return Err(NameError::NotARecord { name: shorten(text) });
        };
        let Some(collection) = Collection::parse(word) else {
            return Err(NameError::UnknownCollection { word: shorten(word) });
        };
        Ok(RecordName { collection, id: Id::parse(id)? })
    }

    /// Reads a full name of a record in any dossier.
    pub fn parse_full(text: &str) -> Result<(DossierId, RecordName), NameError> {
        let Some((dossier, _)) = text.strip_prefix("dossiers/").and_then(|rest| rest.split_once('/')) else {
            return Err(NameError::NotFull { name: shorten(text) });
        };
        let dossier = DossierId::parse(dossier)?;
        let name = RecordName::parse(text, &dossier)?;
        Ok((dossier, name))
    }

    /// Whether `text` is this name, alone or in full.
    pub fn is_said_by(&self, text: &str, dossier: &DossierId) -> bool {
        let above = text.strip_suffix(self.id.as_str()).and_then(|rest| rest.strip_suffix('/'));
        let Some(rest) = above.and_then(|rest| rest.strip_suffix(self.collection.word())) else { return false };
        let of_dossier = || rest.strip_prefix("dossiers/").and_then(|rest| rest.strip_suffix('/'));
        rest.is_empty() || of_dossier() == Some(dossier.as_str())
    }

    /// The full name, `dossiers/{dossier}/{collection}/{id}`.
    pub fn full(&self, dossier: &DossierId) -> String {
        full(dossier, self.collection, &self.id)
    }
}

/// Put together by hand: every record that is stored or sent has a dozen.
fn full(dossier: &DossierId, collection: Collection, id: &Id) -> String {
    let parts = ["dossiers/", dossier.as_str(), "/", collection.word(), "/", id.as_str()];
    let mut text = String::with_capacity(parts.iter().map(|part| part.len()).sum());
    parts.iter().for_each(|part| text.push_str(part));
    text
}

/// Written out because every record is looked up by its name, many times: one byte that no identifier has ends the identifier and says
/// the collection.
impl std::hash::Hash for RecordName {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        hash_parts(self.collection, self.id.as_str(), state);
    }
}

fn hash_parts<H: std::hash::Hasher>(collection: Collection, id: &str, state: &mut H) {
    state.write(id.as_bytes());
    state.write_u8(0x80 | collection as u8);
}

/// Something for each of some names.
pub type ByName<T> = HashMap<RecordName, T, NameHashing>;

/// How names are hashed where they are looked up a dozen times a record, and where they are held: eight bytes at a time, each folded in by the two halves of
/// a product. Each has a seed of its own, drawn at random, so that nobody can choose names that meet.
#[derive(Debug, Clone, Copy)]
pub struct NameHashing(u64);

impl NameHashing {
    /// The hash of a name.
    pub fn of(self, collection: Collection, id: &str) -> u64 {
        let mut hasher = self.build_hasher();
        hash_parts(collection, id, &mut hasher);
        hasher.finish()
    }
}

impl Default for NameHashing {
    fn default() -> NameHashing {
        NameHashing(RandomState::new().hash_one(0))
    }
}

impl BuildHasher for NameHashing {
    type Hasher = NameHasher;

    fn build_hasher(&self) -> NameHasher {
        NameHasher { seed: self.0 | 1, hash: self.0 }
    }
}

/// The hash so far.
#[derive(Debug, Clone, Copy)]
pub struct NameHasher {
    seed: u64,
    hash: u64,
}

impl NameHasher {
    fn fold(&mut self, word: u64) {
        let product = u128::from(self.hash ^ word) * u128::from(self.seed);
        let bytes = product.to_le_bytes();
        let half = |at: usize| bytes[at..at + 8].iter().rev().fold(0u64, |all, byte| all << 8 | u64::from(*byte));
        self.hash = half(0) ^ half(8);
    }
}

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.fold(u64::from_le_bytes(*word)));
        // The length tells a rest that ends in nothing from a shorter one.
        let rest = rest.iter().rev().fold(0u64, |all, byte| all << 8 | u64::from(*byte));
        self.fold(rest ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, byte: u8) {
        self.fold(u64::from(byte));
    }

    fn finish(&self) -> u64 {
        self.hash
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.collection.word(), self.id)
    }
}

impl fmt::Debug for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.collection.word(), self.id)
    }
}

/// A name that can only be of one collection: an [`ActorName`] is never a [`PlaceName`].
pub struct NameOf<K> {
    id: Id,
    kind: PhantomData<fn() -> K>,
}

impl<K: Kind> NameOf<K> {
    /// The name of `id` in the collection of `K`.
    pub fn new(id: Id) -> Self {
        NameOf { id, kind: PhantomData }
    }

    /// Narrows a record name to this collection.
    pub fn narrow(name: RecordName) -> Result<Self, NameError> {
        if name.collection == K::COLLECTION {
            Ok(NameOf::new(name.id))
        } else {
            Err(NameError::WrongCollection { expected: K::COLLECTION, found: name.collection })
        }
    }

    /// The identifier.
    pub fn id(&self) -> &Id {
        &self.id
    }

    /// The full name, `dossiers/{dossier}/{collection}/{id}`.
    pub fn full(&self, dossier: &DossierId) -> String {
        full(dossier, K::COLLECTION, &self.id)
    }

    /// The same name, its collection said at run time.
    pub fn record(&self) -> RecordName {
        RecordName { collection: K::COLLECTION, id: self.id.clone() }
    }
}

// Written out because a derive would ask the same of `K`, which is only a mark.
impl<K> Clone for NameOf<K> {
    fn clone(&self) -> Self {
        NameOf { id: self.id.clone(), kind: PhantomData }
    }
}
impl<K> PartialEq for NameOf<K> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}
impl<K> Eq for NameOf<K> {}
impl<K> std::hash::Hash for NameOf<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}
impl<K> PartialOrd for NameOf<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for NameOf<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.id.cmp(&other.id)
    }
}
impl<K: Kind> fmt::Display for NameOf<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", K::COLLECTION.word(), self.id)
    }
}
impl<K: Kind> fmt::Debug for NameOf<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", K::COLLECTION.word(), self.id)
    }
}

/// What is wrong with a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing stands where the identifier should.
    #[error("the identifier is empty")]
    EmptyId,
    /// A character outside the alphabet, or too long.
    #[error(
        "\"{id}\" is no identifier: a letter or digit, then letters, digits, '-', '_', '.' or '~', at most {ID_BYTES_MAX} bytes"
    )]
    BadId {
        /// What was given.
        id: String,
    },
    /// Not `dossiers/{dossier}`.
    #[error("\"{name}\" is no dossier: write dossiers/{{dossier}}")]
    NotADossier {
        /// What was given.
        name: String,
    },
    /// Not `collection/id`.
    #[error("\"{name}\" names no record: write {{collection}}/{{id}} or dossiers/{{dossier}}/{{collection}}/{{id}}")]
    NotARecord {
        /// What was given.
        name: String,
    },
    /// A full name was needed.
    #[error("\"{name}\" is not a full name: write dossiers/{{dossier}}/{{collection}}/{{id}}")]
    NotFull {
        /// What was given.
        name: String,
    },
    /// The word before the slash is no collection.
    #[error("\"{word}\" is no collection")]
    UnknownCollection {
        /// What was given.
        word: String,
    },
    /// Right form, wrong collection.
    #[error("is in {found}; a name in {expected} belongs here")]
    WrongCollection {
        /// What belongs here.
        expected: Collection,
        /// What was given.
        found: Collection,
    },
    /// The name lies in another dossier.
    #[error("lies in dossier \"{other}\": nothing refers across dossiers")]
    OtherDossier {
        /// The dossier named.
        other: String,
    },
}

/// Cuts a text that is quoted back in an error, so that an error is never larger than its cause deserves.
pub fn shorten(text: &str) -> String {
    const CHARS_MAX: usize = 80;
    if text.chars().count() <= CHARS_MAX {
        text.to_owned()
    } else {
        text.chars().take(CHARS_MAX).chain("…".chars()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dossier() -> DossierId {
        DossierId::parse("d").expect("plain")
    }

    #[test]
    fn a_relative_and_a_full_name_are_the_same_name() {
        let relative = RecordName::parse("actors/russia", &dossier());
        let full = RecordName::parse("dossiers/d/actors/russia", &dossier());
        assert_eq!(relative, full);
        assert_eq!(relative.clone().map(|n| n.full(&dossier())), Ok("dossiers/d/actors/russia".to_owned()));
        let name = relative.expect("it was read");
        for text in ["actors/russia", "dossiers/d/actors/russia"] {
            assert!(name.is_said_by(text, &dossier()), "{text}");
        }
        for text in [
            "",
            "russia",
            "/russia",
            "actors/a",
            "places/russia",
            "xactors/russia",
            "/actors/russia",
            "actors/xrussia",
            "dossiers/e/actors/russia",
            "dossiers//actors/russia",
            "dossiers/dactors/russia",
            "d/actors/russia",
        ] {
            assert!(!name.is_said_by(text, &dossier()), "{text}");
        }
    }

    #[test]
    fn each_fault_of_a_name_has_its_own_error() {
        let parse = |text| RecordName::parse(text, &dossier());
        assert_eq!(parse("dossiers/e/actors/a"), Err(NameError::OtherDossier { other: "e".into() }));
        assert_eq!(parse("actor/a"), Err(NameError::UnknownCollection { word: "actor".into() }));
        assert_eq!(parse("actors"), Err(NameError::NotARecord { name: "actors".into() }));
        assert_eq!(parse("actors/"), Err(NameError::EmptyId));
        assert!(matches!(parse("actors/a b"), Err(NameError::BadId { .. })));
        assert!(matches!(parse(&format!("actors/{}", "a".repeat(129))), Err(NameError::BadId { .. })));
    }
}
