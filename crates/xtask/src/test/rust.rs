//! The Rust tests: cargo-nextest on both databases, then the examples in the documentation.
//!
//! What a passing test prints is hidden by nextest, so counts and `not run:` lines come from its JUnit file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::command;
use crate::postgres::{CARELESS, Cluster};
use crate::report::{Detail, Report};
use crate::tree::Tree;

/// The PostgreSQL the tests use.
pub(crate) enum Database {
    /// One that somebody named in `SLUICE_TEST_POSTGRES`.
    Named(String),
    /// One of our own, for as long as this lives.
    Own(Cluster),
}

impl Database {
    /// Takes the named one, else starts one.
    pub(crate) fn find() -> Result<Self> {
        match std::env::var("SLUICE_TEST_POSTGRES") {
            Ok(url) if !url.is_empty() => Ok(Self::Named(url)),
            _ => Ok(Self::Own(Cluster::start(&CARELESS)?)),
        }
    }

    fn url(&self) -> &str {
        match self {
            Self::Named(url) => url,
            Self::Own(cluster) => &cluster.url,
        }
    }
}

impl Detail for Database {
    fn detail(&self) -> String {
        match self {
            Self::Named(_) => "the one in SLUICE_TEST_POSTGRES".to_owned(),
            Self::Own(cluster) => cluster.url.clone(),
        }
    }
}

/// Runs them and notes what did not run.
pub(crate) fn run(
    tree: &Tree,
    report: &mut Report,
    binary: &Path,
    database: Option<&Database>,
    filter: Option<&str>,
    long: bool,
) {
    let mut seen = None;
    report.step("Rust tests", || {
        let runner = runner()?;
        let mut cargo = tree.cargo();
        cargo.env("SLUICE_BIN", binary);
        if let Some(database) = database {
            cargo.env("SLUICE_TEST_POSTGRES", database.url());
        } else {
            cargo.env_remove("SLUICE_TEST_POSTGRES");
        }
        if long {
            cargo.env("SLUICE_LONG", "1");
        }
        match runner {
            Runner::Nextest => {
                cargo.args(["nextest", "run", "--workspace"]).args(tree.locked());
                if long {
                    cargo.args(["--run-ignored", "all"]);
                }
                if filter.is_some() {
                    cargo.args(["--no-tests", "fail"]);
                }
                let junit = tree.root.join("target/nextest/default/junit.xml");
                remove_if_there(&junit)?;
                let ran = command::run(cargo.args(filter));
                // Read it also after a failure: the `not run:` lines still count.
                let found = fs::read_to_string(&junit).map(|text| read_junit(&text));
                let counts = found.as_ref().map(|found| found.counts.clone()).unwrap_or_default();
                seen = found.ok();
                ran.map(|()| counts)
            }
            Runner::CargoTest => {
                cargo
                    .args(["test", "--workspace", "--all-targets"])
                    .args(tree.locked())
                    .args(filter)
                    .args(["--", "--show-output"]);
                if long {
                    cargo.arg("--include-ignored");
                }
                let output = command::tee(&mut cargo)?;
                let found = read_cargo_test(&output.lines);
                let counts = found.counts.clone();
                seen = Some(found);
                output.failure.map_or(Ok(counts), |failure| bail!(failure))
            }
        }
    });
    if let Some(seen) = seen {
        report.not_run_lines(seen.not_run.iter().map(String::as_str));
    }
    if filter.is_none() && has_doc_tests(&tree.root.join("crates")).unwrap_or(true) {
        report.step("examples in docs", || {
            command::run(tree.cargo().args(["test", "--doc", "--workspace"]).args(tree.locked()))
        });
    }
}

enum Runner {
    Nextest,
    CargoTest,
}

/// cargo-nextest, installed when missing; plain `cargo test` where that cannot be done.
fn runner() -> Result<Runner> {
    let present = || command::find_program("cargo-nextest").is_some() || in_cargo_home("cargo-nextest");
    if present() {
        return Ok(Runner::Nextest);
    }
    println!("cargo-nextest is missing: installing it (some minutes, once)");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    // Outside the tree, so that neither its settings nor its lock file are taken.
    let mut install = std::process::Command::new(cargo);
    install.args(["install", "--locked", "cargo-nextest"]).current_dir(std::env::temp_dir());
    match command::run(&mut install) {
        Ok(()) if present() => Ok(Runner::Nextest),
        Ok(()) => bail!("cargo-nextest was installed, but neither PATH nor cargo's own folder has it"),
        Err(error) => {
            println!("note: {error:#}; falling back to `cargo test`, without test groups and time limits");
            Ok(Runner::CargoTest)
        }
    }
}

