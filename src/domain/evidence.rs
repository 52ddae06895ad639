//! What is known about one incident, and the rows that each basis admits.
//!
//! ```text
//! reports ──► rows (one a thing struck) ──► ALLEGED       each at its word
//!                                      ├──► UNDISPUTED    beside every incompatible value and denial
//!                                      └──► CORROBORATED  widened to what an independent claimant says too
//! findings, VERIFIED ──► rows ─────────────► VERIFIED      weighed against each other
//! ```

use std::sync::Arc;

use super::hierarchy::{Hierarchy, Node};
use super::name::RecordName;
use super::record::{Body, Position, Revision};
use super::report::{Effect, Facts, Proposition, Struck};
use super::selection::Fact;
use super::time::Range;
use super::truth::Truth;
use super::values::Ground;
use super::world::World;

/// On what a verdict rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Basis {
    /// Every report at its word.
    Alleged,
    /// Every report, weighed against what others say.
    Undisputed,
    /// What an independent claimant says too.
    Corroborated,
    /// What the monitors verified.
    Verified,
}

impl Basis {
    /// All four.
    pub const ALL: [Basis; 4] = [Basis::Alleged, Basis::Undisputed, Basis::Corroborated, Basis::Verified];
}

/// A record at one revision.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordRef {
    /// Its name.
    pub name: RecordName,
    /// The revision's position.
    pub position: Position,
}

/// A report or finding as evidence.
#[derive(Debug, Clone)]
pub struct Testimony {
    /// The record and its revision.
    pub source: RecordRef,
    /// Where its first revision stands: the order in which evidence was recorded.
    pub first: Position,
    /// Whether its only document is retracted.
    pub unsourced: bool,
    /// Who speaks; `None` for a finding.
    pub claimant: Option<Node>,
    /// Which statement it rests on, the same number for statements linked as the same.
    pub statement: Option<usize>,
    /// The report or finding itself.
    pub revision: Arc<Revision>,
}

impl Testimony {
    /// The facts it gives, if any.
    pub fn facts(&self) -> Option<&Facts> {
        match &self.revision.body {
            Body::Report(report) => report.facts.as_ref(),
            Body::Finding(finding) => finding.facts.as_ref(),
            _ => None,
        }
    }

    /// What it denies.
    pub fn denied(&self) -> &[Proposition] {
        match &self.revision.body {
            Body::Report(report) => &report.denies,
            Body::Finding(finding) => &finding.denies,
            _ => &[],
        }
    }

    /// Whether it denies a proposition.
    pub fn denies(&self, proposition: Proposition) -> bool {
        self.denied().contains(&proposition)
    }

    /// What it affirms: nothing without facts, and nothing where it denies that the incident occurred.
    pub fn affirmed(&self) -> Option<&Facts> {
        self.facts().filter(|_| !self.denies(Proposition::Occurred))
    }
}

/// All that is visible about one incident, or about several that are linked as the same event.
#[derive(Debug, Clone, Default)]
pub struct Evidence {
    /// Reports, in the order in which they were first recorded.
    pub reports: Vec<Testimony>,
    /// Current findings with status `VERIFIED`, in the order in which they were first recorded.
    pub findings: Vec<Testimony>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The report or finding.
    pub record: RecordRef,
    /// The field, such as `facts.struck[0].object`.
    pub field: String,
    /// What stands there.
    pub said: Said,
    /// Whether the record's only document is retracted.
    pub unsourced: bool,
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A record's name.
    Record(RecordName),
    /// A class, a time, an effect, a word.
    Text(String),
}

/// One value of an element, with the fields it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Value<T> {
    /// The value.
    pub value: T,
    /// The fields.
    pub origins: Vec<Origin>,
}

/// Every value that counts for one element of one row.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed<T> {
    /// The row's own; `None`: not given.
    pub own: Option<Value<T>>,
    /// Incompatible ones that others give.
    pub others: Vec<Value<T>>,
    /// Why it may be anything else as well; empty: it may not.
    pub anything: Vec<Origin>,
}

impl<T> Weighed<T> {
    /// A value that nobody else speaks about.
    pub(super) fn own(own: Option<Value<T>>) -> Weighed<T> {
        Weighed { own, others: Vec::new(), anything: Vec::new() }
    }

    /// Whether somebody disputes the row's own value.
    pub fn disputed(&self) -> bool {
        !self.others.is_empty() || !self.anything.is_empty()
    }

