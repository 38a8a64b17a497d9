//! Undoing a connection that was made by mistake, within five minutes and before anybody downstream has used what came (`UND-01`, `UND-02`).

use sluice_domain::ConnectionId;
use sluice_domain::connection::{Side, State, Verb, may_undo};
use sluice_domain::permission::Refusal;
use sluice_store::connection;

use super::{Commanded, ConnectionView, additions, command, deed, event, get, ring, tell_with};
use crate::drawings::names;
use crate::live::Topic;
use crate::{App, Caller, Result, flow, jobs, mail};

/// Undoes a connection: everything that came is taken back and the roles are let go, in one transaction. Made by policy, it is over and the
/// downstream project may ask again; approved by a person, the request waits again.
pub async fn undo(app: &App, who: Caller, id: ConnectionId) -> Result<ConnectionView> {
    let now = app.environment.now();
    let mut tx = app.db.begin().await?;
    let Commanded { row, connection, side } = command(&mut tx, who, id, Verb::Undo).await?;
    let tools = connection::tools(&mut tx, &[id]).await?;
    may_undo(&connection, tools.iter().any(|tool| tool.used_at.is_some()), now)?;
    let proof = sluice_store::flow::deliver(&mut tx, &row).await?.ok_or(Refusal::NotThere)?;
    for tool in &tools {
        flow::take_back(app, &mut tx, &proof, tool.tool).await?;
    }
    let deed = deed(app, who, side, None);
    additions::undo_with(app, &mut tx, &proof, &deed).await?;
    let undone = connection.apply(Verb::Undo, deed)?;
    connection::save_stage(&mut tx, &undone).await?;
    let company = undone.end(side).company;
    event(app, &mut tx, &undone, "undone", Some((who.person, company)), None).await?;
    let (by, by_company) = names::of_person(&mut tx, who.person, company).await?;
    let mut facts = vec![("by", by), ("by_company", by_company)];
    let row = connection::get(&mut tx, id).await?.ok_or(Refusal::NotThere)?;
    if row.state == State::Requested {
        jobs::schedule(app, &mut tx, jobs::Kind::Expire, id.0, row.expires_at).await?;
        facts.push(("waits_again", "yes".into()));
    }
    for side in [Side::Upstream, Side::Downstream] {
        tell_with(app, &mut tx, &row, mail::Kind::Undone, side, facts.clone()).await?;
    }
    tx.commit().await?;
    app.live.project(undone.downstream.project, Topic::Drawings, None);
    ring(app, &undone);
    get(app, who, id).await
}
