//! One record a call, from ever more clients: beside one-by-one commits, and beside calls that do nothing.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use armistice::wire::pb;
use pb::record_service_client::RecordServiceClient;
use prost::Message;
use serde_json::{Value, json};
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_client::HealthClient;

use super::raw::{self, median};
use super::records::{DOSSIER, create_dossier, report};
use super::server::{Machine, Server};

/// Everything measured once.
pub(super) struct Round {
    raw: f64,
    widths: Vec<Width>,
}

/// Measures all of it once, with a server of its own.
pub(super) async fn measure_all(directory: &Path, clients: &[usize], duration: Duration) -> Round {
    let raw = raw::commits(directory, 1, duration);
    let server = Server::start(&directory.join("data"));
    create_dossier(&server).await;
    let mut widths = Vec::new();
    for &clients in clients {
        let appends = measure(&server, clients, duration, append).await;
        let ceiling = measure(&server, clients, duration, check_health).await;
        widths.push(Width { clients, appends, ceiling });
    }
    Round { raw, widths }
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

/// Prints the result as a table.
pub(super) fn print_table(seconds: u64, machine: &Machine, rounds: &[Round]) {
    let bytes = report().encoded_len();
    println!("durable appends of one record ({bytes} bytes) a call; median of {} rounds of {seconds} s", rounds.len());
    println!("{}\n", machine.said());
    println!("raw SQLite, one commit a record: {:.0} a second\n", median(rounds, |r| r.raw));
    println!("clients   appends/s   x raw   p50 ms   p99 ms   health checks/s   of that ceiling");
    for Line { clients, appends, times_raw, ceiling, of_ceiling, p50_ms, p99_ms } in lines(rounds) {
        println!(
            "{clients:>7}   {appends:>9.0}   {times_raw:>5.2}   {p50_ms:>6.2}   {p99_ms:>6.2}   {ceiling:>15.0}   {of_ceiling:>15.2}"
        );
    }
}

/// The result for a machine.
pub(super) fn as_json(seconds: u64, machine: &Machine, rounds: &[Round]) -> Value {
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
        "rounds": rounds.len(),
        "seconds": seconds,
        "machine": machine.as_json(),
        "raw_sqlite_commits_per_second": median(rounds, |r| r.raw),
        "widths": widths,
    })
}
