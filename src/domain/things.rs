//! Who, where and what: actors, places, classes, coverage and links.

use super::name::{ActorName, PlaceName, RecordName};
use super::time::Span;
use super::values::{ClassId, Words};
use super::values::{LocalName, Point};

/// A state, armed force, organisation, outlet, person or loose collective.
#[derive(Debug, Clone, PartialEq)]
pub struct Actor {
    /// How it is called.
    pub display_name: String,
    /// What it is.
    pub actor_type: ActorType,
    /// The actors it acts for: the edges of the actors' hierarchy.
    pub affiliations: Vec<ActorName>,
    /// Alliances, which stay outside the hierarchy: two allies are independent of each other.
    pub memberships: Vec<ActorName>,
    /// Its name in other languages.
    pub names: Vec<LocalName>,
    /// Other spellings.
    pub aliases: Vec<String>,
}

/// What an actor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum ActorType {
    State,
    ArmedGroup,
    Organization,
    Outlet,
    Person,
    Collective,
}

/// A country, region, settlement, facility, line or area.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// How it is called.
    pub display_name: String,
    /// What it is.
    pub place_type: PlaceType,
    /// The places it lies in: the edges of the places' hierarchy.
    pub within: Vec<PlaceName>,
    /// Where it is; decides no verdict.
    pub point: Option<Point>,
    /// How far from the point it may be, in metres.
    pub radius_m: Option<f64>,
    /// Its shape, as GeoJSON text, checked when recorded.
    pub geojson: String,
    /// Its name in other languages.
    pub names: Vec<LocalName>,
    /// Who holds it, descriptive only.
    pub controlled_by: Words,
}

/// What a place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum PlaceType {
    Country,
    Region,
    Settlement,
    Facility,
    Line,
    Area,
}

/// A class that this dossier adds to a taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// The taxonomy.
    pub taxonomy: Taxonomy,
    /// What references use.
    pub id: ClassId,
    /// How it is called.
    pub display_name: String,
    /// The classes it is one of.
    pub parents: Vec<ClassId>,
}

/// The three taxonomies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Taxonomy {
    /// What was struck.
    Objects,
    /// What was done.
    Acts,
    /// With what.
    Weapons,
}

impl Taxonomy {
    /// All three.
    pub const ALL: [Taxonomy; 3] = [Taxonomy::Objects, Taxonomy::Acts, Taxonomy::Weapons];

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Taxonomy::Objects => "objects",
            Taxonomy::Acts => "acts",
            Taxonomy::Weapons => "weapons",
        }
    }
}

/// Where and when observation was possible or refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage {
    /// Where.
    pub places: Vec<PlaceName>,
    /// When, throughout.
    pub observed: Span,
    /// How far.
    pub status: CoverageStatus,
    /// By what means.
    pub means: Vec<CoverageMeans>,
    /// Who observed.
    pub observer: Option<ActorName>,
    /// Who refused.
    pub refused_by: Option<ActorName>,
    /// On what grounds.
    pub grounds: String,
}

/// How far observation was possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum CoverageStatus {
    Full,
    Partial,
    Refused,
    Impossible,
}

/// By what means something was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum CoverageMeans {
    Patrol,
    RemoteSensor,
    Uav,
    Satellite,
    Interview,
    OpenSource,
}

/// A reversible, attributed statement that two records belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// How they belong together.
    pub link_type: LinkType,
    /// The part, or the second strike.
    pub subject: RecordName,
    /// The whole, or the first strike.
    pub object: RecordName,
    /// Who decided so.
    pub made_by: Words,
    /// Why.
    pub rationale: String,
}

/// How two records belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkType {
    /// The same event: counted and judged as one.
    SameEvent,
    /// The same statement: two reports that rest on it are not independent.
    SameStatement,
    /// The same site; changes no verdict.
    SameSite,
    /// A strike and its second strike; changes no verdict.
    SecondStrike,
    /// A part and its whole: the whole is left out of a count in which a part is counted.
    PartOf,
}
