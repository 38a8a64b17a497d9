//! Which projects may be connected, and why not: the closed list of reasons (`CON-03` … `CON-07`, `CON-11`, `CON-12`, `CON-14`).
//!
//! None of the reasons names a third company. The same rules stand as constraints in the database; this module says them in sentences.

use crate::connection::{Side, State};
use crate::permission::{Level, Standing, Tool};
use crate::{CompanyId, ProjectId, Reason};

/// The role a project holds once and for all while a connection gives it (`CON-05`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// At least one of its connections is connected or disconnected.
    Upstream,
    /// It has requested, is connected, or was disconnected.
    Downstream,
}

impl Role {
    /// The word in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Upstream => "upstream",
            Self::Downstream => "downstream",
        }
    }

    /// Reads [`Role::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Upstream, Self::Downstream].into_iter().find(|role| role.key() == key)
    }
}

/// Facts about one project that somebody wants to connect.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its company.
    pub company: CompanyId,
    /// The project.
    pub project: ProjectId,
    /// Whether it is active.
    pub active: bool,
    /// The role it holds, if any.
    pub role: Option<Role>,
    /// Tools switched on.
    pub tools_on: Vec<Tool>,
}

/// Why two projects cannot be connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Ineligible {
    /// Both belong to one company (`CON-06`).
    #[error("Both projects belong to the same company. A connection joins projects of two companies.")]
    OwnCompany,
    /// The downstream project was disconnected before (`CON-04`).
    #[error(
        "This project was connected and disconnected before. It can never connect again; use a new project."
    )]
    Spent,
    /// The downstream project has a request waiting (`CON-04`).
    #[error("This project already has a request waiting. Withdraw it before asking elsewhere.")]
    AlreadyRequested,
    /// The downstream project is connected (`CON-04`).
    #[error("This project is already connected to its upstream project.")]
    AlreadyConnected,
    /// The asking project is an upstream project itself (`CON-05`).
    #[error("Other projects are connected to this one, so it cannot have an upstream project itself.")]
    DownstreamIsUpstream,
    /// The other project is a downstream project itself (`CON-05`).
    #[error("This project cannot be an upstream project.")]
    UpstreamIsDownstream,
    /// A project is inactive (`CON-07`).
    #[error("The {} project is inactive.", .0.key())]
    ProjectInactive(Side),
    /// The tool is switched off (`CON-12`).
    #[error("{} is switched off in the {} project.", .0.name(), .1.key())]
    ToolOff(Tool, Side),
    /// Not in the directory of a company or a project (`CON-11`).
    #[error("You are not in the directory of the {} project.", .0.key())]
    NotAMember(Side),
    /// Not Admin on Connection Manager downstream (`CON-11`).
    #[error("This needs Admin on Connection Manager in the downstream project.")]
    NeedsConnectionManagerAdmin,
    /// The upstream directory does not record this person as representing the downstream company (`CON-11`, `PPL-13`).
    #[error("The upstream company's directory does not record you as representing the downstream company.")]
    NotRepresenting,
    /// Cannot see the tool that would be shared (`CON-12`).
    #[error("You need Read Only or higher on {} in the {} project.", .0.name(), .1.key())]
    NeedsToolLevel(Tool, Side),
    /// No tool was chosen (`CON-13`).
    #[error("Choose at least one thing to share.")]
    NothingToShare,
    /// The tool is none that is shared, or not built yet (`CON-13`).
    #[error("{} cannot be shared through a connection.", .0.name())]
    CannotBeShared(Tool),
    /// A tool is added to a live connection only (`CON-16`).
    #[error("The projects are not connected. A tool can be added while they are.")]
    NotConnected,
    /// The tool flows already, or a request for it waits (`CON-16`).
    #[error("{} is shared already, or a request for it waits.", .0.name())]
    SharedAlready(Tool),
    /// Asked three times today (`APR-08`).
    #[error("These two projects have had three requests within a day. Try again tomorrow.")]
    TooManyRequests,
}

