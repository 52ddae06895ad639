//! Pages of a list: how large they are, and the token with which the next is asked for. A page token fixes the position
//! and is bound to every other argument of its request.

use jiff::Timestamp;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::domain::fault::{Reason, Violation};
use crate::domain::record::Position;
use crate::wire::pb::internal;
use crate::wire::token::{LogId, TokenError, Use, open, seal};
use crate::wire::{instant, pb};

/// Items of a page where a request does not say.
pub const ITEMS: usize = 100;
/// Items of a page at most; who asks for more gets as many.
pub const ITEMS_MAX: usize = 1_000;
/// Bytes of a page at most, so that default clients never fail.
pub const BYTES_MAX: usize = 1024 * 1024;

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// The position at which every page of the list is computed.
    pub position: Position,
    /// The instant by which every page of the list is known.
    pub known_by: Option<Timestamp>,
    /// Where the page begins, in the list's own order.
    pub cursor: Vec<i64>,
    /// The same for a list in the order of names: the last name of the page before.
    pub after: String,
}

/// A request for a page.
pub trait Paged: Message + Clone {
    /// Tells the requests of one list from those of any other.
    const LIST: &'static str;

    /// How many items are asked for.
    fn items_asked(&self) -> i32;

    /// The token of the page that is asked for; empty for the first.
    fn token(&self) -> &str;

    /// The same request without size and token: what a token is bound to.
    fn arguments(&self) -> Self;
}

macro_rules! paged {
    ($($request:ident)*) => {$(
        impl Paged for pb::$request {
            const LIST: &'static str = stringify!($request);

            fn items_asked(&self) -> i32 {
                self.page_size
            }

            fn token(&self) -> &str {
                &self.page_token
            }

            fn arguments(&self) -> Self {
                let mut request = self.clone();
                request.page_size = 0;
                request.page_token.clear();
                request
            }
        }
    )*};
}

paged! {
    ListDossiersRequest ListRecordsRequest ListRevisionsRequest ListClassesRequest
    AssessRequest TallyRequest CompareRequest ListInconsistenciesRequest
}

/// How many items the page holds at most.
pub fn items(request: &impl Paged) -> Result<usize, Violation> {
    match usize::try_from(request.items_asked()) {
        Ok(0) => Ok(ITEMS),
        Ok(asked) => Ok(asked.min(ITEMS_MAX)),
        Err(_) => {
            let description = format!("{} is negative", request.items_asked());
            Err(Violation::new(
                "page_size",
                Reason::ValueOutOfRange,
                description,
            ))
        }
    }
}

/// The token of a page that follows. A list that spans logs has none.
pub fn token<R: Paged>(page: &Page, log: Option<&LogId>, request: &R) -> String {
    let Page {
        position,
        known_by,
        cursor,
        after,
    } = page;
    let log_id = log.map_or_else(Vec::new, |log| log.as_bytes().to_vec());
    let content = internal::PageToken {
        log_id: log_id.clone(),
        position: i64::try_from(*position).expect("no log has so many entries"),
        known_by: known_by.map(instant::write),
        arguments_sha256: digest(request).to_vec(),
        cursor: cursor.clone(),
        after: after.clone(),
    };
    seal(Use::Page, &log_id, &content.encode_to_vec())
}

/// Where the page begins that is asked for; `None` for the first.
pub fn asked<R: Paged>(request: &R, log: Option<&LogId>) -> Result<Option<Page>, Violation> {
    if request.token().is_empty() {
        return Ok(None);
    }
    match parse(request, log) {
        Ok(page) => Ok(Some(page)),
        Err(error) => Err(error.at("page_token")),
    }
}

fn parse<R: Paged>(request: &R, log: Option<&LogId>) -> Result<Page, TokenError> {
    let content = open(Use::Page, request.token())?;
    let internal::PageToken {
        log_id,
        position,
        known_by,
        arguments_sha256,
        cursor,
        after,
    } = internal::PageToken::decode(content.bytes.as_slice()).map_err(|_| TokenError::Damaged)?;
    content.verify(&log_id)?;
    if log_id != log.map_or(&[][..], |log| log.as_bytes()) {
        return Err(TokenError::OtherLog);
    }
    if arguments_sha256 != digest(request) {
        return Err(TokenError::OtherArguments);
    }
    let known_by = match known_by {
        None => None,
        Some(known_by) => Some(instant::read(known_by).ok_or(TokenError::Damaged)?),
    };
    Ok(Page {
        position: Position::try_from(position).map_err(|_| TokenError::Damaged)?,
        known_by,
        cursor,
        after,
    })
}

