//! The companies, people and projects of the demo.

use sluice_app::me::Browser;
use sluice_app::members::{self, Choice, Terms, Whom};
use sluice_app::projects::{self, NewProject};
use sluice_app::{App, Caller, Result, companies, invitations, jobs, templates};
use sluice_domain::permission::{Level, Levels, Tool};
use sluice_domain::project::Stage;
use sluice_domain::{CompanyId, PersonId, ProjectId};

/// Everybody's password: the demo is for looking, not for keeping secrets.
pub(super) const PASSWORD: &str = "harbor-demo-2026";

const HARBOR_TOWER: &str = "400 Quay Street\nHarbor City";
const NORTHGATE_SCHOOL: &str = "12 Northgate Road\nHarbor City";

/// Somebody who can sign in.
pub(super) struct Somebody {
    pub(super) email: &'static str,
    pub(super) name: &'static str,
    pub(super) part: &'static str,
}

/// Everybody, as introduced on the terminal.
pub(super) const PEOPLE: [Somebody; 8] = [
    Somebody {
        email: "ines@harbor.example",
        name: "Ines Ortega",
        part: "administrator of Harbor Builders (general contractor)",
    },
    Somebody {
        email: "paul@harbor.example",
        name: "Paul Adeyemi",
        part: "project engineer of Harbor Builders: uploads, publishes, approves",
    },
    Somebody {
        email: "maria@delta.example",
        name: "Maria Lopez",
        part: "project manager of Delta Mechanical: connected",
    },
    Somebody {
        email: "sam@delta.example",
        name: "Sam Carter",
        part: "foreman of Delta Mechanical: reads drawings",
    },
    Somebody {
        email: "vera@volt.example",
        name: "Vera Novak",
        part: "project manager of Volt Electric: a request waits, another is paused",
    },
    Somebody {
        email: "ben@bright.example",
        name: "Ben Okafor",
        part: "project manager of Bright Plumbing: was declined",
    },
    Somebody {
        email: "tom@summit.example",
        name: "Tom Berg",
        part: "project manager of Summit Steel: disconnected",
    },
    Somebody {
        email: "nora@northgate.example",
        name: "Nora Quinn",
        part: "administrator of Northgate Construction (approves automatically)",
    },
];

/// Who and what the story is about.
pub(super) struct Cast {
    pub(super) harbor_engineer: Caller,
    pub(super) delta_manager: Caller,
    pub(super) volt_manager: Caller,
    pub(super) bright_manager: Caller,
    pub(super) summit_manager: Caller,
    pub(super) northgate: CompanyId,
    pub(super) northgate_manager: Caller,
    pub(super) harbor_tower: ProjectId,
    pub(super) northgate_school: ProjectId,
    pub(super) delta_tower: ProjectId,
    pub(super) volt_tower: ProjectId,
    pub(super) volt_school: ProjectId,
    pub(super) bright_tower: ProjectId,
    pub(super) summit_school: ProjectId,
}

/// Whether the installation has nobody yet.
pub(super) async fn is_empty(app: &App) -> Result<bool> {
    let mut db = app.db.read().await?;
    Ok(sluice_store::person::none_yet(&mut db).await?)
}

/// Somebody acting without a browser.
const fn acting(person: PersonId) -> Caller {
    Caller::signed_in(person, uuid::Uuid::nil())
}

fn name_of(email: &str) -> &'static str {
    PEOPLE.iter().find(|person| person.email == email).map_or("", |person| person.name)
}

/// Founds a company with its administrator and one project.
async fn company(
    app: &App,
    name: &str,
    administrator: &str,
    projects: &[(&str, &str)],
) -> Result<(CompanyId, Caller, Vec<ProjectId>)> {
    let founded =
        companies::found_by_operator(app, name, name_of(administrator), administrator, PASSWORD).await?;
    let administrator = acting(founded.administrator);
    let mut made = vec![];
    for (name, number) in projects {
        let new = NewProject {
            name: (*name).to_owned(),
            number: (*number).to_owned(),
            address: if name.starts_with("Harbor") { HARBOR_TOWER } else { NORTHGATE_SCHOOL }.to_owned(),
            time_zone: Some("America/New_York".to_owned()),
            stage: Some(Stage::Construction),
            ..NewProject::default()
        };
        made.push(projects::create(app, administrator, founded.company, new).await?.project.id);
    }
    Ok((founded.company, administrator, made))
}