impl Reason for Ineligible {
    fn code(&self) -> &'static str {
        match self {
            Self::OwnCompany => "own_company",
            Self::Spent => "connection_spent",
            Self::AlreadyRequested => "already_requested",
            Self::AlreadyConnected => "already_connected",
            Self::DownstreamIsUpstream => "downstream_is_upstream",
            Self::UpstreamIsDownstream => "upstream_is_downstream",
            Self::ProjectInactive(_) => "project_inactive",
            Self::ToolOff(..) => "tool_off",
            Self::NotAMember(_) => "not_a_member",
            Self::NeedsConnectionManagerAdmin => "needs_connection_manager_admin",
            Self::NotRepresenting => "not_representing",
            Self::NeedsToolLevel(..) => "needs_tool_level",
            Self::NothingToShare | Self::CannotBeShared(_) => "nothing_to_share",
            Self::NotConnected => "connection_not_in_state",
            Self::SharedAlready(_) => "tool_shared_already",
            Self::TooManyRequests => "too_many_requests_today",
        }
    }
}

/// Judges the two projects (`CON-04` … `CON-07`). `own` is the state of the downstream project's own connection that counts, if any; at an
/// approval it is `None`, because the connection being approved is that one. `built` are the tools that can be shared at all (`CON-13`).
pub fn may_join(
    upstream: &Candidate,
    downstream: &Candidate,
    own: Option<State>,
    tools: &[Tool],
    built: &[Tool],
) -> Result<(), Ineligible> {
    if upstream.company == downstream.company {
        return Err(Ineligible::OwnCompany);
    }
    may_ask(own, downstream.role == Some(Role::Upstream))?;
    if upstream.role == Some(Role::Downstream) {
        return Err(Ineligible::UpstreamIsDownstream);
    }
    may_share(upstream, downstream, tools, built)
}

/// Judges whether a tool may be added to a connection (`CON-16`). The roles were given when it was made; all else is asked again.
pub fn may_add(
    upstream: &Candidate,
    downstream: &Candidate,
    connection: State,
    tool: Tool,
    shared: &[Tool],
    built: &[Tool],
) -> Result<(), Ineligible> {
    if connection != State::Connected {
        return Err(Ineligible::NotConnected);
    }
    if shared.contains(&tool) {
        return Err(Ineligible::SharedAlready(tool));
    }
    may_share(upstream, downstream, &[tool], built)
}

/// Judges what is to be shared between two projects: both active (`CON-07`), the tools built and switched on in both (`CON-12`).
fn may_share(
    upstream: &Candidate,
    downstream: &Candidate,
    tools: &[Tool],
    built: &[Tool],
) -> Result<(), Ineligible> {
    for (side, candidate) in [(Side::Upstream, upstream), (Side::Downstream, downstream)] {
        if !candidate.active {
            return Err(Ineligible::ProjectInactive(side));
        }
    }
    if tools.is_empty() {
        return Err(Ineligible::NothingToShare);
    }
    if let Some(tool) = tools.iter().find(|tool| !built.contains(tool)) {
        return Err(Ineligible::CannotBeShared(*tool));
    }
    for tool in tools {
        for (side, candidate) in [(Side::Upstream, upstream), (Side::Downstream, downstream)] {
            if !candidate.tools_on.contains(tool) {
                return Err(Ineligible::ToolOff(*tool, side));
            }
        }
    }
    Ok(())
}

/// Judges whether a project may ask for an upstream at all (`CON-04`, `CON-05`), whatever the other project.
pub const fn may_ask(own: Option<State>, is_upstream: bool) -> Result<(), Ineligible> {
    match own {
        Some(State::Disconnected) => Err(Ineligible::Spent),
        Some(State::Requested) => Err(Ineligible::AlreadyRequested),
        Some(State::Connected) => Err(Ineligible::AlreadyConnected),
        Some(State::Declined | State::Withdrawn | State::Expired | State::Undone) | None if is_upstream => {
            Err(Ineligible::DownstreamIsUpstream)
        }
        Some(State::Declined | State::Withdrawn | State::Expired | State::Undone) | None => Ok(()),
    }
}

