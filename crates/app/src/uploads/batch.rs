//! A whole upload in one request, for scripts: the bytes of its files are taken in first, then everything is written down at once.

use futures_util::{Stream, StreamExt};
use sluice_domain::permission::act;
use sluice_domain::{ProjectId, UploadFileId};
use sluice_store::upload::{self, FileState, NewFile};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

use super::receive::{SILENCE, sync_folder};
use super::staging::Staging;
use super::{FILE_BYTES_MAX, UploadView, Wanted, insert, name};
use crate::live::Topic;
use crate::{App, Caller, Error, Result, jobs, permit_in_project};

/// Most files of one request.
const FILES_MAX: usize = 2_000;

/// The files of a request as they come in. Dropped without [`Batch::create`], they are gone.
#[derive(Debug)]
pub struct Batch {
    app: App,
    who: Caller,
    project: ProjectId,
    folder: Staging,
    files: Vec<NewFile>,
}

impl Batch {
    /// Begins, if the caller may upload: nobody else's bytes are taken in.
    pub async fn begin(app: &App, who: Caller, project: ProjectId) -> Result<Self> {
        let mut db = app.db.read().await?;
        permit_in_project::<act::UploadDrawings>(&mut db, who, project).await?;
        let folder = Staging::new(app).await?;
        Ok(Self { app: app.clone(), who, project, folder, files: vec![] })
    }

    /// Takes in one file. One that is too large is remembered as failed, and the others go on.
    pub async fn add<S, B, E>(&mut self, file_name: &str, mut bytes: S) -> Result<()>
    where
        S: Stream<Item = std::result::Result<B, E>> + Unpin,
        B: AsRef<[u8]>,
    {
        if self.files.len() >= FILES_MAX {
            return Err(Error::code("body_too_large"));
        }
        let id: UploadFileId = self.app.environment.id();
        let path = self.folder.path().join(id.to_string());
        let mut file = File::create(&path).await.map_err(Error::fault)?;
        let mut length = 0_u64;
        loop {
            let chunk = match timeout(SILENCE, bytes.next()).await {
                Ok(None) => break,
                Ok(Some(Ok(chunk))) => chunk,
                Ok(Some(Err(_))) | Err(_) => {
                    return Err(Error::refused("malformed_request", "The request broke off."));
                }
            };
            length += chunk.as_ref().len() as u64;
            if length <= FILE_BYTES_MAX {
                file.write_all(chunk.as_ref()).await.map_err(Error::fault)?;
            }
        }
        file.flush().await.map_err(Error::fault)?;
        file.sync_all().await.map_err(Error::fault)?;
        let too_large = length > FILE_BYTES_MAX;
        let count = i64::try_from(length).unwrap_or(i64::MAX);
        self.files.push(NewFile {
            id,
            name: name::shown(file_name),
            byte_count: count,
            received_count: count,
            state: if too_large { FileState::Failed } else { FileState::Waiting },
            error_code: too_large.then_some("file_too_large"),
        });
        Ok(())
    }

    /// Writes the upload and its files down; they wait to be taken apart.
    pub async fn create(self, wanted: &Wanted) -> Result<UploadView> {
        let app = &self.app;
        if self.files.is_empty() {
            return Err(Error::field("/files", "files_missing", "Send at least one file."));
        }
        let now = app.environment.now();
        let mut tx = app.db.begin().await?;
        let (permit, _) = permit_in_project::<act::UploadDrawings>(&mut tx, self.who, self.project).await?;
        let id = insert(app, &mut tx, &permit, self.project, wanted).await?;
        upload::insert_files(&mut tx, &permit, id, self.project, self.files.clone(), now).await?;
        let waiting = || self.files.iter().filter(|file| file.state == FileState::Waiting);
        for file in waiting() {
            jobs::schedule(app, &mut tx, jobs::Kind::Ingest, file.id.0, now).await?;
            let to = app.blobs.incoming(file.id.0);
            tokio::fs::rename(self.folder.path().join(file.id.to_string()), &to)
                .await
                .map_err(Error::fault)?;
        }
        if let Some(file) = waiting().next() {
            sync_folder(&app.blobs.incoming(file.id.0)).await?;
        }
        tx.commit().await?;
        app.live.wake();
        app.live.project(self.project, Topic::Uploads, Some(id.0));
        super::get(app, self.who, id).await
    }
}
