//! What people see of connections: from their side, with what they may do (`SEE-01`, `CON-14`, `CON-15`, `APR-07`).

use std::collections::HashMap;

use jiff::Timestamp;
use sluice_domain::connection::{Connection, Side, State, TooLate, Verb, may_undo, undo_until};
use sluice_domain::permission::{Action, Refusal, Standing, Tool, act, allows};
use sluice_domain::topology::Ineligible;
use sluice_domain::{CompanyId, ConnectionId, ProjectId};
use sluice_store::connection::addition::{self, AdditionRow};
use sluice_store::connection::repair as comparisons;
use sluice_store::connection::repair::Repair;
use sluice_store::connection::{self, ConnectionRow, ToolRow};
use sluice_store::project::{self, Project};
use sluice_store::{Session, blob, company};

use super::tools::{self, Choice, Looking, RequesterSees, ToolView};
use super::{Refused, eligible, explanation, may, repair};
use crate::flow::Preview;
use crate::{App, Caller, Can, Result, permit_in_project, place_in_project};

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
    /// Of each tool, while it waits.
    pub would_arrive: Vec<(Tool, Preview)>,
    /// Until when the connection can be undone, if it still can.
    pub undo_until: Option<Timestamp>,
    /// What the caller may do.
    pub can: Can,
}

/// Where a person stands at both ends.
pub(super) struct Ends {
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

