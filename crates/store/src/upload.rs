//! Uploads: the files of a batch as they come in. The sheets found in them stand in [`sheets`], what is
//! read on them in [`reading`].

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{AreaId, CompanyId, PersonId, ProjectId, SetId, UploadFileId, UploadId};

use crate::row::{Arg, Column, Row};
use crate::{Result, Session, Sha256, Tx, args, record, sql};

pub mod abandoned;
pub mod reading;
pub mod sheets;

/// Where a file of an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// Bytes are missing.
    Receiving,
    /// All bytes are here.
    Waiting,
    /// It is being taken apart.
    Processing,
    /// All its pages are done.
    Done,
    /// It is refused as a whole.
    Failed,
}

impl FileState {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Receiving, Self::Waiting, Self::Processing, Self::Done, Self::Failed];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Waiting => "waiting",
            Self::Processing => "processing",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
}

/// Where a sheet of an upload stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetStatus {
    /// Its picture is there; number and title are read when all pages of the file are.
    Reading,
    /// A person looks at it.
    ToReview,
    /// It became a revision.
    Confirmed,
    /// A person took it out.
    Removed,
    /// The page could not be worked on.
    Failed,
}

impl SheetStatus {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Reading, Self::ToReview, Self::Confirmed, Self::Removed, Self::Failed];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::ToReview => "to_review",
            Self::Confirmed => "confirmed",
            Self::Removed => "removed",
            Self::Failed => "failed",
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }
}

macro_rules! keyed {
    ($($type:ty),*) => {$(
        impl Column for $type {
            fn take(row: &Row<'_>, name: &str) -> Result<Option<Self>> {
                let Some(key) = String::take(row, name)? else { return Ok(None) };
                Self::from_key(&key).map(Some).ok_or_else(|| crate::Error::Unreadable { column: name.to_owned() })
            }
        }
        impl From<$type> for Arg {
            fn from(value: $type) -> Self {
                Self::Text(Some(value.key().to_owned()))
            }
        }
    )*};
}
keyed!(FileState, SheetStatus);

record! {
    /// An upload with what is shown of it.
    pub struct Upload {
        /// Which.
        pub id: UploadId,
        /// In this project …
        pub project_id: ProjectId,
        /// … of this company.
        pub company_id: CompanyId,
        /// Into this set.
        pub set_id: SetId,
        /// Its name.
        pub set_name: String,
        /// Its date.
        pub set_date: Option<Date>,
        /// Into this area.
        pub area_id: AreaId,
        /// Its name.
        pub area_name: String,
        /// How file names are read: `automatic`, `number_title` …
        pub naming: String,
        /// Drawing date of sheets that get no other.
        pub drawing_date: Option<Date>,
        /// Received date of sheets that get no other.
        pub received_date: Option<Date>,
        /// Revision of sheets on which none is read.
        pub default_revision: Option<String>,
        /// By whom.
        pub created_by: PersonId,
        /// By name.
        pub created_by_name: String,
        /// When.
        pub created_at: Timestamp,
        /// Sheets by status.
        pub sheets_total: i64,
        /// Still being read.
        pub sheets_reading: i64,
        /// Waiting for a person.
        pub sheets_to_review: i64,
        /// Became revisions.
        pub sheets_confirmed: i64,
        /// Pages that could not be worked on.
        pub sheets_failed: i64,
        /// Taken out.
        pub sheets_removed: i64,
    }
}

record! {
    /// A file of an upload.
    pub struct UploadFile {
        /// Which.
        pub id: UploadFileId,
        /// Of this upload.
        pub upload_id: UploadId,
        /// In this project.
        pub project_id: ProjectId,
        /// Name, cleaned for showing it.
        pub name: String,
        /// Length once complete.
        pub byte_count: i64,
        /// Bytes that are safely here.
        pub received_count: i64,
        /// Where it stands.
        pub state: FileState,
        /// Hash, once complete.
        pub sha256: Option<Sha256>,
        /// Pages, once known.
        pub page_count: Option<i64>,
        /// Why it failed.
        pub error_code: Option<String>,
        /// When its last byte came.
        pub touched_at: Timestamp,
        /// Pages worked on.
        pub pages_done: i64,
        /// Pages that failed.
        pub pages_failed: i64,
    }
}

