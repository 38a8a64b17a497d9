//! The permission matrix: one table of acts, and [`authorize`], the only maker of a [`Permit`].
//!
//! A permit is proof: writers in `store` take one, so a forgotten check does not compile. This module does not load facts; it judges a
//! [`Standing`] that somebody loaded. Rules that depend on a record's state live with that record ([`crate::connection`]).

mod scope;
pub mod template;

use std::marker::PhantomData;

pub use scope::{Access, Scopes};

use crate::{CompanyId, PersonId, ProjectId, Reason};

/// What a member may do with a tool, in rising order (`PPL-05`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Level {
    /// The tool is absent; its records answer as not existing.
    #[default]
    None,
    /// May look.
    ReadOnly,
    /// May take part.
    Standard,
    /// May do everything in the tool.
    Admin,
}

impl Level {
    /// All levels, rising.
    pub const ALL: [Self; 4] = [Self::None, Self::ReadOnly, Self::Standard, Self::Admin];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::ReadOnly => "read_only",
            Self::Standard => "standard",
            Self::Admin => "admin",
        }
    }

    /// The words on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::ReadOnly => "Read Only",
            Self::Standard => "Standard",
            Self::Admin => "Admin",
        }
    }

    /// Reads [`Level::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.key() == key)
    }
}

/// A tool (`PPL-05`). `Company` stands for the company's own Admin tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tool {
    /// The project's front page: every member sees it.
    Home,
    /// Who is on the job.
    Directory,
    /// Settings of the project.
    Admin,
    /// Connections of the project.
    ConnectionManager,
    /// Drawings.
    Drawings,
    /// Requests for information (not built yet: never offered for a connection).
    Rfis,
    /// Submittals (not built yet: never offered for a connection).
    Submittals,
    /// The company's Admin tool: its settings, people and register.
    Company,
}

impl Tool {
    /// The tools of a project on which a member has a level of their own.
    pub const LEVELLED: [Self; 6] =
        [Self::ConnectionManager, Self::Directory, Self::Admin, Self::Drawings, Self::Rfis, Self::Submittals];

    /// The tools that can be switched off in a project.
    pub const SWITCHED: [Self; 3] = [Self::Drawings, Self::Rfis, Self::Submittals];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Directory => "directory",
            Self::Admin => "admin",
            Self::ConnectionManager => "connection_manager",
            Self::Drawings => "drawings",
            Self::Rfis => "rfis",
            Self::Submittals => "submittals",
            Self::Company => "company",
        }
    }

    /// The words on the screen.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Home => "Home",
            Self::Directory => "Directory",
            Self::Admin => "Admin",
            Self::ConnectionManager => "Connection Manager",
            Self::Drawings => "Drawings",
            Self::Rfis => "RFIs",
            Self::Submittals => "Submittals",
            Self::Company => "company Admin",
        }
    }

    /// Reads [`Tool::key`] back, project tools only.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::LEVELLED.into_iter().chain([Self::Home]).find(|tool| tool.key() == key)
    }
}

/// A single act given on top of a level (`PPL-06`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grant {
    /// May upload drawings; an Admin reviews them.
    UploadDrawings,
    /// May upload drawings and review and confirm their own uploads.
    UploadAndReviewDrawings,
    /// May be the manager of an RFI.
    ActAsRfiManager,
    /// May mark a response to an RFI official.
    MarkOfficial,
    /// Sees RFIs and submittals that arrived from upstream.
    ViewExternalItems,
    /// Sees private RFIs and submittals of their own company.
    ViewPrivateItemsOfMyCompany,
}

