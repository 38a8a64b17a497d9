//! Sheets that somebody asked to have in one file (`LOG-03`): which they are, kept for as long as the file may be fetched.

use jiff::Timestamp;
use sluice_domain::permission::{Permit, act};
use sluice_domain::revision::Status;
use sluice_domain::{ConnectionId, PersonId, ProjectId, RevisionId, SetId};
use uuid::Uuid;

use crate::row::{Arg, Column, Row};
use crate::{Error, Result, Session, Sha256, Tx, args, record, sql};

/// Revisions in one column, 16 bytes each.
#[derive(Debug, Clone, Default)]
pub struct Revisions(pub Vec<RevisionId>);

impl Column for Revisions {
    fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
        let Some(bytes) = Vec::<u8>::take(row, name)? else { return Ok(None) };
        let (ids, []) = bytes.as_chunks::<16>() else {
            return Err(Error::Unreadable { column: name.to_owned() });
        };
        Ok(Some(Self(ids.iter().map(|id| RevisionId(Uuid::from_bytes(*id))).collect())))
    }
}

record! {
    /// What was asked for.
    pub struct Asked {
        /// Of this project.
        pub project_id: ProjectId,
        /// By this person.
        pub person_id: PersonId,
        /// As this kind of file.
        pub form: String,
        /// These sheets.
        pub revisions: Revisions,
        /// Until when.
        pub expires_at: Timestamp,
    }
}

/// Keeps what somebody asked for.
pub async fn keep(
    tx: &mut Tx,
    permit: &Permit<act::ViewDrawings>,
    id: Uuid,
    asked: &Asked,
    now: Timestamp,
) -> Result<()> {
    let revisions: Vec<u8> = asked.revisions.0.iter().flat_map(|id| id.0.into_bytes()).collect();
    tx.run(
        sql!(
            "insert into drawing_download (id, project_id, person_id, form, revisions, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)"
        ),
        args![id, asked.project_id, permit.person(), &asked.form, revisions, now, asked.expires_at],
    )
    .await?;
    Ok(())
}

/// What was asked for under an id.
pub async fn asked(db: &mut Session, id: Uuid) -> Result<Option<Asked>> {
    db.maybe(
        sql!("select project_id, person_id, form, revisions, expires_at from drawing_download where id = $1"),
        args![id],
    )
    .await
}

/// Forgets what can no longer be fetched.
pub async fn forget(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    // cross-tenant: the sweep forgets everybody's
    tx.run(sql!("delete from drawing_download where expires_at <= $1"), args![now]).await
}

record! {
    /// A sheet that goes into a file.
    pub struct Sheet {
        /// The revision.
        pub id: RevisionId,
        /// Number of the drawing.
        pub number: String,
        /// Its title.
        pub title: String,
        /// Text of the revision.
        pub revision: String,
        /// Unpublished or published.
        pub status: Status,
        /// One-page PDF.
        pub sha256: Sha256,
        /// Its length.
        pub byte_count: i64,
        /// Where it came through a connection.
        pub connection_id: Option<ConnectionId>,
        /// When its drawing was put into the recycle bin.
        pub deleted_at: Option<Timestamp>,
        /// Place of its discipline.
        pub position: i64,
        /// Place of its number.
        pub sort_key: String,
    }
}

/// Those of these revisions that are in a project and not taken out.
pub async fn sheets(db: &mut Session, project: ProjectId, revisions: &[RevisionId]) -> Result<Vec<Sheet>> {
    db.all_in(
        "select r.id, d.number, d.title, r.revision, r.status, r.sha256, r.byte_count, d.connection_id, d.deleted_at, i.position, d.sort_key
           from drawing_revision r
           join drawing d on d.id = r.drawing_id
           join discipline i on i.id = d.discipline_id
          where r.project_id = $1 and r.deleted_at is null and r.id",
        args![project],
        revisions.iter().map(|id| Arg::from(*id)).collect(),
        "",
    )
    .await
}

/// The sheets of the log: of each drawing the newest revision that may be seen, or the newest of these in a set.
pub async fn of_log(
    db: &mut Session,
    project: ProjectId,
    set: Option<SetId>,
    unpublished: bool,
    limit: i64,
) -> Result<Vec<RevisionId>> {
    let rows: Vec<(RevisionId,)> = db
        .all(
            sql!(
                "select r.id as value from drawing d join drawing_revision r on r.id = case
                    when cast($2 as uuid) is not null then
                      (select x.id from drawing_revision x
                        where x.drawing_id = d.id and x.set_id = $2 and x.deleted_at is null and ($3 or x.status = 'published')
                        order by x.deleted_upstream_at is not null, coalesce(x.drawing_date, '') desc, x.created_at desc, x.id desc limit 1)
                    when $3 then d.top_revision_id
                    else d.current_revision_id end
                  where d.project_id = $1 and d.deleted_at is null and (d.deleted_upstream_at is null or d.kept_in_log)
                  limit $4"
            ),
            args![project, set, unpublished, limit],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
