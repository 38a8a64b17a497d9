//! What a log is recognised by when nothing changed, the history of each drawing, and who is told.

use jiff::Timestamp;
use sluice_domain::connection::State;
use sluice_domain::feed::Kind;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{DrawingId, PersonId, ProjectId};
use uuid::Uuid;

use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// Something that happened to a drawing.
    pub struct Event {
        /// When.
        pub at: Timestamp,
        /// `confirmed`, `published`, `edited`, `obsolete`, `in_force`, `deleted`, `restored`, `kept_in_log` …
        pub kind: String,
        /// Who.
        pub person_name: Option<String>,
        /// Of which company.
        pub company_name: Option<String>,
        /// What.
        pub detail: String,
    }
}

/// The history of a drawing, newest first.
pub async fn history(db: &mut Session, project: ProjectId, drawing: DrawingId) -> Result<Vec<Event>> {
    db.all(
        sql!(
            "select at, kind, person_name, company_name, detail from drawing_event
              where project_id = $1 and drawing_id = $2 order by at desc, id desc limit 500"
        ),
        args![project, drawing],
    )
    .await
}

/// An event to be added.
#[derive(Debug, Clone)]
pub struct NewEvent {
    /// Which.
    pub id: Uuid,
    /// Of this drawing.
    pub drawing: DrawingId,
    /// What kind.
    pub kind: &'static str,
    /// Who.
    pub person_name: Option<String>,
    /// Of which company.
    pub company_name: Option<String>,
    /// What.
    pub detail: String,
}

/// Adds to the histories of drawings.
pub async fn add_events(
    tx: &mut Tx,
    project: ProjectId,
    events: Vec<NewEvent>,
    now: Timestamp,
) -> Result<()> {
    let rows = events.into_iter().map(|event| {
        args![
            event.id,
            project,
            event.drawing,
            now,
            event.kind,
            event.person_name,
            event.company_name,
            event.detail
        ]
    });
    tx.insert_many(
        "insert into drawing_event (id, project_id, drawing_id, at, kind, person_name, company_name, detail)",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

record! {
    /// What an unchanged log is recognised by (`SPD-06`).
    pub struct LogVersion {
        /// Counts up with each change of the log.
        pub version: i64,
        /// State of the connection to upstream, which every external drawing shows.
        pub connection_state: Option<State>,
    }
}

/// What an unchanged log is recognised by.
pub async fn log_version(db: &mut Session, project: ProjectId) -> Result<LogVersion> {
    db.one(
        sql!(
            "select coalesce((select version from drawing_log_version where project_id = $1), 0) as version,
                    (select state from connection where downstream_project_id = $1
                        and state in ('requested', 'connected', 'disconnected')) as connection_state"
        ),
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
pub async fn in_feed(db: &mut Session, project: ProjectId, kind: Kind, record: Uuid) -> Result<bool> {
    let count: i64 = db
        .value(
            sql!("select count(*) as value from feed where project_id = $1 and kind = $2 and record_id = $3"),
            args![project, kind, record],
        )
        .await?;
    Ok(count > 0)
}
