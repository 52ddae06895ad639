//! The one line that is written about each call, and what is never in it.

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};

use armistice::log::memory::MemoryLog;
use armistice::service::Settings;
use armistice::wire::pb;
use serde_json::Value;
use tracing_subscriber::layer::SubscriberExt;

use crate::one_port::ask_at;
use crate::server::Server;

/// What stands for everything that must not be written down.
const SECRET: &str = "sekret";

/// Lines that were written.
#[derive(Clone, Default)]
pub(crate) struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no holder panics").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Written {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().expect("no holder panics").clone()).expect("text")
    }

    /// The lines about calls, as JSON.
    pub(crate) fn calls(&self) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["message"] != "page").collect()
    }

    /// The lines about pages, as JSON.
    pub(crate) fn pages(&self) -> Vec<Value> {
        self.lines().into_iter().filter(|line| line["message"] == "page").collect()
    }

    fn lines(&self) -> Vec<Value> {
        let text = self.text();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("each line is JSON"));
        lines.filter(|line| line["target"] == "armistice::calls").collect()
    }
}

/// Writes what is said on this thread, where the server of a test runs too.
pub(crate) fn listen() -> (Written, tracing::subscriber::DefaultGuard) {
    // While there is but one, `tracing` asks the thread that first comes by a line whether anybody listens to it, and the other tests
    // of this process have nobody who does.
    static SECOND: OnceLock<tracing::Dispatch> = OnceLock::new();
    SECOND.get_or_init(|| tracing::Dispatch::new(tracing_subscriber::registry()));
    let written = Written::default();
    let writer = written.clone();
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_writer(move || writer.clone());
    let filter = tracing_subscriber::EnvFilter::new("off,armistice=trace");
    let subscriber = tracing_subscriber::registry().with(filter).with(lines);
    (written, tracing::subscriber::set_default(subscriber))
}

