//! What is known of each call while it is under way; what is counted, and the one line that is written, when it ends.
//!
//! A call is known here by its method alone. Neither its message nor anything named in it comes to this file.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body::{Body as HttpBody, Frame, SizeHint};
use prost::Message;
use tonic::Code;
use tonic::body::Body;
use tower::{Layer, Service};

use crate::access::Principal;
use crate::domain::record::Position;
use crate::meter::{Counter, Histogram, Level};
use crate::wire::{codec, pb};

use super::door::Answering;
use super::identity::Caller;
use super::observed::Observed;
use super::spans::{self, Span};

/// What the paths of our own methods start with. How health and reflection answer is not ours to say.
const OURS: &str = "/armistice.";

/// What stands for every method that is not served: what somebody calls it is not ours to repeat.
pub(super) const OTHER: &str = "_OTHER";

/// The codes of gRPC, by their numbers.
pub(super) const CODES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// Whether a server failed where a call ended so, by the conventions of OpenTelemetry: all others are the caller's doing.
pub(super) fn is_failure(code: usize) -> bool {
    matches!(
        CODES.get(code),
        Some(&("UNKNOWN" | "DEADLINE_EXCEEDED" | "UNIMPLEMENTED" | "INTERNAL" | "UNAVAILABLE" | "DATA_LOSS"))
    )
}

/// The position of a call that has none.
const NO_POSITION: u64 = u64::MAX;

tokio::task_local! {
    /// The call that this task answers.
    static CALL: Arc<Call>;
}

/// The call that the present task answers; none where work was handed to another task.
pub(super) fn current() -> Option<Arc<Call>> {
    CALL.try_with(Arc::clone).ok()
}

/// Takes note of the position that the present call reads at, or has written.
pub(super) fn at_position(position: Position) {
    // Whoever asks without a call, as a test may, is not written about.
    let _ = CALL.try_with(|call| call.at_position(position));
    super::pages::at_position(position);
}

/// Counts of all calls, by method and by how they ended.
#[derive(Debug)]
pub(super) struct Counts {
    /// By number; the last stands for all that are not served.
    pub(super) methods: Vec<MethodCounts>,
    by_path: HashMap<String, usize>,
    lines: Lines,
}

/// Counts of the calls of one method.
#[derive(Debug)]
pub(super) struct MethodCounts {
    /// `package.Service/Method`.
    pub(super) name: String,
    pub(super) under_way: Level,
    /// How long calls took, by the code that they ended with.
    pub(super) ended: [OnceLock<Histogram>; CODES.len()],
    pub(super) request_bytes: Counter,
    pub(super) answer_bytes: Counter,
}

/// A bound on how many lines about calls are written in a second.
#[derive(Debug)]
struct Lines {
    since: Instant,
    per_second_max: AtomicU64,
    /// The second in the upper half, how many calls ended in it in the lower.
    ended: AtomicU64,
}

/// One call.
#[derive(Debug)]
pub(super) struct Call {
    observed: Arc<Observed>,
    method: usize,
    started: Instant,
    deadline: Option<Duration>,
    request_bytes: AtomicU64,
    answer_bytes: AtomicU64,
    position: AtomicU64,
    /// Who asks; `None`: a stranger.
    principal: Option<Principal>,
    has_ended: AtomicBool,
    span: Span,
}

impl Counts {
    /// Of every method that the server's descriptors name.
    pub(super) fn of_what_is_served() -> Counts {
        let sets = [
            pb::FILE_DESCRIPTOR_SET,
            tonic_health::pb::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1::FILE_DESCRIPTOR_SET,
            tonic_reflection::pb::v1alpha::FILE_DESCRIPTOR_SET,
        ];
        let mut names = Vec::new();
        for set in sets {
            let set = prost_types::FileDescriptorSet::decode(set).expect("our own descriptors decode");
            for file in &set.file {
                for service in &file.service {
                    let methods = service.method.iter();
                    names.extend(methods.map(|m| format!("{}.{}/{}", file.package(), service.name(), m.name())));
                }
            }
        }
        let by_path = names.iter().enumerate().map(|(number, name)| (format!("/{name}"), number)).collect();
        names.push(OTHER.to_owned());
        Counts { methods: names.into_iter().map(MethodCounts::new).collect(), by_path, lines: Lines::default() }
    }

    /// Sets how many lines about calls are written in a second, at most.
    pub(super) fn write_lines(&self, per_second_max: u32) {
        self.lines.per_second_max.store(per_second_max.into(), Ordering::Relaxed);
    }

    /// Whether a line may be written about what ends now. Says of how many none was.
    pub(super) fn admits_line(&self) -> bool {
        if !tracing::enabled!(target: "armistice::calls", tracing::Level::INFO) {
            return false;
        }
        let (is_written, unwritten) = self.lines.admit(self.lines.since.elapsed().as_secs());
        if unwritten > 0 {
            tracing::event!(target: "armistice::calls", tracing::Level::INFO, calls.unwritten = unwritten, "more calls ended than lines are written about");
        }
        is_written
    }

