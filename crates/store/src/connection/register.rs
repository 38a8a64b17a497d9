//! The register of all connections of a company's projects (`SEE-03`): what it is filtered and sorted by, a row for each connected tool.

use jiff::Timestamp;
use sluice_domain::connection::{Side, State};
use sluice_domain::permission::{Permit, Tool, act};
use sluice_domain::{CompanyId, ConnectionId, ProjectId};

use super::{ConnectionRow, connection_select};
use crate::row::Arg;
use crate::{Result, Session, args, record, sql};

record! {
    /// A connection with one of its tools, in short.
    pub struct RegisterRow {
        /// Which.
        pub id: ConnectionId,
        /// On which side the company is.
        pub side: Side,
        /// State.
        pub state: State,
        /// When it was asked for.
        pub requested_at: Timestamp,
        /// Why it ended.
        pub reason: Option<String>,
        /// The company's own project …
        pub own_project_id: ProjectId,
        /// … by name …
        pub own_project_name: String,
        /// … and number.
        pub own_project_number: String,
        /// The other company …
        pub other_company_id: CompanyId,
        /// … by name.
        pub other_company_name: String,
        /// Its project by name …
        pub other_project_name: String,
        /// … and number.
        pub other_project_number: String,
        /// Whether the upstream project is active.
        pub upstream_active: bool,
        /// Whether the downstream project is.
        pub downstream_active: bool,
        /// A connected tool.
        pub tool: Option<Tool>,
        /// Switched on upstream.
        pub upstream_on: bool,
        /// Switched on downstream.
        pub downstream_on: bool,
        /// Last arrival.
        pub last_arrival_at: Option<Timestamp>,
    }
}

/// All of a company, in no order.
pub async fn of_company(db: &mut Session, permit: &Permit<act::ViewRegister>) -> Result<Vec<RegisterRow>> {
    db.all(
        sql!(
            "select n.id, n.state, n.requested_at, n.reason, case when n.upstream_company_id = $1 then 'upstream' else 'downstream' end as side,
                    own.id as own_project_id, own.name as own_project_name, own.number as own_project_number,
                    c.id as other_company_id, c.name as other_company_name, other.name as other_project_name,
                    other.number as other_project_number, up.active as upstream_active, down.active as downstream_active,
                    t.tool, t.last_arrival_at,
                    exists (select 1 from project_tool p where p.project_id = up.id and p.tool = t.tool) as upstream_on,
                    exists (select 1 from project_tool p where p.project_id = down.id and p.tool = t.tool) as downstream_on
               from connection n
               join project up on up.id = n.upstream_project_id
               join project down on down.id = n.downstream_project_id
               join project own on own.id = case when n.upstream_company_id = $1 then n.upstream_project_id else n.downstream_project_id end
               join project other on other.id = case when n.upstream_company_id = $1 then n.downstream_project_id else n.upstream_project_id end
               join company c on c.id = other.company_id
               left join connection_tool t on t.connection_id = n.id
              where n.upstream_company_id = $1 or n.downstream_company_id = $1"
        ),
        args![permit.company()],
    )
    .await
}

/// Those of a company's connections that are named, in no order.
pub async fn rows(
    db: &mut Session,
    permit: &Permit<act::ViewRegister>,
    ids: &[ConnectionId],
) -> Result<Vec<ConnectionRow>> {
    db.all_in(
        connection_select!("where (n.upstream_company_id = $1 or n.downstream_company_id = $1) and n.id"),
        args![permit.company()],
        ids.iter().map(|id| Arg::from(*id)).collect(),
        "",
    )
    .await
}
