//! Into which groups incidents fall: by day, week or month, or by the nodes of a hierarchy, or by two of these.
//!
//! A cell is one group of each dimension that is asked for. An incident is in every cell in which one of its rows certainly is, and
//! in the cell without names if it is certainly in none.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::name::Collection;
use crate::domain::record::Body;
use crate::domain::selection::Fact;
use crate::domain::taxonomy;
use crate::domain::things::{PlaceType, Taxonomy};
use crate::domain::time::Zone;

use super::columns::{Bits, Dictionary, Dimension, Layer, Reader, Table};
use super::filter::Filter;
use super::snapshot::Snapshot;
use super::tally::{GroupBy, GroupKey};

/// The cells of the incidents that are counted.
#[derive(Debug)]
pub(super) struct Cells {
    /// The groups of each cell, one for each dimension; `None`: none certain.
    pub(super) names: Vec<Vec<Option<GroupKey>>>,
    /// Incidents with each cell they are in.
    pub(super) alone: Vec<(u32, u32)>,
    /// The same, of incidents that are parts or wholes.
    pub(super) linked: Vec<(usize, usize)>,
}

impl Cells {
    /// Sorts the incidents in `admitted` by the rows of a table.
    pub(super) fn of(
        snapshot: &Snapshot,
        table: &Table,
        admitted: &Bits,
        filter: &Filter,
        group_by: &[GroupBy],
        zone: &Zone,
    ) -> Cells {
        let mut groupers: Vec<Grouper<'_>> =
            group_by.iter().map(|by| Grouper::new(*by, filter, snapshot, zone)).collect();
        let mut sorted = Sorted { numbers: Numbers::default(), alone: Vec::new(), linked: Vec::new(), snapshot };
        let (mut of_incident, mut of_row) = (Vec::new(), Vec::new());
        for layer in table.layers() {
            groupers.iter_mut().for_each(|grouper| grouper.turn_to(layer, snapshot));
            let readers: Vec<Option<Reader<'_>>> =
                group_by.iter().map(|by| dimension_of(*by).map(|dimension| layer.reader(dimension))).collect();
            for (incident, rows) in layer.rows(admitted) {
                of_incident.clear();
                for row in rows {
                    of_row.clear();
                    of_row.push(Cell::default());
                    for (dimension, (grouper, reader)) in groupers.iter_mut().zip(&readers).enumerate() {
                        let groups = match reader {
                            Some(reader) => grouper.groups(reader.number(row)),
                            None => grouper.period(layer, row),
                        };
                        match groups {
                            [group] => of_row.iter_mut().for_each(|cell| cell.0[dimension] = *group),
                            groups => {
                                let each = |cell: &Cell| {
                                    groups.iter().map(|group| cell.with(dimension, *group)).collect::<Vec<_>>()
                                };
                                of_row = of_row.iter().flat_map(each).collect();
                            }
                        }
                    }
                    for cell in &of_row {
                        if !of_incident.contains(cell) {
                            of_incident.push(*cell);
                        }
                    }
                }
                sorted.add(incident, &of_incident);
            }
        }
        let mut without = admitted.clone();
        without.and_not(table.present());
        without.iter().for_each(|incident| sorted.add(incident, &[]));
        let Sorted { numbers, alone, linked, .. } = sorted;
        let name = |cell: &Cell| {
            let groups = cell.0.iter().zip(&groupers);
            groups.map(|(group, grouper)| grouper.keys.get(*group as usize).cloned()).collect()
        };
        Cells { names: numbers.cells.iter().map(name).collect(), alone, linked }
    }
}

/// Incidents on their way into cells.
struct Sorted<'s> {
    numbers: Numbers,
    alone: Vec<(u32, u32)>,
    linked: Vec<(usize, usize)>,
    snapshot: &'s Snapshot,
}

impl Sorted<'_> {
    /// Puts an incident into its cells; into the one without names if there are none.
    fn add(&mut self, incident: usize, cells: &[Cell]) {
        let nowhere = [Cell::default()];
        for cell in if cells.is_empty() { &nowhere } else { cells } {
            let cell = self.numbers.of(*cell);
            if self.snapshot.parts().is_linked(incident) {
                self.linked.push((incident, cell as usize));
            } else {
                self.alone.push((u32::try_from(incident).expect("an incident's number fits"), cell));
            }
        }
    }
}

/// The groups of a cell, as numbers of their groupers' keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Cell([u32; DIMENSIONS_MAX]);

/// Stands for no group.
const NONE: u32 = u32::MAX;

