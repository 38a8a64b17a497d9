//! Adding a tool to a live connection, later and by a small request of its own (`CON-16`): the same rules, approval, messages and verbs as for
//! the connection itself.
//!
//! An addition is judged as what it is to the rules: a connection's request, for one tool ([`AdditionRow::request`]).

use sluice_domain::connection::{
    ApprovalPolicy, Connection, Decider, Deed, Ending, REQUESTS_A_DAY_MAX, Side, State, Verb, may_undo,
};
use sluice_domain::permission::{Refusal, Tool, act, authorize};
use sluice_domain::topology::{Ineligible, may_add};
use sluice_domain::{AdditionId, ConnectionId};
use sluice_store::connection::addition::{self, AdditionRow, NewAddition};
use sluice_store::connection::{self, ConnectionRow};
use sluice_store::flow::{Delivering, deliver};
use sluice_store::{Conflict, Tx, company, feed};

use super::ending::message;
use super::{
    A_DAY, About, ConnectionView, Refused, deed, event, expiry, get, optional_reason, requester_may_still,
    ring, tell_with, tools, view,
};
use crate::drawings::names;
use crate::jobs::{self, Outcome};
use crate::live::Topic;
use crate::{App, Caller, Error, Result, flow, mail};

/// A connection, locked, with the newest addition of a tool.
struct Held {
    row: ConnectionRow,
    addition: Option<AdditionRow>,
}

async fn hold(tx: &mut Tx, id: ConnectionId, tool: Tool) -> Result<Held> {
    let seen = connection::get(tx, id).await?.ok_or(Refusal::NotThere)?;
    flow::lock_ends(tx, seen.upstream_project_id, seen.downstream_project_id).await?;
    let row = connection::get_locked(tx, id).await?.ok_or(Refusal::NotThere)?;
    let addition = addition::of_tool(tx, id, tool).await?;
    Ok(Held { row, addition })
}

/// An addition on which somebody may command a verb, judged as of now.
struct Commanded {
    row: ConnectionRow,
    addition: AdditionRow,
    request: Connection,
    side: Side,
}

async fn command(tx: &mut Tx, who: Caller, id: ConnectionId, tool: Tool, verb: Verb) -> Result<Commanded> {
    let Held { row, addition } = hold(tx, id, tool).await?;
    // Who does not see the connection learns nothing of its tools.
    view::see(tx, &row.connection(), who).await?;
    let addition = addition.ok_or(Refusal::NotThere)?;
    let request = addition.request(&row);
    let side = view::judge(tx, &request, who, verb).await?;
    Ok(Commanded { row, addition, request, side })
}

/// The tools that flow.
async fn shared(tx: &mut Tx, id: ConnectionId) -> Result<Vec<Tool>> {
    Ok(connection::tools(tx, &[id]).await?.into_iter().map(|state| state.tool).collect())
}

