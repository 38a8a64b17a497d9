//! What ran, how long it took, and what did not run: said by name at the end, never left out in silence.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The account of one `test` or `ci`.
#[derive(Default)]
pub(crate) struct Report {
    steps: Vec<Step>,
    not_run: Vec<NotRun>,
}

struct Step {
    name: String,
    took: Duration,
    /// What it found, or why it failed.
    outcome: Result<String, String>,
}

/// Something that could not be had here.
#[derive(Debug, PartialEq, Eq)]
struct NotRun {
    name: String,
    why: String,
}

impl Report {
    /// Runs one step under a heading. A failure is kept for the end, so that one run shows them all.
    /// Returns what the step returned, unless it failed.
    pub(crate) fn step<T: Detail>(&mut self, name: &str, work: impl FnOnce() -> Result<T>) -> Option<T> {
        println!("\n== {name}");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        let (outcome, value) = match result {
            Ok(value) => (Ok(value.detail()), Some(value)),
            Err(error) => {
                eprintln!("{name}: {error:#}");
                (Err(format!("{error:#}")), None)
            }
        };
        self.steps.push(Step { name: name.to_owned(), took, outcome });
        value
    }

    /// Notes that something did not run. The same name and reason is noted once.
    pub(crate) fn not_run(&mut self, name: impl Into<String>, why: impl Into<String>) {
        let entry = NotRun { name: name.into(), why: why.into() };
        if !self.not_run.contains(&entry) {
            self.not_run.push(entry);
        }
    }

    /// Notes every line of the form `not run: NAME (why)`.
    pub(crate) fn not_run_lines<'a>(&mut self, lines: impl IntoIterator<Item = &'a str>) {
        for line in lines {
            if let Some((name, why)) = parse_not_run(line) {
                self.not_run(name, why);
            }
        }
    }

    /// Prints the account; fails when a step failed, and, if `strict`, when anything did not run.
    pub(crate) fn finish(self, strict: bool) -> Result<()> {
        print!("{}", self.summary());
        self.verdict(strict)
    }

    fn verdict(&self, strict: bool) -> Result<()> {
        let failed: Vec<&str> =
            self.steps.iter().filter(|step| step.outcome.is_err()).map(|step| step.name.as_str()).collect();
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        if strict && !self.not_run.is_empty() {
            bail!("{} not run, and in CI everything has to run", self.not_run.len());
        }
        println!(
            "\nall passed{}",
            if self.not_run.is_empty() { "" } else { ", apart from what did not run" }
        );
        Ok(())
    }

    fn summary(&self) -> String {
        let width = self.steps.iter().map(|step| step.name.chars().count()).max().unwrap_or(0);
        let mut text = String::from("\n== Summary\n");
        for step in &self.steps {
            let (mark, detail) = match &step.outcome {
                Ok(detail) => ("ok    ", detail.as_str()),
                Err(why) => ("FAILED", why.lines().next().unwrap_or_default()),
            };
            let took = clock(step.took);
            let _ = writeln!(text, "{mark}  {:<width$}  {took:>8}  {detail}", step.name);
        }
        let total = self.steps.iter().map(|step| step.took).sum();
        let _ = writeln!(text, "        {:<width$}  {:>8}", "in all", clock(total));
        for entry in &self.not_run {
            let _ = writeln!(text, "not run: {} ({})", entry.name, entry.why);
        }
        text
    }
}

/// What a step has to say in the summary.
pub(crate) trait Detail {
    /// A few words, or nothing.
    fn detail(&self) -> String {
        String::new()
    }
}

impl Detail for () {}

impl Detail for String {
    fn detail(&self) -> String {
        self.clone()
    }
}

impl Detail for std::path::PathBuf {
    fn detail(&self) -> String {
        self.display().to_string()
    }
}

/// Takes `not run: NAME (why)` apart.
fn parse_not_run(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim().strip_prefix("not run:")?.trim();
    match rest.split_once(" (") {
        Some((name, why)) => Some((name.trim(), why.strip_suffix(')').unwrap_or(why))),
        None => Some((rest, "no reason given")),
    }
}

/// `12.3 s` or `4 m 05 s`.
pub(crate) fn clock(took: Duration) -> String {
    if took.as_secs() < 60 {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} m {:02} s", took.as_secs() / 60, took.as_secs() % 60)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use anyhow::bail;

    use super::{Report, clock, parse_not_run};

    #[test]
    fn a_line_of_a_test_is_taken_apart() {
        assert_eq!(
            parse_not_run("  not run: corpus A (SLUICE_CORPUS is not set)"),
            Some(("corpus A", "SLUICE_CORPUS is not set"))
        );
        assert_eq!(parse_not_run("not run: corpus A"), Some(("corpus A", "no reason given")));
        assert_eq!(parse_not_run("test result: ok"), None);
    }

    #[test]
    fn what_did_not_run_fails_only_where_it_must() {
        let account = || {
            let mut report = Report::default();
            report.step("units", || Ok("3 passed".to_owned()));
            report.not_run("browser", "no chromium");
            report.not_run("browser", "no chromium");
            report
        };
        assert!(account().summary().contains("not run: browser (no chromium)"));
        assert_eq!(account().summary().matches("not run:").count(), 1);
        assert!(account().verdict(false).is_ok());
        assert!(account().verdict(true).is_err());
    }

    #[test]
    fn a_failed_step_fails_the_run_and_the_next_still_runs() {
        let mut report = Report::default();
        assert_eq!(report.step("first", || bail!("broken") as anyhow::Result<String>), None);
        assert_eq!(report.step("second", || Ok("fine".to_owned())), Some("fine".to_owned()));
        assert!(report.summary().contains("FAILED  first"));
        assert!(report.verdict(false).is_err());
    }

    #[test]
    fn times_are_short_to_read() {
        assert_eq!(clock(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(clock(Duration::from_secs(245)), "4 m 05 s");
    }
}