/// Asks all that may hold a secret, badly and well; says how many calls that were.
async fn ask_with_secrets(server: &Server) -> usize {
    let parent = format!("dossiers/{SECRET}");
    let create = pb::CreateDossierRequest { dossier_id: SECRET.to_owned(), ..Default::default() };
    server.dossiers().create_dossier(create.clone()).await.expect("a new dossier");
    server.dossiers().create_dossier(create).await.expect_err("it is there already");
    let good = format!(
        r#"[{{"name": "actors/{SECRET}", "actor": {{"display_name": "{SECRET}", "type": "ACTOR_TYPE_STATE"}}}}]"#
    );
    let bad = format!(r#"[{{"name": "{SECRET}", "report": {{"incident": "{SECRET}", "claimant": "{SECRET}"}}}}]"#);
    let append = |records: &str| pb::AppendRecordsRequest {
        parent: parent.clone(),
        records: crate::json::records(records),
        ..Default::default()
    };
    server.records().append_records(append(&good)).await.expect("it is stored");
    server.records().append_records(append(&bad)).await.expect_err("it is no report");
    for name in [format!("{parent}/actors/{SECRET}"), format!("{parent}/actors/{SECRET}2"), SECRET.to_owned()] {
        let request = pb::GetRecordRequest { name, consistency: None };
        let _ = server.records().get_record(request).await;
    }
    let list = pb::ListRecordsRequest { parent: parent.clone(), text: SECRET.to_owned(), ..Default::default() };
    server.records().list_records(list).await.expect("a list");
    let assess = pb::AssessRequest { parent: parent.clone(), incidents: vec![SECRET.to_owned()], ..Default::default() };
    server.assessments().assess(assess).await.expect_err("no incident");
    let web = [("content-type", "application/grpc-web+proto"), (SECRET, SECRET)];
    for path in [format!("/armistice.v1.RecordService/{SECRET}"), "/armistice.v1.RecordService/GetRecord".to_owned()] {
        ask_at(server.address, &format!("POST {path}"), &web, SECRET.as_bytes()).await;
    }
    ask_at(server.address, &format!("GET /{SECRET}"), &[], b"").await;
    11
}

#[tokio::test]
async fn each_call_is_one_line_with_position_and_principal_and_without_a_name_or_a_body() {
    let (written, _listening) = listen();
    let settings = Settings { call_lines_per_second: 1_000_000, ..Settings::default() };
    let server = Server::with(Arc::new(MemoryLog::new()), settings).await;
    let calls = ask_with_secrets(&server).await;
    server.stop().await;
    let text = written.text();
    assert!(!text.to_lowercase().contains(SECRET), "{text}");
    let lines = written.calls();
    assert_eq!(lines.len(), calls, "{lines:#?}");
    let shown = |line: &Value| {
        let text = |field: &str| line[field].as_str().unwrap_or("-").to_owned();
        let method = text("rpc.method").rsplit('/').next().unwrap_or_default().to_owned();
        format!("{method} {} at {} by {}", text("rpc.status_code"), line["position"], text("principal.id"))
    };
    let shown: Vec<String> = lines.iter().map(shown).collect();
    let expected = [
        "CreateDossier OK at 0 by local",
        "CreateDossier ALREADY_EXISTS at null by local",
        "AppendRecords OK at 1 by local",
        "AppendRecords INVALID_ARGUMENT at null by local",
        "GetRecord OK at 1 by local",
        "GetRecord NOT_FOUND at 1 by local",
        "GetRecord INVALID_ARGUMENT at null by local",
        "ListRecords OK at 1 by local",
        "Assess INVALID_ARGUMENT at 1 by local",
        "_OTHER UNIMPLEMENTED at null by local",
        "GetRecord INVALID_ARGUMENT at null by local",
    ];
    assert_eq!(shown, expected);
    for line in &lines {
        assert!(line["duration_ms"].is_f64(), "{line}");
        assert!(line["request.bytes"].is_u64() && line["answer.bytes"].is_u64(), "{line}");
    }
    assert!(lines[2]["request.bytes"].as_u64() > Some(20) && lines[2]["answer.bytes"].as_u64() > Some(20));
}

#[tokio::test]
async fn each_page_is_one_line_with_the_pattern_of_its_path_and_nothing_that_the_path_names() {
    let (written, _listening) = listen();
    let settings = Settings { call_lines_per_second: 1_000_000, ..Settings::default() };
    let server = Server::with(Arc::new(MemoryLog::new()), settings).await;
    server.create(SECRET).await;
    let page = format!("/dossiers/{SECRET}");
    for (ask, headers) in [
        ("GET /".to_owned(), vec![]),
        (format!("GET {page}?text={SECRET}"), vec![]),
        (format!("HEAD {page}/records"), vec![]),
        (format!("GET {page}/incidents/{SECRET}"), vec![]),
        (format!("GET {page}?basis={SECRET}%0A%7B%7D"), vec![]),
        (format!("POST {page}"), vec![]),
        (format!("{} /{SECRET}", SECRET.to_uppercase()), vec![]),
        (format!("GET {page}"), vec![("content-type", "application/grpc")]),
        (format!("POST {page}"), vec![("origin", "http://sekret.example")]),
    ] {
        ask_at(server.address, &ask, &headers, b"").await;
    }
    server.stop().await;
    let text = written.text();
    assert!(!text.to_lowercase().contains(SECRET), "{text}");
    let lines = written.pages();
    let shown = |line: &Value| {
        let text = |field: &str| line[field].as_str().unwrap_or("-").to_owned();
        let (method, route) = (text("http.request.method"), text("http.route"));
        format!("{method} {route} {} at {}", line["http.response.status_code"], line["position"])
    };
    let shown: Vec<String> = lines.iter().map(shown).collect();
    let expected = [
        "GET / 200 at null",
        "GET /dossiers/{dossier} 200 at 0",
        "HEAD /dossiers/{dossier}/records 200 at 0",
        "GET /dossiers/{dossier}/incidents/{incident} 404 at 0",
        "GET /dossiers/{dossier} 400 at null",
        "POST /dossiers/{dossier} 405 at null",
        "_OTHER _OTHER 404 at null",
        "GET _OTHER 505 at null",
        "POST _OTHER 403 at null",
    ];
    assert_eq!(shown, expected);
    for line in &lines {
        assert!(line["duration_ms"].is_f64() && line["principal.id"] == "local", "{line}");
    }
    assert!(lines[0]["answer.bytes"].as_u64() > Some(500), "{}", lines[0]);
}

#[tokio::test]
async fn an_import_is_one_line_with_the_position_that_it_came_to() {
    let (written, _listening) = listen();
    let server = Server::start().await;
    server.create("d").await;
    let records = |number: usize| {
        crate::json::records(&format!(
            r#"[{{"name": "actors/n{number}", "actor": {{"display_name": "N", "type": "ACTOR_TYPE_STATE"}}}}]"#
        ))
    };
    let batch = move |number| pb::ImportRecordsRequest {
        parent: "dossiers/d".to_owned(),
        records: records(number),
        ..Default::default()
    };
    let mut answers =
        server.records().import_records(tokio_stream::iter((0..5).map(batch))).await.expect("a stream").into_inner();
    while answers.message().await.expect("no fault").is_some() {}
    server.stop().await;
    let lines = written.calls();
    let last = lines.last().expect("a line");
    assert_eq!(last["rpc.method"], "armistice.v1.RecordService/ImportRecords");
    assert_eq!((&last["rpc.status_code"], &last["position"]), (&Value::from("OK"), &Value::from(5)));
}

#[tokio::test]
async fn a_busy_second_has_so_many_lines_and_no_more() {
    let (written, _listening) = listen();
    let server =
        Server::with(Arc::new(MemoryLog::new()), Settings { call_lines_per_second: 0, ..Settings::default() }).await;
    server.create("d").await;
    server.stop().await;
    assert_eq!(written.calls().len(), 0, "none are asked for");
    let settings = Settings { call_lines_per_second: 3, ..Settings::default() };
    let server = Server::with(Arc::new(MemoryLog::new()), settings).await;
    let started = std::time::Instant::now();
    for number in 0..50 {
        server.create(&format!("d{number}")).await;
    }
    let seconds = usize::try_from(started.elapsed().as_secs()).expect("a short test") + 2;
    server.stop().await;
    let lines = written.calls().iter().filter(|line| line["message"] == "call").count();
    assert!((3..=3 * seconds).contains(&lines), "{lines} lines in {seconds} s");
}
