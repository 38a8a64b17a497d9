//! Pages of a large installation beside the same pages of a small one: what a page costs must not grow with what is there.

use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::arrive::Running;
use super::figures::{Goal, Row, Unit};
use super::http::Client;
use super::sample::{Contender, Sample, beside, median};
use super::stand::Size;
use super::{Ground, Measure};

/// The same page so often in a row, to be timed together.
const TIMES: u32 = 50;

/// SPD-07: the log and the feed of a project with many revisions.
pub(super) struct Depth;

impl Measure for Depth {
    fn id(&self) -> &'static str {
        "SPD-07"
    }

    fn what(&self) -> &'static str {
        "pages of a large installation"
    }

    fn is_long(&self) -> bool {
        true
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let scale = &ground.scale;
        let small = Reader::start(ground, "small", scale.small, 1)?;
        let large = Reader::start(ground, "large", scale.large, scale.projects)?;
        let total = scale.large * scale.projects;
        let peer_name = format!("ours with {} revisions", scale.small);
        let mut rows = Vec::new();
        for page in [Page::LogFirst, Page::LogMiddle, Page::FeedFirst, Page::FeedMiddle] {
            let (small_path, large_path) = (small.path(page)?, large.path(page)?);
            let ours: Contender<'_> = Box::new(|_| large.time(&large_path));
            let peer: Contender<'_> = Box::new(|_| small.time(&small_path));
            let (ours, peer) = beside(scale.rounds.max(5), ours, Some(peer))?;
            let wall = |samples: &[Sample]| median(samples, |sample| Some(sample.wall));
            let what = format!("{} of {} revisions in {total}", page.name(), scale.large);
            rows.push(Row::new(self.id(), what, Goal::Ratio(1.5)).ours(Unit::Seconds, wall(&ours)).peer(
                &peer_name,
                Unit::Seconds,
                wall(&peer),
            ));
        }
        small.running.stop()?;
        large.running.stop()?;
        Ok(rows)
    }
}

/// Which page is read.
#[derive(Clone, Copy)]
enum Page {
    LogFirst,
    LogMiddle,
    FeedFirst,
    FeedMiddle,
}

impl Page {
    const fn name(self) -> &'static str {
        match self {
            Self::LogFirst => "log, first page",
            Self::LogMiddle => "log, page in the middle",
            Self::FeedFirst => "feed, first page",
            Self::FeedMiddle => "feed, page in the middle",
        }
    }
}

/// Somebody who reads a project page by page.
struct Reader {
    running: Running,
    project: String,
    cookie: String,
    sheets: usize,
}

impl Reader {
    fn start(ground: &Ground, name: &str, sheets: usize, projects: usize) -> Result<Self> {
        let size = Size { sheets, real: false, waiting: 0, projects, downstream: 0, connected: false };
        let stand = ground.write_stand(name, size)?;
        let running = Running::start(ground, &stand, &format!("{name}-running"))?;
        stand.remove()?;
        Ok(Self { running, project: stand.upstream.project, cookie: stand.upstream.cookie, sheets })
    }

    fn client(&self) -> Result<Client> {
        self.running.server.client(&self.cookie)
    }

    fn path(&self, page: Page) -> Result<String> {
        let project = format!("/api/v1/projects/{}", self.project);
        Ok(match page {
            Page::LogFirst => format!("{project}/drawings"),
            Page::LogMiddle => format!("{project}/drawings?after={}", self.middle_of_log(&project)?),
            Page::FeedFirst => format!("{project}/changes"),
            Page::FeedMiddle => {
                let head = self.client()?.get(&format!("{project}/changes?limit=1"))?;
                let head = head.get("head").and_then(Value::as_i64).context("a feed without a head")?;
                format!("{project}/changes?after={}", head / 2)
            }
        })
    }

    /// Where the second half of the log begins: pages are found one after the other only.
    fn middle_of_log(&self, project: &str) -> Result<String> {
        let mut client = self.client()?;
        let (mut seen, mut after) = (0, String::new());
        let step = (self.sheets / 2).clamp(1, 1_000);
        while seen < self.sheets / 2 {
            let page = client.get(&format!("{project}/drawings?limit={step}{after}"))?;
            let next = page.get("next").and_then(Value::as_str).context("the log ends in its middle")?;
            after = format!("&after={next}");
            seen += step;
        }
        Ok(after.trim_start_matches("&after=").to_owned())
    }

    /// Seconds of one page, out of many in a row.
    fn time(&self, path: &str) -> Result<Sample> {
        let mut client = self.client()?;
        let first = client.get(path)?;
        if first.get("items") == Some(&json!([])) {
            bail!("{path} shows nothing");
        }
        let start = Instant::now();
        for _ in 0..TIMES {
            client.send("GET", path, "", b"")?;
        }
        Ok(Sample { wall: start.elapsed().as_secs_f64() / f64::from(TIMES), ..Sample::default() })
    }
}
