//! Any record as a list of its fields, by the descriptors of the API: a kind that is added tomorrow is shown too.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use maud::{Markup, html};
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, EnumDescriptor, FieldDescriptor, Kind, ReflectMessage, Value};

use super::links::Links;
use super::parts;
use super::room::is_full;
use crate::render::labels::Labels;
use crate::render::words;
use crate::wire::pb;

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the build's own descriptor set decodes"));

/// The most letters of one value that a page shows: an outline may have a million.
const LETTERS_MAX: usize = 600;

/// What a record says: its kind alone, without what every record has.
fn body(record: &pb::Record) -> Option<DynamicMessage> {
    let descriptor = POOL.get_message_by_name("armistice.v1.Record").expect("records are of the API");
    let record = DynamicMessage::decode(descriptor, record.encode_to_vec().as_slice()).expect("what we encode decodes");
    let kind = record.descriptor().oneofs().find(|oneof| oneof.name() == "kind")?;
    let field = kind.fields().find(|field| record.has_field(field))?;
    match record.get_field(&field).into_owned() {
        Value::Message(message) => Some(message),
        _ => None,
    }
}

/// What a record says, field by field.
pub(super) fn list(record: &pb::Record, labels: &Labels, links: &Links) -> Markup {
    html! { @if let Some(body) = body(record) { (message(&body, labels, links)) } }
}

/// A message as a list of the fields that are set.
fn message(of: &DynamicMessage, labels: &Labels, links: &Links) -> Markup {
    if let Some(text) = known(of) {
        return html! { (text) };
    }
    html! {
        dl {
            @for (field, value) in set(of) {
                div { dt { (said(&field)) } dd { (shown(&field, &value, labels, links)) } }
            }
        }
    }
}

/// The fields that are set, in the order of the proto.
fn set(of: &DynamicMessage) -> Vec<(FieldDescriptor, Value)> {
    let fields = of.descriptor().fields().filter(|field| of.has_field(field)).collect::<Vec<_>>();
    fields.into_iter().map(|field| (field.clone(), of.get_field(&field).into_owned())).collect()
}

fn shown(field: &FieldDescriptor, value: &Value, labels: &Labels, links: &Links) -> Markup {
    match value {
        Value::List(values) => html! {
            ul .plain { @for value in values { li { (shown(field, value, labels, links)) } } }
        },
        Value::Message(of) => message(of, labels, links),
        Value::String(text) if is_full(text) => parts::named(text, labels, links),
        Value::String(text) if field.name() == "uri" => parts::outward(text, text),
        Value::String(text) if field.name() == "geojson" => html! { code { (cut(text)) } },
        value => html! { (cut(&plain(field, value))) },
    }
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LETTERS_MAX {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LETTERS_MAX).collect();
    format!("{kept}… ({} bytes in all)", text.len())
}

/// A value as text.
fn plain(field: &FieldDescriptor, value: &Value) -> String {
    match value {
        Value::Bool(is) => if *is { "yes" } else { "no" }.to_owned(),
        Value::I32(number) | Value::EnumNumber(number) => match field.kind() {
            Kind::Enum(of) => enum_word(&of, *number),
            _ => number.to_string(),
        },
        Value::I64(number) => number.to_string(),
        Value::U32(number) => number.to_string(),
        Value::U64(number) => number.to_string(),
        Value::F32(number) => number.to_string(),
        Value::F64(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Bytes(bytes) => format!("{} bytes", bytes.len()),
        Value::Message(of) => known(of).unwrap_or_default(),
        Value::List(_) | Value::Map(_) => String::new(),
    }
}

/// Messages that people read as one value.
fn known(of: &DynamicMessage) -> Option<String> {
    match of.descriptor().full_name() {
        "google.protobuf.Timestamp" => of.transcode_to().ok().map(|time: prost_types::Timestamp| words::instant(&time)),
        "google.protobuf.Duration" => of.transcode_to().ok().map(|length: prost_types::Duration| {
            let minutes = length.seconds / 60;
            if length.seconds % 60 == 0 { format!("{minutes} min") } else { format!("{} s", length.seconds) }
        }),
        "armistice.v1.TimeSpan" => of.transcode_to().ok().map(|span: pb::TimeSpan| parts::span(&span)),
        "armistice.v1.Bound" => of.transcode_to().ok().map(|bound: pb::Bound| {
            if bound.local.is_empty() { words::bound(Some(&bound), "not said") } else { bound.local }
        }),
        "armistice.v1.Quantity" => of.transcode_to().ok().map(|count: pb::Quantity| parts::quantity(&count)),
        "armistice.v1.LatLng" => of.transcode_to().ok().map(|point: pb::LatLng| {
            format!("{}, {}", point.latitude.unwrap_or_default(), point.longitude.unwrap_or_default())
        }),
        _ => None,
    }
}

/// A value of an enum without its type's prefix, in words.
fn enum_word(of: &EnumDescriptor, number: i32) -> String {
    let Some(value) = of.get_value(number) else {
        return number.to_string();
    };
    let mut prefix = String::new();
    for (index, letter) in of.name().chars().enumerate() {
        if index > 0 && letter.is_ascii_uppercase() {
            prefix.push('_');
        }
        prefix.push(letter.to_ascii_uppercase());
    }
    prefix.push('_');
    value.name().trim_start_matches(&prefix).to_lowercase().replace('_', " ")
}

/// A field's name in words.
fn said(field: &FieldDescriptor) -> String {
    let words = field.name().replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The names of all records that a record names, for their labels.
pub(super) fn names(record: &pb::Record) -> Vec<String> {
    let mut names: Vec<String> = record.citations.iter().map(|citation| citation.document.clone()).collect();
    if let Some(body) = body(record) {
        names.extend(leaves(&body).into_values().filter(|value| is_full(value)));
    }
    names
}

/// Every value by its path.
fn leaves(of: &DynamicMessage) -> BTreeMap<String, String> {
    fn gather(path: &str, field: &FieldDescriptor, value: &Value, found: &mut BTreeMap<String, String>) {
        match value {
            Value::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    gather(&format!("{path}[{index}]"), field, value, found);
                }
            }
            Value::Message(of) if known(of).is_none() => {
                for (field, value) in set(of) {
                    gather(&format!("{path}.{}", field.name()), &field, &value, found);
                }
            }
            value => {
                found.insert(path.to_owned(), plain(field, value));
            }
        }
    }
    let mut found = BTreeMap::new();
    for (field, value) in set(of) {
        gather(field.name(), &field, &value, &mut found);
    }
    found
}

