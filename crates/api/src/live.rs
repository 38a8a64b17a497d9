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
use sluice_domain::permission::Standing;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::extract::{Path, Query, Who};
use crate::guard::{Judge, Watch};
use crate::metrics::Held;
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
    if wants_stream(&headers) {
        return listen(api, who, Some(project)).await;
    }
    let limit = from.limit.unwrap_or(100).clamp(1, 1_000);
    let changes = changes::after(&api, who, project, from.after, limit).await?;
    let (read_to, head) = (changes.read_to, changes.head);
    let items = changes.entries.into_iter().map(|change| Change {
        position: change.entry.position,
        kind: change.kind.into(),
        record_id: change.entry.record_id,
        version: change.entry.version,
        at: instant(change.entry.at),
    });
    // Not the last one shown: what belongs to a tool that one does not see was read, too.
    let next = (read_to < head).then(|| read_to.to_string());
    Ok(axum::Json(Changes { items: items.collect(), next, head }).into_response())
}

/// Whether a screen asks to be kept up to date.
pub(crate) fn wants_stream(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).is_some_and(|accept| accept.as_bytes().starts_with(b"text/event-stream"))
}

/// The stream of hints: of a project and of the person, or outside of a project of the person alone.
pub(crate) async fn listen(api: Api, who: Caller, project: Option<ProjectId>) -> Answer<Response> {
    // Listening begins before the right is judged, so that nothing falls between.
    let (hints, watch) = (api.live.listen(), Watch::new(&api, who));
    let place = match project {
        Some(project) => Some((project, changes::may_listen(&api, who, project).await?)),
        None => None,
    };
    let held = Held::stream(&api.metrics);
    let listening = Listening { api, who, place, watch, hints, _held: held };
    let keep_alive = KeepAlive::new().interval(HEARTBEAT);
    Ok(Sse::new(stream(listening)).keep_alive(keep_alive).into_response())
}

/// What a screen should fetch again.
#[derive(Serialize, ToSchema)]
#[schema(as = Hint)]
pub(crate) struct WireHint {
    /// What changed.
    topic: TopicWord,
    /// Which record, where one.
    id: Option<Uuid>,
}

/// An open stream.
struct Listening {
    api: Api,
    who: Caller,
    /// The open project, and where the caller stands there.
    place: Option<(ProjectId, Standing)>,
    watch: Watch,
    hints: Receiver<Hint>,
    /// Counts it for as long as it is open.
    _held: Held,
}

impl Listening {
    /// Judges the caller's right to listen again; `None` where they may not any more.
    async fn judge(&mut self) -> Option<()> {
        match &mut self.place {
            Some((project, standing)) => {
                *standing = changes::may_still_listen(&self.api, self.who, *project).await?;
            }
            None if changes::is_still_there(&self.api, self.who).await => {}
            None => return None,
        }
        Some(())
    }

    /// Whether the caller, as last judged, hears a hint.
    fn hears(&self, hint: &Hint) -> bool {
        self.place.as_ref().is_none_or(|(_, standing)| changes::hears(standing, hint))
    }

    /// The next hint the caller hears. `None` ends the stream: with the session, with the right to see the project, when anything changes in
    /// what the caller may do (the screen opens a new one and fetches everything again), and when the server stops (`SEC-09`).
    async fn next(&mut self) -> Option<WireHint> {
        loop {
            let hint = tokio::select! {
                biased;
                () = self.api.live.stopped() => return None,
                judge = self.watch.next() => {
                    if judge == Judge::Concerned {
                        return None;
                    }
                    self.judge().await?;
                    continue;
                }
                hint = self.hints.recv() => hint,
            };
            let hint = match hint {
                Ok(hint) => hint,
                // Fell behind: the screen fetches everything again.
                Err(RecvError::Lagged(_)) => Hint {
                    audience: Audience::Person(self.who.person),
                    topic: Topic::Everything,
                    id: None,
                    between: None,
                },
                Err(RecvError::Closed) => return None,
            };
            let concerns = match hint.audience {
                Audience::Project(of) => self.place.as_ref().is_some_and(|(project, _)| *project == of),
                Audience::Person(of) => of == self.who.person,
            };
            if !(concerns && self.hears(&hint)) {
                continue;
            }
            // Asked before each hint: another process may have ended the session, or changed what the caller may hear of.
            self.judge().await?;
            if self.hears(&hint) {
                return Some(WireHint { topic: hint.topic.into(), id: hint.id });
            }
        }
    }
}

/// The hints, for as long as the caller may hear them.
fn stream(listening: Listening) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(listening, |mut listening| async move {
        let hint = listening.next().await?;
        // A hint of ours is always JSON; one that were not would be a comment.
        let event = Event::default().event("hint").json_data(&hint).unwrap_or_default();
        Some((Ok(event), listening))
    })
}

/// Ready when the database answers, and not any more when the server is about to stop.
pub(crate) async fn ready(State(api): State<Api>) -> Response {
    if api.live.is_stopping() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping").into_response();
    }
    match changes::database_answers(&api).await {
        Ok(()) => "ready".into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer").into_response(),
    }
}
