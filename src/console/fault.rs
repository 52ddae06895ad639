//! Why there is no page, as a page: what the API refused, field by field, and never more than it says itself.

use axum::http::StatusCode;
use maud::{Markup, html};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::ask::Ask;
use super::shell::{Page, Tab};
use crate::domain::fault::Violation;

/// Why there is no page.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is not known who asks.
    Unknown(&'static str),
    /// The address leads nowhere.
    NoSuchPage,
    /// Something else than a reading was asked for.
    ReadOnly,
    /// The server composes no briefings.
    NoBriefings,
    /// Words in the address cannot be read.
    Fields(Vec<Violation>),
    /// The API refused.
    Refused(Box<Status>),
}

impl From<Violation> for Fault {
    fn from(violation: Violation) -> Fault {
        Fault::Fields(vec![violation])
    }
}

impl From<Status> for Fault {
    fn from(status: Status) -> Fault {
        Fault::Refused(Box::new(status))
    }
}

/// One fault of one field, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldFault {
    /// Its path, as the API names it, or the name of the field of a form.
    pub(super) field: String,
    /// What is wrong with it.
    pub(super) what: String,
}

/// What a refusal says of fields.
pub(super) fn field_faults(status: &Status) -> Vec<FieldFault> {
    let violations = status.get_details_bad_request().map(|bad| bad.field_violations).unwrap_or_default();
    violations.into_iter().map(|v| FieldFault { field: v.field, what: v.description }).collect()
}

impl Fault {
    /// The status by which HTTP knows it.
    fn status(&self) -> StatusCode {
        match self {
            Fault::Unknown(_) => StatusCode::UNAUTHORIZED,
            Fault::NoSuchPage => StatusCode::NOT_FOUND,
            Fault::ReadOnly => StatusCode::METHOD_NOT_ALLOWED,
            Fault::NoBriefings => StatusCode::NOT_IMPLEMENTED,
            Fault::Fields(_) => StatusCode::BAD_REQUEST,
            Fault::Refused(status) => http_status(status.code()),
        }
    }

    /// The page that says so.
    pub(super) fn page(self, ask: &Ask) -> Page {
        let status = self.status();
        let title = heading(status);
        let (said, fields) = match &self {
            Fault::Unknown(why) => return Page::new(title.to_owned(), who(title, why)).status(status),
            Fault::Refused(refused) if refused.code() == Code::PermissionDenied => {
                return Page::new(title.to_owned(), no_role(title)).status(status);
            }
            Fault::NoSuchPage => ("There is no page at this address.".to_owned(), Vec::new()),
            Fault::ReadOnly => {
                ("Pages are read only: what enters the record enters it by the API.".to_owned(), Vec::new())
            }
            Fault::NoBriefings => ("This server composes no briefings.".to_owned(), Vec::new()),
            Fault::Fields(violations) => {
                let fields = violations.iter();
                let fields = fields.map(|v| FieldFault { field: v.field.clone(), what: v.description.clone() });
                ("What the address says cannot be read.".to_owned(), fields.collect())
            }
            Fault::Refused(status) => (said(status), field_faults(status)),
        };
        let body = html! {
            h1 { (title) }
            p { (said) }
            (listed(&fields))
            p {
                @if ask.part("dossier").is_empty() { a href="/" { "All dossiers" } }
                @else { a href=(ask.links().to("", &[])) { "Overview of the dossier" } " · " a href="/" { "All dossiers" } }
            }
        };
        let page = Page::new(title.to_owned(), body).status(status);
        // The form with the clocks stays, so that a clock which was mistyped can be mended.
        if ask.part("dossier").is_empty() { page } else { page.of_fault(ask, Tab::None) }
    }
}

/// What whoever is not known is shown: nothing of what is held, and not whether the address leads anywhere.
fn who(title: &str, why: &str) -> Markup {
    html! {
        h1 { (title) }
        p { (why) }
        p {
            "When your browser asks for a name and a password, the " strong { "password is your token" } "; the name may be anything. "
            "Whoever runs the server gives out tokens. To be asked again, load the page anew."
        }
    }
}

/// What whoever has no role is shown: the same whether the address leads anywhere or not, and no way on that leads here again.
fn no_role(title: &str) -> Markup {
    html! {
        h1 { (title) }
        p { "You have no role by which you may read what is at this address, whether there is such a dossier or not." }
        p { "Whoever runs the server gives out roles. " a href="/" { "All dossiers that you may read" } }
    }
}

