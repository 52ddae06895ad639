//! `armistice export`: records and verdicts as files that others can read, page by page.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::client::{Client, ServerFlags};
use super::failure::Failure;
use super::output::talk;
use super::question::{BasisFlags, ClockFlags, FilterFlags, ReadingFlags, named};
use super::sink::Sink;
use crate::render::hxl::Manner;
use crate::wire::pb;
use state::State;

mod state;

mod map;
mod records;
mod verdicts;

/// Writes records or verdicts as JSON Lines, CSV or GeoJSON.
///
/// JSON Lines of records hold the whole log, every revision in its order, and `armistice import` takes them back: the same
/// verdicts, the same answers by `--known-by`; record times are new. CSV has one row for each thing struck in each
/// report, or for each verdict, with HXL hashtags under the header. GeoJSON has one feature for each incident, where its
/// reports say that it was. A file is there whole or not at all.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice export --output halt.jsonl                      the whole record, to be imported elsewhere
  armistice export --format csv --output strikes.csv        what was reported, for a spreadsheet
  armistice export --what assessments --format csv --set all --basis all --output verdicts.csv
  armistice export --what assessments --format geojson --reading r1,r5 --output map.geojson
  armistice export --at 120 | head                          as it stood, to standard output

Words in a CSV that a spreadsheet would take for a formula begin with an apostrophe; --unguarded leaves them as they are.")]
pub(super) struct ExportCommand {
    /// What to export, such as --what assessments
    #[arg(long, value_enum, default_value_t = What::Records, hide_possible_values = true, value_name = "records|assessments")]
    what: What,
    /// How to write it, such as --format csv
    #[arg(
        long,
        value_enum,
        default_value_t = Form::Jsonl,
        hide_possible_values = true,
        value_name = "jsonl|csv|geojson"
    )]
    format: Form,
    /// File to write, such as --output halt.jsonl; - is standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    output: PathBuf,
    /// Put a line of HXL hashtags under the header of a CSV, such as --hxl; it is the default
    #[arg(long, overrides_with = "no_hxl")]
    hxl: bool,
    /// Leave the line of HXL hashtags out of a CSV, such as --no-hxl
    #[arg(long, overrides_with = "hxl")]
    no_hxl: bool,
    /// Write words into a CSV as they are, such as --unguarded, though a spreadsheet may take some for formulas
    #[arg(long)]
    unguarded: bool,
    #[command(flatten)]
    server: ServerFlags,
    /// Dossier to export, such as --dossier ukraine-2025; may be left out where the server has only one
    #[arg(long, value_name = "ID")]
    dossier: Option<String>,
    /// Incident to export the verdicts of, such as --incident v03; give several for several
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    incident: Vec<String>,
    #[command(flatten)]
    readings: ReadingFlags,
    #[command(flatten)]
    basis: BasisFlags,
    #[command(flatten)]
    filter: FilterFlags,
    #[command(flatten)]
    clocks: ClockFlags,
}

/// What is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    /// What was recorded.
    Records,
    /// What follows from it under readings.
    Assessments,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// One JSON value a line.
    Jsonl,
    /// For spreadsheets.
    Csv,
    /// For maps.
    Geojson,
}

/// Runs it.
pub(super) async fn run(command: &ExportCommand) -> Result<(), Failure> {
    let question = command.question()?;
    // What was begun is dropped with its future, and with it the file that was not finished.
    let done = tokio::select! {
        done = Box::pin(export(command, question)) => done,
        _ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
    };
    match done {
        // `| head` has seen enough; that is no failure.
        Err(Failure::ReaderGone) => Ok(()),
        done => done,
    }
}

async fn export(command: &ExportCommand, question: pb::AssessRequest) -> Result<(), Failure> {
    let mut sink = Sink::open(&command.output)?;
    let client = Client::of(&command.server).await?;
    let parent = client.parent(command.dossier.as_deref()).await?;
    let state = State::settle(client, parent, question.consistency).await?;
    let question = pb::AssessRequest { parent: state.parent.clone(), consistency: state.consistency(), ..question };
    let manner = Manner { is_tagged: !command.no_hxl, is_guarded: !command.unguarded };
    let (count, what) = match (command.what, command.format) {
        (What::Records, Form::Jsonl) => (records::lines(&state, &mut sink).await?, "revisions"),
        (What::Records, Form::Csv) => (records::rows(&state, manner, &mut sink).await?, "rows"),
        (What::Records, Form::Geojson) => (map::incidents(&state, &mut sink).await?, "incidents"),
        (What::Assessments, Form::Jsonl) => (verdicts::lines(&state, question, &mut sink).await?, "verdicts"),
        (What::Assessments, Form::Csv) => (verdicts::rows(&state, question, manner, &mut sink).await?, "verdicts"),
        (What::Assessments, Form::Geojson) => (map::verdicts(&state, question, &mut sink).await?, "incidents"),
    };
    let is_file = sink.is_file();
    sink.finish()?;
    if is_file {
        talk(&format!("{}: {count} {what} in {}", state.parent, command.output.display()));
    }
    if command.what == What::Records && command.format == Form::Jsonl && command.clocks.known_by.is_some() {
        talk("note: what --known-by leaves out may be referred to by what it leaves in; such a part may not import");
    }
    Ok(())
}

impl ExportCommand {
    /// What is asked of the record, once the flags are seen to go together.
    fn question(&self) -> Result<pb::AssessRequest, Failure> {
        let readings = self.readings.choice()?;
        let filter = self.filter.filter();
        let bases = self.basis.bases();
        let asks = readings.is_some() || filter.is_some() || !bases.is_empty() || !self.incident.is_empty();
        if self.what == What::Records && asks {
            let problem = "readings, bases, incidents and filters choose verdicts: they go with --what assessments";
            return Err(Failure::Usage { problem: problem.into() });
        }
        if self.format != Form::Csv && (self.hxl || self.no_hxl || self.unguarded) {
            let problem = "--hxl, --no-hxl and --unguarded say how a CSV is written: they go with --format csv";
            return Err(Failure::Usage { problem: problem.into() });
        }
        Ok(pb::AssessRequest {
            incidents: named("incidents", &self.incident),
            filter,
            readings,
            bases,
            consistency: self.clocks.consistency()?,
            ..Default::default()
        })
    }
}
