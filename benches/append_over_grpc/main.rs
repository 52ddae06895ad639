//! How fast records become durable over gRPC: one a call, in batches, as an import; and how long a server takes to start with many.
//!
//! ```text
//! cargo bench --bench append_over_grpc                     one record a call from 1, 16, 64 and 256 clients, as a table
//! cargo bench --bench append_over_grpc -- --batch          batches of 100 from 8 clients, and one import in batches of 1,000
//! cargo bench --bench append_over_grpc -- --start 2000000  a start with so many records in the log
//! cargo bench --bench append_over_grpc -- --ask 2000000    questions to a dossier of so many records
//! cargo bench --bench append_over_grpc -- --json           any of these for a machine
//! cargo bench --bench append_over_grpc -- --seconds 1 --rounds 1 --clients 64
//! ```
//!
//! The server is the real one: the release binary in a process of its own, `armistice serve` with its defaults. The clients
//! are in this process, each with a connection of its own and one call under way; both processes share the machine's cores. Every record
//! is a report of some 400 bytes with facts and references, or the incident that it is about; every call has a request id. So the server
//! validates each record against its dossier before it is stored. In batches and imports the clients send bytes made beforehand and do
//! not decode the answers, for what they would take of the processors is not the server's.
//!
//! Beside it, in each round and on the same file system:
//!
//! - *raw*: the same bytes in raw SQLite (write-ahead log, `synchronous=FULL`), one row a record and as many rows a commit as the call has
//!   records, from one thread: what the machine can do for somebody who checks nothing.
//! - *ceiling*: health checks to the same server from the same clients: what gRPC costs when nothing is done.
//!
//! Figures drift with the machine, ratios far less: each is taken within a round, and the median over the rounds is printed. Processor
//! time per record drifts least of all where others use the machine.
#![allow(clippy::print_stdout, reason = "what a benchmark prints is its result")]

mod ask;
mod bulk;
mod singles;
mod start;

mod raw;
mod records;
mod server;

use std::time::Duration;

use clap::Parser;

use server::Machine;

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
    /// Measure batches and an import instead.
    #[arg(long, conflicts_with_all = ["clients", "start"])]
    batch: bool,
    /// Measure a start with so many records in the log instead.
    #[arg(long, value_name = "RECORDS", conflicts_with = "clients")]
    start: Option<u64>,
    /// Measure questions to a dossier of so many records instead.
    #[arg(long, value_name = "RECORDS", conflicts_with_all = ["clients", "batch", "start"])]
    ask: Option<u64>,
    /// Print one JSON object instead of tables.
    #[arg(long)]
    json: bool,
    /// Given by cargo.
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let arguments = Arguments::parse();
    let Arguments { seconds, rounds, clients, batch, start, ask, json, bench: _ } = &arguments;
    let machine = Machine::here();
    let duration = Duration::from_secs(*seconds);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let directory = || tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory");
    let as_json = if let Some(records) = *ask {
        let directory = directory();
        let asked = runtime.block_on(ask::measure_all(directory.path(), records));
        if !json {
            return ask::print_table(records, &machine, &asked);
        }
        ask::as_json(records, &machine, &asked)
    } else if let Some(records) = *start {
        let directory = directory();
        let measured = runtime.block_on(start::measure_all(directory.path(), records, *rounds));
        if !json {
            return start::print_table(records, &machine, &measured);
        }
        start::as_json(records, &machine, &measured)
    } else if *batch {
        let round = |_| runtime.block_on(bulk::measure_all(directory().path(), duration));
        let measured: Vec<_> = (0..*rounds).map(round).collect();
        if !json {
            return bulk::print_table(*seconds, &machine, &measured);
        }
        bulk::as_json(*seconds, &machine, &measured)
    } else {
        let round = |_| runtime.block_on(singles::measure_all(directory().path(), clients, duration));
        let measured: Vec<_> = (0..*rounds).map(round).collect();
        if !json {
            return singles::print_table(*seconds, &machine, &measured);
        }
        singles::as_json(*seconds, &machine, &measured)
    };
    println!("{as_json:#}");
}
