//! gRPC, gRPC-Web and pages on one port, over HTTP/1 and HTTP/2, and what becomes of HTTP/1 connections that hang.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use armistice::log::memory::MemoryLog;
use armistice::service::Settings;
use armistice::wire::pb;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use http_body_util::{BodyExt, Full};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic_types::StatusExt;
use tower::Service;

use crate::server::{PATIENCE, Server};

const NEVER: Duration = Duration::from_secs(600);
pub(crate) const DESK: &str = "https://desk.example.org";

/// An answer over HTTP/1, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// A line each, names in lower case.
    head: String,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    /// The message of a gRPC-Web answer, and its trailers as lines.
    pub(crate) fn frames(&self) -> (Vec<u8>, String) {
        let (mut message, mut trailers, mut rest) = (Vec::new(), String::new(), self.body.as_slice());
        while let [kind, a, b, c, d, more @ ..] = rest {
            let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
            let (frame, after) = more.split_at(length);
            match kind {
                0 => message = frame.to_vec(),
                0x80 => trailers = String::from_utf8(frame.to_vec()).expect("text"),
                kind => panic!("no frame is of kind {kind}"),
            }
            rest = after;
        }
        (message, trailers)
    }
}

/// Asks over HTTP/1, on a connection of its own that is closed afterwards.
async fn ask(server: &Server, line: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    ask_at(server.address, line, headers, body).await
}

/// The same, wherever it listens.
pub(crate) async fn ask_at(address: SocketAddr, line: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut request = format!("{line} HTTP/1.1\r\nconnection: close\r\ncontent-length: {}\r\n", body.len());
    if !headers.iter().any(|(name, _)| *name == "host") {
        request.push_str(&format!("host: {address}\r\n"));
    }
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    let mut stream = TcpStream::connect(address).await.expect("the server listens");
    let sent = [request.as_bytes(), b"\r\n", body].concat();
    stream.write_all(&sent).await.expect("the connection is open");
    let mut bytes = Vec::new();
    timeout(PATIENCE, stream.read_to_end(&mut bytes)).await.expect("in time").expect("an answer");
    parsed(&bytes)
}

fn parsed(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("a whole head");
    let head = String::from_utf8(bytes[..end].to_vec()).expect("text");
    let lower = |line: &str| match line.split_once(": ") {
        Some((name, value)) => format!("{}: {value}\n", name.to_lowercase()),
        None => format!("{line}\n"),
    };
    let head: String = head.lines().map(lower).collect();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let mut body = bytes[end + 4..].to_vec();
    if head.contains("transfer-encoding: chunked") {
        body = unchunked(&body);
    }
    Answer { status, head, body }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").expect("the length of a chunk");
        let length = std::str::from_utf8(&rest[..end]).expect("text");
        let length = usize::from_str_radix(length, 16).expect("a number");
        if length == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + length]);
        rest = &rest[end + 4 + length..];
    }
}

pub(crate) fn framed(message: &impl Message) -> Vec<u8> {
    let bytes = message.encode_to_vec();
    let length = u32::try_from(bytes.len()).expect("a small message").to_be_bytes();
    [&[0][..], &length, &bytes].concat()
}

pub(crate) const WEB: (&str, &str) = ("content-type", "application/grpc-web+proto");
const GET_DOSSIER: &str = "POST /armistice.v1.DossierService/GetDossier";

fn get_dossier(name: &str) -> Vec<u8> {
    framed(&pb::GetDossierRequest { name: name.to_owned(), consistency: None })
}

async fn desk_server() -> Server {
    let settings = Settings { cors_origins: vec![DESK.to_owned()], ..Settings::default() };
    Server::with(Arc::new(MemoryLog::new()), settings).await
}

