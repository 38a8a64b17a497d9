//! An installation of a chosen size, written into a data folder for `cargo xtask bench`: what the bench then starts on it is the real
//! server. Records are written the way ingest and the API write them; no PDF is opened and no password hashed.
//!
//! Deliberately absent: measuring. The floors, which the bench measures beside the server, stand in [`floor`].

pub mod floor;

use std::path::{Path, PathBuf};

use axum::Router;
use serde::Deserialize;
use serde_json::{Value, json};
use sluice_app::connections::{self, Ask};
use sluice_app::{App, Environment, companies, jobs};
use sluice_domain::connection::ApprovalPolicy;
use sluice_domain::people::EntryStatus;
use sluice_domain::permission::{Level, Levels, Tool};
use sluice_domain::{CompanyId, ProjectId};
use sluice_pdf::draw::incompressible_sheet;
use sluice_server::config::Settings;
use sluice_server::serve;
use sluice_store::args;
use sluice_store::company::{self, NewEntry};
use uuid::Uuid;

use crate::dice::Dice;
use crate::person::{Door, Person};
use crate::seed::{self, Page, Sheet};
use crate::site::person_in;

/// How large an installation is wanted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Size {
    /// The data folder; it does not exist yet.
    pub data: PathBuf,
    /// Where each sheet's file is put a second time (a hard link), for peers that copy files. With it, each sheet has bytes of its own,
    /// 0.2 to 2 MiB; without it, all sheets share one small page.
    pub files: Option<PathBuf>,
    /// Published sheets in each of the general contractor's projects.
    pub sheets: usize,
    /// Sheets of the first project that have a further revision, not published yet.
    pub waiting: usize,
    /// Projects of the general contractor.
    pub projects: usize,
    /// Subcontractors, each with one project and a person who may connect it to the first one.
    pub downstream: usize,
    /// Whether those are connected already, with everything copied.
    pub connected: bool,
}

/// Sheets that are confirmed and published together: as many as a large set has.
const LOT: usize = 10_000;

/// Writes the installation; answers its people's cookies and the ids that the bench asks for.
pub async fn build(size: &Size) -> Value {
    let settings = Settings {
        listen: "127.0.0.1:0".into(),
        data: size.data.clone(),
        database_url: None,
        app: sluice_app::Settings::default(),
        api: sluice_api::Settings::default(),
    };
    let app = serve::open(&settings, Environment::system(), Path::new("no worker is started")).await.unwrap();
    let (harbor, ines) = a_company(&app, "Harbor Builders", "Ines Ortega", "ines@harbor.example").await;
    companies::set_approval(&app, ines.who(), CompanyId(harbor), ApprovalPolicy::Automatic).await.unwrap();
    let towers = seed::projects(&app, harbor, &[&ines], "Harbor Tower", size.projects.max(1)).await;
    let tower = towers[0];
    let waiting = draw(&app, &ines, size, &towers).await;
    let mut downstream = Vec::with_capacity(size.downstream);
    for number in 0..size.downstream {
        downstream.push(subcontractor(&app, number, harbor, tower).await);
    }
    if size.connected {
        for sub in &downstream {
            let ask = Ask { upstream: ProjectId(tower), tools: vec![Tool::Drawings], arrival: None };
            connections::request(&app, sub.person.who(), ProjectId(sub.project), &ask).await.unwrap();
        }
        jobs::run_until_idle(&app).await.unwrap();
    }
    app.db.close().await;
    let door = |person: &Person, project: Uuid| json!({"project": project, "cookie": person.cookie()});
    json!({
        "upstream": door(&ines, tower),
        "downstream": downstream.iter().map(|sub| door(&sub.person, sub.project)).collect::<Vec<_>>(),
        "waiting": waiting,
    })
}

/// Confirms and publishes the sheets of every project, and confirms the further revisions of the first; answers those.
async fn draw(app: &App, by: &Person, size: &Size, projects: &[Uuid]) -> Vec<Uuid> {
    let sheets = Sheet::many(size.sheets);
    let mut pages = Pages { app, folder: None, dice: Dice::new(1), shared: None };
    for project in projects {
        pages.folder = size.files.as_ref().map(|files| files.join("issued"));
        for lot in sheets.chunks(LOT) {
            let kept = pages.keep(lot).await;
            seed::confirmed_with(app, by, *project, seed::SET, lot, &kept).await;
            let all = sluice_app::drawings::publish::Chosen::All;
            let done =
                sluice_app::drawings::publish::publish(app, by.who(), ProjectId(*project), &all, None, false);
            assert_eq!(done.await.unwrap(), lot.len(), "everything confirmed is published");
        }
    }
    let revised: Vec<Sheet> =
        sheets.into_iter().take(size.waiting).map(|sheet| Sheet { revision: "1".into(), ..sheet }).collect();
    pages.folder = size.files.as_ref().map(|files| files.join("revised"));
    let kept = pages.keep(&revised).await;
    let seeded = seed::confirmed_with(app, by, projects[0], seed::SET, &revised, &kept).await;
    seeded.into_iter().map(|seeded| seeded.revision.0).collect()
}

