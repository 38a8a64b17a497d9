//! `/projects`: projects, their tools, how copies land in them.

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use sluice_app::Error;
use sluice_app::Given;
use sluice_app::projects::{self, Changes, ProjectView};
use sluice_domain::connection::State as ConnectionState;
use sluice_domain::permission::Tool;
use sluice_domain::project::Stage;
use sluice_domain::{CompanyId, ProjectId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::Api;
use crate::can::{self, CanMap};
use crate::extract::{Body, Path, Seen, Who};
use crate::problem::{Answer, Problem};
use crate::wire::{Page, Ref, WireLevels, created, given, versioned};
use crate::words::{ArrivalMode, StageWord, StateWord};

pub(crate) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_all))
        .routes(routes!(list, create))
        .routes(routes!(get, update))
        .routes(routes!(get_arrival, put_arrival))
}

/// Tools switched on.
#[derive(Serialize, ToSchema)]
struct Tools {
    drawings: bool,
    rfis: bool,
    submittals: bool,
}

/// The other end of a connection, in short.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectedProject)]
pub(crate) struct Neighbour {
    /// The connection.
    connection_id: Uuid,
    /// The other company.
    company: Ref,
    /// The other project.
    project: Ref,
    /// State of the connection.
    state: StateWord,
}

impl From<projects::Neighbour> for Neighbour {
    fn from(neighbour: projects::Neighbour) -> Self {
        Self {
            connection_id: neighbour.connection_id.0,
            company: Ref::new(neighbour.company_id, neighbour.company_name),
            project: Ref::new(neighbour.project_id, neighbour.project_name),
            state: neighbour.state.into(),
        }
    }
}

/// Connected projects and pending requests.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectedProjects)]
struct Neighbours {
    /// Where this project's copies come from.
    upstream: Option<Neighbour>,
    /// Where this project's drawings arrive, and who asks for them.
    downstream: Vec<Neighbour>,
    /// Requests from downstream that wait.
    waiting: usize,
}

/// A project.
#[derive(Serialize, ToSchema)]
struct Project {
    /// Id.
    id: Uuid,
    /// Its company.
    company: Ref,
    /// Name.
    name: String,
    /// Number; may be empty.
    number: String,
    /// Where it is built; may be empty, and have several lines.
    address: String,
    /// Its time zone, by its IANA name.
    time_zone: String,
    /// How far the job is.
    stage: Option<StageWord>,
    /// Active or inactive.
    active: bool,
    /// Tools switched on.
    tools: Tools,
    /// One's own levels.
    levels: WireLevels,
    /// Connected projects.
    connections: Neighbours,
    /// Counts up with each change; the `ETag`.
    version: i64,
    /// What one may do.
    can: CanMap,
}

impl From<ProjectView> for Project {
    fn from(view: ProjectView) -> Self {
        let on = view.project.tools_on();
        let project = view.project;
        let (mut upstream, mut downstream) = (None, vec![]);
        for neighbour in view.neighbours {
            let other_is_downstream = neighbour.other_is_downstream;
            let wire = Neighbour::from(neighbour);
            if other_is_downstream { downstream.push(wire) } else { upstream = Some(wire) }
        }
        let waiting =
            downstream.iter().filter(|neighbour| neighbour.state.0 == ConnectionState::Requested).count();
        Self {
            id: project.id.0,
            company: Ref::new(project.company_id, project.company_name),
            name: project.name,
            number: project.number,
            address: project.address,
            time_zone: project.time_zone,
            stage: project.stage.map(StageWord),
            active: project.active,
            tools: Tools {
                drawings: on.contains(&Tool::Drawings),
                rfis: on.contains(&Tool::Rfis),
                submittals: on.contains(&Tool::Submittals),
            },
            levels: view.standing.effective_levels().into(),
            connections: Neighbours { upstream, downstream, waiting },
            version: project.version,
            can: can::wire(view.can),
        }
    }
}

fn page(views: Vec<ProjectView>) -> axum::Json<Page<Project>> {
    axum::Json(Page::whole(views.into_iter().map(Project::from).collect()))
}

/// Lists the projects one sees, of all one's companies.
#[utoipa::path(get, path = "/projects", tag = "Projects", responses((status = 200, body = Page<Project>), (status = 401, body = Problem)))]
async fn list_all(State(api): State<Api>, Who(who): Who) -> Answer<axum::Json<Page<Project>>> {
    Ok(page(projects::list(&api, who, None).await?))
}

/// Lists the projects one sees of a company.
#[utoipa::path(get, path = "/companies/{id}/projects", tag = "Projects", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Page<Project>), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn list(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Page<Project>>> {
    Ok(page(projects::list(&api, who, Some(CompanyId(id))).await?))
}

