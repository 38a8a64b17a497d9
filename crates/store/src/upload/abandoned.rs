//! Files of which bytes are missing and nobody sends any more, and files whose bytes are all here without anybody having noticed.

use jiff::Timestamp;
use sluice_domain::{ProjectId, UploadFileId, UploadId};

use crate::{Result, Session, Tx, args, record, sql};

record! {
    /// A file that is being received.
    pub struct Receiving {
        /// Which.
        pub id: UploadFileId,
        /// Of which upload.
        pub upload_id: UploadId,
        /// Of which project.
        pub project_id: ProjectId,
        /// Length once complete.
        pub byte_count: i64,
    }
}

/// Every file that is being received, of the whole installation.
pub async fn receiving(db: &mut Session) -> Result<Vec<Receiving>> {
    db.all(
        // cross-tenant: the start of the server looks after everybody's files
        sql!("select id, upload_id, project_id, byte_count from upload_file where state = 'receiving' order by id"),
        args![],
    )
    .await
}

/// Files that are being received and of which no byte came since.
pub async fn untouched(db: &mut Session, since: Timestamp) -> Result<Vec<Receiving>> {
    db.all(
        // cross-tenant: the sweep looks after everybody's files
        sql!(
            "select id, upload_id, project_id, byte_count from upload_file
              where state = 'receiving' and touched_at < $1 order by id limit 500"
        ),
        args![since],
    )
    .await
}

/// Gives a file up of which still no byte came; answers whether it did.
pub async fn expire(tx: &mut Tx, file: UploadFileId, since: Timestamp, code: &str) -> Result<bool> {
    let expired = tx
        .run(
            sql!("update upload_file set state = 'failed', error_code = $3 where id = $1 and state = 'receiving' and touched_at < $2"),
            args![file, since, code],
        )
        .await?;
    Ok(expired == 1)
}

/// Which of these files still need the bytes that came in.
pub async fn needed(db: &mut Session, files: &[UploadFileId]) -> Result<Vec<UploadFileId>> {
    let keys = files.iter().map(|file| (*file).into()).collect();
    let rows: Vec<(UploadFileId,)> = db
        // cross-tenant: rows by their ids, of files that lie in the folder
        .all_in(
            "select id as value from upload_file where id",
            vec![],
            keys,
            "and state in ('receiving', 'waiting', 'processing')",
        )
        .await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
