//! `/dossiers/{dossier}/records`: what is recorded, by collection, words or what it refers to.

use maud::{Markup, html};

use super::ask::Ask;
use super::fault::Fault;
use super::parts::{choices, wide};
use super::room::Room;
use super::shell::{Page, Tab};
use crate::domain::name::Collection;
use crate::render::labels::{Labels, relative};
use crate::render::words;
use crate::wire::pb;
use pb::record::Kind;

/// How many records a page lists.
const RECORDS_MAX: i32 = 100;

/// The most letters of what a record says in a list.
const LETTERS_MAX: usize = 160;

/// Lists records.
pub(super) async fn show(ask: Ask) -> Result<Page, Fault> {
    let room = Room::open(ask).await?;
    let ask = &room.ask;
    let collection = ask.said("collection");
    let request = pb::ListRecordsRequest {
        collections: if collection.is_empty() { Vec::new() } else { vec![collection.to_owned()] },
        refers_to: ask.said("refers_to").to_owned(),
        text: ask.said("text").to_owned(),
        show_retracted: !ask.said("retracted").is_empty(),
        page_size: RECORDS_MAX,
        page_token: ask.said("page").to_owned(),
        ..Default::default()
    };
    let listed = room.list(request).await?;
    let mentioned = listed.records.iter().flat_map(|record| mentions(record).map(str::to_owned).collect::<Vec<_>>());
    let labels = room.labels(mentioned).await;
    let body = html! {
        h1 { "Records" }
        (ways(&room, collection))
        (form(&room))
        @if listed.records.is_empty() { p { "Nothing is recorded that fits, by these clocks." } }
        @else { (table(&listed.records, &labels, &room)) }
        @if !listed.next_page_token.is_empty() {
            @let more = [("collection", collection), ("refers_to", ask.said("refers_to")), ("text", ask.said("text")),
                ("retracted", ask.said("retracted")), ("page", listed.next_page_token.as_str())];
            p { a rel="next" href=(room.links.pinned(&room.read_at).to("/records", &more)) { "More records" } }
        }
    };
    Ok(Page::new("Records".to_owned(), body).of(&room, Tab::Records))
}

fn ways(room: &Room, chosen: &str) -> Markup {
    let ask = &room.ask;
    let address = |collection: &str| {
        let kept =
            [("refers_to", ask.said("refers_to")), ("text", ask.said("text")), ("retracted", ask.said("retracted"))];
        room.links.to("/records", &[[("collection", collection)].as_slice(), kept.as_slice()].concat())
    };
    let mut options = vec![(address(""), "all".to_owned(), chosen.is_empty())];
    options.extend(Collection::ALL.iter().map(|of| (address(of.word()), of.word().to_owned(), of.word() == chosen)));
    choices("Collection", &options)
}

fn form(room: &Room) -> Markup {
    let ask = &room.ask;
    html! {
        form .filter action=(ask.path()) method="get" {
            @for key in ["collection", "as_of", "known_by"] {
                @if !ask.said(key).is_empty() { input type="hidden" name=(key) value=(ask.said(key)); }
            }
            label for="text" { "Words" }
            input #text name="text" value=(ask.said("text")) size="16" autocomplete="off";
            label for="refers_to" { "Refers to" }
            input #refers_to name="refers_to" value=(relative(ask.said("refers_to"))) size="20" placeholder="incidents/v03" autocomplete="off";
            label .check {
                input type="checkbox" name="retracted" value="1" checked[!ask.said("retracted").is_empty()];
                " retracted ones too"
            }
            button { "Filter" }
        }
    }
}

fn table(records: &[pb::Record], labels: &Labels, room: &Room) -> Markup {
    let table = html! {
        table {
            caption { "Records by the position of their current revision" }
            thead {
                tr {
                    th scope="col" { "Record" } th scope="col" { "What it says" }
                    th scope="col" { "Known from" } th scope="col" { "Position" }
                }
            }
            tbody {
                @for record in records {
                    tr {
                        th scope="row" {
                            a href=(room.links.as_recorded(&record.name)) { (relative(&record.name)) }
                        }
                        td {
                            @if record.retracted { strong { "Retracted. " } }
                            (said(record, labels))
                            @if !record.reason.is_empty() { " " span .hint { "Corrected: " (record.reason) } }
                        }
                        td { (known(record)) }
                        td .number { (record.position) }
                    }
                }
            }
        }
    };
    wide("Records", table)
}

