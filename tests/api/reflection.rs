//! What a client can find out by itself: services, descriptors with options and comments, and whether the server serves.

use std::collections::BTreeSet;

use armistice::wire::pb::FILE_DESCRIPTOR_SET;
use prost::Message;
use prost_reflect::DescriptorPool;
use tonic::transport::Channel;
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::server::Server;

/// Writes the same client for a version of the reflection protocol.
macro_rules! reflection {
    ($version:ident) => {
        mod $version {
            use tonic_reflection::pb::$version::ServerReflectionRequest;
            use tonic_reflection::pb::$version::server_reflection_client::ServerReflectionClient;
            use tonic_reflection::pb::$version::server_reflection_request::MessageRequest;
            use tonic_reflection::pb::$version::server_reflection_response::MessageResponse;

            use super::{Answer, Channel, Question};

            pub(super) async fn ask(channel: Channel, question: Question) -> Answer {
                let asked = match question {
                    Question::Services => MessageRequest::ListServices(String::new()),
                    Question::Symbol(symbol) => MessageRequest::FileContainingSymbol(symbol.to_owned()),
                    Question::File(file) => MessageRequest::FileByFilename(file),
                };
                let request = ServerReflectionRequest { host: String::new(), message_request: Some(asked) };
                let mut client = ServerReflectionClient::new(channel);
                let stream = client.server_reflection_info(tokio_stream::once(request)).await.expect("a stream");
                let answer = stream.into_inner().message().await.expect("an answer").expect("not the end");
                match answer.message_response.expect("an answer holds one") {
                    MessageResponse::ListServicesResponse(list) => {
                        Answer::Services(list.service.into_iter().map(|s| s.name).collect())
                    }
                    MessageResponse::FileDescriptorResponse(files) => Answer::Files(files.file_descriptor_proto),
                    other => panic!("unexpected: {other:?}"),
                }
            }
        }
    };
}

reflection!(v1);
reflection!(v1alpha);

