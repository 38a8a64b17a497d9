//! The export of everything of a company, as one archive that opens without the product (`PPL-12`).
//!
//! A company administrator asks for it; it is written in the background, into a file of this installation, and fetched from there until its
//! time is over. The operator writes one straight to a file of theirs. Deliberately absent: reading an archive back.

mod archive;
mod contents;
pub(crate) mod names;
mod page;
mod text;
mod zip;

use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use sluice_domain::permission::act;
use sluice_domain::{CompanyId, ExportId};
use sluice_store::company_export;
pub use sluice_store::company_export::{Export, ExportState};
use tokio::sync::watch;

use crate::audit::{self, About};
use crate::jobs::{self, Outcome};
use crate::{App, Caller, Error, Result, permit_in_company};

/// How long an archive is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 7);

/// How often it is noted how far an export is.
const NOTE: Duration = Duration::from_secs(1);

/// Tries before an export counts as failed.
const TRIES: i64 = 3;

/// How far it is.
#[derive(Debug, Default, Clone, Copy)]
pub struct Progress {
    /// Files to be copied.
    pub files: i64,
    /// Files copied.
    pub files_done: i64,
    /// Bytes to be copied.
    pub bytes: i64,
    /// Bytes copied.
    pub bytes_done: i64,
}

/// An archive that was written.
#[derive(Debug, Clone, Copy)]
pub struct Made {
    /// Its size.
    pub bytes: u64,
    /// Files whose bytes could not be had; it names them.
    pub damaged: u64,
}

