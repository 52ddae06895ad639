//! One row of a published file, whatever its format: its cells by column, where each stands, and the hash of its bytes.

use std::collections::HashMap;
use std::sync::Arc;

/// The most that one row may take: more is no row but a broken file, and must not fill the memory.
pub(super) const ROW_SIZE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The columns that a mapping speaks of, each with its index in the cells of a row.
#[derive(Debug, Default)]
pub(super) struct Columns {
    names: Vec<String>,
    indexes: HashMap<String, usize>,
}

impl Columns {
    /// Numbers names in order; one that comes again keeps its first number.
    pub(super) fn new(names: impl IntoIterator<Item = String>) -> Columns {
        let mut columns = Columns::default();
        for name in names {
            if !columns.indexes.contains_key(&name) {
                columns.indexes.insert(name.clone(), columns.names.len());
                columns.names.push(name);
            }
        }
        columns
    }

    /// The names in order.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The number of a name.
    pub(super) fn index(&self, name: &str) -> Option<usize> {
        self.indexes.get(name).copied()
    }
}

/// A place in a file: line and column from 1, counted in lines and characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct At {
    /// The line.
    pub(super) line: u64,
    /// The column.
    pub(super) column: u64,
}

/// What stands in one column of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cell {
    /// The text, quotes undone and blanks around it left out.
    pub(super) text: String,
    /// Where it begins.
    pub(super) at: At,
}

/// One row.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// The columns of its cells.
    pub(super) columns: Arc<Columns>,
    /// One for each column; `None` where the file has no such column or the cell says that nothing is known.
    pub(super) cells: Vec<Option<Cell>>,
    /// Where it begins.
    pub(super) at: At,
    /// SHA-256 of its bytes as they stand in the file, without the line break at its end.
    pub(super) sha256: [u8; 32],
    /// What reading it already left open.
    pub(super) remarks: Vec<Remark>,
}

impl Row {
    /// What stands in a column.
    pub(super) fn get(&self, column: &str) -> Option<&Cell> {
        self.cells.get(self.columns.index(column)?)?.as_ref()
    }

    /// The text in a column.
    pub(super) fn text(&self, column: &str) -> Option<&str> {
        self.get(column).map(|cell| cell.text.as_str())
    }

    /// A remark about a column of this row.
    pub(super) fn remark(&self, column: &str, reason: impl Into<String>) -> Remark {
        let at = self.get(column).map_or(self.at, |cell| cell.at);
        Remark { at, field: column.to_owned(), reason: reason.into() }
    }
}

/// Why a row, or a part of it, was not taken at its word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Remark {
    /// Where.
    pub(super) at: At,
    /// The column; empty: the whole row.
    pub(super) field: String,
    /// Why.
    pub(super) reason: String,
}

/// Why no row of a file can be taken.
#[derive(Debug)]
pub(super) enum Fatal {
    /// The system says no.
    Io {
        /// What it says.
        source: std::io::Error,
    },
    /// The file is not what it should be.
    Broken {
        /// Where.
        at: At,
        /// What is wrong there.
        problem: String,
    },
}

impl Fatal {
    /// A file that is broken at a place.
    pub(super) fn broken(at: At, problem: impl Into<String>) -> Fatal {
        Fatal::Broken { at, problem: problem.into() }
    }
}

impl From<std::io::Error> for Fatal {
    fn from(source: std::io::Error) -> Fatal {
        Fatal::Io { source }
    }
}

/// Where the byte at `index` of a row stands, given where the row begins.
pub(super) fn position(row: &[u8], index: usize, start: At) -> At {
    let before = &row[..index.min(row.len())];
    let breaks = before.iter().filter(|byte| **byte == b'\n').count();
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1);
    // Continuation bytes of a character are not counted.
    let chars = before[line_start..].iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
    let column = if breaks == 0 { start.column + chars } else { 1 + chars };
    At { line: start.line + breaks as u64, column }
}
