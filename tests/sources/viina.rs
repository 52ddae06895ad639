//! VIINA `event_1pd`: labels that say yes, no and nothing.

use crate::bench::{Bench, Table, place, when};

/// The columns as observed, with a row of our own making.
fn table() -> Table {
    let columns = vec![
        ("viina_version", "2"),
        ("event_id_1pd", "1"),
        ("date", "20250319"),
        ("n_reports", "2"),
        ("event_ids", "1;2"),
        ("sources", "a;b"),
        ("geonameid", "1"),
        ("feature_code", "PPL"),
        ("asciiname", "Harbour town"),
        ("ADM1_NAME", "Coast"),
        ("ADM1_CODE", "1"),
        ("ADM2_NAME", "Harbour"),
        ("ADM2_CODE", "2"),
        ("longitude", "38.5"),
        ("latitude", "48.5"),
        ("GEO_PRECISION", "STREET"),
        ("t_mil_b", "1"),
        ("a_rus_b", "1"),
        ("a_ukr_b", "1"),
        ("a_rus_init_b", "1"),
        ("a_ukr_init_b", "0"),
        ("a_civ_b", "0"),
        ("a_other_b", "0"),
        ("t_aad_b", "0"),
        ("t_airstrike_b", "0"),
        ("t_airalert_b", "0"),
        ("t_uav_b", "0"),
        ("t_armor_b", "0"),
        ("t_arrest_b", "0"),
        ("t_artillery_b", "1"),
        ("t_control_b", "0"),
        ("t_firefight_b", "0"),
        ("t_ied_b", "0"),
        ("t_raid_b", "0"),
        ("t_occupy_b", "0"),
        ("t_property_b", "1"),
        ("t_cyber_b", "0"),
        ("t_hospital_b", "0"),
        ("t_milcas_b", "0"),
        ("t_civcas_b", "0"),
        ("t_retreat_b", "0"),
        ("t_loc_b", "1"),
        ("t_san_b", "0"),
        ("tid", "1"),
    ];
    assert_eq!(columns.len(), 44);
    Table { columns, delimiter: "," }
}

#[test]
fn an_act_is_claimed_only_where_exactly_one_label_says_yes_and_none_is_missing() {
    let bench = Bench::start("viina");
    let text = table().text(&[
        &[],
        &[("event_id_1pd", "2"), ("t_airstrike_b", "1")],
        &[("event_id_1pd", "3"), ("t_firefight_b", "")],
        &[("event_id_1pd", "4"), ("t_artillery_b", "0")],
        &[("event_id_1pd", "5"), ("t_artillery_b", "NA")],
        &[("event_id_1pd", "6"), ("t_artillery_b", "0"), ("t_uav_b", "1")],
    ]);
    let imported = bench.import(&text);
    assert_eq!(imported.counts(), (6, 0, 3), "{imported:?}");
    let acts: Vec<String> = (1..=6).map(|id| bench.facts(&format!("viina-{id}")).act).collect();
    assert_eq!(acts, ["strike.artillery", "", "", "", "", ""]);
    assert!(imported.said_of("2")[0].contains("several acts at once, none is chosen: t_airstrike_b, t_artillery_b"));
    assert!(imported.said_of("3")[0].contains("may not be the only one of the acts: missing t_firefight_b"));
    assert!(imported.said_of("5")[0].contains("labels of acts are missing: t_artillery_b"), "{imported:?}");
}

#[test]
fn an_author_is_claimed_only_where_exactly_one_side_is_labelled_as_having_begun() {
    let bench = Bench::start("viina");
    let text = table().text(&[
        &[],
        &[("event_id_1pd", "2"), ("a_ukr_init_b", "1")],
        &[("event_id_1pd", "3"), ("a_rus_init_b", "0")],
        &[("event_id_1pd", "4"), ("a_ukr_init_b", "")],
    ]);
    let imported = bench.import(&text);
    assert_eq!(imported.counts(), (4, 0, 2), "{imported:?}");
    let authors: Vec<String> = (1..=4).map(|id| bench.facts(&format!("viina-{id}")).attributed_to).collect();
    assert_eq!(authors, ["dossiers/d/actors/russian-side-viina-a-rus", "", "", ""]);
}

#[test]
fn what_is_labelled_as_not_about_the_war_is_no_incident_and_a_missing_label_is_no_no() {
    let bench = Bench::start("viina");
    let text =
        table().text(&[&[], &[("event_id_1pd", "2"), ("t_mil_b", "0")], &[("event_id_1pd", "3"), ("t_mil_b", "")]]);
    let imported = bench.import(&text);
    assert_eq!(imported.counts(), (2, 1, 1), "{imported:?}");
    assert!(imported.said_of("2")[0].contains("t_mil_b rejected"), "{imported:?}");
    assert!(imported.said_of("3")[0].contains("t_mil_b ambiguous"), "{imported:?}");
}

#[test]
fn places_that_hang_in_the_air_claim_only_their_widest_until_a_mapping_ties_them() {
    let bench = Bench::start("viina");
    assert_eq!(bench.import(&table().text(&[&[]])).counts(), (1, 0, 0));
    let facts = bench.facts("viina-1");
    // A region that lies in nothing may be anywhere; a town within it would be taken to lie outside of everything else.
    assert_eq!((place(&facts), when(&facts).as_str()), ("places/coast", "2025-03-19 Europe/Kyiv"));

    let mapping = armistice(&["import", "--from", "viina", "--print-mapping"])
        + "\n[known.places]\n\"Coast\" = \"places/shore\"\n";
    let mapping = bench.file("my.toml", mapping.as_bytes());
    let flags = ["--mapping", mapping.to_str().expect("the path is UTF-8")];
    let text = table().text(&[&[]]);
    let refused = bench.import_bytes(text.as_bytes(), &flags);
    assert!(refused.told.contains("the dossier has not: places/shore"), "{refused:?}");
    let case = "- name: places/shore\n  place: {display_name: Shore, type: PLACE_TYPE_COUNTRY}\n";
    let case = bench.file("shore.yaml", case.as_bytes());
    bench.run(&["import", "--dossier", "d", case.to_str().expect("the path is UTF-8")]);
    let imported = bench.import_bytes(text.as_bytes(), &flags);
    assert_eq!((imported.counts(), &imported.summary["corrected"]), ((1, 0, 0), &1.into()));
    assert_eq!(place(&bench.facts("viina-1")), "places/harbour-town");
    assert_eq!(bench.revisions("reports/viina-1")[1].reason, "imported: another mapping");
}

fn armistice(arguments: &[&str]) -> String {
    let output = crate::bench::armistice(arguments).output().expect("the program starts");
    String::from_utf8(output.stdout).expect("the program writes UTF-8")
}
