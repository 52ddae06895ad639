//! Answers as rows for spreadsheets: CSV with a header line.

use crate::wire::pb;

use super::labels::relative;
use super::words;

/// The elements of a row, in the order of the API.
pub(super) const ELEMENTS: [pb::Element; 11] = [
    pb::Element::Operative,
    pb::Element::Occurrence,
    pb::Element::Actor,
    pb::Element::Act,
    pb::Element::Against,
    pb::Element::Object,
    pb::Element::Place,
    pb::Element::Weapon,
    pb::Element::Window,
    pb::Element::Effect,
    pb::Element::Exception,
];

/// One row for each assessment: the verdict, the eleven elements of the deciding row, what is missing.
pub fn assessments(response: &pb::AssessResponse) -> String {
    let mut header = ["incident", "same_event", "reading", "basis", "verdict"].map(str::to_owned).to_vec();
    header.extend(ELEMENTS.map(words::element));
    header.extend(["missing", "denied_by", "rules_version", "taxonomy_version"].map(str::to_owned));
    let counted = response.counted.clone().unwrap_or_default();
    let rows = response.assessments.iter().map(|assessment| {
        let mut row = vec![
            relative(&assessment.incident).to_owned(),
            same_event(assessment),
            relative(&assessment.reading).to_owned(),
            enum_word(assessment.basis().as_str_name(), "BASIS_"),
            enum_word(assessment.verdict().as_str_name(), "VERDICT_"),
        ];
        row.extend(ELEMENTS.map(|element| truth(assessment, element)));
        row.push(missing(assessment));
        row.push(denied_by(assessment));
        row.push(counted.rules_version.clone());
        row.push(counted.taxonomy_version.clone());
        row
    });
    csv(&header, rows)
}

/// The other incidents that are the same event.
pub(super) fn same_event(assessment: &pb::Assessment) -> String {
    joined(assessment.same_event.iter().map(|name| relative(name).to_owned()))
}

/// The truth of one element of the deciding row; empty where nothing was assessed.
pub(super) fn truth(assessment: &pb::Assessment, element: pb::Element) -> String {
    let found = assessment.elements.iter().find(|result| result.element() == element);
    found.map(|result| words::truth(result.truth())).unwrap_or_default()
}

/// What is missing and why; what would settle the verdict by itself has an exclamation mark.
pub(super) fn missing(assessment: &pb::Assessment) -> String {
    joined(assessment.missing.iter().map(|missing| {
        format!(
            "{}:{}{}",
            words::element(missing.element()),
            enum_word(missing.cause().as_str_name(), "MISSING_CAUSE_"),
            if missing.decisive { "!" } else { "" }
        )
    }))
}

/// Who denies something about the incident.
pub(super) fn denied_by(assessment: &pb::Assessment) -> String {
    joined(assessment.denials.iter().map(|denial| relative(&denial.claimant).to_owned()))
}

/// One row for each count, with what was counted.
pub fn tally(response: &pb::TallyResponse) -> String {
    let header = [
        "reading",
        "basis",
        "group",
        "second_group",
        "breach",
        "no_breach",
        "undetermined",
        "not_assessed",
        "unit",
        "window",
        "rules_version",
        "taxonomy_version",
    ];
    let counted = response.counted.clone().unwrap_or_default();
    let window = counted.window.as_ref().map_or_else(|| "all time".to_owned(), |span| span.local.clone());
    let rows = response.rows.iter().map(|row| {
        let group = |nth: usize| row.group.get(nth).map(|group| relative(group).to_owned()).unwrap_or_default();
        vec![
            relative(&row.reading).to_owned(),
            enum_word(row.basis().as_str_name(), "BASIS_"),
            group(0),
            group(1),
            row.breach.to_string(),
            row.no_breach.to_string(),
            row.undetermined.to_string(),
            row.not_assessed.to_string(),
            counted.unit.clone(),
            window.clone(),
            counted.rules_version.clone(),
            counted.taxonomy_version.clone(),
        ]
    });
    csv(&header.map(str::to_owned), rows)
}

