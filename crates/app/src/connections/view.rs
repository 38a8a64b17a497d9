//! What people see of connections: from their side, with what they may do (`SEE-01`, `CON-14`, `CON-15`, `APR-07`).

use std::collections::HashMap;

use jiff::Timestamp;
use sluice_domain::connection::{
    Connection, Pause, Side, State, TooLate, ToolState, Verb, may_undo, undo_until,
};
use sluice_domain::permission::{Action, Level, Levels, Refusal, Standing, Tool, act, allows};
use sluice_domain::topology::{Ineligible, SHARED, may_join, may_start};
use sluice_domain::{CompanyId, ConnectionId, ProjectId, Reason};
use sluice_store::connection::{self, ConnectionRow, Delivery, Event, Parked, ToolRow};
use sluice_store::flow::{Arrival, Share};
use sluice_store::project::{self, Project};
use sluice_store::{Session, company, standing};

use super::may;
use crate::{App, Caller, Can, Result, flow, permit_in_company, permit_in_project, place_in_project};

/// What would arrive, or arrives.
#[derive(Debug)]
pub struct Preview {
    /// In all.
    pub total: Arrival,
    /// By area.
    pub areas: Vec<Share>,
    /// By discipline.
    pub disciplines: Vec<Share>,
}

/// State of a connected tool.
#[derive(Debug)]
pub struct ToolView {
    /// The row.
    pub row: ToolRow,
    /// What it does now.
    pub state: ToolState,
    /// Why it is paused.
    pub pause: Option<Pause>,
    /// Publish → copied, milliseconds: median and 95th percentile (`SEE-07`).
    pub latency: Option<(i64, i64)>,
    /// Records that wait for a repair.
    pub attention: Vec<Parked>,
}

/// What the person who asked can already see upstream (`APR-07`).
#[derive(Debug)]
pub struct RequesterSees {
    /// Their levels in the upstream project.
    pub levels: Levels,
    /// Published drawings there.
    pub drawings: i64,
}

/// A connection from one side.
#[derive(Debug)]
pub struct ConnectionView {
    /// The row.
    pub row: ConnectionRow,
    /// Which side the caller looks from.
    pub side: Side,
    /// Its tools.
    pub tools: Vec<ToolView>,
    /// For whoever may answer a request.
    pub requester_sees: Option<RequesterSees>,
    /// While it waits.
    pub would_arrive: Option<Preview>,
    /// Until when the connection can be undone, if it still can.
    pub undo_until: Option<Timestamp>,
    /// What the caller may do.
    pub can: Can,
}

/// Where a person stands at both ends.
struct Ends {
    upstream: Option<Standing>,
    downstream: Option<Standing>,
}

impl Ends {
    async fn load(db: &mut Session, connection: &Connection, who: Caller) -> Result<Self> {
        Ok(Self {
            upstream: place_in_project(db, who, connection.upstream.project).await?,
            downstream: place_in_project(db, who, connection.downstream.project).await?,
        })
    }

    const fn on(&self, side: Side) -> Option<&Standing> {
        match side {
            Side::Upstream => self.upstream.as_ref(),
            Side::Downstream => self.downstream.as_ref(),
        }
    }

    /// Whether a person sees the connection from a side: Read Only on Connection Manager there, and, for somebody who represents another
    /// company, only connections with that company (`SEE-01`).
    fn sees(&self, connection: &Connection, side: Side) -> bool {
        self.on(side).is_some_and(|standing| {
            let involved = [connection.upstream.company, connection.downstream.company];
            allows(standing, Action::ViewConnections).is_ok()
                && standing.represents.is_some_and(|company| involved.contains(&company))
        })
    }

    /// The side on which a person would command a verb: the one it belongs to where they see the connection from there, else where they look
    /// from.
    fn side_for(&self, connection: &Connection, verb: Verb, viewpoint: Side) -> Side {
        connection.side_of_verb(verb).filter(|side| self.sees(connection, *side)).unwrap_or(viewpoint)
    }

    /// The side a person looks from: the one whose company they speak for, if they see it from there.
    fn viewpoint(&self, connection: &Connection) -> Option<Side> {
        let sides = [Side::Downstream, Side::Upstream];
        let speaks = |side: &Side| {
            self.on(*side).is_some_and(|standing| standing.represents == Some(connection.end(*side).company))
        };
        let visible = |side: &Side| self.sees(connection, *side);
        sides
            .into_iter()
            .find(|side| visible(side) && speaks(side))
            .or_else(|| sides.into_iter().find(visible))
    }
}