    /// Every field that was looked at, each once: another author's is among the others, and a reason why it may be anyone.
    pub fn origins(&self) -> impl Iterator<Item = &Origin> {
        let values = self.own.iter().chain(&self.others).flat_map(|v| &v.origins);
        let only_beside = |o: &&Origin| !self.others.iter().any(|v| v.origins.contains(o));
        values.chain(self.anything.iter().filter(only_beside))
    }
}

/// One thing struck, as one report or finding has it and as a basis weighs it.
#[derive(Debug, Clone)]
pub struct Row {
    /// The report or finding.
    pub source: RecordRef,
    /// Which of its things struck; 0 where it lists none.
    pub struck: usize,
    /// Whether it happened.
    pub occurrence: Truth,
    /// Who says so, and who denies it.
    pub occurrence_origins: Vec<Origin>,
    /// Who did it.
    pub author: Weighed<Fact>,
    /// What was done.
    pub act: Weighed<Fact>,
    /// Against which side.
    pub against: Weighed<Fact>,
    /// What was struck.
    pub object: Weighed<Fact>,
    /// Where.
    pub place: Weighed<Fact>,
    /// With what.
    pub weapon: Weighed<Fact>,
    /// When.
    pub occurred: Weighed<Range>,
    /// Whether it was hit.
    pub effect: Weighed<Effect>,
}

/// A ground that somebody names, or that a finding upholds.
#[derive(Debug, Clone)]
pub struct GroundClaim {
    /// The ground.
    pub ground: Ground,
    /// Who names it; `None`: a verified finding upholds it.
    pub claimant: Option<Node>,
    /// Where.
    pub origin: Origin,
}

/// The values of one affirming testimony, turned into facts of the hierarchies.
struct Affirmed<'t> {
    testimony: &'t Testimony,
    facts: &'t Facts,
}

impl<'t> Affirmed<'t> {
    fn of(testimony: &'t Testimony) -> Option<Affirmed<'t>> {
        testimony.affirmed().map(|facts| Affirmed { testimony, facts })
    }

    fn origin(&self, field: impl Into<String>, said: Said) -> Vec<Origin> {
        vec![self.testimony.origin(field, said)]
    }

    fn author(&self, world: &World) -> Option<Value<Node>> {
        let name = self.facts.attributed_to.as_ref()?;
        let node = world.actors.find(name.id().as_str())?;
        Some(Value { value: node, origins: self.origin("facts.attributed_to", Said::Record(name.record())) })
    }

    fn against(&self, world: &World) -> Option<Value<Node>> {
        let name = self.facts.against.as_ref()?;
        let node = world.actors.find(name.id().as_str())?;
        Some(Value { value: node, origins: self.origin("facts.against", Said::Record(name.record())) })
    }

    fn place(&self, world: &World) -> Option<Value<Node>> {
        let name = self.facts.place.as_ref()?;
        let node = world.places.find(name.id().as_str())?;
        Some(Value { value: node, origins: self.origin("facts.place", Said::Record(name.record())) })
    }

    fn act(&self, world: &World) -> Option<Value<Node>> {
        let class = self.facts.act.as_ref()?;
        Some(Value {
            value: world.acts.find(class.as_str())?,
            origins: self.origin("facts.act", Said::Text(class.as_str().to_owned())),
        })
    }

    fn occurred(&self) -> Option<Value<Range>> {
        let range = self.facts.occurred.as_ref()?.range();
        Some(Value { value: range, origins: self.origin("facts.occurred", Said::Text(range.to_string())) })
    }

    /// The things struck; one that says nothing where none is listed.
    fn things(&self) -> Vec<(usize, Struck)> {
        if self.facts.struck.is_empty() {
            vec![(0, Struck::default())]
        } else {
            self.facts.struck.iter().cloned().enumerate().collect()
        }
    }

    fn object(&self, world: &World, thing: &(usize, Struck)) -> Option<Value<Node>> {
        let class = thing.1.object.as_ref()?;
        let origins = self.origin(format!("facts.struck[{}].object", thing.0), Said::Text(class.as_str().to_owned()));
        Some(Value { value: world.objects.find(class.as_str())?, origins })
    }

    fn weapon(&self, world: &World, thing: &(usize, Struck)) -> Option<Value<Node>> {
        let class = thing.1.weapon.as_ref()?;
        let origins = self.origin(format!("facts.struck[{}].weapon", thing.0), Said::Text(class.as_str().to_owned()));
        Some(Value { value: world.weapons.find(class.as_str())?, origins })
    }

    fn effect(&self, thing: &(usize, Struck)) -> Option<Value<Effect>> {
        let effect = thing.1.effect?;
        let origins =
            self.origin(format!("facts.struck[{}].effect", thing.0), Said::Text(effect_word(effect).to_owned()));
        Some(Value { value: effect, origins })
    }

    /// The rows, each at its word.
    fn rows(&self, world: &World) -> Vec<Row> {
        let fact = |value: Option<Value<Node>>| {
            Weighed::own(value.map(|v| Value { value: Fact::Node(v.value), origins: v.origins }))
        };
        let row = |thing: (usize, Struck)| Row {
            source: self.testimony.source.clone(),
            struck: thing.0,
            occurrence: Truth::Yes,
            occurrence_origins: self.origin("facts", Said::Text("affirmed".to_owned())),
            author: fact(self.author(world)),
            act: fact(self.act(world)),
            against: fact(self.against(world)),
            object: fact(self.object(world, &thing)),
            place: fact(self.place(world)),
            weapon: fact(self.weapon(world, &thing)),
            occurred: Weighed::own(self.occurred()),
            effect: Weighed::own(self.effect(&thing)),
        };
        self.things().into_iter().map(row).collect()
    }
}

impl Testimony {
    fn origin(&self, field: impl Into<String>, said: Said) -> Origin {
        Origin { record: self.source.clone(), field: field.into(), said, unsourced: self.unsourced }
    }

