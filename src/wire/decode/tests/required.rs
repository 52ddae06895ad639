//! What the protos call required is refused when it is left out, and what they call output only is passed over.
//!
//! The walk takes arbitrary records and the descriptor set, so that a field that is added later is walked too.

use std::collections::BTreeSet;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, FieldDescriptor, ReflectMessage, Value};

use super::decoded;
use crate::domain::fault::Reason;
use crate::domain::name::DossierId;
use crate::domain::record::{Known, Revision};
use crate::domain::time::Zone;
use crate::wire::pb::{self, Behavior};
use crate::wire::{encode, samples};

/// A field, and how to get there from the record: field numbers and list indexes.
#[derive(Debug, Clone)]
struct Spot {
    path: String,
    steps: Vec<(FieldDescriptor, Option<usize>)>,
    field: FieldDescriptor,
}

fn behaves(field: &FieldDescriptor, behavior: Behavior) -> bool {
    let extension = field.parent_pool().get_extension_by_name("armistice.v1.behavior").expect("our option");
    let options = field.options();
    let values = options.get_extension(&extension);
    let wanted = Value::EnumNumber(i32::from(behavior));
    values.as_list().is_some_and(|values| values.contains(&wanted))
}

/// Every required field of the message and of what stands in it.
#[expect(clippy::wildcard_enum_match_arm, reason = "only messages hold fields")]
fn required(message: &DynamicMessage, path: &str, steps: &[(FieldDescriptor, Option<usize>)], found: &mut Vec<Spot>) {
    for field in message.descriptor().fields() {
        let path = format!("{path}.{}", field.name());
        if behaves(&field, Behavior::Required) && message.has_field(&field) {
            found.push(Spot { path: path.clone(), steps: steps.to_vec(), field: field.clone() });
        }
        if !message.has_field(&field) {
            continue;
        }
        match message.get_field(&field).as_ref() {
            Value::Message(inner) => {
                let steps = [steps, &[(field.clone(), None)]].concat();
                required(inner, &path, &steps, found);
            }
            Value::List(entries) => {
                for (index, entry) in entries.iter().enumerate() {
                    if let Value::Message(inner) = entry {
                        let steps = [steps, &[(field.clone(), Some(index))]].concat();
                        required(inner, &format!("{path}[{index}]"), &steps, found);
                    }
                }
            }
            _ => {}
        }
    }
}

fn clear(message: &mut DynamicMessage, steps: &[(FieldDescriptor, Option<usize>)], field: &FieldDescriptor) {
    match steps {
        [] => message.clear_field(field),
        [(step, index), rest @ ..] => {
            let inner = match (message.get_field_mut(step), index) {
                (Value::Message(inner), None) => inner,
                (Value::List(entries), Some(index)) => entries[*index].as_message_mut().expect("a message"),
                _ => unreachable!("the walk came this way"),
            };
            clear(inner, rest, field);
        }
    }
}

fn as_record(revision: &Revision) -> (DynamicMessage, pb::Record) {
    let dossier = DossierId::parse("d").expect("an id");
    let zone = Zone::parse("Europe/Kyiv").expect("a zone");
    let context = encode::Context { dossier: &dossier, zone: &zone };
    let record = encode::record(revision, false, &context);
    let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("our own descriptors");
    let descriptor = pool.get_message_by_name("armistice.v1.Record").expect("our record");
    let bytes = record.encode_to_vec();
    (DynamicMessage::decode(descriptor, bytes.as_slice()).expect("our own bytes"), record)
}

#[test]
fn what_is_required_is_refused_when_it_is_left_out() {
    // Always the same records, so that the walk always meets every field.
    let mut runner = TestRunner::deterministic();
    let mut walked = BTreeSet::new();
    for _ in 0..400 {
        let revision = samples::revision().new_tree(&mut runner).expect("a revision").current();
        let (message, _) = as_record(&revision);
        let mut spots = Vec::new();
        required(&message, "records[0]", &[], &mut spots);
        for spot in spots {
            let mut message = message.clone();
            clear(&mut message, &spot.steps, &spot.field);
            let record: pb::Record = message.transcode_to().expect("our own message");
            let batch = decoded(vec![record]);
            let refused = batch.violations.iter().any(|v| v.field == spot.path);
            // The days of a length are a number: leaving them out is saying 0, which is no length.
            let reasons: Vec<Reason> = batch.violations.iter().map(|v| v.reason).collect();
            assert!(refused, "{} is required, but the faults are {:?}", spot.path, batch.violations);
            assert!(reasons.contains(&Reason::FieldRequired) || spot.field.name() == "days", "{reasons:?}");
            walked.insert(spot.field.full_name().to_owned());
        }
    }
    let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("our own descriptors");
    let record = pool.get_message_by_name("armistice.v1.Record").expect("our record");
    let mut expected = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![record];
    while let Some(message) = waiting.pop() {
        if !seen.insert(message.full_name().to_owned()) {
            continue;
        }
        for field in message.fields() {
            if behaves(&field, Behavior::Required) {
                expected.insert(field.full_name().to_owned());
            }
            if let prost_reflect::Kind::Message(inner) = field.kind() {
                waiting.push(inner);
            }
        }
    }
    assert!(expected.len() > 50, "only {}", expected.len());
    assert_eq!(walked, expected, "every required field was met");
}

#[test]
fn what_is_output_only_is_passed_over() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..50 {
        let mut revision = samples::revision().new_tree(&mut runner).expect("a revision").current();
        revision.known = Known::Never;
        let (mut message, record) = as_record(&revision);
        let before = decoded(vec![record]);
        let fields: Vec<FieldDescriptor> = message.descriptor().fields().collect();
        let output: Vec<&FieldDescriptor> = fields.iter().filter(|f| behaves(f, Behavior::OutputOnly)).collect();
        assert_eq!(output.len(), 6);
        for field in output {
            message.clear_field(field);
        }
        let after = decoded(vec![message.transcode_to().expect("our own message")]);
        assert_eq!(before.violations, after.violations);
        assert_eq!(before.items[0].draft, after.items[0].draft);
    }
}
