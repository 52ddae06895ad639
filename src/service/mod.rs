//! The server: one file per gRPC service, each decoding, deciding, doing and encoding; and their assembly.

mod assessment_service;
mod briefing_service;
mod dossier_service;
mod record_service;

mod import;
mod intake;

mod aside;
mod call;
mod request;

pub mod dossiers;

mod door;
mod guard;
mod identity;
mod origins;

pub mod admin;
mod calls;
mod metrics;
mod observed;
mod pages;
mod process;
mod spans;

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tonic::service::Routes;
use tower::Layer;

use crate::access::Roster;
use crate::console::{self, Desk};
use crate::log::Log;
use crate::wire::pb;

use assessment_service::AssessmentService;
use briefing_service::BriefingService;
use calls::Calls;
use door::Door;
use dossier_service::DossierService;
use dossiers::Dossiers;
use guard::Incoming;
use identity::{Gated, Identity};
use origins::Origins;
use record_service::RecordService;

pub use intake::BATCH_MAX;
pub use observed::{Observed, Phase, Readiness};
pub use spans::TARGET as SPANS;

/// What tonic itself will read of a message; our own limit is lower and tells the size. Not without a ceiling, for room
/// is made for a message as soon as its length is announced.
const MESSAGE_SIZE_BYTES_CEILING: usize = 16 * 1024 * 1024;

/// What a stream may have sent without being read, and all of a connection together. The second is larger, so that an import which is
/// made to wait does not keep the other calls of its connection waiting.
const STREAM_WINDOW_BYTES: u32 = 1024 * 1024;
const CONNECTION_WINDOW_BYTES: u32 = 2 * STREAM_WINDOW_BYTES;

/// How often an idle connection is asked whether its other end is there.
const KEEPALIVE_INTERVAL: Duration = Duration::from_secs(20);

/// How long the other end may take to say so.
const KEEPALIVE_TIMEOUT: Duration = Duration::from_secs(20);

/// How a server behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a new connection may take until it speaks HTTP/2, or has sent the head of a request over HTTP/1.
    pub handshake_timeout: Duration,
    /// How long a connection may be silent.
    pub idle_timeout: Duration,
    /// How long calls under way may take once the server is to stop.
    pub drain_timeout: Duration,
    /// The most connections at a time; further ones wait.
    pub connections_max: usize,
    /// Who may ask, and for what; `None`: whoever reaches the server, for everything.
    pub access: Option<Roster>,
    /// The origins of which pages may ask over gRPC-Web, beside the server's own: `https://desk.example.org`.
    pub cors_origins: Vec<String>,
    /// How many lines about calls are written in a second; of what is beyond, only the number is.
    pub call_lines_per_second: u32,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            handshake_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(120),
            drain_timeout: Duration::from_secs(10),
            connections_max: 10_000,
            access: None,
            cors_origins: Vec::new(),
            call_lines_per_second: 100,
        }
    }
}

