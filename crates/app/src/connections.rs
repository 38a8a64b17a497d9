//! Connections: asking, answering, withdrawing, ending them; what each side sees.
//!
//! The rules stand in `domain::connection` and `domain::topology`; a use case here locks both projects in one order, then the connection, loads
//! the facts as of now, asks the rules, saves the new stage, writes the history and tells both sides, in one transaction.

pub mod additions;
mod ending;
pub mod explanation;
pub mod history;
pub mod register;
pub mod repair;
mod tools;
mod undo;
mod view;

use jiff::{SignedDuration, Timestamp};
use sluice_domain::connection::{
    Connection, Decider, Deed, End, Ending, REQUESTS_A_DAY_MAX, Side, Stage, State, Verb, may_command,
    sound_reason,
};
use sluice_domain::permission::{Refusal, Standing, Tool, act, authorize};
use sluice_domain::topology::{Candidate, Ineligible, may_join, may_start};
use sluice_domain::{CompanyId, ConnectionId, PersonId, ProjectId, Reason};
use sluice_store::connection::{self, ConnectionRow, NewEvent};
use sluice_store::recipient::List;
use sluice_store::{Conflict, Tx, company, feed, standing};

use crate::jobs::{self, Outcome};
use crate::mail::{self, Notice};
use crate::{App, Caller, Error, Result, flow, permit_in_project, standing_in_project};

pub(crate) use ending::{Cause, conclude};
pub use sluice_store::flow::Share;
pub use tools::{AdditionView, Choice, RequesterSees, ToolView};
pub use undo::undo;
pub use view::{CandidateView, ConnectionView, candidates, get, of_project};

pub use crate::flow::Preview;

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a downstream project asks for.
#[derive(Debug)]
pub struct Ask {
    /// The project where drawings are published first.
    pub upstream: ProjectId,
    /// What to share.
    pub tools: Vec<Tool>,
    /// How copies are to land; `None` keeps the project's setting.
    pub arrival: Option<String>,
}

/// Starts a connection from the downstream project (`CON-02`, `CON-11`, `CON-12`): at once, or as a request, as the upstream company chose.
pub async fn request(app: &App, who: Caller, downstream: ProjectId, ask: &Ask) -> Result<ConnectionView> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    flow::lock_ends(&mut tx, ask.upstream, downstream).await?;
    let (permit, here) = permit_in_project::<act::ManageConnections>(&mut tx, who, downstream).await?;
    let there = standing_in_project(&mut tx, who, ask.upstream).await?;
    let up = connection::candidate(&mut tx, ask.upstream).await?.ok_or(Refusal::NotThere)?;
    let down = connection::candidate(&mut tx, downstream).await?.ok_or(Refusal::NotThere)?;
    let own = connection::own(&mut tx, downstream).await?;
    eligible((&up, &there), (&down, &here), own, &ask.tools, &app.tools.names())?;
    if connection::requests_since(&mut tx, ask.upstream, downstream, now - A_DAY).await? >= REQUESTS_A_DAY_MAX
    {
        return Err(Ineligible::TooManyRequests.into());
    }
    let request = Connection {
        id: app.environment.id(),
        upstream: End { company: up.company, project: ask.upstream },
        downstream: End { company: down.company, project: downstream },
        requested_by: who.person,
        requested_at: now,
        stage: Stage::Requested,
    };
    let expires_at = expiry(app, now);
    connection::insert(&mut tx, &permit, &request, &ask.tools, expires_at)
        .await
        .map_err(refusal_of_conflict)?;
    event(app, &mut tx, &request, "requested", Some((who.person, down.company)), None).await?;
    if let Some(arrival) = &ask.arrival {
        set_arrival(&mut tx, who, downstream, arrival).await?;
    }
    let spent_before = connection::was_disconnected(&mut tx, ask.upstream, down.company).await?;
    let policy =
        company::get(&mut tx, up.company).await?.ok_or(Refusal::NotThere)?.approval.for_request(spent_before);
    match policy {
        sluice_domain::connection::ApprovalPolicy::Automatic => {
            let deed = Deed { by: Decider::Policy, at: now, reason: None };
            connect(app, &mut tx, request.clone(), deed).await?;
        }
        sluice_domain::connection::ApprovalPolicy::Review => {
            let row = connection::get(&mut tx, request.id).await?.ok_or(Refusal::NotThere)?;
            jobs::schedule(app, &mut tx, jobs::Kind::Expire, request.id.0, expires_at).await?;
            tell(app, &mut tx, &row, mail::Kind::Requested, Side::Upstream).await?;
            tell(app, &mut tx, &row, mail::Kind::RequestSent, Side::Downstream).await?;
        }
    }
    tx.commit().await?;
    ring(app, &request);
    get(app, who, request.id).await
}

