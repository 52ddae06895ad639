//! Arbitrary readings.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::fields::*;
use crate::domain::reading::{Clause, Duty, Reading};
use crate::domain::record::Body;
use crate::domain::selection::{Listed, Selection};
use crate::domain::truth::Truth;
use crate::domain::values::Ground;
use crate::domain::window::{CountingRule, End, Start, TermLength, Window};

pub(super) fn selection() -> BoxedStrategy<Option<Selection>> {
    let listed = || {
        let node = id().prop_map(|id| Listed::Node(id.shared()));
        several(prop_oneof![1 => Just(Listed::All), 4 => node])
    };
    (listed(), listed(), listed())
        .prop_map(|(include, exclude, unclear)| {
            let selection = Selection { include, exclude, unclear };
            (!selection.is_empty()).then_some(selection)
        })
        .boxed()
}

pub(super) fn window() -> BoxedStrategy<Window> {
    let rules = select(vec![
        CountingRule::Unspecified,
        CountingRule::InclusiveDays,
        CountingRule::Elapsed,
        CountingRule::CalendarMonth,
    ]);
    let length = (1i32..400, rules).prop_filter_map("months", |(days, rule)| TermLength::new(days, rule).ok());
    let start = prop_oneof![Just(Start::Missing), Just(Start::Immediately), bound().prop_map(Start::At)];
    let end = prop_oneof![Just(End::Open), bound().prop_map(End::At), length.prop_map(End::After)];
    (start, end, zone()).prop_map(|(start, end, zone)| Window { start, end, zone }).boxed()
}

pub(super) fn duty() -> BoxedStrategy<Duty> {
    prop_oneof![
        (option::of(choice()), names())
            .prop_map(|(contact_type, participants)| Duty::Contact { contact_type, participants }),
        (option::of(name()), option::of(name()), option::of(choice()), option::of(0i32..))
            .prop_map(|(from, to, category, at_least)| Duty::Exchange { from, to, category, at_least }),
        (option::of(choice()), option::of(choice()), names()).prop_map(|(pledge_type, pledge_move, to)| Duty::Pledge {
            pledge_type,
            pledge_move,
            to
        }),
    ]
    .boxed()
}

pub(super) fn clause() -> BoxedStrategy<Clause> {
    let truth = || select(vec![Truth::Yes, Truth::No, Truth::Unknown]);
    let grounds = several(select(Ground::ALL.to_vec()));
    let who = (selection(), selection(), selection(), selection(), selection(), selection());
    (truth(), truth(), grounds, who, window(), vec(duty(), 0..3))
        .prop_map(|(operative, attempts, exceptions, who, window, duties)| {
            let (actors, against, acts, objects, places, weapons) = who;
            Clause { operative, attempts, exceptions, actors, against, acts, objects, places, weapons, window, duties }
        })
        .boxed()
}

pub(super) fn reading() -> BoxedStrategy<Body> {
    (name(), name(), name(), text(), option::of(name()), clause())
        .prop_map(|(term, held_by, instrument, wording, supersedes, clause)| {
            Body::Reading(Box::new(Reading { term, held_by, instrument, wording, supersedes, clause }))
        })
        .boxed()
}
