//! A server of our own, on a port of loopback, over a store that goes when it goes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::cli::failure::Failure;
use crate::log::sqlite::SqliteLog;
use crate::service;

/// Nobody else is being served, so nobody has to be waited for long.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(2);

/// A running server.
pub(super) struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), service::Error>>,
    /// Last, so that the store is closed before its directory goes.
    _directory: Directory,
}

impl Server {
    /// Opens an empty store and serves it, at a port of loopback; 0 takes any that is free.
    pub(super) async fn start(port: u16) -> Result<Server, Failure> {
        let directory = Directory::make()?;
        let log = SqliteLog::open(&directory.path).map_err(|source| Failure::Store { source: Box::new(source) })?;
        let listen = SocketAddr::from(([127, 0, 0, 1], port));
        let bound = TcpListener::bind(listen).await;
        let listener = bound.map_err(|source| Failure::Bind { listen, source })?;
        let address = listener.local_addr().map_err(|source| Failure::Bind { listen, source })?;
        let (stop, stopped) = oneshot::channel();
        let settings = service::Settings { drain_timeout: DRAIN_TIMEOUT, ..Default::default() };
        let served = tokio::spawn(service::run(settings, Arc::new(log), listener, async {
            // A sender that is gone stops it too.
            let _ = stopped.await;
        }));
        Ok(Server { address, stop, served, _directory: directory })
    }

    /// Where it listens.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where a client finds it.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it, and removes its store.
    pub(super) async fn stop(self) -> Result<(), Failure> {
        let Server { address: _, stop, served, _directory } = self;
        // It may have stopped by itself, which `served` then says.
        let _ = stop.send(());
        match served.await {
            Ok(served) => served.map_err(|source| Failure::Server { source: Box::new(source) }),
            Err(_) => Err(Failure::System { doing: "run the server", source: std::io::Error::other("it panicked") }),
        }
    }
}

/// A directory that is removed when it is no longer needed.
struct Directory {
    path: PathBuf,
}

impl Directory {
    fn make() -> Result<Directory, Failure> {
        let path = std::env::temp_dir().join(format!("armistice-demo-{}", Uuid::new_v4()));
        std::fs::create_dir(&path)
            .map_err(|source| Failure::System { doing: "make a directory for the store", source })?;
        Ok(Directory { path })
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        // What cannot be removed is left to the system that gave out the place.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
