//! What stands around every page: head, ways on, the clocks and the form that sets them.

use std::sync::LazyLock;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::ask::Ask;
use super::links::Links;
use super::room::Room;
use crate::render::briefing::drawings;
use crate::render::direction::closed_html;

/// How pages look.
pub(super) static STYLE: LazyLock<String> =
    LazyLock::new(|| format!("{}{}", drawings::STYLE, include_str!("style.css")));

/// The sign in a browser's tab: two halves that do not quite meet.
pub(super) const ICON: &str = concat!(
    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d3557"/>"##,
    r##"<path d="M3 4h4v8H3z" fill="#f1faee"/><path d="M9 4h4v8H9z" fill="none" stroke="#f1faee"/></svg>"##
);

/// The style's address names its contents, so that it can be kept for ever and still be replaced.
static STYLE_ADDRESS: LazyLock<String> = LazyLock::new(|| {
    // FNV-1a: it only has to differ when the text does.
    let hash = STYLE
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("/style.css?v={hash:016x}")
});

/// The pages of a dossier that can be reached from each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Overview,
    Compare,
    Draft,
    Briefing,
    Records,
    /// A page that is none of them.
    None,
}

const TABS: [(Tab, &str, &str); 5] = [
    (Tab::Overview, "", "Overview"),
    (Tab::Compare, "/compare", "Compare readings"),
    (Tab::Draft, "/draft", "Draft a reading"),
    (Tab::Briefing, "/briefing", "Briefing"),
    (Tab::Records, "/records", "Records"),
];

/// A page.
pub(super) struct Page {
    title: String,
    status: StatusCode,
    body: Markup,
    frame: Option<Frame>,
}

/// What a page of a dossier has around it.
struct Frame {
    links: Links,
    dossier: String,
    tab: Tab,
    has_briefings: bool,
    as_of: String,
    known_by: String,
    /// What the form must not lose: all else that the address says.
    kept: Vec<(String, String)>,
    path: String,
    clocks: Option<Told>,
}

/// By which clocks a page answers.
struct Told {
    recorded: String,
    known: String,
    /// Leads to this page as it is now, for ever; `None` where it is fixed already.
    lasting: Option<String>,
    /// Leads to this page by the latest clocks; `None` where it answers by them.
    latest: Option<String>,
}

impl Page {
    /// A page outside of any dossier.
    pub(super) fn new(title: String, body: Markup) -> Page {
        Page { title, status: StatusCode::OK, body, frame: None }
    }

    /// The same with another HTTP status.
    pub(super) fn status(self, status: StatusCode) -> Page {
        Page { status, ..self }
    }

    /// A page of a dossier.
    pub(super) fn of(self, room: &Room, tab: Tab) -> Page {
        let Room { ask, links, zone, clocks, read_at, .. } = room;
        let kept = kept(ask);
        let with = |as_of: &str, known_by: &str| {
            let kept = kept.iter().map(|(key, value)| (key.as_str(), value.as_str()));
            super::links::with_query(ask.path(), kept.chain([("as_of", as_of), ("known_by", known_by)]))
        };
        let (as_of, known_by) = (ask.said("as_of"), ask.said("known_by"));
        let told = Told {
            recorded: clocks.recorded(as_of, zone),
            known: clocks.known(known_by, zone),
            lasting: clocks.is_latest().then(|| with(read_at, known_by)),
            latest: (!clocks.is_latest() || !clocks.knows_all()).then(|| with("", "")),
        };
        let frame = frame(ask, links.clone(), room.title().to_owned(), tab);
        Page { frame: Some(Frame { clocks: Some(told), ..frame }), ..self }
    }

    /// A page that says what is wrong with a question about a dossier, which may not be there.
    pub(super) fn of_fault(self, ask: &Ask, tab: Tab) -> Page {
        let links = ask.links();
        let dossier = links.dossier().to_owned();
        Page { frame: Some(frame(ask, links, dossier, tab)), ..self }
    }
}

fn frame(ask: &Ask, links: Links, dossier: String, tab: Tab) -> Frame {
    Frame {
        links,
        dossier,
        tab,
        has_briefings: ask.desk.briefings.is_some(),
        as_of: ask.said("as_of").to_owned(),
        known_by: ask.said("known_by").to_owned(),
        kept: kept(ask),
        path: ask.path().to_owned(),
        clocks: None,
    }
}

/// What the address says beside the clocks. The token of a page is good for one state only, so it goes.
fn kept(ask: &Ask) -> Vec<(String, String)> {
    let beside = ask.query().filter(|(key, _)| !["as_of", "known_by", "page"].contains(key));
    beside.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let status = self.status;
        let mut response = (status, closed_html(self.html().into_string())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl Page {
    fn html(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    title {
                        (self.title)
                        @if let Some(frame) = &self.frame { " · " (frame.dossier) }
                        " · Armistice"
                    }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    link rel="icon" href="/icon.svg" type="image/svg+xml";
                    link rel="stylesheet" href=(STYLE_ADDRESS.as_str());
                }
                body {
                    a .skip href="#main" { "Skip to the content" }
                    header .top {
                        p .brand {
                            a href="/" { "Armistice" }
                            @if let Some(frame) = &self.frame {
                                span aria-hidden="true" { " / " }
                                a href=(frame.links.to("", &[])) { (frame.dossier) }
                            }
                        }
                        @if let Some(frame) = &self.frame { (frame.ways_on()) }
                    }
                    @if let Some(frame) = &self.frame { (frame.clocks()) }
                    main #main tabindex="-1" { (self.body) }
                    footer {
                        p {
                            "Verdicts are computed for each reading by itself, from what the records say. What no record says, no page says. "
                            "Nothing here is anyone's word but the named speaker's."
                        }
                    }
                }
            }
        }
    }
}

impl Frame {
    fn ways_on(&self) -> Markup {
        html! {
            nav aria-label="Pages of this dossier" {
                ul {
                    @for (tab, path, word) in TABS.iter().copied().filter(|(tab, ..)| self.has_briefings || *tab != Tab::Briefing) {
                        li {
                            @if tab == self.tab { a href=(self.links.to(path, &[])) aria-current="page" { (word) } }
                            @else { a href=(self.links.to(path, &[])) { (word) } }
                        }
                    }
                }
            }
        }
    }

    fn clocks(&self) -> Markup {
        html! {
            section .clocks aria-label="By which clocks this page answers" {
                @if let Some(told) = &self.clocks {
                    p {
                        "Answered from " strong { (told.recorded) } ", with " strong { (told.known) } "."
                        @if let Some(address) = &told.lasting { " " a href=(address) { "Link to just this state" } }
                        @if let Some(address) = &told.latest { " " a href=(address) { "Back to the latest" } }
                    }
                }
                form action=(self.path) method="get" {
                    @for (key, value) in &self.kept { input type="hidden" name=(key) value=(value); }
                    label for="as_of" { "As of" }
                    input #as_of name="as_of" value=(self.as_of) size="12" placeholder="latest" autocomplete="off"
                        aria-describedby="clocks-hint";
                    label for="known_by" { "Known by" }
                    input #known_by name="known_by" value=(self.known_by) size="20" placeholder="no limit" autocomplete="off"
                        aria-describedby="clocks-hint";
                    button { "Show" }
                    span #clocks-hint .hint {
                        "A day such as 2025-03-20 (to its end) or an instant such as 2025-03-20T06:00Z; as of, also a position."
                    }
                }
            }
        }
    }
}
