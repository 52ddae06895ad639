//! Reads which state of the record a request is to be answered from.

use jiff::Timestamp;

use super::reader::{Origin, Reader};
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::DossierId;
use crate::domain::time::Zone;
use crate::wire::path::Path;
use crate::wire::pb;

/// Which state a request asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Consistency {
    /// By the record's own clock.
    pub when: When,
    /// By the world's: only what could be known by then.
    pub known_by: Option<Timestamp>,
}

/// By the record's own clock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum When {
    /// The latest, the caller's own writes included.
    #[default]
    Latest,
    /// At least as late as an earlier answer, by its token.
    AtLeast(String),
    /// At a position.
    Position(i64),
    /// At an instant.
    Time(Timestamp),
    /// Just where an earlier answer was computed, by its token.
    ReadAt(String),
}

/// Reads it; unset is the latest.
pub fn consistency(
    wire: Option<pb::Consistency>,
    dossier: &DossierId,
    zone: &Zone,
) -> Result<Consistency, Vec<Violation>> {
    let Some(pb::Consistency { when, known_by }) = wire else {
        return Ok(Consistency::default());
    };
    let mut reader = Reader::new(dossier, zone, Origin::Client);
    let at = Path::root("consistency");
    let known_by = reader.instant(known_by, &at.field("known_by"));
    let when = match when {
        None => Some(When::Latest),
        Some(pb::consistency::When::AtLeastAsFresh(token)) => Some(When::AtLeast(token)),
        Some(pb::consistency::When::At(pb::At { at: asked })) => {
            let at = at.field("at");
            match asked {
                None => {
                    reader.fault(
                        &at,
                        Reason::FieldRequired,
                        "give a position, a time or the read_at of an earlier answer",
                    );
                    None
                }
                Some(pb::at::At::Position(position)) => Some(When::Position(position)),
                Some(pb::at::At::Time(time)) => reader.instant(Some(time), &at.field("time")).flatten().map(When::Time),
                Some(pb::at::At::ReadAt(token)) => Some(When::ReadAt(token)),
            }
        }
    };
    match known_by.zip(when) {
        Some((known_by, when)) if reader.faults.is_empty() => Ok(Consistency { when, known_by }),
        _ => Err(reader.faults),
    }
}
