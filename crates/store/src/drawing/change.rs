//! Changes of drawings: confirming, publishing, editing, deleting. Each writer takes the permit of its act.

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{AreaId, ConnectionId, DisciplineId, DrawingId, ProjectId, RevisionId, SetId, UploadId};

use super::lots;
use crate::{Result, Session, Sha256, Tx, args, record, sql};

/// A drawing that a confirmed sheet begins.
#[derive(Debug, Clone)]
pub struct NewDrawing {
    /// Which.
    pub id: DrawingId,
    /// In this area.
    pub area: AreaId,
    /// In this discipline.
    pub discipline: DisciplineId,
    /// Number as printed.
    pub number: String,
    /// What it is sorted by.
    pub sort_key: String,
    /// Title.
    pub title: String,
}

/// A revision that a confirmed sheet becomes.
#[derive(Debug, Clone)]
pub struct NewRevision {
    /// Which.
    pub id: RevisionId,
    /// Of this drawing.
    pub drawing: DrawingId,
    /// In this set.
    pub set: SetId,
    /// As printed.
    pub revision: String,
    /// Title printed on it.
    pub title: Option<String>,
    /// Date on the sheet.
    pub drawing_date: Option<Date>,
    /// Date it came in.
    pub received_date: Option<Date>,
    /// One-page PDF.
    pub sha256: Sha256,
    /// Its length.
    pub byte_count: i64,
    /// Name of the file it came in.
    pub file_name: String,
    /// Page in that file.
    pub page: i64,
}

