//! `/dossiers/{dossier}/incidents/{incident}`: what each account says, what is denied, what each reading makes of it, what is
//! missing, and how the record came to say so.

use maud::{Markup, html};

use super::ask::Ask;
use super::elements;
use super::fault::Fault;
use super::fields;
use super::parts::{BASES, basis_asked, choices, citations, named, quantity, span, wide};
use super::record::history;
use super::room::Room;
use super::shell::{Page, Tab};
use super::verdicts::{grid, names_of};
use crate::render::labels::{Labels, id, relative};
use crate::render::words;
use crate::wire::pb;
use pb::record::Kind;

/// The most verdicts of an incident that a page asks for: readings times bases.
const VERDICTS_MAX: i32 = 400;

/// The most accounts of an incident that a page shows.
const ACCOUNTS_MAX: i32 = 40;

/// The most incidents said to be one event of which a page asks for the accounts.
const SAME_EVENT_MAX: usize = 10;

/// The most of them that are named.
const SAME_SHOWN_MAX: usize = 40;

/// How many accounts have their revisions on the page; the others have them on their own.
const HISTORIES_MAX: usize = 20;

/// Shows an incident.
pub(super) async fn show(ask: Ask) -> Result<Page, Fault> {
    let room = Room::open(ask).await?;
    let name = format!("{}/incidents/{}", room.parent(), room.ask.part("incident"));
    let request = pb::GetRecordRequest { name: name.clone(), consistency: room.consistency() };
    let record = room.ask.desk.records.get_record(room.ask.question(request)).await?.record.unwrap_or_default();
    let verdicts = verdicts(&room, &name).await?;
    let chosen = Chosen::of(&room.ask, &verdicts)?;
    let why = why(&room, &name, &chosen).await?;
    let accounts = Accounts::of(&room, &name, &verdicts).await?;
    let histories = histories(&room, &record, &accounts).await?;

    let mut names: Vec<String> = names_of(&verdicts.readings).collect();
    names.extend(fields::names(&record));
    names.extend(accounts.reports.iter().chain(&accounts.links).flat_map(fields::names));
    names.extend(verdicts.assessments.iter().flat_map(|of| of.same_event.iter().cloned().chain([of.incident.clone()])));
    names.extend(why.assessments.iter().flat_map(named_in));
    let labels = room.labels(names).await;

    let title = match &record.kind {
        Some(Kind::Incident(incident)) => incident.display_name.clone(),
        _ => id(&name).to_owned(),
    };
    let body = html! {
        h1 { (title) " " span .hint { (id(&name)) } }
        @if record.retracted { p .warn { strong { "Retracted" } ": " (record.reason) } }
        (about(&record, &verdicts, &name, &labels, &room))
        (verdicts_section(&room, &chosen, &verdicts, &labels))
        (why_section(&why, &labels, &room))
        (missing_section(&chosen, &verdicts, &room))
        (accounts.section(&labels, &room))
        (denials_section(&verdicts, &chosen, &labels, &room))
        section {
            h2 #history { "How the record came to say so" }
            @for (name, revisions) in &histories {
                h3 { a href=(room.links.as_recorded(name)) { (relative(name)) } }
                (history(revisions, &room.links))
            }
            @if accounts.reports.len() > HISTORIES_MAX { p { "The revisions of further accounts are on their own pages." } }
        }
    };
    Ok(Page::new(title, body).of(&room, Tab::None))
}

/// The reading and the basis of which the page says why.
struct Chosen {
    /// As the API takes it; empty where there is no reading.
    reading: String,
    basis: pb::Basis,
}

impl Chosen {
    /// Those in the address, else the first reading that is undetermined, else the first, on undisputed facts.
    fn of(ask: &Ask, verdicts: &pb::AssessResponse) -> Result<Chosen, Fault> {
        let basis = basis_asked(ask.said("basis"))?;
        let reading = match ask.said("reading") {
            "" => {
                let on_basis = || verdicts.assessments.iter().filter(|of| of.basis() == basis);
                let open = on_basis().find(|of| of.verdict() == pb::Verdict::Undetermined);
                open.or_else(|| on_basis().next()).map(|of| of.reading.clone()).unwrap_or_default()
            }
            typed => super::compare::named(typed),
        };
        Ok(Chosen { reading, basis })
    }
}

/// Every recorded reading on every basis, without the rows.
async fn verdicts(room: &Room, name: &str) -> Result<pb::AssessResponse, Fault> {
    let request = pb::AssessRequest {
        incidents: vec![name.to_owned()],
        readings: Some(pb::ReadingChoice { set: pb::ReadingSet::All.into(), ..Default::default() }),
        bases: BASES.map(i32::from).to_vec(),
        page_size: VERDICTS_MAX,
        ..Default::default()
    };
    Ok(room.assess(request).await?)
}

