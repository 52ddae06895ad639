//! What the demonstration prints: five sections, each of which says what it shows.

use std::net::SocketAddr;

use super::answers::Answers;
use crate::cli::import::Imported;
use crate::render::labels::Labels;
use crate::render::{Style, comparison, heading, inconsistency, matrix, readings, readouts, tally, words, wrap};
use crate::wire::pb;

/// All sections.
pub(super) fn text(
    imported: &Imported,
    answers: &Answers,
    labels: &Labels,
    address: SocketAddr,
    is_kept: bool,
    style: Style,
) -> String {
    let sections = [
        opening(imported, answers, labels, style),
        verdicts(answers, labels, style),
        texts(answers, labels, style),
        partings(answers, style),
        inconsistencies(answers, labels, style),
        onward(&imported.parent, address, is_kept, style),
    ];
    sections.join("\n")
}

fn opening(imported: &Imported, answers: &Answers, labels: &Labels, style: Style) -> String {
    let count = imported.response.records.len();
    let incidents = answers.assessed.counted.as_ref().map_or(0, |counted| counted.incidents);
    let mut text = heading("The energy halt of March and April 2025", style);
    let what = format!(
        "In March 2025 two presidents spoke on the telephone, and two accounts of what they had agreed came out: a halt on \
         strikes against energy infrastructure, or against energy and infrastructure. \
         {count} records of what was said and seen are now in a store of their own, served, and asked over gRPC about \
         {incidents} incidents under seven readings of one term:"
    );
    text.push_str(&wrap(&what, style.width));
    text.push('\n');
    text.push_str(&readings::readings(&answers.assessed.readings, labels, style));
    text.push('\n');
    let days = "No text says how its days are counted, so an end given in days is left open between these:";
    text.push_str(&wrap(days, style.width));
    text.push_str(&readings::ends(&answers.assessed.readings, style));
    text
}

fn verdicts(answers: &Answers, labels: &Labels, style: Style) -> String {
    let Answers { basis, assessed, alleged, tally, .. } = answers;
    let mut text = heading("1. Every incident under every reading", style);
    let basis_word = words::basis(*basis);
    let meaning = words::basis_meaning(*basis);
    let is_alleged = *basis == pb::Basis::Alleged;
    let brackets = if is_alleged {
        ""
    } else {
        " In [brackets]: what it would be with each report taken at its word, where that is another."
    };
    text.push_str(&wrap(&format!("On the basis {basis_word}: {meaning}.{brackets}"), style.width));
    text.push('\n');
    let at_their_word = Some(alleged).filter(|_| !is_alleged);
    let matrix = matrix::Matrix { assessed, basis: *basis, at_their_word, tally: Some(tally) };
    text.push_str(&matrix.text(labels, style));
    text.push('\n');
    text.push_str(&matrix::legend(style));
    text.push_str(&tally::counted(tally.counted.as_ref(), &tally.coverage, style));
    let whole = "The barrage, a whole, is judged but left out of the counts, for its parts are in them.";
    text.push_str(&wrap(whole, style.width));
    text
}

fn texts(answers: &Answers, labels: &Labels, style: Style) -> String {
    let mut text = heading("2. The texts side by side", style);
    let what = "The texts on which the seven readings rest, and how each treats each point. SILENT is said because somebody looked and it is not there; a dot marks what nobody looked for.";
    text.push_str(&wrap(what, style.width));
    text.push('\n');
    let mut shown: Vec<&pb::Record> = Vec::new();
    for applied in &answers.assessed.readings {
        let found = answers.records.iter().find(|record| record.name == applied.instrument);
        shown.extend(found.filter(|record| shown.iter().all(|other| other.name != record.name)));
    }
    text.push_str(&readouts::readouts(&shown, labels, style));
    text
}

fn partings(answers: &Answers, style: Style) -> String {
    let Answers { compared, .. } = answers;
    let mut text = heading("3. Where the readings part, and over what", style);
    let contested =
        || compared.comparisons.iter().filter(|compared| compared.outcome() == pb::ComparisonOutcome::Contested);
    let what = format!(
        "{} of {} incidents are contested: one reading says breach, another no breach.",
        contested().count(),
        compared.comparisons.len(),
    );
    text.push_str(&wrap(&what, style.width));
    text.push('\n');
    text.push_str(&comparison::patterns(contested(), style));
    text.push('\n');
    text.push_str(&heading("What a newer text of the same side changed", style));
    let holder =
        |name: &str| compared.readings.iter().find(|applied| applied.reading == name).map(|applied| &applied.held_by);
    let successive = compared.pairs.iter().filter(|pair| holder(&pair.reading_a) == holder(&pair.reading_b));
    text.push_str(&comparison::parted(successive, &compared.comparisons, style));
    text.push_str(&heading("\nWhere the latest reading of each side parts from the others'", style));
    let latest = latest(&compared.readings);
    let is_latest = |name: &String| latest.contains(&name.as_str());
    let pairs = compared.pairs.iter().filter(|pair| is_latest(&pair.reading_a) && is_latest(&pair.reading_b));
    text.push_str(&comparison::parted(pairs, &compared.comparisons, style));
    text
}