fn digest<R: Paged>(request: &R) -> [u8; 32] {
    // The list's name goes in too: requests of two lists may have the same bytes.
    Sha256::new()
        .chain_update(R::LIST)
        .chain_update([0])
        .chain_update(request.arguments().encode_to_vec())
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::token;

    fn request() -> pb::ListRecordsRequest {
        pb::ListRecordsRequest {
            parent: "dossiers/d".to_owned(),
            collections: vec!["incidents".to_owned()],
            ..pb::ListRecordsRequest::default()
        }
    }

    fn page() -> Page {
        Page {
            position: 42,
            known_by: Some("2025-03-20T06:00:00.5Z".parse().expect("an instant")),
            cursor: vec![-1, 0, 7],
            after: "dossiers/c".to_owned(),
        }
    }

    fn check(
        request: &impl Paged,
        log: Option<&LogId>,
        expected: Result<Option<Page>, TokenError>,
    ) {
        let expected = expected.map_err(|error| error.at("page_token"));
        assert_eq!(asked(request, log), expected);
    }

    #[test]
    fn a_page_is_asked_for_with_all_else_as_it_was() {
        let log = LogId::of(b"ours");
        let page_token = super::token(&page(), Some(&log), &request());
        let next = pb::ListRecordsRequest {
            page_token: page_token.clone(),
            page_size: 3,
            ..request()
        };
        check(&next, Some(&log), Ok(Some(page())));
        check(&request(), Some(&log), Ok(None));
        let other = pb::ListRecordsRequest {
            show_retracted: true,
            ..next.clone()
        };
        check(&other, Some(&log), Err(TokenError::OtherArguments));
        let consistency = Some(pb::Consistency {
            known_by: Some(prost_types::Timestamp::default()),
            when: None,
        });
        let other = pb::ListRecordsRequest {
            consistency,
            ..next.clone()
        };
        check(&other, Some(&log), Err(TokenError::OtherArguments));
        check(
            &next,
            Some(&LogId::of(b"theirs")),
            Err(TokenError::OtherLog),
        );
        check(&next, None, Err(TokenError::OtherLog));
        let damaged = pb::ListRecordsRequest {
            page_token: format!("{page_token}A"),
            ..request()
        };
        check(&damaged, Some(&log), Err(TokenError::Damaged));
    }

    #[test]
    fn a_token_of_another_list_or_another_use_is_refused() {
        let log = LogId::of(b"ours");
        let classes = pb::ListClassesRequest {
            parent: "dossiers/d".to_owned(),
            ..Default::default()
        };
        let records = pb::ListRecordsRequest {
            parent: "dossiers/d".to_owned(),
            ..Default::default()
        };
        let bytes = |message: Vec<u8>| message;
        assert_eq!(
            bytes(classes.encode_to_vec()),
            bytes(records.encode_to_vec()),
            "the same on the wire"
        );
        let page_token = super::token(&page(), Some(&log), &classes);
        let next = pb::ListRecordsRequest {
            page_token,
            ..records.clone()
        };
        check(&next, Some(&log), Err(TokenError::OtherArguments));
        let next = pb::ListRecordsRequest {
            page_token: token::read_at(&log, 42),
            ..records
        };
        check(&next, Some(&log), Err(TokenError::OtherUse));
        let page_token = super::token(&page(), Some(&log), &classes);
        assert_eq!(
            token::parse_read_at(&page_token, &log),
            Err(TokenError::OtherUse)
        );
    }

    #[test]
    fn a_list_that_spans_logs_has_tokens_too() {
        let request = pb::ListDossiersRequest::default();
        let page_token = super::token(&page(), None, &request);
        let next = pb::ListDossiersRequest {
            page_token,
            ..request
        };
        check(&next, None, Ok(Some(page())));
        check(&next, Some(&LogId::of(b"ours")), Err(TokenError::OtherLog));
    }

    #[test]
    fn a_page_has_100_items_unless_said_1000_at_most_and_never_fewer_than_none() {
        let of = |page_size| {
            items(&pb::ListRecordsRequest {
                page_size,
                ..request()
            })
        };
        assert_eq!(
            (of(0), of(1), of(1_000), of(1_001), of(i32::MAX)),
            (Ok(100), Ok(1), Ok(1_000), Ok(1_000), Ok(1_000))
        );
        let fault = of(-1).expect_err("negative");
        assert_eq!(
            (fault.field.as_str(), fault.reason),
            ("page_size", Reason::ValueOutOfRange)
        );
    }
}
