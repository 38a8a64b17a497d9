//! Taking real drawings apart, beside pdfium doing the same; taking the same ones in again; and the memory a very large file takes.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::arrive::Running;
use super::figures::{Goal, Row, Unit};
use super::http::Client;
use super::sample::{Contender, Sample, as_f64, beside, median};
use super::server::Memory;
use super::stand::{Size, Stand};
use super::{Ground, Measure, clock};
use crate::command;

/// Vector sheets of three buildings, as their designers issued them; folders of the corpus.
const SETS: [&str; 4] = [
    "open/A/qms3_quinta_monroy_simplex",
    "open/A/oakfire_restaurant",
    "open/A/kegonsa_house/20150129 - Full Set",
    "open/A/kegonsa_house/20141110 - Window schedule and Plans to Kitchen Designer",
];
/// Splits, reads and draws with pypdfium2 and Pillow.
const PEER: &str = include_str!("pdfium.py");
/// How long taking apart may take before the measure is given up.
const PATIENCE: Duration = Duration::from_mins(30);
/// Between two looks at an upload.
const LOOK: Duration = Duration::from_millis(10);
/// Bytes of a file that are sent in one request.
const PIECE: u64 = 8 << 20;

/// SPD-08: pages per second of split, words, thumbnail and tiles.
pub(super) struct Ingest;

impl Measure for Ingest {
    fn id(&self) -> &'static str {
        "SPD-08"
    }

    fn what(&self) -> &'static str {
        "taking real sheets apart"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let files = corpus(ground.scale.files)?;
        let stand = ground.write_stand("ingest", empty())?;
        let mut again = Vec::new();
        let mut pages = 0;
        let ours: Contender<'_> = Box::new(|round| {
            let running = Running::start(ground, &stand, &format!("ingest-{round}"))?;
            let mut sender = Sender::new(&running, &stand)?;
            let first = sender.take(&files)?;
            again.push(sender.take(&files)?);
            pages = sender.pages;
            running.stop()?;
            Ok(first)
        });
        let python = python();
        let mut name = "pypdfium2 and Pillow".to_owned();
        let mut peer_pages = None;
        let peer: Contender<'_> = Box::new(|_| {
            let mut command = Command::new(python.as_deref().unwrap_or(Path::new("python3")));
            command.args(["-c", PEER]).arg(cores().to_string()).args(&files);
            let mut printed = Vec::new();
            let sample = clock::time(|| {
                printed = command::read(&mut command)?;
                Ok(())
            })?;
            let printed: Value = serde_json::from_slice(&printed).context("what the peer printed")?;
            name = format!(
                "pdfium {} and Pillow",
                printed.get("version").and_then(Value::as_str).unwrap_or("?")
            );
            peer_pages = printed.get("pages").and_then(Value::as_u64);
            Ok(sample)
        });
        let (ours, peer) = beside(ground.scale.rounds, ours, python.is_some().then_some(peer))?;
        stand.remove()?;
        if peer_pages.is_some_and(|of_peer| of_peer != pages) {
            bail!("ours has {pages} pages of the same files, the peer {peer_pages:?}");
        }
        let note = if peer.is_empty() {
            "the peer is not measured: no python3 in PATH has pypdfium2 and Pillow (SLUICE_BENCH_PYTHON names another)"
        } else {
            ""
        };
        let count = as_f64(pages);
        let rate = |samples: &[Sample]| median(samples, |sample| Some(count / sample.wall));
        let cpu = |samples: &[Sample]| median(samples, |sample| Some(sample.cpu? / count));
        let (first, second) = (median(&ours, |s| Some(s.wall)), median(&again, |s| Some(s.wall)));
        Ok(vec![
            Row::new(self.id(), format!("{pages} pages taken apart"), Goal::AtLeast(1.0))
                .ours(Unit::PerSecond, rate(&ours))
                .peer(&name, Unit::PerSecond, rate(&peer))
                .note(note),
            Row::new(self.id(), format!("{pages} pages taken apart, CPU of one"), Goal::Shown)
                .ours(Unit::CpuSeconds, cpu(&ours))
                .peer(&name, Unit::CpuSeconds, cpu(&peer)),
            Row::new(self.id(), "the same files again", Goal::Ratio(0.01)).ours(Unit::Seconds, second).peer(
                "ours the first time",
                Unit::Seconds,
                first,
            ),
        ])
    }
}

/// SPD-09: what a server holds at most while a very large file comes in.
pub(super) struct IngestMemory;

impl Measure for IngestMemory {
    fn id(&self) -> &'static str {
        "SPD-09"
    }

    fn what(&self) -> &'static str {
        "memory of a large upload"
    }

    fn is_long(&self) -> bool {
        true
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let bytes = ground.scale.large_file;
        let file = ground.scratch.path("large.pdf");
        let mut stand_program = Command::new(ground.stand_program()?);
        command::read(stand_program.args(["sheet", &bytes.to_string()]).arg(&file))?;
        let stand = ground.write_stand("large", empty())?;
        let running = Running::start(ground, &stand, "large-running")?;
        let mut sender = Sender::new(&running, &stand)?;
        sender.take(std::slice::from_ref(&file))?;
        let memory = as_f64(running.server.memory(Memory::Most)?);
        running.stop()?;
        stand.remove()?;
        std::fs::remove_file(&file)?;
        let what = format!("upload of {} MiB, memory of the server at most", bytes >> 20);
        Ok(vec![
            Row::new(self.id(), what, Goal::Value(200_000_000.0))
                .ours(Unit::Bytes, Some(memory))
                .note("one sheet: many workers' memory is theirs, and they have limits of their own"),
        ])
    }
}

