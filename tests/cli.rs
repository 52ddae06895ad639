//! The program as people run it: exit codes, what goes to which output, and the commands against a real server.
#![cfg(unix)]
#![allow(clippy::panic)] // a fact that does not hold fails the test

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// The program with no settings but those that a test gives.
fn armistice(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armistice"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ARMISTICE_") {
            command.env_remove(name);
        }
    }
    command.args(arguments);
    command
}

fn run(arguments: &[&str]) -> Ran {
    ran(armistice(arguments).stdin(Stdio::null()).output())
}

/// What a run came to.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn ran(output: std::io::Result<Output>) -> Ran {
    let Output { status, stdout, stderr } = output.expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ran { code: status.code(), out: text(stdout), err: text(stderr) }
}

impl Ran {
    /// Refused with this code, nothing on standard output, and these words on standard error.
    fn refused(self, code: i32, words: &[&str]) {
        let Ran { code: found, out, err } = self;
        assert_eq!((found, out.as_str()), (Some(code), ""), "{err}");
        for word in words {
            assert!(err.contains(word), "{word:?} is not in:\n{err}");
        }
    }

    /// Done, and this is its data.
    fn done(self) -> String {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
        self.out
    }
}

/// A server in a process of its own, stopped when the test is over.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(data_dir: &Path) -> Server {
        Server::of(armistice(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data_dir))
    }

    /// Waits for the line that says where it listens.
    fn of(command: &mut Command) -> Server {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let address = loop {
            let line = lines.next().expect("a server says where it listens").expect("it writes UTF-8");
            if let Some((_, rest)) = line.split_once("127.0.0.1:") {
                let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
                break format!("127.0.0.1:{port}");
            }
        };
        // The rest is read, so that it never waits for a reader.
        std::thread::spawn(move || lines.for_each(drop));
        Server { child, url: format!("http://{address}") }
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(&[arguments, &["--server", &self.url]].concat())
    }

    /// Tells it to stop, and answers its exit code.
    fn stop(mut self) -> Option<i32> {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        assert!(told.expect("kill is there").success());
        self.child.wait().expect("it ends").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Where a test failed it is still running; where it was stopped there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a file can be written");
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("the path is UTF-8")
}

fn json(data: &str) -> serde_json::Value {
    serde_json::from_str(data).expect("it is JSON")
}

const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/cases/energy-2025");

#[test]
fn usage_is_2_and_help_is_data() {
    run(&[]).refused(2, &["Usage: armistice", "Exit codes"]);
    run(&["asses"]).refused(2, &["assess"]);
    run(&["assess", "--basis", "hearsay"]).refused(2, &["--basis", "undisputed"]);
    run(&["assess", "--at", "2025-03-20"]).refused(2, &["--at 2025-03-20", "2025-03-20T06:00:00Z"]);
    run(&["assess", "--known-by", "yesterday"]).refused(2, &["--known-by yesterday"]);
    run(&["assess", "--server", "https://example.org"]).refused(2, &["TLS"]);
    run(&["import"]).refused(2, &["<FILE|DIR>"]);
    assert!(run(&["tally", "--help"]).done().contains("--group-by"));
    assert!(run(&["--version"]).done().starts_with("armistice "));
}

#[test]
fn a_server_that_does_not_answer_is_named_with_what_to_do() {
    // A port that was free a moment ago, and that nobody listens on now.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    drop(listener);
    run(&["assess", "--server", &address]).refused(1, &[&address, "armistice serve"]);
}

#[test]
fn settings_come_from_flag_environment_and_file_and_all_faults_are_told_at_once() {
    let folder = folder();
    let path = file(&folder, "a.toml", "listen = \"127.0.0.1:1\"\ndata_dir = \"from-file\"\nlog_filter = \"warn\"\n");
    let mut command = armistice(&["config", "--format", "json", "--listen", "127.0.0.1:3"]);
    command.env("ARMISTICE_CONFIG", &path).env("ARMISTICE_LISTEN", "127.0.0.1:2").env("ARMISTICE_DATA_DIR", "from-env");
    let settings = json(&ran(command.output()).done());
    assert_eq!(settings["listen"], serde_json::json!({"value": "127.0.0.1:3", "source": "flag --listen"}));
    let variable = serde_json::json!({"value": "from-env", "source": "environment ARMISTICE_DATA_DIR"});
    assert_eq!(settings["data_dir"], variable);
    assert_eq!(settings["log_filter"]["source"], format!("file {}:3", path.display()));
    assert_eq!(settings["insecure"], serde_json::json!({"value": false, "source": "default"}));

    let wrong = file(&folder, "b.toml", "listn = \"127.0.0.1:1\"\n");
    let mut command =
        armistice(&["serve", "--listen", "0.0.0.0:0", "--connections-max", "0", "--config", text(&wrong)]);
    ran(command.output()).refused(2, &["nearest: `listen`", "--insecure", "--connections-max"]);
    run(&["config", "--config", text(&folder.path().join("none.toml"))]).refused(2, &["none.toml"]);
}

