//! What an upstream project offers, read set by set: the columns that travel, and what a first copy would bring.

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::revision::Status;
use sluice_domain::{AreaId, CompanyId, DisciplineId, DrawingId, ProjectId, RevisionId, SetId};
use uuid::Uuid;

use super::keys;
use crate::{Result, Session, Sha256, args, record, sql};

record! {
    /// An area as it is offered.
    pub struct OfferedArea {
        /// Which.
        pub id: AreaId,
        /// Its version.
        pub version: i64,
        /// Name.
        pub name: String,
        /// Description.
        pub description: String,
        /// The one that always exists.
        pub is_default: bool,
        /// Published revisions in it.
        pub published_count: i64,
    }
}

record! {
    /// A set as it is offered.
    pub struct OfferedSet {
        /// Which.
        pub id: SetId,
        /// Its version.
        pub version: i64,
        /// Name.
        pub name: String,
        /// Date.
        pub set_date: Option<Date>,
        /// Published revisions in it.
        pub published_count: i64,
    }
}

record! {
    /// A discipline as it is offered.
    pub struct OfferedDiscipline {
        /// Which.
        pub id: DisciplineId,
        /// Its version.
        pub version: i64,
        /// Name.
        pub name: String,
        /// Place in the order.
        pub position: i64,
        /// Published revisions in it.
        pub published_count: i64,
    }
}

record! {
    /// A drawing as it is offered, with what it stands in.
    pub struct OfferedDrawing {
        /// Which.
        pub id: DrawingId,
        /// Its version.
        pub version: i64,
        /// Number as printed.
        pub number: String,
        /// Its sort key.
        pub sort_key: String,
        /// Title.
        pub title: String,
        /// Obsolete mark.
        pub obsolete: bool,
        /// Deleted.
        pub deleted_at: Option<Timestamp>,
        /// Published revisions.
        pub published_count: i64,
        /// Its area …
        pub area_id: AreaId,
        /// … version
        pub area_version: i64,
        /// … name
        pub area_name: String,
        /// … description
        pub area_description: String,
        /// … whether it is the one that always exists.
        pub area_is_default: bool,
        /// Its discipline …
        pub discipline_id: DisciplineId,
        /// … version
        pub discipline_version: i64,
        /// … name
        pub discipline_name: String,
        /// … place in the order.
        pub discipline_position: i64,
        /// Its current revision …
        pub current_revision_id: Option<RevisionId>,
        /// … and the title printed on that.
        pub current_title: Option<String>,
    }
}

record! {
    /// A revision as it is offered, with its set and its picture.
    pub struct OfferedRevision {
        /// Which.
        pub id: RevisionId,
        /// Of this drawing.
        pub drawing_id: DrawingId,
        /// Its version.
        pub version: i64,
        /// Text.
        pub revision: String,
        /// Date on the sheet.
        pub drawing_date: Option<Date>,
        /// Date received.
        pub received_date: Option<Date>,
        /// Manual order.
        pub manual_order: Option<i64>,
        /// Status.
        pub status: Status,
        /// When it was published.
        pub published_at: Option<Timestamp>,
        /// Deleted.
        pub deleted_at: Option<Timestamp>,
        /// Its bytes.
        pub sha256: Sha256,
        /// Their size.
        pub byte_count: i64,
        /// Its set …
        pub set_id: SetId,
        /// … version
        pub set_version: i64,
        /// … name
        pub set_name: String,
        /// … date.
        pub set_date: Option<Date>,
        /// Width, points; null where there is no picture.
        pub width_pt: Option<f64>,
        /// Height, points.
        pub height_pt: Option<f64>,
        /// Width, pixels.
        pub pixel_width: Option<i64>,
        /// Height, pixels.
        pub pixel_height: Option<i64>,
        /// Side of a tile.
        pub tile_size: Option<i64>,
        /// Levels of the pyramid.
        pub level_count: Option<i64>,
    }
}
/// Areas of a project.
pub async fn offered_areas(db: &mut Session, project: ProjectId, ids: &[Uuid]) -> Result<Vec<OfferedArea>> {
    db.all_in(
        "select a.id, a.version, a.name, a.description, a.is_default,
                (select count(*) from drawing_revision r join drawing d on d.id = r.drawing_id
                  where d.area_id = a.id and r.status = 'published') as published_count
           from drawing_area a where a.project_id = $1 and a.id",
        args![project],
        keys(ids),
        "",
    )
    .await
}

