//! From the days of a row, and how far they can be trusted, to a span of time that is never narrower than that.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use super::mapping::{Precision, When};
use super::rows::{Cell, Remark, Row};
use crate::wire::pb;

/// The first and the last day of a span.
type Days = (Date, Date);

/// When a row says it was: nothing where it does not say. What is left open is added to the remarks.
pub(super) fn occurred(when: &When, row: &Row, remarks: &mut Vec<Remark>) -> Result<Option<pb::TimeSpan>, Remark> {
    let When { start, end, formats, zone, precision, precisions } = when;
    let first = day(row, start, formats)?;
    let last = end.as_deref().map(|end| day(row, end, formats)).transpose()?.flatten();
    let (first, last) = match (first, last) {
        (Some(first), last) => (first, last),
        // An end without a start bounds nothing from below.
        (None, Some(_)) => {
            remarks.push(row.remark(start, "there is a last day and no first one; no time is claimed"));
            return Ok(None);
        }
        (None, None) => return Ok(None),
    };
    if let Some(last) = last
        && last < first
    {
        let end = end.as_deref().unwrap_or_default();
        return Err(row.remark(end, format!("the last day {last} is before the first, {first}")));
    }
    let trusted = match precision {
        None => Precision::Day,
        Some(column) => match row.text(column).and_then(|code| precisions.get(plain(code))) {
            Some(trusted) => *trusted,
            None => {
                let code = row.text(column).map_or("no value".into(), |code| format!("`{}`", shown(code)));
                let told = format!("{code} is none of the known precisions; no time is claimed");
                remarks.push(row.remark(column, told));
                return Ok(None);
            }
        },
    };
    let given = (first, last.unwrap_or(first));
    let span = if given.1 > given.0 {
        if trusted == Precision::Day && precision.is_some() {
            let column = precision.as_deref().unwrap_or_default();
            remarks.push(row.remark(column, "said to be one day, yet first and last differ; all of it is kept"));
        }
        (trusted != Precision::Unknown).then_some(given)
    } else {
        let widened = around(first, trusted);
        // Where there is a last day, a span should have come with it.
        if end.is_some() && !matches!(trusted, Precision::Day | Precision::Unknown) {
            let column = precision.as_deref().unwrap_or_default();
            remarks.push(row.remark(column, "first and last day are one, yet it is less precise; widened to fit"));
        }
        widened
    };
    Ok(span.map(|(first, last)| pb::TimeSpan {
        local: if first == last { first.to_string() } else { format!("{first}/{last}") },
        time_zone: zone.clone(),
        ..pb::TimeSpan::default()
    }))
}

/// The days among which it was, given one of them, or the middle.
fn around(day: Date, trusted: Precision) -> Option<Days> {
    match trusted {
        Precision::Day => Some((day, day)),
        Precision::Days => Some(within(day, 5.days())),
        Precision::Week => Some(within(day, 3.days())),
        Precision::Month => Some((day.first_of_month(), day.last_of_month())),
        Precision::Year => Some((day.first_of_year(), day.last_of_year())),
        Precision::Unknown => None,
    }
}

fn within(day: Date, days: Span) -> Days {
    (day.saturating_sub(days), day.saturating_add(days))
}

/// The day in a column, written in one of the formats; a time behind it is passed over.
fn day(row: &Row, column: &str, formats: &[String]) -> Result<Option<Date>, Remark> {
    let Some(Cell { text, .. }) = row.get(column) else { return Ok(None) };
    let date_part = text.get(..10).filter(|_| matches!(text.as_bytes().get(10), Some(b' ' | b'T')));
    let read = |text: &str| formats.iter().find_map(|format| Date::strptime(format, text).ok());
    match read(text).or_else(|| date_part.and_then(read)) {
        Some(day) => Ok(Some(day)),
        None => {
            let formats = formats.join(", ");
            let told = format!("`{}` is no day as when.formats of the mapping has it: {formats}", shown(text));
            Err(row.remark(column, told))
        }
    }
}

/// A code without the fraction that some programs add to whole numbers.
pub(super) fn plain(code: &str) -> &str {
    code.strip_suffix(".0").unwrap_or(code)
}

