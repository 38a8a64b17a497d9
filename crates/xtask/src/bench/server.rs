//! The real binary, started on a data folder and asked over HTTP.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::clock;
use super::http::{Client, Events};
use crate::command;

/// How long a server may take to be ready, or to stop, before the measure is given up.
const PATIENCE: Duration = Duration::from_mins(1);
/// A server that used no CPU for this long has nothing left to do.
const QUIET: Duration = Duration::from_millis(150);

/// A running `sluice serve`. It is killed when this value goes.
pub(super) struct Server {
    child: Child,
    address: SocketAddr,
    /// Seconds from starting the process to its first *ready*.
    pub(super) until_ready: f64,
}

impl Server {
    /// Starts it and waits until `/readyz` says so. Its output goes to `server.log` in the data folder.
    pub(super) fn start(binary: &Path, data: &Path) -> Result<Self> {
        std::fs::create_dir_all(data)?;
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let log = File::create(data.join("server.log"))?;
        let mut command = Command::new(binary);
        // Nobody's own settings.
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("SLUICE_")) {
                command.env_remove(name);
            }
        }
        command.args(["serve", "--listen", &address.to_string(), "--data"]).arg(data).current_dir(data);
        // One person asks as fast as the server answers: that is what is measured.
        command.env("SLUICE_REQUESTS_PER_SECOND", "0");
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let start = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {}", binary.display()))?;
        let mut server = Self { child, address, until_ready: 0.0 };
        loop {
            if server.is_ready() {
                server.until_ready = start.elapsed().as_secs_f64();
                return Ok(server);
            }
            if let Some(status) = server.child.try_wait()? {
                bail!("`sluice serve` ended with {status}: {}", last_line(&data.join("server.log")));
            }
            if start.elapsed() > PATIENCE {
                bail!("`sluice serve` was not ready after {} s", PATIENCE.as_secs());
            }
            // Short beside the second a start may take; the figure is this much too large at most.
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn is_ready(&self) -> bool {
        let ask = || Client::connect(self.address, "")?.send("GET", "/readyz", "", b"");
        ask().is_ok_and(|answer| answer.status == 200)
    }

    /// Where it listens.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// A connection of a person.
    pub(super) fn client(&self, cookie: &str) -> Result<Client> {
        Client::connect(self.address, cookie)
    }

    /// The live hints of a project, as this person hears them.
    pub(super) fn events(&self, project: &str, cookie: &str) -> Result<Events> {
        Events::open(self.address, &format!("/api/v1/projects/{project}/changes"), cookie)
    }

    /// CPU seconds it and the children it waited for have used so far.
    pub(super) fn cpu(&self) -> Option<f64> {
        clock::of_process(self.child.id())
    }

    /// Waits until it has nothing left to do: work that goes on behind an answer is work too.
    pub(super) fn settle(&self) -> Result<()> {
        let start = Instant::now();
        let mut before = self.cpu();
        while start.elapsed() < PATIENCE {
            thread::sleep(QUIET);
            let now = self.cpu();
            if now == before {
                return Ok(());
            }
            before = now;
        }
        bail!("`sluice serve` was still at work after {} s", PATIENCE.as_secs())
    }

    /// Bytes of memory it holds now, or held at most.
    pub(super) fn memory(&self, which: Memory) -> Result<u64> {
        let name = match which {
            Memory::Now => "VmRSS:",
            Memory::Most => "VmHWM:",
        };
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).context("reading /proc")?;
        let kib = status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next());
        Ok(kib.with_context(|| format!("no {name} in /proc"))?.parse::<u64>()? * 1024)
    }

    /// Asks it to stop, so that it closes its database, and waits until it has.
    pub(super) fn stop(mut self) -> Result<()> {
        command::read(Command::new("kill").arg(self.child.id().to_string()))?;
        let start = Instant::now();
        while self.child.try_wait()?.is_none() {
            if start.elapsed() > PATIENCE {
                bail!("`sluice serve` did not stop within {} s", PATIENCE.as_secs());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It keeps nothing that is not on disk, so there is nothing to be polite about; one that has stopped is fine.
        let stopped = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = stopped {
            eprintln!("the server could not be stopped: {error}");
        }
    }
}

/// Which figure of memory.
#[derive(Clone, Copy)]
pub(super) enum Memory {
    Now,
    Most,
}

fn last_line(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines().next_back().unwrap_or("it said nothing").to_owned()
}
