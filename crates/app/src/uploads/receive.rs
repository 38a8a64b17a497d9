//! Receiving files piece by piece over a bad line (`DRW-01`): the length of what lies on the disk decides where to continue.
//!
//! An offset is told to nobody before the bytes under it are synced. One piece at a time is written to a file: the writer holds its lock.

use std::fs::TryLockError;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use sluice_domain::permission::{Permit, act};
use sluice_domain::{UploadFileId, UploadId};
use sluice_store::upload::{self, FileState, NewFile, UploadFile};
use sluice_store::{Blobs, Session};
use tokio::fs::{File, OpenOptions};
use tokio::io::{AsyncSeekExt, AsyncWriteExt, SeekFrom};
use tokio::time::{Instant, timeout};

use super::abandoned::{EXPIRED, expires_at};
use super::{FILE_BYTES_MAX, name, reach};
use crate::live::Topic;
use crate::{App, Caller, Error, Result, jobs};

/// A line on which nothing came for so long is dead; the sender continues on another.
pub(crate) const SILENCE: Duration = Duration::from_mins(1);

/// How often what arrived is synced, remembered and shown while a long piece comes in.
const REMEMBER: Duration = Duration::from_secs(2);

/// How much of a file is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// Bytes that are safely here.
    pub offset: u64,
    /// Length once complete.
    pub length: u64,
    /// When a file is given up of which nothing more comes; `None` once it is complete.
    pub expires_at: Option<Timestamp>,
}

/// Announces a file of `length` bytes; its bytes follow.
pub async fn announce(
    app: &App,
    who: Caller,
    upload: UploadId,
    file_name: &str,
    length: u64,
) -> Result<UploadFileId> {
    if length > FILE_BYTES_MAX {
        return Err(Error::code("file_too_large"));
    }
    let mut tx = app.db.begin().await?;
    let (upload, permit, _) = reach(&mut tx, who, upload).await?;
    let id: UploadFileId = app.environment.id();
    if length == 0 {
        // No piece will follow that would make it.
        File::create(app.blobs.incoming(id.0)).await.map_err(Error::fault)?;
    }
    let file = NewFile {
        id,
        name: name::shown(file_name),
        byte_count: i64::try_from(length).unwrap_or(i64::MAX),
        received_count: 0,
        state: FileState::Receiving,
        error_code: None,
    };
    upload::insert_files(&mut tx, &permit, upload.id, upload.project_id, vec![file], app.environment.now())
        .await?;
    tx.commit().await?;
    app.live.project(upload.project_id, Topic::Uploads, Some(upload.id.0));
    if length == 0 {
        // No piece will follow; that it is empty is found out where every file is looked at.
        complete(app, upload.id, id).await?;
    }
    Ok(id)
}

/// A file of an upload that the caller may add to.
async fn reach_file(
    db: &mut Session,
    who: Caller,
    upload: UploadId,
    file: UploadFileId,
) -> Result<(UploadFile, Permit<act::UploadDrawings>)> {
    let (upload, permit, _) = reach(db, who, upload).await?;
    let file = upload::file(db, file).await?.filter(|file| file.upload_id == upload.id);
    let file = file.ok_or_else(|| Error::code("not_found"))?;
    if file.state == FileState::Failed && file.error_code.as_deref() == Some(EXPIRED) {
        return Err(Error::code(EXPIRED));
    }
    Ok((file, permit))
}

fn length(file: &UploadFile) -> u64 {
    u64::try_from(file.byte_count).unwrap_or_default()
}

/// Where to continue. What lies on the disk counts, also after a crash; it is synced before it is told.
pub async fn received(app: &App, who: Caller, upload: UploadId, file: UploadFileId) -> Result<Received> {
    let file = {
        let mut db = app.db.read().await?;
        reach_file(&mut db, who, upload, file).await?.0
    };
    let length = length(&file);
    if file.state != FileState::Receiving {
        return Ok(Received { offset: length, length, expires_at: None });
    }
    let here = synced_length(app.blobs.incoming(file.id.0)).await.map_err(Error::fault)?.min(length);
    if i64::try_from(here).ok() != Some(file.received_count) {
        remember(app, &file, here).await?;
    }
    if here == length {
        complete(app, file.upload_id, file.id).await?;
    }
    let expires_at = (here < length).then(|| expires_at(app, file.touched_at));
    Ok(Received { offset: here, length, expires_at })
}

