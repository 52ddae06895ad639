//! The charts of a briefing that are bars, drawn by kuva as SVG whose colours are the page's own.

use kuva::backend::svg::SvgBackend;
use kuva::plot::BarPlot;
use kuva::render::layout::{Layout, TickFormat};
use kuva::render::plots::Plot;
use kuva::render::render::render_multiple;
use kuva::render::theme::Theme;

use crate::wire::pb;
use pb::BriefingChartKind;

use super::charts;
use super::phrases::Phrases;

/// How many fills a page has for series that are no verdicts; they repeat after that.
pub(super) const FILLS: usize = 8;

/// A drawing: what stands inside an `svg` element of this size.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Drawing {
    pub width: f64,
    pub height: f64,
    pub body: String,
}

/// The id of the pattern that a series is filled with: patterns differ where colours cannot be told apart.
pub(super) fn fill(series: &pb::BriefingSeries, index: usize) -> String {
    match series.verdict() {
        pb::Verdict::Breach => "fill-breach".to_owned(),
        pb::Verdict::NoBreach => "fill-no-breach".to_owned(),
        pb::Verdict::Undetermined => "fill-undetermined".to_owned(),
        pb::Verdict::NotAssessed => "fill-not-assessed".to_owned(),
        pb::Verdict::Unspecified => format!("fill-{}", index % FILLS),
    }
}

/// The highest bar of a chart, stacked as it is drawn.
pub(super) fn highest(chart: &pb::BriefingChart) -> i64 {
    let is_stacked = charts::is_by_day(chart.kind());
    let heights = (0..chart.categories.len()).map(|category| {
        let values = chart.series.iter().map(|series| charts::value(series, category).max(0));
        if is_stacked { values.fold(0, i64::saturating_add) } else { values.max().unwrap_or(0) }
    });
    heights.max().unwrap_or(0)
}

/// Draws a chart of bars; `None` if it holds nothing. `top` is the highest bar of all charts that are to be compared.
pub(super) fn draw(chart: &pb::BriefingChart, top: i64, phrases: &Phrases) -> Option<Drawing> {
    if charts::is_empty(chart) || highest(chart) < 1 {
        return None;
    }
    let is_by_day = charts::is_by_day(chart.kind());
    let mut bars = BarPlot::new().with_width(if is_by_day { 0.84 } else { 0.7 });
    // Kuva counts bars that lie from below; a reader begins above.
    let labels_max = if chart.kind() == BriefingChartKind::VerdictsByDay { 5 } else { 11 };
    let mut categories: Vec<(usize, String)> =
        charts::axis(chart, labels_max, phrases).into_iter().enumerate().collect();
    if !is_by_day {
        categories.reverse();
    }
    for (index, category) in categories {
        let values: Vec<(f64, String)> = chart
            .series
            .iter()
            .enumerate()
            .map(|(series_index, series)| {
                let value = charts::value(series, index).max(0);
                (f64::from(i32::try_from(value).unwrap_or(i32::MAX)), format!("url(#{})", fill(series, series_index)))
            })
            .collect();
        // Kuva reads `$…$` as mathematics; a full-width sign is read as it is.
        let label = category.replace('$', "＄");
        bars = bars.with_group(label, values);
    }
    let (width, height) = size(chart);
    let step = step(top.max(highest(chart)));
    let end = top.max(highest(chart)).div_euclid(step).saturating_add(1).saturating_mul(step);
    let real = |value: i64| f64::from(i32::try_from(value).unwrap_or(i32::MAX));
    if is_by_day {
        bars = bars.with_stacked();
    } else {
        bars = bars.with_horizontal(true);
    }
    let plots = vec![Plot::Bar(bars)];
    let mut layout = Layout::auto_from_plots(&plots)
        .with_theme(theme())
        .with_width(width)
        .with_height(height)
        .with_tick_size(11)
        .with_label_size(11)
        .with_body_size(11)
        .with_tick_format(TickFormat::Integer);
    layout = if is_by_day {
        layout.with_y_axis_min(0.0).with_y_axis_max(real(end)).with_y_tick_step(real(step))
    } else {
        layout.with_x_axis_min(0.0).with_x_axis_max(real(end)).with_x_tick_step(real(step))
    };
    let svg = SvgBackend::new().render_scene(&render_multiple(plots, layout));
    // Kuva keeps room below for the name of the axis, of which there is none, but too little beside the last day.
    Some(Drawing { width: width + 14.0, height: height - 20.0, body: inside(&svg)? })
}

