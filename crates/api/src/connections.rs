//! `/connections` and what a project, a company says of its connections.
//!
//! The register stands in [`register`], the history in [`history`], the answer for one sheet number in [`explanation`].

mod explanation;
mod history;
mod register;
mod tools;

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::connections::{self, Ask, CandidateView, Choice, ConnectionView};
use sluice_domain::Reason as _;
use sluice_domain::connection::{Side, State as Stage};
use sluice_domain::{ConnectionId, ProjectId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, ProjectRef, Reason, Ref, created, instant};
use crate::words::{Approval, ArrivalMode, SideWord, StateWord, ToolWord};
use tools::{ConnectedTools, WireRequesterSees, WouldArrive};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(candidates))
        .routes(routes!(of_project, start))
        .routes(routes!(get))
        .routes(routes!(approve))
        .routes(routes!(decline))
        .routes(routes!(withdraw))
        .routes(routes!(remind))
        .routes(routes!(undo))
        .routes(routes!(disconnect))
        .routes(routes!(repair))
        .merge(explanation::routes())
        .merge(history::routes())
        .merge(register::routes())
        .merge(tools::routes())
}

/// A tool that could be shared.
#[derive(Serialize, ToSchema)]
struct ToolChoice {
    /// Which.
    tool: ToolWord,
    /// Whether it can be.
    eligible: bool,
    /// Why not.
    reason: Option<Reason>,
}

impl From<&Choice> for ToolChoice {
    fn from(choice: &Choice) -> Self {
        Self {
            tool: choice.tool.into(),
            eligible: choice.ineligible.is_none(),
            reason: choice.ineligible.map(reason),
        }
    }
}

fn reason(why: sluice_domain::topology::Ineligible) -> Reason {
    Reason { code: why.code().into(), message: why.to_string() }
}

/// A project that the wizard lists.
#[derive(Serialize, ToSchema)]
struct ConnectionCandidate {
    /// Its company.
    company: Ref,
    /// The project.
    project: ProjectRef,
    /// Whether it can be connected.
    eligible: bool,
    /// Why not.
    reason: Option<Reason>,
    /// The tools that can be shared at all.
    tools: Vec<ToolChoice>,
    /// What would arrive of each of them that can be shared now.
    would_arrive: WouldArrive,
    /// How its company approves.
    approval: Approval,
}

impl From<CandidateView> for ConnectionCandidate {
    fn from(view: CandidateView) -> Self {
        Self {
            company: Ref::new(view.project.company_id, view.project.company_name),
            project: ProjectRef {
                id: view.project.id.0,
                name: view.project.name,
                number: view.project.number,
            },
            eligible: view.ineligible.is_none(),
            reason: view.ineligible.map(reason),
            tools: view.choices.iter().map(ToolChoice::from).collect(),
            would_arrive: tools::would_arrive(
                view.choices.into_iter().filter_map(|choice| Some((choice.tool, choice.would_arrive?))),
            ),
            approval: view.approval.into(),
        }
    }
}

/// One end of a connection.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectionEnd)]
struct WireEnd {
    /// The company.
    company: Ref,
    /// The project.
    project: ProjectRef,
    /// Whether the project is active.
    active: bool,
}

/// A person by name and company.
#[derive(Serialize, ToSchema)]
struct Someone {
    /// Name.
    name: String,
    /// Company.
    company: String,
}

