//! People in directories: the state of a directory entry and which company a person represents.

use crate::{CompanyId, Reason};

/// State of a person's entry in a company's directory (`PPL-02`, `PPL-03`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryStatus {
    /// Invited, not yet accepted: gives no rights.
    Invited,
    /// Accepted: rights as the directory says.
    Active,
    /// Deactivated: rights are kept but give nothing until reactivated.
    Inactive,
}

impl EntryStatus {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Invited, Self::Active, Self::Inactive];

    /// The word in the database and the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }

    /// Reads [`EntryStatus::key`] back.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.key() == key)
    }
}

/// Why something cannot be done with a directory entry as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Accepted already: there is nothing to invite to.
    #[error("This person has accepted already.")]
    Accepted,
    /// Deactivated.
    #[error("This person is deactivated.")]
    Deactivated,
    /// A service account: nobody who could be invited or speak for another company.
    #[error("A service account has no sign-in.")]
    ServiceAccount,
    /// No invitation is open.
    #[error("No invitation of this person is open.")]
    NotInvited,
    /// One of the company's own people represents the company itself (`PPL-13`).
    #[error("The company's own people represent the company itself.")]
    OwnPeople,
    /// A company needs somebody who administers it.
    #[error("A company needs at least one administrator.")]
    LastAdministrator,
}

impl Reason for Unfit {
    fn code(&self) -> &'static str {
        match self {
            Self::Accepted => "invitation_used",
            Self::Deactivated => "person_inactive",
            Self::ServiceAccount => "service_account",
            Self::NotInvited => "not_invited",
            Self::OwnPeople => "own_people",
            Self::LastAdministrator => "last_administrator",
        }
    }
}

/// State of an entry as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShownStatus {
    /// In the directory; not invited, or not any more.
    Contact,
    /// Invited, not yet accepted.
    Invited,
    /// Accepted.
    Active,
    /// Deactivated.
    Inactive,
}

impl ShownStatus {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Contact, Self::Invited, Self::Active, Self::Inactive];

    /// The word in the API.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Invited => "invited",
            Self::Active => "active",
            Self::Inactive => "inactive",
        }
    }
}

/// Who somebody in a directory is to its company.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// One of its own people.
    OwnPeople,
    /// A collaborator from outside.
    Collaborator,
    /// A service account.
    ServiceAccount,
}

impl EntryKind {
    /// From what is stored.
    pub const fn of(employee: bool, service: bool) -> Self {
        match (service, employee) {
            (true, _) => Self::ServiceAccount,
            (false, true) => Self::OwnPeople,
            (false, false) => Self::Collaborator,
        }
    }
}

/// What an entry of a directory is, as far as inviting, deactivating and representing depend on it.
#[derive(Debug, Clone, Copy)]
pub struct EntryFacts {
    /// As stored.
    pub status: EntryStatus,
    /// Who they are to the company.
    pub kind: EntryKind,
    /// An invitation is open. Without one, an entry that is not accepted is a contact.
    pub invited: bool,
    /// The one administrator the company has.
    pub last_administrator: bool,
}

impl EntryFacts {
    /// The state that people see: a contact is in the directory and was not invited, or is not any more (`PPL-03`).
    pub const fn shown(&self) -> ShownStatus {
        match self.status {
            EntryStatus::Invited if !self.invited => ShownStatus::Contact,
            EntryStatus::Invited => ShownStatus::Invited,
            EntryStatus::Active => ShownStatus::Active,
            EntryStatus::Inactive => ShownStatus::Inactive,
        }
    }

    /// Whether they can be invited, or invited again.
    pub const fn invite(&self) -> Result<(), Unfit> {
        match (self.kind, self.status) {
            (EntryKind::ServiceAccount, _) => Err(Unfit::ServiceAccount),
            (_, EntryStatus::Invited) => Ok(()),
            (_, EntryStatus::Active) => Err(Unfit::Accepted),
            (_, EntryStatus::Inactive) => Err(Unfit::Deactivated),
        }
    }

    /// Whether their invitation can be taken back.
    pub const fn revoke(&self) -> Result<(), Unfit> {
        if self.invited && matches!(self.status, EntryStatus::Invited) {
            Ok(())
        } else {
            Err(Unfit::NotInvited)
        }
    }

