//! Those who command, and the product that answers them.

use sluice_app::connections::{self, Ask};
use sluice_app::drawings::publish::{Chosen, publish};
use sluice_app::{App, Error, companies, projects};
use sluice_domain::connection::ApprovalPolicy;
use sluice_domain::permission::{Level, Levels, Tool};
use sluice_domain::{CompanyId, ConnectionId, ProjectId};
use sluice_store::args;
use sluice_testkit::seed::{self, Sheet};
use sluice_testkit::world::{collaborator, company, employee};
use sluice_testkit::{Person, Site};
use uuid::Uuid;

use super::command::Command;
use super::rules::{employer, owner};
use super::{COMPANIES, PEOPLE, PROJECTS};

/// Three companies, two projects and two people each; everybody is in every project's directory.
pub(super) struct Companies {
    companies: Vec<Uuid>,
    people: Vec<Person>,
    pub(super) projects: Vec<Uuid>,
}

impl Companies {
    /// `round` keeps their addresses apart from those of other rounds.
    pub(super) async fn found(site: &Site, round: usize) -> Self {
        let (mut companies, mut people, mut all) = (vec![], vec![], vec![]);
        for place in 0..COMPANIES {
            let address = |who: usize| format!("p{who}@c{place}-r{round}.example");
            let (id, admin) = company(site, &format!("Company {place}"), "Admin", &address(0)).await;
            let second = employee(site, id, "Second", &address(1)).await;
            all.extend(seed::projects(&site.app, id, &[&admin, &second], "Job", PROJECTS).await);
            seed::published(&site.app, &admin, all[place * PROJECTS], &[Sheet::new("A-101", "PLAN", "0")])
                .await;
            seed::published(
                &site.app,
                &admin,
                all[place * PROJECTS + 1],
                &[Sheet::new("A-102", "PLAN", "0")],
            )
            .await;
            companies.push(id);
            people.extend([admin, second]);
        }
        let mut rows = vec![];
        let levels = Levels::default().with(Tool::Drawings, Level::ReadOnly);
        for (place, person) in people.iter().enumerate() {
            for (host, company) in companies.iter().enumerate().filter(|(host, _)| *host != employer(place)) {
                collaborator(site, *company, person, companies[employer(place)]).await;
                for project in &all[host * PROJECTS..(host + 1) * PROJECTS] {
                    rows.push(args![*project, *company, person.id(), levels, site.clock.now()]);
                }
            }
        }
        let mut tx = site.app.db.begin().await.unwrap();
        let head = "insert into member (project_id, company_id, person_id, levels, created_at)";
        tx.insert_many(head, "", rows).await.unwrap();
        tx.commit().await.unwrap();
        Self { companies, people, projects: all }
    }

    /// Carries a command out; the code of a refusal. `links` are the connections there are.
    pub(super) async fn play(
        &self,
        app: &App,
        command: Command,
        links: &[ConnectionId],
    ) -> Result<Option<ConnectionId>, &'static str> {
        let caller = |who: usize| self.people[who].who();
        let admin = |company: usize| caller(company * PEOPLE);
        let of = |of: usize| links[of % links.len()];
        let switch = |changes: projects::Changes, project: usize| async move {
            let id = ProjectId(self.projects[project]);
            projects::update(app, admin(owner(project)), id, None, changes).await.map(|_| None)
        };
        let done = match command {
            Command::Ask { who, down, up } => {
                let ask = Ask {
                    upstream: ProjectId(self.projects[up]),
                    tools: vec![Tool::Drawings],
                    arrival: None,
                };
                let view = connections::request(app, caller(who), ProjectId(self.projects[down]), &ask).await;
                view.map(|view| Some(view.row.id))
            }
            Command::Approve { who, of: which } => {
                connections::approve(app, caller(who), of(which)).await.map(|_| None)
            }
            Command::Decline { who, of: which } => {
                connections::decline(app, caller(who), of(which), Some("No.")).await.map(|_| None)
            }
            Command::Withdraw { who, of: which } => {
                connections::withdraw(app, caller(who), of(which)).await.map(|_| None)
            }
            Command::Undo { who, of: which } => {
                connections::undo(app, caller(who), of(which)).await.map(|_| None)
            }
            Command::Disconnect { who, of: which } => {
                connections::disconnect(app, caller(who), of(which), "Over.", true).await.map(|_| None)
            }
            Command::Policy { company, automatic } => {
                let policy = if automatic { ApprovalPolicy::Automatic } else { ApprovalPolicy::Review };
                let id = CompanyId(self.companies[company]);
                companies::set_approval(app, admin(company), id, policy).await.map(|_| None)
            }
            Command::Active { project, active } => {
                switch(projects::Changes { active: Some(active), ..Default::default() }, project).await
            }
            Command::Drawings { project, on } => {
                let changes = projects::Changes { tools: vec![(Tool::Drawings, on)], ..Default::default() };
                switch(changes, project).await
            }
            Command::Use { project } => {
                let id = ProjectId(self.projects[project]);
                publish(app, admin(owner(project)), id, &Chosen::All, None, false).await.map(|_| None)
            }
            Command::Work | Command::Wait { .. } => Ok(None),
        };
        done.map_err(code)
    }
}

/// The code of a refusal; a fault of the database ends the test.
fn code(error: Error) -> &'static str {
    error.public_code().unwrap_or_else(|| panic!("no refusal but a fault: {error:?}"))
}
