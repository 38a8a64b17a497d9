//! The time in which a connection can be undone, as the flow sees it (`UND-02`): what ends it early, what waits until it is over, and taking
//! everything back.

use jiff::Timestamp;
use sluice_domain::ConnectionId;
use sluice_domain::connection::undo_until;
use sluice_domain::permission::Tool;
use sluice_store::connection::{ToolRow, undo};
use sluice_store::flow::Delivering;
use sluice_store::{Session, Tx, flow, project};

use super::digest;
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

/// Does what waited for the end of the undo time, once it is over: publishes what landed to be published. Answers whether there was news.
pub(super) async fn settle(app: &App, tx: &mut Tx, proof: &Delivering, state: &ToolRow) -> Result<bool> {
    let now = app.environment.now();
    if state.settled_at.is_some()
        || open_until(state, now).is_some()
        || !undo::mark_settled(tx, proof, state.tool, now).await?
    {
        return Ok(false);
    }
    let row = proof.connection();
    let arrival = project::get(tx, row.downstream_project_id).await?.map(|project| project.arrival);
    let arrival = arrival.unwrap_or_default();
    let published = flow::undo::publish_waiting(tx, proof, arrival != "review", now).await?;
    super::release_titles(app, tx, row.downstream_project_id).await?;
    if published > 0 && arrival == "publish_and_distribute" {
        digest::distributed(app, tx, row, i64::try_from(published).unwrap_or(i64::MAX)).await?;
    }
    Ok(published > 0)
}

/// Takes back what came of a tool, as if it had never flowed.
pub(crate) async fn take_back(tx: &mut Tx, proof: &Delivering, tool: Tool) -> Result<()> {
    flow::undo::take_back(tx, proof).await?;
    Ok(undo::reset(tx, proof, tool).await?)
}
