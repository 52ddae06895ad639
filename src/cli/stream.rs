//! Sends batches over one `ImportRecords` stream, with several on their way, and takes it up again where it broke off.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::timeout;
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
const RETRY_AFTER: Duration = Duration::from_millis(if cfg!(test) { 1 } else { 250 });

/// How long the end of a stream is waited for of which all is durable.
const END_TIMEOUT: Duration = Duration::from_secs(1);

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
        // All is durable. That nothing follows is said, and the end is heard, so that for the server the call did not break off; whether it
        // comes matters to nobody else.
        drop(messages);
        let _ = timeout(END_TIMEOUT, answers.message()).await;
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::copy_bidirectional;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::cli::case::batch::Numbering;
    use crate::log::memory::MemoryLog;
    use crate::service::{Settings, run};

    const PARENT: &str = "dossiers/d";

    /// A server over a log in memory, with a dossier; it ends with the runtime of its test.
    async fn server() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let never = std::future::pending::<()>();
        tokio::spawn(run(Settings::default(), Arc::new(MemoryLog::default()), listener, never));
        let client = Client::connect(&url).await.expect("the server listens");
        let request = pb::CreateDossierRequest { dossier_id: "d".to_owned(), ..Default::default() };
        client.dossiers().create_dossier(request).await.expect("a new dossier");
        url
    }

    /// A way to the server that carries so many bytes of each connection and then cuts it, as often as it is told; then all.
    async fn way(url: &str, mut cuts: VecDeque<u64>) -> (String, Arc<AtomicUsize>) {
        let to = url.trim_start_matches("http://").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let way = format!("http://{}", listener.local_addr().expect("an address"));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::Relaxed);
                let mut to = TcpStream::connect(&to).await.expect("the server listens");
                let cut = cuts.pop_front();
                tokio::spawn(async move {
                    let Some(cut) = cut else {
                        let _ = copy_bidirectional(&mut from, &mut to).await;
                        return;
                    };
                    let (mut upwards, mut back) = from.split();
                    let (mut downwards, mut on) = to.split();
                    let mut first = [0; 1024];
                    let sent = async {
                        let mut left = cut;
                        while left > 0 {
                            let most = first.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                            let Ok(read @ 1..) = upwards.read(&mut first[..most]).await else { return };
                            if on.write_all(&first[..read]).await.is_err() {
                                return;
                            }
                            left -= read as u64;
                        }
                    };
                    tokio::select! {
                        () = sent => {}
                        _ = tokio::io::copy(&mut downwards, &mut back) => {}
                    }
                });
            }
        });
        (way, connections)
    }

    fn actor(name: &str, affiliations: Vec<String>) -> pb::Record {
        let body = pb::Actor {
            display_name: "N".to_owned(),
            r#type: pb::ActorType::Organization.into(),
            affiliations,
            ..Default::default()
        };
        pb::Record { name: format!("actors/{name}"), kind: Some(pb::record::Kind::Actor(body)), ..Default::default() }
    }

    /// Batches each of which refers to the one before it.
    fn batches(count: usize) -> impl Iterator<Item = (pb::AppendRecordsRequest, usize)> {
        let mut numbering = Numbering::of(PARENT);
        (0..count).map(move |number| {
            let before = number.checked_sub(1).map(|before| format!("actors/n{before}"));
            let records = vec![
                actor(&format!("n{number}"), before.into_iter().collect()),
                actor(&format!("m{number}"), Vec::new()),
            ];
            (numbering.request(records), number)
        })
    }

    async fn names(client: &Client) -> Vec<String> {
        let request = pb::ListRecordsRequest { parent: PARENT.to_owned(), ..Default::default() };
        let listed = client.list(request).await.expect("a list");
        listed.into_iter().map(|record| record.name).collect()
    }

    #[tokio::test]
    async fn batches_are_answered_in_order_and_counted() {
        let client = Client::connect(&server().await).await.expect("the server listens");
        let mut heard = Vec::new();
        let sent = send(&client, batches(50), |number, answer| heard.push((*number, answer.first_position))).await;
        assert_eq!(sent.expect("all is well"), Sent { batches: 50, records: 100, positions: Some((1, 100)) });
        assert!(heard.iter().copied().eq((0..50).map(|number| (number, 2 * number as i64 + 1))), "{heard:?}");
        let nothing = send(&client, batches(0), |_, _| ()).await;
        assert_eq!(nothing.expect("all is well"), Sent::default());
    }

    #[tokio::test]
    async fn no_more_is_read_than_may_be_unanswered() {
        let client = Client::connect(&server().await).await.expect("the server listens");
        let (read, answered) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let counted = batches(200).inspect(|_| {
            let ahead = read.fetch_add(1, Ordering::Relaxed) + 1 - answered.load(Ordering::Relaxed);
            assert!(ahead <= UNANSWERED_MAX, "{ahead} are kept");
        });
        let sent = send(&client, counted, |_, _| _ = answered.fetch_add(1, Ordering::Relaxed)).await;
        assert_eq!(sent.expect("all is well").batches, 200);
    }

    #[tokio::test]
    async fn a_refused_batch_comes_back_and_nothing_after_it_is_sent_in() {
        let client = Client::connect(&server().await).await.expect("the server listens");
        let faulty = batches(20).map(|(mut request, number)| {
            if number == 7 {
                request.records[1].reason = "There is nothing to correct.".to_owned();
            }
            (request, number)
        });
        let unsent = send(&client, faulty, |_, _| ()).await.expect_err("a refusal");
        assert_eq!((unsent.refused, unsent.sent.batches), (Some(7), 7));
        assert_eq!(names(&client).await.len(), 14);
        // Mended, it goes on where it was.
        let sent = send(&client, batches(20), |_, _| ()).await.expect("all is well");
        assert_eq!((sent.batches, sent.positions), (20, Some((1, 40))));
    }

    #[tokio::test]
    async fn a_connection_that_is_cut_at_any_byte_is_taken_up_again_and_nothing_is_stored_twice() {
        const COUNT: usize = 60;
        let url = server().await;
        let direct = Client::connect(&url).await.expect("the server listens");
        let mut expected = Vec::new();
        for number in 0..COUNT {
            expected.extend([format!("dossiers/d/actors/n{number}"), format!("dossiers/d/actors/m{number}")]);
        }
        let seed = uuid::Uuid::new_v4().as_u64_pair().0;
        eprintln!("seed {seed}");
        // Past the opening words of HTTP/2, without which there would be no connection at all.
        let cuts: VecDeque<u64> = (0..4).map(|i| 200 + (seed >> (i * 13)) % 4_000).collect();
        let (way, connections) = way(&url, cuts).await;
        let client = Client::connect(&way).await.expect("the way is open");
        let mut heard = Vec::new();
        let sent = send(&client, batches(COUNT), |number, _| heard.push(*number)).await.expect("all is well");
        assert_eq!((sent.batches, sent.positions), (COUNT, Some((1, 2 * COUNT as i64))));
        assert!(heard.iter().copied().eq(0..COUNT), "{heard:?}");
        assert_eq!(names(&direct).await, expected);
        assert!(connections.load(Ordering::Relaxed) > 1, "it was never cut");
    }

    #[tokio::test]
    async fn a_server_that_stays_away_is_given_up_and_the_same_import_goes_on_later() {
        let url = server().await;
        // The first connection is cut after a while, and every later one at once.
        let cuts = std::iter::once(20_000).chain(std::iter::repeat_n(0, 100)).collect();
        let (way, _) = way(&url, cuts).await;
        let client = Client::connect(&way).await.expect("the way is open");
        let mut heard = 0;
        let unsent = send(&client, batches(400), |_, _| heard += 1).await.expect_err("nobody answers any more");
        assert_eq!((unsent.refused, unsent.sent.batches), (None, heard));
        assert!(heard < 400);
        let direct = Client::connect(&url).await.expect("the server listens");
        let sent = send(&direct, batches(400), |_, _| ()).await.expect("all is well");
        assert_eq!((sent.records, sent.positions), (800, Some((1, 800))));
        let all: std::collections::HashSet<String> = names(&direct).await.into_iter().collect();
        assert_eq!(all.len(), 800);
    }
}