/// From when the world could know it.
pub(super) fn known(record: &pb::Record) -> String {
    match &record.known_time {
        _ if record.never_known => "never published".to_owned(),
        Some(time) => words::instant(time),
        None => "always".to_owned(),
    }
}

/// The records whose names stand in what a record says of itself.
fn mentions(record: &pb::Record) -> impl Iterator<Item = &str> {
    let names: [&str; 3] = match &record.kind {
        Some(Kind::Statement(of)) => [&of.speaker, "", ""],
        Some(Kind::Reading(of)) => [&of.held_by, &of.instrument, ""],
        Some(Kind::Stance(of)) => [&of.actor, &of.subject, ""],
        Some(Kind::Report(of)) => [&of.claimant, &of.incident, ""],
        Some(Kind::Finding(of)) => [&of.incident, "", ""],
        Some(Kind::Pledge(of)) => [&of.by, "", ""],
        Some(Kind::Forecast(of)) => [&of.speaker, "", ""],
        Some(Kind::Link(of)) => [&of.subject, &of.object, ""],
        Some(Kind::Coverage(of)) => [of.places.first().map_or("", String::as_str), "", ""],
        Some(
            Kind::Actor(_)
            | Kind::Place(_)
            | Kind::Class(_)
            | Kind::Document(_)
            | Kind::Contact(_)
            | Kind::Instrument(_)
            | Kind::Term(_)
            | Kind::Incident(_)
            | Kind::Exchange(_),
        )
        | None => ["", "", ""],
    };
    names.into_iter().filter(|name| !name.is_empty())
}

/// What a record says of itself, in a line.
pub(super) fn said(record: &pb::Record, labels: &Labels) -> String {
    let of = |name: &str| labels.display(name).to_owned();
    let text = match &record.kind {
        Some(Kind::Actor(actor)) => actor.display_name.clone(),
        Some(Kind::Place(place)) => place.display_name.clone(),
        Some(Kind::Class(class)) => format!("{} ({})", class.display_name, class.id),
        Some(Kind::Document(document)) => match document.publisher.as_str() {
            "" => document.title.clone(),
            publisher => format!("{} ({publisher})", document.title),
        },
        Some(Kind::Statement(statement)) => match statement.speaker.as_str() {
            "" => statement.summary.clone(),
            speaker => format!("{}: {}", of(speaker), statement.summary),
        },
        Some(Kind::Contact(contact)) => contact.display_name.clone(),
        Some(Kind::Instrument(instrument)) => instrument.display_name.clone(),
        Some(Kind::Term(term)) => term.display_name.clone(),
        Some(Kind::Reading(reading)) => {
            format!("{} on {}: {}", of(&reading.held_by), of(&reading.instrument), reading.wording)
        }
        Some(Kind::Stance(stance)) => {
            format!("{} {} {}", of(&stance.actor), words::stance(stance.position()), of(&stance.subject))
        }
        Some(Kind::Incident(incident)) => incident.display_name.clone(),
        Some(Kind::Report(report)) => format!("{} on {}", of(&report.claimant), of(&report.incident)),
        Some(Kind::Finding(finding)) => format!("{}: {}", of(&finding.incident), finding.rationale),
        Some(Kind::Exchange(exchange)) => exchange.display_name.clone(),
        Some(Kind::Pledge(pledge)) => format!("{}: {}", of(&pledge.by), pledge.description),
        Some(Kind::Forecast(forecast)) => format!("{}: {}", of(&forecast.speaker), forecast.prediction),
        Some(Kind::Coverage(coverage)) => {
            let place = coverage.places.first().map(|place| of(place)).unwrap_or_default();
            format!("{} observation of {place}", words::coverage(coverage.status()))
        }
        Some(Kind::Link(link)) => format!("{} {} {}", of(&link.subject), words::link(link.r#type()), of(&link.object)),
        None => String::new(),
    };
    if text.chars().count() <= LETTERS_MAX {
        return text;
    }
    let kept: String = text.chars().take(LETTERS_MAX).collect();
    format!("{}…", kept.trim_end())
}
