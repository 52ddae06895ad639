//! `armistice assess`: breach, no breach or undetermined, for every incident under every reading.

use clap::Args;

use super::client::{Client, Common, Format};
use super::failure::Failure;
use super::output::{data, style};
use super::question::{BasisFlags, ClockFlags, FilterFlags, ReadingFlags, named};
use super::{labels, reflection};
use crate::render::labels::Labels;
use crate::render::matrix::Matrix;
use crate::render::{Style, explain, heading, matrix, readings, rows, tally, words};
use crate::wire::pb;

/// So few are explained without being asked.
const EXPLAINED_MAX: usize = 3;

/// Says for every incident under every reading: breach, no breach or undetermined, and why.
///
/// Without flags: every incident under the latest reading of each holder, on what no recorded report
/// disputes. Three verdicts or fewer are explained in full: each element with its fact and rule, and what is missing.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice assess                                          everything, latest readings, undisputed
  armistice assess --incident v03 --reading r5              one verdict, explained
  armistice assess --reading r1,r5 --basis all --format csv
  armistice assess --hypothetical draft.yaml --object elec  a drafted clause on what happened
  armistice assess --known-by 2025-03-20T06:00:00Z          what could be known that morning")]
pub(super) struct AssessCommand {
    /// Incident to assess, such as --incident v03; give several for several
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    incident: Vec<String>,
    /// Explain every verdict, every row of it too, such as --explain
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    readings: ReadingFlags,
    #[command(flatten)]
    basis: BasisFlags,
    #[command(flatten)]
    filter: FilterFlags,
    #[command(flatten)]
    clocks: ClockFlags,
}

/// Runs it.
pub(super) async fn run(command: &AssessCommand) -> Result<(), Failure> {
    let mut request = pb::AssessRequest {
        parent: String::new(),
        incidents: named("incidents", &command.incident),
        filter: command.filter.filter(),
        readings: command.readings.choice()?,
        bases: command.basis.bases(),
        explain: command.explain,
        page_size: 0,
        page_token: String::new(),
        consistency: command.clocks.consistency()?,
    };
    let client = Client::of(&command.common.server).await?;
    request.parent = client.parent(command.common.dossier.as_deref()).await?;
    let response = client.assess(request.clone()).await?;
    match command.common.format {
        Format::Json => data(&reflection::to_json("AssessResponse", &response)),
        Format::Csv => data(&rows::assessments(&response)),
        Format::Table => {
            let names = names(&response);
            let labels =
                labels::fetch(&client, &request.parent, names, &response.read_at, request.consistency.as_ref()).await;
            let is_explained = command.explain || response.assessments.len() <= EXPLAINED_MAX;
            data(&text(&response, is_explained, &labels, style()))
        }
    }
}

fn names(response: &pb::AssessResponse) -> Vec<String> {
    let incidents = response.assessments.iter().map(|assessment| assessment.incident.clone());
    let denials = response.assessments.iter().flat_map(|assessment| &assessment.denials);
    let claimants = denials.map(|denial| denial.claimant.clone());
    incidents.chain(claimants).chain(labels::of_readings(&response.readings)).collect()
}

fn text(response: &pb::AssessResponse, is_explained: bool, labels: &Labels, style: Style) -> String {
    let mut text = String::new();
    if is_explained {
        for assessment in &response.assessments {
            text.push_str(&explain::explain(assessment, labels, style));
            text.push('\n');
        }
    } else {
        let mut bases: Vec<pb::Basis> = Vec::new();
        for basis in response.assessments.iter().map(pb::Assessment::basis) {
            if !bases.contains(&basis) {
                bases.push(basis);
            }
        }
        for basis in bases {
            let title = format!("On the basis {}: {}", words::basis(basis), words::basis_meaning(basis));
            text.push_str(&heading(&title, style));
            text.push_str(&Matrix { assessed: response, basis, at_their_word: None, tally: None }.text(labels, style));
            text.push('\n');
        }
        text.push_str(&matrix::legend(style));
        text.push('\n');
    }
    text.push_str(&readings::readings(&response.readings, labels, style));
    text.push_str(&readings::ends(&response.readings, style));
    text.push('\n');
    text.push_str(&tally::counted(response.counted.as_ref(), &[], style));
    text
}
