//! The feed of a project: one thin entry per record, moved to the end at each change (`FLO-01`).
//!
//! The position is allotted by updating the head's row, which stays locked until the commit: no reader can pass an entry that is not committed yet.

use jiff::Timestamp;
use sluice_domain::ProjectId;
use sluice_domain::feed::Kind;
use uuid::Uuid;

use crate::row::Arg;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// An entry: that something about a record is different since `version`.
    pub struct Entry {
        /// Place in the feed.
        pub position: i64,
        /// What it is about, by word.
        pub kind: String,
        /// The record.
        pub record_id: Uuid,
        /// Its version when the entry was made.
        pub version: i64,
        /// When.
        pub at: Timestamp,
    }
}

record! {
    /// The ends of a feed.
    pub struct Head {
        /// Position of the newest entry; 0 where there is none.
        pub head: i64,
        /// Entries up to here may be missing: a reader further behind has to refresh.
        pub kept_from: i64,
    }
}

/// Appends an entry for each record, in order. Answers the new head.
pub async fn append(
    tx: &mut Tx,
    project: ProjectId,
    records: &[(Kind, Uuid, i64)],
    now: Timestamp,
) -> Result<i64> {
    let count = i64::try_from(records.len()).unwrap_or(i64::MAX);
    let head: i64 = tx
        .value(
            sql!("update feed_head set head = head + $2 where project_id = $1 returning head as value"),
            args![project, count],
        )
        .await?;
    let rows =
        records.iter().zip(head - count + 1..).map(|((kind, record, version), position)| -> Vec<Arg> {
            args![project, position, *kind, *record, *version, now]
        });
    tx.insert_many(
        "insert into feed (project_id, position, kind, record_id, version, at)",
        "on conflict (project_id, kind, record_id) do update set position = excluded.position, version = excluded.version, at = excluded.at",
        rows.collect(),
    )
    .await?;
    Ok(head)
}

/// Entries after a position, in order.
pub async fn after(db: &mut Session, project: ProjectId, position: i64, limit: i64) -> Result<Vec<Entry>> {
    db.all(
        sql!(
            "select position, kind, record_id, version, at from feed
              where project_id = $1 and position > $2 order by position limit $3"
        ),
        args![project, position, limit],
    )
    .await
}

/// The entries of these records, in order; a record that was never offered has none.
pub async fn of_records(db: &mut Session, project: ProjectId, records: &[Uuid]) -> Result<Vec<Entry>> {
    let mut entries: Vec<Entry> = db
        .all_in(
            "select position, kind, record_id, version, at from feed where project_id = $1 and record_id",
            args![project],
            records.iter().map(|record| Arg::from(*record)).collect(),
            "",
        )
        .await?;
    entries.sort_unstable_by_key(|entry| entry.position);
    Ok(entries)
}

/// How many entries of a kind stand after a position.
pub async fn waiting(db: &mut Session, project: ProjectId, position: i64, kind: Kind) -> Result<i64> {
    db.value(
        sql!("select count(*) as value from feed where project_id = $1 and position > $2 and kind = $3"),
        args![project, position, kind],
    )
    .await
}

/// The ends of the feed.
pub async fn head(db: &mut Session, project: ProjectId) -> Result<Head> {
    db.one(sql!("select head, kept_from from feed_head where project_id = $1"), args![project]).await
}
