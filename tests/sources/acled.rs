//! ACLED: what a sub-event type claims, what 0 fatalities mean, and how a revision is told from a copy.

use armistice::wire::pb;

use crate::bench::{Bench, Table, place, when};

/// The columns of today, with a row of our own making.
fn table() -> Table {
    let columns = vec![
        ("event_id_cnty", "LND1"),
        ("event_date", "2025-03-19"),
        ("year", "2025"),
        ("time_precision", "1"),
        ("disorder_type", "Political violence"),
        ("event_type", "Explosions/Remote violence"),
        ("sub_event_type", "Shelling/artillery/missile attack"),
        ("actor1", "Military Forces of Land"),
        ("assoc_actor_1", ""),
        ("inter1", "State forces"),
        ("actor2", "Military Forces of Coast"),
        ("assoc_actor_2", ""),
        ("inter2", "External/Other forces"),
        ("interaction", "18"),
        ("civilian_targeting", ""),
        ("iso", "1"),
        ("region", "Europe"),
        ("country", "Land"),
        ("admin1", "Coast province"),
        ("admin2", "Harbour district"),
        ("admin3", ""),
        ("location", "Harbour town"),
        ("latitude", "48.5"),
        ("longitude", "38.5"),
        ("geo_precision", "1"),
        ("source", "A paper; Another"),
        ("source_scale", "National"),
        ("notes", "On 19 March, shells fell on the harbour."),
        ("fatalities", "0"),
        ("tags", ""),
        ("timestamp", "1742500000"),
    ];
    Table { columns, delimiter: "," }
}

fn killed(facts: &pb::Facts) -> Option<(Option<i64>, Option<i64>)> {
    let killed = facts.casualties.as_ref()?.killed.as_ref()?;
    Some((killed.least, killed.most))
}

#[test]
fn no_fatalities_are_unknown_unless_the_notes_say_none() {
    let bench = Bench::start("acled");
    let text = table().text(&[
        &[],
        &[("event_id_cnty", "LND2"), ("notes", "Shells fell. There were No Casualties.")],
        &[("event_id_cnty", "LND3"), ("notes", "Shells fell; no information on fatalities.")],
        &[("event_id_cnty", "LND4"), ("fatalities", "3")],
        &[("event_id_cnty", "LND5"), ("fatalities", "")],
    ]);
    assert_eq!(bench.import(&text).counts(), (5, 0, 0));
    assert_eq!(killed(&bench.facts("acled-LND1")), None);
    assert_eq!(killed(&bench.facts("acled-LND2")), Some((Some(0), Some(0))));
    assert_eq!(killed(&bench.facts("acled-LND3")), None);
    // The lowest figure of the sources: at least so many.
    assert_eq!(killed(&bench.facts("acled-LND4")), Some((Some(3), None)));
    assert_eq!(killed(&bench.facts("acled-LND5")), None);
}

#[test]
fn actors_are_neither_aggressor_nor_target() {
    let bench = Bench::start("acled");
    assert_eq!(bench.import(&table().text(&[&[]])).counts(), (1, 0, 0));
    let facts = bench.facts("acled-LND1");
    assert_eq!((facts.attributed_to.as_str(), facts.against.as_str()), ("", ""));
    assert_eq!(bench.records("actors").len(), 1, "only the publisher is an actor");
    assert_eq!(bench.record("reports/acled-LND1").citations[0].quote, "A paper; Another");
}

