//! The rules of reading, as tables: what is sent, and each fault as `path REASON`.

mod envelope;
mod reading;
mod required;
mod rules;
mod times;
mod values;

use prost_reflect::{DescriptorPool, DynamicMessage};

use super::{Context, batch};
use crate::domain::batch::Batch;
use crate::domain::name::DossierId;
use crate::domain::time::Zone;
use crate::wire::pb;

/// Reads a message from its JSON mapping, as a case file or `grpcurl` writes it.
pub(super) fn message<M: prost::Message + Default>(name: &str, json: &str) -> M {
    let pool = DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("our own descriptors");
    let descriptor = pool.get_message_by_name(name).expect("one of ours");
    let mut json = serde_json::Deserializer::from_str(json);
    let message = DynamicMessage::deserialize(descriptor, &mut json).expect("the JSON mapping");
    message.transcode_to().expect("the same message")
}

pub(super) fn record(json: &str) -> pb::Record {
    message("armistice.v1.Record", json)
}

/// Reads a batch in the dossier `d`, whose zone is Kyiv's; new ids are `new-1`, `new-2` and so on.
pub(super) fn decoded(records: Vec<pb::Record>) -> Batch {
    let dossier = DossierId::parse("d").expect("an id");
    let zone = Zone::parse("Europe/Kyiv").expect("a zone");
    let mut made = 0;
    let mut new_id = || {
        made += 1;
        format!("new-{made}")
    };
    let mut context = Context { dossier: &dossier, zone: &zone, new_id: &mut new_id };
    batch(records, &mut context)
}

/// What a batch is refused for, without what is said about it.
pub(super) fn faults(batch: &Batch) -> Vec<String> {
    let fault = |v: &crate::domain::fault::Violation| format!("{} {}", v.field, v.reason.word());
    batch.violations.iter().map(fault).collect()
}

/// One record is refused for just these faults, in this order; for none: it is taken.
#[track_caller]
pub(super) fn check(json: &str, expected: &[&str]) {
    let batch = decoded(vec![record(json)]);
    assert_eq!(faults(&batch), expected, "{json}");
    assert_eq!(
        batch.items[0].draft.is_some(),
        expected.is_empty(),
        "a draft is there if and only if there is no fault: {json}"
    );
}

/// What is said about the first fault of a record.
pub(super) fn said(json: &str) -> String {
    let batch = decoded(vec![record(json)]);
    let first = batch.violations.first().expect("a fault");
    first.description.clone()
}
