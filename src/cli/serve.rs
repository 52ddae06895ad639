//! `armistice serve`: opens the store, listens, and stops when it is told to.

use std::net::SocketAddr;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::failure::Failure;
use super::output::data;
use super::settings::{self, SettingFlags};
use super::telemetry;
use crate::access::Roster;
use crate::config::Config;
use crate::log::sqlite::{Options, SqliteLog};
use crate::service::{self, Observed};

/// Serves a store over gRPC until it is told to stop.
///
/// Prints one line on standard output once it can be asked: `listening on ADDRESS`; before it `admin on ADDRESS`, if there is an
/// admin port, which answers while the store is still being checked. Log lines go to standard error.
/// SIGTERM or SIGINT stops it: calls under way may finish, for as long as the settings say.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice serve                                        at 127.0.0.1:7411, kept in .armistice/
  armistice serve --listen 127.0.0.1:0 --data-dir data   at any free port
  armistice serve --log-format json --log-filter warn
  armistice serve --admin-listen 127.0.0.1:9411          with /metrics, /livez and /readyz there
  armistice serve --log-filter info,armistice::calls=off without a line for each call
  armistice serve --access-file access.toml              for those whom the file names; `armistice token --help` says how
Then: grpcurl -plaintext localhost:7411 list")]
pub(super) struct ServeCommand {
    #[command(flatten)]
    settings: SettingFlags,
}

/// Runs it.
pub(super) async fn run(command: &ServeCommand) -> Result<(), Failure> {
    let config = command.settings.resolve()?;
    let access = settings::roster(&config)?;
    let telemetry = telemetry::start(&config)?;
    let observed = Arc::new(Observed::default());
    let admin = match config.admin_listen {
        Some(listen) => Some(Admin::start(listen, observed.clone()).await?),
        None => None,
    };
    let served = serve(&config, access, observed).await;
    if let Some(admin) = admin {
        admin.stop().await;
    }
    telemetry.end().await;
    served
}

/// Opens the store and serves it.
async fn serve(config: &Config, access: Option<Roster>, observed: Arc<Observed>) -> Result<(), Failure> {
    let data_dir = config.data_dir.clone();
    let options = Options { stats: observed.log().clone(), ..Options::default() };
    let opened = tokio::task::spawn_blocking(move || SqliteLog::open_with(&data_dir, options)).await;
    let opened = opened
        .map_err(|_| Failure::System { doing: "open the store", source: std::io::Error::other("it panicked") })?;
    let log = Arc::new(opened.map_err(|source| Failure::Store { source: Box::new(source) })?);
    let bound = TcpListener::bind(config.listen).await;
    let listener = bound.map_err(|source| Failure::Bind { listen: config.listen, source })?;
    let address = listener.local_addr().map_err(|source| Failure::Bind { listen: config.listen, source })?;
    let stop = stop_signal()?;
    // Not before it listens and can be stopped: whoever waits for this line goes on from it.
    data(&format!("listening on {address}"))?;
    tracing::info!(listen.address = %address, "serving");
    tell_of_access(access.as_ref(), address);
    let settings = service::Settings {
        handshake_timeout: config.handshake_timeout,
        idle_timeout: config.idle_timeout,
        drain_timeout: config.drain_timeout,
        connections_max: config.connections_max,
        access,
        cors_origins: config.cors_origins.clone(),
        call_lines_per_second: config.call_lines_per_second,
    };
    let now = Arc::new(jiff::Timestamp::now);
    let served = service::run_observed(settings, log, listener, stop, now, observed).await;
    served.map_err(|source| Failure::Server { source: Box::new(source) })
}

/// Says who may ask, and what an address that other machines can reach makes of that.
fn tell_of_access(access: Option<&Roster>, address: SocketAddr) {
    let is_exposed = !address.ip().to_canonical().is_loopback();
    match access {
        Some(roster) => {
            tracing::info!(
                principals = roster.count(),
                "whoever asks must show a token; changes of the access file take effect at the next start"
            );
            if is_exposed {
                tracing::warn!(
                    "tokens and records cross the network as they are: TLS has to stand in front of this server"
                );
            }
        }
        None if is_exposed => tracing::warn!("whoever can reach this server may read and append everything"),
        None => {}
    }
}

/// The admin port, which is there before the server and after it.
struct Admin {
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), service::Error>>,
}

impl Admin {
    async fn start(listen: SocketAddr, observed: Arc<Observed>) -> Result<Admin, Failure> {
        let refused = |source| Failure::Bind { listen, source };
        let listener = TcpListener::bind(listen).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let (stop, stopped) = oneshot::channel();
        let running = tokio::spawn(service::admin::run(listener, observed, async {
            // A sender that is gone stops it too.
            let _ = stopped.await;
        }));
        data(&format!("admin on {address}"))?;
        Ok(Admin { stop, running })
    }

    async fn stop(self) {
        // It may have stopped by itself; then there is nothing to be told.
        let _ = self.stop.send(());
        let _ = self.running.await;
    }
}

/// Resolves when the process is told to stop. Installed before it is waited for, so that no signal is lost.
pub(super) fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let install = |kind| signal(kind).map_err(|source| Failure::System { doing: "wait for signals", source });
        let mut terminate = install(SignalKind::terminate())?;
        let mut interrupt = install(SignalKind::interrupt())?;
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
        })
    }
    #[cfg(not(unix))]
    Ok(async {
        // Without a way to be told, it runs until it is ended.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    })
}
