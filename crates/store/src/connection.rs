//! Connections between projects: their rows, the roles they give, their history.
//!
//! Each change of state moves the role rows with it, so that the database itself refuses chains and second upstreams (`CON-10`).
//!
//! Long because: every statement on one table stands together, each with the record it reads.

use jiff::Timestamp;
use sluice_domain::connection::{Connection, Decider, Deed, End, Side, Stage, State};
use sluice_domain::permission::{Permit, Tool, act};
use sluice_domain::topology::{Candidate, Role};
use sluice_domain::{CompanyId, ConnectionId, DeliveryId, PersonId, ProjectId};
use uuid::Uuid;

use crate::row::Words;
use crate::{Error, Result, Session, Tx, args, record, sql};

pub mod addition;
pub mod undo;

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

/// Who approved and who ended something, when and why, as the columns of its row keep it.
#[derive(Debug)]
struct Deeds {
    approved_by: Option<PersonId>,
    approved_at: Option<Timestamp>,
    ended_by: Option<PersonId>,
    ended_side: Option<Side>,
    ended_at: Option<Timestamp>,
    reason: Option<String>,
}

impl Deeds {
    fn of(stage: &Stage) -> Self {
        let (approval, ending) = match stage {
            Stage::Requested => (None, None),
            Stage::Connected { approval } => (Some(approval), None),
            Stage::Closed { ending, .. } => (None, Some(ending)),
            Stage::Disconnected { approval, disconnection } => (Some(approval), Some(disconnection)),
        };
        let person = |deed: Option<&Deed>| match deed.map(|deed| deed.by) {
            Some(Decider::Person(person, _)) => Some(person),
            _ => None,
        };
        let ended_side = match ending.map(|deed| deed.by) {
            Some(Decider::Person(_, side) | Decider::Closing(side)) => Some(side),
            _ => None,
        };
        Self {
            approved_by: person(approval),
            approved_at: approval.map(|deed| deed.at),
            ended_by: person(ending),
            ended_side,
            ended_at: ending.map(|deed| deed.at),
            reason: ending.and_then(|deed| deed.reason.clone()),
        }
    }

    fn stage(self, state: State, requested_at: Timestamp) -> Stage {
        let approval = Deed {
            by: self.approved_by.map_or(Decider::Policy, |person| Decider::Person(person, Side::Upstream)),
            at: self.approved_at.unwrap_or(requested_at),
            reason: None,
        };
        let ending = Deed {
            by: match (self.ended_by, self.ended_side) {
                (Some(person), Some(side)) => Decider::Person(person, side),
                (None, Some(side)) => Decider::Closing(side),
                _ => Decider::Policy,
            },
            at: self.ended_at.unwrap_or(requested_at),
            reason: self.reason,
        };
        match state {
            State::Requested => Stage::Requested,
            State::Connected => Stage::Connected { approval },
            State::Disconnected => Stage::Disconnected { approval, disconnection: ending },
            state @ (State::Declined | State::Withdrawn | State::Expired | State::Undone) => {
                Stage::Closed { state, ending }
            }
        }
    }
}

record! {
    /// A connected tool: how far it is.
    pub struct ToolRow {
        /// Of this connection.
        pub connection_id: ConnectionId,
        /// Which tool.
        pub tool: Tool,
        /// Read up to here.
        pub position: i64,
        /// Records copied.
        pub copied_count: i64,
        /// Head of the feed when the first copy began.
        pub first_copy_head: Option<i64>,
        /// When everything that was there at the start had arrived.
        pub first_copy_complete_at: Option<Timestamp>,
        /// Last arrival.
        pub last_arrival_at: Option<Timestamp>,
        /// Since when it flows.
        pub connected_at: Option<Timestamp>,
        /// When somebody downstream first used a copy of it.
        pub used_at: Option<Timestamp>,
        /// Since when it can no longer be undone, and what waited for that was done.
        pub settled_at: Option<Timestamp>,
        /// Switched on upstream.
        pub upstream_on: bool,
        /// Switched on downstream.
        pub downstream_on: bool,
    }
}

