//! What the dossier holds already, so that a row is stored once, a changed one corrects, and what people did is left alone.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use super::names::{Held as HeldThing, hex};
use super::rows::Row;
use crate::cli::case::references::relative;
use crate::domain::name::DossierId;
use crate::domain::record::Body;
use crate::domain::time::Zone;
use crate::wire::decode::{Context, batch};
use crate::wire::pb;
use pb::record::Kind;

/// Reasons of corrections that an import makes begin with this.
pub(super) const IMPORTED: &str = "imported: ";

/// What reads records as the server would: for which dossier, and in which zone days are days.
#[derive(Debug, Clone)]
pub(super) struct Ground {
    /// The dossier.
    pub(super) dossier: DossierId,
    /// Its zone.
    pub(super) zone: Zone,
}

/// The records of a dossier that an import must know of.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Places and actors, by name.
    pub(super) things: HashMap<String, HeldThing>,
    /// Documents, by name.
    pub(super) documents: HashSet<String>,
    /// Ids of classes that the dossier added.
    pub(super) classes: HashSet<String>,
    /// Incidents and reports of the layout, by the id that they share.
    pub(super) rows: HashMap<String, HeldRow>,
}

/// What there is of one row.
#[derive(Debug, Clone, Default)]
pub(super) struct HeldRow {
    /// Its incident.
    pub(super) incident: Option<HeldRecord>,
    /// Its report.
    pub(super) report: Option<HeldRecord>,
    /// What the report's citation says of the row.
    pub(super) origin: Option<Origin>,
}

/// The current revision of an incident or report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HeldRecord {
    /// Hash of what it says, citations aside.
    pub(super) says: u64,
    /// Whether it is no longer as an import left it.
    pub(super) is_by_hand: bool,
    /// Whether it is retracted.
    pub(super) is_retracted: bool,
}

/// Which row said it, and by which mapping: what a citation's locator holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    /// SHA-256 of the row's bytes, in hexadecimal digits.
    pub(super) sha256: String,
    /// The mapping and its fingerprint.
    pub(super) mapping: String,
    /// Which revision of the row.
    pub(super) revision: Option<i64>,
}

/// What is to be done about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Plan {
    /// Records are made or corrected. A reason: it is a correction.
    Store {
        /// Whether the incident is sent, and why it is corrected.
        incident: Option<String>,
        /// Whether the report is sent, and why it is corrected.
        report: Option<String>,
    },
    /// All of it is there.
    Unchanged,
    /// It stays out, for a reason.
    Leave(String),
}

impl Origin {
    /// The words that stand in a locator, so that the row can be found again and checked.
    pub(super) fn locator(&self, row: &Row, row_id: &str) -> String {
        let Origin { sha256, mapping, revision } = self;
        let revision = revision.map(|revision| format!("; revision {revision}")).unwrap_or_default();
        format!("line {}; row {row_id}; sha256 {sha256}; mapping {mapping}{revision}", row.at.line)
    }

    /// Of a row.
    pub(super) fn of(row: &Row, mapping: String, revision: Option<i64>) -> Origin {
        Origin { sha256: hex(&row.sha256), mapping, revision }
    }

    fn read(locator: &str) -> Option<Origin> {
        // A row's own id may hold anything, so the parts are sought from the end.
        let (_, rest) = locator.rsplit_once("; sha256 ")?;
        let (sha256, rest) = rest.split_once("; mapping ")?;
        let (mapping, revision) = match rest.split_once("; revision ") {
            Some((mapping, revision)) => (mapping, Some(revision.parse().ok()?)),
            None => (rest, None),
        };
        Some(Origin { sha256: sha256.to_owned(), mapping: mapping.to_owned(), revision })
    }
}

impl Ground {
    /// Reads a record as the server will: what is wrong with it, if anything is.
    pub(super) fn check(&self, record: pb::Record) -> Result<(), String> {
        self.read(record).map(|_| ())
    }

    /// Hash of what a record says, as the server will read it; or what is wrong with it.
    pub(super) fn says(&self, record: pb::Record) -> Result<u64, String> {
        let body = self.read(record)?;
        let mut hasher = DefaultHasher::new();
        // All that a body holds is in its debugging form, and in the same form in one run of the program.
        format!("{body:?}").hash(&mut hasher);
        Ok(hasher.finish())
    }

