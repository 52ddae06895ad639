//! Reads what is asked of every assessment call: incidents, a filter, readings, bases, groups, an instant.

use jiff::Timestamp;

use super::reader::{Origin, Reader};
use crate::domain::evidence::Basis;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::DossierId;
use crate::domain::things::Taxonomy;
use crate::domain::time::Zone;
use crate::view::assess::Question;
use crate::view::choice::{Choice, Hypothetical};
use crate::view::filter::Filter;
use crate::view::tally::GroupBy;
use crate::wire::path::Path;
use crate::wire::pb;

/// The most groups that a tally takes.
const GROUP_BY_MAX: usize = 2;

/// The most readings that a request drafts: each is worked out over every hierarchy, and told on every page.
const HYPOTHETICAL_MAX: usize = 100;

/// The parts of a request that ask a question.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Just these incidents.
    pub incidents: Vec<String>,
    /// Which incidents.
    pub filter: Option<pb::IncidentFilter>,
    /// Under which readings.
    pub readings: Option<pb::ReadingChoice>,
    /// On which bases.
    pub bases: Vec<i32>,
}

/// Reads a question; every fault is named by the path of its field in the request.
pub fn question(asked: Asked, dossier: &DossierId, zone: &Zone) -> Result<Question, Vec<Violation>> {
    let Asked { incidents, filter, readings, bases } = asked;
    let mut reader = Reader::new(dossier, zone, Origin::Client);
    let incidents = reader.names(incidents, &Path::root("incidents"));
    let filter = read_filter(&mut reader, filter.unwrap_or_default());
    let readings = choice(&mut reader, readings.unwrap_or_default());
    let bases = reader.choices::<Basis>(bases, &Path::root("bases"));
    let whole = || Some(Question { incidents: incidents?, filter: filter?, readings: readings?, bases: bases? });
    match whole() {
        Some(question) if reader.faults.is_empty() => Ok(question),
        _ => Err(reader.faults),
    }
}

/// Reads which obligations are to be judged, and at which instant.
pub fn obligations(
    readings: Option<pb::ReadingChoice>,
    as_of_time: Option<prost_types::Timestamp>,
    dossier: &DossierId,
    zone: &Zone,
) -> Result<(Choice, Option<Timestamp>), Vec<Violation>> {
    let mut reader = Reader::new(dossier, zone, Origin::Client);
    let readings = choice(&mut reader, readings.unwrap_or_default());
    let as_of_time = reader.instant(as_of_time, &Path::root("as_of_time"));
    match readings.zip(as_of_time) {
        Some(read) if reader.faults.is_empty() => Ok(read),
        _ => Err(reader.faults),
    }
}

/// Reads by what a tally is grouped, and in which zone its days are counted.
pub fn groups(
    group_by: Vec<i32>,
    time_zone: &str,
    dossier: &DossierId,
    zone: &Zone,
) -> Result<(Vec<GroupBy>, Zone), Vec<Violation>> {
    let mut reader = Reader::new(dossier, zone, Origin::Client);
    let at = Path::root("group_by");
    let groups = reader.choices::<GroupBy>(group_by, &at);
    if groups.as_ref().is_some_and(|g| g.len() > GROUP_BY_MAX) {
        reader.fault(&at, Reason::ValueOutOfRange, format!("at most {GROUP_BY_MAX} groups at a time"));
    }
    let zone = reader.zone(time_zone, &Path::root("time_zone"));
    match groups.zip(zone) {
        Some(read) if reader.faults.is_empty() => Ok(read),
        _ => Err(reader.faults),
    }
}

fn read_filter(reader: &mut Reader<'_>, filter: pb::IncidentFilter) -> Option<Filter> {
    let pb::IncidentFilter { occurred, places, attributed_to, against, objects, acts, weapons, claimants, text } =
        filter;
    let at = Path::root("filter");
    let occurred = reader.span(occurred, &at.field("occurred"));
    let places = reader.names(places, &at.field("places"));
    let attributed_to = reader.names(attributed_to, &at.field("attributed_to"));
    let against = reader.names(against, &at.field("against"));
    let objects = reader.class_list(objects, Taxonomy::Objects, &at.field("objects"));
    let acts = reader.class_list(acts, Taxonomy::Acts, &at.field("acts"));
    let weapons = reader.class_list(weapons, Taxonomy::Weapons, &at.field("weapons"));
    let claimants = reader.names(claimants, &at.field("claimants"));
    Some(Filter {
        occurred: occurred?,
        places: places?,
        attributed_to: attributed_to?,
        against: against?,
        objects: objects?,
        acts: acts?,
        weapons: weapons?,
        claimants: claimants?,
        text,
    })
}

pub(super) fn choice(reader: &mut Reader<'_>, choice: pb::ReadingChoice) -> Option<Choice> {
    let pb::ReadingChoice { names, hypothetical, set, terms, held_by } = choice;
    let at = Path::root("readings");
    let names = reader.names(names, &at.field("names"));
    let drafts = at.field("hypothetical");
    if hypothetical.len() > HYPOTHETICAL_MAX {
        let description = format!("{} drafts are too many: at most {HYPOTHETICAL_MAX}", hypothetical.len());
        reader.fault(&drafts, Reason::BatchTooLarge, description);
        return None;
    }
    let hypothetical = reader.each(hypothetical, &drafts, |reader, reading, at| {
        let super::Proposed { proposal, references, classes, violations } =
            super::proposed(reading, reader.dossier, reader.zone, at);
        reader.faults.extend(violations);
        let super::Proposal { term, held_by, instrument, wording, clause } = proposal?;
        let field = at.to_string();
        Some(Hypothetical { term, held_by, instrument, wording, clause, references, classes, field })
    });
    let set = reader.choice(set, &at.field("set"));
    let terms = reader.names(terms, &at.field("terms"));
    let held_by = reader.names(held_by, &at.field("held_by"));
    Some(Choice { names: names?, hypothetical: hypothetical?, set: set?, terms: terms?, held_by: held_by? })
}
