//! The connection between two projects: its stages, the one table of transitions, and who may command what.
//!
//! A pause is not a stage: it is a condition of a connected tool ([`Pause`], `CON-09`). Whether two projects may connect at all is judged
//! in [`crate::topology`].

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
    /// Ended by either side; final, and the downstream project is spent (`CON-04`).
    Disconnected,
}

impl State {
    /// All states.
    pub const ALL: [Self; 6] = [
        Self::Requested,
        Self::Connected,
        Self::Declined,
        Self::Withdrawn,
        Self::Expired,
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
            Self::Disconnected => "disconnected",
        }
    }

    /// Reads [`State::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
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
    /// End a live connection.
    Disconnect,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 5] = [Self::Approve, Self::Decline, Self::Withdraw, Self::Expire, Self::Disconnect];

    /// The word in `can` maps, histories and the generated picture.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
            Self::Withdraw => "withdraw",
            Self::Expire => "expire",
            Self::Disconnect => "disconnect",
        }
    }

    /// Which side commands it; `None` where both may, and for [`Verb::Expire`], which nobody commands.
    pub const fn side(self) -> Option<Side> {
        match self {
            Self::Approve | Self::Decline => Some(Side::Upstream),
            Self::Withdraw => Some(Side::Downstream),
            Self::Expire | Self::Disconnect => None,
        }
    }
}

/// The one table of transitions; `docs/connections.md` is printed from it. What is not here cannot happen.
pub const TRANSITIONS: &[(State, Verb, State)] = &[
    (State::Requested, Verb::Approve, State::Connected),
    (State::Requested, Verb::Decline, State::Declined),
    (State::Requested, Verb::Withdraw, State::Withdrawn),
    (State::Requested, Verb::Expire, State::Expired),
    (State::Connected, Verb::Disconnect, State::Disconnected),
];

/// Who decided: a person, or the company's policy without anybody being asked (`APR-02`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decider {
    /// A person, for one side.
    Person(PersonId, Side),
    /// The policy of the upstream company, or time.
    Policy,
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
        /// Who approved, or the policy.
        approval: Deed,
    },
    /// Over, without ever having been live.
    Closed {
        /// Declined, withdrawn or expired.
        state: State,
        /// Who, when, why.
        ending: Deed,
    },
    /// Over, after having been live.
    Disconnected {
        /// Who approved, or the policy.
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

    /// Whether data flows.
    pub const fn is_connected(&self) -> bool {
        matches!(self.stage, Stage::Connected { .. })
    }

    /// Carries a verb out, or says that it means nothing now.
    pub fn apply(self, verb: Verb, deed: Deed) -> Result<Self, InvalidTransition> {
        let state = self.stage.state();
        let to = TRANSITIONS
            .iter()
            .find(|(from, by, _)| (*from, *by) == (state, verb))
            .map(|(_, _, to)| *to)
            .ok_or(InvalidTransition { state, verb })?;
        let stage = match (self.stage, to) {
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
    if let Some(needed) = verb.side()
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
            State::Declined | State::Withdrawn | State::Expired => Self::Inactive,
        }
    }
}

/// Longest reason, in characters (`DIS-01`).
pub const REASON_CHARACTERS_MAX: usize = 2_000;

/// A reason that is missing or too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UnsoundReason {
    /// Nothing but white space.
    #[error("A reason is needed: it is shown to both companies.")]
    Missing,
    /// Over [`REASON_CHARACTERS_MAX`].
    #[error("The reason is longer than {REASON_CHARACTERS_MAX} characters.")]
    TooLong,
}

impl Reason for UnsoundReason {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing => "reason_missing",
            Self::TooLong => "reason_too_long",
        }
    }
}

/// Reads a reason: trimmed, 1 to 2,000 characters, control characters other than line breaks removed (`DIS-01`).
pub fn sound_reason(raw: &str) -> Result<String, UnsoundReason> {
    let clean: String = raw.trim().chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    match clean.chars().count() {
        0 => Err(UnsoundReason::Missing),
        1..=REASON_CHARACTERS_MAX => Ok(clean),
        _ => Err(UnsoundReason::TooLong),
    }
}

/// Days after which an unanswered request expires, unless the operator sets another number (`APR-08`).
pub const REQUEST_DAYS: i64 = 60;

/// Requests per pair of projects in 24 hours (`APR-08`).
pub const REQUESTS_A_DAY_MAX: i64 = 3;

#[cfg(test)]
mod tests;