enum Question {
    Services,
    Symbol(&'static str),
    File(String),
}

enum Answer {
    Services(BTreeSet<String>),
    Files(Vec<Vec<u8>>),
}

async fn ask(version: &str, server: &Server, question: Question) -> Answer {
    match version {
        "v1" => v1::ask(server.channel.clone(), question).await,
        _ => v1alpha::ask(server.channel.clone(), question).await,
    }
}

const VERSIONS: [&str; 2] = ["v1", "v1alpha"];

#[tokio::test]
async fn reflection_lists_every_service() {
    let server = Server::start().await;
    for version in VERSIONS {
        let Answer::Services(services) = ask(version, &server, Question::Services).await else { panic!("no list") };
        for service in [
            "armistice.v1.DossierService",
            "armistice.v1.RecordService",
            "armistice.v1.AssessmentService",
            "grpc.health.v1.Health",
        ] {
            assert!(services.contains(service), "{version}: {services:?}");
        }
        assert!(services.iter().all(|name| !name.contains("internal")), "{version}: {services:?}");
    }
}

/// The files that a client gets who asks for a symbol, and then for whatever those import.
async fn files(version: &str, server: &Server, symbol: &'static str) -> Vec<Vec<u8>> {
    let Answer::Files(mut files) = ask(version, server, Question::Symbol(symbol)).await else { panic!("no files") };
    let mut next = 0;
    while next < files.len() {
        let file = prost_types::FileDescriptorProto::decode(files[next].as_slice()).expect("a descriptor");
        for import in file.dependency {
            let known = |bytes: &Vec<u8>| {
                let file = prost_types::FileDescriptorProto::decode(bytes.as_slice()).expect("a descriptor");
                file.name() == import
            };
            if !files.iter().any(known) {
                let answer = ask(version, server, Question::File(import)).await;
                let Answer::Files(more) = answer else { panic!("no files") };
                files.extend(more);
            }
        }
        next += 1;
    }
    files
}

#[tokio::test]
async fn descriptors_come_with_options_and_comments() {
    let server = Server::start().await;
    for version in VERSIONS {
        for symbol in ["armistice.v1.RecordService", "armistice.v1.AssessmentService.Assess", "armistice.v1.Report"] {
            let files = files(version, &server, symbol).await;
            // Put together without being decoded, for decoding would lose what this is about.
            let mut set = Vec::new();
            for file in &files {
                prost::encoding::encode_key(1, prost::encoding::WireType::LengthDelimited, &mut set);
                prost::encoding::encode_varint(file.len() as u64, &mut set);
                set.extend(file);
            }
            let pool = DescriptorPool::decode(set.as_slice()).expect("a client can put them together");
            let report = pool.get_message_by_name("armistice.v1.Report").expect("a report is reached from all of them");
            let incident = report.get_field_by_name("incident").expect("its incident");
            let option = |name: &str| pool.get_extension_by_name(&format!("armistice.v1.{name}")).expect("our option");
            let options = incident.options();
            assert_eq!(options.get_extension(&option("refers_to")).as_str(), Some("incidents"), "{version}");
            let behavior = options.get_extension(&option("behavior")).into_owned();
            assert_eq!(behavior.as_list().map(|b| b.len()), Some(1), "{version}");

            let file = report.parent_file();
            let info = file.file_descriptor_proto().source_code_info.as_ref().expect("comments");
            let comment = |path: &[i32]| {
                let location = info.location.iter().find(|l| l.path == path).expect("a place");
                location.leading_comments().trim().to_owned()
            };
            assert!(comment(report.path()).starts_with("What one claimant says"), "{version}");
            assert!(comment(incident.path()).contains("A correction may not change it"), "{version}");
        }
    }
}

#[tokio::test]
async fn the_details_of_an_error_can_be_looked_up() {
    let server = Server::start().await;
    for version in VERSIONS {
        for symbol in ["google.rpc.ErrorInfo", "google.rpc.BadRequest", "google.rpc.RetryInfo"] {
            let files = files(version, &server, symbol).await;
            let files =
                files.iter().map(|f| prost_types::FileDescriptorProto::decode(f.as_slice()).expect("a descriptor"));
            let pool =
                DescriptorPool::from_file_descriptor_set(prost_types::FileDescriptorSet { file: files.collect() })
                    .expect("a client can put them together");
            assert!(pool.get_message_by_name(symbol).is_some(), "{version}: {symbol}");
        }
    }
}

#[tokio::test]
async fn what_is_served_is_what_was_built() {
    let server = Server::start().await;
    let built = prost_types::FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).expect("the build's own set");
    let ours: BTreeSet<&str> = built.file.iter().filter(|f| f.package() == "armistice.v1").map(|f| f.name()).collect();
    assert!(ours.len() > 10);
    for version in VERSIONS {
        for file in &ours {
            let answer = ask(version, &server, Question::File((*file).to_owned())).await;
            let Answer::Files(files) = answer else { panic!("no files") };
            let served = &files[0];
            let found = FILE_DESCRIPTOR_SET.windows(served.len()).any(|window| window == served.as_slice());
            assert!(found, "{version}: {file} was changed on its way");
        }
    }
}

#[tokio::test]
async fn health_says_that_each_service_serves() {
    let server = Server::start().await;
    let mut health = HealthClient::new(server.channel.clone());
    for service in ["", "armistice.v1.DossierService", "armistice.v1.RecordService", "armistice.v1.AssessmentService"] {
        let request = HealthCheckRequest { service: service.to_owned() };
        let answer = health.check(request).await.unwrap_or_else(|status| panic!("{service}: {status}"));
        assert_eq!(answer.into_inner().status(), ServingStatus::Serving, "{service}");
    }
    let unknown = HealthCheckRequest { service: "armistice.v1.LedgerService".to_owned() };
    assert_eq!(health.check(unknown).await.expect_err("unknown").code(), tonic::Code::NotFound);
}