/// Adds drawings.
pub async fn insert_drawings(
    tx: &mut Tx,
    _permit: &Permit<act::ReviewDrawings>,
    project: ProjectId,
    drawings: Vec<NewDrawing>,
    now: Timestamp,
) -> Result<()> {
    let rows = drawings.into_iter().map(|drawing| {
        args![
            drawing.id,
            project,
            drawing.area,
            drawing.discipline,
            drawing.number,
            drawing.sort_key,
            drawing.title,
            now
        ]
    });
    tx.insert_many(
        "insert into drawing (id, project_id, area_id, discipline_id, number, sort_key, title, created_at)",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// Adds unpublished revisions.
pub async fn insert_revisions(
    tx: &mut Tx,
    permit: &Permit<act::ReviewDrawings>,
    project: ProjectId,
    revisions: Vec<NewRevision>,
    now: Timestamp,
) -> Result<()> {
    let rows = revisions.into_iter().map(|revision| {
        args![
            revision.id,
            project,
            revision.drawing,
            revision.set,
            revision.revision,
            revision.title,
            revision.drawing_date,
            revision.received_date,
            "unpublished",
            revision.sha256,
            revision.byte_count,
            revision.file_name,
            revision.page,
            permit.person(),
            now
        ]
    });
    tx.insert_many(
        "insert into drawing_revision (id, project_id, drawing_id, set_id, revision, title, drawing_date, received_date, status, sha256,
                                       byte_count, file_name, page, created_by, created_at)",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// Makes confirmations in one area wait for each other: two of them may want to begin the same drawing.
pub async fn lock_area(tx: &mut Tx, area: AreaId, upload: UploadId) -> Result<()> {
    tx.lock("select 1 from drawing_area where id = $1 for update", args![area]).await?;
    tx.lock("select 1 from upload where id = $1 for update", args![upload]).await
}

/// Makes edits of one drawing wait for each other.
pub async fn lock_drawing(tx: &mut Tx, drawing: DrawingId) -> Result<()> {
    tx.lock("select 1 from drawing where id = $1 for no key update", args![drawing]).await
}

record! {
    /// A revision that was published just now.
    pub struct Published {
        /// Which.
        pub id: RevisionId,
        /// Of this drawing.
        pub drawing_id: DrawingId,
        /// In this set.
        pub set_id: SetId,
        /// As printed.
        pub revision: String,
        /// Its version now.
        pub version: i64,
        /// Where it came through a connection.
        pub connection_id: Option<ConnectionId>,
    }
}

/// Publishes what is unpublished in a set, or everything; nothing that arrived after `as_of`.
pub async fn publish(
    tx: &mut Tx,
    permit: &Permit<act::PublishDrawings>,
    project: ProjectId,
    set: Option<SetId>,
    as_of: Timestamp,
    now: Timestamp,
) -> Result<Vec<Published>> {
    tx.all(
        sql!(
            "update drawing_revision
                set status = 'published', published_by = $2, published_at = $3, version = version + 1
              where project_id = $1 and status = 'unpublished' and deleted_at is null
                and (cast($4 as uuid) is null or set_id = $4)
                and coalesce(arrived_at, created_at) <= $5
                and exists (select 1 from drawing d where d.id = drawing_revision.drawing_id and d.deleted_at is null
                               and (d.deleted_upstream_at is null or d.kept_in_log))
             returning id, drawing_id, set_id, revision, version, connection_id"
        ),
        args![project, permit.person(), now, set, as_of],
    )
    .await
}

/// Publishes those of these revisions that are unpublished; nothing that arrived after `as_of`.
pub async fn publish_these(
    tx: &mut Tx,
    permit: &Permit<act::PublishDrawings>,
    project: ProjectId,
    revisions: &[RevisionId],
    as_of: Timestamp,
    now: Timestamp,
) -> Result<Vec<Published>> {
    let mut published = Vec::new();
    for lot in lots(revisions) {
        let mut args = args![project, permit.person(), now, as_of];
        args.extend(lot);
        let rows: Vec<Published> = tx
            .all(
                sql!(
                    "update drawing_revision
                        set status = 'published', published_by = $2, published_at = $3, version = version + 1
                      where project_id = $1 and status = 'unpublished' and deleted_at is null
                        and coalesce(arrived_at, created_at) <= $4
                        and id in ($5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                                   $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39,
                                   $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53, $54)
                        and exists (select 1 from drawing d where d.id = drawing_revision.drawing_id and d.deleted_at is null
                                       and (d.deleted_upstream_at is null or d.kept_in_log))
                     returning id, drawing_id, set_id, revision, version, connection_id"
                ),
                args,
            )
            .await?;
        published.extend(rows);
    }
    Ok(published)
}

record! {
    /// An own drawing that has to be offered to the connected projects.
    pub struct Changed {
        /// Which.
        pub id: DrawingId,
        /// Its version now.
        pub version: i64,
        /// Its area.
        pub area_id: AreaId,
        /// Its discipline.
        pub discipline_id: DisciplineId,
    }
}

/// Counts up the versions of own drawings in which something was published. Those with a newer current revision take its title and are no
/// longer obsolete.
pub async fn follow_publication(
    tx: &mut Tx,
    _permit: &Permit<act::PublishDrawings>,
    project: ProjectId,
    drawings: &[DrawingId],
    newer: bool,
) -> Result<Vec<Changed>> {
    let mut changed = Vec::new();
    for lot in lots(drawings) {
        let mut args = args![project, newer];
        args.extend(lot);
        let rows: Vec<Changed> = tx
            .all(
                sql!(
                    "update drawing set version = version + 1,
                            obsolete = case when $2 then false else obsolete end,
                            title = case when $2
                                then coalesce((select r.title from drawing_revision r where r.id = drawing.current_revision_id), title)
                                else title end
                      where project_id = $1 and connection_id is null
                        and id in ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                                   $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37,
                                   $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52)
                     returning id, version, area_id, discipline_id"
                ),
                args,
            )
            .await?;
        changed.extend(rows);
    }
    Ok(changed)
}

/// What a person may change of an own drawing.
#[derive(Debug, Clone)]
pub struct DrawingFields {
    /// Number as printed.
    pub number: String,
    /// What it is sorted by.
    pub sort_key: String,
    /// Title.
    pub title: String,
    /// Area.
    pub area: AreaId,
    /// Discipline.
    pub discipline: DisciplineId,
    /// No longer to be built from.
    pub obsolete: bool,
}

/// Writes the fields of an own drawing that still has the version seen; answers its new version.
pub async fn update(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    drawing: DrawingId,
    seen: i64,
    fields: &DrawingFields,
) -> Result<Option<i64>> {
    let rows: Vec<(i64,)> = tx
        .all(
            sql!(
                "update drawing set number = $3, sort_key = $4, title = $5, area_id = $6, discipline_id = $7, obsolete = $8,
                        version = version + 1
                  where id = $1 and version = $2 and connection_id is null and deleted_at is null
                 returning version as value"
            ),
            args![
                drawing,
                seen,
                &fields.number,
                &fields.sort_key,
                &fields.title,
                fields.area,
                fields.discipline,
                fields.obsolete
            ],
        )
        .await?;
    Ok(rows.first().map(|(version,)| *version))
}

/// The title printed on the newest revision follows an edited title, so that publishing it does not take the edit back.
pub async fn set_unpublished_titles(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    drawing: DrawingId,
    title: &str,
) -> Result<()> {
    tx.run(
        sql!(
            "update drawing_revision set title = $2
              where drawing_id = $1 and status = 'unpublished' and connection_id is null
                and id = (select top_revision_id from drawing where id = $1)"
        ),
        args![drawing, title],
    )
    .await?;
    Ok(())
}

/// Puts an own drawing into the recycle bin, or takes it out; answers its new version.
pub async fn set_deleted(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    drawing: DrawingId,
    deleted_at: Option<Timestamp>,
) -> Result<i64> {
    tx.value(
        sql!(
            "update drawing set deleted_at = $2, version = version + 1
              where id = $1 and connection_id is null returning version as value"
        ),
        args![drawing, deleted_at],
    )
    .await
}

/// Keeps an external drawing in the log although it was deleted upstream (`DRF-07`).
pub async fn keep_in_log(tx: &mut Tx, _permit: &Permit<act::EditDrawings>, drawing: DrawingId) -> Result<()> {
    tx.run(
        sql!("update drawing set kept_in_log = true, deleted_at = null where id = $1 and connection_id is not null"),
        args![drawing],
    )
    .await?;
    Ok(())
}

/// Whether something of a drawing was ever published: only then do connected projects know it.
pub async fn ever_published(db: &mut Session, drawing: DrawingId) -> Result<bool> {
    let count: i64 = db
        .value(
            // cross-tenant: one drawing, by its id
            sql!("select count(*) as value from drawing_revision where drawing_id = $1 and status = 'published'"),
            args![drawing],
        )
        .await?;
    Ok(count > 0)
}
