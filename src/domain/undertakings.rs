//! What is wanted, promised, foretold and handed over: stances, pledges, forecasts and exchanges.

use super::name::{ActorName, PlaceName, RecordName, StatementName, TermName};
use super::time::{Bound, Span};
use super::values::Words;

/// An actor's position on a term, instrument or contact. It never changes a verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Stance {
    /// Who.
    pub actor: ActorName,
    /// On what: a term, instrument or contact.
    pub subject: RecordName,
    /// What position.
    pub position: StancePosition,
    /// Since when.
    pub stated: Option<Span>,
    /// On which conditions.
    pub conditions: Vec<Condition>,
    /// In which statement.
    pub statement: Option<StatementName>,
}

/// What position an actor takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum StancePosition {
    Accepts,
    AcceptsOnConditions,
    Rejects,
    Demands,
    Proposes,
    WarnsAgainst,
    ReservesRelease,
    InvokesRelease,
    Suspends,
    OffersExtension,
    DeclaresExpired,
    DeclinesToSay,
}

/// What somebody makes their position or pledge depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What, retold.
    pub description: String,
    /// On whom it lies.
    pub upon: Vec<ActorName>,
    /// Which term it is about.
    pub term: Option<TermName>,
    /// When it is to be met.
    pub timing: Option<ConditionTiming>,
}

/// When a condition is to be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum ConditionTiming {
    Before,
    During,
    Reciprocal,
}

/// What a third party undertakes or withdraws.
#[derive(Debug, Clone, PartialEq)]
pub struct Pledge {
    /// Who.
    pub by: ActorName,
    /// To whom.
    pub to: Vec<ActorName>,
    /// What.
    pub pledge_type: PledgeType,
    /// Whether it is given, kept, refused, taken back or delivered.
    pub pledge_move: PledgeMove,
    /// How firmly.
    pub firmness: Option<Firmness>,
    /// What, retold.
    pub description: String,
    /// When.
    pub stated: Option<Span>,
    /// By when.
    pub due: Option<Bound>,
    /// On which conditions.
    pub conditions: Vec<Condition>,
    /// In which statement.
    pub statement: Option<StatementName>,
}

/// What is pledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum PledgeType {
    Aid,
    Guarantee,
    Force,
    Funding,
    Spending,
    Sanctions,
}

/// What is done with a pledge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum PledgeMove {
    Undertakes,
    Continues,
    Refuses,
    Withdraws,
    Delivers,
}

/// How firmly something is pledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum Firmness {
    Indicated,
    Intended,
    Declared,
    Binding,
}

/// A prediction with its speaker and, later, its outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Who.
    pub speaker: ActorName,
    /// What, retold.
    pub prediction: String,
    /// How likely, in the speaker's words.
    pub likelihood: Option<Likelihood>,
    /// When it was said.
    pub stated: Option<Span>,
    /// By when it should come true; `None`: it can come true, never fail.
    pub deadline: Option<Bound>,
    /// What it is about.
    pub subject: Option<RecordName>,
    /// In which statement.
    pub statement: Option<StatementName>,
    /// What became of it.
    pub outcome: Option<Outcome>,
}

/// How likely a speaker called something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum Likelihood {
    Possible,
    Likely,
    VeryLikely,
    Certain,
    Unlikely,
}

/// What became of a forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Whether it came true.
    pub outcome_type: OutcomeType,
    /// The records that show it.
    pub records: Vec<RecordName>,
    /// Why so.
    pub rationale: String,
    /// Who decided.
    pub decided_by: Words,
}

/// Whether a forecast came true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum OutcomeType {
    CameTrue,
    Failed,
    Unresolvable,
}

/// Persons or bodies handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Exchange {
    /// How it is called.
    pub display_name: String,
    /// When it was held.
    pub held: Option<Span>,
    /// Where.
    pub place: Option<PlaceName>,
    /// Who mediated.
    pub mediators: Vec<ActorName>,
    /// Who was handed over, by each account.
    pub transfers: Vec<Transfer>,
}

/// One count of one side's account. Without `from`, `to` or `category` it is a total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// Who handed over.
    pub from: Option<ActorName>,
    /// Who received.
    pub to: Option<ActorName>,
    /// What kind of persons.
    pub category: Option<PersonCategory>,
    /// Announced beforehand or confirmed afterwards.
    pub stage: TransferStage,
    /// By whose account.
    pub stated_by: ActorName,
    /// How many.
    pub count: i32,
}

/// What kind of persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum PersonCategory {
    PrisonerOfWar,
    Wounded,
    Detainee,
    Civilian,
    Child,
    Body,
}

/// Announced beforehand or confirmed afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum TransferStage {
    Announced,
    Confirmed,
}