impl Grant {
    /// All grants.
    pub const ALL: [Self; 6] = [
        Self::UploadDrawings,
        Self::UploadAndReviewDrawings,
        Self::ActAsRfiManager,
        Self::MarkOfficial,
        Self::ViewExternalItems,
        Self::ViewPrivateItemsOfMyCompany,
    ];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::UploadDrawings => "upload_drawings",
            Self::UploadAndReviewDrawings => "upload_and_review_drawings",
            Self::ActAsRfiManager => "act_as_rfi_manager",
            Self::MarkOfficial => "mark_official",
            Self::ViewExternalItems => "view_external_items",
            Self::ViewPrivateItemsOfMyCompany => "view_private_items_of_my_company",
        }
    }

    /// The tools it is about.
    pub const fn tools(self) -> &'static [Tool] {
        match self {
            Self::UploadDrawings | Self::UploadAndReviewDrawings => &[Tool::Drawings],
            Self::ActAsRfiManager | Self::MarkOfficial => &[Tool::Rfis],
            Self::ViewExternalItems | Self::ViewPrivateItemsOfMyCompany => &[Tool::Rfis, Tool::Submittals],
        }
    }

    /// Reads [`Grant::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grant| grant.key() == key)
    }
}

/// The levels of one member, one a levelled tool; what is not named is None.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Levels([Level; Tool::LEVELLED.len()]);

impl Levels {
    /// Admin on every tool: whoever creates a project has it (`PPL-09`).
    pub const ADMIN: Self = Self([Level::Admin; Tool::LEVELLED.len()]);

    /// The level on a tool; Home is Read Only for every member.
    pub fn of(&self, tool: Tool) -> Level {
        let place = Tool::LEVELLED.iter().position(|candidate| *candidate == tool);
        match (place.and_then(|place| self.0.get(place)), tool) {
            (Some(level), _) => *level,
            (None, Tool::Home) => Level::ReadOnly,
            (None, _) => Level::None,
        }
    }

    /// The same levels with one of them set; a tool without a level of its own changes nothing.
    #[must_use]
    pub fn with(mut self, tool: Tool, level: Level) -> Self {
        if let Some(place) = Tool::LEVELLED.iter().position(|candidate| *candidate == tool)
            && let Some(slot) = self.0.get_mut(place)
        {
            *slot = level;
        }
        self
    }
}

/// The facts about one person in one company or project, loaded now.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent facts about one person, as the directories state them"
)]
pub struct Standing {
    /// Who.
    pub person: PersonId,
    /// The company whose directory is asked.
    pub company: CompanyId,
    /// The project, where one is concerned.
    pub project: Option<ProjectId>,
    /// Active in the company's directory.
    pub in_company: bool,
    /// Works for the company, as opposed to a collaborator from outside.
    pub employee: bool,
    /// Admin on the company Admin tool.
    pub company_admin: bool,
    /// In the project's directory.
    pub member: bool,
    /// Levels in that project.
    pub levels: Levels,
    /// Grants in that project.
    pub grants: Vec<Grant>,
    /// Tools switched on in that project.
    pub tools_on: Vec<Tool>,
    /// The company recorded for this person in this directory (`PPL-13`).
    pub represents: Option<CompanyId>,
    /// What the way in lets through of all that.
    pub scopes: Scopes,
}

impl Standing {
    /// The level that counts: company administrators have Admin everywhere in that company, a project's Directory Admin on all its
    /// tools (`PPL-04`); nobody has any who is not active in the directory, and no token where it has no scope (`PPL-11`).
    pub fn level(&self, tool: Tool) -> Level {
        if tool != Tool::Home && self.scopes.of(tool) == Access::None {
            return Level::None;
        }
        self.own_level(tool)
    }

    /// The person's own level, whatever the way in.
    fn own_level(&self, tool: Tool) -> Level {
        if !self.in_company {
            return Level::None;
        }
        if self.company_admin {
            return Level::Admin;
        }
        if tool == Tool::Company {
            return if self.employee { Level::ReadOnly } else { Level::None };
        }
        if !self.member {
            return Level::None;
        }
        if self.levels.of(Tool::Directory) == Level::Admin {
            return Level::Admin;
        }
        self.levels.of(tool)
    }

    /// Whether the tool is switched on here; tools that cannot be switched off always are.
    pub fn tool_on(&self, tool: Tool) -> bool {
        !Tool::SWITCHED.contains(&tool) || self.tools_on.contains(&tool)
    }

    /// Whether this person may know that the project (or, without one, the company) exists (`PPL-08`).
    pub fn visible(&self) -> bool {
        self.in_company && (self.company_admin || self.member || self.project.is_none())
    }

