//! Housekeeping, hourly: what has run out is forgotten, what was given up is cleared away. Nothing anybody can still use is touched.

use jiff::SignedDuration;
use sluice_store::drawing::download;
use sluice_store::{expired, once as keys};
use uuid::Uuid;

use crate::jobs::{self, Kind, Outcome};
use crate::{App, Result, once, sign_in, uploads};

/// How often.
const EVERY: SignedDuration = SignedDuration::from_hours(1);

/// A session that ended is kept this long, for whoever looks into what happened.
const SESSIONS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// An invitation that is over is kept this long, so that its link says what became of it rather than that there is nothing.
const INVITATIONS_KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Schedules the housekeeping of this installation; there is one, however many processes do so.
pub async fn begin(app: &App) -> Result<()> {
    let mut tx = app.db.begin().await?;
    jobs::schedule(app, &mut tx, Kind::Sweep, Uuid::nil(), app.environment.now()).await?;
    Ok(tx.commit().await?)
}

/// Does it once.
pub(crate) async fn sweep(app: &App) -> Result<Outcome> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let sessions = expired::sessions(&mut tx, now - SESSIONS_KEPT).await?;
    expired::failures(&mut tx, now - sign_in::FORGET).await?;
    let invitations = expired::invitations(&mut tx, now - INVITATIONS_KEPT).await?;
    let answers = keys::forget(&mut tx, now - once::KEPT).await?;
    download::forget(&mut tx, now).await?;
    tx.commit().await?;
    let uploads = uploads::abandoned::sweep(app).await?;
    if sessions + invitations + answers + uploads > 0 {
        tracing::info!(sessions, invitations, answers, uploads, "what had run out was cleared away");
    }
    Ok(Outcome::RetryAt(now + EVERY, None))
}
