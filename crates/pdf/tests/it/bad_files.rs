//! Every bad file gets its answer, every bad page fails alone.

use std::time::Duration;

use sluice_pdf::draw::{SheetDrawing, set_pdf};
use sluice_pdf::{FileRefusal, Limits, PageRefusal, Workshop, WorkshopFault};

use crate::pdfs::{self, LETTER};
use crate::{program, small, work};

async fn refusal(bytes: &[u8]) -> FileRefusal {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upload.pdf");
    std::fs::write(&file, bytes).unwrap();
    let workshop = Workshop::new(program(), small());
    workshop.check(&file).await.unwrap_err()
}

#[tokio::test]
async fn sec_02_files_are_refused_for_what_is_wrong_with_them() {
    assert_eq!(refusal(b"").await, FileRefusal::Empty);
    assert_eq!(refusal(b"<html>not a drawing</html>").await, FileRefusal::NotAPdf);
    assert_eq!(refusal(b"%PDF-1.7\nrubbish\n%%EOF").await, FileRefusal::Damaged);
    let whole = set_pdf(&[SheetDrawing::default()]);
    assert_eq!(refusal(&whole[..whole.len() / 2]).await, FileRefusal::Truncated);
    let none = pdfs::file(
        &["<</Type/Catalog/Pages 2 0 R>>".to_owned(), "<</Type/Pages/Count 0/Kids[]>>".to_owned()],
        "",
    );
    assert_eq!(refusal(&none).await, FileRefusal::NoPages);
}

#[tokio::test]
async fn a_file_that_needs_a_password_says_so() {
    // The hashes belong to no password: neither the empty one nor any other opens it.
    let encrypted = pdfs::file(
        &["<</Type/Catalog/Pages 2 0 R>>".to_owned(), "<</Type/Pages/Count 0/Kids[]>>".to_owned()],
        &format!(
            "/ID[<00><00>]/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<{}>/U<{}>>>",
            "11".repeat(32),
            "22".repeat(32)
        ),
    );
    assert_eq!(refusal(&encrypted).await, FileRefusal::Encrypted);
}

#[tokio::test]
async fn more_pages_than_allowed_and_more_bytes_than_allowed_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upload.pdf");
    std::fs::write(&file, pdfs::pages(&[(LETTER, ""); 5])).unwrap();
    let few = Limits { pages: 4, ..small() };
    assert_eq!(Workshop::new(program(), few).check(&file).await, Err(FileRefusal::TooManyPages));
    let short = Limits { file_bytes: 100, ..small() };
    assert_eq!(Workshop::new(program(), short).check(&file).await, Err(FileRefusal::TooBig));
    let gone = Workshop::new(program(), small()).check(&folder.path().join("none.pdf")).await;
    assert_eq!(gone, Err(FileRefusal::NotChecked));
}

#[tokio::test]
async fn sec_02_pages_without_a_sensible_size_fail_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upload.pdf");
    let sizes =
        [LETTER, "/MediaBox[0 0 0 0]", "/MediaBox[0 0 1000000 1000000]", "/MediaBox[300 400 0 0]", LETTER];
    let pages = sizes.map(|size| (size, "BT /F1 20 Tf 100 100 Td (SITE) Tj ET"));
    std::fs::write(&file, pdfs::pages(&pages)).unwrap();
    let workshop = Workshop::new(program(), small());
    let (worked, outcomes) = work(&workshop, &file, 1..=5, folder.path()).await;
    worked.unwrap();
    let refused: Vec<Option<PageRefusal>> =
        outcomes.iter().map(|outcome| outcome.result.as_ref().err().copied()).collect();
    let invalid = Some(PageRefusal::SizeInvalid);
    // Corners given the other way round are a valid box (ISO 32000-1, 7.9.5).
    assert_eq!(refused, [None, invalid, invalid, None, None]);
}

#[tokio::test]
async fn sec_02_a_page_that_takes_too_long_fails_and_the_next_ones_are_done() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upload.pdf");
    let endless = pdfs::endless();
    std::fs::write(&file, pdfs::pages(&[(LETTER, "f"), (LETTER, &endless), (LETTER, "f")])).unwrap();
    let limits = Limits { page_time: Duration::from_secs(2), workers: 1, ..Limits::default() };
    let (worked, outcomes) = work(&Workshop::new(program(), limits), &file, 1..=3, folder.path()).await;
    worked.unwrap();
    assert!(outcomes[0].result.is_ok());
    let refusal = *outcomes[1].result.as_ref().unwrap_err();
    assert!(matches!(refusal, PageRefusal::TooComplex | PageRefusal::TooLarge), "{refusal:?}");
    assert!(outcomes[2].result.is_ok());
}

#[tokio::test]
async fn sec_02_a_page_that_needs_too_much_memory_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upload.pdf");
    let big = "/MediaBox[0 0 2592 1728]";
    std::fs::write(&file, pdfs::pages(&[(big, "f"), (LETTER, "f")])).unwrap();
    let limits = Limits {
        // Enough for the small page, not for 35 million pixels.
        address_space: 260 << 20,
        ..Limits::default()
    };
    let (worked, outcomes) = work(&Workshop::new(program(), limits), &file, 1..=2, folder.path()).await;
    worked.unwrap();
    assert_eq!(*outcomes[0].result.as_ref().unwrap_err(), PageRefusal::TooLarge);
    assert!(outcomes[1].result.is_ok(), "{:?}", outcomes[1].result);
}

