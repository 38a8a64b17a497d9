//! `/companies/{id}/audit-log`: what was security-relevant, for the company to read and export.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::audit::{self, Entry, PAGE_MAX};
use sluice_domain::CompanyId;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::extract::{Path, Query, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, Ref, instant};
use crate::words::AuditKind;
use crate::{Api, csv};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(export))
}

/// Something security-relevant that happened.
#[derive(Serialize, ToSchema)]
struct AuditEntry {
    /// Id.
    id: Uuid,
    /// When.
    at: String,
    /// What.
    #[schema(value_type = AuditKind)]
    kind: String,
    /// Who did it; null where nobody who was signed in did.
    by: Option<Ref>,
    /// With which token.
    token: Option<String>,
    /// To whom.
    person: Option<Ref>,
    /// Where.
    project: Option<Ref>,
    /// What exactly; may be empty.
    detail: String,
}

impl From<Entry> for AuditEntry {
    fn from(entry: Entry) -> Self {
        Self {
            id: entry.id,
            at: instant(entry.at),
            kind: entry.kind,
            by: entry.by_id.zip(entry.by_name).map(|(id, name)| Ref::new(id, name)),
            token: entry.token_name,
            person: entry.person_id.zip(entry.person_name).map(|(id, name)| Ref::new(id, name)),
            project: entry.project_id.zip(entry.project_name).map(|(id, name)| Ref::new(id, name)),
            detail: entry.detail,
        }
    }
}

#[derive(Deserialize, IntoParams)]
struct Part {
    /// Where to read on.
    after: Option<String>,
    /// Entries, at most 1,000.
    limit: Option<i64>,
}

/// The audit log of a company, newest first.
#[utoipa::path(get, path = "/companies/{id}/audit-log", tag = "Companies", params(("id" = Uuid, Path), Part), responses(
    (status = 200, body = Page<AuditEntry>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(part): Query<Part>,
) -> Answer<axum::Json<Page<AuditEntry>>> {
    let (entries, next) = audit::list(&api, who, CompanyId(id), part.after.as_deref(), part.limit).await?;
    let items = entries.into_iter().map(AuditEntry::from).collect();
    Ok(axum::Json(Page { items, next: next.map(|next| next.to_string()) }))
}

fn line(entry: Entry) -> String {
    csv::line([
        instant(entry.at),
        entry.kind,
        entry.by_name.unwrap_or_default(),
        entry.token_name.unwrap_or_default(),
        entry.person_name.unwrap_or_default(),
        entry.project_name.unwrap_or_default(),
        entry.detail,
    ])
}

/// The whole audit log as CSV, newest first.
#[utoipa::path(get, path = "/companies/{id}/audit-log.csv", tag = "Companies", params(("id" = Uuid, Path)), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn export(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let page = move |after: Option<String>| {
        let api = api.clone();
        async move {
            let (entries, next) =
                audit::list(&api, who, CompanyId(id), after.as_deref(), Some(PAGE_MAX)).await?;
            Ok((entries.into_iter().map(line).collect::<String>(), next.map(|next| next.to_string())))
        }
    };
    csv::download("audit-log.csv", ["at", "kind", "by", "token", "person", "project", "detail"], page).await
}
