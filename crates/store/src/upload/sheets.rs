//! Sheets of an upload: pages as they come out of a file, what was read on them, what a person makes of it.

use jiff::Timestamp;
use jiff::civil::Date;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{
    AreaId, CompanyId, DisciplineId, DrawingId, PersonId, ProjectId, RevisionId, SetId, SheetId,
    UploadFileId, UploadId,
};

use super::SheetStatus;
use crate::{Result, Session, Sha256, Tx, args, record, reference, sql};

record! {
    /// A sheet under review, with what is known about its number in the log.
    pub struct Sheet {
        /// Which.
        pub id: SheetId,
        /// Of this upload.
        pub upload_id: UploadId,
        /// In this project …
        pub project_id: ProjectId,
        /// … of this company.
        pub company_id: CompanyId,
        /// Who uploaded it.
        pub created_by: PersonId,
        /// Out of this file …
        pub file_id: UploadFileId,
        /// … by name …
        pub file_name: String,
        /// … this page, from 1.
        pub page: i64,
        /// Where it stands.
        pub status: SheetStatus,
        /// Why it failed.
        pub error_code: Option<String>,
        /// One-page PDF.
        pub sha256: Option<Sha256>,
        /// Sheet number.
        pub number: Option<String>,
        /// Title.
        pub title: Option<String>,
        /// Revision.
        pub revision: Option<String>,
        /// Discipline.
        pub discipline_id: Option<DisciplineId>,
        /// By name.
        pub discipline_name: Option<String>,
        /// Date on the sheet.
        pub drawing_date: Option<Date>,
        /// Date it came in.
        pub received_date: Option<Date>,
        /// Rotation of the page in its file, degrees; already applied to the picture.
        pub rotation: i64,
        /// Number as it was read.
        pub read_number: Option<String>,
        /// Title as it was read.
        pub read_title: Option<String>,
        /// Revision as it was read.
        pub read_revision: Option<String>,
        /// Revision of the upload's sheets on which none was read.
        pub default_revision: Option<String>,
        /// How sure the number is, 0 to 1.
        pub number_confidence: Option<f64>,
        /// Where it was found.
        pub number_source: Option<String>,
        /// How sure the title is.
        pub title_confidence: Option<f64>,
        /// Where it was found.
        pub title_source: Option<String>,
        /// How sure the revision is.
        pub revision_confidence: Option<f64>,
        /// Where it was found.
        pub revision_source: Option<String>,
        /// Title block: left edge in points.
        pub block_x: Option<f64>,
        /// Title block: top edge.
        pub block_y: Option<f64>,
        /// Title block: width.
        pub block_width: Option<f64>,
        /// Title block: height.
        pub block_height: Option<f64>,
        /// The revision it became.
        pub revision_id: Option<RevisionId>,
        /// The drawing it became, or would belong to.
        pub drawing_id: Option<DrawingId>,
        /// Newest revision of that drawing, as text …
        pub latest_revision: Option<String>,
        /// … and its bytes.
        pub latest_sha256: Option<Sha256>,
        /// How many open or confirmed sheets of the upload have this number.
        pub same_number_count: Option<i64>,
        /// Paper width in points.
        pub width_pt: Option<f64>,
        /// Paper height in points.
        pub height_pt: Option<f64>,
        /// Full picture, pixels.
        pub pixel_width: Option<i64>,
        /// Full picture, pixels.
        pub pixel_height: Option<i64>,
        /// Side of a tile, pixels.
        pub tile_size: Option<i64>,
        /// Levels of the picture.
        pub level_count: Option<i64>,
    }
}

/// The sheets of an upload after `(file, page)` of the sheet `after`, in the order of files and pages; one of them, where one is given.
pub async fn of_upload(
    db: &mut Session,
    upload: UploadId,
    only: Option<SheetId>,
    after: Option<SheetId>,
    limit: i64,
) -> Result<Vec<Sheet>> {
    db.all(
        sql!(
            "with twin as (
                select number, count(*) as same_number_count from sheet
                 where upload_id = $1 and number is not null and status in ('to_review', 'confirmed')
                 group by number)
             select s.id, s.upload_id, s.project_id, p.company_id, u.created_by, s.file_id, f.name as file_name, s.page, s.status,
                    s.error_code, s.sha256, s.number, s.title, s.revision, s.discipline_id, i.name as discipline_name, s.drawing_date,
                    s.received_date, s.rotation, s.read_number, s.read_title, s.read_revision, u.default_revision, s.number_confidence, s.number_source, s.title_confidence, s.title_source,
                    s.revision_confidence, s.revision_source, s.block_x, s.block_y, s.block_width, s.block_height, s.revision_id,
                    coalesce(r.drawing_id, d.id) as drawing_id, t.revision as latest_revision, t.sha256 as latest_sha256,
                    twin.same_number_count, w.width_pt, w.height_pt, w.pixel_width, w.pixel_height, w.tile_size, w.level_count
               from sheet s
               join upload u on u.id = s.upload_id
               join project p on p.id = s.project_id
               join upload_file f on f.id = s.file_id
               left join discipline i on i.id = s.discipline_id
               left join drawing_revision r on r.id = s.revision_id
               left join drawing d on d.area_id = u.area_id and d.number = s.number and d.connection_id is null and d.deleted_at is null
               left join drawing_revision t on t.id = d.top_revision_id
               left join twin on twin.number = s.number
               left join preview w on w.company_id = p.company_id and w.sha256 = s.sha256
              where s.upload_id = $1 and (cast($2 as uuid) is null or s.id = $2)
                and (cast($3 as uuid) is null
                     or (f.created_at, s.file_id, s.page) > (select af.created_at, a.file_id, a.page from sheet a
                                                     join upload_file af on af.id = a.file_id where a.id = $3))
              order by f.created_at, s.file_id, s.page limit $4"
        ),
        args![upload, only, after, limit],
    )
    .await
}

