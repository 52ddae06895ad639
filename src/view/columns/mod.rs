//! The column engine: the verdict of every incident under a reading at once, as sets of bits.
//!
//! It must say what the row-wise oracle says (`view::oracle`); a property test demands it. Explanations stay with the oracle.
//!
//! ```text
//! snapshot ─► rows by basis ─► one number per row and element ┐
//! reading ──► one truth per number ───────────────────────────┴─► yes / not no, and over elements, or over rows
//! ```
//!
//! Most incidents have one report and no denial: what one report says at its word is then what nobody disputes. The others are
//! weighed once, when the table is made, and become rows like any other: a disputed element is one more number.

mod bits;
mod dictionary;
mod judge;
mod packed;
mod table;

use std::sync::OnceLock;

use crate::domain::evidence::{Basis, GroundClaim};
use crate::domain::hierarchy::Node;
use crate::domain::record::{Body, Revision};
use crate::domain::report::{Facts, FindingStatus, Proposition, Struck};
use crate::domain::selection::Fact;
use crate::domain::time::Range;
use crate::domain::verdict::{Applied, Verdict, strikes_nothing};

use super::choice::Chosen;
use super::snapshot::{Group, Snapshot};

pub use bits::Bits;
pub(super) use dictionary::Dictionary;
use dictionary::NOT_GIVEN;
use table::{Plain, Truths};
pub(super) use table::{Table, Wanted as Asked};

/// The columns of one snapshot, each basis made when it is first asked for.
#[derive(Debug, Default)]
pub struct Frame {
    alleged: OnceLock<Table>,
    undisputed: OnceLock<Table>,
    corroborated: OnceLock<Table>,
    verified: OnceLock<Table>,
    said: OnceLock<Table>,
    times: OnceLock<Vec<Range>>,
}

/// The verdicts of every incident under one reading on one basis.
#[derive(Debug, Clone)]
pub struct Verdicts {
    /// Has a row.
    pub assessed: Bits,
    /// Breach.
    pub breach: Bits,
    /// No row is certainly other than no breach: together with `breach` this tells all.
    pub not_settled_as_none: Bits,
}

impl Verdicts {
    /// The verdict of one incident.
    pub fn of(&self, group: usize) -> Verdict {
        match (self.assessed.has(group), self.breach.has(group), self.not_settled_as_none.has(group)) {
            (false, _, _) => Verdict::NotAssessed,
            (true, true, _) => Verdict::Breach,
            (true, false, true) => Verdict::Undetermined,
            (true, false, false) => Verdict::NoBreach,
        }
    }
}

impl Frame {
    /// The verdicts of every incident of the snapshot, whether the reading applies to it or not.
    pub fn verdicts(&self, snapshot: &Snapshot, reading: &Chosen<'_>, basis: Basis) -> Verdicts {
        let table = self.table(snapshot, basis);
        let truths = table.truths(&reading.applied, &snapshot.world);
        Verdicts { assessed: table.present.clone(), breach: truths.yes, not_settled_as_none: truths.not_no }
    }

