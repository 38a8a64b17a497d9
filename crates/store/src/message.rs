//! Messages: the outbox of mails and people's notifications are one list, written with the event that causes them (`NOT-03`, `NOT-04`).
//!
//! Deliberately absent: words. A row holds the kind and the facts; `app` makes the text of them, in the reader's language.

use jiff::Timestamp;
use sluice_domain::{CompanyId, ConnectionId, MessageId, PersonId, ProjectId};

use crate::row::{Arg, Column, Row};
use crate::{Error, Result, Session, Tx, args, record, sql};

/// How far the mail of a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// In the outbox.
    Waiting,
    /// The mail server took it.
    Sent,
    /// Not sent: its reader had lost the right to it by then (`NOT-05`).
    Dropped,
    /// Failed so often that the operator is told; still in the outbox.
    Stuck,
}

impl MailState {
    const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Dropped, Self::Stuck];

    /// The word in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Dropped => "dropped",
            Self::Stuck => "stuck",
        }
    }
}

impl Column for MailState {
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        let Some(key) = String::take(row, name)? else { return Ok(None) };
        let state = Self::ALL.into_iter().find(|state| state.key() == key);
        state.map(Some).ok_or_else(|| Error::Unreadable { column: name.to_owned() })
    }
}

impl From<MailState> for Arg {
    fn from(state: MailState) -> Self {
        Self::from(state.key())
    }
}

/// A message to one person, to be written.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// Which.
    pub id: MessageId,
    /// To whom.
    pub person: PersonId,
    /// The company in whose directory they are addressed; `None` for what concerns their own sign-in.
    pub company: Option<CompanyId>,
    /// Their project.
    pub project: Option<ProjectId>,
    /// The connection it is about.
    pub connection: Option<ConnectionId>,
    /// What happened.
    pub kind: &'static str,
    /// What the text is made of, encoded by `app`.
    pub facts: String,
    /// Shown among the person's notifications, not only mailed.
    pub in_app: bool,
}

record! {
    /// A message on its way out.
    pub struct Outgoing {
        /// Which.
        pub id: MessageId,
        /// To whom.
        pub person_id: PersonId,
        /// By name.
        pub person_name: String,
        /// Their address.
        pub email: String,
        /// Their language, as they chose it or else as their browser asked for it.
        pub language: Option<String>,
        /// Their zone, likewise.
        pub time_zone: Option<String>,
        /// How they want dates written, if they say it.
        pub date_format: Option<String>,
        /// The company in whose directory they are addressed; `None` for what concerns their own sign-in.
        pub company_id: Option<CompanyId>,
        /// Their project.
        pub project_id: Option<ProjectId>,
        /// The connection it is about.
        pub connection_id: Option<ConnectionId>,
        /// What happened.
        pub kind: String,
        /// What the text is made of.
        pub facts: String,
        /// When it happened.
        pub created_at: Timestamp,
        /// How far its mail has come.
        pub mail_state: MailState,
        /// Failed tries.
        pub mail_attempts: i64,
    }
}

record! {
    /// A message as its reader's notifications show it.
    pub struct Notification {
        /// Which.
        pub id: MessageId,
        /// The reader's project.
        pub project_id: Option<ProjectId>,
        /// The connection it is about.
        pub connection_id: Option<ConnectionId>,
        /// What happened.
        pub kind: String,
        /// What the text is made of.
        pub facts: String,
        /// When.
        pub created_at: Timestamp,
        /// When it was read.
        pub read_at: Option<Timestamp>,
    }
}

record! {
    /// Mail that does not get out, for the operator.
    pub struct Troubled {
        /// Which.
        pub id: MessageId,
        /// What happened.
        pub kind: String,
        /// To which address.
        pub email: String,
        /// How far it has come.
        pub mail_state: MailState,
        /// Failed tries.
        pub mail_attempts: i64,
        /// The last error.
        pub mail_error: Option<String>,
        /// When it was written.
        pub created_at: Timestamp,
    }
}

