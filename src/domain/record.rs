//! A record: a named thing with revisions, each attributed and dated by two clocks.

use jiff::Timestamp;

use super::name::{Collection, DocumentName, RecordName};
use super::reading::Reading;
use super::report::{Facts, Finding, Incident, Report};
use super::selection::Listed;
use super::texts::{Contact, Document, Instrument, Statement, Term};
use super::things::{Actor, Class, Coverage, Link, Place, Taxonomy};
use super::undertakings::{Exchange, Forecast, Pledge, Stance};
use super::values::Words;

/// A place in a dossier's log. The dossier itself is 0; records start at 1.
pub type Position = u64;

/// One revision of a record, as it stands in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// The record's name.
    pub name: RecordName,
    /// Where this revision stands in the log.
    pub position: Position,
    /// When it was recorded here.
    pub record_time: Timestamp,
    /// When the world could know it, fixed when it was recorded.
    pub known: Known,
    /// Who recorded it.
    pub recorded_by: String,
    /// Why a correction or retraction was made; empty on a first revision.
    pub reason: String,
    /// Whether this revision retracts the record.
    pub retracted: bool,
    /// Who may see it.
    pub classification: Classification,
    /// Where it was read.
    pub citations: Vec<Citation>,
    /// Every record that this revision names, citations included, in no particular order and without repeats.
    pub references: Vec<RecordName>,
    /// What it says.
    pub body: Body,
}

/// When the world could know a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// At any time; of an incident without citations: once a report or finding about it is.
    Always,
    /// From this instant on.
    From(Timestamp),
    /// What it rests on was never published.
    Never,
}

impl Known {
    /// The later of two.
    pub fn later(self, other: Known) -> Known {
        match (self, other) {
            (Known::Never, _) | (_, Known::Never) => Known::Never,
            (Known::Always, known) | (known, Known::Always) => known,
            (Known::From(a), Known::From(b)) => Known::From(a.max(b)),
        }
    }

    /// The earlier of two.
    pub fn earlier(self, other: Known) -> Known {
        match (self, other) {
            (Known::Always, _) | (_, Known::Always) => Known::Always,
            (Known::Never, known) | (known, Known::Never) => known,
            (Known::From(a), Known::From(b)) => Known::From(a.min(b)),
        }
    }

    /// Whether it could be known by an instant.
    pub fn by(self, instant: Timestamp) -> bool {
        match self {
            Known::Always => true,
            Known::From(from) => from <= instant,
            Known::Never => false,
        }
    }
}

/// Who may see a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Classification {
    /// Everyone.
    Public,
    /// The mission.
    Restricted,
    /// Verifiers, admins and whoever recorded it.
    Confidential,
}

/// Where something was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Citation {
    /// The document.
    pub document: DocumentName,
    /// Where in it: a page, paragraph, row.
    pub locator: String,
    /// The few words whose wording is itself the fact.
    pub quote: String,
    /// The fields it supports; none named: the whole record.
    pub supports: Vec<String>,
    /// What a grader thought of source and item.
    pub grade: Option<Grade>,
}

/// Reliability of the source and credibility of the item: two fields, never one number, never ordered.
#[derive(Debug, Clone, PartialEq)]
pub struct Grade {
    /// A–F; F means that it cannot be judged.
    pub reliability: Option<Reliability>,
    /// 1–6; 6 means that it cannot be judged.
    pub credibility: Option<Credibility>,
    /// Who graded: an actor's name or free words.
    pub graded_by: Words,
    /// When.
    pub grade_time: Option<Timestamp>,
}

/// Reliability of a source. Not ordered: F is "cannot be judged".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the letters are the scale")]
pub enum Reliability {
    A,
    B,
    C,
    D,
    E,
    F,
}

/// Credibility of an item. Not ordered: six is "cannot be judged".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the numbers are the scale")]
pub enum Credibility {
    One,
    Two,
    Three,
    Four,
    Five,
    Six,
}

/// What a record says. The variant is the record's collection.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "each variant is the type it holds")]
pub enum Body {
    Actor(Actor),
    Place(Place),
    Class(Class),
    Document(Document),
    Statement(Statement),
    Contact(Contact),
    Instrument(Instrument),
    Term(Term),
    Reading(Box<Reading>),
    Stance(Stance),
    Incident(Incident),
    Report(Report),
    Finding(Finding),
    Exchange(Exchange),
    Pledge(Pledge),
    Forecast(Forecast),
    Coverage(Coverage),
    Link(Link),
}

