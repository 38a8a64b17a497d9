//! The time in which a connection can be undone, as the flow sees it (`UND-02`): what ends it early, what waits until it is over, and taking
//! everything back.

use jiff::Timestamp;
use sluice_domain::ConnectionId;
use sluice_domain::connection::undo_until;
use sluice_domain::permission::Tool;
use sluice_store::connection::{ToolRow, undo};
use sluice_store::flow::Delivering;
use sluice_store::{Session, Tx, flow};

use super::shared::{Arriving, Shared};
use crate::jobs;
use crate::{App, Result};

/// Until when a tool can still be undone.
pub(crate) fn open_until(state: &ToolRow, now: Timestamp) -> Option<Timestamp> {
    state.connected_at.and_then(|connected_at| undo_until(connected_at, state.used_at.is_some(), now))
}

/// Whether somebody who uses a copy now would end the undo time by it. Looking first spares the writer.
pub(crate) async fn would_end(db: &mut Session, connection: ConnectionId, tool: Tool) -> Result<bool> {
    Ok(undo::unused(db, connection, tool).await?)
}

/// Somebody downstream publishes, downloads, marks up or links a copy: from now on its connection cannot be undone, and what waited for that
/// waits no longer. Takes the connection's lock, after which the copy is there or was taken back. Call `app.live.wake()` after the commit.
pub(crate) async fn copy_used(app: &App, tx: &mut Tx, connection: ConnectionId, tool: Tool) -> Result<()> {
    let now = app.environment.now();
    if undo::mark_used(tx, connection, tool, now).await? {
        jobs::schedule(app, tx, jobs::Kind::Reconcile, connection.0, now).await?;
    }
    Ok(())
}

/// Does what waited for the end of the undo time, once it is over. Answers whether there was news.
pub(super) async fn settle(
    app: &App,
    tx: &mut Tx,
    shared: &dyn Shared,
    arriving: Arriving<'_>,
) -> Result<bool> {
    let now = app.environment.now();
    if arriving.state.settled_at.is_some()
        || arriving.undoable
        || !undo::mark_settled(tx, arriving.proof, shared.tool(), now).await?
    {
        return Ok(false);
    }
    shared.settle(app, tx, arriving).await
}

/// Takes back what came of a tool, as if it had never flowed.
pub(crate) async fn take_back(app: &App, tx: &mut Tx, proof: &Delivering, tool: Tool) -> Result<()> {
    let shared = app.tools.get(tool)?;
    shared.take_back(tx, proof).await?;
    flow::forget_parked(tx, proof, shared.kinds()).await?;
    Ok(undo::reset(tx, proof, tool).await?)
}
