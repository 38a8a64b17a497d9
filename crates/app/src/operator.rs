//! What the operator asks on the command line, about the whole installation.

pub use sluice_store::operator::ListedConnection;

use crate::{App, Result};

/// All connections and requests of the installation, newest first.
pub async fn connections(app: &App) -> Result<Vec<ListedConnection>> {
    let mut db = app.db.read().await?;
    Ok(sluice_store::operator::connections(&mut db).await?)
}