record! {
    /// What has to be known about a sheet before anything of it is shown.
    pub struct Place {
        /// Which.
        pub id: SheetId,
        /// Of this upload.
        pub upload_id: UploadId,
        /// In this project …
        pub project_id: ProjectId,
        /// … of this company.
        pub company_id: CompanyId,
        /// Who uploaded it.
        pub created_by: PersonId,
        /// Where it stands.
        pub status: SheetStatus,
        /// One-page PDF.
        pub sha256: Option<Sha256>,
    }
}

/// Where a sheet belongs.
pub async fn place(db: &mut Session, sheet: SheetId) -> Result<Option<Place>> {
    db.maybe(
        sql!(
            "select s.id, s.upload_id, s.project_id, p.company_id, u.created_by, s.status, s.sha256
               from sheet s join upload u on u.id = s.upload_id join project p on p.id = s.project_id
              where s.id = $1"
        ),
        args![sheet],
    )
    .await
}

/// A page that is done: its sheet, or why there is none.
#[derive(Debug, Clone)]
pub struct NewSheet {
    /// Which.
    pub id: SheetId,
    /// Page in the file, from 1.
    pub page: i64,
    /// Rotation in the file.
    pub rotation: i64,
    /// Bookmark that points at it.
    pub bookmark: Option<String>,
    /// Its label.
    pub label: Option<String>,
    /// What came out.
    pub result: std::result::Result<Drawn, String>,
}

/// A page's sheet with its picture.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// One-page PDF.
    pub sha256: Sha256,
    /// Its length.
    pub byte_count: i64,
    /// Paper width in points.
    pub width_pt: f64,
    /// Paper height in points.
    pub height_pt: f64,
    /// Full picture, pixels.
    pub pixel_width: i64,
    /// Full picture, pixels.
    pub pixel_height: i64,
    /// Side of a tile, pixels.
    pub tile_size: i64,
    /// Levels of the picture.
    pub level_count: i64,
}

/// The file that pages come from.
#[derive(Debug, Clone, Copy)]
pub struct Origin {
    /// The file.
    pub file: UploadFileId,
    /// Its upload.
    pub upload: UploadId,
    /// In this project …
    pub project: ProjectId,
    /// … of this company.
    pub company: CompanyId,
    /// Defaults of its sheets.
    pub drawing_date: Option<Date>,
    /// Defaults of its sheets.
    pub received_date: Option<Date>,
}

/// Adds pages with the company's reference to their bytes and pictures. A page that is there already stays as it is.
pub async fn insert(tx: &mut Tx, origin: Origin, sheets: &[NewSheet], now: Timestamp) -> Result<()> {
    let drawn: Vec<&Drawn> = sheets.iter().filter_map(|sheet| sheet.result.as_ref().ok()).collect();
    tx.insert_many(
        "insert into blob (sha256, byte_count, stored_at)",
        "on conflict (sha256) do nothing",
        drawn.iter().map(|drawn| args![drawn.sha256, drawn.byte_count, now]).collect(),
    )
    .await?;
    let hashes: Vec<Sha256> = drawn.iter().map(|drawn| drawn.sha256).collect();
    reference::take(tx, origin.company, &hashes, now).await?;
    let previews = drawn.iter().map(|drawn| {
        args![
            origin.company,
            drawn.sha256,
            drawn.width_pt,
            drawn.height_pt,
            drawn.pixel_width,
            drawn.pixel_height,
            drawn.tile_size,
            drawn.level_count
        ]
    });
    tx.insert_many(
        "insert into preview (company_id, sha256, width_pt, height_pt, pixel_width, pixel_height, tile_size, level_count)",
        "on conflict (company_id, sha256) do nothing",
        previews.collect(),
    )
    .await?;
    let rows = sheets.iter().map(|sheet| {
        let drawn = sheet.result.as_ref().ok();
        let status = if drawn.is_some() { SheetStatus::Reading } else { SheetStatus::Failed };
        args![
            sheet.id,
            origin.upload,
            origin.project,
            origin.file,
            sheet.page,
            status,
            sheet.result.as_ref().err(),
            drawn.map(|drawn| drawn.sha256),
            drawn.map_or(0, |drawn| drawn.byte_count),
            origin.drawing_date,
            origin.received_date,
            sheet.rotation,
            sheet.bookmark.clone(),
            sheet.label.clone()
        ]
    });
    tx.insert_many(
        "insert into sheet (id, upload_id, project_id, file_id, page, status, error_code, sha256, byte_count, drawing_date, received_date,
                            rotation, bookmark, label)",
        "on conflict (file_id, page) do nothing",
        rows.collect(),
    )
    .await?;
    Ok(())
}