/// An upload to be created.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// Which.
    pub id: UploadId,
    /// Into this set.
    pub set: SetId,
    /// Into this area.
    pub area: AreaId,
    /// How file names are read.
    pub naming: &'static str,
    /// Defaults of its sheets.
    pub drawing_date: Option<Date>,
    /// Defaults of its sheets.
    pub received_date: Option<Date>,
    /// Defaults of its sheets.
    pub default_revision: Option<String>,
}

/// A file to be received, or received already.
#[derive(Debug, Clone)]
pub struct NewFile {
    /// Which.
    pub id: UploadFileId,
    /// Name, cleaned.
    pub name: String,
    /// Length once complete.
    pub byte_count: i64,
    /// Bytes that are safely here.
    pub received_count: i64,
    /// Where it stands.
    pub state: FileState,
    /// Why it failed, if it did.
    pub error_code: Option<&'static str>,
}

/// Adds an upload.
pub async fn insert(
    tx: &mut Tx,
    permit: &Permit<act::UploadDrawings>,
    project: ProjectId,
    upload: &NewUpload,
    now: Timestamp,
) -> Result<()> {
    tx.run(
        sql!(
            "insert into upload (id, project_id, set_id, area_id, naming, drawing_date, received_date, default_revision, created_by, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
        ),
        args![
            upload.id,
            project,
            upload.set,
            upload.area,
            upload.naming,
            upload.drawing_date,
            upload.received_date,
            upload.default_revision.clone(),
            permit.person(),
            now
        ],
    )
    .await?;
    Ok(())
}

