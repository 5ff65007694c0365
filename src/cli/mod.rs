//! The commands, one file each.

use clap::{Parser, Subcommand};

use crate::cli::config::Telling;

mod check;
pub mod config;
mod datasets;
mod documents;
mod held;
mod link;
mod loading;
mod query;
mod reload;
mod schema;
mod serve;
pub mod telemetry;

/// One GraphQL graph over Hong Kong's innovation open data.
#[derive(Parser)]
#[command(version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    telling: Telling,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the graph over HTTP: at once from the bundle, then from the publishers.
    Serve(Box<serve::Serve>),
    /// Answer a query on standard output, without a server.
    Query(query::Query),
    /// List the datasets and the state of their rows.
    Datasets(datasets::Datasets),
    /// Fetch datasets and say what came and what to do: counts, rejects, drift, failed checks.
    Check(check::Check),
    /// List the versions of files held in the state directory, and go back to one.
    Held(held::Held),
    /// Match a list of names: which of them are one organisation, and which one of the graph.
    Link(link::Link),
    /// Check trusted documents against the schema.
    Documents(documents::Documents),
    /// Print the schema (SDL), or tell what changed in it.
    Schema(schema::Schema),
}

impl Cli {
    /// Runs the command.
    pub async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve(serve) => serve.run().await,
            Command::Query(query) => query.run().await,
            Command::Datasets(datasets) => datasets.run().await,
            Command::Check(check) => check.run().await,
            Command::Held(held) => held.run(),
            Command::Link(link) => link.run().await,
            Command::Documents(documents) => documents.run().await,
            Command::Schema(schema) => schema.run(),
        }
    }

    /// What the program tells of itself, and to whom.
    pub const fn telling(&self) -> &Telling {
        &self.telling
    }

    /// How much is logged: a server tells what it does, a command only what went wrong.
    pub const fn log_level(&self) -> &'static str {
        match self.command {
            Command::Serve(_) => "info",
            _ => "warn",
        }
    }
}