/// Faults of fields as a table; nothing where there are none.
pub(super) fn listed(fields: &[FieldFault]) -> Markup {
    html! {
        @if !fields.is_empty() {
            div .scroll tabindex="0" role="region" aria-label="What is wrong, field by field" {
                table {
                    caption { "What is wrong, field by field" }
                    thead { tr { th scope="col" { "Field" } th scope="col" { "What is wrong" } } }
                    tbody {
                        @for fault in fields {
                            tr { th scope="row" { code { (shown_field(&fault.field)) } } td { (fault.what) } }
                        }
                    }
                }
            }
        }
    }
}

/// What a request says is said by the fields of forms here.
fn shown_field(field: &str) -> &str {
    match field.strip_prefix("briefing.").unwrap_or(field) {
        "consistency.known_by" => "known_by",
        at if at.starts_with("consistency.at") => "as_of",
        "period" | "period.local" => "date",
        previous if previous.starts_with("previous") => "since",
        "filter.occurred" | "filter.occurred.local" => "occurred",
        field => field,
    }
}

/// What the refusal says; of what went wrong inside, nothing.
fn said(status: &Status) -> String {
    match status.code() {
        Code::Internal | Code::Unknown | Code::DataLoss => {
            "The server failed to answer. Its log says why; trying again may help.".to_owned()
        }
        Code::Unimplemented => "This server does not answer that yet.".to_owned(),
        Code::Ok
        | Code::Cancelled
        | Code::InvalidArgument
        | Code::DeadlineExceeded
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::Unauthenticated => status.message().to_owned(),
    }
}

/// The HTTP status of a gRPC code.
fn http_status(code: Code) -> StatusCode {
    match code {
        Code::InvalidArgument | Code::OutOfRange | Code::FailedPrecondition => StatusCode::BAD_REQUEST,
        Code::Unauthenticated => StatusCode::UNAUTHORIZED,
        Code::PermissionDenied => StatusCode::FORBIDDEN,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::AlreadyExists | Code::Aborted => StatusCode::CONFLICT,
        Code::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
        Code::Unimplemented => StatusCode::NOT_IMPLEMENTED,
        Code::Unavailable | Code::Cancelled => StatusCode::SERVICE_UNAVAILABLE,
        Code::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
        Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn heading(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST | StatusCode::CONFLICT => "This cannot be answered",
        StatusCode::UNAUTHORIZED => "Who are you?",
        StatusCode::FORBIDDEN => "This may not be shown to you",
        StatusCode::NOT_FOUND => "Not found",
        StatusCode::METHOD_NOT_ALLOWED => "Read only",
        StatusCode::TOO_MANY_REQUESTS => "Too much at a time",
        StatusCode::NOT_IMPLEMENTED => "Not answered here",
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => "Not now",
        _ => "The server failed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fault::Reason;
    use crate::wire::status::refused;

    #[test]
    fn what_went_wrong_inside_is_not_told() {
        let inside = refused(vec![Violation::new("", Reason::Internal, "disk 3 at /var/lib is on fire")]);
        assert!(!said(&inside).contains("fire"));
        assert_eq!(Fault::from(inside).status(), StatusCode::INTERNAL_SERVER_ERROR);
        let busy = refused(vec![Violation::new("", Reason::Unavailable, "the server is shutting down: try again")]);
        assert_eq!(Fault::from(busy).status(), StatusCode::SERVICE_UNAVAILABLE);
    }

    #[test]
    fn every_field_that_is_wrong_is_named_and_clocks_as_the_form_names_them() {
        let status = refused(vec![
            Violation::new("consistency.at.position", Reason::PastHead, "position 9 is past the head"),
            Violation::new("filter.objects[0]", Reason::ClassUnknown, "\"<b>\" is no node"),
            Violation::new("briefing.period.local", Reason::TimeInvalid, "is no day"),
            Violation::new("previous_known_by", Reason::ValueOutOfRange, "is later"),
        ]);
        let text = listed(&field_faults(&status)).into_string();
        for words in [
            "<code>as_of</code>",
            "<code>date</code>",
            "<code>since</code>",
            "position 9 is past the head",
            "filter.objects[0]",
            "&lt;b&gt;",
        ] {
            assert!(text.contains(words), "{words} is not in {text}");
        }
    }
}
