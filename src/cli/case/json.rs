//! Reads JSON and JSON Lines with the place of every value, and refuses a key that occurs twice.
//!
//! `serde_json` keeps no places and lets the last of two equal keys win, so the shape is read here; strings and numbers
//! are left to it.

use std::collections::HashSet;

use serde_json::Number;

use super::node::{At, Key, Node, Value};
use super::read::Syntax;

/// Deeper than any record goes, and shallow enough for every stack.
const DEPTH_MAX: usize = 100;

/// All values at the top of a text: one of a JSON file, one a line of JSON Lines.
pub fn read(text: &str) -> Result<Vec<Node>, Syntax> {
    let mut reader = Reader { text, offset: 0, line: 1, line_start: 0 };
    let mut nodes = Vec::new();
    reader.skip_space();
    while reader.peek().is_some() {
        nodes.push(reader.value(0)?);
        reader.skip_space();
    }
    Ok(nodes)
}

struct Reader<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
    line_start: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Node, Syntax> {
        let at = self.at();
        if depth > DEPTH_MAX {
            return Err(wrong(at, format!("nested deeper than {DEPTH_MAX} levels")));
        }
        let value = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => self.word()?,
            None => return Err(wrong(at, "a value is missing")),
        };
        Ok(Node { at, value, plain: None })
    }

    fn map(&mut self, depth: usize) -> Result<Value, Syntax> {
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        self.offset += 1;
        self.skip_space();
        while self.peek() != Some(b'}') {
            let at = self.at();
            if self.peek() != Some(b'"') {
                return Err(wrong(at, "a key in quotes, or `}`, is missing"));
            }
            let text = self.string()?;
            if !seen.insert(text.clone()) {
                return Err(wrong(at, format!("the key `{text}` is there twice")));
            }
            self.skip_space();
            self.take(b':', "`:` is missing after the key")?;
            self.skip_space();
            entries.push((Key { at, text }, self.value(depth + 1)?));
            self.skip_space();
            self.separator(b'}')?;
        }
        self.offset += 1;
        Ok(Value::Map(entries))
    }

    fn list(&mut self, depth: usize) -> Result<Value, Syntax> {
        let mut items = Vec::new();
        self.offset += 1;
        self.skip_space();
        while self.peek() != Some(b']') {
            items.push(self.value(depth + 1)?);
            self.skip_space();
            self.separator(b']')?;
        }
        self.offset += 1;
        Ok(Value::List(items))
    }

    /// Takes a comma and sees to it that something follows, or leaves the closing bracket.
    fn separator(&mut self, close: u8) -> Result<(), Syntax> {
        if self.peek() == Some(close) {
            return Ok(());
        }
        let comma = self.at();
        self.take(b',', &format!("`,` or `{}` is missing", char::from(close)))?;
        self.skip_space();
        if self.peek() == Some(close) {
            return Err(wrong(comma, "nothing follows this comma"));
        }
        Ok(())
    }

    fn string(&mut self) -> Result<String, Syntax> {
        let at = self.at();
        let rest = &self.text.as_bytes()[self.offset..];
        let mut length = 1;
        while let Some(byte) = rest.get(length) {
            match byte {
                b'"' => break,
                b'\\' => length += 2,
                _ => length += 1,
            }
        }
        let Some(token) = self.text.get(self.offset..self.offset + length + 1) else {
            return Err(wrong(at, "this text has no end"));
        };
        // A line break inside is refused here, so the line count stays right.
        let text = serde_json::from_str(token).map_err(|error| wrong(at, problem(&error)))?;
        self.offset += token.len();
        Ok(text)
    }

    fn number(&mut self) -> Result<Value, Syntax> {
        let at = self.at();
        let token = self.token(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'));
        let number: Number = serde_json::from_str(token).map_err(|_| wrong(at, format!("`{token}` is no number")))?;
        // `serde_json` may lose the last digit of a fraction; a point must come back as it was written.
        let exact = if number.is_f64() { token.parse().ok().and_then(Number::from_f64) } else { None };
        Ok(Value::Number(exact.unwrap_or(number)))
    }

    fn word(&mut self) -> Result<Value, Syntax> {
        let at = self.at();
        match self.token(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            "null" => Ok(Value::Null),
            "" => {
                let found = self.text[self.offset..].chars().next().unwrap_or_default();
                Err(wrong(at, format!("`{found}` begins no value")))
            }
            word => Err(wrong(at, format!("`{word}` is no value; text stands in quotes"))),
        }
    }

    fn token(&mut self, belongs: impl Fn(u8) -> bool) -> &'a str {
        let rest = &self.text[self.offset..];
        let length = rest.bytes().position(|byte| !belongs(byte)).unwrap_or(rest.len());
        self.offset += length;
        &rest[..length]
    }

    fn take(&mut self, byte: u8, problem: &str) -> Result<(), Syntax> {
        if self.peek() != Some(byte) {
            return Err(wrong(self.at(), problem));
        }
        self.offset += 1;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\r' | b'\n')) = self.peek() {
            self.offset += 1;
            if byte == b'\n' {
                self.line += 1;
                self.line_start = self.offset;
            }
        }
    }

    fn at(&self) -> At {
        At { line: self.line, column: self.text[self.line_start..self.offset].chars().count() + 1 }
    }
}

fn wrong(at: At, problem: impl Into<String>) -> Syntax {
    Syntax { at, problem: problem.into() }
}

