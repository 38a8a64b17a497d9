//! The connection between two projects: its stages, the one table of transitions, and who may command what.
//!
//! A pause is not a stage: it is a condition of a connected tool ([`Pause`], `CON-09`). Whether two projects may connect at all is judged
//! in [`crate::topology`].

pub mod repair;

use jiff::Timestamp;

use crate::{CompanyId, ConnectionId, PersonId, ProjectId, Reason};

/// One of the two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Where data originates.
    Upstream,
    /// Where data is copied.
    Downstream,
}

impl Side {
    /// Both sides.
    pub const ALL: [Self; 2] = [Self::Upstream, Self::Downstream];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Upstream => "upstream",
            Self::Downstream => "downstream",
        }
    }

    /// Reads [`Side::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|side| side.key() == key)
    }
}

/// How a company approves connections to its projects (`APR-01`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApprovalPolicy {
    /// Whoever already has access may connect their project.
    Automatic,
    /// A Connection Manager Admin approves or declines each request; new companies start with it.
    Review,
}

impl ApprovalPolicy {
    /// Both policies.
    pub const ALL: [Self; 2] = [Self::Automatic, Self::Review];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Review => "review",
        }
    }

    /// Reads [`ApprovalPolicy::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.key() == key)
    }

    /// What counts for a request: a second project of a company that was disconnected before always goes to review (`CON-04`).
    #[must_use]
    pub const fn for_request(self, company_was_disconnected_before: bool) -> Self {
        if company_was_disconnected_before { Self::Review } else { self }
    }
}

/// The stage, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Asked, not yet answered.
    Requested,
    /// Live.
    Connected,
    /// Refused by the upstream company.
    Declined,
    /// Taken back by the downstream company.
    Withdrawn,
    /// Not answered in time (`APR-08`).
    Expired,
    /// Undone within minutes by the downstream side, after an automatic approval; nothing of it is left (`UND-02`).
    Undone,
    /// Ended by either side; final, and the downstream project is spent (`CON-04`).
    Disconnected,
}

impl State {
    /// All states.
    pub const ALL: [Self; 7] = [
        Self::Requested,
        Self::Connected,
        Self::Declined,
        Self::Withdrawn,
        Self::Expired,
        Self::Undone,
        Self::Disconnected,
    ];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Connected => "connected",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Undone => "undone",
            Self::Disconnected => "disconnected",
        }
    }

    /// Reads [`State::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }

    /// Whether it waits or is live.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Requested | Self::Connected)
    }

    /// Whether the downstream project holds the downstream role in this state (`CON-05`).
    pub const fn holds_downstream_role(self) -> bool {
        matches!(self, Self::Requested | Self::Connected | Self::Disconnected)
    }

    /// Whether the upstream project holds the upstream role in this state: a mere request locks nothing (`CON-05`).
    pub const fn holds_upstream_role(self) -> bool {
        matches!(self, Self::Connected | Self::Disconnected)
    }
}

/// The verbs on a connection, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Say yes to a request.
    Approve,
    /// Say no to a request.
    Decline,
    /// Take a request back.
    Withdraw,
    /// Let a request run out.
    Expire,
    /// Take back what connected the projects, within minutes (`UND-01`).
    Undo,
    /// End a live connection.
    Disconnect,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 6] =
        [Self::Approve, Self::Decline, Self::Withdraw, Self::Expire, Self::Undo, Self::Disconnect];

    /// The word in `can` maps, histories and the generated picture.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
            Self::Withdraw => "withdraw",
            Self::Expire => "expire",
            Self::Undo => "undo",
            Self::Disconnect => "disconnect",
        }
    }
}

/// The verbs that end a connection or a request, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// [`Verb::Decline`].
    Decline,
    /// [`Verb::Withdraw`].
    Withdraw,
    /// [`Verb::Expire`].
    Expire,
    /// [`Verb::Disconnect`].
    Disconnect,
}

impl Ending {
    /// The verb it is.
    pub const fn verb(self) -> Verb {
        match self {
            Self::Decline => Verb::Decline,
            Self::Withdraw => Verb::Withdraw,
            Self::Expire => Verb::Expire,
            Self::Disconnect => Verb::Disconnect,
        }
    }

    /// The sides that are told of it: not the one that decided alone.
    pub const fn told(self) -> &'static [Side] {
        match self {
            Self::Decline => &[Side::Downstream],
            Self::Withdraw => &[Side::Upstream],
            Self::Expire | Self::Disconnect => &Side::ALL,
        }
    }
}

