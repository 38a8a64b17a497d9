//! Messages: who is told what about an event, written in the event's transaction (`NOT-03`), shown in people's notifications and mailed.
//!
//! Deliberately absent: when. Use cases and the flow call [`post`]; the background work of each message sends its mail, after the commit.

mod facts;
mod render;
mod smtp;
mod texts;

use jiff::SignedDuration;
use sluice_domain::people::EntryStatus;
use sluice_domain::permission::{Action, Level, Standing, Tool, allows};
use sluice_domain::{CompanyId, ConnectionId, MessageId, PersonId, ProjectId};
use sluice_store::message::{self, MailState, NewMessage, Outgoing};
use sluice_store::recipient::{self, List, Reader};
use sluice_store::{Session, Tx, company, password_reset, standing};

pub(crate) use facts::Facts;
pub use sluice_store::message::Troubled;
pub(crate) use smtp::{AT_ONCE, Mailer};
pub use smtp::{Failure, reachable};
pub(crate) use texts::words;
#[cfg(test)]
pub(crate) use texts::{PARTS, id};

use crate::jobs::{self, Outcome};
use crate::live::Topic;
use crate::{App, Error, Result};

/// Failed tries after which the operator is told: half an hour, with the waits of [`jobs::backoff`].
const TRIES: i64 = 12;

/// How often a stuck mail, or one for which no mail server is set, is tried again.
const STUCK_EVERY: SignedDuration = SignedDuration::from_hours(1);
const UNSET_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An invitation into a directory.
    Invitation,
    /// A request waits (review); with the fact `reminder`, once more.
    Requested,
    /// Receipt of a request.
    RequestSent,
    /// A request was taken back.
    Withdrawn,
    /// A request was declined.
    Declined,
    /// A request ran out.
    Expired,
    /// Two projects are connected.
    Connected,
    /// A connection was undone; with the fact `waits_again`, its request waits again.
    Undone,
    /// A connection was ended.
    Disconnected,
    /// The first copy is complete.
    FirstCopyComplete,
    /// New sheets arrived.
    NewSheets,
    /// Sheets were deleted or made obsolete upstream.
    DeletedUpstream,
    /// Another revision of sheets is current, because of what changed upstream.
    CurrentChanged,
    /// Drawings were published and distributed.
    Distributed,
    /// The link to a new password.
    PasswordReset,
    /// The password of their sign-in was changed.
    PasswordChanged,
    /// One's own project was deleted.
    ProjectDeleted,
    /// One's own company was closed.
    CompanyClosed,
}