    fn denial(&self, word: &str) -> Origin {
        self.origin("denies", Said::Text(word.to_owned()))
    }
}

impl Evidence {
    /// The rows that a basis admits, in the order in which their reports or findings were first recorded.
    pub fn rows(&self, basis: Basis, world: &World) -> Vec<Row> {
        match basis {
            Basis::Alleged => self.reports.iter().filter_map(Affirmed::of).flat_map(|a| a.rows(world)).collect(),
            Basis::Undisputed => weighed_rows(&self.reports, world),
            Basis::Corroborated => self.corroborated_rows(world),
            Basis::Verified => {
                let mut rows = weighed_rows(&self.findings, world);
                rows.extend(
                    self.findings
                        .iter()
                        .filter(|f| f.denies(Proposition::Occurred))
                        .flat_map(|f| not_occurred(f, world)),
                );
                rows.sort_by_key(|row| (self.findings.iter().position(|f| f.source == row.source), row.struck));
                rows
            }
        }
    }

    /// The grounds that a basis listens to.
    pub fn grounds(&self, basis: Basis) -> Vec<GroundClaim> {
        let claim = |testimony: &Testimony, claimant| {
            let ground = testimony.affirmed()?.ground?;
            let origin = testimony.origin("facts.ground", Said::Text(ground.word().to_owned()));
            Some(GroundClaim { ground, claimant, origin })
        };
        let asserted = self.reports.iter().filter(|_| basis != Basis::Verified).filter_map(|r| claim(r, r.claimant));
        let upheld = self.findings.iter().filter_map(|f| claim(f, None));
        asserted.chain(upheld).collect()
    }

    /// The hull of the times that reports give; any time where none gives one.
    pub fn hull(&self) -> Option<Range> {
        let times = self.reports.iter().filter_map(|r| r.affirmed()?.occurred.as_ref().map(|s| s.range()));
        times.reduce(|a, b| a.hull(&b))
    }