    /// Whether they can be deactivated, or stop being an administrator.
    pub const fn lose(&self) -> Result<(), Unfit> {
        if self.last_administrator { Err(Unfit::LastAdministrator) } else { Ok(()) }
    }

    /// Whether it can be recorded whom they represent (`PPL-13`).
    pub const fn represent(&self) -> Result<(), Unfit> {
        match self.kind {
            EntryKind::ServiceAccount => Err(Unfit::ServiceAccount),
            EntryKind::OwnPeople => Err(Unfit::OwnPeople),
            EntryKind::Collaborator => Ok(()),
        }
    }
}

/// Which company a directory entry represents (`PPL-13`): its own people the company itself, a collaborator the company recorded.
pub fn represents(directory_of: CompanyId, employee: bool, recorded: Option<CompanyId>) -> Option<CompanyId> {
    if employee { Some(directory_of) } else { recorded.filter(|company| *company != directory_of) }
}

/// The shortest password accepted, in characters (`PPL-10`; NIST SP 800-63B asks for at least 8, we ask for more because there is no second factor yet).
pub const PASSWORD_CHARACTERS_MIN: usize = 10;

/// The longest password accepted, in bytes: hashing is bounded work.
pub const PASSWORD_BYTES_MAX: usize = 1_000;

/// Reads an e-mail address for identity: trimmed and lower case; `None` where it cannot be one.
pub fn email_key(raw: &str) -> Option<String> {
    let trimmed = raw.trim();
    let (local, host) = trimmed.rsplit_once('@')?;
    let sound = !local.is_empty()
        && host.contains('.')
        && !host.starts_with('.')
        && !host.ends_with('.')
        && trimmed.len() <= 254
        && !trimmed.chars().any(|c| c.is_whitespace() || c.is_control() || "<>,;\"()[]\\".contains(c));
    sound.then(|| trimmed.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ppl_13_own_people_represent_the_company_and_collaborators_the_recorded_one() {
        let (harbor, delta) = (CompanyId(uuid::Uuid::from_u128(1)), CompanyId(uuid::Uuid::from_u128(2)));
        assert_eq!(represents(harbor, true, Some(delta)), Some(harbor));
        assert_eq!(represents(harbor, false, Some(delta)), Some(delta));
        assert_eq!(represents(harbor, false, None), None);
        assert_eq!(represents(harbor, false, Some(harbor)), None, "an outsider never represents the host");
    }

    #[test]
    fn ppl_03_an_entry_without_an_open_invitation_is_a_contact() {
        let invited = EntryFacts {
            status: EntryStatus::Invited,
            kind: EntryKind::Collaborator,
            invited: true,
            last_administrator: false,
        };
        assert_eq!(
            (invited.shown(), invited.revoke(), invited.invite()),
            (ShownStatus::Invited, Ok(()), Ok(()))
        );
        let contact = EntryFacts { invited: false, ..invited };
        assert_eq!((contact.shown(), contact.revoke()), (ShownStatus::Contact, Err(Unfit::NotInvited)));
        assert_eq!(contact.invite(), Ok(()));
        let active = EntryFacts { status: EntryStatus::Active, ..contact };
        assert_eq!((active.shown(), active.invite()), (ShownStatus::Active, Err(Unfit::Accepted)));
        let inactive = EntryFacts { status: EntryStatus::Inactive, ..contact };
        assert_eq!((inactive.shown(), inactive.invite()), (ShownStatus::Inactive, Err(Unfit::Deactivated)));
        let service = EntryFacts { kind: EntryKind::of(true, true), ..active };
        assert_eq!(
            (service.invite(), service.represent()),
            (Err(Unfit::ServiceAccount), Err(Unfit::ServiceAccount))
        );
    }

    #[test]
    fn an_address_is_one_identity_however_it_is_typed() {
        assert_eq!(email_key("  Maria.Lopez@Delta.Example "), Some("maria.lopez@delta.example".into()));
        for wrong in [
            "",
            "maria",
            "maria@",
            "@delta.example",
            "maria@delta",
            "a b@delta.example",
            "a@b.example\nBcc: x@y.example",
        ] {
            assert_eq!(email_key(wrong), None, "{wrong:?}");
        }
    }
}
