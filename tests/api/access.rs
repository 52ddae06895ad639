//! Who may ask what: every role on every collection, and a refusal that says nothing of what is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use armistice::access::{Principal, Role, Roster, TokenSha256};
use armistice::domain::name::{Collection, DossierId};
use armistice::log::memory::MemoryLog;
use armistice::service::Settings;
use armistice::wire::pb;
use armistice::wire::pb::dossier_service_client::DossierServiceClient;
use armistice::wire::pb::record_service_client::RecordServiceClient;
use prost::Message;
use prost_reflect::{DynamicMessage, MethodDescriptor, ReflectMessage, Value};
use sha2::{Digest, Sha256};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::Channel;
use tonic::{Code, Request, Status};
use tonic_types::{ErrorDetail, StatusExt};

use crate::bytes::send_request;
use crate::refusal::{named, shown};
use crate::server::Server;
use crate::{ground, json};

/// The token of a principal of these tests.
pub(crate) fn token(id: &str) -> String {
    format!("armistice_s3cret-of-{id}")
}

/// A principal with roles: dossier or `*`, and a role there.
pub(crate) fn principal(id: &str, roles: &[(&str, Role)]) -> (TokenSha256, Principal) {
    let mut everywhere = Vec::new();
    let mut dossiers: BTreeMap<DossierId, Vec<Role>> = BTreeMap::new();
    for (on, role) in roles {
        match *on {
            "*" => everywhere.push(*role),
            dossier => dossiers.entry(DossierId::parse(dossier).expect("an id")).or_default().push(*role),
        }
    }
    (Sha256::digest(token(id)).into(), Principal::new(id, everywhere, dossiers))
}

/// A server that knows these; what the log holds already was recorded before anybody was told from another.
pub(crate) async fn guarded(log: Arc<MemoryLog>, principals: Vec<(TokenSha256, Principal)>) -> Server {
    let settings =
        Settings { access: Some(Roster::new(principals)), call_lines_per_second: 1_000_000, ..Settings::default() };
    Server::with(log, settings).await
}

/// Whoever asks, by their token.
#[derive(Clone)]
pub(crate) struct As(pub(crate) &'static str);

impl Interceptor for As {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        let bearer = format!("Bearer {}", token(self.0)).parse().expect("a header");
        request.metadata_mut().insert("authorization", bearer);
        Ok(request)
    }
}

type Asking = InterceptedService<Channel, As>;

fn records(server: &Server, id: &'static str) -> RecordServiceClient<Asking> {
    RecordServiceClient::with_interceptor(server.channel.clone(), As(id))
}

fn dossiers(server: &Server, id: &'static str) -> DossierServiceClient<Asking> {
    DossierServiceClient::with_interceptor(server.channel.clone(), As(id))
}

/// Where the dossier `d` stands, as somebody sees it.
async fn head(server: &Server, id: &'static str) -> String {
    let request = pb::GetDossierRequest { name: "dossiers/d".to_owned(), consistency: None };
    dossiers(server, id).get_dossier(request).await.expect("a reader").into_inner().read_at
}

fn batch(records: Vec<pb::Record>) -> pb::AppendRecordsRequest {
    pb::AppendRecordsRequest { parent: "dossiers/d".to_owned(), records, ..Default::default() }
}

/// Every method of every service of ours, so that one which is added later is not forgotten.
pub(crate) fn methods() -> Vec<MethodDescriptor> {
    let ours = json::pool().services().filter(|service| service.package_name() == "armistice.v1");
    let methods: Vec<MethodDescriptor> = ours.flat_map(|s| s.methods().collect::<Vec<_>>()).collect();
    assert!(methods.len() >= 17, "{}", methods.len());
    methods
}

/// A method as its path names it, behind the package.
pub(crate) fn path(method: &MethodDescriptor) -> String {
    format!("{}/{}", method.parent_service().name(), method.name())
}

/// Has a request be about a dossier; answers whether it can be about one.
fn be_about(request: &mut DynamicMessage, dossier: &str) -> bool {
    let whole = request.descriptor().name() == "GetDossierRequest";
    for field in request.descriptor().fields().collect::<Vec<_>>() {
        match field.name() {
            "parent" => request.set_field(&field, Value::String(format!("dossiers/{dossier}"))),
            "name" if whole => request.set_field(&field, Value::String(format!("dossiers/{dossier}"))),
            "name" => request.set_field(&field, Value::String(format!("dossiers/{dossier}/actors/a"))),
            _ => match field.kind().as_message() {
                Some(inner) if inner.name().ends_with("Request") => {
                    let mut inside = DynamicMessage::new(inner.clone());
                    if !be_about(&mut inside, dossier) {
                        continue;
                    }
                    request.set_field(&field, Value::Message(inside));
                }
                Some(_) | None => continue,
            },
        }
        return true;
    }
    false
}