/// What a reader must still be allowed to when a message is sent (`NOT-05`).
enum Right {
    /// Be invited, with an open invitation.
    Invited,
    /// Be on a distribution list (`NOT-01`), and do this.
    Listed(List, Action),
    /// Do this.
    Act(Action),
    /// Have a link to a new password that still leads somewhere.
    Reset,
    /// Be told about their own sign-in, always.
    Own,
    /// Have been there: what it was about is gone (`PPL-17`).
    Been,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 18] = [
        Self::Invitation,
        Self::Requested,
        Self::RequestSent,
        Self::Withdrawn,
        Self::Declined,
        Self::Expired,
        Self::Connected,
        Self::Undone,
        Self::Disconnected,
        Self::FirstCopyComplete,
        Self::NewSheets,
        Self::DeletedUpstream,
        Self::CurrentChanged,
        Self::Distributed,
        Self::PasswordReset,
        Self::PasswordChanged,
        Self::ProjectDeleted,
        Self::CompanyClosed,
    ];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Requested => "requested",
            Self::RequestSent => "request_sent",
            Self::Withdrawn => "withdrawn",
            Self::Declined => "declined",
            Self::Expired => "expired",
            Self::Connected => "connected",
            Self::Undone => "undone",
            Self::Disconnected => "disconnected",
            Self::FirstCopyComplete => "first_copy_complete",
            Self::NewSheets => "new_sheets",
            Self::DeletedUpstream => "deleted_upstream",
            Self::CurrentChanged => "current_changed",
            Self::Distributed => "distributed",
            Self::PasswordReset => "password_reset",
            Self::PasswordChanged => "password_changed",
            Self::ProjectDeleted => "project_deleted",
            Self::CompanyClosed => "company_closed",
        }
    }

    /// Reads [`Kind::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }

    /// Whether it stands among the notifications. An invitation is for somebody who is not there yet, and what concerns a sign-in must reach
    /// its owner where nobody else is signed in.
    const fn in_app(self) -> bool {
        !matches!(self, Self::Invitation | Self::PasswordReset | Self::PasswordChanged)
    }

    /// Whether it may be about one tool that is added to a connection (`CON-16`).
    pub(crate) const fn may_be_of_a_tool(self) -> bool {
        matches!(
            self,
            Self::Requested
                | Self::RequestSent
                | Self::Withdrawn
                | Self::Declined
                | Self::Expired
                | Self::Connected
                | Self::Undone
        )
    }

    const fn right(self) -> Right {
        match self {
            Self::Invitation => Right::Invited,
            Self::Requested
            | Self::RequestSent
            | Self::Withdrawn
            | Self::Declined
            | Self::Expired
            | Self::Connected
            | Self::Undone
            | Self::Disconnected => Right::Listed(List::Connections, Action::ViewConnections),
            Self::FirstCopyComplete | Self::NewSheets | Self::DeletedUpstream | Self::CurrentChanged => {
                Right::Listed(List::Arrivals, Action::ViewUnpublished)
            }
            Self::Distributed => Right::Act(Action::ViewDrawings),
            Self::PasswordReset => Right::Reset,
            Self::PasswordChanged => Right::Own,
            Self::ProjectDeleted | Self::CompanyClosed => Right::Been,
        }
    }

    /// Where on the screen the reader acts.
    pub(crate) fn path(
        self,
        project: Option<ProjectId>,
        connection: Option<ConnectionId>,
        facts: &Facts,
    ) -> String {
        let chosen = facts.get(if self.in_app() { "path" } else { TOKEN_PATH });
        if !chosen.is_empty() {
            return chosen.to_owned();
        }
        let Some(project) = project else { return "/".to_owned() };
        match self.right() {
            Right::Invited | Right::Reset | Right::Own | Right::Been => "/".to_owned(),
            Right::Listed(List::Connections, _) => match connection {
                Some(connection) => format!("/projects/{project}/connections/{connection}"),
                None => format!("/projects/{project}/connections"),
            },
            Right::Listed(..) if matches!(self, Self::FirstCopyComplete | Self::NewSheets) => {
                format!("/projects/{project}/drawings?status=unpublished")
            }
            Right::Listed(..) | Right::Act(_) => format!("/projects/{project}/drawings"),
        }
    }
}

/// The fact that holds an invitation's link: whoever reads it can accept. It is in the outbox until the mail is out, and nowhere else.
const TOKEN_PATH: &str = "token_path";

