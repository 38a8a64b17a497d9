//! The record of a connection, which both sides can read and take away (`SEE-04`).

use jiff::Timestamp;
use sluice_domain::ConnectionId;
use sluice_store::connection::history;
use uuid::Uuid;

pub use sluice_store::connection::history::Happening;

use super::get;
use crate::{App, Caller, Error, Result, cursor};

/// Everything that can stand in a history.
pub const KINDS: [&str; 16] = [
    "requested",
    "approved",
    "connected",
    "declined",
    "withdrawn",
    "expired",
    "undone",
    "project_deleted",
    "company_closed",
    "disconnected",
    "paused",
    "resumed",
    "delivery",
    "repair",
    "damaged",
    "healed",
];

/// Which end of the history comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As it happened.
    #[default]
    OldestFirst,
    /// The last first.
    NewestFirst,
}

/// A page of the history, and where the next one begins.
pub async fn history(
    app: &App,
    who: Caller,
    id: ConnectionId,
    order: Order,
    after: Option<&str>,
    limit: i64,
) -> Result<(Vec<Happening>, Option<String>)> {
    let place = match (after, order) {
        (Some(after), _) => place(after)?,
        (None, Order::OldestFirst) => (Timestamp::MIN, Uuid::nil()),
        (None, Order::NewestFirst) => (Timestamp::MAX, Uuid::max()),
    };
    // Whoever sees the connection, from either side, sees all of its history: it tells of nothing but the two of them.
    get(app, who, id).await?;
    let mut db = app.db.read().await?;
    let mut page = match order {
        Order::OldestFirst => history::after(&mut db, id, place, limit + 1).await?,
        Order::NewestFirst => history::before(&mut db, id, place, limit + 1).await?,
    };
    let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = page.len() > wanted;
    page.truncate(wanted);
    let last = page.last().filter(|_| more);
    let next = last.map(|last| cursor::write(last.id, &last.at.as_millisecond().to_string()));
    Ok((page, next))
}

fn place(after: &str) -> Result<(Timestamp, Uuid)> {
    let (id, at) = cursor::read(after)?;
    let at = at.parse().ok().and_then(|at| Timestamp::from_millisecond(at).ok());
    Ok((at.ok_or_else(|| Error::code("unsound_cursor"))?, id))
}
