//! The only place that chooses a gRPC code.
//!
//! Every refusal carries exactly one `ErrorInfo`, and for input a `BadRequest` with every violation by its full path.

use std::collections::HashMap;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, StatusExt};

use crate::domain::fault::{Reason, Violation};
use crate::domain::name::shorten;

/// The domain of every `ErrorInfo`.
pub const DOMAIN: &str = "armistice";

/// Bytes of violations that an answer names. Details travel in the trailers and grow there by a third; tonic's own
/// client takes 16 KiB of trailers and some others 8, and breaks off without a reason where there are more. How many
/// violations there are is said in any case.
const VIOLATIONS_BYTES_MAX: usize = 5_000;

/// The most bytes of what is said about one fault. It quotes what was sent, and whoever writes it cuts the quotation; should
/// one forget to, the refusal still arrives.
const DESCRIPTION_BYTES_MAX: usize = 1_000;

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
        | Reason::NoObligation
        | Reason::TokenInvalid => Code::InvalidArgument,
        Reason::MessageTooLarge | Reason::BatchTooLarge => Code::ResourceExhausted,
        Reason::RecordExists | Reason::RequestIdReused | Reason::DossierExists => Code::AlreadyExists,
        Reason::RecordUnknown | Reason::DossierUnknown => Code::NotFound,
        Reason::EtagStale => Code::Aborted,
        Reason::NotYetProtected => Code::FailedPrecondition,
        Reason::PastHead => Code::OutOfRange,
        Reason::NotAuthenticated => Code::Unauthenticated,
        Reason::NotPermitted => Code::PermissionDenied,
        Reason::Unavailable => Code::Unavailable,
        Reason::Internal => Code::Internal,
    }
}

/// Refuses a request for its faults, of which there is at least one. Of several, a malformed one decides the code.
pub fn refused(mut violations: Vec<Violation>) -> Status {
    violations.iter_mut().for_each(cut);
    let malformed = violations.iter().find(|v| code(v.reason) == Code::InvalidArgument);
    let Some(first) = malformed.or(violations.first()) else {
        return internal();
    };
    let code = code(first.reason);
    let message = match violations.len() {
        1 => said(first),
        many => format!("{} (and {} more)", said(first), many - 1),
    };
    let named = named(&violations);
    let mut metadata = HashMap::from([("violations".to_owned(), violations.len().to_string())]);
    if !first.field.is_empty() {
        metadata.insert("field".to_owned(), first.field.clone());
        metadata.insert("violations_named".to_owned(), named.len().to_string());
    }
    let mut details = ErrorDetails::with_error_info(first.reason.word(), DOMAIN, metadata);
    if !named.is_empty() {
        details.set_bad_request(named);
    }
    if let Some(resource) = resource_type(first.reason) {
        // Which one it is stands in the field, or is said in the description where the server chose it.
        details.set_resource_info(resource, "", "", &first.description);
    }
    if matches!(code, Code::Aborted | Code::FailedPrecondition) {
        details.add_precondition_failure_violation(first.reason.word(), &first.field, &first.description);
    }
    if code == Code::Unavailable {
        details.set_retry_info(Some(RETRY_AFTER));
    }
    Status::with_error_details(code, message, details)
}

/// Says which message of a stream a refusal is about: its index, counted from 0, and its request id if it has one.
pub fn of_message(status: Status, index: u64, request_id: &str) -> Status {
    let mut details = status.get_error_details();
    let Some(info) = details.error_info() else {
        return status;
    };
    let (reason, mut metadata) = (info.reason.clone(), info.metadata.clone());
    metadata.insert("message_index".to_owned(), index.to_string());
    if !request_id.is_empty() {
        metadata.insert("request_id".to_owned(), shorten(request_id));
    }
    details.set_error_info(reason, DOMAIN, metadata);
    let message = format!("message {index} of the stream, counted from 0: {}", status.message());
    Status::with_error_details(status.code(), message, details)
}

fn cut(violation: &mut Violation) {
    if violation.description.len() > DESCRIPTION_BYTES_MAX {
        let end = violation.description.floor_char_boundary(DESCRIPTION_BYTES_MAX);
        violation.description.truncate(end);
        violation.description.push('…');
    }
}

/// What is there already, or not there, where that is the trouble.
fn resource_type(reason: Reason) -> Option<&'static str> {
    if matches!(reason, Reason::DossierUnknown | Reason::DossierExists) {
        Some("armistice.v1.Dossier")
    } else if matches!(reason, Reason::RecordUnknown | Reason::RecordExists) {
        Some("armistice.v1.Record")
    } else {
        None
    }
}

