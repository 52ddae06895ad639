//! Which pages of a browser may ask: those of this server itself, and of the origins that were named when it was started.
//!
//! A browser may be at a machine from which anyone may ask, or send along by itself what says who asks: so whoever can make it ask
//! could read. Two things keep strangers' pages out. A page
//! of another origin must ask first, for no form can send gRPC-Web, and is refused unless its origin was named. And
//! a page that had its own name resolve to this machine would be of the same origin as this server: where it listens on
//! loopback only, it answers a browser by names of loopback only.

use std::net::IpAddr;

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS, HOST, ORIGIN, VARY,
};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use tonic::body::Body;

use super::door::text;

/// What a page may read of an answer beside its body: how the call ended, when it ended before there was a body.
const EXPOSED: &str = "grpc-status, grpc-message, grpc-status-details-bin";

/// What a page may send, where its browser does not say what it wants to send.
const HEADERS: &str = "authorization, content-type, x-grpc-web, x-user-agent, grpc-timeout";

/// How many seconds a browser may remember that a page may ask.
const REMEMBERED_SECONDS: &str = "7200";

/// Whose pages may ask.
#[derive(Debug, Clone)]
pub(super) struct Origins {
    /// As browsers write them: `https://desk.example.org`.
    admitted: Vec<String>,
    /// Whether only names of loopback are this server's.
    is_loopback: bool,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asker {
    /// A page of this server, or no page at all.
    Own,
    /// A page of an origin that was named.
    Admitted(HeaderValue),
}

/// Why nobody is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It calls this server by a name that is not its own.
    Misdirected,
    /// It is a page of an origin that was not named.
    Stranger,
}

impl Refusal {
    pub(super) fn answer(self) -> Response<Body> {
        match self {
            Refusal::Misdirected => text(
                StatusCode::MISDIRECTED_REQUEST,
                "This server listens on loopback, and does not go by that name: ask localhost, or name its origin with --cors-origin.\n",
            ),
            Refusal::Stranger => text(
                StatusCode::FORBIDDEN,
                "A page of that origin may not ask; whoever runs the server can name it with --cors-origin.\n",
            ),
        }
    }
}

impl Origins {
    pub(super) fn new(admitted: Vec<String>, listens_at: IpAddr) -> Origins {
        Origins { admitted, is_loopback: listens_at.to_canonical().is_loopback() }
    }

    /// Who asks, or the refusal.
    pub(super) fn asker<B>(&self, request: &Request<B>) -> Result<Asker, Refusal> {
        if !self.is_host_ours(request) {
            return Err(Refusal::Misdirected);
        }
        let Some(origin) = request.headers().get(ORIGIN) else { return Ok(Asker::Own) };
        let written = origin.to_str().unwrap_or_default();
        let of_origin = written.split_once("://").map(|(_, authority)| authority);
        let is_own =
            of_origin.is_some_and(|authority| host(request).is_some_and(|h| h.eq_ignore_ascii_case(authority)));
        if is_own {
            return Ok(Asker::Own);
        }
        if self.admitted.iter().any(|admitted| admitted.eq_ignore_ascii_case(written)) {
            return Ok(Asker::Admitted(origin.clone()));
        }
        Err(Refusal::Stranger)
    }

    /// Whether the request calls this server by a name of its own. What no browser sent may call it by none.
    pub(super) fn is_host_ours<B>(&self, request: &Request<B>) -> bool {
        let Some(host) = host(request).filter(|_| self.is_loopback) else { return true };
        let Some(authority) = host.parse::<Authority>().ok().filter(|_| !host.contains('@')) else { return false };
        let name = authority.host().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let is_named = |origin: &String| {
            origin.split_once("://").is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host))
        };
        name == "localhost"
            || name.ends_with(".localhost")
            || name.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
            || self.admitted.iter().any(is_named)
    }

    /// Tells a browser whether its page may ask.
    pub(super) fn preflight<B>(&self, request: &Request<B>) -> Response<Body> {
        let asker = match self.asker(request) {
            Ok(asker) => asker,
            Err(refusal) => return refusal.answer(),
        };
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::NO_CONTENT;
        let headers = answer.headers_mut();
        asker.may_read(headers);
        headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
        let asked = request.headers().get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, asked.unwrap_or(HeaderValue::from_static(HEADERS)));
        headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(REMEMBERED_SECONDS));
        answer
    }
}

impl Asker {
    /// Says in an answer that the page may read it.
    pub(super) fn may_read(&self, headers: &mut HeaderMap) {
        headers.append(VARY, HeaderValue::from_static("origin"));
        if let Asker::Admitted(origin) = self {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}

/// The name and port that the request is sent to.
fn host<B>(request: &Request<B>) -> Option<&str> {
    let of_header = || request.headers().get(HOST).and_then(|host| host.to_str().ok());
    request.uri().authority().map(Authority::as_str).or_else(of_header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origins(listens_at: &str) -> Origins {
        Origins::new(vec!["https://desk.example.org".to_owned()], listens_at.parse().expect("an address"))
    }

    fn asks(listens_at: &str, host: &str, origin: &str) -> Result<Asker, Refusal> {
        let mut request = Request::post("/").body(()).expect("a request");
        for (name, value) in [(HOST, host), (ORIGIN, origin)] {
            if !value.is_empty() {
                request.headers_mut().insert(name, value.parse().expect("a value"));
            }
        }
        origins(listens_at).asker(&request)
    }

    #[test]
    fn pages_of_its_own_and_of_named_origins_may_ask() {
        let desk = || Ok(Asker::Admitted("https://desk.example.org".parse().expect("a value")));
        for (host, origin, expected) in [
            ("localhost:7411", "", Ok(Asker::Own)),
            ("", "", Ok(Asker::Own)),
            ("localhost:7411", "http://localhost:7411", Ok(Asker::Own)),
            ("127.0.0.1:7411", "http://127.0.0.1:7411", Ok(Asker::Own)),
            ("[::1]:7411", "http://[::1]:7411", Ok(Asker::Own)),
            ("localhost:7411", "https://desk.example.org", desk()),
            ("localhost:7411", "http://localhost:3000", Err(Refusal::Stranger)),
            ("localhost:7411", "http://desk.example.org", Err(Refusal::Stranger)),
            ("localhost:7411", "https://desk.example.org.evil.example", Err(Refusal::Stranger)),
            ("localhost:7411", "null", Err(Refusal::Stranger)),
        ] {
            assert_eq!(asks("127.0.0.1", host, origin), expected, "{host} {origin}");
        }
    }

    #[test]
    fn on_loopback_it_goes_by_names_of_loopback_only() {
        let misdirected = Err(Refusal::Misdirected);
        for host in ["evil.example:7411", "localhost.evil.example", "192.0.2.1:7411", "a b", "@localhost"] {
            // Its page has the same origin, as far as the browser can tell.
            assert_eq!(asks("127.0.0.1", host, &format!("http://{host}")), misdirected, "{host}");
            assert_eq!(asks("::1", host, ""), misdirected, "{host}");
        }
        for host in ["LOCALHOST", "a.localhost:1", "127.1.2.3", "[::ffff:127.0.0.1]:1", "desk.example.org"] {
            assert_eq!(asks("127.0.0.1", host, ""), Ok(Asker::Own), "{host}");
        }
        assert_eq!(asks("0.0.0.0", "mission.example.org", "https://mission.example.org"), Ok(Asker::Own));
    }
}
