//! `ImportRecords`: one stream of batches in, one of acknowledgements out.
//!
//! ```text
//!  messages ─► decode ─► dossier's queue ─► … ─► durable ─► answers
//!                 └── under way, oldest first: at most UNDER_WAY_MAX ──┘
//! ```
//!
//! What is under way is bounded, and an answer is under way until the transport has room for it: who does not read the answers is not
//! read from, and HTTP/2 tells the sender to wait. All batches of a stream are one chain, so that what was already handed over when
//! one before it was refused is not stored.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::sync::{mpsc, watch};
use tokio_stream::{Stream, StreamExt};
use tonic::Status;

use crate::access::Principal;
use crate::domain::fault::{Reason, Violation};
use crate::wire::{codec, pb, status, token};

use super::calls::{self, Call};
use super::dossiers::{Chain, Dossiers, Error, Open, Receipt, Stored};
use super::{call, intake};

/// How many batches of a stream are under way at a time. Enough that one is decoded and one admitted while one is synced and one
/// answered; each may hold 4 MiB and what becomes of them.
const UNDER_WAY_MAX: usize = 4;

/// True once the server is to stop.
pub(super) type Stopped = watch::Receiver<bool>;

/// What the transport is given to send.
enum Said {
    /// A batch is durable.
    Durable(pb::ImportRecordsResponse),
    /// Nothing more follows.
    End(Result<(), Status>),
}

/// One import.
pub(super) struct Import {
    dossiers: Arc<Dossiers>,
    principal: Principal,
    chain: Chain,
    /// The call that it answers, to take note of how far it came.
    call: Option<Arc<Call>>,
    /// The dossier as the first message named it; empty before that.
    parent: String,
    /// How many messages were read.
    read: u64,
}

/// A batch that was handed over.
struct UnderWay {
    index: u64,
    request_id: String,
    open: Arc<Open>,
    receipt: Receipt,
}

/// The stream of answers.
pub(super) struct Acknowledgements {
    said: mpsc::Receiver<Said>,
    is_over: bool,
}

impl Import {
    pub(super) fn new(dossiers: Arc<Dossiers>, principal: Principal) -> Import {
        Import { dossiers, principal, chain: Chain::default(), call: calls::current(), parent: String::new(), read: 0 }
    }

    /// Begins to read messages.
    pub(super) fn start<S>(self, messages: S, stopped: Stopped) -> Acknowledgements
    where
        S: Stream<Item = Result<pb::ImportRecordsRequest, Status>> + Send + Unpin + 'static,
    {
        // One place: what waits for room waits among what is under way.
        let (answers, said) = mpsc::channel(1);
        tokio::spawn(self.run(messages, answers, stopped));
        Acknowledgements { said, is_over: false }
    }

    async fn run<S>(mut self, mut messages: S, answers: mpsc::Sender<Said>, mut stopped: Stopped)
    where
        S: Stream<Item = Result<pb::ImportRecordsRequest, Status>> + Send + Unpin,
    {
        let mut under_way: VecDeque<UnderWay> = VecDeque::new();
        // What the stream ends with, once it is known and what is under way has been answered.
        let mut end = None;
        while end.is_none() || !under_way.is_empty() {
            let has_room = under_way.len() < UNDER_WAY_MAX;
            tokio::select! {
                biased;
                // Nobody is there any more; what was handed over takes its course.
                () = answers.closed() => return,
                outcome = oldest(&mut under_way), if !under_way.is_empty() => {
                    let Some(batch) = under_way.pop_front() else { continue };
                    if let (Some(call), Ok(stored)) = (&self.call, &outcome) {
                        call.at_position(stored.position);
                    }
                    let said = batch.said(outcome);
                    let is_end = matches!(said, Said::End(_));
                    if answers.send(said).await.is_err() || is_end {
                        return;
                    }
                }
                () = told_to_stop(&mut stopped), if end.is_none() => {
                    end = Some(Err(call::failed(Error::Closing, "")));
                }
                message = messages.next(), if end.is_none() && has_room => match message {
                    None => end = Some(Ok(())),
                    Some(message) => match self.take_in(message).await {
                        Ok(batch) => under_way.push_back(batch),
                        Err(status) => end = Some(Err(status)),
                    },
                },
            }
        }
        // Who is gone does not want to know.
        let _ = answers.send(Said::End(end.unwrap_or(Ok(())))).await;
    }

