//! `/dossiers/{dossier}/draft`: a reading as a form, and at once what it would change against the one that it starts from.
//!
//! Nothing is recorded: the draft is a hypothetical reading of the API, and its whole text is in the address.

use std::collections::BTreeMap;

use jiff::Timestamp;
use maud::{Markup, html};

use super::ask::Ask;
use super::classes;
use super::compare::{self, Choice};
use super::fault::{self, Fault, FieldFault, field_faults};
use super::room::Room;
use super::shell::{Page, Tab};
use crate::render::labels::{id, relative};
use crate::render::words;
use crate::wire::{instant, pb};

/// Where the API says that a draft stands.
const DRAFT: &str = "readings.hypothetical[0].";

/// Lists of nodes: their name, which is their path in a reading, what people call it, and the collection of bare ids in it.
const SELECTIONS: [(&str, &str, &str); 6] = [
    ("actors", "Who is bound", "actors"),
    ("against", "Which side is protected", "actors"),
    ("acts", "Which acts", ""),
    ("objects", "Which objects", ""),
    ("places", "Which places", "places"),
    ("weapons", "Which weapons", ""),
];
const LISTS: [(&str, &str); 3] = [("include", "covered"), ("exclude", "not covered"), ("unclear", "left open")];

const PLAIN: [&str; 6] =
    ["wording", "window.start", "window.end", "window.length.days", "window.time_zone", "exceptions"];
const TRISTATES: [(&str, &str); 2] = [("operative", "Does the text set a rule?"), ("attempts", "Do attempts count?")];
const RULES: [(&str, &str); 4] = [
    ("", "not said"),
    ("inclusive days", "the first day counts"),
    ("elapsed", "by hours elapsed"),
    ("calendar month", "by the calendar month"),
];

/// What stands in the form, by the names of its fields.
type Text = BTreeMap<String, String>;

/// Drafts a reading.
pub(super) async fn show(ask: Ask) -> Result<Page, Fault> {
    let room = Room::open(ask).await?;
    let choices = compare::choices_of(&room).await?;
    let from = match room.ask.said("from") {
        "" => choices.last().map(|choice| choice.id.clone()).unwrap_or_default(),
        typed => id(typed).to_owned(),
    };
    let base = choices.iter().find(|choice| choice.id == from);
    let is_sent = room.ask.says("draft");
    let mut text = base.map(|base| written(&base.reading)).unwrap_or_default();
    if is_sent {
        // What the form does not send is empty; what stays as it was comes from the reading that it starts from.
        text = form_fields().map(|name| (name.clone(), room.ask.said(&name).to_owned())).collect();
    }
    let mut faults = Vec::new();
    let mut changes = html! {};
    if is_sent
        && let Some(base) = base
        && let Some(draft) = read(&text, &base.reading, &mut faults)
    {
        match outcome(&room, &from, draft).await {
            Ok(answer) => changes = answer,
            Err(Fault::Refused(status)) if status.code() == tonic::Code::InvalidArgument => {
                faults = field_faults(&status);
            }
            Err(fault) => return Err(fault),
        }
    }
    let ids = if base.is_some() {
        classes::listed(&room).await?
    } else {
        html! {}
    };
    let status = match base {
        None if !from.is_empty() => axum::http::StatusCode::NOT_FOUND,
        _ if faults.is_empty() => axum::http::StatusCode::OK,
        _ => axum::http::StatusCode::BAD_REQUEST,
    };
    let body = html! {
        h1 { "Draft a reading" }
        @if choices.is_empty() {
            p { "A draft starts from a recorded reading, and by these clocks there is none." }
        } @else {
            p .lead {
                "Change what a reading says, and see which incidents would come out otherwise. Nothing is recorded: the draft stands in the address of this page."
            }
            (start(&room, &choices, &from))
            @if let Some(base) = base {
                @if !faults.is_empty() {
                    section .warn {
                        h2 #wrong { "The draft cannot be read yet" }
                        (fault::listed(&faults.iter().map(shortened).collect::<Vec<_>>()))
                    }
                }
                (changes)
                (form(&room, base, &text, &faults, &ids))
            } @else {
                p { "There is no reading “" (from) "” by these clocks. Choose another." }
            }
        }
    };
    Ok(Page::new("Draft a reading".to_owned(), body).status(status).of(&room, Tab::Draft))
}

/// What the draft would change.
async fn outcome(room: &Room, from: &str, draft: pb::Reading) -> Result<Markup, Fault> {
    let readings =
        pb::ReadingChoice { names: vec![compare::named(from)], hypothetical: vec![draft], ..Default::default() };
    // The whole draft stays in the address when another basis is looked at.
    let kept: Vec<(&str, &str)> =
        room.ask.query().filter(|(key, _)| !["as_of", "known_by", "basis", "page"].contains(key)).collect();
    let answer = compare::answer(room, readings, &kept).await?;
    Ok(html! {
        div .outcome {
            p .lead { "From " strong { (from) } " to the draft:" }
            (answer)
        }
    })
}

