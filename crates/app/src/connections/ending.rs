//! What every ending of a connection or a request does, whoever ends it and why.

use sluice_domain::connection::{Connection, Decider, Deed, Ending};
use sluice_domain::permission::Refusal;
use sluice_store::Tx;
use sluice_store::connection::{self, NewEvent};

use super::{additions, tell_with};
use crate::{App, Result, mail};

/// What ends connections besides the verbs of people (`PPL-17`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The project of one side was deleted.
    ProjectDeleted,
    /// The company of one side was closed.
    CompanyClosed,
}

impl Cause {
    /// The word in histories and messages.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::ProjectDeleted => "project_deleted",
            Self::CompanyClosed => "company_closed",
        }
    }
}

/// Ends a connection or a request whose ending was judged: stage, history, messages. With a cause, the history says it first, and only the
/// other side is told here: the side that ceases is told of everything at once. The caller holds the locks on the connection and on one of the
/// projects, and takes no other: somebody else may hold the other project and wait.
pub(crate) async fn conclude(
    app: &App,
    tx: &mut Tx,
    connection: Connection,
    ending: Ending,
    deed: Deed,
    cause: Option<Cause>,
) -> Result<Connection> {
    let (by, reason) = (deed.by, deed.reason.clone());
    let row = connection::get(tx, connection.id).await?.ok_or(Refusal::NotThere)?;
    additions::end_with(app, tx, &row).await?;
    let ended = connection.apply(ending.verb(), deed)?;
    connection::save_stage(tx, &ended).await?;
    let (person, side) = match by {
        Decider::Person(person, side) => (Some(person), Some(side)),
        Decider::Closing(side) => (None, Some(side)),
        Decider::Policy | Decider::Time => (None, None),
    };
    let company = side.map(|side| ended.end(side).company);
    // Both happen at once: their ids keep them in order.
    let now = app.environment.now();
    let mut ids = [app.environment.id(), app.environment.id()];
    ids.sort_unstable();
    for (kind, id) in [cause.map(Cause::key), Some(ended.stage.state().key())].into_iter().zip(ids) {
        let Some(kind) = kind else { continue };
        let reason = reason.as_deref();
        let event = NewEvent { id, connection: ended.id, kind, person, company, tool: None, reason };
        connection::add_event(tx, event, now).await?;
    }
    let row = connection::get(tx, ended.id).await?.ok_or(Refusal::NotThere)?;
    for told in ending.told().iter().filter(|told| cause.is_none() || Some(**told) != side) {
        let facts = cause.map(|cause| ("cause", cause.key().to_owned())).into_iter().collect();
        tell_with(app, tx, &row, message(ending), *told, facts).await?;
    }
    Ok(ended)
}

/// What the sides are told of an ending.
pub(super) const fn message(ending: Ending) -> mail::Kind {
    match ending {
        Ending::Decline => mail::Kind::Declined,
        Ending::Withdraw => mail::Kind::Withdrawn,
        Ending::Expire => mail::Kind::Expired,
        Ending::Disconnect => mail::Kind::Disconnected,
    }
}
