//! kill -9 while eight clients append: what was acknowledged is there, exactly once, and nothing else is half there.
//!
//! Rounds share one store, so that each also opens what all the kills before it have left. In a round the server is started, eight
//! clients append batches of mixed sizes until it is killed, it is started again (now and then killed once more while it opens the
//! store), and everything it holds is read back and compared with everything that was ever sent and answered.
//!
//! `CRASH_ROUNDS` (default 10) says how many, `CRASH_SEED` repeats a run's choices; where a kill then falls is the machine's.
#![cfg(unix)]
#![allow(clippy::panic)] // a fact that does not hold fails the test

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use armistice::wire::pb;
use pb::dossier_service_client::DossierServiceClient;
use pb::record_service_client::RecordServiceClient;
use tokio::sync::mpsc;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Status};

const CLIENTS: usize = 8;
const DOSSIER: &str = "dossiers/crash";

/// The most batches that are acknowledged in a round before the kill is due.
const ACKNOWLEDGED_MAX: u64 = 160;

/// The longest that a kill is put off once it is due, so that it falls anywhere in the work on a batch.
const DELAY_MICROS_MAX: u64 = 4000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kill_9_exactly_once() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let rounds = number("CRASH_ROUNDS").unwrap_or(10);
    let seed = number("CRASH_SEED").unwrap_or_else(|| u64::from_le_bytes(uuid_bytes()[..8].try_into().expect("eight")));
    println!("CRASH_ROUNDS={rounds} CRASH_SEED={seed}");
    let mut dice = Dice(seed);
    let directory = tempfile::tempdir().expect("a directory");
    let mut history = History::default();
    let mut server = Server::start(directory.path());
    create_dossier(&server).await;
    for round in 0..rounds {
        let answered = write_until_killed(server, round, &mut dice).await;
        let acknowledged = answered.iter().filter(|sent| sent.answer.is_some()).count();
        let under_way = answered.len() - acknowledged;
        history.sent.extend(answered);

        if dice.below(4) == 0 {
            Server::spawn(directory.path()).kill_after(Duration::from_micros(dice.below(20_000))).await;
        }
        server = Server::start(directory.path());
        let mut client = server.records().await;
        let stored = read_back(&mut client).await;
        history.compare(&stored);
        let whole = history.repeat_requests(&mut client, round, &stored).await;
        let stored = read_back(&mut client).await;
        history.compare(&stored);
        println!(
            "round {round}: {acknowledged} batches acknowledged, {under_way} under way of which {whole} were stored, \
             {} records in all",
            stored.len()
        );
    }
}

/// A batch that was sent, and what the server made of it.
struct Sent {
    round: u64,
    request: pb::AppendRecordsRequest,
    /// `None`: the server was killed before the answer came.
    answer: Option<pb::AppendRecordsResponse>,
}

/// Everything that was ever sent.
#[derive(Default)]
struct History {
    sent: Vec<Sent>,
}

impl History {
    /// Holds what is stored, by position, against what was sent and answered.
    fn compare(&self, stored: &BTreeMap<i64, pb::Record>) {
        let positions: Vec<i64> = stored.keys().copied().collect();
        let expected: Vec<i64> = (1..=stored.len() as i64).collect();
        assert_eq!(positions, expected, "positions have no gaps, and none is used twice");

        // What tells one revision from every other: its name and its title.
        let mut by_content: HashMap<(String, String), Vec<i64>> = HashMap::new();
        for (position, record) in stored {
            by_content.entry(content(record)).or_default().push(*position);
        }
        for Sent { request, answer, .. } in &self.sent {
            let found: Vec<Vec<i64>> =
                request.records.iter().map(|r| by_content.remove(&content(r)).unwrap_or_default()).collect();
            let there: Vec<i64> = found.concat();
            match answer {
                Some(answer) => {
                    let answered: Vec<i64> = answer.records.iter().map(|record| record.position).collect();
                    assert_eq!(there, answered, "an acknowledged batch is there once, where it was said to be");
                    for record in &answer.records {
                        assert_eq!(&stored[&record.position], record, "a record is stored as it was answered");
                    }
                }
                None if there.is_empty() => {}
                None => {
                    let whole: Vec<i64> = (there[0]..).take(request.records.len()).collect();
                    assert_eq!(there, whole, "a batch without an answer is there whole or not at all");
                }
            }
        }
        assert!(by_content.is_empty(), "what nobody sent is stored: {by_content:?}");
    }

