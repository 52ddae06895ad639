//! A server on a port of its own, and a client that asks it over gRPC.

use std::sync::Arc;

use armistice::log::Log;
use armistice::service::{Settings, run};
use armistice::wire::pb;
use armistice::wire::pb::assessment_service_client::AssessmentServiceClient;
use armistice::wire::pb::dossier_service_client::DossierServiceClient;
use armistice::wire::pb::record_service_client::RecordServiceClient;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tonic::Status;
use tonic::transport::Channel;

use super::ask::Answers;

/// A server that runs until it is dropped.
pub(crate) struct Served {
    runtime: Runtime,
    channel: Channel,
    /// Where it listens, as `--server` takes it.
    pub(crate) url: String,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<tokio::task::JoinHandle<()>>,
}

impl Served {
    /// Serves a log.
    pub(crate) fn start(log: Arc<dyn Log>) -> Served {
        Served::with(log, Settings::default())
    }

    pub(crate) fn with(log: Arc<dyn Log>, settings: Settings) -> Served {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
        let (stop, stopped) = oneshot::channel::<()>();
        let (channel, url, serving) = runtime.block_on(async {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            let address = listener.local_addr().expect("an address");
            let serving = tokio::spawn(async move {
                let until = async move {
                    let _ = stopped.await;
                };
                run(settings, log, listener, until).await.expect("the server serves");
            });
            let url = format!("http://{address}");
            let endpoint = Channel::from_shared(url.clone()).expect("an address is a URI");
            (endpoint.connect().await.expect("the server listens"), url, serving)
        });
        Served { runtime, channel, url, stop: Some(stop), serving: Some(serving) }
    }

    fn ask<T>(&self, answer: impl Future<Output = Result<tonic::Response<T>, Status>>) -> Result<T, String> {
        self.runtime.block_on(answer).map(tonic::Response::into_inner).map_err(|status| {
            let details = tonic_types::StatusExt::get_error_details(&status);
            let reason = details.error_info().map(|info| info.reason.clone()).unwrap_or_default();
            let violations = details.bad_request().map(|bad| bad.field_violations.clone()).unwrap_or_default();
            let told: Vec<String> =
                violations.iter().map(|v| format!("{} {}: {}", v.reason, v.field, v.description)).collect();
            if told.is_empty() { format!("{reason}: {}", status.message()) } else { told.join("\n") }
        })
    }

    fn assessments(&self) -> AssessmentServiceClient<Channel> {
        AssessmentServiceClient::new(self.channel.clone())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(serving) = self.serving.take() {
            let served = self.runtime.block_on(serving);
            // A second panic while a failed test unwinds would hide the first.
            assert!(served.is_ok() || std::thread::panicking(), "the server ended in order");
        }
    }
}

impl Answers for Served {
    fn create(&mut self, request: pb::CreateDossierRequest) -> Result<(), String> {
        let mut client = DossierServiceClient::new(self.channel.clone());
        self.ask(client.create_dossier(request)).map(drop)
    }

    fn append(&mut self, parent: &str, records: Vec<pb::Record>) -> Result<i64, String> {
        let mut client = RecordServiceClient::new(self.channel.clone());
        let request = pb::AppendRecordsRequest {
            parent: parent.to_owned(),
            records,
            request_id: String::new(),
            validate_only: false,
        };
        let answer = self.ask(client.append_records(request))?;
        Ok(answer.records.last().map_or(0, |record| record.position))
    }

    fn assess(&self, mut request: pb::AssessRequest) -> Result<pb::AssessResponse, String> {
        let mut whole: Option<pb::AssessResponse> = None;
        loop {
            let page = self.ask(self.assessments().assess(request.clone()))?;
            request.page_token.clone_from(&page.next_page_token);
            let page = pb::AssessResponse { next_page_token: String::new(), read_at: String::new(), ..page };
            match &mut whole {
                None => whole = Some(page),
                Some(whole) => {
                    whole.assessments.extend(page.assessments);
                    assert_eq!((&whole.readings, &whole.counted), (&page.readings, &page.counted));
                }
            }
            if request.page_token.is_empty() {
                return Ok(whole.unwrap_or_default());
            }
        }
    }

    fn tally(&self, mut request: pb::TallyRequest) -> Result<pb::TallyResponse, String> {
        let mut whole: Option<pb::TallyResponse> = None;
        loop {
            let page = self.ask(self.assessments().tally(request.clone()))?;
            request.page_token.clone_from(&page.next_page_token);
            let page = pb::TallyResponse { next_page_token: String::new(), read_at: String::new(), ..page };
            match &mut whole {
                None => whole = Some(page),
                Some(whole) => whole.rows.extend(page.rows),
            }
            if request.page_token.is_empty() {
                return Ok(whole.unwrap_or_default());
            }
        }
    }

    fn compare(&self, mut request: pb::CompareRequest) -> Result<pb::CompareResponse, String> {
        let mut whole: Option<pb::CompareResponse> = None;
        loop {
            let page = self.ask(self.assessments().compare(request.clone()))?;
            request.page_token.clone_from(&page.next_page_token);
            let page = pb::CompareResponse { next_page_token: String::new(), read_at: String::new(), ..page };
            match &mut whole {
                None => whole = Some(page),
                Some(whole) => whole.comparisons.extend(page.comparisons),
            }
            if request.page_token.is_empty() {
                return Ok(whole.unwrap_or_default());
            }
        }
    }

    fn inconsistencies(&self, mut request: pb::ListInconsistenciesRequest) -> Result<Vec<pb::Inconsistency>, String> {
        let mut found = Vec::new();
        loop {
            let page = self.ask(self.assessments().list_inconsistencies(request.clone()))?;
            found.extend(page.inconsistencies);
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                return Ok(found);
            }
        }
    }

    fn obligations(&self, mut request: pb::AssessObligationsRequest) -> Result<pb::AssessObligationsResponse, String> {
        let mut whole: Option<pb::AssessObligationsResponse> = None;
        loop {
            let page = self.ask(self.assessments().assess_obligations(request.clone()))?;
            request.page_token.clone_from(&page.next_page_token);
            let page = pb::AssessObligationsResponse { next_page_token: String::new(), read_at: String::new(), ..page };
            match &mut whole {
                None => whole = Some(page),
                Some(whole) => {
                    whole.obligations.extend(page.obligations);
                    assert_eq!((&whole.readings, &whole.as_of_time), (&page.readings, &page.as_of_time));
                }
            }
            if request.page_token.is_empty() {
                return Ok(whole.unwrap_or_default());
            }
        }
    }

    fn record(&self, name: &str, consistency: Option<pb::Consistency>) -> Result<pb::Record, String> {
        let mut client = RecordServiceClient::new(self.channel.clone());
        let answer = self.ask(client.get_record(pb::GetRecordRequest { name: name.to_owned(), consistency }))?;
        answer.record.ok_or_else(|| "an answer without a record".to_owned())
    }

    fn records(&self, mut request: pb::ListRecordsRequest) -> Result<Vec<pb::Record>, String> {
        let mut client = RecordServiceClient::new(self.channel.clone());
        let mut found = Vec::new();
        loop {
            let page = self.ask(client.list_records(request.clone()))?;
            found.extend(page.records);
            request.page_token = page.next_page_token;
            if request.page_token.is_empty() {
                return Ok(found);
            }
        }
    }
}
