//! Both ends of the flow: what an upstream project offers, read set by set; and how copies are written downstream.
//!
//! Writers take a [`Delivering`], which only [`deliver`] makes, after locking the connection and seeing that it is live (`DIS-04`).
//!
//! Long because: what is offered and how it is written are two sides of the same columns.

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::connection::State;
use sluice_domain::permission::Tool;
use sluice_domain::revision::Status;
use sluice_domain::{AreaId, CompanyId, ConnectionId, DisciplineId, DrawingId, ProjectId, RevisionId, SetId};
use uuid::Uuid;

use crate::connection::ConnectionRow;
use crate::row::Arg;
use crate::{Result, Session, Sha256, Tx, args, connection, record, reference, sql};

pub mod undo;

pub mod known;
pub mod news;

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

fn keys(ids: &[Uuid]) -> Vec<Arg> {
    ids.iter().map(|id| Arg::from(*id)).collect()
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

/// Proof that a connection is live and locked until the end of the transaction.
#[derive(Debug)]
pub struct Delivering {
    row: ConnectionRow,
}

impl Delivering {
    /// The connection.
    pub const fn connection(&self) -> &ConnectionRow {
        &self.row
    }
}

/// Locks both projects against changes of their state, then the connection, and reads it again: no proof unless it is live (`DIS-04`).
pub async fn deliver(tx: &mut Tx, seen: &ConnectionRow) -> Result<Option<Delivering>> {
    tx.lock(
        "select id from project where id in ($1, $2) order by id for share",
        args![seen.upstream_project_id, seen.downstream_project_id],
    )
    .await?;
    let row = connection::get_locked(tx, seen.id).await?;
    Ok(row.filter(|row| row.connection().is_connected()).map(|row| Delivering { row }))
}

/// A discipline as it is written here: one that this connection added, never a local one (`DRF-05`).
#[derive(Debug)]
pub struct DisciplineCopy {
    /// Here.
    pub id: DisciplineId,
    /// Its name here.
    pub name: String,
    /// As offered.
    pub offered: OfferedDiscipline,
}

/// Writes disciplines that came with copies: name and order as they are upstream (`DRF-01`). Local ones keep theirs (`DRF-05`).
pub async fn write_disciplines(
    tx: &mut Tx,
    proof: &Delivering,
    disciplines: &[DisciplineCopy],
) -> Result<u64> {
    // Names may have changed places: nobody holds one while they are given out.
    for copy in disciplines {
        tx.run(
            sql!("update discipline set name = $3 where id = $1 and connection_id = $2"),
            args![copy.id, proof.row.id, copy.id.to_string()],
        )
        .await?;
    }
    let rows = disciplines.iter().map(|copy| {
        args![
            copy.id,
            proof.row.downstream_project_id,
            copy.name.clone(),
            copy.offered.position,
            proof.row.id,
            copy.offered.id,
            copy.offered.version
        ]
    });
    tx.insert_many(
        "insert into discipline (id, project_id, name, position, connection_id, upstream_id, upstream_version)",
        "on conflict (id) do update set name = excluded.name, position = excluded.position, upstream_id = excluded.upstream_id,
            upstream_version = excluded.upstream_version, version = discipline.version + 1",
        rows.collect(),
    )
    .await
}

/// Writes areas: new ones are added, older versions brought up to date. `(id here, offered, name here)`.
pub async fn write_areas(
    tx: &mut Tx,
    proof: &Delivering,
    areas: Vec<(Uuid, OfferedArea, String)>,
) -> Result<u64> {
    let rows = areas.into_iter().map(|(id, area, name)| {
        args![
            id,
            proof.row.downstream_project_id,
            name,
            area.description,
            proof.row.id,
            area.id,
            area.version
        ]
    });
    tx.insert_many(
        "insert into drawing_area (id, project_id, name, description, connection_id, upstream_id, upstream_version)",
        "on conflict (connection_id, upstream_id) do update set name = excluded.name, description = excluded.description,
            upstream_version = excluded.upstream_version, version = drawing_area.version + 1
          where excluded.upstream_version > drawing_area.upstream_version",
        rows.collect(),
    )
    .await
}

/// Writes sets, like [`write_areas`].
pub async fn write_sets(
    tx: &mut Tx,
    proof: &Delivering,
    sets: Vec<(Uuid, OfferedSet)>,
    now: Timestamp,
) -> Result<u64> {
    let rows = sets.into_iter().map(|(id, set)| {
        args![
            id,
            proof.row.downstream_project_id,
            set.name,
            set.set_date,
            now,
            proof.row.id,
            set.id,
            set.version
        ]
    });
    tx.insert_many(
        "insert into drawing_set (id, project_id, name, set_date, created_at, connection_id, upstream_id, upstream_version)",
        "on conflict (connection_id, upstream_id) do update set name = excluded.name, set_date = excluded.set_date,
            upstream_version = excluded.upstream_version, version = drawing_set.version + 1
          where excluded.upstream_version > drawing_set.upstream_version",
        rows.collect(),
    )
    .await
}

/// A drawing as it is written here.
#[derive(Debug)]
pub struct DrawingCopy {
    /// Here.
    pub id: Uuid,
    /// Its area here.
    pub area: Uuid,
    /// Its discipline here.
    pub discipline: DisciplineId,
    /// The title to be shown while the offered one waits for the revision it came with; `None` shows the offered one.
    pub title: Option<String>,
    /// As offered.
    pub offered: OfferedDrawing,
}

/// Writes drawings: new ones are added, older versions brought up to date; one that was deleted upstream and is offered again is restored
/// (`DRF-07`).
pub async fn write_drawings(
    tx: &mut Tx,
    proof: &Delivering,
    drawings: Vec<DrawingCopy>,
    now: Timestamp,
) -> Result<u64> {
    let rows = drawings.into_iter().map(|copy| {
        let drawing = copy.offered;
        let (title, held, held_for) = match copy.title {
            Some(title) => (title, Some(drawing.title), drawing.current_revision_id),
            None => (drawing.title, None, None),
        };
        args![
            copy.id,
            proof.row.downstream_project_id,
            copy.area,
            copy.discipline,
            drawing.number,
            drawing.sort_key,
            title,
            drawing.obsolete,
            now,
            proof.row.id,
            drawing.id,
            drawing.version,
            now,
            held,
            held_for,
            &proof.row.upstream_company_name,
            &proof.row.upstream_project_name
        ]
    });
    tx.insert_many(
        "insert into drawing (id, project_id, area_id, discipline_id, number, sort_key, title, obsolete, created_at,
            connection_id, upstream_id, upstream_version, arrived_at, held_title, held_for, origin_company, origin_project)",
        "on conflict (connection_id, upstream_id) do update set area_id = excluded.area_id, discipline_id = excluded.discipline_id,
            number = excluded.number, sort_key = excluded.sort_key, title = excluded.title, obsolete = excluded.obsolete,
            held_title = excluded.held_title, held_for = excluded.held_for,
            upstream_version = excluded.upstream_version, deleted_upstream_at = null, kept_in_log = false, version = drawing.version + 1
          where excluded.upstream_version > drawing.upstream_version",
        rows.collect(),
    )
    .await
}

