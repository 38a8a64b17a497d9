//! The screen's runners: Vitest, and Playwright with the system's Chromium. Their counts are read from what they print.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::report::Detail;
use crate::tree::Tree;
use crate::{command, debian, web};

/// What a runner reported.
pub(crate) struct Outcome {
    /// Everything it printed.
    pub(crate) lines: Vec<String>,
    /// How many tests it left out.
    pub(crate) skipped: usize,
    /// How many passed.
    passed: usize,
}

impl Detail for Outcome {
    fn detail(&self) -> String {
        let left_out = if self.skipped > 0 { format!(", {} skipped", self.skipped) } else { String::new() };
        format!("{} passed{left_out}", self.passed)
    }
}

/// `npm test`.
pub(crate) fn unit_tests(tree: &Tree) -> Result<Outcome> {
    outcome(web::npm(tree).arg("test"), vitest_counts)
}

/// `npm run e2e`, told where the binary and Chromium are.
pub(crate) fn end_to_end(tree: &Tree, binary: &Path) -> Result<Outcome> {
    let chromium = debian::chromium()?;
    let mut npm = web::npm(tree);
    npm.args(["run", "e2e"]).env("SLUICE_BIN", binary).env("SLUICE_CHROMIUM", chromium);
    outcome(&mut npm, playwright_counts)
}

fn outcome(runner: &mut Command, counts: fn(&[String]) -> Counts) -> Result<Outcome> {
    let seen = command::tee(runner)?;
    if let Some(failure) = seen.failure {
        bail!(failure);
    }
    let Counts { passed, skipped } = counts(&seen.lines);
    if passed == 0 {
        bail!("the runner ended well but no line says that a test passed");
    }
    Ok(Outcome { lines: seen.lines, skipped, passed })
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    passed: usize,
    skipped: usize,
}

/// Vitest ends with a line such as `Tests  12 passed | 1 skipped (13)`.
fn vitest_counts(lines: &[String]) -> Counts {
    let line = lines.iter().rev().find_map(|line| line.strip_prefix("Tests "));
    let count = |word: &str| line.map_or(0, |line| number_before(line, word));
    Counts { passed: count("passed"), skipped: count("skipped") + count("todo") }
}

/// Playwright ends with lines such as `2 skipped` and `12 passed (34.5s)`.
fn playwright_counts(lines: &[String]) -> Counts {
    let count = |word: &str| {
        let is_count = |line: &&String| {
            let mut words = line.split_whitespace();
            words.next().is_some_and(|first| first.parse::<usize>().is_ok()) && words.next() == Some(word)
        };
        lines.iter().rev().find(is_count).map_or(0, |line| number_before(line, word))
    };
    Counts { passed: count("passed"), skipped: count("skipped") + count("did") }
}

/// The number that stands before a word: 12 in `12 passed`.
fn number_before(line: &str, word: &str) -> usize {
    let words: Vec<&str> = line.split_whitespace().collect();
    words
        .windows(2)
        .find_map(|pair| match pair {
            [number, name] if *name == word => number.parse().ok(),
            _ => None,
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Counts, playwright_counts, vitest_counts};

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(|line| line.trim().to_owned()).collect()
    }

    #[test]
    fn vitest_is_read() {
        let seen =
            lines(" Test Files  3 passed (3)\n      Tests  12 passed | 1 skipped (13)\n   Duration  1s");
        assert_eq!(vitest_counts(&seen), Counts { passed: 12, skipped: 1 });
        assert_eq!(vitest_counts(&lines("nothing ran")), Counts::default());
    }

    #[test]
    fn playwright_is_read() {
        let seen = lines("Running 14 tests using 1 worker\n ok 1 story\n  2 skipped\n  12 passed (34.5s)");
        assert_eq!(playwright_counts(&seen), Counts { passed: 12, skipped: 2 });
        assert_eq!(
            playwright_counts(&lines("  1 did not run\n  3 passed (1s)")),
            Counts { passed: 3, skipped: 1 }
        );
    }
}
