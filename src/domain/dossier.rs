//! A dossier: the file of one conflict or peace process, and the first entry of its own log.

use jiff::Timestamp;

use super::name::DossierId;
use super::time::Zone;

/// What a dossier says of itself. It never changes: it is position 0 of its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossier {
    /// Its identifier.
    pub id: DossierId,
    /// Its title; may be empty.
    pub display_name: String,
    /// What it is about; may be empty.
    pub description: String,
    /// The zone in which local times speak that name none.
    pub zone: Zone,
    /// When it was created: the record time of position 0.
    pub create_time: Timestamp,
}
