//! `/dossiers/{dossier}`: what is recorded and what each reading makes of it, at a glance.

use maud::{Markup, html};

use super::ask::Ask;
use super::fault::Fault;
use super::parts::{BASES, all_named, basis_asked, choices, legend, named, wide};
use super::room::Room;
use super::shell::{Page, Tab};
use super::sights::sights;
use super::verdicts::{counted, counts, matrix, names_of};
use crate::domain::fault::{Reason, Violation};
use crate::render::labels::Labels;
use crate::render::words;
use crate::wire::pb;

/// About how many verdicts a page shows: more would make it heavy.
const VERDICTS_MAX: usize = 600;

/// The most incidents of a page.
const INCIDENTS_MAX: usize = 60;

/// The most readings that a page shows side by side.
const READINGS_MAX: usize = 40;

/// Which recorded readings are applied, by the word in the address.
const SETS: [(&str, &str, pb::ReadingSet); 3] = [
    ("all", "all recorded", pb::ReadingSet::All),
    ("latest", "the latest of each holder", pb::ReadingSet::Latest),
    ("in-force", "those in force at the incident", pb::ReadingSet::InForceAtIncident),
];

/// What the address asks for beside the clocks.
struct Wanted {
    basis: pb::Basis,
    set: &'static (&'static str, &'static str, pb::ReadingSet),
    filter: Option<pb::IncidentFilter>,
}

impl Wanted {
    fn read(ask: &Ask) -> Result<Wanted, Fault> {
        let mut faults = Vec::new();
        let basis = basis_asked(ask.said("basis")).unwrap_or_else(|fault| {
            faults.push(fault);
            pb::Basis::Undisputed
        });
        let set = match ask.said("readings") {
            "" => &SETS[0],
            word => SETS.iter().find(|(known, ..)| *known == word).unwrap_or_else(|| {
                let what = format!("“{}” is none of all, latest, in-force", crate::domain::name::shorten(word));
                faults.push(Violation::new("readings", Reason::EnumUnknown, what));
                &SETS[0]
            }),
        };
        if !faults.is_empty() {
            return Err(Fault::Fields(faults));
        }
        let occurred = Some(ask.said("occurred")).filter(|local| !local.is_empty());
        let occurred = occurred.map(|local| pb::TimeSpan { local: local.to_owned(), ..Default::default() });
        let filter = pb::IncidentFilter { occurred, text: ask.said("text").to_owned(), ..Default::default() };
        Ok(Wanted { basis, set, filter: Some(filter).filter(|filter| *filter != pb::IncidentFilter::default()) })
    }

    fn readings(&self) -> Option<pb::ReadingChoice> {
        Some(pb::ReadingChoice { set: self.set.2.into(), ..Default::default() })
    }
}

/// Shows the dossier.
pub(super) async fn show(ask: Ask) -> Result<Page, Fault> {
    let wanted = Wanted::read(&ask)?;
    let room = Room::open(ask).await?;
    let mut tally = room
        .tally(pb::TallyRequest {
            filter: wanted.filter.clone(),
            readings: wanted.readings(),
            bases: BASES.map(i32::from).to_vec(),
            page_size: 1000,
            ..Default::default()
        })
        .await?;
    let recorded = tally.readings.len();
    tally.readings.truncate(READINGS_MAX);
    let assessed = assessed(&room, &wanted, recorded).await?;
    let incidents = assessed.assessments.iter().map(|of| of.incident.clone());
    let names = names_of(&tally.readings).chain(incidents).chain(tally.coverage.iter().cloned());
    let records = room.named(names).await;
    let labels = Labels::of(&records).closed();
    let mut shown: Vec<String> = assessed.assessments.iter().map(|of| of.incident.clone()).collect();
    shown.dedup();
    let sights = sights(&room, &shown, tally.readings.first().map(|applied| &applied.reading)).await?;
    let body = html! {
        h1 { (room.title()) }
        @if !room.dossier.description.is_empty() { p .lead { (room.dossier.description) } }
        (counts_section(&tally, &records, &labels, &room))
        @if recorded > READINGS_MAX {
            p {
                "Of " (recorded) " readings the first " (READINGS_MAX) " are shown, and no table of incidents: "
                a href=(room.links.to("/compare", &[])) { "compare two of them" } ", ask for "
                a href=(room.links.to("", &[("readings", "latest")])) { "the latest of each holder" } ", or see "
                a href=(room.links.to("/records", &[("collection", "readings")])) { "all that are recorded" } "."
            }
        }
        (sights.sections(&room))
        (verdicts_section(&wanted, &assessed, recorded, &labels, &room))
        (readings_section(&tally.readings, &labels, &room))
    };
    Ok(Page::new("Overview".to_owned(), body).of(&room, Tab::Overview))
}

/// A page of verdicts that holds each of its incidents whole; empty where there are too many readings to stand side by side.
async fn assessed(room: &Room, wanted: &Wanted, readings: usize) -> Result<pb::AssessResponse, Fault> {
    if readings == 0 || readings > READINGS_MAX {
        return Ok(pb::AssessResponse::default());
    }
    let incidents = (VERDICTS_MAX / readings).clamp(1, INCIDENTS_MAX);
    let request = pb::AssessRequest {
        filter: wanted.filter.clone(),
        readings: wanted.readings(),
        bases: vec![wanted.basis.into()],
        page_size: i32::try_from(incidents * readings).unwrap_or(i32::MAX),
        page_token: room.ask.said("page").to_owned(),
        ..Default::default()
    };
    Ok(room.assess(request).await?)
}

