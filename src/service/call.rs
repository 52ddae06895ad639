//! What every call does first: say who asks, ask leave, find the dossier, settle the clock, open the page.

use std::sync::Arc;

use prost::Message;
use tonic::{Request, Status};

use crate::access::{self, Action, Decision, Grant, Principal, Resource};
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::DossierId;
use crate::domain::record::Position;
use crate::view::records::Clock;
use crate::wire::decode::consistency::{Consistency, When};
use crate::wire::token::{self, PageToken};
use crate::wire::{decode, pb, status};

use super::calls;
use super::dossiers::{Dossiers, Error, Open};
use super::identity::Caller;

/// How many items a page has if the request does not say.
const PAGE_SIZE_DEFAULT: usize = 100;

/// The most items of a page.
const PAGE_SIZE_MAX: usize = 1000;

/// The most bytes of a page's items, so that clients with default settings never fail.
const PAGE_SIZE_BYTES_MAX: usize = 1024 * 1024;

/// Reads the dossier that a request is about.
pub(super) fn dossier_id(name: &str, field: &str) -> Result<DossierId, Violation> {
    if name.is_empty() {
        return Err(Violation::new(field, Reason::FieldRequired, "is required: dossiers/{dossier}"));
    }
    DossierId::parse_name(name).map_err(|error| Violation::new(field, Reason::NameInvalid, error.to_string()))
}

/// Who asks, and what. Whom the door did not put beside the request is a stranger, here as there.
pub(super) fn asked<T>(request: Request<T>) -> Result<(Principal, T), Status> {
    let principal = Caller::of(request.extensions()).cloned().map_err(|stranger| stranger.refused())?;
    Ok((principal, request.into_inner()))
}

/// Refuses whoever may not create dossiers.
pub(super) fn may_create(principal: &Principal) -> Result<(), Status> {
    match access::decide(principal, Action::Create, Resource::Server) {
        Decision::Allow => Ok(()),
        Decision::Deny => {
            let what = "the caller may not create dossiers: that takes the role admin on all of them (\"*\")";
            Err(status::refused(vec![Violation::new("", Reason::NotPermitted, what)]))
        }
    }
}

/// Leave to do something on a dossier, asked before it is looked up: the refusal says what the request said, and is the same whether
/// there is such a dossier or not.
pub(super) fn leave(principal: &Principal, action: Action, id: &DossierId, field: &str) -> Result<Grant, Status> {
    Grant::ask(principal, action, id).ok_or_else(|| {
        let may_not = match action {
            Action::Create | Action::Read => "read",
            Action::Append | Action::AppendTo(_) => "append to",
        };
        let what = format!("the caller may not {may_not} \"{}\", whether there is such a dossier or not", id.as_str());
        status::refused(vec![Violation::new(field, Reason::NotPermitted, what)])
    })
}

/// The dossier of a read.
pub(super) async fn open(
    dossiers: &Dossiers,
    principal: &Principal,
    name: &str,
    field: &str,
) -> Result<Arc<Open>, Status> {
    let id = dossier_id(name, field).map_err(|fault| status::refused(vec![fault]))?;
    let grant = leave(principal, Action::Read, &id, field)?;
    dossiers.get(&grant).await.map_err(|error| failed(error, field))
}

/// Says why a dossier could not be read or written. What only the operator should know goes to the log.
pub(super) fn failed(error: Error, field: &str) -> Status {
    let fault = match error {
        Error::Refused(violations) => return status::refused(violations),
        Error::Unknown { .. } => Violation::new(field, Reason::DossierUnknown, error.to_string()),
        Error::Exists { .. } => Violation::new("dossier_id", Reason::DossierExists, error.to_string()),
        Error::RequestIdReused => {
            let what = "the request id was used before, with another body: use a new one";
            Violation::new("request_id", Reason::RequestIdReused, what)
        }
        Error::Lost => {
            let what = "what became of the request cannot be told now: try again with the same request id";
            Violation::new("", Reason::Unavailable, what)
        }
        error @ Error::Behind { .. } => unavailable(&error),
        Error::Closing => Violation::new("", Reason::Unavailable, "the server is shutting down: try again"),
        Error::Storage(cause) => {
            tracing::error!(error = &*cause as &dyn std::error::Error, "the storage failed");
            let what = "the storage did not answer as it should: try again with the same request id";
            Violation::new("", Reason::Unavailable, what)
        }
        Error::Unreadable { dossier, cause } => {
            tracing::error!(
                dossier = dossier.as_str(),
                error = &*cause as &dyn std::error::Error,
                "a dossier cannot be read"
            );
            Violation::new("", Reason::Internal, "internal error")
        }
    };
    status::refused(vec![fault])
}

/// Whoever asks again may be answered.
fn unavailable(error: &Error) -> Violation {
    Violation::new("", Reason::Unavailable, format!("{error}: try again"))
}