/// The side on which a person commands a verb, or why they may not. Who does not see the connection learns nothing of it (`PPL-08`).
pub(super) async fn judge(
    db: &mut Session,
    connection: &Connection,
    who: Caller,
    verb: Verb,
) -> Result<Side> {
    let ends = Ends::load(db, connection, who).await?;
    let viewpoint = ends.viewpoint(connection).ok_or(Refusal::NotThere)?;
    let side = ends.side_for(connection, verb, viewpoint);
    let standing = ends.on(side).ok_or(Refusal::NotThere)?;
    may(connection, standing, side, verb)?;
    Ok(side)
}

fn can(
    connection: &Connection,
    ends: &Ends,
    viewpoint: Side,
    reminded: bool,
    undo: std::result::Result<(), TooLate>,
) -> Can {
    let mut can = Can::default();
    let mut withdrawable = false;
    for verb in [Verb::Approve, Verb::Decline, Verb::Withdraw, Verb::Undo, Verb::Disconnect] {
        let side = ends.side_for(connection, verb, viewpoint);
        if let Some(standing) = ends.on(side) {
            let allowed = may(connection, standing, side, verb);
            withdrawable |= verb == Verb::Withdraw && allowed.is_ok();
            can = match (verb, allowed, undo) {
                (Verb::Undo, Ok(()), late) => can.with(verb.key(), late),
                (_, allowed, _) => can.with(verb.key(), allowed),
            };
        }
    }
    can.0.push((
        "remind",
        if withdrawable && !reminded {
            Ok(())
        } else {
            Err(crate::can::Why {
                code: "duplicate",
                sentence: "A request can be reminded of once, while it waits.".into(),
            })
        },
    ));
    can
}

fn percentile(sorted: &[i64], hundredths: usize) -> Option<i64> {
    let place = (sorted.len() * hundredths).div_ceil(100).saturating_sub(1);
    sorted.get(place).copied()
}

async fn tool_view(db: &mut Session, connection: &ConnectionRow, row: ToolRow) -> Result<ToolView> {
    let pause = flow::current_pause(connection, &row);
    let state = ToolState::of(connection.state, pause.is_some());
    let live = connection.state == State::Connected;
    let latencies = if live { connection::latencies(db, connection.id).await? } else { vec![] };
    let latency = percentile(&latencies, 50).zip(percentile(&latencies, 95));
    let attention = if live { connection::parked(db, connection.id).await? } else { vec![] };
    Ok(ToolView { pause: pause.filter(|_| live), state, latency, attention, row })
}

async fn preview(db: &mut Session, project: ProjectId) -> Result<Preview> {
    let (total, areas, disciplines) = sluice_store::flow::would_arrive(db, project).await?;
    Ok(Preview { total, areas, disciplines })
}

async fn view(
    db: &mut Session,
    now: Timestamp,
    who: Caller,
    row: ConnectionRow,
    tools: Vec<ToolRow>,
) -> Result<Option<ConnectionView>> {
    let connection = row.connection();
    let ends = Ends::load(db, &connection, who).await?;
    let Some(side) = ends.viewpoint(&connection) else { return Ok(None) };
    let used = tools.iter().any(|tool| tool.used_at.is_some());
    let undo_until = connection.connected_at().and_then(|connected_at| undo_until(connected_at, used, now));
    let can = can(&connection, &ends, side, row.reminded_at.is_some(), may_undo(&connection, used, now));
    let waiting = row.state == State::Requested;
    let answers = waiting
        && ends
            .on(Side::Upstream)
            .is_some_and(|standing| may(&connection, standing, Side::Upstream, Verb::Decline).is_ok());
    // Only to those who can see it upstream anyway (CON-15).
    let sees_it =
        ends.on(Side::Upstream).is_some_and(|standing| standing.level(Tool::Drawings) >= Level::ReadOnly);
    let would_arrive =
        if waiting && sees_it { Some(preview(db, row.upstream_project_id).await?) } else { None };
    let requester = if answers {
        standing::in_project(db, row.requested_by, row.upstream_project_id).await?
    } else {
        None
    };
    let requester_sees = requester.map(|standing| RequesterSees {
        levels: standing.effective_levels(),
        drawings: would_arrive
            .as_ref()
            .filter(|_| standing.level(Tool::Drawings) >= Level::ReadOnly)
            .map_or(0, |preview| preview.total.sheets),
    });
    let mut views = vec![];
    for tool in tools {
        views.push(tool_view(db, &row, tool).await?);
    }
    Ok(Some(ConnectionView { row, side, tools: views, requester_sees, would_arrive, undo_until, can }))
}

async fn views(
    app: &App,
    db: &mut Session,
    who: Caller,
    rows: Vec<ConnectionRow>,
) -> Result<Vec<ConnectionView>> {
    let now = app.environment.now();
    let ids: Vec<ConnectionId> = rows.iter().map(|row| row.id).collect();
    let mut tools: HashMap<ConnectionId, Vec<ToolRow>> = HashMap::new();
    for tool in connection::tools(db, &ids).await? {
        tools.entry(tool.connection_id).or_default().push(tool);
    }
    let mut views = vec![];
    for row in rows {
        let tools = tools.remove(&row.id).unwrap_or_default();
        views.extend(view(db, now, who, row, tools).await?);
    }
    Ok(views)
}

