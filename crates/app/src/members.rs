//! The directory of a project: members, the templates, levels and grants they have, collaborators of other companies.

use sluice_domain::people::{EntryFacts, EntryKind, EntryStatus, ShownStatus, represents};
use sluice_domain::permission::template::{Rights, overridden};
use sluice_domain::permission::{Action, Grant, Levels, Standing, act};
use sluice_domain::{CompanyId, PersonId, ProjectId, TemplateId};
use sluice_store::company::{self, NewEntry};
pub use sluice_store::project::Member;
use sluice_store::project::{self, Given};
use sluice_store::{Tx, person, template};

use crate::audit::{self, About};
use crate::live::{Ending, Topic};
use crate::{
    App, Caller, Can, Error, Result, companies, invitations, permit_in_company, permit_in_project,
    standing_in_project,
};

/// A member as one person sees them.
#[derive(Debug)]
pub struct MemberView {
    /// The member.
    pub member: Member,
    /// Contact, invited, active, inactive: their state in the company's directory.
    pub status: ShownStatus,
    /// Whom they represent; the project's own company, for its own people.
    pub represents: Option<CompanyId>,
    /// What the caller may do.
    pub can: Can,
}

fn view(member: Member, standing: &Standing) -> MemberView {
    let facts = EntryFacts {
        status: member.status,
        kind: EntryKind::of(member.employee, member.service),
        invited: member.invited_until.is_some(),
        last_administrator: false,
    };
    let keeps = Action::ManageDirectory;
    let can = Can::default().named("update", standing, keeps).named("remove", standing, keeps).fit(
        "invite",
        standing,
        keeps,
        facts.invite(),
    );
    MemberView {
        status: facts.shown(),
        represents: represents(standing.company, member.employee, member.represents_company_id),
        member,
        can,
    }
}

/// The members, with what the caller may do with each.
pub async fn list(app: &App, who: Caller, project: ProjectId) -> Result<Vec<MemberView>> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewDirectory>(&mut db, who, project).await?;
    let members = project::members(&mut db, project).await?;
    Ok(members.into_iter().map(|member| view(member, &standing)).collect())
}

/// One member.
pub async fn get(app: &App, who: Caller, project: ProjectId, person: PersonId) -> Result<MemberView> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewDirectory>(&mut db, who, project).await?;
    let member = project::member(&mut db, project, person).await?.ok_or_else(|| Error::code("not_found"))?;
    Ok(view(member, &standing))
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
    /// Somebody by address, who is added to the company's directory where they are not in it yet.
    Address {
        /// Their name; kept only where the sign-in is new.
        name: &'a str,
        /// Their address.
        email: &'a str,
        /// One of the company's own people, as opposed to a collaborator from outside.
        employee: bool,
        /// Invite them; otherwise they are a contact, who can be invited later.
        invite: bool,
    },
}

/// The permission template a member is to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The one they have.
    Stays,
    /// None: the rights they have become rights of their own.
    None,
    /// This one.
    Template(TemplateId),
}

/// What a member is to have: first the template's rights, then what differs from them.
pub struct Terms<F> {
    /// The template.
    pub template: Choice,
    /// Sets levels apart.
    pub levels: F,
    /// Sets grants apart; `None` leaves them.
    pub grants: Option<Vec<Grant>>,
}

impl<F: FnOnce(Levels) -> Levels> Terms<F> {
    /// What that comes to, for somebody new or for a member.
    async fn given(self, tx: &mut Tx, company: CompanyId, held: Option<&Member>) -> Result<Given> {
        let id = match self.template {
            Choice::Stays => held.and_then(|member| member.template_id),
            Choice::None => None,
            Choice::Template(id) => Some(id),
        };
        let set = match id {
            Some(id) => {
                // A change of the template that is under way comes first.
                tx.lock(
                    "select id from permission_template where id = $1 for share",
                    sluice_store::args![id],
                )
                .await?;
                let found = template::get(tx, company, id).await?.ok_or_else(|| {
                    Error::field("/permission_template_id", "unknown_template", "There is no such template.")
                })?;
                Some(found.rights())
            }
            None => None,
        };
        let base = match (self.template, &set, held) {
            (Choice::Template(_), Some(set), _) => set.clone(),
            (_, _, Some(member)) => member.rights(),
            _ => Rights::default(),
        };
        let rights = Rights::new((self.levels)(base.levels), self.grants.as_deref().unwrap_or(base.grants()));
        Ok(Given { template: id, overridden: overridden(set.as_ref(), &rights), rights })
    }
}