/// What `serde_json` says, without its own line and column, which count from the token's start.
fn problem(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check_refused(text: &str, expected: &str) {
        let Syntax { at, problem } = read(text).expect_err("it is refused");
        assert_eq!(format!("{at}: {problem}"), expected, "{text}");
    }

    #[test]
    fn a_key_that_occurs_twice_is_refused_where_it_stands() {
        check_refused("[{\"name\": \"a\",\n  \"é\": 1, \"name\": \"b\"}]", "2:11: the key `name` is there twice");
        check_refused("{\"a\": {\"b\": 1, \"\\u0062\": 2}}", "1:16: the key `b` is there twice");
        assert_eq!(read("[{\"a\": 1}, {\"a\": 1}]").map(|nodes| nodes.len()), Ok(1));
    }

    #[test]
    fn what_is_not_json_is_refused_where_it_stands() {
        check_refused("{\"a\": 1,}", "1:8: nothing follows this comma");
        check_refused("[1 2]", "1:4: `,` or `]` is missing");
        check_refused("{a: 1}", "1:2: a key in quotes, or `}`, is missing");
        check_refused("{\"a\"\n 1}", "2:2: `:` is missing after the key");
        check_refused("[\"a\nb\"]", "1:2: control character (\\u0000-\\u001F) found while parsing a string");
        check_refused("[\"abc", "1:2: this text has no end");
        check_refused("[\"abc\\", "1:2: this text has no end");
        check_refused("[01]", "1:2: `01` is no number");
        check_refused("[NaN]", "1:2: `NaN` is no value; text stands in quotes");
        check_refused("[€]", "1:2: `€` begins no value");
        check_refused("[1,\n\n", "3:1: a value is missing");
        check_refused(&"[".repeat(5000), "1:102: nested deeper than 100 levels");
    }

    #[test]
    fn json_lines_are_values_one_after_the_other() {
        let nodes = read("{\"name\": \"a\"}\n\n{\"name\": \"b\"}\r\n").expect("it is JSON Lines");
        let lines: Vec<usize> = nodes.iter().map(|node| node.at.line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn a_field_path_leads_to_its_line() {
        let nodes =
            read("{\"report\": {\"facts\": {\n\"struck\": [{},\n {\"displayName\": 1}]}}}").expect("it is JSON");
        assert_eq!(nodes[0].at_path("report.facts.struck[1].display_name"), At { line: 3, column: 18 });
        assert_eq!(nodes[0].at_path("report.facts.struck[1].object"), At { line: 3, column: 2 });
        assert_eq!(nodes[0].at_path("citations"), At { line: 1, column: 1 });
    }

    fn any_json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(serde_json::Value::from),
            any::<i64>().prop_map(serde_json::Value::from),
            any::<f64>().prop_map(serde_json::Value::from),
            ".*".prop_map(serde_json::Value::from),
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(serde_json::Value::from),
                prop::collection::hash_map(".*", inner, 0..5).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    /// Equal, but for the last digit of a fraction, which serde_json may lose.
    fn are_near(ours: &serde_json::Value, theirs: &serde_json::Value) -> bool {
        use serde_json::Value::{Array, Object};
        match (ours, theirs) {
            (Array(ours), Array(theirs)) => {
                ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(ours, theirs)| are_near(ours, theirs))
            }
            (Object(ours), Object(theirs)) => {
                let is_there = |(key, ours): (&String, _)| theirs.get(key).is_some_and(|theirs| are_near(ours, theirs));
                ours.len() == theirs.len() && ours.iter().all(is_there)
            }
            (ours, theirs) => match (ours.as_f64(), theirs.as_f64()) {
                (Some(a), Some(b)) => a == b || (a - b).abs() <= f64::EPSILON * b.abs(),
                _ => ours == theirs,
            },
        }
    }

    #[test]
    fn a_fraction_is_read_to_its_last_digit() {
        for digits in ["48.51932749017262", "30.523333333333337", "-122.41941550000001", "0.1", "5e-324"] {
            let nodes = read(digits).expect("it is a number");
            let exact: f64 = digits.parse().expect("it is a number");
            assert_eq!(nodes[0].to_json().as_f64().map(f64::to_bits), Some(exact.to_bits()), "{digits}");
        }
    }

    proptest! {
        #[test]
        fn what_serde_json_writes_is_read_as_it_was(value in any_json(), pretty in any::<bool>()) {
            let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
            let text = text.expect("a value is JSON");
            let nodes = read(&text).expect("what serde_json writes is JSON");
            prop_assert_eq!(nodes.iter().map(Node::to_json).collect::<Vec<_>>(), [value]);
        }

        #[test]
        fn whatever_is_read_serde_json_reads_too_and_nothing_panics(text in "[\\[\\]{}:,\"\\\\a0-9.eE+\\- \nu€]*") {
            let ours = read(&text);
            let theirs: Result<Vec<serde_json::Value>, _> =
                serde_json::Deserializer::from_str(&text).into_iter().collect();
            if let Ok(nodes) = ours {
                let theirs = theirs.expect("serde_json is not stricter than we are");
                prop_assert_eq!(nodes.len(), theirs.len());
                let ours = nodes.iter().map(Node::to_json);
                prop_assert!(ours.zip(&theirs).all(|(ours, theirs)| are_near(&ours, theirs)), "{theirs:?}");
            }
        }
    }
}