/// How many dimensions can be asked for at once.
const DIMENSIONS_MAX: usize = 2;

impl Default for Cell {
    fn default() -> Cell {
        Cell([NONE; DIMENSIONS_MAX])
    }
}

impl Cell {
    fn with(mut self, dimension: usize, group: u32) -> Cell {
        self.0[dimension] = group;
        self
    }
}

/// Numbers the cells in the order in which they are met.
#[derive(Debug, Default)]
struct Numbers {
    cells: Vec<Cell>,
    numbers: HashMap<Cell, u32>,
    /// The last that was asked for: neighbours often share one.
    last: Option<(Cell, u32)>,
}

impl Numbers {
    fn of(&mut self, cell: Cell) -> u32 {
        if let Some((last, number)) = self.last
            && last == cell
        {
            return number;
        }
        let next = u32::try_from(self.cells.len()).expect("fewer cells than incidents");
        let number = *self.numbers.entry(cell).or_insert_with(|| {
            self.cells.push(cell);
            next
        });
        self.last = Some((cell, number));
        number
    }
}

/// Finds the groups of a row by one dimension.
#[derive(Debug)]
struct Grouper<'s> {
    by: GroupBy,
    /// Every group met so far, or every one that there can be.
    keys: Vec<GroupKey>,
    /// For a dimension that is a hierarchy: the nodes that are groups, and the groups of each number of its columns: of what is not given,
    /// of each node, and of each set that the layer at hand says.
    nodes: Vec<Node>,
    of_number: Vec<Vec<u32>>,
    of_set: Vec<Vec<u32>>,
    periods: Periods<'s>,
}

