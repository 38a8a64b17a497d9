//! (being written)
pub(crate) fn routes() -> utoipa_axum::router::OpenApiRouter<crate::Api> { utoipa_axum::router::OpenApiRouter::new() }
