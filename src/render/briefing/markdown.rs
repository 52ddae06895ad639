//! A briefing as Markdown: plain enough to be read as it is, and safe to be turned into a page.

use std::fmt::Write;

use crate::wire::pb;
use pb::BriefingChartKind;

use super::clock::{self, Clock};
use super::phrases::Phrases;
use super::references::References;
use super::{charts, map, text};
use crate::render::labels::{self, relative};

/// The whole file.
pub fn markdown(briefing: &pb::Briefing) -> String {
    let default = pb::BriefingHeader::default();
    let header = briefing.header.as_ref().unwrap_or(&default);
    let phrases = Phrases::of(&header.language);
    let references = References::of(briefing);
    let writer = Writer {
        phrases,
        references: &references,
        clock: Clock::of(&header.time_zone),
        has_previous: header.previous.is_some(),
    };
    let mut out = String::new();
    writer.header(&mut out, header);
    writer.key_points(&mut out, &briefing.key_points);
    for section in &briefing.sections {
        writer.section(&mut out, section);
    }
    writer.figures(&mut out, &briefing.charts);
    writer.timelines(&mut out, &briefing.charts);
    writer.map(&mut out, &briefing.features);
    writer.records(&mut out, header);
    out
}

struct Writer<'a> {
    phrases: &'static Phrases,
    references: &'a References<'a>,
    clock: Clock,
    has_previous: bool,
}

