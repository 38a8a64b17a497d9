//! The directory of a company: its own people, collaborators of other companies, contacts who were not invited (`PPL-02`, `PPL-03`, `PPL-13`).
//!
//! Name, e-mail and password belong to the person; a company changes its own entry and nothing else.

use sluice_domain::people::{EntryFacts, EntryKind, EntryStatus, ShownStatus, represents};
use sluice_domain::permission::{Action, Standing, act};
use sluice_domain::{CompanyId, PersonId};
pub use sluice_store::company::Entry;
use sluice_store::company::{self, NewEntry};
use sluice_store::project::{self, Place};
use sluice_store::{Session, person};

use crate::audit::{self, About, Kind};
use crate::live::Ending;
use crate::{App, Caller, Can, Error, Result, companies, invitations, permit_in_company};

/// An entry as one person sees it.
#[derive(Debug)]
pub struct EntryView {
    /// The entry.
    pub entry: Entry,
    /// Contact, invited, active, inactive.
    pub status: ShownStatus,
    /// Whom they represent; the company itself, for its own people.
    pub represents: Option<CompanyId>,
    /// What the caller may do.
    pub can: Can,
}

pub(crate) fn facts(entry: &Entry, administrators: &[PersonId]) -> EntryFacts {
    EntryFacts {
        status: entry.status,
        kind: EntryKind::of(entry.employee, entry.service),
        invited: entry.invited_until.is_some(),
        last_administrator: administrators == [entry.person_id],
    }
}

fn view(entry: Entry, standing: &Standing, administrators: &[PersonId]) -> EntryView {
    let facts = facts(&entry, administrators);
    let keeps = Action::ManagePeople;
    let can = Can::default()
        .named("update", standing, keeps)
        .fit("deactivate", standing, keeps, facts.lose())
        .fit("administer", standing, keeps, if entry.company_admin { facts.lose() } else { Ok(()) })
        .fit("represent", standing, keeps, facts.represent())
        .fit("invite", standing, keeps, facts.invite())
        .fit("revoke_invitation", standing, keeps, facts.revoke());
    EntryView {
        status: facts.shown(),
        represents: represents(standing.company, entry.employee, entry.represents_company_id),
        entry,
        can,
    }
}

/// The directory, with what the caller may do with each entry.
pub async fn list(app: &App, who: Caller, id: CompanyId) -> Result<Vec<EntryView>> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_company::<act::ViewPeople>(&mut db, who, id).await?;
    let administrators = company::administrators(&mut db, id).await?;
    let entries = company::entries(&mut db, id).await?;
    Ok(entries.into_iter().map(|entry| view(entry, &standing, &administrators)).collect())
}

async fn look(db: &mut Session, standing: &Standing, id: CompanyId, person: PersonId) -> Result<EntryView> {
    let entry = company::entry(db, id, person).await?.ok_or_else(|| Error::code("not_found"))?;
    Ok(view(entry, standing, &company::administrators(db, id).await?))
}

/// One entry, with the projects of the company that its person is in.
pub async fn get(app: &App, who: Caller, id: CompanyId, person: PersonId) -> Result<(EntryView, Vec<Place>)> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_company::<act::ManagePeople>(&mut db, who, id).await?;
    Ok((look(&mut db, &standing, id, person).await?, project::places(&mut db, id, person).await?))
}

/// A person to add to a directory.
#[derive(Debug)]
pub struct NewPerson<'a> {
    /// Name; kept only where the sign-in is new.
    pub name: &'a str,
    /// Address.
    pub email: &'a str,
    /// One of the company's own people.
    pub employee: bool,
    /// Admin on the company Admin tool.
    pub company_admin: bool,
    /// Invite them; otherwise they are a contact, who can be invited later.
    pub invite: bool,
}

fn own_people_only() -> Error {
    Error::field("/company_admin", "employees_only", "Only the company's own people can administer it.")
}

