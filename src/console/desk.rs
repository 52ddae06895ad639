//! The API as the pages ask it: in process, by the generated traits, and nothing of it that writes.

use std::pin::Pin;
use std::sync::Arc;

use jiff::Timestamp;
use tonic::{Request, Status};

use crate::wire::pb;
use pb::assessment_service_server::AssessmentService;
use pb::briefing_service_server::BriefingService;
use pb::dossier_service_server::DossierService;
use pb::record_service_server::RecordService;

/// An answer that is under way.
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Status>> + Send + 'a>>;

/// Declares the part of a service that pages ask, and that everything which serves it has that part.
macro_rules! asked_of {
    ($service:ident as $part:ident: $($call:ident($request:ident) -> $response:ident;)*) => {
        pub(super) trait $part: Send + Sync {
            $(fn $call(&self, request: Request<pb::$request>) -> Answer<'_, pb::$response>;)*
        }

        impl<S: $service> $part for S {
            $(fn $call(&self, request: Request<pb::$request>) -> Answer<'_, pb::$response> {
                Box::pin(async move { Ok(<S as $service>::$call(self, request).await?.into_inner()) })
            })*
        }
    };
}

asked_of! { DossierService as Dossiers:
    get_dossier(GetDossierRequest) -> GetDossierResponse;
    list_dossiers(ListDossiersRequest) -> ListDossiersResponse;
}
asked_of! { RecordService as Records:
    get_record(GetRecordRequest) -> GetRecordResponse;
    batch_get_records(BatchGetRecordsRequest) -> BatchGetRecordsResponse;
    list_records(ListRecordsRequest) -> ListRecordsResponse;
    list_revisions(ListRevisionsRequest) -> ListRevisionsResponse;
}
asked_of! { AssessmentService as Assessments:
    assess(AssessRequest) -> AssessResponse;
    tally(TallyRequest) -> TallyResponse;
    compare(CompareRequest) -> CompareResponse;
}

asked_of! { BriefingService as Briefings:
    compose_briefing(ComposeBriefingRequest) -> ComposeBriefingResponse;
    render_briefing(RenderBriefingRequest) -> RenderBriefingResponse;
}

/// What says which time it is.
type Clockwork = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Where pages ask.
#[derive(Clone)]
pub struct Desk {
    pub(super) dossiers: Arc<dyn Dossiers>,
    pub(super) records: Arc<dyn Records>,
    pub(super) assessments: Arc<dyn Assessments>,
    /// `None` at a server that composes none.
    pub(super) briefings: Option<Arc<dyn Briefings>>,
    /// Tells a day that is over from one that is not.
    pub(super) now: Clockwork,
}

impl Desk {
    /// A desk at which these services answer.
    pub fn new(
        dossiers: Arc<impl DossierService>,
        records: Arc<impl RecordService>,
        assessments: Arc<impl AssessmentService>,
        now: Clockwork,
    ) -> Desk {
        Desk { dossiers, records, assessments, briefings: None, now }
    }

    /// The same, with briefings.
    pub fn with_briefings(self, briefings: Arc<impl BriefingService>) -> Desk {
        Desk { briefings: Some(briefings), ..self }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Request as Asked, StatusCode, header};
    use http_body_util::BodyExt;
    use tonic::{Response, Streaming};
    use tower::Service;

    use super::*;
    use crate::domain::fault::{Reason, Violation};
    use crate::wire::status::refused;

    /// Lets one caller in and refuses all others, as an API with rights does.
    struct Guarded;

    /// Who asks, as the door of a server puts it beside a request.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct Visitor(&'static str);

    const LET_IN: Visitor = Visitor("a friend");

    impl Guarded {
        fn decide<Q, A>(&self, request: &Request<Q>, answer: A) -> Result<Response<A>, Status> {
            assert!(request.metadata().is_empty(), "what a request says of itself goes no further than the page");
            if request.extensions().get() == Some(&LET_IN) {
                return Ok(Response::new(answer));
            }
            Err(refused(vec![Violation::new("", Reason::NotPermitted, "the caller may not do this")]))
        }
    }

    /// Declares methods that decide and then answer with nothing but what is given.
    macro_rules! guarded {
        ($service:ident: $($call:ident($request:ident) -> $response:ident = $answer:expr;)*) => {
            #[tonic::async_trait]
            impl $service for Guarded {
                $(async fn $call(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                    self.decide(&request, $answer)
                })*
            }
        };
    }

