//! What undoing needs to know and to put back: the first use of a copy, the end of the undo time, a tool as it was before it flowed
//! (`UND-01`, `UND-02`).

use jiff::Timestamp;
use sluice_domain::ConnectionId;
use sluice_domain::permission::Tool;

use crate::flow::Delivering;
use crate::{Result, Session, Tx, args, sql};

/// Whether a use of a copy of this tool would be the one that ends its undo time.
pub async fn unused(db: &mut Session, id: ConnectionId, tool: Tool) -> Result<bool> {
    let count: i64 = db
        .value(
            sql!(
                "select count(*) as value from connection_tool
                  where connection_id = $1 and tool = $2 and used_at is null and settled_at is null"
            ),
            args![id, tool],
        )
        .await?;
    Ok(count > 0)
}

/// Notes the first use of a copy, under the connection's lock. Answers whether it was the first.
pub async fn mark_used(tx: &mut Tx, id: ConnectionId, tool: Tool, now: Timestamp) -> Result<bool> {
    tx.lock("select id from connection where id = $1 for no key update", args![id]).await?;
    let marked = tx
        .run(
            sql!(
                "update connection_tool set used_at = $3
                  where connection_id = $1 and tool = $2 and used_at is null and settled_at is null"
            ),
            args![id, tool, now],
        )
        .await?;
    Ok(marked == 1)
}

/// Notes that a tool can no longer be undone; answers whether that is news.
pub async fn mark_settled(tx: &mut Tx, proof: &Delivering, tool: Tool, now: Timestamp) -> Result<bool> {
    let marked = tx
        .run(
            sql!("update connection_tool set settled_at = $3 where connection_id = $1 and tool = $2 and settled_at is null"),
            args![proof.connection().id, tool, now],
        )
        .await?;
    Ok(marked == 1)
}

/// A tool as it was before it flowed: nothing read, nothing copied.
pub async fn reset(tx: &mut Tx, proof: &Delivering, tool: Tool) -> Result<()> {
    tx.run(
        sql!(
            "update connection_tool set position = 0, copied_count = 0, copied_bytes = 0, first_copy_head = null,
                    first_copy_complete_at = null, last_arrival_at = null, pause = null,
                    connected_at = null, used_at = null, settled_at = null
              where connection_id = $1 and tool = $2"
        ),
        args![proof.connection().id, tool],
    )
    .await?;
    tx.run(
        sql!("delete from arrival_news where connection_id = $1 and tool = $2"),
        args![proof.connection().id, tool],
    )
    .await?;
    Ok(())
}
