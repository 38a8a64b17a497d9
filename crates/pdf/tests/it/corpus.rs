//! Files nobody here made: all real drawings come through, all hostile ones are answered.
//!
//! `SLUICE_CORPUS` names the folder, with the files below its `open`. Without it the tests say so and pass; with `SLUICE_LONG=1` they take every file.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sluice_pdf::{FileRefusal, Limits, Workshop, WorkshopFault};

use crate::{program, work};

fn corpus(test: &str) -> Option<PathBuf> {
    let corpus = std::env::var_os("SLUICE_CORPUS").map(|folder| PathBuf::from(folder).join("open"));
    if corpus.is_none() {
        println!("{test}: not run: SLUICE_CORPUS is not set");
    }
    corpus
}

fn long() -> bool {
    std::env::var_os("SLUICE_LONG").is_some_and(|value| value == "1")
}

/// Every n-th file of a folder, in a fixed order; every one in a long run.
fn files(folder: &Path, every: usize) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files.into_iter().step_by(if long() { 1 } else { every }).collect()
}

#[tokio::test]
async fn drw_02_every_real_drawing_splits_and_renders() {
    let Some(corpus) = corpus("drw_02_every_real_drawing_splits_and_renders") else {
        return;
    };
    let workshop = Workshop::new(program(), Limits::default());
    let mut failed = Vec::new();
    for file in files(&corpus.join("A"), 6) {
        if file.extension().is_none_or(|extension| !extension.eq_ignore_ascii_case("pdf")) {
            continue;
        }
        let staging = tempfile::tempdir().unwrap();
        let report = match workshop.check(&file).await {
            Ok(report) => report,
            Err(refusal) => {
                failed.push(format!("{}: {refusal}", file.display()));
                continue;
            }
        };
        let last = if long() { report.pages } else { report.pages.min(3) };
        let (worked, outcomes) = work(&workshop, &file, 1..=last, staging.path()).await;
        worked.unwrap();
        for outcome in outcomes {
            match outcome.result {
                Ok(sheet) => {
                    let again = lopdf::Document::load(&sheet.pdf).map(|split| split.get_pages().len());
                    if !matches!(again, Ok(1)) {
                        failed.push(format!("{} p{}: split is {again:?}", file.display(), outcome.page));
                    }
                }
                Err(refusal) => failed.push(format!("{} p{}: {refusal}", file.display(), outcome.page)),
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[tokio::test]
async fn sec_02_every_hostile_file_gets_an_answer_in_time() {
    let Some(corpus) = corpus("sec_02_every_hostile_file_gets_an_answer_in_time") else {
        return;
    };
    let limits = Limits {
        open_time: Duration::from_secs(20),
        page_time: Duration::from_secs(if long() { 30 } else { 4 }),
        max_pixels: if long() { 80_000_000 } else { 4_000_000 },
        lost_workers: 3,
        ..Limits::default()
    };
    let workshop = Workshop::new(program(), limits.clone());
    let mut slow = Vec::new();
    for file in files(&corpus.join("C"), 7) {
        let staging = tempfile::tempdir().unwrap();
        let started = Instant::now();
        let answer = workshop.check(&file).await;
        assert_ne!(answer, Err(FileRefusal::NotChecked), "{}", file.display());
        if let Ok(report) = answer {
            let last = report.pages.min(4);
            let (worked, outcomes) = work(&workshop, &file, 1..=last, staging.path()).await;
            assert!(
                matches!(worked, Ok(()) | Err(WorkshopFault::Refused(_))),
                "{}: {worked:?}",
                file.display()
            );
            assert!(
                worked.is_err() || outcomes.len() == usize::try_from(last).unwrap(),
                "{}",
                file.display()
            );
        }
        let spent = started.elapsed();
        if spent > limits.open_time + 4 * limits.page_time + Duration::from_secs(5) {
            slow.push(format!("{} {spent:?}", file.display()));
        }
    }
    assert!(slow.is_empty(), "{}", slow.join("\n"));
}
