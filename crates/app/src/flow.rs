//! The flow between connected projects: what changed upstream is offered, and a reconcile brings it downstream.
//!
//! A reconcile takes no payload (`FLO-02`): it reads entries after the position, applies them, saves the position in the same transaction, and
//! repeats until there are none. It holds an [`Upstream`], which has no way to write; nothing here can change upstream data (`CON-01`).

mod apply;
pub(crate) mod chronicle;
mod compare;
mod digest;
mod drawings;
mod repair;
mod shared;
mod step;
pub(crate) mod sync;
mod undo;
mod upstream;

use std::collections::{HashMap, HashSet};

use jiff::SignedDuration;
use sluice_domain::connection::{Pause, pause};
use sluice_domain::feed::Kind;
use sluice_domain::{ConnectionId, ProjectId};
use sluice_store::connection::{self, ConnectionRow, ToolRow};
use sluice_store::drawing::log::{self, By, NewEvent, What};
use sluice_store::flow;
use sluice_store::{Conflict, Tx, feed};
use uuid::Uuid;

use self::step::Step;
use crate::jobs::{self, Outcome};
use crate::{App, Error, Result, projects};

pub use compare::{Compared, Comparing, Digest, Digested, Fields, Verdict};
pub(crate) use digest::digest;
pub(crate) use repair::repair;
pub use repair::repair_with;
pub use shared::{Arriving, Carried, Doing, Offer, Preview, Shared, Tally, Tools};
pub(crate) use undo::{copy_used, open_until, take_back, would_end};
pub use upstream::{Answer, Content, Deletion, ThisInstallation, Upstream};

/// Entries in one batch: large enough that a commit is nothing beside them, small enough that a page view never waits for it.
const BATCH: i64 = 500;

/// Offers changed records to the connected projects: appends to the project's feed and schedules a reconcile for each live connection, in the
/// transaction of the change itself (`FLO-01`). Ring with `app.live.wake()` after the commit.
pub async fn offer<K: Into<Kind> + Copy + Sync>(
    app: &App,
    tx: &mut Tx,
    project: ProjectId,
    records: &[(K, Uuid, i64)],
) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let now = app.environment.now();
    let records: Vec<(Kind, Uuid, i64)> =
        records.iter().map(|(kind, record, version)| ((*kind).into(), *record, *version)).collect();
    feed::append(tx, project, &records, now).await?;
    let live = connection::live_of_upstream(tx, project).await?;
    jobs::schedule_each(app, tx, jobs::Kind::Reconcile, live.into_iter().map(|id| id.0), now).await
}

/// How often connections are looked at although nothing was signalled (`FLO-02`).
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// Has all connections looked at now, and from then on every [`LOOK_EVERY`]; the server does so when it starts (`FLO-02`).
pub async fn wake_all(app: &App) -> Result<()> {
    let mut tx = app.db.begin().await?;
    jobs::schedule(app, &mut tx, jobs::Kind::Look, Uuid::nil(), app.environment.now()).await?;
    tx.commit().await?;
    app.live.wake();
    Ok(())
}

/// Wakes the connections that have something to do and nobody who does it: a signal that was lost costs minutes, not data. Those that have
/// nothing to do cost nothing (`FLO-11`).
pub(crate) async fn look(app: &App) -> Result<Outcome> {
    let now = app.environment.now();
    let behind = {
        let mut db = app.db.read().await?;
        connection::left_behind(&mut db, now).await?
    };
    if !behind.is_empty() {
        tracing::info!(connections = behind.len(), "connections that nobody had woken are looked at");
        let mut tx = app.db.begin().await?;
        jobs::schedule_missing(app, &mut tx, jobs::Kind::Reconcile, behind.iter().map(|id| id.0), now)
            .await?;
        tx.commit().await?;
        app.live.wake();
    }
    Ok(Outcome::RetryAt(now + LOOK_EVERY, None))
}

/// Gives drawings the titles that waited for a revision which is published here now, and says so in their histories.
pub(crate) async fn release_titles(app: &App, tx: &mut Tx, project: ProjectId) -> Result<()> {
    for released in flow::release_titles(tx, project).await? {
        let by = By { person: None, company: Some(released.upstream_company_name) };
        let what = What::plain("changed_upstream").changed("title", released.title, released.held_title);
        let event = NewEvent { id: app.environment.id(), drawing: released.id, what };
        log::add_events(tx, project, &by, vec![event], app.environment.now()).await?;
    }
    Ok(())
}

/// Brings a connection's downstream project up to its upstream's feed.
pub(crate) async fn reconcile(app: &App, id: ConnectionId) -> Result<Outcome> {
    reconcile_with(app, &ThisInstallation::new(app.clone()), id).await
}

