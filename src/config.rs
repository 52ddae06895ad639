//! What is in force, from flags, environment, file and defaults, checked before anything binds.
//!
//! A flag goes before the environment, the environment before the file, the file before the default. Every fault is
//! named at once, with where it stands.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use toml::de::{DeTable, DeValue};
use tracing_subscriber::EnvFilter;

use crate::domain::nearest::nearest;

pub mod access_file;

#[cfg(test)]
mod tests;

/// Names the file when no flag does.
pub const FILE_VARIABLE: &str = "ARMISTICE_CONFIG";

/// Holds the token that a client asks with.
pub const TOKEN_VARIABLE: &str = "ARMISTICE_TOKEN";

/// The address of which the README and every default of a client speak.
pub const LISTEN_DEFAULT: &str = "127.0.0.1:7411";

const SECONDS_MAX: u64 = 86_400;
const CONNECTIONS_MAX_MAX: u64 = 1_000_000;

/// One thing that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// Where to listen.
    Listen,
    /// Where the store is.
    DataDir,
    /// Whether more than loopback may be listened on.
    Insecure,
    /// How log lines look.
    LogFormat,
    /// Which log lines are written.
    LogFilter,
    /// How long a stop waits for calls that are under way.
    DrainTimeoutSeconds,
    /// How long a new connection may say nothing.
    HandshakeTimeoutSeconds,
    /// How long a connection may be silent.
    IdleTimeoutSeconds,
    /// How many connections may be open.
    ConnectionsMax,
    /// Who may ask, and for what.
    AccessFile,
    /// Of which origins pages may ask.
    CorsOrigin,
    /// Where probes and metrics are.
    AdminListen,
    /// How many lines about calls are written in a second.
    CallLinesPerSecond,
    /// Where traces are sent.
    OtlpEndpoint,
}

impl Key {
    /// All of them, in the order in which they are printed.
    pub const ALL: [Key; 14] = [
        Key::Listen,
        Key::DataDir,
        Key::Insecure,
        Key::LogFormat,
        Key::LogFilter,
        Key::DrainTimeoutSeconds,
        Key::HandshakeTimeoutSeconds,
        Key::IdleTimeoutSeconds,
        Key::ConnectionsMax,
        Key::AccessFile,
        Key::CorsOrigin,
        Key::AdminListen,
        Key::CallLinesPerSecond,
        Key::OtlpEndpoint,
    ];

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Key::Listen => "listen",
            Key::DataDir => "data_dir",
            Key::Insecure => "insecure",
            Key::LogFormat => "log_format",
            Key::LogFilter => "log_filter",
            Key::DrainTimeoutSeconds => "drain_timeout_seconds",
            Key::HandshakeTimeoutSeconds => "handshake_timeout_seconds",
            Key::IdleTimeoutSeconds => "idle_timeout_seconds",
            Key::ConnectionsMax => "connections_max",
            Key::AccessFile => "access_file",
            Key::CorsOrigin => "cors_origin",
            Key::AdminListen => "admin_listen",
            Key::CallLinesPerSecond => "call_lines_per_second",
            Key::OtlpEndpoint => "otlp_endpoint",
        }
    }

    /// Its name in the environment.
    pub fn variable(self) -> String {
        format!("ARMISTICE_{}", self.name().to_uppercase())
    }

    /// Its name on the command line.
    pub fn flag(self) -> String {
        format!("--{}", self.name().replace('_', "-"))
    }

    /// What its value is in a file.
    pub fn kind(self) -> Kind {
        match self {
            Key::Listen
            | Key::DataDir
            | Key::LogFormat
            | Key::LogFilter
            | Key::AccessFile
            | Key::AdminListen
            | Key::OtlpEndpoint => Kind::Text,
            Key::Insecure => Kind::Flag,
            Key::DrainTimeoutSeconds
            | Key::HandshakeTimeoutSeconds
            | Key::IdleTimeoutSeconds
            | Key::ConnectionsMax
            | Key::CallLinesPerSecond => Kind::Number,
            Key::CorsOrigin => Kind::List,
        }
    }

    fn default_text(self) -> &'static str {
        match self {
            Key::Listen => LISTEN_DEFAULT,
            Key::DataDir => ".armistice",
            Key::Insecure => "false",
            Key::LogFormat => "human",
            Key::LogFilter => "info",
            Key::DrainTimeoutSeconds | Key::HandshakeTimeoutSeconds => "10",
            Key::IdleTimeoutSeconds => "120",
            Key::ConnectionsMax => "10000",
            Key::AccessFile | Key::CorsOrigin | Key::AdminListen | Key::OtlpEndpoint => "",
            Key::CallLinesPerSecond => "100",
        }
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// True or false.
    Flag,
    /// A whole number.
    Number,
    /// A list of strings; elsewhere than in a file they stand behind each other, with commas between.
    List,
}

