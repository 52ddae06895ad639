//! What a reading says depends on no other reading, and on no stance.

use armistice::wire::pb;
use pb::record::Kind;
use proptest::prelude::*;

use crate::small::{ACTORS, Pick, small};
use crate::support::ask::{Answers, set};
use crate::{PARENT, assess, batches, room, try_law};

fn named(names: Vec<String>) -> Option<pb::ReadingChoice> {
    Some(pb::ReadingChoice { names, ..pb::ReadingChoice::default() })
}

#[test]
fn another_reading_or_a_stance_changes_no_verdict_of_the_others() {
    let strategy = (small(), any::<Pick>(), 1i32..12, any::<bool>());
    try_law(
        "adding a reading or a stance never changes other readings' verdicts",
        strategy,
        |(mut small, which, position, supersedes)| {
            small.later.clear();
            let mut room = room(batches(&small));
            let before = room.assess(assess(named(small.readings()), None)).expect("answered");
            let which = usize::from(which) % small.readings.len();
            let supersedes = if supersedes { format!("readings/r{which}") } else { String::new() };
            let citations = vec![pb::Citation { document: "documents/d0".to_owned(), ..pb::Citation::default() }];
            let reading = small.readings[which].wire(format!("instruments/i{which}"), supersedes);
            let stance = pb::Stance {
                actor: format!("actors/{}", ACTORS[which % ACTORS.len()]),
                subject: "terms/t".to_owned(),
                position,
                ..pb::Stance::default()
            };
            let record = |name: &str, kind| pb::Record {
                name: name.to_owned(),
                citations: citations.clone(),
                kind: Some(kind),
                ..pb::Record::default()
            };
            let added =
                vec![record("readings/new", Kind::Reading(reading)), record("stances/new", Kind::Stance(stance))];
            room.append(PARENT, added).expect("they are valid");
            let after = room.assess(assess(named(small.readings()), None)).expect("answered");
            prop_assert_eq!(before.assessments, after.assessments);
            prop_assert_eq!(before.readings, after.readings);
            Ok(())
        },
    );
}

#[test]
fn a_draft_that_copies_a_reading_says_what_it_says() {
    try_law("a hypothetical copy of a recorded reading gives its verdicts", small(), |small| {
        let room = room(batches(&small));
        let live = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        let names: Vec<String> = live.readings.iter().map(|r| r.reading.clone()).collect();
        let copies = names.iter().map(|name| match room.record(name, None).expect("a reading").kind {
            Some(Kind::Reading(reading)) => reading,
            other => panic!("{other:?} is no reading"),
        });
        let choice = pb::ReadingChoice { hypothetical: copies.collect(), ..pb::ReadingChoice::default() };
        if names.is_empty() {
            return Ok(());
        }
        let drafted = room.assess(assess(Some(choice), None)).expect("answered");
        let renamed = |a: &pb::Assessment| {
            let index: usize = a.reading.trim_start_matches("hypothetical/").parse().expect("its index");
            pb::Assessment { reading: names[index].clone(), ..a.clone() }
        };
        let found: Vec<pb::Assessment> = drafted.assessments.iter().map(renamed).collect();
        prop_assert_eq!(live.assessments, found);
        let windows = |r: &pb::AppliedReading| (r.start.clone(), r.end.clone(), r.ends.clone());
        let (live, drafted): (Vec<_>, Vec<_>) =
            (live.readings.iter().map(windows).collect(), drafted.readings.iter().map(windows).collect());
        prop_assert_eq!(live, drafted);
        Ok(())
    });
}

#[test]
fn a_reading_is_asked_by_name_as_in_any_set_that_applies_it() {
    try_law("a set only chooses", small(), |small| {
        let room = room(batches(&small));
        let all = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        for choice in [pb::ReadingSet::Latest, pb::ReadingSet::InForceAtIncident] {
            let some = room.assess(assess(set(choice), None)).expect("answered");
            for a in &some.assessments {
                prop_assert!(all.assessments.contains(a), "{:?}", a);
            }
        }
        // On every incident the one in force is among all, and of a chain that nobody broke the latest is its last.
        let latest = room.assess(assess(set(pb::ReadingSet::Latest), None)).expect("answered");
        prop_assert_eq!(latest.readings.is_empty(), all.readings.is_empty());
        Ok(())
    });
}
