//! Whole messages made from their descriptors: every field given, every reference to something that is there.

use armistice::wire::pb::Behavior;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, ReflectMessage, Value};

use crate::json::{descriptor, pool};

/// One value in a message, and how to get there.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    /// The path as a refusal writes it, such as `records[0].report.claimant`.
    pub(crate) path: String,
    /// The messages on the way: their field, and the index in a list.
    steps: Vec<(FieldDescriptor, Option<usize>)>,
    /// The field.
    pub(crate) field: FieldDescriptor,
    /// Which of its values, if it is a list.
    pub(crate) index: Option<usize>,
}

/// Whether a field must be given.
pub(crate) fn is_required(field: &FieldDescriptor) -> bool {
    let extension = pool().get_extension_by_name("armistice.v1.behavior").expect("our option");
    let options = field.options();
    let required = Value::EnumNumber(i32::from(Behavior::Required));
    options.get_extension(&extension).as_list().is_some_and(|values| values.contains(&required))
}

/// What a field's text must name.
pub(crate) fn refers_to(field: &FieldDescriptor) -> Option<String> {
    let extension = pool().get_extension_by_name("armistice.v1.refers_to").expect("our option");
    let options = field.options();
    if !options.has_extension(&extension) {
        return None;
    }
    options.get_extension(&extension).as_str().map(str::to_owned)
}

/// Every field of our messages that holds one of ours.
pub(crate) fn is_ours(message: &MessageDescriptor) -> bool {
    message.package_name() == "armistice.v1"
}

/// Every value that a message gives: fields whole, and each value of a list of texts.
pub(crate) fn spots(message: &DynamicMessage) -> Vec<Spot> {
    let mut found = Vec::new();
    walk(message, "", &[], &mut found);
    found
}

fn walk(message: &DynamicMessage, above: &str, steps: &[(FieldDescriptor, Option<usize>)], found: &mut Vec<Spot>) {
    for field in message.descriptor().fields().filter(|field| message.has_field(field)) {
        let path = if above.is_empty() { field.name().to_owned() } else { format!("{above}.{}", field.name()) };
        let spot = |path, index| Spot { path, steps: steps.to_vec(), field: field.clone(), index };
        found.push(spot(path.clone(), None));
        match message.get_field(&field).as_ref() {
            Value::Message(inner) => walk(inner, &path, &[steps, &[(field.clone(), None)]].concat(), found),
            Value::List(values) => {
                for (index, value) in values.iter().enumerate() {
                    let path = format!("{path}[{index}]");
                    match value {
                        Value::Message(inner) => {
                            walk(inner, &path, &[steps, &[(field.clone(), Some(index))]].concat(), found);
                        }
                        _ => found.push(spot(path, Some(index))),
                    }
                }
            }
            _ => {}
        }
    }
}

/// The message without a value, or with another in its place.
pub(crate) fn with(message: &DynamicMessage, spot: &Spot, value: Option<Value>) -> DynamicMessage {
    let mut changed = message.clone();
    let mut holder = &mut changed;
    for (field, index) in &spot.steps {
        holder = match (holder.get_field_mut(field), index) {
            (Value::Message(inner), None) => inner,
            (Value::List(values), Some(index)) => values[*index].as_message_mut().expect("a message"),
            _ => unreachable!("the walk came this way"),
        };
    }
    match (value, spot.index) {
        (None, _) => holder.clear_field(&spot.field),
        (Some(value), None) => holder.set_field(&spot.field, value),
        (Some(value), Some(index)) => match holder.get_field_mut(&spot.field) {
            Value::List(values) => values[index] = value,
            _ => unreachable!("the walk came this way"),
        },
    }
    changed
}

/// A message of `armistice.v1` with every field given that may be, in the dossier `d` of the ground.
///
/// Of a choice the member `choice` is given where it has one of that name, else the first.
pub(crate) fn full(name: &str, choice: &str) -> DynamicMessage {
    let mut message = fill(&descriptor(name), choice, None);
    if name == "ComposeBriefingRequest" {
        message.set_field_by_name("language", Value::String("en".to_owned()));
    }
    if name == "AssessObligationsRequest" {
        let readings = message.get_field_by_name_mut("readings").and_then(Value::as_message_mut).expect("a choice");
        readings.set_field_by_name("names", Value::List(vec![Value::String("readings/deal".to_owned())]));
        let drafts = readings.get_field_by_name_mut("hypothetical").and_then(Value::as_list_mut).expect("a list");
        let draft = drafts[0].as_message_mut().expect("a reading");
        draft.set_field_by_name("term", Value::String("terms/deal".to_owned()));
    }
    message
}

fn fill(message: &MessageDescriptor, choice: &str, selects: Option<&str>) -> DynamicMessage {
    let mut filled = DynamicMessage::new(message.clone());
    for field in message.fields() {
        let member = field.containing_oneof().filter(|oneof| !oneof.is_synthetic());
        let chosen = member.is_none_or(|oneof| {
            let first = oneof.fields().next().expect("a oneof has members");
            oneof.get_field_by_name_or(choice, first) == field
        });
        if !chosen || left_out(&field) {
            continue;
        }
        let value = value(&field, choice, selects);
        filled.set_field(&field, if field.is_list() { Value::List(vec![value]) } else { value });
    }
    filled
}

trait Members {
    fn get_field_by_name_or(&self, name: &str, otherwise: FieldDescriptor) -> FieldDescriptor;
}

