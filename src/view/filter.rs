//! Which incidents a question is about: those that certainly fit, and apart from them those that only may.

use crate::domain::evidence::{Basis, Evidence, Row};
use crate::domain::hierarchy::Hierarchy;
use crate::domain::name::{ActorName, PlaceName, RecordName};
use crate::domain::record::{Body, Revision};
use crate::domain::report::Facts;
use crate::domain::selection::{Fact, Membership, Selection};
use crate::domain::time::Span;
use crate::domain::truth::Truth;
use crate::domain::values::{ClassId, Words};

use super::columns::{Asked, Bits, fitting};
use super::snapshot::{Group, Snapshot};

/// What a request asks for; an empty field asks for nothing.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Happened at a time that overlaps this.
    pub occurred: Option<Span>,
    /// In one of these, or below.
    pub places: Vec<PlaceName>,
    /// By one of these, or below.
    pub attributed_to: Vec<ActorName>,
    /// Against one of these, or below.
    pub against: Vec<ActorName>,
    /// One of these struck, or below.
    pub objects: Vec<ClassId>,
    /// One of these done, or below.
    pub acts: Vec<ClassId>,
    /// With one of these, or below.
    pub weapons: Vec<ClassId>,
    /// Reported by one of these, or below.
    pub claimants: Vec<ActorName>,
    /// Found, case aside, in names and quoted words.
    pub text: String,
}

impl Filter {
    fn is_empty(&self) -> bool {
        let Filter { occurred, places, attributed_to, against, objects, acts, weapons, claimants, text } = self;
        occurred.is_none()
            && places.is_empty()
            && attributed_to.is_empty()
            && against.is_empty()
            && objects.is_empty()
            && acts.is_empty()
            && weapons.is_empty()
            && claimants.is_empty()
            && text.is_empty()
    }
}

/// A filter worked out over a snapshot.
#[derive(Debug)]
pub struct Sieve<'s> {
    filter: &'s Filter,
    snapshot: &'s Snapshot,
    places: Option<Membership<'s>>,
    attributed_to: Option<Membership<'s>>,
    against: Option<Membership<'s>>,
    objects: Option<Membership<'s>>,
    acts: Option<Membership<'s>>,
    weapons: Option<Membership<'s>>,
    claimants: Option<Membership<'s>>,
    text: String,
}

