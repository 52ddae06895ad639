//! One incident as it is told: who affirms what, who denies what, and what was found.

use std::sync::Arc;

use crate::domain::name::{ActorName, IncidentName, RecordName};
use crate::domain::record::{Body, Revision};
use crate::domain::report::{Facts, Finding, Proposition, Report};
use crate::domain::things::Taxonomy;
use crate::domain::values::Words as Named;
use crate::view::snapshot::Group;

use super::desk::Desk;
use super::language::Affirmed;

/// How many accounts of an incident are told, and how many findings; the others are counted.
const PARTS_MAX: usize = 20;

/// An incident with what is said of it, decoded.
pub(super) struct Told {
    pub(super) number: usize,
    pub(super) group: Group,
    /// How it is called.
    pub(super) name: String,
    pub(super) reports: Vec<Arc<Revision>>,
    pub(super) findings: Vec<Arc<Revision>>,
}

impl Told {
    pub(super) fn of(desk: &Desk<'_>, number: usize) -> Told {
        let group = desk.snapshot.group_at(number);
        let reports = desk.snapshot.reports(&group).collect();
        let findings = desk.snapshot.findings(&group).collect();
        let name = desk.name_of(&group.incident.record());
        Told { number, name, reports, findings, group }
    }

    /// Its reports.
    pub(super) fn reports(&self) -> impl Iterator<Item = (&Revision, &Report)> {
        self.reports.iter().filter_map(|revision| match &revision.body {
            Body::Report(report) => Some((&**revision, report)),
            _ => None,
        })
    }

    /// Its findings.
    pub(super) fn findings(&self) -> impl Iterator<Item = (&Revision, &Finding)> {
        self.findings.iter().filter_map(|revision| match &revision.body {
            Body::Finding(finding) => Some((&**revision, finding)),
            _ => None,
        })
    }

    /// The records behind it: the incident under its names, and what is said of it.
    pub(super) fn records(&self) -> Vec<RecordName> {
        let incidents = std::iter::once(&self.group.incident).chain(&self.group.same_event).map(IncidentName::record);
        let said = self.reports.iter().chain(&self.findings).map(|revision| revision.name.clone());
        incidents.chain(said).collect()
    }

    /// What is said of it, each with whoever says it.
    pub(super) fn parts(&self, desk: &Desk<'_>) -> Vec<String> {
        let mut parts = Vec::new();
        for (revision, report) in self.reports() {
            let who = claimant(desk, report);
            let affirmed = affirmed(desk, revision, report);
            let affirmed = affirmed.map(|facts| desk.words.affirmed(&self.told(desk, &facts, &who)));
            let denies = !report.denies.is_empty();
            match affirmed {
                Some(text) => parts.push(text),
                None if denies => {}
                None => parts.push(desk.words.mentioned(&who)),
            }
            if denies {
                parts.push(desk.words.denied(&who, &report.denies));
            }
        }
        let mut findings = Vec::new();
        for (_, finding) in self.findings() {
            let by = desk.named(&finding.made_by);
            findings.push(desk.words.found(&by, finding.status));
        }
        // Findings are told whatever the number of accounts.
        let more = parts.len().saturating_sub(PARTS_MAX);
        parts.truncate(PARTS_MAX);
        if more > 0 {
            parts.push(desk.words.more_accounts(more));
        }
        let more = findings.len().saturating_sub(PARTS_MAX);
        parts.extend(findings.into_iter().take(PARTS_MAX));
        if more > 0 {
            parts.push(desk.words.more_findings(more));
        }
        parts
    }

    fn told(&self, desk: &Desk<'_>, facts: &Facts, who: &str) -> Affirmed {
        let mut told = Affirmed { who: who.to_owned(), ..Affirmed::default() };
        for struck in &facts.struck {
            let object = struck.object.as_ref().map(|class| match &struck.facility {
                // A facility that the incident is called after is not named twice.
                Named::Record(name) if !self.name.contains(&desk.name_of(name)) => {
                    desk.words.object_at(&desk.object(class), &desk.name_of(name))
                }
                _ => desk.words.object_at(&desk.object(class), ""),
            });
            match told.struck.iter_mut().find(|(effect, _)| *effect == struck.effect) {
                Some((_, objects)) => objects.extend(object),
                None => told.struck.push((struck.effect, object.into_iter().collect())),
            }
            let weapon = struck.weapon.as_ref().map(|weapon| desk.class(Taxonomy::Weapons, weapon.as_str()));
            told.weapons.extend(weapon);
            told.cut_off = told.cut_off.take().or(struck.people_cut_off.as_ref().and_then(|q| desk.quantity(q)));
        }
        for (_, objects) in &mut told.struck {
            objects.dedup();
        }
        told.weapons.dedup();
        let place = facts.place.as_ref().map(|place| desk.place(place));
        // Most incidents are called after their place.
        told.place = place.filter(|place| !self.name.contains(place.as_str()));
        told.when = facts.occurred.as_ref().map(|span| desk.when(span));
        told.author = facts.attributed_to.as_ref().map(|who| desk.actor_within(who));
        told.act = facts.act.as_ref().map(|act| desk.class(Taxonomy::Acts, act.as_str()));
        if let Some(casualties) = &facts.casualties {
            told.killed = casualties.killed.as_ref().and_then(|q| desk.quantity(q));
            told.injured = casualties.injured.as_ref().and_then(|q| desk.quantity(q));
        }
        told
    }
}

/// What a report affirms, as far as it is carried by what had been published: nothing where it denies that anything occurred.
pub(super) fn affirmed(desk: &Desk<'_>, revision: &Revision, report: &Report) -> Option<Facts> {
    let facts = report.facts.as_ref().filter(|_| !report.denies.contains(&Proposition::Occurred))?;
    let carried = |field: &str| desk.is_carried(revision, &format!("report.facts.{field}"));
    let mut facts = facts.clone();
    facts.occurred = facts.occurred.filter(|_| carried("occurred"));
    facts.place = facts.place.filter(|_| carried("place"));
    facts.point = facts.point.filter(|_| carried("point"));
    facts.act = facts.act.filter(|_| carried("act"));
    facts.attributed_to = facts.attributed_to.filter(|_| carried("attributed_to"));
    facts.casualties = facts.casualties.filter(|_| carried("casualties"));
    if !carried("struck") {
        facts.struck.clear();
    }
    Some(facts)
}

/// The side that reports, with the office or person through whom, if the statement says so.
pub(super) fn claimant(desk: &Desk<'_>, report: &Report) -> String {
    let side = desk.actor_within(&report.claimant);
    let speaker: Option<ActorName> = report.statement.as_ref().and_then(|name| desk.statement_speaker(name));
    match speaker.filter(|speaker| *speaker != report.claimant) {
        Some(speaker) => format!("{side} ({})", desk.actor(&speaker)),
        None => side,
    }
}
