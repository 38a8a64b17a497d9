//! Uploads: a batch of files into one set, and where it stands. Receiving stands in [`receive`] and [`batch`], taking files apart in
//! [`ingest`], review in [`review`].

pub mod abandoned;
pub mod batch;
mod ingest;
pub(crate) mod name;
mod reading;
pub mod receive;
pub mod review;
mod staging;
pub(crate) mod words;

use jiff::civil::Date;
use sluice_domain::permission::{Action, Permit, Standing, act, allows};
use sluice_domain::sheet_number::clean;
use sluice_domain::{AreaId, PersonId, ProjectId, Reason, SetId, UploadId};
use sluice_store::drawing::{self, places};
use sluice_store::upload::{self, NewUpload, Upload, UploadFile};
pub use sluice_store::upload::{FileState, SheetStatus};
use sluice_store::{Session, Tx};

use crate::drawings::areas;
use crate::error::FieldError;
use crate::live::Topic;
use crate::{App, Caller, Can, Error, Result, permit_in_project};

pub(crate) use ingest::ingest;

/// Largest file, bytes (`DRW-01`).
pub const FILE_BYTES_MAX: u64 = 2 << 30;

/// Uploads shown of a project.
const LISTED_MAX: i64 = 100;

/// Why somebody who may upload cannot touch this upload.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub(crate) enum NotHere {
    /// It is somebody else's, and the caller has a grant only.
    #[error("You can review your own uploads only.")]
    OwnUploadsOnly,
    /// Nothing in it waits for a person.
    #[error("No sheet of this upload waits for review.")]
    NothingToReview,
}

impl Reason for NotHere {
    fn code(&self) -> &'static str {
        match self {
            Self::OwnUploadsOnly => "own_uploads_only",
            Self::NothingToReview => "upload_not_ready",
        }
    }
}

impl From<NotHere> for Error {
    fn from(reason: NotHere) -> Self {
        Self::refused(reason.code(), reason.to_string())
    }
}

/// With a grant one works on one's own uploads; a Drawings Admin on all.
pub(crate) fn own(standing: &Standing, created_by: PersonId) -> std::result::Result<(), NotHere> {
    let all = allows(standing, Action::ViewUnpublished).is_ok();
    if all || created_by == standing.person { Ok(()) } else { Err(NotHere::OwnUploadsOnly) }
}

/// Where an upload stands, as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UploadStatus {
    /// Bytes are missing.
    Receiving,
    /// Files are being taken apart.
    Processing,
    /// Sheets wait for a person.
    ReadyForReview,
    /// Every sheet is confirmed or removed.
    Reviewed,
    /// Nothing came out of it.
    Failed,
}

impl UploadStatus {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Receiving, Self::Processing, Self::ReadyForReview, Self::Reviewed, Self::Failed];

    /// The word in the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Receiving => "receiving",
            Self::Processing => "processing",
            Self::ReadyForReview => "ready_for_review",
            Self::Reviewed => "reviewed",
            Self::Failed => "failed",
        }
    }

    fn of(upload: &Upload, files: &[UploadFile]) -> Self {
        let any = |states: &[FileState]| files.iter().any(|file| states.contains(&file.state));
        if files.is_empty() || any(&[FileState::Receiving]) {
            Self::Receiving
        } else if any(&[FileState::Waiting, FileState::Processing]) {
            Self::Processing
        } else if upload.sheets_to_review + upload.sheets_reading > 0 {
            Self::ReadyForReview
        } else if upload.sheets_total == upload.sheets_failed {
            Self::Failed
        } else {
            Self::Reviewed
        }
    }
}

/// An upload as one person sees it.
#[derive(Debug)]
pub struct UploadView {
    /// The upload.
    pub upload: Upload,
    /// Its files.
    pub files: Vec<UploadFile>,
    /// Where it stands.
    pub status: UploadStatus,
    /// What the caller may do.
    pub can: Can,
}

fn view(upload: Upload, files: Vec<UploadFile>, standing: &Standing) -> UploadView {
    let own = own(standing, upload.created_by);
    let waits = if upload.sheets_to_review > 0 { Ok(()) } else { Err(NotHere::NothingToReview) };
    let act = |can: Can, name, action, also: std::result::Result<(), NotHere>| match allows(standing, action)
    {
        Err(refusal) => can.with(name, Err(refusal)),
        Ok(()) => can.with(name, own.and(also)),
    };
    let can = act(Can::default(), "add_files", Action::UploadDrawings, Ok(()));
    let can = act(can, "review", Action::ReviewDrawings, Ok(()));
    let can = act(can, "confirm", Action::ReviewDrawings, waits);
    UploadView { status: UploadStatus::of(&upload, &files), upload, files, can }
}

/// An upload that the caller may see, with where they stand in its project.
pub(crate) async fn reach(
    db: &mut Session,
    who: Caller,
    id: UploadId,
) -> Result<(Upload, Permit<act::UploadDrawings>, Standing)> {
    let upload = upload::get(db, id).await?.ok_or_else(|| Error::code("not_found"))?;
    let (permit, standing) = permit_in_project::<act::UploadDrawings>(db, who, upload.project_id).await?;
    own(&standing, upload.created_by)?;
    Ok((upload, permit, standing))
}

