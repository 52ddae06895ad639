//! A server in a process of its own, the program to import with, and rows as text.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use armistice::wire::pb;
use armistice::wire::pb::record::Kind;
use armistice::wire::pb::record_service_client::RecordServiceClient;
use tempfile::TempDir;

/// A server, a folder for files, and one dossier.
pub(crate) struct Bench {
    child: Child,
    url: String,
    folder: TempDir,
    layout: &'static str,
}

/// What an import came to.
#[derive(Debug)]
pub(crate) struct Imported {
    /// The exit code.
    pub(crate) code: Option<i32>,
    /// What the program prints as JSON; null where it printed nothing.
    pub(crate) summary: serde_json::Value,
    /// What it says to people.
    pub(crate) told: String,
    /// The side file: line, column, field, row id, kind, reason.
    pub(crate) rejects: Vec<[String; 6]>,
}

impl Imported {
    /// How many rows became what: in, rejected, ambiguous. Every row is in or rejected.
    pub(crate) fn counts(&self) -> (u64, u64, u64) {
        let count = |name: &str| self.summary[name].as_u64().unwrap_or_else(|| panic!("{name}: {self:?}"));
        let rejected = self.rejects.iter().filter(|row| row[4] == "rejected").count() as u64;
        assert_eq!(count("rows"), count("in") + count("rejected"), "{self:?}");
        assert_eq!(count("rejected"), rejected, "{self:?}");
        (count("in"), count("rejected"), count("ambiguous"))
    }

    /// What the side file says of a row, one line each: place, kind, reason.
    pub(crate) fn said_of(&self, row_id: &str) -> Vec<String> {
        let of_row = self.rejects.iter().filter(|row| row[3] == row_id);
        of_row
            .map(|[line, column, field, _, kind, reason]| format!("{line}:{column} {field} {kind}: {reason}"))
            .collect()
    }
}

