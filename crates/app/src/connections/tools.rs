//! The tools of a connection as people see them: what flows, what waits for an answer, what could be added (`CON-16`, `CON-15`, `APR-07`).

use jiff::Timestamp;
use sluice_domain::Reason;
use sluice_domain::connection::{
    Connection, NotYours, Pause, Side, State, ToolState, Verb, may_undo, undo_until,
};
use sluice_domain::permission::{Action, Level, Levels, Tool, allows};
use sluice_domain::topology::{Candidate, Ineligible, may_add, may_start};
use sluice_store::connection::addition::AdditionRow;
use sluice_store::connection::repair::Repair;
use sluice_store::connection::{self, ConnectionRow, Parked, ToolRow};
use sluice_store::{Session, feed, standing};

use super::may;
use super::view::{Ends, can_on};
use crate::can::Why;
use crate::flow::Preview;
use crate::{App, Can, Result, flow};

/// A tool of a connection, shared or not.
#[derive(Debug)]
pub struct ToolView {
    /// Which tool.
    pub tool: Tool,
    /// What it does now.
    pub state: ToolState,
    /// How far it is, while it is shared.
    pub row: Option<ToolRow>,
    /// Records that wait upstream, while it flows.
    pub waiting: i64,
    /// Why it is paused.
    pub pause: Option<Pause>,
    /// Publish → copied, milliseconds: median and 95th percentile (`SEE-07`).
    pub latency: Option<(i64, i64)>,
    /// Records that wait for a repair.
    pub attention: Vec<Parked>,
    /// The comparison that waits or runs, else the last one (`SEE-06`).
    pub comparison: Option<Repair>,
    /// Copies whose stored files are damaged.
    pub damaged: i64,
    /// The newest request to add it, where it was not part of the connection from the start.
    pub addition: Option<AdditionView>,
    /// What would arrive of it, while it could be added or its request waits (`CON-15`).
    pub would_arrive: Option<Preview>,
    /// What the caller may do.
    pub can: Can,
}

impl ToolView {
    /// The pause as code and sentence.
    pub fn paused_reason(&self) -> Option<(&'static str, String)> {
        self.pause.map(|pause| (pause.code(), pause.to_string()))
    }
}

/// A request to add a tool.
#[derive(Debug)]
pub struct AdditionView {
    /// The row.
    pub row: AdditionRow,
    /// For whoever may answer it.
    pub requester_sees: Option<RequesterSees>,
    /// Until when it can be undone, if it still can.
    pub undo_until: Option<Timestamp>,
    /// What the caller may do.
    pub can: Can,
}

/// What the person who asked can already see upstream (`APR-07`).
#[derive(Debug)]
pub struct RequesterSees {
    /// Their levels in the upstream project.
    pub levels: Levels,
    /// What they see there of each tool that they ask for: how many records.
    pub records: Vec<(Tool, i64)>,
}

/// A tool that the wizard offers.
#[derive(Debug)]
pub struct Choice {
    /// Which tool.
    pub tool: Tool,
    /// Why it cannot be shared.
    pub ineligible: Option<Ineligible>,
    /// What would arrive of it, of what this person may see now.
    pub would_arrive: Option<Preview>,
}

/// What would arrive of some tools, as far as somebody may see it upstream anyway (`CON-15`).
pub(super) async fn previews(
    app: &App,
    db: &mut Session,
    row: &ConnectionRow,
    ends: &Ends,
    tools: impl Iterator<Item = Tool>,
) -> Result<Vec<(Tool, Preview)>> {
    let mut previews = vec![];
    for tool in tools {
        let sees = ends.on(Side::Upstream).is_some_and(|standing| standing.level(tool) >= Level::ReadOnly);
        if sees {
            previews.push((tool, app.tools.get(tool)?.would_arrive(db, row.upstream_project_id).await?));
        }
    }
    Ok(previews)
}

/// What whoever asked can see upstream of what would arrive, for somebody who may answer.
pub(super) async fn requester_sees(
    db: &mut Session,
    request: &Connection,
    ends: &Ends,
    would_arrive: &[(Tool, Preview)],
) -> Result<Option<RequesterSees>> {
    let answers = ends
        .on(Side::Upstream)
        .is_some_and(|standing| may(request, standing, Side::Upstream, Verb::Decline).is_ok());
    if !answers {
        return Ok(None);
    }
    let requester = standing::in_project(db, request.requested_by, request.upstream.project).await?;
    Ok(requester.map(|requester| RequesterSees {
        levels: requester.effective_levels(),
        records: would_arrive
            .iter()
            .map(|(tool, preview)| {
                (*tool, if requester.level(*tool) >= Level::ReadOnly { preview.records } else { 0 })
            })
            .collect(),
    }))
}

/// Whose tools they are, and who looks from which side.
pub(super) struct Looking<'a> {
    pub(super) app: &'a App,
    pub(super) now: Timestamp,
    pub(super) row: &'a ConnectionRow,
    pub(super) ends: &'a Ends,
    pub(super) side: Side,
    /// The newest comparison of each tool.
    pub(super) repairs: Vec<Repair>,
    /// Copies whose stored files are damaged.
    pub(super) damaged: i64,
}