fn counts_section(tally: &pb::TallyResponse, records: &[pb::Record], labels: &Labels, room: &Room) -> Markup {
    html! {
        section {
            h2 #counts { "Counts" }
            @if tally.readings.is_empty() {
                p { "No reading is recorded by these clocks, so there is nothing to judge by. "
                    a href=(room.links.to("/records", &[])) { "Browse the records" } "." }
            } @else {
                (counts(tally, labels, &room.links))
                (counted(tally.counted.as_ref()))
                p .hint { "Counts stand for each reading and basis by themselves, and are never added up. Not assessed (–) is not the same as no breach." }
            }
            (coverage(&tally.coverage, records, labels, room))
        }
    }
}

/// Where observation was possible or refused. Silence about that is said too.
fn coverage(names: &[String], records: &[pb::Record], labels: &Labels, room: &Room) -> Markup {
    let found = |name: &String| {
        records.iter().find(|record| record.name == *name).and_then(|record| match &record.kind {
            Some(pb::record::Kind::Coverage(coverage)) => Some(coverage),
            _ => None,
        })
    };
    html! {
        h3 { "Coverage" }
        @if names.is_empty() {
            p { "No record says where anyone could watch. That few incidents are reported from somewhere does not say that few happened there." }
        } @else {
            ul {
                @for name in names {
                    li {
                        @match found(name) {
                            Some(coverage) => {
                                a href=(room.links.record(name)) { (words::coverage(coverage.status())) } " observation of "
                                (all_named(&coverage.places, labels, &room.links))
                                @if let Some(span) = &coverage.observed { ", " (super::parts::span(span)) }
                            },
                            None => (named(name, labels, &room.links)),
                        }
                    }
                }
            }
        }
    }
}

fn verdicts_section(
    wanted: &Wanted,
    assessed: &pb::AssessResponse,
    recorded: usize,
    labels: &Labels,
    room: &Room,
) -> Markup {
    let ask = &room.ask;
    let basis_word = words::basis(wanted.basis);
    let kept = |basis: &str, set: &str| {
        let more =
            [("basis", basis), ("readings", set), ("occurred", ask.said("occurred")), ("text", ask.said("text"))];
        room.links.to("", &more)
    };
    let bases: Vec<_> = BASES
        .iter()
        .map(|basis| (kept(&words::basis(*basis), wanted.set.0), words::basis(*basis), *basis == wanted.basis))
        .collect();
    let sets: Vec<_> = SETS
        .iter()
        .map(|(word, said, _)| (kept(&basis_word, word), (*said).to_owned(), *word == wanted.set.0))
        .collect();
    html! {
        section {
            h2 #verdicts { "Verdicts" }
            (choices("Basis", &bases))
            (choices("Readings", &sets))
            form .filter action=(ask.path()) method="get" {
                @for key in ["basis", "readings", "as_of", "known_by"] {
                    @if !ask.said(key).is_empty() { input type="hidden" name=(key) value=(ask.said(key)); }
                }
                label for="occurred" { "Occurred" }
                input #occurred name="occurred" value=(ask.said("occurred")) size="21" placeholder="any time" autocomplete="off" aria-describedby="occurred-hint";
                label for="text" { "Words" }
                input #text name="text" value=(ask.said("text")) size="14" autocomplete="off";
                button { "Filter" }
                span #occurred-hint .hint { "A day, month or span such as 2025-03-25/2025-04-16." }
            }
            (legend())
            @if recorded > READINGS_MAX { p { (recorded) " readings are too many to stand side by side." } }
            @else if assessed.assessments.is_empty() { p { "No incident fits." } }
            @else { (matrix(assessed, wanted.basis, labels, &room.links)) }
            @if !assessed.next_page_token.is_empty() {
                @let more = [("basis", basis_word.as_str()), ("readings", wanted.set.0), ("occurred", ask.said("occurred")),
                    ("text", ask.said("text")), ("page", assessed.next_page_token.as_str())];
                p { a rel="next" href=(room.links.pinned(&room.read_at).to("", &more)) { "More incidents" } }
            }
        }
    }
}

fn readings_section(readings: &[pb::AppliedReading], labels: &Labels, room: &Room) -> Markup {
    let links = &room.links;
    if readings.is_empty() {
        return html! {};
    }
    let table = html! {
        table {
            caption { "Whose reading of what, and when it holds (UTC)" }
            thead {
                tr {
                    th scope="col" { "Reading" } th scope="col" { "Held by" } th scope="col" { "Rests on" }
                    th scope="col" { "Words" } th scope="col" { "Starts" } th scope="col" { "Ends" } th scope="col" { "Try" }
                }
            }
            tbody {
                @for of in readings {
                    @let id = crate::render::labels::id(&of.reading);
                    tr {
                        th scope="row" { a href=(links.record(&of.reading)) { (id) } }
                        td { (labels.display(&of.held_by)) }
                        td {
                            (named(&of.instrument, labels, links))
                            " " span .hint { (words::instrument(of.instrument_type())) }
                        }
                        td { @if !of.wording.is_empty() { q { (of.wording) } } }
                        td { (words::bound(of.start.as_ref(), "not said")) }
                        td {
                            (words::bound(of.end.as_ref(), "open"))
                            @if of.ends.len() > 1 {
                                details {
                                    summary { "by each way to count" }
                                    ul .plain { @for end in &of.ends { li { (words::counting(end.rule())) ": " (words::bound(end.end.as_ref(), "open")) } } }
                                }
                            }
                        }
                        td { a href=(links.to("/draft", &[("from", id)])) { "Change " span .vh { (id) } } }
                    }
                }
            }
        }
    };
    html! {
        section {
            h2 #readings { "Readings applied" }
            (wide("Readings applied", table))
        }
    }
}
