//! Copying the files, as people do today: `rclone` from the upstream folder to one folder per downstream project.
//!
//! Beside it stand our first copy and our new revisions, which move records and no bytes.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::figures::{Figure, Goal, Row, Unit};
use super::files::{self, Bytes};
use super::sample::{Contender, Sample, alternate, median_cpu, median_wall};
use super::{Ground, Measure, clock, scratch};
use crate::command;

/// How many downstream projects the goals speak of.
const FOLDERS: usize = 10;
/// How many sheets get a new revision (SPD-02).
const REVISED: usize = 20;
const OURS_MISSING: &str =
    "ours is not measured yet: it needs the demo's companies over the API (issue 2, step c)";
const PEER_MISSING: &str = "the peer is not measured: rclone is not installed (Debian package `rclone`)";

/// SPD-01: the first copy of a project's sheets to ten others.
pub(super) struct FirstCopy;

impl Measure for FirstCopy {
    fn id(&self) -> &'static str {
        "SPD-01"
    }

    fn what(&self) -> &'static str {
        "first copy to 1 and 10 projects"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let source = ground.scratch.path("copy-from");
        let bytes = if has_rclone() { files::write(&source, ground.sheets, 1)? } else { 0 };
        // The goals speak of ten; one is shown beside.
        let goals = [Goal::Ratio(0.05), Goal::Ratio(0.02)];
        for (folders, goals) in [(1, [Goal::Shown; 2]), (FOLDERS, goals)] {
            let samples = peer(ground, |round| {
                let target = ground.scratch.path(&format!("copy-to-{round}"));
                let sample = clock::time(|| to_folders("copy", &source, &target, folders))?;
                scratch::remove(&target)?;
                Ok(sample)
            })?;
            let what = format!("first copy to {folders}");
            let name = format!("rclone copy, {} MiB", bytes * u64::try_from(folders)? / 1024 / 1024);
            rows.extend(wall_and_cpu(self.id(), &what, &name, &samples, goals));
        }
        scratch::remove(&source)?;
        Ok(rows)
    }
}

/// SPD-02: some sheets get a new revision, and everybody has them.
pub(super) struct NewRevisions;

impl Measure for NewRevisions {
    fn id(&self) -> &'static str {
        "SPD-02"
    }

    fn what(&self) -> &'static str {
        "20 new revisions to 10 projects"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let source = ground.scratch.path("sync-from");
        let target = ground.scratch.path("sync-to");
        if has_rclone() {
            files::write(&source, ground.sheets, 1)?;
            to_folders("copy", &source, &target, FOLDERS)?;
        }
        let samples = peer(ground, |round| {
            let mut bytes = Bytes::from_seed(100 + u64::try_from(round)?);
            for number in 0..REVISED.min(ground.sheets) {
                files::write_one(&source, number, &mut bytes)?;
            }
            clock::time(|| to_folders("sync", &source, &target, FOLDERS))
        })?;
        scratch::remove(&source)?;
        scratch::remove(&target)?;
        Ok(wall_and_cpu(self.id(), self.what(), "rclone sync", &samples, [Goal::Ratio(0.1), Goal::Shown]))
    }
}

/// Runs the peer alone; when ours is added it becomes the second contender here.
fn peer(ground: &Ground, mut work: impl FnMut(usize) -> Result<Sample>) -> Result<Vec<Sample>> {
    if !has_rclone() {
        return Ok(Vec::new());
    }
    let contender: Contender<'_> = Box::new(&mut work);
    Ok(alternate(ground.rounds, &mut [contender])?.into_iter().flatten().collect())
}

fn wall_and_cpu(
    id: &'static str,
    what: &str,
    peer_name: &str,
    samples: &[Sample],
    goals: [Goal; 2],
) -> Vec<Row> {
    let [wall_goal, cpu_goal] = goals;
    let row = |kind: &str, value: Option<f64>, unit: Unit, goal: Goal| Row {
        id,
        what: format!("{what}, {kind}"),
        ours: None,
        peer_name: peer_name.to_owned(),
        peer: value.map(|value| Figure { value, unit }),
        goal,
        note: if samples.is_empty() { PEER_MISSING.to_owned() } else { OURS_MISSING.to_owned() },
    };
    vec![
        row("time", median_wall(samples), Unit::Seconds, wall_goal),
        row("CPU", median_cpu(samples), Unit::CpuSeconds, cpu_goal),
    ]
}

fn to_folders(verb: &str, source: &Path, target: &Path, folders: usize) -> Result<()> {
    for folder in 0..folders {
        let mut rclone = Command::new("rclone");
        // Nobody's own settings, and nothing written to them.
        rclone.env("RCLONE_CONFIG", "/dev/null").args([verb, "--quiet"]);
        command::read(rclone.arg(source).arg(target.join(folder.to_string())))?;
    }
    Ok(())
}

fn has_rclone() -> bool {
    command::find_program("rclone").is_some()
}