/// Whether this person may connect these two projects.
fn eligible(
    up: (&Candidate, &Standing),
    down: (&Candidate, &Standing),
    own: Option<State>,
    tools: &[Tool],
    built: &[Tool],
) -> std::result::Result<(), Ineligible> {
    let start = may_start(up.1, down.1, tools);
    if down.1.represents != Some(down.1.company) {
        // Somebody who stands in the project for another company is not told what else it is connected to (SEE-01).
        start?;
    }
    may_join(up.0, down.0, own, tools, built)?;
    start
}

async fn set_arrival(tx: &mut Tx, who: Caller, downstream: ProjectId, arrival: &str) -> Result<()> {
    if !crate::projects::ARRIVALS.contains(&arrival) {
        return Err(Error::field(
            "/arrival",
            "unknown_mode",
            "The mode is review, publish or publish_and_distribute.",
        ));
    }
    // Somebody who may connect but not decide about drawings leaves the setting as it is.
    let standing = standing_in_project(tx, who, downstream).await?;
    if let Ok(permit) = authorize::<act::EditDrawings>(&standing) {
        sluice_store::project::set_arrival(tx, &permit, downstream, arrival).await?;
    }
    Ok(())
}

/// Until when what is asked now waits (`APR-08`).
fn expiry(app: &App, now: Timestamp) -> Timestamp {
    now + A_DAY * i32::try_from(app.settings.request_days).unwrap_or(60)
}

/// A constraint of the database says the same as the rules, to whoever came second (`CON-10`).
fn refusal_of_conflict(error: sluice_store::Error) -> Error {
    match error.conflict() {
        Some(Conflict::OneUpstream) => Ineligible::AlreadyRequested.into(),
        Some(Conflict::Role) => Ineligible::UpstreamIsDownstream.into(),
        _ => error.into(),
    }
}

/// Makes a request live: stage, history, first copy, messages.
async fn connect(app: &App, tx: &mut Tx, request: Connection, approval: Deed) -> Result<()> {
    let (by, now) = (approval.by, approval.at);
    let connected = request.apply(Verb::Approve, approval)?;
    connection::save_stage(tx, &connected).await.map_err(refusal_of_conflict)?;
    match by {
        Decider::Person(person, _) => {
            event(app, tx, &connected, "approved", Some((person, connected.upstream.company)), None).await?;
        }
        Decider::Policy | Decider::Time | Decider::Closing(_) => {
            event(app, tx, &connected, "connected", None, None).await?;
        }
    }
    let head = feed::head(tx, connected.upstream.project).await?.head;
    let row = connection::get(tx, connected.id).await?.ok_or(Refusal::NotThere)?;
    for tool in connection::tools(tx, &[connected.id]).await? {
        connection::begin_first_copy(tx, connected.id, tool.tool, head, now).await?;
    }
    jobs::schedule(app, tx, jobs::Kind::Reconcile, connected.id.0, now).await?;
    for side in [Side::Upstream, Side::Downstream] {
        tell(app, tx, &row, mail::Kind::Connected, side).await?;
    }
    Ok(())
}

/// A connection, locked, and the person's right to command a verb on it, judged as of now.
struct Commanded {
    row: ConnectionRow,
    connection: Connection,
    side: Side,
}

async fn command(tx: &mut Tx, who: Caller, id: ConnectionId, verb: Verb) -> Result<Commanded> {
    let seen = connection::get(tx, id).await?.ok_or(Refusal::NotThere)?;
    flow::lock_ends(tx, seen.upstream_project_id, seen.downstream_project_id).await?;
    let row = connection::get_locked(tx, id).await?.ok_or(Refusal::NotThere)?;
    let connection = row.connection();
    let side = view::judge(tx, &connection, who, verb).await?;
    Ok(Commanded { row, connection, side })
}

fn deed(app: &App, who: Caller, side: Side, reason: Option<String>) -> Deed {
    Deed { by: Decider::Person(who.person, side), at: app.environment.now(), reason }
}

/// Approves a request; the rules are asked again as of now (`APR-06`).
pub async fn approve(app: &App, who: Caller, id: ConnectionId) -> Result<ConnectionView> {
    let mut tx = app.db.begin().await?;
    let Commanded { connection, side, .. } = command(&mut tx, who, id, Verb::Approve).await?;
    let (upstream, downstream) = (connection.upstream.project, connection.downstream.project);
    let tools: Vec<Tool> =
        connection::tools(&mut tx, &[id]).await?.into_iter().map(|tool| tool.tool).collect();
    let up = connection::candidate(&mut tx, upstream).await?.ok_or(Refusal::NotThere)?;
    let down = connection::candidate(&mut tx, downstream).await?.ok_or(Refusal::NotThere)?;
    may_join(&up, &down, None, &tools, &app.tools.names())?;
    requester_may_still(&mut tx, &connection, &tools).await?;
    connect(app, &mut tx, connection.clone(), deed(app, who, side, None)).await?;
    tx.commit().await?;
    ring(app, &connection);
    get(app, who, id).await
}

