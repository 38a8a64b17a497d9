//! Notifications of the person who calls, and a project's distribution lists.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use sluice_app::notifications::{self, Choice, List, Notification, Recipients, Which};
use sluice_domain::{MessageId, PersonId, ProjectId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Query, Wanted, Who};
use crate::live::{WireHint, listen, wants_stream};
use crate::problem::{Answer, Problem};
use crate::wire::{Ref, instant};
use crate::words::NotificationKind;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(mark_read))
        .routes(routes!(connection_recipients, choose_connection_recipients))
        .routes(routes!(arrival_recipients, choose_arrival_recipients))
}

/// A notification.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notification)]
struct WireNotification {
    /// Id.
    id: Uuid,
    /// What happened.
    kind: NotificationKind,
    /// One line.
    title: String,
    /// Sentences.
    body: String,
    /// Path on the screen where one acts.
    href: String,
    /// When it happened.
    #[schema(format = DateTime)]
    created_at: String,
    /// When it was read; null while it is not.
    #[schema(format = DateTime)]
    read_at: Option<String>,
}

impl From<Notification> for WireNotification {
    fn from(notification: Notification) -> Self {
        let Notification { id, kind, title, body, href, created_at, read_at } = notification;
        Self {
            id: id.0,
            kind: kind.into(),
            title,
            body,
            href,
            created_at: instant(created_at),
            read_at: read_at.map(instant),
        }
    }
}

/// A page of notifications.
#[derive(Debug, Serialize, ToSchema)]
struct NotificationPage {
    /// Newest first.
    items: Vec<WireNotification>,
    /// Where the next page begins (`?after=`); null on the last.
    next: Option<String>,
    /// How many are unread, on all pages.
    unread: i64,
}

/// Where a page begins and how long it is.
#[derive(Debug, Deserialize, IntoParams)]
struct NotificationQuery {
    /// `next` of the page before.
    after: Option<String>,
    /// Items, 1 to 100; 30 where not said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// The caller's notifications, newest first; with `Accept: text/event-stream`, a hint whenever they change.
#[utoipa::path(
    get, path = "/notifications", tag = "Notifications", params(NotificationQuery),
    responses(
        (status = 200, content((NotificationPage = "application/json"), (WireHint = "text/event-stream"))),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`unsound_cursor`, `malformed_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`not_signed_in`"),
    )
)]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Wanted(language): Wanted,
    headers: HeaderMap,
    Query(query): Query<NotificationQuery>,
) -> Answer<Response> {
    if wants_stream(&headers) {
        notifications::may_listen(who)?;
        return listen(api, who, None).await;
    }
    let page = notifications::list(&api, who, language, query.after.as_deref(), query.limit).await?;
    Ok(Json(NotificationPage {
        items: page.items.into_iter().map(WireNotification::from).collect(),
        next: page.next.map(|id| id.to_string()),
        unread: page.unread,
    })
    .into_response())
}

/// Which notifications were read: some by their ids, or all.
#[derive(Debug, Deserialize, ToSchema)]
struct ReadNotifications {
    /// These.
    #[serde(default)]
    ids: Vec<Uuid>,
    /// All of them.
    #[serde(default)]
    all: bool,
}

/// What is left.
#[derive(Debug, Serialize, ToSchema)]
struct Unread {
    /// How many are unread.
    unread: i64,
}

/// Marks notifications read; those of other people stay untouched.
#[utoipa::path(
    post, path = "/notifications/read", tag = "Notifications", request_body = ReadNotifications,
    responses(
        (status = 200, body = Unread),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`malformed_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`not_signed_in`"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "`body_too_large`"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "`unsupported_media_type`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`invalid`"),
    )
)]
async fn mark_read(
    State(api): State<Api>,
    Who(who): Who,
    Body(read): Body<ReadNotifications>,
) -> Answer<Json<Unread>> {
    let which =
        if read.all { Which::All } else { Which::These(read.ids.into_iter().map(MessageId).collect()) };
    Ok(Json(Unread { unread: notifications::mark_read(&api, who, which).await? }))
}

/// How a distribution list is made up.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RecipientMode {
    /// All Admins of the tool in the project's directory: of Connection Manager, or of Drawings.
    AllAdmins,
    /// The people chosen.
    Specific,
}

/// A distribution list.
#[derive(Debug, Serialize, ToSchema)]
struct DistributionList {
    /// How it is made up.
    mode: RecipientMode,
    /// The people chosen who still qualify.
    person_ids: Vec<Uuid>,
    /// Who may be chosen, by name; for those who cannot choose, only who is.
    options: Vec<Ref>,
    /// What the caller may do.
    can: CanMap,
}

