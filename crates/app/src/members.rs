//! The directory of a project: members, their levels and grants, collaborators of other companies.

use sluice_domain::people::EntryStatus;
use sluice_domain::permission::{Grant, Levels, Standing, act};
use sluice_domain::{PersonId, ProjectId};
use sluice_store::company::{self, NewEntry};
use sluice_store::person;
use sluice_store::project;
pub use sluice_store::project::Member;
use sluice_store::row::Grants;

use crate::live::Topic;
use crate::{
    App, Caller, Error, Result, companies, invitations, permit_in_company, permit_in_project,
    standing_in_project,
};

/// The members, and where the caller stands.
pub async fn list(app: &App, who: Caller, project: ProjectId) -> Result<(Vec<Member>, Standing)> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewDirectory>(&mut db, who, project).await?;
    Ok((project::members(&mut db, project).await?, standing))
}

/// Where the caller stands in a project.
pub async fn my_standing(app: &App, who: Caller, project: ProjectId) -> Result<Standing> {
    let mut db = app.db.read().await?;
    standing_in_project(&mut db, who, project).await
}

/// Whom to add.
#[derive(Debug)]
pub enum Whom<'a> {
    /// Somebody of the company's directory.
    Person(PersonId),
    /// Somebody by address, invited where they are not in the directory yet.
    Address {
        /// Their name; kept only where the sign-in is new.
        name: &'a str,
        /// Their address.
        email: &'a str,
        /// One of the company's own people, as opposed to a collaborator from outside.
        employee: bool,
    },
}

/// Adds a member; adding to a project adds to the company's directory (`PPL-02`).
pub async fn add(
    app: &App,
    who: Caller,
    project: ProjectId,
    whom: Whom<'_>,
    levels: Levels,
    grants: Vec<Grant>,
) -> Result<(Member, Standing)> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let (permit, standing) = permit_in_project::<act::ManageDirectory>(&mut tx, who, project).await?;
    let company = permit.company();
    let person = match whom {
        Whom::Person(person) => person,
        Whom::Address { name, email, employee } => {
            let (name, email) = (companies::name("/name", name)?, companies::email("/email", email)?);
            let person = person::find_or_add(&mut tx, app.environment.id(), &email, &name, now).await?.id;
            if company::entry(&mut tx, company, person).await?.is_none() {
                if employee {
                    // The company's own people speak for it: only those who keep its directory add them (APR-08).
                    permit_in_company::<act::ManagePeople>(&mut tx, who, company).await?;
                }
                let status = EntryStatus::Invited;
                company::add_entry(
                    &mut tx,
                    NewEntry { company, person, employee, company_admin: false, status },
                    now,
                )
                .await?;
                company::invite_as(&mut tx, company, person, &name).await?;
            }
            person
        }
    };
    let entry = company::entry(&mut tx, company, person).await?.ok_or_else(|| Error::code("not_found"))?;
    if project::member(&mut tx, project, person).await?.is_some() {
        return Err(Error::refused("duplicate", "This person is in the project's directory already."));
    }
    project::set_member(&mut tx, &permit, project, person, levels, &Grants(grants), now).await?;
    if entry.status == EntryStatus::Invited {
        invitations::invite(app, &mut tx, company, person, Some(project), who.person).await?;
    }
    let member = project::member(&mut tx, project, person).await?.ok_or_else(|| Error::code("not_found"))?;
    tx.commit().await?;
    app.live.wake();
    app.live.project(project, Topic::Project, None);
    Ok((member, standing))
}

/// Changes a member's levels and grants; what is `None` stays.
pub async fn update(
    app: &App,
    who: Caller,
    project: ProjectId,
    person: PersonId,
    levels: impl FnOnce(Levels) -> Levels + Send,
    grants: Option<Vec<Grant>>,
) -> Result<(Member, Standing)> {
    let mut tx = app.db.begin().await?;
    let (permit, standing) = permit_in_project::<act::ManageDirectory>(&mut tx, who, project).await?;
    let member = project::member(&mut tx, project, person).await?.ok_or_else(|| Error::code("not_found"))?;
    let grants = grants.map_or(member.grants, Grants);
    project::set_member(
        &mut tx,
        &permit,
        project,
        person,
        levels(member.levels),
        &grants,
        app.environment.now(),
    )
    .await?;
    let member = project::member(&mut tx, project, person).await?.ok_or_else(|| Error::code("not_found"))?;
    tx.commit().await?;
    app.live.project(project, Topic::Project, None);
    Ok((member, standing))
}

/// Takes a member off the project's directory. A connection they created stays (`CON-08`).
pub async fn remove(app: &App, who: Caller, project: ProjectId, person: PersonId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::ManageDirectory>(&mut tx, who, project).await?;
    if !project::remove_member(&mut tx, &permit, project, person).await? {
        return Err(Error::code("not_found"));
    }
    tx.commit().await?;
    app.live.project(project, Topic::Project, None);
    Ok(())
}
