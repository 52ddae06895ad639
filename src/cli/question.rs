//! The flags that questions share, and what they say in a request.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::Timestamp;

use super::case::read::gather;
use super::case::read_readings;
use super::failure::Failure;
use crate::wire::pb;

/// Which readings to apply.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which readings")]
pub(super) struct ReadingFlags {
    /// Reading to apply, such as --reading r1; give several for several
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub reading: Vec<String>,
    /// File with drafted readings, JSON or YAML, that are nowhere recorded, such as --hypothetical draft.yaml
    #[arg(long, value_name = "FILE")]
    pub hypothetical: Vec<PathBuf>,
    /// Set of recorded readings, such as --set in-force-at-incident
    #[arg(long, value_enum, value_name = "latest|in-force-at-incident|all", hide_possible_values = true)]
    pub set: Option<Set>,
    /// Only readings of this term, out of the set, such as --term energy-halt
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub term: Vec<String>,
    /// Only readings of exactly this holder, out of the set, such as --held-by russia
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub held_by: Vec<String>,
}

/// Which incidents to admit.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Which incidents")]
pub(super) struct FilterFlags {
    /// Only incidents that occurred then, such as --occurred 2025-03-19 or --occurred 2025-03-25/2025-04-16
    #[arg(long, value_name = "LOCAL")]
    pub occurred: Option<String>,
    /// IANA zone in which --occurred speaks, such as --time-zone Europe/Kyiv; default: the dossier's
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Only incidents in this place or within it, such as --place sumy
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub place: Vec<String>,
    /// Only incidents attributed to this actor or its organs, such as --attributed-to russia
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub attributed_to: Vec<String>,
    /// Only incidents against this actor, such as --against ukraine
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub against: Vec<String>,
    /// Only incidents in which a thing of this class was struck, such as --object elec
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    pub object: Vec<String>,
    /// Only incidents with an act of this class, such as --act strike
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    pub act: Vec<String>,
    /// Only incidents with a weapon of this class, such as --weapon uav
    #[arg(long, value_name = "CLASS", value_delimiter = ',')]
    pub weapon: Vec<String>,
    /// Only incidents that this actor or its organs report, such as --claimant ukraine
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub claimant: Vec<String>,
    /// Only incidents in whose names and quoted words this is found, such as --text sudzha
    #[arg(long, value_name = "WORDS")]
    pub text: Option<String>,
}

/// On which basis to judge.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "On what basis")]
pub(super) struct BasisFlags {
    /// Basis to judge on, such as --basis alleged,verified or --basis all; default: undisputed
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        hide_possible_values = true,
        value_name = "alleged|undisputed|corroborated|verified|all"
    )]
    pub basis: Vec<Basis>,
}

/// Which state of the record to answer from.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "As of when")]
pub(super) struct ClockFlags {
    /// As the record stood at a position, an instant or an earlier answer's token, such as --at 120
    #[arg(long, value_name = "POSITION|INSTANT|TOKEN")]
    pub at: Option<String>,
    /// Only what had been published by then, such as --known-by 2025-03-20T06:00:00Z
    #[arg(long, value_name = "INSTANT")]
    pub known_by: Option<String>,
}

/// The flag for files with drafted readings.
pub(super) const HYPOTHETICAL: &str = "--hypothetical";

/// Which flag stands behind a field of a question, for those that all questions share.
pub(super) const FLAGS_OF_FIELDS: [(&str, &str); 18] = [
    ("filter.occurred", "--occurred"),
    ("filter.occurred.time_zone", "--time-zone"),
    ("filter.places", "--place"),
    ("filter.attributed_to", "--attributed-to"),
    ("filter.against", "--against"),
    ("filter.objects", "--object"),
    ("filter.acts", "--act"),
    ("filter.weapons", "--weapon"),
    ("filter.claimants", "--claimant"),
    ("filter.text", "--text"),
    ("readings.hypothetical", HYPOTHETICAL),
    ("readings.set", "--set"),
    ("readings.terms", "--term"),
    ("readings.held_by", "--held-by"),
    ("bases", "--basis"),
    ("consistency", "--at"),
    ("consistency.at", "--at"),
    ("consistency.known_by", "--known-by"),
];

/// A set of recorded readings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Set {
    /// Those not superseded.
    Latest,
    /// Those in force at the incident.
    InForceAtIncident,
    /// All.
    All,
}

