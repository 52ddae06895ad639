//! One line of a table: words before and after the arrow, plain ones and `key=value`, none of which may be passed over.

use std::cell::RefCell;
use std::collections::BTreeMap;

/// A line, taken apart. What nobody asked for is a fault: a misspelt key must not make a check say less.
#[derive(Debug)]
pub(crate) struct Line {
    /// `file:line`, for people.
    pub(crate) place: String,
    plain: Vec<String>,
    keyed: BTreeMap<String, String>,
    /// What stands after `=>`.
    pub(crate) answer: Option<Vec<String>>,
    asked: RefCell<Vec<String>>,
}

impl Line {
    /// Takes a line apart.
    pub(crate) fn read(place: String, text: &str) -> Line {
        let (question, answer) = match text.split_once("=>") {
            Some((question, answer)) => (question, Some(answer.split_whitespace().map(str::to_owned).collect())),
            None => (text, None),
        };
        let (mut plain, mut keyed) = (Vec::new(), BTreeMap::new());
        for word in question.split_whitespace() {
            match word.split_once('=') {
                Some((key, value)) => {
                    let twice = keyed.insert(key.to_owned(), value.to_owned());
                    assert!(twice.is_none(), "{place}: {key} stands twice");
                }
                None => plain.push(word.to_owned()),
            }
        }
        Line { place, plain, keyed, answer, asked: RefCell::default() }
    }

    /// The first word.
    pub(crate) fn verb(&self) -> &str {
        self.plain.first().map_or("", String::as_str)
    }

    /// The plain word at a place; the verb is 0.
    pub(crate) fn word(&self, at: usize) -> &str {
        self.plain.get(at).unwrap_or_else(|| panic!("{}: word {at} is missing", self.place))
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.asked.borrow_mut().push(key.to_owned());
        self.keyed.get(key).map(String::as_str)
    }

    /// The value of a key, or what it is if not said; `-` says that it is left out.
    pub(crate) fn or<'s>(&'s self, key: &str, unsaid: &'s str) -> Option<&'s str> {
        Some(self.get(key).unwrap_or(unsaid)).filter(|value| *value != "-")
    }

    /// The values of a key, set apart by commas.
    pub(crate) fn list(&self, key: &str) -> Vec<&str> {
        self.get(key).map(commas).unwrap_or_default()
    }

    /// What stands after the arrow.
    pub(crate) fn answer(&self) -> Vec<&str> {
        let answer = self.answer.as_ref().unwrap_or_else(|| panic!("{}: `=>` is missing", self.place));
        answer.iter().map(String::as_str).collect()
    }

    /// The line that a `refuse` line expects to be refused.
    pub(crate) fn refused(&self) -> String {
        let keyed = self.keyed.iter().map(|(key, value)| format!("{key}={value}"));
        self.plain.iter().skip(1).cloned().chain(keyed).collect::<Vec<_>>().join(" ")
    }

    /// Sees that every word was asked for: `plain` of the plain ones, and all the keys.
    pub(crate) fn done(&self, plain: usize) {
        assert_eq!(self.plain.len(), plain, "{}: words are left over: {:?}", self.place, self.plain);
        for key in self.keyed.keys() {
            assert!(self.asked.borrow().contains(key), "{}: {key} means nothing here", self.place);
        }
    }
}

/// Words set apart by commas; `-` is none.
pub(crate) fn commas(text: &str) -> Vec<&str> {
    if text == "-" { Vec::new() } else { text.split(',').collect() }
}
