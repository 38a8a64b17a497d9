//! Telling people about arrivals: the first copy in one message, then the first new sheets at once and later ones gathered for ten minutes.

use jiff::{SignedDuration, Timestamp};
use sluice_domain::ConnectionId;
use sluice_domain::permission::Tool;
use sluice_store::Tx;
use sluice_store::connection::{self, ConnectionRow, ToolRow};
use sluice_store::flow::Delivering;

use super::apply::Tally;
use crate::jobs::{self, Outcome};
use crate::mail::{self, Notice};
use crate::{App, Result};

/// New sheets are gathered for this long after a message (`10-connections.md`, Notifications).
const GATHER: SignedDuration = SignedDuration::from_mins(10);

fn notice(row: &ConnectionRow, kind: mail::Kind, count: i64, path: &str) -> Notice {
    Notice {
        kind,
        company: row.downstream_company_id,
        project: Some(row.downstream_project_id),
        connection: Some(row.id),
        facts: vec![
            ("upstream_company", row.upstream_company_name.clone()),
            ("upstream_project", row.upstream_project_name.clone()),
            ("downstream_company", row.downstream_company_name.clone()),
            ("downstream_project", row.downstream_project_name.clone()),
            ("count", count.to_string()),
            ("path", format!("/projects/{}/{path}", row.downstream_project_id)),
        ],
    }
}

/// The first copy, when everything that was there at its start has arrived: one summary. Answers whether that is news.
pub(super) async fn first_copy(app: &App, tx: &mut Tx, proof: &Delivering, state: &ToolRow) -> Result<bool> {
    let row = proof.connection();
    if !connection::complete_first_copy(tx, row.id, state.tool, app.environment.now()).await? {
        return Ok(false);
    }
    let to = mail::drawings_admins(tx, row.downstream_project_id).await?;
    let notice =
        notice(row, mail::Kind::FirstCopyComplete, state.copied_count, "drawings?status=unpublished");
    mail::post(app, tx, &to, notice).await?;
    Ok(true)
}

/// What a batch brought, told at once or gathered.
pub(super) async fn announce(
    app: &App,
    tx: &mut Tx,
    proof: &Delivering,
    state: &ToolRow,
    tally: &Tally,
) -> Result<()> {
    let row = proof.connection();
    let project = row.downstream_project_id;
    if tally.deleted > 0 {
        let to = mail::drawings_admins(tx, project).await?;
        mail::post(
            app,
            tx,
            &to,
            notice(row, mail::Kind::DeletedUpstream, tally.deleted, "drawings?deleted=true"),
        )
        .await?;
    }
    if tally.new_revisions == 0 {
        return Ok(());
    }
    if tally.distributed {
        let to = sluice_store::drawing::log::subscribers(tx, project).await?;
        mail::post(app, tx, &to, notice(row, mail::Kind::Distributed, tally.new_revisions, "drawings"))
            .await?;
    }
    if state.first_copy_complete_at.is_none() {
        return Ok(());
    }
    let now = app.environment.now();
    match state.digest_until {
        Some(until) if until > now => {
            let gathered = state.digest_count + tally.new_revisions;
            connection::set_digest(tx, row.id, state.tool, Some(until), gathered).await?;
        }
        _ => {
            let until =
                new_sheets(app, tx, row, state.tool, tally.new_revisions + state.digest_count).await?;
            jobs::schedule(app, tx, jobs::Kind::Digest, row.id.0, until).await?;
        }
    }
    Ok(())
}

/// Sends the message and begins to gather; answers until when.
async fn new_sheets(
    app: &App,
    tx: &mut Tx,
    row: &ConnectionRow,
    tool: Tool,
    count: i64,
) -> Result<Timestamp> {
    let until = app.environment.now() + GATHER;
    let to = mail::drawings_admins(tx, row.downstream_project_id).await?;
    mail::post(app, tx, &to, notice(row, mail::Kind::NewSheets, count, "drawings?status=unpublished"))
        .await?;
    connection::set_digest(tx, row.id, tool, Some(until), 0).await?;
    Ok(until)
}

/// The gathering time is over: tells what came in it, if anything, and gathers on.
pub(crate) async fn digest(app: &App, id: ConnectionId) -> Result<Outcome> {
    let now = app.environment.now();
    let mut again: Option<Timestamp> = None;
    let mut tx = app.db.begin().await?;
    let Some(row) = connection::get_locked(&mut tx, id).await? else { return Ok(Outcome::Done) };
    for state in connection::tools(&mut tx, &[id]).await? {
        let next = match state.digest_until {
            Some(until) if until > now => Some(until),
            Some(_) if state.digest_count > 0 => {
                Some(new_sheets(app, &mut tx, &row, state.tool, state.digest_count).await?)
            }
            Some(_) => {
                connection::set_digest(&mut tx, id, state.tool, None, 0).await?;
                None
            }
            None => None,
        };
        again = again.into_iter().chain(next).min();
    }
    tx.commit().await?;
    Ok(again.map_or(Outcome::Done, |at| Outcome::RetryAt(at, None)))
}
