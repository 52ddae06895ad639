//! `AssessmentService`: decode, decide, do, encode.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use crate::domain::fault::Violation;
use crate::view::assess::{Docket, Question, coverage};
use crate::view::compare::{self, comparisons, pair_tables};
use crate::view::inconsistency::inconsistencies;
use crate::view::obligations::Obligations;
use crate::view::records::Clock;
use crate::view::snapshot::Snapshot;
use crate::view::tally::tally;
use crate::wire::decode::assessment::{Asked, groups, obligations as read_obligations, question};
use crate::wire::encode::assessment as write;
use crate::wire::{encode, instant, pb, status, token};

use super::aside::Aside;
use super::call::{self, Page};
use super::dossiers::{Dossiers, Open};

/// Serves verdicts.
pub(super) struct AssessmentService {
    dossiers: Arc<Dossiers>,
    /// How many assessments may be computed at a time; others wait, each in its own call.
    aside: Aside,
}

impl AssessmentService {
    pub(super) fn new(dossiers: Arc<Dossiers>) -> AssessmentService {
        AssessmentService { dossiers, aside: Aside::new() }
    }

    /// Runs a long computation where it keeps nobody else waiting.
    async fn aside<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Vec<Violation>> + Send + 'static,
    ) -> Result<Response<T>, Status> {
        self.aside.run(work).await?.map(Response::new).map_err(status::refused)
    }
}

/// A question that is ready to be answered away from the threads that serve calls.
struct Prepared {
    open: Arc<Open>,
    page: Page,
    clock: Clock,
    question: Question,
}

impl Prepared {
    fn snapshot(&self) -> Arc<Snapshot> {
        self.open.snapshot(self.clock)
    }

    fn context(&self) -> encode::Context<'_> {
        encode::Context { dossier: &self.open.dossier.id, zone: &self.open.dossier.zone }
    }

    fn read_at(&self) -> String {
        token::read_at(&self.open.log_id, self.clock.at)
    }
}

/// Gathers what every assessment call needs, naming every fault of the request at once.
async fn prepare(
    open: Arc<Open>,
    page: Result<Page, Vec<Violation>>,
    consistency: Option<pb::Consistency>,
    asked: Asked,
) -> Result<Prepared, Vec<Violation>> {
    let question = question(asked, &open.dossier.id, &open.dossier.zone);
    let (question, (page, clock)) = call::together(question, call::page_and_clock(&open, page, consistency).await)?;
    Ok(Prepared { open, page, clock, question })
}

