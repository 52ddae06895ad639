//! Tokens: opaque outside, positions of one log inside. They grant nothing and never expire.
//!
//! ```text
//! base64url( message ‖ first 8 bytes of SHA-256( kind ‖ log id ‖ message ) )
//! ```
//!
//! The check tells a damaged token and one of another log from a good one; a stranger's token is an error, not a guess.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::domain::record::Position;
use crate::wire::pb::internal;

const CHECK_BYTES: usize = 8;

/// What a token is for; one is not taken for another.
#[derive(Debug, Clone, Copy)]
enum Purpose {
    Read,
    Page,
    Dossiers,
}

impl Purpose {
    fn word(self) -> &'static str {
        match self {
            Purpose::Read => "read",
            Purpose::Page => "page",
            Purpose::Dossiers => "dossiers",
        }
    }
}

/// Tells one log from every other, a namesake included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogId([u8; 16]);

impl LogId {
    /// The identity of the log whose first entry this is. The entry holds a random mark, so no two are the same.
    pub fn of(first_entry: &[u8]) -> LogId {
        let hash: [u8; 32] = Sha256::digest(first_entry).into();
        let (first, _) = hash.split_at(16);
        LogId(first.try_into().expect("half of a hash"))
    }
}

/// Why a token is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not one of ours, or altered on the way.
    #[error("is no token of this server, or was damaged on the way: pass it on as it came")]
    Damaged,
    /// From another dossier, or from another life of this one.
    #[error("belongs to another dossier, or to another store")]
    OtherLog,
    /// The other arguments are not those of the first page.
    #[error("belongs to a request with other arguments: all but the page fields must be as on the first page")]
    OtherArguments,
}

/// Writes the token of an answer that was computed at a position.
pub fn read_at(log_id: &LogId, position: Position) -> String {
    let message = internal::ReadToken { log_id: log_id.0.to_vec(), position: to_wire(position) };
    seal(Purpose::Read, log_id, &message)
}

/// Reads the position of an answer's token.
pub fn read_position(text: &str, log_id: &LogId) -> Result<Position, TokenError> {
    let bytes = unseal(Purpose::Read, text, |bytes| {
        internal::ReadToken::decode(bytes).ok().and_then(|token| token.log_id.try_into().ok()).map(LogId)
    })?;
    let token = internal::ReadToken::decode(&*bytes.message).map_err(|_| TokenError::Damaged)?;
    if bytes.log_id != *log_id {
        return Err(TokenError::OtherLog);
    }
    Position::try_from(token.position).map_err(|_| TokenError::Damaged)
}

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageToken {
    /// The position that all pages are computed at.
    pub position: Position,
    /// The last item that was given, in an order that the call knows.
    pub cursor: u64,
    /// The hash of all other arguments.
    pub arguments_sha256: [u8; 32],
}

impl PageToken {
    /// Writes the token.
    pub fn write(&self, log_id: &LogId) -> String {
        let message = internal::PageToken {
            log_id: log_id.0.to_vec(),
            position: to_wire(self.position),
            known_by: None,
            arguments_sha256: self.arguments_sha256.to_vec(),
            cursor: vec![to_wire(self.cursor)],
            after: String::new(),
        };
        seal(Purpose::Page, log_id, &message)
    }

    /// Reads a token that must be of this log and these arguments.
    pub fn parse(text: &str, log_id: &LogId, arguments_sha256: &[u8; 32]) -> Result<PageToken, TokenError> {
        let bytes = unseal(Purpose::Page, text, |bytes| {
            internal::PageToken::decode(bytes).ok().and_then(|token| token.log_id.try_into().ok()).map(LogId)
        })?;
        let token = internal::PageToken::decode(&*bytes.message).map_err(|_| TokenError::Damaged)?;
        if bytes.log_id != *log_id {
            return Err(TokenError::OtherLog);
        }
        if token.arguments_sha256 != arguments_sha256 {
            return Err(TokenError::OtherArguments);
        }
        let number = |n: i64| u64::try_from(n).map_err(|_| TokenError::Damaged);
        let [cursor] = token.cursor[..] else { return Err(TokenError::Damaged) };
        Ok(PageToken {
            position: number(token.position)?,
            cursor: number(cursor)?,
            arguments_sha256: *arguments_sha256,
        })
    }
}

