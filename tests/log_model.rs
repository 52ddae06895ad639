//! Whatever is done to them, the log in a directory and the one in memory cannot be told apart.

mod log_support;

use armistice::log::Append;
use armistice::log::faults::Fault;
use log_support::backends::{Backend, Memory, Sqlite};
use log_support::{append, key, outcome, put, request, request_id};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, TestRunner};

/// One thing done to a log.
#[derive(Debug, Clone, PartialEq)]
enum Step {
    Append { dossier: u8, expected: Expected, payloads: Vec<u8>, request: Option<u8>, fault: Option<Fault> },
    Reopen,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Expected {
    Head,
    Nothing,
    Offset(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let expected = prop_oneof![
        6 => Just(Expected::Head),
        1 => Just(Expected::Nothing),
        1 => (0..4_u8).prop_map(Expected::Offset),
    ];
    let fault = prop_oneof![
        12 => Just(None),
        1 => Just(Some(Fault::BeforeCommit)),
        1 => Just(Some(Fault::AfterCommit)),
        1 => Just(Some(Fault::Breakdown)),
    ];
    let payloads = proptest::collection::vec(any::<u8>(), 0..4);
    let append = (0..3_u8, expected, payloads, proptest::option::of(0..5_u8), fault).prop_map(
        |(dossier, expected, payloads, request, fault)| Step::Append { dossier, expected, payloads, request, fault },
    );
    prop_oneof![8 => append, 1 => Just(Step::Reopen)]
}

/// Does one step, and says everything that can be seen of the log afterwards.
fn follow(backend: &mut impl Backend, step: &Step) -> String {
    let done = match step {
        Step::Reopen => {
            backend.reopen();
            None
        }
        Step::Append { dossier, expected, payloads, request: id, fault } => {
            let name = format!("d{dossier}");
            let head = backend.log().head(&key(&name)).expect("readable");
            let expected_head = match expected {
                Expected::Head => head,
                Expected::Nothing => None,
                Expected::Offset(offset) => Some(u64::from(*offset)),
            };
            let payloads = payloads.iter().map(|byte| vec![*byte; usize::from(*byte)].into()).collect();
            let plain = Append { payloads, ..append(&name, expected_head, &[]) };
            let submitted = match id {
                Some(id) => request(*id, plain),
                None => plain,
            };
            if let Some(fault) = fault {
                backend.faults().break_next(*fault);
            }
            Some(outcome(put(backend.log(), submitted)))
        }
    };
    let log = backend.log();
    let seen: Vec<_> = log
        .dossiers()
        .expect("readable")
        .into_iter()
        .map(|dossier| {
            let answers: Vec<_> = (0..5).map(|id| log.answered(&dossier, &request_id(id)).expect("readable")).collect();
            let entries = log.read(&dossier, 0, usize::MAX).expect("readable");
            (log.head(&dossier).expect("readable"), entries, answers, dossier)
        })
        .collect();
    format!("{done:?} {seen:?}")
}

#[test]
fn sqlite_and_memory_cannot_be_told_apart() {
    let cases = Config { cases: 40, failure_persistence: None, ..Config::default() };
    // A failing case is printed whole, as small as it can be made, so it needs no seed to be repeated.
    let told_apart = TestRunner::new(cases).run(&proptest::collection::vec(step(), 1..25), |steps| {
        let (mut memory, mut sqlite) = (Memory::make(), Sqlite::make());
        for step in &steps {
            proptest::prop_assert_eq!(follow(&mut sqlite, step), follow(&mut memory, step), "after {:?}", step);
        }
        Ok(())
    });
    assert_eq!(told_apart, Ok(()));
}