    fn read(&self, record: pb::Record) -> Result<Option<Option<Body>>, String> {
        let mut new_id = || "none".to_owned();
        let mut context = Context { dossier: &self.dossier, zone: &self.zone, new_id: &mut new_id };
        let read = batch(vec![record], &mut context);
        if let Some(fault) = read.violations.first() {
            let path = fault.field.strip_prefix("records[0].").unwrap_or(&fault.field);
            return Err(format!("{path}: {}", fault.description));
        }
        let draft = read.items.into_iter().next().and_then(|item| item.draft);
        Ok(draft.map(|draft| draft.body))
    }
}

impl Held {
    /// Takes note of a record. `prefix`: what the ids of the layout's rows begin with.
    pub(super) fn add(&mut self, record: pb::Record, prefix: &str, ground: &Ground) {
        let name = relative(&record.name).to_owned();
        let Some((collection, id)) = name.split_once('/') else { return };
        let is_retracted = record.retracted;
        match &record.kind {
            Some(Kind::Place(place)) => {
                let within = place.within.iter().map(|name| relative(name).to_owned()).collect();
                let is_country = place.r#type() == pb::PlaceType::Country;
                let display_name = place.display_name.clone();
                self.things.insert(name, HeldThing { display_name, within, is_country, is_retracted });
            }
            Some(Kind::Actor(actor)) => {
                let display_name = actor.display_name.clone();
                let held = HeldThing { display_name, within: Vec::new(), is_country: false, is_retracted };
                self.things.insert(name, held);
            }
            Some(Kind::Class(class)) if !is_retracted => {
                self.classes.insert(class.id.clone());
            }
            Some(Kind::Document(_)) => {
                self.documents.insert(name);
            }
            Some(Kind::Incident(_) | Kind::Report(_)) if id.starts_with(prefix) => {
                let (collection, id) = (collection.to_owned(), id.to_owned());
                self.add_row(record, &collection, id, ground);
            }
            _ => {}
        }
    }

    fn add_row(&mut self, record: pb::Record, collection: &str, id: String, ground: &Ground) {
        let origin = record.citations.iter().rev().find_map(|citation| Origin::read(&citation.locator));
        let is_corrected_by_hand = !record.reason.is_empty() && !record.reason.starts_with(IMPORTED);
        let is_retracted = record.retracted;
        let is_report = collection == "reports";
        let is_by_hand = is_corrected_by_hand || is_report && origin.is_none();
        let bare = pb::Record { citations: Vec::new(), reason: String::new(), etag: String::new(), ..record };
        // What the server holds it has read; where it cannot be read here it is another's, and left alone.
        let (says, is_by_hand) = ground.says(bare).map_or((0, true), |says| (says, is_by_hand));
        let held = Some(HeldRecord { says, is_by_hand, is_retracted });
        let row = self.rows.entry(id).or_default();
        if is_report {
            row.report = held;
            row.origin = origin;
        } else {
            row.incident = held;
        }
    }

    /// Whether the dossier has the row as it is, by the same mapping.
    pub(super) fn is_unchanged(&self, id: &str, origin: &Origin) -> bool {
        let row = self.rows.get(id).filter(|row| row.incident.is_some());
        row.and_then(|row| row.origin.as_ref()).is_some_and(|held| held == origin)
    }

    /// What is to be done about a row, given the hashes of what its records would say.
    pub(super) fn plan(&self, id: &str, origin: &Origin, incident: u64, report: u64) -> Plan {
        let Some(HeldRow { incident: held_incident, report: held_report, origin: held_origin }) = self.rows.get(id)
        else {
            return Plan::Store { incident: Some(String::new()), report: Some(String::new()) };
        };
        let both = || [held_incident, held_report].into_iter().flatten();
        if self.is_unchanged(id, origin) {
            return Plan::Unchanged;
        }
        if both().any(|held| held.is_retracted) {
            return Plan::Leave("was retracted in the dossier, and stays so".into());
        }
        if both().any(|held| held.is_by_hand) {
            return Plan::Leave("the dossier has it as somebody made or corrected it by hand, and keeps it so".into());
        }
        let older = held_origin.as_ref().and_then(|held| held.revision).zip(origin.revision);
        if let Some((held, ours)) = older.filter(|(held, ours)| ours < held) {
            return Plan::Leave(format!("revision {ours} is older than {held}, which the dossier has"));
        }
        let what = match held_origin {
            Some(held) if held.sha256 == origin.sha256 => "another mapping",
            Some(_) | None => "the row changed",
        };
        let needed = |held: &Option<HeldRecord>, says: u64| match held {
            None => Some(String::new()),
            Some(held) if held.says == says => None,
            Some(_) => Some(format!("{IMPORTED}{what}")),
        };
        match (needed(held_incident, incident), needed(held_report, report)) {
            (None, None) => Plan::Unchanged,
            (incident, report) => Plan::Store { incident, report },
        }
    }

