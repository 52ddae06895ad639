//! UCDP GED: both column sets, what each precision becomes, and what is never claimed.

use armistice::wire::pb::record::Kind;

use crate::bench::{Bench, Table, place, when};

/// The 49 columns of today, with a row of our own making.
pub(crate) fn table() -> Table {
    let columns = vec![
        ("id", "1"),
        ("relid", "XX-1"),
        ("year", "2015"),
        ("active_year", "1"),
        ("code_status", "Clear"),
        ("type_of_violence", "1"),
        ("conflict_dset_id", "1"),
        ("conflict_new_id", "1"),
        ("conflict_name", "Land: Coast"),
        ("dyad_dset_id", "2"),
        ("dyad_new_id", "2"),
        ("dyad_name", "Government of Land - Coasters"),
        ("side_a_dset_id", "3"),
        ("side_a_new_id", "3"),
        ("side_a", "Government of Land"),
        ("side_b_dset_id", "4"),
        ("side_b_new_id", "4"),
        ("side_b", "Coasters"),
        ("number_of_sources", "1"),
        ("source_article", "\"A paper,2015-02-15,Two dead\""),
        ("source_office", "A paper"),
        ("source_date", "2015-02-15"),
        ("source_headline", "Two dead"),
        ("source_original", "a spokesman"),
        ("where_prec", "1"),
        ("where_coordinates", "Harbour town"),
        ("where_description", "at the harbour"),
        ("adm_1", "Coast province"),
        ("adm_2", "Harbour district"),
        ("latitude", "48.5"),
        ("longitude", "38.5"),
        ("geom_wkt", "POINT (38.5 48.5)"),
        ("priogrid_gid", "1"),
        ("country", "Land"),
        ("country_id", "1"),
        ("region", "Europe"),
        ("event_clarity", "1"),
        ("date_prec", "1"),
        ("date_start", "2015-02-15"),
        ("date_end", "2015-02-15"),
        ("deaths_a", "0"),
        ("deaths_b", "0"),
        ("deaths_civilians", "0"),
        ("deaths_unknown", "2"),
        ("best", "2"),
        ("high", "3"),
        ("low", "1"),
        ("gwnoa", "1"),
        ("gwnob", ""),
    ];
    assert_eq!(columns.len(), 49);
    Table { columns, delimiter: "," }
}

