//! Many records at a time: batches from several clients at once, and one import.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::{Buf, BufMut, Bytes};
use http::uri::PathAndQuery;
use serde_json::{Value, json};
use tonic::codec::{BufferSettings, Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Request, Status};

use super::raw::{self, median};
use super::records::{Template, create_dossier};
use super::server::{Machine, Server, own_cpu_seconds};

/// The clients that append batches at the same time, and how large a batch of theirs is.
const CLIENTS: usize = 8;
const BATCH: usize = 100;

/// How large a batch of an import is.
const IMPORT_BATCH: usize = 1000;

/// Everything measured once.
pub(super) struct Round {
    /// Records a second of raw SQLite in transactions of [`BATCH`] and of [`IMPORT_BATCH`].
    raw: [f64; 2],
    batches: Measured,
    import: Measured,
}

/// What was stored durably, and what it cost.
pub(super) struct Measured {
    records: u64,
    seconds: f64,
    /// What processors worked for the server, and for the clients.
    server_seconds: f64,
    client_seconds: f64,
}

impl Measured {
    fn per_second(&self) -> f64 {
        self.records as f64 / self.seconds
    }

    fn server_us(&self) -> f64 {
        self.server_seconds / self.records as f64 * 1e6
    }

    fn client_us(&self) -> f64 {
        self.client_seconds / self.records as f64 * 1e6
    }
}

/// Measures all of it once, with a server of its own.
pub(super) async fn measure_all(directory: &Path, duration: Duration) -> Round {
    let raw = [BATCH, IMPORT_BATCH].map(|records| raw::commits(directory, records, duration));
    let server = Server::start(&directory.join("data"));
    create_dossier(&server).await;
    let batches = measured(&server, batches(&server, duration)).await;
    let ends = Instant::now() + duration;
    let import = measured(&server, import(&server, move |_| Instant::now() < ends)).await;
    Round { raw, batches, import }
}

/// Imports so many records.
pub(super) async fn fill(server: &Server, records: u64) -> Measured {
    measured(server, import(server, move |sent| sent < records)).await
}

/// Watches the clock and the processors while something is stored.
async fn measured(server: &Server, stored: impl Future<Output = u64>) -> Measured {
    let (server_before, client_before) = (server.cpu_seconds(), own_cpu_seconds());
    let started = Instant::now();
    let records = stored.await;
    Measured {
        records,
        seconds: started.elapsed().as_secs_f64(),
        server_seconds: server.cpu_seconds() - server_before,
        client_seconds: own_cpu_seconds() - client_before,
    }
}

/// Has the clients append batches, each with one call under way, for so long; how many records were answered for.
async fn batches(server: &Server, duration: Duration) -> u64 {
    let template = Template::reports(BATCH);
    let mut tasks = Vec::new();
    for _ in 0..CLIENTS {
        let (channel, mut template) = (server.channel().await, template.clone());
        tasks.push(tokio::spawn(async move {
            let ends = Instant::now() + duration;
            let mut records = 0;
            while Instant::now() < ends {
                let mut client = tonic::client::Grpc::new(channel.clone());
                client.ready().await.expect("a connection");
                let path = PathAndQuery::from_static("/armistice.v1.RecordService/AppendRecords");
                let answer = client.unary(Request::new(template.next()), path, Plain).await.expect("it is appended");
                assert!(answer.into_inner().len() > BATCH, "the records are sent back");
                records += BATCH as u64;
            }
            records
        }));
    }
    let mut records = 0;
    for task in tasks {
        records += task.await.expect("no client fails");
    }
    records
}

