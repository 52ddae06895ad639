//! The descriptors of the API as the command line uses them: to read and write the proto3 JSON mapping, and to know
//! what a field refers to.

use std::sync::LazyLock;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage, MessageDescriptor};

use crate::wire::pb;

static POOL: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the build's own descriptor set decodes"));

/// All descriptors of `armistice.v1` and of what it imports.
pub(super) fn pool() -> &'static DescriptorPool {
    &POOL
}

/// The descriptor of one message of `armistice.v1`, such as `Record`.
pub(super) fn message(name: &str) -> MessageDescriptor {
    pool().get_message_by_name(&format!("armistice.v1.{name}")).expect("the message is one of ours")
}

/// A message in the proto3 JSON mapping; `name` is its own, such as `AssessResponse`.
pub(super) fn to_json(name: &str, of: &impl Message) -> String {
    serde_json::to_string_pretty(&dynamic(name, of)).expect("every message of ours has a JSON form")
}

/// The same on one line, without a break at its end.
pub(super) fn to_line(name: &str, of: &impl Message) -> String {
    serde_json::to_string(&dynamic(name, of)).expect("every message of ours has a JSON form")
}

/// A message with its descriptor. Generated types know none, so it goes by way of the bytes.
pub(super) fn dynamic(name: &str, of: &impl Message) -> DynamicMessage {
    DynamicMessage::decode(message(name), of.encode_to_vec().as_slice()).expect("what we encode decodes")
}
