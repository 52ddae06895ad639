//! Cuts ordered records into batches that the server takes, each with a request id that follows from what is in it.

use std::collections::HashSet;
use std::ops::Range;

use prost::Message;
use sha2::{Digest, Sha256};

use crate::wire::pb;

/// The server's own limit.
pub const RECORDS_MAX: usize = 1_000;

/// Below the server's 4 MiB, so that the frame around the records fits too.
pub const SIZE_BYTES_MAX: usize = 3_670_016;

/// Where to cut: no batch over a limit, and no name twice in one. `names` are relative; empty: assigned by the server.
pub fn cut(names: &[&str], sizes_bytes: &[usize], records_max: usize, size_bytes_max: usize) -> Vec<Range<usize>> {
    let mut batches = Vec::new();
    let mut start = 0;
    let mut held_bytes = 0;
    let mut held_names = HashSet::new();
    for (index, (name, size_bytes)) in names.iter().zip(sizes_bytes).enumerate() {
        let is_revision = !name.is_empty() && held_names.contains(name);
        let is_full = index - start >= records_max || held_bytes + size_bytes > size_bytes_max;
        if index > start && (is_revision || is_full) {
            batches.push(start..index);
            start = index;
            held_bytes = 0;
            held_names.clear();
        }
        held_bytes += size_bytes;
        held_names.insert(*name);
    }
    if start < names.len() {
        batches.push(start..names.len());
    }
    batches
}

/// What a record takes in a request.
pub fn size_bytes(record: &pb::Record) -> usize {
    // Its bytes, the field's tag, and a length of at most ten bytes.
    record.encoded_len() + 11
}

/// Makes requests of batches, and gives them their request ids.
#[derive(Debug)]
pub struct Numbering {
    parent: String,
    before: String,
}

impl Numbering {
    /// For batches to a dossier, `dossiers/{id}`.
    pub fn of(parent: &str) -> Numbering {
        Numbering { parent: parent.to_owned(), before: String::new() }
    }

    /// The request of the next batch. Its id follows from all that came before it, so that repeating an import is harmless, while two
    /// equal batches of one import are two.
    pub fn request(&mut self, records: Vec<pb::Record>) -> pb::AppendRecordsRequest {
        let parent = self.parent.clone();
        let request = pb::AppendRecordsRequest { parent, records, request_id: String::new(), validate_only: false };
        self.before = request_id(&self.before, &request);
        pb::AppendRecordsRequest { request_id: self.before.clone(), ..request }
    }
}

/// The same for the same request after the same one before it.
pub fn request_id(before: &str, request: &impl Message) -> String {
    let hash = Sha256::new().chain_update(before).chain_update(request.encode_to_vec()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    // Version 8: made by a rule of our own.
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &[&str], sizes_bytes: &[usize], expected: &[Range<usize>]) {
        assert_eq!(cut(names, sizes_bytes, 3, 100), expected);
    }

    #[test]
    fn a_batch_ends_before_a_limit_and_before_a_name_comes_again() {
        check(&[], &[], &[]);
        check(&["a", "b", "c", "d"], &[1, 1, 1, 1], &[0..3, 3..4]);
        check(&["a", "b", "c"], &[60, 40, 1], &[0..2, 2..3]);
        check(&["a", "b", "c"], &[1, 500, 1], &[0..1, 1..2, 2..3]);
        check(&["a", "b", "a", "a"], &[1, 1, 1, 1], &[0..2, 2..3, 3..4]);
        check(&["", "", "", ""], &[1, 1, 1, 1], &[0..3, 3..4]);
    }

    #[test]
    fn a_request_id_follows_from_the_request_and_the_one_before() {
        let request = |parent: &str| pb::AppendRecordsRequest { parent: parent.into(), ..Default::default() };
        let request_id = |before: &str, parent: &str| request_id(before, &request(parent));
        let id = request_id("", "dossiers/a");
        assert_eq!(uuid::Uuid::parse_str(&id).map(|id| id.get_version_num()), Ok(8));
        assert_eq!(id, request_id("", "dossiers/a"));
        assert_ne!(id, request_id("", "dossiers/b"));
        assert_ne!(id, request_id(&id, "dossiers/a"));
    }
}
