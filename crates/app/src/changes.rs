//! The feed of a project for integrators, and the right to hear that something changed.

use sluice_domain::ProjectId;
use sluice_domain::feed::Kind;
use sluice_domain::permission::{Action, Level, Standing, Tool, act, allows};
use sluice_store::feed::{self, Entry};

use crate::live::{Hint, Topic};
use crate::{App, Caller, Result, permit_in_project, sign_in, standing_in_project};

/// An entry of the feed.
#[derive(Debug)]
pub struct Change {
    /// What it is about.
    pub kind: Kind,
    /// The entry.
    pub entry: Entry,
}

/// A part of the feed, as far as somebody sees what it is about.
#[derive(Debug)]
pub struct Changes {
    /// The entries, in order.
    pub entries: Vec<Change>,
    /// Everything up to here was read.
    pub read_to: i64,
    /// The newest position.
    pub head: i64,
}

/// Entries after a position. Each is told to those who see the tool it belongs to.
pub async fn after(app: &App, who: Caller, project: ProjectId, position: i64, limit: i64) -> Result<Changes> {
    let mut db = app.db.read().await?;
    let standing = standing_in_project(&mut db, who, project).await?;
    let sees = |tool: &Tool| standing.level(*tool) >= Level::ReadOnly && standing.tool_on(*tool);
    let seen: Vec<Tool> = app.tools.names().into_iter().filter(sees).collect();
    if seen.is_empty() {
        allows(&standing, Action::ViewDrawings)?;
    }
    let head = feed::head(&mut db, project).await?.head;
    let entries = feed::after(&mut db, project, position, limit).await?;
    let read_to = entries.last().map_or(position, |entry| entry.position);
    let known = |entry: Entry| {
        let (tool, kind) = app.tools.of_kind(&entry.kind)?;
        seen.contains(&tool).then_some(Change { kind, entry })
    };
    Ok(Changes { entries: entries.into_iter().filter_map(known).collect(), read_to, head })
}

/// Whether the caller may hear that something in the project changed, and where they stand.
pub async fn may_listen(app: &App, who: Caller, project: ProjectId) -> Result<Standing> {
    let mut db = app.db.read().await?;
    Ok(permit_in_project::<act::ViewProject>(&mut db, who, project).await?.1)
}

/// The same, later: the session may have ended and rights may have changed. `None` where they may not, or it cannot be told now.
pub async fn may_still_listen(app: &App, who: Caller, project: ProjectId) -> Option<Standing> {
    if !is_still_there(app, who).await {
        return None;
    }
    may_listen(app, who, project).await.ok()
}

/// Whether the caller's session, or their token, still lives.
pub async fn is_still_there(app: &App, who: Caller) -> bool {
    sign_in::still_lives(app, who).await.unwrap_or_default()
}

/// Whether somebody who listens to a project hears of something: only of tools they see (`SEC-09`), and of connections only with whom they
/// represent (`SEE-01`).
pub fn hears(standing: &Standing, hint: &Hint) -> bool {
    let concerned = hint
        .between
        .is_none_or(|between| standing.represents.is_some_and(|company| between.contains(&company)));
    let needs = match hint.topic {
        Topic::Drawings | Topic::Markups => Action::ViewDrawings,
        Topic::Uploads => Action::UploadDrawings,
        Topic::Connections => Action::ViewConnections,
        Topic::Project | Topic::Notifications | Topic::Everything => Action::ViewProject,
    };
    concerned && allows(standing, needs).is_ok()
}

/// Whether the database answers.
pub async fn database_answers(app: &App) -> Result<()> {
    let mut db = app.db.read().await?;
    sluice_store::person::none_yet(&mut db).await?;
    Ok(())
}