/// One row for each pair of readings whose verdicts differ, and one for each comparison without such a pair.
pub fn comparisons(response: &pb::CompareResponse) -> String {
    let header =
        ["incident", "term", "basis", "outcome", "reading_a", "verdict_a", "reading_b", "verdict_b", "elements"];
    let rows = response.comparisons.iter().flat_map(|comparison| {
        let start = [
            relative(&comparison.incident).to_owned(),
            relative(&comparison.term).to_owned(),
            enum_word(comparison.basis().as_str_name(), "BASIS_"),
            enum_word(comparison.outcome().as_str_name(), "COMPARISON_OUTCOME_"),
        ];
        let with = |rest: [String; 5]| start.iter().cloned().chain(rest).collect::<Vec<String>>();
        if comparison.partings.is_empty() {
            return vec![with(Default::default())];
        }
        let rows = comparison.partings.iter().map(|parting| {
            with([
                relative(&parting.reading_a).to_owned(),
                enum_word(parting.verdict_a().as_str_name(), "VERDICT_"),
                relative(&parting.reading_b).to_owned(),
                enum_word(parting.verdict_b().as_str_name(), "VERDICT_"),
                joined(parting.elements().map(words::element)),
            ])
        });
        rows.collect()
    });
    csv(&header.map(str::to_owned), rows)
}

/// One row for each record: what it is called, and where it stands.
pub fn records(records: &[pb::Record]) -> String {
    let header = ["name", "position", "record_time", "known_time"].map(str::to_owned);
    let instant = |time: &Option<prost_types::Timestamp>| time.as_ref().map(words::instant).unwrap_or_default();
    let rows = records.iter().map(|record| {
        vec![
            record.name.clone(),
            record.position.to_string(),
            instant(&record.record_time),
            instant(&record.known_time),
        ]
    });
    csv(&header, rows)
}

/// Columns that somebody else has filled.
pub fn plain(header: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    csv(header, rows)
}

/// An enum value as the API spells it, without its type's prefix.
pub(super) fn enum_word(name: &str, prefix: &str) -> String {
    name.strip_prefix(prefix).unwrap_or(name).to_owned()
}

/// Several values in one cell.
pub(super) fn joined(values: impl Iterator<Item = String>) -> String {
    values.collect::<Vec<_>>().join("; ")
}

/// A header line, and rows as long as it is.
pub(super) fn csv(header: &[String], rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).expect("memory takes what is written");
    for row in rows {
        writer.write_record(&row).expect("every row is as long as the header");
    }
    let bytes = writer.into_inner().expect("memory takes what is written");
    String::from_utf8(bytes).expect("text was written")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::samples;

    #[test]
    fn assessments_are_rows_with_their_elements_and_versions() {
        let mut response = samples::assessed();
        response.assessments.truncate(2);
        response.assessments[0].elements = vec![pb::ElementResult {
            element: pb::Element::Object.into(),
            truth: pb::Truth::Unknown.into(),
            ..Default::default()
        }];
        response.assessments[0].missing = vec![pb::Missing {
            element: pb::Element::Object.into(),
            cause: pb::MissingCause::Reading.into(),
            decisive: true,
            ..Default::default()
        }];
        let expected = "\
incident,same_event,reading,basis,verdict,operative,occurrence,actor,act,against,object,place,weapon,window,effect,exception,missing,denied_by,rules_version,taxonomy_version
incidents/v1,,readings/r1,UNDISPUTED,UNDETERMINED,,,,,,unknown,,,,,,object:READING!,,1,objects v1
incidents/v1,,readings/r1,ALLEGED,BREACH,,,,,,,,,,,,,,1,objects v1
";
        assert_eq!(assessments(&response), expected);
    }

    #[test]
    fn counts_and_comparisons_are_rows_and_text_with_commas_is_quoted() {
        let mut response = samples::tally();
        response.rows[1].group = vec!["a, \"b\"".into()];
        let expected = "\
reading,basis,group,second_group,breach,no_breach,undetermined,not_assessed,unit,window,rules_version,taxonomy_version
readings/r1,UNDISPUTED,,,0,1,1,0,incidents,2025-03,1,objects v1
hypothetical/0,UNDISPUTED,\"a, \"\"b\"\"\",,1,0,0,1,incidents,2025-03,1,objects v1
";
        assert_eq!(tally(&response), expected);
        let rows = comparisons(&samples::compared());
        let lines: Vec<&str> = rows.lines().collect();
        assert_eq!(
            lines[1],
            "incidents/v1,terms/halt,UNDISPUTED,CONTESTED,readings/r1,BREACH,readings/r2,NO_BREACH,window; actor"
        );
        assert_eq!(lines.last(), Some(&"incidents/v4,terms/halt,UNDISPUTED,AGREED_BREACH,,,,,"));
        assert_eq!(lines.len(), 1 + 3 + 3 + 1 + 1);
    }
}
