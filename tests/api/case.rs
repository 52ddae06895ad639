//! The worked case of the repository, as batches that can be appended in order.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use armistice::wire::pb;
use prost_reflect::DynamicMessage;
use serde_json::Value;

use crate::json::descriptor;
use crate::server::Server;

/// How many first revisions a batch has.
const BATCH: usize = 40;

/// Reads the case: what is referred to comes first, and later revisions of a name in batches of their own.
pub(crate) fn batches() -> Vec<Vec<pb::Record>> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/energy-2025");
    let mut files: Vec<_> = std::fs::read_dir(&directory)
        .expect("the case is there")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(char::is_numeric)))
        .collect();
    files.sort();
    let mut entries: Vec<Value> = Vec::new();
    for file in &files {
        let text = std::fs::read_to_string(file).expect("a file of the case");
        let list: Vec<Value> =
            serde_saphyr::from_str(&text).unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
        entries.extend(list);
    }
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut later = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let name = entry["name"].as_str().expect("every record of the case is named").to_owned();
        if *first.entry(name).or_insert(index) != index {
            later.push(index);
        }
    }
    let mut ordered = Vec::new();
    let mut placed = BTreeSet::new();
    for index in 0..entries.len() {
        if !later.contains(&index) {
            place(index, &entries, &first, &mut placed, &mut ordered);
        }
    }
    let mut batches: Vec<Vec<pb::Record>> =
        ordered.chunks(BATCH).map(|indexes| indexes.iter().map(|i| record(&entries[*i])).collect()).collect();
    batches.extend(later.into_iter().map(|index| vec![record(&entries[index])]));
    batches
}

/// Places a record after whatever its texts name.
fn place(
    index: usize,
    entries: &[Value],
    first: &BTreeMap<String, usize>,
    placed: &mut BTreeSet<usize>,
    ordered: &mut Vec<usize>,
) {
    if !placed.insert(index) {
        return;
    }
    let mut texts = Vec::new();
    texts_of(&entries[index], &mut texts);
    for needed in texts.into_iter().filter_map(|text| first.get(text)) {
        place(*needed, entries, first, placed, ordered);
    }
    ordered.push(index);
}

fn texts_of<'v>(value: &'v Value, texts: &mut Vec<&'v str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(values) => values.iter().for_each(|value| texts_of(value, texts)),
        Value::Object(fields) => fields.values().for_each(|value| texts_of(value, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn record(entry: &Value) -> pb::Record {
    let message = DynamicMessage::deserialize(descriptor("Record"), entry.clone());
    let message = message.unwrap_or_else(|fault| panic!("{fault} in {entry}"));
    message.transcode_to().expect("the same record")
}

/// Appends some batches to the dossier `d`.
pub(crate) async fn append(server: &Server, batches: &[Vec<pb::Record>]) {
    for batch in batches {
        let answer = server.append_batch(batch.clone()).await;
        answer.unwrap_or_else(|status| panic!("{}", crate::refusal::shown(&status)));
    }
}
