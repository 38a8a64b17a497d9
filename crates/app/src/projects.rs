//! Projects: creating, changing, active or inactive, tools on and off.

use sluice_domain::permission::{Action, Standing, Tool, act, allows};
use sluice_domain::sheet_number::TEXT_CHARACTERS_MAX;
use sluice_domain::topology::may_ask;
use sluice_domain::{CompanyId, ProjectId};
use sluice_store::connection::{self, Neighbour};
use sluice_store::project::{self, Project};
use sluice_store::{Session, Tx};

use crate::live::Topic;
use crate::{
    App, Caller, Can, Error, Result, companies, jobs, permit_in_company, permit_in_project,
    standing_in_project,
};

/// A project as one person sees it.
#[derive(Debug)]
pub struct ProjectView {
    /// The project.
    pub project: Project,
    /// The caller's place in it.
    pub standing: Standing,
    /// Connected projects and waiting requests (`SEE-02`), for those who may see connections.
    pub neighbours: Vec<Neighbour>,
    /// What the caller may do.
    pub can: Can,
}

async fn view(db: &mut Session, project: Project, standing: Standing) -> Result<ProjectView> {
    let neighbours = if allows(&standing, Action::ViewConnections).is_ok() {
        connection::neighbours(
            db,
            project.id,
            standing.represents.filter(|company| *company != project.company_id),
        )
        .await?
    } else {
        vec![]
    };
    let can = Can::default()
        .actions(
            &standing,
            &[
                Action::ViewDirectory,
                Action::ManageDirectory,
                Action::ViewConnections,
                Action::ManageConnections,
                Action::ViewDrawings,
                Action::UploadDrawings,
                Action::ReviewDrawings,
                Action::ViewUnpublished,
                Action::PublishDrawings,
                Action::EditDrawings,
            ],
        )
        .named("update", &standing, Action::UpdateProject);
    let can = if let Err(refusal) = allows(&standing, Action::ManageConnections) {
        can.with("start_connection", Err(refusal))
    } else {
        let own = neighbours
            .iter()
            .find(|neighbour| !neighbour.other_is_downstream)
            .map(|neighbour| neighbour.state);
        let is_upstream = neighbours
            .iter()
            .any(|neighbour| neighbour.other_is_downstream && neighbour.state.holds_upstream_role());
        can.with("start_connection", may_ask(own, is_upstream))
    };
    Ok(ProjectView { project, standing, neighbours, can })
}

/// The projects the caller sees, of one company or of all.
pub async fn list(app: &App, who: Caller, company: Option<CompanyId>) -> Result<Vec<ProjectView>> {
    let mut db = app.db.read().await?;
    if let Some(company) = company {
        crate::standing_in_company(&mut db, who, company).await?;
    }
    let mut views = vec![];
    for project in project::of_person(&mut db, who.person).await? {
        if company.is_some_and(|company| company != project.company_id) {
            continue;
        }
        let standing = standing_in_project(&mut db, who, project.id).await?;
        views.push(view(&mut db, project, standing).await?);
    }
    Ok(views)
}

/// One project.
pub async fn get(app: &App, who: Caller, id: ProjectId) -> Result<ProjectView> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewProject>(&mut db, who, id).await?;
    let project = project::get(&mut db, id).await?.ok_or_else(|| Error::code("not_found"))?;
    view(&mut db, project, standing).await
}

/// Creates a project; the caller is in its directory with Admin on every tool (`PPL-09`).
pub async fn create(
    app: &App,
    who: Caller,
    company: CompanyId,
    name: &str,
    number: &str,
) -> Result<ProjectView> {
    let (name, number) = (companies::name("/name", name)?, sound_number(number)?);
    let id = app.environment.id();
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_company::<act::CreateProject>(&mut tx, who, company).await?;
    project::insert(&mut tx, &permit, id, &name, &number, app.environment.now()).await?;
    tx.commit().await?;
    get(app, who, id).await
}

fn sound_number(raw: &str) -> Result<String> {
    let number = raw.trim();
    if number.chars().count() > TEXT_CHARACTERS_MAX || number.chars().any(char::is_control) {
        return Err(Error::field("/number", "number_length", "A project number has up to 255 characters."));
    }
    Ok(number.to_owned())
}

/// Changes to a project; what is `None` stays.
#[derive(Debug, Default)]
pub struct Changes {
    /// Its name.
    pub name: Option<String>,
    /// Its number.
    pub number: Option<String>,
    /// Active or inactive; connections pause while inactive (`CON-09`).
    pub active: Option<bool>,
    /// Tools to switch on or off.
    pub tools: Vec<(Tool, bool)>,
}

/// Changes a project. Its connections are looked at again at once: they pause or catch up (`CON-09`).
pub async fn update(
    app: &App,
    who: Caller,
    id: ProjectId,
    seen: Option<i64>,
    changes: Changes,
) -> Result<ProjectView> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    lock(&mut tx, id).await?;
    let (permit, _) = permit_in_project::<act::UpdateProject>(&mut tx, who, id).await?;
    let mut project = project::get(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    if seen.is_some_and(|seen| seen != project.version) {
        return Err(Error::code("stale"));
    }
    if let Some(name) = changes.name {
        project.name = companies::name("/name", &name)?;
    }
    if let Some(number) = changes.number {
        project.number = sound_number(&number)?;
    }
    if let Some(active) = changes.active {
        project.active = active;
    }
    project::update(&mut tx, &permit, &project).await?;
    for (tool, on) in changes.tools {
        project::switch_tool(&mut tx, &permit, id, tool, on).await?;
    }
    let connections = connection::live_of_project(&mut tx, id).await?;
    for live in &connections {
        jobs::schedule(app, &mut tx, jobs::Kind::Reconcile, live.id.0, now).await?;
    }
    tx.commit().await?;
    app.live.wake();
    app.live.project(id, Topic::Project, None);
    for live in connections {
        app.live.project(live.upstream_project_id, Topic::Connections, Some(live.id.0));
        app.live.project(live.downstream_project_id, Topic::Connections, Some(live.id.0));
    }
    get(app, who, id).await
}

/// Locks a project's row against other transactions that depend on its state.
pub(crate) async fn lock(tx: &mut Tx, id: ProjectId) -> Result<()> {
    Ok(tx.lock("select id from project where id = $1 for no key update", sluice_store::args![id]).await?)
}

/// How copies land in a project (`DRF-03`).
pub const ARRIVALS: [&str; 3] = ["review", "publish", "publish_and_distribute"];

/// The arrival setting, and what the caller may do.
pub async fn arrival(app: &App, who: Caller, id: ProjectId) -> Result<(String, Can)> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewDrawings>(&mut db, who, id).await?;
    let project = project::get(&mut db, id).await?.ok_or_else(|| Error::code("not_found"))?;
    Ok((project.arrival, Can::default().named("update", &standing, Action::EditDrawings)))
}

/// Sets how copies land.
pub async fn set_arrival(app: &App, who: Caller, id: ProjectId, arrival: &str) -> Result<(String, Can)> {
    if !ARRIVALS.contains(&arrival) {
        return Err(Error::field(
            "/mode",
            "unknown_mode",
            "The mode is review, publish or publish_and_distribute.",
        ));
    }
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::EditDrawings>(&mut tx, who, id).await?;
    project::set_arrival(&mut tx, &permit, id, arrival).await?;
    tx.commit().await?;
    self::arrival(app, who, id).await
}