/// One value that a revision changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// Its path in the record.
    pub(super) path: String,
    /// What it was; `None`: not there.
    pub(super) before: Option<String>,
    /// What it is; `None`: not there.
    pub(super) after: Option<String>,
}

/// What one revision says otherwise than the one before.
pub(super) fn changes(before: &pb::Record, after: &pb::Record) -> Vec<Change> {
    let values = |record: &pb::Record| body(record).map(|body| leaves(&body)).unwrap_or_default();
    let (old, new) = (values(before), values(after));
    let paths: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let differs = paths.into_iter().filter(|path| old.get(*path) != new.get(*path));
    let shown = |values: &BTreeMap<String, String>, path: &String| {
        values.get(path).map(|text| cut(crate::render::labels::relative(text)))
    };
    differs.map(|path| Change { path: path.clone(), before: shown(&old, path), after: shown(&new, path) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(objects: &[&str]) -> pb::Record {
        let objects =
            pb::Selection { include: objects.iter().map(|id| (*id).to_owned()).collect(), ..Default::default() };
        let reading = pb::Reading {
            term: "dossiers/d/terms/halt".into(),
            operative: pb::Tristate::Yes.into(),
            wording: "<b>energy</b>".into(),
            objects: Some(objects),
            window: Some(pb::Window {
                length: Some(pb::TermLength { days: 30, rule: pb::CountingRule::InclusiveDays.into() }),
                ..Default::default()
            }),
            ..Default::default()
        };
        pb::Record { kind: Some(pb::record::Kind::Reading(reading)), ..Default::default() }
    }

    #[test]
    fn a_record_is_shown_field_by_field_and_escaped() {
        let links = Links::new("d", "7", "");
        let text = list(&reading(&["elec", "oil"]), &Labels::default(), &links).into_string();
        for words in [
            "<dt>Term</dt><dd><a href=\"/dossiers/d/records/terms/halt?as_of=7\">halt</a></dd>",
            "<dt>Operative</dt><dd>yes</dd>",
            "&lt;b&gt;energy&lt;/b&gt;",
            "<li>elec</li><li>oil</li>",
            "<dt>Rule</dt><dd>inclusive days</dd>",
        ] {
            assert!(text.contains(words), "{words} is not in {text}");
        }
        assert_eq!(names(&reading(&[])), ["dossiers/d/terms/halt"]);
    }

    #[test]
    fn what_a_revision_changed_is_told_value_by_value() {
        let changed = changes(&reading(&["energy"]), &reading(&["elec", "oil"]));
        let change = |path: &str, before: Option<&str>, after: &str| Change {
            path: path.to_owned(),
            before: before.map(str::to_owned),
            after: Some(after.to_owned()),
        };
        assert_eq!(
            changed,
            [change("objects.include[0]", Some("energy"), "elec"), change("objects.include[1]", None, "oil")]
        );
    }
}