#[test]
fn a_row_is_an_incident_and_a_report_by_the_publisher_that_cites_the_row() {
    let bench = Bench::start("ged");
    let text = table().text(&[&[]]);
    let imported = bench.import_bytes(text.as_bytes(), &["--published", "2016-03"]);
    assert_eq!(imported.counts(), (1, 0, 0), "{imported:?}");
    let report = bench.record("reports/ged-1");
    let [citation] = report.citations.as_slice() else { panic!("one citation: {report:?}") };
    let row = text.lines().nth(1).expect("there is a row");
    let hash = sha256(row.as_bytes());
    assert!(citation.locator.starts_with(&format!("line 2; row 1; sha256 {hash}; mapping ged 1 ")), "{citation:?}");
    assert_eq!(citation.quote, "\"A paper,2015-02-15,Two dead\"");
    let document = bench.record(citation.document.strip_prefix("dossiers/d/").expect("it is in the dossier"));
    let Some(Kind::Document(document)) = document.kind else { panic!("a document: {document:?}") };
    assert_eq!(document.sha256, sha256(text.as_bytes()));
    assert!(document.title.contains("rows.txt") && document.title.contains("CC BY 4.0"), "{document:?}");
    assert_eq!(document.published.map(|span| span.local), Some("2016-03".into()));
    assert_eq!(bench.report("ged-1").claimant, "dossiers/d/actors/ucdp");
    let Some(Kind::Incident(incident)) = bench.record("incidents/ged-1").kind else { panic!("an incident") };
    assert_eq!(incident.display_name, "Government of Land - Coasters, Harbour town, 2015-02-15");
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn side_a_and_side_b_are_neither_author_nor_victim_and_no_act_object_or_weapon_is_claimed() {
    let bench = Bench::start("ged");
    let violence = ["1", "2", "3"];
    let rows: Vec<Vec<(&str, &str)>> =
        violence.iter().map(|kind| vec![("id", *kind), ("type_of_violence", *kind)]).collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    assert_eq!(bench.import(&table().text(&rows)).counts(), (3, 0, 0));
    for kind in violence {
        let facts = bench.facts(&format!("ged-{kind}"));
        assert_eq!((facts.attributed_to, facts.against, facts.act), Default::default());
        assert!(facts.struck.is_empty(), "{:?}", facts.struck);
    }
    let actors: Vec<String> = bench.records("actors").into_iter().map(|record| record.name).collect();
    assert_eq!(actors, ["dossiers/d/actors/ucdp"], "the sides become no actors");
}

#[test]
fn deaths_are_a_span_and_figures_out_of_order_cover_all_of_them() {
    let bench = Bench::start("ged");
    let text = table().text(&[&[], &[("id", "2"), ("best", "9"), ("high", "3"), ("low", "4.0")]]);
    let imported = bench.import(&text);
    assert_eq!(imported.counts(), (2, 0, 1));
    let killed = |id: &str| {
        let killed = bench.facts(id).casualties.and_then(|casualties| casualties.killed).expect("a figure");
        (killed.least, killed.most)
    };
    assert_eq!(killed("ged-1"), (Some(1), Some(3)));
    assert_eq!(killed("ged-2"), (Some(3), Some(9)));
    assert!(imported.said_of("2")[0].contains("best ambiguous: lowest, likeliest and highest"), "{imported:?}");
}

#[test]
fn a_place_is_claimed_no_finer_than_its_precision() {
    let bench = Bench::start("ged");
    let precisions = ["1", "2", "3", "4", "5", "6", "7", "8", ""];
    let ids: Vec<String> = (1..=precisions.len()).map(|id| id.to_string()).collect();
    let rows: Vec<Vec<(&str, &str)>> =
        ids.iter().zip(precisions).map(|(id, code)| vec![("id", id.as_str()), ("where_prec", code)]).collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let imported = bench.import(&table().text(&rows));
    assert_eq!(imported.counts(), (9, 0, 2), "{imported:?}");
    let expected = [
        ("places/harbour-town", Some(1000.0)),
        // 25 km reach beyond the district, so only the first order is certain.
        ("places/coast-province", Some(25_000.0)),
        ("places/harbour-district", None),
        ("places/coast-province", None),
        ("places/land", None),
        ("places/land", None),
        ("", None),
        ("places/land", None),
        ("places/land", None),
    ];
    for (id, (name, radius_m)) in ids.iter().zip(expected) {
        let facts = bench.facts(&format!("ged-{id}"));
        assert_eq!(place(&facts), name, "row {id}");
        assert_eq!(facts.point.is_some().then_some(facts.radius_m), radius_m, "row {id}");
    }
    let chain = ["harbour-town", "harbour-district", "coast-province", "land"];
    for pair in chain.windows(2) {
        let Some(Kind::Place(within)) = bench.record(&format!("places/{}", pair[0])).kind else { panic!("a place") };
        assert_eq!(within.within, [format!("dossiers/d/places/{}", pair[1])]);
    }
}

#[test]
fn a_time_is_claimed_no_narrower_than_its_precision() {
    let bench = Bench::start("ged");
    let spans = [
        ("1", "2015-02-15", "2015-02-15", "2015-02-15"),
        ("2", "2015-02-15", "2015-02-18", "2015-02-15/2015-02-18"),
        ("3", "2015-02-09", "2015-02-15", "2015-02-09/2015-02-15"),
        ("4", "2015-02-01", "2015-02-28", "2015-02"),
        ("5", "2015-01-01", "2015-12-31", "2015-01/2015-12"),
        ("4", "2015-02-15", "2015-02-15", "2015-02"),
    ];
    let ids = ["1", "2", "3", "4", "5", "6"];
    let rows: Vec<Vec<(&str, &str)>> = ids
        .iter()
        .zip(spans)
        .map(|(id, (code, start, end, _))| {
            vec![("id", *id), ("date_prec", code), ("date_start", start), ("date_end", end)]
        })
        .collect();
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    let imported = bench.import(&table().text(&rows));
    assert_eq!(imported.counts(), (6, 0, 1), "{imported:?}");
    for (id, (_, _, _, expected)) in ids.iter().zip(spans) {
        assert_eq!(when(&bench.facts(&format!("ged-{id}"))), format!("{expected} Europe/Kyiv"), "row {id}");
    }
}

#[test]
fn the_older_column_set_in_another_order_with_times_behind_days_means_the_same() {
    let bench = Bench::start("ged");
    let gone = ["relid", "code_status", "conflict_dset_id", "dyad_dset_id", "side_a_dset_id", "side_b_dset_id"];
    let mut old = table().without(&gone);
    old.columns.reverse();
    let day = "2015-02-15 00:00:00.000";
    let text = old.text(&[&[("date_start", day), ("date_end", day)]]);
    let text = text.replacen("best", "best_est", 1).replacen("high", "high_est", 1).replacen("low", "low_est", 1);
    assert_eq!(bench.import(&text).counts(), (1, 0, 0));
    let old = bench.facts("ged-1");
    assert_eq!(when(&old), "2015-02-15 Europe/Kyiv");
    // The same row with today's columns changes nothing.
    let imported = bench.import(&table().text(&[&[]]));
    assert_eq!(imported.summary["unchanged"], 1, "{imported:?}");
    assert_eq!(bench.facts("ged-1"), old);
}

#[test]
fn a_candidate_file_without_header_is_refused_and_nothing_is_stored() {
    let bench = Bench::start("ged");
    let imported = bench.import(&table().row(&[]));
    assert_eq!((imported.code, imported.rejects.len()), (Some(1), 0), "{imported:?}");
    assert!(imported.told.contains("rows.txt:1:1: the first line is not the header"), "{}", imported.told);
    assert!(!bench.path("rows.txt.rejects.csv").exists());
    assert_eq!(bench.head(), 0);
}

#[test]
fn a_release_that_supersedes_the_candidate_corrects_what_changed_with_a_reason() {
    let bench = Bench::start("ged");
    bench.import(&table().text(&[&[("low", "0"), ("best", "0")], &[("id", "2")]]));
    let imported = bench.import(&table().text(&[&[("id", "2")], &[], &[("id", "3")]]));
    assert_eq!(imported.counts(), (3, 0, 0));
    assert_eq!(
        (&imported.summary["new"], &imported.summary["corrected"], &imported.summary["unchanged"]),
        (&1.into(), &1.into(), &1.into())
    );
    let revisions = bench.revisions("reports/ged-1");
    assert_eq!(revisions.len(), 2);
    assert_eq!(revisions[1].reason, "imported: the row changed");
    assert_ne!(revisions[0].citations[0].document, revisions[1].citations[0].document, "the new file is cited");
    assert_eq!(bench.revisions("incidents/ged-1").len(), 1, "what did not change is not corrected");
}

#[test]
fn a_ceasefire_in_part_of_a_country_is_tallied_under_two_readings_of_its_area() {
    let bench = Bench::start("ged");
    let case = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/minsk-2015");
    bench.run(&["import", "--dossier", "d", case]);
    let place = [("country", "Ukraine"), ("adm_1", "Donetsk oblast"), ("adm_2", "Debaltseve City municipality")];
    let row = |cells: &[(&'static str, &'static str)]| [place.as_slice(), cells].concat();
    let rows = [
        row(&[("id", "1"), ("date_start", "2015-02-14"), ("date_end", "2015-02-14")]),
        row(&[("id", "2")]),
        row(&[("id", "3"), ("where_prec", "2")]),
        row(&[("id", "4"), ("adm_2", "Some district")]),
        row(&[("id", "5"), ("adm_1", "Kharkiv Oblast"), ("adm_2", "")]),
        row(&[("id", "6"), ("date_prec", "2"), ("date_end", "2015-02-17"), ("date_start", "2015-02-14")]),
        row(&[("id", "7"), ("where_prec", "7")]),
    ];
    let rows: Vec<&[(&str, &str)]> = rows.iter().map(Vec::as_slice).collect();
    assert_eq!(bench.import(&table().text(&rows)).counts(), (7, 0, 0));
    let tally = bench.run(&["tally", "--dossier", "d", "--basis", "alleged", "--format", "csv"]);
    let counts = |reading: &str| -> Vec<String> {
        let mut reader = csv::Reader::from_reader(tally.as_bytes());
        let header = reader.headers().expect("a header").clone();
        let column =
            |name: &str| header.iter().position(|found| found == name).unwrap_or_else(|| panic!("{name}: {header:?}"));
        let columns = ["breach", "no_breach", "undetermined"].map(column);
        let mut records = reader.records().map(|record| record.expect("it is CSV"));
        let row =
            records.find(|record| record.iter().any(|cell| cell.ends_with(reading))).expect("the reading is there");
        columns.iter().map(|column| row[*column].to_owned()).collect()
    };
    // 2, 3 and 4 in both regions after the start; 1 before it, 5 elsewhere; 6 about the start, 7 nowhere in particular.
    assert_eq!(counts("wide"), ["3", "2", "2"]);
    // Only 2 lies certainly in the three cities; 3 is somewhere within 25 km.
    assert_eq!(counts("narrow"), ["1", "3", "3"]);
}
