//! What only the log in a directory must do: share a flush, keep others out, survive a full disk and being killed.

mod log_support;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::task::{Context, Poll, Waker};

use armistice::log::faults::{Fault, Faults};
use armistice::log::sqlite::{OpenError, Options, SqliteLog};
use armistice::log::{Append, Appended, Error, Log, Request};
use log_support::{
    Outcome, answered, append, directory, key, open, outcome, payloads, put, range, refusal, request, text, wait,
};
use tempfile::TempDir;

fn open_with_faults(directory: &TempDir) -> (SqliteLog, Faults) {
    let faults = Faults::planned();
    let options = Options { faults: faults.clone(), ..Options::default() };
    (SqliteLog::open_with(directory.path(), options).expect("it opens"), faults)
}

// Sharing a flush

#[test]
fn whatever_waits_is_one_transaction() {
    let directory = directory();
    let (log, faults) = open_with_faults(&directory);
    let held = faults.hold();
    let waiting: Vec<_> = (0..64_u64)
        .map(|n| {
            let dossier = format!("d{}", n % 4);
            log.append(append(&dossier, (n / 4).checked_sub(1), &[&n.to_string()]))
        })
        .collect();
    assert_eq!(log.commits(), 0);
    drop(held);
    for (n, pending) in (0..).zip(waiting) {
        assert_eq!(outcome(wait(pending)), Outcome::Done(range(n / 4, n / 4)));
    }
    assert_eq!(log.commits(), 1);
}

#[test]
fn each_append_of_a_transaction_is_accepted_or_refused_for_itself() {
    let directory = directory();
    let (log, faults) = open_with_faults(&directory);
    let held = faults.hold();
    let waiting: Vec<_> = [
        request(1, append("a", None, &["0", "1"])),
        append("a", None, &["too late"]),
        request(1, append("a", Some(1), &["a repetition in the same transaction"])),
        append("b", Some(0), &["ahead of nothing"]),
        append("a", Some(1), &["2"]),
        append("b", None, &["b0"]),
        request(1, append("b", Some(0), &["b1"])),
    ]
    .map(|append| log.append(append))
    .into();
    drop(held);
    let outcomes: Vec<_> = waiting.into_iter().map(wait).map(outcome).collect();
    let first = answered(&log, "a", 1).expect("known");
    assert_eq!(first.range, range(0, 1));
    assert_eq!(
        outcomes,
        [
            Outcome::Done(range(0, 1)),
            Outcome::LostRace(None, Some(1)),
            Outcome::Known(first),
            Outcome::LostRace(Some(0), None),
            Outcome::Done(range(2, 2)),
            Outcome::Done(range(0, 0)),
            Outcome::Done(range(1, 1)),
        ]
    );
    assert_eq!(log.commits(), 1);
    drop(log);
    let log = open(&directory);
    assert_eq!(payloads(&log, "a"), ["0", "1", "2"]);
    assert_eq!(payloads(&log, "b"), ["b0", "b1"]);
}

#[test]
fn when_a_transaction_fails_all_of_it_fails() {
    let directory = directory();
    let (log, faults) = open_with_faults(&directory);
    put(&log, append("a", None, &["0"])).expect("written");
    let held = faults.hold();
    faults.break_next(Fault::BeforeCommit);
    let group = [append("a", Some(0), &["1"]), append("b", None, &["b0"]), append("a", Some(1), &["2"])];
    let waiting: Vec<_> = group.clone().map(|append| log.append(append)).into();
    drop(held);
    assert!(waiting.into_iter().all(|pending| outcome(wait(pending)) == Outcome::Storage));
    assert_eq!(log.dossiers().expect("readable"), [key("a")]);
    assert_eq!(payloads(&log, "a"), ["0"]);
    for append in group {
        put(&log, append).expect("written the second time");
    }
    drop(log);
    let log = open(&directory);
    assert_eq!(payloads(&log, "a"), ["0", "1", "2"]);
    assert_eq!(payloads(&log, "b"), ["b0"]);
}

