//! Arbitrary documents, statements, contacts, terms and instruments.

use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::fields::*;
use crate::domain::record::Body;
use crate::domain::texts::{
    AggregateClaim, Contact, Document, Instrument, Participant, Signature, StatedDuration, Statement, Term, Treatment,
};

pub(super) fn document() -> BoxedStrategy<Body> {
    let sha256 = prop_oneof![Just(String::new()), "[0-9a-fA-F]{64}"];
    let texts = (words(), text(), text(), text(), text(), sha256);
    (texts, option::of(span()), option::of(instant()))
        .prop_map(|((title, publisher, author, uri, language, sha256), published, retrieve_time)| {
            Body::Document(Document { title, publisher, author, uri, language, published, retrieve_time, sha256 })
        })
        .boxed()
}

pub(super) fn claim() -> BoxedStrategy<AggregateClaim> {
    let whose = (option::of(name()), option::of(name()), names(), several(class()));
    (option::of(quantity()), words(), option::of(span()), whose)
        .prop_map(|(count, unit, window, (attributed_to, term, places, objects))| AggregateClaim {
            count,
            unit,
            window,
            attributed_to,
            term,
            places,
            objects,
        })
        .boxed()
}

pub(super) fn statement() -> BoxedStrategy<Body> {
    let who = (option::of(name()), option::of(name()), names());
    (who, option::of(span()), words(), option::of(name()), names(), vec(claim(), 0..3))
        .prop_map(|((speaker, on_behalf_of, audience), said, summary, contact, terms, claims)| {
            Body::Statement(Statement { speaker, on_behalf_of, audience, said, summary, contact, terms, claims })
        })
        .boxed()
}

pub(super) fn duration() -> BoxedStrategy<StatedDuration> {
    let length = || option::of((0i64..400_000, 0..1_000_000_000).prop_map(|(s, n)| SignedDuration::new(s, n)));
    (length(), length(), option::of(name()))
        .prop_map(|(a, b, stated_by)| match (a, b) {
            (Some(a), Some(b)) => StatedDuration { least: Some(a.min(b)), most: Some(a.max(b)), stated_by },
            (least, most) => StatedDuration { least, most, stated_by },
        })
        .boxed()
}

pub(super) fn contact() -> BoxedStrategy<Body> {
    let participant = (name(), option::of(choice())).prop_map(|(actor, role)| Participant { actor, role });
    let times = (option::of(span()), option::of(span()), option::of(span()));
    let what = (words(), choice(), choice(), vec(participant, 0..3));
    let rest = (option::of(name()), vec(duration(), 0..3), text(), option::of(name()), several(record()));
    (what, times, rest)
        .prop_map(|((display_name, contact_type, status, participants), (planned, began, ended), rest)| {
            let (place, durations, purpose, part_of, about) = rest;
            Body::Contact(Contact {
                display_name,
                contact_type,
                status,
                participants,
                planned,
                began,
                ended,
                place,
                durations,
                purpose,
                part_of,
                about,
            })
        })
        .boxed()
}

pub(super) fn term() -> BoxedStrategy<Body> {
    (words(), choice(), text())
        .prop_map(|(display_name, term_type, description)| Body::Term(Term { display_name, term_type, description }))
        .boxed()
}

pub(super) fn instrument() -> BoxedStrategy<Body> {
    let signature =
        (name(), choice(), option::of(span())).prop_map(|(actor, role, signed)| Signature { actor, role, signed });
    let treatment = (name(), choice(), text()).prop_map(|(term, treatment_type, wording)| Treatment {
        term,
        treatment_type,
        wording,
    });
    let refers = (option::of(name()), option::of(name()), option::of(record()));
    (words(), choice(), refers, span(), vec(signature, 0..3), vec(treatment, 0..3))
        .prop_map(|(display_name, instrument_type, (author, contact, about), stated, signatures, treatments)| {
            Body::Instrument(Instrument {
                display_name,
                instrument_type,
                author,
                stated,
                contact,
                about,
                signatures,
                treatments,
            })
        })
        .boxed()
}
