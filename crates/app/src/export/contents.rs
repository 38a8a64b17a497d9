//! What an export holds: the company's records, table by table; each project's records and drawings; a page to begin with.
//!
//! Records are read in one view of the database, so that they fit each other whatever happens meanwhile. Files are copied afterwards: their
//! bytes never change, and nothing has to be held open for as long as that takes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use sluice_domain::{CompanyId, ProjectId};
use sluice_store::export::{self, Cell, ProjectRow, Table};
use sluice_store::{Session, Sha256};
use tokio::sync::watch;
use uuid::Uuid;

use super::archive::{Archive, Stored};
use super::names::{self, Folder};
use super::zip::Scratch;
use super::{Made, Progress, page, text};
use crate::{App, Error, Result, csv};

/// Writes everything of a company to a file.
pub(super) async fn write(
    app: &App,
    company: CompanyId,
    to: &Path,
    progress: &watch::Sender<Progress>,
) -> Result<Made> {
    let at = app.environment.now();
    let mut db = app.db.snapshot().await?;
    let size = export::size(&mut db, company).await?;
    let mut told = Progress { files: size.files, bytes: size.bytes, ..Progress::default() };
    progress.send_replace(told);

    let mut archive = Archive::create(to, at.to_zoned(jiff::tz::TimeZone::UTC).datetime());
    // One line a file that is to be copied: its hash, its name in the archive.
    let mut files = Scratch::beside(to, "files").map_err(Error::fault)?;
    for table in export::OF_COMPANY {
        records(&mut archive, &mut db, table, company.0, "records").await?;
    }
    let mut folders = Folder::default();
    let mut projects = vec![];
    for row in export::projects(&mut db, company).await? {
        let folder = format!("projects/{}", folders.give(&names::of_project(&row.number, &row.name)));
        let drawings = project(app, &mut archive, &mut db, &row, &folder, &mut files).await?;
        projects.push(page::Listed { row, folder, drawings });
    }
    let name = export::company_name(&mut db, company).await?;
    let connections = export::connections(&mut db, company).await?;
    drop(db);

    let mut damaged = 0;
    let mut missing = Scratch::beside(to, "damaged").map_err(Error::fault)?;
    for line in BufReader::new(files.rewound().map_err(Error::fault)?).lines() {
        let line = line.map_err(Error::fault)?;
        let mut parts = line.splitn(3, '\t');
        let (Some(from), Some(size), Some(file)) = (parts.next(), parts.next(), parts.next()) else {
            continue;
        };
        let stored = match Sha256::from_hex(from) {
            Some(sha256) => archive.file(file, app.blobs.blob_path(sha256), Some(sha256)).await?,
            // Not a hash: an uploaded file that waits to be taken apart.
            None => match Uuid::parse_str(from) {
                Ok(id) => archive.file(file, app.blobs.incoming(id), None).await?,
                Err(_) => continue,
            },
        };
        if stored == Stored::Damaged {
            damaged += 1;
            write!(missing, "{}", csv::line([file])).map_err(Error::fault)?;
        }
        told.files_done += 1;
        told.bytes_done += size.parse::<i64>().unwrap_or_default();
        progress.send_replace(told);
    }
    if damaged > 0 {
        archive.text(page::DAMAGED).await?;
        archive.piece(csv::line(["file"])).await?;
        for line in BufReader::new(missing.rewound().map_err(Error::fault)?).lines() {
            archive.piece(line.map_err(Error::fault)? + "\r\n").await?;
        }
    }
    archive.text("index.html").await?;
    archive.piece(page::company(&name, at, &projects, &connections, damaged)).await?;
    Ok(Made { bytes: archive.finish().await?, damaged })
}

/// One project: its records, its page, and the list of its files. Answers how many drawings it has.
async fn project(
    app: &App,
    archive: &mut Archive,
    db: &mut Session,
    project: &ProjectRow,
    folder: &str,
    files: &mut Scratch,
) -> Result<u64> {
    let inside = format!("{folder}/records");
    for table in export::OF_PROJECT {
        records(archive, db, table, project.id.0, &inside).await?;
    }
    let named = name_files(db, project.id, folder, files).await?;
    let with_file = |row: &[Cell]| match row.first() {
        Some(Cell::Text(id)) => {
            named.get(id).map_or(Cell::Nothing, |file| Cell::Text(format!("drawings/{file}")))
        }
        _ => Cell::Nothing,
    };
    table(archive, db, export::OF_REVISIONS, project.id.0, &inside, Some(&with_file)).await?;
    kept_uploads(app, db, project.id, folder, files).await?;

    archive.text(&format!("{folder}/index.html")).await?;
    archive.piece(page::project_head(project)).await?;
    let mut last: Option<export::ListedRevision> = None;
    let mut drawings = 0;
    loop {
        let rows = export::listed(db, project.id, last.as_ref()).await?;
        if rows.is_empty() {
            break;
        }
        let mut lines = String::new();
        for row in rows {
            let first = last.as_ref().is_none_or(|last| last.drawing_id != row.drawing_id);
            drawings += u64::from(first);
            let file = named.get(&row.id.to_string()).map(String::as_str);
            lines.push_str(&page::revision(&row, file, first, last.is_some()));
            last = Some(row);
        }
        archive.piece(lines).await?;
    }
    archive.piece(page::project_foot(drawings)).await?;
    Ok(drawings)
}