/// Adds a person to the directory and, unless they are to be a contact, invites them by mail. The answer is the same whether the address has a
/// sign-in or not (`PPL-03`).
pub async fn add(app: &App, who: Caller, id: CompanyId, new: &NewPerson<'_>) -> Result<EntryView> {
    let (name, address) = (companies::name("/name", new.name)?, companies::email("/email", new.email)?);
    if new.company_admin && !new.employee {
        return Err(own_people_only());
    }
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let (_, standing) = permit_in_company::<act::ManagePeople>(&mut tx, who, id).await?;
    let person = person::find_or_add(&mut tx, app.environment.person_id(), &address, &name, now).await?.id;
    let entry = NewEntry {
        company: id,
        person,
        employee: new.employee,
        company_admin: new.company_admin,
        status: EntryStatus::Invited,
    };
    if !company::add_entry(&mut tx, entry, now).await? {
        return Err(Error::refused("duplicate", "This address is in the directory already."));
    }
    company::invite_as(&mut tx, id, person, &name).await?;
    let kind = if new.invite { Kind::Invited } else { Kind::ContactAdded };
    audit::note(app, &mut tx, who, id, kind, About::person(person)).await?;
    if new.invite {
        invitations::invite(app, &mut tx, id, person, None, who.person).await?;
    }
    let added = look(&mut tx, &standing, id, person).await?;
    tx.commit().await?;
    app.live.wake();
    Ok(added)
}

/// Changes to an entry; what is `None` stays.
#[derive(Debug, Default)]
pub struct EntryChanges {
    /// Deactivate or reactivate (`PPL-02`).
    pub active: Option<bool>,
    /// Admin on the company Admin tool.
    pub company_admin: Option<bool>,
    /// The company a collaborator represents (`PPL-13`); must be one of the person's.
    pub represents: Option<CompanyId>,
}

/// Changes an entry. People are deactivated, never deleted; reactivation restores their projects and levels (`PPL-02`).
pub async fn update(
    app: &App,
    who: Caller,
    id: CompanyId,
    person: PersonId,
    changes: &EntryChanges,
) -> Result<EntryView> {
    let mut tx = app.db.begin().await?;
    tx.lock("select id from company where id = $1 for no key update", sluice_store::args![id]).await?;
    let (permit, standing) = permit_in_company::<act::ManagePeople>(&mut tx, who, id).await?;
    let before = company::entry(&mut tx, id, person).await?.ok_or_else(|| Error::code("not_found"))?;
    let mut entry = before.clone();
    match (changes.active, entry.status) {
        (Some(false), _) => entry.status = EntryStatus::Inactive,
        // Nobody is made active in a directory they never accepted to be in.
        (Some(true), EntryStatus::Inactive) => {
            entry.status = if entry.accepted { EntryStatus::Active } else { EntryStatus::Invited };
        }
        _ => {}
    }
    if let Some(company_admin) = changes.company_admin {
        if company_admin && !entry.employee {
            return Err(own_people_only());
        }
        entry.company_admin = company_admin;
    }
    if let Some(chosen) = changes.represents {
        facts(&entry, &[]).represent()?;
        let theirs = company::of_person(&mut tx, person).await?;
        if chosen == id || !theirs.iter().any(|company| company.id == chosen && company.employee) {
            return Err(Error::field(
                "/represents_company_id",
                "not_their_company",
                "A collaborator represents a company they work for.",
            ));
        }
        entry.represents_company_id = Some(chosen);
    }
    company::update_entry(&mut tx, &permit, &entry).await?;
    if entry.status == EntryStatus::Inactive {
        // A link that is out must not lead past the deactivation.
        person::revoke_invitations(&mut tx, id, person, app.environment.now()).await?;
    }
    if company::administrators(&mut tx, id).await?.is_empty() {
        return Err(Error::code("last_administrator"));
    }
    let after = look(&mut tx, &standing, id, person).await?;
    for (kind, detail) in happened(&before, &after.entry) {
        audit::note(app, &mut tx, who, id, kind, About::person(person).detail(detail)).await?;
    }
    tx.commit().await?;
    app.live.ended(Ending::Person(person));
    Ok(after)
}

/// What the audit log says of a change.
fn happened(before: &Entry, after: &Entry) -> Vec<(Kind, String)> {
    let inactive = |entry: &Entry| entry.status == EntryStatus::Inactive;
    let mut kinds = vec![];
    match (inactive(before), inactive(after)) {
        (false, true) => kinds.push((Kind::Deactivated, String::new())),
        (true, false) => kinds.push((Kind::Reactivated, String::new())),
        _ => {}
    }
    match (before.company_admin, after.company_admin) {
        (false, true) => kinds.push((Kind::AdministratorMade, String::new())),
        (true, false) => kinds.push((Kind::AdministratorUnmade, String::new())),
        _ => {}
    }
    if before.represents_company_id != after.represents_company_id {
        let name = |entry: &Entry| entry.represents_name.clone().unwrap_or_else(|| "nobody".to_owned());
        kinds.push((Kind::RepresentsChanged, format!("{} → {}", name(before), name(after))));
    }
    kinds
}