/// A revision as it is written here.
#[derive(Debug)]
pub struct RevisionCopy {
    /// Here.
    pub id: Uuid,
    /// Its drawing here.
    pub drawing: Uuid,
    /// Its set here.
    pub set: Uuid,
    /// Lands as this; an earlier copy keeps its status.
    pub status: Status,
    /// To be published as soon as its connection can no longer be undone.
    pub publish_when_settled: bool,
    /// As offered.
    pub offered: OfferedRevision,
}

/// Writes revisions with the company's references to their bytes and pictures (`FLO-04`): new ones are added, older versions brought up to date.
pub async fn write_revisions(
    tx: &mut Tx,
    proof: &Delivering,
    revisions: Vec<RevisionCopy>,
    now: Timestamp,
) -> Result<u64> {
    let company = proof.row.downstream_company_id;
    let hashes: Vec<Sha256> = revisions.iter().map(|copy| copy.offered.sha256).collect();
    reference::take(tx, company, &hashes, now).await?;
    let pictures = revisions.iter().filter(|copy| copy.offered.level_count.is_some()).map(|copy| {
        let offered = &copy.offered;
        args![
            company,
            offered.sha256,
            offered.width_pt,
            offered.height_pt,
            offered.pixel_width,
            offered.pixel_height,
            offered.tile_size,
            offered.level_count
        ]
    });
    tx.insert_many(
        "insert into preview (company_id, sha256, width_pt, height_pt, pixel_width, pixel_height, tile_size, level_count)",
        "on conflict (company_id, sha256) do nothing",
        pictures.collect(),
    )
    .await?;
    let rows = revisions.into_iter().map(|copy| {
        let revision = copy.offered;
        let published_at = (copy.status == Status::Published).then_some(now);
        args![
            copy.id,
            proof.row.downstream_project_id,
            copy.drawing,
            copy.set,
            revision.revision,
            revision.drawing_date,
            revision.received_date,
            revision.manual_order,
            copy.status,
            revision.sha256,
            revision.byte_count,
            now,
            published_at,
            proof.row.id,
            revision.id,
            revision.version,
            revision.published_at,
            now,
            copy.publish_when_settled
        ]
    });
    tx.insert_many(
        "insert into drawing_revision (id, project_id, drawing_id, set_id, revision, drawing_date, received_date, manual_order,
            status, sha256, byte_count, created_at, published_at, connection_id, upstream_id, upstream_version,
            upstream_published_at, arrived_at, publish_when_settled)",
        "on conflict (connection_id, upstream_id) do update set set_id = excluded.set_id, revision = excluded.revision,
            drawing_date = excluded.drawing_date, received_date = excluded.received_date, manual_order = excluded.manual_order,
            upstream_version = excluded.upstream_version, deleted_upstream_at = null, version = drawing_revision.version + 1
          where excluded.upstream_version > drawing_revision.upstream_version",
        rows.collect(),
    )
    .await
}

