//! `DossierService`: decode, decide, do, encode.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use crate::access::Grant;
use crate::domain::fault::{Reason, Violation};
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
        let (principal, request) = call::asked(request)?;
        call::may_create(&principal)?;
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
        let (principal, pb::GetDossierRequest { name, consistency }) = call::asked(request)?;
        let open = call::open(&self.dossiers, &principal, &name, "name").await?;
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
        let (principal, pb::ListDossiersRequest { page_size, page_token }) = call::asked(request)?;
        let size = call::page_size(page_size).map_err(|fault| vec![fault]);
        let damaged =
            |error: token::TokenError| vec![Violation::new("page_token", Reason::TokenInvalid, error.to_string())];
        let after = match page_token.as_str() {
            "" => Ok(None),
            text => token::dossier_after(text).map(Some).map_err(damaged),
        };
        let (size, after) = call::together(size, after).map_err(status::refused)?;
        let all = self.dossiers.list(&principal).map_err(|error| call::failed(error, ""))?;
        let is_after = |grant: &Grant| after.as_ref().is_none_or(|after| grant.dossier().as_str() > after.as_str());
        let mut rest = all.into_iter().filter(is_after);
        let mut dossiers = Vec::new();
        for grant in rest.by_ref().take(size) {
            dossiers.push(self.dossiers.describe(&grant).map_err(|error| call::failed(error, ""))?);
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