/// Whether whoever asked may still start what they asked for, as of now (`APR-06`).
async fn requester_may_still(tx: &mut Tx, request: &Connection, tools: &[Tool]) -> Result<()> {
    let (upstream, downstream) = (request.upstream.project, request.downstream.project);
    let there = standing::in_project(tx, request.requested_by, upstream).await?.ok_or(Refusal::NotThere)?;
    let here = standing::in_project(tx, request.requested_by, downstream).await?.ok_or(Refusal::NotThere)?;
    may_start(&there, &here, tools).map_err(|lost| {
        Error::refused(
            "requester_lost_access",
            format!("The person who asked has lost the access it needs: {}", requester(lost)),
        )
    })
}

/// Why the requester may not start any more, in words for the approver.
fn requester(lost: Ineligible) -> &'static str {
    match lost {
        Ineligible::NotAMember(Side::Upstream) => "they are no longer in the directory of your project.",
        Ineligible::NotAMember(Side::Downstream) => {
            "they are no longer in the directory of the downstream project."
        }
        Ineligible::NeedsConnectionManagerAdmin => {
            "they no longer manage connections of the downstream project."
        }
        Ineligible::NotRepresenting => {
            "your directory no longer records them as representing the downstream company."
        }
        _ => "they can no longer see what would be shared.",
    }
}

/// Declines a request; a reason may be given and is shown downstream (`APR-03`).
pub async fn decline(
    app: &App,
    who: Caller,
    id: ConnectionId,
    reason: Option<&str>,
) -> Result<ConnectionView> {
    let reason = optional_reason(reason)?;
    end(app, who, id, Ending::Decline, reason).await
}

/// A reason that may be left out.
fn optional_reason(reason: Option<&str>) -> Result<Option<String>> {
    Ok(reason.filter(|reason| !reason.trim().is_empty()).map(sound_reason).transpose()?)
}

/// Takes a request back (`APR-05`).
pub async fn withdraw(app: &App, who: Caller, id: ConnectionId) -> Result<ConnectionView> {
    end(app, who, id, Ending::Withdraw, None).await
}

/// Ends a live connection, from either side; what was copied stays (`DIS-01`, `DIS-02`).
pub async fn disconnect(
    app: &App,
    who: Caller,
    id: ConnectionId,
    reason: &str,
    accepted: bool,
) -> Result<ConnectionView> {
    if !accepted {
        return Err(Error::code("consequences_not_accepted"));
    }
    let reason = sound_reason(reason)?;
    end(app, who, id, Ending::Disconnect, Some(reason)).await
}

async fn end(
    app: &App,
    who: Caller,
    id: ConnectionId,
    ending: Ending,
    reason: Option<String>,
) -> Result<ConnectionView> {
    let mut tx = app.db.begin().await?;
    let Commanded { connection, side, .. } = command(&mut tx, who, id, ending.verb()).await?;
    let ended = conclude(app, &mut tx, connection, ending, deed(app, who, side, reason), None).await?;
    tx.commit().await?;
    ring(app, &ended);
    get(app, who, id).await
}

/// Reminds the upstream side of a request, once (`APR-08`).
pub async fn remind(app: &App, who: Caller, id: ConnectionId) -> Result<ConnectionView> {
    let mut tx = app.db.begin().await?;
    let Commanded { row, connection, .. } = command(&mut tx, who, id, Verb::Withdraw).await?;
    if row.reminded_at.is_some() {
        return Err(Refused::Reminded.into());
    }
    connection::set_reminded(&mut tx, id, app.environment.now()).await?;
    tell_with(app, &mut tx, &row, mail::Kind::Requested, Side::Upstream, vec![("reminder", "yes".into())])
        .await?;
    tx.commit().await?;
    ring(app, &connection);
    get(app, who, id).await
}

/// Lets an unanswered request run out, when its time has come (`APR-08`).
pub(crate) async fn expire(app: &App, id: ConnectionId) -> Result<Outcome> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let Some(seen) = connection::get(&mut tx, id).await? else { return Ok(Outcome::Done) };
    flow::lock_ends(&mut tx, seen.upstream_project_id, seen.downstream_project_id).await?;
    let Some(row) = connection::get_locked(&mut tx, id).await? else { return Ok(Outcome::Done) };
    if row.state != State::Requested {
        return Ok(Outcome::Done);
    }
    if row.expires_at > now {
        return Ok(Outcome::RetryAt(row.expires_at, None));
    }
    let deed = Deed { by: Decider::Time, at: now, reason: None };
    let expired = conclude(app, &mut tx, row.connection(), Ending::Expire, deed, None).await?;
    tx.commit().await?;
    ring(app, &expired);
    Ok(Outcome::Done)
}

