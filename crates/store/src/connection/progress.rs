//! How far the connected tools of a connection are: position, counts, batches, latency, and what is parked.

use jiff::Timestamp;
use sluice_domain::permission::Tool;
use sluice_domain::{ConnectionId, DeliveryId};
use uuid::Uuid;

use crate::row::Arg;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A connected tool: how far it is.
    pub struct ToolRow {
        /// Of this connection.
        pub connection_id: ConnectionId,
        /// Which tool.
        pub tool: Tool,
        /// Read up to here.
        pub position: i64,
        /// Records copied.
        pub copied_count: i64,
        /// Head of the feed when the first copy began.
        pub first_copy_head: Option<i64>,
        /// When everything that was there at the start had arrived.
        pub first_copy_complete_at: Option<Timestamp>,
        /// Last arrival.
        pub last_arrival_at: Option<Timestamp>,
        /// Since when it flows.
        pub connected_at: Option<Timestamp>,
        /// When somebody downstream first used a copy of it.
        pub used_at: Option<Timestamp>,
        /// Since when it can no longer be undone, and what waited for that was done.
        pub settled_at: Option<Timestamp>,
        /// Switched on upstream.
        pub upstream_on: bool,
        /// Switched on downstream.
        pub downstream_on: bool,
    }
}

record! {
    /// A record that could not be applied.
    pub struct Parked {
        /// Kind.
        pub kind: String,
        /// The record upstream.
        pub record_id: Uuid,
        /// Which sheet it is: its number, as it was offered.
        pub label: String,
        /// Why.
        pub detail: String,
    }
}

/// The connected tools of several connections.
pub async fn tools(db: &mut Session, connections: &[ConnectionId]) -> Result<Vec<ToolRow>> {
    db.all_in(
        "select t.connection_id, t.tool, t.position, t.copied_count, t.first_copy_head, t.first_copy_complete_at,
                t.last_arrival_at, t.connected_at, t.used_at, t.settled_at,
                exists (select 1 from project_tool p where p.project_id = n.upstream_project_id and p.tool = t.tool) as upstream_on,
                exists (select 1 from project_tool p where p.project_id = n.downstream_project_id and p.tool = t.tool) as downstream_on
           from connection_tool t join connection n on n.id = t.connection_id
          where t.connection_id",
        args![],
        connections.iter().map(|id| Arg::from(*id)).collect(),
        "order by t.connection_id, t.tool",
    )
    .await
}

/// Publish → copied latencies of the last arrivals, milliseconds, shortest first (`SEE-07`). What waited for the end of a pause does not count.
pub async fn latencies(db: &mut Session, id: ConnectionId) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = db
        .all(
            sql!(
                "select took as value from (
                    select r.arrived_at - r.upstream_published_at as took
                      from drawing_revision r join connection n on n.id = r.connection_id
                     where r.connection_id = $1 and r.upstream_published_at >= n.approved_at
                       and not exists (select 1 from connection_event e where e.connection_id = r.connection_id and e.kind = 'resumed'
                                          and e.at > r.upstream_published_at and e.at <= r.arrived_at)
                     order by r.arrived_at desc limit 200) latest
                  order by took"
            ),
            args![id],
        )
        .await?;
    Ok(rows.into_iter().map(|(ms,)| ms).collect())
}

/// Records that wait for a repair, first 100 (`FLO-12`).
pub async fn parked(db: &mut Session, id: ConnectionId) -> Result<Vec<Parked>> {
    db.all(
        sql!("select kind, record_id, label, detail from parked_record where connection_id = $1 order by parked_at, record_id limit 100"),
        args![id],
    )
    .await
}
/// A batch as it is saved.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// The delivery.
    pub id: DeliveryId,
    /// Of this connection.
    pub connection: ConnectionId,
    /// Of this tool.
    pub tool: Tool,
    /// When reading began.
    pub started_at: Timestamp,
    /// Position before.
    pub from: i64,
    /// Position after.
    pub to: i64,
    /// Records that changed something here.
    pub records: i64,
    /// Records of the counted kind that are new here.
    pub arrived: i64,
    /// Bytes they refer to.
    pub bytes: i64,
}

/// Moves the position and writes the batch into the history, in the transaction that applied its records: both happen or none (`FLO-01`).
/// Answers whether the position was where the batch began.
pub async fn advance(tx: &mut Tx, batch: Batch, now: Timestamp) -> Result<bool> {
    let moved = tx
        .run(
            sql!(
                "update connection_tool set position = $4, copied_count = copied_count + $5, copied_bytes = copied_bytes + $6,
                        last_arrival_at = case when $7 > 0 then $8 else last_arrival_at end
                  where connection_id = $1 and tool = $2 and position = $3"
            ),
            args![batch.connection, batch.tool, batch.from, batch.to, batch.arrived, batch.bytes, batch.records, now],
        )
        .await?;
    if moved == 1 && batch.records > 0 {
        tx.run(
            sql!(
                "insert into delivery (id, connection_id, tool, started_at, ended_at, record_count, arrived_count, byte_count,
                    from_position, to_position)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
            ),
            args![
                batch.id, batch.connection, batch.tool, batch.started_at, now, batch.records, batch.arrived, batch.bytes, batch.from,
                batch.to
            ],
        )
        .await?;
    }
    Ok(moved == 1)
}

/// A tool flows from now on: marks where its first copy ends.
pub async fn begin_first_copy(
    tx: &mut Tx,
    id: ConnectionId,
    tool: Tool,
    head: i64,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "update connection_tool set first_copy_head = $3, connected_at = $4
              where connection_id = $1 and tool = $2 and connected_at is null"
        ),
        args![id, tool, head, now],
    )
    .await?;
    Ok(())
}

/// Notes that the first copy is complete; answers whether that is news.
pub async fn complete_first_copy(tx: &mut Tx, id: ConnectionId, tool: Tool, now: Timestamp) -> Result<bool> {
    let noted = tx
        .run(
            sql!(
                "update connection_tool set first_copy_complete_at = $3
                  where connection_id = $1 and tool = $2 and first_copy_complete_at is null and position >= first_copy_head"
            ),
            args![id, tool, now],
        )
        .await?;
    Ok(noted == 1)
}

/// Begins again from the start after the upstream answered *refresh required* (`FLO-01`).
pub async fn rewind(tx: &mut Tx, id: ConnectionId, tool: Tool) -> Result<()> {
    tx.run(
        sql!("update connection_tool set position = 0 where connection_id = $1 and tool = $2"),
        args![id, tool],
    )
    .await?;
    Ok(())
}
