//! Obligations: who owes what by when, what became of it, and why.

use std::collections::HashMap;

use comfy_table::{Cell, ColumnConstraint, Width};

use crate::wire::pb;
use pb::{ObligationState, Verdict};

use super::labels::{Labels, id, reading, relative};
use super::rows::{csv, enum_word, joined};
use super::{Style, dim, explain, head, heading, table, text_of, words, wrap};

/// `2025-04-16 21:00Z` and a space.
const DEADLINE_WIDTH: u16 = 18;

/// The most columns that the name of a reading is promised.
const NAME_WIDTH_MAX: usize = 24;

/// What the duties of each reading ask for, by the reading as an answer names it. What is not in it stays without words.
pub type Duties = HashMap<String, Vec<pb::Duty>>;

/// A table of obligations with their duties.
pub fn obligations(response: &pb::AssessObligationsResponse, duties: &Duties, labels: &Labels, style: Style) -> String {
    let as_of = response.as_of_time.as_ref().map(words::instant).unwrap_or_default();
    let mut text = heading(&format!("Obligations as of {as_of}"), style);
    if response.obligations.is_empty() {
        text.push_str("None is recorded that the request asks for.\n");
        return text;
    }
    let mut table = table(style);
    table.set_header(["", "Whose", "What", "By (UTC)", "State"].map(head));
    for obligation in &response.obligations {
        let applied = response.readings.iter().find(|applied| applied.reading == obligation.reading);
        let holder = match applied.map_or("", |applied| applied.held_by.as_str()) {
            "" => "nobody",
            holder => labels.display(holder),
        };
        let term = applied.map_or("", |applied| labels.display(&applied.term));
        table.add_row([
            head(reading(&obligation.reading)),
            holder.into(),
            term.into(),
            deadline(obligation.deadline.as_ref()).into(),
            state(obligation.state()),
        ]);
        for result in &obligation.duties {
            let asked = asked(result.duty, &obligation.reading, duties, labels);
            let lines: Vec<String> = std::iter::once(format!("· {asked}")).chain(records(result)).collect();
            table.add_row([
                Cell::new(""),
                Cell::new(""),
                Cell::new(lines.join("\n")),
                Cell::new(""),
                truth(result.truth()),
            ]);
        }
    }
    let names = response.obligations.iter().map(|obligation| reading(&obligation.reading).chars().count() + 1);
    let name_width = names.max().unwrap_or(0).min(NAME_WIDTH_MAX);
    for (index, width) in [(0, u16::try_from(name_width).unwrap_or(u16::MAX)), (3, DEADLINE_WIDTH)] {
        if let Some(column) = table.column_mut(index) {
            column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
        }
    }
    text.push_str(&text_of(table));
    text
}

/// One obligation in full: of each duty the elements on the record that fits it best.
pub fn explained(obligation: &pb::ObligationAssessment, duties: &Duties, labels: &Labels, style: Style) -> String {
    let title = format!("{}: {}", reading(&obligation.reading), words::obligation(obligation.state()).to_uppercase());
    let mut text = heading(&title, style);
    text.push_str(&explain::elements(&obligation.elements, truth, style));
    for result in &obligation.duties {
        let asked = asked(result.duty, &obligation.reading, duties, labels);
        text.push_str(&wrap(&format!("\n{asked}: {}", words::truth(result.truth())), style.width));
        text.push_str(&explain::elements(&result.elements, truth, style));
        for line in records(result) {
            text.push_str(&wrap(&line, style.width));
        }
    }
    text
}

/// One row for each duty, and one for each obligation without any.
pub fn rows(response: &pb::AssessObligationsResponse) -> String {
    let header = [
        "reading",
        "term",
        "held_by",
        "as_of_time",
        "deadline_earliest",
        "deadline_latest",
        "state",
        "duty",
        "duty_truth",
        "fulfilled_by",
        "possible",
        "late",
    ];
    let iso = |time: Option<&prost_types::Timestamp>| time.map(words::iso).unwrap_or_default();
    let rows = response.obligations.iter().flat_map(|obligation| {
        let applied = response.readings.iter().find(|applied| applied.reading == obligation.reading);
        let deadline = obligation.deadline.as_ref();
        let start = [
            relative(&obligation.reading).to_owned(),
            applied.map_or("", |applied| relative(&applied.term)).to_owned(),
            applied.map_or("", |applied| relative(&applied.held_by)).to_owned(),
            iso(response.as_of_time.as_ref()),
            iso(deadline.and_then(|bound| bound.earliest.as_ref())),
            iso(deadline.and_then(|bound| bound.latest.as_ref())),
            enum_word(obligation.state().as_str_name(), "OBLIGATION_STATE_"),
        ];
        let with = |rest: [String; 5]| start.iter().cloned().chain(rest).collect::<Vec<String>>();
        if obligation.duties.is_empty() {
            return vec![with(Default::default())];
        }
        let names = |records: &[pb::RecordRef]| joined(records.iter().map(|r| relative(&r.name).to_owned()));
        let row = |result: &pb::DutyResult| {
            with([
                result.duty.to_string(),
                enum_word(result.truth().as_str_name(), "TRUTH_"),
                names(&result.fulfilled_by),
                names(&result.possible),
                names(&result.late),
            ])
        };
        obligation.duties.iter().map(row).collect()
    });
    csv(&header.map(str::to_owned), rows)
}

