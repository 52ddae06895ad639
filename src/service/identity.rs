//! Who asks: read off the head of a request, once, at the door; what follows finds it beside the request.
//!
//! ```text
//! authorization: Bearer TOKEN          methods and pages
//! authorization: Basic base64(_:TOKEN) pages: a browser asks for it by itself, and sends it along by itself, so it only ever reads
//! ```
//!
//! The token goes no further than this file: it is taken out of the request, hashed and forgotten. Without a roster whoever
//! reaches the server is local.

use std::convert::Infallible;
use std::task::{Context, Poll};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderMap, Request, Response};
use sha2::{Digest, Sha256};
use tonic::body::Body;
use tower::Service;

use crate::access::{Principal, Roster};
use crate::domain::fault::{Reason, Violation};
use crate::wire::status;

use super::door::Answering;

/// The methods that anyone may ask: whether the server serves, and what its API is. Neither says anything of what is recorded.
const OPEN_TO_ALL: [&str; 3] =
    ["/grpc.health.v1.Health/", "/grpc.reflection.v1.ServerReflection/", "/grpc.reflection.v1alpha.ServerReflection/"];

/// Tells who asks.
#[derive(Debug)]
pub(super) struct Identity {
    roster: Option<Roster>,
    local: Principal,
}

/// Who a request comes from. It stands beside every request that comes through the door, and nothing but the door puts it there.
#[derive(Debug, Clone)]
pub(super) enum Caller {
    /// Somebody who is known.
    Known(Principal),
    /// Somebody who is not.
    Stranger(Stranger),
}

/// Why it is not known who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stranger {
    /// The request does not say.
    Silent,
    /// It says so more than once.
    Several,
    /// What it says cannot be read.
    Unreadable,
    /// Nobody holds that token.
    Unknown,
}

/// What is asked, which decides how one may say who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A method.
    Method,
    /// A page.
    Page,
}

impl Stranger {
    /// What whoever called a method is told.
    pub(super) fn told(self) -> &'static str {
        match self {
            Stranger::Silent => {
                "the server answers those whom it knows: send the header `authorization: Bearer TOKEN` with the token that you were given"
            }
            Stranger::Several => "there is more than one authorization header: send one",
            Stranger::Unreadable => "the authorization header cannot be read: send `authorization: Bearer TOKEN`",
            Stranger::Unknown => "the token is not known here: it may be mistyped, or no longer in force",
        }
    }

    /// What whoever asked for a page is told.
    pub(super) fn told_on_a_page(self) -> &'static str {
        match self {
            Stranger::Silent => "This server shows what it holds to those whom it knows.",
            Stranger::Several | Stranger::Unreadable => "What the browser sent to say who you are cannot be read.",
            Stranger::Unknown => {
                "The token that was sent is not known here: it may be mistyped, or no longer in force."
            }
        }
    }

    /// The refusal.
    pub(super) fn refused(self) -> tonic::Status {
        status::refused(vec![Violation::new("", Reason::NotAuthenticated, self.told())])
    }
}

impl Identity {
    pub(super) fn new(roster: Option<Roster>) -> Identity {
        Identity { roster, local: Principal::local() }
    }

    /// Puts beside a request who it comes from, and takes out what said so.
    pub(super) fn tell<B>(&self, request: &mut Request<B>, asked: Asked) -> Caller {
        let caller = self.caller(request.headers(), asked);
        request.headers_mut().remove(AUTHORIZATION);
        request.extensions_mut().insert(caller.clone());
        caller
    }

    fn caller(&self, headers: &HeaderMap, asked: Asked) -> Caller {
        let Some(roster) = &self.roster else { return Caller::Known(self.local.clone()) };
        match token_sha256(headers, asked) {
            Err(stranger) => Caller::Stranger(stranger),
            Ok(hash) => match roster.holder(&hash) {
                Some(principal) => Caller::Known(principal.clone()),
                None => Caller::Stranger(Stranger::Unknown),
            },
        }
    }
}

impl Caller {
    /// Who stands beside a request. Where nobody does, nobody is known.
    pub(super) fn of(extensions: &Extensions) -> Result<&Principal, Stranger> {
        match extensions.get::<Caller>() {
            Some(Caller::Known(principal)) => Ok(principal),
            Some(Caller::Stranger(stranger)) => Err(*stranger),
            None => Err(Stranger::Silent),
        }
    }
}

/// The hash of the token that a request brings.
fn token_sha256(headers: &HeaderMap, asked: Asked) -> Result<[u8; 32], Stranger> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(Stranger::Silent)?;
    if values.next().is_some() {
        return Err(Stranger::Several);
    }
    let text = value.to_str().map_err(|_| Stranger::Unreadable)?;
    let (scheme, credentials) = text.split_once(' ').ok_or(Stranger::Unreadable)?;
    let credentials = credentials.trim_matches(' ');
    if scheme.eq_ignore_ascii_case("bearer") {
        return hashed(credentials.as_bytes());
    }
    if asked == Asked::Page && scheme.eq_ignore_ascii_case("basic") {
        let decoded = STANDARD.decode(credentials).map_err(|_| Stranger::Unreadable)?;
        // The name is passed over: the token says who it is.
        let colon = decoded.iter().position(|byte| *byte == b':').ok_or(Stranger::Unreadable)?;
        return hashed(&decoded[colon + 1..]);
    }
    Err(Stranger::Unreadable)
}

/// A token has no blanks in it, nor anything that is not ASCII; several headers that were joined into one do.
fn hashed(token: &[u8]) -> Result<[u8; 32], Stranger> {
    match !token.is_empty() && token.iter().all(u8::is_ascii_graphic) {
        true => Ok(Sha256::digest(token).into()),
        false => Err(Stranger::Unreadable),
    }
}

