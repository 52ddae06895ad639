//! The "Ukraine damages" layout: missing dates, free text, rows that look alike.

use armistice::wire::pb;

use crate::bench::{Bench, Table, place, when};

fn table() -> Table {
    let columns = vec![
        ("damage_id", "1"),
        ("iso3", "LND"),
        ("country", "Land"),
        ("gid_1", "LND.1_1"),
        ("oblast", "Coast"),
        ("rayon", "Harbour"),
        ("type_of_infrastructure", "Power plant"),
        ("if_other_what", ""),
        ("date_of_event", "2025-03-19"),
        ("source_name", "A paper"),
        ("source_date", "2025-03-20"),
        ("source_link", "https://example.org/1"),
        ("additional_sources", ""),
        ("extent_of_damage", "Destroyed"),
        ("_internal_filter_date", "2025-03-20"),
        ("_weights", "1"),
        ("access_subindicator", ""),
        ("pcode", "LND01"),
    ];
    assert_eq!(columns.len(), 18);
    Table { columns, delimiter: "|" }
}

#[test]
fn a_missing_date_is_no_time_and_the_internal_filter_date_does_not_stand_in() {
    let bench = Bench::start("ukraine-damages");
    let text =
        table().text(&[&[], &[("damage_id", "2"), ("date_of_event", "")], &[("damage_id", "3"), ("rayon", "NA")]]);
    let imported = bench.import(&text);
    assert_eq!(imported.counts(), (3, 0, 1), "{imported:?}");
    assert_eq!(when(&bench.facts("ukraine-damages-1")), "2025-03-19 Europe/Kyiv");
    assert_eq!(when(&bench.facts("ukraine-damages-2")), "");
    assert_eq!(place(&bench.facts("ukraine-damages-2")), "places/harbour");
    assert_eq!(place(&bench.facts("ukraine-damages-3")), "places/coast");
}

#[test]
fn every_type_becomes_the_nearest_class_and_free_text_none() {
    let bench = Bench::start("ukraine-damages");
    let types = [
        ("Power plant", "elec.gen"),
        ("Heating and water facility", "infra"),
        ("Aircraft repair plant", "object"),
        ("Road / Highway", "transport"),
        ("Fuel depot", "oil.depot"),
        ("Other", ""),
        ("Windmill", ""),
    ];
    let ids = ["1", "2", "3", "4", "5", "6", "7"];
    let rows: Vec<Vec<(&str, &str)>> = ids
        .iter()
        .zip(types)
        .map(|(id, (name, _))| {
            let other = if name == "Other" { "hydroelectric station dam" } else { "" };
            vec![("damage_id", *id), ("type_of_infrastructure", name), ("if_other_what", other)]
        })
        .collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let imported = bench.import(&table().text(&rows));
    assert_eq!(imported.counts(), (7, 0, 2), "{imported:?}");
    for (id, (name, class)) in ids.iter().zip(types) {
        let facts = bench.facts(&format!("ukraine-damages-{id}"));
        assert_eq!(facts.struck[0].object, class, "{name}");
        assert_eq!(facts.struck[0].effect(), pb::Effect::Hit, "{name}");
        assert_eq!((facts.act, facts.attributed_to), Default::default(), "{name}");
    }
    assert!(
        imported.said_of("6")[0].contains("type_of_infrastructure ambiguous: the type is free text"),
        "{imported:?}"
    );
}

#[test]
fn an_unknown_extent_is_no_hit() {
    let bench = Bench::start("ukraine-damages");
    assert_eq!(bench.import(&table().text(&[&[("extent_of_damage", "Unknown")]])).counts(), (1, 0, 0));
    assert_eq!(bench.facts("ukraine-damages-1").struck[0].effect(), pb::Effect::Unspecified);
}

#[test]
fn rows_that_look_alike_are_all_kept_and_reported_and_the_same_row_twice_is_one() {
    let bench = Bench::start("ukraine-damages");
    let text = table().text(&[
        &[],
        &[("damage_id", "2"), ("source_link", "https://example.org/2")],
        &[],
        &[("damage_id", "2"), ("extent_of_damage", "Unknown")],
        &[("damage_id", "3"), ("date_of_event", "")],
        &[("damage_id", "4"), ("date_of_event", "")],
    ]);
    let imported = bench.import(&text);
    assert_eq!(imported.counts(), (4, 2, 1), "{imported:?}");
    assert!(imported.said_of("1")[0].contains("rejected: the same row as line 2"), "{imported:?}");
    let two = imported.said_of("2");
    assert!(two[0].contains("ambiguous: may be the event of line 2 again"), "{two:?}");
    assert!(two[1].contains("rejected: the id of line 3, with other contents"), "{two:?}");
    assert_eq!(bench.records("incidents").len(), 4);
    assert_eq!(bench.records("links").len(), 0, "nothing is linked or merged");
}
