//! What is seen of a server on its admin port: that it lives, whether it is ready, and what it counts.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use armistice::log::faults::Fault;
use armistice::log::sqlite::{Options, SqliteLog};
use armistice::service::{Observed, Settings, admin};
use armistice::wire::pb;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::gated::Gated;
use crate::one_port::{Answer, ask_at};
use crate::server::{PATIENCE, Server};

/// An admin port; it stops when it goes.
struct Admin {
    address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

impl Admin {
    async fn of(observed: &Arc<Observed>) -> Admin {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(admin::run(listener, observed.clone(), async {
            // Whoever holds the sender never sends.
            let _ = stopped.await;
        }));
        Admin { address, _stop: stop }
    }

    async fn get(&self, path: &str) -> Answer {
        ask_at(self.address, &format!("GET {path}"), &[], b"").await
    }

    /// Status and words of readiness.
    async fn readiness(&self) -> (u16, String) {
        let answer = self.get("/readyz").await;
        (answer.status, answer.text().trim().to_owned())
    }

    async fn metrics(&self) -> String {
        let answer = self.get("/metrics").await;
        assert_eq!(answer.status, 200);
        assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("application/openmetrics-text")));
        answer.text().to_owned()
    }

    /// The value of a line of the metrics.
    async fn value(&self, line: &str) -> f64 {
        let metrics = self.metrics().await;
        let values = metrics.lines().filter_map(|l| l.strip_prefix(line)?.strip_prefix(' ')?.parse().ok());
        let values: Vec<f64> = values.collect();
        assert_eq!(values.len(), 1, "{line} in\n{metrics}");
        values[0]
    }
}

