//! The column engine says what the row-wise oracle says: of every incident, under every reading, on every basis, by every
//! filter that the dossiers offer, and in every count.

use armistice::domain::evidence::Basis;
use armistice::domain::hierarchy::Hierarchy;
use armistice::domain::name::{ActorName, Id, PlaceName};
use armistice::domain::things::Taxonomy;
use armistice::domain::time::{Span, Zone};
use armistice::domain::truth::Truth;
use armistice::domain::values::ClassId;
use armistice::domain::verdict::Verdict;
use armistice::view::assess::{Admitted, Docket, Question};
use armistice::view::choice::{Choice, ReadingSet};
use armistice::view::filter::{Filter, Sieve};
use armistice::view::oracle::answer;
use armistice::view::records::Clock;
use armistice::view::snapshot::Snapshot;
use armistice::view::tally::{GroupBy, tally};
use armistice::wire::pb;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::small::{Pick, Small, small};
use crate::support::ask::Answers;
use crate::support::room::Room;
use crate::{PARENT, batches, room, try_law};

pub(crate) fn snapshot(room: &Room) -> Snapshot {
    room.snapshot(None).expect("the latest is there")
}

pub(crate) fn question(filter: Filter) -> Question {
    let readings = Choice { set: Some(ReadingSet::All), ..Choice::default() };
    Question { filter, readings, bases: Basis::ALL.to_vec(), ..Question::default() }
}

#[test]
fn the_columns_give_the_oracles_verdicts() {
    try_law("columns and oracle agree", small(), |small| {
        let room = room(batches(&small));
        let snapshot = snapshot(&room);
        let docket = Docket::new(&question(Filter::default()), &snapshot).expect("nothing to refuse");
        for reading in &docket.readings {
            for basis in Basis::ALL {
                let verdicts = snapshot.frame().verdicts(&snapshot, reading, basis);
                for index in snapshot.groups().iter() {
                    let admitted = docket.admitted(index);
                    let expected = answer(reading, &admitted.evidence, basis).judgement.verdict;
                    prop_assert_eq!(
                        verdicts.of(index),
                        expected,
                        "{:?} {:?} {:?}",
                        reading.key,
                        basis,
                        admitted.group.incident
                    );
                    prop_assert_eq!(admitted.time, snapshot.frame().times(&snapshot).of(index));
                }
            }
        }
        Ok(())
    });
}

/// Instants by which some of a small dossier is known, and others of it not.
pub(crate) fn known_times() -> impl Strategy<Value = Option<Timestamp>> {
    let hours = proptest::option::weighted(0.7, -250i64..1100);
    hours.prop_map(|hours| {
        let first: Timestamp = "2025-03-01T00:00:00Z".parse().expect("an instant");
        hours.map(|hours| first.checked_add(SignedDuration::from_hours(hours)).expect("near"))
    })
}

/// All that a snapshot says of its groups, and all that its columns say of them.
pub(crate) fn told(snapshot: &Snapshot, picks: &Picks) -> Vec<String> {
    let docket = Docket::new(&question(Filter::default()), snapshot).expect("nothing to refuse");
    let mut told: Vec<String> = Vec::new();
    for index in snapshot.groups().iter() {
        let (group, parts) = (snapshot.group_at(index), snapshot.parts());
        told.push(format!("{index} {group:?} {} {}", parts.is_linked(index), parts.is_whole(index)));
        told.push(format!("{:?}", snapshot.frame().times(snapshot).of(index)));
    }
    for reading in &docket.readings {
        for basis in Basis::ALL {
            let verdicts = snapshot.frame().verdicts(snapshot, reading, basis);
            let verdicts: Vec<Verdict> = snapshot.groups().iter().map(|index| verdicts.of(index)).collect();
            told.push(format!("{:?} {basis:?} {verdicts:?}", reading.key));
        }
    }
    let filter = filter(snapshot, picks);
    told.push(format!("{:?}", Sieve::new(&filter, snapshot).sort()));
    for group_by in [&[][..], &[GroupBy::Week, GroupBy::Place], &[GroupBy::Claimant, GroupBy::AttributedTo]] {
        let rows = tally(&docket, &Filter::default(), group_by, &Zone::utc());
        told.extend(rows.iter().map(|row| format!("{row:?}")));
    }
    told
}

