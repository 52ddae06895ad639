//! Tokens: opaque outside, ordered and comparable inside, bound to one log. They never expire and grant nothing.
//!
//! ```text
//! base64url of   kind │ protobuf of the content │ first 8 bytes of SHA-256 over kind, log and content
//! ```
//!
//! The checksum is no seal against forgers, who would gain nothing: it tells a damaged token from a whole one. A whole
//! token of another log, or of another use, is an error and not a guess.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message;
use sha2::{Digest, Sha256};

use crate::domain::fault::{Reason, Violation};
use crate::domain::record::Position;
use crate::wire::pb::internal;

/// Longer texts are no tokens of ours.
const CHARS_MAX: usize = 8 * 1024;
const CHECKSUM_BYTES: usize = 8;

/// Tells a log from every other: the first 16 bytes of the SHA-256 of its first entry, which holds a random mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LogId([u8; 16]);

impl LogId {
    /// The id of the log whose first entry this is.
    pub fn of(first_entry: &[u8]) -> LogId {
        let digest = Sha256::digest(first_entry);
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        LogId(id)
    }

    /// As bytes.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not as it was given out.
    #[error("is no token, or a damaged one: send back what an answer gave, unchanged")]
    Damaged,
    /// It was given out for another use.
    #[error(
        "is a token for another use: page tokens and read tokens do not stand in for each other"
    )]
    OtherUse,
    /// It was given out for another log.
    #[error("is a token of another dossier, or of another that had this name")]
    OtherLog,
    /// The request's other arguments are not those that it was given out for.
    #[error(
        "goes with other arguments: a page is asked for with all else as it was on the page before"
    )]
    OtherArguments,
}

impl TokenError {
    /// The fault of the field that held the token.
    pub fn at(self, field: &str) -> Violation {
        Violation::new(field, Reason::TokenInvalid, self.to_string())
    }
}

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Use {
    Read = b'r',
    Page = b'p',
}

/// The token of a position: `read_at` of what was answered from it.
pub fn read_at(log: &LogId, position: Position) -> String {
    let content = internal::ReadToken {
        log_id: log.0.to_vec(),
        position: i64::try_from(position).expect("no log has so many entries"),
    };
    seal(Use::Read, log.as_bytes(), &content.encode_to_vec())
}

/// The position that a token of this log stands for.
pub fn parse_read_at(text: &str, log: &LogId) -> Result<Position, TokenError> {
    let content = open(Use::Read, text)?;
    let internal::ReadToken { log_id, position } =
        internal::ReadToken::decode(content.bytes.as_slice()).map_err(|_| TokenError::Damaged)?;
    content.verify(&log_id)?;
    if log_id != log.0 {
        return Err(TokenError::OtherLog);
    }
    Position::try_from(position).map_err(|_| TokenError::Damaged)
}

/// Wraps a token's content.
pub(super) fn seal(kind: Use, log: &[u8], content: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(1 + content.len() + CHECKSUM_BYTES);
    bytes.push(kind as u8);
    bytes.extend_from_slice(content);
    bytes.extend_from_slice(&checksum(kind, log, content));
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A token's content, unwrapped but not yet verified: its checksum covers the log, which the content names.
pub(super) struct Content {
    kind: Use,
    pub(super) bytes: Vec<u8>,
    checksum: [u8; CHECKSUM_BYTES],
}

impl Content {
    /// Whether it is as it was wrapped.
    pub(super) fn verify(&self, log: &[u8]) -> Result<(), TokenError> {
        if checksum(self.kind, log, &self.bytes) == self.checksum {
            Ok(())
        } else {
            Err(TokenError::Damaged)
        }
    }
}

/// Unwraps a token's content.
pub(super) fn open(kind: Use, text: &str) -> Result<Content, TokenError> {
    if text.len() > CHARS_MAX {
        return Err(TokenError::Damaged);
    }
    let all = URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| TokenError::Damaged)?;
    let [found, rest @ ..] = all.as_slice() else {
        return Err(TokenError::Damaged);
    };
    let Some((bytes, checksum)) = rest.split_last_chunk::<CHECKSUM_BYTES>() else {
        return Err(TokenError::Damaged);
    };
    if *found != kind as u8 {
        let known = [Use::Read as u8, Use::Page as u8].contains(found);
        return Err(if known {
            TokenError::OtherUse
        } else {
            TokenError::Damaged
        });
    }
    Ok(Content {
        kind,
        bytes: bytes.to_vec(),
        checksum: *checksum,
    })
}

fn checksum(kind: Use, log: &[u8], content: &[u8]) -> [u8; CHECKSUM_BYTES] {
    let digest = Sha256::new()
        .chain_update([kind as u8])
        .chain_update(log)
        .chain_update(content)
        .finalize();
    let mut checksum = [0; CHECKSUM_BYTES];
    checksum.copy_from_slice(&digest[..CHECKSUM_BYTES]);
    checksum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_as_its_position() {
        let log = LogId::of(b"the first entry");
        for position in [0, 1, 127, 128, 1_000_000, i64::MAX as u64] {
            assert_eq!(parse_read_at(&read_at(&log, position), &log), Ok(position));
        }
        assert_eq!(
            read_at(&log, 7),
            read_at(&log, 7),
            "and is always written alike"
        );
    }

    #[test]
    fn a_strangers_token_is_an_error_and_not_a_guess() {
        let (ours, theirs) = (LogId::of(b"ours"), LogId::of(b"theirs"));
        assert_eq!(
            parse_read_at(&read_at(&theirs, 7), &ours),
            Err(TokenError::OtherLog)
        );
    }

    #[test]
    fn a_token_damaged_in_any_one_character_is_refused() {
        let log = LogId::of(b"ours");
        let token = read_at(&log, 300);
        for at in 0..token.len() {
            for letter in ['A', 'B', 'z', '_', '=', ' ', 'é'] {
                let mut damaged: Vec<char> = token.chars().collect();
                damaged[at] = letter;
                let damaged: String = damaged.into_iter().collect();
                if damaged != token {
                    assert!(parse_read_at(&damaged, &log).is_err(), "{damaged}");
                }
            }
            assert_eq!(parse_read_at(&token[..at], &log), Err(TokenError::Damaged));
        }
        assert_eq!(parse_read_at("", &log), Err(TokenError::Damaged));
        assert_eq!(
            parse_read_at(&format!("{token}A"), &log),
            Err(TokenError::Damaged)
        );
        assert_eq!(
            parse_read_at(&"A".repeat(1_000_000), &log),
            Err(TokenError::Damaged)
        );
    }

    #[test]
    fn the_fault_names_the_field() {
        let fault = TokenError::OtherLog.at("consistency.at.read_at");
        assert_eq!(
            (fault.field.as_str(), fault.reason),
            ("consistency.at.read_at", Reason::TokenInvalid)
        );
    }
}
