//! What it costs to have many: connections on which nothing happens, and screens that listen.

use std::thread;

use anyhow::Result;

use super::arrive::Running;
use super::figures::{Goal, Row, Unit};
use super::sample::as_f64;
use super::server::Memory;
use super::stand::Size;
use super::{Ground, Measure};

/// SPD-05: idle connections and open screens.
pub(super) struct Crowd;

impl Measure for Crowd {
    fn id(&self) -> &'static str {
        "SPD-05"
    }

    fn what(&self) -> &'static str {
        "idle connections and open screens"
    }

    fn is_long(&self) -> bool {
        true
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let (count, idle) = (ground.scale.connections, ground.scale.idle);
        let with = Watched::take(ground, count, true)?;
        let without = Watched::take(ground, count, false)?;
        let share = |cpu: Option<f64>| cpu.map(|cpu| cpu / idle.as_secs_f64());
        let row = |what: String, goal: Goal| Row::new(self.id(), what, goal);
        let (screens, memory) = screens(ground)?;
        Ok(vec![
            row(format!("{count} idle connections, CPU in a second"), Goal::Value(0.01))
                .ours(Unit::CpuSeconds, share(with.cpu))
                .peer("the same projects, not connected", Unit::CpuSeconds, share(without.cpu)),
            row(format!("{count} idle connections, memory more than with none"), Goal::Value(20_000_000.0))
                .ours(Unit::Bytes, Some(with.memory - without.memory)),
            row(format!("{screens} open screens, memory of each"), Goal::Value(32.0 * 1024.0))
                .ours(Unit::Bytes, Some(memory)),
        ])
    }
}

/// What a server uses when nobody asks it anything.
struct Watched {
    cpu: Option<f64>,
    memory: f64,
}

impl Watched {
    fn take(ground: &Ground, downstream: usize, connected: bool) -> Result<Self> {
        let size = Size { sheets: 10, real: false, waiting: 0, projects: 1, downstream, connected };
        let stand = ground.write_stand("crowd", size)?;
        let running = Running::start(ground, &stand, "crowd-running")?;
        stand.remove()?;
        running.server.settle()?;
        let before = running.server.cpu();
        // The time is what is measured.
        thread::sleep(ground.scale.idle);
        let cpu = before.zip(running.server.cpu()).map(|(before, after)| after - before);
        let memory = as_f64(running.server.memory(Memory::Now)?);
        running.stop()?;
        Ok(Self { cpu, memory })
    }
}

/// Opens screens on one project; answers how many, and the bytes of each.
fn screens(ground: &Ground) -> Result<(usize, f64)> {
    let count = ground.scale.screens;
    let size = Size { sheets: 10, real: false, waiting: 0, projects: 1, downstream: 0, connected: false };
    let stand = ground.write_stand("screens", size)?;
    let running = Running::start(ground, &stand, "screens-running")?;
    stand.remove()?;
    let door = &stand.upstream;
    // Everything that the first one makes the server load.
    let first = running.server.events(&door.project, &door.cookie)?;
    let before = as_f64(running.server.memory(Memory::Now)?);
    let mut open = Vec::with_capacity(count);
    for _ in 0..count {
        open.push(running.server.events(&door.project, &door.cookie)?);
    }
    running.server.settle()?;
    let after = as_f64(running.server.memory(Memory::Now)?);
    drop((first, open));
    running.stop()?;
    Ok((count, (after - before) / as_f64(u64::try_from(count)?)))
}
