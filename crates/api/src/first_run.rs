//! `/first-run`: setting up an empty installation, once, with the token that the server printed.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};
use sluice_app::first_run::{self, Founding};
use sluice_app::me::Browser;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::Api;
use crate::extract::{Body, Wanted};
use crate::problem::{Answer, Problem};
use crate::session::{Session, user_agent, with_cookie};
use crate::wire::created;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(get_first_run, found))
}

/// Whether an installation is empty.
#[derive(Serialize, ToSchema)]
struct FirstRun {
    /// There is no company yet, and a token is on offer.
    open: bool,
}

/// Whether this installation waits for somebody to set it up.
#[utoipa::path(get, path = "/first-run", tag = "First run", responses((status = 200, body = FirstRun)))]
async fn get_first_run(State(api): State<Api>) -> Answer<axum::Json<FirstRun>> {
    Ok(axum::Json(FirstRun { open: first_run::is_open(&api).await? }))
}

/// The first company.
#[derive(Deserialize, ToSchema)]
struct FirstCompany {
    /// Name.
    name: String,
}

/// The first company's administrator.
#[derive(Deserialize, ToSchema)]
struct Founder {
    /// Name.
    name: String,
    /// E-mail address, to sign in with.
    email: String,
    /// Password.
    password: String,
}

/// The token with the company and the administrator to begin with.
#[derive(Deserialize, ToSchema)]
struct NewFirstRun {
    /// The token that the server printed at its last start.
    token: String,
    /// The first company.
    company: FirstCompany,
    /// Its administrator, who administers the installation too.
    administrator: Founder,
    /// The zone the browser is in, an IANA name: mails tell times in it until one is chosen.
    time_zone: Option<String>,
}

/// Founds the first company and signs its administrator in. The token works once.
#[utoipa::path(post, path = "/first-run", tag = "First run", request_body = NewFirstRun, responses(
    (status = 201, body = Session), (status = 403, body = Problem), (status = 410, body = Problem), (status = 422, body = Problem),
    (status = 429, body = Problem)))]
async fn found(
    State(api): State<Api>,
    jar: CookieJar,
    headers: HeaderMap,
    Wanted(language): Wanted,
    Body(body): Body<NewFirstRun>,
) -> Answer<Response> {
    let founding = Founding {
        company: &body.company.name,
        name: &body.administrator.name,
        email: &body.administrator.email,
        password: &body.administrator.password,
    };
    let browser =
        Browser { user_agent: user_agent(&headers), language, time_zone: body.time_zone.as_deref() };
    let (token, signed_in) = first_run::found(&api, &body.token, &founding, browser).await?;
    let jar = with_cookie(&api, jar, token);
    Ok((jar, created("/api/v1/session", Session::from(signed_in))).into_response())
}
