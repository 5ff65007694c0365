//! The commands, one file each.

use std::{io, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{
    cli::{config::ObservabilityArgs, telemetry::Telemetry},
    domain::version::VERSION_WITH_COMMIT,
};

mod check;
pub mod config;
mod curate;
mod datasets;
mod documents;
mod health;
mod link;
mod loading;
#[cfg(unix)]
mod open_files;
mod query;
mod reload;
mod schema;
mod serve;
pub mod telemetry;
mod versions;

/// Runs the command in the arguments of the process.
///
/// This function is neither generic nor `async`. Otherwise the compiler would generate every future of the crate a
/// second time, in the binary.
#[inline(never)]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime.block_on(cli.execute()),
        Err(error) => {
            eprintln!("error: cannot start threads: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A GraphQL gateway over Hong Kong's innovation open data.
#[derive(Parser)]
#[command(version = VERSION_WITH_COMMIT.as_str(), about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    observability: ObservabilityArgs,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the graph over HTTP. It starts with the bundled rows and then refreshes them from the publishers.
    Serve(Box<serve::Serve>),
    /// Run a query without a server and print the response.
    Query(query::QueryArgs),
    /// List the datasets with their status and row counts.
    Datasets(datasets::Datasets),
    /// Fetch datasets and report row counts, rejected rows, changed columns and failed checks. Exits with status 1 if a
    /// dataset needs attention.
    Check(check::CheckArgs),
    /// List the stored versions of datasets in the state directory, or restore one.
    Versions(versions::VersionsArgs),
    /// Match a list of organisation names with each other or with the organisations of the graph.
    Link(link::LinkArgs),
    /// List names of organisations for review, and record decisions about them.
    Curate(Box<curate::CurateArgs>),
    /// Check whether a running gateway is ready. Exits with status 1 if it is not.
    Health(health::HealthArgs),
    /// Validate trusted documents.
    Documents(documents::DocumentsArgs),
    /// Print the schema as SDL, or compare it with an older one.
    Schema(schema::Schema),
}

impl Cli {
    /// Runs the command with logs and traces, and reports its error.
    async fn execute(self) -> ExitCode {
        let telemetry = match Telemetry::start(&self.observability, self.log_level()) {
            Ok(telemetry) => telemetry,
            Err(error) => {
                eprintln!("error: {error}");
                return ExitCode::FAILURE;
            }
        };
        let ended = self.run().await;
        telemetry.finish().await;
        match ended {
            Ok(()) => ExitCode::SUCCESS,
            // The reader closed the pipe, for example `head`.
            Err(error) if is_closed_pipe(&error) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("error: {error:#}");
                ExitCode::FAILURE
            }
        }
    }

    async fn run(self) -> anyhow::Result<()> {
        match self.command {
            Command::Serve(serve) => serve.run().await,
            Command::Query(query) => query.run().await,
            Command::Datasets(datasets) => datasets.run().await,
            Command::Check(check) => check.run().await,
            Command::Versions(versions) => versions.run(),
            Command::Link(link) => link.run().await,
            Command::Curate(curate) => curate.run().await,
            Command::Health(health) => health.run().await,
            Command::Documents(documents) => documents.run().await,
            Command::Schema(schema) => schema.run(),
        }
    }

    /// Returns the default log level: `info` for the server, `warn` for other commands.
    const fn log_level(&self) -> &'static str {
        match self.command {
            Command::Serve(_) => "info",
            _ => "warn",
        }
    }
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let plain = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        plain.or_else(|| cause.downcast_ref::<serde_json::Error>()?.io_error_kind())
    };
    error.chain().filter_map(kind).any(|kind| kind == io::ErrorKind::BrokenPipe)
}