/// All that a refusal says, and how long it is: the order of its metadata is that of a map, and hangs on nothing.
fn whole(status: &Status) -> String {
    let details = status.check_error_details_vec().expect("the details decode");
    let said = details.iter().map(|detail| match detail {
        ErrorDetail::ErrorInfo(info) => {
            let metadata: BTreeMap<&String, &String> = info.metadata.iter().collect();
            format!("{} {} {metadata:?}", info.domain, info.reason)
        }
        other => format!("{other:?}"),
    });
    let said: Vec<String> = said.collect();
    format!("{:?} {} {} {said:?}", status.code(), status.message(), status.details().len())
}

async fn ask(server: &Server, id: &str, method: &str, body: Vec<u8>) -> Result<Vec<u8>, Status> {
    let mut request = Request::new(body);
    let bearer = format!("Bearer {}", token(id)).parse().expect("a header");
    request.metadata_mut().insert("authorization", bearer);
    send_request(&server.channel, method, request).await
}

#[tokio::test]
async fn whoever_has_no_role_on_a_dossier_is_told_the_same_whether_there_is_one_or_not() {
    let log = Arc::new(MemoryLog::default());
    let open = Server::over(log.clone()).await;
    let dossier = pb::Dossier { display_name: "The quiet talks".to_owned(), ..Default::default() };
    let request =
        pb::CreateDossierRequest { dossier_id: "secret".into(), dossier: Some(dossier), ..Default::default() };
    open.dossiers().create_dossier(request).await.expect("a new dossier");
    open.create("mine").await;
    let append = pb::AppendRecordsRequest {
        parent: "dossiers/secret".to_owned(),
        records: json::records(
            r#"[{"name": "actors/a", "actor": {"display_name": "Quiet", "type": "ACTOR_TYPE_STATE"}}]"#,
        ),
        ..Default::default()
    };
    open.records().append_records(append).await.expect("a record");
    open.stop().await;

    let server = guarded(log, vec![principal("outsider", &[("mine", Role::Admin)])]).await;
    let mut about_none = Vec::new();
    for method in methods() {
        let path = path(&method);
        let mut refusals = Vec::new();
        for dossier in ["secret", "absent"] {
            let mut request = DynamicMessage::new(method.input());
            if !be_about(&mut request, dossier) {
                about_none.push(path.clone());
                continue;
            }
            let status = ask(&server, "outsider", &path, request.encode_to_vec()).await.expect_err("a refusal");
            assert_eq!(status.code(), Code::PermissionDenied, "{path}: {status:?}");
            assert!(shown(&status).starts_with("PermissionDenied NOT_PERMITTED"), "{path}: {}", shown(&status));
            assert!(!format!("{status:?}").contains("uiet"), "{path}: {status:?}");
            refusals.push(whole(&status).replace(dossier, "…"));
        }
        refusals.dedup();
        assert!(refusals.len() <= 1, "{path}: {refusals:?}");
    }
    about_none.dedup();
    assert_eq!(
        about_none,
        ["DossierService/CreateDossier", "DossierService/ListDossiers"],
        "the rest are about a dossier"
    );
    // A batch with records in it likewise, by either call.
    for method in ["RecordService/AppendRecords", "RecordService/ImportRecords"] {
        let mut refusals = Vec::new();
        for dossier in ["secret", "absent"] {
            let records = json::records(ground::RECORDS);
            let request =
                pb::AppendRecordsRequest { parent: format!("dossiers/{dossier}"), records, ..Default::default() };
            let status = ask(&server, "outsider", method, request.encode_to_vec()).await.expect_err("a refusal");
            assert_eq!(status.code(), Code::PermissionDenied, "{method}");
            refusals.push(whole(&status));
        }
        assert_eq!(refusals[0], refusals[1], "{method}");
    }
    server.stop().await;
}

