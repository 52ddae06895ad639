//! What every language must be able to say: fixed words, dates, and a template for each sentence.
//!
//! A template is given names, numbers and times ready to be placed, and words of records as they were recorded. Whose words they are is
//! part of the template: no template states what somebody said as if it were so.

mod en;
mod en_undertakings;
mod en_words;
mod uk;
mod uk_classes;
mod uk_undertakings;
mod uk_words;

use jiff::SignedDuration;
use jiff::civil::Date;

use crate::domain::evidence::Basis;
use crate::domain::obligation::State;
use crate::domain::report::{Effect, FindingStatus, Proposition};
use crate::domain::texts::{ContactStatus, ContactType, InstrumentType, ParticipantRole, TreatmentType};
use crate::domain::things::{CoverageMeans, CoverageStatus, Taxonomy};
use crate::domain::undertakings::{
    ConditionTiming, Firmness, Likelihood, OutcomeType, PersonCategory, PledgeMove, PledgeType, StancePosition,
    TransferStage,
};
use crate::domain::verdict::Verdict;
use crate::view::inconsistency::InconsistencyType;

use super::SectionKind;
use super::times::When;

/// A language that briefings are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Language {
    /// English.
    English,
    /// Ukrainian.
    Ukrainian,
}

impl Language {
    /// Every language.
    pub const ALL: [Language; 2] = [Language::English, Language::Ukrainian];

    /// Its BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Language::English => "en",
            Language::Ukrainian => "uk",
        }
    }

    /// The language of a tag; none is English.
    pub fn parse(tag: &str) -> Option<Language> {
        if tag.is_empty() {
            return Some(Language::English);
        }
        Language::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// What it says.
    pub(super) fn words(self) -> &'static dyn Sentences {
        match self {
            Language::English => &en::English,
            Language::Ukrainian => &uk::Ukrainian,
        }
    }
}

/// Fixed words and lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    // Heads of columns
    Account,
    AttributedTo,
    Basis,
    Claim,
    Count,
    Credibility,
    Denied,
    Direction,
    Document,
    GradedBy,
    Incident,
    Now,
    Place,
    Point,
    Published,
    Publisher,
    Reading,
    Reliability,
    Said,
    Speaker,
    Stage,
    Then,
    Window,
    Persons,
    Alleged,
    Against,
    // Cells
    NotLookedAt,
    NotGiven,
    NoDenial,
    NotGraded,
    SumOfParts,
    StatedTotal,
    Overall,
    // Lanes and series
    LaneContacts,
    LaneTexts,
    LaneIncidents,
    LaneExchanges,
    ReportedBySide,
    OfTheseVerified,
    UnitIncidents,
    OtherObjects,
    DifferentObjects,
    AllObjects,
    AllOthers,
    Everyone,
    // Captions
    VerdictCounts,
    AllegationTable,
    ClaimTable,
    SourceTable,
    VerdictChanges,
    IncidentsByDay,
    AllegationsBySide,
    Timeline,
    // Lines under the title
    NoteVerdicts,
    NoteWords,
    // Notes
    NothingContacts,
    NothingReadouts,
    NothingReadings,
    NothingIncidents,
    NothingVerdicts,
    NothingAllegations,
    NothingClaims,
    NothingExchanges,
    NothingStatements,
    NothingPositions,
    NothingPledges,
    NothingForecasts,
    NothingObligations,
    NothingCoverage,
    NothingCorrections,
    NothingSources,
    NoPrevious,
    ReadoutsNote,
    ReadingsNote,
    VerdictsNote,
    VerdictCountsNote,
    AllegationsNote,
    ClaimsNote,
    SourcesNote,
    ChartDaysNote,
    ChartSidesNote,
    EverythingNew,
}

/// What a list was too long for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum More {
    Contacts,
    Texts,
    Readings,
    OwnWords,
    Claims,
    Exchanges,
    Statements,
    Positions,
    Pledges,
    Forecasts,
    Obligations,
    Coverage,
    Corrections,
    VerdictChanges,
    Documents,
}