impl Body {
    /// The collection that such a body belongs to.
    pub fn collection(&self) -> Collection {
        match self {
            Body::Actor(_) => Collection::Actors,
            Body::Place(_) => Collection::Places,
            Body::Class(_) => Collection::Classes,
            Body::Document(_) => Collection::Documents,
            Body::Statement(_) => Collection::Statements,
            Body::Contact(_) => Collection::Contacts,
            Body::Instrument(_) => Collection::Instruments,
            Body::Term(_) => Collection::Terms,
            Body::Reading(_) => Collection::Readings,
            Body::Stance(_) => Collection::Stances,
            Body::Incident(_) => Collection::Incidents,
            Body::Report(_) => Collection::Reports,
            Body::Finding(_) => Collection::Findings,
            Body::Exchange(_) => Collection::Exchanges,
            Body::Pledge(_) => Collection::Pledges,
            Body::Forecast(_) => Collection::Forecasts,
            Body::Coverage(_) => Collection::Coverage,
            Body::Link(_) => Collection::Links,
        }
    }
}

impl Collection {
    /// Whether a record of this kind asserts something, so that it needs at least one citation.
    pub fn needs_citation(self) -> bool {
        match self {
            Collection::Statements
            | Collection::Contacts
            | Collection::Instruments
            | Collection::Readings
            | Collection::Stances
            | Collection::Reports
            | Collection::Findings
            | Collection::Exchanges
            | Collection::Pledges
            | Collection::Forecasts => true,
            Collection::Actors
            | Collection::Places
            | Collection::Classes
            | Collection::Documents
            | Collection::Terms
            | Collection::Incidents
            | Collection::Coverage
            | Collection::Links => false,
        }
    }
}

/// A record as a client sent it, decoded but not yet held against the dossier.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The record's name; assigned already if the client left it open.
    pub name: RecordName,
    /// Must match the last revision, if given.
    pub etag: Option<String>,
    /// Why it is corrected or retracted; empty on a first revision.
    pub reason: String,
    /// Whether it retracts the record.
    pub retracted: bool,
    /// `None`: public on a first revision, as it was on a correction.
    pub classification: Option<Classification>,
    /// Where it was read.
    pub citations: Vec<Citation>,
    /// Every record that the draft names.
    pub references: Vec<RecordName>,
    /// What it says; `None` only on a retraction, which carries the last body over.
    pub body: Option<Body>,
}

/// The last revision's position as text: what `etag` holds.
pub fn etag(position: Position) -> String {
    position.to_string()
}

impl Body {
    /// Every class that the body names, with its taxonomy.
    pub fn class_references(&self) -> Vec<(Taxonomy, &str)> {
        let mut classes = Vec::new();
        match self {
            Body::Class(class) => classes.extend(class.parents.iter().map(|p| (class.taxonomy, p.as_str()))),
            Body::Statement(statement) => {
                classes
                    .extend(statement.claims.iter().flat_map(|c| &c.objects).map(|o| (Taxonomy::Objects, o.as_str())));
            }
            Body::Reading(reading) => {
                let selections = [
                    (Taxonomy::Objects, &reading.clause.objects),
                    (Taxonomy::Acts, &reading.clause.acts),
                    (Taxonomy::Weapons, &reading.clause.weapons),
                ];
                for (taxonomy, selection) in selections {
                    for entry in selection.iter().flat_map(|s| s.entries()) {
                        if let Listed::Node(id) = entry {
                            classes.push((taxonomy, &**id));
                        }
                    }
                }
            }
            Body::Report(report) => classes.extend(report.facts.iter().flat_map(Facts::classes)),
            Body::Finding(finding) => classes.extend(finding.facts.iter().flat_map(Facts::classes)),
            Body::Actor(_)
            | Body::Place(_)
            | Body::Document(_)
            | Body::Contact(_)
            | Body::Instrument(_)
            | Body::Term(_)
            | Body::Stance(_)
            | Body::Incident(_)
            | Body::Exchange(_)
            | Body::Pledge(_)
            | Body::Forecast(_)
            | Body::Coverage(_)
            | Body::Link(_) => {}
        }
        classes
    }
}
