//! Tables and maps of one's own, and mappings of one's own.

use armistice::wire::pb;

use crate::bench::{Bench, armistice, place, when};

const ROWS: &str = "id,date,date_end,country,place,latitude,longitude,radius_m,act,object,effect,weapon,claimant,attributed_to,against,killed_least
a,2025-03-19,,Land,Harbour,48.5,38.5,500,strike.drone,elec.sub,hit,uav,Ministry of Land,actors/coast,Land forces,2
b,2025-03-19,2025-03-21,Land,,,,,,,,,,,,
c,2025-03-19,,Land,,,,,strike.dron,,,,,,,
d,2025-03-19,,Land,,,,,,,,,,actors/nobody,,
e,2025-03-19,,Land,,91,38.5,,,,,,,,,
f,2025-03-19,,Land,,north,38.5,,,,,,,,,
g,2025-03-19,,Land,,,,,,,SUNK,,,,,
,2025-03-19,,Land,,,,,,,,,,,,
h,2025-03-19,,Land,,,,,,,,,,,,-1
";

#[test]
fn a_table_says_what_its_columns_say_and_each_bad_row_is_refused_alone_before_anything_is_sent() {
    let bench = Bench::start("csv");
    bench.run(&["import", "--create", "--dossier", "d", coast(&bench).as_str()]);
    let imported = bench.import(ROWS);
    assert_eq!(imported.counts(), (2, 7, 0), "{imported:?}");
    let report = bench.report("csv-a");
    let facts = bench.facts("csv-a");
    assert_eq!(report.claimant, "dossiers/d/actors/ministry-of-land");
    assert_eq!(facts.attributed_to, "dossiers/d/actors/coast");
    assert_eq!(facts.against, "dossiers/d/actors/land-forces");
    assert_eq!((facts.act.as_str(), place(&facts), facts.radius_m), ("strike.drone", "places/harbour", 500.0));
    let [struck] = facts.struck.as_slice() else { panic!("one thing was struck: {facts:?}") };
    assert_eq!((struck.object.as_str(), struck.weapon.as_str(), struck.effect()), ("elec.sub", "uav", pb::Effect::Hit));
    assert_eq!(bench.report("csv-b").claimant, "dossiers/d/actors/table");
    assert_eq!(when(&bench.facts("csv-b")).split(' ').next(), Some("2025-03-19/2025-03-21"));
    let said = |id: &str| imported.said_of(id).join("\n");
    assert!(said("c").contains("`strike.dron` is no class of acts"), "{imported:?}");
    assert!(said("d").contains("`actors/nobody` is not in the dossier"), "{imported:?}");
    assert!(said("e").contains("rejected: report.facts.point.latitude"), "{imported:?}");
    assert!(said("f").contains("7:21 latitude rejected: `north` is no number"), "{imported:?}");
    assert!(said("g").contains("`SUNK` is no effect"), "{imported:?}");
    assert!(said("").contains("a row without an id"), "{imported:?}");
    assert!(said("h").contains("`-1` is no count"), "{imported:?}");
}

fn coast(bench: &Bench) -> String {
    let text = "- name: actors/coast\n  actor: {display_name: Coast, type: ACTOR_TYPE_STATE}\n";
    bench.file("coast.yaml", text.as_bytes()).display().to_string()
}

#[test]
fn a_map_of_points_is_imported_and_what_is_no_point_keeps_none() {
    let bench = Bench::start("geojson");
    let text = r#"{"type": "FeatureCollection", "features": [
  {"type": "Feature", "id": 1, "geometry": {"type": "Point", "coordinates": [38.5, 48.5]},
   "properties": {"date": "2025-03-19", "country": "Land", "act": "fire", "killed_least": 2}},
  {"type": "Feature", "id": 2, "geometry": {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
   "properties": {"date": "2025-03-19", "country": "Land"}},
  {"type": "Feature", "id": 3, "geometry": null, "properties": {"date": "yesterday"}}
]}"#;
    let imported = bench.import(text);
    assert_eq!(imported.counts(), (2, 1, 1), "{imported:?}");
    let facts = bench.facts("geojson-1");
    let point = facts.point.expect("it is a point");
    assert_eq!((point.latitude, point.longitude), (Some(48.5), Some(38.5)));
    assert_eq!((facts.act.as_str(), facts.place.as_str()), ("fire", "dossiers/d/places/land"));
    assert_eq!(bench.facts("geojson-2").point, None);
    assert!(imported.said_of("2")[0].contains("4:3 @latitude ambiguous: its geometry is a LineString"), "{imported:?}");
    assert!(imported.said_of("3")[0].contains("date rejected: `yesterday` is no day"), "{imported:?}");
}

