//! Projects, their tools and members.

use jiff::Timestamp;
use sluice_domain::people::EntryStatus;
use sluice_domain::permission::template::Rights;
use sluice_domain::permission::{Levels, Permit, Tool, act};
use sluice_domain::project::Stage;
use sluice_domain::{CompanyId, PersonId, ProjectId, TemplateId};

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
        /// Where it is built; may be empty.
        pub address: String,
        /// Its time zone, by its IANA name.
        pub time_zone: String,
        /// How far the job is.
        pub stage: Option<Stage>,
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
        /// The name of whom they represent: the project's own company, for its own people.
        pub represents_name: Option<String>,
        /// A service account: no sign-in (`PPL-11`).
        pub service: bool,
        /// Their invitation is open until then, unless it was used, taken back or never sent.
        pub invited_until: Option<Timestamp>,
        /// Levels.
        pub levels: Levels,
        /// Grants.
        pub grants: Grants,
        /// The permission template they have (`PPL-06`) …
        pub template_id: Option<TemplateId>,
        /// … by name …
        pub template_name: Option<String>,
        /// … with what it sets.
        pub template_levels: Option<Levels>,
        /// And the grants of it.
        pub template_grants: Option<Grants>,
        /// Stands apart from the template.
        pub overridden: bool,
    }
}

impl Member {
    /// Levels and grants.
    pub fn rights(&self) -> Rights {
        Rights::new(self.levels, &self.grants.0)
    }
}

/// What a member is given: rights, and the template they come from.
#[derive(Debug, Clone)]
pub struct Given {
    /// The template.
    pub template: Option<TemplateId>,
    /// Stands apart from it.
    pub overridden: bool,
    /// Levels and grants.
    pub rights: Rights,
}

/// A project to be added, or the fields of one that can be changed.
#[derive(Debug, Clone)]
pub struct Fields {
    /// Name.
    pub name: String,
    /// Number; may be empty.
    pub number: String,
    /// Where it is built; may be empty.
    pub address: String,
    /// Its time zone, by its IANA name.
    pub time_zone: String,
    /// How far the job is.
    pub stage: Option<Stage>,
}

/// Whether a project is there: neither deleted nor of a closed company.
pub async fn is_there(db: &mut Session, project: ProjectId) -> Result<bool> {
    db.value(
        sql!(
            "select exists (select 1 from project p join company c on c.id = p.company_id and c.closed_at is null
                             where p.id = $1 and p.deleted_at is null) as value"
        ),
        args![project],
    )
    .await
}

/// One project.
pub async fn get(db: &mut Session, project: ProjectId) -> Result<Option<Project>> {
    db.maybe(
        sql!(
            "select p.id, p.company_id, c.name as company_name, p.name, p.number, p.address, p.time_zone, p.stage, p.active, p.arrival, p.version,
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
            "select p.id, p.company_id, c.name as company_name, p.name, p.number, p.address, p.time_zone, p.stage, p.active, p.arrival, p.version,
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

/// Adds a project with its creator in its directory, Admin on every tool, and these tools switched on (`PPL-09`).
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<act::CreateProject>,
    id: ProjectId,
    fields: &Fields,
    tools: &[Tool],
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into project (id, company_id, name, number, address, time_zone, stage, created_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        ),
        args![
            id,
            permit.company(),
            &fields.name,
            &fields.number,
            &fields.address,
            &fields.time_zone,
            fields.stage,
            permit.person(),
            now
        ],
    )
    .await?;
    let rows = tools.iter().map(|tool| args![id, *tool]).collect();
    tx.insert_many("insert into project_tool (project_id, tool)", "", rows).await?;
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

/// Writes a project's fields and whether it is active, and counts the version up.
pub async fn update(
    tx: &mut Tx,
    permit: &Permit<act::UpdateProject>,
    project: ProjectId,
    fields: &Fields,
    active: bool,
) -> Result<()> {
    tx.run(
        sql!(
            "update project set name = $2, number = $3, address = $4, time_zone = $5, stage = $6, active = $7, version = version + 1
              where id = $1 and company_id = $8"
        ),
        args![
            project,
            &fields.name,
            &fields.number,
            &fields.address,
            &fields.time_zone,
            fields.stage,
            active,
            permit.company()
        ],
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

macro_rules! member_select {
    ($tail:literal) => {
        concat!(
            "select m.person_id, case when e.invited_as <> '' then e.invited_as else p.name end as name,
                    case when p.service then '' else p.email end as email, e.employee, e.company_admin, e.status,
                    e.represents_company_id, case when e.employee then c.name else r.name end as represents_name, p.service,
                    (select max(i.expires_at) from invitation i
                      where i.company_id = e.company_id and i.person_id = e.person_id
                        and i.accepted_at is null and i.revoked_at is null) as invited_until,
                    m.levels, m.grants, m.template_id, t.name as template_name, t.levels as template_levels, t.grants as template_grants,
                    m.overridden
               from member m
               join directory_entry e on e.company_id = m.company_id and e.person_id = m.person_id
               join company c on c.id = m.company_id
               join person p on p.id = m.person_id
               left join company r on r.id = e.represents_company_id
               left join permission_template t on t.id = m.template_id and t.company_id = m.company_id ",
            $tail
        )
    };
}

/// The members, by name.
pub async fn members(db: &mut Session, project: ProjectId) -> Result<Vec<Member>> {
    db.all(member_select!("where m.project_id = $1 order by 2, m.person_id"), args![project]).await
}

/// One member.
pub async fn member(db: &mut Session, project: ProjectId, person: PersonId) -> Result<Option<Member>> {
    db.maybe(member_select!("where m.project_id = $1 and m.person_id = $2"), args![project, person]).await
}

record! {
    /// A project that somebody of a company's directory is in.
    pub struct Place {
        /// The project.
        pub project_id: ProjectId,
        /// Its name.
        pub project_name: String,
        /// Its number.
        pub number: String,
        /// Active or inactive.
        pub active: bool,
        /// The permission template they have there.
        pub template_name: Option<String>,
        /// Stands apart from it.
        pub overridden: bool,
        /// Levels there.
        pub levels: Levels,
    }
}

/// The projects of a company that somebody is a member of, by name.
pub async fn places(db: &mut Session, company: CompanyId, person: PersonId) -> Result<Vec<Place>> {
    db.all(
        sql!(
            "select p.id as project_id, p.name as project_name, p.number, p.active, t.name as template_name, m.overridden, m.levels
               from member m
               join project p on p.id = m.project_id and p.deleted_at is null
               left join permission_template t on t.id = m.template_id and t.company_id = m.company_id
              where m.company_id = $1 and m.person_id = $2 order by p.name, p.id"
        ),
        args![company, person],
    )
    .await
}

/// Adds a member, or sets the rights of one who is there.
pub async fn set_member(
    tx: &mut Tx,
    permit: &Permit<act::ManageDirectory>,
    project: ProjectId,
    person: PersonId,
    given: &Given,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into member (project_id, company_id, person_id, levels, grants, template_id, overridden, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (project_id, person_id) do update set levels = excluded.levels, grants = excluded.grants,
                template_id = excluded.template_id, overridden = excluded.overridden"
        ),
        args![
            project,
            permit.company(),
            person,
            given.rights.levels,
            &Grants(given.rights.grants().to_vec()),
            given.template,
            given.overridden,
            now
        ],
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
    Ok(removed == 1)
}
