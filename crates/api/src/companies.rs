//! `/companies`: companies, how connections to their projects are approved.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::Can;
use sluice_app::companies::{self, CompanyView};
use sluice_domain::CompanyId;
use sluice_domain::permission::Action;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, created};
use crate::words::Approval;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(get_settings, put_settings))
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