/// Asks to add a tool, from the downstream project (`CON-02`, `CON-11`, `CON-12`): at once, or as a request, as the upstream company chose.
pub async fn add(app: &App, who: Caller, id: ConnectionId, tool: Tool) -> Result<ConnectionView> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let Held { row, addition } = hold(&mut tx, id, tool).await?;
    let (side, ends) = view::see(&mut tx, &row.connection(), who).await?;
    let built = app.tools.names();
    let mut taken = shared(&mut tx, id).await?;
    taken
        .extend(addition.filter(|addition| addition.state == State::Requested).map(|addition| addition.tool));
    let candidates = tools::candidates(&mut tx, &row).await?.ok_or(Refusal::NotThere)?;
    tools::may_ask_for(&ends, side, &candidates, row.state, tool, &taken, &built)?;
    let here = ends.on(Side::Downstream).ok_or(Refusal::NotThere)?;
    let permit = authorize::<act::ManageConnections>(here)?;
    let (upstream, downstream) = (row.upstream_project_id, row.downstream_project_id);
    if connection::requests_since(&mut tx, upstream, downstream, now - A_DAY).await? >= REQUESTS_A_DAY_MAX {
        return Err(Ineligible::TooManyRequests.into());
    }
    let expires_at = expiry(app, now);
    let new = NewAddition { id: app.environment.id(), connection: id, tool, requested_at: now, expires_at };
    addition::insert(&mut tx, &permit, new).await.map_err(|error| match error.conflict() {
        Some(Conflict::Duplicate) => Ineligible::SharedAlready(tool).into(),
        _ => Error::from(error),
    })?;
    let addition = addition::of_tool(&mut tx, id, tool).await?.ok_or(Refusal::NotThere)?;
    let request = addition.request(&row);
    let about = About { connection: id, tool: Some(tool) };
    event(app, &mut tx, about, "requested", Some((who.person, row.downstream_company_id)), None).await?;
    let spent_before = connection::was_disconnected(&mut tx, upstream, row.downstream_company_id).await?;
    let company = company::get(&mut tx, row.upstream_company_id).await?.ok_or(Refusal::NotThere)?;
    match company.approval.for_request(spent_before) {
        ApprovalPolicy::Automatic => {
            let deed = Deed { by: Decider::Policy, at: now, reason: None };
            connect(app, &mut tx, &row, &addition, deed).await?;
        }
        ApprovalPolicy::Review => {
            jobs::schedule(app, &mut tx, jobs::Kind::ExpireAddition, new.id.0, expires_at).await?;
            for (kind, side) in
                [(mail::Kind::Requested, Side::Upstream), (mail::Kind::RequestSent, Side::Downstream)]
            {
                say(app, &mut tx, &row, &addition, kind, side, vec![]).await?;
            }
        }
    }
    tx.commit().await?;
    ring(app, &request);
    get(app, who, id).await
}

/// The tool flows from now on: stage, history, first copy, messages.
async fn connect(
    app: &App,
    tx: &mut Tx,
    row: &ConnectionRow,
    addition: &AdditionRow,
    approval: Deed,
) -> Result<()> {
    let (by, now, tool) = (approval.by, approval.at, addition.tool);
    let connected = addition.request(row).apply(Verb::Approve, approval)?;
    let proof = live(tx, row).await?;
    addition::save_stage(tx, addition.id, &connected.stage).await?;
    addition::add_tool(tx, &proof, tool).await?;
    let head = feed::head(tx, row.upstream_project_id).await?.head;
    connection::begin_first_copy(tx, row.id, tool, head, now).await?;
    let about = About { connection: row.id, tool: Some(tool) };
    match by {
        Decider::Person(person, _) => {
            event(app, tx, about, "approved", Some((person, row.upstream_company_id)), None).await?;
        }
        Decider::Policy | Decider::Time | Decider::Closing(_) => {
            event(app, tx, about, "connected", None, None).await?;
        }
    }
    jobs::schedule(app, tx, jobs::Kind::Reconcile, row.id.0, now).await?;
    let addition = addition::of_tool(tx, row.id, tool).await?.ok_or(Refusal::NotThere)?;
    for side in [Side::Upstream, Side::Downstream] {
        say(app, tx, row, &addition, mail::Kind::Connected, side, vec![]).await?;
    }
    Ok(())
}

async fn live(tx: &mut Tx, row: &ConnectionRow) -> Result<Delivering> {
    deliver(tx, row).await?.ok_or_else(|| Ineligible::NotConnected.into())
}

/// Approves the addition of a tool; the rules are asked again as of now (`APR-06`).
pub async fn approve(app: &App, who: Caller, id: ConnectionId, tool: Tool) -> Result<ConnectionView> {
    let mut tx = app.db.begin().await?;
    let Commanded { row, addition, request, side } = command(&mut tx, who, id, tool, Verb::Approve).await?;
    let (up, down) = tools::candidates(&mut tx, &row).await?.ok_or(Refusal::NotThere)?;
    let taken = shared(&mut tx, id).await?;
    may_add(&up, &down, row.state, tool, &taken, &app.tools.names())?;
    requester_may_still(&mut tx, &request, &[tool]).await?;
    connect(app, &mut tx, &row, &addition, deed(app, who, side, None)).await?;
    tx.commit().await?;
    ring(app, &request);
    get(app, who, id).await
}