/// The violations of fields, as many as reach their reader.
fn named(violations: &[Violation]) -> Vec<FieldViolation> {
    const TAGS: usize = 10;
    let mut bytes = 0;
    let mut named = Vec::new();
    for Violation { field, reason, description } in violations.iter().filter(|v| !v.field.is_empty()) {
        bytes += field.len() + reason.word().len() + description.len() + TAGS;
        if bytes > VIOLATIONS_BYTES_MAX && !named.is_empty() {
            break;
        }
        let violation = FieldViolation::new(field, description);
        named.push(FieldViolation { reason: reason.word().to_owned(), ..violation });
    }
    named
}

/// What a client makes of a stream that ended before all was answered.
pub fn broken_off() -> Status {
    let details = ErrorDetails::with_error_info(Reason::Unavailable.word(), DOMAIN, HashMap::new());
    Status::with_error_details(Code::Unavailable, "the stream ended before all was answered", details)
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
    fn each_violation_is_named_with_its_reason_and_the_answer_has_one_error_info() {
        let status = refused(vec![
            fault("records[0].etag", Reason::EtagStale),
            fault("records[2].report.claimant", Reason::ReferenceUnknown),
        ]);
        let all = status.get_error_details_vec();
        let infos = all.iter().filter(|detail| matches!(detail, tonic_types::ErrorDetail::ErrorInfo(_)));
        assert_eq!(infos.count(), 1);
        let named = status.get_details_bad_request().expect("violations").field_violations;
        let named: Vec<String> = named.iter().map(|v| format!("{} {}", v.field, v.reason)).collect();
        assert_eq!(named, ["records[0].etag ETAG_STALE", "records[2].report.claimant REFERENCE_UNKNOWN"]);
        assert_eq!(status.message(), "records[2].report.claimant: is wrong (and 1 more)");
    }

    #[test]
    fn each_code_brings_the_details_that_help() {
        let details = |reason| refused(vec![fault("f", reason)]).get_error_details();
        let stale = details(Reason::EtagStale);
        let failure = stale.precondition_failure().expect("a precondition");
        assert_eq!(
            (failure.violations[0].r#type.as_str(), failure.violations[0].subject.as_str()),
            ("ETAG_STALE", "f")
        );
        let resource = |reason| details(reason).resource_info().map(|info| info.resource_type.clone());
        assert_eq!(resource(Reason::DossierUnknown).as_deref(), Some("armistice.v1.Dossier"));
        assert_eq!(resource(Reason::RecordExists).as_deref(), Some("armistice.v1.Record"));
        assert_eq!(resource(Reason::RequestIdReused), None);
        assert_eq!(details(Reason::Unavailable).retry_info().and_then(|info| info.retry_delay), Some(RETRY_AFTER));
        assert!(details(Reason::NameInvalid).retry_info().is_none());
    }

    #[test]
    fn a_long_list_is_cut_so_that_it_still_reaches_its_reader_and_says_so() {
        let status = refused((0..5_000).map(|i| fault(&format!("records[{i}].name"), Reason::NameInvalid)).collect());
        let metadata = status.get_details_error_info().expect("an ErrorInfo").metadata;
        let named = status.get_details_bad_request().expect("violations").field_violations.len();
        assert_eq!(metadata.get("violations").map(String::as_str), Some("5000"));
        assert_eq!(metadata.get("violations_named"), Some(&named.to_string()));
        assert!((50..200).contains(&named), "{named}");
        let trailers = status.details().len() * 4 / 3 + 3 * status.message().len();
        assert!(trailers < 8 * 1024, "{trailers}");
    }

    #[test]
    fn what_is_said_of_one_fault_is_cut_so_that_it_still_reaches_its_reader() {
        let long = Violation::new("f", Reason::ClassUnknown, "ї".repeat(10_000));
        let status = refused(vec![long.clone(), long]);
        assert!(status.details().len() < 4_000, "{}", status.details().len());
        assert!(status.message().len() < 1_100 && status.message().contains('…'));
    }

    #[test]
    fn no_reason_is_answered_as_a_success_or_as_not_known() {
        for &reason in Reason::ALL {
            assert!(!matches!(code(reason), Code::Ok | Code::Unknown), "{reason:?}");
        }
    }

    #[test]
    fn every_reason_has_its_word_once() {
        let words: std::collections::HashSet<&str> = Reason::ALL.iter().map(|r| r.word()).collect();
        assert_eq!(words.len(), Reason::ALL.len());
    }
}
