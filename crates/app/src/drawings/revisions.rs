//! Editing single own revisions: what is printed on them, their set, their order; taking one out that was issued by mistake. Whatever changes
//! which one is current is written into the history, here and in the connected projects (`DRF-04`).

use std::collections::BTreeSet;

use jiff::civil::Date;
use sluice_domain::feed::drawings::Kind;
use sluice_domain::permission::{Permit, act};
use sluice_domain::revision::Status;
use sluice_domain::sheet_number::clean;
use sluice_domain::{DrawingId, ProjectId, RevisionId, SetId};
use sluice_store::Tx;
use sluice_store::drawing::current::Moved;
use sluice_store::drawing::log::What;
use sluice_store::drawing::revise::{self, RevisionFields, RevisionRow};
use sluice_store::drawing::{self, places};

use super::areas::own_set;
use super::edit::{finish, note, note_on, reach};
use super::{Obstacle, WholeDrawing, publish};
use crate::flow::chronicle;
use crate::{App, Caller, Error, Given, Result, flow};

/// Changes to a revision.
#[derive(Debug, Clone, Default)]
pub struct RevisionChanges {
    /// Text.
    pub revision: Option<String>,
    /// Date on the sheet.
    pub drawing_date: Given<Date>,
    /// Date it came in.
    pub received_date: Given<Date>,
    /// Set.
    pub set: Option<SetId>,
}

/// A drawing with one of its revisions, locked.
struct Reached {
    drawing: drawing::Drawing,
    row: RevisionRow,
    permit: Permit<act::EditDrawings>,
}

async fn reach_revision(tx: &mut Tx, who: Caller, id: RevisionId) -> Result<Reached> {
    let there = || Error::code("not_found");
    let of = revise::get(tx, id).await?.ok_or_else(there)?;
    let (drawing, permit) = reach(tx, who, of.drawing_id).await?;
    // Again, now that nobody else changes it.
    let row = revise::get(tx, id).await?.ok_or_else(there)?;
    if row.connection_id.is_some() {
        return Err(Obstacle::ExternalReadOnly.into());
    }
    if drawing.deleted_at.is_some() {
        return Err(Obstacle::Deleted.into());
    }
    Ok(Reached { drawing, row, permit })
}

/// Changes an own revision that still has the version seen.
pub async fn update(
    app: &App,
    who: Caller,
    id: RevisionId,
    seen: Option<i64>,
    changes: RevisionChanges,
) -> Result<WholeDrawing> {
    let mut tx = app.db.begin().await?;
    let Reached { drawing, row, permit } = reach_revision(&mut tx, who, id).await?;
    if row.deleted_at.is_some() {
        return Err(Error::code("not_found"));
    }
    if seen.is_some_and(|seen| seen != row.version) {
        return Err(Error::code("stale"));
    }
    let revision = match changes.revision {
        None => row.revision.clone(),
        Some(text) => clean(&text)
            .ok_or_else(|| Error::field("/revision", "text_length", "A revision has 1 to 255 characters."))?,
    };
    let set = match changes.set.filter(|set| *set != row.set_id) {
        None => row.set_id,
        Some(set) => own_set(&mut tx, row.project_id, set).await?,
    };
    let fields = RevisionFields {
        revision,
        drawing_date: changes.drawing_date.onto(row.drawing_date),
        received_date: changes.received_date.onto(row.received_date),
        set,
    };
    let events = what_changed(&mut tx, &row, &fields).await?;
    if events.is_empty() {
        drop(tx);
        return super::get(app, who, drawing.id).await;
    }
    if revise::is_taken(&mut tx, &row, &fields).await? {
        return Err(Error::code("revision_taken"));
    }
    let version = revise::update(&mut tx, &permit, id, row.version, &fields).await?;
    let version = version.ok_or_else(|| Error::code("stale"))?;
    note(app, &mut tx, &permit, &drawing, events).await?;
    let offered = (row.status == Status::Published).then_some((id, version));
    follow(app, &mut tx, &permit, &drawing, [set].into(), offered.into_iter().collect()).await?;
    finish(app, who, tx, &drawing).await
}

async fn what_changed(tx: &mut Tx, row: &RevisionRow, fields: &RevisionFields) -> Result<Vec<What>> {
    let set = places::set(tx, fields.set).await?.map(|set| set.name).unwrap_or_default();
    let changes = [
        ("revision", row.revision.clone(), fields.revision.clone()),
        ("drawing_date", chronicle::date(row.drawing_date), chronicle::date(fields.drawing_date)),
        ("received_date", chronicle::date(row.received_date), chronicle::date(fields.received_date)),
    ];
    let mut what: Vec<What> = changes
        .into_iter()
        .filter(|(_, from, to)| from != to)
        .map(|(field, from, to)| What::of("edited", row.id, &fields.revision).changed(field, from, to))
        .collect();
    if row.set_id != fields.set {
        what.push(What::of("edited", row.id, &fields.revision).changed("set", &row.set_name, set));
    }
    Ok(what)
}

