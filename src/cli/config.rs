//! `armistice config`: prints the settings in force, and where each comes from.

use std::fmt::Write as _;

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::output::data;
use super::settings::{self, SettingFlags};
use crate::config::{Config, Key, Kind, Source, items};

/// Prints the settings that `serve` would run with here, and where each comes from.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice config                          as TOML, which can be kept as a file
  ARMISTICE_LISTEN=127.0.0.1:0 armistice config --format json
  armistice config --access-file access.toml  whether that file is in order, before a server is started with it
  armistice config > armistice.toml && armistice serve --config armistice.toml")]
pub(super) struct ConfigCommand {
    /// How to print them, such as --format json
    #[arg(long, value_enum, default_value_t = ConfigFormat::Toml, hide_possible_values = true, value_name = "toml|json")]
    format: ConfigFormat,
    #[command(flatten)]
    settings: SettingFlags,
}

/// How settings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ConfigFormat {
    /// As a file that `--config` takes.
    Toml,
    /// As an object of objects.
    Json,
}

/// Runs it.
pub(super) fn run(command: &ConfigCommand) -> Result<(), Failure> {
    let config = command.settings.resolve()?;
    // What `serve` would refuse, this does too.
    settings::roster(&config)?;
    match command.format {
        ConfigFormat::Toml => data(&to_toml(&config)),
        ConfigFormat::Json => data(&to_json(&config)),
    }
}

fn to_toml(config: &Config) -> String {
    let mut text = String::new();
    for key in Key::ALL {
        let setting = config.setting(key);
        let line = format!("{} = {}", key.name(), literal(key, &setting.text));
        let _ = writeln!(text, "{line:<40} # {}", told(key, &setting.source));
    }
    text
}

fn to_json(config: &Config) -> String {
    let settings: serde_json::Map<String, serde_json::Value> = Key::ALL
        .into_iter()
        .map(|key| {
            let setting = config.setting(key);
            let value = match key.kind() {
                Kind::Text => serde_json::Value::from(setting.text.as_str()),
                Kind::List => items(&setting.text).collect(),
                Kind::Flag | Kind::Number => {
                    serde_json::from_str(&setting.text).expect("a checked flag or number is JSON")
                }
            };
            let entry = serde_json::json!({ "value": value, "source": told(key, &setting.source) });
            (key.name().to_owned(), entry)
        })
        .collect();
    serde_json::to_string_pretty(&settings).expect("a map of values is JSON")
}

fn literal(key: Key, text: &str) -> String {
    match key.kind() {
        Kind::Text => toml::Value::from(text).to_string(),
        Kind::List => toml::Value::Array(items(text).map(toml::Value::from).collect()).to_string(),
        Kind::Flag | Kind::Number => text.to_owned(),
    }
}

fn told(key: Key, source: &Source) -> String {
    match source {
        Source::Flag => format!("flag {}", key.flag()),
        Source::Environment => format!("environment {}", key.variable()),
        Source::File { path, line } => format!("file {}:{line}", path.display()),
        Source::Default => "default".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{File, Flags};

    #[test]
    fn what_is_printed_can_be_kept_as_a_file_and_says_where_it_came_from() {
        let origins = "http://a, http://b".to_owned();
        let flags = Flags::from([(Key::DataDir, "a \"b\"".to_owned()), (Key::CorsOrigin, origins)]);
        let file = File { path: "x.toml".into(), text: "\nconnections_max = 5\n".into() };
        let environment = |name: &str| (name == "ARMISTICE_INSECURE").then(|| "true".into());
        let config = Config::resolve(&flags, environment, Some(&file)).expect("all is well");
        let text = to_toml(&config);
        let expected = "\
listen = \"127.0.0.1:7411\"                # default
data_dir = 'a \"b\"'                       # flag --data-dir
insecure = true                          # environment ARMISTICE_INSECURE
log_format = \"human\"                     # default
log_filter = \"info\"                      # default
drain_timeout_seconds = 10               # default
handshake_timeout_seconds = 10           # default
idle_timeout_seconds = 120               # default
connections_max = 5                      # file x.toml:2
access_file = \"\"                         # default
cors_origin = [\"http://a\", \"http://b\"]   # flag --cors-origin
admin_listen = \"\"                        # default
call_lines_per_second = 100              # default
otlp_endpoint = \"\"                       # default
";
        assert_eq!(text, expected);
        let again = Config::resolve(&Flags::new(), |_| None, Some(&File { path: "y.toml".into(), text }));
        let again = again.expect("what is printed is a file of settings");
        assert_eq!((again.data_dir, again.connections_max), (config.data_dir.clone(), 5));
        assert_eq!(again.cors_origins, ["http://a", "http://b"]);
        let json: serde_json::Value = serde_json::from_str(&to_json(&config)).expect("it is JSON");
        assert_eq!(json["connections_max"], serde_json::json!({"value": 5, "source": "file x.toml:2"}));
    }
}
