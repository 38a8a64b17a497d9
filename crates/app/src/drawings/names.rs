//! Names that go into histories and answers.

use sluice_domain::people::EntryStatus;
use sluice_domain::permission::{Level, Scopes, Standing, Tool};
use sluice_domain::{CompanyId, PersonId, ProjectId};
use sluice_store::{Session, company, person, project};

use crate::{Error, Result};

/// A person and the company they act for, by name.
pub(crate) async fn of_person(db: &mut Session, id: PersonId, of: CompanyId) -> Result<(String, String)> {
    let there = || Error::code("not_found");
    let person = person::get(db, id).await?.ok_or_else(there)?;
    let company = company::get(db, of).await?.ok_or_else(there)?;
    Ok((person.name, company.name))
}

/// The Drawings Admins in a project's directory, by name.
pub(crate) async fn drawings_admins(db: &mut Session, id: ProjectId) -> Result<Vec<String>> {
    let Some(project) = project::get(db, id).await? else { return Ok(vec![]) };
    let admins = project::members(db, id).await?.into_iter().filter(|member| {
        let standing = Standing {
            person: member.person_id,
            company: project.company_id,
            project: Some(id),
            in_company: member.status == EntryStatus::Active,
            employee: member.employee,
            company_admin: member.company_admin,
            member: true,
            levels: member.levels,
            grants: vec![],
            tools_on: vec![],
            represents: None,
            scopes: Scopes::SIGNED_IN,
        };
        standing.level(Tool::Drawings) == Level::Admin
    });
    Ok(admins.map(|member| member.name).collect())
}
