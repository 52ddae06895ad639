//! Tally: how many incidents have which verdict, per reading, basis and group.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::evidence::Basis;
use crate::domain::time::Zone;
use crate::domain::verdict::Verdict;

use super::assess::Docket;
use super::choice::Chosen;
use super::columns::{Bits, Verdicts};
use super::filter::Filter;
use super::grouping::Cells;

/// By what incidents are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the contract's own words")]
pub enum GroupBy {
    Day,
    Week,
    Month,
    Place,
    AttributedTo,
    Against,
    Object,
    Act,
    Weapon,
    Claimant,
}

/// One row of a tally.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyRow {
    /// Which of the docket's readings.
    pub reading: usize,
    /// The basis.
    pub basis: Basis,
    /// One group for each that was asked for; `None`: none certain.
    pub group: Vec<Option<GroupKey>>,
    /// How many of each verdict.
    pub counts: Counts,
}

/// A group of incidents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKey {
    /// A day, week or month, such as `2025-03-19`, `2025-W12` or `2025-03`.
    Time(String),
    /// An actor, by its identifier.
    Actor(Arc<str>),
    /// A place, by its identifier.
    Place(Arc<str>),
    /// A class.
    Class(Arc<str>),
}

/// How many incidents have which verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Breach.
    pub breach: i64,
    /// No breach.
    pub no_breach: i64,
    /// Undetermined.
    pub undetermined: i64,
    /// No row on this basis.
    pub not_assessed: i64,
}

impl Counts {
    fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Breach => self.breach += 1,
            Verdict::NoBreach => self.no_breach += 1,
            Verdict::Undetermined => self.undetermined += 1,
            Verdict::NotAssessed => self.not_assessed += 1,
        }
    }
}

/// Counts a docket. Without groups every reading and basis has one row, even of zeros.
pub fn tally(docket: &Docket<'_>, filter: &Filter, group_by: &[GroupBy], zone: &Zone) -> Vec<TallyRow> {
    let all: Vec<&Chosen<'_>> = docket.readings.iter().collect();
    // For each basis, what its readings need, in their order; then by reading, as the contract has it.
    let mut of_bases: Vec<_> =
        docket.bases.iter().map(|&basis| of_basis(docket, &all, basis, filter, group_by, zone)).collect();
    let mut rows = Vec::new();
    for _ in 0..all.len() {
        rows.extend(of_bases.iter_mut().flat_map(|of_basis| of_basis.next().unwrap_or_default()));
    }
    rows
}

/// The rows of each reading on one basis.
fn of_basis<'d>(
    docket: &'d Docket<'_>,
    readings: &[&'d Chosen<'_>],
    basis: Basis,
    filter: &Filter,
    group_by: &[GroupBy],
    zone: &Zone,
) -> std::vec::IntoIter<Vec<TallyRow>> {
    let (snapshot, frame) = (docket.snapshot, docket.snapshot.frame());
    let row = |reading, group, counts| TallyRow { reading, basis, group, counts };
    let assessed = frame.assessed(snapshot, basis);
    if group_by.is_empty() {
        let counts = count_all(docket, readings, basis, assessed);
        let rows = counts.into_iter().enumerate().map(|(reading, counts)| vec![row(reading, Vec::new(), counts)]);
        return rows.collect::<Vec<_>>().into_iter();
    }
    let cells = Cells::of(snapshot, frame.table(snapshot, basis), &docket.admitted, filter, group_by, zone);
    let mut of_readings = Vec::new();
    for (first, some) in readings.chunks(READINGS_AT_A_TIME).enumerate().map(|(i, c)| (i * READINGS_AT_A_TIME, c)) {
        for (i, verdicts) in frame.verdicts_of_many(snapshot, some, basis).iter().enumerate() {
            let counts = count_cells(docket, &docket.applied(some[i]), verdicts, &cells);
            let cells = cells.names.iter().zip(counts).filter(|(_, counts)| *counts != Counts::default());
            let mut rows: Vec<TallyRow> = cells.map(|(name, counts)| row(first + i, name.clone(), counts)).collect();
            rows.sort_by(|a, b| a.group.cmp(&b.group));
            of_readings.push(rows);
        }
    }
    of_readings.into_iter()
}

/// How many readings' sets of incidents are held at a time: they are judged together, and a set has a bit an incident.
const READINGS_AT_A_TIME: usize = 32;

/// Counts all incidents of each reading on a basis at once. Those that apply to every incident are judged in one pass.
fn count_all(docket: &Docket<'_>, readings: &[&Chosen<'_>], basis: Basis, assessed: &Bits) -> Vec<Counts> {
    let (snapshot, frame) = (docket.snapshot, docket.snapshot.frame());
    let base_of = |applied: &Bits| {
        let mut base = applied.clone();
        docket.left_out(applied, assessed).into_iter().for_each(|group| base.remove(group));
        base
    };
    let count = |n: u64| i64::try_from(n).expect("fewer incidents than i64 holds");
    let counts_of = |base: &Bits, of: &[&Chosen<'_>]| -> Vec<Counts> {
        let (all, with_row) = (base.count() as u64, base.count_and(assessed) as u64);
        let counts = frame.counts(snapshot, of, basis, base).into_iter();
        // Where there is no row, nothing is true, so what is not settled as none has a row.
        let counts = counts.map(|(breach, not_no)| Counts {
            breach: count(breach),
            no_breach: count(with_row - not_no),
            undetermined: count(not_no - breach),
            not_assessed: count(all - with_row),
        });
        counts.collect()
    };
    let always: Vec<&Chosen<'_>> = readings.iter().copied().filter(|reading| reading.applies_always()).collect();
    let mut together =
        if always.is_empty() { Vec::new() } else { counts_of(&base_of(&docket.admitted), &always) }.into_iter();
    let each = readings.iter().map(|reading| match reading.applies_always() {
        true => together.next().unwrap_or_default(),
        false => counts_of(&base_of(&docket.applied(reading)), &[reading])[0],
    });
    each.collect()
}

/// Counts by cell.
fn count_cells(docket: &Docket<'_>, applied: &Bits, verdicts: &Verdicts, cells: &Cells) -> Vec<Counts> {
    let parts = docket.snapshot.parts();
    let mut counts = vec![Counts::default(); cells.names.len()];
    for (incident, cell) in cells.alone.iter().map(|(incident, cell)| (*incident as usize, *cell as usize)) {
        if applied.has(incident) {
            counts[cell].add(verdicts.of(incident));
        }
    }
    // Incidents that have to do with parts and wholes are counted last, when all of a cell are known.
    let mut linked: HashMap<usize, Vec<(usize, Verdict)>> = HashMap::new();
    for (incident, cell) in cells.linked.iter().filter(|(incident, _)| applied.has(*incident)) {
        linked.entry(*cell).or_default().push((*incident, verdicts.of(*incident)));
    }
    for (cell, incidents) in linked {
        let all: Vec<usize> = incidents.iter().map(|(incident, _)| *incident).collect();
        let with_verdict = incidents.iter().filter(|(_, verdict)| *verdict != Verdict::NotAssessed);
        let left_out = parts.wholes_of(&all, &with_verdict.map(|(incident, _)| *incident).collect::<Vec<_>>());
        for (_, verdict) in incidents.iter().filter(|(incident, _)| !left_out.contains(incident)) {
            counts[cell].add(*verdict);
        }
    }
    counts
}
