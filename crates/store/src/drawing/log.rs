//! What a log is recognised by when nothing changed, the history of each drawing, and who is told.

use jiff::Timestamp;
use sluice_domain::feed::Kind;
use sluice_domain::permission::{Permit, act};
use sluice_domain::revision::Status;
use sluice_domain::{DrawingId, PersonId, ProjectId, RevisionId};
use uuid::Uuid;

use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// Something that happened to a drawing.
    pub struct Event {
        /// When.
        pub at: Timestamp,
        /// `confirmed`, `published`, `edited`, `arrived`, `changed_upstream`, `current_changed` …
        pub kind: String,
        /// Who.
        pub person_name: Option<String>,
        /// Of which company.
        pub company_name: Option<String>,
        /// Text of the revision it is about, as it was then.
        pub revision: Option<String>,
        /// Status of that revision now.
        pub revision_status: Option<Status>,
        /// Which field.
        pub field: Option<String>,
        /// What it was.
        pub old_value: Option<String>,
        /// What it became.
        pub new_value: Option<String>,
        /// The same in words, of events that were written down before there were fields.
        pub detail: String,
    }
}

/// The history of a drawing, newest first.
pub async fn history(db: &mut Session, project: ProjectId, drawing: DrawingId) -> Result<Vec<Event>> {
    db.all(
        sql!(
            "select e.at, e.kind, e.person_name, e.company_name, e.revision, r.status as revision_status, e.field, e.old_value,
                    e.new_value, e.detail
               from drawing_event e left join drawing_revision r on r.id = e.revision_id
              where e.project_id = $1 and e.drawing_id = $2 order by e.at desc, e.id desc limit 500"
        ),
        args![project, drawing],
    )
    .await
}

/// What happened to a drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct What {
    /// What kind.
    pub kind: &'static str,
    /// The revision it is about, with its text now.
    pub revision: Option<(RevisionId, String)>,
    /// Which field changed, from what to what.
    pub change: Option<(&'static str, String, String)>,
}

impl What {
    /// Something about the whole drawing.
    pub const fn plain(kind: &'static str) -> Self {
        Self { kind, revision: None, change: None }
    }

    /// Something about one of its revisions.
    pub fn of(kind: &'static str, revision: RevisionId, text: impl Into<String>) -> Self {
        Self { kind, revision: Some((revision, text.into())), change: None }
    }

    /// The same with what changed.
    #[must_use]
    pub fn changed(self, field: &'static str, from: impl Into<String>, to: impl Into<String>) -> Self {
        Self { change: Some((field, from.into(), to.into())), ..self }
    }
}

/// Who did it.
#[derive(Debug, Clone, Default)]
pub struct By {
    /// The person by name; `None` where it came through a connection.
    pub person: Option<String>,
    /// Their company by name.
    pub company: Option<String>,
}

/// An event to be added.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Which.
    pub id: Uuid,
    /// Of this drawing.
    pub drawing: DrawingId,
    /// What.
    pub what: What,
}

/// Adds to the histories of drawings what one person or company did.
pub async fn add_events(
    tx: &mut Tx,
    project: ProjectId,
    by: &By,
    events: Vec<NewEvent>,
    now: Timestamp,
) -> Result<()> {
    let rows = events.into_iter().map(|event| {
        let (revision, text) = event.what.revision.unzip();
        let (field, from, to) = match event.what.change {
            Some((field, from, to)) => (Some(field), Some(from), Some(to)),
            None => (None, None, None),
        };
        args![
            event.id,
            project,
            event.drawing,
            now,
            event.what.kind,
            by.person.clone(),
            by.company.clone(),
            revision,
            text,
            field,
            from,
            to
        ]
    });
    tx.insert_many(
        "insert into drawing_event (id, project_id, drawing_id, at, kind, person_name, company_name, revision_id, revision, field,
            old_value, new_value)",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// What an unchanged log is recognised by (`SPD-06`): counts up with each change of it.
pub async fn log_version(db: &mut Session, project: ProjectId) -> Result<i64> {
    db.value(
        sql!("select coalesce((select version from drawing_log_version where project_id = $1), 0) as value"),
        args![project],
    )
    .await
}

/// Says that the log changed. Whoever writes drawings, revisions, areas, sets or disciplines calls it in the same transaction;
/// [`super::refresh_current`] does.
pub async fn touch(tx: &mut Tx, project: ProjectId) -> Result<()> {
    tx.run(
        sql!(
            "insert into drawing_log_version (project_id, version) values ($1, 1)
             on conflict (project_id) do update set version = drawing_log_version.version + 1"
        ),
        args![project],
    )
    .await?;
    Ok(())
}

/// Tells a person about distributed drawings from now on, or no longer.
pub async fn subscribe(
    tx: &mut Tx,
    permit: &Permit<act::ViewDrawings>,
    project: ProjectId,
    wanted: bool,
) -> Result<()> {
    if wanted {
        tx.run(
            sql!(
                "insert into drawing_subscriber (project_id, person_id) values ($1, $2)
                 on conflict (project_id, person_id) do nothing"
            ),
            args![project, permit.person()],
        )
        .await?;
    } else {
        tx.run(
            sql!("delete from drawing_subscriber where project_id = $1 and person_id = $2"),
            args![project, permit.person()],
        )
        .await?;
    }
    Ok(())
}

/// The people who asked to be told about distributed drawings.
pub async fn subscribers(db: &mut Session, project: ProjectId) -> Result<Vec<PersonId>> {
    let rows: Vec<(PersonId,)> = db
        .all(
            sql!(
                "select person_id as value from drawing_subscriber where project_id = $1 order by person_id"
            ),
            args![project],
        )
        .await?;
    Ok(rows.into_iter().map(|(person,)| person).collect())
}

/// Whether the feed has an entry for a record: only then do connected projects know it.
pub async fn in_feed(
    db: &mut Session,
    project: ProjectId,
    kind: impl Into<Kind>,
    record: Uuid,
) -> Result<bool> {
    let count: i64 = db
        .value(
            sql!("select count(*) as value from feed where project_id = $1 and kind = $2 and record_id = $3"),
            args![project, kind.into(), record],
        )
        .await?;
    Ok(count > 0)
}
