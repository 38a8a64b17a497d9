//! `test`: everything that proves the product, in one go, with an account of what ran and what did not.
//!
//! The parts are separate steps so that `ci` can put others between them.

mod browser;
mod rust;

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use clap::Args;

use crate::report::Report;
use crate::tree::Tree;
use crate::{build, command, web};

/// Options of `test`.
#[derive(Args)]
pub(crate) struct Options {
    /// Run only the Rust tests whose names contain this; the screen is left out
    filter: Option<String>,
    /// Leave the screen's own checks and tests out
    #[arg(long)]
    no_web: bool,
    /// Leave the browser tests out
    #[arg(long)]
    no_e2e: bool,
}

/// Runs the tests and prints the account.
pub(crate) fn run(tree: &Tree, options: &Options) -> Result<()> {
    let mut report = Report::default();
    let narrowed = options.filter.is_some();
    if !narrowed && !options.no_web {
        screen(tree, &mut report);
    } else if web::exists(tree) && !tree.web().join("dist/index.html").is_file() {
        // The binary embeds the screen, so it has to be there once.
        report.step("screen: build", || web::ensure_built(tree));
    }
    let binary = binary(tree, &mut report);
    rust(tree, &mut report, binary.as_deref(), options.filter.as_deref(), false);
    if !narrowed && !options.no_e2e {
        browser(tree, &mut report, binary.as_deref());
    }
    report.finish(tree.strict)
}

/// Types and style, unit tests and build of the screen.
pub(crate) fn screen(tree: &Tree, report: &mut Report) {
    if !web::exists(tree) {
        report.not_run("screen", "there is no web/package.json");
        return;
    }
    if report.step("screen: packages", || web::install(tree)).is_none() {
        report.not_run("screen", "its packages could not be installed");
        return;
    }
    report.step("screen: check", || command::run(web::npm(tree).args(["run", "check"])));
    let lines = report.step("screen: units", || browser::unit_tests(tree));
    note(report, "a unit test of the screen", lines.as_ref());
    report.step("screen: build", || web::build(tree));
}

/// Builds everything the tests need.
pub(crate) fn binary(tree: &Tree, report: &mut Report) -> Option<PathBuf> {
    report.step("build", || build::everything(tree))
}

/// The Rust tests, on SQLite and on a PostgreSQL of our own. `long` adds those that take too long for every day.
pub(crate) fn rust(
    tree: &Tree,
    report: &mut Report,
    binary: Option<&Path>,
    filter: Option<&str>,
    long: bool,
) {
    let Some(binary) = binary else {
        report.not_run("Rust tests", "the build failed");
        return;
    };
    let corpus = std::env::var_os("SLUICE_CORPUS").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    match corpus {
        None => report.not_run("corpus tests", "SLUICE_CORPUS is not set"),
        Some(folder) if !folder.is_dir() => {
            report.not_run("corpus tests", format!("SLUICE_CORPUS is no folder: {}", folder.display()));
        }
        Some(_) => {}
    }
    let Some(database) = report.step("PostgreSQL", rust::Database::find) else {
        report.not_run("tests on PostgreSQL", "it could not be had, see above");
        rust::run(tree, report, binary, None, filter, long);
        return;
    };
    rust::run(tree, report, binary, Some(&database), filter, long);
}

/// The story in a real browser against the real binary.
pub(crate) fn browser(tree: &Tree, report: &mut Report, binary: Option<&Path>) {
    let Some(binary) = binary else {
        report.not_run("browser tests", "the build failed");
        return;
    };
    if !web::exists(tree) || !tree.web().join("e2e").is_dir() {
        report.not_run("browser tests", "there is no web/e2e");
        return;
    }
    let outcome = report.step("browser tests", || {
        web::ensure_built(tree)?;
        web::install(tree)?;
        if !web::has_script(tree, "e2e")? {
            bail!("web/package.json has no script `e2e`");
        }
        browser::end_to_end(tree, binary)
    });
    note(report, "a browser test", outcome.as_ref());
}

/// Keeps account of what the screen's runners left out.
fn note(report: &mut Report, what: &str, outcome: Option<&browser::Outcome>) {
    let Some(outcome) = outcome else { return };
    report.not_run_lines(outcome.lines.iter().map(String::as_str));
    if outcome.skipped > 0 {
        report.not_run(format!("{what}, {} times", outcome.skipped), "its runner says skipped, see above");
    }
}