const fn empty() -> Size {
    Size { sheets: 0, real: false, waiting: 0, projects: 1, downstream: 0, connected: false }
}

/// Somebody who uploads files and waits until they are taken apart.
struct Sender<'a> {
    running: &'a Running,
    client: Client,
    project: &'a str,
    /// Pages of the last upload.
    pages: u64,
}

impl<'a> Sender<'a> {
    fn new(running: &'a Running, stand: &'a Stand) -> Result<Self> {
        let client = running.server.client(&stand.upstream.cookie)?;
        Ok(Self { running, client, project: &stand.upstream.project, pages: 0 })
    }

    /// Uploads files into one upload; from its first byte until the last page is ready for review.
    fn take(&mut self, files: &[PathBuf]) -> Result<Sample> {
        let cpu_before = self.running.server.cpu();
        let start = Instant::now();
        let path = format!("/api/v1/projects/{}/drawing-uploads", self.project);
        let wanted = json!({"set": {"name": "Permit Set", "date": "2026-02-01"}, "naming": "automatic"});
        let upload = self.client.post(&path, &wanted, 201)?;
        let text =
            |name: &str| upload.get(name).and_then(Value::as_str).with_context(|| format!("no {name}"));
        let (id, address) = (text("id")?.to_owned(), text("files_url")?.to_owned());
        for file in files {
            self.send(&address, file)?;
        }
        let path = format!("/api/v1/drawing-uploads/{id}");
        let upload = loop {
            let upload = self.client.get(&path)?;
            if !matches!(upload.get("status").and_then(Value::as_str), Some("receiving" | "processing")) {
                break upload;
            }
            if start.elapsed() > PATIENCE {
                bail!("an upload is still at work after {} s", PATIENCE.as_secs());
            }
            thread::sleep(LOOK);
        };
        let wall = start.elapsed().as_secs_f64();
        self.running.server.settle()?;
        let cpu = cpu_before.zip(self.running.server.cpu()).map(|(before, after)| after - before);
        let pages = upload.get("files").and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter();
        self.pages = pages.filter_map(|file| file.get("pages").and_then(Value::as_u64)).sum();
        Ok(Sample { wall, cpu, ..Sample::default() })
    }

    /// Sends one file by tus, piece by piece.
    fn send(&mut self, address: &str, file: &Path) -> Result<()> {
        let mut source = File::open(file).with_context(|| format!("opening {}", file.display()))?;
        let length = source.metadata()?.len();
        let head = format!(
            "tus-resumable: 1.0.0\r\nupload-length: {length}\r\nupload-metadata: filename c2V0LnBkZg==\r\n"
        );
        let made = self.client.send("POST", address, &head, b"")?;
        let location =
            made.header("location").with_context(|| format!("no place for a file: {}", made.status))?;
        let location = location.to_owned();
        let mut offset = 0;
        while offset < length {
            let mut piece = Vec::new();
            (&mut source).take(PIECE).read_to_end(&mut piece)?;
            let head = format!(
                "tus-resumable: 1.0.0\r\nupload-offset: {offset}\r\ncontent-type: application/offset+octet-stream\r\n"
            );
            let answer = self.client.send("PATCH", &location, &head, &piece)?;
            if answer.status != 204 {
                bail!("a piece of a file: {} {}", answer.status, String::from_utf8_lossy(&answer.body));
            }
            offset += u64::try_from(piece.len())?;
        }
        Ok(())
    }
}

/// The first so many files of the corpus's sets.
fn corpus(most: usize) -> Result<Vec<PathBuf>> {
    let corpus = std::env::var_os("SLUICE_CORPUS").filter(|folder| !folder.is_empty());
    let corpus = PathBuf::from(corpus.context("SLUICE_CORPUS names no folder of real drawings")?);
    let mut files = Vec::new();
    for set in SETS {
        pdfs(&corpus.join(set), &mut files)?;
    }
    files.truncate(most);
    Ok(files)
}

/// Adds the PDF files below a folder, in order.
fn pdfs(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            pdfs(&path, files)?;
        } else if path.extension().is_some_and(|kind| kind == "pdf") {
            files.push(path);
        }
    }
    Ok(())
}

/// A Python that has what the peer needs.
fn python() -> Option<PathBuf> {
    let named = std::env::var_os("SLUICE_BENCH_PYTHON").filter(|named| !named.is_empty());
    let python = named.map(PathBuf::from).or_else(|| command::find_program("python3"))?;
    let able = command::read(Command::new(&python).args(["-c", "import pypdfium2, PIL"])).is_ok();
    able.then_some(python)
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
