//! Which projects a project is connected with, or asked by, in short: for lists and front pages (`SEE-02`).

use std::collections::HashMap;

use sluice_domain::connection::State;
use sluice_domain::{CompanyId, ConnectionId, PersonId, ProjectId};

use crate::row::{Field, Record, Row};
use crate::{Result, Session, args, record, sql};

record! {
    /// The other end of a project's connection, in short.
    pub struct Neighbour {
        /// The connection.
        pub connection_id: ConnectionId,
        /// Whether the other end is downstream of this project.
        pub other_is_downstream: bool,
        /// State.
        pub state: State,
        /// The other company …
        pub company_id: CompanyId,
        /// … by name.
        pub company_name: String,
        /// The other project …
        pub project_id: ProjectId,
        /// … by name.
        pub project_name: String,
    }
}

/// The other ends of a project's connections and requests.
pub async fn of_project(db: &mut Session, project: ProjectId) -> Result<Vec<Neighbour>> {
    db.all(
        sql!(
            "select n.id as connection_id, (n.upstream_project_id = $1) as other_is_downstream, n.state,
                    c.id as company_id, c.name as company_name, p.id as project_id, p.name as project_name
               from connection n
               join project p on p.id = case when n.upstream_project_id = $1 then n.downstream_project_id else n.upstream_project_id end
               join company c on c.id = p.company_id
              where (n.upstream_project_id = $1 or n.downstream_project_id = $1)
                and n.state in ('requested', 'connected', 'disconnected')
              order by c.name, p.name, n.id"
        ),
        args![project],
    )
    .await
}

/// A neighbour with whose it is.
struct Of {
    project: ProjectId,
    neighbour: Neighbour,
}

impl Record for Of {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self { project: ProjectId::read(row, "of_project_id")?, neighbour: Neighbour::read(row)? })
    }
}

/// The same of every project that a person may know of.
pub async fn of_person(db: &mut Session, person: PersonId) -> Result<HashMap<ProjectId, Vec<Neighbour>>> {
    let rows: Vec<Of> = db
        .all(
            // cross-tenant: from one person's projects, by their directory entries, to those they are connected with
            sql!(
                "select o.id as of_project_id, n.id as connection_id, (n.upstream_project_id = o.id) as other_is_downstream, n.state,
                        c.id as company_id, c.name as company_name, p.id as project_id, p.name as project_name
                   from directory_entry e
                   join project o on o.company_id = e.company_id and o.deleted_at is null
                   join connection n on n.upstream_project_id = o.id or n.downstream_project_id = o.id
                   join project p on p.id = case when n.upstream_project_id = o.id then n.downstream_project_id else n.upstream_project_id end
                   join company c on c.id = p.company_id
                  where e.person_id = $1 and e.status = 'active'
                    and (e.company_admin or exists (select 1 from member m where m.project_id = o.id and m.person_id = $1))
                    and n.state in ('requested', 'connected', 'disconnected')
                  order by c.name, p.name, n.id"
            ),
            args![person],
        )
        .await?;
    let mut neighbours: HashMap<ProjectId, Vec<Neighbour>> = HashMap::new();
    for Of { project, neighbour } in rows {
        neighbours.entry(project).or_default().push(neighbour);
    }
    Ok(neighbours)
}
