//! Reading sheets: what was read on the same bytes before, what is still to be read, and what is read now.

use sluice_domain::{CompanyId, DisciplineId, ProjectId, SheetId, UploadFileId, UploadId};

use crate::row::Arg;
use crate::{Result, Session, Sha256, Tx, args, record, sql};

record! {
    /// A sheet that was taken out of the same bytes before, with what was read on it then.
    pub struct Known {
        /// Page, from 1.
        pub page: i64,
        /// Rotation in the file.
        pub rotation: i64,
        /// Bookmark that points at it.
        pub bookmark: Option<String>,
        /// Its label.
        pub label: Option<String>,
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
        /// What was read then.
        pub read_number: Option<String>,
        /// What was read then.
        pub read_title: Option<String>,
        /// What was read then.
        pub read_revision: Option<String>,
        /// How sure.
        pub number_confidence: Option<f64>,
        /// How sure.
        pub title_confidence: Option<f64>,
        /// How sure.
        pub revision_confidence: Option<f64>,
        /// Where found.
        pub number_source: Option<String>,
        /// Where found.
        pub title_source: Option<String>,
        /// Where found.
        pub revision_source: Option<String>,
        /// Title block.
        pub block_x: Option<f64>,
        /// Title block.
        pub block_y: Option<f64>,
        /// Title block.
        pub block_width: Option<f64>,
        /// Title block.
        pub block_height: Option<f64>,
    }
}

/// The sheets of a file whose pictures are there, by page.
pub async fn known(db: &mut Session, company: CompanyId, file: UploadFileId) -> Result<Vec<Known>> {
    db.all(
        sql!(
            "select s.page, s.rotation, s.bookmark, s.label, s.sha256, s.byte_count, w.width_pt, w.height_pt, w.pixel_width,
                    w.pixel_height, w.tile_size, w.level_count, s.read_number, s.read_title, s.read_revision,
                    s.number_confidence, s.title_confidence, s.revision_confidence,
                    s.number_source, s.title_source, s.revision_source, s.block_x, s.block_y, s.block_width, s.block_height
               from sheet s join preview w on w.company_id = $1 and w.sha256 = s.sha256
              where s.file_id = $2 and s.status <> 'failed' order by s.page"
        ),
        args![company, file],
    )
    .await
}

record! {
    /// A sheet whose number and title are to be read.
    pub struct Unread {
        /// Which.
        pub id: SheetId,
        /// Name of its file.
        pub file_name: String,
        /// Pages of its file.
        pub page_count: Option<i64>,
        /// Page, from 1.
        pub page: i64,
        /// Bookmark that points at it.
        pub bookmark: Option<String>,
        /// Its label.
        pub label: Option<String>,
        /// One-page PDF.
        pub sha256: Sha256,
        /// Paper width in points.
        pub width_pt: f64,
        /// Paper height in points.
        pub height_pt: f64,
    }
}

/// The next sheets of a file that are still to be read.
pub async fn unread(
    db: &mut Session,
    company: CompanyId,
    file: UploadFileId,
    limit: i64,
) -> Result<Vec<Unread>> {
    db.all(
        sql!(
            "select s.id, f.name as file_name, f.page_count, s.page, s.bookmark, s.label, s.sha256, w.width_pt, w.height_pt
               from sheet s
               join upload_file f on f.id = s.file_id
               join preview w on w.company_id = $1 and w.sha256 = s.sha256
              where s.file_id = $2 and s.status = 'reading' order by s.page limit $3"
        ),
        args![company, file, limit],
    )
    .await
}

