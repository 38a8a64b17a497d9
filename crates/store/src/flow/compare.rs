//! Copies as they are stored, to be compared with what upstream offers (`SEE-06`).

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::feed::drawings::Kind;
use sluice_domain::{ConnectionId, DrawingId};
use uuid::Uuid;

use super::{Delivering, keys};
use crate::connection::ConnectionRow;
use crate::{Result, Session, Sha256, Tx, args, record, sql};

record! {
    /// An area.
    pub struct StoredArea {
        /// Upstream.
        pub upstream_id: Uuid,
        /// The version it was copied from.
        pub upstream_version: i64,
        /// Name here.
        pub name: String,
        /// Description.
        pub description: String,
        /// Whether it is in the project it was copied into.
        pub in_place: bool,
    }
}

record! {
    /// A set.
    pub struct StoredSet {
        /// Upstream.
        pub upstream_id: Uuid,
        /// The version it was copied from.
        pub upstream_version: i64,
        /// Name.
        pub name: String,
        /// Date.
        pub set_date: Option<Date>,
        /// Whether it is in the project it was copied into.
        pub in_place: bool,
    }
}

record! {
    /// A drawing.
    pub struct StoredDrawing {
        /// Here.
        pub id: DrawingId,
        /// Upstream.
        pub upstream_id: Uuid,
        /// The version it was copied from.
        pub upstream_version: i64,
        /// Number.
        pub number: String,
        /// Its sort key.
        pub sort_key: String,
        /// Title; where one is held back, that.
        pub title: String,
        /// Obsolete mark.
        pub obsolete: bool,
        /// When it was deleted upstream.
        pub deleted_upstream_at: Option<Timestamp>,
        /// Its area upstream; null where it stands in one that did not come with it.
        pub area_upstream_id: Option<Uuid>,
        /// Its discipline, by name.
        pub discipline_name: Option<String>,
        /// Whether it is in the project it was copied into, and there.
        pub in_place: bool,
    }
}

record! {
    /// A revision.
    pub struct StoredRevision {
        /// Of this drawing here.
        pub drawing_id: DrawingId,
        /// Upstream.
        pub upstream_id: Uuid,
        /// The version it was copied from.
        pub upstream_version: i64,
        /// Its drawing upstream.
        pub drawing_upstream_id: Option<Uuid>,
        /// Its set upstream.
        pub set_upstream_id: Option<Uuid>,
        /// Text.
        pub revision: String,
        /// Date on the sheet.
        pub drawing_date: Option<Date>,
        /// Date received.
        pub received_date: Option<Date>,
        /// Manual order.
        pub manual_order: Option<i64>,
        /// When it was published upstream.
        pub upstream_published_at: Option<Timestamp>,
        /// When it was deleted upstream, on its own.
        pub deleted_upstream_at: Option<Timestamp>,
        /// Its bytes.
        pub sha256: Sha256,
        /// Their size.
        pub byte_count: i64,
        /// Whether it is in the project it was copied into, and there.
        pub in_place: bool,
        /// Whether the company holds a reference of its own to the bytes.
        pub held: bool,
        /// Whether the company has a picture of them.
        pub pictured: bool,
    }
}

/// Those of these areas that came through a connection.
pub async fn areas(db: &mut Session, of: &ConnectionRow, ids: &[Uuid]) -> Result<Vec<StoredArea>> {
    db.all_in(
        "select upstream_id, upstream_version, name, description, (project_id = $2) as in_place
           from drawing_area where connection_id = $1 and upstream_id",
        args![of.id, of.downstream_project_id],
        keys(ids),
        "",
    )
    .await
}

/// Those of these sets that came through a connection.
pub async fn sets(db: &mut Session, of: &ConnectionRow, ids: &[Uuid]) -> Result<Vec<StoredSet>> {
    db.all_in(
        "select upstream_id, upstream_version, name, set_date, (project_id = $2) as in_place
           from drawing_set where connection_id = $1 and upstream_id",
        args![of.id, of.downstream_project_id],
        keys(ids),
        "",
    )
    .await
}