impl Writer<'_> {
    fn header(&self, out: &mut String, header: &pb::BriefingHeader) {
        let title = text::markdown(&header.title);
        let title = if title.is_empty() { self.phrases.briefing.to_owned() } else { title };
        line(out, &format!("# {title}"));
        let facts: Vec<String> = facts(header, self.phrases, &self.clock)
            .into_iter()
            .map(|(term, told)| format!("**{}:** {}", text::markdown(term), text::markdown(&told)))
            .collect();
        line(out, &facts.join(" · "));
        list(out, header.notes.iter().map(|note| text::markdown(note)));
    }

    fn key_points(&self, out: &mut String, points: &[pb::KeyPoint]) {
        heading(out, self.phrases.key_points);
        if points.is_empty() {
            line(out, self.phrases.nothing);
        }
        for (index, point) in points.iter().enumerate() {
            let told = self.told(&point.text, "", point.known_later, &point.records);
            let _ = writeln!(out, "{}. {told}", index + 1);
        }
        if !points.is_empty() {
            out.push('\n');
        }
    }

    fn section(&self, out: &mut String, section: &pb::BriefingSection) {
        heading(out, &text::markdown(&section.heading));
        if section.sentences.is_empty() && section.tables.is_empty() {
            line(out, self.phrases.nothing);
        }
        for run in section.sentences.chunk_by(|one, next| is_note(one) == is_note(next)) {
            for sentence in run {
                let kind = self.phrases.kind(sentence.kind(), self.has_previous);
                let told = self.told(&sentence.text, kind, sentence.known_later, &sentence.records);
                if is_note(sentence) {
                    line(out, &told);
                } else {
                    let _ = writeln!(out, "- {told}");
                }
            }
            if run.iter().any(|sentence| !is_note(sentence)) {
                out.push('\n');
            }
        }
        for (index, table) in section.tables.iter().enumerate() {
            self.table(out, table);
            // What stands beside several tables alike is said once, after the last of them.
            let is_said_again = section.tables.get(index + 1).is_some_and(|next| next.note == table.note);
            if !table.note.is_empty() && !is_said_again {
                line(out, &text::markdown(&table.note));
            }
        }
    }

    fn table(&self, out: &mut String, table: &pb::BriefingTable) {
        if !table.caption.is_empty() {
            line(out, &format!("**{}**", text::markdown(&table.caption)));
        }
        let has_records = table.rows.iter().any(|row| !row.records.is_empty());
        let widest = table.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).max(table.columns.len());
        let mut head: Vec<String> = table.columns.iter().map(|column| text::markdown(column)).collect();
        head.resize(widest, String::new());
        if has_records {
            head.push(self.phrases.records.to_owned());
        }
        let rows = table.rows.iter().map(|row| {
            let mut cells: Vec<String> =
                row.cells.iter().map(|cell| text::markdown(&cell_text(cell, self.phrases))).collect();
            cells.resize(widest, String::new());
            if has_records {
                cells.push(self.references(&row.records));
            }
            cells
        });
        grid(out, &head, rows);
    }

    fn figures(&self, out: &mut String, all: &[pb::BriefingChart]) {
        let drawn: Vec<&pb::BriefingChart> =
            all.iter().filter(|chart| chart.kind() != BriefingChartKind::Timeline).collect();
        if drawn.is_empty() {
            return;
        }
        heading(out, self.phrases.figures);
        if drawn.iter().any(|chart| !charts::is_empty(chart) && charts::rows(chart).1) {
            line(out, self.phrases.zeros_left_out);
        }
        for (index, chart) in drawn.iter().enumerate() {
            line(out, &format!("**{}**", text::markdown(&title(chart))));
            let (rows, _) = charts::rows(chart);
            if rows.is_empty() {
                line(out, self.phrases.nothing_to_draw);
            } else {
                let mut head = vec![charts::head(chart, self.phrases).to_owned()];
                head.extend(chart.series.iter().map(|series| text::markdown(&charts::series(series, self.phrases))));
                let rows = rows.iter().map(|(category, values)| {
                    let mut cells = vec![text::markdown(category)];
                    cells.extend(values.iter().map(i64::to_string));
                    cells
                });
                grid(out, &head, rows);
            }
            let is_said_again = drawn.get(index + 1).is_some_and(|next| next.note == chart.note);
            if !chart.note.is_empty() && !is_said_again {
                line(out, &text::markdown(&chart.note));
            }
        }
    }

    fn timelines(&self, out: &mut String, all: &[pb::BriefingChart]) {
        for chart in all.iter().filter(|chart| chart.kind() == BriefingChartKind::Timeline) {
            heading(out, self.phrases.timeline);
            if chart.moments.is_empty() {
                line(out, self.phrases.nothing);
                continue;
            }
            if !chart.title.is_empty() {
                line(out, &text::markdown(&title(chart)));
            }
            let head = [self.phrases.when, self.phrases.what, self.phrases.lane, self.phrases.records];
            let rows = chart.moments.iter().map(|moment| {
                let when = moment.span.as_ref().map(|span| self.clock.span(span)).unwrap_or_default();
                let record = std::slice::from_ref(&moment.record);
                vec![
                    text::markdown(&when),
                    text::markdown(&moment.label),
                    text::markdown(&moment.lane),
                    self.references(record),
                ]
            });
            grid(out, &head.map(str::to_owned), rows);
            if !chart.note.is_empty() {
                line(out, &text::markdown(&chart.note));
            }
        }
    }

    fn map(&self, out: &mut String, features: &[pb::BriefingFeature]) {
        if features.is_empty() {
            return;
        }
        heading(out, self.phrases.map);
        for (index, feature) in features.iter().enumerate() {
            let record = std::slice::from_ref(&feature.record);
            let told = text::markdown(&format!("{}: {}", feature.label, map::told(feature, self.phrases)));
            let _ = writeln!(out, "{}. {}", index + 1, joined(&told, &self.references(record)));
        }
        out.push('\n');
    }

    fn records(&self, out: &mut String, header: &pb::BriefingHeader) {
        out.push_str("<a id=\"records\"></a>\n\n");
        heading(out, self.phrases.records);
        let dossier = text::markdown(labels::id(&header.dossier));
        line(out, &format!("{} {dossier}.", self.phrases.records_note));
        for (index, name) in self.references.names().iter().enumerate() {
            let _ = writeln!(out, "{}. {}", index + 1, text::markdown(relative(name)));
        }
        out.push('\n');
        line(out, self.phrases.composed_from);
        out.truncate(out.trim_end().len());
        out.push('\n');
    }

    /// A sentence with what must stand beside it: what it is, when it became known, by which records.
    fn told(&self, of: &str, kind: &str, known_later: bool, records: &[String]) -> String {
        let mut told = String::new();
        if !kind.is_empty() {
            let _ = write!(told, "**{kind}:** ");
        }
        told.push_str(&text::markdown(of));
        if known_later {
            let _ = write!(told, " *({})*", self.phrases.known_later);
        }
        joined(&told, &self.references(records))
    }

    /// Such as `[3, 5–7](#records)`; empty where there is none.
    fn references(&self, records: &[String]) -> String {
        let runs: Vec<String> = self.references.runs(records).iter().map(super::references::Run::text).collect();
        if runs.is_empty() { String::new() } else { format!("[{}](#records)", runs.join(", ")) }
    }
}

