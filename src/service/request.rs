//! Request identifiers: what makes repeating a write harmless.

use prost::Message;
use sha2::{Digest, Sha256 as Hasher};

use crate::domain::fault::{Reason, Violation};
use crate::log::{RequestId, Sha256};

/// Reads a request's identifier, with the hash of everything else it says. `body` is the request without its identifier.
pub(super) fn of(request_id: &str, body: &impl Message) -> Result<Option<(RequestId, Sha256)>, Violation> {
    if request_id.is_empty() {
        return Ok(None);
    }
    match uuid::Uuid::parse_str(request_id) {
        Ok(id) => Ok(Some((*id.as_bytes(), Hasher::digest(body.encode_to_vec()).into()))),
        Err(_) => {
            let what = "is no UUID, such as \"8f7a1c1e-6b0e-4a39-9f0b-3c1d2e4f5a6b\"";
            Err(Violation::new("request_id", Reason::ValueOutOfRange, what))
        }
    }
}