fn deadline(bound: Option<&pb::Bound>) -> String {
    let Some(pb::Bound { earliest, latest, .. }) = bound else {
        return "no deadline".to_owned();
    };
    match (earliest, latest) {
        (Some(earliest), Some(latest)) if earliest == latest => words::instant(earliest),
        (Some(earliest), Some(latest)) => format!("{}\n– {}", words::instant(earliest), words::instant(latest)),
        (Some(earliest), None) => format!("not before {}", words::instant(earliest)),
        (None, Some(latest)) => words::instant(latest),
        (None, None) => "no deadline".to_owned(),
    }
}

fn state(state: ObligationState) -> Cell {
    let word = words::obligation(state);
    match state {
        ObligationState::Fulfilled => words::paint(word, Verdict::NoBreach),
        ObligationState::Overdue => words::paint(word, Verdict::Breach),
        ObligationState::Undetermined => words::paint(word, Verdict::Undetermined),
        ObligationState::Pending => Cell::new(word),
        ObligationState::Unspecified => dim(word),
    }
}

/// A truth in the colour of what it means here: done is well.
fn truth(truth: pb::Truth) -> Cell {
    let word = words::truth(truth);
    match truth {
        pb::Truth::Yes => words::paint(word, Verdict::NoBreach),
        pb::Truth::Unknown => words::paint(word, Verdict::Undetermined),
        // What is not done may only not be due yet; whether it is late the state says.
        pb::Truth::No => Cell::new(word),
        pb::Truth::Unspecified => dim(word),
    }
}

/// The records that decide, each list by its word.
fn records(result: &pb::DutyResult) -> impl Iterator<Item = String> {
    let lists = [("by", &result.fulfilled_by), ("perhaps", &result.possible), ("late:", &result.late)];
    lists.into_iter().filter(|(_, records)| !records.is_empty()).map(|(word, records)| {
        let names: Vec<&str> = records.iter().map(|record| relative(&record.name)).collect();
        format!("  {word} {}", names.join(", "))
    })
}

