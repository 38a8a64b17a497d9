//! Takes an uploaded file apart: checks it, splits it, keeps each page's sheet as it is done, then has numbers and titles read.
//!
//! A page that is saved is never worked on again: a crash repeats at most the pages in hand. Bytes that the same company had taken apart
//! before cost no PDF work (`SPD-08`); another company's never help (`FLO-04`).

use std::ops::RangeInclusive;
use std::path::Path;
use std::time::Duration;

use jiff::SignedDuration;
use sluice_domain::{ProjectId, UploadFileId, UploadId};
use sluice_pdf::{FileReport, PageOutcome, SheetParts, WorkshopFault};
use sluice_store::Tx;
use sluice_store::blob::{self, Derived};
use sluice_store::upload::reading::{self as known, Known};
use sluice_store::upload::sheets::{self, Drawn, NewSheet, Origin};
use sluice_store::upload::{self, Earlier, FileState, Upload, UploadFile};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::receive::remove_incoming;
use super::staging::Staging;
use super::{AUTOMATIC, reading, words};
use crate::jobs::Outcome;
use crate::live::Topic;
use crate::{App, Error, Result, projects, upkeep};

/// How often open screens are told about progress.
const TELL: Duration = Duration::from_millis(250);

/// When a file that could not be looked at for a fault of ours is tried again.
const AGAIN: SignedDuration = SignedDuration::from_secs(15);

/// Tells open screens, not too often.
struct Progress<'a> {
    app: &'a App,
    project: ProjectId,
    upload: UploadId,
    told: Option<Instant>,
}

impl Progress<'_> {
    fn tell(&mut self) {
        if self.told.is_none_or(|told| told.elapsed() >= TELL) {
            self.tell_now();
        }
    }

    fn tell_now(&mut self) {
        self.app.live.project(self.project, Topic::Uploads, Some(self.upload.0));
        self.told = Some(Instant::now());
    }
}

/// Takes a file apart, or goes on where it was left.
pub(crate) async fn ingest(app: &App, id: UploadFileId) -> Result<Outcome> {
    let (file, upload) = {
        let mut db = app.db.read().await?;
        let Some(file) = upload::file(&mut db, id).await? else { return Ok(Outcome::Done) };
        let Some(upload) = upload::get(&mut db, file.upload_id).await? else { return Ok(Outcome::Done) };
        if !sluice_store::project::is_there(&mut db, file.project_id).await? {
            // Deleted, or its company closed (PPL-17): nobody will see what is in it.
            remove_incoming(&app.blobs, id).await;
            return Ok(Outcome::Done);
        }
        (file, upload)
    };
    match file.state {
        FileState::Receiving => return Ok(Outcome::Done),
        FileState::Done | FileState::Failed => {
            reading::read_together(app, &upload).await?;
            remove_incoming(&app.blobs, id).await;
            return Ok(Outcome::Done);
        }
        FileState::Waiting | FileState::Processing => {}
    }
    let mut progress = Progress { app, project: file.project_id, upload: file.upload_id, told: None };
    let staging = Staging::new(app).await?;
    let work = Work { app, file: &file, upload: &upload, staging: staging.path() };
    let outcome = work.run(&mut progress).await;
    if let Ok(Outcome::Done) = outcome {
        reading::read_together(app, &upload).await?;
        remove_incoming(&app.blobs, id).await;
    }
    progress.tell_now();
    outcome
}

struct Work<'a> {
    app: &'a App,
    file: &'a UploadFile,
    upload: &'a Upload,
    staging: &'a Path,
}

