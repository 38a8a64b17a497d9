//! The stages of a connection in its row, and the roles that move with them: so the database itself refuses chains and second upstreams
//! (`CON-10`).

use jiff::Timestamp;
use sluice_domain::connection::{Connection, Decider, Deed, Side, Stage, State};
use sluice_domain::permission::{Permit, Tool, act};
use sluice_domain::topology::Role;
use sluice_domain::{PersonId, ProjectId};

use crate::{Error, Result, Tx, args, sql};

/// Who approved and who ended something, when and why, as the columns of its row keep it.
#[derive(Debug)]
pub(super) struct Deeds {
    pub(super) approved_by: Option<PersonId>,
    pub(super) approved_at: Option<Timestamp>,
    pub(super) ended_by: Option<PersonId>,
    pub(super) ended_side: Option<Side>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) reason: Option<String>,
}

impl Deeds {
    pub(super) fn of(stage: &Stage) -> Self {
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

    pub(super) fn stage(self, state: State, requested_at: Timestamp) -> Stage {
        let approval = Deed {
            by: self.approved_by.map_or(Decider::Policy, |person| Decider::Person(person, Side::Upstream)),
            at: self.approved_at.unwrap_or(requested_at),
            reason: None,
        };
        let ending = Deed {
            by: match (self.ended_by, self.ended_side) {
                (Some(person), Some(side)) => Decider::Person(person, side),
                (None, Some(side)) => Decider::Closing(side),
                _ => Decider::Time,
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
