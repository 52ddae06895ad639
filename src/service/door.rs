//! The one door: gRPC, gRPC-Web and pages on the same port, told apart by what a request says that it holds; and where it is told
//! once, for all that follows, who asks.
//!
//! ```text
//!           content-type application/grpc        HTTP/2 ──────────────────────────► methods
//!  who asks              application/grpc-web…   ─► origin ─► GrpcWebService ─────► methods
//!           OPTIONS before one of these          ─► origin ─► what may be asked
//!           all else                             ─► host, origin ─────────────────► pages
//! ```
//!
//! tonic's own layer for gRPC-Web, put around all of it, would answer 400 to every page asked for over HTTP/1.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body_util::Full;
use tonic::body::Body;
use tonic_web::{GrpcWebLayer, GrpcWebService};
use tower::{Layer, Service};

use crate::console::Unknown;

use super::guard::Peer;
use super::identity::{Asked, Caller, Identity};
use super::observed::Observed;
use super::origins::{Asker, Origins};
use super::pages;

/// An answer on its way.
pub(super) type Answering = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

/// The names of gRPC-Web, as the layer that reads it knows them.
const GRPC_WEB: [&str; 4] = [
    "application/grpc-web",
    "application/grpc-web+proto",
    "application/grpc-web-text",
    "application/grpc-web-text+proto",
];

/// Where a request goes first. It is cloned for each, so it is one pointer.
#[derive(Debug)]
pub(super) struct Door<M>(Arc<Behind<M>>);

/// What is behind the door.
#[derive(Debug)]
struct Behind<M> {
    methods: M,
    web: GrpcWebService<M>,
    pages: Router,
    identity: Identity,
    origins: Origins,
    observed: Arc<Observed>,
}

/// What a request says that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Grpc,
    GrpcWeb,
    /// It calls itself gRPC-Web, and is none that is known.
    OddGrpcWeb,
    Else,
}

impl<M: Clone> Door<M> {
    /// A door to methods and pages.
    pub(super) fn new(
        methods: M,
        pages: Router,
        identity: Identity,
        origins: Origins,
        observed: Arc<Observed>,
    ) -> Door<M> {
        let web = GrpcWebLayer::new().layer(methods.clone());
        Door(Arc::new(Behind { methods, web, pages, identity, origins, observed }))
    }
}

impl<M> Clone for Door<M> {
    fn clone(&self) -> Door<M> {
        Door(self.0.clone())
    }
}

impl<M> Service<Request<Body>> for Door<M>
where
    M: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = Answering>,
    M: Clone + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, _context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Methods and pages are always ready: what has to wait waits in its own call.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Answering {
        let is_http_2 = request.version() == Version::HTTP_2;
        if !is_http_2 && let Some(peer) = request.extensions().get::<Peer>() {
            peer.was_heard();
        }
        let (observed, method) = (self.0.observed.clone(), request.method().clone());
        let holds = holds(request.headers());
        let asked = if holds == Holds::Else { Asked::Page } else { Asked::Method };
        let principal = match self.0.identity.tell(&mut request, asked) {
            Caller::Known(principal) => Some(principal),
            Caller::Stranger(stranger) => {
                request.extensions_mut().insert(Unknown(stranger.told_on_a_page()));
                None
            }
        };
        let answering = match holds {
            // Methods are counted where they are answered.
            Holds::Grpc if is_http_2 => return self.0.methods.clone().call(request),
            Holds::Grpc => said(
                StatusCode::HTTP_VERSION_NOT_SUPPORTED,
                "gRPC needs HTTP/2. Over HTTP/1.1 send gRPC-Web: content-type application/grpc-web+proto.\n",
            ),
            Holds::GrpcWeb => match self.0.web(request) {
                Ok(answering) => return answering,
                Err(refusing) => refusing,
            },
            Holds::OddGrpcWeb => said(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "The content-type is no gRPC-Web that is known here: send application/grpc-web+proto.\n",
            ),
            Holds::Else if is_preflight(&request) => ready(self.0.origins.preflight(&request)),
            Holds::Else if is_method(request.uri().path()) && request.method() == Method::POST => said(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "A method takes gRPC or gRPC-Web: content-type application/grpc or application/grpc-web+proto.\n",
            ),
            Holds::Else => self.0.page(request),
        };
        Box::pin(pages::counted(observed, method, principal, answering))
    }
}

