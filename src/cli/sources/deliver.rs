//! Sends records to the server: the only place where an import of a published file does.

use std::collections::HashSet;

use super::super::case::batch::{RECORDS_MAX, SIZE_BYTES_MAX, request_id, size_bytes};
use super::super::client::Client;
use super::super::failure::{Failure, code_word, reason, refusal, violations};
use super::super::output::talk;
use super::super::progress::Progress;
use crate::wire::pb;

/// The most violations of one batch that are told.
const TOLD_MAX: usize = 20;

/// A record on its way.
#[derive(Debug)]
pub(super) struct Outgoing {
    /// The record.
    pub(super) record: pb::Record,
    /// The line of its row; 0: it is of no one row.
    pub(super) line: u64,
    /// How many rows are done with once it is in.
    pub(super) rows: usize,
}

/// What was sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Delivered {
    /// How many records.
    pub(super) records: u64,
    /// The position of the last one; 0: none was sent.
    pub(super) head: i64,
}

/// Sends records in their order, as they come: no more than one batch of them is held.
pub(super) async fn deliver(
    client: &Client,
    parent: &str,
    label: &str,
    outgoing: &mut impl Iterator<Item = Result<Outgoing, Failure>>,
    progress: &mut Progress,
) -> Result<Delivered, Failure> {
    let mut delivered = Delivered::default();
    let mut before = String::new();
    let mut next = outgoing.next().transpose()?;
    while let Some(first) = next.take() {
        let mut names = HashSet::from([first.record.name.clone()]);
        let mut size = size_bytes(&first.record);
        let mut batch = vec![first];
        // No batch over a limit, and no name twice in one.
        while let Some(more) = outgoing.next().transpose()? {
            size += size_bytes(&more.record);
            if batch.len() >= RECORDS_MAX || size > SIZE_BYTES_MAX || !names.insert(more.record.name.clone()) {
                next = Some(more);
                break;
            }
            batch.push(more);
        }
        let (records, places): (Vec<pb::Record>, Vec<(u64, String)>) =
            batch.iter().map(|out| (out.record.clone(), (out.line, out.record.name.clone()))).unzip();
        let mut request = pb::AppendRecordsRequest { parent: parent.to_owned(), records, ..Default::default() };
        request.request_id = request_id(&before, &request);
        before.clone_from(&request.request_id);
        let sent = progress.watch(client.records().append_records(request)).await;
        let answer = match sent {
            Ok(answer) => answer.into_inner(),
            Err(status) => {
                let told = told(&status, label, &places);
                return Err(Failure::Undelivered { told, records_in: delivered.records });
            }
        };
        for warning in &answer.warnings {
            talk(&format!(
                "{}: warning {}: {}",
                placed(&warning.field, label, &places),
                warning.reason,
                warning.description
            ));
        }
        delivered.records += answer.records.len() as u64;
        delivered.head = answer.records.iter().map(|record| record.position).fold(delivered.head, i64::max);
        progress.advance(batch.iter().map(|out| out.rows).sum());
    }
    Ok(delivered)
}

/// What the server says of a batch, each violation with the row that it concerns.
fn told(status: &tonic::Status, label: &str, places: &[(u64, String)]) -> String {
    let violations = violations(status);
    if violations.is_empty() {
        return format!("the server refused records: {}", refusal(status));
    }
    let head = format!("the server refused records: {} ({})", reason(status), code_word(status.code()));
    let lines = violations
        .iter()
        .take(TOLD_MAX)
        .map(|(field, description)| format!("\n{}: {description}", placed(field, label, places)));
    lines.fold(head, |told, line| told + &line)
}

/// The row and the record that a field of a request concerns.
fn placed(field: &str, label: &str, places: &[(u64, String)]) -> String {
    let in_record = field.strip_prefix("records[").and_then(|rest| rest.split_once(']'));
    let place = in_record.and_then(|(index, _)| places.get(index.parse::<usize>().ok()?));
    let (Some((line, name)), Some((_, rest))) = (place, in_record) else { return field.to_owned() };
    let path = rest.trim_start_matches('.');
    if *line == 0 { format!("{label}: {name}: {path}") } else { format!("{label}:{line}: {name}: {path}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_is_placed_at_the_row_that_it_concerns() {
        let places = [(0, "actors/ucdp".to_owned()), (17, "reports/ged-1".to_owned())];
        let placed = |field| placed(field, "a.csv", &places);
        assert_eq!(placed("records[1].report.facts.act"), "a.csv:17: reports/ged-1: report.facts.act");
        assert_eq!(placed("records[0].actor.type"), "a.csv: actors/ucdp: actor.type");
        assert_eq!(placed("records[9].name"), "records[9].name");
        assert_eq!(placed("request_id"), "request_id");
    }
}
