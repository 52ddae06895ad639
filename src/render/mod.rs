//! Answers as text: matrices, tables, rows for spreadsheets and features for maps. Pure: values in, text out.

use comfy_table::{Attribute, Cell, ContentArrangement, ContentLineStyle, LineStyle, Table, TableStyle};

pub mod direction;
pub mod words;

pub mod labels;

pub mod comparison;
pub mod difference;
pub mod explain;
pub mod inconsistency;
pub mod matrix;
pub mod obligations;
pub mod readings;
pub mod readouts;
pub mod tally;

pub mod rows;

pub mod hxl;

pub mod book;

pub mod accounts;
pub mod map;
pub mod verdicts;

pub mod briefing;

#[cfg(test)]
mod samples;

/// How text is to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether colours and bold type may be used. Nothing is said by them alone.
    pub colour: bool,
    /// The most columns that a table takes.
    pub width: usize,
}

impl Style {
    /// Without colours, 100 columns wide: for files, pipes and tests.
    pub const PLAIN: Style = Style { colour: false, width: 100 };
}

/// A line under the header, and nothing else that is not content.
const LOOK: TableStyle = TableStyle::new()
    .header_lines(ContentLineStyle::none().junction(' '))
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .content_lines(ContentLineStyle::none().junction(' '));

/// An empty table.
fn table(style: Style) -> Table {
    let mut table = Table::new();
    table.load_style(LOOK);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(style.width).unwrap_or(u16::MAX));
    table.set_truncation_indicator("…");
    if style.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

/// The table as text, with nothing behind the last letter of a line.
fn text_of(mut table: Table) -> String {
    for column in table.column_iter_mut() {
        column.set_padding((0, 1));
    }
    lines_of(&table)
}

/// As `text_of`, with the padding that the columns have.
fn lines_of(table: &Table) -> String {
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A heading, bold where type can be.
pub fn heading(text: &str, style: Style) -> String {
    if style.colour { format!("\u{1b}[1m{text}\u{1b}[0m\n") } else { format!("{text}\n") }
}

/// At most so many letters; what is cut off is marked.
fn shortened(text: &str, letters_max: usize) -> String {
    if text.chars().count() <= letters_max {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(letters_max.saturating_sub(1)).collect();
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// What is less important.
fn dim(text: impl ToString) -> Cell {
    Cell::new(text).add_attribute(Attribute::Dim)
}

/// What a header says.
fn head(text: impl ToString) -> Cell {
    Cell::new(text).add_attribute(Attribute::Bold)
}

/// Breaks running text into lines of at most so many letters.
pub fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    for paragraph in text.split('\n') {
        let indent: String = paragraph.chars().take_while(|c| *c == ' ').collect();
        let mut length = 0;
        for word in paragraph.split_whitespace() {
            let letters = word.chars().count();
            if length == 0 {
                wrapped.push_str(&indent);
                length = indent.len();
            } else if length + 1 + letters > width {
                wrapped.push('\n');
                wrapped.push_str(&indent);
                length = indent.len();
            } else {
                wrapped.push(' ');
                length += 1;
            }
            wrapped.push_str(word);
            length += letters;
        }
        wrapped.push('\n');
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_text_breaks_between_words_and_keeps_its_indent() {
        assert_eq!(wrap("one two three\n  four five", 9), "one two\nthree\n  four\n  five\n");
        assert_eq!(wrap("", 9), "\n");
    }
}
