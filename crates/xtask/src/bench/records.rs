//! The record floor: the rows a first copy to fifty projects makes, written by SQLite alone.
//!
//! The floor takes its tables and indexes from our own migrations, so it cannot drift from what we write. It
//! checks no foreign keys, asks nobody for permission and keeps no position: it is what no server can beat.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::figures::{Figure, Goal, Row, Unit};
use super::sample::percentile;
use super::{Ground, Measure, scratch};
use crate::command;

/// The downstream projects, each copied in one durable transaction.
const PROJECTS: usize = 50;
const MIGRATIONS: &str = "crates/store/migrations/sqlite";
/// Fills the tables and prints what it took. Python carries SQLite as a C library: the loop is SQLite's.
const FLOOR: &str = include_str!("plain_sqlite.py");
const OURS_MISSING: &str =
    "ours is not measured yet: it needs the demo's companies over the API (issue 2, step c)";

/// SPD-01: the first copy to fifty projects against the record floor.
pub(super) struct FirstCopyRecords;

impl Measure for FirstCopyRecords {
    fn id(&self) -> &'static str {
        "SPD-01"
    }

    fn what(&self) -> &'static str {
        "first copy to 50 projects, records"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let mut runs = Vec::new();
        if command::find_program("python3").is_some() {
            for round in 0..ground.rounds {
                runs.push(floor(ground, round)?);
            }
        }
        let peer_name = match runs.first() {
            Some(run) => format!("plain SQLite {}, {} rows", run.version, run.rows),
            None => "plain SQLite".to_owned(),
        };
        let row = |kind: &str, unit: Unit, goal: Goal, value: fn(&Floor) -> f64| Row {
            id: self.id(),
            what: format!("first copy to {PROJECTS}, {kind}"),
            ours: None,
            peer_name: peer_name.clone(),
            peer: percentile(&runs.iter().map(value).collect::<Vec<_>>(), 50)
                .map(|value| Figure { value, unit }),
            goal,
            note: if runs.is_empty() {
                "the peer is not measured: there is no python3 to carry SQLite".to_owned()
            } else {
                OURS_MISSING.to_owned()
            },
        };
        Ok(vec![
            row("time", Unit::Seconds, Goal::Ratio(3.0), |run| run.wall),
            row("CPU", Unit::CpuSeconds, Goal::Shown, |run| run.cpu),
            row("database bytes", Unit::Bytes, Goal::Ratio(2.0), |run| run.bytes),
        ])
    }
}

/// What one run of the floor printed.
struct Floor {
    version: String,
    rows: u64,
    wall: f64,
    cpu: f64,
    bytes: f64,
}

fn floor(ground: &Ground, round: usize) -> Result<Floor> {
    let folder = ground.scratch.path(&format!("floor-{round}"));
    std::fs::create_dir_all(&folder)?;
    let mut python = Command::new("python3");
    python.args(["-c", FLOOR]).arg(ground.root.join(MIGRATIONS)).arg(folder.join("floor.sqlite"));
    python.args([PROJECTS.to_string(), ground.sheets.to_string()]);
    let printed: Value =
        serde_json::from_slice(&command::read(&mut python)?).context("what the floor printed")?;
    scratch::remove(&folder)?;
    let number =
        |key: &str| printed.get(key).and_then(Value::as_f64).with_context(|| format!("no {key}: {printed}"));
    Ok(Floor {
        version: printed.get("version").and_then(Value::as_str).unwrap_or("?").to_owned(),
        rows: printed.get("rows").and_then(Value::as_u64).context("no rows")?,
        wall: number("wall")?,
        cpu: number("cpu")?,
        bytes: number("bytes")?,
    })
}
