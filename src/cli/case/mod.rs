//! Case files: read them, check their shape, put them in order, cut them into batches.

use std::fmt;
use std::path::PathBuf;

use crate::wire::pb;

use super::reflection;
use batch::size_bytes;
use node::{At, Node, Value};
use order::{Item, order};
use read::{FileFault, Form, Text, entries, is_dossier};
use references::{References, class_of, relative};
use typed::{Fault, read_as};

pub mod read;

pub mod node;

pub mod json;
pub mod yaml;

pub mod typed;

pub mod references;

pub mod order;

pub mod batch;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/case.rs"));
}

/// Records in an order in which they can be appended, and what their files say about their dossier.
#[derive(Debug)]
pub struct Case {
    /// What the files say about the dossier, if one does.
    pub dossier: Option<DossierEntry>,
    /// The records, what is referred to first.
    pub entries: Vec<Entry>,
}

/// What a file named `dossier` holds, or an entry with a `dossier_id`.
#[derive(Debug, Clone, PartialEq)]
pub struct DossierEntry {
    /// Its id.
    pub id: String,
    /// What it says of itself.
    pub dossier: pb::Dossier,
}

/// One record, and where it was read.
#[derive(Debug)]
pub struct Entry {
    /// The file.
    pub label: String,
    /// What stands there.
    pub node: Node,
    /// What it means.
    pub record: pb::Record,
}

/// One request, and the entries that it carries.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The request.
    pub request: pb::AppendRecordsRequest,
    /// The entries, in the order of its records.
    pub entries: &'a [Entry],
}

/// Somewhere in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place<'a> {
    /// The file.
    pub label: &'a str,
    /// The line and column; 0 where there is none.
    pub at: At,
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at.line {
            0 => f.write_str(self.label),
            _ => write!(f, "{}:{}", self.label, self.at),
        }
    }
}

impl Entry {
    /// The name relative to the dossier; empty where the server is to assign one.
    pub fn name(&self) -> &str {
        let name = relative(&self.record.name);
        if name.ends_with("/-") { "" } else { name }
    }

    /// Where a field of the record stands, or the nearest thing that is there.
    pub fn place(&self, path: &str) -> Place<'_> {
        Place { label: &self.label, at: self.node.at_path(path) }
    }
}

impl Case {
    /// Reads texts, and names every fault of all of them.
    pub fn read(texts: &[Text]) -> Result<Case, Vec<FileFault>> {
        let references = References::of_the_api();
        let descriptor = reflection::message("Record");
        let mut faults = Vec::new();
        let mut dossier = None;
        let mut read = Vec::new();
        for text in texts {
            let nodes = match entries(text) {
                Ok(nodes) => nodes,
                Err(fault) => {
                    faults.push(fault);
                    continue;
                }
            };
            let mut found = Vec::new();
            if is_dossier(&text.label) {
                dossier = read_dossier(nodes, &mut found).or(dossier);
            } else {
                for node in nodes {
                    // A file that was exported says of itself which dossier it is.
                    if node.get("dossier_id").is_some() {
                        dossier = read_dossier(vec![node], &mut found).or(dossier);
                    } else if let Some((dynamic, record)) = read_as::<pb::Record>(&node, &descriptor, &mut found) {
                        let refers_to = references.in_message(&dynamic);
                        read.push((Entry { label: text.label.clone(), node, record }, refers_to));
                    }
                }
            }
            faults.extend(found.into_iter().map(|fault| FileFault { label: text.label.clone(), fault }));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Case { dossier, entries: sorted(read) })
    }

    /// The case that is compiled in: the energy halt of March and April 2025.
    pub fn embedded() -> Case {
        let texts: Vec<Text> = embedded::FILES
            .iter()
            .map(|(name, text)| Text { label: (*name).to_owned(), form: Form::Yaml, text: (*text).to_owned() })
            .collect();
        let told = |faults: Vec<FileFault>| faults.iter().map(|fault| format!("\n{fault}")).collect::<String>();
        Case::read(&texts).map_err(told).expect("the case that is compiled in has no faults")
    }

    /// The requests that append it to a dossier, `dossiers/{id}`.
    pub fn batches(&self, parent: &str) -> Vec<Batch<'_>> {
        let names: Vec<&str> = self.entries.iter().map(Entry::name).collect();
        let sizes_bytes: Vec<usize> = self.entries.iter().map(|entry| size_bytes(&entry.record)).collect();
        let ranges = batch::cut(&names, &sizes_bytes, batch::RECORDS_MAX, batch::SIZE_BYTES_MAX);
        let mut numbering = batch::Numbering::of(parent);
        let batches = ranges.into_iter().map(|range| {
            let entries = &self.entries[range];
            Batch { request: numbering.request(entries.iter().map(|entry| entry.record.clone()).collect()), entries }
        });
        batches.collect()
    }
}

