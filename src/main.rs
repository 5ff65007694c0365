//! The `lionrock` command.

use std::{io, process::ExitCode};

use clap::Parser;
use lionrock::cli::{Cli, telemetry::Telemetry};
use mimalloc::MiMalloc;

/// Responses are built with many small allocations, for which mimalloc is faster than the system allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let telemetry = match Telemetry::start(cli.observability(), cli.log_level()) {
        Ok(telemetry) => telemetry,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let ended = cli.run().await;
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

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let plain = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        plain.or_else(|| cause.downcast_ref::<serde_json::Error>()?.io_error_kind())
    };
    error.chain().filter_map(kind).any(|kind| kind == io::ErrorKind::BrokenPipe)
}
