//! Measures how many sheet numbers, titles and revisions are read exactly as printed, set by set.
//!
//! `SLUICE_CORPUS=/folder cargo run -p sluice-pdf --example read_rates [--misses]`; the folder holds `truth.csv` and the
//! files it names. Build the examples first: the worker is one of them. Prints, asserts nothing: it is a ruler.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sluice_pdf::{Limits, Naming, PageEvidence, Reading, Workshop, read_set};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let Some(corpus) = std::env::var_os("SLUICE_CORPUS").map(PathBuf::from) else {
        println!("not run: SLUICE_CORPUS is not set");
        return Ok(());
    };
    let misses = std::env::args().any(|argument| argument == "--misses");
    let program = std::env::current_exe()?.with_file_name("worker");
    let limits = Limits {
        // Words only: the pictures are made small.
        max_pixels: 4_096,
        ..Limits::default()
    };
    let workshop = Workshop::new(program, limits);

    // Files that lie in one folder were issued together.
    let mut issues: BTreeMap<String, BTreeMap<String, Vec<Row>>> = BTreeMap::new();
    for row in truth(&std::fs::read_to_string(corpus.join("truth.csv"))?) {
        let folder = row.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        let files = issues.entry(folder.to_owned()).or_default();
        files.entry(row.file.clone()).or_default().push(row);
    }

    let mut scores: BTreeMap<String, Score> = BTreeMap::new();
    for files in issues.values() {
        let mut pages = Vec::new();
        let mut rows = Vec::new();
        for (file, expected) in files {
            let evidence = evidence(&workshop, &corpus.join(file)).await?;
            for (index, page) in (1..).zip(evidence) {
                rows.push(expected.iter().find(|row| row.page == index));
                pages.push(page);
            }
        }
        let readings = read_set(&pages, Naming::None);
        for ((row, page), reading) in rows.iter().zip(&pages).zip(&readings) {
            let Some(row) = row else { continue };
            let text = if page.words.is_empty() { "scan" } else { "text" };
            let set = row.file.split('/').take(2).collect::<Vec<_>>().join("/");
            let score = scores.entry(format!("{text} {set}")).or_default();
            let fine = score.add(row, reading);
            if misses && !fine && text == "text" {
                println!(
                    "{} p{}\n   number   {:?} ≠ {:?}\n   title    {:?} ≠ {:?}\n   revision {:?} ≠ {:?}",
                    row.file,
                    row.page,
                    reading.number.as_ref().map(|v| (&v.text, v.confidence)),
                    row.number,
                    reading.title.as_ref().map(|v| (&v.text, v.confidence)),
                    row.title,
                    reading.revision.as_ref().map(|v| (&v.text, v.confidence)),
                    row.revision,
                );
            }
        }
    }
    let mut totals: BTreeMap<&str, Score> = BTreeMap::new();
    for (set, score) in &scores {
        println!("{set:<40} {score}");
        let kind = set.split_once(' ').map_or("", |(kind, _)| kind);
        totals.entry(kind).or_default().merge(score);
    }
    for (kind, score) in totals {
        println!("{:<40} {score}", format!("all {kind}"));
    }
    Ok(())
}

async fn evidence(workshop: &Workshop, file: &Path) -> Result<Vec<PageEvidence>, Failure> {
    let Ok(report) = workshop.check(file).await else {
        return Ok(Vec::new());
    };
    let staging = tempfile::tempdir()?;
    let (done, mut outcomes) = tokio::sync::mpsc::channel(8);
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let mut pages: BTreeMap<u32, PageEvidence> = BTreeMap::new();
    let work = workshop.pages(file, 1..=report.pages, staging.path(), done);
    let collect = async {
        while let Some(outcome) = outcomes.recv().await {
            let sheet = outcome.result.ok();
            let page = PageEvidence {
                file_name: name.clone(),
                page_index: outcome.page - 1,
                page_count: report.pages,
                bookmark: report.bookmarks.get(&outcome.page).cloned(),
                label: report.labels.get(&outcome.page).cloned(),
                width_pt: sheet.as_ref().map_or(0.0, |sheet| sheet.width_pt),
                height_pt: sheet.as_ref().map_or(0.0, |sheet| sheet.height_pt),
                words: sheet.map(|sheet| sheet.words).unwrap_or_default(),
            };
            pages.insert(outcome.page, page);
        }
    };
    let (worked, ()) = tokio::join!(work, collect);
    worked?;
    Ok(pages.into_values().collect())
}

