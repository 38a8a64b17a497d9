//! Exports of companies: who asked for one, how far it is, until when its archive is kept.

use jiff::Timestamp;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{CompanyId, ExportId};

use crate::row::{Arg, Column, Row};
use crate::{Error, Result, Session, Tx, args, record, sql};

/// Where an export stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportState {
    /// Asked for.
    Waiting,
    /// Being written.
    Running,
    /// Ready to be fetched.
    Done,
    /// Could not be written.
    Failed,
    /// Its archive is gone: its time was over, or somebody removed it.
    Removed,
}

impl ExportState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Waiting, Self::Running, Self::Done, Self::Failed, Self::Removed];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Removed => "removed",
        }
    }
}

impl Column for ExportState {
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        let Some(key) = String::take(row, name)? else { return Ok(None) };
        let state = Self::ALL.into_iter().find(|state| state.key() == key);
        state.map(Some).ok_or_else(|| Error::Unreadable { column: name.to_owned() })
    }
}

impl From<ExportState> for Arg {
    fn from(state: ExportState) -> Self {
        Self::from(state.key())
    }
}

record! {
    /// An export.
    pub struct Export {
        /// Which.
        pub id: ExportId,
        /// Of this company …
        pub company_id: CompanyId,
        /// … by its present name.
        pub company_name: String,
        /// Who asked, by name.
        pub requested_by_name: String,
        /// When.
        pub created_at: Timestamp,
        /// Where it stands.
        pub state: ExportState,
        /// Files to be copied.
        pub file_count: i64,
        /// Files copied so far.
        pub files_done: i64,
        /// Bytes of the archive, when it is done.
        pub byte_count: i64,
        /// Files that could not be had.
        pub damaged_count: i64,
        /// When it was done.
        pub finished_at: Option<Timestamp>,
        /// Until when its archive is kept.
        pub expires_at: Option<Timestamp>,
    }
}

/// Asks for an export. One of a company is written at a time: the database refuses a second.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<act::ExportCompany>,
    id: ExportId,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into company_export (id, company_id, requested_by, created_at, state) values ($1, $2, $3, $4, 'waiting')"
        ),
        args![id, permit.company(), permit.person(), now],
    )
    .await?;
    Ok(())
}

/// The exports of a company, newest first, last 20.
pub async fn of_company(db: &mut Session, company: CompanyId) -> Result<Vec<Export>> {
    db.all(
        sql!(
            "select x.id, x.company_id, c.name as company_name, p.name as requested_by_name, x.created_at, x.state, x.file_count,
                    x.files_done, x.byte_count, x.damaged_count, x.finished_at, x.expires_at
               from company_export x join company c on c.id = x.company_id join person p on p.id = x.requested_by
              where x.company_id = $1 order by x.created_at desc, x.id desc limit 20"
        ),
        args![company],
    )
    .await
}

/// One export; its caller judges whether the company may be seen.
pub async fn get(db: &mut Session, id: ExportId) -> Result<Option<Export>> {
    db.maybe(
        sql!(
            "select x.id, x.company_id, c.name as company_name, p.name as requested_by_name, x.created_at, x.state, x.file_count,
                    x.files_done, x.byte_count, x.damaged_count, x.finished_at, x.expires_at
               from company_export x join company c on c.id = x.company_id join person p on p.id = x.requested_by
              where x.id = $1"
        ),
        args![id],
    )
    .await
}

/// Notes how far it is, unless it was removed meanwhile; answers whether it goes on.
pub async fn progress(tx: &mut Tx, id: ExportId, files: i64, done: i64) -> Result<bool> {
    let going = tx
        .run(
            sql!(
                "update company_export set state = 'running', file_count = $2, files_done = $3
                  where id = $1 and state in ('waiting', 'running')"
            ),
            args![id, files, done],
        )
        .await?;
    Ok(going == 1)
}

/// Notes that it is done; answers whether anybody still wants it.
pub async fn finish(
    tx: &mut Tx,
    id: ExportId,
    bytes: i64,
    damaged: i64,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool> {
    let done = tx
        .run(
            sql!(
                "update company_export set state = 'done', files_done = file_count, byte_count = $2, damaged_count = $3, finished_at = $4,
                        expires_at = $5
                  where id = $1 and state in ('waiting', 'running')"
            ),
            args![id, bytes, damaged, now, expires_at],
        )
        .await?;
    Ok(done == 1)
}

/// Notes that it could not be written.
pub async fn fail(tx: &mut Tx, id: ExportId, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("update company_export set state = 'failed', finished_at = $2 where id = $1 and state in ('waiting', 'running')"),
        args![id, now],
    )
    .await?;
    Ok(())
}

/// Gives an archive up; answers whether there was one, or one under way.
pub async fn remove(tx: &mut Tx, id: ExportId) -> Result<bool> {
    let removed = tx
        .run(
            sql!("update company_export set state = 'removed' where id = $1 and state in ('waiting', 'running', 'done')"),
            args![id],
        )
        .await?;
    Ok(removed == 1)
}

/// Gives up all archives of a company: a newer one is being made, or the company is closed. Answers which.
pub async fn remove_all(tx: &mut Tx, company: CompanyId) -> Result<Vec<ExportId>> {
    let rows: Vec<(ExportId,)> = tx
        .all(
            sql!(
                "update company_export set state = 'removed' where company_id = $1 and state in ('waiting', 'running', 'done')
                 returning id as value"
            ),
            args![company],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
