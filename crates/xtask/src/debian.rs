//! Programs that come from the system: found, or installed with `apt-get`, said aloud before doing it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::command;

/// Installs one Debian package. Fails with what a person can do when this is not Debian or not root.
pub(crate) fn install(package: &str, what_for: &str) -> Result<()> {
    if command::find_program("apt-get").is_none() {
        bail!("{package} is missing and there is no apt-get: install it by your system's means");
    }
    println!("{package} is missing and {what_for}: installing it with apt-get");
    if !is_root() && !sudo_works() {
        bail!("{package} is missing: run `sudo apt-get install {package}`");
    }
    command::run(apt().args(["update", "--quiet", "--quiet"]))?;
    command::run(apt().args(["install", "--yes", "--quiet", "--no-install-recommends", package]))
}

/// Finds Chromium, installing Debian's when there is none.
pub(crate) fn chromium() -> Result<PathBuf> {
    if let Some(path) = find_chromium() {
        return Ok(path);
    }
    install("chromium", "the browser tests need it")?;
    match find_chromium() {
        Some(path) => Ok(path),
        None => bail!("apt-get installed chromium, but there is no program of that name"),
    }
}

fn find_chromium() -> Option<PathBuf> {
    let debian = PathBuf::from("/usr/bin/chromium");
    if command::is_executable(&debian) {
        return Some(debian);
    }
    ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(command::find_program)
}

/// Whether we are the superuser; without `id` we say no.
pub(crate) fn is_root() -> bool {
    command::read_text(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}

fn sudo_works() -> bool {
    Command::new("sudo")
        .args(["-n", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn apt() -> Command {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
        sudo
    };
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}
