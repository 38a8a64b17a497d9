//! Undoing a connection that was made by mistake: five minutes, and only while nobody downstream has used what came (`UND-01`, `UND-02`).

use jiff::{SignedDuration, Timestamp};

use super::Connection;
use crate::Reason;

/// How long a connection, or a tool added to one, can be undone.
pub const UNDO_TIME: SignedDuration = SignedDuration::from_mins(5);

/// Until when something that was connected at `connected_at` can be undone, if nobody used it: `None` when that time is over.
pub fn undo_until(connected_at: Timestamp, used: bool, now: Timestamp) -> Option<Timestamp> {
    let until = connected_at.saturating_add(UNDO_TIME).unwrap_or(Timestamp::MAX);
    (!used && now < until).then_some(until)
}

/// Why a connection can no longer be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TooLate {
    /// The five minutes are over.
    #[error("A connection can be undone for five minutes. They are over; disconnecting is still possible.")]
    TimeOver,
    /// Somebody downstream has published, downloaded, marked up or linked a copy.
    #[error("Somebody downstream has already used what came. Disconnecting is still possible.")]
    Used,
}

impl Reason for TooLate {
    fn code(&self) -> &'static str {
        "undo_too_late"
    }
}

/// Judges whether a live connection can still be undone; that it is live, and who may, is judged elsewhere.
pub fn may_undo(connection: &Connection, used: bool, now: Timestamp) -> Result<(), TooLate> {
    let connected_at = connection.connected_at().unwrap_or(Timestamp::MIN);
    if used {
        return Err(TooLate::Used);
    }
    undo_until(connected_at, used, now).map(|_| ()).ok_or(TooLate::TimeOver)
}
