//! `/drawing-revisions/{id}`, `/drawings/{id}/revision-order`: editing single revisions and their order.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use sluice_app::drawings::revisions::{self, RevisionChanges};
use sluice_app::{Given, drawings};
use sluice_domain::{DrawingId, RevisionId, SetId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::wire::{RevisionAndDrawing, Whole, given_date};
use crate::Api;
use crate::extract::{Body, Path, Seen, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{given, versioned};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(get, update, delete))
        .routes(routes!(restore))
        .routes(routes!(reorder))
}

/// Gives one revision with its drawing.
#[utoipa::path(get, path = "/drawing-revisions/{id}", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = RevisionAndDrawing), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn get(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let view = drawings::revision(&api, who, RevisionId(id)).await?;
    Ok(versioned(view.revision.revision_version, RevisionAndDrawing::from(view)))
}

/// Changes to a revision; what is absent stays, a date that is null is cleared.
#[derive(Debug, Deserialize, ToSchema)]
struct RevisionEdit {
    /// As printed.
    revision: Option<String>,
    /// Date on the sheet, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    drawing_date: Given<String>,
    /// Date it came in, `YYYY-MM-DD`.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    received_date: Given<String>,
    /// Own set.
    set_id: Option<Uuid>,
}

/// Changes an own revision; with `If-Match` only the version seen. Copies of it in connected projects follow.
#[utoipa::path(patch, path = "/drawing-revisions/{id}", tag = "Drawings", params(("id" = Uuid, Path), Seen), request_body = RevisionEdit, responses(
    (status = 200, body = Whole), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Seen(seen): Seen,
    Body(changes): Body<RevisionEdit>,
) -> Answer<axum::Json<Whole>> {
    let changes = RevisionChanges {
        revision: changes.revision,
        drawing_date: given_date("/drawing_date", changes.drawing_date)?,
        received_date: given_date("/received_date", changes.received_date)?,
        set: changes.set_id.map(SetId),
    };
    Ok(axum::Json(revisions::update(&api, who, RevisionId(id), seen, changes).await?.into()))
}

/// Takes out an own revision that was issued by mistake; a drawing keeps at least one. Copies of it stay, marked as deleted upstream.
#[utoipa::path(delete, path = "/drawing-revisions/{id}", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn delete(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    revisions::delete(&api, who, RevisionId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts back an own revision that was taken out.
#[utoipa::path(post, path = "/drawing-revisions/{id}/restoration", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Whole), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn restore(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<axum::Json<Whole>> {
    Ok(axum::Json(revisions::restore(&api, who, RevisionId(id)).await?.into()))
}

/// The order of a drawing's revisions.
#[derive(Debug, Deserialize, ToSchema)]
struct RevisionOrder {
    /// All its revisions, newest first; none leaves the order to their dates and texts.
    revision_ids: Vec<Uuid>,
}

/// Puts the revisions of an own drawing in order: the first published one is current, whatever the dates say.
#[utoipa::path(put, path = "/drawings/{id}/revision-order", tag = "Drawings", params(("id" = Uuid, Path)), request_body = RevisionOrder,
    responses((status = 200, body = Whole), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn reorder(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<RevisionOrder>,
) -> Answer<Response> {
    let newest_first: Vec<RevisionId> = wanted.revision_ids.into_iter().map(RevisionId).collect();
    let whole = revisions::reorder(&api, who, DrawingId(id), &newest_first).await?;
    Ok(versioned(whole.view.drawing.version, Whole::from(whole)))
}
