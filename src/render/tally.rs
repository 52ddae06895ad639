//! Counts, and what exactly they count. Never one total: a count belongs to a reading, a basis and a group.

use crate::wire::pb;
use pb::Verdict;

use super::labels::{Labels, id, reading};
use super::{Style, dim, head, table, text_of, words, wrap};

/// A table of counts, one row for each reading, basis and group.
pub fn tally(response: &pb::TallyResponse, labels: &Labels, style: Style) -> String {
    let groups = response.rows.iter().map(|row| row.group.len()).max().unwrap_or(0);
    let mut table = table(style);
    let counts = ["Breach", "No breach", "Undetermined", "Not assessed"];
    let mut header = vec![head("Reading"), head("Whose"), head("Basis")];
    header.extend((0..groups).map(|nth| head(if nth == 0 { "Group" } else { "and" })));
    header.extend(counts.map(head));
    table.set_header(header);
    for row in &response.rows {
        let holder = response.readings.iter().find(|applied| applied.reading == row.reading);
        let holder = holder.map_or("", |applied| labels.display(&applied.held_by));
        let mut cells = vec![head(reading(&row.reading)), holder.into(), words::basis(row.basis()).into()];
        for nth in 0..groups {
            cells.push(
                row.group
                    .get(nth)
                    .filter(|group| !group.is_empty())
                    .map_or_else(|| dim("none certain"), |group| group_of(group, labels).into()),
            );
        }
        cells.push(words::paint(row.breach, Verdict::Breach));
        cells.push(words::paint(row.no_breach, Verdict::NoBreach));
        cells.push(words::paint(row.undetermined, Verdict::Undetermined));
        cells.push(dim(row.not_assessed));
        table.add_row(cells);
    }
    for column in table.column_iter_mut().skip(3 + groups) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    text_of(table)
}

/// A group by its display name, where it is a record.
fn group_of<'a>(group: &'a str, labels: &'a Labels) -> &'a str {
    if group.contains('/') { labels.display(group) } else { group }
}

/// What was counted, and by which rules.
pub fn counted(counted: Option<&pb::Counted>, coverage: &[String], style: Style) -> String {
    let Some(counted) = counted else {
        return String::new();
    };
    let pb::Counted { unit, window, incidents, uncertain, rules_version, taxonomy_version } = counted;
    let window = match window {
        None => "all time".to_owned(),
        Some(span) if !span.local.is_empty() && !span.time_zone.is_empty() => {
            format!("{} ({})", span.local, span.time_zone)
        }
        Some(span) if !span.local.is_empty() => span.local.clone(),
        Some(span) => {
            let instant =
                |side: &Option<prost_types::Timestamp>| side.as_ref().map_or_else(|| "?".into(), words::instant);
            format!("{} to {}", instant(&span.earliest), instant(&span.latest))
        }
    };
    let mut text =
        format!("Counted: {incidents} {unit}, {window}; rules {rules_version}, taxonomy {taxonomy_version}.");
    if *uncertain > 0 {
        text.push_str(&format!(" {uncertain} more only may fit, and are in no count."));
    }
    match coverage {
        [] => {}
        coverage => {
            let ids: Vec<&str> = coverage.iter().map(|name| id(name)).collect();
            text.push_str(&format!(" Coverage that touches it: {}.", ids.join(", ")));
        }
    }
    wrap(&text, style.width)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn a_count_names_its_reading_basis_group_unit_window_and_versions() {
        let mut response = samples::tally();
        response.rows[0].group = vec!["2025-W12".into(), "dossiers/d/actors/north".into()];
        response.rows[1].group = vec![String::new(), "energy".into()];
        let text = tally(&response, &Labels::of(&samples::records()), Style::PLAIN);
        insta::assert_snapshot!(format!(
            "{text}{}",
            counted(response.counted.as_ref(), &response.coverage, Style::PLAIN)
        ));
    }

    #[test]
    fn without_groups_there_is_no_column_for_them_and_all_time_is_said() {
        let response = pb::TallyResponse { counted: None, ..samples::tally() };
        assert!(!tally(&response, &Labels::default(), Style::PLAIN).contains("Group"));
        let everything = pb::Counted { window: None, uncertain: 0, ..samples::counted() };
        let expected = "Counted: 2 incidents, all time; rules 1, taxonomy objects v1.\n";
        assert_eq!(counted(Some(&everything), &[], Style::PLAIN), expected);
    }
}
