//! Records that did not fit, and wait to be tried again (`FLO-12`).

use jiff::Timestamp;
use sluice_domain::ConnectionId;
use sluice_domain::feed::Kind;
use uuid::Uuid;

use super::Delivering;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A parked record that is to be tried again.
    pub struct ParkedRow {
        /// Kind, by word.
        pub kind: String,
        /// The record upstream.
        pub record_id: Uuid,
        /// Tries so far.
        pub attempts: i64,
        /// When to try again.
        pub retry_at: Timestamp,
        /// Which sheet it is: its number, as it was offered.
        pub label: String,
        /// The drawing upstream.
        pub upstream_drawing_id: Option<Uuid>,
    }
}

/// Parks a record with why; its position moves on (`FLO-12`).
pub async fn park(
    tx: &mut Tx,
    proof: &Delivering,
    record: &ParkedRow,
    detail: &str,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into parked_record (connection_id, kind, record_id, code, detail, attempts, parked_at, retry_at, label,
                    upstream_drawing_id)
             values ($1, $2, $3, 'conflict', $4, $5, $6, $7, $8, $9)
             on conflict (connection_id, kind, record_id) do update set detail = excluded.detail, attempts = excluded.attempts,
                retry_at = excluded.retry_at"
        ),
        args![
            proof.row.id,
            &record.kind,
            record.record_id,
            detail,
            record.attempts,
            now,
            record.retry_at,
            record.label.clone(),
            record.upstream_drawing_id
        ],
    )
    .await?;
    Ok(())
}

/// Takes records out of the parking place after they were applied.
pub async fn unpark(tx: &mut Tx, proof: &Delivering, record: Uuid) -> Result<()> {
    tx.run(
        sql!("delete from parked_record where connection_id = $1 and record_id = $2"),
        args![proof.row.id, record],
    )
    .await?;
    Ok(())
}

/// Forgets what is parked of some kinds: the tool whose they are is taken back.
pub async fn forget_parked(tx: &mut Tx, proof: &Delivering, kinds: &[Kind]) -> Result<()> {
    for kind in kinds {
        tx.run(
            sql!("delete from parked_record where connection_id = $1 and kind = $2"),
            args![proof.row.id, *kind],
        )
        .await?;
    }
    Ok(())
}

/// Parked records of a connection, those due first.
pub async fn parked(db: &mut Session, id: ConnectionId) -> Result<Vec<ParkedRow>> {
    db.all(
        sql!(
            "select kind, record_id, attempts, retry_at, label, upstream_drawing_id from parked_record
              where connection_id = $1 order by retry_at, record_id"
        ),
        args![id],
    )
    .await
}

/// The drawings upstream of which something is parked.
pub async fn parked_drawings(db: &mut Session, id: ConnectionId) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = db
        .all(
            sql!(
                "select distinct upstream_drawing_id as value from parked_record
                  where connection_id = $1 and upstream_drawing_id is not null order by upstream_drawing_id"
            ),
            args![id],
        )
        .await?;
    Ok(rows.into_iter().map(|(drawing,)| drawing).collect())
}
