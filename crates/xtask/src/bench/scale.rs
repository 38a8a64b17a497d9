//! How much is measured: what the goals speak of, or so little that it only shows that the measures work.

use std::time::Duration;

/// The sizes of all measures.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    /// How often each contender runs.
    pub(super) rounds: usize,
    /// Sheets of the upstream project.
    pub(super) sheets: usize,
    /// The fewer downstream projects the goals speak of.
    pub(super) few: usize,
    /// The more.
    pub(super) many: usize,
    /// Sheets that get a new revision at once (SPD-02).
    pub(super) revised: usize,
    /// Publications of one sheet each (SPD-03).
    pub(super) publications: usize,
    /// How long a page is asked for (SPD-06).
    pub(super) load: Duration,
    /// How long a server is watched that nobody asks anything.
    pub(super) idle: Duration,
    /// Connections on which nothing happens (SPD-05).
    pub(super) connections: usize,
    /// Screens that listen (SPD-05).
    pub(super) screens: usize,
    /// Revisions of a small project (SPD-07).
    pub(super) small: usize,
    /// Revisions of a large project (SPD-07) …
    pub(super) large: usize,
    /// … of which there are so many.
    pub(super) projects: usize,
    /// Files of real sheets that are taken apart (SPD-08).
    pub(super) files: usize,
    /// Bytes of a very large file (SPD-09).
    pub(super) large_file: u64,
    /// Revisions that are there when a server starts (SPD-11).
    pub(super) existing: usize,
}

impl Scale {
    /// What the goals speak of, but for the two that a person chooses.
    pub(super) fn full(sheets: usize, rounds: usize) -> Self {
        Self {
            rounds,
            sheets,
            few: 10,
            many: 50,
            revised: 20.min(sheets.div_ceil(rounds)),
            publications: 100.min(sheets),
            load: Duration::from_secs(3),
            idle: Duration::from_secs(10),
            connections: 10_000,
            screens: 5_000,
            small: 1_000,
            large: 250_000,
            projects: 4,
            files: usize::MAX,
            large_file: 1 << 30,
            existing: 100_000,
        }
    }

    /// So little that all measures together take some seconds.
    pub(super) const fn smoke() -> Self {
        Self {
            rounds: 1,
            sheets: 12,
            few: 2,
            many: 3,
            revised: 2,
            publications: 4,
            load: Duration::from_millis(100),
            idle: Duration::from_millis(100),
            connections: 3,
            screens: 3,
            small: 10,
            large: 20,
            projects: 2,
            files: 1,
            large_file: 1 << 20,
            existing: 10,
        }
    }

    /// Revisions that have to wait for their publication.
    pub(super) fn waiting(&self) -> usize {
        self.publications.max(self.revised * self.rounds).min(self.sheets)
    }
}
