//! The peer of *publish → copied*: PostgreSQL's logical replication of one table to so many subscribers, each a database of its own in a
//! second cluster on loopback. Both clusters keep what they commit.
//!
//! The publisher waits for its commit until every subscriber has applied it (`remote_apply`), so the time of one insert is the time until
//! its row is visible on all of them, and nobody has to look for it.

use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::command;
use crate::postgres::{Cluster, find};

/// How long the subscribers may take to be there.
const PATIENCE: Duration = Duration::from_mins(2);
const TABLE: &str =
    "create table revision (id bigint primary key generated always as identity, number text not null,
    title text not null, published_at timestamptz not null default now())";
const INSERT: &str =
    "insert into revision (number, title) values ('A-0001', 'Level 2 reflected ceiling plan, east wing');";

/// Whether PostgreSQL is here, with the program that times single commits.
pub(super) fn is_installed() -> bool {
    find().is_some_and(|programs| command::is_executable(&programs.join("pgbench")))
}

/// A publisher and its subscribers.
pub(super) struct Replication {
    publisher: Cluster,
    subscribers: Cluster,
    programs: PathBuf,
    /// For what pgbench writes.
    folder: PathBuf,
}

impl Replication {
    /// Starts both clusters and waits until every subscriber streams.
    pub(super) fn start(count: usize, folder: PathBuf) -> Result<Self> {
        let programs = find().context("PostgreSQL is not installed")?;
        let settings = |more: &[(&str, usize)]| -> Vec<String> {
            more.iter().map(|(name, value)| format!("{name}={value}")).collect()
        };
        let publisher = settings(&[("max_wal_senders", count + 5), ("max_replication_slots", count + 5)]);
        let publisher = Cluster::start(&[publisher, vec!["wal_level=logical".to_owned()]].concat())?;
        let subscribers = Cluster::start(&settings(&[
            ("max_logical_replication_workers", count + 5),
            ("max_worker_processes", count + 15),
            ("max_replication_slots", count + 5),
        ]))?;
        let replication = Self { publisher, subscribers, programs, folder };
        replication.subscribe(count)?;
        Ok(replication)
    }

    fn subscribe(&self, count: usize) -> Result<()> {
        self.run(&self.publisher.url, TABLE)?;
        self.run(&self.publisher.url, "create publication bench for table revision")?;
        for number in 0..count {
            let database = format!("s{number}");
            self.run(&self.subscribers.url, &format!("create database {database}"))?;
            let url = format!("{}{database}", self.subscribers.url);
            self.run(&url, TABLE)?;
            let subscribe = format!(
                "create subscription {database} connection '{}' publication bench with (copy_data = false)",
                self.publisher.url
            );
            self.run(&url, &subscribe)?;
        }
        let start = Instant::now();
        let streaming = "select count(*) from pg_stat_replication where state = 'streaming'";
        while self.run(&self.publisher.url, streaming)? != count.to_string() {
            if start.elapsed() > PATIENCE {
                bail!("the subscribers do not stream after {} s", PATIENCE.as_secs());
            }
            thread::sleep(Duration::from_millis(50));
        }
        self.run(
            &self.publisher.url,
            &format!("alter system set synchronous_standby_names = 'ANY {count} (*)'"),
        )?;
        self.run(&self.publisher.url, "select pg_reload_conf()")?;
        Ok(())
    }

    fn run(&self, url: &str, sql: &str) -> Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command", sql, url]);
        command::read_text(psql.current_dir("/"))
    }

    /// Seconds that each of so many single rows takes until all subscribers have it.
    pub(super) fn rows(&self, count: usize) -> Result<Vec<f64>> {
        std::fs::create_dir_all(&self.folder)?;
        let script = self.folder.join("insert.sql");
        std::fs::write(&script, INSERT)?;
        let mut pgbench = Command::new(self.programs.join("pgbench"));
        pgbench.args(["--no-vacuum", "--client=1", "--protocol=prepared", "--log", "--transactions"]);
        pgbench.arg(count.to_string()).arg("--file").arg(&script).arg(&self.publisher.url);
        pgbench.env("PGOPTIONS", "-c synchronous_commit=remote_apply").current_dir(&self.folder);
        command::read(&mut pgbench)?;
        let mut times = Vec::with_capacity(count);
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with("pgbench_log") {
                times.extend(std::fs::read_to_string(&path)?.lines().filter_map(seconds));
            }
        }
        std::fs::remove_dir_all(&self.folder)?;
        if times.len() != count {
            bail!("pgbench timed {} of {count} rows", times.len());
        }
        Ok(times)
    }
}

/// The time of one transaction in a line of pgbench's log: `client transaction microseconds …`.
fn seconds(line: &str) -> Option<f64> {
    let microseconds: f64 = line.split(' ').nth(2)?.parse().ok()?;
    Some(microseconds / 1_000_000.0)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn a_line_of_pgbench_is_read() {
        assert_eq!(seconds("0 199 2241 0 1175850568 995598"), Some(0.002_241));
        assert_eq!(seconds(""), None);
    }
}
