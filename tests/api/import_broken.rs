//! How an import meets what goes wrong: cut off anywhere, answers that nobody reads, a disk that fails, a server that stops.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use armistice::log::faults::{Fault, Faults};
use armistice::log::memory::MemoryLog;
use armistice::log::sqlite::{Options, SqliteLog};
use armistice::service::Settings;
use armistice::wire::pb;
use tokio::time::timeout;
use tokio_stream::StreamExt;
use tonic::transport::Endpoint;

use crate::ground;
use crate::import::{Import, batch, import, next_actor, open, stored, time_enough};
use crate::refusal::shown;
use crate::server::{PATIENCE, Server};

/// Long enough that only what is tried can be what ends something.
const NEVER: Duration = Duration::from_secs(600);

#[tokio::test]
async fn a_stream_that_breaks_off_anywhere_and_is_resumed_stores_everything_once() {
    const BATCHES: usize = 30;
    let seed: u64 = uuid::Uuid::new_v4().as_u64_pair().0;
    eprintln!("seed {seed}");
    let mut dice = seed;
    let mut below = |most: usize| {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (dice >> 33) as usize % most
    };
    for _ in 0..10 {
        let server = ground::server().await;
        let mut answers: Vec<pb::ImportRecordsResponse> = Vec::new();
        while answers.len() < BATCHES {
            // As many are sent, and as many of their answers read, as the dice say; the connection ends with both unfinished.
            let channel = server.connect().await;
            let first = answers.len();
            let sent = (first + 1 + below(9)).min(BATCHES);
            let heard = below(sent - first + 1);
            let mut stream = Import::open(&channel).await;
            for number in first..sent {
                stream.send(next_actor(number)).await;
                if answers.len() < first + heard && below(2) == 0 {
                    answers.push(stream.next().await.expect("an answer").expect("not the end"));
                }
            }
            while answers.len() < first + heard {
                answers.push(stream.next().await.expect("an answer").expect("not the end"));
            }
        }
        assert_eq!(stored(&server).await, BATCHES);
        let (again, end) = import(&server, (0..BATCHES).map(next_actor).collect()).await;
        end.expect("a good end");
        assert_eq!(again, answers, "each was answered as it was the first time");
        assert_eq!(stored(&server).await, BATCHES);
    }
}

