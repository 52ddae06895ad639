//! `armistice import`: reads case files, puts their records in order, and appends them in batches; or reads a file that
//! others publish by a mapping.

use std::path::PathBuf;

use clap::Args;
use tonic::{Code, Status};

use super::case::node::At;
use super::case::{Batch, Case, DossierEntry, Entry, Place, batch::request_id, gather};
use super::client::{Client, Common, Format, parent_of, refused};
use super::failure::{Failure, advice, code_word, reason, refusal, unnamed, violations};
use super::output::{data, talk};
use super::progress::Progress;
use super::reflection;
use super::sources::layout::Layout;
use super::sources::mapping::Mapping;
use super::sources::{self, Done, Order};
use super::stream::{self, Sent, Unsent};
use crate::render::rows;
use crate::wire::pb;

/// Appends the records of case files to a dossier.
///
/// A case file is YAML, JSON or JSON Lines; each entry is a Record in the proto3 JSON mapping, with names relative to the
/// dossier. Entries are sorted so that what is referred to comes first; a name that comes again is a revision, and goes into
/// a later batch. A file named `dossier`, or an entry with a `dossier_id`, says which dossier it is. Where every entry has a
/// position, as `armistice export` writes them, that order is kept. Importing the same files twice stores nothing twice.
///
/// With --from, a file that others publish: each row becomes an incident and a report of it, or stands in a side file with
/// the reason. See docs/importing.md for what becomes what.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice import cases/energy-2025                       a directory; its dossier.yaml says which dossier
  armistice import --dossier halt --create today.jsonl     a file; the dossier is made if it is not there
  generate | armistice import --dossier halt -             standard input
  armistice import --from ged --dossier donbas ged.csv     the events of UCDP GED
  armistice import --from acled --check acled.csv          what would become of it; no server is asked
  armistice import --from ged --print-mapping > my.toml    the mapping, to be changed and given with --mapping

A record as it stands in a file:
  - name: incidents/v03
    incident: {display_name: Railway power system, place: places/dnipropetrovsk}")]
pub(super) struct ImportCommand {
    /// Files, directories of files, or - for standard input
    #[arg(required_unless_present = "print_mapping", value_name = "FILE|DIR")]
    files: Vec<PathBuf>,
    /// Layout of a file that others publish, such as --from ged
    #[arg(long, value_enum, hide_possible_values = true, value_name = "ged|acled|ukraine-damages|viina|csv|geojson")]
    from: Option<Layout>,
    /// Mapping to read such a file by, such as --mapping my.toml, instead of the one of --from
    #[arg(long, value_name = "FILE")]
    mapping: Option<PathBuf>,
    /// Print the mapping of a layout, such as --from ged --print-mapping
    #[arg(long, requires = "from")]
    print_mapping: bool,
    /// Side file for rows that are rejected or ambiguous, such as --rejects odd.csv [default: beside the file]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// When such a file was published, such as --published 2023-06: a year, month or day
    #[arg(long, value_name = "TIME")]
    published: Option<String>,
    /// Zone of a dossier that is made, such as --time-zone Europe/Kyiv; days of a file are days there
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
    /// Only read such a file and say what would become of it, such as --from ged --check ged.csv
    #[arg(long)]
    check: bool,
    /// Make the dossier if it is not there, such as --create; understood where a file named `dossier` is given
    #[arg(long)]
    create: bool,
    #[command(flatten)]
    common: Common,
}

/// What an import did.
#[derive(Debug, Clone)]
pub(super) struct Imported {
    /// `dossiers/{id}`.
    pub parent: String,
    /// The answers in one.
    pub response: pb::AppendRecordsResponse,
}

/// Runs it.
pub(super) async fn run(command: &ImportCommand) -> Result<(), Failure> {
    if let (true, Some(layout)) = (command.print_mapping, command.from) {
        return data(layout.mapping());
    }
    if command.from.is_some() || command.mapping.is_some() {
        return Box::pin(published(command)).await;
    }
    let given = [
        ("--rejects", command.rejects.is_some()),
        ("--published", command.published.is_some()),
        ("--time-zone", command.time_zone.is_some()),
        ("--check", command.check),
    ];
    if let Some((flag, _)) = given.iter().find(|(_, is_given)| *is_given) {
        return Err(Failure::Usage { problem: format!("{flag} goes with --from or --mapping") });
    }
    let texts = gather(&command.files).map_err(|source| Failure::File { source })?;
    let case = Case::read(&texts).map_err(|faults| Failure::Files { faults })?;
    let dossier = dossier(command, &case)?;
    let may_create = command.create || case.dossier.is_some();
    let client = Client::of(&command.common.server).await?;
    let parent = open_dossier(&client, dossier, may_create).await?;
    match command.common.format {
        Format::Table => data(&summary(&parent, &send(&client, &case, &parent).await?)),
        Format::Json => {
            let imported = append(&client, &case, &parent).await?;
            data(&reflection::to_json("AppendRecordsResponse", &imported.response))
        }
        Format::Csv => data(&rows::records(&append(&client, &case, &parent).await?.response.records)),
    }
}

