//! Sends records to the server: the only place where an import of a published file does.

use std::collections::HashSet;

use super::super::case::batch::{Numbering, RECORDS_MAX, SIZE_BYTES_MAX, size_bytes};
use super::super::client::Client;
use super::super::failure::{Failure, advice, code_word, reason, refusal, violations};
use super::super::progress::Progress;
use super::super::stream::{self, Unsent};
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

/// Cuts records into requests as they come, and keeps why it stopped, if it did before the end.
struct Batches<'b, O> {
    outgoing: &'b mut O,
    /// The record that had no room in the batch before.
    next: Option<Outgoing>,
    numbering: Numbering,
    failure: Option<Failure>,
}

/// Where the records of a request come from.
#[derive(Debug, Default)]
struct Carried {
    /// For each record the line of its row, and its name.
    places: Vec<(u64, String)>,
    /// How many rows are done with once it is in.
    rows: usize,
}

/// Sends records in their order, as they come, and answers the position of the last one; 0: none was sent. No more of them is held
/// than may be on their way.
pub(super) async fn deliver(
    client: &Client,
    parent: &str,
    label: &str,
    outgoing: &mut impl Iterator<Item = Result<Outgoing, Failure>>,
    progress: &mut Progress,
) -> Result<i64, Failure> {
    let steps = progress.steps();
    let mut batches = Batches { outgoing, next: None, numbering: Numbering::of(parent), failure: None };
    let sending = stream::send(client, &mut batches, |Carried { places, rows }, answer| {
        steps.advance(*rows);
        for pb::Warning { field, reason, description } in &answer.warnings {
            steps.talk(&format!("{}: warning {reason}: {description}", placed(field, label, places)));
        }
    });
    let sent = progress.watch(sending).await.map_err(|Unsent { sent, status, refused }| match refused {
        Some(Carried { places, .. }) => {
            let told = told(&status, label, &places);
            Failure::Undelivered { told, records_in: sent.records as u64 }
        }
        None => Failure::ImportBroken { batches_in: sent.batches, status: Box::new(status) },
    })?;
    match batches.failure {
        Some(failure) => Err(failure),
        None => Ok(sent.positions.map_or(0, |(_, last)| last)),
    }
}

impl<O: Iterator<Item = Result<Outgoing, Failure>>> Batches<'_, O> {
    fn batch(&mut self) -> Result<(Vec<pb::Record>, Carried), Failure> {
        let mut names = HashSet::new();
        let mut size = 0;
        let mut records = Vec::new();
        let mut carried = Carried::default();
        // No batch over a limit, and no name twice in one.
        while let Some(out) = self.next.take().map(Ok).or_else(|| self.outgoing.next()).transpose()? {
            size += size_bytes(&out.record);
            let is_full = records.len() >= RECORDS_MAX || !records.is_empty() && size > SIZE_BYTES_MAX;
            if is_full || !names.insert(out.record.name.clone()) {
                self.next = Some(out);
                break;
            }
            carried.places.push((out.line, out.record.name.clone()));
            carried.rows += out.rows;
            records.push(out.record);
        }
        Ok((records, carried))
    }
}

impl<O: Iterator<Item = Result<Outgoing, Failure>>> Iterator for Batches<'_, O> {
    type Item = (pb::AppendRecordsRequest, Carried);

    fn next(&mut self) -> Option<Self::Item> {
        match self.batch() {
            Ok((records, _)) if records.is_empty() => None,
            Ok((records, carried)) => Some((self.numbering.request(records), carried)),
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        }
    }
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
    lines.fold(head, |told, line| told + &line) + advice(status.code())
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

    fn out(number: usize, text_bytes: usize) -> Outgoing {
        let body = pb::Actor { display_name: "x".repeat(text_bytes), ..Default::default() };
        let kind = Some(pb::record::Kind::Actor(body));
        let record = pb::Record { name: format!("actors/n{number}"), kind, ..Default::default() };
        Outgoing { record, line: number as u64 + 2, rows: 1 }
    }

    /// How many records and rows each request of these has, and whether there was a failure.
    fn cut(outgoing: impl IntoIterator<Item = Result<Outgoing, Failure>>) -> (Vec<(usize, usize)>, bool) {
        let mut outgoing = outgoing.into_iter();
        let numbering = Numbering::of("dossiers/d");
        let mut batches = Batches { outgoing: &mut outgoing, next: None, numbering, failure: None };
        let sizes = batches.by_ref().fuse().map(|(request, carried)| {
            assert!(carried.places.iter().map(|(_, name)| name).eq(request.records.iter().map(|record| &record.name)));
            (request.records.len(), carried.rows)
        });
        (sizes.collect(), batches.failure.is_some())
    }

    #[test]
    fn a_batch_ends_before_a_limit_and_before_a_name_comes_again() {
        assert_eq!(cut([]), (Vec::new(), false));
        let many = (0..2 * RECORDS_MAX + 1).map(|number| Ok(out(number, 1)));
        assert_eq!(cut(many), (vec![(RECORDS_MAX, RECORDS_MAX), (RECORDS_MAX, RECORDS_MAX), (1, 1)], false));
        let big = (0..3).map(|number| Ok(out(number, SIZE_BYTES_MAX / 2 - 100)));
        assert_eq!(cut(big), (vec![(2, 2), (1, 1)], false));
        let over = [out(0, 1), out(1, SIZE_BYTES_MAX), out(2, 1)].map(Ok);
        assert_eq!(cut(over), (vec![(1, 1), (1, 1), (1, 1)], false));
        assert_eq!(cut([0, 1, 0, 0].map(|number| Ok(out(number, 1)))), (vec![(2, 2), (1, 1), (1, 1)], false));
    }

    #[test]
    fn nothing_of_a_batch_is_sent_that_cannot_be_made_whole() {
        let broken = || Err(Failure::Import { problem: "the file changed".into() });
        let outgoing = (0..RECORDS_MAX + 5).map(|number| Ok(out(number, 1))).chain([broken(), Ok(out(9, 1))]);
        assert_eq!(cut(outgoing), (vec![(RECORDS_MAX, RECORDS_MAX)], true));
    }

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