#[test]
fn a_sub_event_type_claims_no_more_than_it_says() {
    let bench = Bench::start("acled");
    let expected = [
        ("Shelling/artillery/missile attack", Some(("strike", pb::Effect::Unspecified))),
        ("Air/drone strike", Some(("strike", pb::Effect::Unspecified))),
        ("Disrupted weapons use", Some(("", pb::Effect::Intercepted))),
        // An air strike within a battle is coded as the battle.
        ("Armed clash", Some(("", pb::Effect::Unspecified))),
        ("Arrests", Some(("detention", pb::Effect::Unspecified))),
        ("Agreement", None),
        ("Peaceful protest", None),
        ("Change to group/activity", None),
        ("Something new", Some(("", pb::Effect::Unspecified))),
    ];
    let ids: Vec<String> = (0..expected.len()).map(|index| format!("LND{index}")).collect();
    let rows: Vec<Vec<(&str, &str)>> = ids
        .iter()
        .zip(&expected)
        .map(|(id, (kind, _))| vec![("event_id_cnty", id.as_str()), ("sub_event_type", *kind)])
        .collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let imported = bench.import(&table().text(&rows));
    assert_eq!(imported.counts(), (6, 3, 1), "{imported:?}");
    for (id, (kind, claimed)) in ids.iter().zip(expected) {
        let Some((act, effect)) = claimed else {
            assert!(imported.said_of(id)[0].contains("sub_event_type rejected: not an incident of force"), "{kind}");
            continue;
        };
        let facts = bench.facts(&format!("acled-{id}"));
        let found = facts.struck.first().map_or(pb::Effect::Unspecified, pb::Struck::effect);
        assert_eq!((facts.act.as_str(), found), (act, effect), "{kind}");
    }
    assert!(imported.said_of("LND8")[0].contains("ambiguous: `Something new` is none of the values"), "{imported:?}");
}

#[test]
fn the_middle_of_a_week_or_month_stands_for_all_of_it_and_a_region_for_itself() {
    let bench = Bench::start("acled");
    let text = table().text(&[
        &[("event_id_cnty", "LND1"), ("time_precision", "2"), ("geo_precision", "2")],
        &[("event_id_cnty", "LND2"), ("time_precision", "3"), ("geo_precision", "3"), ("event_date", "15 March 2025")],
    ]);
    assert_eq!(bench.import(&text).counts(), (2, 0, 0));
    let week = bench.facts("acled-LND1");
    assert_eq!(when(&week), "2025-03-16/2025-03-22 Europe/Kyiv");
    assert_eq!((place(&week), week.radius_m), ("places/coast-province", 25_000.0));
    let month = bench.facts("acled-LND2");
    assert_eq!(when(&month), "2025-03 Europe/Kyiv");
    assert_eq!((place(&month), month.point), ("places/coast-province", None));
}

#[test]
fn a_later_timestamp_of_an_id_is_a_correction_and_an_earlier_one_is_left_out() {
    let bench = Bench::start("acled");
    let text = table().text(&[
        &[("timestamp", "1742500000")],
        &[("timestamp", "1742600000"), ("fatalities", "2")],
        &[("timestamp", "1742400000"), ("fatalities", "9")],
        &[("timestamp", "1742500000"), ("fatalities", "7")],
    ]);
    let imported = bench.import(&text);
    assert_eq!(imported.counts(), (2, 2, 0), "{imported:?}");
    let revisions = bench.revisions("reports/acled-LND1");
    assert_eq!(revisions.iter().map(|r| r.reason.as_str()).collect::<Vec<_>>(), ["", "imported: the row changed"]);
    assert_eq!(killed(&bench.facts("acled-LND1")), Some((Some(2), None)));

    // Imported again, in another download: an older one stays out, a newer one corrects.
    let older = bench.import(&table().text(&[&[("timestamp", "1742550000"), ("fatalities", "1")]]));
    assert_eq!(older.counts(), (0, 1, 0), "{older:?}");
    assert!(older.said_of("LND1")[0].contains("revision 1742550000 is older than 1742600000"), "{older:?}");
    let newer = bench.import(&table().text(&[&[("timestamp", "1742700000"), ("fatalities", "4")]]));
    assert_eq!((newer.counts(), &newer.summary["corrected"]), ((1, 0, 0), &1.into()));
    assert_eq!(killed(&bench.facts("acled-LND1")), Some((Some(4), None)));
}

#[test]
fn an_older_export_without_the_newer_columns_is_read_too() {
    let bench = Bench::start("acled");
    let old = table().without(&["disorder_type", "civilian_targeting", "tags", "timestamp"]);
    assert_eq!(bench.import(&old.text(&[&[("inter1", "1"), ("event_date", "19 March 2025")]])).counts(), (1, 0, 0));
    assert_eq!(when(&bench.facts("acled-LND1")), "2025-03-19 Europe/Kyiv");
}