/// Declines the addition of a tool; a reason may be given and is shown downstream.
pub async fn decline(
    app: &App,
    who: Caller,
    id: ConnectionId,
    tool: Tool,
    reason: Option<&str>,
) -> Result<ConnectionView> {
    let reason = optional_reason(reason)?;
    end(app, who, id, tool, Ending::Decline, reason).await
}

/// Takes the request for a tool back.
pub async fn withdraw(app: &App, who: Caller, id: ConnectionId, tool: Tool) -> Result<ConnectionView> {
    end(app, who, id, tool, Ending::Withdraw, None).await
}

async fn end(
    app: &App,
    who: Caller,
    id: ConnectionId,
    tool: Tool,
    ending: Ending,
    reason: Option<String>,
) -> Result<ConnectionView> {
    let mut tx = app.db.begin().await?;
    let Commanded { row, addition, request, side } = command(&mut tx, who, id, tool, ending.verb()).await?;
    let ended = request.apply(ending.verb(), deed(app, who, side, reason.clone()))?;
    addition::save_stage(&mut tx, addition.id, &ended.stage).await?;
    let about = About { connection: id, tool: Some(tool) };
    let by = Some((who.person, ended.end(side).company));
    event(app, &mut tx, about, ended.stage.state().key(), by, reason.as_deref()).await?;
    let addition = addition::of_tool(&mut tx, id, tool).await?.ok_or(Refusal::NotThere)?;
    for told in ending.told() {
        say(app, &mut tx, &row, &addition, message(ending), *told, vec![]).await?;
    }
    tx.commit().await?;
    ring(app, &ended);
    get(app, who, id).await
}

/// Reminds the upstream side of a request for a tool, once.
pub async fn remind(app: &App, who: Caller, id: ConnectionId, tool: Tool) -> Result<ConnectionView> {
    let mut tx = app.db.begin().await?;
    let Commanded { row, addition, request, .. } = command(&mut tx, who, id, tool, Verb::Withdraw).await?;
    if addition.reminded_at.is_some() {
        return Err(Refused::Reminded.into());
    }
    addition::set_reminded(&mut tx, addition.id, app.environment.now()).await?;
    let reminder = vec![("reminder", "yes".into())];
    say(app, &mut tx, &row, &addition, mail::Kind::Requested, Side::Upstream, reminder).await?;
    tx.commit().await?;
    ring(app, &request);
    get(app, who, id).await
}

/// Undoes the addition of a tool: what came of it is taken back, and of nothing else (`UND-01`, `UND-02`).
pub async fn undo(app: &App, who: Caller, id: ConnectionId, tool: Tool) -> Result<ConnectionView> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let Commanded { row, addition, request, side } = command(&mut tx, who, id, tool, Verb::Undo).await?;
    let tools = connection::tools(&mut tx, &[id]).await?;
    let used = tools.iter().any(|state| state.tool == tool && state.used_at.is_some());
    may_undo(&request, used, now)?;
    let proof = live(&mut tx, &row).await?;
    flow::take_back(app, &mut tx, &proof, tool).await?;
    addition::remove_tool(&mut tx, &proof, tool).await?;
    let undone = request.apply(Verb::Undo, deed(app, who, side, None))?;
    addition::save_stage(&mut tx, addition.id, &undone.stage).await?;
    let company = undone.end(side).company;
    let about = About { connection: id, tool: Some(tool) };
    event(app, &mut tx, about, "undone", Some((who.person, company)), None).await?;
    let (by, by_company) = names::of_person(&mut tx, who.person, company).await?;
    let mut facts = vec![("by", by), ("by_company", by_company)];
    if undone.stage.state() == State::Requested {
        jobs::schedule(app, &mut tx, jobs::Kind::ExpireAddition, addition.id.0, addition.expires_at).await?;
        facts.push(("waits_again", "yes".into()));
    }
    for side in [Side::Upstream, Side::Downstream] {
        say(app, &mut tx, &row, &addition, mail::Kind::Undone, side, facts.clone()).await?;
    }
    tx.commit().await?;
    app.live.project(undone.downstream.project, Topic::Drawings, None);
    ring(app, &undone);
    get(app, who, id).await
}

