//! `/connections/{id}/history`: what happened, for both sides, also as CSV.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::Error;
use sluice_app::connections::history::{self, Happening, Order};
use sluice_domain::ConnectionId;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::drawings::limit;
use crate::extract::{Path, Query, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, instant};
use crate::words::{HistoryKind, ToolWord};
use crate::{Api, csv};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(history)).routes(routes!(history_csv))
}

/// A batch that arrived.
#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
struct WireDelivery {
    /// Records that changed something.
    records: i64,
    /// New ones among them, of the kind that is counted: revisions of drawings.
    arrived: i64,
    /// Bytes those refer to.
    bytes: i64,
    /// From reading the first entry to saving the last record.
    duration_ms: i64,
}

/// A comparison of the copies with the upstream.
#[derive(Serialize, ToSchema)]
#[schema(as = PastComparison)]
struct WireComparison {
    /// Records compared.
    compared: i64,
    /// Copies that were missing.
    missing: i64,
    /// Copies that were not as upstream.
    changed: i64,
    /// Copies of which upstream knows nothing; they stay.
    unknown: i64,
    /// Copies that were repaired.
    repaired: i64,
    /// It came to its end; else it was stopped by a pause or the end of the connection.
    complete: bool,
    /// How long it took.
    duration_ms: i64,
}

/// Something in a connection's history.
#[derive(Serialize, ToSchema)]
struct HistoryItem {
    /// Id.
    id: Uuid,
    /// When.
    at: String,
    /// What.
    #[schema(value_type = HistoryKind)]
    kind: String,
    /// Who.
    by: Option<String>,
    /// Of which company.
    by_company: Option<String>,
    /// By policy or by time, without a person.
    by_policy: bool,
    /// Why.
    reason: Option<String>,
    /// The tool it is about; null where it is about the connection as a whole.
    tool: Option<ToolWord>,
    /// The batch.
    delivery: Option<WireDelivery>,
    /// The comparison.
    repair: Option<WireComparison>,
}

impl From<Happening> for HistoryItem {
    fn from(row: Happening) -> Self {
        let took = row.started_at.map_or(0, |start| row.at.as_millisecond() - start.as_millisecond());
        let count = |count: Option<i64>| count.unwrap_or(0);
        Self {
            id: row.id,
            at: instant(row.at),
            delivery: (row.kind == "delivery").then(|| WireDelivery {
                records: count(row.record_count),
                arrived: count(row.arrived_count),
                bytes: count(row.byte_count),
                duration_ms: took,
            }),
            repair: (row.kind == "repair").then(|| WireComparison {
                compared: count(row.record_count),
                missing: count(row.missing_count),
                changed: count(row.changed_count),
                unknown: count(row.unknown_count),
                repaired: count(row.repaired_count),
                complete: row.complete.unwrap_or(false),
                duration_ms: took,
            }),
            by_policy: row.person_name.is_none()
                && row.company_name.is_none()
                && matches!(row.kind.as_str(), "approved" | "connected" | "expired"),
            kind: row.kind,
            by: row.person_name,
            by_company: row.company_name,
            reason: row.reason,
            tool: row.tool.map(ToolWord),
        }
    }
}

/// Which end comes first.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum HistoryOrder {
    /// As it happened.
    #[default]
    Oldest,
    /// The last first.
    Newest,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// Which end comes first; `oldest` where it is not said.
    #[serde(default)]
    #[param(inline)]
    order: HistoryOrder,
    /// Where the page begins: `next` of the page before.
    after: Option<String>,
    /// Items of the page, 1 to 1,000; 100 where it is not said.
    limit: Option<i64>,
}

/// What happened to a connection: transitions, pauses, batches, comparisons.
#[utoipa::path(get, path = "/connections/{id}/history", tag = "Connections", params(("id" = Uuid, Path), HistoryQuery), responses(
    (status = 200, body = Page<HistoryItem>), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn history(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Query(query): Query<HistoryQuery>,
) -> Answer<axum::Json<Page<HistoryItem>>> {
    let order = match query.order {
        HistoryOrder::Oldest => Order::OldestFirst,
        HistoryOrder::Newest => Order::NewestFirst,
    };
    let limit = limit(query.limit, 100);
    let (items, next) =
        history::history(&api, who, ConnectionId(id), order, query.after.as_deref(), limit).await?;
    Ok(axum::Json(Page { items: items.into_iter().map(HistoryItem::from).collect(), next }))
}

const HEAD: [&str; 17] = [
    "at",
    "what",
    "by",
    "company",
    "reason",
    "tool",
    "records",
    "arrived",
    "bytes",
    "duration ms",
    "compared",
    "missing",
    "changed",
    "unknown",
    "repaired",
    "complete",
    "id",
];

fn line(item: HistoryItem) -> String {
    let (delivery, repair) = (item.delivery.as_ref(), item.repair.as_ref());
    let of_delivery = |number: fn(&WireDelivery) -> i64| csv::number(delivery.map(number));
    let of_repair = |number: fn(&WireComparison) -> i64| csv::number(repair.map(number));
    let took = delivery.map(|delivery| delivery.duration_ms).or(repair.map(|repair| repair.duration_ms));
    csv::line([
        item.at,
        item.kind,
        item.by.unwrap_or_default(),
        item.by_company.unwrap_or_default(),
        item.reason.unwrap_or_default(),
        item.tool.map(|tool| tool.0.key().to_owned()).unwrap_or_default(),
        of_delivery(|delivery| delivery.records),
        of_delivery(|delivery| delivery.arrived),
        of_delivery(|delivery| delivery.bytes),
        csv::number(took),
        of_repair(|repair| repair.compared),
        of_repair(|repair| repair.missing),
        of_repair(|repair| repair.changed),
        of_repair(|repair| repair.unknown),
        of_repair(|repair| repair.repaired),
        repair.map(|repair| if repair.complete { "yes" } else { "no" }.to_owned()).unwrap_or_default(),
        item.id.to_string(),
    ])
}

/// The whole history of a connection as CSV, oldest first.
#[utoipa::path(get, path = "/connections/{id}/history.csv", tag = "Connections", params(("id" = Uuid, Path)), responses(
    (status = 200, content_type = "text/csv", body = String), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn history_csv(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    csv::download("history.csv", HEAD, move |after| {
        let api = api.clone();
        async move {
            let (items, next) = history::history(
                &api,
                who,
                ConnectionId(id),
                Order::OldestFirst,
                after.as_deref(),
                csv::ROWS,
            )
            .await?;
            Ok::<_, Error>((items.into_iter().map(|item| line(item.into())).collect(), next))
        }
    })
    .await
}