/// Reads drafted readings: each entry a reading, or a record that is one.
pub fn read_readings(texts: &[Text]) -> Result<Vec<pb::Reading>, Vec<FileFault>> {
    let mut faults = Vec::new();
    let mut readings = Vec::new();
    for text in texts {
        let nodes = entries(text).unwrap_or_else(|fault| {
            faults.push(fault);
            Vec::new()
        });
        let mut found = Vec::new();
        for node in nodes {
            let body = node.get("reading").unwrap_or(&node);
            readings.extend(read_as(body, &reflection::message("Reading"), &mut found).map(|(_, reading)| reading));
        }
        faults.extend(found.into_iter().map(|fault| FileFault { label: text.label.clone(), fault }));
    }
    if faults.is_empty() { Ok(readings) } else { Err(faults) }
}

/// Reads files into texts and texts into a case.
pub fn gather(paths: &[PathBuf]) -> Result<Vec<Text>, read::Error> {
    read::gather(paths)
}

fn read_dossier(nodes: Vec<Node>, faults: &mut Vec<Fault>) -> Option<DossierEntry> {
    let at = nodes.first().map(|node| node.at).unwrap_or_default();
    let fault = |problem: &str| Fault { at, path: String::new(), problem: problem.to_owned() };
    let [mut node] = <[Node; 1]>::try_from(nodes)
        .map_err(|_| faults.push(fault("one mapping is expected here: the dossier's id and what it says of itself")))
        .ok()?;
    let mut id = None;
    if let Value::Map(entries) = &mut node.value {
        let position = entries.iter().position(|(key, _)| node::is_field(&key.text, "dossier_id"));
        id = position.map(|position| entries.remove(position).1);
    }
    let (_, dossier) = read_as::<pb::Dossier>(&node, &reflection::message("Dossier"), faults)?;
    let id = match id.map(|id| (id.plain, id.value)) {
        Some((_, Value::Text(id)) | (Some(id), _)) => id,
        Some(_) | None => {
            faults.push(fault("`dossier_id` is missing: the id in `dossiers/{dossier_id}`"));
            return None;
        }
    };
    Some(DossierEntry { id, dossier })
}