    /// Takes note of a row that has just been sent, for a later revision of it in the same file.
    pub(super) fn sent(&mut self, id: &str, origin: Origin, incident: u64, report: u64) {
        let held = |says| Some(HeldRecord { says, is_by_hand: false, is_retracted: false });
        let row = HeldRow { incident: held(incident), report: held(report), origin: Some(origin) };
        self.rows.insert(id.to_owned(), row);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(sha256: &str, mapping: &str, revision: Option<i64>) -> Origin {
        Origin { sha256: sha256.into(), mapping: mapping.into(), revision }
    }

    fn held(origin: Origin, change: impl Fn(&mut HeldRow)) -> Held {
        let mut held = Held::default();
        held.sent("x-1", origin, 1, 2);
        change(held.rows.get_mut("x-1").expect("it was sent"));
        held
    }

    #[test]
    fn a_row_is_stored_once_and_a_changed_one_corrects_what_changed() {
        let first = origin("aa", "x 1", None);
        let held = held(first.clone(), |_| ());
        let store = |incident: Option<&str>, report: Option<&str>| Plan::Store {
            incident: incident.map(str::to_owned),
            report: report.map(str::to_owned),
        };
        assert_eq!(held.plan("x-2", &first, 1, 2), store(Some(""), Some("")));
        assert_eq!(held.plan("x-1", &first, 1, 2), Plan::Unchanged);
        let changed = origin("bb", "x 1", None);
        assert_eq!(held.plan("x-1", &changed, 1, 2), Plan::Unchanged);
        assert_eq!(held.plan("x-1", &changed, 1, 3), store(None, Some("imported: the row changed")));
        let mapped = origin("aa", "x 2", None);
        assert_eq!(held.plan("x-1", &mapped, 9, 2), store(Some("imported: another mapping"), None));
    }

    #[test]
    fn what_people_did_and_what_is_newer_is_left_alone() {
        let later = origin("bb", "x 1", Some(5));
        let plan = |change: fn(&mut HeldRow)| held(origin("aa", "x 1", Some(6)), change).plan("x-1", &later, 1, 3);
        assert_eq!(plan(|_| ()), Plan::Leave("revision 5 is older than 6, which the dossier has".into()));
        let by_hand = plan(|row| row.incident.as_mut().expect("it is there").is_by_hand = true);
        assert!(matches!(by_hand, Plan::Leave(reason) if reason.contains("by hand")));
        let retracted = plan(|row| row.report.as_mut().expect("it is there").is_retracted = true);
        assert!(matches!(retracted, Plan::Leave(reason) if reason.contains("retracted")));
        // An import that was cut between the two goes on.
        let half = held(origin("aa", "x 1", None), |row| {
            row.report = None;
            row.origin = None;
        });
        let expected = Plan::Store { incident: None, report: Some(String::new()) };
        assert_eq!(half.plan("x-1", &origin("aa", "x 1", None), 1, 2), expected);
    }

    #[test]
    fn a_locator_is_read_back_whatever_the_row_is_called() {
        let row = Row {
            columns: Default::default(),
            cells: Vec::new(),
            at: super::super::rows::At { line: 7, column: 1 },
            sha256: [0xAB; 32],
            remarks: Vec::new(),
        };
        for revision in [None, Some(17)] {
            let origin = Origin::of(&row, "x 1 0a0b".into(), revision);
            let locator = origin.locator(&row, "a; sha256 b; mapping c");
            assert!(locator.starts_with("line 7; row a; sha256 b"), "{locator}");
            assert_eq!(Origin::read(&locator), Some(origin));
        }
        assert_eq!(Origin::read("page 4"), None);
    }
}
