//! Confirming sheets: each becomes an unpublished revision of the drawing with its number, which is begun where it is absent. A sheet that
//! is refused keeps none of the others.

use std::collections::HashMap;

use sluice_domain::permission::{Permit, act};
use sluice_domain::revision::next_after;
use sluice_domain::sheet_number::sort_key;
use sluice_domain::{DisciplineId, DrawingId, RevisionId, SheetId, UploadId};
use sluice_store::Tx;
use sluice_store::drawing::log::{self, NewEvent, What};
use sluice_store::drawing::{self, change};
use sluice_store::upload::sheets::{self, Candidate};
use sluice_store::upload::{SheetStatus, Upload};

use super::Closed;
use crate::drawings::{areas, names, search};
use crate::live::Topic;
use crate::uploads::reading::Disciplines;
use crate::uploads::{own, reach};
use crate::{App, Caller, Error, Result, codes, permit_in_project};

/// Which sheets.
#[derive(Debug, Clone)]
pub enum Chosen {
    /// These.
    These(Vec<SheetId>),
    /// All that wait for review.
    All,
}

/// A sheet that was not confirmed, and why.
#[derive(Debug, Clone)]
pub struct RefusedSheet {
    /// Which.
    pub sheet: SheetId,
    /// Stable code.
    pub code: &'static str,
    /// A sentence.
    pub message: String,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Confirmation {
    /// Sheets that are revisions now.
    pub confirmed: usize,
    /// Sheets that are not.
    pub refused: Vec<RefusedSheet>,
}

fn refusal(sheet: SheetId, code: &'static str) -> RefusedSheet {
    RefusedSheet { sheet, code, message: codes::find(code).title.to_owned() }
}

/// What confirmed sheets become.
#[derive(Default)]
struct Becoming {
    drawings: Vec<change::NewDrawing>,
    revisions: Vec<change::NewRevision>,
    became: Vec<(SheetId, RevisionId)>,
    events: Vec<NewEvent>,
    touched: Vec<DrawingId>,
}

/// Confirms sheets; the same sheet twice is refused the second time and nothing else happens.
pub async fn confirm(app: &App, who: Caller, upload: UploadId, chosen: &Chosen) -> Result<Confirmation> {
    let mut tx = app.db.begin().await?;
    let (upload, ..) = reach(&mut tx, who, upload).await?;
    let (permit, standing) =
        permit_in_project::<act::ReviewDrawings>(&mut tx, who, upload.project_id).await?;
    own(&standing, upload.created_by)?;
    areas::own_area(&mut tx, upload.project_id, upload.area_id).await?;
    change::lock_area(&mut tx, upload.area_id, upload.id).await?;
    let candidates = sheets::candidates(&mut tx, upload.id, upload.area_id, upload.set_id).await?;
    let (open, mut refused) = choose(candidates, chosen);
    let becoming = decide(app, &mut tx, &upload, open, &mut refused).await?;
    let confirmed = becoming.became.len();
    write(app, &mut tx, &permit, &upload, becoming).await?;
    tx.commit().await?;
    if confirmed > 0 {
        app.live.project(upload.project_id, Topic::Uploads, Some(upload.id.0));
        app.live.project(upload.project_id, Topic::Drawings, None);
    }
    Ok(Confirmation { confirmed, refused })
}

/// The sheets that are open, and a refusal for each of the others that was asked for.
fn choose(candidates: Vec<Candidate>, chosen: &Chosen) -> (Vec<Candidate>, Vec<RefusedSheet>) {
    let mut refused = vec![];
    let Chosen::These(ids) = chosen else {
        return (
            candidates.into_iter().filter(|sheet| sheet.status == SheetStatus::ToReview).collect(),
            refused,
        );
    };
    let mut by_id: HashMap<SheetId, Candidate> =
        candidates.into_iter().map(|sheet| (sheet.id, sheet)).collect();
    let mut open = vec![];
    for id in ids {
        let closed = match by_id.remove(id) {
            // Not of this upload, or named twice in one request.
            None if open.iter().any(|sheet: &Candidate| sheet.id == *id) => continue,
            None => "not_found",
            Some(sheet) => match sheet.status {
                SheetStatus::ToReview => {
                    open.push(sheet);
                    continue;
                }
                SheetStatus::Confirmed | SheetStatus::Removed => {
                    sluice_domain::Reason::code(&Closed::Decided)
                }
                SheetStatus::Failed => sluice_domain::Reason::code(&Closed::Failed),
                SheetStatus::Reading => sluice_domain::Reason::code(&Closed::Reading),
            },
        };
        refused.push(refusal(*id, closed));
    }
    (open, refused)
}

/// The revision a sheet is confirmed as: the one on it, else the one after the newest.
fn revision_of(sheet: &Candidate) -> String {
    let next = || match sheet.latest_revision.as_deref().map(next_after) {
        Some(next) if !next.is_empty() => next,
        _ => "0".to_owned(),
    };
    sheet.revision.clone().unwrap_or_else(next)
}

async fn decide(
    app: &App,
    tx: &mut Tx,
    upload: &Upload,
    open: Vec<Candidate>,
    refused: &mut Vec<RefusedSheet>,
) -> Result<Becoming> {
    let mut becoming = Becoming::default();
    if open.is_empty() {
        return Ok(becoming);
    }
    // Two sheets that say they are the same one: only a person can tell which is right.
    let mut claims: HashMap<(String, String), usize> = HashMap::new();
    for sheet in &open {
        if let Some(number) = &sheet.number {
            *claims.entry((number.clone(), revision_of(sheet))).or_default() += 1;
        }
    }
    let disciplines = Disciplines::of_project(app, tx, upload.project_id).await?;
    let mut begun: HashMap<String, DrawingId> = HashMap::new();
    for sheet in open {
        let (Some(number), Some(sha256)) = (sheet.number.clone(), sheet.sha256) else {
            refused.push(refusal(sheet.id, "number_missing"));
            continue;
        };
        let revision = revision_of(&sheet);
        if claims.get(&(number.clone(), revision.clone())).is_some_and(|count| *count > 1) {
            refused.push(refusal(sheet.id, "number_twice"));
            continue;
        }
        if sheet.taken_id.is_some() {
            refused.push(refusal(sheet.id, "revision_taken"));
            continue;
        }
        let known = sheet.drawing_id.or_else(|| begun.get(&number).copied());
        let drawing = if let Some(known) = known {
            known
        } else {
            let drawing = app.environment.id();
            let discipline: Option<DisciplineId> =
                sheet.discipline_id.or_else(|| disciplines.find(Some(&number)));
            becoming.drawings.push(change::NewDrawing {
                id: drawing,
                area: upload.area_id,
                discipline: discipline.ok_or_else(|| Error::fault("a project has disciplines"))?,
                sort_key: sort_key(&number),
                title: sheet.title.clone().unwrap_or_default(),
                number: number.clone(),
            });
            begun.insert(number, drawing);
            drawing
        };
        let id: RevisionId = app.environment.id();
        becoming.events.push(NewEvent {
            id: app.environment.id(),
            drawing,
            what: What::of("confirmed", id, &revision),
        });
        becoming.touched.push(drawing);
        becoming.became.push((sheet.id, id));
        becoming.revisions.push(change::NewRevision {
            id,
            drawing,
            set: upload.set_id,
            revision,
            title: sheet.title,
            drawing_date: sheet.drawing_date,
            received_date: sheet.received_date,
            sha256,
            byte_count: sheet.byte_count,
            file_name: sheet.file_name,
            page: sheet.page,
        });
    }
    Ok(becoming)
}

async fn write(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::ReviewDrawings>,
    upload: &Upload,
    mut becoming: Becoming,
) -> Result<()> {
    if becoming.became.is_empty() {
        return Ok(());
    }
    let (project, now) = (upload.project_id, app.environment.now());
    change::insert_drawings(tx, permit, project, becoming.drawings, now).await?;
    change::insert_revisions(tx, permit, project, becoming.revisions, now).await?;
    sheets::confirm(tx, permit, project, becoming.became).await?;
    let by = names::by(tx, permit.person(), permit.company()).await?;
    log::add_events(tx, project, &by, becoming.events, now).await?;
    becoming.touched.sort_unstable();
    becoming.touched.dedup();
    drawing::refresh_current(tx, project, &becoming.touched).await?;
    search::changed(app, tx, project).await
}
