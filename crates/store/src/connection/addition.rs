//! Tools that are added to a live connection later, each by its own small request (`CON-16`).
//!
//! The tool's row in `connection_tool` is there while it flows; the request and what became of it stand here.

use jiff::Timestamp;
use sluice_domain::connection::{Connection, Side, Stage, State};
use sluice_domain::permission::{Permit, Tool, act};
use sluice_domain::{AdditionId, ConnectionId, PersonId};

use super::{ConnectionRow, Deeds};
use crate::flow::Delivering;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A request to add a tool, and what became of it.
    pub struct AdditionRow {
        /// Which.
        pub id: AdditionId,
        /// To this connection.
        pub connection_id: ConnectionId,
        /// Which tool.
        pub tool: Tool,
        /// State.
        pub state: State,
        /// Who asked …
        pub requested_by: PersonId,
        /// … by name.
        pub requester_name: String,
        /// When.
        pub requested_at: Timestamp,
        /// Until when it waits.
        pub expires_at: Timestamp,
        /// When upstream was reminded.
        pub reminded_at: Option<Timestamp>,
        /// Who approved; null where the policy did.
        pub approved_by: Option<PersonId>,
        /// By name.
        pub approver_name: Option<String>,
        /// When.
        pub approved_at: Option<Timestamp>,
        /// Who ended it; null where time did.
        pub ended_by: Option<PersonId>,
        /// By name.
        pub ender_name: Option<String>,
        /// For which side.
        pub ended_side: Option<Side>,
        /// When.
        pub ended_at: Option<Timestamp>,
        /// Why.
        pub reason: Option<String>,
    }
}

impl AdditionRow {
    /// The request as the rules see it: a connection's, for one tool.
    pub fn request(&self, of: &ConnectionRow) -> Connection {
        let deeds = Deeds {
            approved_by: self.approved_by,
            approved_at: self.approved_at,
            ended_by: self.ended_by,
            ended_side: self.ended_side,
            ended_at: self.ended_at,
            reason: self.reason.clone(),
        };
        Connection {
            requested_by: self.requested_by,
            requested_at: self.requested_at,
            stage: deeds.stage(self.state, self.requested_at),
            ..of.connection()
        }
    }
}

/// The additions to some connections, of each tool the newest.
pub async fn newest(db: &mut Session, connections: &[ConnectionId]) -> Result<Vec<AdditionRow>> {
    let keys = connections.iter().map(|id| (*id).into()).collect();
    let mut rows: Vec<AdditionRow> = db
        .all_in(
            "select a.id, a.connection_id, a.tool, a.state, a.requested_by, rp.name as requester_name, a.requested_at, a.expires_at,
                    a.reminded_at, a.approved_by, ap.name as approver_name, a.approved_at, a.ended_by, ep.name as ender_name,
                    a.ended_side, a.ended_at, a.reason
               from connection_addition a
               join person rp on rp.id = a.requested_by
               left join person ap on ap.id = a.approved_by
               left join person ep on ep.id = a.ended_by
              where not exists (select 1 from connection_addition later
                                 where later.connection_id = a.connection_id and later.tool = a.tool
                                   and (later.requested_at > a.requested_at
                                        or (later.requested_at = a.requested_at and later.id > a.id)))
                and a.connection_id",
            args![],
            keys,
            "",
        )
        .await?;
    rows.sort_by_key(|row| (row.connection_id, row.tool));
    Ok(rows)
}

/// The newest addition of a tool to a connection.
pub async fn of_tool(db: &mut Session, id: ConnectionId, tool: Tool) -> Result<Option<AdditionRow>> {
    Ok(newest(db, &[id]).await?.into_iter().find(|row| row.tool == tool))
}

/// Where an addition belongs.
pub async fn place(db: &mut Session, id: AdditionId) -> Result<Option<(ConnectionId, Tool)>> {
    let row: Option<Place> = db
        .maybe(sql!("select connection_id, tool from connection_addition where id = $1"), args![id])
        .await?;
    Ok(row.map(|row| (row.connection_id, row.tool)))
}

record! {
    /// A tool of a connection.
    pub struct Place {
        /// The connection.
        pub connection_id: ConnectionId,
        /// The tool.
        pub tool: Tool,
    }
}

/// Something that somebody asks to add.
#[derive(Debug, Clone, Copy)]
pub struct NewAddition {
    /// Its id.
    pub id: AdditionId,
    /// To this connection.
    pub connection: ConnectionId,
    /// Which tool.
    pub tool: Tool,
    /// When.
    pub requested_at: Timestamp,
    /// Until when it waits.
    pub expires_at: Timestamp,
}

/// Adds a request. The proof is the permit for the downstream project.
pub async fn insert(tx: &mut Tx, permit: &Permit<act::ManageConnections>, new: NewAddition) -> Result<()> {
    tx.run(
        sql!(
            "insert into connection_addition (id, connection_id, tool, state, requested_by, requested_at, expires_at)
             values ($1, $2, $3, 'requested', $4, $5, $6)"
        ),
        args![new.id, new.connection, new.tool, permit.person(), new.requested_at, new.expires_at],
    )
    .await?;
    Ok(())
}

/// Saves the stage of an addition. The caller holds the connection's lock.
pub async fn save_stage(tx: &mut Tx, id: AdditionId, stage: &Stage) -> Result<()> {
    let deeds = Deeds::of(stage);
    tx.run(
        sql!(
            "update connection_addition set state = $2, approved_by = $3, approved_at = $4, ended_by = $5, ended_side = $6,
                    ended_at = $7, reason = $8 where id = $1"
        ),
        args![
            id,
            stage.state(),
            deeds.approved_by,
            deeds.approved_at,
            deeds.ended_by,
            deeds.ended_side,
            deeds.ended_at,
            deeds.reason
        ],
    )
    .await?;
    Ok(())
}

/// Notes that upstream was reminded of a request.
pub async fn set_reminded(tx: &mut Tx, id: AdditionId, now: Timestamp) -> Result<()> {
    tx.run(sql!("update connection_addition set reminded_at = $2 where id = $1"), args![id, now]).await?;
    Ok(())
}

/// A tool flows from now on; where its first copy ends is marked by [`super::begin_first_copy`].
pub async fn add_tool(tx: &mut Tx, proof: &Delivering, tool: Tool) -> Result<()> {
    tx.run(
        sql!("insert into connection_tool (connection_id, tool) values ($1, $2)"),
        args![proof.connection().id, tool],
    )
    .await?;
    Ok(())
}

/// A tool that had been added flows no longer, and never did.
pub async fn remove_tool(tx: &mut Tx, proof: &Delivering, tool: Tool) -> Result<()> {
    tx.run(
        sql!("delete from connection_tool where connection_id = $1 and tool = $2"),
        args![proof.connection().id, tool],
    )
    .await?;
    Ok(())
}
