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
