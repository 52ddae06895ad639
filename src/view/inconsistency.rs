//! Inconsistencies: an actor that alleges what its own reading does not cover, and reports of one side that contradict each other.

use crate::domain::evidence::{Basis, Evidence, RecordRef, Testimony};
use crate::domain::fault::Violation;
use crate::domain::hierarchy::Node;
use crate::domain::name::TermName;
use crate::domain::record::Body;
use crate::domain::report::{Facts, Proposition, Report};
use crate::domain::verdict::{Missing, Verdict};

use super::assess::{Admitted, Docket, Question};
use super::choice::{Choice, Chosen, Key, ReadingSet, in_set};
use super::snapshot::Snapshot;

/// One inconsistency.
#[derive(Debug, Clone, PartialEq)]
pub struct Inconsistency {
    /// Of which kind.
    pub kind: InconsistencyType,
    /// Whose: an actor's identifier.
    pub actor: std::sync::Arc<str>,
    /// About which incident, by the docket's index of the snapshot's groups.
    pub group: usize,
    /// The report.
    pub report: RecordRef,
    /// The report that contradicts it.
    pub other_report: Option<RecordRef>,
    /// The reading that does not cover it.
    pub reading: Option<Key>,
    /// What they contradict each other about.
    pub propositions: Vec<Proposition>,
    /// What would settle it.
    pub missing: Vec<Missing>,
}

/// Of which kind an inconsistency is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InconsistencyType {
    /// The actor's own reading says that what it alleges is no breach.
    OutsideOwnReading,
    /// The actor's own reading leaves open whether what it alleges is a breach.
    NotSettledByOwnReading,
    /// Reports of one side contradict each other.
    SelfContradiction,
}

/// Every inconsistency about the incidents asked for: by incident, then by report.
pub fn inconsistencies(question: &Question, snapshot: &Snapshot) -> Result<Vec<Inconsistency>, Vec<Violation>> {
    let docket = Docket::new(question, snapshot)?;
    let candidates = own_readings(&question.readings, &docket);
    let mut found = Vec::new();
    for index in docket.admitted.iter() {
        let admitted = &docket.admitted(index);
        let pairs: Vec<(&Testimony, &Report)> = admitted
            .evidence
            .reports
            .iter()
            .filter_map(|testimony| match &testimony.revision.body {
                Body::Report(report) => Some((testimony, report)),
                _ => None,
            })
            .collect();
        for (i, (testimony, report)) in pairs.iter().enumerate() {
            for term in &report.alleges_breach_of {
                found.extend(outside_own_reading(testimony, term, admitted, &candidates, snapshot));
            }
            for (other, other_report) in &pairs[i + 1..] {
                found.extend(contradiction((testimony, report), (other, other_report), admitted, snapshot));
            }
        }
    }
    Ok(found)
}

/// The readings that may be an actor's own: those in force when the incident happened, unless the request names or drafts others.
fn own_readings<'s>(choice: &Choice, docket: &Docket<'s>) -> Vec<Chosen<'s>> {
    let in_force = || in_set(ReadingSet::InForceAtIncident, docket.snapshot);
    let named = |c: &Chosen<'s>| docket.readings.iter().any(|r| r.key == c.key);
    match choice.set {
        None if choice.names.is_empty() && choice.hypothetical.is_empty() => in_force()
            .into_iter()
            .filter(|c| choice.terms.is_empty() || choice.terms.contains(&c.term))
            .filter(|c| choice.held_by.is_empty() || c.held_by.as_ref().is_some_and(|h| choice.held_by.contains(h)))
            .collect(),
        // Named readings count while in force; a draft is held against every incident.
        _ => {
            let drafts = docket.readings.iter().filter(|r| matches!(r.key, Key::Hypothetical(_))).cloned();
            drafts.chain(in_force().into_iter().filter(named)).collect()
        }
    }
}

