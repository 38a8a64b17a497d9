//! Deleting a project, closing a company, and the companies of the installation for those who administer it.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sluice_app::closing::{self, Consequences, Installed};
use sluice_domain::{CompanyId, ProjectId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::projects::Neighbour;
use crate::wire::{Page, instant};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(of_project, delete_project))
        .routes(routes!(of_company, close_company))
        .routes(routes!(installed))
}

/// What deleting a project takes away and ends.
#[derive(Serialize, ToSchema)]
struct ProjectDeletion {
    /// The name to type.
    name: String,
    /// Drawings in it.
    drawings: i64,
    /// Their revisions, one file each.
    revisions: i64,
    /// People in its directory.
    people: i64,
    /// The other ends of live connections and waiting requests, which end.
    ends: Vec<Neighbour>,
}

impl From<Consequences> for ProjectDeletion {
    fn from(consequences: Consequences) -> Self {
        Self {
            name: consequences.name,
            drawings: consequences.extent.drawings,
            revisions: consequences.extent.revisions,
            people: consequences.extent.people,
            ends: consequences.ends.into_iter().map(Neighbour::from).collect(),
        }
    }
}

/// The confirmation of an end.
#[derive(Deserialize, ToSchema)]
struct Ending {
    /// Its name, typed exactly.
    name: String,
    /// Why, 1 to 2,000 characters; shown to the companies whose connections end.
    reason: String,
}

/// What deleting a project would do.
#[utoipa::path(get, path = "/projects/{id}/deletion", tag = "Projects", params(("id" = Uuid, Path)), responses(
    (status = 200, body = ProjectDeletion), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn of_project(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<ProjectDeletion>> {
    Ok(axum::Json(closing::of_project(&api, who, ProjectId(id)).await?.into()))
}

/// Deletes a project and ends its connections; copies at other companies stay. Company administrators only.
#[utoipa::path(post, path = "/projects/{id}/deletion", tag = "Projects", params(("id" = Uuid, Path)), request_body = Ending, responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn delete_project(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<Ending>,
) -> Answer<StatusCode> {
    closing::delete_project(&api, who, ProjectId(id), &body.name, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What closing a company takes away and ends, in numbers.
#[derive(Serialize, ToSchema)]
struct CompanyClosure {
    /// The name to type.
    name: String,
    /// Its projects.
    projects: i64,
    /// Drawings in them.
    drawings: i64,
    /// Their revisions, one file each.
    revisions: i64,
    /// People in its directory.
    people: i64,
    /// Live connections, which end.
    connected: i64,
    /// Waiting requests, which end.
    requested: i64,
}

/// What closing a company would do; installation administrator only.
#[utoipa::path(get, path = "/companies/{id}/closure", tag = "Companies", params(("id" = Uuid, Path)), responses(
    (status = 200, body = CompanyClosure), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn of_company(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<CompanyClosure>> {
    let (name, extent) = closing::of_company(&api, who, CompanyId(id)).await?;
    Ok(axum::Json(CompanyClosure {
        name,
        projects: extent.projects,
        drawings: extent.drawings,
        revisions: extent.revisions,
        people: extent.people,
        connected: extent.connected,
        requested: extent.requested,
    }))
}

/// Closes a company and ends its connections; copies at other companies stay. Installation administrator only.
#[utoipa::path(post, path = "/companies/{id}/closure", tag = "Companies", params(("id" = Uuid, Path)), request_body = Ending, responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn close_company(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<Ending>,
) -> Answer<StatusCode> {
    closing::close_company(&api, who, CompanyId(id), &body.name, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A company of the installation.
#[derive(Serialize, ToSchema)]
struct InstalledCompany {
    /// Id.
    id: Uuid,
    /// Name.
    name: String,
    /// Since when.
    created_at: String,
    /// Until when, if it is closed.
    closed_at: Option<String>,
}

impl From<Installed> for InstalledCompany {
    fn from(company: Installed) -> Self {
        Self {
            id: company.id.0,
            name: company.name,
            created_at: instant(company.created_at),
            closed_at: company.closed_at.map(instant),
        }
    }
}

/// All companies of the installation by name; installation administrator only, who sees nothing of what is in them.
#[utoipa::path(get, path = "/installation/companies", tag = "Companies", responses(
    (status = 200, body = Page<InstalledCompany>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn installed(State(api): State<Api>, Who(who): Who) -> Answer<axum::Json<Page<InstalledCompany>>> {
    let items = closing::companies(&api, who).await?.into_iter().map(InstalledCompany::from).collect();
    Ok(axum::Json(Page::whole(items)))
}
