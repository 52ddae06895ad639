//! What a refusal says, as one line of text, and that it is put together as promised.

use armistice::wire::pb;
use tonic::Status;
use tonic_types::{ErrorDetail, StatusExt};

use crate::json;
use crate::server::Server;

/// A refusal as `CODE REASON: path REASON; path REASON`; without the second part where no field is named.
///
/// Checks that there is one `ErrorInfo`, of our domain and with a documented reason, and that it counts the violations.
pub(crate) fn shown(status: &Status) -> String {
    let details = status.check_error_details_vec().expect("the details decode");
    let infos: Vec<_> = details
        .iter()
        .filter_map(|detail| match detail {
            ErrorDetail::ErrorInfo(info) => Some(info),
            _ => None,
        })
        .collect();
    let [info] = infos[..] else { panic!("not one ErrorInfo but {infos:?} in {status:?}") };
    assert_eq!(info.domain, "armistice");
    let documented: Vec<&str> = armistice::domain::fault::Reason::ALL.iter().map(|r| r.word()).collect();
    assert!(documented.contains(&info.reason.as_str()), "{} is no documented reason", info.reason);
    assert!(!status.message().is_empty(), "a refusal says something to a person");
    // Details travel in base64, the message with every odd byte as three; some clients take no more than 8 KiB of it all.
    let odd = |byte: &u8| !(0x20..0x7f).contains(byte) || *byte == b'%';
    let message = status.message().len() + 2 * status.message().bytes().filter(odd).count();
    assert!(status.details().len() * 4 / 3 + message < 8 * 1024 - 200, "a refusal too large to arrive: {status:?}");
    let violations = named(status);
    if let Some(count) = info.metadata.get("violations_named") {
        assert_eq!(*count, violations.len().to_string());
    }
    let line = format!("{:?} {}", status.code(), info.reason);
    if violations.is_empty() {
        return line;
    }
    let listed: Vec<String> = violations.iter().map(|(field, reason, _)| format!("{field} {reason}")).collect();
    format!("{line}: {}", listed.join("; "))
}

/// The violations of a refusal: path, reason, and what is said.
pub(crate) fn named(status: &Status) -> Vec<(String, String, String)> {
    let request = status.get_details_bad_request();
    let violations = request.map(|request| request.field_violations).unwrap_or_default();
    violations.into_iter().map(|v| (v.field, v.reason, v.description)).collect()
}

/// A JSON list of records is refused just so by the dossier `d`, and nothing is stored.
#[track_caller]
pub(crate) fn check(server: &Server, records: &str, expected: &str) -> impl Future<Output = ()> {
    check_batch(server, json::records(records), expected)
}

/// As [`check`], for a batch that JSON cannot say.
#[track_caller]
pub(crate) fn check_batch(server: &Server, records: Vec<pb::Record>, expected: &str) -> impl Future<Output = ()> {
    let caller = std::panic::Location::caller();
    async move {
        let before = server.state().await;
        let shown_records = format!("{records:?}");
        let answer = server.append_batch(records.clone()).await;
        let line = answer.map_or_else(|status| shown(&status), |answer| format!("taken: {answer:?}"));
        assert_eq!(line, expected, "{caller}: {shown_records}");
        assert_eq!(server.state().await, before, "{caller}: something was stored");
        // A check says the same.
        let request = pb::AppendRecordsRequest {
            parent: "dossiers/d".to_owned(),
            records,
            validate_only: true,
            ..Default::default()
        };
        let checked = server.records().append_records(request).await.expect_err("a refusal");
        assert_eq!(shown(&checked), expected, "{caller}: a check differs");
    }
}

/// What is said about the first fault of a JSON list of records.
pub(crate) async fn said(server: &Server, records: &str) -> String {
    let status = server.try_append(records).await.expect_err("a refusal");
    let (field, _, description) = named(&status).into_iter().next().expect("a fault");
    assert_eq!(status.message(), format!("{field}: {description}"));
    description
}

/// Sends a request in JSON to a method and shows how it is refused.
pub(crate) async fn refused(server: &Server, method: &str, json: &str) -> String {
    shown(&refusal(server, method, json).await)
}

/// The same, whole.
pub(crate) async fn refusal(server: &Server, method: &str, json: &str) -> Status {
    let (_, request, _) = crate::bytes::METHODS.into_iter().find(|(m, _, _)| *m == method).expect("one of our methods");
    let message = prost_reflect::DynamicMessage::deserialize(
        json::descriptor(request),
        &mut serde_json::Deserializer::from_str(json),
    );
    let body = prost::Message::encode_to_vec(&message.unwrap_or_else(|fault| panic!("{fault} in {json}")));
    match crate::bytes::send(&server.channel, method, body).await {
        Err(status) => status,
        Ok(_) => panic!("{method} takes {json}"),
    }
}
