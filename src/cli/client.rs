//! Talks to a server: connects, finds the dossier, and fetches every page of an answer.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use tonic::metadata::AsciiMetadataValue;
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Status};

use super::failure::Failure;
use crate::config::TOKEN_VARIABLE;
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

/// Which server to ask, and by which token.
#[derive(Debug, Clone, Args)]
pub(super) struct ServerFlags {
    /// Address of the server, such as --server http://127.0.0.1:7411
    #[arg(long, value_name = "URL", env = "ARMISTICE_SERVER", default_value = "http://127.0.0.1:7411")]
    pub server: String,
    /// File that holds the token to ask with, such as --token-file desk-kyiv.token; else ARMISTICE_TOKEN holds the token itself
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
}

/// Which server to ask, and how to print the answer.
#[derive(Debug, Clone, Args)]
pub(super) struct Common {
    #[command(flatten)]
    pub server: ServerFlags,
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
    channel: Asking,
}

/// A connection whose every call says who asks.
pub(super) type Asking = InterceptedService<Channel, Bearer>;

/// Puts the token of whoever asks into each call, if there is one.
#[derive(Debug, Clone)]
pub(super) struct Bearer(Option<AsciiMetadataValue>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(bearer) = &self.0 {
            request.metadata_mut().insert("authorization", bearer.clone());
        }
        Ok(request)
    }
}

impl Bearer {
    /// The token in the file, else that in the environment, else none.
    fn find(file: Option<&Path>, environment: Option<String>) -> Result<Bearer, Failure> {
        let (text, place) = match file {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|source| Failure::Token {
                    problem: format!("--token-file {}: {source}", path.display()),
                })?;
                (text, format!("--token-file {}", path.display()))
            }
            // A variable that is set to nothing is how some tools unset one.
            None => match environment.filter(|text| !text.is_empty()) {
                Some(text) => (text, TOKEN_VARIABLE.to_owned()),
                None => return Ok(Bearer(None)),
            },
        };
        let token = text.trim();
        let value = if token.bytes().all(|byte| byte.is_ascii_graphic()) && !token.is_empty() {
            format!("Bearer {token}").parse::<AsciiMetadataValue>().ok()
        } else {
            None
        };
        let mut value = value.ok_or_else(|| Failure::Token {
            problem: format!(
                "{place}: there is no token in it: one word such as `armistice token` prints, and nothing else"
            ),
        })?;
        // Neither shown by `Debug` nor kept by what compresses headers.
        value.set_sensitive(true);
        Ok(Bearer(Some(value)))
    }
}

impl Client {
    /// Connects to the server that the flags name, to ask by the token that they or the environment name.
    pub(super) async fn of(flags: &ServerFlags) -> Result<Client, Failure> {
        // What is no text is no token either, and is told so rather than left out.
        let environment = std::env::var_os(TOKEN_VARIABLE).map(|token| token.to_string_lossy().into_owned());
        let bearer = Bearer::find(flags.token_file.as_deref(), environment)?;
        Client::connect_by(&flags.server, bearer).await
    }

    /// Connects to a server that asks nobody who it is.
    pub(super) async fn connect(server: &str) -> Result<Client, Failure> {
        Client::connect_by(server, Bearer(None)).await
    }

    async fn connect_by(server: &str, bearer: Bearer) -> Result<Client, Failure> {
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
        Ok(Client { channel: InterceptedService::new(channel, bearer) })
    }

    /// The service that opens dossiers and finds them.
    pub(super) fn dossiers(&self) -> DossierServiceClient<Asking> {
        DossierServiceClient::new(self.channel.clone()).max_decoding_message_size(ANSWER_SIZE_BYTES_MAX)
    }

    /// The service that stores records and reads them.
    pub(super) fn records(&self) -> RecordServiceClient<Asking> {
        RecordServiceClient::new(self.channel.clone()).max_decoding_message_size(ANSWER_SIZE_BYTES_MAX)
    }

    /// The service that assesses.
    pub(super) fn assessment(&self) -> AssessmentServiceClient<Asking> {
        AssessmentServiceClient::new(self.channel.clone()).max_decoding_message_size(ANSWER_SIZE_BYTES_MAX)
    }

    /// The service that composes briefings.
    pub(super) fn briefings(&self) -> BriefingServiceClient<Asking> {
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
            [] => Err(Failure::Dossier {
                problem: "the server has no dossier yet that you may read; `armistice import` makes one".into(),
            }),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: Option<&str>, environment: Option<&str>) -> Result<String, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("token");
        if let Some(text) = file {
            std::fs::write(&path, text).expect("it can be written");
        }
        let bearer = Bearer::find(file.map(|_| path.as_path()), environment.map(str::to_owned));
        assert!(!format!("{bearer:?}").contains("secret"), "a token is never shown: {bearer:?}");
        let shown = |value: AsciiMetadataValue| value.to_str().expect("ASCII").to_owned();
        bearer.map(|bearer| bearer.0.map_or_else(String::new, shown)).map_err(|failure| failure.told())
    }

    #[test]
    fn the_token_of_a_file_goes_before_that_of_the_environment() {
        assert_eq!(found(None, None), Ok(String::new()));
        assert_eq!(found(None, Some("")), Ok(String::new()));
        assert_eq!(found(None, Some("secret")), Ok("Bearer secret".to_owned()));
        assert_eq!(found(Some("secret-a\n"), Some("secret-b")), Ok("Bearer secret-a".to_owned()));
    }

    #[test]
    fn what_is_no_token_is_refused_and_not_repeated() {
        for wrong in ["", " \n", "secret one", "secret\nsecret", "secret-ü", "secret\u{7}"] {
            let told = found(Some(wrong), None).expect_err("it is no token");
            assert!(told.contains("--token-file") && !told.contains("secret"), "{told}");
            if !wrong.is_empty() {
                let told = found(None, Some(wrong)).expect_err("it is no token");
                assert!(told.starts_with("ARMISTICE_TOKEN: ") && !told.contains("secret"), "{told}");
            }
        }
        let missing = Bearer::find(Some(Path::new("no-such-file")), None).expect_err("it is not there");
        assert!(missing.told().starts_with("--token-file no-such-file: "), "{}", missing.told());
    }
}
