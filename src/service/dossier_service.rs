//! `DossierService`: decode, decide, do, encode.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use crate::access::Action;
use crate::domain::fault::{Reason, Violation};
use crate::domain::record::Classification;
use crate::wire::{decode, encode, pb, status, token};

use super::call;
use super::calls;
use super::dossiers::Dossiers;
use super::request;

/// Serves dossiers.
pub(super) struct DossierService {
    dossiers: Arc<Dossiers>,
}

impl DossierService {
    pub(super) fn new(dossiers: Arc<Dossiers>) -> DossierService {
        DossierService { dossiers }
    }
}

#[tonic::async_trait]
impl pb::dossier_service_server::DossierService for DossierService {
    async fn create_dossier(
        &self,
        request: Request<pb::CreateDossierRequest>,
    ) -> Result<Response<pb::CreateDossierResponse>, Status> {
        let request = request.into_inner();
        call::permit(Action::Create)?;
        let asked = request::of(
            &request.request_id,
            &pb::CreateDossierRequest { request_id: String::new(), ..request.clone() },
        );
        let pb::CreateDossierRequest { dossier_id, dossier, request_id: _ } = request;
        let dossier = decode::new_dossier(&dossier_id, dossier, self.dossiers.now());
        let (dossier, asked) = match (dossier, asked) {
            (Ok(dossier), Ok(asked)) => (dossier, asked),
            (dossier, asked) => {
                let faults = dossier.err().unwrap_or_default().into_iter().chain(asked.err());
                return Err(status::refused(faults.collect()));
            }
        };
        let open = self.dossiers.create(dossier, asked).await.map_err(|error| call::failed(error, "dossier_id"))?;
        calls::at_position(0);
        Ok(Response::new(pb::CreateDossierResponse {
            dossier: Some(encode::dossier(&open.dossier)),
            read_at: token::read_at(&open.log_id, 0),
        }))
    }

    async fn get_dossier(
        &self,
        request: Request<pb::GetDossierRequest>,
    ) -> Result<Response<pb::GetDossierResponse>, Status> {
        let pb::GetDossierRequest { name, consistency } = request.into_inner();
        let open = call::open(&self.dossiers, &name, "name").await?;
        let clock = call::clock(&open, consistency).await.map_err(status::refused)?;
        Ok(Response::new(pb::GetDossierResponse {
            dossier: Some(encode::dossier(&open.dossier)),
            read_at: token::read_at(&open.log_id, clock.at),
        }))
    }

    async fn list_dossiers(
        &self,
        request: Request<pb::ListDossiersRequest>,
    ) -> Result<Response<pb::ListDossiersResponse>, Status> {
        let pb::ListDossiersRequest { page_size, page_token } = request.into_inner();
        call::permit(Action::Read(Classification::Public))?;
        let size = call::page_size(page_size).map_err(|fault| vec![fault]);
        let damaged =
            |error: token::TokenError| vec![Violation::new("page_token", Reason::TokenInvalid, error.to_string())];
        let after = match page_token.as_str() {
            "" => Ok(None),
            text => token::dossier_after(text).map(Some).map_err(damaged),
        };
        let (size, after) = call::together(size, after).map_err(status::refused)?;
        let all = self.dossiers.list().map_err(|error| call::failed(error, ""))?;
        let mut rest = all.into_iter().filter(|id| after.as_ref().is_none_or(|after| id.as_str() > after.as_str()));
        let mut dossiers = Vec::new();
        for id in rest.by_ref().take(size) {
            dossiers.push(self.dossiers.describe(&id).map_err(|error| call::failed(error, ""))?);
        }
        let more = rest.next().is_some();
        let next_page_token = match dossiers.last() {
            Some(last) if more => token::after_dossier(last.id.as_str()),
            _ => String::new(),
        };
        let dossiers = dossiers.iter().map(encode::dossier).collect();
        Ok(Response::new(pb::ListDossiersResponse { dossiers, next_page_token }))
    }
}
