//! `/projects/{id}/members`: the directory of a project.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::Given;
use sluice_app::members::{self, Choice, MemberView, Terms, Whom};
use sluice_app::{Error, invitations};
use sluice_domain::permission::Grant;
use sluice_domain::{PersonId, ProjectId, TemplateId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::session::WirePerson;
use crate::wire::{LevelChanges, Page, Ref, WireLevels, created, given, instant, yes};
use crate::words::{EntryWord, GrantWord};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, update, remove))
        .routes(routes!(send_invitation_again))
}

/// The permission template a member has, with what it sets: what differs from the member's own is visible.
#[derive(Serialize, ToSchema)]
struct HeldTemplate {
    /// Id.
    id: Uuid,
    /// Name.
    name: String,
    /// Levels it sets.
    levels: WireLevels,
    /// Grants it sets.
    grants: Vec<GrantWord>,
}

/// A member of a project.
#[derive(Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts, as the directories state them")]
struct Member {
    /// Who; the address of a service account is empty.
    person: WirePerson,
    /// State of their entry in the company's directory.
    status: EntryWord,
    /// Until when their invitation is open.
    invited_until: Option<String>,
    /// One of the company's own people.
    employee: bool,
    /// Administers the company, and so is Admin on every tool whatever the levels say.
    company_admin: bool,
    /// No person: works through tokens only.
    service_account: bool,
    /// The company they represent; the project's own company, for its own people.
    represents: Option<Ref>,
    /// Levels.
    levels: WireLevels,
    /// Grants.
    grants: Vec<GrantWord>,
    /// The permission template they have.
    template: Option<HeldTemplate>,
    /// Their levels or grants stand apart from the template: a change of it leaves them as they are.
    overridden: bool,
    /// What one may do.
    can: CanMap,
}

fn wire_grants(grants: &[Grant]) -> Vec<GrantWord> {
    grants.iter().copied().map(GrantWord).collect()
}

impl From<MemberView> for Member {
    fn from(view: MemberView) -> Self {
        let member = view.member;
        let template = member.template_id.zip(member.template_name).map(|(id, name)| HeldTemplate {
            id: id.0,
            name,
            levels: member.template_levels.unwrap_or_default().into(),
            grants: wire_grants(&member.template_grants.unwrap_or_default().0),
        });
        Self {
            person: WirePerson { id: member.person_id.0, name: member.name, email: member.email },
            status: view.status.into(),
            invited_until: member.invited_until.map(instant),
            employee: member.employee,
            company_admin: member.company_admin,
            service_account: member.service,
            represents: view.represents.zip(member.represents_name).map(|(id, name)| Ref::new(id, name)),
            levels: member.levels.into(),
            grants: wire_grants(&member.grants.0),
            template,
            overridden: member.overridden,
            can: can::wire(view.can),
        }
    }
}

fn grants(grants: Option<Vec<GrantWord>>) -> Option<Vec<Grant>> {
    grants.map(|grants| grants.into_iter().map(Grant::from).collect())
}

/// The directory of a project.
#[utoipa::path(get, path = "/projects/{id}/members", tag = "Members", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<Member>), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<Member>>> {
    let members = members::list(&api, who, ProjectId(id)).await?;
    Ok(axum::Json(Page::whole(members.into_iter().map(Member::from).collect())))
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
    /// Invite somebody new by mail; otherwise they are a contact, who can be invited later.
    #[serde(default = "yes")]
    invite: bool,
    /// The permission template they are to have.
    permission_template_id: Option<Uuid>,
    /// Levels that differ from the template; without one, what is not named is None.
    #[serde(default)]
    levels: LevelChanges,
    /// Grants, instead of the template's.
    grants: Option<Vec<GrantWord>>,
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
            let name = body.name.as_deref().unwrap_or_default();
            Whom::Address { name, email, employee: body.employee, invite: body.invite }
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
    let template = body.permission_template_id.map_or(Choice::None, |id| Choice::Template(TemplateId(id)));
    let levels = body.levels;
    let terms = Terms { template, levels: |held| levels.onto(held), grants: grants(body.grants.clone()) };
    let added = Member::from(members::add(&api, who, ProjectId(id), whom, terms).await?);
    Ok(created(&format!("/api/v1/projects/{id}/members/{}", added.person.id), added))
}

/// One member.
#[utoipa::path(get, path = "/projects/{id}/members/{person_id}", tag = "Members",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), responses(
    (status = 200, body = Member), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn get(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
) -> Answer<axum::Json<Member>> {
    Ok(axum::Json(members::get(&api, who, ProjectId(id), PersonId(person)).await?.into()))
}

/// Changes to a member; what is not named stays.
#[derive(Deserialize, ToSchema)]
struct MemberChanges {
    /// The permission template they are to have, with its levels and grants; null takes it off and leaves them what they have.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    permission_template_id: Given<Uuid>,
    /// Levels to set apart.
    #[serde(default)]
    levels: LevelChanges,
    /// Grants to set apart.
    grants: Option<Vec<GrantWord>>,
}

/// Changes a member's template, levels and grants.
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
    let template = match body.permission_template_id {
        Given::Nothing => Choice::Stays,
        Given::Null => Choice::None,
        Given::Value(id) => Choice::Template(TemplateId(id)),
    };
    let levels = body.levels;
    let terms = Terms { template, levels: |held| levels.onto(held), grants: grants(body.grants) };
    Ok(axum::Json(members::update(&api, who, ProjectId(id), PersonId(person), terms).await?.into()))
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
    (status = 202), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 410, body = Problem)))]
async fn send_invitation_again(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
) -> Answer<StatusCode> {
    invitations::send_again_in_project(&api, who, ProjectId(id), PersonId(person)).await?;
    Ok(StatusCode::ACCEPTED)
}