/// The items of a list that is written with commas.
pub fn items(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|item| !item.is_empty())
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The command line.
    Flag,
    /// A variable of the environment.
    Environment,
    /// The file.
    File {
        /// The file.
        path: PathBuf,
        /// The line of the value.
        line: usize,
    },
    /// Nobody set it.
    Default,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// What is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where to listen. Port 0: any free one.
    pub listen: SocketAddr,
    /// Where the store is.
    pub data_dir: PathBuf,
    /// Whether more than loopback may be listened on.
    pub insecure: bool,
    /// How log lines look.
    pub log_format: LogFormat,
    /// Which log lines are written, as `tracing` takes it: `info`, `armistice=debug,warn`.
    pub log_filter: String,
    /// How long a stop waits for calls that are under way.
    pub drain_timeout: Duration,
    /// How long a new connection may say nothing.
    pub handshake_timeout: Duration,
    /// How long a connection may be silent.
    pub idle_timeout: Duration,
    /// How many connections may be open.
    pub connections_max: usize,
    /// The file that says who may ask, and for what; `None`: whoever reaches the server, for everything.
    pub access_file: Option<PathBuf>,
    /// The origins of which pages may ask, beside the server's own, as browsers write them.
    pub cors_origins: Vec<String>,
    /// Where probes and metrics are; `None`: nowhere.
    pub admin_listen: Option<SocketAddr>,
    /// How many lines about calls are written in a second; 0: none.
    pub call_lines_per_second: u32,
    /// Where traces are sent; `None`: nowhere.
    pub otlp_endpoint: Option<String>,
    values: BTreeMap<Key, Setting>,
}

/// One value as it was given, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The value as text.
    pub text: String,
    /// Where it was given.
    pub source: Source,
}

/// What the command line sets, by key.
pub type Flags = BTreeMap<Key, String>;

/// A file of settings, read but not understood.
#[derive(Debug, Clone)]
pub struct File {
    /// Where it was.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
}

/// One thing wrong with the settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file is not TOML.
    #[error("{}:{line}: {problem}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What the parser says.
        problem: String,
    },
    /// The file holds a key that means nothing.
    #[error("{}:{line}: unknown key `{key}`{}", path.display(), Nearest(nearest.as_deref()))]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The key as written.
        key: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// A value is not what its key takes.
    #[error("{place}: `{text}` is {expected}")]
    Value {
        /// Flag, variable, or file and line.
        place: String,
        /// The value as written.
        text: String,
        /// What is wrong with it.
        expected: String,
    },
    /// More than loopback, and nobody insisted.
    #[error(
        "{place}: {listen} can be reached from other machines, {}; listen on 127.0.0.1, or insist with --insecure",
        exposure(*key, *tells_who_asks)
    )]
    Exposed {
        /// Flag, variable, or file and line.
        place: String,
        /// Which address.
        key: Key,
        /// The address.
        listen: SocketAddr,
        /// Whether there is an access file.
        tells_who_asks: bool,
    },
    /// Traces are to be sent, and were not built in.
    #[error("{place}: this build sends no traces; build it with `--features otlp`, or leave {} away", Key::OtlpEndpoint.name())]
    NoTraces {
        /// Flag, variable, or file and line.
        place: String,
    },
}