/// The beginning of a text, to be quoted in a sentence.
pub(super) fn shown(text: &str) -> String {
    const CHARS_MAX: usize = 40;
    let mut shown: String = text.chars().take(CHARS_MAX).collect();
    if text.chars().nth(CHARS_MAX).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::rows::{At, Columns};
    use super::*;

    const GED: &str = "start = \"start\"\nend = \"end\"\nformats = [\"%Y-%m-%d\"]\nprecision = \"prec\"\nprecisions = { 1 = \"day\", 2 = \"days\", 3 = \"week\", 4 = \"month\", 5 = \"year\" }";
    const ACLED: &str = "start = \"start\"\nformats = [\"%Y-%m-%d\", \"%d %B %Y\"]\nprecision = \"prec\"\nprecisions = { 1 = \"day\", 2 = \"week\", 3 = \"month\" }";

    fn check(when: &str, cells: [&str; 3], expected: &str) {
        let when: When = toml::from_str(when).expect("a rule for days");
        let cell = |text: &str| (!text.is_empty()).then(|| Cell { text: text.to_owned(), at: At::default() });
        let columns = Arc::new(Columns::new(["start", "end", "prec"].map(str::to_owned)));
        let row =
            Row { columns, cells: cells.map(cell).to_vec(), at: At::default(), sha256: [0; 32], remarks: Vec::new() };
        let mut remarks = Vec::new();
        let told = match occurred(&when, &row, &mut remarks) {
            Ok(span) => span.map_or("no time".into(), |span| span.local),
            Err(remark) => format!("refused: {}", remark.reason),
        };
        let told = if remarks.is_empty() { told } else { format!("{told} ?") };
        assert_eq!(told, expected, "{cells:?}");
    }

    #[test]
    fn a_precision_gives_the_whole_span_and_never_a_narrower_one() {
        check(GED, ["2015-02-15", "2015-02-15", "1"], "2015-02-15");
        check(GED, ["2015-02-15", "2015-02-18", "2"], "2015-02-15/2015-02-18");
        check(GED, ["2015-02-09", "2015-02-15", "3.0"], "2015-02-09/2015-02-15");
        check(GED, ["2015-02-01", "2015-02-28", "4"], "2015-02-01/2015-02-28");
        check(GED, ["2015-01-01", "2015-12-31", "5"], "2015-01-01/2015-12-31");
        check(GED, ["2015-02-15", "2015-02-15", "2"], "2015-02-10/2015-02-20 ?");
        check(GED, ["2015-02-15", "2015-02-15", "4"], "2015-02-01/2015-02-28 ?");
        check(GED, ["2015-02-15", "", "5"], "2015-01-01/2015-12-31 ?");
        check(GED, ["2015-02-15", "2015-02-16", "1"], "2015-02-15/2015-02-16 ?");
    }

    #[test]
    fn a_day_that_is_the_middle_of_a_week_or_month_stands_for_all_of_it() {
        check(ACLED, ["2025-03-19", "", "1"], "2025-03-19");
        check(ACLED, ["2025-03-19", "", "2"], "2025-03-16/2025-03-22");
        check(ACLED, ["15 February 2024", "", "3"], "2024-02-01/2024-02-29");
    }

    #[test]
    fn a_time_behind_the_day_is_passed_over_and_a_day_that_is_none_is_refused() {
        check(GED, ["2015-02-15 00:00:00.000", "2015-02-15T00:00:00", "1"], "2015-02-15");
        check(
            GED,
            ["2/15/2015", "2/15/2015", "1"],
            "refused: `2/15/2015` is no day as when.formats of the mapping has it: %Y-%m-%d",
        );
        check(
            GED,
            ["2015-02-30", "2015-02-30", "1"],
            "refused: `2015-02-30` is no day as when.formats of the mapping has it: %Y-%m-%d",
        );
        check(
            GED,
            ["2015-02-15", "2015-02-14", "2"],
            "refused: the last day 2015-02-14 is before the first, 2015-02-15",
        );
    }

    #[test]
    fn what_is_not_said_is_no_time() {
        check(GED, ["", "", "1"], "no time");
        check(GED, ["", "2015-02-14", "1"], "no time ?");
        check(GED, ["2015-02-15", "2015-02-15", ""], "no time ?");
        check(GED, ["2015-02-15", "2015-02-15", "9"], "no time ?");
    }
}