/// What an event is about: a connection, or one tool of it.
#[derive(Clone, Copy)]
struct About {
    connection: ConnectionId,
    tool: Option<Tool>,
}

impl From<&Connection> for About {
    fn from(connection: &Connection) -> Self {
        Self { connection: connection.id, tool: None }
    }
}

async fn event(
    app: &App,
    tx: &mut Tx,
    about: impl Into<About> + Send,
    kind: &str,
    by: Option<(PersonId, CompanyId)>,
    reason: Option<&str>,
) -> Result<()> {
    let About { connection, tool } = about.into();
    let event = NewEvent {
        id: app.environment.id(),
        connection,
        tool,
        kind,
        person: by.map(|(person, _)| person),
        company: by.map(|(_, company)| company),
        reason,
    };
    Ok(connection::add_event(tx, event, app.environment.now()).await?)
}

/// Posts a message to one side's distribution list (`NOT-01`).
async fn tell(app: &App, tx: &mut Tx, row: &ConnectionRow, kind: mail::Kind, side: Side) -> Result<()> {
    tell_with(app, tx, row, kind, side, vec![]).await
}

async fn tell_with(
    app: &App,
    tx: &mut Tx,
    row: &ConnectionRow,
    kind: mail::Kind,
    side: Side,
    mut facts: Vec<(&'static str, String)>,
) -> Result<()> {
    let (company, project) = match side {
        Side::Upstream => (row.upstream_company_id, row.upstream_project_id),
        Side::Downstream => (row.downstream_company_id, row.downstream_project_id),
    };
    facts.extend([
        ("upstream_company", row.upstream_company_name.clone()),
        ("upstream_project", row.upstream_project_name.clone()),
        ("downstream_company", row.downstream_company_name.clone()),
        ("downstream_project", row.downstream_project_name.clone()),
        ("expires", row.expires_at.to_string()),
        ("approval", if row.approver_name.is_some() { "person" } else { "policy" }.to_owned()),
    ]);
    let (by, by_company) = match (kind, row.ended_side) {
        // Whoever undid it stands among the facts: the row says where it stands now. Expiring is time's doing.
        (mail::Kind::Undone | mail::Kind::Expired, _) => (None, None),
        (mail::Kind::Connected, _) if row.approver_name.is_some() => {
            (row.approver_name.clone(), Some(row.upstream_company_name.clone()))
        }
        (_, Some(Side::Upstream)) => (row.ender_name.clone(), Some(row.upstream_company_name.clone())),
        (_, Some(Side::Downstream)) => (row.ender_name.clone(), Some(row.downstream_company_name.clone())),
        (_, None) => (Some(row.requester_name.clone()), Some(row.downstream_company_name.clone())),
    };
    facts.extend(by.map(|by| ("by", by)));
    facts.extend(by_company.map(|company| ("by_company", company)));
    facts.extend(row.reason.clone().map(|reason| ("reason", reason)));
    let to = mail::recipients(tx, project, List::Connections).await?;
    mail::post(
        app,
        tx,
        &to,
        Notice { kind, company, project: Some(project), connection: Some(row.id), facts },
    )
    .await
}

pub(crate) fn ring(app: &App, connection: &Connection) {
    app.live.connection(connection.id, connection.ends());
    app.live.wake();
}

/// Why a verb is refused, whichever rule it was.
pub(crate) enum Refused {
    Level(Refusal),
    State(sluice_domain::connection::InvalidTransition),
    NotYours(sluice_domain::connection::NotYours),
    Reminded,
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Level(refusal) => refusal.fmt(f),
            Self::State(refusal) => refusal.fmt(f),
            Self::NotYours(refusal) => refusal.fmt(f),
            Self::Reminded => f.write_str("The upstream company was reminded already."),
        }
    }
}

impl Reason for Refused {
    fn code(&self) -> &'static str {
        match self {
            Self::Level(refusal) => refusal.code(),
            Self::State(refusal) => refusal.code(),
            Self::NotYours(refusal) => refusal.code(),
            Self::Reminded => "duplicate",
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::refused(refused.code(), refused.to_string())
    }
}

/// Whether the person who stands like this on a side may command the verb now: level, whose verb it is, state, in this order.
pub(crate) fn may(
    connection: &Connection,
    standing: &sluice_domain::permission::Standing,
    side: Side,
    verb: Verb,
) -> std::result::Result<(), Refused> {
    authorize::<act::ManageConnections>(standing).map_err(Refused::Level)?;
    may_command(connection, verb, side, standing.person, standing.represents).map_err(Refused::NotYours)?;
    connection.after(verb).map_err(Refused::State)?;
    Ok(())
}
