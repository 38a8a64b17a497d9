//! A page of the drawings log, signed in and permission-checked, beside handlers that do nothing but answer.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use super::arrive::Running;
use super::figures::{Goal, Row, Unit};
use super::http::{Client, request};
use super::load::seconds_per_request;
use super::sample::{Contender, Sample, beside, median};
use super::{Ground, Measure, clock};

const FLOOR: &str = "minimal axum handler, same SQLite file";
const BARE: &str = "bare 304 of axum";

/// SPD-06: pages per second.
pub(super) struct Page;

impl Measure for Page {
    fn id(&self) -> &'static str {
        "SPD-06"
    }

    fn what(&self) -> &'static str {
        "a page of 100 drawings"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let stand = ground.stand()?;
        let running = Running::start(ground, stand, "page")?;
        let floor = Floor::start(ground)?;
        let ines = &stand.upstream;
        let path = format!("/api/v1/projects/{}/drawings", ines.project);
        let first = running.server.client(&ines.cookie)?.send("GET", &path, "", b"")?;
        let tag = first.header("etag").context("a page without an ETag")?;
        let unchanged = format!("if-none-match: {tag}\r\n");
        let floor_bytes = Client::connect(floor.address, "")?.send("GET", "/page", "", b"")?.body.len();
        let sizes = format!(
            "a page of ours has {} KiB, the floor's {} KiB",
            first.body.len() / 1024,
            floor_bytes / 1024
        );

        let cases = [
            ("page of 100 drawings", FLOOR, "", "/page", 200),
            ("the same page, unchanged", BARE, &unchanged, "/unchanged", 304),
        ];
        let mut rows = Vec::new();
        for (what, peer_name, head, floor_path, status) in cases {
            let asked = request("GET", &path, &ines.cookie, head, 0);
            let ours: Contender<'_> = Box::new(|_| {
                let server = &running.server;
                load(ground, server.address(), &asked, status, || server.cpu())
            });
            let bare = request("GET", floor_path, "", "", 0);
            let peer: Contender<'_> = Box::new(|_| {
                load(ground, floor.address, &bare, status, || clock::of_process(floor.child.id()))
            });
            let (ours, peer) = beside(ground.scale.rounds, ours, Some(peer))?;
            let rate = |samples: &[Sample]| median(samples, |sample| Some(1.0 / sample.wall));
            let cpu = |samples: &[Sample]| median(samples, |sample| sample.cpu);
            rows.push(
                Row::new(self.id(), what, Goal::AtLeast(0.5))
                    .ours(Unit::PerSecond, rate(&ours))
                    .peer(peer_name, Unit::PerSecond, rate(&peer))
                    .note(if status == 200 { sizes.as_str() } else { "" }),
            );
            rows.push(
                Row::new(self.id(), format!("{what}, CPU of one"), Goal::Shown)
                    .ours(Unit::CpuSeconds, cpu(&ours))
                    .peer(peer_name, Unit::CpuSeconds, cpu(&peer)),
            );
        }
        rows.push(
            Row::new(self.id(), "page of 100 drawings", Goal::AtLeast(5.0))
                .peer("PocketBase", Unit::PerSecond, None)
                .note("PocketBase is not measured: it is in no registry that the bench may use"),
        );
        running.stop()?;
        Ok(rows)
    }
}

/// Seconds and CPU seconds of one request under load.
fn load(
    ground: &Ground,
    address: SocketAddr,
    request: &[u8],
    status: u16,
    cpu: impl Fn() -> Option<f64>,
) -> Result<Sample> {
    let before = cpu();
    let time = ground.scale.load;
    let wall = seconds_per_request(address, request, status, time)?;
    let used = before.zip(cpu()).map(|(before, after)| (after - before) * wall / time.as_secs_f64());
    Ok(Sample { wall, cpu: used, ..Sample::default() })
}

/// The floors' process; it ends when this value goes.
struct Floor {
    child: Child,
    address: SocketAddr,
}

impl Floor {
    fn start(ground: &Ground) -> Result<Self> {
        let stand = ground.stand()?;
        let mut command = Command::new(ground.stand_program()?);
        command.arg("floor").arg(stand.data()).arg(&stand.upstream.project);
        let mut child =
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context("starting bench-stand")?;
        let Some(output) = child.stdout.take() else { bail!("bench-stand has no output") };
        // Held before anything can fail, so that it never goes on alone.
        let mut floor = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        floor.address = line.trim().parse().with_context(|| format!("bench-stand said {line:?}"))?;
        Ok(floor)
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        let stopped = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = stopped {
            eprintln!("bench-stand could not be stopped: {error}");
        }
    }
}
