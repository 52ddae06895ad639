//! What happened when, as a drawing: a line for each lane, a bar for the time within which it was.

use maud::{Markup, PreEscaped, html};

use crate::wire::pb;

use super::clock::Clock;
use super::phrases::Phrases;
use super::text;

const WIDTH: f64 = 680.0;
const ROW: f64 = 19.0;
const LANE_HEAD: f64 = 20.0;
const TOP: f64 = 8.0;
const FOOT: f64 = 26.0;
/// About the width of a letter at the size of the labels.
const LETTER: f64 = 6.1;
const LABEL_LETTERS_MAX: usize = 34;
/// With more moments than this, labels would be all that is seen; the list beside has them.
const LABELLED_MAX: usize = 80;
const DAY_S: i64 = 86_400;

/// One moment with its place in the drawing.
struct Mark<'a> {
    from: f64,
    to: f64,
    label: String,
    label_from: f64,
    row: usize,
    moment: &'a pb::BriefingMoment,
}

/// Draws the moments; `None` if none has a time.
pub(super) fn draw(chart: &pb::BriefingChart, id: &str, clock: &Clock, phrases: &Phrases) -> Option<Markup> {
    let timed: Vec<(i64, i64, &pb::BriefingMoment)> = chart.moments.iter().filter_map(timed).collect();
    let first = timed.iter().map(|(from, _, _)| *from).min()?;
    let last = timed.iter().map(|(_, to, _)| *to).max()?;
    // A little room, and never nothing to divide by.
    let (first, last) = (first.saturating_sub(1800), last.saturating_add(1800));
    let length = last.saturating_sub(first).max(1);
    let x = |at: i64| ratio(at.saturating_sub(first), length) * WIDTH;

    let mut lanes: Vec<&str> = Vec::new();
    for (_, _, moment) in &timed {
        if !lanes.contains(&moment.lane.as_str()) {
            lanes.push(&moment.lane);
        }
    }
    let is_labelled = timed.len() <= LABELLED_MAX;
    let mut body: Vec<(f64, &str, Vec<Mark<'_>>)> = Vec::new();
    let mut y = TOP;
    for lane in lanes {
        let mut of_lane: Vec<_> = timed.iter().filter(|(_, _, moment)| moment.lane == lane).collect();
        of_lane.sort_by_key(|(from, to, _)| (*from, *to));
        let (marks, rows) = packed(&of_lane, x, is_labelled);
        body.push((y, lane, marks));
        y += LANE_HEAD + ROW * real(rows) + 4.0;
    }
    let height = y + FOOT;
    let hours = if length <= 2 * DAY_S { 6 } else { 24 };
    let ticks = clock.ticks(first, last, hours, 400, phrases);
    let every = ticks.len().div_ceil(10).max(1);
    let ticks: Vec<_> = ticks.into_iter().step_by(every).collect();
    let title = format!("{id}-title");
    Some(html! {
        svg.plot.wide viewBox=(format!("0 0 {WIDTH} {height:.0}")) role="img" aria-labelledby=(title) {
            title id=(title) { (text::line(&chart.title)) }
            @for (at, label) in &ticks {
                @let at = x(*at);
                line.grid x1=(n(at)) y1=(n(TOP)) x2=(n(at)) y2=(n(y)) {}
                text.tick x=(n(at.clamp(18.0, WIDTH - 18.0))) y=(n(y + 16.0)) text-anchor="middle" { (label) }
            }
            @for (top, lane, marks) in &body {
                line.rule x1="0" y1=(n(*top)) x2=(n(WIDTH)) y2=(n(*top)) {}
                text.lane x="0" y=(n(top + 14.0)) { (text::short(lane, 60)) }
                @for mark in marks {
                    @let middle = top + LANE_HEAD + ROW * real(mark.row) + ROW / 2.0;
                    rect.moment x=(n(mark.from)) y=(n(middle - 4.0)) width=(n(mark.to - mark.from)) height="8" rx="3" {
                        title { (text::line(&mark.moment.label)) }
                    }
                    @if !mark.label.is_empty() {
                        text.label x=(n(mark.label_from)) y=(n(middle + 4.0)) { (mark.label) }
                    }
                }
            }
            line.rule x1="0" y1=(n(y)) x2=(n(WIDTH)) y2=(n(y)) {}
        }
        (PreEscaped("\n"))
    })
}

/// The first and the last second of a moment.
fn timed(moment: &pb::BriefingMoment) -> Option<(i64, i64, &pb::BriefingMoment)> {
    let span = moment.span.as_ref()?;
    let from = span.earliest.as_ref().or(span.latest.as_ref())?.seconds;
    let to = span.latest.as_ref().map_or(from, |latest| latest.seconds);
    Some((from.min(to), to.max(from), moment))
}

/// Puts each into the first row in which nothing is in its way.
fn packed<'a>(
    of_lane: &[&(i64, i64, &'a pb::BriefingMoment)],
    x: impl Fn(i64) -> f64,
    is_labelled: bool,
) -> (Vec<Mark<'a>>, usize) {
    let mut ends: Vec<Vec<(f64, f64)>> = Vec::new();
    let mut marks = Vec::new();
    for (from, to, moment) in of_lane {
        let (from, to) = (x(*from), x(*to));
        let (from, to) = if to - from < 8.0 { ((from + to) / 2.0 - 4.0, (from + to) / 2.0 + 4.0) } else { (from, to) };
        let label = if is_labelled { text::short(&moment.label, LABEL_LETTERS_MAX) } else { String::new() };
        let length = real(label.chars().count()) * LETTER;
        let is_to_the_right = to + 5.0 + length <= WIDTH;
        let is_to_the_left = from - 5.0 - length >= 0.0;
        let label_from = match (is_to_the_right, is_to_the_left) {
            (true, _) => to + 5.0,
            (false, true) => from - 5.0 - length,
            (false, false) => (WIDTH - length).max(0.0),
        };
        let taken = (from.min(label_from) - 6.0, to.max(label_from + length) + 6.0);
        let is_free = |row: &Vec<(f64, f64)>| row.iter().all(|other| other.1 <= taken.0 || other.0 >= taken.1);
        let row = ends.iter().position(is_free).unwrap_or(ends.len());
        if row == ends.len() {
            ends.push(Vec::new());
        }
        ends[row].push(taken);
        marks.push(Mark { from, to, label, label_from, row, moment });
    }
    (marks, ends.len())
}

/// A part of a whole, for drawing.
#[allow(clippy::cast_precision_loss, reason = "a pixel is coarser than what is lost")]
fn ratio(part: i64, whole: i64) -> f64 {
    part as f64 / whole as f64
}

#[allow(clippy::cast_precision_loss, reason = "rows and letters are few")]
fn real(count: usize) -> f64 {
    count as f64
}

/// A number in a drawing, to a tenth.
pub(super) fn n(number: f64) -> String {
    let rounded = format!("{number:.1}");
    let short = rounded.strip_suffix(".0").unwrap_or(&rounded);
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(from: i64, to: i64, label: &str) -> pb::BriefingMoment {
        let at = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
        let span = Some(pb::TimeSpan { earliest: at(from), latest: at(to), ..Default::default() });
        pb::BriefingMoment { span, label: label.into(), lane: "contacts".into(), record: String::new() }
    }

    fn drawn(moments: Vec<pb::BriefingMoment>) -> Option<String> {
        let chart = pb::BriefingChart { moments, title: "What".into(), ..Default::default() };
        draw(&chart, "t", &Clock::of("UTC"), Phrases::of("en")).map(Markup::into_string)
    }

    #[test]
    fn what_happened_at_one_time_stands_in_two_rows() {
        let same = drawn(vec![moment(0, 3600, "one <b>"), moment(0, 3600, "two")]).expect("it has times");
        assert!(same.contains("one &lt;b&gt;") && !same.contains("<b>"), "{same}");
        let rows: Vec<&str> = same.match_indices("<rect").map(|(at, _)| &same[at..at + 60]).collect();
        assert_eq!(rows.len(), 2);
        let y = |row: &str| row.split("y=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
        assert_ne!(y(rows[0]), y(rows[1]));
    }

    #[test]
    fn times_beyond_the_calendar_do_no_harm_and_no_time_is_no_drawing() {
        assert!(drawn(vec![moment(i64::MIN, i64::MAX, "always")]).is_some());
        assert_eq!(drawn(vec![pb::BriefingMoment::default()]), None);
        assert_eq!(drawn(Vec::new()), None);
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!((n(1.0), n(1.25), n(-0.04)), ("1".into(), "1.2".into(), "0".into()));
    }
}
