//! Projects, their tools and members.

use jiff::Timestamp;
use sluice_domain::people::EntryStatus;
use sluice_domain::permission::{Levels, Permit, Tool, act};
use sluice_domain::{CompanyId, PersonId, ProjectId};

use crate::row::{Grants, Words};
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A project.
    pub struct Project {
        /// Which.
        pub id: ProjectId,
        /// Of this company …
        pub company_id: CompanyId,
        /// … by name.
        pub company_name: String,
        /// Name.
        pub name: String,
        /// Number; may be empty.
        pub number: String,
        /// Active or inactive (`PPL-09`).
        pub active: bool,
        /// How copies land here (`DRF-03`): `review`, `publish`, `publish_and_distribute`.
        pub arrival: String,
        /// Tools switched on.
        pub tools: Option<Words>,
        /// Counts up with each change.
        pub version: i64,
    }
}

impl Project {
    /// Tools switched on.
    pub fn tools_on(&self) -> Vec<Tool> {
        self.tools.iter().flat_map(|words| &words.0).filter_map(|key| Tool::from_key(key)).collect()
    }
}

record! {
    /// A member of a project, with their entry in the company's directory.
    pub struct Member {
        /// Who.
        pub person_id: PersonId,
        /// Name.
        pub name: String,
        /// Address.
        pub email: String,
        /// One of the company's own people.
        pub employee: bool,
        /// Admin on the company Admin tool.
        pub company_admin: bool,
        /// State of the directory entry.
        pub status: EntryStatus,
        /// The company represented, for a collaborator.
        pub represents_company_id: Option<CompanyId>,
        /// Its name.
        pub represents_name: Option<String>,
        /// Levels.
        pub levels: Levels,
        /// Grants.
        pub grants: Grants,
    }
}

/// One project.
pub async fn get(db: &mut Session, project: ProjectId) -> Result<Option<Project>> {
    db.maybe(
        sql!(
            "select p.id, p.company_id, c.name as company_name, p.name, p.number, p.active, p.arrival, p.version,
                    (select string_agg(t.tool, ' ') from project_tool t where t.project_id = p.id) as tools
               from project p join company c on c.id = p.company_id
              where p.id = $1 and p.deleted_at is null"
        ),
        args![project],
    )
    .await
}

/// The projects a person sees: where they are a member, and all of the companies they administer.
pub async fn of_person(db: &mut Session, person: PersonId) -> Result<Vec<Project>> {
    db.all(
        // cross-tenant: one person's projects in all their companies, by their directory entries
        sql!(
            "select p.id, p.company_id, c.name as company_name, p.name, p.number, p.active, p.arrival, p.version,
                    (select string_agg(t.tool, ' ') from project_tool t where t.project_id = p.id) as tools
               from directory_entry e
               join company c on c.id = e.company_id and c.closed_at is null
               join project p on p.company_id = e.company_id and p.deleted_at is null
              where e.person_id = $1 and e.status = 'active'
                and (e.company_admin or exists (select 1 from member m where m.project_id = p.id and m.person_id = $1))
              order by p.name, p.id"
        ),
        args![person],
    )
    .await
}

/// Adds a project with its creator in its directory, Admin on every tool, Drawings switched on (`PPL-09`).
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<act::CreateProject>,
    id: ProjectId,
    name: &str,
    number: &str,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!("insert into project (id, company_id, name, number, created_by, created_at) values ($1, $2, $3, $4, $5, $6)"),
        args![id, permit.company(), name, number, permit.person(), now],
    )
    .await?;
    tx.run(sql!("insert into project_tool (project_id, tool) values ($1, $2)"), args![id, Tool::Drawings])
        .await?;
    tx.run(sql!("insert into feed_head (project_id, head) values ($1, 0)"), args![id]).await?;
    tx.run(
        sql!(
            "insert into member (project_id, company_id, person_id, levels, created_at) values ($1, $2, $3, $4, $5)"
        ),
        args![id, permit.company(), permit.person(), Levels::ADMIN, now],
    )
    .await?;
    Ok(())
}

/// Writes name, number and whether it is active, and counts the version up.
pub async fn update(tx: &mut Tx, permit: &Permit<act::UpdateProject>, project: &Project) -> Result<()> {
    tx.run(
        sql!("update project set name = $2, number = $3, active = $4, version = version + 1 where id = $1 and company_id = $5"),
        args![project.id, &project.name, &project.number, project.active, permit.company()],
    )
    .await?;
    Ok(())
}

/// Switches a tool on or off.
pub async fn switch_tool(
    tx: &mut Tx,
    _permit: &Permit<act::UpdateProject>,
    project: ProjectId,
    tool: Tool,
    on: bool,
) -> Result<()> {
    if on {
        tx.run(
            sql!("insert into project_tool (project_id, tool) values ($1, $2) on conflict (project_id, tool) do nothing"),
            args![project, tool],
        )
        .await?;
    } else {
        tx.run(sql!("delete from project_tool where project_id = $1 and tool = $2"), args![project, tool])
            .await?;
    }
    Ok(())
}

/// Sets how copies land (`DRF-03`).
pub async fn set_arrival(
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    arrival: &str,
) -> Result<()> {
    tx.run(
        sql!("update project set arrival = $2 where id = $1 and company_id = $3"),
        args![project, arrival, permit.company()],
    )
    .await?;
    Ok(())
}

/// The members, by name.
pub async fn members(db: &mut Session, project: ProjectId) -> Result<Vec<Member>> {
    db.all(
        sql!(
            "select m.person_id, case when e.invited_as <> '' then e.invited_as else p.name end as name, p.email, e.employee, e.company_admin, e.status, e.represents_company_id,
                    r.name as represents_name, m.levels, m.grants
               from member m
               join directory_entry e on e.company_id = m.company_id and e.person_id = m.person_id
               join person p on p.id = m.person_id
               left join company r on r.id = e.represents_company_id
              where m.project_id = $1 order by 2, m.person_id"
        ),
        args![project],
    )
    .await
}

/// One member.
pub async fn member(db: &mut Session, project: ProjectId, person: PersonId) -> Result<Option<Member>> {
    Ok(members(db, project).await?.into_iter().find(|member| member.person_id == person))
}

/// Adds a member, or sets the levels and grants of one who is there.
pub async fn set_member(
    tx: &mut Tx,
    permit: &Permit<act::ManageDirectory>,
    project: ProjectId,
    person: PersonId,
    levels: Levels,
    grants: &Grants,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into member (project_id, company_id, person_id, levels, grants, created_at) values ($1, $2, $3, $4, $5, $6)
             on conflict (project_id, person_id) do update set levels = excluded.levels, grants = excluded.grants"
        ),
        args![project, permit.company(), person, levels, grants, now],
    )
    .await?;
    Ok(())
}

/// Takes a member off the project's directory; their place in the company stays.
pub async fn remove_member(
    tx: &mut Tx,
    _permit: &Permit<act::ManageDirectory>,
    project: ProjectId,
    person: PersonId,
) -> Result<bool> {
    let removed = tx
        .run(sql!("delete from member where project_id = $1 and person_id = $2"), args![project, person])
        .await?;
    tx.run(
        sql!("delete from connection_recipient where project_id = $1 and person_id = $2"),
        args![project, person],
    )
    .await?;
    Ok(removed == 1)
}
