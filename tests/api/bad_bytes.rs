//! What is no message at all, or too large a one: refused as everything else is, by every method, and nothing stored.

use armistice::wire::pb;
use prost::Message;
use tonic::codegen::{Body, Service};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::bytes::{METHODS, send};
use crate::ground;
use crate::refusal::shown;
use crate::server::Server;

const MIB: usize = 1024 * 1024;

/// A request of just so many bytes: every request's first field is a text or a number, so an unknown one is added.
fn of_size(size: usize) -> Vec<u8> {
    // Field 1000, length-delimited: a tag of two bytes and a length of four, which four mebibytes and more need.
    let text = vec![b'x'; size - 6];
    let mut body = Vec::with_capacity(size);
    prost::encoding::encode_key(1000, prost::encoding::WireType::LengthDelimited, &mut body);
    prost::encoding::encode_varint(text.len() as u64, &mut body);
    body.extend(text);
    assert_eq!(body.len(), size);
    body
}

#[tokio::test]
async fn bytes_that_are_no_message_are_refused_by_every_method() {
    let server = ground::server().await;
    let before = server.state().await;
    for (method, _, _) in METHODS {
        for body in [&[0xff][..], b"\x0a\x7fx", b"\x0b", b"\x00\x00", &[0x0a; 100]] {
            let status = send(&server.channel, method, body.to_vec()).await.expect_err("a refusal");
            assert_eq!(shown(&status), "InvalidArgument MALFORMED_MESSAGE", "{method}: {body:?}");
        }
    }
    assert_eq!(server.state().await, before);
}

#[tokio::test]
async fn text_that_is_not_utf_8_is_refused_and_its_field_named() {
    let server = ground::server().await;
    let before = server.state().await;
    for (method, request, _) in METHODS {
        let descriptor = crate::json::descriptor(request);
        let field = descriptor.fields().find(|f| f.kind() == prost_reflect::Kind::String).expect("a text");
        let mut body = Vec::new();
        prost::encoding::encode_key(field.number(), prost::encoding::WireType::LengthDelimited, &mut body);
        body.extend([2, b'x', 0xff]);
        let status = send(&server.channel, method, body).await.expect_err("a refusal");
        assert_eq!(shown(&status), "InvalidArgument MALFORMED_MESSAGE", "{method}");
        assert!(status.message().contains(&format!("{request}.{}", field.name())), "{method}: {}", status.message());
    }
    // Deep inside a batch too.
    let mut request = pb::AppendRecordsRequest {
        parent: "dossiers/d".to_owned(),
        records: crate::json::records(
            r#"[{"name": "actors/n", "actor": {"display_name": "MARK", "type": "ACTOR_TYPE_STATE"}}]"#,
        ),
        ..Default::default()
    }
    .encode_to_vec();
    let at = request.windows(4).position(|w| w == b"MARK").expect("the name");
    request[at] = 0xc0;
    let status = send(&server.channel, "RecordService/AppendRecords", request).await.expect_err("a refusal");
    assert_eq!(shown(&status), "InvalidArgument MALFORMED_MESSAGE");
    assert!(status.message().contains("Actor.display_name"), "{}", status.message());
    assert_eq!(server.state().await, before);
}

#[tokio::test]
async fn a_message_of_more_than_4_mib_is_too_large_however_large_it_is() {
    let server = ground::server().await;
    let before = server.state().await;
    for (method, _, _) in METHODS {
        let size = 4 * MIB + 1;
        let status = send(&server.channel, method, of_size(size)).await.expect_err("a refusal");
        assert_eq!(shown(&status), "ResourceExhausted MESSAGE_TOO_LARGE", "{method}");
        let info = status.get_details_error_info().expect("an ErrorInfo");
        assert_eq!(info.metadata.get("size_bytes"), Some(&size.to_string()));
        assert_eq!(info.metadata.get("size_bytes_max"), Some(&(4 * MIB).to_string()));
    }
    for size in [5 * MIB, 16 * MIB, 16 * MIB + 1, 20 * MIB] {
        for method in ["RecordService/AppendRecords", "AssessmentService/Assess"] {
            let status = send(&server.channel, method, of_size(size)).await.expect_err("a refusal");
            assert_eq!(shown(&status), "ResourceExhausted MESSAGE_TOO_LARGE", "{method}: {size}");
        }
    }
    let fits = send(&server.channel, "RecordService/ListRecords", of_size(4 * MIB)).await.expect_err("no parent");
    assert_eq!(shown(&fits), "InvalidArgument FIELD_REQUIRED: parent FIELD_REQUIRED", "4 MiB are read");
    assert_eq!(server.state().await, before);
}

