//! The program `sluice`.

use std::process::ExitCode;

use clap::Parser;
use sluice_server::command::{Command, Sluice};

fn main() -> ExitCode {
    // Before anything else is set up: a worker limits itself and never has more than its standard input and output.
    if std::env::args().nth(1).as_deref() == Some("worker") {
        return sluice_pdf::worker::run();
    }
    let sluice = Sluice::parse();
    match run(sluice.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sluice: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Threads that answer, at least: a statement runs on the thread that calls it, and a slow disk must not keep all of them (ADR 0022).
const THREADS_MIN: usize = 8;

fn run(command: Command) -> anyhow::Result<()> {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.max(THREADS_MIN))
        .enable_all()
        .build()?
        .block_on(sluice_server::command::run(command))
}