impl<'s> Sieve<'s> {
    /// Works a filter out.
    pub fn new(filter: &'s Filter, snapshot: &'s Snapshot) -> Sieve<'s> {
        let world = &snapshot.world;
        let over = |keys: Vec<std::sync::Arc<str>>, hierarchy: &'s Hierarchy| {
            if keys.is_empty() { None } else { Some(Membership::new(&Selection::of(keys), hierarchy)) }
        };
        let actors = |names: &[ActorName]| names.iter().map(|n| n.id().shared()).collect::<Vec<_>>();
        let classes = |ids: &[ClassId]| ids.iter().map(|c| c.0.clone()).collect::<Vec<_>>();
        Sieve {
            filter,
            snapshot,
            places: over(filter.places.iter().map(|n| n.id().shared()).collect(), &world.places),
            attributed_to: over(actors(&filter.attributed_to), &world.actors),
            against: over(actors(&filter.against), &world.actors),
            objects: over(classes(&filter.objects), &world.objects),
            acts: over(classes(&filter.acts), &world.acts),
            weapons: over(classes(&filter.weapons), &world.weapons),
            claimants: over(actors(&filter.claimants), &world.actors),
            text: filter.text.to_lowercase(),
        }
    }

    /// The incidents that certainly fit, and those that only may: what `fits` says of each, from the columns.
    pub fn sort(&self) -> (Bits, Bits) {
        let groups = self.snapshot.groups();
        let only_text = Filter { text: String::new(), ..self.filter.clone() }.is_empty();
        let (mut certain, mut may) = if only_text {
            (groups.clone(), Bits::none(groups.length()))
        } else {
            let asked = Asked {
                author: self.attributed_to.as_ref(),
                act: self.acts.as_ref(),
                against: self.against.as_ref(),
                object: self.objects.as_ref(),
                place: self.places.as_ref(),
                weapon: self.weapons.as_ref(),
                claimant: self.claimants.as_ref(),
                occurred: self.filter.occurred.as_ref().map(|span| span.range()),
            };
            fitting(self.snapshot, &asked)
        };
        if !self.text.is_empty() {
            let with_text = Bits::of(groups.length(), |group| {
                (certain.has(group) || may.has(group)) && self.has_text(&self.snapshot.group_at(group))
            });
            certain.and(&with_text);
            may.and(&with_text);
        }
        (certain, may)
    }

    /// Whether a group fits: yes if one thing struck in a report or finding fits every field certainly, unknown if one may.
    pub fn fits(&self, group: &Group, evidence: &Evidence) -> Truth {
        if self.filter.is_empty() {
            return Truth::Yes;
        }
        if !self.text.is_empty() && !self.has_text(group) {
            return Truth::No;
        }
        let claimant_of = |row: &Row| evidence.reports.iter().find(|r| r.source == row.source).and_then(|r| r.claimant);
        let reported = evidence.rows(Basis::Alleged, &self.snapshot.world);
        let reported = reported.iter().map(|row| {
            let claimant = claimant_of(row).map_or(Fact::Anything, Fact::Node);
            self.row(row).and(member(&self.claimants, &claimant))
        });
        // A finding has no claimant, so it never fits a question about claimants.
        let findings = self.snapshot.all_findings(group);
        let of_findings = if self.claimants.is_some() { Truth::No } else { Truth::Yes };
        let found =
            Evidence { reports: findings.findings, findings: Vec::new() }.rows(Basis::Alleged, &self.snapshot.world);
        let found = found.iter().map(|row| self.row(row).and(of_findings));
        let only_text = Filter { text: String::new(), ..self.filter.clone() }.is_empty();
        let nothing_struck = if only_text { Truth::Yes } else { Truth::No };
        reported.chain(found).reduce(Truth::or).unwrap_or(nothing_struck)
    }

    fn row(&self, row: &Row) -> Truth {
        let fact = |weighed: &crate::domain::evidence::Weighed<Fact>| {
            weighed.own.as_ref().map_or(Fact::Anything, |v| v.value.clone())
        };
        let overlaps = match (&self.filter.occurred, &row.occurred.own) {
            (None, _) => Truth::Yes,
            (Some(_), None) => Truth::Unknown,
            (Some(asked), Some(own)) if own.value.overlaps(&asked.range()) => Truth::Yes,
            (Some(_), Some(_)) => Truth::No,
        };
        [
            overlaps,
            member(&self.places, &fact(&row.place)),
            member(&self.attributed_to, &fact(&row.author)),
            member(&self.against, &fact(&row.against)),
            member(&self.objects, &fact(&row.object)),
            member(&self.acts, &fact(&row.act)),
            member(&self.weapons, &fact(&row.weapon)),
        ]
        .into_iter()
        .fold(Truth::Yes, Truth::and)
    }

    fn has_text(&self, group: &Group) -> bool {
        let members = self.snapshot.members(group);
        let said: Vec<_> = self.snapshot.reports(group).chain(self.snapshot.findings(group)).collect();
        let named = said.iter().filter_map(|r| facts_of(r)).flat_map(places_of);
        let places: Vec<_> = named.filter_map(|name| self.snapshot.find(&name)).collect();
        // A report inherits the citations of the statement it rests on, and with them the words they quote.
        let statements = said.iter().filter_map(|r| statement_of(r)).filter_map(|name| self.snapshot.find(&name));
        let statements: Vec<_> = statements.collect();
        let mut revisions = members.chain(said).chain(places).chain(statements);
        revisions.any(|r| super::list::texts(&r).iter().any(|text| text.to_lowercase().contains(&self.text)))
    }
}

fn member(membership: &Option<Membership<'_>>, fact: &Fact) -> Truth {
    membership.as_ref().map_or(Truth::Yes, |m| m.truth(fact))
}

fn facts_of(revision: &Revision) -> Option<&Facts> {
    match &revision.body {
        Body::Report(report) => report.facts.as_ref(),
        Body::Finding(finding) => finding.facts.as_ref(),
        _ => None,
    }
}

fn statement_of(revision: &Revision) -> Option<RecordName> {
    match &revision.body {
        Body::Report(report) => report.statement.as_ref().map(|s| s.record()),
        _ => None,
    }
}

fn places_of(facts: &Facts) -> Vec<RecordName> {
    let facilities = facts.struck.iter().filter_map(|s| match &s.facility {
        Words::Record(name) => Some(name.clone()),
        Words::Free(_) => None,
    });
    facts.place.iter().map(|p| p.record()).chain(facilities).collect()
}