/// The one table of transitions; `docs/connections.md` is printed from it. What is not here cannot happen.
///
/// A verb on a state is commanded by the side named, by either where none is, and [`Verb::Expire`] by time. [`Verb::Undo`] stands twice:
/// the side that made the connection undoes it ([`Connection::made_by`]).
pub const TRANSITIONS: &[(State, Verb, Option<Side>, State)] = &[
    (State::Requested, Verb::Approve, Some(Side::Upstream), State::Connected),
    (State::Requested, Verb::Decline, Some(Side::Upstream), State::Declined),
    (State::Requested, Verb::Withdraw, Some(Side::Downstream), State::Withdrawn),
    (State::Requested, Verb::Expire, None, State::Expired),
    (State::Connected, Verb::Undo, Some(Side::Upstream), State::Requested),
    (State::Connected, Verb::Undo, Some(Side::Downstream), State::Undone),
    (State::Connected, Verb::Disconnect, None, State::Disconnected),
];

/// Who or what decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decider {
    /// A person, for one side.
    Person(PersonId, Side),
    /// The policy of the upstream company, without anybody being asked (`APR-02`).
    Policy,
    /// Time: nobody answered, or what was asked for ended first (`APR-08`).
    Time,
    /// Whoever operates the installation, by closing the company of this side (`PPL-17`).
    Closing(Side),
}

/// An act on a connection: who, when, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// Who or what.
    pub by: Decider,
    /// When.
    pub at: Timestamp,
    /// Why, plain text shown to both sides.
    pub reason: Option<String>,
}

/// The stage with its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Waiting for the upstream company.
    Requested,
    /// Live since the approval.
    Connected {
        /// Who or what approved.
        approval: Deed,
    },
    /// Over, and nothing was left of it.
    Closed {
        /// Declined, withdrawn, expired or undone.
        state: State,
        /// Who, when, why.
        ending: Deed,
    },
    /// Over, after having been live.
    Disconnected {
        /// Who or what approved.
        approval: Deed,
        /// Who ended it, when, why.
        disconnection: Deed,
    },
}

impl Stage {
    /// The stage by name.
    pub const fn state(&self) -> State {
        match self {
            Self::Requested => State::Requested,
            Self::Connected { .. } => State::Connected,
            Self::Closed { state, .. } => *state,
            Self::Disconnected { .. } => State::Disconnected,
        }
    }
}

/// A project and the company it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The company.
    pub company: CompanyId,
    /// Its project.
    pub project: ProjectId,
}

/// A connection, from the request on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Which.
    pub id: ConnectionId,
    /// Where data originates.
    pub upstream: End,
    /// Where it is copied.
    pub downstream: End,
    /// Who asked.
    pub requested_by: PersonId,
    /// When.
    pub requested_at: Timestamp,
    /// Where it stands.
    pub stage: Stage,
}

/// The connection is not in a state in which this verb means anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("This connection is {}; it cannot be {} now.", .state.key(), past(*.verb))]
pub struct InvalidTransition {
    /// Where it stands.
    pub state: State,
    /// What was asked.
    pub verb: Verb,
}

const fn past(verb: Verb) -> &'static str {
    match verb {
        Verb::Approve => "approved",
        Verb::Decline => "declined",
        Verb::Withdraw => "withdrawn",
        Verb::Expire => "let run out",
        Verb::Undo => "undone",
        Verb::Disconnect => "disconnected",
    }
}

impl Reason for InvalidTransition {
    fn code(&self) -> &'static str {
        "connection_not_in_state"
    }
}

impl Connection {
    /// The end on a side.
    pub const fn end(&self, side: Side) -> End {
        match side {
            Side::Upstream => self.upstream,
            Side::Downstream => self.downstream,
        }
    }

    /// Which side a project is on; `None` when it is on neither.
    pub fn side_of(&self, project: ProjectId) -> Option<Side> {
        Side::ALL.into_iter().find(|side| self.end(*side).project == project)
    }

    /// Both ends, upstream first.
    pub const fn ends(&self) -> [End; 2] {
        [self.upstream, self.downstream]
    }

    /// Which side a company is on; `None` when it is on neither.
    pub fn side_of_company(&self, company: CompanyId) -> Option<Side> {
        [Side::Upstream, Side::Downstream].into_iter().find(|side| self.end(*side).company == company)
    }

    /// Whether data flows.
    pub const fn is_connected(&self) -> bool {
        matches!(self.stage, Stage::Connected { .. })
    }

    /// Since when it is live, if it is.
    pub const fn connected_at(&self) -> Option<Timestamp> {
        match &self.stage {
            Stage::Connected { approval } => Some(approval.at),
            _ => None,
        }
    }