/// How something stands that was told when it was news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Overdue,
    NotSettled,
    NoDeadline,
}

/// Strikes or attacks that sides report, as a key point tells them.
#[derive(Debug, Clone)]
pub(super) struct StrikesTold<'t> {
    pub(super) class: &'t str,
    pub(super) when: &'t str,
    /// Whether every report says that something was hit; else they are called attacks.
    pub(super) are_hits: bool,
    pub(super) sides: &'t [SideTold],
    /// How many incidents they are.
    pub(super) incidents: usize,
    pub(super) denials: &'t [DenialTold],
    /// Whether there are more denials than are told.
    pub(super) has_more_denials: bool,
}

/// What one side reports struck, and whom it names.
#[derive(Debug, Clone)]
pub(super) struct SideTold {
    pub(super) side: String,
    pub(super) what: Vec<String>,
    pub(super) authors: Vec<String>,
}

/// Who denies what of how many incidents.
#[derive(Debug, Clone)]
pub(super) struct DenialTold {
    pub(super) who: String,
    pub(super) what: Vec<Proposition>,
    pub(super) incidents: usize,
}

/// Those in a role beside the parties of a contact.
pub(super) type Beside = (ParticipantRole, Vec<String>);

/// A contact as it is told.
#[derive(Debug, Clone)]
pub(super) struct ContactTold<'t> {
    /// How it is called.
    pub(super) name: &'t str,
    pub(super) contact_type: ContactType,
    pub(super) status: ContactStatus,
    pub(super) who: &'t [String],
    pub(super) beside: &'t [Beside],
    pub(super) when: Option<String>,
    pub(super) place: Option<String>,
    pub(super) purpose: &'t str,
    pub(super) sources: &'t [String],
    pub(super) announced_by: &'t [String],
}

/// What one account affirms.
#[derive(Debug, Clone, Default)]
pub(super) struct Affirmed {
    /// The side that reports, and through whom.
    pub(super) who: String,
    /// The act's label, where nothing is listed as struck.
    pub(super) act: Option<String>,
    /// Things struck, by effect, in order of first mention.
    pub(super) struck: Vec<(Option<Effect>, Vec<String>)>,
    pub(super) weapons: Vec<String>,
    pub(super) place: Option<String>,
    pub(super) when: Option<String>,
    pub(super) author: Option<String>,
    /// How many were cut off.
    pub(super) cut_off: Option<String>,
    pub(super) killed: Option<String>,
    pub(super) injured: Option<String>,
}

/// A reading as it is told.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadingTold {
    pub(super) holder: String,
    pub(super) term: String,
    pub(super) wording: String,
    pub(super) text: Option<String>,
    pub(super) is_rule: Option<bool>,
    pub(super) covers: Vec<String>,
    pub(super) unclear: Vec<String>,
    /// Expressly not covered.
    pub(super) spared: Vec<String>,
    pub(super) binds: Vec<String>,
    pub(super) may_bind: Vec<String>,
    pub(super) from: Option<String>,
    pub(super) until: Option<String>,
    pub(super) is_new: bool,
    pub(super) replaces: Option<String>,
}

/// A count within limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Amount {
    Just(i64),
    AtLeast(i64),
    AtMost(i64),
    From(i64, i64),
}

/// The words of a language.
pub(super) trait Words: Sync {
    /// The tag by which localised names are looked up.
    fn tag(&self) -> &'static str;
    /// A fixed word or line.
    fn word(&self, word: Word) -> &'static str;
    /// A section's heading.
    fn heading(&self, kind: SectionKind) -> &'static str;
    /// A built-in class, if the language has a word of its own for it.
    fn class(&self, taxonomy: Taxonomy, id: &str) -> Option<&'static str>;
    /// "Known to be none of the named children" of a class.
    fn other_of(&self, class: &str) -> String;

