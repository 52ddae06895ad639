//! Calls that carry bytes as they are, so that a test can say what no client of ours would.

use bytes::{Buf, BufMut};
use http::uri::PathAndQuery;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Channel;
use tonic::{Request, Status};

/// Every method, with the names of its messages. `ImportRecords` takes many and gives many; here it is asked with one.
pub(crate) const METHODS: [(&str, &str, &str); 16] = [
    ("DossierService/CreateDossier", "CreateDossierRequest", "CreateDossierResponse"),
    ("DossierService/GetDossier", "GetDossierRequest", "GetDossierResponse"),
    ("DossierService/ListDossiers", "ListDossiersRequest", "ListDossiersResponse"),
    ("RecordService/AppendRecords", "AppendRecordsRequest", "AppendRecordsResponse"),
    ("RecordService/ImportRecords", "ImportRecordsRequest", "ImportRecordsResponse"),
    ("RecordService/GetRecord", "GetRecordRequest", "GetRecordResponse"),
    ("RecordService/BatchGetRecords", "BatchGetRecordsRequest", "BatchGetRecordsResponse"),
    ("RecordService/ListRecords", "ListRecordsRequest", "ListRecordsResponse"),
    ("RecordService/ListRevisions", "ListRevisionsRequest", "ListRevisionsResponse"),
    ("RecordService/ListClasses", "ListClassesRequest", "ListClassesResponse"),
    ("AssessmentService/Assess", "AssessRequest", "AssessResponse"),
    ("AssessmentService/Tally", "TallyRequest", "TallyResponse"),
    ("AssessmentService/Compare", "CompareRequest", "CompareResponse"),
    ("AssessmentService/ListInconsistencies", "ListInconsistenciesRequest", "ListInconsistenciesResponse"),
    ("AssessmentService/AssessObligations", "AssessObligationsRequest", "AssessObligationsResponse"),
    ("BriefingService/ComposeBriefing", "ComposeBriefingRequest", "ComposeBriefingResponse"),
];

/// Sends a body to a method, such as `RecordService/GetRecord`, and gives back the answer's.
pub(crate) async fn send(channel: &Channel, method: &str, body: Vec<u8>) -> Result<Vec<u8>, Status> {
    send_request(channel, method, Request::new(body)).await
}

/// The same, with whatever stands beside the body.
pub(crate) async fn send_request(
    channel: &Channel,
    method: &str,
    request: Request<Vec<u8>>,
) -> Result<Vec<u8>, Status> {
    let mut client = tonic::client::Grpc::new(channel.clone()).max_decoding_message_size(usize::MAX);
    client.ready().await.unwrap_or_else(|fault| panic!("{method}: the connection is gone: {fault}"));
    let path: PathAndQuery = format!("/armistice.v1.{method}").parse().expect("a path");
    Ok(client.unary(request, path, AsTheyAre).await?.into_inner())
}

/// The bytes of a message, and nothing known about them.
struct AsTheyAre;

impl Codec for AsTheyAre {
    type Encode = Vec<u8>;
    type Decode = Vec<u8>;
    type Encoder = AsTheyAre;
    type Decoder = AsTheyAre;

    fn encoder(&mut self) -> AsTheyAre {
        AsTheyAre
    }

    fn decoder(&mut self) -> AsTheyAre {
        AsTheyAre
    }
}

impl Encoder for AsTheyAre {
    type Item = Vec<u8>;
    type Error = Status;

    fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put_slice(&item);
        Ok(())
    }
}

impl Decoder for AsTheyAre {
    type Item = Vec<u8>;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Vec<u8>>, Status> {
        let mut body = vec![0; buffer.remaining()];
        buffer.copy_to_slice(&mut body);
        Ok(Some(body))
    }
}