/// What was deleted upstream: the record, its version then, and when.
pub type Gone = (Uuid, i64, Timestamp);

fn gone_rows(proof: &Delivering, gone: &[Gone]) -> Vec<Vec<Arg>> {
    gone.iter().map(|(upstream_id, version, at)| args![proof.row.id, *upstream_id, *version, *at]).collect()
}

/// Marks copies of drawings as deleted upstream; nothing is erased (`FLO-10`). Answers how many were news.
pub async fn mark_deleted(tx: &mut Tx, proof: &Delivering, gone: &[Gone]) -> Result<u64> {
    tx.insert_many(
        "with gone (connection_id, upstream_id, version, at) as (",
        ") update drawing set deleted_upstream_at = gone.at, upstream_version = gone.version, version = drawing.version + 1
             from gone
            where drawing.connection_id = gone.connection_id and drawing.upstream_id = gone.upstream_id
              and drawing.deleted_upstream_at is null and drawing.upstream_version <= gone.version",
        gone_rows(proof, gone),
    )
    .await
}

/// Marks copies of revisions as deleted upstream, like [`mark_deleted`].
pub async fn mark_revisions_deleted(tx: &mut Tx, proof: &Delivering, gone: &[Gone]) -> Result<u64> {
    tx.insert_many(
        "with gone (connection_id, upstream_id, version, at) as (",
        ") update drawing_revision set deleted_upstream_at = gone.at, upstream_version = gone.version,
                  version = drawing_revision.version + 1
             from gone
            where drawing_revision.connection_id = gone.connection_id and drawing_revision.upstream_id = gone.upstream_id
              and drawing_revision.deleted_upstream_at is null and drawing_revision.upstream_version <= gone.version",
        gone_rows(proof, gone),
    )
    .await
}

