//! Telling people about arrivals: the first copy in one message; then, of each kind of news, the first at once and later ones gathered for
//! ten minutes.

use jiff::{SignedDuration, Timestamp};
use sluice_domain::ConnectionId;
use sluice_domain::permission::Tool;
use sluice_store::connection::{self, ConnectionRow, ToolRow};
use sluice_store::flow::Delivering;
use sluice_store::flow::news::{self, Gathered};
use sluice_store::recipient::List;
use sluice_store::{Tx, drawing};

use super::apply::Landed;
use crate::jobs::{self, Outcome};
use crate::mail::{self, Notice};
use crate::{App, Result};

/// News are gathered for this long after a message (`10-connections.md`, Notifications).
const GATHER: SignedDuration = SignedDuration::from_mins(10);

/// Sheets that one message names; beyond, it only counts.
const NAMED_MAX: usize = 50;

/// The kinds of news that are gathered.
const KINDS: [mail::Kind; 3] =
    [mail::Kind::NewSheets, mail::Kind::DeletedUpstream, mail::Kind::CurrentChanged];

/// Where one acts on each.
const fn path(kind: mail::Kind) -> &'static str {
    match kind {
        mail::Kind::NewSheets | mail::Kind::FirstCopyComplete => "drawings?status=unpublished",
        _ => "drawings",
    }
}

fn notice(row: &ConnectionRow, kind: mail::Kind, count: i64, sheets: &str) -> Notice {
    let mut facts = vec![
        ("upstream_company", row.upstream_company_name.clone()),
        ("upstream_project", row.upstream_project_name.clone()),
        ("downstream_company", row.downstream_company_name.clone()),
        ("downstream_project", row.downstream_project_name.clone()),
        ("count", count.to_string()),
        ("path", format!("/projects/{}/{}", row.downstream_project_id, path(kind))),
    ];
    for name in ["deleted", "obsolete", "current"] {
        let of_name: Vec<&str> =
            sheets.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('\t')).collect();
        if !of_name.is_empty() {
            facts.push((name, of_name.join("\n")));
        }
    }
    Notice {
        kind,
        company: row.downstream_company_id,
        project: Some(row.downstream_project_id),
        connection: Some(row.id),
        facts,
    }
}

/// The first copy, when everything that was there at its start has arrived: one summary.
pub(super) async fn first_copy(app: &App, tx: &mut Tx, proof: &Delivering, state: &ToolRow) -> Result<()> {
    let row = proof.connection();
    let to = mail::recipients(tx, row.downstream_project_id, List::Arrivals).await?;
    mail::post(app, tx, &to, notice(row, mail::Kind::FirstCopyComplete, state.copied_count, "")).await
}

/// What of a batch is news of a kind: how many sheets, and which, one line each.
fn of_kind(tally: &Landed, kind: mail::Kind) -> (usize, Vec<String>) {
    match kind {
        mail::Kind::NewSheets => (usize::try_from(tally.new_revisions).unwrap_or_default(), vec![]),
        mail::Kind::DeletedUpstream => {
            let deleted = tally.deleted.iter().map(|number| format!("deleted\t{number}"));
            let obsolete = tally.obsolete.iter().map(|number| format!("obsolete\t{number}"));
            let lines: Vec<String> = deleted.chain(obsolete).collect();
            (lines.len(), lines)
        }
        mail::Kind::CurrentChanged => {
            let line = |sheet: &super::apply::MovedSheet| {
                format!("current\t{}\t{}\t{}", sheet.number, sheet.from, sheet.to)
            };
            (tally.moved.len(), tally.moved.iter().map(line).collect())
        }
        _ => (0, vec![]),
    }
}

