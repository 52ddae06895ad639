//! Reads YAML with the place of every value.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;
use serde_saphyr::{Location, Options, Spanned};

use super::node::{At, Key, Node, Value};
use super::read::Syntax;

/// Room for a case of a few hundred thousand records; anchors that multiply stay bounded.
const NODES_MAX: usize = 20_000_000;
const DOCUMENTS_MAX: usize = 1_000_000;

/// The documents of a text; empty ones are left out.
pub fn read(text: &str) -> Result<Vec<Node>, Syntax> {
    let documents: Vec<Spanned<Raw>> =
        serde_saphyr::from_multiple_with_options(text, options()).map_err(|error| syntax(&error))?;
    let nodes = documents.into_iter().map(|document| node(document, text));
    Ok(nodes.filter(|node| node.value != Value::Null).collect())
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: NODES_MAX,
            max_events: 2 * NODES_MAX,
            max_documents: DOCUMENTS_MAX,
        },
        // Only `true` and `false` are: `no` is Norway, or an answer, and stays text.
        strict_booleans: true,
        with_snippet: false,
    }
}

fn syntax(error: &serde_saphyr::Error) -> Syntax {
    let location = error.location().unwrap_or(Location::UNKNOWN);
    let said = error.to_string();
    let problem = match said.rsplit_once(" at line ") {
        Some((problem, place)) if place.chars().next().is_some_and(|c| c.is_ascii_digit()) => problem.to_owned(),
        Some(_) | None => said,
    };
    Syntax { at: at(location), problem }
}

fn at(location: Location) -> At {
    let number = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).max(1);
    At { line: number(location.line()), column: number(location.column()) }
}

enum Raw {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

fn node(raw: Spanned<Raw>, text: &str) -> Node {
    let Spanned { value, referenced, defined } = raw;
    let plain = match &value {
        Raw::Null | Raw::Bool(_) | Raw::Number(_) => as_written(defined, text),
        Raw::Text(_) | Raw::List(_) | Raw::Map(_) => None,
    };
    let value = match value {
        Raw::Null => Value::Null,
        Raw::Bool(value) => Value::Bool(value),
        Raw::Number(number) => Value::Number(number),
        Raw::Text(text) => Value::Text(text),
        Raw::List(items) => Value::List(items.into_iter().map(|item| node(item, text)).collect()),
        Raw::Map(entries) => {
            let entries = entries.into_iter().map(|(key, value)| {
                let key = Key { at: at(key.referenced), text: key.value };
                (key, node(value, text))
            });
            Value::Map(entries.collect())
        }
    };
    Node { at: at(referenced), value, plain }
}

fn as_written(location: Location, text: &str) -> Option<String> {
    let start = usize::try_from(location.span().byte_offset()?).ok()?;
    let length = usize::try_from(location.span().byte_len()?).ok()?;
    let written = text.get(start..start.checked_add(length)?)?.trim();
    (!written.is_empty()).then(|| written.to_owned())
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Raw, E> {
        Ok(Raw::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Raw, E> {
        Ok(Raw::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Raw, E> {
        // JSON has no number for these; the proto mapping takes them as text, and the server judges them.
        Ok(Number::from_f64(value).map_or_else(|| Raw::Text(not_finite(value).to_owned()), Raw::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Raw, E> {
        Ok(Raw::Text(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Raw, E> {
        Ok(Raw::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}

fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Node {
        let mut nodes = read(text).expect("it is YAML");
        assert_eq!(nodes.len(), 1, "{text}");
        nodes.remove(0)
    }

    fn check(text: &str, json: &str) {
        let expected: serde_json::Value = serde_json::from_str(json).expect("the expectation is JSON");
        assert_eq!(one(text).to_json(), expected, "{text}");
    }

    fn check_refused(text: &str, at: &str, part: &str) {
        let Syntax { at: found, problem } = read(text).expect_err("it is refused");
        assert_eq!(found.to_string(), at, "{text}: {problem}");
        assert!(problem.contains(part) && !problem.contains(" line "), "{text}: {problem}");
    }

    #[test]
    fn no_and_dates_stay_text_and_only_true_and_false_are_bools() {
        check("a: no\nb: yes\nc: off\nd: true\ne: False", r#"{"a":"no","b":"yes","c":"off","d":true,"e":false}"#);
        check(
            "{a: 2025-03-19, b: 2025-03, c: 01:20, d: ~, e: }",
            r#"{"a":"2025-03-19","b":"2025-03","c":"01:20","d":null,"e":null}"#,
        );
        check("a: '12'\nb: 12\nc: -1.5", r#"{"a":"12","b":12,"c":-1.5}"#);
        check("a: >-\n  one\n  two\nb: |\n  x\n", r#"{"a":"one two","b":"x\n"}"#);
    }

    #[test]
    fn an_unquoted_scalar_is_kept_as_it_was_written() {
        let node = one("{a: 0012, b: '7', c: 1e3 , d: TRUE, e: null}");
        let plain = |key: &str| node.get(key).and_then(|value| value.plain.clone());
        assert_eq!(plain("a").as_deref(), Some("0012"));
        assert_eq!(plain("b"), None);
        assert_eq!(plain("c").as_deref(), Some("1e3"));
        assert_eq!(plain("d").as_deref(), Some("TRUE"));
        assert_eq!(plain("e").as_deref(), Some("null"));
    }

    #[test]
    fn every_value_knows_its_line_and_column() {
        let node = one("# comment\n- name: é\n  report: {facts: {act: x}}\n- name: b\n");
        assert_eq!(node.at_path("0.report.facts.act"), At { line: 3, column: 25 });
        assert_eq!(node.at_path("1"), At { line: 4, column: 3 });
    }

    #[test]
    fn documents_follow_each_other_and_empty_ones_are_left_out() {
        let nodes = read("---\n- a\n---\n# nothing\n---\nb: 1\n").expect("it is YAML");
        assert_eq!(nodes.iter().map(Node::kind).collect::<Vec<_>>(), ["a list", "a mapping"]);
        assert_eq!(read("# only a comment\n").map(|nodes| nodes.len()), Ok(0));
        assert_eq!(read("").map(|nodes| nodes.len()), Ok(0));
    }

    #[test]
    fn what_is_not_yaml_is_refused_where_it_stands() {
        check_refused("a: 1\nb: 2\na: 3\n", "3:1", "duplicate");
        check_refused("a: [1, 2\nb: 3\n", "2:2", "illegal placement");
        check_refused("- a\n\t- b\n", "1:3", "found a tab");
    }

    #[test]
    fn anchors_serve_and_bombs_do_not() {
        check("a: &x {k: 1}\nb: *x", r#"{"a":{"k":1},"b":{"k":1}}"#);
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let below = format!("*a{}, ", level - 1).repeat(10);
            bomb.push_str(&format!("a{level}: &a{level} [{}]\n", below.trim_end_matches(", ")));
        }
        read(&bomb).expect_err("it multiplies");
    }
}
