//! `/connections/{id}/tools`: what a connection shares, and adding to it (`CON-16`).

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::connections::repair::Repair;
use sluice_app::connections::{AdditionView, ConnectionView, RequesterSees, Share, ToolView, additions};
use sluice_app::flow::Preview;
use sluice_domain::ConnectionId;
use sluice_domain::connection::State as Stage;
use sluice_domain::permission::Tool;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::{OptionalReason, Someone, WireConnection};
use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Reason, WireLevels, created, instant};
use crate::words::{ComparisonState, SideWord, StateWord, ToolStateWord, ToolWord};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(add))
        .routes(routes!(approve))
        .routes(routes!(decline))
        .routes(routes!(withdraw))
        .routes(routes!(remind))
        .routes(routes!(undo))
}

/// Records of one area or discipline.
#[derive(Serialize, ToSchema)]
#[schema(as = Share)]
struct WireShare {
    /// The area or discipline.
    name: String,
    /// Records in it.
    records: i64,
}

/// What would arrive of a tool.
#[derive(Serialize, ToSchema)]
pub(super) struct ToArrive {
    /// Records: drawings, RFIs, submittals.
    records: i64,
    /// Their published revisions, where they have any.
    revisions: i64,
    /// Bytes of those.
    bytes: i64,
    /// Records by area.
    by_area: Vec<WireShare>,
    /// Records by discipline.
    by_discipline: Vec<WireShare>,
}

impl From<Preview> for ToArrive {
    fn from(preview: Preview) -> Self {
        let shares = |shares: Vec<Share>| {
            shares.into_iter().map(|share| WireShare { name: share.name, records: share.records }).collect()
        };
        Self {
            records: preview.records,
            revisions: preview.revisions,
            bytes: preview.bytes,
            by_area: shares(preview.areas),
            by_discipline: shares(preview.disciplines),
        }
    }
}

/// What would arrive, by tool.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
pub(super) struct WouldArrive(BTreeMap<String, ToArrive>);

pub(super) fn would_arrive(previews: impl Iterator<Item = (Tool, Preview)>) -> WouldArrive {
    WouldArrive(previews.map(|(tool, preview)| (tool.key().to_owned(), preview.into())).collect())
}

/// What the person who asks can already see upstream.
#[derive(Serialize, ToSchema)]
#[schema(as = RequesterSees)]
pub(super) struct WireRequesterSees {
    /// Their levels there.
    levels: WireLevels,
    /// Records they can see there of what they ask for, by tool.
    records: BTreeMap<String, i64>,
}

impl From<RequesterSees> for WireRequesterSees {
    fn from(sees: RequesterSees) -> Self {
        let records = sees.records.into_iter().map(|(tool, count)| (tool.key().to_owned(), count));
        Self { levels: sees.levels.into(), records: records.collect() }
    }
}

/// Publish → copied, milliseconds.
#[derive(Serialize, ToSchema)]
struct Latency {
    /// Median.
    p50: i64,
    /// 95th percentile.
    p95: i64,
}

/// A record that could not be copied yet.
#[derive(Serialize, ToSchema)]
struct Attention {
    /// Kind and id of the record upstream.
    record: String,
    /// What people call it: a drawing's number, the name of an area, a set or a discipline.
    label: String,
    /// Why.
    reason: String,
}

/// A request to add a tool to a live connection.
#[derive(Serialize, ToSchema)]
#[schema(as = ToolRequest)]
struct WireAddition {
    /// Where it stands.
    state: StateWord,
    /// Who asked.
    requested_by: Someone,
    /// When.
    requested_at: String,
    /// Until when it waits.
    expires_at: Option<String>,
    /// Since when the tool flows.
    connected_at: Option<String>,
    /// Who approved; null where the policy did.
    approved_by: Option<Someone>,
    /// Approved by policy, without anybody being asked.
    approved_by_policy: bool,
    /// Until when the side that added it can undo that; null when that is over, or somebody downstream has used what came.
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
    /// What one may do.
    can: CanMap,
}

