//! Has the sheets of a file read: number, title, revision and discipline, each with how sure the reading is (`DRW-03`).

use sluice_domain::discipline::of_number;
use sluice_domain::sheet_number::clean;
use sluice_domain::{DisciplineId, ProjectId, SheetId};
use sluice_pdf::{PageEvidence, Reading, Source, Value, read_set};
use sluice_store::Tx;
use sluice_store::blob::Derived;
use sluice_store::drawing::places::Discipline;
use sluice_store::upload::reading::{self as rows, Known, NewReading, Read, Unread};
use sluice_store::upload::{Upload, UploadFile};
use tokio::io::AsyncReadExt;

use super::{NAMINGS, words};
use crate::drawings::areas;
use crate::{App, Error, Result};

/// Pages read together: enough to agree on where a title block stands, few enough that their words fit into memory (`SPD-09`).
const TOGETHER: i64 = 200;

/// Pages of one file that are enough to agree among themselves.
const ENOUGH: i64 = 8;

/// Finds a discipline for a number.
pub(super) struct Disciplines(Vec<Discipline>);

impl Disciplines {
    /// The project's own; a project without any gets the standard list.
    pub(super) async fn of_project(app: &App, tx: &mut Tx, project: ProjectId) -> Result<Self> {
        Ok(Self(areas::disciplines(app, tx, project).await?))
    }

    /// The discipline of a number; *other* where its letters are unknown.
    pub(super) fn find(&self, number: Option<&str>) -> Option<DisciplineId> {
        let abbreviations: Vec<Vec<&String>> =
            self.0.iter().map(|discipline| discipline.abbreviations.0.iter().collect()).collect();
        let place = number.and_then(|number| of_number(number, &abbreviations));
        let other = || self.0.iter().find(|discipline| discipline.name == sluice_domain::discipline::OTHER);
        let found = place.and_then(|place| self.0.get(place)).or_else(other).or(self.0.last());
        found.map(|discipline| discipline.id)
    }
}

const fn source(source: Source) -> &'static str {
    match source {
        Source::FileName => "file_name",
        Source::Bookmark => "bookmark",
        Source::Label => "page_label",
        Source::TitleBlock => "title_block",
    }
}

/// Reads back a word of [`source`].
fn source_again(key: &str) -> &'static str {
    ["file_name", "bookmark", "page_label"].into_iter().find(|known| *known == key).unwrap_or("title_block")
}

/// Reads the sheets of a file whose pictures are there; they go to review.
pub(super) async fn read_file(
    app: &App,
    file: &UploadFile,
    upload: &Upload,
    mut progress: impl FnMut(),
) -> Result<()> {
    loop {
        let unread = {
            let mut db = app.db.read().await?;
            rows::unread(&mut db, upload.company_id, file.id, TOGETHER).await?
        };
        if unread.is_empty() {
            return Ok(());
        }
        let alone = unread.iter().all(|sheet| sheet.page_count.is_none_or(|count| count < ENOUGH));
        let readings = read_pages(app, upload, &unread).await?;
        let mut tx = app.db.begin().await?;
        write(app, &mut tx, upload, &unread, readings, alone).await?;
        tx.commit().await?;
        progress();
    }
}

/// Reads the sheets of short files once more, together, when the last file of an upload is done: sheets that come one a file agree with each
/// other on where a title block stands, too. What a person has touched stays.
pub(super) async fn read_together(app: &App, upload: &Upload) -> Result<()> {
    loop {
        let alone = {
            let mut db = app.db.read().await?;
            rows::read_alone(&mut db, upload.company_id, upload.id, TOGETHER).await?
        };
        // Nobody is beside it: it would be read as before.
        let names: std::collections::BTreeSet<&str> =
            alone.iter().map(|sheet| sheet.file_name.as_str()).collect();
        if names.len() < 2 {
            return Ok(());
        }
        let readings = read_pages(app, upload, &alone).await?;
        let mut tx = app.db.begin().await?;
        rows::read_again(&mut tx, upload.project_id, &alone).await?;
        write(app, &mut tx, upload, &alone, readings, false).await?;
        tx.commit().await?;
    }
}

