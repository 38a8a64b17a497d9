//! The feed of a project for integrators, and the right to hear that something changed.

use sluice_domain::ProjectId;
use sluice_domain::permission::{Action, Standing, act, allows};
use sluice_store::feed::{self, Entry};

use crate::live::Topic;
use crate::{App, Caller, Result, permit_in_project, sign_in};

/// Entries after a position, and the newest position. Needs to see what they are about.
pub async fn after(
    app: &App,
    who: Caller,
    project: ProjectId,
    position: i64,
    limit: i64,
) -> Result<(Vec<Entry>, i64)> {
    let mut db = app.db.read().await?;
    permit_in_project::<act::ViewDrawings>(&mut db, who, project).await?;
    let head = feed::head(&mut db, project).await?.head;
    Ok((feed::after(&mut db, project, position, limit).await?, head))
}

/// Whether the caller may hear that something in the project changed, and where they stand.
pub async fn may_listen(app: &App, who: Caller, project: ProjectId) -> Result<Standing> {
    let mut db = app.db.read().await?;
    Ok(permit_in_project::<act::ViewProject>(&mut db, who, project).await?.1)
}

/// The same, later: the session may have ended and rights may have changed. `None` where they may not, or it cannot be told now.
pub async fn may_still_listen(app: &App, who: Caller, project: ProjectId) -> Option<Standing> {
    if !sign_in::still_lives(app, who).await.ok()? {
        return None;
    }
    may_listen(app, who, project).await.ok()
}

/// Whether somebody who listens to a project hears of a topic: only of tools they see (`SEC-09`).
pub fn hears(standing: &Standing, topic: Topic) -> bool {
    let needs = match topic {
        Topic::Drawings => Action::ViewDrawings,
        Topic::Uploads => Action::UploadDrawings,
        Topic::Connections => Action::ViewConnections,
        Topic::Project | Topic::Notifications | Topic::Everything => Action::ViewProject,
    };
    allows(standing, needs).is_ok()
}

/// Whether the database answers.
pub async fn database_answers(app: &App) -> Result<()> {
    let mut db = app.db.read().await?;
    sluice_store::person::none_yet(&mut db).await?;
    Ok(())
}
