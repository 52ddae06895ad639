//! Tally: how many incidents have which verdict, per reading, basis and group.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::evidence::Basis;
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::name::Collection;
use crate::domain::record::Body;
use crate::domain::selection::Fact;
use crate::domain::taxonomy;
use crate::domain::things::{PlaceType, Taxonomy};
use crate::domain::time::{Range, Zone};
use crate::domain::verdict::Verdict;

use super::assess::Docket;
use super::choice::Chosen;
use super::columns::{Bits, Dictionary, Table, Verdicts};
use super::filter::Filter;
use super::snapshot::Snapshot;

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
    let table = frame.table(snapshot, basis);
    let mut groupers: Vec<Grouper<'_>> =
        group_by.iter().map(|by| Grouper::new(*by, filter, snapshot, zone, table)).collect();
    let mut of_readings = Vec::new();
    for (first, some) in readings.chunks(READINGS_AT_A_TIME).enumerate().map(|(i, c)| (i * READINGS_AT_A_TIME, c)) {
        for (i, verdicts) in frame.verdicts_of_many(snapshot, some, basis).iter().enumerate() {
            let cells = cells(docket, &docket.applied(some[i]), verdicts, table, &mut groupers);
            let named = |cell: Vec<Option<usize>>| {
                let keys =
                    cell.into_iter().zip(&groupers).map(|(key, grouper)| key.map(|key| grouper.keys[key].clone()));
                keys.collect::<Vec<Option<GroupKey>>>()
            };
            let cells = cells.into_iter().filter(|(_, counts)| *counts != Counts::default());
            let mut rows: Vec<TallyRow> = cells.map(|(cell, counts)| row(first + i, named(cell), counts)).collect();
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

/// Counts by cell: a cell is one key of each grouper, or none of any.
fn cells(
    docket: &Docket<'_>,
    applied: &Bits,
    verdicts: &Verdicts,
    table: &Table,
    groupers: &mut [Grouper<'_>],
) -> HashMap<Vec<Option<usize>>, Counts> {
    let parts = docket.snapshot.parts();
    let mut cells: HashMap<Vec<Option<usize>>, Counts> = HashMap::new();
    // Incidents that have to do with parts and wholes are counted last, when all of a cell are known.
    let mut linked: HashMap<Vec<Option<usize>>, Vec<(usize, Verdict)>> = HashMap::new();
    let mut of_incident: Vec<Vec<Option<usize>>> = Vec::new();
    for group in applied.iter() {
        of_incident.clear();
        for slot in table.slots_of(group) {
            let mut of_row: Vec<Vec<Option<usize>>> = vec![Vec::new()];
            for grouper in groupers.iter_mut() {
                let keys = grouper.groups(table, slot);
                of_row =
                    of_row.iter().flat_map(|cell| keys.iter().map(|key| [&cell[..], &[Some(*key)]].concat())).collect();
            }
            for cell in of_row {
                if !of_incident.contains(&cell) {
                    of_incident.push(cell);
                }
            }
        }
        if of_incident.is_empty() {
            of_incident.push(vec![None; groupers.len()]);
        }
        let verdict = verdicts.of(group);
        for cell in of_incident.drain(..) {
            if parts.is_linked(group) {
                linked.entry(cell).or_default().push((group, verdict));
            } else {
                cells.entry(cell).or_default().add(verdict);
            }
        }
    }
    for (cell, incidents) in linked {
        let all: Vec<usize> = incidents.iter().map(|(group, _)| *group).collect();
        let with_verdict = incidents.iter().filter(|(_, verdict)| *verdict != Verdict::NotAssessed);
        let left_out = parts.wholes_of(&all, &with_verdict.map(|(group, _)| *group).collect::<Vec<_>>());
        let counts = cells.entry(cell).or_default();
        for (_, verdict) in incidents.iter().filter(|(group, _)| !left_out.contains(group)) {
            counts.add(*verdict);
        }
    }
    cells
}

/// Finds the groups of a row by one dimension.
struct Grouper<'s> {
    by: GroupBy,
    zone: &'s Zone,
    /// Every group met so far, or every one that there can be.
    keys: Vec<GroupKey>,
    /// For a dimension that is a hierarchy: the groups of each number of its column.
    of_number: Vec<Vec<usize>>,
    /// For time: the groups by their names.
    by_name: HashMap<String, usize>,
}

impl<'s> Grouper<'s> {
    fn new(by: GroupBy, filter: &Filter, snapshot: &Snapshot, zone: &'s Zone, table: &Table) -> Grouper<'s> {
        let mut grouper = Grouper { by, zone, keys: Vec::new(), of_number: Vec::new(), by_name: HashMap::new() };
        let Some((hierarchy, words, key)) = dimension(by, snapshot, table) else { return grouper };
        let nodes = nodes(by, filter, snapshot);
        grouper.keys = nodes.iter().map(|&n| key(hierarchy.key(n).clone())).collect();
        // The groups at or above each node, downwards once.
        let mut of_node: Vec<Vec<usize>> = vec![Vec::new(); hierarchy.len()];
        for (group, &node) in nodes.iter().enumerate() {
            for below in hierarchy.at_or_below_all(node) {
                of_node[below.index()].push(group);
            }
        }
        grouper.of_number = (0..words.len())
            .map(|number| match words.own(number) {
                Fact::Anything => Vec::new(),
                Fact::Node(node) => of_node[node.index()].clone(),
                within @ Fact::Within(_) => {
                    let below = within.nodes(hierarchy).unwrap_or_default();
                    let certain = |group: &usize| below.iter().all(|n| of_node[n.index()].contains(group));
                    (0..nodes.len()).filter(certain).collect()
                }
            })
            .collect();
        grouper
    }

    fn groups(&mut self, table: &Table, slot: usize) -> Vec<usize> {
        let column = match self.by {
            GroupBy::Day | GroupBy::Week | GroupBy::Month => {
                return table.time_of(slot).and_then(|time| self.period(&time)).into_iter().collect();
            }
            GroupBy::Place => &table.place,
            GroupBy::AttributedTo => &table.author,
            GroupBy::Against => &table.against,
            GroupBy::Claimant => &table.claimant,
            GroupBy::Object => &table.object,
            GroupBy::Act => &table.act,
            GroupBy::Weapon => &table.weapon,
        };
        self.of_number[column[slot] as usize].clone()
    }

    /// The day, week or month that a time certainly lies in; none for a span across two.
    fn period(&mut self, time: &Range) -> Option<usize> {
        let last = time.to?.checked_sub(jiff::SignedDuration::from_nanos(1)).ok()?;
        let (first, last) = (self.zone.day_of(time.from?), self.zone.day_of(last));
        let name = |day: jiff::civil::Date| match self.by {
            GroupBy::Week => {
                let week = day.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            GroupBy::Month => format!("{:04}-{:02}", day.year(), day.month()),
            _ => day.to_string(),
        };
        let named = name(first);
        if first != last && named != name(last) {
            return None;
        }
        let next = self.keys.len();
        let key = *self.by_name.entry(named).or_insert_with_key(|named| {
            self.keys.push(GroupKey::Time(named.clone()));
            next
        });
        Some(key)
    }
}

/// How a key of a hierarchy is made a group.
type MakeKey = fn(Arc<str>) -> GroupKey;

/// The hierarchy of a dimension, what its column says in numbers, and how its keys are named; `None` for time.
fn dimension<'s>(
    by: GroupBy,
    snapshot: &'s Snapshot,
    table: &'s Table,
) -> Option<(&'s Hierarchy, &'s Dictionary, MakeKey)> {
    let (world, words) = (&snapshot.world, &table.words);
    Some(match by {
        GroupBy::Day | GroupBy::Week | GroupBy::Month => return None,
        GroupBy::Place => (&world.places, &words.places, GroupKey::Place),
        GroupBy::AttributedTo | GroupBy::Against | GroupBy::Claimant => (&world.actors, &words.actors, GroupKey::Actor),
        GroupBy::Object => (&world.objects, &words.objects, GroupKey::Class),
        GroupBy::Act => (&world.acts, &words.acts, GroupKey::Class),
        GroupBy::Weapon => (&world.weapons, &words.weapons, GroupKey::Class),
    })
}

/// The nodes that are groups: those that the filter lists, else countries, top affiliations, or the children of the root.
fn nodes(by: GroupBy, filter: &Filter, snapshot: &Snapshot) -> Vec<Node> {
    let world = &snapshot.world;
    let tops = |h: &Hierarchy| h.nodes().filter(|n| h.parents(*n).is_empty()).collect::<Vec<_>>();
    let listed = |keys: Vec<Arc<str>>, h: &Hierarchy, otherwise: &dyn Fn() -> Vec<Node>| {
        if keys.is_empty() { otherwise() } else { keys.iter().filter_map(|k| h.find(k)).collect() }
    };
    let actors = |names: &[crate::domain::name::ActorName]| {
        listed(names.iter().map(|n| n.id().shared()).collect(), &world.actors, &|| tops(&world.actors))
    };
    let children = |h: &Hierarchy, key: &str| h.find(key).map(|n| h.children(n).to_vec()).unwrap_or_default();
    let classes = |ids: &[crate::domain::values::ClassId], t: Taxonomy| {
        let hierarchy = world.classes(t);
        listed(ids.iter().map(|c| c.0.clone()).collect(), hierarchy, &|| match t {
            Taxonomy::Objects => {
                [children(hierarchy, "infra"), hierarchy.find("military").into_iter().collect()].concat()
            }
            Taxonomy::Acts | Taxonomy::Weapons => children(hierarchy, taxonomy::root(t)),
        })
    };
    match by {
        GroupBy::Day | GroupBy::Week | GroupBy::Month => Vec::new(),
        GroupBy::Place => {
            listed(filter.places.iter().map(|p| p.id().shared()).collect(), &world.places, &|| countries(snapshot))
        }
        GroupBy::AttributedTo => actors(&filter.attributed_to),
        GroupBy::Against => actors(&filter.against),
        GroupBy::Claimant => actors(&filter.claimants),
        GroupBy::Object => classes(&filter.objects, Taxonomy::Objects),
        GroupBy::Act => classes(&filter.acts, Taxonomy::Acts),
        GroupBy::Weapon => classes(&filter.weapons, Taxonomy::Weapons),
    }
}

fn countries(snapshot: &Snapshot) -> Vec<Node> {
    let is_country = |body: &Body| matches!(body, Body::Place(place) if place.place_type == PlaceType::Country);
    let countries = snapshot.all_live(Collection::Places).filter(|revision| is_country(&revision.body));
    countries.filter_map(|revision| snapshot.world.places.find(revision.name.id.as_str())).collect()
}
