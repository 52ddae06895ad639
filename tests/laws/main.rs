//! Laws that every answer keeps, tried on small random dossiers.
//!
//! `ARMISTICE_LAWS_CASES` says how many dossiers each law is tried on, `ARMISTICE_LAWS_SEED` by which seed they are drawn; both
//! are printed, and without them they are fixed, so that a run can be told and repeated.
#![allow(clippy::panic, clippy::print_stdout, reason = "a test fails by panicking, and tells what it did")]

#[path = "../support/mod.rs"]
mod support;

mod admission;
mod clocks;
mod columns;
mod counting;
mod evidence;
mod following;
mod neutrality;
mod obligations;
mod readings;
mod small;
mod truth;

use std::env::var;

use armistice::wire::pb;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use small::Small;
use support::ask::{Answers, all_bases};
use support::room::Room;

const CASES: u32 = 300;
const SEED: u64 = 20_250_318;

/// The dossier in which every law is tried.
const PARENT: &str = "dossiers/small";

/// Draws what a law is tried on; says by which seed, and how many times it is tried.
fn runner(law: &str, cases: u32) -> (TestRunner, u64, u32) {
    let number = |name: &str| var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let seed = number("ARMISTICE_LAWS_SEED").unwrap_or(SEED);
    // What is dear to try is tried less often, in proportion.
    let share = |n: u64| u32::try_from(n * u64::from(cases) / u64::from(CASES)).expect("not so many").max(1);
    let cases = number("ARMISTICE_LAWS_CASES").map_or(cases, share);
    println!("{law}: {cases} dossiers, seed {seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2000, ..Config::default() };
    (TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes)), seed, cases)
}

/// Tries a law on as many dossiers as asked for.
fn try_law<S: Strategy>(law: &str, strategy: S, holds: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let (mut runner, seed, _) = runner(law, CASES);
    if let Err(broken) = runner.run(&strategy, holds) {
        panic!("{law} does not hold (seed {seed}): {broken}");
    }
}

/// Puts batches on record.
fn room(batches: impl IntoIterator<Item = Vec<pb::Record>>) -> Room {
    let mut room = Room::new("small", "Europe/Kyiv");
    for batch in batches {
        room.append(PARENT, batch).expect("a small dossier is valid");
    }
    room
}

/// The whole of a small dossier, one batch after the other.
fn batches(small: &Small) -> Vec<Vec<pb::Record>> {
    let first = [small.stage(), small.evidence()].concat();
    std::iter::once(first).chain(small.afterwards().into_iter().map(|record| vec![record])).collect()
}

/// Asks about all incidents, on all bases, with every row.
fn assess(choice: Option<pb::ReadingChoice>, consistency: Option<pb::Consistency>) -> pb::AssessRequest {
    pb::AssessRequest {
        parent: PARENT.to_owned(),
        readings: choice,
        bases: all_bases(),
        explain: true,
        consistency,
        ..pb::AssessRequest::default()
    }
}
