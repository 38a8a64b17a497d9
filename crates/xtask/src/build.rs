//! `build`: the screen, then the server that carries it; and the builds the other verbs share.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::command;
use crate::tree::Tree;
use crate::web;

/// Options of `build`.
#[derive(Args)]
pub(crate) struct Options {
    /// Optimised, as it is shipped
    #[arg(long)]
    release: bool,
}

/// Builds, and prints the binary's path as the last line.
pub(crate) fn run(tree: &Tree, options: &Options) -> Result<()> {
    web::ensure_built(tree)?;
    println!("{}", server(tree, options.release)?.display());
    Ok(())
}

/// Builds the server alone, so that it has the features it is shipped with.
pub(crate) fn server(tree: &Tree, release: bool) -> Result<PathBuf> {
    let mut cargo = tree.cargo();
    cargo.args(["build", "--package", "sluice-server"]).args(tree.locked());
    if release {
        cargo.arg("--release");
    }
    command::run(&mut cargo)?;
    binary(tree, if release { "release" } else { "debug" })
}

/// Builds the optimised program that `bench` measures on and beside.
pub(crate) fn bench_stand(tree: &Tree) -> Result<PathBuf> {
    let mut cargo = tree.cargo();
    cargo.args(["build", "--release", "--package", "sluice-testkit", "--bin", "bench-stand"]);
    command::run(cargo.args(tree.locked()))?;
    Ok(tree.server_binary("release").with_file_name("bench-stand"))
}

/// Builds everything the tests need in one go. Tests and binary together settle on one set of features, so
/// nothing is compiled twice.
pub(crate) fn everything(tree: &Tree) -> Result<PathBuf> {
    command::run(tree.cargo().args(["build", "--workspace", "--all-targets"]).args(tree.locked()))?;
    binary(tree, "debug")
}

fn binary(tree: &Tree, profile: &str) -> Result<PathBuf> {
    let binary = tree.server_binary(profile);
    if !binary.is_file() {
        bail!("cargo built sluice-server, but there is no {}", binary.display());
    }
    Ok(binary)
}