fn exposure(key: Key, tells_who_asks: bool) -> &'static str {
    match (key, tells_who_asks) {
        (Key::AdminListen, _) => "and asks nobody who they are",
        (_, true) => "and without TLS in front of it tokens and records can be read on the way",
        (_, false) => "and without an access file (--access-file) whoever does may read and append everything",
    }
}

struct Nearest<'a>(Option<&'a str>);

impl fmt::Display for Nearest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(nearest) => write!(f, "; nearest: `{nearest}`"),
            None => f.write_str("; `armistice config` prints all that there are"),
        }
    }
}

impl Config {
    /// Takes each value from where it goes first, and checks all of them.
    pub fn resolve(
        flags: &Flags,
        environment: impl Fn(&str) -> Option<OsString>,
        file: Option<&File>,
    ) -> Result<Config, Vec<Fault>> {
        let mut faults = Vec::new();
        let mut values = file.map(|file| read_file(file, &mut faults)).unwrap_or_default();
        for key in Key::ALL {
            // A variable that is set to nothing is how some tools unset one.
            if let Some(text) = environment(&key.variable()).filter(|text| !text.is_empty()) {
                match text.into_string() {
                    Ok(text) => {
                        values.insert(key, Setting { text, source: Source::Environment });
                    }
                    // Never passed over: whoever named an access file in it means not to be open to everyone.
                    Err(text) => faults.push(Fault::Value {
                        place: key.variable(),
                        text: text.to_string_lossy().into_owned(),
                        expected: "no text: it is not UTF-8".to_owned(),
                    }),
                }
            }
            if let Some(text) = flags.get(&key) {
                values.insert(key, Setting { text: text.clone(), source: Source::Flag });
            }
            let default = || Setting { text: key.default_text().to_owned(), source: Source::Default };
            values.entry(key).or_insert_with(default);
        }
        check(values, &mut faults).filter(|_| faults.is_empty()).ok_or(faults)
    }

    /// One value as it was given, and where.
    pub fn setting(&self, key: Key) -> &Setting {
        &self.values[&key]
    }
}

/// Variables of the environment that are probably meant for us and mistyped, with the nearest match.
pub fn suspicious_variables(names: impl IntoIterator<Item = String>) -> Vec<(String, String)> {
    let known: Vec<String> = Key::ALL
        .iter()
        .map(|key| key.variable())
        .chain([FILE_VARIABLE, "ARMISTICE_SERVER", TOKEN_VARIABLE].map(String::from))
        .collect();
    // Compared without what all have in common, or the prefix alone would make strangers look alike.
    let own = |name: &str| name.strip_prefix("ARMISTICE_").map(str::to_owned);
    let words: Vec<String> = known.iter().filter_map(|name| own(name)).collect();
    let ours = names.into_iter().filter(|name| !known.contains(name));
    ours.filter_map(|name| {
        let word = own(&name)?;
        let meant = nearest(&word, words.iter().map(String::as_str))?;
        Some((name, format!("ARMISTICE_{meant}")))
    })
    .collect()
}

