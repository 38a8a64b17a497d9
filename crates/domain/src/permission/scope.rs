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

    /// The scopes as words, `drawings:read`: for the database and the API.
    pub fn words(&self) -> Vec<String> {
        let tools = Self::TOOLS.into_iter().filter(|tool| self.of(*tool) > Access::None);
        tools.map(|tool| format!("{}:{}", tool.key(), self.of(tool).key())).collect()
    }

    /// Reads [`Scopes::words`] back; of two for one tool the wider counts. Answers the first word that is none.
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, &'a str> {
        let mut scopes = Self::NONE;
        for word in words {
            let named = word.split_once(':').and_then(|(tool, access)| {
                let tool = Self::TOOLS.into_iter().find(|candidate| candidate.key() == tool)?;
                let access =
                    [Access::Read, Access::Write].into_iter().find(|candidate| candidate.key() == access)?;
                Some((tool, access))
            });
            let (tool, access) = named.ok_or(word)?;
            scopes = scopes.with(tool, access.max(scopes.of(tool)));
        }
        Ok(scopes)
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
    fn ppl_11_scopes_are_words() {
        let scopes = Scopes::from_words(["drawings:write", "drawings:read", "company:read"]).unwrap();
        assert_eq!(scopes.words(), ["company:read", "drawings:write"]);
        for wrong in ["drawings", "drawings:admin", "drawings:none", "home:read", ":", ""] {
            assert_eq!(Scopes::from_words(["rfis:read", wrong]), Err(wrong));
        }
    }

    #[test]
    fn ppl_11_no_token_reaches_what_is_a_persons_alone() {
        let all = Scopes::TOOLS.into_iter().fold(Scopes::NONE, |all, tool| all.with(tool, Access::Write));
        assert_eq!(all.own(), Err(Refusal::SignInOnly));
        assert_eq!(Scopes::SIGNED_IN.own(), Ok(()));
    }
}
