//! A reading: what one actor, in one instrument, takes a term to mean.

use super::name::{ActorName, InstrumentName, ReadingName, TermName};
use super::selection::Selection;
use super::texts::ContactType;
use super::truth::Truth;
use super::undertakings::{PersonCategory, PledgeMove, PledgeType};
use super::values::Ground;
use super::window::Window;

/// A reading as recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The term.
    pub term: TermName,
    /// Whose reading it is.
    pub held_by: ActorName,
    /// The text it rests on.
    pub instrument: InstrumentName,
    /// The few words.
    pub wording: String,
    /// The reading of the same term and holder that it replaces.
    pub supersedes: Option<ReadingName>,
    /// What it says.
    pub clause: Clause,
}

/// What a reading says, apart from whose it is. A hypothetical reading has only this and a term.
#[derive(Debug, Clone, PartialEq)]
pub struct Clause {
    /// Whether the text sets a rule at all.
    pub operative: Truth,
    /// Whether an attempt counts as a strike.
    pub attempts: Truth,
    /// The grounds it allows.
    pub exceptions: Vec<Ground>,
    /// Who is bound.
    pub actors: Option<Selection>,
    /// Which side is protected.
    pub against: Option<Selection>,
    /// What is prohibited.
    pub acts: Option<Selection>,
    /// What is protected.
    pub objects: Option<Selection>,
    /// In which area.
    pub places: Option<Selection>,
    /// Which weapons.
    pub weapons: Option<Selection>,
    /// In which time.
    pub window: Window,
    /// For an obligation: what is to be done, all of it.
    pub duties: Vec<Duty>,
}

/// One thing that an obligation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Duty {
    /// A contact is held.
    Contact {
        /// Of which type; `None`: any.
        contact_type: Option<ContactType>,
        /// With all of these.
        participants: Vec<ActorName>,
    },
    /// An exchange is confirmed.
    Exchange {
        /// Who hands over; `None`: anyone.
        from: Option<ActorName>,
        /// Who receives; `None`: anyone.
        to: Option<ActorName>,
        /// Of which persons; `None`: any.
        category: Option<PersonCategory>,
        /// At least so many.
        at_least: Option<i32>,
    },
    /// A pledge is made or delivered.
    Pledge {
        /// Of what; `None`: anything.
        pledge_type: Option<PledgeType>,
        /// Which move; `None`: any by which it is made, kept up or delivered.
        pledge_move: Option<PledgeMove>,
        /// To whom; empty: to anyone.
        to: Vec<ActorName>,
    },
}