fn check(values: BTreeMap<Key, Setting>, faults: &mut Vec<Fault>) -> Option<Config> {
    let listen = parse(&values, Key::Listen, "not an address and port such as 127.0.0.1:7411", address, faults);
    let data_dir = parse(&values, Key::DataDir, "no directory", |t| (!t.is_empty()).then(|| PathBuf::from(t)), faults);
    let insecure = parse(&values, Key::Insecure, "neither true nor false", |text| text.parse().ok(), faults);
    let log_format = parse(&values, Key::LogFormat, "neither human nor json", log_format, faults);
    let log_filter = parse(&values, Key::LogFilter, "no filter such as info or armistice=debug,warn", filter, faults);
    let drain_timeout = seconds(&values, Key::DrainTimeoutSeconds, faults);
    let handshake_timeout = seconds(&values, Key::HandshakeTimeoutSeconds, faults);
    let idle_timeout = seconds(&values, Key::IdleTimeoutSeconds, faults);
    let expected = format!("not a whole number from 1 to {CONNECTIONS_MAX_MAX}");
    let connections_max = parse(
        &values,
        Key::ConnectionsMax,
        &expected,
        |text| text.parse().ok().filter(|n| (1..=CONNECTIONS_MAX_MAX).contains(n)),
        faults,
    );
    let connections_max = connections_max.and_then(|max| usize::try_from(max).ok());
    // In a file it says that there is none. A flag with nothing in it is a variable of a shell that was not set, and whoever wrote it
    // means not to be open to everyone.
    let is_flag = values[&Key::AccessFile].source == Source::Flag;
    let read =
        |text: &str| if is_flag && text.is_empty() { None } else { or_none(text, |text| Some(PathBuf::from(text))) };
    let expected = "no path; to answer everyone, leave the flag away";
    let access_file = parse(&values, Key::AccessFile, expected, read, faults);
    let expected = "no list of origins such as https://desk.example.org,http://localhost:3000";
    let cors_origins = parse(&values, Key::CorsOrigin, expected, |text| items(text).map(origin).collect(), faults);

    let expected = "not an address and port such as 127.0.0.1:9411, and not empty";
    let admin_listen = parse(&values, Key::AdminListen, expected, |text| or_none(text, address), faults);
    let expected = "not a whole number such as 100";
    let call_lines_per_second = parse(&values, Key::CallLinesPerSecond, expected, |text| text.parse().ok(), faults);
    let expected = "not the address of a collector without TLS such as http://127.0.0.1:4317";
    let otlp_endpoint = parse(&values, Key::OtlpEndpoint, expected, |text| or_none(text, collector), faults);
    if let Some(Some(_)) = otlp_endpoint
        && !cfg!(feature = "otlp")
    {
        faults.push(Fault::NoTraces { place: place(Key::OtlpEndpoint, &values[&Key::OtlpEndpoint].source) });
    }

    // Whether it may be exposed is asked even if other values are wrong, so that everything is told at once.
    let addresses = [(Key::Listen, listen), (Key::AdminListen, admin_listen.flatten())];
    for (key, listen) in addresses.into_iter().filter_map(|(key, listen)| Some((key, listen?))) {
        if insecure != Some(true) && !listen.ip().to_canonical().is_loopback() {
            let tells_who_asks = access_file.as_ref().is_some_and(Option::is_some);
            faults.push(Fault::Exposed { place: place(key, &values[&key].source), key, listen, tells_who_asks });
        }
    }
    Some(Config {
        listen: listen?,
        data_dir: data_dir?,
        insecure: insecure?,
        log_format: log_format?,
        log_filter: log_filter?,
        drain_timeout: drain_timeout?,
        handshake_timeout: handshake_timeout?,
        idle_timeout: idle_timeout?,
        connections_max: connections_max?,
        access_file: access_file?,
        cors_origins: cors_origins?,
        admin_listen: admin_listen?,
        call_lines_per_second: call_lines_per_second?,
        otlp_endpoint: otlp_endpoint?,
        values,
    })
}

fn parse<T>(
    values: &BTreeMap<Key, Setting>,
    key: Key,
    expected: &str,
    parse: impl Fn(&str) -> Option<T>,
    faults: &mut Vec<Fault>,
) -> Option<T> {
    let Setting { text, source } = &values[&key];
    let parsed = parse(text);
    if parsed.is_none() {
        faults.push(Fault::Value { place: place(key, source), text: text.clone(), expected: expected.to_owned() });
    }
    parsed
}

fn seconds(values: &BTreeMap<Key, Setting>, key: Key, faults: &mut Vec<Fault>) -> Option<Duration> {
    let expected = format!("not a whole number of seconds from 1 to {SECONDS_MAX}");
    let read = |text: &str| text.parse().ok().filter(|seconds| (1..=SECONDS_MAX).contains(seconds));
    parse(values, key, &expected, read, faults).map(Duration::from_secs)
}

