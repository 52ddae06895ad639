//! The `armistice` program.

use std::process::ExitCode;

/// Appends and columns make and drop many small things on several threads; the system's allocator took a fifth of their time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    armistice::cli::run(std::env::args_os())
}
