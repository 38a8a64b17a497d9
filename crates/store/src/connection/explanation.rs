//! The revisions of one sheet number, as each side of a connection may look at them (`SEE-05`). Neither statement reads the other side's
//! drawings; upstream learns of a copy when it arrived, and nothing else.

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::revision::Status;
use sluice_domain::{ConnectionId, DrawingId, ProjectId, RevisionId};
use uuid::Uuid;

use crate::{Result, Session, args, record, sql};

record! {
    /// A copy.
    pub struct Copy {
        /// The drawing here.
        pub drawing_id: DrawingId,
        /// The revision upstream.
        pub upstream_id: Uuid,
        /// Number.
        pub number: String,
        /// Title.
        pub title: String,
        /// Area, by name.
        pub area_name: String,
        /// Revision.
        pub revision: String,
        /// Set, by name.
        pub set_name: String,
        /// Date of the set.
        pub set_date: Option<Date>,
        /// Published here.
        pub status: Status,
        /// When upstream published it.
        pub upstream_published_at: Option<Timestamp>,
        /// When it arrived.
        pub arrived_at: Option<Timestamp>,
        /// When it was published here.
        pub published_at: Option<Timestamp>,
        /// When it was deleted upstream, alone or with its drawing.
        pub deleted_upstream_at: Option<Timestamp>,
        /// Whether its stored file is damaged.
        pub damaged: bool,
    }
}

/// The copies of a number that came through a connection.
pub async fn copies(
    db: &mut Session,
    downstream: ProjectId,
    id: ConnectionId,
    sort_key: &str,
) -> Result<Vec<Copy>> {
    db.all(
        sql!(
            "select d.id as drawing_id, r.upstream_id, d.number, d.title, a.name as area_name, r.revision, s.name as set_name, s.set_date,
                    r.status, r.upstream_published_at, r.arrived_at, r.published_at, coalesce(r.deleted_upstream_at, d.deleted_upstream_at) as deleted_upstream_at,
                    (b.damaged_at is not null) as damaged
               from drawing d
               join drawing_area a on a.id = d.area_id
               join drawing_revision r on r.drawing_id = d.id and r.connection_id = d.connection_id
               join drawing_set s on s.id = r.set_id
               join blob b on b.sha256 = r.sha256
              where d.project_id = $1 and d.sort_key = $2 and d.connection_id = $3
              order by d.number, d.id, r.upstream_published_at, r.id"
        ),
        args![downstream, sort_key, id],
    )
    .await
}

record! {
    /// A revision of the upstream project.
    pub struct Original {
        /// The drawing.
        pub drawing_id: DrawingId,
        /// The revision.
        pub revision_id: RevisionId,
        /// Number.
        pub number: String,
        /// Title.
        pub title: String,
        /// Area, by name.
        pub area_name: String,
        /// Revision.
        pub revision: String,
        /// Set, by name.
        pub set_name: String,
        /// Date of the set.
        pub set_date: Option<Date>,
        /// Whether it is published.
        pub status: Status,
        /// When.
        pub published_at: Option<Timestamp>,
        /// When the drawing was deleted.
        pub drawing_deleted_at: Option<Timestamp>,
        /// When the revision was.
        pub revision_deleted_at: Option<Timestamp>,
        /// When it arrived downstream.
        pub arrived_at: Option<Timestamp>,
        /// Whether it did not fit there.
        pub parked: bool,
        /// Whether its stored file is damaged.
        pub damaged: bool,
    }
}

/// The upstream project's own revisions of a number, with when they arrived.
pub async fn originals(
    db: &mut Session,
    upstream: ProjectId,
    id: ConnectionId,
    sort_key: &str,
) -> Result<Vec<Original>> {
    db.all(
        sql!(
            "select d.id as drawing_id, r.id as revision_id, d.number, d.title, a.name as area_name, r.revision, s.name as set_name,
                    s.set_date, r.status, r.published_at, d.deleted_at as drawing_deleted_at, r.deleted_at as revision_deleted_at,
                    c.arrived_at, (b.damaged_at is not null) as damaged,
                    exists (select 1 from parked_record p where p.connection_id = $3 and p.record_id in (r.id, d.id)) as parked
               from drawing d
               join drawing_area a on a.id = d.area_id
               join drawing_revision r on r.drawing_id = d.id
               join drawing_set s on s.id = r.set_id
               join blob b on b.sha256 = r.sha256
               left join drawing_revision c on c.connection_id = $3 and c.upstream_id = r.id
              where d.project_id = $1 and d.sort_key = $2 and d.connection_id is null
              order by d.number, d.id, r.created_at, r.id"
        ),
        args![upstream, sort_key, id],
    )
    .await
}

/// Published revisions of a number, whether or not anybody has them: what may travel is judged by whoever asks.
pub async fn published(db: &mut Session, upstream: ProjectId, sort_key: &str) -> Result<Vec<Uuid>> {
    let rows: Vec<(Uuid,)> = db
        .all(
            sql!(
                "select r.id as value from drawing d join drawing_revision r on r.drawing_id = d.id
                  where d.project_id = $1 and d.sort_key = $2 and d.connection_id is null and r.status = 'published'"
            ),
            args![upstream, sort_key],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