#[tokio::test]
async fn sec_02_pages_behind_too_many_lost_workers_are_not_tried() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upload.pdf");
    std::fs::write(&file, pdfs::pages(&[("/MediaBox[0 0 2592 1728]", "f"); 6])).unwrap();
    let limits = Limits { address_space: 200 << 20, lost_workers: 2, workers: 1, ..Limits::default() };
    let (worked, outcomes) = work(&Workshop::new(program(), limits), &file, 1..=6, folder.path()).await;
    worked.unwrap();
    let not_tried =
        outcomes.iter().filter(|outcome| matches!(outcome.result, Err(PageRefusal::NotTried))).count();
    assert_eq!((outcomes.len(), not_tried), (6, 4));
}

#[tokio::test]
async fn sec_02_output_beyond_the_limit_is_refused_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upload.pdf");
    std::fs::write(&file, pdfs::pages(&[(LETTER, "f")])).unwrap();
    let limits = Limits { page_bytes: 500, ..small() };
    let staging = tempfile::tempdir().unwrap();
    let (worked, outcomes) = work(&Workshop::new(program(), limits), &file, 1..=1, staging.path()).await;
    worked.unwrap();
    assert_eq!(*outcomes[0].result.as_ref().unwrap_err(), PageRefusal::TooLarge);
    assert_eq!(std::fs::read_dir(staging.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn sec_02_a_worker_that_is_killed_costs_one_page() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upload.pdf");
    let endless = pdfs::endless();
    std::fs::write(&file, pdfs::pages(&[(LETTER, &endless), (LETTER, "f")])).unwrap();
    let limits = Limits { workers: 1, ..Limits::default() };
    let workshop = Workshop::new(program(), limits);
    let own = std::process::id();
    let killer = async {
        // Wait for the worker to be at work on the page, seen by the CPU time it has used, then kill it.
        loop {
            tokio::time::sleep(Duration::from_millis(50)).await;
            if let Some(pid) = busy_child(own, &file) {
                confined(pid);
                let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
                assert!(killed.unwrap().success());
                break;
            }
        }
    };
    let ((worked, outcomes), ()) = tokio::join!(work(&workshop, &file, 1..=2, folder.path()), killer);
    worked.unwrap();
    assert_eq!(*outcomes[0].result.as_ref().unwrap_err(), PageRefusal::Crashed);
    assert!(outcomes[1].result.is_ok());
}

/// A worker at work refuses system calls and can open, write and dump nothing (SEC-02).
fn confined(pid: u32) {
    let proc = std::path::PathBuf::from(format!("/proc/{pid}"));
    let status = std::fs::read_to_string(proc.join("status")).unwrap();
    // 2: a filter is in force. Each thread has its own; the first one is asked here, the parsing one set it for all.
    assert!(status.contains("Seccomp:\t2"), "{status}");
    assert!(status.contains("NoNewPrivs:\t1"), "{status}");
    let limits = std::fs::read_to_string(proc.join("limits")).unwrap();
    let hard = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace()
            .rev()
            .find(|word| word.chars().all(|c| c.is_ascii_digit()))
            .unwrap()
            .to_owned()
    };
    assert_eq!(hard("Max open files"), "3");
    assert_eq!(hard("Max file size"), "0");
    assert_eq!(hard("Max core file size"), "0");
    assert!(hard("Max address space").parse::<u64>().unwrap() < 2 << 30);
    let environment = std::fs::read(proc.join("environ")).unwrap();
    assert_eq!(environment, b"");
}

/// A child of this process that reads the file and has used a third of a second of CPU time.
fn busy_child(parent: u32, file: &std::path::Path) -> Option<u32> {
    let file = file.canonicalize().ok()?;
    std::fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
        let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
        let is_child = fields.get(1)?.parse::<u32>().ok()? == parent;
        let ticks = fields.get(11)?.parse::<u32>().ok()?;
        let reads = std::fs::read_link(entry.path().join("fd/0")).ok()? == file;
        (is_child && reads && ticks > 33).then_some(pid)
    })
}

#[tokio::test]
async fn faults_that_are_not_the_pages_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("upload.pdf");
    std::fs::write(&file, pdfs::pages(&[(LETTER, "f")])).unwrap();
    let nowhere = folder.path().join("missing");
    let (worked, _) = work(&Workshop::new(program(), small()), &file, 1..=1, &nowhere).await;
    assert!(matches!(worked, Err(WorkshopFault::Staging(_))), "{worked:?}");
    let (worked, _) = work(&Workshop::new(nowhere.clone(), small()), &file, 1..=1, folder.path()).await;
    assert!(matches!(worked, Err(WorkshopFault::Worker(_))), "{worked:?}");
    let (worked, _) = work(&Workshop::new(program(), small()), &nowhere, 1..=1, folder.path()).await;
    assert!(matches!(worked, Err(WorkshopFault::File(_))), "{worked:?}");
}