/// Which reading to start from.
fn start(room: &Room, choices: &[Choice], from: &str) -> Markup {
    html! {
        form .filter action=(room.ask.path()) method="get" {
            @for key in ["as_of", "known_by"] {
                @if !room.ask.said(key).is_empty() { input type="hidden" name=(key) value=(room.ask.said(key)); }
            }
            (compare::select("from", "Start from", choices, from))
            button { "Start anew" }
        }
    }
}

fn form(room: &Room, base: &Choice, text: &Text, faults: &[FieldFault], ids: &Markup) -> Markup {
    let value = |name: &str| text.get(name).map_or("", String::as_str);
    let input = |name: &str, label: &str, hint: &str| {
        let faults: Vec<&FieldFault> = faults.iter().filter(|fault| is_of(&fault.field, name)).collect();
        let described = format!("{name}-fault");
        html! {
            div .field {
                label for=(name) { (label) }
                input id=(name) name=(name) value=(value(name)) placeholder=[(!hint.is_empty()).then_some(hint)] autocomplete="off"
                    spellcheck="false" aria-invalid=[(!faults.is_empty()).then_some("true")]
                    aria-describedby=[(!faults.is_empty()).then_some(described.as_str())];
                @if !faults.is_empty() {
                    p .fault id=(described) { @for fault in faults { (fault.what) " " } }
                }
            }
        }
    };
    let select = |name: &str, label: &str, options: &[(&str, &str)]| {
        html! {
            div .field {
                label for=(name) { (label) }
                select id=(name) name=(name) {
                    @for (word, said) in options {
                        @if *word == value(name) { option value=(word) selected { (said) } } @else { option value=(word) { (said) } }
                    }
                }
            }
        }
    };
    const STATED: [(&str, &str); 4] = [("", "not said"), ("yes", "yes"), ("no", "no"), ("unclear", "unclear")];
    html! {
        form .draft action=(room.ask.path()) method="get" {
            input type="hidden" name="draft" value="1";
            input type="hidden" name="from" value=(base.id);
            @for key in ["basis", "as_of", "known_by"] {
                @if !room.ask.said(key).is_empty() { input type="hidden" name=(key) value=(room.ask.said(key)); }
            }
            h2 { "What the draft says" }
            p .hint {
                "Lists are ids with commas between them, such as elec, oil.depot or russia, ukraine; * is everything. What is left empty does not restrict. "
                "It is of the term " (relative(&base.reading.term)) ", as " (base.id) " is."
            }
            (ids)
            fieldset {
                legend { "The rule" }
                (input("wording", "Words", ""))
                @for (name, label) in TRISTATES { (select(name, label, &STATED)) }
            }
            @for (name, label, _) in SELECTIONS {
                fieldset {
                    legend { (label) }
                    @for (list, said) in LISTS { (input(&format!("{name}.{list}"), said, "")) }
                }
            }
            fieldset {
                legend { "The time" }
                (input("window.start", "Starts", "2025-03-18 or 2025-03-18T14:00Z/2025-03-18T21:00Z"))
                div .field .check {
                    label {
                        input type="checkbox" name="window.start_immediately" value="yes" checked[!value("window.start_immediately").is_empty()];
                        " at once, when it was stated"
                    }
                }
                (input("window.end", "Ends", "open"))
                (input("window.length.days", "or lasts so many days", ""))
                (select("window.length.rule", "counted", &RULES))
                (input("window.time_zone", "in the zone", room.zone.name()))
            }
            fieldset {
                legend { "What excuses" }
                (input("exceptions", "Grounds allowed", "self_defence"))
            }
            button .main { "See what it would change" }
        }
    }
}

/// The names of all fields of the form.
fn form_fields() -> impl Iterator<Item = String> {
    let selections =
        SELECTIONS.iter().flat_map(|(name, ..)| LISTS.iter().map(move |(list, _)| format!("{name}.{list}")));
    let plain = PLAIN.iter().map(|name| (*name).to_owned());
    let chosen = TRISTATES.iter().map(|(name, _)| (*name).to_owned());
    let more = ["window.start_immediately", "window.length.rule"].map(str::to_owned);
    plain.chain(selections).chain(chosen).chain(more)
}

/// Whether a fault, by the path that the API gives it, is of a field of the form.
fn is_of(path: &str, name: &str) -> bool {
    let path = path.strip_prefix(DRAFT).unwrap_or(path);
    path.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('[') || rest.starts_with('.'))
}

