//! Turns what a file holds into a message, by the proto3 JSON mapping, and names every fault with its place.
//!
//! `prost-reflect` knows the mapping but stops at the first fault and knows no places. So the shape is walked here, and
//! each single value is left to it.

use prost::Message;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, Value as Reflected};
use serde::de::DeserializeSeed;

use crate::domain::nearest::nearest;

use super::node::{At, Node, Value, camel_case};

/// One thing that is wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where it stands.
    pub at: At,
    /// The field, from the entry on; empty: the entry itself.
    pub path: String,
    /// What is wrong.
    pub problem: String,
}

/// Reads a value as a message; without a fault there is one.
pub fn read(node: &Node, descriptor: &MessageDescriptor, path: &str, faults: &mut Vec<Fault>) -> DynamicMessage {
    let mut message = DynamicMessage::new(descriptor.clone());
    let Value::Map(entries) = &node.value else {
        let problem = format!("a mapping is expected here, not {}", node.kind());
        faults.push(Fault { at: node.at, path: path.to_owned(), problem });
        return message;
    };
    for (key, value) in entries {
        let Some(field) = descriptor.get_field_by_name(&key.text).or(descriptor.get_field_by_json_name(&key.text))
        else {
            let problem = unknown_field(&key.text, descriptor);
            faults.push(Fault { at: key.at, path: joined(path, &key.text), problem });
            continue;
        };
        let path = joined(path, field.name());
        if value.value == Value::Null {
            continue;
        }
        if message.has_field(&field) {
            let problem = format!("`{}` is there twice, as `{}` too", key.text, other_spelling(&key.text, &field));
            faults.push(Fault { at: key.at, path, problem });
            continue;
        }
        let rival = field.containing_oneof().and_then(|oneof| oneof.fields().find(|other| message.has_field(other)));
        if let Some(rival) = rival {
            let problem = format!("`{}` cannot stand beside `{}`", field.name(), rival.name());
            faults.push(Fault { at: key.at, path, problem });
            continue;
        }
        if let Some(value) = read_field(value, &field, &path, faults) {
            message.set_field(&field, value);
        }
    }
    message
}

/// Reads a value as a generated message; `None` says that there are new faults.
pub fn read_as<M: Message + Default>(
    node: &Node,
    descriptor: &MessageDescriptor,
    faults: &mut Vec<Fault>,
) -> Option<(DynamicMessage, M)> {
    let faults_before = faults.len();
    let message = read(node, descriptor, "", faults);
    if faults.len() > faults_before {
        return None;
    }
    let generated = message.transcode_to().expect("the descriptor and the generated type come from one proto");
    Some((message, generated))
}

fn read_field(node: &Node, field: &FieldDescriptor, path: &str, faults: &mut Vec<Fault>) -> Option<Reflected> {
    if !field.is_list() {
        return read_single(node, field, path, faults);
    }
    let Value::List(items) = &node.value else {
        let problem = format!("a list is expected here, not {}", node.kind());
        faults.push(Fault { at: node.at, path: path.to_owned(), problem });
        return None;
    };
    let items = items.iter().enumerate();
    let read = items.filter_map(|(index, item)| read_single(item, field, &format!("{path}[{index}]"), faults));
    Some(Reflected::List(read.collect()))
}

fn read_single(node: &Node, field: &FieldDescriptor, path: &str, faults: &mut Vec<Fault>) -> Option<Reflected> {
    if let Kind::Message(descriptor) = field.kind()
        && descriptor.package_name() == "armistice.v1"
    {
        return Some(Reflected::Message(read(node, &descriptor, path, faults)));
    }
    let json = match (field.kind(), &node.plain) {
        // `locator: 4` and `wording: no` are text, for the field is.
        (Kind::String, Some(plain)) if node.value != Value::Null => serde_json::Value::String(plain.clone()),
        _ => node.to_json(),
    };
    read_leaf(json, field).map_err(|problem| faults.push(Fault { at: node.at, path: path.to_owned(), problem })).ok()
}

/// Reads one value that is no message of ours, as the only one of its field.
fn read_leaf(json: serde_json::Value, field: &FieldDescriptor) -> Result<Reflected, String> {
    if let (Kind::Enum(descriptor), serde_json::Value::String(name)) = (field.kind(), &json)
        && descriptor.get_value_by_name(name).is_none()
    {
        let names: Vec<String> = descriptor.values().skip(1).map(|value| value.name().to_owned()).collect();
        return Err(match nearest(name, names.iter().map(String::as_str)) {
            Some(nearest) => format!("`{name}` is no {}; nearest: `{nearest}`", descriptor.name()),
            None => format!("`{name}` is no {}; those are {}", descriptor.name(), names.join(", ")),
        });
    }
    let json = if field.is_list() { serde_json::Value::Array(vec![json]) } else { json };
    let alone = serde_json::Value::Object([(field.name().to_owned(), json)].into_iter().collect());
    let message = field.parent_message().clone().deserialize(alone).map_err(|error| error.to_string())?;
    let value = message.get_field(field).into_owned();
    match value {
        Reflected::List(mut items) if field.is_list() => items.pop().ok_or_else(|| "a value is expected here".into()),
        value => Ok(value),
    }
}

