//! Weighs the reports of one incident against each other, from the columns and by number: what `domain::evidence` does from the records
//! and with every origin. A property test holds the one against the other.
//!
//! Few values are compared many times, so what a hierarchy says of two of its nodes is asked once.

use std::collections::HashMap;

use crate::domain::evidence::{Origin, RecordRef, Row, Said, Value, Weighed};
use crate::domain::hierarchy::{Hierarchy, Node};
use crate::domain::name::{Collection, Id, RecordName};
use crate::domain::report::{Effect, Proposition};
use crate::domain::selection::Fact;
use crate::domain::time::Range;
use crate::domain::truth::Truth;
use crate::domain::world::World;
use crate::view::records::node;
use crate::view::snapshot::Snapshot;

/// What one report says, as nodes.
#[derive(Debug, Clone)]
pub(super) struct Voice {
    pub(super) claimant: Option<Node>,
    /// The statement it rests on, the same number for those linked as the same.
    statement: Option<u32>,
    affirms: bool,
    denies_occurred: bool,
    denies_author: bool,
    denies_object: bool,
    author: Option<Node>,
    act: Option<Node>,
    against: Option<Node>,
    place: Option<Node>,
    occurred: Option<Range>,
    /// None where it affirms nothing; one that says nothing where it lists none.
    things: Vec<Thing>,
}

#[derive(Debug, Clone, Copy)]
struct Thing {
    object: Option<Node>,
    weapon: Option<Node>,
    effect: Option<Effect>,
}

impl Voice {
    /// What an account says.
    pub(super) fn of(snapshot: &Snapshot, account: u32) -> Voice {
        let (world, accounts) = (&*snapshot.world, snapshot.accounts());
        let of = accounts.account(account);
        let thing = |struck: &crate::view::records::Struck| Thing {
            object: node(struck.object, &world.objects),
            weapon: node(struck.weapon, &world.weapons),
            effect: struck.effect(),
        };
        Voice {
            claimant: node(of.claimant, &world.actors),
            statement: of.statement().map(|statement| snapshot.statement(statement)),
            affirms: of.affirms(),
            denies_occurred: of.denies(Proposition::Occurred),
            denies_author: of.denies(Proposition::Author),
            denies_object: of.denies(Proposition::Object),
            author: node(of.author, &world.actors),
            act: node(of.act, &world.acts),
            against: node(of.against, &world.actors),
            place: node(of.place, &world.places),
            occurred: accounts.time(of.occurred()),
            things: accounts.rows(account).map(thing).collect(),
        }
    }
}

/// One of the five hierarchies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Of {
    Actors,
    Places,
    Objects,
    Acts,
    Weapons,
}

/// Weighs, and remembers what it asked of the hierarchies.
#[derive(Debug)]
pub(super) struct Scales<'w> {
    world: &'w World,
    /// Stands for any origin: tables do not tell them.
    origin: Origin,
    compatible: HashMap<(Of, Node, Node), bool>,
    apart: HashMap<(Node, Node), bool>,
    widened: HashMap<(Of, Node, Vec<Node>), Fact>,
}

