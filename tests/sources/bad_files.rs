//! Files that are no files of their layout: a clear fault with its line and column, and nothing stored.

use crate::bench::Bench;
use crate::ged::table;

fn refused(bytes: &[u8], words: &str) {
    let bench = Bench::start("ged");
    let imported = bench.import_bytes(bytes, &[]);
    assert_eq!(imported.code, Some(1), "{imported:?}");
    assert!(imported.told.contains(words), "{words:?} is not in:\n{}", imported.told);
    assert!(!bench.path("rows.txt.rejects.csv").exists(), "a side file would say what is not so");
    assert_eq!(bench.head(), 0);
}

#[test]
fn a_missing_column_is_named_with_its_nearest_and_nothing_is_stored() {
    let text = table().text(&[&[], &[("id", "2")]]);
    refused(
        text.replacen("date_prec", "dateprec", 1).as_bytes(),
        "rows.txt:1:1: the header lacks `date_prec` (nearest: `dateprec`)",
    );
    let lacking = table().without(&["date_start", "best"]).text(&[&[]]);
    refused(lacking.as_bytes(), "the header lacks `date_start`");
}

#[test]
fn a_wrong_delimiter_another_encoding_and_an_empty_file_are_told() {
    let text = table().text(&[&[]]);
    refused(text.replace(',', ";").as_bytes(), "no ',' between columns but ';'");
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    refused(&utf16, "not UTF-8 (it looks like UTF-16)");
    refused(b"", "rows.txt:1:1: the file is empty");
}

#[test]
fn a_quote_that_is_never_closed_is_told_where_it_opens_and_nothing_is_stored() {
    let good = table().text(&[&[], &[("id", "2")]]);
    let open = table().row(&[("id", "3"), ("country", "OPEN")]).replace("OPEN", "\"Land");
    let column = open.find("\"Land").expect("it is there") + 1;
    refused((good + &open).as_bytes(), &format!("rows.txt:4:{column}: the quote that opens here is never closed"));
}

#[test]
fn a_hundred_megabytes_in_one_line_are_refused_with_the_line() {
    let mut bytes = table().text(&[&[]]).into_bytes();
    bytes.resize(bytes.len() + 100_000_000, b'x');
    refused(&bytes, "rows.txt:3:1: one row takes over 4 MiB");
}

#[test]
fn mixed_encodings_cost_the_rows_that_are_not_utf_8_and_no_other() {
    let bench = Bench::start("ged");
    let mut bytes = table().text(&[&[], &[("id", "2"), ("country", "L@nd")], &[("id", "3")]]).into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'@').expect("it is there");
    bytes[at] = 0xE9;
    let line_start = bytes[..at].iter().rposition(|byte| *byte == b'\n').expect("it is not the first line");
    let imported = bench.import_bytes(&bytes, &[]);
    assert_eq!(imported.counts(), (2, 1, 0), "{imported:?}");
    let [line, column, _, _, _, reason] = &imported.rejects[0];
    assert_eq!((line.as_str(), column.as_str()), ("3", (at - line_start).to_string().as_str()));
    assert_eq!(reason, &format!("byte {at} of the file is 0xE9, which is not UTF-8 here"));
}

#[test]
fn a_mark_at_the_start_and_line_ends_of_another_system_change_nothing() {
    let bench = Bench::start("ged");
    let text = table().text(&[&[], &[("id", "2"), ("source_headline", "one\ntwo")]]);
    let other = format!("\u{feff}{}", text.replace("one\ntwo", "one two").replace('\n', "\r\n"));
    assert_eq!(bench.import_bytes(other.as_bytes(), &[]).counts(), (2, 0, 0));
    let imported = bench.import(&text.replace("one\ntwo", "one two"));
    assert_eq!((&imported.summary["unchanged"], &imported.summary["placesMade"]), (&2.into(), &0.into()));
}

#[test]
fn a_file_of_nothing_but_bad_rows_makes_no_dossier_and_says_so() {
    let bench = Bench::start("ged");
    let imported = bench.import(&table().text(&[&[("date_start", "15/2/2015")], &[("id", "")]]));
    assert_eq!((imported.code, bench.head()), (Some(1), 0));
    assert_eq!(imported.rejects.len(), 2);
    assert!(
        imported.told.contains("no row of") && imported.told.contains("rows.txt.rejects.csv says why"),
        "{imported:?}"
    );
}

#[test]
fn a_file_cut_at_any_byte_stores_whole_rows_or_nothing_and_can_be_completed() {
    let bench = Bench::start("ged");
    let whole = table().text(&[&[], &[("id", "2"), ("where_description", "at \"the\" pier")]]);
    let first_row = table().text(&[&[]]).len();
    for end in [first_row - 1, first_row + 3, first_row + 60, whole.len() - 40, whole.len() - 1] {
        let cut = bench.import_bytes(&whole.as_bytes()[..end], &[]);
        if cut.code == Some(0) {
            cut.counts();
        }
        let ids: Vec<String> = bench.records("reports").into_iter().map(|record| record.name).collect();
        assert!(ids.len() <= 2, "{ids:?}");
    }
    assert_eq!(bench.import(&whole).counts(), (2, 0, 0));
    assert_eq!(bench.records("reports").len(), 2);
}