/// A fault by the name of its field in the form.
fn shortened(fault: &FieldFault) -> FieldFault {
    let field = fault.field.strip_prefix(DRAFT).unwrap_or(&fault.field).to_owned();
    FieldFault { field, what: fault.what.clone() }
}

/// A recorded reading as the form holds it.
fn written(reading: &pb::Reading) -> Text {
    let mut text = Text::new();
    let mut put = |name: String, value: String| {
        if !value.is_empty() {
            text.insert(name, value);
        }
    };
    let selections =
        [&reading.actors, &reading.against, &reading.acts, &reading.objects, &reading.places, &reading.weapons];
    for ((name, ..), selection) in SELECTIONS.iter().zip(selections) {
        let pb::Selection { include, exclude, unclear } = selection.clone().unwrap_or_default();
        for ((list, _), nodes) in LISTS.iter().zip([include, exclude, unclear]) {
            put(format!("{name}.{list}"), nodes.iter().map(|node| id(node)).collect::<Vec<_>>().join(", "));
        }
    }
    put("wording".to_owned(), reading.wording.clone());
    put("operative".to_owned(), stated(reading.operative()).to_owned());
    put("attempts".to_owned(), stated(reading.attempts()).to_owned());
    put("exceptions".to_owned(), reading.exceptions.join(", "));
    let window = reading.window.clone().unwrap_or_default();
    put("window.start".to_owned(), window.start.as_ref().map(bound_text).unwrap_or_default());
    put("window.start_immediately".to_owned(), if window.start_immediately { "yes" } else { "" }.to_owned());
    put("window.end".to_owned(), window.end.as_ref().map(bound_text).unwrap_or_default());
    if let Some(length) = &window.length {
        put("window.length.days".to_owned(), length.days.to_string());
        put("window.length.rule".to_owned(), words::counting(length.rule()).replace("elapsed hours", "elapsed"));
    }
    put("window.time_zone".to_owned(), window.time_zone);
    text
}

fn stated(stated: pb::Tristate) -> &'static str {
    match stated {
        pb::Tristate::Unspecified => "",
        pb::Tristate::Yes => "yes",
        pb::Tristate::No => "no",
        pb::Tristate::Unclear => "unclear",
    }
}

/// A bound as it can be typed: as it was written, else by its two instants.
fn bound_text(bound: &pb::Bound) -> String {
    if !bound.local.is_empty() {
        return bound.local.clone();
    }
    match (&bound.earliest, &bound.latest) {
        (Some(earliest), Some(latest)) if earliest == latest => words::iso(earliest),
        (Some(earliest), Some(latest)) => format!("{}/{}", words::iso(earliest), words::iso(latest)),
        (one, other) => one.as_ref().or(other.as_ref()).map(words::iso).unwrap_or_default(),
    }
}

/// The reading that the form says, of the same term and holder as the one that it starts from; faults that only the form can have
/// are added. All else the API checks.
fn read(text: &Text, base: &pb::Reading, faults: &mut Vec<FieldFault>) -> Option<pb::Reading> {
    let value = |name: &str| text.get(name).map_or("", String::as_str);
    let selection = |(name, _, collection): &(&str, &str, &str)| {
        let list = |list: &str| nodes(value(&format!("{name}.{list}")), collection);
        let [include, exclude, unclear] = LISTS.map(|(word, _)| list(word));
        Some(pb::Selection { include, exclude, unclear }).filter(|selection| *selection != pb::Selection::default())
    };
    let [actors, against, acts, objects, places, weapons] =
        [0, 1, 2, 3, 4, 5].map(|index| selection(&SELECTIONS[index]));
    let mut tristate = |name: &str| match value(name) {
        "" => pb::Tristate::Unspecified.into(),
        "yes" => pb::Tristate::Yes.into(),
        "no" => pb::Tristate::No.into(),
        "unclear" => pb::Tristate::Unclear.into(),
        other => {
            faults.push(FieldFault {
                field: name.to_owned(), what: format!("“{other}” is none of yes, no, unclear")
            });
            0
        }
    };
    let (operative, attempts) = (tristate("operative"), tristate("attempts"));
    let window = window(text, faults);
    let reading = pb::Reading {
        term: base.term.clone(),
        held_by: base.held_by.clone(),
        instrument: base.instrument.clone(),
        wording: value("wording").to_owned(),
        supersedes: String::new(),
        operative,
        attempts,
        exceptions: nodes(value("exceptions"), ""),
        actors,
        against,
        acts,
        objects,
        places,
        weapons,
        window,
        duties: base.duties.clone(),
    };
    faults.is_empty().then_some(reading)
}