/// Writes messages, all about one event.
pub async fn insert(tx: &mut Tx, messages: &[NewMessage], now: Timestamp) -> Result<()> {
    let rows = messages.iter().map(|message| -> Vec<Arg> {
        args![
            message.id,
            message.person,
            message.company,
            message.project,
            message.connection,
            message.kind,
            &message.facts,
            message.in_app,
            now,
            MailState::Waiting,
        ]
    });
    tx.insert_many(
        "insert into message (id, person_id, company_id, project_id, connection_id, kind, facts, in_app, created_at, mail_state)",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// A message on its way out.
pub async fn outgoing(db: &mut Session, message: MessageId) -> Result<Option<Outgoing>> {
    db.maybe(
        sql!(
            "select m.id, m.person_id, p.name as person_name, p.email, coalesce(p.language, p.seen_language) as language,
                    coalesce(p.time_zone, p.seen_time_zone) as time_zone, p.date_format, m.company_id, m.project_id, m.connection_id, m.kind, m.facts,
                    m.created_at, m.mail_state, m.mail_attempts
               from message m join person p on p.id = m.person_id
              where m.id = $1"
        ),
        args![message],
    )
    .await
}

/// The mail server took it. The facts are written again, because they may hold a link that only the mail may show.
pub async fn mark_sent(tx: &mut Tx, message: MessageId, facts: &str, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("update message set mail_state = 'sent', sent_at = $3, facts = $2, mail_error = null where id = $1"),
        args![message, facts, now],
    )
    .await?;
    Ok(())
}

/// Its reader has no right to it any more (`NOT-05`): it is neither mailed nor shown.
pub async fn mark_dropped(tx: &mut Tx, message: MessageId, facts: &str) -> Result<()> {
    tx.run(
        sql!("update message set mail_state = 'dropped', in_app = false, facts = $2 where id = $1"),
        args![message, facts],
    )
    .await?;
    Ok(())
}

/// A try failed.
pub async fn mark_failed(tx: &mut Tx, message: MessageId, state: MailState, error: &str) -> Result<()> {
    tx.run(
        sql!("update message set mail_state = $2, mail_error = $3, mail_attempts = mail_attempts + 1 where id = $1"),
        args![message, state, error],
    )
    .await?;
    Ok(())
}

/// Mail that is not out although it was tried: stuck first, then oldest first, for the operator.
pub async fn troubled(db: &mut Session) -> Result<Vec<Troubled>> {
    db.all(
        // cross-tenant: the outbox of the whole installation, shown to its operator only
        sql!(
            "select m.id, m.kind, p.email, m.mail_state, m.mail_attempts, m.mail_error, m.created_at
               from message m join person p on p.id = m.person_id
              where m.mail_state in ('waiting', 'stuck') and m.sent_at is null and m.mail_attempts > 0
              order by m.mail_state, m.created_at, m.id limit 1000"
        ),
        args![],
    )
    .await
}

/// How many mails are stuck, for the operator.
pub async fn stuck(db: &mut Session) -> Result<i64> {
    db.value(
        // cross-tenant: a number about the outbox of the whole installation, shown to its operator only
        sql!("select count(*) as value from message where mail_state = 'stuck' and sent_at is null"),
        args![],
    )
    .await
}

/// How many mails wait to be sent, stuck ones among them, for the operator.
pub async fn waiting(db: &mut Session) -> Result<i64> {
    db.value(
        // cross-tenant: a number about the outbox of the whole installation, shown to its operator only
        sql!("select count(*) as value from message where mail_state in ('waiting', 'stuck') and sent_at is null"),
        args![],
    )
    .await
}

/// Puts the stuck mails, or one of them, back as they were when new; answers which.
pub async fn revive(tx: &mut Tx, only: Option<MessageId>) -> Result<Vec<MessageId>> {
    let rows: Vec<(MessageId,)> = tx
        .all(
            // cross-tenant: the operator has mended the mail server, for everybody
            sql!(
                "update message set mail_state = 'waiting', mail_attempts = 0
                  where mail_state = 'stuck' and sent_at is null and (cast($1 as uuid) is null or id = $1)
                 returning id as value"
            ),
            args![only],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Gives up a mail that is not out; its notification stays. Answers whether there was one.
pub async fn give_up(tx: &mut Tx, message: MessageId, facts: &str) -> Result<bool> {
    let given_up = tx
        .run(
            sql!(
                "update message set mail_state = 'dropped', facts = $2
                  where id = $1 and mail_state in ('waiting', 'stuck') and sent_at is null"
            ),
            args![message, facts],
        )
        .await?;
    Ok(given_up == 1)
}

/// A person's notifications, newest first. Only of companies where they are active (`PPL-08`), of what is gone only that it is (`PPL-17`).
pub async fn of_person(
    db: &mut Session,
    person: PersonId,
    before: Option<MessageId>,
    limit: i64,
) -> Result<Vec<Notification>> {
    db.all(
        sql!(
            "select m.id, m.project_id, m.connection_id, m.kind, m.facts, m.created_at, m.read_at
               from message m
               join directory_entry e on e.company_id = m.company_id and e.person_id = m.person_id and e.status = 'active'
               join company c on c.id = m.company_id and (c.closed_at is null or m.kind = 'company_closed')
               left join project j on j.id = m.project_id
              where m.person_id = $1 and m.in_app and m.id < $2 and (j.deleted_at is null or m.kind = 'project_deleted')
              order by m.id desc limit $3"
        ),
        args![person, before.unwrap_or(MessageId(uuid::Uuid::max())), limit],
    )
    .await
}

/// How many of them are unread.
pub async fn unread(db: &mut Session, person: PersonId) -> Result<i64> {
    db.value(
        sql!(
            "select count(*) as value
               from message m
               join directory_entry e on e.company_id = m.company_id and e.person_id = m.person_id and e.status = 'active'
               join company c on c.id = m.company_id and (c.closed_at is null or m.kind = 'company_closed')
               left join project j on j.id = m.project_id
              where m.person_id = $1 and m.in_app and m.read_at is null and (j.deleted_at is null or m.kind = 'project_deleted')"
        ),
        args![person],
    )
    .await
}

/// Marks one of a person's notifications read; anybody else's stays untouched.
pub async fn mark_read(tx: &mut Tx, person: PersonId, message: MessageId, now: Timestamp) -> Result<()> {
    tx.run(
        sql!(
            "update message set read_at = $3 where id = $2 and person_id = $1 and in_app and read_at is null"
        ),
        args![person, message, now],
    )
    .await?;
    Ok(())
}

/// Marks all of a person's notifications read.
pub async fn mark_all_read(tx: &mut Tx, person: PersonId, now: Timestamp) -> Result<()> {
    tx.run(
        // cross-tenant: one person's own notifications, from all their companies
        sql!("update message set read_at = $2 where person_id = $1 and in_app and read_at is null"),
        args![person, now],
    )
    .await?;
    Ok(())
}

/// Whether an invitation of this entry is open: the link in the mail would lead somewhere.
pub async fn invitation_open(
    db: &mut Session,
    company: CompanyId,
    person: PersonId,
    now: Timestamp,
) -> Result<bool> {
    let open: i64 = db
        .value(
            sql!(
                "select count(*) as value from invitation
                  where company_id = $1 and person_id = $2 and accepted_at is null and revoked_at is null and expires_at > $3"
            ),
            args![company, person, now],
        )
        .await?;
    Ok(open > 0)
}

record! {
    /// What the two sides of a connection are called.
    pub struct SideNames {
        /// The company where data originates.
        pub upstream_company: String,
        /// Its project.
        pub upstream_project: String,
        /// The company where data is copied.
        pub downstream_company: String,
        /// Its project.
        pub downstream_project: String,
    }
}

/// The names of both sides of a connection.
pub async fn side_names(db: &mut Session, connection: ConnectionId) -> Result<Option<SideNames>> {
    db.maybe(
        sql!(
            "select uc.name as upstream_company, up.name as upstream_project, dc.name as downstream_company, dp.name as downstream_project
               from connection n
               join company uc on uc.id = n.upstream_company_id
               join project up on up.id = n.upstream_project_id
               join company dc on dc.id = n.downstream_company_id
               join project dp on dp.id = n.downstream_project_id
              where n.id = $1"
        ),
        args![connection],
    )
    .await
}

record! {
    /// What the reader's own side is called.
    pub struct OwnNames {
        /// Their company.
        pub company: String,
        /// Their project.
        pub project: Option<String>,
    }
}

/// The names of a company and, where one is concerned, of its project.
pub async fn own_names(
    db: &mut Session,
    company: CompanyId,
    project: Option<ProjectId>,
) -> Result<Option<OwnNames>> {
    db.maybe(
        sql!(
            "select c.name as company, p.name as project
               from company c left join project p on p.company_id = c.id and p.id = $2
              where c.id = $1"
        ),
        args![company, project],
    )
    .await
}
