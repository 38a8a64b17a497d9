//! What of an upstream project is here already, as a batch finds it: to tell what is new, what changed, and what to write into histories.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::revision::Status;
use sluice_domain::{AreaId, ConnectionId, DisciplineId, DrawingId, RevisionId, SetId};
use uuid::Uuid;

use super::Delivering;
use crate::row::Arg;
use crate::{Result, Tx, args, record, sql};

record! {
    /// An area or a set that came through this connection.
    pub struct KnownPlace {
        /// Here.
        pub id: Uuid,
        /// Upstream.
        pub upstream_id: Uuid,
        /// Its name here.
        pub name: String,
        /// Date of a set.
        pub set_date: Option<Date>,
    }
}

record! {
    /// A discipline of the downstream project.
    pub struct KnownDiscipline {
        /// Here.
        pub id: DisciplineId,
        /// Its name.
        pub name: String,
        /// Where a connection added it.
        pub connection_id: Option<ConnectionId>,
        /// Which it is upstream.
        pub upstream_id: Option<Uuid>,
        /// Its version upstream.
        pub upstream_version: Option<i64>,
    }
}

record! {
    /// A copy of a drawing.
    pub struct KnownDrawing {
        /// Here.
        pub id: DrawingId,
        /// Upstream.
        pub upstream_id: Uuid,
        /// Its version upstream.
        pub upstream_version: i64,
        /// Number.
        pub number: String,
        /// Title that is shown.
        pub title: String,
        /// Obsolete mark.
        pub obsolete: bool,
        /// Its area here …
        pub area_id: AreaId,
        /// … by name.
        pub area_name: String,
        /// Its discipline here …
        pub discipline_id: DisciplineId,
        /// … by name.
        pub discipline_name: String,
        /// When it was deleted upstream.
        pub deleted_upstream_at: Option<Timestamp>,
        /// Newest published revision here.
        pub current_revision_id: Option<RevisionId>,
    }
}

record! {
    /// A copy of a revision.
    pub struct KnownRevision {
        /// Here.
        pub id: RevisionId,
        /// Upstream.
        pub upstream_id: Uuid,
        /// Its version upstream.
        pub upstream_version: i64,
        /// Of this drawing.
        pub drawing_id: DrawingId,
        /// Text.
        pub revision: String,
        /// Date on the sheet.
        pub drawing_date: Option<Date>,
        /// Date received.
        pub received_date: Option<Date>,
        /// Manual order.
        pub manual_order: Option<i64>,
        /// Its set here …
        pub set_id: SetId,
        /// … by name.
        pub set_name: String,
        /// Status here.
        pub status: Status,
        /// When it was deleted upstream, on its own.
        pub deleted_upstream_at: Option<Timestamp>,
    }
}

fn by_upstream<T>(rows: Vec<T>, id: impl Fn(&T) -> Uuid) -> HashMap<Uuid, T> {
    rows.into_iter().map(|row| (id(&row), row)).collect()
}

fn keys(ids: &[Uuid]) -> Vec<Arg> {
    ids.iter().map(|id| Arg::from(*id)).collect()
}

/// Areas that came through this connection, by their id upstream.
pub async fn areas(tx: &mut Tx, proof: &Delivering) -> Result<HashMap<Uuid, KnownPlace>> {
    let sql = sql!(
        "select id, upstream_id, name, cast(null as text) as set_date from drawing_area where connection_id = $1"
    );
    Ok(by_upstream(tx.all(sql, args![proof.connection().id]).await?, |place: &KnownPlace| place.upstream_id))
}

/// Sets that came through this connection, by their id upstream.
pub async fn sets(tx: &mut Tx, proof: &Delivering) -> Result<HashMap<Uuid, KnownPlace>> {
    let sql = sql!("select id, upstream_id, name, set_date from drawing_set where connection_id = $1");
    Ok(by_upstream(tx.all(sql, args![proof.connection().id]).await?, |place: &KnownPlace| place.upstream_id))
}

/// All disciplines of the downstream project.
pub async fn disciplines(tx: &mut Tx, proof: &Delivering) -> Result<Vec<KnownDiscipline>> {
    tx.all(
        sql!(
            "select id, name, connection_id, upstream_id, upstream_version from discipline
              where project_id = $1 order by position, id"
        ),
        args![proof.connection().downstream_project_id],
    )
    .await
}

/// Those of these drawings that came through this connection, by their id upstream.
pub async fn drawings(tx: &mut Tx, proof: &Delivering, ids: &[Uuid]) -> Result<HashMap<Uuid, KnownDrawing>> {
    let rows = tx
        .all_in(
            "select d.id, d.upstream_id, d.upstream_version, d.number, d.title, d.obsolete, d.area_id, a.name as area_name,
                    d.discipline_id, i.name as discipline_name, d.deleted_upstream_at, d.current_revision_id
               from drawing d
               join drawing_area a on a.id = d.area_id
               join discipline i on i.id = d.discipline_id
              where d.connection_id = $1 and d.upstream_id",
            args![proof.connection().id],
            keys(ids),
            "",
        )
        .await?;
    Ok(by_upstream(rows, |drawing: &KnownDrawing| drawing.upstream_id))
}

/// Those of these revisions that came through this connection, by their id upstream.
pub async fn revisions(
    tx: &mut Tx,
    proof: &Delivering,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, KnownRevision>> {
    let rows = tx
        .all_in(
            "select r.id, r.upstream_id, r.upstream_version, r.drawing_id, r.revision, r.drawing_date, r.received_date, r.manual_order,
                    r.set_id, s.name as set_name, r.status, r.deleted_upstream_at
               from drawing_revision r
               join drawing_set s on s.id = r.set_id
              where r.connection_id = $1 and r.upstream_id",
            args![proof.connection().id],
            keys(ids),
            "",
        )
        .await?;
    Ok(by_upstream(rows, |revision: &KnownRevision| revision.upstream_id))
}

record! {
    /// A revision by its text.
    pub struct RevisionText {
        /// Which.
        pub id: RevisionId,
        /// Its text.
        pub revision: String,
    }
}

/// The texts of revisions of a project.
pub async fn texts(
    tx: &mut Tx,
    proof: &Delivering,
    ids: &[RevisionId],
) -> Result<HashMap<RevisionId, String>> {
    let rows: Vec<RevisionText> = tx
        .all_in(
            "select id, revision from drawing_revision where project_id = $1 and id",
            args![proof.connection().downstream_project_id],
            ids.iter().map(|id| Arg::from(*id)).collect(),
            "",
        )
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.revision)).collect())
}

record! {
    /// A drawing by its number.
    pub struct DrawingNumber {
        /// Which.
        pub id: DrawingId,
        /// Its number.
        pub number: String,
    }
}

/// The numbers of drawings of a project.
pub async fn numbers(
    tx: &mut Tx,
    proof: &Delivering,
    ids: &[DrawingId],
) -> Result<HashMap<DrawingId, String>> {
    let rows: Vec<DrawingNumber> = tx
        .all_in(
            "select id, number from drawing where project_id = $1 and id",
            args![proof.connection().downstream_project_id],
            ids.iter().map(|id| Arg::from(*id)).collect(),
            "",
        )
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.number)).collect())
}
