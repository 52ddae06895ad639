//! The closed lists of the field's own words, as numbers on the wire: one table for both directions, so that neither
//! can forget a value.

use crate::brief::{
    ChartKind as BriefingChartKind, KeyPointRule, SectionKind as BriefingSectionKind,
    SentenceKind as BriefingSentenceKind,
};
use crate::domain::evidence::Basis;
use crate::domain::obligation::State as ObligationState;
use crate::domain::record::{Classification, Credibility, Reliability};
use crate::domain::report::{Effect, FindingStatus, Proposition};
use crate::domain::selection::Listing;
use crate::domain::texts::{
    ContactStatus, ContactType, InstrumentType, ParticipantRole, SignatureRole, TermType, TreatmentType,
};
use crate::domain::things::{ActorType, CoverageMeans, CoverageStatus, LinkType, PlaceType, Taxonomy};
use crate::domain::truth::Truth;
use crate::domain::undertakings::{
    ConditionTiming, Firmness, Likelihood, OutcomeType, PersonCategory, PledgeMove, PledgeType, StancePosition,
    TransferStage,
};
use crate::domain::verdict::{Cause, Element, Verdict};
use crate::domain::window::CountingRule;
use crate::view::choice::ReadingSet;
use crate::view::compare::Outcome;
use crate::view::inconsistency::InconsistencyType;
use crate::view::tally::GroupBy;
use crate::wire::pb;

/// A closed list of the domain that has its mirror on the wire, where zero means unspecified.
pub trait Mirrored: Copy + PartialEq + Sized {
    /// The name of the list on the wire.
    const NAME: &'static str;

    /// The value of a number: `Some(None)` for unspecified, `None` for a number that is not in the list.
    fn of_number(number: i32) -> Option<Option<Self>>;

    /// The number of the value.
    fn number(self) -> i32;
}

/// The number of a value that may be unspecified.
pub fn number_of<M: Mirrored>(value: Option<M>) -> i32 {
    value.map_or(0, M::number)
}

macro_rules! mirrored {
    ($($list:ident { $($value:ident)* })*) => {$(
        impl Mirrored for $list {
            const NAME: &'static str = stringify!($list);

            fn of_number(number: i32) -> Option<Option<Self>> {
                let value = pb::$list::try_from(number).ok()?;
                Some(match value {
                    pb::$list::Unspecified => None,
                    $(pb::$list::$value => Some($list::$value),)*
                })
            }

            fn number(self) -> i32 {
                i32::from(match self { $($list::$value => pb::$list::$value,)* })
            }
        }
    )*};
}

mirrored! {
    ActorType { State ArmedGroup Organization Outlet Person Collective }
    PlaceType { Country Region Settlement Facility Line Area }
    Taxonomy { Objects Acts Weapons }
    ContactType { Call Meeting Talks Message }
    ContactStatus { Mooted Planned UnderWay Held Cancelled }
    ParticipantRole { Principal Delegate Mediator Host Observer }
    TermType { Prohibition Obligation Topic }
    InstrumentType { AgreedText UnilateralStatement Readout Proposal List Gloss }
    TreatmentType { States Mentions Defers Rejects Silent }
    SignatureRole { Party Witness Guarantor Facilitator }
    StancePosition {
        Accepts AcceptsOnConditions Rejects Demands Proposes WarnsAgainst ReservesRelease InvokesRelease Suspends
        OffersExtension DeclaresExpired DeclinesToSay
    }
    ConditionTiming { Before During Reciprocal }
    Proposition { Occurred Author Object Breach }
    Effect { Hit Intercepted Missed Affected }
    FindingStatus { Open Verified Unverifiable }
    PersonCategory { PrisonerOfWar Wounded Detainee Civilian Child Body }
    TransferStage { Announced Confirmed }
    PledgeType { Aid Guarantee Force Funding Spending Sanctions }
    PledgeMove { Undertakes Continues Refuses Withdraws Delivers }
    Firmness { Indicated Intended Declared Binding }
    Likelihood { Possible Likely VeryLikely Certain Unlikely }
    OutcomeType { CameTrue Failed Unresolvable }
    CoverageStatus { Full Partial Refused Impossible }
    CoverageMeans { Patrol RemoteSensor Uav Satellite Interview OpenSource }
    LinkType { SameEvent SameStatement SameSite SecondStrike PartOf }
    Classification { Public Restricted Confidential }
    Reliability { A B C D E F }
    Credibility { One Two Three Four Five Six }
    Basis { Alleged Undisputed Corroborated Verified }
    Verdict { Breach NoBreach Undetermined NotAssessed }
    Truth { Yes Unknown No }
    Element { Operative Occurrence Actor Act Against Object Place Weapon Window Effect Exception }
    ObligationState { Fulfilled Pending Overdue Undetermined }
    Listing { Included Excluded Unclear Silent }
    ReadingSet { Latest InForceAtIncident All }
    GroupBy { Day Week Month Place AttributedTo Against Object Act Weapon Claimant }
    InconsistencyType { OutsideOwnReading NotSettledByOwnReading SelfContradiction }
    BriefingSectionKind {
        Contacts Readouts Readings Incidents Verdicts Allegations Claims Exchanges Statements Positions Pledges
        Forecasts Obligations Coverage Corrections Sources
    }
    BriefingSentenceKind { New Updated Withdrawn Note }
    KeyPointRule { Contact Incidents Upcoming Exchange Texts Due }
    BriefingChartKind { IncidentsByDay VerdictsByDay AllegationsBySide Timeline }
}

