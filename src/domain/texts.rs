//! What was said and written: documents, statements, contacts, terms and instruments.

use jiff::{SignedDuration, Timestamp};

use super::name::{ActorName, ContactName, PlaceName, RecordName, TermName};
use super::time::Span;
use super::values::ClassId;
use super::values::Quantity;

/// Where something was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Title.
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// Author.
    pub author: String,
    /// Where it is found.
    pub uri: String,
    /// BCP 47 tag.
    pub language: String,
    /// When it was published: known from the latest instant of the span.
    pub published: Option<Span>,
    /// When it was retrieved; stands in where no publication time is known.
    pub retrieve_time: Option<Timestamp>,
    /// SHA-256 of the copy held, as 64 hexadecimal digits; empty: none.
    pub sha256: String,
}

impl Document {
    /// The instant from which the world could read it; `None`: never.
    pub fn publication(&self) -> Option<Timestamp> {
        self.published.as_ref().map(|span| span.latest).or(self.retrieve_time)
    }
}

/// Who said what, to whom, when.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Who spoke; `None`: unattributed.
    pub speaker: Option<ActorName>,
    /// For whom.
    pub on_behalf_of: Option<ActorName>,
    /// To whom.
    pub audience: Vec<ActorName>,
    /// When.
    pub said: Option<Span>,
    /// What, retold.
    pub summary: String,
    /// In which contact.
    pub contact: Option<ContactName>,
    /// About which terms.
    pub terms: Vec<TermName>,
    /// Counts that the speaker gave: quoted, never added.
    pub claims: Vec<AggregateClaim>,
}

/// A count that somebody claims.
#[derive(Debug, Clone, PartialEq)]
pub struct AggregateClaim {
    /// How many; `None`: a bare accusation.
    pub count: Option<Quantity>,
    /// Of what.
    pub unit: String,
    /// Throughout which time.
    pub window: Option<Span>,
    /// By whom, it is said.
    pub attributed_to: Option<ActorName>,
    /// Against which term.
    pub term: Option<TermName>,
    /// Where.
    pub places: Vec<PlaceName>,
    /// Against what.
    pub objects: Vec<ClassId>,
}

/// A call, meeting or round of talks.
#[derive(Debug, Clone, PartialEq)]
pub struct Contact {
    /// How it is called.
    pub display_name: String,
    /// What it is.
    pub contact_type: ContactType,
    /// Whether it took place.
    pub status: ContactStatus,
    /// Who took part.
    pub participants: Vec<Participant>,
    /// When it was to be.
    pub planned: Option<Span>,
    /// When it began.
    pub began: Option<Span>,
    /// When it ended.
    pub ended: Option<Span>,
    /// Where.
    pub place: Option<PlaceName>,
    /// How long, as each side states it.
    pub durations: Vec<StatedDuration>,
    /// What for.
    pub purpose: String,
    /// The larger contact it belongs to.
    pub part_of: Option<ContactName>,
    /// What it was about.
    pub about: Vec<RecordName>,
}

/// What a contact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum ContactType {
    Call,
    Meeting,
    Talks,
    Message,
}

/// Whether a contact took place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum ContactStatus {
    Mooted,
    Planned,
    UnderWay,
    Held,
    Cancelled,
}

/// Who took part in a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Who.
    pub actor: ActorName,
    /// As what.
    pub role: Option<ParticipantRole>,
}

/// As what somebody took part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum ParticipantRole {
    Principal,
    Delegate,
    Mediator,
    Host,
    Observer,
}

/// How long a contact took, by one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedDuration {
    /// At least.
    pub least: Option<SignedDuration>,
    /// At most.
    pub most: Option<SignedDuration>,
    /// By whose account.
    pub stated_by: Option<ActorName>,
}

/// The neutral subject that instruments speak about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// How it is called.
    pub display_name: String,
    /// What kind of subject.
    pub term_type: TermType,
    /// What it is about.
    pub description: String,
}

/// What kind of subject a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TermType {
    /// Something that is not to be done.
    Prohibition,
    /// Something that is to be done.
    Obligation,
    /// A point that texts treat or pass over; no reading takes it.
    Topic,
}

/// A text that sets or claims terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Instrument {
    /// How it is called.
    pub display_name: String,
    /// What it is.
    pub instrument_type: InstrumentType,
    /// Who wrote it.
    pub author: Option<ActorName>,
    /// When it was stated.
    pub stated: Span,
    /// The contact it reads out.
    pub contact: Option<ContactName>,
    /// What it glosses or answers.
    pub about: Option<RecordName>,
    /// Who signed.
    pub signatures: Vec<Signature>,
    /// How it treats each term.
    pub treatments: Vec<Treatment>,
}

/// What an instrument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum InstrumentType {
    AgreedText,
    UnilateralStatement,
    Readout,
    Proposal,
    List,
    Gloss,
}

/// How an instrument treats a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Treatment {
    /// The term.
    pub term: TermName,
    /// How.
    pub treatment_type: TreatmentType,
    /// The few words.
    pub wording: String,
}

/// How an instrument treats a term. Silence is said, not left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum TreatmentType {
    States,
    Mentions,
    Defers,
    Rejects,
    Silent,
}

/// Who signed an instrument.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// Who.
    pub actor: ActorName,
    /// As what.
    pub role: SignatureRole,
    /// When.
    pub signed: Option<Span>,
}

/// As what somebody signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum SignatureRole {
    Party,
    Witness,
    Guarantor,
    Facilitator,
}
