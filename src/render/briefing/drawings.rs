//! The drawings of briefings by themselves, for pages that have their own words around them.

use maud::Markup;

use crate::wire::pb;

use super::clock::Clock;
use super::phrases::Phrases;
use super::{html, map, timeline};

/// How drawings look; the page gives the colours, by the names that this uses.
pub const STYLE: &str = include_str!("drawings.css");

/// What can be put on a map, with a legend of whose doing it is said to be; `None` if nothing of it has a place.
pub fn map(features: &[pb::BriefingFeature], language: &str) -> Option<Markup> {
    map::draw(features, "map-drawing", Phrases::of(language))
}

/// Where a feature is, how exactly, and by whom it is said to have been done.
pub fn whereabouts(feature: &pb::BriefingFeature, language: &str) -> String {
    map::told(feature, Phrases::of(language))
}

/// What happened when, as far as it is near the period, if there is one; `None` if nothing of it has such a time.
pub fn timeline(
    chart: &pb::BriefingChart,
    period: Option<&pb::TimeSpan>,
    time_zone: &str,
    language: &str,
) -> Option<Markup> {
    let view = timeline::view(period);
    timeline::draw(chart, "timeline-drawing", view, &Clock::of(time_zone), Phrases::of(language))
}

/// How many moments of a timeline it leaves out.
pub fn left_out(chart: &pb::BriefingChart, period: Option<&pb::TimeSpan>) -> usize {
    timeline::left_out(chart, timeline::view(period))
}

/// When a moment was, in a zone.
pub fn moment(span: &pb::TimeSpan, time_zone: &str) -> String {
    Clock::of(time_zone).span(span)
}

/// The charts of a briefing with their numbers, all but the timeline.
pub fn figures(briefing: &pb::Briefing) -> Markup {
    html::figures(briefing)
}
