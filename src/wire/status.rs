//! The only place that chooses a gRPC code.
//!
//! Every refusal carries exactly one `ErrorInfo`, of our domain and with a reason from the documented list; faults of
//! the request's fields stand in a `BadRequest`, each under its full path.

use std::collections::HashMap;
use std::time::Duration;

use tonic::{Code, Status};
use tonic_types::{ErrorDetails, FieldViolation, PreconditionViolation, StatusExt};

use crate::domain::fault::{Reason, Violation};
use crate::domain::name::shorten;
use crate::domain::record::Position;

/// The domain of every `ErrorInfo`.
pub const DOMAIN: &str = "armistice";

/// Bytes of faults that an answer lists. Details travel in the trailers, grow there by a third, and some clients take no
/// more than 8 KiB of them: a longer list would reach nobody. How many there are is said in any case.
const FAULTS_BYTES_MAX: usize = 5_000;

/// Why a request was refused, in all ways that have details of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The request's fields have faults, of which there is at least one.
    Faults(Vec<Violation>),
    /// No such record, or none yet by the clocks asked for.
    RecordUnknown {
        /// Its full name.
        name: String,
    },
    /// No such dossier.
    DossierUnknown {
        /// Its full name.
        name: String,
    },
    /// A dossier of this name is there already.
    DossierExists {
        /// Its full name.
        name: String,
    },
    /// The request id was used with another body.
    RequestIdReused {
        /// The id.
        request_id: String,
    },
    /// A position past the head, or an instant to come.
    PastHead {
        /// The field that asks for it.
        field: String,
        /// What it asks for.
        asked: String,
        /// The head of the log.
        head: Position,
    },
    /// A batch has too many records.
    BatchTooLarge {
        /// How many there are.
        records: usize,
        /// How many there may be.
        records_max: usize,
    },
    /// A message is too large.
    MessageTooLarge {
        /// How large it is.
        size_bytes: usize,
        /// How large it may be.
        size_bytes_max: usize,
    },
    /// The bytes are no message of the expected type.
    MalformedMessage {
        /// What the decoder says.
        fault: String,
    },
    /// The caller may not do this.
    NotPermitted {
        /// What they wanted to do.
        action: String,
    },
    /// Try again later.
    Unavailable {
        /// Why, for the caller.
        cause: &'static str,
        /// How much later.
        retry_after: Duration,
    },
    /// A defect of ours. What it is stands in our log, and nowhere else.
    Internal,
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Status {
        status(refusal)
    }
}

impl From<Violation> for Refusal {
    fn from(fault: Violation) -> Refusal {
        Refusal::Faults(vec![fault])
    }
}

impl From<Vec<Violation>> for Refusal {
    fn from(faults: Vec<Violation>) -> Refusal {
        Refusal::Faults(faults)
    }
}

/// The code that goes with a reason.
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
        Reason::RecordExists | Reason::RequestIdReused | Reason::DossierExists => {
            Code::AlreadyExists
        }
        Reason::RecordUnknown | Reason::DossierUnknown => Code::NotFound,
        Reason::EtagStale => Code::Aborted,
        Reason::NotYetProtected => Code::FailedPrecondition,
        Reason::PastHead => Code::OutOfRange,
        Reason::MessageTooLarge | Reason::BatchTooLarge => Code::ResourceExhausted,
        Reason::NotPermitted => Code::PermissionDenied,
        Reason::Unavailable => Code::Unavailable,
        Reason::Internal => Code::Internal,
    }
}