/// Which rows are admitted, and how facts weigh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Basis {
    /// Every report taken at its word.
    Alleged,
    /// Weighed over every value that reports give.
    Undisputed,
    /// What an independent claimant joins.
    Corroborated,
    /// The verified findings.
    Verified,
    /// All four.
    All,
}

/// What tallies are grouped by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Group {
    /// Day.
    Day,
    /// ISO week.
    Week,
    /// Month.
    Month,
    /// Place.
    Place,
    /// Author.
    AttributedTo,
    /// Side that was struck.
    Against,
    /// Class of object.
    Object,
    /// Class of act.
    Act,
    /// Class of weapon.
    Weapon,
    /// Claimant.
    Claimant,
}

/// The four bases, in the order of the API.
pub(super) const BASES: [pb::Basis; 4] =
    [pb::Basis::Alleged, pb::Basis::Undisputed, pb::Basis::Corroborated, pb::Basis::Verified];

impl ReadingFlags {
    /// The choice, if one was made.
    pub(super) fn choice(&self) -> Result<Option<pb::ReadingChoice>, Failure> {
        let texts = gather(&self.hypothetical).map_err(|source| Failure::File { source })?;
        let hypothetical = read_readings(&texts).map_err(|faults| Failure::Files { faults })?;
        let set = match self.set {
            None => pb::ReadingSet::Unspecified,
            Some(Set::Latest) => pb::ReadingSet::Latest,
            Some(Set::InForceAtIncident) => pb::ReadingSet::InForceAtIncident,
            Some(Set::All) => pb::ReadingSet::All,
        };
        let choice = pb::ReadingChoice {
            names: named("readings", &self.reading),
            hypothetical,
            set: set.into(),
            terms: named("terms", &self.term),
            held_by: named("actors", &self.held_by),
        };
        Ok(Some(choice).filter(|choice| *choice != pb::ReadingChoice::default()))
    }
}

impl FilterFlags {
    /// The filter, if there is one.
    pub(super) fn filter(&self) -> Option<pb::IncidentFilter> {
        let occurred = self.occurred.as_ref().map(|local| pb::TimeSpan {
            local: local.clone(),
            time_zone: self.time_zone.clone().unwrap_or_default(),
            ..Default::default()
        });
        let filter = pb::IncidentFilter {
            occurred,
            places: named("places", &self.place),
            attributed_to: named("actors", &self.attributed_to),
            against: named("actors", &self.against),
            objects: self.object.clone(),
            acts: self.act.clone(),
            weapons: self.weapon.clone(),
            claimants: named("actors", &self.claimant),
            text: self.text.clone().unwrap_or_default(),
        };
        Some(filter).filter(|filter| *filter != pb::IncidentFilter::default())
    }
}

impl BasisFlags {
    /// The bases, each once, in the order in which they were named.
    pub(super) fn bases(&self) -> Vec<i32> {
        let mut bases = Vec::new();
        for basis in &self.basis {
            let named: &[pb::Basis] = match basis {
                Basis::Alleged => &BASES[0..1],
                Basis::Undisputed => &BASES[1..2],
                Basis::Corroborated => &BASES[2..3],
                Basis::Verified => &BASES[3..4],
                Basis::All => &BASES,
            };
            for basis in named.iter().map(|basis| i32::from(*basis)) {
                if !bases.contains(&basis) {
                    bases.push(basis);
                }
            }
        }
        bases
    }
}

impl ClockFlags {
    /// The state asked for, if one was.
    pub(super) fn consistency(&self) -> Result<Option<pb::Consistency>, Failure> {
        let when = match &self.at {
            None => None,
            Some(at) => Some(pb::consistency::When::At(pb::At { at: Some(point(at)?) })),
        };
        let known_by = match &self.known_by {
            None => None,
            Some(text) => Some(instant(text).ok_or_else(|| not_an_instant("--known-by", text))?),
        };
        Ok(Some(pb::Consistency { when, known_by }).filter(|consistency| *consistency != pb::Consistency::default()))
    }
}

