//! Whether a connection may be compared and repaired (`SEE-06`): while it is live and not paused, at the word of either side (`DIS-04`).

use super::{Connection, Pause, Side, State};
use crate::{CompanyId, Reason};

/// Why a connection cannot be compared and repaired now (`SEE-06`, `DIS-04`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotRepairable {
    /// Whose word counts speaks for another company.
    #[error("Only people who represent one of the two companies can do this.")]
    RepresentsAnother,
    /// It is not live.
    #[error("This connection is {}; only a live one can be compared with the upstream.", .0.key())]
    NotLive(State),
    /// It is paused.
    #[error("{0}")]
    Paused(Pause),
}

impl Reason for NotRepairable {
    fn code(&self) -> &'static str {
        match self {
            Self::RepresentsAnother => "not_representing",
            Self::NotLive(_) => "connection_not_in_state",
            Self::Paused(_) => "connection_paused",
        }
    }
}

/// Whether somebody who stands on `side` and represents `represents` there may have it compared and repaired; the level on Connection Manager
/// is judged separately.
pub fn may_repair(
    connection: &Connection,
    pause: Option<Pause>,
    side: Side,
    represents: Option<CompanyId>,
) -> Result<(), NotRepairable> {
    if represents != Some(connection.end(side).company) {
        return Err(NotRepairable::RepresentsAnother);
    }
    if !connection.is_connected() {
        return Err(NotRepairable::NotLive(connection.stage.state()));
    }
    pause.map_or(Ok(()), |pause| Err(NotRepairable::Paused(pause)))
}