impl WireAddition {
    fn new(view: AdditionView, company_of: &impl Fn(sluice_domain::connection::Side) -> String) -> Self {
        use sluice_domain::connection::Side::{Downstream, Upstream};
        let row = view.row;
        let someone = |name: String, side| Someone { name, company: company_of(side) };
        Self {
            state: row.state.into(),
            requested_by: someone(row.requester_name, Downstream),
            requested_at: instant(row.requested_at),
            expires_at: (row.state == Stage::Requested).then(|| instant(row.expires_at)),
            connected_at: row.approved_at.map(instant),
            approved_by_policy: row.approved_at.is_some() && row.approved_by.is_none(),
            approved_by: row.approver_name.map(|name| someone(name, Upstream)),
            undo_until: view.undo_until.map(instant),
            ended_at: row.ended_at.map(instant),
            ended_by: row.ender_name.zip(row.ended_side).map(|(name, side)| someone(name, side)),
            ended_side: row.ended_side.map(SideWord),
            reason: row.reason,
            requester_sees: view.requester_sees.map(Into::into),
            can: can::wire(view.can),
        }
    }
}

/// A comparison of the copies with the upstream.
#[derive(Serialize, ToSchema)]
struct Comparison {
    /// How far it is.
    #[schema(value_type = ComparisonState)]
    state: String,
    /// Nobody asked: it was night.
    nightly: bool,
    /// Who asked.
    by: Option<String>,
    /// Of which company.
    by_company: Option<String>,
    /// When it was asked for.
    started_at: String,
    /// When it was over.
    ended_at: Option<String>,
    /// Records to be compared, about.
    total: i64,
    /// Compared so far.
    compared: i64,
    /// Copies that were missing.
    missing: i64,
    /// Copies that were not as upstream.
    changed: i64,
    /// Copies of which upstream knows nothing; they stay.
    unknown: i64,
    /// Copies that were repaired.
    repaired: i64,
}

impl From<Repair> for Comparison {
    fn from(repair: Repair) -> Self {
        Self {
            state: repair.state,
            nightly: repair.nightly,
            by: repair.person_name,
            by_company: repair.company_name,
            started_at: instant(repair.started_at),
            ended_at: repair.ended_at.map(instant),
            total: repair.record_count.max(repair.compared_count),
            compared: repair.compared_count,
            missing: repair.missing_count,
            changed: repair.changed_count,
            unknown: repair.unknown_count,
            repaired: repair.repaired_count,
        }
    }
}

/// A tool of a connection, shared or not.
#[derive(Serialize, ToSchema)]
pub(super) struct ConnectedTool {
    /// What it does now.
    state: ToolStateWord,
    /// Why it is paused.
    paused_reason: Option<Reason>,
    /// Records copied; of Drawings, revisions.
    copied: i64,
    /// Records that wait upstream.
    waiting: i64,
    /// Both.
    total: i64,
    /// When everything that was there at the start had arrived.
    first_copy_complete_at: Option<String>,
    /// Last arrival.
    last_arrival_at: Option<String>,
    /// Publish → copied.
    latency_ms: Option<Latency>,
    /// Records that wait for a repair.
    attention: Vec<Attention>,
    /// The comparison with the upstream that waits or runs, else the last one.
    comparison: Option<Comparison>,
    /// Copied sheets whose stored files are damaged; they are not given out.
    damaged: i64,
    /// The newest request to add it, where it was not part of the connection from the start.
    request: Option<WireAddition>,
    /// What would arrive of it, while it could be added or its request waits.
    would_arrive: Option<ToArrive>,
    /// What one may do.
    can: CanMap,
}

impl ConnectedTool {
    fn new(view: ToolView, company_of: &impl Fn(sluice_domain::connection::Side) -> String) -> Self {
        let row = view.row.as_ref();
        let copied = row.map_or(0, |row| row.copied_count);
        Self {
            state: view.state.into(),
            paused_reason: view.paused_reason().map(|(code, message)| Reason { code: code.into(), message }),
            copied,
            waiting: view.waiting,
            total: copied + view.waiting,
            first_copy_complete_at: row.and_then(|row| row.first_copy_complete_at).map(instant),
            last_arrival_at: row.and_then(|row| row.last_arrival_at).map(instant),
            latency_ms: view.latency.map(|(p50, p95)| Latency { p50, p95 }),
            attention: view
                .attention
                .into_iter()
                .map(|parked| Attention {
                    record: format!("{} {}", parked.kind, parked.record_id),
                    label: parked.label,
                    reason: parked.detail,
                })
                .collect(),
            comparison: view.comparison.map(Comparison::from),
            damaged: view.damaged,
            request: view.addition.map(|addition| WireAddition::new(addition, company_of)),
            would_arrive: view.would_arrive.map(Into::into),
            can: can::wire(view.can),
        }
    }
}

