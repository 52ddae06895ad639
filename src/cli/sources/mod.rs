//! Imports files that others publish: each row becomes an incident and a report of it, or stands in a side file with the
//! reason why not.
//!
//! ```text
//!            mapping (TOML)
//!                 │
//!  file ──► rows ──► convert ──► scan      first pass: what can be taken, which places and actors there are; nothing sent
//!  file ──► rows ──► convert ──► sending ──► deliver      second pass: records, what they refer to before them
//!                                    └──► side file
//! ```

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tonic::Code;

use super::client::{Client, parent_of, refused};
use super::failure::Failure;
use super::import::open_dossier;
use super::output::talk;
use super::progress::Progress;
use crate::cli::case::DossierEntry;
use crate::domain::name::DossierId;
use crate::domain::time::Zone;
use crate::wire::pb;
use held::{Ground, Held};
use mapping::Mapping;
use names::hex;
use records::Naming;
use rejects::Rejects;
use rows::{At, Fatal};
use scan::{Counts, Reader, Scan, scan};
use sending::{Job, Sending, Sent};

pub(super) mod layout;
pub(super) mod mapping;

mod rows;

mod delimited;
mod geo;

mod days;
mod names;

mod convert;
mod records;

mod held;
mod rejects;
mod scan;

mod deliver;
mod sending;

/// Collections of which an import must know what there is.
const COLLECTIONS: [&str; 6] = ["actors", "places", "classes", "documents", "incidents", "reports"];

/// What is imported, and how.
#[derive(Debug)]
pub(super) struct Order<'o> {
    /// The file.
    pub file: &'o Path,
    /// How its rows are read.
    pub mapping: &'o Mapping,
    /// The side file; `None`: beside the file.
    pub rejects: Option<&'o Path>,
    /// When the file was published, as people write it; empty: not known.
    pub published: &'o str,
    /// The zone of a dossier that is made; empty: UTC.
    pub time_zone: &'o str,
    /// Whether the dossier may be made.
    pub may_create: bool,
}

/// What an import did.
#[derive(Debug, Clone)]
pub(super) struct Done {
    /// The file.
    pub file: String,
    /// `dossiers/{id}`; empty: nothing was sent.
    pub parent: String,
    /// How many rows became what.
    pub counts: Counts,
    /// What was sent of them.
    pub sent: Sent,
    /// The side file.
    pub rejects: PathBuf,
    /// Position of the last record; 0: none was sent.
    pub head: i64,
}

impl Done {
    /// How many rows the dossier holds.
    pub(super) fn rows_in(&self) -> u64 {
        self.sent.new + self.sent.corrected + self.sent.unchanged
    }

    /// For people.
    pub(super) fn summary(&self) -> String {
        let Done { file, parent, counts, sent, rejects, head } = self;
        let Counts { rows, rejected, ambiguous } = counts;
        let side = rejects.display();
        if parent.is_empty() {
            let fit = rows - rejected;
            return format!(
                "{file}: {rows} rows, nothing sent\n  fit        {fit}\n  rejected   {rejected}\n  ambiguous  {ambiguous} (among those that fit)\n  side file  {side}"
            );
        }
        let Sent { new, corrected, unchanged, left: _, places, actors } = sent;
        let within = self.rows_in();
        format!(
            "{parent}: {rows} rows of {file}\n  in         {within} ({new} new, {corrected} corrected, {unchanged} unchanged)\n  rejected   {rejected}\n  ambiguous  {ambiguous} (in, with less claimed)\n  made       {places} places, {actors} actors\n  head       {head}\n  side file  {side}"
        )
    }

    /// For programs.
    pub(super) fn json(&self) -> serde_json::Value {
        let Done { file, parent, counts: Counts { rows, rejected, ambiguous }, sent, rejects, head } = self;
        let Sent { new, corrected, unchanged, left: _, places, actors } = sent;
        serde_json::json!({
            "file": file, "dossier": parent, "rows": rows, "in": self.rows_in(), "new": new, "corrected": corrected,
            "unchanged": unchanged, "rejected": rejected, "ambiguous": ambiguous, "placesMade": places,
            "actorsMade": actors, "head": head, "rejects": rejects.display().to_string(),
        })
    }