impl Group {
    /// As the request says it.
    pub(super) fn group_by(self) -> pb::GroupBy {
        match self {
            Group::Day => pb::GroupBy::Day,
            Group::Week => pb::GroupBy::Week,
            Group::Month => pb::GroupBy::Month,
            Group::Place => pb::GroupBy::Place,
            Group::AttributedTo => pb::GroupBy::AttributedTo,
            Group::Against => pb::GroupBy::Against,
            Group::Object => pb::GroupBy::Object,
            Group::Act => pb::GroupBy::Act,
            Group::Weapon => pb::GroupBy::Weapon,
            Group::Claimant => pb::GroupBy::Claimant,
        }
    }
}

/// Names from what was typed: `r1` is `readings/r1`, and what has a slash is a name already.
pub(super) fn named(collection: &str, typed: &[String]) -> Vec<String> {
    let name = |id: &String| if id.contains('/') { id.clone() } else { format!("{collection}/{id}") };
    typed.iter().map(name).collect()
}

fn point(text: &str) -> Result<pb::at::At, Failure> {
    if let Ok(position) = text.parse() {
        return Ok(pb::at::At::Position(position));
    }
    if let Some(time) = instant(text) {
        return Ok(pb::at::At::Time(time));
    }
    // A token has no such shape, so somebody meant an instant and left something out.
    let is_dated =
        text.len() >= 5 && text.as_bytes()[4] == b'-' && text.bytes().take(4).all(|byte| byte.is_ascii_digit());
    if is_dated { Err(not_an_instant("--at", text)) } else { Ok(pb::at::At::ReadAt(text.to_owned())) }
}

/// Reads an instant that names its zone.
pub(super) fn instant(text: &str) -> Option<prost_types::Timestamp> {
    let timestamp: Timestamp = text.parse().ok()?;
    Some(prost_types::Timestamp { seconds: timestamp.as_second(), nanos: timestamp.subsec_nanosecond() })
}

/// Says that what was typed is no instant.
pub(super) fn not_an_instant(flag: &str, text: &str) -> Failure {
    Failure::Usage { problem: format!("{flag} {text}: no instant that names its zone, such as 2025-03-20T06:00:00Z") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_becomes_names_and_what_is_a_name_stays() {
        let typed = ["r1".to_owned(), "readings/r2".to_owned(), "dossiers/d/readings/r3".to_owned()];
        assert_eq!(named("readings", &typed), ["readings/r1", "readings/r2", "dossiers/d/readings/r3"]);
    }

    #[test]
    fn a_point_is_a_position_an_instant_or_a_token() {
        let clocks = |at: &str| ClockFlags { at: Some(at.into()), known_by: None }.consistency();
        let at = |point| {
            let when = Some(pb::consistency::When::At(pb::At { at: Some(point) }));
            Some(pb::Consistency { when, known_by: None })
        };
        assert_eq!(clocks("120").ok(), Some(at(pb::at::At::Position(120))));
        let time = prost_types::Timestamp { seconds: 1_742_450_400, nanos: 0 };
        assert_eq!(clocks("2025-03-20T06:00:00Z").ok(), Some(at(pb::at::At::Time(time))));
        assert_eq!(clocks("2025-03-20T08:00:00+02:00").ok(), Some(at(pb::at::At::Time(time))));
        assert_eq!(clocks("CgQIARAC").ok(), Some(at(pb::at::At::ReadAt("CgQIARAC".into()))));
        assert_eq!(clocks("2025-03-20").map_err(|failure| failure.exit_code()), Err(2));
        assert_eq!(ClockFlags::default().consistency().ok(), Some(None));
    }

    #[test]
    fn all_bases_are_four_and_none_is_named_twice() {
        let bases = |basis: &[Basis]| BasisFlags { basis: basis.to_vec() }.bases();
        assert_eq!(bases(&[]), [0; 0]);
        assert_eq!(bases(&[Basis::Verified, Basis::All]), [4, 1, 2, 3]);
    }

    #[test]
    fn flags_that_say_nothing_leave_the_request_as_it_is() {
        assert_eq!(ReadingFlags::default().choice().ok(), Some(None));
        assert_eq!(FilterFlags::default().filter(), None);
        let filter =
            FilterFlags { occurred: Some("2025-03".into()), object: vec!["elec".into()], ..Default::default() };
        let filter = filter.filter().expect("there is one");
        assert_eq!(
            (filter.occurred.expect("as given").local.as_str(), filter.objects.as_slice()),
            ("2025-03", ["elec".to_owned()].as_slice())
        );
    }
}
