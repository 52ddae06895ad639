//! What a page is asked: by whom, where, and with which words in the address.

use std::collections::{BTreeSet, HashSet};
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::Extensions;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use tonic::metadata::MetadataMap;

use super::desk::Desk;
use super::fault::Fault;
use super::links::Links;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::shorten;

/// The most words said twice that a page names.
const SAID_TWICE_MAX: usize = 20;

/// Says beside a request that it is not known who asks, and why not, in a sentence for a page: put there by whoever tells who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unknown(pub &'static str);

/// A request for a page.
#[derive(Clone)]
pub(super) struct Ask {
    pub(super) desk: Desk,
    said: Arc<Said>,
}

/// What the request says.
struct Said {
    /// What stands beside the request, who asks among it: handed on with every question, since the API decides by it.
    extensions: Extensions,
    path: String,
    parameters: Vec<(String, String)>,
    query: Vec<(String, String)>,
}

impl FromRequestParts<Desk> for Ask {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Ask, Infallible> {
        // What cannot be read names nothing that is there, and is then not found.
        let parameters = Path::<Vec<(String, String)>>::from_request_parts(parts, desk).await;
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let said = Said {
            extensions: parts.extensions.clone(),
            path: parts.uri.path().to_owned(),
            parameters: parameters.map(|Path(pairs)| pairs).unwrap_or_default(),
            query: query.map(|Query(pairs)| pairs).unwrap_or_default(),
        };
        Ok(Ask { desk: desk.clone(), said: Arc::new(said) })
    }
}

impl Ask {
    /// A question to the API in the name of whoever asks for the page.
    pub(super) fn question<T>(&self, message: T) -> tonic::Request<T> {
        tonic::Request::from_parts(MetadataMap::new(), self.said.extensions.clone(), message)
    }

    /// Why it is not known who asks; `None` where it is.
    fn unknown(&self) -> Option<Unknown> {
        self.said.extensions.get().copied()
    }

    /// Whether it is known who asks.
    pub(super) fn is_known(&self) -> bool {
        self.unknown().is_none()
    }

    /// A part of the path, such as the id of the dossier; empty where the path has none.
    pub(super) fn part(&self, name: &str) -> &str {
        find(&self.said.parameters, name)
    }

    /// What the address says under a name, without blanks around it; empty where it says nothing.
    pub(super) fn said(&self, name: &str) -> &str {
        find(&self.said.query, name).trim()
    }

    /// Whether the address says something under a name, be it empty.
    pub(super) fn says(&self, name: &str) -> bool {
        self.said.query.iter().any(|(key, _)| key == name)
    }

    /// What the address says twice: which of the two is meant nobody can tell, and a clock must not be lost over it.
    fn said_twice(&self) -> Vec<Violation> {
        let mut seen = HashSet::new();
        let again: BTreeSet<&str> = self.query().filter(|(key, _)| !seen.insert(*key)).map(|(key, _)| key).collect();
        let fault = |key| Violation::new(shorten(key), Reason::FieldNotAllowed, "is said twice in the address");
        again.into_iter().take(SAID_TWICE_MAX).map(fault).collect()
    }

    /// The path of the page.
    pub(super) fn path(&self) -> &str {
        &self.said.path
    }

    /// Everything that the address says.
    pub(super) fn query(&self) -> impl Iterator<Item = (&str, &str)> {
        self.said.query.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// Links to the other pages of the dossier that keep the clocks of this one.
    pub(super) fn links(&self) -> Links {
        Links::new(self.part("dossier"), self.said("as_of"), self.said("known_by"))
    }
}

fn find<'p>(pairs: &'p [(String, String)], name: &str) -> &'p str {
    pairs.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
}

/// The page, or one that says why there is none.
pub(super) async fn answer<F, P>(ask: Ask, show: impl FnOnce(Ask) -> F) -> Response
where
    F: Future<Output = Result<P, Fault>>,
    P: IntoResponse,
{
    if let Some(Unknown(why)) = ask.unknown() {
        return refuse(&ask, Fault::Unknown(why));
    }
    let twice = ask.said_twice();
    if !twice.is_empty() {
        return refuse(&ask, Fault::Fields(twice));
    }
    match show(ask.clone()).await {
        Ok(page) => page.into_response(),
        Err(fault) => refuse(&ask, fault),
    }
}

/// The page that says why there is none. Whoever is not known is told that and nothing else.
pub(super) fn refuse(ask: &Ask, fault: Fault) -> Response {
    let fault = ask.unknown().map_or(fault, |Unknown(why)| Fault::Unknown(why));
    fault.page(ask).into_response()
}