struct Row {
    file: String,
    page: u32,
    number: String,
    title: String,
    revision: String,
}

#[derive(Default)]
struct Score {
    sheets: u32,
    number: (u32, u32),
    title: (u32, u32),
    revision: (u32, u32),
    /// Values given where the sheet prints none: number, title, revision.
    invented: [u32; 3],
    /// Wrong values of any kind that carry no mark for the reviewer.
    sure_and_wrong: u32,
}

impl Score {
    fn add(&mut self, row: &Row, reading: &Reading) -> bool {
        self.sheets += 1;
        let mut fine = true;
        let fields = [
            (&row.number, &reading.number),
            (&row.title, &reading.title),
            (&row.revision, &reading.revision),
        ];
        for (field, (printed, read)) in fields.into_iter().enumerate() {
            let right = read.as_ref().map_or("", |value| &value.text) == printed;
            if !printed.is_empty() {
                let tally = [&mut self.number, &mut self.title, &mut self.revision];
                for (index, tally) in tally.into_iter().enumerate() {
                    if index == field {
                        tally.1 += 1;
                        tally.0 += u32::from(right);
                    }
                }
            } else if read.is_some()
                && let Some(count) = self.invented.get_mut(field)
            {
                *count += 1;
            }
            if !right && read.as_ref().is_some_and(|value| value.confidence >= 0.7) {
                self.sure_and_wrong += 1;
            }
            fine &= right;
        }
        fine
    }

    fn merge(&mut self, other: &Self) {
        self.sheets += other.sheets;
        for (mine, others) in [
            (&mut self.number, other.number),
            (&mut self.title, other.title),
            (&mut self.revision, other.revision),
        ] {
            mine.0 += others.0;
            mine.1 += others.1;
        }
        for (mine, others) in self.invented.iter_mut().zip(other.invented) {
            *mine += others;
        }
        self.sure_and_wrong += other.sure_and_wrong;
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rate = |(right, all): (u32, u32)| {
            let share = f64::from(right) * 100.0 / f64::from(all.max(1));
            format!("{right:>3}/{all:<3} {share:>5.1} %")
        };
        write!(
            f,
            "{:>3} sheets  number {}  title {}  revision {}  invented {:?}  sure and wrong {}",
            self.sheets,
            rate(self.number),
            rate(self.title),
            rate(self.revision),
            self.invented,
            self.sure_and_wrong
        )
    }
}

/// Reads `file,page,number,title,revision,…` with quoted fields.
fn truth(csv: &str) -> Vec<Row> {
    let mut rows = Vec::new();
    for line in csv.lines().skip(1) {
        let mut fields = Vec::new();
        let mut field = String::new();
        let mut quoted = false;
        let mut characters = line.chars().peekable();
        while let Some(c) = characters.next() {
            match c {
                '"' if quoted && characters.peek() == Some(&'"') => {
                    field.push('"');
                    characters.next();
                }
                '"' => quoted = !quoted,
                ',' if !quoted => fields.push(std::mem::take(&mut field)),
                other => field.push(other),
            }
        }
        fields.push(field);
        let mut fields = fields.into_iter();
        let mut next = || fields.next().unwrap_or_default();
        let (file, page) = (next(), next());
        rows.push(Row {
            file,
            page: page.parse().unwrap_or(0),
            number: next(),
            title: next(),
            revision: next(),
        });
    }
    rows
}
