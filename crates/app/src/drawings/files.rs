//! Files and pictures of sheets, each authorised when it is read (`SEC-09`).

use sluice_domain::permission::{Tool, act};
use sluice_domain::revision::Status;
use sluice_domain::{ConnectionId, RevisionId, SheetId};
use sluice_pdf::{Pyramid, locate};
use sluice_store::Sha256;
use sluice_store::blob::Derived;
use sluice_store::drawing;
use sluice_store::upload::sheets;

use super::sees_unpublished;
use crate::uploads::{name, own};
use crate::{App, Caller, Error, Result, flow, permit_in_project, upkeep};

/// What may be shown beside the one-page PDF.
pub use sluice_store::blob::Derived as Picture;

/// A file that the caller may read.
#[derive(Debug)]
pub struct Readable {
    revision: RevisionId,
    copied_through: Option<ConnectionId>,
    /// Its bytes' name.
    pub sha256: Sha256,
    /// Its length.
    pub bytes: u64,
    /// The name under which it is saved.
    pub file_name: String,
    /// It is known to be damaged.
    damaged: bool,
}

/// The file of a revision.
pub async fn of_revision(app: &App, who: Caller, id: RevisionId) -> Result<Readable> {
    let there = || Error::code("not_found");
    let mut db = app.db.read().await?;
    let place = drawing::file_place(&mut db, id).await?.ok_or_else(there)?;
    let (_, standing) = permit_in_project::<act::ViewDrawings>(&mut db, who, place.project_id).await?;
    let binned = place.deleted_at.is_some() && place.connection_id.is_none();
    if (place.status == Status::Unpublished || binned) && !sees_unpublished(&standing) {
        return Err(there());
    }
    Ok(Readable {
        revision: id,
        copied_through: place.connection_id,
        sha256: place.sha256,
        bytes: u64::try_from(place.byte_count).unwrap_or_default(),
        file_name: name::saved(&place.number, &place.revision, &place.title),
        damaged: place.damaged,
    })
}

/// The caller takes a file that [`of_revision`] allowed. Whoever has taken a copy's file may build from it: from then on its connection cannot
/// be undone (`UND-02`). Looking at pictures is no use of that kind.
pub async fn take(app: &App, file: &Readable) -> Result<()> {
    let Some(connection) = file.copied_through else { return Ok(()) };
    let first = flow::would_end(&mut app.db.read().await?, connection, Tool::Drawings).await?;
    if !first {
        return Ok(());
    }
    let mut tx = app.db.begin().await?;
    flow::copy_used(app, &mut tx, connection, Tool::Drawings).await?;
    // Undone while the lock was waited for: the copy is gone.
    drawing::file_place(&mut tx, file.revision).await?.ok_or_else(|| Error::code("not_found"))?;
    tx.commit().await?;
    app.live.wake();
    Ok(())
}

/// The picture of a sheet under review; for those who work on its upload.
pub async fn of_sheet(app: &App, who: Caller, id: SheetId) -> Result<Sha256> {
    let there = || Error::code("not_found");
    let mut db = app.db.read().await?;
    let place = sheets::place(&mut db, id).await?.ok_or_else(there)?;
    let (_, standing) = permit_in_project::<act::UploadDrawings>(&mut db, who, place.project_id).await?;
    own(&standing, place.created_by)?;
    place.sha256.ok_or_else(there)
}

/// Opens the one-page PDF of a file that [`of_revision`] allowed. What is damaged is never given out (`SEE-06`); a file that is gone or cut
/// off is found here, before its turn to be checked.
pub async fn open(app: &App, file: &Readable) -> Result<tokio::fs::File> {
    let damaged = || Error::code("file_damaged");
    if file.damaged {
        return Err(damaged());
    }
    let opened = match app.blobs.open_blob(file.sha256).await {
        Ok(opened) => opened,
        Err(sluice_store::Error::Blob(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            upkeep::suspect(app, file.sha256).await?;
            return Err(damaged());
        }
        Err(error) => return Err(error.into()),
    };
    if opened.metadata().await.map_err(Error::fault)?.len() == file.bytes {
        return Ok(opened);
    }
    upkeep::suspect(app, file.sha256).await?;
    Err(damaged())
}

/// Opens a picture or the words of a sheet that [`of_revision`] or [`of_sheet`] allowed.
pub async fn open_derived(app: &App, sha256: Sha256, what: Derived) -> Result<tokio::fs::File> {
    app.blobs.open_derived(sha256, what).await.map_err(absent)
}

/// A picture that is not there yet is an address under which there is nothing.
fn absent(error: sluice_store::Error) -> Error {
    match error {
        sluice_store::Error::Blob(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Error::code("not_found")
        }
        other => other.into(),
    }
}

/// Length of the head of a tile pack: magic, version, and the four numbers of the pyramid.
const HEAD: usize = 24;

/// One tile of the deep-zoom picture, WebP; level 0 is the smallest.
pub async fn tile(app: &App, sha256: Sha256, level: u32, x: u32, y: u32) -> Result<Vec<u8>> {
    let there = || Error::code("not_found");
    let head = app.blobs.derived_part(sha256, Derived::Tiles, 0, HEAD).await.map_err(absent)?;
    let pyramid = pyramid(&head)
        .filter(Pyramid::is_sound)
        .ok_or_else(|| Error::fault("a tile pack has a sound head"))?;
    let length = usize::try_from(pyramid.index_bytes()).map_err(Error::fault)?;
    let index = app.blobs.derived_part(sha256, Derived::Tiles, 0, length).await?;
    let range = locate(&index, level, x, y).ok_or_else(there)?;
    let length = usize::try_from(range.end - range.start).map_err(Error::fault)?;
    Ok(app.blobs.derived_part(sha256, Derived::Tiles, range.start, length).await?)
}

fn pyramid(head: &[u8]) -> Option<Pyramid> {
    let mut numbers = head.as_chunks::<4>().0.iter().skip(2).map(|chunk| u32::from_le_bytes(*chunk));
    Some(Pyramid {
        width: numbers.next()?,
        height: numbers.next()?,
        tile_size: numbers.next()?,
        levels: numbers.next()?,
    })
}
