//! The wire forms of uploads, their files and sheets.

use serde::Serialize;
use sluice_app::codes;
use sluice_app::uploads::UploadView;
use sluice_app::uploads::review::{Confidence, Mark, SheetView};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::can::{self, CanMap};
use crate::drawings::wire::{SetRef, Tiles};
use crate::wire::{Ref, instant};
use crate::words::{ErrorCode, FileWord, NamingMode, SheetWord, UploadWord};

/// What went wrong with a file or a page, and what to do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Trouble {
    /// Stable code.
    #[schema(value_type = ErrorCode)]
    code: String,
    /// What happened.
    message: &'static str,
    /// What to do next.
    action: &'static str,
}

impl Trouble {
    fn of(code: Option<String>) -> Option<Self> {
        let code = code?;
        let known = codes::find(&code);
        Some(Self { code, message: known.title, action: known.action })
    }
}

/// A file of an upload.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UploadFile)]
pub(crate) struct File {
    id: Uuid,
    /// Name, cleaned for showing it.
    name: String,
    /// Length once complete.
    bytes: i64,
    /// Bytes that are safely here.
    received_bytes: i64,
    /// Where it stands.
    state: FileWord,
    /// Pages, once known.
    pages: Option<i64>,
    /// Pages worked on.
    pages_done: i64,
    /// Pages that failed.
    pages_failed: i64,
    /// Why the file failed.
    error: Option<Trouble>,
}

/// Sheets of an upload by status.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SheetCounts {
    total: i64,
    /// Still being read.
    reading: i64,
    to_review: i64,
    confirmed: i64,
    failed: i64,
    removed: i64,
}

/// An upload.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Upload {
    id: Uuid,
    project_id: Uuid,
    /// Where it stands.
    status: UploadWord,
    set: SetRef,
    area: Ref,
    /// How file names are read.
    #[schema(value_type = NamingMode)]
    naming: String,
    drawing_date: Option<String>,
    received_date: Option<String>,
    default_revision: Option<String>,
    /// By name.
    created_by: String,
    created_at: String,
    /// Where files are sent by tus.
    files_url: String,
    files: Vec<File>,
    sheets: SheetCounts,
    /// What one may do.
    can: CanMap,
}

impl From<UploadView> for Upload {
    fn from(view: UploadView) -> Self {
        let upload = view.upload;
        let files = view.files.into_iter().map(|file| File {
            id: file.id.0,
            name: file.name,
            bytes: file.byte_count,
            received_bytes: file.received_count,
            state: file.state.into(),
            pages: file.page_count,
            pages_done: file.pages_done,
            pages_failed: file.pages_failed,
            error: Trouble::of(file.error_code),
        });
        Self {
            id: upload.id.0,
            project_id: upload.project_id.0,
            status: view.status.into(),
            set: SetRef {
                id: upload.set_id.0,
                name: upload.set_name,
                date: upload.set_date.map(|date| date.to_string()),
            },
            area: Ref::new(upload.area_id, upload.area_name),
            naming: upload.naming,
            drawing_date: upload.drawing_date.map(|date| date.to_string()),
            received_date: upload.received_date.map(|date| date.to_string()),
            default_revision: upload.default_revision,
            created_by: upload.created_by_name,
            created_at: instant(upload.created_at),
            files_url: format!("/api/v1/drawing-uploads/{}/files", upload.id),
            files: files.collect(),
            sheets: SheetCounts {
                total: upload.sheets_total,
                reading: upload.sheets_reading,
                to_review: upload.sheets_to_review,
                confirmed: upload.sheets_confirmed,
                failed: upload.sheets_failed,
                removed: upload.sheets_removed,
            },
            can: can::wire(view.can),
        }
    }
}

/// How sure a value is, and where it was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reading)]
pub(crate) struct Sure {
    /// 0 to 1.
    confidence: f64,
    /// `bookmark`, `page_label`, `title_block`, `file_name`, `person`, `inherited`.
    source: String,
}

impl From<Confidence> for Sure {
    fn from(value: Confidence) -> Self {
        // To the hundredth: more would only look exact.
        Self { confidence: (value.confidence * 100.0).round() / 100.0, source: value.source }
    }
}

/// How sure each value is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Readings)]
pub(crate) struct ReadingOf {
    number: Option<Sure>,
    title: Option<Sure>,
    revision: Option<Sure>,
}

/// A box on the sheet, in points from the top left.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Block {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// What the reviewer should look at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SheetMark {
    /// Stable code.
    code: &'static str,
    /// A sentence.
    message: String,
    /// The fields it is about, where it is about some only.
    fields: Vec<&'static str>,
    /// The revision that this one follows.
    after: Option<String>,
}

impl From<Mark> for SheetMark {
    fn from(mark: Mark) -> Self {
        let Mark { code, message, fields, after } = mark;
        Self { code, message, fields, after }
    }
}

/// A sheet of an upload.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Sheet {
    id: Uuid,
    file: Ref,
    /// Page in the file, from 1.
    page: i64,
    /// Where it stands.
    status: SheetWord,
    /// Why the page failed.
    error: Option<Trouble>,
    number: Option<String>,
    title: Option<String>,
    revision: Option<String>,
    discipline: Option<Ref>,
    drawing_date: Option<String>,
    received_date: Option<String>,
    /// Of the page in its file, degrees; already applied to the picture.
    rotation: i64,
    reading: ReadingOf,
    /// What the reviewer should look at.
    marks: Vec<SheetMark>,
    /// The drawing it became, or would belong to.
    drawing_id: Option<Uuid>,
    /// The revision it became.
    revision_id: Option<Uuid>,
    /// Paper width, points.
    width_pt: Option<f64>,
    /// Paper height, points.
    height_pt: Option<f64>,
    tiles: Option<Tiles>,
    title_block: Option<Block>,
    /// What one may do.
    can: CanMap,
}

impl From<SheetView> for Sheet {
    fn from(view: SheetView) -> Self {
        let sheet = view.sheet;
        let block = match (sheet.block_x, sheet.block_y, sheet.block_width, sheet.block_height) {
            (Some(x), Some(y), Some(width), Some(height)) => Some(Block { x, y, width, height }),
            _ => None,
        };
        Self {
            id: sheet.id.0,
            file: Ref::new(sheet.file_id, sheet.file_name),
            page: sheet.page,
            status: sheet.status.into(),
            error: Trouble::of(sheet.error_code),
            number: sheet.number,
            title: sheet.title,
            revision: sheet.revision,
            discipline: sheet.discipline_id.map(|id| Ref::new(id, sheet.discipline_name.unwrap_or_default())),
            drawing_date: sheet.drawing_date.map(|date| date.to_string()),
            received_date: sheet.received_date.map(|date| date.to_string()),
            rotation: sheet.rotation,
            reading: ReadingOf {
                number: view.number.map(Sure::from),
                title: view.title.map(Sure::from),
                revision: view.revision.map(Sure::from),
            },
            marks: view.marks.into_iter().map(SheetMark::from).collect(),
            drawing_id: sheet.drawing_id.map(|id| id.0),
            revision_id: sheet.revision_id.map(|id| id.0),
            width_pt: sheet.width_pt,
            height_pt: sheet.height_pt,
            tiles: Tiles::of(sheet.pixel_width, sheet.pixel_height, sheet.tile_size, sheet.level_count),
            title_block: block,
            can: can::wire(view.can),
        }
    }
}
