//! `armistice diff`: which incidents change verdict from one reading to another, and over which element.

use std::path::PathBuf;

use clap::Args;

use super::case::read::gather;
use super::case::read_readings;
use super::client::{Client, Common, Format, PAGE_SIZE, refused};
use super::failure::Failure;
use super::output::{data, style};
use super::progress::Progress;
use super::question::{BasisFlags, ClockFlags, FilterFlags, named};
use super::{labels, reflection};
use crate::render::labels::{Labels, relative};
use crate::render::{Style, comparison, difference, heading, readings, rows, tally};
use crate::wire::pb;

/// Says which incidents change verdict from one reading to another of the same term, and over which element.
///
/// Either reading may be a draft that is nowhere recorded: a clause, before anyone signs it. Recorded readings come
/// first, drafts after them. Incidents that both readings judge alike are counted and not listed.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice diff r1 r5                                   what the list of 25 March changed
  armistice diff r1 --hypothetical draft.yaml            from a recorded reading to a draft
  armistice diff r1 r5 --basis all --format csv
  armistice diff r1 r5 --known-by 2025-03-20T06:00:00Z   on what could be known that morning")]
pub(super) struct DiffCommand {
    /// Recorded readings, such as r1 r5: from the first to the second
    #[arg(value_name = "READING", num_args = 0..=2)]
    readings: Vec<String>,
    /// File with a drafted reading, JSON or YAML, such as --hypothetical draft.yaml
    #[arg(long, value_name = "FILE")]
    hypothetical: Vec<PathBuf>,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    basis: BasisFlags,
    #[command(flatten)]
    filter: FilterFlags,
    #[command(flatten)]
    clocks: ClockFlags,
}

/// Runs it.
pub(super) async fn run(command: &DiffCommand) -> Result<(), Failure> {
    let mut request = command.request()?;
    let client = Client::of(&command.common.server).await?;
    request.parent = client.parent(command.common.dossier.as_deref()).await?;
    let response = changes(&client, request.clone()).await?;
    if let [a, b] = response.readings.as_slice()
        && a.term != b.term
    {
        let (of_a, of_b) = (relative(&a.term), relative(&b.term));
        let (a, b) = (relative(&a.reading), relative(&b.reading));
        let problem = format!("{a} is of {of_a} and {b} of {of_b}: only readings of one term are compared");
        return Err(Failure::Usage { problem });
    }
    match command.common.format {
        Format::Json => data(&reflection::to_json("CompareResponse", &response)),
        Format::Csv => data(&rows::comparisons(&response)),
        Format::Table => {
            let incidents = response.comparisons.iter().map(|comparison| comparison.incident.clone());
            let names = incidents.chain(labels::of_readings(&response.readings));
            let asked = request.consistency.as_ref();
            let labels = labels::fetch(&client, &request.parent, names, &response.read_at, asked).await;
            data(&text(&response, &labels, style()))
        }
    }
}

/// The comparison of two readings with those incidents alone that they judge differently.
async fn changes(client: &Client, request: pb::CompareRequest) -> Result<pb::CompareResponse, Failure> {
    let mut service = client.assessment();
    let mut request = pb::CompareRequest { page_size: PAGE_SIZE, ..request };
    let mut progress = Progress::count("comparing");
    let mut all: Option<pb::CompareResponse> = None;
    loop {
        let page = progress.watch(service.compare(request.clone())).await.map_err(refused("compare"))?;
        let mut page = page.into_inner();
        progress.advance(page.comparisons.len());
        page.comparisons.retain(|comparison| !comparison.partings.is_empty());
        request.page_token = std::mem::take(&mut page.next_page_token);
        // Pairs, readings and counts are over all pages, and the same on each.
        match &mut all {
            None => all = Some(page),
            Some(all) => all.comparisons.append(&mut page.comparisons),
        }
        if request.page_token.is_empty() {
            return Ok(all.unwrap_or_default());
        }
    }
}

fn text(response: &pb::CompareResponse, labels: &Labels, style: Style) -> String {
    let mut text = difference::changes(response, labels, style);
    text.push('\n');
    text.push_str(&heading("How often the two agree and part", style));
    text.push_str(&comparison::parted(&response.pairs, &response.comparisons, style));
    text.push('\n');
    text.push_str(&readings::readings(&response.readings, labels, style));
    text.push('\n');
    text.push_str(&tally::counted(response.counted.as_ref(), &[], style));
    text
}

impl DiffCommand {
    /// The request, once there are two readings to compare.
    fn request(&self) -> Result<pb::CompareRequest, Failure> {
        let texts = gather(&self.hypothetical).map_err(|source| Failure::File { source })?;
        let hypothetical = read_readings(&texts).map_err(|faults| Failure::Files { faults })?;
        let names = named("readings", &self.readings);
        let count = names.len() + hypothetical.len();
        if count != 2 {
            let problem = format!(
                "two readings are compared, and {count} given: name them, as in `armistice diff r1 r5`, or draft one with --hypothetical"
            );
            return Err(Failure::Usage { problem });
        }
        if let [a, b] = names.as_slice()
            && a == b
        {
            return Err(Failure::Usage { problem: format!("{a} is given twice: it cannot differ from itself") });
        }
        let readings = pb::ReadingChoice { names, hypothetical, ..Default::default() };
        Ok(pb::CompareRequest {
            filter: self.filter.filter(),
            readings: Some(readings),
            bases: self.basis.bases(),
            consistency: self.clocks.consistency()?,
            ..Default::default()
        })
    }
}