/// Adds a member; adding to a project adds to the company's directory (`PPL-02`).
pub async fn add(
    app: &App,
    who: Caller,
    project: ProjectId,
    whom: Whom<'_>,
    terms: Terms<impl FnOnce(Levels) -> Levels + Send>,
) -> Result<MemberView> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let (permit, standing) = permit_in_project::<act::ManageDirectory>(&mut tx, who, project).await?;
    let company = permit.company();
    let mut invite = true;
    let person = match whom {
        Whom::Person(person) => person,
        Whom::Address { name, email, employee, invite: wanted } => {
            invite = wanted;
            let (name, email) = (companies::name("/name", name)?, companies::email("/email", email)?);
            let person =
                person::find_or_add(&mut tx, app.environment.person_id(), &email, &name, now).await?.id;
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
                if !invite {
                    let about = About::person(person).in_project(Some(project));
                    audit::note(app, &mut tx, who, company, audit::Kind::ContactAdded, about).await?;
                }
            }
            person
        }
    };
    let entry = company::entry(&mut tx, company, person).await?.ok_or_else(|| Error::code("not_found"))?;
    if project::member(&mut tx, project, person).await?.is_some() {
        return Err(Error::refused("duplicate", "This person is in the project's directory already."));
    }
    let given = terms.given(&mut tx, company, None).await?;
    project::set_member(&mut tx, &permit, project, person, &given, now).await?;
    // A contact of the directory is added as one, unless they come by address and are to be invited.
    let known_contact = matches!(whom, Whom::Person(_)) && entry.invited_until.is_none();
    if entry.status == EntryStatus::Invited && invite && !known_contact {
        let about = About::person(person).in_project(Some(project));
        audit::note(app, &mut tx, who, company, audit::Kind::Invited, about).await?;
        invitations::invite(app, &mut tx, company, person, Some(project), who.person).await?;
    }
    let member = project::member(&mut tx, project, person).await?.ok_or_else(|| Error::code("not_found"))?;
    let about = About::person(person)
        .in_project(Some(project))
        .detail(detail(member.template_name.as_deref(), &Rights::default().changes(&given.rights)));
    audit::note(app, &mut tx, who, company, audit::Kind::MemberAdded, about).await?;
    tx.commit().await?;
    app.live.wake();
    app.live.project(project, Topic::Project, None);
    Ok(view(member, &standing))
}

/// What the audit log says of rights.
fn detail(template: Option<&str>, changes: &[String]) -> String {
    let template = template.map(|name| format!("template: {name}"));
    template.into_iter().chain(changes.iter().cloned()).collect::<Vec<_>>().join(", ")
}

/// Changes a member's template, levels and grants.
pub async fn update(
    app: &App,
    who: Caller,
    project: ProjectId,
    person: PersonId,
    terms: Terms<impl FnOnce(Levels) -> Levels + Send>,
) -> Result<MemberView> {
    let mut tx = app.db.begin().await?;
    let (permit, standing) = permit_in_project::<act::ManageDirectory>(&mut tx, who, project).await?;
    let before = project::member(&mut tx, project, person).await?.ok_or_else(|| Error::code("not_found"))?;
    let given = terms.given(&mut tx, permit.company(), Some(&before)).await?;
    project::set_member(&mut tx, &permit, project, person, &given, app.environment.now()).await?;
    let after = project::member(&mut tx, project, person).await?.ok_or_else(|| Error::code("not_found"))?;
    let changes = before.rights().changes(&given.rights);
    if before.template_id != after.template_id || !changes.is_empty() {
        let template = match &after.template_name {
            _ if before.template_id == after.template_id => None,
            Some(name) => Some(name.as_str()),
            None => Some("none"),
        };
        let about = About::person(person).in_project(Some(project)).detail(detail(template, &changes));
        audit::note(app, &mut tx, who, permit.company(), audit::Kind::RightsChanged, about).await?;
    }
    tx.commit().await?;
    app.live.ended(Ending::Person(person));
    app.live.project(project, Topic::Project, None);
    Ok(view(after, &standing))
}

/// Takes a member off the project's directory. A connection they created stays (`CON-08`).
pub async fn remove(app: &App, who: Caller, project: ProjectId, person: PersonId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::ManageDirectory>(&mut tx, who, project).await?;
    if !project::remove_member(&mut tx, &permit, project, person).await? {
        return Err(Error::code("not_found"));
    }
    let about = About::person(person).in_project(Some(project));
    audit::note(app, &mut tx, who, permit.company(), audit::Kind::MemberRemoved, about).await?;
    tx.commit().await?;
    app.live.ended(Ending::Person(person));
    app.live.project(project, Topic::Project, None);
    Ok(())
}