/// Holds the columns of a snapshot against the oracle, for every reading and basis, and a filter.
pub(crate) fn agrees_with_the_oracle(snapshot: &Snapshot, picks: &Picks) -> Result<(), TestCaseError> {
    let docket = Docket::new(&question(Filter::default()), snapshot).expect("nothing to refuse");
    let filter = filter(snapshot, picks);
    let sieve = Sieve::new(&filter, snapshot);
    let (certain, may) = sieve.sort();
    let all: Vec<Admitted> = snapshot.groups().iter().map(|index| docket.admitted(index)).collect();
    for admitted in &all {
        let found = match (certain.has(admitted.index), may.has(admitted.index)) {
            (true, _) => Truth::Yes,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::No,
        };
        prop_assert_eq!(found, sieve.fits(&admitted.group, &admitted.evidence), "{:?}", admitted.group.incident);
        prop_assert_eq!(admitted.time, snapshot.frame().times(snapshot).of(admitted.index));
    }
    for reading in &docket.readings {
        for basis in Basis::ALL {
            let verdicts = snapshot.frame().verdicts(snapshot, reading, basis);
            for admitted in &all {
                let expected = answer(reading, &admitted.evidence, basis).judgement.verdict;
                let found = verdicts.of(admitted.index);
                prop_assert_eq!(found, expected, "{:?} {:?} {:?}", reading.key, basis, admitted.group.incident);
            }
        }
    }
    Ok(())
}

#[test]
fn columns_that_follow_others_batch_by_batch_say_what_new_ones_say() {
    let strategy = (small(), known_times(), any::<u64>(), picks());
    try_law("columns after appends are the same as new ones", strategy, |(small, known_by, steps, picks)| {
        let mut room = Room::new("small", "Europe/Kyiv");
        let mut earlier: Option<Snapshot> = None;
        for (i, batch) in small_batches(&small, steps).into_iter().enumerate() {
            room.append(PARENT, batch).expect("a small dossier is valid");
            let clock = Clock { at: room.records.head(), known_by };
            let next = match &earlier {
                Some(earlier) => Snapshot::beside(earlier, &room.records, clock),
                None => Snapshot::new(&room.records, clock),
            };
            // What follows a state that was never asked follows the one before it.
            match steps.rotate_right(u32::try_from(i % 64).expect("small")) & 7 {
                0 | 1 => {
                    let fresh = Snapshot::new(&room.records, clock);
                    prop_assert_eq!(told(&next, &picks), told(&fresh, &picks), "at {}", clock.at);
                }
                2..=6 => {
                    let filter = filter(&next, &picks);
                    let (certain, may) = Sieve::new(&filter, &next).sort();
                    prop_assert!(certain.count_and(&may) == 0 && next.frame().times(&next).count() == certain.length());
                    let assessed = Basis::ALL.map(|basis| next.frame().assessed(&next, basis).count());
                    prop_assert!(assessed[1..].iter().all(|count| *count <= next.groups().count()), "{assessed:?}");
                }
                _ => {}
            }
            earlier = Some(next);
        }
        if let Some(last) = earlier {
            agrees_with_the_oracle(&last, &picks)?;
        }
        Ok(())
    });
}

/// A small dossier in batches: first all that others rest on, then a few records at a time.
fn small_batches(small: &Small, steps: u64) -> Vec<Vec<pb::Record>> {
    let mut batches = vec![small.stage()];
    let further = small.evidence().into_iter().chain(small.afterwards());
    for (i, record) in further.enumerate() {
        let names = |batch: &Vec<pb::Record>| batch.iter().any(|other| other.name == record.name);
        match batches.last_mut() {
            Some(batch) if i > 0 && steps >> (i % 64) & 1 == 1 && !names(batch) => batch.push(record),
            _ => batches.push(vec![record]),
        }
    }
    batches
}

#[test]
fn the_columns_give_the_oracles_verdicts_by_every_clock() {
    // Some share a day, so that they differ in their positions alone.
    let days = proptest::array::uniform2(known_times());
    let clocks = proptest::collection::vec((any::<prop::sample::Index>(), 0usize..2), 3);
    try_law(
        "columns and oracle agree by any clock",
        (small(), days, clocks, picks()),
        |(small, days, clocks, picks)| {
            let room = room(batches(&small));
            let mut other: Option<Snapshot> = None;
            for (at, known_by) in clocks.into_iter().map(|(at, day)| (at, days[day])) {
                let positions = usize::try_from(room.records.head()).expect("few") + 1;
                let clock = Clock { at: at.index(positions) as u64, known_by };
                let fresh = Snapshot::new(&room.records, clock);
                agrees_with_the_oracle(&fresh, &picks)?;
                // From what another clock says, earlier or later, the same is made.
                if let Some(other) = &other {
                    let beside = Snapshot::beside(other, &room.records, clock);
                    prop_assert_eq!(
                        told(&beside, &picks),
                        told(&fresh, &picks),
                        "{:?} beside {:?}",
                        clock,
                        other.clock
                    );
                }
                other = Some(fresh);
            }
            Ok(())
        },
    );
}