async fn read_pages(app: &App, upload: &Upload, sheets: &[Unread]) -> Result<Vec<Reading>> {
    let naming =
        NAMINGS.iter().find(|(key, _)| *key == upload.naming).map(|(_, naming)| *naming).unwrap_or_default();
    let mut pages = Vec::with_capacity(sheets.len());
    for sheet in sheets {
        pages.push(evidence(app, sheet).await?);
    }
    tokio::task::spawn_blocking(move || read_set(&pages, naming)).await.map_err(Error::fault)
}

async fn write(
    app: &App,
    tx: &mut Tx,
    upload: &Upload,
    sheets: &[Unread],
    readings: Vec<Reading>,
    alone: bool,
) -> Result<()> {
    let disciplines = Disciplines::of_project(app, tx, upload.project_id).await?;
    let new = sheets.iter().zip(readings).map(|(sheet, reading)| {
        let Reading { number, title, revision, title_block } = reading;
        let number = number.and_then(read);
        NewReading {
            sheet: sheet.id,
            discipline: disciplines.find(number.as_ref().map(|number| number.text.as_str())),
            number,
            title: title.and_then(read),
            revision: revision.and_then(read),
            default_revision: upload.default_revision.clone(),
            block: title_block.map(|block| [block.x, block.y, block.width, block.height]),
            alone,
        }
    });
    Ok(rows::set_readings(tx, upload.project_id, new.collect()).await?)
}

fn read(value: Value) -> Option<Read> {
    let Value { text, confidence, source: found } = value;
    Some(Read {
        text: clean(&text)?,
        confidence: f64::from(confidence).clamp(0.0, 1.0),
        source: source(found),
    })
}

async fn evidence(app: &App, sheet: &Unread) -> Result<PageEvidence> {
    let mut text = String::new();
    let mut kept = app.blobs.open_derived(sheet.sha256, Derived::Words).await?;
    kept.read_to_string(&mut text).await.map_err(Error::fault)?;
    Ok(PageEvidence {
        file_name: sheet.file_name.clone(),
        page_index: u32::try_from(sheet.page - 1).unwrap_or_default(),
        page_count: sheet.page_count.and_then(|count| u32::try_from(count).ok()).unwrap_or(1),
        bookmark: sheet.bookmark.clone(),
        label: sheet.label.clone(),
        width_pt: sheet.width_pt,
        height_pt: sheet.height_pt,
        words: words::decode(&text),
    })
}

/// Writes what was read on the same pages before.
pub(super) async fn repeat<'a>(
    app: &App,
    tx: &mut Tx,
    upload: &Upload,
    sheets: impl Iterator<Item = (SheetId, &'a Known)> + Send,
) -> Result<()> {
    let disciplines = Disciplines::of_project(app, tx, upload.project_id).await?;
    let value = |text: &Option<String>, confidence: Option<f64>, source: &Option<String>| {
        Some(Read {
            text: text.clone()?,
            confidence: confidence.unwrap_or_default(),
            source: source_again(source.as_deref().unwrap_or_default()),
        })
    };
    let new = sheets.map(|(sheet, known)| {
        NewReading {
            sheet,
            discipline: disciplines.find(known.read_number.as_deref()),
            number: value(&known.read_number, known.number_confidence, &known.number_source),
            title: value(&known.read_title, known.title_confidence, &known.title_source),
            revision: value(&known.read_revision, known.revision_confidence, &known.revision_source),
            default_revision: upload.default_revision.clone(),
            block: match (known.block_x, known.block_y, known.block_width, known.block_height) {
                (Some(x), Some(y), Some(width), Some(height)) => Some([x, y, width, height]),
                _ => None,
            },
            // They were read with the others of their upload then.
            alone: false,
        }
    });
    rows::set_readings(tx, upload.project_id, new.collect()).await?;
    Ok(())
}
