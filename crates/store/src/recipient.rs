//! Who is told about what in a project: the people who may be addressed, and its two distribution lists (`NOT-01`).

use sluice_domain::people::{EntryStatus, represents};
use sluice_domain::permission::{Levels, Permit, Scopes, Standing, Tool, act};
use sluice_domain::{CompanyId, PersonId, ProjectId};

use crate::row::{Arg, Grants, Words};
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A person who may be addressed in a project, as stored.
    pub struct ReaderRow {
        /// Who.
        pub person_id: PersonId,
        /// By name.
        pub name: String,
        /// The project's company.
        pub company_id: CompanyId,
        /// One of its own people.
        pub employee: bool,
        /// Admin on the company Admin tool.
        pub company_admin: bool,
        /// Recorded as representing.
        pub represents_company_id: Option<CompanyId>,
        /// Levels in the project; null where not a member.
        pub levels: Option<Levels>,
        /// Grants in the project.
        pub grants: Option<Grants>,
        /// Tools switched on.
        pub tools: Option<Words>,
        /// On the project's list of specific people.
        pub listed: bool,
    }
}

/// A person who may be addressed in a project: an active member, or an administrator of its company.
#[derive(Debug, Clone)]
pub struct Reader {
    /// By name.
    pub name: String,
    /// On the project's list of specific people (`NOT-01`).
    pub listed: bool,
    /// Where they stand in the project.
    pub standing: Standing,
}

impl ReaderRow {
    fn reader(self, project: ProjectId) -> Reader {
        let standing = Standing {
            person: self.person_id,
            company: self.company_id,
            project: Some(project),
            // Only active entries are asked for.
            in_company: true,
            employee: self.employee,
            company_admin: self.company_admin,
            member: self.levels.is_some(),
            levels: self.levels.unwrap_or_default(),
            grants: self.grants.unwrap_or_default().0,
            tools_on: self.tools.unwrap_or_default().0.iter().filter_map(|key| Tool::from_key(key)).collect(),
            represents: represents(self.company_id, self.employee, self.represents_company_id),
            scopes: Scopes::SIGNED_IN,
        };
        Reader { name: self.name, listed: self.listed, standing }
    }
}

/// A distribution list of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    /// Who is told about its connections (`NOT-01`).
    Connections,
    /// Who is told about what arrives in its drawings.
    Arrivals,
}

impl List {
    const fn key(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Arrivals => "arrivals",
        }
    }
}

/// Everybody who may be addressed in a project, by name.
pub async fn readers(db: &mut Session, project: ProjectId, list: List) -> Result<Vec<Reader>> {
    let rows: Vec<ReaderRow> = db
        .all(
            sql!(
                "select e.person_id, p.name, e.company_id, e.employee, e.company_admin, e.represents_company_id, m.levels, m.grants,
                        (select string_agg(t.tool, ' ') from project_tool t where t.project_id = j.id) as tools,
                        (r.person_id is not null) as listed
                   from project j
                   join company c on c.id = j.company_id and c.closed_at is null
                   join directory_entry e on e.company_id = j.company_id and e.status = $2
                   join person p on p.id = e.person_id
                   left join member m on m.project_id = j.id and m.person_id = e.person_id
                   left join recipient r on r.project_id = j.id and r.list = $3 and r.person_id = e.person_id
                  where j.id = $1 and j.deleted_at is null and not p.service and (e.company_admin or m.person_id is not null)
                  order by p.name, e.person_id"
            ),
            args![project, EntryStatus::Active, list.key()],
        )
        .await?;
    Ok(rows.into_iter().map(|row| row.reader(project)).collect())
}

/// Whether a list holds chosen people only (`NOT-01`).
pub async fn specific(db: &mut Session, project: ProjectId, list: List) -> Result<bool> {
    let mode: Option<(String,)> = db
        .maybe(
            sql!(
                "select case when $2 = 'connections' then connection_recipients else arrival_recipients end as value
                   from project where id = $1 and deleted_at is null"
            ),
            args![project, list.key()],
        )
        .await?;
    Ok(mode.is_some_and(|(mode,)| mode == "specific"))
}

/// Sets who is told about a project's connections (`NOT-01`).
pub async fn choose_for_connections(
    tx: &mut Tx,
    permit: &Permit<act::ManageConnections>,
    project: ProjectId,
    specific: bool,
    people: &[PersonId],
) -> Result<()> {
    tx.run(
        sql!("update project set connection_recipients = $3 where id = $1 and company_id = $2"),
        args![project, permit.company(), mode(specific)],
    )
    .await?;
    set_list(tx, project, List::Connections, people).await
}

/// Sets who is told about what arrives in a project's drawings.
pub async fn choose_for_arrivals(
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    specific: bool,
    people: &[PersonId],
) -> Result<()> {
    tx.run(
        sql!("update project set arrival_recipients = $3 where id = $1 and company_id = $2"),
        args![project, permit.company(), mode(specific)],
    )
    .await?;
    set_list(tx, project, List::Arrivals, people).await
}

const fn mode(specific: bool) -> &'static str {
    if specific { "specific" } else { "all_admins" }
}

async fn set_list(tx: &mut Tx, project: ProjectId, list: List, people: &[PersonId]) -> Result<()> {
    tx.run(sql!("delete from recipient where project_id = $1 and list = $2"), args![project, list.key()])
        .await?;
    let rows = people.iter().map(|person| -> Vec<Arg> { args![project, list.key(), *person] });
    tx.insert_many(
        "insert into recipient (project_id, list, person_id)",
        "on conflict do nothing",
        rows.collect(),
    )
    .await?;
    Ok(())
}
