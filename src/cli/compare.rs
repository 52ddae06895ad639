//! `armistice compare`: where readings of one term part, and over what.

use clap::Args;

use super::client::{Client, Common, Format};
use super::failure::Failure;
use super::output::{data, style};
use super::question::{BasisFlags, ClockFlags, FilterFlags, ReadingFlags, named};
use super::{labels, reflection};
use crate::render::labels::Labels;
use crate::render::{Style, comparison, heading, readings, rows, tally};
use crate::wire::pb;

/// So few are shown pair by pair.
const IN_PAIRS_MAX: usize = 3;

/// Says where readings of one term part, and over which elements.
///
/// An incident is contested where one reading says breach and another no breach; open where some are undetermined. Three
/// comparisons or fewer are shown pair by pair.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice compare                                     the latest readings of each term
  armistice compare --reading r1,r5                     what the list of 25 March changed
  armistice compare --incident v03 --set all
  armistice compare --hypothetical draft.yaml --reading r7 --format csv")]
pub(super) struct CompareCommand {
    /// Incident to compare over, such as --incident v03; give several for several
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    incident: Vec<String>,
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
pub(super) async fn run(command: &CompareCommand) -> Result<(), Failure> {
    let mut request = pb::CompareRequest {
        parent: String::new(),
        incidents: named("incidents", &command.incident),
        filter: command.filter.filter(),
        readings: command.readings.choice()?,
        bases: command.basis.bases(),
        explain: false,
        page_size: 0,
        page_token: String::new(),
        consistency: command.clocks.consistency()?,
    };
    let client = Client::of(&command.common.server).await?;
    request.parent = client.parent(command.common.dossier.as_deref()).await?;
    let response = client.compare(request.clone()).await?;
    match command.common.format {
        Format::Json => data(&reflection::to_json("CompareResponse", &response)),
        Format::Csv => data(&rows::comparisons(&response)),
        Format::Table => {
            let incidents = response.comparisons.iter().map(|comparison| comparison.incident.clone());
            let names = incidents.chain(labels::of_readings(&response.readings));
            let labels =
                labels::fetch(&client, &request.parent, names, &response.read_at, request.consistency.as_ref()).await;
            data(&text(&response, &labels, style()))
        }
    }
}

fn text(response: &pb::CompareResponse, labels: &Labels, style: Style) -> String {
    let mut text = comparison::comparisons(&response.comparisons, labels, style);
    if response.comparisons.len() <= IN_PAIRS_MAX {
        for compared in response.comparisons.iter().filter(|compared| !compared.partings.is_empty()) {
            text.push('\n');
            text.push_str(&comparison::partings(compared, style));
        }
    }
    text.push('\n');
    text.push_str(&heading("How often each pair agrees and parts", style));
    text.push_str(&comparison::pairs(&response.pairs, style));
    text.push('\n');
    text.push_str(&readings::readings(&response.readings, labels, style));
    text.push('\n');
    text.push_str(&tally::counted(response.counted.as_ref(), &[], style));
    text
}
