//! How a batch comes in, whichever call brings it: leave is asked for, its dossier is found, its records are decoded, its repetition
//! is made harmless.

use std::sync::Arc;

use tonic::Status;

use crate::access::{self, Action, Decision, Grant, Principal, Resource};
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
    let grant = leave(principal, &id, &request.records)?;
    let open = dossiers.get(&grant).await.map_err(|error| call::failed(error, "parent"))?;
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

/// Leave to append these records to the dossier, or the refusal of every one of them that is not the principal's to add. Nothing is
/// looked up for it, a request id neither: who repeats what was stored needs the same leave as who stores it.
fn leave(principal: &Principal, id: &DossierId, records: &[pb::Record]) -> Result<Grant, Status> {
    let may = |action| access::decide(principal, action, Resource::Dossier(id)) == Decision::Allow;
    // A bit for each collection that was asked about and is the principal's to add to: a batch has a thousand records and a few of these.
    let mut allowed = 0_u32;
    let mut faults = Vec::new();
    // Of a batch that is too long to be taken the rest need not be judged.
    for (index, record) in records.iter().enumerate().take(BATCH_MAX) {
        let refused = decode::collections(record).find(|collection| {
            let bit = 1 << (*collection as u32);
            if allowed & bit == 0 && may(Action::AppendTo(*collection)) {
                allowed |= bit;
            }
            allowed & bit == 0
        });
        if let Some(collection) = refused {
            let suffices = access::suffices(Action::AppendTo(collection));
            let roles: Vec<&str> = suffices.iter().map(|role| role.word()).collect();
            let what =
                format!("the caller may not add to {collection}: that takes one of the roles {}", roles.join(", "));
            faults.push(Violation::new(format!("records[{index}]"), Reason::NotPermitted, what));
        }
    }
    if !faults.is_empty() {
        return Err(status::refused(faults));
    }
    call::leave(principal, Action::Append, id, "parent")
}

fn decoded(records: Vec<pb::Record>, dossier: &DossierId, open: &Open) -> Batch {
    let mut new_id = || uuid::Uuid::new_v4().simple().to_string();
    decode::batch(records, &mut decode::Context { dossier, zone: &open.dossier.zone, new_id: &mut new_id })
}
