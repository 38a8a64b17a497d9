//! `/companies/{id}/connections`: the register of all connections of a company's projects, also as CSV.

use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::Deserialize;
use sluice_app::Error;
use sluice_app::connections::ConnectionView;
use sluice_app::connections::register::{self, Filter, Sort};
use sluice_domain::connection::{Side, State as Stage, ToolState};
use sluice_domain::{CompanyId, ProjectId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::WireConnection;
use crate::drawings::limit;
use crate::extract::{Path, Query, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, instant};
use crate::words::{SideWord, ToolStateWord};
use crate::{Api, csv};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(register)).routes(routes!(register_csv))
}

/// What the register is sorted by.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RegisterSort {
    /// When it was asked for, newest first.
    #[default]
    Requested,
    /// Our project, by name.
    Project,
    /// The other company, by name.
    Company,
    /// State.
    State,
    /// Last arrival, newest first.
    LastArrival,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RegisterQuery {
    /// Our side: `upstream` (the other company connects to our project) or `downstream` (our project connects to theirs).
    #[param(inline)]
    side: Option<SideWord>,
    /// In this state, or in one of these, parted by commas.
    state: Option<String>,
    /// Of this project of ours.
    project_id: Option<Uuid>,
    /// With this company.
    company_id: Option<Uuid>,
    /// A tool is in this state.
    #[param(inline)]
    tool_state: Option<ToolStateWord>,
    /// Part of a name, a number or a reason.
    q: Option<String>,
    /// What it is sorted by; `requested` where it is not said.
    #[serde(default)]
    #[param(inline)]
    sort: RegisterSort,
    /// Where the page begins: `next` of the page before.
    after: Option<String>,
    /// Connections of the page, 1 to 1,000; 100 where it is not said.
    limit: Option<i64>,
}

impl RegisterQuery {
    fn filter(&self) -> Result<Filter, Error> {
        let states = self.state.as_deref().unwrap_or_default().split(',');
        let states = states.map(str::trim).filter(|key| !key.is_empty()).map(|key| {
            Stage::from_key(key)
                .ok_or_else(|| Error::refused("malformed_request", format!("There is no state {key}.")))
        });
        let text = self.q.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Ok(Filter {
            side: self.side.map(Side::from),
            states: states.collect::<Result<_, _>>()?,
            project: self.project_id.map(ProjectId),
            company: self.company_id.map(CompanyId),
            tool_state: self.tool_state.map(ToolState::from),
            text: text.map(ToOwned::to_owned),
        })
    }

    const fn sort(&self) -> Sort {
        match self.sort {
            RegisterSort::Requested => Sort::Requested,
            RegisterSort::Project => Sort::Project,
            RegisterSort::Company => Sort::Company,
            RegisterSort::State => Sort::State,
            RegisterSort::LastArrival => Sort::LastArrival,
        }
    }
}

/// The register of all connections of a company's projects, both directions.
#[utoipa::path(get, path = "/companies/{id}/connections", tag = "Connections", params(("id" = Uuid, Path), RegisterQuery), responses(
    (status = 200, body = Page<WireConnection>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn register(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(query): Query<RegisterQuery>,
) -> Answer<axum::Json<Page<WireConnection>>> {
    let page = (query.after.as_deref(), limit(query.limit, 100));
    let (items, next) =
        register::register(&api, who, CompanyId(id), &query.filter()?, query.sort(), page).await?;
    Ok(axum::Json(Page { items: items.into_iter().map(WireConnection::from).collect(), next }))
}

const HEAD: [&str; 20] = [
    "our side",
    "state",
    "upstream company",
    "upstream project",
    "upstream number",
    "downstream company",
    "downstream project",
    "downstream number",
    "requested by",
    "requested at",
    "connected at",
    "approved by",
    "ended at",
    "ended by",
    "reason",
    "tool",
    "tool state",
    "copied",
    "waiting",
    "last arrival",
];

/// A line for each tool that is shared; one for a connection without any.
fn lines(view: &ConnectionView) -> String {
    let row = &view.row;
    let at = |at: Option<Timestamp>| at.map(instant).unwrap_or_default();
    let own = [
        view.side.key().to_owned(),
        row.state.key().to_owned(),
        row.upstream_company_name.clone(),
        row.upstream_project_name.clone(),
        row.upstream_project_number.clone(),
        row.downstream_company_name.clone(),
        row.downstream_project_name.clone(),
        row.downstream_project_number.clone(),
        row.requester_name.clone(),
        instant(row.requested_at),
        at(row.approved_at),
        row.approver_name.clone().unwrap_or_default(),
        at(row.ended_at),
        row.ender_name.clone().unwrap_or_default(),
        row.reason.clone().unwrap_or_default(),
    ];
    let shared = view.tools.iter().filter_map(|tool| {
        let row = tool.row.as_ref()?;
        Some([
            tool.tool.key().to_owned(),
            tool.state.key().to_owned(),
            row.copied_count.to_string(),
            tool.waiting.to_string(),
            at(row.last_arrival_at),
        ])
    });
    let mut lines: Vec<String> = shared.map(|tool| csv::line(own.iter().chain(&tool))).collect();
    if lines.is_empty() {
        lines.push(csv::line(own.iter().chain(&[const { String::new() }; 5])));
    }
    lines.concat()
}

/// The register as CSV, filtered and sorted alike; whole, whatever page is asked for.
#[utoipa::path(get, path = "/companies/{id}/connections.csv", tag = "Connections", params(("id" = Uuid, Path), RegisterQuery), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 400, body = Problem), (status = 401, body = Problem),
    (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn register_csv(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(query): Query<RegisterQuery>,
) -> Answer<Response> {
    let (filter, sort) = (query.filter()?, query.sort());
    csv::download("connections.csv", HEAD, move |after| {
        let (api, filter) = (api.clone(), filter.clone());
        async move {
            let page = (after.as_deref(), csv::ROWS);
            let (items, next) = register::register(&api, who, CompanyId(id), &filter, sort, page).await?;
            Ok((items.iter().map(lines).collect(), next))
        }
    })
    .await
}