impl From<Recipients> for DistributionList {
    fn from(recipients: Recipients) -> Self {
        let Recipients { specific, people, options, can } = recipients;
        Self {
            mode: if specific { RecipientMode::Specific } else { RecipientMode::AllAdmins },
            person_ids: people.into_iter().map(Uuid::from).collect(),
            options: options.into_iter().map(|eligible| Ref::new(eligible.person, eligible.name)).collect(),
            can: can::wire(can),
        }
    }
}

/// Who shall be told.
#[derive(Debug, Deserialize, ToSchema)]
struct ChosenRecipients {
    /// How the list is made up.
    mode: RecipientMode,
    /// The people chosen; each is an Admin of the tool or an administrator of the company.
    #[serde(default)]
    person_ids: Vec<Uuid>,
}

impl From<ChosenRecipients> for Choice {
    fn from(chosen: ChosenRecipients) -> Self {
        Self {
            specific: matches!(chosen.mode, RecipientMode::Specific),
            people: chosen.person_ids.into_iter().map(PersonId).collect(),
        }
    }
}

/// Who is told about the project's connections.
#[utoipa::path(
    get, path = "/projects/{id}/connection-notifications", tag = "Notifications",
    params(("id" = Uuid, Path, description = "The project.")),
    responses(
        (status = 200, body = DistributionList),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`not_signed_in`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`needs_level`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
    )
)]
async fn connection_recipients(
    State(api): State<Api>,
    Who(who): Who,
    Path(project): Path<Uuid>,
) -> Answer<Json<DistributionList>> {
    Ok(Json(notifications::recipients(&api, who, ProjectId(project), List::Connections).await?.into()))
}

/// Chooses who is told about the project's connections.
#[utoipa::path(
    put, path = "/projects/{id}/connection-notifications", tag = "Notifications",
    params(("id" = Uuid, Path, description = "The project.")), request_body = ChosenRecipients,
    responses(
        (status = 200, body = DistributionList),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`malformed_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`not_signed_in`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`needs_level`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "`body_too_large`"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "`unsupported_media_type`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`invalid`, naming who does not qualify"),
    )
)]
async fn choose_connection_recipients(
    State(api): State<Api>,
    Who(who): Who,
    Path(project): Path<Uuid>,
    Body(chosen): Body<ChosenRecipients>,
) -> Answer<Json<DistributionList>> {
    let (project, choice) = (ProjectId(project), chosen.into());
    Ok(Json(notifications::choose_recipients(&api, who, project, List::Connections, choice).await?.into()))
}

/// Who is told about what arrives in the project's drawings.
#[utoipa::path(
    get, path = "/projects/{id}/arrival-notifications", tag = "Notifications",
    params(("id" = Uuid, Path, description = "The project.")),
    responses(
        (status = 200, body = DistributionList),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`not_signed_in`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`tool_off`"),
    )
)]
async fn arrival_recipients(
    State(api): State<Api>,
    Who(who): Who,
    Path(project): Path<Uuid>,
) -> Answer<Json<DistributionList>> {
    Ok(Json(notifications::recipients(&api, who, ProjectId(project), List::Arrivals).await?.into()))
}

/// Chooses who is told about what arrives in the project's drawings.
#[utoipa::path(
    put, path = "/projects/{id}/arrival-notifications", tag = "Notifications",
    params(("id" = Uuid, Path, description = "The project.")), request_body = ChosenRecipients,
    responses(
        (status = 200, body = DistributionList),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`malformed_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`not_signed_in`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`needs_level`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`tool_off`"),
        (status = 413, body = Problem, content_type = "application/problem+json", description = "`body_too_large`"),
        (status = 415, body = Problem, content_type = "application/problem+json", description = "`unsupported_media_type`"),
        (status = 422, body = Problem, content_type = "application/problem+json", description = "`invalid`, naming who does not qualify"),
    )
)]
async fn choose_arrival_recipients(
    State(api): State<Api>,
    Who(who): Who,
    Path(project): Path<Uuid>,
    Body(chosen): Body<ChosenRecipients>,
) -> Answer<Json<DistributionList>> {
    let (project, choice) = (ProjectId(project), chosen.into());
    Ok(Json(notifications::choose_recipients(&api, who, project, List::Arrivals, choice).await?.into()))
}
