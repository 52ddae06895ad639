//! The pages in the browser: each parses what its address says, asks the API as any client does, and writes HTML.
//!
//! ```text
//! address ─► Ask ─► Room (dossier, clocks settled) ─► questions to the Desk ─► Page ─► HTML
//!                                                        every one decided on and bounded by the API itself
//! ```
//!
//! A page holds nothing but what the API answered to whoever asked, so what a principal may not see cannot be in it. There
//! is no script: each state of a page is a link, each form a query. Whom the server does not know is shown who it is that may
//! ask, and no page; the style and the icon, which say nothing, are anyone's.

// How a page is asked for.
mod ask;
mod clocks;
mod desk;
mod fault;
mod links;
mod room;

// What pages are made of.
mod elements;
mod fields;
mod parts;
mod shell;
mod sights;
mod verdicts;

// The pages.
mod briefing;
mod classes;
mod compare;
mod dossiers;
mod draft;
mod incident;
mod overview;
mod record;
mod records;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::map_response;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};

use ask::{Ask, answer, refuse};
use fault::Fault;

pub use ask::Unknown;
pub use desk::Desk;

/// Which page an answer is, by the pattern of its path: told in the answer's extensions for whoever counts, and never what the path
/// itself names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown(pub &'static str);

/// Every page, and what they are drawn with.
pub fn pages(desk: Desk) -> Router {
    let routes: [(&str, MethodRouter<Desk>); 11] = [
        ("/", get(async |ask: Ask| answer(ask, dossiers::show).await)),
        ("/dossiers/{dossier}", get(async |ask: Ask| answer(ask, overview::show).await)),
        ("/dossiers/{dossier}/incidents/{incident}", get(async |ask: Ask| answer(ask, incident::show).await)),
        ("/dossiers/{dossier}/compare", get(async |ask: Ask| answer(ask, compare::show).await)),
        ("/dossiers/{dossier}/draft", get(async |ask: Ask| answer(ask, draft::show).await)),
        ("/dossiers/{dossier}/briefing", get(async |ask: Ask| answer(ask, briefing::show).await)),
        ("/dossiers/{dossier}/briefing/file", get(async |ask: Ask| answer(ask, briefing::file).await)),
        ("/dossiers/{dossier}/records", get(async |ask: Ask| answer(ask, records::show).await)),
        ("/dossiers/{dossier}/records/{collection}/{id}", get(async |ask: Ask| answer(ask, record::show).await)),
        ("/style.css", get(style)),
        ("/icon.svg", get(icon)),
    ];
    let routes = routes.into_iter().fold(Router::new(), |router, (path, page)| {
        let page = page.fallback(async |ask: Ask| refuse(&ask, Fault::ReadOnly));
        let told = move |mut response: Response| async move {
            response.extensions_mut().insert(Shown(path));
            response
        };
        router.route(path, page.layer(map_response(told)))
    });
    routes
        .fallback(async |method: Method, uri: Uri, ask: Ask| {
            // Whoever is not known is told that and nothing else.
            match without_slash(&method, &uri).filter(|_| ask.is_known()) {
                Some(location) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response(),
                None => refuse(&ask, Fault::NoSuchPage),
            }
        })
        .with_state(desk)
        .layer(map_response(guarded))
}

/// Where a page of a dossier is that was asked for with slashes at its end. Only a path that begins with the pages' own words is
/// taken over, so that it cannot name another host.
fn without_slash(method: &Method, uri: &Uri) -> Option<HeaderValue> {
    const PAGES: &str = "/dossiers/";
    let path = uri.path();
    let page = path.trim_end_matches('/');
    let is_page = page.strip_prefix(PAGES).is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    let is_read = *method == Method::GET || *method == Method::HEAD;
    if page == path || !is_page || !is_read {
        return None;
    }
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    HeaderValue::from_str(&format!("{page}{query}")).ok()
}

/// What every answer carries: nothing is loaded from elsewhere, run, framed or told to others.
async fn guarded(mut response: Response) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                          frame-ancestors 'none'";
    let fixed: [(HeaderName, &'static str); 5] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    if response.status() == StatusCode::UNAUTHORIZED {
        // A browser then asks for a name and a password by itself.
        const ASK: HeaderValue = HeaderValue::from_static("Basic realm=\"Armistice\", charset=\"UTF-8\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, ASK);
    }
    let headers = response.headers_mut();
    // A file that holds its own style has a policy of its own, as strict.
    headers.entry(header::CONTENT_SECURITY_POLICY).or_insert(HeaderValue::from_static(POLICY));
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // What one may see another may not, so no shared cache keeps a page.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    response
}

/// A file that never changes under its address.
fn file(media_type: &'static str, text: &str) -> Response {
    let lasting = HeaderValue::from_static("public, max-age=31536000, immutable");
    ([(header::CONTENT_TYPE, HeaderValue::from_static(media_type)), (header::CACHE_CONTROL, lasting)], text.to_owned())
        .into_response()
}

async fn style() -> Response {
    file("text/css; charset=utf-8", &shell::STYLE)
}

async fn icon() -> Response {
    file("image/svg+xml", shell::ICON)
}
