//! Deleting a project and closing a company (`PPL-17`): the marks, what is let go, and what it would end.
//!
//! Rows stay: histories on both sides refer to them. What nobody refers to any more are bytes, and these are let go here.

use jiff::Timestamp;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{CompanyId, ConnectionId, PersonId, ProjectId};

use crate::drawing::search;
use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// What deleting a project or closing a company would take away.
    pub struct Extent {
        /// Projects.
        pub projects: i64,
        /// Drawings in them.
        pub drawings: i64,
        /// Revisions of those, one file each.
        pub revisions: i64,
        /// People in the directory.
        pub people: i64,
        /// Live connections.
        pub connected: i64,
        /// Requests that wait.
        pub requested: i64,
    }
}

/// The extent of a project.
pub async fn extent_of_project(db: &mut Session, project: ProjectId) -> Result<Extent> {
    db.one(
        sql!(
            "select cast(1 as bigint) as projects,
                    (select count(*) from drawing d where d.project_id = $1) as drawings,
                    (select count(*) from drawing_revision r where r.project_id = $1) as revisions,
                    (select count(*) from member m where m.project_id = $1) as people,
                    (select count(*) from connection n where (n.upstream_project_id = $1 or n.downstream_project_id = $1)
                        and n.state = 'connected') as connected,
                    (select count(*) from connection n where (n.upstream_project_id = $1 or n.downstream_project_id = $1)
                        and n.state = 'requested') as requested"
        ),
        args![project],
    )
    .await
}

/// The extent of a company: numbers only, for whoever operates the installation (`PPL-16`).
pub async fn extent_of_company(db: &mut Session, company: CompanyId) -> Result<Extent> {
    db.one(
        sql!(
            "select (select count(*) from project p where p.company_id = $1 and p.deleted_at is null) as projects,
                    (select count(*) from drawing d join project p on p.id = d.project_id
                      where p.company_id = $1 and p.deleted_at is null) as drawings,
                    (select count(*) from drawing_revision r join project p on p.id = r.project_id
                      where p.company_id = $1 and p.deleted_at is null) as revisions,
                    (select count(*) from directory_entry e where e.company_id = $1) as people,
                    (select count(*) from connection n where (n.upstream_company_id = $1 or n.downstream_company_id = $1)
                        and n.state = 'connected') as connected,
                    (select count(*) from connection n where (n.upstream_company_id = $1 or n.downstream_company_id = $1)
                        and n.state = 'requested') as requested"
        ),
        args![company],
    )
    .await
}

/// Locks a company and the projects it has, in the order in which everybody locks: a stage of their connections changes under the lock of
/// either end. Answers the projects that are not deleted.
pub async fn lock_company(tx: &mut Tx, company: CompanyId) -> Result<Vec<ProjectId>> {
    tx.lock("select id from project where company_id = $1 order by id for no key update", args![company])
        .await?;
    let rows: Vec<(ProjectId,)> = tx
        .all(
            sql!("select id as value from project where company_id = $1 and deleted_at is null order by id"),
            args![company],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// What waits or is live at a project, in the order of ids.
pub async fn open_connections(db: &mut Session, project: ProjectId) -> Result<Vec<ConnectionId>> {
    let rows: Vec<(ConnectionId,)> = db
        .all(
            sql!(
                "select id as value from connection
                  where (upstream_project_id = $1 or downstream_project_id = $1) and state in ('requested', 'connected') order by id"
            ),
            args![project],
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// Marks a project deleted and lets go of the bytes that nothing else of its company refers to.
pub async fn delete_project(
    tx: &mut Tx,
    permit: &Permit<act::DeleteProject>,
    project: ProjectId,
    reason: &str,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "update project set deleted_at = $3, deleted_by = $4, deletion_reason = $5, version = version + 1
              where id = $1 and company_id = $2"
        ),
        args![project, permit.company(), now, permit.person(), reason],
    )
    .await?;
    search::forget(tx, project).await?;
    // The lock is the last one a transaction takes: whoever takes a reference shares it.
    tx.lock("select id from company where id = $1 for no key update", args![permit.company()]).await?;
    tx.run(
        sql!(
            "delete from preview where company_id = $1
                and sha256 in (select r.sha256 from drawing_revision r where r.project_id = $2
                               union select s.sha256 from sheet s where s.project_id = $2)
                and not exists (select 1 from drawing_revision r join project p on p.id = r.project_id
                                 where r.sha256 = preview.sha256 and p.company_id = $1 and p.deleted_at is null)
                and not exists (select 1 from sheet s join project p on p.id = s.project_id
                                 where s.sha256 = preview.sha256 and p.company_id = $1 and p.deleted_at is null)"
        ),
        args![permit.company(), project],
    )
    .await?;
    tx.run(
        sql!(
            "delete from blob_reference where company_id = $1
                and sha256 in (select r.sha256 from drawing_revision r where r.project_id = $2
                               union select s.sha256 from sheet s where s.project_id = $2)
                and not exists (select 1 from drawing_revision r join project p on p.id = r.project_id
                                 where r.sha256 = blob_reference.sha256 and p.company_id = $1 and p.deleted_at is null)
                and not exists (select 1 from sheet s join project p on p.id = s.project_id
                                 where s.sha256 = blob_reference.sha256 and p.company_id = $1 and p.deleted_at is null)"
        ),
        args![permit.company(), project],
    )
    .await?;
    Ok(())
}

/// Marks a company closed and lets go of all its references: its bytes stay only where another company refers to them (`FLO-04`). Only whoever
/// operates the installation does so; `app` checks.
pub async fn close_company(
    tx: &mut Tx,
    company: CompanyId,
    by: Option<PersonId>,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    let closed = tx
        .run(
            sql!(
                "update company set closed_at = $2, closed_by = $3, closing_reason = $4 where id = $1 and closed_at is null"
            ),
            args![company, now, by, reason],
        )
        .await?;
    tx.run(
        sql!("delete from sheet_text where project_id in (select id from project where company_id = $1)"),
        args![company],
    )
    .await?;
    tx.run(sql!("delete from preview where company_id = $1"), args![company]).await?;
    tx.run(sql!("delete from blob_reference where company_id = $1"), args![company]).await?;
    Ok(closed == 1)
}

record! {
    /// A company of the installation, as whoever operates it sees it: its name and its time, nothing of what is in it (`PPL-16`).
    pub struct Installed {
        /// Which.
        pub id: CompanyId,
        /// Its name.
        pub name: String,
        /// Since when.
        pub created_at: Timestamp,
        /// Until when.
        pub closed_at: Option<Timestamp>,
    }
}

/// The companies of the installation, by name.
pub async fn companies(db: &mut Session) -> Result<Vec<Installed>> {
    db.all(
        // cross-tenant: names of all companies, for whoever operates the installation
        sql!("select id, name, created_at, closed_at from company order by name, id"),
        args![],
    )
    .await
}

record! {
    /// Somebody in a company's directory.
    pub struct Entered {
        /// Who.
        pub person_id: PersonId,
        /// One of its own people.
        pub employee: bool,
    }
}

/// Everybody who is active in a company's directory: what they may see ends.
pub async fn people(db: &mut Session, company: CompanyId) -> Result<Vec<Entered>> {
    db.all(
        sql!(
            "select person_id, employee from directory_entry where company_id = $1 and status = 'active' order by person_id"
        ),
        args![company],
    )
    .await
}
