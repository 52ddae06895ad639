//! What is counted, and the one line that is written, of each request that the door answers itself: pages, and what it refuses.
//!
//! A request is known here by its method, by the pattern that its path fits, and by the status that it was answered with. What the
//! path names, and what the query says, does not come to this file.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use http::{Method, Response, StatusCode};
use http_body::Body as _;
use tonic::body::Body;

use crate::access::Principal;
use crate::console::Shown;
use crate::domain::record::Position;
use crate::meter::{Histogram, Level};

use super::calls::OTHER;
use super::observed::Observed;

/// The methods that have a name of their own; what else somebody sends is not ours to repeat.
const METHODS: [&str; 4] = ["GET", "HEAD", "OPTIONS", "POST"];

/// What stands for the status of a request whose asker was gone before there was one.
const BROKEN_OFF: u16 = 499;

/// The position of a page that has none.
const NO_POSITION: u64 = u64::MAX;

tokio::task_local! {
    /// Where the page that this task makes was read.
    static READ_AT: Arc<AtomicU64>;
}

/// Takes note of the position that the present page reads at.
pub(super) fn at_position(position: Position) {
    // Whoever asks for no page is not written about here.
    let _ = READ_AT.try_with(|read_at| read_at.store(position, Ordering::Relaxed));
}

/// A kind of request, and how it was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kind {
    /// One of [`METHODS`], or other.
    pub(super) method: &'static str,
    /// The pattern of a page, or other.
    pub(super) route: &'static str,
    /// As HTTP numbers it.
    pub(super) status: u16,
}

/// Counts of all such requests. Their kinds are as many as there are patterns, methods and statuses that we answer with.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) under_way: Level,
    ended: Mutex<BTreeMap<Kind, Arc<Histogram>>>,
}

impl Counts {
    /// How long requests took, by their kind.
    pub(super) fn ended(&self) -> BTreeMap<Kind, Arc<Histogram>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn of(&self, kind: Kind) -> Arc<Histogram> {
        let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        ended.entry(kind).or_insert_with(|| Arc::new(Histogram::of_durations())).clone()
    }
}

/// One request. It ends when it goes.
struct Asked {
    observed: Arc<Observed>,
    method: &'static str,
    /// Who asks; `None`: a stranger.
    principal: Option<Principal>,
    started: Instant,
    read_at: Arc<AtomicU64>,
    answered: Option<(&'static str, StatusCode, Option<u64>)>,
}

/// Answers a request so that it is counted and written about.
pub(super) async fn counted(
    observed: Arc<Observed>,
    method: Method,
    principal: Option<Principal>,
    answering: impl Future<Output = Result<Response<Body>, Infallible>>,
) -> Result<Response<Body>, Infallible> {
    observed.pages.under_way.rise();
    let method = METHODS.into_iter().find(|known| *known == method.as_str()).unwrap_or(OTHER);
    let read_at = Arc::new(AtomicU64::new(NO_POSITION));
    let mut asked =
        Asked { observed, method, principal, started: Instant::now(), read_at: read_at.clone(), answered: None };
    let answer = READ_AT.scope(read_at, answering).await?;
    let route = answer.extensions().get::<Shown>().map_or(OTHER, |shown| shown.0);
    asked.answered = Some((route, answer.status(), answer.body().size_hint().exact()));
    Ok(answer)
}

impl Drop for Asked {
    fn drop(&mut self) {
        let (took, counts) = (self.started.elapsed(), &self.observed.pages);
        counts.under_way.fall();
        let (route, status, bytes) = match self.answered.take() {
            Some((route, status, bytes)) => (route, status.as_u16(), bytes),
            None if std::thread::panicking() => (OTHER, StatusCode::INTERNAL_SERVER_ERROR.as_u16(), None),
            None => (OTHER, BROKEN_OFF, None),
        };
        let kind = Kind { method: self.method, route, status };
        counts.of(kind).took(took);
        if !self.observed.calls.admits_line() {
            return;
        }
        let position = Some(self.read_at.load(Ordering::Relaxed)).filter(|position| *position != NO_POSITION);
        tracing::event!(
            target: "armistice::calls",
            tracing::Level::INFO,
            http.request.method = kind.method,
            http.route = kind.route,
            http.response.status_code = status,
            duration_ms = (took.as_secs_f64() * 1e6).round() / 1e3,
            position,
            principal.id = self.principal.as_ref().map(Principal::id),
            answer.bytes = bytes,
            "page"
        );
    }
}
