//! How connections and the server come to their end: silent ones are closed, further ones wait, and nothing holds it up.

use std::sync::Arc;
use std::time::{Duration, Instant};

use armistice::log::faults::Faults;
use armistice::log::memory::MemoryLog;
use armistice::log::sqlite::{Options, SqliteLog};
use armistice::service::Settings;
use armistice::wire::pb;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use crate::server::{PATIENCE, Server};

/// What an HTTP/2 client says first, and its empty settings.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: &[u8] = &[0, 0, 0, 4, 0, 0, 0, 0, 0];

/// Long enough that only the timeout under test can be what ends something.
const NEVER: Duration = Duration::from_secs(600);

fn settings() -> Settings {
    Settings {
        handshake_timeout: NEVER,
        idle_timeout: NEVER,
        drain_timeout: NEVER,
        connections_max: 100,
        ..Settings::default()
    }
}

async fn serve(settings: Settings) -> Server {
    Server::with(Arc::new(MemoryLog::new()), settings).await
}

/// A connection that says something, or nothing, and then stays silent.
async fn connection(server: &Server, says: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.expect("the server listens");
    stream.write_all(says).await.expect("the connection is open");
    stream
}

/// The same, once the server has taken it.
async fn silent(server: &Server, says: &[u8]) -> TcpStream {
    let stream = connection(server, says).await;
    // Connections are taken in order: when a later one is answered, this one was taken.
    let later = server.connect().await;
    let list = pb::ListDossiersRequest::default();
    pb::dossier_service_client::DossierServiceClient::new(later).list_dossiers(list).await.expect("an answer");
    stream
}

/// Waits until the server closes a connection.
async fn closed(mut stream: TcpStream) {
    let mut rest = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut rest)).await.expect("it is closed");
    // Closed in good order, or cut off: either is an end.
    drop(read);
}

#[tokio::test]
async fn an_idle_server_stops_at_once() {
    let server = serve(settings()).await;
    server.stop().await;
    let server = serve(settings()).await;
    server.create("d").await;
    server.stop().await;
}

#[tokio::test]
async fn a_server_stops_within_the_drain_timeout_whatever_hangs_on_it() {
    let drain_timeout = Duration::from_millis(300);
    for says in [&b""[..], b"P", PREFACE, &[PREFACE, SETTINGS].concat()] {
        let server = serve(Settings { drain_timeout, ..settings() }).await;
        let _held = silent(&server, says).await;
        let started = Instant::now();
        server.stop().await;
        // The margin is for a busy machine; without the timeout it would be for ever.
        assert!(started.elapsed() < drain_timeout + Duration::from_secs(10), "{:?} after {says:?}", started.elapsed());
    }
}

