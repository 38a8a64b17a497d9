//! Both ends of the flow: what an upstream project offers, and how copies are written downstream, between two projects that are connected.
//!
//! Writers take a [`Delivering`], which only [`deliver`] makes, after locking the connection and seeing that it is live (`DIS-04`).

use sluice_domain::connection::State;
use sluice_domain::permission::Tool;
use sluice_domain::{ConnectionId, DrawingId, ProjectId};
use uuid::Uuid;

use crate::connection::ConnectionRow;
use crate::row::Arg;
use crate::{Result, Session, Tx, args, connection, record, sql};

pub mod compare;
pub mod known;
pub mod news;
mod offered;
mod parked;
pub mod undo;
mod write;

pub use offered::{
    Arrival, OfferedArea, OfferedDiscipline, OfferedDrawing, OfferedRevision, OfferedSet, Share,
    offered_areas, offered_disciplines, offered_drawings, offered_revisions, offered_sets, would_arrive,
};
pub use parked::{ParkedRow, forget_parked, park, parked, parked_drawings, unpark};
pub use write::{
    DisciplineCopy, DrawingCopy, Gone, RevisionCopy, mark_deleted, mark_revisions_deleted, write_areas,
    write_disciplines, write_drawings, write_revisions, write_sets,
};

fn keys(ids: &[Uuid]) -> Vec<Arg> {
    ids.iter().map(|id| Arg::from(*id)).collect()
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