#[test]
fn appends_that_wait_behind_a_breakdown_are_refused_and_not_written() {
    let directory = directory();
    let (log, faults) = open_with_faults(&directory);
    let held = faults.hold();
    faults.break_next(Fault::Breakdown);
    // The second does not fit into the transaction of the first.
    let large = Append { payloads: vec![vec![b'x'; 9 * 1024 * 1024].into()], ..append("a", None, &[]) };
    let breaks = log.append(large);
    let waits = log.append(append("b", None, &["b0"]));
    drop(held);
    assert_eq!(outcome(wait(breaks)), Outcome::Storage);
    assert_eq!(outcome(wait(waits)), Outcome::Closed);
    drop(log);
    assert_eq!(open(&directory).dossiers().expect("readable"), []);
}

#[test]
fn an_answer_is_not_given_before_its_commit() {
    let directory = directory();
    let (log, faults) = open_with_faults(&directory);
    let held = faults.hold();
    let mut pending = log.append(append("a", None, &["0"]));
    let poll = pending.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(poll, Poll::Pending));
    assert_eq!(log.head(&key("a")).expect("readable"), None);
    drop(held);
    assert_eq!(outcome(wait(pending)), Outcome::Done(range(0, 0)));
    assert_eq!(log.commits(), 1);
}

#[test]
fn closing_writes_what_waits() {
    let directory = directory();
    let (log, faults) = open_with_faults(&directory);
    let held = faults.hold();
    let waiting = [append("a", None, &["0"]), append("a", Some(0), &["1"])].map(|append| log.append(append));
    std::thread::scope(|scope| {
        let closing = scope.spawn(move || drop(log));
        drop(held);
        closing.join().expect("closed");
    });
    assert_eq!(waiting.map(|pending| outcome(wait(pending))), [Outcome::Done(range(0, 0)), Outcome::Done(range(1, 1))]);
    assert_eq!(payloads(&open(&directory), "a"), ["0", "1"]);
}

// One directory, one server, one format

#[test]
fn a_second_server_on_the_same_directory_is_refused() {
    let directory = directory();
    let log = open(&directory);
    put(&log, append("a", None, &["0"])).expect("written");
    let refused = refusal(&directory);
    assert!(matches!(&refused, OpenError::InUse { path } if path == directory.path()), "{refused:?}");
    assert!(refused.to_string().contains("in use by another server"));
    // The first one is none the worse for it.
    put(&log, append("a", Some(0), &["1"])).expect("written");
    drop(log);
    assert_eq!(payloads(&open(&directory), "a"), ["0", "1"]);
}

#[test]
fn a_closed_log_leaves_one_file_with_everything_in_it() {
    let directory = directory();
    let log = open(&directory);
    put(&log, append("a", None, &["0"])).expect("written");
    drop(log);
    let mut names: Vec<_> =
        fs::read_dir(directory.path()).expect("listed").map(|file| file.expect("a file").file_name()).collect();
    names.sort();
    assert_eq!(names, ["log.lock", "log.sqlite"]);
}

// A full disk

#[test]
fn a_full_disk_fails_whole_appends_and_the_log_goes_on() {
    let directory = directory();
    let options = Options { size_bytes_max: Some(256 * 1024), ..Options::default() };
    let log = SqliteLog::open_with(directory.path(), options).expect("it opens");
    let batch = vec!["x".repeat(5000); 10];
    let batch: Vec<&str> = batch.iter().map(String::as_str).collect();
    let mut head = None;
    let full = loop {
        let id = head.map_or(0, |head| u8::try_from(head).expect("it is full before that"));
        match put(&log, request(id, append("a", head, &batch))) {
            Ok(range) => head = Some(range.last),
            Err(error) => break error,
        }
    };
    assert!(matches!(&full, Error::Storage { cause, .. } if cause.to_string().contains("full")), "{full:?}");
    assert!(head > Some(10), "{head:?}");
    assert_eq!(payloads(&log, "a").len() as u64, head.map_or(0, |head| head + 1));
    // Some pages are left, so it goes on with something smaller.
    assert_eq!(put(&log, append("a", head, &["small"])).expect("written").last, head.map_or(0, |head| head + 1));
    drop(log);

    let log = open(&directory);
    assert_eq!(log.head(&key("a")).expect("readable"), head.map(|head| head + 1));
    put(&log, append("a", head.map(|head| head + 1), &batch)).expect("written when there is room again");
}

// Being killed

/// Where the writer that is to be killed finds its directory. Without it, the test below is the one that kills.
const VICTIM: &str = "ARMISTICE_TEST_LOG_OF_THE_VICTIM";

