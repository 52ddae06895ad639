//! Assess: the verdict of every incident asked for, under every reading, on every basis, in the contract's order.

use std::collections::HashSet;

use crate::domain::evidence::{Basis, Evidence};
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::{Collection, IncidentName};
use crate::domain::nearest::{ADVICE_MAX, nearest};
use crate::domain::record::Body;
use crate::domain::time::{Range, Span};
use crate::domain::truth::Truth;

use super::choice::{Choice, Chosen, choose};
use super::filter::{Filter, Sieve};
use super::oracle::{Answer, answer};
use super::snapshot::{Group, Snapshot};

/// What is asked of every assessment call.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// Just these incidents; empty: all that the filter admits.
    pub incidents: Vec<IncidentName>,
    /// Which incidents.
    pub filter: Filter,
    /// Under which readings.
    pub readings: Choice,
    /// On which bases, as requested; empty: undisputed.
    pub bases: Vec<Basis>,
}

/// An incident that was admitted.
#[derive(Debug)]
pub struct Admitted<'s> {
    /// Which group of the snapshot.
    pub index: usize,
    /// The group itself.
    pub group: &'s Group,
    /// What is known about it.
    pub evidence: Evidence<'s>,
    /// When it happened.
    pub time: Range,
}

/// A question worked out over a snapshot: what every assessment call goes through.
#[derive(Debug)]
pub struct Docket<'s> {
    /// The snapshot.
    pub snapshot: &'s Snapshot,
    /// The incidents that certainly fit, first recorded first.
    pub admitted: Vec<Admitted<'s>>,
    /// How many only may fit.
    pub uncertain: usize,
    /// The readings; of a set in force at the incident, those that apply to some incident admitted.
    pub readings: Vec<Chosen<'s>>,
    /// The bases, without repeats.
    pub bases: Vec<Basis>,
    /// The window that was asked for.
    pub window: Option<Span>,
}

/// One item of an answer.
#[derive(Debug)]
pub struct Assessment<'d, 's> {
    /// The incident.
    pub admitted: &'d Admitted<'s>,
    /// The reading.
    pub reading: &'d Chosen<'s>,
    /// The basis.
    pub basis: Basis,
    /// The verdict, and all that comes with it.
    pub answer: Answer,
}

impl<'s> Docket<'s> {
    /// Admits incidents and chooses readings. Refused, naming every fault: incidents, readings and filter entries that are not there.
    pub fn new(question: &Question, snapshot: &'s Snapshot) -> Result<Docket<'s>, Vec<Violation>> {
        let mut violations = check_filter(&question.filter, snapshot);
        let mut wanted: HashSet<usize> = HashSet::new();
        for (i, name) in question.incidents.iter().enumerate() {
            match snapshot.group(name) {
                Some(group) => {
                    wanted.insert(group);
                }
                None => {
                    let advise = violations.len() < ADVICE_MAX;
                    violations.push(no_incident(format!("incidents[{i}]"), name, snapshot, advise));
                }
            }
        }
        let mut readings = match choose(&question.readings, snapshot, "readings") {
            Ok(readings) => readings,
            Err(more) => {
                violations.extend(more);
                Vec::new()
            }
        };
        if !violations.is_empty() {
            return Err(violations);
        }

        let sieve = Sieve::new(&question.filter, snapshot);
        let mut admitted = Vec::new();
        let mut uncertain = 0;
        for (index, group) in snapshot.groups.iter().enumerate() {
            if !question.incidents.is_empty() && !wanted.contains(&index) {
                continue;
            }
            let evidence = snapshot.evidence(group);
            match sieve.fits(group, &evidence) {
                Truth::Yes => {
                    let time = snapshot.time_of(group, &evidence);
                    admitted.push(Admitted { index, group, evidence, time });
                }
                Truth::Unknown => uncertain += 1,
                Truth::No => {}
            }
        }
        // What was in force at none of them is applied to nothing.
        readings.retain(|r| r.applies_always() || admitted.iter().any(|a| r.applies_at(&a.time)));
        let mut bases = Vec::new();
        for basis in &question.bases {
            if !bases.contains(basis) {
                bases.push(*basis);
            }
        }
        if bases.is_empty() {
            bases.push(Basis::Undisputed);
        }
        Ok(Docket { snapshot, admitted, uncertain, readings, bases, window: question.filter.occurred.clone() })
    }

    /// The assessments from a cursor on: by incident, reading, basis. The cursor counts all triples, whether the reading applies or not.
    pub fn assessments<'d>(&'d self, cursor: usize) -> impl Iterator<Item = (usize, Assessment<'d, 's>)> + 'd {
        let (readings, bases) = (self.readings.len(), self.bases.len());
        let total = self.admitted.len() * readings * bases;
        (cursor..total).filter_map(move |at| {
            let admitted = &self.admitted[at / (readings * bases)];
            let reading = &self.readings[at / bases % readings];
            let basis = self.bases[at % bases];
            reading.applies_at(&admitted.time).then(|| {
                let answer = answer(reading, &admitted.evidence, basis);
                (at, Assessment { admitted, reading, basis, answer })
            })
        })
    }
}

