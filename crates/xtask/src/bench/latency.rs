//! From *publish* to *readable*: beside PostgreSQL's logical replication, and beside making one write durable on the same disk.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::arrive::{Connection, Running, connected};
use super::figures::{Goal, Row, Unit};
use super::http::{Client, Events};
use super::replication::{Replication, is_installed};
use super::sample::percentile;
use super::stand::Stand;
use super::{Ground, Measure};

/// One page of a database, the least it writes.
const PAGE: [u8; 4096] = [0x5A; 4096];
/// Publications in a row before the peers have their turn.
const TURN: usize = 20;

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
        let mut rows = self.to(ground, 1, [Goal::Shown; 2])?;
        rows.extend(self.to(ground, ground.scale.many, [Goal::Ratio(1.0), Goal::Ratio(5.0)])?);
        Ok(rows)
    }
}

impl Publish {
    fn to(&self, ground: &Ground, count: usize, goals: [Goal; 2]) -> Result<Vec<Row>> {
        let stand = ground.stand()?;
        let running = Running::start(ground, stand, "latency")?;
        let mut publisher = Publisher::new(&running, stand, ground.scale.sheets, count)?;
        let replication = if is_installed() {
            Some(Replication::start(count, ground.scratch.path("pgbench"))?)
        } else {
            None
        };
        let mut disk = Disk::new(ground)?;
        let (mut ours, mut theirs, mut writes) = (Vec::new(), Vec::new(), Vec::new());
        let wanted = stand.waiting.get(..ground.scale.publications).context("too few revisions wait")?;
        for turn in wanted.chunks(TURN) {
            for revision in turn {
                ours.push(publisher.publish(revision)?);
            }
            if let Some(replication) = &replication {
                theirs.extend(replication.rows(turn.len())?);
            }
            writes.extend(disk.writes(turn.len())?);
        }
        publisher.check()?;
        drop(replication);
        running.stop()?;

        let peer = match count {
            1 => "PostgreSQL logical replication, 1 subscriber".to_owned(),
            _ => format!("PostgreSQL logical replication, {count} subscribers"),
        };
        let row = |percent: usize, goal: Goal| {
            Row::new(self.id(), format!("publish to {count}, p{percent}"), goal)
                .ours(Unit::Seconds, percentile(&ours, percent))
        };
        let note =
            if theirs.is_empty() { "the peer is not measured: PostgreSQL is not installed" } else { "" };
        let [p50, p99] = goals;
        Ok(vec![
            row(50, p50).peer(&peer, Unit::Seconds, percentile(&theirs, 50)).note(note),
            row(99, p99).peer(&peer, Unit::Seconds, percentile(&theirs, 99)).note(note),
            row(50, Goal::Shown).peer(DURABLE, Unit::Seconds, percentile(&writes, 50)),
            row(99, Goal::Shown).peer(DURABLE, Unit::Seconds, percentile(&writes, 99)),
        ])
    }
}

const DURABLE: &str = "one durable 4 KiB write on the same disk";

/// Publishes one sheet after the other and hears of each arrival.
struct Publisher<'a> {
    stand: &'a Stand,
    client: Client,
    hints: Events,
    downstream: Vec<Connection<'a>>,
    /// Sheets that are published, with those of the first copy.
    published: u64,
}

impl<'a> Publisher<'a> {
    fn new(running: &Running, stand: &'a Stand, sheets: usize, count: usize) -> Result<Self> {
        let downstream = connected(running, stand, count)?;
        let ines = &stand.upstream;
        Ok(Self {
            stand,
            client: running.server.client(&ines.cookie)?,
            hints: running.server.events(&ines.project, &ines.cookie)?,
            downstream,
            published: u64::try_from(sheets)?,
        })
    }

    /// Seconds from sending the publication until the last connection's arrival was heard of. That hint is sent after the commit
    /// downstream: what it tells of is readable.
    fn publish(&mut self, revision: &str) -> Result<f64> {
        let mut missing: HashSet<&str> =
            self.downstream.iter().map(|connection| connection.id.as_str()).collect();
        let path = format!("/api/v1/projects/{}/publications", self.stand.upstream.project);
        let body = json!({"revision_ids": [revision]});
        let start = Instant::now();
        self.client.post(&path, &body, 200)?;
        while !missing.is_empty() {
            let hint = self.hints.next()?;
            if hint.get("topic") == Some(&json!("everything")) {
                bail!("the server says hints were lost");
            }
            if let Some(connection) = hint.get("id").and_then(Value::as_str) {
                missing.remove(connection);
            }
        }
        let took = start.elapsed().as_secs_f64();
        self.published += 1;
        Ok(took)
    }

    /// Looks whether everything that was heard of is really there.
    fn check(&mut self) -> Result<()> {
        for connection in &mut self.downstream {
            let (waiting, copied) = connection.counts()?;
            let wanted = self.published;
            if waiting != 0 || copied != wanted {
                bail!("{copied} revisions arrived and {waiting} wait, of {wanted} published");
            }
        }
        Ok(())
    }
}

/// A file that is written over rather than grown, as a write-ahead log is: growing would also wait for the file system's own journal.
struct Disk(File);

impl Disk {
    fn new(ground: &Ground) -> Result<Self> {
        let mut file = File::create(ground.scratch.path("durable"))?;
        for _ in 0..TURN {
            file.write_all(&PAGE)?;
        }
        file.sync_all()?;
        Ok(Self(file))
    }

    /// Seconds that each of so many single writes needs until the disk says it has it.
    fn writes(&mut self, count: usize) -> Result<Vec<f64>> {
        self.0.seek(SeekFrom::Start(0))?;
        let mut times = Vec::with_capacity(count);
        for _ in 0..count {
            let start = Instant::now();
            self.0.write_all(&PAGE)?;
            self.0.sync_data()?;
            times.push(start.elapsed().as_secs_f64());
        }
        Ok(times)
    }
}
