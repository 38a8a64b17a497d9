//! `sluice demo`: a throw-away installation that shows the story in several states at once. Its people do what anyone does: the same use cases,
//! the same uploads, drawing sets drawn by the program itself.

mod cast;
mod sets;

use std::path::PathBuf;

use anyhow::Context;
use jiff::ToSpan;
use sluice_app::connections::{self, Ask};
use sluice_app::drawings::edit::{self, DrawingChanges};
use sluice_app::drawings::publish::{Chosen, publish};
use sluice_app::drawings::{self, LogFilter};
use sluice_app::{App, Caller, Environment, jobs, uploads};
use sluice_domain::ProjectId;
use sluice_domain::connection::ApprovalPolicy;
use sluice_domain::permission::Tool;

use crate::command::DemoOptions;
use crate::config::{Options, Settings};
use crate::serve;
use cast::{Cast, PASSWORD};

/// Prepares the installation and serves it until the process is told to stop.
pub async fn demo(options: DemoOptions) -> anyhow::Result<()> {
    // Removed when this function ends, unless the data is to be kept.
    let throw_away = tempfile::tempdir().context("no temporary folder can be made")?;
    let data: PathBuf = options.data.unwrap_or_else(|| throw_away.path().to_owned());
    // Whatever is configured here is for a real installation: the demo never touches it.
    let settings = Settings::complete(
        Options { listen: Some(options.listen.clone()), data: Some(data), ..Options::default() },
        Options::default(),
    )?;
    let program = std::env::current_exe().context("this program cannot find itself")?;
    let listener = serve::listen(&settings.listen).await?;
    let _held = serve::hold(&settings)?;
    let app = serve::open(&settings, Environment::system(), &program).await?;
    let fresh = cast::is_empty(&app).await?;
    if fresh {
        println!("Preparing companies, drawing sets and connections …");
        let cast = prepare(&app)
            .await
            .map_err(|error| anyhow::Error::new(error).context("the demo could not be prepared"))?;
        introduce(&settings, &cast);
    } else {
        println!("Serving the data that is there; every password is {PASSWORD}");
    }
    println!("\nSluice serves {}   (stop with Ctrl-C)", settings.app.public_url);
    serve::run(app, &settings, listener, serve::stop_signal()).await
}

/// The story so far, act by act.
async fn prepare(app: &App) -> sluice_app::Result<Cast> {
    let cast = cast::hire(app).await?;
    let today = app.environment.now().to_zoned(jiff::tz::TimeZone::UTC).date();

    // Harbor Tower: a first set, published; Delta connected and has published most of what came.
    let first =
        sets::Issue { set: "Construction Documents", date: today - 60.days(), revision: "0", changed: false };
    issue(
        app,
        cast.harbor_engineer,
        cast.harbor_tower,
        "Harbor Tower",
        "Harbor Builders",
        &first,
        &sets::TOWER,
    )
    .await?;
    connect(app, cast.delta_manager, cast.delta_tower, cast.harbor_tower).await?;
    let request = newest(app, cast.harbor_engineer, cast.harbor_tower).await?;
    connections::approve(app, cast.harbor_engineer, request).await?;
    jobs::run_until_idle(app).await?;
    publish(app, cast.delta_manager, cast.delta_tower, &Chosen::All, None, false).await?;

    // A bulletin changed two sheets: at Delta they wait for somebody to look at them.
    let bulletin = sets::Issue { set: "Bulletin 1", date: today - 5.days(), revision: "1", changed: true };
    issue(
        app,
        cast.harbor_engineer,
        cast.harbor_tower,
        "Harbor Tower",
        "Harbor Builders",
        &bulletin,
        &sets::BULLETIN,
    )
    .await?;
    retitle(app, cast.harbor_engineer, cast.harbor_tower, "A-501", "WALL SECTIONS AND DETAILS").await?;
    jobs::run_until_idle(app).await?;

    // Volt asks; nobody has answered yet. Bright was declined.
    connect(app, cast.volt_manager, cast.volt_tower, cast.harbor_tower).await?;
    connect(app, cast.bright_manager, cast.bright_tower, cast.harbor_tower).await?;
    let asked = newest(app, cast.harbor_engineer, cast.harbor_tower).await?;
    connections::decline(
        app,
        cast.harbor_engineer,
        asked,
        Some("Plumbing is under the mechanical contract on this job."),
    )
    .await?;

    // Northgate approves automatically: Summit was connected and has left, Volt is connected and paused with the project.
    sluice_app::companies::set_approval(
        app,
        cast.northgate_manager,
        cast.northgate,
        ApprovalPolicy::Automatic,
    )
    .await?;
    let school = sets::Issue { set: "Permit Set", date: today - 90.days(), revision: "A", changed: false };
    issue(
        app,
        cast.northgate_manager,
        cast.northgate_school,
        "Northgate School",
        "Northgate Construction",
        &school,
        &sets::SCHOOL,
    )
    .await?;
    connect(app, cast.summit_manager, cast.summit_school, cast.northgate_school).await?;
    connect(app, cast.volt_manager, cast.volt_school, cast.northgate_school).await?;
    jobs::run_until_idle(app).await?;
    publish(app, cast.summit_manager, cast.summit_school, &Chosen::All, None, false).await?;
    let over = newest(app, cast.summit_manager, cast.summit_school).await?;
    connections::disconnect(app, cast.summit_manager, over, "Our steel package is complete.", true).await?;
    let dormant = sluice_app::projects::Changes { active: Some(false), ..Default::default() };
    sluice_app::projects::update(app, cast.volt_manager, cast.volt_school, None, dormant).await?;
    jobs::run_until_idle(app).await?;
    Ok(cast)
}

