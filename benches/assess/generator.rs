//! Makes incidents and readings from a seed: the same numbers for everybody who is measured.
//!
//! ```text
//! places   2 countries ─ 12 oblasts each ─ 8 raions each ─ 9 towns each      1,946 nodes, numbered downwards
//! actors   2 states ─ 6 forces each ─ 4 units each, and 2 bands of nobody's     64 nodes
//! objects, acts, weapons                                       the built-in taxonomies, several parents included
//! ```
//!
//! Incidents come in the order in which they happen, over two years, each said to have happened within a minute (55 %), a
//! night (20 %), a day (15 %), two to nine days (7 %), or at no time given. Each other fact is missing in some, and broad in
//! some: a country, a state, an inner class. Everything that was struck was hit, so that the element *effect* asks nothing.
//!
//! A contested incident has a second report, by the other state: a fourth each deny that it occurred, deny the author,
//! give another place, give another object.

use std::sync::Arc;

use armistice::domain::hierarchy::Hierarchy;
use armistice::domain::selection::{Listed, Selection};
use armistice::domain::taxonomy;
use armistice::domain::things::Taxonomy;
use armistice::domain::time::{Bound, Zone};
use armistice::domain::window::{CountingRule, End, Start, TermLength, Window};
use jiff::{SignedDuration, Timestamp};

/// How many readings are asked.
pub(crate) const READINGS: usize = 32;
/// How many questions about time and place are asked.
pub(crate) const QUERIES: usize = 200;
/// Stands for a time that is not given, before and after every other.
pub(crate) const NEVER_BEFORE: i64 = i64::MIN;
/// See [`NEVER_BEFORE`].
pub(crate) const NEVER_AFTER: i64 = i64::MAX;

const DAY: i64 = 86_400;
/// 2024-01-01T00:00:00Z; every time is a number of seconds since 1970.
const FIRST: i64 = 1_704_067_200;
const DAYS: i64 = 730;

/// SplitMix64: small enough to be written down, and the same everywhere.
#[derive(Debug, Clone)]
pub(crate) struct Chance(u64);

impl Chance {
    /// Streams with different marks have nothing to do with each other.
    fn new(seed: u64, mark: u64) -> Chance {
        let mut chance = Chance(seed ^ mark.wrapping_mul(0xd134_2543_de82_ef95));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        let scaled = (u128::from(self.next()) * bound as u128) >> 64;
        usize::try_from(scaled).expect("it is below a usize")
    }

    fn between(&mut self, from: i64, to: i64) -> i64 {
        let width = usize::try_from(to - from).expect("in order");
        from + i64::try_from(self.below(width)).expect("it is below an i64")
    }

    fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }

    fn some(&mut self, list: &[Number], at_most: usize) -> Vec<Number> {
        (0..self.below(at_most + 1)).map(|_| *self.of(list)).collect()
    }
}

/// A node of a hierarchy as the rows say it: 0 is not given, else one more than the node's index.
pub(crate) type Number = u16;

/// The number of "not given".
pub(crate) const NOT_GIVEN: Number = 0;

/// One of the facts that lie in a hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    Place,
    Act,
    Author,
    Against,
    Object,
    Weapon,
}

impl Column {
    pub(crate) const ALL: [Column; 6] =
        [Column::Place, Column::Act, Column::Author, Column::Against, Column::Object, Column::Weapon];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Column::Place => "place",
            Column::Act => "act",
            Column::Author => "author",
            Column::Against => "against",
            Column::Object => "object",
            Column::Weapon => "weapon",
        }
    }
}

/// The hierarchies, and the nodes of each kind that chance draws from.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) places: Hierarchy,
    pub(crate) actors: Hierarchy,
    pub(crate) states: [Number; 2],
    pub(crate) forces: Vec<Number>,
    pub(crate) units: Vec<Number>,
    pub(crate) bands: Vec<Number>,
    pub(crate) countries: [Number; 2],
    pub(crate) oblasts: Vec<Number>,
    pub(crate) raions: Vec<Number>,
    pub(crate) towns: Vec<Number>,
}