/// A message to several people of one side.
#[derive(Debug, Clone)]
pub struct Notice {
    /// What about.
    pub kind: Kind,
    /// The company of the people addressed.
    pub company: CompanyId,
    /// Their project.
    pub project: Option<ProjectId>,
    /// The connection it is about.
    pub connection: Option<ConnectionId>,
    /// What the text needs, by name. `company`, `project` (the reader's own) and `upstream_company`, `upstream_project`, `downstream_company`,
    /// `downstream_project` (of the connection) are filled in where they are not given. Further: `by`, `by_company` (who did it), `reason`,
    /// `count` (of sheets), `deleted`, `obsolete` (their numbers, one a line), `current` (a line each: number, old and new revision, parted
    /// by tabs), `set`, `expires` (an instant), `approval` (`policy` or `person`), `reminder` (not empty: it is one), `waits_again` (not empty:
    /// a request does), `tool` (the key of the
    /// one that is added to a connection, where not the connection itself is meant), `path` (link into the screen, where the usual one does not do), `token_path` (an invitation's link), `language` (for a
    /// reader whose own is not known).
    pub facts: Vec<(&'static str, String)>,
}

/// Puts a message for each person into the outbox and their notifications, in the transaction of the event (`NOT-03`).
/// Call [`App`]'s `live.wake()` after the commit.
pub async fn post(app: &App, tx: &mut Tx, to: &[PersonId], notice: Notice) -> Result<()> {
    if to.is_empty() {
        return Ok(());
    }
    let Notice { kind, company, project, connection, facts } = notice;
    let facts = filled(tx, company, project, connection, facts.into()).await?.encode();
    let now = app.environment.now();
    let mut messages: Vec<NewMessage> = Vec::with_capacity(to.len());
    for person in to {
        if messages.iter().any(|message| message.person == *person) {
            continue;
        }
        messages.push(NewMessage {
            id: app.environment.id(),
            person: *person,
            company: Some(company),
            project,
            connection,
            kind: kind.key(),
            facts: facts.clone(),
            in_app: kind.in_app(),
        });
    }
    message::insert(tx, &messages, now).await?;
    let messages = messages.into_iter().map(|message| message.id.into());
    jobs::schedule_each(app, tx, jobs::Kind::Mail, messages, now).await
}

/// Puts a message about a person's own sign-in into the outbox, in the transaction of the event. Call `live.wake()` after the commit.
pub(crate) async fn post_own(
    app: &App,
    tx: &mut Tx,
    person: PersonId,
    kind: Kind,
    facts: Vec<(&'static str, String)>,
) -> Result<()> {
    let (id, now) = (app.environment.id(), app.environment.now());
    let message = NewMessage {
        id,
        person,
        company: None,
        project: None,
        connection: None,
        kind: kind.key(),
        facts: Facts::from(facts).encode(),
        in_app: kind.in_app(),
    };
    message::insert(tx, &[message], now).await?;
    jobs::schedule(app, tx, jobs::Kind::Mail, id.into(), now).await
}

/// The facts with the names that every text needs.
async fn filled(
    db: &mut Session,
    company: CompanyId,
    project: Option<ProjectId>,
    connection: Option<ConnectionId>,
    mut facts: Facts,
) -> Result<Facts> {
    if let Some(own) = message::own_names(db, company, project).await? {
        facts.fill("company", own.company);
        facts.fill("project", own.project.unwrap_or_default());
    }
    if let Some(connection) = connection
        && let Some(sides) = message::side_names(db, connection).await?
    {
        facts.fill("upstream_company", sides.upstream_company);
        facts.fill("upstream_project", sides.upstream_project);
        facts.fill("downstream_company", sides.downstream_company);
        facts.fill("downstream_project", sides.downstream_project);
    }
    Ok(facts)
}

/// Tells people's open screens that their notifications changed.
pub fn ring(app: &App, people: &[PersonId]) {
    for person in people {
        app.live.person(*person, Topic::Notifications);
    }
}

/// Whether somebody may be on a list (`NOT-01`): about connections, Connection Manager Admins who represent the project's own company; about
/// arrivals, Drawings Admins. Company administrators are both.
pub(crate) fn qualifies(list: List, standing: &Standing) -> bool {
    match list {
        List::Connections => {
            standing.represents == Some(standing.company)
                && standing.level(Tool::ConnectionManager) == Level::Admin
        }
        List::Arrivals => standing.level(Tool::Drawings) == Level::Admin,
    }
}

/// Who is on a list of a project, as of now (`NOT-01`).
pub async fn recipients(db: &mut Session, project: ProjectId, list: List) -> Result<Vec<PersonId>> {
    let specific = recipient::specific(db, project, list).await?;
    Ok(chosen(list, &recipient::readers(db, project, list).await?, specific))
}

fn chosen(list: List, readers: &[Reader], specific: bool) -> Vec<PersonId> {
    let people = |wanted: &dyn Fn(&Reader) -> bool| -> Vec<PersonId> {
        readers.iter().filter(|reader| wanted(reader)).map(|reader| reader.standing.person).collect()
    };
    // An administrator of the company who is not in the project's directory gets nothing by default (`NOT-02`).
    let told = people(&|reader| {
        qualifies(list, &reader.standing) && if specific { reader.listed } else { reader.standing.member }
    });
    if told.is_empty() { people(&|reader| reader.standing.company_admin) } else { told }
}

/// Sends one message by mail, unless its reader has lost the right to it, and rings their screens: this runs after the commit.
pub(crate) async fn send(app: &App, message: MessageId, attempts: i64) -> Result<Outcome> {
    let now = app.environment.now();
    let (outgoing, kind, entitled) = {
        let mut db = app.db.read().await?;
        let Some(outgoing) = message::outgoing(&mut db, message).await? else { return Ok(Outcome::Done) };
        let kind = Kind::from_key(&outgoing.kind)
            .ok_or_else(|| Error::fault(format!("a message of the unknown kind {}", outgoing.kind)))?;
        let entitled = entitled(app, &mut db, &outgoing, kind).await?;
        (outgoing, kind, entitled)
    };
    if !matches!(outgoing.mail_state, MailState::Waiting | MailState::Stuck) {
        return Ok(Outcome::Done);
    }
    if attempts == 0 {
        ring(app, &[outgoing.person_id]);
    }
    let facts = Facts::decode(&outgoing.facts);
    if !entitled {
        let mut tx = app.db.begin().await?;
        message::mark_dropped(&mut tx, message, &facts.without(TOKEN_PATH).encode()).await?;
        tx.commit().await?;
        ring(app, &[outgoing.person_id]);
        return Ok(Outcome::Done);
    }
    let Some(url) = &app.settings.smtp_url else {
        // The operator may set one later: nothing has failed.
        return Ok(Outcome::RetryAt(now + UNSET_EVERY, None));
    };
    match app.mailer.send(url, smtp::letter(app, &outgoing, kind, &facts)).await {
        Ok(()) => {
            let mut tx = app.db.begin().await?;
            message::mark_sent(&mut tx, message, &facts.without(TOKEN_PATH).encode(), app.environment.now())
                .await?;
            tx.commit().await?;
            Ok(Outcome::Done)
        }
        Err(failure) => failed(app, &outgoing, &failure).await,
    }
}

async fn failed(app: &App, outgoing: &Outgoing, failure: &smtp::Failure) -> Result<Outcome> {
    let (now, error) = (app.environment.now(), failure.to_string());
    let stuck = outgoing.mail_attempts + 1 >= TRIES;
    let state = if stuck { MailState::Stuck } else { MailState::Waiting };
    tracing::warn!(message = %outgoing.id, tries = outgoing.mail_attempts + 1, stuck, error, "a mail could not be sent");
    let mut tx = app.db.begin().await?;
    message::mark_failed(&mut tx, outgoing.id, state, &error).await?;
    tx.commit().await?;
    Ok(match (stuck, failure) {
        (false, _) => Outcome::RetryAt(now + jobs::backoff(outgoing.mail_attempts), Some(error)),
        // Refused for good so many times: asking on and on would only make other mail of ours unwelcome. It stays for the operator.
        (true, smtp::Failure::Refused(_)) => Outcome::Done,
        (true, _) => Outcome::RetryAt(now + STUCK_EVERY, Some(error)),
    })
}

/// The mails that are not out although they were tried, for the operator: stuck ones first.
pub async fn troubled(app: &App) -> Result<Vec<Troubled>> {
    let mut db = app.db.read().await?;
    Ok(message::troubled(&mut db).await?)
}

/// Sends the stuck mails again, or one of them, for the operator who has mended the mail server. Answers how many.
pub async fn try_again(app: &App, only: Option<MessageId>) -> Result<usize> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let revived = message::revive(&mut tx, only).await?;
    let messages = revived.iter().map(|message| (*message).into());
    jobs::schedule_each(app, &mut tx, jobs::Kind::Mail, messages, now).await?;
    tx.commit().await?;
    app.live.wake();
    Ok(revived.len())
}

/// Gives up a mail that is not out, for the operator who knows that its address is dead. Its reader still sees the notification.
pub async fn give_up(app: &App, id: MessageId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let outgoing = message::outgoing(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    let facts = Facts::decode(&outgoing.facts).without(TOKEN_PATH).encode();
    if !message::give_up(&mut tx, id, &facts).await? {
        return Err(Error::refused("not_found", "This mail is out, or was given up already."));
    }
    tx.commit().await?;
    Ok(())
}

/// Whether the reader may still be told (`NOT-05`).
async fn entitled(app: &App, db: &mut Session, outgoing: &Outgoing, kind: Kind) -> Result<bool> {
    let (person, now) = (outgoing.person_id, app.environment.now());
    let (list, action) = match kind.right() {
        Right::Own => return Ok(true),
        Right::Reset => return Ok(password_reset::open(db, person, now).await?),
        Right::Invited => {
            let Some(company) = outgoing.company_id else { return Ok(false) };
            let entry = company::entry(db, company, person).await?;
            return Ok(entry.is_some_and(|entry| entry.status != EntryStatus::Inactive)
                && message::invitation_open(db, company, person, now).await?);
        }
        Right::Been => {
            let Some(company) = outgoing.company_id else { return Ok(false) };
            let entry = company::entry(db, company, person).await?;
            return Ok(entry.is_some_and(|entry| entry.status == EntryStatus::Active));
        }
        Right::Listed(list, action) => (Some(list), action),
        Right::Act(action) => (None, action),
    };
    let Some(project) = outgoing.project_id else { return Ok(false) };
    let Some(standing) = standing::in_project(db, person, project).await? else { return Ok(false) };
    let listed = list.is_none_or(|list| qualifies(list, &standing));
    Ok(outgoing.company_id == Some(standing.company) && listed && allows(&standing, action).is_ok())
}

#[cfg(test)]
mod tests;
