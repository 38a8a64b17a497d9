//! A PostgreSQL cluster of our own for the length of one run: started in a temporary folder, reached over
//! loopback, gone afterwards however this process ends.
//!
//! A small shell is the server's parent. It waits for the end of a pipe whose other end only we hold, then
//! stops the server and removes the folder. So the cluster goes when xtask returns, fails, is interrupted or
//! is killed, without a signal handler here.

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::{command, debian};

/// Waits for the end of its input, then takes the server down. `$1` programs, `$2` folder, `$3` port, then options of the server.
const GUARD: &str = r#"
trap '' INT HUP TERM
programs=$1 folder=$2 port=$3
shift 3
"$programs/postgres" -D "$folder/data" -p "$port" -k "$folder" \
    -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=128MB \
    -c log_min_messages=warning "$@" >"$folder/log" 2>&1 &
server=$!
read -r _
kill -QUIT "$server"
wait "$server"
rm -rf "$folder"
"#;

/// Settings of a cluster whose data nobody will miss.
pub(crate) const CARELESS: [&str; 4] =
    ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=logical"];

/// How long a cluster may take to answer; a busy machine needs some seconds.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running cluster. It stops when this value goes.
pub(crate) struct Cluster {
    /// `postgres://sluice@127.0.0.1:PORT/`: a superuser; put a database's name behind it, or none for `sluice`.
    pub(crate) url: String,
    folder: PathBuf,
    guard: Child,
    lifeline: Option<ChildStdin>,
}

impl Cluster {
    /// Finds or installs PostgreSQL and starts a cluster with these settings, `name=value`.
    pub(crate) fn start<T: AsRef<str>>(settings: &[T]) -> Result<Self> {
        let programs = find_or_install()?;
        let mut last = None;
        // The port is free when we look and may be taken a moment later.
        for _ in 0..3 {
            match Self::start_on(&programs, free_port()?, settings) {
                Ok(cluster) => return Ok(cluster),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| anyhow::anyhow!("PostgreSQL was not tried")))
    }

    fn start_on<T: AsRef<str>>(programs: &Path, port: u16, settings: &[T]) -> Result<Self> {
        let owner = Owner::choose()?;
        let folder = make_folder(port, owner.as_ref())?;
        eprintln!("PostgreSQL of {} in {}, port {port}", programs.display(), folder.display());
        let begun = (|| {
            initialise(programs, &folder, owner.as_ref())?;
            guard(programs, &folder, port, settings, owner.as_ref())
        })();
        let mut guard = match begun {
            Ok(guard) => guard,
            Err(error) => {
                fs::remove_dir_all(&folder)?;
                return Err(error);
            }
        };
        let lifeline = guard.stdin.take();
        let mut cluster =
            Self { url: format!("postgres://sluice@127.0.0.1:{port}/"), folder, guard, lifeline };
        cluster.wait_until_ready(programs, port)?;
        command::read(
            Command::new(programs.join("createdb"))
                .args(["-h", "127.0.0.1", "-U", "sluice", "-p", &port.to_string(), "sluice"])
                .current_dir("/"),
        )?;
        Ok(cluster)
    }