record! {
    /// A title that is no longer held back.
    pub struct Released {
        /// The drawing.
        pub id: DrawingId,
        /// What it was called until now.
        pub title: String,
        /// What it is called now.
        pub held_title: String,
        /// Whose copy it is.
        pub upstream_company_name: String,
    }
}

/// Titles that waited for a revision which is published here now become their drawings' (`DRF-04`). Answers which.
pub async fn release_titles(tx: &mut Tx, project: ProjectId) -> Result<Vec<Released>> {
    let released = tx
        .all(
            sql!(
                "select d.id, d.title, d.held_title, c.upstream_company_name
                   from drawing d join connection c on c.id = d.connection_id
                  where d.project_id = $1 and d.held_for is not null
                    and exists (select 1 from drawing_revision r
                                 where r.drawing_id = d.id and r.upstream_id = d.held_for and r.status = 'published')
                  order by d.id"
            ),
            args![project],
        )
        .await?;
    if !released.is_empty() {
        tx.run(
            sql!(
                "update drawing set title = held_title, held_title = null, held_for = null, version = version + 1
                  where project_id = $1 and held_for is not null
                    and exists (select 1 from drawing_revision r
                                 where r.drawing_id = drawing.id and r.upstream_id = drawing.held_for and r.status = 'published')"
            ),
            args![project],
        )
        .await?;
    }
    Ok(released)
}

/// The present pause of a connected tool, kept so that a change is noticed; answers whether it changed.
pub async fn set_pause(tx: &mut Tx, proof: &Delivering, tool: Tool, pause: Option<&str>) -> Result<bool> {
    let changed = tx
        .run(
            sql!(
                "update connection_tool set pause = $3 where connection_id = $1 and tool = $2
                    and coalesce(pause, '') <> coalesce(cast($3 as text), '')"
            ),
            args![proof.row.id, tool, pause],
        )
        .await?;
    Ok(changed == 1)
}

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
pub async fn forget_parked(
    tx: &mut Tx,
    proof: &Delivering,
    kinds: &[sluice_domain::feed::Kind],
) -> Result<()> {
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

record! {
    /// What decides whether a project's copies of a tool are as new as upstream's.
    pub struct FlowState {
        /// The connection.
        pub connection_id: ConnectionId,
        /// Its state.
        pub state: State,
        /// What the upstream company is called now …
        pub upstream_company_name: String,
        /// … and its project.
        pub upstream_project_name: String,
        /// Whether the upstream project is active …
        pub upstream_active: bool,
        /// … and the tool switched on in it.
        pub upstream_on: bool,
        /// Whether the downstream project is active …
        pub downstream_active: bool,
        /// … and the tool switched on in it.
        pub downstream_on: bool,
        /// Entries wait upstream.
        pub waiting: bool,
    }
}

/// How the flow of a tool into a project stands; `None` where the project has no upstream.
pub async fn state_of(db: &mut Session, project: ProjectId, tool: Tool) -> Result<Option<FlowState>> {
    db.maybe(
        sql!(
            "select n.id as connection_id, n.state, uc.name as upstream_company_name, up.name as upstream_project_name,
                    up.active as upstream_active, dp.active as downstream_active,
                    exists (select 1 from project_tool p where p.project_id = up.id and p.tool = t.tool) as upstream_on,
                    exists (select 1 from project_tool p where p.project_id = dp.id and p.tool = t.tool) as downstream_on,
                    (h.head > t.position) as waiting
               from connection n
               join connection_tool t on t.connection_id = n.id and t.tool = $2
               join company uc on uc.id = n.upstream_company_id
               join project up on up.id = n.upstream_project_id
               join project dp on dp.id = n.downstream_project_id
               join feed_head h on h.project_id = n.upstream_project_id
              where n.downstream_project_id = $1 and n.state in ('connected', 'disconnected')"
        ),
        args![project, tool],
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
