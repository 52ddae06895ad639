//! States that follow one another say what new ones say: in dossiers of one and two blocks, through every kind of change, forwards and
//! backwards, by either clock, with several asking at once.

use std::sync::Arc;

use armistice::domain::evidence::Basis;
use armistice::domain::time::{Span, Zone};
use armistice::domain::truth::Truth;
use armistice::view::assess::Docket;
use armistice::view::filter::{Filter, Sieve};
use armistice::view::records::Clock;
use armistice::view::snapshot::Snapshot;
use armistice::wire::pb;
use jiff::{SignedDuration, Timestamp};
use pb::record::Kind;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::columns::{Picks, agrees_with_the_oracle, known_times, picks, question, snapshot, told};
use crate::small::{ACTORS, Facts, PLACES, Report, Small, facts, finding, link, report, small_of};
use crate::support::ask::Answers;
use crate::support::room::Room;
use crate::{PARENT, room, runner};

/// How many dossiers are walked through, where small ones are as many as the laws' own number: each has many states.
const WALKS: u32 = 6;

/// How many incidents a dossier begins with: about one block, and about two.
const SIZES: [usize; 6] = [64, 63, 127, 128, 65, 3];

/// Hours from the first of March 2025 to where instants get near, or lie past, the ends of nanoseconds in 64 bits.
const FAR_HOURS: [i64; 5] = [2_078_495, -3_045_600, 10_000_000, -10_000_000, 2_078_000];

/// Draws values, each from the same source.
struct Dice(TestRunner);

impl Dice {
    fn draw<S: Strategy>(&mut self, strategy: S) -> S::Value {
        strategy.new_tree(&mut self.0).expect("a value is drawn").current()
    }

    fn below(&mut self, end: usize) -> usize {
        self.draw(0..end)
    }

    fn of<'l>(&mut self, list: &[&'l str]) -> &'l str {
        list[self.below(list.len())]
    }
}

fn crowd(dice: &mut Dice, incidents: usize, readings: usize) -> Small {
    let mut small = dice.draw(small_of(incidents, readings, incidents..incidents * 3 / 2 + 2));
    for report in small.reports.iter_mut().step_by(11) {
        put_far(dice, report.facts.as_mut());
    }
    small
}

fn put_far(dice: &mut Dice, facts: Option<&mut Facts>) {
    if let Some(when) = facts.and_then(|facts| facts.when.as_mut()) {
        when.hour = FAR_HOURS[dice.below(FAR_HOURS.len())];
    }
}

fn again(mut record: pb::Record) -> pb::Record {
    "again".clone_into(&mut record.reason);
    record
}

fn gone(name: String) -> pb::Record {
    again(pb::Record { name, retracted: true, ..pb::Record::default() })
}

fn plain(name: String, kind: Kind) -> pb::Record {
    pb::Record { name, kind: Some(kind), ..pb::Record::default() }
}

