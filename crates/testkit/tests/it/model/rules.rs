//! The rules of the topology, told once more and without a database.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use sluice_domain::ConnectionId;

use super::{COMPANIES, EVERYWHERE, PEOPLE, PROJECTS};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Requested,
    Connected { at: Timestamp, by_policy: bool },
    Over(&'static str),
}

impl Stage {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Connected { .. } => "connected",
            Self::Over(word) => word,
        }
    }

    fn counts(self) -> bool {
        matches!(self.word(), "requested" | "connected" | "disconnected")
    }

    fn binds_upstream(self) -> bool {
        matches!(self.word(), "connected" | "disconnected")
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Link {
    pub(super) id: ConnectionId,
    pub(super) up: usize,
    pub(super) down: usize,
    pub(super) asked_at: Timestamp,
    pub(super) stage: Stage,
    pub(super) used: bool,
    /// Copies stand downstream, unpublished.
    pub(super) copied: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    pub(super) active: bool,
    pub(super) drawings: bool,
}

/// The rules, told once more and without a database.
#[derive(Debug, Clone)]
pub(super) struct Model {
    pub(super) automatic: [bool; COMPANIES],
    pub(super) projects: [Job; EVERYWHERE],
    pub(super) links: Vec<Link>,
}

/// Codes of refusals.
pub(super) type Refusals = BTreeSet<&'static str>;

/// The company of a project.
pub(super) const fn owner(project: usize) -> usize {
    project / PROJECTS
}

/// The company of a person.
pub(super) const fn employer(person: usize) -> usize {
    person / PEOPLE
}

const FIVE_MINUTES: SignedDuration = SignedDuration::from_mins(5);

impl Model {
    pub(super) fn new() -> Self {
        Self {
            automatic: [false; COMPANIES],
            projects: [Job { active: true, drawings: true }; EVERYWHERE],
            links: vec![],
        }
    }

    pub(super) fn is_upstream(&self, project: usize) -> bool {
        self.links.iter().any(|link| link.up == project && link.stage.binds_upstream())
    }

    pub(super) fn is_downstream(&self, project: usize) -> bool {
        self.links.iter().any(|link| link.down == project && link.stage.counts())
    }

    /// Everything that stands against two projects being joined.
    fn against(&self, up: usize, down: usize) -> Refusals {
        let mut against = Refusals::new();
        let mut no = |broken: bool, code| {
            if broken {
                against.insert(code);
            }
        };
        no(owner(up) == owner(down), "own_company");
        no(self.is_upstream(down), "downstream_is_upstream");
        no(self.is_downstream(up), "upstream_is_downstream");
        for project in [up, down] {
            no(!self.projects[project].active, "project_inactive");
            no(!self.projects[project].drawings, "tool_off");
        }
        against
    }

    pub(super) fn against_asking(&self, who: usize, down: usize, up: usize, now: Timestamp) -> Refusals {
        let mut against = self.against(up, down);
        // Everybody sees every project, and manages connections in those of their own company alone.
        if employer(who) != owner(down) {
            against.insert("not_found");
        }
        for link in self.links.iter().filter(|link| link.down == down) {
            match link.stage.word() {
                "disconnected" => drop(against.insert("connection_spent")),
                "requested" => drop(against.insert("already_requested")),
                "connected" => drop(against.insert("already_connected")),
                _ => {}
            }
        }
        let a_day = SignedDuration::from_hours(24);
        let recent = self
            .links
            .iter()
            .filter(|link| (link.up, link.down) == (up, down) && now - a_day < link.asked_at);
        if recent.count() >= 3 {
            against.insert("too_many_requests_today");
        }
        against
    }

    /// Everything that stands against a verb on one of the connections.
    pub(super) fn against_verb(&self, verb: &str, who: usize, link: &Link, now: Timestamp) -> Refusals {
        let mut against = Refusals::new();
        let own = |project: usize| employer(who) == owner(project);
        if !own(link.up) && !own(link.down) {
            // Whoever represents neither company does not see it.
            return Refusals::from(["not_found"]);
        }
        let made_upstream = match link.stage {
            Stage::Connected { by_policy, .. } => Some(!by_policy),
            _ => None,
        };
        let by_upstream = match verb {
            "approve" | "decline" => Some(true),
            "withdraw" => Some(false),
            "undo" => made_upstream,
            _ => None,
        };
        if by_upstream.is_some_and(|upstream| !own(if upstream { link.up } else { link.down })) {
            against.insert("other_side");
        }
        let wanted = if matches!(verb, "undo" | "disconnect") { "connected" } else { "requested" };
        if link.stage.word() != wanted {
            against.insert("connection_not_in_state");
        }
        if verb == "undo"
            && let Stage::Connected { at, .. } = link.stage
            && (link.used || now >= at + FIVE_MINUTES)
        {
            against.insert("undo_too_late");
        }
        if verb == "approve" {
            against.extend(self.against_approval(link));
        }
        against
    }

    /// The rules of topology as of now; that the downstream project has this request is no obstacle.
    fn against_approval(&self, link: &Link) -> Refusals {
        let mut others = self.clone();
        others.links.retain(|other| other.id != link.id);
        others.against(link.up, link.down)
    }

    pub(super) fn reviewed(&self, up: usize, down: usize) -> bool {
        let ended = |link: &Link| {
            link.up == up && owner(link.down) == owner(down) && link.stage.word() == "disconnected"
        };
        !self.automatic[owner(up)] || self.links.iter().any(ended)
    }

    /// What was due at this time is done.
    pub(super) fn work(&mut self, now: Timestamp) {
        let projects = self.projects;
        let flows = |project: usize| projects[project].active && projects[project].drawings;
        for link in &mut self.links {
            if link.stage == Stage::Requested && link.asked_at + SignedDuration::from_hours(24 * 60) <= now {
                link.stage = Stage::Over("expired");
            }
            if matches!(link.stage, Stage::Connected { .. }) && flows(link.up) && flows(link.down) {
                link.copied = true;
            }
        }
    }
}
