//! `/connections/{id}/explanation`: why did (or didn't) a sheet arrive?

use axum::extract::State;
use serde::{Deserialize, Serialize};
use sluice_app::connections::explanation::{self, Explained, Explanation};
use sluice_domain::ConnectionId;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::extract::{Path, Query, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Reason, instant};
use crate::words::{Fate, SideWord};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(explain))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ExplanationQuery {
    /// The sheet number, as people say it.
    number: String,
}

/// A set by name and date.
#[derive(Serialize, ToSchema)]
struct ExplainedSet {
    /// Name.
    name: String,
    /// Date.
    date: Option<String>,
}

/// A revision, and what became of it.
#[derive(Serialize, ToSchema)]
struct ExplainedRevision {
    /// The drawing in the project of the side that asks.
    drawing_id: Option<Uuid>,
    /// Sheet number.
    number: String,
    /// Title.
    title: String,
    /// Area, by name.
    area: String,
    /// Revision; null where it is not published here and nothing of it may be told.
    revision: Option<String>,
    /// Set; likewise.
    set: Option<ExplainedSet>,
    /// What became of it.
    #[schema(value_type = Fate)]
    status: String,
    /// Why it waits, is withheld, or is not published here.
    reason: Option<Reason>,
    /// Who can publish it here, by name, where it is not.
    ask: Vec<String>,
    /// When it was published upstream.
    published_upstream_at: Option<String>,
    /// When it arrived downstream.
    arrived_at: Option<String>,
    /// When it was published downstream; only downstream is told.
    published_here_at: Option<String>,
    /// When it was deleted upstream.
    deleted_upstream_at: Option<String>,
    /// Its stored file is damaged and is not given out.
    damaged: bool,
}

/// The answer for one number.
#[derive(Serialize, ToSchema)]
#[schema(as = Explanation)]
struct WireExplanation {
    /// Which side is answered.
    side: SideWord,
    /// The revisions, oldest first.
    revisions: Vec<ExplainedRevision>,
    /// What is said where there are none: always the same.
    nothing: Option<Reason>,
}

impl From<Explained> for ExplainedRevision {
    fn from(explained: Explained) -> Self {
        let reason = explained.fate.reason();
        Self {
            drawing_id: explained.drawing.map(|drawing| drawing.0),
            number: explained.number,
            title: explained.title,
            area: explained.area,
            revision: explained.revision,
            set: explained
                .set
                .map(|(name, date)| ExplainedSet { name, date: date.map(|date| date.to_string()) }),
            status: explained.fate.key().into(),
            ask: explained.fate.ask().to_vec(),
            reason: reason.map(|(code, message)| Reason { code: code.into(), message }),
            published_upstream_at: explained.published_upstream_at.map(instant),
            arrived_at: explained.arrived_at.map(instant),
            published_here_at: explained.published_here_at.map(instant),
            deleted_upstream_at: explained.deleted_upstream_at.map(instant),
            damaged: explained.damaged,
        }
    }
}

impl From<Explanation> for WireExplanation {
    fn from(explanation: Explanation) -> Self {
        let (code, message) = explanation.nothing();
        let nothing = Reason { code: code.into(), message: message.into() };
        Self {
            side: explanation.side.into(),
            nothing: explanation.revisions.is_empty().then_some(nothing),
            revisions: explanation.revisions.into_iter().map(ExplainedRevision::from).collect(),
        }
    }
}

/// Why did (or didn't) a sheet arrive? Each side is told what it may know; also after the end.
#[utoipa::path(get, path = "/connections/{id}/explanation", tag = "Connections", params(("id" = Uuid, Path), ExplanationQuery), responses(
    (status = 200, body = WireExplanation), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn explain(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(query): Query<ExplanationQuery>,
) -> Answer<axum::Json<WireExplanation>> {
    Ok(axum::Json(explanation::explain(&api, who, ConnectionId(id), &query.number).await?.into()))
}
