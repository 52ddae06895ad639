//! The two clocks: as of a position, and known by a day.

use armistice::wire::pb;
use proptest::prelude::*;
use proptest::sample::select;

use crate::small::{Later, Small, When, small};
use crate::support::ask::{Answers, By, all_bases, set};
use crate::support::room::{Room, verdicts};
use crate::{PARENT, assess, batches, room, try_law};

const SETS: [pb::ReadingSet; 3] = [pb::ReadingSet::Latest, pb::ReadingSet::InForceAtIncident, pb::ReadingSet::All];
const FAR: &str = "9999-01-01T00:00:00Z";

/// What every question was answered.
type Told = (
    Result<pb::AssessResponse, String>,
    Result<pb::CompareResponse, String>,
    Result<pb::TallyResponse, String>,
    Result<Vec<pb::Inconsistency>, String>,
    Result<Vec<pb::Record>, String>,
);

fn answers(room: &Room, choice: pb::ReadingSet, consistency: &Option<pb::Consistency>) -> Told {
    let (parent, readings, bases) = (PARENT.to_owned(), set(choice), all_bases());
    let compare = pb::CompareRequest {
        parent: parent.clone(),
        readings: readings.clone(),
        bases: bases.clone(),
        consistency: consistency.clone(),
        ..pb::CompareRequest::default()
    };
    let tally = pb::TallyRequest {
        parent: parent.clone(),
        readings: readings.clone(),
        bases,
        group_by: vec![pb::GroupBy::Week.into(), pb::GroupBy::AttributedTo.into()],
        consistency: consistency.clone(),
        ..pb::TallyRequest::default()
    };
    let inconsistencies = pb::ListInconsistenciesRequest {
        parent: parent.clone(),
        readings: readings.clone(),
        consistency: consistency.clone(),
        ..pb::ListInconsistenciesRequest::default()
    };
    let records = pb::ListRecordsRequest {
        parent,
        show_retracted: true,
        consistency: consistency.clone(),
        ..pb::ListRecordsRequest::default()
    };
    (
        room.assess(assess(readings, consistency.clone())),
        room.compare(compare),
        room.tally(tally),
        room.inconsistencies(inconsistencies),
        room.records(records),
    )
}

fn hour(hour: i64) -> String {
    let first: jiff::Timestamp = "2025-03-01T00:00:00Z".parse().expect("an instant");
    first.checked_add(jiff::SignedDuration::from_hours(hour)).expect("near").to_string()
}

#[test]
fn as_of_a_position_is_what_a_store_that_stopped_there_says() {
    let strategy = (small(), any::<prop::sample::Index>(), proptest::option::of(-200i64..1000), select(SETS.to_vec()));
    try_law("as-of answers equal those of a store stopped at that position", strategy, |(small, at, known, choice)| {
        let whole = room(batches(&small));
        let staged = small.stage().len();
        // Late positions are where things happen.
        let position = staged + at.index(whole.entries.len() - staged + 1);
        let stopped = whole.stopped_at(position);
        let known = known.map(hour);
        let by = |at| By { at, known_by: known.as_deref() }.wire();
        let as_of = answers(&whole, choice, &by(Some(i64::try_from(position).expect("small"))));
        prop_assert_eq!(as_of, answers(&stopped, choice, &by(None)));
        Ok(())
    });
}

#[test]
fn replayed_from_its_bytes_a_dossier_says_the_same() {
    let strategy = (small(), select(SETS.to_vec()));
    try_law("what is read again from its bytes gives the same answers", strategy, |(small, choice)| {
        let room = room(batches(&small));
        prop_assert_eq!(answers(&room, choice, &None), answers(&room.replayed(), choice, &None));
        Ok(())
    });
}

/// All documents have a day.
fn dated(mut small: Small) -> Small {
    for published in &mut small.documents {
        published.get_or_insert(When { hour: 0, minutes: 60 });
    }
    small
}

#[test]
fn known_by_a_far_day_is_known_at_all() {
    let strategy = (small(), select(SETS.to_vec()));
    try_law("known_by = far future equals no known_by, where all was published", strategy, |(small, choice)| {
        let mut room = room(batches(&dated(small)));
        // An incident about which nobody says anything is known to nobody.
        let quiet: Vec<pb::Record> = room
            .records(pb::ListRecordsRequest {
                parent: PARENT.to_owned(),
                collections: vec!["incidents".to_owned()],
                ..pb::ListRecordsRequest::default()
            })
            .expect("listed")
            .into_iter()
            .filter(|record| record.never_known)
            .map(|record| pb::Record {
                name: record.name,
                retracted: true,
                reason: "quiet".to_owned(),
                ..Default::default()
            })
            .collect();
        if !quiet.is_empty() {
            room.append(PARENT, quiet).expect("retracted");
        }
        let ask = |known_by| {
            let by = By { at: None, known_by }.wire();
            room.assess(assess(set(choice), by)).expect("answered")
        };
        prop_assert_eq!(ask(Some(FAR)), ask(None));
        Ok(())
    });
}

#[test]
fn what_was_never_published_is_left_out_and_nothing_else() {
    let strategy = (small(), select(SETS.to_vec()));
    try_law("known_by = far future leaves out just what is never known", strategy, |(small, choice)| {
        // Statements rest on the first document, incidents on none: those are known, so that nothing else hangs in the air.
        let mut small = small;
        small.documents[0].get_or_insert(When { hour: 0, minutes: 60 });
        small.later.retain(|later| matches!(later, Later::Move(_)));
        small.links.clear();
        let whole = room(batches(&small));
        // A document that nobody published is cited beside one that somebody did.
        let never = |name: &str| {
            !name.starts_with("documents/")
                && whole.record(&format!("{PARENT}/{name}"), None).is_ok_and(|record| record.never_known)
        };
        let known: Vec<Vec<pb::Record>> = batches(&small)
            .into_iter()
            .map(|batch| batch.into_iter().filter(|record| !never(&record.name)).collect::<Vec<_>>())
            .filter(|batch| !batch.is_empty())
            .collect();
        // A reading that supersedes one that was never known supersedes nothing.
        let known = known.into_iter().map(|batch| batch.into_iter().map(|r| without(r, &never)).collect());
        let without = room(known);
        let by = By { at: None, known_by: Some(FAR) }.wire();
        let with = whole.assess(assess(set(choice), by)).expect("answered");
        let without = without.assess(assess(set(choice), None)).expect("answered");
        prop_assert_eq!(verdicts(&with), verdicts(&without));
        Ok(())
    });
}

fn without(mut record: pb::Record, never: &dyn Fn(&str) -> bool) -> pb::Record {
    if let Some(pb::record::Kind::Reading(reading)) = &mut record.kind
        && never(&reading.supersedes)
    {
        reading.supersedes.clear();
    }
    record
}

#[test]
fn what_was_known_stays_known() {
    let strategy = (small(), -200i64..600, 0i64..400);
    try_law("records known by a day are known by any later one", strategy, |(small, day, more)| {
        let room = room(batches(&small));
        let names = |known: &str| -> Vec<String> {
            let request = pb::ListRecordsRequest {
                parent: PARENT.to_owned(),
                show_retracted: true,
                consistency: By { at: None, known_by: Some(known) }.wire(),
                ..pb::ListRecordsRequest::default()
            };
            room.records(request).expect("listed").into_iter().map(|record| record.name).collect()
        };
        let (then, later) = (names(&hour(day)), names(&hour(day + more)));
        prop_assert!(then.iter().all(|name| later.contains(name)), "{:?}\n{:?}", then, later);
        Ok(())
    });
}
