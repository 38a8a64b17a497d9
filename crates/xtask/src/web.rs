//! The screen: its packages, its build, its scripts. Work that is already done is not done again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command;
use crate::tree::Tree;

/// Folders of `web/` that hold nothing a build reads.
const NO_SOURCES: [&str; 7] =
    ["node_modules", "dist", "e2e", "test-results", "playwright-report", "coverage", ".vite"];

/// Whether there is a screen to build.
pub(crate) fn exists(tree: &Tree) -> bool {
    tree.web().join("package.json").is_file()
}

/// Installs the packages and builds `web/dist`, each only when it is older than what it comes from.
pub(crate) fn ensure_built(tree: &Tree) -> Result<()> {
    if !exists(tree) {
        bail!("there is no web/package.json, so there is no screen to build");
    }
    let dist = tree.web().join("dist/index.html");
    if let (Ok(built), Some(changed)) = (modified(&dist), newest_source(&tree.web())?)
        && built >= changed
    {
        eprintln!("web/dist is newer than its sources: not built again");
        return Ok(());
    }
    install(tree)?;
    build(tree)
}

/// Builds `web/dist` in any case.
pub(crate) fn build(tree: &Tree) -> Result<()> {
    command::run(npm(tree).args(["run", "build"]))
}

/// `npm ci`, unless what is installed is what the lock file says. No package's script runs.
pub(crate) fn install(tree: &Tree) -> Result<()> {
    for folder in locked_folders(&tree.web())? {
        let installed = folder.join("node_modules/.package-lock.json");
        let lock = folder.join("package-lock.json");
        if let (Ok(installed), Ok(lock)) = (modified(&installed), modified(&lock))
            && installed >= lock
        {
            continue;
        }
        let mut npm = npm(tree);
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
        if folder != tree.web() {
            npm.arg("--prefix").arg(&folder);
        }
        command::run(&mut npm)?;
    }
    Ok(())
}

/// `npm` in `web/`; what it tells stands beside what a verb itself prints.
pub(crate) fn npm(tree: &Tree) -> Command {
    let mut npm = tree.command("npm");
    npm.current_dir(tree.web()).stdout(std::io::stderr());
    npm
}

/// Whether `package.json` has this script.
pub(crate) fn has_script(tree: &Tree, script: &str) -> Result<bool> {
    let text = fs::read_to_string(tree.web().join("package.json")).context("reading web/package.json")?;
    let package: Value = serde_json::from_str(&text).context("web/package.json")?;
    Ok(package.pointer("/scripts").and_then(|scripts| scripts.get(script)).is_some())
}

/// `web/` and the folders of tools inside it that have a lock file of their own.
fn locked_folders(web: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    let mut waiting = vec![web.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        if folder.join("package-lock.json").is_file() {
            folders.push(folder.clone());
        }
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
            let entry = entry?;
            let name = entry.file_name();
            let skipped = NO_SOURCES.iter().any(|skip| name == *skip) || name == "src" || name == "public";
            if entry.file_type()?.is_dir() && !skipped {
                waiting.push(entry.path());
            }
        }
    }
    Ok(folders)
}

/// When the newest file that a build reads was changed.
fn newest_source(web: &Path) -> Result<Option<SystemTime>> {
    let mut newest = None;
    let mut waiting = vec![web.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            if NO_SOURCES.iter().any(|skip| entry.file_name() == *skip) {
                continue;
            }
            if entry.file_type()?.is_dir() {
                waiting.push(entry.path());
            } else {
                newest = newest.max(Some(modified(&entry.path())?));
            }
        }
    }
    Ok(newest)
}

fn modified(file: &Path) -> Result<SystemTime> {
    fs::metadata(file)
        .and_then(|meta| meta.modified())
        .with_context(|| format!("when {} was changed", file.display()))
}
