//! `armistice obligations`: what the texts commit somebody to, and what became of it at an instant.

use clap::Args;

use super::client::{Client, Common, Format};
use super::failure::Failure;
use super::output::{data, style};
use super::question::{ClockFlags, ReadingFlags, instant, not_an_instant};
use super::{labels, reflection};
use crate::render::labels::Labels;
use crate::render::obligations::{self, Duties};
use crate::render::readings;
use crate::wire::pb;

/// So few are explained without being asked.
const EXPLAINED_MAX: usize = 3;

/// Says of every obligation whether it is fulfilled, pending, overdue or undetermined, and by which records.
///
/// Without flags: every obligation under the latest reading of each holder, as of when the last record was made. Three or
/// fewer are explained in full.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice obligations                                     what became of each
  armistice obligations --as-of 2025-03-20T06:00:00Z        as it stood that morning
  armistice obligations --as-of 2025-03-24T12:00:00Z --known-by 2025-03-24T12:00:00Z
  armistice obligations --reading technical-talks-us --format json")]
pub(super) struct ObligationsCommand {
    /// Instant at which they are judged, such as --as-of 2025-03-20T06:00:00Z; default: when the last record was made
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// Explain every obligation, such as --explain
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    readings: ReadingFlags,
    #[command(flatten)]
    clocks: ClockFlags,
}

/// Runs it.
pub(super) async fn run(command: &ObligationsCommand) -> Result<(), Failure> {
    let as_of_time = match &command.as_of {
        None => None,
        Some(text) => Some(instant(text).ok_or_else(|| not_an_instant("--as-of", text))?),
    };
    let mut request = pb::AssessObligationsRequest {
        parent: String::new(),
        readings: command.readings.choice()?,
        as_of_time,
        page_size: 0,
        page_token: String::new(),
        consistency: command.clocks.consistency()?,
    };
    let client = Client::of(&command.common.server).await?;
    request.parent = client.parent(command.common.dossier.as_deref()).await?;
    let response = client.obligations(request.clone()).await?;
    match command.common.format {
        Format::Json => data(&reflection::to_json("AssessObligationsResponse", &response)),
        Format::Csv => data(&obligations::rows(&response)),
        Format::Table => {
            let duties = duties(&client, &request, &response).await;
            let names = named(&duties).chain(labels::of_readings(&response.readings));
            let labels =
                labels::fetch(&client, &request.parent, names, &response.read_at, request.consistency.as_ref()).await;
            data(&text(command.explain, &response, &duties, &labels))
        }
    }
}

fn text(explain: bool, response: &pb::AssessObligationsResponse, duties: &Duties, labels: &Labels) -> String {
    let style = style();
    let mut text = obligations::obligations(response, duties, labels, style);
    if explain || response.obligations.len() <= EXPLAINED_MAX {
        for obligation in &response.obligations {
            text.push('\n');
            text.push_str(&obligations::explained(obligation, duties, labels, style));
        }
    }
    if !response.readings.is_empty() {
        text.push('\n');
        text.push_str(&readings::readings(&response.readings, labels, style));
        text.push_str(&readings::ends(&response.readings, style));
    }
    text
}

/// What the readings ask for: an answer tells only what became of it.
async fn duties(
    client: &Client,
    request: &pb::AssessObligationsRequest,
    response: &pb::AssessObligationsResponse,
) -> Duties {
    let drafts = request.readings.iter().flat_map(|choice| &choice.hypothetical).enumerate();
    let drafted = |(index, draft): (usize, &pb::Reading)| {
        let duties = draft.duties.iter().map(|duty| in_full(duty, &request.parent)).collect();
        (format!("hypothetical/{index}"), duties)
    };
    let mut duties: Duties = drafts.map(drafted).collect();
    let recorded = response.readings.iter().map(|applied| applied.reading.clone());
    let recorded = recorded.filter(|name| !name.starts_with("hypothetical/")).collect();
    let at = pb::At { at: Some(pb::at::At::ReadAt(response.read_at.clone())) };
    let consistency = pb::Consistency {
        when: Some(pb::consistency::When::At(at)),
        known_by: request.consistency.as_ref().and_then(|consistency| consistency.known_by),
    };
    // Words make a table pleasant; without them it is still an answer.
    let records = client.records_named(&request.parent, recorded, Some(consistency)).await.unwrap_or_default();
    for record in records {
        if let Some(pb::record::Kind::Reading(reading)) = record.kind {
            duties.insert(record.name, reading.duties);
        }
    }
    duties
}

/// A drafted duty with its actors named in full, as recorded ones are.
fn in_full(duty: &pb::Duty, parent: &str) -> pb::Duty {
    let mut duty = duty.clone();
    let full = |name: &mut String| {
        if name.starts_with("actors/") {
            *name = format!("{parent}/{name}");
        }
    };
    match &mut duty.duty {
        Some(pb::duty::Duty::Contact(contact)) => contact.participants.iter_mut().for_each(full),
        Some(pb::duty::Duty::Exchange(exchange)) => [&mut exchange.from, &mut exchange.to].into_iter().for_each(full),
        Some(pb::duty::Duty::Pledge(pledge)) => pledge.to.iter_mut().for_each(full),
        None => {}
    }
    duty
}

/// Everyone whom the duties name.
fn named(duties: &Duties) -> impl Iterator<Item = String> {
    duties.values().flatten().flat_map(|duty| match &duty.duty {
        Some(pb::duty::Duty::Contact(contact)) => contact.participants.clone(),
        Some(pb::duty::Duty::Exchange(exchange)) => vec![exchange.from.clone(), exchange.to.clone()],
        Some(pb::duty::Duty::Pledge(pledge)) => pledge.to.clone(),
        None => Vec::new(),
    })
}