#[tokio::test]
async fn a_browser_asks_over_the_port_of_grpc() {
    let server = Server::start().await;
    server.create("d").await;
    let answer = ask(&server, GET_DOSSIER, &[WEB], &get_dossier("dossiers/d")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("application/grpc-web+proto")));
    let (message, trailers) = answer.frames();
    let message = pb::GetDossierResponse::decode(message.as_slice()).expect("an answer");
    assert_eq!(message.dossier.expect("a dossier").name, "dossiers/d");
    assert!(trailers.contains("grpc-status:0"), "{trailers:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_browser_may_ask_in_text() {
    let server = Server::start().await;
    server.create("d").await;
    let body = STANDARD.encode(get_dossier("dossiers/d"));
    let text = "application/grpc-web-text+proto";
    let headers = [("content-type", text), ("accept", text)];
    let mut answer = ask(&server, GET_DOSSIER, &headers, body.as_bytes()).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some(text)));
    // Each frame may end with padding of its own.
    let mut decoded = Vec::new();
    for four in answer.body.chunks(4) {
        decoded.extend(STANDARD.decode(four).expect("base64"));
    }
    answer.body = decoded;
    let (message, trailers) = answer.frames();
    let message = pb::GetDossierResponse::decode(message.as_slice()).expect("an answer");
    assert_eq!(message.dossier.expect("a dossier").name, "dossiers/d");
    assert!(trailers.contains("grpc-status:0"), "{trailers:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_browser_is_refused_with_the_same_details() {
    let server = desk_server().await;
    let headers = [WEB, ("origin", DESK)];
    let answer = ask(&server, GET_DOSSIER, &headers, &get_dossier("nonsense")).await;
    // There is no body before the refusal, so it stands in the head, which the page is let read.
    assert_eq!((answer.status, answer.header("grpc-status")), (200, Some("3")));
    let exposed = answer.header("access-control-expose-headers").expect("it says what may be read");
    for name in ["grpc-status", "grpc-message", "grpc-status-details-bin"] {
        assert!(exposed.contains(name), "{exposed}");
    }
    assert_eq!(answer.header("access-control-allow-origin"), Some(DESK));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let details = answer.header("grpc-status-details-bin").expect("details");
    let details = STANDARD_NO_PAD.decode(details).expect("base64");
    let told = tonic::Status::with_details(tonic::Code::InvalidArgument, "", details.into());
    assert_eq!(told.get_details_error_info().expect("an ErrorInfo").reason, "NAME_INVALID");
    let fields = told.get_details_bad_request().expect("violations").field_violations;
    assert_eq!(fields.iter().map(|fault| fault.field.as_str()).collect::<Vec<_>>(), ["name"]);
    server.stop().await;
}

