//! A server in this process, on a port that the system chooses, and clients for it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use armistice::log::Log;
use armistice::log::memory::MemoryLog;
use armistice::log::sqlite::{OpenError, SqliteLog};
use armistice::service::{Error, Observed, Settings, run_observed};
use armistice::wire::pb;
use armistice::wire::pb::assessment_service_client::AssessmentServiceClient;
use armistice::wire::pb::dossier_service_client::DossierServiceClient;
use armistice::wire::pb::record_service_client::RecordServiceClient;
use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use crate::json;

/// What a test waits at most for what must happen; far more than it takes.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// A clock that stands still until a test moves it.
#[derive(Debug, Clone)]
pub(crate) struct Clock(Arc<Mutex<Timestamp>>);

impl Clock {
    pub(crate) fn at(instant: &str) -> Clock {
        Clock(Arc::new(Mutex::new(instant.parse().expect("an instant"))))
    }

    pub(crate) fn set(&self, instant: &str) {
        *self.0.lock().expect("no holder panics") = instant.parse().expect("an instant");
    }

    fn now(&self) -> Timestamp {
        *self.0.lock().expect("no holder panics")
    }
}

/// A running server and a connection to it.
pub(crate) struct Server {
    pub(crate) address: std::net::SocketAddr,
    pub(crate) channel: Channel,
    pub(crate) clock: Clock,
    pub(crate) observed: Arc<Observed>,
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<(), Error>>,
}

impl Server {
    /// A server over an empty log in memory.
    pub(crate) async fn start() -> Server {
        Server::over(Arc::new(MemoryLog::default())).await
    }

    /// A server over a log, with the default settings.
    pub(crate) async fn over(log: Arc<dyn Log>) -> Server {
        Server::with(log, Settings::default()).await
    }

    pub(crate) async fn with(log: Arc<dyn Log>, settings: Settings) -> Server {
        Server::seen_by(Arc::default(), log, settings).await
    }

    /// A server that is seen by whoever holds this.
    pub(crate) async fn seen_by(observed: Arc<Observed>, log: Arc<dyn Log>, settings: Settings) -> Server {
        let clock = Clock::at("2025-06-01T00:00:00Z");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (stop, stopped) = oneshot::channel();
        let shutdown = async move {
            // A test that ends without stopping its server drops the sender.
            let _ = stopped.await;
        };
        let now = clock.clone();
        let seen = observed.clone();
        let running = tokio::spawn(async move {
            run_observed(settings, log, listener, shutdown, Arc::new(move || now.now()), seen).await
        });
        let channel = endpoint(address).connect().await.expect("the server listens");
        Server { address, channel, clock, observed, stop, running }
    }

    /// A further connection.
    pub(crate) async fn connect(&self) -> Channel {
        endpoint(self.address).connect().await.expect("the server listens")
    }

    pub(crate) fn dossiers(&self) -> DossierServiceClient<Channel> {
        DossierServiceClient::new(self.channel.clone())
    }

    pub(crate) fn records(&self) -> RecordServiceClient<Channel> {
        RecordServiceClient::new(self.channel.clone())
    }

    pub(crate) fn assessments(&self) -> AssessmentServiceClient<Channel> {
        AssessmentServiceClient::new(self.channel.clone())
    }

    /// Tells the server to stop; the handle resolves when it has.
    pub(crate) fn shut_down(self) -> JoinHandle<Result<(), Error>> {
        let Server { stop, running, channel, .. } = self;
        drop(channel);
        stop.send(()).expect("the server is running");
        running
    }

    /// Stops the server.
    pub(crate) async fn stop(self) {
        let stopped = tokio::time::timeout(PATIENCE, self.shut_down()).await.expect("the server stops");
        stopped.expect("the server does not panic").expect("the server stops without an error");
    }

    /// Creates a dossier that speaks Kyiv's time.
    pub(crate) async fn create(&self, dossier_id: &str) {
        let dossier = pb::Dossier { time_zone: "Europe/Kyiv".to_owned(), ..pb::Dossier::default() };
        let request = pb::CreateDossierRequest {
            dossier_id: dossier_id.to_owned(),
            dossier: Some(dossier),
            request_id: String::new(),
        };
        self.dossiers().create_dossier(request).await.expect("a new dossier");
    }

    /// Appends a JSON list of records to the dossier `d`.
    pub(crate) async fn try_append(&self, records: &str) -> Result<pb::AppendRecordsResponse, Status> {
        self.append_batch(json::records(records)).await
    }

    pub(crate) async fn append_batch(&self, records: Vec<pb::Record>) -> Result<pb::AppendRecordsResponse, Status> {
        let request = pb::AppendRecordsRequest { parent: "dossiers/d".to_owned(), records, ..Default::default() };
        Ok(self.records().append_records(request).await?.into_inner())
    }

    /// Appends records that must be taken.
    #[track_caller]
    pub(crate) fn append(&self, records: &str) -> impl Future<Output = pb::AppendRecordsResponse> {
        let caller = std::panic::Location::caller();
        async move {
            match self.try_append(records).await {
                Ok(answer) => answer,
                Err(status) => panic!("{caller}: {}", crate::refusal::shown(&status)),
            }
        }
    }

    /// Reads a record of the dossier `d`, by the latest state.
    pub(crate) async fn get(&self, name: &str) -> Result<pb::Record, Status> {
        self.get_at(name, None).await
    }

    pub(crate) async fn get_at(&self, name: &str, consistency: Option<pb::Consistency>) -> Result<pb::Record, Status> {
        let request = pb::GetRecordRequest { name: format!("dossiers/d/{name}"), consistency };
        let answer = self.records().get_record(request).await?.into_inner();
        Ok(answer.record.expect("an answer holds a record"))
    }

    /// Everything that the dossier `d` holds: each revision of each record, and the head.
    pub(crate) async fn state(&self) -> State {
        let request = pb::GetDossierRequest { name: "dossiers/d".to_owned(), consistency: None };
        let head = self.dossiers().get_dossier(request).await.expect("the dossier").into_inner().read_at;
        let mut request = pb::ListRecordsRequest {
            parent: "dossiers/d".to_owned(),
            show_retracted: true,
            page_size: 1000,
            ..Default::default()
        };
        let mut records = Vec::new();
        loop {
            let page = self.records().list_records(request.clone()).await.expect("a page").into_inner();
            records.extend(page.records);
            if page.next_page_token.is_empty() {
                return State { head, records };
            }
            request.page_token = page.next_page_token;
        }
    }
}

/// What a dossier holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    head: String,
    pub(crate) records: Vec<pb::Record>,
}

/// Opens the store in a directory, once the server before has given it back: its last tasks end after it has stopped.
pub(crate) async fn store(directory: &std::path::Path) -> Arc<SqliteLog> {
    let opened = async {
        loop {
            match SqliteLog::open(directory) {
                Ok(log) => return Arc::new(log),
                Err(OpenError::InUse { .. }) => tokio::task::yield_now().await,
                Err(error) => panic!("the store does not open: {error}"),
            }
        }
    };
    tokio::time::timeout(PATIENCE, opened).await.expect("the store is given back")
}

fn endpoint(address: std::net::SocketAddr) -> Endpoint {
    Endpoint::from_shared(format!("http://{address}")).expect("an address is a URI")
}