#[tokio::test]
async fn a_failure_of_the_disk_ends_the_stream_and_what_is_sent_again_is_stored_once() {
    for fault in [Fault::BeforeCommit, Fault::AfterCommit] {
        let faults = Faults::planned();
        let server = ground::over(Arc::new(MemoryLog::with_faults(faults.clone()))).await;
        for round in 0..10 {
            // Each could be stored without the one that fails.
            let free = |number: usize| {
                let name = format!("f{round}-{number}");
                batch(
                    10 * round + number,
                    &format!(r#"[{{"name": "actors/{name}", "actor": {{"display_name": "N", "type": 1}}}}]"#),
                )
            };
            let first: Vec<String> = server.state().await.records.into_iter().map(|r| r.name).collect();
            faults.break_next(fault);
            let (answers, end) = import(&server, (0..4).map(free).collect()).await;
            assert_eq!(shown(&end.expect_err("a failure")), "Unavailable UNAVAILABLE", "{fault:?}");
            assert_eq!(answers, []);
            // Whatever of it is stored is a beginning of it.
            time_enough(&server).await;
            let names = |from: usize, to: usize| (from..to).map(|n| format!("dossiers/d/actors/f{round}-{n}"));
            let now: Vec<String> = server.state().await.records.into_iter().map(|r| r.name).collect();
            let new = now.len() - first.len();
            assert!(new == 0 || fault == Fault::AfterCommit, "{new} after {fault:?}");
            assert!(now[first.len()..].iter().eq(names(0, new).collect::<Vec<_>>().iter()), "{now:?}");
            let (answers, end) = import(&server, (0..4).map(free).collect()).await;
            end.expect("a good end");
            assert_eq!(answers.len(), 4);
            let now: Vec<String> = server.state().await.records.into_iter().map(|r| r.name).collect();
            assert!(now[first.len()..].iter().eq(names(0, 4).collect::<Vec<_>>().iter()), "{now:?}");
        }
    }
}

/// A server whose disk waits for as long as a test likes.
async fn over_a_disk(settings: Settings) -> (Server, Faults, tempfile::TempDir) {
    let directory = tempfile::tempdir().expect("a directory");
    let faults = Faults::planned();
    let options = Options { faults: faults.clone(), ..Options::default() };
    let log = SqliteLog::open_with(directory.path(), options).expect("an empty store");
    let server = Server::with(Arc::new(log), settings).await;
    server.create("d").await;
    server.append(r#"[{"name": "actors/a", "actor": {"display_name": "A", "type": "ACTOR_TYPE_STATE"}}]"#).await;
    (server, faults, directory)
}

/// Half a mebibyte, so that what lies in the transport's buffers is soon a few of them.
fn large(number: usize) -> pb::ImportRecordsRequest {
    let mut message = next_actor(number);
    if let Some(pb::record::Kind::Actor(actor)) = &mut message.records[0].kind {
        actor.display_name = "x".repeat(512 * 1024);
    }
    message
}

#[tokio::test]
async fn a_refusal_arrives_though_much_was_sent_behind_it_that_is_never_read() {
    let server = ground::server().await;
    for _ in 0..10 {
        // The second refers to the first, which is missing.
        let (answers, end) = import(&server, (1..40).map(large).collect()).await;
        let status = end.expect_err("a refusal");
        let expected = "InvalidArgument REFERENCE_UNKNOWN: records[0].actor.affiliations[0] REFERENCE_UNKNOWN";
        assert_eq!((shown(&status).as_str(), answers.len()), (expected, 0));
    }
    time_enough(&server).await;
    assert_eq!(stored(&server).await, 0);
}

#[tokio::test]
async fn no_more_is_read_than_a_few_batches_while_the_disk_is_waited_for() {
    const BATCHES: usize = 60;
    let (server, faults, _directory) = over_a_disk(Settings::default()).await;
    let held = faults.hold();
    let taken = Arc::new(AtomicUsize::new(0));
    let count = taken.clone();
    let messages = tokio_stream::iter((0..BATCHES).map(large).collect::<Vec<_>>()).map(move |message| {
        count.fetch_add(1, Ordering::Relaxed);
        message
    });
    let mut answers = open(&server.channel, messages).await;
    time_enough(&server).await;
    time_enough(&server).await;
    // Four under way, two in the window of a mebibyte, and what the client itself has in hand.
    let read = taken.load(Ordering::Relaxed);
    assert!((4..=12).contains(&read), "{read} were read");
    drop(held);
    for _ in 0..BATCHES {
        timeout(PATIENCE, answers.message()).await.expect("in time").expect("an answer").expect("not the end");
    }
    assert!(answers.message().await.expect("a good end").is_none());
    assert_eq!(taken.load(Ordering::Relaxed), BATCHES);
}

#[tokio::test]
async fn no_more_is_stored_than_a_few_batches_while_nobody_reads_the_answers() {
    const BATCHES: usize = 300;
    let server = ground::server().await;
    // A client that has room for few answers, each of about a hundred bytes.
    let endpoint = Endpoint::from_shared(format!("http://{}", server.address)).expect("an address");
    let narrow = endpoint.initial_stream_window_size(1024).connect().await.expect("the server listens");
    let mut answers = open(&narrow, tokio_stream::iter((0..BATCHES).map(next_actor).collect::<Vec<_>>())).await;
    time_enough(&server).await;
    time_enough(&server).await;
    let first = stored(&server).await;
    // The window's, what is under way, and what the transport has in hand.
    assert!((4..=60).contains(&first), "{first} were stored");
    time_enough(&server).await;
    assert_eq!(stored(&server).await, first, "and no more since");
    for _ in 0..BATCHES {
        timeout(PATIENCE, answers.message()).await.expect("in time").expect("an answer").expect("not the end");
    }
    assert!(answers.message().await.expect("a good end").is_none());
    assert_eq!(stored(&server).await, BATCHES);
}

fn patient() -> Settings {
    Settings {
        handshake_timeout: NEVER,
        idle_timeout: NEVER,
        drain_timeout: NEVER,
        connections_max: 100,
        ..Settings::default()
    }
}

#[tokio::test]
async fn an_open_stream_ends_when_the_server_stops_and_does_not_hold_it_up() {
    let server = Server::with(Arc::new(MemoryLog::new()), patient()).await;
    server.create("d").await;
    server.append(r#"[{"name": "actors/a", "actor": {"display_name": "A", "type": "ACTOR_TYPE_STATE"}}]"#).await;
    let channel = server.connect().await;
    let mut idle = Import::open(&channel).await;
    let mut used = Import::open(&channel).await;
    used.send(next_actor(0)).await;
    used.next().await.expect("an answer").expect("not the end");
    drop(channel);
    let stopping = server.shut_down();
    for stream in [&mut idle, &mut used] {
        let status = stream.next().await.expect_err("it ends");
        assert_eq!(shown(&status), "Unavailable UNAVAILABLE");
    }
    drop((idle, used));
    timeout(PATIENCE, stopping).await.expect("it stops").expect("without a panic").expect("without an error");
}

#[tokio::test]
async fn what_is_under_way_is_answered_before_the_server_stops() {
    let (server, faults, directory) = over_a_disk(patient()).await;
    let held = faults.hold();
    let channel = server.connect().await;
    let mut stream = Import::open(&channel).await;
    for number in 0..3 {
        stream.send(next_actor(number)).await;
    }
    time_enough(&server).await;
    drop(channel);
    let stopping = server.shut_down();
    tokio::task::yield_now().await;
    assert!(!stopping.is_finished(), "the disk is waited for");
    drop(held);
    for number in 0..3 {
        let answer = stream.next().await.expect("an answer").expect("not the end");
        assert_eq!(answer.request_id, crate::import::request_id(number));
    }
    assert_eq!(shown(&stream.next().await.expect_err("it ends")), "Unavailable UNAVAILABLE");
    drop(stream);
    timeout(PATIENCE, stopping).await.expect("it stops").expect("without a panic").expect("without an error");
    let again = Server::over(crate::server::store(directory.path()).await).await;
    assert_eq!(stored(&again).await, 3);
}
