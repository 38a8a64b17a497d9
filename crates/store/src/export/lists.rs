//! What an export needs beside the tables: projects and connections for its first page, revisions in the order of the log, and the files that go
//! into it.

use jiff::Timestamp;
use sluice_domain::{CompanyId, ConnectionId, ProjectId, RevisionId};
use uuid::Uuid;

use super::PAGE;
use crate::{Result, Session, Sha256, args, record, sql};

record! {
    /// A project to be written out.
    pub struct ProjectRow {
        /// Which.
        pub id: ProjectId,
        /// Its name.
        pub name: String,
        /// Its number; may be empty.
        pub number: String,
        /// Active or inactive.
        pub active: bool,
    }
}

/// The projects of a company, by number and name.
pub async fn projects(db: &mut Session, company: CompanyId) -> Result<Vec<ProjectRow>> {
    db.all(
        sql!(
            "select id, name, number, active from project where company_id = $1 and deleted_at is null order by number, name, id"
        ),
        args![company],
    )
    .await
}

record! {
    /// Revisions of a company, and their bytes.
    pub struct Size {
        /// How many.
        pub files: i64,
        /// How much.
        pub bytes: i64,
    }
}

/// How much there is to write out, for showing how far it is.
pub async fn size(db: &mut Session, company: CompanyId) -> Result<Size> {
    db.one(
        sql!(
            "select count(*) as files, cast(coalesce(sum(r.byte_count), 0) as bigint) as bytes
               from drawing_revision r join project p on p.id = r.project_id
              where p.company_id = $1 and p.deleted_at is null"
        ),
        args![company],
    )
    .await
}

/// The company's name.
pub async fn company_name(db: &mut Session, company: CompanyId) -> Result<String> {
    db.value(sql!("select name as value from company where id = $1"), args![company]).await
}

record! {
    /// A revision and its bytes, for naming its file.
    pub struct RevisionFile {
        /// Which.
        pub id: Uuid,
        /// Number of its drawing.
        pub number: String,
        /// Revision as printed.
        pub revision: String,
        /// Title.
        pub title: String,
        /// Its bytes.
        pub sha256: Sha256,
        /// Their size.
        pub byte_count: i64,
    }
}

/// Revisions of a project, in the order of their ids, after one.
pub async fn revision_files(db: &mut Session, project: ProjectId, after: Uuid) -> Result<Vec<RevisionFile>> {
    db.all(
        sql!(
            "select r.id, d.number, r.revision, coalesce(r.title, d.title) as title, r.sha256, r.byte_count
               from drawing_revision r join drawing d on d.id = r.drawing_id
              where r.project_id = $1 and r.id > $2 order by r.id limit $3"
        ),
        args![project, after, PAGE],
    )
    .await
}

record! {
    /// A revision as it stands in the list of a project's drawings.
    pub struct ListedRevision {
        /// Which.
        pub id: RevisionId,
        /// Of this drawing.
        pub drawing_id: Uuid,
        /// What it is sorted by.
        pub sort_key: String,
        /// Number as printed.
        pub number: String,
        /// Title of the drawing.
        pub title: String,
        /// Discipline.
        pub discipline: String,
        /// Area.
        pub area: String,
        /// Revision as printed.
        pub revision: String,
        /// In this set.
        pub set_name: String,
        /// Date on the sheet.
        pub drawing_date: Option<String>,
        /// `unpublished`, `published`.
        pub status: String,
        /// Whether it is the drawing's current one.
        pub current: bool,
        /// No longer to be built from.
        pub obsolete: bool,
        /// Whether the drawing or the revision is deleted, here or upstream.
        pub deleted: bool,
        /// Where it came through a connection: from this company …
        pub origin_company: Option<String>,
        /// … and project.
        pub origin_project: Option<String>,
    }
}

/// Revisions of a project, drawing by drawing in the order of the log, in the order in which they came, after one of them.
pub async fn listed(
    db: &mut Session,
    project: ProjectId,
    after: Option<&ListedRevision>,
) -> Result<Vec<ListedRevision>> {
    db.all(
        sql!(
            "select r.id, d.id as drawing_id, d.sort_key, d.number, d.title, i.name as discipline, a.name as area, r.revision,
                    s.name as set_name, r.drawing_date, r.status, coalesce(r.id = d.current_revision_id, false) as current, d.obsolete,
                    (d.deleted_at is not null or d.deleted_upstream_at is not null or r.deleted_at is not null) as deleted,
                    d.origin_company, d.origin_project
               from drawing_revision r
               join drawing d on d.id = r.drawing_id
               join discipline i on i.id = d.discipline_id
               join drawing_area a on a.id = d.area_id
               join drawing_set s on s.id = r.set_id
              where r.project_id = $1 and (d.sort_key, d.id, r.id) > ($2, $3, $4)
              order by d.sort_key, d.id, r.id limit $5"
        ),
        args![
            project,
            after.map_or("", |row| row.sort_key.as_str()),
            after.map_or_else(Uuid::nil, |row| row.drawing_id),
            after.map_or_else(Uuid::nil, |row| row.id.0),
            PAGE
        ],
    )
    .await
}

record! {
    /// An uploaded file whose bytes are kept until it is taken apart.
    pub struct KeptFile {
        /// Which.
        pub id: Uuid,
        /// Its name.
        pub name: String,
    }
}

/// Uploaded files of a project that are whole and not taken apart yet.
pub async fn kept_files(db: &mut Session, project: ProjectId) -> Result<Vec<KeptFile>> {
    db.all(
        sql!(
            "select id, name from upload_file
              where project_id = $1 and state in ('waiting', 'processing') and received_count = byte_count order by id"
        ),
        args![project],
    )
    .await
}

record! {
    /// A connection as the first page of an export shows it.
    pub struct ListedConnection {
        /// Which.
        pub id: ConnectionId,
        /// `upstream` or `downstream`: which side the company is.
        pub side: String,
        /// Own project.
        pub project: String,
        /// The other company.
        pub company: String,
        /// Its project.
        pub other_project: String,
        /// State.
        pub state: String,
        /// When it was asked for.
        pub requested_at: Timestamp,
        /// When it ended.
        pub ended_at: Option<Timestamp>,
    }
}

/// The connections of a company, newest first.
pub async fn connections(db: &mut Session, company: CompanyId) -> Result<Vec<ListedConnection>> {
    db.all(
        sql!(
            "select n.id, case when n.upstream_company_id = $1 then 'upstream' else 'downstream' end as side,
                    case when n.upstream_company_id = $1 then up.name else dp.name end as project,
                    case when n.upstream_company_id = $1 then dc.name else uc.name end as company,
                    case when n.upstream_company_id = $1 then dp.name else up.name end as other_project,
                    n.state, n.requested_at, n.ended_at
               from connection n
               join company uc on uc.id = n.upstream_company_id join project up on up.id = n.upstream_project_id
               join company dc on dc.id = n.downstream_company_id join project dp on dp.id = n.downstream_project_id
              where n.upstream_company_id = $1 or n.downstream_company_id = $1
              order by n.requested_at desc, n.id"
        ),
        args![company],
    )
    .await
}
