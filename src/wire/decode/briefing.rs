//! Reads what is asked of a briefing: period, zone, language, readings, bases, the edition before.

use jiff::{SignedDuration, Timestamp};

use super::assessment::choice;
use super::reader::{Origin, Reader};
use crate::brief::Question;
use crate::brief::language::Language;
use crate::domain::evidence::Basis;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::{DossierId, shorten};
use crate::domain::time::Zone;
use crate::wire::path::Path;
use crate::wire::pb;

/// The longest period, in days.
const DAYS_MAX: i64 = 366;

/// What a request asks, apart from the dossier and the clocks.
#[derive(Debug)]
pub struct Asked {
    /// What is to be composed.
    pub question: Question,
    /// The edition before: at which state of the record, and what of it was known. `None`: there is none.
    pub previous: Option<Previous>,
}

/// The edition before.
#[derive(Debug)]
pub struct Previous {
    /// The state of the record.
    pub at: pb::At,
    /// The world's clock; `None`: as that of the edition itself.
    pub known_by: Option<Timestamp>,
}

/// Reads a request; every fault is named by the path of its field.
pub fn briefing(
    request: pb::ComposeBriefingRequest,
    dossier: &DossierId,
    zone: &Zone,
) -> Result<Asked, Vec<Violation>> {
    let pb::ComposeBriefingRequest {
        parent: _,
        period,
        time_zone,
        language,
        readings,
        bases,
        previous,
        previous_known_by,
        number,
        consistency: _,
    } = request;
    let mut reader = Reader::new(dossier, zone, Origin::Client);
    // A local period without a zone of its own speaks in the one that is asked for.
    let own = period.as_ref().map(|period| period.time_zone.clone()).unwrap_or_default();
    let named = if time_zone.is_empty() { own.as_str() } else { time_zone.as_str() };
    let path = if time_zone.is_empty() { Path::root("period") } else { Path::root("time_zone") };
    let told_in = match time_zone.is_empty() {
        // What is wrong with the period's own zone is told where the period is read.
        true => Zone::parse(named).ok().or_else(|| Some(zone.clone())),
        false => reader.zone(named, &path),
    };
    let period = period.map(|period| match period.time_zone.is_empty() && told_in.is_some() {
        true => pb::TimeSpan { time_zone: named.to_owned(), ..period },
        false => period,
    });
    let period = reader.required_span(period, &Path::root("period"));
    if let Some(period) = &period
        && period.latest.duration_since(period.earliest) > SignedDuration::from_hours(24 * DAYS_MAX + 1)
    {
        let what = format!("is longer than {DAYS_MAX} days");
        reader.fault(&Path::root("period"), Reason::ValueOutOfRange, what);
    }
    let spoken = Language::parse(&language);
    if spoken.is_none() {
        let tags: Vec<&str> = Language::ALL.iter().map(|language| language.tag()).collect();
        let what = format!("\"{}\" is no language of briefings: there are {}", shorten(&language), tags.join(", "));
        reader.fault(&Path::root("language"), Reason::ValueOutOfRange, what);
    }
    let readings = choice(&mut reader, readings.unwrap_or_default());
    let bases = reader.choices::<Basis>(bases, &Path::root("bases"));
    let known_by = reader.instant(previous_known_by, &Path::root("previous_known_by"));
    if previous_known_by.is_some() && previous.is_none() {
        let what = "is the clock of the edition before: name that edition in `previous`";
        reader.fault(&Path::root("previous_known_by"), Reason::FieldNotAllowed, what);
    }
    if number < 0 {
        reader.fault(&Path::root("number"), Reason::ValueOutOfRange, format!("{number} is negative"));
    }
    let whole = || {
        let question =
            Question { period: period?, zone: told_in?, language: spoken?, readings: readings?, bases: bases?, number };
        let known_by = known_by?;
        Some(Asked { question, previous: previous.map(|at| Previous { at, known_by }) })
    };
    match whole() {
        Some(asked) if reader.faults.is_empty() => Ok(asked),
        _ => Err(reader.faults),
    }
}