/// Asks for an export of a company. An archive made before is removed: one of each company is kept.
pub async fn start(app: &App, who: Caller, company: CompanyId) -> Result<Export> {
    let now = app.environment.now();
    let id: ExportId = app.environment.id();
    let mut tx = app.db.begin().await?;
    tx.lock("select id from company where id = $1 for no key update", sluice_store::args![company]).await?;
    let (permit, _) = permit_in_company::<act::ExportCompany>(&mut tx, who, company).await?;
    let earlier = company_export::of_company(&mut tx, company).await?;
    if earlier.iter().any(|one| matches!(one.state, ExportState::Waiting | ExportState::Running)) {
        return Err(Error::code("export_under_way"));
    }
    for gone in company_export::remove_all(&mut tx, company).await? {
        // Its work looks at once and takes the file away.
        jobs::schedule(app, &mut tx, jobs::Kind::Export, gone.0, now).await?;
    }
    company_export::insert(&mut tx, &permit, id, now).await?;
    audit::note(app, &mut tx, who, company, audit::Kind::ExportAsked, About::default()).await?;
    jobs::schedule(app, &mut tx, jobs::Kind::Export, id.0, now).await?;
    let export = company_export::get(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    tx.commit().await?;
    app.live.wake();
    Ok(export)
}

/// The exports of a company, newest first, and whether the caller may ask for one.
pub async fn list(app: &App, who: Caller, company: CompanyId) -> Result<Vec<Export>> {
    let mut db = app.db.read().await?;
    permit_in_company::<act::ExportCompany>(&mut db, who, company).await?;
    Ok(company_export::of_company(&mut db, company).await?)
}

/// One export.
pub async fn get(app: &App, who: Caller, company: CompanyId, id: ExportId) -> Result<Export> {
    let mut db = app.db.read().await?;
    permit_in_company::<act::ExportCompany>(&mut db, who, company).await?;
    let export = company_export::get(&mut db, id).await?;
    export.filter(|export| export.company_id == company).ok_or_else(|| Error::code("not_found"))
}

/// Gives an archive up, or stops one that is being written.
pub async fn remove(app: &App, who: Caller, company: CompanyId, id: ExportId) -> Result<()> {
    get(app, who, company, id).await?;
    let mut tx = app.db.begin().await?;
    permit_in_company::<act::ExportCompany>(&mut tx, who, company).await?;
    if !company_export::remove(&mut tx, id).await? {
        return Err(Error::code("not_found"));
    }
    jobs::schedule(app, &mut tx, jobs::Kind::Export, id.0, app.environment.now()).await?;
    tx.commit().await?;
    app.live.wake();
    Ok(())
}

/// An archive that the caller may fetch now: judged again with every request (`SEC-09`).
#[derive(Debug)]
pub struct Fetchable {
    /// Which.
    pub id: ExportId,
    /// Its length.
    pub bytes: u64,
    /// The name under which it is saved.
    pub file_name: String,
}

/// Whether the archive of an export may be fetched.
pub async fn fetchable(app: &App, who: Caller, company: CompanyId, id: ExportId) -> Result<Fetchable> {
    let export = get(app, who, company, id).await?;
    let over = export.expires_at.is_none_or(|until| until <= app.environment.now());
    if export.state != ExportState::Done || over {
        return Err(Error::code("not_found"));
    }
    let on = export.created_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    Ok(Fetchable {
        id,
        bytes: u64::try_from(export.byte_count).unwrap_or_default(),
        file_name: format!("{} {on}.zip", names::of_project("", &export.company_name)),
    })
}

/// Opens an archive that [`fetchable`] allowed.
pub async fn open(app: &App, archive: &Fetchable) -> Result<tokio::fs::File> {
    tokio::fs::File::open(app.blobs.export(archive.id.0)).await.map_err(Error::fault)
}

/// Writes an export, or takes the archive of one away whose time is over.
pub(crate) async fn work(app: &App, id: ExportId, attempts: i64) -> Result<Outcome> {
    let now = app.environment.now();
    let export = {
        let mut db = app.db.read().await?;
        company_export::get(&mut db, id).await?
    };
    let Some(export) = export else { return Ok(Outcome::Done) };
    match (export.state, export.expires_at) {
        (ExportState::Waiting | ExportState::Running, _) => match make(app, &export).await {
            Ok(outcome) => Ok(outcome),
            Err(error) if attempts + 1 < TRIES => Err(error),
            Err(error) => {
                tracing::error!(company = %export.company_id, error = &error as &dyn std::error::Error, "an export could not be written");
                let mut tx = app.db.begin().await?;
                company_export::fail(&mut tx, id, now).await?;
                tx.commit().await?;
                discard(app, id).await?;
                Ok(Outcome::Done)
            }
        },
        (ExportState::Done, Some(until)) if until > now => Ok(Outcome::RetryAt(until, None)),
        (ExportState::Done | ExportState::Failed | ExportState::Removed, _) => {
            let mut tx = app.db.begin().await?;
            company_export::remove(&mut tx, id).await?;
            tx.commit().await?;
            discard(app, id).await?;
            Ok(Outcome::Done)
        }
    }
}

async fn make(app: &App, export: &Export) -> Result<Outcome> {
    let part = app.blobs.export(export.id.0).with_extension("part");
    let (progress, seen) = watch::channel(Progress::default());
    let made = {
        let writing = contents::write(app, export.company_id, &part, &progress);
        tokio::pin!(writing);
        loop {
            tokio::select! {
                made = &mut writing => break Some(made?),
                () = tokio::time::sleep(NOTE) => {
                    let so_far = *seen.borrow();
                    if !note(app, export.id, so_far).await? {
                        break None;
                    }
                }
            }
        }
    };
    let Some(made) = made else {
        // Removed while it was being written.
        discard(app, export.id).await?;
        return Ok(Outcome::Done);
    };
    let all = *seen.borrow();
    note(app, export.id, all).await?;
    app.blobs.keep_export(export.id.0, &part).await?;
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let (bytes, damaged) = (i64::try_from(made.bytes), i64::try_from(made.damaged));
    let (bytes, damaged) = (bytes.map_err(Error::fault)?, damaged.map_err(Error::fault)?);
    let wanted = company_export::finish(&mut tx, export.id, bytes, damaged, now, now + KEPT).await?;
    tx.commit().await?;
    if !wanted {
        discard(app, export.id).await?;
        return Ok(Outcome::Done);
    }
    Ok(Outcome::RetryAt(now + KEPT, None))
}

async fn note(app: &App, id: ExportId, progress: Progress) -> Result<bool> {
    let mut tx = app.db.begin().await?;
    let going = company_export::progress(&mut tx, id, progress.files, progress.files_done).await?;
    tx.commit().await?;
    Ok(going)
}

/// Takes the archive of an export, or what there is of one, away.
async fn discard(app: &App, id: ExportId) -> Result<()> {
    Ok(app.blobs.discard_export(id.0).await?)
}

/// Writes everything of a company to a file that is not there yet, for the operator; `company` by id or exact name.
pub async fn by_operator(
    app: &App,
    company: &str,
    file: &Path,
    progress: &watch::Sender<Progress>,
) -> Result<Made> {
    let company = crate::closing::by_operator(app, company).await?;
    if tokio::fs::try_exists(file).await.map_err(Error::fault)? {
        return Err(Error::refused("duplicate", format!("{} is there already.", file.display())));
    }
    let mut part = file.as_os_str().to_owned();
    part.push(".part");
    let part = Path::new(&part);
    match contents::write(app, company.id, part, progress).await {
        Ok(made) => {
            tokio::fs::rename(part, file).await.map_err(Error::fault)?;
            Ok(made)
        }
        Err(error) => {
            // What there is of it is of no use to anybody.
            let _ = tokio::fs::remove_file(part).await;
            Err(error)
        }
    }
}
