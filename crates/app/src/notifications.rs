//! A person's notifications, and who is told about a project's connections (`NOT-01`, `NOT-04`).

use jiff::Timestamp;
use sluice_domain::permission::{Action, Standing, act};
use sluice_domain::{MessageId, PersonId, ProjectId};
use sluice_store::message::{self, Reader};
use uuid::Uuid;

use crate::error::FieldError;
use crate::mail::{Facts, Kind, Language, qualifies, ring, words};
use crate::{App, Caller, Can, Error, Result, permit_in_project};

/// Notifications of one page.
const PAGE: i64 = 30;
const PAGE_MAX: i64 = 100;

/// Notifications that one request may mark read.
const IDS_MAX: usize = 200;

/// People on one list.
const PEOPLE_MAX: usize = 500;

/// A notification in words.
#[derive(Debug)]
pub struct Notification {
    /// Which.
    pub id: MessageId,
    /// What happened.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// Sentences: what happened, by whom, why.
    pub body: String,
    /// Path on the screen where the reader acts.
    pub href: String,
    /// When it happened.
    pub created_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
}

/// A page of notifications.
#[derive(Debug)]
pub struct Notifications {
    /// Newest first.
    pub items: Vec<Notification>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<MessageId>,
    /// How many are unread, on all pages.
    pub unread: i64,
}

/// A page of the caller's notifications, newest first, after the one that `after` names.
pub async fn list(app: &App, who: Caller, after: Option<&str>, limit: Option<i64>) -> Result<Notifications> {
    who.own()?;
    let after = match after.filter(|after| !after.is_empty()) {
        Some(after) => Some(MessageId(Uuid::parse_str(after).map_err(|_| Error::code("unsound_cursor"))?)),
        None => None,
    };
    let limit = limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let mut db = app.db.read().await?;
    // One more than shown tells whether there is a next page.
    let mut rows = message::of_person(&mut db, who.person, after, limit + 1).await?;
    let unread = message::unread(&mut db, who.person).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    // A kind that this version does not know has no words here; the newer version shows it.
    Ok(Notifications { items: rows.iter().filter_map(in_words).collect(), next, unread })
}

fn in_words(row: &message::Notification) -> Option<Notification> {
    let kind = Kind::from_key(&row.kind)?;
    let facts = Facts::decode(&row.facts);
    let said = words(Language::default(), kind, &facts);
    let body = match facts.get("reason") {
        "" => said.body,
        reason => format!("{}\n{reason}", said.body),
    };
    Some(Notification {
        id: row.id,
        kind,
        title: said.title,
        body,
        href: kind.path(row.project_id, &facts),
        created_at: row.created_at,
        read_at: row.read_at,
    })
}

/// What to mark read.
#[derive(Debug)]
pub enum Which {
    /// Everything.
    All,
    /// These; ones that are not the caller's stay untouched.
    These(Vec<MessageId>),
}

/// Marks notifications read; answers how many are still unread.
pub async fn mark_read(app: &App, who: Caller, which: Which) -> Result<i64> {
    who.own()?;
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    match which {
        Which::All => message::mark_all_read(&mut tx, who.person, now).await?,
        Which::These(ids) if ids.len() > IDS_MAX => {
            let detail = format!("At most {IDS_MAX} notifications can be marked at once.");
            return Err(Error::field("/ids", "too_many", detail));
        }
        Which::These(ids) => {
            for id in ids {
                message::mark_read(&mut tx, who.person, id, now).await?;
            }
        }
    }
    let unread = message::unread(&mut tx, who.person).await?;
    tx.commit().await?;
    // Their other screens show the same.
    ring(app, &[who.person]);
    Ok(unread)
}

/// Somebody who may be on a list.
#[derive(Debug)]
pub struct Eligible {
    /// Who.
    pub person: PersonId,
    /// By name.
    pub name: String,
}

/// Who is told about a project's connections.
#[derive(Debug)]
pub struct ConnectionRecipients {
    /// The people chosen, instead of all Connection Manager Admins in the directory.
    pub specific: bool,
    /// The people chosen who still qualify.
    pub people: Vec<PersonId>,
    /// Who may be chosen, by name; for those who cannot choose, only who is.
    pub options: Vec<Eligible>,
    /// What the caller may do.
    pub can: Can,
}

/// Who is told about a project's connections (`NOT-01`).
pub async fn connection_recipients(
    app: &App,
    who: Caller,
    project: ProjectId,
) -> Result<ConnectionRecipients> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewConnections>(&mut db, who, project).await?;
    let specific = message::specific_recipients(&mut db, project).await?;
    Ok(recipients(&standing, specific, message::readers(&mut db, project).await?))
}

fn recipients(standing: &Standing, specific: bool, readers: Vec<Reader>) -> ConnectionRecipients {
    let can = Can::default().named("update", standing, Action::ManageConnections);
    let may_choose = can.0.iter().all(|(_, allowed)| allowed.is_ok());
    let (mut people, mut options) = (vec![], vec![]);
    for Reader { name, listed, standing } in readers.into_iter().filter(|reader| qualifies(&reader.standing))
    {
        if listed {
            people.push(standing.person);
        }
        if listed || may_choose {
            options.push(Eligible { person: standing.person, name });
        }
    }
    ConnectionRecipients { specific, people, options, can }
}

/// Chooses who is told about a project's connections. People who do not qualify are named in the refusal.
pub async fn choose_connection_recipients(
    app: &App,
    who: Caller,
    project: ProjectId,
    specific: bool,
    people: Vec<PersonId>,
) -> Result<ConnectionRecipients> {
    if people.len() > PEOPLE_MAX {
        return Err(Error::field(
            "/person_ids",
            "too_many",
            format!("A list holds at most {PEOPLE_MAX} people."),
        ));
    }
    let mut tx = app.db.begin().await?;
    let (permit, standing) = permit_in_project::<act::ManageConnections>(&mut tx, who, project).await?;
    let unsound = unqualified(&message::readers(&mut tx, project).await?, &people);
    if !unsound.is_empty() {
        return Err(Error::Invalid(unsound));
    }
    message::set_recipients(&mut tx, &permit, project, specific, &people).await?;
    let chosen = recipients(&standing, specific, message::readers(&mut tx, project).await?);
    tx.commit().await?;
    Ok(chosen)
}

fn unqualified(readers: &[Reader], people: &[PersonId]) -> Vec<FieldError> {
    let mut unsound = vec![];
    for (place, person) in people.iter().enumerate() {
        let reader = readers.iter().find(|reader| reader.standing.person == *person);
        if reader.is_some_and(|reader| qualifies(&reader.standing)) {
            continue;
        }
        let name = reader.map_or_else(|| person.to_string(), |reader| reader.name.clone());
        unsound.push(FieldError {
            pointer: format!("/person_ids/{place}"),
            code: "does_not_qualify",
            detail: format!(
                "{name} is neither a Connection Manager Admin nor an administrator of the company."
            ),
        });
    }
    unsound
}