#[test]
fn files_with_faults_are_refused_before_anything_is_asked() {
    let folder = folder();
    let twice = file(&folder, "twice.json", "[{\"name\": \"actors/a\",\n  \"name\": \"actors/b\"}]");
    let wrong = file(&folder, "wrong.yaml", "- nmae: actors/a\n- actor: {type: ACTOR_TYPE_STAT}\n");
    let latin = folder.path().join("latin.yaml");
    std::fs::write(&latin, b"# one\n- name: \xe9\n").expect("a file can be written");
    let import = |files: &[&Path]| {
        let files: Vec<&str> = files.iter().map(|path| text(path)).collect();
        // No server is there; it is not asked either.
        run(&[&["import", "--dossier", "d", "--server", "http://127.0.0.1:1"], files.as_slice()].concat())
    };
    import(&[&twice, &wrong]).refused(
        1,
        &[
            "twice.json:2:3: the key `name` is there twice",
            "wrong.yaml:1:3: nmae",
            "`name`",
            "wrong.yaml:2:17",
            "ACTOR_TYPE_STATE",
        ],
    );
    import(&[&latin]).refused(1, &["latin.yaml:2: not UTF-8"]);
    import(&[&folder.path().join("none.yaml")]).refused(1, &["none.yaml"]);
    import(&[&file(&folder, "case.txt", "")]).refused(1, &["case.txt", ".yaml"]);
    let no_dossier = run(&["import", text(&file(&folder, "good.yaml", "- {name: actors/a}"))]);
    no_dossier.refused(2, &["--dossier"]);
}