/// The wire says in the name what the domain says by the place.
impl Mirrored for Cause {
    const NAME: &'static str = "MissingCause";

    fn of_number(number: i32) -> Option<Option<Self>> {
        let value = pb::MissingCause::try_from(number).ok()?;
        Some(match value {
            pb::MissingCause::Unspecified => None,
            pb::MissingCause::Fact => Some(Cause::Fact),
            pb::MissingCause::Dispute => Some(Cause::Dispute),
            pb::MissingCause::Reading => Some(Cause::Reading),
        })
    }

    fn number(self) -> i32 {
        i32::from(match self {
            Cause::Fact => pb::MissingCause::Fact,
            Cause::Dispute => pb::MissingCause::Dispute,
            Cause::Reading => pb::MissingCause::Reading,
        })
    }
}

/// The wire says in the name what the view says by the place.
impl Mirrored for Outcome {
    const NAME: &'static str = "ComparisonOutcome";

    fn of_number(number: i32) -> Option<Option<Self>> {
        let value = pb::ComparisonOutcome::try_from(number).ok()?;
        Some(match value {
            pb::ComparisonOutcome::Unspecified => None,
            pb::ComparisonOutcome::AgreedBreach => Some(Outcome::AgreedBreach),
            pb::ComparisonOutcome::AgreedNoBreach => Some(Outcome::AgreedNoBreach),
            pb::ComparisonOutcome::Contested => Some(Outcome::Contested),
            pb::ComparisonOutcome::Open => Some(Outcome::Open),
            pb::ComparisonOutcome::NotAssessed => Some(Outcome::NotAssessed),
        })
    }

    fn number(self) -> i32 {
        i32::from(match self {
            Outcome::AgreedBreach => pb::ComparisonOutcome::AgreedBreach,
            Outcome::AgreedNoBreach => pb::ComparisonOutcome::AgreedNoBreach,
            Outcome::Contested => pb::ComparisonOutcome::Contested,
            Outcome::Open => pb::ComparisonOutcome::Open,
            Outcome::NotAssessed => pb::ComparisonOutcome::NotAssessed,
        })
    }
}

/// A truth as a text states it: the wire calls it a `Tristate`, and an open one unclear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stated(pub Truth);

impl Mirrored for Stated {
    const NAME: &'static str = "Tristate";

    fn of_number(number: i32) -> Option<Option<Self>> {
        let value = pb::Tristate::try_from(number).ok()?;
        Some(match value {
            pb::Tristate::Unspecified => None,
            pb::Tristate::Yes => Some(Stated(Truth::Yes)),
            pb::Tristate::No => Some(Stated(Truth::No)),
            pb::Tristate::Unclear => Some(Stated(Truth::Unknown)),
        })
    }

    fn number(self) -> i32 {
        i32::from(match self.0 {
            Truth::Yes => pb::Tristate::Yes,
            Truth::No => pb::Tristate::No,
            Truth::Unknown => pb::Tristate::Unclear,
        })
    }
}

/// Unspecified has a meaning of its own here, so that zero is read as a value and written for one.
impl Mirrored for CountingRule {
    const NAME: &'static str = "CountingRule";

    fn of_number(number: i32) -> Option<Option<Self>> {
        let value = pb::CountingRule::try_from(number).ok()?;
        Some(Some(match value {
            pb::CountingRule::Unspecified => CountingRule::Unspecified,
            pb::CountingRule::InclusiveDays => CountingRule::InclusiveDays,
            pb::CountingRule::Elapsed => CountingRule::Elapsed,
            pb::CountingRule::CalendarMonth => CountingRule::CalendarMonth,
        }))
    }

    fn number(self) -> i32 {
        i32::from(match self {
            CountingRule::Unspecified => pb::CountingRule::Unspecified,
            CountingRule::InclusiveDays => pb::CountingRule::InclusiveDays,
            CountingRule::Elapsed => pb::CountingRule::Elapsed,
            CountingRule::CalendarMonth => pb::CountingRule::CalendarMonth,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_of_a_list_comes_back_and_a_stranger_is_unknown() {
        fn check<M: Mirrored + std::fmt::Debug>(values: i32) {
            for number in 1..=values {
                let value = M::of_number(number).flatten().expect("a value");
                assert_eq!(value.number(), number, "{}", M::NAME);
            }
            assert!(M::of_number(values + 1).is_none(), "{}", M::NAME);
            assert!(M::of_number(999).is_none() && M::of_number(-1).is_none());
        }
        check::<ActorType>(6);
        check::<StancePosition>(12);
        check::<Reliability>(6);
        check::<Credibility>(6);
        check::<Stated>(3);
        check::<CountingRule>(3);
        assert_eq!(ActorType::of_number(0), Some(None));
        assert_eq!(CountingRule::of_number(0), Some(Some(CountingRule::Unspecified)));
    }
}
