//! The record floor: the rows a first copy to fifty projects makes, written by SQLite alone.
//!
//! The floor takes its tables and indexes from our own migrations, so it cannot drift from what we write. It
//! checks no foreign keys, asks nobody for permission and keeps no position: it is what no server can beat.

use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use super::arrive::first_copy;
use super::figures::{Goal, Row, Unit};
use super::sample::{Contender, Sample, beside, median};
use super::{Ground, Measure, scratch};
use crate::command;

const MIGRATIONS: &str = "crates/store/migrations/sqlite";
/// Fills the tables and prints what it took. Python carries SQLite as a C library: the loop is SQLite's.
const FLOOR: &str = include_str!("plain_sqlite.py");
const PEER_MISSING: &str = "the floor is not measured: there is no python3 to carry SQLite";

/// SPD-01: the first copy to fifty projects against the record floor.
pub(super) struct FirstCopyRecords;

impl Measure for FirstCopyRecords {
    fn id(&self) -> &'static str {
        "SPD-01"
    }

    fn what(&self) -> &'static str {
        "first copy beside plain SQLite"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let projects = ground.scale.many;
        let mut printed = None;
        let ours: Contender<'_> = Box::new(|round| first_copy(ground, projects, round));
        let peer: Contender<'_> = Box::new(|round| {
            let (sample, name) = floor(ground, projects, round)?;
            printed = Some(name);
            Ok(sample)
        });
        let has_python = command::find_program("python3").is_some();
        let (ours, peer) = beside(ground.scale.rounds, ours, has_python.then_some(peer))?;
        let peer_name = printed.unwrap_or_else(|| "plain SQLite".to_owned());
        let row = |kind: &str, unit: Unit, goal: Goal, value: fn(&Sample) -> Option<f64>| {
            Row::new(self.id(), format!("first copy to {projects}, {kind}"), goal)
                .ours(unit, median(&ours, value))
                .peer(&peer_name, unit, median(&peer, value))
                .note(if peer.is_empty() { PEER_MISSING } else { "" })
        };
        let files = median(&ours, |sample| sample.files);
        Ok(vec![
            row("time", Unit::Seconds, Goal::Ratio(3.0), |sample| Some(sample.wall)),
            row("CPU", Unit::CpuSeconds, Goal::Shown, |sample| sample.cpu),
            row("database bytes", Unit::Bytes, Goal::Ratio(2.0), |sample| sample.database),
            Row::new(self.id(), format!("first copy to {projects}, file bytes"), Goal::Value(0.0))
                .ours(Unit::Bytes, files),
        ])
    }
}

/// Runs the floor; answers what it took, and what it is called.
fn floor(ground: &Ground, projects: usize, round: usize) -> Result<(Sample, String)> {
    let folder = ground.scratch.path(&format!("floor-{round}"));
    std::fs::create_dir_all(&folder)?;
    let mut python = Command::new("python3");
    python.args(["-c", FLOOR]).arg(ground.root.join(MIGRATIONS)).arg(folder.join("floor.sqlite"));
    python.args([projects.to_string(), ground.scale.sheets.to_string()]);
    let printed: Value =
        serde_json::from_slice(&command::read(&mut python)?).context("what the floor printed")?;
    scratch::remove(&folder)?;
    let number =
        |key: &str| printed.get(key).and_then(Value::as_f64).with_context(|| format!("no {key}: {printed}"));
    let version = printed.get("version").and_then(Value::as_str).unwrap_or("?");
    let rows = printed.get("rows").and_then(Value::as_u64).context("no rows")?;
    let sample = Sample {
        wall: number("wall")?,
        cpu: Some(number("cpu")?),
        database: Some(number("bytes")?),
        files: None,
    };
    Ok((sample, format!("plain SQLite {version}, {rows} rows")))
}