    /// The side that made a live connection: upstream where a person approved it, downstream where the policy did at their request.
    pub const fn made_by(&self) -> Option<Side> {
        match &self.stage {
            Stage::Connected { approval: Deed { by: Decider::Person(_, side), .. } } => Some(*side),
            Stage::Connected { approval: Deed { by: Decider::Policy, .. } } => Some(Side::Downstream),
            _ => None,
        }
    }

    /// Which side commands a verb; `None` where both may, and for what nobody commands now.
    pub fn side_of_verb(&self, verb: Verb) -> Option<Side> {
        match verb {
            Verb::Undo => self.made_by(),
            _ => TRANSITIONS.iter().find(|(_, by, _, _)| *by == verb).and_then(|(_, _, side, _)| *side),
        }
    }

    /// What ends it for a side whose project or company ceases to be (`PPL-17`); `None` where it is over.
    pub const fn ending_from(&self, side: Side) -> Option<Ending> {
        match (&self.stage, side) {
            (Stage::Requested, Side::Upstream) => Some(Ending::Decline),
            (Stage::Requested, Side::Downstream) => Some(Ending::Withdraw),
            (Stage::Connected { .. }, _) => Some(Ending::Disconnect),
            (Stage::Closed { .. } | Stage::Disconnected { .. }, _) => None,
        }
    }

    /// Where a verb would lead, or that it means nothing now.
    pub fn after(&self, verb: Verb) -> Result<State, InvalidTransition> {
        let state = self.stage.state();
        let side = self.side_of_verb(verb);
        TRANSITIONS
            .iter()
            .find(|(from, by, commanded_by, _)| (*from, *by, *commanded_by) == (state, verb, side))
            .map(|(_, _, _, to)| *to)
            .ok_or(InvalidTransition { state, verb })
    }

    /// Carries a verb out, or says that it means nothing now.
    pub fn apply(self, verb: Verb, deed: Deed) -> Result<Self, InvalidTransition> {
        let to = self.after(verb)?;
        let stage = match (self.stage, to) {
            (_, State::Requested) => Stage::Requested,
            (_, State::Connected) => Stage::Connected { approval: deed },
            (Stage::Connected { approval }, State::Disconnected) => {
                Stage::Disconnected { approval, disconnection: deed }
            }
            (_, state) => Stage::Closed { state, ending: deed },
        };
        Ok(Self { stage, ..self })
    }
}

/// Why a person of the right level still may not command a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotYours {
    /// The other side commands this verb.
    #[error("Only the {} company can do this.", .0.key())]
    OtherSide(Side),
    /// Nobody approves their own request (`APR-08`).
    #[error("You sent this request yourself. Someone else of the upstream company has to answer it.")]
    OwnRequest,
    /// The approver speaks for the upstream company itself (`APR-08`).
    #[error("Only people who represent the upstream company can answer this request.")]
    RepresentsAnother,
}

impl Reason for NotYours {
    fn code(&self) -> &'static str {
        match self {
            Self::OtherSide(_) => "other_side",
            Self::OwnRequest => "own_request",
            Self::RepresentsAnother => "not_representing",
        }
    }
}

/// Whether a person, standing on `side` and representing `represents` there, may command `verb`: the level on Connection Manager is
/// judged separately, by [`crate::permission::authorize`].
pub fn may_command(
    connection: &Connection,
    verb: Verb,
    side: Side,
    person: PersonId,
    represents: Option<CompanyId>,
) -> Result<(), NotYours> {
    if let Some(needed) = connection.side_of_verb(verb)
        && needed != side
    {
        return Err(NotYours::OtherSide(needed));
    }
    if matches!(verb, Verb::Approve | Verb::Decline) && person == connection.requested_by {
        return Err(NotYours::OwnRequest);
    }
    if represents != Some(connection.end(side).company) {
        return Err(NotYours::RepresentsAnother);
    }
    Ok(())
}

/// Days after which an unanswered request expires, unless the operator sets another number (`APR-08`).
pub const REQUEST_DAYS: i64 = 60;

/// Requests per pair of projects in 24 hours (`APR-08`).
pub const REQUESTS_A_DAY_MAX: i64 = 3;

mod pause;
mod reason;
#[cfg(test)]
mod tests;
mod undo;

pub use pause::{Pause, ToolState, pause};
pub use reason::{REASON_CHARACTERS_MAX, UnsoundReason, sound_reason};
pub use undo::{TooLate, UNDO_TIME, may_undo, undo_until};