    /// Decodes a message and hands it to its dossier's writer.
    async fn take_in(&mut self, message: Result<pb::ImportRecordsRequest, Status>) -> Result<UnderWay, Status> {
        let index = self.read;
        self.read += 1;
        let message = message.map_err(|status| status::of_message(codec::amended_status(status), index, ""))?;
        let request_id = message.request_id.clone();
        let handed_over = self.hand_over(message).await;
        let (open, receipt) = handed_over.map_err(|status| status::of_message(status, index, &request_id))?;
        Ok(UnderWay { index, request_id, open, receipt })
    }

    async fn hand_over(&mut self, message: pb::ImportRecordsRequest) -> Result<(Arc<Open>, Receipt), Status> {
        let pb::ImportRecordsRequest { parent, records, request_id } = message;
        if self.parent.is_empty() {
            self.parent = parent;
        } else if !parent.is_empty() && parent != self.parent {
            let what = format!("is not {}, which the first message named: a stream is about one dossier", self.parent);
            return Err(status::refused(vec![Violation::new("parent", Reason::FieldNotAllowed, what)]));
        }
        // The same batch by either call is the same request, so that one can be repeated by the other.
        let parent = self.parent.clone();
        let request = pb::AppendRecordsRequest { parent, records, request_id, validate_only: false };
        let (open, mut submission) = intake::submission(&self.dossiers, request, &self.principal).await?;
        submission.chain = Some(self.chain.clone());
        let receipt = open.hand_over(submission).await.map_err(|error| call::failed(error, "parent"))?;
        Ok((open, receipt))
    }
}

/// Waits for the batch that is to be answered next.
async fn oldest(under_way: &mut VecDeque<UnderWay>) -> Result<Stored, Error> {
    match under_way.front_mut() {
        Some(batch) => batch.receipt.outcome().await,
        None => std::future::pending().await,
    }
}

async fn told_to_stop(stopped: &mut Stopped) {
    // A server that is gone has stopped as well.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

impl UnderWay {
    fn said(self, outcome: Result<Stored, Error>) -> Said {
        let UnderWay { index, request_id, open, receipt: _ } = self;
        let Stored { revisions, warnings, position } = match outcome {
            Ok(stored) => stored,
            Err(error) => {
                let status = call::failed(error, "parent");
                return Said::End(Err(status::of_message(status, index, &request_id)));
            }
        };
        let number = |position: u64| i64::try_from(position).unwrap_or(i64::MAX);
        Said::Durable(pb::ImportRecordsResponse {
            request_id,
            first_position: number(revisions.first().map_or(position, |revision| revision.position)),
            last_position: number(position),
            record_count: i32::try_from(revisions.len()).unwrap_or(i32::MAX),
            warnings,
            read_at: token::read_at(&open.log_id, position),
        })
    }
}

impl Stream for Acknowledgements {
    type Item = Result<pb::ImportRecordsResponse, Status>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        let Poll::Ready(said) = self.said.poll_recv(context) else { return Poll::Pending };
        let (item, is_over) = match said {
            Some(Said::Durable(answer)) => (Some(Ok(answer)), false),
            Some(Said::End(Ok(()))) => (None, true),
            Some(Said::End(Err(status))) => (Some(Err(status)), true),
            // It broke off by a defect. To end as if all were well would be a lie.
            None => (Some(Err(status::internal())), true),
        };
        self.is_over = is_over;
        Poll::Ready(item)
    }
}
