//! Reads files of delimited columns row by row in bounded memory, and asserts their header by the names of its columns.
//!
//! The `csv` crate reads the same grammar, but neither keeps the bytes of a row nor bounds them, and it forgives a quote
//! that is never closed. Here that is a fault with the place of the quote.

use std::io::BufRead;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::mapping::FileRule;
use super::rows::{At, Cell, Columns, Fatal, ROW_SIZE_BYTES_MAX, Remark, Row, position};
use crate::domain::nearest::nearest;

/// The most missing columns that are named one by one.
const NAMED_MAX: usize = 12;

/// A file that is read row by row.
pub(super) struct Delimited<R> {
    input: R,
    grammar: Grammar,
    columns: Arc<Columns>,
    /// For each column of the mapping, its place in the file's header.
    places: Vec<Option<usize>>,
    missing: Vec<String>,
    header: Vec<String>,
    line: u64,
    offset: u64,
    row: Vec<u8>,
    hash: Sha256,
}

/// How rows are written.
#[derive(Debug, Clone, Copy)]
struct Grammar {
    delimiter: u8,
    /// Whether a field may stand in quotes.
    quotes: bool,
}

/// One field of a row before anyone knows which column it is.
struct Field {
    text: String,
    at: At,
}

/// What the bytes of a row are, one after the other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// After a quote within quotes: the end, or the first half of a doubled one.
    Closing,
}

impl State {
    fn after(self, byte: u8, grammar: Grammar) -> State {
        let Grammar { delimiter, quotes } = grammar;
        match (self, byte) {
            (_, b'"') if !quotes => State::Plain,
            (State::Quoted, b'"') => State::Closing,
            (State::Quoted, _) | (State::Closing | State::FieldStart, b'"') => State::Quoted,
            (_, byte) if byte == delimiter => State::FieldStart,
            (_, _) => State::Plain,
        }
    }
}

impl<R: BufRead> Delimited<R> {
    /// Reads the header and checks it: every required column is there, by its name or another spelling, once.
    pub(super) fn open(input: R, rule: &FileRule, columns: Arc<Columns>) -> Result<Delimited<R>, Fatal> {
        let mut file = Delimited {
            input,
            grammar: Grammar { delimiter: rule.delimiter_byte(), quotes: rule.quotes },
            columns,
            places: Vec::new(),
            missing: rule.missing.clone(),
            header: Vec::new(),
            line: 1,
            offset: 0,
            row: Vec::new(),
            hash: Sha256::new(),
        };
        let start = At { line: 1, column: 1 };
        let Some(at) = file.raw_row()? else {
            return Err(Fatal::broken(start, "the file is empty; its first line should name the columns"));
        };
        if file.row.contains(&0) || file.row.starts_with(&[0xFF, 0xFE]) || file.row.starts_with(&[0xFE, 0xFF]) {
            return Err(Fatal::broken(start, "the file is not UTF-8 (it looks like UTF-16); save it as UTF-8"));
        }
        if file.row.starts_with("\u{feff}".as_bytes()) {
            // Some programs begin a file with a mark that is no part of its text.
            file.row.drain(..3);
        }
        let fields = match fields(&file.row, file.grammar, at, 0) {
            Ok(fields) => fields,
            Err(Remark { at, reason, .. }) => return Err(Fatal::broken(at, format!("in the header: {reason}"))),
        };
        file.places = header_places(&fields, rule, &file.columns)?;
        file.header = fields.into_iter().map(|field| field.text).collect();
        Ok(file)
    }

    /// The next row, or why it cannot be read; `None` at the end.
    pub(super) fn next_row(&mut self) -> Result<Option<Result<Row, Remark>>, Fatal> {
        loop {
            let offset = self.offset;
            let Some(at) = self.raw_row()? else { return Ok(None) };
            if !self.row.is_empty() {
                return Ok(Some(self.read_row(at, offset)));
            }
        }
    }

