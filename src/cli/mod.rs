//! The command line: one file per command, each a client of the gRPC API.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::{Failure, USAGE};
use output::talk;

mod assess;
mod brief;
mod compare;
mod config;
mod demo;
mod diff;
mod export;
mod import;
mod obligations;
mod serve;
mod tally;
mod token;

pub mod case;
mod sources;

mod client;
mod labels;
mod question;
mod settings;
mod stream;
mod telemetry;

mod failure;
mod output;
mod progress;
mod sink;

mod reflection;

/// Records a peace process, and says for every incident under every party's reading: breach, no breach, or undetermined.
#[derive(Debug, Parser)]
#[command(
    name = "armistice",
    version,
    propagate_version = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Start with `armistice demo`, or with `armistice serve` and any gRPC client.
Standard output is data, standard error is talk. Exit codes: 0 done, 1 refused or failed, 2 usage."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeCommand),
    Demo(demo::DemoCommand),
    Import(import::ImportCommand),
    Assess(assess::AssessCommand),
    Tally(tally::TallyCommand),
    Compare(compare::CompareCommand),
    Diff(diff::DiffCommand),
    Obligations(obligations::ObligationsCommand),
    Brief(brief::BriefCommand),
    Export(export::ExportCommand),
    Config(config::ConfigCommand),
    Token(token::TokenCommand),
}

/// Runs the program with these arguments, its own name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(refusal) => {
            // Help and version go to standard output, usage to standard error; that nobody reads them is no failure.
            let _ = refusal.print();
            return if refusal.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS };
        }
    };
    match execute(&cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            talk(&format!("armistice: {}", failure.told()));
            ExitCode::from(failure.exit_code())
        }
    }
}

fn execute(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Config(command) => return config::run(command),
        Command::Token(command) => return token::run(command),
        _ => {}
    }
    let started = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = started.map_err(|source| Failure::System { doing: "start", source })?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve(command) => Box::pin(serve::run(command)).await,
            Command::Demo(command) => Box::pin(demo::run(command)).await,
            Command::Import(command) => Box::pin(import::run(command)).await,
            Command::Assess(command) => Box::pin(assess::run(command)).await,
            Command::Tally(command) => Box::pin(tally::run(command)).await,
            Command::Compare(command) => Box::pin(compare::run(command)).await,
            Command::Diff(command) => Box::pin(diff::run(command)).await,
            Command::Obligations(command) => Box::pin(obligations::run(command)).await,
            Command::Brief(command) => Box::pin(brief::run(command)).await,
            Command::Export(command) => Box::pin(export::run(command)).await,
            Command::Config(command) => config::run(command),
            Command::Token(command) => token::run(command),
        }
    });
    // A computation that nobody waits for any more must not keep the program from ending.
    runtime.shutdown_background();
    done
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_flags_make_sense_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_flag_says_what_it_does_with_an_example() {
        let mut cli = Cli::command();
        cli.build();
        let mut wanting = Vec::new();
        for command in cli.get_subcommands().filter(|command| command.get_name() != "help") {
            for argument in command.get_arguments() {
                let Some(long) = argument.get_long().filter(|long| !matches!(*long, "help" | "version")) else {
                    continue;
                };
                let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
                if !help.contains(&format!("--{long}")) {
                    wanting.push(format!("{} --{long}: {help}", command.get_name()));
                }
            }
            if command.get_after_help().is_none_or(|help| !help.to_string().contains("armistice ")) {
                wanting.push(format!("{} has no example", command.get_name()));
            }
        }
        assert_eq!(wanting, [""; 0]);
    }
}
