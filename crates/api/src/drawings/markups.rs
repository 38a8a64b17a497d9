//! `/drawings/{id}/markups`, `/drawing-markups`, `/drawing-revisions/{id}/links`: what people draw over sheets, and where callouts lead.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sluice_app::Error;
use sluice_app::drawings::links::{self, Links};
use sluice_app::drawings::markups::{self, Chosen, Drawn, MarkupChanges, MarkupView};
use sluice_domain::{DrawingId, MarkupId, RevisionId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::wire::RevisionRef;
use super::{LIMIT, PageQuery, limit, seen};
use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Query, Seen, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, Ref, created, instant, versioned};
use crate::words::{MarkupColour, MarkupKind};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(update, delete))
        .routes(routes!(publish))
        .routes(routes!(links_of))
}

/// Something that a person drew over a sheet.
#[derive(Debug, Serialize, ToSchema)]
struct Markup {
    id: Uuid,
    drawing_id: Uuid,
    /// The revision it was made on; it stays on newer ones.
    revision: RevisionRef,
    kind: MarkupKind,
    colour: MarkupColour,
    /// Width of the line, or height of the letters, in points.
    size: f64,
    /// Points of the sheet, `[x, y]` from the upper left corner: the line, two corners, or where the text begins.
    points: Vec<[f64; 2]>,
    /// What a text says.
    text: Option<String>,
    /// Who made it.
    by: Ref,
    /// Whether one made it oneself.
    mine: bool,
    created_at: String,
    /// Since when everybody sees it; null while it is personal.
    published_at: Option<String>,
    /// Counts up with each change; the `ETag`.
    version: i64,
    /// What one may do.
    can: CanMap,
}

impl From<MarkupView> for Markup {
    fn from(view: MarkupView) -> Self {
        let markup = view.markup;
        Self {
            id: markup.id.0,
            drawing_id: markup.drawing_id.0,
            revision: RevisionRef { id: markup.revision_id.0, revision: markup.revision },
            kind: markup.kind.into(),
            colour: markup.colour.into(),
            size: markup.size,
            points: markup.points.as_slice().to_vec(),
            text: markup.text,
            by: Ref::new(markup.created_by, markup.created_by_name),
            mine: view.mine,
            created_at: instant(markup.created_at),
            published_at: markup.published_at.map(instant),
            version: markup.version,
            can: can::wire(view.can),
        }
    }
}

/// Lists what was drawn over a drawing in the order in which it was made: one's own, and what is published.
#[utoipa::path(get, path = "/drawings/{id}/markups", tag = "Drawings", params(("id" = Uuid, Path), PageQuery), responses(
    (status = 200, body = Page<Markup>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(page): Query<PageQuery>,
) -> Answer<axum::Json<Page<Markup>>> {
    let limit = limit(page.limit, LIMIT);
    let (items, next) = markups::list(&api, who, DrawingId(id), page.after.as_deref(), limit).await?;
    let items = items.into_iter().map(Markup::from).collect();
    Ok(axum::Json(Page { items, next: next.map(|next| next.to_string()) }))
}

/// Something to be drawn.
#[derive(Debug, Deserialize, ToSchema)]
struct NewMarkup {
    /// The revision it is made on.
    revision_id: Uuid,
    kind: MarkupKind,
    colour: MarkupColour,
    /// Width of the line, or height of the letters, in points: 0.5 to 144.
    size: f64,
    /// `[x, y]` in points from the upper left corner: 2 to 500 of a line by hand, the two ends of a line or an arrow, two corners of a rectangle
    /// or a cloud, the upper left corner of a text.
    points: Vec<[f64; 2]>,
    /// What a text says.
    text: Option<String>,
}

/// Draws something over a sheet, for oneself. Up to 500 personal markups of one person lie on one drawing.
#[utoipa::path(post, path = "/drawings/{id}/markups", tag = "Drawings", params(("id" = Uuid, Path)), request_body = NewMarkup, responses(
    (status = 201, body = Markup), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn create(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<NewMarkup>,
) -> Answer<Response> {
    let drawn = Drawn {
        kind: wanted.kind.into(),
        colour: wanted.colour.into(),
        size: wanted.size,
        points: wanted.points,
        text: wanted.text,
    };
    let made = markups::create(&api, who, DrawingId(id), RevisionId(wanted.revision_id), drawn).await?;
    Ok(created(&format!("/api/v1/drawing-markups/{}", made.markup.id), Markup::from(made)))
}

