//! How many durable appends of one record a call the server takes from 1, 16, 64 and 256 clients at once.
//!
//! ```text
//! cargo bench --bench append_over_grpc                     a table
//! cargo bench --bench append_over_grpc -- --json           the same, for a machine
//! cargo bench --bench append_over_grpc -- --seconds 1 --rounds 1 --clients 64
//! ```
//!
//! The server is the real one: the release binary in a process of its own, `armistice serve` with its defaults. The clients
//! are in this process, each with a connection of its own and one call under way; both processes share the machine's cores. Every call carries
//! one report of some 400 bytes with facts, references and a request id, so the server validates it against its dossier before it is stored.
//!
//! Beside it, in each round and on the same file system:
//!
//! - *raw*: the same bytes in raw SQLite (write-ahead log, `synchronous=FULL`), one row and one commit at a time, from one
//!   thread: what the machine can do for somebody who flushes for each record.
//! - *ceiling*: health checks to the same server from the same clients: what gRPC costs when nothing is done.
//!
//! Figures drift with the machine, ratios far less: each is taken within a round, and the median over the rounds is printed.
#![allow(clippy::print_stdout, reason = "what a benchmark prints is its result")]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use armistice::wire::pb;
use clap::Parser;
use pb::dossier_service_client::DossierServiceClient;
use pb::record_service_client::RecordServiceClient;
use prost::Message;
use rusqlite::Connection;
use serde_json::{Value, json};
use tonic::transport::{Channel, Endpoint};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

/// Measures durable appends over gRPC.
#[derive(Debug, Parser)]
struct Arguments {
    /// How long each measurement takes.
    #[arg(long, default_value_t = 5)]
    seconds: u64,
    /// How often all of it is measured.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many clients at once.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 16, 64, 256])]
    clients: Vec<usize>,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let machine = Machine::here();
    let duration = Duration::from_secs(arguments.seconds);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let rounds: Vec<Round> = (0..arguments.rounds)
        .map(|_| {
            let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
            let raw = raw_sqlite(directory.path(), duration);
            let server = Server::start(&directory.path().join("data"));
            let widths = runtime.block_on(async {
                create_dossier(&server).await;
                let mut widths = Vec::new();
                for &clients in &arguments.clients {
                    let appends = measure(&server, clients, duration, append).await;
                    let ceiling = measure(&server, clients, duration, check_health).await;
                    widths.push(Width { clients, appends, ceiling });
                }
                widths
            });
            Round { raw, widths }
        })
        .collect();
    if arguments.json {
        println!("{:#}", as_json(&arguments, &machine, &rounds));
    } else {
        print_tables(&arguments, &machine, &rounds);
    }
}

/// Everything measured once.
struct Round {
    raw: f64,
    widths: Vec<Width>,
}

/// What so many clients got.
struct Width {
    clients: usize,
    appends: Measured,
    ceiling: Measured,
}

/// Calls that were answered within the time.
struct Measured {
    per_second: f64,
    /// Of each call, ascending.
    latencies: Vec<Duration>,
}

impl Measured {
    /// The latency that so many of a hundred calls did not exceed.
    fn latency_ms(&self, percent: usize) -> f64 {
        let rank = (self.latencies.len() * percent).div_ceil(100).max(1);
        self.latencies.get(rank - 1).map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
    }
}

// ---- what is stored

/// The only numbers that tell one record of a run from another.
static NEXT: AtomicU64 = AtomicU64::new(0);

const DOSSIER: &str = "dossiers/bench";

/// A report as a ministry makes one every day: what was struck, when, where, by whom, with a citation.
fn report() -> pb::Record {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let time = |seconds: i64| Some(prost_types::Timestamp { seconds: 1_742_256_000 + seconds, nanos: 0 });
    let from = i64::try_from(number % 2_000_000).expect("a small number");
    let facts = pb::Facts {
        occurred: Some(pb::TimeSpan { earliest: time(from), latest: time(from + 60), ..Default::default() }),
        place: "places/region".to_owned(),
        act: "strike.drone".to_owned(),
        attributed_to: "actors/army".to_owned(),
        struck: vec![pb::Struck {
            object: "elec.sub".to_owned(),
            effect: pb::Effect::Hit.into(),
            weapon: "uav.one-way".to_owned(),
            ..Default::default()
        }],
        ..Default::default()
    };
    let body = pb::Report {
        incident: "incidents/strike".to_owned(),
        claimant: "actors/state".to_owned(),
        facts: Some(facts),
        alleges_breach_of: vec!["terms/halt".to_owned()],
        ..Default::default()
    };
    pb::Record {
        name: format!("reports/r{number}"),
        citations: vec![citation("A substation was hit in the night; nobody was hurt.")],
        kind: Some(pb::record::Kind::Report(body)),
        ..Default::default()
    }
}