fn unknown_field(key: &str, descriptor: &MessageDescriptor) -> String {
    let names: Vec<String> = descriptor.fields().map(|field| field.name().to_owned()).collect();
    match nearest(key, names.iter().map(String::as_str)) {
        Some(nearest) => format!("`{key}` is no field of {}; nearest: `{nearest}`", descriptor.name()),
        None => format!("`{key}` is no field of {}; those are {}", descriptor.name(), names.join(", ")),
    }
}

fn other_spelling(key: &str, field: &FieldDescriptor) -> String {
    if key == field.name() { camel_case(field.name()) } else { field.name().to_owned() }
}

fn joined(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::case::{json, yaml};
    use crate::cli::reflection;
    use crate::wire::pb;

    fn record(nodes: Vec<Node>) -> Result<pb::Record, Vec<String>> {
        let mut faults = Vec::new();
        let read = read_as(&nodes[0], &reflection::message("Record"), &mut faults);
        let told = |fault: &Fault| format!("{} {}: {}", fault.at, fault.path, fault.problem);
        read.map(|(_, record)| record).ok_or_else(|| faults.iter().map(told).collect())
    }

    fn from_yaml(text: &str) -> Result<pb::Record, Vec<String>> {
        record(yaml::read(text).expect("it is YAML"))
    }

    fn from_json(text: &str) -> Result<pb::Record, Vec<String>> {
        record(json::read(text).expect("it is JSON"))
    }

    #[test]
    fn snake_case_and_camel_case_json_and_yaml_mean_the_same() {
        let yaml = from_yaml("name: terms/t\nterm: {display_name: A halt, type: TERM_TYPE_PROHIBITION}");
        let camel = from_json(r#"{"name": "terms/t", "term": {"displayName": "A halt", "type": 1}}"#);
        assert!(yaml.is_ok(), "{yaml:?}");
        assert_eq!(yaml, camel);
    }

    #[test]
    fn what_is_unquoted_is_text_where_the_field_takes_text() {
        let read = from_yaml("actor: {display_name: no, aliases: [0012, true, 1e3]}").expect("all is well");
        let Some(pb::record::Kind::Actor(actor)) = read.kind else { panic!("an actor was written") };
        assert_eq!(actor.display_name, "no");
        assert_eq!(actor.aliases, ["0012", "true", "1e3"]);
        let faults = from_json(r#"{"actor": {"displayName": 12}}"#).expect_err("JSON has quotes for text");
        assert_eq!(faults, ["1:27 actor.display_name: invalid type: integer `12`, expected a string"]);
    }

    #[test]
    fn every_fault_is_named_at_once_with_its_place() {
        let text = "nmae: reports/r\nreport:\n  incident: [incidents/a]\n  facts:\n    occured: {}\n    occurred: {earliest: x}\n    struck: {object: a}\n  denies: [PROPOSITION_AUTOR, 1]\ncitations: [{document: d}, e]\nincident: {}\n";
        let expected = [
            "1:1 nmae: `nmae` is no field of Record; nearest: `name`",
            "3:13 report.incident: invalid type: sequence, expected a string",
            "5:5 report.facts.occured: `occured` is no field of Facts; nearest: `occurred`",
            "6:26 report.facts.occurred.earliest: invalid rfc3339 timestamp: invalid date",
            "7:13 report.facts.struck: a list is expected here, not a mapping",
            "8:12 report.denies[0]: `PROPOSITION_AUTOR` is no Proposition; nearest: `PROPOSITION_AUTHOR`",
            "9:28 citations[1]: a mapping is expected here, not text",
            "10:1 incident: `incident` cannot stand beside `report`",
        ];
        assert_eq!(from_yaml(text).expect_err("much is wrong"), expected);
    }

    #[test]
    fn one_field_in_two_spellings_is_there_twice() {
        let faults = from_json(r#"{"term": {"display_name": "a", "displayName": "b"}}"#).expect_err("it is twice");
        assert_eq!(faults, ["1:32 term.display_name: `displayName` is there twice, as `display_name` too"]);
    }

    #[test]
    fn instants_durations_counts_and_points_follow_the_mapping() {
        let read = from_yaml(
            "exchange: {held: {earliest: 2025-03-19T00:00:00Z, latest: '2025-03-20T00:00:00+02:00'}, transfers: [{count: 22}]}",
        )
        .expect("all is well");
        let Some(pb::record::Kind::Exchange(exchange)) = read.kind else { panic!("an exchange was written") };
        let held = exchange.held.expect("it was given");
        assert_eq!(held.latest.expect("it was given").seconds - held.earliest.expect("it was given").seconds, 79_200);
        assert_eq!(exchange.transfers[0].count, Some(22));
        let read = from_yaml("contact: {durations: [{least: 5400s}]}").expect("all is well");
        let Some(pb::record::Kind::Contact(contact)) = read.kind else { panic!("a contact was written") };
        assert_eq!(contact.durations[0].least.map(|least| least.seconds), Some(5400));
    }
}