/// Why a server stopped.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The transport failed.
    #[error("the transport failed")]
    Transport(#[from] tonic::transport::Error),
    /// The listener does not say where it listens.
    #[error("the listener has no address")]
    Address(#[source] std::io::Error),
    /// The reflection service could not be built from the descriptors.
    #[error("the descriptors cannot be served")]
    Reflection(#[from] tonic_reflection::server::Error),
}

/// Serves a log on a listener until `shutdown`, then lets calls under way finish for as long as the settings allow.
pub async fn run(
    settings: Settings,
    log: Arc<dyn Log>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    run_with_clock(settings, log, listener, shutdown, Arc::new(Timestamp::now)).await
}

/// As [`run`], with a clock of the caller's, so that a test can replay a day.
pub async fn run_with_clock(
    settings: Settings,
    log: Arc<dyn Log>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    now: dossiers::Clockwork,
) -> Result<(), Error> {
    run_observed(settings, log, listener, shutdown, now, Arc::default()).await
}

/// As [`run_with_clock`], seen by whoever holds `observed`.
pub async fn run_observed(
    settings: Settings,
    log: Arc<dyn Log>,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
    now: dossiers::Clockwork,
    observed: Arc<Observed>,
) -> Result<(), Error> {
    let dossiers = Arc::new(Dossiers::new(log, now.clone(), observed.clone()));
    let (health_reporter, health) = tonic_health::server::health_reporter();
    let (stopping, stopped) = tokio::sync::watch::channel(false);
    macro_rules! service {
        ($server:path, $service:expr) => {
            <$server>::from_arc($service).max_decoding_message_size(MESSAGE_SIZE_BYTES_CEILING)
        };
    }
    use pb::assessment_service_server::AssessmentServiceServer;
    use pb::briefing_service_server::BriefingServiceServer;
    use pb::dossier_service_server::DossierServiceServer;
    use pb::record_service_server::RecordServiceServer;
    tell(&health_reporter, true).await;
    let files = Arc::new(DossierService::new(dossiers.clone()));
    let records = Arc::new(RecordService::new(dossiers.clone(), stopped.clone()));
    let assessments = Arc::new(AssessmentService::new(dossiers.clone()));
    let briefings = Arc::new(BriefingService::new(dossiers.clone()));
    // Pages ask the same services as clients do, by the same way in.
    let desk = Desk::new(files.clone(), records.clone(), assessments.clone(), now.clone());
    let pages = console::pages(desk.with_briefings(briefings.clone()));
    let descriptors = || {
        tonic_reflection::server::Builder::configure()
            .register_encoded_file_descriptor_set(pb::FILE_DESCRIPTOR_SET)
            .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            // The details of errors too: without them grpcurl and buf show a refused batch's faults as base64.
            .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET)
    };
    let methods = Routes::new(health)
        .add_service(descriptors().build_v1()?)
        .add_service(descriptors().build_v1alpha()?)
        .add_service(service!(DossierServiceServer<DossierService>, files.clone()))
        .add_service(service!(RecordServiceServer<RecordService>, records.clone()))
        .add_service(service!(AssessmentServiceServer<AssessmentService>, assessments.clone()))
        .add_service(service!(BriefingServiceServer<BriefingService>, briefings.clone()))
        .prepare();
    let address = listener.local_addr().map_err(Error::Address)?;
    let origins = Origins::new(settings.cors_origins.clone(), address.ip());
    let methods = Calls::new(observed.clone()).layer(Gated::new(methods));
    let door = Door::new(methods, pages, Identity::new(settings.access.clone()), origins, observed.clone());
    let mut until_stopped = stopped.clone();
    let serving = tonic::transport::Server::builder()
        .accept_http1(true)
        .http2_keepalive_interval(Some(KEEPALIVE_INTERVAL))
        .http2_keepalive_timeout(Some(KEEPALIVE_TIMEOUT))
        .tcp_nodelay(true)
        .initial_stream_window_size(STREAM_WINDOW_BYTES)
        .initial_connection_window_size(CONNECTION_WINDOW_BYTES)
        .serve_with_incoming_shutdown(
            door,
            Incoming::new(listener, &settings, observed.connections.clone()),
            async move {
                // A sender that is gone stops the server as well.
                let _ = until_stopped.wait_for(|stopped| *stopped).await;
            },
        );

    observed.calls.write_lines(settings.call_lines_per_second);
    observed.serves(&dossiers);
    let drain = settings.drain_timeout;
    let watched = observed.clone();
    let deadline = async move {
        tokio::select! {
            () = shutdown => {}
            // It ends when the server stops, and nothing else stops it.
            () = tell_changes(&health_reporter, &watched) => {}
        }
        tracing::info!("stopping: calls under way may finish");
        watched.stops();
        tell(&health_reporter, false).await;
        // Whether or not the server still listens, it is to stop.
        let _ = stopping.send(true);
        tokio::time::sleep(drain).await;
    };
    tokio::select! {
        served = serving => served.map_err(Error::Transport),
        // An open stream or a connection that never spoke would keep a graceful stop waiting for ever.
        () = deadline => {
            tracing::warn!("not every call had ended when the time to drain was over");
            Ok(())
        }
    }
}

/// What health speaks of: the server as a whole, and each of its services.
const HEALTH_OF: [&str; 5] = [
    "",
    "armistice.v1.DossierService",
    "armistice.v1.RecordService",
    "armistice.v1.AssessmentService",
    "armistice.v1.BriefingService",
];

/// Tells those who ask for its health, or watch it.
async fn tell(reporter: &tonic_health::server::HealthReporter, is_ready: bool) {
    let status = match is_ready {
        true => tonic_health::ServingStatus::Serving,
        false => tonic_health::ServingStatus::NotServing,
    };
    for service in HEALTH_OF {
        reporter.set_service_status(service, status).await;
    }
}

/// Tells them what the probes are told, whenever that changes, until the server stops.
async fn tell_changes(reporter: &tonic_health::server::HealthReporter, observed: &Observed) {
    let mut told = true;
    loop {
        let readiness = observed.changed(told).await;
        if readiness == Readiness::Stopping {
            return;
        }
        told = readiness.is_ready();
        tracing::warn!(%readiness, "readiness changed");
        tell(reporter, told).await;
    }
}
