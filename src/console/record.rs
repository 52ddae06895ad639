//! `/dossiers/{dossier}/records/{collection}/{id}`: one record, all that it says, its revisions, and what refers to it.

use maud::{Markup, html};

use super::ask::Ask;
use super::fault::Fault;
use super::fields::{self, Change};
use super::links::Links;
use super::parts::{citations, wide};
use super::records::{known, said};
use super::room::Room;
use super::shell::{Page, Tab};
use crate::render::labels::relative;
use crate::render::words;
use crate::wire::pb;

/// How many of the records that refer to it are listed.
const REFERRING_MAX: i32 = 40;

/// The most changed values of a revision that are told.
const CHANGES_MAX: usize = 30;

/// Shows a record.
pub(super) async fn show(ask: Ask) -> Result<Page, Fault> {
    let room = Room::open(ask).await?;
    let name = format!("{}/{}/{}", room.parent(), room.ask.part("collection"), room.ask.part("id"));
    let request = pb::GetRecordRequest { name: name.clone(), consistency: room.consistency() };
    let found = room.ask.desk.records.get_record(room.ask.question(request)).await?;
    let record = found.record.unwrap_or_default();
    let revisions = room.revisions(&name).await?;
    let referring = pb::ListRecordsRequest { refers_to: name.clone(), page_size: REFERRING_MAX, ..Default::default() };
    let referring = room.list(referring).await?;
    let mut names = fields::names(&record);
    names.extend(referring.records.iter().flat_map(fields::names));
    let labels = room.labels(names).await;
    let links = &room.links;
    let title = relative(&name);
    let is_incident = name.contains("/incidents/");
    let body = html! {
        h1 { (title) }
        @if record.retracted { p .warn { strong { "Retracted" } ": " (record.reason) } }
        @if record.unsourced { p .warn { strong { "Unsourced" } ": every document on which it rests has been retracted." } }
        @if is_incident { p { a href=(links.record(&name)) { "What is said of this incident, and its verdicts" } } }
        section {
            h2 #says { "What it says" }
            div .fields { (fields::list(&record, &labels, links)) }
        }
        @if !record.citations.is_empty() {
            section {
                h2 #sources { "Sources" }
                (citations(&record.citations, &labels, links))
            }
        }
        section {
            h2 #history { "Revisions" }
            (history(&revisions.revisions, links))
            @if !revisions.next_page_token.is_empty() { p { "There are more, which the API lists." } }
        }
        section {
            h2 #referring { "Referred to by" }
            @if referring.records.is_empty() { p { "Nothing." } }
            @else {
                ul {
                    @for of in &referring.records {
                        li { a href=(links.record(&of.name)) { (relative(&of.name)) } " " span .hint { (said(of, &labels)) } }
                    }
                }
            }
            @if !referring.next_page_token.is_empty() {
                p { a href=(links.to("/records", &[("refers_to", title)])) { "All that refers to it" } }
            }
        }
    };
    Ok(Page::new(title.to_owned(), body).of(&room, Tab::None))
}

/// What was said when, and what each revision changed.
pub(super) fn history(revisions: &[pb::Record], links: &Links) -> Markup {
    let table = html! {
        table {
            caption { "Revisions, oldest first. Nothing is overwritten." }
            thead {
                tr {
                    th scope="col" { "Position" } th scope="col" { "Recorded" } th scope="col" { "Known from" }
                    th scope="col" { "By" } th scope="col" { "Why and what changed" }
                }
            }
            tbody {
                @for (index, revision) in revisions.iter().enumerate() {
                    tr {
                        th scope="row" { a href=(links.pinned(&revision.position.to_string()).as_recorded(&revision.name)) { (revision.position) } }
                        td { @if let Some(time) = &revision.record_time { (words::instant(time)) } }
                        td { (known(revision)) }
                        td { (revision.recorded_by) }
                        td {
                            @if revision.retracted { strong { "Retracted. " } }
                            @if index == 0 { "First recorded." } @else { (revision.reason) }
                            @if let Some(before) = index.checked_sub(1).and_then(|before| revisions.get(before)) {
                                (changed(&fields::changes(before, revision)))
                                @if before.citations != revision.citations { p .hint { "Its sources changed." } }
                            }
                        }
                    }
                }
            }
        }
    };
    let of = revisions.first().map_or("", |revision| relative(&revision.name));
    wide(&format!("Revisions of {of}"), table)
}

fn changed(changes: &[Change]) -> Markup {
    html! {
        @if !changes.is_empty() {
            ul .plain {
                @for change in changes.iter().take(CHANGES_MAX) {
                    li {
                        code { (change.path) } ": "
                        @match &change.before { Some(before) => del { (before) }, None => "nothing" }
                        " → "
                        @match &change.after { Some(after) => ins { (after) }, None => "nothing" }
                    }
                }
                @if changes.len() > CHANGES_MAX { li { "and " (changes.len() - CHANGES_MAX) " more values" } }
            }
        }
    }
}
