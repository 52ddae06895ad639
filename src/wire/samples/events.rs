//! Arbitrary incidents, reports, findings, stances, exchanges, pledges and forecasts.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::fields::*;
use crate::domain::name::{Collection, InActors, InPlaces};
use crate::domain::record::Body;
use crate::domain::report::{Casualties, Facts, Finding, Incident, Report, Struck};
use crate::domain::undertakings::{Condition, Exchange, Forecast, Outcome, OutcomeType, Pledge, Stance, Transfer};
use crate::domain::values::Ground;

pub(super) fn conditions() -> BoxedStrategy<Vec<Condition>> {
    let condition = (words(), names(), option::of(name()), option::of(choice()))
        .prop_map(|(description, upon, term, timing)| Condition { description, upon, term, timing });
    vec(condition, 0..3).boxed()
}

pub(super) fn stance() -> BoxedStrategy<Body> {
    let subject = record_in(&[Collection::Terms, Collection::Instruments, Collection::Contacts]);
    (name(), subject, choice(), option::of(span()), conditions(), option::of(name()))
        .prop_map(|(actor, subject, position, stated, conditions, statement)| {
            Body::Stance(Stance { actor, subject, position, stated, conditions, statement })
        })
        .boxed()
}

pub(super) fn incident() -> BoxedStrategy<Body> {
    (words(), option::of(span()), option::of(name()))
        .prop_map(|(display_name, about, place)| Body::Incident(Incident { display_name, about, place }))
        .boxed()
}

pub(super) fn struck() -> BoxedStrategy<Struck> {
    (option::of(class()), words_or::<InPlaces>(), option::of(choice()), option::of(class()), option::of(quantity()))
        .prop_map(|(object, facility, effect, weapon, people_cut_off)| Struck {
            object,
            facility,
            effect,
            weapon,
            people_cut_off,
        })
        .boxed()
}

pub(super) fn facts() -> BoxedStrategy<Facts> {
    let casualties =
        (option::of(quantity()), option::of(quantity())).prop_map(|(killed, injured)| Casualties { killed, injured });
    let place = (option::of(name()), option::of(point()), radius());
    let who = (option::of(class()), option::of(name()), option::of(name()));
    let ground = option::of(select(Ground::ALL.to_vec()));
    (option::of(span()), place, who, vec(struck(), 0..3), option::of(casualties), ground)
        .prop_map(|(occurred, (place, point, radius_m), (act, attributed_to, against), struck, casualties, ground)| {
            Facts { occurred, place, point, radius_m, act, attributed_to, against, struck, casualties, ground }
        })
        .boxed()
}

pub(super) fn report() -> BoxedStrategy<Body> {
    (name(), name(), option::of(name()), option::of(facts()), several(choice()), names())
        .prop_map(|(incident, claimant, statement, facts, denies, alleges_breach_of)| {
            let says_nothing = denies.is_empty() && alleges_breach_of.is_empty();
            let facts = if says_nothing { facts.or(Some(Facts::default())) } else { facts };
            Body::Report(Report { incident, claimant, statement, facts, denies, alleges_breach_of })
        })
        .boxed()
}

pub(super) fn finding() -> BoxedStrategy<Body> {
    (name(), choice(), option::of(facts()), several(choice()), words(), words_or::<InActors>())
        .prop_map(|(incident, status, facts, denies, rationale, made_by)| {
            Body::Finding(Finding { incident, status, facts, denies, rationale, made_by })
        })
        .boxed()
}

pub(super) fn exchange() -> BoxedStrategy<Body> {
    let transfer = (option::of(name()), option::of(name()), option::of(choice()), choice(), name(), 0i32..).prop_map(
        |(from, to, category, stage, stated_by, count)| Transfer { from, to, category, stage, stated_by, count },
    );
    (words(), option::of(span()), option::of(name()), names(), vec(transfer, 1..4))
        .prop_map(|(display_name, held, place, mediators, transfers)| {
            Body::Exchange(Exchange { display_name, held, place, mediators, transfers })
        })
        .boxed()
}

pub(super) fn pledge() -> BoxedStrategy<Body> {
    let what = (choice(), choice(), option::of(choice()), words());
    let rest = (option::of(span()), option::of(bound()), conditions(), option::of(name()));
    (name(), names(), what, rest)
        .prop_map(
            |(by, to, (pledge_type, pledge_move, firmness, description), (stated, due, conditions, statement))| {
                Body::Pledge(Pledge {
                    by,
                    to,
                    pledge_type,
                    pledge_move,
                    firmness,
                    description,
                    stated,
                    due,
                    conditions,
                    statement,
                })
            },
        )
        .boxed()
}

pub(super) fn forecast() -> BoxedStrategy<Body> {
    let outcome = (choice(), several(record()), text(), words_or::<InActors>()).prop_map(
        |(outcome_type, records, rationale, decided_by)| Outcome { outcome_type, records, rationale, decided_by },
    );
    let times = (option::of(span()), option::of(bound()));
    let refers = (option::of(record()), option::of(name()));
    (name(), words(), option::of(choice()), times, refers, option::of(outcome))
        .prop_map(|(speaker, prediction, likelihood, (stated, deadline), (subject, statement), outcome)| {
            let outcome = outcome.filter(|o| deadline.is_some() || o.outcome_type != OutcomeType::Failed);
            Body::Forecast(Forecast { speaker, prediction, likelihood, stated, deadline, subject, statement, outcome })
        })
        .boxed()
}
