//! The HTTP interface: routes, wire types, `OpenAPI`, problem+json. One file a resource.
//!
//! Deliberately absent: decisions and SQL. A handler reads the request, calls one use case of `sluice_app`, and puts the answer into its wire
//! form. Only this crate says what JSON looks like.

mod audit;
mod can;
mod client;
mod closing;
mod companies;
mod connections;
mod csv;
mod document;
mod download;
mod drawings;
mod exports;
mod extract;
mod first_run;
mod guard;
mod idempotency;
mod images;
mod invitations;
mod limits;
mod live;
mod me;
mod members;
mod metrics;
mod notifications;
mod passwords;
mod people;
mod problem;
mod projects;
mod reference;
mod session;
mod templates;
mod tokens;
mod tus;
mod uploads;
mod wire;
mod words;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::IntoResponse;
use sluice_app::App;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub use ipnet::IpNet;
pub use limits::{Limits, Rate};
pub use metrics::Readers;

/// The state every handler shares.
#[derive(Debug, Clone)]
pub struct Api {
    app: App,
    settings: Arc<Settings>,
    counters: Arc<limits::Counters>,
    metrics: Arc<metrics::Metrics>,
}

/// What the transport needs to know.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// The public address is https: cookies are `__Host-` and `Secure` (`SEC-03`).
    pub https: bool,
    /// Proxies that are believed when they say for whom they ask.
    pub trusted_proxies: Vec<IpNet>,
    /// How often one may ask.
    pub limits: Limits,
    /// Who may read `/metrics`.
    pub metrics: Readers,
}

impl std::ops::Deref for Api {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

/// Largest JSON body, bytes.
const BODY_BYTES_MAX: usize = 1 << 20;

#[derive(OpenApi)]
#[openapi(
    info(title = "Sluice", description = "Connects construction companies' projects.", license(name = "Apache-2.0", identifier = "Apache-2.0")),
    servers((url = "/api/v1"))
)]
struct Document;

fn resources() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(Document::openapi())
        .merge(first_run::routes())
        .merge(session::routes())
        .merge(passwords::routes())
        .merge(tokens::routes())
        .merge(me::routes())
        .merge(companies::routes())
        .merge(people::routes())
        .merge(templates::routes())
        .merge(audit::routes())
        .merge(closing::routes())
        .merge(exports::routes())
        .merge(invitations::routes())
        .merge(projects::routes())
        .merge(members::routes())
        .merge(connections::routes())
        .merge(uploads::routes())
        .merge(tus::routes())
        .merge(drawings::routes())
        .merge(images::routes())
        .merge(notifications::routes())
        .merge(live::routes())
}

static OPENAPI: LazyLock<String> = LazyLock::new(|| {
    let mut text = document::complete(resources().into_openapi()).to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
});

/// The `OpenAPI` document, generated from the handlers.
pub fn openapi() -> &'static str {
    &OPENAPI
}

async fn described() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi())
}

/// Every path and method of the interface, for tests that try all of them.
pub fn router(app: App, settings: Settings) -> Router {
    let counters = Arc::new(limits::Counters::new(&settings.limits));
    let metrics = Arc::new(metrics::Metrics::new());
    let api = Api { app, settings: Arc::new(settings), counters, metrics };
    let request_id = HeaderName::from_static("x-request-id");
    let compressible = SizeAbove::new(512)
        .and(NotForContentType::const_new("image/"))
        .and(NotForContentType::const_new("application/pdf"))
        .and(NotForContentType::const_new("application/zip"))
        .and(NotForContentType::SSE);
    let limited = axum::middleware::from_fn_with_state(api.clone(), limits::hold_back);
    let v1 = Router::from(resources())
        .route("/openapi.json", axum::routing::get(described))
        .layer(axum::middleware::from_fn_with_state(api.clone(), idempotency::remember))
        .fallback(problem::nothing_here)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(limited.clone())
        .layer(axum::middleware::from_fn_with_state(api.clone(), metrics::measure))
        .with_state(api.clone());
    Router::new()
        .nest("/api/v1", v1)
        .merge(reference::routes())
        // Below it nothing is a page of the screen.
        .route("/api/{*rest}", axum::routing::any(problem::nothing_here).layer(limited))
        .route("/healthz", axum::routing::get(|| async { "ok" }))
        .route("/readyz", axum::routing::get(live::ready).with_state(api.clone()))
        .route("/metrics", axum::routing::get(metrics::show).with_state(api))
        .layer(CompressionLayer::new().compress_when(compressible))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(CsrfLayer::new())
        .layer(axum::middleware::from_fn(problem::cross_site))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::REFERRER_POLICY,
            HeaderValue::from_static("same-origin"),
        ))
        .layer(SetResponseHeaderLayer::if_not_present(
            header::CACHE_CONTROL,
            HeaderValue::from_static("no-store"),
        ))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(axum::middleware::from_fn(problem::complete))
        .layer(PropagateRequestIdLayer::new(request_id.clone()))
        .layer(TraceLayer::new_for_http())
        .layer(SetRequestIdLayer::new(request_id, MakeRequestUuid))
}

/// How long an idle live stream goes between signs of life.
const HEARTBEAT: Duration = Duration::from_secs(15);
