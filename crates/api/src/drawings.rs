//! `/projects/{id}/drawings`, `/drawings`, `/drawing-revisions`, `/projects/{id}/publications`: the log, one drawing, publishing.

mod areas;
mod export;
mod many;
mod markups;
mod revisions;
pub(crate) mod wire;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sluice_app::Error;
use sluice_app::drawings::edit::{self, DrawingChanges};
use sluice_app::drawings::publish::{self, Chosen};
use sluice_app::drawings::{self, Log, LogFilter, obsolete_here};
use sluice_domain::revision::Status;
use sluice_domain::{AreaId, DisciplineId, DrawingId, ProjectId, RevisionId, SetId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::extract::{Body, Path, Query, Seen, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, versioned};
use crate::words::RevisionStatus;

use wire::{Drawing, Whole};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get, update, delete))
        .routes(routes!(restore))
        .routes(routes!(keep_in_log))
        .routes(routes!(mark_obsolete_here, unmark_obsolete_here))
        .routes(routes!(publish))
        .routes(routes!(get_subscription, put_subscription))
        .merge(areas::routes())
        .merge(export::routes())
        .merge(many::routes())
        .merge(markups::routes())
        .merge(revisions::routes())
}

/// Rows of a page where nobody says how many, and at most.
const LIMIT: i64 = 100;
const LIMIT_MAX: i64 = 1_000;

/// How many rows a page has.
pub(crate) fn limit(wanted: Option<i64>, otherwise: i64) -> i64 {
    wanted.unwrap_or(otherwise).clamp(1, LIMIT_MAX)
}

/// What of the log is asked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogFilterQuery {
    /// `current` (the newest revision of each drawing), or a set: the newest revision in it.
    set_id: Option<String>,
    /// Of this discipline.
    discipline_id: Option<Uuid>,
    /// Of this area.
    area_id: Option<Uuid>,
    /// Of the revision shown.
    #[param(inline)]
    status: Option<RevisionStatus>,
    /// Came through a connection.
    external: Option<bool>,
    /// Obsolete, upstream or here.
    obsolete: Option<bool>,
    /// Copies that were marked obsolete here, or replaced by an own drawing.
    obsolete_here: Option<bool>,
    /// The *Deleted* report.
    deleted: Option<bool>,
    /// Part of number or title.
    q: Option<String>,
}

/// Which page of it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// Where the page begins: `next` of the page before.
    after: Option<String>,
    /// Rows of the page, 1 to 1,000; 100 where it is not said.
    limit: Option<i64>,
}

impl LogFilterQuery {
    fn filter(&self) -> Result<LogFilter, Error> {
        let unsound = |what: &str| Error::refused("malformed_request", format!("{what} has no such value."));
        let set = match self.set_id.as_deref() {
            None | Some("" | "current") => None,
            Some(id) => Some(SetId(id.parse().map_err(|_| unsound("set_id"))?)),
        };
        let text = self.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Ok(LogFilter {
            // Decided by who asks.
            unpublished: false,
            set,
            discipline: self.discipline_id.map(DisciplineId),
            area: self.area_id.map(AreaId),
            status: self.status.map(Status::from),
            external: self.external,
            obsolete: self.obsolete,
            obsolete_here: self.obsolete_here,
            deleted: self.deleted.unwrap_or(false),
            text: text.map(ToOwned::to_owned),
        })
    }
}

/// The mark among those in `If-None-Match` that has our form.
fn seen(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::IF_NONE_MATCH)?.to_str().ok()?;
    Some(value.split(',').next()?.trim().trim_start_matches("W/").trim_matches('"'))
}

/// Lists drawings by number, each with its newest revision that one may see.
#[utoipa::path(get, path = "/projects/{id}/drawings", tag = "Drawings", params(("id" = Uuid, Path), LogFilterQuery, PageQuery), responses(
    (status = 200, body = Page<Drawing>), (status = 304), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(query): Query<LogFilterQuery>,
    Query(page): Query<PageQuery>,
    headers: HeaderMap,
) -> Answer<Response> {
    let page = (page.after.as_deref(), limit(page.limit, LIMIT));
    let (tag, log) = drawings::log(&api, who, ProjectId(id), query.filter()?, page, seen(&headers)).await?;
    let marks =
        [(header::ETAG, format!("W/\"{tag}\"")), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    Ok(match log {
        Log::Unchanged => (StatusCode::NOT_MODIFIED, marks).into_response(),
        Log::Page { items, next } => {
            let items = items.into_iter().map(Drawing::from).collect();
            (marks, axum::Json(Page { items, next })).into_response()
        }
    })
}

/// Gives one drawing with its revisions, its history and its neighbours in the log.
#[utoipa::path(get, path = "/drawings/{id}", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Whole), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn get(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let whole = drawings::get(&api, who, DrawingId(id)).await?;
    Ok(versioned(whole.view.drawing.version, Whole::from(whole)))
}

/// Changes to a drawing; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
struct DrawingEdit {
    /// Title.
    title: Option<String>,
    /// Number as printed.
    number: Option<String>,
    /// Discipline.
    discipline_id: Option<Uuid>,
    /// Own area.
    area_id: Option<Uuid>,
    /// No longer to be built from.
    obsolete: Option<bool>,
}

/// Changes an own drawing; with `If-Match` only the version seen.
#[utoipa::path(patch, path = "/drawings/{id}", tag = "Drawings", params(("id" = Uuid, Path), Seen), request_body = DrawingEdit, responses(
    (status = 200, body = Whole), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem),
    (status = 415, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Seen(seen): Seen,
    Body(changes): Body<DrawingEdit>,
) -> Answer<Response> {
    let changes = DrawingChanges {
        title: changes.title,
        number: changes.number,
        discipline: changes.discipline_id.map(DisciplineId),
        area: changes.area_id.map(AreaId),
        obsolete: changes.obsolete,
    };
    let whole = edit::update(&api, who, DrawingId(id), seen, changes).await?;
    Ok(versioned(whole.view.drawing.version, Whole::from(whole)))
}