impl<'w> Scales<'w> {
    /// Weighs over these hierarchies.
    pub(super) fn new(world: &'w World) -> Scales<'w> {
        let id = Id::parse("any").expect("an identifier");
        let record = RecordRef { name: RecordName { collection: Collection::Reports, id }, position: 0 };
        Scales {
            world,
            origin: Origin { record, field: String::new(), said: Said::Text(String::new()), unsourced: false },
            compatible: HashMap::new(),
            apart: HashMap::new(),
            widened: HashMap::new(),
        }
    }

    /// Any origin, for whoever needs one.
    pub(super) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The rows of each affirming report beside every incompatible value and denial, each with the number of its report.
    pub(super) fn undisputed(&mut self, voices: &[Voice], mut push: impl FnMut(&Row, &Voice)) {
        for (i, voice) in voices.iter().enumerate().filter(|(_, voice)| voice.affirms) {
            for thing in &voice.things {
                let mut row = self.row(voice, thing);
                // A report never disputes itself.
                for other in voices.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, other)| other) {
                    self.weigh(&mut row, voice, thing, other);
                }
                push(&row, voice);
            }
        }
    }

    /// The rows of each report that an independent one joins, widened to what that says too.
    pub(super) fn corroborated(&mut self, voices: &[Voice], mut push: impl FnMut(&Row, &Voice)) {
        for voice in voices.iter().filter(|voice| voice.affirms) {
            let joined: Vec<&Voice> =
                voices.iter().filter(|other| other.affirms && self.is_independent(voice, other)).collect();
            if joined.is_empty() {
                continue;
            }
            for thing in &voice.things {
                let row = self.widen(voice, thing, &joined);
                push(&row, voice);
            }
        }
    }

    /// A row at its word.
    fn row(&self, voice: &Voice, thing: &Thing) -> Row {
        let fact = |node: Option<Node>| weighed(node.map(Fact::Node));
        Row {
            source: self.origin.record.clone(),
            struck: 0,
            occurrence: Truth::Yes,
            occurrence_origins: Vec::new(),
            author: fact(voice.author),
            act: fact(voice.act),
            against: fact(voice.against),
            object: fact(thing.object),
            place: fact(voice.place),
            weapon: fact(thing.weapon),
            occurred: weighed(voice.occurred),
            effect: weighed(thing.effect),
        }
    }

    /// Sets what another report says beside a row.
    fn weigh(&mut self, row: &mut Row, voice: &Voice, thing: &Thing, other: &Voice) {
        // Weapon and effect are set against each other only between rows with compatible objects.
        let beside = self.beside(thing, other);
        let objects: Vec<Node> = other.things.iter().filter_map(|t| t.object).collect();
        let weapons: Vec<Node> = beside.iter().filter_map(|t| t.weapon).collect();
        if other.denies_occurred {
            row.occurrence = Truth::Unknown;
        }
        let authors: &[Node] = other.author.as_slice();
        if other.denies_author && !self.gives_compatible(Of::Actors, voice.author, authors) {
            row.author.anything.push(self.origin.clone());
        }
        if other.denies_object && !self.gives_compatible(Of::Objects, thing.object, &objects) {
            row.object.anything.push(self.origin.clone());
        }
        if self.dispute(Of::Actors, &mut row.author, voice.author, authors) {
            // A breach must be somebody's: two names for the author leave room for a third.
            row.author.anything.push(self.origin.clone());
        }
        self.dispute(Of::Objects, &mut row.object, thing.object, &objects);
        self.dispute(Of::Weapons, &mut row.weapon, thing.weapon, &weapons);
        self.dispute(Of::Acts, &mut row.act, voice.act, other.act.as_slice());
        self.dispute(Of::Actors, &mut row.against, voice.against, other.against.as_slice());
        self.dispute(Of::Places, &mut row.place, voice.place, other.place.as_slice());
        if let (Some(own), Some(theirs)) = (voice.occurred, other.occurred)
            && !own.overlaps(&theirs)
        {
            row.occurred.others.push(value(theirs));
        }
        if let Some(own) = thing.effect
            && !beside.iter().any(|t| t.effect == Some(own))
        {
            row.effect.others.extend(beside.iter().filter_map(|t| t.effect).map(value));
        }
    }

    /// Every fact of a row, widened; what none of those that join it says is not given.
    fn widen(&mut self, voice: &Voice, thing: &Thing, joined: &[&Voice]) -> Row {
        let gather = |give: &dyn Fn(&Voice) -> Option<Node>| joined.iter().filter_map(|j| give(j)).collect::<Vec<_>>();
        let objects = joined.iter().flat_map(|j| &j.things).filter_map(|t| t.object).collect();
        let beside: Vec<Thing> = joined.iter().flat_map(|j| self.beside(thing, j)).collect();
        let weapons = beside.iter().filter_map(|t| t.weapon).collect();
        let effect = thing.effect.filter(|own| beside.iter().any(|t| t.effect == Some(*own)));
        // Every hull holds the row's own time, so they have that in common.
        let hulls = |own: Range| joined.iter().filter_map(|j| j.occurred).map(move |theirs| own.hull(&theirs));
        let occurred = voice.occurred.and_then(|own| hulls(own).reduce(|a, b| a.intersect(&b)));
        Row {
            author: self.widen_fact(Of::Actors, voice.author, gather(&|j| j.author)),
            act: self.widen_fact(Of::Acts, voice.act, gather(&|j| j.act)),
            against: self.widen_fact(Of::Actors, voice.against, gather(&|j| j.against)),
            object: self.widen_fact(Of::Objects, thing.object, objects),
            place: self.widen_fact(Of::Places, voice.place, gather(&|j| j.place)),
            weapon: self.widen_fact(Of::Weapons, thing.weapon, weapons),
            occurred: weighed(occurred),
            effect: weighed(effect),
            ..self.row(voice, thing)
        }
    }

    /// The fact lies at or below every ancestor that the row's own node has in common with one that an independent claimant gives.
    fn widen_fact(&mut self, of: Of, own: Option<Node>, mut theirs: Vec<Node>) -> Weighed<Fact> {
        let Some(own) = own else { return weighed(None) };
        let hierarchy = hierarchy(self.world, of);
        theirs.sort_unstable();
        theirs.dedup();
        let fact = self.widened.entry((of, own, theirs)).or_insert_with_key(|(_, own, theirs)| {
            let above = hierarchy.at_or_above_all(*own);
            let is_common = |node: &Node| theirs.iter().any(|their| hierarchy.at_or_below(*their, *node));
            Fact::within(hierarchy, above.into_iter().filter(is_common))
        });
        weighed(Some(fact.clone()).filter(|fact| *fact != Fact::Anything))
    }

    /// The things of another report that may be the same as one.
    fn beside(&mut self, thing: &Thing, other: &Voice) -> Vec<Thing> {
        let may_be = |theirs: &&Thing| {
            thing.object.zip(theirs.object).is_none_or(|(a, b)| self.is_compatible(Of::Objects, a, b))
        };
        other.things.iter().filter(may_be).copied().collect()
    }

    /// Whether one of `theirs` is compatible with a value; what is not given is compatible with anything.
    fn gives_compatible(&mut self, of: Of, own: Option<Node>, theirs: &[Node]) -> bool {
        theirs.iter().any(|&their| own.is_none_or(|own| self.is_compatible(of, own, their)))
    }

    /// Adds what another report says, if none of its values is compatible with the row's own; returns whether it did.
    fn dispute(&mut self, of: Of, row: &mut Weighed<Fact>, own: Option<Node>, theirs: &[Node]) -> bool {
        if own.is_none() || theirs.is_empty() || self.gives_compatible(of, own, theirs) {
            return false;
        }
        row.others.extend(theirs.iter().map(|their| value(Fact::Node(*their))));
        true
    }

    /// Whether two nodes can be one and the same: for actors, whether one acts for the other.
    fn is_compatible(&mut self, of: Of, a: Node, b: Node) -> bool {
        if a == b {
            return true;
        }
        let hierarchy = hierarchy(self.world, of);
        *self.compatible.entry((of, a.min(b), a.max(b))).or_insert_with(|| match of {
            Of::Actors => hierarchy.in_one_line(a, b),
            Of::Places | Of::Objects | Of::Acts | Of::Weapons => hierarchy.share_below(a, b),
        })
    }

    /// Whether two reports come from claimants that have nothing above them in common and rest on different statements.
    fn is_independent(&mut self, a: &Voice, b: &Voice) -> bool {
        let (Some(by_a), Some(by_b)) = (a.claimant, b.claimant) else { return false };
        let actors = &self.world.actors;
        let apart = *self.apart.entry((by_a.min(by_b), by_a.max(by_b))).or_insert_with(|| {
            let tops = actors.tops(by_a);
            !actors.tops(by_b).iter().any(|top| tops.contains(top))
        });
        apart && !(a.statement.is_some() && a.statement == b.statement)
    }
}

fn hierarchy(world: &World, of: Of) -> &Hierarchy {
    match of {
        Of::Actors => &world.actors,
        Of::Places => &world.places,
        Of::Objects => &world.objects,
        Of::Acts => &world.acts,
        Of::Weapons => &world.weapons,
    }
}

fn value<T>(value: T) -> Value<T> {
    Value { value, origins: Vec::new() }
}

fn weighed<T>(own: Option<T>) -> Weighed<T> {
    Weighed { own: own.map(value), others: Vec::new(), anything: Vec::new() }
}