/// The program with no settings but those that a test gives.
pub(crate) fn armistice(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_armistice"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("ARMISTICE_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

impl Bench {
    /// Starts a server; imports are of this layout unless they say otherwise.
    pub(crate) fn start(layout: &'static str) -> Bench {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut command = armistice(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]);
        command.arg(folder.path().join("store"));
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
        Bench { child, url: format!("http://{address}"), folder, layout }
    }

    /// A path in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).expect("a file can be written");
        path
    }

    /// Imports a text into the dossier `d`, which speaks in the zone of Kyiv.
    pub(crate) fn import(&self, text: &str) -> Imported {
        self.import_bytes(text.as_bytes(), &[])
    }

    /// Imports bytes, with more flags.
    pub(crate) fn import_bytes(&self, bytes: &[u8], flags: &[&str]) -> Imported {
        let file = self.file("rows.txt", bytes);
        let file = file.to_str().expect("the path is UTF-8");
        let zone = ["--create", "--time-zone", "Europe/Kyiv", "--dossier", "d", "--format", "json"];
        let layout = ["import", "--from", self.layout, file, "--server", &self.url];
        let output = armistice(&[&layout, zone.as_slice(), flags].concat()).output().expect("the program starts");
        let text = |bytes| String::from_utf8(bytes).expect("the program writes UTF-8");
        let out = text(output.stdout);
        let told = text(output.stderr);
        let summary = match out.as_str() {
            "" => serde_json::Value::Null,
            out => serde_json::from_str(out).expect("it is JSON"),
        };
        let rejects = self.path("rows.txt.rejects.csv");
        let rejects = if rejects.exists() { read_rejects(&rejects) } else { Vec::new() };
        Imported { code: output.status.code(), summary, told, rejects }
    }

    /// Runs the program and answers what it prints; it does what it is asked.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = armistice(&[arguments, &["--server", &self.url]].concat()).output().expect("the program starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("the program writes UTF-8")
    }

    /// All records of a collection of the dossier.
    pub(crate) fn records(&self, collection: &str) -> Vec<pb::Record> {
        let request = pb::ListRecordsRequest {
            parent: "dossiers/d".into(),
            collections: vec![collection.to_owned()],
            page_size: 1000,
            ..pb::ListRecordsRequest::default()
        };
        let listed = self.ask(async |mut service| service.list_records(request).await);
        listed.expect("the dossier lists its records").into_inner().records
    }

    /// Appends records.
    pub(crate) fn append(&self, records: Vec<pb::Record>) {
        let parent = "dossiers/d".to_owned();
        let request = pb::AppendRecordsRequest { parent, records, ..pb::AppendRecordsRequest::default() };
        self.ask(async |mut service| service.append_records(request).await).expect("the server takes the records");
    }

    /// The report of a row.
    pub(crate) fn report(&self, id: &str) -> pb::Report {
        match self.record(&format!("reports/{id}")).kind {
            Some(Kind::Report(report)) => report,
            other => panic!("{id} is no report: {other:?}"),
        }
    }

    /// The facts of the report of a row.
    pub(crate) fn facts(&self, id: &str) -> pb::Facts {
        self.report(id).facts.expect("a report of an import has facts")
    }

    /// A record.
    pub(crate) fn record(&self, name: &str) -> pb::Record {
        let request = pb::GetRecordRequest { name: format!("dossiers/d/{name}"), consistency: None };
        let got = self.ask(async |mut service| service.get_record(request).await);
        got.unwrap_or_else(|status| panic!("{name}: {status}")).into_inner().record.expect("the answer has it")
    }

    /// Every revision of a record.
    pub(crate) fn revisions(&self, name: &str) -> Vec<pb::Record> {
        let name = format!("dossiers/d/{name}");
        let request = pb::ListRevisionsRequest { name, ..pb::ListRevisionsRequest::default() };
        let listed = self.ask(async |mut service| service.list_revisions(request).await);
        listed.expect("the record has revisions").into_inner().revisions
    }

    /// The position of the last record.
    pub(crate) fn head(&self) -> i64 {
        let request = pb::ListRecordsRequest {
            parent: "dossiers/d".into(),
            page_size: 1000,
            ..pb::ListRecordsRequest::default()
        };
        let listed = self.ask(async |mut service| service.list_records(request).await);
        let records = listed.map(|listed| listed.into_inner().records).unwrap_or_default();
        records.iter().map(|record| record.position).max().unwrap_or_default()
    }

    fn ask<T>(&self, ask: impl AsyncFnOnce(RecordServiceClient<tonic::transport::Channel>) -> T) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let url = self.url.clone();
        runtime.block_on(async {
            let service = RecordServiceClient::connect(url).await.expect("the server listens");
            ask(service).await
        })
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // Where a test failed it may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_rejects(path: &Path) -> Vec<[String; 6]> {
    let mut reader = csv::Reader::from_path(path).expect("the side file is there");
    assert_eq!(
        reader.headers().expect("it has a header").iter().collect::<Vec<_>>(),
        ["line", "column", "field", "row_id", "kind", "reason"]
    );
    let row = |record: csv::Result<csv::StringRecord>| {
        let record = record.expect("the side file is CSV");
        std::array::from_fn(|index| record[index].to_owned())
    };
    reader.records().map(row).collect()
}

/// A table as text: its columns, what stands in them where a row does not say, and rows that say some.
pub(crate) struct Table {
    /// Column and default.
    pub(crate) columns: Vec<(&'static str, &'static str)>,
    /// What stands between columns.
    pub(crate) delimiter: &'static str,
}

impl Table {
    /// The header.
    pub(crate) fn header(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(self.delimiter) + "\n"
    }

    /// One row; each pair replaces a default, or a pair before it.
    pub(crate) fn row(&self, cells: &[(&str, &str)]) -> String {
        for (name, _) in cells {
            assert!(self.columns.iter().any(|(known, _)| known == name), "{name} is no column");
        }
        let cell = |(name, default): &(&str, &str)| {
            let text = cells.iter().rfind(|(given, _)| given == name).map_or(*default, |(_, text)| *text);
            if text.contains([',', '"', '\n', '|']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        };
        self.columns.iter().map(cell).collect::<Vec<_>>().join(self.delimiter) + "\n"
    }

    /// Header and rows.
    pub(crate) fn text(&self, rows: &[&[(&str, &str)]]) -> String {
        self.header() + &rows.iter().map(|row| self.row(row)).collect::<String>()
    }

    /// The same table without some columns.
    pub(crate) fn without(mut self, columns: &[&str]) -> Table {
        self.columns.retain(|(name, _)| !columns.contains(name));
        self
    }
}

/// The local text of when it was, or nothing.
pub(crate) fn when(facts: &pb::Facts) -> String {
    facts.occurred.as_ref().map(|span| format!("{} {}", span.local, span.time_zone)).unwrap_or_default()
}

/// The place without its dossier.
pub(crate) fn place(facts: &pb::Facts) -> &str {
    facts.place.strip_prefix("dossiers/d/").unwrap_or(&facts.place)
}
