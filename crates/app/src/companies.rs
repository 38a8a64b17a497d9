//! Companies: creating, renaming, how connections to their projects are approved.

use sluice_domain::connection::ApprovalPolicy;
use sluice_domain::people::{EntryStatus, email_key};
use sluice_domain::permission::{Action, Standing, act};
use sluice_domain::sheet_number::clean;
use sluice_domain::{CompanyId, PersonId};
pub use sluice_store::company::Company;
use sluice_store::company::{self, NewEntry};
use sluice_store::{Tx, person};

use crate::audit::{self, About};
use crate::{
    App, Caller, Can, Error, Result, closing, invitations, permit_in_company, sign_in,
    standings_in_companies, templates,
};

/// A company as one person sees it.
#[derive(Debug)]
pub struct CompanyView {
    /// The company.
    pub company: Company,
    /// The caller's place in it.
    pub standing: Standing,
    /// What they may do.
    pub can: Can,
}

fn view(company: Company, standing: Standing) -> CompanyView {
    let can = Can::default().actions(
        &standing,
        &[
            Action::UpdateCompany,
            Action::SetApproval,
            Action::CreateProject,
            Action::ManagePeople,
            Action::ViewRegister,
            Action::ViewPeople,
            Action::ViewTemplates,
            Action::ManageTemplates,
            Action::ManageServiceAccounts,
            Action::ViewAuditLog,
            Action::ExportCompany,
        ],
    );
    CompanyView { company, standing, can }
}

/// Reads a name people type: trimmed, 1 to 255 characters.
pub(crate) fn name(pointer: &str, raw: &str) -> Result<String> {
    clean(raw).ok_or_else(|| Error::field(pointer, "name_length", "A name has 1 to 255 characters."))
}

/// Reads an e-mail address.
pub(crate) fn email(pointer: &str, raw: &str) -> Result<String> {
    email_key(raw).ok_or_else(|| Error::field(pointer, "not_an_email", "This is not an e-mail address."))
}

/// Ids and the way in of a company made by the operator.
#[derive(Debug)]
pub struct Founded {
    /// The company.
    pub company: CompanyId,
    /// Its first administrator.
    pub administrator: PersonId,
}

/// Creates a company with its first administrator, who gets a password at once or an invitation.
async fn found(
    app: &App,
    company_name: &str,
    admin_name: &str,
    admin_email: &str,
    password: Option<&str>,
    by: Option<PersonId>,
) -> Result<Founded> {
    let (company_name, admin_name) = (name("/name", company_name)?, name("/admin/name", admin_name)?);
    let admin_email = email("/admin/email", admin_email)?;
    let hash = match password {
        Some(password) => Some(sign_in::hash(app, password).await?),
        None => None,
    };
    let now = app.environment.now();
    let company = app.environment.id();
    let mut tx = app.db.begin().await?;
    let person =
        person::find_or_add(&mut tx, app.environment.person_id(), &admin_email, &admin_name, now).await?;
    // A sign-in that exists keeps its password: it belongs to the person alone (PPL-03).
    if let (Some(hash), None) = (&hash, &person.password_hash) {
        person::set_password(&mut tx, person.id, hash).await?;
    }
    // Nobody is in a directory without having accepted, whether or not they have a sign-in; the operator speaks for the person.
    let status = if hash.is_some() { EntryStatus::Active } else { EntryStatus::Invited };
    establish(app, &mut tx, company, &company_name, person.id, status).await?;
    if hash.is_none() {
        company::invite_as(&mut tx, company, person.id, &admin_name).await?;
        invitations::invite(app, &mut tx, company, person.id, None, by.unwrap_or(person.id)).await?;
    }
    tx.commit().await?;
    app.live.wake();
    Ok(Founded { company, administrator: person.id })
}

/// Adds a company with its first administrator. The installation is not empty any more: the token of the first run is void.
pub(crate) async fn establish(
    app: &App,
    tx: &mut Tx,
    company: CompanyId,
    company_name: &str,
    administrator: PersonId,
    status: EntryStatus,
) -> Result<()> {
    let now = app.environment.now();
    company::insert(tx, company, company_name, now).await?;
    templates::begin(app, tx, company).await?;
    sluice_store::first_run::withdraw(tx).await?;
    let entry = NewEntry { company, person: administrator, employee: true, company_admin: true, status };
    company::add_entry(tx, entry, now).await?;
    Ok(())
}

/// Creates a company for the operator, on the command line.
pub async fn found_by_operator(
    app: &App,
    company_name: &str,
    admin_name: &str,
    admin_email: &str,
    password: &str,
) -> Result<Founded> {
    found(app, company_name, admin_name, admin_email, Some(password), None).await
}

/// Makes an installation administrator, on the command line (`PPL-16`).
pub async fn create_installation_admin(
    app: &App,
    person_name: &str,
    address: &str,
    password: &str,
) -> Result<PersonId> {
    let (person_name, address) = (name("/name", person_name)?, email("/email", address)?);
    let hash = sign_in::hash(app, password).await?;
    let mut tx = app.db.begin().await?;
    let person = person::find_or_add(
        &mut tx,
        app.environment.person_id(),
        &address,
        &person_name,
        app.environment.now(),
    )
    .await?;
    if person.password_hash.is_none() {
        person::set_password(&mut tx, person.id, &hash).await?;
    }
    person::set_installation_admin(&mut tx, person.id).await?;
    tx.commit().await?;
    Ok(person.id)
}

/// Creates a company; only the installation administrator may (`PPL-16`). Its administrator gets an invitation.
pub async fn create(
    app: &App,
    who: Caller,
    company_name: &str,
    admin_name: &str,
    admin_email: &str,
) -> Result<Company> {
    who.own()?;
    closing::administrator(app, who, None).await?;
    let founded = found(app, company_name, admin_name, admin_email, None, Some(who.person)).await?;
    let mut db = app.db.read().await?;
    company::get(&mut db, founded.company).await?.ok_or_else(|| Error::code("not_found"))
}

/// The companies in whose directory the caller is.
pub async fn mine(app: &App, who: Caller) -> Result<Vec<CompanyView>> {
    let mut db = app.db.read().await?;
    let companies = standings_in_companies(&mut db, who).await?;
    Ok(companies.into_iter().map(|(company, standing)| view(company, standing)).collect())
}

/// One company.
pub async fn get(app: &App, who: Caller, id: CompanyId) -> Result<CompanyView> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_company::<act::ViewCompany>(&mut db, who, id).await?;
    let company = company::get(&mut db, id).await?.ok_or_else(|| Error::code("not_found"))?;
    Ok(view(company, standing))
}

/// Renames a company.
pub async fn rename(app: &App, who: Caller, id: CompanyId, new_name: &str) -> Result<CompanyView> {
    let new_name = name("/name", new_name)?;
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_company::<act::UpdateCompany>(&mut tx, who, id).await?;
    company::rename(&mut tx, &permit, &new_name).await?;
    tx.commit().await?;
    get(app, who, id).await
}

/// Sets how connections to this company's projects are approved; requests that wait keep waiting (`APR-01`).
pub async fn set_approval(
    app: &App,
    who: Caller,
    id: CompanyId,
    policy: ApprovalPolicy,
) -> Result<CompanyView> {
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_company::<act::SetApproval>(&mut tx, who, id).await?;
    company::set_approval(&mut tx, &permit, policy).await?;
    let about = About::default().detail(policy.key());
    audit::note(app, &mut tx, who, id, audit::Kind::ApprovalChanged, about).await?;
    tx.commit().await?;
    get(app, who, id).await
}
