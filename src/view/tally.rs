//! Tally: how many incidents have which verdict, per reading, basis and group.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::evidence::{Basis, Row};
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::name::Collection;
use crate::domain::record::Body;
use crate::domain::selection::Fact;
use crate::domain::taxonomy;
use crate::domain::things::{PlaceType, Taxonomy};
use crate::domain::time::{Range, Zone};
use crate::domain::verdict::Verdict;

use super::assess::{Admitted, Docket};
use super::filter::Filter;
use super::oracle::answer;
use super::parts::Parts;
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
    let groupers: Vec<Grouper<'_>> =
        group_by.iter().map(|by| Grouper::new(*by, filter, docket.snapshot, zone)).collect();
    let mut rows = Vec::new();
    for (index, reading) in docket.readings.iter().enumerate() {
        for &basis in &docket.bases {
            // Which incidents enter each cell, with their verdicts.
            let mut cells: BTreeMap<Cell, Vec<(&Admitted<'_>, Verdict)>> = BTreeMap::new();
            if groupers.is_empty() {
                cells.insert(Vec::new(), Vec::new());
            }
            for admitted in docket.admitted.iter().filter(|a| reading.applies_at(&a.time)) {
                let verdict = answer(reading, &admitted.evidence, basis).judgement.verdict;
                let evidence_rows = admitted.evidence.rows(basis, &docket.snapshot.world);
                let claimant = |row: &Row| {
                    admitted.evidence.reports.iter().find(|r| r.source == row.source).and_then(|r| r.claimant)
                };
                for cell in cells_of(&evidence_rows, &groupers, &claimant) {
                    cells.entry(cell).or_default().push((admitted, verdict));
                }
            }
            rows.extend(cells.into_iter().filter_map(|(group, incidents)| {
                let counts = count(&incidents, &docket.snapshot.parts);
                (groupers.is_empty() || counts != Counts::default()).then_some(TallyRow {
                    reading: index,
                    basis,
                    group,
                    counts,
                })
            }));
        }
    }
    rows
}

/// The groups of one row of a tally, one for each that was asked for.
type Cell = Vec<Option<GroupKey>>;

/// Counts the incidents of one cell, without the wholes of which it counts a part with a verdict.
fn count(incidents: &[(&Admitted<'_>, Verdict)], parts: &Parts) -> Counts {
    let with_verdict = incidents.iter().filter(|(_, verdict)| *verdict != Verdict::NotAssessed);
    let counted: Vec<usize> = with_verdict.map(|(admitted, _)| admitted.index).collect();
    let all: Vec<usize> = incidents.iter().map(|(admitted, _)| admitted.index).collect();
    let left_out = parts.wholes_of(&all, &counted);
    let mut counts = Counts::default();
    for (admitted, verdict) in incidents {
        if !left_out.contains(&admitted.index) {
            counts.add(*verdict);
        }
    }
    counts
}

/// The cells that an incident enters: every combination of groups in which one of its rows certainly lies, else the empty one.
fn cells_of(rows: &[Row], groupers: &[Grouper<'_>], claimant: &dyn Fn(&Row) -> Option<Node>) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for row in rows {
        let mut of_row: Vec<Cell> = vec![Vec::new()];
        for grouper in groupers {
            let groups = grouper.groups(row, claimant(row));
            of_row = of_row
                .iter()
                .flat_map(|cell| groups.iter().map(|g| [cell.clone(), vec![Some(g.clone())]].concat()))
                .collect();
        }
        cells.extend(of_row);
    }
    if cells.is_empty() {
        cells.push(vec![None; groupers.len()]);
    }
    cells.sort();
    cells.dedup();
    cells
}

/// Finds the groups of a row by one dimension.
struct Grouper<'s> {
    by: GroupBy,
    snapshot: &'s Snapshot,
    zone: &'s Zone,
    /// The nodes that are groups, for a dimension that is a hierarchy.
    nodes: Vec<Node>,
}

impl<'s> Grouper<'s> {
    fn new(by: GroupBy, filter: &Filter, snapshot: &'s Snapshot, zone: &'s Zone) -> Grouper<'s> {
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
        let nodes = match by {
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
        };
        Grouper { by, snapshot, zone, nodes }
    }

    fn groups(&self, row: &Row, claimant: Option<Node>) -> Vec<GroupKey> {
        let world = &self.snapshot.world;
        let own = |weighed: &crate::domain::evidence::Weighed<Fact>| weighed.own.as_ref().map(|v| v.value.clone());
        match self.by {
            GroupBy::Day | GroupBy::Week | GroupBy::Month => {
                row.occurred.own.as_ref().and_then(|v| self.period(&v.value)).map(GroupKey::Time).into_iter().collect()
            }
            GroupBy::Place => self.nodes_of(own(&row.place), &world.places, GroupKey::Place),
            GroupBy::AttributedTo => self.nodes_of(own(&row.author), &world.actors, GroupKey::Actor),
            GroupBy::Against => self.nodes_of(own(&row.against), &world.actors, GroupKey::Actor),
            GroupBy::Claimant => self.nodes_of(claimant.map(Fact::Node), &world.actors, GroupKey::Actor),
            GroupBy::Object => self.nodes_of(own(&row.object), &world.objects, GroupKey::Class),
            GroupBy::Act => self.nodes_of(own(&row.act), &world.acts, GroupKey::Class),
            GroupBy::Weapon => self.nodes_of(own(&row.weapon), &world.weapons, GroupKey::Class),
        }
    }

    fn nodes_of(&self, fact: Option<Fact>, hierarchy: &Hierarchy, key: fn(Arc<str>) -> GroupKey) -> Vec<GroupKey> {
        let Some(below) = fact.and_then(|f| f.nodes(hierarchy)) else { return Vec::new() };
        let certain = |group: &&Node| below.iter().all(|&n| hierarchy.at_or_below(n, **group));
        self.nodes.iter().filter(certain).map(|&n| key(hierarchy.key(n).clone())).collect()
    }

    /// The day, week or month that a time certainly lies in; none for a span across two.
    fn period(&self, time: &Range) -> Option<String> {
        let last = time.to?.checked_sub(jiff::SignedDuration::from_nanos(1)).ok()?;
        let name = |instant| {
            let day = self.zone.day_of(instant);
            match self.by {
                GroupBy::Week => {
                    let week = day.iso_week_date();
                    format!("{:04}-W{:02}", week.year(), week.week())
                }
                GroupBy::Month => format!("{:04}-{:02}", day.year(), day.month()),
                _ => day.to_string(),
            }
        };
        let (first, last) = (name(time.from?), name(last));
        (first == last).then_some(first)
    }
}

fn countries(snapshot: &Snapshot) -> Vec<Node> {
    let is_country = |body: &Body| matches!(body, Body::Place(place) if place.place_type == PlaceType::Country);
    let countries = snapshot.all_live(Collection::Places).filter(|c| is_country(&c.revision.body));
    countries.filter_map(|c| snapshot.world.places.find(c.revision.name.id.as_str())).collect()
}
