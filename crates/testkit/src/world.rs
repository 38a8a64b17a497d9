//! Harbor Builders and Delta Mechanical: two companies, their projects, their people.

use serde_json::{Value, json};
use sluice_domain::people::EntryStatus;
use sluice_domain::{CompanyId, PersonId};
use sluice_store::company::{self, NewEntry};
use uuid::Uuid;

use crate::person::{Answer, Person, id};
use crate::site::Site;

/// Both companies, as everybody in them stands on the day before they connect.
#[derive(Debug, Clone)]
pub struct World {
    /// Harbor Builders, the upstream company.
    pub harbor: Uuid,
    /// Delta Mechanical, the downstream company.
    pub delta: Uuid,
    /// Harbor Tower, Harbor's project.
    pub tower: Uuid,
    /// Delta at Harbor Tower, Delta's project.
    pub site: Uuid,
    /// Harbor's administrator; Admin of everything in Harbor Tower.
    pub ines: Person,
    /// Harbor's engineer: Drawings Admin in Harbor Tower.
    pub erik: Person,
    /// Delta's administrator.
    pub diego: Person,
    /// Delta's project manager: Connection Manager and Drawings Admin downstream; in Harbor Tower a collaborator with Read Only on Drawings,
    /// representing Delta.
    pub maria: Person,
    /// Delta's foreman: Read Only on Drawings.
    pub flor: Person,
}

/// Levels of somebody who manages connections and drawings.
pub fn manager() -> Value {
    json!({"connection_manager": "admin", "drawings": "admin", "directory": "read_only"})
}

impl World {
    /// Both companies without a connection.
    pub async fn harbor_and_delta(site: &Site) -> Self {
        let (harbor, ines) = company(site, "Harbor Builders", "Ines Ortega", "ines@harbor.example").await;
        let (delta, diego) = company(site, "Delta Mechanical", "Diego Ruiz", "diego@delta.example").await;
        let erik = employee(site, harbor, "Erik Lund", "erik@harbor.example").await;
        let maria = employee(site, delta, "Maria Lopez", "maria@delta.example").await;
        let flor = employee(site, delta, "Flor Perez", "flor@delta.example").await;
        collaborator(site, harbor, &maria, delta).await;
        let tower = project(&ines, harbor, "Harbor Tower", "HT-01").await;
        let dht = project(&diego, delta, "Delta at Harbor Tower", "D-77").await;
        member(&ines, tower, &erik, json!({"drawings": "admin"})).await;
        member(&ines, tower, &maria, json!({"drawings": "read_only"})).await;
        member(&diego, dht, &maria, manager()).await;
        member(&diego, dht, &flor, json!({"drawings": "read_only"})).await;
        Self { harbor, delta, tower, site: dht, ines, erik, diego, maria, flor }
    }

    /// Maria asks to connect Delta's project to Harbor Tower.
    pub async fn ask(&self) -> Answer {
        ask(&self.maria, self.site, self.tower).await
    }

    /// The request, sent and approved; nothing was copied yet.
    pub async fn connected(&self) -> Uuid {
        let request = id(&self.ask().await.expect(201));
        let approved =
            self.ines.does(&format!("/connections/{request}/approve"), json!({})).await.expect(200);
        assert_eq!(approved["state"], "connected");
        request
    }

    /// A further project of Delta with Maria and Diego in it.
    pub async fn another_site(&self, name: &str) -> Uuid {
        let another = project(&self.diego, self.delta, name, "").await;
        member(&self.diego, another, &self.maria, manager()).await;
        another
    }

    /// A further project of Harbor with Maria as a collaborator in it.
    pub async fn another_tower(&self, name: &str) -> Uuid {
        let another = project(&self.ines, self.harbor, name, "").await;
        member(&self.ines, another, &self.maria, json!({"drawings": "read_only"})).await;
        another
    }

    /// Harbor approves by itself from now on.
    pub async fn approve_automatically(&self) {
        let path = format!("/companies/{}/connection-settings", self.harbor);
        self.ines.put(&path, json!({"approval": "automatic"})).await.expect(200);
    }

    /// Ends a connection from the downstream side.
    pub async fn disconnect(&self, connection: Uuid) {
        let body = json!({"reason": "The job is done.", "accept": true});
        let ended = self.maria.does(&format!("/connections/{connection}/disconnect"), body).await.expect(200);
        assert_eq!(ended["state"], "disconnected");
    }

