//! Notifications of the person who calls, and who is told about a project's connections.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sluice_app::notifications::{self, ConnectionRecipients, Notification, Which};
use sluice_domain::{MessageId, PersonId, ProjectId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Query, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Ref, instant};
use crate::words::NotificationKind;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(mark_read))
        .routes(routes!(connection_recipients, choose_connection_recipients))
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

/// The caller's notifications, newest first.
#[utoipa::path(
    get, path = "/notifications", tag = "Notifications", params(NotificationQuery),
    responses(
        (status = 200, body = NotificationPage),
        (status = 400, body = Problem, content_type = "application/problem+json", description = "`unsound_cursor`, `malformed_request`"),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`not_signed_in`"),
    )
)]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Query(query): Query<NotificationQuery>,
) -> Answer<Json<NotificationPage>> {
    let page = notifications::list(&api, who, query.after.as_deref(), query.limit).await?;
    Ok(Json(NotificationPage {
        items: page.items.into_iter().map(WireNotification::from).collect(),
        next: page.next.map(|id| id.to_string()),
        unread: page.unread,
    }))
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

/// Which list is told about a project's connections.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RecipientMode {
    /// All Connection Manager Admins in the project's directory.
    AllAdmins,
    /// The people chosen.
    Specific,
}

/// Who is told about a project's connections.
#[derive(Debug, Serialize, ToSchema)]
struct ConnectionNotifications {
    /// Which list.
    mode: RecipientMode,
    /// The people chosen who still qualify.
    person_ids: Vec<Uuid>,
    /// Who may be chosen, by name; for those who cannot choose, only who is.
    options: Vec<Ref>,
    /// What the caller may do.
    can: CanMap,
}

impl From<ConnectionRecipients> for ConnectionNotifications {
    fn from(recipients: ConnectionRecipients) -> Self {
        let ConnectionRecipients { specific, people, options, can } = recipients;
        Self {
            mode: if specific { RecipientMode::Specific } else { RecipientMode::AllAdmins },
            person_ids: people.into_iter().map(Uuid::from).collect(),
            options: options.into_iter().map(|eligible| Ref::new(eligible.person, eligible.name)).collect(),
            can: can::wire(can),
        }
    }
}

/// Who is told about the project's connections.
#[utoipa::path(
    get, path = "/projects/{id}/connection-notifications", tag = "Notifications",
    params(("id" = Uuid, Path, description = "The project.")),
    responses(
        (status = 200, body = ConnectionNotifications),
        (status = 401, body = Problem, content_type = "application/problem+json", description = "`not_signed_in`"),
        (status = 403, body = Problem, content_type = "application/problem+json", description = "`needs_level`"),
        (status = 404, body = Problem, content_type = "application/problem+json", description = "`not_found`"),
    )
)]
async fn connection_recipients(
    State(api): State<Api>,
    Who(who): Who,
    Path(project): Path<Uuid>,
) -> Answer<Json<ConnectionNotifications>> {
    Ok(Json(notifications::connection_recipients(&api, who, ProjectId(project)).await?.into()))
}

/// Who shall be told.
#[derive(Debug, Deserialize, ToSchema)]
struct ChooseConnectionNotifications {
    /// Which list.
    mode: RecipientMode,
    /// The people chosen; each is a Connection Manager Admin of the company or one of its administrators.
    #[serde(default)]
    person_ids: Vec<Uuid>,
}

/// Chooses who is told about the project's connections.
#[utoipa::path(
    put, path = "/projects/{id}/connection-notifications", tag = "Notifications",
    params(("id" = Uuid, Path, description = "The project.")), request_body = ChooseConnectionNotifications,
    responses(
        (status = 200, body = ConnectionNotifications),
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
    Body(chosen): Body<ChooseConnectionNotifications>,
) -> Answer<Json<ConnectionNotifications>> {
    let people = chosen.person_ids.into_iter().map(PersonId).collect();
    let specific = matches!(chosen.mode, RecipientMode::Specific);
    let project = ProjectId(project);
    Ok(Json(notifications::choose_connection_recipients(&api, who, project, specific, people).await?.into()))
}
