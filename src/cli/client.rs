//! Talks to a server: connects, finds the dossier, and fetches every page of an answer.

use std::collections::HashSet;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use super::failure::Failure;
use crate::wire::pb;
use pb::assessment_service_client::AssessmentServiceClient;
use pb::briefing_service_client::BriefingServiceClient;
use pb::dossier_service_client::DossierServiceClient;
use pb::record_service_client::RecordServiceClient;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The most that the server puts on a page.
pub(super) const PAGE_SIZE: i32 = 1_000;

/// The most names that one call reads.
const NAMES_MAX: usize = 1_000;

/// More than any answer: the server keeps its pages at 1 MiB and its other answers at 4.
const ANSWER_SIZE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Which server to ask, and how to print the answer.
#[derive(Debug, Clone, Args)]
pub(super) struct Common {
    /// Address of the server, such as --server http://127.0.0.1:7411
    #[arg(long, value_name = "URL", env = "ARMISTICE_SERVER", default_value = "http://127.0.0.1:7411")]
    pub server: String,
    /// Dossier to work in, such as --dossier ukraine-2025; may be left out where the server has only one
    #[arg(long, value_name = "ID")]
    pub dossier: Option<String>,
    /// How to print the answer, such as --format json: the proto3 JSON mapping of the response
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "table|json|csv")]
    pub format: Format,
}

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Table,
    /// The proto3 JSON mapping of the response, all pages in one.
    Json,
    /// For spreadsheets.
    Csv,
}

/// A connection to a server.
#[derive(Debug, Clone)]
pub(super) struct Client {
    channel: Channel,
}

impl Client {
    /// Connects to a server.
    pub(super) async fn connect(server: &str) -> Result<Client, Failure> {
        let address = if server.contains("://") { server.to_owned() } else { format!("http://{server}") };
        if address.starts_with("https://") {
            let problem = format!("--server {server}: the server does not speak TLS; write http://");
            return Err(Failure::Usage { problem });
        }
        let endpoint = Endpoint::from_shared(address.clone()).map_err(|_| Failure::Usage {
            problem: format!("--server {server}: not an address such as http://127.0.0.1:7411"),
        })?;
        let connected = endpoint.connect_timeout(CONNECT_TIMEOUT).connect().await;
        let channel = connected.map_err(|source| Failure::Unreachable { server: address, source })?;
        Ok(Client { channel })
    }

    /// The service that opens dossiers and finds them.
    pub(super) fn dossiers(&self) -> DossierServiceClient<Channel> {
        DossierServiceClient::new(self.channel.clone()).max_decoding_message_size(ANSWER_SIZE_BYTES_MAX)
    }

    /// The service that stores records and reads them.
    pub(super) fn records(&self) -> RecordServiceClient<Channel> {
        RecordServiceClient::new(self.channel.clone()).max_decoding_message_size(ANSWER_SIZE_BYTES_MAX)
    }

    /// The service that assesses.
    pub(super) fn assessment(&self) -> AssessmentServiceClient<Channel> {
        AssessmentServiceClient::new(self.channel.clone()).max_decoding_message_size(ANSWER_SIZE_BYTES_MAX)
    }

    /// The service that composes briefings.
    pub(super) fn briefings(&self) -> BriefingServiceClient<Channel> {
        BriefingServiceClient::new(self.channel.clone()).max_decoding_message_size(ANSWER_SIZE_BYTES_MAX)
    }

    /// The dossier that was named, or else the only one that there is, as `dossiers/{id}`.
    pub(super) async fn parent(&self, dossier: Option<&str>) -> Result<String, Failure> {
        if let Some(id) = dossier {
            return Ok(parent_of(id));
        }
        let request = pb::ListDossiersRequest { page_size: 10, page_token: String::new() };
        let listed = self.dossiers().list_dossiers(request).await.map_err(refused("list the dossiers"))?.into_inner();
        match listed.dossiers.as_slice() {
            [only] => Ok(only.name.clone()),
            [] => {
                Err(Failure::Dossier { problem: "the server has no dossier yet; `armistice import` makes one".into() })
            }
            several => {
                let ids: Vec<&str> = several.iter().map(|dossier| last_segment(&dossier.name)).collect();
                let more = if listed.next_page_token.is_empty() { "" } else { ", …" };
                let problem =
                    format!("the server has several dossiers; choose one with --dossier: {}{more}", ids.join(", "));
                Err(Failure::Dossier { problem })
            }
        }
    }

    /// All assessments, pages in one.
    pub(super) async fn assess(&self, request: pb::AssessRequest) -> Result<pb::AssessResponse, Failure> {
        let mut service = self.assessment();
        let mut request = pb::AssessRequest { page_size: PAGE_SIZE, ..request };
        let ask = refused("assess");
        let mut all = service.assess(request.clone()).await.map_err(&ask)?.into_inner();
        while !all.next_page_token.is_empty() {
            request.page_token = std::mem::take(&mut all.next_page_token);
            let page = service.assess(request.clone()).await.map_err(&ask)?.into_inner();
            all.assessments.extend(page.assessments);
            add_readings(&mut all.readings, page.readings);
            all.next_page_token = page.next_page_token;
        }
        Ok(all)
    }

