//! Whom the server does not know: refused by every method and on every way in, before anything is read; and no token is ever told.

use std::sync::Arc;

use armistice::access::Role;
use armistice::log::memory::MemoryLog;
use armistice::service::Settings;
use armistice::wire::pb;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::metadata::AsciiMetadataValue;
use tonic::{Code, Request, Status};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::access::{guarded, methods, path, principal, token};
use crate::bytes::send_request;
use crate::call_lines::listen;
use crate::one_port::{DESK, WEB, ask_at, framed};
use crate::refusal::shown;
use crate::server::{PATIENCE, Server};

/// A server with the dossier `d`, that knows a reader of it.
async fn server() -> Server {
    let log = Arc::new(MemoryLog::default());
    let open = Server::over(log.clone()).await;
    open.create("d").await;
    open.stop().await;
    guarded(log, vec![principal("reader", &[("d", Role::Reader)])]).await
}

async fn ask(server: &Server, method: &str, values: &[&[u8]], body: &[u8]) -> Result<Vec<u8>, Status> {
    let mut request = Request::new(body.to_vec());
    for value in values {
        let value = AsciiMetadataValue::try_from(*value).expect("a value that HTTP can carry");
        request.metadata_mut().append("authorization", value);
    }
    send_request(&server.channel, method, request).await
}

#[tokio::test]
async fn every_method_refuses_a_stranger_before_it_reads_anything() {
    let server = server().await;
    let good = format!("Bearer {}", token("reader"));
    let basic = format!("Basic {}", STANDARD.encode(format!("reader:{}", token("reader"))));
    let odd: [&[&[u8]]; 9] = [
        &[],
        &[b"Bearer guessed"],
        &[b"Bearer "],
        &[b"Bearer"],
        &[b""],
        &[b"Bearer \xff\xfe"],
        &[b"Basic %%%"],
        &[basic.as_bytes()],
        &[good.as_bytes(), good.as_bytes()],
    ];
    for method in methods() {
        let path = path(&method);
        for values in odd {
            // An empty message, and what is no message at all.
            for body in [&b""[..], &b"\xff\xff\xff"[..]] {
                let status = ask(&server, &path, values, body).await.expect_err("a refusal");
                assert_eq!(shown(&status), "Unauthenticated NOT_AUTHENTICATED", "{path} {values:?}");
                assert!(!format!("{status:?}").contains("s3cret"), "{path}: {status:?}");
            }
        }
        if let Err(status) = ask(&server, &path, &[good.as_bytes()], b"").await {
            assert_ne!(status.code(), Code::Unauthenticated, "{path} knows the reader");
        }
    }
    let status = ask(&server, "RecordService/NoSuchMethod", &[], b"").await.expect_err("a refusal");
    assert_eq!(status.code(), Code::Unauthenticated, "what is served and what is not is told to those who are known");
    let status = ask(&server, "RecordService/NoSuchMethod", &[good.as_bytes()], b"").await.expect_err("none");
    assert_eq!(status.code(), Code::Unimplemented);
    server.stop().await;
}

#[tokio::test]
async fn health_and_reflection_are_for_everyone() {
    use tonic_reflection::pb::v1::ServerReflectionRequest;
    use tonic_reflection::pb::v1::server_reflection_client::ServerReflectionClient;
    use tonic_reflection::pb::v1::server_reflection_request::MessageRequest;
    let server = server().await;
    let mut health = HealthClient::new(server.channel.clone());
    health.check(HealthCheckRequest { service: String::new() }).await.expect("an answer");
    let asked = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::ListServices(String::new())),
    };
    let mut reflection = ServerReflectionClient::new(server.channel.clone());
    let answers = reflection.server_reflection_info(tokio_stream::once(asked)).await.expect("a stream");
    assert!(answers.into_inner().message().await.expect("no fault").is_some());
    server.stop().await;
}

fn get_dossier() -> Vec<u8> {
    framed(&pb::GetDossierRequest { name: "dossiers/d".to_owned(), consistency: None })
}

