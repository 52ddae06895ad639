//! What reports and findings say, as columns: one account for each of their revisions, one row for each thing struck in it.
//!
//! ```text
//!  incident 7 ─► report a ─► finding b ─► report c          by record: those about an incident, first recorded first
//!                  │ │
//!          account 0 3                                      by revision: whose, when, where, what is denied
//!                  │ └───────┐
//!           row  0 1 2   …   8 9                            by thing struck
//! ```
//!
//! They only grow, and nodes are numbered in order of first recording, so that what was written is true by every clock.

use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::record::{Body, Revision};
use crate::domain::report::{Effect, Facts, FindingStatus, Proposition, Report};
use crate::domain::things::Taxonomy;
use crate::domain::values::{ClassId, Ground};
use crate::view::store::{Pages, Spans, number};

/// A node as it is kept: 0 for none, else its number and one.
pub(in crate::view) type Kept = u32;

/// What one revision of a report or finding says, apart from the things struck.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::view) struct Account {
    /// Its first row.
    rows: u32,
    pub(in crate::view) claimant: Kept,
    pub(in crate::view) author: Kept,
    pub(in crate::view) act: Kept,
    pub(in crate::view) against: Kept,
    pub(in crate::view) place: Kept,
    /// The statement it rests on, by its number among the records, and one; 0: none.
    statement: u32,
    /// What kind it is of, and what it denies.
    marks: u8,
    /// The ground it affirms, by its place in [`Ground::ALL`], and one; 0: none.
    ground: u8,
    /// When, as [`Spans`] keeps it.
    from: i64,
    to: i64,
}

const FINDING: u8 = 1;
const VERIFIED: u8 = 1 << 1;
const AFFIRMS: u8 = 1 << 2;
/// The first of four bits, one for each proposition.
const DENIES: u8 = 1 << 3;

impl Account {
    /// Whether it is a finding's.
    pub(in crate::view) fn is_finding(&self) -> bool {
        self.marks & FINDING != 0
    }

    /// Whether it is a verified finding's.
    pub(in crate::view) fn is_verified(&self) -> bool {
        self.marks & VERIFIED != 0
    }

    /// Whether it affirms anything: it has facts, and does not deny that the incident occurred.
    pub(in crate::view) fn affirms(&self) -> bool {
        self.marks & AFFIRMS != 0
    }

    /// The ground it affirms.
    pub(in crate::view) fn ground(&self) -> Option<Ground> {
        Ground::ALL.get(usize::from(self.ground.checked_sub(1)?)).copied()
    }

    /// Whether it denies a proposition.
    pub(in crate::view) fn denies(&self, proposition: Proposition) -> bool {
        self.marks & denial(proposition) != 0
    }

    /// Whether it denies anything.
    pub(in crate::view) fn denies_anything(&self) -> bool {
        self.marks >= DENIES
    }

    /// The statement it rests on, by its number among the records.
    pub(in crate::view) fn statement(&self) -> Option<u32> {
        self.statement.checked_sub(1)
    }

    /// When it says that it happened, as it is kept.
    pub(in crate::view) fn occurred(&self) -> (i64, i64) {
        (self.from, self.to)
    }
}

fn denial(proposition: Proposition) -> u8 {
    DENIES
        << match proposition {
            Proposition::Occurred => 0,
            Proposition::Author => 1,
            Proposition::Object => 2,
            Proposition::Breach => 3,
        }
}

/// One thing struck.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::view) struct Struck {
    pub(in crate::view) object: Kept,
    pub(in crate::view) weapon: Kept,
    effect: u8,
}

impl Struck {
    /// What became of it.
    pub(in crate::view) fn effect(&self) -> Option<Effect> {
        [Effect::Hit, Effect::Intercepted, Effect::Missed, Effect::Affected]
            .get(usize::from(self.effect.checked_sub(1)?))
            .copied()
    }
}

/// A report or finding, whatever its revision.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::view) struct Said {
    /// Its number among the records.
    pub(in crate::view) record: u32,
    /// Its incident's number among the incidents.
    pub(in crate::view) incident: u32,
    /// The next one about the same incident, and one; 0: there is none yet.
    next: u32,
}

/// The first and the last that is said of an incident, and one; 0: nothing yet.
#[derive(Debug, Clone, Copy, Default)]
struct About {
    first: u32,
    last: u32,
}

/// The columns.
#[derive(Debug, Clone, Default)]
pub(in crate::view) struct Accounts {
    about: Pages<About>,
    said: Pages<Said>,
    accounts: Pages<Account>,
    rows: Pages<Struck>,
    /// When incidents themselves are said to have been.
    abouts: Pages<(i64, i64)>,
    spans: Spans,
}

/// Where the columns find the numbers of what a revision names.
pub(super) trait Numbers {
    /// An actor.
    fn actor(&self, id: &str) -> Kept;
    /// A place.
    fn place(&self, id: &str) -> Kept;
    /// A class.
    fn class(&self, taxonomy: Taxonomy, id: &str) -> Kept;
    /// A statement, by its number among the records, and one.
    fn statement(&self, id: &str) -> u32;
}

impl Accounts {
    /// Makes room for a new incident.
    pub(super) fn add_incident(&mut self) {
        self.about.push(About::default());
    }

