//! A server in process: data in a temporary folder, the real router, a clock and a mail server of its own.

use std::path::PathBuf;

use axum::Router;
use jiff::SignedDuration;
use sha2::{Digest, Sha256};
use sluice_app::flow::Tools;
use sluice_app::{App, Caller, jobs};
use sluice_server::config::Settings;
use sluice_server::serve;
use sluice_store::{Tx, person};
use tempfile::TempDir;
use uuid::Uuid;

use crate::clock::Clock;
use crate::mail_sink::MailSink;
use crate::person::{Door, Person};
use crate::postgres::Database;
use crate::rfis;

/// Address under which people reach it; links in mails begin with it.
pub const PUBLIC_URL: &str = "http://sluice.example";

/// The server.
#[derive(Debug)]
pub struct Site {
    /// The application.
    pub app: App,
    /// Its clock.
    pub clock: Clock,
    /// The mail server it sends to.
    pub mail: MailSink,
    settings: Settings,
    router: Router,
    folder: TempDir,
    database: Option<Database>,
}

impl Site {
    /// On SQLite.
    pub async fn sqlite() -> Self {
        Self::open(None).await
    }

    /// On PostgreSQL; where there is none, says so and answers `None`.
    pub async fn postgres() -> Option<Self> {
        Some(Self::open(Some(Database::make().await?)).await)
    }

    /// Runs a test's body on both databases.
    pub async fn each<B: AsyncFn(Self)>(body: B) {
        body(Self::sqlite().await).await;
        if let Some(site) = Self::postgres().await {
            body(site).await;
        }
    }

    async fn open(database: Option<Database>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mail = MailSink::start().await.unwrap();
        let settings = Settings {
            listen: "127.0.0.1:0".into(),
            data: folder.path().to_owned(),
            database_url: database.as_ref().map(Database::url),
            app: sluice_app::Settings {
                public_url: PUBLIC_URL.into(),
                smtp_url: Some(mail.url()),
                mail_from: "Sluice <sluice@sluice.example>".into(),
                ..sluice_app::Settings::default()
            },
            api: sluice_api::Settings::default(),
        };
        let clock = Clock::default();
        let app = serve::open(&settings, clock.environment(), &program()).await.unwrap();
        let router = serve::router(app.clone(), &settings);
        Self { app, clock, mail, settings, router, folder, database }
    }

    /// The same with a second tool that can be shared. Call it first: whoever is there already keeps the door to the old one.
    pub async fn sharing_rfis(mut self) -> Self {
        let app = self.open_app(rfis::tools()).await;
        let old = std::mem::replace(&mut self.app, app);
        old.db.close().await;
        rfis::make_table(&self.app).await;
        self.router = serve::router(self.app.clone(), &self.settings);
        self
    }

    async fn open_app(&self, tools: Tools) -> App {
        serve::open_sharing(&self.settings, self.clock.environment(), &program(), tools).await.unwrap()
    }

    /// Another process on the same data, as far as one can be had in this one: pools, locks and workers of its own.
    pub async fn second(&self) -> App {
        self.open_app(self.app.tools.clone()).await
    }

    /// Its configuration.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Folder of the data.
    pub fn data(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Whether it stands on PostgreSQL.
    pub const fn is_postgres(&self) -> bool {
        self.database.is_some()
    }

    /// Does all background work that is due, and what follows from it.
    pub async fn run_until_idle(&self) {
        jobs::run_until_idle(&self.app).await.unwrap();
    }

    /// Lets time pass and does what became due.
    pub async fn later(&self, by: SignedDuration) {
        self.clock.advance(by);
        self.run_until_idle().await;
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> Person {
        Person::new(Door::new(self.router.clone()), "Nobody", "nobody@nowhere.example")
    }

    /// A person with a session, and no company yet. No password is hashed: that takes time on purpose.
    pub async fn person(&self, name: &str, email: &str) -> Person {
        let mut tx = self.app.db.begin().await.unwrap();
        let person = self.person_in(&mut tx, name, email).await;
        tx.commit().await.unwrap();
        person
    }

    /// The same, in a transaction.
    pub async fn person_in(&self, tx: &mut Tx, name: &str, email: &str) -> Person {
        person_in(&self.app, &Door::new(self.router.clone()), tx, name, email).await
    }

    /// Signs a person in with a password, over the interface.
    pub async fn sign_in(&self, name: &str, email: &str, password: &str) -> Person {
        let mut person = self.nobody();
        person.name = name.into();
        person.email = email.into();
        let body = serde_json::json!({"email": email, "password": password});
        let answer = person.post("/session", body).await.expect(201);
        person.learn(&self.app, &answer["person"]).await;
        person
    }

    /// The path of the invitation last mailed to an address: `/invitations/TOKEN`.
    pub async fn invitation_to(&self, email: &str) -> String {
        self.run_until_idle().await;
        let letters = self.mail.letters_to(email);
        let beginning = format!("{PUBLIC_URL}/invitations/");
        let link = letters.iter().rev().find_map(|letter| letter.link(&beginning));
        let link = link.unwrap_or_else(|| panic!("no invitation came to {email}"));
        link.strip_prefix(PUBLIC_URL).unwrap().to_owned()
    }

    /// Subjects of the mails that came to an address, in order.
    pub fn subjects_to(&self, email: &str) -> Vec<String> {
        self.mail.letters_to(email).into_iter().map(|letter| letter.subject).collect()
    }

    /// Ends it and removes its data.
    pub async fn close(self) {
        self.app.db.close().await;
        if let Some(database) = &self.database {
            database.discard().await;
        }
    }
}

/// A person with a session, who comes in by this door.
pub async fn person_in(app: &App, door: &Door, tx: &mut Tx, name: &str, email: &str) -> Person {
    let now = app.environment.now();
    let found = person::find_or_add(tx, app.environment.person_id(), email, name, now).await.unwrap();
    let token = format!("session-of-{}-{}", found.id, app.environment.id::<Uuid>());
    let session = person::SignIn {
        id: app.environment.id(),
        person_id: found.id,
        user_agent: "testkit".into(),
        created_at: now,
        last_seen_at: now,
        expires_at: now + SignedDuration::from_hours(24 * 400),
    };
    person::open_session(tx, &session, Sha256::digest(token.as_bytes()).into()).await.unwrap();
    let mut signed_in = Person::new(door.clone(), name, email);
    signed_in.caller = Some(Caller::signed_in(found.id, session.id));
    signed_in.set_cookie(&format!("sluice={token}"));
    signed_in
}

/// The program whose worker takes PDF files apart: what `SLUICE_BIN` names, else the one beside the tests.
pub fn program() -> PathBuf {
    if let Some(named) = std::env::var_os("SLUICE_BIN").filter(|named| !named.is_empty()) {
        return named.into();
    }
    let mut folder = std::env::current_exe().unwrap();
    // target/debug/deps/it-… → target/debug/sluice
    folder.pop();
    folder.pop();
    folder.join("sluice")
}
