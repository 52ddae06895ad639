//! Long computations, run where they keep nobody else waiting, and not more at a time than there are processors for.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tonic::Status;

use crate::wire::status;

/// Where they are run.
#[derive(Debug)]
pub(super) struct Aside {
    places: Arc<Semaphore>,
}

impl Aside {
    /// As many at a time as there are processors, and one more so that a short one need not wait for long ones.
    pub(super) fn new() -> Aside {
        let processors = std::thread::available_parallelism().map_or(1, usize::from);
        Aside { places: Arc::new(Semaphore::new(processors + 1)) }
    }

    /// Runs one, and waits for what comes of it.
    pub(super) async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Status> {
        let place = self.places.clone().acquire_owned().await;
        let worked = tokio::task::spawn_blocking(move || {
            let _place = place;
            work()
        });
        worked.await.map_err(|error| {
            tracing::error!(error = &error as &dyn std::error::Error, "a computation was not finished");
            status::internal()
        })
    }
}
