//! Permission templates: levels and grants under a name, which a company gives to members of its projects (`PPL-06`).
//!
//! A member who has a template has its rights; one whose rights were set apart from it is *overridden* and keeps them when it changes.

use super::{Grant, Level, Levels, Tool};

/// Levels and grants together: what a template sets and what a member has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rights {
    /// Levels.
    pub levels: Levels,
    /// Grants, each once, in the order of [`Grant::ALL`].
    grants: Vec<Grant>,
}

impl Rights {
    /// Puts them together; grants named twice count once.
    pub fn new(levels: Levels, grants: &[Grant]) -> Self {
        Self { levels, grants: Grant::ALL.into_iter().filter(|grant| grants.contains(grant)).collect() }
    }

    /// The grants.
    pub fn grants(&self) -> &[Grant] {
        &self.grants
    }

    /// What differs from other rights, as `tool: before → after` and `+grant`, `-grant`: for the audit log.
    pub fn changes(&self, after: &Self) -> Vec<String> {
        let levels = Tool::LEVELLED.into_iter().filter_map(|tool| {
            let (from, to) = (self.levels.of(tool), after.levels.of(tool));
            (from != to).then(|| format!("{}: {} → {}", tool.key(), from.key(), to.key()))
        });
        let has = |rights: &Self, grant| rights.grants.contains(&grant);
        let grants = Grant::ALL.into_iter().filter_map(|grant| match (has(self, grant), has(after, grant)) {
            (false, true) => Some(format!("+{}", grant.key())),
            (true, false) => Some(format!("-{}", grant.key())),
            _ => None,
        });
        levels.chain(grants).collect()
    }
}

/// Whether a member's rights stand apart from their template's.
pub fn overridden(template: Option<&Rights>, own: &Rights) -> bool {
    template.is_some_and(|template| template != own)
}

/// A template that every company begins with.
#[derive(Debug, Clone, Copy)]
pub struct DefaultTemplate {
    /// Name.
    pub name: &'static str,
    /// Levels on the tools of [`Tool::LEVELLED`], in that order.
    levels: [Level; Tool::LEVELLED.len()],
    /// Grants.
    grants: &'static [Grant],
}

impl DefaultTemplate {
    /// What it sets.
    pub fn rights(&self) -> Rights {
        let tools = Tool::LEVELLED.into_iter().zip(self.levels);
        let levels = tools.fold(Levels::default(), |levels, (tool, level)| levels.with(tool, level));
        Rights::new(levels, self.grants)
    }
}

const NONE: Level = Level::None;
const READ: Level = Level::ReadOnly;
const STANDARD: Level = Level::Standard;
const ADMIN: Level = Level::Admin;

macro_rules! templates {
    ($($name:literal: $cm:ident $directory:ident $admin:ident $drawings:ident $rfis:ident $submittals:ident [$($grant:ident),*];)*) => {
        /// The templates that a new company begins with; it may change and remove each.
        pub const DEFAULTS: &[DefaultTemplate] = &[$(DefaultTemplate {
            name: $name,
            levels: [$cm, $directory, $admin, $drawings, $rfis, $submittals],
            grants: &[$(Grant::$grant),*],
        }),*];
    };
}

templates! {
    //                       connections  directory  admin    drawings  RFIs      submittals
    "Project manager":       ADMIN        STANDARD   STANDARD ADMIN     ADMIN     ADMIN     [];
    "Superintendent":        READ         READ       NONE     STANDARD  STANDARD  STANDARD  [ViewExternalItems, ViewPrivateItemsOfMyCompany];
    "Architect or engineer": NONE         READ       NONE     STANDARD  STANDARD  STANDARD  [UploadAndReviewDrawings];
    "Owner":                 NONE         READ       NONE     READ      READ      READ      [];
    "Subcontractor":         READ         READ       NONE     READ      STANDARD  STANDARD  [];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ppl_06_a_member_is_overridden_as_long_as_something_differs() {
        let owner = DEFAULTS[3].rights();
        assert!(!overridden(Some(&owner), &owner) && !overridden(None, &owner));
        let more = Rights::new(owner.levels, &[Grant::UploadDrawings]);
        assert!(overridden(Some(&owner), &more));
        let other = Rights::new(owner.levels.with(Tool::Drawings, Level::Standard), &[]);
        assert!(overridden(Some(&owner), &other));
        assert_eq!(owner.changes(&other), ["drawings: read_only → standard"]);
        assert_eq!(more.changes(&owner), ["-upload_drawings"]);
    }

    #[test]
    fn ppl_06_grants_count_once_in_one_order() {
        let (one, two) = (Grant::UploadDrawings, Grant::MarkOfficial);
        let rights = Rights::new(Levels::default(), &[two, one, two]);
        assert_eq!(rights.grants(), [one, two]);
        assert_eq!(rights, Rights::new(Levels::default(), &[one, two]));
    }

    #[test]
    fn ppl_06_the_defaults_have_names_of_their_own_and_hand_out_no_directory() {
        for (place, template) in DEFAULTS.iter().enumerate() {
            assert!(DEFAULTS[place + 1..].iter().all(|other| other.name != template.name));
            // Directory Admin is Admin on everything: nobody gets that by a template they begin with.
            assert!(template.rights().levels.of(Tool::Directory) < Level::Admin, "{}", template.name);
        }
    }
}
