//! The flags that say how the server is to run, and what becomes of them together with environment and file.

use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use super::output::talk;
use crate::access::Roster;
use crate::config::access_file;
use crate::config::{Config, FILE_VARIABLE, File, Flags, Key, suspicious_variables};

/// How the server is to run. Each can be given in the environment and in a file too.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Settings (flag, else environment, else file, else default)")]
pub(super) struct SettingFlags {
    /// TOML file with settings, such as --config armistice.toml [env: ARMISTICE_CONFIG]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Address to listen on; port 0 takes any free one, such as --listen 127.0.0.1:0 [env: ARMISTICE_LISTEN] [default: 127.0.0.1:7411]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Directory of the store, made if absent, such as --data-dir /var/lib/armistice [env: ARMISTICE_DATA_DIR] [default: .armistice]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<String>,
    /// Listen where other machines can reach it, though nothing here is encrypted, such as --insecure [env: ARMISTICE_INSECURE]
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    insecure: Option<String>,
    /// How log lines look, such as --log-format json [env: ARMISTICE_LOG_FORMAT] [default: human]
    #[arg(long, value_name = "human|json")]
    log_format: Option<String>,
    /// Which log lines are written, such as --log-filter armistice=debug,warn [env: ARMISTICE_LOG_FILTER] [default: info]
    #[arg(long, value_name = "FILTER")]
    log_filter: Option<String>,
    /// How long a stop waits for calls under way, such as --drain-timeout-seconds 30 [env: ARMISTICE_DRAIN_TIMEOUT_SECONDS] [default: 10]
    #[arg(long, value_name = "N")]
    drain_timeout_seconds: Option<String>,
    /// How long a new connection may say nothing, such as --handshake-timeout-seconds 5 [env: ARMISTICE_HANDSHAKE_TIMEOUT_SECONDS] [default: 10]
    #[arg(long, value_name = "N")]
    handshake_timeout_seconds: Option<String>,
    /// How long a connection may be silent, such as --idle-timeout-seconds 60 [env: ARMISTICE_IDLE_TIMEOUT_SECONDS] [default: 120]
    #[arg(long, value_name = "N")]
    idle_timeout_seconds: Option<String>,
    /// How many connections may be open; more wait, such as --connections-max 500 [env: ARMISTICE_CONNECTIONS_MAX] [default: 10000]
    #[arg(long, value_name = "N")]
    connections_max: Option<String>,
    /// TOML file that says who may ask, by which token, and for what; without one whoever reaches the server may do everything; such as --access-file access.toml [env: ARMISTICE_ACCESS_FILE]
    #[arg(long, value_name = "FILE")]
    access_file: Option<String>,
    /// Origin of which pages may ask over gRPC-Web, beside the server's own; can be given again, such as --cors-origin https://desk.example.org [env: ARMISTICE_CORS_ORIGIN, with commas]
    #[arg(long, value_name = "ORIGIN")]
    cors_origin: Vec<String>,
    /// Address of /metrics, /livez and /readyz, none unless given, such as --admin-listen 127.0.0.1:9411 [env: ARMISTICE_ADMIN_LISTEN]
    #[arg(long, value_name = "ADDR")]
    admin_listen: Option<String>,
    /// How many lines about calls are written in a second; of more, only the number is; 0: none; such as --call-lines-per-second 10000 [env: ARMISTICE_CALL_LINES_PER_SECOND] [default: 100]
    #[arg(long, value_name = "N")]
    call_lines_per_second: Option<String>,
    /// Collector of OpenTelemetry that spans of calls are sent to (only in a build with the feature otlp), such as --otlp-endpoint http://127.0.0.1:4317 [env: ARMISTICE_OTLP_ENDPOINT]
    #[arg(long, value_name = "URL")]
    otlp_endpoint: Option<String>,
}

impl SettingFlags {
    /// What is in force, once all of it is checked.
    pub(super) fn resolve(&self) -> Result<Config, Failure> {
        let environment = |name: &str| std::env::var_os(name);
        for (name, nearest) in suspicious_variables(std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()))
        {
            talk(&format!("warning: {name} is in the environment and means nothing; nearest: {nearest}"));
        }
        let path =
            self.config.clone().or_else(|| environment(FILE_VARIABLE).filter(|p| !p.is_empty()).map(PathBuf::from));
        let file = path.map(read).transpose()?;
        Config::resolve(&self.flags(), environment, file.as_ref()).map_err(|faults| Failure::Settings { faults })
    }

    fn flags(&self) -> Flags {
        let given = |key: Key| match key {
            Key::CorsOrigin => (!self.cors_origin.is_empty()).then(|| self.cors_origin.join(",")),
            Key::AccessFile => self.access_file.clone(),
            Key::AdminListen => self.admin_listen.clone(),
            Key::CallLinesPerSecond => self.call_lines_per_second.clone(),
            Key::OtlpEndpoint => self.otlp_endpoint.clone(),
            Key::Listen => self.listen.clone(),
            Key::DataDir => self.data_dir.clone(),
            Key::Insecure => self.insecure.clone(),
            Key::LogFormat => self.log_format.clone(),
            Key::LogFilter => self.log_filter.clone(),
            Key::DrainTimeoutSeconds => self.drain_timeout_seconds.clone(),
            Key::HandshakeTimeoutSeconds => self.handshake_timeout_seconds.clone(),
            Key::IdleTimeoutSeconds => self.idle_timeout_seconds.clone(),
            Key::ConnectionsMax => self.connections_max.clone(),
        };
        Key::ALL.into_iter().filter_map(|key| Some((key, given(key)?))).collect()
    }
}

/// Who may ask, by the access file; `None` where there is none.
pub(super) fn roster(config: &Config) -> Result<Option<Roster>, Failure> {
    let Some(path) = &config.access_file else { return Ok(None) };
    let file = read(path.clone())?;
    access_file::read(&file).map(Some).map_err(|faults| Failure::Access { faults })
}

fn read(path: PathBuf) -> Result<File, Failure> {
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(File { path, text }),
        Err(source) => Err(Failure::SettingsFile { path, source }),
    }
}