/// The sheets of an upload that were read with few others beside them and that no person has touched, once no file of it is in work.
pub async fn read_alone(
    db: &mut Session,
    company: CompanyId,
    upload: UploadId,
    limit: i64,
) -> Result<Vec<Unread>> {
    db.all(
        sql!(
            "select s.id, f.name as file_name, f.page_count, s.page, s.bookmark, s.label, s.sha256, w.width_pt, w.height_pt
               from sheet s
               join upload u on u.id = s.upload_id
               join upload_file f on f.id = s.file_id
               join preview w on w.company_id = $1 and w.sha256 = s.sha256
              where s.upload_id = $2 and s.read_alone and s.status = 'to_review'
                and s.number is not distinct from s.read_number and s.title is not distinct from s.read_title
                and s.revision is not distinct from coalesce(s.read_revision, u.default_revision)
                and not exists (select 1 from upload_file o where o.upload_id = $2 and o.state in ('waiting', 'processing'))
              order by f.created_at, s.file_id, s.page limit $3"
        ),
        args![company, upload, limit],
    )
    .await
}

/// Puts sheets back to be read, except those that a person has touched meanwhile.
pub async fn read_again(tx: &mut Tx, project: ProjectId, sheets: &[Unread]) -> Result<()> {
    tx.insert_many(
        "with again (project_id, sheet_id) as (",
        ") update sheet set status = 'reading', read_alone = false
             from again where sheet.id = again.sheet_id and sheet.project_id = again.project_id and sheet.status = 'to_review'
              and sheet.read_alone and sheet.number is not distinct from sheet.read_number
              and sheet.title is not distinct from sheet.read_title",
        sheets.iter().map(|sheet| args![project, sheet.id]).collect(),
    )
    .await?;
    Ok(())
}

/// A value as it was read.
#[derive(Debug, Clone)]
pub struct Read {
    /// As printed.
    pub text: String,
    /// 0 to 1.
    pub confidence: f64,
    /// Where.
    pub source: &'static str,
}

/// What was read on a sheet.
#[derive(Debug, Clone)]
pub struct NewReading {
    /// Which.
    pub sheet: SheetId,
    /// Number.
    pub number: Option<Read>,
    /// Title.
    pub title: Option<Read>,
    /// Revision.
    pub revision: Option<Read>,
    /// Revision where none was read.
    pub default_revision: Option<String>,
    /// Discipline of the number.
    pub discipline: Option<DisciplineId>,
    /// x, y, width, height in points.
    pub block: Option<[f64; 4]>,
    /// Read with few pages beside it.
    pub alone: bool,
}

/// Writes what was read; the sheets go to review. One that is there already stays as a person left it.
pub async fn set_readings(tx: &mut Tx, project: ProjectId, readings: Vec<NewReading>) -> Result<()> {
    let parts = |read: Option<Read>| -> [Arg; 3] {
        match read {
            Some(read) => [read.text.into(), read.confidence.into(), read.source.into()],
            None => [Arg::Text(None), Arg::Real(None), Arg::Text(None)],
        }
    };
    let rows = readings.into_iter().map(|reading| {
        let mut row =
            args![project, reading.sheet, reading.discipline, reading.default_revision, reading.alone];
        row.extend(parts(reading.number));
        row.extend(parts(reading.title));
        row.extend(parts(reading.revision));
        match reading.block {
            Some(block) => row.extend(block.map(Arg::from)),
            None => row.extend([const { Arg::Real(None) }; 4]),
        }
        row
    });
    tx.insert_many(
        "with reading (project_id, sheet_id, discipline_id, default_revision, alone, number, number_confidence, number_source,
                       title, title_confidence, title_source, revision, revision_confidence, revision_source,
                       block_x, block_y, block_width, block_height) as (",
        ")
         update sheet set status = 'to_review', read_alone = reading.alone, discipline_id = reading.discipline_id,
                number = reading.number, read_number = reading.number, number_confidence = reading.number_confidence,
                number_source = reading.number_source,
                title = reading.title, read_title = reading.title, title_confidence = reading.title_confidence,
                title_source = reading.title_source,
                revision = coalesce(reading.revision, reading.default_revision), read_revision = reading.revision,
                revision_confidence = reading.revision_confidence, revision_source = reading.revision_source,
                block_x = reading.block_x, block_y = reading.block_y, block_width = reading.block_width,
                block_height = reading.block_height
           from reading
          where sheet.id = reading.sheet_id and sheet.project_id = reading.project_id and sheet.status = 'reading'",
        rows.collect(),
    )
    .await?;
    Ok(())
}