impl Members for prost_reflect::OneofDescriptor {
    fn get_field_by_name_or(&self, name: &str, otherwise: FieldDescriptor) -> FieldDescriptor {
        self.fields().find(|field| field.name() == name).unwrap_or(otherwise)
    }
}

/// What cannot stand beside the rest, or is for another time: output, corrections, tokens of pages that are not there.
fn left_out(field: &FieldDescriptor) -> bool {
    const NOT_TOGETHER: [&str; 12] = [
        "Record.etag",
        "Record.reason",
        "Record.retracted",
        "Window.start_immediately",
        "Window.end",
        "TimeSpan.earliest",
        "TimeSpan.latest",
        "Bound.earliest",
        "Bound.latest",
        // A prohibition has none; they are asked of obligations.
        "Reading.duties",
        "Consistency.at_least_as_fresh",
        "At.read_at",
    ];
    let name = field.full_name().trim_start_matches("armistice.v1.");
    let extension = pool().get_extension_by_name("armistice.v1.behavior").expect("our option");
    let output = Value::EnumNumber(i32::from(Behavior::OutputOnly));
    let is_output = field.options().get_extension(&extension).as_list().is_some_and(|values| values.contains(&output));
    NOT_TOGETHER.contains(&name) || is_output || field.name() == "page_token"
}

fn value(field: &FieldDescriptor, choice: &str, selects: Option<&str>) -> Value {
    let name = field.full_name().trim_start_matches("armistice.v1.");
    let refers = refers_to(field);
    match field.kind() {
        Kind::Message(message) if message.full_name() == "google.protobuf.Timestamp" => {
            // After every publication of the ground, and just when its dossier was created.
            instant(1_748_736_000)
        }
        Kind::Message(message) if message.full_name() == "google.protobuf.Duration" => {
            let duration = prost_types::Duration { seconds: 60, nanos: 0 };
            let mut as_dynamic = DynamicMessage::new(message);
            as_dynamic.transcode_from(&duration).expect("the same message");
            Value::Message(as_dynamic)
        }
        Kind::Message(message) => Value::Message(fill(&message, choice, refers.as_deref())),
        Kind::Enum(of) => {
            let wanted = match name {
                "Link.type" => "LINK_TYPE_SAME_EVENT",
                "Record.classification" => "CLASSIFICATION_PUBLIC",
                _ => return Value::EnumNumber(1),
            };
            Value::EnumNumber(of.get_value_by_name(wanted).expect("a value").number())
        }
        Kind::String => Value::String(text(name, refers.as_deref().or(selects))),
        Kind::Bool => Value::Bool(true),
        Kind::Double => Value::F64(1.0),
        Kind::Int32 => Value::I32(if name == "TermLength.days" { 30 } else { 1 }),
        Kind::Int64 => Value::I64(if name == "At.position" { 28 } else { 1 }),
        other => unreachable!("no field of ours is {other:?}"),
    }
}

fn instant(seconds: i64) -> Value {
    let message = pool().get_message_by_name("google.protobuf.Timestamp").expect("a timestamp");
    let mut as_dynamic = DynamicMessage::new(message);
    as_dynamic.transcode_from(&prost_types::Timestamp { seconds, nanos: 0 }).expect("the same message");
    Value::Message(as_dynamic)
}

fn text(name: &str, refers_to: Option<&str>) -> String {
    let text = match (name, refers_to) {
        ("Link.object", _) => "incidents/bridge",
        ("Link.subject", _) => "incidents/depot",
        ("GetRecordRequest.name" | "ListRevisionsRequest.name", _) => "dossiers/d/actors/a",
        (_, Some("actors")) => "actors/a",
        (_, Some("places")) => "places/town",
        (_, Some("documents")) => "documents/doc",
        (_, Some("statements")) => "statements/said",
        (_, Some("contacts")) => "contacts/call",
        (_, Some("instruments")) => "instruments/text",
        (_, Some("terms" | "terms|instruments|contacts")) => "terms/halt",
        (_, Some("readings")) => "readings/a1",
        (_, Some("incidents")) => "incidents/depot",
        (_, Some("objects" | "objects|acts|weapons")) => "energy",
        (_, Some("acts")) => "strike",
        (_, Some("weapons")) => "uav",
        (_, Some("dossiers")) => "dossiers/d",
        (_, Some("*")) => "incidents/bridge",
        (_, Some(other)) => unreachable!("no field of ours refers to {other}"),
        ("Record.name" | "Class.id" | "CreateDossierRequest.dossier_id", None) => "",
        (_, None) if name.ends_with(".request_id") => "",
        ("TimeSpan.local" | "Bound.local", None) => "2025-03-19",
        ("ListRecordsRequest.collections", None) => "actors",
        ("Document.sha256", None) => return "0f".repeat(32),
        ("Place.geojson", None) => r#"{"type": "Point", "coordinates": [30.5, 50.4]}"#,
        ("Reading.exceptions" | "Facts.ground", None) => "self-defence",
        ("Citation.supports", None) => "report.facts",
        (_, None) if name.ends_with(".time_zone") => "Asia/Tokyo",
        (_, None) => "words",
    };
    let text = if name == "Class.id" { "new-class" } else { text };
    let text = if name == "CreateDossierRequest.dossier_id" { "new-dossier" } else { text };
    text.to_owned()
}
