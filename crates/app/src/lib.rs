//! The use cases of Sluice: authorise, decide, save, append to the feed, one transaction each; and the work that goes on behind them.
//!
//! Deliberately absent: HTTP, SQL, rules. A use case begins, loads, asks `domain::permission::authorize` for a permit, decides in `domain`,
//! saves with the permit, schedules what follows in the same transaction, commits, and then wakes whoever waits.

pub mod audit;
pub mod can;
pub mod changes;
pub mod closing;
pub mod codes;
pub mod companies;
pub mod connections;
pub mod csv;
mod cursor;
pub mod drawings;
pub mod environment;
pub mod error;
pub mod export;
pub mod figures;
pub mod first_run;
pub mod flow;
pub mod given;
pub mod invitations;
pub mod jobs;
pub mod language;
pub mod live;
pub mod mail;
pub mod me;
pub mod members;
pub mod notifications;
pub mod once;
pub mod operator;
pub mod passwords;
pub mod people;
pub mod projects;
pub mod service_accounts;
pub mod sign_in;
pub mod sweep;
pub mod templates;
pub mod tokens;
pub mod upkeep;
pub mod uploads;
mod zip;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use sluice_domain::permission::{Act, Permit, Refusal, Scopes, Standing, authorize};
use sluice_domain::{CompanyId, PersonId, ProjectId, TokenId};
use sluice_pdf::Workshop;
use sluice_store::company::Company;
use sluice_store::{Blobs, Db, Session};

pub use can::Can;
pub use environment::Environment;
pub use error::{Error, Result};
pub use given::Given;

/// What the operator decided.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Address under which people reach this installation, without a slash at the end; links in mails begin with it.
    pub public_url: String,
    /// Where mail goes; `None` keeps it waiting and tells the operator.
    pub smtp_url: Option<String>,
    /// Sender of all mail.
    pub mail_from: String,
    /// Days until an unanswered request expires (`APR-08`).
    pub request_days: i64,
    /// Days without a byte until an upload that is not complete is given up.
    pub upload_days: i64,
    /// The hour, UTC, at which little is going on: connections are compared then (`SEE-06`).
    pub quiet_hour: i8,
}

/// What [`Settings::upload_days`] is where the operator says nothing.
pub const UPLOAD_DAYS: i64 = 7;

/// The hour that is quiet unless the operator says otherwise: early morning in Europe, night or evening in the Americas.
pub const QUIET_HOUR: i8 = 3;

impl Default for Settings {
    fn default() -> Self {
        Self {
            public_url: "http://localhost:8080".into(),
            smtp_url: None,
            mail_from: "Sluice <sluice@localhost>".into(),
            request_days: sluice_domain::connection::REQUEST_DAYS,
            upload_days: UPLOAD_DAYS,
            quiet_hour: QUIET_HOUR,
        }
    }
}

/// Everything a use case needs, shared by all.
#[derive(Debug, Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
#[derive(Debug)]
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The files.
    pub blobs: Blobs,
    /// Where PDF files are taken apart, in child processes.
    pub workshop: Workshop,
    /// Time, ids, randomness.
    pub environment: Environment,
    /// What the operator decided.
    pub settings: Settings,
    /// The tools that can be shared through a connection.
    pub tools: flow::Tools,
    /// Wakes screens and background work.
    pub live: live::Live,
    /// The connections to the mail server.
    mailer: mail::Mailer,
    /// How many passwords are hashed at once.
    password_turns: tokio::sync::Semaphore,
    /// Passwords that were compared with a hash since the start.
    password_checks: AtomicU64,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the parts together.
    pub fn new(
        db: Db,
        blobs: Blobs,
        workshop: Workshop,
        environment: Environment,
        settings: Settings,
        tools: flow::Tools,
    ) -> Self {
        Self(Arc::new(Parts {
            db,
            blobs,
            workshop,
            environment,
            settings,
            tools,
            live: live::Live::default(),
            mailer: mail::Mailer::default(),
            password_turns: tokio::sync::Semaphore::new(2),
            password_checks: AtomicU64::default(),
        }))
    }

    /// A link into the screen.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.settings.public_url)
    }
}

