//! Editing, deleting and restoring own drawings; keeping a copy in the log that was deleted upstream. Copies are read-only (`FLO-08`).

use std::collections::BTreeSet;

use sluice_domain::feed::drawings::Kind;
use sluice_domain::permission::{Permit, act};
use sluice_domain::sheet_number::{clean, sort_key};
use sluice_domain::{AreaId, DisciplineId, DrawingId, ProjectId};
use sluice_store::drawing::change::{self, Changed, DrawingFields};
use sluice_store::drawing::log::{self, NewEvent, What};
use sluice_store::drawing::{self, Drawing, places, touch};
use sluice_store::{Conflict, Tx};

use super::areas::{optional, own_area};
use super::{Obstacle, WholeDrawing, names, publish, search};
use crate::live::Topic;
use crate::{App, Caller, Error, Result, flow, permit_in_project};

/// Changes to a drawing; what is `None` stays.
#[derive(Debug, Clone, Default)]
pub struct DrawingChanges {
    /// Title; may be emptied.
    pub title: Option<String>,
    /// Number.
    pub number: Option<String>,
    /// Discipline.
    pub discipline: Option<DisciplineId>,
    /// Area.
    pub area: Option<AreaId>,
    /// No longer to be built from.
    pub obsolete: Option<bool>,
}

fn taken(error: sluice_store::Error) -> Error {
    match error.conflict() {
        Some(Conflict::Duplicate) => Error::code("number_taken"),
        _ => error.into(),
    }
}

/// The drawing that is to be changed, locked, with the permit for it.
pub(super) async fn reach(
    tx: &mut Tx,
    who: Caller,
    id: DrawingId,
) -> Result<(Drawing, Permit<act::EditDrawings>)> {
    let there = || Error::code("not_found");
    let project = drawing::project_of(tx, id).await?.ok_or_else(there)?;
    let (permit, _) = permit_in_project::<act::EditDrawings>(tx, who, project).await?;
    change::lock_drawing(tx, id).await?;
    let shown = drawing::get(tx, id, true).await?.ok_or_else(there)?;
    Ok((shown.drawing, permit))
}

/// Writes into the history what a person did.
pub(super) async fn note(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    drawing: &Drawing,
    what: Vec<What>,
) -> Result<()> {
    note_on(app, tx, permit, drawing.project_id, drawing.id, what).await
}

/// The same for a drawing by its id.
pub(super) async fn note_on(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    drawing: DrawingId,
    what: Vec<What>,
) -> Result<()> {
    let by = names::by(tx, permit.person(), permit.company()).await?;
    let events = what.into_iter().map(|what| NewEvent { id: app.environment.id(), drawing, what });
    Ok(log::add_events(tx, project, &by, events.collect(), app.environment.now()).await?)
}

/// Offers a changed drawing to the connected projects, where anything of it was ever published.
async fn offer(app: &App, tx: &mut Tx, drawing: &Drawing, changed: Changed) -> Result<()> {
    if !change::ever_published(tx, drawing.id).await? {
        return Ok(());
    }
    let entry = (Kind::Drawing, changed.id.0, changed.version);
    let mut offers = publish::holders(tx, drawing.project_id, BTreeSet::new(), &[changed]).await?;
    offers.push(entry);
    flow::offer(app, tx, drawing.project_id, &offers).await
}

/// Saves what was done and shows the drawing as it is now.
pub(super) async fn finish(app: &App, who: Caller, mut tx: Tx, drawing: &Drawing) -> Result<WholeDrawing> {
    touch(&mut tx, drawing.project_id).await?;
    search::changed(app, &mut tx, drawing.project_id).await?;
    tx.commit().await?;
    app.live.wake();
    app.live.project(drawing.project_id, Topic::Drawings, Some(drawing.id.0));
    super::get(app, who, drawing.id).await
}

