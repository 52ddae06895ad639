//! An append made ready to be written: everything that can be computed before the writer has it.

use bytes::Bytes;
use sha2::{Digest, Sha256 as Hasher};

use crate::log::{Append, Appended, DossierKey, Error, Request, Sha256};

/// What an append costs in memory beside its bytes; it also bounds how many small ones may wait.
const OVERHEAD_BYTES: usize = 1024;

/// An append with its hashes. They are computed where `append` is called, because there is only one writer.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) dossier: DossierKey,
    pub(super) expected_head: Option<u64>,
    /// Where the entries will be, if the head is the expected one.
    pub(super) range: Appended,
    pub(super) entries: Vec<(Bytes, Sha256)>,
    pub(super) request: Option<Request>,
    pub(super) seal: Sha256,
    pub(super) size_bytes: usize,
}

impl Prepared {
    pub(super) fn new(append: Append) -> Result<Prepared, Error> {
        append.validate()?;
        let size_bytes = append.size_bytes() + OVERHEAD_BYTES;
        let range = append.range_after(append.expected_head);
        let Append { dossier, expected_head, payloads, request } = append;
        let hashed = |payload: Bytes| {
            let hash = sha256(&payload);
            (payload, hash)
        };
        let entries: Vec<(Bytes, Sha256)> = payloads.into_iter().map(hashed).collect();
        let seal = seal(&dossier, range, request.as_ref(), entries.iter().map(|(_, hash)| hash));
        Ok(Prepared { dossier, expected_head, range, entries, request, seal, size_bytes })
    }
}

/// The hash that is stored with a payload.
pub(super) fn sha256(payload: &[u8]) -> Sha256 {
    Hasher::digest(payload).into()
}

/// The hash that holds an append together. Every part has a fixed length or says its own, so no two appends hash the same bytes.
pub(super) fn seal<'a>(
    dossier: &DossierKey,
    range: Appended,
    request: Option<&Request>,
    payload_hashes: impl IntoIterator<Item = &'a Sha256>,
) -> Sha256 {
    let mut hasher = Hasher::new();
    update_with_length(&mut hasher, dossier.as_str().as_bytes());
    hasher.update(range.first.to_be_bytes());
    hasher.update(range.last.to_be_bytes());
    match request {
        None => hasher.update([0]),
        Some(Request { id, body_sha256, answer }) => {
            hasher.update([1]);
            hasher.update(id);
            hasher.update(body_sha256);
            update_with_length(&mut hasher, answer);
        }
    }
    for hash in payload_hashes {
        hasher.update(hash);
    }
    hasher.finalize().into()
}

fn update_with_length(hasher: &mut Hasher, bytes: &[u8]) {
    hasher.update((bytes.len() as u64).to_be_bytes());
    hasher.update(bytes);
}
