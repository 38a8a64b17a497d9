//! `/projects/{id}/members`: the directory of a project.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::members::{self, Whom};
use sluice_app::{Can, Error, invitations};
use sluice_domain::permission::{Action, Grant, Levels, Standing};
use sluice_domain::{PersonId, ProjectId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::session::WirePerson;
use crate::wire::{LevelChanges, Page, Ref, WireLevels, created};
use crate::words::{EntryWord, GrantWord};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(update, remove))
        .routes(routes!(send_invitation_again))
}

/// A member of a project.
#[derive(Serialize, ToSchema)]
struct Member {
    /// Who.
    person: WirePerson,
    /// State of their entry in the company's directory.
    status: EntryWord,
    /// One of the company's own people.
    employee: bool,
    /// The company a collaborator represents.
    represents: Option<Ref>,
    /// Levels.
    levels: WireLevels,
    /// Grants.
    grants: Vec<GrantWord>,
    /// What one may do.
    can: CanMap,
}

fn member(member: members::Member, standing: &Standing) -> Member {
    let can = Can::default()
        .named("update", standing, Action::ManageDirectory)
        .named("remove", standing, Action::ManageDirectory)
        .named("invite", standing, Action::ManageDirectory);
    Member {
        person: WirePerson { id: member.person_id.0, name: member.name, email: member.email },
        status: member.status.into(),
        employee: member.employee,
        represents: member
            .represents_company_id
            .zip(member.represents_name)
            .map(|(id, name)| Ref::new(id, name)),
        levels: member.levels.into(),
        grants: member.grants.0.into_iter().map(GrantWord).collect(),
        can: can::wire(can),
    }
}

fn grants(words: Vec<GrantWord>) -> Vec<Grant> {
    words.into_iter().map(Grant::from).collect()
}

/// The directory of a project.
#[utoipa::path(get, path = "/projects/{id}/members", tag = "Members", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<Member>), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<Member>>> {
    let (rows, standing) = members::list(&api, who, ProjectId(id)).await?;
    Ok(axum::Json(Page::whole(rows.into_iter().map(|row| member(row, &standing)).collect())))
}

/// A member to add: somebody of the company's directory, or somebody new by address.
#[derive(Deserialize, ToSchema)]
struct NewMember {
    /// Somebody of the company's directory.
    person_id: Option<Uuid>,
    /// Somebody by address, invited where they are not in the directory yet.
    email: Option<String>,
    /// Their name.
    name: Option<String>,
    /// One of the company's own people, as opposed to a collaborator from outside.
    #[serde(default)]
    employee: bool,
    /// Levels; what is not named is None.
    #[serde(default)]
    levels: LevelChanges,
    /// Grants.
    #[serde(default)]
    grants: Vec<GrantWord>,
}

/// Adds a member.
#[utoipa::path(post, path = "/projects/{id}/members", tag = "Members", params(("id" = Uuid, Path)), request_body = NewMember, responses(
    (status = 201, body = Member), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn add(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<NewMember>,
) -> Answer<Response> {
    let whom = match (body.person_id, &body.email) {
        (Some(person), None) => Whom::Person(PersonId(person)),
        (None, Some(email)) => {
            Whom::Address { name: body.name.as_deref().unwrap_or_default(), email, employee: body.employee }
        }
        _ => {
            return Err(Error::field(
                "/email",
                "missing",
                "Name a person by person_id, or by email and name.",
            )
            .into());
        }
    };
    let levels = body.levels.onto(Levels::default());
    let (row, standing) = members::add(&api, who, ProjectId(id), whom, levels, grants(body.grants)).await?;
    let location = format!("/api/v1/projects/{id}/members/{}", row.person_id);
    Ok(created(&location, member(row, &standing)))
}

/// Changes to a member; what is not named stays.
#[derive(Deserialize, ToSchema)]
struct MemberChanges {
    /// Levels.
    #[serde(default)]
    levels: LevelChanges,
    /// Grants.
    grants: Option<Vec<GrantWord>>,
}

/// Changes a member's levels and grants.
#[utoipa::path(patch, path = "/projects/{id}/members/{person_id}", tag = "Members",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), request_body = MemberChanges, responses(
    (status = 200, body = Member), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
    Body(body): Body<MemberChanges>,
) -> Answer<axum::Json<Member>> {
    let grants = body.grants.map(grants);
    let changes = body.levels;
    let (row, standing) =
        members::update(&api, who, ProjectId(id), PersonId(person), |levels| changes.onto(levels), grants)
            .await?;
    Ok(axum::Json(member(row, &standing)))
}

/// Takes a member off the project's directory.
#[utoipa::path(delete, path = "/projects/{id}/members/{person_id}", tag = "Members",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn remove(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
) -> Answer<StatusCode> {
    members::remove(&api, who, ProjectId(id), PersonId(person)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a member's invitation again; the link sent before stops working.
#[utoipa::path(post, path = "/projects/{id}/members/{person_id}/invitation", tag = "Members",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), responses(
    (status = 202), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 410, body = Problem)))]
async fn send_invitation_again(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
) -> Answer<StatusCode> {
    invitations::send_again_in_project(&api, who, ProjectId(id), PersonId(person)).await?;
    Ok(StatusCode::ACCEPTED)
}
