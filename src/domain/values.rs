//! Small values that several kinds of record share.

use std::sync::Arc;

use super::name::RecordName;

/// A text that may name a record or be free words; where it names one, the record exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// A record of this dossier, in the collection that the field asks for.
    Record(RecordName),
    /// Anything else; empty: not said.
    Free(String),
}

impl Default for Words {
    fn default() -> Words {
        Words::Free(String::new())
    }
}

/// The identifier of a class in a taxonomy, such as `oil.depot`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassId(pub Arc<str>);

impl ClassId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A point on the WGS 84 ellipsoid.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north, -90 to 90.
    pub latitude: f64,
    /// Degrees east, -180 to 180.
    pub longitude: f64,
}

/// A name in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalName {
    /// BCP 47 tag.
    pub language: String,
    /// The name.
    pub name: String,
}

/// A number that may be known only within limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// At least so many.
    pub least: Option<i64>,
    /// At most so many.
    pub most: Option<i64>,
}

/// A ground on which an act may be excused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Ground {
    /// Self-defence.
    SelfDefence,
    /// A response to a breach by the other side.
    Response,
    /// A release from the clause.
    Release,
    /// Necessity.
    Necessity,
    /// Consent of the other side.
    Consent,
    /// An error.
    Error,
    /// Any other.
    Other,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Ground; 7] = [
        Ground::SelfDefence,
        Ground::Response,
        Ground::Release,
        Ground::Necessity,
        Ground::Consent,
        Ground::Error,
        Ground::Other,
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Ground::SelfDefence => "self-defence",
            Ground::Response => "response",
            Ground::Release => "release",
            Ground::Necessity => "necessity",
            Ground::Consent => "consent",
            Ground::Error => "error",
            Ground::Other => "other",
        }
    }

    /// The ground that a word stands for.
    pub fn parse(word: &str) -> Option<Ground> {
        Ground::ALL.into_iter().find(|g| g.word() == word)
    }
}
