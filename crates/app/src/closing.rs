//! Closing a company and deleting a project (`PPL-17`): what they end, who is told, and what everybody keeps.
//!
//! Both end every connection and request of the projects concerned under the same rules as people do, in one transaction with the closing
//! itself: a batch that is being applied either came before or finds its connection ended (`DIS-04`). Nothing at another company changes.

use sluice_domain::connection::{Connection, Decider, Deed, sound_reason};
use sluice_domain::permission::act;
use sluice_domain::{CompanyId, PersonId, ProjectId};
use sluice_store::closing::{self, Entered, Extent};
use sluice_store::neighbour::{self, Neighbour};
use sluice_store::recipient::List;
use sluice_store::{Tx, company, company_export, connection, project};

pub use sluice_store::closing::Installed;

use crate::audit::{self, About};
use crate::connections::{self, Cause};
use crate::live::{Ending, Topic};
use crate::mail::{self, Notice};
use crate::{App, Caller, Error, Result, jobs, me, permit_in_project, projects};

/// What deleting a project takes away and ends.
#[derive(Debug)]
pub struct Consequences {
    /// The project's name, to be typed.
    pub name: String,
    /// In numbers.
    pub extent: Extent,
    /// The other ends of what is live or waits.
    pub ends: Vec<Neighbour>,
}

/// What deleting a project would do.
pub async fn of_project(app: &App, who: Caller, id: ProjectId) -> Result<Consequences> {
    let mut db = app.db.read().await?;
    permit_in_project::<act::DeleteProject>(&mut db, who, id).await?;
    let project = project::get(&mut db, id).await?.ok_or_else(|| Error::code("not_found"))?;
    let mut ends = neighbour::of_project(&mut db, id).await?;
    ends.retain(|end| end.state.is_open());
    Ok(Consequences { name: project.name, extent: closing::extent_of_project(&mut db, id).await?, ends })
}

/// The name that was typed is the name: nobody deletes the wrong thing with one press.
fn confirm(typed: &str, name: &str) -> Result<()> {
    if typed.trim() == name.trim() {
        return Ok(());
    }
    Err(Error::field("/name", "name_differs", "This is not its name. Type it exactly as it is written."))
}