/// What each role adds, as the contract has it.
fn adds(role: Role) -> Vec<Collection> {
    let words = match role {
        Role::Reader => vec![],
        Role::Reporter => vec!["documents", "statements", "incidents", "reports", "coverage"],
        Role::Analyst => Collection::ALL.iter().map(|c| c.word()).filter(|word| *word != "findings").collect(),
        Role::Verifier => vec!["documents", "findings"],
        Role::Admin => Collection::ALL.iter().map(|c| c.word()).collect(),
    };
    words.into_iter().map(|word| Collection::parse(word).expect("a collection")).collect()
}

const ROLES: [(&str, Role); 5] = [
    ("reader", Role::Reader),
    ("reporter", Role::Reporter),
    ("analyst", Role::Analyst),
    ("verifier", Role::Verifier),
    ("admin", Role::Admin),
];

async fn with_each_role() -> Server {
    let log = Arc::new(MemoryLog::default());
    ground::over(log.clone()).await.stop().await;
    guarded(log, ROLES.map(|(id, role)| principal(id, &[("d", role)])).to_vec()).await
}

#[tokio::test]
async fn each_role_adds_to_its_collections_under_its_own_name_and_to_no_other() {
    let server = with_each_role().await;
    let all = json::records(ground::RECORDS);
    for (id, role) in ROLES {
        let may_add = adds(role);
        let mut collections = Vec::new();
        for record in &all {
            let collection = record.name.split('/').next().and_then(Collection::parse).expect("a relative name");
            collections.push(collection);
            let correction = pb::Record { reason: format!("As {id} has it."), ..record.clone() };
            let retraction = pb::Record { retracted: true, kind: None, citations: vec![], ..correction.clone() };
            let before = head(&server, "reader").await;
            for sent in [&correction, &retraction] {
                let check = pb::AppendRecordsRequest { validate_only: true, ..batch(vec![sent.clone()]) };
                let import = pb::ImportRecordsRequest { records: vec![sent.clone()], ..Default::default() };
                let import = pb::ImportRecordsRequest { parent: "dossiers/d".to_owned(), ..import };
                let case = format!("{id} {}", sent.name);
                if may_add.contains(&collection) {
                    records(&server, id)
                        .append_records(check)
                        .await
                        .unwrap_or_else(|s| panic!("{case}: {}", shown(&s)));
                    continue;
                }
                let expected = "PermissionDenied NOT_PERMITTED: records[0] NOT_PERMITTED";
                let refused = records(&server, id).append_records(check).await.expect_err(&case);
                assert_eq!(shown(&refused), expected, "{case}, checked only");
                let refused = records(&server, id).append_records(batch(vec![sent.clone()])).await.expect_err(&case);
                assert_eq!(shown(&refused), expected, "{case}");
                let mut answers = records(&server, id).import_records(tokio_stream::iter([import])).await;
                let answers = answers.as_mut().expect("a stream").get_mut();
                assert_eq!(shown(&answers.message().await.expect_err(&case)), expected, "{case}, imported");
            }
            if may_add.contains(&collection) {
                let taken = records(&server, id).append_records(batch(vec![correction])).await;
                let taken = taken.unwrap_or_else(|s| panic!("{id} {}: {}", record.name, shown(&s))).into_inner();
                assert_eq!(taken.records[0].recorded_by, id, "{}", record.name);
            } else {
                assert_eq!(head(&server, "reader").await, before, "{id} {}: something was stored", record.name);
            }
        }
        collections.sort();
        collections.dedup();
        assert_eq!(collections, Collection::ALL, "one of everything is tried");
    }
    server.stop().await;
}

