//! `/dossiers/{dossier}/briefing`: the briefing of a day, each sentence beside the records that carry it; and as a file.

use std::collections::BTreeSet;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{Markup, html};
use sha2::{Digest, Sha256};

use super::ask::Ask;
use super::clocks::published_by;
use super::fault::Fault;
use super::parts::{choices, verdict, wide};
use super::room::Room;
use super::shell::{Page, Tab};
use super::sights::{map_section, timeline_section};
use crate::domain::fault::{Reason, Violation};
use crate::render::briefing::drawings;
use crate::render::labels::id;
use crate::wire::{instant, pb};

/// The languages in which it can be had.
const LANGUAGES: [(&str, &str); 2] = [("en", "English"), ("uk", "українська")];

/// The files as which it can be had.
const FORMATS: [(&str, &str, pb::BriefingFormat); 3] = [
    ("html", "one HTML file", pb::BriefingFormat::Html),
    ("md", "Markdown", pb::BriefingFormat::Markdown),
    ("json", "ninjs JSON", pb::BriefingFormat::Ninjs),
];

/// The most records that are named beside one sentence, and beside one row of a table.
const RECORDS_MAX: usize = 4;
const RECORDS_OF_ROW_MAX: usize = 2;

/// The most days that are offered: the latest. Any other can be asked for.
const DAYS_MAX: usize = 120;

/// The most rows in which days are looked for, and how many pages of them are read.
const ROWS_MAX: i32 = 1000;
const PAGES_MAX: usize = 10;

/// Days that are offered.
struct Days {
    /// The latest, in order.
    offered: Vec<String>,
    /// How many there are.
    all: usize,
    /// Whether there may be more than were looked through.
    is_all: bool,
}

/// Shows the briefing of a day, or the days of which there can be one.
pub(super) async fn show(ask: Ask) -> Result<Page, Fault> {
    let room = Room::open(ask).await?;
    let Some(request) = request(&room)? else {
        let days = days(&room).await?;
        return Ok(Page::new("Briefing".to_owned(), choose(&room, &days)).of(&room, Tab::Briefing));
    };
    let composed = desk(&room.ask)?.compose_briefing(room.ask.question(request)).await?;
    let briefing = composed.briefing.unwrap_or_default();
    let body = html! {
        (form(&room))
        (article(&briefing, &room))
    };
    let title = briefing.header.map_or_else(|| "Briefing".to_owned(), |header| header.title);
    Ok(Page::new(title, body).of(&room, Tab::Briefing))
}

