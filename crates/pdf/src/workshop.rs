//! The parent's side: starts workers, watches the clock, takes in what they send and writes it to the staging folder.
//!
//! It never looks into a PDF and believes no number a worker sends: lengths, sizes and indexes are held against limits
//! first. It keeps nothing between calls; storing sheets is the caller's business.

use std::future::Future;
use std::io;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStdout, Command};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use crate::frame::{Frame, Job, MAX_HEADER, Request};
use crate::sheet::{FileRefusal, FileReport, PageOutcome, PageRefusal};
use crate::worker::SUBCOMMAND;

mod binding;
mod intake;

pub use binding::Leaf;

use intake::{Intake, Taken};

/// What a file and its pages may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Workers at the same time, over all calls.
    pub workers: usize,
    /// Largest file (DRW-01: 2 GB).
    pub file_bytes: u64,
    /// Most pages of a file (DRW-01: 2,000).
    pub pages: u32,
    /// Address space of a worker beyond the size of its file.
    pub address_space: u64,
    /// Time to open a file.
    pub open_time: Duration,
    /// Time for one page.
    pub page_time: Duration,
    /// Bytes one page may become, all parts together.
    pub page_bytes: u64,
    /// Bytes all pages of one call may become; later pages are not tried.
    pub output_bytes: u64,
    /// Workers one call may lose; later pages are not tried. Bounds what a file of 2,000 hanging pages costs.
    pub lost_workers: u32,
    /// Longest side of the full picture in pixels.
    pub max_side: u32,
    /// Most pixels of the full picture; four bytes each and a third more for the pyramid.
    pub max_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            workers: std::thread::available_parallelism().map_or(2, usize::from),
            file_bytes: 2 << 30,
            pages: 2_000,
            address_space: 1_536 << 20,
            open_time: Duration::from_mins(1),
            page_time: Duration::from_secs(30),
            page_bytes: 1 << 30,
            output_bytes: 64 << 30,
            lost_workers: 25,
            max_side: 12_000,
            max_pixels: 80_000_000,
        }
    }
}

