//! Assess: the verdict of every incident asked for, under every reading, on every basis, in the contract's order.

use std::collections::HashSet;
use std::rc::Rc;

use crate::domain::evidence::{Basis, Evidence};
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::{Collection, IncidentName, shorten};
use crate::domain::nearest::{ADVICE_MAX, nearest};
use crate::domain::record::Body;
use crate::domain::time::{Range, Span};

use super::choice::{Choice, Chosen, choose};
use super::columns::Bits;
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
pub struct Admitted {
    /// Which group of the snapshot.
    pub index: usize,
    /// The group itself.
    pub group: Group,
    /// What is known about it.
    pub evidence: Evidence,
    /// When it happened.
    pub time: Range,
}

/// A question worked out over a snapshot: what every assessment call goes through.
#[derive(Debug)]
pub struct Docket<'s> {
    /// The snapshot.
    pub snapshot: &'s Snapshot,
    /// The incidents that certainly fit, as groups of the snapshot.
    pub admitted: Bits,
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
    pub admitted: Rc<Admitted>,
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

        let (mut admitted, mut may) = Sieve::new(&question.filter, snapshot).sort();
        if !question.incidents.is_empty() {
            let wanted = Bits::of(snapshot.groups().length(), |group| wanted.contains(&group));
            admitted.and(&wanted);
            may.and(&wanted);
        }
        let uncertain = may.count();
        // What was in force at none of them is applied to nothing.
        let applies = |reading: &Chosen<'_>| {
            let times = snapshot.frame().times(snapshot);
            admitted.iter().any(|group| reading.applies_at(&times.of(group)))
        };
        readings.retain(|reading| reading.applies_always() || applies(reading));
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

    /// An incident with what is known about it.
    pub fn admitted(&self, index: usize) -> Admitted {
        let group = self.snapshot.group_at(index);
        let evidence = self.snapshot.evidence(&group);
        Admitted { index, time: self.snapshot.time_of(&group, &evidence), group, evidence }
    }

    /// The assessments from a cursor on: by incident, reading, basis. The cursor counts the triples of all incidents, whether
    /// one is admitted and a reading applies to it or not.
    pub fn assessments<'d>(&'d self, cursor: usize) -> impl Iterator<Item = (usize, Assessment<'d, 's>)> + 'd {
        let each = self.readings.len() * self.bases.len();
        let from = cursor.checked_div(each).unwrap_or(self.admitted.length());
        self.admitted.iter_from(from).flat_map(move |index| {
            let admitted = Rc::new(self.admitted(index));
            let triples = (index * each).max(cursor)..(index + 1) * each;
            triples.filter_map(move |at| {
                let reading = &self.readings[at % each / self.bases.len()];
                let basis = self.bases[at % self.bases.len()];
                reading.applies_at(&admitted.time).then(|| {
                    let answer = answer(reading, &admitted.evidence, basis);
                    (at, Assessment { admitted: admitted.clone(), reading, basis, answer })
                })
            })
        })
    }

    /// The admitted incidents that a reading applies to.
    pub fn applied(&self, reading: &Chosen<'_>) -> Bits {
        let mut applied = self.admitted.clone();
        if !reading.applies_always() {
            let times = self.snapshot.frame().times(self.snapshot);
            applied.and(&Bits::of(times.count(), |group| reading.applies_at(&times.of(group))));
        }
        applied
    }

    /// Of the incidents of a count, those that are left out of it: wholes of which it counts a part with a verdict.
    pub fn left_out(&self, base: &Bits, assessed: &Bits) -> HashSet<usize> {
        let in_base: Vec<usize> = self.snapshot.parts().linked().filter(|group| base.has(*group)).collect();
        let counted: Vec<usize> = in_base.iter().copied().filter(|group| assessed.has(*group)).collect();
        self.snapshot.parts().wholes_of(&in_base, &counted)
    }
}

/// A request's incident that is not there, with the nearest one if advice is wanted.
pub fn no_incident(field: String, name: &IncidentName, snapshot: &Snapshot, advise: bool) -> Violation {
    if snapshot.is_there(&name.record()) {
        return Violation::new(field, Reason::ReferenceRetracted, format!("{name} is retracted: it is in no answer"));
    }
    let ids: Vec<_> = if advise { snapshot.names_live(Collection::Incidents).collect() } else { Vec::new() };
    let near = nearest(name.id().as_str(), ids.iter().map(|name| name.id.as_str()));
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
            let what = format!("\"{}\" is no node of {field} v1{hint}", shorten(id.as_str()));
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
    let records = snapshot.all_live(Collection::Coverage).filter(|revision| touches(&revision.body));
    records.map(|revision| revision.name.clone()).collect()
}