/// A connection between two projects.
#[derive(Serialize, ToSchema)]
#[schema(as = Connection)]
pub(crate) struct WireConnection {
    /// Id.
    id: Uuid,
    /// Where it stands.
    state: StateWord,
    /// From which side one looks.
    side: SideWord,
    /// Where data originates.
    upstream: WireEnd,
    /// Where it is copied.
    downstream: WireEnd,
    /// Who asked.
    requested_by: Someone,
    /// When.
    requested_at: String,
    /// Until when a request waits.
    expires_at: Option<String>,
    /// Since when data flows.
    connected_at: Option<String>,
    /// Who approved; null where the policy did.
    approved_by: Option<Someone>,
    /// Approved by policy, without anybody being asked.
    approved_by_policy: bool,
    /// Until when the side that made it can undo it; null when that is over, or somebody downstream has used what came.
    undo_until: Option<String>,
    /// When it ended.
    ended_at: Option<String>,
    /// Who ended it.
    ended_by: Option<Someone>,
    /// For which side.
    ended_side: Option<SideWord>,
    /// Why.
    reason: Option<String>,
    /// What the person who asks can already see; for whoever may answer.
    requester_sees: Option<WireRequesterSees>,
    /// What would arrive, while it waits: of each tool that one may see upstream.
    would_arrive: WouldArrive,
    /// Its tools by name: those that are shared and, while it is live, those that could be added.
    tools: ConnectedTools,
    /// What one may do.
    can: CanMap,
}

impl From<ConnectionView> for WireConnection {
    fn from(view: ConnectionView) -> Self {
        let row = view.row;
        let company_of = |side: Side| match side {
            Side::Upstream => row.upstream_company_name.clone(),
            Side::Downstream => row.downstream_company_name.clone(),
        };
        let tools = tools::connected_tools(view.tools, &company_of);
        Self {
            id: row.id.0,
            state: row.state.into(),
            side: view.side.into(),
            requested_by: Someone {
                name: row.requester_name.clone(),
                company: row.downstream_company_name.clone(),
            },
            requested_at: instant(row.requested_at),
            expires_at: (row.state == Stage::Requested).then(|| instant(row.expires_at)),
            connected_at: row.approved_at.map(instant),
            approved_by: row
                .approver_name
                .clone()
                .map(|name| Someone { name, company: row.upstream_company_name.clone() }),
            approved_by_policy: row.approved_at.is_some() && row.approved_by.is_none(),
            undo_until: view.undo_until.map(instant),
            ended_at: row.ended_at.map(instant),
            ended_by: row
                .ender_name
                .clone()
                .zip(row.ended_side)
                .map(|(name, side)| Someone { name, company: company_of(side) }),
            ended_side: row.ended_side.map(SideWord),
            reason: row.reason.clone(),
            upstream: WireEnd {
                company: Ref::new(row.upstream_company_id, row.upstream_company_name),
                project: ProjectRef {
                    id: row.upstream_project_id.0,
                    name: row.upstream_project_name,
                    number: row.upstream_project_number,
                },
                active: row.upstream_active,
            },
            downstream: WireEnd {
                company: Ref::new(row.downstream_company_id, row.downstream_company_name),
                project: ProjectRef {
                    id: row.downstream_project_id.0,
                    name: row.downstream_project_name,
                    number: row.downstream_project_number,
                },
                active: row.downstream_active,
            },
            requester_sees: view.requester_sees.map(Into::into),
            would_arrive: tools::would_arrive(view.would_arrive.into_iter()),
            tools,
            can: can::wire(view.can),
        }
    }
}

fn page(views: Vec<ConnectionView>) -> axum::Json<Page<WireConnection>> {
    axum::Json(Page::whole(views.into_iter().map(WireConnection::from).collect()))
}

/// The projects this project could connect to, and why others cannot.
#[utoipa::path(get, path = "/projects/{id}/connection-candidates", tag = "Connections", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<ConnectionCandidate>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn candidates(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<ConnectionCandidate>>> {
    let views = connections::candidates(&api, who, ProjectId(id)).await?;
    Ok(axum::Json(Page::whole(views.into_iter().map(ConnectionCandidate::from).collect())))
}

/// The connections and requests of a project, newest first.
#[utoipa::path(get, path = "/projects/{id}/connections", tag = "Connections", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<WireConnection>), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn of_project(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<WireConnection>>> {
    Ok(page(connections::of_project(&api, who, ProjectId(id)).await?))
}

