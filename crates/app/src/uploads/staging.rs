//! A folder for work in progress that is gone when the work ends, however it ends.

use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::{App, Result};

/// The folder.
#[derive(Debug)]
pub(super) struct Staging(PathBuf);

impl Staging {
    /// Makes one.
    pub(super) async fn new(app: &App) -> Result<Self> {
        Ok(Self(app.blobs.staging(app.environment.id::<Uuid>()).await?))
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        // A request that breaks off drops its work in the middle: what it wrote must not fill the disk. The next start clears what stays.
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(error = &error as &dyn std::error::Error, "work in progress stays behind");
        }
    }
}
