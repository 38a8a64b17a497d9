//! What a connected tool does now, and why it does not flow: a pause is a condition of the two projects, not a stage of the connection
//! (`CON-09`, `CON-16`).

use super::{Side, State};
use crate::Reason;

/// Why a connected tool does not flow now (`CON-09`). It resumes by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Pause {
    /// A project is inactive.
    #[error("The {} project is inactive. The flow resumes by itself when it is active again.", .0.key())]
    ProjectInactive(Side),
    /// The tool is switched off.
    #[error("The tool is switched off in the {} project. The flow resumes by itself when it is switched on again.", .0.key())]
    ToolOff(Side),
}

impl Reason for Pause {
    fn code(&self) -> &'static str {
        match self {
            Self::ProjectInactive(Side::Upstream) => "upstream_inactive",
            Self::ProjectInactive(Side::Downstream) => "downstream_inactive",
            Self::ToolOff(Side::Upstream) => "upstream_tool_off",
            Self::ToolOff(Side::Downstream) => "downstream_tool_off",
        }
    }
}

/// Judges whether a connected tool flows: `(active, tool on)` of each project.
pub const fn pause(upstream: (bool, bool), downstream: (bool, bool)) -> Option<Pause> {
    match (upstream, downstream) {
        ((false, _), _) => Some(Pause::ProjectInactive(Side::Upstream)),
        (_, (false, _)) => Some(Pause::ProjectInactive(Side::Downstream)),
        ((_, false), _) => Some(Pause::ToolOff(Side::Upstream)),
        (_, (_, false)) => Some(Pause::ToolOff(Side::Downstream)),
        _ => None,
    }
}

/// What a tool of a connection does now, for showing it (`CON-16`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToolState {
    /// The request has no answer yet.
    WaitingForApproval,
    /// Data flows.
    Active,
    /// Data does not flow now and will by itself ([`Pause`]).
    Paused,
    /// The connection has ended.
    Disabled,
    /// The connection was never live.
    Inactive,
}

impl ToolState {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::WaitingForApproval, Self::Active, Self::Paused, Self::Disabled, Self::Inactive];

    /// The word in the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::WaitingForApproval => "waiting_for_approval",
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Disabled => "disabled",
            Self::Inactive => "inactive",
        }
    }

    /// What follows from the state of the connection.
    pub const fn of(state: State, paused: bool) -> Self {
        match state {
            State::Requested => Self::WaitingForApproval,
            State::Connected if paused => Self::Paused,
            State::Connected => Self::Active,
            State::Disconnected => Self::Disabled,
            State::Declined | State::Withdrawn | State::Expired | State::Undone => Self::Inactive,
        }
    }
}