/// A connection to start, from the downstream project.
#[derive(Deserialize, ToSchema)]
struct NewConnection {
    /// The project where data originates.
    upstream_project_id: Uuid,
    /// What to share.
    tools: Vec<ToolWord>,
    /// How copies are to land; as it is where it is not said.
    #[schema(value_type = Option<ArrivalMode>)]
    arrival: Option<String>,
}

/// Starts a connection: at once or as a request, as the upstream company chose.
#[utoipa::path(post, path = "/projects/{id}/connections", tag = "Connections", params(("id" = Uuid, Path)), request_body = NewConnection, responses(
    (status = 201, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn start(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<NewConnection>,
) -> Answer<Response> {
    let ask = Ask {
        upstream: ProjectId(body.upstream_project_id),
        tools: body.tools.into_iter().map(Into::into).collect(),
        arrival: body.arrival,
    };
    let connection = WireConnection::from(connections::request(&api, who, ProjectId(id), &ask).await?);
    Ok(created(&format!("/api/v1/connections/{}", connection.id), connection))
}

/// One connection.
#[utoipa::path(get, path = "/connections/{id}", tag = "Connections", params(("id" = Uuid, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn get(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(axum::Json(connections::get(&api, who, ConnectionId(id)).await?.into()))
}

/// Approves a request.
#[utoipa::path(post, path = "/connections/{id}/approve", tag = "Connections", params(("id" = Uuid, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn approve(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(axum::Json(connections::approve(&api, who, ConnectionId(id)).await?.into()))
}

/// A reason that may be given.
#[derive(Deserialize, ToSchema)]
struct OptionalReason {
    /// Why; shown to the other side.
    reason: Option<String>,
}

/// Declines a request.
#[utoipa::path(post, path = "/connections/{id}/decline", tag = "Connections", params(("id" = Uuid, Path)), request_body = OptionalReason, responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn decline(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<OptionalReason>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(axum::Json(connections::decline(&api, who, ConnectionId(id), body.reason.as_deref()).await?.into()))
}

/// Takes a request back.
#[utoipa::path(post, path = "/connections/{id}/withdraw", tag = "Connections", params(("id" = Uuid, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn withdraw(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(axum::Json(connections::withdraw(&api, who, ConnectionId(id)).await?.into()))
}

/// Reminds the upstream company of a request, once.
#[utoipa::path(post, path = "/connections/{id}/remind", tag = "Connections", params(("id" = Uuid, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn remind(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(axum::Json(connections::remind(&api, who, ConnectionId(id)).await?.into()))
}

/// Undoes a connection within five minutes, while nobody downstream has used what came: everything copied is removed.
#[utoipa::path(post, path = "/connections/{id}/undo", tag = "Connections", params(("id" = Uuid, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn undo(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(axum::Json(connections::undo(&api, who, ConnectionId(id)).await?.into()))
}

/// The end of a connection.
#[derive(Deserialize, ToSchema)]
struct NewDisconnection {
    /// Why; shown to both companies.
    reason: String,
    /// The consequences were read and accepted.
    #[serde(default)]
    accept: bool,
}

/// Ends a connection for good; what was copied stays.
#[utoipa::path(post, path = "/connections/{id}/disconnect", tag = "Connections", params(("id" = Uuid, Path)), request_body = NewDisconnection, responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn disconnect(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<NewDisconnection>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(axum::Json(
        connections::disconnect(&api, who, ConnectionId(id), &body.reason, body.accept).await?.into(),
    ))
}

/// Has the copies compared with the upstream, and repaired where they differ. How far it is stands in the connection.
#[utoipa::path(post, path = "/connections/{id}/repair", tag = "Connections", params(("id" = Uuid, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn repair(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(axum::Json(connections::repair::repair(&api, who, ConnectionId(id)).await?.into()))
}
