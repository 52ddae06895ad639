//! The only place that chooses a gRPC code.
//!
//! Every refusal carries exactly one `ErrorInfo`, and for input a `BadRequest` with every violation by its full path.

use std::collections::HashMap;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::domain::fault::{Reason, Violation};

/// The domain of every `ErrorInfo`.
pub const DOMAIN: &str = "armistice";

/// The most violations that an answer names; so many fit into the headers of a response.
const VIOLATIONS_MAX: usize = 50;

/// How long a caller should wait before trying again.
const RETRY_AFTER: Duration = Duration::from_millis(500);

/// The code of a reason.
pub fn code(reason: Reason) -> Code {
    match reason {
        Reason::MalformedMessage
        | Reason::FieldRequired
        | Reason::FieldNotAllowed
        | Reason::ValueOutOfRange
        | Reason::EnumUnknown
        | Reason::NameInvalid
        | Reason::KindMismatch
        | Reason::TimeInvalid
        | Reason::ZoneUnknown
        | Reason::GeojsonMalformed
        | Reason::ClassUnknown
        | Reason::ReferenceUnknown
        | Reason::ReferenceLater
        | Reason::ReferenceRetracted
        | Reason::HierarchyCycle
        | Reason::CitationRequired
        | Reason::RuleBroken
        | Reason::NameRepeated
        | Reason::ObligationNotAssessed
        | Reason::TokenInvalid => Code::InvalidArgument,
        Reason::MessageTooLarge | Reason::BatchTooLarge => Code::ResourceExhausted,
        Reason::RecordExists | Reason::RequestIdReused | Reason::DossierExists => Code::AlreadyExists,
        Reason::RecordUnknown | Reason::DossierUnknown => Code::NotFound,
        Reason::EtagStale => Code::Aborted,
        Reason::NotYetProtected => Code::FailedPrecondition,
        Reason::PastHead => Code::OutOfRange,
        Reason::NotPermitted => Code::PermissionDenied,
        Reason::Unavailable => Code::Unavailable,
        Reason::Internal => Code::Internal,
    }
}

/// Refuses a request for its faults, of which there is at least one. Of several, a malformed one decides the code.
pub fn refused(violations: Vec<Violation>) -> Status {
    let malformed = violations.iter().find(|v| code(v.reason) == Code::InvalidArgument);
    let Some(first) = malformed.or(violations.first()) else {
        return internal();
    };
    let code = code(first.reason);
    let message = match violations.len() {
        1 => said(first),
        many => format!("{} (and {} more)", said(first), many - 1),
    };
    let mut metadata = HashMap::new();
    if !first.field.is_empty() {
        metadata.insert("field".to_owned(), first.field.clone());
    }
    let mut details = ErrorDetails::with_error_info(first.reason.word(), DOMAIN, metadata);
    let named = violations.iter().filter(|v| !v.field.is_empty());
    for violation in named.take(VIOLATIONS_MAX) {
        details.add_bad_request_violation(&violation.field, &violation.description);
    }
    match code {
        Code::NotFound | Code::AlreadyExists => {
            details.set_resource_info("armistice.v1.Record", &first.field, "", &first.description);
        }
        Code::FailedPrecondition => {
            details.add_precondition_failure_violation(first.reason.word(), &first.field, &first.description);
        }
        Code::Unavailable => {
            details.set_retry_info(Some(RETRY_AFTER));
        }
        _ => {}
    }
    Status::with_error_details(code, message, details)
}

/// A defect of ours: logged whole where it was found, and nothing more said.
pub fn internal() -> Status {
    let details = ErrorDetails::with_error_info(Reason::Internal.word(), DOMAIN, HashMap::new());
    Status::with_error_details(Code::Internal, "internal error", details)
}

fn said(violation: &Violation) -> String {
    if violation.field.is_empty() {
        violation.description.clone()
    } else {
        format!("{}: {}", violation.field, violation.description)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(field: &str, reason: Reason) -> Violation {
        Violation::new(field, reason, "is wrong")
    }

    #[test]
    fn of_several_faults_a_malformed_one_decides_the_code() {
        let status = refused(vec![
            fault("records[0].reason", Reason::RecordExists),
            fault("records[1].name", Reason::NameInvalid),
        ]);
        assert_eq!(status.code(), Code::InvalidArgument);
        let details = status.get_error_details();
        assert_eq!(details.error_info().map(|i| i.reason.as_str()), Some("NAME_INVALID"));
        assert_eq!(details.bad_request().map(|b| b.field_violations.len()), Some(2));
    }

    #[test]
    fn every_reason_has_its_word_once() {
        let words: std::collections::HashSet<&str> = Reason::ALL.iter().map(|r| r.word()).collect();
        assert_eq!(words.len(), Reason::ALL.len());
    }
}