/// A project to create.
#[derive(Deserialize, ToSchema)]
struct NewProject {
    /// Name.
    name: String,
    /// Number.
    #[serde(default)]
    number: String,
    /// Where it is built, up to 500 characters, in several lines if need be.
    #[serde(default)]
    address: String,
    /// Its time zone, by its IANA name (`America/New_York`); UTC where none is said.
    time_zone: Option<String>,
    /// How far the job is.
    stage: Option<StageWord>,
    /// Tools switched on or off; where nothing is said, Drawings is on.
    #[serde(default)]
    tools: ToolChanges,
}

/// Creates a project; one is in its directory with Admin on every tool.
#[utoipa::path(post, path = "/companies/{id}/projects", tag = "Projects", params(("id" = Uuid, Path)), request_body = NewProject, responses(
    (status = 201, body = Project), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem)))]
async fn create(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<NewProject>,
) -> Answer<Response> {
    let new = projects::NewProject {
        name: body.name,
        number: body.number,
        address: body.address,
        time_zone: body.time_zone,
        stage: body.stage.map(Stage::from),
        tools: body.tools.named(),
    };
    let project = Project::from(projects::create(&api, who, CompanyId(id), new).await?);
    Ok(created(&format!("/api/v1/projects/{}", project.id), project))
}

/// One project.
#[utoipa::path(get, path = "/projects/{id}", tag = "Projects", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Project), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn get(State(api): State<Api>, Who(who): Who, Path(id): Path<Uuid>) -> Answer<Response> {
    let project = Project::from(projects::get(&api, who, ProjectId(id)).await?);
    Ok(versioned(project.version, project))
}

/// Tools to switch on or off.
#[derive(Default, Deserialize, ToSchema)]
struct ToolChanges {
    drawings: Option<bool>,
    rfis: Option<bool>,
    submittals: Option<bool>,
}

impl ToolChanges {
    /// The tools that are named.
    fn named(&self) -> Vec<(Tool, bool)> {
        let tools =
            [(Tool::Drawings, self.drawings), (Tool::Rfis, self.rfis), (Tool::Submittals, self.submittals)];
        tools.into_iter().filter_map(|(tool, on)| on.map(|on| (tool, on))).collect()
    }
}

/// Changes to a project; what is not named stays.
#[derive(Deserialize, ToSchema)]
struct ProjectChanges {
    /// Its name.
    name: Option<String>,
    /// Its number.
    number: Option<String>,
    /// Where it is built.
    address: Option<String>,
    /// Its time zone, by its IANA name.
    time_zone: Option<String>,
    /// How far the job is; null says nothing of it any more.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<StageWord>)]
    stage: Given<StageWord>,
    /// Active or inactive; connections pause while inactive.
    active: Option<bool>,
    /// Tools to switch on or off.
    #[serde(default)]
    tools: ToolChanges,
}

/// Changes a project.
#[utoipa::path(patch, path = "/projects/{id}", tag = "Projects", params(("id" = Uuid, Path), Seen), request_body = ProjectChanges, responses(
    (status = 200, body = Project), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem)))]
async fn update(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Seen(seen): Seen,
    Body(body): Body<ProjectChanges>,
) -> Answer<Response> {
    let changes = Changes {
        name: body.name,
        number: body.number,
        address: body.address,
        time_zone: body.time_zone,
        stage: body.stage.try_map(|stage| Ok::<_, Error>(Stage::from(stage)))?,
        active: body.active,
        tools: body.tools.named(),
    };
    let project = Project::from(projects::update(&api, who, ProjectId(id), seen, changes).await?);
    Ok(versioned(project.version, project))
}

/// How copies land in a project.
#[derive(Serialize, ToSchema)]
struct Arrival {
    /// How.
    #[schema(value_type = ArrivalMode)]
    mode: String,
    /// What one may do.
    can: CanMap,
}

/// The setting to make.
#[derive(Deserialize, ToSchema)]
struct NewArrival {
    /// How.
    #[schema(value_type = ArrivalMode)]
    mode: String,
}

/// How copies land in a project.
#[utoipa::path(get, path = "/projects/{id}/arrival-settings", tag = "Projects", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Arrival), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn get_arrival(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
) -> Answer<axum::Json<Arrival>> {
    let (mode, can) = projects::arrival(&api, who, ProjectId(id)).await?;
    Ok(axum::Json(Arrival { mode, can: can::wire(can) }))
}

/// Sets how copies land in a project.
#[utoipa::path(put, path = "/projects/{id}/arrival-settings", tag = "Projects", params(("id" = Uuid, Path)), request_body = NewArrival, responses(
    (status = 200, body = Arrival), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
    (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn put_arrival(
    State(api): State<Api>,
    Who(who): Who,
    Path(id): Path<Uuid>,
    Body(body): Body<NewArrival>,
) -> Answer<axum::Json<Arrival>> {
    let (mode, can) = projects::set_arrival(&api, who, ProjectId(id), &body.mode).await?;
    Ok(axum::Json(Arrival { mode, can: can::wire(can) }))
}