/// Methods behind a gate: strangers are refused before anything of their message is read.
#[derive(Debug, Clone)]
pub(super) struct Gated<M>(M);

impl<M> Gated<M> {
    pub(super) fn new(methods: M) -> Gated<M> {
        Gated(methods)
    }
}

impl<M> Service<Request<Body>> for Gated<M>
where
    M: Service<Request<Body>, Response = Response<Body>, Error = Infallible>,
    M::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Answering;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Answering {
        let is_open = OPEN_TO_ALL.iter().any(|service| request.uri().path().starts_with(service));
        match Caller::of(request.extensions()) {
            Err(stranger) if !is_open => {
                let refusal = stranger.refused().into_http();
                Box::pin(std::future::ready(Ok(refusal)))
            }
            Ok(_) | Err(_) => Box::pin(self.0.call(request)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use http::HeaderValue;

    use super::*;

    const TOKEN: &str = "armistice_abc-DEF_123";

    fn identity() -> Identity {
        let principal = Principal::new("desk", vec![], BTreeMap::new());
        Identity::new(Some(Roster::new([(Sha256::digest(TOKEN).into(), principal)])))
    }

    fn basic(pair: &[u8]) -> String {
        format!("Basic {}", STANDARD.encode(pair))
    }

    /// Who is told, given these authorization headers: an id, or why nobody.
    fn told(asked: Asked, values: &[&[u8]]) -> Result<String, Stranger> {
        let mut request = Request::new(());
        for value in values {
            let value = HeaderValue::from_bytes(value).expect("a value that HTTP can carry");
            request.headers_mut().append(AUTHORIZATION, value);
        }
        identity().tell(&mut request, asked);
        assert!(!request.headers().contains_key(AUTHORIZATION), "the token goes no further");
        Caller::of(request.extensions()).map(|principal| principal.id().to_owned())
    }

    #[test]
    fn a_token_is_taken_as_bearer_everywhere_and_as_password_on_pages() {
        for ok in [format!("Bearer {TOKEN}"), format!("bearer  {TOKEN} "), format!("BEARER {TOKEN}")] {
            for asked in [Asked::Method, Asked::Page] {
                assert_eq!(told(asked, &[ok.as_bytes()]), Ok("desk".to_owned()), "{ok}");
            }
        }
        for user in ["", "me", "ü"] {
            let value = basic(format!("{user}:{TOKEN}").as_bytes());
            assert_eq!(told(Asked::Page, &[value.as_bytes()]), Ok("desk".to_owned()));
            assert_eq!(
                told(Asked::Method, &[value.as_bytes()]),
                Err(Stranger::Unreadable),
                "a browser sends it unasked"
            );
        }
    }

    #[test]
    fn whatever_else_a_header_says_it_names_nobody() {
        let good = format!("Bearer {TOKEN}");
        let joined = format!("{good}, {good}");
        let split = format!("Bearer {} {}", &TOKEN[..5], &TOKEN[5..]);
        let tabbed = format!("Bearer\t{TOKEN}");
        let (user, nothing, more) = (basic(TOKEN.as_bytes()), basic(b":"), basic(format!(":{TOKEN}:").as_bytes()));
        let (binary, break_in) = (basic(b":\xff\xfe\x00"), basic(format!(":{TOKEN}\n").as_bytes()));
        let unpadded = format!("Basic {}", "OmFybWlz=");
        use Stranger::{Several, Silent, Unknown, Unreadable};
        let cases: [(&[&[u8]], Stranger); 22] = [
            (&[], Silent),
            (&[good.as_bytes(), good.as_bytes()], Several),
            (&[good.as_bytes(), b""], Several),
            (&[b""], Unreadable),
            (&[b"Bearer"], Unreadable),
            (&[b"Bearer "], Unreadable),
            (&[b"   "], Unreadable),
            (&[TOKEN.as_bytes()], Unreadable),
            (&[joined.as_bytes()], Unreadable),
            (&[split.as_bytes()], Unreadable),
            (&[tabbed.as_bytes()], Unreadable),
            (&[b"Bearer \xff\xfe"], Unreadable),
            (&[b"Digest username=\"a\""], Unreadable),
            (&[b"Basic"], Unreadable),
            (&[b"Basic !!!"], Unreadable),
            (&[unpadded.as_bytes()], Unreadable),
            (&[user.as_bytes()], Unreadable),
            (&[nothing.as_bytes()], Unreadable),
            (&[binary.as_bytes()], Unreadable),
            (&[break_in.as_bytes()], Unreadable),
            (&[more.as_bytes()], Unknown),
            (&[b"Bearer guessed"], Unknown),
        ];
        for (values, expected) in cases {
            assert_eq!(told(Asked::Page, values), Err(expected), "{values:?}");
        }
        let long = format!("Bearer {}", "x".repeat(100_000));
        assert_eq!(told(Asked::Method, &[long.as_bytes()]), Err(Unknown));
    }

    #[test]
    fn without_a_roster_whoever_asks_is_local_whatever_it_says() {
        for value in ["", "Bearer guessed", "nonsense"] {
            let mut request = Request::builder().header(AUTHORIZATION, value).body(()).expect("a request");
            Identity::new(None).tell(&mut request, Asked::Method);
            assert_eq!(Caller::of(request.extensions()).map(Principal::id), Ok("local"));
        }
    }

    #[test]
    fn beside_whom_nobody_stands_nobody_is_known() {
        assert_eq!(Caller::of(&Extensions::new()), Err(Stranger::Silent));
    }
}
