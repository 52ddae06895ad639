//! Spans of calls, as a collector receives them: what they say, whose children they are, and what they never hold.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use armistice::wire::pb;
use armistice::wire::pb::dossier_service_client::DossierServiceClient;
use armistice::wire::pb::record_service_client::RecordServiceClient;
use axum::Router;
use axum::extract::State;
use axum::routing::post;
use http_body_util::{BodyExt, Full};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::Request;
use tonic::transport::{Channel, Endpoint};

/// What stands for everything that must not leave the server.
const SECRET: &str = "sekret";

/// What a test waits at most for what must happen.
const PATIENCE: Duration = Duration::from_secs(30);

/// All messages that a collector was sent.
type Received = Arc<Mutex<Vec<u8>>>;

/// Takes whatever is exported, and answers as the service of traces does: an empty message.
async fn collector() -> (String, Received) {
    let received = Received::default();
    let export = |State(received): State<Received>, body: axum::body::Bytes| async move {
        received.lock().expect("no holder panics").extend_from_slice(&body);
        let mut trailers = http::HeaderMap::new();
        trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
        let body = Full::from(axum::body::Bytes::from_static(&[0, 0, 0, 0, 0]));
        let body = axum::body::Body::new(body.with_trailers(async { Some(Ok(trailers)) }));
        ([("content-type", "application/grpc")], body)
    };
    let pages = Router::new()
        .route("/opentelemetry.proto.collector.trace.v1.TraceService/Export", post(export))
        .with_state(received.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    let serving = tonic::transport::Server::builder().serve_with_incoming(pages, TcpListenerStream::new(listener));
    tokio::spawn(serving);
    (format!("http://{address}"), received)
}

/// A server in a process of its own.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(endpoint: &str, data_dir: &std::path::Path) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_armistice"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-filter", "warn", "--otlp-endpoint", endpoint]);
        command.arg("--data-dir").arg(data_dir);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("it writes UTF-8");
        let address = line.trim().strip_prefix("listening on ").expect("it says where it listens").to_owned();
        Server { child, url: format!("http://{address}") }
    }

    async fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(self.url.clone()).expect("an address is a URI");
        endpoint.connect().await.expect("the server listens")
    }

    /// Stops it; what it had to send is sent.
    async fn stop(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.expect("kill is there").success());
        let ended = async {
            while self.child.try_wait().expect("it is ours").is_none() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, ended).await.expect("it ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where a test failed it is still running; where it was stopped there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn is_in(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_receives_a_span_for_each_call_and_no_name_and_no_body() {
    let (endpoint, received) = collector().await;
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::start(&endpoint, directory.path());
    let channel = server.channel().await;
    let (mut dossiers, mut records) =
        (DossierServiceClient::new(channel.clone()), RecordServiceClient::new(channel.clone()));
    let create = pb::CreateDossierRequest { dossier_id: SECRET.to_owned(), ..Default::default() };
    let mut create = Request::new(create);
    let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    create.metadata_mut().insert("traceparent", parent.parse().expect("a value"));
    create.metadata_mut().insert(SECRET, SECRET.parse().expect("a value"));
    dossiers.create_dossier(create).await.expect("a new dossier");
    let name = format!("dossiers/{SECRET}/actors/{SECRET}");
    records.get_record(pb::GetRecordRequest { name, consistency: None }).await.expect_err("it is not there");
    drop((dossiers, records, channel));
    server.stop().await;
    let received = received.lock().expect("no holder panics");
    for part in [
        "armistice.v1.DossierService/CreateDossier",
        "armistice.v1.RecordService/GetRecord",
        "rpc.status_code",
        "NOT_FOUND",
        "armistice.position",
        "armistice.principal.id",
        "service.name",
    ] {
        assert!(is_in(&received, part.as_bytes()), "no {part} in {:?}", String::from_utf8_lossy(&received));
    }
    let trace = [0x0a, 0xf7, 0x65, 0x19, 0x16, 0xcd, 0x43, 0xdd, 0x84, 0x48, 0xeb, 0x21, 0x1c, 0x80, 0x31, 0x9c];
    let caller = [0xb7, 0xad, 0x6b, 0x71, 0x69, 0x20, 0x33, 0x31];
    assert!(is_in(&received, &trace) && is_in(&received, &caller), "it is a child of the caller's span");
    let text = String::from_utf8_lossy(&received).to_lowercase();
    assert!(!text.contains(SECRET), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_is_not_there_keeps_nobody_waiting() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let endpoint = format!("http://{}", listener.local_addr().expect("a bound listener has an address"));
    drop(listener);
    let directory = tempfile::tempdir().expect("a directory");
    let server = Server::start(&endpoint, directory.path());
    let mut dossiers = DossierServiceClient::new(server.channel().await);
    for number in 0..100 {
        let create = pb::CreateDossierRequest { dossier_id: format!("d{number}"), ..Default::default() };
        dossiers.create_dossier(create).await.expect("a new dossier");
    }
    drop(dossiers);
    server.stop().await;
}