/// Changes to a markup; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
struct MarkupEdit {
    colour: Option<MarkupColour>,
    /// Width of the line, or height of the letters, in points: 0.5 to 144.
    size: Option<f64>,
    /// `[x, y]` in points from the upper left corner.
    points: Option<Vec<[f64; 2]>>,
    /// What a text says.
    text: Option<String>,
}

/// Draws an own markup anew or moves it; with `If-Match` only the version seen.
#[utoipa::path(patch, path = "/drawing-markups/{id}", tag = "Drawings", params(("id" = Uuid, Path), Seen), request_body = MarkupEdit, responses(
    (status = 200, body = Markup), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Seen(seen): Seen,
    Body(changes): Body<MarkupEdit>,
) -> Answer<Response> {
    let changes = MarkupChanges {
        colour: changes.colour.map(Into::into),
        size: changes.size,
        points: changes.points,
        text: changes.text,
    };
    let changed = markups::update(&api, who, MarkupId(id), seen, changes).await?;
    Ok(versioned(changed.markup.version, Markup::from(changed)))
}

/// Removes an own markup for good; Drawings Admins remove anybody's published one.
#[utoipa::path(delete, path = "/drawing-markups/{id}", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn delete(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    markups::delete(&api, who, MarkupId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which of one's own markups over a drawing are to be published: some, or all.
#[derive(Debug, Deserialize, ToSchema)]
struct NewMarkupPublication {
    /// These.
    markup_ids: Option<Vec<Uuid>>,
    /// Everything that one drew over it.
    all: Option<bool>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
struct MarkupPublication {
    /// Markups that everybody sees from now on.
    published: u64,
}

/// Publishes one's own markups over a drawing: everybody who sees the drawing sees them. They never go to connected projects.
#[utoipa::path(post, path = "/drawings/{id}/markups/publications", tag = "Drawings", params(("id" = Uuid, Path)),
    request_body = NewMarkupPublication, responses((status = 200, body = MarkupPublication), (status = 400, body = Problem),
    (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
async fn publish(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<NewMarkupPublication>,
) -> Answer<axum::Json<MarkupPublication>> {
    let chosen = match (wanted.markup_ids, wanted.all) {
        (Some(ids), None | Some(false)) if ids.len() > markups::NAMED_MAX => {
            let detail = "Name up to 500 markups at once.";
            return Err(Error::field("/markup_ids", "list_length", detail).into());
        }
        (Some(ids), None | Some(false)) => Chosen::These(ids.into_iter().map(MarkupId).collect()),
        (None, Some(true)) => Chosen::All,
        _ => return Err(Error::field("", "one_of", "Give one of markup_ids and all.").into()),
    };
    let published = markups::publish(&api, who, DrawingId(id), &chosen).await?;
    Ok(axum::Json(MarkupPublication { published }))
}

/// A callout that leads to another sheet: its place in points from the upper left corner, and the drawing.
#[derive(Debug, Serialize, ToSchema)]
struct SheetLink {
    drawing_id: Uuid,
    /// The number that is printed there.
    number: String,
    title: String,
    /// Left edge.
    x: f64,
    /// Top edge.
    y: f64,
    /// Width.
    w: f64,
    /// Height.
    h: f64,
}

/// Lists the callouts on a revision that name a drawing of the project: printed letter by letter, and leading to its current revision.
#[utoipa::path(get, path = "/drawing-revisions/{id}/links", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<SheetLink>), (status = 304), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn links_of(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
) -> Answer<Response> {
    let (tag, found) = links::of_revision(&api, who, RevisionId(id), seen(&headers)).await?;
    let marks =
        [(header::ETAG, format!("W/\"{tag}\"")), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    Ok(match found {
        Links::Unchanged => (StatusCode::NOT_MODIFIED, marks).into_response(),
        Links::These(found) => {
            let items = found.into_iter().map(|link| SheetLink {
                drawing_id: link.drawing.0,
                number: link.number,
                title: link.title,
                x: link.x,
                y: link.y,
                w: link.width,
                h: link.height,
            });
            (marks, axum::Json(Page::whole(items.collect()))).into_response()
        }
    })
}
