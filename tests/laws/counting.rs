//! Counts are counts of verdicts: what a tally and a pair table say can be counted from the assessments.

use std::collections::BTreeMap;

use armistice::wire::pb;
use pb::{LinkType, Verdict};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::small::{OBJECTS, Pick, Small, actor, small};
use crate::support::ask::{Answers, all_bases, set};
use crate::{PARENT, assess, batches, room, try_law};

fn filter() -> impl Strategy<Value = Option<pb::IncidentFilter>> {
    let objects = select(OBJECTS.to_vec())
        .prop_map(|object| pb::IncidentFilter { objects: vec![object.to_owned()], ..Default::default() });
    let by = any::<Pick>().prop_map(|who| pb::IncidentFilter { attributed_to: vec![actor(who)], ..Default::default() });
    let from = any::<Pick>().prop_map(|who| pb::IncidentFilter { claimants: vec![actor(who)], ..Default::default() });
    option::weighted(0.6, prop_oneof![objects, by, from])
}

/// A dossier without parts, whose wholes would be left out of a count.
fn without_parts(mut small: Small) -> Small {
    let links = std::mem::take(&mut small.links);
    small.links = links.into_iter().filter(|link| small.link(*link).0 != LinkType::PartOf).collect();
    small
}

#[test]
fn a_tally_counts_what_the_assessments_say() {
    try_law("a tally counts the assessments", (small(), filter()), |(small, filter)| {
        let room = room(batches(&without_parts(small)));
        let readings = set(pb::ReadingSet::All);
        let asked = pb::AssessRequest { filter: filter.clone(), ..assess(readings.clone(), None) };
        let answer = room.assess(asked).expect("answered");
        let mut counted: BTreeMap<(String, i32), [i64; 4]> = BTreeMap::new();
        for a in &answer.assessments {
            let column = match a.verdict() {
                Verdict::Breach => 0,
                Verdict::NoBreach => 1,
                Verdict::Undetermined => 2,
                Verdict::NotAssessed => 3,
                Verdict::Unspecified => panic!("a verdict is always said"),
            };
            counted.entry((a.reading.clone(), a.basis)).or_default()[column] += 1;
        }
        let request = pb::TallyRequest {
            parent: PARENT.to_owned(),
            filter,
            readings,
            bases: all_bases(),
            ..pb::TallyRequest::default()
        };
        let tally = room.tally(request).expect("counted");
        prop_assert_eq!(&tally.counted, &answer.counted);
        for row in &tally.rows {
            let expected = counted.remove(&(row.reading.clone(), row.basis)).unwrap_or_default();
            let found = [row.breach, row.no_breach, row.undetermined, row.not_assessed];
            prop_assert_eq!(found, expected, "{:?}", row);
        }
        prop_assert!(counted.is_empty(), "not in the tally: {:?}", counted);
        Ok(())
    });
}

#[test]
fn a_pair_table_counts_how_the_verdicts_of_two_readings_meet() {
    try_law("a pair table counts the assessments", (small(), filter()), |(small, filter)| {
        let room = room(batches(&without_parts(small)));
        let readings = set(pb::ReadingSet::All);
        let asked = pb::AssessRequest { filter: filter.clone(), ..assess(readings.clone(), None) };
        let answer = room.assess(asked).expect("answered");
        let verdicts: BTreeMap<(&str, &str, i32), Verdict> =
            answer.assessments.iter().map(|a| ((&*a.incident, &*a.reading, a.basis), a.verdict())).collect();
        let request = pb::CompareRequest {
            parent: PARENT.to_owned(),
            filter,
            readings,
            bases: all_bases(),
            ..pb::CompareRequest::default()
        };
        let compared = room.compare(request).expect("compared");
        for table in &compared.pairs {
            let met = |a: Verdict, b: Verdict| {
                let of_a = verdicts
                    .iter()
                    .filter(|((_, r, basis), v)| *r == table.reading_a && *basis == table.basis && **v == a);
                let both = of_a.filter(|((incident, _, basis), _)| {
                    verdicts.get(&(*incident, &*table.reading_b, *basis)) == Some(&b)
                });
                i64::try_from(both.count()).expect("few")
            };
            use Verdict::{Breach, NoBreach, Undetermined};
            let expected =
                [Breach, NoBreach, Undetermined].map(|a| [Breach, NoBreach, Undetermined].map(|b| met(a, b)));
            let found = [
                [table.breach_breach, table.breach_no_breach, table.breach_undetermined],
                [table.no_breach_breach, table.no_breach_no_breach, table.no_breach_undetermined],
                [table.undetermined_breach, table.undetermined_no_breach, table.undetermined_undetermined],
            ];
            prop_assert_eq!(found, expected, "{:?}", table);
        }
        // And a comparison's verdicts are the assessments'.
        for comparison in &compared.comparisons {
            for v in &comparison.verdicts {
                let assessed = verdicts.get(&(&*comparison.incident, &*v.reading, comparison.basis));
                prop_assert_eq!(assessed, Some(&v.verdict()));
            }
        }
        Ok(())
    });
}

#[test]
fn every_incident_is_in_some_group_of_every_grouping() {
    let groups =
        [pb::GroupBy::Day, pb::GroupBy::Place, pb::GroupBy::Object, pb::GroupBy::Weapon, pb::GroupBy::Claimant];
    let strategy = (small(), select(groups.to_vec()));
    try_law("groups lose nobody", strategy, |(small, group)| {
        let room = room(batches(&without_parts(small)));
        let request = |group_by: Vec<i32>| pb::TallyRequest {
            parent: PARENT.to_owned(),
            readings: set(pb::ReadingSet::All),
            bases: all_bases(),
            group_by,
            ..pb::TallyRequest::default()
        };
        let sums = |group_by: Vec<i32>| {
            let mut sums: BTreeMap<(String, i32), [i64; 4]> = BTreeMap::new();
            for row in room.tally(request(group_by)).expect("counted").rows {
                let sum = sums.entry((row.reading, row.basis)).or_default();
                for (sum, n) in sum.iter_mut().zip([row.breach, row.no_breach, row.undetermined, row.not_assessed]) {
                    *sum += n;
                }
            }
            sums
        };
        let (plain, grouped) = (sums(Vec::new()), sums(vec![group.into()]));
        for (key, plain) in plain {
            let grouped = grouped.get(&key).copied().unwrap_or_default();
            // Groups may overlap, so they may add up to more.
            prop_assert!(plain.iter().zip(grouped).all(|(plain, grouped)| *plain <= grouped), "{:?}", key);
            // What has no row is in no group but the empty one, once.
            prop_assert_eq!(plain[3], grouped[3], "{:?}", key);
        }
        Ok(())
    });
}