#[tokio::test]
async fn a_stream_that_is_refused_says_so_behind_what_it_said() {
    let server = Server::start().await;
    server.create("d").await;
    let records = crate::json::records(r#"[{"actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#);
    let good = pb::ImportRecordsRequest { parent: "dossiers/d".to_owned(), records, request_id: String::new() };
    let bad = pb::ImportRecordsRequest { request_id: "no uuid".to_owned(), ..good.clone() };
    let body = [framed(&good), framed(&bad)].concat();
    let answer = ask(&server, "POST /armistice.v1.RecordService/ImportRecords", &[WEB], &body).await;
    assert_eq!((answer.status, answer.header("grpc-status")), (200, None));
    let (message, trailers) = answer.frames();
    let message = pb::ImportRecordsResponse::decode(message.as_slice()).expect("an answer");
    assert_eq!((message.first_position, message.record_count), (1, 1));
    assert!(trailers.contains("grpc-status:3") && trailers.contains("grpc-status-details-bin:"), "{trailers:?}");
    server.stop().await;
}

#[tokio::test]
async fn pages_are_asked_for_over_http_1_and_2() {
    let server = Server::start().await;
    let answer = ask(&server, "GET /nowhere", &[], b"").await;
    assert_eq!((answer.status, answer.header("content-type")), (404, Some("text/html; charset=utf-8")));
    assert!(answer.text().contains("no page"), "{answer:?}");
    let mut channel = server.channel.clone();
    let request = http::Request::get(format!("http://{}/nowhere", server.address));
    let request = request.body(tonic::body::Body::empty()).expect("a request");
    std::future::poll_fn(|context| channel.poll_ready(context)).await.expect("the server listens");
    let answer = channel.call(request).await.expect("an answer");
    assert_eq!(answer.status(), 404);
    server.stop().await;
}

#[tokio::test]
async fn a_browser_may_ask_over_http_2() {
    let server = Server::start().await;
    server.create("d").await;
    let mut channel = server.channel.clone();
    std::future::poll_fn(|context| channel.poll_ready(context)).await.expect("the server listens");
    let request = http::Request::post(format!("http://{}/armistice.v1.DossierService/GetDossier", server.address));
    let body = tonic::body::Body::new(Full::from(get_dossier("dossiers/d")));
    let answer = channel.call(request.header(WEB.0, WEB.1).body(body).expect("a request")).await.expect("an answer");
    assert_eq!(answer.headers()["content-type"], "application/grpc-web+proto");
    let body = answer.into_body().collect().await.expect("a body");
    assert!(body.trailers().is_none(), "they stand in the body");
    let answer = Answer { status: 200, head: String::new(), body: body.to_bytes().to_vec() };
    let (message, trailers) = answer.frames();
    let message = pb::GetDossierResponse::decode(message.as_slice()).expect("an answer");
    assert_eq!(message.dossier.expect("a dossier").name, "dossiers/d");
    assert!(trailers.contains("grpc-status:0"), "{trailers:?}");
    server.stop().await;
}

#[tokio::test]
async fn what_no_method_takes_is_told_what_to_send() {
    let server = Server::start().await;
    for (line, kind, status, word) in [
        (GET_DOSSIER, "application/grpc", 505, "HTTP/2"),
        (GET_DOSSIER, "application/grpc-web+json", 415, "application/grpc-web+proto"),
        (GET_DOSSIER, "application/json", 415, "application/grpc-web+proto"),
        ("GET /armistice.v1.DossierService/GetDossier", "application/grpc-web", 405, "POST"),
        ("GET /armistice.v1.DossierService/GetDossier", "text/plain", 404, "no page"),
    ] {
        let answer = ask(&server, line, &[("content-type", kind)], b"").await;
        assert_eq!(answer.status, status, "{line} {kind}");
        assert!(answer.text().contains(word), "{answer:?}");
    }
    let answer = ask(&server, "POST /armistice.v1.DossierService/Nothing", &[WEB], b"").await;
    assert_eq!((answer.status, answer.header("grpc-status")), (200, Some("12")));
    server.stop().await;
}

#[tokio::test]
async fn a_page_of_a_named_origin_is_told_that_it_may_ask_and_others_are_refused() {
    let server = desk_server().await;
    server.create("d").await;
    let path = "OPTIONS /armistice.v1.DossierService/GetDossier";
    let asks = ("access-control-request-method", "POST");
    let wants = ("access-control-request-headers", "content-type,x-grpc-web,authorization");
    let answer = ask(&server, path, &[("origin", DESK), asks, wants], b"").await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (204, Some(DESK)));
    assert_eq!(answer.header("access-control-allow-methods"), Some("POST"));
    assert_eq!(answer.header("access-control-allow-headers"), Some(wants.1));
    assert_eq!(answer.header("vary"), Some("origin"));
    for stranger in ["https://evil.example", "null", "http://desk.example.org"] {
        let answer = ask(&server, path, &[("origin", stranger), asks, wants], b"").await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None), "{stranger}");
        // Whoever does not ask first is refused as well.
        let answer = ask(&server, GET_DOSSIER, &[WEB, ("origin", stranger)], &get_dossier("dossiers/d")).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (403, None), "{stranger}");
        let answer = ask(&server, "POST /form", &[("origin", stranger)], b"a=b").await;
        assert_eq!(answer.status, 403, "{stranger}");
    }
    let own = format!("http://{}", server.address);
    let answer = ask(&server, GET_DOSSIER, &[WEB, ("origin", &own)], &get_dossier("dossiers/d")).await;
    assert!(answer.frames().1.contains("grpc-status:0"), "{answer:?}");
    server.stop().await;
}

#[tokio::test]
async fn a_page_that_calls_this_machine_by_its_own_name_is_misdirected() {
    let server = Server::start().await;
    for line in ["GET /", "POST /form", GET_DOSSIER] {
        let host = [("host", "evil.example"), ("origin", "http://evil.example"), WEB];
        let headers = if line == GET_DOSSIER { &host[..] } else { &host[..2] };
        let answer = ask(&server, line, headers, b"").await;
        assert_eq!(answer.status, 421, "{line}");
    }
    server.stop().await;
}

fn settings() -> Settings {
    Settings { handshake_timeout: NEVER, idle_timeout: NEVER, drain_timeout: NEVER, ..Settings::default() }
}

async fn serve(settings: Settings) -> Server {
    Server::with(Arc::new(MemoryLog::new()), settings).await
}

