//! Changes of single own revisions: what is printed on them, their set, their order, taking one out. Each writer takes the permit of its act.

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::permission::{Permit, act};
use sluice_domain::revision::Status;
use sluice_domain::{ConnectionId, DrawingId, ProjectId, RevisionId, SetId};

use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A revision as it is edited.
    pub struct RevisionRow {
        /// Which.
        pub id: RevisionId,
        /// In this project.
        pub project_id: ProjectId,
        /// Of this drawing.
        pub drawing_id: DrawingId,
        /// Counts up with each change.
        pub version: i64,
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
        /// Place in the order that a person gave it; higher is newer.
        pub manual_order: Option<i64>,
        /// Unpublished or published.
        pub status: Status,
        /// Where it came through a connection.
        pub connection_id: Option<ConnectionId>,
        /// Taken out.
        pub deleted_at: Option<Timestamp>,
    }
}

/// One revision.
pub async fn get(db: &mut Session, id: RevisionId) -> Result<Option<RevisionRow>> {
    db.maybe(
        sql!(
            "select r.id, r.project_id, r.drawing_id, r.version, r.revision, r.drawing_date, r.received_date, r.set_id, s.name as set_name,
                    r.manual_order, r.status, r.connection_id, r.deleted_at
               from drawing_revision r join drawing_set s on s.id = r.set_id
              where r.id = $1"
        ),
        args![id],
    )
    .await
}

/// The revisions of a drawing that are not taken out.
pub async fn of_drawing(
    db: &mut Session,
    project: ProjectId,
    drawing: DrawingId,
) -> Result<Vec<RevisionRow>> {
    db.all(
        sql!(
            "select r.id, r.project_id, r.drawing_id, r.version, r.revision, r.drawing_date, r.received_date, r.set_id, s.name as set_name,
                    r.manual_order, r.status, r.connection_id, r.deleted_at
               from drawing_revision r join drawing_set s on s.id = r.set_id
              where r.project_id = $1 and r.drawing_id = $2 and r.deleted_at is null
              order by r.created_at, r.id"
        ),
        args![project, drawing],
    )
    .await
}

/// What a person may change of an own revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionFields {
    /// Text.
    pub revision: String,
    /// Date on the sheet.
    pub drawing_date: Option<Date>,
    /// Date it came in.
    pub received_date: Option<Date>,
    /// Its set.
    pub set: SetId,
}

/// Whether another revision of the drawing has the same text, set and date: then nobody could tell them apart.
pub async fn is_taken(db: &mut Session, row: &RevisionRow, fields: &RevisionFields) -> Result<bool> {
    let count: i64 = db
        .value(
            sql!(
                "select count(*) as value from drawing_revision
                  where project_id = $1 and drawing_id = $2 and id <> $3 and deleted_at is null
                    and revision = $4 and set_id = $5 and drawing_date is not distinct from cast($6 as text)"
            ),
            args![row.project_id, row.drawing_id, row.id, &fields.revision, fields.set, fields.drawing_date],
        )
        .await?;
    Ok(count > 0)
}

/// Writes the fields of an own revision that still has the version seen; answers its new version.
pub async fn update(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    id: RevisionId,
    seen: i64,
    fields: &RevisionFields,
) -> Result<Option<i64>> {
    let rows: Vec<(i64,)> = tx
        .all(
            sql!(
                "update drawing_revision set revision = $3, drawing_date = $4, received_date = $5, set_id = $6, version = version + 1
                  where id = $1 and version = $2 and connection_id is null and deleted_at is null
                 returning version as value"
            ),
            args![id, seen, &fields.revision, fields.drawing_date, fields.received_date, fields.set],
        )
        .await?;
    Ok(rows.first().map(|(version,)| *version))
}

/// Gives own revisions of one drawing their places in the order, or takes them away; answers the new version of each.
pub async fn set_places(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    places: &[(RevisionId, Option<i64>)],
) -> Result<Vec<(RevisionId, i64)>> {
    let mut versions = Vec::with_capacity(places.len());
    for (id, place) in places {
        let version = tx
            .value(
                sql!(
                    "update drawing_revision set manual_order = $2, version = version + 1
                      where id = $1 and connection_id is null returning version as value"
                ),
                args![*id, *place],
            )
            .await?;
        versions.push((*id, version));
    }
    Ok(versions)
}

/// Takes an own revision out of its drawing, or puts it back; answers its new version.
pub async fn set_deleted(
    tx: &mut Tx,
    _permit: &Permit<act::EditDrawings>,
    id: RevisionId,
    deleted_at: Option<Timestamp>,
) -> Result<i64> {
    tx.value(
        sql!(
            "update drawing_revision set deleted_at = $2, version = version + 1
              where id = $1 and connection_id is null returning version as value"
        ),
        args![id, deleted_at],
    )
    .await
}