/// What a batch brought, told at once or gathered.
pub(super) async fn announce(
    app: &App,
    tx: &mut Tx,
    proof: &Delivering,
    state: &ToolRow,
    tally: &Landed,
) -> Result<()> {
    let row = proof.connection();
    if tally.distributed && tally.new_revisions > 0 {
        distributed(app, tx, row, tally.new_revisions).await?;
    }
    let gathered = news::of_connection(tx, row.id).await?;
    for kind in KINDS {
        let (count, sheets) = of_kind(tally, kind);
        // The first copy is told when it is complete, as one summary.
        let told = !matches!(kind, mail::Kind::NewSheets) || state.first_copy_complete_at.is_some();
        if count == 0 || !told {
            continue;
        }
        let before = gathered.iter().find(|news| news.tool == state.tool && news.kind == kind.key());
        let news = add(app, state.tool, kind, before, count, sheets);
        gather_or_tell(app, tx, row, kind, news).await?;
    }
    Ok(())
}

/// Tells the subscribers of the log what was published for them as it arrived.
pub(super) async fn distributed(app: &App, tx: &mut Tx, row: &ConnectionRow, count: i64) -> Result<()> {
    let to = drawing::log::subscribers(tx, row.downstream_project_id).await?;
    mail::post(app, tx, &to, notice(row, mail::Kind::Distributed, count, "")).await
}

/// What is gathered with what came now.
fn add(
    app: &App,
    tool: Tool,
    kind: mail::Kind,
    before: Option<&Gathered>,
    count: usize,
    sheets: Vec<String>,
) -> Gathered {
    let known = before.map_or("", |news| news.sheets.as_str());
    let lines = known.lines().map(ToOwned::to_owned).chain(sheets).take(NAMED_MAX);
    Gathered {
        tool,
        kind: kind.key().to_owned(),
        gather_until: before.map_or(app.environment.now(), |news| news.gather_until),
        news_count: before.map_or(0, |news| news.news_count) + i64::try_from(count).unwrap_or(i64::MAX),
        sheets: lines.collect::<Vec<_>>().join("\n"),
    }
}

/// Keeps news for later while they are gathered, else tells them and begins to gather.
async fn gather_or_tell(
    app: &App,
    tx: &mut Tx,
    row: &ConnectionRow,
    kind: mail::Kind,
    news: Gathered,
) -> Result<()> {
    if news.gather_until > app.environment.now() {
        return Ok(news::keep(tx, row.id, &news).await?);
    }
    let until = tell(app, tx, row, kind, news).await?;
    jobs::schedule(app, tx, jobs::Kind::Digest, row.id.0, until).await
}

/// Sends the message and begins to gather; answers until when.
async fn tell(
    app: &App,
    tx: &mut Tx,
    row: &ConnectionRow,
    kind: mail::Kind,
    news: Gathered,
) -> Result<Timestamp> {
    let until = app.environment.now() + GATHER;
    let to = mail::recipients(tx, row.downstream_project_id, List::Arrivals).await?;
    mail::post(app, tx, &to, notice(row, kind, news.news_count, &news.sheets)).await?;
    let begun = Gathered { gather_until: until, news_count: 0, sheets: String::new(), ..news };
    news::keep(tx, row.id, &begun).await?;
    Ok(until)
}

/// A gathering time is over: tells what came in it, if anything, and gathers on.
pub(crate) async fn digest(app: &App, id: ConnectionId) -> Result<Outcome> {
    let now = app.environment.now();
    let mut again: Option<Timestamp> = None;
    let mut tx = app.db.begin().await?;
    let Some(row) = connection::get_locked(&mut tx, id).await? else { return Ok(Outcome::Done) };
    for news in news::of_connection(&mut tx, id).await? {
        let kind = mail::Kind::from_key(&news.kind);
        let next = match kind {
            Some(_) if news.gather_until > now => Some(news.gather_until),
            Some(kind) if news.news_count > 0 => Some(tell(app, &mut tx, &row, kind, news).await?),
            _ => {
                news::end(&mut tx, id, news.tool, &news.kind).await?;
                None
            }
        };
        again = again.into_iter().chain(next).min();
    }
    tx.commit().await?;
    Ok(again.map_or(Outcome::Done, |at| Outcome::RetryAt(at, None)))
}
