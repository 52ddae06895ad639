//! `armistice demo`: the real case of March and April 2025, loaded, served, asked over gRPC, printed.

use clap::{Args, ValueEnum};

use super::case::Case;
use super::client::{Client, Format};
use super::failure::Failure;
use super::import::{self, Imported};
use super::output::{data, style, talk};
use super::question::BASES;
use super::reflection;
use super::serve::stop_signal;
use crate::render::labels::Labels;
use crate::render::rows;
use crate::wire::pb;
use answers::Answers;
use server::Server;

mod server;

mod answers;

mod text;

/// Loads the energy halt of March and April 2025 into a store of its own, serves it, asks it over gRPC, prints what it answers.
///
/// Needs no database, no network and no files; nothing is left behind.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  armistice demo                     what the case answers, as tables
  armistice demo --keep              and stay up, to be asked by hand or looked at in a browser
  armistice demo --keep --port 7411  at a port of your choice
  armistice demo --basis alleged     the matrix on each report taken at its word
  armistice demo --format json       one AssessResponse: every incident × r1 to r7 × all bases")]
pub(super) struct DemoCommand {
    /// How to print it, such as --format json or --format csv
    #[arg(long, value_enum, default_value_t = Format::Table, hide_possible_values = true, value_name = "table|json|csv")]
    format: Format,
    /// Basis of the matrix, such as --basis alleged
    #[arg(
        long,
        value_enum,
        default_value_t = DemoBasis::Undisputed,
        hide_possible_values = true,
        value_name = "alleged|undisputed|corroborated|verified"
    )]
    basis: DemoBasis,
    /// Stay up until stopped, such as --keep, and print calls to go on with
    #[arg(long)]
    keep: bool,
    /// Port of loopback to listen on, such as --port 7411; default: any that is free
    #[arg(long, default_value_t = 0, hide_default_value = true, value_name = "N")]
    port: u16,
}

/// The basis of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum DemoBasis {
    /// Every report taken at its word.
    Alleged,
    /// What no recorded report disputes.
    Undisputed,
    /// What an independent claimant joins.
    Corroborated,
    /// The verified findings.
    Verified,
}

impl DemoBasis {
    fn basis(self) -> pb::Basis {
        match self {
            DemoBasis::Alleged => pb::Basis::Alleged,
            DemoBasis::Undisputed => pb::Basis::Undisputed,
            DemoBasis::Corroborated => pb::Basis::Corroborated,
            DemoBasis::Verified => pb::Basis::Verified,
        }
    }
}

/// Runs it.
pub(super) async fn run(command: &DemoCommand) -> Result<(), Failure> {
    let stop = stop_signal()?;
    let server = Server::start(command.port).await?;
    let shown = tokio::select! {
        shown = Box::pin(show(command, &server)) => shown,
        () = stop => return server.stop().await,
    };
    if shown.is_ok() && command.keep {
        stop_signal()?.await;
        talk("stopping");
    }
    server.stop().await?;
    shown
}

/// The case, loaded and served in this process for somebody else's question.
pub(super) struct Served {
    server: Server,
    /// A client of it.
    pub client: Client,
    /// `dossiers/{id}` of the case.
    pub parent: String,
}

impl Served {
    /// Loads and serves it.
    pub(super) async fn start() -> Result<Served, Failure> {
        let server = Server::start(0).await?;
        match load(&server).await {
            Ok((client, imported)) => Ok(Served { server, client, parent: imported.parent }),
            Err(failure) => {
                server.stop().await?;
                Err(failure)
            }
        }
    }

    /// Stops it, and removes its store.
    pub(super) async fn stop(self) -> Result<(), Failure> {
        // The server waits for connections that are open.
        drop(self.client);
        self.server.stop().await
    }
}

/// Puts the case into an empty store that is served.
async fn load(server: &Server) -> Result<(Client, Imported), Failure> {
    let case = Case::embedded();
    let client = Client::connect(&server.url()).await?;
    let entry = case.dossier.clone().expect("the case that is compiled in names its dossier");
    let parent = import::open_dossier(&client, entry, true).await?;
    let imported = import::append(&client, &case, &parent).await?;
    Ok((client, imported))
}

async fn show(command: &DemoCommand, server: &Server) -> Result<(), Failure> {
    let (client, imported) = load(server).await?;
    let parent = imported.parent.clone();
    match command.format {
        Format::Json | Format::Csv => {
            let bases = BASES.iter().map(|basis| i32::from(*basis)).collect();
            let response = client.assess(answers::assess_request(&parent, bases)).await?;
            if command.format == Format::Json {
                data(&reflection::to_json("AssessResponse", &response))?;
            } else {
                data(&rows::assessments(&response))?;
            }
        }
        Format::Table => {
            let answers = Answers::ask(&client, &parent, command.basis.basis()).await?;
            let labels = Labels::of(&answers.records);
            data(&text::text(&imported, &answers, &labels, server.address(), command.keep, style()))?;
        }
    }
    if command.keep && command.format != Format::Table {
        talk(&format!("listening on {} until it is stopped", server.address()));
    }
    Ok(())
}