#[test]
fn the_case_is_imported_asked_about_and_not_stored_twice() {
    let data = folder();
    let server = Server::start(&data.path().join("store"));
    server.run(&["assess"]).refused(1, &["armistice import"]);

    let first = server.run(&["import", CASE]).done();
    assert!(first.starts_with("dossiers/ukraine-2025: ") && first.contains("positions 1 to "), "{first}");
    assert_eq!(server.run(&["import", CASE]).done(), first);
    let again = json(&server.run(&["import", CASE, "--format", "json"]).done());
    let records = again["records"].as_array().expect("records are listed").len();
    assert!(first.contains(&format!(" {records} records ")), "{first}");

    let one = ["assess", "--incident", "v03", "--reading", "r1,r5", "--format", "json"];
    let answer = json(&server.run(&one).done());
    let verdicts: Vec<&str> = answer["assessments"]
        .as_array()
        .expect("assessments are listed")
        .iter()
        .map(|assessment| assessment["verdict"].as_str().expect("a verdict is text"))
        .collect();
    assert_eq!(verdicts, ["VERDICT_BREACH", "VERDICT_UNDETERMINED"]);
    assert_eq!(answer["assessments"][0]["sameEvent"], serde_json::Value::Null);
    assert_eq!(answer["readings"][1]["reading"], "dossiers/ukraine-2025/readings/r5");

    let explained = server.run(&["assess", "--incident", "v03", "--reading", "r5"]).done();
    for words in ["UNDETERMINED", "elec.sub.traction", "Missing: object", "settle the verdict", "Counted: 1 "] {
        assert!(explained.contains(words), "{words:?} is not in:\n{explained}");
    }
    let contested = server.run(&["compare", "--reading", "r1,r6", "--incident", "v03"]).done();
    assert!(contested.contains("contested") && contested.contains("operative"), "{contested}");

    let counts =
        server.run(&["tally", "--reading", "r1,r5", "--basis", "alleged,undisputed", "--format", "csv"]).done();
    let lines: Vec<&str> = counts.lines().collect();
    assert_eq!(lines.len(), 5, "{counts}");
    assert!(
        lines[0].starts_with("reading,basis,group") && lines[0].ends_with("unit,window,rules_version,taxonomy_version")
    );
    assert!(lines[4].starts_with("readings/r5,UNDISPUTED,"), "{counts}");

    let draft = "term: terms/energy-halt\nobjects: {include: [elec]}\nwindow: {start: {local: '2025-03-18'}}\n";
    let draft = file(&data, "draft.yaml", draft);
    let drafted =
        server.run(&["assess", "--hypothetical", text(&draft), "--incident", "v17", "--format", "csv"]).done();
    assert!(drafted.contains("incidents/v17,,hypothetical/0,UNDISPUTED,BREACH,"), "{drafted}");

    let refused = server.run(&["assess", "--reading", "r9"]);
    refused.refused(1, &["REFERENCE_UNKNOWN", "readings.names[0]", "readings/r"]);
    server.run(&["assess", "--at", "99999999"]).refused(1, &["PAST_HEAD", "OUT_OF_RANGE"]);
    let known = server.run(&["assess", "--known-by", "2025-03-20T06:00:00Z", "--format", "csv"]).done();
    assert!(known.contains("incidents/v03,") && !known.contains("incidents/v06,"), "{known}");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn obligations_are_told_as_of_an_instant_with_what_is_asked_for_and_by_which_records() {
    let data = folder();
    let server = Server::start(&data.path().join("store"));
    server.run(&["import", CASE]).done();

    let monday = ["obligations", "--as-of", "2025-03-24T12:00:00Z"];
    let told = server.run(&monday).done();
    for words in [
        "Obligations as of 2025-03-24 12:00Z",
        "talks with United States",
        "at least 175 prisoners of",
        "fulfilled",
        "pending",
        "by exchanges/march-19",
    ] {
        assert!(told.contains(words), "{words:?} is not in:\n{told}");
    }
    let explained = server.run(&[&monday[..], &["--reading", "wounded-of-19-march"]].concat()).done();
    for words in
        ["wounded-of-19-march: UNDETERMINED", "no side confirms as many", "actors/ukraine", "leaves open whether"]
    {
        assert!(explained.contains(words), "{words:?} is not in:\n{explained}");
    }
    let rows = server.run(&[&monday[..], &["--held-by", "united-states", "--format", "csv"]].concat()).done();
    let lines: Vec<&str> = rows.lines().collect();
    assert_eq!(lines.len(), 3, "{rows}");
    let expected = "readings/talks-monday,terms/technical-talks,actors/united-states,2025-03-24T12:00:00Z,\
                    2025-03-24T21:00:00Z,2025-03-24T21:00:00Z,PENDING,0,UNKNOWN,";
    assert!(lines[2].starts_with(expected), "{rows}");
    let answer = json(&server.run(&[&monday[..], &["--set", "all", "--format", "json"]].concat()).done());
    let states: Vec<&str> = answer["obligations"]
        .as_array()
        .expect("obligations are listed")
        .iter()
        .map(|obligation| {
            obligation["state"].as_str().expect("a state is text").trim_start_matches("OBLIGATION_STATE_")
        })
        .collect();
    assert_eq!(states, ["FULFILLED", "UNDETERMINED", "FULFILLED", "UNDETERMINED", "PENDING"]);

    let draft = "term: terms/technical-talks\nduties: [{contact: {participants: [actors/ukraine, actors/russia]}}]\n";
    let draft = file(&data, "owed.yaml", draft);
    let drafted = server.run(&["obligations", "--hypothetical", text(&draft)]).done();
    assert!(drafted.contains("contact with Ukraine and Russia") && drafted.contains("no deadline"), "{drafted}");

    server.run(&["obligations", "--reading", "r1"]).refused(1, &["NO_OBLIGATION", "readings.names[0]"]);
    server.run(&["obligations", "--set", "in-force-at-incident"]).refused(1, &["--set: "]);
    server.run(&["obligations", "--as-of", "2025-03-24"]).refused(2, &["--as-of", "names its zone"]);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn what_the_server_refuses_is_placed_in_the_file_and_says_what_is_in() {
    let data = folder();
    let server = Server::start(&data.path().join("store"));
    let good = "{\"name\": \"actors/a\", \"actor\": {\"displayName\": \"A\", \"type\": \"ACTOR_TYPE_STATE\"}}";
    let good = file(&data, "good.jsonl", good);
    server.run(&["import", "--dossier", "d", text(&good)]).refused(1, &["no dossier `d`", "--create"]);
    let imported = server.run(&["import", "--dossier", "d", "--create", text(&good)]).done();
    assert_eq!(imported, "dossiers/d: one record in one batch, positions 1 to 1\n");

    let wrong = "- name: reports/r\n  report:\n    incident: incidents/i\n    claimant: actors/aa\n";
    let wrong = file(&data, "wrong.yaml", wrong);
    server.run(&["import", "--dossier", "d", text(&wrong)]).refused(
        1,
        &[
            "wrong.yaml:3:15: reports/r: report.incident: ",
            "wrong.yaml:4:15: reports/r: report.claimant: ",
            "Nothing is in.",
        ],
    );

    // The second revision goes into a second batch, which is refused: it gives no reason.
    let twice = "- &a {name: actors/b, actor: {display_name: B, type: ACTOR_TYPE_STATE}}\n- *a\n";
    let twice = file(&data, "twice.yaml", twice);
    server
        .run(&["import", "--dossier", "d", text(&twice)])
        .refused(1, &["twice.yaml:2:3: actors/b", "1 of 2 batches are in"]);

    let many: String =
        (0..400).map(|n| format!("- {{name: reports/r{n}, report: {{incident: incidents/x}}}}\n")).collect();
    let many = file(&data, "many.yaml", &many);
    server.run(&["import", "--dossier", "d", text(&many)]).refused(1, &["many.yaml:1:", "\n… and ", " more\n"]);

    let mut piped = armistice(&["import", "--dossier", "d", "-", "--format", "csv", "--server", &server.url]);
    let mut child =
        piped.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let typed = b"- name: places/no\n  place: {display_name: no, type: PLACE_TYPE_COUNTRY}\n";
    child.stdin.take().expect("it is piped").write_all(typed).expect("it reads");
    let rows = ran(child.wait_with_output()).done();
    assert!(rows.starts_with("name,position,record_time,known_time\ndossiers/d/places/no,3,"), "{rows}");

    let other = Command::new(env!("CARGO_BIN_EXE_armistice"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(data.path().join("store"))
        .output();
    ran(other).refused(1, &["cannot open the store"]);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn the_demonstration_gives_every_incident_under_every_reading_on_every_basis() {
    let temporary = folder();
    let demo = |arguments: &[&str]| ran(armistice(arguments).env("TMPDIR", temporary.path()).output()).done();
    let answer = json(&demo(&["demo", "--format", "json"]));
    let assessments = answer["assessments"].as_array().expect("assessments are listed");
    let incidents = answer["counted"]["incidents"].as_str().and_then(|count| count.parse::<usize>().ok());
    assert_eq!(Some(assessments.len()), incidents.map(|count| count * 7 * 4));
    assert_eq!(answer["nextPageToken"], serde_json::Value::Null);
    let verdicts = |incident: &str, basis: &str| -> String {
        let of = assessments.iter().filter(|assessment| {
            assessment["incident"].as_str().is_some_and(|name| name.ends_with(incident)) && assessment["basis"] == basis
        });
        of.map(|assessment| match assessment["verdict"].as_str() {
            Some("VERDICT_BREACH") => 'B',
            Some("VERDICT_NO_BREACH") => 'N',
            Some("VERDICT_UNDETERMINED") => 'U',
            Some("VERDICT_NOT_ASSESSED") => '-',
            other => panic!("no verdict: {other:?}"),
        })
        .collect()
    };
    assert_eq!(verdicts("/v03", "BASIS_UNDISPUTED"), "BUNNUNN");
    assert_eq!(verdicts("/v06", "BASIS_ALLEGED"), "BUUNBNN");
    assert_eq!(verdicts("/v06", "BASIS_UNDISPUTED"), "UUUNUNN");
    assert_eq!(verdicts("/v03", "BASIS_VERIFIED"), "-------");

    let shown = demo(&["demo"]);
    assert!(!shown.contains('\u{1b}'), "a pipe gets no colours");
    assert!(shown.lines().all(|line| line.chars().count() <= 100), "{shown}");
    let line = shown.lines().find(|line| line.starts_with("v03 ")).expect("v03 has its line");
    assert!(line.ends_with("B     U     N     N     U     N     N"), "{line}");
    for words in ["SILENT", "B breach", "operative", "contested", "Contradicts itself", "demo --keep"] {
        assert!(shown.contains(words), "{words:?} is not in:\n{shown}");
    }
    let rows = demo(&["demo", "--format", "csv"]);
    assert_eq!(rows.lines().count(), assessments.len() + 1);
    let left = std::fs::read_dir(temporary.path()).expect("the folder is there").count();
    assert_eq!(left, 0, "something is left behind");
}

#[test]
fn a_demonstration_that_is_kept_can_be_asked_and_leaves_nothing_behind() {
    let temporary = folder();
    let server = Server::of(armistice(&["demo", "--keep"]).env("TMPDIR", temporary.path()));
    let answer = server.run(&["tally", "--reading", "r1"]).done();
    assert!(answer.contains("r1") && answer.contains("Counted: "), "{answer}");
    assert_eq!(server.stop(), Some(0));
    assert_eq!(std::fs::read_dir(temporary.path()).expect("the folder is there").count(), 0);
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("the folder is there");
    entries.map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn what_is_exported_is_imported_elsewhere_under_another_name() {
    let data = folder();
    let server = Server::start(&data.path().join("store"));
    server.run(&["import", CASE]).done();
    let out = folder();
    let file = out.path().join("all.jsonl");
    let written = server.run(&["export", "--output", text(&file)]);
    assert!(written.err.contains(" revisions in "), "{}", written.err);
    assert_eq!(written.done(), "", "standard output is data, and the data went elsewhere");
    assert_eq!(names(out.path()), ["all.jsonl"]);

    let lines = std::fs::read_to_string(&file).expect("it was written");
    assert!(lines.starts_with("{\"dossierId\":\"ukraine-2025\",\"displayName\":"), "{}", &lines[..100]);
    assert!(!lines.contains("dossiers/ukraine-2025/"), "names are relative");
    let piped = server.run(&["export", "--dossier", "ukraine-2025"]).done();
    assert_eq!(piped, lines, "standard output has the same");

    let imported = server.run(&["import", "--dossier", "twin", text(&file)]).done();
    assert!(imported.starts_with("dossiers/twin: "), "{imported}");
    let verdicts = |dossier| {
        let asked = ["assess", "--dossier", dossier, "--set", "all", "--basis", "all", "--format", "csv"];
        server.run(&asked).done()
    };
    assert_eq!(verdicts("twin"), verdicts("ukraine-2025"));
    let known = server.run(&["export", "--dossier", "twin", "--known-by", "2025-03-20T06:00:00Z"]);
    assert!(known.err.contains("note: "), "{}", known.err);
    assert!(known.done().lines().count() < lines.lines().count());
    let first = server.run(&["export", "--dossier", "twin", "--at", "2"]).done();
    assert_eq!(first.lines().count(), 3);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn spreadsheets_get_hashtags_and_no_formulas_and_maps_get_features() {
    let data = folder();
    let server = Server::start(&data.path().join("store"));
    server.run(&["import", CASE]).done();
    let formula = "- {name: incidents/formula, incident: {display_name: \"=HYPERLINK(1)\"}}\n\
        - name: reports/formula\n  citations: [{document: documents/art}]\n  \
          report: {incident: incidents/formula, claimant: actors/ukraine, facts: {point: {latitude: 1.5, longitude: -2.5}}}\n";
    let formula = file(&data, "formula.yaml", formula);
    server.run(&["import", "--dossier", "ukraine-2025", text(&formula)]).done();

    let rows = server.run(&["export", "--format", "csv"]).done();
    let lines: Vec<&str> = rows.lines().collect();
    assert!(lines[0].starts_with("incident,incident_name,account,") && lines[1].starts_with("#event+code,"), "{rows}");
    assert!(lines[1].contains("#affected+killed+min") && lines[1].contains("#geo+lat"), "{rows}");
    let row = lines.iter().find(|line| line.starts_with("incidents/formula,")).expect("it has a row");
    assert!(row.starts_with("incidents/formula,'=HYPERLINK(1),") && row.contains(",1.5,-2.5,"), "{row}");
    let bare = server.run(&["export", "--format", "csv", "--no-hxl", "--unguarded"]).done();
    assert!(bare.lines().nth(1).is_some_and(|line| line.starts_with("incidents/")), "{bare}");
    assert!(bare.contains("\nincidents/formula,=HYPERLINK(1),"));
    assert_eq!(bare.lines().count(), lines.len() - 1);

    let asked = ["export", "--what", "assessments", "--reading", "r1,r5", "--basis", "all"];
    let ask = |more: &[&str]| server.run(&[asked.as_slice(), more].concat()).done();
    let verdicts = ask(&["--format", "csv", "--incident", "v03"]);
    assert_eq!(verdicts.lines().count(), 2 + 2 * 4, "{verdicts}");
    let hangs_on =
        "\nincidents/v03,Railway energy system in Dnipropetrovsk Region,,readings/r5,UNDISPUTED,UNDETERMINED,object,";
    assert!(verdicts.contains(hangs_on), "{verdicts}");

    let told = ask(&["--format", "jsonl"]);
    let about = json(told.lines().next().expect("a line"));
    assert_eq!(about["readings"].as_array().map(Vec::len), Some(2));
    let incidents: usize = about["counted"]["incidents"].as_str().and_then(|n| n.parse().ok()).expect("a count");
    assert_eq!(told.lines().count(), 1 + incidents * 2 * 4);
    assert!(told.lines().skip(1).all(|line| json(line)["verdict"].is_string()), "each line is a verdict");

    let map: geojson::FeatureCollection = ask(&["--format", "geojson"]).parse().expect("it is GeoJSON");
    assert_eq!(map.features.len(), incidents);
    let property = |id: &str, key: &str| {
        let wanted = geojson::feature::Id::String(format!("incidents/{id}"));
        let feature = map.features.iter().find(|feature| feature.id.as_ref() == Some(&wanted)).expect("it is there");
        feature.property(key).cloned().expect("the property is there")
    };
    assert_eq!(property("v03", "readings/r1 UNDISPUTED"), "BREACH");
    assert_eq!(property("v03", "readings/r5 UNDISPUTED"), "UNDETERMINED");
    assert_eq!(property("v03", "readings/r5 VERIFIED"), "NOT_ASSESSED");
    let map: geojson::FeatureCollection =
        server.run(&["export", "--format", "geojson"]).done().parse().expect("it is GeoJSON");
    let formula =
        map.features.iter().find(|f| f.property("name") == Some(&"=HYPERLINK(1)".into())).expect("it is there");
    let point = geojson::GeometryValue::new_point([-2.5, 1.5]);
    assert_eq!(formula.geometry.as_ref().map(|geometry| &geometry.value), Some(&point));
    assert!(map.features.iter().any(|feature| feature.geometry.is_none()), "what nobody places is nowhere");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn an_export_that_fails_leaves_what_was_there_and_nothing_else() {
    let out = folder();
    let kept = file(&out, "kept.csv", "as before");
    // No server is there.
    let gone = ["--server", "http://127.0.0.1:1"];
    run(&[&["export", "--output", text(&kept)], gone.as_slice()].concat()).refused(1, &["no server answers"]);
    let none = out.path().join("none").join("a.csv");
    run(&[&["export", "--output", text(&none)], gone.as_slice()].concat()).refused(1, &["cannot write", "none/a.csv"]);
    run(&[&["export", "--output", text(out.path())], gone.as_slice()].concat())
        .refused(1, &["cannot write", "directory"]);
    assert_eq!(names(out.path()), ["kept.csv"]);
    assert_eq!(std::fs::read_to_string(&kept).expect("it is there"), "as before");
    run(&["export", "--basis", "all"]).refused(2, &["--what assessments"]);
    run(&["export", "--format", "geojson", "--no-hxl"]).refused(2, &["--format csv"]);
    run(&["export", "--format", "xlsx"]).refused(2, &["jsonl", "geojson"]);

    let data = folder();
    let server = Server::start(&data.path().join("store"));
    server.run(&["import", CASE]).done();
    // It is refused after the file was begun.
    let asked = ["export", "--what", "assessments", "--format", "csv", "--reading", "r9", "--output", text(&kept)];
    server.run(&asked).refused(1, &["REFERENCE_UNKNOWN"]);
    server.run(&["export", "--at", "99999", "--output", text(&kept)]).refused(1, &["PAST_HEAD"]);
    assert_eq!(names(out.path()), ["kept.csv"]);
    assert_eq!(std::fs::read_to_string(&kept).expect("it is there"), "as before");
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn two_readings_differ_in_these_incidents_by_these_elements() {
    run(&["diff", "r1"]).refused(2, &["two readings", "1 given"]);
    run(&["diff", "r1", "readings/r1"]).refused(2, &["given twice"]);
    run(&["diff"]).refused(2, &["0 given"]);
    let data = folder();
    let server = Server::start(&data.path().join("store"));
    server.run(&["import", CASE]).done();

    let shown = server.run(&["diff", "r1", "r5"]).done();
    let line = |id: &str| shown.lines().find(|line| line.starts_with(&format!("{id} "))).unwrap_or_default();
    let words = |id: &str| line(id).split_whitespace().rev().take(3).collect::<Vec<_>>();
    assert_eq!(words("v03"), ["object", "undetermined", "breach"], "{shown}");
    assert_eq!(words("v17"), ["actor", "breach", "undetermined"], "{shown}");
    assert_eq!(line("v01"), "", "both say no breach:\n{shown}");

    let rows = server.run(&["diff", "r5", "r1", "--basis", "alleged,undisputed", "--format", "csv"]).done();
    assert!(rows.contains(
        "incidents/v03,terms/energy-halt,UNDISPUTED,OPEN,readings/r5,UNDETERMINED,readings/r1,BREACH,object\n"
    ));
    assert!(rows.contains(",ALLEGED,") && !rows.contains("AGREED"), "{rows}");

    let draft = "term: terms/energy-halt\nobjects: {include: [elec]}\nwindow: {start: {local: '2025-03-18'}}\n";
    let draft = file(&data, "draft.yaml", draft);
    let answer = json(&server.run(&["diff", "r5", "--hypothetical", text(&draft), "--format", "json"]).done());
    let comparisons = answer["comparisons"].as_array().expect("some differ");
    assert!(
        !comparisons.is_empty() && comparisons.iter().all(|c| c["partings"].as_array().is_some_and(|p| p.len() == 1))
    );
    assert_eq!(answer["readings"][1]["reading"], "hypothetical/0");

    let same = "term: terms/energy-halt\nobjects: {include: [elec]}\nwindow: {start: {local: '2025-03-18'}}\n";
    let same = file(&data, "same.yaml", &format!("- {}\n", same.trim_end().replace('\n', "\n  ")));
    let alike = server.run(&["diff", "--hypothetical", text(&draft), "--hypothetical", text(&same)]).done();
    assert!(alike.starts_with("No incident changes verdict from hyp.0 to hyp.1.\n"), "{alike}");

    let other =
        file(&data, "other.yaml", "- {name: terms/other, term: {display_name: Other, type: TERM_TYPE_PROHIBITION}}");
    server.run(&["import", "--dossier", "ukraine-2025", text(&other)]).done();
    let elsewhere = file(&data, "elsewhere.yaml", "term: terms/other\n");
    let refused = server.run(&["diff", "r1", "--hypothetical", text(&elsewhere)]);
    refused.refused(2, &["readings/r1 is of terms/energy-halt", "hypothetical/0 of terms/other"]);
    assert_eq!(server.stop(), Some(0));
}

/// Arguments that ask for the morning after 19 March 2025.
const MORNING: [&str; 6] = ["brief", "--demo", "--date", "2025-03-19", "--known-by", "2025-03-20T06:00:00Z"];

fn brief(temporary: &TempDir, more: &[&str]) -> Ran {
    let arguments: Vec<&str> = MORNING.iter().chain(more).copied().collect();
    ran(armistice(&arguments).env("TMPDIR", temporary.path()).stdin(Stdio::null()).output())
}

#[test]
fn the_briefing_of_a_day_has_the_four_points_of_the_article_in_every_format() {
    let temporary = folder();
    let markdown = brief(&temporary, &["--format", "markdown"]).done();
    let points =
        markdown.split("## ").find_map(|part| part.strip_prefix("Key points\n")).expect("there are key points");
    for words in
        ["Zelensky and Donald Trump", "Both sides reported strikes", "Monday 24 March", "Saudi Arabia", "372 prisoners"]
    {
        assert!(points.contains(words), "{words:?} is not in:\n{points}");
    }
    assert_eq!(
        points.lines().filter(|line| line.contains("](#records)")).count(),
        5,
        "each leads to its records:\n{points}"
    );
    assert_eq!(markdown.matches('<').count(), 2, "no markup but the anchor of the records");

    let page = brief(&temporary, &["--format", "html"]).done();
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">") && page.contains("<svg"), "{page}");
    for loading in ["<script", "<link", "<img", "src=", "@import"] {
        assert!(!page.contains(loading), "{loading} is in the page");
    }
    let item = json(&brief(&temporary, &["--format", "ninjs"]).done());
    assert_eq!((item["standard"]["version"].as_str(), item["language"].as_str()), (Some("3.0"), Some("en")));
    assert!(item["uri"].as_str().is_some_and(|uri| uri.starts_with("armistice:dossiers/ukraine-2025/briefings/")));
    let answer = json(&brief(&temporary, &["--format", "json", "--language", "uk", "--number", "7"]).done());
    assert_eq!((answer["briefing"]["header"]["number"].as_i64(), answer["readAt"].is_string()), (Some(7), true));

    let left = std::fs::read_dir(temporary.path()).expect("the folder is there").count();
    assert_eq!(left, 0, "something is left behind");
}

#[test]
fn a_briefing_goes_into_a_file_whole_or_not_at_all() {
    let (temporary, output) = (folder(), folder());
    let path = output.path().join("briefing.html");
    std::fs::write(&path, "before").expect("a file can be written");
    let language = ["--format", "html", "--output", text(&path), "--language", "fr"];
    brief(&temporary, &language).refused(1, &["render the briefing", "--language: \"fr\" is no language"]);
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "before");
    brief(&temporary, &["--zone", "Europe/Nowhere", "--number", "-1"])
        .refused(1, &["\n  --zone: \"Europe/Nowhere\"", "\n  --number: -1 is negative"]);
    brief(&temporary, &["--previous", "99999"]).refused(1, &["\n  --previous: position 99999"]);
    brief(&temporary, &["--reading", "none"]).refused(1, &["\n  --reading: "]);
    let undated = ran(armistice(&["brief", "--demo"]).stdin(Stdio::null()).output());
    undated.refused(2, &["--date <DAY>", "--period <A/B>"]);
    assert_eq!(brief(&temporary, &["--format", "html", "--output", text(&path)]).done(), "");
    assert!(std::fs::read_to_string(&path).expect("it is there").ends_with("</html>"));
    assert_eq!(names(output.path()), ["briefing.html"]);
}

#[test]
fn a_server_that_asks_for_tokens_answers_those_who_show_one_and_tells_all_others_what_to_do() {
    let folder = folder();
    // What `armistice token` says to put into the access file is put there as it is.
    let make = |id: &str, role: &str| {
        let made = ran(armistice(&["token", "--id", id]).stdin(Stdio::null()).output());
        let token = file(&folder, &format!("{id}.token"), &made.out);
        (token, made.err.replace("DOSSIER\" = [\"reader", &format!("*\" = [\"{role}")), made.out.trim().to_owned())
    };
    let (admin, admins_entry, admins_token) = make("chief", "admin");
    let (reader, readers_entry, readers_token) = make("desk", "reader");
    assert!(!admins_entry.contains(&admins_token) && admins_token.starts_with("armistice_"), "{admins_entry}");
    let access = file(&folder, "access.toml", &format!("{admins_entry}{readers_entry}"));
    let store = folder.path().join("store");
    let mut serve = armistice(&["serve", "--listen", "127.0.0.1:0", "--access-file", text(&access), "--data-dir"]);
    let server = Server::of(serve.arg(&store));

    let hint = ["UNAUTHENTICATED", "ARMISTICE_TOKEN", "--token-file"];
    server.run(&["tally"]).refused(1, &hint);
    let stranger = file(&folder, "stranger.token", "armistice_guessed");
    server.run(&["tally", "--token-file", text(&stranger)]).refused(1, &["not known here", hint[1], hint[2]]);
    server.run(&["import", CASE, "--token-file", text(&stranger)]).refused(1, &hint);
    server.run(&["import", CASE, "--token-file", text(&reader)]).refused(1, &["admin", "Ask whoever runs the server"]);

    server.run(&["import", CASE, "--token-file", text(&admin)]).done();
    let by_file = server.run(&["tally", "--token-file", text(&reader), "--format", "json"]).done();
    let mut command = armistice(&["tally", "--format", "json", "--server", &server.url]);
    assert_eq!(ran(command.env("ARMISTICE_TOKEN", &readers_token).output()).done(), by_file);
    for command in
        [&["brief", "--date", "2025-03-19"][..], &["export"], &["obligations"], &["compare", "--reading", "r1,r5"]]
    {
        server.run(&[command, &["--token-file", text(&reader)]].concat()).done();
        server.run(command).refused(1, &hint);
    }
    let more = file(&folder, "more.yaml", "- {name: actors/x, actor: {display_name: X, type: ACTOR_TYPE_STATE}}\n");
    let refused = server.run(&["import", "--dossier", "ukraine-2025", text(&more), "--token-file", text(&reader)]);
    assert!(!refused.err.contains(&readers_token), "{}", refused.err);
    let words = ["more.yaml:1:3: actors/x", "may not add to actors", "Ask whoever runs the server", "Nothing is in"];
    refused.refused(1, &words);
    assert_eq!(server.stop(), Some(0));
}

#[test]
fn an_access_file_with_faults_is_refused_before_anything_is_listened_on() {
    let folder = folder();
    let wrong = file(&folder, "access.toml", "[[principals]]\nid = \"local\"\nroles = { \"*\" = [\"liaison\"] }\n");
    let words =
        ["access.toml:2: principals[0].id", "principals[0].token_sha256: is required", "access.toml:3: ", "liaison"];
    let store = folder.path().join("store");
    for command in [&["serve", "--data-dir", text(&store), "--listen", "127.0.0.1:0"][..], &["config"]] {
        run(&[command, &["--access-file", text(&wrong)]].concat()).refused(2, &words);
        run(&[command, &["--access-file", "no-such-file.toml"]].concat()).refused(2, &["no-such-file.toml"]);
    }
    assert!(!store.exists(), "nothing was opened");
}