record! {
    /// A live connection's two projects.
    pub struct Live {
        /// Which.
        pub id: ConnectionId,
        /// Upstream.
        pub upstream_project_id: ProjectId,
        /// Downstream.
        pub downstream_project_id: ProjectId,
    }
}

record! {
    /// Something that happened to a connection.
    pub struct Event {
        /// When.
        pub at: Timestamp,
        /// `requested`, `approved` … or `delivery`.
        pub kind: String,
        /// Who, by name; null for a policy or time.
        pub person_name: Option<String>,
        /// Of which company, by name.
        pub company_name: Option<String>,
        /// The tool it is about, where it is about one.
        pub tool: Option<Tool>,
        /// Why.
        pub reason: Option<String>,
    }
}

record! {
    /// A batch that arrived.
    pub struct Delivery {
        /// When it began.
        pub started_at: Timestamp,
        /// When it was saved.
        pub ended_at: Timestamp,
        /// Of which tool.
        pub tool: Tool,
        /// Records.
        pub record_count: i64,
        /// Bytes they refer to.
        pub byte_count: i64,
    }
}

record! {
    /// A record that could not be applied.
    pub struct Parked {
        /// Kind.
        pub kind: String,
        /// The record upstream.
        pub record_id: Uuid,
        /// Which sheet it is: its number, as it was offered.
        pub label: String,
        /// Why.
        pub detail: String,
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

/// The connections of all projects of a company, newest first (`SEE-03`).
pub async fn of_company(db: &mut Session, permit: &Permit<act::ViewRegister>) -> Result<Vec<ConnectionRow>> {
    db.all(
        connection_select!(
            "where n.upstream_company_id = $1 or n.downstream_company_id = $1 order by n.requested_at desc, n.id"
        ),
        args![permit.company()],
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
            "select id, upstream_project_id, downstream_project_id from connection
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

async fn take_role(tx: &mut Tx, project: ProjectId, role: Role) -> Result<()> {
    // Held already in this role: fine. Held in the other: the connection's own reference fails.
    tx.run(
        sql!(
            "insert into project_role (project_id, role) values ($1, $2) on conflict (project_id) do nothing"
        ),
        args![project, role],
    )
    .await?;
    Ok(())
}

async fn release_role(tx: &mut Tx, project: ProjectId, role: Role) -> Result<()> {
    tx.run(
        sql!(
            "delete from project_role where project_id = $1 and role = $2
                and not exists (select 1 from connection n where n.upstream_project_id = $1 and n.upstream_role is not null)
                and not exists (select 1 from connection n where n.downstream_project_id = $1 and n.downstream_role is not null)"
        ),
        args![project, role],
    )
    .await?;
    Ok(())
}

/// A conflict with a role row shows as a broken reference.
fn as_role_conflict(error: Error) -> Error {
    match error {
        Error::Conflict { conflict: crate::Conflict::Reference, source } => {
            Error::Conflict { conflict: crate::Conflict::Role, source }
        }
        other => other,
    }
}

/// Adds a request with what it would share. The proof is the permit for the downstream project.
pub async fn insert(
    tx: &mut Tx,
    _permit: &Permit<act::ManageConnections>,
    request: &Connection,
    tools: &[Tool],
    expires_at: Timestamp,
) -> Result<()> {
    take_role(tx, request.downstream.project, Role::Downstream).await?;
    tx.run(
        sql!(
            "insert into connection (id, upstream_company_id, upstream_project_id, downstream_company_id, downstream_project_id,
                    downstream_role, state, upstream_company_name, upstream_project_name, requested_by, requested_at, expires_at)
             select $1, $2, $3, $4, $5, 'downstream', 'requested', c.name, p.name, $6, $7, $8
               from project p join company c on c.id = p.company_id where p.id = $3"
        ),
        args![
            request.id,
            request.upstream.company,
            request.upstream.project,
            request.downstream.company,
            request.downstream.project,
            request.requested_by,
            request.requested_at,
            expires_at
        ],
    )
    .await
    .map_err(as_role_conflict)?;
    for tool in tools {
        tx.run(
            sql!("insert into connection_tool (connection_id, tool) values ($1, $2)"),
            args![request.id, *tool],
        )
        .await?;
    }
    Ok(())
}

/// Saves the stage that [`Connection::apply`] made, moving the role rows with it. The caller holds the connection's lock.
pub async fn save_stage(tx: &mut Tx, connection: &Connection) -> Result<()> {
    let state = connection.stage.state();
    let deeds = Deeds::of(&connection.stage);
    if state.holds_upstream_role() {
        take_role(tx, connection.upstream.project, Role::Upstream).await?;
    }
    tx.run(
        sql!(
            "update connection set state = $2, approved_by = $3, approved_at = $4, ended_by = $5, ended_side = $6, ended_at = $7,
                    reason = $8, upstream_role = $9, downstream_role = $10 where id = $1"
        ),
        args![
            connection.id,
            state,
            deeds.approved_by,
            deeds.approved_at,
            deeds.ended_by,
            deeds.ended_side,
            deeds.ended_at,
            deeds.reason,
            state.holds_upstream_role().then_some(Role::Upstream),
            state.holds_downstream_role().then_some(Role::Downstream)
        ],
    )
    .await
    .map_err(as_role_conflict)?;
    if !state.holds_upstream_role() {
        release_role(tx, connection.upstream.project, Role::Upstream).await?;
    }
    if !state.holds_downstream_role() {
        release_role(tx, connection.downstream.project, Role::Downstream).await?;
    }
    Ok(())
}

/// Notes that upstream was reminded of a request.
pub async fn set_reminded(tx: &mut Tx, id: ConnectionId, now: Timestamp) -> Result<()> {
    tx.run(sql!("update connection set reminded_at = $2 where id = $1"), args![id, now]).await?;
    Ok(())
}

/// The connected tools of several connections.
pub async fn tools(db: &mut Session, connections: &[ConnectionId]) -> Result<Vec<ToolRow>> {
    let mut rows = vec![];
    for id in connections {
        rows.extend(
            db.all::<ToolRow>(
                sql!(
                    "select t.connection_id, t.tool, t.position, t.copied_count, t.first_copy_head, t.first_copy_complete_at,
                            t.last_arrival_at, t.connected_at, t.used_at, t.settled_at,
                            exists (select 1 from project_tool p where p.project_id = n.upstream_project_id and p.tool = t.tool) as upstream_on,
                            exists (select 1 from project_tool p where p.project_id = n.downstream_project_id and p.tool = t.tool) as downstream_on
                       from connection_tool t join connection n on n.id = t.connection_id
                      where t.connection_id = $1 order by t.tool"
                ),
                args![*id],
            )
            .await?,
        );
    }
    Ok(rows)
}

/// Publish → copied latencies of the last arrivals, milliseconds, shortest first (`SEE-07`).
pub async fn latencies(db: &mut Session, id: ConnectionId) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> = db
        .all(
            sql!(
                "select took as value from (
                    select r.arrived_at - r.upstream_published_at as took
                      from drawing_revision r join connection n on n.id = r.connection_id
                     where r.connection_id = $1 and r.upstream_published_at >= n.approved_at
                     order by r.arrived_at desc limit 200) latest
                  order by took"
            ),
            args![id],
        )
        .await?;
    Ok(rows.into_iter().map(|(ms,)| ms).collect())
}

/// Records that wait for a repair, first 100 (`FLO-12`).
pub async fn parked(db: &mut Session, id: ConnectionId) -> Result<Vec<Parked>> {
    db.all(
        sql!("select kind, record_id, label, detail from parked_record where connection_id = $1 order by parked_at, record_id limit 100"),
        args![id],
    )
    .await
}

/// Something to write into a connection's history.
#[derive(Debug)]
pub struct NewEvent<'a> {
    /// The event's id.
    pub id: Uuid,
    /// Which connection.
    pub connection: ConnectionId,
    /// `requested`, `approved` …
    pub kind: &'a str,
    /// Who, if a person.
    pub person: Option<PersonId>,
    /// For which company.
    pub company: Option<CompanyId>,
    /// About which tool, if about one.
    pub tool: Option<Tool>,
    /// Why.
    pub reason: Option<&'a str>,
}

