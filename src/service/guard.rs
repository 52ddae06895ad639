//! Guards at the door: a bound on connections, and an end for those that stay silent.
//!
//! tonic waits for ever for a peer that never sends a byte, or that stops after HTTP/2's opening words. A clock beside the
//! socket ends both: until the handshake is through the handshake timeout counts, afterwards the idle timeout, which
//! keepalive keeps from running out for any peer that is still there.
//!
//! Over HTTP/1 the handshake is through when the head of the first request was heard, and there is no keepalive: what is read
//! and what is written both count, so whoever neither sends nor takes anything is cut off.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_stream::Stream;
use tonic::transport::server::Connected;

use super::Settings;
use super::observed::Connections;

/// What every HTTP/2 client sends first, and nobody else.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// How much of its opening an HTTP/2 client must have sent: the preface and the head of a settings frame.
const OPENING_BYTES: usize = PREFACE.len() + 9;

/// How long the door stays closed after a connection could not be accepted (too many open files).
const PAUSE_AFTER_ERROR: Duration = Duration::from_millis(50);

/// Accepts connections, as many as are allowed at a time.
pub(super) struct Incoming {
    listener: TcpListener,
    places: Arc<Semaphore>,
    place: Option<Pin<Box<dyn Future<Output = Option<OwnedSemaphorePermit>> + Send>>>,
    free: Option<OwnedSemaphorePermit>,
    pause: Option<Pin<Box<Sleep>>>,
    handshake_timeout: Duration,
    idle_timeout: Duration,
    counts: Arc<Connections>,
}

impl Incoming {
    pub(super) fn new(listener: TcpListener, settings: &Settings, counts: Arc<Connections>) -> Incoming {
        Incoming {
            listener,
            places: Arc::new(Semaphore::new(settings.connections_max)),
            place: None,
            free: None,
            pause: None,
            handshake_timeout: settings.handshake_timeout,
            idle_timeout: settings.idle_timeout,
            counts,
        }
    }
}

impl Stream for Incoming {
    type Item = io::Result<Guarded>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let door = self.get_mut();
        if let Some(pause) = &mut door.pause {
            if pause.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            door.pause = None;
        }
        if door.free.is_none() {
            let places = door.places.clone();
            let waiting = door.place.get_or_insert_with(|| Box::pin(async move { places.acquire_owned().await.ok() }));
            match waiting.as_mut().poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(free) => {
                    door.free = free;
                    door.place = None;
                }
            }
        }
        match door.listener.poll_accept(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Ok((socket, _))) => {
                // Without it small answers wait for the peer's acknowledgement; a socket that refuses is slow, not broken.
                let _ = socket.set_nodelay(true);
                door.counts.accepted.count();
                door.counts.open.rise();
                Poll::Ready(Some(Ok(Guarded {
                    socket,
                    read: 0,
                    talk: Talk::Unknown,
                    peer: Peer::default(),
                    clock: Box::pin(sleep(door.handshake_timeout)),
                    handshake_ends: Instant::now() + door.handshake_timeout,
                    idle_timeout: door.idle_timeout,
                    counts: door.counts.clone(),
                    _place: door.free.take(),
                })))
            }
            Poll::Ready(Err(error)) => {
                tracing::warn!(%error, "a connection could not be accepted");
                door.pause = Some(Box::pin(sleep(PAUSE_AFTER_ERROR)));
                context.waker().wake_by_ref();
                Poll::Pending
            }
        }
    }
}

/// What is known of a connection where its requests are answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Peer {
    heard: Arc<AtomicBool>,
}

impl Peer {
    /// Says that the head of a request came through it.
    pub(super) fn was_heard(&self) {
        self.heard.store(true, Ordering::Relaxed);
    }
}

/// What a connection speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Talk {
    /// Not settled yet.
    Unknown,
    /// HTTP/1, or nothing known; not a whole head of a request so far.
    Http1Opening,
    /// HTTP/1.
    Http1,
    /// HTTP/2.
    Http2,
}

/// A connection with a clock.
pub(super) struct Guarded {
    socket: TcpStream,
    /// Bytes read until it was settled what it speaks.
    read: usize,
    talk: Talk,
    peer: Peer,
    clock: Pin<Box<Sleep>>,
    handshake_ends: Instant,
    idle_timeout: Duration,
    counts: Arc<Connections>,
    /// Given back when the connection ends.
    _place: Option<OwnedSemaphorePermit>,
}

impl Guarded {
    /// Takes note of bytes that came.
    fn took(&mut self, bytes: &[u8]) {
        self.counts.received_bytes.add(bytes.len() as u64);
        if self.talk == Talk::Unknown {
            let expected = PREFACE.get(self.read..).unwrap_or_default();
            let is_as_expected = bytes.iter().zip(expected).all(|(byte, expected)| byte == expected);
            self.read += bytes.len();
            if !is_as_expected {
                self.talk = Talk::Http1Opening;
            } else if self.read >= OPENING_BYTES {
                self.talk = Talk::Http2;
            }
        }
        if matches!(self.talk, Talk::Http1 | Talk::Http2) {
            self.rewind();
        }
    }

    /// The clock begins anew.
    fn rewind(&mut self) {
        let idle_ends = Instant::now() + self.idle_timeout;
        self.clock.as_mut().reset(idle_ends);
    }

    /// Whether it was silent for too long. Asked wherever the peer is waited for.
    fn poll_clock(&mut self, context: &mut Context<'_>) -> Poll<io::Error> {
        if self.talk == Talk::Http1Opening && self.peer.heard.load(Ordering::Relaxed) {
            self.talk = Talk::Http1;
            self.rewind();
        }
        match self.clock.as_mut().poll(context) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(()) => {
                // Polled again after this, it answers the same.
                let handshake_ends = self.handshake_ends;
                self.clock.set(sleep_until(handshake_ends));
                Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "the connection was silent for too long"))
            }
        }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.counts.open.fall();
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.socket).poll_read(context, buffer) {
            Poll::Ready(outcome) => {
                let bytes = buffer.filled().get(before..).unwrap_or_default();
                if !bytes.is_empty() {
                    self.took(bytes);
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => self.poll_clock(context).map(Err),
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.socket).poll_write(context, bytes) {
            Poll::Ready(Ok(written)) => {
                self.counts.sent_bytes.add(written as u64);
                // Over HTTP/2 we ask whether the peer is there, and that we asked says nothing of it.
                if self.talk == Talk::Http1 {
                    self.rewind();
                }
                Poll::Ready(Ok(written))
            }
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            // Whoever sends no more and takes no more is waited for here alone.
            Poll::Pending => self.poll_clock(context).map(Err),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.socket).poll_shutdown(context)
    }

    /// Not vectored, though the socket is: then HTTP/2 puts an answer of up to a kilobyte and its trailers into one write, where it
    /// would make two, and its reader is woken once.
    fn is_write_vectored(&self) -> bool {
        false
    }
}

impl Connected for Guarded {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}