/// Invites somebody into a project, with a permission template and what differs from it, and lets them accept through the link.
async fn invite(
    app: &App,
    by: Caller,
    project: ProjectId,
    email: &str,
    template: &str,
    apart: impl FnOnce(Levels) -> Levels + Send,
    signed_in: Option<Caller>,
) -> Result<Caller> {
    let employee = signed_in.is_none();
    let whom = Whom::Address { name: name_of(email), email, employee, invite: true };
    let templates = templates::of_project(app, by, project).await?;
    let template = templates
        .into_iter()
        .find(|one| one.name == template)
        .ok_or_else(|| sluice_app::Error::code("not_found"))?;
    let terms = Terms { template: Choice::Template(template.id), levels: apart, grants: None };
    let member = members::add(app, by, project, whom, terms).await?.member;
    let links = invitations::links_for_operator(app, email).await?;
    for (_, path) in links {
        let token = path.trim_start_matches("/invitations/");
        let password = if signed_in.is_some() { None } else { Some(PASSWORD) };
        invitations::accept(
            app,
            token,
            signed_in,
            password,
            None,
            Browser { user_agent: "demo", ..Browser::default() },
        )
        .await?;
    }
    Ok(acting(member.person_id))
}

/// Founds the companies, fills their directories.
pub(super) async fn hire(app: &App) -> Result<Cast> {
    let tower: [(&str, &str); 1] = [("Harbor Tower", "H-2104")];
    let (_, harbor_admin, harbor) = company(app, "Harbor Builders", "ines@harbor.example", &tower).await?;
    let school: [(&str, &str); 1] = [("Northgate School", "N-077")];
    let (northgate, northgate_manager, northgate_projects) =
        company(app, "Northgate Construction", "nora@northgate.example", &school).await?;
    let (_, delta_manager, delta) =
        company(app, "Delta Mechanical", "maria@delta.example", &[("Harbor Tower HVAC", "D-311")]).await?;
    let volt_projects = [("Harbor Tower Electrical", "V-58"), ("Northgate School Electrical", "V-59")];
    let (_, volt_manager, volt) = company(app, "Volt Electric", "vera@volt.example", &volt_projects).await?;
    let (_, bright_manager, bright) =
        company(app, "Bright Plumbing", "ben@bright.example", &[("Harbor Tower Plumbing", "B-12")]).await?;
    let (_, summit_manager, summit) =
        company(app, "Summit Steel", "tom@summit.example", &[("Northgate School Steel", "S-9")]).await?;
    let first = |projects: &[ProjectId]| {
        projects.first().copied().ok_or_else(|| sluice_app::Error::code("not_found"))
    };
    let (harbor_tower, northgate_school) = (first(&harbor)?, first(&northgate_projects)?);
    let volt_school = volt.get(1).copied().ok_or_else(|| sluice_app::Error::code("not_found"))?;

    let as_set = |levels: Levels| levels;
    let harbor_engineer =
        invite(app, harbor_admin, harbor_tower, "paul@harbor.example", "Project manager", as_set, None)
            .await?;
    // Sam reads drawings and leaves markups to others.
    let reads = |levels: Levels| levels.with(Tool::Drawings, Level::ReadOnly);
    invite(app, delta_manager, first(&delta)?, "sam@delta.example", "Superintendent", reads, None).await?;
    for (email, caller) in [
        ("maria@delta.example", delta_manager),
        ("vera@volt.example", volt_manager),
        ("ben@bright.example", bright_manager),
    ] {
        invite(app, harbor_admin, harbor_tower, email, "Subcontractor", as_set, Some(caller)).await?;
    }
    for (email, caller) in [("vera@volt.example", volt_manager), ("tom@summit.example", summit_manager)] {
        invite(app, northgate_manager, northgate_school, email, "Subcontractor", as_set, Some(caller))
            .await?;
    }
    jobs::run_until_idle(app).await?;
    Ok(Cast {
        harbor_engineer,
        delta_manager,
        volt_manager,
        bright_manager,
        summit_manager,
        northgate,
        northgate_manager,
        harbor_tower,
        northgate_school,
        delta_tower: first(&delta)?,
        volt_tower: first(&volt)?,
        volt_school,
        bright_tower: first(&bright)?,
        summit_school: first(&summit)?,
    })
}