/// Writes into the history; names are kept as they are now.
pub async fn add_event(tx: &mut Tx, event: NewEvent<'_>, now: Timestamp) -> Result<()> {
    tx.run(
        sql!(
            "insert into connection_event (id, connection_id, at, kind, person_name, company_name, tool, reason)
             values ($1, $2, $3, $4, (select name from person where id = $5), (select name from company where id = $6), $7, $8)"
        ),
        args![event.id, event.connection, now, event.kind, event.person, event.company, event.tool, event.reason],
    )
    .await?;
    Ok(())
}

/// The history, oldest first.
pub async fn events(db: &mut Session, id: ConnectionId) -> Result<Vec<Event>> {
    db.all(
        sql!("select at, kind, person_name, company_name, tool, reason from connection_event where connection_id = $1 order by at, id"),
        args![id],
    )
    .await
}

/// The batches that arrived, oldest first, last 1,000 (`SEE-04`).
pub async fn deliveries(db: &mut Session, id: ConnectionId) -> Result<Vec<Delivery>> {
    let mut rows: Vec<Delivery> = db
        .all(
            sql!(
                "select started_at, ended_at, tool, record_count, byte_count from delivery
                  where connection_id = $1 order by ended_at desc, id desc limit 1000"
            ),
            args![id],
        )
        .await?;
    rows.reverse();
    Ok(rows)
}

