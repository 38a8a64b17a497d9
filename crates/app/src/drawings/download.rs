//! Many sheets as one file (`LOG-03`): a zip of their PDFs, or one PDF with bookmarks and page labels. Written while it is fetched and never held
//! whole, neither in memory nor on the disk.
//!
//! Asking for it keeps which sheets they are; fetching judges anew, each sheet as it is then (`SEC-09`). Copies count as used by whoever fetches
//! them (`UND-02`).

use std::collections::{BTreeSet, HashMap};
use std::io;

use jiff::{SignedDuration, Timestamp};
use sluice_domain::permission::{Standing, Tool, act};
use sluice_domain::revision::Status;
use sluice_domain::{ConnectionId, ProjectId, RevisionId, SetId};
use sluice_pdf::Leaf;
use sluice_store::drawing::download::{self, Asked, Revisions, Sheet};
use sluice_store::project;
use tokio::io::AsyncReadExt;
use tokio::sync::mpsc;
use uuid::Uuid;

use super::sees_unpublished;
use crate::export::names;
use crate::zip::{Entry, Stamp, ending, is_wide};
use crate::{App, Caller, Error, Result, flow, permit_in_project};

/// Most sheets of a file.
pub const SHEETS_MAX: usize = 10_000;

/// Most bytes of a PDF: places in one have ten digits.
const PDF_MAX: i64 = 8 << 30;

/// How long a file can be fetched: long enough to try again over a bad line.
const KEPT: SignedDuration = SignedDuration::from_hours(1);

/// Pieces that wait for whoever fetches them.
const PIECES: usize = 8;

/// Bytes of a piece.
const PIECE: usize = 128 << 10;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// An archive with a PDF for each sheet.
    Zip,
    /// One PDF with a page for each sheet.
    Pdf,
}

impl Form {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Zip, Self::Pdf];

    /// As it is written.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Pdf => "pdf",
        }
    }

    /// Its media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Zip => "application/zip",
            Self::Pdf => "application/pdf",
        }
    }
}

/// Which sheets.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// These revisions.
    These(Vec<RevisionId>),
    /// The current set, or the sheets of one.
    Set(Option<SetId>),
}

/// A file that can be fetched.
#[derive(Debug)]
pub struct Prepared {
    /// Under this id.
    pub id: Uuid,
    /// Sheets in it.
    pub sheets: usize,
    /// Bytes of these.
    pub bytes: i64,
    /// Until when.
    pub expires_at: Timestamp,
}

fn visible(sheet: &Sheet, standing: &Standing) -> bool {
    let binned = sheet.deleted_at.is_some() && sheet.connection_id.is_none();
    (sheet.status == Status::Published && !binned) || sees_unpublished(standing)
}

/// Asks for sheets in one file.
pub async fn prepare(
    app: &App,
    who: Caller,
    project: ProjectId,
    chosen: Chosen,
    form: Form,
) -> Result<Prepared> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let (permit, standing) = permit_in_project::<act::ViewDrawings>(&mut tx, who, project).await?;
    let wanted = match chosen {
        Chosen::These(ids) => ids,
        Chosen::Set(set) => {
            let limit = i64::try_from(SHEETS_MAX).unwrap_or(i64::MAX) + 1;
            download::of_log(&mut tx, project, set, sees_unpublished(&standing), limit).await?
        }
    };
    if wanted.len() > SHEETS_MAX {
        return Err(Error::field("/revision_ids", "list_length", "A file takes up to 10,000 sheets."));
    }
    let mut sheets = download::sheets(&mut tx, project, &wanted).await?;
    sheets.retain(|sheet| visible(sheet, &standing));
    let there: BTreeSet<RevisionId> = sheets.iter().map(|sheet| sheet.id).collect();
    if there.is_empty() || wanted.iter().any(|id| !there.contains(id)) {
        return Err(Error::field("/revision_ids", "unknown_value", "This project has no such sheet."));
    }
    let bytes: i64 = sheets.iter().map(|sheet| sheet.byte_count).sum();
    if form == Form::Pdf && bytes > PDF_MAX {
        return Err(Error::field("/form", "too_large_for_pdf", "This is too much for one PDF. Take a zip."));
    }
    // As a set is bound: by discipline, within it by number.
    sheets.sort_by(|a, b| (a.position, &a.sort_key, a.id).cmp(&(b.position, &b.sort_key, b.id)));
    let expires_at = now + KEPT;
    let asked = Asked {
        project_id: project,
        person_id: who.person,
        form: form.key().to_owned(),
        revisions: Revisions(sheets.iter().map(|sheet| sheet.id).collect()),
        expires_at,
    };
    let id = app.environment.id();
    download::keep(&mut tx, &permit, id, &asked, now).await?;
    tx.commit().await?;
    Ok(Prepared { id, sheets: sheets.len(), bytes, expires_at })
}