/// Some change; the room may refuse it.
fn change(dice: &mut Dice, small: &mut Small, classes: usize, round: usize) -> pb::Record {
    match dice.below(15) {
        0 => {
            let some = |dice: &mut Dice| format!("actors/{}", dice.of(&ACTORS));
            let above = (0..dice.below(3)).map(|_| some(dice)).collect();
            let kind = [pb::ActorType::ArmedGroup, pb::ActorType::State][dice.below(2)].into();
            let body =
                pb::Actor { display_name: "moved".to_owned(), r#type: kind, affiliations: above, ..Default::default() };
            again(plain(some(dice), Kind::Actor(body)))
        }
        1 => {
            let some = |dice: &mut Dice| format!("places/{}", dice.of(&PLACES));
            let within = (0..dice.below(3)).map(|_| some(dice)).collect();
            let kind = pb::PlaceType::Area.into();
            let body = pb::Place { display_name: "moved".to_owned(), r#type: kind, within, ..Default::default() };
            let place = plain(some(dice), Kind::Place(body));
            if dice.below(3) == 0 { gone(place.name) } else { again(place) }
        }
        2 => {
            let which = dice.below(4);
            let (taxonomy, parents) = [
                (pb::Taxonomy::Acts, ["strike", "movement", "act"]),
                (pb::Taxonomy::Objects, ["elec.sub", "military", "rail.power"]),
            ][which % 2];
            let body = pb::Class {
                taxonomy: taxonomy.into(),
                id: format!("own.c{which}"),
                display_name: "own".to_owned(),
                parents: vec![dice.of(&parents).to_owned()],
            };
            let class = plain(format!("classes/c{which}"), Kind::Class(body));
            // One that is there already is corrected.
            if classes >> which & 1 == 1 { again(class) } else { class }
        }
        3 | 4 => {
            let which = dice.below(small.abouts.len());
            match dice.below(2) {
                0 => gone(format!("incidents/x{which}")),
                _ => again(small.stage().pop().map_or_else(pb::Record::default, |last| pb::Record {
                    name: format!("incidents/x{which}"),
                    ..last
                })),
            }
        }
        5 => {
            small.abouts.push(None);
            small.stage().pop().unwrap_or_default()
        }
        6 => {
            let which = dice.below(small.reports.len());
            match dice.below(3) {
                0 => gone(format!("reports/p{which}")),
                _ => {
                    small.reports[which].facts = Some(dice.draw(facts()));
                    again(small.report(which))
                }
            }
        }
        7..=9 => {
            let mut more: Report = dice.draw(report());
            more.incident = u8::try_from(dice.below(small.abouts.len())).expect("few");
            if dice.below(8) == 0 {
                put_far(dice, more.facts.as_mut());
            }
            small.reports.push(more);
            let mut record = small.report(small.reports.len() - 1);
            // Some speak of the dossier's own classes.
            if let Some(Kind::Report(body)) = &mut record.kind
                && let Some(facts) = &mut body.facts
                && dice.below(3) == 0
            {
                let own = dice.below(4);
                let class = format!("own.c{own}");
                match own % 2 {
                    0 => facts.act = class,
                    _ => facts.struck.iter_mut().for_each(|struck| struck.object.clone_from(&class)),
                }
            }
            record
        }
        10 | 11 => {
            let at = small.findings.len();
            let is_new = at == 0 || dice.below(2) == 0;
            let which = if is_new { at } else { dice.below(at) };
            let drawn = dice.draw(finding());
            if is_new {
                small.findings.push(drawn)
            } else {
                small.findings[which].status = drawn.status
            }
            let name = format!("findings/f{which}");
            let found = small.evidence().into_iter().find(|record| record.name == name).unwrap_or_default();
            match (is_new, dice.below(4)) {
                (true, _) => found,
                (false, 0) => gone(name),
                (false, _) => again(found),
            }
        }
        _ if !small.links.is_empty() && dice.below(2) == 0 => {
            let which = dice.below(small.links.len());
            let name = format!("links/l{which}");
            let link = small.evidence().into_iter().find(|record| record.name == name).unwrap_or_default();
            if dice.below(2) == 0 { gone(name) } else { again(link) }
        }
        _ => {
            let mut more = dice.draw(link());
            // Statements are joined seldom: that makes all anew.
            more.kind = if round.is_multiple_of(7) { 2 } else { more.kind % 2 };
            small.links.push(more);
            let name = format!("links/l{}", small.links.len() - 1);
            small.evidence().into_iter().find(|record| record.name == name).unwrap_or_default()
        }
    }
}

/// Which of the four classes a record is, as a bit.
fn class_bit(record: &pb::Record) -> usize {
    let which = record.name.strip_prefix("classes/c").and_then(|which| which.parse::<usize>().ok());
    which.map_or(0, |which| 1 << which)
}

fn ask_a_little(snapshot: &Snapshot, what: usize, picks: &Picks) {
    match what {
        0 => drop(snapshot.frame().assessed(snapshot, Basis::Alleged)),
        1 => drop(snapshot.frame().assessed(snapshot, Basis::Corroborated)),
        2 => drop(snapshot.frame().times(snapshot).count()),
        3 => drop(told(snapshot, picks)),
        _ => {}
    }
}

fn same(one: &[String], other: &[String], what: &dyn std::fmt::Display) {
    for (a, b) in one.iter().zip(other) {
        assert_eq!(a, b, "{what}");
    }
    assert_eq!(one.len(), other.len(), "{what}");
}

#[test]
fn every_state_says_what_a_new_one_says_whichever_it_follows() {
    let (runner, seed, cases) = runner("states that follow others", WALKS);
    let mut dice = Dice(runner);
    for case in 0..cases as usize {
        let readings = if case % 3 == 0 { 35 } else { 4 };
        let mut small = crowd(&mut dice, SIZES[case % SIZES.len()], readings);
        let mut room = room([[small.stage(), small.evidence()].concat()]);
        let first = room.records.head();
        let (mut taken, mut classes) = (0, 0);
        for round in 0..60 {
            let record = change(&mut dice, &mut small, classes, round);
            if room.append(PARENT, vec![record.clone()]).is_ok() {
                classes |= class_bit(&record);
                taken += 1;
            }
        }
        assert!(taken > 20, "most changes are valid: {taken}");
        let days = [None, dice.draw(known_times()), dice.draw(known_times())];
        let picks = dice.draw(picks());
        let mut kept: Vec<Arc<Snapshot>> = Vec::new();
        for step in 0..40 {
            // Now and then far back, else among what was changed.
            let span = room.records.head() - first;
            let back = if dice.below(8) == 0 { first + span } else { span + 1 };
            let at = room.records.head() - dice.below(usize::try_from(back).expect("few")) as u64;
            let known_by = days[[0, 0, 0, 1, 2][dice.below(5)]];
            let clock = Clock { at, known_by };
            let other = (!kept.is_empty()).then(|| kept[dice.below(kept.len())].clone());
            let next = Arc::new(match &other {
                Some(other) => Snapshot::beside(other, &room.records, clock),
                None => Snapshot::new(&room.records, clock),
            });
            let what = format!(
                "seed {seed}, case {case}, step {step}: {clock:?} beside {:?}",
                other.as_ref().map(|other| other.clock)
            );
            match dice.below(4) {
                0 => {
                    let fresh = told(&Snapshot::new(&room.records, clock), &picks);
                    same(&told(&next, &picks), &fresh, &what);
                }
                1 => {
                    // Several ask at once, of it, of one that follows it, and of what it followed.
                    let after = Clock { at: (at + 1).min(room.records.head()), known_by };
                    let further = Snapshot::beside(&next, &room.records, after);
                    let (one, two, three) = std::thread::scope(|scope| {
                        let one = scope.spawn(|| told(&next, &picks));
                        let two = scope.spawn(|| told(&further, &picks));
                        let three = scope.spawn(|| other.as_ref().map(|other| told(other, &picks)));
                        let joined = (one.join(), two.join(), three.join());
                        (joined.0.expect("told"), joined.1.expect("told"), joined.2.expect("told"))
                    });
                    same(&one, &told(&Snapshot::new(&room.records, clock), &picks), &what);
                    same(&two, &told(&Snapshot::new(&room.records, after), &picks), &what);
                    if let Some((told_by, other)) = three.zip(other.as_ref()) {
                        same(&told_by, &told(&Snapshot::new(&room.records, other.clock), &picks), &what);
                    }
                }
                _ => ask_a_little(&next, dice.below(6), &picks),
            }
            kept.push(next);
            if kept.len() > 4 {
                let dropped = dice.below(kept.len());
                kept.remove(dropped);
            }
        }
        let last = Snapshot::new(&room.records, Clock { at: room.records.head(), known_by: None });
        if let Err(broken) = agrees_with_the_oracle(&last, &picks) {
            panic!("seed {seed}, case {case}: {broken}");
        }
    }
}

fn claim(of: usize, claimant: &str) -> pb::Record {
    let facts = pb::Facts {
        attributed_to: "actors/beta".to_owned(),
        struck: vec![pb::Struck { object: "elec.sub".to_owned(), effect: 1, ..pb::Struck::default() }],
        ..pb::Facts::default()
    };
    let body = pb::Report {
        incident: "incidents/x0".to_owned(),
        claimant: format!("actors/{claimant}"),
        facts: Some(facts),
        ..pb::Report::default()
    };
    let cited = pb::Citation { document: "documents/d0".to_owned(), ..pb::Citation::default() };
    pb::Record { citations: vec![cited], ..plain(format!("reports/q{of}"), Kind::Report(body)) }
}

#[test]
fn reports_that_become_independent_corroborate_in_a_state_that_follows() {
    let (runner, ..) = runner("independence follows", 1);
    let small = Dice(runner).draw(small_of(3, 2, 1..2));
    let mut room: Room = room([small.stage(), vec![claim(0, "alpha"), claim(1, "ministry")]]);
    let has_row = |snapshot: &Snapshot| snapshot.frame().assessed(snapshot, Basis::Corroborated).has(0);
    let before = snapshot(&room);
    assert!(!has_row(&before), "a ministry of alpha joins nobody but others");
    let moved = |above: &[&str]| {
        let body = pb::Actor {
            display_name: "ministry".to_owned(),
            r#type: pb::ActorType::Organization.into(),
            affiliations: above.iter().map(|above| (*above).to_owned()).collect(),
            ..pb::Actor::default()
        };
        again(plain("actors/ministry".to_owned(), Kind::Actor(body)))
    };
    room.append(PARENT, vec![moved(&["actors/gamma"])]).expect("an actor moves");
    let clock = |room: &Room| Clock { at: room.records.head(), known_by: None };
    let after = Snapshot::beside(&before, &room.records, clock(&room));
    assert!(has_row(&Snapshot::new(&room.records, clock(&room))));
    assert!(has_row(&after), "it is gamma's now, so the two are independent");
    let back = Snapshot::beside(&after, &room.records, before.clock);
    assert!(!has_row(&back));
    room.append(PARENT, vec![moved(&["actors/alpha"])]).expect("an actor moves");
    assert!(!has_row(&Snapshot::beside(&after, &room.records, clock(&room))));
}

#[test]
fn spans_asked_for_at_the_ends_of_time_fit_what_the_rows_fit() {
    let (runner, seed, cases) = runner("filters at the ends of time", WALKS);
    let mut dice = Dice(runner);
    let first: Timestamp = "2025-03-01T00:00:00Z".parse().expect("an instant");
    let at = |hours: i64| first.checked_add(SignedDuration::from_hours(hours)).expect("within the calendar");
    let hours = [-17_000_000, -10_000_000, -3_045_600, -3_045_599, 0, 2_078_494, 2_078_495, 2_078_496, 10_000_000];
    for case in 0..cases as usize {
        let mut small = crowd(&mut dice, SIZES[case % SIZES.len()], 1);
        // Some give no time, and some far ones.
        small.reports.iter_mut().step_by(5).filter_map(|r| r.facts.as_mut()).for_each(|facts| facts.when = None);
        let room = room([small.stage(), small.evidence()]);
        let snapshot = snapshot(&room);
        let docket = Docket::new(&question(Filter::default()), &snapshot).expect("nothing to refuse");
        let admitted: Vec<_> = snapshot.groups().iter().map(|group| docket.admitted(group)).collect();
        for (i, from) in hours.iter().enumerate() {
            for to in &hours[i + 1..] {
                let occurred = Some(Span::new(at(*from), at(*to), Zone::utc()).expect("in order"));
                let filter = Filter { occurred, ..Filter::default() };
                let sieve = Sieve::new(&filter, &snapshot);
                let (certain, may) = sieve.sort();
                for one in &admitted {
                    let found = match (certain.has(one.index), may.has(one.index)) {
                        (true, _) => Truth::Yes,
                        (false, true) => Truth::Unknown,
                        (false, false) => Truth::No,
                    };
                    let fits = sieve.fits(&one.group, &one.evidence);
                    assert_eq!(found, fits, "seed {seed}, case {case}, {from} to {to}: {:?}", one.group.incident);
                }
            }
        }
    }
}