    /// "a, b and c".
    fn list(&self, items: &[String]) -> String;
    /// "a, b and 3 more objects".
    fn objects_and_more(&self, items: &[String], more: usize) -> String;
    /// A day; the year only where it is not the one that goes without saying.
    fn date(&self, date: Date, year: i16) -> String;
    /// A day with its weekday.
    fn date_with_weekday(&self, date: Date, year: i16) -> String;
    /// "on 19 March", "between 18:30 and 24:00 on 18 March".
    fn when(&self, when: When, year: i16) -> String;
    /// The same with the weekday where it is one day.
    fn when_with_weekday(&self, when: When, year: i16) -> String;
    /// "19 March", "18–19 March": for captions and cells.
    fn when_bare(&self, when: When, year: i16) -> String;
    /// "from 23 to 25 March", "from 16:00 to 18:30 on 18 March".
    fn lasting(&self, from: When, to: When, year: i16) -> String;
    /// "the end of 18 March".
    fn end_of_day(&self, date: Date, year: i16) -> String;
    /// "1 hour 30 minutes".
    fn duration(&self, duration: SignedDuration) -> String;
    /// "at least 1 hour 30 minutes", "1 hour", "1 to 2 hours".
    fn duration_between(&self, least: Option<SignedDuration>, most: Option<SignedDuration>) -> String;
    /// "at least 8", "4".
    fn amount(&self, amount: Amount) -> String;
    /// Beside an object: that it was not hit.
    fn not_hit(&self, effect: Effect) -> Option<&'static str>;
    /// How many further accounts of an incident there are.
    fn more_accounts(&self, count: usize) -> String;
    /// How many further findings on it.
    fn more_findings(&self, count: usize) -> String;
    /// "known since 18 April".
    fn known_since(&self, day: &str) -> String;
    /// Contacts told as under way before, with no end recorded.
    fn still_under_way(&self, names: &[String]) -> String;
    /// A text in the language's quotation marks.
    fn quoted(&self, text: &str) -> String;
    /// A name that begins a sentence.
    fn opening(&self, name: &str) -> String;
    /// A name within a sentence.
    fn within(&self, name: &str) -> String;

    fn contact_type(&self, kind: ContactType) -> &'static str;
    fn instrument_type(&self, kind: InstrumentType) -> &'static str;
    fn treatment(&self, treatment: TreatmentType) -> &'static str;
    fn basis(&self, basis: Basis) -> &'static str;
    fn verdict(&self, verdict: Verdict) -> &'static str;
    fn person_category(&self, category: Option<PersonCategory>) -> &'static str;
    fn stage(&self, stage: TransferStage) -> &'static str;
    fn coverage_status(&self, status: CoverageStatus) -> &'static str;
    fn coverage_means(&self, means: CoverageMeans) -> &'static str;
}

/// What is undertaken, promised, demanded and foreseen, in a language.
pub(super) trait Undertakings: Words {
    /// A stance.
    fn stance(
        &self,
        who: &str,
        position: StancePosition,
        subject: &str,
        when: Option<&str>,
        conditions: &[String],
        sources: &[String],
    ) -> String;
    /// A condition.
    fn condition(&self, what: &str, upon: &[String], timing: Option<ConditionTiming>) -> String;
    /// A pledge.
    #[expect(clippy::too_many_arguments, reason = "a pledge has so many parts")]
    fn pledge(
        &self,
        who: &str,
        pledge_move: PledgeMove,
        kind: PledgeType,
        firmness: Option<Firmness>,
        what: &str,
        to: &[String],
        when: Option<&str>,
        sources: &[String],
    ) -> String;
    /// What became of an obligation by the end of the period.
    #[expect(clippy::too_many_arguments, reason = "an obligation has so many parts")]
    fn obligation(
        &self,
        holder: &str,
        term: &str,
        text: Option<&str>,
        state: State,
        deadline: Option<&str>,
        by: &[String],
        late: &[String],
    ) -> String;
    /// By when something is due.
    fn due_by(&self, when: &str) -> String;
    /// A forecast.
    fn forecast(&self, who: &str, what: &str, likelihood: Option<Likelihood>, when: Option<&str>) -> String;
    /// By when a forecast should come true.
    fn forecast_due(&self, deadline: Option<&str>, is_over: bool) -> String;
    /// What became of a forecast.
    fn outcome(&self, outcome: OutcomeType, rationale: &str, decided_by: &str) -> String;
    /// What was told when it was news, and still stands as it did.
    fn standing(&self, standing: Standing, what: &[String]) -> String;
    /// An obligation within the sentence of those that stand as they did.
    fn obligation_in_short(&self, holder: &str, term: &str, deadline: Option<&str>) -> String;
    /// How many further forecasts can still come true.
    fn other_forecasts(&self, open: usize) -> String;
    /// How many further obligations were fulfilled before the period, and how many are not due for days.
    fn other_obligations(&self, fulfilled: usize, later: usize) -> String;
}

