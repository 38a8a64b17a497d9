//! `/companies`: companies, how connections to their projects are approved, their people.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::companies::{self, CompanyView, Entry, EntryChanges, NewPerson};
use sluice_app::{Can, invitations};
use sluice_domain::permission::{Action, Standing};
use sluice_domain::{CompanyId, PersonId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::session::WirePerson;
use crate::wire::{Page, Ref, created};
use crate::words::{Approval, EntryWord};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(get_settings, put_settings))
        .routes(routes!(people, add_person))
        .routes(routes!(update_person))
        .routes(routes!(send_invitation_again, revoke_invitation))
}

/// A company.
#[derive(Serialize, ToSchema)]
struct Company {
    /// Id.
    id: Uuid,
    /// Name.
    name: String,
    /// One of its own people.
    employee: bool,
    /// Admin on the company Admin tool.
    company_admin: bool,
    /// What one may do.
    can: CanMap,
}

impl From<CompanyView> for Company {
    fn from(view: CompanyView) -> Self {
        Self {
            id: view.company.id.0,
            name: view.company.name,
            employee: view.standing.employee,
            company_admin: view.standing.company_admin,
            can: can::wire(view.can),
        }
    }
}

/// Lists one's companies.
#[utoipa::path(get, path = "/companies", tag = "Companies", responses((status = 200, body = Page<Company>), (status = 401, body = Problem)))]
async fn list(State(api): State<Api>, Who(who): Who) -> Answer<axum::Json<Page<Company>>> {
    let items = companies::mine(&api, who).await?.into_iter().map(Company::from).collect();
    Ok(axum::Json(Page::whole(items)))
}

/// A company's first administrator.
#[derive(Deserialize, ToSchema)]
struct FirstAdministrator {
    /// Name.
    name: String,
    /// E-mail address; gets the invitation.
    email: String,
}

/// A company to create.
#[derive(Deserialize, ToSchema)]
struct NewCompany {
    /// Name.
    name: String,
    /// First administrator.
    admin: FirstAdministrator,
}

/// A company that was created.
#[derive(Serialize, ToSchema)]
struct CreatedCompany {
    /// Id.
    id: Uuid,
    /// Name.
    name: String,
}

/// Creates a company; installation administrator only.
#[utoipa::path(post, path = "/companies", tag = "Companies", request_body = NewCompany, responses(
    (status = 201, body = CreatedCompany), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn create(State(api): State<Api>, Who(who): Who, Body(body): Body<NewCompany>) -> Answer<Response> {
    let company = companies::create(&api, who, &body.name, &body.admin.name, &body.admin.email).await?;
    let wire = CreatedCompany { id: company.id.0, name: company.name };
    Ok(created(&format!("/api/v1/companies/{}", wire.id), wire))
}

/// One company.
#[utoipa::path(get, path = "/companies/{id}", tag = "Companies", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Company), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn get(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<axum::Json<Company>> {
    Ok(axum::Json(companies::get(&api, who, CompanyId(id)).await?.into()))
}

/// Changes to a company.
#[derive(Deserialize, ToSchema)]
struct CompanyChanges {
    /// Its name.
    name: String,
}

/// Renames a company.
#[utoipa::path(patch, path = "/companies/{id}", tag = "Companies", params(("id" = Uuid, Path)), request_body = CompanyChanges, responses(
    (status = 200, body = Company), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<CompanyChanges>,
) -> Answer<axum::Json<Company>> {
    Ok(axum::Json(companies::rename(&api, who, CompanyId(id), &body.name).await?.into()))
}

/// How connections are approved, and whether one may change it.
#[derive(Serialize, ToSchema)]
struct ConnectionSettings {
    /// The policy.
    approval: Approval,
    /// What one may do.
    can: CanMap,
}

impl From<CompanyView> for ConnectionSettings {
    fn from(view: CompanyView) -> Self {
        let can = Can::default().named("update", &view.standing, Action::SetApproval);
        Self { approval: view.company.approval.into(), can: can::wire(can) }
    }
}

/// The policy to set.
#[derive(Deserialize, ToSchema)]
struct NewConnectionSettings {
    /// The policy.
    approval: Approval,
}

