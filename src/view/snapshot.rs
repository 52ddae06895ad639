//! The record as it stands by one clock: current revisions, hierarchies, and incidents joined by their links.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::admission::RecordSoFar;
use crate::domain::evidence::{Evidence, RecordRef, Testimony};
use crate::domain::hierarchy::Hierarchy;
use crate::domain::name::{Collection, IncidentName, RecordName};
use crate::domain::record::{Body, Position, Revision};
use crate::domain::report::{Facts, FindingStatus, Proposition};
use crate::domain::taxonomy;
use crate::domain::things::{ActorType, LinkType, PlaceType, Taxonomy};
use crate::domain::time::Range;
use crate::domain::world::World;

use super::columns::Frame;
use super::parts::Parts;
use super::records::{Clock, Records, unsourced};

/// A record's current revision, and where its first one stands.
#[derive(Debug, Clone)]
pub struct Current {
    /// The current revision.
    pub revision: Arc<Revision>,
    /// The position of its first revision: the order in which records were recorded.
    pub first: Position,
}

/// One incident, or several that are linked as the same event.
#[derive(Debug, Clone)]
pub struct Group {
    /// The name recorded first, under which the answer stands.
    pub incident: IncidentName,
    /// The other names.
    pub same_event: Vec<IncidentName>,
    /// Its reports, as indexes of current records, first recorded first.
    reports: Vec<usize>,
    /// Its findings of any status, likewise.
    findings: Vec<usize>,
}

/// The record by one clock.
#[derive(Debug)]
pub struct Snapshot {
    /// The clock.
    pub clock: Clock,
    /// The hierarchies.
    pub world: World,
    /// The incidents, first recorded first.
    pub groups: Vec<Group>,
    /// Which incidents are parts of which.
    pub parts: Parts,
    records: Vec<Current>,
    index: HashMap<RecordName, usize>,
    group_of: HashMap<IncidentName, usize>,
    /// The same number for statements linked as the same.
    statements: HashMap<RecordName, usize>,
    /// The columns, made when they are first asked for.
    frame: Frame,
}

impl Snapshot {
    /// Reads the record by a clock.
    pub fn new(records: &Records, clock: Clock) -> Snapshot {
        let world = world(records, clock);
        let mut current = Vec::new();
        let mut index = HashMap::new();
        for (name, first) in records.names(clock.at) {
            if let Some(revision) = records.current(name, clock) {
                index.insert(name.clone(), current.len());
                current.push(Current { revision: revision.clone(), first });
            }
        }
        let mut snapshot = Snapshot {
            clock,
            world,
            groups: Vec::new(),
            parts: Parts::default(),
            records: current,
            index,
            group_of: HashMap::new(),
            statements: HashMap::new(),
            frame: Frame::default(),
        };
        let named = |collection| {
            let names = records.names(clock.at).map(|(name, _)| name).filter(|n| n.collection == collection);
            names.cloned().collect::<Vec<RecordName>>()
        };
        snapshot.join_statements(named(Collection::Statements));
        snapshot.join_incidents(named(Collection::Incidents));
        snapshot
    }

    /// The columns.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The current revision of a record, retracted or not.
    pub fn find(&self, name: &RecordName) -> Option<&Arc<Revision>> {
        self.index.get(name).map(|i| &self.records[*i].revision)
    }

    /// The current revision of a record that is not retracted.
    pub fn live(&self, name: &RecordName) -> Option<&Arc<Revision>> {
        self.find(name).filter(|r| !r.retracted)
    }

    /// Every current record that is not retracted, first recorded first.
    pub fn all_live(&self, collection: Collection) -> impl Iterator<Item = &Current> {
        self.records.iter().filter(move |c| c.revision.name.collection == collection && !c.revision.retracted)
    }

    /// The group that an incident belongs to.
    pub fn group(&self, incident: &IncidentName) -> Option<usize> {
        self.group_of.get(incident).copied()
    }

    /// The current revisions of a group's incidents, first recorded first.
    pub fn members<'s>(&'s self, group: &'s Group) -> impl Iterator<Item = &'s Arc<Revision>> {
        std::iter::once(&group.incident).chain(&group.same_event).filter_map(|name| self.find(&name.record()))
    }

    /// A group's reports, first recorded first.
    pub fn reports<'s>(&'s self, group: &'s Group) -> impl Iterator<Item = &'s Arc<Revision>> {
        group.reports.iter().map(|i| &self.records[*i].revision)
    }