#[tokio::test]
async fn a_server_stops_though_somebody_watches_its_health() {
    let server = serve(Settings { drain_timeout: Duration::from_millis(300), ..settings() }).await;
    let mut health = HealthClient::new(server.connect().await);
    let request = HealthCheckRequest { service: "armistice.v1.RecordService".to_owned() };
    let mut watch = health.watch(request).await.expect("a stream").into_inner();
    assert!(watch.message().await.expect("a message").is_some());
    let started = Instant::now();
    server.stop().await;
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[tokio::test]
async fn who_watches_a_server_is_told_that_it_stops() {
    let server = serve(Settings { drain_timeout: Duration::from_millis(300), ..settings() }).await;
    let mut health = HealthClient::new(server.connect().await);
    let mut watch = health.watch(HealthCheckRequest::default()).await.expect("a stream").into_inner();
    let first = watch.message().await.expect("a message").expect("not the end");
    assert_eq!(first.status(), tonic_health::pb::health_check_response::ServingStatus::Serving);
    let stopping = server.shut_down();
    let next = timeout(PATIENCE, watch.message()).await.expect("told in time");
    let next = next.expect("a message").expect("not the end");
    assert_eq!(next.status(), tonic_health::pb::health_check_response::ServingStatus::NotServing);
    timeout(PATIENCE, stopping).await.expect("it stops").expect("without a panic").expect("without an error");
}

#[tokio::test]
async fn a_server_that_is_to_stop_takes_no_new_connection() {
    let server = serve(Settings { drain_timeout: Duration::from_millis(300), ..settings() }).await;
    let address = server.address;
    let _held = silent(&server, b"").await;
    server.stop().await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn a_connection_that_never_speaks_is_closed() {
    let server = serve(Settings { handshake_timeout: Duration::from_secs(1), ..settings() }).await;
    let mut connections = Vec::new();
    for says in [&b""[..], b"P", PREFACE] {
        connections.push(connection(&server, says).await);
    }
    for stream in connections {
        closed(stream).await;
    }
    // Nobody else was cut off.
    server.create("d").await;
}

#[tokio::test]
async fn words_that_drip_in_do_not_put_the_handshake_off() {
    let server = serve(Settings { handshake_timeout: Duration::from_secs(1), ..settings() }).await;
    let (mut read, mut write) = connection(&server, b"").await.into_split();
    // Each byte comes well within the time for all of them; the last would come after five times that.
    let mut drip = tokio::time::interval(Duration::from_millis(200));
    let mut sent = 0;
    let dripping = async {
        for byte in PREFACE {
            drip.tick().await;
            if write.write_all(&[*byte]).await.is_err() {
                break;
            }
            sent += 1;
        }
        std::future::pending::<()>().await;
    };
    let mut rest = Vec::new();
    tokio::select! {
        () = dripping => unreachable!("it never ends"),
        read = timeout(PATIENCE, read.read_to_end(&mut rest)) => drop(read.expect("it is closed")),
    }
    assert!(sent < PREFACE.len(), "all of it was sent before it was closed");
}

#[tokio::test]
async fn a_connection_that_falls_silent_is_closed() {
    let server = serve(Settings { idle_timeout: Duration::from_secs(1), ..settings() }).await;
    closed(connection(&server, &[PREFACE, SETTINGS].concat()).await).await;
}

#[tokio::test]
async fn further_connections_wait_until_one_is_free() {
    let server = serve(Settings { connections_max: 2, ..settings() }).await;
    // One is the harness's own; this is the other.
    let held = TcpStream::connect(server.address).await.expect("the server listens");
    let address = server.address;
    let waiting = tokio::spawn(async move {
        let channel = tonic::transport::Endpoint::from_shared(format!("http://{address}")).expect("an address");
        let channel = channel.connect().await.expect("the server listens");
        let mut client = pb::dossier_service_client::DossierServiceClient::new(channel);
        client.list_dossiers(pb::ListDossiersRequest::default()).await.map(|answer| answer.into_inner().dossiers.len())
    });
    // Time enough for the other to be answered, were it let in.
    for i in 0..50 {
        server.create(&format!("d{i}")).await;
    }
    assert!(!waiting.is_finished(), "it was let in");
    drop(held);
    let answer = timeout(PATIENCE, waiting).await.expect("let in when there is room").expect("no panic");
    assert_eq!(answer.expect("an answer"), 50);
}

#[tokio::test]
async fn a_call_under_way_is_answered_before_the_server_stops() {
    let directory = tempfile::tempdir().expect("a directory");
    let faults = Faults::planned();
    let options = Options { faults: faults.clone(), ..Options::default() };
    let log = SqliteLog::open_with(directory.path(), options).expect("an empty store");
    let server = Server::with(Arc::new(log), settings()).await;
    server.create("d").await;
    let held = faults.hold();
    let channel = server.connect().await;
    let mut client = pb::record_service_client::RecordServiceClient::new(channel.clone());
    let records = crate::json::records(r#"[{"actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#);
    let request = pb::AppendRecordsRequest { parent: "dossiers/d".to_owned(), records, ..Default::default() };
    let call = tokio::spawn(async move { client.append_records(request).await });
    // What comes later on the same connection is answered, so the call was taken.
    let mut dossiers = pb::dossier_service_client::DossierServiceClient::new(channel.clone());
    for _ in 0..10 {
        dossiers.list_dossiers(pb::ListDossiersRequest::default()).await.expect("an answer");
    }
    drop((dossiers, channel));
    let stopping = server.shut_down();
    tokio::task::yield_now().await;
    assert!(!call.is_finished() && !stopping.is_finished(), "the disk is waited for");
    drop(held);
    let answer = timeout(PATIENCE, call).await.expect("an answer in time").expect("no panic").expect("it was stored");
    assert_eq!(answer.into_inner().records[0].position, 1);
    timeout(PATIENCE, stopping).await.expect("it stops").expect("without a panic").expect("without an error");
}
