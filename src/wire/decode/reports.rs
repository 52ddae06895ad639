//! Reads what is said to have happened: incidents, reports and findings, and the facts they give.

use super::reader::Reader;
use crate::domain::fault::Reason;
use crate::domain::name::{InActors, InPlaces};
use crate::domain::report::{Casualties, Facts, Finding, Incident, Report, Struck};
use crate::domain::things::Taxonomy;
use crate::wire::path::Path;
use crate::wire::pb;

pub(super) fn incident(reader: &mut Reader<'_>, incident: pb::Incident, at: &Path<'_>) -> Option<Incident> {
    let pb::Incident { display_name, about, place } = incident;
    let display_name = reader.required_text(display_name, &at.field("display_name"));
    let about = reader.span(about, &at.field("about"));
    let place = reader.name(&place, &at.field("place"));
    Some(Incident { display_name: display_name?, about: about?, place: place? })
}

pub(super) fn report(reader: &mut Reader<'_>, report: pb::Report, at: &Path<'_>) -> Option<Report> {
    let pb::Report { incident, claimant, statement, facts, denies, alleges_breach_of } = report;
    // Facts that are given but empty still affirm that the incident occurred.
    let says_nothing = facts.is_none() && denies.is_empty() && alleges_breach_of.is_empty();
    if says_nothing {
        let description = "says nothing: give its facts, what it denies, or the terms it says were breached";
        reader.fault(at, Reason::RuleBroken, description);
    }
    let incident = reader.required_name(&incident, &at.field("incident"));
    let claimant = reader.required_name(&claimant, &at.field("claimant"));
    let statement = reader.name(&statement, &at.field("statement"));
    let facts = optional_facts(reader, facts, at);
    let denies = reader.choices(denies, &at.field("denies"));
    let alleges_breach_of = reader.names(alleges_breach_of, &at.field("alleges_breach_of"));
    if says_nothing {
        return None;
    }
    Some(Report {
        incident: incident?,
        claimant: claimant?,
        statement: statement?,
        facts: facts?,
        denies: denies?,
        alleges_breach_of: alleges_breach_of?,
    })
}

pub(super) fn finding(reader: &mut Reader<'_>, finding: pb::Finding, at: &Path<'_>) -> Option<Finding> {
    let pb::Finding { incident, status, facts, denies, rationale, made_by } = finding;
    let incident = reader.required_name(&incident, &at.field("incident"));
    let status = reader.required_choice(status, &at.field("status"));
    let facts = optional_facts(reader, facts, at);
    let denies = reader.choices(denies, &at.field("denies"));
    let rationale = reader.required_text(rationale, &at.field("rationale"));
    let made_by = reader.words::<InActors>(made_by, &at.field("made_by"));
    Some(Finding {
        incident: incident?,
        status: status?,
        facts: facts?,
        denies: denies?,
        rationale: rationale?,
        made_by: made_by?,
    })
}

fn optional_facts(reader: &mut Reader<'_>, given: Option<pb::Facts>, at: &Path<'_>) -> Option<Option<Facts>> {
    match given {
        None => Some(None),
        Some(given) => facts(reader, given, &at.field("facts")).map(Some),
    }
}

fn facts(reader: &mut Reader<'_>, facts: pb::Facts, at: &Path<'_>) -> Option<Facts> {
    let pb::Facts {
        occurred,
        place,
        point,
        radius_m,
        act,
        attributed_to,
        against,
        struck: things_struck,
        casualties: persons,
        ground,
    } = facts;
    let occurred = reader.span(occurred, &at.field("occurred"));
    let place = reader.name(&place, &at.field("place"));
    let point = reader.point(point, &at.field("point"));
    let radius_m = reader.radius(radius_m, &at.field("radius_m"));
    let act = reader.class(&act, Taxonomy::Acts, &at.field("act"));
    let attributed_to = reader.name(&attributed_to, &at.field("attributed_to"));
    let against = reader.name(&against, &at.field("against"));
    let struck = reader.each(things_struck, &at.field("struck"), struck);
    let casualties = match persons {
        None => Some(None),
        Some(persons) => casualties(reader, persons, &at.field("casualties")).map(Some),
    };
    let ground = match ground.as_str() {
        "" => Some(None),
        word => reader.ground(word, &at.field("ground")).map(Some),
    };
    Some(Facts {
        occurred: occurred?,
        place: place?,
        point: point?,
        radius_m: radius_m?,
        act: act?,
        attributed_to: attributed_to?,
        against: against?,
        struck: struck?,
        casualties: casualties?,
        ground: ground?,
    })
}

fn struck(reader: &mut Reader<'_>, struck: pb::Struck, at: &Path<'_>) -> Option<Struck> {
    let pb::Struck { object, facility, effect, weapon, people_cut_off } = struck;
    let object = reader.class(&object, Taxonomy::Objects, &at.field("object"));
    let facility = reader.words::<InPlaces>(facility, &at.field("facility"));
    let effect = reader.choice(effect, &at.field("effect"));
    let weapon = reader.class(&weapon, Taxonomy::Weapons, &at.field("weapon"));
    let people_cut_off = reader.quantity(people_cut_off, &at.field("people_cut_off"));
    Some(Struck {
        object: object?,
        facility: facility?,
        effect: effect?,
        weapon: weapon?,
        people_cut_off: people_cut_off?,
    })
}

fn casualties(reader: &mut Reader<'_>, casualties: pb::Casualties, at: &Path<'_>) -> Option<Casualties> {
    let pb::Casualties { killed, injured } = casualties;
    let killed = reader.quantity(killed, &at.field("killed"));
    let injured = reader.quantity(injured, &at.field("injured"));
    Some(Casualties { killed: killed?, injured: injured? })
}