    /// A group's findings of any status, first recorded first.
    pub fn findings<'s>(&'s self, group: &'s Group) -> impl Iterator<Item = &'s Arc<Revision>> {
        group.findings.iter().map(|i| &self.records[*i].revision)
    }

    /// What is known about a group.
    pub fn evidence(&self, group: &Group) -> Evidence<'_> {
        let verified = |i: &&usize| matches!(&self.records[**i].revision.body, Body::Finding(f) if f.status == FindingStatus::Verified);
        Evidence {
            reports: group.reports.iter().map(|i| self.testimony(&self.records[*i])).collect(),
            findings: group.findings.iter().filter(verified).map(|i| self.testimony(&self.records[*i])).collect(),
        }
    }

    /// A group's findings of any status as evidence; only verified ones decide, but all can be filtered by.
    pub fn all_findings(&self, group: &Group) -> Evidence<'_> {
        Evidence {
            reports: Vec::new(),
            findings: group.findings.iter().map(|i| self.testimony(&self.records[*i])).collect(),
        }
    }

    /// When an incident happened: the hull of what its reports give, else its own `about`, else any time.
    pub fn time_of(&self, group: &Group, evidence: &Evidence<'_>) -> Range {
        let about = |revision: &Arc<Revision>| match &revision.body {
            Body::Incident(incident) => incident.about.as_ref().map(|s| s.range()),
            _ => None,
        };
        let abouts = || self.members(group).filter_map(about).reduce(|a, b| a.hull(&b));
        evidence.hull().or_else(abouts).unwrap_or(Range::ANY)
    }

    /// Whether an assertion's every document is retracted.
    pub fn unsourced(&self, revision: &Revision) -> bool {
        unsourced(revision, |name| self.find(name))
    }

    fn testimony<'s>(&'s self, current: &'s Current) -> Testimony<'s> {
        let (claimant, statement, facts, denies): (_, _, &Option<Facts>, &[Proposition]) = match &current.revision.body
        {
            Body::Report(report) => {
                let statement = report.statement.as_ref().and_then(|s| self.statements.get(&s.record())).copied();
                (self.world.actors.find(report.claimant.id().as_str()), statement, &report.facts, &report.denies)
            }
            Body::Finding(finding) => (None, None, &finding.facts, &finding.denies),
            _ => (None, None, &None, &[]),
        };
        Testimony {
            source: RecordRef { name: current.revision.name.clone(), position: current.revision.position },
            first: current.first,
            unsourced: self.unsourced(&current.revision),
            claimant,
            statement,
            facts: facts.as_ref(),
            denies,
        }
    }

    fn links(&self, wanted: LinkType) -> Vec<(RecordName, RecordName)> {
        let pair = |current: &Current| match &current.revision.body {
            Body::Link(link) if link.link_type == wanted => Some((link.subject.clone(), link.object.clone())),
            _ => None,
        };
        self.all_live(Collection::Links).filter_map(pair).collect()
    }

    fn join_statements(&mut self, names: Vec<RecordName>) {
        let sets = Sets::joined(names, self.links(LinkType::SameStatement));
        self.statements = sets.numbers();
    }

    fn join_incidents(&mut self, names: Vec<RecordName>) {
        // A link to an incident that is retracted, or not known yet, stays, so that what it joins stays joined; the incident
        // itself is in no answer.
        let incident_links = |pairs: Vec<(RecordName, RecordName)>| -> Vec<(RecordName, RecordName)> {
            pairs
                .into_iter()
                .filter(|(a, b)| a.collection == Collection::Incidents && b.collection == Collection::Incidents)
                .collect()
        };
        let sets = Sets::joined(names, incident_links(self.links(LinkType::SameEvent)));
        let numbers = sets.numbers();

        let mut by_number: HashMap<usize, usize> = HashMap::new();
        let mut groups: Vec<Group> = Vec::new();
        let mut group_of = HashMap::new();
        for current in self.all_live(Collection::Incidents) {
            let Ok(incident) = IncidentName::narrow(current.revision.name.clone()) else { continue };
            let number = numbers[&current.revision.name];
            let at = *by_number.entry(number).or_insert_with(|| {
                let (reports, findings) = (Vec::new(), Vec::new());
                groups.push(Group { incident: incident.clone(), same_event: Vec::new(), reports, findings });
                groups.len() - 1
            });
            if groups[at].incident != incident {
                groups[at].same_event.push(incident.clone());
            }
            group_of.insert(incident, at);
        }
        for (i, current) in self.records.iter().enumerate().filter(|(_, c)| !c.revision.retracted) {
            match &current.revision.body {
                Body::Report(report) => {
                    if let Some(&at) = group_of.get(&report.incident) {
                        groups[at].reports.push(i);
                    }
                }
                Body::Finding(finding) => {
                    if let Some(&at) = group_of.get(&finding.incident) {
                        groups[at].findings.push(i);
                    }
                }
                _ => {}
            }
        }

        let links = incident_links(self.links(LinkType::PartOf));
        let edges: Vec<(usize, usize)> =
            links.iter().filter_map(|(part, whole)| Some((*numbers.get(part)?, *numbers.get(whole)?))).collect();
        self.parts = Parts::new(numbers.len(), &edges, |number| by_number.get(&number).copied());
        self.groups = groups;
        self.group_of = group_of;
    }
}

