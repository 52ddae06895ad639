//! Importing again: nothing is stored twice, what changed corrects, and what people did is left alone.

use armistice::wire::pb;
use armistice::wire::pb::record::Kind;

use crate::bench::{Bench, place};
use crate::ged::table;

#[test]
fn importing_the_same_file_twice_stores_nothing_twice() {
    let bench = Bench::start("ged");
    let text = table().text(&[&[], &[("id", "2")], &[("id", "3"), ("where_coordinates", "Other town")]]);
    assert_eq!(bench.import(&text).summary["new"], 3);
    let head = bench.head();
    let again = bench.import(&text);
    assert_eq!((again.counts(), &again.summary["unchanged"], bench.head()), ((3, 0, 0), &3.into(), head));
}

#[test]
fn a_file_that_has_grown_adds_its_new_rows_and_uses_the_places_that_are_there() {
    let bench = Bench::start("ged");
    bench.import(&table().text(&[&[], &[("id", "2"), ("adm_2", "Hill district")]]));
    let places = bench.records("places").len();
    // Two towns of one name in two districts; now they come in another order.
    let grown =
        table().text(&[&[("id", "3"), ("adm_2", "Hill district")], &[("id", "2"), ("adm_2", "Hill district")], &[]]);
    let imported = bench.import(&grown);
    assert_eq!((imported.counts(), &imported.summary["new"]), ((3, 0, 0), &1.into()));
    assert_eq!(bench.records("places").len(), places);
    let (first, second, third) = (bench.facts("ged-1"), bench.facts("ged-2"), bench.facts("ged-3"));
    assert_ne!(place(&first), place(&second), "two towns of one name are two");
    assert_eq!(place(&second), place(&third));
}

#[test]
fn what_was_corrected_or_retracted_by_hand_stays_so() {
    let bench = Bench::start("ged");
    let text = table().text(&[&[], &[("id", "2")]]);
    bench.import(&text);
    let mut corrected = bench.record("reports/ged-1");
    corrected.reason = "the monitors were there".into();
    let Some(Kind::Report(report)) = &mut corrected.kind else { panic!("a report") };
    report.facts.get_or_insert_default().act = "fire".into();
    let reason = "not of this war".to_owned();
    let retracted = pb::Record { name: "incidents/ged-2".into(), reason, retracted: true, ..pb::Record::default() };
    bench.append(vec![corrected, retracted]);
    let head = bench.head();
    assert_eq!(bench.import(&text).summary["unchanged"], 2);
    let changed = table().text(&[&[("best", "3")], &[("id", "2"), ("low", "2")]]);
    let imported = bench.import(&changed);
    assert_eq!((imported.counts(), bench.head()), ((0, 2, 0), head), "{imported:?}");
    assert!(imported.said_of("1")[0].contains("corrected it by hand"), "{imported:?}");
    assert!(imported.said_of("2")[0].contains("was retracted in the dossier"), "{imported:?}");
}

#[test]
fn a_file_that_was_stored_in_part_is_completed() {
    let bench = Bench::start("ged");
    let whole = table().text(&[&[], &[("id", "2")], &[("id", "3")]]);
    let part: String = whole.lines().take(3).map(|line| format!("{line}\n")).collect();
    assert_eq!(bench.import(&part).counts(), (2, 0, 0));
    let imported = bench.import(&whole);
    assert_eq!((&imported.summary["new"], &imported.summary["unchanged"]), (&1.into(), &2.into()));
    assert_eq!((bench.records("incidents").len(), bench.records("reports").len()), (3, 3));
}

#[test]
fn an_import_that_was_exported_and_imported_elsewhere_is_known_there_by_its_rows() {
    let bench = Bench::start("ged");
    let text = table().text(&[&[], &[("id", "2"), ("adm_2", "Hill district")]]);
    bench.import(&text);
    let corrected = table().text(&[&[("best", "3")], &[("id", "2"), ("adm_2", "Hill district"), ("low", "2")]]);
    assert_eq!(bench.import(&corrected).summary["corrected"], 1);
    let exported = bench.run(&["export", "--dossier", "d"]);
    let elsewhere = Bench::start("ged");
    let file = elsewhere.file("d.jsonl", exported.as_bytes());
    let told = elsewhere.run(&["import", "--create", file.to_str().expect("the path is UTF-8")]);
    assert!(told.starts_with("dossiers/d: "), "{told}");
    assert_eq!(elsewhere.revisions("reports/ged-2").len(), 2);
    let (head, again) = (elsewhere.head(), elsewhere.import(&corrected));
    assert_eq!((again.counts(), &again.summary["unchanged"], elsewhere.head()), ((2, 0, 0), &2.into(), head));
    assert_eq!(head, bench.head());
}
