//! Whether a copy is as new as its record upstream, and why it may not be (`VIEW-02`, `DRF-08`).

use crate::Reason;
use crate::connection::{Pause, State};

/// Why a copy may be older than its record upstream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutOfSync {
    /// The connection was ended: nothing comes any more.
    #[error("The projects are disconnected; newer revisions will not arrive.")]
    Disconnected,
    /// The flow is paused.
    #[error("{0}")]
    Paused(Pause),
    /// Something of this drawing could not be copied.
    #[error("Something newer of this drawing could not be copied yet. The connection says why.")]
    NeedsAttention,
    /// A newer revision has arrived, and nobody has published it here.
    #[error("Upstream issued a newer revision; it is not published here yet.")]
    NotPublishedHere,
    /// Entries wait upstream.
    #[error("Changes upstream are on their way.")]
    CatchingUp,
}

impl Reason for OutOfSync {
    fn code(&self) -> &'static str {
        match self {
            Self::Disconnected => "disconnected",
            Self::Paused(pause) => pause.code(),
            Self::NeedsAttention => "needs_attention",
            Self::NotPublishedHere => "not_published_here",
            Self::CatchingUp => "catching_up",
        }
    }
}

/// Judges a copy: its connection's state, the pause of its tool, whether something of it is parked, whether a newer revision waits to be
/// published here, whether entries wait upstream. What lasts longest is said first.
pub const fn out_of_sync(
    state: State,
    pause: Option<Pause>,
    parked: bool,
    unpublished: bool,
    waiting: bool,
) -> Option<OutOfSync> {
    match (state, pause) {
        (State::Connected, Some(pause)) => Some(OutOfSync::Paused(pause)),
        (State::Connected, None) if parked => Some(OutOfSync::NeedsAttention),
        (State::Connected, None) if unpublished => Some(OutOfSync::NotPublishedHere),
        (State::Connected, None) if waiting => Some(OutOfSync::CatchingUp),
        (State::Connected, None) => None,
        _ => Some(OutOfSync::Disconnected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::connection::Side;

    #[test]
    fn view_02_only_a_flowing_connection_with_nothing_left_is_in_sync() {
        let pause = Pause::ToolOff(Side::Upstream);
        let live =
            |parked, unpublished, waiting| out_of_sync(State::Connected, None, parked, unpublished, waiting);
        assert_eq!(live(false, false, false), None);
        assert_eq!(live(false, false, true), Some(OutOfSync::CatchingUp));
        assert_eq!(live(false, true, true), Some(OutOfSync::NotPublishedHere));
        assert_eq!(live(true, true, true), Some(OutOfSync::NeedsAttention));
        assert_eq!(
            out_of_sync(State::Connected, Some(pause), true, true, true),
            Some(OutOfSync::Paused(pause))
        );
        assert_eq!(OutOfSync::Paused(pause).code(), pause.code());
        for state in [State::Disconnected, State::Requested] {
            assert_eq!(out_of_sync(state, Some(pause), false, false, false), Some(OutOfSync::Disconnected));
        }
    }
}