/// Uploads a set, confirms what was read, publishes it.
async fn issue(
    app: &App,
    who: Caller,
    project: ProjectId,
    project_name: &str,
    company: &str,
    issue: &sets::Issue,
    sheets: &[sets::Sheet],
) -> sluice_app::Result<()> {
    let wanted = uploads::Wanted {
        set_name: Some(issue.set.into()),
        set_date: Some(issue.date),
        drawing_date: Some(issue.date),
        received_date: Some(issue.date),
        ..Default::default()
    };
    let upload = uploads::create(app, who, project, &wanted).await?.upload.id;
    let bytes = sets::draw(issue, sheets, project_name, company);
    let length = u64::try_from(bytes.len()).unwrap_or_default();
    let file = uploads::receive::announce(app, who, upload, &format!("{}.pdf", issue.set), length).await?;
    let pieces = futures_util::stream::iter([Ok::<_, std::io::Error>(bytes)]);
    uploads::receive::append(app, who, upload, file, 0, pieces).await?;
    jobs::run_until_idle(app).await?;
    uploads::review::confirm(app, who, upload, &uploads::review::Chosen::All).await?;
    publish(app, who, project, &Chosen::All, None, false).await?;
    jobs::run_until_idle(app).await
}

async fn connect(
    app: &App,
    who: Caller,
    downstream: ProjectId,
    upstream: ProjectId,
) -> sluice_app::Result<()> {
    let ask = Ask { upstream, tools: vec![Tool::Drawings], arrival: None };
    connections::request(app, who, downstream, &ask).await?;
    jobs::run_until_idle(app).await
}

/// The newest connection of a project.
async fn newest(
    app: &App,
    who: Caller,
    project: ProjectId,
) -> sluice_app::Result<sluice_domain::ConnectionId> {
    let views = connections::of_project(app, who, project).await?;
    views.first().map(|view| view.row.id).ok_or_else(|| sluice_app::Error::code("not_found"))
}

async fn retitle(
    app: &App,
    who: Caller,
    project: ProjectId,
    number: &str,
    title: &str,
) -> sluice_app::Result<()> {
    let filter = LogFilter { text: Some(number.into()), ..LogFilter::default() };
    let (_, log) = drawings::log(app, who, project, filter, (None, 10), None).await?;
    let drawings::Log::Page { items, .. } = log else { return Ok(()) };
    for view in items {
        let changes = DrawingChanges { title: Some(title.into()), ..DrawingChanges::default() };
        edit::update(app, who, view.drawing.id, Some(view.drawing.version), changes).await?;
    }
    Ok(())
}

/// Says who can sign in, and where to look.
fn introduce(settings: &Settings, cast: &Cast) {
    let url = &settings.app.public_url;
    println!("\nSign in as any of these; the password is always  {PASSWORD}\n");
    for person in cast::PEOPLE {
        println!("  {:<28} {:<18} {}", person.email, person.name, person.part);
    }
    println!("\nWorth a look:");
    println!(
        "  {url}/projects/{}/connections   Harbor Tower: one live, one waiting, one declined",
        cast.harbor_tower
    );
    println!(
        "  {url}/projects/{}/drawings      Delta: two sheets of Bulletin 1 wait to be published",
        cast.delta_tower
    );
    println!("  {url}/projects/{}/connections   Volt: a paused connection", cast.volt_school);
    println!(
        "  {url}/projects/{}/drawings      Summit: disconnected, and still has every sheet",
        cast.summit_school
    );
}
