//! A briefing: what the record says about a period, composed from records alone and by the same clocks always the same.
//!
//! ```text
//! snapshot (now) ─┐                ┌─ key points ── rules
//! snapshot (then) ┼─► desk ────────┼─ sections ──── one file each
//! question ───────┘  scope, names, ├─ charts
//!                    who carries   └─ features
//!                    what          ▲
//!                                  └─ words: one file a language
//! ```
//!
//! A sentence is made of what records say, each with whoever says it; what no record carries by the clocks is not said.

pub mod language;

mod desk;
mod incident;
mod scope;
mod times;

mod key_points;

mod contacts;
mod readouts;

mod readings;

mod incidents;
mod verdicts;

mod allegations;
mod claims;

mod exchanges;

mod statements;

mod forecasts;
mod obligations;
mod pledges;
mod positions;

mod coverage;

mod corrections;

mod sources;

mod charts;
mod features;

use crate::domain::dossier::Dossier;
use crate::domain::evidence::Basis;
use crate::domain::fault::Violation;
use crate::domain::name::{PlaceName, RecordName};
use crate::domain::time::{Span, Zone};
use crate::domain::values::Point;
use crate::domain::verdict::Verdict;
use crate::view::choice::{Choice, Chosen};
use crate::view::snapshot::Snapshot;

use desk::Desk;
use language::Language;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The period, throughout.
    pub period: Span,
    /// In which days and hours are told.
    pub zone: Zone,
    /// In which the sentences are.
    pub language: Language,
    /// Under which readings.
    pub readings: Choice,
    /// On which bases; empty: alleged and undisputed.
    pub bases: Vec<Basis>,
    /// Number of the edition; 0: not numbered.
    pub number: i32,
}

/// A composed briefing.
#[derive(Debug)]
pub struct Briefing<'s> {
    /// The dossier's name and the period.
    pub title: String,
    /// Fixed lines under the title.
    pub notes: Vec<String>,
    /// The readings that were applied.
    pub readings: Vec<Chosen<'s>>,
    /// The bases that were asked for.
    pub bases: Vec<Basis>,
    /// What to read first.
    pub key_points: Vec<KeyPoint>,
    /// All sections, in reading order.
    pub sections: Vec<Section>,
    /// Series to be drawn.
    pub charts: Vec<Chart>,
    /// What can be put on a map.
    pub features: Vec<Feature>,
}

/// One of the few things to be read first.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyPoint {
    /// One or two sentences.
    pub text: String,
    /// The records behind it.
    pub records: Vec<RecordName>,
    /// Why it was chosen.
    pub rule: KeyPointRule,
    /// Whether all records behind it became known only after the period.
    pub known_later: bool,
}

/// Why something is a key point, in the order in which they rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyPointRule {
    /// A contact between principals was held or under way.
    Contact,
    /// Strikes were reported.
    Incidents,
    /// A contact is announced.
    Upcoming,
    /// Persons were handed over.
    Exchange,
    /// Texts part, came in, or somebody spoke of the halt's standing.
    Texts,
    /// Something fell due.
    Due,
}

/// The sections, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum SectionKind {
    Contacts,
    Readouts,
    Readings,
    Incidents,
    Verdicts,
    Allegations,
    Claims,
    Exchanges,
    Statements,
    Positions,
    Pledges,
    Forecasts,
    Obligations,
    Coverage,
    Corrections,
    Sources,
}

/// One section.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// Which one.
    pub kind: SectionKind,
    /// Its heading.
    pub heading: String,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
    /// Its tables.
    pub tables: Vec<Table>,
}

/// One sentence or short paragraph.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The text.
    pub text: String,
    /// The records that carry it; empty: it says that there is none.
    pub records: Vec<RecordName>,
    /// Whether all of them became known only after the period.
    pub known_later: bool,
    /// What it is, where sections tell kinds apart.
    pub kind: Option<SentenceKind>,
}

/// What a sentence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SentenceKind {
    /// Of something new.
    New,
    /// Of something that changed.
    Updated,
    /// Of something retracted.
    Withdrawn,
    /// That there is nothing, or a caution.
    Note,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// What it shows.
    pub caption: String,
    /// The heads of the columns.
    pub columns: Vec<String>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Row>,
    /// What a reader must know beside it.
    pub note: String,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The cells.
    pub cells: Vec<Cell>,
    /// The records behind it.
    pub records: Vec<RecordName>,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Its text.
    pub text: String,
    /// The verdict that it shows.
    pub verdict: Option<Verdict>,
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Cell {
        Cell { text: text.into(), verdict: None }
    }
}

/// Series to be drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// Which one.
    pub kind: ChartKind,
    /// What it shows.
    pub title: String,
    /// What is counted.
    pub unit: String,
    /// Days, or names.
    pub categories: Vec<String>,
    /// The series.
    pub series: Vec<Series>,
    /// Of a timeline.
    pub moments: Vec<Moment>,
    /// What a reader must know beside it.
    pub note: String,
}

/// The charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum ChartKind {
    IncidentsByDay,
    VerdictsByDay,
    AllegationsBySide,
    Timeline,
}

/// One series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// A value for each category.
    pub values: Vec<i64>,
    /// The verdict that it counts.
    pub verdict: Option<Verdict>,
}

/// Something on a timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// When: some time within.
    pub span: Span,
    /// What.
    pub label: String,
    /// On which line.
    pub lane: String,
    /// The record.
    pub record: RecordName,
}

/// Something on a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Feature {
    /// An incident.
    pub record: RecordName,
    /// How it is called.
    pub label: String,
    /// Where.
    pub point: Option<Point>,
    /// How far off that may be, in metres.
    pub radius_m: f64,
    /// Its outline as GeoJSON.
    pub geojson: String,
    /// The place that the geometry is of.
    pub place: Option<PlaceName>,
    /// Who is said to have struck.
    pub attributed_to: Vec<String>,
}

/// Composes the briefing of a dossier. `previous` is the edition before, if one is named. Refused: readings that are not there.
pub fn compose<'s>(
    dossier: &'s Dossier,
    snapshot: &'s Snapshot,
    previous: Option<&'s Snapshot>,
    question: &'s Question,
) -> Result<Briefing<'s>, Vec<Violation>> {
    let desk = Desk::new(dossier, snapshot, previous, question)?;
    let mut sections = vec![
        contacts::section(&desk),
        readouts::section(&desk),
        readings::section(&desk),
        incidents::section(&desk),
        verdicts::section(&desk),
        allegations::section(&desk),
        claims::section(&desk),
        exchanges::section(&desk),
        statements::section(&desk),
        positions::section(&desk),
        pledges::section(&desk),
        forecasts::section(&desk),
        obligations::section(&desk),
        coverage::section(&desk),
        corrections::section(&desk),
    ];
    let key_points = key_points::key_points(&desk);
    sections.push(sources::section(&desk, &sections, &key_points));
    Ok(Briefing {
        title: desk.title(),
        notes: desk.notes(),
        key_points,
        charts: charts::charts(&desk),
        features: features::features(&desk),
        sections,
        bases: desk.docket.bases.clone(),
        readings: desk.docket.readings,
    })
}
