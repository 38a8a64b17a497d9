//! Files of which bytes are missing and nobody sends any more; bytes that no file needs; and files that were complete when the program died.

use std::io;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use sluice_domain::UploadFileId;
use sluice_store::upload::abandoned;

use super::receive::{complete, remove_incoming};
use crate::live::Topic;
use crate::{App, Error, Result};

/// The code of a file that was given up.
pub(crate) const EXPIRED: &str = "upload_expired";

/// Bytes that no file needs are left alone for this long: a request that is writing them has not said so yet.
const STRAY: Duration = Duration::from_hours(24);

/// When a file of which nothing comes any more is given up.
pub(crate) fn expires_at(app: &App, touched_at: Timestamp) -> Timestamp {
    touched_at + SignedDuration::from_hours(24 * app.settings.upload_days)
}

/// Goes on with files whose last byte came just before the program died; their senders need not ask again.
pub async fn take_up(app: &App) -> Result<()> {
    let receiving = {
        let mut db = app.db.read().await?;
        abandoned::receiving(&mut db).await?
    };
    for file in receiving {
        let here = match tokio::fs::metadata(app.blobs.incoming(file.id.0)).await {
            Ok(incoming) => incoming.len(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::fault(error)),
        };
        if i64::try_from(here).is_ok_and(|here| here >= file.byte_count) {
            complete(app, file.upload_id, file.id).await?;
        }
    }
    Ok(())
}

/// Gives up files of which no byte came for the days that the operator chose, and clears away bytes that no file needs. Answers how many files.
pub(crate) async fn sweep(app: &App) -> Result<u64> {
    let since = app.environment.now() - SignedDuration::from_hours(24 * app.settings.upload_days);
    let untouched = {
        let mut db = app.db.read().await?;
        abandoned::untouched(&mut db, since).await?
    };
    let mut expired = 0;
    for file in untouched {
        let mut tx = app.db.begin().await?;
        let given_up = abandoned::expire(&mut tx, file.id, since, EXPIRED).await?;
        tx.commit().await?;
        if given_up {
            remove_incoming(&app.blobs, file.id).await;
            app.live.project(file.project_id, Topic::Uploads, Some(file.upload_id.0));
            expired += 1;
        }
    }
    for file in strays(app).await? {
        remove_incoming(&app.blobs, file).await;
    }
    Ok(expired)
}

/// Bytes that came in and that no file needs: of a request that died, of a file that was taken back or is done.
async fn strays(app: &App) -> Result<Vec<UploadFileId>> {
    let mut old = vec![];
    let mut entries = tokio::fs::read_dir(app.blobs.incoming_folder()).await.map_err(Error::fault)?;
    while let Some(entry) = entries.next_entry().await.map_err(Error::fault)? {
        // What is not called like a file of ours is not ours to remove.
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        // Gone meanwhile, or a clock that was set back: the next sweep looks again.
        let age =
            entry.metadata().await.and_then(|entry| entry.modified()).ok().and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age >= STRAY) {
            old.push(UploadFileId(id));
        }
    }
    let mut db = app.db.read().await?;
    let needed = abandoned::needed(&mut db, &old).await?;
    old.retain(|file| !needed.contains(file));
    Ok(old)
}
