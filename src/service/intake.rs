//! How a batch comes in, whichever call brings it: its dossier is found, its records are decoded, its repetition is made harmless.

use std::sync::Arc;

use tonic::Status;

use crate::access::Principal;
use crate::domain::batch::Batch;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::DossierId;
use crate::wire::{decode, pb, status};

use super::call;
use super::dossiers::{Dossiers, Open, Submission};
use super::request;

/// The most records of a batch.
pub const BATCH_MAX: usize = 1000;

/// What a dossier's writer is to be handed, and the dossier. Faults that the writer can judge together with its own go along.
pub(super) async fn submission(
    dossiers: &Dossiers,
    request: pb::AppendRecordsRequest,
    principal: &Principal,
) -> Result<(Arc<Open>, Submission), Status> {
    let id = call::dossier_id(&request.parent, "parent").map_err(|fault| status::refused(vec![fault]))?;
    let open = dossiers.get(&id).await.map_err(|error| call::failed(error, "parent"))?;
    let pb::AppendRecordsRequest { parent, records, request_id, validate_only } = request;
    // What a repetition must say again.
    let asked = request::of_batch(&request_id, &parent, &records);
    if records.len() > BATCH_MAX {
        let what = format!("{} records are too many for a batch: at most {BATCH_MAX}", records.len());
        return Err(status::refused(vec![Violation::new("records", Reason::BatchTooLarge, what)]));
    }
    if records.is_empty() {
        let fault = Violation::new("records", Reason::FieldRequired, "is required: at least one record");
        return Err(status::refused(vec![fault]));
    }
    let mut batch = decoded(records, &id, &open);
    let request = asked.unwrap_or_else(|fault| {
        batch.violations.push(fault);
        None
    });
    Ok((open, Submission { batch, request, by: principal.id().to_owned(), validate_only, chain: None }))
}

fn decoded(records: Vec<pb::Record>, dossier: &DossierId, open: &Open) -> Batch {
    let mut new_id = || uuid::Uuid::new_v4().simple().to_string();
    decode::batch(records, &mut decode::Context { dossier, zone: &open.dossier.zone, new_id: &mut new_id })
}
