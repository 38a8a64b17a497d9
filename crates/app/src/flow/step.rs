//! One step of a reconcile: a batch is read through the interface, and written if it is still what comes next.

use jiff::{SignedDuration, Timestamp};
use sluice_domain::feed::Kind;
use sluice_domain::permission::Tool;
use sluice_domain::{ConnectionId, Reason};
use sluice_store::Tx;
use sluice_store::connection::{self, ConnectionRow, ToolRow};
use sluice_store::flow::{self, Delivering, ParkedRow};
use uuid::Uuid;

use super::shared::{Arriving, Shared};
use super::undo::{self, open_until};
use super::upstream::{Answer, Upstream};
use super::{current_pause, ring};
use crate::{App, Error, Result};

/// A parked record is tried again after this long, doubled each time.
pub(super) const PARKED: SignedDuration = SignedDuration::from_mins(5);

/// What came of a step.
pub(super) enum Step {
    /// A batch was applied; there may be more.
    More,
    /// Nothing waits; then parked records are to be tried again, or the undo time is over.
    UpToDate(Option<Timestamp>),
    /// Paused or ended.
    NotFlowing,
    /// The database refused the batch; with its record, where it has only one.
    DoesNotFit(sluice_store::Error, Option<Single>),
}

/// The only record of a batch, as it is parked if it does not fit, and the entries it stands for.
pub(super) struct Single {
    parked: ParkedRow,
    tool: Tool,
    from: i64,
    to: i64,
}

/// A batch as it was read.
pub(super) struct Batch<'a> {
    shared: &'a dyn Shared,
    seen: ConnectionRow,
    state: ToolRow,
    due: Vec<(Kind, ParkedRow)>,
    answer: Answer,
    started_at: Timestamp,
}

/// What came of writing a batch.
pub(super) struct Written {
    pub(super) step: Step,
    /// Whether what was written counts.
    pub(super) counts: bool,
    /// The connection, where open screens have something to fetch.
    pub(super) news: Option<ConnectionRow>,
}

/// One batch in one transaction: records, references, position, messages.
pub(super) async fn step<U: Upstream>(
    app: &App,
    upstream: &U,
    id: ConnectionId,
    tool: Tool,
    size: i64,
) -> Result<Step> {
    let Some(batch) = read(app, upstream, id, tool, size).await? else { return Ok(Step::NotFlowing) };
    let (single, shared) = (single(app, &batch), batch.shared);
    match alone(app, batch).await {
        Err(Error::Store(why)) if why.conflict().is_some() => Ok(Step::DoesNotFit(why, single)),
        Err(error) => Err(error),
        Ok(written) => {
            if let Some(row) = &written.news {
                ring(app, row, shared);
            }
            Ok(written.step)
        }
    }
}

async fn alone(app: &App, batch: Batch<'_>) -> Result<Written> {
    let mut tx = app.db.begin().await?;
    let written = write(app, &mut tx, batch).await?;
    if written.counts {
        tx.commit().await?;
    }
    Ok(written)
}

/// Reads the next batch of a tool; nothing where it does not flow.
pub(super) async fn read<'a, U: Upstream>(
    app: &'a App,
    upstream: &U,
    id: ConnectionId,
    tool: Tool,
    size: i64,
) -> Result<Option<Batch<'a>>> {
    let started_at = app.environment.now();
    let (seen, state) = {
        let mut db = app.db.read().await?;
        let Some(seen) = connection::get(&mut db, id).await? else { return Ok(None) };
        let Some(state) = tool_state(&mut db, id, tool).await? else { return Ok(None) };
        (seen, state)
    };
    if !seen.connection().is_connected() {
        return Ok(None);
    }
    let shared = app.tools.get(tool)?;
    let due = due_parked(app, &state).await?;
    let answer = if current_pause(&seen, &state).is_some() {
        Answer::Entries { offers: vec![], read_to: state.position, more: true }
    } else if due.is_empty() {
        upstream.entries(&seen, tool, state.position, size).await?
    } else {
        // Parked records are offered anew in their present state; the position stays.
        let records: Vec<(Kind, Uuid)> = due.iter().map(|(kind, parked)| (*kind, parked.record_id)).collect();
        let offers = upstream.present(&seen, tool, &records).await?;
        Answer::Entries { offers, read_to: state.position, more: true }
    };
    Ok(Some(Batch { shared, seen, state, due, answer, started_at }))
}

