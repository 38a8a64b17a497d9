//! `cargo xtask`: the one tool of this repository. What CI runs is what a person runs.
//!
//! Each verb has a file of its own name. Nothing here is part of the product, and no crate of the product
//! depends on it.

mod bench;
mod build;
mod ci;
mod codegen;
mod command;
mod debian;
mod postgres;
mod report;
mod requirements;
mod run;
mod test;
mod tidy;
mod tree;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::tree::Tree;

/// The command line.
#[derive(Parser)]
#[command(
    name = "cargo xtask",
    about = "Build, try, prove and measure Sluice.",
    disable_help_subcommand = true
)]
struct CommandLine {
    #[command(subcommand)]
    verb: Verb,
}

/// One verb each; the first line of help says what it is for.
#[derive(Subcommand)]
enum Verb {
    /// Build the screen and start the demo on 127.0.0.1:8080
    Run(run::Options),
    /// Build the screen, then the server; print the path of the binary
    Build(build::Options),
    /// Run every test there is: screen, Rust on SQLite and PostgreSQL, and the browser
    Test(test::Options),
    /// Check the house rules that clippy cannot check
    Tidy,
    /// Write the generated files: OpenAPI, docs tables, types of the screen
    Codegen(codegen::Options),
    /// Everything CI checks, in CI's order, with the time each step took
    Ci(ci::Options),
    /// Measure speed and cost beside a peer or a floor, in one run
    Bench(bench::Options),
}

fn main() -> ExitCode {
    match run_verb(CommandLine::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_verb(verb: Verb) -> Result<()> {
    let tree = Tree::find()?;
    match verb {
        Verb::Run(options) => run::run(&tree, &options),
        Verb::Build(options) => build::run(&tree, &options),
        Verb::Test(options) => test::run(&tree, &options),
        Verb::Tidy => tidy::run(&tree),
        Verb::Codegen(options) => codegen::run(&tree, &options),
        Verb::Ci(options) => ci::run(tree, &options),
        Verb::Bench(options) => bench::run(&tree, &options),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::CommandLine;

    #[test]
    fn the_command_line_is_consistent() {
        CommandLine::command().debug_assert();
    }
}
