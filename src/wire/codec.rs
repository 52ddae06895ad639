//! Turns bodies into messages and back, and answers one that is malformed or too large in the way that every other
//! fault is answered: tonic's own codec calls the first an internal error, and gives neither a reason.

use std::collections::HashMap;
use std::marker::PhantomData;

use bytes::Buf;
use prost::Message;
use tonic::codec::{BufferSettings, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

use crate::wire::status::DOMAIN;

/// Largest body that is decoded, in bytes. tonic's own limit must be set above it, or tonic answers first.
pub const MESSAGE_SIZE_MAX: usize = 4 * 1024 * 1024;

/// The codec of every service and client here: sends `T`, takes `U`.
#[derive(Debug)]
pub struct Codec<T, U>(PhantomData<(T, U)>);

/// Encodes messages of one type.
#[derive(Debug)]
pub struct MessageEncoder<T>(PhantomData<T>);

/// Decodes messages of one type.
#[derive(Debug)]
pub struct MessageDecoder<U>(PhantomData<U>);

impl<T, U> Default for Codec<T, U> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T, U> tonic::codec::Codec for Codec<T, U>
where
    T: Message + 'static,
    U: Message + Default + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = MessageEncoder<T>;
    type Decoder = MessageDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        MessageEncoder(PhantomData)
    }

    fn decoder(&mut self) -> Self::Decoder {
        MessageDecoder(PhantomData)
    }
}

impl<T: Message> Encoder for MessageEncoder<T> {
    type Item = T;
    type Error = Status;

    fn encode(&mut self, item: T, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        item.encode(buffer).expect("the buffer grows, and encoding fails only for want of room");
        Ok(())
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}

impl<U: Message + Default> Decoder for MessageDecoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        let size = buffer.remaining();
        if size > MESSAGE_SIZE_MAX {
            return Err(too_large(Some(size)));
        }
        U::decode(buffer).map(Some).map_err(|fault| malformed(&fault.to_string()))
    }

    fn buffer_settings(&self) -> BufferSettings {
        BufferSettings::default()
    }
}

/// Puts what tonic itself answers to a request that it does not hand to a decoder as every other refusal is put: one far
/// too large, one that breaks off, one that is framed as no message is. Our own refusals carry details, and stay.
pub fn amended<B: Default>(response: http::Response<B>) -> http::Response<B> {
    match Status::from_header_map(response.headers()) {
        Some(status) if is_to_amend(&status) => amended_status(status).into_http(),
        _ => response,
    }
}

/// The same for what a stream is answered with, where it has begun already.
pub fn amended_status(status: Status) -> Status {
    if !is_to_amend(&status) {
        status
    } else if status.code() == Code::OutOfRange {
        too_large(None)
    } else {
        malformed(status.message())
    }
}

/// Whether tonic said it of a body. Other codes are right as they are: a method or an encoding that nobody knows, a deadline
/// that has passed.
fn is_to_amend(status: &Status) -> bool {
    status.details().is_empty() && matches!(status.code(), Code::OutOfRange | Code::Internal)
}

fn malformed(fault: &str) -> Status {
    let metadata = HashMap::from([("fault".to_owned(), fault.to_owned())]);
    let details = ErrorDetails::with_error_info("MALFORMED_MESSAGE", DOMAIN, metadata);
    Status::with_error_details(Code::InvalidArgument, fault, details)
}

fn too_large(size: Option<usize>) -> Status {
    let mut metadata = HashMap::from([("size_bytes_max".to_owned(), MESSAGE_SIZE_MAX.to_string())]);
    let found = match size {
        Some(size) => {
            metadata.insert("size_bytes".to_owned(), size.to_string());
            format!("has {size} bytes")
        }
        None => "has far too many bytes".to_owned(),
    };
    let details = ErrorDetails::with_error_info("MESSAGE_TOO_LARGE", DOMAIN, metadata);
    let message = format!("the message {found}; at most {MESSAGE_SIZE_MAX} are taken");
    Status::with_error_details(Code::ResourceExhausted, message, details)
}

#[cfg(test)]
mod tests {
    use std::future::{Ready, ready};

    use bytes::BufMut;
    use tonic::codec::{EncodeBody, Streaming};
    use tonic::server::{Grpc, UnaryService};
    use tonic::{Request, Response};

    use super::*;
    use crate::wire::pb::{GetDossierRequest, GetDossierResponse};

    /// Sends bytes as they are, so that a test can say what no client of ours would.
    struct Bytes;

    impl Encoder for Bytes {
        type Item = Vec<u8>;
        type Error = Status;

        fn encode(&mut self, item: Vec<u8>, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
            buffer.put_slice(&item);
            Ok(())
        }
    }

    /// Answers every request that decodes with the length of the name asked for.
    struct Measure;

    impl UnaryService<GetDossierRequest> for Measure {
        type Response = GetDossierResponse;
        type Future = Ready<Result<Response<GetDossierResponse>, Status>>;

        fn call(&mut self, request: Request<GetDossierRequest>) -> Self::Future {
            let read_at = request.into_inner().name.len().to_string();
            ready(Ok(Response::new(GetDossierResponse { dossier: None, read_at })))
        }
    }