impl<'s> Grouper<'s> {
    fn new(by: GroupBy, filter: &Filter, snapshot: &Snapshot, zone: &'s Zone) -> Grouper<'s> {
        let periods = Periods { by, zone, known: Vec::new(), of_start: HashMap::new(), last: 0, found: [NONE] };
        let (nodes, of_number, of_set) = (nodes(by, filter, snapshot), Vec::new(), Vec::new());
        let mut grouper = Grouper { by, keys: Vec::new(), nodes, of_number, of_set, periods };
        let Some((hierarchy, key)) = hierarchy(by, snapshot) else { return grouper };
        grouper.keys = grouper.nodes.iter().map(|&n| key(hierarchy.key(n).clone())).collect();
        // The groups at or above each node, downwards once.
        grouper.of_number = vec![Vec::new(); 1 + hierarchy.len()];
        for (group, &node) in (0u32..).zip(&grouper.nodes) {
            for below in hierarchy.at_or_below_all(node) {
                grouper.of_number[1 + below.index()].push(group);
            }
        }
        grouper
    }

    /// Works out the groups of the sets that a layer says.
    fn turn_to(&mut self, layer: &Layer, snapshot: &Snapshot) {
        let Some((hierarchy, _)) = hierarchy(self.by, snapshot) else { return };
        let of_node = |node: Node| &self.of_number[1 + node.index()];
        let of_set = |own: &Fact| match own {
            Fact::Anything => Vec::new(),
            Fact::Node(node) => of_node(*node).clone(),
            within @ Fact::Within(_) => {
                let below = within.nodes(hierarchy).unwrap_or_default();
                let certain = |group: &u32| below.iter().all(|n| of_node(*n).contains(group));
                (0u32..).zip(&self.nodes).map(|(group, _)| group).filter(certain).collect()
            }
        };
        self.of_set = dictionary(self.by, layer).map_or_else(Vec::new, |words| words.owns().map(of_set).collect());
    }

    /// The groups of a row, by the number that it says.
    fn groups(&self, number: u32) -> &[u32] {
        // A finding has no claimant, and its number stands for nobody's.
        let found = match Dictionary::set(number) {
            None => self.of_number.get(number as usize),
            Some(set) => self.of_set.get(set),
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// The period of a row.
    fn period(&mut self, layer: &Layer, row: usize) -> &[u32] {
        let time = layer.time_of(row).and_then(|time| time.from.zip(time.to));
        time.map_or(&[], |(from, to)| self.periods.certain(from, to, &mut self.keys))
    }
}

/// The days, weeks or months that were met.
#[derive(Debug)]
struct Periods<'s> {
    by: GroupBy,
    zone: &'s Zone,
    known: Vec<Period>,
    /// The periods by the days on which they begin.
    of_start: HashMap<Date, usize>,
    /// The last that was found: neighbours often share one.
    last: usize,
    found: [u32; 1],
}

/// A day, week or month of a zone; the end is not inside, and `None` where the calendar ends.
#[derive(Debug)]
struct Period {
    from: Timestamp,
    to: Option<Timestamp>,
    key: u32,
}

impl Period {
    fn has(&self, instant: Timestamp) -> bool {
        self.from <= instant && self.to.is_none_or(|to| instant < to)
    }
}

impl Periods<'_> {
    /// The period that a time certainly lies in; none for a span across two.
    fn certain(&mut self, from: Timestamp, to: Timestamp, keys: &mut Vec<GroupKey>) -> &[u32] {
        if !self.known.get(self.last).is_some_and(|period| period.has(from)) {
            let Some(found) = self.find(from, keys) else { return &[] };
            self.last = found;
        }
        let period = &self.known[self.last];
        if period.to.is_some_and(|end| to > end) {
            return &[];
        }
        self.found = [period.key];
        &self.found
    }

    fn find(&mut self, instant: Timestamp, keys: &mut Vec<GroupKey>) -> Option<usize> {
        let (first, next) = self.bounds(self.zone.day_of(instant));
        if let Some(known) = self.of_start.get(&first) {
            return Some(*known);
        }
        let key = u32::try_from(keys.len()).ok()?;
        let from = self.zone.start_of(first).unwrap_or(Timestamp::MIN);
        keys.push(GroupKey::Time(self.name(first)));
        self.of_start.insert(first, self.known.len());
        self.known.push(Period { from, to: next.and_then(|day| self.zone.start_of(day)), key });
        Some(self.known.len() - 1)
    }

    /// The first day of the period that a day lies in, and the first day of the next one.
    fn bounds(&self, day: Date) -> (Date, Option<Date>) {
        let first = match self.by {
            GroupBy::Week => {
                let since_monday = i64::from(day.weekday().to_monday_zero_offset());
                day.checked_sub(since_monday.days()).unwrap_or(day)
            }
            GroupBy::Month => day.first_of_month(),
            _ => day,
        };
        let length = match self.by {
            GroupBy::Week => 1.week(),
            GroupBy::Month => 1.month(),
            _ => 1.day(),
        };
        (first, first.checked_add(length).ok())
    }

    fn name(&self, first: Date) -> String {
        match self.by {
            GroupBy::Week => {
                let week = first.iso_week_date();
                format!("{:04}-W{:02}", week.year(), week.week())
            }
            GroupBy::Month => format!("{:04}-{:02}", first.year(), first.month()),
            _ => first.to_string(),
        }
    }
}

/// How a key of a hierarchy is made a group.
type MakeKey = fn(Arc<str>) -> GroupKey;

/// The column that tells the groups of a dimension; `None` for time.
fn dimension_of(by: GroupBy) -> Option<Dimension> {
    match by {
        GroupBy::Day | GroupBy::Week | GroupBy::Month => None,
        GroupBy::Place => Some(Dimension::Place),
        GroupBy::AttributedTo => Some(Dimension::Author),
        GroupBy::Against => Some(Dimension::Against),
        GroupBy::Claimant => Some(Dimension::Claimant),
        GroupBy::Object => Some(Dimension::Object),
        GroupBy::Act => Some(Dimension::Act),
        GroupBy::Weapon => Some(Dimension::Weapon),
    }
}

/// The sets that a layer says in a dimension; `None` for time.
fn dictionary(by: GroupBy, layer: &Layer) -> Option<&Dictionary> {
    let words = layer.words();
    match by {
        GroupBy::Day | GroupBy::Week | GroupBy::Month => None,
        GroupBy::Place => Some(&words.places),
        GroupBy::AttributedTo | GroupBy::Against | GroupBy::Claimant => Some(&words.actors),
        GroupBy::Object => Some(&words.objects),
        GroupBy::Act => Some(&words.acts),
        GroupBy::Weapon => Some(&words.weapons),
    }
}

/// The hierarchy of a dimension, and how its keys are named; `None` for time.
fn hierarchy(by: GroupBy, snapshot: &Snapshot) -> Option<(&Hierarchy, MakeKey)> {
    let world = &snapshot.world;
    Some(match by {
        GroupBy::Day | GroupBy::Week | GroupBy::Month => return None,
        GroupBy::Place => (&world.places, GroupKey::Place),
        GroupBy::AttributedTo | GroupBy::Against | GroupBy::Claimant => (&world.actors, GroupKey::Actor),
        GroupBy::Object => (&world.objects, GroupKey::Class),
        GroupBy::Act => (&world.acts, GroupKey::Class),
        GroupBy::Weapon => (&world.weapons, GroupKey::Class),
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