    /// Sends again what this round sent: the first answer comes again, and what got none gets one. Returns how many of those
    /// without an answer had been stored.
    async fn repeat_requests(
        &mut self,
        client: &mut RecordServiceClient<Channel>,
        round: u64,
        stored: &BTreeMap<i64, pb::Record>,
    ) -> usize {
        let mut whole = 0;
        let there: HashMap<(String, String), i64> = stored.iter().map(|(at, record)| (content(record), *at)).collect();
        for sent in self.sent.iter_mut().filter(|sent| sent.round == round) {
            let answer =
                client.append_records(sent.request.clone()).await.expect("a repetition is answered").into_inner();
            match &sent.answer {
                Some(first) => assert_eq!(&answer, first, "the first answer comes again"),
                None => {
                    let stored: Vec<i64> =
                        answer.records.iter().filter_map(|r| there.get(&content(r)).copied()).collect();
                    let answered: Vec<i64> = answer.records.iter().map(|record| record.position).collect();
                    assert!(stored.is_empty() || stored == answered, "what was stored is not stored again");
                    whole += usize::from(!stored.is_empty());
                    sent.answer = Some(answer);
                }
            }
        }
        if let Some(sent) = self.sent.iter().find(|sent| sent.round == round) {
            let mut other = sent.request.clone();
            other.records[0] = document("documents/other", "Under a used request id");
            let refused = client.append_records(other).await.expect_err("a request id names one request");
            assert_eq!(refused.code(), Code::AlreadyExists, "{refused}");
        }
        whole
    }
}

/// Eight clients append until the server is killed; returns all that they sent, in the order in which each sent it.
async fn write_until_killed(server: Server, round: u64, dice: &mut Dice) -> Vec<Sent> {
    let due_after = 1 + dice.below(ACKNOWLEDGED_MAX);
    let delay = Duration::from_micros(dice.below(DELAY_MICROS_MAX));
    let is_killed = Arc::new(AtomicBool::new(false));
    let sent: Arc<Mutex<Vec<Sent>>> = Arc::default();
    let (acknowledge, mut acknowledged) = mpsc::unbounded_channel();
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let mut records = server.records().await;
        let (is_killed, sent, acknowledge) = (is_killed.clone(), sent.clone(), acknowledge.clone());
        let mut dice = Dice(dice.next());
        clients.push(tokio::spawn(async move {
            for batch in 0.. {
                let request = random_batch(round, client, batch, &mut dice);
                let outcome = records.append_records(request.clone()).await;
                let answer = expected(outcome.map(tonic::Response::into_inner), &is_killed);
                let is_answered = answer.is_some();
                sent.lock().expect("no client panicked").push(Sent { round, request, answer });
                if !is_answered {
                    return;
                }
                // The round may be over.
                let _ = acknowledge.send(());
            }
        }));
    }
    drop(acknowledge);
    for _ in 0..due_after {
        acknowledged.recv().await.expect("clients append for as long as the server lives");
    }
    // The one sleep: it is not waited for anything to happen, it chooses where the kill falls.
    tokio::time::sleep(delay).await;
    // Before the kill, so that no error can be seen that is not yet expected.
    is_killed.store(true, Ordering::SeqCst);
    server.kill();
    for client in clients {
        client.await.expect("no client fails");
    }
    std::mem::take(&mut *sent.lock().expect("no client panicked"))
}

/// An answer; `None` if the server was killed before it came. No other failure is expected.
fn expected(
    outcome: Result<pb::AppendRecordsResponse, Status>,
    is_killed: &AtomicBool,
) -> Option<pb::AppendRecordsResponse> {
    match outcome {
        Ok(answer) => Some(answer),
        Err(status) if is_killed.load(Ordering::SeqCst) => {
            let is_cut_off =
                matches!(status.code(), Code::Unknown | Code::Unavailable | Code::Internal | Code::Cancelled);
            assert!(is_cut_off, "{status}");
            None
        }
        Err(status) => panic!("refused while the server lived: {status}"),
    }
}

