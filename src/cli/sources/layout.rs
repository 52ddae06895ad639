//! The layouts that are known by name, each with the mapping that the program carries.

use clap::ValueEnum;

/// A layout that is known by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Layout {
    /// UCDP Georeferenced Event Dataset.
    Ged,
    /// Armed Conflict Location and Event Data.
    Acled,
    /// Data on attacks on Ukrainian infrastructure.
    UkraineDamages,
    /// Violent Incident Information from News Articles, one event per day.
    Viina,
    /// Columns named as the service names them.
    Csv,
    /// A GeoJSON FeatureCollection whose properties are named likewise.
    Geojson,
}

impl Layout {
    /// The text of its mapping.
    pub(in crate::cli) fn mapping(self) -> &'static str {
        match self {
            Layout::Ged => include_str!("../../../mappings/ged.toml"),
            Layout::Acled => include_str!("../../../mappings/acled.toml"),
            Layout::UkraineDamages => include_str!("../../../mappings/ukraine-damages.toml"),
            Layout::Viina => include_str!("../../../mappings/viina.toml"),
            Layout::Csv => include_str!("../../../mappings/csv.toml"),
            Layout::Geojson => include_str!("../../../mappings/geojson.toml"),
        }
    }
}
