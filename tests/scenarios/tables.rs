//! Reads the tables in `tables/` and holds them against the answers, in each of the four ways.
//!
//! ```text
//! scenario "covered by one path, expressly excluded by another: the text says both"
//!   reading r objects=+energy,-rail          what is put on record (stage_lines.rs)
//!   report x/a object=rail.power
//!   expect x r ALLEGED => UNDETERMINED object=unknown       what must be answered (checks.rs)
//! ```
//!
//! `correct …` puts a later revision on record, `retract NAME` withdraws a record, `mark M` names the position reached,
//! `draft D …` is a reading that only a question brings. Lines before the first scenario hold for all of a file.

use armistice::wire::pb;

use super::checks::{Drafts, check};
use super::stage_lines::{GIVEN, reading, records};
use super::words::Line;
use crate::support::from_json;
use crate::support::ways::{Script, Stage, Way};

const TABLES: [(&str, &str); 10] = [
    ("membership", include_str!("tables/membership.txt")),
    ("elements", include_str!("tables/elements.txt")),
    ("exception", include_str!("tables/exception.txt")),
    ("window", include_str!("tables/window.txt")),
    ("undisputed", include_str!("tables/undisputed.txt")),
    ("corroborated", include_str!("tables/corroborated.txt")),
    ("verified-and-links", include_str!("tables/verified-and-links.txt")),
    ("readings", include_str!("tables/readings.txt")),
    ("counting", include_str!("tables/counting.txt")),
    ("obligations", include_str!("tables/obligations.txt")),
];

/// One scenario, ready to be played.
struct Scenario {
    title: String,
    script: Script,
    drafts: Drafts,
    marks: Vec<(String, i64)>,
    checks: Vec<Line>,
}

/// Reads the scenarios of one table.
fn scenarios(name: &str, text: &str) -> Vec<Scenario> {
    let mut given: Vec<(String, String)> = GIVEN.lines().map(|l| ("given".to_owned(), l.to_owned())).collect();
    let mut found: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for (number, text) in text.lines().enumerate() {
        let line = (format!("tables/{name}.txt:{}", number + 1), text.trim().to_owned());
        if let Some(title) = line.1.strip_prefix("scenario ") {
            found.push((format!("{}: {title}", line.0), Vec::new()));
        } else if let Some((_, lines)) = found.last_mut() {
            lines.push(line);
        } else {
            given.push(line);
        }
    }
    let scenario = |(number, (title, lines)): (usize, (String, Vec<(String, String)>))| {
        let all = given.iter().cloned().chain(lines);
        let all = all.filter(|(_, text)| !text.is_empty() && !text.starts_with('#'));
        read(format!("{name}-{number}"), title, all)
    };
    found.into_iter().enumerate().map(scenario).collect()
}

fn read(dossier_id: String, title: String, lines: impl Iterator<Item = (String, String)>) -> Scenario {
    let create = pb::CreateDossierRequest { dossier_id, ..pb::CreateDossierRequest::default() };
    let script = Script { create, batches: vec![Vec::new()] };
    let mut scenario = Scenario { title, script, drafts: Drafts::new(), marks: Vec::new(), checks: Vec::new() };
    let mut introduced = Vec::new();
    let mut head = 0;
    for (place, text) in lines {
        let batches = &mut scenario.script.batches;
        let mut add = |record: pb::Record| {
            let batch = batches.last_mut().expect("there is one");
            head += 1;
            // A record has one revision a batch.
            if batch.iter().any(|r| r.name == record.name) { batches.push(vec![record]) } else { batch.push(record) }
        };
        let line = Line::read(place, &text);
        match line.verb() {
            "mark" => {
                scenario.marks.push((line.word(1).to_owned(), head));
                line.done(2);
            }
            "draft" => {
                let body = reading(&line);
                let read = from_json("Reading", &body).unwrap_or_else(|fault| panic!("{}: {fault}", line.place));
                scenario.drafts.insert(line.word(1).to_owned(), read);
                line.done(2);
            }
            "retract" => {
                let name = line.word(1).to_owned();
                line.done(2);
                let reason = "withdrawn".to_owned();
                add(pb::Record { name, reason, retracted: true, ..pb::Record::default() });
            }
            "correct" => {
                let text = text.trim_start_matches("correct ");
                let line = Line::read(line.place, text);
                let corrected = records(&line, &mut introduced);
                assert_eq!(corrected.len(), 1, "{}: one record is corrected", line.place);
                corrected.into_iter().for_each(|r| add(pb::Record { reason: "mended".to_owned(), ..r }));
            }
            _ if line.answer.is_some() => scenario.checks.push(line),
            _ => records(&line, &mut introduced).into_iter().for_each(&mut add),
        }
    }
    assert!(!scenario.checks.is_empty(), "{} asks nothing", scenario.title);
    scenario
}

fn hold(way: Way) {
    let scenarios: Vec<Scenario> = TABLES.iter().flat_map(|(name, text)| scenarios(name, text)).collect();
    let scripts: Vec<Script> = scenarios.iter().map(|s| s.script.clone()).collect();
    let mut stage = Stage::set(way, &scripts);
    let mut wrong = Vec::new();
    let mut checks = 0;
    for scenario in &scenarios {
        for line in &scenario.checks {
            checks += 1;
            let parent = scenario.script.parent();
            if let Err(found) = check(&mut *stage.answers, &parent, line, &scenario.drafts, &scenario.marks) {
                wrong.push(format!("{}\n  {}: {found}", scenario.title, line.place));
            }
        }
    }
    println!("{} scenarios, {checks} checks, asked this way: {way:?}", scenarios.len());
    assert!(wrong.is_empty(), "{} wrong, asked this way: {way:?}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_tables_hold_in_process() {
    hold(Way::InProcess);
}

#[test]
fn the_tables_hold_after_replay() {
    hold(Way::Replayed);
}

#[test]
fn the_tables_hold_over_grpc() {
    hold(Way::Served);
}

#[test]
fn the_tables_hold_after_the_store_was_opened_again() {
    hold(Way::Reopened);
}