/// One to forty documents, sometimes large, under a request id; every third batch also corrects the client's journal.
fn random_batch(round: u64, client: usize, batch: u64, dice: &mut Dice) -> pb::AppendRecordsRequest {
    let size = if dice.below(2) == 0 { 1 } else { 1 + dice.below(40) };
    let mut records: Vec<pb::Record> = (0..size)
        .map(|i| {
            let length_max = if dice.below(20) == 0 { 20_000 } else { 300 };
            let padding = "x".repeat(usize::try_from(dice.below(length_max)).expect("a few thousand"));
            document(&format!("documents/r{round}-c{client}-b{batch}-{i}"), &format!("Paper {padding}"))
        })
        .collect();
    if batch.is_multiple_of(3) {
        let journal = document(&format!("documents/journal-{client}"), &format!("Round {round}, batch {batch}"));
        let reason = if round == 0 && batch == 0 { String::new() } else { "The next entry.".to_owned() };
        records.push(pb::Record { reason, ..journal });
    }
    let id = [dice.next().to_le_bytes(), dice.next().to_le_bytes()].concat();
    let id = uuid::Builder::from_random_bytes(id.try_into().expect("sixteen")).into_uuid();
    pb::AppendRecordsRequest { parent: DOSSIER.to_owned(), records, request_id: id.to_string(), validate_only: false }
}

fn document(name: &str, title: &str) -> pb::Record {
    let document = pb::Document { title: title.to_owned(), ..Default::default() };
    pb::Record { name: name.to_owned(), kind: Some(pb::record::Kind::Document(document)), ..Default::default() }
}

/// The relative name and the title of a document.
fn content(record: &pb::Record) -> (String, String) {
    let Some(pb::record::Kind::Document(document)) = &record.kind else {
        panic!("{} is no document", record.name);
    };
    let name = record.name.strip_prefix("dossiers/crash/").unwrap_or(&record.name);
    (name.to_owned(), document.title.clone())
}

async fn create_dossier(server: &Server) {
    let mut dossiers = DossierServiceClient::new(server.channel().await);
    let request = pb::CreateDossierRequest { dossier_id: "crash".to_owned(), ..Default::default() };
    dossiers.create_dossier(request).await.expect("the dossier is created");
}

/// Every revision that the server holds, by position: the current ones, and of the journals those before.
async fn read_back(client: &mut RecordServiceClient<Channel>) -> BTreeMap<i64, pb::Record> {
    let mut stored = BTreeMap::new();
    let mut request = pb::ListRecordsRequest { parent: DOSSIER.to_owned(), page_size: 1000, ..Default::default() };
    loop {
        let page = client.list_records(request.clone()).await.expect("records are listed").into_inner();
        for record in page.records {
            let twice = stored.insert(record.position, record);
            assert!(twice.is_none(), "a position is listed twice: {twice:?}");
        }
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let journals: Vec<String> = stored.values().map(|r| r.name.clone()).filter(|n| n.contains("/journal-")).collect();
    for name in journals {
        let mut request = pb::ListRevisionsRequest { name, page_size: 1000, ..Default::default() };
        loop {
            let page = client.list_revisions(request.clone()).await.expect("revisions are listed").into_inner();
            stored.extend(page.revisions.into_iter().map(|record| (record.position, record)));
            if page.next_page_token.is_empty() {
                break;
            }
            request.page_token = page.next_page_token;
        }
    }
    stored
}

/// The server, in a process of its own.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    /// Starts it, and waits for the line that says where it listens.
    fn start(directory: &Path) -> Server {
        let mut server = Server::spawn(directory);
        let mut line = String::new();
        let output = server.child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("it writes UTF-8");
        let address = line.trim().strip_prefix("listening on ");
        server.address = address.unwrap_or_else(|| panic!("it does not listen: {line:?}")).to_owned();
        server
    }

    fn spawn(directory: &Path) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_armistice"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ARMISTICE_")) {
            command.env_remove(name);
        }
        command.args(["serve", "--listen", "127.0.0.1:0", "--log-filter", "warn", "--data-dir"]).arg(directory);
        let child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        Server { child, address: String::new() }
    }

    /// SIGKILL, and the wait for the kernel to be done with it.
    fn kill(mut self) {
        self.child.kill().expect("it is killed");
        let status = self.child.wait().expect("it is waited for");
        assert!(!status.success(), "it was killed, and did not end by itself");
    }

    /// Kills it while it starts.
    async fn kill_after(self, delay: Duration) {
        tokio::time::sleep(delay).await;
        self.kill();
    }

    async fn channel(&self) -> Channel {
        let endpoint = Endpoint::from_shared(format!("http://{}", self.address)).expect("an address");
        endpoint.connect().await.expect("the server can be reached")
    }

    async fn records(&self) -> RecordServiceClient<Channel> {
        RecordServiceClient::new(self.channel().await).max_decoding_message_size(16 * 1024 * 1024)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Chance that can be repeated: SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }
}

fn uuid_bytes() -> [u8; 16] {
    *uuid::Uuid::new_v4().as_bytes()
}