    fn secret() -> pb::Dossier {
        pb::Dossier { name: "dossiers/d".into(), display_name: "The secret talks".into(), ..Default::default() }
    }

    guarded! { DossierService:
        create_dossier(CreateDossierRequest) -> CreateDossierResponse = Default::default();
        get_dossier(GetDossierRequest) -> GetDossierResponse =
            pb::GetDossierResponse { dossier: Some(secret()), read_at: "token".into() };
        list_dossiers(ListDossiersRequest) -> ListDossiersResponse =
            pb::ListDossiersResponse { dossiers: vec![secret()], next_page_token: String::new() };
    }
    guarded! { AssessmentService:
        assess(AssessRequest) -> AssessResponse = Default::default();
        tally(TallyRequest) -> TallyResponse = Default::default();
        compare(CompareRequest) -> CompareResponse = Default::default();
        list_inconsistencies(ListInconsistenciesRequest) -> ListInconsistenciesResponse = Default::default();
        assess_obligations(AssessObligationsRequest) -> AssessObligationsResponse = Default::default();
    }

    /// As `guarded`, for the service that has a stream.
    macro_rules! guarded_records {
        ($($call:ident($request:ident) -> $response:ident;)*) => {
            #[tonic::async_trait]
            impl RecordService for Guarded {
                type ImportRecordsStream = tokio_stream::Empty<Result<pb::ImportRecordsResponse, Status>>;

                async fn import_records(
                    &self,
                    request: Request<Streaming<pb::ImportRecordsRequest>>,
                ) -> Result<Response<Self::ImportRecordsStream>, Status> {
                    self.decide(&request, tokio_stream::empty())
                }

                $(async fn $call(&self, request: Request<pb::$request>) -> Result<Response<pb::$response>, Status> {
                    self.decide(&request, Default::default())
                })*
            }
        };
    }
    guarded_records! {
        append_records(AppendRecordsRequest) -> AppendRecordsResponse;
        get_record(GetRecordRequest) -> GetRecordResponse;
        batch_get_records(BatchGetRecordsRequest) -> BatchGetRecordsResponse;
        list_records(ListRecordsRequest) -> ListRecordsResponse;
        list_revisions(ListRevisionsRequest) -> ListRevisionsResponse;
        list_classes(ListClassesRequest) -> ListClassesResponse;
    }

    async fn page(path: &str, visitor: Option<Visitor>) -> (StatusCode, String) {
        let guarded = Arc::new(Guarded);
        let desk = Desk::new(guarded.clone(), guarded.clone(), guarded, Arc::new(|| Timestamp::UNIX_EPOCH));
        let mut request = Asked::get(path).header(header::AUTHORIZATION, "Bearer let-me-in");
        if let Some(visitor) = visitor {
            request = request.extension(visitor);
        }
        let answer = crate::console::pages(desk).call(request.body(Body::empty()).expect("a request")).await;
        let answer = answer.expect("pages always answer");
        let status = answer.status();
        let body = answer.into_body().collect().await.expect("a whole page").to_bytes();
        (status, String::from_utf8(body.to_vec()).expect("a page is text"))
    }

    #[tokio::test]
    async fn what_the_api_refuses_its_caller_is_on_no_page() {
        for path in [
            "/",
            "/dossiers/d",
            "/dossiers/d/incidents/v1",
            "/dossiers/d/compare",
            "/dossiers/d/draft",
            "/dossiers/d/records",
            "/dossiers/d/records/actors/a",
        ] {
            for stranger in [None, Some(Visitor("a stranger"))] {
                let (status, body) = page(path, stranger).await;
                assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
                assert!(!body.contains("secret") && body.contains("You have no role"), "{path}: {body}");
            }
        }
    }

    #[tokio::test]
    async fn who_asks_for_a_page_is_who_asks_the_api() {
        for path in ["/", "/dossiers/d", "/dossiers/d/records"] {
            let (status, body) = page(path, Some(LET_IN)).await;
            assert_eq!(status, StatusCode::OK, "{path}");
            assert!(body.contains("The secret talks"), "{path}");
        }
    }

    #[tokio::test]
    async fn a_server_that_composes_no_briefings_says_so() {
        let (status, body) = page("/dossiers/d/briefing?date=2025-03-19", Some(LET_IN)).await;
        assert_eq!(status, StatusCode::NOT_IMPLEMENTED);
        assert!(body.contains("composes no briefings") && !body.contains("/briefing\">"), "{body}");
    }
}
