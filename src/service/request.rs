//! Request identifiers: what makes repeating a write harmless.

use prost::Message;
use sha2::{Digest, Sha256 as Hasher};

use crate::domain::fault::{Reason, Violation};
use crate::log::{RequestId, Sha256};
use crate::wire::pb;

/// Reads a request's identifier, with the hash of everything else it says. `body` is the request without its identifier.
pub(super) fn of(request_id: &str, body: &impl Message) -> Result<Option<(RequestId, Sha256)>, Violation> {
    read(request_id, || Hasher::digest(body.encode_to_vec()).into())
}

/// The same of a batch: the hash is that of the message, but the message is never there as a whole.
pub(super) fn of_batch(
    request_id: &str,
    parent: &str,
    records: &[pb::Record],
) -> Result<Option<(RequestId, Sha256)>, Violation> {
    read(request_id, || {
        let mut hasher = Hasher::new();
        hasher.update(pb::AppendRecordsRequest { parent: parent.to_owned(), ..Default::default() }.encode_to_vec());
        let mut bytes = Vec::new();
        for record in records {
            bytes.clear();
            bytes.push(RECORDS_TAG);
            prost::encode_length_delimiter(record.encoded_len(), &mut bytes).expect("a vector grows");
            record.encode_raw(&mut bytes);
            hasher.update(&bytes);
        }
        hasher.finalize().into()
    })
}

/// How a record begins in `AppendRecordsRequest.records`: the field's number, and that a length follows.
const RECORDS_TAG: u8 = 2 << 3 | 2;

fn read(request_id: &str, hash: impl FnOnce() -> Sha256) -> Result<Option<(RequestId, Sha256)>, Violation> {
    if request_id.is_empty() {
        return Ok(None);
    }
    match uuid::Uuid::parse_str(request_id) {
        Ok(id) => Ok(Some((*id.as_bytes(), hash()))),
        Err(_) => {
            let what = "is no UUID, such as \"8f7a1c1e-6b0e-4a39-9f0b-3c1d2e4f5a6b\"";
            Err(Violation::new("request_id", Reason::ValueOutOfRange, what))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_hashed_as_the_message_that_it_is() {
        let id = "8f7a1c1e-6b0e-4a39-9f0b-3c1d2e4f5a6b";
        let record =
            |reason: &str| pb::Record { name: "actors/a".to_owned(), reason: reason.to_owned(), ..Default::default() };
        for records in [vec![], vec![pb::Record::default()], vec![record(""), record(&"r".repeat(300)), record("s")]] {
            for parent in ["", "dossiers/d"] {
                let whole = pb::AppendRecordsRequest {
                    parent: parent.to_owned(),
                    records: records.clone(),
                    ..Default::default()
                };
                let (found, expected) = (of_batch(id, parent, &records), of(id, &whole));
                assert!(matches!(found, Ok(Some(_))), "{found:?}");
                assert_eq!(found, expected, "{} records", records.len());
            }
        }
    }
}
