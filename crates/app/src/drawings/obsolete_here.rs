//! Marking a copy obsolete here, or replaced by an own drawing (`DRF-08`): a local fact beside the copied fields. It never travels, and neither
//! an edit upstream nor a disconnection takes it away.

use sluice_domain::DrawingId;
use sluice_store::Tx;
use sluice_store::drawing::log::What;
use sluice_store::drawing::{self, Drawing, here};

use super::edit::{finish, note, reach};
use super::{Obstacle, WholeDrawing};
use crate::{App, Caller, Error, Result};

/// Marks a copy; without a drawing that replaces it, as obsolete.
pub async fn mark(
    app: &App,
    who: Caller,
    id: DrawingId,
    replaced_by: Option<DrawingId>,
) -> Result<WholeDrawing> {
    let mut tx = app.db.begin().await?;
    let (copy, permit) = reach(&mut tx, who, id).await?;
    if copy.connection_id.is_none() {
        return Err(Obstacle::NotExternal.into());
    }
    let what = match replaced_by {
        None => What::plain("obsolete_here"),
        Some(own) => {
            let number = replacement(&mut tx, &copy, own).await?.number;
            let before = copy.replaced_by_number.clone().unwrap_or_default();
            What::plain("replaced_here").changed("replaced_by", before, number)
        }
    };
    if copy.obsolete_here_at.is_some() && copy.replaced_by_id == replaced_by {
        drop(tx);
        return super::get(app, who, id).await;
    }
    let now = app.environment.now();
    here::mark_obsolete(&mut tx, &permit, copy.project_id, id, replaced_by, now).await?;
    note(app, &mut tx, &permit, &copy, vec![what]).await?;
    finish(app, who, tx, &copy).await
}

/// The own drawing that is to replace a copy.
async fn replacement(tx: &mut Tx, copy: &Drawing, own: DrawingId) -> Result<Drawing> {
    let found = drawing::get(tx, own, true).await?.map(|shown| shown.drawing);
    let found = found.filter(|own| {
        own.project_id == copy.project_id && own.connection_id.is_none() && own.deleted_at.is_none()
    });
    found.ok_or_else(|| {
        Error::field("/replaced_by_id", "unknown_value", "This project has no such drawing of its own.")
    })
}

/// Takes the mark off; where there is none, nothing happens.
pub async fn unmark(app: &App, who: Caller, id: DrawingId) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let (copy, permit) = reach(&mut tx, who, id).await?;
    if copy.connection_id.is_none() {
        return Err(Obstacle::NotExternal.into());
    }
    if copy.obsolete_here_at.is_none() {
        return Ok(());
    }
    here::unmark_obsolete(&mut tx, &permit, copy.project_id, id).await?;
    note(app, &mut tx, &permit, &copy, vec![What::plain("in_force_here")]).await?;
    finish(app, who, tx, &copy).await.map(drop)
}
