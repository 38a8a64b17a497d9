//! Starting, and doing nothing: what an installation costs before anybody uses it.

use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use super::figures::{Figure, Goal, Row, Unit};
use super::sample::percentile;
use super::server::Server;
use super::{Ground, Measure, clock, scratch};

/// 60 and 64 MB as the goals mean them.
const MB: f64 = 1_000_000.0;
/// How long an idle server is watched.
const IDLE: Duration = Duration::from_secs(5);

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
        let Some(binary) = &ground.server else { bail!("{}", ground.missing) };
        let mut first = Vec::new();
        let mut again = Vec::new();
        for round in 0..ground.rounds {
            let data = ground.scratch.path(&format!("start-{round}"));
            first.push(Server::start(binary, &data)?.until_ready);
            again.push(Server::start(binary, &data)?.until_ready);
            scratch::remove(&data)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "a binary is far below 2^52 bytes")]
        let size = std::fs::metadata(binary)?.len() as f64;
        let median = |times: &[f64]| percentile(times, 50).map(|value| Figure { value, unit: Unit::Seconds });
        let row = |what: &str, ours: Option<Figure>, goal: f64, note: &str| Row {
            id: self.id(),
            what: what.to_owned(),
            ours,
            peer_name: String::new(),
            peer: None,
            goal: Goal::Value(goal),
            note: note.to_owned(),
        };
        let small = "on an empty folder; the goal speaks of 100,000 revisions";
        Ok(vec![
            row("first start, with migrations", median(&first), 1.0, small),
            row("start again", median(&again), 1.0, small),
            row("binary", Some(Figure { value: size, unit: Unit::Bytes }), 60.0 * MB, ""),
        ])
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
        let Some(binary) = &ground.server else { bail!("{}", ground.missing) };
        let data = ground.scratch.path("idle");
        let server = Server::start(binary, &data)?;
        let before = clock::of_process(server.id());
        // The one place that waits for a time: the time is what is measured.
        thread::sleep(IDLE);
        let used = before.zip(clock::of_process(server.id())).map(|(before, after)| after - before);
        #[expect(clippy::cast_precision_loss, reason = "memory of one process is far below 2^52 bytes")]
        let memory = server.memory()? as f64;
        drop(server);
        scratch::remove(&data)?;
        let row = |what: String, ours: Option<Figure>, goal: Goal| Row {
            id: self.id(),
            what,
            ours,
            peer_name: String::new(),
            peer: None,
            goal,
            note: String::new(),
        };
        Ok(vec![
            row(
                "idle, memory".to_owned(),
                Some(Figure { value: memory, unit: Unit::Bytes }),
                Goal::Value(64.0 * MB),
            ),
            row(
                format!("idle for {} s, CPU", IDLE.as_secs()),
                used.map(|value| Figure { value, unit: Unit::CpuSeconds }),
                Goal::Shown,
            ),
        ])
    }
}