/// Settles the clock of a read.
pub(super) async fn clock(open: &Open, wire: Option<pb::Consistency>) -> Result<Clock, Vec<Violation>> {
    let Consistency { when, known_by } = decode::consistency::consistency(wire, &open.dossier.id, &open.dossier.zone)?;
    let head = open.head();
    let fault = |field: &str, reason, what: String| vec![Violation::new(format!("consistency.{field}"), reason, what)];
    let past_head = |field: &str, position: Position| {
        fault(field, Reason::PastHead, format!("position {position} is past the head, which is {head}"))
    };
    let of_token = |text: &str, field: &str| -> Result<Position, Vec<Violation>> {
        let position = token::read_position(text, &open.log_id)
            .map_err(|error| fault(field, Reason::TokenInvalid, error.to_string()))?;
        if position > head { Err(past_head(field, position)) } else { Ok(position) }
    };
    let at = match when {
        When::Latest => head,
        // Whatever was answered is folded in before it is answered, so the head is at least as fresh as any token.
        When::AtLeast(text) => of_token(&text, "at_least_as_fresh").map(|_| head)?,
        When::ReadAt(text) => of_token(&text, "at.read_at")?,
        When::Position(asked) => match Position::try_from(asked) {
            Ok(position) if position <= head => position,
            Ok(position) => return Err(past_head("at.position", position)),
            Err(_) => return Err(fault("at.position", Reason::ValueOutOfRange, format!("{asked} is no position"))),
        },
        When::Time(instant) => {
            if instant > open.now() {
                return Err(fault("at.time", Reason::PastHead, format!("{instant} is still to come")));
            }
            if instant < open.dossier.create_time {
                let what = format!("at {instant} there was no dossier \"{}\" yet", open.dossier.id.as_str());
                return Err(fault("at.time", Reason::DossierUnknown, what));
            }
            open.position_at(instant).await.map_err(|error| vec![unavailable(&error)])?
        }
    };
    calls::at_position(at);
    Ok(Clock { at, known_by })
}

/// How many items a page may have: 0 means the default, too many the most.
pub(super) fn page_size(asked: i32) -> Result<usize, Violation> {
    match usize::try_from(asked) {
        Ok(0) => Ok(PAGE_SIZE_DEFAULT),
        Ok(size) => Ok(size.min(PAGE_SIZE_MAX)),
        Err(_) => Err(Violation::new("page_size", Reason::ValueOutOfRange, format!("{asked} is negative"))),
    }
}

/// Settles the page and the clock of a list, or names every fault of both.
pub(super) async fn page_and_clock(
    open: &Open,
    page: Result<Page, Vec<Violation>>,
    consistency: Option<pb::Consistency>,
) -> Result<(Page, Clock), Vec<Violation>> {
    match page {
        Ok(page) => page.clock(open, consistency).await.map(|clock| (page, clock)),
        Err(mut faults) => {
            faults.extend(clock(open, consistency).await.err().unwrap_or_default());
            Err(faults)
        }
    }
}

/// Both, or the faults of both.
pub(super) fn together<A, B>(
    a: Result<A, Vec<Violation>>,
    b: Result<B, Vec<Violation>>,
) -> Result<(A, B), Vec<Violation>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(a.err().into_iter().chain(b.err()).flatten().collect()),
    }
}

/// Which page of an answer is asked for.
#[derive(Debug)]
pub(super) struct Page {
    /// The most items.
    pub(super) size: usize,
    /// Where the page before ended; the answer goes on after it.
    pub(super) after: Option<u64>,
    /// The position that the first page was computed at.
    position: Option<Position>,
    /// The hash of all other arguments.
    arguments: [u8; 32],
}

impl Page {
    /// Opens a page. `arguments` is the request without its page fields: a token is good for nothing else.
    pub(super) fn open(
        size: i32,
        token: &str,
        arguments: &impl Message,
        log_id: &token::LogId,
    ) -> Result<Page, Vec<Violation>> {
        let mut faults = Vec::new();
        let size = page_size(size).unwrap_or_else(|fault| {
            faults.push(fault);
            PAGE_SIZE_DEFAULT
        });
        let arguments = token::arguments_sha256(arguments);
        let mut page = Page { size, after: None, position: None, arguments };
        if !token.is_empty() {
            match PageToken::parse(token, log_id, &arguments) {
                Ok(token) => {
                    page.after = Some(token.cursor);
                    page.position = Some(token.position);
                }
                Err(error) => faults.push(Violation::new("page_token", Reason::TokenInvalid, error.to_string())),
            }
        }
        if faults.is_empty() { Ok(page) } else { Err(faults) }
    }

    /// The clock of this page: that of the first one.
    async fn clock(&self, open: &Open, wire: Option<pb::Consistency>) -> Result<Clock, Vec<Violation>> {
        let Some(at) = self.position else {
            return clock(open, wire).await;
        };
        let head = open.head();
        if at > head {
            // A store that was copied before it went on does not hold what the token speaks of.
            let what = format!("position {at} is past the head, which is {head}");
            return Err(vec![Violation::new("page_token", Reason::PastHead, what)]);
        }
        // The token is bound to the request, so known_by is the same as on the first page; only the position is fixed by it.
        let asked = pb::Consistency { when: None, known_by: wire.and_then(|w| w.known_by) };
        let clock = Clock { at, ..clock(open, Some(asked)).await? };
        calls::at_position(at);
        Ok(clock)
    }

    /// The first item of this page, counted over all pages.
    pub(super) fn start(&self) -> usize {
        self.after.map_or(0, |after| usize::try_from(after).unwrap_or(usize::MAX).saturating_add(1))
    }

    /// Takes items until the page is full by number or bytes; the token is empty at the end.
    pub(super) fn fill<T: Message>(
        &self,
        items: impl Iterator<Item = (u64, T)>,
        position: Position,
        log_id: &token::LogId,
    ) -> (Vec<T>, String) {
        let mut taken = Vec::new();
        let mut bytes = 0;
        let mut last = 0;
        for (cursor, item) in items {
            bytes += item.encoded_len();
            if taken.len() == self.size || (bytes > PAGE_SIZE_BYTES_MAX && !taken.is_empty()) {
                let token = PageToken { position, cursor: last, arguments_sha256: self.arguments };
                return (taken, token.write(log_id));
            }
            taken.push(item);
            last = cursor;
        }
        (taken, String::new())
    }
}
