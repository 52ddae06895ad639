//! What the tests of the answers share: the case, a dossier in process, a server, and one way to ask any of them.
#![allow(dead_code, reason = "each test binary uses a part of it")]

pub(crate) mod ask;
pub(crate) mod case;
pub(crate) mod room;
pub(crate) mod served;
pub(crate) mod ways;

use prost::Message;
use prost_reflect::{DescriptorPool, DynamicMessage};

use armistice::wire::pb;

/// The descriptors of the API.
pub(crate) fn pool() -> &'static DescriptorPool {
    static POOL: std::sync::OnceLock<DescriptorPool> = std::sync::OnceLock::new();
    POOL.get_or_init(|| DescriptorPool::decode(pb::FILE_DESCRIPTOR_SET).expect("the descriptors decode"))
}

/// Reads a message from its JSON mapping.
pub(crate) fn from_json<M: Message + Default>(message: &str, json: &serde_json::Value) -> Result<M, String> {
    let name = format!("armistice.v1.{message}");
    let descriptor = pool().get_message_by_name(&name).expect("a message of the API");
    let read = DynamicMessage::deserialize(descriptor, json).map_err(|fault| format!("{fault}: {json}"))?;
    M::decode(read.encode_to_vec().as_slice()).map_err(|fault| fault.to_string())
}

/// An instant on the wire.
pub(crate) fn instant(text: &str) -> prost_types::Timestamp {
    let instant: jiff::Timestamp = text.parse().expect("an instant");
    armistice::wire::instant::write(instant)
}