    /// How many bytes have been read.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// SHA-256 of the bytes read so far, which at the end is that of the file.
    pub(super) fn sha256(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    fn read_row(&self, at: At, offset: u64) -> Result<Row, Remark> {
        let sha256 = Sha256::digest(&self.row).into();
        let fields = fields(&self.row, self.grammar, at, offset)?;
        let (found, expected) = (fields.len(), self.header.len());
        if found != expected {
            // The first field that is too many, or the end of the row where one is missing.
            let at = fields.get(expected).map_or_else(|| position(&self.row, self.row.len(), at), |field| field.at);
            let field = self.header.get(found).cloned().unwrap_or_default();
            return Err(Remark { at, field, reason: format!("{found} fields where the header has {expected}") });
        }
        let mut fields: Vec<Option<Field>> = fields.into_iter().map(Some).collect();
        let cells = self.places.iter().map(|place| {
            let Field { text, at } = fields.get_mut((*place)?)?.take()?;
            let text = text.trim();
            let is_missing = text.is_empty() || self.missing.iter().any(|missing| missing == text);
            (!is_missing).then(|| Cell { text: text.to_owned(), at })
        });
        let cells = cells.collect();
        Ok(Row { columns: self.columns.clone(), cells, at, sha256, remarks: Vec::new() })
    }

    /// Reads the bytes of the next row into `row`, without the line break at its end.
    fn raw_row(&mut self) -> Result<Option<At>, Fatal> {
        self.row.clear();
        let start = At { line: self.line, column: 1 };
        let mut state = State::FieldStart;
        let mut opened = 0;
        loop {
            let chunk = self.input.fill_buf()?;
            if chunk.is_empty() {
                if state == State::Quoted {
                    let at = position(&self.row, opened, start);
                    return Err(Fatal::broken(at, "the quote that opens here is never closed"));
                }
                trim_return(&mut self.row);
                return Ok((!self.row.is_empty()).then_some(start));
            }
            let mut used = 0;
            let mut is_whole = false;
            for byte in chunk {
                used += 1;
                if *byte == b'\n' && state != State::Quoted {
                    is_whole = true;
                    break;
                }
                if state == State::FieldStart && *byte == b'"' && self.grammar.quotes {
                    opened = self.row.len() + used - 1;
                }
                state = state.after(*byte, self.grammar);
            }
            let taken = &chunk[..used];
            self.hash.update(taken);
            self.line += taken.iter().filter(|byte| **byte == b'\n').count() as u64;
            self.row.extend_from_slice(&taken[..used - usize::from(is_whole)]);
            self.input.consume(used);
            self.offset += used as u64;
            if self.row.len() > ROW_SIZE_BYTES_MAX {
                let limit = format!("over {} MiB", ROW_SIZE_BYTES_MAX / 1024 / 1024);
                return Err(match state {
                    State::Quoted => {
                        let problem = format!("the quote that opens here is not closed within a row of {limit}");
                        Fatal::broken(position(&self.row, opened, start), problem)
                    }
                    _ => Fatal::broken(start, format!("one row takes {limit}, the most that a row may take")),
                });
            }
            if is_whole {
                trim_return(&mut self.row);
                return Ok(Some(start));
            }
        }
    }
}

fn trim_return(row: &mut Vec<u8>) {
    if row.last() == Some(&b'\r') {
        row.pop();
    }
}

/// Takes a row apart. `offset`: where it begins in the file, in bytes.
fn fields(row: &[u8], grammar: Grammar, start: At, offset: u64) -> Result<Vec<Field>, Remark> {
    if let Err(error) = std::str::from_utf8(row) {
        let index = error.valid_up_to();
        let byte = row[index];
        let reason = format!("byte {} of the file is {byte:#04X}, which is not UTF-8 here", offset + index as u64);
        return Err(Remark { at: position(row, index, start), field: String::new(), reason });
    }
    let mut fields = Vec::new();
    let mut state = State::FieldStart;
    let mut text = Vec::new();
    let mut first = start;
    let mut here = start;
    for (index, byte) in row.iter().copied().enumerate() {
        let next = state.after(byte, grammar);
        match byte {
            b'\n' => here = At { line: here.line + 1, column: 1 },
            // Continuation bytes of a character are not counted.
            _ => here.column += u64::from(byte & 0xC0 != 0x80),
        }
        match (state, next) {
            (_, State::FieldStart) => {
                fields.push(field(&mut text, first));
                first = here;
            }
            (State::Closing, State::Plain) => {
                let reason = "text after the quote that closes a field".to_owned();
                return Err(Remark { at: position(row, index, start), field: String::new(), reason });
            }
            (State::FieldStart, State::Quoted) | (State::Quoted, State::Closing) => {}
            (State::FieldStart | State::Plain | State::Quoted | State::Closing, _) => text.push(byte),
        }
        state = next;
    }
    fields.push(field(&mut text, first));
    Ok(fields)
}

fn field(text: &mut Vec<u8>, at: At) -> Field {
    // The buffer is kept for the next field: each text is made once, in its size.
    let of_field = String::from_utf8(text.clone()).expect("the whole row is UTF-8 and is cut at ASCII only");
    text.clear();
    Field { text: of_field, at }
}

/// Where each column of the mapping stands in the header.
fn header_places(header: &[Field], rule: &FileRule, columns: &Columns) -> Result<Vec<Option<usize>>, Fatal> {
    let names: Vec<&str> = header.iter().map(|field| field.text.trim()).collect();
    let find = |column: &str| {
        let spellings = rule.aliases.get(column).map(Vec::as_slice).unwrap_or_default();
        std::iter::once(column)
            .chain(spellings.iter().map(String::as_str))
            .find_map(|wanted| names.iter().position(|name| *name == wanted))
    };
    let missing: Vec<&str> = rule.required.iter().map(String::as_str).filter(|name| find(name).is_none()).collect();
    if !missing.is_empty() {
        let at = At { line: 1, column: 1 };
        return Err(Fatal::broken(at, missing_columns(&missing, &names, rule)));
    }
    for (index, name) in names.iter().enumerate() {
        if !name.is_empty() && names[..index].contains(name) {
            return Err(Fatal::broken(header[index].at, format!("the column `{name}` is there twice")));
        }
    }
    Ok(columns.names().iter().map(|name| find(name)).collect())
}

fn missing_columns(missing: &[&str], names: &[&str], rule: &FileRule) -> String {
    let delimiter = char::from(rule.delimiter_byte());
    if let [only] = names {
        let other = [',', ';', '|', '\t'].into_iter().find(|other| *other != delimiter && only.contains(*other));
        if let Some(other) = other {
            return format!(
                "the first line has no {delimiter:?} between columns but {other:?}; `file.delimiter` of the mapping says which it is"
            );
        }
    }
    if missing.len() == rule.required.len() {
        let seen = names.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        return format!(
            "the first line is not the header: it names none of the {} columns needed ({}, …) and begins with {seen}",
            missing.len(),
            missing.iter().take(3).copied().collect::<Vec<_>>().join(", ")
        );
    }
    let told = missing.iter().take(NAMED_MAX).map(|name| match nearest(name, names.iter().copied()) {
        Some(nearest) => format!("`{name}` (nearest: `{nearest}`)"),
        None => format!("`{name}`"),
    });
    let more = missing.len().checked_sub(NAMED_MAX).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    format!("the header lacks {}{more}", told.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(delimiter: &str) -> FileRule {
        let text = format!(
            "format = \"delimited\"\ndelimiter = {delimiter:?}\nrequired = [\"id\", \"day\"]\noptional = [\"note\"]\nmissing = [\"NA\"]\naliases = {{ day = [\"date\"] }}"
        );
        toml::from_str(&text).expect("a rule for files")
    }

    /// Reads everything with a small buffer, so that rows lie across its edges.
    fn read(bytes: &[u8]) -> Result<Vec<String>, String> {
        let rule = rule(",");
        let columns = Arc::new(Columns::new(["id", "day", "note"].map(str::to_owned)));
        let told = |fatal| match fatal {
            Fatal::Broken { at: At { line, column }, problem } => format!("{line}:{column} {problem}"),
            Fatal::Io { source } => source.to_string(),
        };
        let input = std::io::BufReader::with_capacity(7, bytes);
        let mut file = Delimited::open(input, &rule, columns).map_err(told)?;
        let mut rows = Vec::new();
        while let Some(row) = file.next_row().map_err(told)? {
            rows.push(match row {
                Ok(row) => {
                    let cell = |cell: &Option<Cell>| match cell {
                        Some(Cell { text, at: At { line, column } }) => format!("{line}:{column} {text:?}"),
                        None => "-".into(),
                    };
                    row.cells.iter().map(cell).collect::<Vec<_>>().join(" ")
                }
                Err(Remark { at: At { line, column }, field, reason }) => format!("! {line}:{column} {field} {reason}"),
            });
        }
        assert_eq!(file.sha256(), <[u8; 32]>::from(Sha256::digest(bytes)), "the hash is that of the file");
        assert_eq!(file.offset(), bytes.len() as u64);
        Ok(rows)
    }

    fn check(bytes: &[u8], expected: &[&str]) {
        assert_eq!(read(bytes).expect("the file is read"), expected);
    }

    fn check_fatal(bytes: &[u8], expected: &str) {
        assert_eq!(read(bytes).expect_err("the file is refused"), expected);
    }

    #[test]
    fn columns_are_found_by_name_in_any_order_and_by_another_spelling() {
        check(b"id,day,note\n1,2,3\n", &["2:1 \"1\" 2:3 \"2\" 2:5 \"3\""]);
        check(b"x,date,id\n1,2,3", &["2:5 \"3\" 2:3 \"2\" -"]);
    }

    #[test]
    fn a_mark_at_the_start_and_line_ends_of_another_system_are_no_text() {
        check(b"\xEF\xBB\xBFid,day\r\n1,2\r\n\r\n3,NA\r\n", &["2:1 \"1\" 2:3 \"2\" -", "4:1 \"3\" - -"]);
    }

    #[test]
    fn a_quoted_field_may_hold_delimiters_quotes_and_line_breaks() {
        check(
            b"id,day,note\n1,2,\"a \"\"b\"\", \xC3\xA9\nc\"\n3,4,5\"6\n",
            &["2:1 \"1\" 2:3 \"2\" 2:5 \"a \\\"b\\\", é\\nc\"", "4:1 \"3\" 4:3 \"4\" 4:5 \"5\\\"6\""],
        );
    }

    #[test]
    fn a_row_of_another_encoding_is_refused_with_its_line_column_and_byte() {
        check(
            b"id,day,note\n1,2,a\xE9\n3,4,5\n",
            &["! 2:6  byte 17 of the file is 0xE9, which is not UTF-8 here", "3:1 \"3\" 3:3 \"4\" 3:5 \"5\""],
        );
    }

    #[test]
    fn a_row_with_too_few_or_too_many_fields_is_refused_where_they_differ() {
        check(
            b"id,day,note\n1,2\n1,2,3,4\n1,\"2\"x,3\n",
            &[
                "! 2:4 note 2 fields where the header has 3",
                "! 3:7  4 fields where the header has 3",
                "! 4:6  text after the quote that closes a field",
            ],
        );
    }

    #[test]
    fn a_quote_that_is_never_closed_is_told_where_it_opens() {
        check_fatal(b"id,day,note\n1,2,3\n4,5,\"6\n7,8,9\n", "3:5 the quote that opens here is never closed");
        let long = [b"id,day,note\n1,2,\"".as_slice(), &vec![b'x'; ROW_SIZE_BYTES_MAX + 1]].concat();
        check_fatal(&long, "2:5 the quote that opens here is not closed within a row of over 4 MiB");
    }

    #[test]
    fn a_layout_without_quotes_takes_a_quote_as_a_letter() {
        let rule: FileRule =
            toml::from_str("format = \"delimited\"\ndelimiter = \"|\"\nquotes = false\nrequired = [\"a\"]")
                .expect("a rule for files");
        let columns = Arc::new(Columns::new(["a".to_owned()]));
        let text = "a|b\n\"Mill\" shop|\"\n2|3\n";
        let mut file = Delimited::open(text.as_bytes(), &rule, columns).unwrap_or_else(|_| panic!("it has a header"));
        let mut texts = Vec::new();
        while let Ok(Some(Ok(row))) = file.next_row() {
            texts.push(row.text("a").unwrap_or_default().to_owned());
        }
        assert_eq!(texts, ["\"Mill\" shop", "2"]);
    }

    #[test]
    fn a_row_without_end_is_refused_before_it_fills_the_memory() {
        let long = [b"id,day,note\n1,2,".as_slice(), &vec![b'x'; ROW_SIZE_BYTES_MAX + 1]].concat();
        check_fatal(&long, "2:1 one row takes over 4 MiB, the most that a row may take");
    }

    #[test]
    fn a_header_that_is_missing_wrong_or_double_is_refused_with_advice() {
        check_fatal(b"", "1:1 the file is empty; its first line should name the columns");
        check_fatal(
            b"7,2014-01-01,x\n",
            "1:1 the first line is not the header: it names none of the 2 columns needed (id, day, …) and begins with 7, 2014-01-01, x",
        );
        check_fatal(b"id,dayy\n", "1:1 the header lacks `day` (nearest: `dayy`)");
        check_fatal(
            b"id;day;note\n",
            "1:1 the first line has no ',' between columns but ';'; `file.delimiter` of the mapping says which it is",
        );
        check_fatal(b"id,day,id\n", "1:8 the column `id` is there twice");
        check_fatal(b"\xFF\xFEi\0d\0", "1:1 the file is not UTF-8 (it looks like UTF-16); save it as UTF-8");
    }

    #[test]
    fn a_file_cut_at_any_byte_is_read_or_refused_and_never_panics() {
        let whole = b"\xEF\xBB\xBFid,day,note\r\n1,2,\"a \"\"b\"\"\n\xC3\xA9\"\r\n3,4,5\n";
        let mut outcomes = [0, 0];
        for end in 0..whole.len() {
            let index = usize::from(std::panic::catch_unwind(|| read(&whole[..end])).expect("no panic").is_ok());
            outcomes[index] += 1;
        }
        assert!(outcomes[0] > 10 && outcomes[1] > 10, "{outcomes:?}");
    }
}