/// The last reading of each holder, in the order in which they were applied.
fn latest(readings: &[pb::AppliedReading]) -> Vec<&str> {
    let is_last = |index: usize, applied: &pb::AppliedReading| {
        readings.iter().skip(index + 1).all(|later| later.held_by != applied.held_by)
    };
    let last = readings.iter().enumerate().filter(|(index, applied)| is_last(*index, applied));
    last.map(|(_, applied)| applied.reading.as_str()).collect()
}

fn inconsistencies(answers: &Answers, labels: &Labels, style: Style) -> String {
    let mut text = heading("4. Who alleges what its own reading does not cover", style);
    let what = "Each side's own reading then in force, applied to nothing but its own report.";
    text.push_str(&wrap(what, style.width));
    text.push('\n');
    text.push_str(&inconsistency::inconsistencies(&answers.inconsistencies, labels, style));
    text
}

fn onward(parent: &str, address: SocketAddr, is_kept: bool, style: Style) -> String {
    let mut text = heading("5. How to go on", style);
    if is_kept {
        text.push_str(&format!("It stays up at {address} until it is stopped (Ctrl-C).\n\n"));
        text.push_str(&format!(
            "  http://{address}/          in a browser: map, matrix, incidents, drafts of readings\n\n"
        ));
        text.push_str("From a second terminal:\n\n");
        text.push_str(&format!("  grpcurl -plaintext {address} list\n"));
        for (method, body) in calls(parent) {
            text.push_str(&format!("  grpcurl -plaintext -d '{body}' {address} armistice.v1.{method}\n"));
        }
        text.push_str(&format!("\n  armistice assess --server http://{address} --incident v03 --reading r5\n"));
        text.push_str(&format!("  armistice tally --server http://{address} --basis all --group-by week\n"));
    } else {
        text.push_str("  armistice demo --keep          stays up, and prints calls to go on with\n");
        text.push_str("  armistice demo --basis alleged the matrix with each report taken at its word\n");
        text.push_str("  armistice demo --format json   everything, as one AssessResponse\n");
        text.push_str("  armistice serve                an empty store; README.md has a first session\n");
    }
    text.push_str("\nIn the source tree, `armistice` is `cargo run --release --`.\n");
    text
}

/// Calls that show something: methods and their bodies.
fn calls(parent: &str) -> [(&'static str, String); 3] {
    let one = r#""incidents": ["incidents/v03"], "readings": {"names": ["readings/r5"]}"#;
    [
        ("AssessmentService/Assess", format!(r#"{{"parent": "{parent}", {one}}}"#)),
        ("RecordService/GetRecord", format!(r#"{{"name": "{parent}/reports/v03-ukraine"}}"#)),
        (
            "AssessmentService/Compare",
            format!(r#"{{"parent": "{parent}", "consistency": {{"known_by": "2025-03-20T06:00:00Z"}}}}"#),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::case::json;
    use crate::cli::case::typed::read;
    use crate::cli::reflection;

    #[test]
    fn the_calls_to_go_on_with_name_methods_and_bodies_that_they_take() {
        for (method, body) in calls("dossiers/ukraine-2025") {
            let (service, method) = method.split_once('/').expect("a service and its method");
            let service = reflection::pool().get_service_by_name(&format!("armistice.v1.{service}"));
            let found = service.expect("the service is there").methods().find(|found| found.name() == method);
            let input = found.expect("the method is there").input();
            let mut faults = Vec::new();
            read(&json::read(&body).expect("it is JSON")[0], &input, "", &mut faults);
            assert_eq!(faults, [], "{body}");
        }
    }

    #[test]
    fn the_address_that_is_printed_is_the_real_one() {
        let address = SocketAddr::from(([127, 0, 0, 1], 4711));
        let text = onward("dossiers/d", address, true, Style::PLAIN);
        assert_eq!(text.matches("127.0.0.1:4711").count(), 8, "{text}");
    }
}