impl<M> Behind<M>
where
    M: Service<Request<Body>, Response = Response<Body>, Error = Infallible, Future = Answering>,
    M: Clone + Send + 'static,
{
    /// The answer of a method, or why it is not asked.
    fn web(&self, request: Request<Body>) -> Result<Answering, Answering> {
        let asker = self.origins.asker(&request).map_err(|refusal| ready(refusal.answer()))?;
        if request.method() != Method::POST {
            let mut answer = text(StatusCode::METHOD_NOT_ALLOWED, "gRPC-Web is sent by POST.\n");
            answer.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            return Err(ready(answer));
        }
        let answering = self.web.clone().call(request);
        Ok(Box::pin(async move {
            let mut answer = answering.await?;
            asker.may_read(answer.headers_mut());
            Ok(answer)
        }))
    }

    fn page(&self, request: Request<Body>) -> Answering {
        match self.origins.asker(&request) {
            // A link from elsewhere may lead here. What changes something comes from here itself.
            Ok(Asker::Own) => {}
            Ok(Asker::Admitted(_)) | Err(_) if is_only_read(&request) && self.origins.is_host_ours(&request) => {}
            Ok(Asker::Admitted(_)) => {
                return said(StatusCode::FORBIDDEN, "A page of another origin may not send anything to a page.\n");
            }
            Err(refusal) => return ready(refusal.answer()),
        }
        let answering = self.pages.clone().call(request.map(axum::body::Body::new));
        Box::pin(async move { Ok(answering.await?.map(Body::new)) })
    }
}

fn holds(headers: &HeaderMap) -> Holds {
    let Some(kind) = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()) else { return Holds::Else };
    match kind.strip_prefix("application/grpc") {
        None => Holds::Else,
        Some(rest) if !rest.starts_with("-web") => Holds::Grpc,
        Some(_) if GRPC_WEB.contains(&kind) => Holds::GrpcWeb,
        Some(_) => Holds::OddGrpcWeb,
    }
}

/// Whether it is a path such as `/package.Service/Method`. No page has a point in the first of its segments.
fn is_method(path: &str) -> bool {
    let mut segments = path.split('/').skip(1);
    segments.next().is_some_and(|service| service.contains('.')) && segments.next().is_some()
}

fn is_preflight(request: &Request<Body>) -> bool {
    request.method() == Method::OPTIONS
        && request.headers().contains_key(http::header::ACCESS_CONTROL_REQUEST_METHOD)
        && is_method(request.uri().path())
}

fn is_only_read(request: &Request<Body>) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

/// A short answer in words.
pub(super) fn text(status: StatusCode, words: &'static str) -> Response<Body> {
    let mut answer = Response::new(Body::new(Full::from(words)));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer
}

fn ready(answer: Response<Body>) -> Answering {
    Box::pin(std::future::ready(Ok(answer)))
}

fn said(status: StatusCode, words: &'static str) -> Answering {
    ready(text(status, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_request_holds_is_told_by_its_content_type() {
        let check = |kind: Option<&str>, expected: Holds| {
            let mut headers = HeaderMap::new();
            if let Some(kind) = kind {
                headers.insert(CONTENT_TYPE, kind.parse().expect("a value"));
            }
            assert_eq!(holds(&headers), expected, "{kind:?}");
        };
        for kind in ["application/grpc", "application/grpc+proto", "application/grpc+json", "application/grpc;x=1"] {
            check(Some(kind), Holds::Grpc);
        }
        for kind in GRPC_WEB {
            check(Some(kind), Holds::GrpcWeb);
        }
        check(Some("application/grpc-web+json"), Holds::OddGrpcWeb);
        for kind in [None, Some("text/html"), Some("application/json"), Some("application/x-www-form-urlencoded")] {
            check(kind, Holds::Else);
        }
    }

    #[test]
    fn a_method_is_told_from_a_page_by_its_path() {
        for method in ["/armistice.v1.RecordService/GetRecord", "/grpc.health.v1.Health/Check", "/a.b/"] {
            assert!(is_method(method), "{method}");
        }
        for page in ["/", "", "/dossiers/a.b/incidents", "/style.css", "/a/b.c/d"] {
            assert!(!is_method(page), "{page}");
        }
    }
}
