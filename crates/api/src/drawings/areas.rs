//! `/projects/{id}/drawing-sets`, `/drawing-areas`, `/drawing-disciplines`.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::drawings::areas;
use sluice_domain::{AreaId, DisciplineId, ProjectId, SetId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::wire::date;
use crate::Api;
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, created};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_sets, create_set))
        .routes(routes!(list_areas, create_area))
        .routes(routes!(update_set))
        .routes(routes!(update_area))
        .routes(routes!(list_disciplines))
        .routes(routes!(update_discipline))
}

/// A drawing set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DrawingSet)]
struct Set {
    id: Uuid,
    name: String,
    /// Date of issue.
    date: Option<String>,
    /// Came through a connection: closed here.
    external: bool,
    /// Revisions in it that one may see.
    revisions: i64,
    /// Of these unpublished.
    unpublished: i64,
}

impl From<areas::Set> for Set {
    fn from(set: areas::Set) -> Self {
        Self {
            id: set.id.0,
            name: set.name,
            date: set.set_date.map(|date| date.to_string()),
            external: set.connection_id.is_some(),
            revisions: set.revision_count,
            unpublished: set.unpublished_count,
        }
    }
}

/// Lists the sets, newest first.
#[utoipa::path(get, path = "/projects/{id}/drawing-sets", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<Set>), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn list_sets(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<Set>>> {
    let sets = areas::sets(&api, who, ProjectId(id)).await?;
    Ok(axum::Json(Page::whole(sets.into_iter().map(Set::from).collect())))
}

/// A set to begin.
#[derive(Debug, Deserialize, ToSchema)]
struct NewSet {
    /// Name.
    name: String,
    /// Date of issue, `YYYY-MM-DD`.
    date: Option<String>,
}

/// Begins a set.
#[utoipa::path(post, path = "/projects/{id}/drawing-sets", tag = "Drawings", params(("id" = Uuid, Path)), request_body = NewSet,
    responses((status = 201, body = Set), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn create_set(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(set): Body<NewSet>,
) -> Answer<Response> {
    let date = date("/date", set.date.as_deref())?;
    let set = areas::add_set(&api, who, ProjectId(id), &set.name, date).await?;
    Ok(created(&format!("/api/v1/projects/{id}/drawings?set_id={}", set.id), Set::from(set)))
}

/// Changes to a set; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
struct SetEdit {
    /// Name.
    name: Option<String>,
    /// Date of issue.
    date: Option<String>,
}

/// Renames or redates an own set. Sheets without a date of their own count from their set's.
#[utoipa::path(patch, path = "/drawing-sets/{id}", tag = "Drawings", params(("id" = Uuid, Path)), request_body = SetEdit,
    responses((status = 200, body = Set), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn update_set(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(changes): Body<SetEdit>,
) -> Answer<axum::Json<Set>> {
    let date = date("/date", changes.date.as_deref())?;
    let set = areas::update_set(&api, who, SetId(id), changes.name, date).await?;
    Ok(axum::Json(set.into()))
}

/// An area.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DrawingArea)]
struct Area {
    id: Uuid,
    name: String,
    description: String,
    /// Came through a connection: closed here.
    external: bool,
    /// Where sheets go when nobody says where.
    is_default: bool,
    /// Drawings in its log that one may see.
    drawings: i64,
}

impl From<areas::Area> for Area {
    fn from(area: areas::Area) -> Self {
        Self {
            id: area.id.0,
            name: area.name,
            description: area.description,
            external: area.connection_id.is_some(),
            is_default: area.is_default && area.connection_id.is_none(),
            drawings: area.drawing_count,
        }
    }
}

/// Lists the areas, own ones first.
#[utoipa::path(get, path = "/projects/{id}/drawing-areas", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<Area>), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn list_areas(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<Area>>> {
    let areas = areas::areas(&api, who, ProjectId(id)).await?;
    Ok(axum::Json(Page::whole(areas.into_iter().map(Area::from).collect())))
}

/// An area to begin.
#[derive(Debug, Deserialize, ToSchema)]
struct NewArea {
    /// Name.
    name: String,
    /// Description.
    #[serde(default)]
    description: String,
}

/// Begins an area.
#[utoipa::path(post, path = "/projects/{id}/drawing-areas", tag = "Drawings", params(("id" = Uuid, Path)), request_body = NewArea,
    responses((status = 201, body = Area), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn create_area(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(area): Body<NewArea>,
) -> Answer<Response> {
    let area = areas::add_area(&api, who, ProjectId(id), &area.name, &area.description).await?;
    Ok(created(&format!("/api/v1/drawing-areas/{}", area.id), Area::from(area)))
}

/// Changes to an area; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
struct AreaChanges {
    /// Name.
    name: Option<String>,
    /// Description.
    description: Option<String>,
}

/// Renames or describes an own area.
#[utoipa::path(patch, path = "/drawing-areas/{id}", tag = "Drawings", params(("id" = Uuid, Path)), request_body = AreaChanges,
    responses((status = 200, body = Area), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn update_area(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(changes): Body<AreaChanges>,
) -> Answer<axum::Json<Area>> {
    let area = areas::update_area(&api, who, AreaId(id), changes.name, changes.description).await?;
    Ok(axum::Json(area.into()))
}

/// A discipline.
#[derive(Debug, Serialize, ToSchema)]
struct Discipline {
    id: Uuid,
    name: String,
    /// Place in the order.
    position: i64,
    /// Prefixes of sheet numbers.
    abbreviations: Vec<String>,
    /// Came through a connection: called and ordered as it is upstream.
    external: bool,
}

impl From<areas::Discipline> for Discipline {
    fn from(discipline: areas::Discipline) -> Self {
        Self {
            id: discipline.id.0,
            name: discipline.name,
            position: discipline.position,
            abbreviations: discipline.abbreviations.0,
            external: discipline.connection_id.is_some(),
        }
    }
}

/// Lists the disciplines, in order. A project has none before its first upload.
#[utoipa::path(get, path = "/projects/{id}/drawing-disciplines", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<Discipline>), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn list_disciplines(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<Discipline>>> {
    let items = areas::discipline_list(&api, who, ProjectId(id)).await?;
    Ok(axum::Json(Page::whole(items.into_iter().map(Discipline::from).collect())))
}

/// Changes to a discipline; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
struct DisciplineEdit {
    /// Name.
    name: Option<String>,
    /// Place among the project's own, counted from 1.
    position: Option<i64>,
}

/// Renames an own discipline or moves it in the order. Connected projects follow where the discipline is not one of their own.
#[utoipa::path(patch, path = "/drawing-disciplines/{id}", tag = "Drawings", params(("id" = Uuid, Path)), request_body = DisciplineEdit,
    responses((status = 200, body = Discipline), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn update_discipline(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(changes): Body<DisciplineEdit>,
) -> Answer<axum::Json<Discipline>> {
    let changed =
        areas::update_discipline(&api, who, DisciplineId(id), changes.name, changes.position).await?;
    Ok(axum::Json(changed.into()))
}