/// Where the sheets' bytes come from.
struct Pages<'a> {
    app: &'a App,
    /// Each file's second place.
    folder: Option<PathBuf>,
    dice: Dice,
    /// The one page of all, where sheets have no bytes of their own.
    shared: Option<Page>,
}

impl Pages<'_> {
    async fn keep(&mut self, sheets: &[Sheet]) -> Vec<Page> {
        let mut pages = Vec::with_capacity(sheets.len());
        for sheet in sheets {
            pages.push(match self.folder.clone() {
                Some(folder) => self.own(&folder, sheet).await,
                None => self.shared(sheet).await,
            });
        }
        pages
    }

    async fn own(&mut self, folder: &Path, sheet: &Sheet) -> Page {
        let bytes = incompressible_sheet(size_of_sheet(&mut self.dice), self.dice.roll());
        let page = seed::page(self.app, &bytes).await;
        std::fs::create_dir_all(folder).unwrap();
        let second = folder.join(format!("{}.pdf", sheet.number));
        std::fs::hard_link(self.app.blobs.blob_path(page.sha256), second).unwrap();
        page
    }

    async fn shared(&mut self, sheet: &Sheet) -> Page {
        if self.shared.is_none() {
            self.shared = Some(seed::page(self.app, &sheet.bytes()).await);
        }
        self.shared.unwrap()
    }
}

/// Bytes of a sheet: 0.2 to 2 MiB, most small and a few large, 0.5 MiB on average, so that 2,000 are 1 GiB.
fn size_of_sheet(dice: &mut Dice) -> usize {
    let fraction = f64::from(u32::try_from(dice.roll() >> 32).unwrap()) / f64::from(u32::MAX);
    // With this power the mean of 205 + 1843 x^p is 524 KiB.
    let kib = 205.0 + 1843.0 * fraction.powf(4.77);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0.2 and 2 MiB")]
    let bytes = (kib * 1024.0) as usize;
    bytes
}

/// A subcontractor's project and who connects it.
struct Subcontractor {
    person: Person,
    project: Uuid,
}

/// A subcontractor whose person is Admin of everything in its project and, for it, reads drawings upstream.
async fn subcontractor(app: &App, number: usize, harbor: Uuid, tower: Uuid) -> Subcontractor {
    let name = format!("Subcontractor {number}");
    let email = format!("maria@sub{number}.example");
    let (company, person) = a_company(app, &name, "Maria Lopez", &email).await;
    let project = seed::projects(app, company, &[&person], &name, 1).await[0];
    let now = app.environment.now();
    let mut tx = app.db.begin().await.unwrap();
    let entry = NewEntry {
        company: CompanyId(harbor),
        person: person.who().person,
        employee: false,
        company_admin: false,
        status: EntryStatus::Invited,
    };
    assert!(company::add_entry(&mut tx, entry, now).await.unwrap());
    company::accept_entry(&mut tx, CompanyId(harbor), person.who().person, Some(CompanyId(company)))
        .await
        .unwrap();
    let levels = Levels::default().with(Tool::Drawings, Level::ReadOnly);
    let row = args![tower, harbor, person.id(), levels, now];
    let head = "insert into member (project_id, company_id, person_id, levels, created_at)";
    tx.insert_many(head, "", vec![row]).await.unwrap();
    tx.commit().await.unwrap();
    Subcontractor { person, project }
}

/// A company with its administrator. Nobody comes through the door of a server here.
async fn a_company(app: &App, name: &str, admin: &str, email: &str) -> (Uuid, Person) {
    let now = app.environment.now();
    let company: CompanyId = app.environment.id();
    let mut tx = app.db.begin().await.unwrap();
    company::insert(&mut tx, company, name, now).await.unwrap();
    let admin = person_in(app, &Door::new(Router::new()), &mut tx, admin, email).await;
    let entry = NewEntry {
        company,
        person: admin.who().person,
        employee: true,
        company_admin: true,
        status: EntryStatus::Active,
    };
    assert!(company::add_entry(&mut tx, entry, now).await.unwrap());
    tx.commit().await.unwrap();
    (company.0, admin)
}

#[cfg(test)]
mod tests {
    use super::{Dice, size_of_sheet};

    #[test]
    fn sheets_have_the_sizes_the_goals_speak_of() {
        let mut dice = Dice::new(1);
        let sizes: Vec<usize> = (0..2_000).map(|_| size_of_sheet(&mut dice)).collect();
        assert!(sizes.iter().all(|size| (200 * 1024..=2 * 1024 * 1024).contains(size)));
        let mib = sizes.iter().sum::<usize>() / 1024 / 1024;
        assert!((950..1_100).contains(&mib), "{mib} MiB");
    }
}
