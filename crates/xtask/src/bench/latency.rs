//! From *publish* to *readable*: it cannot be quicker than making one write durable on the same disk.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::time::Instant;

use anyhow::Result;

use super::figures::{Figure, Goal, Row, Unit};
use super::sample::percentile;
use super::{Ground, Measure};

/// One page of a database, the least it writes.
const PAGE: [u8; 4096] = [0x5A; 4096];
/// Enough that the 95th of a hundred is a figure and not an accident.
const WRITES: usize = 200;

/// SPD-03: one sheet is published.
pub(super) struct Publish;

impl Measure for Publish {
    fn id(&self) -> &'static str {
        "SPD-03"
    }

    fn what(&self) -> &'static str {
        "publish one sheet until it is copied"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let times = durable_writes(ground)?;
        let row = |percent: usize| Row {
            id: self.id(),
            what: format!("{}, p{percent}", self.what()),
            ours: None,
            peer_name: "one durable 4 KiB write on the same disk".to_owned(),
            peer: percentile(&times, percent).map(|value| Figure { value, unit: Unit::Seconds }),
            goal: Goal::Shown,
            note: "ours is not measured yet: it needs the demo's companies over the API (issue 2, step c); \
                   the goal itself is against PostgreSQL's logical replication"
                .to_owned(),
        };
        Ok(vec![row(50), row(95)])
    }
}

/// Seconds that each of many single writes needs until the disk says it has it. The file is written over rather
/// than grown, as a write-ahead log is: growing would also wait for the file system's own journal.
fn durable_writes(ground: &Ground) -> Result<Vec<f64>> {
    let mut file = File::create(ground.scratch.path("durable"))?;
    for _ in 0..WRITES {
        file.write_all(&PAGE)?;
    }
    file.sync_all()?;
    file.seek(SeekFrom::Start(0))?;
    let mut times = Vec::with_capacity(WRITES);
    for _ in 0..WRITES {
        let start = Instant::now();
        file.write_all(&PAGE)?;
        file.sync_data()?;
        times.push(start.elapsed().as_secs_f64());
    }
    Ok(times)
}