/// The engine, over any upstream.
pub async fn reconcile_with<U: Upstream>(app: &App, upstream: &U, id: ConnectionId) -> Result<Outcome> {
    let tools = {
        let mut db = app.db.read().await?;
        connection::tools(&mut db, &[id]).await?
    };
    let mut again = None;
    for tool in tools {
        let mut size = BATCH;
        loop {
            match step::step(app, upstream, id, tool.tool, size).await {
                Ok(Step::More) => size = (size * 2).min(BATCH),
                Ok(Step::UpToDate(next)) => {
                    again = again.into_iter().chain(next).min();
                    break;
                }
                Ok(Step::NotFlowing) => break,
                Ok(Step::DoesNotFit(why, Some(single))) => {
                    step::park(app, id, single, in_words(why.conflict())).await?;
                }
                Ok(Step::DoesNotFit(why, None)) if size > 1 => {
                    // One record of the batch does not fit: half of it, and half of that, until it is found.
                    tracing::warn!(connection = %id, error = &why as &dyn std::error::Error, size, "a batch does not fit");
                    size /= 2;
                }
                Ok(Step::DoesNotFit(why, None)) => return Err(why.into()),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(again.map_or(Outcome::Done, |at| Outcome::RetryAt(at, None)))
}

/// Brings the copies of many connections forward in one transaction, so that one wait for the disk does for all of them: what is published once
/// goes to each. Answers what is left to do for each connection; those that are not named have to be reconciled on their own, because more
/// waits for them or because one of them did not fit.
pub(crate) async fn reconcile_together(
    app: &App,
    ids: &[ConnectionId],
) -> Result<HashMap<ConnectionId, Outcome>> {
    let upstream = ThisInstallation::new(app.clone());
    let states = {
        let mut db = app.db.read().await?;
        connection::tools(&mut db, ids).await?
    };
    // A first copy has enough to write for a transaction of its own.
    let copying: HashSet<ConnectionId> = states
        .iter()
        .filter(|state| state.first_copy_complete_at.is_none())
        .map(|state| state.connection_id)
        .collect();
    let mut left: HashMap<ConnectionId, Option<Outcome>> = HashMap::new();
    let mut news = vec![];
    let size = i64::try_from(ids.len()).map_or(1, |count| (BATCH / count.max(1)).max(1));
    let mut batches = vec![];
    for state in states.iter().filter(|state| !copying.contains(&state.connection_id)) {
        let id = state.connection_id;
        left.entry(id).or_insert(Some(Outcome::Done));
        if let Some(batch) = step::read(app, &upstream, id, state.tool, size).await? {
            batches.push((id, app.tools.get(state.tool)?, batch));
        }
    }
    let mut tx = app.db.begin().await?;
    for (id, shared, batch) in batches {
        let written = match step::write(app, &mut tx, batch).await {
            Ok(written) if written.counts => written,
            Err(Error::Store(why)) if why.conflict().is_none() => return Err(why.into()),
            // Everybody on their own: what is wrong with this one is nobody else's business.
            _ => return Ok(HashMap::new()),
        };
        news.extend(written.news.map(|row| (row, shared)));
        let Some(entry) = left.get_mut(&id) else { continue };
        *entry = match (entry.take(), written.step) {
            (Some(before), Step::UpToDate(next)) => Some(before.or_at(next)),
            (before, Step::NotFlowing) => before,
            (_, Step::UpToDate(_) | Step::More | Step::DoesNotFit(..)) => None,
        };
    }
    tx.commit().await?;
    for (row, shared) in news {
        ring(app, &row, shared);
    }
    Ok(left.into_iter().filter_map(|(id, outcome)| Some((id, outcome?))).collect())
}

/// Why a record does not fit, for people; the database's own words are in the server's log.
const fn in_words(conflict: Option<Conflict>) -> &'static str {
    match conflict {
        Some(Conflict::Reference) => "It refers to something that is not here.",
        _ => "Something else here has what must be its alone, such as its name.",
    }
}

/// Why a connected tool does not flow now, if it does not.
pub(crate) fn current_pause(row: &ConnectionRow, tool: &ToolRow) -> Option<Pause> {
    pause((row.upstream_active, tool.upstream_on), (row.downstream_active, tool.downstream_on))
}

fn ring(app: &App, row: &ConnectionRow, shared: &dyn Shared) {
    app.live.connection(row.id, row.connection().ends());
    if let Some(topic) = shared.topic() {
        app.live.project(row.downstream_project_id, topic, None);
    }
    app.live.wake();
}

/// Locks the two projects of a connection in one order, for whoever changes its stage.
pub(crate) async fn lock_ends(tx: &mut Tx, upstream: ProjectId, downstream: ProjectId) -> Result<()> {
    if upstream == downstream {
        return projects::lock(tx, upstream).await;
    }
    Ok(connection::lock_projects(tx, upstream, downstream).await?)
}