    /// Every level that counts, for showing it.
    pub fn effective_levels(&self) -> Levels {
        Tool::LEVELLED.into_iter().fold(Levels::default(), |levels, tool| levels.with(tool, self.level(tool)))
    }
}

/// Why an act is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The person may not know that it exists: answered as not found.
    #[error("There is nothing here under this address.")]
    NotThere,
    /// Visible, but the level is too low.
    #[error("This needs {} on {}.", .level.name(), .tool.name())]
    NeedsLevel {
        /// On which tool.
        tool: Tool,
        /// At least this level.
        level: Level,
    },
    /// The tool is switched off in this project.
    #[error("{} is switched off in this project.", .0.name())]
    ToolOff(Tool),
    /// The person may; their token has no scope for it.
    #[error("This token lacks the scope {}:{}.", .tool.key(), .access.key())]
    NeedsScope {
        /// On which tool.
        tool: Tool,
        /// At least this.
        access: Access,
    },
    /// Only somebody signed in may; no token does.
    #[error("A token cannot be used for this.")]
    SignInOnly,
}

impl Reason for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotThere => "not_found",
            Self::NeedsLevel { .. } => "needs_level",
            Self::ToolOff(_) => "tool_off",
            Self::NeedsScope { .. } => "needs_scope",
            Self::SignInOnly => "sign_in_only",
        }
    }
}

/// What an act needs.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// On this tool …
    pub tool: Tool,
    /// … at least this level …
    pub least: Level,
    /// … or, from Read Only on, one of these grants …
    pub grants: &'static [Grant],
    /// … and, through a token, a scope for this much.
    pub access: Access,
}

/// The type of one act, so that a permit for one cannot serve for another.
pub trait Act {
    /// The act.
    const ACTION: Action;
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident, $key:literal, $tool:ident, $least:ident, [$($grant:ident),*], $access:ident;)*) => {
        /// Everything a person can ask for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action {$($(#[$doc])* $name,)*}

        impl Action {
            /// All acts, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The word in `can` maps.
            pub const fn key(self) -> &'static str {
                match self {$(Self::$name => $key),*}
            }

            /// What the act needs.
            pub const fn rule(self) -> Rule {
                match self {$(Self::$name => Rule { tool: Tool::$tool, least: Level::$least, grants: &[$(Grant::$grant),*], access: Access::$access }),*}
            }
        }

        /// One type an act, for [`Permit`].
        pub mod act {
            use super::{Act, Action};
            $($(#[$doc])* #[derive(Debug)] pub struct $name; impl Act for $name { const ACTION: Action = Action::$name; })*
        }
    };
}