/// A file that the caller may fetch now.
#[derive(Debug)]
pub struct Fetchable {
    /// What kind.
    pub form: Form,
    /// The name under which it is saved.
    pub file_name: String,
    /// Its length, where it is known before it is written.
    pub bytes: Option<u64>,
    stamp: Stamp,
    project: ProjectId,
    unpublished: bool,
    connections: BTreeSet<ConnectionId>,
    sheets: Vec<Sheet>,
}

/// A sheet's entry in an archive, its checksum to be found out.
struct Planned {
    entry: Entry,
    sheet: Sheet,
}

fn size(sheet: &Sheet) -> u64 {
    u64::try_from(sheet.byte_count).unwrap_or_default()
}

/// The entries of an archive, and the length of it.
fn plan(sheets: Vec<Sheet>, stamp: Stamp) -> io::Result<(Vec<Planned>, u64)> {
    let mut folder = names::Folder::default();
    let (mut at, mut directory, mut planned) = (0, 0, Vec::with_capacity(sheets.len()));
    for sheet in sheets {
        let size = size(&sheet);
        let name = folder.give(&names::of_revision(&sheet.number, &sheet.revision, &sheet.title));
        let entry =
            Entry { name, wide: is_wide(size), size, packed_size: size, header_at: at, ..Entry::default() };
        at += entry.header(stamp)?.len() as u64 + size;
        directory += entry.record(stamp)?.len() as u64;
        planned.push(Planned { entry, sheet });
    }
    let end = ending(planned.len() as u64, at, directory).len() as u64;
    Ok((planned, at + directory + end))
}

/// Whether what was asked for may be fetched; the sheets that may not be seen any more are left out.
pub async fn fetchable(app: &App, who: Caller, id: Uuid) -> Result<Fetchable> {
    let there = || Error::code("not_found");
    let now = app.environment.now();
    let mut db = app.db.read().await?;
    let asked = download::asked(&mut db, id).await?.ok_or_else(there)?;
    if asked.person_id != who.person || asked.expires_at <= now {
        return Err(there());
    }
    let form = Form::ALL.into_iter().find(|form| form.key() == asked.form).ok_or_else(there)?;
    let project = asked.project_id;
    let (_, standing) = permit_in_project::<act::ViewDrawings>(&mut db, who, project).await?;
    let found = download::sheets(&mut db, project, &asked.revisions.0).await?;
    let mut found: HashMap<RevisionId, Sheet> =
        found.into_iter().filter(|sheet| visible(sheet, &standing)).map(|sheet| (sheet.id, sheet)).collect();
    let sheets: Vec<Sheet> = asked.revisions.0.iter().filter_map(|id| found.remove(id)).collect();
    if sheets.is_empty() {
        return Err(there());
    }
    let named = project::get(&mut db, project).await?.ok_or_else(there)?;
    let at = now.to_zoned(jiff::tz::TimeZone::UTC).datetime();
    let stamp = Stamp::of(at);
    let bytes = match form {
        Form::Zip => Some(plan(sheets.clone(), stamp).map_err(Error::fault)?.1),
        Form::Pdf => None,
    };
    let name = names::of_project(&named.number, &named.name);
    Ok(Fetchable {
        form,
        file_name: format!("{name} {}.{}", at.date(), form.key()),
        bytes,
        stamp,
        project,
        unpublished: sheets.iter().any(|sheet| sheet.status == Status::Unpublished),
        connections: sheets.iter().filter_map(|sheet| sheet.connection_id).collect(),
        sheets,
    })
}

/// What decides whether a file may go on being fetched.
#[derive(Debug, Clone, Copy)]
pub struct Right {
    project: ProjectId,
    unpublished: bool,
}

impl Fetchable {
    /// The right under which it is fetched.
    pub const fn right(&self) -> Right {
        Right { project: self.project, unpublished: self.unpublished }
    }
}