    /// The same under each of many readings, in one pass over the rows.
    pub fn verdicts_of_many(&self, snapshot: &Snapshot, readings: &[&Chosen<'_>], basis: Basis) -> Vec<Verdicts> {
        let table = self.table(snapshot, basis);
        let applied: Vec<&Applied<'_>> = readings.iter().map(|reading| &reading.applied).collect();
        let truths = table.truths_of_many(&applied, &snapshot.world).into_iter();
        let verdicts = |truths: Truths| Verdicts {
            assessed: table.present.clone(),
            breach: truths.yes,
            not_settled_as_none: truths.not_no,
        };
        truths.map(verdicts).collect()
    }

    /// Of the incidents in `base`, how many are a breach, and how many are not settled as none, under each of many readings.
    pub fn counts(&self, snapshot: &Snapshot, readings: &[&Chosen<'_>], basis: Basis, base: &Bits) -> Vec<(u64, u64)> {
        let applied: Vec<&Applied<'_>> = readings.iter().map(|reading| &reading.applied).collect();
        self.table(snapshot, basis).counts(&applied, &snapshot.world, base)
    }

    /// The incidents that have a row on a basis.
    pub fn assessed(&self, snapshot: &Snapshot, basis: Basis) -> &Bits {
        &self.table(snapshot, basis).present
    }

    /// When each incident happened.
    pub fn times(&self, snapshot: &Snapshot) -> &[Range] {
        self.times.get_or_init(|| snapshot.groups.iter().map(|group| time_of(snapshot, group)).collect())
    }

    pub(super) fn table(&self, snapshot: &Snapshot, basis: Basis) -> &Table {
        let cell = match basis {
            Basis::Alleged => &self.alleged,
            Basis::Undisputed => &self.undisputed,
            Basis::Corroborated => &self.corroborated,
            Basis::Verified => &self.verified,
        };
        cell.get_or_init(|| build(snapshot, basis))
    }

    /// What is said of each incident, for filters: every affirming report and finding, each thing struck a row.
    pub(super) fn said(&self, snapshot: &Snapshot) -> (&Table, u32) {
        let table = self.said.get_or_init(|| build_said(snapshot));
        (table, finding_number(snapshot))
    }
}

/// Stands where a row of a finding would name its claimant.
fn finding_number(snapshot: &Snapshot) -> u32 {
    u32::try_from(snapshot.world.actors.len() + 1).expect("fewer actors than u32 holds")
}

fn build(snapshot: &Snapshot, basis: Basis) -> Table {
    let world = &snapshot.world;
    let mut table = Table::new(snapshot.groups.len(), world);
    for (index, group) in snapshot.groups.iter().enumerate() {
        let reports: Vec<&Revision> = snapshot.reports(group).map(|r| &**r).collect();
        let affirming = reports.iter().filter(|r| affirmed(r).is_some()).count();
        let by_rows = match basis {
            Basis::Alleged => false,
            Basis::Undisputed => reports.len() > 1,
            Basis::Corroborated => affirming > 1,
            Basis::Verified => snapshot.findings(group).any(|f| is_verified(f)),
        };
        if by_rows {
            let evidence = snapshot.evidence(group);
            let grounds = evidence.grounds(basis);
            for row in evidence.rows(basis, world) {
                let act = row.act.own.as_ref().map_or(Fact::Anything, |v| v.value.clone());
                let claimant = evidence.reports.iter().find(|r| r.source == row.source).and_then(|r| r.claimant);
                let strikes_nothing = strikes_nothing(&act, &world.acts);
                table.push_weighed(index, &row, Dictionary::node(claimant), &grounds, strikes_nothing, &world.actors);
            }
            continue;
        }
        if matches!(basis, Basis::Corroborated | Basis::Verified) || affirming == 0 {
            continue;
        }
        let grounds = grounds_of(snapshot, group, basis);
        for report in &reports {
            let Some(facts) = affirmed(report) else { continue };
            let claimant = match &report.body {
                Body::Report(report) => Dictionary::node(world.actors.find(report.claimant.id().as_str())),
                _ => NOT_GIVEN,
            };
            for row in plain_rows(facts, snapshot) {
                table.push_plain(index, &row, claimant, &grounds, &world.actors);
            }
        }
    }
    table
}

fn build_said(snapshot: &Snapshot) -> Table {
    let world = &snapshot.world;
    let mut table = Table::new(snapshot.groups.len(), world);
    for (index, group) in snapshot.groups.iter().enumerate() {
        for revision in snapshot.reports(group).chain(snapshot.findings(group)) {
            let Some(facts) = affirmed(revision) else { continue };
            let claimant = match &revision.body {
                Body::Report(report) => Dictionary::node(world.actors.find(report.claimant.id().as_str())),
                _ => finding_number(snapshot),
            };
            for row in plain_rows(facts, snapshot) {
                table.push_plain(index, &row, claimant, &[], &world.actors);
            }
        }
    }
    table
}

/// What a report or finding affirms: nothing without facts, and nothing where it denies that the incident occurred.
fn affirmed(revision: &Revision) -> Option<&Facts> {
    let (facts, denies) = match &revision.body {
        Body::Report(report) => (report.facts.as_ref(), &report.denies),
        Body::Finding(finding) => (finding.facts.as_ref(), &finding.denies),
        _ => return None,
    };
    facts.filter(|_| !denies.contains(&Proposition::Occurred))
}

fn is_verified(revision: &Revision) -> bool {
    matches!(&revision.body, Body::Finding(finding) if finding.status == FindingStatus::Verified)
}

/// The grounds named for an incident; most have none, and are not looked at twice.
fn grounds_of(snapshot: &Snapshot, group: &Group, basis: Basis) -> Vec<GroundClaim> {
    let mut said = snapshot.reports(group).chain(snapshot.findings(group));
    if said.any(|r| affirmed(r).is_some_and(|facts| facts.ground.is_some())) {
        snapshot.evidence(group).grounds(basis)
    } else {
        Vec::new()
    }
}

fn plain_rows(facts: &Facts, snapshot: &Snapshot) -> Vec<Plain> {
    let world = &snapshot.world;
    let act = facts.act.as_ref().and_then(|c| world.acts.find(c.as_str()));
    let of_act = |act: Option<Node>| act.is_some_and(|node| strikes_nothing(&Fact::Node(node), &world.acts));
    let row = |struck: Option<&Struck>| Plain {
        author: facts.attributed_to.as_ref().and_then(|n| world.actors.find(n.id().as_str())),
        act,
        against: facts.against.as_ref().and_then(|n| world.actors.find(n.id().as_str())),
        object: struck.and_then(|s| s.object.as_ref()).and_then(|c| world.objects.find(c.as_str())),
        place: facts.place.as_ref().and_then(|n| world.places.find(n.id().as_str())),
        weapon: struck.and_then(|s| s.weapon.as_ref()).and_then(|c| world.weapons.find(c.as_str())),
        occurred: facts.occurred.as_ref().map(|s| s.range()),
        effect: struck.and_then(|s| s.effect),
        strikes_nothing: of_act(act),
    };
    if facts.struck.is_empty() { vec![row(None)] } else { facts.struck.iter().map(|s| row(Some(s))).collect() }
}

fn time_of(snapshot: &Snapshot, group: &Group) -> Range {
    let given = snapshot.reports(group).filter_map(|r| affirmed(r)?.occurred.as_ref().map(|s| s.range()));
    let about = |revision: &Revision| match &revision.body {
        Body::Incident(incident) => incident.about.as_ref().map(|s| s.range()),
        _ => None,
    };
    let abouts = || snapshot.members(group).filter_map(|r| about(r)).reduce(|a, b| a.hull(&b));
    given.reduce(|a, b| a.hull(&b)).or_else(abouts).unwrap_or(Range::ANY)
}

/// The incidents that certainly fit what is asked, and those that only may.
pub(super) fn fitting(snapshot: &Snapshot, asked: &Asked<'_>) -> (Bits, Bits) {
    let (said, finding) = snapshot.frame().said(snapshot);
    let truths = said.fits(asked, finding, &snapshot.world);
    let mut may = truths.not_no;
    may.and_not(&truths.yes);
    (truths.yes, may)
}
