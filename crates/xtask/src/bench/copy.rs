//! Copying the files, as people do today: `rclone` from the upstream folder to one folder per downstream project.
//!
//! Beside it stand our first copy and our new revisions, which move records and no bytes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};
use serde_json::json;

use super::arrive::{Running, connected, first_copy};
use super::figures::{Goal, Row, Unit};
use super::sample::{Contender, Sample, beside, median};
use super::stand::{bytes_below, link_all};
use super::{Ground, Measure, clock, scratch};
use crate::command;

const PEER_MISSING: &str = "the peer is not measured: rclone is not installed (Debian package `rclone`)";

/// SPD-01: the first copy of a project's sheets to others.
pub(super) struct FirstCopy;

impl Measure for FirstCopy {
    fn id(&self) -> &'static str {
        "SPD-01"
    }

    fn what(&self) -> &'static str {
        "first copy beside rclone"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        let stand = ground.stand()?;
        let bytes = bytes_below(&stand.issued())?;
        // The goals speak of ten; one is shown beside.
        let few = (ground.scale.few, [Goal::Ratio(0.05), Goal::Ratio(0.02)]);
        for (folders, goals) in [(1, [Goal::Shown; 2]), few] {
            let ours: Contender<'_> = Box::new(move |round| first_copy(ground, folders, round));
            let peer: Contender<'_> = Box::new(move |round| {
                let target = ground.scratch.path(&format!("copy-to-{round}"));
                let sample = clock::time(|| to_folders("copy", &stand.issued(), &target, folders))?;
                scratch::remove(&target)?;
                Ok(sample)
            });
            let samples = beside(ground.scale.rounds, ours, has_rclone().then_some(peer))?;
            let what = format!("first copy to {folders}");
            let name = format!("rclone copy, {} MiB", bytes * u64::try_from(folders)? / 1024 / 1024);
            rows.extend(wall_and_cpu(self.id(), &what, &name, &samples, goals));
        }
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
        "new revisions beside rclone"
    }

    fn rows(&self, ground: &Ground) -> Result<Vec<Row>> {
        let stand = ground.stand()?;
        let (folders, revised) = (ground.scale.few, ground.scale.revised);
        let running = Running::start(ground, stand, "revisions")?;
        let mut downstream = connected(&running, stand, folders)?;
        let mut ines = running.server.client(&stand.upstream.cookie)?;
        let ours: Contender<'_> = Box::new(|round| {
            let chosen = stand.waiting.get(round * revised..(round + 1) * revised);
            let body = json!({"revision_ids": chosen.context("no further revisions wait")?});
            let cpu_before = running.server.cpu();
            let start = Instant::now();
            ines.post(&format!("/api/v1/projects/{}/publications", stand.upstream.project), &body, 200)?;
            for connection in &mut downstream {
                connection.wait_until_up_to_date()?;
            }
            let wall = start.elapsed().as_secs_f64();
            running.server.settle()?;
            let cpu = cpu_before.zip(running.server.cpu()).map(|(before, after)| after - before);
            Ok(Sample { wall, cpu, ..Sample::default() })
        });
        let (source, target) = (ground.scratch.path("sync-from"), ground.scratch.path("sync-to"));
        let further = names(&stand.revised())?;
        if has_rclone() {
            link_all(&stand.issued(), &source)?;
            to_folders("copy", &source, &target, folders)?;
        }
        let peer: Contender<'_> = Box::new(|round| {
            for name in further.iter().skip(round * revised).take(revised) {
                let place = source.join(name);
                fs::remove_file(&place)?;
                fs::hard_link(stand.revised().join(name), &place)?;
            }
            clock::time(|| to_folders("sync", &source, &target, folders))
        });
        let samples = beside(ground.scale.rounds, ours, has_rclone().then_some(peer))?;
        running.stop()?;
        scratch::remove(&source)?;
        scratch::remove(&target)?;
        let what = format!("{revised} new revisions to {folders}");
        Ok(wall_and_cpu(self.id(), &what, "rclone sync", &samples, [Goal::Ratio(0.1), Goal::Shown]))
    }
}

fn wall_and_cpu(
    id: &'static str,
    what: &str,
    peer_name: &str,
    (ours, peer): &(Vec<Sample>, Vec<Sample>),
    [wall_goal, cpu_goal]: [Goal; 2],
) -> Vec<Row> {
    let note = if peer.is_empty() { PEER_MISSING } else { "" };
    let row = |kind: &str, unit: Unit, goal: Goal, value: fn(&Sample) -> Option<f64>| {
        Row::new(id, format!("{what}, {kind}"), goal)
            .ours(unit, median(ours, value))
            .peer(peer_name, unit, median(peer, value))
            .note(note)
    };
    vec![
        row("time", Unit::Seconds, wall_goal, |sample| Some(sample.wall)),
        row("CPU", Unit::CpuSeconds, cpu_goal, |sample| sample.cpu),
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

/// Names of the files in a folder, in order.
fn names(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut names: Vec<PathBuf> =
        entries.map(|entry| Ok(PathBuf::from(entry?.file_name()))).collect::<Result<_>>()?;
    names.sort();
    Ok(names)
}
