//! The whole way through a real, confined worker: good files, bad files, and the corpus when it is there.
//!
//! The worker program is the example `worker`, which `cargo test -p sluice-pdf` builds beside this binary.

#![expect(clippy::unwrap_used, clippy::format_collect, reason = "a test may stop at the first surprise")]

mod bad_files;
mod corpus;
mod pdfs;
mod sheets;

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use sluice_pdf::{Limits, PageOutcome, Workshop, WorkshopFault};

/// The worker program beside this test binary.
fn program() -> PathBuf {
    let program =
        std::env::current_exe().unwrap().parent().and_then(Path::parent).unwrap().join("examples/worker");
    assert!(
        program.exists(),
        "{} is missing: run all targets of the crate, or `cargo build -p sluice-pdf --examples` first",
        program.display()
    );
    program
}

/// Limits that keep pictures small where only the rest matters.
fn small() -> Limits {
    Limits { workers: 2, max_pixels: 40_000, ..Limits::default() }
}

/// Works on pages and returns the outcomes in page order.
async fn work(
    workshop: &Workshop,
    file: &Path,
    pages: RangeInclusive<u32>,
    staging: &Path,
) -> (Result<(), WorkshopFault>, Vec<PageOutcome>) {
    let (done, mut received) = tokio::sync::mpsc::channel(4);
    let collect = async {
        let mut outcomes: Vec<PageOutcome> = Vec::new();
        while let Some(outcome) = received.recv().await {
            outcomes.push(outcome);
        }
        outcomes.sort_by_key(|outcome| outcome.page);
        outcomes
    };
    tokio::join!(workshop.pages(file, pages, staging, done), collect)
}