    /// For spreadsheets: the names of its columns, and the columns.
    pub(super) fn columns(&self) -> (Vec<String>, Vec<String>) {
        let serde_json::Value::Object(fields) = self.json() else { return (Vec::new(), Vec::new()) };
        let text = |value: serde_json::Value| match value {
            serde_json::Value::String(text) => text,
            other => other.to_string(),
        };
        fields.into_iter().map(|(name, value)| (name, text(value))).unzip()
    }
}

/// Reads a file and says what would become of it; no server is asked.
pub(super) fn check(order: &Order<'_>) -> Result<Done, Failure> {
    let zone = zone(order.time_zone)?;
    let dossier = DossierId::parse("check").expect("a word is an id");
    let (scan, mut rejects, path) = first_pass(order, &Ground { dossier, zone }, None)?;
    finish(&mut rejects)?;
    let file = label(order.file);
    Ok(Done { file, parent: String::new(), counts: scan.counts, sent: Sent::default(), rejects: path, head: 0 })
}

/// Imports a file.
pub(super) async fn import(order: &Order<'_>, client: &Client, dossier: &str) -> Result<Done, Failure> {
    let Order { file, mapping, published, time_zone, may_create, .. } = *order;
    let label = label(file);
    let (ground, held) = ask(client, dossier, mapping, time_zone, may_create).await?;
    check_known(mapping, &held)?;
    let (mut scan, mut rejects, rejects_path) = first_pass(order, &ground, Some(&held))?;
    let done = |scan: &Scan, sent: Sent, parent: String, head: i64| {
        let mut counts = scan.counts;
        counts.rejected += sent.left;
        Done { file: label.clone(), parent, counts, sent, rejects: rejects_path.clone(), head }
    };
    if scan.counts.rejected == scan.counts.rows {
        finish(&mut rejects)?;
        return Ok(done(&scan, Sent::default(), String::new(), 0));
    }
    let publisher = format!("actors/{}", mapping.source.id);
    let known = |names: &BTreeMap<String, String>| {
        let names = names.clone();
        move |name: &str| names.get(name).cloned()
    };
    scan.places.resolve(&mapping.layout, "places/-", known(&mapping.known.places), &held.things);
    scan.actors.resolve(&mapping.layout, &publisher, known(&mapping.known.actors), &held.things);

    let sha256 = hex(&scan.sha256);
    let document = format!("documents/{}-{}", mapping.layout, &sha256[..16]);
    let mut first = Vec::new();
    if !held.things.contains_key(&publisher) {
        first.push(records::publisher(mapping, &publisher));
    }
    if !held.documents.contains(&document) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let now = crate::wire::instant::write(jiff::Timestamp::now());
        first.push(records::document(mapping, &document, &name, &scan.sha256, published, now));
    }
    for record in &first {
        let told = |problem| Failure::Import { problem: format!("{}: {problem}", record.name) };
        ground.check(record.clone()).map_err(told)?;
    }
    let says = pb::Dossier { time_zone: time_zone.to_owned(), ..pb::Dossier::default() };
    let entry = DossierEntry { id: dossier.to_owned(), dossier: says };
    let parent = open_dossier(client, entry, may_create).await?;

    let naming = Naming {
        document,
        publisher,
        mapping: format!("{} {} {}", mapping.layout, mapping.version, mapping.fingerprint),
        place: String::new(),
        claimant: String::new(),
        attributed_to: String::new(),
        against: String::new(),
    };
    let reader = Reader::open(file, mapping).map_err(|fatal| told(&label, &fatal))?;
    let mut progress = Progress::start(usize::try_from(scan.counts.rows).unwrap_or(usize::MAX), "importing rows");
    let job = Job { label: &label, mapping, scan: &scan, ground: &ground, common: naming, first };
    let mut sending = Sending::new(job, reader, held, &mut rejects);
    let delivered = deliver::deliver(client, &parent, &label, &mut sending, &mut progress).await;
    let sent = sending.sent;
    drop(progress);
    finish(&mut rejects)?;
    let done = done(&scan, sent, parent, delivered?);
    assert_eq!(done.rows_in() + done.counts.rejected, done.counts.rows, "every row is in or in the side file");
    Ok(done)
}