fn citation(quote: &str) -> pb::Citation {
    pb::Citation {
        document: "documents/briefing".to_owned(),
        locator: "third paragraph".to_owned(),
        quote: quote.to_owned(),
        ..Default::default()
    }
}

/// What the reports refer to.
async fn create_dossier(server: &Server) {
    let channel = server.channel().await;
    let request = pb::CreateDossierRequest { dossier_id: "bench".to_owned(), ..Default::default() };
    DossierServiceClient::new(channel.clone()).create_dossier(request).await.expect("the dossier is created");
    use pb::record::Kind;
    let named = |name: &str, kind| pb::Record { name: name.to_owned(), kind: Some(kind), ..Default::default() };
    let actor = |name: &str, kind: pb::ActorType, above: &[&str]| {
        let affiliations = above.iter().map(|&name| name.to_owned()).collect();
        let actor =
            pb::Actor { display_name: name.to_owned(), r#type: kind.into(), affiliations, ..Default::default() };
        named(name, Kind::Actor(actor))
    };
    let place =
        pb::Place { display_name: "Region".to_owned(), r#type: pb::PlaceType::Country.into(), ..Default::default() };
    let term =
        pb::Term { display_name: "Halt".to_owned(), r#type: pb::TermType::Prohibition.into(), ..Default::default() };
    let records = vec![
        actor("actors/state", pb::ActorType::State, &[]),
        actor("actors/army", pb::ActorType::ArmedGroup, &["actors/state"]),
        named("places/region", Kind::Place(place)),
        named(
            "documents/briefing",
            Kind::Document(pb::Document { title: "Briefing".to_owned(), ..Default::default() }),
        ),
        named("terms/halt", Kind::Term(term)),
        named(
            "incidents/strike",
            Kind::Incident(pb::Incident { display_name: "Strike".to_owned(), ..Default::default() }),
        ),
    ];
    let request = pb::AppendRecordsRequest { parent: DOSSIER.to_owned(), records, ..Default::default() };
    RecordServiceClient::new(channel).append_records(request).await.expect("the stage is set");
}

// ---- what is measured

/// Commits reports to SQLite one by one; how many a second.
fn raw_sqlite(directory: &Path, duration: Duration) -> f64 {
    let connection = Connection::open(directory.join("raw.sqlite")).expect("a database");
    let journal: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0)).expect("a journal");
    assert_eq!(journal, "wal");
    connection.pragma_update(None, "synchronous", "full").expect("synchronous=FULL");
    connection
        .execute_batch("CREATE TABLE entries (position INTEGER PRIMARY KEY, payload BLOB NOT NULL) STRICT")
        .expect("a table");
    let mut insert = connection.prepare("INSERT INTO entries (payload) VALUES (?1)").expect("a statement");
    let started = Instant::now();
    let mut commits = 0;
    while started.elapsed() < duration {
        // Outside a transaction each statement is one.
        insert.execute([report().encode_to_vec()]).expect("a commit");
        commits += 1;
    }
    f64::from(commits) / started.elapsed().as_secs_f64()
}

/// Has so many clients call for so long, each with one call under way.
async fn measure<F, Call>(server: &Server, clients: usize, duration: Duration, call: F) -> Measured
where
    F: Fn(Channel) -> Call + Copy + Send + Sync + 'static,
    Call: Future<Output = ()> + Send,
{
    let mut channels = Vec::new();
    for _ in 0..clients {
        let channel = server.channel().await;
        // Connected, and the path warm.
        call(channel.clone()).await;
        channels.push(channel);
    }
    let start = Arc::new(tokio::sync::Barrier::new(clients + 1));
    let tasks: Vec<_> = channels
        .into_iter()
        .map(|channel| {
            let start = start.clone();
            tokio::spawn(async move {
                start.wait().await;
                let ends = Instant::now() + duration;
                let mut latencies = Vec::new();
                loop {
                    let called = Instant::now();
                    call(channel.clone()).await;
                    let answered = Instant::now();
                    // What is answered too late is not counted, so nobody gets more than the time.
                    if answered > ends {
                        return latencies;
                    }
                    latencies.push(answered - called);
                }
            })
        })
        .collect();
    start.wait().await;
    let mut latencies = Vec::new();
    for task in tasks {
        latencies.extend(task.await.expect("no client fails"));
    }
    latencies.sort_unstable();
    Measured { per_second: latencies.len() as f64 / duration.as_secs_f64(), latencies }
}

async fn append(channel: Channel) {
    let request = pb::AppendRecordsRequest {
        parent: DOSSIER.to_owned(),
        records: vec![report()],
        request_id: uuid::Uuid::new_v4().to_string(),
        validate_only: false,
    };
    RecordServiceClient::new(channel).append_records(request).await.expect("it is appended");
}

async fn check_health(channel: Channel) {
    let request = HealthCheckRequest { service: String::new() };
    HealthClient::new(channel).check(request).await.expect("it is answered");
}

/// The server, in a process of its own.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(directory: &Path) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_armistice"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ARMISTICE_")) {
            command.env_remove(name);
        }
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-filter", "warn", "--data-dir"]).arg(directory);
        let child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut server = Server { child, address: String::new() };
        let mut line = String::new();
        let output = server.child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("it writes UTF-8");
        server.address = line.trim().strip_prefix("listening on ").expect("it says where it listens").to_owned();
        server
    }

    async fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).expect("an address");
        endpoint.tcp_nodelay(true).connect().await.expect("the server can be reached")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

