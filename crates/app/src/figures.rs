//! Figures of the installation for its operator (`/metrics`): how much work, mail and connections there are. No company's records.

use std::sync::atomic::Ordering;

use sluice_store::figures;
pub use sluice_store::figures::{InState, Work};

use crate::{App, Result};

/// The figures of a moment.
#[derive(Debug)]
pub struct Figures {
    /// Background work by lane and state.
    pub work: Vec<Work>,
    /// Mail that is not out, by state.
    pub outbox: Vec<InState>,
    /// Connections by state.
    pub connections: Vec<InState>,
    /// Blobs and bytes that this process has kept.
    pub written: (u64, u64),
    /// Passwords that this process has compared with a hash, of known and unknown addresses alike.
    pub password_checks: u64,
}

/// Counts now.
pub async fn now(app: &App) -> Result<Figures> {
    let mut db = app.db.read().await?;
    Ok(Figures {
        work: figures::work(&mut db, app.environment.now()).await?,
        outbox: figures::outbox(&mut db).await?,
        connections: figures::connections(&mut db).await?,
        written: app.blobs.written(),
        password_checks: app.password_checks.load(Ordering::Relaxed),
    })
}