/// Changes an own drawing that still has the version seen.
pub async fn update(
    app: &App,
    who: Caller,
    id: DrawingId,
    seen: Option<i64>,
    changes: DrawingChanges,
) -> Result<WholeDrawing> {
    let mut tx = app.db.begin().await?;
    let (before, permit) = reach(&mut tx, who, id).await?;
    if before.connection_id.is_some() {
        return Err(Obstacle::ExternalReadOnly.into());
    }
    if before.deleted_at.is_some() {
        return Err(Obstacle::Deleted.into());
    }
    if seen.is_some_and(|seen| seen != before.version) {
        return Err(Error::code("stale"));
    }
    let number = optional("/number", changes.number, &before.number)?;
    let title = match changes.title {
        None => before.title.clone(),
        Some(title) if title.trim().is_empty() => String::new(),
        Some(title) => clean(&title)
            .ok_or_else(|| Error::field("/title", "text_length", "A title has up to 255 characters."))?,
    };
    let mut fields = DrawingFields {
        sort_key: sort_key(&number),
        number,
        title,
        area: before.area_id,
        discipline: before.discipline_id,
        obsolete: changes.obsolete.unwrap_or(before.obsolete),
    };
    let mut moves = vec![];
    if let Some(area) = changes.area.filter(|area| *area != before.area_id) {
        let area = own_area(&mut tx, before.project_id, area).await?;
        moves.push(("area", before.area_name.clone(), area.name));
        fields.area = area.id;
    }
    if let Some(discipline) = changes.discipline.filter(|discipline| *discipline != before.discipline_id) {
        let known = places::disciplines(&mut tx, before.project_id).await?;
        let found = known.into_iter().find(|known| known.id == discipline);
        let found = found.ok_or_else(|| {
            Error::field("/discipline_id", "unknown_value", "This project has no such discipline.")
        })?;
        moves.push(("discipline", before.discipline_name.clone(), found.name));
        fields.discipline = found.id;
    }
    moves.push(("number", before.number.clone(), fields.number.clone()));
    moves.push(("title", before.title.clone(), fields.title.clone()));
    moves.retain(|(_, from, to)| from != to);
    let mut events: Vec<What> =
        moves.into_iter().map(|(field, from, to)| What::plain("edited").changed(field, from, to)).collect();
    match (before.obsolete, fields.obsolete) {
        (false, true) => events.push(What::plain("obsolete")),
        (true, false) => events.push(What::plain("in_force")),
        _ => {}
    }
    if events.is_empty() {
        drop(tx);
        return super::get(app, who, id).await;
    }
    let version = change::update(&mut tx, &permit, id, before.version, &fields).await.map_err(taken)?;
    let version = version.ok_or_else(|| Error::code("stale"))?;
    if fields.title != before.title {
        change::set_unpublished_titles(&mut tx, &permit, id, &fields.title).await?;
    }
    note(app, &mut tx, &permit, &before, events).await?;
    let changed = Changed { id, version, area_id: fields.area, discipline_id: fields.discipline };
    offer(app, &mut tx, &before, changed).await?;
    finish(app, who, tx, &before).await
}

/// Puts an own drawing into the recycle bin; its copies are marked as deleted upstream and stay (`FLO-10`).
pub async fn delete(app: &App, who: Caller, id: DrawingId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (drawing, permit) = reach(&mut tx, who, id).await?;
    if drawing.connection_id.is_some() {
        return Err(Obstacle::ExternalUndeletable.into());
    }
    if drawing.deleted_at.is_some() {
        // Deleted is deleted: asking twice is harmless.
        return Ok(());
    }
    set_deleted(app, &mut tx, &permit, &drawing, true).await?;
    finish(app, who, tx, &drawing).await.map(drop)
}

/// Takes an own drawing out of the recycle bin.
pub async fn restore(app: &App, who: Caller, id: DrawingId) -> Result<WholeDrawing> {
    let mut tx = app.db.begin().await?;
    let (drawing, permit) = reach(&mut tx, who, id).await?;
    if drawing.connection_id.is_some() {
        return Err(Obstacle::ExternalReadOnly.into());
    }
    if drawing.deleted_at.is_none() {
        return Err(Obstacle::NotDeleted.into());
    }
    set_deleted(app, &mut tx, &permit, &drawing, false).await?;
    finish(app, who, tx, &drawing).await
}

async fn set_deleted(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    drawing: &Drawing,
    deleted: bool,
) -> Result<()> {
    let at = deleted.then(|| app.environment.now());
    let version = change::set_deleted(tx, permit, drawing.id, at).await.map_err(taken)?;
    let kind = if deleted { "deleted" } else { "restored" };
    note(app, tx, permit, drawing, vec![What::plain(kind)]).await?;
    let changed =
        Changed { id: drawing.id, version, area_id: drawing.area_id, discipline_id: drawing.discipline_id };
    offer(app, tx, drawing, changed).await
}

/// Keeps a copy in the log although it was deleted upstream (`DRF-07`).
pub async fn keep_in_log(app: &App, who: Caller, id: DrawingId) -> Result<WholeDrawing> {
    let mut tx = app.db.begin().await?;
    let (drawing, permit) = reach(&mut tx, who, id).await?;
    if drawing.connection_id.is_none() || !drawing.is_gone() {
        return Err(Obstacle::NotDeleted.into());
    }
    change::keep_in_log(&mut tx, &permit, id).await?;
    note(app, &mut tx, &permit, &drawing, vec![What::plain("kept_in_log")]).await?;
    finish(app, who, tx, &drawing).await
}
