//! A briefing as one HTML file that loads nothing: for screens of any width, light and dark, and for paper.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::render::labels::{self, relative};
use crate::wire::pb;
use pb::BriefingChartKind;

use super::clock::Clock;
use super::markdown::{cell_rest, facts, is_count, is_note, title};
use super::phrases::Phrases;
use super::plots::{self, Drawing};
use super::references::References;
use super::{charts, map, text, timeline};

/// The style of a page with a briefing in it.
pub const STYLE: &str = concat!(include_str!("drawings.css"), include_str!("style.css"));

/// What a browser may load on behalf of the page: nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// The whole file.
pub fn page(briefing: &pb::Briefing) -> String {
    let default = pb::BriefingHeader::default();
    let header = briefing.header.as_ref().unwrap_or(&default);
    let phrases = Phrases::of(&header.language);
    let page = html! {
        (DOCTYPE)
        html lang=(phrases.tag) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="generator" content="Armistice";
                title { (heading(header, phrases)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#key-points" { (phrases.skip) }
                (article(briefing))
            }
        }
    };
    page.into_string()
}

/// What stands in the body: to be put into another page, which then needs `STYLE` too.
pub fn article(briefing: &pb::Briefing) -> Markup {
    let default = pb::BriefingHeader::default();
    let header = briefing.header.as_ref().unwrap_or(&default);
    let references = References::of(briefing);
    let writer = Writer::of(header, &references);
    writer.article(briefing, header)
}

/// Only the figures, without what leads to records: for a page that has its own words around them.
pub(super) fn figures(briefing: &pb::Briefing) -> Markup {
    let charts = briefing.charts.iter().filter(|chart| chart.kind() != BriefingChartKind::Timeline);
    let charts: Vec<&pb::BriefingChart> = charts.collect();
    let nothing = pb::Briefing::default();
    let header = briefing.header.clone().unwrap_or_default();
    let (references, is_drawn) = (References::of(&nothing), !charts.is_empty());
    html! { @if is_drawn { (fills()) (Writer::of(&header, &references).figures(&charts)) } }
}

/// Only the words and tables: for systems that set their own type. Links lead to the records at its end.
pub(super) fn words(briefing: &pb::Briefing) -> Markup {
    let default = pb::BriefingHeader::default();
    let header = briefing.header.as_ref().unwrap_or(&default);
    let references = References::of(briefing);
    let writer = Writer::of(header, &references);
    html! {
        (writer.notes(header))
        (writer.key_points(&briefing.key_points))
        @for (index, section) in briefing.sections.iter().enumerate() { (writer.section(section, index)) }
        (writer.records(header))
    }
}

fn heading(header: &pb::BriefingHeader, phrases: &Phrases) -> String {
    let title = text::line(&header.title);
    if title.is_empty() { phrases.briefing.to_owned() } else { title }
}

struct Writer<'a> {
    phrases: &'static Phrases,
    references: &'a References<'a>,
    clock: Clock,
    has_previous: bool,
    /// What a timeline shows, in seconds.
    view: (i64, i64),
}

