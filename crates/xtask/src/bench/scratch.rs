//! A folder for one run of the bench, removed when the run ends.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The folder; it goes when this value goes.
pub(super) struct Scratch {
    folder: PathBuf,
}

impl Scratch {
    /// Makes an empty folder. What an interrupted run left in its place is removed first.
    pub(super) fn new(folder: &Path) -> Result<Self> {
        let scratch = Self { folder: folder.to_path_buf() };
        remove(folder)?;
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
        Ok(scratch)
    }

    /// A place in it; nothing is made there.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.folder) {
            eprintln!("{error:#}");
        }
    }
}

/// Removes a folder with everything in it; that it is not there is fine.
pub(super) fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}