/// Whether the caller may go on fetching.
pub async fn may_go_on(app: &App, who: Caller, right: Right) -> bool {
    let Ok(mut db) = app.db.read().await else { return false };
    let standing = permit_in_project::<act::ViewDrawings>(&mut db, who, right.project).await;
    standing.is_ok_and(|(_, standing)| !right.unpublished || sees_unpublished(&standing))
}

/// The file, piece by piece; an error in place of the end where it could not be finished.
pub async fn fetch(app: &App, file: Fetchable) -> Result<mpsc::Receiver<io::Result<Vec<u8>>>> {
    use_copies(app, &file).await?;
    let (pieces, fetched) = mpsc::channel(PIECES);
    let app = app.clone();
    tokio::spawn(async move {
        let written = match file.form {
            Form::Zip => zip(&app, file, &pieces).await,
            Form::Pdf => bind(&app, file, &pieces).await,
        };
        if let Err(error) = written {
            tracing::warn!(error = &error as &dyn std::error::Error, "a download could not be finished");
            // Whoever fetched it may be gone.
            let _heard = pieces.send(Err(error)).await;
        }
    });
    Ok(fetched)
}

/// Copies that are fetched count as used: their connection can no longer be undone.
async fn use_copies(app: &App, file: &Fetchable) -> Result<()> {
    for connection in &file.connections {
        if !flow::would_end(&mut app.db.read().await?, *connection, Tool::Drawings).await? {
            continue;
        }
        let mut tx = app.db.begin().await?;
        flow::copy_used(app, &mut tx, *connection, Tool::Drawings).await?;
        // Undone while the lock was waited for: the copies are gone.
        let ids: Vec<RevisionId> = file.sheets.iter().map(|sheet| sheet.id).collect();
        if download::sheets(&mut tx, file.project, &ids).await?.len() != ids.len() {
            return Err(Error::code("not_found"));
        }
        tx.commit().await?;
        app.live.wake();
    }
    Ok(())
}

async fn bind(app: &App, file: Fetchable, pieces: &mpsc::Sender<io::Result<Vec<u8>>>) -> io::Result<()> {
    let leaf = |sheet: &Sheet| Leaf {
        label: format!("{} {}", sheet.number, sheet.title).trim().to_owned(),
        file: app.blobs.blob_path(sheet.sha256),
        bytes: size(sheet),
    };
    let leaves = file.sheets.iter().map(leaf).collect();
    app.workshop.bind(leaves, pieces).await.map_err(io::Error::other)
}

/// Whoever fetched it is gone.
fn gone() -> io::Error {
    io::ErrorKind::BrokenPipe.into()
}

async fn zip(app: &App, file: Fetchable, pieces: &mpsc::Sender<io::Result<Vec<u8>>>) -> io::Result<()> {
    let stamp = file.stamp;
    let (planned, _) = plan(file.sheets, stamp)?;
    let (mut at, mut directory) = (0, vec![]);
    let entries = planned.len() as u64;
    for Planned { mut entry, sheet } in planned {
        let mut bytes = Bytes::open(app, &sheet).await?;
        let mut crc = crc32fast::Hasher::new();
        while let Some(piece) = bytes.next().await? {
            crc.update(&piece);
        }
        entry.crc = crc.finalize();
        let header = entry.header(stamp)?;
        at = entry.header_at + header.len() as u64 + entry.size;
        pieces.send(Ok(header)).await.map_err(|_| gone())?;
        let mut bytes = Bytes::open(app, &sheet).await?;
        while let Some(piece) = bytes.next().await? {
            pieces.send(Ok(piece)).await.map_err(|_| gone())?;
        }
        directory.extend(entry.record(stamp)?);
    }
    let end = ending(entries, at, directory.len() as u64);
    directory.extend(end);
    pieces.send(Ok(directory)).await.map_err(|_| gone())
}

/// The bytes of a sheet, exactly as many as are known of it.
struct Bytes {
    file: tokio::fs::File,
    left: u64,
}

impl Bytes {
    async fn open(app: &App, sheet: &Sheet) -> io::Result<Self> {
        let file = app.blobs.open_blob(sheet.sha256).await.map_err(io::Error::other)?;
        Ok(Self { file, left: size(sheet) })
    }

    async fn next(&mut self) -> io::Result<Option<Vec<u8>>> {
        if self.left == 0 {
            return Ok(None);
        }
        let wanted = usize::try_from(self.left).unwrap_or(PIECE).min(PIECE);
        let mut piece = vec![0; wanted];
        self.file.read_exact(&mut piece).await?;
        self.left -= wanted as u64;
        Ok(Some(piece))
    }
}