impl World {
    pub(crate) fn new() -> World {
        let mut world = World {
            places: Hierarchy::default(),
            actors: Hierarchy::default(),
            states: [NOT_GIVEN; 2],
            forces: Vec::new(),
            units: Vec::new(),
            bands: Vec::new(),
            countries: [NOT_GIVEN; 2],
            oblasts: Vec::new(),
            raions: Vec::new(),
            towns: Vec::new(),
        };
        for side in 0..2 {
            let country = add(&mut world.places, format!("country-{side}"), None);
            world.countries[side] = country;
            for o in 0..12 {
                let oblast = add(&mut world.places, format!("oblast-{side}-{o}"), Some(country));
                world.oblasts.push(oblast);
                for r in 0..8 {
                    let raion = add(&mut world.places, format!("raion-{side}-{o}-{r}"), Some(oblast));
                    world.raions.push(raion);
                    for t in 0..9 {
                        world.towns.push(add(&mut world.places, format!("town-{side}-{o}-{r}-{t}"), Some(raion)));
                    }
                }
            }
        }
        for side in 0..2 {
            let state = add(&mut world.actors, format!("state-{side}"), None);
            world.states[side] = state;
            for f in 0..6 {
                let force = add(&mut world.actors, format!("force-{side}-{f}"), Some(state));
                world.forces.push(force);
                for u in 0..4 {
                    world.units.push(add(&mut world.actors, format!("unit-{side}-{f}-{u}"), Some(force)));
                }
            }
        }
        for b in 0..2 {
            let band = add(&mut world.actors, format!("band-{b}"), None);
            let node = world.actors.find(&format!("band-{b}")).expect("it was just added");
            // An armed group that belongs to nobody on record may be anybody's.
            world.actors.set_unplaced(node, true);
            world.bands.push(band);
        }
        world
    }

    pub(crate) fn hierarchy(&self, column: Column) -> &Hierarchy {
        match column {
            Column::Place => &self.places,
            Column::Author | Column::Against => &self.actors,
            Column::Act => taxonomy::built_in(Taxonomy::Acts),
            Column::Object => taxonomy::built_in(Taxonomy::Objects),
            Column::Weapon => taxonomy::built_in(Taxonomy::Weapons),
        }
    }

    /// The key of a number; `None` where it stands for "not given".
    pub(crate) fn key(&self, column: Column, number: Number) -> Option<&Arc<str>> {
        let hierarchy = self.hierarchy(column);
        let index = usize::from(number).checked_sub(1)?;
        hierarchy.nodes().nth(index).map(|node| hierarchy.key(node))
    }

    /// For each number, the number directly above it; `NOT_GIVEN` for a root. Places are a tree.
    pub(crate) fn above_places(&self) -> Vec<Number> {
        let above =
            self.places.nodes().map(|n| self.places.parents(n).first().map_or(NOT_GIVEN, |p| number(p.index())));
        std::iter::once(NOT_GIVEN).chain(above).collect()
    }
}

/// The number of a node's index.
pub(crate) fn number(index: usize) -> Number {
    Number::try_from(index + 1).expect("a small hierarchy")
}

fn add(hierarchy: &mut Hierarchy, key: String, above: Option<Number>) -> Number {
    let node = hierarchy.node(&Arc::from(key));
    if let Some(above) = above {
        let parent = hierarchy.nodes().nth(usize::from(above) - 1).expect("it is there");
        assert!(hierarchy.edge(node, parent), "a tree has no cycles");
    }
    number(node.index())
}

/// What every incident's first report says, a column for each fact.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) earliest: Vec<i64>,
    pub(crate) latest: Vec<i64>,
    pub(crate) facts: [Vec<Number>; 6],
    /// Which of the two states reports.
    pub(crate) claimant: Vec<u8>,
}

impl Rows {
    pub(crate) fn len(&self) -> usize {
        self.earliest.len()
    }

    pub(crate) fn column(&self, column: Column) -> &[Number] {
        &self.facts[column as usize]
    }
}

/// What the second report of a contested incident says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    DeniesOccurred,
    DeniesAuthor,
    AnotherPlace(Number),
    AnotherObject(Number),
}

/// A clause before it is worked out.
#[derive(Debug)]
pub(crate) struct Draft {
    /// In the order of [`Column::ALL`]; `None` where the text is silent.
    pub(crate) selections: [Option<Selection>; 6],
    pub(crate) window: Window,
}

/// How many incidents at a time and place?
#[derive(Debug, Clone, Copy)]
pub(crate) struct Query {
    pub(crate) from: i64,
    pub(crate) to: i64,
    pub(crate) place: Number,
}

/// Everything that a seed gives.
#[derive(Debug)]
pub(crate) struct Dataset {
    pub(crate) seed: u64,
    pub(crate) world: World,
    pub(crate) rows: Rows,
    /// By incident, ascending.
    pub(crate) contested: Vec<(usize, Answer)>,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) queries: Vec<Query>,
}

