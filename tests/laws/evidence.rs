//! More knowledge, another order, one voice, two names: what may change a verdict and what may not.

use std::collections::BTreeMap;

use armistice::view::choice::{Choice, ReadingSet};
use armistice::wire::pb;
use pb::record::Kind;
use pb::{Basis, Element, Truth, Verdict};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::small::{ACTS, OBJECTS, Pick, Small, WEAPONS, small};
use crate::support::ask::{Answers, set};
use crate::support::room::{Room, verdicts};
use crate::{PARENT, assess, batches, room, try_law};

/// A fact of a report that is made sharper: a node at or below the one that was given, or some of the time.
#[derive(Debug, Clone, Copy)]
struct Sharper {
    report: Pick,
    field: u8,
    to: Pick,
}

fn sharper() -> impl Strategy<Value = Sharper> {
    (any::<Pick>(), 0u8..7, any::<Pick>()).prop_map(|(report, field, to)| Sharper { report, field, to })
}

/// The report with one fact made sharper; none if it gives no such fact.
fn sharpen(room: &Room, record: &pb::Record, sharper: Sharper) -> Option<pb::Record> {
    let snapshot = room.snapshot(None).expect("the latest");
    let world = &snapshot.world;
    // Any node at or below; for a fact that nobody gave, any node.
    let node = |h: &armistice::domain::hierarchy::Hierarchy, given: &str| -> String {
        let given = given.rsplit('/').next().unwrap_or_default();
        let below: Vec<_> = match h.find(given) {
            Some(node) => h.at_or_below_all(node),
            None => h.nodes().collect(),
        };
        h.key(below[usize::from(sharper.to) % below.len()]).to_string()
    };
    let mut record = record.clone();
    let Some(Kind::Report(report)) = &mut record.kind else { return None };
    let facts = report.facts.as_mut()?;
    let which = usize::from(sharper.to / 8);
    match sharper.field {
        0 => facts.attributed_to = format!("actors/{}", node(&world.actors, &facts.attributed_to)),
        1 => facts.against = format!("actors/{}", node(&world.actors, &facts.against)),
        2 => facts.place = format!("places/{}", node(&world.places, &facts.place)),
        3 => facts.act = node(&world.acts, &facts.act),
        4 | 5 => {
            let things = facts.struck.len();
            let thing = facts.struck.get_mut(which % things.max(1))?;
            if sharper.field == 4 {
                thing.object = node(&world.objects, &thing.object);
            } else {
                thing.weapon = node(&world.weapons, &thing.weapon);
            }
        }
        _ => {
            let span = facts.occurred.as_mut()?;
            span.local.clear();
            let (from, to) = (span.earliest.as_mut()?, span.latest.as_mut()?);
            let third = (to.seconds - from.seconds) / 3;
            match sharper.to % 3 {
                0 => from.seconds += third,
                1 => to.seconds -= third,
                _ => {
                    from.seconds += third;
                    to.seconds -= third;
                }
            }
        }
    }
    "sharper".clone_into(&mut record.reason);
    Some(record)
}

#[test]
fn a_sharper_fact_settles_what_was_open_and_unsettles_nothing() {
    try_law(
        "more knowledge never turns a breach into no breach or back",
        (small(), vec(sharper(), 1..4)),
        |(mut small, changes)| {
            // Corrections would come between.
            small.later.clear();
            let mut room = room(batches(&small));
            for change in changes {
                let which = usize::from(change.report) % small.reports.len();
                let name = format!("{PARENT}/reports/p{which}");
                let record = room.record(&name, None).expect("a report");
                let Some(sharp) = sharpen(&room, &record, change) else { continue };
                let before = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
                let reports = reports_of(&room);
                room.append(PARENT, vec![sharp]).expect("a correction");
                let after = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
                for (old, new) in before.assessments.iter().zip(&after.assessments) {
                    prop_assert_eq!((&old.incident, &old.reading, old.basis), (&new.incident, &new.reading, new.basis));
                    let alone = reports.get(&old.incident) == Some(&1);
                    let applies = old.basis() == Basis::Alleged || alone && old.basis() == Basis::Undisputed;
                    // Who is accused is asked of the author as given: a sharper author may have a master that pleads.
                    let pleads = new.rows.iter().flat_map(|r| &r.elements);
                    let pleads =
                        pleads.filter(|e| e.element() == Element::Exception).any(|e| e.truth() == Truth::Unknown);
                    match (old.verdict(), new.verdict()) {
                        _ if !applies => {}
                        (Verdict::Undetermined, _) => {}
                        (Verdict::Breach, Verdict::Undetermined) if pleads => {}
                        (old_verdict, new_verdict) => {
                            prop_assert_eq!(old_verdict, new_verdict, "{:?}\n{:#?}\n{:#?}", change, old, new);
                        }
                    }
                }
            }
            Ok(())
        },
    );
}

