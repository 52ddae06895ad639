//! Reads a dossier: as a client opens it, and back from the first entry of its log.

use jiff::Timestamp;

use super::reader::{Origin, Reader};
use crate::domain::dossier::Dossier;
use crate::domain::fault::{Reason, Violation};
use crate::domain::name::DossierId;
use crate::domain::time::Zone;
use crate::wire::path::Path;
use crate::wire::pb;

/// Reads a dossier that a client wants opened; `create_time` is now.
pub fn new_dossier(
    dossier_id: &str,
    dossier: Option<pb::Dossier>,
    create_time: Timestamp,
) -> Result<Dossier, Vec<Violation>> {
    let mut faults = Vec::new();
    let id = match DossierId::parse(dossier_id) {
        Ok(id) => Some(id),
        Err(error) => {
            let (reason, description) = if dossier_id.is_empty() {
                (Reason::FieldRequired, "is required".to_owned())
            } else {
                (Reason::NameInvalid, error.to_string())
            };
            faults.push(Violation::new("dossier_id", reason, description));
            None
        }
    };
    let pb::Dossier { name: _, display_name, description, time_zone, create_time: _ } = dossier.unwrap_or_default();
    let zone = match time_zone.as_str() {
        "" => Some(Zone::utc()),
        name => match Zone::parse(name) {
            Ok(zone) => Some(zone),
            Err(error) => {
                let fault = Violation::new("dossier.time_zone", Reason::ZoneUnknown, error.to_string());
                faults.push(fault);
                None
            }
        },
    };
    match (id, zone) {
        (Some(id), Some(zone)) => Ok(Dossier { id, display_name, description, zone, create_time }),
        _ => Err(faults),
    }
}

/// Reads a dossier back from its stored form; it must be the one that is expected.
pub(in crate::wire) fn stored(dossier: pb::Dossier, expected: &DossierId) -> Result<Dossier, Vec<Violation>> {
    let utc = Zone::utc();
    let mut reader = Reader::new(expected, &utc, Origin::Log);
    let at = Path::root("dossier");
    let pb::Dossier { name, display_name, description, time_zone, create_time } = dossier;
    if name != expected.full() {
        let description = format!("\"{name}\" is not {}", expected.full());
        reader.fault(&at.field("name"), Reason::NameInvalid, description);
    }
    let zone = reader.zone(&time_zone, &at.field("time_zone"));
    let create_time_at = at.field("create_time");
    let create_time = reader.instant(create_time, &create_time_at);
    let create_time = create_time.and_then(|time| reader.required(time, &create_time_at));
    match (zone, create_time) {
        (Some(zone), Some(create_time)) if reader.faults.is_empty() => {
            Ok(Dossier { id: expected.clone(), display_name, description, zone, create_time })
        }
        _ => Err(reader.faults),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(id: &str, time_zone: &str) -> Result<String, Vec<String>> {
        let says = pb::Dossier {
            name: "passed over".to_owned(),
            time_zone: time_zone.to_owned(),
            create_time: Some(prost_types::Timestamp::default()),
            ..pb::Dossier::default()
        };
        let now = "2025-03-19T00:00:00Z".parse().expect("an instant");
        new_dossier(id, Some(says), now)
            .map(|d| format!("{} {} {}", d.id.full(), d.zone.name(), d.create_time))
            .map_err(|faults| {
                let fault = |f: &Violation| format!("{} {}", f.field, f.reason.word());
                faults.iter().map(fault).collect()
            })
    }

    #[test]
    fn a_dossier_speaks_utc_unless_said() {
        assert_eq!(open("d", ""), Ok("dossiers/d UTC 2025-03-19T00:00:00Z".to_owned()));
        assert_eq!(open("d", "Europe/Kyiv"), Ok("dossiers/d Europe/Kyiv 2025-03-19T00:00:00Z".to_owned()));
        let now = "2025-03-19T00:00:00Z".parse().expect("an instant");
        assert_eq!(new_dossier("d", None, now).map(|d| d.zone), Ok(Zone::utc()));
    }

    #[test]
    fn a_bad_id_and_an_unknown_zone_are_named_together() {
        assert_eq!(open("", ""), Err(vec!["dossier_id FIELD_REQUIRED".to_owned()]));
        let both = vec!["dossier_id NAME_INVALID".to_owned(), "dossier.time_zone ZONE_UNKNOWN".to_owned()];
        assert_eq!(open("a/b", "Europe/Nowhere"), Err(both));
        assert_eq!(open("dossiers/d", ""), Err(vec!["dossier_id NAME_INVALID".to_owned()]));
    }
}
