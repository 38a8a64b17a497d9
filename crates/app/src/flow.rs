//! The flow between connected projects: what changed upstream is offered, and a reconcile brings it downstream.
//!
//! A reconcile takes no payload (`FLO-02`): it reads entries after the position, applies them, saves the position in the same transaction, and
//! repeats until there are none. It holds an [`Upstream`], which has no way to write; nothing here can change upstream data (`CON-01`).

mod apply;
pub(crate) mod chronicle;
mod digest;
mod drawings;
mod shared;
pub(crate) mod sync;
mod undo;
mod upstream;

use jiff::SignedDuration;
use sluice_domain::connection::{Pause, pause};
use sluice_domain::feed::Kind;
use sluice_domain::permission::Tool;
use sluice_domain::{ConnectionId, ProjectId, Reason};
use sluice_store::connection::{self, Batch, ConnectionRow, ToolRow};
use sluice_store::drawing::log::{self, By, NewEvent, What};
use sluice_store::flow::{self, Delivering, ParkedRow};
use sluice_store::{Conflict, Tx, feed};
use uuid::Uuid;

use crate::jobs::{self, Outcome};
use crate::live::Topic;
use crate::{App, Error, Result, projects};

pub(crate) use digest::digest;
pub use shared::{Arriving, Carried, Doing, Offer, Preview, Shared, Tally, Tools};
pub(crate) use undo::{copy_used, open_until, take_back, would_end};
pub use upstream::{Answer, Content, Deletion, ThisInstallation, Upstream};

/// Entries in one batch: large enough that a commit is nothing beside them, small enough that a page view never waits for it.
const BATCH: i64 = 500;

