//! Review: the sheets of an upload with their marks, what a person makes of them, and confirming them as unpublished revisions (`DRW-04`).

use jiff::civil::Date;
use sluice_domain::permission::{Action, Standing, act, allows};
use sluice_domain::sheet_number::clean;
use sluice_domain::{DisciplineId, SheetId, UploadId};
use sluice_store::drawing::places;
use sluice_store::upload::SheetStatus;
use sluice_store::upload::sheets::{self, Sheet, SheetFields};
use sluice_store::{Session, Tx};

use super::reading::Disciplines;
use super::{own, reach};
use crate::error::FieldError;
use crate::live::Topic;
use crate::{App, Caller, Can, Error, Given, Result, permit_in_project};

mod confirmation;
mod marks;

pub use confirmation::{Chosen, Confirmation, RefusedSheet, confirm};
pub use marks::Mark;

/// How sure a value is, and where it was found.
#[derive(Debug, Clone)]
pub struct Confidence {
    /// 0 to 1.
    pub confidence: f64,
    /// `bookmark`, `page_label`, `title_block`, `file_name`, `person`, `inherited`.
    pub source: String,
}

/// A sheet as one person sees it.
#[derive(Debug)]
pub struct SheetView {
    /// The sheet.
    pub sheet: Sheet,
    /// How sure its number is.
    pub number: Option<Confidence>,
    /// How sure its title is.
    pub title: Option<Confidence>,
    /// How sure its revision is.
    pub revision: Option<Confidence>,
    /// What the reviewer should look at.
    pub marks: Vec<Mark>,
    /// What the caller may do.
    pub can: Can,
}

/// A value that is not the one that was read was given by a person, or came from the upload's defaults.
fn confidence(
    value: Option<&String>,
    read: Option<&String>,
    default: Option<&String>,
    (confidence, source): (Option<f64>, Option<&String>),
) -> Option<Confidence> {
    let value = value?;
    if read == Some(value) {
        return Some(Confidence { confidence: confidence.unwrap_or_default(), source: source?.clone() });
    }
    let inherited = read.is_none() && default == Some(value);
    Some(Confidence { confidence: 1.0, source: if inherited { "inherited" } else { "person" }.into() })
}

fn view(sheet: Sheet, standing: &Standing) -> SheetView {
    let number = confidence(
        sheet.number.as_ref(),
        sheet.read_number.as_ref(),
        None,
        (sheet.number_confidence, sheet.number_source.as_ref()),
    );
    let title = confidence(
        sheet.title.as_ref(),
        sheet.read_title.as_ref(),
        None,
        (sheet.title_confidence, sheet.title_source.as_ref()),
    );
    let revision = confidence(
        sheet.revision.as_ref(),
        sheet.read_revision.as_ref(),
        sheet.default_revision.as_ref(),
        (sheet.revision_confidence, sheet.revision_source.as_ref()),
    );
    let open = match sheet.status {
        SheetStatus::ToReview => Ok(()),
        SheetStatus::Failed => Err(Closed::Failed),
        SheetStatus::Reading => Err(Closed::Reading),
        SheetStatus::Confirmed | SheetStatus::Removed => Err(Closed::Decided),
    };
    let changeable = if sheet.status == SheetStatus::Removed { Ok(()) } else { open };
    let act = |can: Can, name, open: std::result::Result<(), Closed>| match allows(
        standing,
        Action::ReviewDrawings,
    ) {
        Err(refusal) => can.with(name, Err(refusal)),
        Ok(()) => match own(standing, sheet.created_by) {
            Err(not_own) => can.with(name, Err(not_own)),
            Ok(()) => can.with(name, open),
        },
    };
    let can = act(Can::default(), "update", changeable);
    let can = act(can, "remove", open);
    let can = act(can, "confirm", open);
    let marks = marks::of(&sheet, [&number, &title, &revision]);
    SheetView { sheet, number, title, revision, marks, can }
}

/// Why a sheet is not open.
#[derive(Debug, Clone, Copy, thiserror::Error)]
pub(crate) enum Closed {
    /// Confirmed, or removed.
    #[error("This sheet was confirmed or removed already.")]
    Decided,
    /// There is none.
    #[error("There is no sheet: its page could not be worked on.")]
    Failed,
    /// Not all pages of its file are done.
    #[error("The other pages of this file are still being worked on.")]
    Reading,
}

impl sluice_domain::Reason for Closed {
    fn code(&self) -> &'static str {
        match self {
            Self::Decided => "sheet_not_open",
            Self::Failed => "sheet_failed",
            Self::Reading => "upload_not_ready",
        }
    }
}

impl From<Closed> for Error {
    fn from(reason: Closed) -> Self {
        Self::refused(sluice_domain::Reason::code(&reason), reason.to_string())
    }
}