impl Dataset {
    pub(crate) fn new(seed: u64, count: usize, contested: f64) -> Dataset {
        let world = World::new();
        let facts = Facts::new(&world);
        let rows = facts.rows(&mut Chance::new(seed, 1), count);
        let mut chance = Chance::new(seed, 2);
        let drafts = (0..READINGS).map(|_| draft(&mut chance, &world)).collect();
        let mut chance = Chance::new(seed, 3);
        let queries = (0..QUERIES).map(|_| query(&mut chance, &world)).collect();
        let mut chance = Chance::new(seed, 4);
        let mut of_contested = Vec::new();
        for incident in 0..count {
            // A share of a million is said to the millionth.
            if (chance.below(1_000_000) as f64) < contested * 1e6 {
                let answer = match chance.below(4) {
                    0 => Answer::DeniesOccurred,
                    1 => Answer::DeniesAuthor,
                    2 => Answer::AnotherPlace(facts.a_place(&mut chance)),
                    _ => Answer::AnotherObject(*chance.of(&facts.objects)),
                };
                of_contested.push((incident, answer));
            }
        }
        Dataset { seed, world, rows, contested: of_contested, drafts, queries }
    }
}

/// What facts are drawn from.
struct Facts<'w> {
    world: &'w World,
    acts: Vec<Number>,
    objects: Vec<Number>,
    weapons: Vec<Number>,
}