/// A request's incident that is not there, with the nearest one if advice is wanted.
pub fn no_incident(field: String, name: &IncidentName, snapshot: &Snapshot, advise: bool) -> Violation {
    if snapshot.find(&name.record()).is_some() {
        return Violation::new(field, Reason::ReferenceRetracted, format!("{name} is retracted: it is in no answer"));
    }
    let ids = snapshot.all_live(Collection::Incidents).map(|c| c.revision.name.id.as_str());
    let near = if advise { nearest(name.id().as_str(), ids) } else { None };
    let hint = near.map(|near| format!("; nearest: \"incidents/{near}\"")).unwrap_or_default();
    let what = format!("\"{name}\" is not in this dossier at the position and known time asked for{hint}");
    Violation::new(field, Reason::ReferenceUnknown, what)
}

fn check_filter(filter: &Filter, snapshot: &Snapshot) -> Vec<Violation> {
    let mut violations = Vec::new();
    let world = &snapshot.world;
    let lists = [
        ("attributed_to", &filter.attributed_to, &world.actors),
        ("against", &filter.against, &world.actors),
        ("claimants", &filter.claimants, &world.actors),
    ];
    for (field, names, hierarchy) in lists {
        for (i, name) in names.iter().enumerate().filter(|(_, n)| hierarchy.find(n.id().as_str()).is_none()) {
            let what = format!("\"{name}\" is not in this dossier");
            violations.push(Violation::new(format!("filter.{field}[{i}]"), Reason::ReferenceUnknown, what));
        }
    }
    for (i, name) in filter.places.iter().enumerate().filter(|(_, n)| world.places.find(n.id().as_str()).is_none()) {
        violations.push(Violation::new(
            format!("filter.places[{i}]"),
            Reason::ReferenceUnknown,
            format!("\"{name}\" is not in this dossier"),
        ));
    }
    let classes = [
        ("objects", &filter.objects, &world.objects),
        ("acts", &filter.acts, &world.acts),
        ("weapons", &filter.weapons, &world.weapons),
    ];
    for (field, ids, hierarchy) in classes {
        for (i, id) in ids.iter().enumerate().filter(|(_, id)| hierarchy.find(id.as_str()).is_none()) {
            let keys = hierarchy.nodes().map(|n| &**hierarchy.key(n));
            let near = if violations.len() < ADVICE_MAX { nearest(id.as_str(), keys) } else { None };
            let hint = near.map(|near| format!("; nearest: \"{near}\"")).unwrap_or_default();
            let what = format!("\"{}\" is no node of {field} v1{hint}", id.as_str());
            violations.push(Violation::new(format!("filter.{field}[{i}]"), Reason::ClassUnknown, what));
        }
    }
    violations
}

/// The coverage records that touch a count: observed at a time that overlaps its window, at, above or below one of its places.
pub fn coverage(filter: &Filter, snapshot: &Snapshot) -> Vec<crate::domain::name::RecordName> {
    let places = &snapshot.world.places;
    let touches_place = |name: &crate::domain::name::PlaceName| {
        let node = places.find(name.id().as_str());
        let touches = |asked: &crate::domain::name::PlaceName| {
            node.zip(places.find(asked.id().as_str())).is_some_and(|(a, b)| places.share_below(a, b))
        };
        filter.places.is_empty() || filter.places.iter().any(touches)
    };
    let touches = |body: &Body| match body {
        Body::Coverage(coverage) => {
            let in_time =
                filter.occurred.as_ref().is_none_or(|asked| asked.range().overlaps(&coverage.observed.range()));
            in_time && coverage.places.iter().any(touches_place)
        }
        _ => false,
    };
    let records = snapshot.all_live(Collection::Coverage).filter(|c| touches(&c.revision.body));
    records.map(|c| c.revision.name.clone()).collect()
}
