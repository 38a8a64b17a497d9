//! `/session`: signing in and out; `/sessions`: where one is signed in; `/me/permissions`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use serde::{Deserialize, Serialize};
use sluice_app::language::{DateFormat, Language};
use sluice_app::me::Browser;
use sluice_app::sign_in::{self, SignedIn, Token};
use sluice_app::{Can, members};
use sluice_domain::ProjectId;
use sluice_domain::permission::{Action, Tool};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Query, Wanted, Who, cookie_name};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, WireLevels, created, instant};
use crate::words::{DateFormatWord, GrantWord, LanguageWord};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(sign_in_with_password, who_am_i, sign_out))
        .routes(routes!(list_sessions, revoke_other_sessions))
        .routes(routes!(revoke_session))
        .routes(routes!(my_permissions))
}

/// Sign-in with address and password.
#[derive(Deserialize, ToSchema)]
struct Credentials {
    /// E-mail address.
    email: String,
    /// Password.
    password: String,
    /// The zone the browser is in, an IANA name: mails tell times in it until one is chosen.
    time_zone: Option<String>,
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct WirePerson {
    /// Id.
    pub(crate) id: Uuid,
    /// Name.
    pub(crate) name: String,
    /// E-mail address.
    pub(crate) email: String,
}

/// A company one belongs to.
#[derive(Serialize, ToSchema)]
struct MyCompany {
    /// Id.
    id: Uuid,
    /// Name.
    name: String,
    /// One of its own people.
    employee: bool,
    /// Admin on the company Admin tool.
    company_admin: bool,
}

/// Who is signed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    /// The person.
    person: WirePerson,
    /// Their companies; the one chosen on the screen is a view and nothing more.
    companies: Vec<MyCompany>,
    /// May create and close companies.
    installation_admin: bool,
    /// The language one chose; null where the browser's counts.
    language: Option<LanguageWord>,
    /// The zone one chose, an IANA name; null where the browser's counts.
    time_zone: Option<String>,
    /// The date format one chose; null where the language says it.
    date_format: Option<DateFormatWord>,
}

impl From<SignedIn> for Session {
    fn from(signed_in: SignedIn) -> Self {
        let person = signed_in.person;
        let companies = signed_in.companies.into_iter().map(|company| MyCompany {
            id: company.id.0,
            name: company.name,
            employee: company.employee,
            company_admin: company.company_admin,
        });
        Self {
            companies: companies.collect(),
            installation_admin: person.installation_admin,
            language: person.language.as_deref().and_then(Language::from_key).map(LanguageWord),
            time_zone: person.time_zone,
            date_format: person.date_format.as_deref().and_then(DateFormat::from_key).map(DateFormatWord),
            person: WirePerson { id: person.id.0, name: person.name, email: person.email },
        }
    }
}

/// The cookie of a session. `__Host-` and `Secure` under https (`SEC-03`).
pub(crate) fn with_cookie(api: &Api, jar: CookieJar, token: Token) -> CookieJar {
    let https = api.settings.https;
    let cookie = Cookie::build((cookie_name(https), token.0))
        .http_only(true)
        .same_site(SameSite::Lax)
        .path("/")
        .secure(https);
    jar.add(cookie.permanent())
}

/// The browser, as it says.
pub(crate) fn user_agent(headers: &HeaderMap) -> &str {
    headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Signs in.
#[utoipa::path(post, path = "/session", request_body = Credentials, tag = "Session", responses(
    (status = 201, body = Session), (status = 401, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem)))]
async fn sign_in_with_password(
    State(api): State<Api>,
    jar: CookieJar,
    headers: HeaderMap,
    Wanted(language): Wanted,
    Body(body): Body<Credentials>,
) -> Answer<Response> {
    let browser =
        Browser { user_agent: user_agent(&headers), language, time_zone: body.time_zone.as_deref() };
    let (token, signed_in) = sign_in::sign_in(&api, &body.email, &body.password, browser).await?;
    let jar = with_cookie(&api, jar, token);
    Ok((jar, created("/api/v1/session", Session::from(signed_in))).into_response())
}

/// Who is signed in.
#[utoipa::path(get, path = "/session", tag = "Session", responses((status = 200, body = Session), (status = 401, body = Problem)))]
async fn who_am_i(State(api): State<Api>, Who(who): Who) -> Answer<axum::Json<Session>> {
    Ok(axum::Json(sign_in::signed_in(&api, who).await?.into()))
}

/// Signs out.
#[utoipa::path(delete, path = "/session", tag = "Session", responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn sign_out(State(api): State<Api>, jar: CookieJar, Who(who): Who) -> Answer<Response> {
    sign_in::sign_out(&api, who).await?;
    let name = cookie_name(api.settings.https);
    let jar = jar.remove(Cookie::build(name).path("/"));
    Ok((jar, StatusCode::NO_CONTENT).into_response())
}

/// A place where one is signed in.
#[derive(Serialize, ToSchema)]
struct OpenSession {
    /// Id.
    id: Uuid,
    /// Since.
    created_at: String,
    /// Last used, to a few minutes.
    last_seen_at: String,
    /// The browser, as it says.
    user_agent: String,
    /// This one.
    current: bool,
}

/// Lists where one is signed in.
#[utoipa::path(get, path = "/sessions", tag = "Session", responses((status = 200, body = Page<OpenSession>), (status = 401, body = Problem)))]
async fn list_sessions(State(api): State<Api>, Who(who): Who) -> Answer<axum::Json<Page<OpenSession>>> {
    let sessions = sign_in::sessions(&api, who).await?.into_iter().map(|session| OpenSession {
        id: session.id,
        created_at: instant(session.created_at),
        last_seen_at: instant(session.last_seen_at),
        user_agent: session.user_agent,
        current: who.session() == Some(session.id),
    });
    Ok(axum::Json(Page::whole(sessions.collect())))
}

/// Ends all of one's sessions but this one.
#[utoipa::path(delete, path = "/sessions", tag = "Session", responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn revoke_other_sessions(State(api): State<Api>, Who(who): Who) -> Answer<StatusCode> {
    sign_in::revoke_others(&api, who).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of one's sessions.
#[utoipa::path(delete, path = "/sessions/{id}", tag = "Session", params(("id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn revoke_session(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<StatusCode> {
    sign_in::revoke(&api, who, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, IntoParams)]
struct InProject {
    /// The project asked about.
    project_id: Uuid,
}

/// What one may do in a project.
#[derive(Serialize, ToSchema)]
struct Permissions {
    /// The project.
    project_id: Uuid,
    /// Levels that count, administrators' included.
    levels: WireLevels,
    /// Grants on top of levels.
    grants: Vec<GrantWord>,
    /// Every act of the permission matrix.
    can: CanMap,
}

/// What one may do in a project.
#[utoipa::path(get, path = "/me/permissions", tag = "Session", params(InProject), responses(
    (status = 200, body = Permissions), (status = 400, body = Problem), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn my_permissions(
    State(api): State<Api>,
    Who(who): Who,
    Query(query): Query<InProject>,
) -> Answer<axum::Json<Permissions>> {
    let standing = members::my_standing(&api, who, ProjectId(query.project_id)).await?;
    let actions: Vec<Action> =
        Action::ALL.iter().copied().filter(|action| action.rule().tool != Tool::Company).collect();
    Ok(axum::Json(Permissions {
        project_id: query.project_id,
        levels: standing.effective_levels().into(),
        grants: standing.grants.iter().copied().map(GrantWord).collect(),
        can: can::wire(Can::default().actions(&standing, &actions)),
    }))
}