fn window(text: &Text, faults: &mut Vec<FieldFault>) -> Option<pb::Window> {
    let value = |name: &str| text.get(name).map_or("", String::as_str);
    let days = value("window.length.days");
    let length = if days.is_empty() {
        None
    } else {
        let rule = match value("window.length.rule") {
            "inclusive days" => pb::CountingRule::InclusiveDays,
            "elapsed" => pb::CountingRule::Elapsed,
            "calendar month" => pb::CountingRule::CalendarMonth,
            _ => pb::CountingRule::Unspecified,
        };
        if let Ok(days) = days.parse() {
            Some(pb::TermLength { days, rule: rule.into() })
        } else {
            let what = format!("“{}” is no number of days", crate::domain::name::shorten(days));
            faults.push(FieldFault { field: "window.length.days".to_owned(), what });
            None
        }
    };
    let window = pb::Window {
        start: bound(value("window.start")),
        start_immediately: !value("window.start_immediately").is_empty(),
        end: bound(value("window.end")),
        length,
        time_zone: value("window.time_zone").to_owned(),
    };
    Some(window).filter(|window| *window != pb::Window::default())
}

/// Ids between commas; one of a collection gets its name.
fn nodes(text: &str, collection: &str) -> Vec<String> {
    let ids = text.split([',', ' ', ';']).map(str::trim).filter(|id| !id.is_empty());
    ids.map(|id| {
        if collection.is_empty() || id == "*" || id.contains('/') {
            id.to_owned()
        } else {
            format!("{collection}/{id}")
        }
    })
    .collect()
}

/// Instants with their zone are taken as they are; all else is local text, which the API reads.
fn bound(text: &str) -> Option<pb::Bound> {
    if text.is_empty() {
        return None;
    }
    let (earliest, latest) = text.split_once('/').unwrap_or((text, text));
    let read = |text: &str| text.parse::<Timestamp>().ok().map(instant::write);
    Some(match (read(earliest), read(latest)) {
        (Some(earliest), Some(latest)) => {
            pb::Bound { earliest: Some(earliest), latest: Some(latest), local: String::new() }
        }
        _ => pb::Bound { local: text.to_owned(), ..Default::default() },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading() -> pb::Reading {
        let at = |text: &str| Some(instant::write(text.parse().expect("an instant")));
        pb::Reading {
            term: "dossiers/d/terms/halt".into(),
            held_by: "dossiers/d/actors/russia".into(),
            wording: "energy".into(),
            operative: pb::Tristate::Yes.into(),
            attempts: pb::Tristate::Unclear.into(),
            actors: Some(pb::Selection {
                include: vec!["dossiers/d/actors/russia".into()],
                exclude: vec!["*".into()],
                unclear: vec!["dossiers/d/actors/ukraine".into()],
            }),
            objects: Some(pb::Selection { include: vec!["elec".into(), "oil.depot".into()], ..Default::default() }),
            window: Some(pb::Window {
                start: Some(pb::Bound {
                    earliest: at("2025-03-18T14:00:00Z"),
                    latest: at("2025-03-18T21:00:00Z"),
                    local: String::new(),
                }),
                length: Some(pb::TermLength { days: 30, rule: pb::CountingRule::Elapsed.into() }),
                time_zone: "Europe/Moscow".into(),
                ..Default::default()
            }),
            ..Default::default()
        }
    }

    #[test]
    fn a_reading_that_is_written_into_the_form_is_read_back_the_same() {
        let mut faults = Vec::new();
        let read = read(&written(&reading()), &reading(), &mut faults).expect("it can be read");
        let mut expected = reading();
        expected.actors = Some(pb::Selection {
            include: vec!["actors/russia".into()],
            exclude: vec!["*".into()],
            unclear: vec!["actors/ukraine".into()],
        });
        assert_eq!((read, faults), (expected, Vec::new()));
        let known: Vec<String> = form_fields().collect();
        assert!(written(&reading()).keys().all(|name| known.contains(name)));
    }

    #[test]
    fn faults_of_the_api_are_shown_at_their_fields() {
        assert!(is_of("readings.hypothetical[0].objects.include[2]", "objects.include"));
        assert!(is_of("readings.hypothetical[0].window.start.local", "window.start"));
        assert!(!is_of("readings.hypothetical[0].window.start_immediately", "window.start"));
        let mut text = written(&reading());
        text.insert("window.length.days".to_owned(), "<many>".to_owned());
        text.insert("operative".to_owned(), "perhaps".to_owned());
        let mut faults = Vec::new();
        assert_eq!(read(&text, &reading(), &mut faults), None);
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(fields, ["operative", "window.length.days"]);
    }
}
