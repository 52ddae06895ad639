//! How long a server takes to start: from its process to the first call that is answered about a dossier of so many records.

use std::path::Path;
use std::time::Instant;

use armistice::wire::pb;
use pb::record_service_client::RecordServiceClient;
use serde_json::{Value, json};

use super::bulk::fill;
use super::raw::median;
use super::records::{create_dossier, last_report};
use super::server::{Machine, Server};

/// One start.
pub(super) struct Round {
    /// Until it listens: by then the log is checked from end to end.
    listening: f64,
    /// Until a record was read: by then all of the dossier is in memory.
    answered: f64,
    /// What processors worked by then.
    cpu: f64,
    memory_mib: f64,
}

/// What is started on, and how often.
pub(super) async fn measure_all(directory: &Path, records: u64, rounds: usize) -> Vec<Round> {
    let data = directory.join("data");
    let server = Server::start(&data);
    create_dossier(&server).await;
    fill(&server, records).await;
    // It is killed, so each start finds a write-ahead log as a crash leaves it.
    drop(server);
    let mut measured = Vec::new();
    for _ in 0..rounds {
        let started = Instant::now();
        let server = Server::start(&data);
        let listening = started.elapsed().as_secs_f64();
        let mut client = RecordServiceClient::new(server.channel().await);
        let request = pb::GetRecordRequest { name: last_report(), consistency: None };
        let answer = client.get_record(request).await.expect("the last record is there").into_inner();
        let answered = started.elapsed().as_secs_f64();
        let position = answer.record.map_or(0, |record| record.position);
        assert!(position > records.cast_signed(), "all that was stored is there");
        measured.push(Round { listening, answered, cpu: server.cpu_seconds(), memory_mib: server.memory_mib() });
    }
    measured
}

/// Prints the result.
pub(super) fn print_table(records: u64, machine: &Machine, rounds: &[Round]) {
    println!("start with {records} records in the log; median of {} starts", rounds.len());
    println!("{}\n", machine.said());
    println!("listens after   first answer after   processor time   memory");
    let of = |of: fn(&Round) -> f64| median(rounds, of);
    println!(
        "{:>11.2} s   {:>16.2} s   {:>12.2} s   {:.0} MiB",
        of(|round| round.listening),
        of(|round| round.answered),
        of(|round| round.cpu),
        of(|round| round.memory_mib)
    );
}

/// The result for a machine.
pub(super) fn as_json(records: u64, machine: &Machine, rounds: &[Round]) -> Value {
    json!({
        "records": records,
        "rounds": rounds.len(),
        "machine": machine.as_json(),
        "listening_seconds": median(rounds, |round| round.listening),
        "answered_seconds": median(rounds, |round| round.answered),
        "cpu_seconds": median(rounds, |round| round.cpu),
        "memory_mib": median(rounds, |round| round.memory_mib),
    })
}
