//! Has a connection's copies compared with the upstream and repaired (`SEE-06`); the work itself is [`crate::flow::repair_with`].

use sluice_domain::ConnectionId;
use sluice_domain::connection::Side;
use sluice_domain::connection::repair::may_repair;
use sluice_domain::permission::{Action, Refusal, Standing, allows};
use sluice_store::connection::{self, ConnectionRow, ToolRow, repair};

use super::view::{ConnectionView, get, see};
use crate::can::Why;
use crate::{App, Caller, Result, flow, jobs};

pub use sluice_store::connection::repair::Repair;

/// Whether somebody who stands like this on a side may have it done now.
pub(super) fn may_ask(
    row: &ConnectionRow,
    tools: &[ToolRow],
    side: Side,
    standing: &Standing,
) -> std::result::Result<(), Why> {
    allows(standing, Action::ManageConnections).map_err(|why| Why::of(&why))?;
    // One tool that flows is enough; where none does, the first one's reason is the connection's.
    let pauses = || tools.iter().map(|tool| flow::current_pause(row, tool));
    let pause = pauses().all(|pause| pause.is_some()).then(|| pauses().next().flatten()).flatten();
    may_repair(&row.connection(), pause, side, standing.represents).map_err(|why| Why::of(&why))
}

/// Has the copies compared with the upstream and repaired; where a comparison waits or runs, that one serves.
pub async fn repair(app: &App, who: Caller, id: ConnectionId) -> Result<ConnectionView> {
    let mut tx = app.db.begin().await?;
    let row = connection::get_locked(&mut tx, id).await?.ok_or(Refusal::NotThere)?;
    let connection = row.connection();
    let (side, ends) = see(&mut tx, &connection, who).await?;
    let standing = ends.on(side).ok_or(Refusal::NotThere)?;
    let tools = connection::tools(&mut tx, &[id]).await?;
    may_ask(&row, &tools, side, standing)?;
    let now = app.environment.now();
    for tool in &tools {
        if app.tools.get(tool.tool)?.comparing().is_some() {
            let by = Some((who.person, connection.end(side).company));
            repair::ask(&mut tx, app.environment.id(), (id, tool.tool), by, now).await?;
        }
    }
    jobs::schedule(app, &mut tx, jobs::Kind::Repair, id.0, now).await?;
    tx.commit().await?;
    app.live.wake();
    app.live.connection(id, connection.ends());
    get(app, who, id).await
}