    fn wait_until_ready(&mut self, programs: &Path, port: u16) -> Result<()> {
        let start = Instant::now();
        loop {
            let ready = Command::new(programs.join("pg_isready"))
                .args(["--quiet", "-h", "127.0.0.1", "-U", "sluice", "-p", &port.to_string()])
                .status()
                .is_ok_and(|status| status.success());
            if ready {
                return Ok(());
            }
            let log = self.log();
            if is_fatal(&log) || self.guard.try_wait()?.is_some() || start.elapsed() > PATIENCE {
                bail!("PostgreSQL did not start:\n{}", log.trim_end());
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn log(&self) -> String {
        let mut text = String::new();
        let read =
            fs::File::open(self.folder.join("log")).and_then(|mut file| file.read_to_string(&mut text));
        match read {
            Ok(_) => text,
            Err(error) => format!("(its log cannot be read: {error})"),
        }
    }
}

/// Whether a server's log says that it cannot go on. Whoever asks too early gets a fatal error of their own.
fn is_fatal(log: &str) -> bool {
    log.lines().any(|line| line.contains("FATAL") && !line.contains("starting up"))
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        if let Err(error) = self.guard.wait() {
            eprintln!("the PostgreSQL guard could not be waited for: {error}");
        }
    }
}

/// The user a cluster runs as when we are root, which PostgreSQL refuses to be.
struct Owner {
    user: u32,
    group: u32,
}

impl Owner {
    /// `None`: we are an ordinary user and run it ourselves.
    fn choose() -> Result<Option<Self>> {
        if !debian::is_root() {
            return Ok(None);
        }
        for name in ["postgres", "nobody"] {
            let number = |flag: &str| command::read_text(Command::new("id").args([flag, name]));
            if let (Ok(user), Ok(group)) = (number("-u"), number("-g")) {
                return Ok(Some(Self { user: user.parse()?, group: group.parse()? }));
            }
        }
        bail!("PostgreSQL refuses to run as root and there is neither a user `postgres` nor `nobody`")
    }
}

/// A command that runs as the owner, in a folder the owner may enter.
fn as_owner(program: &Path, folder: &Path, owner: Option<&Owner>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C").env("HOME", folder);
    if let Some(owner) = owner {
        // Setting the user from root also drops the supplementary groups.
        command.uid(owner.user).gid(owner.group);
    }
    command
}

fn make_folder(port: u16, owner: Option<&Owner>) -> Result<PathBuf> {
    // As root, TMPDIR may be a folder the other user cannot enter.
    let parent = if owner.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
    let folder = parent.join(format!("sluice-postgres-{}-{port}", std::process::id()));
    fs::create_dir(&folder).with_context(|| format!("making {}", folder.display()))?;
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
    if let Some(owner) = owner {
        chown(&folder, Some(owner.user), Some(owner.group))?;
    }
    Ok(folder)
}

fn initialise(programs: &Path, folder: &Path, owner: Option<&Owner>) -> Result<()> {
    let locale = if cfg!(target_os = "linux") { "--locale=C.UTF-8" } else { "--locale=C" };
    let mut initdb = as_owner(&programs.join("initdb"), folder, owner);
    initdb.args(["--username=sluice", "--auth=trust", "--encoding=UTF8", locale, "--no-sync", "-D", "data"]);
    command::read(&mut initdb)?;
    Ok(())
}

fn guard<T: AsRef<str>>(
    programs: &Path,
    folder: &Path,
    port: u16,
    settings: &[T],
    owner: Option<&Owner>,
) -> Result<Child> {
    let mut shell = as_owner(Path::new("/bin/sh"), folder, owner);
    shell.arg("-c").arg(GUARD).arg("sluice-postgres").arg(programs).arg(folder).arg(port.to_string());
    shell.args(settings.iter().flat_map(|setting| ["-c", setting.as_ref()]));
    // A group of its own: Ctrl-C in the terminal reaches us, and through the pipe it reaches the guard.
    shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    shell.spawn().context("the guard of PostgreSQL could not be started")
}

/// The folder that has `initdb` and `postgres`: the newest of Debian's, or where `PATH` has them.
fn find_or_install() -> Result<PathBuf> {
    if let Some(folder) = find() {
        return Ok(folder);
    }
    debian::install("postgresql", "the tests on PostgreSQL need it")?;
    match find() {
        Some(folder) => Ok(folder),
        None => bail!("apt-get installed postgresql, but its programs were not found"),
    }
}

/// Where its programs are, if it is installed.
pub(crate) fn find() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| is_server_folder(folder))
        .collect();
    versions.sort();
    let in_path = || {
        command::find_program("initdb")?
            .parent()
            .map(Path::to_path_buf)
            .filter(|folder| is_server_folder(folder))
    };
    versions.pop().map(|(_, folder)| folder).or_else(in_path)
}

fn is_server_folder(folder: &Path) -> bool {
    ["initdb", "postgres", "createdb", "pg_isready"]
        .iter()
        .all(|name| command::is_executable(&folder.join(name)))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("no free port on loopback")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{CARELESS, Cluster, find, is_fatal};
    use crate::command;

    #[test]
    fn asking_too_early_is_no_failure() {
        assert!(!is_fatal("LOG:  starting PostgreSQL\nFATAL:  the database system is starting up\n"));
        assert!(is_fatal("FATAL:  could not create lock file \"postmaster.pid\"\n"));
    }

    #[test]
    fn a_postgres_cluster_answers_and_leaves_nothing() {
        let Some(programs) = find() else {
            println!("not run: a PostgreSQL cluster of our own (PostgreSQL is not installed)");
            return;
        };
        let cluster = Cluster::start(&CARELESS).unwrap();
        let folder = cluster.folder.clone();
        assert!(folder.exists());
        let psql = |url: &str| {
            let mut psql = Command::new(programs.join("psql"));
            psql.args(["--no-psqlrc", "--tuples-only", "--no-align", "--command"]);
            command::read_text(psql.args(["show fsync", url]).current_dir("/"))
        };
        assert_eq!(psql(&cluster.url).unwrap(), "off");
        assert_eq!(psql(&format!("{}postgres", cluster.url)).unwrap(), "off");
        let url = cluster.url.clone();
        drop(cluster);
        assert!(!folder.exists(), "its folder is gone");
        assert!(psql(&url).is_err(), "nobody answers any more");
    }
}
