//! What the database knows of stored bytes: when each blob was last checked against its hash, and which are damaged (`SEE-06`).

use jiff::Timestamp;
use sluice_domain::{ConnectionId, ProjectId};

use crate::{Result, Session, Sha256, Tx, args, record, sql};

record! {
    /// A blob that is to be checked.
    pub struct Due {
        /// Which.
        pub sha256: Sha256,
        /// Its length.
        pub byte_count: i64,
        /// When its bytes were put in place.
        pub stored_at: Timestamp,
        /// Since when it is known to be damaged.
        pub damaged_at: Option<Timestamp>,
    }
}

/// Blobs that nobody checked since a time, those longest unchecked first; damaged ones that nobody checked since another, before them.
pub async fn due(
    db: &mut Session,
    since: Timestamp,
    damaged_since: Timestamp,
    limit: i64,
) -> Result<Vec<Due>> {
    let mut due: Vec<Due> = db
        .all(
            sql!(
                "select sha256, byte_count, stored_at, damaged_at from blob
                  where damaged_at is not null and coalesce(checked_at, stored_at) <= $1 order by coalesce(checked_at, stored_at) limit $2"
            ),
            args![damaged_since, limit],
        )
        .await?;
    due.extend(
        db.all::<Due>(
            sql!(
                "select sha256, byte_count, stored_at, damaged_at from blob
                  where coalesce(checked_at, stored_at) <= $1 and damaged_at is null order by coalesce(checked_at, stored_at) limit $2"
            ),
            args![since, limit],
        )
        .await?,
    );
    Ok(due)
}

/// One blob.
pub async fn get(db: &mut Session, sha256: Sha256) -> Result<Option<Due>> {
    db.maybe(
        sql!("select sha256, byte_count, stored_at, damaged_at from blob where sha256 = $1"),
        args![sha256],
    )
    .await
}

/// Notes what a check found; nothing where the bytes were put in place anew meanwhile. Answers whether that is news.
pub async fn note_checked(tx: &mut Tx, seen: &Due, sound: bool, now: Timestamp) -> Result<bool> {
    let noted = tx
        .run(
            sql!(
                "update blob set checked_at = $3, damaged_at = case when $4 then null else coalesce(damaged_at, $3) end
                  where sha256 = $1 and stored_at = $2"
            ),
            args![seen.sha256, seen.stored_at, now, sound],
        )
        .await?;
    Ok(noted == 1 && sound == seen.damaged_at.is_some())
}

/// Notes that sound bytes were put in place: a check that read the ones before says nothing of them.
pub async fn note_sound(tx: &mut Tx, sha256: Sha256, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("update blob set stored_at = $2, checked_at = $2, damaged_at = null where sha256 = $1"),
        args![sha256, now],
    )
    .await?;
    Ok(())
}

/// The damaged blobs, first 1,000: there should be none.
pub async fn damaged(db: &mut Session) -> Result<Vec<Sha256>> {
    let rows: Vec<(Sha256,)> = db
        .all(
            sql!(
                "select sha256 as value from blob where damaged_at is not null order by damaged_at limit 1000"
            ),
            args![],
        )
        .await?;
    Ok(rows.into_iter().map(|(sha256,)| sha256).collect())
}

record! {
    /// A copied sheet whose bytes are concerned.
    pub struct Concerned {
        /// It came through this connection.
        pub connection_id: ConnectionId,
        /// Number.
        pub number: String,
    }
}

/// The copied sheets that refer to a blob.
pub async fn copies_of(db: &mut Session, sha256: Sha256) -> Result<Vec<Concerned>> {
    db.all(
        // cross-tenant: whoever has a copy of these bytes is told in the history of its own connection
        sql!(
            "select distinct r.connection_id, d.number from drawing_revision r join drawing d on d.id = r.drawing_id
              where r.sha256 = $1 and r.connection_id is not null order by r.connection_id, d.number"
        ),
        args![sha256],
    )
    .await
}

/// The projects whose log shows a blob.
pub async fn projects_of(db: &mut Session, sha256: Sha256) -> Result<Vec<ProjectId>> {
    let rows: Vec<(ProjectId,)> = db
        .all(
            // cross-tenant: each project's own log changes
            sql!("select distinct project_id as value from drawing_revision where sha256 = $1 order by project_id"),
            args![sha256],
        )
        .await?;
    Ok(rows.into_iter().map(|(project,)| project).collect())
}

record! {
    /// How many sheets of a connection are damaged.
    pub struct DamagedCopies {
        /// The connection.
        pub connection_id: ConnectionId,
        /// Copies.
        pub copies: i64,
    }
}

/// How many copies of these connections are damaged; those without any are not named.
pub async fn damaged_copies(db: &mut Session, connections: &[ConnectionId]) -> Result<Vec<DamagedCopies>> {
    db.all_in(
        "select r.connection_id, count(*) as copies from blob b join drawing_revision r on r.sha256 = b.sha256
          where b.damaged_at is not null and r.connection_id",
        args![],
        connections.iter().map(|id| crate::row::Arg::from(*id)).collect(),
        "group by r.connection_id",
    )
    .await
}