/// Adds files to an upload.
pub async fn insert_files(
    tx: &mut Tx,
    _permit: &Permit<act::UploadDrawings>,
    upload: UploadId,
    project: ProjectId,
    files: Vec<NewFile>,
    now: Timestamp,
) -> Result<()> {
    let rows = files.into_iter().map(|file| {
        args![
            file.id,
            upload,
            project,
            file.name,
            file.byte_count,
            file.received_count,
            file.state,
            file.error_code,
            now,
            now
        ]
    });
    tx.insert_many(
        "insert into upload_file (id, upload_id, project_id, name, byte_count, received_count, state, error_code, created_at, touched_at)",
        "",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// One upload.
pub async fn get(db: &mut Session, upload: UploadId) -> Result<Option<Upload>> {
    db.maybe(
        sql!(
            "select u.id, u.project_id, p.company_id, u.set_id, s.name as set_name, s.set_date, u.area_id, a.name as area_name, u.naming,
                    u.drawing_date, u.received_date, u.default_revision, u.created_by, b.name as created_by_name, u.created_at,
                    count(h.id) as sheets_total,
                    count(h.id) filter (where h.status = 'reading') as sheets_reading,
                    count(h.id) filter (where h.status = 'to_review') as sheets_to_review,
                    count(h.id) filter (where h.status = 'confirmed') as sheets_confirmed,
                    count(h.id) filter (where h.status = 'failed') as sheets_failed,
                    count(h.id) filter (where h.status = 'removed') as sheets_removed
               from upload u
               join project p on p.id = u.project_id
               join drawing_set s on s.id = u.set_id
               join drawing_area a on a.id = u.area_id
               join person b on b.id = u.created_by
               left join sheet h on h.upload_id = u.id
              where u.id = $1
              group by u.id, p.company_id, s.name, s.set_date, a.name, b.name"
        ),
        args![upload],
    )
    .await
}

/// The uploads of a project, open ones first, then the newest; of one person only, where one is given.
pub async fn of_project(
    db: &mut Session,
    project: ProjectId,
    person: Option<PersonId>,
    limit: i64,
) -> Result<Vec<Upload>> {
    db.all(
        sql!(
            "select u.id, u.project_id, p.company_id, u.set_id, s.name as set_name, s.set_date, u.area_id, a.name as area_name, u.naming,
                    u.drawing_date, u.received_date, u.default_revision, u.created_by, b.name as created_by_name, u.created_at,
                    count(h.id) as sheets_total,
                    count(h.id) filter (where h.status = 'reading') as sheets_reading,
                    count(h.id) filter (where h.status = 'to_review') as sheets_to_review,
                    count(h.id) filter (where h.status = 'confirmed') as sheets_confirmed,
                    count(h.id) filter (where h.status = 'failed') as sheets_failed,
                    count(h.id) filter (where h.status = 'removed') as sheets_removed
               from (select * from upload
                      where project_id = $1 and (cast($2 as uuid) is null or created_by = $2)
                      order by exists (select 1 from upload_file f where f.upload_id = upload.id
                                          and f.state in ('receiving', 'waiting', 'processing'))
                            or exists (select 1 from sheet o where o.upload_id = upload.id and o.status in ('reading', 'to_review')) desc,
                            created_at desc, id desc
                      limit $3) u
               join project p on p.id = u.project_id
               join drawing_set s on s.id = u.set_id
               join drawing_area a on a.id = u.area_id
               join person b on b.id = u.created_by
               left join sheet h on h.upload_id = u.id
              group by u.id, u.project_id, p.company_id, u.set_id, s.name, s.set_date, u.area_id, a.name, u.naming, u.drawing_date,
                       u.received_date, u.default_revision, u.created_by, b.name, u.created_at
              order by exists (select 1 from upload_file f where f.upload_id = u.id and f.state in ('receiving', 'waiting', 'processing'))
                    or count(h.id) filter (where h.status in ('reading', 'to_review')) > 0 desc, u.created_at desc, u.id desc"
        ),
        args![project, person, limit],
    )
    .await
}

/// The files of one upload, in the order in which they were announced.
pub async fn files(db: &mut Session, upload: UploadId) -> Result<Vec<UploadFile>> {
    db.all(
        sql!(
            "select f.id, f.upload_id, f.project_id, f.name, f.byte_count, f.received_count, f.state, f.sha256, f.page_count, f.error_code, f.touched_at,
                    count(h.id) as pages_done, count(h.id) filter (where h.status = 'failed') as pages_failed
               from upload_file f left join sheet h on h.file_id = f.id
              where f.upload_id = $1 -- cross-tenant: an upload is of one project, which its reader was allowed
              group by f.id order by f.created_at, f.id"
        ),
        args![upload],
    )
    .await
}

/// The files of these uploads of a project, in the order in which they were announced.
pub async fn files_of(db: &mut Session, project: ProjectId, uploads: &[UploadId]) -> Result<Vec<UploadFile>> {
    let mut files = Vec::new();
    for lot in crate::drawing::lots(uploads) {
        let mut args = args![project];
        args.extend(lot);
        let rows: Vec<UploadFile> = db
            .all(
                sql!(
                    "select f.id, f.upload_id, f.project_id, f.name, f.byte_count, f.received_count, f.state, f.sha256, f.page_count,
                            f.error_code, f.touched_at, count(h.id) as pages_done, count(h.id) filter (where h.status = 'failed') as pages_failed
                       from upload_file f left join sheet h on h.file_id = f.id
                      where f.project_id = $1
                        and f.upload_id in ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, 
                                           $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, 
                                           $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51)
                      group by f.id order by f.created_at, f.id"
                ),
                args,
            )
            .await?;
        files.extend(rows);
    }
    Ok(files)
}

/// One file.
pub async fn file(db: &mut Session, file: UploadFileId) -> Result<Option<UploadFile>> {
    db.maybe(
        sql!(
            "select f.id, f.upload_id, f.project_id, f.name, f.byte_count, f.received_count, f.state, f.sha256, f.page_count, f.error_code, f.touched_at,
                    count(h.id) as pages_done, count(h.id) filter (where h.status = 'failed') as pages_failed
               from upload_file f left join sheet h on h.file_id = f.id
              where f.id = $1
              group by f.id"
        ),
        args![file],
    )
    .await
}

/// Remembers how many bytes are safely here, and that some came now.
pub async fn set_received(tx: &mut Tx, file: UploadFileId, received: i64, now: Timestamp) -> Result<()> {
    tx.run(
        sql!("update upload_file set received_count = $2, touched_at = $3 where id = $1 and state = 'receiving'"),
        args![file, received, now],
    )
    .await?;
    Ok(())
}

/// All bytes are here; answers whether that was news.
pub async fn complete(tx: &mut Tx, file: UploadFileId) -> Result<bool> {
    let news = tx
        .run(
            sql!("update upload_file set state = 'waiting', received_count = byte_count where id = $1 and state = 'receiving'"),
            args![file],
        )
        .await?;
    Ok(news == 1)
}

/// Takes back a file of which bytes are still missing; answers whether it was one.
pub async fn remove_receiving(
    tx: &mut Tx,
    _permit: &Permit<act::UploadDrawings>,
    file: UploadFileId,
) -> Result<bool> {
    let removed =
        tx.run(sql!("delete from upload_file where id = $1 and state = 'receiving'"), args![file]).await?;
    Ok(removed == 1)
}

/// Work on a file begins, or goes on after a crash.
pub async fn begin_processing(tx: &mut Tx, file: UploadFileId, sha256: Sha256) -> Result<()> {
    tx.run(
        sql!("update upload_file set state = 'processing', sha256 = $2 where id = $1 and state in ('waiting', 'processing')"),
        args![file, sha256],
    )
    .await?;
    Ok(())
}

/// How many pages a file has.
pub async fn set_pages(tx: &mut Tx, file: UploadFileId, pages: i64) -> Result<()> {
    tx.run(sql!("update upload_file set page_count = $2 where id = $1"), args![file, pages]).await?;
    Ok(())
}

/// A file is refused as a whole.
pub async fn fail(tx: &mut Tx, file: UploadFileId, code: &str) -> Result<()> {
    tx.run(
        sql!("update upload_file set state = 'failed', error_code = $2 where id = $1 and state <> 'done'"),
        args![file, code],
    )
    .await?;
    Ok(())
}

/// All pages of a file are done and read.
pub async fn finish(tx: &mut Tx, file: UploadFileId) -> Result<()> {
    tx.run(sql!("update upload_file set state = 'done' where id = $1 and state = 'processing'"), args![file])
        .await?;
    Ok(())
}

record! {
    /// A file of the same company with the same bytes, taken apart before.
    pub struct Earlier {
        /// Which.
        pub id: UploadFileId,
        /// Its name then.
        pub name: String,
        /// How its name was read then.
        pub naming: String,
        /// Pages.
        pub page_count: i64,
    }
}

/// The last file with the same bytes that the same company had taken apart; never another company's (`FLO-04`).
pub async fn earlier(
    db: &mut Session,
    company: CompanyId,
    sha256: Sha256,
    than: UploadFileId,
) -> Result<Option<Earlier>> {
    db.maybe(
        sql!(
            "select f.id, f.name, u.naming, f.page_count
               from upload_file f join upload u on u.id = f.upload_id join project p on p.id = f.project_id
              where f.sha256 = $2 and f.state = 'done' and f.page_count is not null and p.company_id = $1 and f.id <> $3
                and not exists (select 1 from sheet s join blob b on b.sha256 = s.sha256 where s.file_id = f.id and b.damaged_at is not null)
              order by f.id desc limit 1"
        ),
        args![company, sha256, than],
    )
    .await
}
