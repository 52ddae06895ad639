//! What a verdict is made of, and what would settle it.

use armistice::wire::pb;
use pb::{Element, Truth, Verdict};
use proptest::prelude::*;

use crate::small::small;
use crate::support::ask::{Answers, set};
use crate::{assess, batches, room, try_law};

/// Yes is the most, no the least.
fn rank(truth: Truth) -> u8 {
    match truth {
        Truth::No => 0,
        Truth::Unknown => 1,
        Truth::Yes => 2,
        Truth::Unspecified => panic!("a truth is always said"),
    }
}

fn verdict_of(truths: impl Iterator<Item = u8>) -> Verdict {
    match truths.max() {
        None => Verdict::NotAssessed,
        Some(2) => Verdict::Breach,
        Some(1) => Verdict::Undetermined,
        Some(_) => Verdict::NoBreach,
    }
}

#[test]
fn a_row_is_the_least_of_its_elements_and_an_incident_the_most_of_its_rows() {
    try_law("verdicts are made of rows, rows of elements", small(), |small| {
        let room = room(batches(&small));
        let answer = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        for a in &answer.assessments {
            for row in &a.rows {
                prop_assert_eq!(row.elements.len(), 11);
                let least = row.elements.iter().map(|e| rank(e.truth())).min();
                prop_assert_eq!(least, Some(rank(row.truth())), "{:?}", row);
            }
            prop_assert_eq!(verdict_of(a.rows.iter().map(|r| rank(r.truth()))), a.verdict(), "{:?}", a);
            // Shown first is the truest row, then the first recorded.
            let most = a.rows.iter().map(|r| rank(r.truth())).max();
            let deciding = a.rows.iter().find(|r| Some(rank(r.truth())) == most);
            prop_assert_eq!(deciding.map(|r| &r.elements).cloned().unwrap_or_default(), a.elements.clone());
        }
        Ok(())
    });
}

#[test]
fn a_branch_is_shown_for_every_truth_that_an_element_is_open_between() {
    try_law("an element that a selection leaves open shows what it is open between", small(), |small| {
        let room = room(batches(&small));
        let answer = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        let elements = answer.assessments.iter().flat_map(|a| &a.rows).flat_map(|r| &r.elements);
        for element in elements {
            let Some(pb::element_result::Rule::Selection(rule)) = &element.rule else { continue };
            let shown: Vec<Truth> = rule.branches.iter().map(|b| b.truth()).collect();
            match element.truth() {
                Truth::Unknown => prop_assert!(
                    shown.contains(&Truth::Unknown) || shown.contains(&Truth::Yes) && shown.contains(&Truth::No),
                    "{:?}",
                    element
                ),
                settled => prop_assert!(!shown.is_empty() && shown.iter().all(|t| *t == settled), "{:?}", element),
            }
        }
        Ok(())
    });
}

#[test]
fn missing_is_what_is_unknown_in_open_rows_and_decisive_is_what_settles_it_alone() {
    try_law("what is missing, and what is decisive", small(), |small| {
        let room = room(batches(&small));
        let answer = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        for a in &answer.assessments {
            let open: Vec<(&pb::RowResult, Element)> = a
                .rows
                .iter()
                .filter(|row| row.truth() == Truth::Unknown)
                .flat_map(|row| row.elements.iter().map(move |e| (row, e)))
                .filter(|(_, e)| e.truth() == Truth::Unknown)
                .map(|(row, e)| (row, e.element()))
                .collect();
            let open = if a.verdict() == Verdict::Undetermined { open } else { Vec::new() };
            let missing: Vec<_> = a.missing.iter().map(|m| (m.source.clone(), m.struck, m.element())).collect();
            let expected: Vec<_> = open.iter().map(|(row, e)| (row.source.clone(), row.struck, *e)).collect();
            prop_assert_eq!(missing, expected);
            for ((row, element), missing) in open.iter().zip(&a.missing) {
                let settled = |to: Truth| {
                    let row_as = |r: &pb::RowResult| {
                        let truths = r.elements.iter().map(|e| {
                            let this = std::ptr::eq(r, *row) && e.element() == *element;
                            rank(if this { to } else { e.truth() })
                        });
                        truths.min().expect("eleven elements")
                    };
                    verdict_of(a.rows.iter().map(row_as))
                };
                let settles = [Truth::Yes, Truth::No].map(settled).iter().all(|v| *v != Verdict::Undetermined);
                prop_assert_eq!(missing.decisive, settles, "{:?} of {:?}", element, row);
            }
        }
        Ok(())
    });
}

#[test]
fn what_is_left_open_by_the_reading_is_open_whatever_the_sharper_fact() {
    // Settled elements have no cause; unknown ones that are missing have one of the three.
    try_law("every open element says why", small(), |small| {
        let room = room(batches(&small));
        let answer = room.assess(assess(set(pb::ReadingSet::All), None)).expect("answered");
        for missing in answer.assessments.iter().flat_map(|a| &a.missing) {
            prop_assert!(missing.cause() != pb::MissingCause::Unspecified, "{:?}", missing);
            match missing.element() {
                Element::Operative => prop_assert_eq!(missing.cause(), pb::MissingCause::Reading),
                Element::Occurrence | Element::Exception => {
                    prop_assert_eq!(missing.cause(), pb::MissingCause::Dispute);
                }
                _ => {}
            }
        }
        Ok(())
    });
}