/// The sheets of an upload, in the order of files and pages; and the sheet after which the next ones come.
pub async fn sheets(
    app: &App,
    who: Caller,
    upload: UploadId,
    after: Option<SheetId>,
    limit: i64,
) -> Result<(Vec<SheetView>, Option<SheetId>)> {
    let mut db = app.db.read().await?;
    let (upload, _, standing) = reach(&mut db, who, upload).await?;
    let mut sheets = sheets::of_upload(&mut db, upload.id, None, after, limit + 1).await?;
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = sheets.len() > wanted;
    sheets.truncate(wanted);
    let next = sheets.last().filter(|_| more).map(|sheet| sheet.id);
    Ok((sheets.into_iter().map(|sheet| view(sheet, &standing)).collect(), next))
}

async fn one(db: &mut Session, upload: UploadId, sheet: SheetId, standing: &Standing) -> Result<SheetView> {
    let sheets = sheets::of_upload(db, upload, Some(sheet), None, 1).await?;
    let sheet = sheets.into_iter().next().ok_or_else(|| Error::code("not_found"))?;
    Ok(view(sheet, standing))
}

/// Changes to a sheet.
#[derive(Debug, Clone, Default)]
pub struct SheetChanges {
    /// Number.
    pub number: Given<String>,
    /// Title.
    pub title: Given<String>,
    /// Revision.
    pub revision: Given<String>,
    /// Discipline; where the number changes and this stays, it follows the number.
    pub discipline: Option<DisciplineId>,
    /// Date on the sheet.
    pub drawing_date: Given<Date>,
    /// Date it came in.
    pub received_date: Given<Date>,
    /// Taken out of the upload, or back in.
    pub removed: Option<bool>,
}

/// Cleans a text that a person typed; nothing but white space clears the field.
fn text(
    pointer: &'static str,
    typed: Given<String>,
    before: Option<String>,
    unsound: &mut Vec<FieldError>,
) -> Option<String> {
    let Given::Value(typed) = typed else { return typed.onto(before) };
    if typed.trim().is_empty() {
        return None;
    }
    let sound = clean(&typed);
    if sound.is_none() {
        let detail = "This field takes up to 255 characters.".into();
        unsound.push(FieldError { pointer: pointer.into(), code: "text_length", detail });
    }
    sound
}

/// Changes a sheet that is open, takes it out, or takes it back in.
pub async fn update(app: &App, who: Caller, id: SheetId, changes: SheetChanges) -> Result<SheetView> {
    let mut tx = app.db.begin().await?;
    let place = sheets::place(&mut tx, id).await?.ok_or_else(|| Error::code("not_found"))?;
    let (permit, standing) = permit_in_project::<act::ReviewDrawings>(&mut tx, who, place.project_id).await?;
    own(&standing, place.created_by)?;
    let before = one(&mut tx, place.upload_id, id, &standing).await?.sheet;
    match before.status {
        SheetStatus::ToReview | SheetStatus::Removed => {}
        SheetStatus::Confirmed => return Err(Closed::Decided.into()),
        SheetStatus::Failed => return Err(Closed::Failed.into()),
        SheetStatus::Reading => return Err(Closed::Reading.into()),
    }
    let mut unsound = vec![];
    let number = text("/number", changes.number, before.number.clone(), &mut unsound);
    let title = text("/title", changes.title, before.title.clone(), &mut unsound);
    let revision = text("/revision", changes.revision, before.revision.clone(), &mut unsound);
    let discipline =
        discipline(app, &mut tx, &before, number.as_deref(), changes.discipline, &mut unsound).await?;
    if !unsound.is_empty() {
        return Err(Error::Invalid(unsound));
    }
    let status = match changes.removed {
        Some(true) => SheetStatus::Removed,
        Some(false) => SheetStatus::ToReview,
        None => before.status,
    };
    let fields = SheetFields {
        number,
        title,
        revision,
        discipline,
        drawing_date: changes.drawing_date.onto(before.drawing_date),
        received_date: changes.received_date.onto(before.received_date),
        status,
    };
    if !sheets::update(&mut tx, &permit, id, &fields).await? {
        return Err(Closed::Decided.into());
    }
    let after = one(&mut tx, place.upload_id, id, &standing).await?;
    tx.commit().await?;
    app.live.project(place.project_id, Topic::Uploads, Some(place.upload_id.0));
    Ok(after)
}

async fn discipline(
    app: &App,
    tx: &mut Tx,
    before: &Sheet,
    number: Option<&str>,
    wanted: Option<DisciplineId>,
    unsound: &mut Vec<FieldError>,
) -> Result<Option<DisciplineId>> {
    if let Some(wanted) = wanted {
        let known = places::disciplines(tx, before.project_id).await?;
        if known.iter().any(|discipline| discipline.id == wanted) {
            return Ok(Some(wanted));
        }
        let detail = "This project has no such discipline.".into();
        unsound.push(FieldError { pointer: "/discipline_id".into(), code: "unknown_value", detail });
    }
    if number == before.number.as_deref() {
        return Ok(before.discipline_id);
    }
    Ok(Disciplines::of_project(app, tx, before.project_id).await?.find(number))
}