/// Deletes a project: it is gone for everybody of its company; what it gave to others stays theirs.
pub async fn delete_project(app: &App, who: Caller, id: ProjectId, typed: &str, reason: &str) -> Result<()> {
    let reason = sound_reason(reason)?;
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    projects::lock(&mut tx, id).await?;
    let (permit, _) = permit_in_project::<act::DeleteProject>(&mut tx, who, id).await?;
    let project = project::get(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    confirm(typed, &project.name)?;
    let by = By::Person(who.person);
    let ended = end_all(app, &mut tx, &[id], &by, Cause::ProjectDeleted, &reason).await?;
    let people = closing::people(&mut tx, project.company_id).await?;
    let to = mail::recipients(&mut tx, id, List::Connections).await?;
    let person = sluice_store::person::get(&mut tx, who.person).await?;
    let facts = vec![
        ("by", person.map(|person| person.name).unwrap_or_default()),
        ("by_company", project.company_name.clone()),
        ("reason", reason.clone()),
        ("count", ended.len().to_string()),
        ("path", "/projects".to_owned()),
    ];
    let kind = mail::Kind::ProjectDeleted;
    let notice = Notice { kind, company: project.company_id, project: Some(id), connection: None, facts };
    mail::post(app, &mut tx, &to, notice).await?;
    closing::delete_project(&mut tx, &permit, id, &reason, now).await?;
    let about = About::default().in_project(Some(id)).detail(reason);
    audit::note(app, &mut tx, who, project.company_id, audit::Kind::ProjectDeleted, about).await?;
    tx.commit().await?;
    ring(app, &[id], &people, &ended);
    Ok(())
}

/// Who ends the connections.
enum By {
    /// A person of the project's company.
    Person(PersonId),
    /// Whoever operates the installation.
    Operator,
}

/// Ends what is live and what waits at projects whose locks the caller holds.
async fn end_all(
    app: &App,
    tx: &mut Tx,
    projects: &[ProjectId],
    by: &By,
    cause: Cause,
    reason: &str,
) -> Result<Vec<Connection>> {
    let mut ended = vec![];
    for project in projects {
        for id in closing::open_connections(tx, *project).await? {
            let Some(row) = connection::get_locked(tx, id).await? else { continue };
            let connection = row.connection();
            let Some(side) = connection.side_of(*project) else { continue };
            // It may have run out before the lock was ours.
            let Some(ending) = connection.ending_from(side) else { continue };
            let by = match by {
                By::Person(person) => Decider::Person(*person, side),
                By::Operator => Decider::Closing(side),
            };
            let deed = Deed { by, at: app.environment.now(), reason: Some(reason.to_owned()) };
            ended.push(connections::conclude(app, tx, connection, ending, deed, Some(cause)).await?);
        }
    }
    Ok(ended)
}

/// Wakes open screens; streams and downloads of what is gone end.
fn ring(app: &App, projects: &[ProjectId], people: &[Entered], ended: &[Connection]) {
    for entered in people {
        app.live.ended(Ending::Person(entered.person_id));
    }
    for project in projects {
        app.live.project(*project, Topic::Project, None);
    }
    for connection in ended {
        connections::ring(app, connection);
    }
    app.live.wake();
}

/// Refuses who does not administer the installation (`PPL-16`): whoever may know of the company is told so, anybody else that there is none.
pub(crate) async fn administrator(app: &App, who: Caller, of: Option<CompanyId>) -> Result<()> {
    who.own()?;
    if me::get(app, who).await?.installation_admin {
        return Ok(());
    }
    if let Some(company) = of {
        let mut db = app.db.read().await?;
        crate::standing_in_company(&mut db, who, company).await?;
    }
    Err(Error::code("installation_admin_only"))
}

/// The companies of the installation, for its administrators: names and dates, nothing of what is in them (`PPL-16`).
pub async fn companies(app: &App, who: Caller) -> Result<Vec<Installed>> {
    administrator(app, who, None).await?;
    let mut db = app.db.read().await?;
    Ok(closing::companies(&mut db).await?)
}

/// What closing a company would do, in numbers.
pub async fn of_company(app: &App, who: Caller, id: CompanyId) -> Result<(String, Extent)> {
    administrator(app, who, Some(id)).await?;
    let mut db = app.db.read().await?;
    let company = company::get(&mut db, id).await?.ok_or_else(|| Error::code("not_found"))?;
    Ok((company.name, closing::extent_of_company(&mut db, id).await?))
}

/// Closes a company: nobody of it sees anything of it any more. Its people keep their sign-ins and other companies; other companies keep
/// their copies, files included.
pub async fn close_company(app: &App, who: Caller, id: CompanyId, typed: &str, reason: &str) -> Result<()> {
    administrator(app, who, Some(id)).await?;
    close(app, Some(who.person), id, Some(typed), reason).await.map(drop)
}

/// The same for the operator, on the command line: by id or exact name. Answers the company and how many connections ended.
pub async fn close_by_operator(app: &App, named: &str, reason: &str) -> Result<(Installed, usize)> {
    let company = by_operator(app, named).await?;
    let ended = close(app, None, company.id, None, reason).await?;
    Ok((company, ended))
}

/// The company that an operator means, by id or exact name; closed ones are gone.
pub(crate) async fn by_operator(app: &App, named: &str) -> Result<Installed> {
    let mut db = app.db.read().await?;
    let all = closing::companies(&mut db).await?;
    let mut meant = all.into_iter().filter(|one| one.id.to_string() == named || one.name == named.trim());
    let open: Vec<Installed> = meant.by_ref().filter(|one| one.closed_at.is_none()).collect();
    match <[Installed; 1]>::try_from(open) {
        Ok([one]) => Ok(one),
        Err(several) if several.is_empty() => {
            Err(Error::refused("not_found", format!("No company is called {named}.")))
        }
        Err(several) => {
            let ids: Vec<String> = several.iter().map(|one| one.id.to_string()).collect();
            Err(Error::refused("not_found", format!("Several companies are called so: {}.", ids.join(", "))))
        }
    }
}

async fn close(
    app: &App,
    by: Option<PersonId>,
    id: CompanyId,
    typed: Option<&str>,
    reason: &str,
) -> Result<usize> {
    let reason = sound_reason(reason)?;
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let projects = closing::lock_company(&mut tx, id).await?;
    let company = company::get(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    if let Some(typed) = typed {
        confirm(typed, &company.name)?;
    }
    let ended = end_all(app, &mut tx, &projects, &By::Operator, Cause::CompanyClosed, &reason).await?;
    let people = closing::people(&mut tx, id).await?;
    let to: Vec<PersonId> =
        people.iter().filter(|entered| entered.employee).map(|entered| entered.person_id).collect();
    let facts = vec![("reason", reason.clone()), ("path", "/projects".to_owned())];
    let kind = mail::Kind::CompanyClosed;
    mail::post(app, &mut tx, &to, Notice { kind, company: id, project: None, connection: None, facts })
        .await?;
    for export in company_export::remove_all(&mut tx, id).await? {
        // Its work looks at once and takes the archive away.
        jobs::schedule(app, &mut tx, jobs::Kind::Export, export.0, now).await?;
    }
    if !closing::close_company(&mut tx, id, by, &reason, now).await? {
        return Err(Error::code("not_found"));
    }
    tx.commit().await?;
    ring(app, &projects, &people, &ended);
    Ok(ended.len())
}