#[tokio::test]
async fn every_record_of_a_batch_that_is_not_the_callers_to_add_is_named_and_nothing_is_stored() {
    let server = with_each_role().await;
    let before = head(&server, "reader").await;
    let mixed = json::records(
        r#"[{"name": "documents/n", "document": {"title": "N", "published": {"local": "2025-03-20"}}},
            {"name": "actors/n", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}},
            {"report": {}},
            {"name": "findings/depot", "reason": "R.", "retracted": true},
            {"name": "reports/r", "finding": {}},
            {"name": "dossiers/d/findings/f", "report": {}},
            {}]"#,
    );
    let refused = records(&server, "reporter").append_records(batch(mixed.clone())).await.expect_err("a refusal");
    let expected = "PermissionDenied NOT_PERMITTED: records[1] NOT_PERMITTED; records[3] NOT_PERMITTED; \
                    records[4] NOT_PERMITTED; records[5] NOT_PERMITTED";
    assert_eq!(shown(&refused), expected);
    let told = named(&refused);
    assert_eq!(told[0].2, "the caller may not add to actors: that takes one of the roles analyst, admin");
    assert_eq!(told[1].2, "the caller may not add to findings: that takes one of the roles verifier, admin");
    // Where nothing is known of the records, whether it may add anything at all is asked first.
    for records_sent in
        [vec![], vec![pb::Record::default()], vec![pb::Record { name: "x/y".into(), ..Default::default() }]]
    {
        let refused =
            records(&server, "reader").append_records(batch(records_sent.clone())).await.expect_err("a refusal");
        assert_eq!(shown(&refused), "PermissionDenied NOT_PERMITTED: parent NOT_PERMITTED");
        let refused = records(&server, "reporter").append_records(batch(records_sent)).await.expect_err("a refusal");
        assert_eq!(refused.code(), Code::InvalidArgument);
    }
    assert_eq!(head(&server, "reader").await, before);
    server.stop().await;
}

#[tokio::test]
async fn of_a_stream_each_batch_is_judged_and_what_came_before_a_refused_one_stays() {
    let server = with_each_role().await;
    let message = |parent: &str, records: &str| pb::ImportRecordsRequest {
        parent: parent.to_owned(),
        records: json::records(records),
        ..Default::default()
    };
    let document = r#"[{"name": "documents/n", "document": {"title": "N", "published": {"local": "2025-03-20"}}}]"#;
    let actor = r#"[{"name": "actors/n", "actor": {"display_name": "N", "type": "ACTOR_TYPE_STATE"}}]"#;
    let later = document.replace("documents/n", "documents/m");
    let sent = [message("dossiers/d", document), message("", actor), message("", &later)];
    let mut answers =
        records(&server, "verifier").import_records(tokio_stream::iter(sent)).await.expect("a stream").into_inner();
    let first = answers.message().await.expect("no fault").expect("an answer");
    assert_eq!(first.last_position, ground::COUNT + 1);
    let refused = answers.message().await.expect_err("a refusal");
    assert_eq!(shown(&refused), "PermissionDenied NOT_PERMITTED: records[0] NOT_PERMITTED");
    let info = refused.get_details_error_info().expect("an ErrorInfo");
    assert_eq!(info.metadata.get("message_index").map(String::as_str), Some("1"));
    let list =
        pb::ListRecordsRequest { after_position: ground::COUNT, parent: "dossiers/d".into(), ..Default::default() };
    let stored = records(&server, "reader").list_records(list).await.expect("a list").into_inner().records;
    let stored: Vec<(&str, &str)> = stored.iter().map(|r| (r.name.as_str(), r.recorded_by.as_str())).collect();
    assert_eq!(stored, [("dossiers/d/documents/n", "verifier")]);
    // A stream that is about another dossier from its first message on.
    let sent = [message("dossiers/e", document)];
    let answers = records(&server, "admin").import_records(tokio_stream::iter(sent)).await.expect("a stream");
    assert_eq!(answers.into_inner().message().await.expect_err("a refusal").code(), Code::PermissionDenied);
    server.stop().await;
}

#[tokio::test]
async fn a_request_id_of_somebody_else_is_answered_to_whoever_may_append_the_same_and_to_nobody_else() {
    let server = with_each_role().await;
    let document = r#"[{"name": "documents/n", "document": {"title": "N", "published": {"local": "2025-03-20"}}}]"#;
    let request = pb::AppendRecordsRequest {
        request_id: "8f7a1c1e-6b0e-4a39-9f0b-3c1d2e4f5a6b".to_owned(),
        ..batch(json::records(document))
    };
    let first = records(&server, "analyst").append_records(request.clone()).await.expect("stored").into_inner();
    let again = records(&server, "verifier").append_records(request.clone()).await.expect("answered").into_inner();
    assert_eq!(again, first);
    assert_eq!(again.records[0].recorded_by, "analyst", "it is recorded once, by whoever was first");
    let refused = records(&server, "reader").append_records(request.clone()).await.expect_err("a refusal");
    assert_eq!(shown(&refused), "PermissionDenied NOT_PERMITTED: records[0] NOT_PERMITTED");
    let other = pb::AppendRecordsRequest { records: json::records(&document.replace("\"N\"", "\"M\"")), ..request };
    let refused = records(&server, "verifier").append_records(other.clone()).await.expect_err("a refusal");
    assert_eq!(refused.code(), Code::AlreadyExists);
    let refused = records(&server, "reader").append_records(other).await.expect_err("a refusal");
    assert_eq!(refused.code(), Code::PermissionDenied, "whether the id is known is not told");
    server.stop().await;
}

