//! What is said to have happened: incidents, reports and findings, and the facts they give.

use super::name::{ActorName, IncidentName, PlaceName, StatementName, TermName};
use super::things::Taxonomy;
use super::time::Span;
use super::values::Ground;
use super::values::{ClassId, Words};
use super::values::{Point, Quantity};

/// That something happened, or is said to have: identity only, no judgement.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// How it is called.
    pub display_name: String,
    /// About when.
    pub about: Option<Span>,
    /// About where.
    pub place: Option<PlaceName>,
}

/// What one claimant says about one incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The incident.
    pub incident: IncidentName,
    /// Who says so.
    pub claimant: ActorName,
    /// The statement it rests on, whose citations it inherits.
    pub statement: Option<StatementName>,
    /// What is affirmed; `None`: nothing.
    pub facts: Option<Facts>,
    /// What is denied.
    pub denies: Vec<Proposition>,
    /// Which terms are said to be breached.
    pub alleges_breach_of: Vec<TermName>,
}

/// What the monitors themselves determined about an incident.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The incident.
    pub incident: IncidentName,
    /// How far it got.
    pub status: FindingStatus,
    /// What was found; `None`: nothing.
    pub facts: Option<Facts>,
    /// What was found not to be so.
    pub denies: Vec<Proposition>,
    /// Why.
    pub rationale: String,
    /// Who determined it: an actor's name or free words.
    pub made_by: Words,
}

/// How far a finding got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the field's own words")]
pub enum FindingStatus {
    Open,
    Verified,
    Unverifiable,
}

/// What can be denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Proposition {
    /// That it happened.
    Occurred,
    /// Who did it.
    Author,
    /// What was struck.
    Object,
    /// That it breached the terms.
    Breach,
}

/// The facts of a report or finding. What is absent was not given.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Some time within.
    pub occurred: Option<Span>,
    /// Where.
    pub place: Option<PlaceName>,
    /// Where exactly; decides no verdict.
    pub point: Option<Point>,
    /// How far from the point, in metres.
    pub radius_m: Option<f64>,
    /// What was done.
    pub act: Option<ClassId>,
    /// By whom.
    pub attributed_to: Option<ActorName>,
    /// Against which side.
    pub against: Option<ActorName>,
    /// The things struck.
    pub struck: Vec<Struck>,
    /// Who was harmed.
    pub casualties: Option<Casualties>,
    /// The ground on which it is excused.
    pub ground: Option<Ground>,
}

/// One thing struck.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Struck {
    /// What kind of object.
    pub object: Option<ClassId>,
    /// Which facility, a place or free words; the element *place* does not go by it.
    pub facility: Words,
    /// Whether it was hit.
    pub effect: Option<Effect>,
    /// With what.
    pub weapon: Option<ClassId>,
    /// How many were cut off.
    pub people_cut_off: Option<Quantity>,
}

/// What became of a strike on one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// It was struck.
    Hit,
    /// What was fired was stopped.
    Intercepted,
    /// What was fired missed.
    Missed,
    /// It felt the strike downstream.
    Affected,
}

/// Who was harmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Casualties {
    /// How many died.
    pub killed: Option<Quantity>,
    /// How many were injured.
    pub injured: Option<Quantity>,
}

impl Facts {
    /// Every class that the facts name, with its taxonomy.
    pub fn classes(&self) -> Vec<(Taxonomy, &str)> {
        let act = self.act.iter().map(|a| (Taxonomy::Acts, a.as_str()));
        let struck = self.struck.iter().flat_map(|s| {
            let object = s.object.iter().map(|o| (Taxonomy::Objects, ClassId::as_str(o)));
            object.chain(s.weapon.iter().map(|w| (Taxonomy::Weapons, ClassId::as_str(w))))
        });
        act.chain(struck).collect()
    }
}