fn first_pass(order: &Order<'_>, ground: &Ground, held: Option<&Held>) -> Result<(Scan, Rejects, PathBuf), Failure> {
    let Order { file, mapping, rejects, .. } = *order;
    let label = label(file);
    let fatal = |fatal| told(&label, &fatal);
    let mut reader = Reader::open(file, mapping).map_err(fatal)?;
    let path = rejects.map_or_else(|| beside(file), Path::to_owned);
    if path == file {
        return Err(Failure::Usage { problem: format!("--rejects {}: that is the file itself", path.display()) });
    }
    let size = std::fs::metadata(file).map_or(0, |found| found.len());
    let mut progress = Progress::start(usize::try_from(size).unwrap_or(usize::MAX), "reading bytes");
    let mut seen = 0;
    let tick = |offset: u64| {
        progress.advance_now(usize::try_from(offset - seen).unwrap_or(0));
        seen = offset;
    };
    let created = Rejects::create(&path);
    let mut rejects = created.map_err(|source| told(&path.display().to_string(), &Fatal::Io { source }))?;
    match scan(&mut reader, mapping, ground, held, &mut rejects, tick) {
        Ok(scan) => Ok((scan, rejects, path)),
        Err(failed) => {
            rejects.discard();
            Err(fatal(failed))
        }
    }
}

/// What there is of the dossier, and in which zone it is; of one that is still to be made: nothing.
async fn ask(
    client: &Client,
    dossier: &str,
    mapping: &Mapping,
    time_zone: &str,
    may_create: bool,
) -> Result<(Ground, Held), Failure> {
    let id = DossierId::parse(dossier)
        .map_err(|fault| Failure::Usage { problem: format!("--dossier {dossier}: {fault}") })?;
    let parent = parent_of(dossier);
    let request = pb::GetDossierRequest { name: parent.clone(), consistency: None };
    let found = match client.dossiers().get_dossier(request).await {
        Ok(found) => found.into_inner().dossier.unwrap_or_default(),
        Err(status) if status.code() == Code::NotFound && may_create => {
            return Ok((Ground { dossier: id, zone: zone(time_zone)? }, Held::default()));
        }
        Err(status) if status.code() == Code::NotFound => {
            let problem = format!("there is no dossier `{dossier}` on this server; --create makes it");
            return Err(Failure::Dossier { problem });
        }
        Err(status) => return Err(refused("open the dossier")(status)),
    };
    let ground = Ground { dossier: id, zone: zone(&found.time_zone)? };
    if !time_zone.is_empty() && zone(time_zone)?.name() != ground.zone.name() {
        let speaks = ground.zone.name();
        talk(&format!("warning: the dossier is there and speaks in {speaks}; --time-zone {time_zone} changes nothing"));
    }
    let mut held = Held::default();
    let prefix = format!("{}-", mapping.layout);
    let request = pb::ListRecordsRequest {
        parent,
        collections: COLLECTIONS.map(str::to_owned).to_vec(),
        show_retracted: true,
        ..pb::ListRecordsRequest::default()
    };
    client.each_record(request, |record| held.add(record, &prefix, &ground)).await?;
    Ok((ground, held))
}

/// Whether the records that the mapping names are in the dossier.
fn check_known(mapping: &Mapping, held: &Held) -> Result<(), Failure> {
    let known = mapping.known.places.values().chain(mapping.known.actors.values());
    let lacking: Vec<&str> = known
        .filter(|name| held.things.get(*name).is_none_or(|there| there.is_retracted))
        .map(String::as_str)
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    Err(Failure::Import {
        problem: format!("the mapping says `known`, and the dossier has not: {}", lacking.join(", ")),
    })
}

fn zone(name: &str) -> Result<Zone, Failure> {
    if name.is_empty() {
        return Ok(Zone::utc());
    }
    Zone::parse(name).map_err(|fault| Failure::Usage { problem: format!("--time-zone {name}: {fault}") })
}

/// The side file of a file.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".rejects.csv");
    file.with_file_name(name)
}

fn label(file: &Path) -> String {
    file.display().to_string()
}

fn finish(rejects: &mut Rejects) -> Result<(), Failure> {
    rejects.finish().map_err(|source| Failure::System { doing: "write the side file", source })
}

/// What is wrong with a file as a whole, and that nothing of it was sent.
fn told(label: &str, fatal: &Fatal) -> Failure {
    let problem = match fatal {
        Fatal::Io { source } => format!("{label}: {source}"),
        Fatal::Broken { at: At { line, column }, problem } => format!("{label}:{line}:{column}: {problem}"),
    };
    Failure::Import { problem }
}