impl<'a> Writer<'a> {
    fn of(header: &pb::BriefingHeader, references: &'a References<'a>) -> Writer<'a> {
        Writer {
            phrases: Phrases::of(&header.language),
            references,
            clock: Clock::of(&header.time_zone),
            has_previous: header.previous.is_some(),
            view: timeline::view(header.period.as_ref()),
        }
    }

    fn article(&self, briefing: &pb::Briefing, header: &pb::BriefingHeader) -> Markup {
        let (timelines, drawn): (Vec<_>, Vec<_>) =
            briefing.charts.iter().partition(|chart| chart.kind() == BriefingChartKind::Timeline);
        html! {
            header {
                p.kicker {
                    (self.phrases.briefing)
                    @if header.number > 0 { " " (self.phrases.number) " " (header.number) }
                    @if !header.dossier.is_empty() { " · " bdi { (labels::id(&header.dossier)) } }
                }
                h1 { bdi { (heading(header, self.phrases)) } }
                (self.facts(header))
                (self.notes(header))
            }
            main {
                (self.key_points(&briefing.key_points))
                (self.contents(briefing, !drawn.is_empty(), !timelines.is_empty()))
                @for (index, section) in briefing.sections.iter().enumerate() { (self.section(section, index)) }
                @if !drawn.is_empty() || !timelines.is_empty() || !briefing.features.is_empty() {
                    (fills())
                }
                @if !drawn.is_empty() { (self.figures(&drawn)) }
                @if !timelines.is_empty() { (self.timelines(&timelines)) }
                @if !briefing.features.is_empty() { (self.map(&briefing.features)) }
                (self.records(header))
            }
            footer { p.fine { (self.phrases.composed_from) } }
        }
    }

    fn facts(&self, header: &pb::BriefingHeader) -> Markup {
        html! {
            dl.facts {
                @for (term, told) in facts(header, self.phrases, &self.clock).iter().filter(|(term, _)| *term != self.phrases.number) {
                    div { dt { (term) ":" } " " dd { bdi { (text::line(told)) } } }
                }
            }
        }
    }

    fn notes(&self, header: &pb::BriefingHeader) -> Markup {
        html! {
            @if !header.notes.is_empty() {
                ul.notes { @for note in &header.notes { li { bdi { (text::line(note)) } } } }
            }
        }
    }

    fn contents(&self, briefing: &pb::Briefing, has_figures: bool, has_timeline: bool) -> Markup {
        let more = [
            (has_figures, "figures", self.phrases.figures),
            (has_timeline, "timeline", self.phrases.timeline),
            (!briefing.features.is_empty(), "map", self.phrases.map),
            (true, "records", self.phrases.records),
        ];
        html! {
            nav.contents aria-label=(self.phrases.contents) {
                ul {
                    @for (index, section) in briefing.sections.iter().enumerate() {
                        li { a href=(format!("#section-{index}")) { bdi { (text::line(&section.heading)) } } }
                    }
                    @for (_, id, name) in more.iter().filter(|(is_there, _, _)| *is_there) {
                        li { a href=(format!("#{id}")) { (name) } }
                    }
                }
            }
        }
    }

    fn key_points(&self, points: &[pb::KeyPoint]) -> Markup {
        html! {
            section.key aria-labelledby="key-points" {
                h2 #key-points tabindex="-1" { (self.phrases.key_points) }
                @if points.is_empty() { p { (self.phrases.nothing) } }
                @else {
                    ol {
                        @for point in points {
                            li { (self.told(&point.text, "", point.known_later, &point.records)) }
                        }
                    }
                }
            }
        }
    }

    fn section(&self, section: &pb::BriefingSection, index: usize) -> Markup {
        let id = format!("section-{index}");
        html! {
            section aria-labelledby=(id) {
                h2 id=(id) { bdi { (text::line(&section.heading)) } }
                @if section.sentences.is_empty() && section.tables.is_empty() { p { (self.phrases.nothing) } }
                @for run in section.sentences.chunk_by(|one, next| is_note(one) == is_note(next)) {
                    @if run.iter().all(is_note) {
                        @for sentence in run { p { (self.sentence(sentence)) } }
                    } @else {
                        ul { @for sentence in run { li { (self.sentence(sentence)) } } }
                    }
                }
                @for (table_index, table) in section.tables.iter().enumerate() {
                    @let next = section.tables.get(table_index + 1);
                    (self.table(table, &format!("{id}-table-{table_index}")))
                    @if !table.note.is_empty() && next.is_none_or(|next| next.note != table.note) {
                        p.remark { bdi { (text::line(&table.note)) } }
                    }
                }
            }
        }
    }

    fn sentence(&self, sentence: &pb::BriefingSentence) -> Markup {
        let kind = self.phrases.kind(sentence.kind(), self.has_previous);
        self.told(&sentence.text, kind, sentence.known_later, &sentence.records)
    }

    /// A sentence with what must stand beside it: what it is, when it became known, by which records.
    fn told(&self, of: &str, kind: &str, known_later: bool, records: &[String]) -> Markup {
        html! {
            @if !kind.is_empty() { span.kind { (kind) ":" } " " }
            bdi { (text::line(of)) }
            @if known_later { " " em.later { "(" (self.phrases.known_later) ")" } }
            (self.references(records))
        }
    }

    /// Numbers in small print that lead to the names of the records.
    fn references(&self, records: &[String]) -> Markup {
        let runs = self.references.runs(records);
        html! {
            @if !runs.is_empty() {
                // The numbers stay on the line on which the sentence ends.
                "\u{a0}"
                span.refs {
                    "["
                    @for (index, run) in runs.iter().enumerate() {
                        @if index > 0 { ", " }
                        a href=(format!("#r{}", run.first)) title=(names(&run.names)) { (run.text()) }
                    }
                    "]"
                }
            }
        }
    }

    fn table(&self, table: &pb::BriefingTable, id: &str) -> Markup {
        let has_records = table.rows.iter().any(|row| !row.records.is_empty());
        let widest = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).max(table.columns.len());
        let missing = widest - table.columns.len();
        // Numbers stand under one another where all of a column are numbers: a grade beside words is none of them.
        let are_counts = |column: usize| {
            table.rows.iter().filter_map(|row| row.cells.get(column)).all(|cell| is_count(&text::line(&cell.text)))
        };
        let counted: Vec<bool> = (0..widest).map(are_counts).collect();
        html! {
            @if widest > 0 {
                div.scroll tabindex="0" role="region" aria-labelledby=(id) {
                    table {
                        caption id=(id) { bdi { (text::line(&table.caption)) } }
                        thead {
                            tr {
                                @for column in &table.columns { th scope="col" { bdi { (text::line(column)) } } }
                                @for _ in 0..missing { td {} }
                                @if has_records { th scope="col" { (self.phrases.records) } }
                            }
                        }
                        tbody {
                            @for row in &table.rows {
                                tr {
                                    @for (index, cell) in row.cells.iter().enumerate() { (self.cell(cell, index == 0, counted[index])) }
                                    @for _ in row.cells.len()..widest { td {} }
                                    @if has_records { td { (self.references(&row.records)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn cell(&self, cell: &pb::BriefingCell, is_head: bool, is_counted: bool) -> Markup {
        let told = text::line(&cell.text);
        let verdict = cell.verdict();
        if verdict == pb::Verdict::Unspecified {
            return if is_counted && is_count(&told) {
                html! { td.number { (told) } }
            } else if is_head && !told.is_empty() {
                html! { th scope="row" { bdi { (told) } } }
            } else {
                html! { td { bdi { (told) } } }
            };
        }
        if is_count(&told) {
            // How many of a verdict, under a head that says which.
            let class = if told == "0" { "none" } else { class(verdict) };
            return html! { td.number { span class=(format!("verdict {class}")) { (told) } } };
        }
        let (letter, word) = (self.phrases.letter(verdict), self.phrases.verdict(verdict));
        let rest = cell_rest(&told, letter, word);
        html! {
            td {
                span class=(format!("verdict {}", class(verdict))) { b { (letter) } " " (word) }
                @if !rest.is_empty() { br; bdi { (rest) } }
            }
        }
    }

    fn figures(&self, charts: &[&pb::BriefingChart]) -> Markup {
        let of_verdicts: Vec<i64> = charts
            .iter()
            .filter(|chart| chart.kind() == BriefingChartKind::VerdictsByDay)
            .map(|chart| plots::highest(chart))
            .collect();
        // Small multiples are compared, so they share a scale.
        let top = of_verdicts.into_iter().max().unwrap_or(0);
        let runs = charts.chunk_by(|one, next| {
            let is_small = |chart: &pb::BriefingChart| chart.kind() == BriefingChartKind::VerdictsByDay;
            is_small(one) && is_small(next)
        });
        let mut index = 0;
        html! {
            section.figures aria-labelledby="figures" {
                h2 #figures { (self.phrases.figures) }
                @for run in runs {
                    @if run.iter().all(|chart| chart.kind() == BriefingChartKind::VerdictsByDay) {
                        div.multiples {
                            @for chart in run { (self.figure(chart, { index += 1; index }, top, true)) }
                        }
                        @if let Some(chart) = run.first() { (self.legend(chart)) }
                        @if let Some(note) = shared_note(run) { p.remark { bdi { (note) } } }
                    } @else {
                        @for chart in run { (self.figure(chart, { index += 1; index }, 0, false)) }
                    }
                }
            }
        }
    }

    /// One of several has its legend under all of them, and what all have to note.
    fn figure(&self, chart: &pb::BriefingChart, index: usize, top: i64, is_one_of_several: bool) -> Markup {
        let id = format!("chart-{index}");
        let is_wide = chart.kind() != BriefingChartKind::VerdictsByDay;
        html! {
            figure.wide[is_wide] aria-labelledby=(id) {
                figcaption id=(id) { bdi { (title(chart)) } }
                @match plots::draw(chart, top, self.phrases) {
                    None => p { (self.phrases.nothing_to_draw) },
                    Some(drawing) => {
                        @if is_wide {
                            div.scroll.latest tabindex="0" role="region" aria-labelledby=(id) { (svg(&drawing, chart, index, is_wide)) }
                        } @else {
                            (svg(&drawing, chart, index, is_wide))
                        }
                        @if !is_one_of_several { (self.legend(chart)) }
                        (self.numbers(chart))
                    }
                }
                @if !chart.note.is_empty() && !is_one_of_several { p.remark { bdi { (text::line(&chart.note)) } } }
            }
        }
    }

    fn legend(&self, chart: &pb::BriefingChart) -> Markup {
        html! {
            ul.legend {
                @for (index, series) in chart.series.iter().enumerate() {
                    li {
                        svg.swatch viewBox="0 0 16 16" aria-hidden="true" {
                            rect x="1" y="1" width="14" height="14" fill=(format!("url(#{})", plots::fill(series, index))) {}
                        }
                        " " bdi { (charts::series(series, self.phrases)) }
                    }
                }
            }
        }
    }

    /// The numbers behind a drawing, for whoever cannot see it or wants them.
    fn numbers(&self, chart: &pb::BriefingChart) -> Markup {
        let (rows, is_shortened) = charts::rows(chart);
        html! {
            details {
                summary { (self.phrases.numbers) }
                table {
                    thead {
                        tr {
                            th scope="col" { (charts::head(chart, self.phrases)) }
                            @for series in &chart.series { th scope="col" { bdi { (charts::series(series, self.phrases)) } } }
                        }
                    }
                    tbody {
                        @for (category, values) in &rows {
                            tr {
                                th scope="row" { bdi { (text::line(category)) } }
                                @for value in values { td.number { (value) } }
                            }
                        }
                    }
                }
                @if is_shortened { p { (self.phrases.zeros_left_out) } }
            }
        }
    }

    fn timelines(&self, charts: &[&pb::BriefingChart]) -> Markup {
        html! {
            section aria-labelledby="timeline" {
                h2 #timeline { (self.phrases.timeline) }
                @for (index, chart) in charts.iter().enumerate() {
                    @let id = format!("timeline-{index}");
                    @let caption = format!("{id}-caption");
                    @if chart.moments.is_empty() { p { (self.phrases.nothing) } }
                    @else {
                        figure.wide aria-labelledby=(caption) {
                            figcaption id=(caption) { bdi { (title(chart)) } }
                            @if let Some(drawing) = timeline::draw(chart, &id, self.view, &self.clock, self.phrases) {
                                div.scroll tabindex="0" role="region" aria-labelledby=(caption) { (drawing) }
                                p.remark {
                                    (self.phrases.bars_mean)
                                    @if timeline::left_out(chart, self.view) > 0 { " " (self.phrases.only_around) }
                                }
                            }
                            @if !chart.note.is_empty() { p.remark { bdi { (text::line(&chart.note)) } } }
                        }
                        (self.moments(chart))
                    }
                }
            }
        }
    }

    fn moments(&self, chart: &pb::BriefingChart) -> Markup {
        html! {
            ol.listed {
                @for moment in &chart.moments {
                    li {
                        @if let Some(span) = &moment.span { b { (self.clock.span(span)) } " " }
                        bdi { (text::line(&moment.label)) }
                        @if !moment.lane.is_empty() { " (" bdi { (text::line(&moment.lane)) } ")" }
                        (self.references(std::slice::from_ref(&moment.record)))
                    }
                }
            }
        }
    }

    fn map(&self, features: &[pb::BriefingFeature]) -> Markup {
        html! {
            section aria-labelledby="map" {
                h2 #map { (self.phrases.map) }
                @if let Some(drawing) = map::draw(features, "map-drawing", self.phrases) {
                    figure.wide aria-labelledby="map" {
                        div.scroll tabindex="0" role="region" aria-labelledby="map" { (drawing) }
                        p.remark { (self.phrases.map_note) }
                    }
                }
                ol.listed {
                    @for feature in features {
                        li {
                            bdi { (text::line(&feature.label)) } ": " (map::told(feature, self.phrases))
                            (self.references(std::slice::from_ref(&feature.record)))
                        }
                    }
                }
            }
        }
    }

    fn records(&self, header: &pb::BriefingHeader) -> Markup {
        html! {
            section.annex aria-labelledby="records" {
                h2 #records { (self.phrases.records) }
                p.fine { (self.phrases.records_note) " " bdi { (labels::id(&header.dossier)) } "." }
                ol.records {
                    @for (index, name) in self.references.names().iter().enumerate() {
                        li id=(format!("r{}", index + 1)) { bdi { (text::line(relative(name))) } }
                    }
                }
            }
        }
    }
}

/// What charts note, each thing once.
fn shared_note(charts: &[&pb::BriefingChart]) -> Option<String> {
    let mut notes: Vec<String> = Vec::new();
    for note in charts.iter().map(|chart| text::line(&chart.note)).filter(|note| !note.is_empty()) {
        if !notes.contains(&note) {
            notes.push(note);
        }
    }
    Some(notes.join(" ")).filter(|note| !note.is_empty())
}

fn names(names: &[&str]) -> String {
    names.iter().map(|name| text::line(relative(name))).collect::<Vec<_>>().join(", ")
}

fn class(verdict: pb::Verdict) -> &'static str {
    match verdict {
        pb::Verdict::Breach => "breach",
        pb::Verdict::NoBreach => "no-breach",
        pb::Verdict::Undetermined => "undetermined",
        pb::Verdict::NotAssessed | pb::Verdict::Unspecified => "not-assessed",
    }
}

fn svg(drawing: &Drawing, chart: &pb::BriefingChart, index: usize, is_wide: bool) -> Markup {
    let (title_id, desc_id) = (format!("plot-{index}-title"), format!("plot-{index}-desc"));
    let class = if is_wide { "plot wide" } else { "plot" };
    let desc = chart.series.iter().map(|series| {
        let total: i64 =
            series.values.iter().take(chart.categories.len()).fold(0, |sum, value| sum.saturating_add(*value));
        format!("{}: {total}", text::line(&series.name))
    });
    let desc = desc.collect::<Vec<_>>().join("; ");
    html! {
        svg class=(class) viewBox=(format!("0 0 {} {}", drawing.width, drawing.height)) role="img" aria-labelledby=(format!("{title_id} {desc_id}")) {
            title id=(title_id) { (title(chart)) }
            desc id=(desc_id) { (desc) }
            (PreEscaped(&drawing.body))
        }
    }
}

/// The patterns that bars are filled with: colours with lines over them, so that they can be told apart without colours.
fn fills() -> Markup {
    let lines = [
        "",
        "M0 8L8 0M-2 2L2 -2M6 10L10 6",
        "M2 2h.01M6 6h.01",
        "M0 0L8 8M-2 6L2 10M6 -2L10 2",
        "M0 2h8M0 6h8",
        "M2 0v8M6 0v8",
        "M0 4h8M4 0v8",
        "M0 8L8 0M0 0L8 8",
    ];
    let fill = |id: String, colour: &str, line: &str, is_dots: bool| {
        html! {
            pattern id=(id) width="8" height="8" patternUnits="userSpaceOnUse" {
                rect width="8" height="8" fill=(format!("var(--{colour})")) {}
                path d=(line) fill="none" stroke="var(--paper)" stroke-width=(if is_dots { "2.6" } else { "1.4" }) stroke-linecap=(if is_dots { "round" } else { "butt" }) {}
            }
        }
    };
    html! {
        svg.fills aria-hidden="true" focusable="false" {
            defs {
                @for (index, line) in lines.iter().enumerate().take(plots::FILLS) {
                    (fill(format!("fill-{index}"), &format!("s{index}"), line, index == 2))
                }
                (fill("fill-breach".into(), "breach", "", false))
                (fill("fill-no-breach".into(), "no-breach", lines[1], false))
                (fill("fill-undetermined".into(), "undetermined", lines[2], true))
                pattern id="fill-not-assessed" width="8" height="8" patternUnits="userSpaceOnUse" {
                    rect width="8" height="8" fill="var(--paper)" {}
                    path d=(lines[4]) fill="none" stroke="var(--not-assessed)" stroke-width="1" {}
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    /// Elements that have no end tag.
    const VOID: [&str; 3] = ["meta", "br", "img"];

    /// Every start tag as its name and the text of its attributes; fails where a tag is not closed in order.
    fn tags(page: &str) -> Vec<(String, String)> {
        let (mut open, mut tags) = (Vec::new(), Vec::new());
        let mut rest = page.strip_prefix("<!DOCTYPE html>").expect("it begins so");
        while let Some(start) = rest.find('<') {
            let tag = &rest[start + 1..];
            let end = tag.find('>').expect("a tag ends");
            let (inside, after) = (&tag[..end], &tag[end + 1..]);
            if let Some(name) = inside.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name), "before {}", &after[..after.len().min(80)]);
            } else {
                let name = inside.split([' ', '/']).next().unwrap_or_default().to_owned();
                if !inside.ends_with('/') && !VOID.contains(&name.as_str()) {
                    open.push(name.clone());
                }
                tags.push((name, inside.to_owned()));
            }
            rest = after;
        }
        assert_eq!(open, [""; 0], "everything is closed");
        tags
    }

    /// The attributes of a start tag; fails where one has no value in quotes.
    fn attributes(inside: &str) -> Vec<(&str, &str)> {
        let mut all = Vec::new();
        let mut rest = inside.split_once(' ').map_or("", |(_, rest)| rest);
        while !rest.trim_matches(['/', ' ']).is_empty() {
            let (name, after) = rest.split_once("=\"").expect("an attribute has a value");
            let (value, after) = after.split_once('"').expect("a value ends");
            all.push((name.trim(), value));
            rest = after;
        }
        all
    }

    fn pages() -> Vec<String> {
        let briefings = [
            samples::full("en"),
            samples::full("uk"),
            samples::empty("en"),
            samples::hostile(),
            pb::Briefing::default(),
        ];
        briefings.iter().map(page).collect()
    }

    #[test]
    fn every_tag_is_closed_and_every_id_is_there_once() {
        for page in pages() {
            let tags = tags(&page);
            let mut ids = Vec::new();
            for (_, inside) in &tags {
                let id = inside.split(" id=\"").nth(1).and_then(|rest| rest.split('"').next());
                ids.extend(id.map(str::to_owned));
            }
            let count = ids.len();
            ids.sort();
            ids.dedup();
            assert_eq!(ids.len(), count);
            let links = tags.iter().filter_map(|(_, inside)| inside.split("href=\"#").nth(1)?.split('"').next());
            for link in links {
                assert!(ids.iter().any(|id| id == link), "#{link} leads nowhere");
            }
            let labelled =
                tags.iter().filter_map(|(_, inside)| inside.split("aria-labelledby=\"").nth(1)?.split('"').next());
            for label in labelled.flat_map(|labels| labels.split(' ')) {
                assert!(ids.iter().any(|id| id == label), "nothing is called {label}");
            }
        }
    }

    #[test]
    fn nothing_is_loaded_and_nothing_runs() {
        for page in pages() {
            for (name, inside) in tags(&page) {
                assert!(
                    !matches!(
                        name.as_str(),
                        "script" | "link" | "img" | "iframe" | "object" | "embed" | "base" | "form"
                    ),
                    "{name}"
                );
                for (attribute, value) in attributes(&inside) {
                    let loads = ["src", "srcset", "style", "xlink:href", "action", "data", "poster", "background"];
                    assert!(!loads.contains(&attribute) && !attribute.starts_with("on"), "{inside}");
                    assert!(attribute != "href" || value.starts_with('#'), "{inside}");
                    let is_painted = matches!(attribute, "fill" | "stroke" | "clip-path");
                    assert!(!is_painted || !value.contains("url(") || value.starts_with("url(#"), "{inside}");
                }
            }
            assert!(!STYLE.contains("http") && !STYLE.contains("@import") && !STYLE.contains("url("));
        }
    }

    #[test]
    fn heads_have_a_scope_tables_a_caption_and_the_page_its_language() {
        let page = page(&samples::full("uk"));
        assert!(page.contains("<html lang=\"uk\">"));
        let tags = tags(&page);
        assert!(tags.iter().filter(|(name, _)| name == "th").all(|(_, inside)| inside.contains("scope=")));
        let count = |wanted: &str| tags.iter().filter(|(name, _)| name == wanted).count();
        assert_eq!(count("table"), count("caption") + count("details"), "numbers under a figure have its caption");
        assert_eq!((count("main"), count("h1"), count("nav")), (1, 1, 1));
        for svg in tags.iter().filter(|(name, _)| name == "svg") {
            assert!(svg.1.contains("aria-hidden=\"true\"") || svg.1.contains("aria-labelledby"), "{}", svg.1);
        }
    }

    #[test]
    fn verdicts_are_letter_and_word_and_what_became_known_later_says_so() {
        let page = page(&samples::full("en"));
        assert!(page.contains("<span class=\"verdict breach\"><b>B</b> breach</span>"));
        assert!(page.contains("<b>–</b> not assessed</span><br><bdi>outside the window</bdi>"));
        assert!(page.contains("(known only after the period)"));
        let first = "<a href=\"#r1\" title=\"contacts/c1, contacts/c2, documents/office\">1–3</a>";
        assert!(page.contains(first), "names stand behind the numbers");
    }

    #[test]
    fn the_same_briefing_is_the_same_bytes() {
        assert_eq!(page(&samples::full("en")), page(&samples::full("en")));
    }
}