/// How somebody came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Signed in: one of their sessions.
    Session(uuid::Uuid),
    /// A script with one of their tokens.
    Token(TokenId),
}

/// Who calls: a person or a service account, and how.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    /// The person, or the service account.
    pub person: PersonId,
    /// How they came in.
    pub way: Way,
    /// What of their rights that lets through.
    pub scopes: Scopes,
}

impl Caller {
    /// Somebody signed in.
    pub const fn signed_in(person: PersonId, session: uuid::Uuid) -> Self {
        Self { person, way: Way::Session(session), scopes: Scopes::SIGNED_IN }
    }

    /// A script.
    pub const fn with_token(person: PersonId, token: TokenId, scopes: Scopes) -> Self {
        Self { person, way: Way::Token(token), scopes }
    }

    /// The session, of somebody signed in.
    pub const fn session(self) -> Option<uuid::Uuid> {
        match self.way {
            Way::Session(session) => Some(session),
            Way::Token(_) => None,
        }
    }

    /// Goes on only where the caller reaches what is the person's alone (`PPL-11`); answers their session.
    pub(crate) fn own(self) -> Result<uuid::Uuid> {
        self.scopes.own()?;
        self.session().ok_or_else(|| Refusal::SignInOnly.into())
    }
}

/// Where the caller stands in a project, whether or not they may know of it; `None` where there is no such project.
pub(crate) async fn place_in_project(
    db: &mut Session,
    who: Caller,
    project: ProjectId,
) -> Result<Option<Standing>> {
    let standing = sluice_store::standing::in_project(db, who.person, project).await?;
    Ok(standing.map(|standing| Standing { scopes: who.scopes, ..standing }))
}

/// Where the caller stands in a project; not there, if they may not know of it (`PPL-08`).
pub async fn standing_in_project(db: &mut Session, who: Caller, project: ProjectId) -> Result<Standing> {
    let standing = place_in_project(db, who, project).await?;
    standing.filter(Standing::visible).ok_or_else(|| Refusal::NotThere.into())
}

/// Where the caller stands in every project they may know of.
pub(crate) async fn standings_in_projects(
    db: &mut Session,
    who: Caller,
) -> Result<HashMap<ProjectId, Standing>> {
    let standings = sluice_store::standing::in_projects(db, who.person).await?;
    let with_scopes = |(project, standing)| (project, Standing { scopes: who.scopes, ..standing });
    Ok(standings.into_iter().map(with_scopes).collect())
}

/// Where the caller stands in a company; not there, if they may not know of it (`PPL-08`).
pub async fn standing_in_company(db: &mut Session, who: Caller, company: CompanyId) -> Result<Standing> {
    let standing = sluice_store::standing::in_company(db, who.person, company).await?;
    let standing = standing.map(|standing| Standing { scopes: who.scopes, ..standing });
    standing.filter(Standing::visible).ok_or_else(|| Refusal::NotThere.into())
}

/// Where the caller stands in every company in whose directory they are active, by name.
pub(crate) async fn standings_in_companies(
    db: &mut Session,
    who: Caller,
) -> Result<Vec<(Company, Standing)>> {
    let standings = sluice_store::standing::in_companies(db, who.person).await?;
    let with_scopes = |(company, standing)| (company, Standing { scopes: who.scopes, ..standing });
    Ok(standings.into_iter().map(with_scopes).collect())
}

/// Loads the caller's standing in a project and asks for a permit.
pub async fn permit_in_project<A: Act>(
    db: &mut Session,
    who: Caller,
    project: ProjectId,
) -> Result<(Permit<A>, Standing)> {
    let standing = standing_in_project(db, who, project).await?;
    Ok((authorize(&standing)?, standing))
}

/// Loads the caller's standing in a company and asks for a permit.
pub async fn permit_in_company<A: Act>(
    db: &mut Session,
    who: Caller,
    company: CompanyId,
) -> Result<(Permit<A>, Standing)> {
    let standing = standing_in_company(db, who, company).await?;
    Ok((authorize(&standing)?, standing))
}
