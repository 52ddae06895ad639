//! Reads case files into entries: JSON, JSON Lines or YAML by their names; a list of entries, or one after the other.

use std::fmt;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::node::{At, Node, Value};
use super::typed::Fault;
use super::{json, yaml};

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JSON, or JSON Lines.
    Json,
    /// YAML.
    Yaml,
}

/// The endings of file names that are known, and what they say.
const ENDINGS: [(&str, Form); 5] =
    [("json", Form::Json), ("jsonl", Form::Json), ("ndjson", Form::Json), ("yaml", Form::Yaml), ("yml", Form::Yaml)];

/// One text and what to call it.
#[derive(Debug, Clone)]
pub struct Text {
    /// The path as people gave it.
    pub label: String,
    /// How it is written.
    pub form: Form,
    /// The text.
    pub text: String,
}

/// What is wrong with a text, before it is asked what it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syntax {
    /// Where.
    pub at: At,
    /// What.
    pub problem: String,
}

/// A fault and the file that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// The path as people gave it.
    pub label: String,
    /// The fault.
    pub fault: Fault,
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FileFault { label, fault: Fault { at, path, problem } } = self;
        write!(f, "{label}:{at}: ")?;
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        f.write_str(problem)
    }
}

/// Why a file could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The system says no.
    #[error("{}: {source}", path.display())]
    Io {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The text has bytes that are none.
    #[error("{}:{line}: not UTF-8", path.display())]
    NotUtf8 {
        /// The path.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// The name does not tell how it is written.
    #[error("{}: a case file ends with .yaml, .yml, .json, .jsonl or .ndjson", path.display())]
    Ending {
        /// The path.
        path: PathBuf,
    },
    /// There is no case file in a directory.
    #[error("{}: there is no .yaml, .yml, .json, .jsonl or .ndjson file in this directory", path.display())]
    Empty {
        /// The path.
        path: PathBuf,
    },
}

/// Reads files, of directories every case file in order of name, and of `-` the standard input.
pub fn gather(paths: &[PathBuf]) -> Result<Vec<Text>, Error> {
    let mut texts = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            texts.push(standard_input()?);
        } else if path.is_dir() {
            let found = in_directory(path)?;
            if found.is_empty() {
                return Err(Error::Empty { path: path.clone() });
            }
            for file in found {
                texts.push(file_text(&file)?);
            }
        } else {
            texts.push(file_text(path)?);
        }
    }
    Ok(texts)
}

fn in_directory(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let io = |source| Error::Io { path: path.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(io)? {
        let file = entry.map_err(io)?.path();
        if file.is_file() && form_of(&file).is_some() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

fn file_text(path: &Path) -> Result<Text, Error> {
    let bytes = std::fs::read(path).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    let form = form_of(path).ok_or_else(|| Error::Ending { path: path.to_owned() })?;
    Ok(Text { label: path.display().to_string(), form, text: utf8(path, bytes)? })
}

fn standard_input() -> Result<Text, Error> {
    let path = Path::new("standard input");
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    let text = utf8(path, bytes)?;
    let form = if text.trim_start().starts_with(['{', '[']) { Form::Json } else { Form::Yaml };
    Ok(Text { label: path.display().to_string(), form, text })
}

fn utf8(path: &Path, bytes: Vec<u8>) -> Result<String, Error> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = valid.iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::NotUtf8 { path: path.to_owned(), line }
    })?;
    // Some editors begin a file with a mark that is no part of its text.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// How a file is written, by its ending.
pub fn form_of(path: &Path) -> Option<Form> {
    let ending = path.extension()?.to_str()?.to_lowercase();
    ENDINGS.into_iter().find(|(known, _)| *known == ending).map(|(_, form)| form)
}

/// Whether a text is about the dossier itself: its name is `dossier`.
pub fn is_dossier(label: &str) -> bool {
    Path::new(label).file_stem().is_some_and(|stem| stem == "dossier")
}

/// The entries of a text: the items of lists at its top, and what else stands there.
pub fn entries(text: &Text) -> Result<Vec<Node>, FileFault> {
    let read = match text.form {
        Form::Json => json::read(&text.text),
        Form::Yaml => yaml::read(&text.text),
    };
    let nodes = read.map_err(|Syntax { at, problem }| {
        let fault = Fault { at, path: String::new(), problem };
        FileFault { label: text.label.clone(), fault }
    })?;
    let mut entries = Vec::new();
    for node in nodes {
        match node.value {
            Value::List(items) => entries.extend(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => entries.push(node),
        }
    }
    Ok(entries)
}
