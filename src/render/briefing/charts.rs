//! What the charts of a briefing hold, as every format tells it: numbers by row, days in the words of the language.

use crate::wire::pb;
use pb::BriefingChartKind;

use super::phrases::Phrases;
use super::text;

/// Whether a chart is over days.
pub(super) fn is_by_day(kind: BriefingChartKind) -> bool {
    match kind {
        BriefingChartKind::IncidentsByDay | BriefingChartKind::VerdictsByDay => true,
        BriefingChartKind::AllegationsBySide | BriefingChartKind::Timeline | BriefingChartKind::Unspecified => false,
    }
}

/// A category as it stands at an axis: `19 Mar` for `2025-03-19`, else what it is called.
pub(super) fn category(category: &str, phrases: &Phrases) -> String {
    day(category, phrases).unwrap_or_else(|| text::short(category, 24))
}

/// What stands at an axis: every name, but of many days only some, and the last of them always.
pub(super) fn axis(chart: &pb::BriefingChart, labels_max: usize, phrases: &Phrases) -> Vec<String> {
    let count = chart.categories.len();
    let every = if is_by_day(chart.kind()) { count.div_ceil(labels_max.max(1)).max(1) } else { 1 };
    let label = |(index, name): (usize, &String)| {
        if (count - 1 - index).is_multiple_of(every) { category(name, phrases) } else { String::new() }
    };
    chart.categories.iter().enumerate().map(label).collect()
}

fn day(category: &str, phrases: &Phrases) -> Option<String> {
    let mut parts = category.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 || year.parse::<u16>().is_err() || day.len() != 2 {
        return None;
    }
    let (day, month): (i8, i8) = (day.parse().ok()?, month.parse().ok()?);
    (1..=12).contains(&month).then(|| phrases.day_of(day, month))
}

/// What a series is called: a verdict by letter and word.
pub(super) fn series(series: &pb::BriefingSeries, phrases: &Phrases) -> String {
    let name = text::line(&series.name);
    match series.verdict() {
        pb::Verdict::Unspecified => name,
        verdict => format!("{} {}", phrases.letter(verdict), phrases.verdict(verdict)),
    }
}

/// A value of a series; 0 where it has none.
pub(super) fn value(series: &pb::BriefingSeries, category: usize) -> i64 {
    series.values.get(category).copied().unwrap_or(0)
}

/// Whether there is anything but zeros.
pub(super) fn is_empty(chart: &pb::BriefingChart) -> bool {
    chart.categories.is_empty()
        || chart.series.iter().all(|series| series.values.iter().take(chart.categories.len()).all(|value| *value == 0))
}

/// The rows that hold something, each with its category; and whether any was left out.
pub(super) fn rows(chart: &pb::BriefingChart) -> (Vec<(&str, Vec<i64>)>, bool) {
    let all = chart.categories.iter().enumerate();
    let rows = all.map(|(index, category)| {
        let values: Vec<i64> = chart.series.iter().map(|series| value(series, index)).collect();
        (category.as_str(), values)
    });
    let rows: Vec<_> = rows.filter(|(_, values)| values.iter().any(|value| *value != 0)).collect();
    let is_shortened = rows.len() < chart.categories.len();
    (rows, is_shortened)
}

/// What the first column of the numbers is called.
pub(super) fn head(chart: &pb::BriefingChart, phrases: &Phrases) -> &'static str {
    if is_by_day(chart.kind()) { phrases.day } else { phrases.side }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_short_and_what_is_no_day_stays() {
        let (en, uk) = (Phrases::of("en"), Phrases::of("uk"));
        assert_eq!(category("2025-03-09", en), "9 Mar");
        assert_eq!(category("2025-03-09", uk), "9 бер");
        for other in ["2025-13-09", "2025-03", "Russia", "a-b-c", "2025-00-01"] {
            assert_eq!(category(other, en), other);
        }
    }

    #[test]
    fn of_many_days_some_are_named_and_the_last_always() {
        let categories = (1..=31).map(|day| format!("2025-03-{day:02}")).collect();
        let kind = BriefingChartKind::IncidentsByDay.into();
        let chart = pb::BriefingChart { kind, categories, ..Default::default() };
        let axis = axis(&chart, 10, Phrases::of("en"));
        let named: Vec<&str> = axis.iter().map(String::as_str).filter(|label| !label.is_empty()).collect();
        assert_eq!(named, ["3 Mar", "7 Mar", "11 Mar", "15 Mar", "19 Mar", "23 Mar", "27 Mar", "31 Mar"]);
        assert_eq!(axis.len(), 31);
    }

    #[test]
    fn rows_of_zeros_are_left_out_and_that_is_known() {
        let series = |values: &[i64]| pb::BriefingSeries { values: values.to_vec(), ..Default::default() };
        let chart = pb::BriefingChart {
            categories: ["a", "b", "c"].map(String::from).to_vec(),
            series: vec![series(&[0, 1]), series(&[0, 0, 2])],
            ..Default::default()
        };
        assert_eq!(rows(&chart), (vec![("b", vec![1, 0]), ("c", vec![0, 2])], true));
        assert!(!is_empty(&chart));
        assert!(is_empty(&pb::BriefingChart { series: Vec::new(), ..chart.clone() }));
        assert!(is_empty(&pb::BriefingChart { categories: Vec::new(), ..chart }));
    }
}
