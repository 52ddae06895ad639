//! What is exported and imported into an empty store answers as the first store did: every verdict, every comparison, by every
//! clock that can be had again.
#![allow(clippy::panic, clippy::print_stdout, reason = "a test fails by panicking, and tells what it did")]

#[path = "../support/mod.rs"]
mod support;

#[path = "../laws/small.rs"]
#[allow(dead_code, reason = "the laws use all of it")]
mod small;

mod stormy;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use armistice::log::memory::MemoryLog;
use armistice::wire::pb;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use support::ask::{Answers, By, all_bases, set};
use support::case;
use support::served::Served;
use support::ways::Script;

const SEED: u64 = 20_250_325;
const CASES: usize = 20;

/// Runs the program in this process.
fn armistice(server: &Served, arguments: &[&str]) {
    let all = [&["armistice"], arguments, &["--server", &server.url]].concat();
    let code = armistice::cli::run(all.iter().map(std::ffi::OsString::from));
    assert_eq!(format!("{code:?}"), format!("{:?}", std::process::ExitCode::SUCCESS), "{arguments:?}");
}

fn served(script: Option<&Script>) -> Served {
    let mut served = Served::start(Arc::new(MemoryLog::default()));
    if let Some(script) = script {
        served.create(script.create.clone()).expect("it is opened");
        for batch in &script.batches {
            served.append(&script.parent(), batch.clone()).unwrap_or_else(|fault| panic!("{fault}"));
        }
    }
    served
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

/// A record without what no import can bring back: when it was recorded here.
fn timeless(record: pb::Record) -> pb::Record {
    pb::Record { record_time: None, ..record }
}

fn all_records(answers: &Served, parent: &str, every_revision: bool, by: By<'_>) -> Vec<pb::Record> {
    let request = pb::ListRecordsRequest {
        parent: parent.to_owned(),
        show_retracted: true,
        every_revision,
        consistency: by.wire(),
        ..Default::default()
    };
    answers.records(request).expect("they are listed").into_iter().map(timeless).collect()
}

/// Both answers to everything that can be asked by one clock.
fn same_answers(before: &Served, after: &Served, parent: &str, by: By<'_>) {
    assert_eq!(all_records(before, parent, false, by), all_records(after, parent, false, by), "records by {by:?}");
    for readings in [pb::ReadingSet::All, pb::ReadingSet::InForceAtIncident, pb::ReadingSet::Latest] {
        let assess = pb::AssessRequest {
            parent: parent.to_owned(),
            readings: set(readings),
            bases: all_bases(),
            explain: true,
            consistency: by.wire(),
            ..Default::default()
        };
        let told = format!("{readings:?} by {by:?}");
        assert_eq!(before.assess(assess.clone()), after.assess(assess), "verdicts under {told}");
        let compare = pb::CompareRequest {
            parent: parent.to_owned(),
            readings: set(readings),
            bases: all_bases(),
            consistency: by.wire(),
            ..Default::default()
        };
        assert_eq!(before.compare(compare.clone()), after.compare(compare), "comparisons under {told}");
    }
    let inconsistencies =
        pb::ListInconsistenciesRequest { parent: parent.to_owned(), consistency: by.wire(), ..Default::default() };
    assert_eq!(before.inconsistencies(inconsistencies.clone()), after.inconsistencies(inconsistencies), "by {by:?}");
}

/// Instants at which something becomes known, at most so many, spread over all.
fn instants(records: &[pb::Record], most: usize) -> Vec<String> {
    let known: BTreeSet<i64> = records.iter().filter_map(|record| record.known_time.map(|time| time.seconds)).collect();
    let step = known.len().div_ceil(most).max(1);
    let say = |seconds: i64| jiff::Timestamp::from_second(seconds).expect("an instant").to_string();
    known.into_iter().step_by(step).flat_map(|seconds| [say(seconds - 1), say(seconds)]).collect()
}

/// Exports a dossier, imports the file into an empty store, and asks both the same.
fn round_trip(script: &Script, instants_max: usize) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("all.jsonl");
    let parent = script.parent();
    let before = served(Some(script));
    armistice(&before, &["export", "--dossier", &script.create.dossier_id, "--output", text(&file)]);
    let after = served(None);
    armistice(&after, &["import", text(&file)]);

    let log = all_records(&before, &parent, true, By::default());
    assert_eq!(log, all_records(&after, &parent, true, By::default()), "the logs");
    assert_eq!(log.len(), script.batches.iter().map(Vec::len).sum::<usize>(), "all of it");
    same_answers(&before, &after, &parent, By::default());
    for instant in instants(&log, instants_max) {
        same_answers(&before, &after, &parent, By { at: None, known_by: Some(&instant) });
    }
    let head = i64::try_from(log.len()).expect("a small dossier");
    for at in [head / 3, head * 2 / 3] {
        same_answers(&before, &after, &parent, By { at: Some(at), known_by: None });
    }
}

#[test]
fn the_worked_case_comes_back_as_it_was() {
    let case::Case { create, batches } = case::read();
    round_trip(&Script { create, batches }, 6);
}

#[test]
fn corrections_retractions_and_what_they_left_behind_come_back_as_they_were() {
    round_trip(&stormy::script(), 20);
}

#[test]
fn random_dossiers_come_back_as_they_were() {
    println!("{CASES} dossiers, seed {SEED}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&SEED.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    for _ in 0..CASES {
        let small = small::small().new_tree(&mut runner).expect("a dossier").current();
        let first = [small.stage(), small.evidence()].concat();
        let batches = std::iter::once(first).chain(small.afterwards().into_iter().map(|record| vec![record]));
        let dossier = pb::Dossier { time_zone: "Europe/Kyiv".to_owned(), ..Default::default() };
        let create = pb::CreateDossierRequest {
            dossier_id: "small".to_owned(),
            dossier: Some(dossier),
            request_id: String::new(),
        };
        round_trip(&Script { create, batches: batches.collect() }, 3);
    }
}

#[test]
fn an_export_as_of_a_position_is_what_was_there_then() {
    let script = stormy::script();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("then.jsonl");
    let before = served(Some(&script));
    armistice(&before, &["export", "--at", "18", "--output", text(&file)]);
    let after = served(None);
    armistice(&after, &["import", text(&file)]);
    let parent = script.parent();
    let then = By { at: Some(18), known_by: None };
    assert_eq!(all_records(&before, &parent, true, then), all_records(&after, &parent, true, By::default()));
    same_answers(&before, &after, &parent, then);
}
