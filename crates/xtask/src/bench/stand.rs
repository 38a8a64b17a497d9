//! The installation that is measured: written once by `bench-stand`, copied for each run, so that every run begins alike.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::http::Client;
use super::scratch;
use super::server::Server;
use crate::command;

/// How large an installation is wanted; what each means stands beside the program that writes it.
#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) sheets: usize,
    /// Whether sheets have real sizes, and peers get their files.
    pub(super) real: bool,
    pub(super) waiting: usize,
    pub(super) projects: usize,
    pub(super) downstream: usize,
    pub(super) connected: bool,
}

/// A project and the cookie of somebody who may do everything in it.
pub(super) struct Door {
    pub(super) project: String,
    pub(super) cookie: String,
}

/// A written installation.
pub(super) struct Stand {
    folder: PathBuf,
    pub(super) upstream: Door,
    pub(super) downstream: Vec<Door>,
    /// Revisions that are not published yet.
    pub(super) waiting: Vec<String>,
}

impl Stand {
    /// Has one written.
    pub(super) fn write(program: &Path, folder: PathBuf, size: Size) -> Result<Self> {
        fs::create_dir_all(&folder)?;
        let files = size.real.then(|| folder.join("files"));
        let wanted = json!({
            "data": folder.join("data"), "files": files, "sheets": size.sheets, "waiting": size.waiting,
            "projects": size.projects, "downstream": size.downstream, "connected": size.connected,
        });
        let printed = command::read(Command::new(program).arg("seed").arg(wanted.to_string()))?;
        let printed: Value = serde_json::from_slice(&printed).context("what bench-stand printed")?;
        let list = |name: &str| printed.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let texts = |name: &str| list(name).iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(Self {
            upstream: door(printed.get("upstream").context("no upstream")?)?,
            downstream: list("downstream").iter().map(door).collect::<Result<_>>()?,
            waiting: texts("waiting"),
            folder,
        })
    }

    /// The published sheets as files, named by their numbers, for peers.
    pub(super) fn issued(&self) -> PathBuf {
        self.folder.join("files/issued")
    }

    /// The further revisions as files of the same names.
    pub(super) fn revised(&self) -> PathBuf {
        self.folder.join("files/revised")
    }

    /// Its data folder, to be read and never served from.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Removes what was written. Copies of it stay.
    pub(super) fn remove(&self) -> Result<()> {
        scratch::remove(&self.folder)
    }

    /// A data folder of one's own: the database copied, the sheets' bytes linked, since nothing changes them.
    pub(super) fn copy(&self, to: &Path) -> Result<()> {
        link_all(&self.data().join("blobs"), &to.join("blobs"))?;
        fs::copy(self.data().join("sluice.db"), to.join("sluice.db")).context("copying the database")?;
        Ok(())
    }

    /// Connections of the people of the first so many downstream projects.
    pub(super) fn clients(&self, server: &Server, count: usize) -> Result<Vec<(&str, Client)>> {
        let doors = self.downstream.iter().take(count);
        doors.map(|door| Ok((door.project.as_str(), server.client(&door.cookie)?))).collect()
    }
}

fn door(printed: &Value) -> Result<Door> {
    let text = |name: &str| printed.get(name).and_then(Value::as_str).map(str::to_owned).context("no door");
    Ok(Door { project: text("project")?, cookie: text("cookie")? })
}

/// Makes the same folders with hard links to the same files.
pub(super) fn link_all(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link_all(&entry.path(), &place)?;
        } else {
            fs::hard_link(entry.path(), &place).with_context(|| format!("linking {}", place.display()))?;
        }
    }
    Ok(())
}

/// Bytes of all files below a folder; with a file, its own. What is not there has none.
pub(super) fn bytes_below(path: &Path) -> Result<u64> {
    let Ok(meta) = fs::symlink_metadata(path) else { return Ok(0) };
    if !meta.is_dir() {
        return Ok(meta.len());
    }
    fs::read_dir(path)?.map(|entry| bytes_below(&entry?.path())).sum()
}
