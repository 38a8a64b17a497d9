//! The search over numbers, titles and the words on sheets (`LOG-02`), and the work that keeps its index.
//!
//! Whatever adds revisions or changes a number or a title says so with [`changed`], in its transaction. The work then finds by itself what is
//! not indexed as it is now: a confirmed sheet, one that arrived downstream, one that was there before there was an index. It reads the
//! words kept beside the pictures, never a PDF.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use sluice_domain::permission::act;
use sluice_domain::search::{gather, terms};
use sluice_domain::{ProjectId, SetId};
use sluice_store::blob::Derived;
use sluice_store::drawing::search::{self, Among, Indexed, Unindexed};
use sluice_store::{Sha256, Tx};
use tokio::io::AsyncReadExt;

pub use sluice_store::drawing::search::Hit;

use super::sees_unpublished;
use crate::jobs::{self, Outcome};
use crate::uploads::words;
use crate::{App, Caller, Error, Result, permit_in_project};

/// Sheets indexed in one transaction: few, because everybody else waits for the one writer of SQLite.
const LOT: i64 = 50;

/// How long the index waits for what arrives behind a batch.
const AFTER_ARRIVAL: SignedDuration = SignedDuration::from_secs(5);

/// Says that sheets of a project are to be indexed: new ones, or under another number or title.
pub(crate) async fn changed(app: &App, tx: &mut Tx, project: ProjectId) -> Result<()> {
    jobs::schedule(app, tx, jobs::Kind::Index, project.0, app.environment.now()).await
}

/// The same of sheets that arrived: a batch is rarely alone, and whoever else waits for this one goes first.
pub(crate) async fn arrived(app: &App, tx: &mut Tx, project: ProjectId) -> Result<()> {
    jobs::schedule(app, tx, jobs::Kind::Index, project.0, app.environment.now() + AFTER_ARRIVAL).await
}

/// Indexes what of a project is not, a lot at a time.
pub(crate) async fn index(app: &App, project: ProjectId) -> Result<Outcome> {
    loop {
        let waiting = {
            let mut db = app.db.read().await?;
            search::unindexed(&mut db, project, LOT).await?
        };
        if waiting.is_empty() {
            return Ok(Outcome::Done);
        }
        let mut lot = Vec::with_capacity(waiting.len());
        for Unindexed { id, sha256, has_words, label } in waiting {
            let mut tokens = BTreeSet::new();
            gather(&label, &mut tokens);
            if has_words {
                for word in words::decode(&words_of(app, sha256).await?) {
                    gather(&word.text, &mut tokens);
                }
            }
            lot.push(Indexed { id, sha256, label, tokens });
        }
        let mut tx = app.db.begin().await?;
        search::index(&mut tx, project, lot).await?;
        tx.commit().await?;
    }
}

/// The words of a page as they are kept; nothing where there are none.
async fn words_of(app: &App, sha256: Sha256) -> Result<String> {
    let mut text = String::new();
    match app.blobs.open_derived(sha256, Derived::Words).await {
        Ok(mut file) => {
            file.read_to_string(&mut text).await.map_err(Error::fault)?;
        }
        Err(sluice_store::Error::Blob(error)) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    Ok(text)
}

/// The sheets of the log on which everything asked for stands, by number: so many at most, and whether there are more. With `set` all revisions
/// in it are searched, instead of the newest of each drawing that the caller may see.
pub async fn find(
    app: &App,
    who: Caller,
    project: ProjectId,
    query: &str,
    set: Option<SetId>,
    limit: i64,
) -> Result<(Vec<Hit>, bool)> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewDrawings>(&mut db, who, project).await?;
    let terms = terms(query);
    if terms.is_empty() {
        return Ok((vec![], false));
    }
    let among = Among { unpublished: sees_unpublished(&standing), set };
    let mut hits = search::find(&mut db, project, &terms, among, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = hits.len() > wanted;
    hits.truncate(wanted);
    Ok((hits, more))
}