/// Puts the revisions of an own drawing in order, newest first; an empty list leaves the order to dates and texts again.
pub async fn reorder(
    app: &App,
    who: Caller,
    id: DrawingId,
    newest_first: &[RevisionId],
) -> Result<WholeDrawing> {
    let mut tx = app.db.begin().await?;
    let (drawing, permit) = reach(&mut tx, who, id).await?;
    if drawing.connection_id.is_some() {
        return Err(Obstacle::ExternalReadOnly.into());
    }
    if drawing.deleted_at.is_some() {
        return Err(Obstacle::Deleted.into());
    }
    let rows = revise::of_drawing(&mut tx, drawing.project_id, id).await?;
    let named: BTreeSet<RevisionId> = newest_first.iter().copied().collect();
    let all: BTreeSet<RevisionId> = rows.iter().map(|row| row.id).collect();
    if !newest_first.is_empty() && (named != all || newest_first.len() != all.len()) {
        return Err(Error::field("/revision_ids", "incomplete", "Name every revision of the drawing once."));
    }
    let ordered: Vec<(RevisionId, Option<i64>)> =
        newest_first.iter().rev().copied().zip((1..).map(Some)).collect();
    let place = |id: RevisionId| ordered.iter().find(|(named, _)| *named == id).and_then(|(_, place)| *place);
    let changed: Vec<(RevisionId, Option<i64>)> = rows
        .iter()
        .map(|row| (row.id, place(row.id)))
        .zip(&rows)
        .filter(|((_, place), row)| *place != row.manual_order)
        .map(|(changed, _)| changed)
        .collect();
    let mut offers = revise::set_places(&mut tx, &permit, &changed).await?;
    offers.retain(|(id, _)| rows.iter().any(|row| row.id == *id && row.status == Status::Published));
    let events = rows.iter().filter(|row| changed.iter().any(|(id, _)| *id == row.id)).map(|row| {
        let (from, to) = (chronicle::place(row.manual_order), chronicle::place(place(row.id)));
        What::of("edited", row.id, &row.revision).changed("order", from, to)
    });
    note(app, &mut tx, &permit, &drawing, events.collect()).await?;
    follow(app, &mut tx, &permit, &drawing, BTreeSet::new(), offers).await?;
    finish(app, who, tx, &drawing).await
}

/// Takes an own revision out that was issued by mistake. Copies of it stay, marked as deleted upstream (`FLO-10`).
pub async fn delete(app: &App, who: Caller, id: RevisionId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let Reached { drawing, row, permit } = reach_revision(&mut tx, who, id).await?;
    if row.deleted_at.is_some() {
        // Deleted is deleted: asking twice is harmless.
        return Ok(());
    }
    if revise::of_drawing(&mut tx, row.project_id, row.drawing_id).await?.len() == 1 {
        return Err(Error::code("last_revision"));
    }
    set_deleted(app, &mut tx, &permit, &drawing, &row, true).await?;
    finish(app, who, tx, &drawing).await.map(drop)
}

/// Puts back an own revision that was taken out.
pub async fn restore(app: &App, who: Caller, id: RevisionId) -> Result<WholeDrawing> {
    let mut tx = app.db.begin().await?;
    let Reached { drawing, row, permit } = reach_revision(&mut tx, who, id).await?;
    if row.deleted_at.is_none() {
        return Err(Obstacle::NotDeleted.into());
    }
    let fields = RevisionFields {
        revision: row.revision.clone(),
        drawing_date: row.drawing_date,
        received_date: row.received_date,
        set: row.set_id,
    };
    if revise::is_taken(&mut tx, &row, &fields).await? {
        return Err(Error::code("revision_taken"));
    }
    set_deleted(app, &mut tx, &permit, &drawing, &row, false).await?;
    finish(app, who, tx, &drawing).await
}

async fn set_deleted(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    drawing: &drawing::Drawing,
    row: &RevisionRow,
    deleted: bool,
) -> Result<()> {
    let at = deleted.then(|| app.environment.now());
    let version = revise::set_deleted(tx, permit, row.id, at).await?;
    let kind = if deleted { "deleted" } else { "restored" };
    note(app, tx, permit, drawing, vec![What::of(kind, row.id, &row.revision)]).await?;
    let offered = (row.status == Status::Published).then_some((row.id, version));
    follow(app, tx, permit, drawing, [row.set_id].into(), offered.into_iter().collect()).await
}

/// What follows from a change of revisions: which is current, the history of that, the feed.
async fn follow(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    drawing: &drawing::Drawing,
    sets: BTreeSet<SetId>,
    published: Vec<(RevisionId, i64)>,
) -> Result<()> {
    for moved in drawing::refresh_current(tx, drawing.project_id, &[drawing.id]).await? {
        note_moved(app, tx, permit, drawing.project_id, moved).await?;
    }
    if published.is_empty() {
        return Ok(());
    }
    let mut offers = publish::holders(tx, drawing.project_id, sets, &[]).await?;
    offers.extend(published.into_iter().map(|(id, version)| (Kind::Revision, id.0, version)));
    flow::offer(app, tx, drawing.project_id, &offers).await
}

/// Writes into a drawing's history that another revision is current because of what a person changed.
pub(super) async fn note_moved(
    app: &App,
    tx: &mut Tx,
    permit: &Permit<act::EditDrawings>,
    project: ProjectId,
    moved: Moved,
) -> Result<()> {
    let (Some(from), Some(to)) = (moved.from, moved.to) else { return Ok(()) };
    let (from, to) = (revise::get(tx, from).await?, revise::get(tx, to).await?);
    let (Some(from), Some(to)) = (from, to) else { return Ok(()) };
    let what = What::of("current_changed", to.id, &to.revision);
    let what = vec![what.changed("current", from.revision, to.revision)];
    note_on(app, tx, permit, project, moved.drawing, what).await
}