/// Puts an own drawing into the recycle bin. Copies of it in connected projects stay, marked as deleted upstream.
#[utoipa::path(delete, path = "/drawings/{id}", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn delete(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    edit::delete(&api, who, DrawingId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes an own drawing out of the recycle bin.
#[utoipa::path(post, path = "/drawings/{id}/restoration", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Whole), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn restore(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let whole = edit::restore(&api, who, DrawingId(id)).await?;
    Ok(versioned(whole.view.drawing.version, Whole::from(whole)))
}

/// Keeps a copy in the log although it was deleted upstream.
#[utoipa::path(post, path = "/drawings/{id}/keep-in-log", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Whole), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn keep_in_log(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let whole = edit::keep_in_log(&api, who, DrawingId(id)).await?;
    Ok(versioned(whole.view.drawing.version, Whole::from(whole)))
}

/// What replaces a copy.
#[derive(Debug, Deserialize, ToSchema)]
struct NewObsoleteHere {
    /// The own drawing that replaces it; without one it is obsolete.
    replaced_by_id: Option<Uuid>,
}

/// Marks a copy obsolete here, or replaced by an own drawing: a local fact that upstream never hears of, before and after a disconnection.
#[utoipa::path(put, path = "/drawings/{id}/obsolete-here", tag = "Drawings", params(("id" = Uuid, Path)), request_body = NewObsoleteHere,
    responses((status = 200, body = Whole), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn mark_obsolete_here(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<NewObsoleteHere>,
) -> Answer<Response> {
    let replaced_by = wanted.replaced_by_id.map(DrawingId);
    let whole = obsolete_here::mark(&api, who, DrawingId(id), replaced_by).await?;
    Ok(versioned(whole.view.drawing.version, Whole::from(whole)))
}

/// Takes the mark off: what upstream says of the copy counts again.
#[utoipa::path(delete, path = "/drawings/{id}/obsolete-here", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn unmark_obsolete_here(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<StatusCode> {
    obsolete_here::unmark(&api, who, DrawingId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What to publish: a set, revisions, or everything.
#[derive(Debug, Deserialize, ToSchema)]
struct NewPublication {
    /// Everything unpublished in this set.
    set_id: Option<Uuid>,
    /// These revisions.
    revision_ids: Option<Vec<Uuid>>,
    /// Everything unpublished.
    all: Option<bool>,
    /// What arrived after this stays unpublished; now, where it is not said.
    as_of: Option<String>,
    /// Tell subscribers by mail.
    #[serde(default)]
    distribute: bool,
}

/// What came of a publication.
#[derive(Debug, Serialize, ToSchema)]
struct Publication {
    /// Revisions that became official.
    published: usize,
}

impl NewPublication {
    fn chosen(&self) -> Result<Chosen, Error> {
        match (self.set_id, &self.revision_ids, self.all) {
            (Some(set), None, None | Some(false)) => Ok(Chosen::Set(SetId(set))),
            (None, Some(ids), None | Some(false)) if ids.len() > publish::NAMED_MAX => {
                Err(Error::field("/revision_ids", "list_length", "Name up to 10,000 revisions at once."))
            }
            (None, Some(ids), None | Some(false)) => {
                Ok(Chosen::These(ids.iter().copied().map(RevisionId).collect()))
            }
            (None, None, Some(true)) => Ok(Chosen::All),
            _ => Err(Error::field("", "one_of", "Give one of set_id, revision_ids and all.")),
        }
    }
}

/// Publishes revisions: they become visible to everybody who sees drawings, and go to connected projects. It cannot be undone.
#[utoipa::path(post, path = "/projects/{id}/publications", tag = "Drawings", params(("id" = Uuid, Path)), request_body = NewPublication,
    responses((status = 200, body = Publication), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem),
    (status = 422, body = Problem)))]
async fn publish(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<NewPublication>,
) -> Answer<axum::Json<Publication>> {
    let unsound =
        |_| Error::field("/as_of", "unsound_time", "Give the time as RFC 3339, like 2026-05-04T10:00:00Z.");
    let as_of = wanted.as_of.as_deref().map(str::parse).transpose().map_err(unsound)?;
    let published =
        publish::publish(&api, who, ProjectId(id), &wanted.chosen()?, as_of, wanted.distribute).await?;
    Ok(axum::Json(Publication { published }))
}

/// Whether one is told by mail about drawings that are published and distributed.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
struct Subscription {
    subscribed: bool,
}

/// Says whether one is told about distributed drawings.
#[utoipa::path(get, path = "/projects/{id}/drawing-subscription", tag = "Drawings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Subscription), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn get_subscription(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Subscription>> {
    let subscribed = publish::subscribed(&api, who, ProjectId(id)).await?;
    Ok(axum::Json(Subscription { subscribed }))
}

/// Asks to be told about distributed drawings, or not to be.
#[utoipa::path(put, path = "/projects/{id}/drawing-subscription", tag = "Drawings", params(("id" = Uuid, Path)), request_body = Subscription,
    responses((status = 200, body = Subscription), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 413, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
async fn put_subscription(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(wanted): Body<Subscription>,
) -> Answer<axum::Json<Subscription>> {
    publish::subscribe(&api, who, ProjectId(id), wanted.subscribed).await?;
    Ok(axum::Json(wanted))
}
