//! Fetches what the records in an answer are called, for tables.

use std::collections::BTreeSet;

use super::client::Client;
use crate::render::labels::Labels;
use crate::wire::pb;

/// What is called what, as of an answer; empty where the server will not say.
pub(super) async fn fetch(
    client: &Client,
    parent: &str,
    names: impl IntoIterator<Item = String>,
    read_at: &str,
    asked: Option<&pb::Consistency>,
) -> Labels {
    let names: BTreeSet<String> = names.into_iter().filter(|name| name.matches('/').count() == 3).collect();
    let at = pb::At { at: Some(pb::at::At::ReadAt(read_at.to_owned())) };
    let consistency = pb::Consistency {
        when: Some(pb::consistency::When::At(at)),
        known_by: asked.and_then(|consistency| consistency.known_by),
    };
    // Names make a table pleasant; without them it is still an answer.
    let records = client.records_named(parent, names.into_iter().collect(), Some(consistency)).await;
    Labels::of(&records.unwrap_or_default())
}

/// The names that readings bring with them.
pub(super) fn of_readings(readings: &[pb::AppliedReading]) -> impl Iterator<Item = String> {
    readings.iter().flat_map(|applied| [applied.held_by.clone(), applied.instrument.clone(), applied.term.clone()])
}