#[test]
fn everything_acknowledged_survives_being_killed() {
    if let Some(directory) = std::env::var_os(VICTIM) {
        write_until_killed(Path::new(&directory));
        return;
    }
    let directory = directory();
    let seed = std::process::id();
    writeln!(std::io::stderr(), "seed {seed}").expect("said");
    let mut acknowledged: Vec<Acknowledged> = Vec::new();
    for round in 0..8_u32 {
        let mut victim = Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "everything_acknowledged_survives_being_killed", "--nocapture"])
            .env(VICTIM, directory.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("started");
        let patience = (seed.wrapping_mul(2_654_435_761).rotate_left(round) % 150) as usize;
        let lines = BufReader::new(victim.stdout.take().expect("piped")).lines();
        let mut spoken = 0;
        for line in lines {
            // The last line may be torn, and then it was not an acknowledgement.
            let Some(line) = line.ok().as_deref().and_then(Acknowledged::parse) else {
                continue;
            };
            acknowledged.push(line);
            spoken += 1;
            if spoken == patience + 1 {
                victim.kill().expect("killed");
            }
        }
        let end = victim.wait().expect("waited for");
        assert!(!end.success() && spoken > patience, "round {round}: it was to be killed, and ended by itself: {end}");

        let log = open(&directory);
        for Acknowledged { dossier, range, id } in &acknowledged {
            let first = answered_id(&log, dossier, *id).expect("an acknowledged request is known");
            assert_eq!((first.0, first.1), (*range, id.to_string().into_bytes()));
            let entries = log.read(&key(dossier), range.first, 2).expect("readable");
            let texts: Vec<String> = entries.iter().map(text).collect();
            assert_eq!(texts, [format!("{id} first"), format!("{id} second")]);
        }
        // Each request took effect at most once, and never in part.
        let mut all: Vec<String> = VICTIM_DOSSIERS.iter().flat_map(|dossier| payloads(&log, dossier)).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!((all.len(), count % 2), (count, 0), "round {round}");
        assert!(count >= acknowledged.len() * 2);
    }
}

const VICTIM_DOSSIERS: [&str; 3] = ["a", "b", "c"];

/// What the victim says on its standard output when an append was answered.
struct Acknowledged {
    dossier: String,
    range: Appended,
    id: u128,
}

impl Acknowledged {
    fn parse(line: &str) -> Option<Acknowledged> {
        let words: Vec<&str> = line.split(' ').collect();
        let ["acknowledged", dossier, first, last, id, "."] = words[..] else {
            return None;
        };
        let range = range(first.parse().ok()?, last.parse().ok()?);
        Some(Acknowledged { dossier: dossier.into(), range, id: id.parse().ok()? })
    }
}

fn answered_id(log: &SqliteLog, dossier: &str, id: u128) -> Option<(Appended, Vec<u8>)> {
    let answered = log.answered(&key(dossier), &id.to_be_bytes()).expect("readable");
    answered.map(|answered| (answered.range, answered.answer))
}

fn write_until_killed(directory: &Path) {
    let log = SqliteLog::open(directory).expect("it opens");
    std::thread::scope(|scope| {
        for writer in 0..8_u128 {
            let log = &log;
            scope.spawn(move || {
                // A bound, so that a victim whose killer has died does not fill the disk.
                for n in 0..2000_u128 {
                    let dossier = VICTIM_DOSSIERS[(writer + n) as usize % VICTIM_DOSSIERS.len()];
                    // Unique over all rounds: the process, the writer, the number.
                    let id = u128::from(std::process::id()) << 64 | writer << 32 | n;
                    let mut expected_head = log.head(&key(dossier)).expect("readable");
                    let range = loop {
                        let texts = [format!("{id} first"), format!("{id} second")];
                        let append = append(dossier, expected_head, &texts.each_ref().map(String::as_str));
                        let request =
                            Request { id: id.to_be_bytes(), body_sha256: [0; 32], answer: id.to_string().into() };
                        match put(log, Append { request: Some(request), ..append }) {
                            Err(Error::LostRace { actual, .. }) => expected_head = actual,
                            answer => break answer.expect("nothing else can happen"),
                        }
                    };
                    let line = format!("acknowledged {dossier} {} {} {id} .\n", range.first, range.last);
                    std::io::stdout().write_all(line.as_bytes()).expect("the killer listens");
                }
            });
        }
    });
}