async fn synced_length(path: PathBuf) -> io::Result<u64> {
    match File::open(&path).await {
        Ok(file) => {
            let length = file.metadata().await?.len();
            file.sync_all().await?;
            Ok(length)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

/// Appends a piece that begins at `offset`. Answers how much is here afterwards; all of it is synced.
pub async fn append<S, B, E>(
    app: &App,
    who: Caller,
    upload: UploadId,
    file: UploadFileId,
    offset: u64,
    piece: S,
) -> Result<Received>
where
    S: Stream<Item = std::result::Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let file = {
        let mut db = app.db.read().await?;
        reach_file(&mut db, who, upload, file).await?.0
    };
    let length = length(&file);
    if file.state != FileState::Receiving {
        return if offset == length {
            Ok(Received { offset, length, expires_at: None })
        } else {
            Err(Error::code("offset_mismatch"))
        };
    }
    let path = app.blobs.incoming(file.id.0);
    let mut incoming = open(&path).await?;
    if incoming.metadata().await.map_err(Error::fault)?.len() != offset {
        return Err(Error::code("offset_mismatch"));
    }
    incoming.seek(SeekFrom::Start(offset)).await.map_err(Error::fault)?;
    let (here, came) = write(app, &file, &mut incoming, offset, length, piece).await?;
    incoming.flush().await.map_err(Error::fault)?;
    incoming.sync_all().await.map_err(Error::fault)?;
    if offset == 0 {
        sync_folder(&path).await?;
    }
    if here == length {
        complete(app, file.upload_id, file.id).await?;
    } else {
        remember(app, &file, here).await?;
    }
    match came {
        Came::Whole => {
            let expires_at = (here < length).then(|| expires_at(app, app.environment.now()));
            Ok(Received { offset: here, length, expires_at })
        }
        Came::Broken => {
            Err(Error::refused("malformed_request", "The line broke off; what came before is kept."))
        }
        Came::TooMuch => Err(Error::refused("malformed_request", "More bytes came than were announced.")),
    }
}

/// How a piece ended.
enum Came {
    Whole,
    Broken,
    TooMuch,
}

async fn write<S, B, E>(
    app: &App,
    file: &UploadFile,
    incoming: &mut File,
    offset: u64,
    length: u64,
    mut piece: S,
) -> Result<(u64, Came)>
where
    S: Stream<Item = std::result::Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
{
    let mut here = offset;
    let mut remembered = Instant::now();
    loop {
        let chunk = match timeout(SILENCE, piece.next()).await {
            Ok(None) => return Ok((here, Came::Whole)),
            Ok(Some(Ok(chunk))) => chunk,
            Ok(Some(Err(_))) | Err(_) => return Ok((here, Came::Broken)),
        };
        let bytes = chunk.as_ref();
        let room = usize::try_from(length - here).unwrap_or(usize::MAX);
        let fits = bytes.get(..room).unwrap_or(bytes);
        incoming.write_all(fits).await.map_err(Error::fault)?;
        here += fits.len() as u64;
        if fits.len() < bytes.len() {
            return Ok((here, Came::TooMuch));
        }
        if remembered.elapsed() >= REMEMBER {
            incoming.flush().await.map_err(Error::fault)?;
            incoming.sync_data().await.map_err(Error::fault)?;
            remember(app, file, here).await?;
            remembered = Instant::now();
        }
    }
}

/// Opens the file for the one writer it may have.
async fn open(path: &Path) -> Result<File> {
    let file =
        OpenOptions::new().create(true).write(true).truncate(false).open(path).await.map_err(Error::fault)?;
    let file = file.into_std().await;
    match file.try_lock() {
        Ok(()) => Ok(File::from_std(file)),
        // An earlier line has not ended yet: asking for the offset again shows how far it came.
        Err(TryLockError::WouldBlock) => Err(Error::code("offset_mismatch")),
        Err(TryLockError::Error(error)) => Err(Error::fault(error)),
    }
}

/// A new file survives a power cut only when the folder that names it is synced too.
pub(super) async fn sync_folder(path: &Path) -> Result<()> {
    let Some(folder) = path.parent() else { return Ok(()) };
    let folder = File::open(folder).await.map_err(Error::fault)?;
    folder.sync_all().await.map_err(Error::fault)
}

async fn remember(app: &App, file: &UploadFile, here: u64) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let now = app.environment.now();
    upload::set_received(&mut tx, file.id, i64::try_from(here).unwrap_or(i64::MAX), now).await?;
    tx.commit().await?;
    app.live.project(file.project_id, Topic::Uploads, Some(file.upload_id.0));
    Ok(())
}

/// The last byte is here: the file waits to be taken apart.
pub(super) async fn complete(app: &App, upload: UploadId, file: UploadFileId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    if upload::complete(&mut tx, file).await? {
        jobs::schedule(app, &mut tx, jobs::Kind::Ingest, file.0, app.environment.now()).await?;
    }
    let project = upload::get(&mut tx, upload).await?.map(|upload| upload.project_id);
    tx.commit().await?;
    app.live.wake();
    if let Some(project) = project {
        app.live.project(project, Topic::Uploads, Some(upload.0));
    }
    Ok(())
}

/// Takes back a file that is not complete, with the bytes that came.
pub async fn take_back(app: &App, who: Caller, upload: UploadId, file: UploadFileId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (file, permit) = reach_file(&mut tx, who, upload, file).await?;
    if !upload::remove_receiving(&mut tx, &permit, file.id).await? {
        return Err(Error::code("file_complete"));
    }
    tx.commit().await?;
    remove_incoming(&app.blobs, file.id).await;
    app.live.project(file.project_id, Topic::Uploads, Some(file.upload_id.0));
    Ok(())
}

/// Removes what came in of a file that is done with.
pub(super) async fn remove_incoming(blobs: &Blobs, file: UploadFileId) {
    match tokio::fs::remove_file(blobs.incoming(file.0)).await {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        // It costs room and nothing else.
        Err(error) => {
            tracing::warn!(file = %file, error = &error as &dyn std::error::Error, "an upload's bytes stay behind");
        }
    }
}