/// The sentences of a language.
pub(super) trait Sentences: Undertakings {
    fn title(&self, dossier: &str, period: &str) -> String;
    fn note_clock(&self, known_by: Option<&str>, position: u64, zone: &str) -> String;
    fn note_previous(&self, position: u64, known_by: Option<&str>) -> String;

    /// A contact.
    fn contact(&self, told: &ContactTold<'_>) -> String;
    /// How long it took, by each account.
    fn lengths(&self, accounts: &[(String, Option<String>)]) -> String;
    /// That an earlier announcement named another day or place.
    fn announced_before(&self, who: &[String], when: &str, place: Option<&str>) -> String;
    /// A key point: a contact, and the one that it came after.
    fn contact_after(&self, told: &ContactTold<'_>, after: Option<(&ContactTold<'_>, &str, &[String])>) -> String;
    /// A key point: strikes or attacks reported by sides, with what is denied of them.
    fn strikes_reported(&self, told: &StrikesTold<'_>) -> String;
    /// The name of an incident of which nothing was known when it happened.
    fn named_since(&self, name: &str, since: &str) -> String;
    /// "the railway energy system (Dnipropetrovsk Region)", "an oil depot".
    fn object_at(&self, object: &str, place: &str) -> String;
    /// Overnight.
    fn overnight(&self) -> &'static str;
    /// A key point: an exchange by its total.
    fn exchanged(
        &self,
        name: &str,
        count: i64,
        prisoners: bool,
        when: &str,
        who: &[String],
        parts: &[String],
    ) -> String;
    /// "175 prisoners of war from Ukraine to Russia".
    fn handed_over(&self, count: i64, category: Option<PersonCategory>, from: Option<&str>, to: Option<&str>)
    -> String;
    /// That the parts of an account add up to its total, or do not.
    fn adds_up(&self, who: &str, stage: TransferStage, sum: i64, total: Option<i64>) -> String;
    /// That an announced count and a confirmed one differ.
    fn announced_and_confirmed(&self, what: &str, announced: i64, confirmed: i64, who: &str) -> String;
    /// That the sides' counts agree, or do not.
    fn sides_agree(&self, counts: &[(String, i64)]) -> String;
    /// Who mediated.
    fn mediated_by(&self, who: &[String], sources: &[String]) -> String;
    /// An exchange that is announced and not yet held.
    fn exchange_announced(&self, name: &str, when: Option<&str>, who: &[String], parts: &[String]) -> String;

    /// Where texts part over a term.
    fn texts_part(&self, contact: Option<&str>, term: &str, parts: &[String]) -> String;
    /// Where they part as well; the contact, if the sentence before is not about it.
    fn texts_part_too(&self, contact: Option<&str>, term: &str, parts: &[String]) -> String;
    /// "the Kremlin wrote “energy infrastructure”".
    fn treats(&self, who: &str, treatment: TreatmentType, wording: &str) -> String;
    /// The head of a column: who wrote, what kind of text, when.
    fn text_head(&self, who: &str, kind: InstrumentType, when: &str) -> String;
    /// The caption of a table of readouts.
    fn readouts_of(&self, contact: Option<&str>) -> String;
    /// A text that came in.
    fn text_came(&self, who: &str, kind: InstrumentType, when: &str, name: &str) -> String;

    /// A reading.
    fn reading(&self, told: &ReadingTold) -> String;
    /// "Russia, 18 March": the head of a column.
    fn reading_head(&self, holder: &str, when: Option<&str>) -> String;
    /// An instant that lies somewhere between, for a window's side.
    fn some_time(&self, from: &str, to: &str) -> String;
    /// That the window of a reading ends in the period.
    fn window_ends(&self, holder: &str, term: &str, by_rule: &[String]) -> String;
    /// An end by a way of counting.
    fn counted_end(&self, rule: crate::domain::window::CountingRule, end: &str) -> String;

    /// What one account affirms, as part of a sentence.
    fn affirmed(&self, affirmed: &Affirmed) -> String;
    /// What one account denies, as part of a sentence.
    fn denied(&self, who: &str, what: &[Proposition]) -> String;
    /// A report that neither affirms nor denies anything.
    fn mentioned(&self, who: &str) -> String;
    /// A finding, as part of a sentence.
    fn found(&self, made_by: &str, status: FindingStatus) -> String;
    /// An incident: its name and what is said of it.
    fn incident(&self, name: &str, parts: &[String]) -> String;
    /// An incident that was withdrawn.
    fn withdrawn(&self, name: &str, reason: &str) -> String;
    /// How many incidents there are beside those listed.
    fn more_incidents(&self, listed: usize, all: usize) -> String;
    /// How many incidents are in the edition, and how many are new or updated.
    fn incident_counts(&self, all: usize, new: Option<usize>, updated: usize, unchanged: usize) -> String;
    /// The caption of the matrix on a basis.
    fn matrix_of(&self, basis: Basis) -> String;

    /// What a side alleges, as counts of incidents, never added to claims. `latest`: of so many, where not all were looked at.
    fn alleged(&self, who: &str, whom: Option<&str>, term: &str, incidents: usize, latest: Option<usize>) -> String;
    /// A bare accusation.
    fn accused(&self, who: &str, whom: Option<&str>, of: &str, when: Option<&str>) -> String;
    /// That a side does not fit its own words.
    fn own_words(&self, who: &str, incident: &str, kind: InconsistencyType) -> String;
    /// "Ukraine: that it occurred".
    fn denies(&self, who: &str, what: &[Proposition]) -> String;

    /// A statement.
    fn said(&self, who: Option<&str>, for_whom: Option<&str>, to: &[String], when: Option<&str>, what: &str) -> String;
    /// Words that are quoted beside.
    fn in_words(&self, quotes: &[String]) -> String;

    /// What was observed.
    #[expect(clippy::too_many_arguments, reason = "a record of coverage has so many parts")]
    fn coverage(
        &self,
        status: CoverageStatus,
        places: &[String],
        when: &str,
        means: &[String],
        observer: Option<&str>,
        refused_by: Option<&str>,
        grounds: &str,
    ) -> String;

    /// A correction since the edition before.
    fn corrected(&self, name: &str, reason: &str) -> String;
    /// A retraction since the edition before.
    fn retracted(&self, name: &str, reason: &str) -> String;
    /// What the edition before said in place of what stands now.
    fn said_before(&self, before: &str) -> String;
    /// How many further things are not listed, and what they are.
    fn more(&self, what: More, count: usize) -> String;
    /// ", according to X and Y".
    fn according_to(&self, sources: &[String]) -> String;
    /// In which zone hours are told.
    fn hours_told_in(&self, zone: &str) -> String;
    /// The title of a chart of verdicts.
    fn verdicts_by_day(&self, reading: &str, basis: Basis) -> String;
}
