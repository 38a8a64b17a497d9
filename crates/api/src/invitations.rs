//! `/invitations/{token}`: what the link in the mail shows, and accepting it.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use axum_extra::extract::CookieJar;
use serde::{Deserialize, Serialize};
use sluice_app::invitations::{self, InvitationView, Needs};
use sluice_app::me::Browser;
use sluice_domain::CompanyId;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::extract::{Body, Path, Wanted, Who};
use crate::problem::{Answer, Problem};
use crate::session::{Session, user_agent, with_cookie};
use crate::wire::{Ref, instant};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(look)).routes(routes!(accept))
}

/// What is left to do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InvitationNeeds)]
enum WireNeeds {
    /// Choose a password.
    Password,
    /// Sign in with the invited address.
    SignIn,
    /// Accept.
    Acceptance,
    /// Sign in as the person invited.
    OtherPerson,
}

/// An invitation.
#[derive(Serialize, ToSchema)]
struct Invitation {
    /// Into this company's directory.
    company: Ref,
    /// And this project's.
    project: Option<Ref>,
    /// By whom.
    invited_by: String,
    /// The address invited.
    email: String,
    /// The name invited.
    name: String,
    /// Until when.
    expires_at: String,
    /// What is left to do.
    needs: WireNeeds,
    /// The companies one can represent there.
    represent_options: Vec<Ref>,
}

impl From<InvitationView> for Invitation {
    fn from(view: InvitationView) -> Self {
        let invitation = view.invitation;
        Self {
            company: Ref::new(invitation.company_id, invitation.company_name),
            project: invitation.project_id.zip(invitation.project_name).map(|(id, name)| Ref::new(id, name)),
            invited_by: invitation.inviter_name,
            email: invitation.email,
            name: invitation.person_name,
            expires_at: instant(invitation.expires_at),
            needs: match view.needs {
                Needs::Password => WireNeeds::Password,
                Needs::SignIn => WireNeeds::SignIn,
                Needs::Acceptance => WireNeeds::Acceptance,
                Needs::OtherPerson => WireNeeds::OtherPerson,
            },
            represent_options: view
                .represent
                .into_iter()
                .map(|company| Ref::new(company.id, company.name))
                .collect(),
        }
    }
}

/// What an invitation's link shows.
#[utoipa::path(get, path = "/invitations/{token}", tag = "Invitations", params(("token" = String, Path)), responses(
    (status = 200, body = Invitation), (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn look(
    State(api): State<Api>,
    who: Option<Who>,
    Path(token): Path<String>,
) -> Answer<axum::Json<Invitation>> {
    Ok(axum::Json(invitations::look(&api, &token, who.map(|Who(who)| who)).await?.into()))
}

/// Acceptance of an invitation.
#[derive(Deserialize, ToSchema)]
struct Acceptance {
    /// A password, for a sign-in that never had one.
    password: Option<String>,
    /// The company one represents, for a collaborator with several.
    represents_company_id: Option<Uuid>,
    /// The zone the browser is in, an IANA name: mails tell times in it until one is chosen.
    time_zone: Option<String>,
}

/// Accepts an invitation.
#[utoipa::path(post, path = "/invitations/{token}/acceptance", tag = "Invitations", params(("token" = String, Path)),
    request_body = Acceptance, responses(
    (status = 200, body = Session), (status = 403, body = Problem), (status = 404, body = Problem), (status = 410, body = Problem),
    (status = 422, body = Problem)))]
async fn accept(
    State(api): State<Api>,
    jar: CookieJar,
    headers: HeaderMap,
    Wanted(language): Wanted,
    who: Option<Who>,
    Path(token): Path<String>,
    Body(body): Body<Acceptance>,
) -> Answer<Response> {
    let represents = body.represents_company_id.map(CompanyId);
    let caller = who.map(|Who(who)| who);
    let browser =
        Browser { user_agent: user_agent(&headers), language, time_zone: body.time_zone.as_deref() };
    let (token, signed_in) =
        invitations::accept(&api, &token, caller, body.password.as_deref(), represents, browser).await?;
    let session = axum::Json(Session::from(signed_in));
    Ok(match token {
        Some(token) => (with_cookie(&api, jar, token), session).into_response(),
        None => session.into_response(),
    })
}