#[test]
fn every_mapping_is_printed_as_it_is_carried_and_can_be_given_back() {
    let bench = Bench::start("csv");
    for layout in ["ged", "acled", "ukraine-damages", "viina", "csv", "geojson"] {
        let output = armistice(&["import", "--from", layout, "--print-mapping"]).output().expect("the program starts");
        let path = format!("{}/mappings/{layout}.toml", env!("CARGO_MANIFEST_DIR"));
        assert_eq!(output.stdout, std::fs::read(path).expect("the mapping is in the repository"), "{layout}");
        // It is read as a mapping, and then the file is not of its layout.
        let mapping = bench.file("mapping.toml", &output.stdout);
        let imported = bench.import_bytes(b"nothing\n", &["--mapping", mapping.to_str().expect("the path is UTF-8")]);
        assert_eq!(imported.code, Some(1));
        assert!(imported.told.contains("rows.txt:1:"), "{layout}: {}", imported.told);
    }
}

#[test]
fn a_mapping_with_faults_is_refused_with_all_of_them_by_path() {
    let bench = Bench::start("csv");
    let printed =
        armistice(&["import", "--from", "csv", "--print-mapping"]).output().expect("the program starts").stdout;
    let printed = String::from_utf8(printed).expect("a mapping is UTF-8");
    let refused = |from: &str, to: &str| {
        assert!(printed.contains(from), "{from}");
        let mapping = bench.file("mapping.toml", printed.replacen(from, to, 1).as_bytes());
        let imported =
            bench.import_bytes(ROWS.as_bytes(), &["--mapping", mapping.to_str().expect("the path is UTF-8")]);
        assert_eq!((imported.code, bench.head()), (Some(1), 0));
        imported.told
    };
    let told = refused("start = \"date\"", "start = \"dat\"\nprecision = \"prec\"");
    assert!(told.contains("when.start: the column `dat` is neither in file.required nor in file.optional"), "{told}");
    assert!(told.contains("when.precision: and when.precisions go together"), "{told}");
    let told = refused("[killed]", "[[codes]]\ncolumn = \"name\"\nvalues = { a = { act = \"strik\" } }\n\n[killed]");
    assert!(told.contains("codes[0].values.\"a\": `strik` is no class of acts; nearest: `strike`"), "{told}");
    let told = refused("formats =", "format =");
    assert!(told.contains("when") && told.contains("unknown field `format`"), "{told}");
    let told = refused("layout = ", "layout ");
    assert!(told.contains("TOML parse error at line 5"), "{told}");
}

#[test]
fn a_check_reads_the_file_and_needs_no_server() {
    let bench = Bench::start("csv");
    let file = bench.file("own.csv", ROWS.as_bytes());
    let rejects = bench.path("odd.csv");
    let (file, odd) = (file.to_str().expect("UTF-8"), rejects.to_str().expect("UTF-8"));
    let nobody = ["--server", "http://127.0.0.1:1"];
    let flags = ["import", "--from", "csv", "--check", file, "--rejects", odd, "--format", "csv"];
    let output = armistice(&[flags.as_slice(), &nobody].concat()).output().expect("the program starts");
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(out.lines().count(), 2, "{out}");
    assert!(std::fs::read_to_string(rejects).expect("the side file").contains("`north` is no number"));
    assert!(!bench.path("own.csv.rejects.csv").exists());
}
