//! Records: the whole log as JSON Lines that can be imported, or what was reported as rows.

use super::state::{Lookup, State};
use crate::cli::case::references::References;
use crate::cli::client::last_segment;
use crate::cli::failure::Failure;
use crate::cli::progress::Progress;
use crate::cli::reflection;
use crate::cli::sink::Sink;
use crate::render::accounts::{self, named, named_by_statement};
use crate::render::hxl::{self, Manner};
use crate::wire::pb;

/// Every revision in the order of the log, the dossier first; answers how many revisions.
pub(super) async fn lines(state: &State, sink: &mut Sink) -> Result<usize, Failure> {
    let references = References::of_the_api();
    let mut progress = Progress::count("exporting");
    let mut pages = state.log();
    let mut count = 0;
    sink.write(&dossier_line(state))?;
    while let Some(revisions) = pages.next(&mut progress).await? {
        let text: String = revisions.iter().map(|revision| line(revision, &state.parent, &references)).collect();
        sink.write(&text)?;
        count += revisions.len();
        progress.advance(revisions.len());
    }
    Ok(count)
}

/// What the dossier says of itself, as a case file says it: times without a zone are in its zone.
fn dossier_line(state: &State) -> String {
    let pb::Dossier { name: _, display_name, description, time_zone, create_time } = state.dossier.clone();
    let says = pb::Dossier { name: String::new(), display_name, description, time_zone, create_time };
    let fields = reflection::to_line("Dossier", &says);
    let id = serde_json::Value::from(last_segment(&state.parent));
    // A dossier has a zone always, so its fields are never empty.
    format!("{{\"dossierId\":{id},{}\n", fields.trim_start_matches('{'))
}

/// One revision with names relative to the dossier. What would be refused or misunderstood when it comes back is left out:
/// the etag belongs to this log, and whether it is unsourced to the clock that it was read by.
fn line(revision: &pb::Record, parent: &str, references: &References) -> String {
    let revision = pb::Record { etag: String::new(), unsourced: false, ..revision.clone() };
    let mut message = reflection::dynamic("Record", &revision);
    references.make_relative(&mut message, parent);
    let json = serde_json::to_string(&message).expect("every message of ours has a JSON form");
    format!("{json}\n")
}

/// One row for each thing struck in each current report or finding; answers how many rows.
pub(super) async fn rows(state: &State, manner: Manner, sink: &mut Sink) -> Result<usize, Failure> {
    let mut progress = Progress::count("exporting");
    let mut pages = state.list(&["reports", "findings"]);
    let mut lookup = Lookup::default();
    let mut count = 0;
    sink.write(&hxl::head(&accounts::COLUMNS, manner))?;
    while let Some(records) = pages.next(&mut progress).await? {
        lookup.fetch(state, records.iter().flat_map(named)).await?;
        let documents: Vec<String> =
            records.iter().flat_map(|record| named_by_statement(record, &lookup.book)).map(str::to_owned).collect();
        lookup.fetch_and_hold(state, documents).await?;
        let rows: Vec<Vec<hxl::Cell>> =
            records.iter().flat_map(|record| accounts::rows(record, &lookup.book)).collect();
        count += rows.len();
        progress.advance(records.len());
        sink.write(&hxl::lines(rows, manner))?;
    }
    Ok(count)
}