    fn corroborated_rows(&self, world: &World) -> Vec<Row> {
        let mut rows = Vec::new();
        for report in &self.reports {
            let Some(affirmed) = Affirmed::of(report) else { continue };
            let joined: Vec<Affirmed<'_>> = self
                .reports
                .iter()
                .filter(|other| independent(report, other, world))
                .filter_map(Affirmed::of)
                .collect();
            if !joined.is_empty() {
                rows.extend(affirmed.rows(world).into_iter().map(|row| widen(row, &joined, world)));
            }
        }
        rows
    }
}

/// The rows of a finding that the incident did not occur: whatever else it says, that is settled.
fn not_occurred(finding: &Testimony, world: &World) -> Vec<Row> {
    let nothing = Facts::default();
    let affirmed = Affirmed { testimony: finding, facts: finding.facts().unwrap_or(&nothing) };
    let denied = |row| Row { occurrence: Truth::No, occurrence_origins: vec![finding.denial("OCCURRED")], ..row };
    affirmed.rows(world).into_iter().map(denied).collect()
}

/// The rows of every affirming testimony, each weighed against every other testimony.
fn weighed_rows(testimonies: &[Testimony], world: &World) -> Vec<Row> {
    let mut rows = Vec::new();
    for testimony in testimonies {
        let Some(affirmed) = Affirmed::of(testimony) else { continue };
        for mut row in affirmed.rows(world) {
            // A report never disputes itself.
            for other in testimonies.iter().filter(|other| other.source.name != testimony.source.name) {
                weigh(&mut row, other, world);
            }
            rows.push(row);
        }
    }
    rows
}

/// Sets what one other testimony says beside a row.
fn weigh(row: &mut Row, other: &Testimony, world: &World) {
    let affirmed = Affirmed::of(other);
    let said = affirmed.as_ref();
    let share = |h: &Hierarchy, a: Node, b: Node| h.share_below(a, b);
    let line = |h: &Hierarchy, a: Node, b: Node| h.in_one_line(a, b);

    let authors: Vec<_> = said.and_then(|a| a.author(world)).into_iter().collect();
    let things = said.map(Affirmed::things).unwrap_or_default();
    let objects: Vec<_> = said.iter().flat_map(|a| things.iter().filter_map(|t| a.object(world, t))).collect();
    // Weapon and effect are set against each other only between rows with compatible objects.
    let own_object = node_of(&row.object);
    let beside: Vec<&(usize, Struck)> = things
        .iter()
        .filter(|thing| {
            let theirs = said.and_then(|a| a.object(world, thing)).map(|v| v.value);
            own_object.zip(theirs).is_none_or(|(a, b)| share(&world.objects, a, b))
        })
        .collect();
    let weapons = said.iter().flat_map(|a| beside.iter().filter_map(|t| a.weapon(world, t))).collect();
    let effects: Vec<Value<Effect>> = said.iter().flat_map(|a| beside.iter().filter_map(|t| a.effect(t))).collect();

    if other.denies(Proposition::Occurred) {
        row.occurrence = Truth::Unknown;
        row.occurrence_origins.push(other.denial("OCCURRED"));
    }
    if other.denies(Proposition::Author) && !gives_compatible(&row.author, &authors, |a, b| line(&world.actors, a, b)) {
        row.author.anything.push(other.denial("AUTHOR"));
    }
    if other.denies(Proposition::Object) && !gives_compatible(&row.object, &objects, |a, b| share(&world.objects, a, b))
    {
        row.object.anything.push(other.denial("OBJECT"));
    }
    if let Some(disputing) = dispute(&mut row.author, authors, |a, b| line(&world.actors, a, b)) {
        // A breach must be somebody's: two names for the author leave room for a third.
        row.author.anything.extend(disputing);
    }
    dispute(&mut row.object, objects, |a, b| share(&world.objects, a, b));
    dispute(&mut row.weapon, weapons, |a, b| share(&world.weapons, a, b));
    dispute(&mut row.act, said.and_then(|a| a.act(world)).into_iter().collect(), |a, b| share(&world.acts, a, b));
    dispute(&mut row.against, said.and_then(|a| a.against(world)).into_iter().collect(), |a, b| {
        line(&world.actors, a, b)
    });
    dispute(&mut row.place, said.and_then(|a| a.place(world)).into_iter().collect(), |a, b| share(&world.places, a, b));

    if let (Some(own), Some(theirs)) = (&row.occurred.own, said.and_then(|a| a.occurred()))
        && !own.value.overlaps(&theirs.value)
    {
        row.occurred.others.push(theirs);
    }
    if let Some(own) = &row.effect.own
        && !effects.iter().any(|e| e.value == own.value)
    {
        row.effect.others.extend(effects);
    }
}

/// The node of a row's own value at its word.
fn node_of(weighed: &Weighed<Fact>) -> Option<Node> {
    match weighed.own.as_ref()?.value {
        Fact::Node(node) => Some(node),
        Fact::Anything | Fact::Within(_) => None,
    }
}

/// Whether one of `theirs` is compatible with the row's own value; what the row does not give is compatible with anything.
fn gives_compatible(row: &Weighed<Fact>, theirs: &[Value<Node>], compatible: impl Fn(Node, Node) -> bool) -> bool {
    let own = node_of(row);
    theirs.iter().any(|v| own.is_none_or(|own| compatible(own, v.value)))
}

/// Adds what another testimony says, if none of its values is compatible with the row's own. Returns where it says so.
fn dispute(
    row: &mut Weighed<Fact>,
    theirs: Vec<Value<Node>>,
    compatible: impl Fn(Node, Node) -> bool,
) -> Option<Vec<Origin>> {
    let own = node_of(row)?;
    if theirs.is_empty() || theirs.iter().any(|v| compatible(own, v.value)) {
        return None;
    }
    let origins = theirs.iter().flat_map(|v| v.origins.clone()).collect();
    row.others.extend(theirs.into_iter().map(|v| Value { value: Fact::Node(v.value), origins: v.origins }));
    Some(origins)
}

/// Whether two reports come from claimants that have nothing above them in common and rest on different statements.
pub fn independent(a: &Testimony, b: &Testimony, world: &World) -> bool {
    let (Some(by_a), Some(by_b)) = (a.claimant, b.claimant) else { return false };
    let tops = world.actors.tops(by_a);
    let apart = !world.actors.tops(by_b).iter().any(|top| tops.contains(top));
    let same_statement = a.statement.is_some() && a.statement == b.statement;
    apart && !same_statement
}

/// Widens every fact of a row to what an independent claimant says too; what none of them says is not given.
fn widen(mut row: Row, joined: &[Affirmed<'_>], world: &World) -> Row {
    let own_object = node_of(&row.object);
    let gather = |give: &dyn Fn(&Affirmed<'_>) -> Vec<Value<Node>>| joined.iter().flat_map(give).collect::<Vec<_>>();
    let beside = |a: &Affirmed<'_>| -> Vec<(usize, Struck)> {
        let compatible = |thing: &(usize, Struck)| {
            let theirs = a.object(world, thing).map(|v| v.value);
            own_object.zip(theirs).is_none_or(|(own, b)| world.objects.share_below(own, b))
        };
        a.things().into_iter().filter(|thing| compatible(thing)).collect()
    };
    let authors = gather(&|a| a.author(world).into_iter().collect());
    let againsts = gather(&|a| a.against(world).into_iter().collect());
    let places = gather(&|a| a.place(world).into_iter().collect());
    let acts = gather(&|a| a.act(world).into_iter().collect());
    let objects = gather(&|a| a.things().iter().filter_map(|t| a.object(world, t)).collect());
    let weapons = gather(&|a| beside(a).iter().filter_map(|t| a.weapon(world, t)).collect());

    row.author = widen_fact(row.author, authors, &world.actors);
    row.against = widen_fact(row.against, againsts, &world.actors);
    row.place = widen_fact(row.place, places, &world.places);
    row.act = widen_fact(row.act, acts, &world.acts);
    row.object = widen_fact(row.object, objects, &world.objects);
    row.weapon = widen_fact(row.weapon, weapons, &world.weapons);

    let times: Vec<Value<Range>> = joined.iter().filter_map(Affirmed::occurred).collect();
    row.occurred.own = row.occurred.own.filter(|_| !times.is_empty()).map(|own| {
        let hulls = times.iter().map(|t| own.value.hull(&t.value));
        // Every hull holds the row's own time, so they have that in common.
        let value = hulls.reduce(|a, b| a.intersect(&b)).unwrap_or(own.value);
        Value { value, origins: own.origins.into_iter().chain(times.into_iter().flat_map(|t| t.origins)).collect() }
    });
    row.effect.own = row.effect.own.and_then(|own| {
        let effects = joined.iter().flat_map(|a| beside(a).iter().filter_map(|t| a.effect(t)).collect::<Vec<_>>());
        let same: Vec<Value<Effect>> = effects.filter(|e| e.value == own.value).collect();
        let origins = own.origins.into_iter().chain(same.iter().flat_map(|e| e.origins.clone())).collect();
        (!same.is_empty()).then_some(Value { value: own.value, origins })
    });
    row
}

/// The fact lies at or below every ancestor that the row's own node has in common with one that an independent claimant gives.
fn widen_fact(row: Weighed<Fact>, theirs: Vec<Value<Node>>, hierarchy: &Hierarchy) -> Weighed<Fact> {
    let Some(own_node) = node_of(&row) else { return Weighed::own(None) };
    let above = hierarchy.at_or_above_all(own_node);
    let common =
        |v: &Value<Node>| above.iter().copied().filter(|&n| hierarchy.at_or_below(v.value, n)).collect::<Vec<_>>();
    let joining: Vec<(Vec<Node>, Value<Node>)> =
        theirs.into_iter().map(|v| (common(&v), v)).filter(|(c, _)| !c.is_empty()).collect();
    if joining.is_empty() {
        return Weighed::own(None);
    }
    let value = Fact::within(hierarchy, joining.iter().flat_map(|(common, _)| common.iter().copied()));
    let own = row.own.map(|own| own.origins).unwrap_or_default();
    let origins = own.into_iter().chain(joining.into_iter().flat_map(|(_, v)| v.origins)).collect();
    Weighed::own(Some(Value { value, origins }))
}

/// The word of an effect, as clients see it.
pub fn effect_word(effect: Effect) -> &'static str {
    match effect {
        Effect::Hit => "HIT",
        Effect::Intercepted => "INTERCEPTED",
        Effect::Missed => "MISSED",
        Effect::Affected => "AFFECTED",
    }
}
