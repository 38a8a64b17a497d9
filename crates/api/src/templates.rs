//! `/companies/{id}/permission-templates`: levels and grants under a name, given to members of projects.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::{Can, templates};
use sluice_domain::permission::{Action, Grant, Levels, Standing};
use sluice_domain::{CompanyId, ProjectId, TemplateId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Seen, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{LevelChanges, Page, WireLevels, created, versioned};
use crate::words::GrantWord;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(update, remove))
        .routes(routes!(of_project))
}

/// A permission template.
#[derive(Serialize, ToSchema)]
struct PermissionTemplate {
    /// Id.
    id: Uuid,
    /// Name.
    name: String,
    /// Levels it sets.
    levels: WireLevels,
    /// Grants it sets.
    grants: Vec<GrantWord>,
    /// Members who have it, in all projects of the company.
    members: i64,
    /// How many of them stand apart from it: a change of the template leaves those as they are.
    overridden: i64,
    /// Counts up with each change; the `ETag`.
    version: i64,
    /// What one may do.
    can: CanMap,
}

fn template(template: templates::Template, standing: &Standing) -> PermissionTemplate {
    let can = Can::default().named("update", standing, Action::ManageTemplates).named(
        "remove",
        standing,
        Action::ManageTemplates,
    );
    PermissionTemplate {
        id: template.id.0,
        grants: template.rights().grants().iter().copied().map(GrantWord).collect(),
        name: template.name,
        levels: template.levels.into(),
        members: template.member_count,
        overridden: template.overridden_count,
        version: template.version,
        can: can::wire(can),
    }
}

/// The permission templates of a company.
#[utoipa::path(get, path = "/companies/{id}/permission-templates", tag = "Permission templates", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<PermissionTemplate>), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<PermissionTemplate>>> {
    let (rows, standing) = templates::list(&api, who, CompanyId(id)).await?;
    Ok(axum::Json(Page::whole(rows.into_iter().map(|row| template(row, &standing)).collect())))
}

/// A template to add.
#[derive(Deserialize, ToSchema)]
struct NewPermissionTemplate {
    /// Name.
    name: String,
    /// Levels; what is not named is None.
    #[serde(default)]
    levels: LevelChanges,
    /// Grants.
    #[serde(default)]
    grants: Vec<GrantWord>,
}

/// Adds a permission template.
#[utoipa::path(post, path = "/companies/{id}/permission-templates", tag = "Permission templates", params(("id" = Uuid, Path)),
    request_body = NewPermissionTemplate, responses(
    (status = 201, body = PermissionTemplate), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn add(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<NewPermissionTemplate>,
) -> Answer<Response> {
    let grants: Vec<Grant> = body.grants.into_iter().map(Grant::from).collect();
    let levels = body.levels.onto(Levels::default());
    let (row, standing) = templates::add(&api, who, CompanyId(id), &body.name, levels, &grants).await?;
    let location = format!("/api/v1/companies/{id}/permission-templates/{}", row.id);
    Ok(created(&location, template(row, &standing)))
}

/// Changes to a template; what is not named stays.
#[derive(Deserialize, ToSchema)]
struct PermissionTemplateChanges {
    /// Its name.
    name: Option<String>,
    /// Levels.
    #[serde(default)]
    levels: LevelChanges,
    /// Grants.
    grants: Option<Vec<GrantWord>>,
}

/// Changes a template, and with it the levels and grants of everybody who has it and is not overridden.
#[utoipa::path(patch, path = "/companies/{id}/permission-templates/{template_id}", tag = "Permission templates",
    params(("id" = Uuid, Path), ("template_id" = Uuid, Path), Seen), request_body = PermissionTemplateChanges, responses(
    (status = 200, body = PermissionTemplate), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, changed)): Path<(Uuid, Uuid)>,
    Seen(seen): Seen,
    Body(body): Body<PermissionTemplateChanges>,
) -> Answer<Response> {
    let grants = body.grants.map(|grants| grants.into_iter().map(Grant::from).collect());
    let levels = body.levels;
    let which = (CompanyId(id), TemplateId(changed));
    let (row, standing) =
        templates::update(&api, who, which, seen, body.name.as_deref(), |held| levels.onto(held), grants)
            .await?;
    Ok(versioned(row.version, template(row, &standing)))
}

/// Removes a template. Members who had it keep the levels and grants they have.
#[utoipa::path(delete, path = "/companies/{id}/permission-templates/{template_id}", tag = "Permission templates",
    params(("id" = Uuid, Path), ("template_id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn remove(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, removed)): Path<(Uuid, Uuid)>,
) -> Answer<StatusCode> {
    templates::remove(&api, who, CompanyId(id), TemplateId(removed)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A permission template as it can be given to a member.
#[derive(Serialize, ToSchema)]
struct TemplateChoice {
    /// Id.
    id: Uuid,
    /// Name.
    name: String,
    /// Levels it sets.
    levels: WireLevels,
    /// Grants it sets.
    grants: Vec<GrantWord>,
}

/// The permission templates that can be given to members of a project; for whoever keeps its directory.
#[utoipa::path(get, path = "/projects/{id}/permission-templates", tag = "Permission templates", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<TemplateChoice>), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn of_project(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<TemplateChoice>>> {
    let rows = templates::of_project(&api, who, ProjectId(id)).await?;
    let choice = |row: templates::Template| TemplateChoice {
        id: row.id.0,
        grants: row.rights().grants().iter().copied().map(GrantWord).collect(),
        name: row.name,
        levels: row.levels.into(),
    };
    Ok(axum::Json(Page::whole(rows.into_iter().map(choice).collect())))
}