/// Those of these drawings that came through a connection.
pub async fn drawings(db: &mut Session, of: &ConnectionRow, ids: &[Uuid]) -> Result<Vec<StoredDrawing>> {
    db.all_in(
        "select d.id, d.upstream_id, d.upstream_version, d.number, d.sort_key,
                coalesce(d.held_title, d.title) as title, d.obsolete, d.deleted_upstream_at,
                a.upstream_id as area_upstream_id, i.name as discipline_name,
                (d.project_id = $2 and d.deleted_at is null) as in_place
           from drawing d
           left join drawing_area a on a.id = d.area_id and a.connection_id = d.connection_id
           left join discipline i on i.id = d.discipline_id and i.project_id = d.project_id
          where d.connection_id = $1 and d.upstream_id",
        args![of.id, of.downstream_project_id],
        keys(ids),
        "",
    )
    .await
}

/// Those of these revisions that came through a connection.
pub async fn revisions(db: &mut Session, of: &ConnectionRow, ids: &[Uuid]) -> Result<Vec<StoredRevision>> {
    db.all_in(
        "select r.drawing_id, r.upstream_id, r.upstream_version, d.upstream_id as drawing_upstream_id, s.upstream_id as set_upstream_id,
                r.revision, r.drawing_date, r.received_date, r.manual_order, r.upstream_published_at, r.deleted_upstream_at,
                r.sha256, r.byte_count,
                (r.project_id = $2 and r.deleted_at is null) as in_place,
                exists (select 1 from blob_reference b where b.company_id = $3 and b.sha256 = r.sha256) as held,
                exists (select 1 from preview v where v.company_id = $3 and v.sha256 = r.sha256) as pictured
           from drawing_revision r
           left join drawing d on d.id = r.drawing_id and d.connection_id = r.connection_id
           left join drawing_set s on s.id = r.set_id and s.connection_id = r.connection_id
          where r.connection_id = $1 and r.upstream_id",
        args![of.id, of.downstream_project_id, of.downstream_company_id],
        keys(ids),
        "",
    )
    .await
}

/// How many copies there are.
pub async fn count(db: &mut Session, id: ConnectionId) -> Result<i64> {
    db.value(
        sql!(
            "select (select count(*) from drawing_area where connection_id = $1) + (select count(*) from drawing_set where connection_id = $1)
                  + (select count(*) from drawing where connection_id = $1)
                  + (select count(*) from drawing_revision where connection_id = $1) as value"
        ),
        args![id],
    )
    .await
}

/// Upstream ids of copies after one of them, in order.
pub async fn upstream_ids(db: &mut Session, id: ConnectionId, after: Uuid, limit: i64) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = db
        .all(
            sql!(
                "select upstream_id as value from drawing_area where connection_id = $1 and upstream_id > $2
                 union select upstream_id from drawing_set where connection_id = $1 and upstream_id > $2
                 union select upstream_id from drawing where connection_id = $1 and upstream_id > $2
                 union select upstream_id from drawing_revision where connection_id = $1 and upstream_id > $2
                 order by value limit $3"
            ),
            args![id, after, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Offers parked records anew at once (`FLO-12`).
pub async fn retry_parked(tx: &mut Tx, id: ConnectionId, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("update parked_record set retry_at = $2 where connection_id = $1 and retry_at > $2"),
        args![id, now],
    )
    .await?;
    Ok(())
}

/// Lets what is written next win, whatever version the copies of these records claim to have, and puts them back where they belong.
pub async fn forget_versions(tx: &mut Tx, proof: &Delivering, records: &[(Kind, Uuid)]) -> Result<()> {
    for (kind, record) in records {
        let sql = match kind {
            Kind::Area => sql!(
                "update drawing_area set upstream_version = 0, project_id = $3 where connection_id = $1 and upstream_id = $2"
            ),
            Kind::Set => sql!(
                "update drawing_set set upstream_version = 0, project_id = $3 where connection_id = $1 and upstream_id = $2"
            ),
            Kind::Drawing => sql!(
                "update drawing set upstream_version = 0, project_id = $3, deleted_at = null where connection_id = $1 and upstream_id = $2"
            ),
            Kind::Revision => sql!(
                "update drawing_revision set upstream_version = 0, project_id = $3, deleted_at = null
                  where connection_id = $1 and upstream_id = $2"
            ),
            Kind::Discipline => continue,
        };
        let connection = proof.connection();
        tx.run(sql, args![connection.id, *record, connection.downstream_project_id]).await?;
    }
    Ok(())
}