impl Looking<'_> {
    /// The tools that are shared and, while the connection is live, those that could be.
    pub(super) async fn tools(
        &self,
        db: &mut Session,
        rows: Vec<ToolRow>,
        mut additions: Vec<AdditionRow>,
    ) -> Result<Vec<ToolView>> {
        let shared: Vec<Tool> = rows.iter().map(|row| row.tool).collect();
        let mut take = |tool: Tool| {
            let place = additions.iter().position(|addition| addition.tool == tool)?;
            Some(additions.swap_remove(place))
        };
        let mut views = vec![];
        for row in rows {
            let addition = take(row.tool);
            views.push(self.shared(db, row, addition).await?);
        }
        if self.row.state != State::Connected {
            return Ok(views);
        }
        let missing: Vec<Tool> =
            self.app.tools.names().into_iter().filter(|tool| !shared.contains(tool)).collect();
        if missing.is_empty() {
            return Ok(views);
        }
        let Some(candidates) = candidates(db, self.row).await? else { return Ok(views) };
        for tool in missing {
            let addition = take(tool);
            let waits = addition.as_ref().is_some_and(|addition| addition.state == State::Requested);
            let taken: Vec<Tool> = shared.iter().copied().chain(waits.then_some(tool)).collect();
            let built = self.app.tools.names();
            let allowed =
                may_ask_for(self.ends, self.side, &candidates, self.row.state, tool, &taken, &built);
            let previewed = Some(tool).filter(|_| waits || allowed.is_ok()).into_iter();
            let would_arrive = previews(self.app, db, self.row, self.ends, previewed).await?;
            let can = Can::default().judged("add", allowed);
            let state = if waits { ToolState::WaitingForApproval } else { ToolState::Inactive };
            let mut addition = self.addition(addition, false);
            if let Some(addition) = addition.as_mut().filter(|_| waits) {
                let request = addition.row.request(self.row);
                addition.requester_sees = requester_sees(db, &request, self.ends, &would_arrive).await?;
            }
            let would_arrive = would_arrive.into_iter().next().map(|(_, preview)| preview);
            views.push(ToolView {
                tool,
                state,
                row: None,
                waiting: 0,
                pause: None,
                latency: None,
                attention: vec![],
                comparison: None,
                damaged: 0,
                addition,
                would_arrive,
                can,
            });
        }
        Ok(views)
    }

    async fn shared(
        &self,
        db: &mut Session,
        row: ToolRow,
        addition: Option<AdditionRow>,
    ) -> Result<ToolView> {
        let pause = flow::current_pause(self.row, &row);
        let state = ToolState::of(self.row.state, pause.is_some());
        let live = self.row.state == State::Connected;
        let tool = self.app.tools.get(row.tool)?;
        let latencies = if live { tool.latencies(db, self.row.id).await? } else { vec![] };
        let latency = percentile(&latencies, 50).zip(percentile(&latencies, 95));
        let mut attention = if live { connection::parked(db, self.row.id).await? } else { vec![] };
        attention.retain(|parked| tool.kinds().iter().any(|kind| kind.key() == parked.kind));
        let waiting = if live {
            feed::waiting(db, self.row.upstream_project_id, row.position, tool.counted()).await?
        } else {
            0
        };
        let addition = self.addition(addition, row.used_at.is_some());
        Ok(ToolView {
            tool: row.tool,
            state,
            pause: pause.filter(|_| live),
            latency,
            attention,
            comparison: self.repairs.iter().find(|repair| repair.tool == row.tool).cloned(),
            damaged: if row.tool == Tool::Drawings { self.damaged } else { 0 },
            addition,
            would_arrive: None,
            can: Can::default(),
            row: Some(row),
            waiting,
        })
    }

    /// A request for a tool, of which copies were used already or not.
    fn addition(&self, addition: Option<AdditionRow>, used: bool) -> Option<AdditionView> {
        let row = addition?;
        // What belongs to a connection that is over is over with it.
        if self.row.state != State::Connected {
            return Some(AdditionView { row, requester_sees: None, undo_until: None, can: Can::default() });
        }
        let request = row.request(self.row);
        let undo_until =
            request.connected_at().and_then(|connected_at| undo_until(connected_at, used, self.now));
        let undo = may_undo(&request, used, self.now);
        let can = can_on(&request, self.ends, self.side, &ADDITION_VERBS, row.reminded_at.is_some(), undo);
        Some(AdditionView { row, requester_sees: None, undo_until, can })
    }
}

/// The facts about both projects of a connection.
pub(super) async fn candidates(
    db: &mut Session,
    row: &ConnectionRow,
) -> Result<Option<(Candidate, Candidate)>> {
    let up = connection::candidate(db, row.upstream_project_id).await?;
    Ok(up.zip(connection::candidate(db, row.downstream_project_id).await?))
}

/// Whether somebody who looks from this side may ask for a tool now (`CON-11`, `CON-12`). `taken` are the tools that are shared or asked for.
pub(super) fn may_ask_for(
    ends: &Ends,
    side: Side,
    candidates: &(Candidate, Candidate),
    connection: State,
    tool: Tool,
    taken: &[Tool],
    built: &[Tool],
) -> std::result::Result<(), Why> {
    if side != Side::Downstream {
        return Err(Why::of(&NotYours::OtherSide(Side::Downstream)));
    }
    let lost = |side| Why::of(&Ineligible::NotAMember(side));
    let here = ends.on(Side::Downstream).ok_or_else(|| lost(Side::Downstream))?;
    allows(here, Action::ManageConnections).map_err(|reason| Why::of(&reason))?;
    may_add(&candidates.0, &candidates.1, connection, tool, taken, built)
        .map_err(|reason| Why::of(&reason))?;
    let there = ends.on(Side::Upstream).ok_or_else(|| lost(Side::Upstream))?;
    may_start(there, here, &[tool]).map_err(|reason| Why::of(&reason))
}

/// What can be done to the addition of a tool.
const ADDITION_VERBS: [Verb; 4] = [Verb::Approve, Verb::Decline, Verb::Withdraw, Verb::Undo];

fn percentile(sorted: &[i64], hundredths: usize) -> Option<i64> {
    let place = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied()
}
