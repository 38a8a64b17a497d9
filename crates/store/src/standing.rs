//! Loads the facts that `domain::permission::authorize` asks for: one row a question.

use std::collections::HashMap;

use sluice_domain::people::{EntryStatus, represents};
use sluice_domain::permission::{Levels, Scopes, Standing, Tool};
use sluice_domain::{CompanyId, PersonId, ProjectId};

use crate::company::Company;
use crate::row::{Field, Grants, Record, Row, Words};
use crate::{Result, Session, args, record, sql};

record! {
    /// A person's place in a project and its company, as stored.
    pub struct StandingRow {
        /// The company whose directory is asked.
        pub company_id: CompanyId,
        /// In the directory …
        pub status: Option<EntryStatus>,
        /// … as one of its own people.
        pub employee: Option<bool>,
        /// Admin on the company Admin tool.
        pub company_admin: Option<bool>,
        /// Recorded as representing.
        pub represents_company_id: Option<CompanyId>,
        /// Levels in the project; null where not a member.
        pub levels: Option<Levels>,
        /// Grants in the project.
        pub grants: Option<Grants>,
        /// Tools switched on.
        pub tools: Option<Words>,
    }
}

impl StandingRow {
    fn standing(self, person: PersonId, project: Option<ProjectId>) -> Standing {
        let employee = self.employee.unwrap_or(false);
        Standing {
            person,
            company: self.company_id,
            project,
            in_company: self.status == Some(EntryStatus::Active),
            employee,
            company_admin: self.company_admin.unwrap_or(false),
            member: self.levels.is_some(),
            levels: self.levels.unwrap_or_default(),
            grants: self.grants.unwrap_or_default().0,
            tools_on: self.tools.unwrap_or_default().0.iter().filter_map(|key| Tool::from_key(key)).collect(),
            represents: represents(self.company_id, employee, self.represents_company_id),
            scopes: Scopes::SIGNED_IN,
        }
    }
}

/// Where a person stands in a project; `None` where the project does not exist or its company is closed.
pub async fn in_project(db: &mut Session, person: PersonId, project: ProjectId) -> Result<Option<Standing>> {
    let row = db
        .maybe::<StandingRow>(
            sql!(
                "select p.company_id, e.status, e.employee, e.company_admin, e.represents_company_id, m.levels, m.grants,
                        (select string_agg(t.tool, ' ') from project_tool t where t.project_id = p.id) as tools
                   from project p
                   join company c on c.id = p.company_id and c.closed_at is null
                   left join directory_entry e on e.company_id = p.company_id and e.person_id = $2
                   left join member m on m.project_id = p.id and m.person_id = $2
                  where p.id = $1 and p.deleted_at is null"
            ),
            args![project, person],
        )
        .await?;
    Ok(row.map(|row| row.standing(person, Some(project))))
}

/// A standing with the project it is in.
struct Placed {
    project: ProjectId,
    row: StandingRow,
}

impl Record for Placed {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self { project: ProjectId::read(row, "project_id")?, row: StandingRow::read(row)? })
    }
}

/// Where a person stands in every project they may know of.
pub async fn in_projects(db: &mut Session, person: PersonId) -> Result<HashMap<ProjectId, Standing>> {
    let rows: Vec<Placed> = db
        .all(
            // cross-tenant: one person's projects in all their companies, by their directory entries
            sql!(
                "select p.id as project_id, p.company_id, e.status, e.employee, e.company_admin, e.represents_company_id, m.levels, m.grants,
                        (select string_agg(t.tool, ' ') from project_tool t where t.project_id = p.id) as tools
                   from directory_entry e
                   join company c on c.id = e.company_id and c.closed_at is null
                   join project p on p.company_id = e.company_id and p.deleted_at is null
                   left join member m on m.project_id = p.id and m.person_id = e.person_id
                  where e.person_id = $1 and e.status = 'active' and (e.company_admin or m.person_id is not null)"
            ),
            args![person],
        )
        .await?;
    let placed = |Placed { project, row }| (project, row.standing(person, Some(project)));
    Ok(rows.into_iter().map(placed).collect())
}

/// Where a person stands in a company; `None` where it does not exist or is closed.
pub async fn in_company(db: &mut Session, person: PersonId, company: CompanyId) -> Result<Option<Standing>> {
    let row = db
        .maybe::<StandingRow>(
            sql!(
                "select c.id as company_id, e.status, e.employee, e.company_admin, e.represents_company_id,
                        cast(null as text) as levels, cast(null as text) as grants, cast(null as text) as tools
                   from company c
                   left join directory_entry e on e.company_id = c.id and e.person_id = $2
                  where c.id = $1 and c.closed_at is null"
            ),
            args![company, person],
        )
        .await?;
    Ok(row.map(|row| row.standing(person, None)))
}

/// A standing with the company it is in.
struct Employed {
    company: Company,
    row: StandingRow,
}

impl Record for Employed {
    fn read(row: &Row<'_>) -> Result<Self> {
        Ok(Self { company: Company::read(row)?, row: StandingRow::read(row)? })
    }
}

/// Where a person stands in every company in whose directory they are active, by name.
pub async fn in_companies(db: &mut Session, person: PersonId) -> Result<Vec<(Company, Standing)>> {
    let rows: Vec<Employed> = db
        .all(
            // cross-tenant: one person's companies, by their directory entries
            sql!(
                "select c.id, c.name, c.approval, c.id as company_id, e.status, e.employee, e.company_admin, e.represents_company_id,
                        cast(null as text) as levels, cast(null as text) as grants, cast(null as text) as tools
                   from directory_entry e
                   join company c on c.id = e.company_id and c.closed_at is null
                  where e.person_id = $1 and e.status = 'active' order by c.name, c.id"
            ),
            args![person],
        )
        .await?;
    let placed = |Employed { company, row }| (company, row.standing(person, None));
    Ok(rows.into_iter().map(placed).collect())
}
