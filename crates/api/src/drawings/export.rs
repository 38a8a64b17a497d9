//! `/projects/{id}/drawings.csv`: the log as a table, with where each copy came from and when it arrived (`FLO-15`, `LOG-03`).

use axum::extract::State;
use axum::response::Response;
use sluice_app::drawings::{self, DrawingView, Log};
use sluice_domain::ProjectId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{LIMIT_MAX, LogFilterQuery};
use crate::Api;
use crate::csv;
use crate::extract::{Path, Query, Who};
use crate::problem::{Answer, Problem};
use crate::wire::instant;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(download))
}

const HEAD: [&str; 27] = [
    "number",
    "title",
    "discipline",
    "area",
    "revision",
    "status",
    "drawing date",
    "received date",
    "set",
    "set date",
    "published at",
    "published by",
    "obsolete",
    "obsolete here",
    "replaced by",
    "newer revision issued upstream",
    "external",
    "upstream company",
    "upstream project",
    "upstream drawing",
    "upstream revision",
    "upstream version",
    "issued upstream at",
    "arrived at",
    "in sync",
    "deleted upstream at",
    "sha256",
];

fn yes_no(fact: bool) -> String {
    if fact { "yes" } else { "no" }.to_owned()
}

fn line(view: DrawingView) -> String {
    let DrawingView { drawing, revision, newer_upstream, out_of_sync, replaced_by, .. } = view;
    let day = |date: Option<jiff::civil::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let at = |at: Option<jiff::Timestamp>| at.map(instant).unwrap_or_default();
    let id = |id: Option<Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    let external = drawing.connection_id.is_some();
    let in_sync = out_of_sync
        .map_or_else(|| "yes".to_owned(), |why| format!("no: {}", sluice_domain::Reason::code(&why)));
    let cells: [String; HEAD.len()] = [
        drawing.number,
        drawing.title,
        drawing.discipline_name,
        drawing.area_name,
        revision.revision,
        revision.status.key().to_owned(),
        day(revision.drawing_date),
        day(revision.received_date),
        revision.set_name,
        day(revision.set_date),
        at(revision.published_at),
        revision.published_by_name.unwrap_or_default(),
        yes_no(drawing.obsolete),
        if external { yes_no(drawing.obsolete_here_at.is_some()) } else { String::new() },
        replaced_by.map(|(_, number)| number).unwrap_or_default(),
        day(newer_upstream.map(|newer| newer.issued_on)),
        yes_no(external),
        drawing.origin_company.unwrap_or_default(),
        drawing.origin_project.unwrap_or_default(),
        id(drawing.upstream_id),
        id(revision.revision_upstream_id),
        revision.revision_upstream_version.map(|version| version.to_string()).unwrap_or_default(),
        at(revision.upstream_published_at),
        at(revision.revision_arrived_at),
        if external { in_sync } else { String::new() },
        at(drawing.deleted_upstream_at.or(revision.revision_deleted_upstream_at)),
        revision.sha256.to_string(),
    ];
    csv::line(cells)
}

/// The log as CSV, as one sees it: with the same filters, the newest revision of each drawing, and the origin of each copy.
#[utoipa::path(get, path = "/projects/{id}/drawings.csv", tag = "Drawings", params(("id" = Uuid, Path), LogFilterQuery), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn download(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(query): Query<LogFilterQuery>,
) -> Answer<Response> {
    let filter = query.filter()?;
    csv::download("drawings.csv", HEAD, move |after| {
        let (api, filter) = (api.clone(), filter.clone());
        async move {
            let page = (after.as_deref(), LIMIT_MAX);
            // Rights are asked for again with each page.
            let (_, log) = drawings::log(&api, who, ProjectId(id), filter, page, None).await?;
            let Log::Page { items, next } = log else { return Ok((String::new(), None)) };
            Ok((items.into_iter().map(line).collect(), next))
        }
    })
    .await
}
