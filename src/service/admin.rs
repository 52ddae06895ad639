//! The admin port: whether the server lives, whether it is ready, and what it counts. Nothing of what is recorded is shown there.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use tokio::net::TcpListener;

use super::guard::Incoming;
use super::observed::{Connections, Observed};
use super::{Error, Settings, metrics};

/// What is offered.
const INDEX: &str = "/metrics  counts, for Prometheus
/livez    200 while the process runs
/readyz   200 while calls should be sent to it, else 503 and why not
";

/// Probes and scrapes are few, short, and not kept waiting by those who are neither.
const SETTINGS: Settings = Settings {
    handshake_timeout: Duration::from_secs(10),
    idle_timeout: Duration::from_secs(120),
    drain_timeout: Duration::from_secs(1),
    connections_max: 100,
    access: None,
    cors_origins: Vec::new(),
    call_lines_per_second: 0,
};

/// Answers on the admin port until it is told to stop, whatever the server itself is doing meanwhile.
pub async fn run(
    listener: TcpListener,
    observed: Arc<Observed>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Error> {
    let pages = Router::new()
        .route("/", get(|| async { INDEX }))
        .route("/livez", get(|| async { "alive\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(scrape))
        .with_state(observed);
    let (stopping, stopped) = tokio::sync::oneshot::channel::<()>();
    let incoming = Incoming::new(listener, &SETTINGS, Arc::new(Connections::default()));
    let serving =
        tonic::transport::Server::builder().accept_http1(true).serve_with_incoming_shutdown(pages, incoming, async {
            // A sender that is gone stops it as well.
            let _ = stopped.await;
        });
    let deadline = async move {
        stop.await;
        drop(stopping);
        tokio::time::sleep(SETTINGS.drain_timeout).await;
    };
    tokio::select! {
        served = serving => served.map_err(Error::Transport),
        () = deadline => Ok(()),
    }
}

async fn readyz(State(observed): State<Arc<Observed>>) -> impl axum::response::IntoResponse {
    observed.probe().await;
    let readiness = observed.readiness();
    let status = if readiness.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, [(CACHE_CONTROL, "no-store")], format!("{readiness}\n"))
}

async fn scrape(State(observed): State<Arc<Observed>>) -> impl axum::response::IntoResponse {
    // What is read here is read under locks that nobody holds for long; the text is a few hundred lines.
    match metrics::text(&observed) {
        Ok(text) => (StatusCode::OK, [(CONTENT_TYPE, metrics::CONTENT_TYPE)], text),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            (StatusCode::INTERNAL_SERVER_ERROR, [(CONTENT_TYPE, "text/plain")], "internal error\n".to_owned())
        }
    }
}