/// Wide where there are many days, small where several stand side by side, high where there are many sides.
fn size(chart: &pb::BriefingChart) -> (f64, f64) {
    match chart.kind() {
        BriefingChartKind::VerdictsByDay => (340.0, 190.0),
        BriefingChartKind::IncidentsByDay | BriefingChartKind::Timeline | BriefingChartKind::Unspecified => {
            (680.0, 260.0)
        }
        BriefingChartKind::AllegationsBySide => {
            let bars = chart.categories.len().saturating_mul(chart.series.len().max(1)).min(200);
            (680.0, 70.0 + 22.0 * f64::from(u32::try_from(bars).unwrap_or(200)))
        }
    }
}

/// A round step that makes at most six of the way up.
fn step(top: i64) -> i64 {
    let mut step = 1i64;
    for factor in [2, 5, 10].into_iter().cycle() {
        if top.div_euclid(step) <= 5 {
            break;
        }
        let power = 10i64.saturating_pow(step.max(1).ilog10());
        step = power.saturating_mul(factor);
    }
    step
}

/// Colours that the page gives, so that they are right in light and dark and on paper.
fn theme() -> Theme {
    let colour = |name: &str| format!("var(--{name})");
    Theme {
        background: "none".to_owned(),
        axis_color: colour("axis"),
        grid_color: colour("grid"),
        tick_color: colour("axis"),
        text_color: colour("ink"),
        legend_bg: "none".to_owned(),
        legend_border: "none".to_owned(),
        show_grid: true,
        ..Theme::light()
    }
}

/// What stands between the tags of the `svg` element, without bars of no height.
///
/// Without clipping too: kuva numbers its clips through the whole process, so that no two drawings would be the same bytes;
/// and the axes are made for the bars.
fn inside(svg: &str) -> Option<String> {
    let after_tag = svg.get(svg.find('>')? + 1..)?;
    let body = after_tag.strip_suffix("</svg>").or_else(|| after_tag.trim_end().strip_suffix("</svg>"))?;
    let mut kept = String::with_capacity(body.len());
    let mut rest = body;
    let mut is_definition = false;
    while let Some(start) = rest.find('<') {
        let end = rest[start..].find('>')? + start + 1;
        let tag = &rest[start..end];
        let is_flat = tag.contains(" height=\"0\"") || tag.contains(" width=\"0\"") || tag.contains(" fill=\"none\"");
        is_definition |= tag == "<defs>";
        if !is_definition {
            kept.push_str(&rest[..start]);
            if tag.starts_with("<g clip-path=") {
                kept.push_str("<g>");
            } else if !(tag.starts_with("<!--") || tag.starts_with("<rect ") && is_flat) {
                kept.push_str(tag);
            }
        }
        is_definition &= tag != "</defs>";
        rest = &rest[end..];
    }
    kept.push_str(rest);
    Some(kept)
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        for (top, expected) in [
            (0, 1),
            (1, 1),
            (5, 1),
            (6, 2),
            (11, 2),
            (12, 5),
            (29, 5),
            (30, 10),
            (59, 10),
            (60, 20),
            (1_000_000, 200_000),
        ] {
            assert_eq!(step(top), expected, "{top}");
        }
        assert!(step(i64::MAX) > 0);
    }

    #[test]
    fn the_same_chart_is_the_same_bytes_and_takes_its_colours_from_the_page() {
        let briefing = samples::full("en");
        let phrases = Phrases::of("en");
        for chart in briefing.charts.iter().filter(|chart| chart.kind() != BriefingChartKind::Timeline) {
            let once = draw(chart, 0, phrases);
            assert_eq!(once, draw(chart, 0, phrases));
            let Some(drawing) = once else {
                assert!(charts::is_empty(chart), "{}", chart.title);
                continue;
            };
            assert!(drawing.body.contains("url(#fill-") && drawing.body.contains("var(--axis)"), "{}", drawing.body);
            for foreign in ["http", "<!--", "<script", "#000", "white"] {
                assert!(!drawing.body.contains(foreign), "{foreign} in {}", drawing.body);
            }
        }
    }

    #[test]
    fn a_chart_of_nothing_or_of_nonsense_is_not_drawn() {
        let phrases = Phrases::of("en");
        let chart = pb::BriefingChart {
            kind: BriefingChartKind::IncidentsByDay.into(),
            categories: vec!["2025-03-19".into()],
            series: vec![pb::BriefingSeries { values: vec![-4], ..Default::default() }],
            ..Default::default()
        };
        assert_eq!(draw(&chart, 0, phrases), None);
        assert_eq!(draw(&pb::BriefingChart::default(), 7, phrases), None);
        let huge = pb::BriefingChart {
            series: vec![pb::BriefingSeries { values: vec![i64::MAX], ..Default::default() }; 2],
            ..chart
        };
        assert!(draw(&huge, i64::MAX, phrases).is_some());
    }
}