/// The only record of what was read, if there is one only.
fn single(app: &App, batch: &Batch<'_>) -> Option<Single> {
    let now = app.environment.now();
    let Batch { shared, state, due, answer, .. } = batch;
    let Answer::Entries { offers, read_to, .. } = answer else { return None };
    let parked = match (due.as_slice(), offers.as_slice()) {
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
pub(super) async fn write(app: &App, tx: &mut Tx, batch: Batch<'_>) -> Result<Written> {
    let Batch { shared, seen, state, due, answer, started_at } = batch;
    let (id, tool) = (seen.id, state.tool);
    let nothing = |step| Written { step, counts: false, news: None };
    let Some(proof) = flow::deliver(tx, &seen).await? else { return Ok(nothing(Step::NotFlowing)) };
    let Some(state_now) = tool_state(tx, id, tool).await? else { return Ok(nothing(Step::NotFlowing)) };
    let written = |step, news: bool| {
        let news = news.then(|| proof.connection().clone());
        Ok(Written { step, counts: true, news })
    };
    if note_pause(app, tx, &proof, &state_now).await? {
        return written(Step::NotFlowing, true);
    }
    let undo_until = open_until(&state_now, started_at);
    let arriving = Arriving { proof: &proof, state: &state_now, undoable: undo_until.is_some() };
    let settled = undo::settle(app, tx, shared, arriving).await?;
    let (offers, read_to, more) = match answer {
        Answer::RefreshRequired => {
            connection::rewind(tx, id, tool).await?;
            return written(Step::More, false);
        }
        Answer::Entries { offers, read_to, more } => (offers, read_to, more),
    };
    if offers.is_empty() && read_to == state.position {
        let complete = connection::complete_first_copy(tx, id, tool, app.environment.now()).await?;
        if complete {
            shared.first_copy_complete(app, tx, arriving).await?;
        }
        return written(up_to_date(app, id, undo_until).await?, settled || complete);
    }
    let tally = shared.apply(app, tx, arriving, offers).await?;
    for (_, record) in due {
        flow::unpark(tx, &proof, record.record_id).await?;
    }
    let now = app.environment.now();
    let delivery = connection::Batch {
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
    if !connection::advance(tx, delivery, now).await? {
        // Somebody else applied these entries meanwhile: nothing of this batch counts.
        return Ok(nothing(Step::More));
    }
    if more || state_now.first_copy_complete_at.is_none() {
        return written(Step::More, true);
    }
    // What was added since the entries were read has scheduled the next reconcile.
    written(up_to_date(app, id, undo_until).await?, true)
}

/// Nothing waits; what there is to do later.
async fn up_to_date(app: &App, id: ConnectionId, undo_until: Option<Timestamp>) -> Result<Step> {
    Ok(Step::UpToDate(parked_due(app, id).await?.into_iter().chain(undo_until).min()))
}

pub(super) async fn tool_state(
    db: &mut sluice_store::Session,
    id: ConnectionId,
    tool: Tool,
) -> Result<Option<ToolRow>> {
    Ok(connection::tools(db, &[id]).await?.into_iter().find(|state| state.tool == tool))
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

async fn parked_due(app: &App, id: ConnectionId) -> Result<Option<Timestamp>> {
    let mut db = app.db.read().await?;
    Ok(flow::parked(&mut db, id).await?.first().map(|record| record.retry_at))
}

/// Parks a record that does not fit, and moves on (`FLO-12`); not if somebody else was there first.
pub(super) async fn park(app: &App, id: ConnectionId, single: Single, why: &str) -> Result<()> {
    let Single { parked, tool, from, to } = single;
    let mut tx = app.db.begin().await?;
    let Some(seen) = connection::get(&mut tx, id).await? else { return Ok(()) };
    let Some(proof) = flow::deliver(&mut tx, &seen).await? else { return Ok(()) };
    let now = app.environment.now();
    let shared = app.tools.get(tool)?;
    flow::park(&mut tx, &proof, &parked, why, now).await?;
    shared.parked(&mut tx, &proof).await?;
    let id_of_batch = app.environment.id();
    let batch = connection::Batch {
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
