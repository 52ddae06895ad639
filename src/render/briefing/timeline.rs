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
    /// Its own row, or the one below where there is no room beside.
    label_row: usize,
    moment: &'a pb::BriefingMoment,
}

/// The period with the days around it, which a drawing shows: what is far off would press the rest together.
pub(super) fn view(period: Option<&pb::TimeSpan>) -> (i64, i64) {
    let end = |instant: Option<&prost_types::Timestamp>| instant.map(|instant| instant.seconds);
    match period.map(|period| (end(period.earliest.as_ref()), end(period.latest.as_ref()))) {
        Some((Some(earliest), Some(latest))) => {
            let around = (latest.saturating_sub(earliest) / 2).clamp(DAY_S, 7 * DAY_S);
            (earliest.saturating_sub(around), latest.saturating_add(around / 2))
        }
        _ => (i64::MIN, i64::MAX),
    }
}

/// How many moments a drawing of this view leaves to the list: those without a time, and those far off.
pub(super) fn left_out(chart: &pb::BriefingChart, view: (i64, i64)) -> usize {
    chart.moments.len() - chart.moments.iter().filter_map(timed).filter(|moment| is_in(moment, view)).count()
}

fn is_in((from, to, _): &(i64, i64, &pb::BriefingMoment), (first, last): (i64, i64)) -> bool {
    *to >= first && *from <= last
}

/// Draws the moments that are in view; `None` if none is.
pub(super) fn draw(
    chart: &pb::BriefingChart,
    id: &str,
    view: (i64, i64),
    clock: &Clock,
    phrases: &Phrases,
) -> Option<Markup> {
    let in_view = chart.moments.iter().filter_map(timed).filter(|moment| is_in(moment, view));
    let timed: Vec<_> = in_view.map(|(from, to, moment)| (from.max(view.0), to.min(view.1), moment)).collect();
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
    let hours = match length {
        short if short <= 2 * DAY_S => 6,
        medium if medium <= 4 * DAY_S => 12,
        _ => 24,
    };
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
                        @let below = ROW * real(mark.label_row - mark.row);
                        text.label x=(n(mark.label_from)) y=(n(middle + below + 4.0)) { (mark.label) }
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
            (false, false) => from.clamp(0.0, (WIDTH - length).max(0.0)),
        };
        let is_beside = is_to_the_right || is_to_the_left;
        // Below, the row is its own, so that nobody takes it for the label of a neighbour.
        let label_taken =
            if is_beside { (label_from - 6.0, label_from + length + 6.0) } else { (f64::NEG_INFINITY, f64::INFINITY) };
        let bar_taken = (from - 6.0, to + 6.0);
        let is_free = |row: usize, taken: (f64, f64)| {
            ends.get(row).is_none_or(|row| row.iter().all(|other| other.1 <= taken.0 || other.0 >= taken.1))
        };
        let below = usize::from(!is_beside);
        let fits = |row: usize| is_free(row, bar_taken) && is_free(row + below, label_taken);
        // In a row that is not there yet everything fits.
        let row = (0..=ends.len()).find(|row| fits(*row)).unwrap_or(ends.len());
        if ends.len() <= row + below {
            ends.resize(row + below + 1, Vec::new());
        }
        ends[row].push(bar_taken);
        ends[row + below].push(label_taken);
        marks.push(Mark { from, to, label, label_from, row, label_row: row + below, moment });
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
        draw(&chart, "t", view(None), &Clock::of("UTC"), Phrases::of("en")).map(Markup::into_string)
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
    fn a_label_without_room_beside_its_bar_stands_below_it() {
        let drawn = drawn(vec![moment(0, 100_000, "from end to end"), moment(0, 100_000, "again")]).expect("there");
        let numbers = |tag: &str| -> Vec<f64> {
            let of = drawn.match_indices(tag).map(|(at, _)| &drawn[at..]);
            of.filter_map(|rest| rest.split(" y=\"").nth(1)?.split('"').next()?.parse().ok()).collect()
        };
        let (bars, labels) = (numbers("<rect class=\"moment"), numbers("<text class=\"label"));
        assert_eq!((bars.len(), labels.len()), (2, 2), "{drawn}");
        assert!(bars[0] + 8.0 < labels[0] - 8.0 && labels[0] < bars[1], "{bars:?} {labels:?}");
    }

    #[test]
    fn what_is_far_off_is_left_to_the_list_and_a_long_span_is_cut() {
        let at = |seconds| Some(prost_types::Timestamp { seconds, nanos: 0 });
        let day = 20_000 * DAY_S;
        let period = pb::TimeSpan { earliest: at(day), latest: at(day + DAY_S), ..Default::default() };
        let view = view(Some(&period));
        assert_eq!(view, (day - DAY_S, day + DAY_S + DAY_S / 2));
        let moments = vec![moment(day - 40 * DAY_S, day, "long"), moment(day - 40 * DAY_S, day - 2 * DAY_S, "before")];
        let chart = pb::BriefingChart { moments, ..Default::default() };
        assert_eq!(left_out(&chart, view), 1);
        let drawn =
            draw(&chart, "t", view, &Clock::of("UTC"), Phrases::of("en")).expect("one is in view").into_string();
        assert!(drawn.contains("long") && !drawn.contains("before"), "{drawn}");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!((n(1.0), n(1.25), n(-0.04)), ("1".into(), "1.2".into(), "0".into()));
    }
}
