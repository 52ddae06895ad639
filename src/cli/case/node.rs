//! What a case file holds, value by value, with the line and column of each: neither JSON nor YAML any more.

use std::fmt;

use serde_json::Number;

/// Where something stands in its file, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct At {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where it begins.
    pub at: At,
    /// The value.
    pub value: Value,
    /// An unquoted YAML scalar as it was written. Where the field takes text, `no` and `2025` are text.
    pub plain: Option<String>,
}

/// A value of JSON or YAML.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: as if it had been left out.
    Null,
    /// True or false.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and their values, in order. No key occurs twice.
    Map(Vec<(Key, Node)>),
}

/// A key and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Where it begins.
    pub at: At,
    /// The key.
    pub text: String,
}

impl Node {
    /// The value under a key, spelt as the proto spells it or in camel case.
    pub fn get(&self, field: &str) -> Option<&Node> {
        let Value::Map(entries) = &self.value else {
            return None;
        };
        entries.iter().find(|(key, _)| is_field(&key.text, field)).map(|(_, node)| node)
    }

    /// Where a field path such as `report.facts.struck[0].object` leads, as far as there is something to be found.
    pub fn at_path(&self, path: &str) -> At {
        let mut node = self;
        for step in path.split('.').flat_map(|part| part.split('[')).map(|step| step.trim_end_matches(']')) {
            let next = match &node.value {
                Value::List(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)),
                Value::Map(_) => node.get(step),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => None,
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node.at
    }

    /// What kind of value it is, in words.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// The same value without its places.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(value) => serde_json::Value::Bool(*value),
            Value::Number(number) => serde_json::Value::Number(number.clone()),
            Value::Text(text) => serde_json::Value::String(text.clone()),
            Value::List(items) => items.iter().map(Node::to_json).collect(),
            Value::Map(entries) => entries.iter().map(|(key, node)| (key.text.clone(), node.to_json())).collect(),
        }
    }
}

/// Whether a key spells a field, `display_name` or `displayName`.
pub fn is_field(key: &str, field: &str) -> bool {
    key == field || field.contains('_') && key == camel_case(field)
}

/// `display_name` as JSON spells it: `displayName`.
pub fn camel_case(field: &str) -> String {
    let mut camel = String::with_capacity(field.len());
    let mut capital = false;
    for letter in field.chars() {
        if letter == '_' {
            capital = true;
        } else if capital {
            camel.push(letter.to_ascii_uppercase());
            capital = false;
        } else {
            camel.push(letter);
        }
    }
    camel
}
