//! Why a command did not do what it was asked: what to say, and with which code to exit.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::case;
use super::case::read::FileFault;
use super::question::{FLAGS_OF_FIELDS, HYPOTHETICAL};
use crate::log::sqlite::OpenError;
use crate::{config, service};

/// Asked for something that it does not understand.
pub(super) const USAGE: u8 = 2;

/// Understood, and refused or failed.
pub(super) const FAILED: u8 = 1;

/// The most faults of files that are printed one by one.
const FAULTS_MAX: usize = 50;

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub(super) enum Failure {
    /// A flag or argument makes no sense.
    Usage {
        /// What, and how it is written.
        problem: String,
    },
    /// The settings are wrong.
    Settings {
        /// All that is wrong.
        faults: Vec<config::Fault>,
    },
    /// The access file is wrong.
    Access {
        /// All that is wrong.
        faults: Vec<config::access_file::Fault>,
    },
    /// The file of settings, or the access file, cannot be read.
    SettingsFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// There is no token where one was said to be. What was found there instead is not repeated.
    Token {
        /// Where, and what to do.
        problem: String,
    },
    /// A case file cannot be read.
    File {
        /// Which, and why.
        source: case::read::Error,
    },
    /// Case files have faults.
    Files {
        /// All of them.
        faults: Vec<FileFault>,
    },
    /// No server answers.
    Unreachable {
        /// The address asked.
        server: String,
        /// What the transport says.
        source: tonic::transport::Error,
    },
    /// The server refused, or failed.
    Refused {
        /// What was asked of it.
        doing: &'static str,
        /// Its answer.
        status: Box<Status>,
    },
    /// The server refused a question whose fields have flags of their own.
    RefusedQuestion {
        /// What was asked of it.
        doing: &'static str,
        /// Its answer.
        status: Box<Status>,
        /// The flags behind fields, beside those that all questions share.
        flags: Vec<(&'static str, &'static str)>,
    },
    /// The server refused a batch of an import.
    BatchRefused {
        /// The violations with the places in files that they concern, one a line.
        told: String,
        /// How many batches are in.
        batches_in: usize,
        /// How many there were to be.
        batches: usize,
    },
    /// The connection broke off during an import, and did not come back.
    ImportBroken {
        /// How many batches are in.
        batches_in: usize,
        /// What was said last.
        status: Box<Status>,
    },
    /// A published file, or its mapping, cannot be imported.
    Import {
        /// Where, and why.
        problem: String,
    },
    /// A mapping has faults.
    Mapping {
        /// The file, or the layout.
        label: String,
        /// All of them.
        faults: Vec<String>,
    },
    /// The server refused records of a published file.
    Undelivered {
        /// The violations with the rows that they concern.
        told: String,
        /// How many records are in.
        records_in: u64,
    },
    /// The dossier is not there, or more than one is and none was named.
    Dossier {
        /// What to do about it.
        problem: String,
    },
    /// The address cannot be listened on.
    Bind {
        /// The address.
        listen: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The store cannot be opened.
    Store {
        /// Why.
        source: Box<OpenError>,
    },
    /// The server stopped by itself.
    Server {
        /// Why.
        source: Box<service::Error>,
    },
    /// The system refused something that always works.
    System {
        /// What.
        doing: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// The answer could not be written.
    Output {
        /// What the system says.
        source: std::io::Error,
    },
    /// A file could not be written.
    OutputFile {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Nobody reads our standard output any more, as after `| head`.
    ReaderGone,
    /// Somebody stopped it.
    Interrupted,
}

impl Failure {
    /// The code to exit with.
    pub(super) fn exit_code(&self) -> u8 {
        match self {
            Failure::Usage { .. }
            | Failure::Settings { .. }
            | Failure::SettingsFile { .. }
            | Failure::Access { .. }
            | Failure::Token { .. } => USAGE,
            Failure::File { .. }
            | Failure::Files { .. }
            | Failure::Unreachable { .. }
            | Failure::Refused { .. }
            | Failure::RefusedQuestion { .. }
            | Failure::BatchRefused { .. }
            | Failure::ImportBroken { .. }
            | Failure::Import { .. }
            | Failure::Mapping { .. }
            | Failure::Undelivered { .. }
            | Failure::Dossier { .. }
            | Failure::Bind { .. }
            | Failure::Store { .. }
            | Failure::Server { .. }
            | Failure::System { .. }
            | Failure::Output { .. }
            | Failure::OutputFile { .. }
            | Failure::ReaderGone
            | Failure::Interrupted => FAILED,
        }
    }

    /// What to tell the person who ran it.
    pub(super) fn told(&self) -> String {
        match self {
            Failure::Usage { problem } => format!("{problem}\nTry --help."),
            Failure::Settings { faults } => lines("the settings are wrong", faults),
            Failure::Access { faults } => lines("the access file is wrong", faults),
            Failure::Token { problem } => problem.clone(),
            Failure::SettingsFile { path, source } => format!("{}: {source}", path.display()),
            Failure::File { source } => source.to_string(),
            Failure::Files { faults } => lines("nothing was sent, for the files have faults", faults),
            Failure::Unreachable { server, source } => format!(
                "no server answers at {server} ({})\nStart one with `armistice serve`, or name another with --server.",
                innermost(source)
            ),
            Failure::Refused { doing, status } => format!("could not {doing}: {}", refusal(status)),
            Failure::RefusedQuestion { doing, status, flags } => {
                format!("could not {doing}: {}", refusal_by(status, flags))
            }
            Failure::BatchRefused { told, batches_in, batches } => {
                let state = match batches_in {
                    0 => "Nothing is in.".to_owned(),
                    _ => format!(
                        "{batches_in} of {batches} batches are in; mend the file and import it again, and they will not be stored twice."
                    ),
                };
                format!("{told}\n{state}")
            }
            Failure::ImportBroken { batches_in, status } => {
                let (batches, are) =
                    if *batches_in == 1 { ("one batch", "is") } else { (&*format!("{batches_in} batches"), "are") };
                format!(
                    "the import broke off: {}\n{batches} {are} in; import the same again, and nothing will be stored twice.",
                    refusal(status)
                )
            }
            Failure::Import { problem } | Failure::Dossier { problem } => problem.clone(),
            Failure::Mapping { label, faults } => lines(&format!("the mapping {label} has faults"), faults),
            Failure::Undelivered { told, records_in: 0 } => format!("{told}\nNothing is in."),
            Failure::Undelivered { told, records_in } => {
                format!(
                    "{told}\n{records_in} records are in; import the file again, and they will not be stored twice."
                )
            }
            Failure::Bind { listen, source } => format!("cannot listen on {listen}: {source}"),
            Failure::Store { source } => with_causes("cannot open the store", source.as_ref()),
            Failure::Server { source } => with_causes("the server stopped", source.as_ref()),
            Failure::System { doing, source } => format!("cannot {doing}: {source}"),
            Failure::Output { source } => format!("cannot write the answer: {source}"),
            Failure::OutputFile { path, source } => format!("cannot write {}: {source}", path.display()),
            Failure::ReaderGone => "nobody reads the answer".to_owned(),
            Failure::Interrupted => "stopped; nothing was kept".to_owned(),
        }
    }
}

/// What a server says, with every violation by the flag that was typed, or by its field path where there is none.
pub(super) fn refusal(status: &Status) -> String {
    refusal_by(status, &[])
}

/// The same with more flags than those that all questions share.
fn refusal_by(status: &Status, flags: &[(&str, &str)]) -> String {
    let violations = violations(status);
    if violations.is_empty() {
        return format!("{} ({}){}", status.message(), code_word(status.code()), advice(status.code()));
    }
    let mut told = format!("{} ({})", reason(status), code_word(status.code()));
    // A flag that stands behind two fields is told of once.
    let mut lines: Vec<String> = Vec::new();
    for (field, description) in violations {
        let line = format!("\n  {}: {description}", said_as(&field, flags));
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    told.extend(lines);
    if let Some(more) = unnamed(status) {
        let _ = write!(told, "\n  … and {more} more");
    }
    told + advice(status.code())
}

/// What whoever was refused can do about it where it hangs on who asks; else nothing.
pub(super) fn advice(code: Code) -> &'static str {
    match code {
        Code::Unauthenticated => {
            "\nSay who asks: put the token that you were given into ARMISTICE_TOKEN, or name the file that holds it with --token-file."
        }
        Code::PermissionDenied => {
            "\nAsk whoever runs the server for a role: its access file says who has which, and on which dossiers."
        }
        _ => "",
    }
}

/// The flag behind a field, with what of a file's own path follows; the field itself where no flag is behind it.
fn said_as(field: &str, flags: &[(&str, &str)]) -> String {
    let path = field.strip_prefix("briefing.").unwrap_or(field);
    let known = flags.iter().chain(&FLAGS_OF_FIELDS);
    let found = known.filter_map(|(of, flag)| {
        let rest = path.strip_prefix(of)?;
        (rest.is_empty() || rest.starts_with(['.', '['])).then_some((of.len(), *flag, rest))
    });
    match found.max_by_key(|(length, ..)| *length) {
        // What is wrong in a file is looked for in that file.
        Some((_, flag, rest)) if flag == HYPOTHETICAL => format!("{flag} {}", rest.trim_start_matches('.')),
        Some((_, flag, _)) => flag.to_owned(),
        None => field.to_owned(),
    }
}

/// How many more violations there are than a refusal has room to name.
pub(super) fn unnamed(status: &Status) -> Option<usize> {
    let details = status.get_error_details();
    let all: usize = details.error_info()?.metadata.get("violations")?.parse().ok()?;
    all.checked_sub(violations(status).len()).filter(|more| *more > 0)
}

/// The violations of input that a status names: field paths and what is wrong there.
pub(super) fn violations(status: &Status) -> Vec<(String, String)> {
    let details = status.get_error_details();
    let named = details.bad_request().map(|bad| bad.field_violations.as_slice()).unwrap_or_default();
    named.iter().map(|violation| (violation.field.clone(), violation.description.clone())).collect()
}

/// The reason that a status gives, or else its message.
pub(super) fn reason(status: &Status) -> String {
    let details = status.get_error_details();
    details.error_info().map_or_else(|| status.message().to_owned(), |info| info.reason.clone())
}

/// A gRPC code as its documentation spells it.
pub(super) fn code_word(code: Code) -> String {
    let mut word = String::new();
    for letter in format!("{code:?}").chars() {
        if letter.is_ascii_uppercase() && !word.is_empty() {
            word.push('_');
        }
        word.push(letter.to_ascii_uppercase());
    }
    word
}

fn lines(head: &str, faults: &[impl ToString]) -> String {
    let mut told = format!("{head}:");
    for fault in faults.iter().take(FAULTS_MAX) {
        let _ = write!(told, "\n  {}", fault.to_string());
    }
    if let Some(more) = faults.len().checked_sub(FAULTS_MAX).filter(|more| *more > 0) {
        let _ = write!(told, "\n  … and {more} more");
    }
    told
}

fn with_causes(head: &str, error: &dyn std::error::Error) -> String {
    let mut told = format!("{head}: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(told, ": {error}");
        cause = error.source();
    }
    told
}

fn innermost(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(cause) = innermost.source() {
        innermost = cause;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_named_by_the_flag_that_was_typed() {
        let own = [("period", "--date"), ("period.time_zone", "--zone")];
        for (field, said) in [
            ("briefing.period.local", "--date"),
            ("period.time_zone", "--zone"),
            ("briefing.consistency.known_by", "--known-by"),
            ("consistency.at.position", "--at"),
            ("filter.places[2]", "--place"),
            ("filter.occurred.time_zone", "--time-zone"),
            ("bases[0]", "--basis"),
            ("readings.hypothetical[0].objects.include[2]", "--hypothetical [0].objects.include[2]"),
            ("records[3].report.claimant", "records[3].report.claimant"),
            ("periodical", "periodical"),
        ] {
            assert_eq!(said_as(field, &own), said, "{field}");
        }
    }
}