fn sorted(mut read: Vec<(Entry, Vec<references::Reference>)>) -> Vec<Entry> {
    // What all has a position was exported from a log, and in the order of that log it means what it meant there: when
    // something became known depends on what was recorded before it.
    if read.iter().all(|(entry, _)| entry.record.position > 0) {
        read.sort_by_key(|(entry, _)| entry.record.position);
        return read.into_iter().map(|(entry, _)| entry).collect();
    }
    let items: Vec<Item> = read
        .iter()
        .map(|(entry, refers_to)| Item {
            name: Some(entry.name().to_owned()).filter(|name| !name.is_empty()),
            class: class_of(&entry.record),
            refers_to: refers_to.clone(),
        })
        .collect();
    let mut entries: Vec<Option<Entry>> = read.into_iter().map(|(entry, _)| Some(entry)).collect();
    order(&items).into_iter().filter_map(|index| entries[index].take()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(label: &str, text: &str) -> Text {
        let form = read::form_of(label.as_ref()).expect("a known ending");
        Text { label: label.into(), form, text: text.into() }
    }

    fn names(case: &Case) -> Vec<&str> {
        case.entries.iter().map(Entry::name).collect()
    }

    fn told(faults: Vec<FileFault>) -> Vec<String> {
        faults.iter().map(FileFault::to_string).collect()
    }

    #[test]
    fn references_of_every_kind_bring_what_they_name_before_them() {
        let yaml = "
- name: reports/r
  report:
    incident: incidents/i
    claimant: dossiers/d/actors/ministry
    facts: {place: places/p, attributed_to: actors/b, struck: [{object: oil.depot.small}]}
    alleges_breach_of: [terms/t]
- name: readings/r
  reading: {term: terms/t, objects: {include: [oil.depot.small]}, actors: {unclear: [actors/b]}}
- name: places/p
  place: {display_name: P, controlled_by: actors/b}
- name: links/l
  link: {subject: incidents/i, made_by: actors/ministry}
- name: actors/ministry
  actor: {affiliations: [actors/a]}
";
        let json = r#"{"name": "actors/a", "actor": {}}
            {"name": "classes/small", "class": {"taxonomy": "TAXONOMY_OBJECTS", "id": "oil.depot.small", "parents": ["oil.depot"]}}
            {"name": "terms/t", "term": {}}
            {"name": "incidents/i", "incident": {}}
            {"name": "actors/b", "actor": {}}"#;
        let case = Case::read(&[text("a.yaml", yaml), text("b.jsonl", json)]).expect("all is well");
        let names = names(&case);
        let position = |name: &str| names.iter().position(|found| *found == name).expect("it is there");
        assert_eq!(names.len(), 10);
        for (first, then) in [
            ("actors/a", "actors/ministry"),
            ("actors/ministry", "reports/r"),
            ("incidents/i", "reports/r"),
            ("places/p", "reports/r"),
            ("classes/small", "reports/r"),
            ("terms/t", "reports/r"),
            ("classes/small", "readings/r"),
            ("actors/b", "readings/r"),
            ("actors/b", "places/p"),
            ("actors/ministry", "links/l"),
        ] {
            assert!(position(first) < position(then), "{first} after {then}: {names:?}");
        }
    }

    #[test]
    fn revisions_of_one_name_go_into_later_batches() {
        let yaml = "
- {name: actors/a, actor: {display_name: A}}
- {name: dossiers/d/actors/a, reason: spelling, actor: {display_name: Aa}}
- {name: incidents/-, incident: {}}
- {name: incidents/-, incident: {}}
- {incident: {}}
";
        let case = Case::read(&[text("a.yaml", yaml)]).expect("all is well");
        let batches = case.batches("dossiers/d");
        let sizes: Vec<usize> = batches.iter().map(|batch| batch.request.records.len()).collect();
        assert_eq!(sizes, [4, 1]);
        assert_eq!(batches[1].request.records[0].reason, "spelling");
        assert_eq!(batches[1].entries[0].place("actor.display_name").to_string(), "a.yaml:3:71");
        assert_ne!(batches[0].request.request_id, batches[1].request.request_id);
    }

    #[test]
    fn a_dossier_file_says_which_dossier() {
        let case = Case::read(&[text("x/dossier.yaml", "dossier_id: d\ndisplay_name: D\ntime_zone: Europe/Kyiv\n")])
            .expect("all is well");
        let dossier = case.dossier.expect("it was given");
        assert_eq!((dossier.id.as_str(), dossier.dossier.time_zone.as_str()), ("d", "Europe/Kyiv"));
        let faults = told(Case::read(&[text("dossier.json", "{\"displayNam\": \"D\"}")]).expect_err("it is mistyped"));
        assert_eq!(
            faults,
            ["dossier.json:1:2: displayNam: `displayNam` is no field of Dossier; nearest: `display_name`"]
        );
        let faults = told(Case::read(&[text("dossier.yml", "- a\n- b")]).expect_err("it is a list"));
        assert_eq!(faults.len(), 1, "{faults:?}");
    }

    #[test]
    fn an_entry_with_an_id_says_which_dossier() {
        let lines = "{\"dossierId\": \"d\", \"timeZone\": \"Europe/Kyiv\"}\n{\"name\": \"terms/t\", \"term\": {}}\n";
        let case = Case::read(&[text("x.jsonl", lines)]).expect("all is well");
        let dossier = case.dossier.as_ref().expect("it was given");
        assert_eq!((dossier.id.as_str(), dossier.dossier.time_zone.as_str()), ("d", "Europe/Kyiv"));
        assert_eq!(names(&case), ["terms/t"]);
        let wrong = "{\"dossierId\": \"d\", \"timeZon\": \"Europe/Kyiv\"}\n";
        let faults = told(Case::read(&[text("x.jsonl", wrong)]).expect_err("it is mistyped"));
        assert_eq!(faults, ["x.jsonl:1:20: timeZon: `timeZon` is no field of Dossier; nearest: `time_zone`"]);
    }

    #[test]
    fn what_all_has_a_position_keeps_the_order_of_its_log() {
        let line = |name: &str, position: u8| {
            format!("{{\"name\": \"{name}\", \"position\": \"{position}\", \"term\": {{}}}}\n")
        };
        let lines = [line("terms/a", 4), line("terms/b", 2), line("terms/a", 1), line("terms/c", 3)].concat();
        let case = Case::read(&[text("x.jsonl", &lines)]).expect("all is well");
        assert_eq!(names(&case), ["terms/a", "terms/b", "terms/c", "terms/a"]);
        let case = Case::read(&[text("x.jsonl", &lines), text("y.yaml", "- {name: terms/d, term: {}}")]);
        let mixed = case.expect("all is well");
        assert_eq!(names(&mixed), ["terms/a", "terms/b", "terms/c", "terms/d", "terms/a"], "the order of the files");
    }

    #[test]
    fn every_fault_of_every_file_is_named_with_its_place() {
        let texts = [text("a.yaml", "- {nam: x}\n- 3\n"), text("b.json", "[{\"name\": \"a\", \"name\": \"b\"}]")];
        let faults = told(Case::read(&texts).expect_err("much is wrong"));
        let expected = [
            "a.yaml:1:4: nam: `nam` is no field of Record; nearest: `name`",
            "a.yaml:2:3: a mapping is expected here, not a number",
            "b.json:1:16: the key `name` is there twice",
        ];
        assert_eq!(faults, expected);
    }

    #[test]
    fn the_case_that_is_compiled_in_reads_and_names_its_dossier() {
        let case = Case::embedded();
        assert_eq!(case.dossier.as_ref().map(|dossier| dossier.id.as_str()), Some("ukraine-2025"));
        assert!(case.entries.len() > 400, "{} entries", case.entries.len());
    }

    #[test]
    fn a_drafted_reading_may_be_bare_or_a_record() {
        let yaml = "- term: terms/t\n- {name: readings/x, reading: {term: terms/u}}\n";
        let readings = read_readings(&[text("a.yaml", yaml)]).expect("all is well");
        let terms: Vec<&str> = readings.iter().map(|reading| reading.term.as_str()).collect();
        assert_eq!(terms, ["terms/t", "terms/u"]);
    }
}