#[tokio::test]
async fn over_grpc_web_a_token_is_asked_for_as_everywhere() {
    let log = Arc::new(MemoryLog::default());
    let open = Server::over(log.clone()).await;
    open.create("d").await;
    open.stop().await;
    let roster = armistice::access::Roster::new([principal("reader", &[("d", Role::Reader)])]);
    let settings = Settings { access: Some(roster), cors_origins: vec![DESK.to_owned()], ..Settings::default() };
    let server = Server::with(log, settings).await;
    let line = "POST /armistice.v1.DossierService/GetDossier";
    let bearer = format!("Bearer {}", token("reader"));
    let basic = format!("Basic {}", STANDARD.encode(format!(":{}", token("reader"))));

    let preflight = [("origin", DESK), ("access-control-request-method", "POST")];
    let answer = ask_at(server.address, &line.replace("POST", "OPTIONS"), &preflight, b"").await;
    assert_eq!(answer.status, 204, "a browser sends no token before it knows that it may");
    assert!(answer.header("access-control-allow-headers").expect("a list").contains("authorization"));

    for headers in [vec![], vec![("authorization", "Bearer guessed")], vec![("authorization", basic.as_str())]] {
        let headers = [&[WEB, ("origin", DESK)], headers.as_slice()].concat();
        let answer = ask_at(server.address, line, &headers, &get_dossier()).await;
        assert_eq!((answer.status, answer.header("grpc-status")), (200, Some("16")), "{headers:?}");
        assert_eq!(answer.header("access-control-allow-origin"), Some(DESK), "its page may read why");
    }
    let text = ("content-type", "application/grpc-web-text+proto");
    let body = STANDARD.encode(get_dossier());
    let answer = ask_at(server.address, line, &[text], body.as_bytes()).await;
    assert_eq!((answer.status, answer.header("grpc-status")), (200, Some("16")));

    let known = [WEB, ("authorization", bearer.as_str())];
    let answer = ask_at(server.address, line, &known, &get_dossier()).await;
    let (message, trailers) = answer.frames();
    let message = pb::GetDossierResponse::decode(message.as_slice()).expect("an answer");
    assert_eq!(message.dossier.expect("a dossier").name, "dossiers/d");
    assert!(trailers.contains("grpc-status:0"), "{trailers}");
    server.stop().await;
}

#[tokio::test]
async fn a_token_behind_a_body_counts_for_nothing() {
    let server = server().await;
    let body = get_dossier();
    let mut request = format!(
        "POST /armistice.v1.DossierService/GetDossier HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\
         content-type: {}\r\ntrailer: authorization\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n",
        server.address,
        WEB.1,
        body.len()
    )
    .into_bytes();
    request.extend(body);
    request.extend(format!("\r\n0\r\nauthorization: Bearer {}\r\n\r\n", token("reader")).into_bytes());
    let mut stream = TcpStream::connect(server.address).await.expect("the server listens");
    stream.write_all(&request).await.expect("the connection is open");
    let mut answer = Vec::new();
    // Refused before the body was read, so how the connection ends is not ours to say.
    let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await.expect("in time");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.contains("grpc-status: 16") && !answer.contains("dossiers/d"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn lines_name_who_asked_and_no_token() {
    let (written, _listening) = listen();
    let server = server().await;
    let good = format!("Bearer {}", token("reader"));
    let guessed = format!("Bearer {}", token("nobody"));
    let request = pb::GetDossierRequest { name: "dossiers/d".to_owned(), consistency: None }.encode_to_vec();
    let other = pb::GetDossierRequest { name: "dossiers/e".to_owned(), consistency: None }.encode_to_vec();
    let method = "DossierService/GetDossier";
    ask(&server, method, &[good.as_bytes()], &request).await.expect("an answer");
    ask(&server, method, &[good.as_bytes()], &other).await.expect_err("a refusal");
    ask(&server, method, &[guessed.as_bytes()], &request).await.expect_err("a refusal");
    ask(&server, method, &[], &request).await.expect_err("a refusal");
    let basic = format!("Basic {}", STANDARD.encode(format!("me:{}", token("reader"))));
    for authorization in [good.as_str(), &guessed, &basic] {
        ask_at(server.address, "GET /dossiers/d", &[("authorization", authorization)], b"").await;
    }
    server.stop().await;
    let text = written.text();
    assert!(!text.contains("s3cret") && !text.contains(&basic[6..]) && !text.contains("authorization"), "{text}");
    let shown = |line: &serde_json::Value| {
        let text = |field: &str| line[field].as_str().unwrap_or("-").to_owned();
        format!("{} {} by {}", text("rpc.status_code"), line["http.response.status_code"], text("principal.id"))
    };
    // The dossier was made by a server that told nobody from another.
    let calls: Vec<String> = written.calls().iter().skip(1).map(shown).collect();
    let expected = [
        "OK null by reader",
        "PERMISSION_DENIED null by reader",
        "UNAUTHENTICATED null by -",
        "UNAUTHENTICATED null by -",
    ];
    assert_eq!(calls, expected);
    let pages: Vec<String> = written.pages().iter().map(shown).collect();
    assert_eq!(pages, ["- 200 by reader", "- 401 by -", "- 200 by reader"]);
}
