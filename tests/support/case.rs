//! The worked case as the command line imports it: what opens its dossier, and batches in the order of import.

use std::path::PathBuf;

use armistice::cli::case::{Case as Read, DossierEntry};
use armistice::wire::pb;

/// The case as batches that can be appended one after the other.
pub(crate) struct Case {
    /// What `CreateDossier` is told.
    pub(crate) create: pb::CreateDossierRequest,
    /// What refers comes after what it refers to; a later revision of a name is in a later batch.
    pub(crate) batches: Vec<Vec<pb::Record>>,
}

/// The directory of the case.
pub(crate) fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases/energy-2025")
}

/// Reads the case.
pub(crate) fn read() -> Case {
    let read = Read::embedded();
    let DossierEntry { id, dossier } = read.dossier.clone().expect("the case says which dossier it is");
    let parent = format!("dossiers/{id}");
    let batches = read.batches(&parent).into_iter().map(|batch| batch.request.records).collect();
    let create = pb::CreateDossierRequest { dossier_id: id, dossier: Some(dossier), request_id: String::new() };
    Case { create, batches }
}