actions! {
    /// See the company's name and one's own place in it.
    ViewCompany,          "view_company",          Company,           None,     [], None;
    /// See the company's own pages: its people.
    ViewPeople,           "view_people",           Company,           ReadOnly, [], Read;
    /// Rename the company.
    UpdateCompany,        "update",                Company,           Admin,    [], Write;
    /// Choose how connections to its projects are approved (`APR-01`).
    SetApproval,          "connection_settings",   Company,           Admin,    [], Write;
    /// Create a project (`PPL-09`).
    CreateProject,        "create_project",        Company,           Admin,    [], Write;
    /// Delete a project (`PPL-17`).
    DeleteProject,        "delete_project",        Company,           Admin,    [], Write;
    /// Write everything of the company into an archive (`PPL-12`).
    ExportCompany,        "export",                Company,           Admin,    [], Read;
    /// Add, invite, deactivate people of the company's directory.
    ManagePeople,         "manage_people",         Company,           Admin,    [], Write;
    /// See its permission templates (`PPL-06`).
    ViewTemplates,        "view_templates",        Company,           ReadOnly, [], Read;
    /// Add, change, remove permission templates (`PPL-06`).
    ManageTemplates,      "manage_templates",      Company,           Admin,    [], Write;
    /// Add service accounts, hand out and revoke their tokens (`PPL-11`).
    ManageServiceAccounts, "manage_service_accounts", Company,        Admin,    [], Write;
    /// Read and export what was security-relevant (`PPL-10`).
    ViewAuditLog,         "view_audit_log",        Company,           Admin,    [], Read;
    /// See the register of all its connections (`SEE-03`).
    ViewRegister,         "view_register",         Company,           Admin,    [], Read;
    /// See the project.
    ViewProject,          "view",                  Home,              ReadOnly, [], None;
    /// Change name, number, tools, active or inactive (`PPL-09`).
    UpdateProject,        "update_project",        Admin,             Admin,    [], Write;
    /// See who is on the job.
    ViewDirectory,        "view_directory",        Directory,         ReadOnly, [], Read;
    /// Add people, set levels, remove.
    ManageDirectory,      "manage_directory",      Directory,         Admin,    [], Write;
    /// See connections and their history (`SEE-01`).
    ViewConnections,      "view_connections",      ConnectionManager, ReadOnly, [], Read;
    /// Start, withdraw, approve, decline, disconnect; settings.
    ManageConnections,    "manage_connections",    ConnectionManager, Admin,    [], Write;
    /// See published drawings.
    ViewDrawings,         "view_drawings",         Drawings,          ReadOnly, [], Read;
    /// Draw over sheets for oneself (`VIEW-04`).
    MarkUp,               "mark_up",               Drawings,          ReadOnly, [], Write;
    /// Publish one's own markups, and change them afterwards (`VIEW-04`).
    PublishMarkups,       "publish_markups",       Drawings,          Standard, [], Write;
    /// Upload drawing files (`DRW-01`).
    UploadDrawings,       "upload_drawings",       Drawings,          Admin,    [UploadDrawings, UploadAndReviewDrawings], Write;
    /// Review and confirm uploads; with the grant only one's own.
    ReviewDrawings,       "review_drawings",       Drawings,          Admin,    [UploadAndReviewDrawings], Write;
    /// See unpublished revisions.
    ViewUnpublished,      "view_unpublished",      Drawings,          Admin,    [], Read;
    /// Publish (`DRW-05`).
    PublishDrawings,      "publish_drawings",      Drawings,          Admin,    [], Write;
    /// Edit fields, areas, sets, disciplines, obsolete; delete and restore; settings.
    EditDrawings,         "edit_drawings",         Drawings,          Admin,    [], Write;
}

/// Proof that [`authorize`] allowed act `A`; nothing else can make one.
#[derive(Debug)]
pub struct Permit<A: Act> {
    /// Who acts.
    person: PersonId,
    company: CompanyId,
    project: Option<ProjectId>,
    act: PhantomData<A>,
}

impl<A: Act> Permit<A> {
    /// Who acts.
    pub const fn person(&self) -> PersonId {
        self.person
    }

    /// In which company.
    pub const fn company(&self) -> CompanyId {
        self.company
    }

    /// In which project; `None` for acts on the company.
    pub const fn project(&self) -> Option<ProjectId> {
        self.project
    }
}

/// Whether the standing allows an act, without making a permit: for `can` maps.
pub fn allows(standing: &Standing, action: Action) -> Result<(), Refusal> {
    let rule = action.rule();
    if !standing.visible() {
        return Err(Refusal::NotThere);
    }
    let level = standing.own_level(rule.tool);
    if !standing.tool_on(rule.tool) {
        return Err(if level == Level::None { Refusal::NotThere } else { Refusal::ToolOff(rule.tool) });
    }
    let granted = level >= Level::ReadOnly && standing.grants.iter().any(|grant| rule.grants.contains(grant));
    if level >= rule.least || granted {
        return if standing.scopes.of(rule.tool) >= rule.access {
            Ok(())
        } else {
            Err(Refusal::NeedsScope { tool: rule.tool, access: rule.access })
        };
    }
    if level == Level::None && rule.tool != Tool::Company {
        // None sees nothing: the tool is absent.
        return Err(Refusal::NotThere);
    }
    Err(Refusal::NeedsLevel { tool: rule.tool, level: rule.least })
}

/// Judges an act and, where it is allowed, hands out the proof.
pub fn authorize<A: Act>(standing: &Standing) -> Result<Permit<A>, Refusal> {
    allows(standing, A::ACTION)?;
    Ok(Permit {
        person: standing.person,
        company: standing.company,
        project: standing.project,
        act: PhantomData,
    })
}

#[cfg(test)]
mod tests;