/// How many reports each incident has, all its names taken together.
fn reports_of(room: &Room) -> BTreeMap<String, usize> {
    let snapshot = room.snapshot(None).expect("the latest");
    let count = |index| {
        let group = snapshot.group_at(index);
        (format!("{PARENT}/{}", group_name(&group)), snapshot.reports(&group).count())
    };
    snapshot.groups().iter().map(count).collect()
}

fn group_name(group: &armistice::view::snapshot::Group) -> String {
    group.incident.to_string()
}

#[test]
fn one_report_alone_is_as_undisputed_as_it_is_alleged() {
    try_law("a single report gives ALLEGED = UNDISPUTED", small(), |small| {
        let room = room(batches(&small));
        let reports = reports_of(&room);
        let answer = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        let of = |basis: Basis| answer.assessments.iter().filter(move |a| a.basis() == basis);
        for (alleged, undisputed) in of(Basis::Alleged).zip(of(Basis::Undisputed)) {
            if reports.get(&alleged.incident) == Some(&1) {
                let same = pb::Assessment { basis: alleged.basis, ..undisputed.clone() };
                prop_assert_eq!(alleged, &same);
            }
            // Setting other accounts beside it never makes a settled row say the opposite.
            for (a, b) in alleged.rows.iter().zip(&undisputed.rows) {
                let opposite = [a.truth(), b.truth()];
                prop_assert!(opposite != [Truth::No, Truth::Yes], "{:#?}\n{:#?}", a, b);
            }
        }
        Ok(())
    });
}

/// What an answer says, apart from positions and from which of several is shown first.
fn said(answer: &pb::AssessResponse) -> Vec<(String, String, i32, i32, Vec<String>)> {
    let told = |a: &pb::Assessment| {
        let mut rows: Vec<String> = a
            .rows
            .iter()
            .map(|r| {
                let truths: Vec<i32> = r.elements.iter().map(|e| e.truth).collect();
                format!("{}.{} {truths:?}", r.source.as_ref().map_or("", |s| &s.name), r.struck)
            })
            .collect();
        rows.sort();
        (a.incident.clone(), a.reading.clone(), a.basis, a.verdict, rows)
    };
    let mut all: Vec<_> = answer.assessments.iter().map(told).collect();
    all.sort();
    all
}