/// One verdict with all its rows.
async fn why(room: &Room, name: &str, chosen: &Chosen) -> Result<pb::AssessResponse, Fault> {
    if chosen.reading.is_empty() {
        return Ok(pb::AssessResponse::default());
    }
    let request = pb::AssessRequest {
        incidents: vec![name.to_owned()],
        readings: Some(pb::ReadingChoice { names: vec![chosen.reading.clone()], ..Default::default() }),
        bases: vec![chosen.basis.into()],
        explain: true,
        ..Default::default()
    };
    Ok(room.assess(request).await?)
}

/// What is said of an incident, and what ties it to others.
struct Accounts {
    reports: Vec<pb::Record>,
    links: Vec<pb::Record>,
    are_all: bool,
}

impl Accounts {
    async fn of(room: &Room, name: &str, verdicts: &pb::AssessResponse) -> Result<Accounts, Fault> {
        // What is said of one incident counts for all that are the same event.
        let mut incidents = vec![name.to_owned()];
        if let Some(first) = verdicts.assessments.first() {
            incidents.extend(first.same_event.iter().chain([&first.incident]).filter(|of| *of != name).cloned());
        }
        let are_all = incidents.len() <= SAME_EVENT_MAX;
        let mut accounts = Accounts { reports: Vec::new(), links: Vec::new(), are_all };
        for incident in incidents.into_iter().take(SAME_EVENT_MAX) {
            let request = pb::ListRecordsRequest {
                collections: ["reports", "findings", "links"].map(str::to_owned).to_vec(),
                refers_to: incident,
                show_retracted: true,
                page_size: ACCOUNTS_MAX,
                ..Default::default()
            };
            let listed = room.list(request).await?;
            accounts.are_all &= listed.next_page_token.is_empty();
            for record in listed.records {
                let list = match record.kind {
                    Some(Kind::Link(_)) => &mut accounts.links,
                    _ => &mut accounts.reports,
                };
                if list.iter().all(|known| known.name != record.name) {
                    list.push(record);
                }
            }
        }
        Ok(accounts)
    }