    /// Adds a report or finding about an incident; returns its number among them.
    pub(super) fn add_said(&mut self, record: u32, incident: u32) -> u32 {
        let added = number(self.said.push(Said { record, incident, next: 0 }));
        let about = self.about.at_mut(incident as usize);
        let last = std::mem::replace(&mut about.last, added + 1);
        if last == 0 {
            about.first = added + 1;
        } else {
            self.said.at_mut(last as usize - 1).next = added + 1;
        }
        added
    }

    /// Keeps the time of an incident's revision; returns where.
    pub(super) fn add_about(&mut self, body: &Body) -> u32 {
        let Body::Incident(incident) = body else { return 0 };
        let Some(about) = &incident.about else { return 0 };
        let pair = self.spans.keep(Some(about.range()));
        number(self.abouts.push(pair) + 1)
    }

    /// Keeps what a revision of a report or finding says; returns its number among the accounts.
    pub(super) fn add(&mut self, revision: &Revision, numbers: &impl Numbers) -> u32 {
        let (facts, denies, mut marks, claimant): (&Option<Facts>, &[Proposition], u8, Kept) = match &revision.body {
            Body::Report(report) => (&report.facts, &report.denies, 0, numbers.actor(report.claimant.id().as_str())),
            Body::Finding(finding) => {
                let verified = if finding.status == FindingStatus::Verified { VERIFIED } else { 0 };
                (&finding.facts, &finding.denies, FINDING | verified, 0)
            }
            _ => (&None, &[], 0, 0),
        };
        let class = |taxonomy, id: &Option<ClassId>| id.as_ref().map_or(0, |id| numbers.class(taxonomy, id.as_str()));
        let rows = number(self.rows.len());
        let mut account = Account { rows, claimant, from: i64::MIN, to: i64::MAX, ..Account::default() };
        marks |= denies.iter().fold(0, |all, proposition| all | denial(*proposition));
        if let Body::Report(Report { statement: Some(statement), .. }) = &revision.body {
            account.statement = numbers.statement(statement.id().as_str());
        }
        if let Some(facts) = facts.as_ref().filter(|_| !denies.contains(&Proposition::Occurred)) {
            marks |= AFFIRMS;
            let ground = facts.ground.and_then(|ground| Ground::ALL.iter().position(|g| *g == ground));
            account.ground = ground.map_or(0, |at| u8::try_from(at + 1).expect("there are few grounds"));
            account.author = facts.attributed_to.as_ref().map_or(0, |name| numbers.actor(name.id().as_str()));
            account.against = facts.against.as_ref().map_or(0, |name| numbers.actor(name.id().as_str()));
            account.place = facts.place.as_ref().map_or(0, |name| numbers.place(name.id().as_str()));
            account.act = class(Taxonomy::Acts, &facts.act);
            (account.from, account.to) = self.spans.keep(facts.occurred.as_ref().map(|span| span.range()));
            for struck in &facts.struck {
                let effect = match struck.effect {
                    None => 0,
                    Some(Effect::Hit) => 1,
                    Some(Effect::Intercepted) => 2,
                    Some(Effect::Missed) => 3,
                    Some(Effect::Affected) => 4,
                };
                let object = class(Taxonomy::Objects, &struck.object);
                self.rows.push(Struck { object, weapon: class(Taxonomy::Weapons, &struck.weapon), effect });
            }
            if facts.struck.is_empty() {
                self.rows.push(Struck::default());
            }
        }
        account.marks = marks;
        number(self.accounts.push(account))
    }

    /// A report or finding.
    pub(in crate::view) fn said(&self, said: u32) -> &Said {
        self.said.at(said as usize)
    }

    /// Every report and finding, first recorded first.
    pub(in crate::view) fn all_said(&self) -> impl Iterator<Item = &Said> {
        self.said.iter_to(self.said.len())
    }

    /// The reports and findings about an incident, first recorded first, whatever the clock.
    pub(in crate::view) fn about(&self, incident: u32) -> impl Iterator<Item = (u32, &Said)> {
        let first = self.about.get(incident as usize).map_or(0, |about| about.first);
        let at = |number: u32| number.checked_sub(1).map(|said| (said, self.said.at(said as usize)));
        std::iter::successors(at(first), move |(_, said)| at(said.next))
    }

    /// An account.
    pub(in crate::view) fn account(&self, account: u32) -> &Account {
        self.accounts.at(account as usize)
    }

    /// The rows of an account: none where it affirms nothing.
    pub(in crate::view) fn rows(&self, account: u32) -> impl Iterator<Item = &Struck> {
        let start = self.accounts.at(account as usize).rows as usize;
        let end = self.accounts.get(account as usize + 1).map_or(self.rows.len(), |next| next.rows as usize);
        (start..end).map(|row| self.rows.at(row))
    }

    /// The time that a revision of an incident gives.
    pub(in crate::view) fn incident_time(&self, about: u32) -> Option<crate::domain::time::Range> {
        self.spans.of(*self.abouts.at(about.checked_sub(1)? as usize))
    }

    /// A time that was kept.
    pub(in crate::view) fn time(&self, pair: (i64, i64)) -> Option<crate::domain::time::Range> {
        self.spans.of(pair)
    }
}

/// The node that was kept.
pub(in crate::view) fn node(kept: Kept, hierarchy: &Hierarchy) -> Option<Node> {
    hierarchy.nth(kept.checked_sub(1)? as usize)
}