// ---- what is printed

/// Where it was measured.
struct Machine {
    cores: usize,
    kernel: String,
    file_system: String,
    /// What else it was doing, as the load of the minute before.
    load: String,
}

impl Machine {
    fn here() -> Machine {
        let read = |path| std::fs::read_to_string(path).unwrap_or_default();
        let mounts = read("/proc/mounts");
        let directory = env!("CARGO_TARGET_TMPDIR");
        let mounted = mounts.lines().filter_map(|line| {
            let mut words = line.split(' ').skip(1);
            Some((words.next()?, words.next()?))
        });
        let holding = mounted.filter(|(point, _)| Path::new(directory).starts_with(point));
        let file_system = holding.max_by_key(|(point, _)| point.len()).map_or("unknown", |(_, kind)| kind);
        Machine {
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            file_system: file_system.to_owned(),
            load: read("/proc/loadavg").split(' ').next().unwrap_or_default().to_owned(),
        }
    }
}

/// The median over the rounds of what is taken within each.
fn median(rounds: &[Round], of: impl Fn(&Round) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values[(values.len() - 1) / 2], values[values.len() / 2]);
    (low + high) / 2.0
}

/// One line of the result.
struct Line {
    clients: usize,
    appends: f64,
    times_raw: f64,
    ceiling: f64,
    of_ceiling: f64,
    p50_ms: f64,
    p99_ms: f64,
}

fn lines(rounds: &[Round]) -> Vec<Line> {
    let widths = rounds.first().map_or(0, |round| round.widths.len());
    let line = |i: usize| Line {
        clients: rounds[0].widths[i].clients,
        appends: median(rounds, |r| r.widths[i].appends.per_second),
        times_raw: median(rounds, |r| r.widths[i].appends.per_second / r.raw),
        ceiling: median(rounds, |r| r.widths[i].ceiling.per_second),
        of_ceiling: median(rounds, |r| r.widths[i].appends.per_second / r.widths[i].ceiling.per_second),
        p50_ms: median(rounds, |r| r.widths[i].appends.latency_ms(50)),
        p99_ms: median(rounds, |r| r.widths[i].appends.latency_ms(99)),
    };
    (0..widths).map(line).collect()
}

fn print_tables(arguments: &Arguments, machine: &Machine, rounds: &[Round]) {
    let Arguments { seconds, rounds: count, .. } = arguments;
    let Machine { cores, kernel, file_system, load } = machine;
    let bytes = report().encoded_len();
    println!("durable appends of one record ({bytes} bytes) a call; median of {count} rounds of {seconds} s");
    println!("{cores} cores, Linux {kernel}, {file_system}; load before the run {load}\n");
    println!("raw SQLite, one commit a record: {:.0} a second\n", median(rounds, |r| r.raw));
    println!("clients   appends/s   x raw   p50 ms   p99 ms   health checks/s   of that ceiling");
    for Line { clients, appends, times_raw, ceiling, of_ceiling, p50_ms, p99_ms } in lines(rounds) {
        println!(
            "{clients:>7}   {appends:>9.0}   {times_raw:>5.2}   {p50_ms:>6.2}   {p99_ms:>6.2}   {ceiling:>15.0}   {of_ceiling:>15.2}"
        );
    }
}

fn as_json(arguments: &Arguments, machine: &Machine, rounds: &[Round]) -> Value {
    let widths: Vec<Value> = lines(rounds)
        .into_iter()
        .map(|line| {
            json!({
                "clients": line.clients,
                "appends_per_second": line.appends,
                "times_raw": line.times_raw,
                "p50_ms": line.p50_ms,
                "p99_ms": line.p99_ms,
                "health_checks_per_second": line.ceiling,
                "of_ceiling": line.of_ceiling,
            })
        })
        .collect();
    json!({
        "record_bytes": report().encoded_len(),
        "rounds": arguments.rounds,
        "seconds": arguments.seconds,
        "machine": {
            "cores": machine.cores,
            "kernel": machine.kernel,
            "file_system": machine.file_system,
            "load_before": machine.load,
        },
        "raw_sqlite_commits_per_second": median(rounds, |r| r.raw),
        "widths": widths,
    })
}