impl<'w> Facts<'w> {
    fn new(world: &'w World) -> Facts<'w> {
        // Most facts are sharp: leaves stand in the list several times.
        let classes = |taxonomy: Taxonomy, leaves: usize| {
            let hierarchy = taxonomy::built_in(taxonomy);
            let times = |node| if hierarchy.children(node).is_empty() { leaves } else { 1 };
            hierarchy.nodes().flat_map(|n| std::iter::repeat_n(number(n.index()), times(n))).collect::<Vec<_>>()
        };
        Facts {
            world,
            acts: classes(Taxonomy::Acts, 3),
            objects: classes(Taxonomy::Objects, 4),
            weapons: classes(Taxonomy::Weapons, 3),
        }
    }

    fn a_place(&self, chance: &mut Chance) -> Number {
        let World { countries, oblasts, raions, towns, .. } = self.world;
        // Of two towns drawn the one with the smaller number is taken, so that some oblasts see more than others.
        match chance.below(100) {
            0..5 => *chance.of(countries),
            5..15 => *chance.of(oblasts),
            15..35 => *chance.of(raions),
            _ => *chance.of(towns).min(chance.of(towns)),
        }
    }

    fn rows(&self, chance: &mut Chance, count: usize) -> Rows {
        let World { states, forces, units, bands, .. } = self.world;
        let mut rows = Rows::default();
        let length = i64::try_from(count.max(1)).expect("a number of incidents");
        for incident in 0..i64::try_from(count).expect("a number of incidents") {
            let near = FIRST + DAYS * DAY / length * incident + chance.between(0, 2 * DAY);
            let (earliest, latest) = span(chance, near);
            let place = if chance.percent(5) { NOT_GIVEN } else { self.a_place(chance) };
            let act = if chance.percent(3) { NOT_GIVEN } else { *chance.of(&self.acts) };
            let side = chance.below(2);
            let author = match chance.below(100) {
                0..10 => NOT_GIVEN,
                10..35 => states[side],
                35..70 => forces[side * 6 + chance.below(6)],
                70..97 => units[side * 24 + chance.below(24)],
                _ => *chance.of(bands),
            };
            let other = 1 - side;
            let against = match chance.below(100) {
                0..12 => NOT_GIVEN,
                12..75 => states[other],
                _ => forces[other * 6 + chance.below(6)],
            };
            let object = if chance.percent(8) { NOT_GIVEN } else { *chance.of(&self.objects) };
            let weapon = if chance.percent(25) { NOT_GIVEN } else { *chance.of(&self.weapons) };
            rows.earliest.push(earliest);
            rows.latest.push(latest);
            for (column, fact) in rows.facts.iter_mut().zip([place, act, author, against, object, weapon]) {
                column.push(fact);
            }
            rows.claimant.push(u8::from(other == 1));
        }
        rows
    }
}

fn span(chance: &mut Chance, near: i64) -> (i64, i64) {
    let midnight = near - near.rem_euclid(DAY);
    match chance.below(100) {
        0..55 => {
            let minute = near - near.rem_euclid(60);
            (minute, minute + 60)
        }
        55..75 => (midnight + 18 * 3600, midnight + 28 * 3600),
        75..90 => (midnight, midnight + DAY),
        90..97 => (midnight, midnight + DAY * chance.between(2, 10)),
        _ => (NEVER_BEFORE, NEVER_AFTER),
    }
}

fn draft(chance: &mut Chance, world: &World) -> Draft {
    let class = |taxonomy: Taxonomy, ids: &[&str]| -> Vec<Number> {
        let hierarchy = taxonomy::built_in(taxonomy);
        ids.iter().map(|id| number(hierarchy.find(id).expect("a class").index())).collect()
    };
    let all = |taxonomy: Taxonomy| -> Vec<Number> {
        taxonomy::built_in(taxonomy).nodes().map(|n| number(n.index())).collect()
    };
    let listed = |column: Column, numbers: Vec<Number>| -> Vec<Listed> {
        numbers.into_iter().filter_map(|n| world.key(column, n)).map(|key| Listed::Node(key.clone())).collect()
    };
    let selection = |column, include, exclude, unclear| Selection {
        include: listed(column, include),
        exclude: listed(column, exclude),
        unclear: listed(column, unclear),
    };

    let places = chance.percent(70).then(|| {
        let include = if chance.percent(60) {
            vec![*chance.of(&world.countries)]
        } else {
            (0..6 + chance.below(9)).map(|_| *chance.of(&world.oblasts)).collect()
        };
        selection(Column::Place, include, chance.some(&world.raions, 6), chance.some(&world.raions, 4))
    });
    let acts = chance.percent(50).then(|| {
        let include = if chance.percent(80) { ["act"] } else { ["strike"] };
        let include = class(Taxonomy::Acts, &include);
        selection(
            Column::Act,
            include,
            chance.some(&all(Taxonomy::Acts)[1..], 2),
            chance.some(&all(Taxonomy::Acts)[1..], 2),
        )
    });
    let actors = chance.percent(60).then(|| {
        let include = if chance.percent(50) { world.states.to_vec() } else { vec![*chance.of(&world.states)] };
        selection(Column::Author, include, chance.some(&world.units, 2), chance.some(&world.forces, 1))
    });
    let against = chance.percent(30).then(|| {
        selection(Column::Against, vec![*chance.of(&world.states)], chance.some(&world.forces, 1), Vec::new())
    });
    let objects = chance.percent(75).then(|| {
        let broad = ["object", "infra", "energy", "elec", "transport", "oil"];
        let include = (0..1 + chance.below(3)).map(|_| *chance.of(&broad)).collect::<Vec<_>>();
        let objects = all(Taxonomy::Objects);
        let (exclude, unclear) = (chance.some(&objects[3..], 3), chance.some(&objects[3..], 3));
        selection(Column::Object, class(Taxonomy::Objects, &include), exclude, unclear)
    });
    let weapons = chance.percent(20).then(|| {
        let include = class(Taxonomy::Weapons, &["missile", "uav", "rocket", "artillery"][..2 + chance.below(3)]);
        selection(Column::Weapon, include, Vec::new(), chance.some(&all(Taxonomy::Weapons)[1..], 1))
    });
    Draft { selections: [places, acts, actors, against, objects, weapons], window: window(chance) }
}

fn window(chance: &mut Chance) -> Window {
    let zone = Zone::parse("Europe/Kyiv").expect("a zone");
    let bound = |chance: &mut Chance, day: i64| {
        let instant = |at: i64| Timestamp::from_second(at).expect("a time of this century");
        let earliest = zone.start_of(zone.day_of(instant(FIRST + day * DAY))).expect("a day");
        let unsettled = match chance.below(100) {
            0..60 => 0,
            60..85 => 24,
            _ => 72,
        };
        Bound::new(earliest, earliest + SignedDuration::from_hours(unsettled)).expect("in order")
    };
    let day = chance.between(0, 300);
    let start = Start::At(bound(chance, day));
    let end = match chance.below(100) {
        0..40 => End::Open,
        40..70 => {
            let day = day + chance.between(100, 400);
            End::At(bound(chance, day))
        }
        _ => {
            let rules = [CountingRule::Unspecified, CountingRule::InclusiveDays, CountingRule::Elapsed];
            let days = i32::try_from(30 * chance.between(3, 13)).expect("a few hundred");
            End::After(TermLength::new(days, *chance.of(&rules)).expect("a length"))
        }
    };
    Window { start, end, zone }
}

fn query(chance: &mut Chance, world: &World) -> Query {
    let from = FIRST + DAY * chance.between(0, DAYS - 30);
    let to = from + DAY * *chance.of(&[1, 7, 30, 180]);
    let place = match chance.below(3) {
        0 => *chance.of(&world.countries),
        1 => *chance.of(&world.oblasts),
        _ => *chance.of(&world.raions),
    };
    Query { from, to, place }
}