/// The pages of a file that are there already.
pub async fn pages_present(db: &mut Session, file: UploadFileId) -> Result<Vec<i64>> {
    let rows: Vec<(i64,)> =
        // cross-tenant: the pages of one file, by its id
        db.all(sql!("select page as value from sheet where file_id = $1 order by page"), args![file]).await?;
    Ok(rows.into_iter().map(|(page,)| page).collect())
}

/// What a person makes of a sheet.
#[derive(Debug, Clone)]
pub struct SheetFields {
    /// Number.
    pub number: Option<String>,
    /// Title.
    pub title: Option<String>,
    /// Revision.
    pub revision: Option<String>,
    /// Discipline.
    pub discipline: Option<DisciplineId>,
    /// Date on the sheet.
    pub drawing_date: Option<Date>,
    /// Date it came in.
    pub received_date: Option<Date>,
    /// To be reviewed or removed.
    pub status: SheetStatus,
}

/// Writes the fields of a sheet that is open; what was read stays beside them. Answers whether it was open.
pub async fn update(
    tx: &mut Tx,
    _permit: &Permit<act::ReviewDrawings>,
    sheet: SheetId,
    fields: &SheetFields,
) -> Result<bool> {
    let open = tx
        .run(
            sql!(
                "update sheet set number = $2, title = $3, revision = $4, discipline_id = $5, drawing_date = $6, received_date = $7, status = $8
                  where id = $1 and status in ('to_review', 'removed')"
            ),
            args![
                sheet,
                fields.number.clone(),
                fields.title.clone(),
                fields.revision.clone(),
                fields.discipline,
                fields.drawing_date,
                fields.received_date,
                fields.status
            ],
        )
        .await?;
    Ok(open == 1)
}

record! {
    /// A sheet that somebody wants to confirm, with what stands in the log under its number.
    pub struct Candidate {
        /// Which.
        pub id: SheetId,
        /// Where it stands.
        pub status: SheetStatus,
        /// Number.
        pub number: Option<String>,
        /// Title.
        pub title: Option<String>,
        /// Revision.
        pub revision: Option<String>,
        /// Discipline.
        pub discipline_id: Option<DisciplineId>,
        /// Date on the sheet.
        pub drawing_date: Option<Date>,
        /// Date it came in.
        pub received_date: Option<Date>,
        /// One-page PDF.
        pub sha256: Option<Sha256>,
        /// Its length.
        pub byte_count: i64,
        /// Name of the file.
        pub file_name: String,
        /// Page in the file.
        pub page: i64,
        /// The drawing with this number in the area.
        pub drawing_id: Option<DrawingId>,
        /// Its newest revision.
        pub latest_revision: Option<String>,
        /// A revision of it with the same text, set and date.
        pub taken_id: Option<RevisionId>,
    }
}

/// The sheets of an upload, as candidates for confirmation.
pub async fn candidates(
    db: &mut Session,
    upload: UploadId,
    area: AreaId,
    set: SetId,
) -> Result<Vec<Candidate>> {
    db.all(
        // cross-tenant: the sheets of one upload, whose project the caller's permit names
        sql!(
            "select s.id, s.status, s.number, s.title, s.revision, s.discipline_id, s.drawing_date, s.received_date, s.sha256, s.byte_count,
                    f.name as file_name, s.page, d.id as drawing_id, t.revision as latest_revision,
                    (select x.id from drawing_revision x
                      where x.drawing_id = d.id and x.set_id = $3 and x.revision = s.revision
                        and x.drawing_date is not distinct from s.drawing_date and x.deleted_at is null
                      order by x.id limit 1) as taken_id
               from sheet s
               join upload_file f on f.id = s.file_id
               left join drawing d on d.area_id = $2 and d.number = s.number and d.connection_id is null and d.deleted_at is null
               left join drawing_revision t on t.id = d.top_revision_id
              where s.upload_id = $1
              order by f.created_at, s.file_id, s.page"
        ),
        args![upload, area, set],
    )
    .await
}

/// Marks sheets as confirmed, each with the revision it became.
pub async fn confirm(
    tx: &mut Tx,
    _permit: &Permit<act::ReviewDrawings>,
    project: ProjectId,
    became: Vec<(SheetId, RevisionId)>,
) -> Result<()> {
    tx.insert_many(
        "with became (project_id, sheet_id, revision_id) as (",
        ") update sheet set status = 'confirmed', revision_id = became.revision_id
             from became where sheet.id = became.sheet_id and sheet.project_id = became.project_id",
        became.into_iter().map(|(sheet, revision)| args![project, sheet, revision]).collect(),
    )
    .await?;
    Ok(())
}