fn address(text: &str) -> Option<SocketAddr> {
    let port_of_localhost = text.strip_prefix("localhost:").and_then(|port| port.parse().ok());
    if let Some(port) = port_of_localhost {
        return Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port));
    }
    text.parse().ok()
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text {
        "human" => Some(LogFormat::Human),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}

/// What may be left empty.
fn or_none<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() { Some(None) } else { read(text).map(Some) }
}

fn collector(text: &str) -> Option<String> {
    let without_path = text.strip_suffix('/').unwrap_or(text);
    origin(without_path).filter(|origin| origin.starts_with("http://"))
}

/// An origin as a browser writes it: no path, no port where it is the scheme's own.
fn origin(text: &str) -> Option<String> {
    let (scheme, authority) = text.split_once("://")?;
    let authority = match scheme {
        "http" => authority.strip_suffix(":80").unwrap_or(authority),
        "https" => authority.strip_suffix(":443").unwrap_or(authority),
        _ => return None,
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_name = host.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c));
    let ip = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = !host.is_empty() && is_name || ip.is_some_and(|ip| ip.parse::<std::net::Ipv6Addr>().is_ok());
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok());
    (is_host && is_port).then(|| format!("{scheme}://{}", authority.to_ascii_lowercase()))
}

fn filter(text: &str) -> Option<String> {
    EnvFilter::try_new(text).ok().map(|_| text.to_owned())
}

fn place(key: Key, source: &Source) -> String {
    match source {
        Source::Flag => key.flag(),
        Source::Environment => key.variable(),
        Source::File { path, line } => format!("{}:{line}: {}", path.display(), key.name()),
        Source::Default => format!("the default of {}", key.name()),
    }
}

fn read_file(file: &File, faults: &mut Vec<Fault>) -> BTreeMap<Key, Setting> {
    let File { path, text } = file;
    let mut values = BTreeMap::new();
    let table = match DeTable::parse(text) {
        Ok(table) => table.into_inner(),
        Err(error) => {
            let line = line_at(text, error.span().map_or(0, |span| span.start));
            faults.push(Fault::Syntax { path: path.clone(), line, problem: error.message().to_owned() });
            return values;
        }
    };
    for (name, value) in &table {
        let line = line_at(text, value.span().start);
        let Some(key) = Key::ALL.into_iter().find(|key| key.name() == name.get_ref().as_ref()) else {
            faults.push(unknown_key(path, line_at(text, name.span().start), name.get_ref()));
            continue;
        };
        let source = Source::File { path: path.clone(), line };
        match text_of(key, value.get_ref()) {
            Ok(text) => {
                values.insert(key, Setting { text, source });
            }
            Err(expected) => {
                let text = text[value.span()].trim().to_owned();
                faults.push(Fault::Value { place: place(key, &source), text, expected });
            }
        }
    }
    values
}

fn unknown_key(path: &Path, line: usize, key: &str) -> Fault {
    let nearest = nearest(key, Key::ALL.iter().map(|key| key.name())).map(str::to_owned);
    Fault::UnknownKey { path: path.to_owned(), line, key: key.to_owned(), nearest }
}

/// A value of the file as text, if its type is the one that the key takes.
fn text_of(key: Key, value: &DeValue<'_>) -> Result<String, String> {
    match key.kind() {
        Kind::Text => value.as_str().map(str::to_owned).ok_or_else(|| "not a string in quotes".to_owned()),
        Kind::Flag => value.as_bool().map(|b| b.to_string()).ok_or_else(|| "neither true nor false".to_owned()),
        Kind::Number => {
            value.as_integer().map(|number| number.as_str().replace('_', "")).ok_or_else(|| "not a number".to_owned())
        }
        Kind::List => {
            let strings = value.as_array().map(|items| items.iter().map(|item| item.get_ref().as_str()).collect());
            let strings: Option<Vec<&str>> = strings.flatten();
            strings.map(|strings| strings.join(",")).ok_or_else(|| "no list of strings in quotes".to_owned())
        }
    }
}

fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}