    fn section(&self, labels: &Labels, room: &Room) -> Markup {
        let links = &room.links;
        html! {
            section {
                h2 #accounts { "What each account says" }
                @if self.reports.is_empty() { p { "No report and no finding is recorded, by these clocks." } }
                @else { (wide("Accounts of this incident", self.table(labels, room))) }
                @if !self.are_all {
                    p { a href=(links.to("/records", &[("refers_to", &format!("incidents/{}", room.ask.part("incident")))])) { "There are more accounts" } }
                }
                @if !self.links.is_empty() {
                    h3 { "Ties to other incidents" }
                    ul {
                        @for record in &self.links {
                            @if let Some(Kind::Link(link)) = &record.kind {
                                li {
                                    (named(&link.subject, labels, links)) " " (words::link(link.r#type())) " " (named(&link.object, labels, links))
                                    @if !link.rationale.is_empty() { ": " (link.rationale) }
                                    " " a href=(links.as_recorded(&record.name)) { (id(&record.name)) }
                                    @if record.retracted { " (retracted)" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Accounts side by side: a row for each question, a column for each account.
    fn table(&self, labels: &Labels, room: &Room) -> Markup {
        let links = &room.links;
        let columns: Vec<Account<'_>> = self.reports.iter().filter_map(Account::of).collect();
        let row = |word: &str, cell: &dyn Fn(&Account<'_>) -> Option<Markup>| {
            let cells: Vec<Option<Markup>> = columns.iter().map(cell).collect();
            html! {
                @if cells.iter().any(Option::is_some) {
                    tr {
                        th scope="row" { (word) }
                        @for cell in &cells { td { @match cell { Some(cell) => (cell), None => span .none { "not said" } } } }
                    }
                }
            }
        };
        let linked = |name: &str| (!name.is_empty()).then(|| named(name, labels, links));
        let text = |text: String| (!text.is_empty()).then(|| html! { (text) });
        let facts = |account: &Account<'_>| account.facts.cloned().unwrap_or_default();
        html! {
            table .accounts {
                caption { "Reports and findings side by side, in the order in which they were recorded" }
                thead {
                    tr {
                        td {}
                        @for account in &columns {
                            th scope="col" {
                                @if account.record.retracted { del { (account.head(labels)) } " (retracted)" } @else { (account.head(labels)) }
                                br;
                                a href=(links.as_recorded(&account.record.name)) { (id(&account.record.name)) }
                            }
                        }
                    }
                }
                tbody {
                    (row("When", &|of| facts(of).occurred.as_ref().map(|when| html! { (span(when)) })))
                    (row("Where", &|of| linked(&facts(of).place)))
                    (row("Done by", &|of| linked(&facts(of).attributed_to)))
                    (row("Against", &|of| linked(&facts(of).against)))
                    (row("Act", &|of| text(facts(of).act)))
                    (row("Struck", &|of| struck(&facts(of).struck, labels, room)))
                    (row("Killed", &|of| facts(of).casualties.and_then(|of| of.killed).map(|of| html! { (quantity(&of)) })))
                    (row("Injured", &|of| facts(of).casualties.and_then(|of| of.injured).map(|of| html! { (quantity(&of)) })))
                    (row("Ground named", &|of| text(facts(of).ground)))
                    (row("Denies", &|of| text(words::propositions(of.denies.iter().copied()))))
                    (row("Alleges a breach of", &|of| {
                        (!of.alleges.is_empty()).then(|| super::parts::all_named(of.alleges, labels, links))
                    }))
                    (row("Rests on", &|of| linked(of.statement)))
                    (row("Rationale", &|of| text(of.rationale.to_owned())))
                    (row("Known from", &|of| text(super::records::known(of.record))))
                    (row("Corrected", &|of| text(of.record.reason.clone())))
                    (row("Sources", &|of| {
                        (!of.record.citations.is_empty()).then(|| citations(&of.record.citations, labels, links))
                    }))
                }
            }
        }
    }
}

/// One report or finding.
struct Account<'r> {
    record: &'r pb::Record,
    claimant: &'r str,
    /// Of a finding, how far it has come, and who made it.
    finding: Option<(pb::FindingStatus, &'r str)>,
    facts: Option<&'r pb::Facts>,
    denies: Vec<pb::Proposition>,
    alleges: &'r [String],
    statement: &'r str,
    rationale: &'r str,
}

impl<'r> Account<'r> {
    fn of(record: &'r pb::Record) -> Option<Account<'r>> {
        match record.kind.as_ref()? {
            Kind::Report(report) => Some(Account {
                record,
                claimant: &report.claimant,
                finding: None,
                facts: report.facts.as_ref(),
                denies: report.denies().collect(),
                alleges: &report.alleges_breach_of,
                statement: &report.statement,
                rationale: "",
            }),
            Kind::Finding(finding) => Some(Account {
                record,
                claimant: "",
                finding: Some((finding.status(), &finding.made_by)),
                facts: finding.facts.as_ref(),
                denies: finding.denies().collect(),
                alleges: &[],
                statement: "",
                rationale: &finding.rationale,
            }),
            _ => None,
        }
    }

    fn head(&self, labels: &Labels) -> String {
        match self.finding {
            None => format!("{} reports", labels.display(self.claimant)),
            Some((status, "")) => format!("Finding, {}", words::finding(status)),
            Some((status, by)) => format!("Finding of {}, {}", labels.display(by), words::finding(status)),
        }
    }
}

fn struck(struck: &[pb::Struck], labels: &Labels, room: &Room) -> Option<Markup> {
    let of = |one: &pb::Struck| {
        html! {
            @if one.object.is_empty() { "object not given" } @else { (one.object) }
            @if !one.facility.is_empty() { ", " (super::parts::value(&one.facility, labels, &room.links)) }
            @if one.effect() != pb::Effect::Unspecified { ", " (words::effect(one.effect())) }
            @if !one.weapon.is_empty() { ", by " (one.weapon) }
            @if let Some(cut_off) = &one.people_cut_off { ", people cut off: " (quantity(cut_off)) }
        }
    };
    match struck {
        [] => None,
        [one] => Some(of(one)),
        many => Some(html! { ol start="0" { @for one in many { li { (of(one)) } } } }),
    }
}

/// Revisions of the incident and of its first accounts.
async fn histories(
    room: &Room,
    record: &pb::Record,
    accounts: &Accounts,
) -> Result<Vec<(String, Vec<pb::Record>)>, Fault> {
    let names = [&record.name].into_iter().chain(accounts.reports.iter().map(|of| &of.name));
    let mut histories = Vec::new();
    for name in names.take(HISTORIES_MAX + 1) {
        histories.push((name.clone(), room.revisions(name).await?.revisions));
    }
    Ok(histories)
}

fn about(record: &pb::Record, verdicts: &pb::AssessResponse, name: &str, labels: &Labels, room: &Room) -> Markup {
    let Some(Kind::Incident(incident)) = &record.kind else {
        return html! {};
    };
    let links = &room.links;
    let mut same: Vec<String> = Vec::new();
    if let Some(first) = verdicts.assessments.first() {
        same.extend(first.same_event.iter().chain([&first.incident]).filter(|of| *of != name).cloned());
    }
    html! {
        dl .inline {
            @if let Some(when) = &incident.about { div { dt { "About" } dd { (span(when)) } } }
            @if !incident.place.is_empty() { div { dt { "Place" } dd { (named(&incident.place, labels, links)) } } }
            @if !same.is_empty() {
                div {
                    dt { "Same event" }
                    dd {
                        (super::parts::all_named(&same[..same.len().min(SAME_SHOWN_MAX)], labels, links))
                        @if same.len() > SAME_SHOWN_MAX { " and " (same.len() - SAME_SHOWN_MAX) " more" }
                    }
                }
            }
            div { dt { "Record" } dd { a href=(links.as_recorded(name)) { (relative(name)) } } }
        }
        p .hint { "An incident is a name only: whatever is known of it stands in the accounts below, each under the name of its claimant." }
    }
}

fn verdicts_section(room: &Room, chosen: &Chosen, verdicts: &pb::AssessResponse, labels: &Labels) -> Markup {
    let page = format!("/incidents/{}", super::links::encoded(room.ask.part("incident")));
    let address = |reading: &str, basis: pb::Basis| {
        format!("{}#why", room.links.to(&page, &[("reading", id(reading)), ("basis", &words::basis(basis))]))
    };
    html! {
        section {
            h2 #verdicts { "Verdicts" }
            @if verdicts.assessments.is_empty() { p { "No reading is recorded by these clocks, so there is nothing to judge by." } }
            @else { (grid(verdicts, labels, &room.links, address)) }
            @if !verdicts.next_page_token.is_empty() { p { "There are more readings than are shown here." } }
            @let bases: Vec<_> = BASES.iter().map(|basis| {
                (room.links.to(&page, &[("reading", id(&chosen.reading)), ("basis", &words::basis(*basis))]), words::basis(*basis), *basis == chosen.basis)
            }).collect();
            (choices("Basis of what follows", &bases))
            p .hint { "On the basis " (words::basis(chosen.basis)) ": " (words::basis_meaning(chosen.basis)) "." }
        }
    }
}

fn why_section(why: &pb::AssessResponse, labels: &Labels, room: &Room) -> Markup {
    html! {
        section {
            h2 #why { "Why" }
            @for assessment in &why.assessments { (elements::why(assessment, labels, &room.links)) }
            @if why.assessments.is_empty() { p { "There is no verdict to explain." } }
        }
    }
}

fn missing_section(chosen: &Chosen, verdicts: &pb::AssessResponse, room: &Room) -> Markup {
    let on_basis: Vec<pb::Assessment> =
        verdicts.assessments.iter().filter(|of| of.basis() == chosen.basis).cloned().collect();
    html! {
        section {
            h2 #missing { "What is missing, and what would settle it" }
            (elements::missing(&on_basis, &room.links))
        }
    }
}

fn denials_section(verdicts: &pb::AssessResponse, chosen: &Chosen, labels: &Labels, room: &Room) -> Markup {
    let found = verdicts.assessments.iter().find(|of| of.basis() == chosen.basis && !of.denials.is_empty());
    let denials = found.map(|of| of.denials.as_slice()).unwrap_or_default();
    html! {
        section {
            h2 #denials { "Denials" }
            @if denials.is_empty() { p { "Nobody is recorded to deny any of it. Silence is neither denial nor consent." } }
            @else {
                ul {
                    @for denial in denials {
                        li {
                            @if denial.claimant.is_empty() { "A finding denies: " }
                            @else { (named(&denial.claimant, labels, &room.links)) " denies: " }
                            (words::propositions(denial.propositions()))
                            " (" (super::parts::reference(denial.report.as_ref(), &room.links)) ")"
                        }
                    }
                }
            }
        }
    }
}

/// The records that stand in an explanation.
fn named_in(assessment: &pb::Assessment) -> Vec<String> {
    let rows = assessment.rows.iter().flat_map(|row| &row.elements).chain(&assessment.elements);
    let mut names: Vec<String> = assessment.denials.iter().map(|denial| denial.claimant.clone()).collect();
    for element in rows {
        names.extend(element.facts.iter().map(|fact| fact.value.clone()));
        if let Some(pb::element_result::Rule::Selection(selection)) = &element.rule {
            names
                .extend(selection.branches.iter().flat_map(|branch| branch.path.iter().chain([&branch.node]).cloned()));
        }
    }
    names.retain(|name| super::room::is_full(name));
    names
}