/// The tools of a connection, by name.
#[derive(Serialize, ToSchema)]
#[serde(transparent)]
pub(super) struct ConnectedTools(BTreeMap<String, ConnectedTool>);

pub(super) fn connected_tools(
    views: Vec<ToolView>,
    company_of: &impl Fn(sluice_domain::connection::Side) -> String,
) -> ConnectedTools {
    let wire = |view: ToolView| (view.tool.key().to_owned(), ConnectedTool::new(view, company_of));
    ConnectedTools(views.into_iter().map(wire).collect())
}

/// A tool to be added.
#[derive(Deserialize, ToSchema)]
struct NewTool {
    /// Which.
    tool: ToolWord,
}

fn answer(view: ConnectionView) -> axum::Json<WireConnection> {
    axum::Json(view.into())
}

/// Asks to add a tool to a live connection: it flows at once or after an approval, as the upstream company chose.
#[utoipa::path(post, path = "/connections/{id}/tools", tag = "Connections", params(("id" = Uuid, Path)), request_body = NewTool, responses(
    (status = 201, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn add(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<NewTool>,
) -> Answer<Response> {
    let connection = additions::add(&api, who, ConnectionId(id), body.tool.into()).await?;
    Ok(created(&format!("/api/v1/connections/{id}"), WireConnection::from(connection)))
}

/// Approves the request for a tool.
#[utoipa::path(post, path = "/connections/{id}/tools/{tool}/approve", tag = "Connections",
    params(("id" = Uuid, Path), ("tool" = ToolWord, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn approve(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, tool)): Path<(Uuid, ToolWord)>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(answer(additions::approve(&api, who, ConnectionId(id), tool.into()).await?))
}

/// Declines the request for a tool.
#[utoipa::path(post, path = "/connections/{id}/tools/{tool}/decline", tag = "Connections",
    params(("id" = Uuid, Path), ("tool" = ToolWord, Path)), request_body = OptionalReason, responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn decline(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, tool)): Path<(Uuid, ToolWord)>,
    Body(body): Body<OptionalReason>,
) -> Answer<axum::Json<WireConnection>> {
    let reason = body.reason.as_deref();
    Ok(answer(additions::decline(&api, who, ConnectionId(id), tool.into(), reason).await?))
}

/// Takes the request for a tool back.
#[utoipa::path(post, path = "/connections/{id}/tools/{tool}/withdraw", tag = "Connections",
    params(("id" = Uuid, Path), ("tool" = ToolWord, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn withdraw(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, tool)): Path<(Uuid, ToolWord)>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(answer(additions::withdraw(&api, who, ConnectionId(id), tool.into()).await?))
}

/// Reminds the upstream company of the request for a tool, once.
#[utoipa::path(post, path = "/connections/{id}/tools/{tool}/remind", tag = "Connections",
    params(("id" = Uuid, Path), ("tool" = ToolWord, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn remind(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, tool)): Path<(Uuid, ToolWord)>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(answer(additions::remind(&api, who, ConnectionId(id), tool.into()).await?))
}

/// Undoes the addition of a tool within five minutes, while nobody downstream has used what came of it.
#[utoipa::path(post, path = "/connections/{id}/tools/{tool}/undo", tag = "Connections",
    params(("id" = Uuid, Path), ("tool" = ToolWord, Path)), responses(
    (status = 200, body = WireConnection), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem)))]
async fn undo(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, tool)): Path<(Uuid, ToolWord)>,
) -> Answer<axum::Json<WireConnection>> {
    Ok(answer(additions::undo(&api, who, ConnectionId(id), tool.into()).await?))
}