    fn number(&self, path: &str) -> usize {
        self.by_path.get(path).copied().unwrap_or(self.methods.len() - 1)
    }
}

impl MethodCounts {
    fn new(name: String) -> MethodCounts {
        MethodCounts {
            name,
            under_way: Level::default(),
            ended: std::array::from_fn(|_| OnceLock::new()),
            request_bytes: Counter::default(),
            answer_bytes: Counter::default(),
        }
    }
}

impl Default for Lines {
    fn default() -> Lines {
        Lines { since: Instant::now(), per_second_max: AtomicU64::new(0), ended: AtomicU64::new(0) }
    }
}

impl Lines {
    /// Whether a line may be written about a call that ends now, and of how many calls none was written in the second before.
    fn admit(&self, second: u64) -> (bool, u64) {
        let max = self.per_second_max.load(Ordering::Relaxed);
        if max == 0 {
            return (false, 0);
        }
        let later = |ended: u64| match ended >> 32 == second {
            true => ended.saturating_add(1),
            false => second << 32 | 1,
        };
        let updated = self.ended.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |ended| Some(later(ended)));
        let before = updated.unwrap_or_else(|ended| ended);
        let (second_before, count) = (before >> 32, before & u64::from(u32::MAX));
        match second_before == second {
            true => (count < max, 0),
            false => (true, count.saturating_sub(max)),
        }
    }
}

impl Call {
    fn start(observed: &Arc<Observed>, request: &Request<Body>) -> Arc<Call> {
        let (method, headers) = (observed.calls.number(request.uri().path()), request.headers());
        let counts = &observed.calls.methods[method];
        counts.under_way.rise();
        Arc::new(Call {
            observed: observed.clone(),
            method,
            started: Instant::now(),
            deadline: headers.get("grpc-timeout").and_then(|value| deadline(value.to_str().ok()?)),
            request_bytes: AtomicU64::new(0),
            answer_bytes: AtomicU64::new(0),
            position: AtomicU64::new(NO_POSITION),
            principal: Caller::of(request.extensions()).ok().cloned(),
            has_ended: AtomicBool::new(false),
            span: spans::start(&counts.name, headers),
        })
    }

    /// Takes note of the position that it reads at, or has written.
    pub(super) fn at_position(&self, position: Position) {
        self.position.store(position, Ordering::Relaxed);
    }

    fn end(&self, code: usize) {
        if self.has_ended.swap(true, Ordering::Relaxed) {
            return;
        }
        let code = code.min(CODES.len() - 1);
        let took = self.started.elapsed();
        let counts = &self.observed.calls.methods[self.method];
        counts.under_way.fall();
        counts.ended[code].get_or_init(Histogram::of_durations).took(took);
        let (request_bytes, answer_bytes) =
            (self.request_bytes.load(Ordering::Relaxed), self.answer_bytes.load(Ordering::Relaxed));
        counts.request_bytes.add(request_bytes);
        counts.answer_bytes.add(answer_bytes);
        let position = Some(self.position.load(Ordering::Relaxed)).filter(|position| *position != NO_POSITION);
        let principal = self.principal.as_ref().map(Principal::id);
        spans::end(&self.span, CODES[code], is_failure(code), position, principal);
        if self.observed.calls.admits_line() {
            tracing::event!(
                target: "armistice::calls",
                tracing::Level::INFO,
                rpc.method = counts.name,
                rpc.status_code = CODES[code],
                duration_ms = (took.as_secs_f64() * 1e6).round() / 1e3,
                position,
                principal.id = principal,
                request.bytes = request_bytes,
                answer.bytes = answer_bytes,
                "call"
            );
        }
    }

    /// How a call ended that nobody ended.
    fn breaks_off(&self) {
        let code = if std::thread::panicking() {
            Code::Internal
        } else if self.deadline.is_some_and(|deadline| self.started.elapsed() >= deadline) {
            Code::DeadlineExceeded
        } else {
            Code::Cancelled
        };
        self.end(code as usize);
    }
}

/// Reads a deadline as gRPC writes it: at most eight digits and a unit.
fn deadline(text: &str) -> Option<Duration> {
    let (unit, digits) = (text.chars().next_back()?, text.get(..text.len().checked_sub(1)?)?);
    let count: u64 = digits.parse().ok().filter(|_| digits.len() <= 8)?;
    match unit {
        'H' => Some(Duration::from_secs(count * 3600)),
        'M' => Some(Duration::from_secs(count * 60)),
        'S' => Some(Duration::from_secs(count)),
        'm' => Some(Duration::from_millis(count)),
        'u' => Some(Duration::from_micros(count)),
        'n' => Some(Duration::from_nanos(count)),
        _ => None,
    }
}

