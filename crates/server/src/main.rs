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

fn run(command: Command) -> anyhow::Result<()> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(sluice_server::command::run(command))
}