/// What a duty asks for, in words.
fn asked(duty: i32, of: &str, duties: &Duties, labels: &Labels) -> String {
    let known = usize::try_from(duty).ok().and_then(|index| duties.get(of)?.get(index)?.duty.as_ref());
    let actor = |name: &str| labels.known(name).unwrap_or_else(|| id(name)).to_owned();
    let all = |names: &[String]| names.iter().map(|name| actor(name)).collect::<Vec<_>>().join(" and ");
    match known {
        None => format!("duty {duty}"),
        Some(pb::duty::Duty::Contact(contact)) => {
            let kind = match words::contact(contact.r#type()) {
                word if word.is_empty() => "contact".to_owned(),
                word => word,
            };
            match contact.participants.as_slice() {
                [] => kind,
                participants => format!("{kind} with {}", all(participants)),
            }
        }
        Some(pb::duty::Duty::Exchange(exchange)) => {
            let mut text = match exchange.at_least {
                Some(count) => format!("at least {count} "),
                None => String::new(),
            };
            text.push_str(match exchange.category() {
                pb::PersonCategory::Unspecified => "persons",
                pb::PersonCategory::PrisonerOfWar => "prisoners of war",
                pb::PersonCategory::Wounded => "wounded",
                pb::PersonCategory::Detainee => "detainees",
                pb::PersonCategory::Civilian => "civilians",
                pb::PersonCategory::Child => "children",
                pb::PersonCategory::Body => "bodies",
            });
            for (word, name) in [("from", &exchange.from), ("to", &exchange.to)] {
                if !name.is_empty() {
                    text.push_str(&format!(" {word} {}", actor(name)));
                }
            }
            text
        }
        Some(pb::duty::Duty::Pledge(pledge)) => {
            let kind = match words::pledge(pledge.r#type()) {
                word if word.is_empty() => "pledge".to_owned(),
                word => format!("pledge of {word}"),
            };
            let moved = match words::pledge_move(pledge.r#move()) {
                word if word.is_empty() => String::new(),
                word => format!(" ({word})"),
            };
            let to = if pledge.to.is_empty() { String::new() } else { format!(" to {}", all(&pledge.to)) };
            format!("{kind}{moved}{to}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples::{readings, records as sample_records, reference};

    fn response() -> pb::AssessObligationsResponse {
        let at = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
        let note = |element: pb::Element, truth: pb::Truth, note: &str, facts: Vec<pb::UsedFact>| pb::ElementResult {
            element: element.into(),
            truth: truth.into(),
            facts,
            rule: Some(pb::element_result::Rule::Note(note.into())),
        };
        let status = pb::UsedFact {
            record: reference("contacts/talks"),
            field: "status".into(),
            value: "PLANNED".into(),
            unsourced: false,
        };
        let duty = |duty, truth: pb::Truth| pb::DutyResult { duty, truth: truth.into(), ..Default::default() };
        let overdue = pb::ObligationAssessment {
            reading: "dossiers/d/readings/r1".into(),
            state: ObligationState::Overdue.into(),
            fulfilled_by: vec![reference("exchanges/e1").expect("there is one")],
            late: vec![reference("contacts/late").expect("there is one")],
            deadline: Some(pb::Bound { earliest: at(1_742_306_400), latest: at(1_742_392_800), local: String::new() }),
            duties: vec![
                pb::DutyResult {
                    fulfilled_by: vec![reference("exchanges/e1").expect("there is one")],
                    ..duty(0, pb::Truth::Yes)
                },
                pb::DutyResult {
                    late: vec![reference("contacts/late").expect("there is one")],
                    elements: vec![note(
                        pb::Element::Occurrence,
                        pb::Truth::No,
                        "planned, and not said to have begun",
                        vec![status],
                    )],
                    ..duty(1, pb::Truth::No)
                },
            ],
            elements: vec![note(
                pb::Element::Operative,
                pb::Truth::Yes,
                "the reading takes the text to set a rule",
                vec![],
            )],
            ..Default::default()
        };
        let pending = pb::ObligationAssessment {
            reading: "hypothetical/0".into(),
            state: ObligationState::Pending.into(),
            ..Default::default()
        };
        pb::AssessObligationsResponse {
            obligations: vec![overdue, pending],
            readings: readings(),
            as_of_time: at(1_742_500_000),
            ..Default::default()
        }
    }

    fn duties() -> Duties {
        let exchange = pb::ExchangeDuty {
            from: "dossiers/d/actors/north".into(),
            to: "dossiers/d/actors/south".into(),
            category: pb::PersonCategory::PrisonerOfWar.into(),
            at_least: Some(175),
        };
        let contact = pb::ContactDuty {
            r#type: pb::ContactType::Talks.into(),
            participants: vec!["dossiers/d/actors/north".into(), "dossiers/d/actors/south".into()],
        };
        let duty = |duty| pb::Duty { duty: Some(duty) };
        let duties = vec![duty(pb::duty::Duty::Exchange(exchange)), duty(pb::duty::Duty::Contact(contact))];
        Duties::from([("dossiers/d/readings/r1".to_owned(), duties)])
    }

    #[test]
    fn an_obligation_says_whose_it_is_what_is_asked_for_by_when_and_what_came_of_it() {
        let (response, labels) = (response(), Labels::of(&sample_records()));
        let text = obligations(&response, &duties(), &labels, Style::PLAIN);
        let why = explained(&response.obligations[0], &duties(), &labels, Style::PLAIN);
        insta::assert_snapshot!(format!("{text}\n{why}"));
    }

    #[test]
    fn each_duty_is_a_row_and_so_is_an_obligation_without_one() {
        let expected = "\
reading,term,held_by,as_of_time,deadline_earliest,deadline_latest,state,duty,duty_truth,fulfilled_by,possible,late
readings/r1,terms/halt,actors/north,2025-03-20T19:46:40Z,2025-03-18T14:00:00Z,2025-03-19T14:00:00Z,OVERDUE,0,YES,exchanges/e1,,
readings/r1,terms/halt,actors/north,2025-03-20T19:46:40Z,2025-03-18T14:00:00Z,2025-03-19T14:00:00Z,OVERDUE,1,NO,,,contacts/late
hypothetical/0,terms/halt,,2025-03-20T19:46:40Z,,,PENDING,,,,,
";
        assert_eq!(rows(&response()), expected);
    }

    #[test]
    fn where_nothing_is_owed_that_is_said() {
        let nothing = pb::AssessObligationsResponse::default();
        let text = obligations(&nothing, &Duties::new(), &Labels::default(), Style::PLAIN);
        assert!(text.ends_with("None is recorded that the request asks for.\n"), "{text}");
    }
}
