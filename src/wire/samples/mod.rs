//! Arbitrary revisions of every kind, for the laws of reading and writing.
//!
//! Strategies are boxed: unboxed, one of all kinds is larger than a test's stack.

mod fields;

mod events;
mod reading;
mod texts;
mod things;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use crate::domain::name::{InActors, RecordName};
use crate::domain::record::{Body, Citation, Grade, Known, Revision};

use events::{exchange, finding, forecast, incident, pledge, report, stance};
use fields::{choice, id, name, text, words_or};
use reading::reading;
use texts::{contact, document, instrument, statement, term};
use things::{actor, class_record, coverage, link, place};

pub(crate) use fields::{instant, zone};

pub(crate) fn body() -> BoxedStrategy<Body> {
    let things = prop_oneof![actor(), place(), class_record(), coverage(), link(), document()];
    let texts = prop_oneof![statement(), contact(), instrument(), term(), reading(), stance()];
    let events = prop_oneof![incident(), report(), finding(), exchange(), pledge(), forecast()];
    prop_oneof![things, texts, events].boxed()
}

fn citation() -> BoxedStrategy<Citation> {
    let grade = (option::of(choice()), option::of(choice()), words_or::<InActors>(), option::of(instant())).prop_map(
        |(reliability, credibility, graded_by, grade_time)| Grade { reliability, credibility, graded_by, grade_time },
    );
    (name(), text(), text(), vec(text(), 0..3), option::of(grade))
        .prop_map(|(document, locator, quote, supports, grade)| Citation { document, locator, quote, supports, grade })
        .boxed()
}

/// A revision whose `references` are still to be filled in.
pub(crate) fn revision() -> BoxedStrategy<Revision> {
    let known = prop_oneof![Just(Known::Always), Just(Known::Never), instant().prop_map(Known::From)];
    let when = (1u64..1_000_000, instant(), known);
    let envelope = (text(), text(), any::<bool>(), choice(), vec(citation(), 0..3));
    (id(), when, envelope, body())
        .prop_map(|(id, (position, record_time, known), envelope, body)| {
            let (recorded_by, reason, retracted, classification, citations) = envelope;
            Revision {
                name: RecordName { collection: body.collection(), id },
                position,
                record_time,
                known,
                recorded_by,
                reason,
                retracted,
                classification,
                citations,
                references: Vec::new(),
                body,
            }
        })
        .boxed()
}
