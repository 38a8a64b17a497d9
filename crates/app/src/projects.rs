//! Projects: creating, changing, active or inactive, tools on and off.

use sluice_domain::permission::{Action, Standing, Tool, act, allows};
use sluice_domain::project::Stage;
use sluice_domain::sheet_number::TEXT_CHARACTERS_MAX;
use sluice_domain::topology::may_ask;
use sluice_domain::{CompanyId, ProjectId};
use sluice_store::neighbour;
pub use sluice_store::neighbour::Neighbour;
use sluice_store::project::{self, Fields, Project};
use sluice_store::{Tx, connection, person};

use crate::live::Topic;
use crate::{
    App, Caller, Can, Error, Given, Result, companies, jobs, me, permit_in_company, permit_in_project,
    standings_in_projects,
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

fn view(project: Project, standing: Standing, mut neighbours: Vec<Neighbour>) -> ProjectView {
    // Somebody who represents another company sees only the connections with that company (SEE-01).
    let only = standing.represents.filter(|company| *company != project.company_id);
    let sees = allows(&standing, Action::ViewConnections).is_ok();
    neighbours.retain(|neighbour| sees && only.is_none_or(|only| only == neighbour.company_id));
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
        .named("update", &standing, Action::UpdateProject)
        .named("delete", &standing, Action::DeleteProject);
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
    ProjectView { project, standing, neighbours, can }
}

/// The projects the caller sees, of one company or of all.
pub async fn list(app: &App, who: Caller, company: Option<CompanyId>) -> Result<Vec<ProjectView>> {
    let mut db = app.db.read().await?;
    if let Some(company) = company {
        crate::standing_in_company(&mut db, who, company).await?;
    }
    let mut standings = standings_in_projects(&mut db, who).await?;
    let mut neighbours = neighbour::of_person(&mut db, who.person).await?;
    let projects = project::of_person(&mut db, who.person).await?.into_iter();
    let views = projects
        .filter(|project| company.is_none_or(|company| company == project.company_id))
        .filter_map(|project| {
            let standing = standings.remove(&project.id)?;
            let neighbours = neighbours.remove(&project.id).unwrap_or_default();
            Some(view(project, standing, neighbours))
        });
    Ok(views.collect())
}

/// One project.
pub async fn get(app: &App, who: Caller, id: ProjectId) -> Result<ProjectView> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewProject>(&mut db, who, id).await?;
    let project = project::get(&mut db, id).await?.ok_or_else(|| Error::code("not_found"))?;
    let neighbours = neighbour::of_project(&mut db, id).await?;
    Ok(view(project, standing, neighbours))
}

/// A project to create.
#[derive(Debug, Default)]
pub struct NewProject {
    /// Its name.
    pub name: String,
    /// Its number.
    pub number: String,
    /// Where it is built.
    pub address: String,
    /// Its time zone, by its IANA name; the creator's where none is said, else UTC.
    pub time_zone: Option<String>,
    /// How far the job is.
    pub stage: Option<Stage>,
    /// Tools switched on, or off, from the start; Drawings is on.
    pub tools: Vec<(Tool, bool)>,
}

/// Creates a project; the caller is in its directory with Admin on every tool (`PPL-09`).
pub async fn create(app: &App, who: Caller, company: CompanyId, new: NewProject) -> Result<ProjectView> {
    let mut tx = app.db.begin().await?;
    let creator = person::get(&mut tx, who.person).await?.ok_or_else(|| Error::code("not_signed_in"))?;
    let time_zone = match &new.time_zone {
        Some(name) => time_zone(name)?,
        // Most often the job is where its first person is.
        None => me::locale(&creator).zone.iana_name().unwrap_or("UTC").to_owned(),
    };
    let fields = Fields {
        name: companies::name("/name", &new.name)?,
        number: line("/number", &new.number)?,
        address: address(&new.address)?,
        time_zone,
        stage: new.stage,
    };
    let switched = |tool| new.tools.iter().rev().find(|(of, _)| *of == tool).map(|(_, on)| *on);
    let tools: Vec<Tool> = Tool::SWITCHED
        .into_iter()
        .filter(|tool| switched(*tool).unwrap_or(*tool == Tool::Drawings))
        .collect();
    let id = app.environment.id();
    let (permit, _) = permit_in_company::<act::CreateProject>(&mut tx, who, company).await?;
    project::insert(&mut tx, &permit, id, &fields, &tools, app.environment.now()).await?;
    tx.commit().await?;
    get(app, who, id).await
}