fn outside_own_reading(
    testimony: &Testimony,
    term: &TermName,
    admitted: &Admitted,
    candidates: &[Chosen<'_>],
    snapshot: &Snapshot,
) -> Vec<Inconsistency> {
    let actors = &snapshot.world.actors;
    let Some(claimant) = testimony.claimant else { return Vec::new() };
    let distance = |reading: &Chosen<'_>| {
        let holder = reading.held_by.as_ref().and_then(|h| actors.find(h.id().as_str()))?;
        actors.distance_up(claimant, holder)
    };
    let in_force = candidates.iter().filter(|r| r.term == *term && r.applies_at(&admitted.time));
    let held: Vec<(usize, &Chosen<'_>)> = in_force.filter_map(|r| Some((distance(r)?, r))).collect();
    let Some(nearest) = held.iter().map(|(d, _)| *d).min() else { return Vec::new() };

    let alone = Evidence { reports: vec![testimony.clone()], findings: Vec::new() };
    let mut found = Vec::new();
    for (_, reading) in held.iter().filter(|(d, _)| *d == nearest) {
        let judgement = reading.applied.judge(&alone, Basis::Alleged);
        let kind = match judgement.verdict {
            Verdict::NoBreach => InconsistencyType::OutsideOwnReading,
            Verdict::Undetermined => InconsistencyType::NotSettledByOwnReading,
            Verdict::Breach | Verdict::NotAssessed => continue,
        };
        found.push(Inconsistency {
            kind,
            actor: actors.key(claimant).clone(),
            group: admitted.index,
            report: testimony.source.clone(),
            other_report: None,
            reading: Some(reading.key.clone()),
            propositions: Vec::new(),
            missing: judgement.missing(),
        });
    }
    found
}

fn contradiction(
    (a, report_a): (&Testimony, &Report),
    (b, report_b): (&Testimony, &Report),
    admitted: &Admitted,
    snapshot: &Snapshot,
) -> Option<Inconsistency> {
    let actor = nearest_common(a.claimant?, b.claimant?, snapshot)?;
    let mut propositions = Vec::new();
    let alleges = |report: &Report| !report.alleges_breach_of.is_empty();
    let denied = |p: Proposition, affirmed: &dyn Fn(&Testimony, &Report) -> bool| {
        a.denies(p) && affirmed(b, report_b) || b.denies(p) && affirmed(a, report_a)
    };
    if denied(Proposition::Occurred, &|t, r| t.affirmed().is_some() || alleges(r))
        && !(a.denies(Proposition::Occurred) && b.denies(Proposition::Occurred))
    {
        propositions.push(Proposition::Occurred);
    }
    if part_on(a, b, Proposition::Author, &|facts| authors(facts, snapshot), &|x, y| {
        snapshot.world.actors.in_one_line(x, y)
    }) {
        propositions.push(Proposition::Author);
    }
    if part_on(a, b, Proposition::Object, &|facts| objects(facts, snapshot), &|x, y| {
        snapshot.world.objects.share_below(x, y)
    }) {
        propositions.push(Proposition::Object);
    }
    if denied(Proposition::Breach, &|_, r| alleges(r)) {
        propositions.push(Proposition::Breach);
    }
    (!propositions.is_empty()).then(|| Inconsistency {
        kind: InconsistencyType::SelfContradiction,
        actor: snapshot.world.actors.key(actor).clone(),
        group: admitted.index,
        report: a.source.clone(),
        other_report: Some(b.source.clone()),
        reading: None,
        propositions,
        missing: Vec::new(),
    })
}

/// Whether two testimonies part on author or object: one denies what the other gives, or all that both give is incompatible.
fn part_on(
    a: &Testimony,
    b: &Testimony,
    proposition: Proposition,
    give: &dyn Fn(&Facts) -> Vec<Node>,
    compatible: &dyn Fn(Node, Node) -> bool,
) -> bool {
    let of = |t: &Testimony| t.affirmed().map(give).unwrap_or_default();
    let (of_a, of_b) = (of(a), of(b));
    let gives_compatible = |own: &[Node], other: Node| own.iter().any(|&x| compatible(x, other));
    // A denial contradicts each thing that the other gives and the denying report gives nothing compatible with.
    let denied_by = |own: &[Node], others: &[Node]| others.iter().any(|&other| !gives_compatible(own, other));
    let denied = a.denies(proposition) && denied_by(&of_a, &of_b) || b.denies(proposition) && denied_by(&of_b, &of_a);
    let all_differ = !of_a.is_empty() && !of_b.is_empty() && !of_b.iter().any(|&other| gives_compatible(&of_a, other));
    denied || all_differ
}

fn authors(facts: &Facts, snapshot: &Snapshot) -> Vec<Node> {
    facts.attributed_to.iter().filter_map(|a| snapshot.world.actors.find(a.id().as_str())).collect()
}

fn objects(facts: &Facts, snapshot: &Snapshot) -> Vec<Node> {
    facts.struck.iter().filter_map(|s| snapshot.world.objects.find(s.object.as_ref()?.as_str())).collect()
}

/// The nearest actor at or above both; among equally near ones the first recorded.
fn nearest_common(a: Node, b: Node, snapshot: &Snapshot) -> Option<Node> {
    let actors = &snapshot.world.actors;
    let both = actors
        .at_or_above_all(a)
        .into_iter()
        .filter_map(|n| Some((actors.distance_up(a, n)? + actors.distance_up(b, n)?, n)));
    both.min().map(|(_, n)| n)
}
