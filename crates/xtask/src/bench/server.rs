//! The real binary, started on a data folder of its own and asked over HTTP.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a server may take to be ready before the measure is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running `sluice serve`. It is stopped when this value goes.
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
        command.args(["serve", "--listen", &address.to_string(), "--data"]).arg(data);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let start = Instant::now();
        let child = command.spawn().with_context(|| format!("starting {}", binary.display()))?;
        let mut server = Self { child, address, until_ready: 0.0 };
        loop {
            if server.get("/readyz").is_ok_and(|answer| answer.status == 200) {
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

    /// The process, for its CPU time.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Bytes of memory it holds now.
    pub(super) fn memory(&self) -> Result<u64> {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.id())).context("reading /proc")?;
        let kib = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next());
        Ok(kib.context("no VmRSS in /proc")?.parse::<u64>()? * 1024)
    }

    /// One request on a connection of its own.
    pub(super) fn get(&self, path: &str) -> Result<Answer> {
        let mut stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.address)?;
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status = status.with_context(|| format!("no HTTP answer: {line:?}"))?;
        reader.read_to_end(&mut Vec::new())?;
        Ok(Answer { status })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It keeps nothing that is not on disk, so there is nothing to be polite about.
        let stopped = self.child.kill().and_then(|()| self.child.wait());
        if let Err(error) = stopped {
            eprintln!("the server could not be stopped: {error}");
        }
    }
}

/// What the server said.
pub(super) struct Answer {
    pub(super) status: u16,
}

fn last_line(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.lines().next_back().unwrap_or("it said nothing").to_owned()
}