fn in_cargo_home(program: &str) -> bool {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    home.is_some_and(|home| command::is_executable(&home.join("bin").join(program)))
}

fn remove_if_there(file: &Path) -> Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing the old {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// What a runner found.
#[derive(Debug, Default, PartialEq, Eq)]
struct Found {
    counts: String,
    not_run: Vec<String>,
}

/// Takes the totals and the `not run:` lines from a JUnit file.
fn read_junit(text: &str) -> Found {
    let head = text.lines().find(|line| line.contains("<testsuites ")).unwrap_or_default();
    let number = |name: &str| attribute(head, name).and_then(|value| value.parse::<u64>().ok()).unwrap_or(0);
    let failed = number("failures") + number("errors");
    let counts = format!("{} passed, {failed} failed", number("tests").saturating_sub(failed));
    let plain = text.replace("&gt;", ">").replace("&lt;", "<").replace("&quot;", "\"").replace("&apos;", "'");
    let plain = plain.replace("&amp;", "&");
    let not_run = plain
        .lines()
        // The first line a test prints stands right behind the opening tag.
        .map(|line| line.split("</system-").next().unwrap_or(line))
        .map(|line| line.trim().trim_start_matches("<system-out>").trim_start_matches("<system-err>"))
        .filter(|line| line.starts_with("not run:"))
        .map(str::to_owned)
        .collect();
    Found { counts, not_run }
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split_once('"').map(|(value, _)| value)
}

/// Adds up the `test result:` lines of `cargo test`.
fn read_cargo_test(lines: &[String]) -> Found {
    let (mut passed, mut failed) = (0_u64, 0_u64);
    for line in lines.iter().filter(|line| line.starts_with("test result:")) {
        let words: Vec<&str> = line.split_whitespace().collect();
        for pair in words.windows(2) {
            match pair {
                [number, "passed;"] => passed += number.parse().unwrap_or(0),
                [number, "failed;"] => failed += number.parse().unwrap_or(0),
                _ => {}
            }
        }
    }
    let not_run = lines.iter().filter(|line| line.starts_with("not run:")).cloned().collect();
    Found { counts: format!("{passed} passed, {failed} failed"), not_run }
}

/// Whether a doc comment anywhere holds a block of code that rustdoc would run.
fn has_doc_tests(folder: &Path) -> Result<bool> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            has_doc_tests(&path)?
        } else {
            path.extension().is_some_and(|extension| extension == "rs")
                && holds_example(&fs::read_to_string(&path)?)
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn holds_example(source: &str) -> bool {
    let mut inside = false;
    for line in source.lines() {
        let line = line.trim_start();
        let comment = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        let Some(fence) = comment.and_then(|comment| comment.trim_start().strip_prefix("```")) else {
            continue;
        };
        if !inside
            && !["text", "ignore", "sql", "json", "toml", "sh", "http"]
                .iter()
                .any(|kind| fence.starts_with(kind))
        {
            return true;
        }
        inside = !inside;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{Found, holds_example, read_cargo_test, read_junit};

    #[test]
    fn junit_gives_counts_and_what_did_not_run() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="nextest-run" tests="5" failures="1" errors="0" uuid="x">
  <testsuite name="sluice-pdf" tests="5">
    <testcase name="corpus">
      <system-out>not run: corpus A (&quot;SLUICE_CORPUS&quot; is not set)
not run: corpus C (too &lt;big&gt;)</system-out>
    </testcase>
  </testsuite>
</testsuites>"#;
        assert_eq!(
            read_junit(text),
            Found {
                counts: "4 passed, 1 failed".to_owned(),
                not_run: vec![
                    "not run: corpus A (\"SLUICE_CORPUS\" is not set)".to_owned(),
                    "not run: corpus C (too <big>)".to_owned()
                ]
            }
        );
    }

    #[test]
    fn cargo_test_is_added_up() {
        let lines = [
            "test result: ok. 3 passed; 0 failed; 0 ignored",
            "not run: corpus A (not here)",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored",
        ]
        .map(str::to_owned);
        let found = read_cargo_test(&lines);
        assert_eq!(found.counts, "4 passed, 2 failed");
        assert_eq!(found.not_run, ["not run: corpus A (not here)"]);
    }

    #[test]
    fn only_blocks_that_rustdoc_runs_are_examples() {
        assert!(holds_example("/// Adds.\n/// ```\n/// assert_eq!(1 + 1, 2);\n/// ```\nfn add() {}"));
        assert!(!holds_example("//! ```text\n//! a -> b\n//! ```\n"));
        assert!(!holds_example("let text = \"```\";"));
    }
}