/// One upload.
pub async fn get(app: &App, who: Caller, id: UploadId) -> Result<UploadView> {
    let mut db = app.db.read().await?;
    let (upload, _, standing) = reach(&mut db, who, id).await?;
    let files = upload::files(&mut db, id).await?;
    Ok(view(upload, files, &standing))
}

/// The uploads of a project, open ones first; with a grant one's own.
pub async fn list(app: &App, who: Caller, project: ProjectId) -> Result<Vec<UploadView>> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::UploadDrawings>(&mut db, who, project).await?;
    let all = allows(&standing, Action::ViewUnpublished).is_ok();
    let uploads = upload::of_project(&mut db, project, (!all).then_some(who.person), LISTED_MAX).await?;
    let ids: Vec<UploadId> = uploads.iter().map(|upload| upload.id).collect();
    let mut files = upload::files_of(&mut db, project, &ids).await?;
    let views = uploads.into_iter().map(|upload| {
        let its = files.extract_if(.., |file| file.upload_id == upload.id).collect();
        view(upload, its, &standing)
    });
    Ok(views.collect())
}

/// An upload to be made.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Into this set …
    pub set: Option<SetId>,
    /// … or the own set of this name …
    pub set_name: Option<String>,
    /// … and date.
    pub set_date: Option<Date>,
    /// Into this area; the default area where it is not said.
    pub area: Option<AreaId>,
    /// Drawing date of sheets that get no other.
    pub drawing_date: Option<Date>,
    /// Received date of sheets that get no other.
    pub received_date: Option<Date>,
    /// Revision of sheets on which none is read.
    pub default_revision: Option<String>,
    /// How file names are read; `automatic` where it is not said.
    pub naming: Option<String>,
}

/// How file names are read (`DRW-03`), by the word in the API.
pub(crate) const NAMINGS: [(&str, sluice_pdf::Naming); 5] = [
    (AUTOMATIC, sluice_pdf::Naming::None),
    ("number_title", sluice_pdf::Naming::NumberTitle),
    ("number_dot_rev_title", sluice_pdf::Naming::NumberDotRevTitle),
    ("number_rev_title", sluice_pdf::Naming::NumberRevTitle),
    ("number_title_rev", sluice_pdf::Naming::NumberTitleRev),
];

/// The ways file names can be read, by the words in the API.
pub fn namings() -> impl Iterator<Item = &'static str> {
    NAMINGS.into_iter().map(|(key, _)| key)
}

/// The file name says nothing.
pub(crate) const AUTOMATIC: &str = "automatic";

/// Makes an upload that waits for its files.
pub async fn create(app: &App, who: Caller, project: ProjectId, wanted: &Wanted) -> Result<UploadView> {
    let mut tx = app.db.begin().await?;
    let (permit, _) = permit_in_project::<act::UploadDrawings>(&mut tx, who, project).await?;
    let id = insert(app, &mut tx, &permit, project, wanted).await?;
    tx.commit().await?;
    app.live.project(project, Topic::Uploads, Some(id.0));
    get(app, who, id).await
}

/// Adds an upload, its set and its area where they are absent.
pub(crate) async fn insert(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::UploadDrawings>,
    project: ProjectId,
    wanted: &Wanted,
) -> Result<UploadId> {
    let now = app.environment.now();
    let mut unsound: Vec<FieldError> = vec![];
    let naming = wanted.naming.as_deref().unwrap_or(AUTOMATIC);
    let naming = namings().find(|key| *key == naming);
    if naming.is_none() {
        let detail =
            "Choose automatic, number_title, number_dot_rev_title, number_rev_title or number_title_rev."
                .into();
        unsound.push(FieldError { pointer: "/naming".into(), code: "unknown_value", detail });
    }
    let default_revision =
        wanted.default_revision.as_deref().filter(|text| !text.trim().is_empty()).map(clean);
    if default_revision == Some(None) {
        let detail = "A revision has up to 255 characters.".into();
        unsound.push(FieldError { pointer: "/default_revision".into(), code: "text_length", detail });
    }
    let name = wanted.set_name.as_deref().and_then(clean);
    if wanted.set.is_none()
        && name.is_none()
        && wanted.set_name.as_deref().is_some_and(|name| !name.trim().is_empty())
    {
        let detail = "The name of a set has up to 255 characters.".into();
        unsound.push(FieldError { pointer: "/set/name".into(), code: "text_length", detail });
    }
    if !unsound.is_empty() {
        return Err(Error::Invalid(unsound));
    }
    let set = match (wanted.set, name, wanted.set_date) {
        (Some(set), ..) => areas::own_set(tx, project, set).await?,
        (None, Some(name), Some(date)) => {
            let set =
                places::find_or_add_set(tx, permit, project, app.environment.id(), &name, date, now).await?;
            drawing::touch(tx, project).await?;
            set
        }
        _ => return Err(Error::code("set_date_missing")),
    };
    let area = match wanted.area {
        Some(area) => areas::own_area(tx, project, area).await?.id,
        None => areas::default_area(app, tx, permit, project).await?,
    };
    let id = app.environment.id();
    let upload = NewUpload {
        id,
        set,
        area,
        naming: naming.unwrap_or(AUTOMATIC),
        // A sheet that says no date has the date of its set: undated, it could never become current.
        drawing_date: wanted.drawing_date.or(wanted.set_date),
        received_date: wanted.received_date,
        default_revision: default_revision.flatten(),
    };
    upload::insert(tx, permit, project, &upload, now).await?;
    Ok(id)
}