#[tokio::test]
async fn dossiers_are_created_by_whoever_is_admin_of_all() {
    let principals = vec![
        principal("owner", &[("*", Role::Admin)]),
        principal("admin", &[("new", Role::Admin)]),
        principal("analyst", &[("*", Role::Analyst), ("*", Role::Verifier), ("*", Role::Reporter)]),
    ];
    let server = guarded(Arc::new(MemoryLog::default()), principals).await;
    let create = |id: &str| pb::CreateDossierRequest { dossier_id: id.to_owned(), ..Default::default() };
    for id in ["admin", "analyst"] {
        for dossier in ["new", "", "no id", "owned"] {
            let refused = dossiers(&server, id).create_dossier(create(dossier)).await.expect_err("a refusal");
            assert_eq!(shown(&refused), "PermissionDenied NOT_PERMITTED", "{id} {dossier}");
        }
    }
    dossiers(&server, "owner").create_dossier(create("owned")).await.expect("a new dossier");
    let again = dossiers(&server, "admin").create_dossier(create("owned")).await.expect_err("a refusal");
    assert_eq!(again.code(), Code::PermissionDenied, "whether it is there is not told");
    assert_eq!(
        dossiers(&server, "owner").create_dossier(create("")).await.expect_err("no id").code(),
        Code::InvalidArgument
    );
    // A role on a dossier that is still to come holds once it is there.
    let get = pb::GetDossierRequest { name: "dossiers/new".to_owned(), consistency: None };
    assert_eq!(dossiers(&server, "admin").get_dossier(get.clone()).await.expect_err("none").code(), Code::NotFound);
    dossiers(&server, "owner").create_dossier(create("new")).await.expect("a new dossier");
    dossiers(&server, "admin").get_dossier(get).await.expect("it is there");
    server.stop().await;
}

#[tokio::test]
async fn of_many_dossiers_those_are_listed_that_the_caller_may_read_page_by_page() {
    let log = Arc::new(MemoryLog::default());
    let open = Server::over(log.clone()).await;
    for number in 0..30 {
        open.create(&format!("d{number:02}")).await;
    }
    open.stop().await;
    let mine: Vec<String> = (0..30).filter(|n| n % 7 == 3 || n % 11 == 5).map(|n| format!("d{n:02}")).collect();
    let roles: Vec<(&str, Role)> = mine.iter().map(|id| (id.as_str(), Role::Reader)).collect();
    let principals = vec![
        principal("some", &roles),
        principal("all", &[("*", Role::Reporter)]),
        principal("none", &[("elsewhere", Role::Admin)]),
    ];
    let server = guarded(log, principals).await;
    for (id, expected) in
        [("some", mine), ("all", (0..30).map(|n| format!("d{n:02}")).collect::<Vec<_>>()), ("none", vec![])]
    {
        for page_size in [1, 2, 3, 4, 100] {
            let mut request = pb::ListDossiersRequest { page_size, page_token: String::new() };
            let mut listed = Vec::new();
            loop {
                let page = dossiers(&server, id).list_dossiers(request.clone()).await.expect("a page").into_inner();
                let is_last = page.next_page_token.is_empty();
                assert!(is_last || page.dossiers.len() == usize::try_from(page_size).expect("small"), "a whole page");
                listed.extend(page.dossiers.into_iter().map(|dossier| dossier.name));
                if is_last {
                    break;
                }
                request.page_token = page.next_page_token;
            }
            let expected: Vec<String> = expected.iter().map(|id| format!("dossiers/{id}")).collect();
            assert_eq!(listed, expected, "{id} by {page_size}");
        }
    }
    // A token of somebody who sees more leads no further than one's own dossiers.
    let request = pb::ListDossiersRequest { page_size: 4, page_token: String::new() };
    let of_all = dossiers(&server, "all").list_dossiers(request.clone()).await.expect("a page").into_inner();
    let request = pb::ListDossiersRequest { page_token: of_all.next_page_token, ..request };
    let page = dossiers(&server, "some").list_dossiers(request).await.expect("a page").into_inner();
    assert_eq!(page.dossiers[0].name, "dossiers/d05");
    server.stop().await;
}