/// What a briefing is of, as terms and what they are. Every format prints these.
pub(super) fn facts(
    header: &pb::BriefingHeader,
    phrases: &'static Phrases,
    clock: &Clock,
) -> Vec<(&'static str, String)> {
    let mut facts = Vec::new();
    if header.number > 0 {
        facts.push((phrases.number, header.number.to_string()));
    }
    let period = clock::period(header, clock);
    let zone = if header.time_zone.is_empty() { String::new() } else { format!(" ({})", header.time_zone) };
    facts.push((phrases.period, format!("{period}{zone}")));
    let limit = |known_by: Option<&prost_types::Timestamp>| {
        known_by.map_or_else(|| phrases.no_limit.to_owned(), |known_by| clock.instant(known_by))
    };
    facts.push((phrases.known_by, limit(header.known_by.as_ref())));
    let at = header.record_time.as_ref().map(|time| format!(" ({})", clock.instant(time))).unwrap_or_default();
    facts.push((phrases.record, format!("{} {}{at}", phrases.position, header.position)));
    if let Some(previous) = &header.previous {
        let known_by = limit(previous.known_by.as_ref());
        facts.push((phrases.previous, format!("{} {}; {known_by}", phrases.position, previous.position)));
    }
    let readings: Vec<String> = header.readings.iter().map(|reading| labels::reading(&reading.reading)).collect();
    facts.push((phrases.readings, told_or(&readings, phrases.none)));
    let bases: Vec<String> = header.bases().map(|basis| phrases.basis(basis).to_owned()).collect();
    facts.push((phrases.bases, told_or(&bases, phrases.none)));
    let versions = [(phrases.rules, &header.rules_version), (phrases.taxonomies, &header.taxonomy_version)];
    facts.extend(versions.into_iter().filter(|(_, version)| !version.is_empty()).map(|(term, v)| (term, v.clone())));
    facts
}

/// A cell in words: its verdict by letter and word, and what else it says.
pub(super) fn cell_text(cell: &pb::BriefingCell, phrases: &Phrases) -> String {
    let text = text::line(&cell.text);
    match cell.verdict() {
        pb::Verdict::Unspecified => text,
        // A count under a head that says of what.
        _ if is_count(&text) => text,
        verdict => {
            let (letter, word) = (phrases.letter(verdict), phrases.verdict(verdict));
            match cell_rest(&text, letter, word) {
                "" => format!("{letter} {word}"),
                rest => format!("{letter} {word} · {rest}"),
            }
        }
    }
}

/// Whether a cell is a number.
pub(super) fn is_count(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a cell says beside its verdict.
pub(super) fn cell_rest<'a>(text: &'a str, letter: &str, word: &str) -> &'a str {
    let rest = text.strip_prefix(letter).map_or(text, str::trim_start);
    if text == letter || text == word || rest == word { "" } else { text }
}

