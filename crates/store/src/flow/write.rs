//! How copies are written downstream, each kind in one statement for all of a batch: the other side of the columns that [`super::offered`] reads.

use jiff::Timestamp;
use sluice_domain::revision::Status;
use sluice_domain::{DisciplineId, RevisionId};
use uuid::Uuid;

use super::{Delivering, OfferedArea, OfferedDiscipline, OfferedDrawing, OfferedRevision, OfferedSet};
use crate::row::Arg;
use crate::{Result, Sha256, Tx, args, reference, sql};

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
    /// Where it is new here with one revision only: that revision, and how it lands.
    pub sole_revision: Option<(RevisionId, Status)>,
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
        let top = copy.sole_revision.map(|(revision, _)| revision);
        let current = copy.sole_revision.filter(|(_, status)| *status == Status::Published);
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
            &proof.row.upstream_project_name,
            current.map(|(revision, _)| revision),
            top
        ]
    });
    tx.insert_many(
        "insert into drawing (id, project_id, area_id, discipline_id, number, sort_key, title, obsolete, created_at,
            connection_id, upstream_id, upstream_version, arrived_at, held_title, held_for, origin_company, origin_project,
            current_revision_id, top_revision_id)",
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
        "on conflict (connection_id, upstream_id) do update set drawing_id = excluded.drawing_id, set_id = excluded.set_id,
            revision = excluded.revision, sha256 = excluded.sha256, byte_count = excluded.byte_count,
            upstream_published_at = excluded.upstream_published_at, drawing_date = excluded.drawing_date,
            received_date = excluded.received_date, manual_order = excluded.manual_order,
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
