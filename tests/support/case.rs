//! The worked case, read from its files as a person would type it in: batches of records in the order of import.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use armistice::wire::pb;
use serde_json::Value;

use super::from_json;

/// The case as batches that can be appended one after the other.
pub(crate) struct Case {
    /// What `CreateDossier` is told.
    pub(crate) create: pb::CreateDossierRequest,
    /// What refers comes after what it refers to; a later revision of a name is in a later batch.
    pub(crate) batches: Vec<Vec<pb::Record>>,
}

/// The directory of the case.
pub(crate) fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases/energy-2025")
}

fn parse(file: &str) -> Value {
    let text = std::fs::read_to_string(directory().join(file)).expect("a file of the case is readable");
    serde_saphyr::from_str(&text).unwrap_or_else(|fault| panic!("{file}: {fault}"))
}

/// Reads the case.
pub(crate) fn read() -> Case {
    let mut create = parse("dossier.yaml");
    let fields = create.as_object_mut().expect("the dossier's file is one mapping");
    let id = fields.remove("dossier_id").expect("it says which dossier");
    let create = pb::CreateDossierRequest {
        dossier_id: id.as_str().expect("an id is text").to_owned(),
        dossier: Some(from_json("Dossier", &create).expect("the dossier's file is a dossier")),
        request_id: String::new(),
    };

    let files = std::fs::read_dir(directory()).expect("the case is there");
    let names = files.map(|file| file.expect("readable").file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|n| n.ends_with(".yaml") && n != "dossier.yaml").collect();
    names.sort();
    let mut entries: Vec<Value> = Vec::new();
    for name in names {
        entries.extend(parse(&name).as_array().expect("a file of the case is a list").iter().cloned());
    }
    Case { create, batches: batches(&entries) }
}

/// First revisions, what is referred to before what refers; then the later revisions, each round of them a batch.
fn batches(entries: &[Value]) -> Vec<Vec<pb::Record>> {
    let name = |entry: &Value| entry["name"].as_str().expect("every entry of the case has a name").to_owned();
    let mut rounds: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut seen: HashMap<String, usize> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let round = seen.entry(name(entry)).or_insert(0);
        rounds.entry(*round).or_default().push(index);
        *round += 1;
    }
    let firsts: HashMap<String, usize> = rounds[&0].iter().map(|&i| (name(&entries[i]), i)).collect();
    let mut order = Vec::new();
    for &index in &rounds[&0] {
        place(index, entries, &firsts, &mut order);
    }
    rounds.insert(0, order);
    let record = |index: &usize| from_json("Record", &entries[*index]).expect("an entry of the case is a record");
    let batch = |indexes: &Vec<usize>| indexes.iter().map(record).collect::<Vec<pb::Record>>();
    rounds.values().flat_map(|indexes| batch(indexes).chunks(500).map(<[_]>::to_vec).collect::<Vec<_>>()).collect()
}

fn place(index: usize, entries: &[Value], firsts: &HashMap<String, usize>, order: &mut Vec<usize>) {
    if order.contains(&index) {
        return;
    }
    let mut named = Vec::new();
    texts(&entries[index], &mut named);
    for target in named.iter().filter_map(|text| firsts.get(*text)).filter(|target| **target != index) {
        place(*target, entries, firsts, order);
    }
    order.push(index);
}

fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => found.push(text),
        Value::Array(values) => values.iter().for_each(|value| texts(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| texts(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