impl Work<'_> {
    fn origin(&self) -> Origin {
        Origin {
            file: self.file.id,
            upload: self.upload.id,
            project: self.upload.project_id,
            company: self.upload.company_id,
            drawing_date: self.upload.drawing_date,
            received_date: self.upload.received_date,
        }
    }

    async fn run(&self, progress: &mut Progress<'_>) -> Result<Outcome> {
        let incoming = self.app.blobs.incoming(self.file.id.0);
        if !tokio::fs::try_exists(&incoming).await.map_err(Error::fault)? {
            // Somebody took it away under our hands: there is nothing to try again with.
            return self.fail("pdf_not_checked").await;
        }
        let sha256 = match self.file.sha256 {
            Some(sha256) if self.file.state == FileState::Processing => sha256,
            _ => blob::hash(&incoming).await?.0,
        };
        let mut tx = self.app.db.begin().await?;
        upload::begin_processing(&mut tx, self.file.id, sha256).await?;
        tx.commit().await?;
        progress.tell_now();

        let (mut present, earlier) = {
            let mut db = self.app.db.read().await?;
            let present = sheets::pages_present(&mut db, self.file.id).await?;
            let earlier = if present.is_empty() {
                upload::earlier(&mut db, self.upload.company_id, sha256, self.file.id).await?
            } else {
                None
            };
            (present, earlier)
        };
        let mut pages = self.file.page_count;
        if let Some(earlier) = earlier {
            pages = Some(earlier.page_count);
            present = self.reuse(&earlier).await?;
        }
        if pages.is_none_or(|pages| i64::try_from(present.len()).is_ok_and(|present| present < pages)) {
            let report = match self.app.workshop.check(&incoming).await {
                Ok(report) => report,
                Err(refusal) if refusal.is_final() => return self.fail(refusal.code()).await,
                Err(refusal) => {
                    let at = self.app.environment.now() + AGAIN;
                    return Ok(Outcome::RetryAt(at, Some(refusal.to_string())));
                }
            };
            let mut tx = self.app.db.begin().await?;
            upload::set_pages(&mut tx, self.file.id, i64::from(report.pages)).await?;
            tx.commit().await?;
            progress.tell_now();
            for run in missing(&present, report.pages) {
                match self.draw(&incoming, run, &report, progress).await {
                    Err(Drawing::Workshop(WorkshopFault::Refused(refusal))) if refusal.is_final() => {
                        return self.fail(refusal.code()).await;
                    }
                    Err(Drawing::Workshop(fault)) => return Err(Error::fault(fault)),
                    Err(Drawing::Saving(error)) => return Err(error),
                    Ok(()) => {}
                }
            }
        }
        reading::read_file(self.app, self.file, self.upload, || progress.tell()).await?;
        let mut tx = self.app.db.begin().await?;
        upload::finish(&mut tx, self.file.id).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// Begins a transaction that writes sheets and takes references to their bytes: not into a project that is gone.
    async fn hold(&self) -> Result<Tx> {
        let mut tx = self.app.db.begin().await?;
        if projects::hold(&mut tx, self.file.project_id).await? {
            Ok(tx)
        } else {
            Err(Error::code("not_found"))
        }
    }

    async fn fail(&self, code: &str) -> Result<Outcome> {
        let mut tx = self.app.db.begin().await?;
        upload::fail(&mut tx, self.file.id, code).await?;
        tx.commit().await?;
        Ok(Outcome::Done)
    }

    /// Takes over the sheets of the same bytes, and what was read on them where it would be read alike. Answers the pages that are here now.
    async fn reuse(&self, earlier: &Earlier) -> Result<Vec<i64>> {
        let mut tx = self.hold().await?;
        let known = known::known(&mut tx, self.upload.company_id, earlier.id).await?;
        let new: Vec<NewSheet> = known.iter().map(|known| self.again(known)).collect();
        sheets::insert(&mut tx, self.origin(), &new, self.app.environment.now()).await?;
        upload::set_pages(&mut tx, self.file.id, earlier.page_count).await?;
        let whole = i64::try_from(known.len()).is_ok_and(|count| count == earlier.page_count);
        let alike = earlier.naming == self.upload.naming
            && (earlier.naming == AUTOMATIC || earlier.name == self.file.name);
        if whole && alike {
            reading::repeat(self.app, &mut tx, self.upload, new.iter().map(|sheet| sheet.id).zip(&known))
                .await?;
        }
        tx.commit().await?;
        Ok(known.iter().map(|known| known.page).collect())
    }

    fn again(&self, known: &Known) -> NewSheet {
        NewSheet {
            id: self.app.environment.id(),
            page: known.page,
            rotation: known.rotation,
            bookmark: known.bookmark.clone(),
            label: known.label.clone(),
            result: Ok(Drawn {
                sha256: known.sha256,
                byte_count: known.byte_count,
                width_pt: known.width_pt,
                height_pt: known.height_pt,
                pixel_width: known.pixel_width,
                pixel_height: known.pixel_height,
                tile_size: known.tile_size,
                level_count: known.level_count,
            }),
        }
    }

    /// Has a run of pages drawn and saves each as it comes.
    async fn draw(
        &self,
        incoming: &Path,
        run: RangeInclusive<u32>,
        report: &FileReport,
        progress: &mut Progress<'_>,
    ) -> std::result::Result<(), Drawing> {
        let (done, outcomes) = mpsc::channel(4);
        let work = self.app.workshop.pages(incoming, run, self.staging, done);
        let (worked, saved) = tokio::join!(work, self.save_all(outcomes, report, progress));
        saved.map_err(Drawing::Saving)?;
        worked.map_err(Drawing::Workshop)
    }

    /// Saves pages as they come. Leaving early drops the receiver, which ends the work.
    async fn save_all(
        &self,
        mut outcomes: mpsc::Receiver<PageOutcome>,
        report: &FileReport,
        progress: &mut Progress<'_>,
    ) -> Result<()> {
        while let Some(outcome) = outcomes.recv().await {
            self.save(outcome, report).await?;
            progress.tell();
        }
        Ok(())
    }

    async fn save(&self, outcome: PageOutcome, report: &FileReport) -> Result<()> {
        let PageOutcome { page, result } = outcome;
        let rotation = result.as_ref().map_or(0, |parts| i64::from(parts.rotation));
        let result = match result {
            Ok(parts) => Ok(self.keep(page, parts).await?),
            Err(refusal) => Err(refusal.code().to_owned()),
        };
        let text = |text: Option<&String>| text.and_then(|text| sluice_domain::sheet_number::clean(text));
        let sheet = NewSheet {
            id: self.app.environment.id(),
            page: i64::from(page),
            rotation,
            bookmark: text(report.bookmarks.get(&page)),
            label: text(report.labels.get(&page)),
            result,
        };
        let mut tx = self.hold().await?;
        sheets::insert(&mut tx, self.origin(), &[sheet], self.app.environment.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Keeps a page's parts under its hash; the row that names them follows.
    async fn keep(&self, page: u32, parts: SheetParts) -> Result<Drawn> {
        let blobs = &self.app.blobs;
        let (sha256, bytes) = blobs.keep(&parts.pdf).await?;
        let list = self.staging.join(format!("words-{page}.json"));
        tokio::fs::write(&list, words::encode(parts.width_pt, parts.height_pt, &parts.words))
            .await
            .map_err(Error::fault)?;
        blobs.keep_derived(sha256, Derived::Words, &list).await?;
        blobs.keep_derived(sha256, Derived::Thumbnail, &parts.thumbnail).await?;
        blobs.keep_derived(sha256, Derived::Tiles, &parts.tiles).await?;
        upkeep::put_in_place(self.app, sha256).await?;
        Ok(Drawn {
            sha256,
            byte_count: i64::try_from(bytes).unwrap_or(i64::MAX),
            width_pt: parts.width_pt,
            height_pt: parts.height_pt,
            pixel_width: parts.pyramid.width.into(),
            pixel_height: parts.pyramid.height.into(),
            tile_size: parts.pyramid.tile_size.into(),
            level_count: parts.pyramid.levels.into(),
        })
    }
}

/// Why a run of pages ended early.
enum Drawing {
    Workshop(WorkshopFault),
    Saving(Error),
}

/// The runs of pages, from 1 to `pages`, that are not among those present.
fn missing(present: &[i64], pages: u32) -> Vec<RangeInclusive<u32>> {
    let here: std::collections::BTreeSet<i64> = present.iter().copied().collect();
    let absent: Vec<u32> = (1..=pages).filter(|page| !here.contains(&i64::from(*page))).collect();
    let runs = absent.chunk_by(|a, b| a + 1 == *b);
    runs.filter_map(|run| Some(*run.first()?..=*run.last()?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_missing_is_worked_on() {
        assert_eq!(missing(&[], 3), [1..=3]);
        assert_eq!(missing(&[2, 5], 6), [1..=1, 3..=4, 6..=6]);
        assert_eq!(missing(&[1, 2], 2), []);
    }
}
