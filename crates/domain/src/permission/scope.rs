//! What a token may be used for: the part of its owner's rights that its scopes let through (`PPL-11`). Scopes give nothing by themselves.

use super::{Refusal, Tool};

/// What an act does with a tool's records, and what a scope lets through; writing includes reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Access {
    /// Of an act: needs no scope. Of a scope: nothing.
    #[default]
    None,
    /// Looking.
    Read,
    /// Changing.
    Write,
}

impl Access {
    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// What a caller's way in lets through: everything for somebody signed in, the scopes of a token for a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scopes {
    tools: [Access; Self::TOOLS.len()],
    own: bool,
}

impl Scopes {
    /// The tools that have scopes. Home has none: every token may know the projects of its owner by name.
    pub const TOOLS: [Tool; 7] = [
        Tool::Company,
        Tool::Directory,
        Tool::Admin,
        Tool::ConnectionManager,
        Tool::Drawings,
        Tool::Rfis,
        Tool::Submittals,
    ];

    /// Of somebody who is signed in: everything they may do, and what is theirs alone.
    pub const SIGNED_IN: Self = Self { tools: [Access::Write; Self::TOOLS.len()], own: true };

    /// Of a token without any scope.
    pub const NONE: Self = Self { tools: [Access::None; Self::TOOLS.len()], own: false };

    /// What is let through for a tool.
    pub fn of(&self, tool: Tool) -> Access {
        let place = Self::TOOLS.iter().position(|candidate| *candidate == tool);
        place.and_then(|place| self.tools.get(place)).copied().unwrap_or_default()
    }

    /// The same with one tool set.
    #[must_use]
    pub fn with(mut self, tool: Tool, access: Access) -> Self {
        if let Some(place) = Self::TOOLS.iter().position(|candidate| *candidate == tool)
            && let Some(slot) = self.tools.get_mut(place)
        {
            *slot = access;
        }
        self
    }

    /// Whether the caller reaches what is a person's alone: sessions, password, tokens, notifications, invitations. No token does.
    pub const fn own(&self) -> Result<(), Refusal> {
        if self.own { Ok(()) } else { Err(Refusal::SignInOnly) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ppl_11_scopes_are_set_tool_by_tool() {
        let reads = Scopes::NONE.with(Tool::Drawings, Access::Read);
        assert_eq!((reads.of(Tool::Drawings), reads.of(Tool::Company)), (Access::Read, Access::None));
        assert_eq!(reads.with(Tool::Home, Access::Write), reads, "Home has no scope");
        assert!(Access::Write > Access::Read && Access::Read > Access::None);
    }

    #[test]
    fn ppl_11_no_token_reaches_what_is_a_persons_alone() {
        let all = Scopes::TOOLS.into_iter().fold(Scopes::NONE, |all, tool| all.with(tool, Access::Write));
        assert_eq!(all.own(), Err(Refusal::SignInOnly));
        assert_eq!(Scopes::SIGNED_IN.own(), Ok(()));
    }
}