/// Says why a call ended without having answered for each page; none of these is the pages' fault.
#[derive(Debug, thiserror::Error)]
pub enum WorkshopFault {
    /// The file cannot be opened.
    #[error("the file cannot be opened")]
    File(#[source] io::Error),
    /// No worker can be started.
    #[error("no worker can be started")]
    Worker(#[source] io::Error),
    /// The staging folder cannot be written.
    #[error("the staging folder cannot be written")]
    Staging(#[source] io::Error),
    /// The file is refused as a whole; [`Workshop::check`] would have said so.
    #[error("the file is refused")]
    Refused(#[source] FileRefusal),
}

/// Starts workers for files; one for the whole process.
#[derive(Debug, Clone)]
pub struct Workshop {
    program: PathBuf,
    limits: Arc<Limits>,
    desks: Arc<Semaphore>,
    binders: Arc<Semaphore>,
}

impl Workshop {
    /// Makes a workshop whose workers are `program` run with the subcommand [`SUBCOMMAND`].
    pub fn new(program: PathBuf, limits: Limits) -> Self {
        let desks = Arc::new(Semaphore::new(limits.workers.max(1)));
        let binders = Arc::new(Semaphore::new(binding::AT_ONCE));
        Self { program, limits: Arc::new(limits), desks, binders }
    }

    /// Checks a file: pages, bookmarks and labels, or why it is refused.
    ///
    /// Dropping the future ends the worker.
    pub async fn check(&self, file: &Path) -> Result<FileReport, FileRefusal> {
        let not_checked = |fault: WorkshopFault| {
            tracing::error!(error = &fault as &dyn std::error::Error, "a file was not checked");
            FileRefusal::NotChecked
        };
        let (input, bytes) = open(file).await.map_err(not_checked)?;
        if bytes == 0 {
            return Err(FileRefusal::Empty);
        }
        if bytes > self.limits.file_bytes {
            return Err(FileRefusal::TooBig);
        }
        let _desk = self.desks.acquire().await.map_err(|_| FileRefusal::NotChecked)?;
        let mut worker = self.start(Job::Check, Stdio::from(input), bytes).map_err(not_checked)?;
        match in_time(self.limits.open_time, worker.frame()).await {
            Ok(Frame::Report(report)) if (1..=self.limits.pages).contains(&report.pages) => Ok(report),
            Ok(Frame::Refused(refusal)) => Err(refusal),
            // It died, which a sound file does not do, or sent something that is no answer.
            Ok(_) => Err(FileRefusal::Damaged),
            Err(Lost::Late) => Err(FileRefusal::TooComplex),
            Err(Lost::Gone) => match worker.cause().await {
                PageRefusal::TooComplex | PageRefusal::TooLarge => Err(FileRefusal::TooComplex),
                _ => Err(FileRefusal::Damaged),
            },
        }
    }

    /// Works on pages `range` (1-based) of a checked file and writes each sheet's parts into `staging`, an existing
    /// folder.
    ///
    /// One [`PageOutcome`] per page is sent as it is done; with more than one worker they come out of order. A page that
    /// crashes, hangs or exceeds a limit fails alone. The call ends early, without fault, when the receiver is gone;
    /// dropping the future ends the workers.
    pub async fn pages(
        &self,
        file: &Path,
        range: RangeInclusive<u32>,
        staging: &Path,
        done: mpsc::Sender<PageOutcome>,
    ) -> Result<(), WorkshopFault> {
        let (first, last) = (*range.start(), *range.end());
        if first == 0 || first > last {
            return Ok(());
        }
        let call = Arc::new(Call {
            workshop: self.clone(),
            file: file.to_owned(),
            staging: staging.to_owned(),
            done,
            bytes_left: AtomicU64::new(self.limits.output_bytes),
            workers_left: AtomicU32::new(self.limits.lost_workers),
            next: AtomicU32::new(first),
            last,
        });
        // Opening a file costs little beside a page; blocks are long enough that it costs nothing.
        let lanes = u32::try_from(self.limits.workers.max(1)).unwrap_or(1).min((last - first) / 4 + 1);
        let mut running = JoinSet::new();
        for _ in 0..lanes {
            running.spawn(Arc::clone(&call).lane());
        }
        while let Some(ended) = running.join_next().await {
            match ended {
                Ok(outcome) => outcome?,
                Err(error) => return Err(WorkshopFault::Worker(io::Error::other(error))),
            }
        }
        Ok(())
    }

    fn start(&self, job: Job, input: Stdio, bytes: u64) -> Result<Worker, WorkshopFault> {
        let limits = &self.limits;
        let pages = match job {
            Job::Check => 0,
            Job::Pages { first, last } => u64::from(last - first) + 1,
            Job::Bind { sheets } => u64::from(sheets),
        };
        let request = Request {
            job,
            file_bytes: bytes,
            max_pages: limits.pages,
            address_space: limits.address_space.saturating_add(bytes),
            cpu_seconds: limits.open_time.as_secs().max(1) + pages * limits.page_time.as_secs().max(1),
            page_bytes: limits.page_bytes,
            max_side: limits.max_side,
            max_pixels: limits.max_pixels,
        };
        let request = serde_json::to_string(&request).map_err(|error| WorkshopFault::Worker(error.into()))?;
        let mut child = Command::new(&self.program)
            .arg(SUBCOMMAND)
            .arg(request)
            .env_clear()
            .stdin(input)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(WorkshopFault::Worker)?;
        let frames =
            child.stdout.take().ok_or_else(|| WorkshopFault::Worker(io::ErrorKind::BrokenPipe.into()))?;
        Ok(Worker { child, frames })
    }
}

/// One call of [`Workshop::pages`], shared by its lanes.
struct Call {
    workshop: Workshop,
    file: PathBuf,
    staging: PathBuf,
    done: mpsc::Sender<PageOutcome>,
    bytes_left: AtomicU64,
    workers_left: AtomicU32,
    /// First page no lane has taken yet.
    next: AtomicU32,
    last: u32,
}

/// Pages a lane takes at a time: short enough that lanes end together, long enough to open the file rarely.
const BLOCK: u32 = 16;

impl Call {
    /// Works on blocks of pages until none is left.
    async fn lane(self: Arc<Self>) -> Result<(), WorkshopFault> {
        loop {
            let first = self.next.fetch_add(BLOCK, Ordering::Relaxed);
            if first > self.last {
                return Ok(());
            }
            let last = self.last.min(first.saturating_add(BLOCK - 1));
            let mut next = first;
            while next <= last {
                if self.done.is_closed() {
                    return Ok(());
                }
                if self.spent() {
                    self.refuse(next, PageRefusal::NotTried).await;
                    next += 1;
                    continue;
                }
                let (reached, why) = self.block(next, last).await?;
                next = reached;
                if let Some(why) = why {
                    // A lost worker costs a page; the next worker begins behind it.
                    let _was = self
                        .workers_left
                        .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
                    self.refuse(next, why).await;
                    next += 1;
                }
            }
        }
    }

    /// Runs one worker; returns the first page it did not answer for, and why when it was lost over it.
    async fn block(&self, first: u32, last: u32) -> Result<(u32, Option<PageRefusal>), WorkshopFault> {
        let workshop = &self.workshop;
        let Ok(_desk) = workshop.desks.acquire().await else {
            return Ok((first, Some(PageRefusal::NotTried)));
        };
        let (input, bytes) = open(&self.file).await?;
        let mut worker = workshop.start(Job::Pages { first, last }, Stdio::from(input), bytes)?;
        let mut next = first;
        let mut patience = workshop.limits.open_time;
        while next <= last {
            let intake = Intake {
                staging: &self.staging,
                page_bytes: workshop.limits.page_bytes,
                bytes_left: &self.bytes_left,
            };
            let answer = in_time(patience, async {
                match worker.frame().await? {
                    Frame::Opened => Ok(Answer::Opened),
                    Frame::Refused(refusal) => Ok(Answer::Refused(refusal)),
                    Frame::PageRefused { page, why } if page == next => Ok(Answer::Page(Err(why))),
                    Frame::Page(header) if header.page == next => {
                        Ok(match intake.take(*header, &mut worker.frames).await {
                            Taken::Sheet(parts) => Answer::Page(Ok(*parts)),
                            Taken::TooMuch => Answer::TooMuch,
                            Taken::Broken => return Err(Lost::Gone),
                            Taken::Staging(error) => Answer::Staging(error),
                        })
                    }
                    _ => Err(Lost::Gone),
                }
            })
            .await;
            match answer {
                Ok(Answer::Opened) => patience = workshop.limits.page_time,
                Ok(Answer::Page(result)) => {
                    let outcome = PageOutcome { page: next, result };
                    next += 1;
                    if self.done.send(outcome).await.is_err() {
                        return Ok((last.saturating_add(1), None));
                    }
                }
                Ok(Answer::Refused(refusal)) => return Err(WorkshopFault::Refused(refusal)),
                Ok(Answer::Staging(error)) => return Err(WorkshopFault::Staging(error)),
                Ok(Answer::TooMuch) => return Ok((next, Some(PageRefusal::TooLarge))),
                Err(Lost::Late) => return Ok((next, Some(PageRefusal::TooComplex))),
                Err(Lost::Gone) => return Ok((next, Some(worker.cause().await))),
            }
        }
        Ok((next, None))
    }

    fn spent(&self) -> bool {
        self.workers_left.load(Ordering::Relaxed) == 0 || self.bytes_left.load(Ordering::Relaxed) == 0
    }

    async fn refuse(&self, page: u32, why: PageRefusal) {
        let result = Err(why);
        // Nobody listens any more: the loop sees it next.
        let _heard = self.done.send(PageOutcome { page, result }).await;
    }
}

enum Answer {
    Opened,
    Refused(FileRefusal),
    Page(Result<crate::sheet::SheetParts, PageRefusal>),
    TooMuch,
    Staging(io::Error),
}

/// Why no answer came.
#[derive(Debug)]
enum Lost {
    Late,
    Gone,
}

impl From<io::Error> for Lost {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

struct Worker {
    child: Child,
    frames: ChildStdout,
}

impl Worker {
    /// Reads the header of the next frame.
    async fn frame(&mut self) -> Result<Frame, Lost> {
        let length = self.frames.read_u32_le().await?;
        if length > MAX_HEADER {
            return Err(Lost::Gone);
        }
        let mut header = vec![0; usize::try_from(length).map_err(|_| Lost::Gone)?];
        self.frames.read_exact(&mut header).await?;
        serde_json::from_slice(&header).map_err(|_| Lost::Gone)
    }

    /// Finds out why the worker is gone, from its signal and its last words.
    async fn cause(&mut self) -> PageRefusal {
        // One that broke the protocol and still runs is ended here.
        let _may_be_gone = self.child.start_kill();
        let mut last_words = Vec::new();
        if let Some(stderr) = self.child.stderr.take() {
            let _as_far_as_it_goes = stderr.take(4096).read_to_end(&mut last_words).await;
        }
        let signal = self.child.wait().await.ok().and_then(signal_of);
        let says = |needle: &str| last_words.windows(needle.len()).any(|window| window == needle.as_bytes());
        // What Rust's runtime prints before it aborts.
        if says("memory allocation of") {
            PageRefusal::TooLarge
        } else if signal == Some(SIGXCPU) {
            PageRefusal::TooComplex
        } else {
            PageRefusal::Crashed
        }
    }
}

/// CPU time limit exceeded: 24 on Linux for every architecture this runs on, and on macOS.
const SIGXCPU: i32 = 24;

#[cfg(unix)]
fn signal_of(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal_of(_: std::process::ExitStatus) -> Option<i32> {
    None
}

async fn open(file: &Path) -> Result<(std::fs::File, u64), WorkshopFault> {
    let opened = tokio::fs::File::open(file).await.map_err(WorkshopFault::File)?;
    let bytes = opened.metadata().await.map_err(WorkshopFault::File)?.len();
    Ok((opened.into_std().await, bytes))
}

async fn in_time<T>(limit: Duration, answer: impl Future<Output = Result<T, Lost>>) -> Result<T, Lost> {
    tokio::time::timeout(limit, answer).await.unwrap_or(Err(Lost::Late))
}
