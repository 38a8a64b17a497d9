//! A person's notifications, and a project's distribution lists (`NOT-01`, `NOT-04`).

use std::collections::HashMap;

use jiff::Timestamp;
use sluice_domain::permission::{Action, Standing, Tool, act, allows};
use sluice_domain::{MessageId, PersonId, ProjectId};
use sluice_store::message;
use sluice_store::recipient::{self, Reader};
use sluice_store::{Tx, company, person};
use uuid::Uuid;

pub use sluice_store::recipient::List;

use crate::error::FieldError;
use crate::language::{Language, Locale, Phrase};
use crate::mail::{Facts, Kind, qualifies, ring, words};
use crate::{App, Caller, Can, Error, Result, me, permit_in_project};

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

/// A page of the caller's notifications, newest first, after the one that `after` names. In the language the request asks for, else theirs.
pub async fn list(
    app: &App,
    who: Caller,
    wanted: Option<Language>,
    after: Option<&str>,
    limit: Option<i64>,
) -> Result<Notifications> {
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
    let person = person::get(&mut db, who.person).await?.ok_or_else(|| Error::code("not_signed_in"))?;
    let mut locale = me::locale(&person);
    locale.language = wanted.unwrap_or(locale.language);
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > shown;
    rows.truncate(shown);
    let next = rows.last().filter(|_| more).map(|row| row.id);
    // A kind that this version does not know has no words here; the newer version shows it.
    Ok(Notifications { items: rows.iter().filter_map(|row| in_words(&locale, row)).collect(), next, unread })
}

fn in_words(locale: &Locale, row: &message::Notification) -> Option<Notification> {
    let kind = Kind::from_key(&row.kind)?;
    let facts = Facts::decode(&row.facts);
    let said = words(locale, kind, &facts, row.created_at);
    let body = match facts.get("reason") {
        "" => said.body,
        reason => format!("{}\n{}: {reason}", said.body, Phrase::LabelReason.say(locale.language, &[])),
    };
    Some(Notification {
        id: row.id,
        kind,
        title: said.title,
        body,
        href: kind.path(row.project_id, row.connection_id, &facts),
        created_at: row.created_at,
        read_at: row.read_at,
    })
}

/// Whether the caller may hear when their notifications change.
pub fn may_listen(who: Caller) -> Result<()> {
    who.own()?;
    Ok(())
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
            return Err(Error::field("/ids", "list_length", detail));
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

/// A distribution list of a project.
#[derive(Debug)]
pub struct Recipients {
    /// The people chosen, instead of all Admins of the tool in the directory.
    pub specific: bool,
    /// The people chosen who still qualify.
    pub people: Vec<PersonId>,
    /// Who may be chosen, by name; for those who cannot choose, only who is.
    pub options: Vec<Eligible>,
    /// What the caller may do.
    pub can: Can,
}

/// What to put on a list.
#[derive(Debug)]
pub struct Choice {
    /// The people named, instead of all Admins of the tool in the directory.
    pub specific: bool,
    /// Who.
    pub people: Vec<PersonId>,
}

/// Who is told about a project's connections, or about what arrives in its drawings (`NOT-01`).
pub async fn recipients(app: &App, who: Caller, project: ProjectId, list: List) -> Result<Recipients> {
    let mut db = app.db.read().await?;
    let standing = match list {
        List::Connections => permit_in_project::<act::ViewConnections>(&mut db, who, project).await?.1,
        List::Arrivals => permit_in_project::<act::ViewDrawings>(&mut db, who, project).await?.1,
    };
    let specific = recipient::specific(&mut db, project, list).await?;
    Ok(shown(list, &standing, specific, recipient::readers(&mut db, project, list).await?))
}

fn shown(list: List, standing: &Standing, specific: bool, readers: Vec<Reader>) -> Recipients {
    let action = match list {
        List::Connections => Action::ManageConnections,
        List::Arrivals => Action::EditDrawings,
    };
    let can = Can::default().named("update", standing, action);
    let may_choose = can.0.iter().all(|(_, allowed)| allowed.is_ok());
    let (mut people, mut options) = (vec![], vec![]);
    for Reader { name, listed, standing } in
        readers.into_iter().filter(|reader| qualifies(list, &reader.standing))
    {
        if listed {
            people.push(standing.person);
        }
        if listed || may_choose {
            options.push(Eligible { person: standing.person, name });
        }
    }
    Recipients { specific, people, options, can }
}

/// Chooses who is told. People who do not qualify are named in the refusal.
pub async fn choose_recipients(
    app: &App,
    who: Caller,
    project: ProjectId,
    list: List,
    choice: Choice,
) -> Result<Recipients> {
    let Choice { specific, people } = choice;
    if people.len() > PEOPLE_MAX {
        return Err(Error::field(
            "/person_ids",
            "list_length",
            format!("A list holds at most {PEOPLE_MAX} people."),
        ));
    }
    let mut tx = app.db.begin().await?;
    let standing = match list {
        List::Connections => {
            let (permit, standing) =
                permit_in_project::<act::ManageConnections>(&mut tx, who, project).await?;
            sound(&mut tx, &standing, project, list, &people).await?;
            recipient::choose_for_connections(&mut tx, &permit, project, specific, &people).await?;
            standing
        }
        List::Arrivals => {
            let (permit, standing) = permit_in_project::<act::EditDrawings>(&mut tx, who, project).await?;
            sound(&mut tx, &standing, project, list, &people).await?;
            recipient::choose_for_arrivals(&mut tx, &permit, project, specific, &people).await?;
            standing
        }
    };
    let chosen = shown(list, &standing, specific, recipient::readers(&mut tx, project, list).await?);
    tx.commit().await?;
    Ok(chosen)
}

/// Refuses people who may not be on the list, each by name.
async fn sound(
    tx: &mut Tx,
    standing: &Standing,
    project: ProjectId,
    list: List,
    people: &[PersonId],
) -> Result<()> {
    let readers = recipient::readers(tx, project, list).await?;
    let fits = |person: &PersonId| {
        readers.iter().any(|reader| reader.standing.person == *person && qualifies(list, &reader.standing))
    };
    let unfit: Vec<(usize, &PersonId)> =
        people.iter().enumerate().filter(|&(_, person)| !fits(person)).collect();
    if unfit.is_empty() {
        return Ok(());
    }
    let mut names: HashMap<PersonId, String> = HashMap::new();
    // A name is no answer to a guess: who does not see the company's directory is told those of this project's.
    if allows(standing, Action::ViewPeople).is_ok() {
        let entries = company::entries(tx, standing.company).await?;
        names.extend(entries.into_iter().map(|entry| (entry.person_id, entry.name)));
    }
    names.extend(readers.into_iter().map(|reader| (reader.standing.person, reader.name)));
    let tool = match list {
        List::Connections => Tool::ConnectionManager,
        List::Arrivals => Tool::Drawings,
    };
    let unsound = unfit.into_iter().map(|(place, person)| {
        let name = names.get(person).cloned().unwrap_or_else(|| format!("Person {} of the list", place + 1));
        FieldError {
            pointer: format!("/person_ids/{place}"),
            code: "does_not_qualify",
            detail: format!(
                "{name} is neither Admin on {} nor an administrator of the company.",
                tool.name()
            ),
        }
    });
    Err(Error::Invalid(unsound.collect()))
}
