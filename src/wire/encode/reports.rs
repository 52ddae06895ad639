//! Writes what is said to have happened: incidents, reports and findings, and the facts they give.

use super::writer::{Writer, optional_class, optional_point, optional_quantity};
use crate::domain::report::{Casualties, Facts, Finding, Incident, Proposition, Report, Struck};
use crate::wire::mirrored::{Mirrored, number_of};
use crate::wire::pb;

pub(super) fn incident(writer: &Writer<'_>, incident: &Incident) -> pb::Incident {
    let Incident { display_name, about, place } = incident;
    pb::Incident {
        display_name: display_name.clone(),
        about: writer.optional_span(about),
        place: writer.optional_name(place),
    }
}

pub(super) fn report(writer: &Writer<'_>, report: &Report) -> pb::Report {
    let Report { incident, claimant, statement, facts: given, denies, alleges_breach_of } = report;
    pb::Report {
        incident: writer.name(incident),
        claimant: writer.name(claimant),
        statement: writer.optional_name(statement),
        facts: given.as_ref().map(|given| facts(writer, given)),
        denies: propositions(denies),
        alleges_breach_of: writer.names(alleges_breach_of),
    }
}

pub(super) fn finding(writer: &Writer<'_>, finding: &Finding) -> pb::Finding {
    let Finding { incident, status, facts: found, denies, rationale, made_by } = finding;
    pb::Finding {
        incident: writer.name(incident),
        status: status.number(),
        facts: found.as_ref().map(|found| facts(writer, found)),
        denies: propositions(denies),
        rationale: rationale.clone(),
        made_by: writer.words(made_by),
    }
}

fn propositions(propositions: &[Proposition]) -> Vec<i32> {
    propositions.iter().map(|p| p.number()).collect()
}

fn facts(writer: &Writer<'_>, facts: &Facts) -> pb::Facts {
    let Facts {
        occurred,
        place,
        point,
        radius_m,
        act,
        attributed_to,
        against,
        struck: things_struck,
        casualties,
        ground,
    } = facts;
    pb::Facts {
        occurred: writer.optional_span(occurred),
        place: writer.optional_name(place),
        point: optional_point(point),
        radius_m: radius_m.unwrap_or_default(),
        act: optional_class(act),
        attributed_to: writer.optional_name(attributed_to),
        against: writer.optional_name(against),
        struck: things_struck.iter().map(|s| struck(writer, s)).collect(),
        casualties: casualties.as_ref().map(|casualties| {
            let Casualties { killed, injured } = casualties;
            pb::Casualties { killed: optional_quantity(killed), injured: optional_quantity(injured) }
        }),
        ground: ground.map_or_else(String::new, |ground| ground.word().to_owned()),
    }
}

fn struck(writer: &Writer<'_>, struck: &Struck) -> pb::Struck {
    let Struck { object, facility, effect, weapon, people_cut_off } = struck;
    pb::Struck {
        object: optional_class(object),
        facility: writer.words(facility),
        effect: number_of(*effect),
        weapon: optional_class(weapon),
        people_cut_off: optional_quantity(people_cut_off),
    }
}
