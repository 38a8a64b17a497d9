//! `/me/password` and `/password-resets`: changing one's password, and a new one by mail.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use sluice_app::passwords;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::wire::instant;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(change))
        .routes(routes!(ask))
        .routes(routes!(look))
        .routes(routes!(complete))
}

/// A change of one's password.
#[derive(Deserialize, ToSchema)]
struct PasswordChange {
    /// The present one.
    current_password: String,
    /// The new one.
    new_password: String,
}

/// Changes one's password. One's other sessions end, and a mail tells.
#[utoipa::path(put, path = "/me/password", tag = "Session", request_body = PasswordChange, responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn change(
    State(api): State<Api>,
    Who(who): Who,
    Body(body): Body<PasswordChange>,
) -> Answer<StatusCode> {
    passwords::change(&api, who, &body.current_password, &body.new_password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// For whom a new password is asked.
#[derive(Deserialize, ToSchema)]
struct ForgottenPassword {
    /// E-mail address.
    email: String,
}

/// Asks for a new password by mail. The answer is the same whether the address has a sign-in or not.
#[utoipa::path(post, path = "/password-resets", tag = "Session", request_body = ForgottenPassword, responses(
    (status = 202), (status = 422, body = Problem)))]
async fn ask(State(api): State<Api>, Body(body): Body<ForgottenPassword>) -> Answer<StatusCode> {
    passwords::ask(&api, &body.email).await?;
    Ok(StatusCode::ACCEPTED)
}

/// What a link to a new password is for.
#[derive(Serialize, ToSchema)]
struct PasswordReset {
    /// The address whose password is chosen.
    email: String,
    /// Until when.
    expires_at: String,
}

/// What the link in the mail shows.
#[utoipa::path(get, path = "/password-resets/{token}", tag = "Session", params(("token" = String, Path)), responses(
    (status = 200, body = PasswordReset), (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn look(State(api): State<Api>, Path(token): Path<String>) -> Answer<axum::Json<PasswordReset>> {
    let reset = passwords::look(&api, &token).await?;
    Ok(axum::Json(PasswordReset { email: reset.email, expires_at: instant(reset.expires_at) }))
}

/// The new password.
#[derive(Deserialize, ToSchema)]
struct ChosenPassword {
    /// The new one.
    password: String,
}

/// Sets the new password. All sessions of the person end; one signs in with it.
#[utoipa::path(post, path = "/password-resets/{token}/completion", tag = "Session", params(("token" = String, Path)),
    request_body = ChosenPassword, responses(
    (status = 204), (status = 404, body = Problem), (status = 410, body = Problem), (status = 422, body = Problem)))]
async fn complete(
    State(api): State<Api>,
    Path(token): Path<String>,
    Body(body): Body<ChosenPassword>,
) -> Answer<StatusCode> {
    passwords::complete(&api, &token, &body.password).await?;
    Ok(StatusCode::NO_CONTENT)
}