    pub(super) const fn on(&self, side: Side) -> Option<&Standing> {
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

/// The side from which a person looks at a connection, and where they stand; not there, if they may not know of it (`PPL-08`).
pub(super) async fn see(db: &mut Session, connection: &Connection, who: Caller) -> Result<(Side, Ends)> {
    let ends = Ends::load(db, connection, who).await?;
    let viewpoint = ends.viewpoint(connection).ok_or(Refusal::NotThere)?;
    Ok((viewpoint, ends))
}

/// The side on which a person commands a verb, or why they may not. Who does not see the connection learns nothing of it (`PPL-08`).
pub(super) async fn judge(
    db: &mut Session,
    connection: &Connection,
    who: Caller,
    verb: Verb,
) -> Result<Side> {
    let (viewpoint, ends) = see(db, connection, who).await?;
    let side = ends.side_for(connection, verb, viewpoint);
    let standing = ends.on(side).ok_or(Refusal::NotThere)?;
    may(connection, standing, side, verb)?;
    Ok(side)
}

/// What can be done to a connection.
const VERBS: [Verb; 5] = [Verb::Approve, Verb::Decline, Verb::Withdraw, Verb::Undo, Verb::Disconnect];

/// What somebody may do to a connection, or to a request of its form: these verbs, and reminding of it.
pub(super) fn can_on(
    connection: &Connection,
    ends: &Ends,
    viewpoint: Side,
    verbs: &[Verb],
    reminded: bool,
    undo: std::result::Result<(), TooLate>,
) -> Can {
    let mut can = Can::default();
    for verb in verbs.iter().copied() {
        let side = ends.side_for(connection, verb, viewpoint);
        if let Some(standing) = ends.on(side) {
            let allowed = may(connection, standing, side, verb);
            if verb == Verb::Withdraw {
                // Reminding takes what withdrawing takes, and works once.
                let once = if reminded { Err(Refused::Reminded) } else { Ok(()) };
                can = can.with("remind", may(connection, standing, side, verb).and(once));
            }
            can = match (verb, allowed, undo) {
                (Verb::Undo, Ok(()), late) => can.with(verb.key(), late),
                (_, allowed, _) => can.with(verb.key(), allowed),
            };
        }
    }
    can
}

async fn view(
    app: &App,
    db: &mut Session,
    who: Caller,
    row: ConnectionRow,
    of: Option<CompanyId>,
    beside: Beside,
) -> Result<Option<ConnectionView>> {
    let Beside { tools, additions, repairs, damaged } = beside;
    let now = app.environment.now();
    let connection = row.connection();
    let ends = Ends::load(db, &connection, who).await?;
    let named = of.and_then(|company| connection.side_of_company(company));
    let named = named.filter(|side| ends.sees(&connection, *side));
    let Some(side) = named.or_else(|| ends.viewpoint(&connection)) else { return Ok(None) };
    let used = tools.iter().any(|tool| tool.used_at.is_some());
    let undo_until = connection.connected_at().and_then(|connected_at| undo_until(connected_at, used, now));
    let undo = may_undo(&connection, used, now);
    let mut can = can_on(&connection, &ends, side, &VERBS, row.reminded_at.is_some(), undo);
    if let Some(standing) = ends.on(side) {
        can = can
            .with("explain", explanation::may_ask(standing))
            .judged("repair", repair::may_ask(&row, &tools, side, standing));
    }
    let (mut would_arrive, mut requester_sees) = (vec![], None);
    if row.state == State::Requested {
        let asked = tools.iter().map(|tool| tool.tool);
        would_arrive = tools::previews(app, db, &row, &ends, asked).await?;
        requester_sees = tools::requester_sees(db, &connection, &ends, &would_arrive).await?;
    }
    let looking = Looking { app, now, row: &row, ends: &ends, side, repairs, damaged };
    let tools = looking.tools(db, tools, additions).await?;
    Ok(Some(ConnectionView { row, side, tools, requester_sees, would_arrive, undo_until, can }))
}

/// What is shown beside a connection's row, loaded for all of a list at once.
#[derive(Default)]
struct Beside {
    tools: Vec<ToolRow>,
    additions: Vec<AdditionRow>,
    repairs: Vec<Repair>,
    damaged: i64,
}

async fn beside(db: &mut Session, ids: &[ConnectionId]) -> Result<HashMap<ConnectionId, Beside>> {
    let mut all: HashMap<ConnectionId, Beside> = HashMap::new();
    for tool in connection::tools(db, ids).await? {
        all.entry(tool.connection_id).or_default().tools.push(tool);
    }
    for addition in addition::newest(db, ids).await? {
        all.entry(addition.connection_id).or_default().additions.push(addition);
    }
    for repair in comparisons::latest(db, ids).await? {
        all.entry(repair.connection_id).or_default().repairs.push(repair);
    }
    for damaged in blob::record::damaged_copies(db, ids).await? {
        all.entry(damaged.connection_id).or_default().damaged = damaged.copies;
    }
    Ok(all)
}

/// Connections as a person sees them, from the side of a company where one is named; those they may not see are left out.
pub(super) async fn views(
    app: &App,
    db: &mut Session,
    who: Caller,
    rows: Vec<ConnectionRow>,
    of: Option<CompanyId>,
) -> Result<Vec<ConnectionView>> {
    let ids: Vec<ConnectionId> = rows.iter().map(|row| row.id).collect();
    let mut all = beside(db, &ids).await?;
    let mut views = vec![];
    for row in rows {
        let beside = all.remove(&row.id).unwrap_or_default();
        views.extend(view(app, db, who, row, of, beside).await?);
    }
    Ok(views)
}

/// One connection.
pub async fn get(app: &App, who: Caller, id: ConnectionId) -> Result<ConnectionView> {
    let mut db = app.db.read().await?;
    let row = connection::get(&mut db, id).await?.ok_or(Refusal::NotThere)?;
    let views = views(app, &mut db, who, vec![row], None).await?;
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
    views(app, &mut db, who, rows, None).await
}

/// A project that the wizard lists, eligible or with the reason why not (`CON-14`).
#[derive(Debug)]
pub struct CandidateView {
    /// The project.
    pub project: Project,
    /// Why it cannot be connected.
    pub ineligible: Option<Ineligible>,
    /// The tools that can be shared, each with what would arrive, or why it cannot.
    pub choices: Vec<Choice>,
    /// How its company approves.
    pub approval: sluice_domain::connection::ApprovalPolicy,
}

/// The projects that the wizard offers: only those this person belongs to.
pub async fn candidates(app: &App, who: Caller, downstream: ProjectId) -> Result<Vec<CandidateView>> {
    let mut db = app.db.read().await?;
    let (_, here) = permit_in_project::<act::ManageConnections>(&mut db, who, downstream).await?;
    let down = connection::candidate(&mut db, downstream).await?.ok_or(Refusal::NotThere)?;
    let own = connection::own(&mut db, downstream).await?;
    let built = app.tools.names();
    let mut views = vec![];
    for project in project::of_person(&mut db, who.person).await? {
        if project.company_id == here.company {
            continue;
        }
        let Some(there) = place_in_project(&mut db, who, project.id).await? else { continue };
        let Some(up) = connection::candidate(&mut db, project.id).await? else { continue };
        let Some(company) = company::get(&mut db, project.company_id).await? else { continue };
        let mut choices = vec![];
        for tool in built.iter().copied() {
            let eligible = eligible((&up, &there), (&down, &here), own, &[tool], &built);
            let would_arrive = match eligible {
                Ok(()) => Some(app.tools.get(tool)?.would_arrive(&mut db, project.id).await?),
                Err(_) => None,
            };
            choices.push(Choice { tool, ineligible: eligible.err(), would_arrive });
        }
        // One tool is enough; where none can be shared, the first one's reason is the project's.
        let shareable = choices.iter().any(|choice| choice.ineligible.is_none());
        let ineligible = choices.iter().find_map(|choice| choice.ineligible).filter(|_| !shareable);
        let spent_before = connection::was_disconnected(&mut db, project.id, here.company).await?;
        views.push(CandidateView {
            project,
            ineligible,
            choices,
            approval: company.approval.for_request(spent_before),
        });
    }
    Ok(views)
}
