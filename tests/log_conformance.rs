//! What every log must do, asked of each backend in the same words.

mod log_support;

use std::collections::HashMap;

use armistice::log::faults::Fault;
use armistice::log::{APPEND_SIZE_BYTES_MAX, Answered, Append, Error, Log};
use bytes::Bytes;
use log_support::backends::{Backend, Memory, Sqlite};
use log_support::{Outcome, answered, append, key, outcome, payloads, put, range, request, text, wait};

macro_rules! conformance {
    ($($fact:ident)*) => {
        mod memory {
            use super::Backend;
            $(#[test] fn $fact() { super::$fact(super::Memory::make()) })*
        }
        mod sqlite {
            use super::Backend;
            $(#[test] fn $fact() { super::$fact(super::Sqlite::make()) })*
        }
    };
}

conformance! {
    an_empty_log_knows_no_dossier
    positions_start_at_zero_and_have_no_gaps
    entries_come_back_as_the_bytes_they_were
    a_read_begins_and_ends_where_it_was_told
    of_two_appends_with_the_same_expected_head_one_wins
    a_dossier_is_created_once
    an_append_ahead_of_the_head_loses
    an_append_without_entries_is_refused
    an_append_that_is_too_large_is_refused
    dossiers_are_listed_in_order_and_do_not_mix
    a_known_request_is_answered_with_its_first_answer
    a_request_id_is_scoped_to_its_dossier
    a_request_that_lost_its_race_is_not_known
    everything_is_there_after_reopening
    a_failure_before_the_commit_leaves_nothing
    a_failure_after_the_commit_leaves_it_exactly_once
    a_failed_creation_leaves_no_dossier
    a_refused_append_uses_no_fault_up
    after_a_breakdown_it_can_be_read_but_not_appended_to
    appends_under_way_build_on_each_other
    an_append_whose_predecessor_failed_takes_no_effect
    dropping_the_future_does_not_withdraw_the_append
    many_writers_leave_no_gap_and_lose_nothing
    a_reader_beside_a_writer_sees_whole_appends
}

fn an_empty_log_knows_no_dossier(backend: impl Backend) {
    let log = backend.log();
    assert_eq!(log.dossiers().expect("readable"), []);
    assert_eq!(log.head(&key("a")).expect("readable"), None);
    assert_eq!(log.read(&key("a"), 0, 10).expect("readable"), []);
    assert_eq!(answered(log, "a", 1), None);
}

fn positions_start_at_zero_and_have_no_gaps(backend: impl Backend) {
    let log = backend.log();
    assert_eq!(put(log, append("a", None, &["0"])).expect("written"), range(0, 0));
    assert_eq!(put(log, append("a", Some(0), &["1", "2", "3"])).expect("written"), range(1, 3));
    assert_eq!(put(log, append("a", Some(3), &["4"])).expect("written"), range(4, 4));
    assert_eq!(log.head(&key("a")).expect("readable"), Some(4));
    assert_eq!(payloads(log, "a"), ["0", "1", "2", "3", "4"]);
}

fn entries_come_back_as_the_bytes_they_were(mut backend: impl Backend) {
    let every_byte: Vec<u8> = (0..=255).collect();
    let long = vec![7; 100_000];
    let bytes: Vec<Bytes> = [every_byte, Vec::new(), long].map(Bytes::from).into();
    let odd_key = "Ж ' \" \\ \0 %_";
    put(backend.log(), Append { payloads: bytes.clone(), ..append(odd_key, None, &[]) }).expect("written");
    backend.reopen();
    let entries = backend.log().read(&key(odd_key), 0, 10).expect("readable");
    let read: Vec<Vec<u8>> = entries.iter().map(|entry| entry.payload.to_vec()).collect();
    assert_eq!(read, bytes);
    assert_eq!(backend.log().dossiers().expect("readable"), [key(odd_key)]);
}

fn a_read_begins_and_ends_where_it_was_told(backend: impl Backend) {
    let log = backend.log();
    put(log, append("a", None, &["0", "1", "2", "3", "4"])).expect("written");
    let read = |from, limit| -> Vec<(u64, String)> {
        let entries = log.read(&key("a"), from, limit).expect("readable");
        entries.iter().map(|entry| (entry.position, text(entry))).collect()
    };
    let expected =
        |positions: &[u64]| -> Vec<(u64, String)> { positions.iter().map(|p| (*p, p.to_string())).collect() };
    assert_eq!(read(0, 2), expected(&[0, 1]));
    assert_eq!(read(2, 2), expected(&[2, 3]));
    assert_eq!(read(3, 5), expected(&[3, 4]));
    assert_eq!(read(4, 1), expected(&[4]));
    assert_eq!(read(0, usize::MAX), expected(&[0, 1, 2, 3, 4]));
    assert_eq!(read(2, 0), []);
    assert_eq!(read(5, 10), []);
    assert_eq!(read(u64::MAX, usize::MAX), []);
}

fn of_two_appends_with_the_same_expected_head_one_wins(backend: impl Backend) {
    let log = backend.log();
    put(log, append("a", None, &["0"])).expect("written");
    // Both are under way before either is answered.
    let first = log.append(append("a", Some(0), &["first"]));
    let second = log.append(append("a", Some(0), &["second", "second too"]));
    assert_eq!(outcome(wait(second)), Outcome::LostRace(Some(0), Some(1)));
    assert_eq!(outcome(wait(first)), Outcome::Done(range(1, 1)));
    assert_eq!(payloads(log, "a"), ["0", "first"]);
}

fn a_dossier_is_created_once(backend: impl Backend) {
    let log = backend.log();
    put(log, append("a", None, &["0", "1"])).expect("written");
    assert_eq!(outcome(put(log, append("a", None, &["again"]))), Outcome::LostRace(None, Some(1)));
    assert_eq!(payloads(log, "a"), ["0", "1"]);
}

fn an_append_ahead_of_the_head_loses(backend: impl Backend) {
    let log = backend.log();
    assert_eq!(outcome(put(log, append("a", Some(0), &["x"]))), Outcome::LostRace(Some(0), None));
    assert_eq!(log.dossiers().expect("readable"), []);
    put(log, append("a", None, &["0"])).expect("written");
    for ahead in [1, 1 << 40, u64::MAX] {
        assert_eq!(outcome(put(log, append("a", Some(ahead), &["x", "y"]))), Outcome::LostRace(Some(ahead), Some(0)));
    }
    assert_eq!(payloads(log, "a"), ["0"]);
}

fn an_append_without_entries_is_refused(backend: impl Backend) {
    let refused = put(backend.log(), append("a", None, &[]));
    assert!(matches!(refused, Err(Error::Empty { dossier }) if dossier == key("a")));
    assert_eq!(backend.log().head(&key("a")).expect("readable"), None);
}

fn an_append_that_is_too_large_is_refused(backend: impl Backend) {
    let half = Bytes::from(vec![0; APPEND_SIZE_BYTES_MAX / 2]);
    let over = Append { payloads: vec![half.clone(), half, vec![0].into()], ..append("a", None, &[]) };
    let refused = put(backend.log(), over);
    assert!(
        matches!(refused, Err(Error::TooLarge { size_bytes, size_bytes_max, .. }) if size_bytes == size_bytes_max + 1)
    );
    assert_eq!(backend.log().head(&key("a")).expect("readable"), None);
}

fn dossiers_are_listed_in_order_and_do_not_mix(backend: impl Backend) {
    let log = backend.log();
    // Interleaved, and not created in the order of their keys.
    let names: Vec<String> = (0..50).map(|n| format!("d{:02}", n * 37 % 50)).collect();
    for round in 0..3_u64 {
        for name in &names {
            put(log, append(name, round.checked_sub(1), &[&format!("{name} {round}")])).expect("written");
        }
    }
    let sorted: Vec<_> = (0..50).map(|n| key(&format!("d{n:02}"))).collect();
    assert_eq!(log.dossiers().expect("readable"), sorted);
    for name in &names {
        assert_eq!(payloads(log, name), [format!("{name} 0"), format!("{name} 1"), format!("{name} 2")]);
    }
}

fn a_known_request_is_answered_with_its_first_answer(mut backend: impl Backend) {
    let original = request(1, append("a", None, &["0", "1"]));
    put(backend.log(), original.clone()).expect("written");
    put(backend.log(), append("a", Some(1), &["2"])).expect("written");
    let first = Answered { range: range(0, 1), body_sha256: [1; 32], answer: b"answer to 0".to_vec() };
    for _ in ["before", "after reopening"] {
        // The same, one written against the new head, and one with another body.
        let newer = request(1, append("a", Some(2), &["0", "1"]));
        let other = request(1, append("a", Some(2), &["something else"]));
        for repeated in [original.clone(), newer, other] {
            assert_eq!(outcome(put(backend.log(), repeated)), Outcome::Known(first.clone()));
        }
        assert_eq!(answered(backend.log(), "a", 1), Some(first.clone()));
        assert_eq!(answered(backend.log(), "a", 2), None);
        backend.reopen();
    }
    assert_eq!(payloads(backend.log(), "a"), ["0", "1", "2"]);
}

fn a_request_id_is_scoped_to_its_dossier(backend: impl Backend) {
    let log = backend.log();
    put(log, request(1, append("a", None, &["in a"]))).expect("written");
    assert_eq!(answered(log, "b", 1), None);
    put(log, request(1, append("b", None, &["in b", "too"]))).expect("written");
    assert_eq!(answered(log, "a", 1).map(|known| known.answer), Some(b"answer to in a".to_vec()));
    assert_eq!(answered(log, "b", 1).map(|known| known.range), Some(range(0, 1)));
}

fn a_request_that_lost_its_race_is_not_known(backend: impl Backend) {
    let log = backend.log();
    put(log, append("a", None, &["0"])).expect("written");
    assert_eq!(outcome(put(log, request(1, append("a", None, &["x"])))), Outcome::LostRace(None, Some(0)));
    assert_eq!(answered(log, "a", 1), None);
    assert_eq!(outcome(put(log, request(1, append("a", Some(0), &["x"])))), Outcome::Done(range(1, 1)));
}

fn everything_is_there_after_reopening(mut backend: impl Backend) {
    put(backend.log(), request(1, append("a", None, &["0", "1"]))).expect("written");
    put(backend.log(), append("b", None, &["b0"])).expect("written");
    backend.reopen();
    assert_eq!(payloads(backend.log(), "a"), ["0", "1"]);
    assert_eq!(payloads(backend.log(), "b"), ["b0"]);
    assert_eq!(put(backend.log(), append("a", Some(1), &["2"])).expect("written"), range(2, 2));
    assert_eq!(put(backend.log(), append("c", None, &["c0"])).expect("written"), range(0, 0));
    backend.reopen();
    assert_eq!(backend.log().dossiers().expect("readable"), [key("a"), key("b"), key("c")]);
    assert_eq!(payloads(backend.log(), "a"), ["0", "1", "2"]);
    assert_eq!(payloads(backend.log(), "b"), ["b0"]);
}

fn a_failure_before_the_commit_leaves_nothing(mut backend: impl Backend) {
    put(backend.log(), append("a", None, &["0"])).expect("written");
    let broken = request(1, append("a", Some(0), &["1", "2"]));
    backend.faults().break_next(Fault::BeforeCommit);
    assert_eq!(outcome(put(backend.log(), broken.clone())), Outcome::Storage);
    assert_eq!(payloads(backend.log(), "a"), ["0"]);
    assert_eq!(answered(backend.log(), "a", 1), None);
    backend.reopen();
    assert_eq!(payloads(backend.log(), "a"), ["0"]);
    assert_eq!(outcome(put(backend.log(), broken)), Outcome::Done(range(1, 2)));
    assert_eq!(payloads(backend.log(), "a"), ["0", "1", "2"]);
}

fn a_failure_after_the_commit_leaves_it_exactly_once(mut backend: impl Backend) {
    put(backend.log(), append("a", None, &["0"])).expect("written");
    let broken = request(1, append("a", Some(0), &["1", "2"]));
    backend.faults().break_next(Fault::AfterCommit);
    assert_eq!(outcome(put(backend.log(), broken.clone())), Outcome::Storage);
    let first = Answered { range: range(1, 2), body_sha256: [1; 32], answer: b"answer to 1".to_vec() };
    assert_eq!(outcome(put(backend.log(), broken.clone())), Outcome::Known(first.clone()));
    backend.reopen();
    assert_eq!(outcome(put(backend.log(), broken)), Outcome::Known(first));
    assert_eq!(payloads(backend.log(), "a"), ["0", "1", "2"]);
}

fn a_failed_creation_leaves_no_dossier(backend: impl Backend) {
    backend.faults().break_next(Fault::BeforeCommit);
    assert_eq!(outcome(put(backend.log(), append("a", None, &["0"]))), Outcome::Storage);
    assert_eq!(backend.log().dossiers().expect("readable"), []);
    // The next dossier must not inherit anything of it.
    put(backend.log(), append("b", None, &["b0"])).expect("written");
    assert_eq!(backend.log().dossiers().expect("readable"), [key("b")]);
    assert_eq!(payloads(backend.log(), "b"), ["b0"]);
}

fn a_refused_append_uses_no_fault_up(backend: impl Backend) {
    let log = backend.log();
    backend.faults().break_next(Fault::BeforeCommit);
    assert_eq!(outcome(put(log, append("a", Some(5), &["x"]))), Outcome::LostRace(Some(5), None));
    assert_eq!(outcome(put(log, append("a", None, &["0"]))), Outcome::Storage);
    assert_eq!(outcome(put(log, append("a", None, &["0"]))), Outcome::Done(range(0, 0)));
}

fn after_a_breakdown_it_can_be_read_but_not_appended_to(mut backend: impl Backend) {
    put(backend.log(), append("a", None, &["0"])).expect("written");
    let broken = request(1, append("a", Some(0), &["1"]));
    backend.faults().break_next(Fault::Breakdown);
    assert_eq!(outcome(put(backend.log(), broken.clone())), Outcome::Storage);
    for _ in 0..2 {
        assert_eq!(outcome(put(backend.log(), broken.clone())), Outcome::Closed);
    }
    assert_eq!(payloads(backend.log(), "a"), ["0"]);
    backend.reopen();
    assert_eq!(outcome(put(backend.log(), broken)), Outcome::Done(range(1, 1)));
    assert_eq!(payloads(backend.log(), "a"), ["0", "1"]);
}

fn appends_under_way_build_on_each_other(backend: impl Backend) {
    let log = backend.log();
    let under_way: Vec<_> =
        (0..100_u64).map(|n| log.append(append("a", n.checked_sub(1), &[&n.to_string()]))).collect();
    for (n, pending) in (0..).zip(under_way) {
        assert_eq!(outcome(wait(pending)), Outcome::Done(range(n, n)));
    }
    assert_eq!(payloads(log, "a"), (0..100).map(|n| n.to_string()).collect::<Vec<_>>());
}

fn an_append_whose_predecessor_failed_takes_no_effect(backend: impl Backend) {
    let log = backend.log();
    put(log, append("a", None, &["0"])).expect("written");
    backend.faults().break_next(Fault::BeforeCommit);
    let broken = log.append(append("a", Some(0), &["1"]));
    let builds_on_it = log.append(append("a", Some(1), &["2"]));
    assert_eq!(outcome(wait(broken)), Outcome::Storage);
    // Whether they shared a transaction is the backend's affair.
    let refused = outcome(wait(builds_on_it));
    assert!(matches!(refused, Outcome::Storage | Outcome::LostRace(Some(1), Some(0))), "{refused:?}");
    assert_eq!(payloads(log, "a"), ["0"]);
}

fn dropping_the_future_does_not_withdraw_the_append(backend: impl Backend) {
    let log = backend.log();
    drop(log.append(append("a", None, &["0"])));
    assert_eq!(outcome(put(log, append("a", Some(0), &["1"]))), Outcome::Done(range(1, 1)));
    assert_eq!(payloads(log, "a"), ["0", "1"]);
}

fn many_writers_leave_no_gap_and_lose_nothing(mut backend: impl Backend) {
    const WRITERS: u8 = 16;
    const APPENDS: usize = 12;
    let dossiers = ["a", "b", "c"];
    let log = backend.log();
    let write = |writer: u8| {
        let mut acknowledged = Vec::new();
        for n in 0..APPENDS {
            let dossier = dossiers[(usize::from(writer) + n) % dossiers.len()];
            let mut expected_head = log.head(&key(dossier)).expect("readable");
            let first = format!("{writer}.{n}.first");
            let second = format!("{writer}.{n}.second");
            let range = loop {
                match put(log, append(dossier, expected_head, &[&first, &second])) {
                    Err(Error::LostRace { actual, .. }) => expected_head = actual,
                    answer => break answer.expect("nothing else can happen"),
                }
            };
            acknowledged.push((dossier, range, [first, second]));
        }
        acknowledged
    };
    let acknowledged: Vec<_> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS).map(|writer| scope.spawn(move || write(writer))).collect();
        writers.into_iter().flat_map(|writer| writer.join().expect("a writer")).collect()
    });

    backend.reopen();
    let stored: HashMap<_, _> = dossiers.map(|dossier| (dossier, payloads(backend.log(), dossier))).into();
    assert_eq!(stored.values().map(Vec::len).sum::<usize>(), usize::from(WRITERS) * APPENDS * 2);
    for (dossier, range, written) in acknowledged {
        let first = usize::try_from(range.first).expect("small");
        assert_eq!(stored[dossier][first..=first + 1], written, "{dossier} at {range:?}");
    }
}

fn a_reader_beside_a_writer_sees_whole_appends(backend: impl Backend) {
    let log = backend.log();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 0..40_u64 {
                let expected_head = (3 * n).checked_sub(1);
                put(log, append("a", expected_head, &[n.to_string().as_str(); 3])).expect("written");
            }
        });
        let mut seen = 0;
        while seen < 120 {
            assert!(!(writer.is_finished() && log.head(&key("a")).expect("readable") != Some(119)));
            let head = log.head(&key("a")).expect("readable");
            let stored = payloads_at_least(log, head);
            assert_eq!(stored.len() % 3, 0, "an append was seen in part");
            assert!(stored.len() >= seen, "an entry was seen and then not");
            seen = stored.len();
        }
    });

    /// Reads as many entries as a head seen before promises, and perhaps more.
    fn payloads_at_least(log: &dyn Log, head: Option<u64>) -> Vec<String> {
        let stored: Vec<String> = log.read(&key("a"), 0, usize::MAX).expect("readable").iter().map(text).collect();
        assert!(stored.len() as u64 >= head.map_or(0, |head| head + 1), "the head was ahead of the entries");
        stored
    }
}