/// Imports files that others publish.
async fn published(command: &ImportCommand) -> Result<(), Failure> {
    let mapping = mapping(command)?;
    if command.rejects.is_some() && command.files.len() > 1 {
        return Err(Failure::Usage { problem: "--rejects takes one file; give one file, or leave it out".into() });
    }
    if let Some(file) = command.files.iter().find(|file| file.as_os_str() == "-" || file.is_dir()) {
        let problem = format!("{}: --from reads a file, and reads it twice", file.display());
        return Err(Failure::Usage { problem });
    }
    let order = |file| Order {
        file,
        mapping: &mapping,
        rejects: command.rejects.as_deref(),
        published: command.published.as_deref().unwrap_or_default(),
        time_zone: command.time_zone.as_deref().unwrap_or_default(),
        may_create: command.create,
    };
    let mut done = Vec::new();
    if command.check {
        for file in &command.files {
            done.push(sources::check(&order(file))?);
        }
    } else {
        let client = Client::of(&command.common.server).await?;
        let dossier = client.parent(command.common.dossier.as_deref()).await?;
        let dossier = dossier.strip_prefix("dossiers/").unwrap_or(&dossier);
        for file in &command.files {
            done.push(sources::import(&order(file), &client, dossier).await?);
        }
    }
    tell(command.common.format, &done)?;
    let is_useless = |done: &&Done| done.counts.rows > 0 && done.counts.rejected == done.counts.rows;
    match done.iter().find(is_useless) {
        Some(Done { file, rejects, .. }) => {
            let problem = format!("no row of {file} could be taken; {} says why", rejects.display());
            Err(Failure::Import { problem })
        }
        None => Ok(()),
    }
}

fn tell(format: Format, done: &[Done]) -> Result<(), Failure> {
    match format {
        Format::Table => data(&done.iter().map(Done::summary).collect::<Vec<_>>().join("\n")),
        Format::Json => {
            let lines: Vec<String> = done.iter().map(|done| done.json().to_string()).collect();
            data(&lines.join("\n"))
        }
        Format::Csv => {
            let header = done.first().map(|done| done.columns().0).unwrap_or_default();
            data(&rows::plain(&header, done.iter().map(|done| done.columns().1)))
        }
    }
}

/// The mapping that was given, or else that of the layout.
fn mapping(command: &ImportCommand) -> Result<Mapping, Failure> {
    let (label, text) = match (&command.mapping, command.from) {
        (Some(path), _) => {
            let read = std::fs::read_to_string(path);
            let told = |source| Failure::Import { problem: format!("{}: {source}", path.display()) };
            (path.display().to_string(), read.map_err(told)?)
        }
        (None, Some(layout)) => (format!("{layout:?}"), layout.mapping().to_owned()),
        (None, None) => return Err(Failure::Usage { problem: "--from or --mapping says how a file is read".into() }),
    };
    Mapping::parse(&text).map_err(|faults| Failure::Mapping { label, faults })
}

/// The dossier that the flag names, else the one that a file names.
fn dossier(command: &ImportCommand, case: &Case) -> Result<DossierEntry, Failure> {
    let named = command.common.dossier.as_deref().map(|id| id.strip_prefix("dossiers/").unwrap_or(id).to_owned());
    match (named, case.dossier.clone()) {
        (Some(id), Some(entry)) => Ok(DossierEntry { id, ..entry }),
        (Some(id), None) => Ok(DossierEntry { id, dossier: pb::Dossier::default() }),
        (None, Some(entry)) => Ok(entry),
        (None, None) => Err(Failure::Usage {
            problem: "which dossier? Name it with --dossier ID, or put a file dossier.yaml beside the others".into(),
        }),
    }
}

/// Finds the dossier, or makes it; answers `dossiers/{id}`.
pub(super) async fn open_dossier(client: &Client, entry: DossierEntry, may_create: bool) -> Result<String, Failure> {
    let DossierEntry { id, dossier } = entry;
    let parent = parent_of(&id);
    let mut service = client.dossiers();
    let got = service.get_dossier(pb::GetDossierRequest { name: parent.clone(), consistency: None }).await;
    match got {
        Ok(_) => return Ok(parent),
        Err(status) if status.code() != Code::NotFound => return Err(refused("open the dossier")(status)),
        Err(_) if !may_create => {
            let problem = format!("there is no dossier `{id}` on this server; --create makes it");
            return Err(Failure::Dossier { problem });
        }
        Err(_) => {}
    }
    let mut request = pb::CreateDossierRequest { dossier_id: id, dossier: Some(dossier), request_id: String::new() };
    request.request_id = request_id("", &request);
    service.create_dossier(request).await.map_err(refused("create the dossier"))?;
    Ok(parent)
}