/// Judges the person who starts (`CON-11`, `CON-12`), from their standing in both projects.
pub fn may_start(upstream: &Standing, downstream: &Standing, tools: &[Tool]) -> Result<(), Ineligible> {
    for (side, standing) in [(Side::Upstream, upstream), (Side::Downstream, downstream)] {
        if !standing.in_company || !standing.member {
            return Err(Ineligible::NotAMember(side));
        }
    }
    if downstream.level(Tool::ConnectionManager) < Level::Admin {
        return Err(Ineligible::NeedsConnectionManagerAdmin);
    }
    if upstream.represents != Some(downstream.company) {
        return Err(Ineligible::NotRepresenting);
    }
    for tool in tools {
        for (side, standing) in [(Side::Upstream, upstream), (Side::Downstream, downstream)] {
            if standing.level(*tool) < Level::ReadOnly {
                return Err(Ineligible::NeedsToolLevel(*tool, side));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PersonId;
    use crate::permission::{Levels, Scopes};
    use uuid::Uuid;

    fn candidate(n: u128) -> Candidate {
        Candidate {
            company: CompanyId(Uuid::from_u128(n)),
            project: ProjectId(Uuid::from_u128(n + 10)),
            active: true,
            role: None,
            tools_on: vec![Tool::Drawings],
        }
    }

    fn standing(n: u128, levels: Levels, represents: u128) -> Standing {
        Standing {
            person: PersonId(Uuid::from_u128(99)),
            company: CompanyId(Uuid::from_u128(n)),
            project: Some(ProjectId(Uuid::from_u128(n + 10))),
            in_company: true,
            employee: n == represents,
            company_admin: false,
            member: true,
            levels,
            grants: vec![],
            tools_on: vec![Tool::Drawings],
            represents: Some(CompanyId(Uuid::from_u128(represents))),
            scopes: Scopes::SIGNED_IN,
        }
    }

    const DRAWINGS: &[Tool] = &[Tool::Drawings];

    /// As at a start, with drawings built and nothing else.
    fn may_join(
        upstream: &Candidate,
        downstream: &Candidate,
        own: Option<State>,
        tools: &[Tool],
    ) -> Result<(), Ineligible> {
        super::may_join(upstream, downstream, own, tools, DRAWINGS)
    }

    #[test]
    fn con_06_two_companies() {
        let mut same = candidate(2);
        same.company = candidate(1).company;
        assert_eq!(may_join(&candidate(1), &same, None, DRAWINGS), Err(Ineligible::OwnCompany));
        assert_eq!(may_join(&candidate(1), &candidate(2), None, DRAWINGS), Ok(()));
    }

    #[test]
    fn con_04_one_upstream_ever() {
        for (own, expected) in [
            (State::Disconnected, Err(Ineligible::Spent)),
            (State::Requested, Err(Ineligible::AlreadyRequested)),
            (State::Connected, Err(Ineligible::AlreadyConnected)),
            (State::Declined, Ok(())),
            (State::Withdrawn, Ok(())),
            (State::Expired, Ok(())),
            (State::Undone, Ok(())),
        ] {
            assert_eq!(may_join(&candidate(1), &candidate(2), Some(own), DRAWINGS), expected, "{own:?}");
        }
    }

    #[test]
    fn con_05_no_chains() {
        let mut upstream = candidate(1);
        upstream.role = Some(Role::Downstream);
        assert_eq!(may_join(&upstream, &candidate(2), None, DRAWINGS), Err(Ineligible::UpstreamIsDownstream));
        let mut downstream = candidate(2);
        downstream.role = Some(Role::Upstream);
        assert_eq!(
            may_join(&candidate(1), &downstream, None, DRAWINGS),
            Err(Ineligible::DownstreamIsUpstream)
        );
        let mut busy = candidate(1);
        busy.role = Some(Role::Upstream);
        assert_eq!(
            may_join(&busy, &candidate(2), None, DRAWINGS),
            Ok(()),
            "CON-03: any number of downstream projects"
        );
    }

    #[test]
    fn con_07_and_con_12_active_and_switched_on() {
        let mut inactive = candidate(1);
        inactive.active = false;
        assert_eq!(
            may_join(&inactive, &candidate(2), None, DRAWINGS),
            Err(Ineligible::ProjectInactive(Side::Upstream))
        );
        let mut off = candidate(2);
        off.tools_on.clear();
        assert_eq!(
            may_join(&candidate(1), &off, None, DRAWINGS),
            Err(Ineligible::ToolOff(Tool::Drawings, Side::Downstream))
        );
        assert_eq!(may_join(&candidate(1), &candidate(2), None, &[]), Err(Ineligible::NothingToShare));
        assert_eq!(
            may_join(&candidate(1), &candidate(2), None, &[Tool::Drawings, Tool::Rfis]),
            Err(Ineligible::CannotBeShared(Tool::Rfis))
        );
    }

    #[test]
    fn con_16_a_tool_is_added_to_a_live_connection_by_the_same_rules() {
        let (built, both) = ([Tool::Drawings, Tool::Rfis], vec![Tool::Drawings, Tool::Rfis]);
        let on = |n| Candidate { tools_on: both.clone(), ..candidate(n) };
        let add = |up: &Candidate, down: &Candidate, state, shared: &[Tool], tool| {
            may_add(up, down, state, tool, shared, &built)
        };
        let live = State::Connected;
        assert_eq!(add(&on(1), &on(2), live, DRAWINGS, Tool::Rfis), Ok(()));
        // The roles that the connection itself gave are no obstacle.
        let (mut up, mut down) = (on(1), on(2));
        (up.role, down.role) = (Some(Role::Upstream), Some(Role::Downstream));
        assert_eq!(add(&up, &down, live, DRAWINGS, Tool::Rfis), Ok(()));
        for state in State::ALL.into_iter().filter(|state| *state != live) {
            assert_eq!(add(&up, &down, state, DRAWINGS, Tool::Rfis), Err(Ineligible::NotConnected));
        }
        let again = add(&up, &down, live, DRAWINGS, Tool::Drawings);
        assert_eq!(again, Err(Ineligible::SharedAlready(Tool::Drawings)));
        let unbuilt = add(&up, &down, live, DRAWINGS, Tool::Submittals);
        assert_eq!(unbuilt, Err(Ineligible::CannotBeShared(Tool::Submittals)));
        assert_eq!(
            add(&candidate(1), &down, live, DRAWINGS, Tool::Rfis),
            Err(Ineligible::ToolOff(Tool::Rfis, Side::Upstream))
        );
        down.active = false;
        assert_eq!(
            add(&up, &down, live, DRAWINGS, Tool::Rfis),
            Err(Ineligible::ProjectInactive(Side::Downstream))
        );
    }

    #[test]
    fn con_11_and_con_12_the_person_who_starts() {
        let reads = Levels::default().with(Tool::Drawings, Level::ReadOnly);
        let connects = reads.with(Tool::ConnectionManager, Level::Admin);
        let (up, down) = (standing(1, reads, 2), standing(2, connects, 2));
        assert_eq!(may_start(&up, &down, DRAWINGS), Ok(()));

        let mut away = up.clone();
        away.member = false;
        assert_eq!(may_start(&away, &down, DRAWINGS), Err(Ineligible::NotAMember(Side::Upstream)));
        let mut left = up.clone();
        left.in_company = false;
        assert_eq!(may_start(&left, &down, DRAWINGS), Err(Ineligible::NotAMember(Side::Upstream)));
        assert_eq!(
            may_start(&up, &standing(2, reads, 2), DRAWINGS),
            Err(Ineligible::NeedsConnectionManagerAdmin)
        );
        assert_eq!(may_start(&standing(1, reads, 3), &down, DRAWINGS), Err(Ineligible::NotRepresenting));
        assert_eq!(
            may_start(&standing(1, Levels::default(), 2), &down, DRAWINGS),
            Err(Ineligible::NeedsToolLevel(Tool::Drawings, Side::Upstream))
        );
        let blind = Levels::default().with(Tool::ConnectionManager, Level::Admin);
        assert_eq!(
            may_start(&up, &standing(2, blind, 2), DRAWINGS),
            Err(Ineligible::NeedsToolLevel(Tool::Drawings, Side::Downstream))
        );
    }
}