/// Wraps a service of methods.
#[derive(Debug, Clone)]
pub(super) struct Calls {
    observed: Arc<Observed>,
}

impl Calls {
    pub(super) fn new(observed: Arc<Observed>) -> Calls {
        Calls { observed }
    }
}

/// A service so wrapped: its calls are counted, and what tonic refuses by itself is put as all our other refusals are.
#[derive(Debug, Clone)]
pub(super) struct Counted<S> {
    observed: Arc<Observed>,
    inner: S,
}

impl<S> Layer<S> for Calls {
    type Service = Counted<S>;

    fn layer(&self, inner: S) -> Counted<S> {
        Counted { observed: self.observed.clone(), inner }
    }
}

impl<S> Service<Request<Body>> for Counted<S>
where
    S: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Answering {
        let ours = request.uri().path().starts_with(OURS);
        let call = Call::start(&self.observed, &request);
        let ending = Ending(call.clone());
        let asking = call.clone();
        let answering = self.inner.call(request.map(|body| Body::new(Asked { body, call: asking })));
        let span = call.span.clone();
        let answered = CALL.scope(call, async move {
            let answer = answering.await?;
            Ok(ending.answered(if ours { codec::amended(answer) } else { answer }))
        });
        spans::within(span, answered)
    }
}

/// Ends a call when it goes, if nothing else has.
#[derive(Debug)]
struct Ending(Arc<Call>);

impl Ending {
    /// Ends the call if the answer says how it ended, or else when its body does.
    fn answered(self, answer: Response<Body>) -> Response<Body> {
        if let Some(code) = code_of(answer.headers()) {
            self.0.end(code);
            return answer;
        }
        if answer.body().is_end_stream() {
            // It is no answer of gRPC.
            self.0.end(Code::Unknown as usize);
            return answer;
        }
        answer.map(|body| Body::new(Answered { body, ending: self }))
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.breaks_off();
    }
}

fn code_of(headers: &HeaderMap) -> Option<usize> {
    let code = headers.get("grpc-status")?.to_str().ok()?;
    Some(code.parse().unwrap_or(Code::Unknown as usize))
}

/// The body of a request.
struct Asked {
    body: Body,
    call: Arc<Call>,
}

impl HttpBody for Asked {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, tonic::Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if let Poll::Ready(Some(Ok(frame))) = &polled
            && let Some(bytes) = frame.data_ref()
        {
            self.call.request_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer, which says at its end how the call ended.
struct Answered {
    body: Body,
    ending: Ending,
}

impl HttpBody for Answered {
    type Data = Bytes;
    type Error = tonic::Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, tonic::Status>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let call = &self.ending.0;
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(bytes) = frame.data_ref() {
                    call.answer_bytes.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                } else if let Some(trailers) = frame.trailers_ref() {
                    call.end(code_of(trailers).unwrap_or(Code::Unknown as usize));
                }
            }
            Poll::Ready(Some(Err(_)) | None) => call.end(Code::Unknown as usize),
            Poll::Pending => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_that_is_not_served_has_no_name_of_its_own() {
        let counts = Counts::of_what_is_served();
        let name = |path| counts.methods[counts.number(path)].name.as_str();
        assert_eq!(name("/armistice.v1.RecordService/GetRecord"), "armistice.v1.RecordService/GetRecord");
        assert_eq!(name("/grpc.health.v1.Health/Watch"), "grpc.health.v1.Health/Watch");
        for strange in ["/armistice.v1.RecordService/Secret", "/actors/somebody", "", "/"] {
            assert_eq!(name(strange), OTHER);
        }
    }

    #[test]
    fn so_many_lines_are_written_in_a_second_and_the_rest_are_counted() {
        let lines = Lines::default();
        assert_eq!(lines.admit(0), (false, 0), "none unless asked for");
        lines.per_second_max.store(2, Ordering::Relaxed);
        let admitted: Vec<(bool, u64)> = [3, 3, 3, 3, 3, 7, 7, 8].map(|second| lines.admit(second)).to_vec();
        let expected = [(true, 0), (true, 0), (false, 0), (false, 0), (false, 0), (true, 3), (true, 0), (true, 0)];
        assert_eq!(admitted, expected);
    }

    #[test]
    fn deadlines_are_read_as_grpc_writes_them() {
        let seconds = |text| deadline(text).map(|deadline| deadline.as_secs_f64());
        assert_eq!(seconds("2S"), Some(2.0));
        assert_eq!(seconds("1500m"), Some(1.5));
        assert_eq!(seconds("1M"), Some(60.0));
        for wrong in ["", "S", "2", "2s", "123456789S", "-1S", "1é"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
