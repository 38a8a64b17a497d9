//! Starting, and doing nothing: what an installation costs before anybody uses it.

use std::thread;

use anyhow::Result;

use super::figures::{Goal, Row, Unit};
use super::sample::{as_f64, percentile};
use super::server::{Memory, Server};
use super::stand::Size;
use super::{Ground, Measure, scratch};

/// 60 and 64 MB as the goals mean them.
const MB: f64 = 1_000_000.0;

/// SPD-11: from the start of the process to ready, and the size of the binary.
pub(super) struct Start;

impl Measure for Start {
    fn id(&self) -> &'static str {
        "SPD-11"
    }

    fn what(&self) -> &'static str {
        "start of an empty installation"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let binary = ground.server()?;
        let mut first = Vec::new();
        let mut again = Vec::new();
        for round in 0..ground.scale.rounds {
            let data = ground.scratch.path(&format!("start-{round}"));
            first.push(Server::start(binary, &data)?.until_ready);
            again.push(Server::start(binary, &data)?.until_ready);
            scratch::remove(&data)?;
        }
        let size = as_f64(std::fs::metadata(binary)?.len());
        let row = |what: &str, times: &[f64]| {
            Row::new(self.id(), what, Goal::Value(1.0)).ours(Unit::Seconds, percentile(times, 50))
        };
        Ok(vec![
            row("first start, on nothing", &first),
            row("second start, on nothing", &again),
            Row::new(self.id(), "binary", Goal::Value(60.0 * MB)).ours(Unit::Bytes, Some(size)),
        ])
    }
}

/// SPD-11: from the start of the process to ready on what a company gathers in years.
pub(super) struct StartLarge;

impl Measure for StartLarge {
    fn id(&self) -> &'static str {
        "SPD-11"
    }

    fn what(&self) -> &'static str {
        "start of a large installation"
    }

    fn is_long(&self) -> bool {
        true
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let sheets = ground.scale.existing;
        let size = Size { sheets, real: false, waiting: 0, projects: 1, downstream: 0, connected: false };
        let stand = ground.write_stand("large-start", size)?;
        let mut times = Vec::new();
        for _ in 0..ground.scale.rounds {
            times.push(Server::start(ground.server()?, &stand.data())?.until_ready);
        }
        stand.remove()?;
        let what = format!("start on {sheets} revisions");
        Ok(vec![Row::new(self.id(), what, Goal::Value(1.0)).ours(Unit::Seconds, percentile(&times, 50))])
    }
}

/// SPD-09: memory and CPU of a server that nobody asks anything.
pub(super) struct Idle;

impl Measure for Idle {
    fn id(&self) -> &'static str {
        "SPD-09"
    }

    fn what(&self) -> &'static str {
        "idle"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let data = ground.scratch.path("idle");
        let server = Server::start(ground.server()?, &data)?;
        let time = ground.scale.idle;
        let before = server.cpu();
        // The one place that waits for a time: the time is what is measured.
        thread::sleep(time);
        let used = before.zip(server.cpu()).map(|(before, after)| after - before);
        let memory = as_f64(server.memory(Memory::Now)?);
        drop(server);
        scratch::remove(&data)?;
        Ok(vec![
            Row::new(self.id(), "idle, memory", Goal::Value(64.0 * MB)).ours(Unit::Bytes, Some(memory)),
            Row::new(self.id(), format!("idle for {} s, CPU", time.as_secs_f64()), Goal::Shown)
                .ours(Unit::CpuSeconds, used),
        ])
    }
}