/// A connection that says this and then nothing more.
async fn says(server: &Server, words: &str) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.expect("the server listens");
    stream.write_all(words.as_bytes()).await.expect("the connection is open");
    stream
}

/// What comes until the server closes it.
async fn rest(mut stream: TcpStream) -> String {
    let mut rest = Vec::new();
    // Closed in good order, or cut off: either is an end.
    let _ = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("it is closed");
    String::from_utf8_lossy(&rest).into_owned()
}

/// Waits for the answer to a page that is not there, on a connection that stays open.
async fn one_answer(stream: &mut TcpStream) {
    let mut bytes = vec![0; 4096];
    let mut length = 0;
    while !String::from_utf8_lossy(&bytes[..length]).contains("</html>") {
        let read = timeout(PATIENCE, stream.read(&mut bytes[length..])).await.expect("in time").expect("bytes");
        assert!(read > 0, "it was closed before it answered");
        length += read;
    }
}

const HEAD: &str = "GET /nowhere HTTP/1.1\r\nhost: localhost\r\n";

#[tokio::test]
async fn half_a_head_of_http_1_is_closed_when_the_handshake_should_be_through() {
    let server = serve(Settings { handshake_timeout: Duration::from_secs(1), ..settings() }).await;
    let long = format!("{HEAD}x-more: {}\r\n", "a".repeat(5000));
    for half in ["G", "GET / HT", HEAD, &long, "PRI * HTTP/1.1\r\nhost: localhost\r\n"] {
        let answer = rest(says(&server, half).await).await;
        assert!(!answer.contains("200"), "{answer}");
    }
    // Whoever sends all of it is answered, and is not in a hurry afterwards.
    let mut whole = says(&server, &format!("{HEAD}\r\n")).await;
    one_answer(&mut whole).await;
    server.stop().await;
}

#[tokio::test]
async fn words_of_http_1_that_drip_in_do_not_put_the_handshake_off() {
    let server = serve(Settings { handshake_timeout: Duration::from_secs(1), ..settings() }).await;
    let (mut read, mut write) = says(&server, HEAD).await.into_split();
    let mut drip = tokio::time::interval(Duration::from_millis(200));
    let dripping = async {
        for number in 0.. {
            drip.tick().await;
            if write.write_all(format!("x-{number}: a\r\n").as_bytes()).await.is_err() {
                break;
            }
        }
        std::future::pending::<()>().await;
    };
    let mut bytes = Vec::new();
    tokio::select! {
        () = dripping => unreachable!("it never ends"),
        read = timeout(PATIENCE, read.read_to_end(&mut bytes)) => drop(read.expect("it is closed")),
    }
    server.stop().await;
}

#[tokio::test]
async fn a_connection_of_http_1_that_falls_silent_is_closed() {
    let server = serve(Settings { idle_timeout: Duration::from_secs(1), ..settings() }).await;
    let mut kept = says(&server, &format!("{HEAD}\r\n")).await;
    one_answer(&mut kept).await;
    rest(kept).await;
    // A body that stops half-way, and a second head that does.
    let head = "POST /armistice.v1.DossierService/GetDossier HTTP/1.1\r\nhost: localhost\r\n";
    let body = format!("{head}content-type: application/grpc-web\r\ncontent-length: 100\r\n\r\nabc");
    rest(says(&server, &body).await).await;
    let mut second = says(&server, &format!("{HEAD}\r\n")).await;
    one_answer(&mut second).await;
    second.write_all(HEAD.as_bytes()).await.expect("the connection is open");
    rest(second).await;
    server.stop().await;
}

#[tokio::test]
async fn a_server_stops_at_once_though_connections_of_http_1_are_kept_open() {
    let server = serve(settings()).await;
    let mut kept = says(&server, &format!("{HEAD}\r\n")).await;
    one_answer(&mut kept).await;
    server.stop().await;
    assert_eq!(rest(kept).await, "");
}

#[tokio::test]
async fn a_server_stops_within_the_drain_timeout_though_half_a_request_hangs_on_it() {
    for half in [HEAD, "POST /a HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nabc"] {
        let server = serve(Settings { drain_timeout: Duration::from_millis(300), ..settings() }).await;
        let _held = says(&server, half).await;
        server.create("d").await;
        server.stop().await;
    }
}