/// Lets an unanswered request for a tool run out, when its time has come (`APR-08`).
pub(crate) async fn expire(app: &App, id: AdditionId) -> Result<Outcome> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let Some((connection, tool)) = addition::place(&mut tx, id).await? else { return Ok(Outcome::Done) };
    let Held { row, addition } = hold(&mut tx, connection, tool).await?;
    let Some(addition) = addition.filter(|addition| addition.id == id && addition.state == State::Requested)
    else {
        return Ok(Outcome::Done);
    };
    if addition.expires_at > now {
        return Ok(Outcome::RetryAt(addition.expires_at, None));
    }
    let expired =
        addition.request(&row).apply(Verb::Expire, Deed { by: Decider::Time, at: now, reason: None })?;
    addition::save_stage(&mut tx, id, &expired.stage).await?;
    event(app, &mut tx, About { connection, tool: Some(tool) }, "expired", None, None).await?;
    for side in [Side::Upstream, Side::Downstream] {
        say(app, &mut tx, &row, &addition, mail::Kind::Expired, side, vec![]).await?;
    }
    tx.commit().await?;
    ring(app, &expired);
    Ok(Outcome::Done)
}

/// Ends with a connection, whose lock the caller holds, what belongs to it: a request for a tool that waits runs out. When the connection is undone
/// ([`undo_with`]), what had been added is undone, too.
pub(super) async fn end_with(app: &App, tx: &mut Tx, row: &ConnectionRow) -> Result<()> {
    for addition in addition::newest(tx, &[row.id]).await? {
        if addition.state == State::Requested {
            run_out(app, tx, row, &addition, addition.request(row)).await?;
        }
    }
    Ok(())
}

/// Undoes with a connection what had been added to it.
pub(super) async fn undo_with(app: &App, tx: &mut Tx, proof: &Delivering, deed: &Deed) -> Result<()> {
    let row = proof.connection();
    end_with(app, tx, row).await?;
    for addition in addition::newest(tx, &[row.id]).await? {
        if addition.state != State::Connected {
            continue;
        }
        addition::remove_tool(tx, proof, addition.tool).await?;
        let undone = addition.request(row).apply(Verb::Undo, deed.clone())?;
        if undone.stage.state() == State::Requested {
            // There is no connection to which it could be added.
            run_out(app, tx, row, &addition, undone).await?;
        } else {
            addition::save_stage(tx, addition.id, &undone.stage).await?;
        }
    }
    Ok(())
}

async fn run_out(
    app: &App,
    tx: &mut Tx,
    row: &ConnectionRow,
    addition: &AdditionRow,
    request: Connection,
) -> Result<()> {
    let time = Deed { by: Decider::Time, at: app.environment.now(), reason: None };
    let expired = request.apply(Verb::Expire, time)?;
    addition::save_stage(tx, addition.id, &expired.stage).await?;
    event(app, tx, About { connection: row.id, tool: Some(addition.tool) }, "expired", None, None).await
}

/// Posts a message about an addition to one side's distribution list.
async fn say(
    app: &App,
    tx: &mut Tx,
    row: &ConnectionRow,
    addition: &AdditionRow,
    kind: mail::Kind,
    side: Side,
    mut facts: Vec<(&'static str, String)>,
) -> Result<()> {
    // The row tells of the connection; who asked, answered, ended, why and until when is told of the addition.
    let of_addition = ConnectionRow {
        requester_name: addition.requester_name.clone(),
        approver_name: addition.approver_name.clone(),
        ender_name: addition.ender_name.clone(),
        ended_side: addition.ended_side,
        reason: addition.reason.clone(),
        expires_at: addition.expires_at,
        ..row.clone()
    };
    facts.push(("tool", addition.tool.key().to_owned()));
    tell_with(app, tx, &of_addition, kind, side, facts).await
}