/// Sends all batches over one stream.
async fn send(client: &Client, case: &Case, parent: &str) -> Result<Sent, Failure> {
    let batches = case.batches(parent);
    let count = batches.len();
    let mut progress = Progress::start(case.entries.len(), "importing");
    let steps = progress.steps();
    let requests = batches.into_iter().map(|Batch { request, entries }| (request, entries));
    let sending = stream::send(client, requests, |entries, answer| {
        steps.advance(entries.len());
        for warning in &answer.warnings {
            steps.talk(&warned(warning, entries));
        }
    });
    let sent = progress.watch(sending).await;
    drop(progress);
    sent.map_err(|Unsent { sent, status, refused }| match refused {
        Some(entries) => {
            Failure::BatchRefused { told: told(&status, entries), batches_in: sent.batches, batches: count }
        }
        None => Failure::ImportBroken { batches_in: sent.batches, status: Box::new(status) },
    })
}

/// Appends all batches, one after the other, for who wants the records as they are stored: those a stream does not send back.
pub(super) async fn append(client: &Client, case: &Case, parent: &str) -> Result<Imported, Failure> {
    let batches = case.batches(parent);
    let count = batches.len();
    let mut service = client.records();
    let mut progress = Progress::start(case.entries.len(), "importing");
    let mut response = pb::AppendRecordsResponse::default();
    for (index, Batch { request, entries }) in batches.into_iter().enumerate() {
        let appended = progress.watch(service.append_records(request)).await;
        let mut answer = match appended {
            Ok(answer) => answer.into_inner(),
            Err(status) => {
                drop(progress);
                return Err(Failure::BatchRefused { told: told(&status, entries), batches_in: index, batches: count });
            }
        };
        progress.advance(entries.len());
        for warning in &answer.warnings {
            talk(&warned(warning, entries));
        }
        response.records.append(&mut answer.records);
        response.warnings.append(&mut answer.warnings);
        response.read_at = answer.read_at;
    }
    Ok(Imported { parent: parent.to_owned(), response })
}

fn warned(warning: &pb::Warning, entries: &[Entry]) -> String {
    let (place, path) = placed(&warning.field, entries);
    format!("{place}: {path}: warning {}: {}", warning.reason, warning.description)
}

fn summary(parent: &str, sent: &Sent) -> String {
    let Sent { batches, records, positions } = sent;
    let Some((first, last)) = positions else { return format!("{parent}: no records") };
    let records = if *records == 1 { "one record".to_owned() } else { format!("{records} records") };
    let batches = if *batches == 1 { "one batch".to_owned() } else { format!("{batches} batches") };
    format!("{parent}: {records} in {batches}, positions {first} to {last}")
}

/// What the server says of a batch, each violation with the place in a file that it concerns.
fn told(status: &Status, entries: &[Entry]) -> String {
    let violations = violations(status);
    if violations.is_empty() {
        return format!("the server refused a batch of {} records: {}", entries.len(), refusal(status));
    }
    let mut lines: Vec<(Place<'_>, String)> = violations
        .into_iter()
        .map(|(field, description)| {
            let (place, path) = placed(&field, entries);
            (place, format!("{path}: {description}"))
        })
        .collect();
    // As somebody reads who mends the file from its top.
    lines.sort_by_key(|(place, _)| (place.label, place.at.line, place.at.column));
    let head = format!("the server refused a batch: {} ({})", reason(status), code_word(status.code()));
    let more = unnamed(status).map(|more| format!("\n… and {more} more")).unwrap_or_default();
    lines.iter().fold(head, |told, (place, line)| format!("{told}\n{place}: {line}")) + &more + advice(status.code())
}

/// The place in a file that a field of a request concerns, and the field as seen from its entry.
fn placed<'a>(field: &str, entries: &'a [Entry]) -> (Place<'a>, String) {
    let in_record = field.strip_prefix("records[").and_then(|rest| rest.split_once(']'));
    let entry = in_record.and_then(|(index, _)| entries.get(index.parse::<usize>().ok()?));
    let (Some(entry), Some((_, rest))) = (entry, in_record) else {
        return (Place { label: "the request", at: At::default() }, field.to_owned());
    };
    let path = rest.trim_start_matches('.');
    let name = if entry.record.name.is_empty() { "a record" } else { &entry.record.name };
    let shown = if path.is_empty() { name.to_owned() } else { format!("{name}: {path}") };
    (entry.place(path), shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::case::read::{Form, Text};

    #[test]
    fn a_violation_is_placed_in_the_file_and_line_that_it_concerns() {
        let text = "- {name: terms/t, term: {}}\n- name: reports/r\n  report:\n    facts: {act: x}\n";
        let text = Text { label: "a.yaml".into(), form: Form::Yaml, text: text.into() };
        let case = Case::read(&[text]).expect("all is well");
        let batches = case.batches("dossiers/d");
        let placed = |field: &str| {
            let (place, path) = placed(field, batches[0].entries);
            (place.to_string(), path)
        };
        assert_eq!(placed("records[1].report.facts.act"), ("a.yaml:4:18".into(), "reports/r: report.facts.act".into()));
        assert_eq!(placed("records[1].report.incident"), ("a.yaml:4:5".into(), "reports/r: report.incident".into()));
        assert_eq!(placed("records[0]"), ("a.yaml:1:3".into(), "terms/t".into()));
        assert_eq!(placed("records[7].name"), ("the request".into(), "records[7].name".into()));
        assert_eq!(placed("request_id"), ("the request".into(), "request_id".into()));
    }
}