/// The answer to a request that is refused.
pub fn status(refusal: Refusal) -> Status {
    match refusal {
        Refusal::Faults(faults) => faulty(&faults),
        Refusal::RecordUnknown { name } => {
            let message = format!("there is no record {}", shorten(&name));
            resource(Reason::RecordUnknown, "armistice.v1.Record", name, message)
        }
        Refusal::DossierUnknown { name } => {
            let message = format!("there is no dossier {}", shorten(&name));
            resource(
                Reason::DossierUnknown,
                "armistice.v1.Dossier",
                name,
                message,
            )
        }
        Refusal::DossierExists { name } => {
            let message = format!("the dossier {} is there already", shorten(&name));
            resource(Reason::DossierExists, "armistice.v1.Dossier", name, message)
        }
        Refusal::RequestIdReused { request_id } => {
            let request_id = shorten(&request_id);
            let message =
                format!("request id {request_id} was used with another body; make a new one");
            let words = [("request_id", request_id)];
            answer(Reason::RequestIdReused, message, words, ErrorDetails::new())
        }
        Refusal::PastHead { field, asked, head } => {
            let description = format!("{asked} is past the head of the log, {head}");
            let fault = Violation::new(field, Reason::PastHead, description);
            let words = [("asked", asked), ("head", head.to_string())];
            let mut details = ErrorDetails::new();
            details.set_bad_request(vec![field_violation(&fault)]);
            answer(Reason::PastHead, sentence(&fault), words, details)
        }
        Refusal::BatchTooLarge {
            records,
            records_max,
        } => {
            let message =
                format!("the batch has {records} records; at most {records_max} are taken");
            let words = [
                ("records", records.to_string()),
                ("records_max", records_max.to_string()),
            ];
            answer(Reason::BatchTooLarge, message, words, ErrorDetails::new())
        }
        Refusal::MessageTooLarge {
            size_bytes,
            size_bytes_max,
        } => {
            let message =
                format!("the message has {size_bytes} bytes; at most {size_bytes_max} are taken");
            let words = [
                ("size_bytes", size_bytes.to_string()),
                ("size_bytes_max", size_bytes_max.to_string()),
            ];
            answer(Reason::MessageTooLarge, message, words, ErrorDetails::new())
        }
        Refusal::MalformedMessage { fault } => {
            let words = [("fault", fault.clone())];
            answer(Reason::MalformedMessage, fault, words, ErrorDetails::new())
        }
        Refusal::NotPermitted { action } => {
            let message = format!("you may not {action}");
            let words = [("action", action)];
            answer(Reason::NotPermitted, message, words, ErrorDetails::new())
        }
        Refusal::Unavailable { cause, retry_after } => {
            let words = [("cause", cause.to_owned())];
            let details = ErrorDetails::with_retry_info(Some(retry_after));
            answer(Reason::Unavailable, cause.to_owned(), words, details)
        }
        Refusal::Internal => {
            let message = "internal error".to_owned();
            answer(Reason::Internal, message, [], ErrorDetails::new())
        }
    }
}

fn resource(reason: Reason, kind: &str, name: String, message: String) -> Status {
    let name = shorten(&name);
    let mut details = ErrorDetails::new();
    details.set_resource_info(kind, name.clone(), "", message.clone());
    answer(reason, message, [("name", name)], details)
}

/// Of several faults, a malformed request comes first: what else is wrong with it may be gone once it is mended.
fn faulty(faults: &[Violation]) -> Status {
    let malformed = faults
        .iter()
        .find(|fault| code(fault.reason) == Code::InvalidArgument);
    let Some(leading) = malformed.or(faults.first()) else {
        debug_assert!(false, "a refusal without a fault");
        return status(Refusal::Internal);
    };
    let mut message = sentence(leading);
    if faults.len() > 1 {
        message = format!("{message} (and {} more)", faults.len() - 1);
    }

    let mut violations = Vec::new();
    let mut preconditions = Vec::new();
    let mut bytes = 0;
    for fault in faults {
        // Stated once more among the preconditions, a fault weighs twice.
        let precondition = is_precondition(fault.reason);
        bytes += weight(fault) * if precondition { 2 } else { 1 };
        if !violations.is_empty() && bytes > FAULTS_BYTES_MAX {
            break;
        }
        violations.push(field_violation(fault));
        if precondition {
            let (field, description) = (fault.field.clone(), fault.description.clone());
            let stated = PreconditionViolation::new(fault.reason.word(), field, description);
            preconditions.push(stated);
        }
    }
    let listed = violations.len();
    let mut details = ErrorDetails::new();
    details.set_bad_request(violations);
    if !preconditions.is_empty() {
        details.set_precondition_failure(preconditions);
    }
    let words = [
        ("field", leading.field.clone()),
        ("faults", faults.len().to_string()),
        ("faults_listed", listed.to_string()),
    ];
    answer(leading.reason, message, words, details)
}

