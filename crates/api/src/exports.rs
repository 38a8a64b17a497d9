//! `/companies/{id}/exports`: everything of a company as one archive.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Serialize;
use sluice_app::export::{self, Export};
use sluice_domain::{CompanyId, ExportId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::download::{self, Download};
use crate::extract::{Path, Who};
use crate::guard::Watch;
use crate::problem::{Answer, Problem};
use crate::wire::{Page, created, instant};
use crate::words::ExportWord;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list, start)).routes(routes!(get, remove)).routes(routes!(file))
}

/// An export of a company.
#[derive(Serialize, ToSchema)]
#[schema(as = Export)]
struct WireExport {
    /// Id.
    id: Uuid,
    /// Where it stands.
    state: ExportWord,
    /// Who asked.
    requested_by: String,
    /// When.
    created_at: String,
    /// Files to be copied.
    files: i64,
    /// Files copied so far.
    files_done: i64,
    /// Size of the archive, when it is done.
    bytes: i64,
    /// Files that could not be had; the archive names them.
    damaged: i64,
    /// When it was done.
    finished_at: Option<String>,
    /// Until when it can be fetched.
    expires_at: Option<String>,
}

impl From<Export> for WireExport {
    fn from(export: Export) -> Self {
        Self {
            id: export.id.0,
            state: export.state.into(),
            requested_by: export.requested_by_name,
            created_at: instant(export.created_at),
            files: export.file_count,
            files_done: export.files_done,
            bytes: export.byte_count,
            damaged: export.damaged_count,
            finished_at: export.finished_at.map(instant),
            expires_at: export.expires_at.map(instant),
        }
    }
}

/// The exports of a company, newest first.
#[utoipa::path(get, path = "/companies/{id}/exports", tag = "Exports", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<WireExport>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<WireExport>>> {
    let items = export::list(&api, who, CompanyId(id)).await?.into_iter().map(WireExport::from).collect();
    Ok(axum::Json(Page::whole(items)))
}

/// Asks for an export of everything of a company; an archive made before is removed. One is made at a time.
#[utoipa::path(post, path = "/companies/{id}/exports", tag = "Exports", params(("id" = Uuid, Path)), responses(
    (status = 201, body = WireExport), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn start(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let export = WireExport::from(export::start(&api, who, CompanyId(id)).await?);
    Ok(created(&format!("/api/v1/companies/{id}/exports/{}", export.id), export))
}

/// One export, with how far it is.
#[utoipa::path(get, path = "/companies/{id}/exports/{export_id}", tag = "Exports",
    params(("id" = Uuid, Path), ("export_id" = Uuid, Path)), responses(
    (status = 200, body = WireExport), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, export)): Path<(Uuid, Uuid)>,
) -> Answer<axum::Json<WireExport>> {
    Ok(axum::Json(export::get(&api, who, CompanyId(id), ExportId(export)).await?.into()))
}

/// Removes an archive, or stops one that is being made.
#[utoipa::path(delete, path = "/companies/{id}/exports/{export_id}", tag = "Exports",
    params(("id" = Uuid, Path), ("export_id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn remove(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, export)): Path<(Uuid, Uuid)>,
) -> Answer<StatusCode> {
    export::remove(&api, who, CompanyId(id), ExportId(export)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The archive of an export that is done, whole or a part of it: a zip that opens without the product.
#[utoipa::path(get, path = "/companies/{id}/exports/{export_id}/file", tag = "Exports",
    params(("id" = Uuid, Path), ("export_id" = Uuid, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "application/zip"), (status = 206, body = Vec<u8>, content_type = "application/zip"),
    (status = 304), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 416, body = Problem)))]
async fn file(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, export)): Path<(Uuid, Uuid)>,
    headers: HeaderMap,
) -> Answer<Response> {
    let watch = Watch::new(&api, who);
    let archive = export::fetchable(&api, who, CompanyId(id), ExportId(export)).await?;
    let file = Download {
        etag: format!("\"{}\"", archive.id),
        bytes: archive.bytes,
        kind: "application/zip",
        name: &archive.file_name,
        saved: true,
    };
    let may = move |api: Api| async move {
        export::fetchable(&api, who, CompanyId(id), ExportId(export)).await.is_ok()
    };
    download::send(api.clone(), watch, &headers, &file, export::open(&api, &archive), may).await
}