/// Names the files of all revisions and notes them for copying. Answers names by revision.
async fn name_files(
    db: &mut Session,
    project: ProjectId,
    folder: &str,
    files: &mut Scratch,
) -> Result<HashMap<String, String>> {
    let (mut given, mut named) = (Folder::default(), HashMap::new());
    let mut after = Uuid::nil();
    loop {
        let rows = export::revision_files(db, project, after).await?;
        let Some(last) = rows.last() else { return Ok(named) };
        after = last.id;
        for row in &rows {
            let name = given.give(&names::of_revision(&row.number, &row.revision, &row.title));
            writeln!(files, "{}\t{}\t{folder}/drawings/{name}", row.sha256, row.byte_count)
                .map_err(Error::fault)?;
            named.insert(row.id.to_string(), name);
        }
    }
}

/// Uploaded files that were not taken apart yet are kept as they came.
async fn kept_uploads(
    app: &App,
    db: &mut Session,
    project: ProjectId,
    folder: &str,
    files: &mut Scratch,
) -> Result<()> {
    let mut given = Folder::default();
    for file in export::kept_files(db, project).await? {
        if tokio::fs::try_exists(app.blobs.incoming(file.id)).await.unwrap_or(false) {
            let name = given.give(&names::of_upload(&file.name));
            writeln!(files, "{}\t0\t{folder}/uploads/{name}", file.id).map_err(Error::fault)?;
        }
    }
    Ok(())
}

async fn records(
    archive: &mut Archive,
    db: &mut Session,
    of: &Table,
    scope: Uuid,
    folder: &str,
) -> Result<()> {
    table(archive, db, of, scope, folder, None).await
}

/// What one more column holds, made of a record.
type Further<'a> = &'a (dyn Fn(&[Cell]) -> Cell + Send + Sync);

/// A table twice: as JSON, one object a line, and as CSV. With `file`, each record has the name of its file too.
async fn table(
    archive: &mut Archive,
    db: &mut Session,
    of: &Table,
    scope: Uuid,
    folder: &str,
    file: Option<Further<'_>>,
) -> Result<()> {
    let heads: Vec<&str> = of.columns.iter().map(|(name, _)| *name).chain(file.map(|_| "file")).collect();

    archive.text(&format!("{folder}/{}.json", of.name)).await?;
    let mut pages = Pages::new(of, scope);
    let mut first = true;
    while let Some(rows) = pages.next(db, file).await? {
        let mut lines = String::new();
        for row in rows {
            lines.push_str(if std::mem::take(&mut first) { "[\n" } else { ",\n" });
            lines.push_str(&text::json(heads.iter().copied().zip(&row)));
        }
        archive.piece(lines).await?;
    }
    archive.piece(if first { "[]\n" } else { "\n]\n" }).await?;

    archive.text(&format!("{folder}/{}.csv", of.name)).await?;
    // Told to be UTF-8 by its first character: spreadsheets guess otherwise.
    archive.piece(format!("\u{feff}{}", csv::line(&heads))).await?;
    let mut pages = Pages::new(of, scope);
    while let Some(rows) = pages.next(db, file).await? {
        let lines: Vec<String> = rows.iter().map(|row| csv::line(row.iter().map(text::plain))).collect();
        archive.piece(lines.concat()).await?;
    }
    Ok(())
}

/// A table page by page.
struct Pages<'a> {
    of: &'a Table,
    scope: Uuid,
    after: Option<Uuid>,
}

impl<'a> Pages<'a> {
    const fn new(of: &'a Table, scope: Uuid) -> Self {
        Self { of, scope, after: Some(Uuid::nil()) }
    }

    async fn next(&mut self, db: &mut Session, file: Option<Further<'_>>) -> Result<Option<Vec<Vec<Cell>>>> {
        let Some(after) = self.after else { return Ok(None) };
        let (mut rows, next) = export::page(db, self.of, self.scope, after).await?;
        self.after = next;
        if let Some(file) = file {
            for row in &mut rows {
                let further = file(row);
                row.push(further);
            }
        }
        Ok(Some(rows))
    }
}