/// Sets of a project.
pub async fn offered_sets(db: &mut Session, project: ProjectId, ids: &[Uuid]) -> Result<Vec<OfferedSet>> {
    db.all_in(
        "select s.id, s.version, s.name, s.set_date,
                (select count(*) from drawing_revision r where r.set_id = s.id and r.status = 'published') as published_count
           from drawing_set s where s.project_id = $1 and s.id",
        args![project],
        keys(ids),
        "",
    )
    .await
}

/// Disciplines of a project.
pub async fn offered_disciplines(
    db: &mut Session,
    project: ProjectId,
    ids: &[Uuid],
) -> Result<Vec<OfferedDiscipline>> {
    db.all_in(
        "select i.id, i.version, i.name, i.position,
                (select count(*) from drawing_revision r join drawing d on d.id = r.drawing_id
                  where d.discipline_id = i.id and r.status = 'published') as published_count
           from discipline i where i.project_id = $1 and i.id",
        args![project],
        keys(ids),
        "",
    )
    .await
}

/// Drawings of a project.
pub async fn offered_drawings(
    db: &mut Session,
    project: ProjectId,
    ids: &[Uuid],
) -> Result<Vec<OfferedDrawing>> {
    db.all_in(
        "select d.id, d.version, d.number, d.sort_key, d.title, d.obsolete, d.deleted_at,
                (select count(*) from drawing_revision r where r.drawing_id = d.id and r.status = 'published') as published_count,
                a.id as area_id, a.version as area_version, a.name as area_name, a.description as area_description,
                a.is_default as area_is_default, i.id as discipline_id, i.version as discipline_version,
                i.name as discipline_name, i.position as discipline_position, d.current_revision_id, u.title as current_title
           from drawing d
           join drawing_area a on a.id = d.area_id
           join discipline i on i.id = d.discipline_id
           left join drawing_revision u on u.id = d.current_revision_id
          where d.project_id = $1 and d.id",
        args![project],
        keys(ids),
        "",
    )
    .await
}

/// Revisions of a project, with the pictures that its company has of them.
pub async fn offered_revisions(
    db: &mut Session,
    company: CompanyId,
    project: ProjectId,
    ids: &[Uuid],
) -> Result<Vec<OfferedRevision>> {
    db.all_in(
        "select r.id, r.drawing_id, r.version, r.revision, r.drawing_date, r.received_date, r.manual_order, r.status,
                r.published_at, r.deleted_at, r.sha256, r.byte_count,
                s.id as set_id, s.version as set_version, s.name as set_name, s.set_date,
                v.width_pt, v.height_pt, v.pixel_width, v.pixel_height, v.tile_size, v.level_count
           from drawing_revision r
           join drawing_set s on s.id = r.set_id
           left join preview v on v.company_id = $1 and v.sha256 = r.sha256
          where r.project_id = $2 and r.id",
        args![company, project],
        keys(ids),
        "",
    )
    .await
}

record! {
    /// What a first copy would bring, in all.
    pub struct Arrival {
        /// Drawings.
        pub sheets: i64,
        /// Their published revisions.
        pub revisions: i64,
        /// Bytes of those.
        pub bytes: i64,
    }
}

record! {
    /// Drawings of one area or discipline.
    pub struct Share {
        /// The area or discipline.
        pub name: String,
        /// Records in it.
        pub records: i64,
    }
}

/// What would arrive: in all, by area, by discipline (`CON-15`).
pub async fn would_arrive(db: &mut Session, project: ProjectId) -> Result<(Arrival, Vec<Share>, Vec<Share>)> {
    let total = db
        .one(
            sql!(
                "select count(distinct r.drawing_id) as sheets, count(*) as revisions, cast(coalesce(sum(r.byte_count), 0) as bigint) as bytes
                   from drawing_revision r join drawing d on d.id = r.drawing_id
                  where r.project_id = $1 and r.status = 'published' and r.deleted_at is null and d.deleted_at is null"
            ),
            args![project],
        )
        .await?;
    let areas = db
        .all(
            sql!(
                "select a.name, count(*) as records from drawing d join drawing_area a on a.id = d.area_id
                  where d.project_id = $1 and d.deleted_at is null and d.current_revision_id is not null
                  group by a.name order by a.name"
            ),
            args![project],
        )
        .await?;
    let disciplines = db
        .all(
            sql!(
                "select i.name, count(*) as records from drawing d join discipline i on i.id = d.discipline_id
                  where d.project_id = $1 and d.deleted_at is null and d.current_revision_id is not null
                  group by i.name, i.position order by i.position, i.name"
            ),
            args![project],
        )
        .await?;
    Ok((total, areas, disciplines))
}