#[test]
fn what_was_folded_in_up_to_a_position_is_what_is_said_as_of_it() {
    let strategy = (small(), any::<prop::sample::Index>(), known_times(), picks());
    try_law("as of a position is as if nothing came after", strategy, |(small, at, known_by, picks)| {
        let room = room(batches(&small));
        let position = at.index(room.entries.len() + 1);
        let clock = Clock { at: position as u64, known_by };
        let stopped = room.stopped_at(position);
        let of_stopped = told(&Snapshot::new(&stopped.records, clock), &picks);
        prop_assert_eq!(told(&Snapshot::new(&room.records, clock), &picks), of_stopped);
        Ok(())
    });
}

#[test]
fn the_columns_count_what_the_oracle_would() {
    try_law("columns count as the oracle", small(), |small| {
        let room = room(batches(&small));
        let snapshot = snapshot(&room);
        let docket = Docket::new(&question(Filter::default()), &snapshot).expect("nothing to refuse");
        for row in tally(&docket, &Filter::default(), &[], &Zone::utc()) {
            let reading = &docket.readings[row.reading];
            let judged: Vec<(usize, Verdict)> = snapshot
                .groups()
                .iter()
                .map(|index| docket.admitted(index))
                .filter(|admitted| reading.applies_at(&admitted.time))
                .map(|admitted| (admitted.index, answer(reading, &admitted.evidence, row.basis).judgement.verdict))
                .collect();
            let all: Vec<usize> = judged.iter().map(|(index, _)| *index).collect();
            let assessed: Vec<usize> =
                judged.iter().filter(|(_, v)| *v != Verdict::NotAssessed).map(|(index, _)| *index).collect();
            let left_out = snapshot.parts().wholes_of(&all, &assessed);
            let count = |wanted| {
                let counted = judged.iter().filter(|(index, verdict)| *verdict == wanted && !left_out.contains(index));
                i64::try_from(counted.count()).expect("few")
            };
            let found = [row.counts.breach, row.counts.no_breach, row.counts.undetermined, row.counts.not_assessed];
            let wanted = [Verdict::Breach, Verdict::NoBreach, Verdict::Undetermined, Verdict::NotAssessed].map(count);
            prop_assert_eq!(found, wanted, "{:?} {:?}", reading.key, row.basis);
        }
        Ok(())
    });
}

/// Which nodes a filter asks for, if it asks for any.
pub(crate) type Picks = [Option<Pick>; 8];

pub(crate) fn picks() -> impl Strategy<Value = Picks> {
    proptest::array::uniform8(any::<Option<Pick>>())
}

fn filter(snapshot: &Snapshot, picks: &Picks) -> Filter {
    let world = &snapshot.world;
    let key = |of: &Hierarchy, pick: Option<Pick>| {
        let pick = usize::from(pick?);
        of.nodes().nth(pick % of.len().max(1)).map(|n| of.key(n).clone())
    };
    let id = |key: std::sync::Arc<str>| Id::parse(&key).expect("an id");
    let actors = |pick| key(&world.actors, pick).map(|k| ActorName::new(id(k))).into_iter().collect();
    let classes = |taxonomy, pick| key(world.classes(taxonomy), pick).map(ClassId).into_iter().collect();
    // A day of the weeks in which things happen.
    let day = |pick: Pick| {
        let first: Timestamp = "2025-03-10T00:00:00Z".parse().expect("an instant");
        let day = |n| first.checked_add(SignedDuration::from_hours(24 * n)).expect("near");
        let n = i64::try_from(usize::from(pick) % 40).expect("small");
        Span::new(day(n), day(n + 2), Zone::utc()).expect("in order")
    };
    Filter {
        occurred: picks[7].map(day),
        places: key(&world.places, picks[0]).map(|k| PlaceName::new(id(k))).into_iter().collect(),
        attributed_to: actors(picks[1]),
        against: actors(picks[2]),
        objects: classes(Taxonomy::Objects, picks[3]),
        acts: classes(Taxonomy::Acts, picks[4]),
        weapons: classes(Taxonomy::Weapons, picks[5]),
        claimants: actors(picks[6]),
        ..Filter::default()
    }
}

#[test]
fn the_columns_admit_what_the_rows_fit() {
    try_law("columns and rows fit the same filters", (small(), picks()), |(small, picks)| {
        let room = room(batches(&small));
        let snapshot = snapshot(&room);
        let filter = filter(&snapshot, &picks);
        let sieve = Sieve::new(&filter, &snapshot);
        let (certain, may) = sieve.sort();
        for (index, group) in snapshot.groups().iter().map(|index| (index, snapshot.group_at(index))) {
            let found = match (certain.has(index), may.has(index)) {
                (true, _) => Truth::Yes,
                (false, true) => Truth::Unknown,
                (false, false) => Truth::No,
            };
            prop_assert_eq!(found, sieve.fits(&group, &snapshot.evidence(&group)), "{:?}", group.incident);
        }
        Ok(())
    });
}