/// A batch as it is saved.
#[derive(Debug, Clone, Copy)]
pub struct Batch {
    /// The delivery.
    pub id: DeliveryId,
    /// Of this connection.
    pub connection: ConnectionId,
    /// Of this tool.
    pub tool: Tool,
    /// When reading began.
    pub started_at: Timestamp,
    /// Position before.
    pub from: i64,
    /// Position after.
    pub to: i64,
    /// Records that changed something here.
    pub records: i64,
    /// Records of the counted kind that are new here.
    pub arrived: i64,
    /// Bytes they refer to.
    pub bytes: i64,
}

/// Moves the position and writes the batch into the history, in the transaction that applied its records: both happen or none (`FLO-01`).
/// Answers whether the position was where the batch began.
pub async fn advance(tx: &mut Tx, batch: Batch, now: Timestamp) -> Result<bool> {
    let moved = tx
        .run(
            sql!(
                "update connection_tool set position = $4, copied_count = copied_count + $5, copied_bytes = copied_bytes + $6,
                        last_arrival_at = case when $7 > 0 then $8 else last_arrival_at end
                  where connection_id = $1 and tool = $2 and position = $3"
            ),
            args![batch.connection, batch.tool, batch.from, batch.to, batch.arrived, batch.bytes, batch.records, now],
        )
        .await?;
    if moved == 1 && batch.records > 0 {
        tx.run(
            sql!(
                "insert into delivery (id, connection_id, tool, started_at, ended_at, record_count, byte_count, from_position, to_position)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            ),
            args![
                batch.id, batch.connection, batch.tool, batch.started_at, now, batch.records, batch.bytes, batch.from, batch.to
            ],
        )
        .await?;
    }
    Ok(moved == 1)
}

/// A tool flows from now on: marks where its first copy ends.
pub async fn begin_first_copy(
    tx: &mut Tx,
    id: ConnectionId,
    tool: Tool,
    head: i64,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "update connection_tool set first_copy_head = $3, connected_at = $4
              where connection_id = $1 and tool = $2 and connected_at is null"
        ),
        args![id, tool, head, now],
    )
    .await?;
    Ok(())
}

/// Notes that the first copy is complete; answers whether that is news.
pub async fn complete_first_copy(tx: &mut Tx, id: ConnectionId, tool: Tool, now: Timestamp) -> Result<bool> {
    let noted = tx
        .run(
            sql!(
                "update connection_tool set first_copy_complete_at = $3
                  where connection_id = $1 and tool = $2 and first_copy_complete_at is null and position >= first_copy_head"
            ),
            args![id, tool, now],
        )
        .await?;
    Ok(noted == 1)
}

/// Begins again from the start after the upstream answered *refresh required* (`FLO-01`).
pub async fn rewind(tx: &mut Tx, id: ConnectionId, tool: Tool) -> Result<()> {
    tx.run(
        sql!("update connection_tool set position = 0 where connection_id = $1 and tool = $2"),
        args![id, tool],
    )
    .await?;
    Ok(())
}
