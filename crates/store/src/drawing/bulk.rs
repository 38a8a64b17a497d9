//! Many drawings at once: what is judged before a change of them all, and the change, each in statements for many rows.

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::permission::{Permit, act};
use sluice_domain::revision::Status;
use sluice_domain::{AreaId, ConnectionId, DisciplineId, DrawingId, ProjectId, RevisionId, SetId};

use super::change::Changed;
use crate::row::Arg;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A revision that somebody chose, with its drawing.
    pub struct Row {
        /// The revision.
        pub id: RevisionId,
        /// Text.
        pub revision: String,
        /// Date on the sheet.
        pub drawing_date: Option<Date>,
        /// Date it came in.
        pub received_date: Option<Date>,
        /// Its set …
        pub set_id: SetId,
        /// … by name.
        pub set_name: String,
        /// Unpublished or published.
        pub status: Status,
        /// The drawing.
        pub drawing_id: DrawingId,
        /// Its number.
        pub number: String,
        /// Its area …
        pub area_id: AreaId,
        /// … by name.
        pub area_name: String,
        /// Its discipline …
        pub discipline_id: DisciplineId,
        /// … by name.
        pub discipline_name: String,
        /// No longer to be built from.
        pub obsolete: bool,
        /// Where it came through a connection.
        pub connection_id: Option<ConnectionId>,
        /// In the recycle bin.
        pub deleted_at: Option<Timestamp>,
    }
}

fn keys<T: Copy + Into<uuid::Uuid>>(ids: &[T]) -> Vec<Arg> {
    ids.iter().map(|id| Arg::from((*id).into())).collect()
}

/// Those of these revisions that are in a project and not taken out.
pub async fn rows(db: &mut Session, project: ProjectId, revisions: &[RevisionId]) -> Result<Vec<Row>> {
    db.all_in(
        "select r.id, r.revision, r.drawing_date, r.received_date, r.set_id, s.name as set_name, r.status, d.id as drawing_id, d.number,
                d.area_id, a.name as area_name, d.discipline_id, i.name as discipline_name, d.obsolete, d.connection_id, d.deleted_at
           from drawing_revision r
           join drawing d on d.id = r.drawing_id
           join drawing_area a on a.id = d.area_id
           join discipline i on i.id = d.discipline_id
           join drawing_set s on s.id = r.set_id
          where r.project_id = $1 and r.deleted_at is null and r.id",
        args![project],
        keys(revisions),
        "",
    )
    .await
}

record! {
    /// What tells the revisions of a drawing apart.
    pub struct Told {
        /// The revision.
        pub id: RevisionId,
        /// Of this drawing.
        pub drawing_id: DrawingId,
        /// Text.
        pub revision: String,
        /// Date on the sheet.
        pub drawing_date: Option<Date>,
        /// Its set.
        pub set_id: SetId,
    }
}

/// All revisions of these drawings that are not taken out.
pub async fn revisions_of(db: &mut Session, project: ProjectId, drawings: &[DrawingId]) -> Result<Vec<Told>> {
    db.all_in(
        "select id, drawing_id, revision, drawing_date, set_id from drawing_revision
          where project_id = $1 and deleted_at is null and drawing_id",
        args![project],
        keys(drawings),
        "",
    )
    .await
}

record! {
    /// A number in an area.
    pub struct Numbered {
        /// The drawing.
        pub id: DrawingId,
        /// Its number.
        pub number: String,
    }
}

/// The own drawings of an area that are not in the recycle bin.
pub async fn numbers_in(db: &mut Session, project: ProjectId, area: AreaId) -> Result<Vec<Numbered>> {
    db.all(
        sql!(
            "select id, number from drawing
              where project_id = $1 and area_id = $2 and connection_id is null and deleted_at is null"
        ),
        args![project, area],
    )
    .await
}

/// Makes whoever edits one of these drawings wait. SQLite has one writer: there nobody else edits.
pub async fn lock(tx: &mut Tx, project: ProjectId, revisions: &[RevisionId]) -> Result<()> {
    if tx.is_postgres() {
        let _locked: Vec<(DrawingId,)> = tx
            .all_in(
                "select d.id as value from drawing d join drawing_revision r on r.drawing_id = d.id where d.project_id = $1 and r.id",
                args![project],
                keys(revisions),
                "order by d.id for no key update of d",
            )
            .await?;
    }
    Ok(())
}

/// What of drawings changes; `None` stays.
#[derive(Debug, Clone, Copy, Default)]
pub struct OfDrawings {
    /// Area.
    pub area: Option<AreaId>,
    /// Discipline.
    pub discipline: Option<DisciplineId>,
    /// No longer to be built from.
    pub obsolete: Option<bool>,
}

/// Changes own drawings; answers each with its version now.
pub async fn update_drawings(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    drawings: &[DrawingId],
    to: OfDrawings,
) -> Result<Vec<Changed>> {
    tx.all_in(
        "update drawing set area_id = coalesce($2, area_id), discipline_id = coalesce($3, discipline_id),
                obsolete = coalesce($4, obsolete), version = version + 1
          where project_id = $1 and connection_id is null and deleted_at is null and id",
        args![project, to.area, to.discipline, to.obsolete],
        keys(drawings),
        "returning id, version, area_id, discipline_id",
    )
    .await
}

/// What of revisions changes: `None` stays, a date of `Some(None)` is cleared.
#[derive(Debug, Clone, Copy, Default)]
pub struct OfRevisions {
    /// Set.
    pub set: Option<SetId>,
    /// Date on the sheet.
    pub drawing_date: Option<Option<Date>>,
    /// Date it came in.
    pub received_date: Option<Option<Date>>,
}

record! {
    /// A revision that was changed.
    pub struct Revised {
        /// Which.
        pub id: RevisionId,
        /// Its version now.
        pub version: i64,
        /// Unpublished or published.
        pub status: Status,
    }
}

/// Changes own revisions; answers each with its version now.
pub async fn update_revisions(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    revisions: &[RevisionId],
    to: OfRevisions,
) -> Result<Vec<Revised>> {
    tx.all_in(
        "update drawing_revision set set_id = coalesce($2, set_id),
                drawing_date = case when $3 then $4 else drawing_date end,
                received_date = case when $5 then $6 else received_date end, version = version + 1
          where project_id = $1 and connection_id is null and deleted_at is null and id",
        args![
            project,
            to.set,
            to.drawing_date.is_some(),
            to.drawing_date.flatten(),
            to.received_date.is_some(),
            to.received_date.flatten()
        ],
        keys(revisions),
        "returning id, version, status",
    )
    .await
}

/// Those of these drawings of which something was ever published: only they are known to connected projects.
pub async fn ever_published(
    db: &mut Session,
    project: ProjectId,
    drawings: &[DrawingId],
) -> Result<Vec<DrawingId>> {
    let rows: Vec<(DrawingId,)> = db
        .all_in(
            "select distinct drawing_id as value from drawing_revision where project_id = $1 and status = 'published' and drawing_id",
            args![project],
            keys(drawings),
            "",
        )
        .await?;
    Ok(rows.into_iter().map(|(drawing,)| drawing).collect())
}