fn actor(number: usize) -> String {
    format!(r#"[{{"name": "actors/n{number}", "actor": {{"display_name": "N", "type": "ACTOR_TYPE_STATE"}}}}]"#)
}

const APPENDS: &str = r#"rpc_method="armistice.v1.RecordService/AppendRecords""#;
const GETS: &str = r#"rpc_method="armistice.v1.RecordService/GetRecord""#;

fn durations(method: &str, code: &str) -> String {
    format!(r#"rpc_server_call_duration_seconds_count{{rpc_system_name="grpc",{method},rpc_status_code="{code}"}}"#)
}

#[tokio::test]
async fn calls_are_counted_by_method_and_by_how_they_ended() {
    let directory = tempfile::tempdir().expect("a directory");
    let observed = Arc::new(Observed::default());
    let options = Options { stats: observed.log().clone(), ..Options::default() };
    let log = Arc::new(SqliteLog::open_with(directory.path(), options).expect("an empty store"));
    let server = Server::seen_by(observed, log, Settings::default()).await;
    let admin = Admin::of(&server.observed).await;
    server.create("d").await;
    for number in 0..3 {
        server.append(&actor(number)).await;
    }
    server.try_append("[{}]").await.expect_err("it has no kind");
    server.get("actors/n0").await.expect("it is there");
    server.get("actors/none").await.expect_err("it is not");
    assert_eq!(admin.value(&durations(APPENDS, "OK")).await, 3.0);
    assert_eq!(admin.value(&durations(APPENDS, "INVALID_ARGUMENT")).await, 1.0);
    assert_eq!(admin.value(&durations(GETS, "OK")).await, 1.0);
    assert_eq!(admin.value(&durations(GETS, "NOT_FOUND")).await, 1.0);
    assert_eq!(admin.value(&format!("armistice_calls_under_way{{{GETS}}}")).await, 0.0);
    let sent = admin.value(&format!("armistice_call_request_bytes_total{{{APPENDS}}}")).await;
    // Four messages, each with five bytes before it.
    assert!((4.0 * 20.0..4.0 * 200.0).contains(&sent), "{sent}");
    for (line, expected) in [
        ("armistice_ready", 1.0),
        ("armistice_dossiers_stored", 1.0),
        ("armistice_dossiers_open", 1.0),
        ("armistice_dossiers_loading", 0.0),
        ("armistice_dossier_load_duration_seconds_count", 1.0),
        ("armistice_log_positions", 4.0),
        ("armistice_log_appends_total", 4.0),
        ("armistice_log_entries_total", 4.0),
        ("armistice_log_commits_total", 4.0),
        ("armistice_log_commit_failures_total", 0.0),
        ("armistice_log_commit_duration_seconds_count", 4.0),
        ("armistice_log_commit_appends_sum", 4.0),
        ("armistice_view_records", 3.0),
        ("armistice_view_revisions", 3.0),
        ("armistice_view_fold_lag", 0.0),
        ("armistice_view_snapshots", 0.0),
        ("armistice_connections_open", 1.0),
        ("armistice_connections_accepted_total", 1.0),
    ] {
        assert_eq!(admin.value(line).await, expected, "{line}");
    }
    let tally = pb::TallyRequest { parent: "dossiers/d".to_owned(), ..Default::default() };
    server.assessments().tally(tally).await.expect("counts");
    assert_eq!(admin.value("armistice_view_snapshots").await, 1.0);
    assert!(admin.value("armistice_received_bytes_total").await > 500.0);
    server.stop().await;
}

#[tokio::test]
async fn pages_are_counted_by_the_pattern_of_their_paths_and_by_how_they_were_answered() {
    let server = Server::start().await;
    let admin = Admin::of(&server.observed).await;
    for dossier in ["a", "b"] {
        server.create(dossier).await;
    }
    for ask in
        ["GET /dossiers/a", "GET /dossiers/b", "GET /dossiers/none", "HEAD /dossiers/a", "BREW /dossiers/a", "GET /x"]
    {
        ask_at(server.address, ask, &[], b"").await;
    }
    let counted = async |method: &str, route: &str, status: u16| {
        let labels =
            format!(r#"http_request_method="{method}",http_route="{route}",http_response_status_code="{status}""#);
        admin.value(&format!("http_server_request_duration_seconds_count{{{labels}}}")).await
    };
    assert_eq!(counted("GET", "/dossiers/{dossier}", 200).await, 2.0);
    assert_eq!(counted("GET", "/dossiers/{dossier}", 404).await, 1.0);
    assert_eq!(counted("HEAD", "/dossiers/{dossier}", 200).await, 1.0);
    assert_eq!(counted("_OTHER", "/dossiers/{dossier}", 405).await, 1.0);
    assert_eq!(counted("GET", "_OTHER", 404).await, 1.0);
    assert_eq!(admin.value("armistice_pages_under_way").await, 0.0);
    // However many paths and methods there are, there are no more lines than before.
    let before = admin.metrics().await.lines().count();
    for number in 0..40 {
        ask_at(server.address, &format!("M{number} /{number}"), &[], b"").await;
        ask_at(server.address, &format!("GET /{number}/{number}"), &[], b"").await;
    }
    let one_more_kind = 22;
    assert!(admin.metrics().await.lines().count() <= before + one_more_kind, "the number of lines is bounded");
    server.stop().await;
}

#[tokio::test]
async fn a_failure_of_the_server_is_told_from_a_refusal() {
    let gated = Gated::new();
    let server = Server::over(Arc::new(gated.clone())).await;
    let admin = Admin::of(&server.observed).await;
    server.create("d").await;
    gated.shut();
    let append = tokio::spawn({
        let mut client = server.records();
        let records = crate::json::records(&actor(1));
        let request = pb::AppendRecordsRequest { parent: "dossiers/d".to_owned(), records, ..Default::default() };
        async move { client.append_records(request).await }
    });
    gated.have_arrived(1).await;
    assert_eq!(admin.value(&format!("armistice_calls_under_way{{{APPENDS}}}")).await, 1.0);
    gated.let_one(Some(Fault::BeforeCommit));
    append.await.expect("no panic").expect_err("it was broken");
    let failed = r#"rpc_status_code="UNAVAILABLE",error_type="UNAVAILABLE""#;
    let line = format!(r#"rpc_server_call_duration_seconds_count{{rpc_system_name="grpc",{APPENDS},{failed}}}"#);
    assert_eq!(admin.value(&line).await, 1.0);
    server.stop().await;
}

#[tokio::test]
async fn a_call_that_its_client_gives_up_is_counted_as_that() {
    let gated = Gated::new();
    let server = Server::over(Arc::new(gated.clone())).await;
    let admin = Admin::of(&server.observed).await;
    server.create("d").await;
    gated.shut();
    let records = crate::json::records(&actor(1));
    let request = pb::AppendRecordsRequest { parent: "dossiers/d".to_owned(), records, ..Default::default() };
    let mut client = server.records();
    {
        let mut call = std::pin::pin!(client.append_records(request));
        tokio::select! {
            _ = &mut call => unreachable!("the gate is shut"),
            () = gated.have_arrived(1) => {}
        }
    }
    let line = durations(APPENDS, "CANCELLED");
    let counted = async {
        while !admin.metrics().await.contains(&line) {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, counted).await.expect("it is counted when the server hears of it");
    assert_eq!(admin.value(&format!("armistice_calls_under_way{{{APPENDS}}}")).await, 0.0);
    gated.open();
    server.stop().await;
}

#[tokio::test]
async fn no_label_holds_anything_that_a_client_chose() {
    let server = Server::start().await;
    let admin = Admin::of(&server.observed).await;
    server.create("sekret").await;
    server.get("actors/sekret").await.expect_err("no such dossier");
    let mut health = HealthClient::new(server.channel.clone());
    health.check(HealthCheckRequest { service: "sekret".to_owned() }).await.expect_err("no such service");
    for path in ["/armistice.v1.Sekret/Sekret", "/armistice.v1.RecordService/Sekret"] {
        let headers = [("content-type", "application/grpc-web+proto"), ("sekret", "sekret")];
        ask_at(server.address, &format!("POST {path}?sekret=1"), &headers, b"sekret").await;
    }
    ask_at(server.address, "GET /sekret", &[], b"").await;
    let metrics = admin.metrics().await;
    assert!(!metrics.to_lowercase().contains("sekret"), "{metrics}");
    let other = r#"rpc_method="_OTHER",rpc_status_code="UNIMPLEMENTED",error_type="UNIMPLEMENTED""#;
    assert_eq!(
        admin.value(&format!(r#"rpc_server_call_duration_seconds_count{{rpc_system_name="grpc",{other}}}"#)).await,
        2.0
    );
    server.stop().await;
}

#[tokio::test]
async fn the_admin_port_answers_before_the_store_is_open_and_while_the_server_stops() {
    let observed = Arc::new(Observed::default());
    let admin = Admin::of(&observed).await;
    let opening = (503, "not ready: the store is being opened and checked".to_owned());
    assert_eq!(admin.readiness().await, opening);
    assert_eq!(admin.get("/livez").await.status, 200);
    assert_eq!(admin.value("armistice_ready").await, 0.0);
    let settings = Settings { drain_timeout: Duration::from_secs(600), ..Settings::default() };
    let gated = Gated::new();
    let server = Server::seen_by(observed, Arc::new(gated.clone()), settings).await;
    assert_eq!(admin.readiness().await, (200, "ready".to_owned()));
    server.create("d").await;
    gated.shut();
    // An append holds the server up.
    let mut client = server.records();
    let records = crate::json::records(&actor(1));
    let request = pb::AppendRecordsRequest { parent: "dossiers/d".to_owned(), records, ..Default::default() };
    let append = tokio::spawn(async move { client.append_records(request).await });
    gated.have_arrived(1).await;
    let stopping = server.shut_down();
    let told = async {
        while admin.readiness().await.0 == 200 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, told).await.expect("told in time");
    assert_eq!(admin.readiness().await, (503, "not ready: the server is shutting down".to_owned()));
    assert_eq!(admin.get("/livez").await.status, 200);
    gated.open();
    append.await.expect("no panic").expect("it was under way");
    timeout(PATIENCE, stopping).await.expect("it stops").expect("without a panic").expect("without an error");
}

#[tokio::test]
async fn a_server_is_ready_while_a_dossier_loads_and_says_so() {
    let gated = Gated::new();
    let first = Server::over(Arc::new(gated.clone())).await;
    for dossier in ["a", "d"] {
        first.create(dossier).await;
    }
    first.stop().await;
    let server = Server::over(Arc::new(gated.clone())).await;
    let admin = Admin::of(&server.observed).await;
    gated.hold_reads_of(Some("d"));
    let mut client = server.dossiers();
    let request = |name: &str| pb::GetDossierRequest { name: name.to_owned(), consistency: None };
    let waiting = tokio::spawn(async move { client.get_dossier(request("dossiers/d")).await });
    let loading = (200, "ready; 1 dossier is being loaded, and calls about them wait".to_owned());
    let told = async {
        while admin.readiness().await != loading {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, told).await.expect("told in time");
    assert_eq!(admin.value("armistice_dossiers_loading").await, 1.0);
    // Health says the same, and the other dossier answers.
    let mut health = HealthClient::new(server.channel.clone());
    let check = health.check(HealthCheckRequest::default()).await.expect("an answer").into_inner();
    assert_eq!(check.status(), ServingStatus::Serving);
    server.dossiers().get_dossier(request("dossiers/a")).await.expect("it is not kept waiting");
    assert!(!waiting.is_finished(), "it is still being loaded");
    gated.hold_reads_of(None);
    waiting.await.expect("no panic").expect("it is loaded");
    assert_eq!(admin.readiness().await, (200, "ready".to_owned()));
    server.stop().await;
}

#[tokio::test]
async fn a_server_whose_log_does_not_answer_is_not_ready() {
    let gated = Gated::new();
    let server = Server::over(Arc::new(gated.clone())).await;
    server.create("d").await;
    let admin = Admin::of(&server.observed).await;
    gated.hold_reads_of(Some("d"));
    assert_eq!(admin.readiness().await, (503, "not ready: the log cannot be read".to_owned()));
    gated.hold_reads_of(None);
    let recovered = async {
        while admin.readiness().await.0 != 200 {
            tokio::task::yield_now().await;
        }
    };
    timeout(PATIENCE, recovered).await.expect("ready again");
    server.stop().await;
}

#[tokio::test]
async fn a_server_whose_log_is_closed_is_not_ready_and_its_health_says_the_same() {
    let gated = Gated::new();
    let server = Server::over(Arc::new(gated.clone())).await;
    let admin = Admin::of(&server.observed).await;
    server.create("d").await;
    server.append(&actor(1)).await;
    let mut health = HealthClient::new(server.connect().await);
    let request = HealthCheckRequest { service: "armistice.v1.RecordService".to_owned() };
    let mut watch = health.watch(request).await.expect("a stream").into_inner();
    let first = watch.message().await.expect("a message").expect("not the end");
    assert_eq!(first.status(), ServingStatus::Serving);
    // A failure that leaves the log as it was changes nothing.
    gated.break_next(Fault::BeforeCommit);
    server.try_append(&actor(2)).await.expect_err("it was broken");
    assert_eq!(admin.readiness().await, (200, "ready".to_owned()));
    gated.break_next(Fault::Breakdown);
    server.try_append(&actor(3)).await.expect_err("it was broken");
    let (status, words) = admin.readiness().await;
    assert!(status == 503 && words.starts_with("not ready: the log takes no more appends"), "{status} {words}");
    let next =
        timeout(PATIENCE, watch.message()).await.expect("told in time").expect("a message").expect("not the end");
    assert_eq!(next.status(), ServingStatus::NotServing);
    assert_eq!(admin.value("armistice_ready").await, 0.0);
    // What is recorded can still be read.
    server.get("actors/n1").await.expect("it is there");
    drop((watch, health));
    server.stop().await;
}

#[tokio::test]
async fn what_the_admin_port_does_not_offer_is_not_found_and_says_what_it_offers() {
    let admin = Admin::of(&Arc::new(Observed::default())).await;
    assert_eq!(admin.get("/dossiers").await.status, 404);
    assert!(admin.get("/").await.text().contains("/readyz"));
    let posted = ask_at(admin.address, "POST /metrics", &[], b"").await;
    assert_eq!(posted.status, 405);
}

#[tokio::test]
async fn every_metric_of_the_dashboard_and_of_the_documentation_is_there() {
    let directory = tempfile::tempdir().expect("a directory");
    let log = Arc::new(SqliteLog::open(directory.path()).expect("an empty store"));
    let server = Server::over(log).await;
    server.create("d").await;
    server.get("actors/none").await.expect_err("it is not there");
    ask_at(server.address, "GET /dossiers/d", &[], b"").await;
    let metrics = Admin::of(&server.observed).await.metrics().await;
    let there: BTreeSet<&str> = metrics.lines().filter_map(|line| line.split(['{', ' ']).next()).collect();
    let dashboard = include_str!("../../docs/grafana/armistice.json");
    let json: serde_json::Value = serde_json::from_str(dashboard).expect("it is JSON");
    let mut queries = Vec::new();
    collect(&json, &mut queries);
    assert!(queries.len() > 15, "{queries:?}");
    for query in &queries {
        let names = names(query);
        assert!(!names.is_empty(), "{query} asks for nothing that is ours");
        for name in names {
            assert!(there.contains(name), "{query}: there is no {name} in\n{metrics}");
        }
    }
    let page = include_str!("../../docs/operating.md");
    let families = metrics.lines().filter_map(|line| line.strip_prefix("# HELP ")?.split(' ').next());
    for family in families {
        assert!(page.contains(&format!("`{family}")), "docs/operating.md does not speak of {family}");
    }
    for line in page.lines().filter(|line| line.starts_with("| `")) {
        let name = line.trim_start_matches("| `").split(['`', '{']).next().expect("a name");
        let is_there = |suffix: &str| there.contains(format!("{name}{suffix}").as_str());
        if OURS.iter().any(|start| name.starts_with(start)) {
            assert!(is_there("") || is_there("_count"), "docs/operating.md speaks of {name}");
        }
    }
    server.stop().await;
}

/// What the names of metrics start with.
const OURS: [&str; 4] = ["armistice_", "rpc_", "http_", "process_"];

/// Every query of the panels of a dashboard.
fn collect<'j>(json: &'j serde_json::Value, queries: &mut Vec<&'j str>) {
    match json {
        serde_json::Value::Object(fields) => {
            queries.extend(fields.get("expr").and_then(serde_json::Value::as_str));
            fields.values().for_each(|field| collect(field, queries));
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, queries)),
        _ => {}
    }
}

/// The metrics that a query names.
fn names(query: &str) -> Vec<&str> {
    let words = query.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let is_label = |word: &str| ["rpc_method", "rpc_status_code", "rpc_system_name", "http_route"].contains(&word);
    let is_ours = |word: &&str| OURS.iter().any(|start| word.starts_with(start));
    words.filter(is_ours).filter(|word| !is_label(word)).collect()
}
