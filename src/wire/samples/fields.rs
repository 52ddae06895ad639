//! Arbitrary single fields: texts, names, times, measures.

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::domain::name::{Collection, Id, Kind, NameOf, RecordName};
use crate::domain::time::{Bound, Span, Zone};
use crate::domain::values::{ClassId, Words};
use crate::domain::values::{LocalName, Point, Quantity};
use crate::wire::mirrored::Mirrored;

/// A list in which nothing stands twice.
pub(super) fn several<T: PartialEq + Clone + std::fmt::Debug + 'static>(
    each: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Vec<T>> {
    vec(each, 0..4)
        .prop_map(|list| {
            let mut kept: Vec<T> = Vec::new();
            for entry in list {
                if !kept.contains(&entry) {
                    kept.push(entry);
                }
            }
            kept
        })
        .boxed()
}

pub(super) fn some<T: PartialEq + Clone + std::fmt::Debug + 'static>(
    each: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Vec<T>> {
    several(each).prop_filter("at least one", |list| !list.is_empty()).boxed()
}

pub(super) fn text() -> BoxedStrategy<String> {
    // Control characters and line ends are kept as they are.
    prop_oneof![Just(String::new()), "\\PC{0,9}", "[ -~\u{7}\n\r\t]{0,9}"].boxed()
}

pub(super) fn words() -> BoxedStrategy<String> {
    prop_oneof!["\\PC{1,9}", "[a-z ]{1,20}"].boxed()
}

pub(super) fn id() -> BoxedStrategy<Id> {
    "[A-Za-z0-9][A-Za-z0-9._~-]{0,5}".prop_map(|text| Id::parse(&text).expect("an id")).boxed()
}

pub(super) fn name<K: Kind + 'static>() -> BoxedStrategy<NameOf<K>> {
    id().prop_map(NameOf::new).boxed()
}

pub(super) fn names<K: Kind + 'static>() -> BoxedStrategy<Vec<NameOf<K>>> {
    several(name()).boxed()
}

pub(super) fn record_in(collections: &'static [Collection]) -> BoxedStrategy<RecordName> {
    (select(collections), id()).prop_map(|(collection, id)| RecordName { collection, id }).boxed()
}

pub(super) fn record() -> BoxedStrategy<RecordName> {
    record_in(Collection::ALL).boxed()
}

/// A record of one collection, or free words.
pub(super) fn words_or<K: Kind + 'static>() -> BoxedStrategy<Words> {
    let word = K::COLLECTION.word();
    let free = text().prop_filter("free", move |text| !text.starts_with(word) && !text.starts_with("dossiers/"));
    let record = name::<K>().prop_map(|name| Words::Record(name.record()));
    prop_oneof![record, free.prop_map(Words::Free)].boxed()
}

pub(super) fn class() -> BoxedStrategy<ClassId> {
    id().prop_map(|id| ClassId(id.shared())).boxed()
}

pub(super) fn choice<M: Mirrored + std::fmt::Debug + 'static>() -> BoxedStrategy<M> {
    let values: Vec<M> = (1..).map_while(|n| M::of_number(n).flatten()).collect();
    select(values).boxed()
}

pub(crate) fn zone() -> BoxedStrategy<Zone> {
    let zones = [
        "UTC",
        "Europe/Kyiv",
        "Europe/Moscow",
        "America/St_Johns",
        "Asia/Kolkata",
        "Asia/Beirut",
        "Australia/Lord_Howe",
        "Pacific/Apia",
    ];
    select(zones.map(|name| Zone::parse(name).expect("a zone")).to_vec()).boxed()
}

pub(crate) fn instant() -> BoxedStrategy<Timestamp> {
    let second = |second| Timestamp::new(second, 0).expect("in range");
    prop_oneof![
        // Whole minutes of these years, which have a local text.
        (28_000_000i64..30_000_000).prop_map(move |minute| second(minute * 60)),
        (1_700_000_000i64..1_800_000_000).prop_map(second),
        (-62_135_596_800i64..253_402_207_200, 0..1_000_000_000)
            .prop_map(|(s, n)| Timestamp::new(s, n).expect("in range")),
    ]
    .boxed()
}

pub(super) fn span() -> BoxedStrategy<Span> {
    let days = (2000i16..2030, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| format!("{y}-{m:02}-{d:02}"));
    let months = (2000i16..2030, 1i8..=12).prop_map(|(y, m)| format!("{y}-{m:02}"));
    let local = (prop_oneof![days, months], zone())
        .prop_filter_map("exists", |(text, zone)| Span::from_local(&text, &zone).ok());
    let instants = (instant(), instant(), zone())
        .prop_filter_map("in order", |(a, b, zone)| Span::new(a.min(b), a.max(b), zone).ok());
    prop_oneof![local, instants].boxed()
}

pub(super) fn bound() -> BoxedStrategy<Bound> {
    let settled = instant().prop_map(|at| Bound::new(at, at).expect("in order"));
    let within = span().prop_map(|span| Bound::new(span.earliest, span.latest).expect("in order"));
    prop_oneof![settled, within].boxed()
}

pub(super) fn quantity() -> BoxedStrategy<Quantity> {
    (option::of(0i64..), option::of(0i64..))
        .prop_map(|(a, b)| match (a, b) {
            (Some(a), Some(b)) => Quantity { least: Some(a.min(b)), most: Some(a.max(b)) },
            (least, most) => Quantity { least, most },
        })
        .boxed()
}

pub(super) fn point() -> BoxedStrategy<Point> {
    (-90.0f64..=90.0, -180.0f64..=180.0).prop_map(|(latitude, longitude)| Point { latitude, longitude }).boxed()
}

pub(super) fn radius() -> BoxedStrategy<Option<f64>> {
    option::of(0.001f64..1e9).boxed()
}

pub(super) fn local_name() -> BoxedStrategy<LocalName> {
    (words(), words()).prop_map(|(language, name)| LocalName { language, name }).boxed()
}
