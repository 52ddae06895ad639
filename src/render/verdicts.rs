//! Verdicts as rows of an export: one for each incident, reading and basis.

use crate::wire::pb;

use super::hxl::{Cell, Column};
use super::labels::{Labels, relative};
use super::rows::{ELEMENTS, denied_by, enum_word, joined, missing, same_event, truth};
use super::words;

const fn column(head: &'static str, tag: &'static str) -> Column {
    Column { head, tag }
}

/// The columns. The eleven elements stand in the order of the API.
pub const COLUMNS: [Column; 22] = [
    column("incident", "#event+code"),
    column("incident_name", "#event+name"),
    column("same_event", "#event+code+same+list"),
    column("reading", "#x_reading+code"),
    column("basis", "#x_basis"),
    column("verdict", "#x_verdict"),
    column("decisive", "#x_element+decisive+list"),
    column("operative", "#x_element+operative"),
    column("occurrence", "#x_element+occurrence"),
    column("actor", "#x_element+actor"),
    column("act", "#x_element+act"),
    column("against", "#x_element+against"),
    column("object", "#x_element+object"),
    column("place", "#x_element+place"),
    column("weapon", "#x_element+weapon"),
    column("window", "#x_element+window"),
    column("effect", "#x_element+effect"),
    column("exception", "#x_element+exception"),
    column("missing", "#x_missing+list"),
    column("denied_by", "#group+code+denies+list"),
    column("rules_version", "#meta+version+rules"),
    column("taxonomy_version", "#meta+version+taxonomy"),
];

/// The row of an assessment.
pub fn row(assessment: &pb::Assessment, counted: &pb::Counted, labels: &Labels) -> Vec<Cell> {
    let mut row = vec![
        Cell::Plain(relative(&assessment.incident).to_owned()),
        Cell::Words(labels.known(&assessment.incident).unwrap_or_default().to_owned()),
        Cell::Plain(same_event(assessment)),
        Cell::Plain(relative(&assessment.reading).to_owned()),
        Cell::Plain(enum_word(assessment.basis().as_str_name(), "BASIS_")),
        Cell::Plain(enum_word(assessment.verdict().as_str_name(), "VERDICT_")),
        Cell::Plain(decisive(assessment)),
    ];
    row.extend(ELEMENTS.map(|element| Cell::Plain(truth(assessment, element))));
    row.extend([
        Cell::Plain(missing(assessment)),
        Cell::Plain(denied_by(assessment)),
        Cell::Plain(counted.rules_version.clone()),
        Cell::Plain(counted.taxonomy_version.clone()),
    ]);
    row
}

/// The elements that the verdict hangs on: of no breach those that are not so, of an undetermined verdict those of which
/// each would settle it alone. A breach hangs on all eleven, and none is named.
fn decisive(assessment: &pb::Assessment) -> String {
    let mut elements: Vec<pb::Element> = match assessment.verdict() {
        pb::Verdict::NoBreach => {
            let no = assessment.elements.iter().filter(|result| result.truth() == pb::Truth::No);
            no.map(pb::ElementResult::element).collect()
        }
        pb::Verdict::Undetermined => {
            let alone = assessment.missing.iter().filter(|missing| missing.decisive);
            alone.map(pb::Missing::element).collect()
        }
        pb::Verdict::Breach | pb::Verdict::NotAssessed | pb::Verdict::Unspecified => Vec::new(),
    };
    elements.sort();
    elements.dedup();
    joined(elements.into_iter().map(words::element))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::hxl::{Manner, lines};
    use crate::render::samples;
    use pb::{Basis, Element, Truth, Verdict};

    fn element(element: Element, truth: Truth) -> pb::ElementResult {
        pb::ElementResult { element: element.into(), truth: truth.into(), ..Default::default() }
    }

    #[test]
    fn a_row_says_what_the_verdict_hangs_on() {
        let labels = Labels::of(&samples::records());
        let line = |assessment: &pb::Assessment| {
            let row = row(assessment, &samples::counted(), &labels);
            assert_eq!(row.len(), COLUMNS.len());
            lines([row], Manner { is_tagged: false, is_guarded: true })
        };
        let mut none = samples::assessment("incidents/v2", "readings/r1", Basis::Alleged, Verdict::NoBreach);
        none.elements = vec![element(Element::Object, Truth::No), element(Element::Window, Truth::Unknown)];
        let names =
            "incidents/v2,An oil depot,,readings/r1,ALLEGED,NO_BREACH,object,,,,,,no,,,unknown,,,,,1,objects v1\n";
        assert_eq!(line(&none), names);
        let mut open = samples::assessment("incidents/v9", "hypothetical/0", Basis::Undisputed, Verdict::Undetermined);
        let missing = |element: Element, decisive| pb::Missing {
            element: element.into(),
            cause: pb::MissingCause::Fact.into(),
            decisive,
            ..Default::default()
        };
        open.missing = vec![missing(Element::Window, true), missing(Element::Object, false)];
        let expected = "incidents/v9,,,hypothetical/0,UNDISPUTED,UNDETERMINED,window,,,,,,,,,,,,window:FACT!; object:FACT,,1,objects v1\n";
        assert_eq!(line(&open), expected);
    }

    #[test]
    fn the_elements_of_the_header_are_those_of_the_rows_in_the_same_order() {
        let heads: Vec<String> = COLUMNS[7..18].iter().map(|column| column.head.to_owned()).collect();
        assert_eq!(heads, ELEMENTS.map(words::element));
    }
}