fn inconsistencies(room: &Room) -> Vec<String> {
    let request = pb::ListInconsistenciesRequest { parent: PARENT.to_owned(), ..Default::default() };
    let found = room.inconsistencies(request).expect("listed");
    let name = |r: &Option<pb::RecordRef>| r.as_ref().map(|r| r.name.clone()).unwrap_or_default();
    let told = found.iter().map(|i| {
        let mut reports = [name(&i.report), name(&i.other_report)];
        reports.sort();
        format!("{:?} {} {} {reports:?} {} {:?}", i.r#type(), i.actor, i.incident, i.reading, i.propositions)
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

fn tallies(room: &Room, group_by: pb::GroupBy) -> Vec<pb::TallyRow> {
    let request = pb::TallyRequest {
        parent: PARENT.to_owned(),
        readings: set(pb::ReadingSet::All),
        bases: crate::support::ask::all_bases(),
        group_by: vec![group_by.into()],
        ..pb::TallyRequest::default()
    };
    let mut rows = room.tally(request).expect("counted").rows;
    rows.sort_by_key(|row| (row.reading.clone(), row.basis, row.group.clone()));
    rows
}

#[test]
fn the_order_of_independent_records_changes_no_verdict() {
    let sets = [pb::ReadingSet::All, pb::ReadingSet::InForceAtIncident, pb::ReadingSet::Latest];
    let groups = [pb::GroupBy::Day, pb::GroupBy::Object, pb::GroupBy::AttributedTo, pb::GroupBy::Claimant];
    let strategy = (small(), any::<u64>(), select(sets.to_vec()), select(groups.to_vec()));
    let law = "the order of appending independent records does not change verdicts";
    try_law(law, strategy, |(mut small, order, choice, group)| {
        small.later.clear();
        let (stage, evidence) = (small.stage(), small.evidence());
        let shuffled = shuffle(evidence.clone(), order);
        let one = room([stage.clone(), evidence]);
        // And each in a batch of its own.
        let other = room(std::iter::once(stage).chain(shuffled.into_iter().map(|record| vec![record])));
        let ask = |room: &Room| said(&room.assess(assess(set(choice), None)).expect("answered"));
        prop_assert_eq!(ask(&one), ask(&other));
        prop_assert_eq!(inconsistencies(&one), inconsistencies(&other));
        prop_assert_eq!(tallies(&one, group), tallies(&other, group));
        Ok(())
    });
}

/// The same records in another order, drawn from a number.
fn shuffle(mut records: Vec<pb::Record>, mut seed: u64) -> Vec<pb::Record> {
    for at in (1..records.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let with = usize::try_from(seed >> 33).expect("31 bits") % (at + 1);
        records.swap(at, with);
    }
    records
}

#[test]
fn two_names_of_one_event_are_one_incident_with_all_the_reports() {
    let sets = [pb::ReadingSet::All, pb::ReadingSet::InForceAtIncident];
    try_law("a linked pair is one incident", (small(), select(sets.to_vec())), |(mut small, choice)| {
        small.later.clear();
        small.links.clear();
        small.abouts = vec![None, None];
        let link = pb::Link {
            r#type: pb::LinkType::SameEvent.into(),
            subject: "incidents/x1".to_owned(),
            object: "incidents/x0".to_owned(),
            ..pb::Link::default()
        };
        let link = pb::Record { name: "links/same".to_owned(), kind: Some(Kind::Link(link)), ..pb::Record::default() };
        let pair = room([small.stage(), small.evidence(), vec![link]]);
        let one = Small { abouts: vec![None], ..small.clone() };
        let one = room([one.stage(), one.evidence()]);
        let ask = |room: &Room| room.assess(assess(set(choice), None)).expect("answered");
        let (of_pair, of_one) = (ask(&pair), ask(&one));
        prop_assert_eq!(said(&of_pair), said(&of_one));
        for a in &of_pair.assessments {
            prop_assert_eq!(&a.same_event, &vec![format!("{PARENT}/incidents/x1")]);
        }
        prop_assert_eq!(inconsistencies(&pair), inconsistencies(&one));
        prop_assert_eq!(tallies(&pair, pb::GroupBy::Object), tallies(&one, pb::GroupBy::Object));
        Ok(())
    });
}

#[test]
fn what_is_withdrawn_counts_as_if_it_had_never_been_said() {
    let strategy = (small(), any::<Pick>());
    try_law("a withdrawn report leaves what was before it", strategy, |(mut small, which)| {
        small.later.clear();
        let mut room = room(batches(&small));
        let before = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        let reported = small.report(usize::from(which) % small.reports.len());
        let extra = pb::Record { name: "reports/extra".to_owned(), ..reported };
        room.append(PARENT, vec![extra.clone()]).expect("a report");
        let retracted = pb::Record {
            name: extra.name.clone(),
            retracted: true,
            reason: "withdrawn".to_owned(),
            ..pb::Record::default()
        };
        let with = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        room.append(PARENT, vec![retracted]).expect("a retraction");
        let after = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        prop_assert_eq!(&before.assessments, &after.assessments);
        room.append(PARENT, vec![pb::Record { reason: "restored".to_owned(), ..extra }]).expect("a revival");
        let again = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        prop_assert_eq!(verdicts(&with), verdicts(&again));
        Ok(())
    });
}

/// The dossiers are worth trying: on each basis there are verdicts of every kind.
#[test]
fn the_dossiers_are_of_every_kind() {
    let seen = std::cell::RefCell::new(BTreeMap::<(i32, i32), usize>::new());
    let unknown = std::cell::RefCell::new(BTreeMap::<i32, usize>::new());
    try_law("verdicts of every kind are met", small(), |small| {
        let room = room(batches(&small));
        let choice = Choice { set: Some(ReadingSet::All), ..Choice::default() };
        prop_assert!(choice.names.is_empty());
        let answer = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        for a in &answer.assessments {
            *seen.borrow_mut().entry((a.basis, a.verdict)).or_default() += 1;
            for m in &a.missing {
                *unknown.borrow_mut().entry(m.element).or_default() += 1;
            }
        }
        Ok(())
    });
    let seen = seen.into_inner();
    println!("{seen:?}\n{:?}", unknown.borrow());
    for basis in [Basis::Alleged, Basis::Undisputed, Basis::Corroborated, Basis::Verified] {
        for verdict in [Verdict::Breach, Verdict::NoBreach, Verdict::Undetermined, Verdict::NotAssessed] {
            let met = seen.get(&(basis.into(), verdict.into())).copied().unwrap_or_default();
            assert!(met > 0, "{basis:?} {verdict:?} was never met");
        }
    }
    assert_eq!(unknown.into_inner().len(), 11, "each element was open somewhere");
    assert!(OBJECTS.len() + ACTS.len() + WEAPONS.len() > 20);
}
