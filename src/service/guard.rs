//! Guards at the door: a bound on connections, and an end for those that stay silent.
//!
//! tonic waits for ever for a peer that never sends a byte, or that stops after HTTP/2's opening words. A clock beside the
//! socket ends both: until the handshake is through the handshake timeout counts, afterwards the idle timeout, which
//! keepalive keeps from running out for any peer that is still there.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep, sleep_until};
use tokio_stream::Stream;
use tonic::transport::server::{Connected, TcpConnectInfo};

use super::Settings;

/// What every HTTP/2 client sends first: 24 bytes of preface and the head of a settings frame.
const OPENING_BYTES: usize = 24 + 9;

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
}

impl Incoming {
    pub(super) fn new(listener: TcpListener, settings: &Settings) -> Incoming {
        Incoming {
            listener,
            places: Arc::new(Semaphore::new(settings.connections_max)),
            place: None,
            free: None,
            pause: None,
            handshake_timeout: settings.handshake_timeout,
            idle_timeout: settings.idle_timeout,
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
                Poll::Ready(Some(Ok(Guarded {
                    socket,
                    read: 0,
                    clock: Box::pin(sleep(door.handshake_timeout)),
                    handshake_ends: Instant::now() + door.handshake_timeout,
                    idle_timeout: door.idle_timeout,
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

/// A connection with a clock.
pub(super) struct Guarded {
    socket: TcpStream,
    /// Bytes read so far, as far as they matter.
    read: usize,
    clock: Pin<Box<Sleep>>,
    handshake_ends: Instant,
    idle_timeout: Duration,
    /// Given back when the connection ends.
    _place: Option<OwnedSemaphorePermit>,
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
                let bytes = buffer.filled().len() - before;
                self.read = self.read.saturating_add(bytes);
                if bytes > 0 && self.read >= OPENING_BYTES {
                    let idle_ends = Instant::now() + self.idle_timeout;
                    self.clock.as_mut().reset(idle_ends);
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => match self.clock.as_mut().poll(context) {
                Poll::Pending => Poll::Pending,
                Poll::Ready(()) => {
                    // Polled again after this, it answers the same.
                    let handshake_ends = self.handshake_ends;
                    self.clock.set(sleep_until(handshake_ends));
                    Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the connection was silent for too long")))
                }
            },
        }
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.socket).poll_write(context, bytes)
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
    type ConnectInfo = TcpConnectInfo;

    fn connect_info(&self) -> TcpConnectInfo {
        self.socket.connect_info()
    }
}
