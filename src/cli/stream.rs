//! Sends batches over one `ImportRecords` stream, with several on their way, and takes it up again where it broke off.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::client::Client;
use crate::wire::{pb, status};

/// How many batches may be unanswered: more than the server has under way, so that it never waits for the next. They are kept until
/// they are answered, and are all that is kept of what was read.
const UNANSWERED_MAX: usize = 8;

/// How often in a row a broken stream is taken up again without getting any further.
const ATTEMPTS_MAX: u32 = 6;

/// How long to wait before the first of these; twice as long before each further one.
const RETRY_AFTER: Duration = Duration::from_millis(250);

/// What was sent, and is durable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sent {
    /// How many batches.
    pub batches: usize,
    /// How many records.
    pub records: usize,
    /// The lowest and the highest position; none where nothing was sent.
    pub positions: Option<(i64, i64)>,
}

/// Why not everything was sent.
#[derive(Debug)]
pub(super) struct Unsent<T> {
    /// What is durable all the same.
    pub sent: Sent,
    /// What the server said last, or the transport.
    pub status: Status,
    /// What was given with the batch that the server refused. None where it was not a batch that was refused: the connection broke
    /// off, and could not be taken up again.
    pub refused: Option<T>,
}

/// Sends batches in order, each of which may come from a file while others are on their way, and tells of each when it is durable.
/// What comes with a request comes back with its answer or its refusal. After a refusal no more is sent.
///
/// Every request must have a request id (`case::batch::Numbering` gives them), or what is sent again would be stored again.
pub(super) async fn send<T>(
    client: &Client,
    requests: impl IntoIterator<Item = (pb::AppendRecordsRequest, T)>,
    on_durable: impl FnMut(&T, pb::ImportRecordsResponse),
) -> Result<Sent, Unsent<T>> {
    let mut sending = Sending {
        requests: requests.into_iter().fuse(),
        unanswered: VecDeque::with_capacity(UNANSWERED_MAX),
        sent: Sent::default(),
        on_durable,
    };
    let mut attempts = 0;
    loop {
        let before = sending.sent.batches;
        let Err(status) = sending.over_one_stream(client).await else { return Ok(sending.sent) };
        if sending.sent.batches > before {
            attempts = 0;
        }
        let is_broken = is_broken(&status);
        if !is_broken || attempts == ATTEMPTS_MAX {
            // Batches are answered in order, so the one that was refused is the first that has no answer.
            let refused = if is_broken { None } else { sending.unanswered.pop_front().map(|(_, of)| of) };
            return Err(Unsent { sent: sending.sent, status, refused });
        }
        tokio::time::sleep(RETRY_AFTER * 2_u32.pow(attempts)).await;
        attempts += 1;
    }
}

/// What outlives a stream.
struct Sending<I, T, F> {
    requests: I,
    /// What was read and is not known to be durable, oldest first.
    unanswered: VecDeque<(pb::ImportRecordsRequest, T)>,
    sent: Sent,
    on_durable: F,
}

impl<I, T, F> Sending<I, T, F>
where
    I: Iterator<Item = (pb::AppendRecordsRequest, T)>,
    F: FnMut(&T, pb::ImportRecordsResponse),
{
    /// Sends what is unanswered and what follows, until all is durable or the stream ends.
    async fn over_one_stream(&mut self, client: &Client) -> Result<(), Status> {
        // One place: what waits for room in the transport is kept here anyway.
        let (messages, outgoing) = mpsc::channel(1);
        let mut answers = client.records().import_records(ReceiverStream::new(outgoing)).await?.into_inner();
        // How many of what is unanswered this stream has taken.
        let mut on_their_way = 0;
        let mut is_all_read = false;
        while !is_all_read || !self.unanswered.is_empty() {
            let is_something_to_send = on_their_way < self.unanswered.len() || !is_all_read;
            tokio::select! {
                // Answers are read though there is no room to send: the server stops reading who does not.
                answer = answers.message(), if on_their_way > 0 => {
                    self.answered(answer?)?;
                    on_their_way -= 1;
                }
                room = messages.reserve(), if on_their_way < UNANSWERED_MAX && is_something_to_send => {
                    let Ok(room) = room else {
                        // The transport takes no more; the answers say why.
                        return Err(self.end_of(&mut answers).await);
                    };
                    if on_their_way == self.unanswered.len() {
                        let Some((request, of)) = self.requests.next() else {
                            is_all_read = true;
                            continue;
                        };
                        let pb::AppendRecordsRequest { parent, records, request_id, validate_only: _ } = request;
                        self.unanswered.push_back((pb::ImportRecordsRequest { parent, records, request_id }, of));
                    }
                    room.send(self.unanswered[on_their_way].0.clone());
                    on_their_way += 1;
                }
            }
        }
        Ok(())
    }

    /// Takes the answer to the oldest batch that has none.
    fn answered(&mut self, answer: Option<pb::ImportRecordsResponse>) -> Result<(), Status> {
        // The stream ended, or speaks of another batch: either way it tells no more about this one.
        let is_of_oldest = |answer: &pb::ImportRecordsResponse| {
            self.unanswered.front().is_some_and(|(request, _)| request.request_id == answer.request_id)
        };
        let Some(answer) = answer.filter(is_of_oldest) else { return Err(status::broken_off()) };
        let Some((_, of)) = self.unanswered.pop_front() else { return Err(status::broken_off()) };
        let (first, last) = (answer.first_position, answer.last_position);
        self.sent.batches += 1;
        self.sent.records += usize::try_from(answer.record_count).unwrap_or_default();
        self.sent.positions =
            Some(self.sent.positions.map_or((first, last), |(least, most)| (least.min(first), most.max(last))));
        (self.on_durable)(&of, answer);
        Ok(())
    }

    /// What a stream that takes no more messages ends with, once what it still answers is taken.
    async fn end_of(&mut self, answers: &mut tonic::Streaming<pb::ImportRecordsResponse>) -> Status {
        loop {
            let taken = match answers.message().await {
                Ok(answer) => self.answered(answer),
                Err(status) => Err(status),
            };
            if let Err(status) = taken {
                return status;
            }
        }
    }
}

/// Whether it is worth trying again: the server says so, or it is not the server that speaks.
fn is_broken(status: &Status) -> bool {
    let is_ours = status.get_error_details().error_info().is_some();
    match status.code() {
        Code::Unavailable => true,
        Code::Unknown | Code::Internal | Code::Cancelled => !is_ours,
        _ => false,
    }
}
