//! Messages from their JSON mapping, as a case file or `grpcurl` writes them.

use std::sync::LazyLock;

use armistice::wire::pb;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the build's own descriptors"));

pub(crate) fn pool() -> &'static DescriptorPool {
    &POOL
}

/// A message of `armistice.v1`.
pub(crate) fn descriptor(name: &str) -> MessageDescriptor {
    POOL.get_message_by_name(&format!("armistice.v1.{name}")).unwrap_or_else(|| panic!("no message {name}"))
}

/// Reads a message; `name` is its own within `armistice.v1`.
pub(crate) fn message<M: prost::Message + Default>(name: &str, json: &str) -> M {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let message = DynamicMessage::deserialize(descriptor(name), &mut deserializer)
        .unwrap_or_else(|fault| panic!("{fault} in {json}"));
    deserializer.end().unwrap_or_else(|fault| panic!("{fault} in {json}"));
    message.transcode_to().expect("the same message")
}

/// Reads a list of records.
pub(crate) fn records(list: &str) -> Vec<pb::Record> {
    let request: pb::AppendRecordsRequest = message("AppendRecordsRequest", &format!("{{\"records\": {list}}}"));
    request.records
}