/// Whether the fault lies in the state of things and not in the request.
fn is_precondition(reason: Reason) -> bool {
    matches!(code(reason), Code::Aborted | Code::FailedPrecondition)
}

/// About how many bytes a fault takes among the details.
fn weight(fault: &Violation) -> usize {
    const TAGS: usize = 10;
    fault.field.len() + fault.reason.word().len() + fault.description.len() + TAGS
}

fn field_violation(fault: &Violation) -> FieldViolation {
    FieldViolation {
        reason: fault.reason.word().to_owned(),
        ..FieldViolation::new(fault.field.clone(), fault.description.clone())
    }
}

fn sentence(fault: &Violation) -> String {
    format!("{}: {}", fault.field, fault.description)
}

fn answer<const N: usize>(
    reason: Reason,
    message: String,
    words: [(&str, String); N],
    mut details: ErrorDetails,
) -> Status {
    let metadata: HashMap<String, String> = words
        .into_iter()
        .map(|(word, value)| (word.to_owned(), value))
        .collect();
    details.set_error_info(reason.word(), DOMAIN, metadata);
    Status::with_error_details(code(reason), message, details)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(field: &str, reason: Reason) -> Violation {
        Violation::new(field, reason, "is not right")
    }

    /// Code, reason and the paths of the faults that are listed.
    fn check(refusal: impl Into<Refusal>, code: Code, reason: Reason, fields: &[&str]) -> Status {
        let status = status(refusal.into());
        assert_eq!(status.code(), code, "{status:?}");
        let all = status.get_error_details_vec();
        let infos = all
            .iter()
            .filter(|d| matches!(d, tonic_types::ErrorDetail::ErrorInfo(_)));
        assert_eq!(infos.count(), 1, "exactly one ErrorInfo");
        let info = status.get_details_error_info().expect("an ErrorInfo");
        assert_eq!(
            (info.reason.as_str(), info.domain.as_str()),
            (reason.word(), DOMAIN)
        );
        let listed = status
            .get_details_bad_request()
            .map(|bad| bad.field_violations)
            .unwrap_or_default();
        let listed: Vec<&str> = listed.iter().map(|v| v.field.as_str()).collect();
        assert_eq!(listed, fields);
        status
    }

    #[test]
    fn of_several_faults_a_malformed_request_comes_first_and_all_are_listed() {
        let exists = fault("records[0].name", Reason::RecordExists);
        let stale = fault("records[1].etag", Reason::EtagStale);
        let unknown = fault("records[2].report.claimant", Reason::ReferenceUnknown);
        let all = vec![exists.clone(), stale.clone(), unknown];
        let fields = [
            "records[0].name",
            "records[1].etag",
            "records[2].report.claimant",
        ];
        let status = check(
            all,
            Code::InvalidArgument,
            Reason::ReferenceUnknown,
            &fields,
        );
        assert_eq!(
            status.message(),
            "records[2].report.claimant: is not right (and 2 more)"
        );
        check(
            vec![exists.clone(), stale.clone()],
            Code::AlreadyExists,
            Reason::RecordExists,
            &fields[..2],
        );
        let status = check(
            vec![stale, exists],
            Code::Aborted,
            Reason::EtagStale,
            &["records[1].etag", "records[0].name"],
        );
        let failure = status
            .get_details_precondition_failure()
            .expect("the etag is a precondition");
        assert_eq!(failure.violations.len(), 1);
        assert_eq!(
            (
                failure.violations[0].r#type.as_str(),
                failure.violations[0].subject.as_str()
            ),
            ("ETAG_STALE", "records[1].etag")
        );
    }

    #[test]
    fn each_fault_has_its_reason_and_description() {
        let status = check(
            fault("page_size", Reason::ValueOutOfRange),
            Code::InvalidArgument,
            Reason::ValueOutOfRange,
            &["page_size"],
        );
        let violation = status
            .get_details_bad_request()
            .expect("a fault")
            .field_violations
            .remove(0);
        assert_eq!(
            (violation.reason.as_str(), violation.description.as_str()),
            ("VALUE_OUT_OF_RANGE", "is not right")
        );
        let metadata = status
            .get_details_error_info()
            .expect("an ErrorInfo")
            .metadata;
        assert_eq!(metadata.get("field").map(String::as_str), Some("page_size"));
    }

    #[test]
    fn what_is_not_there_is_named() {
        let name = || "dossiers/d/actors/a".to_owned();
        let status = check(
            Refusal::RecordUnknown { name: name() },
            Code::NotFound,
            Reason::RecordUnknown,
            &[],
        );
        let resource = status.get_details_resource_info().expect("a resource");
        assert_eq!(
            (resource.resource_type, resource.resource_name),
            ("armistice.v1.Record".to_owned(), name())
        );
        check(
            Refusal::DossierUnknown { name: name() },
            Code::NotFound,
            Reason::DossierUnknown,
            &[],
        );
        check(
            Refusal::DossierExists { name: name() },
            Code::AlreadyExists,
            Reason::DossierExists,
            &[],
        );
    }

    #[test]
    fn each_other_refusal_has_its_code() {
        let request_id = "5f0c".to_owned();
        check(
            Refusal::RequestIdReused { request_id },
            Code::AlreadyExists,
            Reason::RequestIdReused,
            &[],
        );
        let past = Refusal::PastHead {
            field: "consistency.at.position".into(),
            asked: "position 9".into(),
            head: 7,
        };
        check(
            past,
            Code::OutOfRange,
            Reason::PastHead,
            &["consistency.at.position"],
        );
        let batch = Refusal::BatchTooLarge {
            records: 1_001,
            records_max: 1_000,
        };
        check(batch, Code::ResourceExhausted, Reason::BatchTooLarge, &[]);
        let large = Refusal::MessageTooLarge {
            size_bytes: 9,
            size_bytes_max: 8,
        };
        check(large, Code::ResourceExhausted, Reason::MessageTooLarge, &[]);
        check(
            Refusal::MalformedMessage { fault: "f".into() },
            Code::InvalidArgument,
            Reason::MalformedMessage,
            &[],
        );
        check(
            Refusal::NotPermitted {
                action: "append".into(),
            },
            Code::PermissionDenied,
            Reason::NotPermitted,
            &[],
        );
        let later = Refusal::Unavailable {
            cause: "shutting down",
            retry_after: Duration::from_secs(2),
        };
        let status = check(later, Code::Unavailable, Reason::Unavailable, &[]);
        let retry = status.get_details_retry_info().expect("when to try again");
        assert_eq!(retry.retry_delay, Some(Duration::from_secs(2)));
        let status = check(Refusal::Internal, Code::Internal, Reason::Internal, &[]);
        assert_eq!(
            status.message(),
            "internal error",
            "and nothing more is said"
        );
    }

    #[test]
    fn no_reason_is_answered_as_a_success_or_as_not_known() {
        for &reason in Reason::ALL {
            assert!(
                !matches!(code(reason), Code::Ok | Code::Unknown),
                "{reason:?}"
            );
        }
    }

    #[test]
    fn a_long_list_is_cut_so_that_it_still_reaches_its_reader_and_says_so() {
        let faults: Vec<Violation> = (0..5_000)
            .map(|i| fault(&format!("records[{i}].report.claimant"), Reason::EtagStale))
            .collect();
        let status = status(Refusal::Faults(faults));
        let metadata = status
            .get_details_error_info()
            .expect("an ErrorInfo")
            .metadata;
        assert_eq!(metadata.get("faults").map(String::as_str), Some("5000"));
        let listed = status
            .get_details_bad_request()
            .expect("faults")
            .field_violations
            .len();
        assert_eq!(metadata.get("faults_listed"), Some(&listed.to_string()));
        assert!((10..100).contains(&listed), "{listed}");
        let trailers = status.details().len() * 4 / 3 + 3 * status.message().len();
        assert!(trailers < 8 * 1024, "{trailers}");
    }
}