/// The hash that binds a page token to its request.
pub fn arguments_sha256(arguments: &impl Message) -> [u8; 32] {
    Sha256::digest(arguments.encode_to_vec()).into()
}

/// The token of a page of dossiers, which belongs to no log.
pub fn after_dossier(id: &str) -> String {
    let message = internal::PageToken { after: id.to_owned(), ..internal::PageToken::default() };
    seal(Purpose::Dossiers, &LogId([0; 16]), &message)
}

/// Reads the identifier after which a page of dossiers goes on.
pub fn dossier_after(text: &str) -> Result<String, TokenError> {
    let bytes = unseal(Purpose::Dossiers, text, |_| Some(LogId([0; 16])))?;
    let token = internal::PageToken::decode(&*bytes.message).map_err(|_| TokenError::Damaged)?;
    Ok(token.after)
}

struct Unsealed {
    message: Vec<u8>,
    log_id: LogId,
}

fn seal(purpose: Purpose, log_id: &LogId, message: &impl Message) -> String {
    let mut bytes = message.encode_to_vec();
    let check = check(purpose, log_id, &bytes);
    bytes.extend(check);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn unseal(purpose: Purpose, text: &str, log_of: impl Fn(&[u8]) -> Option<LogId>) -> Result<Unsealed, TokenError> {
    let mut bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| TokenError::Damaged)?;
    let length = bytes.len().checked_sub(CHECK_BYTES).ok_or(TokenError::Damaged)?;
    let given = bytes.split_off(length);
    let log_id = log_of(&bytes).ok_or(TokenError::Damaged)?;
    if given != check(purpose, &log_id, &bytes) {
        return Err(TokenError::Damaged);
    }
    Ok(Unsealed { message: bytes, log_id })
}

fn check(purpose: Purpose, log_id: &LogId, message: &[u8]) -> [u8; CHECK_BYTES] {
    let hash: [u8; 32] = Sha256::new()
        .chain_update("armistice token ")
        .chain_update(purpose.word())
        .chain_update(log_id.0)
        .chain_update(message)
        .finalize()
        .into();
    let (first, _) = hash.split_at(CHECK_BYTES);
    first.try_into().expect("part of a hash")
}

fn to_wire(number: u64) -> i64 {
    i64::try_from(number).expect("no log has so many entries")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_log_and_purpose_only() {
        let (log, other) = (LogId::of(b"one"), LogId::of(b"two"));
        let token = read_at(&log, 17);
        assert_eq!(read_position(&token, &log), Ok(17));
        assert_eq!(read_position(&token, &other), Err(TokenError::OtherLog));
        assert_eq!(PageToken::parse(&token, &log, &[0; 32]), Err(TokenError::Damaged));
        assert_eq!(dossier_after(&token), Err(TokenError::Damaged));
    }

    #[test]
    fn one_altered_letter_anywhere_is_noticed() {
        let log = LogId::of(b"one");
        let token = read_at(&log, 17);
        for at in 0..token.len() {
            let mut altered = token.clone().into_bytes();
            altered[at] = if altered[at] == b'A' { b'B' } else { b'A' };
            let altered = String::from_utf8(altered).expect("plain letters");
            assert!(read_position(&altered, &log).is_err(), "letter {at}");
        }
        for damaged in ["", "AAAA", "not a token", &token[1..]] {
            assert_eq!(read_position(damaged, &log), Err(TokenError::Damaged), "{damaged}");
        }
    }

    #[test]
    fn a_page_token_is_bound_to_the_other_arguments() {
        let log = LogId::of(b"one");
        let page = PageToken { position: 5, cursor: 99, arguments_sha256: [7; 32] };
        assert_eq!(PageToken::parse(&page.write(&log), &log, &[7; 32]), Ok(page));
        assert_eq!(PageToken::parse(&page.write(&log), &log, &[8; 32]), Err(TokenError::OtherArguments));
        assert_eq!(dossier_after(&after_dossier("d")), Ok("d".to_owned()));
    }
}