    /// The connection as Maria sees it.
    pub async fn seen(&self, connection: Uuid) -> Value {
        self.maria.get(&format!("/connections/{connection}")).await.expect(200)
    }

    /// The drawings of Delta's project that answer a query, as Maria sees them.
    pub async fn arrived(&self, query: &str) -> Vec<Value> {
        self.maria.items(&format!("/projects/{}/drawings?{query}", self.site)).await
    }
}

/// Volt Electrical: another subcontractor on Harbor Tower, who has nothing to do with Delta.
#[derive(Debug, Clone)]
pub struct Volt {
    /// The company.
    pub company: Uuid,
    /// Volt at Harbor Tower, its project.
    pub project: Uuid,
    /// Its administrator, who manages its project and stands in Harbor Tower from outside with these levels.
    pub vera: Person,
}

impl Volt {
    /// The company, its project, and Vera in Harbor's directory.
    pub async fn on(site: &Site, world: &World, levels: Value) -> Self {
        let (company, vera) = company(site, "Volt Electrical", "Vera Lind", "vera@volt.example").await;
        let project = project(&vera, company, "Volt at Harbor Tower", "V-12").await;
        collaborator(site, world.harbor, &vera, company).await;
        member(&world.ines, world.tower, &vera, levels).await;
        Self { company, project, vera }
    }

    /// Its request to Harbor Tower, sent and approved; nothing was copied yet.
    pub async fn connected(&self, world: &World) -> Uuid {
        let request = id(&ask(&self.vera, self.project, world.tower).await.expect(201));
        world.ines.does(&format!("/connections/{request}/approve"), json!({})).await.expect(200);
        request
    }
}

/// Asks to connect a downstream project to an upstream one.
pub async fn ask(by: &Person, downstream: Uuid, upstream: Uuid) -> Answer {
    let body = json!({"upstream_project_id": upstream, "tools": ["drawings"]});
    by.does(&format!("/projects/{downstream}/connections"), body).await
}

/// A company with its administrator.
pub async fn company(site: &Site, name: &str, admin: &str, email: &str) -> (Uuid, Person) {
    let now = site.app.environment.now();
    let company: CompanyId = site.app.environment.id();
    let mut tx = site.app.db.begin().await.unwrap();
    company::insert(&mut tx, company, name, now).await.unwrap();
    sluice_app::templates::begin(&site.app, &mut tx, company).await.unwrap();
    let admin = site.person_in(&mut tx, admin, email).await;
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

/// Somebody who works for a company.
pub async fn employee(site: &Site, company: Uuid, name: &str, email: &str) -> Person {
    let person = site.person(name, email).await;
    let mut tx = site.app.db.begin().await.unwrap();
    let entry = NewEntry {
        company: CompanyId(company),
        person: person.who().person,
        employee: true,
        company_admin: false,
        status: EntryStatus::Active,
    };
    assert!(company::add_entry(&mut tx, entry, site.app.environment.now()).await.unwrap());
    tx.commit().await.unwrap();
    person
}

/// Puts somebody from outside into a company's directory, as if they had accepted its invitation.
pub async fn collaborator(site: &Site, company: Uuid, person: &Person, represents: Uuid) {
    let mut tx = site.app.db.begin().await.unwrap();
    let who: PersonId = person.who().person;
    let company = CompanyId(company);
    let entry = NewEntry {
        company,
        person: who,
        employee: false,
        company_admin: false,
        status: EntryStatus::Invited,
    };
    assert!(company::add_entry(&mut tx, entry, site.app.environment.now()).await.unwrap());
    company::accept_entry(&mut tx, company, who, Some(CompanyId(represents))).await.unwrap();
    tx.commit().await.unwrap();
}

/// A project; whoever creates it is Admin of everything in it.
pub async fn project(by: &Person, company: Uuid, name: &str, number: &str) -> Uuid {
    let body = json!({"name": name, "number": number});
    id(&by.does(&format!("/companies/{company}/projects"), body).await.expect(201))
}

/// Puts somebody of the company's directory into a project's.
pub async fn member(by: &Person, project: Uuid, person: &Person, levels: Value) {
    let body = json!({"person_id": person.id(), "levels": levels});
    by.does(&format!("/projects/{project}/members"), body).await.expect(201);
}

/// Changes somebody's levels in a project.
pub async fn set_levels(by: &Person, project: Uuid, person: &Person, levels: Value) {
    let path = format!("/projects/{project}/members/{}", person.id());
    by.patch(&path, json!({"levels": levels})).await.expect(200);
}
