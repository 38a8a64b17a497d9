//! `/tokens` and `/companies/{id}/service-accounts`: the ways in for scripts. No token reaches any of this.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::service_accounts::{self, ServiceAccount};
use sluice_app::tokens::{self, Made, Token, Wanted};
use sluice_domain::{CompanyId, PersonId, TokenId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::extract::{Body, Path, Who};
use crate::idempotency::ShownOnce;
use crate::problem::{Answer, Problem};
use crate::wire::{Page, created, instant};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
        .routes(routes!(list_accounts, create_account))
        .routes(routes!(create_account_token))
        .routes(routes!(revoke_account_token))
}

/// A token, without its secret.
#[derive(Serialize, ToSchema)]
struct ApiToken {
    /// Id.
    id: Uuid,
    /// What its owner calls it.
    name: String,
    /// What it may be used for, `drawings:read` for example; writing includes reading.
    scopes: Vec<String>,
    /// Who made it.
    created_by: String,
    /// When.
    created_at: String,
    /// It works until then.
    expires_at: String,
    /// Last used, to a few minutes.
    last_used_at: Option<String>,
}

impl From<Token> for ApiToken {
    fn from(token: Token) -> Self {
        Self {
            id: token.id.0,
            name: token.name,
            scopes: token.scopes.words(),
            created_by: token.created_by,
            created_at: instant(token.created_at),
            expires_at: instant(token.expires_at),
            last_used_at: token.last_used_at.map(instant),
        }
    }
}

/// A token that was just made.
#[derive(Serialize, ToSchema)]
struct NewApiToken {
    /// The token as it will be listed.
    #[serde(flatten)]
    listed: ApiToken,
    /// What a script sends as `Authorization: Bearer`. It is never shown again.
    token: String,
}

/// A token to make.
#[derive(Deserialize, ToSchema)]
struct WantedToken {
    /// What its owner calls it.
    name: String,
    /// What it may be used for: `read` or `write` on `company`, `directory`, `admin`, `connection_manager`, `drawings`, `rfis`, `submittals`,
    /// as `drawings:read`.
    scopes: Vec<String>,
    /// Days until it ends, up to 366; 90 where nothing is said.
    expires_in_days: Option<i64>,
}

impl WantedToken {
    fn wanted(&self) -> Wanted<'_> {
        Wanted { name: &self.name, scopes: &self.scopes, days: self.expires_in_days }
    }
}

/// 201; the answer is not kept for a repeated request, since it holds the secret.
fn made(place: &str, made: Made) -> Response {
    let new = NewApiToken { listed: made.token.into(), token: made.secret };
    let mut response = created(&format!("{place}/{}", new.listed.id), new);
    response.extensions_mut().insert(ShownOnce);
    response
}

/// Lists one's own tokens.
#[utoipa::path(get, path = "/tokens", tag = "Tokens", responses(
    (status = 200, body = Page<ApiToken>), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn list(State(api): State<Api>, Who(who): Who) -> Answer<axum::Json<Page<ApiToken>>> {
    let tokens = tokens::list(&api, who).await?;
    Ok(axum::Json(Page::whole(tokens.into_iter().map(ApiToken::from).collect())))
}

/// Makes a token of one's own. It never has more than oneself.
#[utoipa::path(post, path = "/tokens", tag = "Tokens", request_body = WantedToken, responses(
    (status = 201, body = NewApiToken), (status = 401, body = Problem), (status = 403, body = Problem), (status = 409, body = Problem),
    (status = 422, body = Problem)))]
async fn create(State(api): State<Api>, Who(who): Who, Body(body): Body<WantedToken>) -> Answer<Response> {
    Ok(made("/api/v1/tokens", tokens::create(&api, who, &body.wanted()).await?))
}

/// Ends one of one's own tokens.
#[utoipa::path(delete, path = "/tokens/{id}", tag = "Tokens", params(("id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn revoke(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    tokens::revoke(&api, who, TokenId(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A service account.
#[derive(Serialize, ToSchema)]
#[schema(as = ServiceAccount)]
struct WireServiceAccount {
    /// Id; it is added to projects by it, as a person is.
    id: Uuid,
    /// Name.
    name: String,
    /// Active or deactivated; deactivated, its tokens reach nothing.
    active: bool,
    /// Projects in whose directory it is.
    projects: i64,
    /// Its tokens, newest first.
    tokens: Vec<ApiToken>,
}

impl From<ServiceAccount> for WireServiceAccount {
    fn from(account: ServiceAccount) -> Self {
        Self {
            id: account.entry.person_id.0,
            name: account.entry.name,
            active: account.entry.status == sluice_domain::people::EntryStatus::Active,
            projects: account.entry.project_count,
            tokens: account.tokens.into_iter().map(ApiToken::from).collect(),
        }
    }
}

/// The service accounts of a company, with their tokens.
#[utoipa::path(get, path = "/companies/{id}/service-accounts", tag = "Tokens", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<WireServiceAccount>), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem)))]
async fn list_accounts(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<WireServiceAccount>>> {
    let accounts = service_accounts::list(&api, who, CompanyId(id)).await?;
    Ok(axum::Json(Page::whole(accounts.into_iter().map(WireServiceAccount::from).collect())))
}

/// A service account to add.
#[derive(Deserialize, ToSchema)]
struct NewServiceAccount {
    /// Name.
    name: String,
}

/// Adds a service account: an entry of the directory with levels and no sign-in. It has none until a project's directory gives it some.
#[utoipa::path(post, path = "/companies/{id}/service-accounts", tag = "Tokens", params(("id" = Uuid, Path)), request_body = NewServiceAccount,
    responses((status = 201, body = WireServiceAccount), (status = 401, body = Problem), (status = 403, body = Problem),
    (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create_account(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<NewServiceAccount>,
) -> Answer<Response> {
    let account =
        WireServiceAccount::from(service_accounts::create(&api, who, CompanyId(id), &body.name).await?);
    Ok(created(&format!("/api/v1/companies/{id}/people/{}", account.id), account))
}

/// Makes a token for a service account.
#[utoipa::path(post, path = "/companies/{id}/service-accounts/{person_id}/tokens", tag = "Tokens",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), request_body = WantedToken, responses(
    (status = 201, body = NewApiToken), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create_account_token(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, account)): Path<(Uuid, Uuid)>,
    Body(body): Body<WantedToken>,
) -> Answer<Response> {
    let token =
        service_accounts::create_token(&api, who, CompanyId(id), PersonId(account), &body.wanted()).await?;
    Ok(made(&format!("/api/v1/companies/{id}/service-accounts/{account}/tokens"), token))
}

/// Ends a token of a service account.
#[utoipa::path(delete, path = "/companies/{id}/service-accounts/{person_id}/tokens/{token_id}", tag = "Tokens",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path), ("token_id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn revoke_account_token(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, account, token)): Path<(Uuid, Uuid, Uuid)>,
) -> Answer<StatusCode> {
    service_accounts::revoke_token(&api, who, CompanyId(id), PersonId(account), TokenId(token)).await?;
    Ok(StatusCode::NO_CONTENT)
}