/// How connections to this company's projects are approved.
#[utoipa::path(get, path = "/companies/{id}/connection-settings", tag = "Companies", params(("id" = Uuid, Path)), responses(
    (status = 200, body = ConnectionSettings), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn get_settings(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<ConnectionSettings>> {
    Ok(axum::Json(companies::get(&api, who, CompanyId(id)).await?.into()))
}

/// Sets how connections are approved; requests that wait keep waiting.
#[utoipa::path(put, path = "/companies/{id}/connection-settings", tag = "Companies", params(("id" = Uuid, Path)),
    request_body = NewConnectionSettings, responses(
    (status = 200, body = ConnectionSettings), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn put_settings(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<NewConnectionSettings>,
) -> Answer<axum::Json<ConnectionSettings>> {
    Ok(axum::Json(companies::set_approval(&api, who, CompanyId(id), body.approval.into()).await?.into()))
}

/// An entry of a company's directory.
#[derive(Serialize, ToSchema)]
struct CompanyPerson {
    /// Who.
    person: WirePerson,
    /// One of the company's own people.
    employee: bool,
    /// Admin on the company Admin tool.
    company_admin: bool,
    /// Whether they have accepted, and are active.
    status: EntryWord,
    /// The company a collaborator represents.
    represents: Option<Ref>,
    /// What one may do.
    can: CanMap,
}

fn company_person(entry: Entry, standing: &Standing) -> CompanyPerson {
    let can = Can::default().named("update", standing, Action::ManagePeople).named(
        "invite",
        standing,
        Action::ManagePeople,
    );
    CompanyPerson {
        person: WirePerson { id: entry.person_id.0, name: entry.name, email: entry.email },
        employee: entry.employee,
        company_admin: entry.company_admin,
        status: entry.status.into(),
        represents: entry
            .represents_company_id
            .zip(entry.represents_name)
            .map(|(id, name)| Ref::new(id, name)),
        can: can::wire(can),
    }
}

/// The company's directory.
#[utoipa::path(get, path = "/companies/{id}/people", tag = "Companies", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<CompanyPerson>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn people(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<CompanyPerson>>> {
    let (entries, standing) = companies::people(&api, who, CompanyId(id)).await?;
    Ok(axum::Json(Page::whole(entries.into_iter().map(|entry| company_person(entry, &standing)).collect())))
}

/// A person to add.
#[derive(Deserialize, ToSchema)]
struct PersonToAdd {
    /// Name.
    name: String,
    /// E-mail address; gets the invitation.
    email: String,
    /// One of the company's own people.
    #[serde(default)]
    employee: bool,
    /// Admin on the company Admin tool.
    #[serde(default)]
    company_admin: bool,
}

/// Adds a person to the directory and invites them.
#[utoipa::path(post, path = "/companies/{id}/people", tag = "Companies", params(("id" = Uuid, Path)), request_body = PersonToAdd, responses(
    (status = 201, body = CompanyPerson), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn add_person(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<PersonToAdd>,
) -> Answer<Response> {
    let new = NewPerson {
        name: &body.name,
        email: &body.email,
        employee: body.employee,
        company_admin: body.company_admin,
    };
    let (entry, standing) = companies::add_person(&api, who, CompanyId(id), &new).await?;
    let location = format!("/api/v1/companies/{id}/people/{}", entry.person_id);
    Ok(created(&location, company_person(entry, &standing)))
}

/// Changes to an entry; what is not named stays.
#[derive(Deserialize, ToSchema)]
struct PersonChanges {
    /// Deactivate or reactivate.
    active: Option<bool>,
    /// Admin on the company Admin tool.
    company_admin: Option<bool>,
    /// The company a collaborator represents.
    represents_company_id: Option<Uuid>,
}

/// Changes an entry of the directory.
#[utoipa::path(patch, path = "/companies/{id}/people/{person_id}", tag = "Companies",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), request_body = PersonChanges, responses(
    (status = 200, body = CompanyPerson), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update_person(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
    Body(body): Body<PersonChanges>,
) -> Answer<axum::Json<CompanyPerson>> {
    let changes = EntryChanges {
        active: body.active,
        company_admin: body.company_admin,
        represents: body.represents_company_id.map(CompanyId),
    };
    let (entry, standing) =
        companies::update_person(&api, who, CompanyId(id), PersonId(person), &changes).await?;
    Ok(axum::Json(company_person(entry, &standing)))
}

/// Sends an invitation again; the link sent before stops working.
#[utoipa::path(post, path = "/companies/{id}/people/{person_id}/invitation", tag = "Companies",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), responses(
    (status = 202), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn send_invitation_again(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
) -> Answer<StatusCode> {
    invitations::send_again(&api, who, CompanyId(id), PersonId(person)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Takes an invitation back.
#[utoipa::path(delete, path = "/companies/{id}/people/{person_id}/invitation", tag = "Companies",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn revoke_invitation(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
) -> Answer<StatusCode> {
    invitations::revoke(&api, who, CompanyId(id), PersonId(person)).await?;
    Ok(StatusCode::NO_CONTENT)
}
