//! The `lionrock` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Responses are built with many small allocations, for which mimalloc is faster than the system allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    lionrock::cli::main()
}