/// A parked record is tried again after this long, doubled each time.
const PARKED: SignedDuration = SignedDuration::from_mins(5);

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
    for connection in connection::live_of_upstream(tx, project).await? {
        jobs::schedule(app, tx, jobs::Kind::Reconcile, connection.0, now).await?;
    }
    Ok(())
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
            match step(app, upstream, id, tool.tool, size).await {
                Ok(Step::More) => size = (size * 2).min(BATCH),
                Ok(Step::UpToDate(next)) => {
                    again = again.into_iter().chain(next).min();
                    break;
                }
                Ok(Step::NotFlowing) => break,
                Ok(Step::DoesNotFit(why, Some(single))) => {
                    park(app, id, single, in_words(why.conflict())).await?;
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

/// Why a record does not fit, for people; the database's own words are in the server's log.
const fn in_words(conflict: Option<Conflict>) -> &'static str {
    match conflict {
        Some(Conflict::Reference) => "It refers to something that is not here.",
        _ => "Something else here has what must be its alone, such as its name.",
    }
}

enum Step {
    /// A batch was applied; there may be more.
    More,
    /// Nothing waits; then parked records are to be tried again, or the undo time is over.
    UpToDate(Option<jiff::Timestamp>),
    /// Paused or ended.
    NotFlowing,
    /// The database refused the batch; with its record, where it has only one.
    DoesNotFit(sluice_store::Error, Option<Single>),
}

/// The only record of a batch, as it is parked if it does not fit, and the entries it stands for.
struct Single {
    parked: ParkedRow,
    tool: Tool,
    from: i64,
    to: i64,
}

/// One batch in one transaction: records, references, position, messages.
async fn step<U: Upstream>(app: &App, upstream: &U, id: ConnectionId, tool: Tool, size: i64) -> Result<Step> {
    let started_at = app.environment.now();
    let (seen, state) = {
        let mut db = app.db.read().await?;
        let Some(seen) = connection::get(&mut db, id).await? else { return Ok(Step::NotFlowing) };
        let Some(state) = tool_state(&mut db, id, tool).await? else { return Ok(Step::NotFlowing) };
        (seen, state)
    };
    if !seen.connection().is_connected() {
        return Ok(Step::NotFlowing);
    }
    let shared = app.tools.get(tool)?;
    let due = due_parked(app, &state).await?;
    let answer = if current_pause(&seen, &state).is_some() {
        Answer::Entries { offers: vec![], read_to: state.position }
    } else if due.is_empty() {
        upstream.entries(&seen, tool, state.position, size).await?
    } else {
        // Parked records are offered anew in their present state; the position stays.
        let records: Vec<(Kind, Uuid)> = due.iter().map(|(kind, parked)| (*kind, parked.record_id)).collect();
        Answer::Entries { offers: upstream.present(&seen, tool, &records).await?, read_to: state.position }
    };

    let single = single(app, shared, &state, &due, &answer);
    match write(app, shared, (&seen, &state), &due, answer, started_at).await {
        Err(Error::Store(why)) if why.conflict().is_some() => Ok(Step::DoesNotFit(why, single)),
        done => done,
    }
}

/// The only record of what was read, if there is one only.
fn single(
    app: &App,
    shared: &dyn Shared,
    state: &ToolRow,
    due: &[(Kind, ParkedRow)],
    answer: &Answer,
) -> Option<Single> {
    let now = app.environment.now();
    let Answer::Entries { offers, read_to } = answer else { return None };
    let parked = match (due, offers.as_slice()) {
        ([(_, parked)], _) => {
            let attempts = parked.attempts + 1;
            let wait = PARKED.checked_mul(1 << attempts.clamp(0, 6)).unwrap_or(PARKED);
            ParkedRow { attempts, retry_at: now + wait, ..parked.clone() }
        }
        ([], [offer]) => {
            let (label, upstream_drawing_id) = shared.label(offer);
            let kind = offer.kind.key().to_owned();
            ParkedRow {
                kind,
                record_id: offer.record,
                attempts: 1,
                retry_at: now + PARKED,
                label,
                upstream_drawing_id,
            }
        }
        _ => return None,
    };
    Some(Single { parked, tool: state.tool, from: state.position, to: *read_to })
}

/// Writes what was read, if it is still what comes next.
async fn write(
    app: &App,
    shared: &dyn Shared,
    (seen, state): (&ConnectionRow, &ToolRow),
    due: &[(Kind, ParkedRow)],
    answer: Answer,
    started_at: jiff::Timestamp,
) -> Result<Step> {
    let (id, tool) = (seen.id, state.tool);
    let mut tx = app.db.begin().await?;
    let Some(proof) = flow::deliver(&mut tx, seen).await? else { return Ok(Step::NotFlowing) };
    let Some(state_now) = tool_state(&mut tx, id, tool).await? else { return Ok(Step::NotFlowing) };
    if note_pause(app, &mut tx, &proof, &state_now).await? {
        tx.commit().await?;
        ring(app, proof.connection(), shared);
        return Ok(Step::NotFlowing);
    }
    let undo_until = open_until(&state_now, started_at);
    let arriving = Arriving { proof: &proof, state: &state_now, undoable: undo_until.is_some() };
    let settled = undo::settle(app, &mut tx, shared, arriving).await?;
    let (offers, read_to) = match answer {
        Answer::RefreshRequired => {
            connection::rewind(&mut tx, id, tool).await?;
            tx.commit().await?;
            return Ok(Step::More);
        }
        Answer::Entries { offers, read_to } => (offers, read_to),
    };
    if offers.is_empty() && read_to == state.position {
        let complete = connection::complete_first_copy(&mut tx, id, tool, app.environment.now()).await?;
        if complete {
            shared.first_copy_complete(app, &mut tx, arriving).await?;
        }
        tx.commit().await?;
        if settled || complete {
            ring(app, proof.connection(), shared);
        }
        return Ok(Step::UpToDate(parked_due(app, id).await?.into_iter().chain(undo_until).min()));
    }
    let tally = shared.apply(app, &mut tx, arriving, offers).await?;
    for (_, record) in due {
        flow::unpark(&mut tx, &proof, record.record_id).await?;
    }
    let now = app.environment.now();
    let batch = Batch {
        id: app.environment.id(),
        connection: id,
        tool,
        started_at,
        from: state.position,
        to: read_to,
        records: tally.records,
        arrived: tally.arrived,
        bytes: tally.bytes,
    };
    if !connection::advance(&mut tx, batch, now).await? {
        // Somebody else applied these entries meanwhile: nothing of this batch counts.
        return Ok(Step::More);
    }
    tx.commit().await?;
    ring(app, proof.connection(), shared);
    Ok(Step::More)
}

async fn tool_state(db: &mut sluice_store::Session, id: ConnectionId, tool: Tool) -> Result<Option<ToolRow>> {
    Ok(connection::tools(db, &[id]).await?.into_iter().find(|state| state.tool == tool))
}

/// Why a connected tool does not flow now, if it does not.
pub(crate) fn current_pause(row: &ConnectionRow, tool: &ToolRow) -> Option<Pause> {
    pause((row.upstream_active, tool.upstream_on), (row.downstream_active, tool.downstream_on))
}

/// Writes a beginning or ending pause into the history; answers whether the tool is paused now.
async fn note_pause(app: &App, tx: &mut Tx, proof: &Delivering, state: &ToolRow) -> Result<bool> {
    let pause = current_pause(proof.connection(), state);
    if flow::set_pause(tx, proof, state.tool, pause.map(|pause| pause.code())).await? {
        let why = pause.map(|pause| pause.to_string());
        let event = connection::NewEvent {
            id: app.environment.id(),
            connection: proof.connection().id,
            kind: if pause.is_some() { "paused" } else { "resumed" },
            person: None,
            company: None,
            tool: Some(state.tool),
            reason: why.as_deref(),
        };
        connection::add_event(tx, event, app.environment.now()).await?;
    }
    Ok(pause.is_some())
}

async fn due_parked(app: &App, state: &ToolRow) -> Result<Vec<(Kind, ParkedRow)>> {
    let mut db = app.db.read().await?;
    let now = app.environment.now();
    let shared = app.tools.get(state.tool)?;
    let parked = flow::parked(&mut db, state.connection_id).await?;
    // One at a time: a record that still does not fit must not hold up another.
    Ok(parked
        .into_iter()
        .filter(|record| record.retry_at <= now)
        .filter_map(|record| Some((shared.kind(&record.kind)?, record)))
        .take(1)
        .collect())
}

async fn parked_due(app: &App, id: ConnectionId) -> Result<Option<jiff::Timestamp>> {
    let mut db = app.db.read().await?;
    Ok(flow::parked(&mut db, id).await?.first().map(|record| record.retry_at))
}

/// Parks a record that does not fit, and moves on (`FLO-12`); not if somebody else was there first.
async fn park(app: &App, id: ConnectionId, single: Single, why: &str) -> Result<()> {
    let Single { parked, tool, from, to } = single;
    let mut tx = app.db.begin().await?;
    let Some(seen) = connection::get(&mut tx, id).await? else { return Ok(()) };
    let Some(proof) = flow::deliver(&mut tx, &seen).await? else { return Ok(()) };
    let now = app.environment.now();
    let shared = app.tools.get(tool)?;
    flow::park(&mut tx, &proof, &parked, why, now).await?;
    shared.parked(&mut tx, &proof).await?;
    let id_of_batch = app.environment.id();
    let batch = Batch {
        id: id_of_batch,
        connection: id,
        tool,
        started_at: now,
        from,
        to,
        records: 0,
        arrived: 0,
        bytes: 0,
    };
    if connection::advance(&mut tx, batch, now).await? {
        tx.commit().await?;
        ring(app, proof.connection(), shared);
    }
    Ok(())
}

fn ring(app: &App, row: &ConnectionRow, shared: &dyn Shared) {
    for project in [row.upstream_project_id, row.downstream_project_id] {
        app.live.project(project, Topic::Connections, Some(row.id.0));
    }
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