#[tokio::test]
async fn a_body_that_is_framed_as_no_message_is_malformed() {
    let server = ground::server().await;
    for (method, _, _) in METHODS {
        // Nothing at all; half a head; a body that breaks off; compressed, but by what; a mark that nobody knows.
        for framed in ["", "\0\0\0", "\0\0\0\0\u{5}abc", "\u{1}\0\0\0\0", "\u{2}\0\0\0\0"] {
            if method.ends_with("ImportRecords") && framed.is_empty() {
                // A stream may hold no message.
                continue;
            }
            let status = send_framed(&server, method, framed).await;
            assert_eq!(shown(&status), "InvalidArgument MALFORMED_MESSAGE", "{method}: {framed:?}");
        }
    }
    // A length of 4 GiB is announced: no room is made for it.
    let status = send_framed(&server, "RecordService/AppendRecords", "\0\u{7f}\u{7f}\u{7f}\u{7f}").await;
    assert_eq!(shown(&status), "ResourceExhausted MESSAGE_TOO_LARGE");
}

#[tokio::test]
async fn a_method_that_is_not_there_is_unimplemented() {
    let server = ground::server().await;
    for method in ["RecordService/DeleteRecord", "LedgerService/GetCheckpoint"] {
        let status = send(&server.channel, method, Vec::new()).await.expect_err("no such method");
        assert_eq!(status.code(), Code::Unimplemented);
    }
}

#[tokio::test]
async fn messages_nested_without_end_are_refused() {
    let server = ground::server().await;
    // Groups within groups of unknown fields, which a careless decoder would follow down.
    let status = send(&server.channel, "RecordService/GetRecord", vec![0x9b; 100_000]).await.expect_err("a refusal");
    assert_eq!(shown(&status), "InvalidArgument MALFORMED_MESSAGE");
    let (open, close) = (r#"{"type": "GeometryCollection", "geometries": ["#, "]}");
    let geometry = format!("{}{}", open.repeat(10_000), close.repeat(10_000));
    let text = serde_json::Value::from(geometry);
    let place = format!(
        r#"[{{"name": "places/n", "place": {{"display_name": "N", "type": "PLACE_TYPE_AREA", "geojson": {text}}}}}]"#
    );
    let status = server.try_append(&place).await.expect_err("a refusal");
    assert_eq!(shown(&status), "InvalidArgument GEOJSON_MALFORMED: records[0].place.geojson GEOJSON_MALFORMED");
}

/// Sends a body without framing it: what it says of itself is all there is.
async fn send_framed(server: &Server, method: &str, framed: &str) -> Status {
    end_of(server, method, framed.to_owned()).await
}

/// What a call ends with, whatever it said before. The body is text because that is the only body to be had for nothing.
pub(crate) async fn end_of(server: &Server, method: &str, framed: String) -> Status {
    let request = http::Request::post(format!("http://{}/armistice.v1.{method}", server.address))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .body(tonic::body::Body::new(framed))
        .expect("a request");
    let mut channel = server.channel.clone();
    std::future::poll_fn(|context| channel.poll_ready(context)).await.expect("the connection is there");
    let response = channel.call(request).await.expect("an answer");
    if let Some(status) = Status::from_header_map(response.headers()) {
        return status;
    }
    // A stream that had begun says it at its end.
    let mut body = std::pin::pin!(response.into_body());
    loop {
        let frame = std::future::poll_fn(|context| body.as_mut().poll_frame(context)).await;
        if let Ok(trailers) = frame.expect("a status").expect("an end in good order").into_trailers() {
            return Status::from_header_map(&trailers).expect("a status");
        }
    }
}