/// The briefing as a file.
pub(super) async fn file(ask: Ask) -> Result<Response, Fault> {
    let room = Room::open(ask).await?;
    let format = room.ask.said("format");
    let known = FORMATS.iter().find(|(word, ..)| *word == format);
    let (Some((ending, _, format)), Some(briefing)) = (known, request(&room)?) else {
        let mut faults = Vec::new();
        if known.is_none() {
            let what = format!("“{}” is none of html, md, json", crate::domain::name::shorten(format));
            faults.push(Violation::new("format", Reason::EnumUnknown, what));
        }
        if room.ask.said("date").is_empty() {
            faults.push(Violation::new("date", Reason::FieldRequired, "is required: a day such as 2025-03-19"));
        }
        return Err(Fault::Fields(faults));
    };
    let request = pb::RenderBriefingRequest { briefing: Some(briefing), format: (*format).into() };
    let rendered = desk(&room.ask)?.render_briefing(room.ask.question(request)).await?;
    let mut response = rendered.content.into_response();
    let headers = response.headers_mut();
    if let Ok(content_type) = HeaderValue::from_str(&rendered.content_type) {
        headers.insert(header::CONTENT_TYPE, content_type);
    }
    let plain = |text: &str| text.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect::<String>();
    let named = format!("{}-{}.{ending}", plain(room.links.dossier()), plain(room.ask.said("date")));
    let disposition = if *format == pb::BriefingFormat::Html { "inline" } else { "attachment" };
    if let Ok(disposition) = HeaderValue::from_str(&format!("{disposition}; filename=\"{named}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    if *format == pb::BriefingFormat::Html
        && let Ok(policy) = HeaderValue::from_str(&policy_of_file())
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// The file holds its own style, which is named by its hash; nothing else is let in.
fn policy_of_file() -> String {
    let hash = STANDARD.encode(Sha256::digest(crate::render::briefing::html::STYLE));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

fn desk(ask: &Ask) -> Result<&dyn super::desk::Briefings, Fault> {
    ask.desk.briefings.as_deref().ok_or(Fault::NoBriefings)
}

/// What is asked for; `None` where no day is named.
fn request(room: &Room) -> Result<Option<pb::ComposeBriefingRequest>, Fault> {
    let (date, since) = (room.ask.said("date"), room.ask.said("since"));
    if date.is_empty() {
        return Ok(None);
    }
    let since = match since {
        "" => None,
        text => Some(published_by("since", text, &room.zone).map_err(|fault| Fault::Fields(vec![fault]))?),
    };
    let previous = since.map(|_| pb::At { at: Some(pb::at::At::ReadAt(room.read_at.clone())) });
    Ok(Some(pb::ComposeBriefingRequest {
        parent: room.parent(),
        period: Some(pb::TimeSpan { local: date.to_owned(), ..Default::default() }),
        language: room.ask.said("language").to_owned(),
        previous,
        previous_known_by: since.map(instant::write),
        consistency: room.consistency(),
        ..Default::default()
    }))
}

/// The days on which something is said to have happened.
async fn days(room: &Room) -> Result<Days, Fault> {
    let mut request = pb::TallyRequest {
        readings: Some(pb::ReadingChoice { set: pb::ReadingSet::Latest.into(), ..Default::default() }),
        bases: vec![pb::Basis::Alleged.into()],
        group_by: vec![pb::GroupBy::Day.into()],
        page_size: ROWS_MAX,
        ..Default::default()
    };
    // A day comes once for each reading.
    let mut days: BTreeSet<String> = BTreeSet::new();
    for _ in 0..PAGES_MAX {
        let tally = room.tally(request.clone()).await?;
        days.extend(
            tally.rows.into_iter().filter_map(|row| row.group.into_iter().next()).filter(|day| !day.is_empty()),
        );
        request.page_token = tally.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    let all = days.len();
    let offered = days.into_iter().skip(all.saturating_sub(DAYS_MAX)).collect();
    Ok(Days { offered, all, is_all: request.page_token.is_empty() })
}

fn choose(room: &Room, days: &Days) -> Markup {
    let Days { offered, all, is_all } = days;
    html! {
        h1 { "Briefing" }
        p .lead { "What the record says of a day, composed from records alone; every sentence names those that carry it." }
        (form(room))
        h2 { "Any day" }
        (calendar(room))
        @if offered.is_empty() { p { "No incident is dated to a day by these clocks; any day can still be asked for." } }
        @else {
            h2 { "Days on which something is said to have happened" }
            @if *all > offered.len() || !is_all {
                p {
                    "The latest " (offered.len()) " of " @if !is_all { "at least " } (all) " such days are listed; any other can be asked for above."
                }
            }
            ul .days {
                @for day in offered { li { a href=(room.links.to("/briefing", &[("date", day)])) { (day) } } }
            }
        }
    }
}

/// Any day, chosen from the browser's own calendar or typed: it takes no script.
fn calendar(room: &Room) -> Markup {
    html! {
        form .filter action=(room.links.path("/briefing")) method="get" {
            @for key in ["as_of", "known_by", "language"] {
                @if !room.ask.said(key).is_empty() { input type="hidden" name=(key) value=(room.ask.said(key)); }
            }
            label for="day" { "Day" }
            input #day type="date" name="date" required;
            button { "Compose" }
        }
    }
}

fn form(room: &Room) -> Markup {
    let ask = &room.ask;
    html! {
        form .filter action=(room.links.path("/briefing")) method="get" {
            @for key in ["as_of", "known_by"] {
                @if !ask.said(key).is_empty() { input type="hidden" name=(key) value=(ask.said(key)); }
            }
            label for="date" { "Of" }
            input #date name="date" value=(ask.said("date")) size="12" placeholder="2025-03-19" autocomplete="off" aria-describedby="date-hint";
            label for="since" { "New since" }
            input #since name="since" value=(ask.said("since")) size="12" placeholder="all is new" autocomplete="off" aria-describedby="date-hint";
            label for="language" { "In" }
            select #language name="language" {
                @for (tag, name) in LANGUAGES {
                    @if tag == ask.said("language") { option value=(tag) lang=(tag) selected { (name) } }
                    @else { option value=(tag) lang=(tag) { (name) } }
                }
            }
            button { "Compose" }
            span #date-hint .hint { "A day, or a span such as 2025-03-24/2025-03-28; new since what was known by a day or instant." }
        }
    }
}

fn article(briefing: &pb::Briefing, room: &Room) -> Markup {
    let header = briefing.header.clone().unwrap_or_default();
    let (timelines, _): (Vec<&pb::BriefingChart>, Vec<_>) =
        briefing.charts.iter().partition(|chart| chart.kind() == pb::BriefingChartKind::Timeline);
    let kept = |format: &str| {
        let ask = &room.ask;
        let more = [
            ("format", format),
            ("date", ask.said("date")),
            ("since", ask.said("since")),
            ("language", ask.said("language")),
        ];
        room.links.pinned(&room.read_at).to("/briefing/file", &more)
    };
    let files: Vec<_> = FORMATS.iter().map(|(word, name, _)| (kept(word), (*name).to_owned(), false)).collect();
    html! {
        article lang=(header.language) {
            h1 { (header.title) @if header.number > 0 { " " span .hint { (header.number) } } }
            @if !header.notes.is_empty() { ul .notes { @for note in &header.notes { li { (note) } } } }
            div lang="en" { (choices("As a file", &files)) }
            @if !briefing.key_points.is_empty() {
                ol .key {
                    @for point in &briefing.key_points {
                        li { (point.text) (later(point.known_later)) (records(&point.records, RECORDS_MAX, room)) }
                    }
                }
            }
            @for section in &briefing.sections { (section_of(section, room)) }
            div lang="en" {
                (map_section(&briefing.features, &room.links))
                @for chart in timelines { (timeline_section(chart, header.period.as_ref(), &header.time_zone, &room.links)) }
            }
            @if room.ask.said("charts").is_empty() {
                // They weigh as much as a third of all that is said, and all their numbers are in the tables above or in the file.
                @let more = [("date", room.ask.said("date")), ("since", room.ask.said("since")),
                    ("language", room.ask.said("language")), ("charts", "shown")];
                p lang="en" { a href=(format!("{}#figures", room.links.to("/briefing", &more))) { "Show the charts" } }
            } @else {
                (drawings::figures(briefing))
            }
        }
    }
}

fn section_of(section: &pb::BriefingSection, room: &Room) -> Markup {
    html! {
        section {
            h2 { (section.heading) }
            @if !section.sentences.is_empty() {
                ul .told {
                    @for sentence in &section.sentences {
                        li .note[sentence.kind() == pb::BriefingSentenceKind::Note] {
                            (sentence.text) (later(sentence.known_later)) (records(&sentence.records, RECORDS_MAX, room))
                        }
                    }
                }
            }
            @for table in &section.tables { (table_of(table, room)) }
        }
    }
}

fn table_of(table: &pb::BriefingTable, room: &Room) -> Markup {
    let has_records = table.rows.iter().any(|row| !row.records.is_empty());
    let markup = html! {
        table {
            caption { (table.caption) }
            thead {
                tr {
                    @for column in &table.columns {
                        @if column.is_empty() { td {} } @else { th scope="col" { (column) } }
                    }
                    @if has_records { th scope="col" { "Records" } }
                }
            }
            tbody {
                @for row in &table.rows {
                    tr {
                        @for (index, cell) in row.cells.iter().enumerate() {
                            @if cell.verdict() != pb::Verdict::Unspecified { td { (verdict(cell.verdict())) } }
                            @else if index == 0 && !cell.text.is_empty() { th scope="row" { (cell.text) } }
                            @else { td { (cell.text) } }
                        }
                        @if has_records { td { (records(&row.records, RECORDS_OF_ROW_MAX, room)) } }
                    }
                }
            }
        }
    };
    html! {
        (wide(&table.caption, markup))
        @if !table.note.is_empty() { p .hint { (table.note) } }
    }
}

fn later(known_later: bool) -> Markup {
    html! { @if known_later { " " em .later { "(known later)" } } }
}

/// The records that carry a sentence, each a link.
fn records(names: &[String], most: usize, room: &Room) -> Markup {
    html! {
        @if !names.is_empty() {
            span .refs {
                " ["
                @for (index, name) in names.iter().take(most).enumerate() {
                    @if index > 0 { ", " }
                    a href=(room.links.record(name)) { (id(name)) }
                }
                @if names.len() > most { " +" (names.len() - most) }
                "]"
            }
        }
    }
}
