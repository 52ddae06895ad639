//! `BriefingService`: decode, decide, do, encode.

use std::sync::Arc;

use prost::Message;
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status};

use crate::access::Principal;
use crate::brief::{Question, compose};
use crate::domain::fault::{Reason, Violation};
use crate::render::briefing::render;
use crate::view::records::Clock;
use crate::wire::decode::briefing::{Asked, Previous, briefing};
use crate::wire::encode::briefing as write;
use crate::wire::{encode, pb, status, token};

use super::call;
use super::dossiers::{ANSWER_SIZE_BYTES_MAX, Dossiers, Open};

/// Serves briefings.
pub(super) struct BriefingService {
    dossiers: Arc<Dossiers>,
    /// How many briefings may be composed at a time; others wait, each in its own call.
    places: Arc<Semaphore>,
}

/// A briefing that is ready to be composed away from the threads that serve calls.
struct Prepared {
    open: Arc<Open>,
    clock: Clock,
    previous: Option<Clock>,
    question: Question,
}

impl Prepared {
    fn compose(&self) -> Result<pb::Briefing, Vec<Violation>> {
        let snapshot = self.open.snapshot(self.clock);
        let previous = self.previous.map(|clock| self.open.snapshot(clock));
        let composed = compose(&self.open.dossier, &snapshot, previous.as_deref(), &self.question)?;
        let clocks = write::Clocks {
            now: self.clock,
            record_time: snapshot.record_time().unwrap_or(self.open.dossier.create_time),
            previous: self.previous,
        };
        let context = encode::Context { dossier: &self.open.dossier.id, zone: &self.open.dossier.zone };
        Ok(write::briefing(&composed, &self.question, &clocks, &context))
    }
}

impl BriefingService {
    /// As many briefings at a time as there are processors.
    pub(super) fn new(dossiers: Arc<Dossiers>) -> BriefingService {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        BriefingService { dossiers, places: Arc::new(Semaphore::new(processors)) }
    }

    /// Composes a briefing, and makes of it what is asked; also says where in the record it was read. `at` is the path of
    /// the question in the request, with a dot at its end if it is not the request itself.
    async fn composed<T: Send + 'static>(
        &self,
        principal: &Principal,
        request: pb::ComposeBriefingRequest,
        at: &'static str,
        make: impl FnOnce(pb::Briefing) -> T + Send + 'static,
    ) -> Result<(T, String), Status> {
        let refused = move |faults: Vec<Violation>| {
            let under = |fault: Violation| match fault.field.as_str() {
                "" => fault,
                field => Violation { field: format!("{at}{field}"), ..fault },
            };
            status::refused(faults.into_iter().map(under).collect())
        };
        let open = call::open(&self.dossiers, principal, &request.parent, &format!("{at}parent")).await?;
        let prepared = prepare(open, request).await.map_err(refused)?;
        let read_at = token::read_at(&prepared.open.log_id, prepared.clock.at);
        let place = self.places.clone().acquire_owned().await;
        let composed = tokio::task::spawn_blocking(move || {
            let _place = place;
            prepared.compose().map(make)
        });
        match composed.await {
            Ok(made) => made.map(|made| (made, read_at)).map_err(refused),
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a briefing was not finished");
                Err(status::internal())
            }
        }
    }
}

/// Gathers what a briefing needs, naming every fault of the request at once.
async fn prepare(open: Arc<Open>, request: pb::ComposeBriefingRequest) -> Result<Prepared, Vec<Violation>> {
    let consistency = request.consistency.clone();
    let asked = briefing(request, &open.dossier.id, &open.dossier.zone);
    let clock = call::clock(&open, consistency).await;
    let previous = match (&asked, &clock) {
        (Ok(Asked { previous: Some(previous), .. }), clock) => {
            earlier(&open, previous, clock.as_ref().ok()).await.map(Some)
        }
        _ => Ok(None),
    };
    let ((asked, clock), previous) = call::together(call::together(asked, clock), previous)?;
    Ok(Prepared { open, clock, previous, question: asked.question })
}

/// The clock of the edition before; it is not later than the edition itself.
async fn earlier(open: &Open, previous: &Previous, now: Option<&Clock>) -> Result<Clock, Vec<Violation>> {
    let when = Some(pb::consistency::When::At(previous.at.clone()));
    let known_by = previous.known_by.or_else(|| now.and_then(|now| now.known_by));
    let asked = pb::Consistency { when, known_by: None };
    let clock = call::clock(open, Some(asked))
        .await
        .map_err(|faults| faults.into_iter().map(of_previous).collect::<Vec<_>>())?;
    let clock = Clock { known_by, ..clock };
    let Some(now) = now else { return Ok(clock) };
    let mut faults = Vec::new();
    if clock.at > now.at {
        let what = format!("position {} is later than the edition itself, which is at {}", clock.at, now.at);
        faults.push(Violation::new("previous", Reason::ValueOutOfRange, what));
    }
    if let (Some(then), Some(known_by)) = (previous.known_by, now.known_by)
        && then > known_by
    {
        let what = format!("{then} is later than the edition itself, which is of {known_by}");
        faults.push(Violation::new("previous_known_by", Reason::ValueOutOfRange, what));
    }
    if faults.is_empty() { Ok(clock) } else { Err(faults) }
}

/// The same fault, by the path of the field that names the edition before.
fn of_previous(fault: Violation) -> Violation {
    let field = match fault.field.strip_prefix("consistency.at") {
        Some(rest) => format!("previous{rest}"),
        None => fault.field,
    };
    Violation { field, ..fault }
}

#[tonic::async_trait]
impl pb::briefing_service_server::BriefingService for BriefingService {
    async fn compose_briefing(
        &self,
        request: Request<pb::ComposeBriefingRequest>,
    ) -> Result<Response<pb::ComposeBriefingResponse>, Status> {
        let (principal, request) = call::asked(request)?;
        let (briefing, read_at) = self.composed(&principal, request, "", |briefing| briefing).await?;
        Ok(Response::new(pb::ComposeBriefingResponse { briefing: Some(briefing), read_at }))
    }

    async fn render_briefing(
        &self,
        request: Request<pb::RenderBriefingRequest>,
    ) -> Result<Response<pb::RenderBriefingResponse>, Status> {
        let (principal, pb::RenderBriefingRequest { briefing, format }) = call::asked(request)?;
        let mut faults = Vec::new();
        let format = pb::BriefingFormat::try_from(format).unwrap_or_else(|_| {
            faults.push(Violation::new("format", Reason::EnumUnknown, format!("there is no format {format}")));
            pb::BriefingFormat::Unspecified
        });
        if briefing.is_none() {
            faults.push(Violation::new("briefing", Reason::FieldRequired, "is required: what to compose"));
        }
        let Some(question) = briefing.filter(|_| faults.is_empty()) else {
            return Err(status::refused(faults));
        };
        let rendered = self.composed(&principal, question, "briefing.", move |briefing| render(&briefing, format));
        let ((content, content_type), read_at) = rendered.await?;
        let response = pb::RenderBriefingResponse { content, content_type: content_type.to_owned(), read_at };
        if response.encoded_len() > ANSWER_SIZE_BYTES_MAX {
            let size = response.content.len();
            let what = format!(
                "the file comes to {size} bytes, and an answer holds {ANSWER_SIZE_BYTES_MAX}: ask for a shorter period or \
                 fewer readings, or for another format"
            );
            return Err(status::refused(vec![Violation::new("", Reason::MessageTooLarge, what)]));
        }
        Ok(Response::new(response))
    }
}
