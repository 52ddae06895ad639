//! The column engine says what the row-wise oracle says: of every incident, under every reading, on every basis, by every
//! filter that the dossiers offer, and in every count.

use armistice::domain::evidence::Basis;
use armistice::domain::name::{ActorName, Id, PlaceName};
use armistice::domain::things::Taxonomy;
use armistice::domain::time::Zone;
use armistice::domain::truth::Truth;
use armistice::domain::values::ClassId;
use armistice::domain::verdict::Verdict;
use armistice::view::assess::{Docket, Question};
use armistice::view::choice::{Choice, ReadingSet};
use armistice::view::filter::{Filter, Sieve};
use armistice::view::oracle::answer;
use armistice::view::records::Clock;
use armistice::view::snapshot::Snapshot;
use armistice::view::tally::tally;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use crate::small::{Pick, small};
use crate::support::room::Room;
use crate::{batches, room, try_law};

fn snapshot(room: &Room) -> Snapshot {
    room.snapshot(None).expect("the latest is there")
}

fn question(filter: Filter) -> Question {
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
                    prop_assert_eq!(admitted.time, snapshot.frame().times(&snapshot)[index]);
                }
            }
        }
        Ok(())
    });
}

/// The clocks of a small dossier: every position, without a known time and with each of a few.
fn clocks(room: &Room, known_by: Option<Timestamp>) -> impl Iterator<Item = Clock> {
    (0..=room.records.head()).map(move |at| Clock { at, known_by })
}

/// Instants by which some of a small dossier is known, and others of it not.
fn known_times() -> impl Strategy<Value = Option<Timestamp>> {
    let hours = proptest::option::weighted(0.7, -250i64..1100);
    hours.prop_map(|hours| {
        let first: Timestamp = "2025-03-01T00:00:00Z".parse().expect("an instant");
        hours.map(|hours| first.checked_add(SignedDuration::from_hours(hours)).expect("near"))
    })
}

/// All that a snapshot says of its groups, and of every verdict by the columns.
fn told(snapshot: &Snapshot) -> Vec<String> {
    let docket = Docket::new(&question(Filter::default()), snapshot).expect("nothing to refuse");
    let mut told: Vec<String> = Vec::new();
    for index in snapshot.groups().iter() {
        let admitted = docket.admitted(index);
        told.push(format!("{index} {:?} {:?} {:?}", admitted.group, admitted.evidence, admitted.time));
        for reading in &docket.readings {
            let verdicts = Basis::ALL.map(|basis| snapshot.frame().verdicts(snapshot, reading, basis).of(index));
            told.push(format!("{:?} {verdicts:?} {}", reading.key, snapshot.parts().is_linked(index)));
        }
    }
    told
}

#[test]
fn a_snapshot_that_follows_another_says_what_one_made_afresh_says() {
    let strategy = (small(), known_times(), any::<u64>());
    try_law("a snapshot after another is the same as a new one", strategy, |(small, known_by, steps)| {
        let room = room(batches(&small));
        let mut earlier: Option<Snapshot> = None;
        // Steps of one position and of several; the columns of some states are made, those of others are not.
        for clock in clocks(&room, known_by).filter(|clock| steps >> (clock.at % 64) & 1 == 1) {
            let fresh = Snapshot::new(&room.records, clock);
            let next = match &earlier {
                Some(earlier) => Snapshot::after(earlier, &room.records, clock),
                None => Snapshot::new(&room.records, clock),
            };
            if steps >> (clock.at % 61) & 2 == 2 {
                prop_assert_eq!(told(&next), told(&fresh), "at {}", clock.at);
            }
            earlier = Some(next);
        }
        Ok(())
    });
}

#[test]
fn the_columns_give_the_oracles_verdicts_by_every_clock() {
    try_law("columns and oracle agree by any clock", (small(), known_times(), any::<u64>()), |(small, by, pick)| {
        let room = room(batches(&small));
        let clock = Clock { at: pick % (room.records.head() + 1), known_by: by };
        let snapshot = Snapshot::new(&room.records, clock);
        // What was folded in up to then and no further says the same.
        let stopped = room.stopped_at(usize::try_from(clock.at).expect("few"));
        prop_assert_eq!(told(&snapshot), told(&Snapshot::new(&stopped.records, clock)));
        let docket = Docket::new(&question(Filter::default()), &snapshot).expect("nothing to refuse");
        for reading in &docket.readings {
            for basis in Basis::ALL {
                let verdicts = snapshot.frame().verdicts(&snapshot, reading, basis);
                for index in snapshot.groups().iter() {
                    let expected = answer(reading, &docket.admitted(index).evidence, basis).judgement.verdict;
                    prop_assert_eq!(verdicts.of(index), expected, "{:?} {:?} {}", reading.key, basis, index);
                }
            }
        }
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

#[test]
fn the_columns_admit_what_the_rows_fit() {
    let strategy = (small(), proptest::array::uniform8(any::<Option<Pick>>()));
    try_law("columns and rows fit the same filters", strategy, |(small, picks)| {
        let room = room(batches(&small));
        let snapshot = snapshot(&room);
        let world = &snapshot.world;
        let key = |of: &armistice::domain::hierarchy::Hierarchy, pick: Option<Pick>| {
            let pick = usize::from(pick?);
            of.nodes().nth(pick % of.len().max(1)).map(|n| of.key(n).clone())
        };
        let actors = |pick| {
            key(&world.actors, pick).map(|k| ActorName::new(Id::parse(&k).expect("an id"))).into_iter().collect()
        };
        let classes = |taxonomy, pick| key(world.classes(taxonomy), pick).map(ClassId).into_iter().collect();
        let filter = Filter {
            places: key(&world.places, picks[0])
                .map(|k| PlaceName::new(Id::parse(&k).expect("an id")))
                .into_iter()
                .collect(),
            attributed_to: actors(picks[1]),
            against: actors(picks[2]),
            objects: classes(Taxonomy::Objects, picks[3]),
            acts: classes(Taxonomy::Acts, picks[4]),
            weapons: classes(Taxonomy::Weapons, picks[5]),
            claimants: actors(picks[6]),
            ..Filter::default()
        };
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
