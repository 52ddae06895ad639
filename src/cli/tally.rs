//! `armistice tally`: how many incidents came out how, per reading, basis and group.

use clap::Args;

use super::client::{Client, Common, Format};
use super::failure::Failure;
use super::output::{data, style};
use super::question::{BasisFlags, ClockFlags, FilterFlags, Group, ReadingFlags};
use super::{labels, reflection};
use crate::render::{rows, tally};
use crate::wire::pb;

/// Counts verdicts per reading, basis and group; never one total.
///
/// An incident enters every group that one of its admitted rows certainly lies in, so groups may overlap. A whole is left out
/// where one of its parts is counted.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice tally                                        the latest readings, undisputed
  armistice tally --reading r1,r5 --basis all
  armistice tally --group-by week --time-zone Europe/Kyiv
  armistice tally --group-by object,attributed-to --format csv")]
pub(super) struct TallyCommand {
    /// Group the counts, by at most two, such as --group-by week,claimant
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        hide_possible_values = true,
        value_name = "day|week|month|place|attributed-to|against|object|act|weapon|claimant"
    )]
    group_by: Vec<Group>,
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
pub(super) async fn run(command: &TallyCommand) -> Result<(), Failure> {
    let mut request = pb::TallyRequest {
        parent: String::new(),
        filter: command.filter.filter(),
        readings: command.readings.choice()?,
        bases: command.basis.bases(),
        group_by: command.group_by.iter().map(|group| group.group_by().into()).collect(),
        // The zone in which --occurred speaks is the one whose days are days.
        time_zone: command.filter.time_zone.clone().unwrap_or_default(),
        page_size: 0,
        page_token: String::new(),
        consistency: command.clocks.consistency()?,
    };
    let client = Client::of(&command.common.server).await?;
    request.parent = client.parent(command.common.dossier.as_deref()).await?;
    let response = client.tally(request.clone()).await?;
    match command.common.format {
        Format::Json => data(&reflection::to_json("TallyResponse", &response)),
        Format::Csv => data(&rows::tally(&response)),
        Format::Table => {
            let groups = response.rows.iter().flat_map(|row| row.group.clone());
            let names = groups.chain(labels::of_readings(&response.readings));
            let labels =
                labels::fetch(&client, &request.parent, names, &response.read_at, request.consistency.as_ref()).await;
            let counts = tally::tally(&response, &labels, style());
            data(&format!("{counts}\n{}", tally::counted(response.counted.as_ref(), &response.coverage, style())))
        }
    }
}
