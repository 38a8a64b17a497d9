//! `ci`: everything that is checked before a change is taken, in the order that finds cheap faults first.
//!
//! `.ci/run` calls this, and so does a person. Nothing may be left out: what could not run fails the run.

use anyhow::Result;
use clap::Args;

use crate::report::Report;
use crate::tree::Tree;
use crate::{bench, codegen, command, test, tidy};

/// Options of `ci`.
#[derive(Args)]
pub(crate) struct Options {
    /// Also the tests that take too long for every change (`SLUICE_LONG=1`, and those marked `#[ignore]`)
    #[arg(long)]
    long: bool,
}

/// Runs every check, also after one has failed, and prints the time of each.
pub(crate) fn run(tree: Tree, options: &Options) -> Result<()> {
    let tree = Tree { strict: true, ..tree };
    let mut report = Report::default();
    report.step("format", || command::run(tree.cargo().args(["fmt", "--all", "--check"])));
    report.step("tidy", || tidy::run(&tree));
    // The server embeds the screen, so the screen comes before anything that compiles the server.
    test::screen(&tree, &mut report);
    report.step("clippy", || {
        let arguments = ["clippy", "--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"];
        command::run(tree.cargo().args(arguments))
    });
    let binary = test::binary(&tree, &mut report);
    match &binary {
        Some(binary) => {
            report.step("generated files", || codegen::check_with(&tree, binary));
        }
        None => report.not_run("generated files", "the build failed"),
    }
    test::rust(&tree, &mut report, binary.as_deref(), None, options.long);
    match &binary {
        Some(binary) => {
            report.step("bench, smallest", || bench::smoke(&tree, binary));
        }
        None => report.not_run("bench, smallest", "the build failed"),
    }
    test::browser(&tree, &mut report, binary.as_deref());
    licences(&tree, &mut report);
    report.finish(tree.strict)
}

/// cargo-deny, where somebody has installed it. Its database of advisories needs a network CI may not have,
/// so they are asked for only where a copy is there.
fn licences(tree: &Tree, report: &mut Report) {
    if command::find_program("cargo-deny").is_none() {
        println!("\nnote: cargo-deny is not installed, so licences and banned crates were not checked by it");
        return;
    }
    let has_advisories = std::env::home_dir().is_some_and(|home| home.join(".cargo/advisory-dbs").is_dir());
    if !has_advisories {
        println!("\nnote: no copy of the advisory database here, so advisories were not checked");
    }
    report.step("dependencies", || {
        let mut cargo = tree.cargo();
        cargo.args(["deny", "--offline", "check", "bans", "licenses", "sources"]);
        command::run(cargo.args(has_advisories.then_some("advisories")))
    });
}
