//! `/companies/{id}/people`: the directory of a company.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::invitations;
use sluice_app::people::{self, EntryChanges, EntryView, NewPerson};
use sluice_domain::{CompanyId, PersonId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Who};
use crate::problem::{Answer, Problem};
use crate::session::WirePerson;
use crate::wire::{Page, ProjectRef, Ref, WireLevels, created, instant, yes};
use crate::words::EntryWord;

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(get, update))
        .routes(routes!(send_invitation_again, revoke_invitation))
}

/// An entry of a company's directory.
#[derive(Serialize, ToSchema)]
pub(crate) struct CompanyPerson {
    /// Who; the address of a service account is empty.
    person: WirePerson,
    /// One of the company's own people.
    employee: bool,
    /// Admin on the company Admin tool.
    company_admin: bool,
    /// No person: works through tokens only.
    service_account: bool,
    /// Whether they were invited, have accepted, and are active.
    status: EntryWord,
    /// Until when their invitation is open.
    invited_until: Option<String>,
    /// The company they represent; the company itself, for its own people.
    represents: Option<Ref>,
    /// Projects of the company in whose directory they are.
    projects: i64,
    /// What one may do.
    can: CanMap,
}

impl From<EntryView> for CompanyPerson {
    fn from(view: EntryView) -> Self {
        let entry = view.entry;
        Self {
            person: WirePerson { id: entry.person_id.0, name: entry.name, email: entry.email },
            employee: entry.employee,
            company_admin: entry.company_admin,
            service_account: entry.service,
            status: view.status.into(),
            invited_until: entry.invited_until.map(instant),
            represents: view.represents.zip(entry.represents_name).map(|(id, name)| Ref::new(id, name)),
            projects: entry.project_count,
            can: can::wire(view.can),
        }
    }
}

/// The company's directory.
#[utoipa::path(get, path = "/companies/{id}/people", tag = "Companies", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<CompanyPerson>), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<CompanyPerson>>> {
    let entries = people::list(&api, who, CompanyId(id)).await?;
    Ok(axum::Json(Page::whole(entries.into_iter().map(CompanyPerson::from).collect())))
}

/// A project that somebody is in.
#[derive(Serialize, ToSchema)]
struct Place {
    /// The project.
    project: ProjectRef,
    /// Active or inactive.
    active: bool,
    /// The permission template they have there.
    template: Option<String>,
    /// Stands apart from it.
    overridden: bool,
    /// Levels there.
    levels: WireLevels,
}

/// An entry with the projects of the company that its person is in.
#[derive(Serialize, ToSchema)]
struct CompanyPersonDetail {
    /// The entry.
    #[serde(flatten)]
    entry: CompanyPerson,
    /// Their projects, by name.
    member_of: Vec<Place>,
}

/// One entry of the directory.
#[utoipa::path(get, path = "/companies/{id}/people/{person_id}", tag = "Companies",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), responses(
    (status = 200, body = CompanyPersonDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn get(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
) -> Answer<axum::Json<CompanyPersonDetail>> {
    let (entry, places) = people::get(&api, who, CompanyId(id), PersonId(person)).await?;
    let member_of = places.into_iter().map(|place| Place {
        project: ProjectRef { id: place.project_id.0, name: place.project_name, number: place.number },
        active: place.active,
        template: place.template_name,
        overridden: place.overridden,
        levels: place.levels.into(),
    });
    Ok(axum::Json(CompanyPersonDetail { entry: entry.into(), member_of: member_of.collect() }))
}

/// A person to add.
#[derive(Deserialize, ToSchema)]
struct PersonToAdd {
    /// Name.
    name: String,
    /// E-mail address.
    email: String,
    /// One of the company's own people.
    #[serde(default)]
    employee: bool,
    /// Admin on the company Admin tool.
    #[serde(default)]
    company_admin: bool,
    /// Invite them by mail; otherwise they are a contact, who can be invited later.
    #[serde(default = "yes")]
    invite: bool,
}

/// Adds a person to the directory and, unless they are to be a contact, invites them.
#[utoipa::path(post, path = "/companies/{id}/people", tag = "Companies", params(("id" = Uuid, Path)), request_body = PersonToAdd, responses(
    (status = 201, body = CompanyPerson), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn add(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<PersonToAdd>,
) -> Answer<Response> {
    let new = NewPerson {
        name: &body.name,
        email: &body.email,
        employee: body.employee,
        company_admin: body.company_admin,
        invite: body.invite,
    };
    let added = CompanyPerson::from(people::add(&api, who, CompanyId(id), &new).await?);
    Ok(created(&format!("/api/v1/companies/{id}/people/{}", added.person.id), added))
}

/// Changes to an entry; what is not named stays.
#[derive(Deserialize, ToSchema)]
struct PersonChanges {
    /// Deactivate or reactivate.
    active: Option<bool>,
    /// Admin on the company Admin tool.
    company_admin: Option<bool>,
    /// The company a collaborator represents; one they work for.
    represents_company_id: Option<Uuid>,
}

/// Changes an entry of the directory.
#[utoipa::path(patch, path = "/companies/{id}/people/{person_id}", tag = "Companies",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), request_body = PersonChanges, responses(
    (status = 200, body = CompanyPerson), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
    Body(body): Body<PersonChanges>,
) -> Answer<axum::Json<CompanyPerson>> {
    let changes = EntryChanges {
        active: body.active,
        company_admin: body.company_admin,
        represents: body.represents_company_id.map(CompanyId),
    };
    Ok(axum::Json(people::update(&api, who, CompanyId(id), PersonId(person), &changes).await?.into()))
}

/// Invites a contact, or sends an invitation again; the link sent before stops working.
#[utoipa::path(post, path = "/companies/{id}/people/{person_id}/invitation", tag = "Companies",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), responses(
    (status = 202), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
    (status = 410, body = Problem)))]
async fn send_invitation_again(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
) -> Answer<StatusCode> {
    invitations::send_again(&api, who, CompanyId(id), PersonId(person)).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Takes an invitation back; the person stays in the directory as a contact.
#[utoipa::path(delete, path = "/companies/{id}/people/{person_id}/invitation", tag = "Companies",
    params(("id" = Uuid, Path), ("person_id" = Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn revoke_invitation(
    State(api): State<Api>,
    Who(who): Who,
    Path((id, person)): Path<(Uuid, Uuid)>,
) -> Answer<StatusCode> {
    invitations::revoke(&api, who, CompanyId(id), PersonId(person)).await?;
    Ok(StatusCode::NO_CONTENT)
}