/// One connection.
pub async fn get(app: &App, who: Caller, id: ConnectionId) -> Result<ConnectionView> {
    let mut db = app.db.read().await?;
    let row = connection::get(&mut db, id).await?.ok_or(Refusal::NotThere)?;
    let views = views(app, &mut db, who, vec![row]).await?;
    views.into_iter().next().ok_or_else(|| Refusal::NotThere.into())
}

/// The connections and requests of a project, newest first.
pub async fn of_project(app: &App, who: Caller, project: ProjectId) -> Result<Vec<ConnectionView>> {
    let mut db = app.db.read().await?;
    let (_, standing) = permit_in_project::<act::ViewConnections>(&mut db, who, project).await?;
    // Somebody who represents no company sees none: there is none they could be concerned by.
    let Some(company) = standing.represents else { return Ok(vec![]) };
    let only = (company != standing.company).then_some(company);
    let rows = connection::of_project(&mut db, project, only).await?;
    views(app, &mut db, who, rows).await
}

/// The register of all connections of all projects of a company (`SEE-03`).
pub async fn register(
    app: &App,
    who: Caller,
    id: CompanyId,
    state: Option<State>,
) -> Result<Vec<ConnectionView>> {
    let mut db = app.db.read().await?;
    let (permit, _) = permit_in_company::<act::ViewRegister>(&mut db, who, id).await?;
    let mut rows = connection::of_company(&mut db, &permit).await?;
    rows.retain(|row| state.is_none_or(|state| state == row.state));
    views(app, &mut db, who, rows).await
}

/// Something in a connection's history.
#[derive(Debug)]
pub enum Happening {
    /// A transition, a pause.
    Event(Event),
    /// A batch that arrived.
    Delivery(Delivery),
}

impl Happening {
    /// When.
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Event(event) => event.at,
            Self::Delivery(delivery) => delivery.ended_at,
        }
    }
}

/// The history, oldest first (`SEE-04`).
pub async fn history(app: &App, who: Caller, id: ConnectionId) -> Result<Vec<Happening>> {
    get(app, who, id).await?;
    let mut db = app.db.read().await?;
    let events = connection::events(&mut db, id).await?.into_iter().map(Happening::Event);
    let deliveries = connection::deliveries(&mut db, id).await?.into_iter().map(Happening::Delivery);
    let mut all: Vec<Happening> = events.chain(deliveries).collect();
    all.sort_by_key(Happening::at);
    Ok(all)
}

/// A project that the wizard lists, eligible or with the reason why not (`CON-14`).
#[derive(Debug)]
pub struct CandidateView {
    /// The project.
    pub project: Project,
    /// Why it cannot be connected.
    pub ineligible: Option<Ineligible>,
    /// What would arrive, of what this person may see now.
    pub would_arrive: Option<Preview>,
    /// How its company approves.
    pub approval: sluice_domain::connection::ApprovalPolicy,
}

/// The projects that the wizard offers: only those this person belongs to.
pub async fn candidates(app: &App, who: Caller, downstream: ProjectId) -> Result<Vec<CandidateView>> {
    let mut db = app.db.read().await?;
    let (_, here) = permit_in_project::<act::ManageConnections>(&mut db, who, downstream).await?;
    let down = connection::candidate(&mut db, downstream).await?.ok_or(Refusal::NotThere)?;
    let own = connection::own(&mut db, downstream).await?;
    let mut views = vec![];
    for project in project::of_person(&mut db, who.person).await? {
        if project.company_id == here.company {
            continue;
        }
        let Some(there) = place_in_project(&mut db, who, project.id).await? else { continue };
        let Some(up) = connection::candidate(&mut db, project.id).await? else { continue };
        let Some(company) = company::get(&mut db, project.company_id).await? else { continue };
        let eligible = may_join(&up, &down, own, SHARED).and_then(|()| may_start(&there, &here, SHARED));
        let would_arrive = if eligible.is_ok() { Some(preview(&mut db, project.id).await?) } else { None };
        let spent_before = connection::was_disconnected(&mut db, project.id, here.company).await?;
        views.push(CandidateView {
            project,
            ineligible: eligible.err(),
            would_arrive,
            approval: company.approval.for_request(spent_before),
        });
    }
    Ok(views)
}

impl ToolView {
    /// The pause as code and sentence.
    pub fn paused_reason(&self) -> Option<(&'static str, String)> {
        self.pause.map(|pause| (pause.code(), pause.to_string()))
    }
}