/// The title of a chart, with its unit where the title does not say it.
pub(super) fn title(chart: &pb::BriefingChart) -> String {
    let (title, unit) = (text::line(&chart.title), text::line(&chart.unit));
    let is_said = title.to_lowercase().contains(&unit.to_lowercase());
    match (title.is_empty(), is_said) {
        (true, _) => unit,
        (false, true) => title,
        (false, false) => format!("{title} ({unit})"),
    }
}

/// Whether a sentence is a remark on the section rather than a part of it.
pub(super) fn is_note(sentence: &pb::BriefingSentence) -> bool {
    sentence.kind() == pb::BriefingSentenceKind::Note
}

fn told_or(all: &[String], none: &str) -> String {
    if all.is_empty() { none.to_owned() } else { all.join(", ") }
}

fn line(out: &mut String, text: &str) {
    if !text.is_empty() {
        out.push_str(text);
        out.push_str("\n\n");
    }
}

fn heading(out: &mut String, text: &str) {
    line(out, &format!("## {text}"));
}

fn list(out: &mut String, items: impl Iterator<Item = String>) {
    let before = out.len();
    for item in items.filter(|item| !item.is_empty()) {
        let _ = writeln!(out, "- {item}");
    }
    if out.len() > before {
        out.push('\n');
    }
}

fn grid(out: &mut String, head: &[String], rows: impl Iterator<Item = Vec<String>>) {
    if head.is_empty() {
        return;
    }
    let _ = writeln!(out, "| {} |", head.join(" | "));
    let _ = writeln!(out, "|{}", "---|".repeat(head.len()));
    for row in rows {
        let _ = writeln!(out, "| {} |", row.join(" | "));
    }
    out.push('\n');
}

fn joined(told: &str, references: &str) -> String {
    match (told.is_empty(), references.is_empty()) {
        (_, true) => told.to_owned(),
        (true, false) => references.to_owned(),
        (false, false) => format!("{told} {references}"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_briefing_is_read_from_top_to_bottom() {
        insta::assert_snapshot!("english", markdown(&samples::full("en")));
        insta::assert_snapshot!("ukrainian", markdown(&samples::full("uk")));
    }

    #[test]
    fn where_there_is_nothing_that_is_said() {
        insta::assert_snapshot!("empty", markdown(&samples::empty("en")));
        let bare = markdown(&pb::Briefing::default());
        assert!(bare.starts_with("# Briefing\n"), "{bare}");
    }

    #[test]
    fn words_out_of_records_are_words_and_nothing_else() {
        let written = markdown(&samples::hostile());
        for line in written.lines() {
            let is_ours = line.starts_with("<a id=\"records\"></a>");
            assert!(is_ours || !unescaped(line, '<'), "{line}");
            assert!(!unescaped(line, '`'), "{line}");
            let links = line.match_indices("](").filter(|(at, _)| !line[..*at].ends_with('\\'));
            let foreign = links.filter(|(at, _)| !line[*at..].starts_with("](#records)")).count();
            assert_eq!(foreign, 0, "{line}");
        }
        let heads = written.lines().filter(|line| line.starts_with('#')).count();
        assert_eq!(heads, 1 + 1 + samples::KINDS.len() + 4, "no heading comes out of a record");
        let columns =
            |line: &str| line.char_indices().filter(|(at, c)| *c == '|' && !line[..*at].ends_with('\\')).count();
        let row = written.lines().position(|line| line.starts_with("|---")).expect("there are tables");
        let table: Vec<&str> = written.lines().skip(row - 1).take_while(|line| line.starts_with('|')).collect();
        assert!(table.iter().all(|line| columns(line) == columns(table[0])), "{table:?}");
    }

    fn unescaped(line: &str, letter: char) -> bool {
        line.char_indices().any(|(at, c)| c == letter && !line[..at].ends_with('\\'))
    }
}
