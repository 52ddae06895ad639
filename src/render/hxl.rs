//! CSV for spreadsheets and for tools that read HXL: a header, a line of hashtags, and cells that are no formulas.

/// A column: its header, and the hashtag with its attributes. What the HXL dictionary has no word for begins with `#x_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The header.
    pub head: &'static str,
    /// The hashtag.
    pub tag: &'static str,
}

/// What stands in one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A name, number, instant or word of our own.
    Plain(String),
    /// Words that somebody wrote into a record.
    Words(String),
}

/// How cells are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manner {
    /// Whether a line of hashtags follows the header.
    pub is_tagged: bool,
    /// Whether an apostrophe is put before words that a spreadsheet would take for a formula.
    pub is_guarded: bool,
}

/// With one of these at the beginning a cell is a formula somewhere; the wide ones where East Asian input is read.
const FORMULA_STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

impl Cell {
    /// A cell with nothing in it.
    pub const EMPTY: Cell = Cell::Plain(String::new());

    fn written(&self, manner: Manner) -> String {
        match self {
            Cell::Words(words) if manner.is_guarded && words.starts_with(FORMULA_STARTS) => format!("'{words}"),
            Cell::Plain(text) | Cell::Words(text) => text.clone(),
        }
    }
}

/// The header, and the line of hashtags if there is to be one.
pub fn head(columns: &[Column], manner: Manner) -> String {
    let mut lines = vec![columns.iter().map(|column| column.head.to_owned()).collect::<Vec<_>>()];
    if manner.is_tagged {
        lines.push(columns.iter().map(|column| column.tag.to_owned()).collect());
    }
    csv(lines)
}

/// Rows as lines.
pub fn lines(rows: impl IntoIterator<Item = Vec<Cell>>, manner: Manner) -> String {
    csv(rows.into_iter().map(|row| row.iter().map(|cell| cell.written(manner)).collect()))
}

fn csv(rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).expect("memory takes what is written");
    }
    let bytes = writer.into_inner().expect("memory takes what is written");
    String::from_utf8(bytes).expect("text was written")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 2] =
        [Column { head: "incident", tag: "#event+code" }, Column { head: "name", tag: "#event+name" }];

    #[test]
    fn the_hashtags_stand_under_the_header_or_not_at_all() {
        let manner = |is_tagged| Manner { is_tagged, is_guarded: true };
        assert_eq!(head(&COLUMNS, manner(true)), "incident,name\n#event+code,#event+name\n");
        assert_eq!(head(&COLUMNS, manner(false)), "incident,name\n");
    }

    #[test]
    fn words_that_would_be_a_formula_get_an_apostrophe_and_our_own_numbers_do_not() {
        let check = |cell: Cell, guarded: &str, unguarded: &str| {
            let line = |is_guarded| lines([vec![cell.clone()]], Manner { is_tagged: false, is_guarded });
            assert_eq!((line(true).as_str(), line(false).as_str()), (guarded, unguarded), "{cell:?}");
        };
        let words = |text: &str| Cell::Words(text.to_owned());
        check(words("=1+1"), "'=1+1\n", "=1+1\n");
        check(words("@SUM(A1)"), "'@SUM(A1)\n", "@SUM(A1)\n");
        check(words("+380 44"), "'+380 44\n", "+380 44\n");
        check(words("＝1"), "'＝1\n", "＝1\n");
        check(words("\t=1"), "\"'\t=1\"\n".replace('"', "").as_str(), "\t=1\n");
        check(words("a=b, \"c\"\nd"), "\"a=b, \"\"c\"\"\nd\"\n", "\"a=b, \"\"c\"\"\nd\"\n");
        check(Cell::Plain("-12.5".to_owned()), "-12.5\n", "-12.5\n");
    }
}