    /// Sends a body through tonic's server to `Measure` and decodes what comes back.
    async fn call(body: Vec<u8>) -> Result<GetDossierResponse, Status> {
        call_framed(EncodeBody::new_client(Bytes, tokio_stream::once(Ok(body)), None, None)).await
    }

    async fn call_framed<B>(body: B) -> Result<GetDossierResponse, Status>
    where
        B: tonic::codegen::Body + Send + 'static,
        B::Error: Into<tonic::codegen::StdError> + Send,
    {
        let mut server = Grpc::new(Codec::<GetDossierResponse, GetDossierRequest>::default())
            .apply_max_message_size_config(Some(4 * MESSAGE_SIZE_MAX), None);
        let response = amended(server.unary(Measure, http::Request::new(body)).await);
        if let Some(status) = Status::from_header_map(response.headers()) {
            return Err(status);
        }
        let decoder = MessageDecoder::<GetDossierResponse>(PhantomData);
        let status = response.status();
        let mut answer =
            Streaming::new_response(decoder, response.into_body(), status, None, Some(4 * MESSAGE_SIZE_MAX));
        Ok(answer.message().await?.expect("an answer without an error holds a message"))
    }

    fn check(status: &Status, code: Code, reason: &str) {
        assert_eq!(status.code(), code);
        let info = status.get_details_error_info().expect("an ErrorInfo");
        assert_eq!((info.reason.as_str(), info.domain.as_str()), (reason, "armistice"));
        assert_eq!(status.get_error_details_vec().len(), 1);
    }

    fn of_size(size: usize) -> Vec<u8> {
        let overhead = GetDossierRequest { name: "x".repeat(size), consistency: None }.encoded_len() - size;
        let body = GetDossierRequest { name: "x".repeat(size - overhead), consistency: None }.encode_to_vec();
        assert_eq!(body.len(), size);
        body
    }

    #[tokio::test]
    async fn a_message_goes_there_and_back() {
        let body = GetDossierRequest { name: "dossiers/d".to_owned(), consistency: None }.encode_to_vec();
        let answer = call(body).await.expect("an answer");
        assert_eq!(answer.read_at, "10");
    }

    #[tokio::test]
    async fn a_body_that_breaks_off_is_malformed() {
        let status = call(vec![0x0a, 0x7f, b'x']).await.expect_err("a refusal");
        check(&status, Code::InvalidArgument, "MALFORMED_MESSAGE");
    }

    #[tokio::test]
    async fn text_that_is_not_utf_8_is_malformed_and_its_field_named() {
        let status = call(vec![0x0a, 0x01, 0xff]).await.expect_err("a refusal");
        check(&status, Code::InvalidArgument, "MALFORMED_MESSAGE");
        assert!(status.message().contains("GetDossierRequest.name"), "{}", status.message());
    }

    #[tokio::test]
    async fn a_message_of_just_4_mib_is_taken() {
        let answer = call(of_size(MESSAGE_SIZE_MAX)).await.expect("an answer");
        let length: usize = answer.read_at.parse().expect("a number");
        assert!(length > MESSAGE_SIZE_MAX - 16, "{length}");
    }

    #[tokio::test]
    async fn a_message_of_one_byte_more_is_too_large() {
        let status = call(of_size(MESSAGE_SIZE_MAX + 1)).await.expect_err("a refusal");
        check(&status, Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
        let info = status.get_details_error_info().expect("an ErrorInfo");
        assert_eq!(info.metadata.get("size_bytes"), Some(&(MESSAGE_SIZE_MAX + 1).to_string()));
    }

    #[tokio::test]
    async fn a_message_that_tonic_itself_will_not_read_is_too_large_as_well() {
        let status = call(of_size(4 * MESSAGE_SIZE_MAX + 1)).await.expect_err("a refusal");
        check(&status, Code::ResourceExhausted, "MESSAGE_TOO_LARGE");
    }

    #[tokio::test]
    async fn what_is_framed_as_no_message_is_malformed() {
        for framed in ["", "\0\0\0", "\0\0\0\0\u{5}abc", "\u{1}\0\0\0\0", "\u{2}\0\0\0\0"] {
            let status = call_framed(framed.to_owned()).await.expect_err("a refusal");
            check(&status, Code::InvalidArgument, "MALFORMED_MESSAGE");
        }
    }

    #[test]
    fn a_refusal_with_details_or_with_another_code_is_left_as_it_is() {
        let ours = crate::wire::status::internal();
        let kept: http::Response<tonic::body::Body> = amended(ours.clone().into_http());
        assert_eq!(Status::from_header_map(kept.headers()).map(|s| s.code()), Some(Code::Internal));
        let unknown: http::Response<tonic::body::Body> = amended(Status::unimplemented("no such method").into_http());
        assert_eq!(Status::from_header_map(unknown.headers()).map(|s| s.code()), Some(Code::Unimplemented));
        let answer = amended(http::Response::new(tonic::body::Body::empty()));
        assert_eq!(answer.status(), http::StatusCode::OK);
    }
}
