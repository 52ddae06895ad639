//! `armistice serve`: opens the store, listens, and stops when it is told to.

use std::io::IsTerminal;
use std::sync::Arc;

use clap::Args;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use super::failure::Failure;
use super::output::data;
use super::settings::SettingFlags;
use crate::config::{Config, LogFormat};
use crate::log::sqlite::SqliteLog;
use crate::service;

/// Serves a store over gRPC until it is told to stop.
///
/// Prints one line on standard output once it can be asked: `listening on ADDRESS`. Log lines go to standard error.
/// SIGTERM or SIGINT stops it: calls under way may finish, for as long as the settings say.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice serve                                        at 127.0.0.1:7411, kept in .armistice/
  armistice serve --listen 127.0.0.1:0 --data-dir data   at any free port
  armistice serve --log-format json --log-filter warn
Then: grpcurl -plaintext localhost:7411 list")]
pub(super) struct ServeCommand {
    #[command(flatten)]
    settings: SettingFlags,
}

/// Runs it.
pub(super) async fn run(command: &ServeCommand) -> Result<(), Failure> {
    let config = command.settings.resolve()?;
    start_logging(&config);
    let data_dir = config.data_dir.clone();
    let opened = tokio::task::spawn_blocking(move || SqliteLog::open(&data_dir)).await;
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
    let settings = service::Settings {
        handshake_timeout: config.handshake_timeout,
        idle_timeout: config.idle_timeout,
        drain_timeout: config.drain_timeout,
        connections_max: config.connections_max,
        cors_origins: config.cors_origins.clone(),
    };
    let served = service::run(settings, log, listener, stop).await;
    served.map_err(|source| Failure::Server { source: Box::new(source) })
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

fn start_logging(config: &Config) {
    let filter = EnvFilter::try_new(&config.log_filter).expect("the filter was checked with the settings");
    let is_plain = !std::io::stderr().is_terminal() || std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(!is_plain).with_writer(std::io::stderr);
    // Someone else may have started it, where the command runs inside another program.
    let _ = match config.log_format {
        LogFormat::Human => lines.with_target(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
