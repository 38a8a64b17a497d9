//! Sheets arriving downstream, as people do it: asked for over HTTP, waited for over HTTP, and looked at over HTTP.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use super::Ground;
use super::http::Client;
use super::sample::{Sample, as_f64};
use super::scratch;
use super::server::Server;
use super::stand::{Stand, bytes_below};

/// How long copying may take before the measure is given up.
const PATIENCE: Duration = Duration::from_mins(10);
/// Between two looks: an arrival is noticed this much too late at most, and looking costs the server next to nothing.
const LOOK: Duration = Duration::from_millis(5);

/// A server on a copy of the stand.
pub(super) struct Running {
    pub(super) server: Server,
    data: PathBuf,
}

impl Running {
    /// Copies the stand and starts a server on the copy.
    pub(super) fn start(ground: &Ground, stand: &Stand, name: &str) -> Result<Self> {
        let data = ground.scratch.path(name);
        scratch::remove(&data)?;
        stand.copy(&data)?;
        Ok(Self { server: Server::start(ground.server()?, &data)?, data })
    }

    /// Stops the server in peace and removes its data; answers bytes of the database and of the sheets' files.
    pub(super) fn stop(self) -> Result<(u64, u64)> {
        self.server.stop()?;
        let database =
            bytes_below(&self.data.join("sluice.db"))? + bytes_below(&self.data.join("sluice.db-wal"))?;
        let files = bytes_below(&self.data.join("blobs"))?;
        scratch::remove(&self.data)?;
        Ok((database, files))
    }
}

/// A connection on its way, seen by the person who asked for it.
pub(super) struct Connection<'a> {
    project: &'a str,
    path: String,
    pub(super) id: String,
    client: Client,
}

/// The first copy to so many projects, from the requests until the last record is readable in the last of them.
pub(super) fn first_copy(ground: &Ground, count: usize, round: usize) -> Result<Sample> {
    let stand = ground.stand()?;
    let before = (bytes_below(&stand.data().join("sluice.db"))?, bytes_below(&stand.data().join("blobs"))?);
    let running = Running::start(ground, stand, &format!("ours-{round}"))?;
    let people = stand.clients(&running.server, count)?;
    let cpu_before = running.server.cpu();
    let start = Instant::now();
    let mut connections = connect(people, &stand.upstream.project)?;
    for connection in &mut connections {
        connection.wait(|tool| tool.get("first_copy_complete_at").is_some_and(Value::is_string))?;
    }
    let wall = start.elapsed().as_secs_f64();
    running.server.settle()?;
    let cpu = cpu_before.zip(running.server.cpu()).map(|(before, after)| after - before);
    for connection in &mut connections {
        connection.check(ground.scale.sheets)?;
    }
    let after = running.stop()?;
    Ok(Sample {
        wall,
        cpu,
        database: Some(as_f64(after.0) - as_f64(before.0)),
        files: Some(as_f64(after.1) - as_f64(before.1)),
    })
}

/// Connects projects to an upstream project, all at once.
pub(super) fn connect<'a>(people: Vec<(&'a str, Client)>, upstream: &str) -> Result<Vec<Connection<'a>>> {
    let body = json!({"upstream_project_id": upstream, "tools": ["drawings"]});
    thread::scope(|scope| {
        let body = &body;
        let asked: Vec<_> = people
            .into_iter()
            .map(|(project, mut client)| {
                scope.spawn(move || {
                    let made = client.post(&format!("/api/v1/projects/{project}/connections"), body, 201)?;
                    let id =
                        made.get("id").and_then(Value::as_str).context("a connection without id")?.to_owned();
                    Ok(Connection { project, path: format!("/api/v1/connections/{id}"), id, client })
                })
            })
            .collect();
        let joined = asked.into_iter().map(thread::ScopedJoinHandle::join);
        joined.map(|made| made.unwrap_or_else(|_| bail!("a thread that connects fell over"))).collect()
    })
}

/// Connects so many projects of the stand and waits until the first copies are complete: the ground of measures that begin there.
pub(super) fn connected<'a>(
    running: &Running,
    stand: &'a Stand,
    count: usize,
) -> Result<Vec<Connection<'a>>> {
    let mut connections = connect(stand.clients(&running.server, count)?, &stand.upstream.project)?;
    for connection in &mut connections {
        connection.wait(|tool| tool.get("first_copy_complete_at").is_some_and(Value::is_string))?;
    }
    running.server.settle()?;
    Ok(connections)
}

impl Connection<'_> {
    /// Waits until its Drawings are as wanted.
    pub(super) fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Result<()> {
        let start = Instant::now();
        while !wanted(&self.drawings()?) {
            if start.elapsed() > PATIENCE {
                bail!("a connection has not got everything after {} s", PATIENCE.as_secs());
            }
            thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Waits until nothing is on its way.
    pub(super) fn wait_until_up_to_date(&mut self) -> Result<()> {
        self.wait(|tool| tool.get("waiting") == Some(&json!(0)))
    }

    /// Revisions that wait upstream, and that were copied.
    pub(super) fn counts(&mut self) -> Result<(u64, u64)> {
        let tool = self.drawings()?;
        let count = |name: &str| tool.get(name).and_then(Value::as_u64).with_context(|| format!("no {name}"));
        Ok((count("waiting")?, count("copied")?))
    }

    fn drawings(&mut self) -> Result<Value> {
        let whole = self.client.get(&self.path)?;
        Ok(whole.pointer("/tools/drawings").context("a connection without drawings")?.clone())
    }

    /// Looks whether everything is really there: each drawing in the log, and the bytes of one of them.
    pub(super) fn check(&mut self, sheets: usize) -> Result<()> {
        let mut seen = 0;
        let mut after = String::new();
        loop {
            let page = format!("/api/v1/projects/{}/drawings?limit=1000{after}", self.project);
            let page = self.client.get(&page)?;
            let items = page.get("items").and_then(Value::as_array).context("a log without items")?;
            if let (0, Some(first)) = (seen, items.first()) {
                self.check_file(first)?;
            }
            seen += items.len();
            let Some(next) = page.get("next").and_then(Value::as_str) else { break };
            after = format!("&after={next}");
        }
        if seen != sheets {
            bail!("{seen} of {sheets} sheets are there");
        }
        Ok(())
    }

    fn check_file(&mut self, drawing: &Value) -> Result<()> {
        let revision = drawing.pointer("/revision/id").and_then(Value::as_str).context("no revision")?;
        let file = self.client.send("GET", &format!("/api/v1/drawing-revisions/{revision}/file"), "", b"")?;
        if file.status != 200 || Some(&json!(file.body.len())) != drawing.pointer("/revision/bytes") {
            bail!("the file of a copy: {}, {} bytes", file.status, file.body.len());
        }
        Ok(())
    }
}
