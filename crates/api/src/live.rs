//! `/projects/{id}/changes`: the feed of a project for integrators, and live hints for open screens; readiness.

use std::convert::Infallible;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::{Deserialize, Serialize};
use sluice_app::live::{Audience, Hint, Topic};
use sluice_app::{Caller, changes};
use sluice_domain::ProjectId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::extract::{Path, Query, Who};
use crate::problem::{Answer, Problem};
use crate::wire::instant;
use crate::words::{FeedKind, TopicWord};
use crate::{Api, HEARTBEAT};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(feed))
}

/// An entry of a project's feed.
#[derive(Serialize, ToSchema)]
#[schema(as = FeedEntry)]
struct Change {
    /// Place in the feed.
    position: i64,
    /// What it is about.
    kind: FeedKind,
    /// The record.
    record_id: Uuid,
    /// Its version when the entry was made.
    version: i64,
    /// When.
    at: String,
}

/// Entries after a position.
#[derive(Serialize, ToSchema)]
#[schema(as = FeedPage)]
struct Changes {
    /// The entries, in order.
    items: Vec<Change>,
    /// Where to read on; null at the end.
    next: Option<String>,
    /// Position of the newest entry.
    head: i64,
}

#[derive(Deserialize, IntoParams)]
struct From {
    /// Position to read on from.
    #[serde(default)]
    after: i64,
    /// Entries, at most 1,000.
    limit: Option<i64>,
}

/// The feed of a project; with `Accept: text/event-stream`, live hints for open screens.
#[utoipa::path(get, path = "/projects/{id}/changes", tag = "Changes", params(("id" = Uuid, Path), From), responses(
    (status = 200, content((Changes = "application/json"), (WireHint = "text/event-stream"))), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn feed(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    Query(from): Query<From>,
) -> Answer<Response> {
    let project = ProjectId(id);
    if headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/event-stream")) {
        // Listening begins before the right is judged, so that nothing falls between.
        let hints = api.live.listen();
        changes::may_listen(&api, who, project).await?;
        return Ok(Sse::new(stream(api, who, project, hints))
            .keep_alive(KeepAlive::new().interval(HEARTBEAT))
            .into_response());
    }
    let limit = from.limit.unwrap_or(100).clamp(1, 1_000);
    let (entries, head) = changes::after(&api, who, project, from.after, limit).await?;
    let last = entries.last().map(|entry| entry.position);
    let items = entries.into_iter().map(|entry| Change {
        position: entry.position,
        kind: entry.kind.into(),
        record_id: entry.record_id,
        version: entry.version,
        at: instant(entry.at),
    });
    let next = last.filter(|last| *last < head).map(|last| last.to_string());
    Ok(axum::Json(Changes { items: items.collect(), next, head }).into_response())
}

/// What a screen should fetch again.
#[derive(Serialize, ToSchema)]
#[schema(as = Hint)]
struct WireHint {
    /// What changed.
    topic: TopicWord,
    /// Which record, where one.
    id: Option<Uuid>,
}

/// Hints of a project and of the person, for as long as both the session and the right to see the project last (`SEC-09`).
fn stream(
    api: Api,
    who: Caller,
    project: ProjectId,
    hints: Receiver<Hint>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold((api, hints), move |(api, mut hints)| async move {
        loop {
            let hint = match hints.recv().await {
                Ok(hint) => hint,
                // Fell behind: the screen fetches everything again.
                Err(RecvError::Lagged(_)) => {
                    Hint { audience: Audience::Project(project), topic: Topic::Everything, id: None }
                }
                Err(RecvError::Closed) => return None,
            };
            let concerns = match hint.audience {
                Audience::Project(of) => of == project,
                Audience::Person(of) => of == who.person,
            };
            if !concerns {
                continue;
            }
            if changes::may_still_listen(&api, who, project).await != Some(true) {
                return None;
            }
            let wire = WireHint { topic: hint.topic.into(), id: hint.id };
            if let Ok(event) = Event::default().event("hint").json_data(&wire) {
                return Some((Ok(event), (api, hints)));
            }
        }
    })
}

/// Ready when the database answers.
pub(crate) async fn ready(State(api): State<Api>) -> Response {
    match changes::database_answers(&api).await {
        Ok(()) => "ready".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response(),
    }
}