    /// All rows of a tally, pages in one.
    pub(super) async fn tally(&self, request: pb::TallyRequest) -> Result<pb::TallyResponse, Failure> {
        let mut service = self.assessment();
        let mut request = pb::TallyRequest { page_size: PAGE_SIZE, ..request };
        let ask = refused("tally");
        let mut all = service.tally(request.clone()).await.map_err(&ask)?.into_inner();
        while !all.next_page_token.is_empty() {
            request.page_token = std::mem::take(&mut all.next_page_token);
            let page = service.tally(request.clone()).await.map_err(&ask)?.into_inner();
            all.rows.extend(page.rows);
            add_readings(&mut all.readings, page.readings);
            all.next_page_token = page.next_page_token;
        }
        Ok(all)
    }

    /// All comparisons, pages in one. Every page carries the same tables of pairs, over all pages.
    pub(super) async fn compare(&self, request: pb::CompareRequest) -> Result<pb::CompareResponse, Failure> {
        let mut service = self.assessment();
        let mut request = pb::CompareRequest { page_size: PAGE_SIZE, ..request };
        let ask = refused("compare");
        let mut all = service.compare(request.clone()).await.map_err(&ask)?.into_inner();
        while !all.next_page_token.is_empty() {
            request.page_token = std::mem::take(&mut all.next_page_token);
            let page = service.compare(request.clone()).await.map_err(&ask)?.into_inner();
            all.comparisons.extend(page.comparisons);
            add_readings(&mut all.readings, page.readings);
            all.next_page_token = page.next_page_token;
        }
        Ok(all)
    }

    /// All obligations, pages in one. Every page tells of all readings.
    pub(super) async fn obligations(
        &self,
        request: pb::AssessObligationsRequest,
    ) -> Result<pb::AssessObligationsResponse, Failure> {
        let mut service = self.assessment();
        let mut request = pb::AssessObligationsRequest { page_size: PAGE_SIZE, ..request };
        let ask = refused("judge obligations");
        let mut all = service.assess_obligations(request.clone()).await.map_err(&ask)?.into_inner();
        while !all.next_page_token.is_empty() {
            request.page_token = std::mem::take(&mut all.next_page_token);
            let page = service.assess_obligations(request.clone()).await.map_err(&ask)?.into_inner();
            all.obligations.extend(page.obligations);
            all.next_page_token = page.next_page_token;
        }
        Ok(all)
    }

    /// All inconsistencies, pages in one.
    pub(super) async fn inconsistencies(
        &self,
        request: pb::ListInconsistenciesRequest,
    ) -> Result<pb::ListInconsistenciesResponse, Failure> {
        let mut service = self.assessment();
        let mut request = pb::ListInconsistenciesRequest { page_size: PAGE_SIZE, ..request };
        let ask = refused("list inconsistencies");
        let mut all = service.list_inconsistencies(request.clone()).await.map_err(&ask)?.into_inner();
        while !all.next_page_token.is_empty() {
            request.page_token = std::mem::take(&mut all.next_page_token);
            let page = service.list_inconsistencies(request.clone()).await.map_err(&ask)?.into_inner();
            all.inconsistencies.extend(page.inconsistencies);
            all.next_page_token = page.next_page_token;
        }
        Ok(all)
    }

    /// All records of some collections, pages in one.
    pub(super) async fn list(&self, request: pb::ListRecordsRequest) -> Result<Vec<pb::Record>, Failure> {
        let mut all = Vec::new();
        self.each_record(request, |record| all.push(record)).await?;
        Ok(all)
    }

    /// Each record of some collections, of which no more than a page is held.
    pub(super) async fn each_record(
        &self,
        request: pb::ListRecordsRequest,
        mut each: impl FnMut(pb::Record),
    ) -> Result<(), Failure> {
        let mut service = self.records();
        let mut request = pb::ListRecordsRequest { page_size: PAGE_SIZE, ..request };
        loop {
            let page = service.list_records(request.clone()).await.map_err(refused("list records"))?.into_inner();
            page.records.into_iter().for_each(&mut each);
            if page.next_page_token.is_empty() {
                return Ok(());
            }
            request.page_token = page.next_page_token;
        }
    }

    /// Records by name, as of an answer.
    pub(super) async fn records_named(
        &self,
        parent: &str,
        names: Vec<String>,
        consistency: Option<pb::Consistency>,
    ) -> Result<Vec<pb::Record>, Failure> {
        let mut service = self.records();
        let mut all = Vec::new();
        for names in names.chunks(NAMES_MAX) {
            let request = pb::BatchGetRecordsRequest {
                parent: parent.to_owned(),
                names: names.to_vec(),
                consistency: consistency.clone(),
            };
            let answer = service.batch_get_records(request).await.map_err(refused("read records"))?;
            all.extend(answer.into_inner().records);
        }
        Ok(all)
    }
}

/// `dossiers/{id}`, given the id or the name.
pub(super) fn parent_of(dossier: &str) -> String {
    if dossier.starts_with("dossiers/") { dossier.to_owned() } else { format!("dossiers/{dossier}") }
}

/// What stands after the last slash of a name.
pub(super) fn last_segment(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// Turns a status into a failure that says what was being done.
pub(super) fn refused(doing: &'static str) -> impl Fn(Status) -> Failure {
    move |status| Failure::Refused { doing, status: Box::new(status) }
}

fn add_readings(all: &mut Vec<pb::AppliedReading>, more: Vec<pb::AppliedReading>) {
    let known: HashSet<String> = all.iter().map(|reading| reading.reading.clone()).collect();
    all.extend(more.into_iter().filter(|reading| !known.contains(&reading.reading)));
}