/// Reads the name of a time zone, such as `America/New_York`.
fn time_zone(name: &str) -> Result<String> {
    me::sound_zone("/time_zone", name.trim())
}

/// Reads one line, which may be empty.
fn line(pointer: &str, raw: &str) -> Result<String> {
    let line = raw.trim();
    if line.chars().count() > TEXT_CHARACTERS_MAX || line.chars().any(char::is_control) {
        return Err(Error::field(pointer, "number_length", "This is one line of up to 255 characters."));
    }
    Ok(line.to_owned())
}

/// The longest address, characters.
const ADDRESS_CHARACTERS_MAX: usize = 500;

/// Reads an address of several lines, which may be empty.
fn address(raw: &str) -> Result<String> {
    let lines: Vec<&str> = raw.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let address = lines.join("\n");
    if address.chars().count() > ADDRESS_CHARACTERS_MAX
        || address.chars().any(|c| c.is_control() && c != '\n')
    {
        let detail = format!("An address has up to {ADDRESS_CHARACTERS_MAX} characters.");
        return Err(Error::field("/address", "address_length", detail));
    }
    Ok(address)
}

/// Changes to a project; what is `None` stays.
#[derive(Debug, Default)]
pub struct Changes {
    /// Its name.
    pub name: Option<String>,
    /// Its number.
    pub number: Option<String>,
    /// Where it is built.
    pub address: Option<String>,
    /// Its time zone.
    pub time_zone: Option<String>,
    /// How far the job is.
    pub stage: Given<Stage>,
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
    let project = project::get(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    if seen.is_some_and(|seen| seen != project.version) {
        return Err(Error::code("stale"));
    }
    let read = |new: Option<String>, sound: &dyn Fn(&str) -> Result<String>, old: String| {
        new.map_or(Ok(old), |new| sound(&new))
    };
    let fields = Fields {
        name: read(changes.name, &|name| companies::name("/name", name), project.name)?,
        number: read(changes.number, &|number| line("/number", number), project.number)?,
        address: read(changes.address, &address, project.address)?,
        time_zone: read(changes.time_zone, &time_zone, project.time_zone)?,
        stage: changes.stage.onto(project.stage),
    };
    let active = changes.active.unwrap_or(project.active);
    project::update(&mut tx, &permit, id, &fields, active).await?;
    for (tool, on) in changes.tools {
        project::switch_tool(&mut tx, &permit, id, tool, on).await?;
    }
    let connections = connection::live_of_project(&mut tx, id).await?;
    let live = connections.iter().map(|live| live.id.0);
    jobs::schedule_each(app, &mut tx, jobs::Kind::Reconcile, live, now).await?;
    tx.commit().await?;
    app.live.wake();
    app.live.project(id, Topic::Project, None);
    for live in connections {
        app.live.connection(live.id, live.ends());
    }
    get(app, who, id).await
}

/// Locks a project's row against other transactions that depend on its state.
pub(crate) async fn lock(tx: &mut Tx, id: ProjectId) -> Result<()> {
    Ok(tx.lock("select id from project where id = $1 for no key update", sluice_store::args![id]).await?)
}

/// Keeps a project from being deleted and its company from being closed until the end of the transaction, for background work that writes into
/// it; answers whether it is there.
pub(crate) async fn hold(tx: &mut Tx, id: ProjectId) -> Result<bool> {
    tx.lock("select id from project where id = $1 for share", sluice_store::args![id]).await?;
    Ok(project::is_there(tx, id).await?)
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