#[tonic::async_trait]
impl pb::assessment_service_server::AssessmentService for AssessmentService {
    async fn assess(&self, request: Request<pb::AssessRequest>) -> Result<Response<pb::AssessResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let open = call::open(&self.dossiers, &principal, &request.parent, "parent").await?;
        let arguments = pb::AssessRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let page = Page::open(request.page_size, &request.page_token, &arguments, &open.log_id);
        let pb::AssessRequest { incidents, filter, readings, bases, explain, consistency, .. } = request;
        let asked = Asked { incidents, filter, readings, bases };
        let prepared = prepare(open, page, consistency, asked).await.map_err(status::refused)?;
        self.aside(move || {
            let snapshot = prepared.snapshot();
            let docket = Docket::new(&prepared.question, &snapshot)?;
            let context = prepared.context();
            let items = docket
                .assessments(prepared.page.start())
                .map(|(cursor, item)| (cursor as u64, write::assessment(&item, &snapshot, explain, &context)));
            let (assessments, next_page_token) = prepared.page.fill(items, prepared.clock.at, &prepared.open.log_id);
            Ok(pb::AssessResponse {
                assessments,
                readings: docket.readings.iter().map(|r| write::applied_reading(r, &context)).collect(),
                counted: Some(write::counted(&docket, &context)),
                next_page_token,
                read_at: prepared.read_at(),
            })
        })
        .await
    }

    async fn tally(&self, request: Request<pb::TallyRequest>) -> Result<Response<pb::TallyResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let open = call::open(&self.dossiers, &principal, &request.parent, "parent").await?;
        let arguments = pb::TallyRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let page = Page::open(request.page_size, &request.page_token, &arguments, &open.log_id);
        let pb::TallyRequest { filter, readings, bases, group_by, time_zone, consistency, .. } = request;
        let grouped = groups(group_by, &time_zone, &open.dossier.id, &open.dossier.zone);
        let asked = Asked { incidents: Vec::new(), filter, readings, bases };
        let (grouped, prepared) =
            call::together(grouped, prepare(open, page, consistency, asked).await).map_err(status::refused)?;
        self.aside(move || {
            let snapshot = prepared.snapshot();
            let docket = Docket::new(&prepared.question, &snapshot)?;
            let context = prepared.context();
            let (group_by, zone) = &grouped;
            let rows = tally(&docket, &prepared.question.filter, group_by, zone);
            let items = rows.iter().enumerate().skip(prepared.page.start());
            let items = items.map(|(i, row)| (i as u64, write::tally_row(row, &docket.readings, &context)));
            let (rows, next_page_token) = prepared.page.fill(items, prepared.clock.at, &prepared.open.log_id);
            let coverage = coverage(&prepared.question.filter, &snapshot);
            Ok(pb::TallyResponse {
                rows,
                readings: docket.readings.iter().map(|r| write::applied_reading(r, &context)).collect(),
                counted: Some(write::counted(&docket, &context)),
                coverage: coverage.iter().map(|name| name.full(&prepared.open.dossier.id)).collect(),
                next_page_token,
                read_at: prepared.read_at(),
            })
        })
        .await
    }

    async fn compare(&self, request: Request<pb::CompareRequest>) -> Result<Response<pb::CompareResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let open = call::open(&self.dossiers, &principal, &request.parent, "parent").await?;
        let arguments = pb::CompareRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let page = Page::open(request.page_size, &request.page_token, &arguments, &open.log_id);
        let pb::CompareRequest { incidents, filter, readings, bases, consistency, .. } = request;
        let asked = Asked { incidents, filter, readings, bases };
        let prepared = prepare(open, page, consistency, asked).await.map_err(status::refused)?;
        self.aside(move || {
            let snapshot = prepared.snapshot();
            let docket = Docket::new(&prepared.question, &snapshot)?;
            compare::check(&docket)?;
            let context = prepared.context();
            let items = comparisons(&docket, prepared.page.start())
                .map(|(cursor, item)| (cursor as u64, write::comparison(&item, &docket.readings, &context)));
            let (comparisons, next_page_token) = prepared.page.fill(items, prepared.clock.at, &prepared.open.log_id);
            let pairs = pair_tables(&docket);
            Ok(pb::CompareResponse {
                comparisons,
                pairs: pairs.iter().map(|t| write::pair_table(t, &docket.readings, &context)).collect(),
                readings: docket.readings.iter().map(|r| write::applied_reading(r, &context)).collect(),
                counted: Some(write::counted(&docket, &context)),
                next_page_token,
                read_at: prepared.read_at(),
            })
        })
        .await
    }

    async fn list_inconsistencies(
        &self,
        request: Request<pb::ListInconsistenciesRequest>,
    ) -> Result<Response<pb::ListInconsistenciesResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let open = call::open(&self.dossiers, &principal, &request.parent, "parent").await?;
        let arguments = pb::ListInconsistenciesRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let page = Page::open(request.page_size, &request.page_token, &arguments, &open.log_id);
        let pb::ListInconsistenciesRequest { incidents, filter, readings, consistency, .. } = request;
        let asked = Asked { incidents, filter, readings, bases: Vec::new() };
        let prepared = prepare(open, page, consistency, asked).await.map_err(status::refused)?;
        self.aside(move || {
            let snapshot = prepared.snapshot();
            let found = inconsistencies(&prepared.question, &snapshot)?;
            let context = prepared.context();
            let items = found.iter().enumerate().skip(prepared.page.start());
            let items = items.map(|(i, item)| (i as u64, write::inconsistency(item, &snapshot, &context)));
            let (inconsistencies, next_page_token) =
                prepared.page.fill(items, prepared.clock.at, &prepared.open.log_id);
            Ok(pb::ListInconsistenciesResponse { inconsistencies, next_page_token, read_at: prepared.read_at() })
        })
        .await
    }

    async fn assess_obligations(
        &self,
        request: Request<pb::AssessObligationsRequest>,
    ) -> Result<Response<pb::AssessObligationsResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let open = call::open(&self.dossiers, &principal, &request.parent, "parent").await?;
        let arguments = pb::AssessObligationsRequest { page_size: 0, page_token: String::new(), ..request.clone() };
        let page = Page::open(request.page_size, &request.page_token, &arguments, &open.log_id);
        let pb::AssessObligationsRequest { readings, as_of_time, consistency, .. } = request;
        let asked = read_obligations(readings, as_of_time, &open.dossier.id, &open.dossier.zone);
        let settled = call::page_and_clock(&open, page, consistency).await;
        let ((choice, as_of_time), (page, clock)) = call::together(asked, settled).map_err(status::refused)?;
        self.aside(move || {
            let snapshot = open.snapshot(clock);
            let obligations = Obligations::new(&choice, as_of_time, open.dossier.create_time, &snapshot)?;
            let context = encode::Context { dossier: &open.dossier.id, zone: &open.dossier.zone };
            let items = obligations.readings.iter().enumerate().skip(page.start());
            let items =
                items.map(|(i, reading)| (i as u64, write::obligation(reading, &obligations.assess(i), &context)));
            let (judged, next_page_token) = page.fill(items, clock.at, &open.log_id);
            Ok(pb::AssessObligationsResponse {
                obligations: judged,
                readings: obligations.readings.iter().map(|r| write::applied_reading(r, &context)).collect(),
                as_of_time: Some(instant::write(obligations.as_of_time)),
                next_page_token,
                read_at: token::read_at(&open.log_id, clock.at),
            })
        })
        .await
    }
}