/// Imports batches for as long as `goes_on` says, given the records sent so far; how many were acknowledged.
async fn import(server: &Server, goes_on: impl Fn(u64) -> bool + Send + 'static) -> u64 {
    let mut template = Template::incidents(IMPORT_BATCH);
    let sent = Arc::new(AtomicU64::new(0));
    let counted = sent.clone();
    let messages = std::iter::from_fn(move || {
        let before = counted.load(Ordering::Relaxed);
        goes_on(before).then(|| {
            counted.store(before + template.records as u64, Ordering::Relaxed);
            template.next()
        })
    });
    let mut client = tonic::client::Grpc::new(server.channel().await);
    client.ready().await.expect("a connection");
    let path = PathAndQuery::from_static("/armistice.v1.RecordService/ImportRecords");
    let answers = client.streaming(Request::new(tokio_stream::iter(messages)), path, Plain).await;
    let mut answers = answers.expect("it is taken in").into_inner();
    let mut acknowledged = 0;
    while answers.message().await.expect("it is durable").is_some() {
        acknowledged += IMPORT_BATCH as u64;
    }
    assert_eq!(acknowledged, sent.load(Ordering::Relaxed), "every batch is acknowledged");
    acknowledged
}

/// Sends and takes bytes as they are: what a client would do with an answer is not what is measured.
#[derive(Clone, Copy)]
struct Plain;

impl Codec for Plain {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Plain;
    type Decoder = Plain;

    fn encoder(&mut self) -> Plain {
        Plain
    }

    fn decoder(&mut self) -> Plain {
        Plain
    }
}

impl Encoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}

impl Decoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}

/// What of a measurement is printed, given how fast raw SQLite was.
struct Line<'r> {
    name: String,
    raw: f64,
    of: &'r dyn Fn(&Round) -> &Measured,
    times_raw: f64,
}

fn lines<'r>(rounds: &[Round], of: &'r [&'r dyn Fn(&Round) -> &Measured; 2]) -> [Line<'r>; 2] {
    let names =
        [format!("batches of {BATCH} from {CLIENTS} clients"), format!("one import, batches of {IMPORT_BATCH}")];
    let mut names = names.into_iter();
    [0, 1].map(|which| Line {
        name: names.next().expect("as many names as lines"),
        raw: median(rounds, |round| round.raw[which]),
        of: of[which],
        times_raw: median(rounds, |round| of[which](round).per_second() / round.raw[which]),
    })
}

const COLUMNS: [&dyn Fn(&Round) -> &Measured; 2] = [&|round| &round.batches, &|round| &round.import];

/// Prints the result as a table.
pub(super) fn print_table(seconds: u64, machine: &Machine, rounds: &[Round]) {
    let (report, incident) =
        (Template::reports(BATCH).record_bytes(), Template::incidents(IMPORT_BATCH).record_bytes());
    println!("durable records a second; median of {} rounds of {seconds} s", rounds.len());
    println!("a report has {report} bytes; an import brings incidents with a report each, {incident} bytes a record");
    println!("{}\n", machine.said());
    println!("                                 records/s   raw SQLite   x raw   server us/record   clients us/record");
    for Line { name, raw, of, times_raw } in lines(rounds, &COLUMNS) {
        let per_second = median(rounds, |round| of(round).per_second());
        let (server, client) =
            (median(rounds, |round| of(round).server_us()), median(rounds, |round| of(round).client_us()));
        println!("{name:<30}   {per_second:>9.0}   {raw:>10.0}   {times_raw:>5.2}   {server:>16.2}   {client:>17.2}");
    }
}

/// The result for a machine.
pub(super) fn as_json(seconds: u64, machine: &Machine, rounds: &[Round]) -> Value {
    let lines = lines(rounds, &COLUMNS).map(|Line { name, raw, of, times_raw }| {
        json!({
            "name": name,
            "records_per_second": median(rounds, |round| of(round).per_second()),
            "raw_sqlite_records_per_second": raw,
            "times_raw": times_raw,
            "server_us_per_record": median(rounds, |round| of(round).server_us()),
            "clients_us_per_record": median(rounds, |round| of(round).client_us()),
        })
    });
    json!({ "rounds": rounds.len(), "seconds": seconds, "machine": machine.as_json(), "bulk": lines })
}