/// The hierarchies by a clock. Every name recorded up to its position is a node; edges come from the revisions that the clock admits.
fn world(records: &Records, clock: Clock) -> World {
    let mut world = World::default();
    for taxonomy in Taxonomy::ALL {
        *world.classes_mut(taxonomy) = taxonomy::built_in(taxonomy).clone();
    }
    let mut edges: Vec<(&Arc<Revision>, Position)> = Vec::new();
    for (name, first) in records.names(clock.at) {
        match name.collection {
            Collection::Actors => {
                let node = world.actors.node(&name.id.shared());
                // Of an actor not yet known, nobody can say whose it is.
                world.actors.set_unplaced(node, true);
            }
            Collection::Places => {
                let node = world.places.node(&name.id.shared());
                world.places.set_unplaced(node, true);
            }
            Collection::Classes => {
                if let Some(Body::Class(class)) = records.first(name).map(|r| r.body.clone()) {
                    let hierarchy = world.classes_mut(class.taxonomy);
                    let node = hierarchy.node(&class.id.0);
                    // Nor of a class not yet known what it is one of.
                    hierarchy.set_unplaced(node, true);
                }
            }
            _ => continue,
        }
        if let Some(revision) = records.current(name, clock) {
            edges.push((revision, first));
        }
    }
    for (revision, _) in edges {
        let key = revision.name.id.shared();
        match &revision.body {
            Body::Actor(actor) => {
                let stray = matches!(actor.actor_type, ActorType::Person | ActorType::ArmedGroup)
                    && actor.affiliations.is_empty();
                place_node(&mut world.actors, &key, stray, actor.affiliations.iter().map(|a| a.id().shared()));
            }
            Body::Place(place) => {
                let stray = place.place_type != PlaceType::Country && place.within.is_empty();
                place_node(&mut world.places, &key, stray, place.within.iter().map(|p| p.id().shared()));
            }
            Body::Class(class) => {
                place_node(
                    world.classes_mut(class.taxonomy),
                    &class.id.0,
                    false,
                    class.parents.iter().map(|p| p.0.clone()),
                );
            }
            _ => {}
        }
    }
    world
}

fn place_node(hierarchy: &mut Hierarchy, key: &Arc<str>, unplaced: bool, parents: impl Iterator<Item = Arc<str>>) {
    let node = hierarchy.node(key);
    hierarchy.set_unplaced(node, unplaced);
    for parent in parents {
        let parent = hierarchy.node(&parent);
        // Revisions of different known times may disagree about who is above whom; the edge recorded first stays, so there is no cycle.
        hierarchy.edge(node, parent);
    }
}

/// Disjoint sets of records, joined by links.
struct Sets {
    numbers: HashMap<RecordName, usize>,
    above: Vec<usize>,
}

impl Sets {
    fn joined(names: Vec<RecordName>, pairs: Vec<(RecordName, RecordName)>) -> Sets {
        let above = (0..names.len()).collect();
        let mut sets = Sets { numbers: names.into_iter().enumerate().map(|(i, n)| (n, i)).collect(), above };
        for (a, b) in pairs {
            if let (Some(&a), Some(&b)) = (sets.numbers.get(&a), sets.numbers.get(&b)) {
                let (a, b) = (sets.top(a), sets.top(b));
                // The smaller number, recorded first, stands for both.
                sets.above[a.max(b)] = a.min(b);
            }
        }
        sets
    }

    fn top(&self, mut at: usize) -> usize {
        while self.above[at] != at {
            at = self.above[at];
        }
        at
    }

    fn numbers(&self) -> HashMap<RecordName, usize> {
        self.numbers.iter().map(|(name, &i)| (name.clone(), self.top(i))).collect()
    }
}
