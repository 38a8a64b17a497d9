//! Connections between projects: their rows, the roles they give, their history.
//!
//! Changes of state stand in `stage`, how far the tools are in `progress`.

use jiff::Timestamp;
use sluice_domain::connection::{Connection, End, Side, State};
use sluice_domain::permission::Tool;
use sluice_domain::topology::{Candidate, Role};
use sluice_domain::{CompanyId, ConnectionId, PersonId, ProjectId};

use crate::row::Words;
use crate::{Result, Session, Tx, args, record, sql};

pub mod addition;
pub mod explanation;
pub mod history;
mod progress;
pub mod register;
pub mod repair;
mod stage;
pub mod undo;

pub use history::{NewEvent, add_event};
pub use progress::{
    Batch, Parked, ToolRow, advance, begin_first_copy, complete_first_copy, latencies, parked, rewind, tools,
};
use stage::Deeds;
pub use stage::{insert, save_stage};

record! {
    /// A connection with the names its page shows.
    pub struct ConnectionRow {
        /// Which.
        pub id: ConnectionId,
        /// State.
        pub state: State,
        /// Upstream company …
        pub upstream_company_id: CompanyId,
        /// … by its present name.
        pub upstream_company_name: String,
        /// Upstream project …
        pub upstream_project_id: ProjectId,
        /// … by its present name.
        pub upstream_project_name: String,
        /// Its number.
        pub upstream_project_number: String,
        /// Whether it is active.
        pub upstream_active: bool,
        /// Downstream company …
        pub downstream_company_id: CompanyId,
        /// … by its present name.
        pub downstream_company_name: String,
        /// Downstream project …
        pub downstream_project_id: ProjectId,
        /// … by its present name.
        pub downstream_project_name: String,
        /// Its number.
        pub downstream_project_number: String,
        /// Whether it is active.
        pub downstream_active: bool,
        /// Who asked …
        pub requested_by: PersonId,
        /// … by name.
        pub requester_name: String,
        /// When.
        pub requested_at: Timestamp,
        /// Until when a request waits.
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

impl ConnectionRow {
    /// The connection as the rules see it.
    pub fn connection(&self) -> Connection {
        let deeds = Deeds {
            approved_by: self.approved_by,
            approved_at: self.approved_at,
            ended_by: self.ended_by,
            ended_side: self.ended_side,
            ended_at: self.ended_at,
            reason: self.reason.clone(),
        };
        Connection {
            id: self.id,
            upstream: End { company: self.upstream_company_id, project: self.upstream_project_id },
            downstream: End { company: self.downstream_company_id, project: self.downstream_project_id },
            requested_by: self.requested_by,
            requested_at: self.requested_at,
            stage: deeds.stage(self.state, self.requested_at),
        }
    }
}

record! {
    /// A live connection's two ends.
    pub struct Live {
        /// Which.
        pub id: ConnectionId,
        /// Upstream company …
        pub upstream_company_id: CompanyId,
        /// … and project.
        pub upstream_project_id: ProjectId,
        /// Downstream company …
        pub downstream_company_id: CompanyId,
        /// … and project.
        pub downstream_project_id: ProjectId,
    }
}

impl Live {
    /// Both ends, upstream first.
    pub const fn ends(&self) -> [End; 2] {
        [
            End { company: self.upstream_company_id, project: self.upstream_project_id },
            End { company: self.downstream_company_id, project: self.downstream_project_id },
        ]
    }
}

macro_rules! connection_select {
    ($tail:literal) => {
        concat!(
            "select n.id, n.state, n.upstream_company_id, uc.name as upstream_company_name, n.upstream_project_id,
                    up.name as upstream_project_name, up.number as upstream_project_number, up.active as upstream_active,
                    n.downstream_company_id, dc.name as downstream_company_name, n.downstream_project_id,
                    dp.name as downstream_project_name, dp.number as downstream_project_number, dp.active as downstream_active,
                    n.requested_by, rp.name as requester_name, n.requested_at, n.expires_at, n.reminded_at,
                    n.approved_by, ap.name as approver_name, n.approved_at,
                    n.ended_by, ep.name as ender_name, n.ended_side, n.ended_at, n.reason
               from connection n
               join company uc on uc.id = n.upstream_company_id
               join project up on up.id = n.upstream_project_id
               join company dc on dc.id = n.downstream_company_id
               join project dp on dp.id = n.downstream_project_id
               join person rp on rp.id = n.requested_by
               left join person ap on ap.id = n.approved_by
               left join person ep on ep.id = n.ended_by ",
            $tail
        )
    };
}

use connection_select;

/// One connection.
pub async fn get(db: &mut Session, id: ConnectionId) -> Result<Option<ConnectionRow>> {
    db.maybe(connection_select!("where n.id = $1"), args![id]).await
}

/// Locks a connection, then reads it: what a use case decides on does not move under it (`DIS-04`).
pub async fn get_locked(tx: &mut Tx, id: ConnectionId) -> Result<Option<ConnectionRow>> {
    tx.lock("select id from connection where id = $1 for no key update", args![id]).await?;
    get(tx, id).await
}

/// The connections of a project, newest first; with `only`, those with that company (`SEE-01`).
pub async fn of_project(
    db: &mut Session,
    project: ProjectId,
    only: Option<CompanyId>,
) -> Result<Vec<ConnectionRow>> {
    db.all(
        connection_select!(
            "where (n.upstream_project_id = $1 and (cast($2 as uuid) is null or n.downstream_company_id = $2))
                or (n.downstream_project_id = $1 and (cast($2 as uuid) is null or n.upstream_company_id = $2))
             order by n.requested_at desc, n.id"
        ),
        args![project, only],
    )
    .await
}

/// The connection that counts for a project as downstream: waiting, live or spent (`CON-04`).
pub async fn own(db: &mut Session, project: ProjectId) -> Result<Option<State>> {
    let rows: Vec<(State,)> = db
        .all(
            sql!(
                "select state as value from connection
                  where downstream_project_id = $1 and state in ('requested', 'connected', 'disconnected')"
            ),
            args![project],
        )
        .await?;
    Ok(rows.first().map(|(state,)| *state))
}

/// The live connections of an upstream project.
pub async fn live_of_upstream(db: &mut Session, project: ProjectId) -> Result<Vec<ConnectionId>> {
    let rows: Vec<(ConnectionId,)> = db
        .all(
            sql!("select id as value from connection where upstream_project_id = $1 and state = 'connected' order by id"),
            args![project],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// The live connections of a project, on either side.
pub async fn live_of_project(db: &mut Session, project: ProjectId) -> Result<Vec<Live>> {
    db.all(
        sql!(
            "select id, upstream_company_id, upstream_project_id, downstream_company_id, downstream_project_id from connection
              where state = 'connected' and (upstream_project_id = $1 or downstream_project_id = $1) order by id"
        ),
        args![project],
    )
    .await
}

/// The live connections that have something to do and nobody who does it (`FLO-02`): entries wait that nothing pauses, or a parked record is
/// to be tried again, and no reconcile is scheduled. One statement, whatever the number of those that have nothing to do (`FLO-11`).
pub async fn left_behind(db: &mut Session, now: Timestamp) -> Result<Vec<ConnectionId>> {
    let rows: Vec<(ConnectionId,)> = db
        // cross-tenant: all connections are looked at together
        .all(
            sql!(
                "select n.id as value from connection n
                   join project up on up.id = n.upstream_project_id and up.active
                   join project dp on dp.id = n.downstream_project_id and dp.active
                  where n.state = 'connected'
                    and exists (select 1 from connection_tool t
                                  join feed_head h on h.project_id = up.id
                                  join project_tool uo on uo.project_id = up.id and uo.tool = t.tool
                                  join project_tool ho on ho.project_id = dp.id and ho.tool = t.tool
                                 where t.connection_id = n.id
                                   and (h.head > t.position or t.settled_at is null
                                        or exists (select 1 from parked_record p where p.connection_id = n.id and p.retry_at <= $1)))
                    and not exists (select 1 from job j where j.kind = 'reconcile' and j.subject = n.id)
                  order by n.id"
            ),
            args![now],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

record! {
    /// Facts about a project that somebody wants to connect.
    pub struct CandidateRow {
        /// The company.
        pub company_id: CompanyId,
        /// Whether the project is active.
        pub active: bool,
        /// The role it holds.
        pub role: Option<Role>,
        /// Tools switched on.
        pub tools: Option<Words>,
    }
}

/// The facts about a project that [`sluice_domain::topology::may_join`] asks for.
pub async fn candidate(db: &mut Session, project: ProjectId) -> Result<Option<Candidate>> {
    let row: Option<CandidateRow> = db
        .maybe(
            sql!(
                "select p.company_id, p.active, r.role,
                        (select string_agg(t.tool, ' ') from project_tool t where t.project_id = p.id) as tools
                   from project p left join project_role r on r.project_id = p.id
                  where p.id = $1 and p.deleted_at is null"
            ),
            args![project],
        )
        .await?;
    Ok(row.map(|row| Candidate {
        company: row.company_id,
        project,
        active: row.active,
        role: row.role,
        tools_on: row.tools.unwrap_or_default().0.iter().filter_map(|key| Tool::from_key(key)).collect(),
    }))
}

/// Locks both projects in the order of their ids, so that crossing requests wait for each other instead of passing (`CON-10`).
pub async fn lock_projects(tx: &mut Tx, a: ProjectId, b: ProjectId) -> Result<()> {
    tx.lock("select id from project where id in ($1, $2) order by id for no key update", args![a, b]).await
}

/// How often something was asked for between a pair of projects since a time: a connection, or a tool to be added to one (`APR-08`).
pub async fn requests_since(
    db: &mut Session,
    upstream: ProjectId,
    downstream: ProjectId,
    since: Timestamp,
) -> Result<i64> {
    db.value(
        sql!(
            "select (select count(*) from connection n
                      where n.upstream_project_id = $1 and n.downstream_project_id = $2 and n.requested_at > $3)
                  + (select count(*) from connection_addition a join connection n on n.id = a.connection_id
                      where n.upstream_project_id = $1 and n.downstream_project_id = $2 and a.requested_at > $3) as value"
        ),
        args![upstream, downstream, since],
    )
    .await
}

/// Whether the two companies had a connection to this upstream project that was disconnected (`CON-04`: the next one goes to review).
pub async fn was_disconnected(db: &mut Session, upstream: ProjectId, downstream: CompanyId) -> Result<bool> {
    let count: i64 = db
        .value(
            sql!(
                "select count(*) as value from connection
                  where upstream_project_id = $1 and downstream_company_id = $2 and state = 'disconnected'"
            ),
            args![upstream, downstream],
        )
        .await?;
    Ok(count > 0)
}

/// Notes that upstream was reminded of a request.
pub async fn set_reminded(tx: &mut Tx, id: ConnectionId, now: Timestamp) -> Result<()> {
    tx.run(sql!("update connection set reminded_at = $2 where id = $1"), args![id, now]).await?;
    Ok(())
}
